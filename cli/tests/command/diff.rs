use std::process::Command;

use serde_json::{Value, json};

use super::{Place, SHOP, api};

/// The released catalog.
const OLD: &str = "\
errbook: 1
api: {name: Shop, version: 1.4.2}
envelopes: {default: {body: {code: '{code}', message: '{message}', details: '{details?}'}}}
errors:
  SOLD_OUT:
    status: 409
    message: Sold out.
    fix: Choose another.
    refund: not_charged
    details: {item: {type: string, example: pot}}
  CLOSED: {status: 503, message: Closed., fix: Come back., retry: {backoff: fixed, initial: 60s}}
  GONE: {status: 410, message: Gone., fix: Forget it.}
";

/// The new catalog.
const NEW: &str = "\
errbook: 1
api: {name: Shop, version: 1.5.0}
envelopes: {default: {body: {code: '{code}', message: '{message}', details: '{details?}', ok: false}}}
errors:
  SOLD_OUT:
    status: 410
    message: Sold out.
    fix: |-
      Choose another: `pot`,
      or <b>wait</b> \\, 100 %.
    refund: {when: It was paid.}
    details: {item: {type: string, example: pot}}
  CLOSED: {status: 503, message: Closed., fix: Come back.}
  LOST: {status: 404, message: Lost., fix: Look for it.}
";

impl Place {
    fn with_releases() -> Self {
        let place = Place::new();
        place.put("old.yaml", OLD);
        place.put("api/new.yaml", NEW);
        place
    }

    /// Commits everything, and gives the commit a tag.
    fn commit(&self, tag: &str) {
        for arguments in [
            &["init", "--quiet", "."][..],
            &["add", "--all"],
            &["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", tag],
            &["tag", tag],
        ] {
            let status = Command::new("git").args(arguments).current_dir(self.path(".")).status().expect("git");
            assert!(status.success(), "{arguments:?}");
        }
    }
}

const BOTH: [&str; 3] = ["diff", "old.yaml", "api/new.yaml"];

fn report(place: &Place, format: &str) -> String {
    let ran = place.expect(0, &[&BOTH[..], &["--format", format]].concat());
    assert_eq!(ran.stderr, "");
    ran.stdout
}

#[test]
fn every_format_says_what_changed() {
    let place = Place::with_releases();
    for format in ["text", "json", "markdown", "github"] {
        insta::assert_snapshot!(format!("diff-{format}"), report(&place, format));
    }
}

#[test]
fn json_is_for_programs() {
    let report: Value = serde_json::from_str(&report(&Place::with_releases(), "json")).expect("JSON");
    assert_eq!((&report["bump"], &report["next_version"]), (&json!("major"), &json!("2.0.0")));
    assert_eq!(report["version_too_low"], true);
    let status = &report["changes"][1];
    assert_eq!(status["rule"], "status-changed");
    assert_eq!((&status["before"], &status["after"]), (&json!("409"), &json!("410")));
    assert_eq!(status["new"], json!({"file": "new.yaml", "line": 6}));
    let counts: u64 =
        ["breaking", "additive", "text"].iter().map(|rating| report[rating].as_u64().expect("a number")).sum();
    assert_eq!(Some(counts), report["changes"].as_array().map(|changes| changes.len() as u64));
}

#[test]
fn a_change_fails_only_with_fail_on() {
    let place = Place::with_releases();
    place.put("text.yaml", &OLD.replace("Forget it.", "Forget."));
    place.expect(0, &BOTH);
    for (limit, worst, text, same) in [("breaking", 1, 0, 0), ("additive", 1, 0, 0), ("text", 1, 1, 0)] {
        place.expect(worst, &[&BOTH[..], &["--fail-on", limit]].concat());
        place.expect(text, &["diff", "old.yaml", "text.yaml", "--fail-on", limit]);
        place.expect(same, &["diff", "old.yaml", "old.yaml", "--fail-on", limit]);
    }
}

#[test]
fn equal_catalogs_have_no_changes() {
    let place = Place::with_releases();
    let run = |format: &str| place.expect(0, &["diff", "old.yaml", "old.yaml", "--format", format]).stdout;
    assert_eq!(run("text"), "old.yaml and old.yaml: nothing changed\n");
    assert_eq!(run("markdown"), "## 1.4.2\n\nNothing changed for clients.\n");
    assert_eq!(run("github"), "");
    assert_eq!(serde_json::from_str::<Value>(&run("json")).expect("JSON")["changes"], json!([]));
}

#[test]
fn a_catalog_at_a_revision_is_read_with_what_it_includes() {
    let place = Place::new();
    let more = "errors: {LOST: {status: 404, message: Lost., fix: Look.}}\n";
    place.put("api/errors.yaml", &format!("{OLD}include: ['more/*.yaml', one.yaml]\nprose: {{before: [intro.md]}}\n"));
    place.put("api/more/lost.yaml", more);
    place.put("api/one.yaml", "errors: {ONE: {status: 418, message: One., fix: Drink.}}\n");
    place.put("api/intro.md", "Before.\n");
    place.commit("v1");
    place.put("api/more/lost.yaml", &more.replace("404", "410"));
    place.put("api/more/new.yaml", "errors: {NEW: {status: 404, message: New., fix: Look.}}\n");
    place.put("api/intro.md", "After.\n");
    let expected = ["status-changed", "error-added", "prose-changed"];
    for (folder, catalog) in [(".", "api/errors.yaml"), ("api", "errors.yaml"), ("api", "./errors.yaml")] {
        let args = ["diff", "--against", "v1", catalog, "--format", "json"];
        let ran = super::ran(place.command(&args).current_dir(place.path(folder)));
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
        let rules: Vec<&Value> =
            report["changes"].as_array().expect("changes").iter().map(|change| &change["rule"]).collect();
        assert_eq!(rules, expected, "{folder}");
    }
    // Without a name, it is the default catalog.
    let ran = super::ran(place.command(&["diff", "--against", "HEAD"]).current_dir(place.path("api")));
    assert!(ran.stdout.contains("3 changes: 1 breaking, 1 additive, 1 text."), "{ran:?}");
}

#[test]
fn a_revision_may_be_unknown_or_without_the_catalog() {
    let place = Place::with_releases();
    let ran = place.expect(2, &["diff", "--against", "v1", "old.yaml"]);
    assert!(ran.stderr.contains("no git revision `v1` in `.`"), "{}", ran.stderr);
    place.commit("v1");
    for revision in ["v2", "--upload-pack=x", ""] {
        let against = format!("--against={revision}");
        let ran = place.expect(2, &["diff", &against, "old.yaml"]);
        assert!(ran.stderr.contains("no git revision"), "{}", ran.stderr);
    }
    place.put("fresh.yaml", OLD);
    let ran = place.expect(2, &["diff", "--against", "v1", "fresh.yaml"]);
    assert!(ran.stderr.contains("`v1:fresh.yaml` cannot be read: v1 has no such file"), "{}", ran.stderr);
}

#[test]
fn an_invalid_catalog_is_not_compared() {
    let place = Place::with_releases();
    place.put("bad.yaml", "errbook: 1\napi: {name: Bad}\nerrors: {A: {statu: 404}}\n");
    for args in [["diff", "bad.yaml", "old.yaml"], ["diff", "old.yaml", "bad.yaml"]] {
        let ran = place.expect(1, &args);
        assert!(ran.stderr.contains("bad.yaml:3:14") && ran.stdout.is_empty(), "{ran:?}");
    }
    place.expect(2, &["diff", "old.yaml", "nowhere.yaml"]);
}

#[test]
fn a_catalog_with_a_lint_at_the_level_error_is_compared() {
    let place = Place::new();
    let catalog = |status: u16| {
        format!(
            "errbook: 1\napi: {{name: Shop}}\nlints: {{missing-fix: error}}\nerrors: {{GONE: {{status: {status}}}}}\n"
        )
    };
    place.put("old.yaml", catalog(404).as_str());
    place.put("new.yaml", catalog(410).as_str());
    place.expect(1, &["check", "new.yaml"]);
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml"]);
    assert!(ran.stdout.contains("errors.GONE.status: 404 -> 410  new.yaml:4"), "{ran:?}");
}

#[test]
fn a_comparison_needs_two_catalogs() {
    let place = Place::with_releases();
    for args in [&["diff", "old.yaml"][..], &["diff", "api/new.yaml"]] {
        assert!(place.expect(2, args).stderr.contains("has no lock to compare it with"), "{args:?}");
    }
    assert!(place.expect(2, &["diff"]).stderr.contains("this folder has no `errors.yaml`"));
    let ran = place.expect(2, &["diff", "--against", "v1", "old.yaml", "api/new.yaml"]);
    assert!(ran.stderr.contains("Usage: errbook diff [OPTIONS] <OLD> <NEW>"), "{}", ran.stderr);
}

#[test]
fn every_kind_of_change_is_listed() {
    let ran = Place::new().expect(0, &["diff", "--rules"]);
    let rules = errbook_history::diff::Rule::ALL;
    assert_eq!(ran.stdout.lines().count(), rules.len());
    assert!(rules.iter().all(|rule| ran.stdout.contains(&format!("{}  ", rule.name()))));
    assert!(ran.stdout.starts_with("breaking  error-removed "), "{}", ran.stdout);
}

#[test]
fn a_bundled_catalog_equals_itself() {
    let catalog = api("social-crawl.yaml");
    let ran = Place::new().expect(0, &["diff", &catalog, &catalog, "--fail-on", "text"]);
    assert!(ran.stdout.ends_with("nothing changed\n"));
}

#[test]
fn a_catalog_cannot_control_the_output() {
    let place = Place::new();
    let with = |text: &str| OLD.replace("fix: Forget it.", &format!("fix: \"{text}\""));
    place.put("old.yaml", &with("one"));
    place.put("api/new.yaml", &with("\\e[31mtwo\\n::error::three\\n# four `five` \\u202e"));
    for format in ["text", "markdown", "github"] {
        let report = report(&place, format);
        assert!(!report.contains(['\u{1b}', '\u{202e}']), "{format}: {report}");
        assert!(report.lines().all(|line| !line.starts_with("::error") && !line.starts_with("# ")), "{report}");
    }
}

#[test]
fn colour_is_for_terminals() {
    let place = Place::with_releases();
    let stdout = |format: &str| {
        let mut command = place.command(&[&BOTH[..], &["--format", format]].concat());
        super::ran(command.env("CLICOLOR_FORCE", "1")).stdout
    };
    assert!(stdout("text").contains('\u{1b}'));
    for format in ["json", "markdown", "github"] {
        assert_eq!(stdout(format), report(&place, format));
    }
    assert!(!report(&place, "text").contains('\u{1b}'));
}

/// The catalog of the tests below: a rename that keeps the code, and a first detail.
const RENAMED: &str = "\
errbook: 1
api: {name: Shop, version: 1.4.2}
generate: {json: errors.json}
errors:
  NONE_LEFT:
    code: SOLD_OUT
    status: 409
    message: Sold out.
    fix: Choose another.
  CLOSED: {status: 503, message: Closed., fix: Come back., details: {until: {type: string, example: noon}}}
";
const ORIGINAL: &str = "\
errbook: 1
api: {name: Shop, version: 1.4.2}
errors:
  SOLD_OUT: {status: 409, message: Sold out., fix: Choose another.}
  CLOSED: {status: 503, message: Closed., fix: Come back.}
";

#[test]
fn each_audience_has_its_changes_and_ratings() {
    let place = Place::new();
    place.put("old.yaml", ORIGINAL);
    place.put("new.yaml", RENAMED);
    let rules = |more: &[&str]| -> Vec<String> {
        let arguments = [&["diff", "old.yaml", "new.yaml", "--format", "json"], more].concat();
        let report: Value = serde_json::from_str(&place.expect(0, &arguments).stdout).expect("JSON");
        let changes = report["changes"].as_array().expect("changes").iter();
        changes.map(|change| change["rule"].as_str().expect("a rule").to_owned()).collect()
    };
    assert_eq!(rules(&["--rating", "breaking"]), [""; 0]);
    assert_eq!(rules(&["--audience", "rust", "--rating", "breaking"]), ["error-renamed", "detail-added"]);
    assert_eq!(rules(&["--audience", "sdk", "--rating", "breaking"]), ["error-renamed"]);
    assert_eq!(rules(&["--audience", "wire"]), ["sent-text-changed", "detail-added"]);
    assert_eq!(rules(&["--audience", "wire,service", "--rating", "internal"]), ["output-changed"]);
    place.expect(0, &["diff", "old.yaml", "new.yaml", "--fail-on", "breaking"]);
    place.expect(1, &["diff", "old.yaml", "new.yaml", "--audience", "rust", "--fail-on", "breaking"]);
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml"]);
    assert!(ran.stdout.contains("This is a minor release, from 1.4.2 to 1.5.0"), "{}", ran.stdout);
    assert!(
        ran.stdout.ends_with("Generated clients: breaking: 1 change. Rust callers: breaking: 2 changes.\n"),
        "{}",
        ran.stdout
    );
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml", "--rating", "breaking"]);
    assert!(ran.stdout.starts_with("No change is shown."), "{}", ran.stdout);
}

/// JSON and `--audience` agree on whom a change affects.
#[test]
fn each_change_has_one_rating_for_an_audience() {
    let place = Place::new();
    let detail = "details: {until: {type: string, example: noon}}";
    place.put("old.yaml", &RENAMED.replace("fix: Come back.", "fix: Come back., headers: {X-Shop: '1'}"));
    place.put("new.yaml", &RENAMED.replace(detail, &detail.replace("noon", "noon, optional: true")));
    let changes = |more: &[&str]| -> Vec<Value> {
        let arguments = [&["diff", "old.yaml", "new.yaml", "--format", "json"], more].concat();
        let report: Value = serde_json::from_str(&place.expect(0, &arguments).stdout).expect("JSON");
        report["changes"].as_array().expect("changes").clone()
    };
    let all = changes(&[]);
    for rule in ["detail-made-optional", "header-removed"] {
        let change = all.iter().find(|change| change["rule"] == rule).expect("the change");
        assert_eq!(change["sdk"], "breaking", "{rule}");
    }
    for audience in ["sdk", "rust"] {
        for rating in ["breaking", "additive", "text", "internal"] {
            let listed = changes(&["--audience", audience, "--rating", rating]);
            let rated = all.iter().filter(|change| change[audience] == rating).cloned().collect::<Vec<_>>();
            assert_eq!(listed, rated, "{audience} {rating}");
        }
    }
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml"]);
    assert!(ran.stdout.contains("Generated clients: breaking: 2 changes. Rust callers: breaking: 1 change."));
}

#[test]
fn a_change_is_at_its_line_from_where_the_command_runs() {
    let place = Place::new();
    place.put("api/old.yaml", ORIGINAL);
    place.put("api/new.yaml", &RENAMED.replace("Sold out.", "It is sold out."));
    let ran = place.expect(0, &["diff", "api/old.yaml", "api/new.yaml", "--format", "github"]);
    for annotation in [
        "::notice file=api/new.yaml,line=8,title=message-changed::",
        "::notice file=api/new.yaml,line=10,title=detail-added::",
        "::notice file=api/new.yaml,line=3,title=output-changed::",
    ] {
        assert!(ran.stdout.contains(annotation), "{annotation}\n{}", ran.stdout);
    }
    let ran = place.expect(0, &["diff", "api/new.yaml", "api/old.yaml"]);
    assert!(ran.stdout.contains("errors.SOLD_OUT: NONE_LEFT -> SOLD_OUT"), "{}", ran.stdout);
    assert!(ran.stdout.contains("api/old.yaml:4"), "{}", ran.stdout);
}

#[test]
fn many_changes_are_counted_by_rule_and_capped_for_github() {
    let errors = |status: u16| -> String {
        let error = |at: u16| format!("  E{at}: {{status: {status}, message: It is {at}., fix: Look.}}\n");
        format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n{}", (0..40).map(error).collect::<String>())
    };
    let place = Place::new();
    place.put("old.yaml", &errors(409));
    place.put("new.yaml", &errors(410));
    let text = place.expect(0, &["diff", "old.yaml", "new.yaml"]).stdout;
    assert_eq!(text.matches("treat it as a different error").count(), 1, "{text}");
    assert!(text.contains("\n   40 breaking  status-changed\n"), "{text}");
    let github = place.expect(0, &["diff", "old.yaml", "new.yaml", "--format", "github"]).stdout;
    assert_eq!(github.matches("::error ").count(), 30, "{github}");
    assert!(github.ends_with("10 changes not shown: run `errbook diff`.\n"), "{github}");
}

#[test]
fn a_likely_rename_has_the_lines_to_paste() {
    let place = Place::new();
    place.put("old.yaml", ORIGINAL);
    place.put("new.yaml", &ORIGINAL.replace("SOLD_OUT", "ALL_SOLD_OUT"));
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml"]);
    let lines = "  retired:\n    SOLD_OUT: {use: ALL_SOLD_OUT}\n";
    assert!(ran.stdout.contains(lines), "{}", ran.stdout);
    place.put(
        "new.yaml",
        &format!("{}retired:\n  SOLD_OUT: {{use: ALL_SOLD_OUT}}\n", ORIGINAL.replace("SOLD_OUT", "ALL_SOLD_OUT")),
    );
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml"]);
    assert!(!ran.stdout.contains("have another name"), "{}", ran.stdout);
}

#[test]
fn an_accepted_change_says_why_and_an_ended_one_is_reported() {
    let place = Place::new();
    place.put("old.yaml", ORIGINAL);
    let accept = |until: &str| {
        let policy =
            format!("diff: {{accept: [{{rule: status-changed, until: '{until}', reason: Nobody saw it.}}]}}\n");
        place.put("api/new.yaml", &(ORIGINAL.replace("409", "410") + &policy));
        place.expect(0, &["diff", "old.yaml", "api/new.yaml"]).stdout
    };
    let text = accept("2999-01-01");
    assert!(text.contains("errors.SOLD_OUT.status: 409 -> 410  accepted: Nobody saw it, api/new.yaml:4"), "{text}");
    assert!(text.contains("minor release"), "{text}");
    let text = accept("2020-01-01");
    assert!(text.contains("api/new.yaml:6: `diff.accept` of status-changed ended with 2020-01-01\n"), "{text}");
    assert!(text.contains("major release"), "{text}");
    let github = place.expect(0, &["diff", "old.yaml", "api/new.yaml", "--format", "github"]).stdout;
    assert!(github.contains("::warning file=api/new.yaml,line=6,title=diff.accept::"), "{github}");
}

/// A level decides the version, and clients still see the change.
#[test]
fn the_changelog_has_what_a_level_rates_as_text_or_internal() {
    let place = Place::with_shop();
    place.expect(0, &["release", "1.0.0"]);
    for level in ["text", "internal"] {
        let policy = format!("diff: {{levels: {{status-changed: {level}}}}}\n");
        place.put("errors.yaml", &(SHOP.replace("status: 409", "status: 410") + &policy));
        let ran = place.expect(0, &["release", "1.0.1", "--dry-run"]);
        assert!(ran.stdout.contains("- `errors.SOLD_OUT.status`: `409` is now `410`.\n"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("documentation"), "{}", ran.stdout);
    }
}

/// The path of an old file leads there: `git show HEAD:api/errors.yaml`.
#[test]
fn a_removed_error_is_at_its_path_in_the_repository() {
    let place = Place::new();
    place.put("api/errors.yaml", &SHOP.replace("errors:\n", "errors:\n  LOST: {status: 404, fix: Look.}\n"));
    for args in
        [&["init", "-q"][..], &["add", "."], &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]]
    {
        let ran = Command::new("git").args(args).current_dir(place.path(".")).status();
        assert!(ran.expect("git runs").success());
    }
    place.put("api/errors.yaml", SHOP);
    let ran = place.expect(0, &["diff", "--against", "HEAD", "api/errors.yaml"]);
    assert!(ran.stdout.contains("HEAD:api/errors.yaml:"), "{}", ran.stdout);
}

#[test]
fn the_changelog_is_for_users_of_the_api() {
    let place = Place::new();
    place.put("old.yaml", ORIGINAL);
    place.put(
        "new.yaml",
        "\
errbook: 1
api: {name: Shop, version: 1.4.2}
generate: {json: errors.json}
errors:
  LOST: {status: [404, 410], message: 'Lost: {what}.', fix: Look for *it*, details: {what: {type: string, example: x}}}
  CLOSED: {status: 503, message: Closed., fix: Come back soon., deprecated: {since: 1.5.0, use: LOST, note: Too vague}}
  BROKEN: {status: 500, message: Broken., fix: Call us.}
  SECRET: {status: 500, message: Secret., fix: Call us., visibility: internal, mask: BROKEN}
",
    );
    let ran = place.expect(0, &["diff", "old.yaml", "new.yaml", "--format", "markdown"]);
    insta::assert_snapshot!("diff-changelog", ran.stdout);
}
