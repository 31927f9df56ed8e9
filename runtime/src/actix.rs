//! actix-web responses: with this feature, generated code and `#[derive(CatalogError)]` implement
//! `ResponseError`.
//!
//! The response has the status, content type, headers and body that the catalog declares.
//! [`Current`] provides the context of the request; [`CatalogMiddleware`] sets it and converts
//! actix-web's own rejections to the catalog's envelope.
//!
//! ```
//! use actix_web::{App, web};
//! use errbook::actix::CatalogMiddleware;
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
//! let app = App::new()
//!     .wrap(CatalogMiddleware::new(|_request| Context::default(), from_rejection::<Error>))
//!     .service(web::resource("/buy").get(buy));
//! ```

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::fmt::Debug;
use core::future::{Future, Ready, ready};
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::panic::catch_unwind;

pub use ::actix_web::http::StatusCode;
pub use ::actix_web::{HttpResponse, ResponseError};

use ::actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use ::actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use ::actix_web::error::InternalError;
use ::actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use futures_util::FutureExt as _;

use crate::http::{Answered, Kept, LONGEST_REASON, Rejection, is_plain, kept, refused};
use crate::{CatalogError, Current};

/// Converts an error to a response, with the context of the current request.
pub fn response<E: CatalogError<Context: Current + Debug>>(error: &E) -> HttpResponse {
    let context = crate::scope::of_response();
    // These types are from the `http` crate that this crate uses; actix-web uses an older version.
    let (parts, body) = crate::http::recorded(error, &context).into_parts();
    let mut response = HttpResponse::with_body(status(Some(parts.status.as_u16())), BoxBody::new(body));
    for (name, value) in &parts.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            response.headers_mut().append(name, value);
        }
    }
    response.extensions_mut().insert(Answered);
    if let Some(info) = parts.extensions.get::<crate::ErrorInfo>() {
        response.extensions_mut().insert(*info);
    }
    response
}

/// Converts a status to actix-web's type; 500 for an error without a status.
#[doc(hidden)]
pub fn status(status: Option<u16>) -> StatusCode {
    status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Implements `ResponseError` for the errors of a catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_actix_web {
    ($error:ty, $context:ty) => {
        // With `for<..>`, the bound is checked only where the error is used as a response. Another
        // crate may have turned this feature on.
        #[automatically_derived]
        impl $crate::actix::ResponseError for $error
        where
            for<'request> $context: $crate::Current,
        {
            fn status_code(&self) -> $crate::actix::StatusCode {
                $crate::actix::status($crate::CatalogError::status(self))
            }

            fn error_response(&self) -> $crate::actix::HttpResponse {
                $crate::actix::response(self)
            }
        }

        // Clippy suggests a box for a large error.
        #[automatically_derived]
        impl $crate::actix::ResponseError for $crate::alloc::boxed::Box<$error>
        where
            for<'request> $context: $crate::Current,
        {
            fn status_code(&self) -> $crate::actix::StatusCode {
                $crate::actix::status($crate::CatalogError::status(&**self))
            }

            fn error_response(&self) -> $crate::actix::HttpResponse {
                $crate::actix::response(&**self)
            }
        }
    };
}

/// A middleware that applies a catalog to an application; pass it to
/// [`App::wrap`](::actix_web::App::wrap).
///
/// Wrap it last, so that it sees the responses of all other middlewares. A middleware outside it
/// receives the response to a panic inside an `Err`, as actix-web does for the error of any
/// middleware: one that adds headers to responses, such as `DefaultHeaders`, leaves it unchanged.
#[derive(Debug, Clone, Copy)]
pub struct CatalogMiddleware<F, R> {
    context: F,
    rejections: R,
}

impl<F, R> CatalogMiddleware<F, R> {
    /// Creates a middleware. `context` returns the context of a request, and `rejections` returns
    /// the error to send instead of a rejection by actix-web.
    ///
    /// The context is in [`scope`](crate::scope) while the request is handled:
    /// [`scoped`](crate::scoped) reads it, and [`update_scope`](crate::update_scope) changes it. An
    /// error's response uses the latest context.
    ///
    /// A rejection is a response of actix-web itself with a status from 400 to 599, and without a
    /// body or with a short plain text: 404 and 405 of the router, 400, 413 and 415 of the
    /// extractors, the text of another [`ResponseError`]. A panic of a handler or of `context` is a
    /// rejection, too. Responses with another content type or a streamed body are unchanged.
    /// Headers that the error's response does not set are kept. Of both, the headers that only the
    /// sender of the rejection knows are its own: `Allow`, `Content-Range`, `WWW-Authenticate`,
    /// `Retry-After`, rate limits, and what it accepts. `Set-Cookie` and `Vary` have the values of
    /// both.
    ///
    /// If `rejections` panics, the response is the error for 500, or else a 500 without a body.
    pub fn new<E>(context: F, rejections: R) -> Self
    where
        F: Fn(&ServiceRequest) -> E::Context,
        R: Fn(&Rejection) -> E,
        E: CatalogError<Context: Current> + ResponseError,
    {
        Self { context, rejections }
    }
}

impl<S, B, F, R, E> Transform<S, ServiceRequest> for CatalogMiddleware<F, R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ::actix_web::Error> + 'static,
    B: MessageBody + 'static,
    F: Fn(&ServiceRequest) -> E::Context + Clone,
    R: Fn(&Rejection) -> E + Clone + 'static,
    E: CatalogError<Context: Clone + Send> + ResponseError + 'static,
    E::Context: 'static,
{
    type Response = ServiceResponse;
    type Error = ::actix_web::Error;
    type Transform = CatalogService<S, F, R>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(CatalogService { inner: Rc::new(inner), middleware: self.clone() }))
    }
}

/// The service that [`CatalogMiddleware`] wraps around another.
#[derive(Debug)]
pub struct CatalogService<S, F, R> {
    inner: Rc<S>,
    middleware: CatalogMiddleware<F, R>,
}

impl<S, B, F, R, E> Service<ServiceRequest> for CatalogService<S, F, R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ::actix_web::Error> + 'static,
    B: MessageBody + 'static,
    F: Fn(&ServiceRequest) -> E::Context,
    R: Fn(&Rejection) -> E + Clone + 'static,
    E: CatalogError<Context: Clone + Send> + ResponseError + 'static,
    E::Context: 'static,
{
    type Response = ServiceResponse;
    type Error = ::actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<ServiceResponse, ::actix_web::Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), ::actix_web::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let rejections = self.middleware.rejections.clone();
        let context = match catch_unwind(AssertUnwindSafe(|| (self.middleware.context)(&request))) {
            Ok(context) => context,
            Err(panic) => {
                // There is no context, so the response has the one outside a request.
                let response = respond(&rejections, &Rejection::panic(&*panic));
                return Box::pin(ready(Ok(request.into_response(response))));
            }
        };
        let inner = Rc::clone(&self.inner);
        let answer = async move { inner.call(request).await };
        Box::pin(crate::scope(context, async move {
            // Like the task of tokio, this does not check the state that a panicking handler
            // shares.
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(answer)) => {
                    let (request, response) = answer.into_parts();
                    Ok(ServiceResponse::new(request, answered(response, &rejections).await))
                }
                // The request went with the answer. The response is built here, inside the scope.
                Ok(Err(error)) => {
                    let response = answered(error.error_response(), &rejections).await;
                    Err(InternalError::from_response(error, response).into())
                }
                Err(panic) => {
                    let response = respond(&rejections, &Rejection::panic(&*panic));
                    let cause = response.error().map_or_else(|| "a handler panicked".into(), ToString::to_string);
                    Err(InternalError::from_response(cause, response).into())
                }
            }
        }))
    }
}

/// The response to a rejection; a bare 500 if the user's code panics.
fn respond<E>(rejections: &impl Fn(&Rejection) -> E, rejection: &Rejection) -> HttpResponse
where
    E: CatalogError + ResponseError + 'static,
{
    let response = refused(rejections, rejection)
        .and_then(|error| catch_unwind(AssertUnwindSafe(|| HttpResponse::from_error(error))).ok());
    response.unwrap_or_else(|| HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Returns the response, or the catalog's response instead of a rejection.
async fn answered<B, E>(response: HttpResponse<B>, rejections: &impl Fn(&Rejection) -> E) -> HttpResponse
where
    B: MessageBody + 'static,
    E: CatalogError + ResponseError + 'static,
{
    if !is_rejection(&response) {
        return response.map_into_boxed_body();
    }
    let (head, body) = response.into_parts();
    let status = ::http::StatusCode::from_u16(head.status().as_u16()).unwrap_or_default();
    let mut response = respond(rejections, &Rejection::new(status, reason(body).await));
    keep_headers(head.headers(), response.headers_mut());
    response
}

fn is_rejection<B: MessageBody>(response: &HttpResponse<B>) -> bool {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let is_short = match response.body().size() {
        BodySize::None => true,
        BodySize::Sized(size) => size <= LONGEST_REASON,
        BodySize::Stream => false,
    };
    let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    is_error && is_short && is_plain(content_type) && response.extensions().get::<Answered>().is_none()
}

async fn reason(body: impl MessageBody) -> String {
    // A body that is not text, such as a compressed one, is not a reason.
    let bytes = to_bytes(body).await.unwrap_or_default();
    String::from_utf8(bytes.into()).unwrap_or_default()
}

/// Adds the headers of the rejection that are kept.
fn keep_headers(rejection: &HeaderMap, headers: &mut HeaderMap) {
    for name in rejection.keys() {
        match kept(name.as_str(), headers.contains_key(name)) {
            Kept::No => continue,
            Kept::Alone => _ = headers.remove(name),
            Kept::Added => {}
        }
        for value in rejection.get_all(name) {
            headers.append(name.clone(), value.clone());
        }
    }
}
