//! Errors of a catalog as gRPC statuses, for clients in any language and for clients with the
//! catalog.

use std::time::Duration;

use errbook::tonic::{Code, Status, received};
use tonic_types::StatusExt as _;

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}
use errors::{Error, ErrorCode, InvalidBuilder, InvalidStatus, ReplicaDownRequired};

errbook::operation!("tests/service.yaml", OrderError: errors::Error, [named, replica_down]);

#[allow(missing_docs)]
mod shop {
    errbook::catalog!("errors.yaml");
}

#[allow(missing_docs)]
mod large {
    errbook::catalog!("tests/large.yaml");
}

#[allow(missing_docs)]
mod lab {
    errbook::catalog!("tests/unsendable.yaml");
}

/// A hand-written error with its own texts for logs.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/service.yaml", module = errors)]
enum ByHand {
    #[error("somebody has {name} already")]
    Named { name: String },
    #[error("lost {host}")]
    ReplicaDown { host: &'static str, password: errbook::Sensitive<&'static str> },
    #[error(transparent)]
    #[catalog(transparent)]
    Other(#[from] Error),
}

/// The status at the client, after transport in the trailers of a response.
fn send(error: impl Into<Status>) -> Status {
    let response = error.into().into_http::<()>();
    Status::from_header_map(response.headers()).expect("a status")
}

#[test]
fn a_status_has_the_message_and_the_code_for_the_http_status() {
    let status = send(Error::named("tea"));
    assert_eq!((status.code(), status.message()), (Code::Aborted, "Taken."));
    assert_eq!(send(Error::not_found()).code(), Code::NotFound);
    assert_eq!(
        send(InvalidBuilder::new("no body").with_status(InvalidStatus::Http422).build()).message(),
        "Not understood: no body"
    );
    assert_eq!(send(Error::stopped()).code(), Code::Unknown);
    let status = send(Error::internal("the disk is full"));
    assert_eq!((status.code(), status.message()), (Code::Internal, "Something broke."));
}

#[test]
fn an_error_written_by_hand_is_the_same_to_clients() {
    let generated = send(Error::named("tea"));
    let by_hand = send(ByHand::Named { name: "tea".to_owned() });
    assert_eq!((by_hand.code(), by_hand.message()), (generated.code(), "Taken."));
    let details = |status| received::<ErrorCode>(status).map(|received| (received.code, received.details));
    assert_eq!(details(&by_hand), details(&generated));
    assert_eq!(details(&send(ByHand::from(Error::named("tea")))), details(&generated));
}

#[test]
fn the_errors_of_an_operation_are_the_same_to_clients() {
    let password = || errbook::Sensitive::new("s3cret".to_owned());
    let down = || ReplicaDownRequired { host: "db-7".to_owned(), password: password() };
    for (own, generated) in [
        (send(OrderError::named("tea")), send(Error::named("tea"))),
        (send(OrderError::replica_down(down(), "no route")), send(Error::replica_down(down(), "no route"))),
    ] {
        assert_eq!((own.code(), own.message()), (generated.code(), generated.message()));
        let details = |status| received::<ErrorCode>(status).map(|received| (received.code, received.details));
        assert_eq!(details(&own), details(&generated));
        assert!(details(&own).is_some());
    }
}

#[test]
fn clients_of_any_language_read_the_reason_the_page_and_the_wait() {
    let status = send(Error::limited(Duration::from_secs(30)));
    let details = status.get_error_details();
    let info = details.error_info().expect("an ErrorInfo");
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("LIMITED", "service"));
    assert_eq!(info.metadata["wait"], "30");
    assert_eq!(info.metadata["catalogId"], "limited");
    assert_eq!(details.retry_info().and_then(|retry| retry.retry_delay), Some(Duration::from_secs(30)));
    let link = &details.help().expect("a page").links[0];
    assert_eq!(link.url, "https://service.example/errors/limited");
    assert!(send(Error::not_found()).get_details_retry_info().is_none());
}

#[test]
fn an_internal_error_is_sent_as_its_mask() {
    let mask = send(Error::internal("another"));
    let password = errbook::Sensitive::new("s3cret");
    for status in [
        send(Error::replica_down(
            ReplicaDownRequired { host: "db-7".into(), password: errbook::Sensitive::new("s3cret".into()) },
            "no route",
        )),
        send(ByHand::ReplicaDown { host: "db-7", password }),
        send(ByHand::Other(Error::replica_down(
            ReplicaDownRequired { host: "db-7".into(), password: errbook::Sensitive::new("s3cret".into()) },
            "no route",
        ))),
    ] {
        assert_eq!((status.code(), status.message()), (mask.code(), mask.message()));
        assert_eq!(format!("{:?}", status.get_error_details()), format!("{:?}", mask.get_error_details()));
    }
}

#[test]
fn only_a_client_that_knows_the_call_repeats_an_idempotent_one() {
    assert!(send(shop::Error::crowded()).get_details_retry_info().is_none());
}

/// The length of the trailers, as HTTP/2 counts them (RFC 9113 section 6.5.2).
fn trailers(status: &Status) -> usize {
    let headers = status.clone().into_http::<()>();
    headers.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum()
}

fn upload(stack: &str, log: &str) -> large::Error {
    large::Error::upload(large::UploadRequired {
        stack: stack.to_owned(),
        log: log.to_owned(),
        size: 7,
        catalog_id: "tea".to_owned(),
    })
}

#[test]
fn a_large_error_arrives_without_its_longest_details() {
    let text = |letter: &str, length| letter.repeat(length);
    let error = |longest, long| upload(&text("a", longest), &text("b", long));
    let names = |status: &Status| {
        let received = received::<large::ErrorCode>(status).expect("an error of the catalog");
        assert_eq!(received.code, large::ErrorCode::Upload);
        let mut names: Vec<String> = received.details.into_keys().collect();
        names.sort();
        names
    };
    for (longest, long, kept) in [
        (100, 90, vec!["catalogId", "log", "size", "stack"]),
        (12_000, 1000, vec!["catalogId", "log", "size"]),
        (3000, 2000, vec!["catalogId", "log", "size"]),
        (1_000_000, 900_000, vec!["catalogId", "size"]),
    ] {
        let status = send(error(longest, long));
        assert_eq!(names(&status), kept);
        assert!(trailers(&status) < 8 * 1024 - 512, "{}", trailers(&status));
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("UPLOAD", "large"));
    }

    let message = send(large::Error::loud(text("\u{e9} %", 9000)));
    assert!(message.message().ends_with('…'), "{}", message.message());
    assert!(trailers(&message) < 8 * 1024 - 512, "{}", trailers(&message));
    assert_eq!(received::<large::ErrorCode>(&message).map(|received| received.code), Some(large::ErrorCode::Loud));
}

#[test]
fn a_detail_named_as_the_id_is_sent() {
    let status = send(upload("", ""));
    let received = received::<large::ErrorCode>(&status).expect("an error of the catalog");
    assert_eq!((received.code, received.details["catalogId"].as_str()), (large::ErrorCode::Upload, "tea"));
}

#[test]
fn details_that_json_does_not_have_are_left_out() {
    let received = |ratio| {
        let received = received::<lab::ErrorCode>(&send(lab::Error::measured(ratio)));
        received.map(|received| (received.code, received.details.len()))
    };
    assert_eq!(received(0.5), Some((lab::ErrorCode::Measured, 1)));
    assert_eq!(received(f64::NAN), Some((lab::ErrorCode::Measured, 0)));
}

#[test]
fn a_client_with_the_catalog_gets_the_error_back() {
    let received = received::<ErrorCode>(&send(Error::limited(Duration::from_secs(30)))).expect("an error");
    assert_eq!(received.code, ErrorCode::Limited);
    assert_eq!(received.details.into_iter().collect::<Vec<_>>(), [("wait".to_owned(), "30".to_owned())]);
    assert_eq!(received.retry_after, Some(Duration::from_secs(30)));
}

#[test]
fn a_server_without_errbook_is_understood_by_the_reason() {
    let details = tonic_types::ErrorDetails::with_error_info("WRONG_METHOD", "service", []);
    let status = Status::with_error_details(Code::Unimplemented, "", details);
    assert_eq!(received::<ErrorCode>(&status).map(|received| received.code), Some(ErrorCode::WrongMethod));
}

#[test]
fn a_status_of_another_api_is_not_an_error_of_the_catalog() {
    assert!(received::<ErrorCode>(&Status::not_found("elsewhere")).is_none());
    // The same id in another API.
    assert!(received::<ErrorCode>(&Status::from(shop::Error::not_found())).is_none());
    let details =
        tonic_types::ErrorDetails::with_error_info("NEW", "service", [("catalogId".to_owned(), "new".to_owned())]);
    assert!(received::<ErrorCode>(&Status::with_error_details(Code::Internal, "", details)).is_none());
}
