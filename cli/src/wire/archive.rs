//! What `uff archive` tells.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, Version};

/// A line of `uff archive … --json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ArchiveLine {
    /// An archive was made.
    Initialized(Initialized),
    /// A scan is archived.
    Stored(Box<Stored>),
    /// A scan that the archive holds.
    Scan(Box<ArchivedScan>),
    /// A calibration of a scanner.
    Calibration(ArchivedCalibration),
    /// The end of a page of an answer.
    Page(PageEnd),
    /// A file was given back.
    Saved(Saved),
    /// A scan was verified.
    Verified(Verified),
    /// Everything was verified.
    Summary(VerifiedSummary),
    /// The catalogue was built again.
    Reindexed(Reindexed),
    /// The store was cleared up.
    Swept(Swept),
    /// A scan was changed: held, released, kept for longer, redacted, to be deleted or deleted.
    Changed(Box<Changed>),
    /// A retention policy was put in force, or is in force.
    Policy(PolicyInForce),
    /// Data whose time is up were looked for.
    Expired(Expired),
    /// A scan that a scrub found damaged.
    Damage(DamageFound),
    /// What a scrub came to.
    Scrubbed(Scrubbed),
    /// A replica was brought up to date.
    Replicated(Replicated),
    /// Storage, catalogue and custody log were compared.
    Compared(Compared),
    /// The archive was moved.
    Migrated(Migrated),
    /// Figures of what the catalogue holds.
    Stats(StatsInfo),
    /// The command, or one input, failed.
    Failure(Failure),
}

/// A scan that a scrub found damaged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DamageFound {
    /// What was found.
    #[serde(flatten)]
    pub found: Verified,
    /// Files that were written to mend it; absent when it was not mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mended: Option<Vec<String>>,
    /// Why it could not be mended, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// What a scrub came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scrubbed {
    /// Version of this object.
    pub version: Version,
    /// Whether everything is what was recorded, now.
    pub sound: bool,
    /// When it began (RFC 3339).
    pub started: String,
    /// Whether it went on where an earlier one was stopped.
    pub resumed: bool,
    /// Scans looked at.
    pub scans: u64,
    /// Scans of which something was not what was recorded.
    pub damaged: u64,
    /// Scans that were mended.
    pub mended: u64,
    /// Files looked at.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Files of the store that belong to no scan.
    pub stray: Vec<String>,
}

/// What bringing a replica up to date came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replicated {
    /// Version of this object.
    pub version: Version,
    /// Scans that were copied, or brought to their newest version.
    pub copied: u64,
    /// Scans that the replica had already.
    pub unchanged: u64,
    /// Bytes of content that were written.
    pub bytes: u64,
    /// Entries of the custody log that the replica has now.
    pub entries: u64,
    /// What could not be copied, in words; it is tried again the next time.
    pub failed: Vec<String>,
}

/// What storage, catalogue and custody log say of each scan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// Version of this object.
    pub version: Version,
    /// Scans that are stored.
    pub stored: u64,
    /// Rows of the catalogue.
    pub rows: u64,
    /// Scans that the custody log says were put or changed.
    pub logged: u64,
    /// Where they differ.
    pub differences: Vec<DifferenceInfo>,
}

/// A difference between storage, catalogue and custody log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceInfo {
    /// The scan.
    pub scan_id: String,
    /// `not in catalogue`, `not stored`, `other in catalogue`, `not in log`, `logged, not stored`, `other in log` or
    /// `unreadable`.
    pub difference: String,
}

/// What moving an archive came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Migrated {
    /// Version of this object.
    pub version: Version,
    /// Location of the archive now.
    pub location: String,
    /// Scans that were copied.
    pub copied: u64,
    /// Bytes of content that were written.
    pub bytes: u64,
    /// Scans that were verified at the new location.
    pub verified: u64,
}

/// Figures of what the catalogue holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsInfo {
    /// Version of this object.
    pub version: Version,
    /// Scans.
    pub scans: u64,
    /// Scans of which only the tombstone is left.
    pub deleted: u64,
    /// Bytes of the UFF files.
    pub uff_bytes: u64,
    /// Bytes of the original deliveries.
    pub original_bytes: u64,
    /// Time of the oldest scan (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Time of the newest scan (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Scans by month of UTC, newest first.
    pub months: Vec<ScansOf>,
    /// Scans by site, kind of object, scanner and state.
    pub groups: BTreeMap<String, Vec<ScansOf>>,
}

/// Number of scans.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScansOf {
    /// Of what: without separators, in upper case.
    pub key: String,
    /// How many.
    pub scans: u64,
}

/// An archive that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Initialized {
    /// Version of this object.
    pub version: Version,
    /// Location of the bytes.
    pub location: String,
    /// Identity of the archive (UUID).
    pub archive: String,
    /// What the store was seen to do.
    pub store: StoreAbilities,
}

/// What a store was seen to do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreAbilities {
    /// The second of two creates is refused.
    pub creates_once: bool,
    /// A replacement is refused when the file is not the one that was read.
    pub replaces_what_was_read: bool,
    /// Byte ranges are given.
    pub gives_ranges: bool,
    /// A listing shows what was just written.
    pub lists_at_once: bool,
    /// What is replaced or removed stays as an older version.
    pub keeps_versions: bool,
    /// How the store keeps files from being changed or removed.
    pub object_lock: StoreLock,
}

/// How a store keeps files from being changed or removed (S3 Object Lock).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum StoreLock {
    /// It locks no files.
    Impossible,
    /// It does not say: the credentials may not allow to ask.
    Unknown,
    /// It locks files that it is asked to lock: those that a rule in compliance mode or a legal hold keeps.
    Possible,
    /// It locks every file for a time; who has the right to can end that.
    Governance,
    /// It locks every file for a time, and nobody can end that.
    Compliance,
}

/// Receipt: bytes, inventory, catalogue row and the entry of the custody log are durable.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    /// Version of this object.
    pub version: Version,
    /// Input as given.
    pub input: String,
    /// Whether the archive held the same bytes before.
    pub already: bool,
    /// Path of the scan's OCFL object in the storage root.
    pub object_path: String,
    /// SHA-512 of the object's inventory, which covers every stored byte.
    pub inventory_sha512: String,
    /// Index of the entry of the custody log that says so.
    pub custody_index: u64,
    /// Other scans with the same samples: delivered again under other names, or with other metadata.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_samples: Vec<String>,
    /// Other scans of the same object by the same scanner within half an hour: scanned again, or delivered again with samples that
    /// were changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_object: Vec<String>,
    /// What the catalogue holds of the scan.
    pub scan: ScanRecord,
}

/// A scan that the archive holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ArchivedScan {
    /// Version of this object.
    pub version: Version,
    /// What the catalogue holds of the scan.
    #[serde(flatten)]
    pub scan: ScanRecord,
    /// What became of it since it was archived.
    #[serde(default, skip_serializing_if = "ScanFacts::is_empty")]
    pub facts: ScanFacts,
    /// How long it is kept, by kind of data: `image`, which is the scan as a whole, `plates`, `pictures`, `names`, `radiation`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, KeptUntil>,
}

/// What became of a scan since it was archived. Persons are told by their pseudonyms in the custody log.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScanFacts {
    /// Legal holds in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldInfo>,
    /// What was taken out of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redactions: Vec<RedactionInfo>,
    /// The first of two persons wants it deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_request: Option<DeletionRequestInfo>,
    /// It is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<TombstoneInfo>,
}

impl ScanFacts {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Legal hold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HoldInfo {
    /// Identifier, by which it is released (UUID).
    pub id: String,
    /// On whose behalf.
    pub holder: String,
    /// Why.
    pub reason: String,
    /// Since when (RFC 3339).
    pub placed: String,
    /// Who placed it.
    pub by: String,
}

/// Data taken out of a scan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RedactionInfo {
    /// Kinds of data.
    pub kinds: Vec<String>,
    /// When (RFC 3339).
    pub time: String,
    /// Who did it.
    pub by: String,
}

/// Request to delete a scan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DeletionRequestInfo {
    /// Why.
    pub reason: String,
    /// When (RFC 3339).
    pub time: String,
    /// The first person.
    pub by: String,
}

/// What is left of a deleted scan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TombstoneInfo {
    /// Request of the first person.
    pub request: DeletionRequestInfo,
    /// When it was deleted (RFC 3339).
    pub time: String,
    /// The second person.
    pub by: String,
}

/// How long data are kept.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct KeptUntil {
    /// Until when (RFC 3339); absent means for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whether a rule in compliance mode binds everyone to it.
    pub binding: bool,
}

/// A scan that was changed: its version, its row and its entry in the custody log are durable.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// Version of this object.
    pub version: Version,
    /// The scan.
    pub scan_id: String,
    /// What was done, in the word of the custody log.
    pub action: String,
    /// Identifier of the hold that was placed or released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// What is known of it now.
    pub facts: ScanFacts,
    /// SHA-512 of the object's inventory, which covers every stored byte.
    pub inventory_sha512: String,
    /// Index of the entry of the custody log that says so.
    pub custody_index: u64,
}

/// A retention policy.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyInForce {
    /// Version of this object.
    pub version: Version,
    /// Since when it is in force (RFC 3339).
    pub since: String,
    /// The policy (TOML).
    pub policy: String,
}

/// What looking for data whose time is up came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Expired {
    /// Version of this object.
    pub version: Version,
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Scans looked at.
    pub scans: u64,
    /// Scans out of which data were taken.
    pub redacted: Vec<ExpiredData>,
    /// Scans whose deletion is requested now, for a second person to approve.
    pub requested: Vec<String>,
    /// Scans whose deletion was requested before.
    pub waiting: Vec<String>,
    /// Scans whose time is up, but which are under legal hold.
    pub held: Vec<String>,
    /// Scans that the store itself was told to keep for longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked: Vec<String>,
    /// What could not be done, in words.
    pub failed: Vec<String>,
}

/// Data taken out of a scan, since their time was up.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExpiredData {
    /// The scan.
    pub scan_id: String,
    /// Kinds of data.
    pub kinds: Vec<String>,
}

/// What the catalogue holds of a scan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScanRecord {
    /// Identifier of the scan (UUID).
    pub scan_id: String,
    /// When it was archived first (RFC 3339).
    pub archived: String,
    /// Start of the scan (RFC 3339 with the offset of the place).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// UN/LOCODE of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locode: Option<String>,
    /// Name of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Lane or gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// Manufacturer and model of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanner: Option<String>,
    /// Kind of object.
    pub object: String,
    /// Container numbers in canonical form.
    pub containers: Vec<String>,
    /// Number plates in canonical form.
    pub plates: Vec<String>,
    /// What the load is made of, view by view, where the file has material arrays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<MaterialFiguresInfo>,
    /// Files: the UFF file first, then those of the delivery.
    pub files: Vec<StoredFileInfo>,
}

/// What the load is made of in one view, over the pixels whose class is decided.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaterialFiguresInfo {
    /// Index of the view.
    pub view: u32,
    /// Share of the area that is organic (Z below 10), in percent.
    pub organic: u8,
    /// Share that is light (Z from 10 to 20), in percent.
    pub light: u8,
    /// Share that is metal (Z from 20 to 45), in percent.
    pub metal: u8,
    /// Share that is heavy (Z above 45), in percent.
    pub heavy: u8,
    /// Mean effective atomic number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<u16>,
    /// Mean areal density, g/cm².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areal_density: Option<u16>,
}

/// A stored file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StoredFileInfo {
    /// Name: `scan.uff`, or the path inside the delivery.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: String,
}

/// A calibration of a scanner, kept in the scan that it was made from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedCalibration {
    /// Version of this object.
    pub version: Version,
    /// Identifier of the scan (UUID).
    pub scan_id: String,
    /// Start of the scan (RFC 3339 with the offset of the place).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned: Option<String>,
    /// When it was archived first (RFC 3339).
    pub archived: String,
    /// Manufacturer of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// Model of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Serial number of the scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Index of the view that is calibrated.
    pub view: u32,
    /// Whether it is the newest of those asked for.
    pub in_force: bool,
}

/// The end of a page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageEnd {
    /// Version of this object.
    pub version: Version,
    /// Scans on this page.
    pub count: usize,
    /// Scans on all pages; counted no further than 10 000.
    pub total: u64,
    /// Whether there are more than were counted.
    pub total_capped: bool,
    /// Where the next page starts (`--after`); absent when this was the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A file given back, its digest checked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Saved {
    /// Version of this object.
    pub version: Version,
    /// Scan it belongs to.
    pub scan_id: String,
    /// Path written.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Verdict on one scan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// Version of this object.
    pub version: Version,
    /// The scan.
    pub scan_id: String,
    /// Whether everything is what was recorded.
    pub sound: bool,
    /// Bytes digested.
    pub bytes: u64,
    /// Whether the catalogue says what the bytes say: `sound`, `absent`, `differs` or `unknown`.
    pub catalog: String,
    /// Files that are not what was recorded.
    pub damaged: Vec<DamagedFile>,
}

/// A file that is not what was recorded.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DamagedFile {
    /// Path in the scan's object.
    pub path: String,
    /// `missing`, `changed`, `extra` or `unreadable`.
    pub state: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What verifying everything came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerifiedSummary {
    /// Version of this object.
    pub version: Version,
    /// Whether everything is what was recorded.
    pub sound: bool,
    /// Scans looked at.
    pub scans: u64,
    /// Scans of which something is not what was recorded.
    pub damaged: u64,
    /// Files looked at.
    pub files: u64,
    /// Bytes digested.
    pub bytes: u64,
    /// Files of the store that belong to no scan.
    pub stray: Vec<String>,
}

/// What building the catalogue again came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Reindexed {
    /// Version of this object.
    pub version: Version,
    /// Scans in the catalogue now.
    pub scans: u64,
    /// What could not be read, in words.
    pub failed: Vec<String>,
}

/// What clearing up did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Swept {
    /// Version of this object.
    pub version: Version,
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Scans whose newest version was decided but not finished.
    pub completed: Vec<String>,
    /// Scans that had no row, or a wrong one.
    pub catalogued: Vec<String>,
    /// Scans of which the custody log did not know the newest version.
    pub logged: Vec<String>,
    /// Files removed, since no inventory names them.
    pub removed: Vec<String>,
    /// What could not be put in order, in words.
    pub failed: Vec<String>,
}
