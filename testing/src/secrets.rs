//! No output contains a secret.

use std::fmt::Write as _;
use std::path::Path;

use errbook_catalog::canary::{self, Canary, Planted, Secret};
use errbook_catalog::model::{Catalog, Flavor, GenerateDocs};
use errbook_history::diff::public_diff;
use errbook_pages::plan::{self, Disk, Plan, PlanError, Source};

use super::accepted;

/// Plants a canary for each secret, and searches every output for it. Returns the number of outputs
/// and the number of canaries.
#[doc(hidden)]
#[track_caller]
pub fn no_secrets(manifest_dir: &str, name: &str) -> (usize, usize) {
    let path = Path::new(manifest_dir).join(name);
    let (_, released) = accepted(&path);
    let Planted { loaded, canaries } = canary::load(&path);
    let Some(catalog) = loaded.catalog else { panic!("{}", loaded.report.render_text(false)) };
    let outputs = outputs(&path, &released, &catalog);
    let mut leaks = String::new();
    for (output, text) in &outputs {
        // The service's own Rust has internal errors.
        let is_service = Path::new(output).extension().is_some_and(|ending| ending == "rs");
        let is_allowed = |canary: &&Canary| is_service && canary.secret == Secret::Internal;
        for leak in canary::leaks(&canaries, text).into_iter().filter(|canary| !is_allowed(canary)) {
            let _ = writeln!(leaks, "  `{output}` contains `{}`", leak.path);
        }
    }
    assert!(leaks.is_empty(), "the outputs of `{name}` contain secrets\n\n{leaks}");
    (outputs.len(), canaries.len())
}

/// Every output: the files under `generate`, all files by default, the pages of each flavor, the
/// site, and the changes for clients.
#[track_caller]
fn outputs(path: &Path, released: &Catalog, catalog: &Catalog) -> Vec<(String, String)> {
    let source = |catalog: Catalog| Source { path: path.to_owned(), catalog, inputs: Vec::new() };
    let plan_of = |plan: Result<Plan, PlanError>| plan.unwrap_or_else(|error| panic!("{error}"));
    let mut plans = vec![
        plan_of(plan::below("", [source(catalog.clone())], &Disk)),
        plan_of(plan::site("site", [source(catalog.clone())], &Disk)),
    ];
    match plan::beside([source(catalog.clone())], &Disk) {
        Err(PlanError::Nothing { .. }) => {}
        plan => plans.push(plan_of(plan)),
    }
    for flavor in Flavor::ALL {
        let mut flavored = catalog.clone();
        let templates = flavored.generate.docs.take().and_then(|docs| docs.templates);
        let dir = format!("reference-{}", flavor.name());
        flavored.generate.docs = Some(GenerateDocs { dir, flavor, nav: None, templates });
        plans.push(plan_of(plan::below(flavor.name(), [source(flavored)], &Disk)));
    }
    let files = plans.iter().flat_map(Plan::files);
    let mut outputs: Vec<(String, String)> =
        files.map(|planned| (planned.file.path.clone(), planned.file.text.clone())).collect();
    outputs.push(("changelog".to_owned(), format!("{:?}", public_diff(released, catalog))));
    outputs
}
