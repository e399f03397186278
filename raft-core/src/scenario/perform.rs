//! Performs the steps of a script.

use super::ast::{Deed, Teach};
use super::journal::Noted;
use super::judge::situation;
use super::report::Item;
use super::script::{Halt, Pending, Script, WAIT_DEFAULT};
use crate::cluster::Cluster;
use crate::model::{Action, ActionError, Applied};

impl Script {
    /// Performs a step, or begins to wait for it.
    ///
    /// # Errors
    /// The step cannot be done, or what it expects does not hold.
    pub(super) fn perform(&mut self, cluster: &mut Cluster, line: u32, deed: &Deed) -> Result<(), String> {
        let now = cluster.now();
        match deed {
            Deed::Comment(_) | Deed::Blank => {}
            Deed::Teach(teach, text) => {
                self.tell(now, line, Item::Teach(*teach, text.clone()));
                self.halt = (self.has_viewer && *teach == Teach::StopHere).then_some(Halt::StopHere);
            }
            Deed::Ask { question, choices } => {
                self.tell(now, line, Item::Ask(question.clone(), choices.clone()));
                self.halt = self.has_viewer.then_some(Halt::Ask);
            }
            Deed::Look(sight, nodes, why) => {
                // A node that does not exist is left out: a step for the viewer never fails a
                // run.
                let nodes = nodes.iter().filter_map(|who| self.many(cluster, std::slice::from_ref(who)).ok());
                let nodes = nodes.flatten().collect();
                self.tell(now, line, Item::Look(*sight, nodes, why.clone()));
            }
            Deed::Hint(after, text) => self.tell(now, line, Item::Hint(*after, text.clone())),
            Deed::Speed(speed) => self.tell(now, line, Item::Speed(*speed)),
            Deed::Try { text, condition } => {
                self.tell(now, line, Item::Try(text.clone(), condition.clone()));
                self.pending = self.has_viewer.then(|| Pending::Try(condition.clone()));
            }
            Deed::Trace(recorded) => {
                let found = cluster.trace_hash();
                self.tell(now, line, Item::Trace { recorded: *recorded, found });
            }
            Deed::Command { .. } => self.type_command(cluster, line, deed)?,
            Deed::Output { on, expected } => self.await_output(cluster, line, on, expected.clone())?,
            Deed::Input(on, text) => self.type_input(cluster, line, on, text)?,
            Deed::EndInput(on) => {
                self.tell(now, line, Item::Did(format!("eof {on}")));
                self.end_input(cluster, on)?;
            }
            Deed::CloseTerminals => {
                self.tell(now, line, Item::Did("close terminals".to_owned()));
                self.close_terminals(cluster);
            }
            Deed::Interrupt(on, number) => {
                self.tell(now, line, Item::Did(deed.to_string().trim_end().to_owned()));
                self.interrupt(cluster, on, *number)?;
            }
            Deed::Wait(condition, within) => {
                let deadline = now.saturating_add(within.unwrap_or(WAIT_DEFAULT));
                self.pending = Some(Pending::Condition(condition.clone(), deadline));
            }
            Deed::WaitFor(span) => self.pending = Some(Pending::Until(now.saturating_add(*span))),
            Deed::Expect(condition) => {
                if !self.holds(cluster, condition)? {
                    return Err(format!("expected: {condition} (now: {})", situation(cluster)));
                }
                self.tell(now, line, Item::Held(condition.to_string()));
            }
            Deed::Name(name, target) => {
                let node = self.one(cluster, target)?;
                self.names.insert(name.clone(), node);
                self.tell(now, line, Item::Did(format!("name {name} = node{node}")));
            }
            _ => {
                let text = deed.to_string().trim_end().to_owned();
                self.tell(now, line, Item::Did(text));
                for action in self.actions(cluster, deed)? {
                    self.act(cluster, line, action)?;
                }
            }
        }
        Ok(())
    }

    fn act(&mut self, cluster: &mut Cluster, line: u32, action: Action) -> Result<(), String> {
        let now = cluster.now();
        match cluster.apply(action.clone()) {
            Ok(Applied::NothingToDo(why)) => self.tell(now, line, Item::Note(why)),
            Ok(_) => self.noted.push((now, Noted::Action(action))),
            Err(ActionError { problem, accepted }) => return Err(format!("{problem}; {accepted}")),
        }
        Ok(())
    }
}
