//! Reading catalogs, with everything that is wrong with any of them reported before anything is done with one.

use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;
use errbook_catalog::problem::{Problem, Report, Rule};
use errbook_catalog::words::counted;
use errbook_catalog::{Loaded, load};
pub(crate) use errbook_files::folder_of;
pub(crate) use errbook_pages::plan::Source;

use crate::baseline;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, Progress};

/// The catalog where none is named.
pub(crate) const DEFAULT: &str = "errors.yaml";

/// What is printed of the warnings about a catalog that can be used. `errbook check` shows them whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warnings {
    /// How many there are.
    Counted,
    /// Nothing, where somebody only looks something up.
    Hidden,
}

/// Reads every catalog, and goes on only where none was refused.
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
            terminal::eprint(&report.render_text(terminal::stderr_has_colour()));
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
    let warnings = counted(report.warning_count() + report.dropped, "warning");
    format!("{}: {warnings}; `errbook check` shows what they are", path.display())
}

/// Reads a catalog; an error only where the one that nobody named is not there.
pub(crate) fn one(path: &Path) -> Result<Loaded, Stop> {
    if path == Path::new(DEFAULT) && !path.exists() {
        return Err(Stop::failed(format_args!("there is no `{DEFAULT}` in this folder"))
            .help("name a catalog, or start one with `errbook init`"));
    }
    Ok(load(path))
}

/// A catalog that was not refused, and what was read for it.
pub(crate) fn accepted(path: &Path) -> Result<(Loaded, Catalog), Stop> {
    let loaded = one(path)?;
    if let Some(catalog) = loaded.catalog.clone() {
        return Ok((loaded, catalog));
    }
    terminal::eprint(&loaded.report.render_text(terminal::stderr_has_colour()));
    Verdict::of(&loaded.report).outcome()?;
    Err(Stop::Findings)
}

/// How bad what was found is; the worst of all catalogs decides how a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Fine,
    /// A catalog has mistakes.
    Findings,
    /// A catalog cannot be read at all.
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
