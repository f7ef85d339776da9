//! The embedded table of photon cross sections.
//!
//! Source, method, rights and residual stand in the header of `tables/attenuation.bin` (see `tables/README.md`).
//! The bytes are part of the program and their digest is pinned by a test, so reading them cannot fail in practice;
//! it is checked all the same, and a damaged table is an `internal` error, not a wrong answer.

use std::sync::OnceLock;

use super::attenuation::{Attenuation, COLUMNS};
use super::element::Element;
use crate::error::{Code, Error, Result};
use crate::units::Energy;

static BYTES: &[u8] = include_bytes!("tables/attenuation.bin");
const MAGIC: &[u8] = b"UFFXSEC1";

/// Lowest energy of the table, keV.
pub const MIN_KEV: f64 = 10.0;
/// Highest energy of the table, keV.
pub const MAX_KEV: f64 = 20_000.0;

/// Energy in keV and cross sections in cm²/g.
type Node = [f32; 1 + COLUMNS];

/// Returns the attenuation of an element at an energy; at an edge, the value above it.
///
/// # Errors
/// `physics.range` when the energy lies outside 10 keV to 20 MeV.
pub(super) fn attenuation(element: Element, energy: Energy) -> Result<Attenuation> {
    let kev = energy.get();
    if !(MIN_KEV..=MAX_KEV).contains(&kev) {
        return Err(Error::new(Code::PhysicsRange, "no cross sections at this energy")
            .expected(format!("{MIN_KEV} to {MAX_KEV} keV"))
            .found(energy));
    }
    let nodes = table()?.get(usize::from(element.z()) - 1).ok_or_else(damaged)?;
    let above = nodes.partition_point(|n| f64::from(n[0]) <= kev).clamp(1, nodes.len() - 1);
    let (Some(low), Some(high)) = (nodes.get(above - 1), nodes.get(above)) else { return Err(damaged()) };
    Ok(interpolate(low, high, kev))
}

/// Returns the text that precedes the table: method, sources, rights, residual.
pub fn header() -> &'static str {
    let text = BYTES.get(12..).and_then(|rest| rest.get(..length_at(8)?));
    text.and_then(|t| std::str::from_utf8(t).ok()).unwrap_or_default().trim_end()
}

fn interpolate(low: &Node, high: &Node, kev: f64) -> Attenuation {
    let (e0, e1) = (f64::from(low[0]), f64::from(high[0]));
    let t = if e1 > e0 { (kev / e0).ln() / (e1 / e0).ln() } else { 1.0 };
    let mut values = [0.0; COLUMNS];
    for (column, value) in values.iter_mut().enumerate() {
        let scale = |e: f64| if column == Attenuation::PAIR { (1.0 - PAIR_KEV / e).max(0.0).powi(3) } else { 1.0 };
        let reduced = |v: f32, e: f64| if scale(e) > 0.0 { f64::from(v) / scale(e) } else { 0.0 };
        let (b, mut a) = (reduced(high[column + 1], e1), reduced(low[column + 1], e0));
        if column == Attenuation::PAIR && a == 0.0 {
            a = b;
        }
        let between = if a > 0.0 && b > 0.0 { (a.ln() * (1.0 - t) + b.ln() * t).exp() } else { 0.0 };
        *value = between * scale(kev);
    }
    Attenuation::from_columns(values)
}

/// Threshold of pair production as used by the interpolation, keV.
const PAIR_KEV: f64 = 1022.0;

fn table() -> Result<&'static [Vec<Node>]> {
    static TABLE: OnceLock<Option<Vec<Vec<Node>>>> = OnceLock::new();
    TABLE.get_or_init(|| parse(BYTES)).as_deref().ok_or_else(damaged)
}

fn damaged() -> Error {
    Error::new(Code::Internal, "the embedded table of cross sections is damaged").at("attenuation.bin")
}

fn length_at(offset: usize) -> Option<usize> {
    let bytes = BYTES.get(offset..offset + 4)?;
    usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
}

fn parse(bytes: &[u8]) -> Option<Vec<Vec<Node>>> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let word = |rest: &mut &[u8]| -> Option<[u8; 4]> {
        let (head, tail) = rest.split_first_chunk::<4>()?;
        *rest = tail;
        Some(*head)
    };
    let text = usize::try_from(u32::from_le_bytes(word(&mut rest)?)).ok()?;
    rest = rest.get(text..)?;
    let elements = u32::from_le_bytes(word(&mut rest)?);
    if elements != u32::from(Element::MAX_Z) {
        return None;
    }
    let mut table = Vec::with_capacity(usize::from(Element::MAX_Z));
    for _ in 0..elements {
        let count = u32::from_le_bytes(word(&mut rest)?);
        let mut nodes = Vec::new();
        for _ in 0..count {
            let mut node: Node = [0.0; 1 + COLUMNS];
            for value in &mut node {
                *value = f32::from_le_bytes(word(&mut rest)?);
            }
            nodes.push(node);
        }
        if nodes.len() < 2 || !nodes.is_sorted_by(|a, b| a[0] <= b[0]) {
            return None;
        }
        table.push(nodes);
    }
    rest.is_empty().then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sha256;

    #[test]
    fn bytes_are_those_the_generator_wrote() {
        let digest = "00202e2f7e1ed60bca4acf52ef745a8e1b7a9bc6b8a5b2cc7e8eae385b0c2292";
        assert_eq!(Sha256::of(BYTES).to_string(), digest);
        assert!(header().contains("Residual against XCOM"));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        assert!(parse(BYTES).is_some());
        assert!(parse(&BYTES[..BYTES.len() - 4]).is_none());
        assert!(parse(&BYTES[1..]).is_none());
        let mut longer = BYTES.to_vec();
        longer.extend([0; 4]);
        assert!(parse(&longer).is_none());
    }
}
