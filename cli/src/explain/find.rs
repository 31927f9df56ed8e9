//! Finds errors by a search text.

use std::collections::HashMap;

use errbook_catalog::model::template::{Part, Template};
use errbook_catalog::model::{Catalog, Code, ErrorDef};

use crate::load::Source;

/// A match in a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// An index into the errors of the catalog.
    Error(usize),
    /// An index into the retired ids of the catalog.
    Retired(usize),
}

/// All matches of the first kind that occurs in any catalog: names, statuses, whole messages, or
/// words.
pub(super) fn find<'a>(wanted: &str, sources: &'a [Source]) -> Vec<(&'a Source, Found)> {
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Vec::new();
    }
    let kinds: [fn(&str, &ErrorDef) -> bool; 4] = [has_name, has_status, is_message, has_words];
    for (kind, fits) in kinds.into_iter().enumerate() {
        let mut found = Vec::new();
        for source in sources {
            let errors = source.catalog.errors.iter().enumerate();
            found.extend(errors.filter(|(_, it)| fits(wanted, it)).map(|(index, _)| (source, Found::Error(index))));
            let retired = source.catalog.retired.iter().enumerate();
            let is_named =
                |name: &errbook_catalog::model::name::Name| kind == 0 && same(wanted, [&name.id, &name.slug]);
            found
                .extend(retired.filter(|(_, it)| is_named(&it.name)).map(|(index, _)| (source, Found::Retired(index))));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The matches of what a client prints: the code before the status in `ShopError: SOLD_OUT (409): There
/// is no tea left.`, or the class in Python, `SoldOutError`.
pub(super) fn printed<'a>(text: &str, sources: &'a [Source]) -> Vec<(&'a Source, Found)> {
    // More classes are a log.
    const CLASSES: usize = 20;
    let code = text.match_indices(" (").find_map(|(at, _)| {
        let status = text.get(at + 2..at + 6)?.strip_suffix(')')?;
        let is_status = status.bytes().all(|digit| digit.is_ascii_digit());
        text[..at].rsplit([' ', '\'', '"', '(']).next().filter(|code| is_status && !code.is_empty())
    });
    let words = text.split(|c: char| !c.is_alphanumeric());
    let classes = words.filter_map(|word| word.strip_suffix("Error").or_else(|| word.strip_suffix("ErrorOnly")));
    let found = |name: &str| {
        let errors = sources.iter().flat_map(|source| {
            let errors = source.catalog.errors.iter().enumerate();
            errors.filter(|(_, it)| has_name(name, it)).map(move |(index, _)| (source, Found::Error(index)))
        });
        errors.chain(retired(name, sources)).collect::<Vec<_>>()
    };
    code.into_iter().chain(classes.take(CLASSES)).map(found).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The retired errors with a name.
pub(super) fn retired<'a>(wanted: &str, sources: &'a [Source]) -> Vec<(&'a Source, Found)> {
    let of = |source: &'a Source| {
        let retired = source.catalog.retired.iter().enumerate();
        retired.filter(|(_, it)| same(wanted, [&it.name.id])).map(move |(index, _)| (source, Found::Retired(index)))
    };
    sources.iter().flat_map(of).collect()
}

/// The names of errors, for "did you mean".
pub(super) fn names(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let errors = catalog.errors.iter().flat_map(|error| {
        let code = match &error.code {
            Some(Code::Text(text)) if *text != error.name.id => Some(text.as_str()),
            _ => None,
        };
        std::iter::once(error.name.id.as_str()).chain(code)
    });
    errors.chain(catalog.retired.iter().map(|retired| retired.name.id.as_str()))
}

fn has_name(wanted: &str, error: &ErrorDef) -> bool {
    let code = error.code.as_ref().map(ToString::to_string);
    let names = [&error.name.id, &error.name.slug, &error.name.variant];
    same(wanted, names.into_iter().chain(&code))
}

pub(super) fn same<'a>(wanted: &str, names: impl IntoIterator<Item = &'a String>) -> bool {
    names.into_iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

fn has_status(wanted: &str, error: &ErrorDef) -> bool {
    wanted.parse().is_ok_and(|status: u16| error.statuses.contains(&status))
}

pub(super) fn is_message(wanted: &str, error: &ErrorDef) -> bool {
    error.message.as_ref().is_some_and(|template| is_rendered(wanted, template))
}

/// Whether a text can be a rendered template. A template that is mostly placeholders would match
/// any text.
fn is_rendered(text: &str, template: &Template) -> bool {
    const ENOUGH: usize = 8;
    let texts = template.parts.iter().map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Slot(_) => None,
    });
    if texts.clone().flatten().map(|text| text.trim().len()).sum::<usize>() < ENOUGH {
        return false;
    }
    let last = template.parts.len() - 1;
    let mut rest = Some(text);
    for (index, part) in texts.enumerate() {
        // The first and the last text are at the ends, the others anywhere between. A value can be
        // any text.
        rest = rest.and_then(|rest| match part {
            None if index == last => Some(""),
            None => Some(rest),
            Some(part) if index == 0 => rest.strip_prefix(part),
            Some(part) if index == last => rest.ends_with(part).then_some(""),
            Some(part) => rest.split_once(part).map(|(_, after)| after),
        });
    }
    rest == Some("")
}

fn has_words(wanted: &str, error: &ErrorDef) -> bool {
    let ErrorDef { title, message, description, cause, .. } = error;
    let message = message.as_ref().map(Template::to_message_source);
    let texts = [Some(title), message.as_ref(), description.as_ref(), cause.as_ref()];
    let wanted = wanted.to_lowercase();
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
}

/// The errors whose texts have the words of a search, the best first, and whether they have all of
/// them as written. The site searches in the same way: see `pages/site/site.js`.
pub(super) fn similar<'a>(wanted: &str, sources: &'a [Source]) -> (Vec<(&'a Source, usize)>, bool) {
    // More words are a document.
    const WORDS: usize = 60;
    let words: Vec<String> = split(wanted).take(WORDS).collect();
    if words.is_empty() {
        return (Vec::new(), false);
    }
    let whole = words.join(" ");
    let mut known = Vec::new();
    for source in sources {
        let errors = source.catalog.errors.iter().enumerate();
        known.extend(errors.map(|(index, error)| ((source, index), Known::new(error))));
    }
    let mut measured = HashMap::new();
    for typos in [false, true] {
        let mut score = |known: &Known| {
            let far = words.iter().map(|word| known.far(word, typos, &mut measured)).sum::<Option<i64>>();
            far.map(|far| far - known.bonus(&whole))
        };
        let all = sorted(known.iter().filter_map(|(place, known)| Some((score(known)?, *place))));
        if !all.is_empty() {
            return (all, !typos);
        }
    }
    // A message has values that the catalog does not know.
    let long: Vec<&String> = words.iter().filter(|word| word.chars().count() > 3).collect();
    let enough = (long.len() * 2).div_ceil(3).max(2);
    let mut score = |known: &Known| {
        let far: Vec<i64> = long.iter().filter_map(|word| known.far(word, true, &mut measured)).collect();
        let most = i64::try_from(far.len()).unwrap_or(i64::MAX);
        (far.len() >= enough).then(|| far.iter().sum::<i64>() - 100 * most)
    };
    (sorted(known.iter().filter_map(|(place, known)| Some((score(known)?, *place)))), false)
}

fn sorted<T>(scores: impl Iterator<Item = (i64, T)>) -> Vec<T> {
    let mut scores: Vec<(i64, T)> = scores.collect();
    scores.sort_by_key(|(score, _)| *score);
    scores.into_iter().map(|(_, place)| place).collect()
}

/// The words of a text, in lowercase.
fn split(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

/// What a search knows of an error.
struct Known {
    head: Vec<String>,
    title: Vec<String>,
    words: Vec<String>,
    text: String,
    status: Vec<String>,
}

impl Known {
    fn new(error: &ErrorDef) -> Self {
        let ErrorDef { name, code, statuses, title, message, description, cause, fix, .. } = error;
        let code = code.as_ref().map(ToString::to_string).filter(|code| *code != name.id);
        let message = message.as_ref().map(Template::to_message_source);
        let head: Vec<&str> = [name.id.as_str()].into_iter().chain(code.as_deref()).collect();
        let texts = [message.as_deref(), description.as_deref(), cause.as_deref(), fix.as_deref()];
        let texts: Vec<&str> =
            head.iter().copied().chain([title.as_str()]).chain(texts.into_iter().flatten()).collect();
        let text = texts.join("\n").to_lowercase();
        let mut words: Vec<String> = split(&text).collect();
        words.sort_unstable();
        words.dedup();
        let status = statuses.iter().flat_map(|status| [status.to_string(), format!("{}xx", status / 100)]);
        Known {
            head: split(&head.join(" ")).collect(),
            title: split(title).collect(),
            words,
            text,
            status: status.collect(),
        }
    }

    fn bonus(&self, whole: &str) -> i64 {
        let key = self.head.join(" ");
        match () {
            () if key == whole => 1000,
            () if key.starts_with(whole) => 500,
            () if key.contains(whole) => 100,
            () => 0,
        }
    }

    /// How far a word is from the words of the error; `None` if it is none of them.
    fn far(&self, word: &str, typos: bool, measured: &mut HashMap<(String, String), i64>) -> Option<i64> {
        let Known { head, title, words, text, status } = self;
        if status.iter().any(|own| own == word) {
            return Some(0);
        }
        let places = || (0..).zip([head, title, words]);
        if let Some((at, _)) = places().find(|(_, place)| place.iter().any(|own| own == word)) {
            return Some(at);
        }
        if let Some((at, _)) = places().find(|(_, place)| place.iter().any(|own| own.starts_with(word))) {
            return Some(3 + at);
        }
        if text.contains(word) {
            return Some(6);
        }
        let length = word.chars().count();
        let most = match length {
            _ if !typos => return None,
            0..4 => return None,
            4..8 => 1,
            _ => 2,
        };
        let near = words.iter().filter(|own| own.chars().count() + most >= length);
        let least = near
            .map(|own| {
                let start: String = own.chars().take(length + most).collect();
                *measured.entry((word.to_owned(), start)).or_insert_with_key(|(word, start)| edits(word, start))
            })
            .min()?;
        (least <= i64::try_from(most).ok()?).then_some(10 * least)
    }
}

/// The number of edits that make a word the beginning of another.
fn edits(word: &str, other: &str) -> i64 {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let mut last: Vec<i64> = Vec::new();
    let mut row: Vec<i64> = (0..).take(other.len() + 1).collect();
    for (i, from) in word.iter().enumerate() {
        let mut next = vec![row[0] + 1];
        for (j, to) in other.iter().enumerate() {
            let mut fewest = (row[j + 1] + 1).min(next[j] + 1).min(row[j] + i64::from(from != to));
            if i > 0 && j > 0 && *from == other[j - 1] && word[i - 1] == *to {
                fewest = fewest.min(last[j - 1] + 1);
            }
            next.push(fewest);
        }
        last = std::mem::replace(&mut row, next);
    }
    row.into_iter().min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Found, find, printed, similar};
    use crate::load::Source;

    fn source(text: &str) -> Source {
        let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
        let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        Source { path: "errors.yaml".into(), catalog, inputs: Vec::new() }
    }

    #[test]
    fn names_come_before_statuses_and_these_before_words() {
        let sources = [source(
            "
errbook: 1
api: {name: Shop}
errors:
  SOLD_OUT: {status: 409, code: gone_409, message: 'Only {left} are left; you asked for {asked}.', details: {left: integer, asked: integer}}
  TAKEN: {status: 409, cause: Somebody was QUICKER.}
  FOUR: {status: 400, code: 429}
  SLOW: {status: 429, title: Too many requests}
  FREE: {status: 418, message: '{text}', details: {text: string}}
retired: {OLD_ONE: {use: TAKEN}}
",
        )];
        let found = |wanted: &str| {
            let ids = find(wanted, &sources).into_iter().map(|(source, found)| match found {
                Found::Error(index) => source.catalog.errors[index].name.id.clone(),
                Found::Retired(index) => source.catalog.retired[index].name.id.clone(),
            });
            ids.collect::<Vec<_>>().join(" ")
        };
        for (wanted, expected) in [
            ("SOLD_OUT", "SOLD_OUT"),
            ("sold-out", "SOLD_OUT"),
            (" SoldOut ", "SOLD_OUT"),
            ("GONE_409", "SOLD_OUT"),
            ("409", "SOLD_OUT TAKEN"),
            ("429", "FOUR"),
            ("old_one", "OLD_ONE"),
            ("Only 2 are left; you asked for 3.", "SOLD_OUT"),
            ("Only 2 are left", ""),
            ("quicker", "TAKEN"),
            ("too many", "SLOW"),
            ("anything at all", ""),
            ("", ""),
            ("99999", ""),
        ] {
            assert_eq!(found(wanted), expected, "{wanted}");
        }
    }

    #[test]
    fn what_a_client_prints_is_found() {
        let sources = [source(
            "
errbook: 1
api: {name: Shop}
errors:
  SOLD_OUT: {status: 409, message: No more.}
  PAID: {status: 402, code: paid-42}
retired: {OLD_ONE: {use: SOLD_OUT}}
",
        )];
        for (text, expected) in [
            ("ShopError: SOLD_OUT (409): Nada.", "SOLD_OUT"),
            ("SoldOutError('SOLD_OUT (409): Nada.')", "SOLD_OUT"),
            ("shop.errors.SoldOutError: Nada", "SOLD_OUT"),
            ("ShopError: unknown error OLD_ONE (409): Nada.", "OLD_ONE"),
            ("unknown error paid-42 (402)", "PAID"),
            ("PaidErrorOnly", "PAID"),
            ("ShopError: NEW (409): Nada.", ""),
            ("SOLD_OUT (4099)", ""),
            ("(409)", ""),
            (" (\u{e4}\u{e4}\u{e4})", ""),
            ("Error", ""),
            ("", ""),
        ] {
            let ids = printed(text, &sources).into_iter().map(|(source, found)| match found {
                Found::Error(index) => source.catalog.errors[index].name.id.clone(),
                Found::Retired(index) => source.catalog.retired[index].name.id.clone(),
            });
            assert_eq!(ids.collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }

    #[test]
    fn similar_words_are_found_best_first() {
        let sources = [source(
            "
errbook: 1
api: {name: Shop}
errors:
  TOO_LARGE: {status: 413, fix: Send less than the quota allows. It was exceeded by far.}
  QUOTA_EXCEEDED: {status: 429, message: 'You exceeded the quota of {limit} requests.', details: {limit: integer}}
  SOLD_OUT: {status: 409, title: Nothing left}
",
        )];
        let found = |wanted: &str| {
            let (places, is_exact) = similar(wanted, &sources);
            let ids = places.into_iter().map(|(source, index)| source.catalog.errors[index].name.id.as_str());
            (ids.collect::<Vec<_>>().join(" "), is_exact)
        };
        for (wanted, expected, is_exact) in [
            ("quota exceeded", "QUOTA_EXCEEDED TOO_LARGE", true),
            ("exceeded QUOTA", "QUOTA_EXCEEDED TOO_LARGE", true),
            ("You exceded the quota", "QUOTA_EXCEEDED", false),
            ("the quotas", "TOO_LARGE QUOTA_EXCEEDED", false),
            ("quotaa 429", "QUOTA_EXCEEDED", false),
            ("Customer 17 exceeded the quota of requests", "QUOTA_EXCEEDED", false),
            ("nothing lfet", "SOLD_OUT", false),
            ("nothing at all like it", "", false),
            ("", "", false),
            ("?!", "", false),
        ] {
            assert_eq!(found(wanted), (expected.to_owned(), is_exact), "{wanted}");
        }
    }
}
