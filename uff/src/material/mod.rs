//! Material analysis of dual-energy views: pure functions over arrays.
//!
//! α = −ln T is the log attenuation of a channel, λ the mass per area along the ray in g/cm², Z an effective atomic
//! number. The way from samples to material: [`Levels`] (dark, air, logarithm) → [`Bilateral`] smoothing →
//! [`Inversion`] by look-up → [`MaterialMap`]; [`MaterialView`] walks it for any region of a view, [`analyze_view`] for
//! all of it, [`calibrate`] fits the beams to measured points, [`SingleEnergy`] serves where one energy was measured, [`region_statistics`] reads a
//! marked region. Images are `[row, column]`.
//!
//! Every answer carries its uncertainty, and "undecided" is an answer: where too little matter is in the way, where
//! noise hides the difference, where no radiation passes, and where the curve of materials folds so that two classes
//! look the same. Above 1 MeV an atomic number beyond about 60 is a band, not a number; see [`Solution::twin_z`].

mod attenuate;
mod axis;
mod beams;
mod calibration;
mod channel;
mod class;
mod csv_table;
mod elementary;
mod figures;
mod first_look;
mod flags;
mod forward;
mod inverse;
mod inversion;
mod isolated;
mod map;
mod noise;
mod odds;
#[cfg(test)]
mod phantom_test;
mod plan;
mod prior;
mod product;
mod rows;
#[cfg(test)]
mod scene_test;
mod segments;
mod signs;
mod single;
mod smooth;
mod solver;
mod statistics;
mod taps;
mod tiles;
mod uncertainty;
mod view;
mod wedge;
mod whole;

pub use attenuate::AirSource;
pub use attenuate::Levels;
pub use axis::Regime;
pub use calibration::CalibratedBeams;
pub use calibration::PointResidual;
pub use calibration::ScannerCalibration;
pub use calibration::calibrate;
pub use calibration::calibrated_views;
pub use calibration::read_calibration;
pub use class::MaterialClass;
pub(crate) use csv_table::CsvTable;
pub use figures::MaterialFigures;
pub use figures::material_figures;
pub use first_look::FirstLook;
pub use flags::Flags;
pub use inversion::Inversion;
pub use inversion::InversionOptions;
pub use inversion::RowBeams;
pub use inversion::Solution;
pub use map::MaterialMap;
pub use noise::NoiseModel;
pub(crate) use prior::Expected;
pub(crate) use prior::UNKNOWN;
pub(crate) use prior::expected;
pub(crate) use prior::recipe;
pub use product::METHOD;
pub use product::METHOD_VERSION;
pub use product::SINGLE_METHOD;
pub(crate) use rows::bands_mut;
pub(crate) use rows::block_of;
pub(crate) use rows::line;
pub use segments::Segment;
pub use segments::segments;
pub use single::SingleEnergy;
pub use smooth::Bilateral;
pub use smooth::Smoothed;
pub use solver::Solver;
pub use statistics::RegionStatistics;
pub use statistics::Spread;
pub use statistics::region_statistics;
pub use tiles::MaterialTile;
pub use tiles::MaterialTiles;
pub use uncertainty::Uncertainty;
pub use view::AnalysisOptions;
pub use view::MaterialView;
pub use view::Part;
pub use view::ViewAnalysis;
pub use view::analyze_view;
pub use wedge::Step;
pub use wedge::StepReading;
pub use wedge::WedgeReading;
pub use wedge::read_steps;
pub use wedge::read_wedge;
