//! Numbers that the schema of a detail allows.

use core::error::Error;
use core::fmt::{self, Display};

use serde_core::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// A value with numbers, which fails to serialize if one of them is not in its schema: a number
/// that is not finite, which JSON has no word for, or an integer that does not fit into 64 bits
/// with a sign.
///
/// ```
/// use errbook::generated::v0::Bounded;
///
/// assert_eq!(serde_json::to_string(&Bounded(&[0.5, 1.5])).unwrap(), "[0.5,1.5]");
/// assert!(serde_json::to_string(&Bounded(&[0.5, f64::NAN])).is_err());
/// assert!(serde_json::to_string(&Bounded(&u64::MAX)).is_err());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bounded<'a, T: ?Sized>(pub &'a T);

impl<T: Serialize + ?Sized> Serialize for Bounded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Check).map_err(ser::Error::custom)?;
        self.0.serialize(serializer)
    }
}

/// Whether all numbers of a context field are in its schema. If not, the response does not have the
/// field. With the feature `tracing`, that is an event with the level `ERROR`.
pub fn in_bounds<T: Serialize + ?Sized>(field: &'static str, value: &T) -> bool {
    let is_in_bounds = value.serialize(Check).is_ok();
    #[cfg(feature = "tracing")]
    if !is_in_bounds {
        crate::tracing::out_of_bounds(field, &OutOfBounds);
    }
    #[cfg(not(feature = "tracing"))]
    let _ = field;
    is_in_bounds
}

/// A number that is neither infinite nor NaN, which JSON has no words for. A required context field
/// of the type `number` has this type, because every response has the field.
///
/// ```
/// use errbook::Finite;
///
/// assert_eq!(Finite::new(0.5).map(Finite::get), Some(0.5));
/// assert_eq!(Finite::new(f64::NAN).unwrap_or_default(), Finite::from(0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Finite(f64);

impl Finite {
    /// The number; `None` if it is infinite or NaN.
    #[must_use]
    pub const fn new(number: f64) -> Option<Self> {
        if number.is_finite() { Some(Finite(number)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl From<i32> for Finite {
    fn from(number: i32) -> Self {
        Finite(number.into())
    }
}

impl From<u32> for Finite {
    fn from(number: u32) -> Self {
        Finite(number.into())
    }
}

impl Display for Finite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Finite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// An integer that is the argument of a constructor: of a type that fits into an `i64`, or a
/// `usize`. A `u64` is not: convert it, or choose the type with `types(integer = u64)`.
///
/// ```
/// use errbook::IntoInteger;
///
/// assert_eq!(7_u8.into_integer(), 7);
/// assert_eq!("abc".len().into_integer(), 3);
/// ```
pub trait IntoInteger {
    /// The integer. A `usize` above `i64::MAX` becomes `i64::MAX`; no list in memory is that long.
    fn into_integer(self) -> i64;
}

macro_rules! into_integer {
    ($($integer:ty)*) => {
        $(impl IntoInteger for $integer {
            fn into_integer(self) -> i64 {
                self.into()
            }
        })*
    };
}

into_integer! { i8 i16 i32 i64 u8 u16 u32 }

impl IntoInteger for usize {
    fn into_integer(self) -> i64 {
        i64::try_from(self).unwrap_or(i64::MAX)
    }
}

/// A serializer that writes nothing.
struct Check;

#[derive(Debug)]
struct OutOfBounds;

impl Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number is not finite, or does not fit into a signed 64-bit integer")
    }
}

impl Error for OutOfBounds {}

impl ser::Error for OutOfBounds {
    fn custom<T: Display>(_: T) -> Self {
        OutOfBounds
    }
}

macro_rules! accept {
    ($($method:ident($($value:ty),*))*) => {
        $(fn $method(self $(, _: $value)*) -> Result<(), OutOfBounds> {
            Ok(())
        })*
    };
}

macro_rules! compare {
    ($($method:ident($value:ty))*) => {
        $(fn $method(self, value: $value) -> Result<(), OutOfBounds> {
            i64::try_from(value).map(drop).map_err(|_| OutOfBounds)
        })*
    };
}

macro_rules! open {
    ($($method:ident($($value:ty),*) -> $compound:ident)*) => {
        $(fn $method(self $(, _: $value)*) -> Result<Self::$compound, OutOfBounds> {
            Ok(Check)
        })*
    };
}

impl Serializer for Check {
    type Ok = ();
    type Error = OutOfBounds;
    type SerializeSeq = Check;
    type SerializeTuple = Check;
    type SerializeTupleStruct = Check;
    type SerializeTupleVariant = Check;
    type SerializeMap = Check;
    type SerializeStruct = Check;
    type SerializeStructVariant = Check;

    accept! {
        serialize_bool(bool)
        serialize_i8(i8)
        serialize_i16(i16)
        serialize_i32(i32)
        serialize_i64(i64)
        serialize_u8(u8)
        serialize_u16(u16)
        serialize_u32(u32)
        serialize_char(char)
        serialize_str(&str)
        serialize_bytes(&[u8])
        serialize_none()
        serialize_unit()
        serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    compare! {
        serialize_u64(u64)
        serialize_i128(i128)
        serialize_u128(u128)
    }

    open! {
        serialize_seq(Option<usize>) -> SerializeSeq
        serialize_tuple(usize) -> SerializeTuple
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant
        serialize_map(Option<usize>) -> SerializeMap
        serialize_struct(&'static str, usize) -> SerializeStruct
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant
    }

    fn serialize_f32(self, value: f32) -> Result<(), OutOfBounds> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), OutOfBounds> {
        if value.is_finite() { Ok(()) } else { Err(OutOfBounds) }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), OutOfBounds> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), OutOfBounds> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), OutOfBounds> {
        value.serialize(self)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<(), OutOfBounds> {
        Ok(())
    }
}

macro_rules! items {
    ($($compound:ident { $method:ident($($key:ident)?) })*) => {
        $(impl $compound for Check {
            type Ok = ();
            type Error = OutOfBounds;

            fn $method<T: Serialize + ?Sized>(&mut self $(, $key: &'static str)?, value: &T) -> Result<(), OutOfBounds> {
                $(let _ = $key;)?
                value.serialize(Check)
            }

            fn end(self) -> Result<(), OutOfBounds> {
                Ok(())
            }
        })*
    };
}

items! {
    SerializeSeq { serialize_element() }
    SerializeTuple { serialize_element() }
    SerializeTupleStruct { serialize_field() }
    SerializeTupleVariant { serialize_field() }
    SerializeStruct { serialize_field(key) }
    SerializeStructVariant { serialize_field(key) }
}

impl SerializeMap for Check {
    type Ok = ();
    type Error = OutOfBounds;

    /// A number in a key is text in JSON.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), OutOfBounds> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), OutOfBounds> {
        value.serialize(Check)
    }

    fn end(self) -> Result<(), OutOfBounds> {
        Ok(())
    }
}
