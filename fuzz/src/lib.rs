//! Fuzz targets. Each one reads bytes, and panics if a property does not hold. `tests/replay.rs`
//! replays the seeds with random changes in a few seconds; `libfuzzer/` runs for hours.

mod documents;
mod generate;
mod seeds;

use crate::generate::Choices;

use errbook_catalog::edit::tidy::{Refusal, tidy};
use errbook_catalog::model::{Catalog, OpenapiVersion};
use errbook_catalog::{Loaded, load_text};
use errbook_codegen::rust;
use errbook_history::diff::{self, diff};
use errbook_history::lock::Lock;
use errbook_import::{Syntax, import};
use errbook_pages::markdown::{self, Templates};
use errbook_pages::{plan, site};
use errbook_schema::openapi;

pub use documents::document;
pub use generate::catalog;
pub use seeds::{Numbers, Seed, seeds};

/// A target: its name, and what it does with the bytes.
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// Reads the bytes.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "load", run: load },
    Target { name: "pipeline", run: pipeline },
    Target { name: "generated", run: generated },
    Target { name: "fmt", run: fmt },
    Target { name: "texts", run: texts },
    Target { name: "template", run: template },
    Target { name: "merge", run: merge },
    Target { name: "documents", run: documents },
    Target { name: "import", run: imports },
    Target { name: "diff", run: compare },
    Target { name: "lock", run: lock },
    Target { name: "client", run: client },
];

/// Separates two documents of one input.
pub const SEPARATOR: &str = "\n=====\n";

/// Reads a catalog, and shows its problems.
fn load(bytes: &[u8]) {
    let Loaded { catalog, report, .. } = load_text("errors.yaml", bytes);
    assert_eq!(catalog.is_none(), report.has_errors(), "a catalog without a problem is accepted");
    let shown = report.render_text(false);
    assert!(!shown.contains('\u{1b}'), "a report without color has no escape sequence");
}

/// Writes every output of an accepted catalog.
fn pipeline(bytes: &[u8]) {
    if let Some(catalog) = load_text("errors.yaml", bytes).catalog {
        outputs(&catalog);
    }
}

/// Makes a catalog from the bytes. If it is accepted, it can be formatted, and every output is
/// written.
fn generated(bytes: &[u8]) {
    let text = generate::catalog(bytes);
    pipeline(text.as_bytes());
    fmt(text.as_bytes());
}

fn outputs(catalog: &Catalog) {
    let text = rust::file(catalog);
    assert!(text.ends_with("}\n"), "a file of Rust ends");
    for version in OpenapiVersion::ALL {
        let document = openapi::yaml(&openapi::emit(catalog, version));
        assert!(document.starts_with("openapi:"));
    }
    plan::everything(catalog, &Templates::new(&[]).expect("the built-in templates"))
        .expect("the built-in templates render every catalog");
    site::emit(&[catalog]).expect("the built-in templates render every catalog");
}

/// Formats a catalog. Formatting again changes nothing.
fn fmt(bytes: &[u8]) {
    let loaded = load_text("errors.yaml", bytes);
    match tidy(&loaded) {
        Err(Refusal::Mistakes) => assert!(loaded.catalog.is_none()),
        Err(Refusal::WouldChange { .. }) => {}
        Ok(files) => {
            let Some(file) = files.first() else { return };
            let again = load_text("errors.yaml", file.text.as_bytes());
            assert!(again.catalog.is_some(), "a formatted catalog is accepted");
            assert_eq!(tidy(&again), Ok(Vec::new()), "a formatted catalog is formatted");
        }
    }
}

/// Puts a text into every place of a catalog that takes one, and writes every output.
fn texts(bytes: &[u8]) {
    let text = serde_json::Value::from(String::from_utf8_lossy(bytes)).to_string();
    let message = text.replace('{', "{{").replace('}', "}}");
    let catalog = format!(
        "errbook: 1\napi: {{name: {text}, slug: shop, summary: {text}, support: {text}}}\n\
         envelopes: {{default: {{body: {{code: \"{{code}}\", text: \"{{message}}\"}}}}}}\n\
         groups: {{g: {{title: {text}, summary: {text}}}}}\n\
         types: {{T: {{values: [a, b], doc: {text}}}}}\n\
         errors:\n  SOLD_OUT: {{status: 409, group: g, title: {text}, message: {message}, description: {text}, \
         cause: {text}, fix: {text}, notes: {text}, refund: {{when: {text}}}, \
         snippets: [{{lang: text, code: {text}}}], details: {{t: {{type: T, doc: {text}}}, s: {{type: string, example: {text}}}}}}}\n"
    );
    pipeline(catalog.as_bytes());
}

/// Reads templates: of a message in a catalog, and of a page.
fn template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let quoted = serde_json::Value::from(text.clone()).to_string();
    let catalog = format!(
        "errbook: 1\napi: {{name: Shop}}\nenvelopes: {{default: {{body: {{code: \"{{code}}\", text: {quoted}}}}}}}\n\
         errors: {{SOLD_OUT: {{status: 409, message: {quoted}, fix: F., headers: {{X-A: {quoted}}}, details: {{n: integer, s: {{type: string, optional: true}}}}}}}}\n"
    );
    pipeline(catalog.as_bytes());
    let shop = load_text("errors.yaml", seeds::SHOP.as_bytes()).catalog.expect("accepted");
    if let Ok(templates) = Templates::new(&[("error.md".to_owned(), text)]) {
        // A template can fail to render, and must not panic.
        let _ = markdown::emit(&shop, &templates);
    }
}

/// Merges errors into an API's document. Merging again changes nothing.
fn merge(bytes: &[u8]) {
    let document = String::from_utf8_lossy(bytes);
    let shop = load_text("errors.yaml", seeds::SHOP.as_bytes()).catalog.expect("accepted");
    let _ = openapi::operations(&shop, &document);
    let Ok(merged) = openapi::merge(&shop, &document) else { return };
    assert_eq!(openapi::merge(&shop, &merged).as_ref(), Ok(&merged), "a second merge changes nothing");
}

/// Makes a document from the bytes, and merges errors into it, then others, then none. After each
/// merge, the document is as it was, without errbook's parts.
fn documents(bytes: &[u8]) {
    let shop = load_text("errors.yaml", seeds::SHOP.as_bytes()).catalog.expect("accepted");
    let original = documents::document(bytes);
    let foreign = |text: &str| documents::foreign(&serde_yaml::from_str(text).expect("YAML"));
    // Without bytes, every list is empty.
    let (some, none) = (&mut Choices::new(bytes), &mut Choices::new(&[]));
    let mut document = original.clone();
    for is_last in [false, false, true] {
        let listed = documents::with_lists(&document, if is_last { &mut *none } else { &mut *some });
        document = openapi::merge(&shop, &listed).unwrap_or_else(|error| panic!("{error}\n{listed}"));
        assert_eq!(openapi::merge(&shop, &document).as_ref(), Ok(&document), "a second merge changes nothing");
        assert_eq!(foreign(&document), foreign(&original), "only errbook's parts change:\n{document}");
    }
}

/// Imports a source of each syntax. The imported catalog is valid.
fn imports(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for syntax in [Syntax::Openapi, Syntax::Markdown, Syntax::Html, Syntax::Text] {
        let Ok(imported) = import(&text, syntax) else { continue };
        let loaded = load_text("errors.yaml", imported.catalog.as_bytes());
        assert!(loaded.catalog.is_some(), "{}\n{}", loaded.report.render_text(false), imported.catalog);
    }
}

/// Compares two catalogs, and each with itself.
fn compare(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some((old, new)) = text.split_once(SEPARATOR) else { return };
    let load = |text: &str| load_text("errors.yaml", text.as_bytes()).catalog;
    let (Some(old), Some(new)) = (load(old), load(new)) else { return };
    for catalog in [&old, &new] {
        assert!(diff(catalog, catalog).changes.is_empty(), "a catalog is equal to itself");
    }
    for change in diff(&old, &new).changes.iter().chain(&diff(&new, &old).changes) {
        let diff::Change { .. } = change;
        assert!(!change.message().is_empty() && !change.fact().contains('\u{1b}'));
    }
}

/// Reads a lock. Its text is the same when it is written again.
fn lock(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(lock) = Lock::parse(&text) else { return };
    let again = Lock::parse(&lock.to_text()).expect("a written lock");
    assert_eq!(lock.to_text(), again.to_text());
    let _ = lock.load();
}

/// The errors of a client.
mod errors {
    errbook::catalog!("errors.yaml");
}

/// Parses a response: a status, headers and a body, on a line each.
fn client(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let status = parts.next().and_then(|line| std::str::from_utf8(line).ok()?.parse().ok()).unwrap_or(409);
    let header = parts.next().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let headers = [("retry-after", header), ("x-request-id", header)];
    let received = errors::ReceivedError::parse(status, headers, body);
    let shown = format!("{received} {received:?}");
    assert!(!shown.is_empty());
}
