//! Rows of numbers, written as what changed since the row before.

/// A bit for each column in which two rows differ.
///
/// Comparing arrays by `==` is a call of `memcmp`, which wasm has byte by byte: it took a fifth of an idle run.
pub(super) fn changed_columns(previous: &[u64], next: &[u64]) -> u64 {
    let pairs = previous.iter().zip(next).enumerate();
    pairs.fold(0, |mask, (at, (before, now))| mask | u64::from(before != now) << at)
}

/// Writes what of `next` differs from `previous`: a mask of columns, then the differences.
///
/// Numbers are in LEB128, seven bits a byte; differences are folded so that small negative ones are
/// small as well.
pub(super) fn write_row(bytes: &mut Vec<u8>, previous: &[u64], next: &[u64]) {
    write_number(bytes, changed_columns(previous, next));
    for (before, now) in previous.iter().zip(next) {
        if before != now {
            let difference = now.wrapping_sub(*before) as i64;
            write_number(bytes, ((difference << 1) ^ (difference >> 63)) as u64);
        }
    }
}

/// Reads what [`write_row`] wrote and changes the row accordingly.
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

/// Writes a number.
pub(super) fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number; zero behind the end.
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
        fn rows_are_read_as_they_were_written(rows: Vec<[u64; 9]>) {
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
