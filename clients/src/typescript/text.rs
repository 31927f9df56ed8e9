//! The only place that writes text of a catalog into TypeScript.

use std::fmt::Write as _;

use crate::hidden::is_hidden;

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            // A bundle inside of a page must not end its script.
            '<' if matches!(letters.peek(), Some('/' | '!' | 's' | 'S')) => literal.push_str("\\u003c"),
            letter if is_hidden(letter) => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    let _ = write!(literal, "\\u{unit:04x}");
                }
            }
            letter => literal.push(letter),
        }
    }
    literal.push('"');
    literal
}

/// The name of a member in a type or in an object literal.
pub(super) fn key(name: &str) -> String {
    match name {
        // In an object literal, it is the prototype.
        "__proto__" => "[\"__proto__\"]".to_owned(),
        name if is_identifier(name) => name.to_owned(),
        name => literal(name),
    }
}

/// The rest of an optional access to a member.
pub(crate) fn optional_member(name: &str) -> String {
    if is_identifier(name) { format!("?.{name}") } else { format!("?.[{}]", literal(name)) }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A doc comment of paragraphs of markdown, and tags after it. Empty if there is nothing to say.
pub(super) fn doc(indent: &str, paragraphs: &[String], tags: &[String]) -> String {
    let text = paragraphs.iter().filter(|text| !text.trim().is_empty()).map(|text| inside(text)).collect::<Vec<_>>();
    let tags = tags.iter().map(|tag| format!("@{}", inside(tag).split('\n').collect::<Vec<_>>().join(" ")));
    let mut parts = vec![text.join("\n\n")];
    parts.extend(tags);
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        return String::new();
    }
    let text = parts.join("\n");
    if !text.contains('\n') {
        return format!("{indent}/** {text} */\n");
    }
    let lines = text.split('\n').map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n");
    format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
}

/// Text that neither ends the comment nor begins a tag.
pub(super) fn inside(text: &str) -> String {
    let mut inside = String::new();
    for letter in text.trim().chars() {
        match letter {
            // An `@` inside of a word, as in an address, begins no tag.
            '@' if !inside.ends_with(|last: char| last.is_alphanumeric()) => inside.push_str("\\@"),
            '/' if inside.ends_with('*') => inside.push_str("\\/"),
            '\n' => inside.push('\n'),
            letter if is_hidden(letter) => inside.push('\u{fffd}'),
            letter => inside.push(letter),
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::{doc, key, literal};

    #[test]
    fn a_literal_ends_where_it_should() {
        assert_eq!(literal("a\"\\\n\u{2028}\u{202e}\u{e0041}é`${x}"), r#""a\"\\\n\u2028\u202e\udb40\udc41é`${x}""#);
        assert_eq!(literal("</script><!--<SCRIPT"), r#""\u003c/script>\u003c!--\u003cSCRIPT""#);
    }

    #[test]
    fn a_member_is_a_name_a_text_or_a_prototype() {
        assert_eq!(
            [key("retry_after"), key("@type"), key("__proto__"), key("1")],
            ["retry_after", "\"@type\"", "[\"__proto__\"]", "\"1\""]
        );
    }

    #[test]
    fn a_comment_ends_where_it_should() {
        let hostile = [
            "*/ alert(1) /*".to_owned(),
            "@deprecated {@link x} a@b.example\n * @internal".to_owned(),
            "a\u{202e}b".to_owned(),
        ];
        let doc = doc("  ", &hostile, &["deprecated two\nlines */".to_owned()]);
        assert_eq!(
            doc,
            "  /**\n   * *\\/ alert(1) /*\n   *\n   * \\@deprecated {\\@link x} a@b.example\n   *  * \\@internal\n   *\n   * a\u{fffd}b\n   * @deprecated two lines *\\/\n   */\n"
        );
    }
}
