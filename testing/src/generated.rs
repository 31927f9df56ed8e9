//! Snapshots of all generated files.

use std::fmt::Write as _;
use std::path::Path;

use errbook_catalog::edit::File;
use errbook_catalog::model::Catalog;
use errbook_history::lock;

use super::{accepted, changes, compared, difference, illegible, report};
use errbook_pages::plan::{self, Disk, PlanError, Planned, Source};

/// The prefix of a generated file's path. Generated files follow the files of the catalog.
const GENERATED: &str = "generated:";

#[doc(hidden)]
#[track_caller]
pub fn generated(manifest_dir: &str, name: &str, assert: impl FnOnce(&str)) {
    let path = Path::new(manifest_dir).join(name);
    let (mut files, catalog) = accepted(&path);
    files.extend(outputs(Source { path: path.clone(), catalog: catalog.clone(), inputs: Vec::new() }));
    let text = lock::to_text(&files);
    let now = text.trim_end().to_owned();
    let description = format!("The generated files of `{name}`; errbook_testing reads this snapshot.");
    if let Err(old) = compared(&description, move |old| old == now, || assert(&text)) {
        let what =
            old.map(|old| lock::parse(&old).map_or_else(|_| illegible(), |old| rewritten(&old, &files, &catalog)));
        panic!("{}", report(name, "generates", what.as_deref(), &path));
    }
}

/// The files that `errbook generate` writes, and the files that it edits. The test fails if
/// `errbook generate` would fail.
#[track_caller]
fn outputs(source: Source) -> Vec<File> {
    let plan = match plan::beside([source.clone()], &Disk) {
        Err(PlanError::Nothing { .. }) => plan::below("", [source], &Disk),
        plan => plan,
    };
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let file =
        |planned: &Planned| File { path: format!("{GENERATED}{}", planned.file.path), text: planned.file.text.clone() };
    plan.files().map(file).collect()
}

/// The changed files, and the changes of the catalog.
fn rewritten(accepted: &[File], files: &[File], catalog: &Catalog) -> String {
    let is_generated = |file: &&File| file.path.starts_with(GENERATED);
    let mut text = String::new();
    let mut line = |word: &str, file: &File| {
        let _ = writeln!(text, "{word:<8} {}", &file.path[GENERATED.len()..]);
    };
    for file in files.iter().filter(is_generated) {
        match accepted.iter().find(|old| old.path == file.path) {
            None => line("new", file),
            Some(old) if old.text.trim_end() != file.text.trim_end() => line("changed", file),
            Some(_) => {}
        }
    }
    for file in accepted.iter().filter(is_generated).filter(|old| files.iter().all(|file| file.path != old.path)) {
        line("removed", file);
    }
    let of_catalog: Vec<File> = accepted.iter().filter(|file| !is_generated(file)).cloned().collect();
    let is_same = changes(&of_catalog, catalog).is_ok_and(|diff| diff.changes.is_empty());
    let why = if is_same {
        "The catalog is unchanged: another version of errbook, a template or a setting changed the output.\n".to_owned()
    } else {
        difference(&of_catalog, catalog)
    };
    format!("{text}\n{why}")
}
