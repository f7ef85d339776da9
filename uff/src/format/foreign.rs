//! Content that this version does not know: taken out of a file as stored, and put back.

use std::sync::Arc;

use crate::h5::Attribute;
use crate::h5::DatasetPlan;
use crate::h5::Datatype;
use crate::h5::FilePlan;
use crate::h5::Shape;
use crate::h5::Storage;
use crate::model::ForeignArray;
use crate::model::ForeignContent;
use crate::model::ForeignObject;

/// Plans a foreign object; what stands at a path that the plan already has is not replaced.
pub(super) fn plan(object: &ForeignObject, plan: &mut FilePlan) {
    let attributes = match &object.content {
        ForeignContent::Known => match plan.attributes(&object.path) {
            Some(attributes) => attributes,
            None => return,
        },
        ForeignContent::Group => plan.group(&object.path),
        ForeignContent::Dataset(_) if plan.contains(&object.path) => return,
        ForeignContent::Dataset(array) => {
            let storage = Storage::Contiguous;
            plan.dataset(&object.path, DatasetPlan { datatype: datatype(array), shape: shape(array), storage })
        }
    };
    for (name, array) in &object.attributes {
        if attributes.iter().all(|a| a.name != *name) {
            attributes.push(Attribute {
                name: name.clone(),
                datatype: datatype(array),
                shape: shape(array),
                data: array.data.to_vec(),
            });
        }
    }
}

fn datatype(array: &ForeignArray) -> Datatype {
    Datatype::Encoded { message: array.datatype.to_vec(), size: array.element }
}

fn shape(array: &ForeignArray) -> Shape {
    match array.axes.as_deref() {
        None => Shape::Null,
        Some([]) => Shape::Scalar,
        Some(axes) => Shape::Axes(axes.to_vec()),
    }
}

/// Takes elements over as stored.
pub(super) fn array(datatype: &Datatype, shape: &Shape, data: Vec<u8>) -> ForeignArray {
    let axes = match shape {
        Shape::Null => None,
        Shape::Scalar => Some(Vec::new()),
        Shape::Axes(axes) => Some(axes.clone()),
    };
    ForeignArray { datatype: datatype.encode().into(), element: datatype.size(), axes, data: Arc::from(data) }
}
