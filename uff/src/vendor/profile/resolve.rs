//! From the keys of a profile to its plan: every name, expression and path is resolved, or named with its line.

use std::ops::Range;

use super::document::{
    ChannelRule, Constant, Document, FieldRule, FieldType, FileFormat, LinesPart, MapRule, OneOrMany, PixelsRule, Term,
};
use super::element::ElementPath;
use super::expression::{Expression, Names, is_word};
use super::place::ProfileText;
use super::plan::{ChannelPlan, FieldFrom, FieldPlan, Formula, MapPlan, MapSource, PixelsPlan, Plan, ViewPlan};
use super::target::{Target, listed};
use super::value::{Conversion, ISO, states_offset, zone};
use crate::error::Result;
use crate::model::identifier::ChannelId;
use crate::model::{Modality, Quantity, ViewKind};

pub(super) type Span = Range<usize>;

/// Resolves a profile.
///
/// # Errors
/// `profile.value` with the line.
pub(super) fn resolve(document: &Document, text: &ProfileText) -> Result<Plan> {
    let name = &document.profile.name;
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.get_ref().is_empty() || name.get_ref().len() > 64 || !name.get_ref().chars().all(legal) {
        let e = text.wrong(name.span(), "not a usable name of a profile");
        return Err(e.expected("1 to 64 lower-case letters, digits and hyphens").found(name.get_ref()));
    }
    let mut resolver =
        Resolver { text, files: Vec::new(), formats: Vec::new(), fields: Vec::new(), channels: Vec::new() };
    let files = resolver.files(document)?;
    resolver.payload_ids(document)?;
    let fields = document.fields.iter().map(|rule| resolver.field(rule)).collect::<Result<_>>()?;
    let views = resolver.views(document)?;
    let payloads = document.payloads.iter().map(|rule| resolver.payload(rule, files.len())).collect::<Result<_>>()?;
    let media = document.media.iter().map(|rule| resolver.media(rule)).collect::<Result<_>>()?;
    let pixels = document.pixels.iter().map(|rule| resolver.pixels(rule)).collect::<Result<Vec<_>>>()?;
    resolver.complete(document, &pixels)?;
    let maps = document.maps.iter().map(|rule| resolver.map(rule)).collect::<Result<_>>()?;
    Ok(Plan { files, payloads, fields, views, pixels, media, maps })
}

/// What is known of a profile while it is resolved.
pub(super) struct Resolver<'a> {
    pub(super) text: &'a ProfileText,
    /// Ids of the files, then of the payloads.
    pub(super) files: Vec<String>,
    pub(super) formats: Vec<FileFormat>,
    fields: Vec<String>,
    channels: Vec<Vec<String>>,
}

impl Resolver<'_> {
    pub(super) fn expected(&self, span: Span, message: &str, expected: impl std::fmt::Display) -> crate::Error {
        self.text.wrong(span, message).expected(expected)
    }

    pub(super) fn file(&self, id: &toml::Spanned<String>) -> Result<usize> {
        self.files
            .iter()
            .position(|f| f == id.get_ref())
            .ok_or_else(|| self.expected(id.span(), "there is no such file", self.files.join(", ")).found(id.get_ref()))
    }

    pub(super) fn formula(&self, term: &toml::Spanned<Term>) -> Result<Formula> {
        let line = self.text.line(&term.span());
        let expression = match term.get_ref() {
            Term::Whole(n) => Expression::Number(*n as f64),
            Term::Number(n) if n.is_finite() => Expression::Number(*n),
            Term::Number(_) => return Err(self.expected(term.span(), "not a usable number", "a finite number")),
            Term::Expression(text) => {
                let names = Names { fields: &self.fields, files: &self.files };
                Expression::parse(text, &names)
                    .map_err(|expected| self.expected(term.span(), "the expression is not understood", expected))?
            }
        };
        Ok(Formula { expression, line })
    }

    pub(super) fn optional(&self, term: &Option<toml::Spanned<Term>>) -> Result<Option<Formula>> {
        term.as_ref().map(|t| self.formula(t)).transpose()
    }

    fn field(&mut self, rule: &FieldRule) -> Result<FieldPlan> {
        let name = rule.name.get_ref();
        let span = rule.name.span();
        let starts = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
        if !starts || !name.chars().all(is_word) || self.fields.contains(name) {
            let e =
                self.expected(span, "not a usable field name", "a letter, then letters, digits and _, each name once");
            return Err(e.found(name));
        }
        let from = match rule {
            FieldRule { dataset: Some(_), .. } | FieldRule { axis: Some(_), .. } => self.axis(rule)?,
            FieldRule { file: Some(file), offset: Some(offset), kind: Some(kind), from: None, value: None, .. } => {
                let length = self.optional(&rule.length)?;
                let kind = *kind.get_ref();
                if (kind == FieldType::Text) != length.is_some() {
                    return Err(self.expected(
                        span,
                        "the length does not fit the type",
                        "a length for text, and for text alone",
                    ));
                }
                let (stream, offset) = (self.file(file)?, self.formula(offset)?);
                FieldFrom::Header { stream, offset, kind, endian: rule.endian, length, encoding: rule.encoding }
            }
            FieldRule { file: None, offset: None, kind: None, from: Some(path), value: None, .. } => {
                FieldFrom::Sidecar(self.element(path.get_ref(), path.span())?)
            }
            FieldRule { file: None, offset: None, kind: None, from: None, value: Some(value), .. } => {
                FieldFrom::Computed(self.formula(value)?)
            }
            _ => {
                let expected = "file, offset and type; or file, dataset and axis; or from; or value";
                return Err(self.expected(span, "it is not clear where the field comes from", expected).found(name));
            }
        };
        self.fields.push(name.clone());
        let (min, max) = (rule.min.unwrap_or(f64::NEG_INFINITY), rule.max.unwrap_or(f64::INFINITY));
        Ok(FieldPlan { name: name.clone(), from, min, max, line: self.text.line(&span) })
    }

    fn element(&self, path: &str, span: Span) -> Result<ElementPath> {
        let wrong =
            |expected: String| self.expected(span.clone(), "the path into a sidecar is not understood", expected);
        let is_hdf5 = |file: usize| self.formats.get(file) == Some(&FileFormat::Hdf5);
        let parsed = ElementPath::parse(path, &self.files, is_hdf5)
            .unwrap_or_else(|| Err("the id of a sidecar, a colon and a path, such as info:Scan/Start".to_owned()))
            .map_err(wrong)?;
        match self.formats.get(parsed.file) {
            Some(FileFormat::Raw | FileFormat::Opaque) | None => {
                Err(wrong("a file of format xml, ini, json, csv, fixed or hdf5".to_owned()))
            }
            Some(_) => Ok(parsed),
        }
    }

    fn views(&mut self, document: &Document) -> Result<Vec<ViewPlan>> {
        let mut views = Vec::new();
        for rule in &document.views {
            let kind = self.code::<ViewKind>(&rule.kind)?;
            let modality = match &rule.modality {
                Some(modality) => self.code(modality)?,
                None => match kind {
                    ViewKind::BackscatterLeft | ViewKind::BackscatterRight | ViewKind::BackscatterTop => {
                        Modality::Backscatter
                    }
                    _ => Modality::Transmission,
                },
            };
            let mut ids: Vec<String> = Vec::new();
            for channel in &rule.channels {
                if channel.id.get_ref() == "skip" || ids.contains(channel.id.get_ref()) {
                    let e = self.expected(channel.id.span(), "not a usable channel id", "each id once, and not skip");
                    return Err(e.found(channel.id.get_ref()));
                }
                ids.push(channel.id.get_ref().clone());
            }
            if ids.is_empty() {
                return Err(self.expected(
                    rule.kind.span(),
                    "the view has no channel",
                    "at least one [[view.channel]]",
                ));
            }
            self.channels.push(ids);
            let channels = rule.channels.iter().map(|c| self.channel(c)).collect::<Result<_>>()?;
            let (rows, columns) = (self.formula(&rule.rows)?, self.formula(&rule.columns)?);
            views.push(ViewPlan { kind, modality, name: rule.name.clone(), rows, columns, channels });
        }
        Ok(views)
    }

    pub(super) fn code<T: crate::model::CodeList>(&self, code: &toml::Spanned<String>) -> Result<T> {
        listed(code.get_ref()).map_err(|expected| self.expected(code.span(), "there is no such code", expected))
    }

    fn channel(&self, rule: &ChannelRule) -> Result<ChannelPlan> {
        let id = ChannelId::new(rule.id.get_ref()).map_err(|e| {
            let expected = e.expectation().unwrap_or_default().to_owned();
            self.expected(rule.id.span(), "not a channel id", expected).found(rule.id.get_ref())
        })?;
        let quantity: Quantity = self.code(&rule.quantity)?;
        Ok(ChannelPlan {
            id,
            role: self.code(&rule.role)?,
            measurement_grade: rule.measurement_grade.unwrap_or(quantity != Quantity::Display),
            quantity,
            unit: rule.unit.clone(),
            energy: self.optional(&rule.energy)?,
            bit_depth: self.optional(&rule.bit_depth)?,
            scale: self.optional(&rule.scale)?,
            offset: self.optional(&rule.offset)?,
            no_data: self.optional(&rule.no_data)?,
            saturation: self.optional(&rule.saturation)?,
            dark_level: self.optional(&rule.dark_level)?,
            air_level: self.optional(&rule.air_level)?,
        })
    }

    fn pixels(&self, rule: &PixelsRule) -> Result<PixelsPlan> {
        let span = rule.file.span();
        let (stream, dataset) = self.samples_in(rule)?;
        let view = rule.view.as_ref().map_or(0, |v| *v.get_ref() as usize);
        let Some(ids) = self.channels.get(view) else {
            let span = rule.view.as_ref().map_or(span, |v| v.span());
            let e =
                self.expected(span, "there is no such view", format!("0 to {}", self.channels.len().saturating_sub(1)));
            return Err(e.found(view));
        };
        let mut channels = Vec::new();
        for id in &rule.channels {
            channels.push(match ids.iter().position(|c| c == id.get_ref()) {
                Some(at) => Some(at),
                None if id.get_ref() == "skip" => None,
                None => {
                    let e =
                        self.expected(id.span(), "the view has no such channel", format!("{}, skip", ids.join(", ")));
                    return Err(e.found(id.get_ref()));
                }
            });
        }
        if channels.is_empty() || channels.len() > 64 {
            return Err(self.expected(span, "the number of channels makes no sense", "1 to 64").found(channels.len()));
        }
        let lines = rule.lines.iter().map(|l| Ok((l.part, self.formula(&l.count)?))).collect::<Result<Vec<_>>>()?;
        for part in [LinesPart::Samples, LinesPart::Dark, LinesPart::Air] {
            if lines.iter().filter(|(p, _)| *p == part).count() > 1 {
                let expected = "samples, dark and air at most once; use skip for further lines";
                return Err(self.expected(span, "a part occurs twice in one block", expected));
            }
        }
        let tile = rule.tile.as_ref();
        let tile = tile.map(|t| Ok((self.formula(&t.rows)?, self.formula(&t.columns)?))).transpose()?;
        let packed = rule.kind.and_then(|kind| kind.packed());
        let framed = rule.line_header.is_some() || rule.line_trailer.is_some() || rule.line_align.is_some();
        if tile.is_some() && (packed.is_some() || framed || !lines.is_empty()) {
            let expected = "tiles of whole bytes, without line headers, alignment or lines";
            return Err(self.expected(span, "the block cannot be stored in tiles", expected));
        }
        Ok(PixelsPlan {
            stream,
            view,
            channels,
            dataset,
            offset: self.optional(&rule.offset)?,
            sample_type: rule.kind.map(Into::into).unwrap_or_default(),
            endian: rule.endian.unwrap_or_default(),
            order: rule.order,
            interleave: rule.interleave,
            line_header: self.optional(&rule.line_header)?,
            line_trailer: self.optional(&rule.line_trailer)?,
            line_align: self.optional(&rule.line_align)?,
            packed,
            packing: rule.packing,
            tile,
            lines,
            line: self.text.line(&span),
        })
    }

    /// Checks that every channel gets its image exactly once, and its dark and air lines at most once.
    fn complete(&self, document: &Document, pixels: &[PixelsPlan]) -> Result<()> {
        for (view, ids) in self.channels.iter().enumerate() {
            for (channel, id) in ids.iter().enumerate() {
                let count = |part: LinesPart| {
                    let has = |p: &&PixelsPlan| match p.lines.as_slice() {
                        [] => part == LinesPart::Samples,
                        lines => lines.iter().any(|(p, _)| *p == part),
                    };
                    let blocks = pixels.iter().filter(|p| p.view == view).filter(has);
                    blocks.map(|p| p.channels.iter().filter(|c| **c == Some(channel)).count()).sum::<usize>()
                };
                let span = document.views.get(view).and_then(|v| v.channels.get(channel)).map_or(0..0, |c| c.id.span());
                if count(LinesPart::Samples) != 1 {
                    let e = self.expected(
                        span,
                        "the image of a channel is not placed once",
                        "one [[pixels]] that holds it",
                    );
                    return Err(e.found(format!("{} for {id}", count(LinesPart::Samples))));
                }
                if count(LinesPart::Dark) > 1 || count(LinesPart::Air) > 1 {
                    return Err(self
                        .expected(span, "dark or air lines are placed twice", "one place for each")
                        .found(id));
                }
            }
        }
        Ok(())
    }

    fn map(&self, rule: &MapRule) -> Result<MapPlan> {
        let span = rule.to.span();
        let target = Target::parse(rule.to.get_ref(), &self.channels)
            .map_err(|expected| self.expected(span.clone(), "the model has no such value", expected))?;
        let sources = match (&rule.from, &rule.value) {
            (Some(from), None) => self.sources(from)?,
            (None, Some(value)) => vec![MapSource::Constant(match value.get_ref() {
                Constant::Bool(v) => v.to_string(),
                Constant::Whole(v) => v.to_string(),
                Constant::Number(v) => v.to_string(),
                Constant::Text(v) => v.clone(),
            })],
            _ => return Err(self.expected(span, "the source of the value is not clear", "either from or value")),
        };
        let each = sources.iter().any(|s| matches!(s, MapSource::Element(p) if p.is_repeated()));
        if each && (sources.len() > 1 || !target.is_repeated()) || target.follows_source() && !each {
            let expected = "one source with [*] for a target with [*] or a list at its end";
            return Err(self.expected(span, "source and target do not repeat alike", expected));
        }
        let conversion = self.conversion(rule)?;
        if let [MapSource::Constant(text)] = sources.as_slice() {
            let converted = conversion.apply(text).map(|c| c.text);
            converted
                .and_then(|text| target.accepts(&text))
                .map_err(|expected| self.expected(span.clone(), "the constant does not fit", expected).found(text))?;
        }
        for code in rule.codes.values().chain(&rule.otherwise) {
            target
                .accepts(code)
                .map_err(|expected| self.expected(span.clone(), "a code does not fit", expected).found(code))?;
        }
        Ok(MapPlan { target, sources, conversion, required: rule.required, line: self.text.line(&span) })
    }

    fn sources(&self, from: &toml::Spanned<OneOrMany>) -> Result<Vec<MapSource>> {
        let texts: Vec<&str> = match from.get_ref() {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts.iter().map(String::as_str).collect(),
        };
        if texts.is_empty() || texts.len() > 8 {
            return Err(self
                .expected(from.span(), "the number of sources makes no sense", "1 to 8")
                .found(texts.len()));
        }
        let source = |text: &str| {
            if let Some(name) = text.strip_prefix("site:") {
                return Ok(MapSource::Site(name.to_owned()));
            }
            if text.contains(':') {
                return self.element(text, from.span()).map(MapSource::Element);
            }
            let expected = || format!("a path such as info:Scan/Start, or a field ({})", self.fields.join(", "));
            let field = self.fields.iter().position(|f| f == text);
            field
                .map(MapSource::Field)
                .ok_or_else(|| self.expected(from.span(), "there is no such field", expected()).found(text))
        };
        texts.into_iter().map(source).collect()
    }

    fn conversion(&self, rule: &MapRule) -> Result<Conversion> {
        let linear = (rule.scale.is_some() || rule.offset.is_some())
            .then(|| (rule.scale.unwrap_or(1.0), rule.offset.unwrap_or(0.0)));
        let kinds = [linear.is_some(), !rule.codes.is_empty(), rule.date.is_some()];
        if kinds.iter().filter(|k| **k).count() > 1 {
            let expected = "one of: scale and offset; codes; date";
            return Err(self.expected(rule.to.span(), "the conversions exclude each other", expected));
        }
        let mut conversion = Conversion {
            linear,
            codes: rule.codes.clone(),
            otherwise: rule.otherwise.clone(),
            ..Conversion::default()
        };
        if let Some(name) = &rule.zone {
            let found = zone(name.get_ref());
            conversion.zone = Some(found.map_err(|expected| {
                self.expected(name.span(), "there is no such time zone", expected).found(name.get_ref())
            })?);
        }
        if let Some(date) = &rule.date {
            if conversion.zone.is_none() && !states_offset(date.get_ref()) {
                let expected = "zone, or %z in the format";
                return Err(self.expected(date.span(), "nothing says at which UTC offset the date holds", expected));
            }
            conversion.date = Some(date.get_ref().clone()).filter(|d| !d.is_empty()).or(Some(ISO.to_owned()));
        }
        Ok(conversion)
    }
}
