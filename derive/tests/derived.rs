//! `#[derive(CatalogError)]`: a hand-written enum behaves like the generated one.
#![deny(missing_docs, unused, clippy::all, clippy::pedantic)]

use std::borrow::Cow;
use std::num::ParseIntError;
use std::time::Duration;

use errbook::{CatalogError, Sensitive};
use serde_json::{Value, json};

/// The generated errors of the shop.
pub mod errors {
    errbook::catalog!("tests/derived.yaml");
}

use errors::{
    Context, Error as Generated, ErrorCode, Platform, RateLimitBuilder, SoldOutBuilder, UpstreamBuilder, UpstreamStatus,
};

/// All parts of an error that a client gets.
#[derive(Debug, PartialEq)]
struct Answer {
    public_code: ErrorCode,
    status: Option<u16>,
    message: String,
    headers: Vec<(&'static str, String)>,
    details: Value,
    body: Value,
}

fn answer<E: CatalogError<Code = ErrorCode, Context = Context>>(error: &E) -> Answer {
    let context = Context { request_id: "req-7".to_owned(), credits: Some(3) };
    Answer {
        public_code: error.public_code(),
        status: error.status(),
        message: error.message().to_string(),
        headers: error.headers(&context).into_iter().map(|(name, value)| (name, value.into_owned())).collect(),
        details: serde_json::to_value(error.details()).expect("JSON"),
        body: serde_json::to_value(error.body(&context)).expect("JSON"),
    }
}

/// Every way to write a variant, with thiserror.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors, exhaustive = "orders")]
enum OrderError {
    #[error("sold out: {item} (order {order})")]
    SoldOut {
        item: Cow<'static, str>,
        #[catalog(ignore)]
        order: u64,
        left: u32,
        platforms: Option<Vec<Platform>>,
    },
    #[error("no {0}")]
    #[catalog(id = "SOLD_OUT")]
    Gone(#[catalog(detail = "item")] &'static str),
    #[error("closed: {source}")]
    Closed { source: ParseIntError },
    #[error("slow down")]
    #[catalog(id = "RATE_LIMIT")]
    TooFast(#[catalog(detail = "seconds")] u64, #[catalog(detail = "who")] Option<&'static str>),
    #[error("supplier")]
    #[catalog(status = 503)]
    Upstream {
        name: String,
        #[source]
        cause: std::fmt::Error,
    },
    #[error("supplier, which says how")]
    #[catalog(id = "UPSTREAM")]
    Supplier { name: &'static str, status: UpstreamStatus },
    #[error("supplier, by a field of another name")]
    #[catalog(id = "UPSTREAM")]
    Other(#[catalog(status)] UpstreamStatus, #[catalog(detail = "name")] Box<str>),
    #[error("who?")]
    Unauthorized { token: Sensitive<String> },
    #[error("no printer")]
    NoPrinter,
    #[error("lost {host}")]
    #[catalog(status = 504)]
    DbDown { host: &'static str, key: Sensitive<&'static str> },
}

#[test]
fn a_variant_answers_as_the_generated_error_with_the_same_details() {
    let number = "x".parse::<u8>().expect_err("no number");
    let platforms = || Some(vec![Platform::Bluesky]);
    let pairs = [
        (
            OrderError::SoldOut { item: "tea".into(), order: 9, left: 2, platforms: platforms() },
            SoldOutBuilder::new("tea").with_left(2).with_platforms(platforms().unwrap_or_default()).build(),
        ),
        (OrderError::Gone("tea"), Generated::sold_out("tea")),
        (OrderError::Closed { source: number }, Generated::closed()),
        (OrderError::TooFast(30, Some("you")), RateLimitBuilder::new(Duration::from_secs(30)).with_who("you").build()),
        (OrderError::TooFast(30, None), Generated::rate_limit(Duration::from_secs(30))),
        (
            OrderError::Upstream { name: "Leaf".to_owned(), cause: std::fmt::Error },
            UpstreamBuilder::new("Leaf").with_status(UpstreamStatus::Http503).build(),
        ),
        (OrderError::Supplier { name: "Leaf", status: UpstreamStatus::Http502 }, Generated::upstream("Leaf")),
        (
            OrderError::Other(UpstreamStatus::Http503, "Leaf".into()),
            UpstreamBuilder::new("Leaf").with_status(UpstreamStatus::Http503).build(),
        ),
        (OrderError::Unauthorized { token: Sensitive::new("secret".to_owned()) }, Generated::unauthorized("secret")),
        (OrderError::NoPrinter, Generated::no_printer()),
    ];
    for (own, generated) in pairs {
        assert_eq!(answer(&own), answer(&generated), "{own:?}");
    }
}

#[test]
fn what_the_pairs_agree_on_is_what_the_catalog_says() {
    let fast = answer(&OrderError::TooFast(30, None));
    assert_eq!(fast.body, json!({"wait": 30, "text": "30 s"}));
    assert_eq!(fast.headers, [("Retry-After", "30".to_owned())]);
    let gone = answer(&OrderError::Gone("tea"));
    assert_eq!(gone.message, "tea is sold out");
    assert_eq!(gone.body["error"]["details"], json!({"item": "tea"}));
    assert_eq!(gone.headers, [("X-Credits", "3".to_owned())]);
    let upstream = answer(&OrderError::Other(UpstreamStatus::Http503, "Leaf".into()));
    assert_eq!((upstream.status, &upstream.body["status"]), (Some(503), &json!(503)));
}

#[test]
fn what_logs_see_stays_the_authors() {
    let error = OrderError::SoldOut { item: "tea".into(), order: 9, left: 2, platforms: None };
    assert_eq!(error.to_string(), "sold out: tea (order 9)");
    let closed = OrderError::Closed { source: "x".parse::<u8>().expect_err("no number") };
    assert!(std::error::Error::source(&closed).is_some());
    let token = OrderError::Unauthorized { token: Sensitive::new("secret".to_owned()) };
    assert!(!format!("{token:?}").contains("secret"));
}

#[test]
fn clients_receive_the_mask_of_an_internal_error() {
    let mask = answer(&Generated::broken());
    let generated = Generated::db_down(errors::DbDownRequired {
        host: "db-7".to_owned(),
        key: Sensitive::new("s3cret".to_owned()),
    });
    assert_eq!(answer(&generated), mask);
    assert_eq!((generated.code(), generated.to_string()), (ErrorCode::DbDown, "db-7 is down".to_owned()));
    let own = || OrderError::DbDown { host: "db-7", key: Sensitive::new("s3cret") };
    assert_eq!(answer(&own()), mask);
    assert_eq!((own().code(), own().to_string()), (ErrorCode::DbDown, "lost db-7".to_owned()));
    let outer = ServiceError::Order(Box::new(CheckoutError::Order(own())));
    assert_eq!(answer(&outer), mask);
    assert_eq!(outer.code(), ErrorCode::DbDown);
    assert_eq!(answer(&ServiceError::from(generated)), mask);
}

/// An enum that wraps another enum, two levels deep, and has an error of its own.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
enum ServiceError {
    #[error(transparent)]
    #[catalog(transparent)]
    Order(#[from] Box<CheckoutError>),
    #[error(transparent)]
    #[catalog(transparent)]
    Generated {
        #[from]
        error: Generated,
    },
    #[error("no one")]
    Unauthorized { token: Sensitive<&'static str> },
}

/// Only transparent variants.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
enum CheckoutError {
    #[error(transparent)]
    #[catalog(transparent)]
    Order(#[from] OrderError),
}

#[test]
fn a_transparent_variant_is_the_error_in_it() {
    let inner = || OrderError::TooFast(5, Some("you"));
    let outer = ServiceError::Order(Box::new(CheckoutError::Order(inner())));
    assert_eq!(answer(&outer), answer(&inner()));
    let upstream = || UpstreamBuilder::new("Leaf").with_status(UpstreamStatus::Http503).build();
    assert_eq!(answer(&ServiceError::from(upstream())), answer(&upstream()));
    let own = ServiceError::Unauthorized { token: Sensitive::new("secret") };
    assert_eq!(answer(&own), answer(&Generated::unauthorized("secret")));
}

/// Names that generated items or the macro's helpers also have.
#[allow(unreachable_pub, reason = "as public as in a library of their own")]
mod names {
    use super::{answer, errors};

    /// The name of the context type.
    #[derive(Debug, thiserror::Error, errbook::CatalogError)]
    #[catalog("tests/derived.yaml", module = super::errors)]
    pub enum Context {
        /// The name of a message.
        #[error("..")]
        NoPrinter,
    }

    /// The helpers have names that begin with the enum's.
    #[derive(Debug, thiserror::Error, errbook::CatalogError)]
    #[catalog("tests/derived.yaml", module = errors)]
    pub enum Body {
        /// A name that is a raw identifier.
        #[error("..")]
        #[catalog(id = "UPSTREAM")]
        Details {
            /// A detail.
            r#name: String,
            /// The status.
            r#status: errors::UpstreamStatus,
        },
    }

    /// An enum without variants.
    #[derive(Debug, thiserror::Error, errbook::CatalogError)]
    #[catalog("tests/derived.yaml", module = errors)]
    pub enum Nothing {}

    #[test]
    fn any_name_is_valid() {
        assert_eq!(answer(&Context::NoPrinter), answer(&errors::Error::no_printer()));
        let status = errors::UpstreamStatus::Http502;
        let own = Body::Details { name: "Leaf".to_owned(), status };
        assert_eq!(answer(&own), answer(&errors::Error::upstream("Leaf")));
    }
}

/// A custom type of a detail.
#[derive(Debug, serde::Serialize)]
#[serde(transparent)]
struct Item(String);

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Details with custom types.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
enum OwnTypes {
    #[error("..")]
    SoldOut { item: Item },
}

#[test]
fn a_detail_may_have_a_type_of_the_authors() {
    let own = OwnTypes::SoldOut { item: Item("tea".to_owned()) };
    assert_eq!(answer(&own), answer(&Generated::sold_out("tea")));
}

/// An enum with a variant for each error under `rejections`.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
enum GateError {
    #[error("the gate is closed")]
    Closed,
    #[error("the gate is broken")]
    Broken,
}

#[test]
fn an_enum_answers_rejections_by_their_status() {
    let answer = |status| <GateError as errbook::FromRejection>::from_rejection(status, "a reason");
    assert!(matches!(answer(404), GateError::Closed));
    assert!(matches!(answer(503), GateError::Broken));
    let of_module = <errors::Error as errbook::FromRejection>::from_rejection(500, "a reason");
    assert!(matches!(of_module, errors::Error::Broken { .. }));
}

/// One error as a struct, with the name of its error.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
#[error("sold out: {item} (order {order})")]
struct SoldOut {
    item: &'static str,
    #[catalog(ignore)]
    order: u64,
}

/// A tuple, with an id and a field for the status.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors, id = "UPSTREAM")]
#[error("supplier")]
struct Supplier(#[catalog(status)] UpstreamStatus, #[catalog(detail = "name")] &'static str);

/// A struct with one of several statuses.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors, id = "UPSTREAM", status = 503)]
#[error("supplier")]
struct Unavailable {
    name: String,
}

/// A struct without fields.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
#[error("the gate is broken")]
struct Broken;

/// An internal error.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors, status = 504)]
#[error("lost {host}")]
struct DbDown {
    host: String,
    key: Sensitive<String>,
}

/// A struct around another error.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors, transparent)]
#[error(transparent)]
struct Wrapped(#[from] Generated);

/// An enum of such structs.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("tests/derived.yaml", module = errors)]
enum ShopError {
    #[error(transparent)]
    #[catalog(transparent)]
    SoldOut(#[from] SoldOut),
    #[error(transparent)]
    #[catalog(transparent)]
    Supplier(#[from] Supplier),
}

#[test]
fn a_struct_is_one_error() {
    assert_eq!(answer(&SoldOut { item: "tea", order: 9 }), answer(&Generated::sold_out("tea")));
    assert_eq!(SoldOut { item: "tea", order: 9 }.to_string(), "sold out: tea (order 9)");
    assert_eq!(answer(&Supplier(UpstreamStatus::Http502, "Leaf")), answer(&Generated::upstream("Leaf")));
    let upstream = || UpstreamBuilder::new("Leaf").with_status(UpstreamStatus::Http503).build();
    assert_eq!(answer(&Unavailable { name: "Leaf".to_owned() }), answer(&upstream()));
    assert_eq!(answer(&Broken), answer(&Generated::broken()));
    let db_down = DbDown { host: "db-7".to_owned(), key: Sensitive::new("s3cret".to_owned()) };
    assert_eq!((answer(&db_down), db_down.code()), (answer(&Generated::broken()), ErrorCode::DbDown));
    assert_eq!(answer(&Wrapped(upstream())), answer(&upstream()));
    let sold_out = ShopError::from(SoldOut { item: "tea", order: 9 });
    assert_eq!(answer(&sold_out), answer(&Generated::sold_out("tea")));
    assert_eq!(answer(&ShopError::from(Supplier(UpstreamStatus::Http503, "Leaf"))), answer(&upstream()));
    assert!(matches!(Broken::unsendable("a reason"), Some(Broken)));
    assert!(SoldOut::unsendable("a reason").is_none());
}

/// The errors of a service that adopts the catalog one by one: two have moved to it.
#[derive(Debug)]
enum OldError {
    Teapot,
    TooLong(usize),
    Shop(ShopError),
}

impl From<ShopError> for OldError {
    fn from(error: ShopError) -> Self {
        OldError::Shop(error)
    }
}

impl OldError {
    /// The code for the response, as the service always did it.
    fn response(&self) -> (u16, Value) {
        match self {
            OldError::Teapot => (418, json!("teapot")),
            OldError::TooLong(length) => (414, json!({"length": length})),
            OldError::Shop(error) => {
                let answer = answer(error);
                (answer.status.unwrap_or(500), answer.body)
            }
        }
    }
}

#[test]
fn an_old_service_adopts_one_error_at_a_time() {
    let moved = || -> Result<(), OldError> { Err(ShopError::from(SoldOut { item: "tea", order: 9 }))? };
    let moved = moved().expect_err("an error");
    assert_eq!(moved.response(), (409, answer(&Generated::sold_out("tea")).body));
    assert_eq!(OldError::Teapot.response(), (418, json!("teapot")));
    assert_eq!(OldError::TooLong(9).response(), (414, json!({"length": 9})));
}
