//! A shop with actix-web. Every response that is an error is one of the catalog.

use actix_web::{App, HttpServer, web};
use errbook::actix::CatalogMiddleware;
use errbook::http::from_rejection;

errbook::catalog!("errors.yaml");

async fn buy(item: String) -> Result<String, Error> {
    if item == "Teapot" {
        return Err(Error::out_of_stock(item));
    }
    Ok(format!("{item} is yours"))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| {
        App::new()
            .wrap(CatalogMiddleware::new(|_request| Context::default(), from_rejection::<Error>))
            .service(web::resource("/buy").post(buy))
    });
    let server = server.workers(1).bind(std::env::args().nth(1).unwrap_or("127.0.0.1:3000".into()))?;
    for address in server.addrs() {
        println!("http://{address}");
    }
    server.run().await
}
