use super::{Place, SHOP};

#[test]
fn every_file_has_the_new_id() {
    let place = Place::new();
    let root = "errbook: 1\napi: {name: Shop}\ninclude: ['more/*.yaml']\n\
                rejections: {401: A, 4XX: A, 5XX: DOWN}\npredicates: {is_a: [A]}\n\
                audit: {allow: [{rule: never-constructed, id: A, reason: A plan.}]}\n\
                errors: {A: {status: 401, fix: Sign in.}, DOWN: {status: 500}}\n";
    place.put("api/errors.yaml", root);
    place.put("api/more/b.yaml", "errors:\n  B: {status: 402, deprecated: {use: 'A'}} # soon\n");
    place.put("api/more/c.yaml", "errors: {C: {status: 403}}\n");
    let ran = place.expect(0, &["rename", "A", "UNKNOWN_USER", "api/errors.yaml"]);
    assert_eq!(ran.stdout, "Renamed `A` to `UNKNOWN_USER` in api/errors.yaml, api/more/b.yaml.\n");
    assert_eq!(
        ran.stderr,
        "warning: the wire code changes from `A` to `UNKNOWN_USER`; this breaks clients that branch on it\n"
    );
    let root = root
        .replace(": A", ": UNKNOWN_USER")
        .replace("[A]", "[UNKNOWN_USER]")
        .replace("{A: {", "{UNKNOWN_USER: {")
        .replace("UNKNOWN_USER plan", "A plan");
    let root = root.replace("audit:", "retired:\n  A: {use: UNKNOWN_USER}\naudit:");
    assert_eq!(place.text("api/errors.yaml"), root);
    assert_eq!(
        place.text("api/more/b.yaml"),
        "errors:\n  B: {status: 402, deprecated: {use: 'UNKNOWN_USER'}} # soon\n"
    );
}

#[test]
fn a_code_of_its_own_stays() {
    let place = Place::new();
    place.put("errors.yaml", &SHOP.replace("SOLD_OUT: {", "SOLD_OUT: {code: sold_out, "));
    let ran = place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("Renamed `SOLD_OUT` to `OUT_OF_STOCK` in errors.yaml.\n", "")
    );
}

/// The warning is about the code that clients know: that of the last release.
#[test]
fn a_warning_names_the_code_that_clients_know() {
    let place = Place::with_shop();
    place.expect(0, &["release", "1.0.0"]);
    let warning = |old: &str, new: &str| place.expect(0, &["rename", old, new]).stderr;
    assert!(warning("SOLD_OUT", "GONE").contains("changes from `SOLD_OUT` to `GONE`;"));
    assert!(warning("GONE", "AWAY").contains("changes from `SOLD_OUT` to `AWAY`;"));
    assert_eq!(warning("AWAY", "SOLD_OUT"), "");
    // The code is written, and is the id by chance.
    place.expect(0, &["rename", "SOLD_OUT", "GONE", "--keep-code"]);
    assert_eq!(warning("GONE", "SOLD_OUT"), "");
    assert_eq!(warning("SOLD_OUT", "AWAY"), "");
    assert!(place.text("errors.yaml").contains("AWAY: {code: SOLD_OUT"), "{}", place.text("errors.yaml"));
    // Nobody knows a new error.
    place.put(
        "errors.yaml",
        &place.text("errors.yaml").replace("errors:\n", "errors:\n  NEW: {status: 404, fix: Look.}\n"),
    );
    assert_eq!(warning("NEW", "LATEST"), "");
}

#[test]
fn an_accepted_change_stays_accepted() {
    let place = Place::new();
    let accept = "diff:\n  accept:\n    - {rule: status-changed, path: errors.A, until: 2.0.0, reason: x.}\n    \
                  - {rule: code-changed, path: 'errors.A.code', until: 2.0.0, reason: x.}\n    \
                  - {rule: code-changed, path: errors.A.B.code, until: 2.0.0, reason: x.}\n    \
                  - {rule: code-changed, path: errors.AB, until: 2.0.0, reason: x.}\n";
    let text = format!(
        "errbook: 1\napi: {{name: Shop}}\n{accept}errors:\n  A: {{status: 401, fix: Look.}}\n  A.B: {{status: 404, fix: Look.}}\n"
    );
    place.put("errors.yaml", &text);
    place.expect(0, &["rename", "A", "Z"]);
    let text = place.text("errors.yaml");
    let paths: Vec<&str> = text.lines().filter_map(|line| line.split("path: ").nth(1)?.split(',').next()).collect();
    assert_eq!(paths, ["errors.Z", "'errors.Z.code'", "errors.A.B.code", "errors.AB"]);
}

#[test]
fn an_id_that_needs_quotes_gets_them() {
    let place = Place::with_shop();
    place.expect(0, &["rename", "SOLD_OUT", "no"]);
    assert!(place.text("errors.yaml").contains("  \"no\": {"), "{}", place.text("errors.yaml"));
    assert!(place.text("errors.yaml").contains("  SOLD_OUT: {use: \"no\"}\n"), "{}", place.text("errors.yaml"));
    place.expect(0, &["rename", "no", "OUT_OF_STOCK"]);
    assert!(place.text("errors.yaml").contains("  \"no\": {use: OUT_OF_STOCK}\n"), "{}", place.text("errors.yaml"));
    // Without quotes, the catalog is rejected, and the report says what to write.
    place.put("errors.yaml", &SHOP.replace("SOLD_OUT: {", "no: {"));
    let ran = place.expect(1, &["check"]);
    assert!(ran.stderr.contains("put it in quotes: \"no\"") || ran.stdout.contains("put it in quotes: \"no\""));
}

#[test]
fn an_id_that_must_stay_stays() {
    let place = Place::with_shop();
    for (old, new, reason) in [
        ("SOLDOUT", "X", "the catalog has no error `SOLDOUT`; did you mean `SOLD_OUT`?"),
        ("SOLD_OUT", "CLOSED", "`CLOSED` already exists"),
        (
            "SOLD_OUT",
            "sold-out",
            "the catalog would be invalid: `sold-out` would replace the page of the retired `SOLD_OUT`",
        ),
    ] {
        let ran = place.expect(1, &["rename", old, new]);
        assert_eq!(ran.stderr, format!("error: {reason}\n"));
        assert_eq!(place.text("errors.yaml"), SHOP);
    }
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.put("real/errors.yaml", SHOP);
    let mode = || std::fs::metadata(place.path("real/errors.yaml")).expect("a file").permissions().mode() & 0o777;
    std::fs::set_permissions(place.path("real/errors.yaml"), PermissionsExt::from_mode(0o640)).expect("its owner's");
    symlink("real/errors.yaml", place.path("errors.yaml")).expect("a link");
    place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
    assert!(place.path("errors.yaml").is_symlink());
    assert_eq!(mode(), 0o640);
    assert!(place.text("real/errors.yaml").contains("  SOLD_OUT: {use: OUT_OF_STOCK}\n"));
}

/// A catalog with an error to rename, and a deprecated error that it replaces.
const LED: &str = "\
errbook: 1
api: {name: Shop, doc_url: 'https://shop.example/docs/errors/{slug}'}
errors:
  SOLD_OUT: {code: sold_out, status: 409, description: It is gone., fix: Choose another.}
  EMPTY: {code: empty, status: 410, description: Nothing is left., fix: Choose another., deprecated: {use: SOLD_OUT}}
retired:
  NO_STOCK: {since: 1.0.0, use: SOLD_OUT, note: It was for whole shelves.}
generate:
  json: errors.json
  llms: llms.txt
  docs: {dir: docs/errors}
";

#[test]
fn every_output_leads_from_the_old_id_to_the_new_one() {
    for flavor in ["plain", "mdbook", "docusaurus", "mkdocs", "starlight", "vitepress"] {
        let place = Place::new();
        place
            .put("errors.yaml", &LED.replace("{dir: docs/errors}", &format!("{{dir: docs/errors, flavor: {flavor}}}")));
        place.expect(0, &["generate"]);
        place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
        place.expect(0, &["generate"]);
        // The pages of the old id and of an earlier retired id name the new one.
        for page in ["docs/errors/sold-out.md", "docs/errors/no-stock.md"] {
            let page = place.text(page);
            assert!(page.contains("Retired") && page.contains("out-of-stock"), "{flavor}: {page}");
        }
        for page in ["docs/errors/empty.md", "docs/errors/index.md"] {
            assert!(place.text(page).contains("out-of-stock"), "{flavor}: {page}");
            let links = place.text(page).matches("sold-out").count();
            assert_eq!(links, usize::from(page.ends_with("index.md")), "{flavor}: {}", place.text(page));
        }
        assert!(place.text("docs/errors/out-of-stock.md").contains("sold_out"), "{flavor}: the code on the wire stays");
        place.expect(0, &["site", "--out", "site"]);
        let page = place.text("site/sold-out.html");
        assert!(page.contains("retired") && page.contains("out-of-stock.html"), "{page}");
        let llms = place.text("llms.txt");
        let line =
            llms.lines().find(|line| line.starts_with("- [`SOLD_OUT`](https://shop.example/docs/errors/sold-out)"));
        assert!(line.is_some_and(|line| line.ends_with("Expect `sold_out` instead.")), "{llms}");
        let json: serde_json::Value = serde_json::from_str(&place.text("errors.json")).expect("JSON");
        let retired = json["retired"].as_array().expect("a list");
        assert!(retired.iter().all(|entry| entry["use"] == "OUT_OF_STOCK"), "{json:#}");
        let ran = place.expect(0, &["explain", "SOLD_OUT"]);
        assert!(ran.stdout.contains("Replaced by OUT_OF_STOCK"), "{}", ran.stdout);
    }
}

#[test]
fn with_redirects_the_old_page_is_a_redirect() {
    for (file, line) in [
        ("_redirects", "/docs/errors/sold-out /docs/errors/out-of-stock 301"),
        ("redirects.json", "\"from\": \"/docs/errors/sold-out\""),
        ("redirects.yml", "\"errors/sold-out.md\": \"errors/out-of-stock.md\""),
    ] {
        let place = Place::new();
        place.put(
            "errors.yaml",
            &LED.replace("{dir: docs/errors}", &format!("{{dir: docs/errors, redirects: {file}}}")),
        );
        place.put("_redirects", "/* /404.html 404\n");
        place.expect(0, &["generate"]);
        place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
        place.expect(1, &["generate", "--check"]);
        place.expect(0, &["generate"]);
        assert!(place.text(file).contains(line), "{}", place.text(file));
        assert!(place.text("_redirects").ends_with("/* /404.html 404\n"));
        // An id with a note keeps its page, which links to the new one too.
        assert!(!place.files().contains(&"docs/errors/sold-out.md".to_owned()));
        assert!(!place.text(file).contains("no-stock"));
        assert!(place.text("docs/errors/no-stock.md").contains("(out-of-stock.md)"));
        // No link leads to the removed page.
        for page in ["index.md", "out-of-stock.md", "empty.md", "no-stock.md"] {
            assert!(!place.text(&format!("docs/errors/{page}")).contains("sold-out.md"), "{page}");
        }
        place.expect(0, &["generate", "--check"]);
    }
}

#[test]
fn invalid_redirects_are_rejected() {
    for (of, to, expected) in [
        (
            "{dir: docs/errors}",
            "{dir: docs/errors, redirects: moved.txt}",
            "`moved.txt` must be named `_redirects`, or end in .json or .yml",
        ),
        (
            "{dir: docs/errors}",
            "{dir: pages, redirects: redirects.yml}",
            "MkDocs reads the pages below `docs`, but `dir` is `pages`",
        ),
        ("errors/{slug}", "errors#{slug}", "redirects need a URL with its own path for each page"),
    ] {
        let place = Place::new();
        let catalog = LED.replace(of, to).replace("{dir: docs/errors}", "{dir: docs/errors, redirects: _redirects}");
        place.put("errors.yaml", &catalog);
        let ran = place.expect(1, &["generate"]);
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    let place = Place::new();
    place.put("errors.yaml", &LED.replace("{dir: docs/errors}", "{dir: docs/errors, redirects: _redirects}"));
    place.put("_redirects", "# errbook: end of shop\n");
    let ran = place.expect(2, &["generate"]);
    assert!(
        ran.stderr.contains("`_redirects` cannot be merged: line 1 has no matching `# errbook: shop`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn several_catalogs_share_the_lines_of_a_server_and_no_other_file() {
    let place = Place::new();
    let catalog = |name: &str, file: &str| {
        let moved = LED.replace(
            "NO_STOCK: {since: 1.0.0, use: SOLD_OUT, note: It was for whole shelves.}",
            "NO_STOCK: {use: SOLD_OUT}",
        );
        let named =
            moved.replace("name: Shop", &format!("name: {name}")).replace("docs/errors", &format!("docs/{name}"));
        let paths = named.replace("errors.json", &format!("{name}.json")).replace("llms.txt", &format!("{name}.txt"));
        paths.replace(&format!("{{dir: docs/{name}}}"), &format!("{{dir: docs/{name}, redirects: {file}}}"))
    };
    for (file, code) in [("_redirects", 0), ("moved.json", 2)] {
        place.put("a.yaml", &catalog("a", file));
        place.put("b.yaml", &catalog("b", file));
        place.expect(code, &["generate", "a.yaml", "b.yaml"]);
    }
    let lines = "# errbook: b\n/docs/b/no-stock /docs/b/sold-out 301\n# errbook: end of b\n\
                 # errbook: a\n/docs/a/no-stock /docs/a/sold-out 301\n# errbook: end of a\n";
    assert_eq!(place.text("_redirects"), lines);
    place.put("a.yaml", &catalog("a", "_redirects"));
    place.put("b.yaml", &catalog("b", "_redirects"));
    place.expect(0, &["generate", "a.yaml", "b.yaml", "--check"]);
}

#[test]
fn no_navigation_names_a_removed_page() {
    for flavor in ["mdbook", "mkdocs", "vitepress"] {
        let place = Place::new();
        let redirected = format!("{{dir: docs/errors, flavor: {flavor}, redirects: _redirects}}");
        place.put("errors.yaml", &LED.replace("{dir: docs/errors}", &redirected));
        place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
        place.expect(0, &["generate"]);
        for file in place.files().iter().filter(|file| file.starts_with("docs/errors/") && !file.ends_with(".errbook"))
        {
            let text = place.text(file);
            assert!(!text.contains("sold-out"), "{flavor}: {file}: {text}");
        }
    }
}

#[test]
fn a_catalog_in_any_style_is_renamed() {
    let text = "errbook: 1\napi: {name: Shop}\nerrors:\n  A: {status: 404, fix: Look.} # it\n  B:\n    status: 410\n    deprecated: {use: A}\n";
    let renamed = text.replace("  A: {", "  C: {").replace("use: A", "use: C") + "retired:\n  A: {use: C}\n";
    let indented = |text: &str| text.lines().fold(String::new(), |all, line| all + "  " + line + "\n");
    for (before, after) in [
        (text.to_owned(), renamed.clone()),
        (indented(text), indented(&renamed)),
        (format!("# top\n---\n{}", indented(text)), format!("# top\n---\n{}", indented(&renamed))),
        (text.trim_end().to_owned(), renamed.trim_end().to_owned()),
        (
            format!("{text}retired:\n  Z: {{}}\n"),
            format!("{}  Z: {{}}\n  A: {{use: C}}\n", renamed.replace("  A: {use: C}\n", "")),
        ),
        (
            "{errbook: 1, api: {name: Shop}, errors: {\n  A: {status: 404, fix: Look.}\n}}\n".to_owned(),
            "{errbook: 1, api: {name: Shop}, errors: {\n  C: {status: 404, fix: Look.}\n}, retired: {A: {use: C}}}\n"
                .to_owned(),
        ),
        (
            "errbook: 1\napi: {name: Shop}\nerrors:\n  ? A\n  : status: 404\n    fix: Look.\n".to_owned(),
            "errbook: 1\napi: {name: Shop}\nerrors:\n  ? C\n  : status: 404\n    fix: Look.\nretired:\n  A: {use: C}\n"
                .to_owned(),
        ),
    ] {
        for line_break in ["\n", "\r\n", "\r"] {
            let place = Place::new();
            place.put("errors.yaml", &before.replace('\n', line_break));
            place.expect(0, &["rename", "A", "C"]);
            assert_eq!(place.text("errors.yaml"), after.replace('\n', line_break));
            place.expect(0, &["check"]);
            place.expect(1, &["rename", "A", "C"]);
            place.expect(0, &["release", "1.0.0"]);
            assert_eq!(place.expect(0, &["diff"]).stdout, "errbook.lock and errors.yaml: nothing changed\n");
        }
    }
}

#[test]
fn a_catalog_in_json_stays_json() {
    let place = Place::new();
    let catalog = r#"{
  "errbook": 1,
  "api": {"name": "Shop", "version": "1.0.0"},
  "errors": {"A": {"status": 409, "description": "a.", "fix": "b."}}
}
"#;
    place.put("errors.json", catalog);
    let json = || serde_json::from_str::<serde_json::Value>(&place.text("errors.json")).expect("JSON");
    place.expect(0, &["release", "1.0.0", "errors.json"]);
    place.expect(0, &["rename", "A", "no", "errors.json"]);
    assert_eq!(json()["retired"]["A"]["use"], "no");
    place.put(
        "errors.json",
        &place.text("errors.json").replace(
            "\"errors\": {",
            "\"errors\": {\"B\": {\"status\": 410, \"description\": \"a.\", \"fix\": \"b.\"}, ",
        ),
    );
    place.expect(0, &["release", "2.0.0", "errors.json"]);
    assert_eq!((&json()["retired"]["A"]["since"], &json()["errors"]["B"]["since"]), (&"2.0.0".into(), &"2.0.0".into()));
    place.expect(0, &["check", "errors.json"]);
}
