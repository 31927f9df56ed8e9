//! Finds the error of the catalog that a response belongs to.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cell::OnceCell;
use core::slice;

use crate::client::json::{Document, Node};
use crate::client::list::List;
use crate::client::{Values, template};
use crate::info::{Envelope, Slot};
use crate::{ErrorInfo, Json, Table};

/// A response, with its body as JSON if it is JSON.
pub(super) struct Response<'a> {
    pub(super) table: &'static Table,
    pub(super) status: u16,
    headers: Vec<(&'a str, &'a [u8])>,
    body: Option<&'a Document<'a>>,
    /// `null` is what an error without a body serializes to.
    has_body: bool,
}

impl<'a> Response<'a> {
    /// The document is what the body is as JSON.
    pub(super) fn new(
        table: &'static Table,
        status: u16,
        headers: Vec<(&'a str, &'a [u8])>,
        body: &'a [u8],
        document: Option<&'a Document<'a>>,
    ) -> Self {
        let is_null = document.is_some_and(|document| document.root().is_null());
        Response { table, status, headers, body: document, has_body: !is_null && !body.trim_ascii().is_empty() }
    }

    /// The first header with this name that is text.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.header_lines(name).next()
    }

    /// The headers with this name that are text.
    pub(super) fn header_lines(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        lines.filter_map(|(_, value)| core::str::from_utf8(value).ok().map(trimmed))
    }

    /// The value at a JSON pointer (RFC 6901) in the body.
    pub(super) fn at(&self, pointer: &str) -> Option<Node<'a, 'a>> {
        self.body?.root().at(pointer)
    }

    /// The values in a slot of an envelope that are not null.
    fn values(&self, envelope: &Envelope, slot: Slot) -> impl Iterator<Item = Node<'a, 'a>> {
        let places = envelope.slots.iter().filter(move |(_, own)| *own == slot);
        places.filter_map(|(pointer, _)| self.at(pointer)).filter(|value| !value.is_null())
    }

    /// The index of the only error that matches.
    pub(super) fn identify(&self) -> Option<usize> {
        // Most catalogs have one envelope. What is filled where it stays is not copied.
        let (mut only, mut several);
        let marks = if let [envelope] = self.table.envelopes {
            only = Marks::new(self, envelope);
            slice::from_mut(&mut only)
        } else {
            several = self.table.envelopes.iter().map(|envelope| Marks::new(self, envelope)).collect::<Vec<_>>();
            &mut several
        };
        marks.iter_mut().for_each(Marks::read);
        let marks = &*marks;
        let resemblance = |row: usize| {
            let info = self.table.info(row);
            match info.handling().envelope {
                Some(at) => marks.get(at)?.resemblance(info),
                // Any body is of someone else.
                None => (!self.has_body).then_some(Resemblance::Status),
            }
        };
        let of_status = |row: &usize| self.table.statuses(*row).contains(&self.status);
        let (mut named, mut of_this_status) = (Only::Nothing, Only::Nothing);
        let mut add = |row: usize| {
            if resemblance(row) == Some(Resemblance::Named) {
                named.add(row);
                if of_status(&row) {
                    of_this_status.add(row);
                }
            }
        };
        for marks in marks {
            if let Some(Some(code)) = marks.codes.get(0) {
                self.table.with_code(Some(code)).for_each(&mut add);
            }
            if let Some(Some(id)) = marks.ids.get(0) {
                self.table.by_id(id).into_iter().for_each(&mut add);
            }
        }
        match of_this_status {
            // A code or an id is the best match.
            Only::One(row) => return Some(row),
            Only::Several => return None,
            Only::Nothing => {}
        }
        let rows = (0..self.table.rows.len()).filter(of_status);
        // If no error has this status, only a code or an id identifies an error.
        best(rows.filter_map(|row| Some((row, resemblance(row)?)))).or(match named {
            Only::One(row) => Some(row),
            _ => None,
        })
    }

    fn texts(&self, envelope: &Envelope, slot: Slot) -> Texts<'a> {
        self.values(envelope, slot).map(text).collect()
    }

    /// The code of an unknown error.
    pub(super) fn code(&self) -> Option<String> {
        self.first(Slot::Code).or_else(|| self.first(Slot::Id)).map(Cow::into_owned)
    }

    /// The message of an unknown error.
    pub(super) fn message(&self) -> Option<String> {
        self.first(Slot::Message).or_else(|| self.first(Slot::Title)).map(Cow::into_owned)
    }

    fn first(&self, slot: Slot) -> Option<Cow<'a, str>> {
        self.table.envelopes.iter().find_map(|envelope| self.values(envelope, slot).find_map(text))
    }

    /// The context fields in headers; for an unknown error, those of any envelope.
    pub(super) fn facts(&self, info: Option<ErrorInfo>) -> Vec<(&'static str, Json)> {
        if self.headers.is_empty() {
            return Vec::new();
        }
        let in_rows = info.into_iter().flat_map(ErrorInfo::headers);
        let templates = in_rows.chain(envelopes(self.table, info).flat_map(|envelope| envelope.headers));
        let facts = templates.flat_map(|(name, template)| {
            let captures = self.header(name).map(|text| template::header_captures(template, text)).unwrap_or_default();
            captures.into_iter().filter_map(|(name, value)| Some((name.strip_prefix("context.")?, Json::from(&*value))))
        });
        facts.collect()
    }
}

/// The context fields in a body, and the details of an error of the catalog.
pub(super) fn values(body: &Document<'_>, table: &'static Table, info: Option<ErrorInfo>) -> Values {
    let mut values = Values::default();
    for (pointer, slot) in envelopes(table, info).flat_map(|envelope| envelope.slots) {
        let Some(value) = body.root().at(pointer) else { continue };
        match slot {
            Slot::Fact(name) if !value.is_null() => values.facts.push((name, value.to_json())),
            Slot::Detail(name) if info.is_some() => values.details.push((String::from(*name), value.to_json())),
            Slot::Details if info.is_some() => {
                values.details.extend(value.members().map(|(name, value)| (name.to_text(), value.to_json())));
            }
            _ => {}
        }
    }
    values
}

/// The envelope of an error, or every envelope that an unknown error may have.
fn envelopes(table: &'static Table, info: Option<ErrorInfo>) -> impl Iterator<Item = &'static Envelope> {
    let own = info.map(|info| info.handling().envelope);
    let envelopes = table.envelopes.iter().enumerate();
    envelopes.filter(move |(at, _)| own.is_none_or(|own| own == Some(*at))).map(|(_, envelope)| envelope)
}

/// How many different rows there are.
enum Only {
    Nothing,
    One(usize),
    Several,
}

impl Only {
    fn add(&mut self, row: usize) {
        *self = match *self {
            Only::Nothing => Only::One(row),
            Only::One(own) if own == row => Only::One(own),
            _ => Only::Several,
        }
    }
}

/// The text without spaces of ASCII around it. A header has no others (RFC 9110 section 5.6.3), so they
/// are part of the value.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter| matches!(letter, '\t'..='\r' | ' '))
}

/// The row that matches a response best, if no other matches as well.
fn best(rows: impl Iterator<Item = (usize, Resemblance)>) -> Option<usize> {
    let mut best = None;
    let mut is_alone = false;
    for (row, like) in rows {
        match best {
            Some((_, most)) if like < most => {}
            Some((_, most)) if like == most => is_alone = false,
            _ => (best, is_alone) = (Some((row, like)), true),
        }
    }
    best.filter(|_| is_alone).map(|(row, _)| row)
}

/// A string, or an integer in digits.
fn text<'a>(value: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    value.text().or_else(|| Some(Cow::Owned(value.integer()?.to_string())))
}

/// Identifying values; `None` for a value that is not text. Most envelopes have one.
type Texts<'a> = List<Option<Cow<'a, str>>, 1>;

/// The identifying values of a response. Most errors have a code, and need no others.
struct Marks<'r, 'a> {
    /// Whether the envelope has a place for a code.
    has_code: bool,
    codes: Texts<'a>,
    ids: Texts<'a>,
    urls: OnceCell<Texts<'a>>,
    slugs: OnceCell<Texts<'a>>,
    response: &'r Response<'a>,
    envelope: &'static Envelope,
    is_whole: OnceCell<bool>,
}

impl<'r, 'a> Marks<'r, 'a> {
    #[inline]
    const fn new(response: &'r Response<'a>, envelope: &'static Envelope) -> Self {
        Marks {
            has_code: false,
            codes: List::new(),
            ids: List::new(),
            urls: OnceCell::new(),
            slugs: OnceCell::new(),
            response,
            envelope,
            is_whole: OnceCell::new(),
        }
    }

    /// Looks up the code and the id once, because a body may have a million members.
    fn read(&mut self) {
        for (pointer, slot) in self.envelope.slots {
            let texts = match slot {
                Slot::Code => &mut self.codes,
                Slot::Id => &mut self.ids,
                _ => continue,
            };
            self.has_code |= *slot == Slot::Code;
            if let Some(value) = self.response.at(pointer).filter(|value| !value.is_null()) {
                texts.push(text(value));
            }
        }
    }

    /// How well the response matches an error in this envelope; `None` if it does not.
    fn resemblance(&self, info: ErrorInfo) -> Option<Resemblance> {
        // Every identifying value must match, because two errors may share one of them.
        let code = |code: &str| info.code().is_some_and(|own| own.is(code));
        let named = agree(&self.codes, code)? | agree(&self.ids, |id| id == info.id())?;
        if named {
            return Some(Resemblance::Named);
        }
        if self.has_code && info.code().is_some() {
            return None;
        }
        // Titles may be localized (RFC 9457 section 3.1.3), so they do not identify an error.
        if agree(self.urls(), |url| is_same_url(url, info.doc_url().unwrap_or_default()))?
            | agree(self.slugs(), |slug| slug == info.slug())?
        {
            return Some(Resemblance::Described);
        }
        self.is_whole().then_some(Resemblance::Status)
    }

    fn urls(&self) -> &Texts<'_> {
        self.urls.get_or_init(|| {
            let urls = self.response.values(self.envelope, Slot::DocUrl).map(text);
            urls.filter(|url| url.as_deref() != Some(BLANK)).collect()
        })
    }

    fn slugs(&self) -> &Texts<'_> {
        self.slugs.get_or_init(|| self.response.texts(self.envelope, Slot::Slug))
    }

    /// Whether the body has everything that every response in the envelope has.
    fn is_whole(&self) -> bool {
        *self.is_whole.get_or_init(|| {
            self.response.body.is_some_and(|body| body.root().is_object())
                && self.envelope.required.iter().all(|pointer| self.response.at(pointer).is_some())
        })
    }
}

/// The same as an absent `type` (RFC 9457 section 4.2.1).
const BLANK: &str = "about:blank";

/// Whether two URLs name the same page. Scheme and host are case-insensitive (RFC 3986 section
/// 6.2.2.1), a trailing slash is ignored, and a relative reference is compared with the end of the
/// path.
fn is_same_url(sent: &str, own: &str) -> bool {
    let (sent, own) = (sent.trim_end_matches('/'), own.trim_end_matches('/'));
    if sent == own {
        return true;
    }
    match (origin(sent), origin(own)) {
        (Some((sent, path)), Some((own, own_path))) => sent.eq_ignore_ascii_case(own) && path == own_path,
        (None, Some((_, own_path))) => {
            let relative = sent.trim_start_matches("./").trim_start_matches("../");
            let rest = own_path.strip_suffix(relative);
            !relative.is_empty()
                && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/') || relative.starts_with(['/', '#']))
        }
        (_, None) => false,
    }
}

/// The scheme with the host, and the rest.
fn origin(url: &str) -> Option<(&str, &str)> {
    let host = url.as_bytes().windows(3).position(|three| three == b"://")? + 3;
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    Some(url.split_at(end))
}

/// Whether there are any values, if all of them match; `None` if one does not.
fn agree(texts: &Texts<'_>, is_right: impl Fn(&str) -> bool) -> Option<bool> {
    let is_right = |at| matches!(texts.get(at), Some(Some(text)) if is_right(text));
    (0..texts.len()).all(is_right).then_some(texts.len() > 0)
}

/// How a response matches an error, the weakest match first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Resemblance {
    /// Only the status and the form of the body.
    Status,
    /// The slug or the URL of its page.
    Described,
    /// Its code or its id.
    Named,
}

#[cfg(test)]
mod tests {
    use super::is_same_url;

    #[test]
    fn a_type_is_compared_as_a_url() {
        let own = "https://shop.example/errors/sold-out";
        for sent in [
            own,
            "https://shop.example/errors/sold-out/",
            "HTTPS://Shop.Example/errors/sold-out",
            "/errors/sold-out",
            "errors/sold-out",
            "sold-out",
            "./sold-out",
        ] {
            assert!(is_same_url(sent, own), "{sent}");
        }
        for sent in [
            "",
            "/",
            "out",
            "/sold-out2",
            "https://other.example/errors/sold-out",
            "https://shop.example/errors/Sold-Out",
        ] {
            assert!(!is_same_url(sent, own), "{sent}");
        }
        assert!(is_same_url("#sold-out", "https://shop.example/errors#sold-out"));
        assert!(is_same_url("urn:problem:sold-out", "urn:problem:sold-out"));
    }
}
