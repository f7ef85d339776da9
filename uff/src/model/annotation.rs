//! Marked regions, after the W3C Web Annotation model.

use super::Timestamp;
use super::code_list::code_list;
use super::record::record;
use crate::units::Millimetres;

record! {
    /// Note on a region of a view (W3C Web Annotation: body, target, motivation).
    Annotation {
        /// Text of the note.
        body: String = "body" [Direct Staff V2];
        /// Why it was made.
        motivation: Option<Motivation> = "motivation" [None Staff V2];
        /// Who made it.
        creator: Option<String> = "creator" [Direct Staff V2];
        /// When.
        created: Option<Timestamp> = "created" [Indirect Staff V2];
        /// Where.
        target: ImageRegion = "target" [None Staff V2];
    }

    /// Region of a view: a rectangle in pixels, or a polygon of at least three corners.
    ImageRegion {
        /// Index of the view.
        view: u32 = "view" [None Image V2];
        /// First row of the bounding rectangle.
        row: u32 = "row" [None Image V2];
        /// First column of the bounding rectangle.
        column: u32 = "column" [None Image V2];
        /// Number of rows.
        rows: u32 = "rows" [None Image V2];
        /// Number of columns.
        columns: u32 = "columns" [None Image V2];
        /// Corners of a polygon in the frame of the view's geometry; empty for a rectangle.
        polygon: Vec<Corner> = "corner" [None Image V2];
    }

    /// Corner of a polygon in the object plane.
    Corner {
        /// Position along the scan, mm.
        x: Option<Millimetres> = "x" [None Image V2];
        /// Height, mm.
        z: Option<Millimetres> = "z" [None Image V2];
    }
}

code_list! {
    /// Why an annotation was made (W3C motivations).
    Motivation default Commenting {
        Commenting = "commenting", "A comment.";
        Highlighting = "highlighting", "Marks a place.";
        Identifying = "identifying", "Says what it is.";
        Questioning = "questioning", "Asks.";
        Assessing = "assessing", "Judges.";
    }
}
