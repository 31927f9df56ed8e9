//! Starts the service of actix-web on a socket, and reads its metrics.

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use errbook::actix::CatalogMiddleware;
use errbook::http::from_rejection;
use example_observability::actix::{Metrics, count, shop};
use example_observability::errors::{Context, Error};

#[actix_web::test]
async fn requests_are_counted_by_operation_status_and_code() {
    let metrics = web::Data::new(Metrics::new());
    let app = {
        let metrics = web::Data::clone(&metrics);
        move || {
            App::new()
                .configure(shop)
                .wrap(CatalogMiddleware::new(|_| Context::default(), from_rejection::<Error>))
                .wrap(from_fn(count))
                .app_data(web::Data::clone(&metrics))
        }
    };
    let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());

    let client = reqwest::Client::new();
    let bought = client.post(format!("{url}/buy")).send().await.unwrap();
    assert_eq!(
        bought.text().await.unwrap(),
        r#"{"code":"out_of_stock","message":"Teapot is sold out","details":{"item":"Teapot"}}"#
    );
    client.get(format!("{url}/random")).send().await.unwrap();
    client.get(format!("{url}/buy")).send().await.unwrap();
    let panicked = client.post(format!("{url}/leave")).send().await.unwrap();
    assert_eq!(panicked.status(), 500);
    assert_eq!(
        metrics.text(),
        "# HELP requests_total Responses.\n\
         # TYPE requests_total counter\n\
         requests_total{code=\"internal\",operation=\"POST /leave\",status=\"500\"} 1\n\
         requests_total{code=\"invalid_request\",operation=\"unmatched\",status=\"405\"} 1\n\
         requests_total{code=\"not_found\",operation=\"unmatched\",status=\"404\"} 1\n\
         requests_total{code=\"out_of_stock\",operation=\"POST /buy\",status=\"409\"} 1\n"
    );
}
