//! Fletcher-32 as HDF5 computes it (`H5_checksum_fletcher32`).

/// Words of 16 bits after which the sums are folded, so that 32 bits never overflow.
const BATCH: usize = 360;

/// Computes the checksum of a stored chunk.
///
/// Words are big-endian whatever the machine; a trailing odd byte counts as the upper half of a word.
pub(super) fn fletcher32(data: &[u8]) -> u32 {
    let (mut low, mut high) = (0_u32, 0_u32);
    let (body, odd) = data.split_at(data.len() & !1);
    for batch in body.chunks(2 * BATCH) {
        let mut eights = batch.chunks_exact(16);
        for eight in &mut eights {
            let (mut sum, mut weighted, mut weight) = (0, 0, 8);
            for word in eight.chunks_exact(2) {
                let word = word_of(word);
                sum += word;
                weighted += weight * word;
                weight -= 1;
            }
            high += 8 * low + weighted;
            low += sum;
        }
        for word in eights.remainder().chunks_exact(2) {
            low += word_of(word);
            high += low;
        }
        (low, high) = (fold(low), fold(high));
    }
    if let [byte] = odd {
        low += u32::from(*byte) << 8;
        high += low;
        (low, high) = (fold(low), fold(high));
    }
    fold(high) << 16 | fold(low)
}

/// Returns the checksum with the bytes of each half exchanged, as HDF5 before 1.6.3 stored it on little-endian
/// machines; libhdf5 accepts both.
pub(super) fn swapped(sum: u32) -> u32 {
    (sum & 0x00ff_00ff) << 8 | (sum & 0xff00_ff00) >> 8
}

fn word_of(bytes: &[u8]) -> u32 {
    match bytes {
        [upper, lower] => u32::from(*upper) << 8 | u32::from(*lower),
        _ => 0,
    }
}

fn fold(sum: u32) -> u32 {
    (sum & 0xffff) + (sum >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_another_implementation() {
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..5000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        for length in (0..40).chain([719, 720, 721, 736, 1441, 4999, 5000]) {
            for data in [&noise[..length], &vec![0xff; length], &vec![0; length]] {
                assert_eq!(fletcher32(data), hdf5_reader::checksum::fletcher32(data), "{length} bytes");
            }
        }
    }

    #[test]
    fn halves_are_swapped_bytewise() {
        assert_eq!(swapped(0x1234_5678), 0x3412_7856);
    }
}
