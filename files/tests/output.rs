//! Tests the writer: the files that it writes, rejects and leaves unchanged.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use errbook_files::{
    Edit, GeneratedFile, JOURNAL, LIST, Output, OutputError, create, recover, replace, replace_together,
};
use tempfile::{TempDir, tempdir};

/// A folder with an empty folder `out`, so that a test sees files outside of `out`.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("out")).expect("a new folder");
        Place { folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// An output with a file `api/<name>` for each name, in an owned folder `api`. Each file
    /// contains its name.
    fn output(&self, names: &[&str]) -> Output {
        let mut output = Output::new(self.root());
        for name in names {
            output.add(GeneratedFile { path: format!("api/{name}"), text: format!("{name}\n") });
        }
        output.own("api");
        output
    }

    fn write(&self, names: &[&str]) {
        self.output(names).changes().expect("valid paths").write().expect("a folder that can be written");
    }

    fn rejected(&self, names: &[&str]) -> OutputError {
        self.output(names).changes().expect_err("an error")
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a new folder");
        fs::write(path, text).expect("a new file");
    }

    /// Every file with its text, and every folder, sorted.
    fn tree(&self) -> Vec<String> {
        let mut lines = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut lines);
        lines.sort();
        lines
    }
}

fn walk(root: &Path, folder: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.strip_prefix(root).expect("below the root").display().to_string();
        if path.is_symlink() {
            lines.push(format!("{name} is a link"));
        } else if path.is_dir() {
            lines.push(format!("{name}/"));
            walk(root, &path, lines);
        } else {
            lines.push(format!("{name}: {}", fs::read_to_string(&path).expect("text").escape_debug()));
        }
    }
}

const HEADER: &str = "# The files that errbook wrote here, and may remove. Commit this file with them.\n";

#[test]
fn writes_files_and_the_list_of_them() {
    let place = Place::new();
    place.write(&["reference/b.md", "a.json"]);
    let list = format!("{HEADER}a.json\nreference/b.md\n");
    assert_eq!(
        place.tree(),
        [
            "out/".to_owned(),
            "out/api/".to_owned(),
            format!("out/api/.errbook: {}", list.escape_debug()),
            "out/api/a.json: a.json\\n".to_owned(),
            "out/api/reference/".to_owned(),
            "out/api/reference/b.md: reference/b.md\\n".to_owned(),
        ]
    );
}

#[test]
fn a_check_lists_the_changes_and_writes_nothing() {
    let place = Place::new();
    place.write(&["a", "b", "old"]);
    place.put("out/api/b", "edited\n");
    let before = place.tree();
    let changes = place.output(&["a", "b", "new"]).changes().expect("valid paths");
    let paths = |files: &[GeneratedFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&changes.missing), ["api/new"]);
    assert_eq!(paths(&changes.changed), ["api/b", "api/.errbook"]);
    assert_eq!(changes.leftover, ["api/old"]);
    assert_eq!(changes.unchanged, 1);
    assert_eq!(place.tree(), before);
}

#[test]
fn a_second_run_touches_nothing() {
    let place = Place::new();
    place.write(&["a", "reference/b"]);
    let modified = |path: &str| fs::metadata(place.root().join(path)).and_then(|it| it.modified()).expect("a time");
    let paths = ["api/a", "api/reference/b", "api/.errbook"];
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    for path in paths {
        let file = fs::File::options().write(true).open(place.root().join(path)).expect("a file");
        file.set_modified(old).expect("a file of ours");
    }
    let before = place.tree();
    assert!(place.output(&["a", "reference/b"]).changes().expect("valid paths").is_empty());
    place.write(&["a", "reference/b"]);
    assert_eq!(place.tree(), before);
    for path in paths {
        assert_eq!(modified(path), old, "{path}");
    }
    // One new file leaves the others alone, too.
    place.write(&["a", "reference/b", "c"]);
    assert_eq!(modified("api/a"), old);
}

#[test]
fn leftovers_go_with_the_folders_they_empty_and_foreign_files_stay() {
    let place = Place::new();
    place.write(&["a", "deep/er/b", "kept/c"]);
    place.put("out/api/kept/mine.md", "mine");
    place.put("out/api/deep.md", "mine");
    place.write(&["a"]);
    let list = format!("{HEADER}a\n");
    assert_eq!(
        place.tree(),
        [
            "out/".to_owned(),
            "out/api/".to_owned(),
            format!("out/api/.errbook: {}", list.escape_debug()),
            "out/api/a: a\\n".to_owned(),
            "out/api/deep.md: mine".to_owned(),
            "out/api/kept/".to_owned(),
            "out/api/kept/mine.md: mine".to_owned(),
        ]
    );
}

#[test]
fn an_edited_leftover_is_still_a_leftover() {
    let place = Place::new();
    place.write(&["a", "b"]);
    place.put("out/api/b", "edited");
    place.write(&["a"]);
    assert!(!place.root().join("api/b").exists());
}

#[test]
fn a_folder_that_is_not_owned_keeps_its_leftovers() {
    let place = Place::new();
    place.write(&["a", "b"]);
    let mut output = Output::new(place.root());
    output.add(GeneratedFile { path: "api/a".into(), text: "a\n".into() });
    let changes = output.changes().expect("valid paths");
    assert!(changes.is_empty());
    assert!(place.root().join("api/b").exists());
}

#[test]
fn an_owned_folder_within_another_keeps_its_own_list() {
    let place = Place::new();
    let mut both = place.output(&["a", "inner/b"]);
    both.own("api/inner");
    both.changes().expect("valid paths").write().expect("a folder that can be written");
    let list = fs::read_to_string(place.root().join("api").join(LIST)).expect("the outer list");
    assert_eq!(list, format!("{HEADER}a\n"));
    // A run for the outer folder alone leaves the inner one's files alone.
    place.write(&["a"]);
    assert!(place.root().join("api/inner/b").exists());
}

#[test]
fn a_hostile_list_reaches_nothing_outside_its_folder() {
    let place = Place::new();
    place.put("victim", "safe");
    place.put("out/sibling", "safe");
    place.put("out/api/foreign", "safe");
    let absolute = place.folder.path().join("victim");
    let list = format!(
        "foreign\n../sibling\n../../victim\nx/../../sibling\n{}\n.\n..\n\n/\n.errbook\nnot there\nC:\\x\n<<<<<<< HEAD\n",
        absolute.display()
    );
    place.put("out/api/.errbook", &list);
    let changes = place.output(&["a"]).changes().expect("valid paths");
    // The first line is the header, whatever it says: `foreign` is not on the list.
    assert_eq!(changes.leftover, Vec::<String>::new());
    changes.write().expect("a folder that can be written");
    for path in ["victim", "out/sibling", "out/api/foreign"] {
        assert_eq!(fs::read_to_string(place.folder.path().join(path)).expect(path), "safe");
    }
    assert_eq!(fs::read_to_string(place.root().join("api").join(LIST)).expect("the list"), format!("{HEADER}a\n"));
}

#[test]
fn paths_that_leave_the_folder_are_rejected_and_nothing_is_written() {
    for path in ["../x", "a/../../x", "/etc/x", "", "a//b", "./a", "a\\b", "C:x", "a\nb", "a/", "nul\0"] {
        let place = Place::new();
        let mut output = place.output(&["fine"]);
        output.add(GeneratedFile { path: path.into(), text: String::new() });
        let error = output.changes().expect_err(path);
        assert!(matches!(error, OutputError::InvalidPath { .. }), "{path:?}: {error}");
        assert_eq!(place.tree(), ["out/"], "{path:?}");
    }
    let long = "x".repeat(256);
    assert!(matches!(Place::new().rejected(&[&long]), OutputError::InvalidPath { .. }));
    let mut output = Place::new().output(&[]);
    output.own("../elsewhere");
    assert!(matches!(output.changes(), Err(OutputError::InvalidPath { .. })));
}

#[test]
fn files_that_cannot_both_exist_are_rejected() {
    for names in [["a.md", "a.md"], ["a.md", "A.md"], ["é", "É"], ["a", "a/b"], ["x/a/b", "X/A"]] {
        let place = Place::new();
        let error = place.rejected(&names);
        assert!(matches!(error, OutputError::Clash { .. }), "{names:?}: {error}");
        assert_eq!(place.tree(), ["out/"]);
    }
}

#[test]
fn files_and_folders_in_the_way_are_rejected() {
    let place = Place::new();
    place.put("out/api/a/file", "");
    assert!(matches!(place.rejected(&["a"]), OutputError::NotAFile(_)));
    assert!(matches!(place.rejected(&["a/file/b"]), OutputError::NotAFolder(_)));
    let output = Output::new(place.root().join("api/a/file"));
    assert!(matches!(output.changes(), Err(OutputError::NotAFolder(_))));
}

#[test]
fn inputs_are_neither_replaced_nor_removed() {
    let place = Place::new();
    place.write(&["a", "prose.md"]);
    let inputs = || [place.root().join("api/../api/prose.md"), place.root().join("api/not-there")];
    let mut output = place.output(&["a"]);
    output.protect(inputs());
    assert_eq!(output.changes().expect("valid paths").leftover, Vec::<String>::new());
    let mut output = place.output(&["a", "prose.md"]);
    output.protect(inputs());
    assert!(matches!(output.changes(), Err(OutputError::Input(_))));
}

#[test]
fn a_new_file_is_never_an_old_one() {
    let place = Place::new();
    let path = place.root().join("deep/errors.yaml");
    create(&path, "one").expect("a new file");
    assert_eq!(create(&path, "two").expect_err("an old file").kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(place.tree(), ["out/", "out/deep/", "out/deep/errors.yaml: one"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn symbolic_links_are_rejected() {
        for (from, to) in [("out/api", "elsewhere"), ("out/api/a", "victim"), ("out/api/a", "nowhere")] {
            let place = Place::new();
            place.put("elsewhere/x", "safe");
            place.put("victim", "safe");
            let from = place.folder.path().join(from);
            fs::create_dir_all(from.parent().expect("a parent")).expect("a new folder");
            symlink(place.folder.path().join(to), &from).expect("a new link");
            let before = place.tree();
            assert!(matches!(place.rejected(&["a"]), OutputError::Symlink(path) if path == from));
            assert_eq!(place.tree(), before);
        }
    }

    #[test]
    fn the_root_may_be_a_link() {
        let place = Place::new();
        let link = place.folder.path().join("link");
        symlink(place.root(), &link).expect("a new link");
        let mut output = Output::new(&link);
        output.add(GeneratedFile { path: "a".into(), text: "a".into() });
        output.changes().expect("valid paths").write().expect("a folder that can be written");
        assert_eq!(fs::read_to_string(place.root().join("a")).expect("the file"), "a");
    }

    #[test]
    fn leftovers_behind_links_are_not_ours() {
        let place = Place::new();
        place.write(&["a", "sub/b", "c"]);
        place.put("elsewhere/b", "safe");
        fs::remove_dir_all(place.root().join("api/sub")).expect("our folder");
        fs::remove_file(place.root().join("api/c")).expect("our file");
        symlink(place.folder.path().join("elsewhere"), place.root().join("api/sub")).expect("a new link");
        symlink(place.folder.path().join("elsewhere/b"), place.root().join("api/c")).expect("a new link");
        place.write(&["a"]);
        assert_eq!(fs::read_to_string(place.folder.path().join("elsewhere/b")).expect("the file"), "safe");
        assert!(place.root().join("api/c").is_symlink() && place.root().join("api/sub").is_symlink());
    }

    #[test]
    fn files_are_as_readable_as_any_other() {
        let place = Place::new();
        place.put("ordinary", "");
        place.write(&["a"]);
        let mode = |path: PathBuf| fs::metadata(path).expect("a file").permissions().mode();
        assert_eq!(mode(place.root().join("api/a")), mode(place.folder.path().join("ordinary")));
    }

    #[test]
    fn a_file_is_replaced_not_rewritten() {
        let place = Place::new();
        place.write(&["a"]);
        let path = place.root().join("api/a");
        let reader = fs::File::open(&path).expect("the old file");
        place.put("out/api/a", "edited\n");
        let before = reader.metadata().expect("the old file").ino();
        place.write(&["a"]);
        assert_ne!(fs::metadata(&path).expect("the new file").ino(), before);
        assert_eq!(std::io::read_to_string(reader).expect("the old file"), "edited\n");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named_and_stays_whole() {
        let place = Place::new();
        place.write(&["a", "locked/b", "z"]);
        let locked = place.root().join("api/locked");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("our folder");
        // Permissions do not bind root.
        let bound = fs::write(locked.join("probe"), "").is_err();
        place.put("out/api/a", "edited");
        let mut output = Output::new(place.root());
        for name in ["a", "locked/b", "locked/new", "z"] {
            output.add(GeneratedFile { path: format!("api/{name}"), text: format!("{name}\n") });
        }
        let result = output.changes().expect("valid paths").write();
        if bound {
            let error = result.expect_err("a locked folder").to_string();
            assert!(error.contains("locked/new` cannot be written"), "{error}");
        }
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).expect("our folder");
        assert!(!place.tree().iter().any(|line| line.contains(".errbook-")), "{:?}", place.tree());
        assert_eq!(fs::read_to_string(locked.join("b")).expect("the old file"), "locked/b\n");
    }

    #[test]
    fn an_interrupted_run_is_known_to_the_next_one() {
        let place = Place::new();
        place.write(&["a", "old"]);
        // A folder appears where a file should go after the changes were planned: writing stops
        // halfway.
        let changes = place.output(&["a", "m", "z"]).changes().expect("valid paths");
        fs::create_dir_all(place.root().join("api/z/occupied")).expect("a new folder");
        changes.write().expect_err("a folder in the way");
        let list = fs::read_to_string(place.root().join("api").join(LIST)).expect("the list");
        assert_eq!(list, format!("{HEADER}a\nm\nold\nz\n"));
        assert!(place.root().join("api/m").exists() && place.root().join("api/old").exists());
        // The next run generates neither of the two files, so both are removed.
        fs::remove_dir_all(place.root().join("api/z")).expect("our folder");
        let changes = place.output(&["a"]).changes().expect("valid paths");
        assert_eq!(changes.leftover, ["api/m", "api/old"]);
    }
}

#[test]
fn what_was_replaced_gets_its_text_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("old"), "before").unwrap();
    // The last file can be written under a temporary name, but not renamed: a file name cannot end
    // in a slash.
    let files = ["old", "new", "neither/"].map(|name| {
        let before = if name == "old" { "before" } else { "" };
        Edit { path: path(name), before: before.to_owned(), after: "after".to_owned() }
    });
    let error = replace(&files).unwrap_err().to_string();
    assert!(error.contains("neither/` cannot be written"), "{error}");
    assert_eq!(std::fs::read_to_string(path("old")).unwrap(), "before");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["old"]);
}

/// A run that is killed leaves its temporary file.
#[test]
fn temporary_files_of_killed_runs_go() {
    let place = Place::new();
    place.write(&["a", "sub/b"]);
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
    for name in [".errbook-1-0", "sub/.errbook-999999999-12", ".errbook-mine", ".errbook-1-", ".errbook-1-x"] {
        place.put(&format!("out/api/{name}"), "half");
        let file = fs::File::options().append(true).open(place.root().join("api").join(name)).expect("the file");
        file.set_modified(old).expect("an older file");
    }
    place.put(&format!("out/api/.errbook-{}-7", std::process::id()), "being written");
    place.write(&["a", "sub/b"]);
    let left: Vec<String> = place.tree().into_iter().filter(|line| line.contains(".errbook-")).collect();
    let stays = |name: &str| left.iter().any(|line| line.contains(name));
    assert!(
        stays(".errbook-mine") && stays(".errbook-1-x") && stays(&format!("-{}-7", std::process::id())),
        "{left:?}"
    );
    assert_eq!(left.iter().filter(|line| line.contains("half")).count(), 3, "{left:?}");
}

#[test]
fn a_file_that_changed_meanwhile_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a"), "one\n").unwrap();
    fs::write(path("b"), "two\nand a line of somebody else\n").unwrap();
    let edit = |name: &str, before: &str| Edit { path: path(name), before: before.into(), after: "new\n".into() };
    let error = replace(&[edit("a", "one\n"), edit("b", "two\n")]).unwrap_err();
    assert!(matches!(error, OutputError::Changed(_)), "{error}");
    let error = replace(&[edit("a", ""), edit("c", "")]).unwrap_err();
    assert!(error.to_string().contains("changed while errbook was running"), "{error}");
    assert_eq!(fs::read_to_string(path("a")).unwrap(), "one\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// A folder with two files of a catalog, and the edits of a run that was killed.
fn killed() -> (tempfile::TempDir, [Edit; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let edit =
        |name: &str, before: &str, after: &str| Edit { path: path(name), before: before.into(), after: after.into() };
    let edits = [edit("a.yaml", "old a\n", "new a\n"), edit("b.yaml", "old b\n", "new b\n"), edit("new", "", "é\n\n")];
    fs::write(path("a.yaml"), "old a\n").unwrap();
    fs::write(path("b.yaml"), "old b\n").unwrap();
    let mut journal = String::from("errbook journal 1\n");
    for Edit { path, before, after } in &edits {
        let path = path.to_str().unwrap();
        let _ = write!(journal, "path {}\n{path}\n", path.len());
        if !before.is_empty() {
            let _ = write!(journal, "before {}\n{before}\n", before.len());
        }
        let _ = write!(journal, "after {}\n{after}\n", after.len());
    }
    fs::write(path(JOURNAL), journal).unwrap();
    (folder, edits)
}

#[test]
fn edits_of_a_killed_run_are_finished() {
    for done in 0..=3 {
        let (folder, edits) = killed();
        for Edit { path, after, .. } in &edits[..done] {
            fs::write(path, after).unwrap();
        }
        let written = recover(folder.path(), |_| true).unwrap().expect("a journal");
        assert_eq!(written.len(), 3 - done);
        for Edit { path, after, .. } in &edits {
            assert_eq!(fs::read_to_string(path).unwrap(), *after);
        }
        assert_eq!(recover(folder.path(), |_| true).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}

#[test]
fn a_journal_that_cannot_be_trusted_changes_nothing() {
    let (folder, edits) = killed();
    let unchanged = |why: &str, error: OutputError| {
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(fs::read_to_string(&edits[0].path).unwrap(), "old a\n");
        assert!(folder.path().join(JOURNAL).exists());
    };
    let is_first = |path: &Path| path.ends_with("a.yaml");
    unchanged("names a file outside the repository", recover(folder.path(), is_first).unwrap_err());
    fs::write(&edits[1].path, "old b\nand a line of somebody else\n").unwrap();
    unchanged("b.yaml` changed while errbook was running", recover(folder.path(), |_| true).unwrap_err());
    fs::write(&edits[1].path, "old b\n").unwrap();
    unchanged("an earlier run was interrupted", replace_together(folder.path(), &edits[..1]).unwrap_err());
    fs::write(folder.path().join(JOURNAL), "errbook journal 1\npath 3\n").unwrap();
    unchanged("damaged", recover(folder.path(), |_| true).unwrap_err());
    fs::remove_file(folder.path().join(JOURNAL)).unwrap();
    fs::create_dir(folder.path().join(JOURNAL)).unwrap();
    unchanged("not a regular file", recover(folder.path(), |_| true).unwrap_err());
}

#[test]
fn a_journal_is_there_only_meanwhile() {
    let (folder, edits) = killed();
    fs::remove_file(folder.path().join(JOURNAL)).unwrap();
    let failing = Edit { path: folder.path().join("neither/"), before: String::new(), after: String::new() };
    replace_together(folder.path(), &[edits[0].clone(), failing]).unwrap_err();
    assert_eq!(fs::read_to_string(&edits[0].path).unwrap(), "old a\n");
    replace_together(folder.path(), &edits).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

/// Writers of one folder wait for each other, so that the files are all of the same run.
#[test]
fn two_runs_leave_the_files_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("out");
    let run = |text: &str| {
        for round in 0..20 {
            let mut output = Output::new(&root);
            output.extend(
                (0..10).map(|file| GeneratedFile { path: format!("d/{file}"), text: format!("{text} {round}") }),
            );
            output.lock().unwrap();
            output.changes().unwrap().write().unwrap();
            let mut reader = Output::new(&root);
            reader.lock().unwrap();
            let texts: Vec<String> =
                (0..10).map(|file| fs::read_to_string(root.join(format!("d/{file}"))).unwrap()).collect();
            assert!(texts.iter().all(|other| *other == texts[0]), "{texts:?}");
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| run("one"));
        scope.spawn(|| run("two"));
    });
}

#[test]
fn a_file_of_the_user_is_edited_only_as_it_was_read() {
    let place = Place::new();
    place.put("out/nav.md", "- mine\n");
    let output = |before: &str| {
        let mut output = place.output(&["a"]);
        output.edit(GeneratedFile { path: "nav.md".into(), text: "- mine\n- errors\n".into() }, before.into());
        output
    };
    let changes = output("- mine\n").changes().unwrap();
    assert_eq!(changes.changed.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["nav.md"]);
    place.put("out/nav.md", "- mine\n- more\n");
    let error = changes.write().unwrap_err();
    assert!(matches!(error, OutputError::Changed(_)), "{error}");
    assert!(!place.root().join("api/a").exists());
    output("- mine\n- more\n").changes().unwrap().write().unwrap();
    assert_eq!(fs::read_to_string(place.root().join("nav.md")).unwrap(), "- mine\n- errors\n");
    assert!(place.root().join("api/a").exists());
}

#[test]
#[cfg(unix)]
fn a_file_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.write(&["a"]);
    let path = place.root().join("api/a");
    fs::write(&path, "edited").expect("our file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("our file");
    place.write(&["a"]);
    assert_eq!(fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
}
