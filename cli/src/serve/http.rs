//! Serves the site over HTTP on this machine.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use errbook_pages::site;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;

use super::preview::Shown;
use crate::terminal;

/// Paths that no page of a site has.
const SCRIPT: &str = "/-/reload.js";
const CHANGES: &str = "/-/changes";

/// The maximum wait for a change. It is shorter than the timeouts of proxies and browsers.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// The maximum time for a request. An incomplete request must not keep a connection open.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// The pause after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(200);

type Answer = Response<Full<Bytes>>;

/// Serves until the program ends.
pub(super) fn serve(listener: TcpListener, port: u16, shown: &watch::Receiver<Arc<Shown>>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                // There may be no file descriptor left until another connection closes.
                Err(error) => {
                    terminal::warn(&format!("cannot accept a connection: {error}"));
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let shown = shown.clone();
            let service = service_fn(move |request| {
                let shown = shown.clone();
                async move { Ok::<_, Infallible>(answer(&request, port, shown).await) }
            });
            // Ignore connections that the browser closes.
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(LONGEST_REQUEST);
            tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
        }
    })
}

async fn answer(request: &Request<Incoming>, port: u16, mut shown: watch::Receiver<Arc<Shown>>) -> Answer {
    if !is_local(request.headers().get(HOST), port) {
        return plain(StatusCode::MISDIRECTED_REQUEST, "use http://127.0.0.1 or http://localhost\n");
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are supported\n");
    }
    match request.uri().path() {
        SCRIPT => with_type(StatusCode::OK, "text/javascript", include_str!("reload.js").to_owned()),
        CHANGES => {
            let known = request.uri().query().unwrap_or_default().to_owned();
            let changed = shown.wait_for(|shown| shown.version.to_string() != known);
            // After a change or a timeout, answer with the current version.
            let _ = tokio::time::timeout(LONGEST_WAIT, changed).await.is_ok();
            let version = shown.borrow().version.to_string();
            plain(StatusCode::OK, &version)
        }
        path => page(path, &shown.borrow()),
    }
}

/// A page of the site with the reload script, or the report if there is no site.
fn page(path: &str, shown: &Shown) -> Answer {
    let path = path.strip_prefix('/').unwrap_or(path);
    let files = match &shown.site {
        Ok(files) => files,
        Err(report) => {
            // The page of the report uses the style sheet of the site.
            if let Some(file) = site::emit(&[]).ok().and_then(|files| files.into_iter().find(|file| path == file.path))
            {
                return with_type(StatusCode::OK, content_type(path), file.text);
            }
            let text = "Fix the catalog, and this page reloads.";
            return notice(StatusCode::INTERNAL_SERVER_ERROR, "The catalog is invalid", text, report, shown.version);
        }
    };
    let mut name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    // Many servers serve `/sold-out` from `sold-out.html`, and a `doc_url` has no ending.
    if !files.contains_key(&name) {
        name.push_str(".html");
    }
    match files.get(&name) {
        Some(text) if content_type(&name) == HTML => with_type(StatusCode::OK, HTML, reloading(text, shown.version)),
        Some(text) => with_type(StatusCode::OK, content_type(&name), text.clone()),
        None => notice(StatusCode::NOT_FOUND, "Not found", "The site does not have this page.", "", shown.version),
    }
}

fn notice(status: StatusCode, heading: &str, text: &str, report: &str, version: u64) -> Answer {
    match site::notice(heading, text, report) {
        Ok(page) => with_type(status, HTML, reloading(&page, version)),
        Err(error) => plain(status, &format!("{heading}\n{text}\n{report}\n{error}\n")),
    }
}

/// A page with the reload script, and with a content security policy that allows it.
fn reloading(page: &str, version: u64) -> String {
    let page = page.replacen(site::POLICY, &format!("{};connect-src 'self'", site::POLICY), 1);
    format!("{page}<script src={SCRIPT} data-changes={CHANGES} data-version={version}></script>\n")
}

/// Whether the `Host` of a request is this machine. The check prevents DNS rebinding.
fn is_local(host: Option<&HeaderValue>, port: u16) -> bool {
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{port}"))
}

const HTML: &str = "text/html; charset=utf-8";

fn content_type(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

fn plain(status: StatusCode, text: &str) -> Answer {
    with_type(status, "text/plain; charset=utf-8", text.to_owned())
}

fn with_type(status: StatusCode, content_type: &'static str, text: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
