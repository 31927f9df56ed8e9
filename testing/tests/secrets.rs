//! `assert_no_secrets!`: the outputs that it searches, and its report of a leak.

use std::panic::catch_unwind;

const BANK: &str = "\
errbook: 1
api: {name: Bank}
prose: {before: before.md}
types:
  Login: {fields: {user: {type: string, example: ada}, password: {type: string, sensitive: true, example: hunter2}}}
errors:
  broken: {status: 500, description: It broke., fix: Report it.}
  wrong_password:
    status: 403
    description: The password is wrong.
    fix: Ask again.
    details: {login: {type: Login, example: {user: ada, password: hunter2}}, pin: {type: integer, sensitive: true, example: 1234}}
  ledger_down:
    status: 503
    visibility: internal
    message: \"the ledger on {host} is down\"
    details: {host: {type: string, example: db-7}}
generate: {docs: {dir: docs, flavor: mdbook}, json: errors.json, rust: src/errors.rs}
";

fn tested(prose: &str) -> (usize, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("errors.yaml"), BANK).expect("writable");
    std::fs::write(folder.path().join("before.md"), prose).expect("writable");
    errbook_testing::assert_no_secrets!(folder.path().join("errors.yaml").to_str().expect("UTF-8"))
}

#[test]
fn every_output_is_searched_for_every_secret() {
    let (outputs, secrets) = tested("{% for error in catalog.errors %}{{ error.id }} {{ error.title }}{% endfor %}");
    assert!(outputs > 50, "{outputs}");
    // Two sensitive examples, that of their type, and four parts of the internal error.
    assert_eq!(secrets, 7);
}

#[test]
fn a_leak_is_named_with_its_output_and_its_place() {
    // The first canary.
    let panic = catch_unwind(|| tested("canary00000x")).expect_err("a leak");
    let report = panic.downcast_ref::<String>().expect("a message");
    assert!(report.contains("errors.yaml` contain secrets\n"), "{report}");
    assert!(report.contains("index.md` contains `types.Login.password`\n"), "{report}");
    assert!(!report.contains("errors.json` contains"), "{report}");
}
