//! With any features, a catalog whose context fields nobody supplies compiles and works.

#[allow(missing_docs)]
mod errors {
    errbook::catalog!("tests/service.yaml");
}
use errors::{Context, Error};

#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/service.yaml", module = errors)]
enum ByHand {
    #[error("nothing here")]
    NotFound,
}

#[test]
fn facts_that_nobody_supplies_are_handed_over() {
    let context = Context::new("req-1", 3, None);
    let generated = serde_json::to_value(Error::NotFound.body(&context)).expect("JSON");
    let by_hand = serde_json::to_value(errbook::CatalogError::body(&ByHand::NotFound, &context)).expect("JSON");
    assert_eq!(generated["request_id"], "req-1");
    assert_eq!(generated, by_hand);
}
