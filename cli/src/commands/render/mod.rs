//! `uff render`: a picture of a channel or of the material.

mod shade;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use uff::error::{Code, Error};
use uff::material::{AnalysisOptions, FirstLook, MaterialClass, MaterialTiles, MaterialView};
use uff::model::identifier::ChannelId;
use uff::model::{Channel, ChannelRole, Region};
use uff::physics::Material;
use uff::picture::{Colours, MaterialScheme, Penetration, Raster, Shading, Window, draw_view};

use super::Context;
use super::calibration_arg::calibration;
use super::read_args::ReadArgs;
use super::region_arg::RegionArg;
use super::scan_input::ScanInput;
use super::target::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::wire::{RenderLine, Rendered, Version};

/// Bytes that a picture of the material takes per pixel.
const COLOURS: u64 = 3;
/// Bytes more per pixel where brightness depends on the neighbourhood.
const BRIGHTNESS: u64 = 16;

/// How values become brightness and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Palette {
    /// Transmission: what passes most is white
    Grey,
    /// Log attenuation, which shows thick parts too
    #[default]
    Log,
    /// Colour by material, brightness by thickness
    Material,
    /// The same in colours that need no red and green to be told apart
    MaterialSafe,
}

impl Palette {
    fn is_material(self) -> bool {
        matches!(self, Self::Material | Self::MaterialSafe)
    }
}

/// Classes of material that can be shown alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Food, wood, plastics, drugs, explosives
    Organic,
    /// Aluminium, glass, salt, stone
    Light,
    /// Iron, copper, zinc
    Metal,
    /// Lead, tungsten, gold, uranium
    Heavy,
}

impl From<Only> for MaterialClass {
    fn from(only: Only) -> Self {
        match only {
            Only::Organic => Self::Organic,
            Only::Light => Self::Light,
            Only::Metal => Self::Metal,
            Only::Heavy => Self::Heavy,
        }
    }
}

/// What to show best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Depth {
    /// Thick parts
    High,
    /// Thin parts
    Low,
}

/// Arguments of `uff render`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// UFF file, or a delivery
    #[arg(value_name = "INPUT")]
    input: PathBuf,
    /// File to write: PNG, or JPEG where it ends in .jpg or .jpeg [default: the input's name with .png]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists
    #[arg(long)]
    force: bool,
    /// Palette
    #[arg(long, value_enum, default_value_t)]
    palette: Palette,
    /// View to show
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    view: u32,
    /// Channel to show [default: the high-energy or only one]
    #[arg(long, value_name = "ID")]
    channel: Option<ChannelId>,
    /// Overview level of a UFF file: 0 is full size, 1 is half of it
    #[arg(long, value_name = "LEVEL", default_value_t = 0)]
    level: u32,
    /// Region to show, in samples of the level
    #[arg(long, value_name = "ROW,COLUMN,ROWS,COLUMNS")]
    region: Option<RegionArg>,
    /// Log attenuations shown white and black
    #[arg(long, value_name = "WHITE,BLACK", value_parser = window)]
    window: Option<(f32, f32)>,
    /// Windows for thick or for thin parts, in place of --window
    #[arg(long, value_enum, value_name = "PARTS", conflicts_with = "window")]
    penetration: Option<Depth>,
    /// Exponent between white and black; below 1 thick parts stay bright for longer
    #[arg(long, value_name = "EXPONENT", value_parser = gamma)]
    gamma: Option<f32>,
    /// Show thick parts white and thin ones black
    #[arg(long)]
    inverse: bool,
    /// Strength of edge enhancement, 0 to 5
    #[arg(long, value_name = "STRENGTH", default_value_t = 0.0, value_parser = edges)]
    edges: f32,
    /// Bring out faint structure by local contrast (CLAHE), 1 hardly to 10 strongly
    #[arg(long, value_name = "LIMIT", value_parser = limit)]
    local_contrast: Option<f32>,
    /// Show one class of material in colour and fade the rest
    #[arg(long, value_enum, value_name = "CLASS")]
    only: Option<Only>,
    /// Show areal densities of a range in colour and fade the rest, g/cm²
    #[arg(long, value_name = "LEAST,MOST", value_parser = window)]
    band: Option<(f32, f32)>,
    /// Calibration of the material: what uff calibrate wrote, or measured points (CSV or JSON)
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// What the load is taken for where there is one energy only: a material or formula [default: water]
    #[arg(long, value_name = "MATERIAL", value_parser = assumed)]
    assume: Option<Material>,
    /// First look at the material: each pixel by itself, not smoothed; faster, and more of it undecided
    #[arg(long)]
    quick: bool,
    /// Quality of a JPEG, 1 to 100
    #[arg(long, value_name = "QUALITY", default_value_t = 90, value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: u8,
    /// Bits per sample of a grey picture
    #[arg(long, value_name = "BITS", default_value = "8", value_parser = ["8", "16"])]
    depth: String,
    /// Leave out the strip below that names the colours
    #[arg(long)]
    no_legend: bool,
    /// How to read a delivery.
    #[command(flatten)]
    read: ReadArgs,
}

fn window(text: &str) -> Result<(f32, f32), String> {
    let expected = "expected two numbers, the smaller first, such as 0,5";
    let (white, black) = text.split_once(',').ok_or(expected)?;
    match (white.trim().parse::<f32>(), black.trim().parse::<f32>()) {
        (Ok(white), Ok(black)) if white < black && white.is_finite() && black.is_finite() => Ok((white, black)),
        _ => Err(expected.into()),
    }
}

fn gamma(text: &str) -> Result<f32, String> {
    let in_range = |g: &f32| (0.1..=10.0).contains(g);
    text.parse().ok().filter(in_range).ok_or_else(|| "expected a number from 0.1 to 10".to_owned())
}

fn edges(text: &str) -> Result<f32, String> {
    number(text, 0.0, 5.0)
}

fn limit(text: &str) -> Result<f32, String> {
    number(text, 1.0, 10.0)
}

fn number(text: &str, least: f32, most: f32) -> Result<f32, String> {
    let inside = |value: &f32| (least..=most).contains(value);
    text.parse().ok().filter(inside).ok_or_else(|| format!("expected a number from {least} to {most}"))
}

fn assumed(text: &str) -> uff::Result<Material> {
    Material::parse(text)
}

/// Renders one picture.
///
/// # Errors
/// `target.exists`; the codes of opening the input; `uff.no_such_channel`, `uff.region`, `usage`;
/// `material.not_measurable`.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    args.check()?;
    let name = args.input.file_stem().unwrap_or(args.input.as_os_str());
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(name).with_added_extension("png"));
    let target = Target::new(output, args.force)?;
    let progress = context.ui.progress(None);
    progress.say(format!("{}: rendering", args.input.display()));
    let input = ScanInput::open(&args.input, &args.read, context)?;
    let (picture, shown) =
        if args.palette.is_material() { material(args, &input, context)? } else { grey(args, &input, context)? };
    let file = if args.is_jpeg() { picture.jpeg(args.quality)? } else { picture.png()? };
    target.write_bytes(&file)?;
    drop(progress);
    let rendered = Rendered {
        version: Version,
        input: args.input.display().to_string(),
        target: target.path().display().to_string(),
        view: args.view,
        channel: shown.channel,
        rows: shown.rows,
        columns: shown.columns,
        bytes: file.len() as u64,
    };
    if context.ui.wants_json() {
        context.ui.json(&RenderLine::Rendered(rendered))?;
    } else {
        context.ui.data(&rendered.target)?;
    }
    Ok(Exit::Good)
}

/// What the picture shows.
struct Shown {
    channel: Option<String>,
    rows: usize,
    columns: usize,
}

impl Args {
    fn shading(&self, usual: Window) -> Shading {
        let usual = match self.penetration {
            None => usual,
            Some(Depth::High) => Penetration::High.window(),
            Some(Depth::Low) => Penetration::Low.window(),
        };
        let (white, black) = self.window.unwrap_or((usual.white, usual.black));
        Shading {
            window: Window { white, black, gamma: self.gamma.unwrap_or(usual.gamma) },
            local_contrast: self.local_contrast,
            edges: self.edges,
            inverse: self.inverse,
        }
    }

    /// Refuses options that say nothing about the palette.
    fn check(&self) -> Result<()> {
        let of_material = [
            ("--only", self.only.is_some()),
            ("--band", self.band.is_some()),
            ("--calibration", self.calibration.is_some()),
            ("--assume", self.assume.is_some()),
            ("--quick", self.quick),
        ];
        let refuse = |option: &str, hint: &str| {
            let e = Error::new(Code::Usage, format!("{option} does not go with this palette"));
            Err(e.hint(hint.to_owned()).into())
        };
        match (self.palette, of_material.iter().find(|(_, given)| *given)) {
            (Palette::Grey | Palette::Log, Some((option, _))) => refuse(option, "Add --palette material."),
            (Palette::Grey, None) if self.penetration.is_some() => refuse("--penetration", "Add --palette log."),
            _ => Ok(()),
        }
    }

    fn is_jpeg(&self) -> bool {
        let suffix = self.output.as_ref().and_then(|path| path.extension()).unwrap_or_default();
        suffix.eq_ignore_ascii_case("jpg") || suffix.eq_ignore_ascii_case("jpeg")
    }

    fn region(&self, shape: (usize, usize)) -> Result<Region> {
        let whole = Region { row: 0, column: 0, rows: shape.0, columns: shape.1 };
        let region = self.region.map_or(whole, |r| r.0);
        region.check(shape)?;
        Ok(region)
    }
}

fn grey(args: &Args, input: &ScanInput, context: &Context) -> Result<(Raster, Shown)> {
    let channel = channel(args, input)?;
    let shade = shade::of(input, args.view, channel, args.level, args.palette == Palette::Grey, &context.budget())?;
    let region = args.region(shade.values.dim())?;
    let values = region.of(&shade.values.view());
    let brightness = args.shading(shade.window).brightness(&values.view());
    let picture = match args.depth.as_str() {
        "16" => Raster::grey16(&brightness),
        _ => Raster::grey8(&brightness),
    };
    Ok((picture, Shown { channel: Some(channel.id.to_string()), rows: region.rows, columns: region.columns }))
}

fn channel<'a>(args: &Args, input: &'a ScanInput) -> Result<&'a Channel> {
    let views = &input.bundle.scan.views;
    let view = views.get(args.view as usize).ok_or_else(|| {
        let e = Error::new(Code::UffNoSuchChannel, "the scan has no such view");
        e.expected(format!("0 to {}", views.len().saturating_sub(1))).found(args.view)
    })?;
    let of_role = |role: ChannelRole| view.channels.iter().find(|c| c.role == role);
    let found = match &args.channel {
        Some(id) => view.channels.iter().find(|c| c.id == *id),
        None => of_role(ChannelRole::High).or_else(|| of_role(ChannelRole::Mono)).or(view.channels.first()),
    };
    Ok(found.ok_or_else(|| {
        let names: Vec<&str> = view.channels.iter().map(|c| c.id.as_str()).collect();
        let e = Error::new(Code::UffNoSuchChannel, "the view has no such channel").expected(names.join(", "));
        e.found(args.channel.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string))
    })?)
}

fn material(args: &Args, input: &ScanInput, context: &Context) -> Result<(Raster, Shown)> {
    if args.level != 0 {
        let e = Error::new(Code::Usage, "material is derived from full-size samples only").found(args.level);
        return Err(e.hint("Leave out --level.").into());
    }
    let options = AnalysisOptions {
        calibration: calibration(args.calibration.as_deref(), context)?,
        assumed: args.assume.clone(),
        ..AnalysisOptions::default()
    };
    let view = MaterialView::open(&input.bundle, args.view, &options)?;
    let region = args.region(view.shape())?;
    let scheme = MaterialScheme {
        colours: if args.palette == Palette::MaterialSafe { Colours::Safe } else { Colours::Customary },
        only: args.only.map(Into::into),
        band: args.band,
        legend: !args.no_legend,
    };
    let shading = args.shading(Window::default());
    let per_pixel = if shading.is_pointwise() { COLOURS } else { COLOURS + BRIGHTNESS };
    context.budget().charge((region.rows as u64).saturating_mul(region.columns as u64) * per_pixel, "the picture")?;
    let look = args.quick.then(|| FirstLook::new(&view));
    let tiles: &dyn MaterialTiles = look.as_ref().map_or(&view, |look| look);
    let picture = draw_view(tiles, &region, &shading, &scheme)?;
    Ok((picture, Shown { channel: None, rows: region.rows, columns: region.columns }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_go_from_white_to_black() {
        assert_eq!(window("0, 5"), Ok((0.0, 5.0)));
        assert!(["", "5", "5,0", "0,0", "a,b", "0,inf", "nan,1"].iter().all(|t| window(t).is_err()));
        assert!(gamma("0").is_err() && gamma("nan").is_err() && gamma("0.7").is_ok());
    }
}
