//! Fails if a change of the catalog affects clients of the shop.

#[test]
fn the_promise_to_clients_is_unchanged() {
    errbook_testing::assert_promise!("errors.yaml");
}
