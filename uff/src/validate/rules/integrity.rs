//! Integrity and evidence: every dataset against its digest, the provenance against itself, originals rebuilt.

use std::collections::BTreeMap;

use super::{Needs, Rule, path};
use crate::format::{self, DatasetVerdict, Verdict, layout};
use crate::model::{PlaneKey, Scan, ScanId, Sha256};
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::refusal::{code_of, refused};
use crate::validate::{FindingCode as C, Place};
use crate::{Code, Error};

pub(super) const RULES: &[Rule] = &[
    Rule {
        codes: &[C::IntegrityChunk, C::IntegrityDigest, C::IntegrityList, C::IntegrityUnlisted, C::IntegrityVanished],
        needs: Needs::Samples,
        run: datasets,
    },
    Rule { codes: &[C::IntegrityMetadataDigest], needs: Needs::Samples, run: against_metadata },
    Rule { codes: &[C::IntegrityNoDigest, C::IntegrityNoSource], needs: Needs::Scan, run: recorded },
    Rule { codes: &[C::IntegrityDeliveryDigest, C::IntegrityScanId], needs: Needs::Scan, run: delivery },
    Rule { codes: &[C::IntegrityOriginal], needs: Needs::Samples, run: originals },
];

fn datasets(context: &Context, checks: &mut Checks<'_>) {
    let verdicts = match context.verdicts() {
        Ok(verdicts) => verdicts,
        Err(e) => return refused(checks, e, ""),
    };
    checks.that(C::IntegrityList, true, |at| at(Place::object("/integrity")));
    for verdict in verdicts {
        let place = || Place::object(&verdict.path);
        let recorded = || verdict.recorded.map_or_else(|| "no digest".to_owned(), |d| d.to_string());
        match &verdict.verdict {
            Verdict::Intact => {
                for code in [C::IntegrityChunk, C::IntegrityDigest, C::IntegrityUnlisted, C::IntegrityVanished] {
                    checks.that(code, true, |at| at(place()));
                }
            }
            Verdict::Differs { computed } => {
                checks.that(C::IntegrityDigest, false, |at| at(place()).expected(recorded()).found(computed))
            }
            Verdict::Unreadable { code, message } => {
                let code = code_of(&Error::new(*code, message.clone()));
                checks.that(code, false, |at| at(place()).detail(format_args!("Cannot be read: {message}.")));
            }
            Verdict::Missing => checks.that(C::IntegrityVanished, false, |at| at(place()).expected(recorded())),
            Verdict::Unlisted { computed } => {
                checks.that(C::IntegrityUnlisted, false, |at| at(place()).found(format_args!("SHA-256 {computed}")));
            }
        }
    }
}

/// Lists the digests that the metadata record: path of the dataset, element, digest.
fn metadata_digests(scan: &Scan) -> Vec<(String, Place, Sha256)> {
    let mut all = Vec::new();
    for (i, view) in scan.views.iter().enumerate() {
        let Ok(index) = u32::try_from(i) else { continue };
        for (n, channel) in view.channels.iter().enumerate() {
            let object = layout::plane_path(&PlaneKey::samples(index, channel.id.clone()), 0);
            all.extend(channel.digest.map(|d| (object, path::in_channel(i, n, "digest"), d)));
        }
        for (n, array) in view.material.iter().flat_map(|m| m.products.iter().enumerate()) {
            let key = PlaneKey::Material { view: index, quantity: array.quantity.clone() };
            let place = path::in_view(i, &format!("material/array[{}]/digest", n + 1));
            all.push((layout::plane_path(&key, 0), place, array.digest));
        }
    }
    for (i, media) in scan.media.iter().enumerate() {
        let place = Place::element(format!("scan/media[{}]/digest", i + 1));
        all.push((format!("{}/{}", layout::MEDIA, media.blob), place, media.digest));
    }
    for (i, item) in scan.vendor.iter().enumerate() {
        let place = Place::element(format!("scan/vendorItem[{}]/digest", i + 1));
        let (Some(blob), Some(digest)) = (&item.blob, item.digest) else { continue };
        all.push((format!("{}/{blob}", layout::VENDOR), place, digest));
    }
    all
}

fn against_metadata(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let Ok(verdicts) = context.verdicts() else { return };
    let listed: BTreeMap<&str, &DatasetVerdict> =
        verdicts.iter().map(|v| (v.path.trim_start_matches('/'), v)).collect();
    for (object, place, digest) in metadata_digests(scan) {
        let Some(recorded) = listed.get(object.as_str()).and_then(|v| v.recorded) else { continue };
        checks.that(C::IntegrityMetadataDigest, recorded == digest, |at| {
            at(place).expected(format_args!("{recorded}, as the integrity list says of /{object}")).found(digest)
        });
    }
}

fn recorded(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    for (i, n, channel) in context.channels() {
        checks.that(C::IntegrityNoDigest, channel.digest.is_some(), |at| at(path::in_channel(i, n, "")));
    }
    checks.that(C::IntegrityNoSource, !scan.provenance.sources.is_empty(), |at| at(Place::element("scan/provenance")));
}

/// Computes the digest of a delivery from those of its files: of the lines "digest, two spaces, name, newline", sorted
/// by name.
fn delivery_digest(scan: &Scan) -> Sha256 {
    let mut files: Vec<_> = scan.provenance.sources.iter().map(|s| (s.name.as_str(), s.digest)).collect();
    files.sort_unstable();
    let lines: String = files.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    Sha256::of(lines.as_bytes())
}

fn delivery(context: &Context, checks: &mut Checks<'_>) {
    let Some(scan) = context.scan() else { return };
    let Some(digest) = scan.provenance.delivery_digest else { return };
    if !scan.provenance.sources.is_empty() {
        let computed = delivery_digest(scan);
        checks.that(C::IntegrityDeliveryDigest, digest == computed, |at| {
            at(Place::element("scan/provenance/deliveryDigest")).expected(computed).found(digest)
        });
    }
    let derived = ScanId::from_delivery(&digest);
    checks.that(C::IntegrityScanId, scan.identity.scan_id == derived, |at| {
        at(Place::element("scan/identity/scanId")).expected(derived).found(scan.identity.scan_id)
    });
}

fn originals(context: &Context, checks: &mut Checks<'_>) {
    let Some(file) = context.file() else { return };
    let sources = &file.scan().provenance.sources;
    if !sources.iter().any(|s| s.rest.is_some()) {
        return;
    }
    let bundle = match file.bundle() {
        Ok(bundle) => bundle,
        Err(e) => return refused(checks, &e, ""),
    };
    for (i, source) in sources.iter().enumerate().filter(|(_, s)| s.rest.is_some()) {
        let place = || Place::element(format!("scan/provenance/sourceFile[{}]", i + 1));
        match format::write_original(&bundle, source, &mut std::io::sink()) {
            Ok(()) => checks.that(C::IntegrityOriginal, true, |at| at(place())),
            Err(e) if matches!(e.code(), Code::UffDigest | Code::UffInconsistent) => {
                checks.that(C::IntegrityOriginal, false, |at| {
                    at(place())
                        .expected(format_args!("SHA-256 {} of {}", source.digest, source.name))
                        .found(e.finding().unwrap_or("another digest"))
                })
            }
            // What is damaged or missing has its own finding; here counts whether the parts make up the original.
            Err(_) => {}
        }
    }
}
