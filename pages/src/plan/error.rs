//! The errors of planning.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use errbook_schema::openapi::MergeError;

use crate::markdown::{NavError, TemplateError};
use crate::redirects::NotMerged;

/// Why planning failed.
#[derive(Debug)]
pub enum PlanError {
    /// The catalog has no outputs under `generate`.
    Nothing {
        /// The catalog.
        catalog: PathBuf,
    },
    /// Two catalogs have the same slug, which names the folder of each.
    Slug {
        /// The first catalog.
        first: PathBuf,
        /// The second catalog.
        second: PathBuf,
        /// The slug, as the second catalog writes it.
        slug: String,
    },
    /// Two outputs have the same path.
    Twice(PathBuf),
    /// A file or folder that the catalog names cannot be read.
    Unreadable {
        /// The kind of file.
        what: Foreign,
        /// Its path.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
    /// A template or a prose file cannot be rendered.
    Template {
        /// The catalog of the reference.
        catalog: PathBuf,
        /// The problem.
        error: TemplateError,
    },
    /// The errors cannot be merged into an OpenAPI document.
    Merge {
        /// The document.
        path: PathBuf,
        /// The problem.
        error: MergeError,
    },
    /// The pages cannot be listed in a navigation file.
    Nav(NavError),
    /// The redirects cannot be written into a file.
    Redirects {
        /// The file, as in the catalog.
        path: String,
        /// The problem.
        error: NotMerged,
    },
}

/// The kind of a file that a catalog names and a plan reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// The catalog's own folder.
    Folder,
    /// An OpenAPI document.
    Document,
    /// A navigation file.
    Nav,
    /// A redirects file.
    Redirects,
    /// A template folder.
    Templates,
}

impl PlanError {
    /// How to fix the problem, if one sentence can say it.
    ///
    /// ```
    /// use errbook_pages::plan::PlanError;
    /// let error = PlanError::Twice("errors.json".into());
    /// assert_eq!(error.to_string(), "`errors.json` would be written twice");
    /// assert_eq!(error.help(), Some("set different paths under `generate`"));
    /// ```
    pub fn help(&self) -> Option<&str> {
        match self {
            PlanError::Slug { .. } => Some("give one of them another `api.slug`"),
            PlanError::Twice(_) => Some("set different paths under `generate`"),
            PlanError::Unreadable { what: Foreign::Nav, .. } => Some("`generate.docs.nav` must name an existing file"),
            PlanError::Nav(error) => Some(&error.help),
            PlanError::Redirects { .. } => {
                Some("restore the missing mark, or remove the other mark and errbook's lines")
            }
            PlanError::Nothing { .. }
            | PlanError::Unreadable { .. }
            | PlanError::Template { .. }
            | PlanError::Merge { .. } => None,
        }
    }

    /// The file or folder to fix, if it is not part of the catalog.
    pub fn foreign(&self) -> Option<&Path> {
        match self {
            PlanError::Unreadable { path, .. } | PlanError::Merge { path, .. } => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanError::Nothing { catalog } => write!(f, "`{}` does not say what to generate", catalog.display()),
            PlanError::Slug { first, second, slug } => {
                write!(f, "`{}` and `{}` would both be written to `{slug}`", first.display(), second.display())
            }
            PlanError::Twice(path) => write!(f, "`{}` would be written twice", path.display()),
            PlanError::Unreadable { what: Foreign::Templates, path, error } => {
                write!(f, "the templates in `{}` cannot be read: {error}", path.display())
            }
            PlanError::Unreadable { what: _, path, error } => {
                write!(f, "`{}` cannot be read: {error}", path.display())
            }
            PlanError::Template { catalog, error } => {
                write!(f, "the reference of `{}` cannot be rendered\n{error}", catalog.display())
            }
            PlanError::Merge { path, error } => {
                write!(f, "the errors cannot be merged into `{}`\n{error}", path.display())
            }
            PlanError::Nav(error) => error.fmt(f),
            PlanError::Redirects { path, error } => write!(f, "`{path}` cannot be merged: {error}"),
        }
    }
}

impl std::error::Error for PlanError {}
