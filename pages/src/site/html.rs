//! Prints page data as HTML.
//!
//! A text cannot open elements: HTML in it is shown as text, links go to a page of the site, to the
//! web or to a mail address, and images become links, because pages load nothing from elsewhere.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd, html};
use tera::Value;

use crate::print::Printer;
use crate::prose::{Inline, Prose, words};

/// The link targets of one API's pages.
#[derive(Debug, Clone)]
pub(super) struct Html {
    /// The page names, without an extension.
    pages: HashSet<String>,
}

impl Html {
    pub(super) fn new(pages: impl IntoIterator<Item = String>) -> Self {
        Html { pages: pages.into_iter().collect() }
    }

    /// Paragraphs; a single paragraph has no tag.
    pub(super) fn brief(&self, prose: &Prose) -> String {
        let text = self.prose(prose);
        let only = text.strip_prefix("<p>").filter(|rest| !rest.contains("\n<"));
        only.map(str::to_owned).unwrap_or(text)
    }

    /// A table that scrolls horizontally, also with the keyboard.
    pub(super) fn table(headings: &[Value], rows: &[Value]) -> String {
        let mut text = String::from("<div class=wide tabindex=0 role=group aria-label=Table><table><thead><tr>");
        for heading in headings {
            let _ = write!(text, "<th>{}", heading.as_str().unwrap_or_default());
        }
        text.push_str("<tbody>");
        for row in rows {
            text.push_str("\n<tr>");
            for cell in row.as_array().unwrap_or_default() {
                let _ = write!(text, "<td>{}", cell.as_str().unwrap_or_default());
            }
        }
        text.push_str("</table></div>");
        text
    }

    /// A prose file. Each heading gets an anchor that is unique on the page.
    pub(super) fn file(&self, prose: &Prose, anchors: &mut Anchors) -> String {
        let mut events = self.events(prose.events());
        for at in 0..events.len() {
            if !matches!(events[at], Event::Start(Tag::Heading { .. })) {
                continue;
            }
            let heading = events[at..].iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
            let anchor = anchors.distinct(&anchor(&words(heading)));
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
                *id = Some(CowStr::from(anchor));
            }
        }
        push(events)
    }

    /// Makes the events of a text safe.
    fn events(&self, prose: &[Event<'static>]) -> Vec<Event<'static>> {
        // For each open link, whether its tag was written. Links do not nest, so an image inside a
        // link has none of its own.
        let mut open: Vec<bool> = Vec::new();
        let mut events = Vec::new();
        for event in prose.iter().cloned() {
            match event {
                Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
                // The blank line between a block of HTML and the next paragraph is gone.
                Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
                Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
                Event::Start(
                    Tag::Link { link_type, dest_url, title, id } | Tag::Image { link_type, dest_url, title, id },
                ) => {
                    let target = self.target(&dest_url).filter(|_| !open.contains(&true));
                    open.push(target.is_some());
                    events.extend(
                        target.map(|target| Event::Start(Tag::Link { link_type, dest_url: target.into(), title, id })),
                    );
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    if open.pop() == Some(true) {
                        events.push(Event::End(TagEnd::Link));
                    }
                }
                other => events.push(other),
            }
        }
        events
    }

    /// The target of a link on the site; `None` if the link is not allowed.
    fn target(&self, url: &str) -> Option<String> {
        let (path, fragment) = url.split_once('#').map_or((url, None), |(path, fragment)| (path, Some(fragment)));
        match path.trim_start_matches("./").strip_suffix(".md") {
            Some(page) if self.pages.contains(page) => {
                let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
                Some(format!("{page}.html{fragment}"))
            }
            _ => is_harmless(url).then(|| url.to_owned()),
        }
    }
}

impl Printer for Html {
    fn write_line(&self, line: &Inline, to: &mut String) {
        put(push(self.events(line.events())), to);
    }

    fn write_prose(&self, prose: &Prose, to: &mut String) {
        put(push(self.events(prose.events())), to);
    }

    fn page_title(&self, plain: &str) -> String {
        plain.to_owned()
    }

    fn front_matter(&self, plain: &str) -> String {
        plain.to_owned()
    }
}

/// Whether a URL is a web address, a mail address or a relative path. Browsers ignore spaces and
/// control characters in a scheme, so a URL with any is rejected.
pub(super) fn is_harmless(url: &str) -> bool {
    let is_clean = !url.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\');
    let scheme = url.split(['/', '?', '#']).next().and_then(|start| start.split_once(':')).map(|(scheme, _)| scheme);
    is_clean
        && scheme.is_none_or(|scheme| ["https", "http", "mailto"].iter().any(|good| scheme.eq_ignore_ascii_case(good)))
}

/// An anchor for a heading. Never empty.
pub(super) fn anchor(heading: &str) -> String {
    let letters: String =
        heading.to_lowercase().chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    let name = letters.split_whitespace().collect::<Vec<_>>().join("-");
    if name.is_empty() { "section".to_owned() } else { name }
}

/// The anchors of a page.
#[derive(Debug)]
pub(super) struct Anchors {
    taken: HashSet<String>,
    /// The last number of each name, so that equal headings need linear time.
    numbers: HashMap<String, usize>,
}

impl Anchors {
    pub(super) fn new<const N: usize>(taken: [&str; N]) -> Self {
        Anchors { taken: taken.map(str::to_owned).into(), numbers: HashMap::new() }
    }

    /// `name`, with a number if it is already used.
    pub(super) fn distinct(&mut self, name: &str) -> String {
        let number = self.numbers.entry(name.to_owned()).or_default();
        loop {
            *number += 1;
            let free = if *number == 1 { name.to_owned() } else { format!("{name}-{number}") };
            if self.taken.insert(free.clone()) {
                return free;
            }
        }
    }
}

/// Adds a text, without a copy if it is the first.
fn put(text: String, to: &mut String) {
    if to.is_empty() {
        *to = text;
    } else {
        to.push_str(&text);
    }
}

fn push(events: Vec<Event<'_>>) -> String {
    let mut text = String::new();
    html::push_html(&mut text, events.into_iter());
    // HTML needs no end tags for paragraphs and list items. Long lines of code are scrollable with
    // the keyboard.
    let text = text.replace("</p>", "").replace("</li>", "").replace(" class=\"language-text\"", "");
    text.trim_end().replace("<pre><code", "<pre tabindex=0><code")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::written;

    fn html() -> Html {
        Html::new(["sold-out".to_owned()])
    }

    #[test]
    fn html_in_a_text_is_text() {
        assert_eq!(html().line(&Prose::new("a <b>c</b>").line()), "a &lt;b&gt;c&lt;/b&gt;");
        assert_eq!(html().prose(&Prose::new("<script>alert(1)</script>")), "<p>&lt;script&gt;alert(1)&lt;/script&gt;");
        assert_eq!(html().prose(&Prose::new("```\n</code></pre><pre><code\n```")).matches("<pre").count(), 1);
    }

    #[test]
    fn links_lead_to_pages_to_the_web_or_nowhere() {
        let cases = [
            ("[x](sold-out.md)", "<a href=\"sold-out.html\">x</a>"),
            ("[x](sold-out.md#fix)", "<a href=\"sold-out.html#fix\">x</a>"),
            ("[x](./sold-out.md)", "<a href=\"sold-out.html\">x</a>"),
            ("[x](other.md)", "<a href=\"other.md\">x</a>"),
            ("[x](https://a.example/?b&c)", "<a href=\"https://a.example/?b&amp;c\">x</a>"),
            ("[x](javascript:alert)", "x"),
            ("[x](JavaScript&colon;alert)", "x"),
            ("[x](&#1;javascript:alert)", "x"),
            ("[x](java&Tab;script:alert)", "x"),
            ("[x](data:text/html,y)", "x"),
            ("<javascript:alert>", "javascript:alert"),
            ("<a@b.example>", "<a href=\"mailto:a@b.example\">a@b.example</a>"),
            ("![x](https://a.example/b.png)", "<a href=\"https://a.example/b.png\">x</a>"),
            ("[![x](c.png)](https://a.example/)", "<a href=\"https://a.example/\">x</a>"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(html().line(&Prose::new(markdown).line()), expected, "{markdown}");
        }
    }

    #[test]
    fn a_cell_reads_as_it_does_in_a_table() {
        assert_eq!(written(|to| html().write_cell(&Prose::new("`a|b` \\| c").line(), to)), "<code>a|b</code> | c");
        assert_eq!(written(|to| html().write_cell(&Inline::default(), to)), "");
    }

    #[test]
    fn headings_of_prose_have_anchors_of_their_own() {
        let mut taken = Anchors::new(["errors"]);
        let text = html().file(&Prose::file("## Errors\n\n## A `b`!\n\n## *\n"), &mut taken);
        for anchor in ["id=\"errors-2\"", "id=\"a-b\"", "id=\"section\""] {
            assert!(text.contains(anchor), "{text}");
        }
    }

    #[test]
    fn equal_headings_are_counted_on() {
        let mut anchors = Anchors::new(["a-3"]);
        let names = ["a", "a", "a-2", "a", "a", "a-2"].map(|name| anchors.distinct(name));
        assert_eq!(names, ["a", "a-2", "a-2-2", "a-4", "a-5", "a-2-3"]);
        // Counting from the start would need minutes.
        let last = (0..100_000).map(|_| anchors.distinct("errors")).last();
        assert_eq!(last.as_deref(), Some("errors-100000"));
    }
}
