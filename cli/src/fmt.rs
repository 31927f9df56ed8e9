//! `errbook fmt`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_catalog::edit::tidy::Refusal;
use errbook_catalog::masked;
use errbook_files::Edit;

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
    errbook_files::replace(&untidy).map_err(Stop::failed)?;
    let mut summary = String::new();
    for Edit { path, .. } in &untidy {
        let _ = writeln!(summary, "formatted {}", safe_line(&path.display().to_string()));
    }
    terminal::print(if untidy.is_empty() { "all files are formatted\n" } else { &summary })
}

fn files(catalog: &Path) -> Result<Vec<Edit>, Stop> {
    let (loaded, files) = load::tidied(catalog)?;
    let files = files.map_err(|refusal| match refusal {
        Refusal::Mistakes => load::rejected(&loaded),
        Refusal::WouldChange { file, path } => {
            let file = catalog.with_file_name(file);
            let what = if path.is_empty() { "the meaning".to_owned() } else { format!("`{}`", safe_line(&path)) };
            Stop::failed(format_args!("formatting would change {what} in `{}`", file.display()))
                .help("format this file by hand")
        }
    })?;
    Ok(load::edits(catalog, &loaded, files))
}

fn shown(file: &Edit) -> String {
    let path = safe_line(&file.path.display().to_string());
    let texts = masked(&[&file.before, &file.after]);
    let diff = unified::render(&texts[0], &texts[1], DIFF_LINES);
    format!("{} {path}\n{diff}", styled(YELLOW, "not formatted"))
}
