//! Plastics and rubber.

use super::Entry;
use super::NIST;
use super::PNNL;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("polyethylene", "Polyethylene (PE)", &[("C2H4", 1.0)], 0.93, NIST),
    ("polypropylene", "Polypropylene (PP)", &[("C3H6", 1.0)], 0.90, PNNL),
    ("polystyrene", "Polystyrene (PS)", &[("C8H8", 1.0)], 1.06, NIST),
    ("polystyrene-foam", "Polystyrene foam", &[("C8H8", 1.0)], 0.03, "packing foam, EN 13163: 0.015 to 0.035 g/cm³"),
    ("abs", "ABS", &[("C15H17N", 1.0)], 1.05, "acrylonitrile, butadiene and styrene in equal numbers"),
    ("pmma", "Acrylic glass (PMMA)", &[("C5H8O2", 1.0)], 1.19, NIST),
    ("polycarbonate", "Polycarbonate (PC)", &[("C16H14O3", 1.0)], 1.20, PNNL),
    ("pet", "Polyethylene terephthalate (PET)", &[("C10H8O4", 1.0)], 1.38, NIST),
    ("nylon", "Nylon 6", &[("C6H11NO", 1.0)], 1.14, PNNL),
    ("acetal", "Polyoxymethylene (POM)", &[("CH2O", 1.0)], 1.42, PNNL),
    ("pvc", "Polyvinyl chloride (PVC)", &[("C2H3Cl", 1.0)], 1.406, NIST),
    ("ptfe", "Polytetrafluoroethylene (PTFE)", &[("C2F4", 1.0)], 2.20, PNNL),
    ("bakelite", "Phenolic resin (Bakelite)", &[("C43H38O7", 1.0)], 1.25, NIST),
    ("epoxy", "Epoxy resin", &[("C21H24O4", 1.0)], 1.16, "bisphenol A diglycidyl ether"),
    ("polyurethane-foam", "Polyurethane foam", &[("H", 0.041), ("C", 0.544), ("N", 0.121), ("O", 0.294)], 0.03, "composition of PNNL-15870; upholstery foam 0.02 to 0.05 g/cm³"),
    ("silicone", "Silicone rubber", &[("C2H6OSi", 1.0)], 1.02, PNNL),
    ("paraffin", "Paraffin wax", &[("C25H52", 1.0)], 0.93, NIST),
    ("rubber", "Natural rubber", &[("C5H8", 1.0)], 0.92, PNNL),
    ("neoprene", "Neoprene", &[("C4H5Cl", 1.0)], 1.23, PNNL),
    ("tyre", "Car tyre", &[("C5H8", 0.55), ("C", 0.25), ("Fe", 0.15), ("ZnO", 0.02), ("S", 0.015), ("SiO2", 0.015)], 1.30, "rubber, carbon black, 15 % steel cord, zinc oxide, sulphur; as cut from the tread with belts"),
];
