//! `errbook rename`

use std::path::{Path, PathBuf};

use errbook_history::rename::rename;

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};

/// Give an error another id, wherever the catalog names it
///
/// The id changes under `errors`, in predicates, and in every `use` of a deprecated or retired error, in all files that the
/// catalog includes. The old one goes under `retired`, with the new one in its `use`. Not a byte changes beside these.
///
/// What is made from the id changes with it: the Rust variant, the page, the schema, the title where none is written, and
/// the code on the wire where no `code` is. That breaks clients; `errbook diff` says whom.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook rename SOLD_OUT OUT_OF_STOCK
  errbook rename SOLD_OUT OUT_OF_STOCK api/errors.yaml

Exits with 1 where the id has to stay: the new one is taken or retired, or the old one is a code too.")]
pub(crate) struct Args {
    /// The id that the error has
    old: String,
    /// The id that it gets
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
    let folder = path.parent().unwrap_or(Path::new(""));
    let files: Vec<(PathBuf, String)> = files.into_iter().map(|file| (folder.join(file.path), file.text)).collect();
    errbook_files::replace(&files).map_err(Stop::failed)?;
    let names: Vec<String> = files.iter().map(|(path, _)| safe_line(&path.display().to_string())).collect();
    terminal::print(&format!("`{old}` is `{new}` now, in {}.\n", names.join(", ")))?;
    let had_code = catalog
        .errors
        .iter()
        .any(|error| error.name.id == *old && error.code.as_ref().is_some_and(|code| code.to_string() == *old));
    if had_code {
        terminal::warn(&format!(
            "its code on the wire was `{old}` too, and is `{new}`: clients that branch on it break"
        ));
    }
    Ok(())
}
