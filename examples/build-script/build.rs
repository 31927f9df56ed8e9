//! Generates the errors of two APIs into `OUT_DIR`.

use errbook_codegen::build::{Error, generate};

fn main() -> Result<(), Error> {
    generate("../../catalog/apis/social-crawl.yaml")?;
    generate("../../catalog/apis/socia-hive.yaml")?;
    Ok(())
}
