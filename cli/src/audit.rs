//! `errbook audit`

use std::path::PathBuf;

use clap::ValueEnum;
use errbook_audit::audit;

use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, GREEN, styled};

/// Say where the code, the pages and the catalog no longer agree
///
/// Reads the Rust below the paths, the catalogs that it names or that lie beside it, their pages and OpenAPI documents. Says which
/// errors no code constructs, which codes are written by hand, and which pages and responses tell of errors that are gone.
/// Nothing is compiled and nothing is fetched.
///
/// A finding that is meant to be is allowed with its reason: under `audit` in the catalog, or by a comment above the place.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook audit                        the crates below this folder
  errbook audit services/api --deny-warnings
  errbook audit src errors.yaml        with a catalog that lies elsewhere
  errbook audit --format github        in a workflow: shown beside the lines of a pull request

In the code:     // errbook: allow(hand-written-response): the proxy's own answer
In the catalog:  audit: {allow: [{rule: never-constructed, id: LEGACY, reason: old clients}]}

The report goes to stderr as text, to stdout as json or github.
Exits with 1 where there are errors, or warnings with --deny-warnings.")]
pub(crate) struct Args {
    /// Folders, Rust files, catalogs and pages
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Let a warning fail the audit, too
    #[arg(long)]
    deny_warnings: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people, with the lines of the code drawn
    Text,
    /// For programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let report = audit(&args.paths).map_err(Stop::failed)?;
    match args.format {
        Format::Text if report.is_empty() => terminal::print(&format!("{}\n", styled(GREEN, "nothing found")))?,
        Format::Text => terminal::eprint(&report.render_text(terminal::stderr_has_colour())),
        Format::Json => terminal::print_raw(&report.render_json())?,
        Format::Github => terminal::print_raw(&report.render_github())?,
    }
    if report.has_errors() || (args.deny_warnings && !report.is_empty()) { Err(Stop::Findings) } else { Ok(()) }
}
