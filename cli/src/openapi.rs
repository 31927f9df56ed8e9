//! `errbook openapi`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anstyle::Style;
use errbook_catalog::disk::{Root, in_real_folder};
use errbook_catalog::words::counted;
use errbook_files::{Edit, folder_of};
use errbook_schema::openapi::{self, Document, MergeError, MergeProblem, Note};

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
/// `@` is the prefix of a group or a predicate, and `!` removes an error. A path item can be in
/// another file (`/orders: {$ref: paths/orders.yaml}`); errbook then edits that file too.
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
    let Some(path) = &args.into else {
        let version = source.catalog.generate.openapi.as_ref().map(|openapi| openapi.version).unwrap_or_default();
        terminal::eprint(&notes(
            openapi::notes(&source.catalog).into_iter().map(|note| (args.catalog.as_path(), note)),
        ));
        return terminal::print_raw(&match args.format {
            Format::Yaml => openapi::emit_yaml(&source.catalog, version),
            Format::Json => openapi::emit_json(&source.catalog, version),
        });
    };
    let document = read(path)?;
    let root = Root::of(folder_of(path));
    let folder = path.parent().unwrap_or(Path::new(""));
    let place = in_real_folder(path).to_string_lossy().replace('\\', "/");
    let document = Document::read(&place, &document, |file| root.text(&folder.join(file)));
    let document = document.map_err(|error| complain(path, &error))?;
    let noted = document.notes(&source.catalog).map_err(|error| complain(path, &error))?;
    let noted = notes(noted.into_iter().map(|note| (path.as_path(), note)));
    if args.overlay {
        let overlay = document.overlay(&source.catalog, &path.to_string_lossy());
        let overlay = overlay.map_err(|error| complain(path, &error))?;
        terminal::eprint(&noted);
        return terminal::print_raw(&match args.format {
            Format::Yaml => openapi::yaml(&overlay),
            Format::Json => openapi::json(&overlay),
        });
    }
    let merged = document.merge(&source.catalog).map_err(|error| complain(path, &error))?;
    terminal::eprint(&noted);
    let edits = edits(path, &document, &merged);
    errbook_files::check(&edits, &source.inputs).map_err(Stop::failed)?;
    if edits.is_empty() {
        return terminal::print(&format!("{}: up to date\n", path.display()));
    }
    if args.check {
        let mut text = String::new();
        for Edit { path, .. } in &edits {
            let _ = writeln!(text, "{} {}", styled(YELLOW, "changed  "), safe_line(&path.display().to_string()));
        }
        let verb = if edits.len() == 1 { "is" } else { "are" };
        let _ = writeln!(text, "\n{} {verb} not up to date. To update, run:", counted(edits.len(), "file"));
        let command = format!("errbook openapi {} --into {}", quoted(&args.catalog), quoted(path));
        let _ = writeln!(text, "    {BOLD}{}{BOLD:#}", safe_line(&command));
        terminal::print(&text)?;
        return Err(Stop::Findings);
    }
    // A single file needs no journal.
    let written = match edits.as_slice() {
        [_] => errbook_files::replace(&edits),
        _ => errbook_files::replace_together(folder_of(&args.catalog), &edits),
    };
    written.map_err(Stop::failed)?;
    let lines = edits.iter().map(|edit| format!("{}: written\n", safe_line(&edit.path.display().to_string())));
    terminal::print(&lines.collect::<String>())
}

/// The files that a merge changes: the document, and the files of its path items.
fn edits(path: &Path, document: &Document, merged: &Document) -> Vec<Edit> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let files = document.files().zip(merged.files());
    let files = files.map(|(before, after)| (folder.join(before.path), before.text, after.text));
    let all = [(path.to_owned(), document.text(), merged.text())].into_iter().chain(files);
    let changed = all.filter(|(_, before, after)| before != after);
    let edit = |(path, before, after): (PathBuf, &str, &str)| Edit { path, before: before.into(), after: after.into() };
    changed.map(edit).collect()
}

fn read(path: &Path) -> Result<String, Stop> {
    errbook_catalog::disk::text(path)
        .map_err(|error| Stop::failed(format_args!("`{}` cannot be read: {error}", path.display())))
}

/// The notes about documents, with their places, in the style of rustc.
pub(crate) fn notes<'a>(notes: impl Iterator<Item = (&'a Path, Note)>) -> String {
    let note = |(path, Note { file, place, message, help }): (&Path, Note)| {
        let at = place.map_or(String::new(), |(line, column)| format!(":{line}:{column}"));
        block("note", CYAN, &format!("{}{at}", of_path_item(path, file.as_ref()).display()), &message, help.as_deref())
    };
    notes.map(note).collect()
}

pub(crate) fn complain(path: &Path, error: &MergeError) -> Stop {
    terminal::eprint(&report(path, error));
    Stop::Findings
}

/// The problems of a merge, with their places, in the style of rustc.
pub(crate) fn report(path: &Path, error: &MergeError) -> String {
    let problem = |MergeProblem { file, line, column, message, help }: &MergeProblem| {
        let place = format!("{}:{line}:{column}", of_path_item(path, file.as_ref()).display());
        block("error", RED, &place, message, help.as_deref())
    };
    error.problems.iter().map(problem).collect()
}

/// The path of a file of a path item, or of the document.
fn of_path_item(path: &Path, file: Option<&String>) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    file.map_or_else(|| path.to_owned(), |file| folder.join(file))
}

fn block(kind: &str, color: Style, place: &str, message: &str, help: Option<&str>) -> String {
    let mut text = format!("{}{}\n", styled(color, kind), styled(BOLD, &format!(": {}", safe_line(message))));
    let _ = writeln!(text, "  {} {}", styled(CYAN, "-->"), safe_line(place));
    if let Some(help) = help {
        let _ = writeln!(text, "   {} help: {}", styled(CYAN, "="), safe_line(help));
    }
    text.push('\n');
    text
}
