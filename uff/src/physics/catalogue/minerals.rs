//! Building materials, glass, ceramics, ores.

use super::CRC;
use super::Entry;
use super::NIST;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("glass", "Soda-lime glass", &[("SiO2", 0.73), ("Na2O", 0.14), ("CaO", 0.10), ("MgO", 0.03)], 2.50, "soda-lime container glass"),
    ("borosilicate-glass", "Borosilicate glass", &[("B", 0.040064), ("O", 0.539562), ("Na", 0.028191), ("Al", 0.011644), ("Si", 0.377220), ("K", 0.003321)], 2.23, NIST),
    ("lead-glass", "Lead glass of shields", &[("O", 0.156453), ("Si", 0.080866), ("Ti", 0.008092), ("As", 0.002651), ("Pb", 0.751938)], 6.22, NIST),
    ("crystal-glass", "Lead crystal of tableware", &[("SiO2", 0.60), ("PbO", 0.24), ("K2O", 0.12), ("Na2O", 0.04)], 2.95, "24 % of lead oxide, Directive 69/493/EEC: 2.90 g/cm³ at least"),
    ("glass-fibre", "Glass fibre (E glass)", &[("SiO2", 0.545), ("CaO", 0.22), ("Al2O3", 0.145), ("B2O3", 0.08), ("MgO", 0.01)], 2.55, "E glass, ASTM D578"),
    ("quartz", "Quartz", &[("SiO2", 1.0)], 2.65, CRC),
    ("sand", "Sand, dry, poured", &[("SiO2", 1.0)], 1.60, "quartz grains with 40 % voids"),
    ("soil", "Soil, moist, poured", &[("SiO2", 0.60), ("Al2O3", 0.13), ("Fe2O3", 0.05), ("CaCO3", 0.04), ("C6H10O5", 0.03), ("H2O", 0.15)], 1.50, "loam with 15 % water and 3 % organic matter"),
    ("concrete", "Concrete", &[("H", 0.0221), ("C", 0.002484), ("O", 0.57493), ("Na", 0.015208), ("Mg", 0.001266), ("Al", 0.019953), ("Si", 0.304627), ("K", 0.010045), ("Ca", 0.042951), ("Fe", 0.006435)], 2.30, NIST),
    ("barite-concrete", "Barite concrete of shields", &[("H", 0.003585), ("O", 0.311622), ("Mg", 0.001195), ("Al", 0.004183), ("Si", 0.010457), ("S", 0.107858), ("Ca", 0.050194), ("Fe", 0.047505), ("Ba", 0.463400)], 3.35, NIST),
    ("cement", "Portland cement", &[("CaO", 0.64), ("SiO2", 0.21), ("Al2O3", 0.055), ("Fe2O3", 0.03), ("MgO", 0.02), ("CaSO4", 0.045)], 3.15, "CEM I, EN 197-1; grain"),
    ("gypsum", "Gypsum, plaster board", &[("CaSO6H4", 1.0)], 2.32, CRC),
    ("limestone", "Limestone, marble, chalk", &[("CaCO3", 1.0)], 2.71, CRC),
    ("dolomite", "Dolomite", &[("CaMgC2O6", 1.0)], 2.86, CRC),
    ("granite", "Granite", &[("SiO2", 0.7204), ("Al2O3", 0.1442), ("K2O", 0.0412), ("Na2O", 0.0369), ("CaO", 0.0182), ("FeO", 0.0168), ("Fe2O3", 0.0122), ("MgO", 0.0071), ("TiO2", 0.0030)], 2.69, "mean of 2485 analyses, H. Blatt and R. J. Tracy, Petrology, 2nd ed."),
    ("brick", "Clay brick", &[("SiO2", 0.62), ("Al2O3", 0.19), ("Fe2O3", 0.07), ("CaO", 0.06), ("K2O", 0.04), ("MgO", 0.02)], 1.80, "fired clay; EN 771-1 masonry units"),
    ("tile", "Porcelain, stoneware tile", &[("SiO2", 0.69), ("Al2O3", 0.23), ("K2O", 0.05), ("Na2O", 0.02), ("CaO", 0.01)], 2.40, "hard porcelain"),
    ("alumina", "Alumina ceramic", &[("Al2O3", 1.0)], 3.97, CRC),
    ("kaolin", "Kaolin, china clay", &[("Al2Si2O9H4", 1.0)], 2.60, CRC),
    ("talc", "Talc", &[("Mg3Si4O12H2", 1.0)], 2.75, CRC),
    ("bitumen", "Bitumen", &[("C", 0.84), ("H", 0.10), ("S", 0.04), ("O", 0.01), ("N", 0.01)], 1.03, "road bitumen, EN 12591"),
    ("asphalt", "Asphalt concrete", &[("CaCO3", 0.55), ("SiO2", 0.40), ("C8H11", 0.05)], 2.35, "limestone and quartz with 5 % bitumen"),
    ("titanium-dioxide", "Titanium dioxide (pigment)", &[("TiO2", 1.0)], 4.23, CRC),
    ("iron-ore", "Iron ore (haematite)", &[("Fe2O3", 1.0)], 5.25, CRC),
    ("barite", "Barite", &[("BaSO4", 1.0)], 4.49, CRC),
    ("coltan", "Tantalite ore", &[("FeTa2O6", 1.0)], 7.95, "iron tantalite, Handbook of Mineralogy"),
];
