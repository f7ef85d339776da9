//! The scan made of chosen images and the facts about them.

use std::sync::Arc;

use super::roles::words;
use super::{Image, SideFile};
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::identifier::ChannelId;
use crate::model::{
    Bundle, Calibration, Channel, ChannelRole, Geometry, Loss, LossKind, PlaneKey, PlanePart, Quantity, SampleType,
    Source, View, ViewKind,
};
use crate::units::Energy;
use crate::vendor::{Delivery, Placed, ReadOptions, attach_originals};

/// Makes the scan of its images, per view the channels, and records the files of the delivery.
///
/// # Errors
/// `input.value` when nothing says what a floating-point sample means, or more energies are stated than there are
/// images; `limit.*`.
pub(in crate::vendor) fn assemble(
    delivery: &Delivery,
    reader: &str,
    views: Vec<Vec<Image>>,
    facts: &SideFile,
    options: &ReadOptions,
    budget: &Budget,
) -> Result<Bundle> {
    let mut bundle = Bundle::default();
    let mut placed = Vec::new();
    let named = views.len() > 1;
    for (index, images) in views.into_iter().enumerate() {
        let at = u32::try_from(index).map_err(|e| Error::new(Code::LimitCount, "too many views").cause(e))?;
        let mut view = view(&images, facts, named)?;
        for (n, image) in images.into_iter().enumerate() {
            let quantity = quantity(&image, facts, &mut bundle)?;
            let channel = channel(&image, quantity, facts.energies.get(n).copied(), facts)?;
            let (id, part) = (channel.id.clone(), PlanePart::Samples);
            bundle.planes.insert(PlaneKey::samples(at, id.clone()), Arc::clone(&image.samples));
            placed.extend(image.placement.map(|p| Placed {
                file: image.file,
                view: at,
                channel: id,
                part,
                placement: p,
            }));
            view.channels.push(channel);
        }
        bundle.scan.views.push(view);
    }
    if !facts.energies.is_empty() {
        let energies = facts.energies.clone();
        bundle.scan.system.sources.push(Source { energies, ..Source::default() });
    }
    stated_by_caller(&mut bundle, options);
    bundle.scan.provenance.reader = Some(reader.to_owned());
    attach_originals(&mut bundle, delivery, &placed, budget)?;
    Ok(bundle)
}

fn view(images: &[Image], facts: &SideFile, named: bool) -> Result<View> {
    let first = images.first().ok_or_else(|| Error::new(Code::Internal, "a view without images"))?;
    let (rows, columns) = first.shape();
    let side = |n: usize| {
        u32::try_from(n).map_err(|e| Error::new(Code::LimitCount, "the image is too large").found(n).cause(e))
    };
    let pitch_rows = facts.pitch_rows.or(first.pitch_rows);
    let pitch_columns = facts.pitch_columns.or(first.pitch_columns);
    let stated = pitch_rows.is_some() || pitch_columns.is_some();
    let geometry = stated.then(|| Geometry { pitch_rows, pitch_columns, ..Geometry::default() });
    if facts.energies.len() > images.len() {
        return Err(Error::new(Code::InputValue, "more energies are stated than there are images")
            .expected(images.len())
            .found(facts.energies.len()));
    }
    let name = named.then(|| first.label.clone());
    let kind = kind(&words(&first.label));
    Ok(View { kind, name, rows: side(rows)?, columns: side(columns)?, geometry, ..View::default() })
}

/// Returns the projection that the words of a name state.
fn kind(words: &[String]) -> ViewKind {
    let states = |word: &str| words.iter().any(|w| w == word);
    match () {
        () if states("top") => ViewKind::Top,
        () if states("bottom") => ViewKind::Bottom,
        () if states("oblique") => ViewKind::Oblique,
        () => ViewKind::default(),
    }
}

fn channel(image: &Image, quantity: Quantity, energy: Option<Energy>, facts: &SideFile) -> Result<Channel> {
    let sample_type = image.samples.sample_type();
    let whole = matches!(sample_type, SampleType::U8 | SampleType::U16 | SampleType::U32);
    let bit_depth = image.bit_depth.or(whole.then_some(8 * sample_type.size() as u32));
    let role = match (&image.role, &quantity) {
        (ChannelRole::Mono, Quantity::Display) => ChannelRole::Display,
        (role, _) => role.clone(),
    };
    Ok(Channel {
        id: ChannelId::new(&role.to_string())?,
        role,
        measurement_grade: quantity != Quantity::Display && !image.is_display(),
        quantity,
        sample_type,
        bit_depth,
        energy,
        calibration: calibration(facts),
        ..Channel::default()
    })
}

fn calibration(facts: &SideFile) -> Option<Calibration> {
    let (dark_level, air_level) = (facts.dark_level, facts.air_level);
    let stated = dark_level.is_some() || air_level.is_some();
    stated.then(|| Calibration { dark_level, air_level, ..Calibration::default() })
}

/// Returns what a sample means: as stated, else grey values for a picture of 8 bits and raw counts for other integers.
fn quantity(image: &Image, facts: &SideFile, bundle: &mut Bundle) -> Result<Quantity> {
    if let Some(quantity) = &facts.quantity {
        return Ok(quantity.clone());
    }
    if matches!(image.samples.sample_type(), SampleType::F32 | SampleType::F64) {
        return Err(Error::new(Code::InputValue, "nothing says what a sample of the array means")
            .file(&image.name)
            .expected("a quantity such as log-attenuation or transmission")
            .hint("State it with --quantity, or in a file scan.toml beside the arrays."));
    }
    let (quantity, taken) = match image.is_display() {
        true => (Quantity::Display, "8 bits are taken for a picture made for display"),
        false => (Quantity::RawCounts, "whole numbers are taken for raw counts"),
    };
    let (kind, subject) = (LossKind::Invented, format!("view/channel[{}]/quantity", image.role));
    let reason = format!("{} does not say what a sample means; {taken}", image.name);
    bundle.scan.provenance.losses.push(Loss { kind, subject, reason, unknown: Default::default() });
    Ok(quantity)
}

/// Records the facts that the caller stated: they are not in the delivery.
fn stated_by_caller(bundle: &mut Bundle, options: &ReadOptions) {
    let stated = [
        (options.quantity.is_some(), "view/channel/quantity"),
        (!options.energies.is_empty(), "view/channel/energy"),
        (options.pitch_rows.is_some(), "view/geometry/pitchRows"),
        (options.pitch_columns.is_some(), "view/geometry/pitchColumns"),
    ];
    for (_, subject) in stated.iter().filter(|(stated, _)| *stated) {
        bundle.scan.provenance.losses.push(Loss {
            kind: LossKind::Invented,
            subject: (*subject).to_owned(),
            reason: "stated by the person who converted, not by the delivery".to_owned(),
            unknown: Default::default(),
        });
    }
}
