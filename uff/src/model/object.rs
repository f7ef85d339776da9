//! What was scanned.

use super::code_list::code_list;
use super::identifier::{ContainerNumber, CountryCode, Plate, RailcarNumber, SealNumber, Vin};
use super::record::record;
use crate::units::Probability;

record! {
    /// What was scanned.
    InspectedObject {
        /// Kind of object.
        kind: ObjectKind = "kind" [None Image V2];
        /// Container numbers (ISO 6346), as written.
        containers: Vec<ContainerNumber> = "containerNumber" [Indirect Trade V2];
        /// Number plates.
        plates: Vec<PlateReading> = "plate" [Indirect Identity V2];
        /// Vehicle identification number (ISO 3779).
        vin: Option<Vin> = "vin" [Indirect Identity V2];
        /// Seals.
        seals: Vec<SealNumber> = "seal" [None Trade V2];
        /// Railcar numbers (UIC 12 digits, AAR reporting mark or CIS 8 digits).
        railcars: Vec<RailcarNumber> = "railcarNumber" [None Trade V2];
    }

    /// Number plate, as read by a person or a camera.
    PlateReading {
        /// Plate as written.
        number: Plate = "number" [Indirect Identity V2];
        /// Country of the plate (ISO 3166-1 alpha-2).
        country: Option<CountryCode> = "country" [Indirect Identity V2];
        /// Confidence of the plate reader, 0 to 1.
        confidence: Option<Probability> = "confidence" [None Identity V3];
        /// Where on the vehicle.
        position: Option<PlatePosition> = "position" [None Identity V2];
    }
}

code_list! {
    /// Kind of object scanned.
    ObjectKind default Other {
        Container = "container", "Freight container.";
        Truck = "truck", "Truck, with or without a container.";
        Car = "car", "Passenger car or van.";
        Railcar = "railcar", "Railcar or train.";
        Pallet = "pallet", "Pallet or air cargo unit.";
        Parcel = "parcel", "Parcel.";
        Baggage = "baggage", "Baggage.";
        PersonCarried = "person-carried", "Item carried by a person.";
        Other = "other", "Anything else.";
    }

    /// Where a plate is mounted.
    PlatePosition default Front {
        Front = "front", "Front of the vehicle.";
        Rear = "rear", "Rear of the vehicle.";
        Trailer = "trailer", "Trailer.";
    }
}
