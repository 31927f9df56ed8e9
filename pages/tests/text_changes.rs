//! A change that `errbook_history::diff` rates as text only changes the words of the outputs.

#[path = "../../history/tests/diff/cases.rs"]
mod cases;

use errbook_catalog::load_text;
use errbook_catalog::model::{Catalog, OpenapiVersion};
use errbook_codegen::rust;
use errbook_history::diff::{Rating, diff};
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
        if [diff(&old, &new), diff(&new, &old)].iter().all(|diff| diff.rating() <= Some(Rating::Text)) {
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
