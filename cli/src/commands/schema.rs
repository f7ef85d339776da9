//! `uff schema`: every schema that files and output are checked against.

use clap::Args as ClapArgs;
use schemars::{JsonSchema, schema_for};
use uff::validate::handbook;
use uff::vendor::profile;
use uff::xml::{self, MetadataVersion};

use super::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Table};
use crate::wire::{
    AnalyzeLine, ArchiveLine, AtrLine, AuditLine, BenchLine, CalibrateLine, CompareLine, ConvertLine, DemoLine,
    ExtractLine, FailureLine, GoodsLine, InfoLine, KeptCalibration, MaterialsLine, MeasureLine, ProfileLine,
    RenderLine, SchemaInfo, SchemaLine, SynthLine, Version, WatchLine,
};

/// Arguments of `uff schema`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Schema to print, with or without its ending; without a name, all are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// A schema or the page that explains it.
struct Entry {
    /// Name of its file in the folder `schemas`.
    file: &'static str,
    about: &'static str,
    text: fn() -> Result<String>,
}

const fn entry(file: &'static str, about: &'static str, text: fn() -> Result<String>) -> Entry {
    Entry { file, about, text }
}

/// Every schema, in the order they are listed; of two with one name, the first is meant when the ending is left out.
static ENTRIES: &[Entry] = &[
    entry("layout.md", "HDF5 layout of a UFF file", || fixed(include_str!("../../../schemas/layout.md"))),
    entry("uff-metadata-3.xsd", "Metadata document, version 3", || Ok(xml::schema(MetadataVersion::V3))),
    entry("uff-metadata-2.xsd", "Metadata document, version 2", || Ok(xml::schema(MetadataVersion::V2))),
    entry("metadata.md", "Metadata document, explained", || Ok(xml::documentation())),
    entry("findings.md", "Findings of uff validate", || Ok(handbook())),
    entry("validation-report.schema.json", "Lines of uff validate --json", || {
        fixed(include_str!("../../../schemas/validation-report.schema.json"))
    }),
    entry("profile.schema.json", "Vendor profile", || fixed(profile::SCHEMA)),
    entry("profile.md", "Vendor profile, explained", || fixed(profile::REFERENCE)),
    entry("n42.md", "Radiation data of ANSI N42.42", || fixed(include_str!("../../../schemas/n42.md"))),
    entry("dicos.md", "DICOS and DICONDE, how they are mapped", || fixed(include_str!("../../../schemas/dicos.md"))),
    entry("images.md", "TIFF, PNG and NumPy, how they are mapped", || {
        fixed(include_str!("../../../schemas/images.md"))
    }),
    entry("comparison.md", "Comparison of two scans: method, figures, limits", || {
        fixed(include_str!("../../../schemas/comparison.md"))
    }),
    entry("detections.md", "Findings of uff analyze --findings", || {
        fixed(include_str!("../../../schemas/detections.md"))
    }),
    entry("goods.md", "Check of declared goods: method, table, figures, limits", || {
        fixed(include_str!("../../../schemas/goods.md"))
    }),
    entry("atr.md", "Contract for detectors of others", || fixed(include_str!("../../../schemas/atr.md"))),
    entry("custody.md", "Custody log: entries, layout, keys, proofs", || {
        fixed(include_str!("../../../schemas/custody.md"))
    }),
    entry("retention.md", "Retention policies, legal holds, redaction, deletion", || {
        fixed(include_str!("../../../schemas/retention.md"))
    }),
    entry("losses.schema.json", "What an export to another format left out, TARGET.losses.json", || {
        fixed(include_str!("../../../schemas/losses.schema.json"))
    }),
    entry(
        "calibration.schema.json",
        "Calibration that uff archive calibration --output writes",
        json::<KeptCalibration>,
    ),
    entry("cli-analyze.schema.json", "Lines of uff analyze --json", json::<AnalyzeLine>),
    entry("cli-archive.schema.json", "Lines of uff archive --json", json::<ArchiveLine>),
    entry("cli-audit.schema.json", "Lines of uff audit --json", json::<AuditLine>),
    entry("cli-bench.schema.json", "Lines of uff bench --json", json::<BenchLine>),
    entry("cli-atr.schema.json", "Lines of uff atr run --json", json::<AtrLine>),
    entry("cli-calibrate.schema.json", "Lines of uff calibrate --json", json::<CalibrateLine>),
    entry("cli-check-goods.schema.json", "Lines of uff check-goods --json", json::<GoodsLine>),
    entry("cli-compare.schema.json", "Lines of uff compare --json", json::<CompareLine>),
    entry("cli-convert.schema.json", "Lines of uff convert --json", json::<ConvertLine>),
    entry("cli-demo.schema.json", "Lines of uff demo --json", json::<DemoLine>),
    entry("cli-extract.schema.json", "Lines of uff extract --json", json::<ExtractLine>),
    entry("cli-info.schema.json", "Lines of uff info --json", json::<InfoLine>),
    entry("cli-materials.schema.json", "Lines of uff materials --json", json::<MaterialsLine>),
    entry("cli-measure.schema.json", "Lines of uff measure --json", json::<MeasureLine>),
    entry("cli-profile.schema.json", "Lines of uff profile --json", json::<ProfileLine>),
    entry("cli-render.schema.json", "Lines of uff render --json", json::<RenderLine>),
    entry("cli-schema.schema.json", "Lines of uff schema --json", json::<SchemaLine>),
    entry("cli-synth.schema.json", "Lines of uff synth --json", json::<SynthLine>),
    entry("cli-watch.schema.json", "Lines of uff watch --json", json::<WatchLine>),
    entry("cli-failure.schema.json", "Line that any command prints for a failure", json::<FailureLine>),
];

impl Entry {
    /// Returns the name without its ending.
    fn name(&self) -> &'static str {
        self.file.split('.').next().unwrap_or(self.file)
    }
}

/// Prints one schema, or lists them all.
///
/// # Errors
/// `usage` for a name that is not listed.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let Some(name) = &args.name else {
        return list(context);
    };
    // The schema of the metadata document that is written by default goes by a short name.
    let wanted = if name == "metadata" { "uff-metadata-3.xsd" } else { name };
    let Some(entry) = ENTRIES.iter().find(|e| e.file == wanted || e.name() == wanted) else {
        let hint = "List the schemas with `uff schema`.";
        return Err(Error::usage(format!("there is no schema {name:?}"), hint));
    };
    context.ui.raw((entry.text)()?.as_bytes())?;
    Ok(Exit::Good)
}

fn list(context: &Context) -> Result<Exit> {
    let mut table = Table::new(&[("file", Align::Left), ("describes", Align::Left)]);
    for entry in ENTRIES {
        if context.ui.wants_json() {
            let (file, about) = (entry.file.to_owned(), entry.about.to_owned());
            context.ui.json(&SchemaLine::Schema(SchemaInfo { version: Version, file, about }))?;
        } else {
            table.row([entry.file, entry.about]);
        }
    }
    if !context.ui.wants_json() {
        context.ui.data(table)?;
    }
    Ok(Exit::Good)
}

fn fixed(text: &str) -> Result<String> {
    Ok(text.to_owned())
}

fn json<T: JsonSchema>() -> Result<String> {
    let schema = schema_for!(T);
    let mut text = serde_json::to_string_pretty(&schema)
        .map_err(|e| uff::Error::new(uff::Code::Internal, "the schema has no JSON form").cause(e))?;
    text.push('\n');
    Ok(text)
}
