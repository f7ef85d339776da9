//! Where hashes and entries of a log lie (C2SP tlog-tiles): tiles of 256 hashes, bundles of 256 entries.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use bytes::{BufMut, Bytes, BytesMut};

use super::tree::{Hash, Node, root};
use crate::error::{Code, Error, Result};
use crate::store::Store;

/// Hashes of a full tile, entries of a full bundle.
pub const WIDTH: u64 = 256;
/// Tree levels from one level of tiles to the next.
const HEIGHT: u32 = 8;
/// Largest entry: its length takes two bytes.
pub(crate) const MAX_ENTRY: usize = u16::MAX as usize;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Hashes of that level of tiles; level 0 has those of leaves.
    Hashes(u32),
    /// Entries.
    Entries,
}

/// A tile or a bundle, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub kind: Kind,
    /// Number of tiles of its kind before it.
    pub index: u64,
    /// Hashes or entries in it, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Returns a tile of the tree of that size, as wide as it is there; nothing when it has none.
    pub fn of(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let before = index.checked_mul(WIDTH)?;
        let width = count(kind, size).checked_sub(before)?.min(WIDTH);
        (width > 0).then_some(Self { kind, index, width })
    }

    /// Tells whether it will never change.
    pub fn is_full(&self) -> bool {
        self.width == WIDTH
    }

    /// Returns the directory in which partial tiles of that index lie.
    pub(crate) fn partials(&self) -> String {
        format!("{}.p", Self { width: WIDTH, ..*self })
    }
}

/// Path relative to the log.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            match place {
                0 => write!(f, "{group:03}")?,
                _ => write!(f, "x{group:03}/")?,
            }
        }
        match self.is_full() {
            true => Ok(()),
            false => write!(f, ".p/{}", self.width),
        }
    }
}

/// Returns how many hashes of a level, or entries, the tree of that size has.
pub fn count(kind: Kind, size: u64) -> u64 {
    match kind {
        Kind::Hashes(level) => size.checked_shr(HEIGHT * level).unwrap_or(0),
        Kind::Entries => size,
    }
}

/// Levels of tiles of the tree of that size.
pub(crate) fn levels(size: u64) -> u32 {
    (0..u64::BITS / HEIGHT).take_while(|level| count(Kind::Hashes(*level), size) > 0).count() as u32
}

/// Hashes of a tile, checked to be as many as it is wide.
///
/// # Errors
/// `archive.log` when they are not.
pub(crate) fn hashes(tile: Tile, bytes: &[u8], name: &str) -> Result<Vec<Hash>> {
    let (found, rest) = bytes.as_chunks::<{ Hash::SIZE }>();
    match rest.is_empty() && found.len() as u64 == tile.width {
        true => Ok(found.iter().map(|hash| Hash(*hash)).collect()),
        false => Err(Error::new(Code::Log, "a tile of the custody log has another size")
            .file(format!("{name}/{tile}"))
            .expected(format!("{} bytes", tile.width * Hash::SIZE as u64))
            .found(format!("{} bytes", bytes.len()))),
    }
}

/// Splits a bundle into its entries, checked to be as many as it is wide.
///
/// # Errors
/// `archive.log` when they are not.
pub(crate) fn entries(tile: Tile, bytes: &Bytes, name: &str) -> Result<Vec<Bytes>> {
    let wrong = |found: String| {
        Error::new(Code::Log, "a bundle of the custody log does not hold its entries")
            .file(format!("{name}/{tile}"))
            .expected(format!("{} entries", tile.width))
            .found(found)
    };
    let (mut rest, mut entries) = (bytes.clone(), Vec::with_capacity(tile.width as usize));
    while let Some(length) = rest.first_chunk::<2>() {
        let end = 2 + usize::from(u16::from_be_bytes(*length));
        if rest.len() < end {
            return Err(wrong(format!("{} and a piece of another", entries.len())));
        }
        entries.push(rest.split_to(end).slice(2..));
    }
    match rest.is_empty() && entries.len() as u64 == tile.width {
        true => Ok(entries),
        false => Err(wrong(format!("{} and {} bytes", entries.len(), rest.len()))),
    }
}

/// Adds an entry to a bundle.
///
/// # Errors
/// `archive.internal` when it is longer than a bundle can say.
pub(crate) fn add_entry(bundle: &mut BytesMut, entry: &[u8]) -> Result<()> {
    let length = u16::try_from(entry.len())
        .map_err(|e| Error::new(Code::Internal, "an entry of the custody log is too long").cause(e))?;
    bundle.put_u16(length);
    bundle.put_slice(entry);
    Ok(())
}

/// Tiles of a log of a certain size, read as they are needed and kept.
pub(crate) struct Tiles<'a> {
    store: &'a Store,
    size: u64,
    read: BTreeMap<(u32, u64), Vec<Hash>>,
}

impl<'a> Tiles<'a> {
    pub(crate) fn new(store: &'a Store, size: u64) -> Self {
        Self { store, size, read: BTreeMap::new() }
    }

    /// Hashes the subtrees over ranges of leaves.
    ///
    /// # Errors
    /// `archive.log` when a tile is missing or has another size; `archive.store`.
    pub(crate) async fn hash(&mut self, ranges: &[Range<u64>]) -> Result<Vec<Hash>> {
        for node in ranges.iter().flat_map(super::tree::nodes) {
            let (level, index) = Self::place(node);
            if !self.read.contains_key(&(level, index)) {
                let hashes = self.tile(level, index).await?;
                self.read.insert((level, index), hashes);
            }
        }
        ranges.iter().map(|range| root(range, |node| self.node(node))).collect()
    }

    /// Returns the tile in which the hashes under a node lie.
    fn place(node: Node) -> (u32, u64) {
        (node.level / HEIGHT, node.index >> (HEIGHT - node.level % HEIGHT))
    }

    fn node(&self, node: Node) -> Result<Hash> {
        let (level, index) = Self::place(node);
        let height = node.level % HEIGHT;
        let first = (node.index << height) - index * WIDTH;
        let part =
            self.read.get(&(level, index)).and_then(|tile| tile.get(first as usize..(first + (1 << height)) as usize));
        part.and_then(|part| Hash::of_complete(part.to_vec()))
            .ok_or_else(|| Error::new(Code::Internal, "a hash lies outside its tile").file(self.store.name()))
    }

    async fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>> {
        let outside = || Error::new(Code::Internal, "a tile lies outside the tree").file(self.store.name());
        let tile = Tile::of(Kind::Hashes(level), index, self.size).ok_or_else(outside)?;
        hashes(tile, &read(self.store, tile).await?, self.store.name())
    }
}

/// Reads a tile or bundle. A partial one that is gone is taken from the full one, whose beginning it is.
///
/// # Errors
/// `archive.log` when neither is there; `archive.store`.
pub(crate) async fn read(store: &Store, tile: Tile) -> Result<Bytes> {
    if let Some(bytes) = store.document(&tile.to_string()).await? {
        return Ok(bytes);
    }
    let full = Tile { width: WIDTH, ..tile };
    let missing =
        || Error::new(Code::Log, "a part of the custody log is missing").file(format!("{}/{tile}", store.name()));
    let bytes = store.document(&full.to_string()).await?.ok_or_else(missing)?;
    let length = match tile.kind {
        Kind::Hashes(_) => tile.width as usize * Hash::SIZE,
        Kind::Entries => {
            entries(full, &bytes, store.name())?.iter().take(tile.width as usize).map(|entry| 2 + entry.len()).sum()
        }
    };
    bytes.get(..length).ok_or_else(missing)?;
    Ok(bytes.slice(..length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the specification.
    #[test]
    fn paths_and_widths_are_those_of_the_specification() {
        let tile = |kind, index, size| Tile::of(kind, index, size).map(|t| t.to_string());
        assert_eq!(tile(Kind::Hashes(0), 1_234_067, u64::MAX).as_deref(), Some("tile/0/x001/x234/067"));
        let size = 70_000;
        assert_eq!(tile(Kind::Hashes(0), 272, size).as_deref(), Some("tile/0/272"));
        assert_eq!(tile(Kind::Hashes(0), 273, size).as_deref(), Some("tile/0/273.p/112"));
        assert_eq!(tile(Kind::Hashes(0), 274, size), None);
        assert_eq!(tile(Kind::Hashes(1), 0, size).as_deref(), Some("tile/1/000"));
        assert_eq!(tile(Kind::Hashes(1), 1, size).as_deref(), Some("tile/1/001.p/17"));
        assert_eq!(tile(Kind::Hashes(2), 0, size).as_deref(), Some("tile/2/000.p/1"));
        assert_eq!(tile(Kind::Hashes(3), 0, size), None);
        assert_eq!((levels(size), levels(0), levels(256), levels(255)), (3, 0, 2, 1));
        assert_eq!(tile(Kind::Entries, 273, size).as_deref(), Some("tile/entries/273.p/112"));
        assert_eq!(Tile::of(Kind::Entries, 273, size).map(|t| t.partials()).as_deref(), Some("tile/entries/273.p"));
    }

    #[test]
    fn bundles_say_where_entries_end() {
        let mut bundle = BytesMut::new();
        for entry in [&b"one"[..], b"", b"three"] {
            add_entry(&mut bundle, entry).expect("short");
        }
        assert_eq!(&bundle[..], b"\x00\x03one\x00\x00\x00\x05three");
        let bundle = bundle.freeze();
        let tile = Tile { kind: Kind::Entries, index: 0, width: 3 };
        assert_eq!(entries(tile, &bundle, "l").expect("sound"), [&b"one"[..], b"", b"three"]);
        for cut in 0..bundle.len() {
            assert_eq!(entries(tile, &bundle.slice(..cut), "l").expect_err("cut").code(), "archive.log", "{cut}");
        }
        let wider = Tile { width: 4, ..tile };
        assert_eq!(entries(wider, &bundle, "l").expect_err("one too few").code(), "archive.log");
        assert!(add_entry(&mut BytesMut::new(), &[0; MAX_ENTRY + 1]).is_err());
    }
}
