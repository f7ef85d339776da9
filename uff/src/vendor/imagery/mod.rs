//! Grey images of the JPEG family inside other files: JPEG (ISO/IEC 10918-1), JPEG-LS (ISO/IEC 14495-1, ITU-T T.87) and
//! JPEG 2000 (ISO/IEC 15444-1, ITU-T T.800).
//!
//! Vendor profiles and the DICOM reader share them. An [`ImageCodec`] reads the [`Head`] of a stream first, so that the
//! reader compares it with what its own file states before any memory is taken; then it decodes. JPEG-LS and JPEG 2000
//! streams that do not give back the samples as they were measured are refused: near-lossless, the irreversible wavelet,
//! quantized or cut coefficients.
//!
//! Limits: one component, 2 to 16 bits. What a stream breaks or asks for beyond that is a [`Fault`], which each reader
//! reports with its own codes.

mod codec;
mod fault;
mod head;
mod jpeg;
mod jpeg2000;
mod jpeg_ls;
mod segments;

pub(crate) use codec::ImageCodec;
pub(crate) use fault::Fault;
pub(crate) use head::Head;

#[cfg(test)]
mod tests;
