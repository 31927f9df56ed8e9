//! The baseline beside a catalog.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_catalog::baseline::{self, Baseline, Update};

use crate::outcome::{Outcome, Stop};

/// Where the baseline of a catalog stands.
fn path(catalog: &Path) -> PathBuf {
    catalog.with_file_name(baseline::NAME)
}

/// Reads the baseline of a catalog, where there is one.
fn beside(catalog: &Path) -> Result<Option<Baseline>, Stop> {
    let path = path(catalog);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Baseline::parse(&text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    }
}

/// Takes what is known out of a report.
pub(crate) fn apply(catalog: &Path, loaded: &mut Loaded) -> Outcome {
    if let Some(baseline) = beside(catalog)? {
        baseline.apply(&path(catalog).display().to_string(), loaded);
    }
    Ok(())
}

/// Writes what is known after a check, from a report of which nothing was left out.
pub(crate) fn write(catalog: &Path, loaded: &Loaded, update: Update) -> Outcome {
    let before = beside(catalog)?.unwrap_or_default();
    let after = before.updated(&loaded.report, update);
    if after == before {
        Ok(())
    } else {
        errbook_files::replace(&[(path(catalog), after.to_text())]).map_err(Stop::failed)
    }
}
