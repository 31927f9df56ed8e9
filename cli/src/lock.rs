//! `errbook lock`, and the lock of a catalog.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;
use errbook_files::Edit;
use errbook_history::lock::{self, Lock, LockError};

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal;

/// Merge the locks of two branches
///
/// A lock is the released catalog. If two branches release, git would merge their texts into a
/// release that never was. As the merge driver of git, this command keeps the higher release, or
/// the only new one. It stops if both branches released the same version.
///
/// Release again after the merge: the merged catalog has the changes of both branches.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Set up git once for each clone:
  git config merge.errbook.name 'locks of errbook'
  git config merge.errbook.driver 'errbook lock --merge %O %A %B'

Add the locks to .gitattributes, by name. Other tools have files such as Cargo.lock:
  errbook.lock merge=errbook

Exits with 1 if both branches released one version, or if a lock is not valid.
The merge then stays a conflict.")]
pub(crate) struct Args {
    /// The lock of the common ancestor, ours and theirs. Ours gets the result
    #[arg(long, num_args = 3, required = true, value_names = ["ANCESTOR", "OURS", "THEIRS"])]
    merge: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let texts: Vec<String> = args.merge.iter().map(|path| text(path)).collect::<Result<_, _>>()?;
    let ([ancestor, ours, theirs], [_, path, _]) = (texts.as_slice(), args.merge.as_slice()) else {
        return Err(Stop::failed("--merge takes three locks"));
    };
    let merged = Lock::merge(ancestor, ours, theirs).map_err(|error| {
        terminal::complain(&format!("the locks cannot be merged: {error}"), None);
        Stop::Findings
    })?;
    let edit = Edit { path: path.clone(), before: ours.clone(), after: merged.to_text() };
    errbook_files::replace_together(load::folder_of(path), &[edit]).map_err(Stop::failed)?;
    terminal::eprint(&format!("Merged the locks: the release is {}.\n", merged.version));
    Ok(())
}

/// The last release of a catalog.
pub(crate) struct Released {
    pub(crate) path: PathBuf,
    pub(crate) lock: Lock,
    pub(crate) catalog: Catalog,
}

/// Where the lock of a catalog is, or will be.
pub(crate) fn path(catalog: &Path) -> Result<PathBuf, Stop> {
    Ok(place(catalog)?.0)
}

/// Reads the lock of a catalog, if it was released.
pub(crate) fn released(catalog: &Path) -> Result<Option<Released>, Stop> {
    let (path, Some(lock)) = place(catalog)? else { return Ok(None) };
    let released = lock.load();
    let Some(catalog) = released.catalog else {
        terminal::eprint(&released.report.render_text(terminal::stderr_has_color()));
        return Err(Stop::Findings);
    };
    Ok(Some(Released { path, lock, catalog }))
}

/// The path of the lock, and the lock. Each catalog of a folder has its own; an `errbook.lock` can
/// be that of any of them.
fn place(catalog: &Path) -> Result<(PathBuf, Option<Lock>), Stop> {
    let own = catalog.with_file_name(lock::name(catalog));
    let first = catalog.with_file_name(lock::NAME);
    let last = catalog.with_extension("lock");
    for path in [&own, &first, &last] {
        if let Some(lock) = read(path)?.filter(|lock| is_of(catalog, lock)) {
            return Ok((path.clone(), Some(lock)));
        }
    }
    Ok((if own.exists() { last } else { own }, None))
}

/// Whether a lock is that of the catalog. A catalog in a renamed file is still the released one.
fn is_of(catalog: &Path, lock: &Lock) -> bool {
    catalog.file_name().is_some_and(|name| name == lock.root()) || !catalog.with_file_name(lock.root()).exists()
}

fn read(path: &Path) -> Result<Option<Lock>, Stop> {
    if !path.exists() {
        return Ok(None);
    }
    let lock = Lock::parse(&text(path)?).map_err(|error| {
        let help = match error {
            LockError::Conflict(_) => {
                "keep the lock of the higher release, as `errbook lock --merge` does, and release again"
            }
            LockError::Changed | LockError::Syntax { .. } => {
                "restore the lock of the last release from version control, and release again"
            }
        };
        Stop::failed(format_args!("`{}` is not the lock of a release: {error}", path.display())).help(help)
    })?;
    Ok(Some(lock))
}

fn text(path: &Path) -> Result<String, Stop> {
    match errbook_catalog::disk::text(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    }
}
