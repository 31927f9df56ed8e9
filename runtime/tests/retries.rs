//! Sends requests with retries through both clients. The clock is paused, so that no test waits.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use errbook::client::{
    Attempt, Budget, Cause, DeadlineExceeded, Kind, Next, ReadBody, Reason, Request as Kinds, Retries,
};
use errbook::reqwest::{Failure, checked};
use errbook::{Retry, tower as layer};
use errors::{Error, ErrorCode};
use http::{Extensions, HeaderMap, Method, Request, Response};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use reqwest_middleware::{ClientBuilder, Middleware, Next as Chain};
use tokio::time::Instant;
use tower::{Service as _, ServiceBuilder, ServiceExt as _, service_fn};

mod errors {
    errbook::catalog!("tests/retries.yaml");
}

/// What a server does about a request.
#[derive(Debug, Clone)]
enum Reply {
    /// A status, headers and a body in these parts.
    Answer(u16, &'static [(&'static str, &'static str)], Body),
    /// The connection breaks.
    Break,
    /// Nothing.
    Hang,
}
use Reply::{Answer, Break, Hang};

const fn answer(status: u16, body: &'static str) -> Reply {
    Answer(status, &[], Body::new(body))
}

const DONE: Reply = answer(200, "tea");
const LIMITED: Reply = answer(429, r#"{"code": "limited", "message": "Too many."}"#);
const BROKEN: Reply = answer(500, r#"{"code": "broken", "message": "Broken."}"#);
const SOLD_OUT: Reply = answer(409, r#"{"code": "sold_out", "message": "Sold out."}"#);
const STRANGE: Reply = answer(418, r#"{"code": "strange", "message": "Strange."}"#);
const BUSY: Reply = answer(503, r#"{"code": "busy", "message": "Busy."}"#);
const PROXY: Reply = answer(502, "<h1>Bad gateway</h1>");

/// A body of many frames, or one that never ends.
#[derive(Debug, Clone)]
struct Body {
    text: &'static str,
    repeats: usize,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    End,
    Hang,
    Break,
    /// It was read to its end.
    Over,
}

impl Body {
    const fn new(text: &'static str) -> Self {
        Body { text, repeats: 1, then: Then::End }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.repeats == 0 {
            return match std::mem::replace(&mut self.then, Then::Over) {
                Then::Over => panic!("polled after its end"),
                Then::End => Poll::Ready(None),
                Then::Break => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into()))),
                Then::Hang => {
                    self.then = Then::Hang;
                    Poll::Pending
                }
            };
        }
        self.repeats -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(self.text.as_bytes())))))
    }

    fn is_end_stream(&self) -> bool {
        self.repeats == 0 && matches!(self.then, Then::End | Then::Over)
    }

    fn size_hint(&self) -> SizeHint {
        let size = (self.text.len() * self.repeats) as u64;
        if matches!(self.then, Then::End | Then::Over) { SizeHint::with_exact(size) } else { SizeHint::default() }
    }
}

/// A request, in both clients.
#[derive(Clone, Default)]
struct Wanted {
    method: Method,
    headers: HeaderMap,
    extensions: Extensions,
    is_stream: bool,
}

impl Wanted {
    fn with(method: Method) -> Self {
        Wanted { method, ..Self::default() }
    }

    fn header(mut self, name: &'static str) -> Self {
        self.headers.insert(name, "k-1".parse().unwrap());
        self
    }
}

fn get() -> Wanted {
    Wanted::with(Method::GET)
}

fn post() -> Wanted {
    Wanted::with(Method::POST)
}

/// What came of a request.
#[derive(Debug)]
struct Outcome {
    /// The status and the body, or the failure.
    end: Result<(u16, String), String>,
    waited: Duration,
    /// The replies that nobody asked for.
    left: usize,
    /// The lines that the hook printed.
    log: Vec<String>,
    stops: Vec<Reason>,
}

type Script = Arc<Mutex<VecDeque<Reply>>>;

fn pop(script: &Script) -> Reply {
    script.lock().unwrap().pop_front().expect("a request that the script has")
}

fn respond(status: u16, headers: &[(&'static str, &'static str)], body: Body) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body).unwrap()
}

/// The server beneath reqwest-middleware.
struct Server(Script);

#[async_trait::async_trait]
impl Middleware for Server {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut Extensions,
        _: Chain<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        match pop(&self.0) {
            Answer(status, headers, body) => Ok(respond(status, headers, body).map(reqwest::Body::wrap).into()),
            Break => {
                // A server that closes the connection.
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let url = format!("http://{}", listener.local_addr().unwrap());
                tokio::spawn(async move { drop(listener.accept().await) });
                let client = reqwest::Client::builder().retry(reqwest::retry::never()).build().unwrap();
                Err(client.request(request.method().clone(), url).send().await.unwrap_err().into())
            }
            Hang => std::future::pending().await,
        }
    }
}

async fn with_reqwest(retries: Retries<Error>, wanted: Wanted, script: Script) -> Result<(u16, String), String> {
    let client = ClientBuilder::new(reqwest::Client::new()).with(retries).with(Server(script)).build();
    let mut request = client.request(wanted.method, "http://shop.example/tea").headers(wanted.headers);
    if wanted.is_stream {
        request = request.body(reqwest::Body::wrap(Body::new("a stream")));
    }
    *request.extensions() = wanted.extensions;
    let response = request.send().await.map_err(|error| error.to_string())?;
    let response: Response<reqwest::Body> = response.into();
    let status = response.status().as_u16();
    Ok((status, read(response.into_body()).await))
}

/// A service that checks that it is ready when it is called.
struct Strict<S> {
    inner: S,
    is_ready: bool,
}

/// A copy is not ready.
impl<S: Clone> Clone for Strict<S> {
    fn clone(&self) -> Self {
        Strict { inner: self.inner.clone(), is_ready: false }
    }
}

impl<R, S: tower::Service<R>> tower::Service<R> for Strict<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.is_ready = true;
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        assert!(std::mem::take(&mut self.is_ready), "called before it was ready");
        self.inner.call(request)
    }
}

async fn with_tower(retries: Retries<Error>, wanted: Wanted, script: Script) -> Result<(u16, String), String> {
    let sent = wanted.clone();
    let service = service_fn(move |request: Request<&'static str>| {
        let script = Arc::clone(&script);
        // A repeat is the same request.
        assert_eq!((request.method(), request.headers()), (&sent.method, &sent.headers));
        assert_eq!((request.uri().path(), request.version()), ("/tea", http::Version::HTTP_2));
        assert_eq!(request.extensions().get::<Kinds>(), sent.extensions.get());
        async move {
            match pop(&script) {
                Answer(status, headers, body) => Ok(respond(status, headers, body)),
                Break => Err("the connection broke"),
                Hang => std::future::pending().await,
            }
        }
    });
    let service = Strict { inner: service, is_ready: false };
    let copy = move |body: &&'static str| (!wanted.is_stream).then_some(*body);
    let mut service = ServiceBuilder::new().layer(layer::RetryLayer::new(retries, copy)).service(service);
    let mut request = Request::new("tea");
    *request.uri_mut() = "/tea".parse().unwrap();
    *request.version_mut() = http::Version::HTTP_2;
    *request.method_mut() = wanted.method;
    *request.headers_mut() = wanted.headers;
    *request.extensions_mut() = wanted.extensions;
    let response = service.ready().await.unwrap().call(request).await.map_err(|error| error.to_string())?;
    Ok((response.status().as_u16(), read(response.into_body()).await))
}

/// The text of a body, and "..." if it hangs, "!" if it breaks.
async fn read<B: http_body::Body<Data = Bytes> + Unpin>(mut body: B) -> String {
    let mut text = String::new();
    loop {
        match tokio::time::timeout(Duration::from_secs(1), body.frame()).await {
            Err(_) => return text + "...",
            Ok(None) => return text,
            Ok(Some(Err(_))) => return text + "!",
            Ok(Some(Ok(frame))) => text += &String::from_utf8_lossy(&frame.into_data().unwrap_or_default()),
        }
    }
}

/// Plays a script with both clients, and returns what both came to.
async fn play(retries: impl Fn() -> Retries<Error>, wanted: Wanted, script: &[Reply]) -> Outcome {
    let mut outcomes = Vec::new();
    for is_reqwest in [true, false] {
        let left: Script = Arc::new(Mutex::new(script.to_vec().into()));
        let log = Arc::new(Mutex::new((Vec::new(), Vec::new())));
        let lines = Arc::clone(&log);
        let retries = retries().on_failure(move |attempt: &Attempt<'_, Error>| {
            let (lines, stops) = &mut *lines.lock().unwrap();
            lines.push(attempt.to_string());
            if let Next::Stop(reason) = attempt.next {
                stops.push(reason);
            }
        });
        let start = Instant::now();
        let ended = Arc::clone(&left);
        let end = if is_reqwest {
            with_reqwest(retries, wanted.clone(), ended).await
        } else {
            with_tower(retries, wanted.clone(), ended).await
        };
        let left = left.lock().unwrap().len();
        let (log, stops) = std::mem::take(&mut *log.lock().unwrap());
        outcomes.push(Outcome { end, waited: start.elapsed(), left, log, stops });
    }
    let (tower, reqwest) = (outcomes.pop().unwrap(), outcomes.pop().unwrap());
    assert_eq!((reqwest.left, &reqwest.stops), (tower.left, &tower.stops), "{reqwest:?} {tower:?}");
    assert_eq!(reqwest.end.as_ref().ok(), tower.end.as_ref().ok());
    tower
}

fn seconds(outcome: &Outcome) -> f64 {
    outcome.waited.as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn a_request_is_repeated_after_the_wait_of_the_response() {
    let asked = Answer(429, &[("retry-after", "7")], Body::new(r#"{"code": "limited", "message": "Too many."}"#));
    let outcome = play(Retries::new, post(), &[asked, DONE]).await;
    assert_eq!(outcome.end, Ok((200, "tea".into())));
    assert_eq!(outcome.waited.as_secs(), 7);
    assert_eq!(outcome.log, ["limited (429): Too many.; attempt 1, the next in 7000 ms"]);
}

#[tokio::test(start_paused = true)]
async fn waits_grow_with_jitter_until_the_attempts_are_used_up() {
    let outcome = play(Retries::new, get(), &[LIMITED, LIMITED, LIMITED, DONE]).await;
    assert_eq!(outcome.end.as_ref().unwrap().0, 429);
    assert_eq!((outcome.left, &*outcome.stops), (1, &[Reason::Policy][..]));
    // Half of it to all of it: of one second, then of two.
    assert!((1.5..3.1).contains(&seconds(&outcome)), "{outcome:?}");
    assert_eq!(outcome.log[2], "limited (429): Too many.; attempt 3, the last: no other is permitted");
}

#[tokio::test(start_paused = true)]
async fn no_two_clients_wait_alike() {
    let mut waits = Vec::new();
    for _ in 0..8 {
        waits.push(play(Retries::new, get(), &[LIMITED, DONE]).await.waited);
    }
    waits.dedup();
    assert!(waits.len() > 4, "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn only_a_request_that_is_safe_to_repeat_follows_the_word_idempotent() {
    let mut says = post();
    says.extensions.insert(Kinds::Idempotent);
    for wanted in [get(), Wanted::with(Method::PUT), post().header("idempotency-key"), says] {
        let outcome = play(Retries::new, wanted, &[BROKEN, DONE]).await;
        assert_eq!(outcome.end, Ok((200, "tea".into())));
    }
    let mut denies = get().header("idempotency-key");
    denies.extensions.insert(Kinds::Other);
    for wanted in [post(), Wanted::with(Method::PATCH), post().header("x-key"), denies] {
        let outcome = play(Retries::new, wanted, &[BROKEN, DONE]).await;
        assert_eq!(outcome.end.unwrap().0, 500);
        assert_eq!((outcome.left, outcome.stops), (1, vec![Reason::Policy]));
    }
    let outcome = play(|| Retries::new().idempotency_key("X-Key"), post().header("x-key"), &[BROKEN, DONE]).await;
    assert_eq!(outcome.end.unwrap().0, 200);
}

#[tokio::test(start_paused = true)]
async fn what_fails_again_is_sent_once() {
    let outcome = play(Retries::new, get(), &[SOLD_OUT, DONE]).await;
    assert_eq!(outcome.end, Ok((409, r#"{"code": "sold_out", "message": "Sold out."}"#.into())));
    assert_eq!((outcome.left, outcome.waited), (1, Duration::ZERO));
    assert_eq!(outcome.log, ["sold_out (409): Sold out.; attempt 1, the last: no other is permitted"]);
}

#[tokio::test(start_paused = true)]
async fn what_the_catalog_does_not_say_is_left_to_the_caller() {
    let outcome = play(Retries::new, get(), &[STRANGE, DONE]).await;
    assert_eq!((outcome.end.unwrap().0, outcome.stops), (418, vec![Reason::Unsaid]));
    let new = answer(503, r#"{"code": "new", "message": "New."}"#);
    let outcome = play(Retries::new, get(), &[new, DONE]).await;
    assert_eq!((outcome.end.unwrap().0, outcome.stops), (503, vec![Reason::Unsaid]));

    let decide = || {
        Retries::new().unsaid(|error| match error.code() {
            Some(ErrorCode::Strange | ErrorCode::SoldOut) => Retry::Always(None),
            _ => Retry::Unsaid,
        })
    };
    assert_eq!(play(decide, post(), &[STRANGE, DONE]).await.end.unwrap().0, 200);
    // What the catalog says is not asked again.
    assert_eq!(play(decide, post(), &[SOLD_OUT, DONE]).await.end.unwrap().0, 409);
}

#[tokio::test(start_paused = true)]
async fn the_page_of_a_proxy_follows_the_advice_about_unknown_errors() {
    let outcome = play(Retries::new, get(), &[PROXY, PROXY, DONE]).await;
    assert_eq!(outcome.end, Ok((200, "tea".into())));
    assert!((2.0..=4.1).contains(&seconds(&outcome)), "{outcome:?}");
    assert_eq!(play(Retries::new, post(), &[PROXY, DONE]).await.end.unwrap().0, 502);
}

#[tokio::test(start_paused = true)]
async fn a_wait_above_the_limit_is_not_shortened() {
    let asked = |wait: &'static [_]| Answer(429, wait, Body::new(r#"{"code": "limited", "message": "Too many."}"#));
    for (limit, header, is_repeated) in [
        (None, &[("retry-after", "60")], true),
        (None, &[("retry-after", "61")], false),
        (Some(5), &[("retry-after", "5")], true),
        (Some(5), &[("retry-after", "6")], false),
    ] {
        let retries = || match limit {
            Some(seconds) => Retries::new().longest_wait(Duration::from_secs(seconds)),
            None => Retries::new(),
        };
        let outcome = play(retries, get(), &[asked(header), DONE]).await;
        assert_eq!(outcome.left, usize::from(!is_repeated), "{header:?}");
        if !is_repeated {
            assert_eq!(outcome.waited, Duration::ZERO);
            assert!(matches!(outcome.stops[..], [Reason::LongWait(_)]), "{outcome:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_repeat_begins_after_the_deadline() {
    let retries = || Retries::new().deadline(Duration::from_secs(50)).longest_wait(Duration::from_secs(600));
    // 10 to 20 seconds each: two or more repeats fit, five do not.
    let outcome = play(retries, get(), &[BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, BUSY]).await;
    assert_eq!((outcome.end.as_ref().unwrap().0, &*outcome.stops), (503, &[Reason::Deadline][..]));
    assert!((1..=4).contains(&outcome.left) && seconds(&outcome) < 50.0, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_at_the_deadline() {
    let retries = || Retries::new().deadline(Duration::from_secs(50));
    let outcome = play(retries, get(), &[Hang]).await;
    assert_eq!(outcome.end, Err(DeadlineExceeded.to_string()));
    assert_eq!((outcome.waited.as_secs(), outcome.stops), (50, vec![Reason::Deadline]));
    // The body of an error is read until the deadline, and not longer.
    let hangs = Answer(429, &[], Body { then: Then::Hang, ..Body::new("{") });
    let outcome = play(|| Retries::new().deadline(Duration::from_secs(4)), get(), &[hangs]).await;
    assert_eq!((outcome.end, outcome.waited.as_secs()), (Ok((429, "{...".into())), 5));
    // The end of time.
    assert_eq!(play(|| Retries::new().deadline(Duration::MAX), get(), &[LIMITED, DONE]).await.end.unwrap().0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_budget_limits_the_repeats_of_all_requests() {
    let budget = Arc::new(Budget::new(4, 0.5));
    let retries = || Retries::new().budget(Arc::clone(&budget));
    // Each is played twice: four repeats.
    assert_eq!(play(retries, get(), &[LIMITED, LIMITED, STRANGE]).await.end.unwrap().0, 418);
    // The two last responses were about the request, so each gave half a repeat back.
    assert!(budget.withdraw() && !budget.withdraw());
    let outcome = play(retries, get(), &[LIMITED, DONE]).await;
    assert_eq!((outcome.end.unwrap().0, outcome.stops, outcome.left), (429, vec![Reason::Budget], 1));
    // A server error gives nothing back.
    play(retries, post(), &[BROKEN]).await;
    assert!(!budget.withdraw());
    play(retries, get(), &[DONE]).await;
    assert!(budget.withdraw() && !budget.withdraw());
    // Nor does a limit of requests.
    let budget = Arc::new(Budget::new(4, 0.5));
    let retries = || Retries::new().budget(Arc::clone(&budget));
    assert_eq!(play(retries, get(), &[LIMITED, LIMITED, LIMITED]).await.stops, [Reason::Policy]);
    assert!(!budget.withdraw());
    // Without one, nothing is counted.
    assert_eq!(play(|| Retries::new().budget(None), get(), &[LIMITED, DONE]).await.end.unwrap().0, 200);
}

#[tokio::test(start_paused = true)]
async fn clones_share_a_budget_of_a_hundred_repeats() {
    let retries = Retries::<Error>::new();
    for _ in 0..25 {
        // Two repeats with each client.
        play(|| retries.clone(), get(), &[BROKEN, BROKEN, answer(500, "")]).await;
    }
    let outcome = play(|| retries.clone(), get(), &[BROKEN, DONE]).await;
    assert_eq!(outcome.stops, [Reason::Budget]);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_cannot_be_cloned_is_sent_once() {
    let outcome = play(Retries::new, Wanted { is_stream: true, ..get() }, &[LIMITED, DONE]).await;
    assert_eq!(outcome.end, Ok((429, r#"{"code": "limited", "message": "Too many."}"#.into())));
    assert_eq!((outcome.stops, outcome.left), (vec![Reason::Body], 1));
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_response_is_repeated_if_that_is_safe() {
    let outcome = play(Retries::new, get(), &[Break, Break, DONE]).await;
    assert_eq!(outcome.end, Ok((200, "tea".into())));
    let outcome = play(Retries::new, post(), &[Break, DONE]).await;
    assert_eq!((outcome.end, outcome.left), (Err("the connection broke".into()), 1));
    assert_eq!(outcome.log, ["the connection broke; attempt 1, the last: no other is permitted"]);
    let outcome = play(Retries::new, get(), &[Break, Break, Break, Break, DONE]).await;
    assert_eq!((outcome.end.is_err(), outcome.left), (true, 1));
    let never = || Retries::new().without_response(Retry::Never);
    assert_eq!(play(never, get(), &[Break, DONE]).await.left, 1);
}

#[tokio::test(start_paused = true)]
async fn the_caller_reads_the_whole_body_of_an_error() {
    const TEXT: &str = r#"{"code": "strange", "message": "Strange."}"#;
    let cut = |repeats, then| Answer(418, &[], Body { text: TEXT, repeats, then });
    let short = || Retries::new().error_body(TEXT.len() * 2, Duration::from_secs(3));
    for (repeats, then, end, waited) in [
        (1, Then::End, "", 0),
        // Longer than what is read.
        (9, Then::End, "", 0),
        (9, Then::Break, "!", 0),
        (1, Then::Break, "!", 0),
        (9, Then::Hang, "...", 1),
        // As long as what is read.
        (2, Then::Hang, "...", 1),
        // Never ends: three seconds here, one second in the test.
        (1, Then::Hang, "...", 4),
    ] {
        let outcome = play(short, get(), &[cut(repeats, then)]).await;
        assert_eq!(outcome.end, Ok((418, TEXT.repeat(repeats) + end)), "{repeats} {then:?}");
        assert_eq!((outcome.waited.as_secs(), outcome.left), (waited, 0), "{repeats} {then:?}");
    }
    // A part of a body is not the error.
    let long = Answer(429, &[], Body { text: "{\"code\": \"limited\", ", repeats: 9, then: Then::End });
    assert_eq!(play(short, get(), &[long]).await.stops, [Reason::Unsaid]);
    let shorter = || Retries::new().error_body(10, Duration::from_secs(3));
    let outcome = play(shorter, get(), &[SOLD_OUT]).await;
    assert_eq!(outcome.stops, [Reason::Unsaid]);
    assert_eq!(outcome.end.unwrap().1, r#"{"code": "sold_out", "message": "Sold out."}"#);
}

#[tokio::test(start_paused = true)]
async fn frames_without_data_do_not_hold_back_a_response() {
    let service = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(respond(429, &[], Body { text: "", repeats: usize::MAX, then: Then::End }))
    });
    let retries = Retries::<Error>::new().error_body(1000, Duration::from_secs(1));
    let response = ServiceBuilder::new().layer(retries).service(service).oneshot(Request::new(())).await.unwrap();
    assert_eq!(response.status(), 429);
    // Frames without data are in no error, and a text after them is read.
    let strange = http_body_util::StreamBody::new(futures_util::stream::iter(
        ["", "{\"code\": ", "", "\"strange\"}"].map(|text| Ok::<_, Infallible>(Frame::data(Bytes::from(text)))),
    ));
    let error = layer::checked::<Error, _>(Response::builder().status(418).body(strange).unwrap()).await.unwrap_err();
    assert_eq!(error.raw(), b"{\"code\": \"strange\"}");
}

#[tokio::test(start_paused = true)]
async fn a_read_body_says_how_long_it_is() {
    for limit in [6, 20, 21] {
        let service = service_fn(|_: Request<()>| async {
            Ok::<_, Infallible>(respond(418, &[], Body { text: "12345", repeats: 4, then: Then::End }))
        });
        let retries = Retries::<Error>::new().error_body(limit, Duration::from_secs(1));
        let service = ServiceBuilder::new().layer(retries).service(service);
        let mut body: ReadBody<Body> = service.oneshot(Request::new(())).await.unwrap().into_body();
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(20), false), "{limit}");
        body.frame().await.unwrap().unwrap();
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(15), false), "{limit}");
        for _ in 0..3 {
            assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "12345");
        }
        assert!(body.is_end_stream(), "{limit}");
        assert!(body.frame().await.is_none() && body.frame().await.is_none(), "{limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_is_checked() {
    let script = |replies: &[Reply]| -> Script { Arc::new(Mutex::new(replies.to_vec().into())) };
    let client = |replies: &[Reply]| {
        let client = ClientBuilder::new(reqwest::Client::new()).with(Retries::<Error>::new());
        client.with(Server(script(replies))).build()
    };
    let send = async |client: reqwest_middleware::ClientWithMiddleware| -> Result<String, Failure<Error>> {
        let response = client.post("http://shop.example/tea").send().await?;
        Ok(checked(response).await?.text().await?)
    };
    assert_eq!(send(client(&[LIMITED, DONE])).await.unwrap(), "tea");
    let Failure::Api(error) = send(client(&[SOLD_OUT])).await.unwrap_err() else { panic!("no error") };
    assert!(matches!(error.kind, Kind::Known(Error::SoldOut { .. })));
    let failure = send(client(&[Break])).await.unwrap_err();
    assert!(matches!(&failure, Failure::Connection(error) if error.is_request()), "{failure:?}");

    let ok = layer::checked::<Error, _>(respond(200, &[], Body::new("tea"))).await.unwrap();
    assert_eq!(read(ok.into_body()).await, "tea");
    let error = layer::checked::<Error, _>(respond(409, &[], Body { then: Then::Hang, ..Body::new("{}") })).await;
    assert_eq!(error.unwrap_err().raw(), b"{}");
}

/// A middleware that lets no request through.
struct Refuses(Arc<Mutex<u32>>);

#[async_trait::async_trait]
impl Middleware for Refuses {
    async fn handle(
        &self,
        _: reqwest::Request,
        _: &mut Extensions,
        _: Chain<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        *self.0.lock().unwrap() += 1;
        Err(reqwest_middleware::Error::middleware(std::io::Error::other("no key")))
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_a_middleware_stops_is_not_repeated() {
    let calls = Arc::default();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let retries = Retries::<Error>::new().on_failure(move |attempt| log.lock().unwrap().push(attempt.to_string()));
    let client = ClientBuilder::new(reqwest::Client::new()).with(retries);
    let client = client.with(Refuses(Arc::clone(&calls))).build();
    let error = client.get("http://shop.example").send().await.unwrap_err();
    assert_eq!((error.to_string().as_str(), *calls.lock().unwrap()), ("no key", 1));
    assert_eq!(*lines.lock().unwrap(), ["no key; attempt 1, the last: no other is permitted"]);
}

/// Over a socket: the URL and the headers stay, and a server that does not exist was never reached.
#[tokio::test(start_paused = true)]
async fn a_real_client_keeps_its_url_and_repeats_what_was_never_sent() {
    let failures = Arc::new(Mutex::new(0));
    let count = Arc::clone(&failures);
    let retries = Retries::<Error>::new().on_failure(move |attempt| {
        assert!(matches!(attempt.cause, Cause::Failure(_)), "{attempt}");
        *count.lock().unwrap() += 1;
    });
    let client = ClientBuilder::new(reqwest::Client::new()).with(retries).build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = client.post(format!("http://{address}/")).send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(*failures.lock().unwrap(), 4);

    let router = axum::Router::new().route("/tea", axum::routing::any(async || (http::StatusCode::CONFLICT, "{}")));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });
    let client = ClientBuilder::new(reqwest::Client::new()).with(Retries::<Error>::new()).build();
    let response = client.get(format!("http://{address}/tea?a=b")).send().await.unwrap();
    assert_eq!(response.url().as_str(), format!("http://{address}/tea?a=b"));
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!((response.status().as_u16(), response.content_length()), (409, Some(2)));
    assert_eq!(response.text().await.unwrap(), "{}");
}

/// Over a socket: the client of hyper, with a layer of tower.
#[tokio::test(start_paused = true)]
async fn a_client_of_hyper_repeats_its_requests() {
    let replies = Arc::new(Mutex::new(vec![DONE, LIMITED]));
    let reply = async move || match replies.lock().unwrap().pop() {
        Some(Answer(status, _, body)) => (http::StatusCode::from_u16(status).unwrap(), body.text),
        other => panic!("{other:?}"),
    };
    let router = axum::Router::new().route("/tea", axum::routing::post(reply));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });

    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let client = ServiceBuilder::new().layer(Retries::<Error>::new()).service(client);
    let request = Request::post(format!("http://{address}/tea")).body(http_body_util::Full::from("please")).unwrap();
    let request: Request<http_body_util::Full<Bytes>> = request;
    let response = client.oneshot(request).await.unwrap();
    let response = layer::checked::<Error, _>(response).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "tea");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for (method, says, expected) in
        [(Method::POST, false, 1), (Method::POST, true, 4), (Method::GET, false, 4), (Method::GET, true, 4)]
    {
        let attempts = Arc::new(Mutex::new(0));
        let count = Arc::clone(&attempts);
        let retries = Retries::<Error>::new().on_failure(move |_| *count.lock().unwrap() += 1);
        let connects = |error: &(dyn std::error::Error + 'static)| {
            error.downcast_ref().is_some_and(hyper_util::client::legacy::Error::is_connect)
        };
        let retries = if says { retries.unsent(connects) } else { retries };
        let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
        let client = ServiceBuilder::new().layer(retries).service(client);
        let request = Request::builder().method(method.clone()).uri(format!("http://{address}/tea"));
        let request = request.body(http_body_util::Full::<Bytes>::from("please")).unwrap();
        assert!(client.oneshot(request).await.is_err());
        assert_eq!(*attempts.lock().unwrap(), expected, "{method} {says}");
    }
}
