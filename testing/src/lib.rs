//! Snapshot tests for a catalog, with [insta](https://insta.rs): of its promises to clients, or of
//! its generated files.
//!
//! ```toml
//! [dev-dependencies]
//! errbook-testing = "0.1"
//! ```
//!
//! ```no_run
//! #[test]
//! fn the_promise_to_clients_is_unchanged() {
//!     errbook_testing::assert_promise!("errors.yaml");
//! }
//! ```
//!
//! [`assert_no_secrets!`] needs no snapshot: it searches every output for secrets. With the feature
//! `router`, `assert_rejections!` sends requests to a service that it rejects, and compares the
//! responses with the catalog.
//!
//! insta keeps the snapshot in the `snapshots/` folder of the test. `cargo insta review` shows it,
//! `INSTA_UPDATE` applies, and if `CI` is set, a test without an accepted snapshot fails. A failed
//! test reports the changes as `errbook diff` does: each with its rating, its audience and its
//! remedy.

mod generated;
#[cfg(feature = "router")]
pub mod router;
mod secrets;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use errbook_catalog::edit::{self, File};
use errbook_catalog::model::Catalog;
use errbook_catalog::{Loaded, load};
use errbook_history::diff::{Change, Diff, Rating, diff};
use errbook_history::lock::{self, Lock};
use insta::Comparator;
use insta::{Settings, Snapshot};

#[doc(hidden)]
pub use insta;

#[doc(hidden)]
pub use generated::generated;

#[doc(hidden)]
pub use secrets::no_secrets;

/// Fails if the catalog's promise to clients changed, with a breaking or additive change.
///
/// The path is relative to the crate's `Cargo.toml`. The snapshot contains the catalog verbatim, so
/// that its diff in a review looks like the diff of the catalog. A change of only wording or
/// comments passes.
///
/// ```no_run
/// #[test]
/// fn the_promise_to_clients_is_unchanged() {
///     errbook_testing::assert_promise!("errors.yaml");
/// }
/// ```
#[macro_export]
macro_rules! assert_promise {
    ($catalog:expr $(,)?) => {
        $crate::promise(::core::env!("CARGO_MANIFEST_DIR"), $catalog, |text| {
            $crate::insta::assert_snapshot!(text);
        })
    };
}

/// Fails if any byte of the generated files changed: the outputs under `generate`, or all outputs
/// if there is no `generate`.
///
/// The snapshot contains the catalog and every file that `errbook generate` writes or edits.
///
/// ```no_run
/// #[test]
/// fn the_generated_files_are_unchanged() {
///     errbook_testing::assert_generated!("errors.yaml");
/// }
/// ```
#[macro_export]
macro_rules! assert_generated {
    ($catalog:expr $(,)?) => {
        $crate::generated(::core::env!("CARGO_MANIFEST_DIR"), $catalog, |text| {
            $crate::insta::assert_snapshot!(text);
        })
    };
}

/// Fails if a generated file contains a secret: the value of a `sensitive` field, or a part of an
/// error with `visibility: internal`.
///
/// The test replaces each secret of the catalog with a canary, which is a value that occurs nowhere
/// else. Then it searches every generated file, the pages of each flavor, the site and the
/// changelog, with your own templates and prose. The service's Rust code may contain internal
/// errors.
///
/// Returns the number of outputs and the number of secrets, so that a test can require some.
///
/// # Panics
///
/// If an output contains a secret, with the path of each in the catalog, or if the catalog is
/// invalid.
///
/// ```no_run
/// #[test]
/// fn no_output_has_a_secret() {
///     let (outputs, secrets) = errbook_testing::assert_no_secrets!("errors.yaml");
///     assert!(secrets > 0, "searched {outputs} outputs for nothing");
/// }
/// ```
#[macro_export]
macro_rules! assert_no_secrets {
    ($catalog:expr $(,)?) => {
        $crate::no_secrets(::core::env!("CARGO_MANIFEST_DIR"), $catalog)
    };
}

/// Fails if a service answers a bad request with anything but an error of the catalog. Needs the
/// feature `router`.
///
/// The first argument is the path of the catalog, relative to the crate's `Cargo.toml`. The second
/// is a tower service, such as the `Router` of axum. The third says which requests to send; see
/// [`Probes`](router::Probes). The macro is used in an async function on tokio, and returns a
/// [`Report`](router::Report).
///
/// A response with a status from 400 must be a public error of the catalog: its code, its content
/// type, its headers and its envelope.
///
/// # Panics
///
/// If a response is not an error of the catalog, if a panic leaves the service, if no request
/// provoked one of the faults, or if the catalog is invalid.
/// [`Probes::without`](router::Probes::without) leaves out a fault that the service cannot have.
///
/// ```no_run
/// # async fn order(axum::Json(_): axum::Json<[u8; 2]>) {}
/// # fn shop() -> axum::Router { axum::Router::new() }
/// use errbook_testing::router::Probes;
///
/// # #[cfg(any())] // the attribute below makes a test of it
/// #[tokio::test(start_paused = true)]
/// # async fn ignored() {}
/// async fn every_rejection_is_an_error_of_the_catalog() {
///     let probes = Probes::new().json("POST", "/orders");
///     let report = errbook_testing::assert_rejections!("errors.yaml", shop(), probes);
///     println!("{report}");
/// }
/// ```
#[cfg(feature = "router")]
#[macro_export]
macro_rules! assert_rejections {
    ($catalog:expr, $service:expr, $probes:expr $(,)?) => {
        match $crate::router::rejections(::core::env!("CARGO_MANIFEST_DIR"), $catalog, $service, $probes).await {
            ::core::result::Result::Ok(report) => report,
            ::core::result::Result::Err(text) => ::core::panic!("{text}"),
        }
    };
}

#[doc(hidden)]
#[track_caller]
pub fn promise(manifest_dir: &str, name: &str, assert: impl FnOnce(&str)) {
    let path = Path::new(manifest_dir).join(name);
    let (files, catalog) = accepted(&path);
    let now = catalog.clone();
    let is_kept = move |old: &str| {
        lock::parse(old).is_ok_and(|old| changes(&old, &now).is_ok_and(|diff| diff.rating() <= Some(Rating::Text)))
    };
    let description = format!("The promise of `{name}` to clients; errbook_testing reads this snapshot.");
    if let Err(old) = compared(&description, is_kept, || assert(&lock::to_text(&files))) {
        let what = old.map(|old| lock::parse(&old).map_or_else(|_| illegible(), |old| difference(&old, &catalog)));
        panic!("{}", report(name, "promises", what.as_deref(), &path));
    }
}

/// A valid catalog, and its files.
#[track_caller]
fn accepted(path: &Path) -> (Vec<File>, Catalog) {
    let Loaded { catalog, report, inputs: _ } = load(path);
    match catalog {
        Some(catalog) => (lock::copy(&report.sources), catalog),
        None => panic!("the catalog is invalid\n\n{}", report.render_text(false)),
    }
}

/// Asserts a snapshot with insta. On failure, returns the accepted text, if there is one.
fn compared(
    description: &str,
    is_kept: impl Fn(&str) -> bool + Send + Sync + 'static,
    assert: impl FnOnce(),
) -> Result<(), Option<String>> {
    let accepted = Arc::new(Mutex::new(None));
    let mut settings = Settings::clone_current();
    settings.set_description(description);
    settings.set_omit_expression(true);
    settings.set_comparator(Box::new(Comparing { accepted: Arc::clone(&accepted), is_kept: Arc::new(is_kept) }));
    // insta shows both texts and stores the new one before it panics. The changes are reported
    // after that.
    catch_unwind(AssertUnwindSafe(|| settings.bind(assert)))
        .map_err(|_| accepted.lock().unwrap_or_else(PoisonError::into_inner).take())
}

/// Compares as errbook does, and keeps the accepted text: only insta knows its path.
#[derive(Clone)]
struct Comparing {
    accepted: Arc<Mutex<Option<String>>>,
    is_kept: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

impl Comparator for Comparing {
    fn matches(&self, reference: &Snapshot, _: &Snapshot) -> bool {
        let text = reference.as_text().map(ToString::to_string).unwrap_or_default();
        let is_kept = (self.is_kept)(&text);
        *self.accepted.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        is_kept
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(self.clone())
    }
}

/// The changes since the accepted catalog, or the report if that is invalid for this version of
/// errbook.
fn changes(accepted: &[File], catalog: &Catalog) -> Result<Diff, String> {
    let Loaded { catalog: old, report, inputs: _ } = edit::load_files("accepted", accepted);
    old.map(|old| diff(&old, catalog)).ok_or_else(|| report.render_text(false))
}

fn illegible() -> String {
    "The accepted snapshot cannot be parsed: it was edited by hand, or has conflict markers.\n".to_owned()
}

/// The changes by rating, as in `errbook diff`.
fn difference(accepted: &[File], catalog: &Catalog) -> String {
    let diff = match changes(accepted, catalog) {
        Ok(diff) => diff,
        Err(report) => return format!("The accepted catalog is invalid for this version of errbook.\n\n{report}"),
    };
    let mut text = String::new();
    for rating in Rating::ALL.into_iter().rev() {
        let changes: Vec<&Change> = diff.changes.iter().filter(|change| change.rating == rating).collect();
        if !changes.is_empty() {
            let _ = writeln!(text, "{}. {}\n", rating.heading(), rating.summary());
            text.extend(changes.into_iter().map(entry));
            text.push('\n');
        }
    }
    let verdict = format!("{} {} {}", diff.counts(), diff.verdict(), diff.other_verdicts());
    let _ = writeln!(text, "{}", verdict.trim_end());
    text
}

/// One change; a breaking one with its effect and remedy.
fn entry(change: &Change) -> String {
    let place = change.origin().map_or(String::new(), |origin| format!(", {origin}"));
    let mut text = format!("  {}  {}{place}\n", one_line(&change.fact()), change.rule);
    if change.rating == Rating::Breaking {
        let audiences: Vec<&str> = change.audiences.iter().map(|audience| audience.words()).collect();
        let _ = writeln!(text, "    Affects {}.", audiences.join(", "));
        let _ = writeln!(text, "    {}\n    {}", change.rule.why(), change.rule.remedy());
    }
    text
}

/// The text in one line.
fn one_line(fact: &str) -> String {
    fact.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// The report of a failed test.
fn report(name: &str, does: &str, what: Option<&str>, path: &Path) -> String {
    let mut text = match what {
        Some(what) => {
            format!(
                "`{name}` {does} something other than the accepted snapshot\n\n{what}\nRevert the change, or accept it:"
            )
        }
        None => format!("`{name}` has no accepted snapshot of what it {does}\n\nReview it, then accept it:"),
    };
    text.push_str(" `cargo insta review`, or run the test with INSTA_UPDATE=always.\n");
    if let Some((name, Lock { version, .. })) = lock_of(path) {
        let _ = writeln!(text, "{name} contains the release {version}: `errbook diff` compares with it.");
    }
    text
}

/// The lock of a catalog, and its name.
fn lock_of(path: &Path) -> Option<(String, Lock)> {
    let names = [lock::name(path), lock::NAME.to_owned()];
    names.into_iter().find_map(|name| {
        let lock = Lock::parse(&errbook_catalog::disk::text(&path.with_file_name(&name)).ok()?).ok()?;
        path.file_name().is_some_and(|file| file == lock.root()).then_some((name, lock))
    })
}
