//! Small scans as files, with the delivery they stand for.

use std::io::Cursor;
use std::sync::Arc;

use ndarray::Array2;
use uff::format::{WriteOptions, write};
use uff::limits::Budget;
use uff::model::identifier::ChannelId;
use uff::model::{Block, Bundle, Channel, ChannelRole, PlaneKey, SampleType, Samples, SourceFile, View};
use uff::source::{MemorySource, ReadAt};
use uff::vendor::Delivery;

use super::rows;
use crate::ingest::PutRequest;

/// Rows and columns of the images unless others are asked for.
pub const SHAPE: (usize, usize) = (300, 700);

/// A scan: its UFF file and its original delivery.
#[derive(Clone)]
pub struct Sample {
    /// The scan with its samples.
    pub bundle: Bundle,
    /// Bytes of the UFF file.
    pub uff: Arc<[u8]>,
    /// Files of the delivery, by name.
    pub files: Vec<(String, Arc<[u8]>)>,
}

impl Sample {
    /// Makes the scan with that number: the metadata of [`rows::scan`], two channels, three files delivered, of which
    /// two have the same content.
    pub fn new(number: u32) -> Self {
        Self::sized(number, SHAPE)
    }

    /// Makes a scan as [`Sample::new`] does, of images of that many rows and columns.
    pub fn sized(number: u32, shape: (usize, usize)) -> Self {
        let files: Vec<(String, Arc<[u8]>)> = vec![
            ("high.raw".into(), noise(number, shape).into_iter().flat_map(u16::to_le_bytes).collect()),
            ("meta/scan 1 ü.xml".into(), format!("<scan number=\"{number}\"/>").into_bytes().into()),
            ("meta/copy.xml".into(), format!("<scan number=\"{number}\"/>").into_bytes().into()),
        ];
        let delivery = delivery(&files);
        let mut scan = rows::scan(number);
        scan.identity.scan_id = uff::model::ScanId::from_delivery(&delivery.digest());
        scan.provenance.delivery_digest = Some(delivery.digest());
        scan.provenance.sources = sources(&delivery);
        let mut view = View { rows: shape.0 as u32, columns: shape.1 as u32, ..View::default() };
        let mut bundle = Bundle::default();
        for (channel, role) in [("high", ChannelRole::High), ("low", ChannelRole::Low)] {
            let id = ChannelId::new(channel).unwrap();
            let samples = Array2::from_shape_vec(shape, noise(number + u32::from(channel == "low"), shape)).unwrap();
            view.channels.push(Channel {
                id: id.clone(),
                role,
                sample_type: SampleType::U16,
                measurement_grade: true,
                ..Channel::default()
            });
            bundle.planes.insert(PlaneKey::samples(0, id), Arc::new(Block::U16(samples)) as Arc<dyn Samples>);
        }
        scan.views.push(view);
        bundle.scan = scan;
        Self { uff: written(&bundle), bundle, files }
    }

    /// Makes a scan with the same identifier and other metadata.
    pub fn altered(&self) -> Self {
        self.told_anew(&|scan| scan.system.manufacturer = Some("Somebody Else".into()))
    }

    /// Makes a scan with the same identifier and samples, and changed metadata.
    #[must_use]
    pub fn told_anew(&self, change: &dyn Fn(&mut uff::model::Scan)) -> Self {
        let mut bundle = self.bundle.clone();
        change(&mut bundle.scan);
        Self { uff: written(&bundle), bundle, files: self.files.clone() }
    }

    /// Makes the scan that the same samples give with these files as their delivery.
    #[must_use]
    pub fn delivered_anew(&self) -> Self {
        let (mut bundle, delivery) = (self.bundle.clone(), delivery(&self.files));
        bundle.scan.identity.scan_id = uff::model::ScanId::from_delivery(&delivery.digest());
        bundle.scan.provenance.delivery_digest = Some(delivery.digest());
        bundle.scan.provenance.sources = sources(&delivery);
        Self { uff: written(&bundle), bundle, files: self.files.clone() }
    }

    /// Makes a scan that says another digest of its delivery than its files have: it can be read, and is not valid.
    #[must_use]
    pub fn contradictory(&self) -> Self {
        self.told_anew(&|scan| scan.provenance.delivery_digest = Some(uff::model::Sha256::of(b"another delivery")))
    }

    /// Returns the identifier of the scan.
    pub fn id(&self) -> uff::model::ScanId {
        self.bundle.scan.identity.scan_id
    }

    /// Asks to archive the UFF file together with its delivery.
    pub fn request(&self) -> PutRequest {
        PutRequest::new(self.uff_source()).with_delivery(delivery(&self.files))
    }

    /// Returns the UFF file as a source.
    pub fn uff_source(&self) -> Arc<dyn ReadAt> {
        Arc::new(MemorySource::new("scan.uff", self.uff.clone()))
    }
}

/// Makes a delivery of files in memory.
pub fn delivery(files: &[(String, Arc<[u8]>)]) -> Delivery {
    let open = |(name, bytes): &(String, Arc<[u8]>)| {
        (name.clone(), Arc::new(MemorySource::new(name.clone(), bytes.clone())) as Arc<dyn ReadAt>)
    };
    Delivery::from_files("delivery", files.iter().map(open).collect()).unwrap()
}

fn sources(delivery: &Delivery) -> Vec<SourceFile> {
    let source = |f: &uff::vendor::DeliveryFile| SourceFile {
        name: f.name().into(),
        size: f.size(),
        digest: f.digest(),
        ..SourceFile::default()
    };
    delivery.files().iter().map(source).collect()
}

fn written(bundle: &Bundle) -> Arc<[u8]> {
    let mut out = Cursor::new(Vec::new());
    write(bundle, &mut out, &WriteOptions::default(), &Budget::default()).unwrap();
    out.into_inner().into()
}

/// Deterministic noise on a slope: every sample differs from its neighbours.
fn noise(seed: u32, (rows, columns): (usize, usize)) -> Vec<u16> {
    let mut state = u64::from(seed) + 1;
    (0..rows * columns)
        .map(|place| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (place / 16) as u16 ^ (state >> 58) as u16
        })
        .collect()
}
