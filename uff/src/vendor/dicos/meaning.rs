//! What the samples of an image mean: quantity, scale and unit.
//!
//! | In the file | Quantity |
//! | --- | --- |
//! | Rescale Type (0028,1054) names one | that one |
//! | flavour Z_EFFECTIVE | effective atomic number |
//! | class or intent for presentation, picture, colours | picture for display |
//! | slices | `ct-number` |
//! | relationship LOG | `log-intensity`: the scale is not stated, so it is no log attenuation |
//! | relationship LIN, or none stated | raw counts; without LIN this is noted as invented |

use super::attributes::Attributes;
use super::class::Content;
use super::pixels::Pixels;
use super::tags;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Channel;
use crate::model::CodeList;
use crate::model::LossKind;
use crate::model::Quantity;

/// What is noted of a mapping: kind, subject and reason.
pub(super) type Note = (LossKind, String, String);

/// Quantity of slices: the linear attenuation, in a unit of its own.
pub(crate) const CT_NUMBER: &str = "ct-number";

/// Rescale type and unit of slices in Hounsfield units.
pub(crate) const HOUNSFIELD: &str = "HU";

/// Rescale types that other software writes (PS3.3, C.11.1.1.2), and the quantity that each stands for.
const RESCALE_TYPES: [(&str, &str); 4] =
    [(HOUNSFIELD, CT_NUMBER), ("HU_MOD", CT_NUMBER), ("Z_EFF", "zeff"), ("OD", "optical-density")];

/// Returns the quantity that a rescale type names; `US`, "unspecified", names none.
fn named(rescale_type: &str) -> Option<Quantity> {
    if let Some((_, code)) = RESCALE_TYPES.iter().find(|(name, _)| *name == rescale_type) {
        return Some(Quantity::from_code(code));
    }
    let quantity = Quantity::from_code(&rescale_type.to_ascii_lowercase().replace('_', "-"));
    quantity.is_listed().then_some(quantity)
}

/// Returns the rescale type of a quantity, none for one that is not listed.
pub(crate) fn rescale_type(quantity: &Quantity) -> Option<String> {
    match quantity {
        Quantity::EffectiveAtomicNumber => Some("Z_EFF".to_owned()),
        listed if listed.is_listed() => Some(listed.code().to_ascii_uppercase().replace('-', "_")),
        _ => None,
    }
}

/// Fills quantity, grade, scale, offset, depth and no-data value of a channel; `subject` names the channel in notes.
pub(super) fn describe(
    channel: &mut Channel,
    a: &Attributes<'_>,
    pixels: &Pixels,
    content: Content,
    subject: &str,
) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    channel.sample_type = pixels.sample_type.clone();
    channel.bit_depth = pixels.stored.map(|bits| bits.min(32));
    channel.quantity = quantity(a, pixels, content, subject, &mut notes)?;
    channel.measurement_grade = channel.quantity != Quantity::Display;
    let rescale = rescale(a);
    let slope = rescale.number(tags::RESCALE_SLOPE)?.filter(|s| *s != 0.0);
    let intercept = rescale.number(tags::RESCALE_INTERCEPT)?;
    channel.scale = slope.filter(|s| *s != 1.0);
    channel.offset = intercept.filter(|i| *i != 0.0);
    if content == Content::Slices && rescale.text(tags::RESCALE_TYPE)?.as_deref() == Some(HOUNSFIELD) {
        channel.unit = Some(HOUNSFIELD.to_owned());
    }
    let bits = channel.bit_depth.unwrap_or(0);
    if channel.measurement_grade && slope.is_none() && inverted(a)? {
        channel.scale = Some(-1.0);
        channel.offset = Some(2_f64.powi(bits as i32) - 1.0);
        let reason = "the samples fall with intensity and no scale is stated; the largest sample is taken for none";
        notes.push((LossKind::Invented, format!("{subject}/offset"), reason.to_owned()));
    }
    if pixels.signed {
        // Signed samples have 2^(bits - 1) added.
        let moved = 2_f64.powi(bits as i32 - 1) * channel.scale.unwrap_or(1.0);
        let offset = channel.offset.unwrap_or(0.0) - moved;
        if !offset.is_finite() {
            return Err(Error::new(Code::InputValue, "the scale of signed samples exceeds all numbers")
                .at(tags::shown(tags::RESCALE_SLOPE))
                .found(channel.scale.unwrap_or(1.0)));
        }
        channel.offset = Some(offset);
    }
    channel.no_data = a.number(tags::PIXEL_PADDING_VALUE)?.map(|v| unsigned_padding(v, pixels));
    Ok(notes)
}

/// Returns where slope, intercept and type of the samples stand: in the file, else in the groups that its frames share.
pub(super) fn rescale<'a>(a: &Attributes<'a>) -> Attributes<'a> {
    a.holding(tags::RESCALE_SLOPE, tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE).unwrap_or(*a)
}

/// Returns whether samples fall while intensity rises (PS3.3, C.8.11.3.1.2).
fn inverted(a: &Attributes<'_>) -> Result<bool> {
    let linear = a.text(tags::PIXEL_INTENSITY_RELATIONSHIP)?.as_deref() == Some("LIN");
    Ok(linear && a.number(tags::PIXEL_INTENSITY_RELATIONSHIP_SIGN)? == Some(-1.0))
}

fn quantity(
    a: &Attributes<'_>,
    pixels: &Pixels,
    content: Content,
    subject: &str,
    notes: &mut Vec<Note>,
) -> Result<Quantity> {
    let named = rescale(a).text(tags::RESCALE_TYPE)?.as_deref().and_then(named);
    // Software of the field writes HU into projections too, where it says nothing.
    if let Some(quantity) = named.filter(|q| *q != Quantity::from_code(CT_NUMBER) || content == Content::Slices) {
        return Ok(quantity);
    }
    let flavours = a.texts(tags::IMAGE_TYPE)?;
    if flavours.iter().any(|f| f == "Z_EFFECTIVE") {
        return Ok(Quantity::EffectiveAtomicNumber);
    }
    let presentation = match a.text(tags::PRESENTATION_INTENT_TYPE)?.as_deref() {
        Some("FOR PRESENTATION") => true,
        Some("FOR PROCESSING") => false,
        _ => matches!(content, Content::Projection { presentation: true }),
    };
    if presentation || content == Content::Picture || pixels.components > 1 {
        return Ok(Quantity::Display);
    }
    if content == Content::Slices {
        return Ok(Quantity::from_code(CT_NUMBER));
    }
    match a.text(tags::PIXEL_INTENSITY_RELATIONSHIP)?.as_deref() {
        Some("LIN") => Ok(Quantity::RawCounts),
        Some("LOG") => Ok(Quantity::from_code("log-intensity")),
        Some("DISP") => Ok(Quantity::Display),
        _ => {
            let reason = "the file does not say how samples relate to intensity; they are taken for raw counts";
            notes.push((LossKind::Invented, format!("{subject}/quantity"), reason.to_owned()));
            Ok(Quantity::RawCounts)
        }
    }
}

/// Moves a padding value as the samples are moved. In binary it may be stated without its sign.
fn unsigned_padding(value: f64, pixels: &Pixels) -> f64 {
    let Some(stored) = pixels.stored.filter(|_| pixels.signed) else { return value };
    let half = 2_f64.powi(stored.min(32) as i32 - 1);
    if value >= half { value - half } else { value + half }
}
