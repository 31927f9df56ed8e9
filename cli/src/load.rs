//! Reads catalogs. The problems of all catalogs are reported before any is used.

use std::path::{Path, PathBuf};

use errbook_catalog::disk::Root;
use errbook_catalog::edit::tidy::{Refusal, load_tidied};
use errbook_catalog::edit::{File, Lines};
use errbook_catalog::model::Catalog;
use errbook_catalog::problem::{Problem, Report, Rule};
use errbook_catalog::words::counted;
use errbook_catalog::{Disk, Loaded, edit, load, load_unlinted};
use errbook_files::Edit;
pub(crate) use errbook_files::folder_of;
pub(crate) use errbook_pages::plan::Source;

use crate::baseline;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, Progress};

/// The default catalog.
pub(crate) const DEFAULT: &str = "errors.yaml";

/// How to print the warnings of a valid catalog. `errbook check` shows them in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warnings {
    /// Print their number.
    Counted,
    /// Print nothing, for commands that only read.
    Hidden,
}

/// Reads every catalog. Fails if one is invalid.
pub(crate) fn all(paths: &[PathBuf], warnings: Warnings) -> Result<Vec<Source>, Stop> {
    let mut progress = Progress::new(paths.len());
    let mut sources = Vec::new();
    let mut verdict = Verdict::Fine;
    for (index, path) in paths.iter().enumerate() {
        progress.step(|| format!("reading {} of {}: {}", index + 1, paths.len(), path.display()));
        let mut loaded = one(path)?;
        if warnings == Warnings::Counted {
            baseline::apply(path, &mut loaded)?;
        }
        let Loaded { catalog, report, inputs } = loaded;
        if report.has_errors() {
            progress.clear();
            terminal::eprint(&report.render_text(terminal::stderr_has_color()));
        } else if warnings == Warnings::Counted && !report.is_empty() {
            progress.clear();
            terminal::warn(&count(path, &report));
        }
        verdict = verdict.max(Verdict::of(&report));
        sources.extend(catalog.map(|catalog| Source { path: path.clone(), catalog, inputs }));
    }
    verdict.outcome().map(|()| sources)
}

fn count(path: &Path, report: &Report) -> String {
    let warnings = counted(report.warning_count() + report.dropped().into_values().sum::<usize>(), "warning");
    format!("{}: {warnings}; run `errbook check` to see them", path.display())
}

/// Reads a catalog. Fails if the default catalog does not exist.
pub(crate) fn one(path: &Path) -> Result<Loaded, Stop> {
    found(path)?;
    Ok(load(path))
}

/// Reads a catalog without its lints, to compare it.
pub(crate) fn unlinted(path: &Path) -> Result<Loaded, Stop> {
    found(path)?;
    Ok(load_unlinted(path, &Disk::around(path)))
}

/// Reads a catalog without its lints, to compare it, and keeps the lines of its keys.
pub(crate) fn with_lines(path: &Path) -> Result<(Loaded, Lines), Stop> {
    found(path)?;
    Ok(Lines::load(path))
}

/// Reads a catalog without its lints, and formats its files.
pub(crate) fn tidied(path: &Path) -> Result<(Loaded, Result<Vec<File>, Refusal>), Stop> {
    found(path)?;
    Ok(load_tidied(path))
}

/// Completes interrupted edits of a catalog. Fails if the default catalog does not exist.
fn found(path: &Path) -> Outcome {
    if path == Path::new(DEFAULT) && !path.exists() {
        return Err(Stop::failed(format_args!("this folder has no `{DEFAULT}`"))
            .help("name a catalog, or create one with `errbook init`"));
    }
    recover(folder_of(path))
}

/// Finishes the edits of a killed run. Its journal could come from a stranger, so it can only write
/// files that a change of the repository could write.
fn recover(folder: &Path) -> Outcome {
    let root = Root::of(folder);
    let is_allowed = |path: &Path| {
        let place = if path.exists() { path } else { folder_of(path) };
        root.place(place).is_ok() && path.file_name().is_some_and(|name| !name.eq_ignore_ascii_case(".git"))
    };
    let written = errbook_files::recover(folder, is_allowed).map_err(Stop::failed)?;
    for path in written.into_iter().flatten() {
        terminal::warn(&format!("finished an interrupted edit of `{}`", path.display()));
    }
    Ok(())
}

/// A valid catalog, and the result of loading it.
pub(crate) fn accepted(path: &Path) -> Result<(Loaded, Catalog), Stop> {
    let loaded = one(path)?;
    match loaded.catalog.clone() {
        Some(catalog) => Ok((loaded, catalog)),
        None => Err(rejected(&loaded)),
    }
}

/// Reports the errors of a catalog.
pub(crate) fn rejected(loaded: &Loaded) -> Stop {
    terminal::eprint(&loaded.report.render_text(terminal::stderr_has_color()));
    Verdict::of(&loaded.report).outcome().err().unwrap_or(Stop::Findings)
}

/// The result of loading. The worst result of all catalogs decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Fine,
    /// A catalog has errors.
    Findings,
    /// A catalog cannot be read.
    Unreadable,
}

impl Verdict {
    pub(crate) fn of(report: &Report) -> Self {
        let is_unreadable = |problem: &Problem| problem.rule == Rule::UnreadableFile && problem.span.is_none();
        if report.problems.iter().any(is_unreadable) {
            Verdict::Unreadable
        } else if report.has_errors() {
            Verdict::Findings
        } else {
            Verdict::Fine
        }
    }

    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Verdict::Fine => Ok(()),
            Verdict::Findings => Err(Stop::Findings),
            Verdict::Unreadable => Err(Stop::Unreadable),
        }
    }
}

/// What is to be written to the files of a catalog, each with the text that was read.
pub(crate) fn edits(catalog: &Path, loaded: &Loaded, files: Vec<edit::File>) -> Vec<Edit> {
    let folder = catalog.parent().unwrap_or(Path::new(""));
    let read = |path: &str| loaded.report.sources.iter().find(|(_, source)| source.relative == path);
    let before = |path: &str| read(path).map_or(String::new(), |(_, source)| source.text.clone());
    let edit = |file: edit::File| Edit { path: folder.join(&file.path), before: before(&file.path), after: file.text };
    files.into_iter().map(edit).collect()
}
