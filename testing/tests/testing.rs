//! A user's test suite reports changes of a catalog. This binary runs itself, as cargo runs a
//! user's tests, with every setting.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const FOLDER: &str = "ERRBOOK_TESTED_FOLDER";

/// A user's test, which the other tests run with their catalogs.
#[test]
fn promise() {
    in_folder("promise", |catalog| errbook_testing::assert_promise!(catalog));
}

/// A user's test, which the other tests run with their catalogs.
#[test]
fn generated() {
    in_folder("generated", |catalog| errbook_testing::assert_generated!(catalog));
}

/// Runs a user's test in the folder of a suite. Without one, makes a suite whose test is new: it fails
/// until its snapshot is accepted.
fn in_folder(name: &'static str, test: impl FnOnce(&str)) {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        let suite = Suite::new(name);
        assert!(!suite.run("no").0, "no snapshot is accepted");
        suite.passes("always");
        return suite.passes("no");
    };
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder.join("snapshots"));
    settings.bind(|| test(folder.join("errors.yaml").to_str().expect("UTF-8")));
}

const SHOP: &str = "\
errbook: 1
api: {name: Shop, version: 1.4.2}
errors:
  SOLD_OUT: {status: 409, description: It is gone., fix: Choose another., refund: not_charged}
  LOST: {status: 404, description: It is not there., fix: Look it up.}
";

/// A crate with a catalog and a test.
struct Suite {
    folder: TempDir,
    test: &'static str,
}

impl Suite {
    fn new(test: &'static str) -> Self {
        let suite = Suite { folder: tempfile::tempdir().expect("a folder"), test };
        suite.put(SHOP);
        suite
    }

    /// One whose snapshot is accepted.
    fn accepted(test: &'static str) -> Self {
        let suite = Suite::new(test);
        suite.passes("always");
        suite
    }

    fn put(&self, catalog: &str) {
        std::fs::write(self.path("errors.yaml"), catalog).expect("writable");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn snapshot(&self, ending: &str) -> PathBuf {
        self.path(&format!("snapshots/testing__{}.{ending}", self.test))
    }

    /// Whether the test passes, and what it prints.
    fn run(&self, update: &str) -> (bool, String) {
        let output = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", self.test])
            .env(FOLDER, self.folder.path())
            .env("INSTA_UPDATE", update)
            .env("NO_COLOR", "1")
            .env_remove("CI")
            .env("RUST_BACKTRACE", "0")
            .output()
            .expect("it runs");
        (output.status.success(), String::from_utf8(output.stdout).expect("UTF-8"))
    }

    fn passes(&self, update: &str) {
        let (passes, printed) = self.run(update);
        assert!(passes, "{printed}");
    }

    /// The report of a failed test, without insta's output before it.
    fn fails(&self, update: &str) -> String {
        let (passes, printed) = self.run(update);
        assert!(!passes, "{printed}");
        let (_, said) = printed.rsplit_once("testing/tests/testing.rs:").expect("it panics at the user's line");
        let (said, _) = said.split_once("\n\n\nfailures:").expect("the end of a message");
        let (_, message) = said.split_once('\n').expect("a message");
        let message = message.split("\nnote: run with").next().unwrap_or_default();
        self.anywhere(message)
    }

    /// A text without the path of the folder.
    fn anywhere(&self, text: &str) -> String {
        text.replace(self.folder.path().to_str().expect("UTF-8"), "FOLDER")
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_snapshot_that_nobody_accepted_fails_and_waits_for_a_review() {
    let suite = Suite::new("promise");
    insta::assert_snapshot!(suite.fails("no"));
    assert!(!suite.path("snapshots").exists(), "in CI nothing is written");
    suite.fails("new");
    assert_eq!(names(&suite.path("snapshots")), ["testing__promise.snap.new"]);
    suite.passes("always");
    suite.passes("no");
    assert_eq!(names(&suite.path("snapshots")), ["testing__promise.snap"]);
    let snapshot = std::fs::read_to_string(suite.snapshot("snap")).expect("readable");
    insta::assert_snapshot!(suite.anywhere(&snapshot));
}

#[test]
fn words_and_comments_break_no_promise() {
    let suite = Suite::accepted("promise");
    suite.put(&format!("# A comment.\n{}", SHOP.replace("Choose another.", "Come back later.")));
    suite.passes("no");
    // The accepted text stays until a new one is accepted.
    assert!(std::fs::read_to_string(suite.snapshot("snap")).expect("readable").contains("Choose another."));
}

#[test]
fn what_breaks_clients_is_said_as_errbook_diff_says_it() {
    let suite = Suite::accepted("promise");
    let next = SHOP
        .replace("status: 409", "status: 410")
        .replace("not_charged", "false")
        .replace("Look it up.", "Look\\n again.")
        + "  CLOSED: {status: 503, description: It is night., fix: Come back., retryable: true}\n";
    suite.put(&next);
    insta::assert_snapshot!(suite.fails("no"));
    assert_eq!(names(&suite.path("snapshots")), ["testing__promise.snap"]);
    suite.fails("new");
    assert_eq!(names(&suite.path("snapshots")), ["testing__promise.snap", "testing__promise.snap.new"]);
    // Accepts the snapshot, as `cargo insta accept` does.
    std::fs::rename(suite.snapshot("snap.new"), suite.snapshot("snap")).expect("renamed");
    suite.passes("no");
}

#[test]
fn the_page_shows_the_actual_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let catalog = std::fs::read_to_string(root.join("examples/readme/errors.yaml")).expect("readable");
    let suite = Suite::new("promise");
    suite.put(&catalog);
    suite.passes("always");
    suite.put(&catalog.replace("refund: not_charged", "refund: false"));
    let page = std::fs::read_to_string(root.join("docs/testing.md")).expect("readable");
    let (_, shown) = page.split_once("```console\n").expect("what it says");
    let (shown, _) = shown.split_once("\n```").expect("the end of it");
    assert_eq!(suite.fails("no").trim_end().replace("FOLDER/", ""), shown);
}

#[test]
fn what_is_new_has_to_be_accepted_too_and_the_lock_is_named() {
    let suite = Suite::accepted("promise");
    let text = "lock 1\nversion 1.4.2\nfile errors.yaml\n  errbook: 1\n";
    std::fs::write(suite.path("errbook.lock"), text).expect("writable");
    suite.put(&format!("{SHOP}  CLOSED: {{status: 503, description: It is night., fix: Come back.}}\n"));
    insta::assert_snapshot!(suite.fails("no"));
}

#[test]
fn a_refused_catalog_fails_with_the_whole_report() {
    let suite = Suite::accepted("promise");
    suite.put(&SHOP.replace("status: 409", "statsu: 409"));
    insta::assert_snapshot!(suite.fails("no"));
}

#[test]
fn an_invalid_snapshot_is_replaced() {
    let suite = Suite::accepted("promise");
    let text = std::fs::read_to_string(suite.snapshot("snap")).expect("readable");
    for (text, said) in [
        (text.replace("  api:", "<<<<<<< HEAD"), "The accepted snapshot cannot be parsed"),
        (text.replace("status: 409", "statsu: 409"), "The accepted catalog is invalid for this version of errbook."),
    ] {
        std::fs::write(suite.snapshot("snap"), text).expect("writable");
        let message = suite.fails("no");
        assert!(message.contains(said), "{message}");
    }
    suite.passes("always");
    suite.passes("no");
}

#[test]
fn included_files_and_prose_are_part_of_the_snapshot() {
    let suite = Suite::new("promise");
    std::fs::write(suite.path("more.yaml"), "errors:\n  CLOSED: {status: 500, fix: Wait., description: Night.}\n")
        .expect("writable");
    suite.put(&format!("{SHOP}include: [more.yaml]\n"));
    suite.passes("always");
    std::fs::write(suite.path("more.yaml"), "errors:\n  CLOSED: {status: 501, fix: Wait., description: Night.}\n")
        .expect("writable");
    let message = suite.fails("no");
    assert!(message.contains("errors.CLOSED.status: 500 -> 501  status-changed, more.yaml:2"), "{message}");
}

#[test]
fn every_byte_that_is_generated_is_held_and_the_files_are_named() {
    let suite = Suite::new("generated");
    let catalog = format!("{SHOP}generate: {{docs: {{dir: docs}}, rust: errors.rs}}\n");
    suite.put(&catalog);
    suite.passes("always");
    suite.passes("no");
    suite.put(&catalog.replace("SOLD_OUT: {", "OUT_OF_STOCK: {"));
    insta::assert_snapshot!(suite.fails("no"));
    suite.put(&catalog);
    let text = std::fs::read_to_string(suite.snapshot("snap")).expect("readable");
    std::fs::write(suite.snapshot("snap"), text.replace("pub enum ErrorCode", "pub enum Code")).expect("writable");
    insta::assert_snapshot!(suite.fails("no"));
}

#[test]
fn what_the_catalog_asks_for_is_generated_with_templates_of_its_own() {
    let suite = Suite::new("generated");
    let catalog = format!("{SHOP}generate: {{docs: {{dir: docs, templates: own}}}}\n");
    suite.put(&catalog);
    std::fs::create_dir(suite.path("own")).expect("a folder");
    std::fs::write(suite.path("own/error.md"), "# {{ title }}\n").expect("writable");
    suite.passes("always");
    std::fs::write(suite.path("own/error.md"), "## {{ title }}\n").expect("writable");
    insta::assert_snapshot!(suite.fails("no"));
}
