//! Text of a drafted profile.

use super::signal::Guess;
use super::{Draft, SidecarKind};
use crate::error::Result;
use crate::limits::Budget;
use crate::vendor::DeliveryFile;
use crate::vendor::profile::document::FileFormat;
use crate::vendor::profile::files::root_element;
use crate::vendor::profile::plan::TextPlan;
use crate::vendor::profile::sidecar::Sidecar;

/// Header bytes searched for the dimensions.
const HEADER: usize = 512;

/// Fields of the sidecar listed in the draft.
const LISTED: usize = 64;

pub(super) fn draft(
    name: &str,
    pixels: &DeliveryFile,
    sidecar: Option<(&DeliveryFile, SidecarKind)>,
    guess: &Guess,
    budget: &Budget,
) -> Result<Draft> {
    let size = u64::from(guess.bits / 8);
    let channels = if guess.interlaced { 2 } else { 1 };
    let group = guess.line as u64 * size * channels;
    let header = pixels.size() % group;
    let columns = pixels.size() / group;
    let mut reasons = guess.reasons.clone();
    reasons.push(format!(
        "{header} header bytes: what is left of {} bytes after {columns} lines of {group} bytes; whole lines may belong \
         to the header, too",
        pixels.size()
    ));
    let head = pixels.head(HEADER)?;
    for (what, value) in
        [("line length", guess.line as u64), ("number of lines", columns), ("number of pulses", columns * channels)]
    {
        reasons.extend(
            places(&head, value).into_iter().map(|place| format!("the {what} {value} stands in the header as {place}")),
        );
    }
    let comments: String = reasons.iter().map(|r| format!("# {r}\n")).collect();
    let magic: String = head.iter().take(4).map(|b| format!("{b:02x}")).collect();
    let ids: &[&str] = if guess.interlaced { &["high", "low"] } else { &["mono"] };
    let mut text = format!(
        "# Drafted from statistics; check every line with the interface document of the vendor.\n{comments}\n\
         [profile]\nname = {}\nversion = \"0.1\"\ntitle = \"Draft\"\n\n\
         [recognize]\nmagic = [{{ file = \"image\", hex = \"{magic}\" }}]\n\n\
         [[file]]\nid = \"image\"\n\n",
        quoted(name)
    );
    let fields = match sidecar {
        Some((file, kind)) => sidecar_text(&mut text, file, kind, budget)?,
        None => String::new(),
    };
    let endian = if guess.big { "big" } else { "little" };
    text.push_str(&format!(
        "[[view]]\nkind = \"side\"\nrows = {}\ncolumns = \"(size(image) - {header}) // {group}\"\n\n",
        guess.line
    ));
    for id in ids {
        text.push_str(&format!("[[view.channel]]\nid = \"{id}\"\nrole = \"{id}\"\nquantity = \"raw-counts\"\n\n"));
    }
    let list: Vec<_> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    text.push_str(&format!(
        "[[pixels]]\nfile = \"image\"\nchannels = [{}]\noffset = {header}\ntype = \"u{}\"\nendian = \"{endian}\"\n\
         order = \"columns\"\ninterleave = \"{}\"\n",
        list.join(", "),
        guess.bits,
        if guess.interlaced { "line" } else { "plane" },
    ));
    text.push_str(&fields);
    Ok(Draft { text, reasons })
}

/// Adds the sidecar to the profile and returns its fields as comments, ready to be mapped.
fn sidecar_text(text: &mut String, file: &DeliveryFile, kind: SidecarKind, budget: &Budget) -> Result<String> {
    let (format, word) = match kind {
        SidecarKind::Xml => (FileFormat::Xml, "xml"),
        SidecarKind::Ini => (FileFormat::Ini, "ini"),
    };
    let ending = file.name().rsplit('/').next().unwrap_or_default().rsplit_once('.').map_or("", |(_, ending)| ending);
    let pattern = if ending.is_empty() { "*".to_owned() } else { format!("*.{ending}") };
    text.push_str(&format!("[[file]]\nid = \"info\"\nformat = \"{word}\"\npattern = {}\n\n", quoted(&pattern)));
    if let (SidecarKind::Xml, Some((root, _))) = (kind, root_element(&String::from_utf8_lossy(&file.head(4096)?))) {
        *text = text.replacen(
            "\" }]\n",
            &format!("\" }}]\nsidecar = [{{ file = \"info\", root = {} }}]\n", quoted(&root)),
            1,
        );
    }
    let sidecar = Sidecar::read(file, &TextPlan::plain(format), budget)?;
    Ok(fields(&sidecar, "info", "Fields of the sidecar"))
}

/// Lists values as comments, ready to be mapped.
pub(super) fn fields(sidecar: &Sidecar, id: &str, what: &str) -> String {
    let leaves: Vec<_> = sidecar.unused().collect();
    let mut fields = format!("\n# {what}; remove the marks and name the place in the model.\n");
    for leaf in leaves.iter().take(LISTED) {
        let shown: String = leaf.text.chars().filter(|c| !c.is_control()).take(40).collect();
        fields.push_str(&format!(
            "# [[map]]\n# from = {}    # {shown}\n# to = \"\"\n",
            quoted(&format!("{id}:{}", leaf.path_from_zero()))
        ));
    }
    if leaves.len() > LISTED {
        fields.push_str(&format!("# and {} more\n", leaves.len() - LISTED));
    }
    fields
}

/// Returns the places in a header that hold a number.
fn places(head: &[u8], value: u64) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in head.iter().enumerate().step_by(2) {
        let rest = head.get(at..).unwrap_or_default();
        let mut note = |kind: &str, order: &str| found.push(format!("{kind} at offset {at}, {order}-endian"));
        if let Some(bytes) = rest.first_chunk::<4>().filter(|_| at % 4 == 0) {
            if u64::from(u32::from_le_bytes(*bytes)) == value {
                note("u32", "little");
                continue;
            }
            if u64::from(u32::from_be_bytes(*bytes)) == value {
                note("u32", "big");
                continue;
            }
        }
        if let Some(bytes) = rest.first_chunk::<2>() {
            if u64::from(u16::from_le_bytes(*bytes)) == value {
                note("u16", "little");
            } else if u64::from(u16::from_be_bytes(*bytes)) == value {
                note("u16", "big");
            }
        }
    }
    found
}

/// Quotes a text for TOML.
pub(super) fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .filter(|c| !c.is_control())
        .flat_map(|c| if matches!(c, '"' | '\\') { vec!['\\', c] } else { vec![c] })
        .collect();
    format!("\"{escaped}\"")
}
