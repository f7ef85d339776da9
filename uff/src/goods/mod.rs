//! Declared goods: do the Harmonized System codes and the declared mass fit what the picture shows?
//!
//! [`Table`] says what goods of a heading look like: how dense a load of them is, which classes of material it is made of,
//! how even it is. [`measure`] reads the same of a scan: mass, density, mix of classes, texture, on a grid of [`Cells`].
//! [`judge`] compares the two and gives reasons in words with figures; where the scan does not tell, it says why. Parts of
//! the load that no declared heading explains are [`Part`]s with their place.
//!
//! A transmission picture adds up everything along a ray. It can contradict a declaration, never prove it: goods of like
//! density and like material look alike. `schemas/goods.md` has method, table, figures and limits.

mod cells;
mod declared;
mod expectation;
mod judge;
mod measured;
mod part;
mod table;
#[cfg(test)]
mod tests;

pub use cells::Cell;
pub use cells::Cells;
pub use declared::Declared;
pub use declared::Line;
pub use expectation::Basis;
pub use expectation::Expectation;
pub use judge::Check;
pub use judge::HeadingVerdict;
pub use judge::Judgement;
pub use judge::Outcome;
pub use judge::Verdict;
pub use judge::judge;
pub use measured::Density;
pub use measured::Mass;
pub use measured::MeasureOptions;
pub use measured::Measured;
pub use measured::measure;
pub use part::Misfit;
pub use part::Part;
pub use table::STANDARD;
pub use table::Table;
