use super::Place;

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    post:
      x-errors: [SOLD_OUT] # and nothing else
      responses:
        '201': {description: Ordered}
";

fn with_document() -> Place {
    let place = Place::with_shop();
    place.put("api/openapi.yaml", DOCUMENT);
    place
}

#[test]
fn the_whole_document_goes_to_stdout() {
    let place = Place::with_shop();
    place.expect(0, &["generate"]);
    assert_eq!(place.expect(0, &["openapi", "--format", "json"]).stdout, place.text("openapi.json"));
    let yaml = place.expect(0, &["openapi"]).stdout;
    assert!(yaml.starts_with("openapi: \"3.1.0\"\n"), "{yaml}");
}

/// A terminal ignores this character, and JSON has it as it is.
#[test]
fn no_character_of_a_text_is_left_out() {
    let place = Place::new();
    let text = "errbook: 1\napi: {name: Shop}\nerrors:\n  A: {status: 409, title: \"a\\x7fb\", fix: Wait.}\n";
    place.put("errors.yaml", text);
    let json = place.expect(0, &["openapi", "--format", "json"]).stdout;
    assert!(json.contains("\"a\u{7f}b\""), "{json}");
    place.put("openapi.yaml", DOCUMENT.replace("SOLD_OUT", "A").as_str());
    let overlay = place.expect(0, &["openapi", "--into", "openapi.yaml", "--overlay", "--format", "json"]).stdout;
    assert!(overlay.contains("\"a\u{7f}b\""), "{overlay}");
}

#[test]
fn a_document_gets_components_and_responses_and_nothing_else() {
    let place = with_document();
    let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml", "--check"]);
    insta::assert_snapshot!(ran.stdout, @"
    changed   api/openapi.yaml

    1 file is not up to date. To update, run:
        errbook openapi errors.yaml --into api/openapi.yaml
    ");
    assert_eq!(place.text("api/openapi.yaml"), DOCUMENT);

    let ran = place.expect(0, &["openapi", "--into", "api/openapi.yaml"]);
    assert_eq!(ran.stdout, "api/openapi.yaml: written\n");
    let merged = place.text("api/openapi.yaml");
    assert!(merged.starts_with(DOCUMENT), "{merged}");
    assert!(
        merged.contains(
            "\n        \"409\":\n          $ref: \"#/components/responses/PostOrdersErrors409\"\ncomponents:\n"
        ),
        "{merged}"
    );
    assert_eq!(place.files(), ["api/openapi.yaml", "errors.yaml"]);

    let ran = place.expect(0, &["openapi", "--into", "api/openapi.yaml", "--check"]);
    assert_eq!(ran.stdout, "api/openapi.yaml: up to date\n");
}

#[test]
fn what_is_in_the_way_is_said_with_its_place_and_nothing_is_written() {
    let place = with_document();
    let document = DOCUMENT.replace("[SOLD_OUT]", "[SOLD_UOT, CLOSED, SOLD_OUT]").replace("'201'", "'503'")
        + "components:\n  schemas:\n    SoldOutError: {type: object}\n";
    place.put("api/openapi.yaml", &document);
    for flag in ["--check", "--overlay"] {
        let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml", flag]);
        assert!(ran.stderr.contains("api/openapi.yaml:6:18"), "{}", ran.stderr);
    }
    let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml"]);
    insta::assert_snapshot!(ran.stderr);
    assert_eq!((ran.stdout.as_str(), place.text("api/openapi.yaml")), ("", document));
}

#[test]
fn an_overlay_is_printed_and_nothing_is_written() {
    let place = with_document();
    let ran = place.expect(0, &["openapi", "--into", "api/openapi.yaml", "--overlay", "--format", "json"]);
    let overlay: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((&overlay["overlay"], &overlay["extends"]), (&"1.0.0".into(), &"api/openapi.yaml".into()));
    assert_eq!(
        overlay["actions"][2]["update"]["responses"]["409"]["$ref"],
        "#/components/responses/PostOrdersErrors409"
    );
    assert_eq!(place.text("api/openapi.yaml"), DOCUMENT);
}

#[test]
fn unreadable_and_unwritable_documents_exit_with_2() {
    let place = with_document();
    let ran = place.expect(2, &["openapi", "--into", "nowhere.yaml"]);
    assert!(ran.stderr.starts_with("error: `nowhere.yaml` cannot be read"), "{}", ran.stderr);
    place.expect(2, &["openapi", "--check"]);
    place.expect(2, &["openapi", "--into", "api/openapi.yaml", "--check", "--overlay"]);
    let ran = place.expect(1, &["openapi", "--into", "errors.yaml"]);
    assert!(ran.stderr.contains("this is not an OpenAPI document"), "{}", ran.stderr);
}

#[test]
fn generate_merges_into_the_document_that_the_catalog_names() {
    let place = with_document();
    let catalog = super::named("Shop")
        + "generate: {openapi: {into: api/openapi.yaml, file: errors.openapi.yaml, version: '3.2'}}\n";
    place.put("errors.yaml", &catalog);
    place.expect(1, &["generate", "--check"]);
    place.expect(0, &["generate"]);
    let merged = place.text("api/openapi.yaml");
    assert!(merged.starts_with(DOCUMENT) && merged.contains("    SoldOutError:\n"), "{merged}");
    assert!(place.text("errors.openapi.yaml").starts_with("openapi: \"3.2.0\"\n"));
    place.expect(0, &["generate", "--out", "generated"]);
    let page = place.text("generated/shop/reference/sold-out.md");
    assert!(page.contains("\n## Returned by\n\n- `POST /orders`\n"), "{page}");
    place.expect(0, &["generate", "--check"]);
    place.expect(0, &["openapi", "--into", "api/openapi.yaml", "--check"]);

    place.put("api/openapi.yaml", "openapi: 3.1.0\nx-errors: [NOTHING]\n");
    place.put("errors.openapi.yaml", "");
    let ran = place.expect(1, &["generate"]);
    assert!(ran.stderr.contains("api/openapi.yaml:2:12"), "{}", ran.stderr);
    assert_eq!(place.text("errors.openapi.yaml"), "", "nothing is written");

    place.put("errors.yaml", &catalog.replace("into: api/openapi.yaml, file: errors.openapi.yaml, ", ""));
    let ran = place.expect(1, &["check"]);
    assert!(ran.stderr.contains("`openapi` needs `file` or `into`"), "{}", ran.stderr);
}

/// A document with a path item in a file, and one in the repository beside it.
fn split() -> Place {
    let place = Place::with_shop();
    let document = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n  /orders: {$ref: paths/orders.yaml}\n  \
                    /shop: {$ref: ../shared/shop.yaml}\n";
    place.put("api/openapi.yaml", document);
    place.put("api/paths/orders.yaml", "post:\n  x-errors: [SOLD_OUT] # and nothing else\n");
    place.put("shared/shop.yaml", "get: {operationId: readShop}\n");
    std::fs::create_dir(place.path(".git")).expect("a repository");
    place
}

#[test]
fn the_files_of_path_items_are_edited_together() {
    let place = split();
    let before = place.text("api/openapi.yaml");
    let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml", "--check"]);
    insta::assert_snapshot!(ran.stdout, @"
    changed   api/openapi.yaml
    changed   api/paths/orders.yaml

    2 files are not up to date. To update, run:
        errbook openapi errors.yaml --into api/openapi.yaml
    ");
    let ran = place.expect(0, &["openapi", "--into", "api/openapi.yaml"]);
    assert_eq!(ran.stdout, "api/openapi.yaml: written\napi/paths/orders.yaml: written\n");
    assert_eq!(
        place.text("api/paths/orders.yaml"),
        "post:\n  x-errors: [SOLD_OUT] # and nothing else\n  responses:\n    \"409\":\n      \
         $ref: \"../openapi.yaml#/components/responses/PostOrdersErrors409\"\n"
    );
    assert!(place.text("api/openapi.yaml").starts_with(&before));
    assert_eq!(place.files(), ["api/openapi.yaml", "api/paths/orders.yaml", "errors.yaml", "shared/shop.yaml"]);
    let ran = place.expect(0, &["openapi", "--into", "api/openapi.yaml", "--check"]);
    assert_eq!(ran.stdout, "api/openapi.yaml: up to date\n");

    place.put("shared/shop.yaml", "get: {operationId: readShop, x-errors: [CLOSED]}\n");
    let ran = place.expect(0, &["openapi", "--into", "api/openapi.yaml"]);
    assert_eq!(ran.stdout, "api/openapi.yaml: written\napi/../shared/shop.yaml: written\n");
    let reference = "../api/openapi.yaml#/components/responses/ReadShopErrors503";
    assert!(place.text("shared/shop.yaml").contains(reference), "{}", place.text("shared/shop.yaml"));
}

/// A reference to the document leads to its real folder, and not to a link of another name.
#[cfg(unix)]
#[test]
fn a_document_in_a_linked_folder_is_referred_to_by_its_real_path() {
    let place = Place::with_shop();
    let catalog = super::named("Shop") + "generate: {openapi: {into: linked/openapi.yaml}}\n";
    place.put("errors.yaml", &catalog);
    std::fs::create_dir(place.path(".git")).expect("a repository");
    place.put("real/api/openapi.yaml", "openapi: 3.1.0\npaths:\n  /shop: {$ref: ../shared/shop.yaml}\n");
    place.put("real/shared/shop.yaml", "get: {operationId: readShop, x-errors: [CLOSED]}\n");
    std::os::unix::fs::symlink("real/api", place.path("linked")).expect("a link");
    place.expect(0, &["openapi", "--into", "linked/openapi.yaml"]);
    let item = place.text("real/shared/shop.yaml");
    assert!(item.contains("../api/openapi.yaml#/components/responses/ReadShopErrors503"), "{item}");
    // The same document, by its own path and by that of the catalog.
    place.expect(0, &["openapi", "--into", "real/api/openapi.yaml", "--check"]);
    place.expect(0, &["generate", "--check"]);
}

#[test]
fn a_problem_in_the_file_of_a_path_item_has_its_place() {
    let place = split();
    place.put("api/paths/orders.yaml", "post:\n  x-errors: [SOLDOUT]\n");
    let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml"]);
    assert!(ran.stderr.contains("--> api/paths/orders.yaml:2:14"), "{}", ran.stderr);
    let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml", "--overlay"]);
    assert!(ran.stderr.contains("--> api/paths/orders.yaml:2:14"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn files_of_path_items_are_regular_files_of_the_repository() {
    let outside = Place::new();
    outside.put("orders.yaml", "post: {x-errors: [SOLD_OUT]}\n");
    let place = split();
    let file = place.path("api/paths/orders.yaml");
    std::fs::remove_file(&file).expect("a file of ours");
    std::os::unix::fs::symlink(outside.path("orders.yaml"), &file).expect("a link");
    let ran = place.expect(1, &["openapi", "--into", "api/openapi.yaml"]);
    assert!(
        ran.stderr.contains("`paths/orders.yaml` cannot be read: it leads out of the repository"),
        "{}",
        ran.stderr
    );
    assert_eq!(outside.text("orders.yaml"), "post: {x-errors: [SOLD_OUT]}\n");
}

/// A report does not show whether a file outside exists, or what is in it.
#[cfg(unix)]
#[test]
fn references_out_of_the_repository_are_not_followed() {
    let outer = Place::new();
    outer.put("repo/.git/config", "x-errors: hunter2\n");
    outer.put("secret.yaml", "x-errors: hunter2\npost: {}\n");
    let shop = super::named("Shop") + "generate: {openapi: {into: api/o.yaml}}\n";
    outer.put("repo/errors.yaml", &shop);
    std::fs::create_dir(outer.path("repo/api")).expect("a new folder");
    std::os::unix::fs::symlink("../../secret.yaml", outer.path("repo/api/there.yaml")).expect("a link");
    std::os::unix::fs::symlink("../../no.yaml", outer.path("repo/api/not-there.yaml")).expect("a link");
    let absolute = outer.path("secret.yaml").display().to_string();
    let run = |reference: &str, args: &[&str]| {
        let document =
            format!("openapi: 3.1.0\npaths:\n  /a: {{$ref: '{reference}'}}\n  /b: {{get: {{x-errors: [SOLD_OUT]}}}}\n");
        outer.put("repo/api/o.yaml", &document);
        let ran = super::ran(outer.command(args).current_dir(outer.path("repo")));
        assert_eq!(ran.code, Some(1), "{reference}: {ran:?}");
        let text = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!text.contains("hunter2"), "{reference}: {text}");
        text
    };
    for args in [&["openapi", "--into", "api/o.yaml", "--check"][..], &["generate", "--check"]] {
        for (there, not_there) in [
            ("../../secret.yaml", "../../no.yaml"),
            ("there.yaml", "not-there.yaml"),
            ("../.git/config", "../.git/no"),
            ("%2e%2e/../secret.yaml", "%2e%2e/../no.yaml"),
        ] {
            let shown =
                |text: String, name: &str| text.replace(name, "NAME").replace(&name.replace("%2e%2e", ".."), "NAME");
            let text = shown(run(there, args), there);
            assert!(text.contains("cannot be read: it leads "), "{there}: {text}");
            assert_eq!(shown(run(not_there, args), not_there), text);
        }
        // A reference from the root is no path of the document.
        for reference in ["/etc/passwd", absolute.as_str()] {
            assert!(!run(reference, args).contains("cannot be read"));
        }
    }
}

#[cfg(unix)]
#[test]
fn two_path_items_are_not_one_file() {
    let place = split();
    std::os::unix::fs::symlink("orders.yaml", place.path("api/paths/other.yaml")).expect("a link");
    let document =
        place.text("api/openapi.yaml").replace("  /orders:", "  /other: {$ref: paths/other.yaml}\n  /orders:");
    place.put("api/openapi.yaml", &document);
    let before = place.text("api/paths/orders.yaml");
    for check in [&["--check"][..], &[]] {
        let ran = place.run(&[&["openapi", "--into", "api/openapi.yaml"], check].concat());
        assert!(ran.code == Some(2) && ran.stderr.contains("are the same file"), "{ran:?}");
    }
    assert_eq!(place.text("api/paths/orders.yaml"), before);
}

#[test]
fn generate_edits_the_files_of_path_items() {
    let place = split();
    let catalog = super::named("Shop") + "generate: {openapi: {into: api/openapi.yaml}}\n";
    place.put("errors.yaml", &catalog);
    place.expect(1, &["generate", "--check"]);
    place.expect(0, &["generate"]);
    assert!(place.text("api/paths/orders.yaml").contains("PostOrdersErrors409"));
    place.expect(0, &["generate", "--check"]);
    place.expect(0, &["openapi", "--into", "api/openapi.yaml", "--check"]);
    place.expect(0, &["generate", "--out", "generated"]);
    let page = place.text("generated/shop/reference/sold-out.md");
    assert!(page.contains("\n## Returned by\n\n- `POST /orders`\n"), "{page}");
    let ran = place.expect(0, &["audit"]);
    assert!(!ran.stdout.contains("PostOrdersErrors409") && !ran.stderr.contains("PostOrdersErrors409"), "{ran:?}");
}

const RETRIES: &str = "\
errbook: 1
api: {name: Shop}
errors:
  BUSY: {status: 503, fix: Wait., retry: {initial: 1s, attempts: 3}}
  LIMITED: {status: 429, fix: Wait., retry: {after: Retry-After, attempts: 3}, headers: {Retry-After: '1'}}
generate: {openapi: {into: api.yaml, file: components.yaml, retries: [speakeasy, fern]}}
";

/// A note is for the first of the operations, and changes no exit code.
#[test]
fn what_an_extension_for_retries_cannot_say_is_a_note() {
    let place = Place::new();
    place.put("catalog.yaml", RETRIES);
    place.put(
        "api.yaml",
        "openapi: 3.1.0\nx-errors: [BUSY, LIMITED]\npaths:\n  /orders:\n    get: {}\n    put: {}\n    post: {x-fern-retries: {disabled: true}}\n    delete: {x-speakeasy-retries: {strategy: none}}\n",
    );
    let checked = place.expect(1, &["openapi", "catalog.yaml", "--into", "api.yaml", "--check"]);
    let ran = place.expect(0, &["openapi", "catalog.yaml", "--into", "api.yaml"]);
    assert_eq!(checked.stderr, ran.stderr);
    insta::assert_snapshot!(ran.stderr);
    let printed = place.expect(0, &["openapi", "catalog.yaml"]);
    assert!(printed.stdout.contains("x-speakeasy-retries:"), "{}", printed.stdout);
    assert!(printed.stderr.contains("--> catalog.yaml\n"), "{}", printed.stderr);
    let generated = place.expect(0, &["generate", "catalog.yaml"]);
    for place in ["--> components.yaml\n", "--> api.yaml:5:5\n"] {
        assert!(generated.stderr.contains(place), "{}", generated.stderr);
    }
    let current = place.expect(0, &["generate", "catalog.yaml", "--check"]);
    assert_eq!(current.stderr, generated.stderr);
}
