//! gRPC statuses: with this feature, generated code and `#[derive(CatalogError)]` convert to a
//! [`Status`] with `?`.
//!
//! The status has the catalog's message, a code for the HTTP status, and these details of
//! [google/rpc/error_details.proto]: `ErrorInfo`, always; `RetryInfo`, if the error is
//! retryable; `Help`, if the error has a page.
//! [`received`] reads them back.
//!
//! ```
//! use errbook::tonic::{Code, Status, received};
//!
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! use errors::{Error, ErrorCode};
//!
//! /// A method of a service, whose error type is always `Status`.
//! fn buy() -> Result<(), Status> {
//!     Err(Error::sold_out())?
//! }
//!
//! let status = buy().unwrap_err();
//! assert_eq!((status.code(), status.message()), (Code::Aborted, "The tea is sold out."));
//! let received = received::<ErrorCode>(&status).expect("an error of the shop");
//! assert_eq!(received.code, ErrorCode::SoldOut);
//! ```
//!
//! `Debug` of a [`Status`] prints the bytes of its details, including sensitive ones. `Display`
//! prints no details.
//!
//! [google/rpc/error_details.proto]: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::time::Duration;
use std::collections::HashMap;

pub use ::tonic::{Code, Status};

use serde_json::{Map, Value};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{After, CatalogCode, CatalogError, Retry};

/// The key of the catalog's id in `ErrorInfo.metadata`; the reason changes its case.
const ID: &str = "catalogId";

/// The maximum length of a message, percent-encoded as in a header.
const MESSAGE_BYTES: usize = 1024;

/// The maximum length of the details. A status is sent in HTTP/2 trailers, whose length many
/// clients and proxies limit to 8 KiB. Base64 makes 6 KiB of these bytes; the message takes 1 KiB,
/// and the last 1 KiB is for other trailers.
const DETAILS_BYTES: usize = 4608;

/// Converts an error to a gRPC status.
///
/// The reason of its `ErrorInfo` is the id in upper snake case, and the domain is the API. The
/// metadata has the details: strings as they are, and other values as JSON. `catalogId` is the id
/// in the catalog's spelling, unless a detail has this name.
///
/// A status is sent in HTTP/2 trailers, whose length many clients limit to 8 KiB. A message that is
/// longer than 1 KiB when it is percent-encoded is cut. If the details are longer than 4.5 KiB, the
/// longest ones are left out of the metadata until the rest fits. If a detail fails to serialize,
/// such as a number that is not finite, the metadata has no details.
///
/// If any request may be retried, `RetryInfo` has the wait that an HTTP response would ask for, or
/// else the first wait of the policy. If only idempotent requests may be, there is no `RetryInfo`:
/// a client without the catalog does not know which calls are idempotent.
pub fn status<E: CatalogError>(error: &E) -> Status {
    #[cfg(feature = "tracing")]
    crate::tracing::record(error);
    let info = error.public_code().info();
    let members = details(error);
    let mut details = ErrorDetails::new();
    if let retry @ Retry::Always(_) = info.retry() {
        details.set_retry_info(retry_after(retry, info.headers(), &members).or(retry.answer(0, None).wait()));
    }
    if let Some(page) = info.doc_url() {
        details.add_help_link(info.title(), page);
    }
    let mut metadata: HashMap<_, _> = members.into_iter().map(|(name, value)| (name, text(value))).collect();
    metadata.entry(ID.to_owned()).or_insert_with(|| info.id().to_owned());
    let message = shortened(error.message().to_string());
    let mut status_with = |metadata| {
        details.set_error_info(reason(info.id()), E::Code::CATALOG.api, metadata);
        Status::with_error_details(code(error.status()), message.clone(), details.clone())
    };
    let status = status_with(metadata.clone());
    match status.details().len().checked_sub(DETAILS_BYTES) {
        None | Some(0) => status,
        Some(excess) => status_with(without_longest(metadata, info.id(), excess)),
    }
}

/// Leaves out the longest details, until `excess` bytes less are encoded. The id is kept.
fn without_longest(metadata: HashMap<String, String>, id: &str, excess: usize) -> HashMap<String, String> {
    let (mut kept, mut details): (Vec<_>, Vec<_>) =
        metadata.into_iter().partition(|(name, value)| name == ID && value == id);
    details.sort_by(|(name, value), (other, text)| (value.len(), name).cmp(&(text.len(), other)));
    let mut rest = excess;
    while rest > 0
        && let Some((name, value)) = details.pop()
    {
        rest = rest.saturating_sub(name.len() + value.len());
    }
    kept.append(&mut details);
    kept.into_iter().collect()
}

/// The message, cut if it is too long.
fn shortened(mut message: String) -> String {
    const MORE: char = '…';
    // At most: which characters are encoded depends on the sender.
    let encoded = |letter: char| if letter.is_ascii_alphanumeric() { 1 } else { 3 * letter.len_utf8() };
    let mut length = 0;
    let mut end = 0;
    for (at, letter) in message.char_indices() {
        length += encoded(letter);
        if length <= MESSAGE_BYTES - encoded(MORE) {
            end = at + letter.len_utf8();
        }
    }
    if length > MESSAGE_BYTES {
        message.truncate(end);
        message.push(MORE);
    }
    message
}

/// Implements `From` for the errors of a catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_tonic {
    ($error:ty) => {
        #[automatically_derived]
        impl ::core::convert::From<$error> for $crate::tonic::Status {
            fn from(error: $error) -> Self {
                $crate::tonic::status(&error)
            }
        }
    };
}

/// Maps an HTTP status to a code, as google/rpc/code.proto does. If several codes map to the
/// status, the result is the least specific: 409 is `Aborted`, because a conflict does not always
/// mean that something already exists.
///
/// Any other status is `FailedPrecondition` below 500 and `Internal` from 500. Without a status,
/// the code is `Unknown`.
///
/// ```
/// use errbook::tonic::{Code, code};
///
/// assert_eq!(code(Some(429)), Code::ResourceExhausted);
/// assert_eq!(code(Some(402)), Code::FailedPrecondition);
/// assert_eq!(code(None), Code::Unknown);
/// ```
pub fn code(status: Option<u16>) -> Code {
    match status {
        // The request itself is invalid, independent of the service: its syntax, its content or its
        // size.
        Some(400 | 411 | 413 | 414 | 415 | 422 | 431) => Code::InvalidArgument,
        Some(401) => Code::Unauthenticated,
        Some(403) => Code::PermissionDenied,
        Some(404 | 410) => Code::NotFound,
        Some(405 | 501) => Code::Unimplemented,
        Some(408 | 504) => Code::DeadlineExceeded,
        Some(409) => Code::Aborted,
        Some(416) => Code::OutOfRange,
        Some(429) => Code::ResourceExhausted,
        Some(499) => Code::Cancelled,
        Some(502 | 503) => Code::Unavailable,
        Some(400..500) => Code::FailedPrecondition,
        Some(500..600) => Code::Internal,
        _ => Code::Unknown,
    }
}

/// The content of a status for clients.
#[derive(Debug, Clone)]
pub struct Received<C> {
    /// The kind of the error.
    pub code: C,
    /// The details: strings as they are, and other values as JSON.
    pub details: HashMap<String, String>,
    /// How long to wait before the first retry, if the error is retryable.
    pub retry_after: Option<Duration>,
}

/// Reads the error of a catalog from a status. `None` if the status has no such error, or if this
/// version of the catalog does not know it.
pub fn received<C: CatalogCode>(status: &Status) -> Option<Received<C>> {
    let info = status.get_details_error_info().filter(|info| info.domain == C::CATALOG.api)?;
    let mut details = info.metadata;
    let has_reason = |code: &C| reason(code.info().id()) == info.reason;
    let code = match details.get(ID).and_then(|id| C::from_id(id)).filter(has_reason) {
        Some(code) => {
            details.remove(ID);
            code
        }
        // A server without errbook sends only the reason, and a detail can have the name of the id.
        None => C::ALL.iter().copied().find(has_reason)?,
    };
    let retry_after = status.get_details_retry_info().and_then(|retry| retry.retry_delay);
    Some(Received { code, details, retry_after })
}

fn details<E: CatalogError>(error: &E) -> Map<String, Value> {
    match serde_json::to_value(error.details()) {
        Ok(Value::Object(members)) => members,
        // A number that JSON does not have, or a hand-written type that fails to serialize.
        _ => Map::new(),
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        value => value.to_string(),
    }
}

/// The wait that an HTTP response would ask for: the detail that the policy names, or the only
/// detail in the policy's header.
fn retry_after(retry: Retry, headers: &[(&str, &str)], details: &Map<String, Value>) -> Option<Duration> {
    let seconds = match retry.policy()?.after? {
        After::Detail(name) => details.get(name)?.as_f64()?,
        After::Header(name) => {
            let (_, value) = headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
            match value.strip_prefix("{details.").and_then(|rest| rest.strip_suffix('}')) {
                Some(detail) => details.get(detail)?.as_f64()?,
                None => value.parse().ok()?,
            }
        }
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// Converts the id to a reason (AIP-193): upper snake case, at most 63 characters.
fn reason(id: &str) -> String {
    let mut reason = String::with_capacity(id.len());
    let mut before = '_';
    for letter in id.chars() {
        let begins_word = letter.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins_word || !letter.is_ascii_alphanumeric() {
            reason.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            reason.push(letter.to_ascii_uppercase());
        }
        before = letter;
    }
    reason.truncate(63);
    reason.truncate(reason.trim_end_matches('_').len());
    reason
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use core::time::Duration;

    use serde_json::{Map, Value};

    use super::{MESSAGE_BYTES, reason, retry_after, shortened};
    use crate::{After, Policy, Retry};

    #[test]
    fn an_id_of_any_style_is_a_reason() {
        for id in ["NOT_FOUND", "not_found", "not-found", "not.found", "notFound", "NotFound"] {
            assert_eq!(reason(id), "NOT_FOUND");
        }
        assert_eq!(reason("HTTP2_error."), "HTTP2_ERROR");
        let long: String = core::iter::repeat_n("ab_", 30).collect();
        assert_eq!(reason(&long).len(), 62);
        assert!(reason(&long).ends_with("AB"));
    }

    #[test]
    fn only_a_message_that_is_too_long_is_cut() {
        for letter in ['a', ' ', 'é', '😀'] {
            let cost = if letter == 'a' { 1 } else { 3 * letter.len_utf8() };
            let of = |count| core::iter::repeat_n(letter, count).collect::<String>();
            assert_eq!(shortened(of(MESSAGE_BYTES / cost)), of(MESSAGE_BYTES / cost));
            assert_eq!(shortened(of(MESSAGE_BYTES / cost + 1)), of((MESSAGE_BYTES - 9) / cost) + "…");
        }
    }

    #[test]
    fn the_wait_is_where_the_policy_says() {
        let headers =
            [("Retry-After", "{details.wait}"), ("X-Wait", "7"), ("X-Name", "{details.name}, {details.wait}")];
        let details: Map<_, _> = [("wait", Value::from(1.5)), ("name", Value::from("tea")), ("ago", Value::from(-1))]
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        let wait = |after| {
            let retry = Retry::Always(Some(Policy { after: Some(after), ..Policy::EMPTY }));
            retry_after(retry, &headers, &details)
        };
        for after in [After::Detail("wait"), After::Header("retry-after")] {
            assert_eq!(wait(after), Some(Duration::from_millis(1500)), "{after:?}");
        }
        assert_eq!(wait(After::Header("X-Wait")), Some(Duration::from_secs(7)));
        for after in [After::Detail("name"), After::Detail("ago"), After::Header("X-Name"), After::Header("Other")] {
            assert_eq!(wait(after), None, "{after:?}");
        }
    }
}
