//! Scintillators and shields.

use super::CRC;
use super::Entry;
use super::NIST;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("cadmium-tungstate", "Cadmium tungstate (scintillator)", &[("CdWO4", 1.0)], 7.9, "scintillator; Saint-Gobain Crystals data sheet"),
    ("caesium-iodide", "Caesium iodide (scintillator)", &[("CsI", 1.0)], 4.51, NIST),
    ("gadolinium-oxysulfide", "Gadolinium oxysulphide (scintillator)", &[("Gd2O2S", 1.0)], 7.44, NIST),
    ("sodium-iodide", "Sodium iodide (scintillator)", &[("NaI", 1.0)], 3.667, CRC),
    ("bismuth-germanate", "Bismuth germanate (scintillator)", &[("Bi4Ge3O12", 1.0)], 7.13, "scintillator; Saint-Gobain Crystals data sheet"),
    ("borated-polyethylene", "Borated polyethylene (neutron shield)", &[("C2H4", 0.95), ("B", 0.05)], 0.95, "5 % boron"),
];
