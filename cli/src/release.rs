//! `errbook release`

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_catalog::model::Catalog;
use errbook_catalog::words::counted;
use errbook_history::diff::Diff;
use errbook_history::release::{Refusal, Release, release};
use errbook_history::version::Version;

use crate::diff::{Releases, markdown, text};
use crate::load;
use crate::lock::{self, Beside};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, safe_line, styled};
use crate::unified;

/// So many lines of a lock are shown: it says what the catalog says.
const LOCK_LINES: usize = 12;

/// Release a catalog: hold the version against what changed, and lock what was promised
///
/// Compares the catalog with the `errbook.lock` beside it, which has the catalog as it was released last, and refuses a version
/// that says less than what happened: what breaks clients is a major version, what is new a minor one, a change of words a
/// patch; before 1.0, what breaks is a minor one.
///
/// Then it writes, all or nothing: `since` in errors, deprecations and tombstones that are new and lack it, `api.version` where
/// that is a version of the same form, an entry for the changelog, and the lock. Not a byte of the catalog changes beside these.
/// Commit the lock. The first release has nothing to be compared with: it takes any version, and stamps no error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook release 1.0.0
  errbook release 1.5.0 --changelog CHANGELOG.md
  errbook release 1.5.0 api/errors.yaml --dry-run     what would be written, and nothing is

The changelog's entry goes above the newest one of FILE, or to stdout.
Exits with 1 where the version is refused: the changes that ask for another one are named.")]
pub(crate) struct Args {
    /// What the catalog is to be released as: 1.2.3
    #[arg(value_parser = version)]
    version: Version,
    /// The catalog
    #[arg(default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// Write the changelog's entry to this file
    #[arg(long, value_name = "FILE")]
    changelog: Option<PathBuf>,
    /// Write nothing: show what would be written
    #[arg(long)]
    dry_run: bool,
}

fn version(text: &str) -> Result<Version, &'static str> {
    Version::parse(text).ok_or("a release has three numbers, as 1.2.3")
}

pub(crate) fn run(args: &Args) -> Outcome {
    let (loaded, catalog) = load::accepted(&args.catalog)?;
    let last = match lock::beside(&args.catalog)? {
        Beside::Nothing => None,
        Beside::Released(lock, released) => Some((lock, released)),
        Beside::Other(lock) => {
            let path = lock::path(&args.catalog);
            return Err(Stop::failed(format_args!("`{}` is the lock of `{}`", path.display(), lock.root()))
                .help("give each catalog a folder of its own"));
        }
    };
    let release = release(args.version, &loaded, last.as_ref().map(|(lock, catalog)| (lock, &**catalog)))
        .map_err(|refusal| refused(args, refusal))?;
    let entry = entry(args.version, &catalog, release.diff.as_ref());
    let written = files(args, &loaded, &release, &entry)?;
    if args.dry_run {
        terminal::print(&shown(&written))?;
    } else {
        let files: Vec<(PathBuf, String)> =
            written.iter().map(|file| (file.path.clone(), file.after.clone())).collect();
        errbook_files::replace(&files).map_err(Stop::failed)?;
    }
    if args.changelog.is_none() {
        terminal::print_raw(&entry)?;
    }
    terminal::eprint(&summary(args, &release, &written));
    Ok(())
}

/// Says why not.
fn refused(args: &Args, refusal: Refusal) -> Stop {
    let version = args.version;
    match refusal {
        // It was accepted before.
        Refusal::Mistakes => Stop::Findings,
        Refusal::NotAbove(released) => {
            let message = format!("{version} is not above {released}, which is released already");
            terminal::complain(&message, None);
            Stop::Findings
        }
        Refusal::TooLow { diff, next } => {
            let releases = Releases {
                old: lock::path(&args.catalog).display().to_string(),
                new: args.catalog.display().to_string(),
                folder: load::folder_of(&args.catalog).to_owned(),
                diff,
            };
            if let Err(stop) = terminal::print(&text::render(&releases, terminal::columns())) {
                return stop;
            }
            terminal::complain(&format!("{version} says less than what changed: the release is {next} or above"), None);
            Stop::Findings
        }
        Refusal::CannotStamp(stamps) => {
            Stop::failed(format_args!("{} cannot be written without touching something else", stamps.join(" and ")))
                .help(format_args!("write {version} there yourself"))
        }
    }
}

/// The entry of the changelog.
fn entry(version: Version, catalog: &Catalog, diff: Option<&Diff>) -> String {
    if let Some(diff) = diff {
        return markdown::section(&version.to_string(), "", diff);
    }
    let errors = catalog.errors.iter().filter(|error| error.is_public()).count();
    format!("## {version}\n\nThe first release, with {}.\n", counted(errors, "error"))
}

/// A file that is written.
struct Written {
    path: PathBuf,
    before: String,
    after: String,
    lines_shown: usize,
}

/// The catalog, the changelog, and last the lock: what is not released yet can be released again.
fn files(args: &Args, loaded: &Loaded, release: &Release, entry: &str) -> Result<Vec<Written>, Stop> {
    let folder = args.catalog.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    let stamped = release.files.iter().map(|file| (folder.join(&file.path), file.text.clone()));
    for (path, after) in stamped {
        files.push(Written { before: present(&path)?, path, after, lines_shown: usize::MAX });
    }
    if let Some(changelog) = &args.changelog {
        refuse_input(changelog, loaded, &lock::path(&args.catalog))?;
        let before = present(changelog)?;
        let after = with_entry(&before, entry);
        files.push(Written { path: changelog.clone(), before, after, lines_shown: usize::MAX });
    }
    let path = lock::path(&args.catalog);
    files.push(Written { before: present(&path)?, path, after: release.lock.to_text(), lines_shown: LOCK_LINES });
    files.retain(|file| file.before != file.after);
    Ok(files)
}

/// What a file says; nothing where there is none.
fn present(path: &Path) -> Result<String, Stop> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    }
}

/// A changelog is no file of the catalog.
fn refuse_input(changelog: &Path, loaded: &Loaded, lock: &Path) -> Outcome {
    let Ok(real) = fs::canonicalize(changelog) else { return Ok(()) };
    let mut inputs = loaded.inputs.iter().map(PathBuf::as_path).chain([lock]);
    if inputs.any(|input| fs::canonicalize(input).is_ok_and(|input| input == real)) {
        let message = format!("`{}` is a file of the catalog", changelog.display());
        return Err(Stop::failed(message).help("name a changelog"));
    }
    Ok(())
}

/// A changelog with an entry above its newest one, but below what is `Unreleased`. One that has it already stays.
fn with_entry(changelog: &str, entry: &str) -> String {
    let heading = entry.lines().next().unwrap_or_default();
    if changelog.lines().any(|line| line.trim_end() == heading) {
        return changelog.to_owned();
    }
    let line_break = if changelog.contains("\r\n") { "\r\n" } else { "\n" };
    let entry = entry.replace('\n', line_break);
    let is_release = |line: &str| line.starts_with("## ") && !line.to_lowercase().contains("unreleased");
    let mut at = 0;
    for line in changelog.split_inclusive('\n') {
        if is_release(line) {
            return format!("{}{entry}{line_break}{}", &changelog[..at], &changelog[at..]);
        }
        at += line.len();
    }
    let above = if changelog.is_empty() { "# Changelog" } else { changelog.trim_end() };
    format!("{above}{line_break}{line_break}{entry}")
}

/// What changes in each file.
fn shown(files: &[Written]) -> String {
    let mut text = String::new();
    for Written { path, before, after, lines_shown } in files {
        let name = safe_line(&path.display().to_string());
        let _ = writeln!(text, "{}\n{}", styled(BOLD, &name), unified::render(before, after, *lines_shown));
    }
    text
}

/// What was done, or would be.
fn summary(args: &Args, release: &Release, files: &[Written]) -> String {
    let names: Vec<String> = files.iter().map(|file| safe_line(&file.path.display().to_string())).collect();
    let (released, wrote) = if args.dry_run { ("Would release", "would write") } else { ("Released", "wrote") };
    let mut text = format!("{released} {}, and {wrote} {}.\n", args.version, names.join(", "));
    if !release.stamps.is_empty() {
        let _ = writeln!(text, "New there: {}.", safe_line(&release.stamps.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_entry;

    #[test]
    fn an_entry_goes_above_the_newest_one() {
        let entry = "## 2.0.0\n\nNews.\n";
        for (before, after) in [
            ("", "# Changelog\n\n## 2.0.0\n\nNews.\n"),
            ("# Log\n\nWords.", "# Log\n\nWords.\n\n## 2.0.0\n\nNews.\n"),
            ("# Log\n\n## 1.0.0\n\nOld.\n", "# Log\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n\nOld.\n"),
            ("## [Unreleased]\n\nx\n\n## 1.0.0\n", "## [Unreleased]\n\nx\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
            ("# Log\r\n\r\n## 1.0.0\r\n", "# Log\r\n\r\n## 2.0.0\r\n\r\nNews.\r\n\r\n## 1.0.0\r\n"),
            ("# Log\n\n## 2.0.0\n\nBy hand.\n", "# Log\n\n## 2.0.0\n\nBy hand.\n"),
        ] {
            assert_eq!(with_entry(before, entry), after, "{before:?}");
        }
    }
}
