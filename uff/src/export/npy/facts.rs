//! The file `scan.toml`: the facts of a scan of one view, as the reader of NumPy arrays takes them.

use crate::model::CodeList;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Scan;
use crate::vendor::array_name;

/// Writes the facts about the first channels of a scan of one view; nothing when there are several views, or when the
/// channels differ in what the file states once for all of them.
pub(super) fn facts(scan: &Scan) -> Option<String> {
    let [view] = scan.views.as_slice() else { return None };
    let first = view.channels.first()?;
    let alike = view.channels.iter().all(|c| c.quantity == first.quantity);
    if !alike || view.channels.len() > 2 || !first.quantity.is_listed() {
        return None;
    }
    let mut lines = vec![format!("quantity = \"{}\"", first.quantity)];
    let energies: Vec<_> = view.channels.iter().filter_map(|c| c.energy).map(|e| f64::from(e).to_string()).collect();
    if energies.len() == view.channels.len() {
        lines.push(format!("energies = [{}]    # keV", energies.join(", ")));
    }
    for (name, channel) in ["high", "low"].iter().zip(&view.channels) {
        let key = PlaneKey::Channel { view: 0, channel: channel.id.clone(), part: PlanePart::Samples };
        lines.push(format!("{name} = \"{}.npy\"", array_name(&key)));
    }
    if let Some(geometry) = &view.geometry {
        for (name, pitch) in [("pitch_rows", geometry.pitch_rows), ("pitch_columns", geometry.pitch_columns)] {
            lines.extend(pitch.map(|mm| format!("{name} = {:?}    # mm", f64::from(mm))));
        }
    }
    let levels = |c: &crate::model::Channel| c.calibration.as_ref().map(|k| (k.dark_level, k.air_level));
    if view.channels.iter().all(|c| levels(c) == levels(first))
        && let Some((dark, air)) = levels(first)
    {
        lines.extend(dark.map(|level| format!("dark_level = {level:?}")));
        lines.extend(air.map(|level| format!("air_level = {level:?}")));
    }
    lines.push(String::new());
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Channel;
    use crate::model::ChannelRole;
    use crate::model::Geometry;
    use crate::model::Quantity;
    use crate::model::View;
    use crate::units::Energy;
    use crate::units::Millimetres;
    use crate::vendor::SideFile;

    #[test]
    fn the_reader_takes_the_facts() {
        let channel = |id: &str, role, mev| Channel {
            id: id.parse().unwrap(),
            role,
            quantity: Quantity::LogAttenuation,
            energy: Energy::from_mev(mev).ok(),
            ..Channel::default()
        };
        let geometry = Geometry { pitch_rows: Millimetres::new(4.0).ok(), ..Geometry::default() };
        let view = View {
            channels: vec![channel("high", ChannelRole::High, 9.0), channel("low", ChannelRole::Low, 6.0)],
            geometry: Some(geometry),
            ..View::default()
        };
        let mut scan = Scan { views: vec![view], ..Scan::default() };
        let read: SideFile = toml::from_str(&facts(&scan).unwrap()).unwrap();
        assert_eq!(read.quantity, Some(Quantity::LogAttenuation));
        assert_eq!(read.energies, [Energy::from_mev(9.0).unwrap(), Energy::from_mev(6.0).unwrap()]);
        assert_eq!(read.high.as_deref(), Some("views_0_channels_high.npy"));
        assert_eq!(read.low.as_deref(), Some("views_0_channels_low.npy"));
        assert_eq!((read.pitch_rows.map(f64::from), read.pitch_columns), (Some(4.0), None));
        scan.views[0].channels[1].quantity = Quantity::RawCounts;
        assert_eq!(facts(&scan), None);
    }
}
