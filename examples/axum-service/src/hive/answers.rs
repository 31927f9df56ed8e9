//! The errors of each operation, for the OpenAPI document.
//!
//! A handler that returns [`Error`](super::errors::Error) can return any error, so a test and
//! `conformance.sh` compare these lists with actual responses. The types at the end can be made from
//! the listed errors only, and the handlers return them.

use super::caller::QuotaError;
use super::store::FindError;

macro_rules! answers {
    ($($operation:ident: [$($id:ident),+],)+) => {
        $(
            pub(super) enum $operation {}
            errbook::openapi!("../../catalog/apis/socia-hive.yaml", $operation, [$($id),+]);
        )+
    };
}

answers! {
    CreateFlow: [auth_error, not_found, invalid_input, conflict, tier_error, rate_limit, unknown_error],
    EditNodes: [auth_error, not_found, invalid_input, conflict, state_error, tier_error, rate_limit, unknown_error],
    ActivateFlow: [auth_error, not_found, invalid_input, keyword_conflict, state_error, rate_limit, unknown_error],
    DeleteFlow: [pending_confirmation, auth_error, not_found, invalid_input, rate_limit, unknown_error],
    SchedulePost: [auth_error, not_found, invalid_input, validation_error, rate_limit, unknown_error],
    Subscribe: [auth_error, not_found, invalid_input, conflict, limit_reached, rate_limit, unknown_error],
    Analytics: [
        auth_error, not_found, invalid_input, no_account_selected, rate_limit, upstream_error, unknown_error
    ],
}

errbook::operation!(
    "../../catalog/apis/socia-hive.yaml",
    /// The errors of `GET /hive/flows/{id}`.
    pub(super) ReadFlowError: super::errors::Error,
    [auth_error, not_found, invalid_input, rate_limit, unknown_error],
    from(QuotaError, FindError),
);

errbook::operation!(
    "../../catalog/apis/socia-hive.yaml",
    /// The errors of `POST /hive/flows/{id}/duplicate`.
    pub(super) DuplicateFlowError: super::errors::Error,
    [auth_error, not_found, invalid_input, rate_limit, unknown_error],
    from(QuotaError, FindError),
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use errbook::Operation;
    use utoipa::OpenApi as _;

    use super::super::{Api, errors::ErrorCode};
    use super::{DuplicateFlowError, ReadFlowError};

    /// Compares the examples of an operation in the document with the list of a type.
    #[track_caller]
    fn check<E: Operation>(method: &str, path: &str) {
        let document = serde_json::to_value(Api::openapi()).expect("JSON");
        let responses = document["paths"][path][method]["responses"].as_object().expect("responses");
        let content = responses.values().filter_map(|response| response["content"].as_object());
        let examples = content.flat_map(|content| content.values()).filter_map(|media| media["examples"].as_object());
        let shown: BTreeSet<&str> = examples.flat_map(|examples| examples.keys()).map(String::as_str).collect();
        let listed = E::IDS.iter().map(|id| ErrorCode::from_id(id).expect("an error of the catalog").slug());
        assert_eq!(shown, listed.collect());
    }

    #[test]
    fn the_document_has_the_errors_of_the_types() {
        check::<ReadFlowError>("get", "/hive/flows/{id}");
        check::<DuplicateFlowError>("post", "/hive/flows/{id}/duplicate");
    }
}
