//! Dead links to the reference.
//!
//! The constant part of `api.doc_url`, up to its first placeholder, is the base URL of the
//! reference. A URL below it must be a page of the reference. Other URLs are not checked. Fragments
//! depend on the template of a page. They are checked only if they name errors, as in
//! `errors#{slug}`.

use std::collections::HashSet;

use super::Linter;
use crate::model::placeholder::{Piece, pieces};
use crate::model::{Catalog, ErrorDef};
use crate::problem::{Problem, Problems, Rule};
use crate::read::syntax::{Field, Refund, VisibilityWord};
use crate::source::Span;

impl<'a> Linter<'a, '_> {
    /// Reports links from text to a page of the same folder that does not exist: `[x](sold-out.md)`.
    pub(super) fn dead_links(&mut self) {
        let mut pages: Vec<&str> = self.public_errors().map(|(_, error)| error.name.slug.as_str()).collect();
        pages.extend(self.catalog.public_retired().map(|entry| entry.name.slug.as_str()));
        pages.push("index");
        let known: HashSet<&str> = pages.iter().copied().collect();
        let texts = self.texts().into_iter().map(|text| (text, OF_MARKDOWN));
        for ((place, text, span), starts) in texts.chain(self.prose().into_iter().map(|text| (text, OF_PROSE))) {
            for target in dead_targets(text, starts, &known) {
                let problem =
                    Problem::new(Rule::DeadDocUrl, span, format!("{place} links to `{target}`, which is not a page"));
                let page = target.split(['.', '?']).next().unwrap_or_default();
                self.push(match self.problems.nearest(page, || pages.iter().copied()) {
                    _ if known.contains(page) => problem.help(format!("write `{page}.md`")),
                    Some(near) => problem.help(format!("did you mean `{near}.md`?")),
                    None => problem,
                });
            }
        }
    }

    /// The markdown of all pages: what it belongs to, in words, the text, and a place to report.
    fn texts(&self) -> Vec<(String, &'a str, Span)> {
        let document = self.document;
        let mut texts = Vec::new();
        let mut add = |place: &str, texts_of: &[Option<&'a str>], span: Span| {
            texts.extend(texts_of.iter().flatten().map(|text| (place.to_owned(), *text, span)));
        };
        let doc = |field: &'a Field| field.doc.as_deref();
        if let Some(name) = &document.api.name {
            add("the summary of the API", &[document.api.summary.as_deref()], name.span);
        }
        for group in &document.groups {
            add(&format!("the group `{}`", group.id.value), &[group.summary.as_deref()], group.id.span);
        }
        for ty in &document.types {
            add(&format!("the type `{}`", ty.name.value), &[ty.doc.as_deref()], ty.name.span);
        }
        for field in &document.context {
            add(&format!("the context field `{}`", field.name.value), &[doc(field)], field.name.span);
        }
        for (entry, error) in self.public_errors() {
            let place = format!("`{}`", error.name.id);
            for text in [&entry.description, &entry.cause, &entry.fix].into_iter().flatten() {
                add(&place, &[Some(&text.value)], text.span);
            }
            let note = entry.deprecated.as_ref().and_then(|deprecated| deprecated.note.as_deref());
            let refund = match &entry.refund {
                Some(Refund::When(when)) => Some(when.as_str()),
                _ => None,
            };
            add(&place, &[entry.notes.as_deref(), note, refund], entry.id.span);
            for (_, change) in &entry.changed {
                add(&place, &[Some(change)], entry.id.span);
            }
            for field in &entry.details {
                add(&place, &[doc(field)], field.name.span);
            }
        }
        for entry in document.retired.iter().filter(|entry| entry.visibility != Some(VisibilityWord::Internal)) {
            add(&format!("`{}`", entry.id.value), &[entry.note.as_deref()], entry.id.span);
        }
        texts
    }

    fn prose(&self) -> Vec<(String, &'a str, Span)> {
        let (paths, prose) = (self.document, &self.catalog.prose);
        let paths = paths.prose_before.iter().chain(&paths.prose_after);
        let files = paths.zip(prose.before.iter().chain(&prose.after));
        files.map(|(path, file)| (format!("`{}`", file.path), file.text.as_str(), path.span)).collect()
    }

    pub(super) fn dead_doc_urls(&mut self) {
        let Some(site) = Site::of(self.catalog) else { return };
        for (entry, error) in self.public_errors() {
            if let (Some(own), Some(url)) = (&entry.doc_url, &error.doc_url)
                && let Some(dead) = site.dead(url, self.problems)
            {
                let near = dead.near.map(|page| format!("{}{page}", site.prefix));
                let problem = Problem::new(Rule::DeadDocUrl, own.span, dead.message(url, error));
                self.push(problem.did_you_mean(own.span, near.as_deref()));
            }
            for text in [&entry.description, &entry.cause, &entry.fix].into_iter().flatten() {
                for url in site.urls(&text.value) {
                    let Some(dead) = site.dead(url, self.problems) else { continue };
                    let problem = Problem::new(Rule::DeadDocUrl, text.span, dead.message(url, error));
                    self.push(match dead.near {
                        Some(page) => problem.help(format!("did you mean `{}{page}`?", site.prefix)),
                        None => problem,
                    });
                }
            }
        }
    }
}

/// What is before the target of a link in the markdown of a catalog, whose HTML is shown as text.
const OF_MARKDOWN: &[&str] = &["]("];

/// What is before the target of a link in a prose file.
const OF_PROSE: &[&str] = &["](", "href=\"", "src=\""];

/// The links of a markdown text to a page of the same folder that does not exist: `gone.md` for
/// `[x](./gone.md#fix)`, `[x]: <gone.md>`, and, in HTML, `<a href="gone.md">`. Other names of an
/// existing page, such as `sold-out.html`, are links in some flavors only. Paths with folders are
/// not of the reference, and other files, such as images, can be next to it. Code has no links.
fn dead_targets<'a>(markdown: &'a str, starts: &[&str], known: &HashSet<&str>) -> Vec<&'a str> {
    let mut is_code = false;
    let mut targets = Vec::new();
    for line in markdown.lines().map(str::trim_start) {
        if line.starts_with("```") || line.starts_with("~~~") {
            is_code = !is_code;
        } else if !is_code {
            let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]:"));
            targets.extend(definition.map(|(_, target)| target));
            for text in line.split('`').step_by(2) {
                for start in starts {
                    targets.extend(text.split(*start).skip(1));
                }
            }
        }
    }
    let path = |target: &'a str| {
        let target = target.trim_start();
        let target = target.strip_prefix('<').unwrap_or(target);
        let path = target.split([')', ' ', '#', '>', '"']).next().unwrap_or_default();
        path.trim_start_matches("./")
    };
    targets.into_iter().map(path).filter(|path| is_dead(path, known)).collect()
}

fn is_dead(path: &str, known: &HashSet<&str>) -> bool {
    let (name, query) = path.split_once('?').map_or((path, None), |(name, query)| (name, Some(query)));
    if name.is_empty() || path.contains(['/', ':', '\\']) {
        return false;
    }
    match name.rsplit_once('.') {
        Some((page, "md")) => query.is_some() || !known.contains(page),
        Some((_, ending)) => ["md", "html", "htm"].iter().any(|known| ending.eq_ignore_ascii_case(known)),
        None => true,
    }
}

/// The base URL and the pages of the reference.
struct Site {
    /// The base URL of all pages.
    prefix: String,
    /// The rest of the URL of each page.
    pages: Vec<String>,
    /// The same, to look one up.
    known: HashSet<String>,
}

/// A link to a page that does not exist.
struct Dead<'a> {
    page: &'a str,
    near: Option<&'a str>,
}

impl Dead<'_> {
    fn message(&self, url: &str, error: &ErrorDef) -> String {
        format!("`{}` links to `{url}`, but the reference has no page `{}`", error.name.id, self.page)
    }
}

impl Site {
    /// `None` if the base URL of the reference is unknown.
    fn of(catalog: &Catalog) -> Option<Self> {
        let template = catalog.api.doc_url.as_deref()?;
        let prefix = match pieces(template).ok()?.as_slice() {
            [Piece::Text(all)] => format!("{}/", all.trim_end_matches('/')),
            [Piece::Text(prefix), ..] => prefix.clone(),
            _ => return None,
        };
        // Every URL is below the `https://` of `https://{group}.shop.example`.
        if prefix.ends_with("://") {
            return None;
        }
        let public = || catalog.errors.iter().filter(|error| error.is_public());
        let of_errors = public().map(|error| (&error.name, catalog.page_url(error).unwrap_or_default()));
        let of_retired =
            catalog.public_retired().map(|entry| (&entry.name, catalog.retired_url(entry).unwrap_or_default()));
        let mut pages = Vec::new();
        for (name, url) in of_errors.chain(of_retired) {
            pages.extend(
                url.strip_prefix(&prefix).map(|rest| page_of(rest).to_owned()).filter(|page| *page != name.slug),
            );
            pages.push(name.slug.clone());
        }
        if prefix.ends_with('#') {
            let prose = catalog.prose.before.iter().chain(&catalog.prose.after);
            let headings = prose.flat_map(|file| file.text.lines()).filter(|line| line.starts_with('#'));
            pages.extend(catalog.groups.iter().map(|group| group.title.as_str()).chain(headings).map(anchor_of));
        }
        let known = pages.iter().cloned().collect();
        Some(Site { prefix, pages, known })
    }

    /// The missing page that a URL below the base URL names.
    fn dead<'a>(&'a self, url: &'a str, problems: &Problems) -> Option<Dead<'a>> {
        let page = page_of(url.strip_prefix(&self.prefix)?);
        let is_there = matches!(page, "" | "index") || self.known.contains(page);
        let near = || problems.nearest(page, || self.pages.iter().map(String::as_str));
        (!is_there).then(|| Dead { page, near: near() })
    }

    /// Every URL in a text that is below the base URL.
    fn urls<'a>(&self, text: &'a str) -> Vec<&'a str> {
        // A relative URL cannot be told from other words of a text.
        if !self.prefix.contains("://") {
            return Vec::new();
        }
        let starts = text.match_indices(&self.prefix).map(|(at, _)| &text[at..]);
        let end = |c: char| c.is_whitespace() || "()[]<>{}\"'`|\\".contains(c);
        starts
            .map(|rest| rest.split(end).next().unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?']))
            .collect()
    }
}

/// The name of a page at the end of its URL, without query, slash and file extension.
fn page_of(rest: &str) -> &str {
    let rest = rest.split(['#', '?']).next().unwrap_or_default().trim_matches('/');
    [".html", ".htm", ".md"].iter().find_map(|ending| rest.strip_suffix(ending)).unwrap_or(rest)
}

/// The anchor that markdown renderers give to a heading: letters, digits, hyphens and underscores,
/// in lowercase.
fn anchor_of(heading: &str) -> String {
    let kept = heading.trim_matches(['#', ' ']).chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{OF_MARKDOWN, OF_PROSE, Site, dead_targets};
    use crate::model::ProseFile;
    use crate::problem::Problems;

    fn dead(template: &str, url: &str) -> Option<String> {
        let text = format!(
            "errbook: 1
api: {{name: Shop, doc_url: '{template}'}}
groups: {{stock: {{title: What is left?}}}}
errors:
  NO_ADDRESS: {{code: 7, status: 422, group: stock, fix: Send one.}}
  SECRET: {{status: 500, group: stock, visibility: internal, mask: NO_ADDRESS}}
retired: {{GONE_AWAY: {{use: NO_ADDRESS}}}}
"
        );
        let catalog = crate::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
        let site = Site::of(&catalog)?;
        site.dead(url, &Problems::default())
            .map(|dead| format!("{}, {}", dead.page, dead.near.unwrap_or("nothing near")))
    }

    #[test]
    fn links_are_found_outside_of_code() {
        let known = HashSet::from(["index", "left"]);
        for (markdown, expected) in [
            ("See [x](./sold-out.md#fix) and ![y](gone.md \"A title\").", &["sold-out.md", "gone.md"][..]),
            ("See [x].\n\n[x]: sold-out.md", &["sold-out.md"]),
            ("See [x].\n\n[x]: <sold-out.md> 'A title'", &["sold-out.md"]),
            ("See [x](<gone.md>) and [y]( gone.md ).", &["gone.md", "gone.md"]),
            ("See [`SOLD_OUT`](sold-out.md).", &["sold-out.md"]),
            ("Write `[x](gone.md)`.\n\n```md\n[x](gone.md)\n```\n\n[y](gone.MD)", &["gone.MD"]),
            // Only some generators find a page by these names.
            ("[x](left.html) [y](left) [z](left.md?a=b)", &["left.html", "left", "left.md?a=b"]),
            ("<a href=\"gone.html\">x</a> <img src=\"gone.md\"> <a href=\"left.md\">", &["gone.md", "gone.html"]),
            ("[guide](../guide/gone.md) [other](https://other.example/gone.md) [top](#gone) [mail](mailto:a)", &[]),
            ("[x](left.md#fix) [y](./index.md) ![z](image.png) [none]() [data](a.json)", &[]),
        ] {
            let mut found = dead_targets(markdown, OF_PROSE, &known);
            found.sort_unstable();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(found, expected, "{markdown}");
        }
        assert_eq!(dead_targets("<a href=\"gone.md\">[x](left)", OF_MARKDOWN, &known), ["left"]);
    }

    #[test]
    fn what_the_reference_has_is_not_dead() {
        for (template, urls) in [
            (
                "https://shop.example/errors/{slug}",
                &[
                    "https://shop.example/errors/no-address",
                    "https://shop.example/errors/no-address/",
                    "https://shop.example/errors/no-address.html?lang=en#retry",
                    "https://shop.example/errors/gone-away",
                    "https://shop.example/errors",
                    "https://shop.example/errors/",
                    "https://shop.example/errors/index.html#retrying",
                    "https://shop.example/errors#what-is-left",
                    "https://shop.example/errors-of-old/lost",
                    "https://shop.example/guide",
                    "https://other.example/errors/lost",
                    "not-found",
                ][..],
            ),
            ("https://shop.example/errors/{id}.md", &["https://shop.example/errors/NO_ADDRESS.md"]),
            ("https://shop.example/{group}/{code}", &["https://shop.example/stock/7"]),
            (
                "https://shop.example/errors#{slug}",
                &["https://shop.example/errors#no-address", "https://shop.example/errors/lost"],
            ),
            ("https://shop.example/errors?code={code}", &["https://shop.example/errors", "https://shop.example/x"]),
            (
                "https://shop.example/errors",
                &["https://shop.example/errors/no-address", "https://shop.example/errors#no-address"],
            ),
            ("https://{group}.shop.example/{slug}", &["https://anywhere.example"]),
            ("{slug}", &["anything"]),
        ] {
            for url in urls {
                assert_eq!(dead(template, url), None, "{template} {url}");
            }
        }
    }

    #[test]
    fn headings_of_prose_and_groups_are_sections_of_one_page() {
        let text = b"errbook: 1\napi: {name: Shop, doc_url: 'https://shop.example/errors#{slug}'}\n\
                     groups: {stock: {title: What is left?}}\n";
        let mut catalog = crate::load_text("errors.yaml", text).catalog.expect("accepted");
        let file = |text: &str| ProseFile { path: "a.md".to_owned(), text: text.to_owned() };
        catalog.prose.before.push(file("# How to *start*\n\nNot_a heading\n"));
        catalog.prose.after.push(file("Words.\n\n## Limits, by plan ##\n"));
        let site = Site::of(&catalog).expect("an address");
        for anchor in ["what-is-left", "how-to-start", "limits-by-plan"] {
            assert!(
                site.dead(&format!("https://shop.example/errors#{anchor}"), &Problems::default()).is_none(),
                "{anchor}"
            );
        }
        assert!(site.dead("https://shop.example/errors#not_a-heading", &Problems::default()).is_some());
    }

    #[test]
    fn what_it_lacks_is() {
        for (template, url, expected) in [
            ("https://shop.example/errors/{slug}", "https://shop.example/errors/no-adress", "no-adress, no-address"),
            ("https://shop.example/errors/{slug}", "https://shop.example/errors/secret/", "secret, nothing near"),
            ("https://shop.example/errors/{slug}", "https://shop.example/errors/NO_ADDRESS", "NO_ADDRESS, no-address"),
            ("https://shop.example/errors#{slug}", "https://shop.example/errors#lost", "lost, nothing near"),
            ("https://shop.example/errors", "https://shop.example/errors/lost", "lost, nothing near"),
        ] {
            assert_eq!(dead(template, url).as_deref(), Some(expected), "{template} {url}");
        }
    }
}
