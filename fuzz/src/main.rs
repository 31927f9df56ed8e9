//! `errbook-fuzz DIR` writes the seeds for libFuzzer to `DIR/<target>/seeds`, and generated catalogs to
//! `DIR/catalogs`.

use std::path::PathBuf;
use std::{env, fs, io};

use errbook_fuzz::Numbers;

/// The number of generated catalogs.
const CATALOGS: u64 = 10;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or(io::ErrorKind::InvalidInput)?);
    for (number, seed) in errbook_fuzz::seeds().iter().enumerate() {
        let seeds = folder.join(seed.target).join("seeds");
        fs::create_dir_all(&seeds)?;
        fs::write(seeds.join(number.to_string()), &seed.bytes)?;
    }
    let catalogs = folder.join("catalogs");
    fs::create_dir_all(&catalogs)?;
    for seed in 0..CATALOGS {
        let catalog = errbook_fuzz::catalog(&Numbers::new(seed).bytes());
        fs::write(catalogs.join(format!("{seed}.yaml")), catalog)?;
    }
    Ok(())
}
