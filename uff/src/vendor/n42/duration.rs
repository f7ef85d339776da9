//! Durations as XML Schema writes them (ISO 8601, `xsd:duration`).

/// Reads a duration in seconds; none when it is no duration, is negative, or counts years or months.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let days = parts(date, &[('Y', None), ('M', None), ('D', Some(86_400.0))])?;
    let clock = parts(time, &[('H', Some(3_600.0)), ('M', Some(60.0)), ('S', Some(1.0))])?;
    Some(days + clock).filter(|s| s.is_finite())
}

/// Adds up numbers with designators, which stand in the given order; a unit without a fixed length must be zero.
fn parts(text: &str, units: &[(char, Option<f64>)]) -> Option<f64> {
    let mut rest = text;
    let mut total = 0.0;
    let mut left = units.iter();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, after) = rest.split_at(end);
        let designator = after.chars().next()?;
        let (_, unit) = left.find(|(c, _)| *c == designator)?;
        let fraction_allowed = designator == 'S';
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let sound = match number.split_once('.') {
            Some((whole, fraction)) => fraction_allowed && digits(whole) && digits(fraction),
            None => digits(number),
        };
        let value: f64 = number.parse().ok().filter(|_| sound)?;
        match unit {
            Some(unit) => total += value * unit,
            None if value == 0.0 => {}
            None => return None,
        }
        rest = after.get(1..)?;
    }
    Some(total)
}

/// Writes a duration given in seconds, such as `PT0.1S`.
pub fn duration_text(seconds: f64) -> String {
    format!("PT{seconds}S")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_xml_schema_defines_them() {
        for (text, expected) in [
            ("PT0.1S", 0.1),
            ("PT1824.650024S", 1824.650024),
            ("PT1H2M3S", 3723.0),
            ("P1DT1S", 86_401.0),
            ("P0Y0M2D", 172_800.0),
            ("PT0S", 0.0),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in [
            "", "P", "PT", "P1DT", "1S", "PT1", "PT-1S", "-PT1S", "P1Y", "P1M", "PT1.5H", "PT.5S", "PT1.S", "PT1S1M",
            "PT1S1S", "P1S", "PT1D", "PTinfS", "PT1e3S", "P1D1D", "PT1Sx", "PTäS",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        let long = format!("P{}D", "9".repeat(400));
        assert_eq!(seconds(&long), None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for value in [0.1, 1800.0, 1e-9, 123_456_789.012_345] {
            assert_eq!(seconds(&duration_text(value)), Some(value));
        }
    }
}
