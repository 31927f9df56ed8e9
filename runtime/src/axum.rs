//! Errors as axum's responses: generated code and `#[derive(CatalogError)]` implement `IntoResponse` where this feature is on.
//!
//! The response has the status, the content type, the headers and the body that the catalog says. The facts of its request
//! come from [`Current`]; [`CatalogLayer`] sets them, and puts what axum refuses by itself into the catalog's envelope.
//!
//! ```
//! use axum::{Router, routing::get};
//! use errbook::axum::CatalogLayer;
//! use errbook::http::Refusal;
//!
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! use errors::{Context, Error};
//!
//! async fn buy() -> Result<String, Error> {
//!     Err(Error::SoldOut)
//! }
//!
//! /// What clients read where axum has no better words than a status.
//! fn refused(refusal: &Refusal) -> Error {
//!     match refusal.status() {
//!         404 => Error::NotFound,
//!         500.. => Error::Internal,
//!         _ => Error::InvalidRequest { reason: refusal.reason().to_owned() },
//!     }
//! }
//!
//! let app: Router = Router::new()
//!     .route("/buy", get(buy))
//!     .layer(CatalogLayer::new(|_request| Context::default(), refused));
//! ```

use alloc::boxed::Box;
use alloc::string::String;
use core::future::Future;
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll};

pub use axum_core::response::{IntoResponse, Response};

use ::http::header::CONTENT_TYPE;
use ::http::request::Parts;
use ::http::{HeaderMap, Request};
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Limited};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::{Answered, Refusal, is_about_body};
use crate::{CatalogError, Current};

/// The response to an error, with the facts of the request at hand.
pub fn response<E: CatalogError<Context: Current>>(error: &E) -> Response {
    #[cfg(feature = "tracing")]
    crate::tracing::record(error);
    let mut response = crate::http::response(error, &Current::current()).map(axum_core::body::Body::from);
    response.extensions_mut().insert(Answered);
    response
}

/// `IntoResponse` for the errors of a catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_axum {
    ($error:ty, $context:ty) => {
        // The bound says `for<..>` so that it is checked where the error is used as a response: this feature may be on
        // for another crate's sake.
        #[automatically_derived]
        impl $crate::axum::IntoResponse for $error
        where
            for<'request> $context: $crate::Current,
        {
            fn into_response(self) -> $crate::axum::Response {
                $crate::axum::response(&self)
            }
        }
    };
}

/// A layer for a router whose errors are those of a catalog: a tower layer, for [`axum::Router::layer`][layer].
///
/// [layer]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.layer
#[derive(Debug, Clone, Copy)]
pub struct CatalogLayer<F, R> {
    facts: F,
    refusals: R,
}

impl<F, R> CatalogLayer<F, R> {
    /// A layer that asks `facts` for the facts of each request, and `refusals` for the error in place of each refusal.
    ///
    /// The facts are in [`scope`](crate::scope) while the request is answered: [`scoped`](crate::scoped) finds them,
    /// [`update_scope`](crate::update_scope) changes them, and an error's response has them as they are then.
    ///
    /// A refusal is a response of 400 to 599 as axum makes it, without a body or with plain text: 404 and 405 of the router,
    /// 400, 413, 415 and 422 of the extractors, and a handler that panics. Responses of handlers with a content type of their own
    /// stay as they are. Headers that the error's response lacks are kept, `Allow` among them.
    pub fn new<E>(facts: F, refusals: R) -> Self
    where
        F: Fn(&Parts) -> E::Context,
        R: Fn(&Refusal) -> E,
        E: CatalogError<Context: Current> + IntoResponse,
    {
        Self { facts, refusals }
    }
}

impl<S, F: Clone, R: Clone> Layer<S> for CatalogLayer<F, R> {
    type Service = CatalogService<S, F, R>;

    fn layer(&self, inner: S) -> Self::Service {
        CatalogService { inner, layer: self.clone() }
    }
}

/// What [`CatalogLayer`] makes of a service.
#[derive(Debug, Clone, Copy)]
pub struct CatalogService<S, F, R> {
    inner: S,
    layer: CatalogLayer<F, R>,
}

impl<S, B, F, R, E> Service<Request<B>> for CatalogService<S, F, R>
where
    S: Service<Request<B>, Response = Response>,
    S::Error: Send,
    S::Future: Send + 'static,
    F: Fn(&Parts) -> E::Context,
    R: Fn(&Refusal) -> E + Clone + Send + 'static,
    E: CatalogError<Context: Clone + Send> + IntoResponse,
    E::Context: 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let facts = (self.layer.facts)(&parts);
        let answer = self.inner.call(Request::from_parts(parts, body));
        let refusals = self.layer.refusals.clone();
        Box::pin(crate::scope(facts, async move {
            // What a handler shares with others is its own matter, as it is where a task of tokio panics.
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(response)) if is_refusal(&response) => Ok(refused(response, refusals).await),
                Ok(result) => result,
                Err(panic) => Ok(refusals(&Refusal::panic(&*panic)).into_response()),
            }
        }))
    }
}

fn is_refusal(response: &Response) -> bool {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let is_plain = response.headers().get(CONTENT_TYPE).is_none_or(|ty| ty.as_bytes().starts_with(b"text/plain"));
    is_error && is_plain && response.extensions().get::<Answered>().is_none()
}

/// No refusal of axum's is as long.
const LONGEST_REASON: usize = 16 * 1024;

async fn refused<E: IntoResponse>(response: Response, refusals: impl Fn(&Refusal) -> E) -> Response {
    let (parts, body) = response.into_parts();
    let reason = match Limited::new(body, LONGEST_REASON).collect().await {
        // What is no text, as one that is compressed, is no reason.
        Ok(body) => String::from_utf8(body.to_bytes().into()).unwrap_or_default(),
        Err(_) => String::new(),
    };
    let mut response = refusals(&Refusal::new(parts.status, reason)).into_response();
    keep_headers(&parts.headers, response.headers_mut());
    response
}

/// Adds what the error's own headers lack.
fn keep_headers(kept: &HeaderMap, headers: &mut HeaderMap) {
    let own = headers.clone();
    for (name, value) in kept.iter().filter(|(name, _)| !is_about_body(name.as_str()) && !own.contains_key(*name)) {
        headers.append(name, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use ::http::{HeaderMap, HeaderValue};

    use super::keep_headers;

    #[test]
    fn headers_stay_unless_the_error_has_them_or_they_describe_the_body() {
        let headers = |text: &[(&'static str, &'static str)]| {
            let values = text
                .iter()
                .map(|&(name, text)| (::http::HeaderName::from_static(name), HeaderValue::from_static(text)));
            let mut headers = HeaderMap::new();
            for (name, value) in values {
                headers.append(name, value);
            }
            headers
        };
        let mut own = headers(&[("vary", "a"), ("content-type", "application/json")]);
        keep_headers(&headers(&[("allow", "GET"), ("allow", "PUT"), ("vary", "b"), ("content-length", "3")]), &mut own);
        let expected =
            headers(&[("vary", "a"), ("content-type", "application/json"), ("allow", "GET"), ("allow", "PUT")]);
        assert_eq!(own, expected);
    }
}
