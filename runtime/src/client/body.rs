//! The body of an error response: read to identify the error, and still there for the caller.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;

/// A response's body. The part that was read to identify an error comes first, then the rest, so
/// that the caller reads the same bytes, trailers and errors as without retries.
#[derive(Debug)]
pub struct ReadBody<B: Body> {
    read: VecDeque<Result<Frame<B::Data>, B::Error>>,
    rest: B,
    /// Whether the rest ended. A body may panic if it is read after its end.
    is_over: bool,
}

impl<B: Body<Data = Bytes> + Unpin> ReadBody<B> {
    pub(crate) fn new(rest: B) -> Self {
        ReadBody { read: VecDeque::new(), rest, is_over: false }
    }

    /// Reads until the end, until an error, or until at least `limit` bytes are read. A frame counts
    /// as one byte if it has none: a body can have endlessly many without ever being pending, and
    /// then no timeout ends the loop. A caller can drop the future; what was read stays.
    pub(crate) async fn fill(&mut self, limit: usize) {
        let mut len = 0;
        while len < limit && !self.is_over {
            let frame = self.rest.frame().await;
            self.is_over = !matches!(frame, Some(Ok(_)));
            let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map(Bytes::len);
            len += data.unwrap_or(0).max(1);
            // An empty frame says nothing.
            self.read.extend(frame.filter(|_| data != Some(0)));
        }
    }

    /// The first bytes that were read.
    pub(crate) fn bytes(&self, limit: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for data in self.read.iter().filter_map(|frame| frame.as_ref().ok()?.data_ref()) {
            bytes.extend_from_slice(&data[..data.len().min(limit - bytes.len())]);
        }
        bytes
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for ReadBody<B>
where
    B::Error: Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(frame) = self.read.pop_front() {
            return Poll::Ready(Some(frame));
        }
        if self.is_over {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut self.rest).poll_frame(context));
        self.is_over = !matches!(frame, Some(Ok(_)));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && (self.is_over || self.rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let read: usize = self.read.iter().filter_map(|frame| frame.as_ref().ok()?.data_ref()).map(Bytes::len).sum();
        let (read, rest) = (read as u64, self.rest.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint
    }
}
