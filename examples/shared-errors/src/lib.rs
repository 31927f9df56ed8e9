//! The errors of the services of a shop. The crate has the catalog, and what the orphan rule keeps
//! out of the services: the context of a response, and the layer that sets it.

use errbook::Current;
use errbook::axum::CatalogLayer;
use errbook::http::{Rejection, from_rejection};
use http::request::Parts;

errbook::catalog!("errors.yaml");

impl Current for Context {
    fn current() -> Self {
        errbook::scoped().unwrap_or_else(|| Self::new("none"))
    }
}

/// The layer of every service.
pub type Layer = CatalogLayer<fn(&Parts) -> Context, fn(&Rejection) -> Error>;

/// Creates the layer.
pub fn layer() -> Layer {
    CatalogLayer::new(context, from_rejection::<Error>)
}

fn context(request: &Parts) -> Context {
    let id = request.headers.get("x-request-id").and_then(|id| id.to_str().ok());
    Context::new(id.unwrap_or("none"))
}
