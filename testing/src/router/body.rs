//! The bodies of requests.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The body of a request. A service that needs the body type of its framework converts it, as in
/// `service.map_request(|request: Request<Body>| request.map(axum::body::Body::new))`.
#[derive(Debug)]
pub struct Body(Kind);

#[derive(Debug)]
enum Kind {
    Whole(Option<Bytes>),
    /// It panics when it is read.
    Panics(Arc<AtomicBool>),
    /// It never ends.
    Stalls(Arc<AtomicBool>),
}

impl Body {
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        Body(Kind::Whole((!bytes.is_empty()).then(|| bytes.into())))
    }

    /// Sets `is_read` when it is read.
    pub(super) fn panics(is_read: Arc<AtomicBool>) -> Self {
        Body(Kind::Panics(is_read))
    }

    /// Sets `is_read` when it is read.
    pub(super) fn stalls(is_read: Arc<AtomicBool>) -> Self {
        Body(Kind::Stalls(is_read))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.0 {
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Panics(is_read) => {
                is_read.store(true, Ordering::Relaxed);
                panic!("a panic of errbook_testing, while a handler reads the body");
            }
            Kind::Stalls(is_read) => {
                is_read.store(true, Ordering::Relaxed);
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, Kind::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Panics(_) | Kind::Stalls(_) => SizeHint::default(),
        }
    }
}
