//! Encodings of the texts that scanners write.

use serde::Deserialize;

/// Encoding of a text, by its label (WHATWG Encoding Standard), such as `utf-8`, `windows-1251` or `gbk`.
///
/// `latin-1` is ISO 8859-1 itself, not windows-1252 as on the web.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// ISO 8859-1.
    Latin1,
    /// Any other.
    Other(&'static encoding_rs::Encoding),
}

impl TryFrom<String> for Encoding {
    type Error = String;

    fn try_from(label: String) -> Result<Self, String> {
        match label.as_str() {
            "utf-8" => Ok(Self::Utf8),
            "latin-1" => Ok(Self::Latin1),
            _ => encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Other).ok_or_else(|| {
                format!(
                    "expected the label of an encoding such as utf-8, latin-1, windows-1251 or gbk, found {label:?}"
                )
            }),
        }
    }
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "latin-1",
            Self::Other(encoding) => encoding.name(),
        })
    }
}

impl Encoding {
    /// Decodes a text, without a byte order mark; nothing when a byte does not fit the encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        let bytes = match self {
            Self::Utf8 => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
            Self::Other(e) if e == encoding_rs::UTF_16LE => bytes.strip_prefix(b"\xff\xfe").unwrap_or(bytes),
            Self::Other(e) if e == encoding_rs::UTF_16BE => bytes.strip_prefix(b"\xfe\xff").unwrap_or(bytes),
            _ => bytes,
        };
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Latin1 => Some(bytes.iter().map(|b| char::from(*b)).collect()),
            Self::Other(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_border_are_decoded() {
        let decode = |label: &str, bytes: &[u8]| Encoding::try_from(label.to_owned()).unwrap().decode(bytes);
        // Bytes by Python's codecs cp1251, gbk, shift_jis and utf-16-le.
        assert_eq!(decode("windows-1251", b"\xcc\xe8\xed\xf1\xea").as_deref(), Some("Минск"));
        assert_eq!(decode("gbk", b"\xc9\xee\xdb\xda").as_deref(), Some("深圳"));
        assert_eq!(decode("shift_jis", b"\x89\xa1\x95l").as_deref(), Some("横浜"));
        assert_eq!(decode("utf-16le", b"\xff\xfeA\x00\x42\x04").as_deref(), Some("Aт"));
        assert_eq!(decode("latin-1", b"\x80\xe4").as_deref(), Some("\u{80}ä"));
        assert_eq!(decode("utf-8", b"\xef\xbb\xbfa").as_deref(), Some("a"));
        assert_eq!(decode("utf-8", b"\xe4"), None);
        assert_eq!(decode("gbk", b"\xc9"), None);
        assert!(Encoding::try_from("klingon".to_owned()).is_err());
    }
}
