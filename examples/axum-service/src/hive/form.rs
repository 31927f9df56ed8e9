//! Reads bodies field by field, so that the error can list every invalid field.

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::errors::Error;

/// A type that can be read from a body.
pub(super) trait Input: Sized {
    /// Reads every field before it validates any. `None` if a field is invalid.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// The members of a body, and the names of the invalid ones.
pub(super) struct Fields {
    members: Map<String, Value>,
    failed: Vec<String>,
}

impl Fields {
    /// Takes a field. If it is absent, `T` decides whether that is valid: an `Option` reads null.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.members.remove(name).unwrap_or_default();
        let value = serde_json::from_value(value).ok();
        if value.is_none() {
            self.failed.push(name.to_owned());
        }
        value
    }

    /// Takes an integer. For JSON Schema, `48.0` is an integer; for serde, it is not.
    pub(super) fn take_whole(&mut self, name: &str) -> Option<u32> {
        if let Some(value) = self.members.get_mut(name)
            && let Some(whole) = value.as_f64().filter(|number| number.fract() == 0.0)
        {
            *value = format!("{whole:.0}").parse().map_or(Value::Null, Value::Number);
        }
        self.take(name)
    }
}

/// A JSON body.
pub(super) struct Form<T>(pub(super) T);

impl<T: Input, S: Send + Sync> FromRequest<S> for Form<T> {
    /// If the body is not JSON, axum's own rejection is returned. The layer around the routes
    /// converts it.
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body: Json<Map<String, Value>> =
            Json::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let mut fields = Fields { members: body.0, failed: Vec::new() };
        T::read(&mut fields).map(Self).ok_or_else(|| Error::invalid_input(fields.failed).into_response())
    }
}
