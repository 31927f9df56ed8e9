//! Redirects from the pages of renamed errors to those of their replacements, for servers and site
//! generators.
//!
//! Only an id that was merely renamed is redirected, because a page can say more: see
//! [`Catalog::redirect_of`]. A redirected id has no page, because an existing page would hide the
//! redirect.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use errbook_catalog::model::Catalog;
use errbook_catalog::source::line_break;
use serde_json::{Value as Json, json};

use crate::part::{Fault, Marks};

/// Returns the redirects file for the path in the catalog. `existing` is the current text. In a
/// `_redirects` file, only errbook's own lines are replaced. New lines go to the top, because the
/// first matching line wins.
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop, doc_url: 'https://shop.example/errors/{slug}'}
/// errors: {OUT_OF_STOCK: {status: 409, fix: Choose another.}}
/// retired: {SOLD_OUT: {use: OUT_OF_STOCK}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let file = errbook_pages::redirects::file(&catalog, "_redirects", "/* /index.html 200\n")?;
/// let lines: Vec<&str> = file.lines().collect();
/// let moved = "/errors/sold-out /errors/out-of-stock 301";
/// assert_eq!(lines, ["# errbook: shop", moved, "# errbook: end of shop", "/* /index.html 200"]);
/// # Ok::<(), errbook_pages::redirects::NotMerged>(())
/// ```
pub fn file(catalog: &Catalog, path: &str, existing: &str) -> Result<String, NotMerged> {
    match name_of(path).rsplit_once('.') {
        None => merged(catalog, existing),
        Some((_, "json")) => Ok(docusaurus(catalog)),
        Some(_) => Ok(mkdocs(catalog, path)),
    }
}

/// Whether the user also writes this file. A server's `_redirects` is the user's; other files are
/// errbook's, and a site generator includes them.
pub(crate) fn is_shared(path: &str) -> bool {
    !name_of(path).contains('.')
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The catalog without redirects, so that each retired id has a page.
pub(crate) fn none(catalog: &Catalog) -> Cow<'_, Catalog> {
    if catalog.generate.docs_redirects.is_none() {
        return Cow::Borrowed(catalog);
    }
    let mut catalog = catalog.clone();
    catalog.generate.docs_redirects = None;
    Cow::Owned(catalog)
}

/// The line that makes errbook's part of a file ambiguous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMerged {
    /// The line, from 1.
    pub line: usize,
    /// The expected line.
    pub expected: String,
}

impl fmt::Display for NotMerged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} has no matching `{}`", self.line, self.expected)
    }
}

impl std::error::Error for NotMerged {}

/// The source and target paths, without scheme and host.
fn paths(catalog: &Catalog) -> Vec<(String, String)> {
    let retired = catalog.public_retired();
    let pairs = retired.filter_map(|retired| {
        let to = catalog.page_url(catalog.redirect_of(retired)?)?;
        Some((path_of(&catalog.retired_url(retired)?), path_of(&to)))
    });
    pairs.collect()
}

/// The path of a URL, up to the first space.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path: String = rest.split_whitespace().collect::<Vec<_>>().join("%20");
    if path.starts_with('/') { path } else { format!("/{path}") }
}

fn merged(catalog: &Catalog, existing: &str) -> Result<String, NotMerged> {
    let slug = &catalog.api.slug;
    let marks = Marks { opens: format!("# errbook: {slug}"), closes: format!("# errbook: end of {slug}") };
    let part = marks.in_lines(existing).map_err(|fault| {
        let (line, expected) = match fault {
            Fault::Unpaired { line, is_first: true } | Fault::OfOther { line } => (line, &marks.closes),
            Fault::Unpaired { line, is_first: false } | Fault::NoComment { line } => (line, &marks.opens),
        };
        NotMerged { line, expected: expected.clone() }
    })?;
    let line_break = part.as_ref().map_or_else(|| line_break(existing), |part| part.line_break);
    let mut block = String::new();
    let paths = paths(catalog);
    if !paths.is_empty() {
        let lines = paths.into_iter().map(|(from, to)| format!("{from} {to} 301"));
        for line in std::iter::once(marks.opens.clone()).chain(lines).chain([marks.closes.clone()]) {
            block.push_str(&line);
            block.push_str(line_break);
        }
    }
    let (start, end) = part.map_or((0, 0), |part| (part.outside.start, part.outside.end));
    Ok(format!("{}{block}{}", &existing[..start], &existing[end..]))
}

/// The `redirects` of `@docusaurus/plugin-client-redirects`.
fn docusaurus(catalog: &Catalog) -> String {
    let redirects: Json = paths(catalog).into_iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
    format!("{redirects:#}\n")
}

/// The part of a mkdocs.yml for mkdocs-redirects, with pages relative to the `docs` folder next to
/// it.
fn mkdocs(catalog: &Catalog, path: &str) -> String {
    let mut file = String::from(
        "# Written by errbook. `INHERIT` in mkdocs.yml takes it in, where `plugins` is a mapping.\n\
         plugins:\n  redirects:\n    redirect_maps:",
    );
    let docs = path.rsplit_once('/').map_or("docs".to_owned(), |(folder, _)| format!("{folder}/docs"));
    let dir = catalog.generate.docs.as_ref().map_or("", |generate| generate.dir.trim_start_matches("./"));
    let below: Vec<&str> =
        dir.strip_prefix(&docs).unwrap_or("").split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    let page =
        |slug: &str| Json::from([below.join("/").as_str(), &format!("{slug}.md")].join("/").trim_start_matches('/'));
    let redirects = catalog.public_retired().filter_map(|retired| Some((retired, catalog.redirect_of(retired)?)));
    let mut is_empty = true;
    for (retired, error) in redirects {
        let _ = write!(file, "\n      {}: {}", page(&retired.name.slug), page(&error.name.slug));
        is_empty = false;
    }
    file.push_str(if is_empty { " {}\n" } else { "\n" });
    file
}
