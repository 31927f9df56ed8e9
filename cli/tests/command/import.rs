use super::Place;

const PAGE: &str = "\
# Teahouse

| Code | Status | Meaning | What to do |
|---|---|---|---|
| `kettle_cold` | 503 | The kettle is cold. | Wait. |
| `no_tea` | soon | There is none. | |
| | | nothing at all | |
";

#[test]
fn a_page_becomes_a_catalog_on_stdout_with_a_report_beside_it() {
    let place = Place::new();
    place.put("old.md", PAGE);
    let ran = place.expect(0, &["import", "old.md"]);
    assert!(
        ran.stdout.starts_with("# yaml-language-server: $schema=errbook.schema.json\nerrbook: 1\n"),
        "{}",
        ran.stdout
    );
    insta::assert_snapshot!(ran.stderr);
    place.put("errors.yaml", &ran.stdout);
    place.expect(0, &["check"]);
    place.expect(0, &["generate", "--out", "generated"]);
}

#[test]
fn an_existing_file_stays() {
    let place = Place::new();
    place.put("old.md", PAGE);
    let ran = place.expect(0, &["import", "old.md", "--out", "new/errors.yaml"]);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.ends_with("Next:\n  errbook check new/errors.yaml\n"), "{}", ran.stderr);
    place.put("errors.yaml", "mine");
    let ran = place.expect(2, &["import", "old.md", "--out", "errors.yaml"]);
    assert!(ran.stderr.starts_with("error: `errors.yaml` already exists\n"), "{}", ran.stderr);
    assert_eq!(place.text("errors.yaml"), "mine");
}

#[test]
fn the_report_is_json_for_programs() {
    let place = Place::new();
    place.put("old.md", PAGE);
    let ran = place.expect(0, &["import", "old.md", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stderr).expect("JSON");
    assert_eq!((&report["errors"], &report["read"], &report["carried"]), (&2.into(), &3.into(), &2.into()));
    assert_eq!(report["left"][1]["line"], 7);
}

#[test]
fn an_openapi_document_is_read() {
    let place = Place::new();
    place.put(
        "api.json",
        r#"{"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "paths": {"/": {"get": {"responses": {
            "404": {"description": "Lost.", "content": {"application/json": {"example": {"code": "lost", "message": "It is lost"}}}}
        }}}}}"#,
    );
    let ran = place.expect(0, &["import", "api.json"]);
    assert!(ran.stdout.contains("  lost:\n    status: 404\n    message: It is lost\n"), "{}", ran.stdout);
}

#[test]
fn what_generate_writes_can_be_imported_again() {
    let place = Place::with_shop();
    place.expect(0, &["generate"]);
    let ran = place.expect(0, &["import", "openapi.json"]);
    for code in ["  SOLD_OUT:\n    status: 409\n", "  CLOSED:\n    status: 503\n"] {
        assert!(ran.stdout.contains(code), "{}", ran.stdout);
    }
}

#[test]
fn unreadable_sources_are_reported() {
    let place = Place::new();
    place.put("empty.md", "# Nothing\n");
    place.put("errors.pdf", "");
    for (code, file, words) in [
        (1, "empty.md", "the page has no errors"),
        (2, "errors.pdf", "has an unsupported file extension"),
        (2, "absent.md", "cannot be read"),
    ] {
        let ran = place.expect(code, &["import", file]);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(words), "{}", ran.stderr);
    }
}
