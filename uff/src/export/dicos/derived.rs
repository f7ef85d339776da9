//! Material arrays: images derived from the pair of energies of their view.

use std::collections::BTreeSet;

use dicom_core::VR;

use super::image::Image;
use super::image::Kind;
use super::object::Object;
use super::text::Losses;
use crate::model::Bundle;
use crate::model::Channel;
use crate::model::ChannelRole;
use crate::model::MaterialProduct;
use crate::model::PlaneKey;
use crate::model::Samples;
use crate::model::View;
use crate::model::identifier::ChannelId;
use crate::vendor::dicos::derivation;
use crate::vendor::dicos::derivation::Stated;
use crate::vendor::dicos::tags;

/// How an image was derived.
pub(super) struct Derivation {
    /// How DICOS states what it holds.
    pub(super) stated: &'static Stated,
    /// Method, version and parameters.
    pub(super) description: String,
    /// Class and instance UID of the images it was derived from: high, then low energy.
    pub(super) sources: [(String, String); 2],
}

/// Returns the images of the material arrays of a view; `images` are those of its channels. What cannot be written is
/// noted.
pub(super) fn derived<'a>(
    bundle: &'a Bundle,
    (index, view, view_path): (usize, &'a View, &str),
    images: &[Image<'a>],
    losses: &mut Losses,
) -> Vec<Image<'a>> {
    let Some(product) = &view.material else { return Vec::new() };
    let path = format!("{view_path}/material");
    let source = |id: &ChannelId| {
        let image = images.iter().find(|image| image.view.0 == index && image.channel.id == *id)?;
        (image.frames.len() == 1).then(|| (image.class(), image.instance()))
    };
    let (Some(high), Some(low)) = (source(&product.high), source(&product.low)) else {
        losses.dropped(&path, "an image of each channel that it was derived from belongs to it");
        return Vec::new();
    };
    let description = derivation::describe(product);
    let listed: BTreeSet<_> = product.products.iter().map(|array| &array.quantity).collect();
    let others = bundle.planes.keys().filter_map(|key| match key {
        PlaneKey::Material { view, quantity } if *view as usize == index && !listed.contains(quantity) => {
            Some(quantity)
        }
        _ => None,
    });
    let mut made = Vec::new();
    for quantity in product.products.iter().map(|array| &array.quantity).chain(others) {
        let key = PlaneKey::Material { view: index as u32, quantity: quantity.clone() };
        let samples = bundle.planes.get(&key);
        let stated = samples.and_then(|s| derivation::stated(quantity, &s.sample_type()));
        let (Some(samples), Some(stated)) = (samples, stated) else {
            losses.dropped(&format!("{path}/array"), format!("DICOS has no form for the array {quantity}"));
            continue;
        };
        let sources = [high.clone(), low.clone()];
        let derivation = Derivation { stated, description: description.clone(), sources };
        made.push(image(bundle, (index, view), (product, &**samples), derivation, view_path));
    }
    match made.is_empty() {
        true => losses.dropped(&path, "it has no array that DICOS has a form for"),
        false => changed(product, view, &description, &path, losses),
    }
    made
}

/// Returns the image of an array, written like that of a channel.
fn image<'a>(
    bundle: &'a Bundle,
    view: (usize, &'a View),
    (product, samples): (&MaterialProduct, &'a dyn Samples),
    derivation: Derivation,
    view_path: &str,
) -> Image<'a> {
    let quantity = &derivation.stated.quantity;
    let digest = product.products.iter().find(|array| array.quantity == *quantity).map(|array| array.digest);
    let channel = Channel {
        quantity: quantity.clone(),
        sample_type: samples.sample_type(),
        bit_depth: (!derivation.stated.float).then_some(8),
        measurement_grade: true,
        digest,
        ..Channel::default()
    };
    let path = format!("{view_path}/material/array[{quantity}]");
    let (frames, view_path) = (vec![samples], view_path.to_owned());
    let name = view.1.name.clone();
    Image { bundle, view, channel, frames, name, kind: Kind::Derived(derivation), number: 0, views: 0, view_path, path }
}

/// Notes what of the record does not come back from the description and the references.
fn changed(product: &MaterialProduct, view: &View, description: &str, path: &str, losses: &mut Losses) {
    let again = derivation::described(description).unwrap_or_default();
    let reason = "it stands in a description of at most 1024 characters, a line for each parameter";
    for (same, name) in [
        (again.method == product.method, "method"),
        (again.version == product.version, "version"),
        (again.parameters == product.parameters, "parameter"),
    ] {
        if !same {
            losses.rounded(&format!("{path}/{name}"), reason);
        }
    }
    let role = |id: &ChannelId| view.channels.iter().find(|c| c.id == *id).map(|c| &c.role);
    if (role(&product.high), role(&product.low)) == (Some(&ChannelRole::Low), Some(&ChannelRole::High)) {
        for name in ["high", "low"] {
            losses.rounded(&format!("{path}/{name}"), "DICOS tells the two by the flavours of their images");
        }
    }
}

impl Derivation {
    /// Puts method, source images and the unit of the samples.
    pub(super) fn put(&self, object: &mut Object) {
        object.text(tags::DERIVATION_DESCRIPTION, VR::ST, &self.description);
        let sources = self.sources.iter().map(|(class, instance)| {
            let mut source = Object::default();
            source.text(tags::REFERENCED_SOP_CLASS_UID, VR::UI, class);
            source.text(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, instance);
            source
        });
        object.sequence(tags::SOURCE_IMAGE_SEQUENCE, sources.collect());
        let mut unit = Object::default();
        unit.text(tags::CODE_VALUE, VR::SH, self.stated.unit.0);
        unit.text(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "UCUM");
        unit.text(tags::CODE_MEANING, VR::LO, self.stated.unit.1);
        let mut mapping = Object::default();
        mapping.text(tags::LUT_EXPLANATION, VR::LO, self.stated.explanation);
        mapping.text(tags::LUT_LABEL, VR::SH, &self.stated.quantity.to_string());
        let (first, last) = if self.stated.float { (f64::from(f32::MIN), f64::from(f32::MAX)) } else { (0.0, 255.0) };
        mapping.put(tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, VR::FD, first);
        mapping.put(tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_LAST_VALUE_MAPPED, VR::FD, last);
        mapping.put(tags::REAL_WORLD_VALUE_INTERCEPT, VR::FD, 0.0_f64);
        mapping.put(tags::REAL_WORLD_VALUE_SLOPE, VR::FD, 1.0_f64);
        mapping.sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, vec![unit]);
        object.sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, vec![mapping]);
    }
}
