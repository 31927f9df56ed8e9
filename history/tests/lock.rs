//! Locks, releases and renames of the bundled catalogs, of the golden cases, and of catalogs in
//! unusual styles.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use errbook_catalog::edit::File;
use errbook_catalog::{Files, Loaded, load, load_from, load_text};
use errbook_history::diff::{Rule, diff};
use errbook_history::lock::{Base, Lock, LockError};
use errbook_history::release::{Refusal, Release};
use errbook_history::rename::{Options, rename};
use errbook_history::version::Version;
use proptest::prelude::*;

fn version(text: &str) -> Version {
    Version::parse(text).expect("a version")
}

fn release(version: &Version, loaded: &Loaded, last: Option<&Lock>) -> Result<Release, Refusal> {
    let released = last.map(|lock| lock.load().catalog.expect("accepted"));
    errbook_history::release::release(version, loaded, last.zip(released.as_ref()))
}

fn real_catalogs() -> Vec<PathBuf> {
    let folders =
        ["../catalog/apis", "../codegen/tests/golden"].map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let paths = folders.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let catalogs = paths.map(|path| if path.is_dir() { path.join("catalog.yaml") } else { path });
    let mut catalogs: Vec<PathBuf> =
        catalogs.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect();
    catalogs.push(PathBuf::from("tests/diff/base.yaml"));
    catalogs.retain(|path| load(path).catalog.is_some());
    assert!(catalogs.len() > 10, "{catalogs:?}");
    catalogs
}

/// Older locks have another header. Lines that begin with `#` are comments.
#[test]
fn a_lock_with_another_header_is_read() {
    let loaded = load_text("errors.yaml", STYLES.as_bytes());
    let lock = Lock::of(version("1.2.3"), &loaded.report.sources);
    let text = lock.to_text();
    let (header, rest) = text.split_once('\n').expect("a header");
    assert!(header.starts_with('#'), "{header}");
    let old = "# The catalog as it was released, word for word. \
               `errbook release` writes this file: commit it, and leave it as it is.";
    assert_eq!(Lock::parse(&format!("{old}\n{rest}")), Ok(lock.clone()));
    assert_eq!(Lock::parse(rest), Ok(lock));
}

/// Every way to write a mapping, a scalar and the end of a file.
const STYLES: &str = "\
errbook: 1 # the format
api: {name: Shop}
predicates: {is_gone: [A, 'B', \"C\"]}
errors:
  A: # the first
    status: 401
    fix: Sign in. # or up

  'B': {status: 402, fix: Pay., deprecated: {use: \"A\"}}
  \"C\":
    status: 403
    deprecated:
      note: |+
        It is
        over.

  # the fourth
  D:
    fix: >-
      Wait
      a bit.
    status: [409, 410]
    # on its way out
    deprecated: {
      use: 'A', # soon
      note: Gone. }
    visibility: public
  E: { status: 404 }
retired:
  X: {use: A}
  Z:
    note: |
      It was
      vague.";

fn accepted(text: &str) -> Loaded {
    let loaded = load_text("errors.yaml", text.as_bytes());
    assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
    loaded
}

/// A catalog in memory, of several files.
struct InMemory(BTreeMap<PathBuf, String>);

impl Files for InMemory {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or(std::io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let inside = self.0.keys().filter(|path| path.parent() == Some(folder));
        inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect()
    }
}

/// The files that were read, with replacements. Unlike a lock, they keep their line breaks.
fn reload(loaded: &Loaded, edited: &[File]) -> (Loaded, BTreeMap<PathBuf, String>) {
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (_, source) in loaded.report.sources.iter() {
        texts.insert(source.relative.clone().into(), source.text.clone());
    }
    texts.extend(edited.iter().map(|file| (PathBuf::from(&file.path), file.text.clone())));
    let root = loaded.report.sources.root().expect("a root").relative.clone();
    (load_from(Path::new(&root), &InMemory(texts.clone())), texts)
}

#[test]
fn a_lock_is_the_catalog() {
    for path in real_catalogs() {
        let loaded = load(&path);
        let lock = Lock::of(version("1.2.3"), &loaded.report.sources);
        assert_eq!(Lock::parse(&lock.to_text()), Ok(lock.clone()), "{}", path.display());
        let released = lock.load().catalog.expect("accepted");
        let diff = lock.diff(&released, loaded.catalog.as_ref().expect("accepted"));
        assert_eq!(diff.changes, [], "{}", path.display());
    }
}

#[test]
fn a_lock_has_no_line_breaks_of_its_own() {
    let windows = STYLES.replace('\n', "\r\n");
    let lock = |text: &str| {
        let loaded = accepted(text);
        Lock::of(version("1.0.0"), &loaded.report.sources).to_text()
    };
    assert_eq!(lock(&windows), lock(STYLES));
    assert_eq!(Lock::parse(&lock(STYLES).replace('\n', "\r\n")), Lock::parse(&lock(STYLES)));
    assert_eq!(Lock::parse(&format!("\u{feff}{}", lock(STYLES))), Lock::parse(&lock(STYLES)));
}

#[test]
fn a_syntax_error_in_a_lock_has_its_line() {
    for (text, wrong, wanted) in [
        ("", 1, "`lock 2`"),
        ("# c\nlock 3\n", 2, "newer errbook"),
        ("lock 2\nversion 1.2.3\n", 2, "`checksum`"),
        ("lock 1\nversion 1.2\n", 2, "`version`"),
        ("lock 1\n# c\nversion 1.2.3\nfil\n", 4, "`file`"),
        ("lock 1\nversion 1.2.3\nfile a\n  b\n>>>>>>> main\n", 5, "indented"),
        ("lock 1\nversion 1.2.3\nfile a\nbase 1.2\nfile a\n", 4, "`version`"),
        ("lock 1\nversion 1.2.3\nfile a\nbase 1.2.0\n", 5, "`file`"),
        ("lock 1\nversion 1.2.3\nfile a\nbase 1.2.0\nfile a\nbase 1.2.0\n", 6, "the end"),
    ] {
        match Lock::parse(text).expect_err(text) {
            LockError::Syntax { line, expected } => {
                assert_eq!(line, wrong, "{text:?}");
                assert!(expected.contains(wanted), "{expected}");
            }
            other => panic!("{text:?}: {other}"),
        }
    }
}

/// A lock as errbook wrote it before it had a checksum.
#[test]
fn a_lock_of_the_first_format_is_read() {
    let text = "lock 1\nversion 1.2.3\nfile errors.yaml\n  errbook: 1\n";
    let files = vec![File { path: "errors.yaml".to_owned(), text: "errbook: 1\n".to_owned() }];
    assert_eq!(Lock::parse(text), Ok(Lock { version: version("1.2.3"), files, last: None, base: None }));
}

#[test]
fn an_edited_or_merged_lock_is_no_release() {
    let lock = Lock::of(version("1.2.3"), &accepted(STYLES).report.sources).to_text();
    assert_eq!(Lock::parse(&lock.replace("Sign in.", "Sign up.")), Err(LockError::Changed));
    assert_eq!(Lock::parse(&lock.replace("version 1.2.3", "version 1.2.4")), Err(LockError::Changed));
    let line = lock.lines().position(|line| line.starts_with("checksum")).expect("a checksum") + 1;
    let conflict = lock.replace("checksum ", "<<<<<<< HEAD\nchecksum ");
    assert_eq!(Lock::parse(&conflict), Err(LockError::Conflict(line)));
    // Git merges the texts of two releases without a conflict, were it not for the checksum.
    let other = Lock::of(version("1.2.3"), &accepted(&STYLES.replace("Sign in.", "Sign up.")).report.sources);
    assert_ne!(lock.lines().nth(line - 1), other.to_text().lines().nth(line - 1));
}

/// Releases texts one after the other, and returns the last lock or why it is rejected.
fn released(releases: &[(&str, &str)]) -> Result<Lock, Refusal> {
    let mut lock: Option<Lock> = None;
    for (number, text) in releases {
        lock = Some(release(&version(number), &accepted(text), lock.as_ref())?.lock);
    }
    Ok(lock.expect("a release"))
}

fn waiting(retry: &str) -> String {
    format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n  BUSY: {{status: 503, fix: Wait.{retry}}}\n")
}

/// A wait that no release may lengthen at once is first left out, and then comes back longer.
#[test]
fn a_break_in_two_steps_is_one() {
    let (short, unsaid) =
        (waiting(", retry: {backoff: exponential, initial: 1s, attempts: 3}"), waiting(", retryable: true"));
    let long = waiting(", retry: {backoff: exponential, initial: 10s, attempts: 3}");
    let steps = [("1.0.0", short.as_str()), ("1.1.0", &unsaid)];
    let lock = released(&steps).expect("compatible");
    assert_eq!(lock.base.as_ref().map(|base| base.version.to_string()).as_deref(), Some("1.0.0"));
    let (old, new) = (lock.load().catalog.expect("accepted"), accepted(&long));
    let diff = lock.diff(&old, new.catalog.as_ref().expect("accepted"));
    let [change, ..] = &diff.changes[..] else { panic!("no change") };
    assert_eq!((change.rule.name(), change.since.as_ref()), ("backoff-lengthened", Some(&version("1.0.0"))));
    assert!(matches!(released(&[&steps[..], &[("1.2.0", &long)]].concat()), Err(Refusal::TooLow { .. })));
    let major = released(&[&steps[..], &[("2.0.0", &long)]].concat()).expect("a major release");
    assert_eq!(major.base, None);
    // It is said once, for the release that breaks it.
    let fixed = long.replace("Wait.", "Be patient.");
    assert!(released(&[&steps[..], &[("2.0.0", &long), ("2.0.1", &fixed)]].concat()).is_ok());
}

#[test]
fn a_pre_release_promises_nothing_and_keeps_the_promises_of_releases() {
    let (a, b) = (waiting(""), waiting("").replace("503", "502"));
    let fails = |releases: &[(&str, &str)]| released(releases).is_err();
    assert!(!fails(&[("1.0.0-rc.1", &a), ("1.0.0-rc.2", &b), ("1.0.0", &a)]));
    assert!(!fails(&[("1.0.0", &a), ("2.0.0-rc.1", &b), ("2.0.0-rc.2", &a), ("2.0.0", &b)]));
    assert!(fails(&[("1.0.0", &a), ("1.1.0-rc.1", &b)]));
    assert!(fails(&[("1.0.0", &a), ("1.1.0-rc.1", &a), ("1.1.0-rc.2", &b)]));
    assert!(fails(&[("1.0.0", &a), ("1.1.0-rc.1", &a), ("1.1.0", &b)]));
    assert!(!fails(&[("1.0.0", &a), ("1.1.0-rc.1", &a), ("2.0.0", &b)]));
    assert!(fails(&[("1.0.0-rc.2", &a), ("1.0.0-rc.1", &a)]));
}

/// An error that comes with a release, and one more.
fn shop(errors: &str) -> String {
    format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n  A: {{status: 404, fix: Look.}}\n{errors}")
}

/// The version that a release needs instead of the one that is rejected.
fn needed(releases: &[(&str, &str)]) -> Option<String> {
    match released(releases) {
        Err(Refusal::TooLow { next, .. }) => next.map(|version| version.to_string()),
        Err(other) => panic!("{other:?}"),
        Ok(lock) => panic!("{} is released", lock.version),
    }
}

/// A pre-release in between is no way around the promises of the last release.
#[test]
fn a_release_after_a_pre_release_follows_the_last_release() {
    let (one, two) = (shop(""), shop("  B: {status: 410, fix: Look.}\n"));
    let moved = one.replace("404", "403");
    let removed = [("1.0.0", one.as_str()), ("1.1.0", &two), ("1.2.0-rc.1", &two), ("1.2.0-rc.2", &one)];
    assert_eq!(needed(&removed), Some("2.0.0".to_owned()));
    assert_eq!(needed(&[&removed[..3], &[("1.2.0", &one)]].concat()), Some("2.0.0".to_owned()));
    assert!(
        released(&[&removed[..3], &[("2.0.0-rc.1", &one), ("2.0.0-rc.2", &moved), ("2.0.0", &one)]].concat()).is_ok()
    );
    // A new error needs a minor version.
    let patch = [("1.0.0", one.as_str()), ("1.0.1-rc.1", &one), ("1.0.1", &two)];
    assert_eq!(needed(&patch), Some("1.1.0".to_owned()));
    assert_eq!(needed(&[("0.1.0", &one), ("0.1.1-rc.1", &one), ("0.1.1", &moved)]), Some("0.2.0".to_owned()));
    // What only the pre-release has can go.
    assert!(released(&[("1.0.0", &one), ("1.1.0-rc.1", &two), ("1.1.0-rc.2", &one), ("1.1.0", &one)]).is_ok());
    assert!(released(&[("1.0.0", &one), ("1.1.0-rc.1", &two), ("1.1.0", &two), ("1.1.1", &two)]).is_ok());
    assert_eq!(needed(&[("1.0.0", &one), ("1.1.0-rc.1", &two), ("1.1.0-rc.2", &moved)]), Some("2.0.0".to_owned()));
}

/// The changelog of a release has what its candidates changed.
#[test]
fn a_release_says_what_changed_since_the_last_release() {
    let (one, two) = (shop(""), shop("  B: {status: 410, fix: Look.}\n"));
    let candidate = released(&[("1.0.0", &one), ("1.1.0-rc.1", &two)]).expect("compatible");
    let has_addition = |number: &str| {
        let release = release(&version(number), &accepted(&two), Some(&candidate)).expect("compatible");
        release.public.expect("a release").changes.iter().any(|change| change.rule == Rule::ErrorAdded)
    };
    assert!(!has_addition("1.1.0-rc.2"));
    assert!(has_addition("1.1.0"));
}

/// The next releases do not need the entry of `diff`.
#[test]
fn what_a_pre_release_accepted_stays_accepted() {
    let one = shop("");
    let moved = one.replace("404", "403");
    for (policy, first, then) in [
        ("diff: {accept: [{rule: status-changed, until: 2.0.0, reason: Announced.}]}\n", "1.1.0", ["1.1.1", "1.2.0"]),
        ("diff: {levels: {status-changed: text}}\n", "1.0.1", ["1.0.2", "1.1.0"]),
    ] {
        let candidates = [format!("{first}-rc.1"), format!("{first}-rc.2"), format!("{first}-rc.3")];
        let accepted = format!("{moved}{policy}");
        let steps =
            [("1.0.0", one.as_str()), (&candidates[0], &accepted), (&candidates[1], &moved), (&candidates[2], &moved)];
        assert!(released(&[&steps[..], &[(first, &moved), (then[0], &moved), (then[1], &moved)]].concat()).is_ok());
        let other = one.replace("404", "410");
        assert_eq!(needed(&[&steps[..], &[(first, &other)]].concat()), Some("2.0.0".to_owned()));
    }
}

/// The lock of a pre-release as errbook wrote it before it had the last release.
#[test]
fn a_lock_of_a_pre_release_without_the_last_release_is_read() {
    let (one, two) = (shop(""), shop("  B: {status: 410, fix: Look.}\n"));
    let old = released(&[("1.0.0", &one), ("1.1.0-rc.1", &one)]).expect("compatible");
    let old = Lock { base: old.last.clone(), last: None, ..old };
    assert_eq!(Lock::parse(&old.to_text()), Ok(old.clone()));
    assert!(matches!(
        release(&version("1.1.0"), &accepted(&one.replace("404", "403")), Some(&old)),
        Err(Refusal::TooLow { .. })
    ));
    assert!(release(&version("1.1.0"), &accepted(&two), Some(&old)).is_ok());
}

/// The id of an error changes in one step, and its wait in two.
#[test]
fn a_renamed_error_keeps_its_promises() {
    let retry = |id: &str, retry: &str, more: &str| {
        format!(
            "errbook: 1\napi: {{name: Shop}}\nerrors:\n  {id}: {{code: busy, status: 503, fix: Wait.{retry}}}\n{more}"
        )
    };
    let (short, long) = (", retry: {backoff: fixed, initial: 1s}", ", retry: {backoff: fixed, initial: 100s}");
    let first = retry("A", short, "");
    for (second, third) in [
        (retry("B", ", retryable: true", "retired: {A: {use: B}}\n"), retry("B", long, "retired: {A: {use: B}}\n")),
        (retry("A", ", retryable: true", ""), retry("B", long, "retired: {A: {use: B}}\n")),
        (
            retry("B", ", retryable: true", "retired: {A: {use: B}}\n"),
            retry("C", long, "retired: {A: {use: C}, B: {use: C}}\n"),
        ),
    ] {
        assert_eq!(needed(&[("1.0.0", &first), ("1.1.0", &second), ("1.2.0", &third)]), Some("2.0.0".to_owned()));
        // What a release accepted stays accepted at the new id.
        let accept = "diff: {accept: [{rule: backoff-lengthened, until: 2.0.0, reason: Announced.}]}\n";
        let accepted = retry("A", long, accept);
        assert!(released(&[("1.0.0", &first), ("1.1.0", &accepted), ("1.2.0", &third)]).is_ok(), "{third}");
    }
}

/// A tombstone is removed, and its id comes back a release later.
#[test]
fn a_retired_id_comes_back_in_two_steps() {
    let (one, two) = (shop(""), shop("  B: {status: 410, fix: Look.}\n"));
    let retired = format!("{one}retired: {{B: {{use: A}}}}\n");
    let steps = [("1.0.0", two.as_str()), ("2.0.0", &retired), ("2.0.1", &one), ("2.1.0", &two)];
    assert_eq!(needed(&steps), Some("3.0.0".to_owned()));
    let other = one.replace("A: {", "A: {code: B, ");
    assert_eq!(needed(&[&steps[..3], &[("2.1.0", &other)]].concat()), Some("3.0.0".to_owned()));
}

/// Two branches with one release, whose locks come from different releases or errbooks.
#[test]
fn locks_of_one_release_are_merged() {
    let (one, two) = (shop(""), shop("  B: {status: 410, fix: Look.}\n"));
    let first = released(&[("1.0.0", &one)]).expect("a release");
    let based = released(&[("1.0.0", &one), ("1.1.0", &two)]).expect("a release");
    let plain = Lock { base: None, ..based.clone() };
    for (ours, theirs) in [(&plain, &based), (&based, &plain)] {
        assert_eq!(Lock::merge(&first.to_text(), &ours.to_text(), &theirs.to_text()), Ok(based.clone()));
    }
}

#[test]
fn a_date_only_has_to_be_later() {
    let (a, b) = (waiting(""), waiting("").replace("503", "502"));
    assert!(released(&[("2026-02", &a), ("2026-11", &b), ("2026-11-29", &a)]).is_ok());
    assert!(matches!(released(&[("2026-11", &a), ("2026-02", &b)]), Err(Refusal::NotAbove(_))));
    assert!(released(&[("1.4.2", &a), ("2026.11", &b)]).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_kept(texts in prop::collection::vec("([ -~äß\\\\\\t#]{0,9}\\n){0,5}[ -~]{0,4}", 1..4)) {
        let texts = texts.into_iter().enumerate();
        let files: Vec<File> = texts.map(|(at, text)| File { path: format!("{at}.yaml"), text }).collect();
        let base = Some(Base { version: version("0.1.0-rc.1"), files: files.clone() });
        let lock = Lock { version: version("0.1.0"), files, last: base.clone(), base };
        prop_assert_eq!(Lock::parse(&lock.to_text()), Ok(lock));
    }

    #[test]
    fn any_text_is_a_lock_or_is_not(text in "(lock 1\nversion 1.0.0\nfile a\n)?\\PC*") {
        let _ = Lock::parse(&text);
    }
}

/// Removes what a stamp of 9.9.9 adds.
fn without_stamps(text: &str) -> String {
    let lines = text.split_inclusive('\n').filter(|line| line.trim() != "since: 9.9.9");
    let text: String = lines.collect();
    text.replace(", since: 9.9.9", "").replace("since: 9.9.9, ", "").replace("since: 9.9.9", "")
}

/// A release without errors.
fn nothing() -> Lock {
    let text = "errbook: 1\napi: {name: Nothing}\nerrors: {}\n".to_owned();
    Lock {
        version: version("0.1.0"),
        files: vec![File { path: "errors.yaml".to_owned(), text }],
        last: None,
        base: None,
    }
}

#[test]
fn stamps_change_nothing_else() {
    let mut loaded: Vec<Loaded> = real_catalogs().iter().map(|path| load(path)).collect();
    for text in [STYLES.to_owned(), STYLES.replace('\n', "\r\n"), format!("{STYLES}\n")] {
        loaded.push(accepted(&text));
    }
    for loaded in loaded {
        let catalog = loaded.catalog.as_ref().expect("accepted");
        let release = release(&version("9.9.9"), &loaded, Some(&nothing())).expect("a release");
        let (read, texts) = reload(&loaded, &release.files);
        let stamped = read.catalog.unwrap_or_else(|| panic!("{}", read.report.render_text(false)));
        assert!(stamped.errors.iter().all(|error| error.lifecycle.since.is_some()));
        assert!(stamped.retired.iter().all(|entry| entry.since.is_some()));
        assert_eq!(stamped.errors.len(), catalog.errors.len());
        for (_, source) in loaded.report.sources.iter() {
            let text = &texts[Path::new(&source.relative)];
            let version = catalog.api.version.as_deref().unwrap_or("");
            let text = text.replace("version: 9.9.9", &format!("version: {version}"));
            let text = text.replace("version: \"9.9.9\"", &format!("version: \"{version}\""));
            let (was, is) = (source.text.trim_end(), without_stamps(&text));
            assert_eq!(is.trim_end(), was, "{}", source.relative);
        }
    }
}

#[test]
fn stamps_stand_where_people_write_them() {
    let loaded = accepted(STYLES);
    let release = release(&version("9.9.9"), &loaded, Some(&nothing())).expect("a release");
    insta::assert_snapshot!(release.files[0].text);
}

#[test]
fn a_version_says_what_happened() {
    let base = "errbook: 1\napi: {name: Shop}\nerrors:\n  A: {status: 404, fix: Look.}\n";
    let more = format!("{base}  B: {{status: 410, fix: Look.}}\n");
    let text = base.replace("Look.", "Look again.");
    let broken = base.replace("404", "410");
    for (from, to, version_, least) in [
        ("1.4.2", base, "1.4.3", "1.4.3"),
        ("1.4.2", &text, "1.4.3", "1.4.3"),
        ("1.4.2", &more, "1.4.3", "1.5.0"),
        ("1.4.2", &more, "1.6.0", "1.6.0"),
        ("1.4.2", &broken, "1.9.9", "2.0.0"),
        ("0.4.2", &text, "0.4.3", "0.4.3"),
        ("0.4.2", &more, "0.4.3", "0.5.0"),
        ("0.4.2", &broken, "0.4.9", "0.5.0"),
        ("0.4.2", &broken, "1.0.0", "1.0.0"),
    ] {
        let lock = release(&version(from), &accepted(base), None).expect("a first one").lock;
        let loaded = accepted(to);
        let least = version(least);
        match release(&version(version_), &loaded, Some(&lock)) {
            Ok(release) => assert_eq!(release.lock.version, least),
            Err(Refusal::TooLow { next, .. }) => assert_eq!(next, Some(least)),
            Err(other) => panic!("{other:?}"),
        }
        for low in [from, "0.0.1"] {
            let rejected = release(&version(low), &loaded, Some(&lock)).expect_err("not above");
            assert!(matches!(rejected, Refusal::NotAbove(released) if released == version(from)));
        }
    }
}

#[test]
fn the_version_is_stamped_on_the_api() {
    for (written, expected) in [("1.0.0", "2.0.0"), ("'1.0.0-rc.1'", "'2.0.0'"), ("beta", "2.0.0"), ("2.0.0", "2.0.0")]
    {
        let text = |version: &str| {
            format!("errbook: 1\napi: {{name: Shop, version: {version}}} # c\nerrors: {{A: {{status: 404}}}}\n")
        };
        let loaded = load_text("errors.yaml", text(written).as_bytes());
        let release = release(&version("2.0.0"), &loaded, None).expect("a release");
        assert_eq!(release.lock.files[0].text, text(expected));
        assert_eq!(release.stamps.is_empty(), written == expected);
    }
}

/// A text without the tombstone that a rename leaves.
fn without_tombstone(text: &str, id: &str, to: &str) -> String {
    let text = text.replace(&format!("{{use: {to}, visibility: internal}}"), &format!("{{use: {to}}}"));
    for (stone, rest) in [
        (format!("retired:\n  {id}: {{use: {to}}}\n"), ""),
        (format!("retired:\r\n  {id}: {{use: {to}}}\r\n"), ""),
        (format!("  {id}: {{use: {to}}}\n"), ""),
        (format!("  {id}: {{use: {to}}}\r\n"), ""),
        (format!(", {id}: {{use: {to}}}"), ""),
    ] {
        if text.contains(&stone) {
            return text.replacen(&stone, rest, 1);
        }
    }
    text
}

/// Renames an error, and removes the tombstone.
fn renamed(loaded: &Loaded, old: &str, new: &str) -> Result<(Loaded, BTreeMap<PathBuf, String>), String> {
    let mut edited = rename(loaded, old, new, Options::default()).map_err(|refusal| refusal.to_string())?;
    let (read, _) = reload(loaded, &edited);
    let catalog = read.catalog.unwrap_or_else(|| panic!("{}", read.report.render_text(false)));
    assert!(catalog.retired.iter().any(|entry| entry.name.id == old));
    for file in &mut edited {
        file.text = without_tombstone(&file.text, old, new);
    }
    Ok(reload(loaded, &edited))
}

#[test]
fn renaming_back_leaves_only_tombstones() {
    let mut catalogs: Vec<Loaded> = real_catalogs().iter().map(|path| load(path)).collect();
    for text in [format!("{STYLES}\n"), STYLES.replace('\n', "\r\n") + "\r\n"] {
        catalogs.push(accepted(&text));
    }
    let (mut there, mut rejected) = (0, 0);
    for loaded in catalogs {
        let (_, before) = reload(&loaded, &[]);
        for error in &loaded.catalog.as_ref().expect("accepted").errors {
            let id = &error.name.id;
            match renamed(&loaded, id, "Renamed_Here") {
                Ok((read, _)) => {
                    there += 1;
                    let (_, after) = renamed(&read, "Renamed_Here", id).expect("there, so back");
                    assert_eq!(after, before, "{id}");
                }
                Err(refusal) => {
                    rejected += 1;
                    // The id is also a code, or the error is deprecated.
                    let reasons = [
                        "is also the error's `code`",
                        &format!("the code `{id}` is retired"),
                        "which is also deprecated",
                    ];
                    assert!(reasons.iter().any(|reason| refusal.contains(reason)), "{id}: {refusal}");
                }
            }
        }
    }
    assert!(there > 100 && rejected * 4 < there, "{there} renamed, {rejected} rejected");
}

#[test]
fn an_id_is_changed_wherever_it_stands() {
    let loaded = accepted(STYLES);
    let files = rename(&loaded, "A", "UNKNOWN_USER", Options::default()).expect("renamed");
    insta::assert_snapshot!(files[0].text);
}

#[test]
fn every_file_is_edited() {
    let root = "errbook: 1\napi: {name: Shop}\ninclude: ['*.more.yaml']\nerrors: {A: {status: 401}}\n";
    let files = [
        ("errors.yaml", root),
        ("b.more.yaml", "# of b\nerrors:\n  B: {status: 402, deprecated: {use: A}}\n"),
        ("c.more.yaml", "retired: {C: {use: A}, D: {}}\n"),
        ("d.more.yaml", "errors: {E: {status: 403}}\n"),
    ];
    let files = files.map(|(path, text)| (PathBuf::from(path), text.to_owned()));
    let loaded = load_from(Path::new("errors.yaml"), &InMemory(BTreeMap::from(files)));
    let edited = rename(&loaded, "A", "AA", Options::default()).expect("renamed");
    let texts: Vec<(&str, &str)> = edited.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            ("errors.yaml", root.replace("A:", "AA:").as_str()),
            ("b.more.yaml", "# of b\nerrors:\n  B: {status: 402, deprecated: {use: AA}}\n"),
            ("c.more.yaml", "retired: {C: {use: AA}, D: {}, A: {use: AA}}\n"),
        ]
    );
}

#[test]
fn an_id_that_needs_quotes_gets_them() {
    let text = "errbook: 1
api: {name: Shop}
predicates: {is_one: [A, 'B']}
errors:
  A: {status: 401}
  'B': {status: 402}
  D: {status: 403, deprecated: {use: A}}
";
    let file = |loaded: &Loaded, old: &str, new: &str| {
        rename(loaded, old, new, Options::default()).expect("renamed").remove(0).text
    };
    let once = file(&accepted(text), "A", "no");
    let expected = text.replace("[A", "[\"no\"").replace(" A: {", " \"no\": {").replace("use: A", "use: \"no\"");
    assert_eq!(once, format!("{expected}retired:\n  A: {{use: \"no\"}}\n"));
    let twice = file(&accepted(&once), "B", "null");
    assert!(twice.contains("[\"no\", 'null']"), "{twice}");
    assert!(twice.contains("  'null': {status: 402"), "{twice}");
    // The retired id needs quotes too.
    let back = file(&accepted(&twice), "no", "C");
    assert!(back.contains("  \"C\": {status: 401}\n") && back.contains("  \"no\": {use: C}\n"), "{back}");
}

#[test]
fn an_id_stays_if_the_new_one_would_do_harm() {
    let loaded = accepted(STYLES);
    for (old, new, expected) in [
        ("AA", "Q", "the catalog has no error `AA`"),
        ("A", "B", "`B` already exists"),
        ("A", "A", "`A` already exists"),
        ("A", "X", "`X` is retired"),
        ("A", "a b", "`a b` is not a valid id"),
        ("A", "a", "would be invalid: `a` would replace the page of the retired `A`"),
    ] {
        let refusal = rename(&loaded, old, new, Options::default()).expect_err(new).to_string();
        assert!(refusal.contains(expected), "{old} {new}: {refusal}");
    }
}

/// A rename with the options, in text.
fn renamed_text(text: &str, released: Option<&str>, old: &str, new: &str, keep_code: bool) -> Result<String, String> {
    let (loaded, released) = (accepted(text), released.map(|text| accepted(text).catalog.expect("accepted")));
    let options = Options { released: released.as_ref(), keep_code };
    let files = rename(&loaded, old, new, options).map_err(|refusal| refusal.to_string())?;
    let text = files[0].text.clone();
    assert!(accepted(&text).catalog.is_some());
    Ok(text)
}

const SMALL: &str =
    "errbook: 1\napi: {name: Shop}\nerrors:\n  A: {status: 404, fix: Look.}\n  B: {status: 410, fix: Look.}\n";

#[test]
fn a_renamed_error_can_keep_its_code() {
    let text = renamed_text(SMALL, None, "A", "LOST", true).expect("renamed");
    assert!(text.ends_with("retired:\n  A: {use: LOST}\n"), "{text}");
    assert!(text.contains("  LOST: {code: A, status: 404, fix: Look.}\n"), "{text}");
    let (old, new) = (accepted(SMALL), accepted(&text));
    let changes = diff(old.catalog.as_ref().expect("accepted"), new.catalog.as_ref().expect("accepted")).changes;
    assert!(changes.iter().all(|change| change.rule.name() != "code-changed"), "{changes:?}");
    let again = renamed_text(&text, None, "LOST", "MISSING", false).expect("renamed");
    assert!(again.contains("  MISSING: {code: A, status: 404"), "{again}");
    let refusal = renamed_text(&text, None, "LOST", "MISSING", true).expect_err("another code");
    assert_eq!(refusal, "the code of `LOST` is not its id, and stays in any case");
    // Only the error that replaces the retired id can have its code.
    let other = text.replace("{code: A, status: 404", "{status: 404").replace("  B: {", "  B: {code: A, ");
    let report = load_text("errors.yaml", other.as_bytes()).report.render_text(false);
    assert!(report.contains("the code `A` is retired"), "{report}");
}

#[test]
fn only_a_released_id_is_retired() {
    let next = format!("{SMALL}  C: {{status: 402, fix: Pay.}}\n");
    let text = renamed_text(&next, Some(SMALL), "C", "UNPAID", false).expect("renamed");
    assert_eq!(text, next.replace("  C:", "  UNPAID:"));
    let text = renamed_text(&next, Some(SMALL), "A", "LOST", false).expect("renamed");
    assert!(text.contains("retired:\n  A: {use: LOST}\n"), "{text}");
}

#[test]
fn a_rename_before_the_release_can_be_undone() {
    let flow = SMALL.replace("errors:\n", "retired: {OLD: {note: Gone.}}\nerrors:\n");
    let more = format!("{SMALL}retired:\n  OLD: {{note: Gone.}}\n");
    let crlf = SMALL.replace('\n', "\r\n");
    for text in [SMALL, &more, &flow, &crlf] {
        let there = renamed_text(text, Some(text), "A", "LOST", false).expect("renamed");
        assert!(there.contains("A: {use: LOST}"), "{there}");
        let back = renamed_text(&there, Some(text), "LOST", "A", false).expect("undone");
        assert_eq!(back, text);
        let further = renamed_text(&there, Some(text), "LOST", "MISSING", false).expect("renamed");
        assert!(further.contains("A: {use: MISSING}") && !further.contains("LOST"), "{further}");
        // Clients know it as another error.
        let refusal = renamed_text(&there, Some(text), "B", "A", false).expect_err("retired");
        assert!(refusal.contains("`A` is retired"), "{refusal}");
    }
    // A comment would be lost.
    let there = renamed_text(SMALL, Some(SMALL), "A", "LOST", false).expect("renamed");
    let noted = there.replace("{use: LOST}", "{use: LOST} # for a while");
    let refusal = renamed_text(&noted, Some(SMALL), "LOST", "A", false).expect_err("a comment");
    assert_eq!(refusal, "the syntax of `retired` prevents the edit");
}
