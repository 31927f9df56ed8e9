//! `errbook import`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use errbook_import::{ImportError, Report, Syntax, import};

use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe, safe_line};

/// Start a catalog from what there is: an OpenAPI document, or a published reference page
///
/// Of a document, the 4xx, 5xx and default responses are read: their codes, from enums, constants and examples, their
/// headers, their details, and the shape of their bodies. Of a page, the tables (a column of codes, statuses, messages or
/// symptoms, and what is said of them), the sections that name an error, and the JSON bodies.
///
/// What the source says is copied. What it does not say is marked TODO, and what could not be carried is reported, with its
/// place and the reason. The catalog passes `errbook check`; what is left to do, its warnings say.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook import openapi.yaml > errors.yaml
  errbook import docs/errors.md --out errors.yaml
  errbook import errors.html --out errors.yaml --format json

Files: .yaml .yml .json (OpenAPI 3.0 and 3.1), .md .markdown .mdx, .html .htm, .txt (a page as copied from a browser).

The catalog goes to stdout, or into the file that --out names, which must not be there yet; the report goes to stderr.
Exits with 1 where no error was found, or what was found makes no catalog.")]
pub(crate) struct Args {
    /// The document or the page
    source: PathBuf,
    /// Write the catalog there
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let shown = args.source.display();
    let syntax = Syntax::of_file(&args.source.to_string_lossy()).ok_or_else(|| {
        Stop::failed(format_args!("`{shown}` is neither an OpenAPI document nor a page, by its name"))
            .help("name a .yaml, .yml or .json, a .md, .html or .txt file")
    })?;
    let bytes =
        std::fs::read(&args.source).map_err(|error| Stop::failed(format_args!("`{shown}` cannot be read: {error}")))?;
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
        ErrorKind::AlreadyExists => Stop::failed(format_args!("`{}` is there already", path.display()))
            .help("name another path with --out, and compare"),
        _ => Stop::failed(format_args!("`{}` cannot be written: {error}", path.display())),
    })
}
