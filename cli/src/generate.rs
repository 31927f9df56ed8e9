//! `errbook generate`

use errbook_catalog::words::counted;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use errbook_files::{Changes, GeneratedFile, Output};
use errbook_pages::plan::{self, Disk, Plan, Source};

use crate::load::{self, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, Progress, RED, YELLOW, quoted, safe, safe_line, styled};
use crate::unified;

/// Write Rust, OpenAPI, JSON, llms.txt and markdown
///
/// With --out, each catalog gets a folder there, with the slug of its API as its name: in it, errors.rs, openapi.yaml,
/// errors.json, llms.txt and the folder reference, with index.md and a page for each error. Without it, the catalog says under
/// `generate` what it wants, and where, relative to itself.
///
/// A catalog that names the OpenAPI document of the API (`openapi: {into: openapi.yaml}`) has its errors merged into it, as
/// `errbook openapi` does it, and its reference shows which operations return an error.
///
/// The pages of the reference are listed in the file of the site that the catalog names (`docs: {nav: src/SUMMARY.md}`), between two
/// lines that name the API; each other byte of it stays.
///
/// A file is written only where its bytes change. What an earlier run wrote and this one does not is removed; a list of it is
/// kept in `.errbook`, which belongs into version control with the files. Nothing is written where a catalog is refused.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook generate
  errbook generate catalog/apis/*.yaml --out docs-out
  errbook generate catalog/apis/*.yaml --out docs-out --check    in CI

With --check, exits with 1 where a file is missing, changed or left over.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// Write everything below this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing: say what would be written, and how
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(&args.catalogs, Warnings::Counted)?;
    let mut progress = Progress::new(sources.iter().map(|source| source.catalog.errors.len()).sum());
    let say = |source: &Source| progress.step(|| format!("generating {}", source.catalog.api.name));
    let sources = sources.into_iter().inspect(say);
    let plan = match &args.out {
        Some(folder) => plan::below(folder, sources, &Disk)?,
        None => plan::beside(sources, &Disk)?,
    };
    finish(plan, args.check, &mending("generate", &args.catalogs, args.out.as_deref()), progress)
}

/// Writes what is not as it should be, or with `--check` says what that is and which command mends it.
pub(crate) fn finish(plan: Plan, is_check: bool, mending: &str, mut progress: Progress) -> Outcome {
    progress.step(|| "comparing with what is there".to_owned());
    let changes: Vec<Changes> =
        plan.outputs().into_iter().map(Output::changes).collect::<Result<_, _>>().map_err(Stop::failed)?;
    if is_check {
        progress.clear();
        return check(mending, &changes);
    }
    let mut summary = String::new();
    for changes in &changes {
        let files = changes.missing.len() + changes.changed.len();
        progress.step(|| format!("writing {} to {}", counted(files, "file"), changes.root.display()));
        changes.write().map_err(|error| {
            Stop::failed(error).help("every file is as it was or as it should be; a further run does the rest")
        })?;
        let root = Some(place(&changes.root)).filter(|root| root != ".");
        let root = root.map_or(String::new(), |root| format!("{root}: "));
        let _ = writeln!(summary, "{root}{}", counts(changes));
    }
    progress.clear();
    terminal::print(&summary)
}

/// How a catalog that asks for nothing says what it wants.
pub(crate) fn how_to_ask(catalog: &Path) -> String {
    format!(
        "add what you want of this to it, each path relative to the catalog:

    generate:
      docs: {{dir: docs/errors}}
      openapi: {{file: openapi.yaml}}         # or {{into: openapi.yaml}}, the document that you write
      json: errors.json
      llms: llms.txt                        # a line for each error, as llmstxt.org asks for it
      rust: src/errors.rs

or have everything below one folder: errbook generate {} --out generated",
        quoted(catalog)
    )
}

/// What was done: `3 files written, 1 removed, 176 unchanged`.
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

/// So many changed files are shown with what changed; all of them are named.
const DIFFS: usize = 8;
/// So many lines of each.
const DIFF_LINES: usize = 24;

/// Names what is not up to date, and the command that mends it.
fn check(mending: &str, changes: &[Changes]) -> Outcome {
    let mut text = String::new();
    let mut found = 0;
    let mut diffs = 0;
    let mut unchanged = 0;
    for Changes { root, missing, changed, leftover, unchanged: same, .. } in changes {
        for file in missing {
            let _ = writeln!(text, "{} {}", styled(RED, "missing  "), place(&root.join(&file.path)));
        }
        for path in leftover {
            let _ = writeln!(text, "{} {}", styled(YELLOW, "left over"), place(&root.join(path)));
        }
        for file in changed {
            let _ = writeln!(text, "{} {}", styled(YELLOW, "changed  "), place(&root.join(&file.path)));
            if diffs < DIFFS {
                text.push_str(&diff(root, file));
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
    let _ = writeln!(text, "\n{} {verb} not up to date. To mend that, run:", counted(found, "file"));
    let _ = writeln!(text, "    {BOLD}{}{BOLD:#}", safe_line(mending));
    terminal::print(&text)?;
    Err(Stop::Findings)
}

/// The command without `--check`.
pub(crate) fn mending(subcommand: &str, catalogs: &[PathBuf], out: Option<&Path>) -> String {
    let mut command = format!("errbook {subcommand}");
    let options = out.into_iter().flat_map(|folder| [PathBuf::from("--out"), folder.to_owned()]);
    for word in catalogs.iter().cloned().chain(options) {
        command.push(' ');
        command.push_str(&quoted(&word));
    }
    command
}

/// What would change in a file.
fn diff(root: &Path, file: &GeneratedFile) -> String {
    // A file that is gone or unreadable by now has no lines to show; it is named all the same.
    let old = fs::read(root.join(&file.path)).unwrap_or_default();
    unified::render(&String::from_utf8_lossy(&old), &file.text, DIFF_LINES)
}

/// A path for people, with `/` everywhere.
fn place(path: &Path) -> String {
    let path = path.strip_prefix(".").ok().filter(|path| !path.as_os_str().is_empty()).unwrap_or(path);
    safe(&path.display().to_string().replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::mending;

    #[test]
    fn the_mending_command_is_the_same_without_check() {
        let catalogs = vec![PathBuf::from("a.yaml"), PathBuf::from("b c.yaml")];
        let command = mending("generate", &catalogs, Some(Path::new("out dir")));
        assert_eq!(command, "errbook generate a.yaml 'b c.yaml' --out 'out dir'");
    }
}
