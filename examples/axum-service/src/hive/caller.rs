//! Callers, the limits of their plans, and the rest of their quotas.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::time::Instant;

use super::errors::{Context, Error, Window};

/// A plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    Free,
    Pro,
    ProPlus,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "Free",
            Self::Pro => "Pro",
            Self::ProPlus => "Pro+",
        })
    }
}

impl Tier {
    /// The number of requests in a window.
    fn quota(self, window: Window) -> u32 {
        let free = match window {
            Window::Read => 60,
            Window::Write => 20,
            Window::Expensive => 5,
            Window::Daily => 500,
        };
        match self {
            Self::Free => free,
            Self::Pro => 10 * free,
            Self::ProPlus => 10_000 * free,
        }
    }

    /// The maximum number of webhook subscriptions.
    pub(super) fn webhooks(self) -> usize {
        match self {
            Self::Free => 2,
            Self::Pro => 10,
            Self::ProPlus => 100,
        }
    }
}

/// The sender of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) user: &'static str,
    pub(super) tier: Tier,
    may_write: bool,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let key = parts.headers.get("x-api-key").and_then(|key| key.to_str().ok());
        // The demo keys. Any other key was never issued, or was revoked.
        match key {
            Some("hive_ada") => Ok(Self { user: "ada", tier: Tier::ProPlus, may_write: true }),
            Some("hive_ada_reader") => Ok(Self { user: "ada", tier: Tier::ProPlus, may_write: false }),
            Some("hive_bob") => Ok(Self { user: "bob", tier: Tier::Free, may_write: true }),
            _ => Err(Error::auth_error()),
        }
    }
}

struct Bucket {
    since: Instant,
    count: u32,
}

errbook::operation!(
    "../../catalog/apis/socia-hive.yaml",
    /// Why a request does not count.
    pub(super) QuotaError: super::errors::Error,
    [auth_error, rate_limit],
);

/// The requests of each user, counted in windows that start with the first request.
#[derive(Default)]
pub(super) struct Quotas(Mutex<HashMap<(&'static str, Window), Bucket>>);

impl Quotas {
    /// Counts a request in its window and in that of the day. A write needs a key with write
    /// access.
    pub(super) fn take(&self, caller: &Caller, window: Window) -> Result<(), QuotaError> {
        if window == Window::Write && !caller.may_write {
            return Err(QuotaError::auth_error());
        }
        self.count(caller, window, Duration::from_secs(60))?;
        self.count(caller, Window::Daily, Duration::from_secs(24 * 60 * 60))
    }

    fn count(&self, caller: &Caller, window: Window, length: Duration) -> Result<(), QuotaError> {
        let now = Instant::now();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry((caller.user, window)).or_insert(Bucket { since: now, count: 0 });
        if now - bucket.since >= length {
            *bucket = Bucket { since: now, count: 0 };
        }
        if bucket.count == caller.tier.quota(window) {
            let left = length.saturating_sub(now - bucket.since);
            // Rounds up, so that the request succeeds after waiting as long as the header says.
            let seconds = i64::try_from(left.as_secs() + 1).ok();
            errbook::update_scope(|context: &mut Context| context.retry_after = seconds);
            return Err(QuotaError::rate_limit(window));
        }
        bucket.count += 1;
        Ok(())
    }
}
