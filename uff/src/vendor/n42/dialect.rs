//! The two dialects and how a document shows which one it is.

use crate::model::record::Node;

/// Namespace of the 2011 dialect.
pub const NAMESPACE_2011: &str = "http://physics.nist.gov/N42/2011/N42";

/// Namespaces of the 2006 dialect: that of the standard and the one some instruments write.
const NAMESPACES_2006: [&str; 3] = [
    "http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2005/ANSIN4242",
    "http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2006/N42",
    "http://physics.nist.gov/N42/2006/N42",
];

/// Dialect of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// ANSI N42.42-2006 and its 2005 draft: root `N42InstrumentData`.
    V2006,
    /// ANSI N42.42-2011/2012: root `RadInstrumentData`.
    V2011,
}

impl Dialect {
    /// Both dialects.
    pub const ALL: [Self; 2] = [Self::V2006, Self::V2011];

    /// Returns the name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::V2006 => "ANSI N42.42-2006",
            Self::V2011 => "ANSI N42.42-2011",
        }
    }

    /// Returns the local name of the root element.
    pub const fn root(self) -> &'static str {
        match self {
            Self::V2006 => "N42InstrumentData",
            Self::V2011 => "RadInstrumentData",
        }
    }

    fn namespaces(self) -> &'static [&'static str] {
        match self {
            Self::V2006 => &NAMESPACES_2006,
            Self::V2011 => &[NAMESPACE_2011],
        }
    }

    /// Returns the dialect of a document, none when its root is of neither.
    pub fn of_root(root: &Node) -> Option<Self> {
        let namespace = root.namespace.as_deref()?;
        Self::ALL.into_iter().find(|d| d.root() == root.name && d.namespaces().contains(&namespace))
    }

    /// Returns the dialect that the start tag of the root shows, without reading the document; `head` are its first
    /// bytes.
    pub fn of_head(head: &[u8]) -> Option<Self> {
        // In UTF-16 every second byte of the markup is zero.
        let text: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        let tag = root_tag(&String::from_utf8_lossy(&text))?;
        let name = tag.split([' ', '\t', '\r', '\n', '/']).next()?;
        let local = name.rsplit(':').next()?;
        Self::ALL.into_iter().find(|d| d.root() == local && d.namespaces().iter().any(|n| tag.contains(n)))
    }
}

/// Returns what stands between `<` and `>` of the first start tag.
fn root_tag(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (_, after) = rest.split_once('<')?;
        rest = if let Some(comment) = after.strip_prefix("!--") {
            comment.split_once("-->")?.1
        } else if after.starts_with('?') {
            after.split_once("?>")?.1
        } else {
            return after.split_once('>').map(|(tag, _)| tag.to_owned());
        };
    }
}
