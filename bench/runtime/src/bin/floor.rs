//! The least that a command can do with a catalog: read its bytes, or read it as YAML without a
//! meaning. `bench/speed.py` compares the command with it. Also writes the catalogs to read.
//!
//! ```sh
//! cargo run --release -p errbook-bench --bin floor -- catalog 10000 > errors.yaml
//! cargo run --release -p errbook-bench --bin floor -- yaml errors.yaml
//! ```

use std::error::Error;
use std::{env, fs};

use serde_yaml::{Mapping, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["catalog", errors] => print!("{}", errbook_bench::catalog::text(errors.parse()?)),
        ["bytes", path] => println!("{} bytes", fs::read_to_string(path)?.len()),
        ["yaml", path] => {
            let catalog: Value = serde_yaml::from_str(&fs::read_to_string(path)?)?;
            println!("{} errors", catalog["errors"].as_mapping().map_or(0, Mapping::len));
        }
        _ => return Err("usage: floor catalog NUMBER | bytes FILE | yaml FILE".into()),
    }
    Ok(())
}
