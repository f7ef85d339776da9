//! From samples to what the grey palettes take.

use ndarray::Array2;
use uff::error::{Code, Error};
use uff::limits::Budget;
use uff::material::Levels;
use uff::model::{Block, Channel, PlaneKey, PlanePart, Quantity};
use uff::picture::Window;

use crate::commands::scan_input::ScanInput;
use crate::error::Result;

/// Bytes that a picture takes per pixel while it is made: samples, values, brightness.
const BYTES_PER_PIXEL: u64 = 24;

/// Values from white to black, and the window they are meant for.
pub(super) struct Shade {
    pub(super) values: Array2<f32>,
    pub(super) window: Window,
}

/// Shades a channel: log attenuation, or with `linear` one minus the transmission. A channel that measures no
/// transmission, such as backscatter or a photo, is stretched from its least to its largest sample.
pub(super) fn of(
    input: &ScanInput,
    view: u32,
    channel: &Channel,
    level: u32,
    linear: bool,
    budget: &Budget,
) -> Result<Shade> {
    let image = read(input, &PlaneKey::samples(view, channel.id.clone()), level, budget)?;
    if !measures_transmission(channel) {
        return Ok(stretched(&image));
    }
    let lines = |part: PlanePart| -> Result<Option<Block>> {
        let key = PlaneKey::Channel { view, channel: channel.id.clone(), part };
        let plane = input.bundle.planes.get(&key);
        plane.map(|lines| Ok(reduced(lines.read_all()?, level, image.shape().0))).transpose()
    };
    let (dark, air) = (lines(PlanePart::Dark)?, lines(PlanePart::Air)?);
    let (levels, _) = Levels::of_channel(channel, &image, dark.as_ref(), air.as_ref())?;
    let alpha = levels.attenuation(&image, 0)?;
    Ok(match linear {
        true => Shade { values: alpha.mapv(|a| 1.0 - (-a).exp()), window: LINEAR },
        false => Shade { values: alpha, window: Window::default() },
    })
}

/// From 0 to 1 in a straight line.
const LINEAR: Window = Window { white: 0.0, black: 1.0, gamma: 1.0 };

fn measures_transmission(channel: &Channel) -> bool {
    matches!(
        channel.quantity,
        Quantity::RawCounts | Quantity::CorrectedCounts | Quantity::Transmission | Quantity::LogAttenuation
    )
}

fn read(input: &ScanInput, key: &PlaneKey, level: u32, budget: &Budget) -> Result<Block> {
    let samples = match (&input.file, level) {
        (Some(file), level) => file.overview(key, level)?,
        (None, 0) => input
            .bundle
            .planes
            .get(key)
            .cloned()
            .ok_or_else(|| Error::new(Code::UffMissing, "the channel has no samples").at(key))?,
        (None, level) => {
            let e = Error::new(Code::Usage, "a delivery has no overviews").found(format!("level {level}"));
            return Err(e.hint("Convert it first, or leave out --level.").into());
        }
    };
    let (rows, columns) = samples.shape();
    let pixels = (rows as u64).saturating_mul(columns as u64);
    budget.charge(pixels.saturating_mul(BYTES_PER_PIXEL), "the picture")?;
    Ok(samples.read_all()?)
}

/// Averages the rows of dark or air lines as an overview does.
fn reduced(lines: Block, level: u32, rows: usize) -> Block {
    if level == 0 {
        return lines;
    }
    let factor = 1usize.checked_shl(level).unwrap_or(usize::MAX);
    let lines = lines.to_f64();
    let mut out = Array2::zeros((rows, lines.ncols()));
    for (group, mut mean) in lines.axis_chunks_iter(ndarray::Axis(0), factor).zip(out.rows_mut()) {
        if let Some(average) = group.mean_axis(ndarray::Axis(0)) {
            mean.assign(&average);
        }
    }
    Block::F64(out)
}

fn stretched(image: &Block) -> Shade {
    let values = image.to_f64();
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let (least, most) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let span = if most > least { most - least } else { 1.0 };
    Shade { values: values.mapv(|v| (1.0 - (v - least) / span) as f32), window: LINEAR }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_lines_follow_the_overview() {
        let lines = Block::U16(ndarray::array![[1, 10], [3, 30], [5, 50]]);
        assert_eq!(reduced(lines, 1, 2), Block::F64(ndarray::array![[2.0, 20.0], [5.0, 50.0]]));
    }

    #[test]
    fn the_largest_sample_is_white_and_a_flat_picture_does_not_divide_by_zero() {
        let shade = stretched(&Block::U8(ndarray::array![[0, 255, 51]]));
        assert_eq!(shade.values, ndarray::array![[1.0f32, 0.0, 0.8]]);
        assert!(stretched(&Block::U8(ndarray::array![[7, 7]])).values.iter().all(|v| v.is_finite()));
    }
}
