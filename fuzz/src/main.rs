//! Writes the seeds for libFuzzer: `errbook-fuzz DIR` fills `DIR/<target>/seeds`.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or(io::ErrorKind::InvalidInput)?);
    for (number, seed) in errbook_fuzz::seeds().iter().enumerate() {
        let seeds = folder.join(seed.target).join("seeds");
        fs::create_dir_all(&seeds)?;
        fs::write(seeds.join(number.to_string()), &seed.bytes)?;
    }
    Ok(())
}
