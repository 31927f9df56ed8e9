//! `errbook init`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};

/// The text of a new catalog.
const STARTER: &str = include_str!("starter.yaml");

/// The schema, in the folder of the catalog. The first line of the catalog names it.
const SCHEMA: &str = "errbook.schema.json";

/// Create a catalog
///
/// Writes a small example catalog, and the JSON Schema for editors. Existing files are not
/// overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook init
  errbook init api/errors.yaml")]
pub(crate) struct Args {
    /// The path of the catalog; for a folder, errors.yaml in it
    #[arg(default_value = load::DEFAULT)]
    path: PathBuf,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let path = if args.path.is_dir() { args.path.join(load::DEFAULT) } else { args.path.clone() };
    create(&path, STARTER)?;
    let schema = path.with_file_name(SCHEMA);
    let mut written = shown(&path);
    match create(&schema, &errbook_catalog::schema::json()) {
        Ok(()) => written = format!("{written} and {}", shown(&schema)),
        // Another catalog in the folder has written it.
        Err(Stop::Failed { .. }) if schema.exists() => {}
        Err(stop) => return Err(stop),
    }
    let path = shown(&path);
    terminal::print(&format!(
        "Wrote {written}.\n\nNext:\n  errbook check {path}\n  errbook generate {path} --out generated\n\n\
         Where git changes line ends, add to .gitattributes:\n  {path} text eol=lf\n  generated/** text eol=lf\n"
    ))
}

fn create(path: &Path, text: &str) -> Outcome {
    errbook_files::create(path, text).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Stop::failed(format_args!("`{}` already exists", path.display()))
            .help("name another path: errbook init PATH"),
        _ => Stop::failed(format_args!("`{}` cannot be written: {error}", path.display())),
    })
}

fn shown(path: &Path) -> String {
    safe_line(&path.display().to_string())
}
