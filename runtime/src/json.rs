//! Writes the JSON of a body: the bytes of `serde_json`, in less time.
//!
//! Most of a body is text, which is searched for what JSON escapes eight bytes at once. Numbers are left
//! to `serde_json`.

use alloc::vec::Vec;
use core::fmt::{self, Display, Write as _};
use core::mem;

use serde_core::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

/// The JSON of a body, as `serde_json::to_vec` writes it.
pub(crate) fn to_vec<T: Serialize + ?Sized>(body: &T) -> Result<Vec<u8>, Error> {
    // Most bodies fit, so the buffer rarely grows.
    let mut bytes = Vec::with_capacity(512);
    body.serialize(Json(&mut bytes))?;
    Ok(bytes)
}

/// Writes a text between its quotes (RFC 8259 section 7).
fn escape(bytes: &mut Vec<u8>, text: &str) {
    let text = text.as_bytes();
    if is_plain(text) {
        bytes.extend_from_slice(text);
    } else {
        for byte in text {
            escape_byte(bytes, *byte);
        }
    }
}

const fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Whether no byte is escaped.
fn is_plain(text: &[u8]) -> bool {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    // The highest bit of a byte that is below another is set, and nothing else if there is none.
    let below = |eight: u64, least: u8| eight.wrapping_sub(EACH * u64::from(least)) & !eight & (EACH << 7);
    // A byte that is equal becomes zero.
    let equal = |eight: u64, byte: u8| below(eight ^ (EACH * u64::from(byte)), 1);
    let escaped = |eight: u64| below(eight, b' ') | equal(eight, b'"') | equal(eight, b'\\');
    if let Some(last) = text.last_chunk() {
        let (eights, _) = text.as_chunks();
        let each = eights.iter().chain([last]);
        each.fold(0, |found, eight| found | escaped(u64::from_le_bytes(*eight))) == 0
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        escaped(u64::from(first) << 32 | u64::from(last)) == 0
    } else {
        !text.iter().copied().any(is_escaped)
    }
}

fn escape_byte(bytes: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\x08' => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        b'\x0c' => b'f',
        b'\r' => b'r',
        byte if is_escaped(byte) => {
            let digit = |digit: u8| b"0123456789abcdef"[usize::from(digit)];
            bytes.extend(*b"\\u00");
            bytes.extend([digit(byte >> 4), digit(byte & 15)]);
            return;
        }
        byte => {
            bytes.push(byte);
            return;
        }
    };
    bytes.extend([b'\\', letter]);
}

/// Writes a text with its quotes, the second of which begins the end.
fn string(bytes: &mut Vec<u8>, text: &str, end: &[u8]) {
    bytes.push(b'"');
    escape(bytes, text);
    bytes.extend_from_slice(end);
}

/// Displayed text, between quotes.
struct Text<'a>(&'a mut Vec<u8>);

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

struct Json<'a>(&'a mut Vec<u8>);

impl<'a> Json<'a> {
    /// Items between brackets.
    fn open(self, open: &str, close: &'static str) -> Items<'a> {
        self.0.extend_from_slice(open.as_bytes());
        Items { bytes: self.0, is_first: true, close }
    }

    /// Items of a variant: an object with one member.
    fn open_variant(self, variant: &str, open: &str, close: &'static str) -> Items<'a> {
        self.0.push(b'{');
        string(self.0, variant, b"\":");
        self.open(open, close)
    }
}

/// What `serde_json` writes.
macro_rules! numbers {
    ($($method:ident($value:ty))*) => {
        $(fn $method(self, value: $value) -> Result<(), Error> {
            serde_json::Serializer::new(self.0).$method(value)
        })*
    };
}

macro_rules! words {
    ($($method:ident($($name:ident: $value:ty)?) => $word:expr;)*) => {
        $(fn $method(self $(, $name: $value)?) -> Result<(), Error> {
            self.0.extend_from_slice($word.as_bytes());
            Ok(())
        })*
    };
}

impl<'a> Serializer for Json<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Struct<'a>;
    type SerializeStructVariant = Items<'a>;

    numbers! {
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
        serialize_f32(f32)
        serialize_f64(f64)
        serialize_char(char)
        serialize_bytes(&[u8])
    }

    words! {
        serialize_none() => "null";
        serialize_unit() => "null";
        serialize_unit_struct(_name: &'static str) => "null";
        serialize_bool(value: bool) => if value { "true" } else { "false" };
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        string(self.0, value, b"\"");
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.0.push(b'"');
        write!(Text(self.0), "{value}").map_err(Error::custom)?;
        self.0.push(b'"');
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let items = self.open_variant(variant, "", "}");
        value.serialize(Json(&mut *items.bytes))?;
        items.end()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Error> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, Error> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, Error> {
        Ok(self.open_variant(variant, "[", "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Struct<'a>, Error> {
        if name.starts_with(OF_SERDE_JSON) {
            return Ok(Struct { name: Some(name), items: self.open("", "") });
        }
        Ok(Struct { name: None, items: self.open("{", "}") })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, Error> {
        Ok(self.open_variant(variant, "{", "}}"))
    }
}

/// The items of a list, or the members of an object.
struct Items<'a> {
    bytes: &'a mut Vec<u8>,
    is_first: bool,
    close: &'static str,
}

impl Items<'_> {
    fn comma(&mut self) {
        if !mem::take(&mut self.is_first) {
            self.bytes.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.comma();
        value.serialize(Json(self.bytes))
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.comma();
        string(self.bytes, key, b"\":");
        value.serialize(Json(self.bytes))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the methods of the traits")]
    fn end(self) -> Result<(), Error> {
        self.bytes.extend_from_slice(self.close.as_bytes());
        Ok(())
    }
}

macro_rules! items {
    ($($compound:ident { $method:ident($($key:ident)?) -> $item:ident })*) => {
        $(impl $compound for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self $(, $key: &'static str)?, value: &T) -> Result<(), Error> {
                self.$item($($key,)? value)
            }

            fn end(self) -> Result<(), Error> {
                self.end()
            }
        })*
    };
}

items! {
    SerializeSeq { serialize_element() -> item }
    SerializeTuple { serialize_element() -> item }
    SerializeTupleStruct { serialize_field() -> item }
    SerializeTupleVariant { serialize_field() -> item }
    SerializeStructVariant { serialize_field(key) -> member }
}

impl SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.comma();
        key.serialize(Key(self.bytes)).or_else(|_| {
            // It turns numbers into text, and refuses other keys.
            let object = serde_json::to_string(&Single(key))?;
            let key = object.trim_start_matches('{').trim_end_matches("null}");
            self.bytes.extend_from_slice(key.as_bytes());
            Ok(())
        })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Json(self.bytes))
    }

    fn end(self) -> Result<(), Error> {
        self.end()
    }
}

/// The start of the names of structs that `serde_json` does not write as such: its numbers and its raw
/// values, with features that other crates may enable.
const OF_SERDE_JSON: &str = "$serde_json::private::";

/// The fields of a struct.
struct Struct<'a> {
    /// The name of a struct of `serde_json`, which has one field.
    name: Option<&'static str>,
    items: Items<'a>,
}

impl SerializeStruct for Struct<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        let Some(name) = self.name else { return self.items.member(key, value) };
        let mut serializer = serde_json::Serializer::new(&mut *self.items.bytes);
        let mut fields = serializer.serialize_struct(name, 1)?;
        SerializeStruct::serialize_field(&mut fields, key, value)?;
        SerializeStruct::end(fields)
    }

    fn end(self) -> Result<(), Error> {
        self.items.end()
    }
}

/// An object with this key.
struct Single<'k, T: ?Sized>(&'k T);

impl<T: Serialize + ?Sized> Serialize for Single<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.0, &())?;
        map.end()
    }
}

/// Writes a key that is text and its colon, and nothing for another one.
struct Key<'a>(&'a mut Vec<u8>);

macro_rules! refuse {
    ($($method:ident($($value:ty),*) -> $ok:ty;)*) => {
        $(fn $method(self $(, _: $value)*) -> Result<$ok, fmt::Error> {
            Err(fmt::Error)
        })*
    };
}

impl Serializer for Key<'_> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Impossible<(), fmt::Error>;
    type SerializeTuple = Impossible<(), fmt::Error>;
    type SerializeTupleStruct = Impossible<(), fmt::Error>;
    type SerializeTupleVariant = Impossible<(), fmt::Error>;
    type SerializeMap = Impossible<(), fmt::Error>;
    type SerializeStruct = Impossible<(), fmt::Error>;
    type SerializeStructVariant = Impossible<(), fmt::Error>;

    fn serialize_str(self, key: &str) -> Result<(), fmt::Error> {
        string(self.0, key, b"\":");
        Ok(())
    }

    refuse! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;
    use core::fmt::{self, Display};

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Number, Value};

    use super::{is_escaped, is_plain, to_vec};

    #[track_caller]
    fn check<T: Serialize>(value: &T) {
        let expected = serde_json::to_string(value).map_err(|error| format!("{error}"));
        let bytes = to_vec(value).map_err(|error| format!("{error}"));
        assert_eq!(bytes.map(|bytes| String::from_utf8(bytes).expect("UTF-8")), expected);
    }

    #[derive(Serialize)]
    struct Unit;

    #[derive(Serialize)]
    struct Newtype<T>(T);

    #[derive(Serialize)]
    struct Tuple(u8, &'static str);

    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    enum Shape {
        #[serde(rename = "uni\"t")]
        Unit,
        New(i128),
        Tuple(u64, char),
        #[serde(rename = "struct\n")]
        Struct {
            a: Option<bool>,
            b: (),
        },
        Empty {},
    }

    /// All fields, skipped ones and those of a map.
    #[derive(Serialize)]
    struct Fields {
        plain: f32,
        #[serde(rename = "a \"quoted\" \u{1}")]
        quoted: [u8; 2],
        #[serde(skip_serializing_if = "Option::is_none")]
        absent: Option<()>,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    struct Displayed(&'static [&'static str]);

    impl Display for Displayed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|text| f.write_str(text))
        }
    }

    impl Serialize for Displayed {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    #[test]
    fn every_shape_of_serde_has_the_bytes_of_serde_json() {
        check(&(Unit, Newtype(Newtype(Unit)), Tuple(255, "\u{7f}é\\"), (), true, false, 'ä', '"'));
        check(&[Shape::Unit, Shape::New(i128::MIN), Shape::Tuple(u64::MAX, '\n'), Shape::Empty {}]);
        check(&[Shape::Struct { a: None, b: () }, Shape::Struct { a: Some(true), b: () }]);
        check(&(i8::MIN, i16::MIN, i32::MIN, i64::MIN, u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX));
        check(&(1.5_f32, f32::NAN, 1e300, -0.0, f64::INFINITY));
        let rest = [("b".into(), Value::Null), ("a\t".into(), Value::from(vec![1.0, 2.5]))];
        check(&Fields { plain: 0.1, quoted: [0, 9], absent: None, rest: rest.into() });
        check(&Displayed(&["", "a", "\"", "a longer text\n with a line"]));
        check(&(Vec::<()>::new(), BTreeMap::<String, u8>::new(), [[0_u8; 0]; 2], vec![Some(vec![1])]));
    }

    #[test]
    fn a_key_that_is_no_text_becomes_text_or_an_error() {
        check(&BTreeMap::from([(-1, 'a'), (2, 'b')]));
        check(&BTreeMap::from([(true, 'a')]));
        check(&BTreeMap::from([('{', "null}"), ('"', "{")]));
        check(&BTreeMap::from([(Shape::Unit, 1)]));
        check(&BTreeMap::from([(Some("a"), 1)]));
        check(&BTreeMap::from([((), 1)]));
        check(&BTreeMap::from([(vec![1], 1)]));
        check(&BTreeMap::from([(Shape::New(1), 1)]));
    }

    /// The struct by which `serde_json` writes a number of any length.
    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::Number")]
    struct Long {
        #[serde(rename = "$serde_json::private::Number")]
        digits: &'static str,
    }

    #[test]
    fn what_only_serde_json_knows_is_left_to_it() {
        check(&[Long { digits: "1000000000000000000000000.5" }]);
        check(&(Long { digits: "1" }, "a"));
        check(&Number::from_f64(1.5));
    }

    #[test]
    fn a_display_that_fails_is_an_error() {
        struct Fails;
        impl Display for Fails {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                Err(fmt::Error)
            }
        }
        assert!(to_vec(&crate::text::Text(Fails)).is_err());
    }

    fn json() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[ -~\"\\\\\u{0}-\u{20}]{0,40}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(text.clone(), inner, 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_has_the_bytes_of_serde_json(value in json()) {
            check(&value);
        }

        #[test]
        fn plain_is_what_has_no_escaped_byte(bytes in prop::collection::vec(prop_oneof![
            20 => Just(b'a'),
            1 => any::<u8>(),
        ], 0..40)) {
            prop_assert_eq!(is_plain(&bytes), !bytes.iter().copied().any(is_escaped));
        }
    }
}
