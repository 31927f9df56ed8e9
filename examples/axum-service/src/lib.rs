//! Two small services in one program. Each error of their two APIs has a real cause.
//!
//! [`crawl`] reads profiles and posts of social platforms for credits; [`hive`] plans posts and
//! chat flows. Their errors come from two catalogs with different envelopes.

pub mod crawl;
pub mod hive;
pub mod openapi;
pub mod platform;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;

/// The dependencies of the services.
#[derive(Debug)]
pub struct World {
    /// The platforms that both services query.
    pub platforms: Arc<platform::Platforms>,
    /// The timeout of a query.
    pub patience: Duration,
}

/// Both services, and their OpenAPI documents under `/openapi`.
pub fn app(world: World) -> Router {
    let world = Arc::new(world);
    Router::new().merge(crawl::router(world.clone())).nest("/hive", hive::router(world)).merge(openapi::router())
}
