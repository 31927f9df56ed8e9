//! Shared by the benchmarks and the tests of allocations: generated errors of several catalogs, two
//! hand-written bodies, and large catalogs.

pub mod catalog;

/// A bundled catalog.
pub mod social_crawl {
    include!(concat!(env!("OUT_DIR"), "/social_crawl.rs"));
}

/// Several envelopes, including that of RFC 9457.
pub mod envelopes {
    include!(concat!(env!("OUT_DIR"), "/envelopes.rs"));
}

/// Errors with several statuses, integer codes, and messages without a code.
pub mod kinds {
    include!(concat!(env!("OUT_DIR"), "/kinds.rs"));
}

/// Details of every type.
pub mod types {
    include!(concat!(env!("OUT_DIR"), "/types.rs"));
}

/// The bodies of two errors, hand-written without errbook.
///
/// The message can be a `String` or `format_args!`, which does not allocate.
pub mod by_hand {
    use serde::{Deserialize, Serialize};

    /// The body of the error with this code at `SocialCrawl`.
    #[derive(Serialize)]
    pub struct InsufficientCredits<'a, M> {
        success: bool,
        error: CodeAndMessage<M>,
        credits_remaining: i64,
        request_id: &'a str,
    }

    #[derive(Serialize)]
    struct CodeAndMessage<M> {
        r#type: &'static str,
        message: M,
        status: u16,
        doc_url: &'static str,
    }

    impl<'a, M> InsufficientCredits<'a, M> {
        /// Creates the body with a message.
        pub fn new(message: M, credits_remaining: i64, request_id: &'a str) -> Self {
            let error = CodeAndMessage {
                r#type: "INSUFFICIENT_CREDITS",
                message,
                status: 402,
                doc_url: "https://www.socialcrawl.dev/docs/errors/insufficient-credits",
            };
            Self { success: false, error, credits_remaining, request_id }
        }
    }

    /// The example of RFC 9457, with its extension members.
    #[derive(Serialize)]
    pub struct OutOfCredit<'a, M> {
        r#type: &'static str,
        title: &'static str,
        status: u16,
        detail: M,
        #[serde(skip_serializing_if = "Option::is_none")]
        instance: Option<&'a str>,
        balance: i64,
        cost: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        accounts: Option<&'a [String]>,
    }

    impl<'a, M> OutOfCredit<'a, M> {
        /// Creates the problem with a message.
        pub fn new(
            detail: M,
            instance: Option<&'a str>,
            balance: i64,
            cost: i64,
            accounts: Option<&'a [String]>,
        ) -> Self {
            Self {
                r#type: "https://example.com/problems/out-of-credit",
                title: "You do not have enough credit.",
                status: 403,
                detail,
                instance,
                balance,
                cost,
                accounts,
            }
        }
    }
    /// The body of `InsufficientCredits`, as a client receives it.
    #[derive(Deserialize)]
    pub struct ReceivedCredits {
        /// What went wrong.
        pub error: ReceivedCode,
        /// What is left.
        pub credits_remaining: i64,
        /// For the support.
        pub request_id: String,
    }

    /// The error of a body.
    #[derive(Deserialize)]
    pub struct ReceivedCode {
        /// The code.
        pub r#type: String,
        /// The message.
        pub message: String,
        /// The page.
        pub doc_url: String,
    }

    /// The problem of `OutOfCredit`, as a client receives it.
    #[derive(Deserialize)]
    pub struct ReceivedProblem {
        /// The URL of the page.
        pub r#type: String,
        /// The message.
        pub detail: String,
        /// What the problem is about.
        pub instance: Option<String>,
        /// What is left.
        pub balance: i64,
        /// What the request costs.
        pub cost: i64,
        /// Where to pay.
        pub accounts: Option<Vec<String>>,
    }
}
