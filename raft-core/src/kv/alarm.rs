//! Alarms, and the commands that the store refuses while one is raised.

use super::{Alarm, AlarmKind, AlarmResponse, Command, KvError, Response, Store};

impl Store {
    /// Raises an alarm. The response holds it even if it was raised before.
    pub(super) fn raise(&mut self, alarm: Alarm) -> Response {
        if let Err(place) = self.alarms.binary_search(&alarm) {
            self.alarms.insert(place, alarm);
        }
        self.alarm_response(vec![alarm])
    }

    /// Disarms an alarm. The response is empty if the alarm was not raised.
    pub(super) fn disarm(&mut self, alarm: Alarm) -> Response {
        let found = self.alarms.binary_search(&alarm);
        let alarms = found.map(|place| vec![self.alarms.remove(place)]).unwrap_or_default();
        self.alarm_response(alarms)
    }

    fn alarm_response(&self, alarms: Vec<Alarm>) -> Response {
        Response::Alarm(AlarmResponse { revision: self.revision, alarms })
    }

    /// All raised alarms, by member.
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// Returns whether any member has raised an alarm of this kind.
    pub fn alarmed(&self, kind: AlarmKind) -> bool {
        self.alarms.iter().any(|alarm| alarm.kind == kind)
    }

    /// Checks a command against the raised alarms. A `CORRUPT` alarm refuses every command except
    /// those for alarms; a `NOSPACE` alarm refuses commands that need space.
    pub(super) fn check_alarms(&self, command: &Command) -> Result<(), KvError> {
        match command {
            Command::AlarmRaise(_) | Command::AlarmDisarm(_) => Ok(()),
            _ if self.alarmed(AlarmKind::Corrupt) => Err(KvError::Corrupt),
            _ if command.space() > 0 && self.alarmed(AlarmKind::NoSpace) => Err(KvError::NoSpace),
            _ => Ok(()),
        }
    }
}
