//! `errbook owners`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use errbook_catalog::model::{Catalog, Owner};
use serde_json::{Value as Json, json};

use crate::load::{self, Warnings, folder_of};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, padded, safe_line, styled, width};

/// Show the owner of each file of a catalog
///
/// An included file can start with its owner, and with the prefix and the group of its errors:
///
///   owner: {team: "@shop/payments", prefix: PAY_, group: payments}
///
/// All ids in the file must have the prefix, and all errors the group. Errors in other files cannot
/// have them. `errbook explain` shows the owner of an error.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  errbook owners
  errbook owners api/errors.yaml --format json
  errbook owners api/errors.yaml --format codeowners >> .github/CODEOWNERS"
)]
pub(crate) struct Args {
    /// The catalog
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalog: PathBuf,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table of all files with errors
    Text,
    /// An array of objects, one for each file with an owner
    Json,
    /// Lines of a CODEOWNERS file. Run errbook at the root of the repository
    Codeowners,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Args { catalog: path, format } = args;
    for source in load::all(std::slice::from_ref(path), Warnings::Hidden)? {
        let catalog = &source.catalog;
        match format {
            Format::Text => terminal::print(&table(catalog))?,
            Format::Json => {
                let owners: Json = catalog.owners.iter().map(|owner| entry(catalog, owner)).collect();
                terminal::print_raw(&format!("{owners:#}\n"))?;
            }
            Format::Codeowners => terminal::print_raw(&codeowners(catalog, &below_here(path)?)?)?,
        }
    }
    Ok(())
}

/// The number of errors in a file.
fn errors_in(catalog: &Catalog, file: &str) -> usize {
    catalog.errors.iter().filter(|error| error.origin.file == file).count()
}

fn group_of<'a>(catalog: &'a Catalog, owner: &Owner) -> Option<&'a str> {
    owner.group.map(|group| catalog.groups[group].id.as_str())
}

fn table(catalog: &Catalog) -> String {
    let mut files: Vec<&str> = Vec::new();
    let of_errors = catalog.errors.iter().map(|error| error.origin.file.as_str());
    for file in of_errors.chain(catalog.owners.iter().map(|owner| owner.file.as_str())) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let mut rows = vec![["FILE", "OWNER", "PREFIX", "GROUP", "ERRORS"].map(str::to_owned)];
    for file in files {
        let owner = catalog.owners.iter().find(|owner| owner.file == file);
        let prefix = owner.and_then(|owner| owner.prefix.clone());
        let group = owner.and_then(|owner| group_of(catalog, owner)).unwrap_or_default();
        let team = owner.map_or("(none)", |owner| owner.team.as_str());
        let errors = errors_in(catalog, file).to_string();
        rows.push([safe_line(file), safe_line(team), prefix.unwrap_or_default(), safe_line(group), errors]);
    }
    let widths: [usize; 5] =
        std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0));
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).map(|(cell, width)| padded(cell, width));
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        let _ = writeln!(text, "{}", if at == 0 { styled(BOLD, line) } else { line.to_owned() });
    }
    text
}

fn entry(catalog: &Catalog, owner: &Owner) -> Json {
    json!({
        "file": owner.file,
        "team": owner.team,
        "prefix": owner.prefix,
        "group": group_of(catalog, owner),
        "errors": errors_in(catalog, &owner.file),
    })
}

/// The folder of the catalog, relative to the current folder.
fn below_here(catalog: &Path) -> Result<PathBuf, Stop> {
    let folder = folder_of(catalog);
    let real = |path: &Path| {
        path.canonicalize().map_err(|error| Stop::failed(format_args!("`{}` cannot be read: {error}", path.display())))
    };
    let (folder, here) = (real(folder)?, real(Path::new("."))?);
    folder.strip_prefix(&here).map(Path::to_owned).map_err(|_| {
        Stop::failed(format_args!("`{}` is not below the current folder", catalog.display()))
            .help("run errbook at the root of the repository, where the paths of CODEOWNERS start")
    })
}

fn codeowners(catalog: &Catalog, folder: &Path) -> Result<String, Stop> {
    let mut lines = String::new();
    for Owner { file, team, prefix: _, group: _ } in &catalog.owners {
        let path = folder.join(file).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        // A file name of a catalog has none, but the name of a folder above it can.
        if path.contains(char::is_control) {
            let message = format!("`{}` has a control character, which CODEOWNERS cannot have", path.escape_debug());
            return Err(Stop::failed(message).help("rename the folder"));
        }
        let _ = writeln!(lines, "/{} {team}", escaped(&path));
    }
    Ok(lines)
}

/// A pattern that matches only a path. Spaces end a pattern, `#` starts a comment, and `*`, `?` and
/// `[` match other names.
fn escaped(path: &str) -> String {
    path.chars().fold(String::new(), |mut text, c| {
        if matches!(c, ' ' | '#' | '*' | '?' | '[' | '\\') {
            text.push('\\');
        }
        text.push(c);
        text
    })
}
