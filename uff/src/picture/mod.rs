//! Pictures for people: attenuation in grey, material in colour, as PNG or JPEG.
//!
//! α → [`Shading`] (window, penetration, local contrast, edges) → brightness, 0 black to 1 white → [`Raster`], in grey or, by
//! [`draw_material`], in the colours of the [`MaterialScheme`]. Images are `[row, column]`. Nothing here changes what was
//! measured: pictures are for looking at.

mod glyph;
mod legend;
mod local_contrast;
mod material;
pub mod palette;
mod raster;
mod shading;
mod sharpen;
mod tint;

pub(crate) use glyph::glyph;
pub use material::MaterialScheme;
pub use material::draw_material;
pub use material::draw_view;
pub use palette::Colours;
pub use palette::Window;
pub use raster::Pixels;
pub use raster::Raster;
pub use shading::Penetration;
pub use shading::Shading;
