//! Reads the spans of requests from an exporter in memory.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use example_observability::spans::shop;
use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tower::ServiceExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// The span of a request, and the body of its response.
async fn traced(path: &str) -> (SpanData, String) {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("shop"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let response = shop().oneshot(Request::post(path).body(Body::empty()).unwrap()).await.unwrap();
    let body = to_bytes(response.into_body(), 1024).await.unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    let [span] = &spans[..] else { panic!("{spans:?}") };
    (span.clone(), String::from_utf8(body.to_vec()).unwrap())
}

/// The attributes that the example sets.
fn attributes(span: &SpanData) -> Vec<String> {
    let own = |name: &str| name.starts_with("http.") || name.starts_with("error.");
    let attributes = span.attributes.iter().filter(|attribute| own(attribute.key.as_str()));
    let mut lines: Vec<String> =
        attributes.map(|attribute| format!("{}={}", attribute.key, attribute.value.as_str())).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn an_error_of_the_service_is_the_status_of_its_span() {
    let (span, body) = traced("/pay").await;
    assert_eq!(span.span_kind, SpanKind::Server);
    assert!(matches!(span.status, Status::Error { .. }), "{:?}", span.status);
    assert_eq!(
        attributes(&span),
        ["error.type=internal", "http.request.method=POST", "http.response.status_code=500", "http.route=/pay"]
    );
    // The event of the error has its source, and the response has not.
    let [event] = &span.events.events[..] else { panic!("{:?}", span.events) };
    let source = event.attributes.iter().find(|attribute| attribute.key.as_str() == "source");
    assert_eq!(source.map(|source| source.value.as_str().into_owned()).as_deref(), Some("the bank is closed"));
    assert_eq!(body, r#"{"code":"internal","message":"Internal"}"#);
}

#[tokio::test]
async fn an_error_of_the_client_is_named_and_is_no_failure() {
    let (span, _) = traced("/buy").await;
    assert_eq!(span.status, Status::Unset);
    assert_eq!(
        attributes(&span),
        ["error.type=out_of_stock", "http.request.method=POST", "http.response.status_code=409", "http.route=/buy"]
    );
    let (span, _) = traced("/random").await;
    assert_eq!(span.status, Status::Unset);
    assert_eq!(
        attributes(&span),
        ["error.type=not_found", "http.request.method=POST", "http.response.status_code=404"]
    );
}
