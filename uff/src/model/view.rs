//! Views: one per projection.

use super::code_list::code_list;
use super::record::record;
use super::{Channel, Geometry, MaterialProduct, Segment};

record! {
    /// One projection of the object; its samples stand in /views/n of the file.
    View {
        /// Which projection.
        kind: ViewKind = "kind" [None Image V2];
        /// Name for people, such as "left backscatter".
        name: Option<String> = "name" [None Image V2];
        /// How the radiation reached the detector.
        modality: Modality = "modality" [None Image V2];
        /// Number of rows (detector elements).
        rows: u32 = "rows" [None Image V2];
        /// Number of columns (lines of the scan).
        columns: u32 = "columns" [None Image V2];
        /// Where source and detector stand and how the object moves.
        geometry: Option<Geometry> = "geometry" [None Technical V2];
        /// Column ranges scanned at other energies; empty when the whole view is scanned alike.
        segments: Vec<Segment> = "segment" [None Image V2];
        /// Channels.
        channels: Vec<Channel> = "channel" [None Image V2];
        /// Derived material channels.
        material: Option<MaterialProduct> = "material" [None Image V2];
    }
}

code_list! {
    /// Which projection of the object.
    ViewKind default Side {
        Side = "side", "From the side.";
        Top = "top", "From above.";
        Bottom = "bottom", "From below.";
        Oblique = "oblique", "At an angle.";
        BackscatterLeft = "backscatter-left", "Backscatter from the left.";
        BackscatterRight = "backscatter-right", "Backscatter from the right.";
        BackscatterTop = "backscatter-top", "Backscatter from above.";
        Strip = "strip", "Strip swept by a handheld scanner.";
    }

    /// How the radiation reached the detector.
    Modality default Transmission {
        Transmission = "transmission", "Through the object.";
        Backscatter = "backscatter", "Scattered back to the source's side.";
        ForwardScatter = "forward-scatter", "Scattered forward.";
    }
}
