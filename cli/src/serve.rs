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

/// Show the site while the catalog is written
///
/// Serves what `errbook site` writes on this machine alone (127.0.0.1), and writes nothing. A page that is open in a browser
/// loads again when a catalog changes, or a file that it includes, prose, or the OpenAPI document that it names. Where a
/// catalog is refused, the page shows the report, and the site is back by itself when it is mended.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook serve
  errbook serve catalog/apis/*.yaml
  errbook serve --port 0                             any port that is free

Runs until it is ended, with Ctrl+C.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// The port; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 4780)]
    port: u16,
}

pub(crate) fn run(args: &Args) -> Outcome {
    for path in &args.catalogs {
        if !path.is_file() {
            return Err(Stop::failed(format_args!("there is no `{}`", path.display()))
                .help("name a catalog, or start one with `errbook init`"));
        }
    }
    let taken = |error| {
        Stop::failed(format_args!("port {} cannot be listened on: {error}", args.port))
            .help("name another with `--port`, or any that is free with `--port 0`")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(taken)?;
    let port = listener.local_addr().map_err(Stop::failed)?.port();

    let mut preview = Preview::new(args.catalogs.clone());
    let (sender, receiver) = watch::channel(Arc::new(preview.show()));
    terminal::print(&format!("http://127.0.0.1:{port}/ shows the site until Ctrl+C\n"))?;
    say(&receiver.borrow());
    thread::spawn(move || {
        loop {
            preview.wait();
            let shown = Arc::new(preview.show());
            say(&shown);
            // Nobody is left to show it to.
            if sender.send(shown).is_err() {
                return;
            }
        }
    });
    http::serve(listener, port, &receiver).map_err(|error| Stop::failed(format_args!("the server stopped: {error}")))
}

/// What is shown in the browser, said on the terminal too.
fn say(shown: &Shown) {
    match &shown.site {
        Ok(pages) => terminal::eprint(&format!("{} files\n", pages.len())),
        Err(report) => terminal::eprint(report),
    }
}
