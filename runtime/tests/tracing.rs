//! Errors of a catalog as tracing events: what a log must contain, and what it must not contain.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::ResponseError as _;
use axum::response::IntoResponse as _;
use errbook::Current;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}
use errors::{Context, Error, LimitedBuilder, ReplicaDownRequired};

impl Current for Context {
    fn current() -> Self {
        Context::new("none", -1, None)
    }
}

/// The context of every response of that catalog.
const CONTEXT: &str = " context=request_id: \"none\", credits: -1, trace: None";

/// A catalog with a required context field, which a service takes from the scope.
#[allow(missing_docs)]
mod scoped {
    errbook::catalog!("tests/service.yaml");
}

impl Current for scoped::Context {
    fn current() -> Self {
        errbook::scoped().unwrap_or_else(|| Self::new("none", -1, None))
    }
}

/// A catalog whose context fields are all optional.
#[allow(missing_docs)]
mod optional {
    errbook::catalog!("tests/unsendable.yaml");
}

/// A catalog with a sensitive context field.
#[allow(missing_docs)]
mod logged {
    errbook::catalog!("tests/logged.yaml");
}

impl Current for logged::Context {
    fn current() -> Self {
        errbook::scoped().expect("a scope")
    }
}

/// A catalog with numbers in the context.
#[allow(missing_docs)]
mod strict {
    errbook::catalog!("tests/strict.yaml");
}

/// Writes each event on a line: target, level, fields.
struct Log(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a String takes it");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().expect("no panic before");
        write!(log, "{} {}", event.metadata().target(), event.metadata().level()).expect("a String takes it");
        event.record(&mut Fields(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Returns the events of a closure.
fn log(logged: impl FnOnce()) -> String {
    let text = Arc::new(Mutex::new(String::new()));
    tracing::subscriber::with_default(Log(Arc::clone(&text)), logged);
    let text = text.lock().expect("no panic before");
    text.clone()
}

fn limited() -> Error {
    LimitedBuilder::new(Duration::from_secs(30)).with_token("s3cret").build()
}

#[derive(Debug, thiserror::Error)]
#[error("cannot store the order")]
struct Store(#[source] std::io::Error);

#[test]
fn a_context_field_that_is_left_out_is_an_event() {
    let send = |loads, more| {
        let context = strict::Context::new(1.into(), loads, more);
        log(|| drop(errbook::http::response(&strict::Error::busy(), &context)))
    };
    assert_eq!(send(vec![0.5], Some(vec![])), "");
    let reason = "a number is not finite, or does not fit into a signed 64-bit integer";
    let event = |field| {
        format!("errbook ERROR message=the response has no context field `{field}`: {reason} field=\"{field}\"\n")
    };
    assert_eq!(send(vec![f64::NAN], None), event("loads"));
    assert_eq!(send(vec![f64::NAN], Some(vec![f64::INFINITY])), event("loads") + &event("more"));
}

#[test]
fn a_response_is_recorded_with_the_context_of_its_request() {
    let context = logged::Context::new("req\n7", "s3cret", None, Some(3));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let respond = |respond: fn()| log(|| runtime.block_on(errbook::scope(context.clone(), async { respond() })));
    let expected = "errbook DEBUG message=Gone code=\"gone\" wire_code=gone status=410 error.type=\"gone\" \
                    context=request_id: \"req\\n7\", token: [redacted], trace: None, credits: Some(3)\n";
    assert_eq!(respond(|| drop(logged::Error::gone().into_response())), expected);
    assert_eq!(respond(|| drop(logged::Error::gone().error_response())), expected);
    assert_eq!(log(|| errbook::tracing::record_with_context(&logged::Error::gone(), &context)), expected);
    // Outside a request, nothing is known.
    assert!(!log(|| errbook::tracing::record(&logged::Error::gone())).contains("context"));
}

#[test]
fn server_errors_are_logged_with_their_sources() {
    let error = Error::internal(Store(std::io::Error::other("the disk is full")));
    assert_eq!(
        log(|| errbook::tracing::record(&error)),
        "errbook ERROR message=Something broke. code=\"internal\" wire_code=internal status=500 \
         error.type=\"internal\" source=cannot store the order: the disk is full\n"
    );
    assert_eq!(
        log(|| errbook::tracing::record(&Error::stopped())),
        "errbook ERROR message=The service stops. code=\"stopped\" wire_code=stopped error.type=\"stopped\"\n"
    );
}

#[test]
fn an_internal_error_is_logged_whole_and_says_what_was_sent() {
    let error = || {
        Error::replica_down(
            ReplicaDownRequired { host: "db-7".into(), password: errbook::Sensitive::new("s3cret".into()) },
            Store(std::io::Error::other("no route")),
        )
    };
    let expected = "errbook ERROR message=replica db-7 is down code=\"replica_down\" wire_code=internal \
                    status=500 error.type=\"internal\" source=cannot store the order: no route\n";
    let in_request = expected.replace(" source", &format!("{CONTEXT} source"));
    assert_eq!(log(|| drop(error().into_response())), in_request);
    assert_eq!(log(|| drop(error().error_response())), in_request);
    assert_eq!(log(|| drop(tonic::Status::from(error()))), expected);
}

/// An error whose texts quote a request.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/service.yaml", module = errors)]
enum ByHand {
    #[error("no {name}")]
    Named { name: &'static str },
}

#[test]
fn an_event_is_one_line() {
    let by_hand = ByHand::Named { name: "tea\n2026-01-01 ERROR all is lost" };
    let error = Error::internal(Store(std::io::Error::other("disk\u{1b}[2J\r\nfull")));
    let log = log(|| {
        errbook::tracing::record(&by_hand);
        errbook::tracing::record(&error);
    });
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(log.contains(r"message=no tea\n2026-01-01 ERROR all is lost"), "{log}");
    assert!(log.contains(r"disk\u{1b}[2J\r\nfull"), "{log}");
}

#[test]
fn each_response_and_each_status_is_recorded_once() {
    let expected = "errbook DEBUG message=Too fast. code=\"limited\" wire_code=limited status=429 \
                    error.type=\"limited\" retryable=true";
    let in_request = format!("{expected}{CONTEXT}\n");
    assert_eq!(log(|| drop(limited().into_response())), in_request);
    assert_eq!(log(|| drop(limited().error_response())), in_request);
    assert_eq!(log(|| drop(actix_web::HttpResponse::from_error(limited()))), in_request);
    assert_eq!(log(|| drop(tonic::Status::from(limited()))), format!("{expected}\n"));
}

#[test]
fn an_error_that_cannot_be_sent_is_recorded_with_the_reason() {
    let expected = format!(
        "errbook ERROR message=the error cannot be sent, because it has no status: The service stops. code=\"stopped\" \
         wire_code=internal status=500 error.type=\"internal\"{CONTEXT}\n"
    );
    assert_eq!(log(|| drop(Error::stopped().into_response())), expected);
    assert_eq!(log(|| drop(Error::stopped().error_response())), expected);
    let without_context = log(|| drop(errbook::http::response(&Error::stopped(), &Context::current())));
    assert_eq!(without_context, expected.replace(CONTEXT, ""));

    let measured = log(|| drop(errbook::http::response(&strict::Error::measured(f64::NAN), &strict_context())));
    assert!(measured.contains("cannot be sent, because `ratio`: a number is not finite: Measured."), "{measured}");
}

fn strict_context() -> strict::Context {
    strict::Context::new(errbook::Finite::from(1), Vec::new(), None)
}

#[test]
fn the_first_response_outside_a_request_is_a_warning() {
    let respond = || drop(scoped::Error::not_found().into_response());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let inside = log(|| runtime.block_on(errbook::scope(scoped::Context::new("req-7", 3, None), async { respond() })));
    let outside = log(|| {
        drop(optional::Error::named("tea").into_response());
        respond();
    });
    let event = "errbook DEBUG message=There is nothing here. code=\"not_found\" wire_code=not_found status=404 \
                 error.type=\"not_found\"\n";
    assert_eq!(inside, event.replace('\n', " context=request_id: \"req-7\", credits: 3, trace: None\n"));
    // The context outside a request is not one.
    let optional = "errbook DEBUG message=Named. code=\"NAMED\" wire_code=NAMED status=409 error.type=\"NAMED\"\n";
    let warning = outside.replace(event, "").replace(optional, "");
    assert!(warning.starts_with("errbook WARN message=an error became a response outside a request"), "{warning}");
    assert_eq!(warning.lines().count(), 1, "{warning}");
}

#[test]
fn no_log_has_a_sensitive_detail() {
    let error = limited();
    let body = serde_json::to_string(&error.body(&Context::current())).expect("JSON");
    assert!(body.contains("s3cret"), "clients are told");
    let log = log(|| {
        errbook::tracing::record(&error);
        tracing::error!(?error, %error, "by hand");
        drop(limited().into_response());
        drop(tonic::Status::from(limited()));
    });
    assert_eq!(log.lines().count(), 4);
    assert!(!log.contains("s3cret"), "{log}");
    assert!(log.contains("[redacted]"), "{log}");
}
