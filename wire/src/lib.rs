//! What a client reads from a response, in a form that tests can compare.

use std::collections::BTreeMap;

use errbook::client::{Kind, Receive, Received, Request};
use errbook::{Answer, CatalogCode as _, Json, Retry};
use serde_json::Value;

/// Reads a response with the client of one catalog: the status, the headers and the body.
pub type Client = fn(u16, &[(String, String)], &str, &Names) -> Reading;

/// What to read by name.
#[derive(Debug, Default)]
pub struct Names {
    /// Of context fields.
    pub facts: Vec<String>,
    /// Of details.
    pub details: Vec<String>,
}

/// What a client reads.
#[derive(Debug)]
pub struct Reading {
    /// The id of the error; `None` if the client does not know it.
    pub id: Option<&'static str>,
    /// The details of the typed error, or else the first detail that the client cannot read.
    pub details: Result<Value, &'static str>,
    /// The message.
    pub message: Option<String>,
    /// What the client's catalog says about retries.
    pub retry: Retry,
    /// What the client does about an idempotent request, and about another one.
    pub answers: [Answer; 2],
    /// The context fields that the response has.
    pub facts: BTreeMap<String, Json>,
    /// The details that the body has, also where the typed error cannot be built.
    pub untyped: BTreeMap<String, Json>,
}

/// Reads a response with the client of a catalog.
///
/// # Panics
///
/// If the details of the error are not JSON, which those of generated errors are.
pub fn read<E: Receive>(status: u16, headers: &[(String, String)], body: &str, names: &Names) -> Reading {
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let received = Received::<E>::parse(status, headers, body.as_bytes());
    let details = match &received.kind {
        Kind::Known(error) => Ok(serde_json::to_value(error.details()).expect("details are JSON")),
        Kind::Partial { detail, .. } => Err(*detail),
        Kind::Unknown { .. } => Err("code"),
    };
    Reading {
        id: received.code().map(|code| code.info().id()),
        details,
        message: received.message().map(str::to_owned),
        retry: received.retry(),
        answers: [Request::Idempotent, Request::Other].map(|request| received.answer(request, 0)),
        facts: named(&names.facts, |name| received.fact(name)),
        untyped: named(&names.details, |name| received.detail(name)),
    }
}

/// A predicate of a catalog, with its name.
pub type Predicate<C> = (&'static str, fn(C) -> bool);

/// Reads a response with the client of one catalog, and asks whether to repeat the request.
pub type Receiver = fn(&Response<'_>, Request, u32) -> Receipt;

/// A response.
#[derive(Debug)]
pub struct Response<'a> {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// What a client reads from a test vector.
#[derive(Debug)]
pub struct Receipt {
    /// The status that was sent.
    pub status: u16,
    /// The id of the error; `None` if the client does not know it.
    pub id: Option<&'static str>,
    /// The code of an error that the client does not know.
    pub unknown_code: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The details of the typed error, or else the first detail that the client cannot read.
    pub details: Result<Value, &'static str>,
    /// The predicates that are true.
    pub predicates: Vec<&'static str>,
    /// What the client does.
    pub answer: Answer,
}

/// Reads a response with the client of a catalog.
///
/// # Panics
///
/// If the details of the error are not JSON, which those of generated errors are.
pub fn receive<E: Receive>(
    response: &Response<'_>,
    request: Request,
    repeats: u32,
    predicates: &[Predicate<E::Code>],
) -> Receipt {
    let headers = response.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let received = Received::<E>::parse(response.status, headers, response.body);
    let code = received.code();
    let is_true = |predicate: fn(E::Code) -> bool| code.is_some_and(predicate);
    Receipt {
        status: received.status,
        id: code.map(|code| code.info().id()),
        unknown_code: match &received.kind {
            Kind::Unknown { code, .. } => code.clone(),
            Kind::Known(_) | Kind::Partial { .. } => None,
        },
        message: received.message().map(str::to_owned),
        details: match &received.kind {
            Kind::Known(error) => Ok(serde_json::to_value(error.details()).expect("details are JSON")),
            Kind::Partial { detail, .. } => Err(*detail),
            Kind::Unknown { .. } => Err("code"),
        },
        predicates: predicates.iter().filter(|(_, own)| is_true(*own)).map(|(name, _)| *name).collect(),
        answer: received.answer(request, repeats),
    }
}

fn named<'a>(names: &[String], value: impl Fn(&str) -> Option<&'a Json>) -> BTreeMap<String, Json> {
    names.iter().filter_map(|name| Some((name.clone(), value(name)?.clone()))).collect()
}
