//! Documents that must be refused, each with its code and place.

use crate::error::{Code, Error};
use crate::limits::{Budget, Limits};
use crate::xml::parse;
use crate::xml::parse_unbound;

fn refusal(bytes: impl AsRef<[u8]>) -> Error {
    let bytes = bytes.as_ref();
    let Err(error) = parse(bytes, "doc.xml", &Budget::default()) else {
        unreachable!("accepted: {}", String::from_utf8_lossy(bytes))
    };
    assert_eq!(error.file_name(), Some("doc.xml"), "{error}");
    assert!(error.place().is_some(), "{error}");
    error
}

#[test]
fn ill_formed_documents_are_refused() {
    for document in [
        "",
        " ",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>text",
        "text<a/>",
        "<a/>&lt;",
        "<a/><![CDATA[x]]>",
        "<a b=1/>",
        "<a b/>",
        "<a b='1'c='2'/>",
        "<a b='1' b='2'/>",
        "<a b='<'/>",
        "<a b='&amp'/>",
        "<a>&amp</a>",
        "<a>&#0;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#+5;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>\u{1}</a>",
        "<a>\u{FFFE}</a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><![CDATA[</a>",
        "<1a/>",
        "<a:b/>",
        "<a:b:c xmlns:a='u'/>",
        "<:a/>",
        "<a p:b='1'/>",
        "<a xmlns:p=''/>",
        "<a xmlns:='u'/>",
        "<a xmlns:p:q='u'/>",
        "<a xmlns:xml='urn:x'/>",
        "<a xmlns:xmlns='urn:x'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
        "<?xml version='1.1'?><a/>",
        "<?xml encoding='UTF-8'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        " <?xml version='1.0'?><a/>",
        "<a><?xml version='1.0'?></a>",
        "<a><?XML x?></a>",
        "<a><?p:q x?></a>",
        "<a/ >",
        "< a/>",
    ] {
        let error = refusal(document);
        assert_eq!(error.code(), Code::XmlSyntax, "{document}: {error}");
    }
}

#[test]
fn a_prefix_that_nothing_binds_may_stand_for_itself() {
    let read = |text: &str| parse_unbound(text.as_bytes(), "doc.xml", &Budget::default());
    let node = read("<a xmlns='urn:a'><p:b p:c='1' q:c='2'/></a>").unwrap();
    let b = node.child("b").unwrap();
    assert_eq!(b.namespace.as_deref(), Some("p"));
    let namespaces: Vec<_> = b.attributes.iter().map(|a| a.namespace.as_deref()).collect();
    assert_eq!(namespaces, [Some("p"), Some("q")]);
    for refused in ["<:a/>", "<a:b:c/>", "<a p:b='1' p:b='1'/>", "<xmlns:a/>", "<a xmlns:p=''/>", "<!DOCTYPE a><a/>"] {
        assert!(read(refused).is_err(), "{refused}");
    }
}

#[test]
fn document_types_and_entities_are_forbidden() {
    for document in [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<a>&x;</a>",
        "<a b='&x;'/>",
        "<a>&nbsp;</a>",
    ] {
        let error = refusal(document);
        assert_eq!(error.code(), Code::XmlForbidden, "{document}: {error}");
    }
}

#[test]
fn the_place_is_line_and_column_in_characters() {
    assert_eq!(refusal("<a>\n ä&x;</a>").place(), Some("line 2, column 3"));
}

#[test]
fn encodings_are_honest() {
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let bytes = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let text = "<?xml version='1.0' encoding='UTF-16'?><a>ä𝄞</a>";
    for big in [false, true] {
        let node = parse(&utf16(text, big), "doc.xml", &Budget::default());
        assert_eq!(node.map(|n| n.text).ok().as_deref(), Some("ä𝄞"));
    }
    let with_mark = "\u{FEFF}<?xml version='1.0' encoding='utf-8'?><a>ä</a>";
    assert_eq!(parse(with_mark.as_bytes(), "doc.xml", &Budget::default()).map(|n| n.text).ok().as_deref(), Some("ä"));

    let mut half_pair = utf16("<a>", false);
    half_pair.extend(0xD800_u16.to_le_bytes());
    half_pair.extend(utf16("</a>", false).into_iter().skip(2));
    let mut odd = utf16("<a/>", true);
    odd.push(0);
    for bytes in [
        b"<a>\xFF</a>".to_vec(),
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>".to_vec(),
        b"<?xml version='1.0' encoding='windows-1252'?><a/>".to_vec(),
        "<?xml version='1.0' encoding='US-ASCII'?><a>ä</a>".as_bytes().to_vec(),
        b"<?xml version='1.0' encoding='UTF-16'?><a/>".to_vec(),
        utf16("<?xml version='1.0' encoding='UTF-8'?><a/>", false),
        b"<\0a\0/\0>\0".to_vec(),
        b"\0<\0a\0/\0>".to_vec(),
        b"\xFF\xFE\0\0<\0\0\0".to_vec(),
        half_pair,
        odd,
    ] {
        let error = refusal(&bytes);
        assert_eq!(error.code(), Code::XmlEncoding, "{error}");
    }
}

#[test]
fn limits_stop_bombs() {
    let tight = |limits: Limits, document: &str| {
        let error = parse(document.as_bytes(), "doc.xml", &Budget::new(limits)).err()?;
        assert_eq!(error.file_name(), Some("doc.xml"), "{error}");
        Some(error.code())
    };
    let deep = "<a>".repeat(65) + &"</a>".repeat(65);
    assert_eq!(tight(Limits::default(), &deep), Some(Code::LimitDepth));
    let deeper = "<a>".repeat(600) + &"</a>".repeat(600);
    assert_eq!(tight(Limits { depth: u32::MAX, ..Limits::default() }, &deeper), Some(Code::LimitDepth));
    let many = format!("<a>{}</a>", "<b/>".repeat(100));
    assert_eq!(tight(Limits { items: 100, ..Limits::default() }, &many), Some(Code::LimitCount));
    assert_eq!(tight(Limits { items: 101, ..Limits::default() }, &many), None);
    let attributes = format!("<a {}/>", (0..100).map(|i| format!(" a{i}=''")).collect::<String>());
    assert_eq!(tight(Limits { items: 100, ..Limits::default() }, &attributes), Some(Code::LimitCount));
    let text = format!("<a>{}</a>", "x".repeat(10_000));
    assert_eq!(tight(Limits { memory: 10_000, ..Limits::default() }, &text), Some(Code::LimitBytes));
    assert_eq!(tight(Limits { document: 10_000, ..Limits::default() }, &text), Some(Code::LimitBytes));
    // One long namespace that every element would copy.
    let copies = format!("<a xmlns='{}'>{}</a>", "x".repeat(10_000), "<b/>".repeat(100));
    assert_eq!(tight(Limits { memory: 500_000, ..Limits::default() }, &copies), Some(Code::LimitBytes));
}

/// Documents that fuzzing found to be accepted against the standard.
#[test]
fn findings_of_fuzzing_stay_refused() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/kept/xml");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let error = refusal(std::fs::read(&path).unwrap());
        assert_eq!(error.code(), Code::XmlSyntax, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 2, "{seen} files in {directory}");
}
