//! What the command prints with `--json`: versioned, tagged, with a published schema.
//!
//! Each line of stdout is one object with a `type` and a `version`; the version rises when a field changes its meaning
//! or goes away, not when one is added. The objects of a command are the variants of its line type; the schemas are
//! printed by `uff schema` and kept in `schemas/cli-*.schema.json`.

mod analyze;
mod archive;
mod atr;
mod audit;
mod bench;
mod calibrate;
mod compare;
mod compare_bench;
mod convert;
mod demo;
mod extract;
mod failure;
mod findings_bench;
mod goods;
mod goods_bench;
mod info;
mod loss;
mod material_bench;
mod materials;
mod measure;
mod profile;
mod render;
mod schema;
mod synth;
mod version;
mod watch;

pub use analyze::{
    Analysis, AnalyzeLine, Bounds, ChannelSummary, ClassShare, FindingInfo, LoadInfo, RegionInfo, SegmentInfo,
};
pub use archive::{
    ArchiveLine, ArchivedCalibration, ArchivedScan, Changed, Compared, DamageFound, DamagedFile, DeletionRequestInfo,
    DifferenceInfo, Expired, ExpiredData, HoldInfo, Initialized, KeptUntil, MaterialFiguresInfo, Migrated, PageEnd,
    PolicyInForce, RedactionInfo, Reindexed, Replicated, Saved, ScanFacts, ScanRecord, ScansOf, Scrubbed, StatsInfo,
    StoreAbilities, StoreLock, Stored, StoredFileInfo, Swept, TombstoneInfo, Verified, VerifiedSummary,
};
pub use atr::{AtrDetection, AtrLine, AtrReport, AtrWritten};
pub use audit::{AuditLine, KeptInfo, LogEntryInfo, LogKeyInfo, LogProblem, LogVerified, ProofWritten, Witnessed};
pub use bench::{BenchLine, BenchReport};
pub use calibrate::{
    CalibrateLine, CalibrationInfo, ChannelNoise, CorrectedBeams, KeptCalibration, NoisePair, PointInfo, ResidualInfo,
    ScalesInfo, WedgeStep,
};
pub use compare::{CompareLine, ComparisonInfo, ItemInfo, PhotometryInfo, PlaceInfo, RegistrationInfo};
pub use compare_bench::{CompareBench, CompareFigures, CompareGroup, ComparePair, Tally};
pub use convert::{ConvertLine, ConvertSummary, Converted, ConvertedFile, PlaneInfo, Skipped, StepInfo};
pub use demo::{DemoDone, DemoLine, DemoStep};
pub use extract::{ExtractLine, ExtractedFile, ExtractedPart};
pub use failure::{Failure, FailureLine};
pub use findings_bench::{DetectionBench, KindScore, Reliability, SceneScore};
pub use goods::{
    GoodsCheck, GoodsClass, GoodsExpectation, GoodsFigures, GoodsHeading, GoodsInfo, GoodsLine, GoodsPart,
};
pub use goods_bench::{ConsignmentScore, GoodsBench};
pub use info::{ChannelInfo, Info, InfoLine, NumberInfo, QuickVerdict, ViewInfo};
pub use loss::LossInfo;
pub use material_bench::{
    ClassCount, FoldedPlate, MaterialBench, MaterialGoal, MaterialPlate, ModelResidual, ReliabilityBin,
};
pub use materials::{AttenuationInfo, BeamBin, BeamInfo, ElementShare, MaterialInfo, MaterialsLine, SlabInfo};
pub use measure::{
    ContrastFigures, ContrastInfo, FeatureInfo, HistogramInfo, LinePoint, MeasureLine, ProfileLineInfo, QualityInfo,
};
pub use profile::{ArrayVerdict, ComparedArray, ProfileCheck, ProfileInfo, ProfileLine, ProfileValue};
pub use render::{RenderLine, Rendered};
pub use schema::{SchemaInfo, SchemaLine};
pub use synth::{SceneInfo, Simulated, SynthLine};
pub use version::Version;
pub use watch::{FailedDelivery, Waiting, WatchLine, WatchSummary, WatchedDelivery, Watching};
