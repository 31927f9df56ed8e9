//! `errbook audit`

use std::path::PathBuf;

use clap::ValueEnum;
use errbook_audit::audit;

use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, GREEN, styled};

/// Compare the code and the docs with the catalog
///
/// Reads the Rust files below the paths, the catalogs that the code uses or that are in the same
/// folders, and their generated pages and OpenAPI documents. Reports errors that no code
/// constructs, codes that are written by hand, and pages and responses of removed errors. The audit
/// compiles and downloads nothing.
///
/// To accept a finding, give the reason: under `audit` in the catalog, or in a comment above the
/// place.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook audit                        the crates below this folder
  errbook audit services/api --deny-warnings
  errbook audit src errors.yaml        with a catalog from another folder
  errbook audit --format github        in a workflow: annotate the pull request

In the code:
  // errbook: allow(hand-written-response): the proxy's own answer
In the catalog:
  audit: {allow: [{rule: never-constructed, id: LEGACY, reason: old clients}]}

The report goes to stderr as text, and to stdout as json or github.
Exits with 1 if there are errors, or warnings with --deny-warnings.")]
pub(crate) struct Args {
    /// The folders, Rust files, catalogs and pages to read
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail on warnings
    #[arg(long)]
    deny_warnings: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Text, with excerpts of the code
    Text,
    /// JSON, for programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let report = audit(&args.paths).map_err(Stop::failed)?;
    match args.format {
        Format::Text if report.is_empty() => {
            terminal::print(&format!("{} in {}\n", styled(GREEN, "no findings"), report.about()))?;
        }
        Format::Text => terminal::eprint(&report.render_text(terminal::stderr_has_color())),
        Format::Json => terminal::print_raw(&report.render_json())?,
        Format::Github => terminal::print_raw(&report.render_github())?,
    }
    if report.has_errors() || (args.deny_warnings && !report.is_empty()) { Err(Stop::Findings) } else { Ok(()) }
}
