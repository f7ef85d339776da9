//! Reading a delivery of NumPy arrays.

use std::sync::Arc;

use super::roles::{Image, choose};
use super::{NpyHeader, SideFile};
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::identifier::ChannelId;
use crate::model::{
    Block, Bundle, Calibration, Channel, Geometry, Loss, LossKind, PlaneKey, PlanePart, Quantity, SampleType, Samples,
    Source, View,
};
use crate::source::ReadAt;
use crate::vendor::{
    Candidate, Delivery, Placed, Placement, ReadOptions, Sniff, StridedSamples, VendorReader, attach_originals,
};

/// Reader of NumPy arrays.
pub struct Npy;

impl VendorReader for Npy {
    fn name(&self) -> &'static str {
        "npy"
    }

    fn description(&self) -> &'static str {
        "NumPy arrays (.npy): an image or a pair of energies, facts from options or scan.toml"
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut names = Vec::new();
        for file in delivery.files() {
            if NpyHeader::is_npy(&file.head(8)?) {
                names.push(file.name());
            }
        }
        let why = match names.as_slice() {
            [] => None,
            [name] => Some(format!("NumPy signature in {name}")),
            [name, others @ ..] => Some(format!("NumPy signature in {name} and {} more", others.len())),
        };
        let candidates = why.map(|why| Candidate { reader: self.name(), profile: None, why }).into_iter().collect();
        Ok(Sniff { candidates, looked_for: "a file that starts with \\x93NUMPY".to_owned() })
    }

    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        let facts = SideFile::find(delivery, budget)?.with(options);
        let images = choose(delivery, &facts)?;
        let mut bundle = Bundle::default();
        let mut view = view(&images, &facts)?;
        let mut placed = Vec::new();
        for (index, image) in images.iter().enumerate() {
            let file = delivery.files().get(image.file).ok_or_else(|| Error::new(Code::Internal, "a file is gone"))?;
            let quantity = quantity(image, file.name(), &facts, &mut bundle)?;
            let mut channel = channel(image, quantity, facts.energies.get(index).copied())?;
            channel.calibration = calibration(&facts);
            let placement = placement(&image.header, image.shape);
            let samples: Arc<dyn Samples> = Arc::new(StridedSamples::new(file.source().clone(), placement.clone())?);
            bundle.planes.insert(PlaneKey::samples(0, channel.id.clone()), samples);
            let (id, part) = (channel.id.clone(), PlanePart::Samples);
            placed.push(Placed { file: image.file, view: 0, channel: id, part, placement });
            view.channels.push(channel);
        }
        bundle.scan.views.push(view);
        if !facts.energies.is_empty() {
            let energies = facts.energies.clone();
            bundle.scan.system.sources.push(Source { energies, ..Source::default() });
        }
        stated_by_caller(&mut bundle, options);
        bundle.scan.provenance.reader = Some(self.name().to_owned());
        attach_originals(&mut bundle, delivery, &placed, budget)?;
        Ok(bundle)
    }
}

/// Reads a NumPy array of two axes whole, such as a table of calibration points.
///
/// # Errors
/// As [`NpyHeader::read`]; `input.value` when it has not two axes; `limit.bytes` when it exceeds the budget.
pub fn read_array(source: Arc<dyn ReadAt>, budget: &Budget) -> Result<Block> {
    let header = NpyHeader::read(&*source)?;
    let Some(shape) = header.image_shape() else {
        return Err(Error::new(Code::InputValue, "the array has not two axes")
            .file(source.name())
            .found(format!("shape {:?}", header.shape)));
    };
    budget.charge(source.len(), "a NumPy array")?;
    StridedSamples::new(source, placement(&header, shape))?.read_all()
}

fn placement(header: &NpyHeader, shape: (usize, usize)) -> Placement {
    let size = header.sample_type.size() as u64;
    let (row_stride, column_stride) =
        if header.fortran { (size, size * shape.0 as u64) } else { (size * shape.1 as u64, size) };
    let (sample_type, byte_order, offset) = (header.sample_type.clone(), header.byte_order.clone(), header.offset);
    Placement { shape, sample_type, byte_order, offset, row_stride, column_stride }
}

fn view(images: &[Image], facts: &SideFile) -> Result<View> {
    let (rows, columns) = images.first().map_or((0, 0), |i| i.shape);
    let side = |n: usize| {
        u32::try_from(n).map_err(|e| Error::new(Code::LimitCount, "the image is too large").found(n).cause(e))
    };
    let pitch = facts.pitch_rows.is_some() || facts.pitch_columns.is_some();
    let geometry = pitch.then(|| Geometry {
        pitch_rows: facts.pitch_rows,
        pitch_columns: facts.pitch_columns,
        ..Geometry::default()
    });
    if facts.energies.len() > images.len() {
        return Err(Error::new(Code::InputValue, "more energies are stated than there are images")
            .expected(images.len())
            .found(facts.energies.len()));
    }
    Ok(View { rows: side(rows)?, columns: side(columns)?, geometry, ..View::default() })
}

fn channel(image: &Image, quantity: Quantity, energy: Option<crate::units::Energy>) -> Result<Channel> {
    let bit_depth = match image.header.sample_type {
        SampleType::U8 => Some(8),
        SampleType::U16 => Some(16),
        SampleType::U32 => Some(32),
        _ => None,
    };
    Ok(Channel {
        id: ChannelId::new(&image.role.to_string())?,
        role: image.role.clone(),
        measurement_grade: quantity != Quantity::Display,
        quantity,
        sample_type: image.header.sample_type.clone(),
        bit_depth,
        energy,
        ..Channel::default()
    })
}

fn calibration(facts: &SideFile) -> Option<Calibration> {
    let (dark_level, air_level) = (facts.dark_level, facts.air_level);
    let stated = dark_level.is_some() || air_level.is_some();
    stated.then(|| Calibration { dark_level, air_level, ..Calibration::default() })
}

/// Returns what a sample means: as stated, else raw counts for integers.
fn quantity(image: &Image, file: &str, facts: &SideFile, bundle: &mut Bundle) -> Result<Quantity> {
    if let Some(quantity) = &facts.quantity {
        return Ok(quantity.clone());
    }
    if matches!(image.header.sample_type, SampleType::F32 | SampleType::F64) {
        return Err(Error::new(Code::InputValue, "nothing says what a sample of the array means")
            .file(file)
            .expected("a quantity such as log-attenuation or transmission")
            .hint("State it with --quantity, or in a file scan.toml beside the arrays."));
    }
    let (kind, subject) = (LossKind::Invented, format!("view/channel[{}]/quantity", image.role));
    let reason = format!("{file} does not say what a sample means; whole numbers are taken for raw counts");
    bundle.scan.provenance.losses.push(Loss { kind, subject, reason, unknown: Default::default() });
    Ok(Quantity::RawCounts)
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
