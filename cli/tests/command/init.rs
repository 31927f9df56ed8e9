use super::Place;

#[test]
fn the_starter_has_no_problem_and_generates() {
    let place = Place::new();
    let ran = place.expect(0, &["init"]);
    insta::assert_snapshot!(ran.stdout, @r"
    Wrote errors.yaml and errbook.schema.json.

    Next:
      errbook check errors.yaml
      errbook generate errors.yaml --out generated

    Where git changes line ends, add to .gitattributes:
      errors.yaml text eol=lf
      generated/** text eol=lf
    ");
    assert_eq!(ran.stderr, "");
    assert_eq!(place.files(), ["errbook.schema.json", "errors.yaml"]);
    assert!(place.text("errors.yaml").starts_with("# yaml-language-server: $schema=errbook.schema.json\n"));
    let ran = place.expect(0, &["check", "--deny-warnings"]);
    assert_eq!(ran.stderr, "");
    place.expect(0, &["generate", "errors.yaml", "--out", "generated"]);
    place.expect(0, &["generate"]);
    place.expect(0, &["generate", "--check"]);
}

#[test]
fn existing_files_stay() {
    let place = Place::new();
    place.put("errors.yaml", "mine");
    let ran = place.expect(2, &["init"]);
    assert!(ran.stderr.starts_with("error: `errors.yaml` already exists\n"), "{}", ran.stderr);
    assert_eq!(place.text("errors.yaml"), "mine");
    assert_eq!(place.files(), ["errors.yaml"]);

    place.put("api/errbook.schema.json", "mine too");
    let ran = place.expect(0, &["init", "api"]);
    assert!(ran.stdout.starts_with("Wrote api/errors.yaml.\n"), "{}", ran.stdout);
    assert_eq!(place.text("api/errbook.schema.json"), "mine too");
}

#[test]
fn missing_folders_are_created() {
    let place = Place::new();
    place.expect(0, &["init", "deep/er/shop.yaml"]);
    assert_eq!(place.files(), ["deep/er/errbook.schema.json", "deep/er/shop.yaml"]);
}
