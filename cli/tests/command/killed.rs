//! Kills the command while it writes. The files must be whole, those that belong together must be
//! all old or all new, and the next command must work and leave no temporary file.
//!
//! Each command is killed a few times, spread evenly over its run. `ERRBOOK_KILLS=200 cargo test -p
//! errbook-cli --test command killed -- --nocapture` kills it more often, and prints the counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use super::Place;

/// The number of included files, and of edits in a rename.
const FILES: usize = 24;

/// A catalog of many files, which every command edits. They have no spaces after colons for `fmt`.
fn place() -> Place {
    let place = Place::new();
    let root = "errbook: 1\napi: {name: Shop, version: 1.0.0}\ninclude: ['more/*.yaml']\nenvelopes: {default: {body: {code: '{code}'}}}\n\
                errors: {A: {status:   401, description: No user., fix: Sign in.}}\ngenerate: {docs: {dir: docs}, json: errors.json}\n";
    place.put("errors.yaml", root);
    for file in 0..FILES {
        let text =
            format!("errors:\n  B{file}: {{status:   402, description: No., fix: Pay., deprecated: {{use: A}}}}\n");
        place.put(&format!("more/{file}.yaml"), &text);
    }
    let mut document = String::from("openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n");
    for path in 0..40 {
        let _ = writeln!(document, "  /{path}: {{get: {{x-errors: [A], responses: {{'200': {{description: Yes}}}}}}}}");
    }
    place.put("openapi.yaml", &document);
    let mut split = String::from("openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n");
    for path in 0..FILES {
        let _ = writeln!(split, "  /{path}: {{$ref: paths/{path}.yaml}}");
        place.put(&format!("paths/{path}.yaml"), "get: {x-errors: [A], responses: {'200': {description: Yes}}}\n");
    }
    place.put("split.yaml", &split);
    place
}

/// Every file with its bytes.
fn files(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let read = |path: String| (path.clone(), fs::read(place.path(&path)).expect("a file"));
    place.files().into_iter().map(read).collect()
}

#[derive(Debug, Default)]
struct Counts {
    kills: usize,
    /// Killed before the first file changed, and after the last one.
    old: usize,
    new: usize,
    /// Killed with some files old and some new.
    between: usize,
}

/// Kills a command at points over the whole run, and checks each result. `together` says that a
/// later command leaves all files old or all files new.
fn kill(args: &[&str], together: bool) {
    let kills = std::env::var("ERRBOOK_KILLS").ok().map_or(8, |kills| kills.parse().expect("a number"));
    let whole = place();
    let before = files(&whole);
    let start = Instant::now();
    whole.expect(0, args);
    let duration = start.elapsed();
    let after = files(&whole);
    assert_ne!(before, after);

    let mut counts = Counts::default();
    let mut kill = 0;
    while kill < kills {
        let place = place();
        let mut child = place
            .command(args)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the command");
        std::thread::sleep(duration * u32::try_from(kill).expect("few") / u32::try_from(kills).expect("few"));
        child.kill().expect("our process");
        child.wait().expect("our process");
        kill += 1;
        counts.kills += 1;

        for (path, text) in files(&place) {
            let is_of_errbook = path.rsplit('/').next().is_some_and(|name| name.starts_with(".errbook"));
            let is_whole = before.get(&path) == Some(&text) || after.get(&path) == Some(&text);
            assert!(is_whole || is_of_errbook, "{args:?}: {path} is neither old nor new");
        }
        match files(&place) {
            now if now == before => counts.old += 1,
            now if now == after => counts.new += 1,
            _ => counts.between += 1,
        }
        // The next command finishes the edits, and the one after it finds nothing to do.
        place.expect(0, &["check"]);
        if together {
            let now = without_temporaries(&place);
            assert!(now == before || now == after, "{args:?}: some files are old and some are new");
        }
        if files(&place) != after {
            let again = place.run(args);
            assert!(again.code == Some(0) || together, "{args:?}: {again:?}");
        }
        assert_eq!(files(&place), after, "{args:?}");
    }
    println!("{args:?}, {duration:.0?}: {counts:?}");
    assert!(duration > Duration::ZERO);
}

/// The files that a user has. A later run of the same command sweeps the others.
fn without_temporaries(place: &Place) -> BTreeMap<String, Vec<u8>> {
    files(place).into_iter().filter(|(path, _)| !path.contains(".errbook-")).collect()
}

#[test]
fn rename() {
    kill(&["rename", "A", "NO_USER"], true);
}

#[test]
fn release() {
    kill(&["release", "1.0.0", "--changelog", "CHANGELOG.md"], true);
}

#[test]
fn fmt() {
    kill(&["fmt"], false);
}

#[test]
fn merge() {
    kill(&["openapi", "--into", "openapi.yaml"], true);
}

#[test]
fn merge_into_files() {
    kill(&["openapi", "--into", "split.yaml"], true);
}

#[test]
fn generate() {
    kill(&["generate"], false);
}

/// The system rejects every write, as on a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk() {
    let runs: [(&[&str], &str); 6] = [
        (&["rename", "A", "NO_USER"], "errors.yaml"),
        (&["release", "1.0.0", "--changelog", "CHANGELOG.md"], "CHANGELOG.md"),
        (&["fmt"], "errors.yaml"),
        (&["openapi", "--into", "openapi.yaml"], "openapi.yaml"),
        (&["generate"], "docs/.errbook"),
        (&["init", "new.yaml"], "new.yaml"),
    ];
    for (args, path) in runs {
        let place = place();
        let before = files(&place);
        let mut command = std::process::Command::new("sh");
        // Without the trap, the signal would end the command.
        command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_errbook")]);
        let ran = super::ran(command.args(args).current_dir(place.path("")));
        assert_eq!(ran.code, Some(2), "{args:?}: {ran:#?}");
        assert!(ran.stderr.contains(path) && ran.stderr.contains("File too large"), "{args:?}: {}", ran.stderr);
        assert_eq!(files(&place), before, "{args:?}");
    }
}
