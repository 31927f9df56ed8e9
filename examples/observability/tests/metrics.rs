//! Starts the program on a socket, and compares what it tells its operators with the guide.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use reqwest::Client;

/// The program, until the end of the test.
struct Service {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Service {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_example-observability"));
        let mut child = command.arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let url = lines.next().expect("a line").expect("text");
        Service { child, lines, url }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

/// The blocks of the guide in the language `console`.
fn shown() -> Vec<&'static str> {
    let blocks = include_str!("../../../docs/operations.md").split("```console\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default()).collect()
}

#[tokio::test]
async fn the_guide_shows_the_scraped_labels_and_the_logged_line() {
    let mut service = Service::start();
    let client = Client::new();
    let url = |path: &str| format!("{}{path}", service.url);
    let bought = client.post(url("/buy")).header("x-request-id", "req-7").send().await.unwrap();
    assert_eq!(bought.status(), 409);
    let body = bought.text().await.unwrap();
    assert_eq!(
        body,
        r#"{"code":"out_of_stock","message":"Teapot is sold out","details":{"item":"Teapot"},"request_id":"req-7"}"#
    );
    client.post(url("/buy")).send().await.unwrap();
    // Neither a path nor a method of the client becomes a label.
    assert_eq!(client.get(url("/random")).send().await.unwrap().status(), 404);
    assert_eq!(client.get(url("/buy")).send().await.unwrap().status(), 405);

    let scraped = client.get(url("/metrics")).send().await.unwrap().text().await.unwrap();
    let line = service.lines.next().expect("a line").expect("text");
    let (time, line) = line.split_once(' ').expect("a time");
    assert!(time.ends_with('Z'), "{time}");
    let [labels, log] = shown()[..] else { panic!("two blocks") };
    assert_eq!(scraped, labels);
    let (_, log) = log.trim_end().split_once(' ').expect("a time");
    assert_eq!(line.trim_start(), log.trim_start());
}

#[test]
fn the_program_of_the_guide_has_less_than_40_lines() {
    let program = include_str!("../src/main.rs");
    assert!(program.lines().count() < 40, "{}", program.lines().count());
    let shown = include_str!("../../../docs/operations.md").split("```rust\n").nth(1).expect("a program");
    assert_eq!(shown.split("```").next(), Some(program));
}
