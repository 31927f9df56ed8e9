//! Texts of a catalog. Each text is parsed once, and every output prints the parsed form.
//!
//! A text is `CommonMark` with GitHub's tables, strikethrough and task lists. HTML in it is text,
//! and comments are removed. [`dialect`](crate::markdown) prints markdown and [`site`](crate::site)
//! prints HTML.

use std::borrow::Cow;

use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream,
};

use crate::depth::bounded;

/// A text with paragraphs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prose(Vec<Event<'static>>);

/// A text on one line: a heading, a list item, a sentence or a table cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inline(Vec<Event<'static>>);

/// How to treat HTML in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Html {
    /// As text, like everything in a catalog.
    Text,
    /// Unchanged: a prose file is a page for one generator.
    Kept,
}

impl Prose {
    /// A text of the catalog.
    pub(crate) fn new(markdown: &str) -> Self {
        Prose(parsed(markdown, Html::Text))
    }

    /// A prose file.
    pub(crate) fn file(markdown: &str) -> Self {
        Prose(parsed(markdown, Html::Kept))
    }

    /// A fenced code block.
    pub(crate) fn fence(language: &str, text: &str) -> Self {
        let language: String =
            language.chars().filter(|letter| letter.is_alphanumeric() || "+-#_.".contains(*letter)).collect();
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = format!("{}\n", visible_lines(text.trim_end_matches('\n')));
        Prose(vec![
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language.into()))),
            Event::Text(text.into()),
            Event::End(TagEnd::CodeBlock),
        ])
    }

    pub(crate) fn events(&self) -> &[Event<'static>] {
        &self.0
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text below a heading: its own headings are lowered together, so that none is above
    /// `level`.
    pub(crate) fn sunk(&self, level: usize) -> Self {
        let levels = self.0.iter().filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(*level as usize),
            _ => None,
        });
        let by = levels.min().map_or(0, |top| level.saturating_sub(top));
        let mut sunk = self.clone();
        for event in &mut sunk.0 {
            if let Event::Start(Tag::Heading { level, .. }) | Event::End(TagEnd::Heading(level)) = event {
                *level = HeadingLevel::try_from((*level as usize + by).min(6)).unwrap_or(HeadingLevel::H6);
            }
        }
        sunk
    }

    /// The text on one line. Blocks are joined, code becomes a code span, and each table cell
    /// follows its heading.
    pub(crate) fn line(&self) -> Inline {
        Inline(flat(&self.0, true))
    }

    /// The plain words of the text, at most `most` characters, cut at a word. Code blocks are left
    /// out unless there is nothing else.
    pub(crate) fn plain(&self, most: usize) -> String {
        let mut words = [false, true].into_iter().map(|with_code| Inline(flat(&self.0, with_code)).plain());
        let text = words.find(|words| !words.is_empty()).unwrap_or_default();
        if text.len() <= most || text.chars().count() <= most {
            return text;
        }
        let start: String = text.chars().take(most.saturating_sub(1)).collect();
        let cut = start.rfind(' ').unwrap_or(start.len());
        format!("{}…", start[..cut].trim_end_matches([',', ';', ':', '.']))
    }
}

impl Inline {
    /// Plain text.
    pub(crate) fn text(plain: &str) -> Self {
        Inline::from(one_line(plain))
    }

    /// Plain text inside a line, with the spaces at its ends.
    pub(crate) fn spaced(plain: &str) -> Self {
        Inline::from(shown(plain))
    }

    /// Text on the wire as a code span. If nothing would be visible, a word describes it.
    pub(crate) fn code(plain: &str) -> Self {
        let text = shown(plain);
        match text.trim() {
            "" if plain.is_empty() => "(empty)".into(),
            "" => "(blank)".into(),
            _ => Inline(vec![Event::Code(text.into())]),
        }
    }

    pub(crate) fn events(&self) -> &[Event<'static>] {
        &self.0
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A link with this label.
    pub(crate) fn link(self, target: &str) -> Self {
        self.linked(LinkType::Inline, target)
    }

    /// Bold text.
    pub(crate) fn strong(self) -> Self {
        self.within(Tag::Strong)
    }

    /// A link for a mail address or a URL, otherwise plain text.
    pub(crate) fn contact(plain: &str) -> Self {
        let is_plain = plain.chars().all(|letter| letter.is_ascii_graphic() && !"<>\\\"`|".contains(letter));
        if is_plain && (plain.starts_with("https://") || plain.starts_with("http://")) {
            return Inline::from(plain).linked(LinkType::Autolink, plain);
        }
        if is_plain && plain.contains('@') && !plain.contains([':', '/', '?', '(', ')', '[', ']']) {
            return Inline::text(plain).link(&format!("mailto:{plain}"));
        }
        Inline::text(plain)
    }

    /// The visible text, with single spaces.
    pub(crate) fn plain(&self) -> String {
        one_line(&words(&self.0))
    }

    fn linked(self, link_type: LinkType, target: &str) -> Self {
        let dest_url = CowStr::from(target.to_owned());
        self.within(Tag::Link { link_type, dest_url, title: "".into(), id: "".into() })
    }

    fn within(self, tag: Tag<'static>) -> Self {
        let end = Event::End(tag.to_end());
        Inline(std::iter::once(Event::Start(tag)).chain(self.0).chain([end]).collect())
    }
}

/// Plain words without markup.
impl From<&str> for Inline {
    fn from(words: &str) -> Self {
        Inline::from(words.to_owned())
    }
}

impl From<String> for Inline {
    fn from(words: String) -> Self {
        Inline(if words.is_empty() { Vec::new() } else { vec![Event::Text(words.into())] })
    }
}

impl From<&Inline> for Inline {
    fn from(line: &Inline) -> Self {
        line.clone()
    }
}

impl From<Option<Inline>> for Inline {
    fn from(line: Option<Inline>) -> Self {
        line.unwrap_or_default()
    }
}

impl FromIterator<Inline> for Inline {
    fn from_iter<T: IntoIterator<Item = Inline>>(lines: T) -> Self {
        Inline(merged(lines.into_iter().flat_map(|line| line.0)))
    }
}

/// Joins lines and words to one line.
macro_rules! line {
    ($($part:expr),+ $(,)?) => {
        [$($crate::prose::Inline::from($part)),+].into_iter().collect::<$crate::prose::Inline>()
    };
}
pub(crate) use line;

/// Joins lines with the same words between each two.
pub(crate) fn joined(lines: impl IntoIterator<Item = Inline>, between: &str) -> Inline {
    let lines = lines.into_iter().enumerate();
    lines.flat_map(|(at, line)| [if at == 0 { Inline::default() } else { between.into() }, line]).collect()
}

/// The lines of a text, each with whether it is code.
///
/// ```
/// let lines = errbook_pages::prose::lines("Use:\n\n    curl x");
/// assert_eq!(lines, [("Use:", false), ("", false), ("    curl x", true)]);
/// ```
pub fn lines(markdown: &str) -> Vec<(&str, bool)> {
    let parser = Parser::new_ext(markdown, options()).into_offset_iter();
    let code: Vec<_> = parser
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| markdown[..range.start].rfind('\n').map_or(0, |at| at + 1)..range.end)
        .collect();
    let mut start = 0;
    let lines = markdown.split_inclusive('\n').map(|line| {
        let next = code.partition_point(|code| code.end <= start);
        let is_code = code.get(next).is_some_and(|code| code.contains(&start));
        start += line.len();
        (line.trim_end_matches(['\n', '\r']), is_code)
    });
    lines.collect()
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM
}

fn parsed(markdown: &str, html: Html) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    let mut block: Option<String> = None;
    for event in bounded(TextMergeStream::new(Parser::new_ext(markdown, options()))) {
        match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock)
                if html == Html::Kept =>
            {
                events.push(event.into_static());
            }
            Event::Start(Tag::HtmlBlock) => block = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => events.extend(paragraphs(&block.take().unwrap_or_default())),
            Event::Html(part) | Event::Text(part) if block.is_some() => block = block.map(|html| html + &part),
            Event::Html(part) | Event::InlineHtml(part) if is_comment(&part) => {}
            Event::Html(part) | Event::InlineHtml(part) | Event::Text(part) => {
                push_text(&mut events, &visible_lines(&part));
            }
            Event::Code(code) => events.push(Event::Code(shown(&*code).into())),
            other => events.push(other.into_static()),
        }
    }
    merged(events)
}

/// A block of HTML, as text.
fn paragraphs(html: &str) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    for paragraph in html.split("\n\n").map(str::trim).filter(|html| !html.is_empty() && !is_comment(html)) {
        events.push(Event::Start(Tag::Paragraph));
        for (at, line) in paragraph.lines().enumerate() {
            events.extend((at > 0).then_some(Event::SoftBreak));
            push_text(&mut events, &visible_lines(line.trim()));
        }
        events.push(Event::End(TagEnd::Paragraph));
    }
    events
}

/// Adds text, with one space if something before it was removed.
fn push_text(events: &mut Vec<Event<'static>>, text: &str) {
    let text = match events.last() {
        Some(Event::Text(last)) if last.ends_with(' ') => text.trim_start(),
        _ => text,
    };
    if !text.is_empty() {
        events.push(Event::Text(text.to_owned().into()));
    }
}

/// Merges adjacent texts, and removes empty ones.
fn merged(events: impl IntoIterator<Item = Event<'static>>) -> Vec<Event<'static>> {
    let mut merged: Vec<Event<'static>> = Vec::new();
    // The last event and the texts after it, so that many texts need linear time.
    let mut texts = String::new();
    let put = |merged: &mut Vec<Event<'static>>, texts: &mut String| {
        if let Some(last) = merged.last_mut().filter(|_| !texts.is_empty()) {
            *last = Event::Text(std::mem::take(texts).into());
        }
    };
    for event in events {
        match (merged.last(), event) {
            (_, Event::Text(text)) if text.is_empty() => {}
            (Some(Event::Text(last)), Event::Text(text)) => {
                if texts.is_empty() {
                    texts.push_str(last);
                }
                texts.push_str(&text);
            }
            (_, event) => {
                put(&mut merged, &mut texts);
                merged.push(event);
            }
        }
    }
    put(&mut merged, &mut texts);
    merged
}

/// Collects inlines, with a space for each end of a block or line.
#[derive(Default)]
struct Flow {
    events: Vec<Event<'static>>,
    gap: bool,
}

impl Flow {
    fn text(&mut self, text: &str) {
        self.space();
        push_text(&mut self.events, text);
    }

    fn push(&mut self, event: Event<'static>) {
        self.space();
        self.events.push(event);
    }

    fn space(&mut self) {
        let is_spaced = matches!(self.events.last(), Some(Event::Text(text)) if text.ends_with(' '));
        if std::mem::take(&mut self.gap) && !is_spaced && !self.events.is_empty() {
            push_text(&mut self.events, " ");
        }
    }
}

/// The inlines of a text, with its blocks flattened to one line.
fn flat(events: &[Event<'static>], with_code: bool) -> Vec<Event<'static>> {
    let mut flow = Flow::default();
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut events = events.iter();
    while let Some(event) = events.next() {
        match event {
            Event::Text(text) => flow.text(text),
            Event::TaskListMarker(is_done) => flow.text(if *is_done { "[x] " } else { "[ ] " }),
            Event::Code(_) | Event::InlineHtml(_) => flow.push(event.clone()),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }) => {
                flow.push(event.clone());
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {
                flow.events.push(event.clone());
            }
            Event::Start(Tag::CodeBlock(_)) => {
                let code = words(events.by_ref().take_while(|event| **event != Event::End(TagEnd::CodeBlock)));
                flow.gap = true;
                if with_code && !code.trim().is_empty() {
                    let code: Vec<&str> = code.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                    flow.push(Event::Code(code.join(" ").into()));
                    flow.gap = true;
                }
            }
            Event::Start(Tag::Table(_)) => {
                flow.gap = true;
                let table = events.by_ref().take_while(|event| **event != Event::End(TagEnd::Table));
                for event in rows(table).0 {
                    flow.push(event);
                }
                flow.gap = true;
            }
            Event::Start(Tag::BlockQuote(kind)) => {
                flow.gap = true;
                if let Some(kind) = kind {
                    flow.text(&format!("{}: ", note(*kind)));
                }
            }
            Event::Start(Tag::List(start)) => {
                lists.push(*start);
                flow.gap = true;
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                flow.gap = true;
            }
            Event::Start(Tag::Item) => {
                flow.gap = true;
                match lists.last_mut() {
                    Some(Some(number)) => {
                        flow.text(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => flow.text("• "),
                }
            }
            // The boundary of another block or line.
            _ => flow.gap = true,
        }
    }
    let mut events = merged(flow.events);
    if let Some(Event::Text(last)) = events.last_mut() {
        *last = last.trim_end().to_owned().into();
    }
    events
}

/// The rows of a table. Each cell follows its heading.
fn rows<'a>(events: impl Iterator<Item = &'a Event<'static>>) -> Inline {
    let mut rows: Vec<Vec<Inline>> = Vec::new();
    for event in events {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                if let Some(row) = rows.last_mut() {
                    row.push(Inline::default());
                }
            }
            Event::End(TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell) => {}
            _ => {
                if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                    cell.0.push(event.clone());
                }
            }
        }
    }
    if rows.len() < 2 {
        return joined(rows.into_iter().flatten(), ", ");
    }
    let headings = rows.remove(0);
    let row = |row: Vec<Inline>| {
        let cells = row.into_iter().zip(&headings).filter(|(cell, _)| !cell.is_empty());
        joined(cells.map(|(cell, heading)| if heading.is_empty() { cell } else { line![heading, ": ", cell] }), ", ")
    };
    joined(rows.into_iter().map(row), "; ")
}

/// The label of a GitHub alert.
pub(crate) fn note(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

/// The visible words of events.
pub(crate) fn words<'a>(events: impl IntoIterator<Item = &'a Event<'static>>) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// Text on one line, with single spaces.
pub(crate) fn one_line(plain: &str) -> String {
    // Most texts are.
    let is_one = plain.bytes().all(is_shown) && !plain.contains("  ") && plain.trim_ascii().len() == plain.len();
    if is_one {
        return plain.to_owned();
    }
    let mut line = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    shown(line)
}

/// The text with hidden characters replaced.
pub(crate) fn shown<'a>(text: impl Into<Cow<'a, str>>) -> String {
    seen(text).into_owned()
}

/// The text with hidden characters replaced, borrowed if it has none.
pub(crate) fn seen<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let text = text.into();
    // Most texts are ASCII.
    if text.bytes().all(is_shown) { text } else { text.chars().map(visible).collect() }
}

fn visible_lines(text: &str) -> String {
    if text.bytes().all(|byte| is_shown(byte) || matches!(byte, b'\n' | b'\t')) {
        return text.to_owned();
    }
    text.chars().map(|letter| if matches!(letter, '\n' | '\t') { letter } else { visible(letter) }).collect()
}

/// Replaces control characters, which would be invisible or change the text direction.
pub(crate) fn visible(letter: char) -> char {
    match letter {
        '\n' | '\r' | '\t' => ' ',
        hidden if is_hidden(hidden) => char::REPLACEMENT_CHARACTER,
        seen => seen,
    }
}

/// Whether a byte is a visible character or a space.
fn is_shown(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Whether a character is a control character or changes the text direction.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether HTML is a comment.
fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->") && html.matches("-->").count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_on_one_line() {
        let cases = [
            ("One\ntwo.\n\nThree *four*.", "One two. Three *four*."),
            ("Do:\n\n- this\n- that", "Do: • this • that"),
            ("3. this\n   - and\n4. that", "3\\. this • and 4. that"),
            ("- [x] done", "• \\[x\\] done"),
            ("## Why\nBecause.", "Why Because."),
            ("Title\n---\ntext", "Title text"),
            ("> said", "said"),
            ("> [!TIP]\n> said", "Tip: said"),
            ("Run\n\n```sh\na | b\n c\n```\nthen wait.", "Run `a | b c` then wait."),
            ("~~~\nleft open", "`left open`"),
            ("Use:\n\n    # a\n    b", "Use: `# a b`"),
            ("a\\\nb", "a b"),
            ("*a\nb*", "*a b*"),
            ("one\n\n---\n\ntwo", "one two"),
            ("| A | B |\n|---|---|\n| 1 | `x\\|y` |\n| | 2 |", "A: 1, B: `x|y`; B: 2"),
            ("| A | B |\n|---|---|", "A, B"),
            ("a <b>c</b> <!-- d --> e", "a &lt;b>c&lt;/b> e"),
            ("<!-- a -->", ""),
            ("", ""),
        ];
        for (markdown, expected) in cases {
            assert_eq!(Prose::new(markdown).line().to_string(), expected, "{markdown:?}");
        }
    }

    #[test]
    fn adjacent_texts_are_one() {
        let texts =
            |texts: &[&str]| texts.iter().map(|text| Event::Text((*text).to_owned().into())).collect::<Vec<_>>();
        let code = || vec![Event::Code("x".into())];
        let events = [texts(&["", "a", "", "b", "c"]), code(), texts(&["d"]), code(), texts(&["e", "f"])];
        let expected = [texts(&["abc"]), code(), texts(&["d"]), code(), texts(&["ef"])];
        assert_eq!(merged(events.concat()), expected.concat());
        assert_eq!(merged(texts(&["", ""])), []);
    }

    #[test]
    fn headings_sink_together() {
        let levels = |markdown: &str, level| -> Vec<usize> {
            let prose = Prose::new(markdown).sunk(level);
            let level = |event: &Event<'_>| match event {
                Event::Start(Tag::Heading { level, .. }) => Some(*level as usize),
                _ => None,
            };
            prose.events().iter().filter_map(level).collect()
        };
        assert_eq!(levels("# A\n## B\ntext", 3), [3, 4]);
        assert_eq!(levels("A\n===\nB\n---", 3), [3, 4]);
        assert_eq!(levels("#### A", 3), [4]);
        assert_eq!(levels("# A\n###### B", 3), [3, 6]);
        assert_eq!(levels("```\n# no heading\n```", 3), [0; 0]);
    }

    #[test]
    fn a_description_is_the_words_of_a_text() {
        let plain = |text: &str| Prose::new(text).plain(160);
        assert_eq!(plain("One *two* `three`.\n\n- four\n\n```\nnot this\n```"), "One two three. • four");
        assert_eq!(plain("```\nonly this\n```"), "only this");
        let long = plain(&"word ".repeat(60));
        assert!(long.ends_with("word…") && long.chars().count() <= 160, "{long}");
    }

    #[test]
    fn lines_of_code_are_known() {
        let code = |text: &str| lines(text).into_iter().map(|(_, is_code)| is_code).collect::<Vec<_>>();
        assert_eq!(code("Use:\n\n    # a\n\n    b\nend"), [false, false, true, true, true, false]);
        assert_eq!(code("1. a\n\n   ```\n   b\n   ```\n2. c"), [false, false, true, true, true, false]);
        assert_eq!(code("> ~~~\n> b"), [true, true]);
        assert_eq!(code("a\n    b"), [false, false]);
    }

    #[test]
    fn contacts_are_links_where_they_can_be() {
        assert_eq!(Inline::contact("https://example.dev/help?a=b").to_string(), "<https://example.dev/help?a=b>");
        assert_eq!(Inline::contact("help@example.dev").to_string(), "[help@example.dev](mailto:help@example.dev)");
        assert_eq!(Inline::contact("ask in *the* chat").to_string(), "ask in \\*the\\* chat");
        assert_eq!(Inline::contact("javascript:alert(1)@x").to_string(), "javascript:alert(1)@x");
        assert_eq!(Inline::contact("https://x/<b>").to_string(), "https://x/&lt;b>");
    }
}
