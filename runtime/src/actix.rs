//! Errors as actix-web's responses: generated code and `#[derive(CatalogError)]` implement `ResponseError` where this feature is on.
//!
//! The response has the status, the content type, the headers and the body that the catalog says. The facts of its request
//! come from [`Current`]; [`CatalogMiddleware`] sets them, and puts what actix-web refuses by itself into the catalog's envelope.
//!
//! ```
//! use actix_web::{App, web};
//! use errbook::actix::CatalogMiddleware;
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
//! /// What clients read where actix-web has no better words than a status.
//! fn refused(refusal: &Refusal) -> Error {
//!     match refusal.status() {
//!         404 => Error::NotFound,
//!         500.. => Error::Internal,
//!         _ => Error::InvalidRequest { reason: refusal.reason().to_owned() },
//!     }
//! }
//!
//! let app = App::new()
//!     .wrap(CatalogMiddleware::new(|_request| Context::default(), refused))
//!     .service(web::resource("/buy").get(buy));
//! ```

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::future::{Future, Ready, ready};
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll};

pub use ::actix_web::http::StatusCode;
pub use ::actix_web::{HttpResponse, ResponseError};

use ::actix_web::body::{BoxBody, MessageBody, to_bytes_limited};
use ::actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use ::actix_web::error::InternalError;
use ::actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use futures_util::FutureExt as _;

use crate::http::{Answered, Refusal, is_about_body};
use crate::{CatalogError, Current};

/// The response to an error, with the facts of the request at hand.
pub fn response<E: CatalogError<Context: Current>>(error: &E) -> HttpResponse {
    #[cfg(feature = "tracing")]
    crate::tracing::record(error);
    // Of the `http` crate that this one names; actix-web has the types of an older one.
    let (parts, body) = crate::http::response(error, &Current::current()).into_parts();
    let mut response = HttpResponse::with_body(status(Some(parts.status.as_u16())), BoxBody::new(body));
    for (name, value) in &parts.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            response.headers_mut().append(name, value);
        }
    }
    response.extensions_mut().insert(Answered);
    response
}

/// A status as actix-web has it; 500 where there is none.
#[doc(hidden)]
pub fn status(status: Option<u16>) -> StatusCode {
    status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// `ResponseError` for the errors of a catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_actix_web {
    ($error:ty, $context:ty) => {
        // The bound says `for<..>` so that it is checked where the error is used as a response: this feature may be on
        // for another crate's sake.
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
    };
}

/// A middleware for an application whose errors are those of a catalog, for [`App::wrap`](::actix_web::App::wrap).
///
/// Wrap it last: then it sees what all others answer.
#[derive(Debug, Clone, Copy)]
pub struct CatalogMiddleware<F, R> {
    facts: F,
    refusals: R,
}

impl<F, R> CatalogMiddleware<F, R> {
    /// A middleware that asks `facts` for the facts of each request, and `refusals` for the error in place of each refusal.
    ///
    /// The facts are in [`scope`](crate::scope) while the request is answered: [`scoped`](crate::scoped) finds them,
    /// [`update_scope`](crate::update_scope) changes them, and an error's response has them as they are then.
    ///
    /// A refusal is a response of 400 to 599 as actix-web makes it, without a content type or with plain text: 404 and 405 of the
    /// router, 400, 413 and 415 of the extractors, the text of any other [`ResponseError`], and a handler that panics. Responses of handlers
    /// with a content type of their own stay as they are. Headers that the error's response lacks are kept, `Allow` among them.
    pub fn new<E>(facts: F, refusals: R) -> Self
    where
        F: Fn(&ServiceRequest) -> E::Context,
        R: Fn(&Refusal) -> E,
        E: CatalogError<Context: Current> + ResponseError,
    {
        Self { facts, refusals }
    }
}

impl<S, B, F, R, E> Transform<S, ServiceRequest> for CatalogMiddleware<F, R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ::actix_web::Error> + 'static,
    B: MessageBody + 'static,
    F: Fn(&ServiceRequest) -> E::Context + Clone,
    R: Fn(&Refusal) -> E + Clone + 'static,
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

/// What [`CatalogMiddleware`] makes of a service.
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
    R: Fn(&Refusal) -> E + Clone + 'static,
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
        let facts = (self.middleware.facts)(&request);
        let refusals = self.middleware.refusals.clone();
        let inner = Rc::clone(&self.inner);
        let answer = async move { inner.call(request).await };
        Box::pin(crate::scope(facts, async move {
            // What a handler shares with others is its own matter, as it is where a task of tokio panics.
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(answer)) => {
                    let (request, response) = answer.into_parts();
                    Ok(ServiceResponse::new(request, answered(response, &refusals).await))
                }
                // The request went with the answer. The response is made here, where the facts are.
                Ok(Err(error)) => {
                    let response = answered(error.error_response(), &refusals).await;
                    Err(InternalError::from_response(error, response).into())
                }
                Err(panic) => {
                    let error = refusals(&Refusal::panic(&*panic));
                    let response = error.error_response();
                    Err(InternalError::from_response(error, response).into())
                }
            }
        }))
    }
}

/// The response, or the catalog's in place of a refusal.
async fn answered<B, E>(response: HttpResponse<B>, refusals: &impl Fn(&Refusal) -> E) -> HttpResponse
where
    B: MessageBody + 'static,
    E: ResponseError + 'static,
{
    if !is_refusal(&response) {
        return response.map_into_boxed_body();
    }
    let (head, body) = response.into_parts();
    let status = ::http::StatusCode::from_u16(head.status().as_u16()).unwrap_or_default();
    let mut response = HttpResponse::from_error(refusals(&Refusal::new(status, reason(body).await)));
    keep_headers(head.headers(), response.headers_mut());
    response
}

fn is_refusal<B>(response: &HttpResponse<B>) -> bool {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let is_plain = response.headers().get(CONTENT_TYPE).is_none_or(|ty| ty.as_bytes().starts_with(b"text/plain"));
    is_error && is_plain && response.extensions().get::<Answered>().is_none()
}

/// No refusal of actix-web's is as long.
const LONGEST_REASON: usize = 16 * 1024;

async fn reason(body: impl MessageBody) -> String {
    match to_bytes_limited(body, LONGEST_REASON).await {
        // What is no text, as one that is compressed, is no reason.
        Ok(Ok(bytes)) => String::from_utf8(bytes.into()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Adds what the error's own headers lack.
fn keep_headers(kept: &HeaderMap, headers: &mut HeaderMap) {
    let own = headers.clone();
    for (name, value) in kept.iter().filter(|(name, _)| !is_about_body(name.as_str()) && !own.contains_key(*name)) {
        headers.append(name.to_owned(), value.clone());
    }
}
