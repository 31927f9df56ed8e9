//! The committed pages and files match the tables in the code that they are generated from.

use std::path::Path;

fn committed(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(&file, text).expect("writable");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == text, "{path} is stale; run: ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test pages");
}

#[test]
fn the_schema_of_the_format() {
    committed("catalog/errbook.schema.json", &errbook_catalog::schema::json());
}

#[test]
fn the_page_of_the_format() {
    committed("docs/format.md", &errbook_catalog::format::page());
}
