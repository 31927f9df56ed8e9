//! Generates the errors of the catalog, and a type for those of each operation in the document.

fn main() -> Result<(), errbook_schema::build::Error> {
    errbook_codegen::build::generate("errors.yaml")?;
    errbook_schema::build::operations("openapi.yaml", "errors.yaml", "crate::errors")?;
    Ok(())
}
