//! The errors of the shop, by a build script.

fn main() -> Result<(), errbook_codegen::build::Error> {
    errbook_codegen::build::generate("errors.yaml")?;
    Ok(())
}
