//! `uff atr reference`: the findings of `uff analyze --findings`, through the contract for detectors of others.

use std::io::Read;
use std::path::Path;

use clap::Args as ClapArgs;
use uff::atr::Answer;
use uff::atr::AnswerLine;
use uff::atr::DetectionLine;
use uff::atr::Request;
use uff::atr::VERSION;
use uff::detect::ALGORITHM;
use uff::detect::ALGORITHM_VERSION;
use uff::detect::DetectOptions;
use uff::detect::Subject;
use uff::detect::detect;
use uff::error::Code;
use uff::error::Direction;
use uff::error::Error;
use uff::format::UffFile;
use uff::material::AnalysisOptions;
use uff::material::analyze_view;

use crate::commands::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Longest request, in bytes.
const REQUEST: u64 = 4 << 20;

/// Arguments of `uff atr reference`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Least confidence of a finding, percent
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: u8,
}

/// Answers one request.
///
/// # Errors
/// `atr.answer` for a request that is none; the codes of opening a UFF file and of its analysis. A view that cannot be
/// analysed is passed over.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let mut text = String::new();
    let fail = |e| Error::io(Direction::Read, Path::new("standard input"), e);
    std::io::stdin().take(REQUEST).read_to_string(&mut text).map_err(fail)?;
    let request: Request = serde_json::from_str(text.trim())
        .map_err(|e| Error::new(Code::AtrAnswer, "standard input holds no request").cause(e))?;
    if request.version != VERSION {
        let e = Error::new(Code::AtrAnswer, "the request is of another version of the contract");
        return Err(e.expected(VERSION).found(request.version).into());
    }
    let budget = context.budget();
    let bundle = UffFile::open_path(Path::new(&request.file), &budget)?.bundle()?;
    let release = Some(ALGORITHM_VERSION.to_owned());
    say(&Answer::Detector(AnswerLine { version: VERSION, name: ALGORITHM.to_owned(), release }), context)?;
    for view in &request.views {
        let analysis = match analyze_view(&bundle, view.view, &AnalysisOptions::default(), &budget) {
            Err(e) if e.code() == Code::MaterialNotMeasurable => continue,
            analysis => analysis?,
        };
        let geometry = bundle.scan.views.get(view.view as usize).and_then(|v| v.geometry.as_ref());
        let subject = Subject::of_analysis(&analysis, geometry)?;
        let options = DetectOptions { least: f64::from(args.confidence) / 100.0, ..DetectOptions::default() };
        for found in detect(&subject, &options)?.found {
            let bounds = found.patch.bounds();
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let line = DetectionLine {
                view: view.view,
                category: found.kind.name().to_owned(),
                probability: Some(found.confidence),
                row: number(bounds.row),
                column: number(bounds.column),
                rows: number(bounds.rows),
                columns: number(bounds.columns),
            };
            say(&Answer::Detection(line), context)?;
        }
    }
    say(&Answer::Done, context)?;
    Ok(Exit::Good)
}

/// Answers are lines of JSON, whether JSON was asked for or not: the contract is.
fn say(answer: &Answer, context: &Context) -> Result<()> {
    let line =
        serde_json::to_string(answer).map_err(|e| Error::new(Code::Internal, "cannot write an answer").cause(e))?;
    context.ui.data(line)?;
    Ok(())
}
