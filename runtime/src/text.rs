//! Text forms of values in templates.

use alloc::borrow::Cow;
use alloc::string::ToString as _;
use core::fmt;

use serde_core::ser::{Serialize, Serializer};

/// Converts a value to the text of a header.
pub fn header(value: &dyn fmt::Display) -> Cow<'static, str> {
    Cow::Owned(value.to_string())
}

/// The value of `Retry-After`: whole seconds, rounded up (RFC 9110 section 10.2.3). Other text than
/// numbers is unchanged.
///
/// ```
/// use std::time::Duration;
/// use errbook::{Seconds, retry_after};
///
/// assert_eq!(retry_after(&Seconds(Duration::from_millis(1500))), "2");
/// assert_eq!(retry_after(&30), "30");
/// assert_eq!(retry_after(&-5), "0");
/// ```
pub fn retry_after(value: &dyn fmt::Display) -> Cow<'static, str> {
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match whole.parse::<u64>() {
        Ok(_) if sign && is_digits(fraction) => Cow::Borrowed("0"),
        Ok(whole) if is_digits(fraction) && fraction.bytes().any(|digit| digit != b'0') => {
            Cow::Owned(whole.saturating_add(1).to_string())
        }
        Ok(whole) if is_digits(fraction) => Cow::Owned(whole.to_string()),
        _ => Cow::Owned(text),
    }
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
