//! Compile errors for services that forget something.

#[test]
fn a_response_needs_its_context_fields() {
    // A catalog's path is relative to the crate, and trybuild compiles these cases in its own
    // crate.
    let compiled_in = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/errbook");
    std::fs::create_dir_all(&compiled_in).expect("a writable target folder");
    std::fs::copy("tests/service.yaml", compiled_in.join("service.yaml")).expect("a copy");
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
