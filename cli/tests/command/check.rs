use super::{Place, SHOP, apis};

const BAD: &str = "errbook: 1\napi: {name: Bad}\nerrors: {A: {statu: 404}}\n";
/// No fix: a warning.
const LINTED: &str = "errbook: 1\napi: {name: Linted}\nerrors: {A: {status: 400, description: It is so.}}\n";

#[test]
fn a_catalog_without_a_problem() {
    let ran = Place::with_shop().expect(0, &["check", "--deny-warnings"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("errors.yaml: no problem, 2 entries\n", ""));
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
    assert_eq!(ran.stdout, "errors.yaml: no problem, 2 entries\n");
    for text in ["bad.yaml:3:14", "did you mean `status`?", "two.yaml:1:10"] {
        assert!(ran.stderr.contains(text), "{text}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains('\u{1b}'));
}

#[test]
fn warnings_fail_only_where_denied() {
    let place = Place::new();
    place.put("errors.yaml", LINTED);
    let ran = place.expect(0, &["check"]);
    assert!(ran.stderr.contains("missing-fix"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    place.expect(1, &["check", "--deny-warnings"]);
    let ran = place.expect(0, &["generate", "--out", "out"]);
    assert_eq!(ran.stderr, "warning: errors.yaml: 1 warning; `errbook check` shows what they are\n");
    // Where somebody looks something up, warnings are noise.
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
fn what_cannot_be_read_is_no_finding() {
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
fn colour_is_asked_for_and_refused_by_the_environment() {
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
