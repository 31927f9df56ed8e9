//! `errbook diff`

mod git;
mod github;
mod json;
pub(crate) mod markdown;
pub(crate) mod text;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use errbook_catalog::Loaded;
use errbook_catalog::model::Catalog;
use errbook_history::diff::{Change, Diff, Rating, Rule, diff, public_diff};

use crate::load::{self, Verdict};
use crate::lock::{self, Released};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, padded};

/// Compare two releases of a catalog
///
/// Error codes are public API. Each change has a rating. A breaking change breaks clients that
/// follow the documentation. An additive change is backward compatible. A text change affects only
/// wording. The worst rating decides the next version: major, minor or patch. Before 1.0, a
/// breaking change needs a minor version.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "errbook diff [OPTIONS] <OLD> <NEW>\n       errbook diff [OPTIONS] --against <REV> [CATALOG]\n       errbook diff [OPTIONS] [CATALOG]",
    after_help = "\
Examples:
  errbook diff released.yaml errors.yaml
  errbook diff                           errors.yaml and its errbook.lock
  errbook diff --against v1.4.0          errors.yaml, and errors.yaml at v1.4.0
  errbook diff --against origin/main --fail-on breaking --format github
  errbook diff old.yaml new.yaml --format markdown >> CHANGELOG.md
  errbook diff --rules                   list all kinds of changes, with ratings

Exits with 0, or with 1 if a change reaches --fail-on or a catalog is invalid."
)]
pub(crate) struct Args {
    /// The old catalog. Without NEW: the new catalog, which is compared with its lock or a git
    /// revision
    old: Option<PathBuf>,
    /// The new catalog
    #[arg(conflicts_with = "against")]
    new: Option<PathBuf>,
    /// Compare the catalog and its includes with a git revision
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 if a change has this rating or a worse one
    #[arg(long, value_enum, value_name = "RATING")]
    fail_on: Option<FailOn>,
    /// List all kinds of changes
    #[arg(long, conflicts_with_all = ["old", "new", "against", "fail_on", "format"])]
    rules: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Text
    Text,
    /// JSON, for programs
    Json,
    /// A changelog section for clients, without internal errors
    Markdown,
    /// Annotations of a GitHub workflow
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// Breaking changes
    Breaking,
    /// Breaking and additive changes
    Additive,
    /// All changes
    Text,
}

impl FailOn {
    fn rating(self) -> Rating {
        match self {
            FailOn::Breaking => Rating::Breaking,
            FailOn::Additive => Rating::Additive,
            FailOn::Text => Rating::Text,
        }
    }
}

/// Two releases, with their names in reports, and the changes between them.
pub(crate) struct Releases {
    pub(crate) old: String,
    pub(crate) new: String,
    /// The folder of the new catalog. Places are relative to it.
    pub(crate) folder: PathBuf,
    pub(crate) diff: Diff,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.rules {
        return terminal::print(&rules());
    }
    let (releases, public) = compare(args)?;
    match args.format {
        Format::Text => terminal::print(&text::render(&releases, terminal::columns()))?,
        Format::Json => terminal::print_raw(&json::render(&releases))?,
        Format::Markdown => terminal::print_raw(&markdown::render(&releases.diff, &public))?,
        Format::Github => terminal::print_raw(&github::render(&releases))?,
    }
    let fails = |limit: FailOn| releases.diff.rating().is_some_and(|rating| rating >= limit.rating());
    if args.fail_on.is_some_and(fails) { Err(Stop::Findings) } else { Ok(()) }
}

/// The releases, and the changes that clients may see.
fn compare(args: &Args) -> Result<(Releases, Diff), Stop> {
    let first = args.old.as_deref().unwrap_or(Path::new(load::DEFAULT));
    let (old_name, new_path, diff, public) = match (&args.against, &args.new) {
        (Some(revision), _) => {
            let (old, new) = accepted(git::load(revision, first)?, load::one(first)?)?;
            (format!("{revision}:{}", first.display()), first, diff(&old, &new), public_diff(&old, &new))
        }
        (None, Some(new_path)) => {
            let (old, new) = accepted(load::one(first)?, load::one(new_path)?)?;
            (first.display().to_string(), new_path.as_path(), diff(&old, &new), public_diff(&old, &new))
        }
        (None, None) => {
            let (_, new) = load::accepted(first)?;
            let released = lock::released(first)?.ok_or_else(|| nothing_old(first))?;
            let Released { path, lock, catalog: old } = released;
            (path.display().to_string(), first, lock.diff(&old, &new), public_diff(&old, &new))
        }
    };
    let (new, folder) = (new_path.display().to_string(), load::folder_of(new_path).to_owned());
    Ok((Releases { old: old_name, new, folder, diff }, public))
}

fn nothing_old(catalog: &Path) -> Stop {
    Stop::failed(format_args!("`{}` has no lock to compare it with", catalog.display()))
        .help("name two catalogs, or a git revision with --against; `errbook release` writes the lock")
}

/// Both catalogs. Prints the reports if one is invalid.
fn accepted(old: Loaded, new: Loaded) -> Result<(Catalog, Catalog), Stop> {
    let mut verdict = Verdict::Fine;
    for loaded in [&old, &new] {
        if loaded.report.has_errors() {
            terminal::eprint(&loaded.report.render_text(terminal::stderr_has_color()));
        }
        verdict = verdict.max(Verdict::of(&loaded.report));
    }
    verdict.outcome()?;
    match (old.catalog, new.catalog) {
        (Some(old), Some(new)) => Ok((old, new)),
        _ => Err(Stop::Findings),
    }
}

/// A table of all kinds of changes, the worst first.
fn rules() -> String {
    let mut rules: Vec<&Rule> = Rule::ALL.iter().collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.rating()));
    let width = rules.iter().map(|rule| rule.name().len()).max().unwrap_or(0);
    let line = |rule: &&Rule| {
        format!("{}  {}  {}\n", padded(rule.rating().name(), 8), padded(rule.name(), width), rule.summary())
    };
    rules.iter().map(line).collect()
}

/// The changes of one rating, in their order.
fn rated(diff: &Diff, rating: Rating) -> Vec<&Change> {
    diff.changes.iter().filter(|change| change.rating == rating).collect()
}
