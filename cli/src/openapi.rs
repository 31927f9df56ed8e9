//! `errbook openapi`

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use errbook_files::{GeneratedFile, Output};
use errbook_schema::openapi::{self, MergeError, MergeProblem};

use crate::load::{self, Source, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, CYAN, RED, YELLOW, quoted, safe_line, styled};

/// Write OpenAPI components, by themselves or into the document of an API
///
/// Without --into, the whole document goes to stdout: a schema and a response for each error.
///
/// With --into, the components go into a document that you write: OpenAPI 3.0, 3.1 or 3.2, as YAML
/// or JSON. Nothing else in it changes, not a comment or a space. What errbook owns has `x-errbook`
/// with the slug of the API; the next run replaces it.
///
/// An operation that lists its errors gets a response for each of their statuses:
///
///     x-errors: [UNAUTHORIZED]            # at the top: every operation
///     paths:
///       /orders:
///         post:
///           x-errors: [SOLD_OUT, "@payment", "!UNAUTHORIZED"]
///
/// `@` names a group or a predicate of the catalog, `!` takes away.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  errbook openapi > errors.openapi.yaml
  errbook openapi --into openapi.yaml
  errbook openapi --into openapi.yaml --check        in CI: is what is committed up to date?
  errbook openapi --into openapi.yaml --overlay      for a pipeline that applies overlays

With --check, exits with 1 where the document would change."
)]
pub(crate) struct Args {
    /// The catalog
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// Put the components into this document
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Write nothing: say whether the document would change
    #[arg(long, requires = "into")]
    check: bool,
    /// Write nothing: print the change as an OpenAPI Overlay
    #[arg(long, requires = "into", conflicts_with = "check")]
    overlay: bool,
    /// How to write to stdout
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Yaml,
    /// For programs
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
            "{} {}\n\n1 file is not up to date. To mend that, run:\n    {BOLD}{}{BOLD:#}\n",
            styled(YELLOW, "changed  "),
            path.display(),
            safe_line(&command),
        ))?;
        return Err(Stop::Findings);
    }
    write(path, merged, source)?;
    terminal::print(&format!("{}: written\n", path.display()))
}

fn read(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| Stop::failed(format_args!("`{}` cannot be read: {error}", path.display())))
}

fn write(path: &Path, text: String, source: &Source) -> Outcome {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| Stop::failed(format_args!("`{}` cannot be written: its name is not text", path.display())))?;
    let mut output = Output::new(load::folder_of(path));
    output.protect(source.inputs.iter().cloned());
    output.add(GeneratedFile { path: name.to_owned(), text });
    output.changes().and_then(|changes| changes.write()).map_err(Stop::failed)
}

pub(crate) fn complain(path: &Path, error: &MergeError) -> Stop {
    terminal::eprint(&report(path, error));
    Stop::Findings
}

/// What is in the way, each with its place, as the compiler says it.
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
