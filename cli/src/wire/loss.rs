//! Something dropped, rounded or invented on the way.

use schemars::JsonSchema;
use serde::Serialize;

/// Something dropped, rounded or invented.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LossInfo {
    /// What happened.
    pub kind: String,
    /// What it happened to.
    pub subject: String,
    /// Why, and what stands there instead.
    pub reason: String,
}

impl From<&uff::model::Loss> for LossInfo {
    fn from(loss: &uff::model::Loss) -> Self {
        Self { kind: loss.kind.to_string(), subject: loss.subject.clone(), reason: loss.reason.clone() }
    }
}
