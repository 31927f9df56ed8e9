//! A client of two APIs that handles their errors. A build script generates the errors from the
//! catalogs.

/// The errors of one API.
pub mod social_crawl {
    include!(concat!(env!("OUT_DIR"), "/social-crawl.rs"));
}

/// The errors of the other.
pub mod socia_hive {
    include!(concat!(env!("OUT_DIR"), "/socia-hive.rs"));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use errbook::Answer;

    use super::{socia_hive, social_crawl};

    #[test]
    fn a_response_leads_to_its_code() {
        let code = social_crawl::ErrorCode::from_wire(Some(402), Some("INSUFFICIENT_CREDITS")).unwrap();
        assert_eq!(code, social_crawl::ErrorCode::InsufficientCredits);
        assert_eq!(code.retry().answer(0, None), Answer::Unsaid);
    }

    #[test]
    fn one_code_under_two_statuses_is_one_error() {
        let of = |status| socia_hive::ErrorCode::from_wire(Some(status), Some("upstream_error"));
        assert_eq!(of(502), Some(socia_hive::ErrorCode::UpstreamError));
        assert_eq!(of(502), of(503));
        assert!(socia_hive::ErrorCode::StateError.is_state_error());
    }

    #[test]
    fn a_client_waits_as_the_response_or_the_catalog_says() {
        let retry = social_crawl::ErrorCode::ServiceUnavailable.retry();
        assert_eq!(retry.answer(0, None), Answer::Wait(Duration::from_secs(30)));
        assert_eq!(retry.answer(0, Some(Duration::from_secs(5))), Answer::Wait(Duration::from_secs(5)));
    }
}
