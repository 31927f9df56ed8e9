//! What an error says about repeating the request.

use super::Linter;
use crate::model::{Kind, Retry};
use crate::problem::{Problem, Rule};

impl Linter<'_, '_> {
    pub(super) fn unsaid_retry(&mut self) {
        for (entry, error) in self.public_errors() {
            let id = &error.name.id;
            if error.kind() != Kind::Symptom && error.retry == Retry::Unsaid {
                let message = format!("`{id}` does not say whether to retry");
                self.push(Problem::new(Rule::MissingRetryable, entry.id.span, message));
            }
            let told = entry.fix.as_ref().filter(|fix| tells_to_retry(&fix.value));
            let said = match error.retry {
                Retry::Unsaid => "is not marked retryable",
                Retry::Never => "is not retryable",
                Retry::Always(_) | Retry::Idempotent(_) => continue,
            };
            // A symptom is not a response.
            if let (Some(fix), Kind::Response | Kind::Message) = (told, error.kind()) {
                let message = format!("the `fix` of `{id}` advises a retry, but the entry {said}");
                self.push(Problem::new(Rule::RetryOnlyInFix, fix.span, message));
            }
        }
    }
}

/// The words with which a text tells to send the same request again.
const AGAIN: [&[&str]; 11] = [
    &["retry"],
    &["resend"],
    &["try", "again"],
    &["try", "it", "again"],
    &["try", "once", "more"],
    &["try", "one", "more", "time"],
    &["try", "the", "request", "again"],
    &["send", "it", "again"],
    &["send", "the", "request", "again"],
    &["repeat", "it"],
    &["repeat", "the", "request"],
];

/// Whether a text tells to send the same request again: at the start of a clause, or after a wait.
/// `Correct the field, then send it again` is about another request, and so is `Retry with a valid
/// key`.
fn tells_to_retry(text: &str) -> bool {
    text.split(['.', ';', ':', '!', '?', '\n', '(', ')']).any(|clause| {
        let words: Vec<String> = clause
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
            .filter(|word| !word.is_empty() && !matches!(word.as_str(), "please" | "just" | "simply" | "then"))
            .collect();
        let waits = matches!(
            words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            ["wait", ..] | ["back", "off", ..] | ["give", "it", ..]
        );
        let starts = if waits { 0..words.len() } else { 0..words.len().min(1) };
        starts.into_iter().any(|start| {
            let rest = &words[start..];
            let phrase = AGAIN.iter().find(|phrase| rest.iter().take(phrase.len()).eq(phrase.iter()));
            phrase.is_some_and(|phrase| is_same_request(&rest[phrase.len()..]))
        })
    })
}

/// Whether what follows `retry` changes nothing of the request.
fn is_same_request(rest: &[String]) -> bool {
    let is_wait = |word: &String| ["backoff", "wait", "waits", "delay", "delays", "jitter"].contains(&word.as_str());
    match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["with" | "using", ..] => rest.iter().any(is_wait),
        ["after", next, ..] => !next.ends_with("ing") && *next != "you",
        ["once" | "when" | "if", "you", ..] => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::tells_to_retry;

    #[test]
    fn a_text_tells_to_retry_the_same_request() {
        for fix in [
            "Wait and retry.",
            "Wait, then (please) retry.",
            "**Retry**, once more.",
            "Retry after a short backoff.",
            "Retry; contact support if it persists.",
            "Usually transient: retry with exponential backoff.",
            "Please try again in a few minutes.",
            "Wait for the seconds in `Retry-After`, then send the request again.",
            "Give it a few seconds and try one more time.",
        ] {
            assert!(tells_to_retry(fix), "{fix}");
        }
        for fix in [
            "Correct the field, then send it again.",
            "Do not retry.",
            "Retry with a valid key.",
            "Try again after signing in.",
            "Retry when you have paid.",
            "`Retry-After` says when.",
            "Wait for the next month.",
            "Choose another.",
        ] {
            assert!(!tells_to_retry(fix), "{fix}");
        }
    }
}
