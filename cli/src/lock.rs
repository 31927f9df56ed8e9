//! The lock of a catalog.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;
use errbook_history::lock::{self, Lock};

use crate::outcome::Stop;
use crate::terminal;

/// The lock in the folder of a catalog.
pub(crate) enum Beside {
    Nothing,
    /// The lock of another catalog in the same folder.
    Other(Lock),
    /// The lock of the catalog, and the released catalog.
    Released(Lock, Box<Catalog>),
}

/// The path of the lock of a catalog.
pub(crate) fn path(catalog: &Path) -> PathBuf {
    catalog.with_file_name(lock::NAME)
}

/// Reads the lock of a catalog.
pub(crate) fn beside(catalog: &Path) -> Result<Beside, Stop> {
    let path = path(catalog);
    let text = match errbook_catalog::disk::text(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Beside::Nothing),
        Err(error) => return Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    };
    let lock = Lock::parse(&text).map_err(|error| {
        Stop::failed(format_args!("`{}` is not a valid lock: {error}", path.display()))
            .help("restore the lock of the last release from version control")
    })?;
    // A catalog in a renamed file is still the released one.
    let is_own = catalog.file_name().is_some_and(|name| name == lock.root());
    if !is_own && catalog.with_file_name(lock.root()).exists() {
        return Ok(Beside::Other(lock));
    }
    let released = lock.load();
    let Some(catalog) = released.catalog else {
        terminal::eprint(&released.report.render_text(terminal::stderr_has_color()));
        return Err(Stop::Findings);
    };
    Ok(Beside::Released(lock, Box::new(catalog)))
}
