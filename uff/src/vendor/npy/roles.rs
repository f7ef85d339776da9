//! Which array is the high-energy image and which the low one.

use super::{NpyHeader, SideFile};
use crate::error::{Code, Error, Result};
use crate::model::ChannelRole;
use crate::vendor::Delivery;

/// Smallest side of an array that is taken for an image without being named; smaller ones are tables.
const SMALLEST_SIDE: usize = 8;

/// An array of two axes in a delivery.
pub(super) struct Image {
    /// Index of the file.
    pub(super) file: usize,
    pub(super) header: NpyHeader,
    pub(super) shape: (usize, usize),
    pub(super) role: ChannelRole,
}

/// Chooses the images of the scan, high before low: those named, else the one pair told by its names, else the only
/// image.
pub(super) fn choose(delivery: &Delivery, facts: &SideFile) -> Result<Vec<Image>> {
    match (&facts.high, &facts.low) {
        (Some(high), Some(low)) => {
            same_shape(delivery, named(delivery, high, ChannelRole::High)?, named(delivery, low, ChannelRole::Low)?)
        }
        (Some(only), None) => Ok(vec![named(delivery, only, ChannelRole::Mono)?]),
        (None, Some(low)) => {
            Err(Error::new(Code::Usage, "a low-energy image is named, but no high-energy one").found(low))
        }
        (None, None) => guess(delivery),
    }
}

fn guess(delivery: &Delivery) -> Result<Vec<Image>> {
    let (mut found, unusable) = images(delivery)?;
    let pairs = pairs(delivery, &found);
    match (pairs.as_slice(), found.len()) {
        (&[(high, low)], _) => {
            let mut chosen = Vec::new();
            for (index, mut image) in found.drain(..).enumerate() {
                if index == high || index == low {
                    image.role = if index == high { ChannelRole::High } else { ChannelRole::Low };
                    chosen.push(image);
                }
            }
            chosen.sort_by_key(|image| image.role.clone());
            Ok(chosen)
        }
        ([], 1) => Ok(found),
        ([], 0) => Err(unusable.unwrap_or_else(|| {
            Error::new(Code::InputMissingFile, "no array of the delivery is an image")
                .file(delivery.name())
                .expected(format!("an array of two axes, each at least {SMALLEST_SIDE} long"))
        })),
        _ => {
            let names: Vec<_> = found.iter().filter_map(|i| Some(delivery.files().get(i.file)?.name())).collect();
            Err(Error::new(Code::InputAmbiguous, "it is not clear which arrays are the images of the scan")
                .file(delivery.name())
                .expected("one pair named alike but for H and L, or high and low")
                .found(names.join(", "))
                .hint("Name them with --high and --low, or in a file scan.toml beside them."))
        }
    }
}

/// Reads the headers of all images. An array of a type not handled is no candidate; its error serves when there is no
/// other.
fn images(delivery: &Delivery) -> Result<(Vec<Image>, Option<Error>)> {
    let (mut found, mut unusable) = (Vec::new(), None);
    for (file, entry) in delivery.files().iter().enumerate() {
        if !NpyHeader::is_npy(&entry.head(8)?) {
            continue;
        }
        match NpyHeader::read(&**entry.source()) {
            Ok(header) => {
                let large = |(rows, columns): &(usize, usize)| *rows.min(columns) >= SMALLEST_SIDE;
                if let Some(shape) = header.image_shape().filter(large) {
                    found.push(Image { file, header, shape, role: ChannelRole::Mono });
                }
            }
            Err(e) if e.code() == Code::NpyHeader => unusable = Some(e),
            Err(e) => return Err(e),
        }
    }
    Ok((found, unusable))
}

/// Returns the pairs (high, low) of equal shape whose names differ in the role alone.
fn pairs(delivery: &Delivery, images: &[Image]) -> Vec<(usize, usize)> {
    let name = |image: &Image| delivery.files().get(image.file).and_then(|f| role_in_name(f.name()));
    let mut pairs = Vec::new();
    for (h, high) in images.iter().enumerate() {
        for (l, low) in images.iter().enumerate() {
            if let (Some((ChannelRole::High, a)), Some((ChannelRole::Low, b))) = (name(high), name(low))
                && a == b
                && high.shape == low.shape
            {
                pairs.push((h, l));
            }
        }
    }
    pairs
}

/// Returns the role that a name such as `im_H.npy` or `truck-low.npy` states, and the other words of the name.
fn role_in_name(name: &str) -> Option<(ChannelRole, String)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_ascii_lowercase();
    let mut words: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let role = |word: &str| match word {
        "h" | "hi" | "high" | "he" => Some(ChannelRole::High),
        "l" | "lo" | "low" | "le" => Some(ChannelRole::Low),
        _ => None,
    };
    let (at, found) = words.iter().enumerate().rev().find_map(|(i, word)| Some((i, role(word)?)))?;
    words.remove(at);
    Some((found, words.join(" ")))
}

fn named(delivery: &Delivery, name: &str, role: ChannelRole) -> Result<Image> {
    let Some((file, entry)) = delivery.find(name) else {
        let e = Error::new(Code::InputMissingFile, "the delivery has no file of this name");
        return Err(e.file(delivery.name()).found(name));
    };
    let header = NpyHeader::read(&**entry.source())?;
    let shape = header.image_shape().ok_or_else(|| {
        Error::new(Code::InputValue, "the array is not an image")
            .file(name)
            .expected("two axes [row, column], neither empty")
            .found(format!("shape {:?}", header.shape))
    })?;
    Ok(Image { file, header, shape, role })
}

fn same_shape(delivery: &Delivery, high: Image, low: Image) -> Result<Vec<Image>> {
    let wrong = |message: &str| Error::new(Code::InputValue, message).file(delivery.name());
    if high.file == low.file {
        return Err(wrong("one file is named for both energies"));
    }
    if high.shape != low.shape {
        return Err(wrong("the images of a pair have different shapes")
            .expected(format!("{:?}", high.shape))
            .found(format!("{:?}", low.shape)));
    }
    Ok(vec![high, low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_words_of_the_name() {
        let role = |name| role_in_name(name).map(|(role, rest)| (role.to_string(), rest));
        assert_eq!(role("im_H.npy"), Some(("high".into(), "im".into())));
        assert_eq!(role("im_L.npy"), Some(("low".into(), "im".into())));
        assert_eq!(role("alpha_H_calib.npy"), Some(("high".into(), "alpha calib".into())));
        assert_eq!(role("lane-3/truck.low.npy"), Some(("low".into(), "lane 3 truck".into())));
        assert_eq!(role("HIGH"), Some(("high".into(), String::new())));
        assert_eq!(role("phi_6MeV.npy"), None);
        assert_eq!(role("shelf.npy"), None);
    }
}
