//! HDF5 container: what the layout needs of the HDF5 file format 3.0, written by [`FileWriter`] and read by [`File`].
//!
//! Files are written by our own small writer (see [`FileWriter`] for why and which subset) and read through the
//! pure-Rust crate `hdf5-reader`, which parses the structure under limits; chunks are located with it and decoded
//! here, so that a region costs one read per run of chunks and every chunk checksum is verified. Files of other
//! software are read as far as that crate goes: superblocks 0 to 3, old and new groups, all chunk indexes, and the
//! filters shuffle, deflate, Fletcher-32, szip, nbit, scale-offset, LZ4 and LZF.
//!
//! Arrays of any number of axes are read plane by plane ([`Volume`]), attributes and small datasets as [`Element`]s.
//!
//! Limits: no external links or files, no virtual datasets; variable-length data are read as text only.

mod attribute;
mod datatype;
mod filter;
mod fletcher32;
mod grid;
mod guard;
mod huffman;
mod lzf;
mod noise;
mod reader;
mod sample;
mod writer;

pub use attribute::Attribute;
pub use attribute::Shape;
pub use datatype::Datatype;
pub use filter::ChunkEncoder;
pub use filter::Filter;
pub use filter::Pipeline;
pub use grid::ChunkAddress;
pub use grid::Grid;
pub use grid::GridPlan;
pub use grid::GridStorage;
pub(crate) use guard::check_density;
pub use reader::Cut;
pub use reader::Dataset;
pub use reader::Element;
pub use reader::Entry;
pub use reader::File;
pub use reader::Object;
pub use reader::Plane;
pub use reader::StoredAttribute;
pub use reader::Volume;
pub use sample::Sample;
pub use sample::for_each_le_piece;
pub(crate) use sample::with_sample;
pub use writer::DatasetPlan;
pub use writer::FilePlan;
pub use writer::FileWriter;
pub use writer::Finished;
pub use writer::Storage;
