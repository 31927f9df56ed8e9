//! HTTP responses of errors, and rejections by frameworks.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::any::Any;
#[cfg(any(feature = "actix-web", feature = "axum"))]
use core::fmt::Debug;
#[cfg(any(feature = "actix-web", feature = "axum"))]
use core::panic::AssertUnwindSafe;
#[cfg(any(feature = "actix-web", feature = "axum"))]
use std::panic::catch_unwind;

use ::http::header::{CONTENT_TYPE, HeaderName};
use ::http::{HeaderValue, Response, StatusCode};
use serde_core::Serialize;

use crate::{CatalogCode as _, CatalogError, FromRejection};

/// Converts an error to a response with its status, its headers, and its body in the catalog's
/// envelope.
///
/// An error cannot be sent if it has no status, or if a detail fails to serialize: a number that is
/// not finite, an integer of a hand-written enum that does not fit into an `i64`, or a hand-written
/// type that fails. The response is then the error for 500 under `rejections` in the catalog, or
/// else the only public error that has the status 500 and no required detail, or else a 500 without
/// a body. With the feature `tracing`, the reason is an event with the level `ERROR`.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// # use errors::{Context, Error};
/// # fn error() -> Error { errors::Error::sold_out() }
/// # fn context() -> Context { Context::default() }
/// let response = errbook::http::response(&error(), &context());
/// assert_eq!(response.status(), 409);
/// assert_eq!(response.headers()["content-type"], "application/json");
/// ```
///
/// The extensions of the response have the [`ErrorInfo`](crate::ErrorInfo) of what is sent, for
/// layers that count errors or log them. The responses of axum and actix-web have it too.
pub fn response<E: CatalogError>(error: &E, context: &E::Context) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    let unsent = answer(&mut response, error, context);
    #[cfg(feature = "tracing")]
    if let Some(reason) = unsent {
        crate::tracing::unsendable(error, None, &reason, &response);
    }
    #[cfg(not(feature = "tracing"))]
    drop(unsent);
    response
}

/// The response, which is recorded.
#[cfg(any(feature = "actix-web", feature = "axum"))]
pub(crate) fn recorded<E: CatalogError<Context: Debug>>(error: &E, context: &E::Context) -> Response<Vec<u8>> {
    #[cfg(not(feature = "tracing"))]
    return response(error, context);
    #[cfg(feature = "tracing")]
    {
        let mut response = Response::new(Vec::new());
        let unsent = answer(&mut response, error, context);
        crate::tracing::response(error, context, unsent.as_deref(), &response);
        response
    }
}

/// Fills an empty response. Returns the reason if it is not that of the error.
fn answer<E: CatalogError>(response: &mut Response<Vec<u8>>, error: &E, context: &E::Context) -> Option<String> {
    let reason = fill(response, error, context).err()?;
    *response = Response::new(Vec::new());
    if E::unsendable(&reason).is_none_or(|error| fill(response, &error, context).is_err()) {
        *response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    Some(reason)
}

/// Fills the response of an error where it stays, or says why it cannot be sent.
fn fill<E: CatalogError>(response: &mut Response<Vec<u8>>, error: &E, context: &E::Context) -> Result<(), String> {
    let status = error.status().and_then(|status| StatusCode::from_u16(status).ok()).ok_or("it has no status")?;
    if E::CHECKS_DETAILS {
        json(&error.details())?;
    }
    *response.status_mut() = status;
    let info = error.public_code().info();
    response.extensions_mut().insert(info);
    if let Some(content_type) = info.content_type() {
        *response.body_mut() = json(&error.body(context))?;
        response.headers_mut().insert(CONTENT_TYPE, media_type(content_type));
    }
    for (name, text) in error.headers(context) {
        // The catalog accepts only the names that RFC 9110 allows.
        if let Ok(name) = HeaderName::try_from(name) {
            response.headers_mut().append(name, value(text.into_owned()));
        }
    }
    Ok(())
}

/// A body as JSON. Most fit into the buffer, which then does not grow.
fn json(body: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(512);
    serde_json::to_writer(&mut bytes, body).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The value of `Content-Type`. That of most errors is not copied.
fn media_type(text: &str) -> HeaderValue {
    static JSON: HeaderValue = HeaderValue::from_static("application/json");
    static PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
    match text {
        "application/json" => JSON.clone(),
        "application/problem+json" => PROBLEM.clone(),
        other => value(other.into()),
    }
}

/// Converts text to a header value. Line breaks become spaces (RFC 9110 section 5.5).
fn value(text: String) -> HeaderValue {
    let is_refused = |byte: u8| byte.is_ascii_control() && byte != b'\t';
    let text = if text.bytes().any(is_refused) {
        text.replace(|letter: char| u8::try_from(letter).is_ok_and(is_refused), " ")
    } else {
        text
    };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// A request that the framework rejected before any handler ran, or a handler that panicked. Causes
/// are an unknown route, a method that is not allowed, a body that is too large or not JSON.
#[derive(Debug, Clone)]
pub struct Rejection {
    status: StatusCode,
    reason: String,
    is_panic: bool,
}

impl Rejection {
    /// Creates a rejection with a status and the framework's reason.
    #[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
    pub(crate) fn new(status: StatusCode, reason: String) -> Self {
        Self { status, reason, is_panic: false }
    }

    /// Creates the rejection of a handler that panicked, with the panic message.
    #[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
    pub(crate) fn panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let reason = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default().into();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, reason, is_panic: true }
    }

    /// The status of the framework's response (RFC 9110 section 15): 404, 405, 413, 415, 422 and so
    /// on, and 500 for a panic.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The framework's reason or the panic message; empty if there is none. It is for developers
    /// and may quote the request.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether a handler panicked.
    pub fn is_panic(&self) -> bool {
        self.is_panic
    }
}

/// Returns the error that the catalog names for a rejection, under `rejections`. Pass it to a
/// layer:
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// # use errors::{Context, Error};
/// # #[cfg(feature = "axum")]
/// let layer = errbook::axum::CatalogLayer::new(|_| Context::default(), errbook::http::from_rejection::<Error>);
/// ```
pub fn from_rejection<E: FromRejection>(rejection: &Rejection) -> E {
    E::from_rejection(rejection.status(), rejection.reason())
}

/// Returns the error to send for a rejection. If the user's function panics, the error for 500, or
/// `None` if the catalog has none.
#[cfg(any(feature = "actix-web", feature = "axum"))]
pub(crate) fn refused<E: CatalogError>(rejections: &impl Fn(&Rejection) -> E, rejection: &Rejection) -> Option<E> {
    let error = catch_unwind(AssertUnwindSafe(|| rejections(rejection)));
    error.ok().or_else(|| E::unsendable("the function for rejections panicked"))
}

/// Marks a response that an error of a catalog produced.
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered;

/// The headers that describe the body of the framework's response, which is replaced (RFC 9110
/// section 8).
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
const ABOUT_BODY: &[&str] = &[
    "accept-ranges",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-type",
    "digest",
    "etag",
    "last-modified",
    "repr-digest",
    "trailer",
    "transfer-encoding",
];

/// The headers that only the sender of a rejection knows: the methods of a path (RFC 9110 section
/// 15.5.6), the size of a resource (section 15.5.17), the credentials and formats that it accepts
/// (sections 11.6.1 and 12.5), and when to come back (section 10.2.3).
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
const OF_FRAMEWORK: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-patch",
    "accept-post",
    "allow",
    "content-range",
    "proxy-authenticate",
    "retry-after",
    "www-authenticate",
];

/// The state of a rate limit: `RateLimit-Remaining`, `X-RateLimit-Reset` and so on.
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
const OF_LIMITS: [&str; 2] = ["ratelimit", "x-ratelimit"];

/// The headers whose values add up: cookies, and what a cache has to compare (RFC 9110 section
/// 12.5.5).
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
const ADDED: [&str; 2] = ["set-cookie", "vary"];

/// What becomes of a header of the framework's response in the error's response.
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    No,
    /// Next to those of the error.
    Added,
    /// Instead of those of the error.
    Alone,
}

/// What becomes of a header of the framework's response. The name is in lower case. `has_own` says
/// whether the error's response has the header.
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
pub(crate) fn kept(name: &str, has_own: bool) -> Kept {
    let is_of_framework = || OF_FRAMEWORK.contains(&name) || OF_LIMITS.iter().any(|start| name.starts_with(start));
    match has_own {
        true if ADDED.contains(&name) => Kept::Added,
        true if is_of_framework() => Kept::Alone,
        false if !ABOUT_BODY.contains(&name) => Kept::Added,
        _ => Kept::No,
    }
}

/// Whether a response without a content type, or with plain text, can be a rejection by a
/// framework.
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
pub(crate) fn is_plain(content_type: Option<&[u8]>) -> bool {
    const PLAIN: &[u8] = b"text/plain";
    content_type.is_none_or(|ty| ty.get(..PLAIN.len()).is_some_and(|start| start.eq_ignore_ascii_case(PLAIN)))
}

/// The maximum number of bytes of a framework's reason. A body that is larger, or whose size is not
/// known, is not a rejection: a proxied response can take its time.
#[cfg_attr(not(any(feature = "actix-web", feature = "axum")), allow(dead_code))]
pub(crate) const LONGEST_REASON: u64 = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::{Kept, is_plain, kept, value};

    #[test]
    fn the_framework_knows_the_methods_and_nothing_of_the_body() {
        for (name, has_own, expected) in [
            ("allow", false, Kept::Added),
            ("allow", true, Kept::Alone),
            ("content-range", true, Kept::Alone),
            ("www-authenticate", true, Kept::Alone),
            ("retry-after", true, Kept::Alone),
            ("ratelimit", true, Kept::Alone),
            ("x-ratelimit-remaining", true, Kept::Alone),
            ("set-cookie", true, Kept::Added),
            ("vary", true, Kept::Added),
            ("content-security-policy", false, Kept::Added),
            ("content-security-policy", true, Kept::No),
            ("content-length", false, Kept::No),
            ("content-language", true, Kept::No),
            ("etag", false, Kept::No),
        ] {
            assert_eq!(kept(name, has_own), expected, "{name}");
        }
    }

    #[test]
    fn plain_text_is_plain_in_any_case() {
        assert!(is_plain(None) && is_plain(Some(b"Text/Plain; charset=utf-8")));
        assert!(!is_plain(Some(b"text/html")) && !is_plain(Some(b"text")));
    }

    #[test]
    fn no_text_ends_a_header_or_is_refused() {
        assert_eq!(value("a\r\nSet-Cookie: b\0".into()), "a  Set-Cookie: b ");
        assert_eq!(value("tab\tstays, \u{e9} too".into()).as_bytes(), "tab\tstays, \u{e9} too".as_bytes());
    }
}
