//! Writes texts in the markdown of a site generator.
//!
//! Writes each value of a page in the markdown of the catalog's [`Flavor`]. Text that a generator
//! would interpret (HTML, JSX, expressions, directives, templates) is escaped. Only this module
//! knows the rules of the flavors.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::iter::Peekable;
use std::{fmt, slice};

use errbook_catalog::model::Flavor;
use errbook_codegen::commonmark::{code_span_of, write_code_span};
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag};

use super::escape::{escape, fence, keep};
use super::front::quoted;
use crate::print::{Printer, written};
use crate::prose::{Inline, Prose, note, seen, visible};

/// The format of a page's values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect<'a> {
    /// `None` for plain `CommonMark`.
    flavor: Option<Flavor>,
    /// The slugs of all pages.
    slugs: Option<&'a HashSet<&'a str>>,
    /// Whether the page is the index, which Starlight serves one folder above the others.
    is_index: bool,
}

pub(super) const COMMONMARK: Dialect<'static> = Dialect { flavor: None, slugs: None, is_index: false };

impl fmt::Display for Inline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&COMMONMARK.line(self))
    }
}

impl Printer for Dialect<'_> {
    fn write_line(&self, line: &Inline, to: &mut String) {
        Writer::new(*self, line.events(), false).line(to);
    }

    fn write_cell(&self, line: &Inline, to: &mut String) {
        Writer::new(*self, line.events(), true).line(to);
    }

    fn write_prose(&self, prose: &Prose, to: &mut String) {
        let mut writer = Writer::new(*self, prose.events(), false);
        let (start, mut previous) = (to.len(), None);
        while let Some(kind) = writer.kind(previous) {
            let end = to.len();
            if end > start {
                to.push_str("\n\n");
            }
            let begin = to.len();
            writer.part(kind, to);
            if to[begin..].trim_start().is_empty() {
                to.truncate(end);
            } else {
                previous = Some(kind);
            }
        }
    }

    fn page_title(&self, plain: &str) -> String {
        quoted(&self.title(plain))
    }

    fn description(&self, plain: &str) -> String {
        let text = self.front_text(plain);
        // VitePress writes it into an attribute as it is. An entity would be read, but only there.
        let is_raw = self.flavor == Some(Flavor::Vitepress);
        quoted(&if is_raw { text.replace('"', "'").replace('<', "\u{2039}") } else { text })
    }

    fn front_matter(&self, plain: &str) -> String {
        quoted(&self.front_text(plain))
    }
}

impl<'a> Dialect<'a> {
    pub(super) fn new(flavor: Flavor, slugs: &'a HashSet<&'a str>, is_index: bool) -> Self {
        Dialect { flavor: Some(flavor), slugs: Some(slugs), is_index }
    }

    /// Escapes plain text. `opens` if the text begins a line.
    fn text(self, text: &str, opens: bool, to: &mut String) {
        let text = seen(text);
        let text = if opens { text.trim_start() } else { &text };
        if opens
            && self.flavor == Some(Flavor::Docusaurus)
            && (text.starts_with("import") || text.starts_with("export"))
        {
            // A module statement at the start of a paragraph.
            to.push_str(&entity(text.as_bytes()[0].into()));
            return self.text(&text[1..], false, to);
        }
        // Python-Markdown knows fewer escapes than CommonMark.
        let knows_escapes = self.flavor != Some(Flavor::Mkdocs);
        let own = |previous: Option<char>, letter: char, next: Option<char>| {
            self.is_mark(previous, letter, next).then(|| self.written(letter, next))
        };
        escape(text, opens, knows_escapes, own, to);
    }

    /// Double braces are evaluated, even if one is an entity. Only a tag between them prevents it.
    fn written(self, letter: char, next: Option<char>) -> String {
        if (self.flavor, letter, next) == (Some(Flavor::Vitepress), '{', Some('{')) {
            format!("<span v-pre>{}</span>", entity(letter))
        } else {
            entity(letter)
        }
    }

    /// Whether the flavor interprets a letter that `CommonMark` does not.
    fn is_mark(self, previous: Option<char>, letter: char, next: Option<char>) -> bool {
        let opens = previous.is_none();
        match (self.flavor, letter) {
            // Liquid, if GitHub Pages builds the files.
            (Some(Flavor::Plain), '{') => matches!(next, Some('{' | '%')),
            // Attributes, expressions, templates, and superscript if the extension is on.
            (Some(Flavor::Mdbook | Flavor::Docusaurus | Flavor::Mkdocs | Flavor::Vitepress), '{')
            | (Some(Flavor::Mkdocs), '^') => true,
            // Directives, containers and emoji names.
            (Some(Flavor::Docusaurus | Flavor::Mkdocs | Flavor::Starlight | Flavor::Vitepress), ':') => {
                opens || next.is_some_and(|next| matches!(next, ':' | '+') || next.is_ascii_alphabetic())
            }
            // Admonitions.
            (Some(Flavor::Mkdocs), '!' | '?') => opens && next == Some(letter),
            // Insertions and highlights, if the extension is on.
            (Some(Flavor::Mkdocs), '+' | '=') => next == Some(letter) || previous == Some(letter),
            _ => false,
        }
    }

    /// Text on the wire, as code.
    fn code(self, text: &str, in_cell: bool, to: &mut String) {
        let is_run = match self.flavor {
            Some(Flavor::Plain) => text.contains("{{") || text.contains("{%"),
            Some(Flavor::Mdbook) => text.contains("{{"),
            Some(Flavor::Mkdocs) => text.contains("-8<-") || (in_cell && text.contains('|')),
            Some(Flavor::Vitepress) => text.contains("{{") || text.contains("<!--"),
            Some(Flavor::Docusaurus | Flavor::Starlight) | None => false,
        };
        if !is_run {
            match in_cell {
                // A code span in a cell cannot contain this.
                true if text.contains("\\|") => self.text(text, false, to),
                true if text.contains('|') => to.push_str(&code_span_of(text).replace('|', "\\|")),
                _ => write_code_span(text, to),
            }
            return;
        }
        let v_pre = if self.flavor == Some(Flavor::Vitepress) { " v-pre" } else { "" };
        let _ = write!(
            to,
            "<code{v_pre}>{}</code>",
            html(text, |letter| letter.is_ascii_punctuation() && !".,-/()?;'".contains(letter))
        );
    }

    /// Plain text of a page's front matter. Some flavors interpret it and have no escapes: a
    /// similar character replaces each special one.
    fn front_text(self, text: &str) -> String {
        match self.flavor {
            // Goes into the site's HTML unchanged.
            Some(Flavor::Mkdocs) => html(text, |letter| "&<>\"'".contains(letter)),
            // Goes into a script between single quotes, which a backslash would escape.
            Some(Flavor::Docusaurus) => without_tags(text).replace('\\', "\u{29f5}"),
            // Goes into a script or into the `title` of a page, which a tag would end.
            Some(Flavor::Vitepress | Flavor::Starlight) => without_tags(text),
            Some(Flavor::Plain | Flavor::Mdbook) | None => text.to_owned(),
        }
    }

    /// The title of a page in its front matter. `VitePress` reads markdown there, but no entities.
    fn title(self, text: &str) -> String {
        let text = self.front_text(text);
        if self.flavor != Some(Flavor::Vitepress) {
            return text;
        }
        let escaped =
            |letter: char| if letter.is_ascii_punctuation() { format!("\\{letter}") } else { letter.to_string() };
        text.chars().map(escaped).collect()
    }

    /// A fenced code block. Written as HTML if the generator would interpret its content.
    fn fence(self, language: &str, text: &str, to: &mut String) {
        let is_run = match self.flavor {
            Some(Flavor::Plain) => text.contains("{{") || text.contains("{%"),
            Some(Flavor::Mdbook) => {
                text.match_indices("{{").any(|(at, _)| text[at + 2..].trim_start().starts_with('#'))
            }
            Some(Flavor::Mkdocs) => text.contains("-8<-"),
            Some(Flavor::Vitepress) => text.contains("@include"),
            Some(Flavor::Docusaurus | Flavor::Starlight) | None => false,
        };
        if !is_run {
            return fence(language, text, to);
        }
        let v_pre = if self.flavor == Some(Flavor::Vitepress) { " v-pre" } else { "" };
        let language = language.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-');
        let language: String = language.collect();
        let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{language}\"") };
        let text = html(text.trim_end_matches('\n'), |letter| "&<>{}%".contains(letter));
        let _ = write!(to, "<pre{v_pre}><code{class}>");
        keep(&text, to);
        to.push_str("</code></pre>");
    }

    /// A link target that is safe; `None` otherwise.
    fn target(self, url: &str) -> Option<Cow<'_, str>> {
        let scheme = url.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '?', '#']));
        let known = ["http", "https", "mailto", "tel", "ftp"];
        if scheme.is_some_and(|scheme| !known.iter().any(|known| known.eq_ignore_ascii_case(scheme))) {
            return None;
        }
        let url = self.page(url).map_or(Cow::Borrowed(url), Cow::Owned);
        let unsafe_in_markdown = |letter: char| {
            let is_plain = letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '/' | ':' | '_');
            !is_plain && (letter.is_whitespace() || letter.is_control() || "<>()[]{}|\\`\"'*$^".contains(letter))
        };
        if !url.contains(unsafe_in_markdown) {
            return Some(url);
        }
        let mut encoded = String::with_capacity(url.len());
        for letter in url.chars() {
            if unsafe_in_markdown(letter) {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(encoded, "%{byte:02X}");
                }
            } else {
                encoded.push(letter);
            }
        }
        Some(encoded.into())
    }

    /// Starlight does not resolve file names, so a link is the address of the page.
    fn page(self, url: &str) -> Option<String> {
        if self.flavor != Some(Flavor::Starlight) {
            return None;
        }
        let (path, fragment) = url.split_once('#').map_or((url, None), |(path, fragment)| (path, Some(fragment)));
        let slug = path.trim_start_matches("./").strip_suffix(".md")?;
        let up = if self.is_index { "./" } else { "../" };
        let place = match slug {
            "index" => up.to_owned(),
            _ if self.slugs.is_some_and(|slugs| slugs.contains(slug)) => format!("{up}{slug}/"),
            _ => return None,
        };
        Some(fragment.map_or(place.clone(), |fragment| format!("{place}#{fragment}")))
    }
}

fn entity(letter: char) -> String {
    format!("&#{};", u32::from(letter))
}

/// Text that cannot end a script. A similar character replaces each angle bracket.
fn without_tags(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let opens = |tag: &str| {
            text.as_bytes()[at..].get(..tag.len()).is_some_and(|next| next.eq_ignore_ascii_case(tag.as_bytes()))
        };
        let is_tag = ["</", "<!", "<script"].into_iter().any(opens);
        written.push(if is_tag { '\u{2039}' } else { letter });
    }
    written
}

/// HTML text, with entities for letters that markdown, HTML or a template could interpret.
fn html(text: &str, is_mark: impl Fn(char) -> bool) -> String {
    let written = |letter: char| {
        let letter = if matches!(letter, '\n' | '\t') { letter } else { visible(letter) };
        if is_mark(letter) { entity(letter) } else { letter.to_string() }
    };
    text.chars().map(written).collect()
}

/// One block of a text.
struct Part {
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text of a list item without paragraphs.
    Words,
    /// A list, and whether it needs different markers because another list precedes it.
    List {
        other_marks: bool,
    },
    Code,
    Quote,
    Other,
}

/// Writes markdown from events.
struct Writer<'a> {
    dialect: Dialect<'a>,
    in_cell: bool,
    events: Peekable<slice::Iter<'a, Event<'static>>>,
}

impl<'a> Writer<'a> {
    fn new(dialect: Dialect<'a>, events: &'a [Event<'static>], in_cell: bool) -> Self {
        Writer { dialect, in_cell, events: events.iter().peekable() }
    }

    fn line(&mut self, to: &mut String) {
        let start = to.len();
        self.inlines(to);
        debug_assert!(self.events.peek().is_none(), "a line has no blocks");
        unbreak(to, start);
    }

    /// The blocks of the current element. Consumes its end.
    fn blocks(&mut self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        while let Some(kind) = self.kind(parts.last().map(|part| part.kind)) {
            let text = written(|to| self.part(kind, to));
            if !text.trim_start().is_empty() {
                parts.push(Part { text, kind });
            }
        }
        parts
    }

    /// The kind of the next block, after one of another kind. `None` at the end of the current
    /// element, which is consumed.
    fn kind(&mut self, previous: Option<Kind>) -> Option<Kind> {
        Some(match self.events.peek()? {
            Event::End(_) => {
                self.events.next();
                return None;
            }
            Event::Start(Tag::List(_)) => {
                Kind::List { other_marks: matches!(previous, Some(Kind::List { other_marks: false })) }
            }
            Event::Start(Tag::CodeBlock(_)) => Kind::Code,
            Event::Start(Tag::BlockQuote(_)) => Kind::Quote,
            event if is_inline(event) => Kind::Words,
            _ => Kind::Other,
        })
    }

    /// Writes a block.
    fn part(&mut self, kind: Kind, to: &mut String) {
        if kind == Kind::Words {
            return self.inlines(to);
        }
        match self.events.next() {
            Some(Event::Start(Tag::Paragraph)) => self.closed(to),
            Some(Event::Start(Tag::Heading { level, .. })) => {
                to.extend(std::iter::repeat_n('#', *level as usize).chain([' ']));
                self.closed_line(to);
            }
            Some(Event::Start(Tag::BlockQuote(kind))) => {
                let kind = kind.map(|kind| self.alert(kind)).unwrap_or_default();
                prefix(&format!("{kind}{}", joined(self.blocks(), self.dialect.flavor)), "> ", "> ", to);
            }
            Some(Event::Start(Tag::CodeBlock(block))) => self.code_block(block, to),
            Some(Event::Start(Tag::List(start))) => self.list(*start, kind, to),
            Some(Event::Start(Tag::Table(alignments))) => self.table(alignments, to),
            Some(Event::Start(Tag::HtmlBlock)) => self.html_block(to),
            Some(Event::Rule) => to.push_str("---"),
            // Tags that the parser's options do not enable.
            Some(Event::Start(_)) => to.push_str(&joined(self.blocks(), self.dialect.flavor)),
            _ => {}
        }
    }

    /// The first line of a GitHub alert.
    fn alert(&self, kind: BlockQuoteKind) -> String {
        let word = note(kind);
        match self.dialect.flavor {
            Some(Flavor::Plain) => format!("[!{}]\n", word.to_uppercase()),
            _ => format!("**{word}**\n\n"),
        }
    }

    fn code_block(&mut self, block: &CodeBlockKind<'_>, to: &mut String) {
        let language = match block {
            CodeBlockKind::Indented => "",
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
        };
        let mut text = Cow::Borrowed("");
        for event in self.events.by_ref() {
            match event {
                Event::Text(part) if text.is_empty() => text = Cow::Borrowed(part),
                Event::Text(part) => text.to_mut().push_str(part),
                _ => break,
            }
        }
        self.dialect.fence(language, &text, to);
    }

    /// The HTML of a prose file.
    fn html_block(&mut self, to: &mut String) {
        let start = to.len();
        for event in self.events.by_ref() {
            match event {
                Event::Html(part) | Event::Text(part) => to.push_str(part),
                _ => break,
            }
        }
        to.truncate(start + to[start..].trim_end().len());
    }

    fn list(&mut self, start: Option<u64>, kind: Kind, to: &mut String) {
        let other_marks = kind == Kind::List { other_marks: true };
        let (mut items, mut is_loose, mut number) = (Vec::new(), false, start);
        while let Some(Event::Start(Tag::Item)) = self.events.next() {
            is_loose |= matches!(self.events.peek(), Some(Event::Start(Tag::Paragraph)));
            let mark = match &mut number {
                Some(number) => {
                    *number += 1;
                    // Python-Markdown knows no other marker for numbered lists.
                    let dot = if other_marks && self.dialect.flavor != Some(Flavor::Mkdocs) { ')' } else { '.' };
                    format!("{}{dot} ", *number - 1)
                }
                None => if other_marks { "* " } else { "- " }.to_owned(),
            };
            let width = if self.dialect.flavor == Some(Flavor::Mkdocs) { 4 } else { mark.len() };
            let text = joined(self.blocks(), self.dialect.flavor);
            items.push(written(|to| prefix(&text, &mark, &" ".repeat(width), to)));
        }
        to.push_str(&items.join(if is_loose { "\n\n" } else { "\n" }));
    }

    fn table(&mut self, alignments: &[Alignment], to: &mut String) {
        let mut is_first = true;
        self.in_cell = true;
        while let Some(Event::Start(Tag::TableHead | Tag::TableRow)) = self.events.next() {
            if !is_first {
                to.push('\n');
            }
            let mut cells = 0;
            while let Some(Event::Start(Tag::TableCell)) = self.events.next() {
                to.push_str(if cells == 0 { "| " } else { " | " });
                cells += 1;
                self.closed_line(to);
            }
            to.push_str(if cells == 0 { "|  |" } else { " |" });
            if std::mem::take(&mut is_first) {
                let rule = alignments.iter().map(|alignment| match alignment {
                    Alignment::None => "---",
                    Alignment::Left => ":---",
                    Alignment::Center => ":---:",
                    Alignment::Right => "---:",
                });
                let _ = write!(to, "\n| {} |", rule.collect::<Vec<_>>().join(" | "));
            }
        }
        self.in_cell = false;
    }

    /// Writes the inlines of the current element and consumes its end.
    fn closed(&mut self, to: &mut String) {
        self.inlines(to);
        self.events.next();
    }

    /// Writes them on one line.
    fn closed_line(&mut self, to: &mut String) {
        let start = to.len();
        self.closed(to);
        unbreak(to, start);
    }

    /// Writes inlines up to the first other event.
    fn inlines(&mut self, to: &mut String) {
        let start = to.len();
        while let Some(event) = self.events.next_if(|event| is_inline(event)) {
            let opens = !self.in_cell && (to.len() == start || to.ends_with('\n'));
            self.inline(event, opens, to);
        }
    }

    fn inline(&mut self, event: &Event<'_>, opens: bool, to: &mut String) {
        let is_mkdocs = self.dialect.flavor == Some(Flavor::Mkdocs);
        match event {
            Event::Text(text) => self.dialect.text(text, opens, to),
            Event::Code(text) => self.dialect.code(text, self.in_cell, to),
            Event::InlineHtml(html) => to.push_str(html),
            Event::SoftBreak => to.push('\n'),
            Event::HardBreak => to.push_str(if is_mkdocs { "<br />\n" } else { "\\\n" }),
            Event::TaskListMarker(is_done) => to.push_str(if *is_done { "[x] " } else { "[ ] " }),
            Event::Start(Tag::Emphasis) => self.within("*", "*", to),
            Event::Start(Tag::Strong) => self.within("**", "**", to),
            Event::Start(Tag::Strikethrough) if is_mkdocs => self.within("<del>", "</del>", to),
            Event::Start(Tag::Strikethrough) => self.within("~~", "~~", to),
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                self.link("[", *link_type, dest_url, title, to);
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => self.link("![", LinkType::Inline, dest_url, title, to),
            _ => {}
        }
    }

    fn within(&mut self, before: &str, after: &str, to: &mut String) {
        to.push_str(before);
        self.closed(to);
        to.push_str(after);
    }

    fn link(&mut self, opening: &str, link_type: LinkType, url: &str, title: &str, to: &mut String) {
        let url = if link_type == LinkType::Email { Cow::Owned(format!("mailto:{url}")) } else { Cow::Borrowed(url) };
        let is_bare = matches!(link_type, LinkType::Autolink | LinkType::Email);
        match self.dialect.target(&url) {
            None => self.closed(to),
            // MDX has no autolinks: it reads them as tags.
            Some(target) if is_bare && target == url && self.dialect.flavor != Some(Flavor::Docusaurus) => {
                // The label is the URL.
                self.closed(&mut String::new());
                let _ = write!(to, "<{}>", url.strip_prefix("mailto:").unwrap_or(&url));
            }
            Some(target) => {
                self.within(opening, "](", to);
                to.push_str(&target);
                if !title.is_empty() {
                    let title = html(title, |letter| letter.is_ascii_punctuation()).replace('\n', " ");
                    let _ = write!(to, " \"{title}\"");
                }
                to.push(')');
            }
        }
    }
}

/// Replaces the line breaks after `start`.
fn unbreak(text: &mut String, start: usize) {
    if text[start..].contains('\n') {
        let line = text[start..].replace('\n', " ");
        text.replace_range(start.., &line);
    }
}

fn is_inline(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::TaskListMarker(_)
            | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
    )
}

/// Joins blocks with blank lines. Inside a list item without paragraphs, there is no blank line
/// unless the flavor needs one: Python-Markdown recognizes only lists without it.
fn joined(parts: Vec<Part>, flavor: Option<Flavor>) -> String {
    let is_tight = parts.iter().any(|part| part.kind == Kind::Words);
    let mut text = String::new();
    let mut previous = Kind::Other;
    for part in parts {
        if !text.is_empty() {
            let is_seen = match part.kind {
                Kind::List { .. } if previous == Kind::Words => true,
                Kind::List { .. } | Kind::Code | Kind::Quote => flavor != Some(Flavor::Mkdocs),
                Kind::Words => previous == Kind::Code && flavor != Some(Flavor::Mkdocs),
                Kind::Other => false,
            };
            text.push_str(if is_tight && is_seen { "\n" } else { "\n\n" });
        }
        text.push_str(&part.text);
        previous = part.kind;
    }
    text
}

/// Writes a text with a prefix before its first line and one before all others.
fn prefix(text: &str, first: &str, others: &str, to: &mut String) {
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            to.push('\n');
        }
        let start = to.len();
        to.push_str(if at == 0 { first } else { others });
        to.push_str(line);
        to.truncate(start + to[start..].trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Options, Parser, TextMergeStream};

    use super::super::escape::{KEPT, tests::pairs};
    use super::*;

    const ALL: [Flavor; 6] = Flavor::ALL;

    fn dialect(flavor: Flavor, slugs: &'static HashSet<&'static str>) -> Dialect<'static> {
        Dialect::new(flavor, slugs, false)
    }

    fn no_pages() -> &'static HashSet<&'static str> {
        Box::leak(Box::default())
    }

    fn line(flavor: Flavor, line: &Inline) -> String {
        dialect(flavor, no_pages()).line(line)
    }

    fn blocks(flavor: Flavor, markdown: &str) -> String {
        dialect(flavor, no_pages()).prose(&Prose::new(markdown)).replace(KEPT, "")
    }

    /// The text that a `CommonMark` reader shows. Only the HTML that a dialect writes is allowed.
    fn read(markdown: &str) -> String {
        let mut text = String::new();
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for event in TextMergeStream::new(Parser::new_ext(markdown, options | Options::ENABLE_GFM)) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                Event::InlineHtml(tag)
                    if ["<span v-pre>", "</span>", "<code>", "<code v-pre>", "</code>"].contains(&&*tag) => {}
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                other => panic!("{other:?} in\n{markdown}"),
            }
        }
        text
    }

    /// Everything outside code spans and entities.
    fn bare(flavor: Flavor, markdown: &str) -> String {
        markdown
            .replace("<span v-pre>", "")
            .replace("</span>", "")
            .replace("&lt;", "")
            .replace(if flavor == Flavor::Plain { "\\{" } else { "{\\" }, "")
    }

    #[test]
    fn text_reads_as_it_was_in_every_flavor() {
        for flavor in ALL {
            for plain in pairs() {
                let text = Inline::text(&plain);
                let written = line(flavor, &text);
                assert_eq!(read(&written), text.plain(), "{plain:?} for {flavor:?}: {written}");
                let bare = bare(flavor, &written);
                let runs = match flavor {
                    Flavor::Plain => bare.contains("{{") || bare.contains("{%"),
                    Flavor::Mdbook | Flavor::Docusaurus | Flavor::Mkdocs => bare.contains(['{', '<']),
                    Flavor::Vitepress => bare.contains(['{', '<']) || written.contains("&#123;&#123;"),
                    Flavor::Starlight => bare.contains(":::") || bare.contains('<'),
                };
                assert!(!runs, "{plain:?} for {flavor:?}: {written}");
                let is_module = written.starts_with("import") || written.starts_with("export");
                assert!(flavor != Flavor::Docusaurus || !is_module, "{written}");
            }
        }
    }

    #[test]
    fn code_reads_as_it_was_in_every_flavor() {
        for flavor in ALL {
            for plain in pairs().into_iter().filter(|plain| !plain.trim().is_empty()) {
                let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let written = line(flavor, &["x".into(), Inline::code(&plain)].into_iter().collect());
                assert_eq!(squeezed(&read(&written)[1..]), squeezed(&plain), "{written}");
                let is_template = written.contains("{{") || (flavor == Flavor::Plain && written.contains("{%"));
                let looks_for_them = matches!(flavor, Flavor::Plain | Flavor::Mdbook | Flavor::Vitepress);
                assert!(!(is_template && looks_for_them), "{plain:?} for {flavor:?}: {written}");
            }
        }
    }

    #[test]
    fn markdown_stays_what_it_is() {
        let kept = [
            "One *two* **three** `four` [five](https://x.y/z_a?b=c#d).",
            "- one\n- two\n  - three\n\n    more",
            "1. one\n2. two\n\n* other\n* list",
            "> said\n>\n> twice",
            "| a | b |\n| --- | :---: |\n| `x\\|y` | z \\| w |",
            "### Heading\n\n```sh\nrun | it\n\n\n  twice\n```",
            "hard\\\nbreak ~~gone~~ ![seen](a.png \"title\")",
            "- [x] done\n- [ ] not",
            "> [!NOTE]\n> seen",
            "<https://x.y> and <a@b.c>",
        ];
        for markdown in kept {
            assert_eq!(blocks(Flavor::Plain, markdown), markdown);
        }
    }

    #[test]
    fn markdown_is_written_as_each_flavor_reads_it() {
        let cases = [
            (Flavor::Plain, "<b>x</b> <!-- y -->", "&lt;b>x&lt;/b>"),
            (Flavor::Plain, "<div>\n*x*\n</div>", "&lt;div>\n\\*x\\*\n&lt;/div>"),
            (Flavor::Plain, "[x](javascript:alert) [y](z:a)", "x y"),
            (Flavor::Plain, "`{{ x }}`", "<code>&#123;&#123; x &#125;&#125;</code>"),
            (Flavor::Plain, "```\n{% x %}\n```", "<pre><code>&#123;&#37; x &#37;&#125;</code></pre>"),
            (Flavor::Docusaurus, "    indented", "```\nindented\n```"),
            (Flavor::Docusaurus, "a {b} <c>", "a &#123;b} &lt;c>"),
            (Flavor::Docusaurus, "<https://x.y>", "[https://x.y](https://x.y)"),
            (Flavor::Docusaurus, "import x from 'y'", "&#105;mport x from 'y'"),
            (Flavor::Mkdocs, "text\n- one\n  - two", "text\n\n- one\n    - two"),
            (Flavor::Mkdocs, "1. one\n\n   ```sh\n   x\n   ```", "1. one\n\n    ```sh\n    x\n    ```"),
            (Flavor::Mkdocs, "a \\~ b ~~c~~\\\nd", "a &#126; b <del>c</del><br />\nd"),
            (Flavor::Mkdocs, "!!! note\n    x", "&#33;!! note\nx"),
            (Flavor::Mdbook, "# a {#b}", "# a &#123;#b}"),
            (Flavor::Mdbook, "```\n{{#include x}}\n```", "<pre><code>&#123;&#123;#include x&#125;&#125;</code></pre>"),
            (Flavor::Vitepress, "a {{ b }}", "a <span v-pre>&#123;</span>&#123; b }}"),
            (Flavor::Vitepress, "`{{ b }}`", "<code v-pre>&#123;&#123; b &#125;&#125;</code>"),
            (Flavor::Starlight, ":::note\nx\n:::", "&#58;&#58;&#58;note\nx\n&#58;&#58;:"),
        ];
        for (flavor, markdown, expected) in cases {
            assert_eq!(blocks(flavor, markdown).trim(), expected, "{markdown:?} for {flavor:?}");
        }
    }

    #[test]
    fn links_between_pages_lead_there() {
        let slugs: &'static HashSet<&str> = Box::leak(Box::new(HashSet::from(["sold-out"])));
        let link =
            |flavor, is_index, url: &str| Dialect::new(flavor, slugs, is_index).line(&Inline::from("x").link(url));
        assert_eq!(link(Flavor::Vitepress, false, "sold-out.md#fix"), "[x](sold-out.md#fix)");
        assert_eq!(link(Flavor::Starlight, false, "sold-out.md#fix"), "[x](../sold-out/#fix)");
        assert_eq!(link(Flavor::Starlight, true, "sold-out.md"), "[x](./sold-out/)");
        assert_eq!(link(Flavor::Starlight, false, "./sold-out.md"), "[x](../sold-out/)");
        assert_eq!(link(Flavor::Starlight, false, "index.md"), "[x](../)");
        assert_eq!(link(Flavor::Starlight, false, "other.md"), "[x](other.md)");
    }

    #[test]
    fn a_title_is_no_code_where_a_generator_writes_it_into_some() {
        let front = |flavor, text: &str| Dialect::new(flavor, no_pages(), false).front_text(text);
        assert_eq!(front(Flavor::Mkdocs, "a \"b\" <c> & 'd'"), "a &#34;b&#34; &#60;c&#62; &#38; &#39;d&#39;");
        assert_eq!(
            front(Flavor::Docusaurus, "a\\'b </SCRIPT> <!-- <c>"),
            "a\u{29f5}'b \u{2039}/SCRIPT> \u{2039}!-- <c>"
        );
        assert_eq!(front(Flavor::Vitepress, "a < b <Script>"), "a < b \u{2039}Script>");
        assert_eq!(front(Flavor::Starlight, "<\\> </title>"), "<\\> \u{2039}/title>");
        let vitepress = Dialect::new(Flavor::Vitepress, no_pages(), false);
        assert_eq!(vitepress.description(r#"<a onload="b">"#), "\"\u{2039}a onload='b'\\u003e\"");
        assert_eq!(vitepress.title("a {{b}} *c*"), r"a \{\{b\}\} \*c\*");
    }

    #[test]
    fn a_prose_file_keeps_its_html() {
        let prose = Dialect::new(Flavor::Plain, no_pages(), true)
            .prose(&Prose::file("<details>\n\n*x* <b>y</b>\n\n</details>"));
        assert_eq!(prose, "<details>\n\n*x* <b>y</b>\n\n</details>");
    }
}
