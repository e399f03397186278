//! Summaries of frames as rows of a table.

use std::fmt::Write as _;

use browser_tests::Outcome;
use serde_json::Value;

/// The duration of a frame at 60 frames per second, in milliseconds.
const FRAME_MS: f64 = 1_000.0 / 60.0;

/// The frames of a scene.
pub struct Frames {
    /// The begin of each frame in order, in milliseconds.
    at: Vec<f64>,
    /// The script time since the previous frame for each frame, in milliseconds, ascending.
    script: Vec<f64>,
    busy: Busy,
}

/// CPU time of the page's thread, in seconds.
#[derive(Clone, Copy, Default)]
pub struct Busy {
    /// The time in scripts.
    pub script: f64,
    /// The time in all tasks: scripts, styles, layout, painting.
    pub all: f64,
}

impl Busy {
    /// Returns the difference to an earlier value.
    pub fn since(self, before: &Busy) -> Busy {
        Busy { script: self.script - before.script, all: self.all - before.all }
    }
}

/// A line of the table.
pub struct Row {
    /// The measured scene.
    pub scene: String,
    /// The frames of the scene.
    pub frames: Frames,
}

impl Frames {
    /// Parses pairs of begin and script time.
    ///
    /// # Errors
    /// The value has another form, or there is no frame.
    pub fn read(pairs: &Value, busy: Busy) -> Outcome<Frames> {
        let pairs = pairs.as_array().ok_or("the page recorded no frames")?;
        let number = |pair: &Value, at: usize| pair[at].as_f64().ok_or("a frame without its time");
        let at = pairs.iter().map(|pair| number(pair, 0)).collect::<Result<_, _>>()?;
        let script = pairs.iter().map(|pair| number(pair, 1)).collect::<Result<_, _>>()?;
        Frames::of(at, script, busy)
    }

    /// Returns frames with these begins and script times.
    ///
    /// # Errors
    /// There is no frame.
    pub fn of(at: Vec<f64>, mut script: Vec<f64>, busy: Busy) -> Outcome<Frames> {
        if script.is_empty() {
            return Err("the page drew no frame".into());
        }
        script.sort_by(f64::total_cmp);
        Ok(Frames { at, script, busy })
    }

    /// Returns the frames without their begins, for single actions with pauses between them: none counts as
    /// dropped.
    pub fn each_by_itself(mut self) -> Frames {
        self.at.clear();
        self
    }

    /// Returns a quantile of the script times, given in per mille.
    pub fn permille(&self, permille: usize) -> f64 {
        self.script[(self.script.len() * permille / 1_000).min(self.script.len() - 1)]
    }

    /// Returns the number of dropped frames.
    pub fn dropped(&self) -> u64 {
        let missed = |pair: &[f64]| ((pair[1] - pair[0]) / FRAME_MS).round().max(1.0) as u64 - 1;
        self.at.windows(2).map(missed).sum()
    }
}

impl Row {
    /// Returns the row in Markdown.
    pub fn line(&self) -> String {
        let frames = &self.frames;
        let count = frames.script.len();
        format!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {count} | {} |",
            self.scene,
            frames.permille(500),
            frames.permille(990),
            frames.busy.script * 1_000.0 / count as f64,
            frames.busy.all * 1_000.0 / count as f64,
            frames.dropped()
        )
    }
}

/// Returns the table in Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "\n| milliseconds a frame | script, median | script, 99th percentile | script, mean of processor time | all, mean of processor time | frames | dropped |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        // Writing into a string does not fail.
        let _written = writeln!(text, "{}", row.line());
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_row_has_quantiles_means_and_dropped_frames() {
        let at = vec![0.0, 16.7, 33.3, 83.3];
        let frames = Frames::of(at, vec![4.0, 1.0, 2.0, 3.0], Busy { script: 0.01, all: 0.02 }).unwrap();
        assert_eq!((frames.permille(500), frames.permille(990)), (3.0, 4.0));
        assert_eq!(frames.dropped(), 2, "50 ms are three frames");
        let row = Row { scene: "idle".to_owned(), frames };
        assert_eq!(row.line(), "| idle | 3.00 | 4.00 | 2.50 | 5.00 | 4 | 2 |");
        assert!(Frames::of(Vec::new(), Vec::new(), Busy::default()).is_err());
    }
}
