//! Wood, paper, textiles.

use super::CARBOHYDRATE;
use super::Entry;
use super::FAT;
use super::PROTEIN;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("cellulose", "Cellulose", &[("C6H10O5", 1.0)], 1.50, "CRC Handbook of Chemistry and Physics, polymers"),
    ("wood", "Softwood", &[("C6H10O5", 0.70), ("C10H12O3", 0.20), ("H2O", 0.10)], 0.60, "cellulose, lignin and 10 % moisture; pine, PNNL-15870"),
    ("hardwood", "Hardwood", &[(CARBOHYDRATE, 0.69), ("C10H12O3", 0.21), ("H2O", 0.10)], 0.72, "cellulose, lignin and 10 % moisture; beech, EN 350"),
    ("fibreboard", "Fibreboard (MDF)", &[(CARBOHYDRATE, 0.62), ("C10H12O3", 0.20), ("C2H4N2O", 0.10), ("H2O", 0.08)], 0.75, "wood with 10 % urea resin; EN 622-5"),
    ("cork", "Cork", &[("C123H182O56N", 1.0)], 0.20, "empirical formula C123H182O56N; stoppers, 0.16 to 0.24 g/cm³"),
    ("paper", "Office paper", &[("C6H10O5", 0.80), ("CaCO3", 0.15), ("H2O", 0.05)], 0.80, "uncoated office paper with 15 % chalk"),
    ("cardboard", "Solid cardboard", &[(CARBOHYDRATE, 0.88), ("CaCO3", 0.05), ("H2O", 0.07)], 0.70, "recycled fibre with 5 % filler and 7 % moisture"),
    ("cotton", "Cotton fibre", &[(CARBOHYDRATE, 0.93), ("H2O", 0.07)], 1.54, "cellulose with 7 % moisture"),
    ("polyester", "Polyester fibre", &[("C10H8O4", 1.0)], 1.38, "polyethylene terephthalate; NIST SRD 126, table 2"),
    ("wool", "Wool", &[("C", 0.44), ("H", 0.075), ("O", 0.305), ("N", 0.145), ("S", 0.035)], 1.31, "keratin (50 % C, 7 % H, 22 % O, 16.5 % N, 4 % S) with 12 % moisture"),
    ("leather", "Leather", &[(PROTEIN, 0.80), ("H2O", 0.15), (FAT, 0.05)], 0.95, "tanned hide: protein, 15 % moisture, fat"),
];
