//! `errbook diff`

mod git;
mod github;
mod json;
pub(crate) mod markdown;
pub(crate) mod text;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use errbook_catalog::Loaded;
use errbook_catalog::edit::Lines;
use errbook_catalog::model::{Catalog, Origin};
use errbook_catalog::source::Sources;
use errbook_history::diff::{Audience, Change, Diff, Rating, Rule, diff, public_diff, remove_expired};

use crate::load::{self, Verdict};
use crate::lock::{self, Released};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, padded};

/// Compare two releases of a catalog
///
/// Error codes are public API. Each change has a rating. A breaking change breaks clients that
/// follow the documentation. An additive change is backward compatible. A text change affects only
/// wording. An internal change makes no difference to clients. The worst rating decides the next
/// version: major, minor, patch or none. Before 1.0, a breaking change needs a minor version.
///
/// Generated clients use the names of the OpenAPI document or of the generated TypeScript and Python,
/// and Rust callers those of the generated Rust. Changes have a second rating for them, which does not
/// decide the version.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "errbook diff [OPTIONS] <OLD> <NEW>\n       errbook diff [OPTIONS] --against <REV> [CATALOG]\n       errbook diff [OPTIONS] [CATALOG]",
    after_help = "\
Examples:
  errbook diff released.yaml errors.yaml
  errbook diff                           errors.yaml and its errbook.lock
  errbook diff --against v1.4.0          errors.yaml, and errors.yaml at v1.4.0
  errbook diff --against origin/main --fail-on breaking --format github
  errbook diff --audience wire           what clients of the API see
  errbook diff --audience rust --rating breaking
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
    /// Show the changes that affect these audiences, with their ratings for them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "AUDIENCE")]
    audience: Vec<Readers>,
    /// Show the changes with these ratings
    #[arg(long, value_enum, value_delimiter = ',', value_name = "RATING")]
    rating: Vec<Rated>,
    /// List all kinds of changes
    #[arg(long, conflicts_with_all = ["old", "new", "against", "fail_on", "format", "audience", "rating"])]
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
    /// Breaking, additive and text changes
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rated {
    /// Changes that break the audience
    Breaking,
    /// Backward compatible changes
    Additive,
    /// Changes of wording
    Text,
    /// Changes that clients do not see
    Internal,
}

impl Rated {
    fn rating(self) -> Rating {
        match self {
            Rated::Breaking => Rating::Breaking,
            Rated::Additive => Rating::Additive,
            Rated::Text => Rating::Text,
            Rated::Internal => Rating::Internal,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Readers {
    /// Clients that send requests, and those who pay for them
    Wire,
    /// Generated clients: from OpenAPI, in TypeScript and in Python
    Sdk,
    /// Rust code that uses the generated types
    Rust,
    /// Readers of the reference
    Docs,
    /// The service itself
    Service,
}

impl Readers {
    fn audiences(self) -> &'static [Audience] {
        match self {
            Readers::Wire => &[Audience::Branching, Audience::Retrying, Audience::Reading, Audience::Billing],
            Readers::Sdk => &[Audience::Sdk],
            Readers::Rust => &[Audience::Rust],
            Readers::Docs => &[Audience::Docs],
            Readers::Service => &[Audience::Service],
        }
    }
}

/// A change, with its rating for the audience of a report.
pub(crate) struct Shown<'a> {
    pub(crate) rating: Rating,
    pub(crate) change: &'a Change,
}

/// The changes that a report shows, the worst first.
fn shown<'a>(diff: &'a Diff, audience: &[Readers], ratings: &[Rated]) -> Vec<Shown<'a>> {
    let rating = |change: &Change| {
        if audience.is_empty() {
            return Some(change.rating);
        }
        let audiences = audience.iter().flat_map(|readers| readers.audiences());
        audiences.filter_map(|audience| change.rating_for(*audience)).max()
    };
    let is_asked = |shown: &Shown<'_>| ratings.is_empty() || ratings.iter().any(|rated| rated.rating() == shown.rating);
    let shown = diff.changes.iter().filter_map(|change| Some(Shown { rating: rating(change)?, change }));
    let mut shown: Vec<Shown<'_>> = shown.filter(is_asked).collect();
    shown.sort_by_key(|shown| std::cmp::Reverse(shown.rating));
    shown
}

/// Where the files of an old catalog are.
pub(crate) enum OldFiles {
    /// In this folder.
    Folder(PathBuf),
    /// In the lock of this name, which reports show as `NAME:FILE`.
    Inside(String),
    /// In the git revision of this name, in the folder of the new catalog.
    Revision(String),
}

impl Releases {
    /// The location of a change, from where the command runs.
    pub(crate) fn place(&self, change: &Change) -> Option<String> {
        let below = |folder: &Path, origin: &Origin| format!("{}:{}", below(folder, &origin.file), origin.line);
        match (&change.new_origin, &change.old_origin, &self.old_files) {
            (Some(new), _, _) => Some(below(&self.folder, new)),
            (None, Some(old), OldFiles::Folder(folder)) => Some(below(folder, old)),
            (None, Some(old), OldFiles::Inside(name)) => Some(format!("{name}:{old}")),
            (None, Some(old), OldFiles::Revision(name)) => Some(format!("{name}:{}", below(&self.folder, old))),
            (None, None, _) => None,
        }
    }
}

/// The path of a file, from where the command runs.
pub(crate) fn below(folder: &Path, file: &str) -> String {
    let file = folder.join(file);
    file.strip_prefix(".").unwrap_or(&file).display().to_string()
}

/// Two releases, with their names in reports, and the changes between them.
pub(crate) struct Releases {
    pub(crate) old: String,
    pub(crate) new: String,
    /// Where the files of the old catalog are.
    pub(crate) old_files: OldFiles,
    /// The folder of the new catalog. Places are relative to it.
    pub(crate) folder: PathBuf,
    pub(crate) diff: Diff,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.rules {
        return terminal::print(&rules());
    }
    let (releases, old, new) = compare(args)?;
    let changes = shown(&releases.diff, &args.audience, &args.rating);
    match args.format {
        Format::Text => terminal::print(&text::render(&releases, &changes, terminal::columns()))?,
        Format::Json => terminal::print_raw(&json::render(&releases, &changes))?,
        Format::Markdown => {
            let public = public_diff(&old, &new);
            let changes = shown(&public, &args.audience, &args.rating);
            terminal::print_raw(&markdown::render(&releases.diff, &new.public(), &changes))?;
        }
        Format::Github => terminal::print_raw(&github::render(&releases, &changes))?,
    }
    let fails = |limit: FailOn| changes.iter().any(|shown| shown.rating >= limit.rating());
    if args.fail_on.is_some_and(fails) { Err(Stop::Findings) } else { Ok(()) }
}

/// The releases, and their catalogs.
fn compare(args: &Args) -> Result<(Releases, Catalog, Catalog), Stop> {
    let first = args.old.as_deref().unwrap_or(Path::new(load::DEFAULT));
    let new_path = args.new.as_deref().unwrap_or(first);
    let (new, lines) = load::with_lines(new_path)?;
    let (old_name, old_files, lock, old) = match (&args.against, &args.new) {
        (Some(revision), _) => {
            let name = format!("{revision}:{}", first.display());
            (name, OldFiles::Revision(revision.clone()), None, accepted(git::load(revision, first)?, &new)?)
        }
        (None, Some(_)) => {
            let files = OldFiles::Folder(load::folder_of(first).to_owned());
            (first.display().to_string(), files, None, accepted(load::unlinted(first)?, &new)?)
        }
        (None, None) => {
            check(&[&new])?;
            let Released { path, lock, catalog } = lock::released(first)?.ok_or_else(|| nothing_old(first))?;
            let name = path.display().to_string();
            (name.clone(), OldFiles::Inside(name), Some(lock), catalog)
        }
    };
    let Loaded { catalog, report, inputs: _ } = new;
    let (mut new, sources) = (catalog.ok_or(Stop::Findings)?, report.sources);
    let expired = remove_expired(&mut new.diff, &today());
    let mut diff = match lock {
        Some(lock) => lock.diff(&old, &new),
        None => diff(&old, &new),
    };
    diff.stale.extend(expired);
    let folder = load::folder_of(new_path).to_owned();
    for entry in &mut diff.stale {
        entry.origin.file = below(&folder, &entry.origin.file);
    }
    for change in &mut diff.changes {
        if let Some(line) = line_of(&lines, &sources, change) {
            change.new_origin = Some(line);
        }
    }
    Ok((Releases { old: old_name, new: new_path.display().to_string(), old_files, folder, diff }, old, new))
}

/// The line that changed. A part that is gone has none.
fn line_of(lines: &Lines, sources: &Sources, change: &Change) -> Option<Origin> {
    if matches!(change.rule, Rule::ErrorRemoved | Rule::ErrorRetired) {
        return None;
    }
    // A part of the catalog as a whole can be in any file.
    let written = change.new_origin.as_ref().filter(|_| change.path.starts_with("errors."));
    let files = sources.iter().map(|(_, source)| source.relative.as_str());
    let file = written.map(|origin| origin.file.as_str());
    let mut files = file.into_iter().chain(files.filter(|_| file.is_none()));
    files.find_map(|file| Some(Origin { line: lines.line(sources, file, &change.path)?, file: file.to_owned() }))
}

/// The date, such as `2026-11-29`, in UTC.
pub(crate) fn today() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let days = i64::try_from(since.as_secs() / 86_400).unwrap_or_default();
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": civil_from_days.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn nothing_old(catalog: &Path) -> Stop {
    Stop::failed(format_args!("`{}` has no lock to compare it with", catalog.display()))
        .help("name two catalogs, or a git revision with --against; `errbook release` writes the lock")
}

/// The old catalog, if both are valid.
fn accepted(old: Loaded, new: &Loaded) -> Result<Catalog, Stop> {
    check(&[&old, new])?;
    old.catalog.ok_or(Stop::Findings)
}

/// Prints the reports of invalid catalogs.
fn check(catalogs: &[&Loaded]) -> Outcome {
    let mut verdict = Verdict::Fine;
    for loaded in catalogs {
        if loaded.report.has_errors() {
            terminal::eprint(&loaded.report.render_text(terminal::stderr_has_color()));
        }
        verdict = verdict.max(Verdict::of(&loaded.report));
    }
    verdict.outcome()
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
fn rated<'a>(changes: &[Shown<'a>], rating: Rating) -> Vec<&'a Change> {
    changes.iter().filter(|shown| shown.rating == rating).map(|shown| shown.change).collect()
}

/// Every change, with its rating for all clients.
pub(crate) fn all(diff: &Diff) -> Vec<Shown<'_>> {
    shown(diff, &[], &[])
}
