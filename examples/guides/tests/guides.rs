//! Runs the programs of the guides, and compares what they say.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const GUIDE: &str = include_str!("../../../docs/frameworks.md");

/// The blocks of the guide in this language.
fn shown(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    GUIDE.split(&fence).skip(1).map(|block| block.split("```").next().unwrap_or_default()).collect()
}

/// Ends the server with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn send(address: &str, head: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("a server");
    let length = body.len();
    write!(stream, "{head} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
        .expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let (head, body) = response.split_once("\r\n\r\n").expect("a body");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

#[test]
fn the_shop_of_actix_answers_as_the_guide_says() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_actix"));
    let mut server = Server(server.arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
    let address = line.trim().trim_start_matches("http://");
    let (bought, body) = send(address, "POST /buy", "Cup");
    assert_eq!((bought.as_str(), body.as_str()), ("HTTP/1.1 200 OK", "Cup is yours"));
    let (conflict, sold_out) = send(address, "POST /buy", "Teapot");
    let (missing, not_found) = send(address, "GET /teapots", "");
    assert_eq!([conflict.as_str(), missing.as_str()], ["HTTP/1.1 409 Conflict", "HTTP/1.1 404 Not Found"]);
    assert_eq!(format!("{sold_out}\n{not_found}\n"), shown("console")[0]);
}

#[test]
fn the_program_of_grpc_prints_what_the_guide_says() {
    let output = Command::new(env!("CARGO_BIN_EXE_grpc")).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown("console")[1]);
}

#[test]
fn the_programs_of_the_guide_are_these() {
    let programs = [include_str!("../src/bin/actix.rs"), include_str!("../src/bin/grpc.rs")];
    assert_eq!(shown("rust")[..2], programs);
    assert!(programs.iter().all(|program| program.lines().count() < 40));
    assert_eq!(include_str!("../errors.yaml"), include_str!("../../quickstart/errors.yaml"));
}
