//! Images derived from a pair of energies: the material arrays of a view.
//!
//! An image is such an array when it says so in every respect: its type is `DERIVED`, its Rescale Type (0028,1054) or
//! flavour names a material quantity, its Derivation Description (0008,2111) names a method and its version, and its
//! Source Image Sequence (0008,2112) refers to two images of one view and of its size. Every other derived image stays a
//! channel.

use super::attributes::Attributes;
use super::tags;
use crate::error::Result;
use crate::model::Channel;
use crate::model::MaterialProduct;
use crate::model::Parameter;
use crate::model::Quantity;
use crate::model::SampleType;

/// First value of Image Type (0008,0008) of an image that is made of others.
pub(crate) const DERIVED: &str = "DERIVED";

/// What stands between method and version in a description.
const VERSION: &str = ", version ";
/// What stands between name and value of a parameter.
const VALUE: &str = " = ";
/// What stands between the lines of a description.
const LINE: &str = "\r\n";
/// Most characters of a description (PS3.5, 6.2: ST).
const LONGEST: usize = 1024;

/// How DICOS states a material quantity.
pub(crate) struct Stated {
    /// Quantity.
    pub(crate) quantity: Quantity,
    /// Flavour of the image.
    pub(crate) flavour: &'static str,
    /// Unit: code of UCUM, and its name.
    pub(crate) unit: (&'static str, &'static str),
    /// What a sample is, in at most 64 characters.
    pub(crate) explanation: &'static str,
    /// Whether samples are floating-point numbers; else they have 8 bits.
    pub(crate) float: bool,
}

/// Material quantities, in the order in which they are described.
pub(crate) const STATED: [Stated; 6] = [
    Stated {
        quantity: Quantity::EffectiveAtomicNumber,
        flavour: "Z_EFFECTIVE",
        unit: ("1", "no units"),
        explanation: "effective atomic number, 0 where undecided",
        float: true,
    },
    Stated {
        quantity: Quantity::ArealDensity,
        flavour: "DENSITY",
        unit: ("g/cm2", "gram per square centimeter"),
        explanation: "mass per area along the ray, not a number where undecided",
        float: true,
    },
    Stated {
        quantity: Quantity::MaterialClass,
        flavour: "MULTI ENERGY",
        unit: ("1", "no units"),
        explanation: "0 undecided, 1 organic, 2 light, 3 metal, 4 heavy",
        float: false,
    },
    Stated {
        quantity: Quantity::Confidence,
        flavour: "MULTI ENERGY",
        unit: ("1", "no units"),
        explanation: "confidence of the class, 0 to 255 for 0 to 1",
        float: false,
    },
    Stated {
        quantity: Quantity::AtomicNumberSigma,
        flavour: "Z_EFFECTIVE",
        unit: ("1", "no units"),
        explanation: "standard deviation of the effective atomic number",
        float: true,
    },
    Stated {
        quantity: Quantity::ArealDensitySigma,
        flavour: "DENSITY",
        unit: ("g/cm2", "gram per square centimeter"),
        explanation: "standard deviation of the mass per area along the ray",
        float: true,
    },
];

/// Returns how DICOS states a quantity, where it is one of a material and the samples have the form of its arrays.
pub(crate) fn stated(quantity: &Quantity, sample_type: &SampleType) -> Option<&'static Stated> {
    let float = match sample_type {
        SampleType::F32 | SampleType::F64 => true,
        SampleType::U8 => false,
        _ => return None,
    };
    STATED.iter().find(|s| s.quantity == *quantity && s.float == float)
}

/// Writes method, version and, as far as they fit, parameters, one per line.
pub(crate) fn describe(product: &MaterialProduct) -> String {
    let line = |text: String| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let mut text = line(format!("{}{VERSION}{}", product.method, product.version));
    text = text.chars().take(LONGEST).collect();
    for parameter in &product.parameters {
        let more = line(format!("{}{VALUE}{}", parameter.name, parameter.value));
        if text.chars().count() + LINE.len() + more.chars().count() > LONGEST {
            break;
        }
        text.push_str(LINE);
        text.push_str(&more);
    }
    text.trim_matches(' ').to_owned()
}

/// Reads a description; none where it does not name a method and its version.
pub(crate) fn described(text: &str) -> Option<MaterialProduct> {
    let mut lines = text.split(LINE);
    let (method, version) = lines.next()?.rsplit_once(VERSION)?;
    let parameter = |line: &str| {
        let (name, value) = line.split_once(VALUE)?;
        Some(Parameter { name: name.to_owned(), value: value.to_owned(), ..Parameter::default() })
    };
    Some(MaterialProduct {
        method: method.to_owned(),
        version: version.to_owned(),
        parameters: lines.map(parameter).collect::<Option<_>>()?,
        ..MaterialProduct::default()
    })
}

/// What an image says about how it was derived.
pub(super) struct Derivation {
    /// Method, version and parameters.
    pub(super) product: MaterialProduct,
    /// UIDs of the images it was derived from.
    pub(super) sources: [String; 2],
}

/// Returns whether an image says that it was made of others.
pub(super) fn is_derived(a: &Attributes<'_>) -> Result<bool> {
    Ok(a.texts(tags::IMAGE_TYPE)?.first().is_some_and(|first| first == DERIVED))
}

/// Reads how an image was derived; none where it is no material array.
pub(super) fn derivation(a: &Attributes<'_>, channel: &Channel) -> Result<Option<Derivation>> {
    let plain = channel.scale.is_none() && channel.offset.is_none() && channel.no_data.is_none();
    let Some(stated) = stated(&channel.quantity, &channel.sample_type).filter(|_| plain) else { return Ok(None) };
    if !is_derived(a)? || !unit_agrees(a, stated)? {
        return Ok(None);
    }
    let Some(product) = a.text(tags::DERIVATION_DESCRIPTION)?.as_deref().and_then(described) else { return Ok(None) };
    let mut sources = Vec::new();
    for source in a.items(tags::SOURCE_IMAGE_SEQUENCE).take(3) {
        sources.extend(source.text(tags::REFERENCED_SOP_INSTANCE_UID)?);
    }
    Ok(<[String; 2]>::try_from(sources).ok().map(|sources| Derivation { product, sources }))
}

/// Returns whether nothing that the image says of its values contradicts the unit of its quantity.
fn unit_agrees(a: &Attributes<'_>, stated: &Stated) -> Result<bool> {
    for mapping in a.items(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE) {
        let slope = mapping.number(tags::REAL_WORLD_VALUE_SLOPE)?;
        let intercept = mapping.number(tags::REAL_WORLD_VALUE_INTERCEPT)?;
        let mut unit = None;
        for code in mapping.items(tags::MEASUREMENT_UNITS_CODE_SEQUENCE) {
            unit = code.text(tags::CODE_VALUE)?;
        }
        if (slope, intercept) != (Some(1.0), Some(0.0)) || unit.as_deref() != Some(stated.unit.0) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_reads_as_it_was_written() {
        let parameter = |name: &str, value: &str| Parameter {
            name: name.to_owned(),
            value: value.to_owned(),
            ..Parameter::default()
        };
        let product = MaterialProduct {
            method: "lookup-inversion".into(),
            version: "1".into(),
            parameters: vec![parameter("thin", "0.02"), parameter("beamHigh", "row 0 nominal 6000 keV")],
            ..MaterialProduct::default()
        };
        let text = describe(&product);
        assert_eq!(text, "lookup-inversion, version 1\r\nthin = 0.02\r\nbeamHigh = row 0 nominal 6000 keV");
        assert_eq!(described(&text), Some(product.clone()));
        assert_eq!(described("unsharp mask"), None);
        let parameters = vec![parameter("a", &"é".repeat(600)), parameter("b", &"é".repeat(600))];
        let long = describe(&MaterialProduct { parameters, ..product });
        assert_eq!(long.lines().count(), 2, "what does not fit is left out");
    }

    #[test]
    fn every_explanation_fits_its_element() {
        assert!(STATED.iter().all(|s| s.explanation.len() <= 64 && s.unit.0.len() <= 16));
    }
}
