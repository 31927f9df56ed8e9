//! Reads the details of an error from its response.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;
use core::fmt;
use core::time::Duration;

use super::json::{Document, Node, Tokens, whole};
use super::response::Response;
use super::template::{self, Captures};
use crate::info::{Envelope, Slot};
use crate::{BoxError, ErrorInfo, Json, Seconds, Sensitive};

/// The details in a response, for [`Receive`](super::Receive), which generated code implements.
pub struct Details<'a> {
    response: &'a Response<'a>,
    info: ErrorInfo,
    envelope: Option<&'static Envelope>,
    message: Option<Node<'a, 'a>>,
    /// The message and its details, once one of them is asked for.
    in_message: OnceCell<Option<(Cow<'a, str>, Captures)>>,
}

impl<'a> Details<'a> {
    pub(super) fn new(response: &'a Response<'a>, info: ErrorInfo) -> Self {
        let envelope = info.envelope();
        let message = envelope.and_then(|envelope| {
            envelope.slots.iter().find_map(|(pointer, slot)| match slot {
                Slot::Message => response.at(pointer).filter(|value| value.is_text()),
                _ => None,
            })
        });
        Details { response, info, envelope, message, in_message: OnceCell::new() }
    }

    /// The detail with this name, or its name if it is missing or has the wrong type.
    pub fn required<T: Read>(&self, name: &'static str) -> Result<T, &'static str> {
        self.read(name)?.ok_or(name)
    }

    /// The detail with this name, which may be absent.
    pub fn optional<T: Read>(&self, name: &'static str) -> Result<Option<T>, &'static str> {
        match self.in_body(name) {
            Some(value) if value.is_null() => Ok(None),
            // Templates write nothing for an absent value.
            None if self.in_text(name).as_deref() == Some("") => Ok(None),
            _ => self.read(name),
        }
    }

    /// The status of the response, one of the error's several statuses.
    pub fn status<T: Copy>(&self, statuses: &[T], number: fn(T) -> u16) -> Result<T, &'static str> {
        statuses.iter().copied().find(|status| number(*status) == self.response.status).ok_or("status")
    }

    /// The value for the underlying error, which a client does not receive.
    #[allow(clippy::unused_self)] // no detail, but found where they are
    pub fn source(&self) -> BoxError {
        Box::new(ServerSide)
    }

    fn read<T: Read>(&self, name: &'static str) -> Result<Option<T>, &'static str> {
        if let Some(value) = self.in_body(name) {
            return T::take(value.to_json()).map(Some).ok_or(name);
        }
        let Some(text) = self.in_text(name) else { return Ok(None) };
        let parsed = || T::take(Document::read(unpadded(&text).as_bytes(), &mut Tokens::new())?.root().to_json());
        T::read_text(&text).or_else(parsed).map(Some).ok_or(name)
    }

    /// The value in the body, in the detail's place.
    fn in_body(&self, name: &str) -> Option<Node<'a, 'a>> {
        self.envelope?.slots.iter().find_map(|(pointer, slot)| match slot {
            Slot::Detail(own) if *own == name => self.response.at(pointer),
            Slot::Details => self.response.at(pointer)?.member(name),
            _ => None,
        })
    }

    /// The value in a header, or else in the message, where placeholders of details have no prefix.
    fn in_text(&self, name: &str) -> Option<Cow<'_, str>> {
        let headers = self.info.headers().iter();
        let in_headers = headers
            .filter_map(|(header, template)| Some(template::header_captures(template, self.response.header(header)?)))
            .flatten()
            .find(|(own, _)| own.strip_prefix("details.") == Some(name));
        let in_message = || {
            let in_message = self.in_message.get_or_init(|| {
                let message = self.message?.text()?;
                let captures = template::captures(self.info.message(), &message);
                Some((message, captures))
            });
            let (message, captures) = in_message.as_ref()?;
            let (_, place) = captures.iter().find(|(own, _)| *own == name)?;
            Some(Cow::Borrowed(&message[place.clone()]))
        };
        in_headers.map(|(_, text)| text).or_else(in_message)
    }

    /// The message from the server, which is text.
    pub(super) fn message(&self) -> Option<Node<'a, 'a>> {
        self.message
    }
}

impl fmt::Debug for Details<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details").field("of", &self.info.id()).finish_non_exhaustive()
    }
}

/// The number without zeros before it. A header may have them (RFC 9651 section 3.3.1), JSON has none.
fn unpadded(text: &str) -> Cow<'_, str> {
    let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
    let rest = digits.trim_start_matches('0');
    if rest.len() == digits.len() {
        return Cow::Borrowed(text);
    }
    let zero = if rest.starts_with(|letter: char| letter.is_ascii_digit()) { "" } else { "0" };
    Cow::Owned([sign, zero, rest].concat())
}

/// The underlying error of a received error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerSide;

impl fmt::Display for ServerSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what lies beneath is on the server's side")
    }
}

impl core::error::Error for ServerSide {}

/// A type that a detail can have.
///
/// ```
/// use errbook::{Json, client::Read};
///
/// assert_eq!(i64::read(&Json::from(7)), Some(7));
/// assert_eq!(i64::read(&Json::from("7")), None);
/// ```
pub trait Read: Sized {
    /// The value, if it has this type.
    fn read(value: &Json) -> Option<Self>;

    /// The same without a copy.
    #[doc(hidden)]
    fn take(value: Json) -> Option<Self> {
        Self::read(&value)
    }

    /// The same for a text.
    #[doc(hidden)]
    fn read_text(text: &str) -> Option<Self> {
        Self::take(Json::from(text))
    }
}

impl Read for Json {
    fn read(value: &Json) -> Option<Self> {
        Some(value.clone())
    }

    fn take(value: Json) -> Option<Self> {
        Some(value)
    }
}

/// For recursive types.
impl<T: Read> Read for Box<T> {
    fn read(value: &Json) -> Option<Self> {
        T::read(value).map(Box::new)
    }

    fn take(value: Json) -> Option<Self> {
        T::take(value).map(Box::new)
    }
}

impl Read for bool {
    fn read(value: &Json) -> Option<Self> {
        match value {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

impl Read for i64 {
    fn read(value: &Json) -> Option<Self> {
        match value {
            Json::Integer(number) => Some(*number),
            Json::Number(number) => whole(*number),
            _ => None,
        }
    }

    fn read_text(text: &str) -> Option<Self> {
        // Neither JSON nor HTTP has a plus.
        if text.starts_with('+') { None } else { text.parse().ok() }
    }
}

impl Read for f64 {
    #[allow(clippy::cast_precision_loss)] // as JSON's readers do
    fn read(value: &Json) -> Option<Self> {
        match value {
            Json::Integer(number) => Some(*number as f64),
            Json::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn read_text(_: &str) -> Option<Self> {
        None
    }
}

impl Read for String {
    fn read(value: &Json) -> Option<Self> {
        match value {
            Json::String(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn take(value: Json) -> Option<Self> {
        match value {
            Json::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Read for Seconds {
    fn read(value: &Json) -> Option<Self> {
        let duration = match value {
            Json::Integer(seconds) => Duration::from_secs(u64::try_from(*seconds).ok()?),
            Json::Number(seconds) => Duration::try_from_secs_f64(*seconds).ok()?,
            _ => return None,
        };
        Some(Seconds(duration))
    }
}

impl<T: Read> Read for Sensitive<T> {
    fn read(value: &Json) -> Option<Self> {
        T::read(value).map(Sensitive::new)
    }

    fn take(value: Json) -> Option<Self> {
        T::take(value).map(Sensitive::new)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Json) -> Option<Self> {
        match value {
            Json::Array(items) => items.iter().map(T::read).collect(),
            _ => None,
        }
    }

    fn take(value: Json) -> Option<Self> {
        match value {
            Json::Array(items) => items.into_iter().map(T::take).collect(),
            _ => None,
        }
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    fn read(value: &Json) -> Option<Self> {
        let Object(members) = Object::of(value)?;
        let mut map = BTreeMap::new();
        // If two have one name, only the last counts, as for objects.
        for (name, value) in members.iter().rev() {
            if !map.contains_key(name) {
                map.insert(name.clone(), T::read(value)?);
            }
        }
        Some(map)
    }
}

/// The value with this text, for the enums of generated code.
pub fn one_of<T: Copy>(value: &Json, all: &[T], text: fn(T) -> &'static str) -> Option<T> {
    match value {
        Json::String(own) => all.iter().copied().find(|one| text(*one) == own),
        _ => None,
    }
}

/// The members of a JSON object; for the object types of generated code.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a>(&'a [(String, Json)]);

impl<'a> Object<'a> {
    /// The members, if the value is an object.
    pub fn of(value: &'a Json) -> Option<Self> {
        match value {
            Json::Object(members) => Some(Object(members)),
            _ => None,
        }
    }

    /// The member with this name.
    pub fn required<T: Read>(self, name: &str) -> Option<T> {
        T::read(self.get(name)?)
    }

    /// The member with this name, which may be absent; `None` if it has the wrong type.
    #[allow(clippy::option_option)] // not of its type, or absent
    pub fn optional<T: Read>(self, name: &str) -> Option<Option<T>> {
        match self.get(name) {
            None | Some(Json::Null) => Some(None),
            Some(value) => T::read(value).map(Some),
        }
    }

    fn get(self, name: &str) -> Option<&'a Json> {
        self.0.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::String;
    use alloc::vec;

    use super::Read as _;
    use crate::Json;

    #[test]
    fn of_two_members_with_one_name_the_last_counts() {
        let member = |name: &str, value: Json| (String::from(name), value);
        let map = Json::Object(vec![
            member("a", Json::from("x")),
            member("b", Json::Integer(2)),
            member("a", Json::Integer(1)),
        ]);
        let read = BTreeMap::<String, i64>::read(&map).expect("only the last `a` is read");
        assert!(read.into_iter().eq([(String::from("a"), 1), (String::from("b"), 2)]));
        let map = Json::Object(vec![member("a", Json::Integer(1)), member("a", Json::from("x"))]);
        assert!(BTreeMap::<String, i64>::read(&map).is_none());
    }
}
