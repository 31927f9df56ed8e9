//! A client that repeats its requests as the catalog of the API says.

pub mod errors {
    //! The errors of the API.
    errbook::catalog!("errors.yaml");
}

use std::fmt;
use std::time::Duration;

use errbook::client;
use reqwest::{Client, Request, Response};

use crate::errors::ReceivedError;

/// No response asks this client to wait longer: it gives up, and its caller may come back.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no response to work with.
#[derive(Debug)]
pub enum Failure {
    /// The API answered with an error.
    Api(Box<ReceivedError>),
    /// There was no answer, or none that ended.
    Connection(reqwest::Error),
}

/// Sends a request, and sends it again for as long as the catalog says that it can help.
///
/// # Errors
///
/// The error that came last, or that the connection broke.
pub async fn send_with_retries(client: &Client, request: Request) -> Result<Response, Failure> {
    let kind = client::Request::with_method(request.method().as_str());
    let mut repeats = 0;
    loop {
        // A body that is a stream can be sent once.
        let Some(copy) = request.try_clone() else { return send(client, request).await };
        let error = match send(client, copy).await {
            Err(Failure::Api(error)) => error,
            other => return other,
        };
        match error.delay_with_jitter(kind, repeats, fastrand::f64()) {
            Some(wait) if wait <= PATIENCE => tokio::time::sleep(wait).await,
            _ => return Err(Failure::Api(error)),
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
