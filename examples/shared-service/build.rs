//! Generates the errors of the shop from the crate of its catalog.

use example_shared_catalog::CATALOG;

fn main() -> Result<(), errbook_codegen::build::Error> {
    errbook_codegen::build::generate(CATALOG)?;
    // For macros, which read a path after `$` from the environment of the compiler.
    println!("cargo::rustc-env=SHOP_CATALOG={CATALOG}");
    Ok(())
}
