//! Errors as statuses of gRPC: generated code and `#[derive(CatalogError)]` become a [`Status`] with `?` where this feature is on.
//!
//! The status has the message that the catalog says, the code that stands for the HTTP status, and the details of
//! [google/rpc/error_details.proto]: `ErrorInfo`, of any error; `RetryInfo`, where it may be repeated; `Help`, where it has a page.
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
//! /// A method of a service: `Status` is the only error that it may have.
//! fn buy() -> Result<(), Status> {
//!     Err(Error::SoldOut)?
//! }
//!
//! let status = buy().unwrap_err();
//! assert_eq!((status.code(), status.message()), (Code::Aborted, "The tea is sold out."));
//! let received = received::<ErrorCode>(&status).expect("an error of the shop");
//! assert_eq!(received.code, ErrorCode::SoldOut);
//! ```
//!
//! `Debug` of a [`Status`] shows the bytes of its details, those of sensitive details among them; `Display` shows none.
//!
//! [google/rpc/error_details.proto]: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use core::time::Duration;
use std::collections::HashMap;

pub use ::tonic::{Code, Status};

use serde_json::{Map, Value};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{After, CatalogCode, CatalogError, ErrorInfo};

/// The member of `ErrorInfo.metadata` with the id as the catalog has it; the reason has another case.
const ID: &str = "catalogId";

/// The status that an error is in gRPC.
///
/// Its `ErrorInfo` has the id in upper snake case as the reason, the API as the domain, and as metadata the details, each as
/// a text: texts as they are, anything else in JSON. `catalogId` is the id as the catalog has it.
///
/// Its `RetryInfo`, where the error may be repeated, has the wait that the response would ask for over HTTP, and else the first
/// wait of the policy.
pub fn status<E: CatalogError>(error: &E) -> Status {
    #[cfg(feature = "tracing")]
    crate::tracing::record(error);
    let info = error.code().info();
    let members = details(error);
    let mut details = ErrorDetails::new();
    if let Some(wait) = info.handling.retry.delay(0, retry_after(info, &members)) {
        details.set_retry_info(Some(wait));
    }
    if let Some(page) = info.doc_url() {
        details.add_help_link(info.title, page);
    }
    let mut metadata: HashMap<_, _> = members.into_iter().map(|(name, value)| (name, text(value))).collect();
    metadata.insert(ID.to_owned(), info.id.to_owned());
    details.set_error_info(reason(info.id), E::Code::CATALOG.api, metadata);
    Status::with_error_details(code(error.status()), error.message().to_string(), details)
}

/// `From` for the errors of a catalog.
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

/// The code that stands for an HTTP status, as google/rpc/code.proto maps them. Where that maps several codes to a status, it is the one that
/// asserts least: 409 is `Aborted`, since a conflict need not be that something exists already.
///
/// What it does not map is `FailedPrecondition` below 500 and `Internal` from there on; where there is no such status, `Unknown`.
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
        // The request itself is wrong, whatever the state of the service: also its size, its form, what it means.
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

/// What a client is told with a status.
#[derive(Debug, Clone)]
pub struct Received<C> {
    /// Which error it is.
    pub code: C,
    /// The details, each as a text: texts as they are, anything else in JSON.
    pub details: HashMap<String, String>,
    /// How long to wait before the first repeat, where there may be one.
    pub retry_after: Option<Duration>,
}

/// The error of a catalog that a status is; `None` where it is none, or one that this version of the catalog does not have.
pub fn received<C: CatalogCode>(status: &Status) -> Option<Received<C>> {
    let info = status.get_details_error_info().filter(|info| info.domain == C::CATALOG.api)?;
    let mut details = info.metadata;
    // A server without errbook sends the reason alone.
    let code = match details.remove(ID) {
        Some(id) => C::from_id(&id),
        None => C::ALL.iter().copied().find(|code| reason(code.info().id) == info.reason),
    }?;
    let retry_after = status.get_details_retry_info().and_then(|retry| retry.retry_delay);
    Some(Received { code, details, retry_after })
}

fn details<E: CatalogError>(error: &E) -> Map<String, Value> {
    match serde_json::to_value(error.details()) {
        Ok(Value::Object(members)) => members,
        // Only details of types that are written by hand can fail to serialize.
        _ => Map::new(),
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        value => value.to_string(),
    }
}

/// What the response would ask for over HTTP: the detail that the policy names, or the one that its header consists of.
fn retry_after(info: &ErrorInfo, details: &Map<String, Value>) -> Option<Duration> {
    let seconds = match info.handling.retry.policy()?.after? {
        After::Detail(name) => details.get(name)?.as_f64()?,
        After::Header(name) => {
            let (_, value) = info.handling.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
            match value.strip_prefix("{details.").and_then(|rest| rest.strip_suffix('}')) {
                Some(detail) => details.get(detail)?.as_f64()?,
                None => value.parse().ok()?,
            }
        }
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// The id as AIP-193 has reasons: in upper snake case, and no longer than 63 characters.
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

    use super::{reason, retry_after};
    use crate::{After, ErrorInfo, Handling, Policy, Retry};

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
    fn the_wait_is_where_the_policy_says() {
        static HANDLING: Handling = Handling {
            headers: &[
                ("Retry-After", "{details.wait}"),
                ("X-Wait", "7"),
                ("X-Name", "{details.name}, {details.wait}"),
            ],
            ..Handling::EMPTY
        };
        let details: Map<_, _> = [("wait", Value::from(1.5)), ("name", Value::from("tea")), ("ago", Value::from(-1))]
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        let wait = |after| {
            let retry = Retry::Always(Some(Policy { after: Some(after), ..Policy::EMPTY }));
            let handling = alloc::boxed::Box::leak(Handling { retry, ..HANDLING }.into());
            retry_after(&ErrorInfo { handling, ..ErrorInfo::EMPTY }, &details)
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
