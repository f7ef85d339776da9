//! The walk through a file that finds its elements (PS3.5, 7.1 and 7.5).
//!
//! Nothing but tags, representations and lengths is read. Nested sequences are held on a list with a limit, not on the
//! call stack; every length is checked against the item, sequence or file around it; every element is charged.

use dicom_core::Tag;
use dicom_core::VR;

use super::element::Dataset;
use super::element::Element;
use super::scanner::Scanner;
use super::syntax::Encoding;
use super::tags;
use crate::error::Result;
use crate::limits::Budget;

/// Length that stands for "until the delimiter".
const UNDEFINED: u32 = u32::MAX;

/// Memory charged for an element: the entry of the map with its share of the nodes.
const ELEMENT: u64 = 2 * size_of::<(Tag, Element)>() as u64;

/// What is open at a place: a data set or the list of items of a sequence.
struct Open {
    /// Offset behind the last byte; absent when a delimiter ends it.
    end: Option<u64>,
    /// Offset that nothing inside may pass.
    limit: u64,
    encoding: Encoding,
    what: What,
}

enum What {
    Fields(Dataset),
    Items { tag: Tag, offset: u64, items: Vec<Dataset> },
}

/// Header of an element.
struct Header {
    tag: Tag,
    vr: VR,
    /// Bytes of the value; absent when undefined.
    length: Option<u64>,
}

/// Reads the file meta information, which starts at the scanner's position and ends with group 0002.
pub(super) fn meta(scanner: &mut Scanner<'_>, budget: &Budget) -> Result<Dataset> {
    let encoding = Encoding::EXPLICIT_LITTLE;
    let mut found = Dataset::new();
    while scanner.at < scanner.len() && scanner.peek::<2>(0)? == [2, 0] {
        let start = scanner.at;
        let header = header(scanner, encoding, scanner.len())?;
        let Some(length) = header.length.filter(|_| header.vr != VR::SQ) else {
            return Err(scanner.damaged(start, "the file meta information holds a sequence"));
        };
        let element = plain(scanner, &header, encoding, length, scanner.len())?;
        insert(&mut found, header.tag, element, scanner, start, budget)?;
    }
    Ok(found)
}

/// Reads the data set from the scanner's position to the end of the file.
pub(super) fn dataset(scanner: &mut Scanner<'_>, encoding: Encoding, budget: &Budget) -> Result<Dataset> {
    let limit = scanner.len();
    let mut open = vec![Open { end: Some(limit), limit, encoding, what: What::Fields(Dataset::new()) }];
    loop {
        budget.depth(open.len() as u32, "a DICOM sequence")?;
        let Some(top) = open.last_mut() else { return Ok(Dataset::new()) };
        let start = scanner.at;
        let closed = top.end == Some(start);
        let (encoding, limit, delimited) = (top.encoding, top.limit, top.end.is_none());
        if !closed && start >= limit {
            return Err(scanner.damaged(start, "a sequence or an item has no end"));
        }
        let step = match &mut top.what {
            _ if closed => Step::Out,
            What::Fields(fields) => field(scanner, fields, Level { encoding, limit, delimited }, budget)?,
            What::Items { .. } => item(scanner, Level { encoding, limit, delimited }, budget)?,
        };
        match step {
            Step::Into(inner) => open.push(inner),
            Step::On => {}
            Step::Out => match (open.pop(), open.last_mut()) {
                (Some(Open { what: What::Fields(fields), .. }), None) => return Ok(fields),
                (Some(Open { what: What::Fields(fields), .. }), Some(Open { what: What::Items { items, .. }, .. })) => {
                    items.push(fields);
                }
                (
                    Some(Open { what: What::Items { tag, offset, items }, encoding, .. }),
                    Some(Open { what: What::Fields(fields), .. }),
                ) => {
                    let element = Element { vr: VR::SQ, encoding, offset, length: 0, items, fragments: None };
                    insert(fields, tag, element, scanner, offset, budget)?;
                }
                _ => return Err(scanner.damaged(start, "a sequence ends where none began")),
            },
        }
    }
}

#[derive(Clone, Copy)]
struct Level {
    encoding: Encoding,
    limit: u64,
    delimited: bool,
}

enum Step {
    /// Go on at this level.
    On,
    /// Descend.
    Into(Open),
    /// The level ends with its delimiter.
    Out,
}

/// Reads one element of a data set.
fn field(scanner: &mut Scanner<'_>, fields: &mut Dataset, level: Level, budget: &Budget) -> Result<Step> {
    let Level { encoding, limit, delimited } = level;
    let start = scanner.at;
    let header = header(scanner, encoding, limit)?;
    let tag = header.tag;
    if scanner.at > limit {
        return Err(scanner.damaged(start, "an element passes the end of what it stands in"));
    }
    if tag == tags::ITEM_END && delimited {
        return Ok(Step::Out);
    }
    // Groups below 0008 belong to messages, files and directories, FFFE to sequences (PS3.5, 7.1).
    if tag.group() < 0x0008 || tag.group() == 0xFFFE {
        return Err(scanner.damaged(start, "an element stands where it must not").found(tags::shown(tag)));
    }
    if header.length.is_none() && is_samples(tag) && header.vr != VR::SQ {
        let element = encapsulated(scanner, &header, limit, budget)?;
        insert(fields, tag, element, scanner, start, budget)?;
        return Ok(Step::On);
    }
    if header.vr == VR::SQ || header.length.is_none() {
        let inner = if header.vr == VR::UN { Encoding::IMPLICIT_LITTLE } else { encoding };
        let end = end_of(scanner, header.length, limit)?;
        let what = What::Items { tag, offset: scanner.at, items: Vec::new() };
        return Ok(Step::Into(Open { end, limit: end.unwrap_or(limit), encoding: inner, what }));
    }
    let element = plain(scanner, &header, encoding, header.length.unwrap_or(0), limit)?;
    insert(fields, tag, element, scanner, start, budget)?;
    Ok(Step::On)
}

fn item(scanner: &mut Scanner<'_>, level: Level, budget: &Budget) -> Result<Step> {
    let Level { encoding, limit, delimited } = level;
    let start = scanner.at;
    let tag = scanner.tag(encoding)?;
    let length = scanner.number32(encoding)?;
    if tag == tags::SEQUENCE_END && delimited {
        return Ok(Step::Out);
    }
    if tag != tags::ITEM {
        return Err(scanner.damaged(start, "a sequence holds something else than items").found(tags::shown(tag)));
    }
    budget.count(1, "DICOM items")?;
    budget.charge(size_of::<Dataset>() as u64, "a DICOM item")?;
    let end = end_of(scanner, (length != UNDEFINED).then_some(u64::from(length)), limit)?;
    let what = What::Fields(Dataset::new());
    Ok(Step::Into(Open { end, limit: end.unwrap_or(limit), encoding, what }))
}

/// Reads the header of an element.
fn header(scanner: &mut Scanner<'_>, encoding: Encoding, limit: u64) -> Result<Header> {
    let start = scanner.at;
    let tag = scanner.tag(encoding)?;
    if tag.group() == 0xFFFE {
        scanner.number32(encoding)?;
        return Ok(Header { tag, vr: VR::UN, length: Some(0) });
    }
    if !encoding.explicit {
        let length = scanner.number32(encoding)?;
        return Ok(Header { tag, vr: tags::representation(tag), length: defined(length) });
    }
    let written: [u8; 2] = scanner.take()?;
    let Some(vr) = VR::from_binary(written) else {
        return Err(scanner.damaged(start, "an element has no known value representation").found(format!(
            "{} in {}",
            written.escape_ascii(),
            tags::shown(tag)
        )));
    };
    if !is_long(vr) {
        return Ok(Header { tag, vr, length: Some(u64::from(scanner.number16(encoding)?)) });
    }
    if tag == tags::PIXEL_DATA_64
        && let Some((skip, length)) = long_length(scanner, encoding, limit)?
    {
        scanner.at += skip;
        return Ok(Header { tag, vr, length: Some(length) });
    }
    scanner.take::<2>()?;
    Ok(Header { tag, vr, length: defined(scanner.number32(encoding)?) })
}

/// Samples of 64 bits are written with a length of 8 bytes, against PS3.5, 7.1.2, by the software of the field: behind
/// two reserved bytes or without them. That is so where such a length reaches exactly to the end and one of 4 bytes
/// does not. Returns the bytes before the value and its length; the scanner stands behind the representation.
fn long_length(scanner: &mut Scanner<'_>, encoding: Encoding, limit: u64) -> Result<Option<(u64, u64)>> {
    let from_bytes = |b: [u8; 8]| if encoding.big { u64::from_be_bytes(b) } else { u64::from_le_bytes(b) };
    let start = scanner.at;
    let reaches = |skip: u64, length: u64| {
        start.checked_add(skip).and_then(|at| at.checked_add(length)).is_some_and(|end| end == limit)
    };
    let short: [u8; 4] = scanner.peek(2)?;
    let short = if encoding.big { u32::from_be_bytes(short) } else { u32::from_le_bytes(short) };
    if reaches(6, u64::from(short)) {
        return Ok(None);
    }
    for (skip, ahead) in [(10, 2), (8, 0)] {
        if limit.saturating_sub(start) < skip {
            continue;
        }
        let length = from_bytes(scanner.peek(ahead)?);
        if reaches(skip, length) {
            return Ok(Some((skip, length)));
        }
    }
    Ok(None)
}

/// Reads the fragments of encapsulated samples (PS3.5, A.4).
fn encapsulated(scanner: &mut Scanner<'_>, header: &Header, limit: u64, budget: &Budget) -> Result<Element> {
    let encoding = Encoding::EXPLICIT_LITTLE;
    let offset = scanner.at;
    let mut fragments = Vec::new();
    loop {
        let start = scanner.at;
        let tag = scanner.tag(encoding)?;
        let length = scanner.number32(encoding)?;
        if tag == tags::SEQUENCE_END {
            let (vr, items) = (header.vr, Vec::new());
            return Ok(Element { vr, encoding, offset, length: 0, items, fragments: Some(fragments) });
        }
        if tag != tags::ITEM || length == UNDEFINED {
            return Err(scanner.damaged(start, "encapsulated samples hold something else than fragments"));
        }
        budget.count(1, "DICOM fragments")?;
        budget.charge(32, "a DICOM fragment")?;
        fragments.push((scanner.at, u64::from(length)));
        scanner.at = end_of(scanner, Some(u64::from(length)), limit)?.unwrap_or(limit);
    }
}

/// Steps over a value.
fn plain(scanner: &mut Scanner<'_>, header: &Header, encoding: Encoding, length: u64, limit: u64) -> Result<Element> {
    let offset = scanner.at;
    scanner.at = end_of(scanner, Some(length), limit)?.unwrap_or(limit);
    Ok(Element { vr: header.vr, encoding, offset, length, items: Vec::new(), fragments: None })
}

/// Returns the offset behind a value of defined length, which may not pass the limit.
fn end_of(scanner: &Scanner<'_>, length: Option<u64>, limit: u64) -> Result<Option<u64>> {
    let Some(length) = length else { return Ok(None) };
    match scanner.at.checked_add(length).filter(|end| *end <= limit) {
        Some(end) => Ok(Some(end)),
        None => Err(scanner
            .damaged(scanner.at, "a value is longer than what it stands in")
            .expected(format!("at most {} bytes", limit.saturating_sub(scanner.at)))
            .found(format!("{length} bytes"))),
    }
}

fn insert(
    into: &mut Dataset,
    tag: Tag,
    element: Element,
    scanner: &Scanner<'_>,
    at: u64,
    budget: &Budget,
) -> Result<()> {
    budget.count(1, "DICOM elements")?;
    budget.charge(ELEMENT, "a DICOM element")?;
    match into.insert(tag, element) {
        None => Ok(()),
        Some(_) => Err(scanner.damaged(at, "an element occurs twice").found(tags::shown(tag))),
    }
}

fn defined(length: u32) -> Option<u64> {
    (length != UNDEFINED).then_some(u64::from(length))
}

fn is_samples(tag: Tag) -> bool {
    tag.group() == tags::PIXEL_DATA.group()
}

/// Whether the length of the representation stands in 4 bytes behind 2 reserved ones (PS3.5, table 7.1-1).
fn is_long(vr: VR) -> bool {
    matches!(
        vr,
        VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SQ
            | VR::SV
            | VR::UC
            | VR::UN
            | VR::UR
            | VR::UT
            | VR::UV
    )
}
