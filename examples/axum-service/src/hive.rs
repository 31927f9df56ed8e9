//! Plans posts and chat flows, within the limits of a plan.

mod answers;
mod caller;
/// The errors of the API, generated from its catalog.
pub mod errors {
    include!(concat!(env!("OUT_DIR"), "/socia-hive.rs"));
}
mod form;
mod store;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post, put};
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
use answers::{DuplicateFlowError, ReadFlowError};
use caller::{Caller, Quotas};
use errors::{Context, Error, UpstreamErrorBuilder, UpstreamErrorStatus, Window};
use form::Form;
use store::{Deletion, Flow, NewFlow, NewNodes, NewPost, NewWebhook, Post, Question, Store, Webhook};

errbook::openapi!("../../catalog/apis/socia-hive.yaml", errors::Error);

/// The OpenAPI document of the API.
#[derive(OpenApi)]
#[openapi(
    info(title = "SociaHive", version = "1", description = "Posts that are planned ahead, and chat flows."),
    paths(create_flow, read_flow, edit_nodes, activate_flow, duplicate_flow, delete_flow, schedule_post, subscribe, analytics),
    components(schemas(Error)),
    modifiers(&ApiKey, &NamedSchemas)
)]
pub struct Api;

struct Hive {
    world: Arc<World>,
    quotas: Quotas,
    store: Mutex<Store>,
}

impl Hive {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes, nested under `/hive`.
pub fn router(world: Arc<World>) -> Router {
    let hive = Hive { world, quotas: Quotas::default(), store: Mutex::new(Store::with_demo_accounts()) };
    Router::new()
        .route("/flows", post(create_flow))
        .route("/flows/{id}", get(read_flow))
        .route("/flows/{id}/nodes", put(edit_nodes))
        .route("/flows/{id}/activate", post(activate_flow))
        .route("/flows/{id}/duplicate", post(duplicate_flow))
        .route("/posts", post(schedule_post))
        .route("/webhooks", post(subscribe))
        .route("/tools/delete_flow", post(delete_flow))
        .route("/tools/analytics", post(analytics))
        .fallback(async || Error::not_found())
        .with_state(Arc::new(hive))
        .layer(CatalogLayer::new(|_| Context::new(None), rejected))
        .layer(from_fn(with_request_id))
}

/// The id of a request. In the catalog it is a detail of one error, not a context field, so it has
/// its own scope.
#[derive(Clone)]
struct RequestId(String);

async fn with_request_id(request: Request, next: Next) -> Response {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = RequestId(format!("req_{:06x}", NEXT.fetch_add(1, Ordering::Relaxed)));
    errbook::scope(id, next.run(request)).await
}

/// The errors to send instead of axum's own rejections. The catalog has no 405, so an unsupported
/// method is a 404.
fn rejected(rejection: &Rejection) -> Error {
    match rejection.status() {
        404 | 405 => Error::not_found(),
        // If the body is not JSON, no field could be read.
        ..500 => Error::invalid_input(Vec::new()),
        _ => {
            let RequestId(id) = errbook::scoped().unwrap_or_else(|| RequestId("none".to_owned()));
            eprintln!("{id}: {}", rejection.reason());
            Error::unknown_error(id)
        }
    }
}

#[utoipa::path(post, path = "/hive/flows", request_body = NewFlow, security(("key" = [])),
    responses((status = 201, body = Flow), answers::CreateFlow))]
async fn create_flow(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Form(flow): Form<NewFlow>,
) -> Result<(StatusCode, Json<Flow>), Error> {
    hive.quotas.take(&caller, Window::Write)?;
    Ok((StatusCode::CREATED, Json(hive.store().create_flow(&caller, flow)?)))
}

#[utoipa::path(get, path = "/hive/flows/{id}", params(("id" = String, Path, example = "flow_1")),
    security(("key" = [])), responses((status = 200, body = Flow), answers::ReadFlowError))]
async fn read_flow(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Flow>, ReadFlowError> {
    hive.quotas.take(&caller, Window::Read)?;
    Ok(Json(hive.store().flow(&caller, &id)?.clone()))
}

#[utoipa::path(put, path = "/hive/flows/{id}/nodes", params(("id" = String, Path, example = "flow_1")),
    request_body = NewNodes, security(("key" = [])), responses((status = 200, body = Flow), answers::EditNodes))]
async fn edit_nodes(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Path(id): Path<String>,
    Form(nodes): Form<NewNodes>,
) -> Result<Json<Flow>, Error> {
    hive.quotas.take(&caller, Window::Write)?;
    Ok(Json(hive.store().edit_nodes(&caller, &id, nodes)?))
}

#[utoipa::path(post, path = "/hive/flows/{id}/activate", params(("id" = String, Path, example = "flow_1")),
    security(("key" = [])), responses((status = 200, body = Flow), answers::ActivateFlow))]
async fn activate_flow(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Flow>, Error> {
    hive.quotas.take(&caller, Window::Write)?;
    Ok(Json(hive.store().activate_flow(&caller, &id)?))
}

#[utoipa::path(post, path = "/hive/flows/{id}/duplicate", params(("id" = String, Path, example = "flow_1")),
    security(("key" = [])), responses((status = 201, body = Flow), answers::DuplicateFlowError))]
async fn duplicate_flow(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Flow>), DuplicateFlowError> {
    hive.quotas.take(&caller, Window::Write)?;
    Ok((StatusCode::CREATED, Json(hive.store().duplicate_flow(&caller, &id)?)))
}

#[utoipa::path(post, path = "/hive/tools/delete_flow", request_body = Deletion, security(("key" = [])),
    responses((status = 204), answers::DeleteFlow))]
async fn delete_flow(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Form(deletion): Form<Deletion>,
) -> Result<StatusCode, Error> {
    hive.quotas.take(&caller, Window::Write)?;
    hive.store().delete_flow(&caller, deletion)?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/hive/posts", request_body = NewPost, security(("key" = [])),
    responses((status = 201, body = Post), answers::SchedulePost))]
async fn schedule_post(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Form(post): Form<NewPost>,
) -> Result<(StatusCode, Json<Post>), Error> {
    hive.quotas.take(&caller, Window::Write)?;
    Ok((StatusCode::CREATED, Json(hive.store().schedule_post(&caller, &post)?)))
}

#[utoipa::path(post, path = "/hive/webhooks", request_body = NewWebhook, security(("key" = [])),
    responses((status = 201, body = Webhook), answers::Subscribe))]
async fn subscribe(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Form(webhook): Form<NewWebhook>,
) -> Result<(StatusCode, Json<Webhook>), Error> {
    hive.quotas.take(&caller, Window::Write)?;
    Ok((StatusCode::CREATED, Json(hive.store().subscribe(&caller, webhook)?)))
}

/// The statistics of an account.
#[derive(Debug, Serialize, ToSchema)]
struct Analytics {
    /// The id of the account.
    account_id: String,
    /// The number of followers.
    followers: u64,
}

#[utoipa::path(post, path = "/hive/tools/analytics", request_body = Question, security(("key" = [])),
    responses((status = 200, body = Analytics), answers::Analytics))]
async fn analytics(
    State(hive): State<Arc<Hive>>,
    caller: Caller,
    Form(question): Form<Question>,
) -> Result<Json<Analytics>, Error> {
    hive.quotas.take(&caller, Window::Expensive)?;
    let account_id = question.account_id.ok_or(Error::no_account_selected())?;
    let handle = hive.store().account(&caller, &account_id)?.handle;
    let answer = timeout(hive.world.patience, hive.world.platforms.ask("instagram", handle)).await;
    match answer {
        Ok(Answer::Found(value)) => {
            let followers = value["followers"].as_u64().expect("a platform counts who follows");
            Ok(Json(Analytics { account_id, followers }))
        }
        Ok(Answer::Empty | Answer::NotFound) => Err(Error::not_found()),
        Ok(Answer::Failed) => Err(Error::upstream_error("Instagram")),
        Err(_elapsed) => Err(UpstreamErrorBuilder::new("Instagram").with_status(UpstreamErrorStatus::Http503).build()),
    }
}
