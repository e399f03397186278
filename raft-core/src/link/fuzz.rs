//! Generates and judges hostile links: valid ones, mutated at every layer (letters, packed bytes, document),
//! so that the code behind the checksum is reached, too. The same seed gives the same inputs.

use super::{LinkError, RunLink, VERSION, View, check, decode, document, encode, forms, letters, packed};
use crate::runtime::RandomStream;
use crate::scenario::{Scenario, parse};

/// Scenarios of the built-in links, with most words of the language.
const TEXTS: [&str; 4] = [
    "seed 42\nwait leader\nkill leader\nwait leader\nexpect no violation\n",
    "title A link\nseed 7\nnodes 3\ntiming etcd\n\n@500ms node1$ etcdctl put /k \"ä…\"\n> OK\n\
     @+20ms partition node1 | node2,node3\nwait for 2s\nheal\nnode2:2$ etcdctl watch / &\nstress 20/s for 2s\n",
    "# A comment\nseed 18446744073709551615\nnodes 9\nlatency 5ms..15ms\nloss 1%\n\ncut node1 -> node2\n\
     drop next vote node1 -> node2\nclock node3 +10%\nalign timers all\nsay One & two, <b>three</b>.\nexpect not leader node3\n",
    "node1$\n  | etcdctl put b \"x\n  |   y\" &\nnode1<\n  |   three  \neof node1\ninterrupt node1 %1\nwait leader within 3s\n",
];
/// Views of valid links.
const VIEWS: [&str; 3] = ["", "at 2.000000001 paused node 3 show space-time", "playing speed 0.05"];
/// Pieces of text that a parser may mishandle, inserted at random places.
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

/// An endless series of inputs.
pub struct Mutants {
    dice: RandomStream,
    documents: Vec<String>,
}

/// The result of decoding an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The link opened.
    Opened,
    /// The link was refused before its checksum was reached.
    Unreadable,
    /// The checksum did not match.
    Damaged,
    /// The content was refused.
    Refused,
}

impl Mutants {
    /// Returns inputs made from these scenarios and the built-in ones.
    pub fn new(seed: u64, scenarios: Vec<Scenario>) -> Mutants {
        let built_in = TEXTS.into_iter().filter_map(|text| parse(text).ok());
        let links = built_in.chain(scenarios).flat_map(|scenario| {
            let views = VIEWS.into_iter().filter_map(|view| view.parse::<View>().ok());
            views.map(|view| document::write(&RunLink::new(scenario.clone(), view))).collect::<Vec<_>>()
        });
        Mutants { dice: RandomStream::new(seed), documents: links.collect() }
    }

    /// Returns the next input.
    pub fn next_input(&mut self) -> String {
        let place = self.dice.below(self.documents.len());
        let document = self.documents.get(place).cloned().unwrap_or_default();
        match self.dice.below(6) {
            // Mutated letters of a valid link.
            0 => {
                let letters = self.link(&document);
                self.mutated(letters)
            }
            // A mutated document with a matching checksum.
            1 | 2 => {
                let document = self.mutated(document);
                self.link(&document)
            }
            // Mutated packed bytes, with the checksum of the original document.
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
            // The oldest version.
            4 => {
                let text = document.split_once('\n').map_or("", |(_, text)| text).to_owned();
                format!("v0:{}", self.mutated(text))
            }
            // Random bytes.
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

    /// Returns a text with some random changes.
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

/// Returns a link made of any bytes, for a coverage-guided fuzzer, which would not find a matching checksum
/// by itself. The first byte tells what the rest is: `D` a document, in one of both forms; `P` packed bytes,
/// with the checksum of what they unpack to; `V` a scenario in the oldest version; anything else is the link
/// itself.
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

/// Decodes an input and checks that a link that opens can be encoded and decoded again.
///
/// # Errors
/// The link opened, but cannot be encoded, or decodes differently then.
pub fn judge(input: &str) -> Result<Outcome, String> {
    match decode(input) {
        Ok(link) => {
            let again = encode(&link).map_err(|error| format!("it opens but cannot be encoded: {error}"))?;
            match decode(&again) {
                Ok(same) if same == link => Ok(Outcome::Opened),
                Ok(_) => Err(format!("encoded again, it opens as another run: {again}")),
                Err(error) => Err(format!("encoded again, it does not open: {error}")),
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
