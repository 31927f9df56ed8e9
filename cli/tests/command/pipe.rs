//! A reader that closes the pipe does not change how a command ends.

use std::process::Stdio;

use super::{Place, SHOP};

/// The exit code of a command whose output is not read.
fn unread(place: &Place, args: &[&str]) -> Option<i32> {
    let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command");
    // Closed before there is anything to read.
    drop(child.stdout.take());
    child.wait().expect("an end").code()
}

#[test]
fn exit_codes_are_the_same_with_a_closed_pipe() {
    let place = Place::with_shop();
    place.put("old.yaml", &SHOP.replace("SOLD_OUT", "GONE_FOR_GOOD"));
    place.put("bad.yaml", &SHOP.replace("status: 409", "status: 4090"));
    place.put("untidy.yaml", "errors: {A: {fix: b., status: 409}}\nerrbook: 1\napi: {name: Shop}\n");
    place.put("api.yaml", "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n");
    place.put("page.md", "| Code | Status | Meaning |\n|---|---|---|\n| gone | 410 | It is gone. |\n");
    place.put("src/lib.rs", "pub fn a() { let _ = \"SOLD_OUT\"; }\n");
    place.put("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.0.0\"\n");
    let commands: &[&[&str]] = &[
        &["check"],
        &["check", "old.yaml", "bad.yaml", "--format", "json"],
        &["check", "bad.yaml", "errors.yaml", "--format", "github"],
        &["check", "errors.yaml", "bad.yaml"],
        &["diff", "old.yaml", "errors.yaml", "--fail-on", "breaking"],
        &["diff", "old.yaml", "errors.yaml", "--fail-on", "text", "--format", "json"],
        &["diff", "old.yaml", "errors.yaml", "--fail-on", "text", "--format", "markdown"],
        &["diff", "old.yaml", "errors.yaml", "--fail-on", "text", "--format", "github"],
        &["diff", "old.yaml", "errors.yaml"],
        &["diff", "--rules"],
        &["generate", "--out", "generated", "--check"],
        &["site", "--out", "public", "--check"],
        &["fmt", "--check", "untidy.yaml", "errors.yaml"],
        &["openapi", "--into", "api.yaml", "--check"],
        &["audit"],
        &["audit", "--format", "json"],
        &["list"],
        &["list", "--format", "json"],
        &["list", "bad.yaml"],
        &["explain", "SOLD_OUT"],
        &["explain", "NOTHING_LIKE_IT"],
        &["explain", "-"],
        &["explain", "{\"code\": \"SOLD_OUT\"}"],
        &["owners"],
        &["schema"],
        &["completions", "bash"],
        &["import", "page.md"],
        &["release", "1.0.0", "--dry-run"],
        &["rename", "SOLD_OUT", "CLOSED"],
        &["nothing"],
        &["--help"],
    ];
    let mut codes = std::collections::BTreeSet::new();
    for args in commands {
        let read = place.run(args);
        assert_eq!(unread(&place, args), read.code, "{args:?}: {read:#?}");
        codes.extend(read.code);
    }
    assert_eq!(codes, std::collections::BTreeSet::from([0, 1, 2]));
}
