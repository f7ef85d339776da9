//! Content that this version does not know survives reading and writing.

use std::sync::Arc;

use uff::format::WriteOptions;
use uff::h5::Datatype;
use uff::model::*;

use super::sample_scan::*;

fn array(datatype: Datatype, axes: Option<Vec<u64>>, data: &[u8]) -> ForeignArray {
    ForeignArray { datatype: datatype.encode().into(), element: datatype.size(), axes, data: Arc::from(data) }
}

#[test]
fn unknown_objects_and_attributes_are_carried_through() {
    let mut bundle = bundle(20, 30, SampleType::U16);
    let numbers: Vec<u8> = (0..24_u8).collect();
    let object = |path: &str, content, attributes: Vec<(&str, ForeignArray)>| ForeignObject {
        path: path.into(),
        content,
        attributes: attributes.into_iter().map(|(n, a)| (n.to_owned(), a)).collect(),
    };
    let cube = array(Datatype::Unsigned(4), Some(vec![3, 2, 1]), &numbers);
    let text = array(Datatype::Text(5), Some(Vec::new()), b"hello");
    bundle.foreign = vec![
        object("", ForeignContent::Known, vec![("generator", text.clone())]),
        object("extra", ForeignContent::Group, vec![("none", array(Datatype::Float(8), None, &[]))]),
        object("extra/cube", ForeignContent::Dataset(cube), vec![("note", text.clone())]),
        object(
            "views/0/channels/high",
            ForeignContent::Known,
            vec![("gain", array(Datatype::Float(8), Some(vec![1]), &2.5_f64.to_le_bytes()))],
        ),
        object("views/0/notes", ForeignContent::Dataset(text), Vec::new()),
    ];
    let (bytes, summary) = written(&bundle, &WriteOptions::default());
    assert!(summary.digests.contains_key("/extra/cube"));
    let back = opened(bytes.clone()).unwrap().bundle().unwrap();
    assert_eq!(back.foreign, bundle.foreign);
    assert_eq!(written(&back, &WriteOptions::default()).0, bytes);
}
