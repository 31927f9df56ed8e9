//! The lock beside a catalog.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;
use errbook_history::lock::{self, Lock};

use crate::outcome::Stop;
use crate::terminal;

/// What stands beside a catalog.
pub(crate) enum Beside {
    Nothing,
    /// The lock of another catalog in the same folder.
    Other(Lock),
    /// What was released of it.
    Released(Lock, Box<Catalog>),
}

/// Where the lock of a catalog stands.
pub(crate) fn path(catalog: &Path) -> PathBuf {
    catalog.with_file_name(lock::NAME)
}

/// Reads the lock of a catalog.
pub(crate) fn beside(catalog: &Path) -> Result<Beside, Stop> {
    let path = path(catalog);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Beside::Nothing),
        Err(error) => return Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    };
    let lock = Lock::parse(&text).map_err(|error| {
        Stop::failed(format_args!("`{}` is no lock: {error}", path.display()))
            .help("take it from version control as the last release left it")
    })?;
    // A catalog whose file was renamed is still the one that was released.
    let is_own = catalog.file_name().is_some_and(|name| name == lock.root());
    if !is_own && catalog.with_file_name(lock.root()).exists() {
        return Ok(Beside::Other(lock));
    }
    let released = lock.load();
    let Some(catalog) = released.catalog else {
        terminal::eprint(&released.report.render_text(terminal::stderr_has_colour()));
        return Err(Stop::Findings);
    };
    Ok(Beside::Released(lock, Box::new(catalog)))
}
