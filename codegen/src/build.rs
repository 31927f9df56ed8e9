//! The door for build scripts.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use errbook_catalog::load;

use crate::rust;

/// Generates the Rust code of a catalog into `OUT_DIR`, as a file with the catalog's name and the ending `.rs`; returns
/// its path.
///
/// The path is relative to the crate's folder, where Cargo runs build scripts. Cargo is told to run the script again when
/// the catalog, or a file that it includes, changes. The file is written only where its text differs, so that a change of
/// a comment in the catalog compiles nothing again.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), errbook_codegen::build::Error> {
///     errbook_codegen::build::generate("errors.yaml")?;
///     Ok(())
/// }
/// ```
///
/// ```ignore
/// // src/errors.rs
/// include!(concat!(env!("OUT_DIR"), "/errors.rs"));
/// ```
pub fn generate(catalog: impl AsRef<Path>) -> Result<PathBuf, Error> {
    let out_dir = env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?;
    let path = catalog.as_ref();
    let loaded = load(path);
    for input in &loaded.inputs {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    let warnings = loaded.report.warning_count();
    let Some(catalog) = loaded.catalog else {
        return Err(Error::Refused(loaded.report.render_text(false)));
    };
    if warnings > 0 {
        println!("cargo::warning={}: {warnings} warnings; `errbook check` shows them", path.display());
    }
    let mut name = path.file_stem().unwrap_or(OsStr::new("errors")).to_owned();
    name.push(".rs");
    let file = Path::new(&out_dir).join(name);
    write_if_changed(&file, &rust::file(&catalog)).map_err(|error| Error::Unwritable(file.clone(), error))?;
    Ok(file)
}

/// Writes the whole text or nothing: a build that is cut short leaves no half of a file.
fn write_if_changed(file: &Path, text: &str) -> io::Result<()> {
    if fs::read(file).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    temporary.persist(file)?;
    Ok(())
}

/// Why nothing was generated.
///
/// `Debug` prints the same text as `Display`, for that is what Cargo shows where `main` returns it.
pub enum Error {
    /// `OUT_DIR` is not set: this is no build script.
    NoOutDir,
    /// The catalog has mistakes; the text shows all of them.
    Refused(String),
    /// The file cannot be written.
    Unwritable(PathBuf, io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoOutDir => f.write_str("OUT_DIR is not set: call this from a build script"),
            Error::Refused(report) => write!(f, "the catalog of errors was refused\n\n{report}"),
            Error::Unwritable(file, error) => write!(f, "cannot write {}: {error}", file.display()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Unwritable(_, error) => Some(error),
            Error::NoOutDir | Error::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, write_if_changed};

    #[test]
    fn a_file_is_touched_only_where_its_text_differs() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("errors.rs");
        write_if_changed(&file, "one").expect("a file");
        let first = std::fs::metadata(&file).and_then(|data| data.modified()).expect("a time");
        std::thread::sleep(std::time::Duration::from_millis(20));
        write_if_changed(&file, "one").expect("a file");
        assert_eq!(std::fs::metadata(&file).and_then(|data| data.modified()).expect("a time"), first);
        write_if_changed(&file, "two").expect("a file");
        assert_eq!(std::fs::read_to_string(&file).expect("a text"), "two");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn cargo_shows_a_refusal_as_it_was_drawn() {
        let error = Error::Refused("error: one\n --> errors.yaml:1:1\n".to_owned());
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(error.to_string().contains("\n --> errors.yaml:1:1\n"));
    }
}
