//! `errbook explain`

mod find;
mod page;

use std::path::PathBuf;

use errbook_catalog::model::ErrorDef;
use errbook_catalog::problem::near::nearest;

use self::find::{Found, find};
use crate::list;
use crate::load::{self, Source, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line};

/// Show everything about an error
///
/// Searches for an id or a code first, then for a status, then for words in titles, messages,
/// descriptions and causes. You can also paste a message as you received it, with its values.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook explain RATE_LIMITED
  errbook explain 429 catalog/apis/*.yaml
  errbook explain \"The limit of 60 requests per minute is used up.\"

Exits with 1 if nothing matches, and then suggests similar names.")]
pub(crate) struct Args {
    /// An id, a code, a status, or words to search for
    code: String,
    /// The catalogs to search
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
}

/// If more errors match, they are listed in a table.
const EXPLAINED: usize = 5;

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(&args.catalogs, Warnings::Hidden)?;
    let found: Vec<(&Source, Found)> = find(&args.code, &sources);
    if found.is_empty() {
        return nothing(args, &sources);
    }
    let columns = terminal::columns().map_or(100, |columns| columns.clamp(40, 100));
    let mut text = String::new();
    let errors: Vec<(&Source, &ErrorDef)> = found
        .iter()
        .filter_map(|(source, found)| match found {
            Found::Error(index) => Some((*source, &source.catalog.errors[*index])),
            Found::Retired(_) => None,
        })
        .collect();
    if errors.len() > EXPLAINED {
        tables(&mut text, &errors);
    } else {
        for (index, (source, found)) in found.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            text.push_str(&match found {
                Found::Error(index) => page::error(source, *index, columns),
                Found::Retired(index) => page::retired(source, *index, columns),
            });
        }
    }
    terminal::print(&text)
}

/// One table for each catalog, in their order.
fn tables(text: &mut String, errors: &[(&Source, &ErrorDef)]) {
    let groups = errors.chunk_by(|(one, _), (other, _)| std::ptr::eq(*one, *other));
    let groups: Vec<_> = groups.map(|group| (group[0].0, group.iter().map(|(_, error)| *error).collect())).collect();
    text.push_str(&list::tables(&groups));
    text.push_str("\n`errbook explain ID` shows everything about one of them.\n");
}

fn nothing(args: &Args, sources: &[Source]) -> Outcome {
    let mut names: Vec<&str> = sources.iter().flat_map(|source| find::names(&source.catalog)).collect();
    names.dedup();
    let mut near = Vec::new();
    while near.len() < 3
        && let Some(name) = nearest(&args.code, names.iter().copied())
    {
        near.push(format!("`{}`", safe_line(name)));
        names.retain(|other| *other != name);
    }
    let catalogs: Vec<String> = args.catalogs.iter().map(|path| format!("`{}`", path.display())).collect();
    let place = if catalogs.len() > 3 { format!("{} catalogs", catalogs.len()) } else { catalogs.join(", ") };
    let help = match near.as_slice() {
        [] => "`errbook list` lists all errors".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    terminal::complain(&format!("no error in {place} matches `{}`", safe_line(&args.code)), Some(&help));
    Err(Stop::Findings)
}
