//! OCFL 1.1: storage root, objects and inventories, as any OCFL tool reads them.
//!
//! Specification: <https://ocfl.io/1.1/spec/>. The storage root declares extension 0003 (hash and id n-tuple), see
//! [`crate::id`]. A version comes into being in this order, each step durable before the next:
//!
//! 1. content, below a directory of the version that is named by the digest of what is stored, so that two writers
//!    never touch each other's files and writing again is harmless;
//! 2. the declaration of the object;
//! 3. `vN/inventory.json` by conditional create: whoever creates it owns the version;
//! 4. sidecar of the version, sidecar of the object, `inventory.json` of the object.
//!
//! After step 3 the version is decided; whoever finds it unfinished completes it (`object::complete`). Before step 3
//! there are only files that no inventory names; `sweep` removes them.

pub(crate) mod copy;
pub(crate) mod inventory;
pub(crate) mod object;
pub(crate) mod root;
pub(crate) mod walk;

/// Name of an inventory.
pub(crate) const INVENTORY: &str = "inventory.json";
/// Name of the file with the digest of the inventory.
pub(crate) const SIDECAR: &str = "inventory.json.sha512";
/// Name of the file that declares an object.
pub(crate) const OBJECT_DECLARATION: &str = "0=ocfl_object_1.1";
/// Name of the file that declares a storage root.
pub(crate) const ROOT_DECLARATION: &str = "0=ocfl_1.1";
