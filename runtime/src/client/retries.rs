//! The loop that repeats a request as a catalog says, for every HTTP client.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::error::Error;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::body::ReadBody;
use super::{Budget, Receive, Received, Request};
use crate::{Answer, OneLine, Retry};

/// How a client repeats its requests. What the catalog says about an error comes first; the limits
/// here come on top of it.
///
/// `Retries` is a middleware of [reqwest-middleware](crate::reqwest), and the rules of a
/// [layer of tower](crate::tower). Clones share one budget.
///
/// A request is repeated if its response has a status from 400 and the catalog permits it, within
/// the attempts and the longest wait of the catalog's policy ([`Received::answer_with_jitter`]).
/// An error that is not in the catalog follows `unknown` in the catalog. A request that fails
/// without a response is repeated if that is safe ([`Retries::without_response`]).
///
/// | Limit | Default |
/// |---|---|
/// | [`longest_wait`](Self::longest_wait) | a minute |
/// | [`deadline`](Self::deadline) | none |
/// | [`budget`](Self::budget) | 100 repeats, and one more for every five responses of a healthy service |
/// | [`error_body`](Self::error_body) | 1 MiB within ten seconds |
/// | [`unsaid`](Self::unsaid) | not repeated |
/// | [`without_response`](Self::without_response) | three times after about a second, if that is safe |
/// | [`idempotency_key`](Self::idempotency_key) | `Idempotency-Key` |
///
/// # Idempotency
///
/// `retryable: true` in the catalog permits to repeat any request. `retryable: idempotent` permits
/// it for an idempotent method (RFC 9110 section 9.2.2), and for a request with an idempotency
/// key. A request can also say so itself: put a [`Request`] into its extensions. A request whose
/// body cannot be cloned is sent once.
///
/// ```
/// mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// use std::time::Duration;
/// use errbook::client::Retries;
///
/// let retries = Retries::<errors::Error>::new()
///     .deadline(Duration::from_secs(30))
///     .on_failure(|attempt| eprintln!("{attempt}"));
/// ```
pub struct Retries<E: Receive> {
    longest_wait: Duration,
    deadline: Option<Duration>,
    budget: Option<Arc<Budget>>,
    pub(crate) body_limit: usize,
    pub(crate) body_time: Duration,
    without_response: Retry,
    unsent: fn(&(dyn Error + 'static)) -> bool,
    idempotency_key: &'static str,
    unsaid: Option<Unsaid<E>>,
    on_failure: Option<OnFailure<E>>,
    error: PhantomData<fn() -> E>,
}

type Unsaid<E> = Arc<dyn Fn(&Received<E>) -> Retry + Send + Sync>;
type OnFailure<E> = Arc<dyn Fn(&Attempt<'_, E>) + Send + Sync>;

impl<E: Receive> Retries<E> {
    /// The defaults.
    pub fn new() -> Self {
        Retries {
            longest_wait: Duration::from_secs(60),
            deadline: None,
            budget: Some(Arc::default()),
            body_limit: BODY_LIMIT,
            body_time: BODY_TIME,
            without_response: Retry::Idempotent(None),
            unsent: |_| false,
            idempotency_key: "idempotency-key",
            unsaid: None,
            on_failure: None,
            error: PhantomData,
        }
    }

    /// Sets the longest wait. If the catalog or the response asks for a longer one, the request is
    /// not repeated: a client never waits less than the server asks for.
    #[must_use]
    pub fn longest_wait(self, wait: Duration) -> Self {
        Self { longest_wait: wait, ..self }
    }

    /// Sets the time for a request with all its repeats, until the head of the last response.
    ///
    /// A repeat that would begin later is not made, and the caller gets the last response at once.
    /// An attempt that is not answered in time fails with [`DeadlineExceeded`].
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Sets the budget of repeats. Several clients of one service can share it; `None` is no limit.
    #[must_use]
    pub fn budget(self, budget: impl Into<Option<Arc<Budget>>>) -> Self {
        Self { budget: budget.into(), ..self }
    }

    /// Sets how much of an error's body is read to identify the error, and for how long. An error
    /// with a larger or slower body is unknown. The caller can read the whole body in any case.
    #[must_use]
    pub fn error_body(self, bytes: usize, time: Duration) -> Self {
        Self { body_limit: bytes, body_time: time, ..self }
    }

    /// Sets what to do about an error if the catalog does not say. [`Retry::Unsaid`], the default,
    /// does not repeat the request.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// use errbook::Retry;
    /// use errbook::client::Retries;
    ///
    /// // The timeout of a proxy.
    /// let retries = Retries::<errors::Error>::new().unsaid(|error| match error.status {
    ///     408 => Retry::Idempotent(None),
    ///     _ => Retry::Unsaid,
    /// });
    /// ```
    #[must_use]
    pub fn unsaid(self, decide: impl Fn(&Received<E>) -> Retry + Send + Sync + 'static) -> Self {
        Self { unsaid: Some(Arc::new(decide)), ..self }
    }

    /// Sets what to do about a request without a response, such as one whose connection breaks. No
    /// catalog can list that. A request that the client could not send never had an effect, so it
    /// counts as idempotent.
    #[must_use]
    pub fn without_response(self, retry: Retry) -> Self {
        Self { without_response: retry, ..self }
    }

    /// Sets how to recognize the error of a request that was never sent, such as one without a
    /// connection. Only a layer of tower needs it: errors of reqwest say so.
    ///
    /// ```
    /// # mod errors { errbook::catalog!("errors.yaml"); }
    /// use errbook::client::Retries;
    /// use hyper_util::client::legacy;
    ///
    /// let retries = Retries::<errors::Error>::new()
    ///     .unsent(|error| error.downcast_ref().is_some_and(legacy::Error::is_connect));
    /// ```
    #[must_use]
    pub fn unsent(self, unsent: fn(&(dyn Error + 'static)) -> bool) -> Self {
        Self { unsent, ..self }
    }

    /// Sets the name of the header that makes a request idempotent.
    #[must_use]
    pub fn idempotency_key(self, header: &'static str) -> Self {
        Self { idempotency_key: header, ..self }
    }

    /// Sets a function that is called for each failure, before the wait: for logs and metrics.
    #[must_use]
    pub fn on_failure(self, call: impl Fn(&Attempt<'_, E>) + Send + Sync + 'static) -> Self {
        Self { on_failure: Some(Arc::new(call)), ..self }
    }

    /// Whether repeating a request is safe.
    pub(crate) fn request(
        &self,
        method: &::http::Method,
        headers: &::http::HeaderMap,
        extensions: &::http::Extensions,
    ) -> Request {
        match extensions.get::<Request>() {
            Some(request) => *request,
            None if headers.contains_key(self.idempotency_key) => Request::Idempotent,
            None => Request::with_method(method.as_str()),
        }
    }

    /// Returns the wait before the next attempt, if there is one.
    fn next(&self, state: State, cause: Cause<'_, E>) -> Option<Duration> {
        let random = fastrand::f64();
        let answer = match cause {
            Cause::Error(received) => {
                let retry = match (&self.unsaid, received.retry()) {
                    (Some(decide), Retry::Unsaid) => decide(received),
                    (_, retry) => retry,
                };
                state.request.permits(retry).answer_with_jitter(state.repeats, received.retry_after(), random)
            }
            Cause::Failure(_) if state.is_final => Answer::Stop,
            Cause::Failure(_) => {
                state.request.permits(self.without_response).answer_with_jitter(state.repeats, None, random)
            }
        };
        let next = match answer {
            Answer::Stop => Next::Stop(Reason::Policy),
            Answer::Unsaid => Next::Stop(Reason::Unsaid),
            Answer::Wait(wait) if wait > self.longest_wait => Next::Stop(Reason::LongWait(wait)),
            Answer::Wait(wait)
                if state.ends.is_some_and(|ends| ends.saturating_duration_since(Instant::now()) <= wait) =>
            {
                Next::Stop(Reason::Deadline)
            }
            Answer::Wait(_) if !state.has_copy => Next::Stop(Reason::Body),
            Answer::Wait(_) if self.budget.as_ref().is_some_and(|budget| !budget.withdraw()) => {
                Next::Stop(Reason::Budget)
            }
            Answer::Wait(wait) => Next::Wait(wait),
        };
        // The service is healthy, and the error is about this request.
        if let Cause::Error(received) = cause
            && received.status < 500
            && !received.retry().is_retryable()
            && !matches!(next, Next::Wait(_))
        {
            self.deposit();
        }
        if let Some(call) = &self.on_failure {
            call(&Attempt { cause, repeats: state.repeats, next });
        }
        match next {
            Next::Wait(wait) => Some(wait),
            Next::Stop(_) => None,
        }
    }

    fn deposit(&self) {
        if let Some(budget) = &self.budget {
            budget.deposit();
        }
    }
}

impl<E: Receive> Default for Retries<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Receive> Clone for Retries<E> {
    fn clone(&self) -> Self {
        Retries {
            budget: self.budget.clone(),
            unsaid: self.unsaid.clone(),
            on_failure: self.on_failure.clone(),
            ..*self
        }
    }
}

impl<E: Receive> fmt::Debug for Retries<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retries")
            .field("longest_wait", &self.longest_wait)
            .field("deadline", &self.deadline)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// How much of an error's body is read by default.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// How long an error's body is read by default.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(10);

/// A failed attempt, and what comes next. `Display` is a line for a log.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt<'a, E: Receive> {
    /// Why the attempt failed.
    pub cause: Cause<'a, E>,
    /// The number of repeats so far: 0 for the first attempt.
    pub repeats: u32,
    /// What comes next.
    pub next: Next,
}

/// Why an attempt failed.
#[derive(Debug)]
pub enum Cause<'a, E: Receive> {
    /// An error response.
    Error(&'a Received<E>),
    /// There is no response: the connection broke, or the deadline passed. Its text can contain
    /// the URL of the request.
    Failure(&'a (dyn Error + 'static)),
}

impl<E: Receive> Clone for Cause<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Receive> Copy for Cause<'_, E> {}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The request is sent again after this time.
    Wait(Duration),
    /// The caller gets the failure.
    Stop(Reason),
}

/// Why a request is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The catalog forbids it, for this error or this method, or its attempts are used up, or the
    /// wait is longer than its policy permits. Without a response, [`Retries::without_response`]
    /// stands in for the catalog; a request that would fail in the same way is not repeated either.
    Policy,
    /// The catalog does not say.
    Unsaid,
    /// The wait is longer than [`Retries::longest_wait`].
    LongWait(Duration),
    /// The repeat would begin after [`Retries::deadline`].
    Deadline,
    /// [`Retries::budget`] is used up.
    Budget,
    /// The body of the request cannot be cloned.
    Body,
}

impl<E: Receive> fmt::Display for Attempt<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Error(received) => received.fmt(f)?,
            Cause::Failure(error) => write!(f, "{}", OneLine(error))?,
        }
        write!(f, "; attempt {}, ", self.repeats.saturating_add(1))?;
        match self.next {
            Next::Wait(wait) => write!(f, "the next in {} ms", wait.as_millis()),
            Next::Stop(reason) => write!(f, "the last: {reason}"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Policy => f.write_str("no other is permitted"),
            Reason::Unsaid => f.write_str("the catalog does not say whether to repeat it"),
            Reason::LongWait(wait) => write!(f, "the wait of {} s is too long", wait.as_secs()),
            Reason::Deadline => f.write_str("the deadline is too near"),
            Reason::Budget => f.write_str("the budget of repeats is used up"),
            Reason::Body => f.write_str("the body of the request cannot be cloned"),
        }
    }
}

/// The request was not answered before [`Retries::deadline`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadlineExceeded;

impl fmt::Display for DeadlineExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was not answered before its deadline")
    }
}

impl Error for DeadlineExceeded {}

/// An HTTP client that sends one attempt.
pub(crate) trait Transport {
    type Request: Send;
    type Response: Send;
    type Body: http_body::Body<Data = Bytes, Error: Unpin + Send> + Unpin + Send;
    type Error: Send;

    /// Copies a request, if its body can be cloned.
    fn copy(&self, request: &Self::Request) -> Option<Self::Request>;

    fn send(&mut self, request: Self::Request) -> impl Future<Output = Result<Self::Response, Self::Error>> + Send;

    fn status(response: &Self::Response) -> u16;

    fn split(response: Self::Response) -> ::http::Response<Self::Body>;

    fn as_error(error: &Self::Error) -> &(dyn Error + 'static);

    /// Whether a request that failed never reached the server; `None` if another attempt would fail
    /// in the same way.
    fn is_unsent(error: &Self::Error) -> Option<bool>;
}

/// The last response.
pub(crate) enum Sent<T: Transport> {
    Untouched(T::Response),
    Read(::http::Response<ReadBody<T::Body>>),
}

/// Why there is no response.
pub(crate) enum Unanswered<T: Transport> {
    Transport(T::Error),
    Deadline(DeadlineExceeded),
}

/// The state of a request with its repeats.
#[derive(Clone, Copy)]
struct State {
    request: Request,
    repeats: u32,
    ends: Option<Instant>,
    has_copy: bool,
    /// Whether another attempt would fail in the same way.
    is_final: bool,
}

/// Sends a request, and repeats it as long as the catalog and the limits permit.
pub(crate) async fn run<E: Receive, T: Transport>(
    retries: &Retries<E>,
    transport: &mut T,
    mut request: T::Request,
    kind: Request,
) -> Result<Sent<T>, Unanswered<T>> {
    // A deadline that no clock can express never passes.
    let ends = retries.deadline.and_then(|deadline| Instant::now().checked_add(deadline));
    let mut state = State { request: kind, repeats: 0, ends, has_copy: true, is_final: false };
    loop {
        let copy = transport.copy(&request);
        state.has_copy = copy.is_some();
        let (now, later) = match copy {
            Some(copy) => (copy, Some(request)),
            None => (request, None),
        };
        let answer = transport.send(now);
        let answer = match ends {
            Some(ends) => timeout_at(ends, answer).await.map_err(|_| DeadlineExceeded),
            None => Ok(answer.await),
        };
        let wait = match answer {
            Err(exceeded) => {
                let cause = Cause::Failure(&exceeded);
                if let Some(call) = &retries.on_failure {
                    call(&Attempt::<E> { cause, repeats: state.repeats, next: Next::Stop(Reason::Deadline) });
                }
                return Err(Unanswered::Deadline(exceeded));
            }
            Ok(Ok(response)) if T::status(&response) < 400 => {
                retries.deposit();
                return Ok(Sent::Untouched(response));
            }
            Ok(Ok(response)) => {
                let mut response = T::split(response).map(ReadBody::new);
                let time = ends.map_or(retries.body_time, |ends| {
                    ends.saturating_duration_since(Instant::now()).min(retries.body_time)
                });
                // The part that arrives in time is what the error is identified by.
                _ = timeout(time, response.body_mut().fill(retries.body_limit)).await;
                let received = parse(&response, retries.body_limit);
                match retries.next(state, Cause::Error(&received)) {
                    Some(wait) => wait,
                    None => return Ok(Sent::Read(response)),
                }
            }
            Ok(Err(error)) => {
                let mut state = state;
                match T::is_unsent(&error) {
                    None => state.is_final = true,
                    Some(is_unsent) if is_unsent || (retries.unsent)(T::as_error(&error)) => {
                        state.request = Request::Idempotent;
                    }
                    Some(_) => {}
                }
                match retries.next(state, Cause::Failure(T::as_error(&error))) {
                    Some(wait) => wait,
                    None => return Err(Unanswered::Transport(error)),
                }
            }
        };
        sleep(wait).await;
        state.repeats += 1;
        request = later.expect("`next` waits only if there is a copy");
    }
}

fn parse<E, B>(response: &::http::Response<ReadBody<B>>, limit: usize) -> Received<E>
where
    E: Receive,
    B: http_body::Body<Data = Bytes> + Unpin,
{
    let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Received::parse(response.status().as_u16(), headers, &response.body().bytes(limit))
}

/// Reads the error of a response with a status from 400.
pub(crate) async fn read<E, B>(response: ::http::Response<B>) -> Box<Received<E>>
where
    E: Receive,
    B: http_body::Body<Data = Bytes> + Unpin,
{
    let mut response = response.map(ReadBody::new);
    _ = timeout(BODY_TIME, response.body_mut().fill(BODY_LIMIT)).await;
    Box::new(parse(&response, BODY_LIMIT))
}
