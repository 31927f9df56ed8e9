//! The details of an error as borrowed values. One method of generated code lists them; `Debug`,
//! `Display`, the body and equality all read that list.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde_core::ser::{Error as _, Serialize, SerializeMap, SerializeSeq as _, Serializer};

use crate::custom::Sent;
use crate::table::Place;
use crate::text::one_line;
use crate::{CatalogCode as _, CatalogError, ErrorInfo, Json, Seconds, Sensitive};

/// The details of an error, or the fields of an object, in the order of the catalog.
pub trait Details {
    /// The name and the value at an index; `None` after the last one.
    fn detail(&self, at: usize) -> Option<(&'static str, Value<'_>)>;
}

/// A type of details.
pub trait Field {
    /// The value, borrowed.
    fn value(&self) -> Value<'_>;
}

/// The items of a list.
pub trait Items {
    /// The item at an index; `None` after the last one.
    fn item(&self, at: usize) -> Option<Value<'_>>;
}

/// The members of a map.
pub trait Members {
    /// Calls a function for each member, in the order of their names.
    fn each(&self, visit: &mut dyn FnMut(&str, Value<'_>));

    /// Whether a member has this name and value.
    fn has(&self, name: &str, value: &Value<'_>) -> bool;

    /// The number of members.
    fn count(&self) -> usize;
}

/// A borrowed value of a detail.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// An optional detail without a value.
    Absent,
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text, also of an enum, a date, a UUID or a URI.
    Text(&'a str),
    /// A duration.
    Seconds(Seconds),
    /// A JSON value.
    Json(&'a Json),
    /// A list.
    Items(&'a dyn Items),
    /// A map.
    Members(&'a dyn Members),
    /// An object of the catalog.
    Object(&'a dyn Details),
    /// A value of a type that the service chose.
    Custom(&'a dyn Sent),
    /// A value that stays out of logs.
    Secret(&'a dyn Field),
}

/// Stands for a value that cannot be sent.
const INVALID: &str = "[invalid]";

impl Value<'_> {
    const fn is_absent(&self) -> bool {
        matches!(self, Value::Absent)
    }

    /// Writes the value of a message. The catalog has no lists, objects and secrets in messages.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Boolean(value) => fmt::Display::fmt(value, f),
            Value::Integer(value) => fmt::Display::fmt(value, f),
            Value::Number(value) => fmt::Display::fmt(value, f),
            Value::Text(value) => f.write_str(value),
            Value::Seconds(value) => fmt::Display::fmt(value, f),
            Value::Custom(value) => match value.sent() {
                Some(sent) => scalar(&sent).write(f),
                None => f.write_str(INVALID),
            },
            Value::Absent
            | Value::Json(_)
            | Value::Items(_)
            | Value::Members(_)
            | Value::Object(_)
            | Value::Secret(_) => Ok(()),
        }
    }
}

/// Debugs as the value itself. A secret is redacted.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Absent => f.write_str("None"),
            Value::Boolean(value) => value.fmt(f),
            Value::Integer(value) => value.fmt(f),
            Value::Number(value) => value.fmt(f),
            Value::Text(value) => value.fmt(f),
            Value::Seconds(value) => value.0.fmt(f),
            Value::Json(value) => value.fmt(f),
            Value::Items(items) => f.debug_list().entries((0..).map_while(|at| items.item(at))).finish(),
            Value::Members(members) => {
                let mut map = f.debug_map();
                members.each(&mut |name, value| {
                    map.entry(&name, &value);
                });
                map.finish()
            }
            Value::Object(details) => f.debug_map().entries(present(*details)).finish(),
            Value::Custom(value) => match value.sent() {
                Some(sent) => scalar(&sent).fmt(f),
                None => f.write_str(INVALID),
            },
            Value::Secret(_) => f.write_str("[redacted]"),
        }
    }
}

/// Serializes as the value itself. A number that is neither finite nor in JSON is an error.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Value::Absent => serializer.serialize_none(),
            Value::Boolean(value) => serializer.serialize_bool(value),
            Value::Integer(value) => serializer.serialize_i64(value),
            Value::Number(value) if value.is_finite() => serializer.serialize_f64(value),
            Value::Number(_) => Err(S::Error::custom("a number is not finite")),
            Value::Text(value) => serializer.serialize_str(value),
            Value::Seconds(value) => value.serialize(serializer),
            Value::Json(value) => value.serialize(serializer),
            Value::Items(items) => {
                let mut list = serializer.serialize_seq(None)?;
                let mut at = 0;
                while let Some(item) = &items.item(at) {
                    list.serialize_element(item)?;
                    at += 1;
                }
                list.end()
            }
            Value::Members(members) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                members.each(&mut |name, value| {
                    if result.is_ok() {
                        result = map.serialize_entry(name, &value);
                    }
                });
                result.and_then(|()| map.end())
            }
            Value::Object(details) => Object(details).serialize(serializer),
            Value::Custom(value) => match value.sent() {
                Some(sent) => sent.serialize(serializer),
                None => Err(S::Error::custom("a value does not have the type of the catalog")),
            },
            Value::Secret(value) => value.value().serialize(serializer),
        }
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Absent, Value::Absent) => true,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Seconds(a), Value::Seconds(b)) => a == b,
            (Value::Json(a), Value::Json(b)) => a == b,
            (Value::Items(a), Value::Items(b)) => is_equal(|at| a.item(at), |at| b.item(at)),
            (Value::Members(a), Value::Members(b)) => {
                let mut is_equal = a.count() == b.count();
                a.each(&mut |name, value| is_equal = is_equal && b.has(name, &value));
                is_equal
            }
            (Value::Object(a), Value::Object(b)) => is_equal(|at| a.detail(at), |at| b.detail(at)),
            (Value::Custom(a), Value::Custom(b)) => a.sent() == b.sent(),
            (Value::Secret(a), Value::Secret(b)) => a.value() == b.value(),
            _ => false,
        }
    }
}

/// The value of a service's own type, on the wire.
fn scalar(sent: &Json) -> Value<'_> {
    match sent {
        Json::Bool(value) => Value::Boolean(*value),
        Json::Integer(value) => Value::Integer(*value),
        Json::Number(value) => Value::Number(*value),
        Json::String(value) => Value::Text(value),
        other => Value::Json(other),
    }
}

/// Whether two lists have the same items.
fn is_equal<T: PartialEq>(left: impl Fn(usize) -> Option<T>, right: impl Fn(usize) -> Option<T>) -> bool {
    let mut at = 0;
    loop {
        match (left(at), right(at)) {
            (None, None) => return true,
            (left, right) if left != right => return false,
            _ => at += 1,
        }
    }
}

macro_rules! fields {
    ($($type:ty => |$value:ident| $borrowed:expr,)*) => {
        $(impl Field for $type {
            #[inline]
            fn value(&self) -> Value<'_> {
                let $value = self;
                $borrowed
            }
        })*
    };
}

fields! {
    bool => |value| Value::Boolean(*value),
    i64 => |value| Value::Integer(*value),
    f64 => |value| Value::Number(*value),
    String => |value| Value::Text(value),
    Seconds => |value| Value::Seconds(*value),
    Json => |value| Value::Json(value),
}

impl<T: Field> Field for Option<T> {
    #[inline]
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Absent, Field::value)
    }
}

impl<T: Field> Field for Box<T> {
    fn value(&self) -> Value<'_> {
        T::value(self)
    }
}

impl<T: Field> Field for Sensitive<T> {
    fn value(&self) -> Value<'_> {
        Value::Secret(self.expose())
    }
}

impl<T: Field> Field for Vec<T> {
    fn value(&self) -> Value<'_> {
        Value::Items(self)
    }
}

impl<T: Field> Items for Vec<T> {
    fn item(&self, at: usize) -> Option<Value<'_>> {
        self.get(at).map(Field::value)
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn value(&self) -> Value<'_> {
        Value::Members(self)
    }
}

impl<T: Field> Members for BTreeMap<String, T> {
    fn each(&self, visit: &mut dyn FnMut(&str, Value<'_>)) {
        for (name, value) in self {
            visit(name, value.value());
        }
    }

    fn has(&self, name: &str, value: &Value<'_>) -> bool {
        self.get(name).is_some_and(|own| own.value() == *value)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// What an internal error sends: its mask has no details.
struct Nothing;

impl Details for Nothing {
    fn detail(&self, _: usize) -> Option<(&'static str, Value<'_>)> {
        None
    }
}

/// The details with a value.
fn present(details: &dyn Details) -> impl Iterator<Item = (&'static str, Value<'_>)> {
    (0..).map_while(|at| details.detail(at)).filter(|(_, value)| !value.is_absent())
}

/// The details that clients receive.
pub fn sent<E: CatalogError + Details>(error: &E) -> &dyn Details {
    if error.code() == error.public_code() { error } else { &Nothing }
}

/// An object of the details that are present.
pub struct Object<'a>(pub &'a dyn Details);

impl Object<'_> {
    /// Whether no detail is present.
    pub fn is_empty(&self) -> bool {
        present(self.0).next().is_none()
    }

    /// Writes the details as members of another object.
    ///
    /// # Errors
    ///
    /// If the serializer fails, a number is not finite, or a value of a chosen type is not what the
    /// catalog says. The message names the detail.
    pub fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let mut at = 0;
        // By reference, because a copy of a value would wait until it is written.
        while let Some((name, value)) = &self.0.detail(at) {
            if !value.is_absent() {
                map.serialize_entry(name, value)
                    .map_err(|error| M::Error::custom(format_args!("`{name}`: {error}")))?;
            }
            at += 1;
        }
        Ok(())
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.serialize_into(&mut map)?;
        map.end()
    }
}

/// The message that clients receive, with every value in its place.
pub struct Message<'a> {
    info: ErrorInfo,
    details: &'a dyn Details,
}

impl<'a> Message<'a> {
    /// The message for clients: that of the mask, for an internal error.
    pub fn sent<E: CatalogError + Details>(error: &'a E) -> Self {
        Message { info: error.public_code().info(), details: sent(error) }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = 0;
        let template = self.info.message();
        for Place { start, end, detail } in self.info.places() {
            f.write_str(&template[rest..start])?;
            if let Some((_, value)) = &self.details.detail(detail) {
                value.write(f)?;
            }
            rest = end;
        }
        f.write_str(&template[rest..])
    }
}

/// Displays the error's own message on one line.
///
/// # Errors
///
/// If the formatter fails.
pub fn display<E: CatalogError + Details>(error: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let message = Message { info: error.code().info(), details: error };
    one_line(f, |f| write!(f, "{message}"))
}

/// Debugs the id, a status that the error chose, the details and the message of the source.
///
/// # Errors
///
/// If the formatter fails.
pub fn debug<E: CatalogError + Details>(error: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let info = error.code().info();
    let mut fields = f.debug_struct(info.id());
    if info.statuses().len() > 1
        && let Some(status) = error.status()
    {
        fields.field("status", &status);
    }
    for (name, value) in present(error) {
        fields.field(name, &value);
    }
    if let Some(source) = error.source() {
        // The `Debug` of a source may have many lines.
        fields.field("source", &format!("{source}"));
    }
    fields.finish()
}

/// Whether two errors have the same code, status and details. Sources cannot be compared.
pub fn equal<E: CatalogError + Details>(left: &E, right: &E) -> bool {
    left.code() == right.code()
        && left.status() == right.status()
        && is_equal(|at| left.detail(at), |at| right.detail(at))
}
