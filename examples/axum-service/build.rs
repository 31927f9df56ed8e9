//! Generates the Rust errors of both services.

fn main() -> Result<(), errbook_codegen::build::Error> {
    for catalog in ["social-crawl", "socia-hive"] {
        errbook_codegen::build::generate(format!("../../catalog/apis/{catalog}.yaml"))?;
    }
    Ok(())
}
