//! Serves both APIs on 127.0.0.1. The first argument is the port; the default is 3000. The others say
//! what is wrong with a platform, as in `tiktok=down` (`down`, `silent` or `changed`), or for how many
//! seconds the service waits for one, as in `patience=1`.

use std::sync::Arc;
use std::time::Duration;

use axum_service::World;
use axum_service::platform::{Condition, Platforms};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/openapi/social-crawl.json", listener.local_addr()?);
    println!("http://{}/openapi/socia-hive.json", listener.local_addr()?);
    let (platforms, mut patience) = (Platforms::default(), Duration::from_secs(5));
    for argument in std::env::args().skip(2) {
        match argument.split_once('=').ok_or("an argument is NAME=VALUE")? {
            ("patience", seconds) => patience = Duration::from_secs(seconds.parse()?),
            (platform, "down") => platforms.set(platform, Condition::Down),
            (platform, "silent") => platforms.set(platform, Condition::Silent),
            (platform, "changed") => platforms.set(platform, Condition::Changed),
            (_, other) => return Err(format!("a platform is down, silent or changed, not {other}").into()),
        }
    }
    let world = World { platforms: Arc::new(platforms), patience };
    axum::serve(listener, axum_service::app(world)).await?;
    Ok(())
}
