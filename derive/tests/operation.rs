//! `operation!`: a type with some errors of the catalog behaves like the generated `Error`.
#![deny(missing_docs, unused, clippy::all, clippy::pedantic)]

use std::time::Duration;

use errbook::{CatalogError, FromRejection, Operation, Sensitive};
use serde_json::{Value, json};

/// The generated errors of the shop.
pub mod errors {
    errbook::catalog!("tests/derived.yaml");
}

use errors::{
    Context, DbDownRequired, Error, ErrorCode, RateLimitBuilder, SoldOutBuilder, UpstreamBuilder, UpstreamStatus,
};

errbook::operation!(
    "tests/derived.yaml",
    /// The errors of a reservation.
    pub(crate) ReserveError: crate::errors::Error,
    [SOLD_OUT, UPSTREAM],
);

errbook::operation!(
    "tests/derived.yaml",
    pub OrderError: errors::Error,
    ["UPSTREAM", SOLD_OUT, RATE_LIMIT, UNAUTHORIZED, DB_DOWN],
    from(ReserveError, self::deep::FindError),
    prefix = "Order",
);

mod deep {
    errbook::operation!("tests/derived.yaml", pub(super) FindError: super::errors::Error, [UNAUTHORIZED]);
}

/// Names that generated items also have.
#[allow(unreachable_pub, reason = "as public as in a library of its own")]
mod names {
    errbook::operation!("tests/derived.yaml", pub Context: super::errors::Error, [SOLD_OUT]);
    errbook::operation!("tests/derived.yaml", pub UpstreamStatus: super::errors::Error, [UPSTREAM]);
    errbook::operation!("tests/derived.yaml", pub DbDownRequired: super::errors::Error, [DB_DOWN]);
}

/// All parts of an error.
fn parts<E: CatalogError<Code = ErrorCode, Context = Context>>(error: &E) -> Value {
    let context = Context { request_id: "req-7".to_owned(), credits: Some(3) };
    json!({
        "code": error.code(),
        "public_code": error.public_code(),
        "status": error.status(),
        "message": error.message().to_string(),
        "headers": error.headers(&context),
        "details": serde_json::to_value(error.details()).expect("JSON"),
        "body": serde_json::to_value(error.body(&context)).expect("JSON"),
        "display": error.to_string(),
        "debug": format!("{error:?}"),
    })
}

fn db_down() -> DbDownRequired {
    DbDownRequired { host: "db-7".to_owned(), key: Sensitive::new("s3cret".to_owned()) }
}

#[test]
fn each_constructor_makes_the_error_of_the_same_name() {
    let half = Duration::from_secs(30);
    let pairs = [
        (OrderError::sold_out("tea"), Error::sold_out("tea")),
        (OrderError::rate_limit(half), Error::rate_limit(half)),
        (OrderError::upstream("Leaf"), Error::upstream("Leaf")),
        (OrderError::unauthorized("secret"), Error::unauthorized("secret")),
        (OrderError::db_down(db_down()), Error::db_down(db_down())),
    ];
    for (own, generated) in pairs {
        assert_eq!(parts(&own), parts(&generated));
        assert_eq!(own.code(), generated.code());
        assert_eq!(own.as_error(), &generated);
        assert_eq!(OrderError::try_from(generated), Ok(own));
    }
}

#[test]
fn clients_receive_the_mask_of_an_internal_error() {
    let error = OrderError::db_down(db_down());
    assert_eq!(parts(&error)["public_code"], "BROKEN");
    assert_eq!(parts(&error)["body"], parts(&Error::broken())["body"]);
}

#[test]
fn builders_convert() {
    fn slow() -> Result<(), OrderError> {
        Err(RateLimitBuilder::new(Duration::from_secs(5)).with_who("you"))?
    }
    let slow = slow().expect_err("an error").into_error();
    assert_eq!(slow, RateLimitBuilder::new(Duration::from_secs(5)).with_who("you").build());
    let unavailable = || UpstreamBuilder::new("Leaf").with_status(UpstreamStatus::Http503);
    assert_eq!(ReserveError::from(unavailable()).status(), Some(503));
    assert_eq!(Error::from(ReserveError::from(unavailable())), unavailable().build());
    assert_ne!(ReserveError::from(unavailable()), ReserveError::upstream("Leaf"));
}

#[test]
fn an_error_outside_the_list_comes_back() {
    let closed = ReserveError::try_from(Error::closed()).expect_err("not in the list");
    assert_eq!(closed, Error::closed());
    assert!(ReserveError::try_from(OrderError::rate_limit(Duration::ZERO).into_error()).is_err());
    // The error for 500 is not in the list, so it is not sent instead of another one either.
    assert_eq!(<Error as CatalogError>::unsendable("a reason"), Some(Error::broken()));
    assert_eq!(<OrderError as CatalogError>::unsendable("a reason"), None);
}

#[test]
fn the_errors_of_a_narrower_operation_convert() {
    fn reserve() -> Result<(), ReserveError> {
        Err(SoldOutBuilder::new("tea").with_left(2))?
    }
    fn order(is_known: bool) -> Result<(), OrderError> {
        if !is_known {
            Err(deep::FindError::unauthorized("secret"))?;
        }
        Ok(reserve()?)
    }
    assert_eq!(order(false), Err(OrderError::unauthorized("secret")));
    assert_eq!(order(true), Err(SoldOutBuilder::new("tea").with_left(2).into()));
    assert_eq!(deep::FindError::IDS, ["UNAUTHORIZED"]);
}

errbook::operation!(
    "tests/derived.yaml",
    /// Has each error under `rejections`.
    pub AnyError: errors::Error,
    [CLOSED, SOLD_OUT, BROKEN],
);

errbook::operation!("tests/derived.yaml", FullError: errors::Error, [SOLD_OUT], into(ReserveError, self::OrderError));

#[test]
fn the_errors_convert_into_those_of_a_wider_operation() {
    fn reserve() -> Result<(), ReserveError> {
        Err(FullError::sold_out("tea"))?
    }
    fn order() -> Result<(), OrderError> {
        Err(FullError::sold_out("tea"))?
    }
    assert_eq!(reserve(), Err(ReserveError::sold_out("tea")));
    assert_eq!(order(), Err(OrderError::sold_out("tea")));
}

#[test]
fn a_list_with_each_rejection_answers_for_a_framework() {
    for status in [404, 405, 500, 503] {
        assert_eq!(AnyError::from_rejection(status, "why").into_error(), Error::from_rejection(status, "why"));
    }
}

#[test]
fn the_list_is_in_catalog_order() {
    assert_eq!(ReserveError::IDS, ["SOLD_OUT", "UPSTREAM"]);
    assert_eq!(OrderError::IDS, ["SOLD_OUT", "RATE_LIMIT", "UPSTREAM", "UNAUTHORIZED", "DB_DOWN"]);
}

#[test]
fn any_name_is_valid() {
    assert_eq!(parts(&names::Context::sold_out("tea")), parts(&Error::sold_out("tea")));
    assert_eq!(parts(&names::UpstreamStatus::upstream("tea")), parts(&Error::upstream("tea")));
    assert_eq!(parts(&names::DbDownRequired::db_down(db_down())), parts(&Error::db_down(db_down())));
}

#[test]
fn the_type_describes_the_listed_errors() {
    use errbook::utoipa::{IntoResponses, ToSchema};

    let responses = |of: Value| of.as_object().expect("responses").keys().cloned().collect::<Vec<_>>();
    let of_order = serde_json::to_value(OrderError::responses()).expect("JSON");
    // DB_DOWN has the response of its mask.
    assert_eq!(responses(of_order.clone()), ["401", "409", "429", "500", "502", "503"]);
    let schema = &of_order["409"]["content"]["application/json"]["schema"];
    assert_eq!(schema["properties"]["error"]["properties"]["code"]["enum"], json!(["SOLD_OUT"]));
    assert_eq!(OrderError::name(), "OrderOrderError");
    assert_eq!(responses(serde_json::to_value(ReserveError::responses()).expect("JSON")), ["409", "502", "503"]);
}

/// Types of details that the entry point chooses, and types of the catalog.
mod own {
    errbook::catalog!("tests/operation.yaml", types(uuid = super::Uuid));
    errbook::operation!("tests/operation.yaml", pub CancelError: super::own::Error, [booked, late, lost], types(uuid = super::Uuid));
}

/// The type of ids.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Uuid(String);

#[test]
fn types_of_details_are_those_of_the_module() {
    let id = || Uuid("2f3c0b1e-6a0a-4f9e-8f55-0d5a1f4e8f10".to_owned());
    assert_eq!(own::CancelError::booked(id()).into_error(), own::Error::booked(id()));
    let late = own::CancelError::late(own::Reason::Night);
    assert_eq!(late.as_error(), &own::Error::late(own::Reason::Night));
    assert_eq!(late.to_string(), "Too late: night");
}

#[test]
fn an_internal_error_without_a_status_has_that_of_its_mask() {
    let lost = own::CancelError::lost();
    assert_eq!((lost.code(), CatalogError::public_code(&lost)), (own::ErrorCode::Lost, own::ErrorCode::Broken));
    assert_eq!(CatalogError::status(&lost), Some(500));
}
