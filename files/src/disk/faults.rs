//! Makes every step of every operation fail, and checks what is left and what the next run does.
//!
//! An operation runs in a child process, which is this program again: the next run removes only the
//! temporary files of processes that have ended. `cargo test -p errbook-files faults --
//! --nocapture` prints the counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io};

use crate::{Edit, GeneratedFile, LIST, Output, create, folder_of, recover, replace, replace_together};

/// The operation and the folder of a child process, and its fault: a step that fails, and another
/// one. Instead of the other one, `onwards` makes all later steps fail, `kill` ends the process at
/// the first, and `edit` lets another program change the files before it.
const VARIABLES: [&str; 3] = ["ERRBOOK_OPERATION", "ERRBOOK_FOLDER", "ERRBOOK_FAULT"];

const KILLED: i32 = 3;

/// Counts a step, and makes it fail if the fault of this process says so.
pub(super) fn next() -> io::Result<()> {
    static STEPS: AtomicUsize = AtomicUsize::new(0);
    let Ok(fault) = env::var(VARIABLES[2]) else { return Ok(()) };
    let step = STEPS.fetch_add(1, Ordering::Relaxed);
    let (first, other) = fault.split_once(' ').expect("two words");
    let first: usize = first.parse().expect("a number");
    let fails = match other {
        "kill" if step == first => process::exit(KILLED),
        "edit" if step == first => {
            edit_files(Path::new(&env::var(VARIABLES[1]).expect("a folder")));
            false
        }
        "kill" | "edit" => false,
        "onwards" => step >= first,
        other => step == first || other.parse() == Ok(step),
    };
    if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// The end of a file that another program has changed.
const ADDED: &str = ", and a line of the user";

/// Changes the files as an editor would.
fn edit_files(folder: &Path) {
    for (name, _) in EDITED {
        let path = folder.join(name);
        if let Ok(text) = fs::read_to_string(&path) {
            fs::write(path, text + ADDED).expect("writable");
        }
    }
}

/// An operation on the files of a folder.
struct Operation {
    name: &'static str,
    /// What the operation leaves if one step fails.
    leaves: Leaves,
    /// Makes the old files.
    prepare: fn(&Path),
    run: fn(&Path) -> Result<(), String>,
}

#[derive(PartialEq)]
enum Leaves {
    /// Each file is old or new. The next run writes the rest.
    Whole,
    /// All files are old. If more steps fail, each is old or new.
    Old,
    /// All files are old or, after the next [`recover`], all are new, even if more steps fail.
    OldOrNew,
}

const OPERATIONS: &[Operation] = &[
    Operation { name: "a new file", leaves: Leaves::Old, prepare: |_| {}, run: a_new_file },
    Operation { name: "an output folder", leaves: Leaves::Whole, prepare: put_old, run: an_output },
    Operation { name: "one edit", leaves: Leaves::Old, prepare: put_old, run: one_edit },
    Operation { name: "several edits", leaves: Leaves::Old, prepare: put_old, run: several_edits },
    Operation { name: "edits that belong together", leaves: Leaves::OldOrNew, prepare: put_old, run: edits_together },
    Operation {
        name: "the command after a killed one",
        leaves: Leaves::OldOrNew,
        prepare: a_killed_run,
        run: the_next_command,
    },
    Operation { name: "a recovery", leaves: Leaves::OldOrNew, prepare: a_killed_run, run: a_recovery },
];

/// The files that every operation but one starts with.
const OLD: &[(&str, &str)] = &[("a", "old a"), ("deep/b", "old b"), ("out/kept", "old"), ("out/left/over", "old")];

/// The files that an edit changes.
const EDITED: &[(&str, &str)] = &[("a", "new a, which is longer"), ("deep/b", "new b"), ("deep/new", "new")];

fn put_old(folder: &Path) {
    for (name, text) in OLD {
        let path = folder.join(name);
        fs::create_dir_all(folder_of(&path)).expect("a folder");
        fs::write(&path, text).expect("a file");
        #[cfg(unix)]
        if *name == "a" {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("our file");
        }
    }
    fs::write(folder.join("out").join(LIST), "# The files that errbook wrote here\nkept\nleft/over\n").expect("a list");
}

/// Edits of the files as they are now.
fn edits(folder: &Path) -> Vec<Edit> {
    let edit = |(name, after): &(&str, &str)| {
        let path = folder.join(name);
        let before = fs::read_to_string(&path).unwrap_or_default();
        Edit { path, before, after: (*after).to_owned() }
    };
    EDITED.iter().map(edit).collect()
}

fn a_new_file(folder: &Path) -> Result<(), String> {
    let path = folder.join("new/file");
    match create(&path, "new") {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(format!("{}: {error}", path.display())),
        _ => Ok(()),
    }
}

fn an_output(folder: &Path) -> Result<(), String> {
    let mut output = Output::new(folder.join("out"));
    for (path, text) in [("kept", "new"), ("new", "new"), ("deep/er/new", "new")] {
        output.add(GeneratedFile { path: path.to_owned(), text: text.to_owned() });
    }
    output.own("");
    let Edit { path: _, before, after } = edits(folder).swap_remove(1);
    let mut edited = Output::new(folder);
    edited.edit(GeneratedFile { path: "deep/b".to_owned(), text: after }, before);
    for mut output in [edited, output] {
        output.lock().map_err(|error| error.to_string())?;
        output.changes().and_then(|changes| changes.write()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn one_edit(folder: &Path) -> Result<(), String> {
    replace(&edits(folder)[..1]).map_err(|error| error.to_string())
}

fn several_edits(folder: &Path) -> Result<(), String> {
    replace(&edits(folder)).map_err(|error| error.to_string())
}

fn edits_together(folder: &Path) -> Result<(), String> {
    replace_together(folder, &edits(folder)).map_err(|error| error.to_string())
}

fn a_recovery(folder: &Path) -> Result<(), String> {
    recover(folder, |_| true).map(drop).map_err(|error| error.to_string())
}

fn the_next_command(folder: &Path) -> Result<(), String> {
    a_recovery(folder)?;
    edits_together(folder)
}

/// Kills [`edits_together`] after the first file has changed.
fn a_killed_run(folder: &Path) {
    static STEP: AtomicUsize = AtomicUsize::new(0);
    loop {
        put_old(folder);
        child("edits that belong together", folder, &format!("{} kill", STEP.load(Ordering::Relaxed)));
        if fs::read_to_string(folder.join("a")).expect("a file") != "old a" {
            return;
        }
        fs::remove_dir_all(folder).expect("our folder");
        STEP.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs an operation in a child process. Returns its exit code and its message.
fn child(operation: &str, folder: &Path, fault: &str) -> (i32, String) {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "disk::faults::in_a_child", "--nocapture"]);
    let values = [operation.as_ref(), folder.as_os_str(), fault.as_ref()];
    let output = command.envs(VARIABLES.into_iter().zip(values)).output().expect("this program");
    (output.status.code().expect("a code"), String::from_utf8(output.stderr).expect("text"))
}

/// The child process; does nothing in a run of all tests.
#[test]
fn in_a_child() {
    let [Ok(operation), Ok(folder), Ok(_)] = VARIABLES.map(env::var) else { return };
    let operation = OPERATIONS.iter().find(|it| it.name == operation).expect("an operation");
    let Err(message) = (operation.run)(Path::new(&folder)) else { process::exit(0) };
    eprint!("{message}");
    process::exit(1);
}

/// Every file with its mode and its text.
fn files(folder: &Path) -> BTreeMap<String, (u32, String)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            #[cfg(unix)]
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).expect("a file"));
            #[cfg(not(unix))]
            let mode = 0;
            let name = path.strip_prefix(folder).expect("below it").display().to_string();
            files.insert(name, (mode, fs::read_to_string(&path).expect("text")));
        }
    }
    files
}

/// The files that errbook did not name.
fn of_the_user(files: BTreeMap<String, (u32, String)>) -> BTreeMap<String, (u32, String)> {
    files.into_iter().filter(|(name, _)| !name.contains(".errbook")).collect()
}

#[derive(Debug, Default)]
struct Counts {
    steps: usize,
    faults: usize,
    old: usize,
    new: usize,
    between: usize,
}

/// Makes each step of an operation fail: alone, with one of the next four, with all later ones, and
/// by the end of the process.
fn faults(name: &str) {
    let operation = OPERATIONS.iter().find(|it| it.name == name).expect("an operation");
    // A disk in memory, where there is one: each operation waits for the disk.
    let memory = if Path::new("/dev/shm").is_dir() { "/dev/shm".into() } else { env::temp_dir() };
    let place = || {
        let folder = tempfile::tempdir_in(&memory).expect("a temporary folder");
        (operation.prepare)(folder.path());
        folder
    };
    let folder = place();
    let old = of_the_user(files(folder.path()));
    assert_eq!((operation.run)(folder.path()), Ok(()), "{name}");
    let end = files(folder.path());
    let new = of_the_user(end.clone());

    let mut counts = Counts::default();
    loop {
        let step = counts.steps;
        let others = (step..step + 5).map(|other| other.to_string());
        for other in ["kill".to_owned(), "onwards".to_owned()].into_iter().chain(others) {
            let fault = format!("{step} {other}");
            let context = format!("{name}, {fault}");
            let folder = place();
            let (code, message) = child(name, folder.path(), &fault);
            if fault.ends_with("kill") && code != KILLED {
                println!("{name}: {counts:?}");
                return;
            }
            counts.faults += 1;
            let now = of_the_user(files(folder.path()));
            let is_whole = |name: &String| now.get(name) == old.get(name) || now.get(name) == new.get(name);
            let broken: Vec<_> =
                old.keys().chain(new.keys()).chain(now.keys()).filter(|name| !is_whole(name)).collect();
            assert!(broken.is_empty(), "{context}: {broken:?} is neither old nor new: {now:#?}");
            match &now {
                now if *now == new => counts.new += 1,
                now if *now == old => counts.old += 1,
                _ => counts.between += 1,
            }
            if code == 0 {
                assert_eq!(now, new, "{context}: it did not say that it failed");
            }
            if code == 1 {
                let path = folder.path().display().to_string();
                assert!(message.contains(&path) && !message.contains(".errbook-1"), "{context}: {message}");
                if operation.leaves == Leaves::Old && fault == format!("{step} {step}") {
                    assert_eq!(now, old, "{context}: {message}");
                }
            }

            recover(folder.path(), |_| true).expect("the next run");
            if operation.leaves == Leaves::OldOrNew {
                let now = of_the_user(files(folder.path()));
                assert!(now == old || now == new, "{context}: {now:#?}");
            }
            assert_eq!((operation.run)(folder.path()), Ok(()), "{context}: the next run");
            assert_eq!(files(folder.path()), end, "{context}: after the next run");
        }
        counts.steps += 1;
    }
}

#[test]
fn of_a_new_file() {
    faults("a new file");
}

#[test]
fn of_an_output_folder() {
    faults("an output folder");
}

#[test]
fn of_one_edit() {
    faults("one edit");
}

#[test]
fn of_several_edits() {
    faults("several edits");
}

#[test]
fn of_edits_that_belong_together() {
    faults("edits that belong together");
}

#[test]
fn of_the_command_after_a_killed_one() {
    faults("the command after a killed one");
}

/// Another program changes the files before each step of an operation in turn. Its change is lost
/// only if it comes between the last look at a file and the rename of it.
#[test]
fn a_change_of_another_program_is_kept_until_the_rename() {
    for name in ["one edit", "several edits", "edits that belong together", "a recovery"] {
        let operation = OPERATIONS.iter().find(|it| it.name == name).expect("an operation");
        let mut lost: BTreeMap<String, usize> = BTreeMap::new();
        for step in 0.. {
            let folder = tempfile::tempdir().expect("a temporary folder");
            (operation.prepare)(folder.path());
            let there: Vec<&str> =
                EDITED.iter().map(|(name, _)| *name).filter(|name| folder.path().join(name).exists()).collect();
            let (code, message) = child(name, folder.path(), &format!("{step} edit"));
            let now = of_the_user(files(folder.path()));
            if now.values().all(|(_, text)| !text.contains(ADDED)) {
                break;
            }
            for name in there.into_iter().filter(|name| !now[*name].1.contains(ADDED)) {
                *lost.entry(name.to_owned()).or_default() += 1;
            }
            assert!(code == 0 || message.contains("changed"), "{name}, step {step}: {message}");
        }
        assert!(!lost.is_empty() && lost.values().all(|count| *count == 1), "{name}: {lost:?}");
    }
}
