//! Errors as events of tracing. Where this feature is on, every response and status that an error becomes is recorded, by axum's,
//! actix-web's and tonic's.
//!
//! ```
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//!
//! /// What no client waits for is recorded by hand.
//! fn nightly() {
//!     if let Err(error) = Err::<(), _>(errors::Error::Internal) {
//!         errbook::tracing::record(&error);
//!     }
//! }
//! ```

use core::error::Error;
use core::fmt;

use crate::{CatalogCode as _, CatalogError};

/// Records an error as an event with the target `errbook`.
///
/// The event's message is the error's `Display`; its fields are `code` (the id), `status`, `retryable` and `source` (what lies beneath,
/// down to the first cause). Details are no fields: a log has those that the message names, and no sensitive one.
///
/// The level is `ERROR` for faults of the server: a status of 500 or more, or none. It is `DEBUG` for those of a client, which are no news to
/// whoever runs the server: at a higher level, any client could fill its logs.
pub fn record<E: CatalogError>(error: &E) {
    let (code, status) = (error.code().info(), error.status());
    macro_rules! event {
        ($level:ident) => {
            ::tracing::event!(
                target: "errbook",
                ::tracing::Level::$level,
                code = code.id,
                status,
                retryable = code.handling.retry.is_retryable(),
                source = error.source().map(|source| ::tracing::field::display(Chain(source))),
                "{error}"
            )
        };
    }
    if status.is_none_or(|status| status >= 500) { event!(ERROR) } else { event!(DEBUG) }
}

/// An error and what lies beneath it, on one line.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut beneath = self.0.source();
        while let Some(error) = beneath {
            write!(f, ": {error}")?;
            beneath = error.source();
        }
        Ok(())
    }
}
