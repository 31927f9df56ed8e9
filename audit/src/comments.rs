//! Reads comments of the form `// errbook: allow(hand-written-code): the reason`. The Rust parser
//! drops comments, so they are read from the text, line by line.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};

const MARK: &str = "errbook: allow";

/// A comment that allows findings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The range from the slashes to the end of the line.
    pub(super) place: Range<usize>,
    /// The rule names between the parentheses, as written.
    pub(super) rules: Vec<String>,
    pub(super) reason: String,
    /// The first byte of the line that it applies to: its own, or the next one with code.
    pub(super) line: usize,
}

/// The comments of a file. `tokens` are the tokens of its text from byte `skipped` on.
pub(super) fn of(text: &str, skipped: usize, tokens: &TokenStream) -> Vec<Comment> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let mut literals = Vec::new();
    places(tokens.clone(), skipped, &mut literals);
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.match_indices("//").map(|(at, _)| start + at).find(|at| {
            let rest = text[*at..].trim_start_matches('/').trim_start();
            // A string may contain the mark, and so may a doc comment.
            rest.starts_with(MARK) && !literals.iter().any(|literal| literal.contains(at))
        });
        if let Some(at) = comment {
            let end = start + line.trim_end().len();
            let (rules, reason) = parts(&text[at..end]);
            let is_alone = text[start..at].trim().is_empty();
            let line = if is_alone { next_code(text, start + line.len()) } else { start };
            comments.push(Comment { place: at..end, rules, reason, line });
        }
        start += line.len();
    }
    comments
}

/// The names in the parentheses, and the reason after the colon.
fn parts(comment: &str) -> (Vec<String>, String) {
    let rest = comment.split_once(MARK).map_or("", |(_, rest)| rest).trim_start();
    let Some((names, rest)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return (Vec::new(), String::new());
    };
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let reason = rest.trim_start().strip_prefix(':').unwrap_or_default().trim();
    (names.collect(), reason.to_owned())
}

/// The beginning of the next line that is not a comment. Doc comments and attributes belong to
/// their item.
fn next_code(text: &str, from: usize) -> usize {
    let mut start = from;
    for line in text[from..].split_inclusive('\n') {
        let words = line.trim();
        let is_comment = words.starts_with("//") && !words.starts_with("///") && !words.starts_with("//!");
        if !words.is_empty() && !is_comment {
            break;
        }
        start += line.len();
    }
    start
}

fn places(tokens: TokenStream, skipped: usize, literals: &mut Vec<Range<usize>>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => places(group.stream(), skipped, literals),
            TokenTree::Literal(literal) => {
                let range = literal.span().byte_range();
                literals.push(range.start + skipped..range.end + skipped);
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Comment, of};

    fn comments(text: &str) -> Vec<Comment> {
        of(text, 0, &text.parse().expect("tokens"))
    }

    #[test]
    fn a_comment_speaks_of_its_own_line_or_of_the_next() {
        let text = "fn a() {\n    // errbook: allow(unknown-code, hand-written-code): the proxy's own.\n    // More.\n\n    b();\n    c(); // errbook: allow(unknown-code):  so \n}\n";
        let found = comments(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].rules, ["unknown-code", "hand-written-code"]);
        assert_eq!(found[0].reason, "the proxy's own.");
        assert!(text[found[0].line..].starts_with("    b();"));
        assert_eq!(found[1].reason, "so");
        assert!(text[found[1].line..].starts_with("    c();"));
    }

    #[test]
    fn a_text_and_documentation_are_no_comments() {
        let text = "/// errbook: allow(unknown-code): shown\nfn a() { b(\"// errbook: allow(unknown-code): x\"); }\n";
        assert_eq!(comments(text), []);
    }

    #[test]
    fn what_is_missing_is_empty() {
        for (text, rules) in [
            ("// errbook: allow(unknown-code)\n", 1),
            ("// errbook: allow(unknown-code):\n", 1),
            ("// errbook: allow unknown-code: reason\n", 0),
            ("// errbook: allow\n", 0),
        ] {
            let found = comments(text);
            assert_eq!((found[0].rules.len(), found[0].reason.as_str()), (rules, ""), "{text}");
        }
    }
}
