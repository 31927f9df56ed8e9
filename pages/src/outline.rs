//! Proves edits of markdown that others write: outside the edited part, the text before and after
//! has the same bytes, and `CommonMark` reads them alike.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

/// Whether two texts have the same structure outside a part of each. The structures differ if the
/// part is in a comment or in code, or opens one.
///
/// ```
/// use errbook_pages::outline::is_same_around;
/// let (before, after) = ("# A\n\nb\n", "# A\n\n- new\n\nb\n");
/// assert!(is_same_around((before, 5..5), (after, 5..12)));
/// let (before, after) = ("# A\n\nb\n", "# A\n\n```\nb\n");
/// assert!(!is_same_around((before, 5..5), (after, 5..9)));
/// ```
pub fn is_same_around(before: (&str, Range<usize>), after: (&str, Range<usize>)) -> bool {
    let outside = |(text, part): &(&str, Range<usize>)| {
        Some((text.get(..part.start)?.to_owned(), text.get(part.end..)?.to_owned()))
    };
    outside(&before).is_some_and(|texts| outside(&after) == Some(texts)) && outline(before) == outline(after)
}

/// The events outside a part, each with its place relative to the start or the end of the part.
fn outline((text, part): (&str, Range<usize>)) -> Vec<(Event<'static>, bool, isize)> {
    let text = &with_line_feeds(text);
    // A byte order mark is not part of the first line.
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let events = Parser::new_ext(&text[skipped..], Options::empty()).into_offset_iter();
    let events = events.map(|(event, place)| (event, place.start + skipped..place.end + skipped));
    let outside = events.filter(|(_, place)| place.start < part.start || place.end > part.end);
    let relative = outside.map(|(event, place)| {
        let is_below = place.start >= part.start;
        let from = if is_below { part.end } else { part.start };
        (event.into_static(), is_below, place.start.wrapping_sub(from).cast_signed())
    });
    relative.collect()
}

/// The text with `\n` for each `\r` that is a line break of its own, which the parser does not
/// know everywhere. Places stay the same.
pub(crate) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let is_alone = |(at, _): &(usize, &str)| text.as_bytes().get(at + 1) != Some(&b'\n');
    if !text.match_indices('\r').any(|found| is_alone(&found)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\u{0}\n").replace('\r', "\n").replace("\u{0}\n", "\r\n"))
}
