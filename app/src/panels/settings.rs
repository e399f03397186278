//! The settings as they are typed.

use leptos::prelude::*;
use raft_core::model::{Settings, SettingsError};
use raft_core::units::MILLISECOND;

use super::dials::{COUNTS, DialKind, SHARES, SIZES, TIMEOUTS, TIMES, whole};
use crate::kit::{share, share_text};
use crate::text::dials as words;

/// All typed values, by the id of their dial.
#[derive(Clone, Copy)]
pub struct SettingsFields {
    /// The texts of the dials, in the order of [`kinds`].
    texts: [RwSignal<String>; DIALS],
    /// Whether pre-vote is on: candidates ask before they raise the term.
    pub pre_vote: RwSignal<bool>,
    /// The settings that no dial changes.
    rest: StoredValue<Settings>,
}

const DIALS: usize = 12;

/// An error in the typed settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The ids of the dials that cause it.
    pub dials: Vec<&'static str>,
    /// What was found and what is accepted.
    pub text: String,
}

/// Returns the dials, in order.
pub fn kinds() -> [DialKind; DIALS] {
    let kind = |id, name, term, unit, stops| DialKind { id, name, term: Some(term), unit, stops };
    let (ms, percent, entries) = (words::ms(), words::percent(), words::entries());
    [
        kind("seed", words::seed(), "seed", "", &[]),
        kind("nodes", words::nodes(), "cluster", "", SIZES),
        kind("heartbeat", words::heartbeat(), "heartbeat", ms, &TIMES[1..]),
        kind("election-min", words::election_min(), "election-timeout", ms, TIMEOUTS),
        kind("election-max", words::election_max(), "election-timeout", ms, TIMEOUTS),
        kind("latency-min", words::latency_min(), "latency", ms, TIMES),
        kind("latency-max", words::latency_max(), "latency", ms, TIMES),
        kind("loss", words::loss(), "loss", percent, SHARES),
        kind("duplicate", words::duplicate(), "duplication", percent, SHARES),
        kind("fsync", words::fsync(), "fsync", ms, TIMES),
        kind("snapshot-every", words::snapshot_every(), "snapshot", entries, &COUNTS[1..]),
        kind("snapshot-keep", words::snapshot_keep(), "snapshot", entries, COUNTS),
    ]
}

impl SettingsFields {
    /// Returns fields with these settings.
    pub fn new(settings: &Settings) -> SettingsFields {
        let fields = SettingsFields {
            texts: std::array::from_fn(|_| RwSignal::default()),
            pre_vote: RwSignal::new(false),
            rest: StoredValue::new(settings.clone()),
        };
        fields.fill(settings);
        fields
    }

    /// Fills the fields with these settings.
    pub fn fill(&self, settings: &Settings) {
        let ms = |nanos: u64| (nanos / MILLISECOND).to_string();
        let texts = [
            settings.seed.to_string(),
            settings.nodes.to_string(),
            ms(settings.heartbeat),
            ms(settings.election_min),
            ms(settings.election_max),
            ms(settings.latency_min),
            ms(settings.latency_max),
            share_text(settings.loss_ppm),
            share_text(settings.duplicate_ppm),
            ms(settings.fsync),
            settings.snapshot_every.to_string(),
            settings.snapshot_keep.to_string(),
        ];
        self.texts.iter().zip(texts).for_each(|(field, text)| field.set(text));
        self.pre_vote.set(settings.pre_vote);
        self.rest.set_value(settings.clone());
    }

    /// Returns a dial and what was typed into it.
    pub fn dial(&self, id: &'static str) -> Option<(DialKind, RwSignal<String>)> {
        kinds().into_iter().zip(self.texts).find(|(kind, _)| kind.id == id)
    }

    fn text(&self, id: &'static str) -> (&'static str, String) {
        self.dial(id).map(|(kind, text)| (kind.name, text.get())).unwrap_or_default()
    }

    /// Reads the settings as typed.
    ///
    /// # Errors
    /// A typed value is not a number, or the settings are not consistent.
    pub fn read(&self) -> Result<Settings, Wrong> {
        let wrong = |id| move |text| Wrong { dials: vec![id], text };
        let number = |id| {
            let (name, typed) = self.text(id);
            whole(name, &typed).map_err(wrong(id))
        };
        let ms = |id| number(id).map(|value| value.saturating_mul(MILLISECOND));
        let ppm = |id| {
            let (name, typed) = self.text(id);
            share(name, &typed).map_err(wrong(id))
        };
        let settings = Settings {
            seed: number("seed")?,
            nodes: number("nodes")?,
            heartbeat: ms("heartbeat")?,
            election_min: ms("election-min")?,
            election_max: ms("election-max")?,
            latency_min: ms("latency-min")?,
            latency_max: ms("latency-max")?,
            loss_ppm: ppm("loss")?,
            duplicate_ppm: ppm("duplicate")?,
            fsync: ms("fsync")?,
            snapshot_every: number("snapshot-every")?,
            snapshot_keep: number("snapshot-keep")?,
            pre_vote: self.pre_vote.get(),
            // The node that started the last cluster may not be a member of the next.
            first: None,
            ..self.rest.get_value()
        };
        settings.validate().map_err(|error| Wrong { dials: dials_of(&error), text: error.to_string() })?;
        Ok(settings)
    }
}

/// Returns the ids of the dials that an error concerns.
fn dials_of(error: &SettingsError) -> Vec<&'static str> {
    let begins_with = error.setting;
    kinds().iter().map(|kind| kind.id).filter(|id| id.starts_with(begins_with)).collect()
}
