//! `errbook generate`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use errbook_files::{Changes, GeneratedFile, Output};
use errbook_pages::markdown::listed;
use errbook_pages::plan::{self, Target};
use errbook_pages::redirects;

use crate::load::{self, Source, Warnings};
use crate::openapi;
use crate::outcome::{Outcome, Stop};
use crate::templates::{self, Own};
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
    let mut sources = load::all(&args.catalogs, Warnings::Counted)?;
    for source in &mut sources {
        source.catalog.operations = openapi::operations(source)?;
    }
    let mut progress = Progress::new(sources.iter().map(|source| source.catalog.errors.len()).sum());
    let outputs = match &args.out {
        Some(folder) => vec![below(folder, &sources, &mut progress)?],
        None => beside(&sources, &mut progress)?,
    };
    finish(outputs, args.check, &mending("generate", &args.catalogs, args.out.as_deref()), progress)
}

/// Writes what is not as it should be, or with `--check` says what that is and which command mends it.
pub(crate) fn finish(outputs: Vec<Output>, is_check: bool, mending: &str, mut progress: Progress) -> Outcome {
    progress.step(|| "comparing with what is there".to_owned());
    let changes: Vec<Changes> =
        outputs.into_iter().map(Output::changes).collect::<Result<_, _>>().map_err(Stop::failed)?;
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

/// Every catalog in a folder of its own below one folder.
fn below(folder: &Path, sources: &[Source], progress: &mut Progress) -> Result<Output, Stop> {
    distinct_slugs(sources)?;
    let mut output = Output::new(folder);
    for source in sources {
        progress.step(|| format!("generating {}", source.catalog.api.name));
        let Own { templates, inputs } = templates::own(&source.path, &source.catalog)?;
        let files = plan::everything(&source.catalog, &templates);
        output.extend(files.map_err(|error| templates::complain(&source.path, &error))?);
        output.protect(inputs);
        output.own(source.catalog.api.slug.as_str());
        output.protect(source.inputs.iter().cloned());
    }
    Ok(output)
}

/// Refuses two catalogs that would have one folder.
pub(crate) fn distinct_slugs(sources: &[Source]) -> Outcome {
    let mut by_slug: BTreeMap<String, &Path> = BTreeMap::new();
    for Source { path, catalog, .. } in sources {
        let slug = &catalog.api.slug;
        if let Some(other) = by_slug.insert(slug.to_lowercase(), path) {
            let (other, path) = (other.display(), path.display());
            return Err(Stop::failed(format_args!("`{other}` and `{path}` would both be written to `{slug}`"))
                .help("give one of them another `api.slug`"));
        }
    }
    Ok(())
}

/// What each catalog asks for, relative to its folder: one output for each such folder.
fn beside(sources: &[Source], progress: &mut Progress) -> Result<Vec<Output>, Stop> {
    let mut outputs: Vec<(PathBuf, Output)> = Vec::new();
    let mut inputs = Vec::new();
    let mut taken: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut navs: Vec<Nav> = Vec::new();
    for source in sources {
        progress.step(|| format!("generating {}", source.catalog.api.name));
        let Own { templates, inputs: own } = templates::own(&source.path, &source.catalog)?;
        let files = plan::wanted(&source.catalog, &templates);
        let mut files = files.map_err(|error| templates::complain(&source.path, &error))?;
        if let Some(path) = &source.catalog.generate.openapi_into {
            let text = openapi::merged(&source.catalog, &openapi::document_of(source, path))?;
            files.push(GeneratedFile { path: path.clone(), text });
        }
        inputs.extend(source.inputs.iter().cloned().chain(own));
        if files.is_empty() {
            return Err(says_nothing(source));
        }
        let folder = load::folder_of(&source.path);
        let real = fs::canonicalize(folder).map_err(Stop::failed)?;
        for file in &files {
            take(&mut taken, &real, folder, file)?;
        }
        let index = outputs.iter().position(|(known, _)| *known == real).unwrap_or_else(|| {
            outputs.push((real, Output::new(folder)));
            outputs.len() - 1
        });
        let output = &mut outputs[index].1;
        output.extend(files);
        if let Some(path) = source.catalog.generate.docs.as_ref().and_then(|docs| docs.nav.as_ref()) {
            list(&mut navs, source, path, index)?;
        }
        if let Some(docs) = Target::Markdown.wanted(&source.catalog.generate) {
            output.own(docs);
        }
        if let Some(path) = &source.catalog.generate.docs_redirects {
            let place = outputs[index].0.join(path);
            redirect(&mut navs, source, place, path, index)?;
        }
    }
    for Nav { place, index, path, text } in navs {
        take(&mut taken, &outputs[index].0, &place, &GeneratedFile { path: path.clone(), text: String::new() })?;
        outputs[index].1.add(GeneratedFile { path, text });
    }
    for (_, output) in &mut outputs {
        output.protect(inputs.iter().cloned());
    }
    Ok(outputs.into_iter().map(|(_, output)| output).collect())
}

/// Puts a catalog's redirects into the file that it names, which another catalog may have changed already.
fn redirect(navs: &mut Vec<Nav>, source: &Source, place: PathBuf, path: &str, index: usize) -> Outcome {
    let known = navs.iter().position(|nav| nav.place == place);
    let has_others = Path::new(path).extension().is_none();
    if known.is_some() && !has_others {
        return Err(twice(&place));
    }
    let existing = match (known, fs::read_to_string(&place)) {
        (Some(at), _) => Some(navs[at].text.clone()),
        (None, Err(error)) if error.kind() == ErrorKind::NotFound => None,
        (None, read) => {
            Some(read.map_err(|error| Stop::failed(format_args!("`{}` cannot be read: {error}", place.display())))?)
        }
    };
    let text = redirects::file(&source.catalog, path, existing.as_deref().unwrap_or_default()).map_err(|error| {
        Stop::failed(format_args!("`{path}` cannot be merged: {error}"))
            .help("restore both marks, or remove what stands between them with the one that is left")
    })?;
    match known {
        Some(at) => navs[at].text = text,
        // Nobody asked for an empty file.
        None if text.is_empty() && existing.is_none() => {}
        None => navs.push(Nav { place, index, path: path.to_owned(), text }),
    }
    Ok(())
}

/// A site's own file, with what one catalog or more put into it.
struct Nav {
    /// Where it is, links resolved.
    place: PathBuf,
    /// The output that writes it, and where.
    index: usize,
    path: String,
    text: String,
}

/// Lists a catalog's pages in the file that it names, which another catalog may have changed already.
fn list(navs: &mut Vec<Nav>, source: &Source, path: &str, index: usize) -> Outcome {
    let file = load::folder_of(&source.path).join(path);
    let unreadable = |error: std::io::Error| {
        Stop::failed(format_args!("`{}` cannot be read: {error}", file.display()))
            .help("`generate.docs.nav` names a file that is there already")
    };
    let place = fs::canonicalize(&file).map_err(unreadable)?;
    if !navs.iter().any(|nav| nav.place == place) {
        let text = fs::read_to_string(&file).map_err(unreadable)?;
        navs.push(Nav { place: place.clone(), index, path: path.to_owned(), text });
    }
    for nav in navs.iter_mut().filter(|nav| nav.place == place) {
        nav.text = listed(&source.catalog, &nav.text).map_err(|error| Stop::failed(&error).help(&error.help))?;
    }
    Ok(())
}

/// Refuses two catalogs that want the same file: their folders may lie within each other.
fn take(taken: &mut BTreeMap<String, PathBuf>, real: &Path, folder: &Path, file: &GeneratedFile) -> Outcome {
    let place = real.join(&file.path).to_string_lossy().to_lowercase();
    match taken.insert(place, folder.join(&file.path)) {
        None => Ok(()),
        Some(path) => Err(twice(&path)),
    }
}

fn twice(path: &Path) -> Stop {
    Stop::failed(format_args!("`{}` would be written twice", path.display()))
        .help("give each catalog places of its own under `generate`")
}

fn says_nothing(source: &Source) -> Stop {
    let path = source.path.display();
    Stop::failed(format_args!("`{path}` does not say what to generate")).help(format_args!(
        "add what you want of this to it, each path relative to the catalog:

    generate:
      docs: {{dir: docs/errors}}
      openapi: {{file: openapi.yaml}}         # or {{into: openapi.yaml}}, the document that you write
      json: errors.json
      llms: llms.txt                        # a line for each error, as llmstxt.org asks for it
      rust: src/errors.rs

or have everything below one folder: errbook generate {} --out generated",
        quoted(&source.path)
    ))
}

/// `1 file`, `2 files`.
fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
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
