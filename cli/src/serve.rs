//! `errbook serve`

mod http;
mod preview;

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use tokio::sync::watch;

use self::preview::{Preview, Shown};
use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal;

/// Preview the website, and reload it on changes
///
/// Serves the output of `errbook site` on 127.0.0.1, and writes no files. Open pages reload when a
/// catalog, an included file, a prose file or the OpenAPI document changes. If a catalog is
/// invalid, the page shows the report until you fix it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook serve
  errbook serve catalog/apis/*.yaml
  errbook serve --port 0                             any free port

Press Ctrl+C to stop.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// The port; 0 for any free port
    #[arg(long, value_name = "PORT", default_value_t = 4780)]
    port: u16,
}

pub(crate) fn run(args: &Args) -> Outcome {
    for path in &args.catalogs {
        if !path.is_file() {
            return Err(Stop::failed(format_args!("`{}` does not exist", path.display()))
                .help("name a catalog, or create one with `errbook init`"));
        }
    }
    let taken = |error| {
        Stop::failed(format_args!("cannot listen on port {}: {error}", args.port))
            .help("choose another port with `--port`, or any free port with `--port 0`")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(taken)?;
    let port = listener.local_addr().map_err(Stop::failed)?.port();

    let mut preview = Preview::new(args.catalogs.clone());
    let (sender, receiver) = watch::channel(Arc::new(preview.show()));
    terminal::print(&format!("Serving http://127.0.0.1:{port}/ (press Ctrl+C to stop)\n"))?;
    say(&receiver.borrow());
    thread::spawn(move || {
        loop {
            preview.wait();
            let shown = Arc::new(preview.show());
            say(&shown);
            // The server has stopped.
            if sender.send(shown).is_err() {
                return;
            }
        }
    });
    http::serve(listener, port, &receiver).map_err(|error| Stop::failed(format_args!("the server stopped: {error}")))
}

/// Prints the state of the preview to the terminal.
fn say(shown: &Shown) {
    match &shown.site {
        Ok(pages) => terminal::eprint(&format!("{} files\n", pages.len())),
        Err(report) => terminal::eprint(report),
    }
}
