//! The errors of each operation, for the OpenAPI document. A handler can return any
//! [`Error`](super::errors::Error), so a test and `conformance.sh` compare these lists with actual
//! responses.

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
    ReadFlow: [auth_error, not_found, invalid_input, rate_limit, unknown_error],
    EditNodes: [auth_error, not_found, invalid_input, conflict, state_error, tier_error, rate_limit, unknown_error],
    ActivateFlow: [auth_error, not_found, invalid_input, keyword_conflict, state_error, rate_limit, unknown_error],
    DuplicateFlow: [auth_error, not_found, invalid_input, rate_limit, unknown_error],
    DeleteFlow: [pending_confirmation, auth_error, not_found, invalid_input, rate_limit, unknown_error],
    SchedulePost: [auth_error, not_found, invalid_input, validation_error, rate_limit, unknown_error],
    Subscribe: [auth_error, not_found, invalid_input, conflict, limit_reached, rate_limit, unknown_error],
    Analytics: [
        auth_error, not_found, invalid_input, no_account_selected, rate_limit, upstream_error, unknown_error
    ],
}
