//! `errbook rename`

use std::path::PathBuf;

use errbook_history::rename::rename;

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};

/// Rename an error in every file of a catalog
///
/// Changes the id under `errors`, in predicates, and in every `use` of a deprecated or retired
/// error. Adds the old id under `retired`, with the new id as its `use`. Other parts of the files
/// do not change.
///
/// The names derived from the id change too: the Rust variant, the page, the schema, the title if
/// none is set, and the wire code if no `code` is set. This breaks clients; `errbook diff` shows
/// the effects.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook rename SOLD_OUT OUT_OF_STOCK
  errbook rename SOLD_OUT OUT_OF_STOCK api/errors.yaml

Exits with 1 if the new id is in use or retired, or if the old id is also a code.")]
pub(crate) struct Args {
    /// The current id of the error
    old: String,
    /// The new id
    new: String,
    /// The catalog
    #[arg(default_value = load::DEFAULT)]
    catalog: PathBuf,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Args { old, new, catalog: path } = args;
    let (loaded, catalog) = load::accepted(path)?;
    let files = rename(&loaded, old, new).map_err(|refusal| {
        terminal::complain(&refusal.to_string(), None);
        Stop::Findings
    })?;
    let files = load::edits(path, &loaded, files);
    errbook_files::replace_together(load::folder_of(path), &files).map_err(Stop::failed)?;
    let names: Vec<String> = files.iter().map(|file| safe_line(&file.path.display().to_string())).collect();
    terminal::print(&format!("Renamed `{old}` to `{new}` in {}.\n", names.join(", ")))?;
    let had_code = catalog
        .errors
        .iter()
        .any(|error| error.name.id == *old && error.code.as_ref().is_some_and(|code| code.to_string() == *old));
    if had_code {
        terminal::warn(&format!(
            "the wire code changes from `{old}` to `{new}`; this breaks clients that branch on it"
        ));
    }
    Ok(())
}
