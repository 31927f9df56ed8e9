//! Every example of every catalog, over a socket: the service answers GET and HEAD with it through
//! axum and actix-web, the body fits the published schema, and the client reads the error that was
//! sent.
//!
//! To see the counts: `cargo test -p errbook-wire --test responses -- --nocapture`.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)] // the examples are the test's
mod generated {
    pub(crate) use super::{Mount, Service};

    include!(concat!(env!("OUT_DIR"), "/services.rs"));

    pub(crate) fn all() -> Vec<Mount> {
        mounts()
    }
}

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

use actix_web::dev::ServiceRequest;
use axum::http::request::Parts;
use errbook::client::{Kind, Receive, Received};
use errbook::http::Rejection;
use errbook::{CatalogCode as _, CatalogError, Current};
use errbook_catalog::model::{Catalog, Code, DetailType, ErrorDef, Example, OpenapiVersion, Retry};
use errbook_schema::openapi;
use jsonschema::Validator;
use reqwest::Client;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A generated error, with the examples of its catalog.
pub(crate) trait Service:
    Receive
    + CatalogError<Context: Current + Clone + Send + 'static>
    + axum::response::IntoResponse
    + actix_web::ResponseError
    + Send
    + 'static
{
    fn example(at: usize) -> (Self, Self::Context);
}

/// What the tests do with the error of a catalog.
pub(crate) struct Mount {
    axum: fn() -> axum::Router,
    actix: fn(&mut actix_web::web::ServiceConfig, &str),
    compare: fn(usize, u16, &HeaderMap, &[u8]) -> Result<Outcome, String>,
}

impl Mount {
    pub(crate) fn of<E: Service>() -> Self {
        Mount { axum: on_axum::<E>, actix: on_actix::<E>, compare: compare::<E> }
    }
}

fn rejected<E>(rejection: &Rejection) -> E {
    panic!("rejected: {} {}", rejection.status(), rejection.reason())
}

/// The number at the end of a path.
fn number(path: &str) -> usize {
    let (_, number) = path.rsplit_once('/').expect("a path");
    number.parse().expect("the number of an example")
}

fn on_axum<E: Service>() -> axum::Router {
    let context = |request: &Parts| E::example(number(request.uri.path())).1;
    let answer = async |uri: axum::http::Uri| -> Result<String, E> { Err(E::example(number(uri.path())).0) };
    axum::Router::new().fallback(answer).layer(errbook::axum::CatalogLayer::new(context, rejected::<E>))
}

fn on_actix<E: Service>(config: &mut actix_web::web::ServiceConfig, path: &str) {
    let context = |request: &ServiceRequest| E::example(number(request.path())).1;
    let answer =
        async |request: actix_web::HttpRequest| -> Result<String, E> { Err(E::example(number(request.path())).0) };
    let middleware = errbook::actix::CatalogMiddleware::new(context, rejected::<E>);
    config.service(actix_web::web::scope(path).wrap(middleware).default_service(actix_web::web::to(answer)));
}

/// How much of an error came back.
#[derive(PartialEq)]
pub(crate) enum Outcome {
    /// The error that was sent.
    Same,
    /// The error that was sent, without details that the response does not have.
    Reduced,
}

/// Compares a response with the error that was sent, and with what a client reads from it.
fn compare<E: Service>(at: usize, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<Outcome, String> {
    let (error, context) = E::example(at);
    same("the status", &status, &error.status().expect("a response"))?;
    for (name, value) in error.headers(&context) {
        let sent: Vec<_> =
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        same(name, &sent, &vec![value])?;
    }
    let own = written(&error, &context);
    same("the body", &String::from_utf8_lossy(body).into_owned(), &own)?;

    let bytes = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let received = Received::<E>::parse(status, bytes, body);
    same("the code that a client reads", &received.code(), &Some(error.public_code()))?;
    let sent = serde_json::to_value(error.details()).expect("JSON");
    // A detail can be in the body, in a header or in the message.
    let is_sent = |name: &str| {
        let value = sent[name].to_string();
        let value = value.trim_matches('"');
        own.contains(value) || error.headers(&context).iter().any(|(_, text)| text.contains(value))
    };
    match &received.kind {
        Kind::Known(read) => {
            same("the message", &received.message(), &Some(&*error.message().to_string()))?;
            same("the status of the error", &read.status(), &Some(status))?;
            same("the headers of the error", &read.headers(&context), &error.headers(&context))?;
            same("the body of the error", &written(read, &context), &own)?;
            let read = serde_json::to_value(read.details()).expect("JSON");
            for (name, value) in sent.as_object().expect("details") {
                match read.get(name) {
                    Some(read) => same(name, read, value)?,
                    None if is_sent(name) => return Err(format!("the client loses `{name}`")),
                    None => {}
                }
            }
            Ok(if read == sent { Outcome::Same } else { Outcome::Reduced })
        }
        Kind::Partial { detail, .. } if is_sent(detail) => Err(format!("the client cannot read `{detail}`")),
        Kind::Partial { .. } => Ok(Outcome::Reduced),
        Kind::Unknown { .. } => Err("the client does not know the error".to_owned()),
    }
}

/// The text of a body; empty without an envelope.
fn written<E: CatalogError>(error: &E, context: &E::Context) -> String {
    let has_body = error.public_code().info().content_type().is_some();
    if has_body { serde_json::to_string(&error.body(context)).expect("JSON") } else { String::new() }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what} is {got:?}, and not {expected:?}")) }
}

/// Compares a response with the rendered example.
fn as_rendered(
    example: &Example,
    error: &ErrorDef,
    catalog: &Catalog,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), String> {
    for (name, value) in &example.headers {
        let sent: Vec<_> =
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        same(name, &sent, &vec![value.into()])?;
    }
    let own = ["connection", "content-type", "content-length", "date"];
    let surplus = headers.keys().filter(|name| !own.contains(&name.as_str()));
    let surplus: Vec<_> =
        surplus.filter(|name| !example.headers.iter().any(|(own, _)| *name == own.as_str())).collect();
    same("headers that are not in the example", &surplus, &Vec::new())?;
    let envelope = catalog.sent(error).envelope.map(|at| &catalog.envelopes[at]);
    let content_type = headers.get("content-type").map(|value| value.to_str().expect("text"));
    same("the content type", &content_type, &envelope.map(|envelope| envelope.content_type.as_str()))?;
    let expected = example.body.as_ref().map(ToString::to_string);
    let body = (!body.is_empty()).then(|| serde_json::from_slice(body).expect("JSON"));
    same("the body", &body.map(normal), &expected.map(|text| normal(serde_json::from_str(&text).expect("JSON"))))
}

/// Equal numbers are equal JSON: 2.0 is 2.
fn normal(value: Value) -> Value {
    match value {
        Value::Number(number) if number.as_i64().is_none() => {
            let float = number.as_f64().expect("a number");
            #[allow(clippy::cast_possible_truncation)] // whole, and of no more digits than an `f64` has
            if float.fract() == 0.0 && float.abs() < 1e15 { json!(float as i64) } else { json!(float) }
        }
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, normal(value))).collect(),
        other => other,
    }
}

/// Turns the schemas of OpenAPI 3.0 into JSON Schema: there, `nullable` is not a keyword.
fn without_nullable(value: &mut Value) {
    let Some(members) = value.as_object_mut() else {
        value.as_array_mut().into_iter().flatten().for_each(without_nullable);
        return;
    };
    members.values_mut().for_each(without_nullable);
    if members.shift_remove("nullable") == Some(json!(true)) {
        let schema = std::mem::take(members);
        members.insert("anyOf".to_owned(), json!([schema, { "type": "null" }]));
    }
}

/// An OpenAPI document, and the validators of its schemas so far.
struct Document {
    whole: Value,
    validators: HashMap<String, Validator>,
}

impl Document {
    fn new(catalog: &Catalog, version: OpenapiVersion) -> Self {
        let mut whole = openapi::emit(catalog, version);
        without_nullable(&mut whole);
        Document { whole, validators: HashMap::new() }
    }

    /// Validates a response.
    fn check(&mut self, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
        let responses = self.whole["components"]["responses"].as_object().expect("responses");
        // An error called `STATUS_403` has the name first.
        let own = format!("Status{status}");
        let found =
            responses.iter().filter(|(name, _)| name.trim_end_matches('_') == own).max_by_key(|(name, _)| *name);
        let Some((_, response)) = found else { return Err(format!("the document has no response for {status}")) };
        let response = response.clone();
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let header = self.resolve(header).clone();
            match headers.get(name) {
                None if header["required"] == true => return Err(format!("the header {name} is required")),
                None => {}
                Some(value) => {
                    let text = value.to_str().unwrap_or_default();
                    let mut values = [Some(json!(text)), serde_json::from_str(text).ok()].into_iter().flatten();
                    let schema = &header["schema"];
                    if !values.any(|value| self.faults(schema, &value).is_empty()) {
                        return Err(format!("the header {name} is {text:?}, against its schema {schema}"));
                    }
                }
            }
        }
        let content = response["content"].as_object();
        let Some(content_type) = headers.get("content-type") else {
            return if content.is_none() { Ok(()) } else { Err("the body is missing".to_owned()) };
        };
        let content_type = content_type.to_str().expect("text");
        let schema = content.and_then(|content| content.get(content_type)).map(|media| &media["schema"]);
        let Some(schema) = schema else { return Err(format!("the document has no {content_type} for {status}")) };
        let body: Value = serde_json::from_slice(body).expect("JSON");
        match self.faults(schema, &body).as_slice() {
            [] => Ok(()),
            faults => Err(format!("the schema rejects the body: {faults:?}")),
        }
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value["$ref"].as_str();
        target.map_or(value, |target| self.whole.pointer(&target[1..]).expect("a reference that resolves"))
    }

    fn faults(&mut self, schema: &Value, value: &Value) -> Vec<String> {
        let build = || {
            let whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema],
                "components": { "schemas": self.whole["components"]["schemas"] },
            });
            jsonschema::options().should_validate_formats(true).build(&whole).expect("a schema")
        };
        let validator = self.validators.entry(schema.to_string()).or_insert_with(build);
        validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
    }
}

/// Serves all catalogs on axum.
async fn serve_axum() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mounts = generated::all().into_iter().enumerate();
    let app = mounts.fold(axum::Router::new(), |app, (at, mount)| app.nest(&format!("/{at}"), (mount.axum)()));
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

/// Serves all catalogs on actix-web, in a thread of its own.
fn serve_actix() -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let app = || {
                actix_web::App::new().configure(|config| {
                    for (at, mount) in generated::all().iter().enumerate() {
                        (mount.actix)(config, &format!("/{at}"));
                    }
                })
            };
            let server = actix_web::HttpServer::new(app).workers(1).bind("127.0.0.1:0").expect("a port");
            sender.send(server.addrs()[0]).expect("a test that waits");
            server.run().await
        })
    });
    receiver.recv().expect("an address")
}

/// An example of a response.
struct Case<'a> {
    catalog: &'a Catalog,
    error: &'a ErrorDef,
    example: &'a Example,
    status: u16,
    /// The number of the example in its catalog.
    at: usize,
    mount: &'a Mount,
}

impl Case<'_> {
    /// The response to HEAD has the same headers, and no body (RFC 9110 section 9.3.2).
    async fn as_head(&self, client: &Client, url: &str, expected: &HeaderMap) -> Result<(), String> {
        let response = client.head(url).send().await.expect("a response");
        same("the status of HEAD", &response.status().as_u16(), &self.status)?;
        let comparable = |headers: &HeaderMap| {
            let mut headers = headers.clone();
            headers.remove("date");
            // axum adds `Content-Length: 0` to a response to HEAD that has no body.
            if matches!(self.status, 204 | 304) {
                headers.remove("content-length");
            }
            headers
        };
        same("the headers of HEAD", &comparable(response.headers()), &comparable(expected))?;
        same("the body of HEAD", &response.bytes().await.expect("no body"), &axum::body::Bytes::new())
    }

    /// Requests the example, and compares the response with all that the catalog says about it.
    async fn run(&self, client: &Client, url: &str, documents: &mut [Document]) -> (Outcome, Vec<String>) {
        let Case { catalog, error, example, status, at, mount } = *self;
        let response = client.get(url).send().await.expect("a response");
        let (sent, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("a body");
        let mut faults = Vec::new();
        faults.extend(same("the status", &sent, &status).err());
        faults.extend(self.as_head(client, url, &headers).await.err());
        faults.extend(as_rendered(example, error, catalog, &headers, &body).err());
        for document in documents {
            let version = document.whole["openapi"].clone();
            let fault = document.check(status, &headers, &body).err();
            faults.extend(fault.map(|fault| format!("OpenAPI {version}: {fault}")));
        }
        let outcome = (mount.compare)(at, sent, &headers, &body);
        let outcome = outcome.unwrap_or_else(|fault| {
            faults.push(fault);
            Outcome::Reduced
        });
        (outcome, faults)
    }
}

/// The errors that a client cannot get whole: no part of the response has the detail.
const REDUCED: &[&str] = &["hostile type"];

#[tokio::test(flavor = "multi_thread")]
async fn every_example_comes_back_over_a_socket() {
    let servers = [("axum", serve_axum().await), ("actix-web", serve_actix())];
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
    let (mut faults, mut reduced) = (Vec::new(), BTreeSet::new());
    let mut totals = [0; 3];
    for (mount_at, ((path, catalog), mount)) in catalogs::all().iter().zip(generated::all()).enumerate() {
        let name = path.trim_end_matches("/catalog.yaml").rsplit('/').next().expect("a name");
        let mut documents = [OpenapiVersion::V3_0, OpenapiVersion::V3_1].map(|version| Document::new(catalog, version));
        let examples =
            catalog.errors.iter().flat_map(|error| error.examples.iter().map(move |example| (error, example)));
        let [mut responses, mut whole] = [0; 2];
        let mut errors = BTreeSet::new();
        for (at, (error, example)) in examples.enumerate() {
            let Some(status) = example.status else { continue };
            errors.insert(&error.name.id);
            let case = Case { catalog, error, example, status, at, mount: &mount };
            for (server, address) in servers {
                let url = format!("http://{address}/{mount_at}/{at}");
                let (outcome, found) = case.run(&client, &url, &mut documents).await;
                responses += 1;
                match outcome {
                    Outcome::Same => whole += 1,
                    Outcome::Reduced => _ = reduced.insert(format!("{name} {}", error.name.id)),
                }
                faults.extend(found.into_iter().map(|fault| format!("{name} {} on {server}: {fault}", error.name.id)));
            }
        }
        println!("{name}: {} errors, {responses} responses, {whole} came back whole", errors.len());
        for (total, count) in totals.iter_mut().zip([errors.len(), responses, whole]) {
            *total += count;
        }
        let is_large = name != "wire.yaml" || errors.len() >= 40;
        assert!(is_large, "the errors that are hard to send are {}", errors.len());
    }
    let [errors, responses, whole] = totals;
    println!("{errors} errors, {responses} responses, {whole} came back whole");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(reduced, REDUCED.iter().map(|&name| name.to_owned()).collect());
    assert!(responses >= 370 && whole >= responses - 2, "{whole} of {responses}");
}

/// The name of a type; its items and members are types of their own.
fn type_name(ty: &DetailType) -> &'static str {
    match ty {
        DetailType::String => "string",
        DetailType::Integer => "integer",
        DetailType::Number => "number",
        DetailType::Boolean => "boolean",
        DetailType::DateTime => "date-time",
        DetailType::Duration => "duration",
        DetailType::Uuid => "uuid",
        DetailType::Uri => "uri",
        DetailType::Json => "json",
        DetailType::Array(_) => "array",
        DetailType::Map(_) => "map",
        DetailType::Named(_) => "named",
    }
}

#[test]
fn the_hard_errors_have_everything_that_a_response_can_have() {
    let all = catalogs::all();
    let (_, catalog) = all.iter().find(|(path, _)| path.ends_with("wire.yaml")).expect("the catalog");
    let errors = &catalog.errors;
    assert!(errors.len() >= 40, "{} errors", errors.len());
    let classes: BTreeSet<u16> = errors.iter().flat_map(|error| &error.statuses).map(|status| status / 100).collect();
    assert_eq!(classes, BTreeSet::from([2, 3, 4, 5]));

    let fields = errors.iter().flat_map(|error| &error.details).chain(&catalog.context);
    let types: BTreeSet<&str> = fields.map(|field| type_name(&field.ty)).collect();
    let expected = "array boolean date-time duration integer json map named number string uri uuid";
    assert_eq!(types.into_iter().collect::<Vec<_>>().join(" "), expected);

    let envelopes: BTreeSet<Option<&str>> =
        errors.iter().map(|error| error.envelope.map(|at| catalog.envelopes[at].content_type.as_str())).collect();
    let vendor = "application/vnd.wire.v1+json; charset=utf-8";
    let expected = [None, Some("application/json"), Some("application/problem+json"), Some(vendor)];
    assert_eq!(envelopes, BTreeSet::from(expected));
    assert_eq!(
        catalog.envelopes.len(),
        errors.iter().filter_map(|error| error.envelope).collect::<BTreeSet<_>>().len()
    );

    let codes: BTreeSet<u8> = errors
        .iter()
        .map(|error| match &error.code {
            None => 0,
            Some(Code::Text(_)) => 1,
            Some(Code::Integer(_)) => 2,
        })
        .collect();
    assert_eq!(codes.len(), 3);
    let retries: BTreeSet<u8> = errors
        .iter()
        .map(|error| match &error.retry {
            Retry::Unsaid => 0,
            Retry::Never => 1,
            Retry::Always(_) => 2,
            Retry::Idempotent(_) => 3,
        })
        .collect();
    assert_eq!(retries.len(), 4);
    let sent: BTreeSet<&str> =
        errors.iter().flat_map(|error| catalog.headers(error)).map(|header| header.name.as_str()).collect();
    let grammars = "Accept Accept-Post Accept-Ranges Age Allow Cache-Control Content-Language Content-Location ETag \
                    Expires Last-Modified Link Location Proxy-Authenticate RateLimit-Remaining RateLimit-Reset \
                    Retry-After Server-Timing Upgrade Vary WWW-Authenticate";
    let missing: Vec<&str> = grammars.split_whitespace().filter(|name| !sent.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
