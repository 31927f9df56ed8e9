//! Properties of comparisons between any two catalogs. The catalogs are the base catalog with some
//! of the changes in `diff/changes.txt`.

#[path = "diff/cases.rs"]
mod cases;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cases::{base, edits};
use errbook_catalog::edit::File;
use errbook_catalog::load_text;
use errbook_catalog::model::Catalog;
use errbook_history::diff::{Change, Diff, Rating, Rule, diff};
use errbook_history::lock::Lock;
use errbook_history::version::Version;
use proptest::prelude::*;
use proptest::sample::Index;

/// The texts and their replacements, in both directions.
static EDITS: LazyLock<Vec<(String, String)>> = LazyLock::new(edits);

/// Applies edits to a text, without those that make the catalog invalid.
fn edited(text: &str, edits: &[Index]) -> (String, Catalog) {
    let load = |text: &str| load_text("errors.yaml", text.as_bytes()).catalog;
    let (mut text, mut catalog) = (text.to_owned(), None);
    for edit in edits {
        let (from, to) = edit.get(&EDITS);
        let changed = text.replacen(from, to, 1);
        if changed != text
            && let Some(accepted) = load(&changed)
        {
            (text, catalog) = (changed, Some(accepted));
        }
    }
    let catalog = catalog.or_else(|| load(&text)).expect("accepted");
    (text, catalog)
}

/// The errors in a comparison, with both ids of a renamed one.
fn errors(diff: &Diff) -> BTreeSet<&str> {
    let renamed = diff.changes.iter().filter(|change| change.rule == Rule::ErrorRenamed);
    let old_ids = renamed.filter_map(|change| change.before.as_ref());
    diff.changes.iter().flat_map(|change| &change.errors).chain(old_ids).map(String::as_str).collect()
}

/// Whether a step from a to b or from b to c explains a change from a to c: it changes the same
/// entry, or the same error.
fn is_explained(change: &Change, steps: &[Diff; 2]) -> bool {
    let (section, name) = entry(&change.path);
    // A list of names changes when an entry is added or removed.
    let same_entry = |other: &Change| {
        let listed = other.path == section && [&other.before, &other.after].iter().any(|it| it.as_deref() == name);
        listed || entry(&other.path) == (section, name)
    };
    let same_error = |step: &Diff| change.errors.iter().any(|error| errors(step).contains(error.as_str()));
    steps.iter().any(|step| step.changes.iter().any(same_entry) || same_error(step))
}

/// The section of a path and the name in it: `unknown.502` of `unknown.502.retry.attempts`. A step
/// that removes the permission to retry says nothing about the attempts.
fn entry(path: &str) -> (&str, Option<&str>) {
    let mut parts = path.split('.');
    (parts.next().unwrap_or_default(), parts.next())
}

/// Whether a step says that an error is renamed that the whole calls removed. A code links both ids
/// in the step, and the old release does not have it yet.
fn is_linked(change: &Change, steps: &[Diff; 2]) -> bool {
    let mut renames = steps.iter().flat_map(|step| &step.changes).filter(|step| step.rule == Rule::ErrorRenamed);
    change.rule == Rule::ErrorRemoved && renames.any(|rename| rename.before.as_ref() == change.errors.first())
}

/// The rating of the second step for a team with a lock, which has the first release as its base.
/// Two compatible steps can be a break: a wait that the first step no longer states, and the second
/// doubles. The lock finds it.
fn rating_with_lock([a, b]: [&str; 2], released: &Catalog, catalog: &Catalog) -> Option<Rating> {
    let version = |text| Version::parse(text).expect("a version");
    let files = |text: &str| vec![File { path: "errors.yaml".to_owned(), text: text.to_owned() }];
    let first = Lock { version: version("1.0.0"), files: files(a), last: None, base: None };
    first.next(version("1.1.0"), files(b)).diff(released, catalog).rating()
}

/// One line for each change.
fn lines(diff: &Diff) -> String {
    let line = |change: &Change| format!("{} {} {}\n", change.rating.name(), change.rule, change.fact());
    diff.changes.iter().map(line).collect()
}

/// The bundled catalogs, and the golden cases.
fn real_catalogs() -> Vec<Catalog> {
    let entries =
        ["../catalog/apis", "../codegen/tests/golden"].map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let paths = entries.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let catalogs = paths.map(|path| if path.is_dir() { path.join("catalog.yaml") } else { path });
    let mut catalogs: Vec<_> = catalogs.filter(|path| path.is_file()).collect();
    catalogs.sort();
    catalogs.iter().map(|path| errbook_catalog::load(path).catalog.expect("accepted")).collect()
}

#[test]
fn any_two_catalogs_can_be_compared() {
    let catalogs = real_catalogs();
    assert!(catalogs.len() >= 10, "only {} catalogs", catalogs.len());
    for old in &catalogs {
        for new in &catalogs {
            let diff = diff(old, new);
            assert_eq!(diff.changes.is_empty(), std::ptr::eq(old, new), "{} and {}", old.api.name, new.api.name);
        }
    }
}

/// `ERRBOOK_CASES` sets the number of cases: `.ci/long` checks many.
fn config() -> ProptestConfig {
    let cases = std::env::var("ERRBOOK_CASES").map_or(64, |cases| cases.parse().expect("a number"));
    let rng_seed = proptest::test_runner::RngSeed::Fixed(13);
    ProptestConfig { failure_persistence: None, rng_seed, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_changes_between_a_catalog_and_itself(edits in prop::collection::vec(any::<Index>(), 0..8)) {
        let (text, catalog) = edited(&base(), &edits);
        let again = load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
        prop_assert_eq!(diff(&catalog, &again).changes, []);
    }

    #[test]
    fn what_changed_in_two_steps_changed_in_one_of_them(
        before in prop::collection::vec(any::<Index>(), 0..6),
        first in prop::collection::vec(any::<Index>(), 0..6),
        second in prop::collection::vec(any::<Index>(), 0..6),
    ) {
        let (old, a) = edited(&base(), &before);
        let (middle, b) = edited(&old, &first);
        let (_, c) = edited(&middle, &second);
        let steps = [diff(&a, &b), diff(&b, &c)];
        let whole = diff(&a, &c);
        let story = format!("in one:\n{}in two:\n{}and\n{}", lines(&whole), lines(&steps[0]), lines(&steps[1]));
        for change in &whole.changes {
            prop_assert!(is_explained(change, &steps), "{}\n{story}", change.fact());
        }
        let worst = steps[0].rating().max(rating_with_lock([&old, &middle], &b, &c));
        let whole = whole.changes.iter().filter(|change| !is_linked(change, &steps)).map(|change| change.rating).max();
        prop_assert!(whole <= worst, "{story}");
    }

    #[test]
    fn both_directions_of_a_comparison_are_consistent(
        before in prop::collection::vec(any::<Index>(), 0..6),
        after in prop::collection::vec(any::<Index>(), 0..6),
    ) {
        let (text, a) = edited(&base(), &before);
        let (_, b) = edited(&text, &after);
        let (forward, backward) = (diff(&a, &b), diff(&b, &a));
        prop_assert_eq!(forward.changes.is_empty(), backward.changes.is_empty(), "{}{}", lines(&forward), lines(&backward));
        prop_assert!(forward.changes.is_sorted_by_key(|change| std::cmp::Reverse(change.rating)));
        for change in forward.changes.iter().chain(&backward.changes) {
            prop_assert!(change.rating <= change.rule.rating());
            prop_assert!(change.message().ends_with(change.rule.remedy()));
            prop_assert_ne!((&change.before, &change.after), (&Some(String::new()), &Some(String::new())));
        }
    }
}
