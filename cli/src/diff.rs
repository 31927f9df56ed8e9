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
use errbook_history::diff::{Change, Diff, Rating, Rule, diff};

use crate::load::{self, Verdict};
use crate::lock::{self, Beside};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, padded};

/// Say what changed between two releases of a catalog, and whom it breaks
///
/// An error code is public API. Each change is rated: breaking where a client that did all as it was told goes wrong,
/// additive where clients go on as they are, text where only words differ. The worst of them says what the next version must
/// be: a major one, a minor one or a patch; before 1.0, what breaks is a minor one.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "errbook diff [OPTIONS] <OLD> <NEW>\n       errbook diff [OPTIONS] --against <REV> [CATALOG]\n       errbook diff [OPTIONS] [CATALOG]",
    after_help = "\
Examples:
  errbook diff released.yaml errors.yaml
  errbook diff                                   errors.yaml, and the errbook.lock beside it
  errbook diff --against v1.4.0                  errors.yaml as it was, and as it is
  errbook diff --against origin/main --fail-on breaking --format github
  errbook diff old.yaml new.yaml --format markdown >> CHANGELOG.md
  errbook diff --rules                           every kind of change, and how it is rated

Exits with 0 whatever changed, unless --fail-on says otherwise: with 1 then. Also with 1 where a catalog is refused."
)]
pub(crate) struct Args {
    /// The old catalog; without NEW the one of today, to be compared with its lock or a revision
    old: Option<PathBuf>,
    /// The new catalog
    #[arg(conflicts_with = "against")]
    new: Option<PathBuf>,
    /// Compare a catalog with what it was, all that it includes too, at a revision of git
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 where a change is rated so, or worse
    #[arg(long, value_enum, value_name = "RATING")]
    fail_on: Option<FailOn>,
    /// List every kind of change instead
    #[arg(long, conflicts_with_all = ["old", "new", "against", "fail_on", "format"])]
    rules: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// A section of a changelog
    Markdown,
    /// Annotations of a GitHub workflow
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// Some client breaks
    Breaking,
    /// There is more than before
    Additive,
    /// Anything changed
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

/// Two releases, by the names that reports use, and what changed between them.
pub(crate) struct Releases {
    pub(crate) old: String,
    pub(crate) new: String,
    /// What the places in the new catalog are relative to.
    pub(crate) folder: PathBuf,
    pub(crate) diff: Diff,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.rules {
        return terminal::print(&rules());
    }
    let releases = compare(args)?;
    match args.format {
        Format::Text => terminal::print(&text::render(&releases, terminal::columns()))?,
        Format::Json => terminal::print_raw(&json::render(&releases))?,
        Format::Markdown => terminal::print_raw(&markdown::render(&releases))?,
        Format::Github => terminal::print_raw(&github::render(&releases))?,
    }
    let fails = |limit: FailOn| releases.diff.rating().is_some_and(|rating| rating >= limit.rating());
    if args.fail_on.is_some_and(fails) { Err(Stop::Findings) } else { Ok(()) }
}

fn compare(args: &Args) -> Result<Releases, Stop> {
    let first = args.old.as_deref().unwrap_or(Path::new(load::DEFAULT));
    let (old_name, new_path, diff) = match (&args.against, &args.new) {
        (Some(revision), _) => {
            let (old, new) = accepted(git::load(revision, first)?, load::one(first)?)?;
            (format!("{revision}:{}", first.display()), first, diff(&old, &new))
        }
        (None, Some(new_path)) => {
            let (old, new) = accepted(load::one(first)?, load::one(new_path)?)?;
            (first.display().to_string(), new_path.as_path(), diff(&old, &new))
        }
        (None, None) => {
            let (_, new) = load::accepted(first)?;
            let Beside::Released(lock, old) = lock::beside(first)? else { return Err(nothing_old(first)) };
            (lock::path(first).display().to_string(), first, lock.diff(&old, &new))
        }
    };
    let (new, folder) = (new_path.display().to_string(), load::folder_of(new_path).to_owned());
    Ok(Releases { old: old_name, new, folder, diff })
}

fn nothing_old(catalog: &Path) -> Stop {
    Stop::failed(format_args!("`{}` has no errbook.lock beside it to be compared with", catalog.display()))
        .help("name two catalogs, or a revision of git with --against; `errbook release` writes the lock")
}

/// Both catalogs, or what is wrong with either.
fn accepted(old: Loaded, new: Loaded) -> Result<(Catalog, Catalog), Stop> {
    let mut verdict = Verdict::Fine;
    for loaded in [&old, &new] {
        if loaded.report.has_errors() {
            terminal::eprint(&loaded.report.render_text(terminal::stderr_has_colour()));
        }
        verdict = verdict.max(Verdict::of(&loaded.report));
    }
    verdict.outcome()?;
    match (old.catalog, new.catalog) {
        (Some(old), Some(new)) => Ok((old, new)),
        _ => Err(Stop::Findings),
    }
}

/// Every kind of change in a table, the worst first.
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
