//! Cuts long values around their first difference.

/// Two values of at most `limit` characters each, cut so that their first difference is in both.
///
/// ```
/// use errbook_history::diff::excerpts;
///
/// let old = "Wait until the warehouse opens, then send the same request again.";
/// let new = "Wait until the warehouse opens, then send another request.";
/// assert_eq!(excerpts(old, new, 30), [
///     "…opens, then send the same req…",
///     "…opens, then send another requ…",
/// ]);
/// assert_eq!(excerpts("409", "410", 30), ["409", "410"]);
/// ```
pub fn excerpts(old: &str, new: &str, limit: usize) -> [String; 2] {
    let same = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    [old, new].map(|text| excerpt(text, same, limit))
}

/// A text cut around the character at that place.
fn excerpt(text: &str, at: usize, limit: usize) -> String {
    let length = text.chars().count();
    if length <= limit {
        return text.to_owned();
    }
    // Some text before the difference says where it is.
    let start = at.saturating_sub(limit * 3 / 5).min(length - limit);
    let kept: String = text.chars().skip(start).take(limit).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + limit < length { "…" } else { "" };
    let kept = if start > 0 { kept.trim_start() } else { &kept };
    let kept = if after.is_empty() { kept } else { kept.trim_end() };
    format!("{before}{kept}{after}")
}
