//! How long a response asks to wait.

use core::time::Duration;
use std::time::SystemTime;

use super::details::Details;
use super::response::{Response, trimmed};
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

/// The wait in a header; the longest of several values.
pub(super) fn in_header(response: &Response<'_>, name: &str) -> Option<Duration> {
    response.header_lines(name).flat_map(values).filter_map(|text| from_text(response, text)).max()
}

/// The values of a list, and each two that follow each other: a date contains a comma itself.
fn values(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    let pairs = core::iter::from_fn(move || {
        let text = rest?;
        rest = text.split_once(',').map(|(_, after)| after);
        let two =
            rest.and_then(|after| after.split_once(',')).map_or(text, |(_, more)| &text[..text.len() - more.len() - 1]);
        Some([text.split(',').next().unwrap_or_default(), two])
    });
    pairs.flatten()
}

/// Seconds, or a date (RFC 9110 section 10.2.3, RFC 3339).
fn from_text(response: &Response<'_>, text: &str) -> Option<Duration> {
    let text = trimmed(text);
    match text.parse() {
        Ok(number) => from_number(response, number),
        Err(_) => httpdate::parse_http_date(text).ok().or_else(|| date_time(text)).map(|date| until(response, date)),
    }
}

/// The days from March of the year 0 to 1970.
const DAYS_TO_1970: u64 = 719_468;

/// `2026-01-31T12:00:00.5+01:00` (RFC 3339 section 5.6).
fn date_time(text: &str) -> Option<SystemTime> {
    let are_digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = |text: &str| -> Option<u64> { Some(text).filter(are_digits)?.parse().ok() };
    let number = |range: core::ops::Range<usize>| parsed(text.get(range)?);
    let is = |at: usize, right: &[u8]| text.as_bytes().get(at).is_some_and(|byte| right.contains(byte));
    let has_form = is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":");
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let is_valid = year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !has_form || !is_valid || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(19..)?;
    let (fraction, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let fraction: f64 = match fraction {
        "" => 0.0,
        fraction => {
            fraction.strip_prefix('.').filter(are_digits)?;
            fraction.parse().ok()?
        }
    };
    // The days of the months before, in years that start in March, so that a leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds = (days.checked_sub(DAYS_TO_1970)? * 24 + hour) * 3600 + minute * 60 + second;
    let local = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::try_from_secs_f64(fraction).ok()?;
    if zone.eq_ignore_ascii_case("Z") {
        return Some(local);
    }
    let (hours, minutes) = zone[1..].split_once(':').filter(|(hours, _)| zone.len() == 6 && hours.len() == 2)?;
    let offset = Duration::from_secs(parsed(hours)? * 3600 + parsed(minutes)? * 60);
    if zone.starts_with('-') { local.checked_add(offset) } else { local.checked_sub(offset) }
}

/// Seconds, or a Unix time in seconds or in milliseconds, which some headers have. More than a
/// duration can hold is the longest one, so that a client stops.
fn from_number(response: &Response<'_>, number: f64) -> Option<Duration> {
    const FIRST_UNIX_TIME: f64 = 1e9;
    const FIRST_IN_MILLISECONDS: f64 = 1e11;
    if number.is_nan() || number < 0.0 {
        return None;
    }
    let seconds = if number < FIRST_IN_MILLISECONDS { number } else { number / 1000.0 };
    let Ok(duration) = Duration::try_from_secs_f64(seconds) else { return Some(Duration::MAX) };
    if number < FIRST_UNIX_TIME {
        return Some(duration);
    }
    let date = SystemTime::UNIX_EPOCH.checked_add(duration);
    Some(date.map_or(Duration::MAX, |date| until(response, date)))
}

/// The time from the response's date, or from now, until then; zero for a past date.
fn until(response: &Response<'_>, date: SystemTime) -> Duration {
    let sent = response.header("Date").and_then(|text| httpdate::parse_http_date(text).ok());
    date.duration_since(sent.unwrap_or_else(SystemTime::now)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::time::SystemTime;

    use super::date_time;

    #[test]
    fn a_date_and_time_is_read_with_its_offset() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("1970-01-01T01:30:00+01:30", 0.0),
            ("2000-02-29T12:00:00.5Z", 951_825_600.5),
            ("2000-03-01 00:00:00-00:00", 951_868_800.0),
            ("2026-01-31t12:00:00z", 1_769_860_800.0),
            ("2026-12-31T23:59:60Z", 1_798_761_600.0),
            ("2025-12-31T20:00:00-04:00", 1_767_225_600.0),
        ] {
            let expected = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds);
            assert_eq!(date_time(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00:00+1",
            "2026-01-31T12:00:00,5Z",
            "2026-01-31T12:00:00.5e1Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00++1:00",
            "2026-01-31T12:00:00+1:000",
            "2026-13-31T12:00:00Z",
            "2026-01-00T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-01-31T12:00:00+\u{e9}:00",
            "20\u{e9}6-01-31T12:00:00Z",
            "+026-01-31T12:00:00Z",
        ] {
            assert_eq!(date_time(text), None, "{text}");
        }
    }
}
