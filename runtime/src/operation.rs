//! The errors of one operation.

use crate::CatalogError;

/// The type of one operation's errors. [`operation!`](crate::operation) implements it.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// use errbook::Operation;
///
/// errbook::operation!("errors.yaml", BuyError: errors::Error, [SOLD_OUT, CLOSED]);
///
/// assert_eq!(BuyError::IDS, ["SOLD_OUT", "CLOSED"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of an operation's errors",
    label = "not made by `errbook::operation!`"
)]
pub trait Operation: CatalogError {
    /// The ids of the errors, in catalog order. Internal errors are among them.
    const IDS: &'static [&'static str];
}

/// Checks that an operation has all errors of another one.
///
/// # Panics
///
/// If it does not. The message is `mistake` and the missing ids.
#[track_caller]
pub const fn covers(wide: &[&str], narrow: &[&str], mistake: &str) {
    // The compiler formats no list, so the text is assembled here. Ids that do not fit are left out.
    let mut text = [0; 1024];
    let (mut length, mut at) = (append(&mut text, 0, mistake), 0);
    let start = length;
    while at < narrow.len() {
        if !contains(wide, narrow[at]) {
            if length > start {
                length = append(&mut text, length, ", ");
            }
            length = append(&mut text, length, narrow[at]);
        }
        at += 1;
    }
    if length > start {
        match str::from_utf8(text.split_at(length).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("the list lacks errors"),
        }
    }
}

/// Appends a text if there is space for it. Returns the new length.
const fn append(text: &mut [u8], length: usize, part: &str) -> usize {
    let part = part.as_bytes();
    if text.len() - length < part.len() {
        return length;
    }
    let mut at = 0;
    while at < part.len() {
        text[length + at] = part[at];
        at += 1;
    }
    length + part.len()
}

const fn contains(ids: &[&str], id: &str) -> bool {
    let mut at = 0;
    while at < ids.len() {
        if equal(ids[at].as_bytes(), id.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// What the type of an operation's errors does with the error in it.
#[doc(hidden)]
#[macro_export]
macro_rules! generated_operation {
    // A file has a comma after the last of several lines.
    ($name:ident, $catalog:ident, [$($id:literal),* $(,)?], [$($code:tt)*] $(,)?) => {
        impl $name {
            /// The error as one of the catalog.
            #[must_use]
            pub const fn as_error(&self) -> &$catalog::Error {
                &self.0
            }

            /// The error as one of the catalog.
            #[must_use]
            pub fn into_error(self) -> $catalog::Error {
                self.0
            }

            /// The kind of the error.
            #[must_use]
            pub const fn code(&self) -> $catalog::ErrorCode {
                self.0.code()
            }
        }

        #[automatically_derived]
        impl $crate::Operation for $name {
            const IDS: &'static [&'static ::core::primitive::str] = &[$($id),*];
        }

        #[automatically_derived]
        impl ::core::convert::From<$name> for $catalog::Error {
            fn from(error: $name) -> Self {
                error.0
            }
        }

        /// Returns an error that is not in the list.
        #[automatically_derived]
        impl ::core::convert::TryFrom<$catalog::Error> for $name {
            type Error = $catalog::Error;

            fn try_from(error: $catalog::Error) -> ::core::result::Result<Self, $catalog::Error> {
                if ::core::matches!(error.code(), $($code)*) {
                    ::core::result::Result::Ok(Self(error))
                } else {
                    ::core::result::Result::Err(error)
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }

        #[automatically_derived]
        impl ::core::error::Error for $name {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                ::core::error::Error::source(&self.0)
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                self.0 == other.0
            }
        }

        /// A copy, if the catalog's errors are `Clone`.
        #[automatically_derived]
        impl ::core::clone::Clone for $name
        where
            for<'copy> $catalog::Error: ::core::clone::Clone,
        {
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0))
            }
        }

        #[automatically_derived]
        impl $crate::CatalogError for $name {
            type Code = $catalog::ErrorCode;
            type Context = $catalog::Context;

            const CHECKS_DETAILS: ::core::primitive::bool = <$catalog::Error as $crate::CatalogError>::CHECKS_DETAILS;

            fn code(&self) -> $catalog::ErrorCode {
                self.0.code()
            }

            fn public_code(&self) -> $catalog::ErrorCode {
                self.0.public_code()
            }

            fn status(&self) -> ::core::option::Option<::core::primitive::u16> {
                self.0.status()
            }

            fn message(&self) -> impl ::core::fmt::Display {
                $crate::CatalogError::message(&self.0)
            }

            fn details(&self) -> impl $crate::serde::Serialize {
                $crate::CatalogError::details(&self.0)
            }

            fn headers(
                &self,
                context: &$catalog::Context,
            ) -> $crate::alloc::vec::Vec<(
                &'static ::core::primitive::str,
                $crate::alloc::borrow::Cow<'static, ::core::primitive::str>,
            )> {
                $crate::CatalogError::headers(&self.0, context)
            }

            fn body<'a>(&'a self, context: &'a $catalog::Context) -> impl $crate::serde::Serialize {
                $crate::CatalogError::body(&self.0, context)
            }

            // An error that is not in the list is not sent either.
            fn unsendable(reason: &::core::primitive::str) -> ::core::option::Option<Self> {
                let error = <$catalog::Error as $crate::CatalogError>::unsendable(reason)?;
                <Self as ::core::convert::TryFrom<$catalog::Error>>::try_from(error).ok()
            }
        }
    };
}
