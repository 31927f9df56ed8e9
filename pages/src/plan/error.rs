//! Why there is no plan.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use errbook_schema::openapi::MergeError;

use crate::markdown::{NavError, TemplateError};
use crate::redirects::NotMerged;

/// Why the files of a catalog cannot be listed.
#[derive(Debug)]
pub enum PlanError {
    /// The catalog has nothing under `generate`.
    Nothing {
        /// The catalog.
        catalog: PathBuf,
    },
    /// Two catalogs have one slug, which names the folder of each.
    Slug {
        /// The catalog that comes first.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
        /// The slug, as the second catalog writes it.
        slug: String,
    },
    /// Two outputs have one path.
    Twice(PathBuf),
    /// A file or folder that the catalog names cannot be read.
    Unreadable {
        /// What was read.
        what: Foreign,
        /// Where it is.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A template or a prose file cannot be rendered.
    Template {
        /// The catalog whose reference it is.
        catalog: PathBuf,
        /// What is wrong.
        error: TemplateError,
    },
    /// The errors cannot be merged into an OpenAPI document.
    Merge {
        /// The document.
        path: PathBuf,
        /// What is wrong.
        error: MergeError,
    },
    /// The pages cannot be listed in a file of navigation.
    Nav(NavError),
    /// The redirects cannot be put into a file.
    Redirects {
        /// The file, as the catalog names it.
        path: String,
        /// What is wrong.
        error: NotMerged,
    },
}

/// What a catalog names and a plan reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// The catalog's own folder.
    Folder,
    /// An OpenAPI document.
    Document,
    /// A file of navigation.
    Nav,
    /// A file of redirects.
    Redirects,
    /// A folder of templates.
    Templates,
}

impl PlanError {
    /// What to do about it, where one sentence says it.
    ///
    /// ```
    /// use errbook_pages::plan::PlanError;
    /// let error = PlanError::Twice("errors.json".into());
    /// assert_eq!(error.to_string(), "`errors.json` would be written twice");
    /// assert_eq!(error.help(), Some("give each catalog places of its own under `generate`"));
    /// ```
    pub fn help(&self) -> Option<&str> {
        match self {
            PlanError::Slug { .. } => Some("give one of them another `api.slug`"),
            PlanError::Twice(_) => Some("give each catalog places of its own under `generate`"),
            PlanError::Unreadable { what: Foreign::Nav, .. } => {
                Some("`generate.docs.nav` names a file that is there already")
            }
            PlanError::Nav(error) => Some(&error.help),
            PlanError::Redirects { .. } => {
                Some("restore both marks, or remove what stands between them with the one that is left")
            }
            PlanError::Nothing { .. }
            | PlanError::Unreadable { .. }
            | PlanError::Template { .. }
            | PlanError::Merge { .. } => None,
        }
    }

    /// The file or folder that has to change, where it is not a part of the catalog.
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
