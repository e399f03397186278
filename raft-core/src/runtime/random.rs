//! Seeded randomness, the same on every platform.

use rand_core::{Infallible, TryRng};

/// A stream of random numbers: SplitMix64 (Steele, Lea, Flood 2014). Its state is one word, so each
/// purpose can have a stream of its own. `rand`'s `SmallRng` differs between 32-bit and 64-bit platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomStream {
    state: u64,
}

impl RandomStream {
    /// Returns the stream with the state `state`.
    pub fn new(state: u64) -> Self {
        RandomStream { state }
    }

    /// Returns the stream whose [`RandomStream::next_u64`] returns `word`.
    pub fn that_gives(word: u64) -> Self {
        // The inverses modulo 2^64 of the two factors in `next_u64`.
        const SECOND: u64 = 0x3196_42b2_d24d_8ec3;
        const FIRST: u64 = 0x96de_1b17_3f11_9089;
        let unshift = |mixed: u64, by: u32| {
            let mut word = mixed;
            let mut known = by;
            while known < u64::BITS {
                word = mixed ^ (word >> by);
                known += by;
            }
            word
        };
        let mixed = unshift(word, 31).wrapping_mul(SECOND);
        let mixed = unshift(mixed, 27).wrapping_mul(FIRST);
        RandomStream { state: unshift(mixed, 30).wrapping_sub(0x9e37_79b9_7f4a_7c15) }
    }

    /// Returns the stream of a purpose under a seed. Streams of different purposes are independent:
    /// a draw from one does not shift another.
    pub fn stream(seed: u64, purpose: u64) -> Self {
        let mut purpose_stream = RandomStream::new(purpose);
        let mut stream = RandomStream::new(seed ^ purpose_stream.next_u64());
        stream.next_u64();
        stream
    }

    /// Returns the next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from `low` to `high`, both included; `low` if the range is empty. Takes
    /// exactly one draw.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        let word = self.next_u64();
        if high <= low {
            return low;
        }
        let span = u128::from(high - low) + 1;
        low + ((u128::from(word) * span) >> 64) as u64
    }

    /// Returns a number below `bound`; 0 if `bound` is 0. Takes exactly one draw.
    pub fn below(&mut self, bound: usize) -> usize {
        self.range(0, (bound as u64).saturating_sub(1)) as usize
    }

    /// Returns true with a probability of `ppm` in a million. Takes exactly one draw.
    pub fn chance_ppm(&mut self, ppm: u32) -> bool {
        self.range(0, 999_999) < u64::from(ppm)
    }
}

impl TryRng for RandomStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next_u64() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_published_sequence() {
        // From the reference implementation with seed 1234567.
        let mut stream = RandomStream::new(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| stream.next_u64()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn ranges_hold_both_ends_and_take_one_draw() {
        let mut stream = RandomStream::stream(7, 1);
        let drawn: std::collections::BTreeSet<u64> = (0..200).map(|_| stream.range(3, 6)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6]);
        let (mut one, mut other) = (RandomStream::new(9), RandomStream::new(9));
        assert_eq!(one.range(5, 5), 5);
        other.next_u64();
        assert_eq!(one, other);
    }

    #[test]
    fn that_gives_returns_the_stream_with_this_next_word() {
        for word in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef, 1 << 63] {
            assert_eq!(RandomStream::that_gives(word).next_u64(), word);
        }
    }

    #[test]
    fn chances_are_about_right() {
        let mut stream = RandomStream::stream(1, 2);
        assert!((0..1000).all(|_| !stream.chance_ppm(0)));
        assert!((0..1000).all(|_| stream.chance_ppm(1_000_000)));
        let hits = (0..100_000).filter(|_| stream.chance_ppm(100_000)).count();
        assert!((9_000..11_000).contains(&hits), "{hits} of 100,000 at ten per cent");
    }

    #[test]
    fn streams_of_different_seeds_or_purposes_differ() {
        assert_ne!(RandomStream::stream(1, 1).next_u64(), RandomStream::stream(1, 2).next_u64());
        assert_ne!(RandomStream::stream(1, 1).next_u64(), RandomStream::stream(2, 1).next_u64());
    }

    #[test]
    fn every_platform_draws_the_same() {
        let mut stream = RandomStream::stream(42, 7);
        assert_eq!(
            [stream.next_u64(), stream.next_u64()],
            [5_009_263_153_448_889_737, 16_827_448_302_476_110_527]
        );
        let drawn: Vec<u64> = (0..4).map(|_| rand::RngExt::random_range(&mut stream, 150..300)).collect();
        assert_eq!(drawn, [186, 174, 179, 258]);
        let mut bytes = [0; 11];
        assert_eq!(stream.try_fill_bytes(&mut bytes), Ok(()));
        assert_eq!(bytes, [10, 240, 94, 175, 219, 141, 240, 102, 112, 2, 60]);
        assert_eq!(stream.try_next_u32(), Ok(1_131_004_770));
    }
}
