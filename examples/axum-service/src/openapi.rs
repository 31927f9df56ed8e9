//! The OpenAPI documents of both APIs, with the errors of every operation.

use axum::routing::get;
use axum::{Json, Router};
use utoipa::openapi::security::{ApiKey as Key, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::{crawl, hive};

/// One document for each catalog, because each has its own errors and envelope.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/openapi/social-crawl.json", get(async || Json(crawl::Api::openapi())))
        .route("/openapi/socia-hive.json", get(async || Json(hive::Api::openapi())))
}

/// Declares the API key of both APIs.
pub(crate) struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::ApiKey(Key::Header(ApiKeyValue::new("x-api-key")));
        document.components.get_or_insert_default().add_security_scheme("key", scheme);
    }
}
