//! Declarations, documents and declared goods.

use super::identifier::{CountryCode, HsCode, Mrn, Ucr};
use super::record::record;
use crate::units::Kilograms;

record! {
    /// Declarations, documents and declared goods.
    Trade {
        /// Master reference numbers of declarations.
        mrns: Vec<Mrn> = "mrn" [None Trade V2];
        /// Local reference numbers.
        lrns: Vec<String> = "lrn" [None Trade V2];
        /// Unique consignment references (WCO).
        ucrs: Vec<Ucr> = "ucr" [None Trade V2];
        /// Manifest numbers.
        manifests: Vec<String> = "manifest" [None Trade V2];
        /// Bills of lading, air waybills, road consignment notes.
        bills: Vec<String> = "transportDocument" [None Trade V2];
        /// Declared goods.
        goods: Vec<Goods> = "goods" [None Trade V2];
        /// Consignor.
        consignor: Option<String> = "consignor" [Direct Trade V2];
        /// Consignee.
        consignee: Option<String> = "consignee" [Direct Trade V2];
    }

    /// One line of declared goods.
    Goods {
        /// Harmonized System code, 6 to 10 digits, as written.
        hs: Option<HsCode> = "hs" [None Trade V2];
        /// Description as declared.
        description: Option<String> = "description" [None Trade V2];
        /// Number of packages.
        packages: Option<u32> = "packages" [None Trade V2];
        /// Gross mass in kg.
        gross_mass: Option<Kilograms> = "grossMass" [None Trade V2];
        /// Country of origin (ISO 3166-1 alpha-2).
        origin: Option<CountryCode> = "origin" [None Trade V2];
    }
}
