//! Characters that people and readers take for each other.

/// Returns the letter that a digit is taken for.
pub(super) fn letter(c: char) -> Option<char> {
    Some(match c {
        '0' => 'O',
        '1' => 'I',
        '2' => 'Z',
        '4' => 'A',
        '5' => 'S',
        '6' => 'G',
        '8' => 'B',
        _ => return c.is_ascii_uppercase().then_some(c),
    })
}

/// Returns the digit that a letter is taken for.
pub(super) fn digit(c: char) -> Option<char> {
    Some(match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'A' => '4',
        'S' => '5',
        'G' => '6',
        'T' => '7',
        'B' => '8',
        _ => return c.is_ascii_digit().then_some(c),
    })
}

/// Returns the Latin capital that looks like a Cyrillic one, for the twelve that number plates use.
pub(super) fn latin(c: char) -> Option<char> {
    Some(match c {
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        _ => return None,
    })
}
