//! Starts both services on sockets. The clock is paused, so that no retry waits.

use axum::Router;
use example_shared_orders::service;
use tokio::net::TcpListener;

async fn start(service: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, service).await });
    url
}

async fn order(orders: &str, item: &str) -> (u16, String) {
    let request = reqwest::Client::new().post(format!("{orders}/orders/{item}")).header("x-request-id", "req-7");
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn an_error_of_one_service_is_the_answer_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stock");
    std::fs::write(&file, "Teapot 0\nCup 3\n").unwrap();
    let orders = start(service(start(example_shared_stock::service(file.clone())).await)).await;
    assert_eq!(order(&orders, "Cup").await, (200, "one of 3".into()));
    let sold_out =
        r#"{"code":"out_of_stock","message":"Teapot is sold out","details":{"item":"Teapot"},"request_id":"req-7"}"#;
    assert_eq!(order(&orders, "Teapot").await, (409, sold_out.into()));

    // An error about the other service is none about the order, and nobody outside sees it.
    let closed = (503, r#"{"code":"unavailable","message":"The shop is closed","request_id":"req-7"}"#.to_owned());
    assert_eq!(order(&orders, "Spoon").await, closed);
    std::fs::remove_file(file).unwrap();
    assert_eq!(order(&orders, "Cup").await, closed);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_answer_is_not_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let orders = start(service(nobody)).await;
    let closed = (503, r#"{"code":"unavailable","message":"The shop is closed","request_id":"req-7"}"#.to_owned());
    assert_eq!(order(&orders, "Cup").await, closed);
}
