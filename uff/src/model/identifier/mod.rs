//! Identifiers of the field. Each keeps what was written and says what is wrong with it; none refuses.

mod channel_id;
mod written;

pub use channel_id::ChannelId;
pub use written::{
    ContainerNumber, CountryCode, HsCode, Identifier, IdentifierIssue, Locode, Mrn, Plate, RailcarNumber, SealNumber,
    Ucr, Vin,
};
