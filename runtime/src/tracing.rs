//! Events of tracing. With this feature, `axum`, `actix-web` and `tonic` record every response and
//! status that they build from an error. The first response whose context is not that of a request,
//! because there is no [`scope`](crate::scope()), is a warning.
//!
//! ```
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//!
//! /// A background job records its errors itself.
//! fn nightly() {
//!     if let Err(error) = Err::<(), _>(errors::Error::internal("the disk is full")) {
//!         errbook::tracing::record(&error);
//!     }
//! }
//! ```

use alloc::format;
use alloc::string::{String, ToString as _};
use core::error::Error;
use core::fmt;

use crate::{CatalogCode as _, CatalogError, OneLine, Retry};

/// Records an error as an event with the target `errbook`.
///
/// The message of the event is the error's `Display`, on one line. The fields are `code` (the id),
/// `wire_code` (the code that the client receives), `status`, `error.type` (the id of what the
/// client receives, under the name that OpenTelemetry gives it), `retryable` (if the catalog says
/// so) and `source` (the chain of underlying errors). Details are not fields: a log contains only
/// those in the message, and never a sensitive one.
///
/// The level is `ERROR` for server errors, with a status of 500 or more or without a status. It is
/// `DEBUG` for client errors, because otherwise any client could fill the server's logs.
///
/// axum and actix-web record each error that they send. One that
/// [cannot be sent](crate::http::response) is another event, always an `ERROR`: `code` and `source`
/// are its own, and the other fields are those of what the client receives instead.
pub fn record<E: CatalogError>(error: &E) {
    event(error, None);
}

/// Like [`record`], with the context fields of the request in the field `context`. A sensitive one
/// is `[redacted]`. The responses of axum and actix-web are recorded in this way.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// # use errors::Context;
/// # let context = Context::default();
/// errbook::tracing::record_with_context(&errors::Error::sold_out(), &context);
/// ```
pub fn record_with_context<E: CatalogError<Context: fmt::Debug>>(error: &E, context: &E::Context) {
    event(error, Some(context));
}

/// Records the error of a response, and the reason if the response is another. A context that stands
/// in for that of a request is left out.
#[cfg(any(feature = "actix-web", feature = "axum"))]
pub(crate) fn response<E: CatalogError<Context: fmt::Debug>>(
    error: &E,
    context: &E::Context,
    unsent: Option<&str>,
    sent: &::http::Response<alloc::vec::Vec<u8>>,
) {
    let context = crate::scope::is_of_request().then_some(context as &dyn fmt::Debug);
    match unsent {
        None => event(error, context),
        Some(reason) => unsendable(error, context, reason, sent),
    }
}

fn event<E: CatalogError>(error: &E, context: Option<&dyn fmt::Debug>) {
    let (code, sent, status) = (error.code().info(), error.public_code().info(), error.status());
    macro_rules! event {
        ($level:ident) => {
            ::tracing::event!(
                target: "errbook",
                ::tracing::Level::$level,
                code = code.id(),
                wire_code = sent.code().map(::tracing::field::display),
                status,
                "error.type" = sent.id(),
                retryable = code.retry().said().map(Retry::is_retryable),
                context = context.and_then(fields).map(::tracing::field::display),
                source = error.source().map(|source| ::tracing::field::display(Chain(source))),
                "{}",
                OneLine(error)
            )
        };
    }
    if status.is_none_or(|status| status >= 500) { event!(ERROR) } else { event!(DEBUG) }
}

/// The fields of a context, on one line; `None` if the catalog has none. The names of an event's
/// fields are constants, so these cannot be fields of their own.
fn fields(context: &dyn fmt::Debug) -> Option<String> {
    let text = format!("{context:?}");
    let fields = text.split_once(" { ")?.1.strip_suffix(" }")?;
    Some(OneLine(&fields).to_string())
}

/// Records that an error cannot be sent over HTTP, why, and what clients receive instead.
#[cfg(feature = "http")]
pub(crate) fn unsendable<E: CatalogError>(
    error: &E,
    context: Option<&dyn fmt::Debug>,
    reason: &str,
    sent: &::http::Response<alloc::vec::Vec<u8>>,
) {
    let info = sent.extensions().get::<crate::ErrorInfo>();
    ::tracing::error!(
        target: "errbook",
        code = error.code().info().id(),
        wire_code = info.and_then(|info| info.code()).map(::tracing::field::display),
        status = sent.status().as_u16(),
        "error.type" = info.map(|info| info.id()),
        context = context.and_then(fields).map(::tracing::field::display),
        source = error.source().map(|source| ::tracing::field::display(Chain(source))),
        "the error cannot be sent, because {}: {}",
        OneLine(&reason),
        OneLine(error)
    );
}

/// Records that a context field is left out of a response, and why.
pub(crate) fn out_of_bounds(field: &str, reason: &dyn fmt::Display) {
    ::tracing::error!(target: "errbook", field, "the response has no context field `{field}`: {reason}");
}

/// Warns, once, that a response is built outside a scope.
#[cfg(any(feature = "actix-web", feature = "axum"))]
pub(crate) fn outside_a_scope() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        ::tracing::warn!(
            target: "errbook",
            "an error became a response outside a request, so its context fields are not those of a request: \
             apply the layer, and wrap spawned work in `errbook::in_current_scope`"
        );
    });
}

/// Displays an error and its underlying errors on one line.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", OneLine(self.0))?;
        let mut beneath = self.0.source();
        while let Some(error) = beneath {
            write!(f, ": {}", OneLine(error))?;
            beneath = error.source();
        }
        Ok(())
    }
}
