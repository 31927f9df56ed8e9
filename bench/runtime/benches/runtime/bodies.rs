//! Serializes errors to the bytes of their body.

use std::hint::black_box;

use errbook_bench::{by_hand, envelopes, social_crawl};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde::Serialize;

use crate::pairs;

pub(crate) fn compare() {
    let error =
        social_crawl::Error::insufficient_credits(social_crawl::InsufficientCreditsRequired { balance: 3, cost: 25 });
    let context = social_crawl::Context::new(3, "req-01890a5d-ac96-774b");
    let (balance, cost, request_id) = (3, 25, "req-01890a5d-ac96-774b");
    macro_rules! by_hand {
        ($message:ident, $buffer:ident) => {{
            let (balance, cost, left, request_id) = black_box((balance, cost, balance, request_id));
            write(
                $buffer,
                &by_hand::InsufficientCredits::new(
                    $message!("Your account has {balance} credits remaining. This endpoint requires {cost} credits."),
                    left,
                    request_id,
                ),
            );
        }};
    }
    compare_body(
        "INSUFFICIENT_CREDITS",
        |buffer| write(buffer, &black_box(&error).body(black_box(&context))),
        |buffer| by_hand!(format_args, buffer),
        |buffer| by_hand!(format, buffer),
    );
    compare_response(
        "INSUFFICIENT_CREDITS",
        || errbook::http::response(black_box(&error), black_box(&context)),
        || {
            let mut response = by_hand_response(402, "application/json", |buffer| by_hand!(format_args, buffer));
            let request_id = HeaderValue::from_str(black_box(request_id)).expect("a value");
            response.headers_mut().insert("x-request-id", request_id);
            response
        },
    );

    let (balance, cost, accounts) = (30, 50, ["/account/12345".to_owned(), "/account/67890".to_owned()]);
    let required = envelopes::OutOfCreditRequired { balance, cost };
    let error = envelopes::OutOfCreditBuilder::new(required).with_accounts(accounts.to_vec()).build();
    let context = envelopes::Context::new(Some("/account/12345/msgs/abc".to_owned()));
    macro_rules! by_hand {
        ($message:ident, $buffer:ident) => {{
            let (balance, cost, instance) = black_box((balance, cost, "/account/12345/msgs/abc"));
            write(
                $buffer,
                &by_hand::OutOfCredit::new(
                    $message!("Your current balance is {balance}, but that costs {cost}."),
                    Some(instance),
                    balance,
                    cost,
                    Some(black_box(&accounts)),
                ),
            );
        }};
    }
    compare_body(
        "RFC 9457 problem",
        |buffer| write(buffer, &black_box(&error).body(black_box(&context))),
        |buffer| by_hand!(format_args, buffer),
        |buffer| by_hand!(format, buffer),
    );
    compare_response(
        "RFC 9457 problem",
        || errbook::http::response(black_box(&error), black_box(&context)),
        || by_hand_response(403, "application/problem+json", |buffer| by_hand!(format_args, buffer)),
    );
}

/// A response as `axum::Json` makes it: of the same capacity, and with a content type.
fn by_hand_response(status: u16, content_type: &'static str, body: impl Fn(&mut Vec<u8>)) -> Response<Vec<u8>> {
    let mut response = Response::new(fresh(&body));
    *response.status_mut() = black_box(status).try_into().expect("a status");
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn compare_response(what: &str, ours: impl Fn() -> Response<Vec<u8>>, by_hand: impl Fn() -> Response<Vec<u8>>) {
    let (one, other) = (ours(), by_hand());
    assert_eq!((one.status(), one.headers(), one.body()), (other.status(), other.headers(), other.body()));
    pairs::compare(
        &format!("{what}; as a response"),
        1,
        &mut [
            ("errbook", &mut || drop(black_box(ours()))),
            ("derived, `format_args!`", &mut || drop(black_box(by_hand()))),
        ],
    );
}

/// Like `serde_json::to_vec`.
fn fresh(body: &dyn Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(128);
    body(&mut buffer);
    buffer
}

fn write(buffer: &mut Vec<u8>, body: &impl Serialize) {
    serde_json::to_writer(buffer, body).expect("a buffer takes all");
}

/// Into a buffer with enough capacity, and into a new one like `serde_json::to_vec`.
fn compare_body(
    what: &str,
    ours: impl Fn(&mut Vec<u8>),
    by_hand: impl Fn(&mut Vec<u8>),
    with_string: impl Fn(&mut Vec<u8>),
) {
    let json = String::from_utf8(fresh(&ours)).expect("JSON is UTF-8");
    assert_eq!(json.as_bytes(), fresh(&by_hand));
    assert_eq!(json.as_bytes(), fresh(&with_string));

    let mut buffers = [(); 3].map(|()| Vec::with_capacity(json.len()));
    let [a, b, c] = &mut buffers;
    let reuse = |buffer: &mut Vec<u8>, body: &dyn Fn(&mut Vec<u8>)| {
        buffer.clear();
        body(buffer);
    };
    pairs::compare(
        &format!("{what}; into a buffer"),
        1,
        &mut [
            ("errbook", &mut || reuse(a, &ours)),
            ("derived, `format_args!`", &mut || reuse(b, &by_hand)),
            ("derived, message a `String`", &mut || reuse(c, &with_string)),
        ],
    );
    pairs::compare(
        &format!("{what}; to a new `Vec`"),
        1,
        &mut [
            ("errbook", &mut || drop(black_box(fresh(&ours)))),
            ("derived, `format_args!`", &mut || drop(black_box(fresh(&by_hand)))),
            ("derived, message a `String`", &mut || drop(black_box(fresh(&with_string)))),
        ],
    );
}
