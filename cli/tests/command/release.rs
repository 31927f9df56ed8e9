use std::fmt::Write as _;

use errbook_history::lock::Lock;

use super::{Place, SHOP, named};
use Edit::{Rename, Text};

const FIRST: &str = "\
errbook: 1
api: {name: Shop} # and its errors
errors:
  SOLD_OUT: # often
    status: 409
    fix: Chose another.
";

/// An edit of the catalog before a release.
#[derive(Debug)]
enum Edit {
    /// Replaces a text.
    Text(&'static str, &'static str, &'static str),
    Rename(&'static str, &'static str),
}
/// The versions to try in turn. The last one is released.
const HISTORY: [(&[Edit], &[&str]); 10] = [
    (&[], &["0.1.0"]),
    (&[Text("errors.yaml", "Chose", "Choose")], &["0.1.0", "0.1.1"]),
    (&[Text("errors.yaml", "409", "410")], &["0.1.2", "0.2.0"]),
    (&[Text("errors.yaml", "another.\n", "another.\n\n  LOST: {status: 404, fix: Look.}\n")], &["0.2.1", "0.3.0"]),
    (&[Text("errors.yaml", "{name: Shop}", "{name: Shop, version: 1.0.0}")], &["1.0.0"]),
    (
        &[
            Text("errors.yaml", "  LOST: {", "  LOST: {deprecated: {use: GONE}, "),
            Text("errors.yaml", "errors:\n", "errors:\n  GONE: {status: [404, 410], code: gone, fix: Look.} # both\n"),
        ],
        &["1.0.1", "1.1.0"],
    ),
    (&[Text("errors.yaml", "fix: Choose another.", "fix: |\n      Take\n      another.")], &["1.1.1"]),
    (
        &[Text(
            "errors.yaml",
            "  LOST: {deprecated: {since: 1.1.0, use: GONE}, status: 404, fix: Look., since: 0.3.0}\n",
            "retired: {LOST: {use: GONE}}\n",
        )],
        &["1.2.0", "2.0.0"],
    ),
    (
        &[
            Text("errors.yaml", "errors:\n", "include: [more.yaml]\nerrors:\n"),
            Text(
                "more.yaml",
                "",
                "errors:\n  TILL:\n    status: 500\n    fix: Call us.\n    visibility: internal\n    mask: SOLD_OUT\n",
            ),
        ],
        // Clients see no difference.
        &["2.0.0", "2.0.1"],
    ),
    // The code stays.
    (&[Rename("GONE", "NOT_HERE")], &["2.0.1", "2.0.2", "2.1.0"]),
];

#[test]
fn ten_releases() {
    let place = Place::new();
    place.put("errors.yaml", FIRST);
    let mut report = String::new();
    for (edits, versions) in HISTORY {
        for edit in edits {
            match edit {
                Text(path, from, to) => {
                    let text = if place.path(path).exists() { place.text(path) } else { String::new() };
                    assert!(text.contains(from), "{from}\nis not in\n{text}");
                    place.put(path, &text.replacen(from, to, 1));
                }
                Rename(old, new) => drop(place.expect(0, &["rename", old, new])),
            }
        }
        for (at, version) in versions.iter().enumerate() {
            let is_last = at + 1 == versions.len();
            let before = (place.text("errors.yaml"), place.files());
            let ran = place.run(&["release", version, "--changelog", "CHANGELOG.md"]);
            let _ = write!(report, "$ errbook release {version}\n{}{}\n", ran.stdout, ran.stderr);
            assert_eq!(ran.code, Some(i32::from(!is_last)), "{ran:?}");
            if !is_last {
                assert_eq!((place.text("errors.yaml"), place.files()), before, "nothing is written");
            }
        }
        let lock = Lock::parse(&place.text("errbook.lock")).expect("a lock");
        assert_eq!(Some(&lock.version.to_string().as_str()), versions.last());
        for file in &lock.files {
            assert_eq!(file.text, place.text(&file.path));
        }
        // After the release there are no changes and no messages.
        let ran = place.expect(0, &["diff", "--fail-on", "text"]);
        assert_eq!(ran.stdout, "errbook.lock and errors.yaml: nothing changed\n");
    }
    insta::assert_snapshot!("history-runs", report);
    insta::assert_snapshot!(
        "history-catalog",
        format!("{}---\n{}", place.text("errors.yaml"), place.text("more.yaml"))
    );
    insta::assert_snapshot!("history-changelog", place.text("CHANGELOG.md"));
    insta::assert_snapshot!("history-lock", place.text("errbook.lock"));
}

#[test]
fn a_dry_run_shows_what_it_would_write() {
    let place = Place::new();
    place.put("api/errors.yaml", FIRST);
    place.expect(0, &["release", "1.0.0", "api/errors.yaml"]);
    place.put("api/errors.yaml", &format!("{FIRST}  LOST: {{status: 404, fix: Look.}}\n"));
    let before = (place.text("api/errors.yaml"), place.text("api/errbook.lock"));
    let ran = place.expect(0, &["release", "1.1.0", "api/errors.yaml", "--dry-run"]);
    insta::assert_snapshot!(format!("{}{}", ran.stdout, ran.stderr));
    assert_eq!((place.text("api/errors.yaml"), place.text("api/errbook.lock")), before);
    assert_eq!(place.files(), ["api/errbook.lock", "api/errors.yaml"]);
}

#[test]
fn the_entry_is_all_that_is_printed() {
    let place = Place::with_shop();
    let ran = place.expect(0, &["release", "1.0.0"]);
    assert_eq!(ran.stdout, "## 1.0.0\n\nThe first release, with 2 errors.\n");
    assert_eq!(ran.stderr, "Released 1.0.0, and wrote errbook.lock.\n");
}

#[test]
fn nothing_is_written_if_one_file_cannot_be() {
    let place = Place::new();
    place.put("errors.yaml", &FIRST.replace("name: Shop", "name: Shop, version: 0.1.0"));
    place.put("notes/readme.md", "");
    let before = place.text("errors.yaml");
    for changelog in ["nowhere/CHANGELOG.md", "notes", "errors.yaml"] {
        let ran = place.expect(2, &["release", "1.0.0", "--changelog", changelog]);
        assert!(ran.stderr.contains(changelog), "{}", ran.stderr);
        assert_eq!(
            (place.text("errors.yaml"), place.files()),
            (before.clone(), vec!["errors.yaml".into(), "notes/readme.md".into()])
        );
    }
}

/// The lock of a first release does not exist yet.
#[test]
fn a_changelog_is_no_other_file_of_errbook() {
    for folder in [".", "api"] {
        let place = Place::new();
        place.put(&format!("{folder}/errors.yaml"), &named("Shop"));
        let catalog = format!("{folder}/errors.yaml");
        let before = place.files();
        for name in
            ["errbook.lock", "./errbook.lock", "billing.lock", "errors.yaml", "errbook.baseline", ".errbook-journal"]
        {
            let changelog = format!("{folder}/{name}");
            let ran = place.expect(2, &["release", "1.0.0", &catalog, "--changelog", &changelog]);
            assert!(ran.stderr.contains("is a file of the catalog"), "{name}: {}", ran.stderr);
            assert_eq!(place.files(), before);
        }
        place.expect(0, &["release", "1.0.0", &catalog, "--changelog", "CHANGELOG.md"]);
        assert!(place.text("CHANGELOG.md").contains("## 1.0.0"));
    }
}

/// A released version cannot be released again for its entry.
#[cfg(target_os = "linux")]
#[test]
fn without_room_for_the_entry_nothing_is_released() {
    let place = Place::with_shop();
    let (files, before) = (place.files(), place.text("errors.yaml"));
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let ran = place.command(&["release", "1.0.0"]).stdout(full).output().unwrap();
    let stderr = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.code() == Some(2) && stderr.contains("the output cannot be written"), "{stderr}");
    assert_eq!((place.files(), place.text("errors.yaml")), (files, before));
}

#[test]
fn a_version_is_one_of_semver_or_a_date() {
    for version in ["1.0", "next", "01.0.0"] {
        let ran = Place::with_shop().expect(2, &["release", version]);
        assert!(ran.stderr.contains("a version is one of semver, as in 1.2.3 or 2.0.0-rc.1"), "{}", ran.stderr);
    }
    for version in ["v1.0.0", "1.0.0-rc.1", "2026-11", "2026.11"] {
        let place = Place::with_shop();
        place.put("errors.yaml", &SHOP.replace("{name: Shop}", "{name: Shop, version: beta}"));
        place.expect(0, &["release", version]);
        assert!(place.text("errbook.lock").contains(&format!("\nversion {version}\n")));
        let catalog = errbook_catalog::load(&place.path("errors.yaml")).catalog.expect("accepted");
        assert_eq!(catalog.api.version.as_deref(), Some(version));
        assert_eq!(place.expect(0, &["diff"]).stdout, "errbook.lock and errors.yaml: nothing changed\n");
    }
}

#[test]
fn each_catalog_has_a_lock() {
    let place = Place::with_shop();
    place.expect(0, &["release", "1.0.0"]);
    place.put("other.yaml", &named("Other"));
    assert_eq!(place.expect(0, &["check", "other.yaml"]).stderr, "");
    let ran = place.expect(2, &["diff", "other.yaml"]);
    assert!(ran.stderr.contains("has no lock to compare it with"), "{}", ran.stderr);
    place.expect(0, &["release", "3.0.0", "other.yaml"]);
    assert!(place.text("other.lock").contains("\nversion 3.0.0\n"));
    assert!(place.text("errbook.lock").contains("\nversion 1.0.0\n"));
    assert_eq!(place.expect(0, &["diff", "other.yaml"]).stdout, "other.lock and other.yaml: nothing changed\n");
    // An older errbook wrote `errbook.lock` for any catalog.
    std::fs::rename(place.path("errbook.lock"), place.path("aside")).expect("renamed");
    std::fs::rename(place.path("other.lock"), place.path("errbook.lock")).expect("renamed");
    assert_eq!(place.expect(0, &["diff", "other.yaml"]).stdout, "errbook.lock and other.yaml: nothing changed\n");
    place.expect(0, &["release", "1.0.0"]);
    assert!(place.text("errors.lock").contains("\nversion 1.0.0\n"));
    for file in ["errors.lock", "errbook.lock", "other.yaml"] {
        std::fs::remove_file(place.path(file)).expect("removed");
    }
    std::fs::rename(place.path("aside"), place.path("errbook.lock")).expect("renamed");
    // A renamed catalog is still compared with its release.
    std::fs::rename(place.path("errors.yaml"), place.path("shop.yaml")).expect("renamed");
    let ran = place.expect(0, &["diff", "shop.yaml"]);
    assert_eq!(ran.stdout, "errbook.lock and shop.yaml: nothing changed\n");
}

#[test]
fn an_invalid_lock_is_an_error() {
    let place = Place::with_shop();
    let cases = [
        ("lock 1\nversion 1.0.0\nfile errors.yaml\n<<<<<<< HEAD\n", "line 4 is a conflict of a merge"),
        ("lock 1\nversion 1.0.0\nfile errors.yaml\nx\n", "line 4 should be"),
        ("lock 2\nchecksum 0\nversion 1.0.0\nfile errors.yaml\n", "it was edited, or merged from two releases"),
    ];
    for (lock, expected) in cases {
        place.put("errbook.lock", lock);
        for args in [&["check"][..], &["diff"], &["release", "1.0.0"], &["rename", "SOLD_OUT", "X"]] {
            let ran = place.expect(2, args);
            let message = format!("`errbook.lock` is not the lock of a release: {expected}");
            assert!(ran.stderr.contains(&message) && ran.stderr.contains("help: "), "{}", ran.stderr);
        }
    }
}

fn git(place: &Place, args: &[&str]) -> bool {
    let path = std::path::Path::new(env!("CARGO_BIN_EXE_errbook")).parent().expect("a folder");
    let path = format!("{}:{}", path.display(), std::env::var("PATH").expect("PATH"));
    let identity = ["-c", "user.name=A", "-c", "user.email=a@b.test", "-c", "init.defaultBranch=main"];
    let mut git = std::process::Command::new("git");
    let ran = git.args(identity).args(args).current_dir(place.path(".")).env("PATH", path).output().expect("git");
    ran.status.success()
}

/// Two branches release. Git merges their locks with errbook, or leaves a conflict.
#[test]
fn the_locks_of_two_branches_are_merged() {
    let place = Place::with_shop();
    place.expect(0, &["release", "1.0.0"]);
    place.put(".gitattributes", "errbook.lock merge=errbook\n");
    let driver = ["config", "merge.errbook.driver", "errbook lock --merge %O %A %B"];
    for args in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "1.0.0"], &driver] {
        assert!(git(&place, args), "{args:?}");
    }
    for (branch, fix, version) in [("patch", "Leave", "1.0.1"), ("minor", "Leave", "1.1.0"), ("other", "Stay", "1.1.0")]
    {
        assert!(git(&place, &["checkout", "-qb", branch, "main"]));
        place.put("errors.yaml", &SHOP.replace("Choose another", fix));
        place.expect(0, &["release", version]);
        assert!(git(&place, &["commit", "-qam", version]));
    }
    assert!(git(&place, &["checkout", "-q", "patch"]));
    assert!(git(&place, &["merge", "-q", "minor"]), "one lock is newer");
    assert!(place.text("errbook.lock").contains("\nversion 1.1.0\n"));
    place.expect(0, &["check"]);
    assert!(!git(&place, &["merge", "-q", "other"]), "both released 1.1.0");
    let ran = place.run(&["lock", "--merge", "errbook.lock", "errbook.lock", "nowhere.lock"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn a_broken_promise_is_a_lint() {
    let place = Place::with_shop();
    place.expect(0, &["release", "1.0.0"]);
    place.put("errors.yaml", &SHOP.replace("status: 409", "status: 410"));
    let ran = place.expect(0, &["check"]);
    assert!(
        ran.stderr.contains("warning[broken-promise]: since 1.0.0, status-changed: errors.SOLD_OUT.status: 409 -> 410"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("errors.yaml:6:3"), "{}", ran.stderr);
    place.expect(1, &["check", "--deny-warnings"]);
    place.expect(1, &["diff", "--fail-on", "breaking"]);
    let with = |version: &str, lints: &str| {
        let text = SHOP
            .replace("status: 409", "status: 410")
            .replace("name: Shop", &format!("name: Shop, version: {version}"));
        place.put("errors.yaml", &format!("{text}lints: {{{lints}}}\n"));
    };
    for (version, lints, code) in [
        ("1.9.0", "", 1),
        ("1.9.0", "broken-promise: allow", 0),
        ("2.0.0", "", 0),
        ("2.0.0", "broken-promise: error", 0),
    ] {
        with(version, lints);
        place.expect(code, &["check", "--deny-warnings"]);
    }
    with("1.9.0", "broken-promise: error");
    let ran = place.expect(1, &["check", "--format", "github"]);
    assert!(ran.stdout.starts_with("::error file=errors.yaml,line=6,"), "{}", ran.stdout);
}

#[test]
fn a_deprecation_has_the_version_of_its_release() {
    let place = Place::with_shop();
    place.expect(0, &["release", "1.0.0"]);
    let text = SHOP.replace("errors:\n", "errors:\n  LATE: {status: 504, message: Late., fix: Wait.}\n");
    let deprecated = text.replace("{status: 409", "{deprecated: {use: LATE}, status: 409");
    place.put("errors.yaml", &deprecated);
    let entry = "- `SOLD_OUT`, since 1.1.0. Use `LATE` instead.\n";
    let ran = place.expect(0, &["release", "1.1.0"]);
    assert!(ran.stdout.contains(entry), "{}", ran.stdout);
}

#[test]
fn an_unused_acceptance_is_a_warning_of_a_release() {
    let place = Place::new();
    let catalog = SHOP.replace("name: Shop", "name: Shop, version: 1.0.0");
    place.put("api/errors.yaml", &catalog);
    place.expect(0, &["release", "1.0.0", "api/errors.yaml"]);
    let unused = "diff: {accept: [{rule: status-changed, until: 3.0.0, reason: x}]}\n";
    place.put("api/errors.yaml", &(catalog.replace("Come back.", "Return.") + unused));
    let line = "api/errors.yaml:21: `diff.accept` of status-changed matches no breaking change";
    let shown = place.expect(0, &["diff", "api/errors.yaml", "--rating", "breaking"]).stdout;
    assert!(shown.contains(line), "{shown}");
    let ran = place.expect(0, &["release", "1.0.1", "api/errors.yaml"]);
    assert!(ran.stderr.contains(&format!("warning: {line}")), "{}", ran.stderr);
}

#[test]
fn an_ended_acceptance_is_a_lint() {
    let place = Place::new();
    let accept = |until: &str| {
        let entry = format!("{{rule: status-changed, until: \"{until}\", reason: x}}");
        let catalog = SHOP.replace("name: Shop", "name: Shop, version: 1.0.0");
        place.put("errors.yaml", &format!("{catalog}diff:\n  accept:\n    - {entry}\n"));
    };
    accept("2020-06-30");
    let ran = place.expect(1, &["check", "--deny-warnings"]);
    let message =
        "warning[stale-accept]: the acceptance of status-changed ended with 2020-06-30\n  --> errors.yaml:23:14\n";
    assert!(ran.stderr.starts_with(message), "{}", ran.stderr);
    for until in ["2999-01-01", "1.0.1"] {
        accept(until);
        place.expect(0, &["check", "--deny-warnings"]);
    }
}

#[test]
fn an_invalid_catalog_is_not_released() {
    let place = Place::new();
    place.put("errors.yaml", "errbook: 1\napi: {name: Bad}\nerrors: {A: {statu: 404}}\n");
    for args in [&["release", "1.0.0"][..], &["rename", "A", "B"], &["diff"]] {
        assert!(place.expect(1, args).stderr.contains("errors.yaml:3:14"));
    }
    assert_eq!(place.files(), ["errors.yaml"]);
}

#[test]
fn an_entry_of_a_changelog_is_not_lost() {
    let place = Place::with_shop();
    for (changelog, message) in [
        ("# Log\n\n1.0.0\n-----\n\nBy hand.\n", "line 3 is already the entry of this version"),
        ("# Log\n\n<!-- later\n", "an entry in line 4 would be in a comment or in code, or would change other parts"),
    ] {
        place.put("CHANGELOG.md", changelog);
        for more in [&[][..], &["--dry-run"]] {
            let args = [&["release", "1.0.0", "--changelog", "CHANGELOG.md"], more].concat();
            let ran = place.expect(2, &args);
            assert!(ran.stderr.contains(&format!("`CHANGELOG.md` cannot get an entry: {message}\n")), "{}", ran.stderr);
            assert_eq!((place.text("CHANGELOG.md").as_str(), place.path("errbook.lock").exists()), (changelog, false));
        }
    }
    place.put("CHANGELOG.md", "# Log\n\n<!--\n## 0.2.0\n-->\n\n0.1.0\n-----\n");
    place.expect(0, &["release", "1.0.0", "--changelog", "CHANGELOG.md"]);
    let text = place.text("CHANGELOG.md");
    assert_eq!(text, "# Log\n\n<!--\n## 0.2.0\n-->\n\n## 1.0.0\n\nThe first release, with 2 errors.\n\n0.1.0\n-----\n");
}
