//! Messages that are nearly the same.
//!
//! Comparing every pair would take a minute for ten thousand messages. Instead, the messages are
//! sorted twice: by their words, and by their words in reverse. Two messages that differ in one
//! word are close to each other in one of the two orders. Only close messages are compared.

use std::collections::BTreeMap;

use super::Linter;
use crate::problem::{Problem, Rule};

/// Each message is compared with this many messages after it.
const WINDOW: usize = 8;

impl Linter<'_, '_> {
    pub(super) fn similar_messages(&mut self) {
        let written: Vec<(usize, Vec<String>)> = self
            .document
            .errors
            .iter()
            .enumerate()
            .filter_map(|(at, entry)| Some((at, words(&entry.message.as_ref()?.value))))
            .filter(|(_, words)| words.iter().any(|word| !word.starts_with('{')))
            .collect();
        // Each message that is similar to an earlier one, with the first of them.
        let mut likenesses: BTreeMap<usize, usize> = BTreeMap::new();
        let mut forward: Vec<&(usize, Vec<String>)> = written.iter().collect();
        forward.sort_by(|(_, a), (_, b)| a.cmp(b));
        let mut backward: Vec<&(usize, Vec<String>)> = written.iter().collect();
        backward.sort_by(|(_, a), (_, b)| a.iter().rev().cmp(b.iter().rev()));
        for order in [forward, backward] {
            for (place, (at, words)) in order.iter().enumerate() {
                for (other, other_words) in order[place + 1..].iter().take(WINDOW) {
                    let differ = self.catalog.errors[*at].code != self.catalog.errors[*other].code;
                    if differ && are_similar(words, other_words) {
                        let first = likenesses.entry(*at.max(other)).or_insert(*at.min(other));
                        *first = *at.min(other).min(first);
                    }
                }
            }
        }
        for (at, first) in likenesses {
            let (entry, first) = (&self.document.errors[at], &self.document.errors[first]);
            let (Some(message), Some(first_message)) = (&entry.message, &first.message) else { continue };
            let same = if message.value == first_message.value { "the same" } else { "nearly the same" };
            let text = format!("the messages of `{}` and `{}` are {same}", first.id.value, entry.id.value);
            self.push(Problem::new(Rule::SimilarMessages, message.span, text).related(first_message.span, "the other"));
        }
    }
}

/// The significant words, in lowercase and without punctuation. A placeholder is a word.
fn words(message: &str) -> Vec<String> {
    const SMALL_WORDS: [&str; 16] = [
        "a", "an", "the", "this", "that", "your", "is", "are", "was", "were", "has", "have", "been", "be", "please",
        "it",
    ];
    message
        .split_whitespace()
        .map(|word| {
            let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '{' | '}'));
            trimmed.to_lowercase()
        })
        .filter(|word| !word.is_empty() && !SMALL_WORDS.contains(&word.as_str()))
        .collect()
}

/// Whether the words are the same, except for a typo in one of them.
fn are_similar(a: &[String], b: &[String]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut differing = a.iter().zip(b).filter(|(a, b)| a != b);
    match (differing.next(), differing.next()) {
        (None, _) => true,
        (Some((a, b)), None) => are_one_slip_apart(a, b),
        (Some(_), Some(_)) => false,
    }
}

/// One letter more, less or other. Short words that differ in a letter are different words: `post`
/// and `host`.
fn are_one_slip_apart(a: &str, b: &str) -> bool {
    const MIN_LETTERS: usize = 6;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < MIN_LETTERS || a[0] == '{' || b[0] == '{' {
        return false;
    }
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let same = (same_start + same_end).min(a.len()).min(b.len());
    a.len().max(b.len()) - same <= 1
}

#[cfg(test)]
mod tests {
    use super::{are_similar, words};

    #[test]
    fn a_slip_is_similar_and_another_word_is_not() {
        for (a, b, expected) in [
            ("The API key is invalid.", "Your API key is invalid", true),
            ("Could not recieve the file", "Could not receve the file.", true),
            ("Post not found", "Host not found", false),
            ("The import failed", "The export failed", false),
            ("No value for {first_name}", "No value for {first_names}", false),
            ("Images are missing", "Image are missing", false),
            ("Uploads are missing", "Upload are missing", true),
            ("Invalid key", "Invalid key given", false),
        ] {
            assert_eq!(are_similar(&words(a), &words(b)), expected, "{a} / {b}");
        }
    }
}
