//! Check digits shared by several schemes.

/// Computes the check digit of ISO 6346 §3.1.5 over capitals and digits: letters count 10 to 38 without the multiples
/// of 11, position i (from 0) weighs 2^i, the sum is taken modulo 11 and then modulo 10.
///
/// None when another character occurs.
pub(super) fn iso_6346(text: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for c in text.chars() {
        let value = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            'A' => 10,
            'B'..='K' => u32::from(c) - u32::from('B') + 12,
            'L'..='U' => u32::from(c) - u32::from('L') + 23,
            'V'..='Z' => u32::from(c) - u32::from('V') + 34,
            _ => return None,
        };
        sum = (sum + value * weight) % 11;
        weight = weight * 2 % 11;
    }
    char::from_digit(sum % 10, 10)
}

/// Computes the check digit of Luhn (ISO/IEC 7812-1 annex B) over digits: from the right every other digit is doubled,
/// the digits of all products are summed, the check digit fills up to the next ten.
///
/// None when another character occurs.
pub(super) fn luhn(text: &str) -> Option<char> {
    let mut sum = 0;
    for (i, c) in text.chars().rev().enumerate() {
        let product = c.to_digit(10)? * if i % 2 == 0 { 2 } else { 1 };
        sum = (sum + product / 10 + product % 10) % 10;
    }
    char::from_digit((10 - sum) % 10, 10)
}

/// Replaces the last character of a text.
pub(super) fn with_check(text: &str, check: char) -> String {
    let mut body: String = text.chars().collect();
    body.pop();
    body.push(check);
    body
}
