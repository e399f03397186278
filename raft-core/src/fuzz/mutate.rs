//! Generates inputs by mutating given ones. The same seed gives the same inputs.

use crate::runtime::RandomStream;

/// Changes inputs at random places, joins two, repeats parts, and inserts known words.
pub struct Mutations {
    dice: RandomStream,
    seeds: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

/// The maximum size of an input, in bytes.
const BYTES_MAX: usize = 4_096;
/// Bytes that parsers and arithmetic may mishandle.
const SHARP: [u8; 12] = [0, 1, 9, 10, 32, b'"', b'\'', b'\\', 127, 128, 254, 255];

impl Mutations {
    /// Returns mutations of `seeds`, with `words` inserted at random places.
    pub fn new(seed: u64, seeds: Vec<Vec<u8>>, words: Vec<Vec<u8>>) -> Mutations {
        Mutations { dice: RandomStream::new(seed), seeds, words }
    }

    /// Returns the next input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.seed();
        for _ in 0..=self.dice.below(5) {
            self.change(&mut input);
        }
        input.truncate(BYTES_MAX);
        input
    }

    fn seed(&mut self) -> Vec<u8> {
        let place = self.dice.below(self.seeds.len());
        self.seeds.get(place).cloned().unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.dice.below(input.len() + 1);
        let end = (at + 1 + self.dice.below(16)).min(input.len());
        let range = at.min(end)..end;
        match self.dice.below(8) {
            0 => input.truncate(at),
            1 => drop(input.drain(range)),
            2 => {
                let again = input[range].to_vec();
                input.splice(at..at, again);
            }
            3 => {
                let place = self.dice.below(self.words.len());
                let word = self.words.get(place).cloned().unwrap_or_default();
                input.splice(range, word);
            }
            4 => {
                let byte = SHARP[self.dice.below(SHARP.len())];
                input.insert(at, byte);
            }
            5 => {
                let other = self.seed();
                let from = self.dice.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                let byte = self.dice.next_u64() as u8;
                if let Some(place) = input.get_mut(at) {
                    *place = byte;
                }
            }
        }
    }
}
