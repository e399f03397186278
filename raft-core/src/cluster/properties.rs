//! The checks' results: each property with its count and its first violation, and the clients' history.

use super::facade::Cluster;
use crate::model::{Property, ViolationView};
use crate::safety::search::{self, Report};
use crate::safety::{Doubt, History};

/// A property and the result of its check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyView {
    /// The property.
    pub property: Property,
    /// The property in one sentence.
    pub statement: &'static str,
    /// The source that states it.
    pub source: &'static str,
    /// The number of comparisons; for linearizability, the number of judged answers.
    pub checked: u64,
    /// The first violation, if there was one.
    pub violation: Option<ViolationView>,
}

impl Cluster {
    /// Every property with its statement, its count of comparisons and its first violation.
    pub fn properties(&self) -> Vec<PropertyView> {
        let violations = self.violations();
        let view = |property: Property| PropertyView {
            property,
            statement: property.statement(),
            source: property.source(),
            checked: self.around.recorder.with_checker(|checker| checker.checked(property)),
            violation: violations.iter().find(|violation| violation.property == property).cloned(),
        };
        Property::ALL.map(view).into()
    }

    /// The clients' history, as far as it is remembered.
    pub fn client_history(&self) -> History {
        self.around.recorder.with_checker(|checker| checker.history().clone())
    }

    /// The number of client operations that began or ended; it grows when the history changes.
    pub fn client_changes(&self) -> u64 {
        self.around.recorder.with_checker(|checker| checker.history().changes())
    }

    /// Searches the history for a linearization, with at most `budget` steps for each component of keys.
    pub fn check_history(&self, budget: u64) -> Report {
        search::check(&self.client_history(), budget)
    }

    /// The reasons for which answers could not be judged, each with its count; reasons that never occurred are left out.
    pub fn doubts(&self) -> Vec<(Doubt, u64)> {
        let counts = self.around.recorder.with_checker(|checker| checker.doubts());
        Doubt::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
    }
}
