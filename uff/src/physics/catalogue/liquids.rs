//! Fuels, solvents and other liquids; gases.

use super::CRC;
use super::Entry;
use super::FAT;
use super::NIST;
use super::PNNL;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("water", "Water", &[("H2O", 1.0)], 1.0, NIST),
    ("sea-water", "Sea water", &[("H2O", 0.965), ("NaCl", 0.035)], 1.025, "3.5 % of salts, taken as sodium chloride"),
    ("ice", "Ice", &[("H2O", 1.0)], 0.917, CRC),
    ("hydrogen-peroxide", "Hydrogen peroxide", &[("H2O2", 1.0)], 1.44, CRC),
    ("petrol", "Petrol (as octane)", &[("C8H18", 1.0)], 0.703, CRC),
    ("diesel", "Diesel fuel", &[("C12H23", 1.0)], 0.835, "mean formula C12H23; EN 590 allows 0.820 to 0.845 g/cm³"),
    ("kerosene", "Kerosene, jet fuel", &[("C", 0.84), ("H", 0.16)], 0.819, PNNL),
    ("crude-oil", "Crude oil", &[("C", 0.85), ("H", 0.125), ("S", 0.015), ("N", 0.005), ("O", 0.005)], 0.87, "medium crude with 1.5 % sulphur"),
    ("lubricating-oil", "Lubricating oil", &[("C20H42", 1.0)], 0.87, "paraffinic base oil as C20H42"),
    ("propane", "Propane, liquefied", &[("C3H8", 1.0)], 0.493, CRC),
    ("butane", "Butane, liquefied", &[("C4H10", 1.0)], 0.573, CRC),
    ("methanol", "Methanol", &[("CH4O", 1.0)], 0.791, CRC),
    ("ethanol", "Ethanol", &[("C2H6O", 1.0)], 0.789, CRC),
    ("spirits", "Spirits of 40 % by volume", &[("C2H6O", 0.333), ("H2O", 0.667)], 0.948, "33.3 % ethanol by mass; OIML R 22, 20 °C"),
    ("wine", "Wine", &[("H2O", 0.87), ("C2H6O", 0.10), ("C6H12O6", 0.03)], 0.99, "12.5 % ethanol by volume, 3 % extract as sugar"),
    ("isopropanol", "Isopropyl alcohol", &[("C3H8O", 1.0)], 0.785, CRC),
    ("acetone", "Acetone", &[("C3H6O", 1.0)], 0.790, CRC),
    ("toluene", "Toluene", &[("C7H8", 1.0)], 0.867, PNNL),
    ("ethylene-glycol", "Ethylene glycol, antifreeze", &[("C2H6O2", 1.0)], 1.113, CRC),
    ("glycerol", "Glycerol", &[("C3H8O3", 1.0)], 1.261, PNNL),
    ("nitromethane", "Nitromethane", &[("CH3NO2", 1.0)], 1.137, CRC),
    ("sulphuric-acid", "Sulphuric acid", &[("H2SO4", 1.0)], 1.83, CRC),
    ("nitric-acid", "Nitric acid", &[("HNO3", 1.0)], 1.51, CRC),
    ("vegetable-oil", "Vegetable oil (as triolein)", &[(FAT, 1.0)], 0.915, CRC),
    ("air", "Air, dry, at sea level", &[("N2", 0.7553), ("O2", 0.2318), ("Ar", 0.0129)], 0.001205, NIST),
];
