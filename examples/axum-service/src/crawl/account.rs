//! Callers, the cost of requests, and the limit of concurrent requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Crawl;
use super::errors::{Context, Error, InsufficientCreditsRequired};

/// The maximum number of concurrent requests with one key.
const AT_ONCE: usize = 50;

/// The sender of a request.
pub(super) struct Caller {
    key: String,
    account: &'static str,
    idempotency_key: Option<String>,
}

impl FromRequestParts<Arc<Crawl>> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, crawl: &Arc<Crawl>) -> Result<Self, Error> {
        let key = parts.headers.get("x-api-key").ok_or(Error::missing_api_key())?;
        let key = key.to_str().map_err(|_| Error::invalid_api_key())?;
        let account = crawl.accounts.identify(key)?;
        let idempotency_key = parts.headers.get("idempotency-key");
        let idempotency_key = idempotency_key.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Self { key: key.to_owned(), account, idempotency_key })
    }
}

struct Key {
    account: &'static str,
    is_expired: bool,
    in_flight: usize,
}

/// The first use of an idempotency key.
struct Used {
    account: &'static str,
    parameters: HashMap<String, String>,
    is_paid: bool,
}

struct Books {
    keys: HashMap<&'static str, Key>,
    balances: HashMap<&'static str, i64>,
    used: HashMap<String, Used>,
}

impl Books {
    /// Changes a balance. The response to the current request shows the new one.
    fn book(&mut self, account: &'static str, credits: i64) -> i64 {
        let balance = self.balances.entry(account).or_default();
        *balance += credits;
        show(*balance);
        *balance
    }
}

fn show(balance: i64) {
    errbook::update_scope(|context: &mut Context| context.credits_remaining = balance);
}

/// The accounts, with their keys and credits.
pub(super) struct Accounts(Mutex<Books>);

impl Accounts {
    /// Demo accounts: one with credits, a second one, and one with few credits left.
    pub(super) fn with_demo_keys() -> Self {
        let key = |account| Key { account, is_expired: false, in_flight: 0 };
        Self(Mutex::new(Books {
            keys: HashMap::from([
                ("sc_rich", key("rich")),
                ("sc_other", key("other")),
                ("sc_poor", key("poor")),
                ("sc_expired", Key { is_expired: true, ..key("rich") }),
            ]),
            balances: HashMap::from([("rich", 10_000_000), ("other", 10_000_000), ("poor", 3)]),
            used: HashMap::new(),
        }))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds the account of a key.
    fn identify(&self, key: &str) -> Result<&'static str, Error> {
        let books = self.books();
        let key = books.keys.get(key).filter(|key| !key.is_expired).ok_or(Error::invalid_api_key())?;
        show(books.balances[key.account]);
        Ok(key.account)
    }

    /// Claims the request's idempotency key, if any, for these parameters.
    pub(super) fn claim(&self, caller: &Caller, parameters: &HashMap<String, String>) -> Result<(), Error> {
        let Some(key) = &caller.idempotency_key else { return Ok(()) };
        let mut books = self.books();
        let first = || Used { account: caller.account, parameters: parameters.clone(), is_paid: false };
        let used = books.used.entry(key.clone()).or_insert_with(first);
        if used.account != caller.account {
            Err(Error::idempotency_key_conflict())
        } else if used.parameters != *parameters {
            Err(Error::idempotency_key_payload_mismatch())
        } else {
            Ok(())
        }
    }

    /// Counts the request as concurrent until the result is dropped.
    pub(super) fn enter<'a>(&'a self, caller: &'a Caller) -> Result<InFlight<'a>, Error> {
        let mut books = self.books();
        let key = books.keys.get_mut(caller.key.as_str()).ok_or(Error::invalid_api_key())?;
        if key.in_flight == AT_ONCE {
            return Err(Error::concurrency_limit());
        }
        key.in_flight += 1;
        Ok(InFlight { accounts: self, key: &caller.key })
    }

    /// Charges the cost of an endpoint. A repeated request that was paid for is free.
    pub(super) fn charge<'a>(&'a self, caller: &'a Caller, cost: i64) -> Result<Charge<'a>, Error> {
        let mut books = self.books();
        let is_paid =
            caller.idempotency_key.as_ref().and_then(|key| books.used.get(key)).is_some_and(|used| used.is_paid);
        let cost = if is_paid { 0 } else { cost };
        let balance = books.balances[caller.account];
        if balance < cost {
            return Err(Error::insufficient_credits(InsufficientCreditsRequired { balance, cost }));
        }
        books.book(caller.account, -cost);
        Ok(Charge { accounts: self, caller, cost })
    }
}

/// A concurrent request.
pub(super) struct InFlight<'a> {
    accounts: &'a Accounts,
    key: &'a str,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.accounts.books().keys.get_mut(self.key) {
            key.in_flight -= 1;
        }
    }
}

/// A charge. Dropping it refunds the credits, unless it is [kept](Charge::keep).
pub(super) struct Charge<'a> {
    accounts: &'a Accounts,
    caller: &'a Caller,
    cost: i64,
}

impl Charge<'_> {
    /// Keeps the charge and returns the remaining credits.
    pub(super) fn keep(mut self) -> i64 {
        self.cost = 0;
        let mut books = self.accounts.books();
        if let Some(used) = self.caller.idempotency_key.as_ref().and_then(|key| books.used.get_mut(key)) {
            used.is_paid = true;
        }
        let balance = books.balances[self.caller.account];
        // Dropping the charge takes the lock, so release it first.
        drop(books);
        balance
    }
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        self.accounts.books().book(self.caller.account, self.cost);
    }
}
