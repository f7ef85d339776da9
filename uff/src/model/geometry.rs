//! Geometry of a view.

use super::code_list::code_list;
use super::record::record;
use crate::units::{Degrees, Energy, Millimetres, MillimetresPerSecond};

record! {
    /// Where source and detector stand and how the object moves. Frame: x along the scan, y across, z up; origin on the
    /// ground below the first column.
    Geometry {
        /// Source position x, mm.
        source_x: Option<Millimetres> = "sourceX" [None Technical V2];
        /// Source position y, mm.
        source_y: Option<Millimetres> = "sourceY" [None Technical V2];
        /// Source position z, mm.
        source_z: Option<Millimetres> = "sourceZ" [None Technical V2];
        /// Full angle of the fan, degrees.
        fan: Option<Degrees> = "fan" [None Technical V2];
        /// Distance from source to detector, mm.
        source_detector: Option<Millimetres> = "sourceDetector" [None Technical V2];
        /// Size of a pixel along a column (between rows) in the object plane, mm.
        pitch_rows: Option<Millimetres> = "pitchRows" [None Technical V2];
        /// Size of a pixel along a row (between columns) in the object plane, mm.
        pitch_columns: Option<Millimetres> = "pitchColumns" [None Technical V2];
        /// Which end of the object is in column 0.
        scan_direction: Option<ScanDirection> = "scanDirection" [None Technical V2];
        /// Speed of the object against the scanner, mm/s.
        speed: Option<MillimetresPerSecond> = "speed" [None Technical V2];
    }

    /// Range of columns scanned at other energies than the rest of the view.
    Segment {
        /// First column.
        first_column: u32 = "firstColumn" [None Image V2];
        /// Number of columns.
        columns: u32 = "columns" [None Image V2];
        /// What is there.
        purpose: SegmentPurpose = "purpose" [None Image V2];
        /// End-point energies used, keV.
        energies: Vec<Energy> = "energy" [None Technical V2];
    }
}

code_list! {
    /// Which end of the object is in column 0.
    ScanDirection default FrontFirst {
        FrontFirst = "front-first", "Column 0 shows the front of the object.";
        RearFirst = "rear-first", "Column 0 shows the rear of the object.";
    }

    /// What a segment shows.
    SegmentPurpose default Cargo {
        Cargo = "cargo", "Cargo.";
        OccupiedCab = "occupied-cab", "Cab with persons, at low energy.";
        Air = "air", "Nothing: air lines for calibration.";
    }
}
