//! A client that retries its requests as the API's catalog says.

pub mod errors {
    //! The errors of the API.
    errbook::catalog!("errors.yaml");
}

use std::fmt;
use std::time::Duration;

use errbook::{Answer, client};
use reqwest::{Client, Request, Response};

use crate::errors::ReceivedError;

/// The maximum wait. If a response asks for more, the client gives up, and the caller can retry
/// later.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no successful response.
#[derive(Debug)]
pub enum Failure {
    /// The API returned an error.
    Api(Box<ReceivedError>),
    /// The connection failed, or the response was incomplete.
    Connection(reqwest::Error),
}

/// Sends a request, and retries it as long as the catalog allows.
///
/// # Errors
///
/// The last error of the API, or the failure of the connection.
pub async fn send_with_retries(client: &Client, request: Request) -> Result<Response, Failure> {
    let kind = client::Request::with_method(request.method().as_str());
    let mut repeats = 0;
    loop {
        // A streaming body can be sent only once.
        let Some(copy) = request.try_clone() else { return send(client, request).await };
        let error = match send(client, copy).await {
            Err(Failure::Api(error)) => error,
            other => return other,
        };
        match error.answer_with_jitter(kind, repeats, fastrand::f64()) {
            Answer::Wait(wait) if wait <= PATIENCE => tokio::time::sleep(wait).await,
            Answer::Wait(_) | Answer::Stop | Answer::Unsaid => return Err(Failure::Api(error)),
        }
        repeats += 1;
    }
}

async fn send(client: &Client, request: Request) -> Result<Response, Failure> {
    let response = client.execute(request).await.map_err(Failure::Connection)?;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(response);
    }
    let headers = response.headers().clone();
    let body = response.bytes().await.map_err(Failure::Connection)?;
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Err(Failure::Api(Box::new(ReceivedError::parse(status.as_u16(), headers, &body))))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Api(error) => error.fmt(f),
            Failure::Connection(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}
