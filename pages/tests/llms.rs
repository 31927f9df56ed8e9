//! Checks the `llms.txt` of every catalog against <https://llmstxt.org>.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use errbook_pages::markdown::llms;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// A part of the file: its heading, and the items of its list.
#[derive(Debug, Default)]
struct Section {
    title: String,
    items: Vec<Item>,
}

/// An item: its link text, its target, and the text after it.
#[derive(Debug, Default)]
struct Item {
    label: String,
    url: String,
    notes: String,
}

/// The sections of a valid file: a title, a quoted summary, a paragraph, then lists of links below
/// headings.
fn sections(name: &str, file: &str) -> Vec<Section> {
    let mut events = Parser::new(file).peekable();
    let mut outline = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let (mut in_heading, mut in_link) = (false, false);
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => outline.push("title"),
            Event::Start(Tag::BlockQuote(_)) => outline.push("summary"),
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                sections.push(Section::default());
                in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::Item) => {
                let opens = matches!(events.peek(), Some(Event::Start(Tag::Link { .. })));
                assert!(opens, "{name}: an item begins with a link: {file}");
                sections.last_mut().expect("a section").items.push(Item::default());
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                in_link = true;
                if let Some(item) = sections.last_mut().and_then(|section| section.items.last_mut())
                    && item.url.is_empty()
                {
                    item.url = dest_url.to_string();
                }
            }
            Event::End(TagEnd::Link) => in_link = false,
            Event::Text(text) | Event::Code(text) => match sections.last_mut() {
                Some(section) if in_heading => section.title.push_str(&text),
                Some(Section { items, .. }) => {
                    let item = items.last_mut().expect("a heading has only lists");
                    if in_link && item.notes.is_empty() { &mut item.label } else { &mut item.notes }.push_str(&text);
                }
                None => {}
            },
            Event::Start(Tag::Heading { level, .. }) => panic!("{name}: a heading of {level}"),
            Event::SoftBreak | Event::HardBreak | Event::Html(_) | Event::InlineHtml(_) => {
                panic!("{name}: {event:?}\n{file}")
            }
            _ => {}
        }
    }
    assert_eq!(outline, ["title", "summary"], "{name}");
    sections
}

#[test]
fn every_error_has_one_line_with_a_link() {
    for (name, catalog) in catalogs::all() {
        let sections = sections(&name, &llms(&catalog, Some("reference")));
        let labels: Vec<&str> =
            sections.iter().flat_map(|section| &section.items).map(|item| item.label.as_str()).collect();
        let public = catalog.errors.iter().filter(|error| error.is_public());
        assert_eq!(labels.len(), public.clone().count() + catalog.public_retired().count(), "{name}");
        for error in public {
            let code = error.code.as_ref().map_or_else(|| error.title.clone(), ToString::to_string);
            let url = error.doc_url.clone().unwrap_or_else(|| format!("reference/{}.md", error.name.slug));
            let items = || sections.iter().flat_map(|section| &section.items);
            let words: Vec<&str> = code.split_whitespace().collect();
            let is_it = |item: &&Item| item.url == url && words.iter().all(|word| item.label.contains(word));
            let item = items().find(is_it).unwrap_or_else(|| panic!("{name}: {code} {url}: {sections:#?}"));
            for status in &error.statuses {
                assert!(item.notes.contains(&status.to_string()), "{name}: {item:?}");
            }
        }
        let optional = sections.iter().find(|section| section.title == "Optional");
        assert_eq!(optional.map_or(0, |section| section.items.len()), catalog.public_retired().count(), "{name}");
    }
}

#[test]
fn a_link_leads_to_the_published_page_else_to_the_file() {
    let text = "
errbook: 1
api: {name: Shop}
errors:
  NEAR: {status: 404, fix: Look., retryable: false}
  FAR: {status: 410, fix: Leave., doc_url: 'https://shop.example/a guide (old)'}
";
    let mut catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
    let lines =
        |catalog: &_, reference| llms(catalog, reference).lines().skip(6).map(str::to_owned).collect::<Vec<_>>();
    let far = "- [`FAR`](https://shop.example/a%20guide%20%28old%29): 410 Gone. Leave.";
    assert_eq!(
        lines(&catalog, Some("docs")),
        ["## Errors", "", "- [`NEAR`](docs/near.md): 404 Not Found. Do not retry. Look.", far]
    );
    assert_eq!(lines(&catalog, Some(""))[2], "- [`NEAR`](near.md): 404 Not Found. Do not retry. Look.");
    catalog.errors.truncate(1);
    assert_eq!(lines(&catalog, None)[2], "- `NEAR`: 404 Not Found. Do not retry. Look.");
}

#[test]
fn internal_errors_stay_out() {
    let mut catalog = catalogs::everything();
    let internal = catalog.errors.iter().find(|error| !error.is_public()).expect("an internal error").visibility;
    for error in &mut catalog.errors {
        error.visibility = internal;
    }
    catalog.retired.clear();
    let file = llms(&catalog, Some("reference"));
    assert!(!file.contains("\n## ") && !file.contains("\n- "), "{file}");
}
