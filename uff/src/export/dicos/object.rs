//! Objects in memory and files on disk, by `dicom-rs`.

use dicom_core::DataElement;
use dicom_core::PrimitiveValue;
use dicom_core::Tag;
use dicom_core::VR;
use dicom_core::value::DataSetSequence;
use dicom_core::value::Value;
use dicom_object::FileMetaTableBuilder;
use dicom_object::InMemDicomObject;
use sha2::Digest;

use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::export::ExportFile;
use crate::model::ScanId;
use crate::vendor::dicos::tags;

/// UID of the software that writes (PS3.7, D.3.3.2), of a UUID as PS3.5, B.2 has it.
const IMPLEMENTATION: &str = "2.25.105818281317712844492985421679239888532";

/// Elements of a file or an item.
pub(super) struct Object(InMemDicomObject);

impl Default for Object {
    fn default() -> Self {
        Self(InMemDicomObject::new_empty())
    }
}

impl Object {
    /// Sets a value.
    pub(super) fn put(&mut self, tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) {
        self.0.put(DataElement::new(tag, vr, value.into()));
    }

    /// Sets a text, where there is one.
    pub(super) fn text(&mut self, tag: Tag, vr: VR, text: &str) {
        if !text.is_empty() {
            self.put(tag, vr, text);
        }
    }

    /// Sets an element that must be there even without a value.
    pub(super) fn empty(&mut self, tag: Tag, vr: VR) {
        self.put(tag, vr, PrimitiveValue::Empty);
    }

    /// Sets a sequence.
    pub(super) fn sequence(&mut self, tag: Tag, items: Vec<Object>) {
        let items: Vec<InMemDicomObject> = items.into_iter().map(|Object(item)| item).collect();
        self.0.put(DataElement::new(tag, VR::SQ, Value::from(DataSetSequence::from(items))));
    }

    /// Writes preamble, file meta information and elements.
    ///
    /// # Errors
    /// `io.*`, `internal`.
    pub(super) fn write(mut self, class: &str, instance: &str, file: &mut ExportFile) -> Result<()> {
        let defect = |e: Box<dyn std::error::Error + Send + Sync>| {
            Error::new(Code::Internal, "the DICOM file cannot be made").cause(e)
        };
        self.text(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192");
        self.text(tags::SOP_CLASS_UID, VR::UI, class);
        self.text(tags::SOP_INSTANCE_UID, VR::UI, instance);
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax("1.2.840.10008.1.2.1")
            .media_storage_sop_class_uid(class)
            .media_storage_sop_instance_uid(instance)
            .implementation_class_uid(IMPLEMENTATION)
            .implementation_version_name("UFF");
        let made = self.0.with_meta(meta).map_err(|e| defect(e.into()))?;
        let mut bytes = Vec::new();
        made.write_all(&mut bytes).map_err(|e| defect(e.into()))?;
        let missing = || Error::new(Code::Internal, "the DICOM file has no meta information");
        state_version(&mut bytes).ok_or_else(missing)?;
        file.put(&bytes)
    }
}

/// Bytes of preamble and prefix.
const PREFIX: usize = 132;

/// Element (0002,0004) of DICOS: the edition, between instance UID and transfer syntax.
const VERSION: &[u8; 12] = b"\x02\x00\x04\x00CS\x04\x00V03 ";

/// Puts the edition of DICOS into the file meta information, which no DICOM library knows.
fn state_version(bytes: &mut Vec<u8>) -> Option<()> {
    let length = bytes.get(PREFIX + 8..PREFIX + 12)?.first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) + VERSION.len() as u32;
    bytes.get_mut(PREFIX + 8..PREFIX + 12)?.copy_from_slice(&length.to_le_bytes());
    let transfer_syntax = bytes.windows(6).skip(PREFIX).position(|w| w == b"\x02\x00\x10\x00UI")? + PREFIX;
    bytes.splice(transfer_syntax..transfer_syntax, *VERSION);
    Some(())
}

/// Returns the UID of a part of a scan: a UUID made of the digest of the scan identifier and the name of the part, below
/// the root for UUIDs (PS3.5, B.2). The same part of the same scan always has the same UID.
pub(super) fn uid(scan: ScanId, part: &str) -> String {
    let digest = sha2::Sha256::new().chain_update(scan.uuid().as_bytes()).chain_update(part.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(b, d)| *b = d);
    format!("2.25.{}", uuid::Builder::from_custom_bytes(bytes).into_uuid().as_u128())
}

/// Returns the UID of the scan: its identifier.
pub(super) fn scan_uid(scan: ScanId) -> String {
    format!("2.25.{}", scan.uuid().as_u128())
}
