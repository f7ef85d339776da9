//! JPEG 2000 (ISO/IEC 15444-1, ITU-T T.800): reversible images of one component and 2 to 16 bits, as a codestream or in a
//! JP2 file.
//!
//! `hayro-jpeg2000` decodes. It computes in floating point of 32 bits, which holds the integers of the reversible wavelet
//! exactly up to 16 bits per sample. Before it sees a stream, the headers are read here: a codestream is taken as
//! lossless only if it uses the reversible 5/3 wavelet without quantization and if no code-block of it was cut, which the
//! packet headers tell (a rate or quality limit of the encoder leaves the lowest bit planes out). A code-block left out
//! as a whole looks like one of zeros; an encoder that limits the rate cuts others too.
//!
//! Refused by name: more than one component, regions of interest, progression order changes, packed packet headers,
//! coding parameters of single tiles or components, high throughput (part 15).

mod blocks;
mod boxes;
mod codestream;
mod coding;
mod packets;
mod tag_tree;
mod tile;

use hayro_jpeg2000::DecodeSettings;
use hayro_jpeg2000::DecoderContext;
use hayro_jpeg2000::Image;
use ndarray::Array2;

use self::codestream::Codestream;
use super::Fault;
use super::Head;
use super::codec::guarded;
use super::fault::damaged;
use crate::limits::Budget;
use crate::model::Block;

/// Memory per sample while an image is decoded: coefficients, wavelet output, its scratch and samples of 4 bytes each.
const DECODING: u64 = 16;

/// Reads the headers of the codestream.
pub(super) fn head(stream: &[u8]) -> Result<Head, Fault> {
    Ok(Codestream::read(boxes::codestream(stream)?)?.head)
}

/// Decodes a stream.
pub(super) fn decode(stream: &[u8], budget: &Budget) -> Result<Block, Fault> {
    let stream = boxes::codestream(stream)?;
    let codestream = Codestream::read(stream)?;
    if let Some(loss) = codestream.head.loss {
        return Err(Fault::Lossy(loss));
    }
    let head = &codestream.head;
    budget.charge(head.size(), "a decoded JPEG 2000 image")?;
    let work = head.samples().saturating_mul(DECODING).saturating_add(packets::check(&codestream, budget)?);
    budget.charge(work, "decoding a JPEG 2000 image")?;
    let block = guarded(|| {
        let settings = DecodeSettings { resolve_palette_indices: false, strict: true, target_resolution: None };
        let image = Image::new(stream, &settings).map_err(|e| damaged(e.to_string()))?;
        let mut context = DecoderContext::default();
        let decoded = image.decode(&mut context).map_err(|e| damaged(e.to_string()))?;
        let [component] = decoded.components() else { return Err(damaged("not one component")) };
        samples(component.samples(), head)
    })?;
    budget.release(work);
    Ok(block)
}

/// Returns the samples of a component, all of which are whole numbers; signed ones come with 2^(bits - 1) added.
fn samples(found: &[f32], head: &Head) -> Result<Block, Fault> {
    let largest = ((1_u32 << head.bits) - 1) as f32;
    let sign = if head.signed { 1_i32 << (head.bits - 1) } else { 0 };
    let number = |value: &f32| value.clamp(0.0, largest) as i32 - sign;
    let made = if head.bits > 8 {
        Array2::from_shape_vec(head.shape(), found.iter().map(|v| number(v) as u16).collect()).map(Block::U16)
    } else {
        Array2::from_shape_vec(head.shape(), found.iter().map(|v| number(v) as u8).collect()).map(Block::U8)
    };
    made.map_err(|e| damaged(e.to_string()))
}
