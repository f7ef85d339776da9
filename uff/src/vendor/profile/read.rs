//! Reading a delivery by a profile.

use std::rc::Rc;
use std::sync::Arc;

use super::Profile;
use super::container::Container;
use super::datasets::NonNegative;
use super::document::FileFormat;
use super::fields::{Fields, Sources};
use super::files::select;
use super::layout::{Layout, Place, PlacedArray};
use super::plan::{ChannelPlan, FieldFrom, Formula, MapPlan, MapSource, ViewPlan};
use super::sidecar::Sidecar;
use super::tree::Tree;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;
use crate::model::{
    Bundle, Calibration, Channel, Loss, LossKind, Media, PlaneKey, PlanePart, SampleType, Scan, VendorItem, View,
};
use crate::units::Energy;
use crate::vendor::{Delivery, DeliveryFile, Placed, attach_originals};

/// What a profile read, and which value came from where.
pub struct Reading {
    /// The scan with its samples and originals.
    pub bundle: Bundle,
    /// Every value that the profile took from the delivery or added, in the order of the profile.
    pub filled: Vec<Filled>,
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Filled {
    /// What was filled: a field of the profile, an array or a path of the model.
    pub target: String,
    /// Where it came from: bytes or element of a file, or a line of the profile.
    pub origin: String,
    /// The value, shortened when it is long.
    pub value: String,
}

impl Profile {
    /// Reads a delivery.
    ///
    /// # Errors
    /// `input.missing_file`, `input.ambiguous` for its files; `input.truncated`, `input.value`, `input.size_mismatch`,
    /// `xml.*` for their content; `limit.*`.
    pub fn read(&self, delivery: &Delivery, budget: &Budget) -> Result<Reading> {
        let chosen = select(&self.plan, delivery)?;
        let containers = self.containers(delivery, &chosen, budget)?;
        let sources = Sources { plan: &self.plan, delivery, chosen: &chosen, containers: &containers, budget };
        let mut sidecars = self.sidecars(&sources, budget)?;
        let (fields, layout) = self.fields_and_layout(&sources, &mut sidecars)?;
        let mut reader =
            Reader { profile: self, sources: &sources, fields: &fields, bundle: Bundle::default(), filled: Vec::new() };
        reader.fields();
        let placed = reader.views(&layout)?;
        reader.media()?;
        reader.maps(&mut sidecars)?;
        reader.leftovers(&sidecars);
        let Reader { mut bundle, filled, .. } = reader;
        bundle.scan.provenance.reader = Some(super::ProfileReader::NAME.to_owned());
        bundle.scan.provenance.profile = Some(format!("{} {}", self.name(), self.version()));
        bundle.scan.provenance.profile_digest = Some(self.digest());
        attach_originals(&mut bundle, delivery, &placed, budget)?;
        Ok(Reading { bundle, filled })
    }

    /// Opens the HDF5 files.
    fn containers(
        &self,
        delivery: &Delivery,
        chosen: &[Vec<usize>],
        budget: &Budget,
    ) -> Result<Vec<Option<Rc<Container>>>> {
        let open = |(rule, chosen): (&super::plan::FilePlan, &Vec<usize>)| {
            let file = chosen.first().and_then(|at| delivery.files().get(*at));
            let file = file.filter(|_| rule.text.format == FileFormat::Hdf5);
            file.map(|file| Container::open(file, budget).map(Rc::new)).transpose()
        };
        self.plan.files.iter().zip(chosen).map(open).collect()
    }

    fn sidecars(&self, sources: &Sources, budget: &Budget) -> Result<Vec<Option<Sidecar>>> {
        let read = |(index, rule): (usize, &super::plan::FilePlan)| match sources.file(index) {
            Some(_) if rule.text.format == FileFormat::Hdf5 => {
                let Some(container) = sources.containers.get(index).and_then(Option::as_ref) else { return Ok(None) };
                let blocks = self.plan.pixels.iter().filter(|block| block.stream == index);
                let placed: Vec<&str> = blocks.filter_map(|b| b.dataset.as_ref()).map(|d| d.path.as_str()).collect();
                Sidecar::of_hdf5(container.clone(), &placed, &rule.text, budget).map(Some)
            }
            Some(file) if !matches!(rule.text.format, FileFormat::Raw | FileFormat::Opaque) => {
                Sidecar::read(file, &rule.text, budget).map(Some)
            }
            _ => Ok(None),
        };
        self.plan.files.iter().enumerate().map(read).collect()
    }

    /// Evaluates fields and layout. When they do not fit the files, but would with the other byte order, the error
    /// says so.
    fn fields_and_layout(&self, sources: &Sources, sidecars: &mut [Option<Sidecar>]) -> Result<(Fields, Layout)> {
        let mut attempt = |swapped| {
            let fields = sources.fields(sidecars, swapped)?;
            let layout = Layout::compute(sources, &fields)?;
            Ok::<_, Error>((fields, layout))
        };
        attempt(false).map_err(|e| {
            let suspicious = matches!(e.code(), Code::InputSizeMismatch | Code::InputValue | Code::InputTruncated);
            if suspicious && attempt(true).is_ok() {
                let lines = self.plan.fields.iter().filter(|f| matches!(f.from, FieldFrom::Header { .. }));
                let line = lines.map(|f| f.line.as_str()).next().unwrap_or("the fields");
                return e.hint(format!(
                    "The header fits when its numbers are read with the other byte order: check endian from {line} of the profile on."
                ));
            }
            e
        })
    }
}

struct Reader<'a> {
    profile: &'a Profile,
    sources: &'a Sources<'a>,
    fields: &'a Fields,
    bundle: Bundle,
    filled: Vec<Filled>,
}

impl Reader<'_> {
    fn fill(&mut self, target: impl Into<String>, origin: impl Into<String>, value: &str) {
        let value = value.chars().take(120).collect();
        self.filled.push(Filled { target: target.into(), origin: origin.into(), value });
    }

    fn lose(&mut self, kind: LossKind, subject: String, reason: String) {
        self.bundle.scan.provenance.losses.push(Loss { kind, subject, reason, unknown: Default::default() });
    }

    fn keep(&mut self, origin: String, text: String) {
        let item = VendorItem { origin, text: Some(text), ..VendorItem::default() };
        self.bundle.scan.vendor.push(item);
    }

    fn fields(&mut self) {
        let plan = &self.profile.plan;
        for (index, (rule, found)) in plan.fields.iter().zip(&self.fields.found).enumerate() {
            let Some(found) = found else { continue };
            self.fill(format!("field {}", rule.name), found.origin.clone(), &found.value.text());
            if matches!(rule.from, FieldFrom::Header { .. }) && !plan.uses(index) {
                self.keep(format!("{} ({})", found.origin, rule.name), found.value.text());
            }
        }
    }

    fn views(&mut self, layout: &Layout) -> Result<Vec<Placed>> {
        let mut placed = Vec::new();
        for (index, (rule, shape)) in self.profile.plan.views.iter().zip(&layout.shapes).enumerate() {
            let arrays: Vec<&PlacedArray> = layout.arrays.iter().filter(|a| a.view == index).collect();
            let view = self.view(rule, *shape, &arrays)?;
            self.bundle.scan.views.push(view);
            let reason = format!(
                "kind, modality, channel roles and quantities are stated by the profile {}, not by the delivery",
                self.profile.name()
            );
            self.lose(LossKind::Invented, format!("view[{index}]"), reason);
            for array in arrays {
                let Some(channel) = rule.channels.get(array.channel) else { continue };
                placed.extend(self.place(array, index, channel)?);
            }
        }
        Ok(placed)
    }

    fn place(&mut self, array: &PlacedArray, view: usize, channel: &ChannelPlan) -> Result<Option<Placed>> {
        let Some(source) = self.fields.stream(array.stream) else { return Ok(None) };
        let (view, id) = (view as u32, channel.id.clone());
        let key = PlaneKey::Channel { view, channel: id.clone(), part: array.part.clone() };
        let samples = array.place.open(source.clone());
        let mut samples = samples.map_err(|e| e.at(format!("{} of the profile", array.line)))?;
        let origin = match &array.within {
            Some(within) => format!("{}: {}", source.name(), within.dataset),
            None => source.name().to_owned(),
        };
        let signed = array.within.as_ref().is_some_and(|within| within.signed);
        if signed {
            samples = Arc::new(NonNegative::new(samples, origin.clone()));
        }
        self.fill(key.to_string(), origin, &array.place.to_string());
        self.bundle.planes.insert(key, samples);
        // Where samples do not lie plainly in one file, that file is kept whole.
        Ok(match (&array.place, self.sources.position(array.stream)) {
            (Place::Strided(placement), Some(file)) if !signed => {
                let (part, placement) = (array.part.clone(), placement.clone());
                Some(Placed { file, view, channel: id, part, placement })
            }
            _ => None,
        })
    }

    fn view(&self, rule: &ViewPlan, shape: (u64, u64), arrays: &[&PlacedArray]) -> Result<View> {
        let mut channels = Vec::new();
        for (index, channel) in rule.channels.iter().enumerate() {
            let own: Vec<_> = arrays.iter().filter(|a| a.channel == index).copied().collect();
            if !own.iter().any(|a| a.part == PlanePart::Samples) {
                return Err(Error::new(Code::InputMissingFile, "the file with the image of a channel is missing")
                    .file(self.sources.delivery.name())
                    .expected(format!("the image of channel {}", channel.id)));
            }
            channels.push(self.channel(channel, &own)?);
        }
        Ok(View {
            kind: rule.kind.clone(),
            modality: rule.modality.clone(),
            name: rule.name.clone(),
            rows: shape.0 as u32,
            columns: shape.1 as u32,
            channels,
            ..View::default()
        })
    }

    fn channel(&self, rule: &ChannelPlan, arrays: &[&PlacedArray]) -> Result<Channel> {
        let number = |formula: &Option<Formula>, what: &str| {
            let named = |f: &Formula| f.number(self.fields, &format!("{what} of channel {}", rule.id));
            formula.as_ref().map(named).transpose()
        };
        let whole = |formula: &Formula| formula.whole(self.fields, &format!("the bit depth of channel {}", rule.id));
        let lines = |part: PlanePart| arrays.iter().find(|a| a.part == part).map(|a| a.place.shape().1 as u32);
        let calibration = Calibration {
            dark_level: number(&rule.dark_level, "the dark level")?,
            air_level: number(&rule.air_level, "the air level")?,
            dark_lines: lines(PlanePart::Dark),
            air_lines: lines(PlanePart::Air),
            ..Calibration::default()
        };
        let images = arrays.iter().find(|a| a.part == PlanePart::Samples);
        let sample_type = images.map_or(SampleType::U16, |a| a.place.sample_type());
        let energy = number(&rule.energy, "the energy")?.map(Energy::new).transpose();
        Ok(Channel {
            id: rule.id.clone(),
            role: rule.role.clone(),
            quantity: rule.quantity.clone(),
            sample_type,
            bit_depth: rule.bit_depth.as_ref().map(whole).transpose()?.and_then(|n| u32::try_from(n).ok()),
            unit: rule.unit.clone(),
            scale: number(&rule.scale, "the scale")?,
            offset: number(&rule.offset, "the offset")?,
            energy: energy.map_err(|e| e.at(format!("energy of channel {}", rule.id)))?,
            no_data: number(&rule.no_data, "the no-data value")?,
            saturation: number(&rule.saturation, "the saturation value")?,
            measurement_grade: rule.measurement_grade,
            calibration: (calibration != Calibration::default()).then_some(calibration),
            ..Channel::default()
        })
    }

    /// Takes pictures and documents over, with their digests.
    fn media(&mut self) -> Result<()> {
        for rule in &self.profile.plan.media {
            let id = self.profile.plan.files.get(rule.file).map_or("", |f| f.id.as_str());
            for (index, file) in self.sources.files(rule.file).enumerate() {
                let blob = if index == 0 { id.to_owned() } else { format!("{id}-{index}") };
                let media_type = match &rule.media_type {
                    Some(stated) => stated.clone(),
                    None => media_type(&file.head(12)?).to_owned(),
                };
                self.bundle.blobs.insert(format!("media/{blob}"), file.source().clone());
                self.fill(format!("media {blob}"), file.name(), &media_type);
                self.bundle.scan.media.push(Media {
                    kind: rule.kind.clone(),
                    blob,
                    media_type,
                    file_name: Some(file.name().to_owned()),
                    personal_data: rule.personal_data,
                    digest: file.digest(),
                    ..Media::default()
                });
                let reason = format!("what it shows is stated at {} of the profile, not by the delivery", rule.line);
                self.lose(LossKind::Invented, format!("media {}", file.name()), reason);
            }
        }
        Ok(())
    }

    fn maps(&mut self, sidecars: &mut [Option<Sidecar>]) -> Result<()> {
        let mut tree = Tree::default();
        for rule in &self.profile.plan.maps {
            let found = self.collect(rule, sidecars);
            if found.is_empty() && rule.required {
                return Err(Error::new(Code::InputValue, "the delivery lacks a value that the profile requires")
                    .file(self.sources.delivery.name())
                    .expected(format!("{} by {} of the profile", rule.target.written, rule.line)));
            }
            for (occurrence, text, origin) in found {
                self.convert(rule, occurrence, text, origin, &mut tree)?;
            }
        }
        let (scan, homeless): (Scan, _) = tree.merge(&self.bundle.scan)?;
        self.bundle.scan = scan;
        for value in homeless {
            self.lose(LossKind::Dropped, value.origin.clone(), value.reason);
            self.keep(value.origin, value.text);
        }
        Ok(())
    }

    /// Returns the texts for a map with their occurrence and origin.
    fn collect(&self, rule: &MapPlan, sidecars: &mut [Option<Sidecar>]) -> Vec<(usize, String, String)> {
        let mut parts: Vec<(usize, String, String)> = Vec::new();
        for source in &rule.sources {
            match source {
                MapSource::Constant(text) => parts.push((0, text.clone(), format!("{} of the profile", rule.line))),
                MapSource::Field(index) => {
                    let found = self.fields.found.get(*index).and_then(Option::as_ref);
                    parts.extend(found.map(|f| (0, f.value.text(), f.origin.clone())));
                }
                MapSource::Site(name) => {
                    let found = self.profile.site.get(name);
                    parts.extend(found.map(|text| (0, text.clone(), format!("constant {name} of the site"))));
                }
                MapSource::Element(path) => {
                    let file = self.sources.file(path.file).map_or("", DeliveryFile::name);
                    let Some(sidecar) = sidecars.get_mut(path.file).and_then(Option::as_mut) else { continue };
                    let taken = sidecar.take(path).into_iter();
                    parts.extend(taken.map(|(at, leaf)| (at, leaf.text.clone(), format!("{file}: {}", leaf.path()))));
                }
            }
        }
        parts.retain(|(_, text, _)| !text.trim().is_empty());
        if rule.sources.len() > 1 && !parts.is_empty() {
            let texts: Vec<_> = parts.iter().map(|(_, text, _)| text.as_str()).collect();
            let origins: Vec<_> = parts.iter().map(|(_, _, origin)| origin.as_str()).collect();
            return vec![(0, texts.join(" "), origins.join(" and "))];
        }
        parts
    }

    /// Converts a text and puts it into the tree; one that does not fit is kept as vendor content and reported.
    fn convert(
        &mut self,
        rule: &MapPlan,
        occurrence: usize,
        text: String,
        origin: String,
        tree: &mut Tree,
    ) -> Result<()> {
        let converted = rule.conversion.apply(&text);
        let fits = converted.and_then(|c| rule.target.accepts(&c.text).map(|()| c));
        match fits {
            Ok(converted) => {
                let path = tree.put(&rule.target, occurrence, converted.text.clone(), origin.clone());
                self.fill(path.clone(), origin, &converted.text);
                let reason = match rule.sources.as_slice() {
                    [MapSource::Constant(_)] => Some(format!("a constant of the profile {}", self.profile.name())),
                    [MapSource::Site(name)] => Some(format!("the constant {name} of the site")),
                    _ => None,
                };
                if let Some(reason) = reason {
                    self.lose(LossKind::Invented, path.clone(), reason);
                }
                if let Some(assumed) = converted.assumed {
                    self.lose(LossKind::Invented, path, assumed);
                }
                Ok(())
            }
            Err(expected) if rule.required => Err(Error::new(Code::InputValue, "a required value cannot be converted")
                .at(origin)
                .expected(format!("{expected} for {} by {} of the profile", rule.target.written, rule.line))
                .found(format!("{:?}", text.chars().take(80).collect::<String>()))),
            Err(expected) => {
                let reason =
                    format!("not usable as {}: expected {expected}; kept as vendor content", rule.target.written);
                self.lose(LossKind::Dropped, origin.clone(), reason);
                self.keep(origin, text);
                Ok(())
            }
        }
    }

    /// Keeps every value of the sidecars that no map took.
    fn leftovers(&mut self, sidecars: &[Option<Sidecar>]) {
        for (index, sidecar) in sidecars.iter().enumerate() {
            let Some(sidecar) = sidecar else { continue };
            let file = self.sources.file(index).map_or("", DeliveryFile::name);
            for (path, text) in sidecar.leftovers() {
                self.keep(format!("{file}: {path}"), text);
            }
        }
    }
}

/// Tells the media type of a picture or document from its first bytes.
fn media_type(head: &[u8]) -> &'static str {
    match head {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [b'B', b'M', ..] => "image/bmp",
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "image/tiff",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        _ => "application/octet-stream",
    }
}
