//! Escapes text for markdown.

use std::fmt::Write as _;

use crate::prose::one_line;

/// Marks the end of a code line whose trailing spaces [`tidy`] must keep. Texts of a catalog never
/// contain it.
pub(super) const KEPT: char = '\u{1}';

/// Escapes each character that `CommonMark` interprets, with a backslash, or with an entity for
/// readers with fewer escapes. `own` can replace a character first, except a letter or a digit of
/// ASCII and a space; it gets the characters before and after.
pub(super) fn escape(
    line: &str,
    opens: bool,
    by_backslash: bool,
    own: impl Fn(Option<char>, char, Option<char>) -> Option<String>,
    to: &mut String,
) {
    // No reader interprets these, wherever they are.
    let is_plain = |byte: &u8| *byte == b' ' || byte.is_ascii_alphanumeric();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (mut at, mut previous) = (0, None);
    loop {
        let plain = line.as_bytes()[at..].iter().take_while(|byte| is_plain(byte)).count();
        if plain > 0 {
            to.push_str(&line[at..at + plain]);
            at += plain;
            previous = Some(char::from(line.as_bytes()[at - 1]));
        }
        let mut characters = line[at..].chars();
        let Some(character) = characters.next() else { return };
        let next = characters.next();
        let ends_mark = next.is_none_or(|next| next == ' ' || next == character);
        let is_first = opens && at == 0;
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => true,
            // An underscore inside a word is not emphasis.
            '_' => !(is_word(previous) && is_word(next)),
            '#' => is_first || at + 1 == line.len(),
            '+' | '-' | '=' => is_first && ends_mark,
            '.' | ')' => opens && at == digits && at > 0 && ends_mark,
            _ => false,
        };
        let own = own(previous.or((!opens).then_some(' ')), character, next);
        match character {
            _ if own.is_some() => to.push_str(&own.unwrap_or_default()),
            '<' => to.push_str("&lt;"),
            // Anywhere else, no open element ends here.
            '>' if is_first => to.push_str("&gt;"),
            '&' if next.is_some_and(|next| next == '#' || next.is_ascii_alphanumeric()) => to.push_str("&amp;"),
            _ if is_markup && by_backslash => to.extend(['\\', character]),
            _ if is_markup => {
                let _ = write!(to, "&#{};", u32::from(character));
            }
            _ => to.push(character),
        }
        at += character.len_utf8();
        previous = Some(character);
    }
}

/// Writes a fenced code block around any text.
pub(super) fn fence(language: &str, text: &str, to: &mut String) {
    let ticks = "`".repeat(longest_run(text, '`').max(2) + 1);
    to.push_str(&ticks);
    to.extend(language.chars().filter(|letter| letter.is_alphanumeric() || "+-#_.".contains(*letter)));
    to.push('\n');
    keep(text.trim_end_matches('\n'), to);
    to.push('\n');
    to.push_str(&ticks);
}

/// Writes code whose spaces [`tidy`] keeps.
pub(super) fn keep(code: &str, to: &mut String) {
    for (at, line) in code.split('\n').enumerate() {
        if at > 0 {
            to.push('\n');
        }
        to.push_str(line);
        if line.is_empty() || line.ends_with(char::is_whitespace) {
            to.push(KEPT);
        }
    }
}

/// A comment around any text.
pub(super) fn comment(plain: &str) -> String {
    let mut text = one_line(plain);
    // mdBook also includes files named in comments, so braces are escaped. Hyphens are twice here,
    // because the first pass can leave two in a row.
    let marks = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("{", "&#123;"), ("--", "- -"), ("--", "- -")];
    for (mark, written) in marks {
        if text.contains(mark) {
            text = text.replace(mark, written);
        }
    }
    format!("<!-- {text} -->")
}

/// Escapes a URL as a link target, where a space or bracket would end it.
pub(super) fn address(url: &str) -> String {
    let mut target = String::new();
    for character in url.chars() {
        if character.is_whitespace() || character.is_control() || "()<>\\".contains(character) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(target, "%{byte:02X}");
            }
        } else {
            target.push(character);
        }
    }
    target
}

/// Removes trailing spaces and repeated blank lines, and ends the page with one line feed. Code is
/// unchanged.
pub(super) fn tidy(page: &str) -> String {
    if page.contains('\r') {
        return tidy(&page.replace("\r\n", "\n").replace('\r', "\n"));
    }
    let mut tidied = String::with_capacity(page.len());
    let mut blank = false;
    for line in page.lines() {
        // A line of spaces before indented code is blank and part of the code.
        let code = line.strip_suffix(KEPT).map(|code| if code.trim().is_empty() { "" } else { code });
        let text = code.unwrap_or(line.trim_end());
        if text.is_empty() && code.is_none() {
            blank = !tidied.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            tidied.push('\n');
        }
        tidied.push_str(text);
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

fn is_word(letter: Option<char>) -> bool {
    letter.is_some_and(char::is_alphanumeric)
}

fn longest_run(text: &str, mark: char) -> usize {
    if !text.contains(mark) {
        return 0;
    }
    text.split(|letter| letter != mark).map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::markdown::dialect::COMMONMARK;
    use crate::print::{Printer, written};
    use crate::prose::{Inline, Prose};

    fn fence(language: &str, text: &str) -> String {
        written(|to| super::fence(language, text, to))
    }

    /// Text that some markdown reader interprets.
    const PARTS: [&str; 46] = [
        "a",
        " ",
        "\\",
        "`",
        "``",
        "|",
        "*",
        "**",
        "_",
        "__",
        "[",
        "]",
        "](x)",
        "<",
        ">",
        "<b>",
        "</td>",
        "&",
        "&amp;",
        "&#60;",
        "#",
        "##",
        "-",
        "---",
        "+",
        "=",
        "1.",
        "1)",
        "~",
        "~~",
        "$",
        "!",
        "![",
        "http://x.y",
        "{{ x }}",
        "{% x %}",
        "<!--",
        "-->",
        ":::",
        ":b[c]",
        "import x",
        "export x",
        "!!!",
        "{#x}",
        "\n",
        "é",
    ];

    /// Each of those, alone and in pairs.
    pub(in super::super) fn pairs() -> Vec<String> {
        let pairs = PARTS.iter().flat_map(|one| PARTS.iter().map(move |two| format!("{one}{two}")));
        PARTS.iter().map(|part| (*part).to_owned()).chain(pairs).collect()
    }

    /// Each of those, and three together.
    fn hostile() -> Vec<String> {
        let pairs = pairs();
        let threes =
            pairs[PARTS.len()..].iter().flat_map(|pair| PARTS.iter().map(move |three| format!("{pair}{three}")));
        pairs.iter().cloned().chain(threes).collect()
    }

    /// The texts and code spans that a reader of the document sees. Panics on any other markup.
    fn read(markdown: &str, allowed: fn(&Tag<'_>) -> bool) -> String {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::Start(tag) if !allowed(&tag) => panic!("{tag:?} in\n{markdown}"),
                Event::Start(_) | Event::End(_) => {}
                other => panic!("{other:?} in\n{markdown}"),
            }
        }
        text
    }

    fn is_cell(tag: &Tag<'_>) -> bool {
        matches!(tag, Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell)
    }

    fn as_cell(inline: &Inline) -> String {
        let table = format!("| x |\n| --- |\n| {} |\n", written(|to| COMMONMARK.write_cell(inline, to)));
        read(&table, is_cell).strip_prefix('x').expect("the heading").to_owned()
    }

    #[test]
    fn text_reads_as_it_was_wherever_it_stands() {
        for plain in hostile() {
            let expected = one_line(&plain);
            let text = Inline::text(&plain);
            assert_eq!(
                read(&text.to_string(), |tag| matches!(tag, Tag::Paragraph)),
                expected,
                "{plain:?} as a paragraph"
            );
            let heading = format!("# {text}\n");
            assert_eq!(read(&heading, |tag| matches!(tag, Tag::Heading { .. })), expected, "{plain:?} as a heading");
            let item = format!("- {}", text.clone().link("page.md"));
            let is_item = |tag: &Tag<'_>| matches!(tag, Tag::List(_) | Tag::Item | Tag::Link { .. });
            assert_eq!(read(&item, is_item), expected, "{plain:?} as a link");
            assert_eq!(as_cell(&text), expected, "{plain:?} as a cell");
        }
    }

    #[test]
    fn code_reads_as_it_was_wherever_it_stands() {
        for plain in hostile().into_iter().filter(|plain| !plain.trim().is_empty()) {
            let expected = plain.replace('\n', " ");
            let squeezed = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let code = Inline::code(&plain);
            let paragraph = read(&format!("x{code}"), |tag| matches!(tag, Tag::Paragraph));
            assert_eq!(squeezed(paragraph[1..].to_owned()), squeezed(expected.clone()), "{plain:?} as a paragraph");
            assert_eq!(squeezed(as_cell(&code)), squeezed(expected), "{plain:?} as a cell");
        }
    }

    #[test]
    fn what_needs_no_escape_has_none() {
        for plain in ["INVALID_API_KEY", "2.0.0", "Q & A", "Settings, C# and a - b", "It's (not) that: bad!", "-1"] {
            assert_eq!(Inline::text(plain).to_string(), plain);
        }
        for (plain, expected) in
            [("a b", "`a b`"), ("a|b", "`a|b`"), ("`", "`` ` ``"), ("", "(empty)"), (" ", "(blank)")]
        {
            assert_eq!(Inline::code(plain).to_string(), expected);
        }
        assert_eq!(written(|to| COMMONMARK.write_cell(&Inline::code("a|b"), to)), "`a\\|b`");
    }

    #[test]
    fn what_is_not_seen_is_shown() {
        assert_eq!(Inline::text("a\u{0}b\u{202e}c\u{1b}").to_string(), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(Inline::code("a\u{2066}\tb").to_string(), "`a\u{fffd} b`");
        let prose = Prose::fence("", "a\u{202e}\n\tb");
        assert_eq!(COMMONMARK.prose(&prose), "```\na\u{fffd}\n\tb\n```");
    }

    #[test]
    fn a_page_is_tidied_around_its_code() {
        let code = fence("", "\n\na  \n\n\nb");
        let page = format!("\n\nOne  \n\n\n\ntwo\r\n{code}\n\n\n");
        assert_eq!(tidy(&page), "One\n\ntwo\n```\n\n\na  \n\n\nb\n```\n");
        assert_eq!(
            tidy(&format!("- a\n\n  {}\n", code.replace('\n', "\n  "))),
            "- a\n\n  ```\n\n\n  a  \n\n\n  b\n  ```\n"
        );
    }

    #[test]
    fn fences_hold_what_they_fence() {
        let fenced = fence("js`\nx", "````\n```\n");
        assert_eq!(fenced, "`````jsx\n````\n```\n`````");
        let events: Vec<Event<'_>> = Parser::new(&fenced).collect();
        assert!(matches!(&events[..], [Event::Start(_), Event::Text(text), Event::End(_)] if &**text == "````\n```\n"));
    }

    #[test]
    fn comments_end_where_they_should() {
        for plain in hostile() {
            let comment = comment(&plain);
            let inside = comment.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).unwrap();
            assert!(!inside.contains("--") && !inside.contains(['<', '>', '\n']), "{comment}");
        }
    }
}
