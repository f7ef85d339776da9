//! Scalars of the standard library and of [`units`](crate::units).

use super::{Scalar, SimpleSpec};

/// Pattern of a decimal number: it leaves out the INF and NaN of `xs:double`.
const FINITE: &str = r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?";

macro_rules! simple {
    ($ty:ty, $name:literal, $base:literal, $pattern:expr, $doc:literal, |$v:ident| $to:expr, |$t:ident| $from:expr) => {
        impl Scalar for $ty {
            const SIMPLE: &'static SimpleSpec =
                &SimpleSpec { name: $name, doc: $doc, base: $base, values: &[], pattern: $pattern, range: None };
            fn to_text(&self) -> String {
                let $v = self;
                $to
            }
            fn from_text($t: &str) -> Result<Self, String> {
                $from
            }
        }
    };
}

simple!(String, "Text", "string", "", "Any text.", |v| v.clone(), |t| Ok(t.to_owned()));
simple!(bool, "Boolean", "boolean", "", "true or false.", |v| v.to_string(), |t| match t.trim() {
    "true" | "1" => Ok(true),
    "false" | "0" => Ok(false),
    _ => Err("true or false".into()),
});
simple!(u32, "Count32", "unsignedInt", "", "Whole number from 0 to 4294967295.", |v| v.to_string(), |t| t
    .trim()
    .parse()
    .map_err(|_| "a whole number from 0 to 4294967295".into()));
simple!(u64, "Count64", "unsignedLong", "", "Whole number from 0 to 18446744073709551615.", |v| v.to_string(), |t| t
    .trim()
    .parse()
    .map_err(|_| "a whole number from 0 to 18446744073709551615".into()));
simple!(f64, "Number", "double", FINITE, "Finite number.", |v| v.to_string(), |t| number(t));

fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| "a finite number".into())
}

macro_rules! quantity_scalar {
    ($($ty:ident $doc:literal),+ $(,)?) => { $(
        impl Scalar for crate::units::$ty {
            const SIMPLE: &'static SimpleSpec = &SimpleSpec {
                name: stringify!($ty),
                doc: $doc,
                base: "double",
                values: &[],
                pattern: FINITE,
                range: Some((Self::MIN, Self::MAX)),
            };
            fn to_text(&self) -> String {
                self.get().to_string()
            }
            fn from_text(text: &str) -> Result<Self, String> {
                let expected = || format!("a number from {} to {} ({})", Self::MIN, Self::MAX, Self::UNIT);
                number(text).ok().and_then(|v| Self::new(v).ok()).ok_or_else(expected)
            }
        }
    )+ };
}

quantity_scalar!(
    Energy "Energy in keV.",
    Millimetres "Length in millimetres.",
    MillimetresPerSecond "Speed in millimetres per second.",
    ArealDensity "Mass per area along the ray in g/cm².",
    AtomicNumber "Effective atomic number.",
    Kilograms "Mass in kilograms.",
    Degrees "Angle in degrees.",
    Probability "Probability from 0 to 1.",
    Microsieverts "Ambient dose in microsievert.",
    Seconds "Duration in seconds.",
);
