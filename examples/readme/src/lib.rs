//! The shop of docs/service.md and docs/client.md. It generates its errors with the build script
//! and with the macro; a project needs only one.

/// Written by the build script.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

/// Expanded by the macro.
pub mod through_the_macro {
    errbook::catalog!("errors.yaml");
}

/// The errors of one part of the shop, written by hand.
#[allow(missing_docs, reason = "the snippet of the docs, which is short")]
pub mod orders {
    use errbook::CatalogError;

    /// Why there is no order.
    #[derive(Debug, thiserror::Error, CatalogError)]
    #[catalog("errors.yaml")]
    pub enum OrderError {
        #[error("no {item} left for order {order}")]
        OutOfStock {
            item: String,
            #[catalog(ignore)]
            order: u64,
        },
        #[error("cannot save the order")]
        #[catalog(id = "internal")]
        Database(#[from] std::io::Error),
    }

    /// One error.
    #[derive(Debug, thiserror::Error, CatalogError)]
    #[catalog("errors.yaml", id = "too_many_requests")]
    #[error("{caller} is too fast")]
    pub struct TooFast {
        #[catalog(ignore)]
        pub caller: String,
    }
}

/// An old service that adopts the catalog one error at a time.
#[allow(missing_docs, reason = "the snippet of the docs, which is short")]
pub mod adoption {
    use axum::http::StatusCode;
    use axum::http::header::CONTENT_TYPE;
    use axum::response::{IntoResponse, Response};

    use crate::orders::OrderError;

    pub enum ApiError {
        /// As before.
        Old(StatusCode, &'static str),
        /// In the catalog.
        Order(OrderError),
    }

    impl From<OrderError> for ApiError {
        fn from(error: OrderError) -> Self {
            ApiError::Order(error)
        }
    }

    impl IntoResponse for ApiError {
        fn into_response(self) -> Response {
            match self {
                ApiError::Old(status, body) => (status, [(CONTENT_TYPE, "application/json")], body).into_response(),
                ApiError::Order(error) => error.into_response(),
            }
        }
    }
}

/// The errors of a route in a document of utoipa.
#[allow(missing_docs, clippy::unused_async, reason = "the snippet of the docs, which is short")]
pub mod document {
    use errbook::CatalogError;
    use errbook::utoipa::NamedSchemas;

    use crate::orders::OrderError;

    errbook::openapi!("errors.yaml", OrderError, [out_of_stock, internal]);

    #[derive(Debug, thiserror::Error, CatalogError)]
    #[catalog("errors.yaml", openapi)]
    pub enum BuyError {
        #[error("the order")]
        #[catalog(transparent)]
        Order(#[from] OrderError),
        #[error("slow down")]
        #[catalog(id = "too_many_requests")]
        TooFast,
    }

    #[utoipa::path(post, path = "/buy", responses((status = 200, description = "Bought"), BuyError))]
    pub async fn buy() -> Result<(), BuyError> {
        Err(BuyError::TooFast)
    }

    #[derive(utoipa::OpenApi)]
    #[openapi(paths(buy), modifiers(&NamedSchemas))]
    pub struct Api;
}

/// The shop as a service.
pub mod service {
    use axum::http::request::Parts;
    use axum::routing::post;

    use crate::errors::{Context, Error};
    use errbook::axum::CatalogLayer;
    use errbook::http::from_rejection;

    async fn buy() -> Result<&'static str, Error> {
        Err(Error::out_of_stock("Teapot"))
    }

    impl errbook::Current for Context {
        fn current() -> Self {
            errbook::scoped().unwrap_or_else(|| Self::new("none"))
        }
    }

    /// The shop, in which every response has its request's id.
    pub fn shop() -> axum::Router {
        let facts = |request: &Parts| {
            let id = request.headers.get("x-request-id").and_then(|id| id.to_str().ok());
            Context::new(id.unwrap_or("none"))
        };
        axum::Router::new().route("/buy", post(buy)).layer(CatalogLayer::new(facts, from_rejection::<Error>))
    }
}

/// Errors of one operation.
pub mod operations {
    use errbook::OrError as _;

    errbook::operation!("errors.yaml", pub ReserveError: crate::errors::Error, [out_of_stock]);

    errbook::operation!(
        "errors.yaml",
        /// The errors of `POST /orders`.
        pub CreateOrderError: crate::errors::Error,
        [out_of_stock, too_many_requests, internal],
        from(ReserveError),
    );

    fn reserve(item: &str) -> Result<(), ReserveError> {
        if item == "Teapot" { Err(ReserveError::out_of_stock(item)) } else { Ok(()) }
    }

    /// The price of an order.
    ///
    /// # Errors
    ///
    /// The errors of the operation.
    pub fn create_order(item: &str) -> Result<u32, CreateOrderError> {
        reserve(item)?;
        let price = std::fs::read_to_string("price.txt").or_internal()?;
        price.trim().parse().or_error(CreateOrderError::internal)
    }
}

/// Errors of other crates.
pub mod files {
    use crate::errors::Error;

    use errbook::OrError as _;

    /// The first line of a file.
    pub fn first_line(path: &str) -> Result<String, Error> {
        let text = std::fs::read_to_string(path).or_internal()?;
        text.lines().next().map(str::to_owned).ok_or(Error::not_found())
    }

    impl From<std::num::ParseIntError> for Error {
        fn from(_: std::num::ParseIntError) -> Self {
            Error::invalid_request()
        }
    }
}

/// The shop's client.
pub mod client {
    use std::time::Duration;

    use crate::errors::{Error, ReceivedError};
    use axum::http::HeaderMap;
    use errbook::Answer;
    use errbook::client::{Kind, Request};

    /// The time to wait before the next request, or a message for the user.
    pub fn failed(status: u16, headers: &HeaderMap, body: &[u8], repeats: u32) -> Result<Duration, String> {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let error = ReceivedError::parse(status, headers, body);
        if let Answer::Wait(wait) = error.answer(Request::Idempotent, repeats) {
            return Ok(wait);
        }
        Err(match &error.kind {
            Kind::Known(Error::OutOfStock { item, .. }) => format!("choose something else than {item}"),
            Kind::Known(_) | Kind::Partial { .. } => error.to_string(),
            Kind::Unknown { code, message, raw } => format!("{code:?} {message:?}, {} bytes in all", raw.len()),
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_client_gets_the_error_that_the_shop_sent() {
        use crate::client::failed;
        use axum::http::HeaderMap;
        use std::time::Duration;

        let sold_out = br#"{"code": "out_of_stock", "message": "Teapot is sold out", "details": {"item": "Teapot"}}"#;
        let choose = "choose something else than Teapot".to_owned();
        assert_eq!(failed(409, &HeaderMap::new(), sold_out, 0), Err(choose));
        let limited = br#"{"code": "too_many_requests", "message": "Too many requests"}"#;
        let headers = HeaderMap::from_iter([("retry-after".parse().unwrap(), "5".parse().unwrap())]);
        assert_eq!(failed(429, &headers, limited, 0), Ok(Duration::from_secs(5)));
        assert_eq!(failed(429, &headers, limited, 3), Err("too_many_requests (429): Too many requests".to_owned()));
        let moved = br#"{"code": "moved", "message": "We moved"}"#;
        let unknown = r#"Some("moved") Some("We moved"), 40 bytes in all"#.to_owned();
        assert_eq!(failed(410, &headers, moved, 0), Err(unknown));
    }

    #[tokio::test]
    async fn the_shop_answers_with_its_errors() {
        use axum::body::{Body, to_bytes};
        use axum::http::{Request, Response};
        use tower::ServiceExt as _;

        async fn send(request: Request<Body>) -> (u16, serde_json::Value) {
            let response: Response<Body> = crate::service::shop().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            (parts.status.as_u16(), serde_json::from_slice(&to_bytes(body, 4096).await.unwrap()).unwrap())
        }

        let buy = Request::post("/buy").header("x-request-id", "req-7").body(Body::empty()).unwrap();
        let (status, body) = send(buy).await;
        assert_eq!(status, 409);
        assert_eq!((&body["details"]["item"], &body["request_id"]), (&"Teapot".into(), &"req-7".into()));

        let (status, body) = send(Request::get("/tea").body(Body::empty()).unwrap()).await;
        assert_eq!((status, &body["code"], &body["request_id"]), (404, &"not_found".into(), &"none".into()));
    }

    #[test]
    fn errors_of_other_crates_become_errors_of_the_catalog() {
        use crate::errors::Error;
        use crate::files::first_line;
        use std::error::Error as _;

        let lost = first_line("no such file").unwrap_err();
        assert_eq!(lost.status(), Some(500));
        assert!(lost.source().unwrap().is::<std::io::Error>());
        assert!(first_line(concat!(env!("CARGO_MANIFEST_DIR"), "/errors.yaml")).is_ok());
        let number = || Ok::<u8, Error>("x".parse()?);
        assert_eq!(number(), Err(Error::invalid_request()));
    }

    #[test]
    fn an_enum_written_by_hand_answers_as_the_catalog_says() {
        use crate::orders::OrderError;
        use errbook::CatalogError as _;

        let error = OrderError::OutOfStock { item: "Teapot".to_owned(), order: 7 };
        assert_eq!(error.to_string(), "no Teapot left for order 7");
        let body = serde_json::to_value(error.body(&crate::errors::Context::new("req-7"))).unwrap();
        assert_eq!((&body["code"], &body["message"]), (&"out_of_stock".into(), &"Teapot is sold out".into()));
        assert_eq!(OrderError::from(std::io::Error::other("disk")).status(), Some(500));
    }

    #[tokio::test]
    async fn an_old_service_adopts_one_error_at_a_time() {
        use axum::body::{Body, to_bytes};
        use axum::http::StatusCode;
        use axum::http::request::{Parts, Request};
        use axum::routing::get;
        use errbook::axum::CatalogLayer;
        use errbook::http::from_rejection;
        use tower::ServiceExt as _;

        use crate::adoption::ApiError;
        use crate::errors::{Context, Error};
        use crate::orders::OrderError;

        let old = || async { Err::<(), _>(ApiError::Old(StatusCode::GONE, r#"{"error": 17}"#)) };
        let moved =
            || async { Err::<(), ApiError>(OrderError::OutOfStock { item: "Teapot".to_owned(), order: 7 }.into()) };
        let layer = CatalogLayer::new(|_: &Parts| Context::new("req-7"), from_rejection::<Error>);
        let shop = axum::Router::new().route("/old", get(old)).route("/moved", get(moved)).layer(layer);
        let mut answers = Vec::new();
        for path in ["/old", "/moved", "/lost"] {
            let response = shop.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), 4096).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            answers.push((status, body["error"].clone(), body["code"].clone()));
        }
        let none = || serde_json::Value::Null;
        let expected =
            [(410, 17.into(), none()), (409, none(), "out_of_stock".into()), (404, none(), "not_found".into())];
        assert_eq!(answers, expected);
    }

    #[test]
    fn a_document_has_the_errors_of_a_route() {
        use utoipa::OpenApi as _;

        let document = serde_json::to_value(crate::document::Api::openapi()).unwrap();
        let responses = document["paths"]["/buy"]["post"]["responses"].as_object().unwrap();
        assert_eq!(responses.keys().collect::<Vec<_>>(), ["200", "409", "429", "500"]);
        let sold_out = &responses["409"]["content"]["application/json"]["schema"]["$ref"];
        let pointer = sold_out.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{sold_out}");
    }

    #[test]
    fn a_struct_written_by_hand_is_one_error() {
        use crate::orders::TooFast;
        use errbook::CatalogError as _;

        let error = TooFast { caller: "a robot".to_owned() };
        assert_eq!((error.status(), error.to_string().as_str()), (Some(429), "a robot is too fast"));
    }

    #[test]
    fn the_generated_code_is_as_documented() {
        use crate::errors::{Context, Error, ErrorCode};

        let error = Error::out_of_stock("Teapot");
        assert_eq!(error.to_string(), "Teapot is sold out");
        assert_eq!(error.status(), Some(409));
        assert!(!error.code().is_retryable());

        let body = serde_json::to_value(error.body(&Context::new("req-7"))).unwrap();
        assert_eq!(body["details"]["item"], "Teapot");

        let code = ErrorCode::from_wire(Some(429), Some("too_many_requests")).unwrap();
        assert_eq!(code.fix(), Some("Wait as long as the header says."));
        assert_eq!(code.retry().policy().unwrap().attempts, Some(3));
    }

    #[test]
    fn the_build_script_and_the_macro_generate_the_same_errors() {
        use crate::{errors, through_the_macro};

        let codes: Vec<&str> = errors::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        let expanded: Vec<&str> = through_the_macro::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(codes, expanded);
    }
}
