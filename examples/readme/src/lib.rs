//! The README's shop: the same errors through both doors, of which a project uses one.

/// Written by the build script.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

/// Expanded by the macro.
pub mod through_the_macro {
    errbook::catalog!("errors.yaml");
}

/// The errors of one part of the shop, written by hand.
#[allow(missing_docs, reason = "the README's snippet, which is short")]
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
}

/// The shop as a service.
pub mod service {
    use axum::http::request::Parts;
    use axum::routing::post;

    use crate::errors::{Context, Error};
    use errbook::axum::CatalogLayer;
    use errbook::http::Refusal;

    async fn buy() -> Result<&'static str, Error> {
        Err(Error::out_of_stock("Teapot"))
    }

    /// What clients receive in place of what axum answers by itself: a 404, a 405, a body that is no JSON, a panic.
    fn refused(refusal: &Refusal) -> Error {
        match refusal.status() {
            ..500 => Error::NotFound,
            _ => Error::internal(refusal.reason()),
        }
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
        axum::Router::new().route("/buy", post(buy)).layer(CatalogLayer::new(facts, refused))
    }
}

#[cfg(test)]
mod tests {
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
    fn an_enum_written_by_hand_answers_as_the_catalog_says() {
        use crate::orders::OrderError;
        use errbook::CatalogError as _;

        let error = OrderError::OutOfStock { item: "Teapot".to_owned(), order: 7 };
        assert_eq!(error.to_string(), "no Teapot left for order 7");
        let body = serde_json::to_value(error.body(&crate::errors::Context::new("req-7"))).unwrap();
        assert_eq!((&body["code"], &body["message"]), (&"out_of_stock".into(), &"Teapot is sold out".into()));
        assert_eq!(OrderError::from(std::io::Error::other("disk")).status(), Some(500));
    }

    #[test]
    fn what_the_readme_says_of_the_generated_code_holds() {
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
    fn both_doors_lead_to_the_same_errors() {
        use crate::{errors, through_the_macro};

        let codes: Vec<&str> = errors::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        let expanded: Vec<&str> = through_the_macro::ErrorCode::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(codes, expanded);
    }
}
