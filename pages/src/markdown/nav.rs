//! The pages in a site's navigation: in a separate file, or in the site's own file.

use std::collections::HashSet;
use std::fmt;

use errbook_catalog::edit::tree::{Node, Tree};
use errbook_catalog::model::{Catalog, Flavor, GenerateDocs};
use errbook_catalog::source::{LINE_BREAKS, line_break, lines};

use super::Page;
use super::dialect::Dialect;
use super::front::quoted;
use super::reference::{Reference, page};
use super::words::Heading;
use crate::part::{Fault, Marks, Part};
use crate::print::Printer;
use crate::prose::{Inline, visible};

/// Why the pages cannot be listed in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavError {
    /// The problem, without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: String,
}

impl fmt::Display for NavError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NavError {}

/// Returns the text of the file in `generate.docs.nav`, with the pages listed between two lines
/// with the API's name. Other lines are unchanged. If an mdBook's `SUMMARY.md` lacks the two lines,
/// they are added at its end. A `mkdocs.yml` must contain them, because only its author knows where
/// in `nav` the pages belong.
///
/// The result is read again. An error is returned if a mark is not a comment of its own, or if
/// another part of the file would change.
///
/// ```
/// let yaml = "
/// errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409}}
/// generate: {docs: {dir: book/src/errors, flavor: mdbook, nav: book/src/SUMMARY.md}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", yaml.as_bytes()).catalog.unwrap();
/// let summary = errbook_pages::markdown::listed(&catalog, "# Summary\n\n- [Welcome](welcome.md)\n").unwrap();
/// assert_eq!(
///     summary,
///     "# Summary\n\n- [Welcome](welcome.md)\n\n\
///      <!-- errbook: shop -->\n\
///      - [Shop errors](errors/index.md)\n  - [SOLD_OUT](errors/sold-out.md)\n\
///      <!-- errbook: end of shop -->\n",
/// );
/// assert_eq!(errbook_pages::markdown::listed(&catalog, &summary).unwrap(), summary);
/// ```
pub fn listed(catalog: &Catalog, file: &str) -> Result<String, NavError> {
    let Some(GenerateDocs { dir, flavor, nav: Some(nav), templates: _ }) = &catalog.generate.docs else {
        return Ok(file.to_owned());
    };
    let pages = Pages::new(catalog);
    let folder = nav.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_book = *flavor == Flavor::Mdbook;
    let tree = if is_book { None } else { Tree::with_comments(file) };
    if !is_book && tree.is_none() {
        let message = format!("`{nav}` is not a valid YAML document");
        return Err(NavError { message, help: "correct its syntax".to_owned() });
    }
    let root = tree.as_ref().map_or_else(|| folder.to_owned(), |tree| joined(folder, docs_dir(tree)));
    let Some(below) = below(&root, dir) else {
        let root = if root.is_empty() { "." } else { &root };
        return Err(NavError {
            message: format!("`{nav}` cannot list the pages in `{dir}`: its pages are below `{root}`"),
            help: "set `generate.docs.dir` to a folder below it".to_owned(),
        });
    };
    let slug = &catalog.api.slug;
    let mark = |text: &str| if is_book { format!("<!-- errbook: {text} -->") } else { format!("# errbook: {text}") };
    let marks = Marks { opens: mark(slug), closes: mark(&format!("end of {slug}")) };
    let Marks { opens, closes } = &marks;
    let (part, place) = match &tree {
        Some(tree) => (marks.in_yaml(file, tree), "put the two marks between the items of the list under `nav`"),
        None => (marks.in_markdown(file), "put the two marks on lines of their own, outside code, quotes and HTML"),
    };
    let part = part.map_err(|fault| match fault {
        Fault::Unpaired { line, is_first: _ } => NavError {
            message: format!(
                "`{nav}` must have exactly one line `{opens}`, followed by one `{closes}`: see line {line}"
            ),
            help: "keep one pair and remove the others".to_owned(),
        },
        Fault::NoComment { line } => NavError {
            message: format!("the mark in line {line} of `{nav}` is not a comment of its own"),
            help: place.to_owned(),
        },
        Fault::OfOther { line } => NavError {
            message: format!("the mark in line {line} of `{nav}` is of another API, between `{opens}` and `{closes}`"),
            help: "move the marks of each API below those of the other".to_owned(),
        },
    })?;
    let entries = if is_book { pages.summary(&below) } else { pages.nav(&below) };
    let unproved = |line: usize| NavError {
        message: format!("`{nav}` cannot list the pages in line {line} without changing other parts of the file"),
        help: place.to_owned(),
    };
    let Some(Part { inside, indent, line_break, .. }) = part else {
        if !is_book {
            return Err(NavError {
                message: format!("`{nav}` has no marks for the pages"),
                help: format!("add these two lines to the list under `nav`:\n  {opens}\n  {closes}"),
            });
        }
        let line_break = line_break(file);
        let gap = match file {
            "" => "",
            file if file.ends_with(&line_break.repeat(2)) => "",
            file if file.ends_with(LINE_BREAKS) => line_break,
            _ => &line_break.repeat(2),
        };
        let new: String = [opens]
            .into_iter()
            .chain(&entries)
            .chain([closes])
            .fold(gap.to_owned(), |text, line| text + line + line_break);
        let text = format!("{file}{new}");
        let is_proved = marks.is_proved_in_markdown((file, file.len()..file.len()), (&text, file.len()..text.len()));
        return if is_proved { Ok(text) } else { Err(unproved(lines(file).count() + 1)) };
    };
    let new: String = entries.iter().flat_map(|entry| [indent, entry, line_break]).collect();
    let text = format!("{}{new}{}", &file[..inside.start], &file[inside.end..]);
    let is_proved = if is_book {
        let changed = inside.start..inside.start + new.len();
        marks.is_proved_in_markdown((file, inside.clone()), (&text, changed))
    } else {
        marks.is_proved_in_yaml("nav", file, &text, &entries.join("\n"))
    };
    if is_proved { Ok(text) } else { Err(unproved(lines(&file[..inside.start]).count() + 1)) }
}

/// The separate navigation file of a flavor, if its generator needs one.
pub(super) fn file(catalog: &Catalog) -> Option<Page> {
    let GenerateDocs { dir: _, flavor, nav, templates: _ } = catalog.generate.docs.as_ref()?;
    let pages = Pages::new(catalog);
    let (path, text) = match flavor {
        Flavor::Plain | Flavor::Starlight => return None,
        Flavor::Mdbook | Flavor::Mkdocs if nav.is_some() => return None,
        Flavor::Mdbook => ("summary.txt", pages.summary("").join("\n") + "\n"),
        Flavor::Mkdocs => ("nav.yml", pages.nav("").join("\n") + "\n"),
        Flavor::Docusaurus => {
            // The label goes into a script of each page, like the titles.
            let label = Dialect::new(*flavor, &HashSet::new(), true).front_matter(&pages.title);
            ("_category_.json", format!("{{\n  \"label\": {label}\n}}\n"))
        }
        Flavor::Vitepress => ("sidebar.json", pages.sidebar()),
    };
    Some(Page { path: path.to_owned(), text })
}

/// All pages except the index, in the index's order.
struct Pages {
    title: String,
    groups: Vec<Group>,
}

struct Group {
    /// The group's title. `None` if there is only one group.
    title: Option<String>,
    /// The heading and file of each page.
    pages: Vec<(String, String)>,
}

impl Pages {
    fn new(catalog: &Catalog) -> Self {
        let reference = Reference::new(catalog);
        let mut groups: Vec<Group> = Vec::new();
        let mut last = None;
        for &index in &reference.order {
            let error = &catalog.errors[index];
            if groups.is_empty() || last != error.group {
                let title = catalog.group_of(error).map_or("Other errors", |group| &group.title);
                groups.push(Group { title: Some(title.to_owned()), pages: Vec::new() });
            }
            last = error.group;
            let entry = (Heading::of(error).text().to_owned(), page(&error.name.slug));
            groups.last_mut().expect("one was begun").pages.push(entry);
        }
        let retired = catalog.public_retired().filter(|retired| reference.has_page(retired));
        let retired: Vec<_> = retired.map(|retired| (retired.name.id.clone(), page(&retired.name.slug))).collect();
        if !retired.is_empty() {
            groups.push(Group { title: Some("Retired".to_owned()), pages: retired });
        }
        if let [only] = &mut groups[..] {
            only.title = None;
        }
        Pages { title: format!("{} errors", catalog.api.name), groups }
    }

    /// Entries for mdBook. A group is a chapter without a page.
    fn summary(&self, folder: &str) -> Vec<String> {
        let slugs = std::collections::HashSet::new();
        let dialect = Dialect::new(Flavor::Mdbook, &slugs, true);
        let label = |title: &str| dialect.line(&Inline::text(title));
        let mut lines = vec![format!("- [{}]({})", label(&self.title), joined(folder, "index.md"))];
        for Group { title, pages } in &self.groups {
            let indent = if title.is_some() { "    " } else { "  " };
            lines.extend(title.as_ref().map(|title| format!("  - [{}]()", label(title))));
            lines.extend(
                pages.iter().map(|(title, file)| format!("{indent}- [{}]({})", label(title), joined(folder, file))),
            );
        }
        lines
    }

    /// Entries for `MkDocs`, whose themes read labels as HTML.
    fn nav(&self, folder: &str) -> Vec<String> {
        let mut lines =
            vec![format!("- {}:", quoted(&html(&self.title))), format!("    - {}", joined(folder, "index.md"))];
        for Group { title, pages } in &self.groups {
            let indent = if title.is_some() { "        " } else { "    " };
            lines.extend(title.as_ref().map(|title| format!("    - {}:", quoted(&html(title)))));
            lines.extend(
                pages
                    .iter()
                    .map(|(title, file)| format!("{indent}- {}: {}", quoted(&html(title)), joined(folder, file))),
            );
        }
        lines
    }

    /// The sidebar for `VitePress`, which reads labels as HTML.
    fn sidebar(&self) -> String {
        let item = |(title, file): &(String, String)| serde_json::json!({ "text": html(title), "link": file.trim_end_matches(".md") });
        let mut items = Vec::new();
        for Group { title, pages } in &self.groups {
            let pages: Vec<_> = pages.iter().map(item).collect();
            match title {
                Some(title) => {
                    items.push(serde_json::json!({ "text": html(title), "collapsed": true, "items": pages }));
                }
                None => items.extend(pages),
            }
        }
        let sidebar = serde_json::json!({ "text": html(&self.title), "link": "index", "items": items });
        format!("{sidebar:#}\n")
    }
}

/// Plain text as HTML.
fn html(text: &str) -> String {
    let written = |letter: char| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        letter => visible(letter).to_string(),
    };
    text.chars().map(written).collect()
}

/// The pages folder of a `mkdocs.yml`: its `docs_dir`, or `docs`.
fn docs_dir(file: &Tree) -> &str {
    let named = file.root.get("docs_dir").and_then(Node::text);
    named.map_or("docs", |folder| folder.trim_start_matches("./").trim_end_matches('/'))
}

fn joined(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "" | ".") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

/// The path of `dir` relative to `root`; `None` if `dir` is not below `root`.
fn below(root: &str, dir: &str) -> Option<String> {
    let names = |path: &str| -> Vec<String> {
        path.split('/').filter(|name| !matches!(*name, "" | ".")).map(str::to_owned).collect()
    };
    let (root, dir) = (names(root), names(dir));
    dir.strip_prefix(&root[..]).map(|rest| rest.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(docs: &str) -> Catalog {
        let yaml = format!(
            "errbook: 1\napi: {{name: Shop}}\ngroups: {{stock: {{title: 'In & out'}}}}\n\
             errors:\n  SOLD_OUT: {{status: 409, group: stock}}\n  OTHER: {{status: 500, code: null, title: '<b>: [x]'}}\n\
             generate: {{docs: {{{docs}}}}}\n"
        );
        let loaded = errbook_catalog::load_text("errors.yaml", yaml.as_bytes());
        loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
    }

    const MKDOCS: &str = "dir: docs/errors, flavor: mkdocs, nav: mkdocs.yml";

    #[test]
    fn every_other_byte_of_a_mkdocs_yml_stays() {
        let file = "site_name: x # y\r\nnav:\r\n  - index.md\r\n  # errbook: shop\r\n  - old: old.md\r\n  # errbook: end of shop\r\n  - 'last.md'";
        let expected = "site_name: x # y\r\nnav:\r\n  - index.md\r\n  # errbook: shop\r\n\
            \x20 - \"Shop errors\":\r\n      - errors/index.md\r\n\
            \x20     - \"In &amp; out\":\r\n          - \"SOLD_OUT\": errors/sold-out.md\r\n\
            \x20     - \"Other errors\":\r\n          - \"&lt;b&gt;: [x]\": errors/other.md\r\n\
            \x20 # errbook: end of shop\r\n  - 'last.md'";
        let listed = |file: &str| listed(&catalog(MKDOCS), file).unwrap();
        assert_eq!(listed(file), expected);
        assert_eq!(listed(expected), expected);
    }

    #[test]
    fn a_summary_gets_the_lines_where_it_has_none() {
        let catalog = catalog("dir: src/errors, flavor: mdbook, nav: src/SUMMARY.md");
        let list = "<!-- errbook: shop -->\n- [Shop errors](errors/index.md)\n  - [In & out]()\n    - [SOLD_OUT](errors/sold-out.md)\n\
            \x20 - [Other errors]()\n    - [&lt;b>: \\[x\\]](errors/other.md)\n<!-- errbook: end of shop -->\n";
        for (file, before) in
            [("", ""), ("- [a](b.md)", "- [a](b.md)\n\n"), ("# S\n\n", "# S\n\n"), ("# S\n", "# S\n\n")]
        {
            assert_eq!(listed(&catalog, file).unwrap(), format!("{before}{list}"), "{file:?}");
        }
        let moved = format!("# S\n\n{list}\n- [after](after.md)\n");
        assert_eq!(listed(&catalog, &moved).unwrap(), moved);
    }

    #[test]
    fn what_cannot_be_listed_is_said_with_what_to_do() {
        let message = |docs: &str, file: &str| listed(&catalog(docs), file).unwrap_err();
        let error = message(MKDOCS, "nav:\n");
        assert_eq!(error.message, "`mkdocs.yml` has no marks for the pages");
        assert!(error.help.contains("\n  # errbook: shop\n  # errbook: end of shop"), "{}", error.help);
        let twice = "# errbook: shop\n# errbook: end of shop\n# errbook: shop\n# errbook: end of shop\n";
        let backwards = "# errbook: end of shop\n# errbook: shop\n";
        for file in [twice, backwards, "# errbook: shop\n"] {
            assert!(message(MKDOCS, file).message.contains("must have exactly one line"), "{file}");
        }
        let elsewhere = message("dir: other, flavor: mkdocs, nav: mkdocs.yml", "docs_dir: \"site\" # x\n");
        assert_eq!(elsewhere.message, "`mkdocs.yml` cannot list the pages in `other`: its pages are below `site`");
    }

    #[test]
    fn the_fragments_are_what_their_generators_read() {
        let nav = file(&catalog("dir: d, flavor: mkdocs")).unwrap();
        let nav: serde_json::Value = serde_yaml::from_str(&nav.text).unwrap();
        assert_eq!(nav[0]["Shop errors"][2]["Other errors"][0]["&lt;b&gt;: [x]"], "other.md");
        for (flavor, path) in [("vitepress", "sidebar.json"), ("docusaurus", "_category_.json")] {
            let page = file(&catalog(&format!("dir: d, flavor: {flavor}"))).unwrap();
            assert_eq!(page.path, path);
            serde_json::from_str::<serde_json::Value>(&page.text).unwrap();
        }
        assert_eq!(file(&catalog("dir: d")), None);
        assert_eq!(file(&catalog(MKDOCS)), None);
    }
}
