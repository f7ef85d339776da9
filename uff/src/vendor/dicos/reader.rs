//! Reading a delivery of DICOS or DICONDE files.

use std::collections::BTreeSet;

use super::class;
use super::class::Content;
use super::derivation::is_derived;
use super::facts;
use super::leftovers::Leftovers;
use super::meaning::Note;
use super::part10::PREFIX_END;
use super::part10::Part10;
use super::part10::is_part10;
use super::report;
use super::tags;
use super::views::Views;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::limits::Budget;
use crate::model::Bundle;
use crate::model::Findings;
use crate::model::Loss;
use crate::model::LossKind;
use crate::model::Source;
use crate::units::Energy;
use crate::vendor::Candidate;
use crate::vendor::Delivery;
use crate::vendor::DeliveryFile;
use crate::vendor::ReadOptions;
use crate::vendor::Sniff;
use crate::vendor::VendorReader;
use crate::vendor::attach_originals;

/// Reader of DICOS and DICONDE.
pub struct Dicos;

impl VendorReader for Dicos {
    fn name(&self) -> &'static str {
        "dicos"
    }

    fn description(&self) -> &'static str {
        "DICOS (NEMA IIC 1) and DICONDE (ASTM E2339): projections, pictures, slices, threat reports"
    }

    fn sniff(&self, delivery: &Delivery, _options: &ReadOptions) -> Result<Sniff> {
        let mut names = Vec::new();
        for file in delivery.files() {
            if is_part10(file)? {
                names.push(file.name());
            }
        }
        let why = match names.as_slice() {
            [] => None,
            [name] => Some(format!("DICM at byte 128 of {name}")),
            [name, others @ ..] => Some(format!("DICM at byte 128 of {name} and {} more", others.len())),
        };
        let candidates = why.map(|why| Candidate { reader: self.name(), profile: None, why }).into_iter().collect();
        Ok(Sniff { candidates, looked_for: "a file with DICM at byte 128".to_owned() })
    }

    fn read(&self, delivery: &Delivery, options: &ReadOptions, budget: &Budget) -> Result<Bundle> {
        let mut files = files(delivery, budget)?;
        let mut bundle = Bundle::default();
        let mut notes = Vec::new();
        let mut used = BTreeSet::new();
        let Some((_, first)) = files.iter().find(|(content, _)| *content != Content::Report) else {
            return Err(report::without_image(delivery.name()));
        };
        let industrial = !first.class.starts_with(class::DICOS);
        facts::fill(&mut bundle.scan, &first.attributes(), industrial, &mut notes, &mut used)
            .map_err(|e| e.file(&first.name))?;
        sort(&mut files)?;
        let mut views = Views::default();
        let (mut plain, mut derived) = (Vec::new(), Vec::new());
        for (content, file) in files.iter().filter(|(content, _)| *content != Content::Report) {
            let made_of_others = is_derived(&file.attributes()).map_err(|e| e.file(&file.name))?;
            if made_of_others { &mut derived } else { &mut plain }.push((*content, file));
        }
        for (content, file) in plain.into_iter().chain(derived) {
            views.add(&mut bundle, file, content, budget).map_err(|e| e.file(&file.name))?;
        }
        let mut findings = Findings::default();
        for (_, file) in files.iter().filter(|(content, _)| *content == Content::Report) {
            let known = (&views, bundle.scan.views.as_slice());
            notes.extend(report::add(&mut findings, file, known, &mut used, budget).map_err(|e| e.file(&file.name))?);
        }
        bundle.scan.findings = (findings != Findings::default()).then_some(findings);
        notes.append(&mut views.notes);
        used.append(&mut views.used);
        let mut leftovers = Leftovers::default();
        for (_, file) in &files {
            let taken = views.taken.get(&file.index).copied().unwrap_or_default();
            leftovers.add(file, (&used, taken), budget).map_err(|e| e.file(&file.name))?;
            if let Some(named) = &file.unknown_charset {
                let reason = format!("{}: the character set {named} is not known; texts are read as UTF-8", file.name);
                notes.push((LossKind::Invented, "scan".to_owned(), reason));
            }
        }
        bundle.scan.vendor = leftovers.items;
        notes.append(&mut leftovers.notes);
        energies(&mut bundle);
        stated_by_caller(&mut bundle, options, &mut notes);
        let loss = |(kind, subject, reason): Note| Loss { kind, subject, reason, ..Loss::default() };
        bundle.scan.provenance.losses = notes.into_iter().map(loss).collect();
        bundle.scan.provenance.reader = Some(self.name().to_owned());
        attach_originals(&mut bundle, delivery, &views.placed, budget)?;
        Ok(bundle)
    }
}

/// Finds the elements of every DICOM file; all must belong to one scan.
fn files(delivery: &Delivery, budget: &Budget) -> Result<Vec<(Content, Part10)>> {
    let mut found: Vec<(Content, Part10)> = Vec::new();
    let mut scan = None;
    for (index, entry) in delivery.files().iter().enumerate() {
        if !is_part10(entry)? {
            refuse_cut_preamble(entry)?;
            continue;
        }
        let file = Part10::read(index, entry, budget)?;
        let content = class::content(&file)?;
        let uid = file.attributes().text(tags::STUDY_INSTANCE_UID).map_err(|e| e.file(&file.name))?;
        let known: &mut String = match (&mut scan, uid.clone()) {
            (Some(known), _) => known,
            (none, Some(uid)) => none.insert(uid),
            (None, None) => &mut String::new(),
        };
        if let Some(uid) = uid.filter(|uid| uid != known) {
            return Err(Error::new(Code::InputAmbiguous, "the delivery holds files of two scans")
                .file(&file.name)
                .at(tags::shown(tags::STUDY_INSTANCE_UID))
                .expected(&*known)
                .found(uid)
                .hint("Deliver the files of each scan by themselves."));
        }
        found.push((content, file));
    }
    Ok(found)
}

/// Refuses a file that is empty or ends inside an empty preamble: what is left of a DICOM file that was cut short.
fn refuse_cut_preamble(file: &DeliveryFile) -> Result<()> {
    let head = file.head(PREFIX_END)?;
    let cut = head.len() < PREFIX_END && head.iter().take(PREFIX_END - 4).all(|b| *b == 0);
    match cut {
        true => Err(Error::new(Code::InputTruncated, "the file ends before its content")
            .file(file.name())
            .expected("a DICOM file with DICM at byte 128")
            .found(format!("{} bytes of an empty preamble", head.len()))),
        false => Ok(()),
    }
}

/// Sorts by view, series, and number in the series; files that state none come in the order of their names.
fn sort(files: &mut Vec<(Content, Part10)>) -> Result<()> {
    let mut keyed = Vec::new();
    for (content, file) in files.drain(..) {
        let a = file.attributes();
        let number = |tag| a.number(tag).map(|n| n.map_or(0, |n| n as i64)).map_err(|e| e.file(&file.name));
        let key =
            (number(tags::SERIES_VIEW)?, number(tags::SERIES_NUMBER)?, number(tags::INSTANCE_NUMBER)?, file.index);
        keyed.push((key, content, file));
    }
    keyed.sort_by_key(|(key, _, _)| *key);
    files.extend(keyed.into_iter().map(|(_, content, file)| (content, file)));
    Ok(())
}

/// Lists the energies of the channels at the source, highest first.
fn energies(bundle: &mut Bundle) {
    let channels = bundle.scan.views.iter().flat_map(|v| &v.channels);
    let mut energies: Vec<Energy> = channels.filter_map(|c| c.energy).collect();
    energies.sort_by(|a, b| b.get().total_cmp(&a.get()));
    energies.dedup();
    if !energies.is_empty() {
        bundle.scan.system.sources.push(Source { energies, ..Source::default() });
    }
}

/// Puts the quantity that the caller states in the place of one that was only taken for granted.
fn stated_by_caller(bundle: &mut Bundle, options: &ReadOptions, notes: &mut Vec<Note>) {
    let Some(quantity) = &options.quantity else { return };
    let subjects: BTreeSet<String> = notes.iter().map(|(_, subject, _)| subject.clone()).collect();
    for (index, view) in bundle.scan.views.iter_mut().enumerate() {
        for channel in &mut view.channels {
            let subject = format!("scan/view[{index}]/channel[{}]/quantity", channel.id);
            if subjects.contains(&subject) && channel.quantity != *quantity {
                channel.quantity = quantity.clone();
                let reason = "stated by the person who converted, not by the delivery".to_owned();
                notes.retain(|(_, s, _)| *s != subject);
                notes.push((LossKind::Invented, subject, reason));
            }
        }
    }
}
