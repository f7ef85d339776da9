//! Does what was measured fit what was declared?

use super::declared::Declared;
use super::declared::Line;
use super::expectation::Expectation;
use super::measured::Measured;
use super::part::FILL;
use super::part::Part;
use super::part::SIGMAS;
use super::part::explained;
use super::part::parts;
use super::table::Table;
use crate::detect::Evenness;
use crate::detect::Walls;
use crate::material::MaterialClass;

/// Share of the load beyond which what is opaque or undecided forbids a verdict of consistent.
const MOST: f64 = 0.5;
/// Opaque share up to which a measured mass is taken for the whole.
const CLEAR: f64 = 0.02;
/// Share of the mass that is put into a wrong class at worst.
const MIX: f64 = 0.15;
/// Share of its declared part of the load below which a heading of several is not found in it.
const FOUND: f64 = 0.5;

/// Answer to a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing measured contradicts the declaration.
    Consistent,
    /// The scan does not tell.
    CannotTell,
    /// Something measured contradicts the declaration.
    Suspicious,
}

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Whether enough of the load is seen.
    Visibility,
    /// Mass.
    Mass,
    /// Density of most of the load.
    Density,
    /// Mix of material classes.
    Material,
    /// Evenness.
    Texture,
    /// Parts that no heading explains.
    Parts,
}

/// Outcome of one check.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was compared.
    pub check: Check,
    /// What came of it.
    pub verdict: Verdict,
    /// In words, with what was measured, what was expected, and by whom.
    pub reason: String,
}

/// Verdict on one line of the declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadingVerdict {
    /// The line.
    pub line: Line,
    /// What such goods look like; none where the table does not know.
    pub expectation: Option<Expectation>,
    /// Share of the measured mass that the heading explains, 0 to 1.
    pub explained: Option<f64>,
    /// What came of it.
    pub verdict: Verdict,
    /// In words.
    pub reason: String,
}

/// Verdict on a declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Verdict on the load.
    pub verdict: Verdict,
    /// Every check.
    pub outcomes: Vec<Outcome>,
    /// Verdict on each line of the declaration.
    pub headings: Vec<HeadingVerdict>,
    /// Parts of the load that no heading explains, the heaviest first.
    pub parts: Vec<Part>,
}

impl Verdict {
    /// Returns the word for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::CannotTell => "cannot-tell",
            Self::Suspicious => "suspicious",
        }
    }
}

impl Check {
    /// Returns the word for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visibility => "visibility",
            Self::Mass => "mass",
            Self::Density => "density",
            Self::Material => "material",
            Self::Texture => "texture",
            Self::Parts => "parts",
        }
    }
}

impl Judgement {
    /// Answers for a scan that says nothing about its load, and why.
    pub fn blind(declared: &Declared, table: &Table, why: &str) -> Self {
        let heading = |line: &Line| HeadingVerdict {
            line: line.clone(),
            expectation: line.code.as_deref().and_then(|code| table.find(code)).cloned(),
            explained: None,
            verdict: Verdict::CannotTell,
            reason: "nothing is measured".to_owned(),
        };
        let outcome = Outcome { check: Check::Visibility, verdict: Verdict::CannotTell, reason: why.to_owned() };
        Self {
            verdict: Verdict::CannotTell,
            outcomes: vec![outcome],
            headings: declared.lines.iter().map(heading).collect(),
            parts: Vec::new(),
        }
    }
}

/// What came of a check, and why.
type Found = (Verdict, String);

/// Judges a declaration; `tolerance` is the share by which a declared mass may be off, 0 to 1.
pub fn judge(measured: &Measured, declared: &Declared, table: &Table, tolerance: f64) -> Judgement {
    let find = |line: &Line| line.code.as_deref().and_then(|code| table.find(code));
    let known: Vec<&Expectation> = declared.lines.iter().filter_map(find).collect();
    let complete = !declared.lines.is_empty() && known.len() == declared.lines.len();
    let mut outcomes = Vec::new();
    let mut add = |check, (verdict, reason): Found| outcomes.push(Outcome { check, verdict, reason });
    add(Check::Visibility, visibility(measured));
    add(Check::Mass, mass(measured, declared.mass, tolerance));
    let mut found = Vec::new();
    if complete {
        found = parts(measured, &known);
        add(Check::Density, density(measured, &known));
        add(Check::Material, material(measured, &known));
        if let [only] = known.as_slice() {
            add(Check::Texture, texture(measured, only));
        }
        add(Check::Parts, unexplained(measured, &found, &known));
    } else {
        add(Check::Density, (Verdict::CannotTell, unknown(declared, table)));
    }
    let worst = |verdicts: &mut dyn Iterator<Item = Verdict>| verdicts.max().unwrap_or(Verdict::CannotTell);
    let verdict = worst(&mut outcomes.iter().map(|o| o.verdict));
    let headings = declared.lines.iter().map(|line| heading(measured, line, declared, find(line), &outcomes)).collect();
    Judgement { verdict, outcomes, headings, parts: found }
}

fn visibility(measured: &Measured) -> Found {
    let percent = 100.0 * measured.opaque;
    match () {
        () if !measured.floor => {
            (Verdict::CannotTell, "no floor was found, so that the load cannot be told from the vehicle".to_owned())
        }
        () if measured.opaque > MOST => (
            Verdict::CannotTell,
            format!("{percent:.0} % of the load lets nothing through; half of it must for a verdict"),
        ),
        () => (Verdict::Consistent, format!("{percent:.0} % of the load lets nothing through")),
    }
}

fn mass(measured: &Measured, declared: Option<f64>, tolerance: f64) -> Found {
    let cannot = |why: &str| (Verdict::CannotTell, why.to_owned());
    if !measured.floor {
        return cannot("the mass of the vehicle cannot be told from that of the load");
    }
    let Some(mass) = measured.mass else { return cannot("the size of the pixels is unknown, and with it the mass") };
    let bound = if mass.bound { "at least " } else { "" };
    let walls = match measured.walls {
        Walls::Unknown => ", walls included",
        Walls::Reference | Walls::Seen => "",
    };
    let found = format!("measured {bound}{:.0} ± {:.0} kg{walls}", mass.kg, mass.sigma);
    let Some(declared) = declared else {
        return (Verdict::CannotTell, format!("{found}; no mass is declared"));
    };
    let off = mass.kg - declared;
    let most = SIGMAS * mass.sigma + tolerance * declared;
    let declared = format!("declared {declared:.0} kg");
    let percent = 100.0 * measured.opaque;
    match () {
        () if off > most => {
            (Verdict::Suspicious, format!("too heavy: {found}, {declared}; may differ by {most:.0} kg"))
        }
        () if mass.bound && measured.opaque > CLEAR => (
            Verdict::CannotTell,
            format!("{found}, {declared}; what the {percent:.0} % that let nothing through hold is unknown"),
        ),
        () if -off > most => {
            (Verdict::Suspicious, format!("too light: {found}, {declared}; may differ by {most:.0} kg"))
        }
        () => (Verdict::Consistent, format!("{found}, {declared}")),
    }
}

fn density(measured: &Measured, headings: &[&Expectation]) -> Found {
    let Some(density) = measured.density else {
        return (Verdict::CannotTell, "no part of the load is large and clear enough to have a density".to_owned());
    };
    if measured.opaque > MOST {
        return (Verdict::CannotTell, "most of the load lets nothing through".to_owned());
    }
    let slack = 1.0 + SIGMAS * density.sigma;
    let fits =
        |h: &&&Expectation| density.median * slack >= FILL * h.density[0] && density.median <= h.density[1] * slack;
    let found = format!(
        "measured {:.0} ± {:.0} kg/m³ over a depth of {:.2} m",
        density.median,
        density.sigma * density.median,
        measured.depth / 1000.0
    );
    let expected: Vec<String> = headings.iter().map(|h| expected_density(h)).collect();
    let expected = expected.join("; ");
    match headings.iter().find(fits) {
        Some(_) => (Verdict::Consistent, format!("{found}; expected {expected}")),
        None => {
            let light = headings.iter().all(|h| density.median < h.density[0]);
            let word = if light { "not dense enough" } else { "too dense" };
            (Verdict::Suspicious, format!("{word}: {found}; expected {expected}"))
        }
    }
}

fn expected_density(heading: &Expectation) -> String {
    format!(
        "{:.0} to {:.0} kg/m³ of {} {} ({}: {})",
        FILL * heading.density[0],
        heading.density[1],
        heading.code,
        heading.title,
        heading.basis.name(),
        heading.source
    )
}

fn material(measured: &Measured, headings: &[&Expectation]) -> Found {
    let Some(classes) = measured.classes else {
        return (Verdict::CannotTell, "one energy does not tell materials apart".to_owned());
    };
    let [undecided, decided @ ..] = classes;
    let names = &MaterialClass::ALL[1..];
    let all: f64 = decided.iter().sum();
    let shares = decided.map(|share| if all > 0.0 { share / all } else { 0.0 });
    let told: Vec<String> = names
        .iter()
        .zip(shares)
        .filter(|(_, share)| *share >= 0.005)
        .map(|(class, share)| format!("{:.0} % {class}", 100.0 * share))
        .collect();
    let found = format!("{} of what is decided, {:.0} % undecided", told.join(", "), 100.0 * undecided);
    if undecided > MOST {
        return (Verdict::CannotTell, format!("the material of most of the load is undecided: {found}"));
    }
    for (class, share) in names.iter().zip(shares) {
        let least = headings.iter().map(|h| h.share(*class)[0]).fold(1.0, f64::min);
        let most = headings.iter().map(|h| h.share(*class)[1]).fold(0.0, f64::max);
        if share > most + MIX || share < least - MIX {
            let range = format!("{:.0} to {:.0} % {class}", 100.0 * least, 100.0 * most);
            return (Verdict::Suspicious, format!("other material: {found}; expected {range}"));
        }
    }
    (Verdict::Consistent, found)
}

fn texture(measured: &Measured, heading: &Expectation) -> Found {
    let (load, most) = (&measured.texture, heading.texture);
    let found = format!("{} (± {:.0} %)", load.evenness().name(), 100.0 * load.unevenness);
    match load.evenness() > most && most != Evenness::Mixed {
        true => (
            Verdict::Suspicious,
            format!("the load is {found}; {} {} is {} at most", heading.code, heading.title, most.name()),
        ),
        false => (Verdict::Consistent, format!("the load is {found}; {} at most is expected", most.name())),
    }
}

fn unexplained(measured: &Measured, parts: &[Part], headings: &[&Expectation]) -> Found {
    let share: f64 = parts.iter().map(|part| part.share).sum();
    let codes: Vec<&str> = headings.iter().map(|h| h.code.as_str()).collect();
    let codes = codes.join(", ");
    if parts.is_empty() {
        return match measured.density {
            Some(_) => (Verdict::Consistent, format!("{codes} explains all that is large enough to be judged")),
            None => (Verdict::CannotTell, "no part is large and clear enough to be judged".to_owned()),
        };
    }
    let mass = parts.iter().map(|part| part.mass).sum::<Option<f64>>().map(|kg| format!(", {kg:.0} kg"));
    let count = if parts.len() == 1 { "1 part".to_owned() } else { format!("{} parts", parts.len()) };
    let found = format!("{count}, {:.0} % of the mass{}", 100.0 * share, mass.unwrap_or_default());
    (Verdict::Suspicious, format!("{found}, are not what {codes} looks like"))
}

fn unknown(declared: &Declared, table: &Table) -> String {
    if declared.lines.is_empty() {
        return "no goods are declared".to_owned();
    }
    let without = declared.lines.iter().find(|line| line.code.as_deref().and_then(|c| table.find(c)).is_none());
    match without.and_then(|line| line.code.as_deref()) {
        Some(code) => format!("the table does not know what {code} looks like"),
        None => "a line of the declaration has no code".to_owned(),
    }
}

fn heading(
    measured: &Measured,
    line: &Line,
    declared: &Declared,
    expectation: Option<&Expectation>,
    outcomes: &[Outcome],
) -> HeadingVerdict {
    let explained = expectation.map(|e| explained(&measured.cells, measured, e));
    let (verdict, reason) = match (expectation, explained) {
        (Some(_), Some(share)) if declared.lines.len() == 1 => {
            let about = |o: &&Outcome| !matches!(o.check, Check::Mass);
            let verdict = outcomes.iter().filter(about).map(|o| o.verdict).max().unwrap_or(Verdict::CannotTell);
            (verdict, format!("explains {:.0} % of what can be judged", 100.0 * share))
        }
        (Some(_), Some(share)) => {
            let part = line.mass.zip(declared.mass).map(|(own, all)| own / all);
            let told = format!("explains {:.0} % of what can be judged", 100.0 * share);
            match part.filter(|part| share < FOUND * part) {
                Some(part) if measured.opaque <= MOST && measured.density.is_some() => {
                    (Verdict::Suspicious, format!("{told}, declared as {:.0} % of the mass", 100.0 * part))
                }
                _ => (Verdict::CannotTell, format!("{told}; several headings in one load")),
            }
        }
        _ if line.code.is_none() => (Verdict::CannotTell, "the line has no code".to_owned()),
        _ => (Verdict::CannotTell, "the table does not know this heading".to_owned()),
    };
    HeadingVerdict { line: line.clone(), expectation: expectation.cloned(), explained, verdict, reason }
}
