//! What a service answers to requests that it rejects, compared with its catalog.
//!
//! [`assert_rejections!`](crate::assert_rejections) sends the requests of [`Probes`]. No handler
//! gets a valid body: a handler that reads JSON fails before it does anything. A panic and a
//! timeout need no handler for tests, because the body of the request panics or never ends when it
//! is read.

mod body;
mod judge;

use std::fmt::{self, Write as _};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use http_body_util::BodyExt as _;
use tower_service::Service;

pub use self::body::Body;
use self::judge::Judge;

/// A reason for a service to reject a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A path that does not exist: 404.
    UnknownPath,
    /// A method that a path does not have: 405. The method is `TRACE`, which has no side effect.
    WrongMethod,
    /// A body that is larger than the limit: 413.
    TooLarge,
    /// A body of an unknown media type: 415.
    WrongType,
    /// A body that is not JSON, and JSON of another shape: 400 or 422.
    Malformed,
    /// A panic while a handler reads the body: 500, or another status from 500.
    Panic,
    /// A body that never ends: 408, 503 or 504.
    Timeout,
}

impl Fault {
    /// All faults.
    pub const ALL: [Fault; 7] = [
        Fault::UnknownPath,
        Fault::WrongMethod,
        Fault::TooLarge,
        Fault::WrongType,
        Fault::Malformed,
        Fault::Panic,
        Fault::Timeout,
    ];

    /// The faults of a body. A service whose handlers read no body leaves them out.
    pub const OF_BODY: [Fault; 5] = [Fault::TooLarge, Fault::WrongType, Fault::Malformed, Fault::Panic, Fault::Timeout];

    /// Whether a response with this status is an answer to the fault.
    fn is_answered(self, status: u16) -> bool {
        match self {
            Fault::UnknownPath => status == 404,
            Fault::WrongMethod => matches!(status, 405 | 501),
            Fault::TooLarge => status == 413,
            Fault::WrongType => status == 415,
            Fault::Malformed => matches!(status, 400 | 422),
            Fault::Panic => status >= 500,
            Fault::Timeout => matches!(status, 408 | 503 | 504),
        }
    }
}

/// The fault with its statuses, as in `a timeout (408, 503 or 504)`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::UnknownPath => "an unknown path (404)",
            Fault::WrongMethod => "a wrong method (405)",
            Fault::TooLarge => "a body that is too large (413)",
            Fault::WrongType => "an unknown media type (415)",
            Fault::Malformed => "a malformed body (400 or 422)",
            Fault::Panic => "a panic (500)",
            Fault::Timeout => "a timeout (408, 503 or 504)",
        })
    }
}

/// The requests that [`assert_rejections!`](crate::assert_rejections) sends.
///
/// An unknown path is always among them. [`Probes::path`] adds a wrong method, and [`Probes::json`]
/// adds a wrong method and every fault of a body. No handler gets a valid body.
#[derive(Debug, Clone)]
pub struct Probes {
    paths: Vec<Uri>,
    json: Vec<(Method, Uri)>,
    rejected: Vec<(Method, Uri, u16)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    without: Vec<Fault>,
    large: usize,
    patience: Duration,
}

impl Default for Probes {
    fn default() -> Self {
        Self::new()
    }
}

impl Probes {
    /// Sends only a request with an unknown path.
    pub fn new() -> Self {
        Self {
            paths: Vec::new(),
            json: Vec::new(),
            rejected: Vec::new(),
            headers: Vec::new(),
            without: Vec::new(),
            // The default limit of axum and of actix-web is 2 MiB or less.
            large: 3 * 1024 * 1024,
            patience: Duration::from_secs(60),
        }
    }

    /// Adds a path that exists.
    ///
    /// # Panics
    ///
    /// If the path is not one.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.paths.push(uri(path));
        self
    }

    /// Adds a path whose handler reads a JSON body, and its method.
    ///
    /// # Panics
    ///
    /// If the method or the path is not one.
    #[must_use]
    pub fn json(mut self, method: &str, path: &str) -> Self {
        self.json.push((self::method(method), uri(path)));
        self
    }

    /// Adds a request without a body that must get this status: a malformed query, or a path for
    /// tests whose handler panics or waits.
    ///
    /// # Panics
    ///
    /// If the method or the path is not one.
    #[must_use]
    pub fn rejected(mut self, method: &str, path: &str, status: u16) -> Self {
        self.rejected.push((self::method(method), uri(path), status));
        self
    }

    /// Adds a header to every request, such as one that authenticates.
    ///
    /// # Panics
    ///
    /// If the name or the value is not that of a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = name.parse().unwrap_or_else(|_| panic!("`{name}` is not the name of a header"));
        let value = value.parse().unwrap_or_else(|_| panic!("`{value}` is not the value of a header"));
        self.headers.push((name, value));
        self
    }

    /// Leaves out faults that the service cannot have.
    #[must_use]
    pub fn without(mut self, faults: &[Fault]) -> Self {
        self.without.extend(faults);
        self
    }

    /// Sets the size in bytes of a body that is too large; 3 MiB by default.
    #[must_use]
    pub fn too_large(mut self, bytes: usize) -> Self {
        self.large = bytes;
        self
    }

    /// Sets how long to wait for each response; a minute by default. It must be longer than the
    /// timeout of the service. With `#[tokio::test(start_paused = true)]`, no test waits.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn requests(&self) -> Vec<Probe> {
        let mut probes = vec![Probe::new(Some(Fault::UnknownPath), Method::GET, uri("/errbook/unknown/path"))];
        let mut paths: Vec<&Uri> = self.paths.iter().chain(self.json.iter().map(|(_, path)| path)).collect();
        paths.dedup();
        probes.extend(paths.into_iter().map(|path| Probe::new(Some(Fault::WrongMethod), Method::TRACE, path.clone())));
        for (method, path) in &self.json {
            let probe = |fault| Probe::new(Some(fault), method.clone(), path.clone());
            let json = "application/json";
            probes.extend([
                probe(Fault::TooLarge).whole(json, vec![b'x'; self.large], "a large body"),
                probe(Fault::WrongType).whole("application/x-errbook", b"x".to_vec(), "an unknown media type"),
                probe(Fault::Malformed).whole(json, b"{".to_vec(), "the body `{`"),
                probe(Fault::Malformed).whole(json, b"false".to_vec(), "the body `false`"),
                probe(Fault::Panic).endless(json, Body::panics, "a body that panics"),
                probe(Fault::Timeout).endless(json, Body::stalls, "a body that never ends"),
            ]);
        }
        probes.retain(|probe| probe.fault.is_none_or(|fault| !self.without.contains(&fault)));
        probes.extend(self.rejected.iter().map(|(method, path, status)| Probe {
            status: Some(*status),
            ..Probe::new(None, method.clone(), path.clone())
        }));
        for (name, value) in &self.headers {
            for probe in &mut probes {
                probe.request.headers_mut().insert(name, value.clone());
            }
        }
        probes
    }
}

fn uri(path: &str) -> Uri {
    path.parse().unwrap_or_else(|_| panic!("`{path}` is not a path"))
}

fn method(method: &str) -> Method {
    method.parse().unwrap_or_else(|_| panic!("`{method}` is not a method"))
}

/// One request.
struct Probe {
    /// `None` for a request that the user adds.
    fault: Option<Fault>,
    /// The status that the user expects.
    status: Option<u16>,
    /// The request in words.
    words: String,
    request: Request<Body>,
    /// Whether a handler read a body that panics or never ends.
    is_read: Arc<AtomicBool>,
}

impl Probe {
    fn new(fault: Option<Fault>, method: Method, path: Uri) -> Self {
        let words = format!("{method} {path}");
        let mut request = Request::new(Body::whole(Vec::new()));
        (*request.method_mut(), *request.uri_mut()) = (method, path);
        Probe { fault, status: None, words, request, is_read: Arc::default() }
    }

    fn whole(self, content_type: &'static str, body: Vec<u8>, words: &str) -> Self {
        let length = HeaderValue::from(body.len());
        let mut probe = self.with(content_type, Body::whole(body), words);
        probe.request.headers_mut().insert(CONTENT_LENGTH, length);
        probe
    }

    fn endless(self, content_type: &'static str, body: fn(Arc<AtomicBool>) -> Body, words: &str) -> Self {
        let body = body(Arc::clone(&self.is_read));
        self.with(content_type, body, words)
    }

    fn with(mut self, content_type: &'static str, body: Body, words: &str) -> Self {
        *self.request.body_mut() = body;
        self.request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let _ = write!(self.words, " with {words}");
        self
    }
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The requests whose responses are errors of the catalog: the request in words, the status,
    /// and the ids of the errors that the response can be.
    pub answered: Vec<(String, u16, Vec<String>)>,
    /// The requests that the service did not reject as intended: the request in words, and what
    /// happened.
    pub not_tried: Vec<(String, String)>,
}

/// A line for each request.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (request, status, ids) in &self.answered {
            writeln!(f, "{request}: {status} {}", ids.join(" or "))?;
        }
        for (request, why) in &self.not_tried {
            writeln!(f, "not tried: {request}: {why}")?;
        }
        Ok(())
    }
}

/// What a request showed.
enum Verdict {
    /// The response is an error of the catalog, and these faults are tried.
    Answered { status: u16, ids: Vec<String>, provoked: Vec<Fault> },
    /// The service did something else than to reject the request as intended.
    NotTried(String),
    /// The response is not an error of the catalog.
    Wrong(String),
}

/// Sends the requests, and compares the responses with the catalog. `Err` is the report of a failed
/// test.
#[doc(hidden)]
pub async fn rejections<S, B>(folder: &str, name: &str, service: S, probes: Probes) -> Result<Report, String>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone,
    B: http_body::Body,
{
    let (_, catalog) = super::accepted(&Path::new(folder).join(name));
    let judge = Judge::new(&catalog);
    let mut report = Report { answered: Vec::new(), not_tried: Vec::new() };
    let mut missing: Vec<Fault> = Fault::ALL.into_iter().filter(|fault| !probes.without.contains(fault)).collect();
    let mut wrong = String::new();
    for probe in probes.requests() {
        let words = probe.words.clone();
        match probe.send(service.clone(), probes.patience, &judge).await {
            Verdict::Answered { status, ids, provoked } => {
                missing.retain(|fault| !provoked.contains(fault));
                report.answered.push((words, status, ids));
            }
            Verdict::NotTried(why) => report.not_tried.push((words, why)),
            Verdict::Wrong(why) => {
                let _ = writeln!(wrong, "  {words}\n    {why}");
            }
        }
    }
    if !wrong.is_empty() {
        return Err(format!("responses are not errors of `{name}`\n\n{wrong}"));
    }
    if missing.is_empty() { Ok(report) } else { Err(untried(name, &missing, &report)) }
}

fn untried(name: &str, missing: &[Fault], report: &Report) -> String {
    let mut text = format!("no request tried these rejections of `{name}`\n\n");
    for fault in missing {
        let _ = writeln!(text, "  {fault}");
    }
    text.push('\n');
    for (request, why) in &report.not_tried {
        let _ = writeln!(text, "  {request}: {why}");
    }
    text + "\nAdd a request with `Probes::json` or `Probes::rejected`, or leave the rejection out with `Probes::without`.\n"
}

impl Probe {
    async fn send<S, B>(self, service: S, patience: Duration, judge: &Judge<'_>) -> Verdict
    where
        S: Service<Request<Body>, Response = Response<B>>,
        B: http_body::Body,
    {
        let response = match tokio::time::timeout(patience, caught(answer(service, self.request))).await {
            Err(_) => return Verdict::NotTried(format!("no response in {patience:?}")),
            Ok(None) => return Verdict::Wrong("the panic leaves the service, and closes the connection".to_owned()),
            Ok(Some(None)) => return Verdict::Wrong("the service fails, and closes the connection".to_owned()),
            Ok(Some(Some(response))) => response,
        };
        let status = response.status().as_u16();
        if let Some(expected) = self.status.filter(|expected| *expected != status) {
            return Verdict::Wrong(format!("the status is {status}, and not {expected}"));
        }
        if status < 400 {
            return Verdict::NotTried(format!("the status is {status}"));
        }
        let ids = match judge.errors(&response) {
            Ok(ids) => ids,
            Err(why) => {
                let text = super::one_line(&String::from_utf8_lossy(response.body()));
                let body = if text.is_empty() { "there is no body" } else { &text };
                return Verdict::Wrong(format!("{status}: {why}\n    {body}"));
            }
        };
        let provoked: Vec<Fault> = Fault::ALL.into_iter().filter(|fault| fault.is_answered(status)).collect();
        match self.fault {
            None => Verdict::Answered { status, ids, provoked },
            Some(Fault::Panic | Fault::Timeout) if !self.is_read.load(Ordering::Relaxed) => {
                Verdict::NotTried(format!("no handler reads the body, and the status is {status}"))
            }
            Some(fault) if provoked.contains(&fault) => Verdict::Answered { status, ids, provoked: vec![fault] },
            Some(_) => Verdict::NotTried(format!("the status is {status}")),
        }
    }
}

/// The response to a request; `None` if the service fails.
async fn answer<S, B>(mut service: S, request: Request<Body>) -> Option<Response<Vec<u8>>>
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: http_body::Body,
{
    poll_fn(|context| service.poll_ready(context)).await.ok()?;
    let (parts, body) = service.call(request).await.ok()?.into_parts();
    let body = body.collect().await.ok()?.to_bytes().to_vec();
    Some(Response::from_parts(parts, body))
}

/// The result of a future; `None` if it panics.
async fn caught<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => std::task::Poll::Ready(None),
    })
    .await
}
