//! `errbook generate`

use errbook_catalog::words::counted;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use errbook_files::{Changes, Output};
use errbook_pages::plan::{self, Plan, Source};

use crate::limits;
use crate::load::{self, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, Progress, RED, YELLOW, quoted, safe, safe_line, styled};
use crate::timings::Timed;
use crate::unified;

/// Generate Rust, OpenAPI, JSON, llms.txt and markdown
///
/// With --out, each catalog gets a subfolder, named after the slug of its API, with errors.rs,
/// openapi.yaml, errors.json, llms.txt and the folder reference. Without --out, errbook writes the
/// files under `generate` in the catalog. Their paths are relative to the catalog.
///
/// If the catalog names the OpenAPI document of the API (`openapi: {into: openapi.yaml}`), errbook
/// adds the errors to it, as `errbook openapi` does. The reference then shows the operations that
/// return an error.
///
/// If the catalog names a navigation file (`docs: {nav: src/SUMMARY.md}`), errbook lists the pages
/// in it, between two marker lines. The rest of the file does not change.
///
/// errbook writes only files that change, and removes files of an earlier run that are no longer
/// generated. The list of generated files is in `.errbook`; commit it with them. Nothing is written
/// if a catalog is invalid.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook generate
  errbook generate catalog/apis/*.yaml --out docs-out
  errbook generate catalog/apis/*.yaml --out docs-out --check    in CI

With --check, exits with 1 if a file is missing, changed or left over.
--timings prints its table to stderr. The pages are rendered beside the other outputs, so their
seconds are those after the others.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// Write all files to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing, and show the files that are not up to date
    #[arg(long)]
    check: bool,
    /// Show the seconds, memory, bytes and files of each output
    #[arg(long)]
    timings: bool,
}

impl Args {
    /// The catalogs that the command renders.
    pub(crate) fn catalogs(&self) -> &[PathBuf] {
        &self.catalogs
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    let timed = Timed::default();
    let sources = load::all(&args.catalogs, Warnings::Counted)?;
    timed.step("reading", 0, 0);
    let mut progress = Progress::new(sources.iter().map(|source| source.catalog.errors.len()).sum());
    let say = |source: &Source| progress.step(|| format!("generating {}", source.catalog.api.name));
    limits::before_rendering(sources.iter().map(|source| &source.catalog));
    let sources = sources.into_iter().inspect(say);
    let plan = match &args.out {
        Some(folder) => plan::below(folder, sources, &timed)?,
        None => plan::beside(sources, &timed)?,
    };
    let outcome = finish(plan, args.check, &update_command("generate", &args.catalogs, args.out.as_deref()), progress);
    timed.step(if args.check { "comparing" } else { "writing" }, 0, 0);
    if args.timings {
        terminal::eprint(&timed.table());
    }
    outcome
}

/// Writes the files that are not up to date. With `--check`, prints them, and the command that
/// updates them.
pub(crate) fn finish(plan: Plan, is_check: bool, command: &str, mut progress: Progress) -> Outcome {
    if !plan.notes.is_empty() {
        progress.clear();
        let notes: Vec<_> = plan.notes.iter().map(|(path, note)| (PathBuf::from(place(path)), note)).collect();
        let notes = notes.iter().map(|(path, note)| (path.as_path(), (*note).clone()));
        terminal::eprint(&crate::openapi::notes(notes));
    }
    progress.step(|| "comparing with existing files".to_owned());
    let mut outputs = plan.outputs();
    if !is_check {
        // In the same order in each run, so that two runs do not wait for each other.
        outputs.sort_by_cached_key(|output| fs::canonicalize(output.root()).ok());
        outputs.iter_mut().try_for_each(Output::lock).map_err(Stop::failed)?;
    }
    let changes: Vec<Changes> =
        outputs.into_iter().map(Output::changes).collect::<Result<_, _>>().map_err(Stop::failed)?;
    if is_check {
        progress.clear();
        return check(command, &changes);
    }
    let mut summary = String::new();
    for changes in &changes {
        let files = changes.missing.len() + changes.changed.len();
        progress.step(|| format!("writing {} to {}", counted(files, "file"), changes.root.display()));
        changes.write().map_err(|error| {
            Stop::failed(error)
                .help("each file is either unchanged or complete; run the command again to write the rest")
        })?;
        let root = Some(place(&changes.root)).filter(|root| root != ".");
        let root = root.map_or(String::new(), |root| format!("{root}: "));
        let _ = writeln!(summary, "{root}{}", counts(changes));
    }
    progress.clear();
    terminal::print(&summary)
}

/// The help for a catalog without `generate`.
pub(crate) fn how_to_ask(catalog: &Path) -> String {
    format!(
        "add the outputs that you want to the catalog, with paths relative to it:

    generate:
      docs: {{dir: docs/errors}}
      openapi: {{file: openapi.yaml}}         # or {{into: openapi.yaml}}, your own document
      json: errors.json
      llms: llms.txt                        # a summary for language models
      rust: src/errors.rs

or write everything to one folder: errbook generate {} --out generated",
        quoted(catalog)
    )
}

/// The summary: `3 files written, 1 removed, 176 unchanged`.
fn counts(changes: &Changes) -> String {
    let Changes { root: _, missing, changed, leftover, unchanged, .. } = changes;
    let written = missing.len() + changed.len();
    if changes.is_empty() {
        return format!("{}, all up to date", counted(*unchanged, "file"));
    }
    let mut parts = vec![format!("{} written", counted(written, "file"))];
    if !leftover.is_empty() {
        parts.push(format!("{} removed", leftover.len()));
    }
    if *unchanged > 0 {
        parts.push(format!("{unchanged} unchanged"));
    }
    parts.join(", ")
}

/// The maximum number of diffs. Further changed files are only named.
const DIFFS: usize = 8;
/// The maximum number of lines of each diff.
const DIFF_LINES: usize = 24;

/// Prints the files that are not up to date, and the command that updates them.
fn check(command: &str, changes: &[Changes]) -> Outcome {
    let mut text = String::new();
    let mut found = 0;
    let mut diffs = 0;
    let mut unchanged = 0;
    // What a `.gitattributes` would list.
    let mut line_ends: BTreeSet<String> = BTreeSet::new();
    for Changes { root, missing, changed, leftover, unchanged: same, .. } in changes {
        for file in missing {
            let _ = writeln!(text, "{} {}", styled(RED, "missing  "), place(&root.join(&file.path)));
        }
        for path in leftover {
            let _ = writeln!(text, "{} {}", styled(YELLOW, "left over"), place(&root.join(path)));
        }
        for file in changed {
            // A file that is now missing or unreadable has an empty old text.
            let old = fs::read(root.join(&file.path)).unwrap_or_default();
            let old = String::from_utf8_lossy(&old);
            let path = place(&root.join(&file.path));
            if old.contains('\r') && old.replace("\r\n", "\n") == file.text {
                let _ = writeln!(text, "{} {path}", styled(YELLOW, "line ends"));
                line_ends.insert(pattern(root, &file.path));
                continue;
            }
            let _ = writeln!(text, "{} {path}", styled(YELLOW, "changed  "));
            if diffs < DIFFS {
                text.push_str(&unified::render(&old, &file.text, DIFF_LINES));
            }
            diffs += 1;
        }
        found += missing.len() + changed.len() + leftover.len();
        unchanged += same;
    }
    if found == 0 {
        return terminal::print(&format!("{}, all up to date\n", counted(unchanged, "file")));
    }
    let verb = if found == 1 { "is" } else { "are" };
    let _ = writeln!(text, "\n{} {verb} not up to date. To update, run:", counted(found, "file"));
    let _ = writeln!(text, "    {BOLD}{}{BOLD:#}", safe_line(command));
    if !line_ends.is_empty() {
        text.push_str("\nOn Windows, git can convert line ends to CRLF. To prevent this, add to .gitattributes:\n");
        for pattern in &line_ends {
            let _ = writeln!(text, "    {BOLD}{pattern} text eol=lf{BOLD:#}");
        }
    }
    terminal::print(&text)?;
    Err(Stop::Findings)
}

/// The pattern for a generated file and its neighbors in a `.gitattributes` of the working
/// directory.
fn pattern(root: &Path, path: &str) -> String {
    let below = match path.split_once('/') {
        Some((folder, _)) => format!("{folder}/**"),
        None => path.to_owned(),
    };
    match place(root).as_str() {
        "." => below,
        _ => place(&root.join(below)),
    }
}

/// The command without `--check`.
pub(crate) fn update_command(subcommand: &str, catalogs: &[PathBuf], out: Option<&Path>) -> String {
    let mut command = format!("errbook {subcommand}");
    let options = out.into_iter().flat_map(|folder| [PathBuf::from("--out"), folder.to_owned()]);
    for word in catalogs.iter().cloned().chain(options) {
        command.push(' ');
        command.push_str(&quoted(&word));
    }
    command
}

/// A path for messages, with `/`.
fn place(path: &Path) -> String {
    let path = path.strip_prefix(".").ok().filter(|path| !path.as_os_str().is_empty()).unwrap_or(path);
    safe(&path.display().to_string().replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::update_command;

    #[test]
    fn the_update_command_has_no_check() {
        let catalogs = vec![PathBuf::from("a.yaml"), PathBuf::from("b c.yaml")];
        let command = update_command("generate", &catalogs, Some(Path::new("out dir")));
        assert_eq!(command, "errbook generate a.yaml 'b c.yaml' --out 'out dir'");
    }
}
