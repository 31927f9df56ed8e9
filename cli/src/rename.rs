//! `errbook rename`

use std::path::PathBuf;

use errbook_history::diff::{Rating, Rule, diff};
use errbook_history::rename::{Options, rename};

use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};
use crate::{baseline, load, lock};

/// The maximum length of a code; the rest is cut.
const CODE: usize = 120;

/// Rename an error in every file of a catalog
///
/// Changes the id under `errors`, in predicates, in every `use` of a deprecated or retired error, and
/// in the paths of `diff.accept`. Adds the old id under `retired`, with the new id as its `use`.
/// Renames the lines of `errbook.baseline` too. Other parts of the files do not change.
///
/// If the catalog has a lock, only a released id is retired. To undo a rename before the release,
/// rename the error back.
///
/// The names derived from the id change too: the Rust variant, the page, the schema, the title if
/// none is set, and the wire code if no `code` is set. A changed code breaks clients; --keep-code
/// writes the old id as the `code`. `errbook diff` shows the effects.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook rename SOLD_OUT OUT_OF_STOCK
  errbook rename SOLD_OUT OUT_OF_STOCK --keep-code
  errbook rename SOLD_OUT OUT_OF_STOCK api/errors.yaml

Exits with 1 if the new id is in use or retired.")]
pub(crate) struct Args {
    /// The current id of the error
    old: String,
    /// The new id
    new: String,
    /// The catalog
    #[arg(default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// Write the old id as the `code`, so that nothing changes on the wire
    #[arg(long)]
    keep_code: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Args { old, new, catalog: path, keep_code } = args;
    let (loaded, catalog) = load::accepted(path)?;
    let released = lock::released(path)?;
    let options = Options { released: released.as_ref().map(|released| &released.catalog), keep_code: *keep_code };
    let files = rename(&loaded, old, new, options).map_err(|refusal| {
        terminal::complain(&refusal.to_string(), None);
        Stop::Findings
    })?;
    let mut files = load::edits(path, &loaded, files);
    files.extend(baseline::renamed(path, old, new)?);
    errbook_files::replace_together(load::folder_of(path), &files).map_err(Stop::failed)?;
    let names: Vec<String> = files.iter().map(|file| safe_line(&file.path.display().to_string())).collect();
    terminal::print(&format!("Renamed `{old}` to `{new}` in {}.\n", names.join(", ")))?;
    // Clients know the code of the last release.
    let known = released.map_or(catalog, |released| released.catalog);
    let renamed = errbook_catalog::load(path).catalog;
    let changes = renamed.map(|renamed| diff(&known, &renamed).changes).unwrap_or_default();
    for change in changes {
        if change.rule == Rule::CodeChanged && change.rating == Rating::Breaking && change.errors.contains(new) {
            let [was, is] = change.values(CODE).map(|code| safe_line(&code.unwrap_or_default()));
            terminal::warn(&format!(
                "the wire code changes from `{was}` to `{is}`; this breaks clients that branch on it"
            ));
        }
    }
    Ok(())
}
