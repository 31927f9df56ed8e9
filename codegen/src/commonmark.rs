//! Plain text in the markdown (`CommonMark`) of descriptions in Rust and `OpenAPI`. Reference pages
//! have their own escaping.

/// Escapes plain text, so that markdown shows it as written.
pub fn plain(text: &str) -> String {
    escaped(&one_line(text), true)
}

/// Escapes one line, so that markdown shows it as written. With `opens`, the line is the first of a
/// block, and text that would begin another block is escaped too.
pub(crate) fn escaped(line: &str, opens: bool) -> String {
    let mut escaped = String::with_capacity(line.len());
    for (at, character) in line.char_indices() {
        let is_markup = matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '#')
            || (opens && at == 0 && matches!(character, '-' | '+' | '='))
            // `1.` and `1)` begin a list.
            || (opens && matches!(character, '.' | ')') && at > 0 && line[..at].bytes().all(|byte| byte.is_ascii_digit()));
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Text on one line, as a code span.
pub fn code_span(text: &str) -> String {
    code_span_of(&one_line(text))
}

/// A line as a code span around any text, unchanged (`CommonMark` 0.31.2 section 6.1).
pub fn code_span_of(line: &str) -> String {
    let mut span = String::with_capacity(line.len() + 2);
    write_code_span(line, &mut span);
    span
}

/// Writes a line as a code span, as [`code_span_of`] does.
pub fn write_code_span(line: &str, to: &mut String) {
    let has_ticks = line.contains('`');
    let longest = if has_ticks { line.split(|letter| letter != '`').map(str::len).max().unwrap_or(0) } else { 0 };
    let loses_spaces = line.starts_with(' ') && line.ends_with(' ');
    let pad = if line.is_empty() || line.starts_with('`') || line.ends_with('`') || loses_spaces { " " } else { "" };
    let fence = std::iter::repeat_n('`', longest + 1);
    to.extend(fence.clone());
    to.push_str(pad);
    to.push_str(line);
    to.push_str(pad);
    to.extend(fence);
}

/// Joins words with one space each. Control characters separate words too.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Parser, Tag};

    use super::{code_span, plain};

    #[test]
    fn plain_text_shows_as_it_is() {
        for text in ["a *b* _c_ `d`", "# not a heading", "- no list", "12. no list", "<b>&amp;</b>", "[x](y) ~z~ | \\"]
        {
            let shown: String = Parser::new(&plain(text))
                .filter_map(|event| match event {
                    Event::Text(text) => Some(text.to_string()),
                    Event::Start(Tag::Paragraph) | Event::End(_) => None,
                    other => panic!("{text:?} became {other:?}"),
                })
                .collect();
            assert_eq!(shown, text);
        }
    }

    #[test]
    fn a_code_span_holds_any_text() {
        for text in ["x", "`", "a``b`c", "`x`"] {
            let span = code_span(text);
            assert!(Parser::new(&span).any(|event| event == Event::Code(text.into())), "{text:?}");
        }
    }
}
