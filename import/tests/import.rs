//! Imports documents and pages: golden files, and any other input.

use std::path::Path;

use errbook_catalog::load_text;
use errbook_import::{Import, Syntax, import};
use proptest::prelude::*;

const FIXTURES: [(&str, &str); 5] = [
    ("table.md", include_str!("import/table.md")),
    ("sections.md", include_str!("import/sections.md")),
    ("numeric.html", include_str!("import/numeric.html")),
    ("copied.txt", include_str!("import/copied.txt")),
    ("shop.yaml", include_str!("import/shop.yaml")),
];

const SYNTAXES: [Syntax; 4] = [Syntax::Openapi, Syntax::Markdown, Syntax::Html, Syntax::Text];

fn imported(name: &str, text: &str) -> Import {
    let syntax = Syntax::of_file(name).expect("a known ending");
    import(text, syntax).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn fixtures_become_catalogs_that_check() {
    for (name, text) in FIXTURES {
        let Import { catalog, report } = imported(name, text);
        let loaded = load_text("errors.yaml", catalog.as_bytes());
        assert!(loaded.catalog.is_some(), "{name}:\n{}", loaded.report.render_text(false));
        assert_eq!(loaded.catalog.map(|catalog| catalog.errors.len()), Some(report.errors));
        insta::with_settings!({ snapshot_path => "import" }, {
            insta::assert_snapshot!(name, format!("{catalog}\n---\n{}", report.text()));
        });
    }
}

/// GitHub's document has such errors.
#[test]
fn an_error_in_two_shapes_has_no_unused_detail() {
    let response = |shape: &str| format!("{{description: d, content: {{application/json: {{example: {shape}}}}}}}");
    let (nested, flat) =
        (response("{error: {code: FIRST, message: m, errors: [x]}}"), response("{code: FIRST, message: m}"));
    let document = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    get: {{responses: {{'400': {nested}}}}}\n  \
         /b:\n    get: {{responses: {{'400': {flat}}}}}\n    put: {{responses: {{'400': {flat}}}}}\n    post: {{responses: {{'409': {}}}}}\n",
        response("{error: {code: OTHER, message: m}}"),
    );
    let Import { catalog, report: _ } = imported("a.yaml", &document);
    let loaded = load_text("errors.yaml", catalog.as_bytes());
    assert!(loaded.catalog.is_some(), "{}\n{catalog}", loaded.report.render_text(false));
}

/// The type of a detail is one that its example has.
#[test]
fn a_text_that_is_nearly_a_uri_or_a_date_is_a_string() {
    for (text, ty) in [
        ("https://shop.example/a?b=%20", "uri"),
        ("https://shop.example/{id}", "string"),
        ("https://shop.example/ü", "string"),
        ("2026-01-31T12:00:00Z", "date-time"),
        ("2026-02-31T12:00:00Z", "string"),
    ] {
        let body = format!("{{error: {{code: FIRST, message: m, details: {{it: '{text}'}}}}}}");
        let document = format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    get: {{responses: {{'400': \
             {{description: d, content: {{application/json: {{example: {body}}}}}}}}}}}\n"
        );
        let Import { catalog, report: _ } = imported("a.yaml", &document);
        let loaded = load_text("errors.yaml", catalog.as_bytes());
        assert!(loaded.catalog.is_some(), "{}\n{catalog}", loaded.report.render_text(false));
        assert!(catalog.contains(&format!("type: {ty}")), "{text}: {catalog}");
    }
}

#[test]
fn every_fixture_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let entries = std::fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| !name.contains(".snap")).collect();
    names.sort();
    let mut known = FIXTURES.map(|(name, _)| name).to_vec();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn an_invalid_source_is_rejected() {
    for (text, syntax, words) in [
        ("# Teapots\n\nThey are nice.\n", Syntax::Markdown, "the page has no errors"),
        ("", Syntax::Html, "the page has no errors"),
        (
            "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}\n",
            Syntax::Openapi,
            "the document has no response",
        ),
        ("swagger: '2.0'\n", Syntax::Openapi, "this is Swagger 2.0"),
        ("openapi: 4.0.0\n", Syntax::Openapi, "OpenAPI 4.0.0 is not supported"),
        ("a: [\n", Syntax::Openapi, "line "),
        ("errbook: 1\n", Syntax::Openapi, "not an OpenAPI document"),
        (
            "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
             d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n\
             g: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
            Syntax::Openapi,
            "the document has more than",
        ),
    ] {
        let error = import(text, syntax).expect_err(text);
        assert!(error.message.starts_with(words), "{text:?}: {error}");
    }
}

#[test]
fn a_recursive_schema_ends() {
    let text = "
openapi: 3.0.3
info: {title: Loop, version: '1'}
paths:
  /:
    get:
      responses:
        '400':
          description: Bad.
          content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}
        '500': {$ref: '#/components/responses/R'}
components:
  responses: {R: {$ref: '#/components/responses/R'}}
  schemas:
    E:
      oneOf: [{$ref: '#/components/schemas/E'}, {$ref: '#/components/schemas/E'}]
      properties: {code: {const: bad}, inner: {$ref: '#/components/schemas/E'}}
";
    let imported = imported("loop.yaml", text);
    assert!(imported.catalog.contains("  bad:\n    status: 400\n"), "{}", imported.catalog);
}

/// Each level of these schemas refers to the next one six times.
#[test]
fn schemas_that_multiply_end() {
    let both = |level: usize| {
        let next = format!("{{$ref: '#/components/schemas/S{}'}}", level + 1);
        let properties = format!("a{level}: {next}, b{level}: {next}");
        format!("    S{level}: {{allOf: [{next}, {next}], oneOf: [{next}, {next}], properties: {{{properties}}}}}\n")
    };
    let levels: String = (0..41).map(both).collect();
    let response = "content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}";
    let text = format!(
        "openapi: 3.1.0
info: {{title: Many, version: '1'}}
paths:
  /: {{get: {{responses: {{'409': {{description: x, {response}}}, '400': {{description: y}}}}}}}}
components:
  schemas:
{levels}    S41: {{properties: {{code: {{enum: [x, y]}}}}}}
"
    );
    let start = std::time::Instant::now();
    let imported = imported("many.yaml", &text);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    assert!(imported.catalog.contains("status: 400"), "{}", imported.catalog);
}

#[test]
fn hostile_text_stays_text() {
    let page = "
| Code | Status | Message | Meaning |
|---|---|---|---|
| no | 400 | {message} *x* | : yes # no |
| a b: c | 401 | - | & anchor *alias |
| index | 402 | {{ | !!tag |
| code | 403 | ?  | [x |
| Not-Found | 404 | a | b |
| not_found | 404 | a | b |
| NotFoundError | 404 | a | b |
| ünïcode | 405 | a | \u{202e}b |
| 0x1F | 406 | a | 1:30 |
";
    let imported = imported("hostile.md", page);
    let loaded = load_text("errors.yaml", imported.catalog.as_bytes());
    let catalog = loaded.catalog.expect("accepted");
    assert_eq!(catalog.errors.len(), 9);
    let codes: Vec<String> =
        catalog.errors.iter().map(|error| error.code.as_ref().map_or(String::new(), ToString::to_string)).collect();
    assert_eq!(codes, ["no", "a b: c", "index", "code", "Not-Found", "not_found", "NotFoundError", "ünïcode", "0x1F"]);
    assert_eq!(catalog.errors[0].description.as_deref(), Some(": yes # no"));
}

/// The import succeeds, or returns an error; it never panics.
fn answers(text: &str) {
    for syntax in SYNTAXES {
        match import(text, syntax) {
            Ok(imported) => {
                let loaded = load_text("errors.yaml", imported.catalog.as_bytes());
                assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
            }
            Err(error) => {
                assert!(!error.message.is_empty());
                assert!(!error.message.contains("the imported catalog is invalid"), "{error}\nof:\n{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(13), ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_text_has_a_result(text in "\\PC{0,200}") {
        answers(&text);
    }

    #[test]
    fn any_bytes_have_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        answers(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_page_of_any_cells_has_a_result(cells in proptest::collection::vec("[ -~]{0,20}", 3..30)) {
        let rows = cells.chunks(3).map(|row| format!("| {} |", row.join(" | "))).collect::<Vec<_>>().join("\n");
        answers(&format!("| Code | Status | Meaning |\n|---|---|---|\n{rows}"));
        answers(&format!("| Message | Retry | Refund |\n|---|---|---|\n{rows}"));
    }

    #[test]
    fn a_mutated_fixture_has_a_result(
        which in 0..FIXTURES.len(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0..12_usize, "\\PC{0,4}|[{}\\[\\]\":,|<>\n`*&#-]{1,3}"), 1..6),
    ) {
        let mut text: Vec<char> = FIXTURES[which].1.chars().collect();
        for (at, length, new) in edits {
            let start = at.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, new.chars());
        }
        answers(&text.into_iter().collect::<String>());
    }
}
