//! `errbook fmt`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_catalog::edit::tidy::{Refusal, tidy};

use crate::load;
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, YELLOW, safe_line, styled};
use crate::unified;

/// The maximum number of lines of each diff.
const DIFF_LINES: usize = 24;

/// Format a catalog
///
/// Sorts the keys of each error, detail, policy and so on in the order of the format. Normalizes
/// spaces: one space after a colon and a comma, none inside brackets or at the end of a line, and
/// no two blank lines in a row. Sections, ids and other names keep their order. Texts do not
/// change, and comments move with their keys.
///
/// Also formats the included files. errbook reads the result again, and writes nothing if the
/// meaning of the catalog would change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook fmt
  errbook fmt catalog/apis/*.yaml --check      in CI

With --check, exits with 1 if a file is not formatted.")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// Write nothing, and show the files that are not formatted
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
        let _ = writeln!(summary, "formatted {}", safe_line(&path.display().to_string()));
    }
    terminal::print(if texts.is_empty() { "all files are formatted\n" } else { &summary })
}

/// A file that is not formatted.
struct Untidy {
    path: PathBuf,
    before: String,
    after: String,
}

fn files(catalog: &Path) -> Result<Vec<Untidy>, Stop> {
    let (loaded, _) = load::accepted(catalog)?;
    let files = tidy(&loaded).map_err(|refusal| match refusal {
        // Loading has reported the errors.
        Refusal::Mistakes => Stop::Findings,
        Refusal::WouldChange => {
            Stop::failed(format_args!("formatting would change the meaning of `{}`", catalog.display()))
                .help("the cause may be a text with `|+` or `>+` that is not the last key of its entry")
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
    format!("{} {path}\n{diff}", styled(YELLOW, "not formatted"))
}
