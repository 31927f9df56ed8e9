use super::{Place, SHOP, apis};

const BAD: &str = "errbook: 1\napi: {name: Bad}\nerrors: {A: {statu: 404}}\n";
/// No fix: a warning.
const LINTED: &str = "errbook: 1\napi: {name: Linted}\nerrors: {A: {status: 400, description: It is so.}}\n";

#[test]
fn a_catalog_without_a_problem() {
    let ran = Place::with_shop().expect(0, &["check", "--deny-warnings"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("errors.yaml: no problems, 2 entries\n", ""));
}

#[test]
fn entries_that_no_client_receives_are_counted() {
    let place = Place::new();
    let texts = "description: It is so., fix: Wait.";
    let entries = format!(
        "A: {{status: 500, {texts}}}, B: {{message: No tea., {texts}}}, C: {{status: 507, visibility: internal, {texts}}}"
    );
    place.put("errors.yaml", &format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{{entries}}}\n"));
    let ran = place.expect(0, &["check"]);
    assert_eq!(ran.stdout, "errors.yaml: no problems, 3 entries, 1 without a status, 1 internal\n");
}

#[test]
fn the_bundled_catalogs_have_no_problem() {
    let catalogs: Vec<_> = std::fs::read_dir(apis())
        .expect("the bundled catalogs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let mut args = vec!["check", "--deny-warnings"];
    args.extend(catalogs.iter().map(String::as_str));
    let ran = Place::new().expect(0, &args);
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (5, ""));
}

#[test]
fn reports_go_to_stderr_and_every_catalog_is_checked() {
    let place = Place::with_shop();
    place.put("bad.yaml", BAD);
    place.put("two.yaml", "errbook: 2\n");
    let ran = place.expect(1, &["check", "bad.yaml", "errors.yaml", "two.yaml"]);
    assert_eq!(ran.stdout, "errors.yaml: no problems, 2 entries\n");
    for text in ["bad.yaml:3:14", "did you mean `status`?", "two.yaml:1:10"] {
        assert!(ran.stderr.contains(text), "{text}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains('\u{1b}'));
}

#[test]
fn warnings_fail_only_if_denied() {
    let place = Place::new();
    place.put("errors.yaml", LINTED);
    let ran = place.expect(0, &["check"]);
    assert!(ran.stderr.contains("missing-fix"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    place.expect(1, &["check", "--deny-warnings"]);
    let ran = place.expect(0, &["generate", "--out", "out"]);
    assert_eq!(ran.stderr, "warning: errors.yaml: 1 warning; run `errbook check` to see them\n");
    // Commands that only read do not print warnings.
    assert_eq!(place.expect(0, &["list"]).stderr, "");
    assert_eq!(place.expect(0, &["explain", "A"]).stderr, "");
}

#[test]
fn json_is_one_line_on_stdout_for_each_catalog() {
    let place = Place::with_shop();
    place.put("bad.yaml", BAD);
    let ran = place.expect(1, &["check", "errors.yaml", "bad.yaml", "--format", "json"]);
    assert_eq!(ran.stderr, "");
    let reports: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0]["problems"], serde_json::json!([]));
    assert_eq!(reports[1]["problems"][0]["rule"], "unknown-key");
}

#[test]
fn github_annotations_go_to_stdout() {
    let place = Place::new();
    place.put("bad.yaml", BAD);
    let ran = place.expect(1, &["check", "bad.yaml", "--format", "github"]);
    assert!(ran.stdout.starts_with("::error file=bad.yaml,line=3,"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn an_unreadable_catalog_is_not_a_finding() {
    let place = Place::with_shop();
    place.put("bad.yaml", BAD);
    place.expect(2, &["check", "nowhere.yaml", "bad.yaml"]);
    place.expect(2, &["check", "bad.yaml", "nowhere.yaml"]);
    place.expect(2, &["check", "."]);
    // An include that cannot be read is a mistake of the catalog.
    place.put("errors.yaml", &format!("{SHOP}include: [nowhere.yaml]\n"));
    place.expect(1, &["check"]);
}

#[test]
fn environment_variables_turn_colors_on_and_off() {
    let place = Place::new();
    place.put("errors.yaml", BAD);
    let stderr = |variables: &[(&str, &str)]| {
        let mut command = place.command(&["check"]);
        command.envs(variables.iter().copied());
        super::ran(&mut command).stderr
    };
    assert!(!stderr(&[]).contains('\u{1b}'));
    assert!(stderr(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!stderr(&[("NO_COLOR", "1")]).contains('\u{1b}'));
}

/// Known warnings.
fn with_baseline() -> Place {
    let place = Place::new();
    place.put("errors.yaml", LINTED);
    let ran = place.expect(0, &["check", "--write-baseline", "--deny-warnings"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("errors.yaml: no new problems, 1 entry, 1 known\n", ""));
    place
}

#[test]
fn only_new_warnings_are_reported() {
    let place = with_baseline();
    assert!(place.text("errbook.baseline").ends_with("file errors.yaml\n  missing-fix errors.A\n"));
    place.expect(0, &["check", "--deny-warnings"]);
    assert_eq!(place.expect(0, &["generate", "--out", "out"]).stderr, "");
    place.put("errors.yaml", &LINTED.replace("A: {", "B: {status: 404, description: So.}, A: {"));
    let ran = place.expect(1, &["check", "--deny-warnings"]);
    assert!(ran.stderr.starts_with("warning[missing-fix]: `B` has no `fix`\n"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("\n1 warning in errors.yaml; errbook.baseline leaves out 1\n"), "{}", ran.stderr);
    let ran = place.expect(0, &["generate", "--out", "out"]);
    assert_eq!(ran.stderr, "warning: errors.yaml: 1 warning; run `errbook check` to see them\n");
    for (format, text) in [("json", "\"known\":1,"), ("github", "::warning file=errors.yaml,line=3,")] {
        let ran = place.expect(0, &["check", "--format", format]);
        assert!(ran.stdout.contains(text), "{}", ran.stdout);
    }
}

#[test]
fn a_baseline_only_shrinks() {
    let place = with_baseline();
    let before = place.text("errbook.baseline");
    place.put("errors.yaml", &LINTED.replace("A: {", "B: {status: 404, description: So.}, A: {"));
    place.expect(1, &["check", "--deny-warnings", "--write-baseline"]);
    assert_eq!(place.text("errbook.baseline"), before);
    place.put("errors.yaml", &LINTED.replace("description: It is so.", "description: It is so., fix: Go."));
    let ran = place.expect(1, &["check", "--deny-warnings"]);
    assert!(ran.stderr.contains("--> errbook.baseline:4:3"), "{}", ran.stderr);
    place.expect(0, &["check", "--deny-warnings", "--write-baseline"]);
    assert!(place.text("errbook.baseline").ends_with("\nfile errors.yaml\n"));
    place.put("errors.yaml", LINTED);
    place.expect(1, &["check", "--deny-warnings", "--write-baseline"]);
    place.expect(0, &["check", "--deny-warnings", "--write-baseline=grow"]);
    assert_eq!(place.text("errbook.baseline"), before);
}

#[test]
fn a_baseline_applies_only_to_catalogs_in_its_folder() {
    let place = Place::new();
    place.put("api/one.yaml", LINTED);
    place.put("api/two.yaml", LINTED);
    place.expect(0, &["check", "--write-baseline", "api/one.yaml"]);
    place.expect(0, &["check", "--deny-warnings", "api/one.yaml"]);
    place.expect(1, &["check", "--deny-warnings", "api/two.yaml"]);
    place.expect(0, &["check", "--write-baseline", "--deny-warnings", "api/two.yaml", "api/one.yaml"]);
    assert!(
        place
            .text("api/errbook.baseline")
            .ends_with("file one.yaml\n  missing-fix errors.A\nfile two.yaml\n  missing-fix errors.A\n")
    );
    // The baseline is not part of the release.
    place.expect(0, &["release", "1.0.0", "api/one.yaml"]);
    assert!(!place.text("api/one.lock").contains("baseline"));
}

#[test]
fn an_unreadable_baseline_is_an_error_and_an_invalid_catalog_gets_none() {
    let place = Place::new();
    place.put("errors.yaml", BAD);
    place.expect(1, &["check", "--write-baseline"]);
    assert_eq!(place.files(), ["errors.yaml"]);
    place.put("errbook.baseline/file", "");
    let ran = place.expect(2, &["check"]);
    assert!(ran.stderr.contains("`errbook.baseline` cannot be read"), "{}", ran.stderr);
}

/// A baseline is the only file that the command writes.
#[test]
fn a_file_that_is_not_a_baseline_is_not_overwritten() {
    let catalog = "errbook: 1\napi: {name: Shop}\nerrors: {A: {status: 409, description: It is gone.}}\n";
    for text in ["my own notes\n", "# notes\n", "file errors.yaml\n", catalog] {
        let place = Place::new();
        place.put("errors.yaml", catalog);
        place.put("errbook.baseline", text);
        for how in ["--write-baseline", "--write-baseline=grow"] {
            let ran = place.expect(2, &["check", how]);
            assert!(ran.stderr.contains("`errbook.baseline` exists, and errbook did not write it"), "{}", ran.stderr);
            assert_eq!(place.text("errbook.baseline"), text);
        }
    }
    let place = Place::new();
    place.put("errors.yaml", catalog);
    place.put("errbook.baseline", " \n");
    place.expect(0, &["check", "--write-baseline"]);
    assert!(place.text("errbook.baseline").contains("missing-fix"));
    #[cfg(unix)]
    for target in ["errors.yaml", "main.rs", "prose.md"] {
        let place = Place::new();
        let catalog = catalog.replace("errors:", "prose: {before: prose.md}\nerrors:");
        place.put("errors.yaml", &catalog);
        place.put("main.rs", "fn main() {}\n");
        // A file with the text of a baseline that is an input.
        place.put(
            "prose.md",
            "# The known findings of lints. `errbook check` does not report them. This file only shrinks:\n",
        );
        let before = place.text(target);
        std::os::unix::fs::symlink(target, place.path("errbook.baseline")).expect("a new link");
        let ran = place.expect(2, &["check", "--write-baseline"]);
        assert!(ran.stderr.contains("errbook did not write it"), "{target}: {}", ran.stderr);
        assert_eq!(place.text(target), before);
    }
}

/// Each template takes more memory than a machine has.
#[cfg(target_os = "linux")]
#[test]
fn a_template_cannot_exhaust_the_memory() {
    let double = "{% set x = 'xxxxxxxxxxxxxxxx' %}{% for i in range(end=60) %}{% set_global x = x ~ x %}{% endfor %}";
    let replaced = "{% set x = 'x' %}{% for i in range(end=9) %}{% set_global x = x | replace(from='x', to=x ~ x ~ x) %}{% endfor %}";
    let catalog = "errbook: 1\napi: {name: Shop}\nerrors: {A: {status: 409, description: a., fix: b.}}\n";
    let (prose, templates) = ("prose: {before: p.md}\n", "generate: {docs: {dir: d, templates: t}}\n");
    let check: &[&str] = &["check"];
    for (hostile, file, line, args) in [
        (double, "p.md", prose, check),
        (double, "t/index.md", templates, check),
        (replaced, "p.md", prose, check),
        (replaced, "t/index.md", templates, &["generate", "--check"]),
        (replaced, "p.md", prose, &["site", "--out", "site", "--check"]),
    ] {
        let place = Place::new();
        place.put("errors.yaml", &format!("{catalog}{line}"));
        place.put(file, hostile);
        let ran = place.run(args);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("take more than 2 GiB of memory or 300 seconds"), "{ran:?}");
    }
}
