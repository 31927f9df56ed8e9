//! The baseline of a catalog.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_catalog::baseline::{self, Baseline, Update};
use errbook_catalog::disk;
use errbook_files::{Edit, real};

use crate::outcome::{Outcome, Stop};

/// The path of the baseline of a catalog.
fn path(catalog: &Path) -> PathBuf {
    catalog.with_file_name(baseline::NAME)
}

/// Reads the baseline of a catalog, if there is one.
fn read(catalog: &Path) -> Result<Option<Baseline>, Stop> {
    let path = path(catalog);
    match disk::text(&path) {
        Ok(text) => Ok(Some(Baseline::parse(&text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    }
}

/// Removes the known findings from a report.
pub(crate) fn apply(catalog: &Path, loaded: &mut Loaded) -> Outcome {
    if let Some(baseline) = read(catalog)? {
        baseline.apply(&path(catalog).display().to_string(), loaded);
    }
    Ok(())
}

/// The edit of the baseline for the rename of an error, if a line names it.
pub(crate) fn renamed(catalog: &Path, old: &str, new: &str) -> Result<Option<Edit>, Stop> {
    let Some(before) = read(catalog)? else { return Ok(None) };
    let name = catalog.file_name().unwrap_or_default().to_string_lossy();
    let after = before.renamed(&name, old, new);
    let path = path(catalog);
    let text = disk::text(&path).unwrap_or_default();
    Ok((after != before).then(|| Edit { path, before: text, after: after.to_text() }))
}

/// Updates the baseline from a complete report.
pub(crate) fn write(catalog: &Path, loaded: &Loaded, update: Update) -> Outcome {
    let before = read(catalog)?.unwrap_or_default();
    let after = before.updated(&loaded.report, update);
    if after == before {
        Ok(())
    } else {
        let path = path(catalog);
        let text = disk::text(&path).unwrap_or_default();
        let place = real(&path);
        if !Baseline::is_baseline(&text) || loaded.inputs.iter().any(|input| real(input) == place) {
            return Err(Stop::failed(format_args!("`{}` exists, and errbook did not write it", path.display()))
                .help("move the file, or remove it"));
        }
        if Baseline::parse(&text) != before {
            return Err(Stop::failed(errbook_files::OutputError::Changed(path)));
        }
        errbook_files::replace(&[Edit { path, before: text, after: after.to_text() }]).map_err(Stop::failed)
    }
}
