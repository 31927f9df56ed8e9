//! `errbook list`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use errbook_catalog::model::{Catalog, ErrorDef, Fault, Kind, Retry};
use errbook_catalog::problem::near::nearest;
use serde_json::{Value as Json, json};

use crate::load::{self, Source, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, BOLD, padded, safe_line, shortened, styled, width};

/// List the errors of catalogs
///
/// Prints one line for each error, in the order of the catalog. Errors must match all filters.
/// Several catalogs have a table each.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook list
  errbook list errors.yaml --status 4xx --retryable
  errbook list errors.yaml --status 502,503 --group upstream
  errbook list catalog/apis/*.yaml --retryable=no --format json")]
pub(crate) struct Args {
    /// The catalogs
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
    /// Only errors with these statuses or classes: 429, 4xx. Separate several with commas
    #[arg(long, value_delimiter = ',')]
    status: Vec<StatusFilter>,
    /// Only errors of this group, by its key in one of the catalogs
    #[arg(long)]
    group: Option<String>,
    /// Only errors that are retryable (yes), not retryable (no), retryable for idempotent requests
    /// (idempotent), or that do not say (unsaid)
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_name = "WHICH")]
    retryable: Option<RetryFilter>,
    /// The format of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RetryFilter {
    Yes,
    No,
    Idempotent,
    Unsaid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// One array of objects, with their catalogs and places
    Json,
}

/// `429` or `4xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatusFilter {
    One(u16),
    /// The first digit.
    Class(u16),
}

impl FromStr for StatusFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let valid = |status: &u16| (100..=599).contains(status);
        let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
        let filter = match class {
            Some(digit) => digit.parse().ok().filter(|class: &u16| valid(&class.saturating_mul(100))).map(Self::Class),
            None => text.parse().ok().filter(valid).map(Self::One),
        };
        filter.ok_or_else(|| "use a status from 100 to 599, or a class such as 4xx".to_owned())
    }
}

impl StatusFilter {
    fn fits(self, status: u16) -> bool {
        match self {
            StatusFilter::One(one) => status == one,
            StatusFilter::Class(class) => status / 100 == class,
        }
    }
}

impl RetryFilter {
    fn fits(self, retry: &Retry) -> bool {
        match self {
            RetryFilter::Yes => matches!(retry, Retry::Always(_) | Retry::Idempotent(_)),
            RetryFilter::No => matches!(retry, Retry::Never),
            RetryFilter::Idempotent => matches!(retry, Retry::Idempotent(_)),
            RetryFilter::Unsaid => matches!(retry, Retry::Unsaid),
        }
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(&args.catalogs, Warnings::Hidden)?;
    check_group(args, &sources)?;
    let errors: Vec<(&Source, Vec<&ErrorDef>)> = sources
        .iter()
        .map(|source| {
            let errors = source.catalog.errors.iter().filter(|error| fits(args, &source.catalog, error));
            (source, errors.collect())
        })
        .collect();
    if args.format == Format::Json {
        let entry = |(source, errors): &(&Source, Vec<&ErrorDef>)| {
            errors.iter().map(|error| entry(source, error)).collect::<Vec<_>>()
        };
        let errors: Json = errors.iter().flat_map(entry).collect();
        return terminal::print_raw(&format!("{errors:#}\n"));
    }
    let text = if let [(source, errors)] = errors.as_slice()
        && !errors.is_empty()
    {
        table(&source.catalog, errors, terminal::columns())
    } else {
        tables(&errors)
    };
    if text.is_empty() {
        terminal::eprint("No error matches.\n");
    }
    terminal::print(&text)
}

/// A table for each catalog that has errors, below the name of its API.
pub(crate) fn tables(groups: &[(&Source, Vec<&ErrorDef>)]) -> String {
    let mut text = String::new();
    for (source, errors) in groups.iter().filter(|(_, errors)| !errors.is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", styled(BOLD, &safe_line(&source.catalog.api.name)));
        text.push_str(&table(&source.catalog, errors, terminal::columns()));
    }
    text
}

/// At least one of the catalogs has the group.
fn check_group(args: &Args, sources: &[Source]) -> Outcome {
    let Some(group) = &args.group else { return Ok(()) };
    let mut known: Vec<&str> = Vec::new();
    for group in sources.iter().flat_map(|source| &source.catalog.groups) {
        if !known.contains(&group.id.as_str()) {
            known.push(&group.id);
        }
    }
    if known.contains(&group.as_str()) {
        return Ok(());
    }
    let help = match nearest(group, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() && sources.len() == 1 => "the catalog has no groups".to_owned(),
        None if known.is_empty() => "the catalogs have no groups".to_owned(),
        None => format!("the groups are {}", known.join(", ")),
    };
    Err(Stop::failed(format_args!("unknown group `{group}`")).help(safe_line(&help)))
}

fn fits(args: &Args, catalog: &Catalog, error: &ErrorDef) -> bool {
    let Args { catalogs: _, status, group, retryable, format: _ } = args;
    let has_status = |filter: &StatusFilter| error.statuses.iter().any(|status| filter.fits(*status));
    (status.is_empty() || status.iter().any(has_status))
        && group.as_ref().is_none_or(|group| catalog.group_of(error).is_some_and(|of| of.id == *group))
        && retryable.is_none_or(|filter| filter.fits(&error.retry))
}

fn entry(source: &Source, error: &ErrorDef) -> Json {
    let catalog = &source.catalog;
    json!({
        "catalog": source.path.display().to_string(),
        "api": catalog.api.name,
        "id": error.name.id,
        "slug": error.name.slug,
        "kind": match error.kind() {
            Kind::Response => "response",
            Kind::Message => "message",
            Kind::Symptom => "symptom",
        },
        "code": error.code.as_ref().map(|code| match code {
            errbook_catalog::model::Code::Text(text) => json!(text),
            errbook_catalog::model::Code::Integer(number) => json!(number),
        }),
        "status": error.statuses,
        "title": error.title,
        "group": catalog.group_of(error).map(|group| group.id.as_str()),
        "retryable": match error.retry {
            Retry::Unsaid => Json::Null,
            Retry::Never => json!(false),
            Retry::Always(_) => json!(true),
            Retry::Idempotent(_) => json!("idempotent"),
        },
        "fault": error.fault.map(Fault::name),
        "visibility": if error.is_public() { "public" } else { "internal" },
        "mask": error.mask().map(|mask| catalog.errors[mask.index()].name.id.as_str()),
        "owner": catalog.owner_of(&error.origin).map(|owner| owner.team.as_str()),
        "origin": {"file": error.origin.file, "line": error.origin.line},
    })
}

/// The statuses of an error: `502, 503`.
pub(crate) fn statuses(error: &ErrorDef) -> String {
    error.statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// An aligned table of at most `columns` columns. Titles are shortened first, then whole columns
/// are left out.
pub(crate) fn table(catalog: &Catalog, errors: &[&ErrorDef], columns: Option<usize>) -> String {
    const CODE: usize = 2;
    const TITLE: usize = 3;
    const GROUP: usize = 5;
    const SHORTEST_TITLE: usize = 12;
    let header = ["STATUS", "ID", "CODE", "TITLE", "RETRY", "GROUP"].map(str::to_owned);
    let rows = errors.iter().map(|error| row(catalog, error));
    let mut rows: Vec<[String; 6]> = std::iter::once(header).chain(rows).collect();
    let mut widths = [0; 6];
    for (index, column) in widths.iter_mut().enumerate() {
        // Empty columns are left out.
        let is_used = rows[1..].iter().any(|row| !row[index].is_empty());
        *column = if is_used { rows.iter().map(|row| width(&row[index])).max().unwrap_or(0) } else { 0 };
    }
    if let Some(columns) = columns {
        let total =
            |widths: &[usize; 6]| widths.iter().filter(|width| **width > 0).map(|width| width + 2).sum::<usize>() - 2;
        for column in [GROUP, CODE, TITLE] {
            let excess = total(&widths).saturating_sub(columns);
            let spare = widths[TITLE].saturating_sub(SHORTEST_TITLE);
            if excess > spare {
                widths[column] = 0;
            }
        }
        let excess = total(&widths).saturating_sub(columns);
        widths[TITLE] = widths[TITLE].saturating_sub(excess);
    }
    for row in &mut rows {
        row[TITLE] = shortened(&row[TITLE], widths[TITLE]);
    }
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).filter(|(_, width)| *width > 0);
        let line = cells.map(|(cell, width)| padded(cell, width)).collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        let _ = writeln!(text, "{}", if index == 0 { styled(BOLD, line) } else { line.to_owned() });
    }
    text
}

fn row(catalog: &Catalog, error: &ErrorDef) -> [String; 6] {
    let code = match (&error.code, error.kind()) {
        (Some(code), _) if code.to_string() == error.name.id => String::new(),
        (Some(code), _) => code.to_string(),
        (None, Kind::Response) => "(none)".to_owned(),
        (None, Kind::Message | Kind::Symptom) => String::new(),
    };
    let retry = match &error.retry {
        Retry::Unsaid => "",
        Retry::Never => "no",
        Retry::Always(_) => "yes",
        Retry::Idempotent(_) => "idempotent",
    };
    let group = catalog.group_of(error).map_or(String::new(), |group| group.id.clone());
    [statuses(error), error.name.id.clone(), code, error.title.clone(), retry.to_owned(), group]
        .map(|cell| safe_line(&cell))
}

#[cfg(test)]
mod tests {
    use super::{StatusFilter, table};

    #[test]
    fn a_status_is_a_number_or_a_class() {
        assert_eq!("429".parse(), Ok(StatusFilter::One(429)));
        assert_eq!("4xx".parse(), Ok(StatusFilter::Class(4)));
        for bad in ["", "99", "600", "6xx", "0xx", "xx", "4x", "x", "-1", "99999xx"] {
            assert!(bad.parse::<StatusFilter>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_narrow_terminal_cuts_titles() {
        let text = "
errbook: 1
api: {name: Shop}
errors:
  SOLD_OUT: {status: 409, title: Somebody else has bought the last one, fix: Choose another., retryable: false}
  GONE: {status: 410, title: Gone, retryable: false}
";
        let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("a catalog");
        let errors: Vec<_> = catalog.errors.iter().collect();
        let lines = |columns| {
            let table = table(&catalog, &errors, columns);
            anstream::adapter::strip_str(&table).to_string()
        };
        assert_eq!(
            lines(None),
            "\
STATUS  ID        TITLE                                  RETRY
409     SOLD_OUT  Somebody else has bought the last one  no
410     GONE      Gone                                   no
"
        );
        assert_eq!(
            lines(Some(25)),
            "\
STATUS  ID        RETRY
409     SOLD_OUT  no
410     GONE      no
"
        );
        assert_eq!(
            lines(Some(45)),
            "\
STATUS  ID        TITLE                 RETRY
409     SOLD_OUT  Somebody else has b…  no
410     GONE      Gone                  no
"
        );
    }
}
