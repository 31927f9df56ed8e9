//! A client with [reqwest-middleware](reqwest_middleware) that repeats its requests as a catalog
//! says. [`Retries`] is the middleware.
//!
//! ```no_run
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! use errbook::client::Retries;
//! use errbook::reqwest::{Failure, checked};
//! use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
//!
//! fn client() -> ClientWithMiddleware {
//!     ClientBuilder::new(reqwest::Client::new()).with(Retries::<errors::Error>::new()).build()
//! }
//!
//! async fn buy(client: &ClientWithMiddleware) -> Result<String, Failure<errors::Error>> {
//!     let response = client.post("https://shop.example/buy").send().await?;
//!     Ok(checked(response).await?.text().await?)
//! }
//! ```
//!
//! Add it before a middleware that should see every attempt, such as one that signs or logs
//! requests, and after one that should see each request once. It needs a runtime of tokio with a
//! clock, so it does not compile for `wasm32`.

use alloc::boxed::Box;
use core::error::Error;
use core::fmt;
use core::future::Future;
use core::pin::Pin;

use ::http::Extensions;
use ::reqwest::{Body, Request, Response, ResponseBuilderExt as _};
use reqwest_middleware::{Middleware, Next};

use crate::client::retries::{Sent, Transport, Unanswered, read, run};
use crate::client::{Receive, Received, Retries};

/// Why a request has no successful response.
#[derive(Debug)]
pub enum Failure<E: Receive> {
    /// The API returned an error.
    Api(Box<Received<E>>),
    /// There is no response: the connection failed, the response was incomplete, or a middleware
    /// stopped the request. It is [`DeadlineExceeded`](crate::client::DeadlineExceeded) if [`Retries::deadline`] passed.
    Connection(reqwest_middleware::Error),
}

/// Returns the response, or its error if the status is 400 or more. Reads at most 1 MiB of the
/// body of an error, within ten seconds; a larger error is unknown.
///
/// # Errors
///
/// The error of the API.
pub async fn checked<E: Receive>(response: Response) -> Result<Response, Box<Received<E>>> {
    if response.status().as_u16() < 400 {
        return Ok(response);
    }
    Err(read(response.into()).await)
}

impl<E: Receive> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Api(error) => error.fmt(f),
            Failure::Connection(error) => error.fmt(f),
        }
    }
}

impl<E: Receive> Error for Failure<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Failure::Api(_) => None,
            Failure::Connection(error) => error.source(),
        }
    }
}

impl<E: Receive> From<Box<Received<E>>> for Failure<E> {
    fn from(error: Box<Received<E>>) -> Self {
        Failure::Api(error)
    }
}

impl<E: Receive> From<reqwest_middleware::Error> for Failure<E> {
    fn from(error: reqwest_middleware::Error) -> Self {
        Failure::Connection(error)
    }
}

impl<E: Receive> From<::reqwest::Error> for Failure<E> {
    fn from(error: ::reqwest::Error) -> Self {
        Failure::Connection(error.into())
    }
}

/// Puts a [`client::Request`](crate::client::Request) of the extensions above the method and the
/// headers.
impl<E: Receive + 'static> Middleware for Retries<E> {
    // What `async_trait` makes of `async fn handle`.
    fn handle<'this, 'extensions, 'next, 'future>(
        &'this self,
        request: Request,
        extensions: &'extensions mut Extensions,
        next: Next<'next>,
    ) -> Pin<Box<dyn Future<Output = reqwest_middleware::Result<Response>> + Send + 'future>>
    where
        'this: 'future,
        'extensions: 'future,
        'next: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            let kind = self.request(request.method(), request.headers(), extensions);
            match run(self, &mut Chain { next, extensions }, request, kind).await {
                Ok(Sent::Untouched(response)) => Ok(response),
                Ok(Sent::Read(response)) => Ok(response.map(Body::wrap).into()),
                Err(Unanswered::Transport(error)) => Err(error),
                Err(Unanswered::Deadline(exceeded)) => Err(reqwest_middleware::Error::middleware(exceeded)),
            }
        })
    }
}

/// The middlewares beneath this one, and the client.
struct Chain<'a> {
    next: Next<'a>,
    extensions: &'a mut Extensions,
}

impl Transport for Chain<'_> {
    type Request = Request;
    type Response = Response;
    type Body = Body;
    type Error = reqwest_middleware::Error;

    fn copy(&self, request: &Request) -> Option<Request> {
        request.try_clone()
    }

    fn send(&mut self, request: Request) -> impl Future<Output = Result<Response, Self::Error>> + Send {
        self.next.clone().run(request, self.extensions)
    }

    fn status(response: &Response) -> u16 {
        response.status().as_u16()
    }

    fn split(response: Response) -> ::http::Response<Body> {
        // The conversion forgets the URL; the way back reads it from the extensions.
        let url = ::http::Response::builder().url(response.url().clone()).body(());
        let mut response = ::http::Response::from(response);
        if let Ok(url) = url {
            response.extensions_mut().extend(url.into_parts().0.extensions);
        }
        response
    }

    fn as_error(error: &Self::Error) -> &(dyn Error + 'static) {
        error
    }

    fn is_unsent(error: &Self::Error) -> Option<bool> {
        // Neither an error of a middleware nor an endless redirect.
        error.is_request().then(|| error.is_connect())
    }
}
