//! Runs a target of `errbook-fuzz` under libFuzzer. `ERRBOOK_TARGET` is its name. `fuzz/run` builds
//! and starts it.

#![no_main]

use std::sync::LazyLock;

use errbook_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("ERRBOOK_TARGET").expect("ERRBOOK_TARGET names a target");
    TARGETS.iter().find(|target| target.name == name).expect("a target of errbook-fuzz")
});

fuzz_target!(|bytes: &[u8]| (TARGET.run)(bytes));
