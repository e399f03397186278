//! Alarms, and what the store refuses while one stands.

use super::{Alarm, AlarmKind, AlarmResponse, Command, KvError, Response, Store};

impl Store {
    /// Raises an alarm; one that stands is answered again.
    pub(super) fn raise(&mut self, alarm: Alarm) -> Response {
        if let Err(place) = self.alarms.binary_search(&alarm) {
            self.alarms.insert(place, alarm);
        }
        self.alarm_response(vec![alarm])
    }

    /// Disarms an alarm; one that does not stand is not answered.
    pub(super) fn disarm(&mut self, alarm: Alarm) -> Response {
        let found = self.alarms.binary_search(&alarm);
        let alarms = found.map(|place| vec![self.alarms.remove(place)]).unwrap_or_default();
        self.alarm_response(alarms)
    }

    fn alarm_response(&self, alarms: Vec<Alarm>) -> Response {
        Response::Alarm(AlarmResponse { revision: self.revision, alarms })
    }

    /// All alarms that stand, by member.
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// Whether some member raised such an alarm.
    pub fn alarmed(&self, kind: AlarmKind) -> bool {
        self.alarms.iter().any(|alarm| alarm.kind == kind)
    }

    /// Whether the alarms let a command pass: while a member's data is corrupt only alarms
    /// themselves, while one has no space whatever needs none.
    pub(super) fn check_alarms(&self, command: &Command) -> Result<(), KvError> {
        match command {
            Command::AlarmRaise(_) | Command::AlarmDisarm(_) => Ok(()),
            _ if self.alarmed(AlarmKind::Corrupt) => Err(KvError::Corrupt),
            _ if command.space() > 0 && self.alarmed(AlarmKind::NoSpace) => Err(KvError::NoSpace),
            _ => Ok(()),
        }
    }
}
