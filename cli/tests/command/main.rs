//! Runs the built binary in temporary folders.

mod check;
mod ci;
mod diff;
mod explain;
mod fmt;
mod generate;
mod help;
mod history;
mod import;
mod init;
mod killed;
mod list;
mod openapi;
mod owners;
mod pipe;
mod plan;
mod release;
mod rename;
mod secrets;
mod serve;
mod site;
mod words;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A catalog without problems that generates every output.
const SHOP: &str = "\
errbook: 1
api: {name: Shop}
groups: {stock: {title: Stock}, other: {title: Other}}
envelopes: {default: {body: {code: '{code}', message: '{message}'}}}
errors:
  SOLD_OUT: {status: 409, message: Sold out., description: It is gone., fix: Choose another., retryable: false, group: stock}
  CLOSED:
    status: 503
    message: Closed until {opens}.
    description: The shop is closed.
    fix: Come back.
    retry: {after: Retry-After, backoff: fixed, initial: 60s}
    group: other
    headers: {Retry-After: '60'}
    details: {opens: {type: string, example: '9:00'}}
generate:
  docs: {dir: ./docs/errors/}
  openapi: {file: openapi.json}
  json: errors.json
  rust: src/errors.rs
";

/// The same catalog without `generate` and under another name.
fn named(name: &str) -> String {
    let (catalog, _) = SHOP.split_once("generate:").expect("a generate section");
    catalog.replace("name: Shop", &format!("name: {name}"))
}

/// A folder to run the command in.
struct Place(TempDir);

/// The result of a run.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Place {
    fn new() -> Self {
        Place(tempfile::tempdir().expect("a temporary folder"))
    }

    /// With `SHOP` as the default catalog.
    fn with_shop() -> Self {
        let place = Place::new();
        place.put("errors.yaml", SHOP);
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a new folder");
        fs::write(path, text).expect("a new file");
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Every file, sorted, with `/`.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        walk(self.0.path(), self.0.path(), &mut files);
        files.sort();
        files
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_errbook"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(variable);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        ran(&mut self.command(args))
    }

    /// Runs the command, which must exit with this code.
    fn expect(&self, code: i32, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {ran:#?}");
        ran
    }
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().expect("the command");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            let path = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            files.push(path);
        }
    }
}

/// The bundled catalogs.
fn apis() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog/apis")
}

/// The path of a bundled catalog.
fn api(name: &str) -> String {
    apis().join(name).to_string_lossy().into_owned()
}
