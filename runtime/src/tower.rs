//! A layer of tower that repeats the requests of any HTTP client as a catalog says.
//!
//! The client is a service from `http::Request<B>` to `http::Response<_>`, such as that of
//! hyper-util. If `B` can be cloned, [`Retries`] is the layer:
//!
//! ```
//! mod errors {
//!     errbook::catalog!("errors.yaml");
//! }
//! # use std::convert::Infallible;
//! use errbook::client::Retries;
//! use errbook::tower::checked;
//! use http::{Request, Response};
//! use tower::{Service, ServiceBuilder, ServiceExt as _, service_fn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! # let client = service_fn(|_: Request<String>| async {
//! #     let body = r#"{"code": "SOLD_OUT", "message": "The tea is sold out."}"#;
//! #     Ok::<_, Infallible>(Response::builder().status(409).body(body.to_owned()).unwrap())
//! # });
//! let mut client = ServiceBuilder::new().layer(Retries::<errors::Error>::new()).service(client);
//!
//! let request = Request::post("https://shop.example/buy").body("tea".to_owned()).unwrap();
//! let response = client.ready().await.unwrap().call(request).await.unwrap();
//! let error = checked::<errors::Error, _>(response).await.unwrap_err();
//! assert_eq!(error.code(), Some(errors::ErrorCode::SoldOut));
//! # });
//! ```
//!
//! It is not a policy of `tower::retry`: a policy decides without waiting, and the code of an error
//! is in the body, which has to be awaited.

use alloc::boxed::Box;
use core::error::Error;
use core::future::{Future, poll_fn};
use core::marker::PhantomData;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};

use ::http::{Request, Response};
use bytes::Bytes;
use tower_layer::Layer;
use tower_service::Service;

use crate::client::retries::{Sent, Transport, Unanswered, read, run};
use crate::client::{ReadBody, Receive, Received, Retries};

type BoxError = Box<dyn Error + Send + Sync>;

/// Returns the response, or its error if the status is 400 or more. Reads at most 1 MiB of the
/// body of an error, within ten seconds; a larger error is unknown.
///
/// # Errors
///
/// The error of the API.
pub async fn checked<E, B>(response: Response<B>) -> Result<Response<B>, Box<Received<E>>>
where
    E: Receive,
    B: http_body::Body<Data = Bytes> + Unpin,
{
    if response.status().as_u16() < 400 {
        return Ok(response);
    }
    Err(read(response).await)
}

/// A layer for requests whose body has no `Clone`.
///
/// ```
/// # mod errors { errbook::catalog!("errors.yaml"); }
/// use errbook::client::Retries;
/// use errbook::tower::RetryLayer;
///
/// enum Body { Text(String), Stream(std::fs::File) }
///
/// let layer = RetryLayer::new(Retries::<errors::Error>::new(), |body: &Body| match body {
///     Body::Text(text) => Some(Body::Text(text.clone())),
///     Body::Stream(_) => None, // such a request is sent once
/// });
/// ```
#[derive(Debug)]
pub struct RetryLayer<E: Receive, C> {
    retries: Retries<E>,
    copy: C,
}

impl<E: Receive, C> RetryLayer<E, C> {
    /// Creates a layer. `copy` clones the body of a request, if that is possible.
    pub fn new<B>(retries: Retries<E>, copy: C) -> Self
    where
        C: Fn(&B) -> Option<B>,
    {
        RetryLayer { retries, copy }
    }
}

impl<E: Receive, C: Clone> Clone for RetryLayer<E, C> {
    fn clone(&self) -> Self {
        RetryLayer { retries: self.retries.clone(), copy: self.copy.clone() }
    }
}

impl<S, E: Receive, C: Clone> Layer<S> for RetryLayer<E, C> {
    type Service = RetryService<S, E, C>;

    fn layer(&self, inner: S) -> Self::Service {
        RetryService { inner, layer: self.clone() }
    }
}

impl<S, E: Receive> Layer<S> for Retries<E> {
    type Service = RetryService<S, E, ByClone>;

    fn layer(&self, inner: S) -> Self::Service {
        RetryService { inner, layer: RetryLayer { retries: self.clone(), copy: ByClone } }
    }
}

/// Clones the body of a request with `Clone`.
#[derive(Debug, Clone, Copy)]
pub struct ByClone;

/// Clones the body of a request.
trait CopyBody<B> {
    fn copy(&self, body: &B) -> Option<B>;
}

impl<B: Clone> CopyBody<B> for ByClone {
    fn copy(&self, body: &B) -> Option<B> {
        Some(body.clone())
    }
}

impl<B, C: Fn(&B) -> Option<B>> CopyBody<B> for C {
    fn copy(&self, body: &B) -> Option<B> {
        self(body)
    }
}

/// The service that [`Retries`] and [`RetryLayer`] wrap around another. Its error is that of the
/// client, or [`DeadlineExceeded`](crate::client::DeadlineExceeded).
#[derive(Debug)]
pub struct RetryService<S, E: Receive, C> {
    inner: S,
    layer: RetryLayer<E, C>,
}

impl<S: Clone, E: Receive, C: Clone> Clone for RetryService<S, E, C> {
    fn clone(&self) -> Self {
        RetryService { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

#[allow(private_bounds)] // `ByClone` and functions implement it
impl<S, A, B, E, C> Service<Request<B>> for RetryService<S, E, C>
where
    S: Service<Request<B>, Response = Response<A>, Error: Into<BoxError>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    A: http_body::Body<Data = Bytes, Error: Unpin + Send> + Unpin + Send + 'static,
    B: Send + 'static,
    E: Receive + 'static,
    C: CopyBody<B> + Clone + Send + Sync + 'static,
{
    type Response = Response<ReadBody<A>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that is ready is this one, and not its copy.
        let copy = self.inner.clone();
        let inner = mem::replace(&mut self.inner, copy);
        let RetryLayer { retries, copy } = self.layer.clone();
        Box::pin(async move {
            let kind = retries.request(request.method(), request.headers(), request.extensions());
            let mut client = Client { inner, is_ready: true, copy, body: PhantomData };
            match run(&retries, &mut client, request, kind).await {
                Ok(Sent::Untouched(response)) => Ok(response.map(ReadBody::new)),
                Ok(Sent::Read(response)) => Ok(response),
                Err(Unanswered::Transport(error)) => Err(error),
                Err(Unanswered::Deadline(exceeded)) => Err(exceeded.into()),
            }
        })
    }
}

struct Client<S, B, C> {
    inner: S,
    /// Whether `poll_ready` permits a call.
    is_ready: bool,
    copy: C,
    body: PhantomData<fn(B)>,
}

impl<S, A, B, C> Transport for Client<S, B, C>
where
    S: Service<Request<B>, Response = Response<A>, Error: Into<BoxError>, Future: Send> + Send,
    A: http_body::Body<Data = Bytes, Error: Unpin + Send> + Unpin + Send,
    B: Send,
    C: CopyBody<B> + Send,
{
    type Request = Request<B>;
    type Response = Response<A>;
    type Body = A;
    type Error = BoxError;

    fn copy(&self, request: &Request<B>) -> Option<Request<B>> {
        let mut copy = Request::new(self.copy.copy(request.body())?);
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.version_mut() = request.version();
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        Some(copy)
    }

    async fn send(&mut self, request: Request<B>) -> Result<Response<A>, BoxError> {
        if !mem::take(&mut self.is_ready) {
            poll_fn(|context| self.inner.poll_ready(context)).await.map_err(Into::into)?;
        }
        self.inner.call(request).await.map_err(Into::into)
    }

    fn status(response: &Response<A>) -> u16 {
        response.status().as_u16()
    }

    fn split(response: Response<A>) -> Response<A> {
        response
    }

    fn as_error(error: &BoxError) -> &(dyn Error + 'static) {
        &**error
    }

    fn is_unsent(_: &BoxError) -> Option<bool> {
        // A service does not say, but the user may know its errors.
        Some(false)
    }
}
