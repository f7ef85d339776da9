//! Which deliveries are converted, and what their targets are called.

use std::collections::BTreeSet;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use uff::Code;
use uff::error::Direction;
use uff::limits::Budget;
use uff::vendor::Discovered;
use uff::vendor::MAX_FILES;
use uff::vendor::ReadOptions;
use uff::vendor::discover;
use uff::vendor::stem;

use crate::error::Error;
use crate::error::Result;

/// A delivery to convert.
#[derive(Debug)]
pub(super) struct Job {
    /// The delivery as it is shown.
    pub(super) input: String,
    /// Where it lies.
    pub(super) found: Discovered,
    /// Folders between the one for all targets and the target.
    pub(super) below: PathBuf,
    /// Name of the target without its ending.
    pub(super) stem: String,
    /// Another delivery of the batch that has the name of this target.
    pub(super) clash: Option<String>,
}

/// Everything that is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Deliveries, in the order of the inputs and, within a folder, of their names.
    pub(super) jobs: Vec<Job>,
    /// Files that belong to no delivery.
    pub(super) others: Vec<String>,
    /// Inputs and places in them that could not be looked at.
    pub(super) failures: Vec<(String, Error)>,
    /// Whether a folder was searched that is no delivery itself.
    pub(super) searched: bool,
}

impl Plan {
    /// Looks at the inputs. A folder that is no delivery itself is searched, except for the folder of the targets.
    ///
    /// A target keeps the path of its delivery below the folder that was searched; with several inputs, the name of
    /// that folder stands before it.
    pub(super) fn new(
        inputs: &[PathBuf],
        into: Option<&Path>,
        read: &ReadOptions,
        budget: &dyn Fn() -> Budget,
    ) -> Self {
        let mut plan = Self::default();
        let into = into.and_then(|path| path.canonicalize().ok());
        for input in inputs {
            if let Err(e) = plan.add(input, inputs.len() > 1, into.as_deref(), read, budget) {
                plan.failures.push((input.display().to_string(), e));
            }
        }
        let mut taken: BTreeSet<(PathBuf, String)> = BTreeSet::new();
        let mut clashes = Vec::new();
        for job in &plan.jobs {
            let name = (job.below.clone(), job.stem.clone());
            clashes.push(if taken.insert(name) { None } else { Some(job.below.join(&job.stem).display().to_string()) });
        }
        plan.jobs.iter_mut().zip(clashes).for_each(|(job, clash)| job.clash = clash);
        plan
    }

    fn add(
        &mut self,
        input: &Path,
        among_others: bool,
        into: Option<&Path>,
        read: &ReadOptions,
        budget: &dyn Fn() -> Budget,
    ) -> Result<()> {
        let shown = input.display().to_string();
        if !input.is_dir() {
            let name = own_name(input)?;
            self.job(shown, Discovered::whole("", input), PathBuf::new(), stem(&name).to_owned());
            return Ok(());
        }
        let targets = |path: &Path| into.is_some() && path.canonicalize().ok().as_deref() == into;
        let found = discover(input, read, &targets, &budget())?;
        let itself = found.deliveries.first().is_some_and(|d| d.name.is_empty());
        let nothing = found.deliveries.is_empty() && found.failures.is_empty();
        if nothing && found.others.len() > MAX_FILES {
            let sample: Vec<_> = found.others.iter().take(3).cloned().collect();
            return Err(uff::Error::new(Code::InputUnrecognized, "no reader recognises anything in the folder")
                .file(input.display())
                .found(format!("{} files: {} and so on", found.others.len(), sample.join(", ")))
                .into());
        }
        if itself || nothing {
            // Nothing found: reading the whole says what was looked at.
            self.job(shown, Discovered::whole("", input), PathBuf::new(), own_name(input)?);
            return Ok(());
        }
        self.searched = true;
        let root = if among_others { PathBuf::from(own_name(input)?) } else { PathBuf::new() };
        for delivery in found.deliveries {
            let (folders, name) = delivery.name.rsplit_once('/').unwrap_or(("", &delivery.name));
            let (below, name) = (root.join(folders), name.to_owned());
            self.job(input.join(&delivery.name).display().to_string(), delivery, below, name);
        }
        self.others.extend(found.others.iter().map(|name| input.join(name).display().to_string()));
        self.failures.extend(found.failures.into_iter().map(|e| (shown.clone(), e.into())));
        Ok(())
    }

    fn job(&mut self, input: String, found: Discovered, below: PathBuf, stem: String) {
        self.jobs.push(Job { input, found, below, stem, clash: None });
    }
}

/// Returns the name of a file or folder.
fn own_name(input: &Path) -> Result<String> {
    // `.` and `..` have no name of their own, but the folder they stand for has.
    let absolute = std::path::absolute(input).map_err(|e| uff::Error::io(Direction::Read, input, e))?;
    match absolute.components().next_back() {
        Some(Component::Normal(name)) => Ok(name.to_string_lossy().into_owned()),
        _ => Err(Error::usage("the delivery has no name to derive the target's from", "Name the target with -o.")),
    }
}
