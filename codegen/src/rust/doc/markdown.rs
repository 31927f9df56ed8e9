//! Converts a text of the catalog to rustdoc: the same blocks as in `CommonMark`, and no code that
//! rustdoc would run as a test.
//!
//! A full markdown parser would be too expensive for a macro. This one knows containers (quotes,
//! list items, footnotes) and code, and treats everything else as text. It prints each line with
//! the prefix of its containers. HTML is text, as in all outputs.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use errbook_catalog::limits;

/// Returns the lines of the text. Each code block becomes a closed fence marked as text.
pub(super) fn lines(markdown: &str) -> Vec<String> {
    let (lines, has_comment) = converted(markdown);
    // What was after a comment can begin a block now, such as code.
    if has_comment { converted(&lines.join("\n")).0 } else { lines }
}

/// The lines of the text without HTML, and whether a comment was among it.
fn converted(markdown: &str) -> (Vec<String>, bool) {
    let mut splitter = Splitter::default();
    for line in source(markdown).trim_end().lines().skip_while(|line| line.trim().is_empty()) {
        splitter.line(line);
    }
    splitter.close(0);
    let Splitter { mut lines, texts, .. } = splitter;
    let mut has_comment = false;
    for range in texts {
        let lines = &mut lines[range];
        if !lines.iter().any(|line| line.contains(MARKUP)) {
            continue;
        }
        let text = lines.join("\n");
        has_comment |= text.contains("<!--");
        let text = without_html(&text);
        for (line, shown) in lines.iter_mut().zip(text.split('\n')) {
            shown.trim_end().clone_into(line);
        }
    }
    (lines, has_comment)
}

/// Whether the [`lines`] of a text begin with a paragraph, so that a label can precede it on its
/// first line.
pub(super) fn begins_with_paragraph(lines: &[String]) -> bool {
    let mut lines = lines.iter().map(|line| line.trim()).take_while(|line| !line.is_empty());
    let Some(first) = lines.next() else { return false };
    let is_letter = |first: char| first.is_alphanumeric() || matches!(first, '`' | '"' | '\'' | '(');
    first.starts_with(is_letter) && !opens_block(first) && !lines.any(is_underline)
}

/// Normalizes line endings and removes invisible characters.
fn source(markdown: &str) -> Cow<'_, str> {
    // Without an early end, many bytes are compared at once.
    if markdown.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
        return markdown.into();
    }
    markdown.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|&c| is_printable(c)).collect()
}

/// Whether a character is neither a control character nor a change of text direction, which rustc
/// rejects in comments.
fn is_printable(c: char) -> bool {
    let turns_text = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (!c.is_control() || c == '\n' || c == '\t') && !turns_text
}

/// A block that contains lines.
struct Container {
    /// The mark of its first line, until printed.
    mark: Option<String>,
    kind: ContainerKind,
}

#[derive(Clone, Copy)]
enum ContainerKind {
    Quote,
    /// A list item or a footnote.
    Item {
        /// The columns of indentation, in the source and in the output.
        indent: usize,
        printed: usize,
        /// Whether nothing has followed its mark yet. If so, one blank line ends the item.
        is_empty: bool,
    },
}

/// The open block of text or code.
#[derive(Default)]
enum Leaf {
    #[default]
    None,
    Paragraph,
    Code(Code),
}

struct Code {
    /// The opening fence. `None` for indented code, which ends where another block begins.
    fence: Option<Fence>,
    /// The prefix of the first line.
    prefix: String,
    lines: Vec<String>,
}

#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
    indent: usize,
}

#[derive(Default)]
struct Splitter {
    lines: Vec<String>,
    /// The line range of each paragraph and heading.
    texts: Vec<Range<usize>>,
    containers: Vec<Container>,
    leaf: Leaf,
    /// Whether two spaces end the last line. They are a line break if the paragraph continues.
    breaks: bool,
}

impl Splitter {
    fn line(&mut self, line: &str) {
        let expanded = expanded(line);
        let (matched, rest) = self.matched(&expanded);
        let is_inside = matched == self.containers.len();
        if rest.trim().is_empty() {
            self.blank(matched);
            return;
        }
        if let Leaf::Code(code) = &mut self.leaf
            && is_inside
        {
            match code.fence {
                Some(fence) if fence.is_closed_by(rest) => return self.close_leaf(),
                Some(fence) => {
                    // Without a prefix, a tab at the start of code remains a tab.
                    let text = if self.containers.is_empty() { line } else { rest };
                    code.lines.push(without_indent(text, fence.indent).to_owned());
                    return;
                }
                None if indent(rest) >= 4 => {
                    code.lines.push(rest[4..].to_owned());
                    return;
                }
                None => {}
            }
        }
        self.blocks(rest, matched);
        self.breaks = line.ends_with("  ");
    }

    /// The number of containers that continue, and the rest of the line.
    fn matched<'a>(&self, line: &'a str) -> (usize, &'a str) {
        let mut rest = line;
        for (at, container) in self.containers.iter().enumerate() {
            let inner = match container.kind {
                ContainerKind::Quote => quoted(rest),
                ContainerKind::Item { .. } if rest.trim().is_empty() => Some(rest),
                ContainerKind::Item { indent: own, .. } => (indent(rest) >= own).then(|| &rest[own..]),
            };
            match inner {
                Some(inner) => rest = inner,
                None => return (at, rest),
            }
        }
        (self.containers.len(), rest)
    }

    fn blank(&mut self, matched: usize) {
        let is_inside = matched == self.containers.len();
        if let (Leaf::Code(code), true) = (&mut self.leaf, is_inside) {
            code.lines.push(String::new());
            return;
        }
        self.close(matched);
        if matches!(self.containers.last(), Some(Container { kind: ContainerKind::Item { is_empty: true, .. }, .. })) {
            self.containers.pop();
        }
        self.leaf = Leaf::None;
        let prefix = self.prefix(self.containers.len());
        self.lines.push(prefix.trim_end().to_owned());
    }

    /// Opens the containers of a line, then opens or continues a block.
    fn blocks(&mut self, mut rest: &str, matched: usize) {
        let mut is_lazy = matched < self.containers.len();
        let mut in_paragraph = matches!(self.leaf, Leaf::Paragraph);
        loop {
            let text = rest.trim_start_matches(' ');
            if indent(rest) >= 4 {
                if in_paragraph {
                    break self.go_on(if is_lazy { matched } else { self.containers.len() }, text, true);
                }
                self.fill(matched, &mut is_lazy);
                let prefix = self.prefix(self.containers.len());
                self.leaf = Leaf::Code(Code { fence: None, prefix, lines: vec![rest[4..].to_owned()] });
                break;
            }
            let underlines = in_paragraph && !is_lazy && is_underline(text.trim_end());
            // Deeper containers are text, as on pages, so that the time for a line is limited.
            let may_open = !underlines && self.containers.len() < limits::MARKDOWN_DEPTH;
            if let Some(opened) = may_open.then(|| container(rest, in_paragraph && !is_lazy)).flatten() {
                let (container, inner) = opened;
                self.fill(matched, &mut is_lazy);
                self.containers.push(container);
                in_paragraph = false;
                rest = inner;
                if rest.trim().is_empty() {
                    let prefix = self.prefix(self.containers.len());
                    break self.lines.push(prefix.trim_end().to_owned());
                }
                continue;
            }
            if let Some(fence) = Fence::opened_by(rest) {
                self.fill(matched, &mut is_lazy);
                let prefix = self.prefix(self.containers.len());
                self.leaf = Leaf::Code(Code { fence: Some(fence), prefix, lines: Vec::new() });
                break;
            }
            let is_whole = underlines || is_rule(text) || is_heading(text);
            if in_paragraph && !is_whole {
                let depth = if is_lazy { matched } else { self.containers.len() };
                break self.go_on(depth, text, false);
            }
            if !underlines {
                self.fill(matched, &mut is_lazy);
            }
            self.text(self.containers.len(), text);
            self.leaf = if is_whole { Leaf::None } else { Leaf::Paragraph };
            break;
        }
    }

    /// Ends, once a line, the open blocks that do not continue.
    fn fill(&mut self, matched: usize, is_lazy: &mut bool) {
        if mem::take(is_lazy) {
            self.close(matched);
        }
        self.close_leaf();
        if let Some(Container { kind: ContainerKind::Item { is_empty, .. }, .. }) = self.containers.last_mut() {
            *is_empty = false;
        }
    }

    fn text(&mut self, depth: usize, text: &str) {
        self.texts.push(self.lines.len()..self.lines.len());
        self.text_line(depth, text);
    }

    fn text_line(&mut self, depth: usize, text: &str) {
        let line = self.prefix(depth) + text.trim_end();
        self.lines.push(line);
        if let Some(text) = self.texts.last_mut() {
            text.end = self.lines.len();
        }
    }

    /// Adds a line to a paragraph. If only its indentation kept it from opening a block, an escape
    /// does.
    fn go_on(&mut self, depth: usize, text: &str, is_indented: bool) {
        if let Some(line) = self.lines.last_mut().filter(|_| self.breaks) {
            line.push('\\');
        }
        let is_text = !is_indented || !opens_block(text) && !is_underline(text.trim_end());
        let at = text.find(|letter: char| !letter.is_ascii_digit()).filter(|_| !is_text).unwrap_or_default();
        let (number, rest) = text.split_at(at);
        let text = match rest.strip_prefix('`') {
            _ if is_text => text.to_owned(),
            // With a backslash, the remaining backticks could begin a code span.
            Some(_) => rest.replace('`', "&#96;"),
            None => format!("{number}\\{rest}"),
        };
        self.text_line(depth, &text);
    }

    /// The prefix of lines at `depth`.
    fn prefix(&mut self, depth: usize) -> String {
        let mut prefix = String::new();
        for container in &mut self.containers[..depth] {
            match (container.mark.take(), container.kind) {
                (Some(mark), _) => prefix.push_str(&mark),
                (None, ContainerKind::Quote) => prefix.push_str("> "),
                (None, ContainerKind::Item { printed, .. }) => prefix.push_str(&" ".repeat(printed)),
            }
        }
        prefix
    }

    /// Ends the containers below `depth` and their open blocks.
    fn close(&mut self, depth: usize) {
        self.close_leaf();
        self.containers.truncate(depth);
    }

    fn close_leaf(&mut self) {
        let Leaf::Code(Code { fence, prefix, mut lines }) = mem::take(&mut self.leaf) else { return };
        let blank = lines.iter().rev().take_while(|line| line.is_empty() && fence.is_none()).count();
        lines.truncate(lines.len() - blank);
        let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
        let marker = "`".repeat(longest.max(2) + 1);
        let inner = self.prefix(self.containers.len());
        self.lines.push(format!("{prefix}{marker}text"));
        self.lines.extend(lines.iter().map(|line| format!("{inner}{line}").trim_end().to_owned()));
        self.lines.push(format!("{inner}{marker}"));
        self.lines.extend(vec![inner.trim_end().to_owned(); blank]);
    }
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let fence = Self::marks(line)?;
        let info = line.trim_start().trim_start_matches(fence.mark);
        (fence.length >= 3 && !(fence.mark == '`' && info.contains('`'))).then_some(fence)
    }

    fn is_closed_by(self, line: &str) -> bool {
        let closes = |Fence { mark, length, .. }: Fence| {
            mark == self.mark && length >= self.length && line.trim().trim_start_matches(mark).is_empty()
        };
        Self::marks(line).is_some_and(closes)
    }

    fn marks(line: &str) -> Option<Self> {
        let text = line.trim_start_matches(' ');
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = text.len() - text.trim_start_matches(mark).len();
        (indent(line) < 4).then_some(Fence { mark, length, indent: indent(line) })
    }
}

/// Splits a line into the container that it opens and the rest.
fn container(line: &str, interrupts: bool) -> Option<(Container, &str)> {
    if let Some(inner) = quoted(line) {
        return Some((Container { mark: Some("> ".to_owned()), kind: ContainerKind::Quote }, inner));
    }
    let text = line.trim_start_matches(' ');
    if is_rule(text) {
        return None;
    }
    if let Some(note) = text.strip_prefix("[^").and_then(|note| note.split_once("]:")) {
        let mark = format!("[^{}]: ", note.0);
        let kind = ContainerKind::Item { indent: 4, printed: 4, is_empty: false };
        return Some((Container { mark: Some(mark), kind }, note.1.strip_prefix(' ').unwrap_or(note.1)));
    }
    let width = mark_width(text)?;
    let inner = &text[width..];
    let is_empty = inner.trim().is_empty();
    // Inside a paragraph, a list needs a mark that can interrupt it.
    let begins_list = text.starts_with(['-', '*', '+']) || matches!(&text[..width], "1." | "1)");
    if interrupts && (is_empty || !begins_list) {
        return None;
    }
    // Five columns of space are one column and an indented code block.
    let gap = if is_empty || indent(inner) > 4 { 1 } else { indent(inner) };
    let kind = ContainerKind::Item { indent: indent(line) + width + gap, printed: width + 1, is_empty };
    let inner = if is_empty { "" } else { &inner[gap..] };
    Some((Container { mark: Some(format!("{} ", &text[..width])), kind }, inner))
}

/// The width of a list mark. A space or the end of the line must follow.
fn mark_width(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_mark = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' => digits == 0,
        b'.' | b')' => (1..=9).contains(&digits),
        _ => false,
    };
    let rest = &text[digits..];
    (is_mark && (rest.len() == 1 || rest[1..].starts_with(' '))).then_some(digits + 1)
}

/// The text after the mark of a quote.
fn quoted(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(' ').strip_prefix('>').filter(|_| indent(line) < 4)?;
    Some(inner.strip_prefix(' ').unwrap_or(inner))
}

/// The characters that begin an escape, a code span, HTML or an autolink.
const MARKUP: [char; 3] = ['\\', '`', '<'];

/// Escapes HTML in a paragraph and empties comments. Code spans and autolinks stay.
fn without_html(text: &str) -> String {
    let is_table = text.split('\n').any(|line| line.contains('-') && line.chars().all(|c| "|:- >\t".contains(c)));
    let mut shown = String::with_capacity(text.len());
    // A search for it in each step would take quadratic time.
    let last_comment = if text.contains('<') { text.rfind("-->").unwrap_or(0) } else { 0 };
    let mut rest = text;
    while let Some(at) = rest.find(MARKUP) {
        let (before, found) = rest.split_at(at);
        shown.push_str(before);
        let whole = match found.as_bytes()[0] {
            b'\\' => found.chars().take(2).map(char::len_utf8).sum(),
            b'`' => code_span_end(found, is_table),
            _ => link_end(found),
        };
        // HTML at the start of a line ends a code span.
        let begins_html = |line: &str| line.trim_start_matches([' ', '>']).starts_with('<');
        if found.starts_with('`') && found[..whole].split('\n').skip(1).any(begins_html) {
            let mark = found.len() - found.trim_start_matches('`').len();
            shown.push_str(&"\\`".repeat(mark));
            rest = &found[mark..];
            continue;
        }
        let is_closed = text.len() - found.len() < last_comment;
        let comment = found.strip_prefix("<!--").filter(|_| is_closed).and_then(|inside| inside.split_once("-->"));
        let (kept, after) = match (whole, comment) {
            (0, Some((comment, after))) => {
                shown.extend(comment.matches('\n'));
                ("", after)
            }
            (0, None) => {
                shown.push('\\');
                found.split_at(1)
            }
            (whole, _) => found.split_at(whole),
        };
        shown.push_str(kept);
        rest = after;
    }
    shown + rest
}

/// The length of a code span, or of backticks that begin none. A table cell ends a code span.
fn code_span_end(text: &str, is_table: bool) -> usize {
    let length = |text: &str| text.len() - text.trim_start_matches('`').len();
    let mark = length(text);
    let mut end = mark;
    while let Some(at) = text[end..].find(['`', '|']) {
        end += at;
        if is_table && text[end..].starts_with('|') && !text[..end].ends_with('\\') {
            break;
        }
        let run = length(&text[end..]);
        end += run.max(1);
        if run == mark {
            return end;
        }
    }
    mark
}

/// The length of an autolink in angle brackets, or 0 (`CommonMark` 0.31.2 section 6.5).
fn link_end(text: &str) -> usize {
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>\\`".contains(c);
    let rest = &text[1..];
    let inside = &rest[..rest.find(|c| !is_plain(c)).unwrap_or(rest.len())];
    if !rest[inside.len()..].starts_with('>') {
        return 0;
    }
    let scheme = inside.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = (2..=32).contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    let is_address = inside.split_once('@').is_some_and(|(user, host)| {
        let is_part = |part: &str, marks: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
        };
        is_part(user, "._+-")
            && host.split('.').all(|part| is_part(part, "-") && !part.starts_with('-') && !part.ends_with('-'))
    });
    if is_scheme || is_address { inside.len() + 2 } else { 0 }
}

fn opens_block(text: &str) -> bool {
    is_heading(text) || is_rule(text) || Fence::opened_by(text).is_some() || container(text, false).is_some()
}

fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('#');
    (1..=6).contains(&(text.len() - rest.len())) && (rest.is_empty() || rest.starts_with(' '))
}

/// Whether the line turns the paragraph above it into a heading.
fn is_underline(text: &str) -> bool {
    !text.is_empty() && ['=', '-'].iter().any(|mark| text.chars().all(|letter| letter == *mark))
}

fn is_rule(text: &str) -> bool {
    let gap = [' ', '\t'];
    let Some(mark) = text.trim_start_matches(gap).chars().next() else { return false };
    matches!(mark, '-' | '*' | '_')
        && text.matches(mark).count() >= 3
        && text.chars().all(|letter| letter == mark || gap.contains(&letter))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn without_indent(line: &str, most: usize) -> &str {
    &line[indent(line).min(most)..]
}

/// Replaces the leading tabs of a line with spaces.
fn expanded(line: &str) -> Cow<'_, str> {
    if !line.contains('\t') {
        return line.into();
    }
    let mut text = String::with_capacity(line.len());
    for (at, letter) in line.char_indices() {
        match letter {
            '\t' => text.push_str(&" ".repeat(4 - text.len() % 4)),
            ' ' | '>' | '-' | '*' | '+' | '.' | ')' | '0'..='9' => text.push(letter),
            _ => {
                text.push_str(&line[at..]);
                break;
            }
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use std::mem;

    use proptest::prelude::*;
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

    use super::{begins_with_paragraph, lines};

    /// The blocks of a text with their content. All code blocks are equal.
    fn blocks(markdown: &str) -> Vec<String> {
        // The splitter does not decide where a code span or an emphasis ends, or which spaces stay.
        let is_kept = |c: char| !c.is_whitespace() && !"\\`*_".contains(c);
        let mut blocks: Vec<String> = Vec::new();
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::empty()) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                Event::Start(Tag::Emphasis | Tag::Strong) | Event::End(TagEnd::Emphasis | TagEnd::Strong) => {}
                Event::End(TagEnd::CodeBlock) => {
                    let code: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
                    blocks.push(format!("{} code", code.join("\n")));
                    text.clear();
                }
                // The text of an item ends where a block begins, with or without a paragraph of its own.
                block => {
                    let words: String =
                        mem::take(&mut text).replace("&#96;", "").chars().filter(|c| is_kept(*c)).collect();
                    blocks.extend(Some(words).filter(|words| !words.is_empty()));
                    let is_text = matches!(
                        block,
                        Event::Start(Tag::Paragraph | Tag::CodeBlock(_)) | Event::End(TagEnd::Paragraph)
                    );
                    blocks.extend((!is_text).then(|| format!("{block:?}")));
                }
            }
        }
        blocks
    }

    /// The code blocks that rustdoc would see, each with its info string.
    fn code_blocks(markdown: &str) -> Vec<String> {
        let block = |event| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => Some("indented".to_owned()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Some(info.to_string()),
            _ => None,
        };
        Parser::new_ext(markdown, Options::ENABLE_FOOTNOTES).filter_map(block).collect()
    }

    #[test]
    fn no_code_becomes_a_doctest() {
        let cases = [
            ("```\ncode\n```", 1),
            ("```rust\ncode\n```\n~~~rust,ignore\ncode\n~~~~", 2),
            ("never closed\n```", 1),
            ("````\n```\ncode\n```\n````", 1),
            ("~~~\n```rust\n````\n~~~", 1),
            ("text\n\n    indented\n\n\tindented", 1),
            ("- item\n\n      indented\n-     code\n-\tcode", 2),
            ("> - ```rust\n>   code\n>   ```\n> text", 1),
            ("1. ```\n   code\n   ```\n10)     code", 2),
            ("[^1]: ```rust\n    code\n    ```\n\ntext[^1]", 1),
            ("> ```\n```\nfn f() {}\n```\n", 2),
            ("a\r\n\r\n```\r\ncode\r\n```", 1),
            ("<div>\n\n    code\n\n```rust\ncode", 2),
            ("<!-- gone -->     code", 1),
            ("<!-- gone --> ~~~\ncode", 1),
            ("text\n<!-- gone -->\n2.     code", 1),
        ];
        for (markdown, count) in cases {
            let text = lines(markdown).join("\n");
            assert_eq!(code_blocks(&text), vec!["text"; count], "{markdown:?} became {text}");
        }
    }

    #[test]
    fn blocks_stay_where_they_are() {
        let cases = [
            ("Use:\n\n    # shell comment\n    curl x", "Use:\n\n```text\n# shell comment\ncurl x\n```"),
            (
                "1. Look:\n\n   ```sh\n   curl -i x\n   ```\n2. Wait.",
                "1. Look:\n\n   ```text\n   curl -i x\n   ```\n2. Wait.",
            ),
            ("Do:\n\n> ```sh\n> # run\n> ```", "Do:\n\n> ```text\n> # run\n> ```"),
            ("Big title\n=========\ntext", "Big title\n=========\ntext"),
            ("a\n    - b", "a\n\\- b"),
            ("a\n    2. b\nc", "a\n2\\. b\nc"),
            ("> a\n===", "> a\n==="),
            ("```make\nall:\n\tcc\n```", "```text\nall:\n\tcc\n```"),
            ("one  \ntwo  \n\nthree", "one\\\ntwo\n\nthree"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(lines(markdown).join("\n"), expected, "{markdown:?}");
        }
    }

    #[test]
    fn html_is_text() {
        let cases = [
            ("a <b>c</b> & <i", r"a \<b>c\</b> & \<i"),
            ("<script>\nalert(1)\n</script>", "\\<script>\nalert(1)\n\\</script>"),
            ("a <!-- b\nc --> d", "a\nd"),
            ("`a <b>` and ``<b>`\nx <i>``", "`a <b>` and ``<b>`\nx <i>``"),
            ("`a <b>", r"`a \<b>"),
            (r"\`<b>`", r"\`\<b>`"),
            ("<https://a.example/b?c> <d@e.example> <x:y z>", r"<https://a.example/b?c> <d@e.example> \<x:y z>"),
            ("| `a |\n|---|\n| <b>` |", "| `a |\n|---|\n| \\<b>` |"),
            ("# <b>", r"# \<b>"),
            ("```\n<b>\n```", "```text\n<b>\n```"),
        ];
        for (markdown, expected) in cases {
            assert_eq!(lines(markdown).join("\n"), expected, "{markdown:?}");
        }
    }

    #[test]
    fn a_label_goes_ahead_of_words_alone() {
        for words in ["Wait.", "`x` is `y`", "Wait:\n\n- a", "2 of them"] {
            assert!(begins_with_paragraph(&lines(words)), "{words:?}");
        }
        for block in ["- a", "1. a", "```\nx", "Title\n===", "Title\n---", "    code", "> a", "# a", "| a |\n|---|", ""]
        {
            assert!(!begins_with_paragraph(&lines(block)), "{block:?}");
        }
    }

    /// Text that some markdown reader takes for HTML.
    fn html() -> impl Strategy<Value = String> {
        let parts = vec![
            "<b>",
            "</b>",
            "<b ",
            "<!--",
            "-->",
            "<!x>",
            "<?x?>",
            "<https://a.b>",
            "<a@b.c>",
            "<![CDATA[",
            "`",
            "``",
            "|",
            "|-|",
            "\\",
            "](",
            "[a]",
            "a",
            " ",
            "\n",
            "\n\n",
            "- ",
            "> ",
            "# ",
            "<",
            ">",
            "=\"",
            "<div>",
            "    ",
            "~~~",
            "2. ",
        ];
        prop::collection::vec(prop::sample::select(parts), 0..12).prop_map(|parts| parts.concat())
    }

    /// Marks and words, at the start of a line and inside it.
    fn line() -> impl Strategy<Value = String> {
        let spaces = || (0..8_usize).prop_map(|count| " ".repeat(count));
        let marks = prop::sample::select(vec!["", "> ", ">", "- ", "-", "* ", "+ ", "1. ", "2. ", "1) ", "12. "]);
        let marked = (spaces(), marks).prop_map(|(spaces, mark)| spaces + mark);
        let texts = vec![
            "a", "b c", "", "# d", "#e", "```", "```rust", "````", "~~~", "~~~ sh", "===", "---", "--", "***", "_",
            "`f`",
        ];
        let text = prop::sample::select(texts);
        (prop::collection::vec(marked, 0..3), spaces(), text)
            .prop_map(|(marks, spaces, text)| marks.concat() + &spaces + text)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

        #[test]
        fn the_blocks_are_those_of_commonmark(source in prop::collection::vec(line(), 1..7)) {
            let markdown = source.join("\n");
            let markdown = markdown.trim_matches('\n');
            let text = lines(markdown).join("\n");
            prop_assert_eq!(blocks(&text), blocks(markdown), "\n{}\n became\n{}\n", markdown, text);
            prop_assert!(code_blocks(&text).iter().all(|info| info == "text"), "{}", text);
            prop_assert_eq!(lines(&text).join("\n"), text);
        }

        #[test]
        fn no_html_is_left(markdown in html()) {
            let text = lines(&markdown).join("\n");
            let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
            let is_html = |event: &Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_));
            prop_assert!(!Parser::new_ext(&text, options).any(|event| is_html(&event)), "{:?} became\n{}", markdown, text);
            prop_assert!(code_blocks(&text).iter().all(|info| info == "text"), "{:?} became\n{}", markdown, text);
            prop_assert_eq!(lines(&text).join("\n"), text);
        }
    }
}
