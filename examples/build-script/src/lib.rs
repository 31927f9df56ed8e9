//! What a client of two APIs does about their errors, which a build script generates from the catalogs.

/// The errors of one API.
pub mod social_crawl {
    include!(concat!(env!("OUT_DIR"), "/social-crawl.rs"));
}

/// The errors of the other.
pub mod socia_hive {
    include!(concat!(env!("OUT_DIR"), "/socia-hive.rs"));
}

use std::time::Duration;

use errbook::{Backoff, Retry};

/// How long to wait before the try after this many; `None` where trying again does not help.
pub fn wait(retry: Retry, tries: u32) -> Option<Duration> {
    let policy = match retry {
        Retry::Never => return None,
        Retry::Always(policy) | Retry::Idempotent(policy) => policy,
    };
    let Some(policy) = policy else { return Some(Duration::from_secs(1)) };
    if policy.attempts.is_some_and(|attempts| tries >= attempts) {
        return None;
    }
    Some(match policy.backoff {
        None => Duration::from_secs(1),
        Some(Backoff::Fixed { initial, max: _ }) => initial,
        Some(Backoff::Exponential { initial, factor, max }) => {
            let wait = initial.mul_f64(factor.powf(f64::from(tries)));
            max.map_or(wait, |max| wait.min(max))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{socia_hive, social_crawl, wait};

    #[test]
    fn a_response_leads_to_its_code() {
        let code = social_crawl::ErrorCode::from_wire(Some(402), Some("INSUFFICIENT_CREDITS")).unwrap();
        assert_eq!(code, social_crawl::ErrorCode::InsufficientCredits);
        assert_eq!(wait(code.retry(), 0), None);
    }

    #[test]
    fn one_code_under_two_statuses_is_one_error() {
        let of = |status| socia_hive::ErrorCode::from_wire(Some(status), Some("upstream_error"));
        assert_eq!(of(502), Some(socia_hive::ErrorCode::UpstreamError));
        assert_eq!(of(502), of(503));
        assert!(wait(of(502).unwrap().retry(), 0).is_some());
        assert!(socia_hive::ErrorCode::StateError.is_state_error());
    }
}
