//! The arrays of a file: one per frame and component.

use std::sync::Arc;

use super::encapsulated;
use super::part10::Part10;
use super::pixels::Pixels;
use super::pixels::unsupported;
use super::recoded::Recoded;
use super::recoded::largest;
use super::syntax::Syntax;
use super::tags;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::SampleType;
use crate::model::Samples;
use crate::vendor::Placement;
use crate::vendor::StridedSamples;

/// One array of samples.
pub(super) struct Frame {
    /// Number of the frame, from 0.
    pub(super) number: u32,
    /// Number of the component, from 0.
    pub(super) component: u32,
    /// The samples: unsigned, or floating point. Signed ones have 2^(bits - 1) added.
    pub(super) samples: Arc<dyn Samples>,
    /// Where the samples lie as they are in the file; absent when they are decoded or moved.
    pub(super) placement: Option<Placement>,
}

/// Reads the arrays of a file.
///
/// # Errors
/// `dicom.*`, `input.*`, `limit.*`.
pub(super) fn frames(file: &Part10, pixels: &Pixels, budget: &Budget) -> Result<Vec<Frame>> {
    let mut found = budget.vec((pixels.frames * pixels.components) as usize, "DICOM frames")?;
    if let Syntax::Encapsulated(codec) = file.syntax {
        for (number, samples) in (0..).zip(encapsulated::frames(file, codec, pixels, budget)?) {
            let samples = unsigned(Arc::new(samples), pixels, false)?;
            found.push(Frame { number, component: 0, samples, placement: None });
        }
        return Ok(found);
    }
    for number in 0..pixels.frames {
        for component in 0..pixels.components {
            let placement = pixels.place(file, number, component)?;
            if pixels.allocated == 64 && pixels.sample_type == SampleType::U32 {
                refuse_high_words(file, &placement)?;
            }
            let plain: Arc<dyn Samples> = Arc::new(StridedSamples::new(file.source.clone(), placement.clone())?);
            let samples = unsigned(plain.clone(), pixels, true)?;
            let placement = Arc::ptr_eq(&plain, &samples).then_some(placement);
            found.push(Frame { number, component, samples, placement });
        }
    }
    Ok(found)
}

/// Returns samples without sign and without bits above those stored; the same ones where there is nothing to do.
fn unsigned(samples: Arc<dyn Samples>, pixels: &Pixels, check: bool) -> Result<Arc<dyn Samples>> {
    let Some(stored) = pixels.stored.filter(|s| *s <= 32) else { return Ok(samples) };
    let mask = u32::MAX >> (32 - stored);
    let sign = if pixels.signed { 1 << (stored - 1) } else { 0 };
    let spare = stored < pixels.allocated.min(32);
    if sign == 0 && (!spare || check && largest(&*samples)? <= mask) {
        return Ok(samples);
    }
    Ok(Arc::new(Recoded { samples, mask, sign }))
}

/// Refuses samples of 64 bits that do not fit 32.
fn refuse_high_words(file: &Part10, lower: &Placement) -> Result<()> {
    let offset = match lower.byte_order {
        crate::model::ByteOrder::Big => lower.offset.saturating_sub(4),
        _ => lower.offset + 4,
    };
    let higher = StridedSamples::new(file.source.clone(), Placement { offset, ..lower.clone() })?;
    match largest(&higher)? {
        0 => Ok(()),
        _ => Err(unsupported("samples of 64 bits exceed the 32 that are handled").at(tags::shown(tags::PIXEL_DATA_64))),
    }
}
