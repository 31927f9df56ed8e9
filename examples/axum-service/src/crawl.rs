//! Reads profiles and posts of social platforms, for credits.

mod account;
mod breaker;
/// The errors of the API, generated from its catalog.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/social-crawl.rs"));
}

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Path, Query, State};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use errbook::axum::CatalogLayer;
use errbook::http::Rejection;
use errbook::utoipa::NamedSchemas;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::{OpenApi, ToSchema};

use crate::World;
use crate::openapi::ApiKey;
use crate::platform::Answer;
use account::{Accounts, Caller};
use breaker::Breakers;
use errors::{Context, Error};

errbook::openapi!("../../catalog/apis/social-crawl.yaml", errors::Error);

/// The errors of an endpoint without a key or a platform.
enum StatusError {}
errbook::openapi!("../../catalog/apis/social-crawl.yaml", StatusError, [METHOD_NOT_ALLOWED, INTERNAL_ERROR]);

/// The OpenAPI document of the API.
#[derive(OpenApi)]
#[openapi(
    info(title = "SocialCrawl", version = "1", description = "Profiles and posts of social platforms, for credits."),
    paths(status, profile, post),
    components(schemas(Error)),
    modifiers(&ApiKey, &NamedSchemas)
)]
pub struct Api;

/// The platforms that the API covers.
const PLATFORMS: [&str; 3] = ["instagram", "tiktok", "youtube"];

struct Crawl {
    world: Arc<World>,
    accounts: Accounts,
    breakers: Breakers,
}

/// The routes under `/v1`.
pub fn router(world: Arc<World>) -> Router {
    let crawl = Crawl { world, accounts: Accounts::with_demo_keys(), breakers: Breakers::default() };
    let routes = Router::new()
        .route("/status", get(status))
        .route("/{platform}/profile", get(profile))
        .route("/{platform}/post", get(post))
        .fallback(async || Error::endpoint_not_found())
        .with_state(Arc::new(crawl))
        .layer(map_response(with_request_id))
        .layer(CatalogLayer::new(facts, rejected));
    Router::new().nest("/v1", routes)
}

/// The context of a new request: its id, and no credits, because the account is unknown.
fn facts(_: &Parts) -> Context {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Context::new(0, format!("req-{:08}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

impl errbook::Current for Context {
    fn current() -> Self {
        errbook::scoped().unwrap_or_else(|| Context::new(0, "none"))
    }
}

/// The errors to send instead of axum's own rejections.
fn rejected(rejection: &Rejection) -> Error {
    match rejection.status() {
        404 => Error::endpoint_not_found(),
        405 => Error::method_not_allowed(),
        ..500 => Error::invalid_request(),
        _ => {
            eprintln!("{}: {}", <Context as errbook::Current>::current().request_id, rejection.reason());
            Error::internal_error()
        }
    }
}

/// Adds the request id to every response, including successful ones.
async fn with_request_id(mut response: Response) -> Response {
    let id = <Context as errbook::Current>::current().request_id;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A profile on a platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// `true`
    success: bool,
    /// The requested name.
    name: String,
    /// The number of followers.
    followers: u64,
    /// The remaining credits of the account.
    credits_remaining: i64,
    /// The id of the request in the API's logs.
    request_id: String,
}

/// The state of a platform's circuit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Circuit {
    /// The name of the platform.
    platform: String,
    /// Whether the circuit is open: the platform failed repeatedly and is not queried.
    open: bool,
}

#[utoipa::path(get, path = "/v1/status",
    responses((status = 200, body = Vec<Circuit>, headers(("X-Request-Id" = String))), StatusError))]
async fn status(State(crawl): State<Arc<Crawl>>) -> Json<Vec<Circuit>> {
    let circuit = |platform: &str| Circuit { platform: platform.to_owned(), open: crawl.breakers.is_open(platform) };
    Json(PLATFORMS.into_iter().map(circuit).collect())
}

type Parameters = Query<HashMap<String, String>>;

#[utoipa::path(get, path = "/v1/{platform}/profile",
    params(
        ("platform" = String, Path, pattern = "^(instagram|tiktok|youtube)$", example = "tiktok"),
        ("handle" = String, Query, pattern = "^[A-Za-z0-9._]{1,30}$", example = "ada"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for a request that is sent again"),
    ),
    security(("key" = [])),
    responses((status = 200, body = Found, headers(("X-Request-Id" = String))), Error))]
async fn profile(
    State(crawl): State<Arc<Crawl>>,
    Path(platform): Path<String>,
    caller: Caller,
    Query(parameters): Parameters,
) -> Result<Json<Found>, Error> {
    let handle = parameters.get("handle").filter(|handle| is_handle(handle)).ok_or(Error::invalid_request())?;
    crawl.answer(&platform, &caller, &parameters, handle, 1).await
}

#[utoipa::path(get, path = "/v1/{platform}/post",
    params(
        ("platform" = String, Path, pattern = "^(instagram|tiktok|youtube)$", example = "tiktok"),
        ("id" = Option<String>, Query, min_length = 1, example = "42", description = "This, or `url`"),
        ("url" = Option<String>, Query, min_length = 1, description = "This, or `id`"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for a request that is sent again"),
    ),
    security(("key" = [])),
    responses((status = 200, body = Found, headers(("X-Request-Id" = String))), Error))]
async fn post(
    State(crawl): State<Arc<Crawl>>,
    Path(platform): Path<String>,
    caller: Caller,
    Query(parameters): Parameters,
) -> Result<Json<Found>, Error> {
    let mut given = ["id", "url"].into_iter().filter_map(|name| parameters.get(name));
    if given.clone().any(String::is_empty) {
        return Err(Error::invalid_request());
    }
    let name = given.next().ok_or(Error::invalid_request())?;
    crawl.answer(&platform, &caller, &parameters, name, 5).await
}

fn is_handle(handle: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
    (1..=30).contains(&handle.len()) && handle.chars().all(is_allowed)
}

impl Crawl {
    async fn answer(
        &self,
        platform: &str,
        caller: &Caller,
        parameters: &HashMap<String, String>,
        name: &str,
        cost: i64,
    ) -> Result<Json<Found>, Error> {
        if !PLATFORMS.contains(&platform) {
            return Err(Error::endpoint_not_found());
        }
        self.accounts.claim(caller, parameters)?;
        let _in_flight = self.accounts.enter(caller)?;
        // Dropping a charge refunds it unless it is kept. This covers every early return and a
        // panic.
        let charge = self.accounts.charge(caller, cost)?;
        self.breakers.check(platform)?;
        let answer = timeout(self.world.patience, self.world.platforms.ask(platform, name)).await;
        let answer = answer.unwrap_or(Answer::Failed);
        self.breakers.record(platform, answer != Answer::Failed);
        match answer {
            Answer::Failed => Err(Error::upstream_error()),
            Answer::Empty => Err(Error::resource_not_found()),
            Answer::NotFound => {
                charge.keep();
                Err(Error::resource_not_found())
            }
            Answer::Found(value) => {
                let followers = value["followers"].as_u64().expect("a platform counts who follows");
                let credits_remaining = charge.keep();
                let request_id = <Context as errbook::Current>::current().request_id;
                Ok(Json(Found { success: true, name: name.to_owned(), followers, credits_remaining, request_id }))
            }
        }
    }
}
