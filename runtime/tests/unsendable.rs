//! Errors that cannot be sent over HTTP: what clients receive instead.

use axum::response::IntoResponse as _;
use errbook::http::response;
use errbook::{CatalogError, Finite};

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/unsendable.yaml");
}
use errors::{Context, Error, MeasuredBuilder, Point, WeighedBuilder};

#[allow(missing_docs)]
mod strict {
    errbook::catalog!("tests/strict.yaml");

    impl errbook::Current for Context {
        fn current() -> Self {
            errbook::scoped().expect("a scope")
        }
    }
}

#[allow(missing_docs)]
mod service {
    errbook::catalog!("tests/service.yaml");
}

/// The status, the code and the number of bytes of a response.
fn sent(error: &impl CatalogError<Context = Context>, load: Option<f64>) -> (u16, String) {
    let response = response(error, &Context::new(load));
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
}

fn measured(ratio: f64) -> Error {
    Error::measured(ratio)
}

#[test]
fn an_error_without_a_status_is_sent_as_the_one_for_500() {
    assert_eq!(sent(&Error::stopped(), None), (503, "BROKEN".to_owned()));
    assert_eq!(sent(&Box::new(Error::stopped()), None), (503, "BROKEN".to_owned()));
    assert_eq!(Error::stopped().into_response().status(), 503);

    // Without rejections, the only public error with the status 500.
    let response = response(&service::Error::stopped(), &service::Context::new("req", 0, None));
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap_or_default();
    assert_eq!((response.status().as_u16(), body["code"].as_str()), (500, Some("internal")));
}

#[test]
fn a_required_number_of_the_context_is_finite_by_its_type() {
    let context = strict::Context::new(Finite::new(0.5).expect("finite"), vec![0.5], Some(vec![0.5]));
    let response = response(&strict::Error::busy(), &context);
    assert_eq!(response.body(), br#"{"code":"BUSY","load":0.5,"loads":[0.5],"more":[0.5]}"#);
    assert_eq!(response.headers()["x-load"], "0.5 of 1");
    assert_eq!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Finite::new), [None; 3]);
}

/// A list that is required is left out, too: the response still has the error.
#[test]
fn a_list_of_the_context_is_left_out_if_a_number_is_not_finite() {
    let context = strict::Context::new(1.into(), vec![0.5, f64::NAN], Some(vec![f64::INFINITY]));
    let busy = response(&strict::Error::busy(), &context);
    assert_eq!((busy.status().as_u16(), &**busy.body()), (409, &br#"{"code":"BUSY","load":1.0}"#[..]));
}

/// A catalog without `rejections` answers with its only public error for 500.
#[tokio::test]
async fn frameworks_never_answer_with_an_empty_body() {
    let context = || strict::Context::new(1.into(), Vec::new(), None);
    let expected = r#"{"code":"BROKEN","load":1.0,"loads":[]}"#;
    let unsendable = || strict::Error::measured(f64::NAN);

    let response = errbook::scope(context(), async { unsendable().into_response() }).await;
    assert_eq!(response.status(), 500);
    let body = axum::body::to_bytes(response.into_body(), 1000).await.expect("a body");
    assert_eq!(body, expected);

    let response = errbook::scope(context(), async { actix_web::ResponseError::error_response(&unsendable()) }).await;
    assert_eq!(response.status(), 500);
    let body = actix_web::body::to_bytes(response.into_body()).await.expect("a body");
    assert_eq!(body, expected);
}

#[test]
fn a_number_that_json_does_not_have_is_not_sent() {
    let broken = (503, "BROKEN".to_owned());
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(sent(&measured(number), None), broken);
        assert_eq!(sent(&MeasuredBuilder::new(0.5).with_all(vec![1.0, number]).build(), None), broken);
        let point = Point { x: 1.0, next: Some(Box::new(Point { x: number, next: None })) };
        assert_eq!(sent(&MeasuredBuilder::new(0.5).with_at(point).build(), None), broken);
    }
    let measured = (409, "MEASURED".to_owned());
    for number in [0.0, -0.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE] {
        let point = Point { x: number, next: None };
        assert_eq!(sent(&MeasuredBuilder::new(number).with_all(vec![number]).with_at(point).build(), None), measured);
    }
    // Any JSON is in the schema, `null` too.
    assert_eq!(sent(&MeasuredBuilder::new(0.5).with_any(errbook::Json::Number(f64::NAN)).build(), None), measured);
}

#[test]
fn a_number_in_a_header_is_finite_too() {
    let weighed = |weight| Error::weighed(weight);
    assert_eq!(sent(&weighed(0.5), None), (409, "WEIGHED".to_owned()));
    assert_eq!(sent(&weighed(f64::INFINITY), None), (503, "BROKEN".to_owned()));
    assert_eq!(sent(&WeighedBuilder::new(0.5).with_limit(f64::NAN).build(), None), (503, "BROKEN".to_owned()));
    // A text can have these words.
    assert_eq!(sent(&Error::named("NaN or inf".to_owned()), None), (409, "NAMED".to_owned()));
}

#[test]
fn a_number_in_a_message_is_finite_too() {
    assert_eq!(sent(&Error::shared(0.5), None), (409, "SHARED".to_owned()));
    assert_eq!(sent(&Error::shared(f64::NAN), None), (503, "BROKEN".to_owned()));
    assert_eq!(sent(&ByHand::Shared { part: f64::INFINITY }, None), (503, "BROKEN".to_owned()));
}

#[test]
fn a_number_of_the_context_is_left_out_if_it_is_not_finite() {
    let body = |load| {
        let response = response(&measured(0.5), &Context::new(load));
        let body: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
        let header = response.headers().get("x-load").map(|load| load.to_str().expect("text").to_owned());
        (response.status().as_u16(), body["load"].as_f64(), header)
    };
    assert_eq!(body(Some(0.5)), (409, Some(0.5), Some("0.5".to_owned())));
    for load in [None, Some(f64::NAN), Some(f64::INFINITY)] {
        assert_eq!(body(load), (409, None, None), "{load:?}");
    }
}

#[test]
fn a_context_without_required_fields_is_empty_by_default() {
    assert_eq!(Context::default(), Context::new(None));
}

/// A hand-written enum, whose fields can have any type of integer.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/unsendable.yaml", module = errors)]
enum ByHand {
    #[error("counted")]
    Counted { count: u64 },
    #[error("measured")]
    Measured { ratio: f32 },
    #[error("shared")]
    Shared { part: f64 },
    #[error("stopped")]
    Stopped,
    #[error("invalid")]
    #[catalog(status = 400)]
    Invalid,
    #[error("broken")]
    Broken,
}

#[test]
fn an_integer_of_a_hand_written_enum_fits_into_the_schema() {
    assert_eq!(sent(&ByHand::Counted { count: i64::MAX as u64 }, None), (409, "COUNTED".to_owned()));
    for error in [
        ByHand::Counted { count: i64::MAX as u64 + 1 },
        ByHand::Counted { count: u64::MAX },
        ByHand::Measured { ratio: f32::NAN },
        ByHand::Stopped,
    ] {
        assert_eq!(sent(&error, None), (503, "BROKEN".to_owned()), "{error:?}");
    }
    assert_eq!(sent(&ByHand::Invalid, None), (400, "INVALID".to_owned()));
    assert_eq!(sent(&ByHand::Broken, None), (503, "BROKEN".to_owned()));
}
