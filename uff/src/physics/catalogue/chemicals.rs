//! Drugs, explosives and bulk chemicals of the public literature.

use super::CARBOHYDRATE;
use super::CRC;
use super::Entry;
use super::MEYER;

/// Density of organic salts for which none is published.
const ASSUMED: &str =
    "formula: CRC Handbook of Chemistry and Physics; density assumed, crystals of its kind have 1.1 to 1.4 g/cm³";

#[rustfmt::skip]
pub(super) const DRUGS: &[Entry] = &[
    ("cocaine-hydrochloride", "Cocaine hydrochloride", &[("C17H22ClNO4", 1.0)], 1.34, CRC),
    ("cocaine-base", "Cocaine base", &[("C17H21NO4", 1.0)], 1.22, ASSUMED),
    ("heroin", "Heroin base", &[("C21H23NO5", 1.0)], 1.32, CRC),
    ("heroin-hydrochloride", "Heroin hydrochloride", &[("C21H24ClNO5", 1.0)], 1.32, ASSUMED),
    ("morphine", "Morphine", &[("C17H19NO3", 1.0)], 1.32, CRC),
    ("fentanyl", "Fentanyl", &[("C22H28N2O", 1.0)], 1.10, ASSUMED),
    ("methamphetamine-hydrochloride", "Methamphetamine hydrochloride", &[("C10H16ClN", 1.0)], 1.10, CRC),
    ("amphetamine-sulphate", "Amphetamine sulphate", &[("C18H28N2O4S", 1.0)], 1.15, ASSUMED),
    ("mdma-hydrochloride", "MDMA hydrochloride (ecstasy)", &[("C11H16ClNO2", 1.0)], 1.20, ASSUMED),
    ("ketamine-hydrochloride", "Ketamine hydrochloride", &[("C13H17Cl2NO", 1.0)], 1.25, ASSUMED),
    ("cannabis-resin", "Cannabis resin", &[("C21H30O2", 0.40), (CARBOHYDRATE, 0.45), ("H2O", 0.12), ("CaCO3", 0.03)], 1.20, "cannabinoids, plant matter, 12 % moisture, ash; pressed"),
    ("cannabis-herb", "Cannabis herb", &[(CARBOHYDRATE, 0.70), ("C21H30O2", 0.15), ("H2O", 0.12), ("CaCO3", 0.03)], 0.35, "plant matter, cannabinoids, 12 % moisture, ash; pressed"),
    ("caffeine", "Caffeine", &[("C8H10N4O2", 1.0)], 1.23, CRC),
    ("paracetamol", "Paracetamol", &[("C8H9NO2", 1.0)], 1.293, CRC),
    ("lactose", "Lactose (filler of tablets)", &[("C12H22O11", 1.0)], 1.53, CRC),
];

#[rustfmt::skip]
pub(super) const EXPLOSIVES: &[Entry] = &[
    ("tnt", "TNT", &[("C7H5N3O6", 1.0)], 1.654, MEYER),
    ("rdx", "RDX, hexogen", &[("C3H6N6O6", 1.0)], 1.82, MEYER),
    ("hmx", "HMX, octogen", &[("C4H8N8O8", 1.0)], 1.96, MEYER),
    ("petn", "PETN", &[("C5H8N4O12", 1.0)], 1.76, MEYER),
    ("tetryl", "Tetryl", &[("C7H5N5O8", 1.0)], 1.73, MEYER),
    ("picric-acid", "Picric acid", &[("C6H3N3O7", 1.0)], 1.767, MEYER),
    ("nitroglycerine", "Nitroglycerine", &[("C3H5N3O9", 1.0)], 1.591, MEYER),
    ("ethylene-glycol-dinitrate", "Nitroglycol (EGDN)", &[("C2H4N2O6", 1.0)], 1.48, MEYER),
    ("nitrocellulose", "Nitrocellulose", &[("C6H7N3O11", 1.0)], 1.67, MEYER),
    ("tatp", "TATP", &[("C9H18O6", 1.0)], 1.22, "F. Dubnikova et al., J. Am. Chem. Soc. 127 (2005) 1146"),
    ("hmtd", "HMTD", &[("C6H12N2O6", 1.0)], 1.57, MEYER),
    ("composition-b", "Composition B", &[("C3H6N6O6", 0.595), ("C7H5N3O6", 0.395), ("C25H52", 0.01)], 1.71, MEYER),
    ("c4", "Composition C-4", &[("C3H6N6O6", 0.91), ("C26H50O4", 0.053), ("C4H8", 0.021), ("C20H42", 0.016)], 1.60, "RDX, dioctyl sebacate, polyisobutylene, oil; MIL-C-45010"),
    ("semtex-1a", "Semtex 1A", &[("C5H8N4O12", 0.835), ("C8H8", 0.041), ("C26H50O4", 0.079), ("C20H42", 0.045)], 1.45, "PETN with rubber, plasticiser and oil"),
    ("anfo", "ANFO prills, poured", &[("NH4NO3", 0.943), ("C12H23", 0.057)], 0.84, MEYER),
    ("black-powder", "Black powder", &[("KNO3", 0.75), ("C", 0.15), ("S", 0.10)], 1.70, MEYER),
    ("flash-powder", "Flash powder of fireworks", &[("KClO4", 0.70), ("Al", 0.30)], 2.57, "mean of the crystals' volumes"),
    ("lead-azide", "Lead azide", &[("PbN6", 1.0)], 4.8, MEYER),
    ("mercury-fulminate", "Mercury fulminate", &[("HgC2N2O2", 1.0)], 4.42, MEYER),
    ("urea-nitrate", "Urea nitrate", &[("CH5N3O4", 1.0)], 1.59, MEYER),
];

#[rustfmt::skip]
pub(super) const BULK: &[Entry] = &[
    ("ammonium-nitrate", "Ammonium nitrate", &[("NH4NO3", 1.0)], 1.72, CRC),
    ("urea", "Urea", &[("CH4N2O", 1.0)], 1.323, CRC),
    ("ammonium-sulphate", "Ammonium sulphate", &[("N2H8SO4", 1.0)], 1.77, CRC),
    ("diammonium-phosphate", "Diammonium phosphate", &[("N2H9PO4", 1.0)], 1.619, CRC),
    ("potash", "Potash (potassium chloride)", &[("KCl", 1.0)], 1.988, CRC),
    ("saltpetre", "Potassium nitrate", &[("KNO3", 1.0)], 2.105, CRC),
    ("sodium-chlorate", "Sodium chlorate", &[("NaClO3", 1.0)], 2.49, CRC),
    ("potassium-perchlorate", "Potassium perchlorate", &[("KClO4", 1.0)], 2.52, CRC),
    ("sodium-hydroxide", "Caustic soda", &[("NaOH", 1.0)], 2.13, CRC),
    ("sodium-carbonate", "Soda ash", &[("Na2CO3", 1.0)], 2.54, CRC),
    ("sulphur", "Sulphur", &[("S", 1.0)], 2.07, CRC),
    ("coal", "Hard coal", &[("C", 0.80), ("H", 0.05), ("O", 0.07), ("N", 0.015), ("S", 0.01), ("SiO2", 0.035), ("Al2O3", 0.02)], 1.35, "bituminous coal with 5.5 % ash"),
    ("graphite", "Graphite", &[("C", 1.0)], 2.00, "technical graphite; crystal 2.27 (CRC)"),
];
