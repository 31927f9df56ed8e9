//! `errbook fmt`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_catalog::edit::tidy::{Refusal, tidy};

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, YELLOW, safe_line, styled};
use crate::unified;

/// So many lines of what is not in order are shown of each file.
const DIFF_LINES: usize = 24;

/// Put the keys of each entry in order, and the spaces
///
/// The keys of an error, a detail, a policy and so on get the order in which the format lists them. There is one space after a
/// colon and a comma, none inside of brackets or at the end of a line, and one blank line at a time. Sections, ids and all else
/// that you named keep their order, texts stay as they are, and comments go with the key that they stand above or beside.
///
/// Files that the catalog includes are put in order with it. What comes of that is read again: where the catalog would say
/// something else, nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook fmt
  errbook fmt catalog/apis/*.yaml --check      in CI

With --check, exits with 1 where a file is not in order.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// Write nothing: show what is not in order
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut untidy = Vec::new();
    for catalog in &args.catalogs {
        untidy.extend(files(catalog)?);
    }
    if args.check && !untidy.is_empty() {
        terminal::print(&untidy.iter().map(shown).collect::<String>())?;
        return Err(Stop::Findings);
    }
    let texts: Vec<(PathBuf, String)> = untidy.into_iter().map(|file| (file.path, file.after)).collect();
    errbook_files::replace(&texts).map_err(Stop::failed)?;
    let mut summary = String::new();
    for (path, _) in &texts {
        let _ = writeln!(summary, "{} is in order now", safe_line(&path.display().to_string()));
    }
    terminal::print(if texts.is_empty() { "all in order\n" } else { &summary })
}

/// A file that is not in order.
struct Untidy {
    path: PathBuf,
    before: String,
    after: String,
}

fn files(catalog: &Path) -> Result<Vec<Untidy>, Stop> {
    let (loaded, _) = load::accepted(catalog)?;
    let files = tidy(&loaded).map_err(|refusal| match refusal {
        // It was accepted before.
        Refusal::Mistakes => Stop::Findings,
        Refusal::WouldChange => {
            Stop::failed(format_args!("`{}` would say something else if it were in order", catalog.display()))
                .help("a text with `|+` or `>+` that is not the last key of its entry may be the reason")
        }
    })?;
    let folder = catalog.parent().unwrap_or(Path::new(""));
    let before = |path: &str| {
        let mut sources = loaded.report.sources.iter();
        sources.find(|(_, source)| source.relative == path).map_or(String::new(), |(_, source)| source.text.clone())
    };
    let untidy = files.into_iter().map(|file| Untidy {
        path: folder.join(&file.path),
        before: before(&file.path),
        after: file.text,
    });
    Ok(untidy.collect())
}

fn shown(file: &Untidy) -> String {
    let path = safe_line(&file.path.display().to_string());
    let diff = unified::render(&file.before, &file.after, DIFF_LINES);
    format!("{} {path}\n{diff}", styled(YELLOW, "not in order"))
}
