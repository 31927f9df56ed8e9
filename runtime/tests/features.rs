//! A catalog with context fields that are passed explicitly compiles and works with any features.

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}
use errors::{Context, Error, InvalidBuilder, ReplicaDownRequired};

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/service.yaml", module = errors)]
enum ByHand {
    #[error("nothing here")]
    NotFound,
}

#[test]
fn context_fields_can_be_passed_explicitly() {
    let context = Context::new("req-1", 3, None);
    let generated = serde_json::to_value(Error::not_found().body(&context)).expect("JSON");
    let by_hand = serde_json::to_value(errbook::CatalogError::body(&ByHand::NotFound, &context)).expect("JSON");
    assert_eq!(generated["request_id"], "req-1");
    assert_eq!(generated, by_hand);
}

/// A detail can contain text from a request.
#[test]
fn no_detail_breaks_a_line_or_a_header() {
    let reason = "no body\r\nSet-Cookie: a=b\u{1b}[2J\u{2028}end";
    let error = InvalidBuilder::new(reason).with_status(errors::InvalidStatus::Http400).build();
    assert_eq!(error.to_string(), r"Not understood: no body\r\nSet-Cookie: a=b\u{1b}[2J\u{2028}end");
    assert_eq!(errbook::CatalogError::message(&error).to_string(), format!("Not understood: {reason}"));
    let context = Context::new("req-1", 3, None);
    let body = serde_json::to_value(error.body(&context)).expect("JSON");
    assert_eq!(body["message"], format!("Not understood: {reason}"));

    let lost = Error::replica_down(
        ReplicaDownRequired { host: "db\n7".into(), password: errbook::Sensitive::new("s3cret".into()) },
        "no route",
    );
    assert_eq!(lost.to_string(), r"replica db\n7 is down");

    let headers = Error::named("tea\r\nSet-Cookie: a=b".to_owned()).headers(&context);
    assert!(headers.contains(&("X-Name", "tea  Set-Cookie: a=b".into())), "{headers:?}");
}

#[test]
fn header_values_have_a_maximum_length() {
    let context = Context::new("é".repeat(300_000), 3, Some("x".repeat(300_000)));
    let headers = Error::named("n".repeat(300_000)).headers(&context);
    let lengths: Vec<(&str, usize)> = headers.iter().map(|(name, value)| (*name, value.len())).collect();
    let longest = errbook::HEADER_BYTES;
    assert_eq!(lengths, [("X-Name", longest), ("X-Request-Id", longest), ("X-Trace", longest)]);
}
