//! Search of a directory tree for deliveries.
//!
//! The innermost directory that one reader recognises whole is one delivery: so a neighbour that nobody knows never
//! becomes part of it. Only when all that lies below lacks files that it needs, the directory above may be the delivery.
//! The direct files of any other directory are grouped by stem (`scan.raw` and `scan.xml`), and each
//! group that is recognised is a delivery. A directory whose own files several groups of which could be deliveries is
//! read to see whether it is one scan: only where the reader says that it cannot tell which files are meant
//! (`input.ambiguous`) are the groups taken one by one.
//!
//! Nothing is converted and no digest is computed. Symbolic links and names that start with a dot are passed over. The
//! order is that of the names, by their bytes; depth and number of entries are bounded by the budget.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use super::Delivery;
use super::ReadOptions;
use super::VendorReader;
use super::png::Png;
use super::profile::ProfileReader;
use super::recognize;
use crate::error::Code;
use crate::error::Direction;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;

/// A delivery that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// Path below the directory that was searched, with forward slashes, of a group without the ending of its files;
    /// empty for the directory itself. No two deliveries have the same.
    pub name: String,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Whole(PathBuf),
    Group(Vec<PathBuf>),
}

impl Discovered {
    /// Makes a delivery of a whole file or directory.
    pub fn whole(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), content: Content::Whole(path.into()) }
    }

    /// Makes a delivery of files of one directory.
    pub fn group(name: impl Into<String>, files: Vec<PathBuf>) -> Self {
        Self { name: name.into(), content: Content::Group(files) }
    }

    /// Opens the delivery and computes its digests.
    ///
    /// # Errors
    /// As [`Delivery::open`].
    pub fn open(&self, budget: &Budget) -> Result<Delivery> {
        match &self.content {
            Content::Whole(path) => Delivery::open(path, budget),
            Content::Group(files) => Delivery::open_files(self.name.rsplit('/').next().unwrap_or_default(), files),
        }
    }

    fn glance(&self, budget: &Budget) -> Result<Delivery> {
        match &self.content {
            Content::Whole(path) => Delivery::glance(path, budget),
            Content::Group(files) => Delivery::glance_files(&self.name, files),
        }
    }

    /// Returns the directory, or the only or first file.
    pub fn path(&self) -> &Path {
        match &self.content {
            Content::Whole(path) => path,
            Content::Group(files) => files.first().map_or(Path::new(""), PathBuf::as_path),
        }
    }
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Deliveries, in the order of their names.
    pub deliveries: Vec<Discovered>,
    /// Files that belong to no delivery, and links, as paths below the directory that was searched.
    pub others: Vec<String>,
    /// What could not be looked at.
    pub failures: Vec<Error>,
}

/// Searches a directory for deliveries; directories for which `skip` is true are passed over.
///
/// A profile named by the caller is used where it recognises the content, not everywhere.
///
/// # Errors
/// `io.*` when the directory itself cannot be listed; `limit.count`, `limit.depth`; `usage` for a reader that does not
/// exist.
pub fn discover(
    root: &Path,
    options: &ReadOptions,
    skip: &dyn Fn(&Path) -> bool,
    budget: &Budget,
) -> Result<Discovery> {
    let mut options = options.clone();
    if let Some(profile) = options.profile.take() {
        options.format = Some(ProfileReader::NAME.to_owned());
        options.profiles = vec![profile];
    }
    let search = Search { options, skip, budget };
    let listing = search.list(root)?;
    let mut found = Discovery::default();
    search.directory(root, "", 1, listing, &mut found)?;
    found.deliveries.sort_by(|a, b| a.name.cmp(&b.name));
    found.others.sort();
    Ok(found)
}

/// Returns the name of a file without its last suffix: files of one stem are one group.
pub fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// Groups files of one directory by stem, in the order of their names.
pub fn groups(files: Vec<PathBuf>) -> BTreeMap<String, Vec<PathBuf>> {
    let mut groups: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in files {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        groups.entry(stem(&name).to_owned()).or_default().push(path);
    }
    groups.values_mut().for_each(|files| files.sort());
    groups
}

/// Entries of a directory, sorted by name.
#[derive(Default)]
struct Listing {
    directories: Vec<(String, PathBuf)>,
    files: Vec<PathBuf>,
    links: Vec<String>,
}

/// What a reader says to files.
enum Answer {
    One,
    Several,
    None,
}

struct Search<'a> {
    options: ReadOptions,
    skip: &'a dyn Fn(&Path) -> bool,
    budget: &'a Budget,
}

impl Search<'_> {
    fn list(&self, path: &Path) -> Result<Listing> {
        let fail = |e| Error::io(Direction::Read, path, e);
        let mut listing = Listing::default();
        for entry in fs::read_dir(path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            self.budget.count(1, "files to search for deliveries").map_err(|e| e.file(path.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(fail)?;
            match () {
                () if name.starts_with('.') => {}
                () if kind.is_dir() => listing.directories.push((name, entry.path())),
                () if kind.is_file() => listing.files.push(entry.path()),
                () => listing.links.push(name),
            }
        }
        listing.directories.sort();
        listing.files.sort();
        Ok(listing)
    }

    fn directory(&self, path: &Path, prefix: &str, depth: u32, listing: Listing, found: &mut Discovery) -> Result<()> {
        self.budget.depth(depth, "the directory").map_err(|e| e.file(path.display()))?;
        let mut below = Discovery::default();
        for (name, inner) in &listing.directories {
            if (self.skip)(inner) {
                continue;
            }
            match self.list(inner) {
                Ok(listing) => self.directory(inner, &format!("{prefix}{name}/"), depth + 1, listing, &mut below)?,
                Err(e) if e.code() == Code::LimitCount => return Err(e),
                Err(e) => below.failures.push(e),
            }
        }
        let skipped = listing.directories.iter().any(|(_, inner)| (self.skip)(inner));
        let mut ambiguous = false;
        let incomplete = below.deliveries.iter().all(|inner| self.lacks_files(inner));
        if incomplete && !skipped && below.failures.is_empty() {
            let whole = Discovered::whole(prefix.trim_end_matches('/'), path);
            match self.ask(&whole) {
                Ok(Answer::One) if self.is_one_scan(&whole, &listing) => {
                    found.deliveries.push(whole);
                    return Ok(());
                }
                Ok(Answer::Several) => ambiguous = true,
                // What keeps the whole from being one delivery need not keep its parts from being some.
                _ => {}
            }
        }
        self.groups(prefix, listing, &mut below);
        if ambiguous && below.deliveries.is_empty() {
            found.deliveries.push(Discovered::whole(prefix.trim_end_matches('/'), path));
            return Ok(());
        }
        found.deliveries.append(&mut below.deliveries);
        found.others.append(&mut below.others);
        found.failures.append(&mut below.failures);
        Ok(())
    }

    /// Takes each group of files that is recognised.
    fn groups(&self, prefix: &str, listing: Listing, found: &mut Discovery) {
        let name = |path: &PathBuf| {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            format!("{prefix}{name}")
        };
        found.others.extend(listing.links.iter().map(|link| format!("{prefix}{link}")));
        for (stem, files) in groups(listing.files) {
            let mut group = Discovered::group(format!("{prefix}{stem}"), files.clone());
            match self.ask(&group) {
                Ok(Answer::One | Answer::Several) => {
                    // A directory of the same name keeps the name; no stem equals the name of another group's file.
                    if found.deliveries.iter().any(|other| other.name == group.name) {
                        group.name = files.first().map(name).unwrap_or_default();
                    }
                    found.deliveries.push(group);
                }
                Ok(Answer::None) => found.others.extend(files.iter().map(name)),
                Err(e) => found.failures.push(e),
            }
        }
    }

    fn ask(&self, found: &Discovered) -> Result<Answer> {
        // A directory is counted when it is listed; looking at it must not use the budget up.
        let delivery = found.glance(&Budget::new(self.budget.limits().clone()))?;
        match recognize(&delivery, &self.options) {
            // A picture in colours, such as a photograph, is known by its format but is no scan.
            Ok(r) if r.reader.name() == Png.name() && self.complaint(found) == Some(Code::PngUnsupported) => {
                Ok(Answer::None)
            }
            Ok(_) => Ok(Answer::One),
            Err(e) if e.code() == Code::InputAmbiguous => Ok(Answer::Several),
            Err(e) if matches!(e.code(), Code::InputUnrecognized | Code::InputForeign) => Ok(Answer::None),
            Err(e) => Err(e),
        }
    }

    /// Tells whether a directory that is recognised whole is one scan.
    fn is_one_scan(&self, whole: &Discovered, listing: &Listing) -> bool {
        let mut recognised = 0;
        for (stem, files) in groups(listing.files.clone()) {
            if files.len() == listing.files.len() {
                return true;
            }
            recognised += usize::from(matches!(self.ask(&Discovered::group(stem, files)), Ok(Answer::One)));
        }
        if recognised < 2 {
            return true;
        }
        self.complaint(whole) != Some(Code::InputAmbiguous)
    }

    fn lacks_files(&self, found: &Discovered) -> bool {
        self.complaint(found) == Some(Code::InputMissingFile)
    }

    /// Reads a delivery and returns why that fails.
    fn complaint(&self, found: &Discovered) -> Option<Code> {
        let budget = Budget::new(self.budget.limits().clone());
        let read = || {
            let delivery = found.glance(&budget)?;
            recognize(&delivery, &self.options)?.reader.read(&delivery, &self.options, &budget)
        };
        read().err().map(|e| e.code())
    }
}

#[cfg(test)]
mod tests;
