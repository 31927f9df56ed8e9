//! `errbook release`

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_catalog::baseline;
use errbook_catalog::masked;
use errbook_catalog::model::{Catalog, Origin};
use errbook_catalog::words::counted;
use errbook_files::{Edit, JOURNAL, real};
use errbook_history::diff::{Diff, Stale, remove_expired};
use errbook_history::release::{Refusal, Release, release};
use errbook_history::version::Version;
use errbook_pages::changelog::with_entry;

use crate::diff::{OldFiles, Releases, all, below, markdown, text, today};
use crate::load;
use crate::lock::{self, Released};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, safe_line, styled};
use crate::unified;

/// The maximum number of lines of the diff of a lock, which repeats the catalog.
const LOCK_LINES: usize = 12;

/// Check the version of a release, and lock the catalog
///
/// Compares the catalog with its `errbook.lock`, which contains the last release, and rejects a
/// version that is too low for the changes. A breaking change needs a major version, an additive
/// change a minor version, and a text change a patch. Before 1.0, a breaking change needs a minor
/// version. A pre-release counts as its release. A date, such as 2026-11, only has to be later.
///
/// Then errbook writes `since` for new errors, deprecations and retired ids without one,
/// `api.version` if the catalog has one, the changelog entry, and the lock. It writes all of them
/// or none. Other parts of the catalog do not change. Commit the lock. The first release has
/// nothing to compare with: it accepts any version, and does not write `since`.
///
/// The lock of errors.yaml is errbook.lock, and that of billing.yaml is billing.lock.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook release 1.0.0
  errbook release 1.5.0 --changelog CHANGELOG.md
  errbook release 1.5.0 api/errors.yaml --dry-run     show what would be written

The changelog entry goes above the newest entry of FILE, or to stdout. A FILE
that already has an entry for VERSION is not changed, and nothing is released.
Exits with 1 if the version is rejected, and shows the changes that need a
higher one.")]
pub(crate) struct Args {
    /// The version of the release, such as 1.2.3
    #[arg(value_parser = version)]
    version: Version,
    /// The catalog
    #[arg(default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// Write the changelog entry to this file
    #[arg(long, value_name = "FILE")]
    changelog: Option<PathBuf>,
    /// Write nothing, and show what would be written
    #[arg(long)]
    dry_run: bool,
}

fn version(text: &str) -> Result<Version, &'static str> {
    Version::parse(text).ok_or("a version is one of semver, as in 1.2.3 or 2.0.0-rc.1, or a date, as in 2026-11")
}

pub(crate) fn run(args: &Args) -> Outcome {
    let (mut loaded, catalog) = load::accepted(&args.catalog)?;
    let expired = loaded.catalog.as_mut().map(|catalog| remove_expired(&mut catalog.diff, &today()));
    let last = lock::released(&args.catalog)?;
    let path = lock::path(&args.catalog)?;
    let last = last.as_ref().map(|Released { lock, catalog, path: _ }| (lock, catalog));
    let release = release(&args.version, &loaded, last).map_err(|refusal| rejected(args, &path, refusal))?;
    let entry = entry(&args.version, &catalog, release.public.as_ref());
    let written = files(args, &path, &loaded, &release, &entry)?;
    if args.dry_run {
        terminal::print(&shown(&written))?;
    }
    // A version is released once, so its entry must not be lost.
    if args.changelog.is_none() {
        terminal::print_raw(&entry)?;
    }
    if !args.dry_run {
        let edits: Vec<Edit> = written.iter().map(|file| file.edit.clone()).collect();
        errbook_files::replace_together(load::folder_of(&args.catalog), &edits).map_err(Stop::failed)?;
    }
    terminal::eprint(&summary(args, &release, &written));
    let stale = release.diff.iter().flat_map(|diff| &diff.stale).chain(expired.iter().flatten());
    for entry in stale {
        let file = below(load::folder_of(&args.catalog), &entry.origin.file);
        let origin = Origin { file, ..entry.origin.clone() };
        terminal::warn(&Stale { origin, ..entry.clone() }.to_string());
    }
    Ok(())
}

/// Reports why a release is rejected.
fn rejected(args: &Args, lock: &Path, refusal: Refusal) -> Stop {
    let version = &args.version;
    match refusal {
        // Loading has reported the errors.
        Refusal::Mistakes => Stop::Findings,
        Refusal::NotAbove(released) => {
            let message = format!("{version} is not above {released}, the last release");
            terminal::complain(&message, None);
            Stop::Findings
        }
        Refusal::TooLow { diff, next } => {
            let releases = Releases {
                old: lock.display().to_string(),
                new: args.catalog.display().to_string(),
                old_files: OldFiles::Inside(lock.display().to_string()),
                folder: load::folder_of(&args.catalog).to_owned(),
                diff: *diff,
            };
            if let Err(stop) = terminal::print(&text::render(&releases, &all(&releases.diff), terminal::columns())) {
                return stop;
            }
            let next = next.map_or("a later one".to_owned(), |next| format!("{next} or above"));
            terminal::complain(&format!("{version} is too low for these changes; the next version is {next}"), None);
            Stop::Findings
        }
        Refusal::CannotStamp(stamps) => {
            Stop::failed(format_args!("{} cannot be written without other changes to the file", stamps.join(" and ")))
                .help(format_args!("write {version} there by hand"))
        }
    }
}

/// The changelog entry.
fn entry(version: &Version, catalog: &Catalog, public: Option<&Diff>) -> String {
    if let Some(public) = public {
        return markdown::section(&version.to_string(), &catalog.public(), &all(public));
    }
    let errors = catalog.errors.iter().filter(|error| error.is_public()).count();
    format!("## {version}\n\nThe first release, with {}.\n", counted(errors, "error"))
}

/// A file to write.
struct Written {
    edit: Edit,
    lines_shown: usize,
}

/// The catalog, the changelog and the lock. The lock is last, so that a failed release can be
/// repeated.
fn files(args: &Args, lock: &Path, loaded: &Loaded, release: &Release, entry: &str) -> Result<Vec<Written>, Stop> {
    let mut files: Vec<Written> = load::edits(&args.catalog, loaded, release.files.clone())
        .into_iter()
        .map(|edit| Written { edit, lines_shown: usize::MAX })
        .collect();
    if let Some(changelog) = &args.changelog {
        check_changelog(changelog, loaded, lock)?;
        let before = present(changelog)?;
        let after = with_entry(&before, &args.version.to_string(), entry).map_err(|error| {
            Stop::failed(format_args!("`{}` cannot get an entry: {error}", changelog.display())).help(error.help())
        })?;
        files.push(Written { edit: Edit { path: changelog.clone(), before, after }, lines_shown: usize::MAX });
    }
    let edit = Edit { before: present(lock)?, path: lock.to_owned(), after: release.lock.to_text() };
    files.push(Written { edit, lines_shown: LOCK_LINES });
    files.retain(|file| file.edit.before != file.edit.after);
    Ok(files)
}

/// The text of a file, or an empty text if there is no file.
fn present(path: &Path) -> Result<String, Stop> {
    match errbook_catalog::disk::text(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Stop::failed(format_args!("`{}` cannot be read: {error}", path.display()))),
    }
}

/// Rejects a changelog that is a file of the catalog.
fn check_changelog(changelog: &Path, loaded: &Loaded, lock: &Path) -> Outcome {
    let own = [lock, &lock.with_file_name(baseline::NAME), &lock.with_file_name(JOURNAL)];
    let mut inputs = loaded.inputs.iter().map(PathBuf::as_path).chain(own);
    // The lock of a first release does not exist yet.
    let place = |path: &Path| real(path).to_string_lossy().to_lowercase();
    let of_changelog = place(changelog);
    // Each catalog of a folder has a lock of its own.
    let is_lock = Path::new(&of_changelog).extension().is_some_and(|ending| ending == "lock");
    if is_lock || inputs.any(|input| place(input) == of_changelog) {
        let message = format!("`{}` is a file of the catalog", changelog.display());
        return Err(Stop::failed(message).help("name another file with --changelog"));
    }
    Ok(())
}

/// The diff of each file.
fn shown(files: &[Written]) -> String {
    let mut text = String::new();
    for Written { edit: Edit { path, before, after }, lines_shown } in files {
        let name = safe_line(&path.display().to_string());
        let texts = masked(&[before, after]);
        let diff = unified::render(&texts[0], &texts[1], *lines_shown);
        let _ = writeln!(text, "{}\n{diff}", styled(BOLD, &name));
    }
    text
}

/// The summary of a release or a dry run.
fn summary(args: &Args, release: &Release, files: &[Written]) -> String {
    let names: Vec<String> = files.iter().map(|file| safe_line(&file.edit.path.display().to_string())).collect();
    let (released, wrote) = if args.dry_run { ("Would release", "would write") } else { ("Released", "wrote") };
    let mut text = format!("{released} {}, and {wrote} {}.\n", args.version, names.join(", "));
    if !release.stamps.is_empty() {
        let _ = writeln!(text, "Updated {}.", safe_line(&release.stamps.join(", ")));
    }
    text
}
