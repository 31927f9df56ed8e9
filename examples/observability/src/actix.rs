//! Metrics of a service with actix-web.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::ServiceConfig;
use actix_web::{Error as ActixError, HttpResponse, web};
use errbook::ErrorInfo;
use prometheus::{IntCounterVec, Opts, Registry, TextEncoder};

use crate::errors::Error;

/// The counter of answered requests, with its registry.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
}

impl Metrics {
    /// Creates a counter.
    ///
    /// # Panics
    ///
    /// Never: the names are valid.
    pub fn new() -> Self {
        let options = Opts::new("requests_total", "Responses.");
        let requests = IntCounterVec::new(options, &["operation", "status", "code"]).expect("valid names");
        let registry = Registry::new();
        registry.register(Box::new(requests.clone())).expect("the only metric");
        Metrics { registry, requests }
    }

    /// The metrics in the text format of Prometheus.
    pub fn text(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts a request. Wrap it last, around `CatalogMiddleware`.
///
/// # Errors
///
/// Those of the service.
pub async fn count<B: MessageBody>(
    metrics: web::Data<Metrics>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    let method = request.method().clone();
    let path = request.match_pattern();
    let answer = next.call(request).await;
    let (status, code) = match &answer {
        Ok(answer) => {
            let code = answer.response().extensions().get::<ErrorInfo>().map_or("", |error| error.id());
            (answer.status(), code)
        }
        // The response to a panic. actix-web gives it to nobody but the server.
        Err(error) => (error.as_response_error().status_code(), "internal"),
    };
    // Clients choose other paths and methods, and a label must not have endless values.
    let path = path.filter(|_| status != 405);
    let operation = path.map_or("unmatched".to_owned(), |path| format!("{method} {path}"));
    metrics.requests.with_label_values(&[&operation, status.as_str(), code]).inc();
    answer
}

async fn buy() -> Result<HttpResponse, Error> {
    Err(Error::out_of_stock("Teapot"))
}

async fn leave() -> HttpResponse {
    panic!("the door is stuck")
}

/// The routes of the shop.
pub fn shop(config: &mut ServiceConfig) {
    config.service(web::resource("/buy").post(buy)).service(web::resource("/leave").post(leave));
}
