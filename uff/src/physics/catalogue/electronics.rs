//! Electronics and batteries, as mixtures.

use super::Entry;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("printed-board", "Printed circuit board, bare (FR-4)", &[("SiO2", 0.27), ("CaO", 0.11), ("Al2O3", 0.07), ("B2O3", 0.04), ("C21H24O4", 0.29), ("C15H12Br4O2", 0.07), ("Cu", 0.15)], 2.10, "E glass, epoxy, brominated epoxy, 15 % copper"),
    ("circuit-assembly", "Printed circuit board with parts", &[("SiO2", 0.30), ("CaO", 0.06), ("Al2O3", 0.07), ("C21H24O4", 0.24), ("C15H12Br4O2", 0.05), ("Cu", 0.16), ("Fe", 0.06), ("Sn", 0.03), ("Ni", 0.01), ("Pb", 0.01), ("BaTiO3", 0.01)], 2.00, "waste boards: 30 % plastics, 43 % oxides, 27 % metals"),
    ("lithium-ion-cell", "Lithium-ion cell", &[("LiNi0.33Mn0.33Co0.33O2", 0.38), ("C", 0.21), ("Cu", 0.08), ("Al", 0.06), ("C3H4O3", 0.14), ("LiPF6", 0.02), ("C2H4", 0.03), ("Fe", 0.08)], 2.60, "18650 cell: cathode NMC 111, graphite, foils, electrolyte as carbonate, separator, thin can"),
    ("lead-acid-battery", "Lead-acid battery", &[("Pb", 0.34), ("PbO2", 0.18), ("PbSO4", 0.10), ("H2SO4", 0.10), ("H2O", 0.17), ("C3H6", 0.11)], 2.20, "starter battery: grids, active mass, acid of 37 %, case"),
    ("alkaline-cell", "Alkaline cell", &[("MnO2", 0.38), ("Zn", 0.16), ("Fe", 0.22), ("KOH", 0.06), ("H2O", 0.10), ("C", 0.04), ("Cu", 0.02), ("C6H11NO", 0.02)], 2.80, "AA cell: cathode, anode, steel can, electrolyte; 23 g in 8.1 cm³"),
    ("solar-cell-glass", "Photovoltaic panel", &[("SiO2", 0.55), ("Na2O", 0.10), ("CaO", 0.07), ("MgO", 0.03), ("Si", 0.04), ("Al", 0.10), ("C4H6O2", 0.10), ("Cu", 0.01)], 2.40, "glass, aluminium frame, vinyl acetate film, silicon; without its hollow frame"),
];
