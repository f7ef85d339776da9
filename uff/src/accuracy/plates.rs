//! Plates of known matter.

/// A plate: material and areal density in g/cm².
pub type Plate = (&'static str, f64);

/// Plates side by side in the picture: organics, light matter, metals, heavy metals.
pub(super) const PLATES: [Plate; 16] = [
    ("polyethylene", 30.0),
    ("polyethylene", 60.0),
    ("water", 40.0),
    ("water", 90.0),
    ("wood", 50.0),
    ("sugar", 70.0),
    ("aluminium", 30.0),
    ("aluminium", 70.0),
    ("limestone", 60.0),
    ("glass", 50.0),
    ("steel", 30.0),
    ("steel", 60.0),
    ("steel", 100.0),
    ("copper", 70.0),
    ("lead", 50.0),
    ("tungsten", 60.0),
];

/// Points that the analysis is given: three, as a scanner is calibrated with, of different matter and thickness.
pub const CALIBRATION: [Plate; 3] = [("polyethylene", 20.0), ("iron", 110.0), ("lead", 60.0)];

/// Plates on which nothing may be said: too thin or opaque.
pub(super) const SILENT: [Plate; 4] = [("water", 1.0), ("steel", 2.0), ("steel", 500.0), ("lead", 400.0)];
