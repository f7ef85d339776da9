//! A scan in which every field of every record is set.

use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::model::identifier::ChannelId;
use crate::model::record::{Item, Node, RecordSpec, SimpleSpec, TypeSpec};
use crate::model::{Block, Bundle, MaterialArray, PlaneKey, PlanePart, Quantity, SampleType, Scan, Sha256};

/// Builds a scan with every field of every record set and two items of everything that repeats.
///
/// It follows the record specifications, so a new field can never be missing. Texts hold what parsers like to change;
/// identifiers are sound; the records need not fit each other.
///
/// # Errors
/// `internal` when a simple type is new and has no sample value here.
pub fn full_scan() -> Result<Scan> {
    Scan::from_node(full_node()?, "scan")
}

/// Builds a bundle around the scan with every field set: arrays for all channels, every material array and a time series,
/// small and each different. All views have 3 rows and 4 columns; `sample_type` is that of every image, dark and air
/// line. Digests are those of the arrays.
///
/// # Errors
/// As [`full_scan`].
pub fn full_bundle(sample_type: &SampleType) -> Result<Bundle> {
    let mut bundle = Bundle { scan: full_scan()?, ..Bundle::default() };
    for (index, view) in (0_u32..).zip(&mut bundle.scan.views) {
        (view.rows, view.columns) = (3, 4);
        for (c, channel) in view.channels.iter_mut().enumerate() {
            channel.id = ChannelId::new(&format!("channel-{c}"))?;
            channel.sample_type = sample_type.clone();
            channel.bit_depth = u32::try_from(8 * sample_type.size()).ok().filter(|_| !is_float(sample_type));
            for (part, columns) in [(PlanePart::Samples, 4), (PlanePart::Dark, 1), (PlanePart::Air, 2)] {
                let key = PlaneKey::Channel { view: index, channel: channel.id.clone(), part: part.clone() };
                let block = block(sample_type, columns, 10 * index as usize + c);
                if part == PlanePart::Samples {
                    channel.digest = Some(Sha256::of(&block.to_le_bytes()));
                }
                bundle.planes.insert(key, Arc::new(block));
            }
        }
        if let Some(product) = &mut view.material {
            (product.high, product.low) = (ChannelId::new("channel-0")?, ChannelId::new("channel-1")?);
            product.products.clear();
            for (n, (quantity, sample_type)) in MATERIAL.into_iter().enumerate() {
                let block = block(&sample_type, 4, 40 + 10 * index as usize + n);
                let digest = Sha256::of(&block.to_le_bytes());
                let array = MaterialArray { quantity: quantity.clone(), digest, ..MaterialArray::default() };
                product.products.push(array);
                bundle.planes.insert(PlaneKey::Material { view: index, quantity }, Arc::new(block));
            }
        }
    }
    bundle.series.insert("gamma".to_owned(), Arc::from([1.0, 2.5, 4.0]));
    Ok(bundle)
}

/// Material arrays and their types. Those that more formats can hold stand first, so that none moves up when others are
/// left out.
const MATERIAL: [(Quantity, SampleType); 6] = [
    (Quantity::MaterialClass, SampleType::U8),
    (Quantity::Confidence, SampleType::U8),
    (Quantity::EffectiveAtomicNumber, SampleType::F32),
    (Quantity::ArealDensity, SampleType::F32),
    (Quantity::AtomicNumberSigma, SampleType::F32),
    (Quantity::ArealDensitySigma, SampleType::F32),
];

fn is_float(sample_type: &SampleType) -> bool {
    matches!(sample_type, SampleType::F32 | SampleType::F64)
}

fn block(sample_type: &SampleType, columns: usize, n: usize) -> Block {
    let value = |(row, column): (usize, usize)| n * 16 + row * columns + column;
    let shape = (3, columns);
    match sample_type {
        SampleType::U8 => Block::U8(ndarray::Array2::from_shape_fn(shape, |at| value(at) as u8)),
        SampleType::U16 => Block::U16(ndarray::Array2::from_shape_fn(shape, |at| 251 * value(at) as u16)),
        SampleType::U32 => Block::U32(ndarray::Array2::from_shape_fn(shape, |at| 65_537 * value(at) as u32)),
        SampleType::F32 => Block::F32(ndarray::Array2::from_shape_fn(shape, |at| value(at) as f32 / 3.0)),
        _ => Block::F64(ndarray::Array2::from_shape_fn(shape, |at| value(at) as f64 / 3.0)),
    }
}

fn full_node() -> Result<Node> {
    record("scan", Scan::SPEC, &mut 0)
}

fn record(name: &str, spec: &RecordSpec, count: &mut u32) -> Result<Node> {
    let mut node = Node::new(name);
    for field in spec.fields {
        for _ in 0..field.max.unwrap_or(2).min(2) {
            node.children.push(match field.kind {
                TypeSpec::Record(inner) => record(field.name, inner, count)?,
                TypeSpec::Simple(simple) => {
                    *count += 1;
                    Node { text: text(simple, *count)?, ..Node::new(field.name) }
                }
            });
        }
    }
    Ok(node)
}

/// Returns a value of a simple type; `n` varies it.
fn text(spec: &SimpleSpec, n: u32) -> Result<String> {
    if let Some((code, _)) = spec.values.iter().cycle().nth(n as usize) {
        return Ok((*code).to_owned());
    }
    if let Some((min, max)) = spec.range {
        return Ok((f64::from(n % 90) / 100.0 + 0.005).clamp(min, max).to_string());
    }
    let by_name = match spec.name {
        "ScanId" => "01234567-89ab-8cde-8f01-23456789abcd".to_owned(),
        "Sha256" => format!("{n:064x}"),
        "ChannelId" => format!("channel-{n}"),
        "Timestamp" => format!("2026-11-{:02}T03:14:15.25+01:00", n % 28 + 1),
        "ContainerNumber" => "CSQU3054383".to_owned(),
        "Locode" => "NLRTM".to_owned(),
        "CountryCode" => "NL".to_owned(),
        "Mrn" => "22GB02I89012847598".to_owned(),
        "HsCode" => "870323".to_owned(),
        "Ucr" => "6GB123456789000-12345".to_owned(),
        "Plate" => "AB-123-CD".to_owned(),
        "Vin" => "1M8GDM9AXKP042788".to_owned(),
        "SealNumber" => "H1234567".to_owned(),
        "RailcarNumber" => "21-81-2471-217-3".to_owned(),
        _ => match spec.base {
            "boolean" => "true".to_owned(),
            "unsignedInt" | "unsignedLong" => n.to_string(),
            "double" => format!("-{n}.25"),
            "string" if spec.pattern.is_empty() => format!(" text {n}:\r\n\t<&>]]>\"'é𝄞\r "),
            _ => {
                return Err(Error::new(Code::Internal, "no sample value for a simple type").found(spec.name));
            }
        },
    };
    Ok(by_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_of_the_specification_is_kept() -> Result<()> {
        assert_eq!(full_scan()?.to_node("scan"), full_node()?);
        Ok(())
    }

    #[test]
    fn json_keeps_every_field_and_unknown_content() -> Result<()> {
        let mut scan = full_scan()?;
        let json = serde_json::to_value(&scan).unwrap();
        assert_eq!(json["views"][0]["channels"][0]["measurementGrade"], true);
        assert!(json["identity"]["start"].as_str().is_some_and(|t| t.ends_with("+01:00")), "{}", json["identity"]);
        assert!(json.get("unknown").is_none());

        scan.views[0].unknown.elements.push(Node { text: "x".into(), ..Node::new("later") });
        let json = serde_json::to_string(&scan).unwrap();
        assert!(serde_json::from_str::<Scan>(&json).unwrap() == scan, "{json}");
        Ok(())
    }
}
