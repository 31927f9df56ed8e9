//! `errbook init`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};

/// What a new catalog says.
const STARTER: &str = include_str!("starter.yaml");

/// Beside the catalog, where its first line looks for it.
const SCHEMA: &str = "errbook.schema.json";

/// Start a catalog
///
/// Writes a small catalog that shows what the format can say, and the JSON Schema from which editors complete it. A file
/// that is there already is left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook init
  errbook init api/errors.yaml")]
pub(crate) struct Args {
    /// The catalog to write; in a folder that is there, it is named errors.yaml
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
        // Another catalog in this folder brought it.
        Err(Stop::Failed { .. }) if schema.exists() => {}
        Err(stop) => return Err(stop),
    }
    let path = shown(&path);
    terminal::print(&format!(
        "Wrote {written}.\n\nNext:\n  errbook check {path}\n  errbook generate {path} --out generated\n"
    ))
}

fn create(path: &Path, text: &str) -> Outcome {
    errbook_files::create(path, text).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Stop::failed(format_args!("`{}` is there already", path.display()))
            .help("name another path: errbook init PATH"),
        _ => Stop::failed(format_args!("`{}` cannot be written: {error}", path.display())),
    })
}

fn shown(path: &Path) -> String {
    safe_line(&path.display().to_string())
}
