//! Fails where clients of the shop would find something else than they were promised.

#[test]
fn clients_find_what_they_were_promised() {
    errbook_testing::assert_promise!("errors.yaml");
}
