//! `errbook import`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use errbook_catalog::{disk, limits};
use errbook_import::{ImportError, Report, Syntax, import};

use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe, safe_line};

/// Import from OpenAPI or existing docs
///
/// From an OpenAPI document, errbook imports the 4xx, 5xx and default responses: their codes, from
/// enums, constants and examples, their headers, their details, and the shape of their bodies. From
/// a page, it imports tables with a column of codes, statuses, messages or symptoms, sections about
/// an error, and JSON bodies.
///
/// Texts are copied from the source. Missing texts are marked TODO. The report lists the parts that
/// were not imported, each with its place and the reason. The catalog is valid, and the warnings of
/// `errbook check` show what to complete.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook import openapi.yaml > errors.yaml
  errbook import docs/errors.md --out errors.yaml
  errbook import errors.html --out errors.yaml --format json

Files: .yaml .yml .json (OpenAPI 3.0 and 3.1), .md .markdown .mdx, .html .htm,
and .txt (a page copied from a browser).

The catalog goes to stdout, or to a new file with --out. The report goes to
stderr. Exits with 1 if no error is found, or if the catalog would be invalid.")]
pub(crate) struct Args {
    /// The OpenAPI document or the page
    source: PathBuf,
    /// Write the catalog to this new file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Text
    Text,
    /// JSON, for programs
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let shown = args.source.display();
    let syntax = Syntax::of_file(&args.source.to_string_lossy()).ok_or_else(|| {
        Stop::failed(format_args!("`{shown}` has an unsupported file extension"))
            .help("use .yaml, .yml or .json for OpenAPI, and .md, .html or .txt for a page")
    })?;
    let unreadable = |error| Stop::failed(format_args!("`{shown}` cannot be read: {error}"));
    let bytes = disk::regular(&args.source, limits::IMPORT_BYTES).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| Stop::failed(format_args!("`{shown}` is not UTF-8")))?;
    match import(&text, syntax) {
        Ok(imported) => {
            match &args.out {
                Some(path) => create(path, &imported.catalog)?,
                None => terminal::print_raw(&imported.catalog)?,
            }
            report(args, &imported.report);
            Ok(())
        }
        Err(ImportError { message, report: found }) => {
            terminal::complain(&format!("`{shown}`: {message}"), None);
            if found != Report::default() {
                report(args, &found);
            }
            Err(Stop::Findings)
        }
    }
}

fn report(args: &Args, report: &Report) {
    terminal::eprint(&match args.format {
        Format::Text => {
            let source = safe_line(&args.source.display().to_string());
            let written = args.out.as_ref().map(|path| safe_line(&path.display().to_string()));
            let next = written.map_or_else(String::new, |path| format!("\nNext:\n  errbook check {path}\n"));
            format!("{source}: {}{next}", safe(&report.text()))
        }
        Format::Json => format!("{}\n", report.json()),
    });
}

fn create(path: &Path, text: &str) -> Outcome {
    errbook_files::create(path, text).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Stop::failed(format_args!("`{}` already exists", path.display())).help("name another path with --out")
        }
        _ => Stop::failed(format_args!("`{}` cannot be written: {error}", path.display())),
    })
}
