//! Each entry point writes the files of the plan: the same paths and the same texts.

use std::collections::BTreeMap;
use std::fs;

use super::serve::Server;
use super::{Place, named};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Shop, version: '1'} # by hand
paths:
  /orders:
    post:
      x-errors: [SOLD_OUT]
";

const MKDOCS: &str = "site_name: Shop # by hand\nnav:\n  - index.md\n  # errbook: shop\n  # errbook: end of shop\n";

/// A catalog with a `generate` section, next to other files.
fn place(generate: &str, files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    let catalog = named("Shop").replace("name: Shop", "name: Shop, doc_url: 'https://shop.example/errors/{slug}'");
    place.put("errors.yaml", &format!("{catalog}retired: {{GONE: {{use: SOLD_OUT}}}}\n{generate}"));
    for (path, text) in files {
        place.put(path, text);
    }
    place
}

/// The outputs that a catalog can have, with their lines under `generate`.
fn places() -> Vec<(&'static str, Place, &'static [&'static str])> {
    vec![
        (
            "an mdBook, templates, a document and the redirects of a server",
            place(
                "generate:
  docs: {dir: ./src/errors, flavor: mdbook, nav: ./src/SUMMARY.md, templates: ./look, redirects: ./src/_redirects}
  openapi: {into: ./api/openapi.yaml, file: ./errors.openapi.json}
  json: ./errors.json
  llms: ./llms.txt
  rust: ./src/errors.rs
",
                &[
                    ("src/SUMMARY.md", "# Summary\n\n- [Welcome](welcome.md)\n"),
                    ("src/_redirects", "/* /404.html 404\n"),
                    ("look/error.md", "# {{ title }}\n\nMy page.\n"),
                    ("look/README.txt", "No template.\n"),
                    ("api/openapi.yaml", DOCUMENT),
                ],
            ),
            &[],
        ),
        (
            "MkDocs, a document alone and the redirects of a plugin",
            place(
                "generate: {docs: {dir: docs/errors, flavor: mkdocs, nav: mkdocs.yml, redirects: redirects.yml}, \
                 openapi: {into: openapi.yaml}}\n",
                &[("mkdocs.yml", MKDOCS), ("openapi.yaml", DOCUMENT)],
            ),
            &[],
        ),
        (
            "Docusaurus, and redirects where there were none",
            place("generate: {docs: {dir: docs, flavor: docusaurus, redirects: redirects.json}}\n", &[]),
            &[],
        ),
        (
            "a server's redirects where there were none",
            { place("generate: {docs: {dir: docs, redirects: public/_redirects}}\n", &[]) },
            &[],
        ),
        (
            "a document and no other file",
            { place("generate: {openapi: {into: openapi.yaml}}\n", &[("openapi.yaml", DOCUMENT)]) },
            &[],
        ),
        ("nothing, so that everything is below a folder", place("", &[]), &["--out", "."]),
    ]
}

/// Every file with its text.
fn texts(place: &Place) -> BTreeMap<String, String> {
    place.files().into_iter().map(|path| (path.clone(), place.text(&path))).collect()
}

/// The files that a run has written, without the writer's list of them.
fn written(place: &Place, before: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut files = texts(place);
    files.retain(|path, text| !path.ends_with(".errbook") && before.get(path) != Some(text));
    files
}

/// The files in the snapshot of `assert_generated!`.
fn kept_files(place: &Place) -> BTreeMap<String, String> {
    let catalog = place.path("errors.yaml");
    let mut snapshot = String::new();
    errbook_testing::generated("", catalog.to_str().expect("UTF-8"), |text| text.clone_into(&mut snapshot));
    let files = errbook_history::lock::parse(&snapshot).expect("files one below the other");
    let files =
        files.into_iter().filter_map(|file| Some((file.path.strip_prefix("generated:")?.to_owned(), file.text)));
    files.collect()
}

#[test]
fn a_second_run_changes_nothing_and_a_check_says_so() {
    for (name, place, options) in places() {
        let generate = [&["generate"], options].concat();
        let check = [&generate[..], &["--check"]].concat();
        place.expect(1, &check);
        place.expect(0, &generate);
        let first = texts(&place);
        let ran = place.expect(0, &check);
        assert!(ran.stdout.ends_with(", all up to date\n"), "{name}: {}", ran.stdout);
        place.expect(0, &generate);
        assert_eq!(texts(&place), first, "{name}");
    }
}

#[test]
fn assert_generated_has_the_files_of_generate() {
    for (name, place, options) in places() {
        let before = texts(&place);
        let expected = kept_files(&place);
        assert_eq!(texts(&place), before, "{name}: a test writes nothing");
        place.expect(0, &[&["generate"], options].concat());
        let written = written(&place, &before);
        assert_eq!(expected.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>(), "{name}");
        assert_eq!(expected, written, "{name}");
        assert_eq!(kept_files(&place), expected, "{name}: existing files make no difference");
    }
}

#[test]
fn the_site_is_served_as_it_is_written() {
    for (name, place, _) in places() {
        let before = texts(&place);
        place.expect(0, &["site", "--out", "public"]);
        let written = written(&place, &before);
        assert!(written.contains_key("public/sold-out.html"), "{name}");
        let server = Server::start(&place, &[]);
        for (path, text) in written {
            let answer = server.get(path.strip_prefix("public").expect("a file of the site"));
            // The reload script is not part of the page.
            let page = answer.text.split("<script src=/-/").next().unwrap_or_default();
            assert_eq!(page.replace(";connect-src 'self'", ""), text, "{name}: {path}");
        }
    }
}

#[test]
fn a_document_that_is_read_is_not_overwritten() {
    for (into, args) in
        [("out/shop/openapi.yaml", ["generate", "--out", "out"]), ("out/errors.json", ["site", "--out", "out"])]
    {
        let place = place(&format!("generate: {{openapi: {{into: {into}}}}}\n"), &[(into, DOCUMENT)]);
        let ran = place.expect(2, &args);
        assert!(ran.stderr.contains(&format!("`{into}` is an input, and would be overwritten")), "{}", ran.stderr);
        assert_eq!(place.text(into), DOCUMENT);
    }
}

#[test]
fn catalogs_share_no_document_and_no_whole_file() {
    let generate = |path: &str| format!("generate: {{openapi: {{into: openapi.yaml}}, json: {path}}}\n");
    let place = Place::new();
    place.put("a.yaml", &(named("A") + &generate("a.json")));
    place.put("sub/b.yaml", &(named("B") + "generate: {json: b.json}\n"));
    place.put("c.yaml", &(named("C") + &generate("sub/b.json")));
    place.put("openapi.yaml", "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n");
    let ran = place.expect(2, &["generate", "a.yaml", "sub/b.yaml", "c.yaml"]);
    assert!(ran.stderr.contains("`sub/b.json` would be written twice"), "{}", ran.stderr);
    assert!(!place.path("a.json").exists());

    // A document has the errors of one catalog. The tests of `generate` cover lists of pages.
    place.put("b.yaml", &(named("B") + &generate("b.json")));
    let ran = place.expect(2, &["generate", "a.yaml", "b.yaml"]);
    assert!(ran.stderr.contains("openapi.yaml` would be written twice"), "{}", ran.stderr);

    fs::remove_file(place.path("openapi.yaml")).expect("a file of ours");
    let ran = place.expect(2, &["generate", "a.yaml"]);
    assert!(ran.stderr.contains("openapi.yaml` cannot be read"), "{}", ran.stderr);
}
