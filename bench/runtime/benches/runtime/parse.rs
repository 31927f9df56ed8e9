//! Reads the bytes of a body as an error.

use std::hint::black_box;

use errbook_bench::{by_hand, envelopes, social_crawl};
use serde::Deserialize;

use crate::{lookups, pairs};

pub(crate) fn compare() {
    lookups::of_66::compare_parse();
    lookups::of_1000::compare_parse();

    let error =
        social_crawl::Error::insufficient_credits(social_crawl::InsufficientCreditsRequired { balance: 3, cost: 25 });
    let context = social_crawl::Context::new(3, "req-01890a5d-ac96-774b");
    let body = serde_json::to_vec(&error.body(&context)).expect("a body");
    compare_body(
        "INSUFFICIENT_CREDITS",
        &body,
        &|body| assert!(social_crawl::ReceivedError::parse(402, [], body).code().is_some()),
        &|body| drop(read::<by_hand::ReceivedCredits>(body)),
    );

    let required = envelopes::OutOfCreditRequired { balance: 30, cost: 50 };
    let accounts = ["/account/12345".to_owned(), "/account/67890".to_owned()];
    let error = envelopes::OutOfCreditBuilder::new(required).with_accounts(accounts.to_vec()).build();
    let context = envelopes::Context::new(Some("/account/12345/msgs/abc".to_owned()));
    let body = serde_json::to_vec(&error.body(&context)).expect("a body");
    compare_body(
        "RFC 9457 problem",
        &body,
        &|body| assert!(envelopes::ReceivedError::parse(403, [], body).code().is_some()),
        &|body| drop(read::<by_hand::ReceivedProblem>(body)),
    );
}

/// Reads a body as a client by hand does.
pub(crate) fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> T {
    serde_json::from_slice(black_box(body)).expect("a body")
}

/// Compares a generated client with a struct by hand and with a JSON value.
pub(crate) fn compare_body(what: &str, body: &[u8], ours: &dyn Fn(&[u8]), by_hand: &dyn Fn(&[u8])) {
    pairs::compare(
        &format!("{what}, {} bytes", body.len()),
        1,
        &mut [
            ("errbook", &mut || ours(black_box(body))),
            ("derived", &mut || by_hand(body)),
            ("`serde_json::Value`", &mut || drop(read::<serde_json::Value>(body))),
        ],
    );
}
