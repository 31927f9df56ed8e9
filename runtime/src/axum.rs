//! axum responses: with this feature, generated code and `#[derive(CatalogError)]` implement
//! `IntoResponse`.
//!
//! The response has the status, content type, headers and body that the catalog declares.
//! [`Current`] provides the context of the request; [`CatalogLayer`] sets it and converts axum's
//! own rejections to the catalog's envelope.
//!
//! ```
//! use axum::{Router, routing::get};
//! use errbook::axum::CatalogLayer;
//! use errbook::http::from_rejection;
//!
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! use errors::{Context, Error};
//!
//! async fn buy() -> Result<String, Error> {
//!     Err(Error::sold_out())
//! }
//!
//! let app: Router = Router::new()
//!     .route("/buy", get(buy))
//!     .layer(CatalogLayer::new(|_request| Context::default(), from_rejection::<Error>));
//! ```

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt::Debug;
use core::future::Future;
use core::mem;
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::panic::catch_unwind;

pub use axum_core::response::{IntoResponse, Response};

use ::http::header::CONTENT_TYPE;
use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, Request, StatusCode};
use axum_core::BoxError;
use axum_core::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Collected};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::{Answered, Kept, LONGEST_REASON, Rejection, is_plain, kept, refused};
use crate::{CatalogError, Current};

/// Converts an error to a response, with the context of the current request.
pub fn response<E: CatalogError<Context: Current + Debug>>(error: &E) -> Response {
    let context = crate::scope::of_response();
    let mut response = crate::http::recorded(error, &context).map(Body::from);
    response.extensions_mut().insert(Answered);
    response
}

/// Implements `IntoResponse` for the errors of a catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_axum {
    ($error:ty, $context:ty) => {
        // With `for<..>`, the bound is checked only where the error is used as a response. Another
        // crate may have turned this feature on.
        #[automatically_derived]
        impl $crate::axum::IntoResponse for $error
        where
            for<'request> $context: $crate::Current,
        {
            fn into_response(self) -> $crate::axum::Response {
                $crate::axum::response(&self)
            }
        }

        // Clippy suggests a box for a large error.
        #[automatically_derived]
        impl $crate::axum::IntoResponse for $crate::alloc::boxed::Box<$error>
        where
            for<'request> $context: $crate::Current,
        {
            fn into_response(self) -> $crate::axum::Response {
                $crate::axum::response(&*self)
            }
        }
    };
}

/// A tower layer that applies a catalog to a router; pass it to [`axum::Router::layer`][layer].
///
/// It goes outside of layers that reject requests, such as a timeout, a body limit or
/// authentication, so that their rejections have the catalog's envelope. It goes inside of layers
/// that change responses, such as compression and CORS: a compressed body has no reason to read.
/// The last `layer` of a router is the outermost one, and the first of a `ServiceBuilder`. Layers
/// inside it may change the type of the body, such as a trace or a body limit of tower-http.
///
/// [layer]: https://docs.rs/axum/0.8/axum/struct.Router.html#method.layer
#[derive(Debug, Clone, Copy)]
pub struct CatalogLayer<F, R> {
    context: F,
    rejections: R,
}

impl<F, R> CatalogLayer<F, R> {
    /// Creates a layer. `context` returns the context of a request, and `rejections` returns the
    /// error to send instead of a rejection by axum.
    ///
    /// The context is in [`scope`](crate::scope) while the request is handled:
    /// [`scoped`](crate::scoped) reads it, and [`update_scope`](crate::update_scope) changes it. An
    /// error's response uses the latest context.
    ///
    /// A rejection is a response of axum itself with a status from 400 to 599, and without a body
    /// or with a short plain text: 404 and 405 of the router, 400, 413, 415 and 422 of the
    /// extractors. A panic of a handler or of `context` is a rejection, too. Responses with another
    /// content type or a streamed body are unchanged. Headers that the error's response does not
    /// set are kept. Of both, the headers that only the sender of the rejection knows are its own:
    /// `Allow`, `Content-Range`, `WWW-Authenticate`, `Retry-After`, rate limits, and what it
    /// accepts. `Set-Cookie` and `Vary` have the values of both.
    ///
    /// If `rejections` panics, the response is the error for 500, or else a 500 without a body.
    pub fn new<E>(context: F, rejections: R) -> Self
    where
        F: Fn(&Parts) -> E::Context,
        R: Fn(&Rejection) -> E,
        E: CatalogError<Context: Current> + IntoResponse,
    {
        Self { context, rejections }
    }
}

impl<S, F: Clone, R: Clone> Layer<S> for CatalogLayer<F, R> {
    type Service = CatalogService<S, F, R>;

    fn layer(&self, inner: S) -> Self::Service {
        CatalogService { inner, layer: self.clone() }
    }
}

/// The service that [`CatalogLayer`] wraps around another.
#[derive(Debug, Clone, Copy)]
pub struct CatalogService<S, F, R> {
    inner: S,
    layer: CatalogLayer<F, R>,
}

impl<S, B, A, F, R, E> Service<Request<B>> for CatalogService<S, F, R>
where
    S: Service<Request<B>, Response = ::http::Response<A>> + Clone + Send + 'static,
    S::Error: Send,
    S::Future: Send + 'static,
    B: Send + 'static,
    A: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    F: Fn(&Parts) -> E::Context,
    R: Fn(&Rejection) -> E + Clone + Send + 'static,
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
        let rejections = self.layer.rejections.clone();
        let context = match catch_unwind(AssertUnwindSafe(|| (self.layer.context)(&parts))) {
            Ok(context) => context,
            Err(panic) => {
                // There is no context, so the response has the one outside a request.
                let response = respond(&rejections, &Rejection::panic(&*panic));
                return Box::pin(async { Ok(response) });
            }
        };
        // The service that is ready is this one, and not its copy.
        let copy = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, copy);
        Box::pin(crate::scope(context, async move {
            // A layer can answer, or panic, before it returns a future.
            let answer = async move { inner.call(Request::from_parts(parts, body)).await };
            // Like the task of tokio, this does not check the state that a panicking handler
            // shares.
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(response)) if is_rejection(&response) => Ok(rejected(response, rejections).await),
                Ok(Ok(response)) => Ok(response.map(Body::new)),
                Ok(Err(error)) => Err(error),
                Err(panic) => Ok(respond(&rejections, &Rejection::panic(&*panic))),
            }
        }))
    }
}

fn is_rejection(response: &::http::Response<impl http_body::Body>) -> bool {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let is_short = response.body().size_hint().exact().is_some_and(|size| size <= LONGEST_REASON);
    let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    is_error && is_short && is_plain(content_type) && response.extensions().get::<Answered>().is_none()
}

/// The response to a rejection; a bare 500 if the user's code panics.
fn respond<E: CatalogError + IntoResponse>(rejections: &impl Fn(&Rejection) -> E, rejection: &Rejection) -> Response {
    let response =
        refused(rejections, rejection).and_then(|error| catch_unwind(AssertUnwindSafe(|| error.into_response())).ok());
    response.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn rejected<E: CatalogError + IntoResponse>(
    response: ::http::Response<impl http_body::Body>,
    rejections: impl Fn(&Rejection) -> E,
) -> Response {
    let (parts, body) = response.into_parts();
    // A body that is not text, such as a compressed one, is not a reason.
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let reason = String::from_utf8(body.into()).unwrap_or_default();
    let mut response = respond(&rejections, &Rejection::new(parts.status, reason));
    keep_headers(&parts.headers, response.headers_mut());
    response
}

/// Adds the headers of the rejection that are kept.
fn keep_headers(rejection: &HeaderMap, headers: &mut HeaderMap) {
    for name in rejection.keys() {
        match kept(name.as_str(), headers.contains_key(name)) {
            Kept::No => continue,
            Kept::Alone => drop(headers.remove(name)),
            Kept::Added => {}
        }
        for value in rejection.get_all(name) {
            headers.append(name, value.clone());
        }
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
        let mut own =
            headers(&[("vary", "a"), ("link", "<a>"), ("content-type", "application/json"), ("allow", "PUT")]);
        let of_rejection =
            [("allow", "GET"), ("allow", "HEAD"), ("vary", "b"), ("link", "<b>"), ("content-length", "3")];
        keep_headers(&headers(&of_rejection), &mut own);
        let expected = headers(&[
            ("vary", "a"),
            ("vary", "b"),
            ("link", "<a>"),
            ("content-type", "application/json"),
            ("allow", "GET"),
            ("allow", "HEAD"),
        ]);
        assert_eq!(own, expected);
    }
}
