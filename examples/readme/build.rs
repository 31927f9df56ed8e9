//! Generates the errors of the shop.

fn main() -> Result<(), errbook_codegen::build::Error> {
    errbook_codegen::build::generate("errors.yaml")?;
    Ok(())
}
