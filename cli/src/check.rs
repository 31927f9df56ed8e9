//! `errbook check`

use std::path::PathBuf;

use clap::ValueEnum;
use errbook_catalog::Loaded;
use errbook_catalog::baseline::Update;
use errbook_pages::plan::{self, Disk};

use crate::baseline;
use crate::load::{self, Verdict};
use crate::lock::{self, Beside};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, GREEN, safe_line, styled};

/// Say everything that is wrong with a catalog
///
/// Mistakes refuse a catalog; lints warn, each at a level that the catalog can set under `lints`. All of them are reported
/// in one run, each with the line it is about and a rule name that stays.
///
/// Where `errbook release` has left an `errbook.lock` beside the catalog, a change since then that breaks clients is a lint
/// too, `broken-promise`, unless the catalog's `api.version` is one that may break them.
///
/// A catalog that is older than errbook may have many warnings. --write-baseline puts them into `errbook.baseline`, beside the
/// catalog and to be committed with it. From then on they are left out: what is new is reported, and a line of the baseline
/// that is mended, until --write-baseline removes it. Nothing is added to a baseline that there is, unless with
/// --write-baseline=grow.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook check
  errbook check catalog/apis/*.yaml --deny-warnings
  errbook check --format github        in a workflow: shown beside the lines of a pull request
  errbook check --format json          one line of JSON for each catalog
  errbook check --write-baseline       begin a baseline; later, forget what is mended

The report goes to stderr as text, to stdout as json or github.
Exits with 1 where a catalog has mistakes, or warnings with --deny-warnings.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Let a warning fail the check, too
    #[arg(long)]
    deny_warnings: bool,
    /// Write the warnings that are known to errbook.baseline
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "shrink")]
    write_baseline: Option<Baseline>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Baseline {
    /// Begin with all; later, remove those that are mended
    Shrink,
    /// And add those that are new
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
    /// For people, with the lines of the catalog drawn
    Text,
    /// For programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut verdict = Verdict::Fine;
    for path in &args.catalogs {
        let mut loaded = load::one(path)?;
        if let Some(how) = args.write_baseline {
            baseline::write(path, &loaded, how.update())?;
        }
        baseline::apply(path, &mut loaded)?;
        if let Beside::Released(lock, released) = lock::beside(path)? {
            lock.check(&released, &mut loaded);
        }
        let Loaded { catalog, report, inputs: _ } = loaded;
        let rendered = catalog.as_ref().map_or(Ok(()), |catalog| plan::check(path, catalog, &Disk).map_err(Stop::from));
        match args.format {
            Format::Text => {
                terminal::eprint(&report.render_text(terminal::stderr_has_colour()));
                if let Some(catalog) = catalog.filter(|_| report.is_empty() && rendered.is_ok()) {
                    let path = safe_line(&path.display().to_string());
                    let entries = catalog.errors.len();
                    let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
                    let (verdict, known) = match report.known {
                        0 => ("no problem", String::new()),
                        known => ("no new problem", format!(", {known} known")),
                    };
                    terminal::print(&format!("{path}: {}, {entries}{known}\n", styled(GREEN, verdict)))?;
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
