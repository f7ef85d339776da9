//! Scenes that come with the software.

use super::scene::Scene;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;

/// Name and scene document of each preset.
const PRESETS: &[(&str, &str)] = &[
    ("truck", include_str!("../../../samples/scenes/truck.toml")),
    ("container", include_str!("../../../samples/scenes/container.toml")),
    ("tiles", include_str!("../../../samples/scenes/tiles.toml")),
    ("tiles-cover", include_str!("../../../samples/scenes/tiles-cover.toml")),
    ("steps", include_str!("../../../samples/scenes/steps.toml")),
];

/// Returns the names of the built-in scenes.
pub fn presets() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.0)
}

/// Returns the document of a built-in scene.
pub fn preset(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|preset| preset.0 == name).map(|preset| preset.1)
}

impl Scene {
    /// Reads a built-in scene.
    ///
    /// # Errors
    /// `scene.unknown` when there is none of that name.
    pub fn preset(name: &str) -> Result<Self> {
        let text = preset(name).ok_or_else(|| {
            Error::new(Code::SceneUnknown, "no such scene")
                .expected(presets().collect::<Vec<_>>().join(", "))
                .found(format!("{:?}", name.chars().take(40).collect::<String>()))
        })?;
        Self::from_toml(text, name, &Budget::default())
    }
}
