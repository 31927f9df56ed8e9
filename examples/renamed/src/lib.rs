//! A crate that depends on errbook as `problems`. Generated code names `::errbook`, so the root of
//! the crate declares that name.

extern crate problems as errbook;

pub mod errors {
    //! The errors of the shop.
    problems::catalog!("errors.yaml");
}

use axum::Router;
use axum::routing::post;
use problems::CatalogError;
use problems::axum::CatalogLayer;
use problems::http::from_rejection;

/// A hand-written error.
#[derive(Debug, thiserror::Error, CatalogError)]
#[catalog("errors.yaml")]
pub enum OrderError {
    /// The last one is gone.
    #[error("no {item} left")]
    OutOfStock {
        /// What it is.
        item: &'static str,
    },
}

async fn buy() -> Result<(), OrderError> {
    Err(OrderError::OutOfStock { item: "Teapot" })
}

/// The shop.
pub fn service() -> Router {
    let layer = CatalogLayer::new(|_| errors::Context::default(), from_rejection::<errors::Error>);
    Router::new().route("/buy", post(buy)).layer(layer)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use crate::errors::{ErrorCode, ReceivedError};

    #[tokio::test]
    async fn a_renamed_dependency_sends_and_reads_its_errors() {
        for (path, code, expected) in [
            (
                "/buy",
                ErrorCode::OutOfStock,
                r#"{"title":"Out of stock","status":409,"detail":"Teapot is sold out","code":"out_of_stock","item":"Teapot"}"#,
            ),
            (
                "/random",
                ErrorCode::NotFound,
                r#"{"title":"Not found","status":404,"detail":"Not found","code":"not_found"}"#,
            ),
        ] {
            let request = Request::post(path).body(Body::empty()).unwrap();
            let response = super::service().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), 4096).await.unwrap();
            assert_eq!(body, expected);
            assert_eq!(ReceivedError::parse(status, [], &body).code(), Some(code));
        }
    }
}
