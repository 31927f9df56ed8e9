//! Page templates and their errors.

use std::fmt;

use errbook_catalog::model::Flavor;
use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::escape::tidy;
use crate::print::{Page, Printer};

/// A template for each kind of page, and the table component.
const LAYOUTS: [(&str, &str); 4] = [
    (INDEX, include_str!("../../templates/index.md")),
    (ERROR, include_str!("../../templates/error.md")),
    (RETIRED, include_str!("../../templates/retired.md")),
    ("table.md", include_str!("../../templates/table.md")),
];

pub(super) const INDEX: &str = "index.md";
pub(super) const ERROR: &str = "error.md";
pub(super) const RETIRED: &str = "retired.md";
/// The template with the flavor's own components.
const PARTS: &str = "parts.md";

/// A parsed, consistent set of templates.
///
/// Each is a [Tera](https://keats.github.io/tera/) template. `index.md` gets the fields of an
/// [`IndexPage`], `error.md` those of an [`ErrorPage`], and `retired.md` those of a
/// [`RetiredPage`]. All can call the component of `table.md`, `{{ <table table={facts} /> }}`, and
/// those of the flavor's `parts.md`: `opening` (front matter and heading), `section`, `subsection`,
/// `warning` and `tabs`. Values are already markdown. Repeated blank lines and trailing spaces are
/// removed.
///
/// [`IndexPage`]: super::IndexPage
/// [`ErrorPage`]: super::ErrorPage
/// [`RetiredPage`]: super::RetiredPage
#[derive(Debug, Clone)]
pub struct Templates {
    own: Vec<(String, String)>,
}

/// The templates of one flavor.
pub(super) struct Layout {
    tera: Tera,
    has_own: bool,
}

/// The data of a page that only a user's templates show.
const UNESCAPED: [&str; 3] = ["api", "catalog", "error"];

impl Templates {
    /// The allowed names of templates.
    pub const NAMES: [&str; 5] = [LAYOUTS[0].0, LAYOUTS[1].0, LAYOUTS[2].0, LAYOUTS[3].0, PARTS];

    /// Parses errbook's templates, replaced by those in `overrides` (name and text).
    ///
    /// ```
    /// use errbook_pages::markdown::Templates;
    /// let own = [("error.md".to_owned(), "# {{ title }}\n".to_owned())];
    /// assert!(Templates::new(&own).is_ok());
    /// let misspelt = [("errors.md".to_owned(), String::new())];
    /// let error = Templates::new(&misspelt).err().unwrap();
    /// assert!(error.to_string().contains("index.md, error.md, retired.md"));
    /// ```
    pub fn new(overrides: &[(String, String)]) -> Result<Self, TemplateError> {
        if let Some((name, _)) = overrides.iter().find(|(name, _)| !Self::NAMES.contains(&name.as_str())) {
            return Err(TemplateError::Unknown { name: name.clone() });
        }
        let templates = Templates { own: overrides.to_vec() };
        // errbook's own templates parse.
        if !templates.own.is_empty() {
            templates.layout(Flavor::Plain)?;
        }
        Ok(templates)
    }

    /// errbook's own templates, by name.
    pub(super) fn built_in(flavor: Flavor) -> [(&'static str, &'static str); 5] {
        let parts = match flavor {
            Flavor::Plain => include_str!("../../templates/flavors/plain.md"),
            Flavor::Mdbook => include_str!("../../templates/flavors/mdbook.md"),
            Flavor::Docusaurus => include_str!("../../templates/flavors/docusaurus.md"),
            Flavor::Mkdocs => include_str!("../../templates/flavors/mkdocs.md"),
            Flavor::Starlight => include_str!("../../templates/flavors/starlight.md"),
            Flavor::Vitepress => include_str!("../../templates/flavors/vitepress.md"),
        };
        let [index, error, retired, table] = LAYOUTS;
        [index, error, retired, table, (PARTS, parts)]
    }

    pub(super) fn layout(&self, flavor: Flavor) -> Result<Layout, TemplateError> {
        let mut tera = Tera::new();
        tera.autoescape_on(Vec::<&str>::new());
        let own = self.own.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        // Parsed together, because a template can use components of another.
        let is_replaced = |name: &str| self.own.iter().any(|(own, _)| own == name);
        let built_in = Self::built_in(flavor).into_iter().filter(|(name, _)| !is_replaced(name));
        tera.add_raw_templates(built_in.chain(own)).map_err(|error| TemplateError::of(&error))?;
        Ok(Layout { tera, has_own: !self.own.is_empty() })
    }
}

impl Layout {
    pub(super) fn render(&self, name: &str, page: &impl Page, printer: &dyn Printer) -> Result<String, TemplateError> {
        let mut context = Context::new();
        page.fields(&mut |name, value| {
            if self.has_own || !UNESCAPED.contains(&name) {
                context.insert_value(name, value.print(printer));
            }
        });
        self.tera.render(name, &context).map(|text| tidy(&text)).map_err(|error| TemplateError::of(&error))
    }
}

/// Renders a prose file, a template with only `catalog` as its data.
pub(super) fn prose(path: &str, text: &str, catalog: &impl Serialize) -> Result<String, TemplateError> {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    let mut context = Context::new();
    context.insert("catalog", catalog);
    tera.add_raw_template(path, text)
        .and_then(|()| tera.render(path, &context))
        .map_err(|error| TemplateError::of(&error))
}

/// A problem with a template or a prose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateError {
    /// No template has this name.
    Unknown {
        /// The name.
        name: String,
    },
    /// The template cannot be parsed or rendered.
    Invalid {
        /// The template's name or the prose file's path, if the problem has one place.
        file: Option<String>,
        /// The line, from 1.
        line: Option<usize>,
        /// The problem with its place and an excerpt.
        report: String,
    },
}

impl TemplateError {
    pub(crate) fn of(error: &tera::Error) -> Self {
        let (file, line) = match error.kind() {
            ErrorKind::SyntaxError(at) | ErrorKind::RenderingError(at) => {
                (Some(at.filename().to_owned()), Some(at.span().start_line))
            }
            _ => (None, None),
        };
        TemplateError::Invalid { file, line, report: error.to_string() }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TemplateError::Unknown { name } => {
                write!(f, "unknown template `{name}`; the templates are {}", Templates::NAMES.join(", "))
            }
            TemplateError::Invalid { report, .. } => f.write_str(report),
        }
    }
}

impl std::error::Error for TemplateError {}
