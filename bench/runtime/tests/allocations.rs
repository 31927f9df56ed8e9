//! Serializing a body allocates nothing but the output buffer.

use std::collections::BTreeMap;
use std::time::Duration;

use errbook::{CatalogError, Json, Sensitive};
use errbook_bench::{envelopes, kinds, social_crawl, types};

/// Serializes into a buffer with enough capacity, and returns the output. The body of a response has
/// the same bytes, though `serde_json` does not write it.
#[track_caller]
fn check<E: CatalogError>(error: &E, context: &E::Context) -> String {
    let mut buffer = Vec::with_capacity(4096);
    let allocations = allocation_counter::measure(|| {
        serde_json::to_writer(&mut buffer, &error.body(context)).expect("a buffer takes all");
    });
    assert_eq!((allocations.count_total, buffer.capacity()), (0, 4096));
    if error.status().is_some() {
        assert_eq!(*errbook::http::response(error, context).body(), buffer);
    }
    String::from_utf8(buffer).expect("JSON is UTF-8")
}

#[test]
fn the_counter_sees_an_allocation() {
    let allocations = allocation_counter::measure(|| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(allocations.count_total, 1);
}

#[test]
fn a_message_with_integers() {
    let error =
        social_crawl::Error::insufficient_credits(social_crawl::InsufficientCreditsRequired { balance: 3, cost: 25 });
    let body = check(&error, &social_crawl::Context::new(3, "req-1"));
    assert!(body.contains("has 3 credits remaining. This endpoint requires 25 credits."), "{body}");
}

#[test]
fn a_constant_message() {
    let body = check(&social_crawl::Error::missing_api_key(), &social_crawl::Context::new(0, "req-1"));
    assert!(body.contains(r#""message":"Missing API key""#), "{body}");
}

#[test]
fn a_problem_with_extension_members() {
    let accounts = vec!["/account/12345".to_owned(), "/account/67890".to_owned()];
    let required = || envelopes::OutOfCreditRequired { balance: 30, cost: 50 };
    let context = envelopes::Context::new(Some("/requests/7".to_owned()));
    let body = check(&envelopes::OutOfCreditBuilder::new(required()).with_accounts(accounts).build(), &context);
    assert!(body.ends_with(r#""cost":50,"accounts":["/account/12345","/account/67890"]}"#), "{body}");
    check(&envelopes::Error::out_of_credit(required()), &envelopes::Context::new(None));
}

#[test]
fn constant_bodies() {
    let context = envelopes::Context::new(None);
    assert_eq!(check(&envelopes::Error::teapot(), &context), r#"{"ok":false,"nothing":null,"numbers":[1,2.5]}"#);
    check(&envelopes::Error::gone(), &context);
}

#[test]
fn one_of_several_statuses_and_a_code_that_is_an_integer() {
    let context = kinds::Context::new("req-1");
    let error =
        kinds::UpstreamBuilder::new("Chirper", "it hung up").with_status(kinds::UpstreamStatus::Http503).build();
    let body = check(&error, &context);
    assert!(body.contains(r#""error":"Chirper did not answer""#) && body.contains(r#""status":503"#), "{body}");
    assert!(check(&kinds::Error::wrong_method(), &context).contains(r#""code":40501"#));
    check(&kinds::Error::limited(Duration::from_millis(1500)), &context);
}

#[test]
fn details_of_every_type() {
    let field = |limits| types::FieldError { field: "name".to_owned(), reason: "is \"empty\"\n".to_owned(), limits };
    let limits = vec![types::Limit { window: types::Window::PerDay, most: 3 }];
    let error = types::EverythingBuilder::new(types::EverythingRequired {
        string: "text".to_owned(),
        integer: -7,
        number: 2.5,
        boolean: false,
        date: "2026-02-01T12:00:00Z".to_owned(),
        wait: Duration::from_millis(1500).into(),
        id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        link: "https://example.com/a?b=c".to_owned(),
        any: Json::Object(vec![("a".to_owned(), vec![Json::from(1), Json::Null, Json::from("x")].into())]),
        list: vec![1, 2],
        lists: vec![vec!["a".to_owned()], vec![]],
        free: BTreeMap::from([("a".to_owned(), 1.5)]),
        window: types::Window::PerDay,
        level: types::EverythingLevel::High,
        fields: vec![field(Some(limits))],
        type_: field(None),
        password: Sensitive::new("s3cret".to_owned()),
    })
    .with_maybe("naïve \u{1F980}")
    .build();
    let context = types::Context::new("01890a5d-ac96-774b-bcce-b302099a8057", Some(types::ContextRegion::UsEast));
    let body = check(&error, &context);
    assert!(body.contains(r#""message":"text -7 2.5 false "#) && body.contains(r#""level":"high""#), "{body}");
    check(&types::Error::only_optional(), &context);
    check(&types::OnlyOptionalBuilder::new().with_hint("try again").build(), &context);
}
