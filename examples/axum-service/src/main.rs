//! Serves both APIs on 127.0.0.1. The first argument is the port; the default is 3000.

use std::sync::Arc;
use std::time::Duration;

use axum_service::World;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/openapi/social-crawl.json", listener.local_addr()?);
    println!("http://{}/openapi/socia-hive.json", listener.local_addr()?);
    let world = World { platforms: Arc::default(), patience: Duration::from_secs(5) };
    axum::serve(listener, axum_service::app(world)).await?;
    Ok(())
}
