//! A profile with every name, expression and path resolved.

use std::ops::Range;

use super::document::{
    ChannelRule, Constant, Document, Encoding, Endian, FieldRule, FieldType, FileFormat, Interleave, LinesPart,
    MapRule, OneOrMany, PixelOrder, PixelsRule, Term,
};
use super::element::ElementPath;
use super::expression::{Expression, Names, is_word};
use super::place::ProfileText;
use super::target::{Target, listed};
use super::value::{Conversion, ISO, states_offset, zone};
use crate::error::Result;
use crate::model::identifier::ChannelId;
use crate::model::{ChannelRole, Modality, Quantity, SampleType, ViewKind};

/// What a profile asks for, resolved.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) files: Vec<FilePlan>,
    pub(super) fields: Vec<FieldPlan>,
    pub(super) views: Vec<ViewPlan>,
    pub(super) pixels: Vec<PixelsPlan>,
    pub(super) maps: Vec<MapPlan>,
}

impl Plan {
    /// Returns whether a map or an expression uses a field, by its index.
    pub(super) fn uses(&self, field: usize) -> bool {
        let map = |m: &MapPlan| m.sources.iter().any(|s| matches!(s, MapSource::Field(f) if *f == field));
        self.maps.iter().any(map) || self.formulas().any(|f| f.expression.uses(field))
    }

    fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let fields = self.fields.iter().flat_map(|f| match &f.from {
            FieldFrom::Header { offset, length, .. } => vec![Some(offset), length.as_ref()],
            FieldFrom::Computed(formula) => vec![Some(formula)],
            FieldFrom::Sidecar(_) => Vec::new(),
        });
        let views = self.views.iter().flat_map(|v| [Some(&v.rows), Some(&v.columns)]);
        let channels = self.views.iter().flat_map(|v| &v.channels).flat_map(|c| {
            let terms =
                [&c.energy, &c.bit_depth, &c.scale, &c.offset, &c.no_data, &c.saturation, &c.dark_level, &c.air_level];
            terms.map(Option::as_ref)
        });
        let pixels = self.pixels.iter().flat_map(|p| {
            let own = [&p.offset, &p.line_header, &p.line_trailer].map(Option::as_ref);
            own.into_iter().chain(p.lines.iter().map(|(_, formula)| Some(formula)))
        });
        fields.chain(views).chain(channels).chain(pixels).flatten()
    }
}

/// One file of a scan.
#[derive(Debug, Clone)]
pub(super) struct FilePlan {
    pub(super) id: String,
    pub(super) pattern: Option<String>,
    pub(super) format: FileFormat,
    pub(super) encoding: Encoding,
    pub(super) optional: bool,
    pub(super) trailing: bool,
    pub(super) marks: Vec<Mark>,
    pub(super) line: String,
}

/// Content by which a file is known.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    Bytes { offset: u64, bytes: Vec<u8> },
    Root { name: String, namespace: Option<String> },
    Section(String),
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Formula {
    pub(super) expression: Expression,
    pub(super) line: String,
}

/// A named value.
#[derive(Debug, Clone)]
pub(super) struct FieldPlan {
    pub(super) name: String,
    pub(super) from: FieldFrom,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) line: String,
}

/// Where a named value comes from.
#[derive(Debug, Clone)]
pub(super) enum FieldFrom {
    Header {
        file: usize,
        offset: Formula,
        kind: FieldType,
        endian: Endian,
        length: Option<Formula>,
        encoding: Encoding,
    },
    Sidecar(ElementPath),
    Computed(Formula),
}

/// One view.
#[derive(Debug, Clone)]
pub(super) struct ViewPlan {
    pub(super) kind: ViewKind,
    pub(super) modality: Modality,
    pub(super) name: Option<String>,
    pub(super) rows: Formula,
    pub(super) columns: Formula,
    pub(super) channels: Vec<ChannelPlan>,
}

/// One channel.
#[derive(Debug, Clone)]
pub(super) struct ChannelPlan {
    pub(super) id: ChannelId,
    pub(super) role: ChannelRole,
    pub(super) quantity: Quantity,
    pub(super) measurement_grade: bool,
    pub(super) unit: Option<String>,
    pub(super) energy: Option<Formula>,
    pub(super) bit_depth: Option<Formula>,
    pub(super) scale: Option<Formula>,
    pub(super) offset: Option<Formula>,
    pub(super) no_data: Option<Formula>,
    pub(super) saturation: Option<Formula>,
    pub(super) dark_level: Option<Formula>,
    pub(super) air_level: Option<Formula>,
}

/// A block of samples.
#[derive(Debug, Clone)]
pub(super) struct PixelsPlan {
    pub(super) file: usize,
    pub(super) view: usize,
    /// Indices of the channels in the view; none for samples that are no channel.
    pub(super) channels: Vec<Option<usize>>,
    pub(super) offset: Option<Formula>,
    pub(super) sample_type: SampleType,
    pub(super) endian: Endian,
    pub(super) order: PixelOrder,
    pub(super) interleave: Interleave,
    pub(super) line_header: Option<Formula>,
    pub(super) line_trailer: Option<Formula>,
    /// What the lines are; empty when all are image.
    pub(super) lines: Vec<(LinesPart, Formula)>,
    pub(super) line: String,
}

/// Where a value goes.
#[derive(Debug, Clone)]
pub(super) struct MapPlan {
    pub(super) target: Target,
    pub(super) sources: Vec<MapSource>,
    pub(super) conversion: Conversion,
    pub(super) required: bool,
    pub(super) line: String,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum MapSource {
    Field(usize),
    Element(ElementPath),
    Constant(String),
}

type Span = Range<usize>;

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
    let fields = document.fields.iter().map(|rule| resolver.field(rule)).collect::<Result<_>>()?;
    let views = resolver.views(document)?;
    let pixels = document.pixels.iter().map(|rule| resolver.pixels(rule)).collect::<Result<Vec<_>>>()?;
    resolver.complete(document, &pixels)?;
    let maps = document.maps.iter().map(|rule| resolver.map(rule)).collect::<Result<_>>()?;
    Ok(Plan { files, fields, views, pixels, maps })
}

struct Resolver<'a> {
    text: &'a ProfileText,
    files: Vec<String>,
    formats: Vec<FileFormat>,
    fields: Vec<String>,
    channels: Vec<Vec<String>>,
}

impl Resolver<'_> {
    fn expected(&self, span: Span, message: &str, expected: impl std::fmt::Display) -> crate::Error {
        self.text.wrong(span, message).expected(expected)
    }

    fn files(&mut self, document: &Document) -> Result<Vec<FilePlan>> {
        let mut plans: Vec<FilePlan> = Vec::new();
        for rule in &document.files {
            let id = rule.id.get_ref();
            if id.is_empty() || !id.chars().all(is_word) || self.files.contains(id) {
                let e = self.expected(rule.id.span(), "not a usable file id", "letters, digits and _, each id once");
                return Err(e.found(id));
            }
            self.files.push(id.clone());
            self.formats.push(rule.format);
            plans.push(FilePlan {
                id: id.clone(),
                pattern: rule.pattern.as_ref().map(|p| p.get_ref().clone()),
                format: rule.format,
                encoding: rule.encoding,
                optional: rule.optional,
                trailing: rule.trailing,
                marks: Vec::new(),
                line: self.text.line(&rule.id.span()),
            });
        }
        for rule in &document.recognize.magic {
            let mark = Mark::Bytes { offset: rule.offset, bytes: self.magic(rule)? };
            let file = self.file(&rule.file)?;
            plans.iter_mut().skip(file).take(1).for_each(|p| p.marks.push(mark.clone()));
        }
        for rule in &document.recognize.sidecar {
            let file = self.file(&rule.file)?;
            let mark = match (&rule.root, &rule.section, self.formats.get(file)) {
                (Some(root), None, Some(FileFormat::Xml)) => {
                    Mark::Root { name: root.get_ref().clone(), namespace: rule.namespace.clone() }
                }
                (None, Some(section), Some(FileFormat::Ini)) if rule.namespace.is_none() => {
                    Mark::Section(section.get_ref().clone())
                }
                _ => {
                    let expected = "root (and namespace) for a file of format xml, section for one of format ini";
                    return Err(self.expected(rule.file.span(), "the condition does not fit the file", expected));
                }
            };
            plans.iter_mut().skip(file).take(1).for_each(|p| p.marks.push(mark.clone()));
        }
        if let Some((plan, rule)) =
            plans.iter().zip(&document.files).find(|(p, _)| p.marks.is_empty() && p.pattern.is_none())
        {
            let e = self.expected(
                rule.id.span(),
                "nothing says which file this is",
                "a pattern, or a condition under recognize",
            );
            return Err(e.found(&plan.id));
        }
        Ok(plans)
    }

    fn magic(&self, rule: &super::document::MagicRule) -> Result<Vec<u8>> {
        match (&rule.text, &rule.hex) {
            (Some(text), None) if !text.get_ref().is_empty() => Ok(text.get_ref().as_bytes().to_vec()),
            (None, Some(hex)) => {
                let digits: Vec<u8> = hex.get_ref().bytes().filter(|b| *b != b' ').collect();
                let bytes: Option<Vec<u8>> = digits
                    .chunks(2)
                    .map(|pair| std::str::from_utf8(pair).ok().filter(|p| p.len() == 2 && !p.starts_with('+')))
                    .map(|pair| u8::from_str_radix(pair?, 16).ok())
                    .collect();
                bytes.filter(|b| !b.is_empty()).ok_or_else(|| {
                    self.expected(hex.span(), "not bytes in hexadecimal", "pairs of hexadecimal digits")
                        .found(hex.get_ref())
                })
            }
            _ => Err(self.expected(rule.file.span(), "the bytes are not stated", "either text or hex, not empty")),
        }
    }

    fn file(&self, id: &toml::Spanned<String>) -> Result<usize> {
        self.files
            .iter()
            .position(|f| f == id.get_ref())
            .ok_or_else(|| self.expected(id.span(), "there is no such file", self.files.join(", ")).found(id.get_ref()))
    }

    fn formula(&self, term: &toml::Spanned<Term>) -> Result<Formula> {
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

    fn optional(&self, term: &Option<toml::Spanned<Term>>) -> Result<Option<Formula>> {
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
                let (file, offset) = (self.file(file)?, self.formula(offset)?);
                FieldFrom::Header { file, offset, kind, endian: rule.endian, length, encoding: rule.encoding }
            }
            FieldRule { file: None, offset: None, kind: None, from: Some(path), value: None, .. } => {
                FieldFrom::Sidecar(self.element(path.get_ref(), path.span())?)
            }
            FieldRule { file: None, offset: None, kind: None, from: None, value: Some(value), .. } => {
                FieldFrom::Computed(self.formula(value)?)
            }
            _ => {
                let expected = "file, offset and type; or from; or value";
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
        let parsed = ElementPath::parse(path, &self.files)
            .unwrap_or_else(|| Err("the id of a sidecar, a colon and a path, such as info:Scan/Start".to_owned()))
            .map_err(wrong)?;
        match self.formats.get(parsed.file) {
            Some(FileFormat::Xml | FileFormat::Ini) => Ok(parsed),
            _ => Err(wrong("a file of format xml or ini".to_owned())),
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

    fn code<T: crate::model::CodeList>(&self, code: &toml::Spanned<String>) -> Result<T> {
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
        let file = self.file(&rule.file)?;
        if self.formats.get(file) != Some(&FileFormat::Raw) {
            return Err(self.expected(span, "samples in a sidecar", "a file of format raw"));
        }
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
        Ok(PixelsPlan {
            file,
            view,
            channels,
            offset: self.optional(&rule.offset)?,
            sample_type: rule.kind.into(),
            endian: rule.endian,
            order: rule.order,
            interleave: rule.interleave,
            line_header: self.optional(&rule.line_header)?,
            line_trailer: self.optional(&rule.line_trailer)?,
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
