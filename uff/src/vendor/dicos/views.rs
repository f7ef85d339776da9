//! Grouping of images into views: those of one projection at several energies are channels of one view.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use dicom_core::Tag;

use super::class::Content;
use super::derivation;
use super::derivation::Derivation;
use super::energy;
use super::facts;
use super::frames::Frame;
use super::frames::frames;
use super::meaning;
use super::meaning::Note;
use super::part10::Part10;
use super::pixels::MAX_FRAMES;
use super::pixels::Pixels;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::CodeList;
use crate::model::LossKind;
use crate::model::MaterialArray;
use crate::model::MaterialProduct;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Quantity;
use crate::model::View;
use crate::model::ViewKind;
use crate::model::digest_samples;
use crate::model::identifier::ChannelId;
use crate::vendor::Placed;

/// Names of the components of a coloured picture.
const COLOURS: [&str; 3] = ["red", "green", "blue"];

/// Kind of a view that is a slice of a tomography.
pub(crate) const SLICE: &str = "ct-slice";

/// Most views of a scan.
const MAX_VIEWS: usize = MAX_FRAMES as usize;

/// Memory charged for a view with its channel.
const VIEW: u64 = 4096;

/// Views being built from the images of a delivery.
#[derive(Default)]
pub(super) struct Views {
    keys: Vec<Key>,
    /// Views by frame number and shape, so that few have to be compared.
    alike: BTreeMap<(u32, (u32, u32)), Vec<usize>>,
    /// Where samples lie plainly in the files.
    pub(super) placed: Vec<Placed>,
    /// First view and number of frames of each image, by its instance UID.
    pub(super) images: BTreeMap<String, (u32, u32)>,
    /// View and channel of each image of one frame, by its instance UID.
    channels: BTreeMap<String, (u32, ChannelId)>,
    /// Tags that found a place.
    pub(super) used: BTreeSet<Tag>,
    /// Elements of a file that are taken whole, by the index of the file.
    pub(super) taken: BTreeMap<usize, &'static [Tag]>,
    /// What was noted on the way.
    pub(super) notes: Vec<Note>,
}

/// What images of one view have in common.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    /// Series View (6100,0024).
    number: Option<u32>,
    /// Series View Description (6100,0026).
    description: Option<String>,
    frame: u32,
    shape: (u32, u32),
    content: Content,
}

/// Elements that say how a material array was derived and what its samples are.
const DERIVATION: [Tag; 3] =
    [tags::DERIVATION_DESCRIPTION, tags::SOURCE_IMAGE_SEQUENCE, tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE];

impl Views {
    /// Adds the images of a file. Images that are made of others come after these.
    ///
    /// # Errors
    /// `dicom.*`, `input.*`, `limit.*`.
    pub(super) fn add(&mut self, bundle: &mut Bundle, file: &Part10, content: Content, budget: &Budget) -> Result<()> {
        let a = file.attributes();
        let pixels = Pixels::describe(file)?;
        let mut channel = Channel::default();
        let described = meaning::describe(&mut channel, &a, &pixels, content, "channel")?;
        let (role, guessed) = energy::role(&a, content, &channel.quantity)?;
        channel.role = if channel.quantity == Quantity::EffectiveAtomicNumber && role == ChannelRole::Mono {
            ChannelRole::from_code("z-effective")
        } else {
            role
        };
        channel.energy = energy::end_point(&a)?;
        if !a.fields.contains_key(&tags::RESCALE_SLOPE) {
            self.used.extend([tags::RESCALE_SLOPE, tags::RESCALE_INTERCEPT, tags::RESCALE_TYPE]);
        }
        let mut found = frames(file, &pixels, budget)?;
        if let Some(derivation) = derivation::derivation(&a, &channel)?
            && self.add_material(bundle, file, (&channel.quantity, derivation), &mut found, budget)?
        {
            return Ok(());
        }
        let name = a.text(tags::SERIES_ENERGY_DESCRIPTION)?;
        let own = name.and_then(|n| ChannelId::new(&n).ok());
        channel.id = match own {
            Some(id) => id,
            None => ChannelId::new(channel.role.code())?,
        };
        let mut key = Key {
            number: a.count(tags::SERIES_VIEW)?,
            description: a.text(tags::SERIES_VIEW_DESCRIPTION)?,
            frame: 0,
            shape: (pixels.rows, pixels.columns),
            content,
        };
        let mut first = None;
        for frame in found {
            if let Some(colour) = COLOURS.get(frame.component as usize).filter(|_| pixels.components == 3) {
                channel.id = ChannelId::new(colour)?;
            }
            key.frame = frame.number;
            let view = self.view_for(bundle, &key, &channel.id, (file, pixels.frames), budget)?;
            first = first.or(Some(view));
            bundle.planes.insert(PlaneKey::samples(view, channel.id.clone()), Arc::clone(&frame.samples));
            if let Some(placement) = frame.placement {
                let (file, channel, part) = (file.index, channel.id.clone(), PlanePart::Samples);
                self.placed.push(Placed { file, view, channel, part, placement });
            }
            if let Some(view) = bundle.scan.views.get_mut(view as usize) {
                view.channels.push(channel.clone());
            }
        }
        let first = first.unwrap_or(0);
        for (kind, subject, reason) in described.into_iter().chain(guessed) {
            let inside = subject.trim_start_matches("channel/").to_owned();
            let subject = format!("scan/view[{first}]/channel[{}]/{inside}", channel.id);
            self.notes.push((kind, subject, format!("{}: {reason}", file.name)));
        }
        if let Some(uid) = a.text(tags::SOP_INSTANCE_UID)? {
            if pixels.frames == 1 && pixels.components == 1 {
                self.channels.insert(uid.clone(), (first, channel.id));
            }
            self.images.insert(uid, (first, pixels.frames));
        }
        Ok(())
    }

    /// Adds an image as material array of the view that it was derived from; returns whether it is one.
    fn add_material(
        &mut self,
        bundle: &mut Bundle,
        file: &Part10,
        (quantity, derivation): (&Quantity, Derivation),
        frames: &mut Vec<Frame>,
        budget: &Budget,
    ) -> Result<bool> {
        let Derivation { mut product, sources } = derivation;
        let [Some((index, first)), Some((other, second))] = sources.map(|uid| self.channels.get(&uid)) else {
            return Ok(false);
        };
        let (index, other) = (*index, *other);
        let Some(view) = bundle.scan.views.get_mut(index as usize).filter(|_| index == other) else { return Ok(false) };
        (product.high, product.low) = in_order(view, first, second);
        let same_product = view.material.as_ref().is_none_or(|m| {
            let products = Vec::new();
            let bare = MaterialProduct { products, ..m.clone() };
            bare == product && m.products.iter().all(|array| array.quantity != *quantity)
        });
        let shape = (view.rows as usize, view.columns as usize);
        let [frame] = frames.as_slice() else { return Ok(false) };
        if !same_product || frame.samples.shape() != shape {
            return Ok(false);
        }
        let samples = Arc::clone(&frame.samples);
        let digest = digest_samples(&*samples, budget)?;
        let array = MaterialArray { quantity: quantity.clone(), digest, ..MaterialArray::default() };
        view.material.get_or_insert(product).products.push(array);
        bundle.planes.insert(PlaneKey::Material { view: index, quantity: quantity.clone() }, samples);
        if let Some(uid) = file.attributes().text(tags::SOP_INSTANCE_UID)? {
            self.images.insert(uid, (index, 1));
        }
        self.taken.insert(file.index, &DERIVATION);
        Ok(true)
    }

    /// Finds the view that a channel belongs to: the first of its kind that has no channel of this name; else a new one.
    fn view_for(
        &mut self,
        bundle: &mut Bundle,
        key: &Key,
        channel: &ChannelId,
        (file, frames): (&Part10, u32),
        budget: &Budget,
    ) -> Result<u32> {
        let views = &mut bundle.scan.views;
        let free = |index: &usize| {
            let fits = self.keys.get(*index).is_some_and(|k| same(k, key));
            fits && views.get(*index).is_some_and(|view| view.channels.iter().all(|c| c.id != *channel))
        };
        let alike = self.alike.entry((key.frame, key.shape)).or_default();
        let candidates: Vec<usize> = alike.iter().copied().filter(free).take(2).collect();
        if let Some(index) = candidates.first() {
            if candidates.len() > 1 {
                let subject = format!("scan/view[{index}]/channel[{channel}]");
                let reason = format!("{} does not say which view it shows; views are paired in their order", file.name);
                self.notes.push((LossKind::Invented, subject, reason));
            }
            return Ok(*index as u32);
        }
        if views.len() >= MAX_VIEWS {
            return Err(Error::new(Code::LimitCount, "too many views or slices")
                .file(&file.name)
                .expected(format!("at most {MAX_VIEWS}"))
                .hint("Convert the volume in parts."));
        }
        alike.push(views.len());
        budget.count(1, "views")?;
        budget.charge(VIEW, "a view")?;
        let a = file.attributes();
        let described = key.description.as_deref().map(ViewKind::from_code).filter(CodeList::is_listed);
        let name = match (&described, key.description.clone()) {
            (None, Some(description)) => Some(description),
            _ => a.text(tags::SERIES_DESCRIPTION)?,
        };
        let number = (frames > 1).then(|| format!("frame {}", key.frame + 1));
        let kind = match key.content {
            Content::Slices => ViewKind::from_code(SLICE),
            _ => described.unwrap_or_default(),
        };
        views.push(View {
            kind,
            name: match (name, number) {
                (Some(name), Some(number)) => Some(format!("{name}, {number}")),
                (name, number) => name.or(number),
            },
            rows: key.shape.0,
            columns: key.shape.1,
            geometry: facts::geometry(&a)?,
            ..View::default()
        });
        self.keys.push(key.clone());
        Ok((views.len() - 1) as u32)
    }
}

/// Returns the channels of a pair, the one of high energy first: by their roles, else as they stand.
fn in_order(view: &View, first: &ChannelId, second: &ChannelId) -> (ChannelId, ChannelId) {
    let role = |id: &ChannelId| view.channels.iter().find(|c| c.id == *id).map(|c| &c.role);
    match (role(first), role(second)) {
        (Some(ChannelRole::Low), Some(ChannelRole::High)) => (second.clone(), first.clone()),
        _ => (first.clone(), second.clone()),
    }
}

/// Whether two images may show one view: nothing that both state differs.
fn same(a: &Key, b: &Key) -> bool {
    let agree = |x: bool, y: bool, equal: bool| !x || !y || equal;
    agree(a.number.is_some(), b.number.is_some(), a.number == b.number)
        && agree(a.description.is_some(), b.description.is_some(), a.description == b.description)
        && (a.frame, a.shape, a.content) == (b.frame, b.shape, b.content)
}
