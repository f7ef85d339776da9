//! Food and tobacco, and what lives.

use super::CARBOHYDRATE;
use super::CRC;
use super::Entry;
use super::FAT;
use super::NIST;
use super::PROTEIN;

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    ("sugar", "Sugar (sucrose)", &[("C12H22O11", 1.0)], 1.58, CRC),
    ("starch", "Starch", &[(CARBOHYDRATE, 1.0)], 1.50, "dry starch grain"),
    ("flour", "Wheat flour", &[(CARBOHYDRATE, 0.74), (PROTEIN, 0.11), ("H2O", 0.14), (FAT, 0.01)], 1.45, "carbohydrate, protein, 14 % moisture, fat; grain of flour"),
    ("rice", "Rice", &[(CARBOHYDRATE, 0.80), (PROTEIN, 0.07), ("H2O", 0.125), (FAT, 0.005)], 1.45, "milled grain: carbohydrate, protein, moisture, fat"),
    ("soya-bean", "Soya bean", &[(PROTEIN, 0.37), (CARBOHYDRATE, 0.32), (FAT, 0.20), ("H2O", 0.09), ("K2CO3", 0.02)], 1.20, "protein, carbohydrate, oil, moisture, ash as potash"),
    ("coffee", "Coffee beans, roasted", &[("C6H10O5", 0.75), ("C18H34O2", 0.15), ("H2O", 0.06), ("C5H9NO4", 0.04)], 0.65, "roasted beans: carbohydrate, oil, moisture, protein"),
    ("cocoa-butter", "Cocoa butter and other hard fats", &[("C55H104O6", 1.0)], 0.91, "glycerol palmitate oleate stearate"),
    ("chocolate", "Chocolate", &[("C12H22O11", 0.50), (FAT, 0.33), (CARBOHYDRATE, 0.11), (PROTEIN, 0.05), ("H2O", 0.01)], 1.30, "milk chocolate: sugar, cocoa butter, cocoa, protein"),
    ("fruit", "Fresh fruit and vegetables", &[("H2O", 0.86), ("C6H12O6", 0.10), (CARBOHYDRATE, 0.03), (PROTEIN, 0.01)], 0.95, "water, sugars, fibre, protein; flesh with some air"),
    ("milk", "Milk", &[("H2O", 0.875), ("C12H22O11", 0.048), (FAT, 0.037), (PROTEIN, 0.033), ("CaCO3", 0.007)], 1.03, "whole milk: water, lactose, fat, protein, ash as lime"),
    ("meat", "Meat (skeletal muscle)", &[("H", 0.102), ("C", 0.143), ("N", 0.034), ("O", 0.710), ("Na", 0.001), ("P", 0.002), ("S", 0.003), ("Cl", 0.001), ("K", 0.004)], 1.05, "ICRU Report 44 as in NIST SRD 126, table 2"),
    ("fat-tissue", "Fat tissue", &[("H", 0.114), ("C", 0.598), ("N", 0.007), ("O", 0.278), ("Na", 0.001), ("S", 0.001), ("Cl", 0.001)], 0.95, "ICRU Report 44 as in NIST SRD 126, table 2"),
    ("soft-tissue", "Soft tissue of people and animals", &[("H", 0.102), ("C", 0.143), ("N", 0.034), ("O", 0.708), ("Na", 0.002), ("P", 0.003), ("S", 0.003), ("Cl", 0.002), ("K", 0.003)], 1.06, "ICRU Report 44 as in NIST SRD 126, table 2"),
    ("bone", "Bone, cortical", &[("H", 0.034), ("C", 0.155), ("N", 0.042), ("O", 0.435), ("Na", 0.001), ("Mg", 0.002), ("P", 0.103), ("S", 0.003), ("Ca", 0.225)], 1.92, NIST),
    ("tobacco", "Tobacco, cured leaf", &[("C6H10O5", 0.70), ("H2O", 0.12), ("C5H9NO4", 0.12), ("KCl", 0.03), ("CaCO3", 0.03)], 0.40, "cured leaf: carbohydrate, protein, 12 % moisture, ash"),
    ("salt", "Salt", &[("NaCl", 1.0)], 2.17, CRC),
];
