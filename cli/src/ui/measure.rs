//! Numbers as people read them.

use std::time::Duration;

/// Writes a number of bytes with a decimal unit.
pub fn bytes(count: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64;
    let mut unit = "";
    for next in units {
        (value, unit) = (value / 1000.0, next);
        // 999.95 would round to 1000.0 of the smaller unit.
        if value < 999.95 {
            break;
        }
    }
    format!("{value:.1} {unit}")
}

/// Writes a duration with three digits.
pub fn duration(time: Duration) -> String {
    let s = time.as_secs_f64();
    match s {
        _ if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        _ if s < 1.0 => format!("{:.0} ms", s * 1e3),
        _ if s < 100.0 => format!("{s:.1} s"),
        _ => format!("{:.0} min {:02.0} s", (s / 60.0).floor(), s % 60.0),
    }
}

/// Writes a count with its noun: `1 file`, `3 files`.
pub fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        n if noun.ends_with('s') => format!("{n} {noun}es"),
        n => format!("{n} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_read_well() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(bytes(8_388_608), "8.4 MB");
        assert_eq!(bytes(u64::MAX), "18.4 EB");
        assert_eq!(duration(Duration::from_micros(1_250)), "1 ms");
        assert_eq!(duration(Duration::from_secs(61)), "61.0 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
        assert_eq!([plural(1, "file"), plural(0, "row"), plural(2, "loss")], ["1 file", "0 rows", "2 losses"]);
    }
}
