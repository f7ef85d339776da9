//! Walks the storage root: every object with its files, one directory of the first level at a time, so that memory
//! stays at about a 256th of the listing.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use uff::model::ScanId;

use super::ROOT_DECLARATION;
use crate::config::MARKER;
use crate::error::Result;
use crate::id::{object_path, split_path};
use crate::store::{Entry, Store};

/// Files of the root that are no objects.
const ROOT_FILES: [&str; 3] = [ROOT_DECLARATION, "ocfl_layout.json", MARKER];
/// Directory of the root that holds no objects.
const EXTENSIONS: &str = "extensions";

/// First level of the storage root.
pub(crate) struct Top {
    /// Directories that hold objects.
    pub(crate) directories: Vec<String>,
    /// Files that belong to nothing.
    pub(crate) stray: Vec<Entry>,
}

/// What lies below one directory of the first level.
#[derive(Default)]
pub(crate) struct Branch {
    /// Files of each object, with paths relative to the object, sorted.
    pub(crate) objects: BTreeMap<ScanId, Vec<Entry>>,
    /// Files that belong to no object.
    pub(crate) stray: Vec<Entry>,
}

/// Lists the first level.
///
/// # Errors
/// `archive.store`, `archive.store_access`.
pub(crate) async fn top(store: &Store) -> Result<Top> {
    let (mut directories, files) = store.top().await?;
    directories.retain(|d| d != EXTENSIONS);
    directories.sort_unstable();
    let stray = files.into_iter().filter(|f| !ROOT_FILES.contains(&f.path.as_str())).collect();
    Ok(Top { directories, stray })
}

/// Lists what lies below one directory of the first level.
///
/// # Errors
/// `archive.store`, `archive.store_access`.
pub(crate) async fn branch(store: &Store, directory: &str) -> Result<Branch> {
    let mut branch = Branch::default();
    let mut listing = store.list(directory);
    while let Some(entry) = listing.try_next().await? {
        match split_path(&entry.path) {
            Some((scan, inside)) => {
                let inside = Entry { path: inside.to_owned(), ..entry };
                branch.objects.entry(scan).or_default().push(inside);
            }
            None => branch.stray.push(entry),
        }
    }
    branch.objects.values_mut().for_each(|files| files.sort_unstable_by(|a, b| a.path.cmp(&b.path)));
    Ok(branch)
}

/// Lists the files of one object, with paths relative to it, sorted.
///
/// # Errors
/// `archive.store`, `archive.store_access`.
pub(crate) async fn object(store: &Store, scan: ScanId) -> Result<Vec<Entry>> {
    let directory = object_path(scan);
    let mut files: Vec<Entry> = store.list(&directory).try_collect().await?;
    for file in &mut files {
        file.path = file.path.split_off((directory.len() + 1).min(file.path.len()));
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
