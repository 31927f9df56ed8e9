//! Messages and ids that differ in style from most others. A style needs a minimum number of
//! messages or ids, and four fifths of them must agree.

use heck::{ToKebabCase as _, ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

use super::Linter;
use crate::problem::{Problem, Rule};
use crate::read::syntax::Text;

/// The minimum number of messages for a style.
const MIN_MESSAGES: usize = 5;
/// The minimum number of ids for a style.
const MIN_IDS: usize = 4;

impl Linter<'_, '_> {
    pub(super) fn message_style(&mut self) {
        let messages: Vec<&Text> = self.document.errors.iter().filter_map(|error| error.message.as_ref()).collect();
        let (usual, unusual) = odd_ones(&messages, begins_with_capital);
        for message in unusual {
            let (this, others) = if usual { ("a lowercase", "an uppercase") } else { ("an uppercase", "a lowercase") };
            let message =
                Problem::new(Rule::MessageStyle, message.span, format!("this message starts with {this} letter"));
            self.push(message.help(format!("the other messages start with {others} letter")));
        }
        let (usual, unusual) = odd_ones(&messages, ends_with_stop);
        for message in unusual {
            let (this, others) = if usual { ("without", "with") } else { ("with", "without") };
            let message =
                Problem::new(Rule::MessageStyle, message.span, format!("this message ends {this} a full stop"));
            self.push(message.help(format!("the other messages end {others} one")));
        }
    }

    pub(super) fn id_style(&mut self) {
        let ids: Vec<&Text> = self.document.errors.iter().map(|error| &error.id).collect();
        if ids.len() < MIN_IDS {
            return;
        }
        let fitting = |style: Style| ids.iter().filter(|id| style.fits(&id.value)).count();
        // `conflict` has three styles. If two styles have the same count, the first one is chosen.
        let Some(style) = Style::ALL.into_iter().rev().max_by_key(|style| fitting(*style)) else { return };
        if !is_most(fitting(style), ids.len()) {
            return;
        }
        for id in ids.into_iter().filter(|id| !style.fits(&id.value)) {
            let message = format!("`{}` is not in {}, unlike most other ids", id.value, style.name());
            let help =
                format!("rename it to `{}`, and write `code: {}` to keep the wire code", style.of(&id.value), id.value);
            self.push(Problem::new(Rule::IdStyle, id.span, message).help(help));
        }
    }
}

/// The answer of most texts, and the texts with another answer. Without a clear majority, there are
/// none. A text without an answer is ignored.
fn odd_ones<'a>(texts: &[&'a Text], question: fn(&str) -> Option<bool>) -> (bool, Vec<&'a Text>) {
    let votes: Vec<(&'a Text, bool)> =
        texts.iter().filter_map(|text| question(&text.value).map(|answer| (*text, answer))).collect();
    let yes = votes.iter().filter(|(_, answer)| *answer).count();
    let usual = yes * 2 > votes.len();
    let agreeing = if usual { yes } else { votes.len() - yes };
    if votes.len() < MIN_MESSAGES || !is_most(agreeing, votes.len()) {
        return (usual, Vec::new());
    }
    (usual, votes.into_iter().filter(|(_, answer)| *answer != usual).map(|(text, _)| text).collect())
}

fn is_most(part: usize, all: usize) -> bool {
    part * 5 >= all * 4
}

/// A message of one word is an identifier (`rate_limited`), not a sentence.
fn is_sentence(message: &str) -> bool {
    message.contains(' ')
}

/// `None` if a message starts with a value, a number, or a word with a fixed spelling, such as
/// `OAuth`, `API` or `userId`.
fn begins_with_capital(message: &str) -> Option<bool> {
    let word = message.split(' ').next()?;
    let first = word.chars().next().filter(|first| is_sentence(message) && first.is_alphabetic())?;
    let is_plain_word = !word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_');
    (is_plain_word && (first.is_uppercase() || first.is_lowercase())).then(|| first.is_uppercase())
}

/// `None` if a message ends with a value, or with another punctuation mark.
fn ends_with_stop(message: &str) -> Option<bool> {
    match message.chars().next_back()? {
        _ if !is_sentence(message) => None,
        '.' => (!message.ends_with("..")).then_some(true),
        last => last.is_alphanumeric().then_some(false),
    }
}

/// How the words of an id are joined.
#[derive(Clone, Copy)]
enum Style {
    Shouting,
    Snake,
    Kebab,
    Pascal,
    Camel,
}

impl Style {
    const ALL: [Style; 5] = [Style::Shouting, Style::Snake, Style::Kebab, Style::Pascal, Style::Camel];

    fn name(self) -> &'static str {
        match self {
            Style::Shouting => "SCREAMING_SNAKE_CASE",
            Style::Snake => "snake_case",
            Style::Kebab => "kebab-case",
            Style::Pascal => "PascalCase",
            Style::Camel => "camelCase",
        }
    }

    /// Dots separate namespaces. Each part must be in the style.
    fn fits(self, id: &str) -> bool {
        id.split('.').all(|part| {
            let only = |allowed: fn(char) -> bool| part.chars().all(|c| c.is_ascii_digit() || allowed(c));
            let first = part.chars().next().unwrap_or('_');
            match self {
                Style::Shouting => only(|c| c.is_ascii_uppercase() || c == '_'),
                Style::Snake => only(|c| c.is_ascii_lowercase() || c == '_'),
                Style::Kebab => only(|c| c.is_ascii_lowercase() || c == '-'),
                // `HTTPError` is in PascalCase; `NOTFOUND` is not.
                Style::Pascal => {
                    first.is_ascii_uppercase()
                        && only(|c| c.is_ascii_alphabetic())
                        && part.chars().any(|c| c.is_ascii_lowercase())
                }
                Style::Camel => first.is_ascii_lowercase() && only(|c| c.is_ascii_alphabetic()),
            }
        })
    }

    fn of(self, id: &str) -> String {
        let parts: Vec<String> = id
            .split('.')
            .map(|part| match self {
                Style::Shouting => part.to_shouty_snake_case(),
                Style::Snake => part.to_snake_case(),
                Style::Kebab => part.to_kebab_case(),
                Style::Pascal => part.to_upper_camel_case(),
                Style::Camel => part.to_lower_camel_case(),
            })
            .collect();
        parts.join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::{Style, begins_with_capital, ends_with_stop};

    #[test]
    fn only_sentences_have_a_beginning_and_an_end() {
        for (message, capital, stop) in [
            ("The key is wrong.", Some(true), Some(true)),
            ("the key is wrong", Some(false), Some(false)),
            ("{count} keys are wrong: {keys}", None, None),
            ("API keys are wrong", None, Some(false)),
            ("OAuth failed...", None, None),
            ("userId is wrong!", None, None),
            ("invalid_key", None, None),
            ("Forbidden.", None, None),
            ("日本 語", None, Some(false)),
            ("", None, None),
        ] {
            assert_eq!((begins_with_capital(message), ends_with_stop(message)), (capital, stop), "{message}");
        }
    }

    #[test]
    fn an_id_may_fit_several_styles() {
        let styles = |id: &str| -> String {
            Style::ALL.into_iter().filter(|style| style.fits(id)).map(|style| &style.name()[..1]).collect()
        };
        for (id, expected) in [
            ("NOT_FOUND", "S"),
            ("not_found", "s"),
            ("not-found", "k"),
            ("NotFound", "P"),
            ("notFound", "c"),
            ("conflict", "skc"),
            ("auth.key-missing", "k"),
            ("auth.KeyMissing", ""),
            ("E404", "S"),
        ] {
            assert_eq!(styles(id), expected, "{id}");
        }
    }
}
