//! Hostile links by the million: good ones, changed at every layer (letters, packed bytes, document), so that
//! what lies behind the check is reached, too. The same seed gives the same inputs.

use super::{Link, LinkError, VERSION, View, check, decode, document, encode, forms, letters, packed};
use crate::runtime::RandomStream;
use crate::scenario::{Scenario, parse};

/// What good links are made of when nobody brings other texts: most words of the language.
const TEXTS: [&str; 4] = [
    "seed 42\nwait leader\nkill leader\nwait leader\nexpect no violation\n",
    "title A link\nseed 7\nnodes 3\ntiming etcd\n\n@500ms node1$ etcdctl put /k \"ä…\"\n> OK\n\
     @+20ms partition node1 | node2,node3\nwait for 2s\nheal\nnode2:2$ etcdctl watch / &\nstress 20/s for 2s\n",
    "# A comment\nseed 18446744073709551615\nnodes 9\nlatency 5ms..15ms\nloss 1%\n\ncut node1 -> node2\n\
     drop next vote node1 -> node2\nclock node3 +10%\nalign timers all\nsay One & two, <b>three</b>.\nexpect not leader node3\n",
    "node1$\n  | etcdctl put b \"x\n  |   y\" &\nnode1<\n  |   three  \neof node1\ninterrupt node1 %1\nwait leader within 3s\n",
];
/// Views that good links have.
const VIEWS: [&str; 3] = ["", "at 2.000000001 paused node 3 show space-time", "playing speed 0.05"];
/// Pieces that are put where they may hurt.
const PIECES: [&str; 16] = [
    "%",
    "%25",
    "~",
    "~x",
    "~n",
    "v1:",
    "#v0:",
    "@99999999999s ",
    "stress 1000000/s for 999999s\n",
    "seed ",
    "\u{0}",
    "\u{202e}",
    "é",
    "\n",
    "<script>",
    "....",
];

/// Inputs without end.
pub struct Mutants {
    dice: RandomStream,
    documents: Vec<String>,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It opened.
    Opened,
    /// It was refused before its check was reached.
    Unreadable,
    /// Its check did not fit.
    Damaged,
    /// What it holds was refused.
    Refused,
}

impl Mutants {
    /// Inputs made from these scenarios, besides the ones that are built in.
    pub fn new(seed: u64, scenarios: Vec<Scenario>) -> Mutants {
        let built_in = TEXTS.into_iter().filter_map(|text| parse(text).ok());
        let links = built_in.chain(scenarios).flat_map(|scenario| {
            let views = VIEWS.into_iter().filter_map(|view| view.parse::<View>().ok());
            views.map(|view| document::write(&Link::new(scenario.clone(), view))).collect::<Vec<_>>()
        });
        Mutants { dice: RandomStream::new(seed), documents: links.collect() }
    }

    /// The next input.
    pub fn next_input(&mut self) -> String {
        let place = self.dice.below(self.documents.len());
        let document = self.documents.get(place).cloned().unwrap_or_default();
        match self.dice.below(6) {
            // The letters of a good link.
            0 => {
                let letters = self.link(&document);
                self.mutated(letters)
            }
            // The document, with a check that fits.
            1 | 2 => {
                let document = self.mutated(document);
                self.link(&document)
            }
            // The packed bytes: a stream that no packer wrote, with the check of what it was before.
            3 => {
                let [_, packed] = forms(&document);
                let body = packed.get(4..packed.len() - check::LETTERS).unwrap_or("");
                let mut bytes = letters::from_base64(body).unwrap_or_default();
                for _ in 0..=self.dice.below(4) {
                    let (at, byte) = (self.dice.below(bytes.len().max(1)), self.dice.next_u64() as u8);
                    if let Some(place) = bytes.get_mut(at) {
                        *place = byte;
                    }
                }
                format!("v1:z{}{}", letters::base64(&bytes), check::letters(&document))
            }
            // The oldest form.
            4 => {
                let text = document.split_once('\n').map_or("", |(_, text)| text).to_owned();
                format!("v0:{}", self.mutated(text))
            }
            // Noise.
            _ => {
                let bytes: Vec<u8> = (0..self.dice.below(200)).map(|_| self.dice.next_u64() as u8).collect();
                let form = ["v1:z", "v1:t", "v0:", "v2:", "#v1:", ""][self.dice.below(6)];
                format!(
                    "{form}{}",
                    if self.dice.below(2) == 0 {
                        letters::base64(&bytes)
                    } else {
                        String::from_utf8_lossy(&bytes).into_owned()
                    }
                )
            }
        }
    }

    fn link(&mut self, document: &str) -> String {
        let [plain, packed] = forms(document);
        if self.dice.below(2) == 0 { plain } else { packed }
    }

    /// A text with some places changed.
    fn mutated(&mut self, text: String) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=self.dice.below(4) {
            let at = self.dice.below(letters.len() + 1);
            let end = (at + 1 + self.dice.below(8)).min(letters.len());
            match self.dice.below(6) {
                0 => letters.truncate(at),
                1 => drop(letters.drain(at.min(end)..end)),
                2 => {
                    let again: Vec<char> = letters[at.min(end)..end].to_vec();
                    letters.splice(at..at, again);
                }
                3 => {
                    let piece = PIECES[self.dice.below(PIECES.len())];
                    letters.splice(at..at, piece.chars());
                }
                4 => {
                    let letter = char::from_u32(self.dice.next_u64() as u32 % 0x250).unwrap_or('~');
                    letters.insert(at, letter);
                }
                _ => {
                    let other = self.dice.below(letters.len().max(1));
                    if at < letters.len() {
                        letters.swap(at, other);
                    }
                }
            }
        }
        letters.into_iter().collect()
    }
}

/// A link made of any bytes, for a fuzzer that steers by coverage: it would not find a check that fits. The first
/// letter says what the rest is: `D` a document, in both forms; `P` packed bytes, with the check that fits what they
/// unpack to; `V` a scenario in the oldest form; anything else is the link itself.
pub fn link_of(bytes: &[u8]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match bytes.split_first() {
        Some((b'D', document)) => {
            let [plain, packed] = forms(&text(document));
            if document.len() % 2 == 0 { plain } else { packed }
        }
        Some((b'P', bytes)) => {
            let letters = letters::base64(bytes);
            let document = packed::unpack(&letters).map(|bytes| text(&bytes)).unwrap_or_default();
            format!("v{VERSION}:z{letters}{}", check::letters(&document))
        }
        Some((b'V', scenario)) => format!("v0:{}", text(scenario)),
        _ => text(bytes),
    }
}

/// Opens an input and holds the promises against it.
///
/// # Errors
/// A promise is broken: what opened cannot be written again, or reads as something else then.
pub fn judge(input: &str) -> Result<Outcome, String> {
    match decode(input) {
        Ok(link) => {
            let again = encode(&link).map_err(|error| format!("it opens but cannot be written: {error}"))?;
            match decode(&again) {
                Ok(same) if same == link => Ok(Outcome::Opened),
                Ok(_) => Err(format!("it reads as another run once it is written: {again}")),
                Err(error) => Err(format!("what is written of it does not open: {error}")),
            }
        }
        Err(LinkError::Damaged) => Ok(Outcome::Damaged),
        Err(
            LinkError::Scenario(_)
            | LinkError::Head { .. }
            | LinkError::TooManySteps { .. }
            | LinkError::TooLate { .. },
        ) => Ok(Outcome::Refused),
        Err(_) => Ok(Outcome::Unreadable),
    }
}
