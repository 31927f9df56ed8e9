//! "Did you mean": finds a similar name.

/// Longer names are not compared: the time grows with the product of their lengths.
const MAX_BYTES: usize = 200;
/// How many names are compared.
const MAX_NAMES: usize = 10_000;

/// The name that is most similar to `word`. The edit distance is at most a third of the word.
///
/// ```
/// use errbook_catalog::problem::near::nearest;
/// assert_eq!(nearest("NOT_FUOND", ["CONFLICT", "NOT_FOUND"]), Some("NOT_FOUND"));
/// assert_eq!(nearest("TEAPOT", ["CONFLICT", "NOT_FOUND"]), None);
/// ```
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > MAX_BYTES {
        return None;
    }
    let wanted = fold(word);
    // A word of one or two letters is similar to every other one.
    let limit = if wanted.len() < 3 { 0 } else { (wanted.len() / 3).max(1) };
    names
        .into_iter()
        .filter(|name| name.len() <= MAX_BYTES)
        .take(MAX_NAMES)
        .map(|name| (distance(&wanted, &fold(name), limit), name))
        .filter(|(distance, name)| *distance <= limit && !name.is_empty())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Case, hyphens and underscores are the most common mistakes. They do not count.
fn fold(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}

/// The number of insertions, deletions, replacements and swaps of neighbors between two words. If
/// it is more than `limit`, the result is any number above `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> usize {
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut before = vec![0; b.len() + 1];
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut current = vec![i + 1; b.len() + 1];
        for (j, &to) in b.iter().enumerate() {
            let replaced = previous[j] + usize::from(from != to);
            current[j + 1] = replaced.min(previous[j + 1] + 1).min(current[j] + 1);
            if i > 0 && j > 0 && from == b[j - 1] && a[i - 1] == to {
                current[j + 1] = current[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_find_their_name_and_strangers_do_not() {
        let names = ["retryable", "retry", "refund", "group"];
        assert_eq!(nearest("retriable", names), Some("retryable"));
        assert_eq!(nearest("refudn", names), Some("refund"));
        assert_eq!(nearest("RETRY", names), Some("retry"));
        assert_eq!(nearest("banana", names), None);
        assert_eq!(nearest("", names), None);
    }
}
