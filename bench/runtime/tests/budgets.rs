//! The allocations of each step have a budget, so that none becomes slower unseen. Unlike seconds,
//! they are the same on every machine.
//!
//! `budgets.txt` has the budgets. If a step needs more on purpose,
//! `ERRBOOK_BLESS=1 cargo test --workspace --all-features --test budgets` writes the file again. With
//! the features of one crate alone, tokens are a fifth smaller.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::{env, fs};

use allocation_counter::measure;
use errbook_bench::{catalog, social_crawl};
use errbook_catalog::edit::tidy::tidy;
use errbook_catalog::load_text;
use errbook_codegen::rust;
use errbook_history::diff::diff;
use errbook_pages::{markdown, site};
use errbook_schema::{json, openapi};

/// The number of errors in the catalog.
const ERRORS: usize = 100;

/// How much more than its budget a step may allocate, in percent. Hash tables and versions of
/// dependencies change the numbers a little.
const TOLERANCE: u64 = 3;

/// A step, named after its function.
struct Step {
    name: &'static str,
    allocations: u64,
    bytes: u64,
}

fn step<T>(steps: &mut Vec<Step>, name: &'static str, mut run: impl FnMut() -> T) -> T {
    // What is built once per process does not count.
    drop(run());
    let mut result = None;
    let measured = measure(|| result = Some(black_box(run())));
    steps.push(Step { name, allocations: measured.count_total, bytes: measured.bytes_total });
    result.expect("the step ran")
}

fn steps() -> Vec<Step> {
    let mut steps = Vec::new();
    let text = catalog::text(ERRORS);
    let loaded = step(&mut steps, "catalog::load_text", || load_text("errors.yaml", text.as_bytes()));
    let next = load_text("errors.yaml", text.replace(" is blocked ", " is stopped ").as_bytes()).catalog;
    let (new, old) = (next.expect("accepted"), loaded.catalog.as_ref().expect("accepted"));
    step(&mut steps, "catalog::edit::tidy::tidy", || tidy(&loaded).expect("formatted"));
    step(&mut steps, "history::diff::diff", || diff(old, &new));
    step(&mut steps, "codegen::rust::emit, which is a macro's expansion", || rust::emit(old));
    step(&mut steps, "codegen::rust::file", || rust::file(old));
    let version = errbook_catalog::model::OpenapiVersion::default();
    step(&mut steps, "schema::openapi::emit", || openapi::emit(old, version));
    step(&mut steps, "schema::openapi::emit_yaml", || openapi::emit_yaml(old, version));
    step(&mut steps, "schema::json::text", || json::text(old));
    step(&mut steps, "clients::typescript::emit", || errbook_clients::typescript::emit(old));
    step(&mut steps, "clients::python::emit", || errbook_clients::python::emit(old));
    step(&mut steps, "pages::markdown::llms", || markdown::llms(old, None));
    let templates = markdown::Templates::new(&[]).expect("errbook's own templates");
    step(&mut steps, "pages::markdown::emit", || markdown::emit(old, &templates).expect("rendered"));
    step(&mut steps, "pages::site::emit", || site::emit(&[old]).expect("rendered"));

    let required = social_crawl::InsufficientCreditsRequired { balance: 3, cost: 25 };
    let (error, context) =
        (social_crawl::Error::insufficient_credits(required), social_crawl::Context::new(3, "req-1"));
    let body = step(&mut steps, "CatalogError::body", || serde_json::to_vec(&error.body(&context)).expect("JSON"));
    step(&mut steps, "ReceivedError::parse", || social_crawl::ReceivedError::parse(402, [], &body));
    steps
}

#[test]
fn no_step_allocates_more_than_its_budget() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/budgets.txt");
    let steps = steps();
    if env::var_os("ERRBOOK_BLESS").is_some() {
        let mut text = format!("# Allocations and bytes of each step, for {ERRORS} errors.\n");
        for Step { name, allocations, bytes } in &steps {
            let _ = writeln!(text, "{allocations} {bytes} {name}");
        }
        fs::write(&path, text).expect("writable");
    }
    let text = fs::read_to_string(&path).expect("the budgets");
    let budget = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let mut number = || words.next()?.parse().ok();
        Some((number()?, number()?, words.next()?.to_owned()))
    };
    let budgets: Vec<(u64, u64, String)> = text.lines().filter_map(budget).collect();
    let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
    assert_eq!(budgets.iter().map(|(_, _, name)| name.as_str()).collect::<Vec<_>>(), names, "write the budgets again");
    let mut report = String::new();
    for (Step { name, allocations, bytes }, (most, most_bytes, _)) in steps.iter().zip(&budgets) {
        for (now, most, of) in [(*allocations, *most, "allocations"), (*bytes, *most_bytes, "bytes")] {
            if now * 100 > most * (100 + TOLERANCE) {
                let _ = writeln!(report, "{name} takes {now} {of}, and its budget is {most}");
            } else if now * 100 < most * 75 {
                let _ = writeln!(report, "{name} takes {now} {of}: lower its budget from {most}");
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn memory_is_freed() {
    let text = catalog::text(ERRORS);
    let measured = measure(|| {
        let catalog = load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
        drop(rust::file(&catalog));
    });
    assert!(measured.bytes_current < 100_000, "{} bytes are left", measured.bytes_current);
}
