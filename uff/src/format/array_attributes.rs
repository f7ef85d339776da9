//! Attributes of arrays: what a sample means, and what generic viewers need to show a picture.

use crate::h5::Attribute;
use crate::model::Channel;
use crate::model::PlaneKey;
use crate::model::PlanePart;
use crate::model::Quantity;
use crate::model::Scan;

use super::layout;
use super::overview::Averaging;

/// Returns the channel that an array belongs to.
pub(super) fn channel_of<'a>(scan: &'a Scan, key: &PlaneKey) -> Option<&'a Channel> {
    match key {
        PlaneKey::Channel { view, channel, .. } => {
            scan.views.get(*view as usize)?.channels.iter().find(|c| c.id == *channel)
        }
        PlaneKey::Material { .. } => None,
    }
}

/// Returns how the samples of an array are averaged for overviews.
pub(super) fn averaging_of(scan: &Scan, key: &PlaneKey) -> Averaging {
    match (key, channel_of(scan, key)) {
        (PlaneKey::Material { quantity, .. }, _) => Averaging::of_quantity(quantity),
        (_, Some(channel)) => Averaging::of_channel(channel),
        (_, None) => Averaging::Majority,
    }
}

/// Returns the attributes of an array at an overview level.
pub(super) fn attributes(scan: &Scan, key: &PlaneKey, level: u32) -> Vec<Attribute> {
    let channel = channel_of(scan, key);
    let quantity = match key {
        PlaneKey::Material { quantity, .. } => quantity.clone(),
        PlaneKey::Channel { .. } => channel.map(|c| c.quantity.clone()).unwrap_or_default(),
    };
    let lines = matches!(key, PlaneKey::Channel { part: PlanePart::Dark | PlanePart::Air, .. });
    let mut out = vec![
        Attribute::text(layout::ATTR_CLASS, layout::CLASS_IMAGE),
        Attribute::text(layout::ATTR_IMAGE_VERSION, layout::IMAGE_VERSION),
        Attribute::text(layout::ATTR_IMAGE_SUBCLASS, layout::IMAGE_SUBCLASS),
        Attribute::flag(layout::ATTR_WHITE_IS_ZERO, quantity == Quantity::LogAttenuation),
        Attribute::text(layout::ATTR_DISPLAY_ORIGIN, layout::DISPLAY_ORIGIN),
        Attribute::text(layout::ATTR_AXES, if lines { layout::AXES_LINES } else { layout::AXES_IMAGE }),
        Attribute::text(layout::ATTR_QUANTITY, &String::from(quantity.clone())),
        Attribute::text(layout::ATTR_UNITS, channel.and_then(|c| c.unit.as_deref()).unwrap_or(unit_of(&quantity))),
    ];
    if let Some(channel) = channel {
        out.extend(channel.scale.map(|v| Attribute::number(layout::ATTR_SCALE, v)));
        out.extend(channel.offset.map(|v| Attribute::number(layout::ATTR_OFFSET, v)));
        out.extend(channel.no_data.map(|v| Attribute::number(layout::ATTR_NO_DATA, v)));
    }
    if level > 0 {
        out.push(Attribute::count(layout::ATTR_FACTOR, 1_u32.checked_shl(level).unwrap_or(u32::MAX)));
        out.push(Attribute::text(layout::ATTR_AVERAGING, averaging_of(scan, key).name()));
    }
    out
}

/// Unit of a quantity where the channel states none; 1 for numbers without a unit.
fn unit_of(quantity: &Quantity) -> &'static str {
    match quantity {
        Quantity::RawCounts | Quantity::CorrectedCounts => "counts",
        Quantity::Dose => "uSv",
        Quantity::ArealDensity | Quantity::ArealDensitySigma => "g/cm2",
        _ => "1",
    }
}
