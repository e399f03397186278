//! Rows of numbers, encoded as the differences to the previous row.

/// Returns one bit for each column in which two rows differ.
///
/// Do not compare the arrays by `==`: this calls `memcmp`, which in wasm compares byte by byte and
/// took a fifth of the time of an idle run.
pub(super) fn changed_columns(previous: &[u64], next: &[u64]) -> u64 {
    let pairs = previous.iter().zip(next).enumerate();
    pairs.fold(0, |mask, (at, (before, now))| mask | u64::from(before != now) << at)
}

/// Writes the differences of `next` to `previous`: a mask of the columns, then the differences.
///
/// Numbers are in LEB128, seven bits per byte. Differences are zigzag-encoded, so that small
/// negative ones stay short.
pub(super) fn write_row(bytes: &mut Vec<u8>, previous: &[u64], next: &[u64]) {
    write_number(bytes, changed_columns(previous, next));
    for (before, now) in previous.iter().zip(next) {
        if before != now {
            let difference = now.wrapping_sub(*before) as i64;
            write_number(bytes, ((difference << 1) ^ (difference >> 63)) as u64);
        }
    }
}

/// Reads the output of [`write_row`] and applies it to the row.
pub(super) fn read_row(bytes: &[u8], at: &mut usize, row: &mut [u64]) {
    let mask = read_number(bytes, at);
    for (column, value) in row.iter_mut().enumerate() {
        if mask & 1 << column != 0 {
            let folded = read_number(bytes, at);
            let difference = (folded >> 1) ^ (folded & 1).wrapping_neg();
            *value = value.wrapping_add(difference);
        }
    }
}

/// Writes a number in LEB128.
pub(super) fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number in LEB128; returns 0 after the end.
pub(super) fn read_number(bytes: &[u8], at: &mut usize) -> u64 {
    let mut number = 0;
    let mut shift = 0;
    while let Some(byte) = bytes.get(*at) {
        *at += 1;
        number |= u64::from(byte & 0x7f) << (shift & 63);
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decoded_rows_equal_the_encoded_ones(rows: Vec<[u64; 9]>) {
            let mut bytes = Vec::new();
            let mut before = [0; 9];
            for row in &rows {
                write_row(&mut bytes, &before, row);
                before = *row;
            }
            let (mut at, mut row) = (0, [0; 9]);
            for expected in &rows {
                read_row(&bytes, &mut at, &mut row);
                prop_assert_eq!(&row, expected);
            }
            prop_assert_eq!(at, bytes.len());
        }
    }
}
