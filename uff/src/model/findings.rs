//! Detections, verdicts and outcomes; machine and human apart.

use super::code_list::code_list;
use super::record::record;
use super::{ImageRegion, Timestamp};
use crate::units::Probability;

record! {
    /// Detections, verdicts and outcomes.
    Findings {
        /// Detections by algorithms.
        machine: Vec<MachineFinding> = "machine" [None Image V2];
        /// Verdicts by people, level by level.
        human: Vec<HumanFinding> = "human" [Direct Staff V2];
        /// Outcome of physical inspections.
        inspections: Vec<Inspection> = "inspection" [Direct Staff V2];
        /// What is really there, for training.
        truth: Vec<GroundTruth> = "truth" [None Image V3];
    }

    /// Detection by an algorithm.
    MachineFinding {
        /// Algorithm.
        algorithm: String = "algorithm" [None Technical V2];
        /// Version of the algorithm.
        version: Option<String> = "version" [None Technical V2];
        /// When it ran.
        time: Option<Timestamp> = "time" [None Technical V2];
        /// Category, such as weapon or anomaly.
        category: String = "category" [None Image V2];
        /// Probability, 0 to 1.
        probability: Option<Probability> = "probability" [None Image V2];
        /// Where.
        regions: Vec<ImageRegion> = "region" [None Image V2];
    }

    /// Verdict by a person.
    HumanFinding {
        /// Level of the review: 1 is the first.
        level: u32 = "level" [None Staff V2];
        /// Verdict.
        verdict: Verdict = "verdict" [None Staff V2];
        /// Who decided.
        staff: Option<String> = "staff" [Direct Staff V2];
        /// When.
        time: Option<Timestamp> = "time" [Indirect Staff V2];
        /// Comment.
        comment: Option<String> = "comment" [Direct Staff V2];
        /// Where.
        regions: Vec<ImageRegion> = "region" [None Staff V2];
    }

    /// Outcome of a physical inspection.
    Inspection {
        /// Outcome.
        outcome: InspectionOutcome = "outcome" [None Staff V2];
        /// When.
        time: Option<Timestamp> = "time" [Indirect Staff V2];
        /// Who inspected.
        staff: Option<String> = "staff" [Direct Staff V2];
        /// What was found.
        description: Option<String> = "description" [Indirect Staff V2];
    }

    /// What is really at a place, for training and tests.
    GroundTruth {
        /// What it is.
        label: String = "label" [None Image V3];
        /// How it is known.
        origin: TruthOrigin = "origin" [None Image V3];
        /// Where.
        regions: Vec<ImageRegion> = "region" [None Image V3];
    }
}

code_list! {
    /// Verdict of a person.
    Verdict default Undecided {
        Undecided = "undecided", "No decision yet.";
        Clear = "clear", "Nothing suspicious.";
        Suspect = "suspect", "Suspicious: inspect.";
        Refer = "refer", "Refer to the next level.";
        Rescan = "rescan", "Scan again.";
    }

    /// Outcome of a physical inspection.
    InspectionOutcome default Nothing {
        Nothing = "nothing", "As declared.";
        Contraband = "contraband", "Contraband found.";
        Misdeclared = "misdeclared", "Goods not as declared.";
        Aborted = "aborted", "Inspection not finished.";
    }

    /// How the truth is known.
    TruthOrigin default Inspection {
        Inspection = "inspection", "Found by physical inspection.";
        Staged = "staged", "Placed for a test.";
        ThreatImageProjection = "tip", "Projected into the image.";
        Simulated = "simulated", "Simulated.";
    }
}
