//! The entry point for build scripts.

use std::path::{Path, PathBuf};
use std::{env, fmt};

use errbook_catalog::baseline::{self, Baseline};
use errbook_catalog::load;

use crate::rust::{self, Types};
use errbook_files::{GeneratedFile, Output, OutputError};

/// Generates the Rust code of a catalog into `OUT_DIR` and returns the path of the file. The file
/// has the catalog's name and the extension `.rs`.
///
/// `catalog` is relative to the crate's folder, where Cargo runs build scripts. Cargo runs the
/// script again when the catalog or a file that it includes changes. The file is written only if
/// its text differs, so an edit of a comment in the catalog recompiles nothing.
///
/// # Errors
///
/// See [`Error`].
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
    Options::new().generate(catalog)
}

/// What a build script can choose.
///
/// ```no_run
/// // build.rs
/// use errbook_codegen::build::{Error, Options};
///
/// fn main() -> Result<(), Error> {
///     Options::new().types("uuid", "uuid::Uuid").types("balance", "u64").generate("errors.yaml")?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Options {
    types: Vec<(String, String)>,
    clones: bool,
}

impl Options {
    /// No choices.
    #[must_use]
    pub fn new() -> Self {
        Options::default()
    }

    /// Chooses the Rust type of a type in the catalog (`string`, `integer`, `number`, `boolean`,
    /// `date_time`, `duration`, `uuid`, `uri`), or of the details with a name. A detail then is a
    /// `Custom`, which is sent as the type serializes with serde.
    #[must_use]
    pub fn types(mut self, name: impl Into<String>, rust: impl Into<String>) -> Self {
        self.types.push((name.into(), rust.into()));
        self
    }

    /// Makes errors `Clone`. Each keeps its source in an `Arc` then.
    ///
    /// ```no_run
    /// use errbook_codegen::build::Options;
    ///
    /// Options::new().clone_errors().generate("errors.yaml")?;
    /// # Ok::<(), errbook_codegen::build::Error>(())
    /// ```
    #[must_use]
    pub fn clone_errors(mut self) -> Self {
        self.clones = true;
        self
    }

    /// Generates the code, as [`generate`] does.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn generate(&self, catalog: impl AsRef<Path>) -> Result<PathBuf, Error> {
        let out_dir = env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?;
        let (instructions, result) = generate_into(Path::new(&out_dir), catalog.as_ref(), self);
        for instruction in instructions {
            println!("cargo::{instruction}");
        }
        result
    }
}

/// The instructions for Cargo, also on failure, and the file.
fn generate_into(out_dir: &Path, path: &Path, options: &Options) -> (Vec<String>, Result<PathBuf, Error>) {
    let mut loaded = load(path);
    let baseline = path.with_file_name(baseline::NAME);
    if let Ok(text) = errbook_catalog::disk::text(&baseline) {
        Baseline::parse(&text).apply(baseline::NAME, &mut loaded);
        loaded.inputs.push(baseline);
    }
    let mut instructions: Vec<String> =
        loaded.inputs.iter().map(|input| format!("rerun-if-changed={}", input.display())).collect();
    let warnings = loaded.report.warning_count();
    let Some(catalog) = loaded.catalog else {
        return (instructions, Err(Error::Refused(loaded.report.render_text(false))));
    };
    if warnings > 0 {
        let path = path.display();
        let plural = if warnings == 1 { "" } else { "s" };
        instructions.push(format!("warning={path}: {warnings} warning{plural}; run `errbook check`"));
    }
    let mut types = match Types::parse(&catalog, options.types.iter().map(|(name, rust)| (name, rust))) {
        Ok(types) => types,
        Err(error) => return (instructions, Err(Error::Option(error.to_string()))),
    };
    if options.clones {
        types.clone_errors();
    }
    let stem = path.file_stem().map_or("errors".into(), |stem| stem.to_string_lossy());
    let name = format!("{stem}.rs");
    let mut output = Output::new(out_dir);
    output.add(GeneratedFile { path: name.clone(), text: rust::file_with(&catalog, &types) });
    let written = output.changes().and_then(|changes| changes.write());
    (instructions, written.map(|()| out_dir.join(name)).map_err(Error::Unwritable))
}

/// Why generation failed.
///
/// `Debug` prints the same text as `Display`, because Cargo shows `Debug` when `main` returns the
/// error.
#[non_exhaustive]
pub enum Error {
    /// `OUT_DIR` is not set: the caller is not a build script.
    NoOutDir,
    /// The catalog is invalid; the text shows every problem.
    Refused(String),
    /// The OpenAPI document of `errbook_schema::build` cannot be read, one of its lists is invalid, or
    /// an operation with a list has no `operationId` of its own; the text says where.
    Document(String),
    /// A type of details, the path of a module or a prefix is invalid; the text says why.
    Option(String),
    /// The file cannot be written.
    Unwritable(OutputError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoOutDir => f.write_str("OUT_DIR is not set: call this from a build script"),
            Error::Refused(report) => write!(f, "the error catalog is invalid\n\n{report}"),
            Error::Document(message) | Error::Option(message) => f.write_str(message),
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
            Error::NoOutDir | Error::Refused(_) | Error::Document(_) | Error::Option(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Error, Options, generate_into};

    #[test]
    fn errors_are_clone_if_the_script_says_so() {
        let out = tempfile::tempdir().expect("a folder");
        let catalog = out.path().join("errors.yaml");
        let text = "{errbook: 1, api: {name: Shop}, errors: {BROKEN: {status: 500, fix: Wait., source: true}}}";
        std::fs::write(&catalog, text).expect("writable");
        for (options, is_clone) in [(Options::new(), false), (Options::new().clone_errors(), true)] {
            let file = generate_into(out.path(), &catalog, &options).1.expect("generated");
            let text = std::fs::read_to_string(file).expect("readable");
            assert_eq!(text.contains("#[derive(::core::clone::Clone)]"), is_clone, "{text}");
            assert_eq!(text.contains("source: __errbook::ArcError"), is_clone);
        }
    }

    #[test]
    fn a_catalog_becomes_a_file_of_its_name_and_cargo_watches_all_of_it() {
        let out = tempfile::tempdir().expect("a folder");
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/multi-file");
        let (instructions, file) = generate_into(out.path(), &case.join("catalog.yaml"), &Options::new());
        let file = file.expect("generated");
        assert_eq!(file, out.path().join("catalog.rs"));
        assert!(std::fs::read_to_string(&file).expect("readable").contains("pub enum ErrorCode {"));
        let watched: Vec<&str> = instructions
            .iter()
            .map(|line| line.strip_prefix("rerun-if-changed=").expect("nothing else"))
            .map(|path| path.strip_prefix(case.to_str().expect("UTF-8")).expect("below the case"))
            .collect();
        assert_eq!(
            watched,
            [
                "/catalog.yaml",
                "/errors",
                "/errors/a-auth.yaml",
                "/errors/b-posts.yaml",
                "/prose/intro.md",
                "/prose/limits.md"
            ]
        );
    }

    #[test]
    fn a_refused_catalog_is_watched_too_and_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let catalog = folder.path().join("errors.yaml");
        std::fs::write(&catalog, "errbook: 1\napi: {name: Shop}\nerrors: {A: {statsu: 409}}\n").expect("writable");
        std::fs::write(folder.path().join("errors.rs"), "// as it was\n").expect("writable");
        let (instructions, result) = generate_into(folder.path(), &catalog, &Options::new());
        assert_eq!(instructions, [format!("rerun-if-changed={}", catalog.display())]);
        let error = result.expect_err("refused").to_string();
        assert!(error.contains("error[unknown-key]: an error has no key `statsu`"), "{error}");
        assert!(error.contains("errors.yaml:3:14"), "{error}");
        assert_eq!(std::fs::read_to_string(folder.path().join("errors.rs")).expect("readable"), "// as it was\n");
    }

    #[test]
    fn known_warnings_are_not_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let catalog = folder.path().join("errors.yaml");
        std::fs::write(&catalog, "errbook: 1\napi: {name: Shop}\nerrors: {A: {status: 409, fix: F.}}\n")
            .expect("writable");
        let (instructions, _) = generate_into(folder.path(), &catalog, &Options::new());
        let warning = format!("warning={}: 1 warning; run `errbook check`", catalog.display());
        assert_eq!(instructions, [format!("rerun-if-changed={}", catalog.display()), warning]);
        let baseline = folder.path().join("errbook.baseline");
        std::fs::write(&baseline, "file errors.yaml\n  missing-description errors.A\n").expect("writable");
        let (instructions, _) = generate_into(folder.path(), &catalog, &Options::new());
        assert_eq!(instructions, [&catalog, &baseline].map(|path| format!("rerun-if-changed={}", path.display())));
    }

    #[test]
    fn cargo_shows_a_refusal_as_it_was_drawn() {
        let error = Error::Refused("error: one\n --> errors.yaml:1:1\n".to_owned());
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(error.to_string().contains("\n --> errors.yaml:1:1\n"));
    }
}
