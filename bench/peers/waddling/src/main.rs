//! The documentation of a catalog by waddling-errors: one HTML file and one JSON file.
//!
//! ```sh
//! errbook-bench-waddling errors.json OUT
//! ```
//!
//! Reads the `errors.json` of `errbook generate`, so that YAML costs nothing, and registers each
//! error as the crate's macros do. Without OUT, it stops there.

use std::collections::BTreeMap;

use serde::Deserialize;
use waddling_errors::doc_generator::{DocRegistry, HtmlRenderer, JsonRenderer};
use waddling_errors::metadata::{DiagnosticComplete, DiagnosticDocs, DiagnosticRuntime};
use waddling_errors_hash::compute_wdp_hash;

// As errbook has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Deserialize)]
struct Catalog {
    groups: Vec<Group>,
    errors: Vec<Error>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    summary: String,
}

#[derive(Deserialize)]
struct Error {
    id: String,
    group: String,
    message: String,
    description: String,
    cause: String,
    fix: String,
    doc_url: String,
    details: BTreeMap<String, serde::de::IgnoredAny>,
    since: Option<String>,
}

/// The macros of waddling-errors make texts that live as long as the program.
fn forever<T>(values: Vec<T>) -> &'static [T] {
    values.leak()
}

/// `ACCOUNT_BLOCKED_5` of the group `account` becomes `E.ACCOUNT.BLOCKED.005`.
fn diagnostic(error: Error) -> DiagnosticComplete {
    let component = error.group.to_uppercase();
    let event = &error.id[component.len() + 1..];
    let (primary, sequence) = event.split_once('_').unwrap_or((event, "0"));
    let sequence_value = sequence.parse().expect("a number");
    let code = format!("E.{component}.{primary}.{sequence_value:03}");
    let hints = [error.cause, error.fix].map(|hint| (&*hint.leak(), "Public"));
    let fields = error.details.into_keys().map(|name| &*name.leak()).collect();
    DiagnosticComplete {
        runtime: DiagnosticRuntime {
            component: component.leak(),
            primary: primary.to_owned().leak(),
            sequence: sequence.to_owned().leak(),
            sequence_value,
            message: error.message.replace('{', "{{").replace('}', "}}").leak(),
            fields: forever(fields),
            role: Some("Public"),
            hash: compute_wdp_hash(&code).leak(),
            code: code.leak(),
            ..DiagnosticRuntime::INIT_WITH_DEFAULTS
        },
        docs: Some(DiagnosticDocs {
            description: Some(error.description.leak()),
            code_snippets: &[],
            docs_url: Some(error.doc_url.leak()),
            introduced: error.since.map(|since| &*since.leak()),
            deprecated: None,
            hints_compiletime: &[],
            see_also: &[],
            hints_compiletime_gated: forever(hints.into()),
            see_also_gated: &[],
        }),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: errbook-bench-waddling errors.json [OUT]")?;
    let catalog: Catalog = serde_json::from_slice(&std::fs::read(path)?)?;
    let mut registry = DocRegistry::new("Bench", "1.0.0");
    for group in &catalog.groups {
        registry.register_component(group.id.to_uppercase(), Some(&group.summary), &[], &[]);
    }
    for error in catalog.errors {
        registry.register_diagnostic_complete(&diagnostic(error));
    }
    if let Some(out) = arguments.next() {
        // The HTML renderer also writes a JSON file, which the JSON renderer then replaces.
        registry.render(vec![Box::new(HtmlRenderer::new()), Box::new(JsonRenderer)], out)?;
    }
    Ok(())
}
