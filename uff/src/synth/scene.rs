//! Scene: what stands in the beam, the scanner that looks at it and the papers that go with it, as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::assembly::Assembly;
use super::paperwork::Paperwork;
use super::recipe::Recipe;
use super::scanner::Scanner;
use super::shape::Shape;
use crate::error::{Code, Error, Result};
use crate::limits::Budget;

/// Most solids a scene may unfold to.
pub const MAX_SOLIDS: u64 = 100_000;

/// A scene. Lengths are in mm, angles in degrees, densities in g/cm³; x runs along the scan, y from the source to the
/// detector with 0 in the middle of the object, z up from the ground.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Short name, such as `truck`.
    pub name: String,
    /// What the scene shows, in one sentence.
    pub title: String,
    /// The scanner.
    pub scanner: Scanner,
    /// Materials beyond the stock ones, by name; a stock material of the same name is replaced.
    #[serde(default)]
    pub materials: BTreeMap<String, Recipe>,
    /// What stands in the beam. Where solids overlap, the one listed last is there and the others give way.
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
    /// What the scanner writes beside the pictures.
    #[serde(default)]
    pub paperwork: Paperwork,
}

/// Items that are placed together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Where the origin of the items lies, mm.
    #[serde(default)]
    pub at: [f64; 3],
    /// Ready-made structure that comes before the items.
    pub assembly: Option<Assembly>,
    /// Repetitions of the whole group, nested in the order given.
    #[serde(default)]
    pub repeat: Vec<Repeat>,
    /// The items.
    #[serde(default, rename = "item")]
    pub items: Vec<Item>,
}

/// One solid, or a pattern of equal ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Name of the object in the truth file; items of one name are one object. Absent: part of the surroundings.
    pub object: Option<String>,
    /// What the object is, for the truth file.
    pub what: Option<String>,
    /// Material; `void` takes away what was there.
    pub material: String,
    /// Density instead of the material's own, g/cm³, for goods packed with gaps.
    pub density: Option<f64>,
    /// Shape.
    pub shape: Shape,
    /// Centre of the lower face of the box around the shape, before it is turned about its centre; mm.
    #[serde(default)]
    pub at: [f64; 3],
    /// Turns about the x, y and z axes in this order, degrees, counter-clockwise looking against the axis.
    #[serde(default)]
    pub turn: [f64; 3],
    /// Repetitions, nested in the order given.
    #[serde(default)]
    pub repeat: Vec<Repeat>,
    /// Largest random shift of each copy along x, y and z, mm; the same for every seed.
    #[serde(default)]
    pub jitter: [f64; 3],
    /// Largest random turn of each copy about x, y and z, degrees; the same for every seed.
    #[serde(default)]
    pub tumble: [f64; 3],
}

/// Copies in a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Number of copies, the first included.
    pub count: u32,
    /// From one copy to the next, mm.
    pub step: [f64; 3],
}

impl Scene {
    /// Reads a scene from TOML; `name` names the document in messages.
    ///
    /// # Errors
    /// `scene.syntax` when the document is not a scene, `scene.value` when it asks for something impossible,
    /// `limit.bytes` when it is longer than a document may be.
    pub fn from_toml(text: &str, name: &str, budget: &Budget) -> Result<Self> {
        if text.len() as u64 > budget.limits().document {
            return Err(Error::new(Code::LimitBytes, "the scene is too long")
                .file(name)
                .expected(format!("at most {} bytes", budget.limits().document))
                .found(text.len()));
        }
        let scene: Self = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(0, |s| text.get(..s.start).map_or(0, |t| t.matches('\n').count() + 1));
            Error::new(Code::SceneSyntax, e.message().to_owned()).file(name).at(format!("line {line}"))
        })?;
        scene.check().map_err(|e| e.file(name))?;
        Ok(scene)
    }

    /// Checks everything that can be checked before rendering.
    ///
    /// # Errors
    /// `scene.value`; `limit.count` when the repetitions run away.
    pub fn check(&self) -> Result<()> {
        self.scanner.check()?;
        let mut solids: u64 = 0;
        for (g, group) in self.groups.iter().enumerate() {
            let place = |i: usize| format!("group {} item {}", g + 1, i + 1);
            let copies = copies(&group.repeat);
            let mut in_group = group.assembly.as_ref().map_or(0, |a| a.items().len() as u64);
            for (i, item) in group.items.iter().enumerate() {
                item.check().map_err(|e| e.at(place(i)))?;
                in_group = in_group.saturating_add(self::copies(&item.repeat));
            }
            solids = solids.saturating_add(in_group.saturating_mul(copies));
        }
        if solids > MAX_SOLIDS {
            return Err(Error::new(Code::LimitCount, "the scene repeats too much")
                .expected(format!("at most {MAX_SOLIDS} solids"))
                .found(solids));
        }
        Ok(())
    }
}

impl Item {
    fn check(&self) -> Result<()> {
        self.shape.check()?;
        let far = |v: &f64| v.is_nan() || v.abs() > 1.0e6;
        let steps = self.repeat.iter().flat_map(|r| &r.step);
        if self.at.iter().chain(&self.turn).chain(&self.jitter).chain(&self.tumble).chain(steps).any(far) {
            return Err(Error::new(Code::SceneValue, "a position, turn or step is impossible")
                .expected("numbers of at most a million mm or degrees"));
        }
        Ok(())
    }
}

/// Number of copies that nested repetitions make.
fn copies(repeats: &[Repeat]) -> u64 {
    repeats.iter().fold(1, |n: u64, r| n.saturating_mul(u64::from(r.count)))
}

/// Offsets of all copies that nested repetitions make, the last repetition running fastest.
pub(super) fn offsets(repeats: &[Repeat]) -> Vec<[f64; 3]> {
    repeats.iter().fold(vec![[0.0; 3]], |all, repeat| {
        all.iter()
            .flat_map(|start| {
                (0..repeat.count).map(|k| std::array::from_fn(|axis| start[axis] + f64::from(k) * repeat.step[axis]))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_repetitions_make_a_grid() {
        let grid = [Repeat { count: 2, step: [10.0, 0.0, 0.0] }, Repeat { count: 3, step: [0.0, 0.0, 5.0] }];
        let all = offsets(&grid);
        assert_eq!(all.len(), 6);
        assert_eq!(all[1], [0.0, 0.0, 5.0]);
        assert_eq!(all[5], [10.0, 0.0, 10.0]);
    }

    #[test]
    fn errors_name_the_line_and_the_item() {
        let good = super::super::preset("steps").unwrap().to_owned();
        let read = |text: &str| Scene::from_toml(text, "s.toml", &Budget::default());
        assert!(read(&good).is_ok());

        let broken = read("name = \"x\"\ntitle = 3\n").unwrap_err();
        assert_eq!((broken.code(), broken.place()), (Code::SceneSyntax, Some("line 2")), "{broken}");

        let solid = "\n[[group]]\n[[group.item]]\nmaterial = \"steel\"\n";
        let flat = read(&format!("{good}{solid}shape = {{ box = [1, 0, 1] }}\n")).unwrap_err();
        assert_eq!(flat.code(), Code::SceneValue, "{flat}");
        assert!(flat.place().unwrap().contains("item 1"), "{flat}");

        let bomb = "shape = { box = [1, 1, 1] }\nrepeat = [{ count = 4000000000, step = [1, 0, 0] }, \
                    { count = 4000000000, step = [1, 0, 0] }, { count = 4000000000, step = [1, 0, 0] }]\n";
        assert_eq!(read(&format!("{good}{solid}{bomb}")).unwrap_err().code(), Code::LimitCount);
    }
}
