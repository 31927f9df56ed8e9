//! Serializing a body allocates nothing but the output buffer.

use std::collections::BTreeMap;
use std::time::Duration;

use errbook::{CatalogError, Json};
use errbook_bench::{envelopes, kinds, social_crawl, types};

/// Serializes into a buffer with enough capacity, and returns the output.
#[track_caller]
fn check<E: CatalogError>(error: &E, context: &E::Context) -> String {
    let mut buffer = Vec::with_capacity(4096);
    let allocations = allocation_counter::measure(|| {
        serde_json::to_writer(&mut buffer, &error.body(context)).expect("a buffer takes all");
    });
    assert_eq!((allocations.count_total, buffer.capacity()), (0, 4096));
    String::from_utf8(buffer).expect("JSON is UTF-8")
}

#[test]
fn the_counter_sees_an_allocation() {
    let allocations = allocation_counter::measure(|| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(allocations.count_total, 1);
}

#[test]
fn a_message_with_integers() {
    let error = social_crawl::Error::insufficient_credits(3, 25);
    let body = check(&error, &social_crawl::Context::new(3, "req-1"));
    assert!(body.contains("has 3 credits remaining. This endpoint requires 25 credits."), "{body}");
}

#[test]
fn a_constant_message() {
    let body = check(&social_crawl::Error::MissingApiKey, &social_crawl::Context::new(0, "req-1"));
    assert!(body.contains(r#""message":"Missing API key""#), "{body}");
}

#[test]
fn a_problem_with_extension_members() {
    let accounts = Some(vec!["/account/12345".to_owned(), "/account/67890".to_owned()]);
    let context = envelopes::Context::new(Some("/requests/7".to_owned()));
    let body = check(&envelopes::Error::out_of_credit(30, 50, accounts), &context);
    assert!(body.ends_with(r#""cost":50,"accounts":["/account/12345","/account/67890"]}"#), "{body}");
    check(&envelopes::Error::out_of_credit(30, 50, None), &envelopes::Context::new(None));
}

#[test]
fn constant_bodies() {
    let context = envelopes::Context::new(None);
    assert_eq!(check(&envelopes::Error::Teapot, &context), r#"{"ok":false,"nothing":null,"numbers":[1,2.5]}"#);
    check(&envelopes::Error::Gone, &context);
}

#[test]
fn one_of_several_statuses_and_a_code_that_is_an_integer() {
    let context = kinds::Context::new("req-1");
    let error = kinds::Error::upstream(kinds::UpstreamStatus::Http503, "Chirper", "it hung up");
    let body = check(&error, &context);
    assert!(body.contains(r#""error":"Chirper did not answer""#) && body.contains(r#""status":503"#), "{body}");
    assert!(check(&kinds::Error::WrongMethod, &context).contains(r#""code":40501"#));
    check(&kinds::Error::limited(Duration::from_millis(1500)), &context);
}

#[test]
fn details_of_every_type() {
    let field = |limits| types::FieldError { field: "name".to_owned(), reason: "is \"empty\"\n".to_owned(), limits };
    let limits = vec![types::Limit { window: types::Window::PerDay, most: 3 }];
    let error = types::Error::everything(
        "text",
        -7,
        2.5,
        false,
        "2026-02-01T12:00:00Z",
        Duration::from_millis(1500),
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "https://example.com/a?b=c",
        Json::Object(vec![("a".to_owned(), vec![Json::from(1), Json::Null, Json::from("x")].into())]),
        vec![1, 2],
        vec![vec!["a".to_owned()], vec![]],
        BTreeMap::from([("a".to_owned(), 1.5)]),
        types::Window::PerDay,
        types::EverythingLevel::High,
        vec![field(Some(limits))],
        field(None),
        Some("naïve \u{1F980}".to_owned()),
        "s3cret",
    );
    let context = types::Context::new("01890a5d-ac96-774b-bcce-b302099a8057", Some(types::ContextRegion::UsEast));
    let body = check(&error, &context);
    assert!(body.contains(r#""message":"text -7 2.5 false "#) && body.contains(r#""level":"high""#), "{body}");
    check(&types::Error::only_optional(None, None), &context);
    check(&types::Error::only_optional(Some("try again".to_owned()), None), &context);
}
