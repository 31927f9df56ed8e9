//! Redirects from the pages of renamed errors to those that took their place, for servers and generators of sites.
//!
//! A page of its own says more than a redirect, so only an id whose replacement is all there is to say of it is redirected: see
//! [`Catalog::redirect_of`]. Its page is not written then, for a page that is there goes before a redirect.

use std::fmt;
use std::fmt::Write as _;

use errbook_catalog::model::Catalog;
use serde_json::{Value as Json, json};

/// The file of redirects, at the path that the catalog has for it. `existing` is what is there: of a `_redirects` only errbook's own lines
/// are replaced, which stand at its top where it had none, since the first line that fits wins.
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

/// Whether others write a part of the file too: a server's `_redirects` is theirs, and the rest is for a generator of sites to take in.
pub(crate) fn is_shared(path: &str) -> bool {
    !name_of(path).contains('.')
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The catalog for a folder in which nobody redirects, so that each retired id has its page.
pub(crate) fn none(catalog: &Catalog) -> Catalog {
    let mut catalog = catalog.clone();
    catalog.generate.docs_redirects = None;
    catalog
}

/// Which line of a file makes it unclear what is errbook's in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMerged {
    /// Counted from 1.
    pub line: usize,
    /// What should stand somewhere.
    pub expected: String,
}

impl fmt::Display for NotMerged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} has no `{}` that goes with it", self.line, self.expected)
    }
}

impl std::error::Error for NotMerged {}

/// From where to where, as servers see it: without scheme and host.
fn paths(catalog: &Catalog) -> Vec<(String, String)> {
    let retired = catalog.retired.iter();
    let pairs = retired.filter_map(|retired| {
        let to = catalog.page_url(catalog.redirect_of(retired)?)?;
        Some((path_of(&catalog.retired_url(retired)?), path_of(&to)))
    });
    pairs.collect()
}

/// The path of a URL, without a space, which would end it.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path: String = rest.split_whitespace().collect::<Vec<_>>().join("%20");
    if path.starts_with('/') { path } else { format!("/{path}") }
}

fn merged(catalog: &Catalog, existing: &str) -> Result<String, NotMerged> {
    let slug = &catalog.api.slug;
    let (begin, end) = (format!("# errbook: {slug}"), format!("# errbook: end of {slug}"));
    let line_break = if existing.contains("\r\n") { "\r\n" } else { "\n" };
    let mut block = String::new();
    let paths = paths(catalog);
    if !paths.is_empty() {
        let lines = paths.into_iter().map(|(from, to)| format!("{from} {to} 301"));
        for line in std::iter::once(begin.clone()).chain(lines).chain([end.clone()]) {
            block.push_str(&line);
            block.push_str(line_break);
        }
    }
    let lines: Vec<&str> = existing.split_inclusive('\n').collect();
    let place = |mark: &str| lines.iter().position(|line| line.trim() == mark);
    match (place(&begin), place(&end)) {
        (None, None) => Ok(block + existing),
        (Some(first), Some(last)) if first < last => Ok(lines[..first].concat() + &block + &lines[last + 1..].concat()),
        (Some(first), _) => Err(NotMerged { line: first + 1, expected: end }),
        (None, Some(last)) => Err(NotMerged { line: last + 1, expected: begin }),
    }
}

/// What `@docusaurus/plugin-client-redirects` takes as its `redirects`.
fn docusaurus(catalog: &Catalog) -> String {
    let redirects: Json = paths(catalog).into_iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
    format!("{redirects:#}\n")
}

/// What mkdocs-redirects takes, as a part of an mkdocs.yml: by the files of pages, below the folder `docs` beside it.
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
    let redirects = catalog.retired.iter().filter_map(|retired| Some((retired, catalog.redirect_of(retired)?)));
    let mut is_empty = true;
    for (retired, error) in redirects {
        let _ = write!(file, "\n      {}: {}", page(&retired.name.slug), page(&error.name.slug));
        is_empty = false;
    }
    file.push_str(if is_empty { " {}\n" } else { "\n" });
    file
}
