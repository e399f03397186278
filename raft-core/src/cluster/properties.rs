//! The checks' results: each property with its count and its first violation, and the clients' history.

use super::facade::Cluster;
use crate::model::{Property, ViolationView};
use crate::safety::search::{self, Report};
use crate::safety::{Doubt, History};

/// A property, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyView {
    /// Which.
    pub property: Property,
    /// What it says.
    pub statement: &'static str,
    /// Where it is stated.
    pub source: &'static str,
    /// How many comparisons were made for it; for linearizability, how many answers were judged.
    pub checked: u64,
    /// The first violation, if there was one.
    pub violation: Option<ViolationView>,
}

impl Cluster {
    /// Every property: what it says, how often it was checked, and how it stands.
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

    /// What clients asked and were told, as far as it is remembered.
    pub fn client_history(&self) -> History {
        self.around.recorder.with_checker(|checker| checker.history().clone())
    }

    /// How many operations of clients began or ended: the history changes with it.
    pub fn client_changes(&self) -> u64 {
        self.around.recorder.with_checker(|checker| checker.history().changes())
    }

    /// Searches the history for an order that explains it, with so many steps for each group of keys.
    pub fn check_history(&self, budget: u64) -> Report {
        search::check(&self.client_history(), budget)
    }

    /// Why answers could not be judged, and how many each time; nothing for what never came up.
    pub fn doubts(&self) -> Vec<(Doubt, u64)> {
        let counts = self.around.recorder.with_checker(|checker| checker.doubts());
        Doubt::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
    }
}
