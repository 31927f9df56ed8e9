//! JSON values in a catalog. The crate has its own type, so that users of the macro do not compile
//! a JSON library.

use std::fmt;

/// A JSON value that keeps the order of its members.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// Any other number. It is finite.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object: its members, in order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member with a name, if this is an object.
    ///
    /// ```
    /// use errbook_catalog::model::value::Value;
    /// let body = Value::Object(vec![("status".into(), Value::Integer(402))]);
    /// assert_eq!(body.get("status"), Some(&Value::Integer(402)));
    /// assert_eq!(body.get("code"), None);
    /// ```
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// How many values it has in it, including itself.
    pub(crate) fn nodes(&self) -> usize {
        match self {
            Value::Array(items) => 1 + items.iter().map(Value::nodes).sum::<usize>(),
            Value::Object(members) => 1 + members.iter().map(|(_, value)| value.nodes()).sum::<usize>(),
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::String(_) => 1,
        }
    }

    /// The value inside a longer text: text as it is, other values as JSON.
    pub fn to_text(&self) -> String {
        match self {
            Value::String(text) => text.clone(),
            // The number as Rust displays it: 2 instead of 2.0.
            Value::Number(number) => number.to_string(),
            other => other.to_string(),
        }
    }
}

/// Compact JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Number(value) => write!(f, "{value:?}"),
            Value::String(value) => write_json_string(f, value),
            Value::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Value::Object(members) => {
                f.write_str("{")?;
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    write_json_string(f, key)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// RFC 8259 section 7.
fn write_json_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write as _;
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if u32::from(control) < 0x20 => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
