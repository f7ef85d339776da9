//! Images in streams of the codecs that readers use, by themselves.

use crate::error::Code;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Block;
use crate::vendor::imagery::Fault;
use crate::vendor::imagery::ImageCodec;

/// Names by which [`decode_image`] knows the codecs.
pub const IMAGE_CODECS: [&str; 3] = ["jpeg", "jpeg-ls", "jpeg2000"];

/// Decodes a grey image of the codec with this place in [`IMAGE_CODECS`], modulo their number, and checks it against
/// what the headers of the stream say.
///
/// # Errors
/// `input.value` for what is damaged, altered or not handled; `limit.bytes`.
///
/// # Panics
/// When the decoded image has another size than the headers say.
pub fn decode_image(codec: usize, stream: &[u8], budget: &Budget) -> Result<Block> {
    let codec = match codec % IMAGE_CODECS.len() {
        0 => ImageCodec::Jpeg,
        1 => ImageCodec::JpegLs,
        _ => ImageCodec::Jpeg2000,
    };
    let error = |fault: Fault| fault.error(codec.name(), Code::InputValue, Code::InputValue);
    let head = codec.head(stream).map_err(error)?;
    let block = codec.decode(stream, budget).map_err(error)?;
    assert_eq!(block.shape(), (head.rows as usize, head.columns as usize));
    assert_eq!(matches!(block, Block::U16(_)), head.sample_size() == 2);
    Ok(block)
}
