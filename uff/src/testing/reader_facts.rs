//! Deliveries full of facts, each with a text that occurs nowhere else: what a reader loses without a word is found by
//! looking for them.

use std::sync::Arc;

use super::GANTRY_PROFILE;
use super::GANTRY_SIDECAR;
use super::PORTAL_2006;
use super::PORTAL_2011;
use super::ReaderSample;
use super::TiffWriter;
use super::dicom_file::DicomWriter;
use super::dicom_file::EXPLICIT_LITTLE;
use super::dicom_file::dicom_file;
use super::dicom_file::dicom_image;
use super::gantry_pixels;
use super::npy;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::vendor::ReadOptions;
use crate::vendor::profile::Profile;

/// A delivery, and the texts of its fields.
pub struct FactSample {
    /// The delivery.
    pub sample: ReaderSample,
    /// Texts of fields, each of which must be found in the metadata document: at its place, among the vendor's items, or
    /// in the losses.
    pub facts: Vec<&'static str>,
}

/// Makes one delivery full of facts per reader of deliveries; a UFF file is made of one of these.
///
/// # Errors
/// Only on a defect of the samples.
pub fn fact_samples() -> Result<Vec<FactSample>> {
    Ok(vec![gantry()?, tiff(), png()?, arrays(), dicos(), portal(PORTAL_2011, &OF_2011), portal(PORTAL_2006, &OF_2006)])
}

fn sample(name: &'static str, reader: &'static str, files: Vec<(&str, Vec<u8>)>) -> ReaderSample {
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    ReaderSample { name, reader, files, options: ReadOptions::default(), kept_only: &[] }
}

/// A sidecar with fields that the profile maps and others that it does not, beside a header with a text.
fn gantry() -> Result<FactSample> {
    let sidecar = GANTRY_SIDECAR
        .replace("job=\"17\"", "job=\"job-4711\"")
        .replace("KR 123AB", "KR 471AB")
        .replace("speed=\"0.4\">on<", "speed=\"0.4712\">belt-4713<")
        .replace("</Scan>", "<Deep><Inner k=\"attribute-4714\">text-4715</Inner></Deep><Deep>again-4716</Deep></Scan>");
    let profiles = vec![Arc::new(Profile::parse(GANTRY_PROFILE, "test-gantry")?)];
    let files = vec![("scan.raw", gantry_pixels()), ("scan.xml", sidecar.into_bytes())];
    let mut sample = sample("gantry with facts", "profile", files);
    sample.options.profiles = profiles;
    let facts = vec![
        "job-4711",
        "KR 471AB",
        "0.4712",
        "belt-4713",
        "attribute-4714",
        "text-4715",
        "again-4716",
        "J. Doe",
        "WX 9",
        "Gantry Works",
        "2026-11-22T03:14:15+01:00",
    ];
    Ok(FactSample { sample, facts })
}

fn tiff() -> FactSample {
    let writer = TiffWriter { big_endian: false, big_tiff: false };
    let mut page = writer.grey("page-4720", (9, 12), 4, |r, c| 500 * (r * 12 + c));
    for (tag, text) in [
        (269, "document-4721"),
        (270, "description = 4722"),
        (271, "make-4723"),
        (272, "model-4724"),
        (305, "software-4725"),
        (306, "2026:11:22 03:14:47"),
        (315, "artist-4727"),
        (316, "computer-4728"),
        (33432, "copyright-4729"),
        (65_001, "private"),
    ] {
        page.fields.push(writer.text(tag, text));
    }
    page.fields.push(writer.short(274, &[6]));
    page.fields.push(writer.short(282, &[4711]));
    let facts = vec![
        "page-4720",
        "document-4721",
        "description = 4722",
        "make-4723",
        "model-4724",
        "software-4725",
        "2026-11-22T03:14:47",
        "artist-4727",
        "computer-4728",
        "copyright-4729",
        "65001",
        "orientation 6",
    ];
    FactSample { sample: sample("tiff with facts", "tiff", vec![("scan.tif", writer.file(&[page]))]), facts }
}

fn png() -> Result<FactSample> {
    let failed = |e: png::EncodingError| Error::new(Code::Internal, "encoding a PNG failed").cause(e);
    let samples: Vec<u8> = (0..9 * 12_u16).flat_map(|i| (500 * i).to_be_bytes()).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 12, 9);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_source_gamma(png::ScaledFloat::new(0.5));
    for (keyword, text) in [("Software", "software-4731"), ("Author", "author-4732"), ("key-4733", "value-4734")] {
        encoder.add_text_chunk(keyword.to_owned(), text.to_owned()).map_err(failed)?;
    }
    encoder.add_ztxt_chunk("Comment".to_owned(), "packed-4735".to_owned()).map_err(failed)?;
    encoder.add_itxt_chunk("Title".to_owned(), "tïtle-4736".to_owned()).map_err(failed)?;
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&samples).map_err(failed)?;
    writer.finish().map_err(failed)?;
    let facts = vec!["software-4731", "author-4732", "key-4733", "value-4734", "packed-4735", "tïtle-4736", "gAMA"];
    Ok(FactSample { sample: sample("png with facts", "png", vec![("scan.png", bytes)]), facts })
}

/// Arrays hold no facts but their names; those of the side file are all of the scan's.
fn arrays() -> FactSample {
    let image: Vec<u8> = (0..9 * 12_u16).flat_map(|i| i.to_le_bytes()).collect();
    let facts = "quantity = \"corrected-counts\"\nenergies = [4741, 3742]\nhigh = \"a.npy\"\nlow = \"b.npy\"\n\
                 pitch_rows = 4.743\npitch_columns = 4.744\ndark_level = 474.5\nair_level = 60474.6\n";
    let files = vec![
        ("a.npy", npy("<u2", false, (9, 12), &image)),
        ("b.npy", npy("<u2", false, (9, 12), &image)),
        ("notes-4747.txt", b"anything".to_vec()),
        ("scan.toml", facts.as_bytes().to_vec()),
    ];
    let facts = vec!["corrected-counts", "4741", "3742", "4.743", "4.744", "474.5", "60474.6", "notes-4747.txt"];
    FactSample { sample: sample("arrays with facts", "npy", files), facts }
}

/// Mapped attributes, attributes without a place in the file and in sequences, private ones, bytes.
fn dicos() -> FactSample {
    let w = DicomWriter::EXPLICIT;
    let samples: Vec<u8> = (0..6 * 9_u16).flat_map(|i| i.to_le_bytes()).collect();
    let inner = w.sequence((0x40, 0x0555), &[w.text((0x40, 0xA160), "UT", "deep-4766")]);
    let elements = [
        w.text((0x8, 0x0008), "CS", "ORIGINAL\\HIGH ENERGY"),
        w.text((0x8, 0x0016), "UI", "1.2.840.10008.5.1.4.1.1.501.2.2"),
        w.text((0x8, 0x0018), "UI", "2.25.4750"),
        w.text((0x8, 0x002A), "DT", "20261122031447.5+0100"),
        w.text((0x8, 0x0070), "LO", "maker-4751"),
        w.text((0x8, 0x0080), "LO", "place-4752"),
        w.text((0x8, 0x1010), "SH", "lane-4753"),
        w.text((0x8, 0x103E), "LO", "series-4754"),
        w.text((0x8, 0x1090), "LO", "model-4755"),
        w.text((0x9, 0x0010), "LO", "creator-4756"),
        w.element((0x9, 0x1001), "OB", &[1, 2, 3, 4, 5, 6]),
        w.text((0x10, 0x0020), "LO", "object-4757"),
        w.text((0x18, 0x0060), "DS", "4758"),
        w.text((0x18, 0x1000), "LO", "serial-4759"),
        w.text((0x18, 0x1020), "LO", "software-4760"),
        w.text((0x18, 0x1110), "DS", "4761.5"),
        w.floats((0x18, 0x9332), &[4762.5]),
        w.text((0x20, 0x000D), "UI", "2.25.77"),
        w.text((0x20, 0x0010), "SH", "scan-4763"),
        w.text((0x20, 0x4000), "LT", "comment-4764"),
        dicom_image(w, (6, 9), (16, 12)),
        w.text((0x28, 0x0030), "DS", "4.765\\4.7655"),
        w.text((0x28, 0x1040), "CS", "LIN"),
        w.text((0x28, 0x1052), "DS", "-47.67"),
        w.text((0x28, 0x1053), "DS", "4.768"),
        inner,
        w.text((0x4010, 0x1044), "CS", "STITCHED"),
        w.element((0x7FE0, 0x0010), "OW", &samples),
    ];
    let bytes = dicom_file(EXPLICIT_LITTLE, "1.2.840.10008.5.1.4.1.1.501.2.2", &elements);
    let facts = vec![
        "2026-11-22T03:14:47.5+01:00",
        "maker-4751",
        "place-4752",
        "lane-4753",
        "series-4754",
        "model-4755",
        "creator-4756",
        "(0009,1001)",
        "object-4757",
        "4758",
        "serial-4759",
        "software-4760",
        "4761.5",
        "4762.5",
        "scan-4763",
        "comment-4764",
        "4.765",
        "4.7655",
        "deep-4766",
        "-47.67",
        "4.768",
        "STITCHED",
    ];
    FactSample { sample: sample("dicos with facts", "dicos", vec![("scan.dcs", bytes)]), facts }
}

/// Facts of the portal of 2011; spectra and counts stand in time series and in the kept document.
const OF_2011: [&str; 8] = [
    "Portal Works",
    "RPM17",
    "Gate 4",
    "2026-11-22T03:14:10+01:00",
    "2026-11-22T03:14:10.7+01:00",
    "6 neutrons, 1 expected",
    "Cs-137",
    "Co-60",
];

/// Facts of the portal of 2006.
const OF_2006: [&str; 6] = ["Portal Works", "Gate 2", "RPM-5", "K-40", "Co-60", "2026-11-22T03:14:10"];

fn portal(document: &str, facts: &[&'static str]) -> FactSample {
    let files = vec![("portal.n42", document.as_bytes().to_vec())];
    FactSample { sample: sample("portal with facts", "n42", files), facts: facts.to_vec() }
}
