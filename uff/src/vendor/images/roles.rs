//! Which image is the high-energy one, which the low one, and which belong to one view.

use super::{Found, Image, SideFile};
use crate::error::{Code, Error, Result};
use crate::model::ChannelRole;

/// Chooses the images of the scan, per view the channels, high before low: those named, else the one pair told by its
/// names, else the only image. The images of one file may also be several views, told by their names.
///
/// # Errors
/// `input.missing_file` when there is none or a name leads nowhere, `input.ambiguous` when it is not clear,
/// `input.value` for a pair of different shapes, `usage` for a low image alone; why the only candidate is unusable.
pub(in crate::vendor) fn choose(delivery: &str, found: Found, facts: &SideFile) -> Result<Vec<Vec<Image>>> {
    match (&facts.high, &facts.low) {
        (Some(high), Some(low)) if high == low => Err(wrong_pair(delivery, "one image is named for both energies")),
        (Some(high), Some(low)) => {
            let mut found = found;
            let high = named(delivery, &mut found, high, ChannelRole::High)?;
            let low = named(delivery, &mut found, low, ChannelRole::Low)?;
            same_shape(delivery, &high, &low)?;
            Ok(vec![vec![high, low]])
        }
        (Some(only), None) => {
            let mut found = found;
            Ok(vec![vec![named(delivery, &mut found, only, ChannelRole::Mono)?]])
        }
        (None, Some(low)) => {
            Err(Error::new(Code::Usage, "a low-energy image is named, but no high-energy one").found(low))
        }
        (None, None) => guess(delivery, found),
    }
}

/// Takes the image of a name: of the caller's, or of the file's own when it is the only one of that name.
fn named(delivery: &str, found: &mut Found, name: &str, role: ChannelRole) -> Result<Image> {
    let images = &found.images;
    let mut labelled = (0..images.len()).filter(|i| images.get(*i).is_some_and(|image| image.label == name));
    let by_label = labelled.next().filter(|_| labelled.next().is_none());
    if let Some(index) = images.iter().position(|i| i.name == name).or(by_label) {
        let mut image = found.images.swap_remove(index);
        image.role = role;
        return Ok(image);
    }
    if let Some(index) = found.unusable.iter().position(|(n, _)| n == name) {
        return Err(found.unusable.swap_remove(index).1);
    }
    let inside = format!("{name}#");
    let pages: Vec<_> = images.iter().map(|i| i.name.as_str()).filter(|n| n.starts_with(&inside)).collect();
    if !pages.is_empty() {
        return Err(Error::new(Code::InputAmbiguous, "the file holds several images")
            .file(name)
            .expected("the name of one image")
            .found(pages.join(", ")));
    }
    Err(Error::new(Code::InputMissingFile, "the delivery has no image of this name").file(delivery).found(name))
}

fn guess(delivery: &str, mut found: Found) -> Result<Vec<Vec<Image>>> {
    found.images.retain(|image| !image.table);
    let images = found.images;
    let one_file = images.windows(2).all(|pair| pair.first().map(|i| i.file) == pair.last().map(|i| i.file));
    match (pairs(&images).as_slice(), images.len()) {
        (&[(high, low)], _) if !one_file || images.len() == 2 => {
            let mut chosen = Vec::new();
            for (index, mut image) in images.into_iter().enumerate() {
                if index == high || index == low {
                    image.role = if index == high { ChannelRole::High } else { ChannelRole::Low };
                    chosen.push(image);
                }
            }
            chosen.sort_by_key(|image| image.role.clone());
            Ok(vec![chosen])
        }
        (_, 1) => Ok(vec![images]),
        (_, 0) => Err(found.unusable.into_iter().next_back().map(|(_, e)| e).unwrap_or_else(|| {
            Error::new(Code::InputMissingFile, "nothing in the delivery is an image")
                .file(delivery)
                .expected("an array of two axes, neither a mere table")
        })),
        _ => {
            let names: Vec<_> = images.iter().map(|i| i.name.clone()).collect();
            let views = if one_file { views(images) } else { None };
            views.ok_or_else(|| {
                Error::new(Code::InputAmbiguous, "it is not clear which images are those of the scan")
                    .file(delivery)
                    .expected("one pair named alike but for H and L, or high and low")
                    .found(names.join(", "))
                    .hint("Name them with --high and --low, or in a file scan.toml beside them.")
            })
        }
    }
}

/// Sorts the images of one file into views, in the order of the file: those whose names differ in the role alone are a
/// pair. Gives nothing when a name is missing or not alone.
fn views(images: Vec<Image>) -> Option<Vec<Vec<Image>>> {
    let mut views: Vec<(String, Vec<Image>)> = Vec::new();
    for mut image in images {
        let (role, rest) = role_in(&image.label).unwrap_or((ChannelRole::Mono, words(&image.label).join(" ")));
        if image.label.trim().is_empty() {
            return None;
        }
        image.role = role;
        match views.iter_mut().find(|(name, _)| *name == rest) {
            Some((_, view)) => view.push(image),
            None => views.push((rest, vec![image])),
        }
    }
    let mut sorted = Vec::new();
    for (_, mut view) in views {
        view.sort_by_key(|image| image.role.clone());
        match view.as_mut_slice() {
            [only] => only.role = ChannelRole::Mono,
            [high, low]
                if (&high.role, &low.role) == (&ChannelRole::High, &ChannelRole::Low)
                    && high.shape() == low.shape() => {}
            _ => return None,
        }
        sorted.push(view);
    }
    Some(sorted)
}

/// Returns the pairs (high, low) of equal shape whose names differ in the role alone.
fn pairs(images: &[Image]) -> Vec<(usize, usize)> {
    let role = |image: &Image| role_in(&image.label).or_else(|| role_in(stem(&image.name)));
    let mut pairs = Vec::new();
    for (h, high) in images.iter().enumerate() {
        for (l, low) in images.iter().enumerate() {
            if let (Some((ChannelRole::High, a)), Some((ChannelRole::Low, b))) = (role(high), role(low))
                && a == b
                && high.shape() == low.shape()
            {
                pairs.push((h, l));
            }
        }
    }
    pairs
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Splits a name into its words, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
}

/// Returns the role that a name such as `im_H` or `truck-low` states, and the other words of the name.
fn role_in(name: &str) -> Option<(ChannelRole, String)> {
    let mut words = words(name);
    let role = |word: &str| match word {
        "h" | "hi" | "high" | "he" => Some(ChannelRole::High),
        "l" | "lo" | "low" | "le" => Some(ChannelRole::Low),
        _ => None,
    };
    let (at, found) = words.iter().enumerate().rev().find_map(|(i, word)| Some((i, role(word)?)))?;
    words.remove(at);
    Some((found, words.join(" ")))
}

fn same_shape(delivery: &str, high: &Image, low: &Image) -> Result<()> {
    if high.shape() == low.shape() {
        return Ok(());
    }
    Err(wrong_pair(delivery, "the images of a pair have different shapes")
        .expected(format!("{:?}", high.shape()))
        .found(format!("{:?}", low.shape())))
}

fn wrong_pair(delivery: &str, message: &str) -> Error {
    Error::new(Code::InputValue, message).file(delivery)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ndarray::Array2;

    use super::*;
    use crate::model::Block;

    fn image(file: usize, name: &str, label: &str, shape: (usize, usize)) -> Image {
        Image {
            file,
            name: name.to_owned(),
            label: label.to_owned(),
            samples: Arc::new(Block::U16(Array2::zeros(shape))),
            placement: None,
            bit_depth: None,
            table: false,
            picture: true,
            pitch_rows: None,
            pitch_columns: None,
            role: ChannelRole::Mono,
        }
    }

    fn chosen(images: Vec<Image>, facts: &SideFile) -> std::result::Result<String, Code> {
        let found = Found { images, unusable: Vec::new() };
        let views = choose("d", found, facts).map_err(|e| e.code())?;
        let view =
            |view: Vec<Image>| view.iter().map(|i| format!("{} {}", i.name, i.role)).collect::<Vec<_>>().join(", ");
        Ok(views.into_iter().map(view).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn roles_are_words_of_the_name() {
        let role = |name| role_in(stem(name)).map(|(role, rest)| (role.to_string(), rest));
        assert_eq!(role("im_H.npy"), Some(("high".into(), "im".into())));
        assert_eq!(role("im_L.npy"), Some(("low".into(), "im".into())));
        assert_eq!(role("alpha_H_calib.npy"), Some(("high".into(), "alpha calib".into())));
        assert_eq!(role("lane-3/truck.low.npy"), Some(("low".into(), "lane 3 truck".into())));
        assert_eq!(role("HIGH"), Some(("high".into(), String::new())));
        assert_eq!(role("phi_6MeV.npy"), None);
        assert_eq!(role("shelf.npy"), None);
    }

    #[test]
    fn pages_of_one_file_are_views_told_by_their_names() {
        let page = |n: usize, label, shape| image(0, &format!("a.tif#{n}"), label, shape);
        let facts = SideFile::default();
        let four = vec![
            page(1, "side low", (9, 9)),
            page(2, "side high", (9, 9)),
            page(3, "top", (4, 9)),
            page(4, "left", (9, 9)),
        ];
        assert_eq!(chosen(four, &facts).as_deref(), Ok("a.tif#2 high, a.tif#1 low; a.tif#3 mono; a.tif#4 mono"));
        let pair = || vec![page(1, "low", (9, 9)), page(2, "high", (9, 9))];
        assert_eq!(chosen(pair(), &facts).as_deref(), Ok("a.tif#2 high, a.tif#1 low"));
        let nameless = || vec![page(1, "", (9, 9)), page(2, "", (9, 9))];
        assert_eq!(chosen(nameless(), &facts), Err(Code::InputAmbiguous));
        assert_eq!(chosen(vec![page(1, "a", (9, 9)), page(2, "a", (9, 9))], &facts), Err(Code::InputAmbiguous));
        assert_eq!(
            chosen(vec![page(1, "a low", (9, 9)), page(2, "a high", (9, 8))], &facts),
            Err(Code::InputAmbiguous)
        );

        let named = |high: &str, low: Option<&str>| SideFile {
            high: Some(high.into()),
            low: low.map(str::to_owned),
            ..SideFile::default()
        };
        assert_eq!(chosen(nameless(), &named("a.tif#2", Some("a.tif#1"))).as_deref(), Ok("a.tif#2 high, a.tif#1 low"));
        assert_eq!(chosen(pair(), &named("low", None)).as_deref(), Ok("a.tif#1 mono"));
        assert_eq!(chosen(nameless(), &named("a.tif", None)), Err(Code::InputAmbiguous));
        assert_eq!(chosen(nameless(), &named("b.tif", None)), Err(Code::InputMissingFile));
        assert_eq!(chosen(pair(), &named("low", Some("low"))), Err(Code::InputValue));
        assert_eq!(
            chosen(vec![page(1, "x", (9, 9)), page(2, "y", (9, 8))], &named("x", Some("y"))),
            Err(Code::InputValue)
        );
    }

    #[test]
    fn files_are_one_view() {
        let facts = SideFile::default();
        let files =
            || vec![image(0, "t_H.png", "", (9, 9)), image(1, "t_L.png", "", (9, 9)), image(2, "x.png", "", (3, 3))];
        assert_eq!(chosen(files(), &facts).as_deref(), Ok("t_H.png high, t_L.png low"));
        let two = vec![image(0, "a.png", "", (9, 9)), image(1, "b.png", "", (9, 9))];
        assert_eq!(chosen(two, &facts), Err(Code::InputAmbiguous));
        assert_eq!(chosen(Vec::new(), &facts), Err(Code::InputMissingFile));
    }
}
