//! Details of a type that the service chooses.

use alloc::string::{String, ToString as _};
use core::fmt::{self, Display};
use core::marker::PhantomData;
use core::ops::Deref;

use serde_core::ser::{self, Impossible, Serialize, Serializer};

use crate::Json;
use crate::details::{Field, Value};

/// A detail of a type that you chose with `types(..)`, such as `uuid::Uuid`. `F` is the type in the
/// catalog, a type of the module [`format`](self::format).
///
/// The value is sent as it serializes with serde, which must give text or a number of the catalog's
/// type. An error with another value is not sent: the response is the catalog's error for 500, as
/// for a number that is not finite.
///
/// ```
/// use errbook::{Custom, format};
///
/// let left: Custom<u64, format::Integer> = Custom::new(7);
/// assert_eq!(*left, 7);
/// assert_eq!(left.to_string(), "7");
/// assert_eq!(serde_json::to_string(&left).unwrap(), "7");
///
/// // JSON has no integers of this size in any client.
/// assert!(serde_json::to_string(&Custom::<_, format::Integer>::new(u64::MAX)).is_err());
/// ```
pub struct Custom<T, F>(T, PhantomData<fn() -> F>);

impl<T, F> Custom<T, F> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Custom(value, PhantomData)
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T, F> Deref for Custom<T, F> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T, F> From<T> for Custom<T, F> {
    fn from(value: T) -> Self {
        Custom::new(value)
    }
}

impl<T: Clone, F> Clone for Custom<T, F> {
    fn clone(&self) -> Self {
        Custom::new(self.0.clone())
    }
}

impl<T: PartialEq, F> PartialEq for Custom<T, F> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// Debugs as the value itself.
impl<T: fmt::Debug, F> fmt::Debug for Custom<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Displays the value on the wire; `[invalid]`, if it has another type there than in the catalog.
impl<T: Serialize, F: Format> Display for Custom<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().write(f)
    }
}

impl<T: Serialize, F: Format> Serialize for Custom<T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = self.sent().ok_or_else(|| ser::Error::custom(format_args!("a value is not {}", F::NAME)))?;
        sent.serialize(serializer)
    }
}

impl<T: Serialize, F: Format> Field for Custom<T, F> {
    fn value(&self) -> Value<'_> {
        Value::Custom(self)
    }
}

#[cfg(feature = "client")]
impl<T: serde_core::de::DeserializeOwned, F: Format> crate::client::Read for Custom<T, F> {
    fn read(value: &Json) -> Option<Self> {
        if !F::has(value) {
            return None;
        }
        T::deserialize(received::Received(value)).ok().map(Custom::new)
    }
}

/// Reads what [`Scalar`] writes. The deserializers of serde read no newtypes.
#[cfg(feature = "client")]
mod received {
    use serde_core::Deserializer;
    use serde_core::de::value::Error;
    use serde_core::de::{Error as _, IntoDeserializer as _, Visitor};
    use serde_core::forward_to_deserialize_any;

    use crate::Json;

    pub(super) struct Received<'a>(pub(super) &'a Json);

    impl<'de> Deserializer<'de> for Received<'_> {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0 {
                Json::String(text) => visitor.visit_str(text),
                Json::Integer(number) => visitor.visit_i64(*number),
                Json::Number(number) => visitor.visit_f64(*number),
                Json::Bool(value) => visitor.visit_bool(*value),
                Json::Null | Json::Array(_) | Json::Object(_) => Err(Error::custom("neither text nor a number")),
            }
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
            visitor.visit_newtype_struct(self)
        }

        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.visit_some(self)
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            name: &'static str,
            variants: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            match self.0 {
                Json::String(text) => text.as_str().into_deserializer().deserialize_enum(name, variants, visitor),
                _ => Err(Error::custom("not the name of a variant")),
            }
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
            tuple tuple_struct map struct identifier ignored_any
        }
    }
}

/// A value of a service's own type.
pub trait Sent {
    /// The value on the wire; `None` if its type there is not that of the catalog.
    fn sent(&self) -> Option<Json>;
}

impl<T: Serialize, F: Format> Sent for Custom<T, F> {
    fn sent(&self) -> Option<Json> {
        self.0.serialize(Scalar).ok().filter(F::has)
    }
}

/// A type of the catalog.
pub trait Format {
    /// What a value is, with an article.
    const NAME: &'static str;

    /// Whether a value on the wire has this type.
    fn has(value: &Json) -> bool;
}

/// The types of a catalog whose Rust type can be chosen, for [`Custom`].
pub mod format {
    use super::Format;
    use crate::Json;

    macro_rules! formats {
        ($($(#[$doc:meta])* $format:ident = $name:literal: |$value:ident| $has:expr;)*) => {
            $($(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $format {}

            impl Format for $format {
                const NAME: &'static str = $name;

                fn has($value: &Json) -> bool {
                    $has
                }
            })*
        };
    }

    formats! {
        /// `string`.
        Text = "text": |value| matches!(value, Json::String(_));
        /// `integer`: a 64-bit integer.
        Integer = "a 64-bit integer": |value| matches!(value, Json::Integer(_));
        /// `number`.
        Number = "a number": |value| matches!(value, Json::Integer(_) | Json::Number(_));
        /// `boolean`.
        Boolean = "a boolean": |value| matches!(value, Json::Bool(_));
        /// `date-time`: a date and time as text (RFC 3339 section 5.6).
        DateTime = "a date and time of RFC 3339": |value| matches!(value, Json::String(text) if is_date_time(text));
        /// `duration`: a number of seconds, and not a negative one.
        Duration = "a number of seconds": |value| match value {
            Json::Integer(seconds) => *seconds >= 0,
            Json::Number(seconds) => *seconds >= 0.0,
            _ => false,
        };
        /// `uuid`: a UUID as text (RFC 9562 section 4).
        Uuid = "a UUID": |value| matches!(value, Json::String(text) if is_uuid(text));
        /// `uri`: a URI as text (RFC 3986), of the characters that one can have.
        Uri = "a URI": |value| matches!(value, Json::String(text) if is_uri(text));
    }

    /// `0` stands for any digit. The numbers are not compared with the calendar.
    fn has_form(text: &str, form: &str) -> bool {
        let fits = |(byte, form): (u8, u8)| if form == b'0' { byte.is_ascii_digit() } else { byte == form };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
    }

    fn is_date_time(text: &str) -> bool {
        let Some((time, rest)) = text.split_at_checked(19) else { return false };
        let zone = match rest.strip_prefix('.') {
            Some(fraction) if fraction.starts_with(|digit: char| digit.is_ascii_digit()) => {
                fraction.trim_start_matches(|digit: char| digit.is_ascii_digit())
            }
            _ => rest,
        };
        has_form(time, "0000-00-00T00:00:00") && (zone == "Z" || has_form(zone, "+00:00") || has_form(zone, "-00:00"))
    }

    fn is_uuid(text: &str) -> bool {
        let fits = |(at, byte): (usize, u8)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        text.len() == 36 && text.bytes().enumerate().all(fits)
    }

    fn is_uri(text: &str) -> bool {
        let digits = |text: &[u8]| text.iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2;
        let bytes = text.as_bytes();
        bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'%' => digits(&bytes[at + 1..]),
            byte => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte),
        })
    }
}

/// A serializer for a value that is neither a list nor an object.
struct Scalar;

/// Why a value is not a scalar. Nobody reads it.
#[derive(Debug)]
struct NotScalar;

impl Display for NotScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither text nor a number")
    }
}

impl core::error::Error for NotScalar {}

impl ser::Error for NotScalar {
    fn custom<T: Display>(_: T) -> Self {
        NotScalar
    }
}

macro_rules! integers {
    ($($method:ident($integer:ty))*) => {
        $(fn $method(self, value: $integer) -> Result<Json, NotScalar> {
            i64::try_from(value).map(Json::Integer).map_err(|_| NotScalar)
        })*
    };
}

macro_rules! others {
    ($($method:ident($($value:ty),*) -> $result:ty;)*) => {
        $(fn $method(self $(, _: $value)*) -> Result<$result, NotScalar> {
            Err(NotScalar)
        })*
    };
}

impl Serializer for Scalar {
    type Ok = Json;
    type Error = NotScalar;
    type SerializeSeq = Impossible<Json, NotScalar>;
    type SerializeTuple = Impossible<Json, NotScalar>;
    type SerializeTupleStruct = Impossible<Json, NotScalar>;
    type SerializeTupleVariant = Impossible<Json, NotScalar>;
    type SerializeMap = Impossible<Json, NotScalar>;
    type SerializeStruct = Impossible<Json, NotScalar>;
    type SerializeStructVariant = Impossible<Json, NotScalar>;

    integers! {
        serialize_i8(i8)
        serialize_i16(i16)
        serialize_i32(i32)
        serialize_i64(i64)
        serialize_i128(i128)
        serialize_u8(u8)
        serialize_u16(u16)
        serialize_u32(u32)
        serialize_u64(u64)
        serialize_u128(u128)
    }

    others! {
        serialize_bytes(&[u8]) -> Json;
        serialize_none() -> Json;
        serialize_unit() -> Json;
        serialize_unit_struct(&'static str) -> Json;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_bool(self, value: bool) -> Result<Json, NotScalar> {
        Ok(Json::Bool(value))
    }

    fn serialize_f32(self, value: f32) -> Result<Json, NotScalar> {
        // 0.1 in both, and not the nearest 64-bit number of a 32-bit one: 0.10000000149011612.
        self.serialize_f64(value.to_string().parse().unwrap_or(value.into()))
    }

    fn serialize_f64(self, value: f64) -> Result<Json, NotScalar> {
        if value.is_finite() { Ok(Json::Number(value)) } else { Err(NotScalar) }
    }

    fn serialize_char(self, value: char) -> Result<Json, NotScalar> {
        Ok(Json::String(value.into()))
    }

    fn serialize_str(self, value: &str) -> Result<Json, NotScalar> {
        Ok(Json::String(String::from(value)))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Json, NotScalar> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Json, NotScalar> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Json, NotScalar> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Json, NotScalar> {
        Err(NotScalar)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Json, NotScalar> {
        Ok(Json::String(value.to_string()))
    }
}
