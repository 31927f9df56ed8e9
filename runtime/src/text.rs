//! Text forms of values in templates.

use alloc::borrow::Cow;
use alloc::string::ToString as _;
use core::fmt;

use serde_core::ser::{Serialize, Serializer};

/// Converts a value to the text of a header.
pub fn header(value: &dyn fmt::Display) -> Cow<'static, str> {
    Cow::Owned(value.to_string())
}

/// Displays an optional value; `None` displays as nothing.
///
/// ```
/// use errbook::OrEmpty;
///
/// assert_eq!(format!("{}{}", OrEmpty(Some(1)), OrEmpty(None::<u8>)), "1");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OrEmpty<T>(pub Option<T>);

impl<T: fmt::Display> fmt::Display for OrEmpty<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => Ok(()),
        }
    }
}

/// Serializes a value as its displayed text, without an intermediate `String`.
///
/// ```
/// use errbook::Text;
///
/// assert_eq!(serde_json::to_string(&Text(404)).unwrap(), r#""404""#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Text<T>(pub T);

impl<T: fmt::Display> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
