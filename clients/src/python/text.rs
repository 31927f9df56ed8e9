//! The only place that writes text of a catalog into Python.

use std::fmt::Write as _;

use crate::hidden::is_hidden;

/// A string literal.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            letter if is_hidden(letter) => {
                let _ = match u32::from(letter) {
                    code @ ..=0xff => write!(literal, "\\x{code:02x}"),
                    code @ ..=0xffff => write!(literal, "\\u{code:04x}"),
                    code => write!(literal, "\\U{code:08x}"),
                };
            }
            letter => literal.push(letter),
        }
    }
    literal.push('"');
    literal
}

/// A literal, or `None`.
pub(super) fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "None".to_owned(), literal)
}

/// A tuple of expressions.
pub(super) fn tuple(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match items.as_slice() {
        [only] => format!("({only},)"),
        items => format!("({})", items.join(", ")),
    }
}

/// A docstring of paragraphs of markdown, with a final line break. Empty if there is nothing to say.
pub(super) fn doc(indent: &str, paragraphs: &[String]) -> String {
    let paragraphs = paragraphs.iter().map(|text| inside(text)).filter(|text| !text.is_empty()).collect::<Vec<_>>();
    if paragraphs.is_empty() {
        return String::new();
    }
    let lines = paragraphs.join("\n\n");
    let lines: Vec<String> = lines
        .split('\n')
        .enumerate()
        .map(|(at, line)| {
            if at == 0 || line.trim().is_empty() {
                line.trim_end().to_owned()
            } else {
                format!("{indent}{}", line.trim_end())
            }
        })
        .collect();
    match lines.as_slice() {
        [line] => format!("{indent}\"\"\"{line}\"\"\"\n"),
        lines => format!("{indent}\"\"\"{}\n{indent}\"\"\"\n", lines.join("\n")),
    }
}

/// Text that does not end the docstring, and in which nothing is an escape.
pub(super) fn inside(text: &str) -> String {
    let shown = |letter| if letter != '\n' && is_hidden(letter) { '\u{fffd}' } else { letter };
    let text: String = text.trim().chars().map(shown).collect();
    text.replace('\\', "\\\\").replace("\"\"", "\"\\\"").split('\n').map(ended).collect::<Vec<_>>().join("\n")
}

/// A quote at the end of a line may meet those of the docstring. It is escaped already if an odd number
/// of backslashes is before it.
fn ended(line: &str) -> String {
    let line = line.trim_end();
    let is_escaped = |rest: &str| (rest.len() - rest.trim_end_matches('\\').len()) % 2 == 1;
    let bare = line.strip_suffix('"').filter(|rest| !is_escaped(rest));
    bare.map_or_else(|| line.to_owned(), |rest| format!("{rest}\\\""))
}

#[cfg(test)]
mod tests {
    use super::{doc, literal, tuple};

    #[test]
    fn a_literal_ends_where_it_should() {
        assert_eq!(literal("a\"\\\n\u{0}\u{202e}\u{e0041}é{x}"), r#""a\"\\\n\x00\u202e\U000e0041é{x}""#);
        assert_eq!([tuple([]), tuple(["1".to_owned()])], ["()", "(1,)"]);
    }

    #[test]
    fn a_quote_at_the_end_is_escaped_once() {
        let line = |text: &str| doc("", &[text.to_owned()]);
        assert_eq!(line(r#"\""#), "\"\"\"\\\\\\\"\"\"\"\n");
        assert_eq!(line(r#"\\""#), "\"\"\"\\\\\\\\\\\"\"\"\"\n");
        assert_eq!(line(r#"a"""#), "\"\"\"a\"\\\"\"\"\"\n");
    }

    #[test]
    fn a_docstring_ends_where_it_should() {
        let hostile = ["\"\"\"\nimport os\n\"\"\"\"".to_owned(), "a\\".to_owned(), "\u{202e}\"".to_owned()];
        assert_eq!(
            doc("  ", &hostile),
            "  \"\"\"\"\\\"\\\"\n  import os\n  \"\\\"\"\\\"\n\n  a\\\\\n\n  \u{fffd}\\\"\n  \"\"\"\n"
        );
    }
}
