//! A change that `errbook_history::diff` rates as text only changes the words of the outputs, and few
//! files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

#[path = "../../history/tests/diff/cases.rs"]
mod cases;
#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use errbook_catalog::load_text;
use errbook_catalog::model::{Catalog, OpenapiVersion};
use errbook_codegen::rust;
use errbook_history::diff::{Rating, diff};
use errbook_pages::markdown::{Templates, emit};
use errbook_pages::site;
use errbook_schema::openapi;
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use serde_json::Value as Json;

fn catalog(text: &str) -> Catalog {
    load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
}

/// The generated Rust with empty strings and without attributes, including doc comments.
fn without_words(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && ends_in_hash(&kept) => {
                kept.pop();
            }
            TokenTree::Group(group) => {
                let inner = without_words(group.stream()).into_iter().collect();
                kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
            }
            TokenTree::Literal(literal) if literal.to_string().starts_with('"') => {
                kept.push(Literal::string("").into());
            }
            other => kept.push(other),
        }
    }
    kept
}

fn ends_in_hash(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

fn rust_meaning(catalog: &Catalog) -> String {
    without_words(rust::emit(catalog)).into_iter().collect::<TokenStream>().to_string()
}

/// The OpenAPI document without texts for people. Everything is in lower case, because header names
/// are case-insensitive.
fn openapi_meaning(catalog: &Catalog) -> String {
    let mut document = openapi::emit(catalog, OpenapiVersion::V3_1);
    strip(&mut document);
    document.to_string().to_lowercase()
}

fn strip(value: &mut Json) {
    match value {
        Json::Object(members) => {
            for name in ["description", "summary", "title", "example", "examples", "info", "externalDocs"] {
                members.remove(name);
            }
            members.values_mut().for_each(strip);
        }
        Json::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn text_changes_leave_the_meaning_of_what_is_generated() {
    let old = catalog(&cases::base());
    let (rust, openapi) = (rust_meaning(&old), openapi_meaning(&old));
    let mut compared = 0;
    for case in cases::cases() {
        let new = catalog(&case.apply(&cases::base()));
        let changes = [diff(&old, &new), diff(&new, &old)].map(|diff| diff.changes);
        if changes.iter().flatten().all(|change| change.rating == Rating::Text) {
            if rust_meaning(&new) != rust {
                eprintln!("RUST {}", case.name);
            }
            if openapi_meaning(&new) != openapi {
                eprintln!("OPENAPI {}", case.name);
            }
            compared += 1;
        }
    }
    assert!(compared >= 20, "only {compared} changes are text");
}

/// The files of the reference and of the site, by path.
fn files(catalog: &Catalog) -> BTreeMap<String, String> {
    let templates = Templates::new(&[]).expect("errbook's own");
    let pages = emit(catalog, &templates).expect("errbook's own").into_iter().map(|page| (page.path, page.text));
    let site = site::emit(&[catalog]).expect("errbook's own").into_iter().map(|file| (file.path, file.text));
    pages.chain(site).collect()
}

/// A few hundred errors in groups, with few statuses.
fn large() -> Catalog {
    let mut text = "errbook: 1\napi: {name: Large}\ngroups: {a: {title: A}, b: {title: B}}\nerrors:\n".to_owned();
    for index in 0..300 {
        let group = ["", ", group: a", ", group: b"][index % 3];
        let status = [400, 404, 409, 500][index % 4];
        let _ = writeln!(text, "  E{index}: {{status: {status}, title: Error {index}, fix: Wait.{group}}}");
    }
    catalog(&text)
}

#[test]
fn a_changed_title_rewrites_its_page_the_index_and_at_most_eight_neighbours() {
    let bundled = catalogs::all().into_iter().filter(|(name, _)| name.contains("/apis/"));
    for (name, old) in bundled.chain([("large".to_owned(), large())]) {
        let before = files(&old);
        for index in (0..old.errors.len()).step_by(1 + old.errors.len() / 20) {
            let mut new = old.clone();
            new.errors[index].title = "Another title".to_owned();
            let after = files(&new);
            for ending in [".md", ".html"] {
                let is_changed = |path: &&String| path.ends_with(ending) && before.get(*path) != after.get(*path);
                let changed: Vec<&String> = after.keys().filter(is_changed).collect();
                assert!((1..=10).contains(&changed.len()), "{name}: {}: {changed:?}", old.errors[index].name.id);
            }
        }
    }
}
