//! How long a response asks to wait.

use core::time::Duration;
use std::time::SystemTime;

use super::details::Details;
use super::response::Response;
use crate::{After, Json, Policy, Retry};

/// The header or detail that the policy names, or else `Retry-After`, which every server may send.
pub(super) fn retry_after(retry: Retry, response: &Response<'_>, details: &Details<'_>) -> Option<Duration> {
    let named = match retry.policy() {
        Some(Policy { after: Some(After::Header(name)), .. }) => in_header(response, name),
        Some(Policy { after: Some(After::Detail(name)), .. }) => match details.optional(name).ok().flatten() {
            #[allow(clippy::cast_precision_loss)] // seconds
            Some(Json::Integer(seconds)) => from_number(response, seconds as f64),
            Some(Json::Number(seconds)) => from_number(response, seconds),
            Some(Json::String(text)) => from_text(response, &text),
            _ => None,
        },
        _ => None,
    };
    named.or_else(|| in_header(response, "Retry-After"))
}

/// The wait of an error that is not in the catalog.
pub(super) fn of_unknown(retry: Retry, response: &Response<'_>) -> Option<Duration> {
    let named = match retry.policy() {
        Some(Policy { after: Some(After::Header(name)), .. }) => in_header(response, name),
        _ => None,
    };
    named.or_else(|| in_header(response, "Retry-After"))
}

/// The wait in a header; the longest of several values. A date contains a comma itself.
pub(super) fn in_header(response: &Response<'_>, name: &str) -> Option<Duration> {
    let waits = response.header_lines(name).flat_map(|line| {
        let whole = from_text(response, line);
        let parts = line.split(',').filter(move |_| whole.is_none());
        whole.into_iter().chain(parts.filter_map(|part| from_text(response, part.trim())))
    });
    waits.max()
}

/// Seconds, or a date (RFC 9110 section 10.2.3).
fn from_text(response: &Response<'_>, text: &str) -> Option<Duration> {
    match text.parse() {
        Ok(number) => from_number(response, number),
        Err(_) => httpdate::parse_http_date(text).ok().map(|date| until(response, date)),
    }
}

/// Seconds, or a Unix time in seconds or in milliseconds, which some headers have.
fn from_number(response: &Response<'_>, number: f64) -> Option<Duration> {
    const FIRST_UNIX_TIME: f64 = 1e9;
    const FIRST_IN_MILLISECONDS: f64 = 1e11;
    let seconds = if number < FIRST_IN_MILLISECONDS { number } else { number / 1000.0 };
    let duration = Duration::try_from_secs_f64(seconds).ok()?;
    if number < FIRST_UNIX_TIME {
        return Some(duration);
    }
    Some(until(response, SystemTime::UNIX_EPOCH.checked_add(duration)?))
}

/// The time from the response's date, or from now, until then; zero for a past date.
fn until(response: &Response<'_>, date: SystemTime) -> Duration {
    let sent = response.header("Date").and_then(|text| httpdate::parse_http_date(text).ok());
    date.duration_since(sent.unwrap_or_else(SystemTime::now)).unwrap_or(Duration::ZERO)
}
