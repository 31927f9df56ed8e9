//! `errbook check`

use std::path::PathBuf;

use clap::ValueEnum;
use errbook_catalog::Loaded;
use errbook_catalog::baseline::Update;
use errbook_catalog::model::{ErrorDef, Kind};
use errbook_history::diff::check_expired;
use errbook_pages::plan::{self, Disk};

use crate::baseline;
use crate::diff::today;
use crate::limits;
use crate::load::{self, Verdict};
use crate::lock;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, GREEN, safe_line, styled};

/// Check a catalog
///
/// An error makes the catalog invalid. A lint warns; the catalog can set its level under `lints`.
/// One run reports all errors, or, if there are none, all warnings, each with its line and the name
/// of its rule. A syntax error ends the run.
///
/// After `errbook release` has written a lock, the lint `broken-promise` warns of
/// breaking changes since that release, unless `api.version` allows them. The lint `stale-accept`
/// warns of entries of `diff.accept` that ended.
///
/// To introduce errbook in an API with many warnings, use --write-baseline. It writes the warnings
/// to `errbook.baseline`, in the folder of the catalog. Commit this file. From then on, the check
/// reports only new warnings, and lines of the baseline that are fixed. Run --write-baseline again
/// to remove the fixed lines, or --write-baseline=grow to add new warnings as well.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook check
  errbook check catalog/apis/*.yaml --deny-warnings
  errbook check --format github        in a workflow: annotate the pull request
  errbook check --format json          one line of JSON for each catalog
  errbook check --write-baseline       create a baseline, or remove fixed lines

The report goes to stderr as text, and to stdout as json or github.
Exits with 1 if a catalog has errors, or warnings with --deny-warnings.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail on warnings
    #[arg(long)]
    deny_warnings: bool,
    /// Write the current warnings to errbook.baseline
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "shrink")]
    write_baseline: Option<Baseline>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Baseline {
    /// Create the file with all warnings, or remove fixed ones
    Shrink,
    /// Remove fixed warnings, and add new ones
    Grow,
}

impl Baseline {
    fn update(self) -> Update {
        match self {
            Baseline::Shrink => Update::Shrink,
            Baseline::Grow => Update::Grow,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Text, with excerpts of the catalog
    Text,
    /// JSON, for programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

impl Args {
    /// The catalogs that the command renders.
    pub(crate) fn catalogs(&self) -> &[PathBuf] {
        &self.catalogs
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut verdict = Verdict::Fine;
    for path in &args.catalogs {
        let mut loaded = load::one(path)?;
        if let Some(how) = args.write_baseline {
            baseline::write(path, &loaded, how.update())?;
        }
        baseline::apply(path, &mut loaded)?;
        check_expired(&mut loaded, &today());
        if let Some(released) = lock::released(path)? {
            released.lock.check(&released.catalog, &mut loaded);
        }
        let Loaded { catalog, report, inputs: _ } = loaded;
        limits::before_rendering(&catalog);
        let rendered = catalog.as_ref().map_or(Ok(()), |catalog| plan::check(path, catalog, &Disk).map_err(Stop::from));
        match args.format {
            Format::Text => {
                terminal::eprint(&report.render_text(terminal::stderr_has_color()));
                if let Some(catalog) = catalog.filter(|_| report.is_empty() && rendered.is_ok()) {
                    let path = safe_line(&path.display().to_string());
                    let entries = catalog.errors.len();
                    let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
                    let among = |words: &str, is_one: fn(&ErrorDef) -> bool| {
                        let number = catalog.errors.iter().filter(|error| is_one(error)).count();
                        if number == 0 { String::new() } else { format!(", {number} {words}") }
                    };
                    // A service cannot send these: a forgotten status shows here.
                    let without_status = among("without a status", |error| error.kind() != Kind::Response);
                    let internal = among("internal", |error| !error.is_public());
                    let (verdict, known) = match report.known {
                        0 => ("no problems", String::new()),
                        known => ("no new problems", format!(", {known} known")),
                    };
                    terminal::print(&format!(
                        "{path}: {}, {entries}{without_status}{internal}{known}\n",
                        styled(GREEN, verdict)
                    ))?;
                }
            }
            Format::Json => terminal::print_raw(&report.render_json())?,
            Format::Github => terminal::print_raw(&report.render_github())?,
        }
        verdict = verdict.max(Verdict::of(&report));
        match rendered {
            Err(Stop::Findings) => verdict = verdict.max(Verdict::Findings),
            other => other?,
        }
        if args.deny_warnings && !report.is_empty() {
            verdict = verdict.max(Verdict::Findings);
        }
    }
    verdict.outcome()
}
