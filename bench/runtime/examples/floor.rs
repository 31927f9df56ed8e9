//! The least that a command can do with a catalog: read its bytes, or read it as YAML without a
//! meaning. `bench/speed.py` compares the command with it.
//!
//! ```sh
//! cargo run --release -p errbook-bench --example floor -- bytes|yaml FILE
//! ```

use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [work, path] = arguments.as_slice() else { return Err("usage: floor bytes|yaml FILE".into()) };
    let text = fs::read_to_string(path)?;
    let count = match work.as_str() {
        "bytes" => text.len(),
        "yaml" => {
            serde_yaml::from_str::<serde_yaml::Value>(&text)?["errors"].as_mapping().map_or(0, |errors| errors.len())
        }
        _ => return Err("usage: floor bytes|yaml FILE".into()),
    };
    println!("{count}");
    Ok(())
}
