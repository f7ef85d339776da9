//! Object headers, version 2 (HDF5 file format specification, IV.A.1.b) and their messages.

use hdf5_reader::checksum::jenkins_lookup3;

use super::superblock::UNDEFINED;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;

const DATASPACE: u8 = 0x01;
const LINK_INFO: u8 = 0x02;
const DATATYPE: u8 = 0x03;
const FILL_VALUE: u8 = 0x05;
const LINK: u8 = 0x06;
const LAYOUT: u8 = 0x08;
const GROUP_INFO: u8 = 0x0a;
const FILTERS: u8 = 0x0b;
const ATTRIBUTE: u8 = 0x0c;
/// Flag of a message whose content never changes.
const CONSTANT: u8 = 1;

/// Messages of one object, in the order of writing.
#[derive(Default)]
pub(super) struct Header(Vec<(u8, u8, Vec<u8>)>);

impl Header {
    /// Starts the header of a group with compact links.
    pub(super) fn group() -> Self {
        let mut info = vec![0, 0];
        info.extend(UNDEFINED.to_le_bytes());
        info.extend(UNDEFINED.to_le_bytes());
        Self(vec![(LINK_INFO, 0, info), (GROUP_INFO, CONSTANT, vec![0, 0])])
    }

    /// Starts the header of a dataset.
    pub(super) fn dataset(shape: Vec<u8>, datatype: Vec<u8>) -> Self {
        /// Version 3; space allocated as chunks come, fill value written when set; the default value, zero.
        const FILL: [u8; 2] = [3, 0x0b];
        Self(vec![(DATASPACE, 0, shape), (DATATYPE, CONSTANT, datatype), (FILL_VALUE, CONSTANT, FILL.to_vec())])
    }

    /// Adds the link to a member of a group (version 1, hard).
    pub(super) fn link(&mut self, name: &str, address: u64) {
        /// Size of the length field: 4 bytes; character set present.
        const FLAGS: u8 = 0x02 | 0x10;
        let mut out = vec![1, FLAGS, u8::from(!name.is_ascii())];
        out.extend(u32::try_from(name.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend(name.as_bytes());
        out.extend(address.to_le_bytes());
        self.0.push((LINK, 0, out));
    }

    /// Adds the layout of a contiguous dataset (version 3).
    pub(super) fn contiguous(&mut self, address: u64, length: u64) {
        let mut out = vec![3, 1];
        out.extend(address.to_le_bytes());
        out.extend(length.to_le_bytes());
        self.0.push((LAYOUT, 0, out));
    }

    /// Adds the layout of a chunked dataset (version 3) with its index at `address`.
    pub(super) fn chunked(&mut self, address: u64, chunk: &[u32], element: u32) {
        let mut out = vec![3, 2, u8::try_from(chunk.len() + 1).unwrap_or(u8::MAX)];
        out.extend(address.to_le_bytes());
        chunk.iter().chain([&element]).for_each(|d| out.extend(d.to_le_bytes()));
        self.0.push((LAYOUT, 0, out));
    }

    /// Adds the filters of a chunked dataset.
    pub(super) fn filters(&mut self, message: Vec<u8>) {
        self.0.push((FILTERS, CONSTANT, message));
    }

    /// Adds an attribute.
    pub(super) fn attribute(&mut self, message: Vec<u8>) {
        self.0.push((ATTRIBUTE, 0, message));
    }

    /// Encodes the header with its checksum.
    ///
    /// # Errors
    /// `hdf5.unsupported` when a message exceeds 64 KiB or all together exceed 4 GiB.
    pub(super) fn encode(&self) -> Result<Vec<u8>> {
        /// Size of chunk 0 in 4 bytes; no times.
        const FLAGS: u8 = 0x02;
        let too_large = |what: &str| Error::new(Code::Hdf5Unsupported, format!("{what} exceeds what HDF5 can hold"));
        let length: usize = self.0.iter().map(|(_, _, data)| 4 + data.len()).sum();
        let mut out = b"OHDR".to_vec();
        out.extend([2, FLAGS]);
        out.extend(u32::try_from(length).map_err(|_| too_large("an object header"))?.to_le_bytes());
        for (kind, flags, data) in &self.0 {
            let size = u16::try_from(data.len())
                .map_err(|_| too_large("an attribute").expected("65535 bytes at most").found(data.len()))?;
            out.push(*kind);
            out.extend(size.to_le_bytes());
            out.push(*flags);
            out.extend(data);
        }
        let sum = jenkins_lookup3(&out);
        out.extend(sum.to_le_bytes());
        Ok(out)
    }
}
