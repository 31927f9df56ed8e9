use super::Place;

const UNTIDY: &str = "\
errbook: 1
api: {name: Shop}
include: ['more/*.yaml']
errors:
  A:
    fix: Wait. # or not
    status:  404
";

#[test]
fn every_file_is_put_in_order() {
    let place = Place::new();
    place.put("api/errors.yaml", UNTIDY);
    place.put("api/more/b.yaml", "errors:\n  B: { fix: Look. , status: 410 }\n");
    place.put("api/more/c.yaml", "errors:\n  C: {status: 403, fix: Ask.}\n");
    let ran = place.expect(1, &["fmt", "--check", "api/errors.yaml"]);
    insta::assert_snapshot!(ran.stdout);
    assert_eq!(place.text("api/errors.yaml"), UNTIDY);
    let ran = place.expect(0, &["fmt", "api/errors.yaml"]);
    assert_eq!(ran.stdout, "formatted api/errors.yaml\nformatted api/more/b.yaml\n");
    let (head, _) = UNTIDY.split_once("    fix").expect("a fix");
    assert_eq!(place.text("api/errors.yaml"), format!("{head}    status: 404\n    fix: Wait. # or not\n"));
    assert_eq!(place.text("api/more/b.yaml"), "errors:\n  B: {status: 410, fix: Look.}\n");
    for args in [&["fmt", "api/errors.yaml"][..], &["fmt", "--check", "api/errors.yaml"]] {
        assert_eq!(place.expect(0, args).stdout, "all files are formatted\n");
    }
}

#[test]
fn a_catalog_that_cannot_be_put_in_order_stays() {
    let place = Place::new();
    let text = "errbook: 1\napi:  {name: Shop}\ncontext:\n  a:\n    type: string\n    example: |+\n\n\n";
    place.put("errors.yaml", text);
    let ran = place.expect(2, &["fmt"]);
    let message = "formatting would change `context.a.example` in `errors.yaml`\nhelp: format this file by hand\n";
    assert!(ran.stderr.ends_with(message), "{}", ran.stderr);
    assert_eq!(place.text("errors.yaml"), text);
    place.put("errors.yaml", "errbook: 1\napi: {nam: Shop}\n");
    assert!(place.expect(1, &["fmt"]).stderr.contains("errors.yaml:2:7"));
}

#[test]
fn a_lint_is_no_reason_not_to_format() {
    let place = Place::new();
    let text = "errbook: 1\napi:  {name: Shop}\nlints: {missing-fix: error}\nerrors: {A: {status: 409}}\n";
    place.put("errors.yaml", text);
    place.expect(1, &["check"]);
    place.expect(0, &["fmt"]);
    assert_eq!(place.text("errors.yaml"), text.replace("  {", " {"));
}

#[test]
fn a_new_catalog_is_in_order() {
    let place = Place::new();
    place.expect(0, &["init"]);
    assert_eq!(place.expect(0, &["fmt", "--check"]).stdout, "all files are formatted\n");
}

#[test]
fn a_text_keeps_its_end() {
    let place = Place::new();
    let text = "errbook: 1\napi:   {name: Shop}\ncontext:\n  a:\n    example: |+\n      x  \n\n    type: string\n  b:\n    type: string\n    example: |+\n      y\n\n\n";
    place.put("errors.yaml", text);
    place.expect(0, &["fmt"]);
    assert_eq!(place.text("errors.yaml"), text.replace("   {", " {"));
    assert_eq!(place.expect(0, &["fmt"]).stdout, "all files are formatted\n");
}
