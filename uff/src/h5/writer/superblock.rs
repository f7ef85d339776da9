//! Superblock, version 2 (HDF5 file format specification, II.B).

use hdf5_reader::checksum::jenkins_lookup3;

/// Bytes of a superblock with 8-byte offsets.
pub(super) const SIZE: u64 = 48;
/// Address that says "none".
pub(super) const UNDEFINED: u64 = u64::MAX;

/// Encodes the superblock of a file of `end` bytes whose root group stands at `root`.
pub(super) fn encode(root: u64, end: u64) -> Vec<u8> {
    const VERSION: u8 = 2;
    const SIZES: [u8; 2] = [8, 8];
    const FLAGS: u8 = 0;
    const BASE: u64 = 0;
    let mut out = b"\x89HDF\r\n\x1a\n".to_vec();
    out.extend([VERSION, SIZES[0], SIZES[1], FLAGS]);
    [BASE, UNDEFINED, end, root].iter().for_each(|a| out.extend(a.to_le_bytes()));
    let sum = jenkins_lookup3(&out);
    out.extend(sum.to_le_bytes());
    out
}
