//! Catalogs with files that teams own: checks, edits and releases.

use std::path::Path;

use errbook_catalog::edit::File;
use errbook_catalog::edit::tidy::tidy;
use errbook_catalog::model::Owner;
use errbook_catalog::problem::Rule;
use errbook_catalog::{Files, Loaded, load_from};
use errbook_history::lock::Lock;
use errbook_history::rename::{Options, Refusal, rename};
use errbook_history::version::Version;

const ROOT: &str =
    "errbook: 1\napi: {name: Shop}\ninclude: [pay.yaml, free.yaml]\nerrors: {LOST: {status: 404, fix: Look.}}\n";
const PAY: &str =
    "owner: {prefix: PAY_, team: '@shop/payments'}\nerrors:\n  PAY_LATE: {status: 408, fix: Again.} # late\n";
const FREE: &str = "errors: {GONE: {status: 410, fix: Leave.}}\nretired: {AWAY: {use: GONE}}\n";

struct InMemory([(&'static str, String); 3]);

impl Files for InMemory {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let found = self.0.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| text.clone().into_bytes()).ok_or(std::io::ErrorKind::NotFound.into())
    }

    fn list(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }
}

fn loaded(pay: &str) -> Loaded {
    let files = [("errors.yaml", ROOT.to_owned()), ("pay.yaml", pay.to_owned()), ("free.yaml", FREE.to_owned())];
    load_from(Path::new("errors.yaml"), &InMemory(files))
}

#[test]
fn the_owner_of_a_file_owns_its_errors() {
    let catalog = loaded(PAY).catalog.expect("accepted");
    let prefix = Some("PAY_".to_owned());
    let owner = Owner { file: "pay.yaml".to_owned(), team: "@shop/payments".to_owned(), prefix, group: None };
    let owners = catalog.errors.iter().map(|error| catalog.owner_of(&error.origin));
    assert_eq!(owners.collect::<Vec<_>>(), [None, Some(&owner), None]);
}

#[test]
fn a_team_and_a_prefix_are_names() {
    for (owner, expected) in [
        ("{team: payments}", "`payments` is not a valid owner in a CODEOWNERS file"),
        ("{team: '@shop/payments and Ann'}", "`@shop/payments and Ann` is not a valid owner in a CODEOWNERS file"),
        ("{team: '@'}", "`@` is not a valid owner in a CODEOWNERS file"),
        // A terminal would follow them, and a reader would not see them.
        ("{team: \"@ann\\e[31m\"}", "`@ann\u{1b}[31m` is not a valid owner in a CODEOWNERS file"),
        ("{team: \"@ann\\u009b\"}", "`@ann\u{9b}` is not a valid owner in a CODEOWNERS file"),
        ("{team: \"@ann\\u202ebob\"}", "`@ann\u{202e}bob` is not a valid owner in a CODEOWNERS file"),
        ("{team: ann@shop.example, prefix: 4}", "`prefix` must be text"),
        ("{team: ann@shop.example, prefix: 'PAY '}", "`PAY ` is not a valid id"),
        ("{team: ann@shop.example, group: payments}", "unknown group `payments`"),
        ("{prefix: PAY_}", "an owner needs the key `team`"),
    ] {
        let report = loaded(&PAY.replace("{prefix: PAY_, team: '@shop/payments'}", owner)).report;
        assert_eq!(report.problems[0].message, expected, "{}", report.render_text(false));
    }
    for owner in ["'@shop/payments @ann'", "ann@shop.example"] {
        let report = loaded(&PAY.replace("'@shop/payments'", owner)).report;
        assert!(!report.has_errors(), "{}", report.render_text(false));
    }
}

#[test]
fn only_an_included_file_has_an_owner() {
    let text = "errbook: 1\napi: {name: Shop}\nowner: {team: '@shop'}\n";
    let report = errbook_catalog::load_text("errors.yaml", text.as_bytes()).report;
    assert_eq!(report.problems[0].rule, Rule::UnknownKey);
}

#[test]
fn a_tombstone_stays_in_the_file_of_the_team() {
    let [file] =
        <[File; 1]>::try_from(rename(&loaded(PAY), "PAY_LATE", "PAY_TIMEOUT", Options::default()).expect("renamed"))
            .expect("one file");
    assert_eq!(file.path, "pay.yaml");
    assert_eq!(file.text, PAY.replace("PAY_LATE", "PAY_TIMEOUT") + "retired:\n  PAY_LATE: {use: PAY_TIMEOUT}\n");
    // In a file without an owner, a tombstone goes next to the others.
    let [root, free] =
        <[File; 2]>::try_from(rename(&loaded(PAY), "LOST", "MISSING", Options::default()).expect("renamed"))
            .expect("two files");
    assert_eq!((root.path.as_str(), free.path.as_str()), ("errors.yaml", "free.yaml"));
    assert!(free.text.contains("LOST: {use: MISSING}"), "{}", free.text);
}

#[test]
fn no_error_is_renamed_into_or_out_of_what_a_team_owns() {
    let rejected = |old, new| match rename(&loaded(PAY), old, new, Options::default()) {
        Err(Refusal::WouldBreak(message)) => message,
        other => panic!("{other:?}"),
    };
    assert_eq!(rejected("PAY_LATE", "LATE"), "`LATE` is in `pay.yaml`, whose ids start with `PAY_`");
    assert_eq!(rejected("LOST", "PAY_LOST"), "`PAY_LOST` is in `errors.yaml`, but `pay.yaml` owns the prefix `PAY_`");
}

#[test]
fn formatting_and_a_lock_keep_the_owner() {
    let [file] = <[File; 1]>::try_from(tidy(&loaded(PAY)).expect("tidied")).expect("one file");
    assert_eq!(
        file.text,
        PAY.replace("{prefix: PAY_, team: '@shop/payments'}", "{team: '@shop/payments', prefix: PAY_}")
    );
    let lock = Lock::of(Version::parse("1.0.0").expect("a version"), &loaded(PAY).report.sources);
    let released = Lock::parse(&lock.to_text()).expect("a lock").load().catalog.expect("accepted");
    assert_eq!(released.owners, loaded(PAY).catalog.expect("accepted").owners);
}
