//! `uff validate`: what a file breaks of the layout and metadata documents.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args as ClapArgs, ValueEnum};
use uff::error::Code;
use uff::source::{FileSource, read_text};
use uff::validate::{Report, Severity, SeverityProfile, Stop, ValidateOptions, Verdict, render_sarif, validate};

use super::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Largest severity profile that is read, in bytes.
const LARGEST_PROFILE: u64 = 1 << 20;

/// Form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// Text for people
    #[default]
    Text,
    /// One JSON object per line, as --json
    Jsonl,
    /// One SARIF 2.1.0 log for all files
    Sarif,
}

/// Arguments of `uff validate`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// UFF files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Leave out every check that reads samples
    #[arg(long)]
    quick: bool,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Stop at the first finding that fails the file
    #[arg(long)]
    first: bool,
    /// Profile that replaces severities (TOML)
    #[arg(long, value_name = "FILE")]
    severities: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    form: Form,
    /// Tell also what was checked without a finding, and what was not checked
    #[arg(short, long)]
    verbose: bool,
}

/// Validates each file.
///
/// # Errors
/// `profile.*` and `io.*` for the severity profile; after that only when stdout takes no more data.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let options = options(args)?;
    let form = if context.ui.wants_json() && args.form == Form::Text { Form::Jsonl } else { args.form };
    let mut reports = Vec::new();
    let worst = context.each(&args.files, |path| {
        let report = check(path, &options, context)?;
        let exit = if report.verdict() == Verdict::Fail { Exit::Negative } else { Exit::Good };
        match form {
            Form::Sarif => reports.push(report),
            Form::Jsonl => print(|out| report.render_jsonl(out), context)?,
            Form::Text => print(|out| report.render_text(out, args.verbose), context)?,
        }
        Ok(exit)
    })?;
    if form == Form::Sarif {
        print(|out| render_sarif(&reports, out), context)?;
    }
    Ok(worst)
}

fn check(path: &Path, options: &ValidateOptions, context: &Context) -> Result<Report> {
    let progress = context.ui.progress(None);
    progress.say(format!("{}: checking", path.display()));
    let source = Arc::new(FileSource::open(path)?);
    Ok(validate(source, options, &context.budget()))
}

fn options(args: &Args) -> Result<ValidateOptions> {
    let profile = args.severities.as_deref().map(severities).transpose()?.unwrap_or_default();
    Ok(ValidateOptions {
        quick: args.quick,
        stop: if args.first { Stop::FirstFailure } else { Stop::Never },
        fail_on: if args.strict { Severity::Warning } else { Severity::Failure },
        profile,
        now: Some(jiff::Timestamp::now()),
        ..ValidateOptions::default()
    })
}

fn severities(path: &Path) -> Result<SeverityProfile> {
    let text = read_text(path, LARGEST_PROFILE, Code::ProfileSyntax)?;
    Ok(SeverityProfile::parse(&text, &path.display().to_string())?)
}

fn print(render: impl FnOnce(&mut dyn std::io::Write) -> uff::Result<()>, context: &Context) -> Result<()> {
    let mut text = Vec::new();
    render(&mut text)?;
    Ok(context.ui.raw(&text)?)
}
