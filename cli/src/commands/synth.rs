//! `uff synth`: simulated scans with known truth.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use uff::error::Code;
use uff::source::read_text;
use uff::synth::{RenderOptions, Rendering, Scene, Varied, Vendor, delivery, preset, presets, render};

use super::Context;
use super::folder::Folder;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Table, duration, plural};
use crate::wire::{SceneInfo, Simulated, SynthLine, Version};

/// Arguments of `uff synth`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Scene: a name of one that comes with the command, or a file (TOML); without one, the names are listed
    #[arg(value_name = "SCENE")]
    scene: Option<String>,
    /// Print the scene instead, to start one's own from
    #[arg(long, requires = "scene")]
    show: bool,
    /// Folder to write into [default: the scene's name]
    #[arg(short, long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Write into a folder that has content, replacing files of the same name
    #[arg(long)]
    force: bool,
    /// Invented vendor to deliver as
    #[arg(long, value_name = "VENDOR", default_value = Vendor::ALL[0].name(), value_parser = vendors())]
    vendor: String,
    /// Seed of the noise, and of the scene itself where it is random; the same scene, options and seed give the same bytes
    #[arg(long, value_name = "NUMBER", default_value_t = RenderOptions::default().seed)]
    seed: u64,
    /// Rows instead of the scene's own
    #[arg(long, value_name = "COUNT")]
    rows: Option<u32>,
    /// Columns instead of the scene's own
    #[arg(long, value_name = "COUNT")]
    columns: Option<u32>,
    /// Rays per pixel along each side
    #[arg(long, value_name = "COUNT", default_value_t = RenderOptions::default().rays)]
    rays: u32,
}

fn vendors() -> PossibleValuesParser {
    Vendor::ALL.map(Vendor::name).into()
}

/// Simulates one scan.
///
/// # Errors
/// `scene.*` for a scene that is wrong, `target.exists`, `limit.bytes`, `io.*`.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let Some(name) = &args.scene else {
        return list(context);
    };
    let (scene, text) = match varied(name, args.seed) {
        Some(scene) => (scene, None),
        None => scene(name, context).map(|(scene, text)| (scene, Some(text)))?,
    };
    if args.show {
        let drawn = || Error::usage("a random scene has no document to show", "Show one of the others to start from.");
        context.ui.raw(text.ok_or_else(drawn)?.as_bytes())?;
        return Ok(Exit::Good);
    }
    let target = args.into.clone().unwrap_or_else(|| PathBuf::from(&scene.name));
    let folder = Folder::open(&target, args.force)?;
    let vendor = Vendor::ALL.into_iter().find(|v| v.name() == args.vendor).unwrap_or(Vendor::ALL[0]);
    let progress = context.ui.progress(None);
    progress.say(format!("{}: following rays", scene.name));
    let options = RenderOptions { seed: args.seed, rows: args.rows, columns: args.columns, rays: args.rays };
    let started = std::time::Instant::now();
    let rendering = render(&scene, &options, &context.budget())?;
    let files = write(&rendering, vendor, &folder)?;
    folder.finish()?;
    drop(progress);
    let (rows, columns) = rendering.high.samples.dim();
    if context.ui.wants_json() {
        context.ui.json(&SynthLine::Simulated(Simulated {
            version: Version,
            scene: scene.name,
            vendor: vendor.name().to_owned(),
            seed: args.seed,
            rows,
            columns,
            folder: target.display().to_string(),
            files,
        }))?;
        return Ok(Exit::Good);
    }
    for file in &files {
        context.ui.data(target.join(file).display())?;
    }
    let objects = plural(rendering.truth.objects.len(), "object");
    context.ui.note(format_args!("  {rows} rows × {columns} columns, {objects}, in {}", duration(started.elapsed())));
    Ok(Exit::Good)
}

/// Scenes that the seed draws, and what they show.
const VARIED: [(&str, &str); 2] = [
    ("varied", "Random vehicle, load and hidden objects, drawn by the seed"),
    ("varied-empty", "The vehicle of that seed without its load, as a reference"),
];

/// Draws the random scene of a name and seed; none where the name is that of another scene.
fn varied(name: &str, seed: u64) -> Option<Scene> {
    match name {
        "varied" => Some(Varied::new(seed).scene),
        "varied-empty" => Some(Varied::new(seed).empty),
        _ => None,
    }
}

fn list(context: &Context) -> Result<Exit> {
    let mut table = Table::new(&[("scene", Align::Left), ("shows", Align::Left)]);
    let fixed = presets().map(|name| Scene::preset(name).map(|scene| (scene.name, scene.title)));
    let scenes = fixed.collect::<uff::Result<Vec<_>>>()?.into_iter();
    for (name, title) in scenes.chain(VARIED.map(|(name, shows)| (name.to_owned(), shows.to_owned()))) {
        if context.ui.wants_json() {
            context.ui.json(&SynthLine::Scene(SceneInfo { version: Version, name, title }))?;
        } else {
            table.row([name, title]);
        }
    }
    if !context.ui.wants_json() {
        context.ui.data(table)?;
    }
    Ok(Exit::Good)
}

/// Returns a scene and its text.
fn scene(name: &str, context: &Context) -> Result<(Scene, String)> {
    let path = Path::new(name);
    if !path.is_file() && path.extension().is_none_or(|e| e != "toml") {
        return Ok((Scene::preset(name)?, preset(name).unwrap_or_default().to_owned()));
    }
    let text = read_text(path, context.limits.document, Code::LimitBytes)?;
    Ok((Scene::from_toml(&text, name, &context.budget())?, text))
}

fn write(rendering: &Rendering, vendor: Vendor, folder: &Folder) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in delivery(rendering, vendor)? {
        let name = format!("delivery/{}", file.name);
        folder.write(&name, |out| out.put(&file.bytes))?;
        names.push(name);
    }
    folder.write("truth.json", |out| out.put(&rendering.truth.to_json()?))?;
    names.push("truth.json".to_owned());
    Ok(names)
}
