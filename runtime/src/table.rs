//! The generated table: a row for each error, and how a row is found.

use alloc::string::String;
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
    /// The rows by their ids.
    #[doc(hidden)]
    pub by_id: Order,
    /// The rows by their codes, also those without a code.
    #[doc(hidden)]
    pub by_code: Order,
    /// The rows with neither a status nor a code, by their messages.
    #[doc(hidden)]
    pub by_message: Order,
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

/// Rows in the order of a text, so that a row is found without most of the texts: the keys of the texts,
/// and the rows. Rows of the same key are in the order of their texts.
///
/// A key is four bytes, the highest first: the length of the text, modulo 256, and its first, middle
/// and last byte. The key of an empty text is 0.
#[derive(Debug)]
pub struct Order(pub &'static [u32], pub &'static [u16]);

impl Order {
    /// The rows with this text, in the order of `ErrorCode`. `own` returns the text of a row.
    fn find(&self, text: &str, own: impl Fn(usize) -> &'static str) -> impl Iterator<Item = usize> {
        let Order(keys, rows) = self;
        let key = key(text);
        let first = keys.partition_point(|own| *own < key);
        let is_key = |at: usize| keys.get(at) == Some(&key);
        // Most keys have one row, whose text is compared below.
        let rows = if is_key(first + 1) {
            let rows = &rows[first..first + keys[first..].partition_point(|own| *own == key)];
            &rows[rows.partition_point(|row| own(usize::from(*row)).as_bytes() < text.as_bytes())..]
        } else {
            &rows[first..first + usize::from(is_key(first))]
        };
        rows.iter().map(|row| usize::from(*row)).take_while(move |row| own(*row) == text)
    }
}

fn key(text: &str) -> u32 {
    let [first, .., last] = text.as_bytes() else {
        return text.bytes().next().map_or(0, |only| u32::from_be_bytes([1, only, only, only]));
    };
    #[expect(clippy::cast_possible_truncation, reason = "modulo 256")]
    u32::from_be_bytes([text.len() as u8, *first, text.as_bytes()[text.len() / 2], *last])
}

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
        self.by_id.find(id, |row| self.id(row)).next()
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
        self.by_code.find(code.unwrap_or(""), |row| self.code_text(row))
    }

    /// Returns the row index of the error with this message.
    pub fn by_message(&self, message: &str) -> Option<usize> {
        self.by_message.find(message, |row| self.text(row, Text::Message)).next()
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

    pub(crate) fn text(&self, row: usize, wanted: Text) -> &'static str {
        const COUNT: usize = Text::Places as usize + 1;
        let Row(text, id, code, ..) = &self.rows[row];
        let at = *id as usize + *code as usize;
        let first = at + 4 * COUNT;
        let (ends, _) = text.as_bytes()[at..][..4 * COUNT].as_chunks();
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
#[inline]
fn number(digits: [u8; 4]) -> usize {
    let [a, b, c, d] = digits.map(usize::from);
    a << 21 | b << 14 | c << 7 | d
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
    use super::{Handling, Order, Row, Table, key};

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
        by_id: Order(
            &[0x0541_4f45, 0x0546_5254, 0x0653_4f44, 0x074d_5345, 0x0852_4f45, 0x0c57_5445],
            &[0, 1, 2, 4, 3, 5],
        ),
        by_code: Order(&[0, 0x0462_7468, 0x0462_7468, 0x0561_6f65, 0x0673_7264, 0x0673_7264], &[5, 3, 4, 0, 1, 2]),
        by_message: Order(&[0x0a4e_612e], &[4]),
        envelopes: &[],
        unknown: &[],
    };

    #[test]
    fn a_key_is_the_length_and_three_bytes() {
        assert_eq!(key(""), 0);
        assert_eq!(key("a"), 0x0161_6161);
        assert_eq!(key("ab"), 0x0261_6262);
        assert_eq!(key(&"é".repeat(129)), 0x02c3_a9a9);
    }

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
