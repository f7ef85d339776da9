//! Draft of a profile for an HDF5 file: which dataset is the image, which holds dark and air lines, by size and name.

use std::rc::Rc;

use super::Draft;
use super::write::fields;
use super::write::quoted;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::h5::Dataset;
use crate::h5::Shape;
use crate::limits::Budget;
use crate::vendor::DeliveryFile;
use crate::vendor::hdf5::described;
use crate::vendor::hdf5::listed;
use crate::vendor::profile::container::Container;
use crate::vendor::profile::document::FileFormat;
use crate::vendor::profile::plan::TextPlan;
use crate::vendor::profile::sidecar::Sidecar;

/// Datasets listed in the draft.
const LISTED: usize = 64;

/// Longest axis that counts as that of the channels.
const CHANNELS: u64 = 4;

/// Shortest side of an image.
const SIDE: u64 = 16;

/// Words in the names of datasets with dark lines, and with air lines.
const DARK: [&str; 5] = ["dark", "offset", "pedestal", "bias", "background"];
const AIR: [&str; 7] = ["air", "open", "flat", "gain", "bright", "white", "blank"];

/// Words in the names of texts that tell the vendor, the most telling first.
const VENDOR: [&str; 5] = ["vendor", "manufacturer", "model", "instrument", "creator"];

/// Drafts a profile called `name` from an HDF5 file.
///
/// # Errors
/// `input.unrecognized` when no dataset looks like an image; `hdf5.*`, `input.truncated`, `limit.*`.
pub(super) fn draft(name: &str, file: &DeliveryFile, budget: &Budget) -> Result<Draft> {
    let container = Rc::new(Container::open(file, budget)?);
    let datasets: Vec<Dataset> = container.datasets().cloned().collect();
    let images = Images::of(&datasets).ok_or_else(|| {
        Error::new(Code::InputUnrecognized, "no dataset of the HDF5 file looks like an image")
            .file(file.name())
            .expected(format!("numbers on two axes of at least {SIDE} elements, or three with one for the channels"))
            .found(listed(&datasets))
            .hint("Write the profile by hand; `uff schema profile` prints its schema.")
    })?;
    let mut reasons = images.reasons.clone();
    let list: Vec<String> = datasets.iter().map(|d| format!("/{}: {}", d.path(), described(d))).collect();
    reasons.push(format!("the file holds {} datasets", list.len()));
    reasons.extend(list.into_iter().take(LISTED));
    let placed = images.placed();
    let sidecar = Sidecar::of_hdf5(container.clone(), &placed, &TextPlan::plain(FileFormat::Hdf5), budget)?;
    let telling = VENDOR.iter().find_map(|word| {
        sidecar.unused().find(|leaf| {
            let last = leaf.path().rsplit(['/', '@']).next().unwrap_or_default().to_lowercase();
            last.contains(word) && leaf.text.chars().any(char::is_alphabetic)
        })
    });
    let image = quoted(&images.datasets.first().map(|d| format!("/{}", d.path())).unwrap_or_default());
    let mut marks = format!("{{ file = \"scan\", path = {image} }}");
    if let Some(leaf) = telling {
        let (path, text) = (quoted(&leaf.path_from_zero()), quoted(&leaf.text));
        marks = format!("{{ file = \"scan\", path = {path}, text = {text} }}, {marks}");
        reasons.push(format!("{} tells the vendor", leaf.path()));
    }
    let comments: String = reasons.iter().map(|r| format!("# {}\n", plain(r))).collect();
    let mut text = format!(
        "# Drafted from names and sizes; check every line with the interface document of the vendor.\n{comments}\n\
         [profile]\nname = {}\nversion = \"0.1\"\ntitle = \"Draft\"\n\n[recognize]\nhdf5 = [{marks}]\n\n\
         [[file]]\nid = \"scan\"\nformat = \"hdf5\"\n\n",
        quoted(name)
    );
    images.write(&mut text);
    text.push_str(&fields(&sidecar, "scan", "Values of the file"));
    Ok(Draft { text, reasons })
}

/// What the datasets are taken for.
struct Images<'a> {
    /// One with all channels, or one for each.
    datasets: Vec<&'a Dataset>,
    channels: Vec<String>,
    /// Axis of the channels in the one dataset.
    channel_axis: Option<usize>,
    /// Axes of the detector elements and of the lines.
    row_axis: usize,
    line_axis: usize,
    /// Dark and air lines: the part, and a dataset for each of the images.
    references: Vec<(&'static str, Vec<&'a Dataset>)>,
    reasons: Vec<String>,
}

fn axes(dataset: &Dataset) -> &[u64] {
    match dataset.shape() {
        Shape::Axes(axes) => axes,
        _ => &[],
    }
}

fn named(dataset: &Dataset, words: &[&str]) -> bool {
    let path = dataset.path().to_lowercase();
    path.split(['/', '_', '-', '.', ' ']).any(|part| words.iter().any(|word| part.starts_with(word)))
}

fn channel_axis(axes: &[u64]) -> Option<usize> {
    match axes {
        [_, _, _] => axes.iter().position(|n| (1..=CHANNELS).contains(n)),
        _ => None,
    }
}

fn looks_like_image(dataset: &Dataset) -> bool {
    let axes = axes(dataset);
    let skipped = channel_axis(axes);
    let sides: Vec<u64> = axes.iter().enumerate().filter(|(at, _)| Some(*at) != skipped).map(|(_, n)| *n).collect();
    dataset.stored_type().is_some() && sides.len() == 2 && sides.iter().all(|n| *n >= SIDE)
}

impl<'a> Images<'a> {
    fn of(datasets: &'a [Dataset]) -> Option<Self> {
        let reference = |d: &Dataset| named(d, &DARK) || named(d, &AIR);
        let images: Vec<&Dataset> = datasets.iter().filter(|d| looks_like_image(d) && !reference(d)).collect();
        let largest = *images.iter().max_by_key(|d| (d.shape().elements(), std::cmp::Reverse(d.path())))?;
        let shape = axes(largest);
        let channel_axis = channel_axis(shape);
        let mut alike: Vec<&Dataset> = images.into_iter().filter(|d| axes(d) == shape).collect();
        let mut reasons =
            vec![format!("/{} is the image, as the largest array of numbers: {}", largest.path(), described(largest))];
        let channels = match channel_axis.and_then(|axis| shape.get(axis)) {
            Some(count) => {
                alike = vec![largest];
                reasons.push(format!("its axis of {count} is that of the channels, the higher energy first"));
                ids(*count as usize)
            }
            None if alike.len() > CHANNELS as usize => {
                alike = vec![largest];
                ids(1)
            }
            None => {
                // The low energy last, whatever the order of the names.
                alike.sort_by_key(|d| named(d, &["low", "lo", "le"]));
                if alike.len() > 1 {
                    reasons.push(format!(
                        "{} arrays of one size are the channels, the low energy by its name",
                        alike.len()
                    ));
                }
                ids(alike.len())
            }
        };
        let others: Vec<usize> = (0..shape.len()).filter(|axis| Some(*axis) != channel_axis).collect();
        let [first, second] = others.as_slice() else { return None };
        let mut found = Self {
            datasets: alike,
            channels,
            channel_axis,
            row_axis: *first,
            line_axis: *second,
            references: Vec::new(),
            reasons,
        };
        found.orient(datasets, shape);
        Some(found)
    }

    /// Finds dark and air lines; the axis that they share with the image is that of the detector elements.
    fn orient(&mut self, datasets: &'a [Dataset], shape: &[u64]) {
        let mut shared = None;
        for (part, words) in [("dark", &DARK[..]), ("air", &AIR[..])] {
            let fits = |d: &&Dataset| {
                let own = axes(d);
                let differs = (0..shape.len()).filter(|at| own.get(*at) != shape.get(*at)).collect::<Vec<_>>();
                let line = match differs.as_slice() {
                    [] => shared.unwrap_or(self.line_axis),
                    [one] if own.len() == shape.len() && Some(*one) != self.channel_axis => *one,
                    _ => return None,
                };
                Some(line).filter(|line| shared.is_none_or(|known| known == *line))
            };
            let candidates: Vec<&Dataset> =
                datasets.iter().filter(|d| d.stored_type().is_some() && named(d, words)).collect();
            let mut fitting: Vec<(&Dataset, usize)> =
                candidates.iter().filter_map(|d| fits(d).map(|line| (*d, line))).collect();
            fitting.sort_by_key(|(d, _)| named(d, &["low", "lo", "le"]));
            let Some((_, line)) = fitting.first().copied() else { continue };
            if fitting.len() != self.datasets.len() || fitting.iter().any(|(_, l)| *l != line) {
                continue;
            }
            shared = Some(line);
            let names: Vec<String> = fitting.iter().map(|(d, _)| format!("/{}", d.path())).collect();
            self.reasons.push(format!("{} holds {part} lines, by its name and size", names.join(", ")));
            self.references.push((part, fitting.into_iter().map(|(d, _)| d).collect()));
        }
        match shared {
            Some(line) => {
                if line != self.line_axis {
                    std::mem::swap(&mut self.row_axis, &mut self.line_axis);
                }
                self.reasons.push(format!(
                    "axis {} is that of the detector elements, as the reference lines share it",
                    self.row_axis
                ));
            }
            None => self.reasons.push(format!(
                "nothing tells which axis is which; axis {} is taken for the detector elements",
                self.row_axis
            )),
        }
    }

    fn placed(&self) -> Vec<&str> {
        self.datasets.iter().chain(self.references.iter().flat_map(|(_, all)| all)).map(|d| d.path()).collect()
    }

    fn write(&self, text: &mut String) {
        let field = |name: &str, dataset: &Dataset, axis: usize| {
            let path = quoted(&format!("/{}", dataset.path()));
            format!("[[field]]\nname = \"{name}\"\nfile = \"scan\"\ndataset = {path}\naxis = {axis}\n\n")
        };
        let Some(first) = self.datasets.first() else { return };
        text.push_str(&field("rows", first, self.row_axis));
        text.push_str(&field("columns", first, self.line_axis));
        for (part, datasets) in &self.references {
            datasets
                .first()
                .into_iter()
                .for_each(|d| text.push_str(&field(&format!("{part}_lines"), d, self.line_axis)));
        }
        text.push_str("[[view]]\nkind = \"side\"\nrows = \"rows\"\ncolumns = \"columns\"\n\n");
        for id in &self.channels {
            let role = if matches!(id.as_str(), "high" | "low") { id } else { "mono" };
            text.push_str(&format!(
                "[[view.channel]]\nid = \"{id}\"\nrole = \"{role}\"\nquantity = \"raw-counts\"\n\n"
            ));
        }
        self.blocks(text, &self.datasets, "");
        for (part, datasets) in &self.references {
            self.blocks(text, datasets, &format!("lines = [{{ part = \"{part}\", count = \"{part}_lines\" }}]\n"));
        }
    }

    fn blocks(&self, text: &mut String, datasets: &[&Dataset], lines: &str) {
        let order = if self.row_axis < self.line_axis { "rows" } else { "columns" };
        let interleave = match self.channel_axis {
            Some(1) => "interleave = \"line\"\n",
            Some(2) => "interleave = \"pixel\"\n",
            _ => "",
        };
        for (index, dataset) in datasets.iter().enumerate() {
            let own = match datasets {
                [_] => self.channels.as_slice(),
                _ => self.channels.get(index..=index).unwrap_or_default(),
            };
            let ids: Vec<String> = own.iter().map(|id| quoted(id)).collect();
            let path = quoted(&format!("/{}", dataset.path()));
            text.push_str(&format!(
                "[[pixels]]\nfile = \"scan\"\ndataset = {path}\nchannels = [{}]\norder = \"{order}\"\n{interleave}{lines}\n",
                ids.join(", ")
            ));
        }
    }
}

fn ids(count: usize) -> Vec<String> {
    match count {
        1 => vec!["mono".to_owned()],
        2 => vec!["high".to_owned(), "low".to_owned()],
        _ => (0..count).map(|n| format!("channel-{n}")).collect(),
    }
}

/// Leaves out what would end a comment.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
