//! A rendered scene as a scan in memory, as a reader would give it.

use std::sync::Arc;

use crate::error::Result;
use crate::model::identifier::ChannelId;
use crate::model::{
    Block, Bundle, Channel, ChannelRole, Geometry, PlaneKey, PlanePart, Quantity, SampleType, Samples, View,
};
use crate::synth::{Recording, Rendering};
use crate::units::{Energy, Millimetres};

/// Makes the scan of a rendering: one view of raw counts at two energies with its dark and air lines.
///
/// # Errors
/// `input.value` when a number of the scanner is no energy or length.
pub(super) fn scan(rendering: &Rendering) -> Result<Bundle> {
    let scanner = &rendering.scanner;
    let (rows, columns) = rendering.high.samples.dim();
    let mut bundle = Bundle::default();
    let mut channels = Vec::new();
    let pair = [
        (ChannelRole::High, "high", scanner.high_mev, &rendering.high),
        (ChannelRole::Low, "low", scanner.low_mev, &rendering.low),
    ];
    for (role, name, energy, recording) in pair {
        let id = ChannelId::new(name)?;
        channels.push(Channel {
            id: id.clone(),
            role,
            quantity: Quantity::RawCounts,
            sample_type: SampleType::U16,
            energy: Some(Energy::from_mev(energy)?),
            measurement_grade: true,
            ..Channel::default()
        });
        let Recording { samples, dark, air } = recording;
        for (part, plane) in [(PlanePart::Samples, samples), (PlanePart::Dark, dark), (PlanePart::Air, air)] {
            let key = PlaneKey::Channel { view: 0, channel: id.clone(), part };
            bundle.planes.insert(key, Arc::new(Block::U16(plane.clone())) as Arc<dyn Samples>);
        }
    }
    let image = &scanner.image;
    let geometry = Geometry {
        pitch_rows: Some(Millimetres::new((image.top - image.bottom) / rows as f64)?),
        pitch_columns: Some(Millimetres::new(image.length / columns as f64)?),
        ..Geometry::default()
    };
    bundle.scan.views.push(View {
        rows: u32::try_from(rows).unwrap_or(u32::MAX),
        columns: u32::try_from(columns).unwrap_or(u32::MAX),
        geometry: Some(geometry),
        channels,
        ..View::default()
    });
    Ok(bundle)
}
