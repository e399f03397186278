//! Base64 as RFC 4648 defines it: the standard alphabet with padding for etcd's JSON, and the URL-safe alphabet
//! without padding for links.

/// An alphabet of the RFC, with its rule for padding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alphabet {
    /// Section 4 of the RFC; `=` pads the text to groups of four letters.
    Standard,
    /// Section 5 of the RFC, without padding.
    Url,
}

/// The letters for the values 0 to 61, which both alphabets share.
const SHARED: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Alphabet {
    /// Returns the letters for the values 62 and 63.
    const fn last(self) -> [u8; 2] {
        match self {
            Alphabet::Standard => *b"+/",
            Alphabet::Url => *b"-_",
        }
    }

    /// Returns the letter for the six lowest bits of a number.
    fn letter(self, bits: u32) -> char {
        let value = (bits & 63) as usize;
        char::from(SHARED.get(value).copied().unwrap_or_else(|| self.last()[value & 1]))
    }
}

/// Encodes bytes.
pub(crate) fn encode(bytes: &[u8], alphabet: Alphabet) -> String {
    let mut letters = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            if place <= three.len() {
                letters.push(alphabet.letter(bits >> (18 - 6 * place)));
            } else if alphabet == Alphabet::Standard {
                letters.push('=');
            }
        }
    }
    letters
}

/// The reason why a text cannot be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DecodeError {
    /// The byte at this index is not in the alphabet.
    Letter(usize),
    /// The last letter holds bits of an unfinished byte: the text was cut or changed.
    Incomplete,
}

/// Decodes a text in [`Alphabet::Url`]. No two texts decode to the same bytes.
///
/// # Errors
/// Returns an error if the text contains a byte outside the alphabet (`=` is one), or ends within a byte.
pub(crate) fn decode_url(letters: &str) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    let (mut number, mut bits) = (0u32, 0u32);
    for (at, letter) in letters.bytes().enumerate() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return Err(DecodeError::Letter(at)),
        };
        // Keep only the bits that are not written yet.
        number = number << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((number >> bits) as u8);
            number &= (1 << bits) - 1;
        }
    }
    if bits >= 6 || number != 0 { Err(DecodeError::Incomplete) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648, section 10.
    const VECTORS: [(&str, &str); 7] = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];

    #[test]
    fn the_vectors_of_the_rfc_hold_in_both_alphabets() {
        for (text, letters) in VECTORS {
            let unpadded = letters.trim_end_matches('=');
            assert_eq!(encode(text.as_bytes(), Alphabet::Standard), letters);
            assert_eq!(encode(text.as_bytes(), Alphabet::Url), unpadded);
            assert_eq!(decode_url(unpadded), Ok(text.as_bytes().to_vec()));
        }
    }

    #[test]
    fn the_alphabets_differ_in_their_last_two_letters_only() {
        // All 64 values, one after the other.
        let bytes: Vec<u8> = (0..64u32)
            .step_by(4)
            .map(|first| first << 18 | (first + 1) << 12 | (first + 2) << 6 | (first + 3))
            .flat_map(|three| [(three >> 16) as u8, (three >> 8) as u8, three as u8])
            .collect();
        let shared = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        assert_eq!(encode(&bytes, Alphabet::Standard), format!("{shared}+/"));
        assert_eq!(encode(&bytes, Alphabet::Url), format!("{shared}-_"));
        assert_eq!(decode_url(&format!("{shared}-_")), Ok(bytes));
    }

    #[test]
    fn texts_that_encode_no_bytes_are_refused() {
        assert_eq!(decode_url("Zm9v+A"), Err(DecodeError::Letter(4)));
        assert_eq!(decode_url("Zg=="), Err(DecodeError::Letter(2)));
        assert_eq!(decode_url("Zmé"), Err(DecodeError::Letter(2)));
        // One letter holds six bits, which is less than a byte.
        assert_eq!(decode_url("Zm9vY"), Err(DecodeError::Incomplete));
        // "Zg" is the canonical text of the byte; "Zh" sets a bit behind it.
        assert_eq!(decode_url("Zh"), Err(DecodeError::Incomplete));
    }
}
