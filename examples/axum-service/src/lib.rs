//! Two small services in one: what two APIs answer, and every error that they answer with, by a real cause.
//!
//! [`crawl`] reads profiles and posts of social platforms for credits; [`hive`] plans posts and chat flows. Their errors come
//! from two catalogs, each in an envelope of its own.

pub mod crawl;
pub mod hive;
pub mod openapi;
pub mod platform;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;

/// What the services stand on.
#[derive(Debug)]
pub struct World {
    /// The platforms that both services ask.
    pub platforms: Arc<platform::Platforms>,
    /// How long they wait for a platform.
    pub patience: Duration,
}

/// Both services, and the descriptions of their APIs under `/openapi`.
pub fn app(world: World) -> Router {
    let world = Arc::new(world);
    Router::new().merge(crawl::router(world.clone())).nest("/hive", hive::router(world)).merge(openapi::router())
}
