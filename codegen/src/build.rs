//! The door for build scripts.

use std::path::{Path, PathBuf};
use std::{env, fmt};

use errbook_catalog::load;

use crate::output::{GeneratedFile, Output, OutputError};
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
    let stem = path.file_stem().map_or("errors".into(), |stem| stem.to_string_lossy());
    let name = format!("{stem}.rs");
    let mut output = Output::new(&out_dir);
    output.add(GeneratedFile { path: name.clone(), text: rust::file(&catalog) });
    output.changes().and_then(|changes| changes.write()).map_err(Error::Unwritable)?;
    Ok(Path::new(&out_dir).join(name))
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
    Unwritable(OutputError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoOutDir => f.write_str("OUT_DIR is not set: call this from a build script"),
            Error::Refused(report) => write!(f, "the catalog of errors was refused\n\n{report}"),
            Error::Unwritable(error) => error.fmt(f),
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
            Error::Unwritable(error) => Some(error),
            Error::NoOutDir | Error::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn cargo_shows_a_refusal_as_it_was_drawn() {
        let error = Error::Refused("error: one\n --> errors.yaml:1:1\n".to_owned());
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(error.to_string().contains("\n --> errors.yaml:1:1\n"));
    }
}
