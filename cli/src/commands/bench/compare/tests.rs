//! Floors of the comparison on two small pairs; the bench itself measures many.

use uff::limits::Budget;

use super::figures::{Scored, figures};
use super::pair::{Deed, Pair, Setting};
use super::score::score;

fn scored(seed: u64, setting: Setting, deed: Deed) -> Scored {
    let budget = Budget::default();
    let pair = Pair::plan(seed, setting, deed, 200, &budget).unwrap();
    let (score, _) = score(&pair, &budget).unwrap();
    Scored { seed, setting, deed, score }
}

#[test]
fn what_came_and_went_is_found_at_another_speed() {
    let pair = scored(85, Setting::OtherSpeed, Deed::Exchanged);
    let figures = figures([&pair].into_iter());
    assert_eq!((figures.added.found, figures.added.made, figures.refused), (1, 1, 0), "{figures:?}");
    assert_eq!((figures.removed.found, figures.removed.made), (1, 1), "{figures:?}");
    assert!(figures.false_per_pair == 0.0 && figures.offset < 1.0, "{figures:?}");
    assert!((0.8..1.25).contains(&figures.mass_ratio) && figures.registration < 0.5, "{figures:?}");
}

#[test]
fn two_scans_of_the_same_load_are_the_same() {
    let pair = scored(11, Setting::SameScanner, Deed::Nothing);
    assert_eq!((pair.score.refusal.as_deref(), pair.score.false_items, pair.score.unclear), (None, 0, 0));
    assert!(pair.score.similarity > 0.99, "{}", pair.score.similarity);
}
