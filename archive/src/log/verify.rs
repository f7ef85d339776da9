//! Verifies a whole log: each entry against its tile, each tile against the ones below, the root against the checkpoint,
//! and everything against what was seen of the log before, by which a log that was shortened or rewritten is found out.

use std::collections::BTreeMap;

use super::CHECKPOINT;
use super::checkpoint::Checkpoint;
use super::note::VerifierKey;
use super::tiles::{Kind, Tile, WIDTH, entries, hashes, read};
use super::tree::{Frontier, Hash};
use crate::error::{Code, Error, Result};
use crate::store::Store;

/// Problems that are listed one by one.
const LISTED: usize = 100;

/// State of the log that somebody kept: a checkpoint, or a proof of an entry.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Where it comes from, for the report.
    pub name: String,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Index and bytes of the entry, for a proof.
    pub entry: Option<(u64, bytes::Bytes)>,
}

/// Something wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no checkpoint, or none that the log signed.
    Checkpoint {
        /// What is wrong with it.
        message: String,
    },
    /// A tile or a bundle is missing or is none.
    Part {
        /// Its path in the log.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// An entry is not the one that was hashed into its tile.
    Entry {
        /// Its index.
        index: u64,
    },
    /// A hash of a tile is not that of what it stands for.
    Tile {
        /// Path of the tile.
        path: String,
        /// First hash that differs, in its tile.
        hash: u64,
    },
    /// The entries do not have the root that the checkpoint signs.
    Root {
        /// The root of the checkpoint.
        expected: Hash,
        /// The root of the entries.
        found: Hash,
    },
    /// The log is shorter than it was.
    Truncated {
        /// Who saw it.
        seen: String,
        /// Entries that were seen.
        expected: u64,
        /// Entries that are there.
        found: u64,
    },
    /// The log is not a continuation of what was seen.
    Forked {
        /// Who saw it.
        seen: String,
        /// Entries that were seen.
        size: u64,
    },
    /// An entry is not the one that was seen at its place.
    Replaced {
        /// Who saw it.
        seen: String,
        /// Index of the entry.
        index: u64,
    },
}

/// What verifying a log came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogReport {
    /// Entries that the checkpoint signs.
    pub size: u64,
    /// Entries that were hashed again.
    pub entries: u64,
    /// The first of what is wrong.
    pub problems: Vec<Problem>,
    /// How much is wrong altogether.
    pub wrong: u64,
}

impl LogReport {
    /// Tells whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    fn add(&mut self, problem: Problem) {
        self.wrong += 1;
        if self.problems.len() < LISTED {
            self.problems.push(problem);
        }
    }
}

pub(super) async fn verify(store: &Store, key: &VerifierKey, seen: &[Seen]) -> Result<LogReport> {
    let mut report = LogReport::default();
    let signed = store.document(CHECKPOINT).await?;
    let missing = || Error::new(Code::Log, "there is no checkpoint").file(store.name());
    let checkpoint = match signed.ok_or_else(missing).and_then(|bytes| Checkpoint::open(&bytes, key)) {
        Ok((checkpoint, _)) => checkpoint,
        Err(e) => {
            report.add(Problem::Checkpoint { message: e.to_string() });
            // Without it nothing says how long the log is; what was seen says how long it was at least.
            let Some(last) = seen.iter().max_by_key(|s| s.checkpoint.size) else { return Ok(report) };
            last.checkpoint.clone()
        }
    };
    report.size = checkpoint.size;
    let known = seen.iter().filter(|s| s.checkpoint.size <= checkpoint.size);
    let mut roots: BTreeMap<u64, Vec<&Seen>> = BTreeMap::new();
    for one in known {
        roots.entry(one.checkpoint.size).or_default().push(one);
    }
    for one in seen.iter().filter(|s| s.checkpoint.size > checkpoint.size) {
        let (seen, expected) = (one.name.clone(), one.checkpoint.size);
        report.add(Problem::Truncated { seen, expected, found: checkpoint.size });
    }
    let mut tree = Some(Frontier::default());
    let mut upper = Upper { store, size: checkpoint.size, levels: Vec::new() };
    compare(&mut report, &tree, &roots);
    for index in 0..checkpoint.size.div_ceil(WIDTH) {
        let leaves = leaves(&mut report, store, (index, checkpoint.size), seen).await?;
        for leaf in &leaves {
            match leaf {
                Some(leaf) => tree.iter_mut().for_each(|tree| tree.push(*leaf)),
                None => tree = None,
            }
            compare(&mut report, &tree, &roots);
        }
        if leaves.len() as u64 == WIDTH {
            upper.push(&mut report, leaves).await?;
        }
    }
    upper.finish(&mut report).await?;
    if let Some(found) = tree.map(|tree| tree.root()).filter(|root| *root != checkpoint.root) {
        report.add(Problem::Root { expected: checkpoint.root, found });
    }
    Ok(report)
}

/// Hashes the entries of a bundle and compares them with their tile. Entries that are lost are told by their hashes in
/// the tile; where that is lost as well, nothing tells them.
async fn leaves(
    report: &mut LogReport,
    store: &Store,
    (index, size): (u64, u64),
    seen: &[Seen],
) -> Result<Vec<Option<Hash>>> {
    let (Some(bundle), Some(tile)) = (Tile::of(Kind::Entries, index, size), Tile::of(Kind::Hashes(0), index, size))
    else {
        return Ok(Vec::new());
    };
    let stored = stored_hashes(report, store, tile).await?;
    let found = match part(report, store, bundle).await? {
        Some(bytes) => entries(bundle, &bytes, store.name()).map_err(|e| report.add(damaged(bundle, &e))).ok(),
        None => None,
    };
    let Some(found) = found else {
        return Ok(match stored {
            Some(stored) => stored.into_iter().map(Some).collect(),
            None => vec![None; bundle.width as usize],
        });
    };
    report.entries += found.len() as u64;
    let mut leaves = Vec::with_capacity(found.len());
    for (at, entry) in (index * WIDTH..).zip(&found) {
        let leaf = Hash::of_leaf(entry);
        if stored.as_ref().and_then(|stored| stored.get(leaves.len())).is_some_and(|stored| *stored != leaf) {
            report.add(Problem::Entry { index: at });
        }
        for one in seen.iter().filter(|s| s.entry.as_ref().is_some_and(|(i, bytes)| *i == at && bytes != entry)) {
            report.add(Problem::Replaced { seen: one.name.clone(), index: at });
        }
        leaves.push(Some(leaf));
    }
    Ok(leaves)
}

/// Compares the tree with what was seen of it at its size.
fn compare(report: &mut LogReport, tree: &Option<Frontier>, roots: &BTreeMap<u64, Vec<&Seen>>) {
    let Some(tree) = tree else { return };
    for one in roots.get(&tree.size()).into_iter().flatten() {
        if one.checkpoint.root != tree.root() {
            report.add(Problem::Forked { seen: one.name.clone(), size: tree.size() });
        }
    }
}

/// Reads a part of the log; what is missing goes to the report.
async fn part(report: &mut LogReport, store: &Store, tile: Tile) -> Result<Option<bytes::Bytes>> {
    match read(store, tile).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if matches!(e.archive_code(), Some(Code::Log | Code::Corrupt)) => {
            report.add(damaged(tile, &e));
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

fn damaged(tile: Tile, e: &Error) -> Problem {
    Problem::Part { path: tile.to_string(), message: e.to_string() }
}

async fn stored_hashes(report: &mut LogReport, store: &Store, tile: Tile) -> Result<Option<Vec<Hash>>> {
    let Some(bytes) = part(report, store, tile).await? else { return Ok(None) };
    Ok(hashes(tile, &bytes, store.name()).map_err(|e| report.add(damaged(tile, &e))).ok())
}

/// Tiles above those of the leaves, as they fill.
struct Upper<'a> {
    store: &'a Store,
    size: u64,
    /// From level 1 on: how many tiles are complete, and the hashes of the next.
    levels: Vec<(u64, Vec<Option<Hash>>)>,
}

impl Upper<'_> {
    /// Takes a full tile of leaves.
    async fn push(&mut self, report: &mut LogReport, leaves: Vec<Option<Hash>>) -> Result<()> {
        let mut full = Some(leaves);
        for level in 0.. {
            let Some(below) = full.take() else { break };
            if self.levels.len() == level {
                self.levels.push((0, Vec::new()));
            }
            let Some((done, hashes)) = self.levels.get_mut(level) else { break };
            hashes.push(below.into_iter().collect::<Option<Vec<Hash>>>().and_then(Hash::of_complete));
            if hashes.len() as u64 == WIDTH {
                let (index, complete) = (*done, std::mem::take(hashes));
                *done += 1;
                self.compare(report, level, index, &complete).await?;
                full = Some(complete);
            }
        }
        Ok(())
    }

    /// Compares the last tile of each level.
    async fn finish(&self, report: &mut LogReport) -> Result<()> {
        for (level, (done, hashes)) in self.levels.iter().enumerate().filter(|(_, (_, hashes))| !hashes.is_empty()) {
            self.compare(report, level, *done, hashes).await?;
        }
        Ok(())
    }

    async fn compare(&self, report: &mut LogReport, level: usize, index: u64, computed: &[Option<Hash>]) -> Result<()> {
        let Some(tile) = Tile::of(Kind::Hashes(level as u32 + 1), index, self.size) else { return Ok(()) };
        let Some(stored) = stored_hashes(report, self.store, tile).await? else { return Ok(()) };
        let different =
            stored.iter().zip(computed).position(|(stored, computed)| computed.is_some_and(|c| c != *stored));
        if let Some(hash) = different {
            report.add(Problem::Tile { path: tile.to_string(), hash: hash as u64 });
        }
        Ok(())
    }
}
