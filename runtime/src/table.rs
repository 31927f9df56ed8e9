//! The generated table: a row for each error, and how a row is found.

use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use serde_core::de::{Deserializer, Error, Unexpected, Visitor};

use crate::info::{Code, Deprecated, Envelope, ErrorInfo, Fault, Refund, Retry};

/// The generated table: a row for each `ErrorCode`, and the orders in which a row is found.
#[derive(Debug)]
pub struct Table {
    /// The API's name in kebab case.
    pub api: &'static str,
    /// The rows, in the order of `ErrorCode`.
    #[doc(hidden)]
    pub rows: &'static [Row],
    /// What several errors have in common.
    #[doc(hidden)]
    pub handlings: &'static [Handling],
    /// The rows in the order of their ids: the shorter one first, as in the other orders.
    #[doc(hidden)]
    pub by_id: &'static [u16],
    /// The rows in the order of their codes, those without a code first.
    #[doc(hidden)]
    pub by_code: &'static [u16],
    /// The rows with neither a status nor a code, in the order of their messages.
    #[doc(hidden)]
    pub by_message: &'static [u16],
    /// The envelopes of the catalog.
    #[doc(hidden)]
    pub envelopes: &'static [Envelope],
    /// What clients do about errors that are not in the catalog: the lowest and the highest status,
    /// and the advice. The first match counts.
    #[doc(hidden)]
    pub unknown: &'static [(u16, u16, Retry)],
}

/// A row: the texts of an error, the lengths of its id and its code in bytes, its only HTTP status or
/// 0, and the index of its [`Handling`].
///
/// The texts are one literal, because the compiler pays for each. The literal begins with the id and
/// the code, which are searched. The end of each other text follows, in four characters below U+0080
/// (seven bits each, the highest first), and then these texts: the slug, the title, the message, the
/// URL of the page, the description, the cause, the fix and the places in the message. An absent text
/// is empty.
///
/// A place is what a message replaces: three numbers, each in four characters as above. They are
/// where the place starts and ends in the message, and the index of the detail that stands there. Of
/// two braces, which are one, the second is a place, with an index that no detail has.
#[derive(Debug)]
pub struct Row(pub &'static str, pub u32, pub u32, pub u16, pub u16);

/// What several errors have in common.
#[derive(Debug)]
pub struct Handling {
    /// The HTTP statuses of an error that has several.
    pub statuses: &'static [u16],
    /// Whether the code is a JSON number.
    pub has_integer_code: bool,
    /// Whether and how to retry the request.
    pub retry: Retry,
    /// What happens to the charge; `None` if the catalog does not say.
    pub refund: Option<Refund>,
    /// Whose fault the error is; `None` if the catalog does not say.
    pub fault: Option<Fault>,
    /// The id of the error's group.
    pub group: Option<&'static str>,
    /// The media type of the body, if there is a body.
    pub content_type: Option<&'static str>,
    /// The index of the envelope, if the error has one.
    pub envelope: Option<usize>,
    /// The response headers, with templates as values.
    pub headers: &'static [(&'static str, &'static str)],
    /// The version that introduced the error.
    pub since: Option<&'static str>,
    /// The deprecation, if the error is deprecated.
    pub deprecated: Option<Deprecated>,
}

impl Handling {
    /// No data. Generated code sets only the fields that a catalog fills, so it still compiles when
    /// a later version of this crate adds fields.
    pub const EMPTY: Self = Self {
        statuses: &[],
        has_integer_code: false,
        retry: Retry::Unsaid,
        refund: None,
        fault: None,
        group: None,
        content_type: None,
        envelope: None,
        headers: &[],
        since: None,
        deprecated: None,
    };
}

/// The texts of a row that have a length in it, in their order.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Slug,
    Title,
    Message,
    DocUrl,
    Description,
    Cause,
    Fix,
    Places,
}

/// What a message replaces, from one byte to another, with a detail.
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) detail: usize,
}

impl Table {
    /// The data about each error, in the order of `ErrorCode`.
    pub fn errors(&'static self) -> impl ExactSizeIterator<Item = ErrorInfo> {
        (0..self.rows.len()).map(|row| self.info(row))
    }

    /// The data about the error in a row.
    ///
    /// # Panics
    ///
    /// If the table does not have the row.
    pub const fn info(&'static self, row: usize) -> ErrorInfo {
        assert!(row < self.rows.len(), "a row of the table");
        ErrorInfo { table: self, row }
    }

    /// Returns the row index of the error with this id.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        search(self.by_id, |row| {
            let Row(text, length, ..) = &self.rows[row];
            compare(*length as usize, || &text.as_bytes()[..*length as usize], id)
        })
    }

    /// Whether a client can retry a request after an error with this status that is not in the
    /// catalog.
    pub fn unknown(&self, status: u16) -> Retry {
        let matching = self.unknown.iter().find(|(first, last, _)| (*first..=*last).contains(&status));
        matching.map_or(Retry::Unsaid, |(_, _, retry)| *retry)
    }

    /// Returns the row index of the only error with this status and code. Without a status, it is
    /// the error without a status, or else the only one with the code.
    pub fn by_wire(&self, status: Option<u16>, code: Option<&str>) -> Option<usize> {
        match (status, code) {
            (Some(status), _) => only(self.with_code(code).filter(|row| self.statuses(*row).contains(&status))),
            (None, Some(_)) => {
                let without_status = self.with_code(code).find(|row| self.statuses(*row).is_empty());
                without_status.or_else(|| only(self.with_code(code)))
            }
            (None, None) => None,
        }
    }

    /// The rows with this code, in the order of `ErrorCode`.
    pub(crate) fn with_code(&self, code: Option<&str>) -> impl Iterator<Item = usize> {
        let code = code.unwrap_or("");
        let first = self.by_code.partition_point(|row| self.compare_code(*row, code).is_lt());
        let rows = self.by_code[first..].iter().copied();
        rows.take_while(move |row| self.compare_code(*row, code).is_eq()).map(usize::from)
    }

    /// Returns the row index of the error with this message.
    pub fn by_message(&self, message: &str) -> Option<usize> {
        search(self.by_message, |row| {
            let own = self.text(row, Text::Message);
            compare(own.len(), || own.as_bytes(), message)
        })
    }

    pub(crate) fn id(&self, row: usize) -> &'static str {
        let Row(text, id, ..) = &self.rows[row];
        &text[..*id as usize]
    }

    /// The code in digits or text; empty if there is none.
    fn code_text(&self, row: usize) -> &'static str {
        let Row(text, id, code, ..) = &self.rows[row];
        &text[*id as usize..][..*code as usize]
    }

    /// The order of the code of a row and another one.
    fn compare_code(&self, row: u16, other: &str) -> Ordering {
        let Row(text, id, length, ..) = &self.rows[usize::from(row)];
        let own = || &text.as_bytes()[*id as usize..][..*length as usize];
        compare(*length as usize, own, other)
    }

    pub(crate) fn text(&self, row: usize, wanted: Text) -> &'static str {
        const COUNT: usize = Text::Places as usize + 1;
        let Row(text, id, code, ..) = &self.rows[row];
        let at = *id as usize + *code as usize;
        let first = at + 4 * COUNT;
        let (ends, _) = text.as_bytes()[at..first].as_chunks();
        let wanted = wanted as usize;
        let start = if wanted == 0 { 0 } else { number(ends[wanted - 1]) };
        &text[first + start..first + number(ends[wanted])]
    }

    /// The places in the message of a row.
    pub(crate) fn places(&self, row: usize) -> impl Iterator<Item = Place> + use<> {
        let (digits, _) = self.text(row, Text::Places).as_bytes().as_chunks();
        let (places, _) = digits.as_chunks();
        places.iter().map(|[start, end, detail]| Place {
            start: number(*start),
            end: number(*end),
            detail: number(*detail),
        })
    }

    pub(crate) fn handling(&self, row: usize) -> &'static Handling {
        &self.handlings[usize::from(self.rows[row].4)]
    }

    pub(crate) fn statuses(&self, row: usize) -> &'static [u16] {
        match &self.rows[row].3 {
            0 => self.handling(row).statuses,
            only => core::slice::from_ref(only),
        }
    }

    pub(crate) fn code(&self, row: usize) -> Option<Code> {
        let code = self.code_text(row);
        if self.handling(row).has_integer_code {
            code.parse().ok().map(Code::Integer)
        } else {
            (!code.is_empty()).then_some(Code::Text(code))
        }
    }
}

/// A number of four characters.
fn number(digits: [u8; 4]) -> usize {
    let [a, b, c, d] = digits.map(usize::from);
    a << 21 | b << 14 | c << 7 | d
}

/// The row that compares as equal.
fn search(order: &[u16], compare: impl Fn(usize) -> Ordering) -> Option<usize> {
    let place = order.binary_search_by(|row| compare(usize::from(*row))).ok()?;
    Some(usize::from(order[place]))
}

/// The order of two texts: the shorter one first, because most comparisons then need no text.
fn compare<'a>(length: usize, text: impl FnOnce() -> &'a [u8], other: &str) -> Ordering {
    length.cmp(&other.len()).then_with(|| text().cmp(other.as_bytes()))
}

/// The only item.
fn only(mut rows: impl Iterator<Item = usize>) -> Option<usize> {
    let first = rows.next();
    first.filter(|_| rows.next().is_none())
}

/// The error of parsing an id: no error of the catalog has this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownId;

impl fmt::Display for UnknownId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the catalog has no error with this id")
    }
}

impl core::error::Error for UnknownId {}

/// Reads an id, for the `Deserialize` of a generated `ErrorCode`.
pub fn deserialize_id<'de, D: Deserializer<'de>, T: FromStr<Err = UnknownId>>(deserializer: D) -> Result<T, D::Error> {
    struct Id<T>(core::marker::PhantomData<T>);

    impl<T: FromStr<Err = UnknownId>> Visitor<'_> for Id<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the id of an error")
        }

        fn visit_str<E: Error>(self, id: &str) -> Result<T, E> {
            id.parse().map_err(|UnknownId| E::invalid_value(Unexpected::Str(id), &self))
        }

        fn visit_string<E: Error>(self, id: String) -> Result<T, E> {
            self.visit_str(&id)
        }
    }

    deserializer.deserialize_str(Id(core::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use super::{Handling, Row, Table};

    static TABLE: Table = Table {
        api: "a",
        rows: &[
            Row("ALONEalone\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 5, 5, 400, 0),
            Row("FIRSTshared\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 5, 6, 401, 0),
            Row("SECONDshared\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 6, 6, 0, 1),
            Row("RESPONSEboth\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 8, 4, 404, 0),
            Row(
                "MESSAGEboth\0\0\0\u{7}\0\0\0\u{e}\0\0\0\u{18}\0\0\0\u{18}\0\0\0\u{18}\0\0\0\u{18}\0\0\0\u{1d}\0\0\0\u{1d}messageMessageNo status.Wait.",
                7,
                4,
                0,
                0,
            ),
            Row("WITHOUT_CODE\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 12, 0, 410, 0),
        ],
        handlings: &[Handling::EMPTY, Handling { statuses: &[402, 403], ..Handling::EMPTY }],
        by_id: &[0, 1, 2, 4, 3, 5],
        by_code: &[5, 3, 4, 0, 1, 2],
        by_message: &[4],
        envelopes: &[],
        unknown: &[],
    };

    #[test]
    fn an_id_and_a_message_have_one_row() {
        for (at, info) in TABLE.errors().enumerate() {
            assert_eq!(TABLE.by_id(info.id()), Some(at));
        }
        for id in ["", "ALON", "ALONE ", "alone", "Z"] {
            assert_eq!(TABLE.by_id(id), None, "{id}");
        }
        let message = TABLE.info(4);
        assert_eq!((message.slug(), message.title(), message.message()), ("message", "Message", "No status."));
        assert_eq!((message.doc_url(), message.cause(), message.fix()), (None, None, Some("Wait.")));
        assert_eq!(TABLE.by_message("No status."), Some(4));
        assert_eq!(TABLE.by_message(""), None);
    }

    #[test]
    fn a_code_without_a_status_is_of_the_error_without_one_or_of_its_only_error() {
        let found = |status, code| TABLE.by_wire(status, code).map(|row| TABLE.info(row).id());
        assert_eq!(found(None, Some("alone")), Some("ALONE"));
        assert_eq!(found(None, Some("shared")), None);
        assert_eq!(found(None, Some("both")), Some("MESSAGE"));
        assert_eq!(found(Some(401), Some("shared")), Some("FIRST"));
        assert_eq!(found(Some(403), Some("shared")), Some("SECOND"));
        assert_eq!(found(Some(404), Some("both")), Some("RESPONSE"));
        assert_eq!(found(Some(404), Some("alone")), None);
        assert_eq!(found(Some(410), None), Some("WITHOUT_CODE"));
        assert_eq!(found(Some(400), None), None);
        assert_eq!(found(None, None), None);
    }
}
