//! Fails if an output contains a sensitive value, or a part of an internal error.

#[test]
fn no_output_has_a_secret() {
    let (outputs, secrets) = errbook_testing::assert_no_secrets!("errors.yaml");
    println!("{outputs} outputs, {secrets} secrets");
}
