//! The policy of a catalog: `diff.levels` and `diff.accept`.

use errbook_catalog::load_text;
use errbook_catalog::model::Catalog;
use errbook_history::diff::{Bump, Diff, Rating, Rule, diff, public_diff, remove_expired};
use errbook_history::lock::Lock;
use errbook_history::release::{Refusal, release};
use errbook_history::version::Version;

const BASE: &str = "\
errbook: 1
api: {name: Shop, version: 1.4.0}
errors:
  SOLD_OUT:
    status: 409
    message: It is sold out.
    fix: Choose another.
    details: {kind: {type: enum, values: [pot, pan], example: pot}}
  GONE: {status: 410, message: It is gone., fix: Look.}
";

fn catalog(text: &str) -> Catalog {
    let loaded = load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}\n{text}", loaded.report.render_text(false)))
}

/// The base catalog with another value of the enum and another status, by a policy.
fn changed(policy: &str) -> Catalog {
    catalog(&format!("{}{policy}\n", BASE.replace("[pot, pan]", "[pot, pan, lid]").replace("410", "404")))
}

/// The rating of each change, and the reason for which it is accepted.
fn ratings(diff: &Diff) -> Vec<(Rule, Rating, Option<&str>)> {
    diff.changes.iter().map(|change| (change.rule, change.rating, change.accepted.as_deref())).collect()
}

fn stale(diff: &Diff) -> Vec<String> {
    diff.stale.iter().map(ToString::to_string).collect()
}

#[test]
fn a_level_of_the_new_catalog_counts() {
    let (old, new) = (catalog(BASE), changed("diff: {levels: {enum-value-added: additive}}"));
    let lowered = "`diff.levels` rates it additive";
    for found in [diff(&old, &new), public_diff(&old, &new)] {
        assert_eq!(
            ratings(&found),
            [(Rule::StatusChanged, Rating::Breaking, None), (Rule::EnumValueAdded, Rating::Additive, Some(lowered)),]
        );
    }
    // The level of the old catalog does not.
    assert_eq!(diff(&new, &old).changes.iter().filter(|change| change.accepted.is_some()).count(), 0);
    let raised = changed("diff: {levels: {enum-value-added: text, status-changed: breaking}}");
    assert_eq!(diff(&old, &raised).changes[1].rating, Rating::Text);
    assert_eq!(diff(&old, &raised).changes[0].accepted, None);
}

#[test]
fn an_accepted_change_is_additive() {
    let accept = |entry: &str| {
        changed(&format!(
            "diff: {{levels: {{enum-value-added: additive}}, accept: [{{{entry}, reason: Nobody uses it.}}]}}"
        ))
    };
    let old = catalog(BASE);
    for entry in [
        "rule: status-changed, until: 2.0.0",
        "rule: status-changed, path: errors.GONE, until: 2.0.0",
        "rule: status-changed, path: errors.GONE.status, until: \"2027-01-01\"",
    ] {
        let found = diff(&old, &accept(entry));
        let accepted = (Rule::StatusChanged, Rating::Additive, Some("Nobody uses it."));
        assert!(ratings(&found).contains(&accepted), "{entry}: {:?}", ratings(&found));
        assert_eq!((found.bump(), stale(&found)), (Bump::Minor, vec![]));
    }
    for (entry, message) in [
        (
            "rule: status-changed, path: errors.GO, until: 2.0.0",
            "status-changed at errors.GO matches no breaking change",
        ),
        ("rule: code-changed, until: 2.0.0", "code-changed matches no breaking change"),
        ("rule: status-changed, until: 1.4.0", "status-changed ended with 1.4.0"),
        ("rule: status-changed, until: soon", "status-changed ended with soon"),
    ] {
        let found = diff(&old, &accept(entry));
        assert_eq!(ratings(&found)[0].1, Rating::Breaking, "{entry}");
        assert_eq!(stale(&found), [format!("errors.yaml:10: `diff.accept` of {message}")]);
    }
}

#[test]
fn a_day_ends_an_acceptance() {
    let mut new = changed("diff: {accept: [{rule: status-changed, until: \"2026-06-30\", reason: x}]}");
    assert_eq!(remove_expired(&mut new.diff, "2026-06-29"), []);
    assert_eq!(remove_expired(&mut new.diff, "2026-07-01").len(), 1);
    assert_eq!(diff(&catalog(BASE), &new).changes[0].rating, Rating::Breaking);
}

/// After the release, the entry matches nothing and is removed. The base of the lock is older.
#[test]
fn what_a_release_accepted_stays_accepted() {
    let files =
        |text: &str| vec![errbook_catalog::edit::File { path: "errors.yaml".to_owned(), text: text.to_owned() }];
    let version = |text| Version::parse(text).expect("a version");
    let accepted = BASE.replace("410", "404") + "diff: {accept: [{rule: status-changed, until: 2.0.0, reason: x}]}\n";
    let later = BASE.replace("410", "404").replace("Look.", "Look again.");
    let first = Lock { version: version("1.4.0"), files: files(BASE), last: None, base: None };
    let found = first.diff(&catalog(BASE), &catalog(&accepted));
    assert_eq!(found.bump(), Bump::Minor);
    let second = first.next(version("1.5.0"), files(&accepted));
    let found = second.diff(&catalog(&accepted), &catalog(&later));
    assert_eq!(ratings(&found), [(Rule::ProseChanged, Rating::Text, None)]);
}

#[test]
fn a_value_that_comes_with_open_is_additive() {
    let opened = catalog(&BASE.replace("[pot, pan]", "[pot, pan, lid], open: true"));
    let found = diff(&catalog(BASE), &opened);
    let rules: Vec<(Rule, Rating)> = found.changes.iter().map(|change| (change.rule, change.rating)).collect();
    assert_eq!(rules, [(Rule::EnumOpened, Rating::Breaking), (Rule::OpenEnumValueAdded, Rating::Additive)]);
    let more = catalog(&BASE.replace("[pot, pan]", "[pot, pan, lid, cup], open: true"));
    assert_eq!(diff(&opened, &more).bump(), Bump::Minor);
}

#[test]
fn unknown_changes_have_a_suggestion() {
    for policy in ["levels: {enum-value-aded: additive}", "accept: [{rule: enum-value-aded, until: 2.0.0, reason: x}]"]
    {
        let loaded = load_text("errors.yaml", format!("{BASE}diff: {{{policy}}}\n").as_bytes());
        let report = loaded.report.render_text(false);
        assert!(loaded.catalog.is_none() && report.contains("enum-value-added"), "{report}");
    }
}

/// `api.version` is that of the last release until the release is written.
#[test]
fn an_acceptance_ends_with_the_version_that_is_released() {
    let version = |text| Version::parse(text).expect("a version");
    let load = |text: &str| load_text("errors.yaml", text.as_bytes());
    let first = release(&version("1.4.0"), &load(BASE), None).expect("the first release");
    let released = first.lock.load().catalog.expect("accepted");
    let changed =
        BASE.replace("410", "404") + "diff: {accept: [{rule: status-changed, until: 1.6.0, reason: Announced.}]}\n";
    let try_release = |text| release(&version(text), &load(&changed), Some((&first.lock, &released)));

    assert!(try_release("1.5.0").is_ok());
    for late in ["1.6.0", "1.7.0"] {
        let refusal = try_release(late).expect_err("the acceptance ended");
        let Refusal::TooLow { diff, next } = refusal else { panic!("{refusal:?}") };
        assert_eq!(
            (next, stale(&diff)),
            (
                Some(version("2.0.0")),
                vec!["errors.yaml:10: `diff.accept` of status-changed ended with 1.6.0".to_owned()],
            )
        );
    }
    let major = try_release("2.0.0").expect("a major release needs no acceptance");
    assert_eq!(major.diff.map(|diff| stale(&diff).len()), Some(1));
}
