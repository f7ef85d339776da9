//! The macro that declares records.

/// Declares records: `field: Type = "element" [Privacy Retention Since];` per field, documented.
macro_rules! record {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident { $( $(#[doc = $fdoc:literal])+ $field:ident: $ty:ty = $element:literal [$privacy:ident $retention:ident $since:ident]; )+ }
    )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[doc = $fdoc])+
                #[serde(skip_serializing_if = "crate::model::record::Field::is_absent")]
                pub $field: $ty,
            )+
            /// Content that this version does not know, written back unchanged.
            #[serde(skip_serializing_if = "crate::model::record::Unknown::is_empty")]
            pub unknown: crate::model::record::Unknown,
        }

        impl $name {
            /// Specification of the record.
            pub const SPEC: &'static crate::model::record::RecordSpec = &crate::model::record::RecordSpec {
                name: stringify!($name),
                doc: concat!($($doc),+),
                fields: &[$( crate::model::record::FieldSpec {
                    name: $element,
                    doc: concat!($($fdoc),+),
                    privacy: crate::model::record::Privacy::$privacy,
                    retention: crate::model::record::Retention::$retention,
                    since: crate::model::record::Since::$since,
                    min: <$ty as crate::model::record::Field>::MIN,
                    max: <$ty as crate::model::record::Field>::MAX,
                    kind: <$ty as crate::model::record::Field>::TYPE,
                } ),+],
            };
        }

        impl crate::model::record::Item for $name {
            const TYPE: crate::model::record::TypeSpec = crate::model::record::TypeSpec::Record(Self::SPEC);

            fn to_node(&self, name: &str) -> crate::model::record::Node {
                let mut node = crate::model::record::Node::new(name);
                $( crate::model::record::Field::put(&self.$field, $element, &mut node.children); )+
                node.children.extend(self.unknown.elements.iter().cloned());
                node.attributes.clone_from(&self.unknown.attributes);
                node
            }

            fn from_node(mut node: crate::model::record::Node, path: &str) -> crate::error::Result<Self> {
                crate::model::record::refuse_text(&node, path)?;
                let children = &mut node.children;
                Ok(Self {
                    $( $field: crate::model::record::Field::take($element, children, path)?, )+
                    unknown: crate::model::record::Unknown { attributes: node.attributes, elements: node.children },
                })
            }
        }
    )+ };
}
pub(crate) use record;
