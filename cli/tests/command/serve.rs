use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::{Place, SHOP, named};

/// A server that ends with the test.
pub(super) struct Server {
    child: Child,
    port: String,
}

/// The response of a server.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Server {
    pub(super) fn start(place: &Place, args: &[&str]) -> Self {
        Server::of(&mut place.command(&[&["serve"], args, &["--port", "0"]].concat()))
    }

    fn of(command: &mut std::process::Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.split('/').nth(2).unwrap_or_else(|| panic!("{line:?}"));
        let port = address.strip_prefix("127.0.0.1:").expect("only this machine").to_owned();
        Server { child, port }
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port))
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).expect("the server");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let (_, text) = answer.split_once("\r\n\r\n").expect("a body");
        Answer { status, text: text.to_owned() }
    }

    /// The page as soon as it contains `part`. Waits for changes, as a browser does.
    fn until(&self, path: &str, part: &str) -> Answer {
        let mut known = "0".to_owned();
        for _ in 0..10 {
            known = self.get(&format!("/-/changes?{known}")).text;
            let answer = self.get(path);
            if answer.text.contains(part) {
                return answer;
            }
        }
        panic!("{path} never had `{part}`");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_follow_the_catalog_and_show_the_report_of_an_invalid_one() {
    let place = Place::with_shop();
    let server = Server::start(&place, &[]);
    let index = server.get("/");
    assert_eq!(index.status, 200);
    assert!(index.text.contains("<h1>Shop errors</h1>") && index.text.contains("connect-src 'self'"), "{}", index.text);
    assert!(index.text.ends_with("<script src=/-/reload.js data-changes=/-/changes data-version=1></script>\n"));
    assert_eq!(server.get("/sold-out.html").status, 200);
    assert_eq!(server.get("/style.css").status, 200);
    assert_eq!(server.get("/errors.json").status, 200);
    assert!(server.get("/-/reload.js").text.contains("location.reload()"));

    place.put("errors.yaml", &SHOP.replace("status: 409", "status: <b>9"));
    server.until("/", "errors.yaml:6:");
    for path in ["/", "/sold-out.html"] {
        let rejected = server.get(path);
        assert_eq!(rejected.status, 500);
        assert!(rejected.text.contains("&lt;b&gt;9") && !rejected.text.contains("<b>9"), "{}", rejected.text);
        assert!(rejected.text.contains("data-version="), "{}", rejected.text);
    }
    assert_eq!(server.get("/style.css").status, 200);

    place.put("errors.yaml", &SHOP.replace("SOLD_OUT", "GONE"));
    assert_eq!(server.until("/gone.html", "<h1><code>GONE</code></h1>").status, 200);
    assert_eq!(server.get("/sold-out.html").status, 404);
}

#[test]
fn what_a_catalog_includes_is_watched_and_so_are_new_files() {
    let place = Place::new();
    place.put("errors.yaml", "errbook: 1\napi: {name: Shop}\ninclude: [parts/*.yaml]\nprose: {before: [about.md]}\n");
    place.put("about.md", "One.\n");
    place.put("parts/a.yaml", "errors: {A: {status: 400, description: A., fix: A.}}\n");
    let server = Server::start(&place, &[]);
    place.put("about.md", "Two, as it is now.\n");
    server.until("/", "Two, as it is now.");
    place.put("parts/b.yaml", "errors: {B: {status: 400, description: B., fix: B.}}\n");
    assert_eq!(server.until("/b.html", "<h1><code>B</code></h1>").status, 200);
}

#[test]
fn several_catalogs_are_served_as_they_are_written() {
    let place = Place::new();
    place.put("a.yaml", &named("A"));
    place.put("b.yaml", &named("B"));
    let server = Server::start(&place, &["a.yaml", "b.yaml"]);
    assert!(server.get("/").text.contains("<a href=\"b/index.html\">B</a>"));
    assert!(server.get("/a/").text.contains("<h1>A errors</h1>"));
}

#[test]
fn only_pages_are_served_and_only_to_this_machine() {
    let place = Place::with_shop();
    let server = Server::start(&place, &[]);
    assert_eq!(server.get("/../errors.yaml").status, 404);
    assert_eq!(server.get("/errors.yaml").status, 404);
    let other = server.ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_eq!(other.status, 421);
    let post =
        format!("POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", server.port);
    assert_eq!(server.ask(&post).status, 405);
}

#[test]
fn problems_at_the_start_are_reported() {
    let place = Place::with_shop();
    let ran = place.expect(2, &["serve", "nowhere.yaml"]);
    assert!(ran.stderr.contains("`nowhere.yaml` does not exist"), "{}", ran.stderr);
    let server = Server::start(&place, &[]);
    let ran = place.expect(2, &["serve", "--port", &server.port]);
    assert!(ran.stderr.contains("cannot listen on port") && ran.stderr.contains("--port 0"), "{}", ran.stderr);
}

/// macOS gives a process 256 descriptors. The test uses fewer, to be short.
#[test]
#[cfg(unix)]
fn a_server_without_descriptors_waits_for_one() {
    let place = Place::with_shop();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -n 24; exec \"$0\" serve --port 0", env!("CARGO_BIN_EXE_errbook")]);
    let server = Server::of(command.current_dir(place.path("")));
    let connect = |_| TcpStream::connect(format!("127.0.0.1:{}", server.port)).expect("the server");
    let connections: Vec<TcpStream> = (0..40).map(connect).collect();
    std::thread::sleep(Duration::from_millis(500));
    drop(connections);
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn an_incomplete_request_times_out() {
    let place = Place::with_shop();
    let server = Server::start(&place, &[]);
    let mut stream = TcpStream::connect(format!("127.0.0.1:{}", server.port)).expect("the server");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: ").expect("sent");
    let mut answer = Vec::new();
    // The server closes the connection long before the client's timeout.
    stream.read_to_end(&mut answer).expect("an end");
    assert_eq!(server.get("/").status, 200);
}
