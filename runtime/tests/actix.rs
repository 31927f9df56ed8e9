//! Errors of a catalog as actix-web responses. Compares each response with the error's own status,
//! headers and body.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use actix_web::body::to_bytes;
use actix_web::dev::{Service as _, ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, HttpServer, ResponseError, web};
use errbook::Current;
use errbook::actix::CatalogMiddleware;
use errbook::http::Rejection;

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}
use errors::{Context, Error, InvalidBuilder, InvalidStatus, LimitedBuilder, ReplicaDownRequired};

impl Current for Context {
    fn current() -> Self {
        errbook::scoped().unwrap_or_else(|| Context::new("none", -1, None))
    }
}

fn facts(request: &ServiceRequest) -> Context {
    assert!(!request.headers().contains_key("x-no-facts"), "no facts");
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Context::new(header("x-request-id").unwrap_or_default(), 3, header("x-trace"))
}

fn rejected(rejection: &Rejection) -> Error {
    match rejection.status() {
        404 => Error::not_found(),
        405 => Error::wrong_method(),
        413 => Error::too_large(),
        415 => Error::wrong_type(),
        400 => InvalidBuilder::new(rejection.reason()).with_status(InvalidStatus::Http400).build(),
        _ if rejection.is_panic() => Error::internal(rejection.reason().to_owned()),
        status => panic!("not a rejection of actix-web's: {status}"),
    }
}

#[derive(serde::Deserialize)]
struct Order {
    name: String,
}

async fn order(order: web::Json<Order>) -> Result<String, Error> {
    errbook::update_scope(|context: &mut Context| context.credits -= 1);
    let Order { name } = order.into_inner();
    if name == "tea" { Ok(name) } else { Err(Error::named(name)) }
}

async fn form(order: web::Form<Order>) -> String {
    order.into_inner().name
}

async fn limited() -> Result<String, Error> {
    Err(LimitedBuilder::new(std::time::Duration::from_secs(30)).with_token("s3cret").build())
}

async fn internal() -> Result<String, Error> {
    Err(Error::replica_down(
        ReplicaDownRequired { host: "db-7".into(), password: errbook::Sensitive::new("s3cret".into()) },
        "no route",
    ))
}

async fn page(order: web::Query<Order>) -> HttpResponse {
    HttpResponse::Conflict().content_type("text/html").body(format!("<p>a page, {}</p>", order.name))
}

async fn broken() -> String {
    panic!("on purpose")
}

/// A rejection as a compression middleware below would change it.
async fn compressed() -> HttpResponse {
    HttpResponse::BadRequest().insert_header(("content-encoding", "gzip")).body(vec![0x1f, 0x8b, 8, 0])
}

/// A slow response of another server.
async fn proxied() -> HttpResponse {
    let body = futures_util::stream::once(async { Ok::<_, actix_web::Error>(web::Bytes::from("slow")) });
    HttpResponse::BadGateway().content_type("text/plain").streaming(body)
}

/// A rejection with headers that only the framework knows.
async fn partly() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    for header in [("content-range", "bytes */7"), ("allow", "PATCH"), ("etag", "\"1\"")] {
        response.insert_header(header);
    }
    response.content_type("Text/Plain").body("no")
}

errbook::operation!("tests/service.yaml", ReserveError: errors::Error, [named]);

async fn reserve() -> Result<String, ReserveError> {
    Err(ReserveError::named("coffee"))
}

async fn boxed() -> Result<String, Box<Error>> {
    Err(Box::new(Error::named("coffee")))
}

/// The relevant parts of a response.
struct Received {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }
}

async fn send(request: TestRequest) -> Received {
    let app = App::new()
        .app_data(web::JsonConfig::default().limit(100))
        .wrap(from_fn(|request: ServiceRequest, next: actix_web::middleware::Next<_>| async move {
            // Middlewares reject a request with an error instead of a response.
            if request.headers().contains_key("x-refuse") {
                return Err(actix_web::error::ErrorBadRequest("rejected on the way"));
            }
            if request.headers().contains_key("x-limit") {
                return Err(Error::limited(std::time::Duration::from_secs(5)).into());
            }
            let answer: ServiceResponse = next.call(request).await?;
            Ok(answer)
        }))
        .wrap(CatalogMiddleware::new(facts, rejected))
        .service(web::resource("/orders").post(order))
        .service(web::resource("/form").post(form))
        .service(web::resource("/limited").get(limited))
        .service(web::resource("/internal").get(internal))
        .service(web::resource("/page").get(page))
        .service(web::resource("/compressed").get(compressed))
        .service(web::resource("/proxied").get(proxied))
        .service(web::resource("/partly").get(partly))
        .service(web::resource("/boxed").get(boxed))
        .service(web::resource("/reserve").get(reserve))
        .service(web::resource("/broken").get(broken));
    let app = init_service(app).await;
    let request = request.insert_header(("x-request-id", "req-7")).to_request();
    let response = match app.call(request).await {
        Ok(response) => response.into_parts().1,
        // The server converts it to a response.
        Err(error) => error.error_response(),
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = to_bytes(response.into_body()).await.expect("a body");
    Received { status, headers, body: String::from_utf8(body.to_vec()).expect("UTF-8") }
}

fn json(path: &str, body: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post().uri(path).insert_header(("content-type", "application/json")).set_payload(body)
}

/// Compares a response with the error's own status, headers and body.
#[track_caller]
fn check(response: &Received, error: &Error, credits: i64) {
    let context = Context::new("req-7", credits, None);
    assert_eq!(Some(response.status), error.status());
    let body: serde_json::Value = serde_json::from_str(&response.body).expect("JSON");
    assert_eq!(body, serde_json::to_value(error.body(&context)).expect("JSON"));
    assert_eq!(response.header("content-type"), error.code().content_type());
    for (name, value) in error.headers(&context) {
        assert_eq!(response.header(name), Some(&*value), "{name}");
    }
}

#[actix_web::test]
async fn an_internal_error_is_sent_as_its_mask() {
    let response = send(TestRequest::get().uri("/internal")).await;
    check(&response, &Error::internal("another"), 3);
    let text = format!("{:?} {}", response.headers, response.body);
    for secret in ["replica", "db-7", "s3cret", "no route"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[actix_web::test]
async fn an_error_is_its_status_headers_and_body() {
    let response = send(json("/orders", r#"{"name": "coffee"}"#)).await;
    check(&response, &Error::named("coffee"), 2);
    assert_eq!(response.header("x-name"), Some("coffee"));
    assert_eq!(response.header("x-request-id"), Some("req-7"));
    assert_eq!(response.header("x-trace"), None);
}

#[actix_web::test]
async fn the_errors_of_an_operation_are_responses() {
    let response = send(TestRequest::get().uri("/reserve")).await;
    check(&response, &Error::named("coffee"), 3);
    assert_eq!(response.header("x-name"), Some("coffee"));
}

#[actix_web::test]
async fn a_problem_follows_rfc_9457() {
    let response = send(TestRequest::get().uri("/limited").insert_header(("x-trace", "abc"))).await;
    check(&response, &LimitedBuilder::new(std::time::Duration::from_secs(30)).with_token("s3cret").build(), 3);
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.header("retry-after"), Some("30"));
}

#[actix_web::test]
async fn rejections_of_actix_web_have_the_envelope() {
    check(&send(TestRequest::get().uri("/nowhere")).await, &Error::not_found(), 3);
    let response = send(TestRequest::get().uri("/orders")).await;
    check(&response, &Error::wrong_method(), 3);
    assert_eq!(response.header("allow"), Some("POST"));
    let long = "x".repeat(101);
    check(&send(json("/orders", long)).await, &Error::too_large(), 3);
    check(&send(json("/form", "{}")).await, &Error::wrong_type(), 3);

    let response = send(json("/orders", "{")).await;
    let body: serde_json::Value = serde_json::from_str(&response.body).expect("JSON");
    let reason = body["details"]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("Json deserialize error: EOF"), "{reason}");
    check(&response, &InvalidBuilder::new(reason).with_status(InvalidStatus::Http400).build(), 3);
    assert_eq!(send(TestRequest::get().uri("/page")).await.status, 400, "a query without its members");
    let response = send(TestRequest::get().uri("/compressed")).await;
    check(&response, &InvalidBuilder::new("").with_status(InvalidStatus::Http400).build(), 3);
    assert_eq!(response.header("content-encoding"), None);
}

#[actix_web::test]
async fn a_rejection_by_a_middleware_has_the_context_of_its_request() {
    let request = |header| TestRequest::get().uri("/limited").insert_header((header, "1"));
    check(
        &send(request("x-refuse")).await,
        &InvalidBuilder::new("rejected on the way").with_status(InvalidStatus::Http400).build(),
        3,
    );
    check(&send(request("x-limit")).await, &Error::limited(std::time::Duration::from_secs(5)), 3);
}

#[actix_web::test]
async fn a_panic_is_an_error_without_a_cause_for_clients() {
    let response = send(TestRequest::get().uri("/broken")).await;
    check(&response, &Error::internal("on purpose"), 3);
    assert!(!response.body.contains("on purpose"));
}

#[actix_web::test]
async fn a_connection_outlives_a_panic() {
    let app = || {
        let catalog = CatalogMiddleware::new(facts, rejected);
        App::new().wrap(catalog).service(web::resource("/broken").get(broken))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0)).expect("a free port");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let responses = actix_web::rt::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).expect("a connection");
        let request = |close| format!("GET /broken HTTP/1.1\r\nhost: shop\r\nx-request-id: req-7\r\n{close}\r\n");
        let requests = request("") + &request("connection: close\r\n");
        connection.write_all(requests.as_bytes()).expect("a server that reads");
        let mut responses = String::new();
        connection.read_to_string(&mut responses).expect("a server that answers");
        responses
    });
    let responses = responses.await.expect("no panic of the client");
    handle.stop(false).await;
    assert_eq!(responses.matches("HTTP/1.1 500 ").count(), 2, "{responses}");
    assert_eq!(responses.matches("x-request-id: req-7").count(), 2, "{responses}");
    assert_eq!(responses.matches(r#""code":"internal""#).count(), 2, "{responses}");
}

#[actix_web::test]
async fn responses_of_handlers_stay_as_they_are() {
    let response = send(TestRequest::get().uri("/page?name=tea")).await;
    assert_eq!((response.status, response.body.as_str()), (409, "<p>a page, tea</p>"));
    let response = send(json("/orders", r#"{"name": "tea"}"#)).await;
    assert_eq!((response.status, response.body.as_str()), (200, "tea"));
}

#[actix_web::test]
async fn a_body_of_unknown_size_is_not_a_rejection() {
    let response = send(TestRequest::get().uri("/proxied")).await;
    assert_eq!((response.status, response.body.as_str()), (502, "slow"));
}

#[actix_web::test]
async fn the_framework_knows_the_methods_and_the_range() {
    let response = send(TestRequest::get().uri("/partly")).await;
    check(&response, &Error::wrong_method(), 3);
    let headers = ["allow", "content-range", "etag"].map(|name| response.header(name));
    assert_eq!(headers, [Some("PATCH"), Some("bytes */7"), None]);
}

#[actix_web::test]
async fn a_rejection_knows_when_to_come_back() {
    let throttled = async || HttpResponse::TooManyRequests().insert_header(("retry-after", "7")).body("Too many");
    let limited = |_: &Rejection| Error::limited(std::time::Duration::from_secs(1));
    let app = App::new().wrap(CatalogMiddleware::new(facts, limited)).default_service(web::to(throttled));
    let response = init_service(app).await.call(TestRequest::get().to_request()).await.expect("a response");
    let waits: Vec<_> = response.headers().get_all("retry-after").collect();
    assert_eq!(waits, ["7"]);
}

#[actix_web::test]
async fn a_panic_in_the_function_for_rejections_is_a_500() {
    let panics = |_: &Rejection| -> Error { panic!("in the function for rejections") };
    let app = App::new().wrap(CatalogMiddleware::new(facts, panics)).service(web::resource("/broken").get(broken));
    let app = init_service(app).await;
    let response = app.call(TestRequest::get().uri("/nowhere").to_request()).await.expect("a response");
    assert_eq!(response.status(), 500);
    let body = to_bytes(response.into_body()).await.expect("a body");
    assert!(body.starts_with(br#"{"code":"internal""#), "{body:?}");
    let panic = app.call(TestRequest::get().uri("/broken").to_request()).await.expect_err("a panic");
    assert_eq!(panic.error_response().status(), 500);
}

#[actix_web::test]
async fn a_box_is_a_response() {
    check(&send(TestRequest::get().uri("/boxed")).await, &Error::named("coffee"), 3);
}

#[actix_web::test]
async fn a_panic_without_a_context_is_an_error() {
    let response = send(TestRequest::get().uri("/page").insert_header(("x-no-facts", "1"))).await;
    assert_eq!((response.status, response.header("x-request-id")), (500, Some("none")));
}

#[test]
fn an_error_that_is_not_a_response_is_a_500() {
    assert_eq!(Error::stopped().status_code(), 500);
    let response = Error::stopped().error_response();
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers().get("content-type").expect("a type"), "application/json");
}
