//! `errbook openapi`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_files::Edit;
use errbook_schema::openapi::{self, MergeError, MergeProblem};

use crate::load::{self, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, CYAN, RED, YELLOW, quoted, safe_line, styled};

/// Generate OpenAPI components, or add them to a document
///
/// Without --into, the whole document goes to stdout: a schema and a response for each error.
///
/// With --into, errbook adds the components to your document: OpenAPI 3.0, 3.1 or 3.2, as
/// YAML or JSON. Other parts do not change, including comments and spaces. The generated
/// parts have `x-errbook` with the slug of the API. The next run replaces them.
///
/// If an operation lists its errors, it gets a response for each of their statuses:
///
///     x-errors: [UNAUTHORIZED]            # at the top: every path
///     paths:
///       /orders:
///         post:
///           x-errors: [SOLD_OUT, "@payment", "!UNAUTHORIZED"]
///
/// `@` is the prefix of a group or a predicate, and `!` removes an error.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  errbook openapi > errors.openapi.yaml
  errbook openapi --into openapi.yaml
  errbook openapi --into openapi.yaml --check      in CI: check the document
  errbook openapi --into openapi.yaml --overlay    for tools that apply overlays

With --check, exits with 1 if the document would change."
)]
pub(crate) struct Args {
    /// The catalog
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// Add the components to this document
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Write nothing, and show whether the document would change
    #[arg(long, requires = "into")]
    check: bool,
    /// Write nothing, and print the change as an OpenAPI Overlay
    #[arg(long, requires = "into", conflicts_with = "check")]
    overlay: bool,
    /// The format of the output
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(std::slice::from_ref(&args.catalog), Warnings::Counted)?;
    let Some(source) = sources.first() else { return Ok(()) };
    let print = |document: &serde_json::Value| {
        terminal::print(&match args.format {
            Format::Yaml => openapi::yaml(document),
            Format::Json => openapi::json(document),
        })
    };
    let Some(path) = &args.into else {
        let version = source.catalog.generate.openapi.as_ref().map(|openapi| openapi.version).unwrap_or_default();
        return print(&openapi::emit(&source.catalog, version));
    };
    let document = read(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let elsewhere = openapi::lists_elsewhere(&document, |file| errbook_catalog::disk::text(&folder.join(file)).ok());
    elsewhere.map_err(|error| complain(path, &error))?;
    if args.overlay {
        let extends = path.to_string_lossy();
        let overlay = openapi::overlay(&source.catalog, &document, &extends);
        return print(&overlay.map_err(|error| complain(path, &error))?);
    }
    let merged = openapi::merge(&source.catalog, &document).map_err(|error| complain(path, &error))?;
    if merged == document {
        return terminal::print(&format!("{}: up to date\n", path.display()));
    }
    if args.check {
        let command = format!("errbook openapi {} --into {}", quoted(&args.catalog), quoted(path));
        terminal::print(&format!(
            "{} {}\n\n1 file is not up to date. To update, run:\n    {BOLD}{}{BOLD:#}\n",
            styled(YELLOW, "changed  "),
            path.display(),
            safe_line(&command),
        ))?;
        return Err(Stop::Findings);
    }
    let edit = Edit { path: path.clone(), before: document, after: merged };
    errbook_files::replace(&[edit]).map_err(Stop::failed)?;
    terminal::print(&format!("{}: written\n", path.display()))
}

fn read(path: &Path) -> Result<String, Stop> {
    errbook_catalog::disk::text(path)
        .map_err(|error| Stop::failed(format_args!("`{}` cannot be read: {error}", path.display())))
}

pub(crate) fn complain(path: &Path, error: &MergeError) -> Stop {
    terminal::eprint(&report(path, error));
    Stop::Findings
}

/// The problems of a merge, with their places, in the style of rustc.
pub(crate) fn report(path: &Path, error: &MergeError) -> String {
    let mut text = String::new();
    for MergeProblem { line, column, message, help } in &error.problems {
        let _ = writeln!(text, "{}{}", styled(RED, "error"), styled(BOLD, &format!(": {}", safe_line(message))));
        let _ = writeln!(text, "  {} {}:{line}:{column}", styled(CYAN, "-->"), path.display());
        if let Some(help) = help {
            let _ = writeln!(text, "   {} help: {}", styled(CYAN, "="), safe_line(help));
        }
        text.push('\n');
    }
    text
}
