//! `errbook explain`

mod find;
mod identify;
mod occurrence;
mod page;
mod read;
mod response;

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use errbook_catalog::limits::RESPONSE_BYTES;
use errbook_catalog::model::{ErrorDef, Retry};
use errbook_catalog::problem::near::nearest;
use errbook_codegen::words;

use self::find::{Found, find, printed, similar};
use self::identify::{Fit, Marks, identify};
use self::occurrence::{Occurrence, duration, occurrence};
use self::response::{Body, Response};
use crate::list;
use crate::load::{self, Source, Warnings};
use crate::outcome::{Outcome, Stop};
use crate::terminal::{self, safe_line, shortened};

/// Show everything about an error
///
/// Searches for an id or a code first, then for a status, then for words in titles, messages,
/// descriptions, causes and fixes, also with typos. You can also paste a message as you received
/// it, with its values, or the line that a generated client printed.
///
/// With `-`, reads standard input: a message, a JSON body, or a whole response as `curl -i` prints
/// it. errbook finds its error as a generated client does, fills in the message, and shows how long
/// to wait, and which details have another type than in the catalog. It prints no sensitive value.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  errbook explain RATE_LIMITED
  errbook explain 429 catalog/apis/*.yaml
  errbook explain \"The limit of 60 requests per minute is used up.\"
  curl -si https://api.example.com/orders | errbook explain -

Exits with 1 if nothing matches or is similar, and then suggests names.")]
pub(crate) struct Args {
    /// An id, a code, a status, words to search for, or - for standard input
    code: String,
    /// The catalogs to search
    #[arg(value_name = "CATALOG", default_value = load::DEFAULT)]
    catalogs: Vec<PathBuf>,
}

/// If more errors match, they are listed in a table.
const EXPLAINED: usize = 5;

/// How many similar errors are explained.
const SIMILAR: usize = 3;

/// An error to explain, and what a response says about it.
type Explained<'a> = (&'a Source, Found, Option<Occurrence>);

pub(crate) fn run(args: &Args) -> Outcome {
    let sources = load::all(&args.catalogs, Warnings::Hidden)?;
    let text = if args.code == "-" { standard_input()? } else { args.code.clone() };
    if let Some(response) = Response::parse(&text) {
        let (marks, found) = identify(&response, &sources);
        // An old code says more than a message, which the new error often has, too.
        if found.iter().all(|(_, _, fit)| *fit >= Fit::Message) {
            let codes = marks.code.as_ref().map_or(response.values.as_slice(), std::slice::from_ref);
            let retired = codes.iter().map(|code| find::retired(code, &sources)).find(|found| !found.is_empty());
            if let Some(retired) = retired {
                let retired: Vec<_> = retired.into_iter().map(|(source, found)| (source, found, None)).collect();
                return explain(&retired);
            }
        }
        if found.is_empty() {
            return unidentified(args, &response, &marks, &sources);
        }
        let explained = found.into_iter().map(|(source, index, fit)| {
            (source, Found::Error(index), Some(occurrence(&response, source, index, fit, &marks)))
        });
        return explain(&explained.collect::<Vec<_>>());
    }
    let mut found = find(&text, &sources);
    if found.is_empty() {
        found = printed(&text, &sources);
    }
    if !found.is_empty() {
        let found: Vec<_> = found.into_iter().map(|(source, found)| (source, found, None)).collect();
        return explain(&found);
    }
    let (mut found, is_exact) = similar(&text, &sources);
    if found.is_empty() {
        return nothing(args, &text, &sources);
    }
    if !is_exact {
        found.truncate(SIMILAR);
        terminal::warn(&format!("no error in {} matches exactly; similar ones follow", place(args)));
    }
    let found: Vec<_> = found.into_iter().map(|(source, index)| (source, Found::Error(index), None)).collect();
    explain(&found)
}

fn standard_input() -> Result<String, Stop> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        terminal::eprint(
            "Paste a message or a response, then press Enter and Ctrl-D (on Windows, Ctrl-Z and Enter).\n",
        );
    }
    let mut bytes = Vec::new();
    let read = stdin.lock().take(RESPONSE_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Stop::failed(format_args!("the standard input cannot be read: {error}")))?;
    if bytes.len() > RESPONSE_BYTES {
        return Err(Stop::failed(format_args!("the standard input has more than {RESPONSE_BYTES} bytes"))
            .help("paste only the response with the error"));
    }
    let text = response::decoded(&bytes);
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return Err(Stop::failed("the standard input is empty")
            .help("pipe a response into the command: `curl -si URL | errbook explain -`"));
    }
    Ok(text)
}

fn explain(found: &[Explained]) -> Outcome {
    let columns = terminal::columns().map_or(100, |columns| columns.clamp(40, 100));
    let mut text = String::new();
    if found.len() > EXPLAINED {
        tables(&mut text, found);
        return terminal::print(&text);
    }
    for (index, (source, found, occurrence)) in found.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&match found {
            Found::Error(index) => page::error(source, *index, occurrence.as_ref(), columns),
            Found::Retired(index) => page::retired(source, *index, columns),
        });
    }
    terminal::print(&text)
}

/// One table for each catalog, in the order of their first errors.
fn tables(text: &mut String, found: &[Explained]) {
    let mut groups: Vec<(&Source, Vec<&ErrorDef>)> = Vec::new();
    for (source, found, _) in found {
        let Found::Error(index) = found else { continue };
        let error = &source.catalog.errors[*index];
        match groups.iter_mut().find(|(own, _)| std::ptr::eq(*own, *source)) {
            Some((_, errors)) => errors.push(error),
            None => groups.push((source, vec![error])),
        }
    }
    text.push_str(&list::tables(&groups));
    text.push_str("\n`errbook explain ID` shows everything about one of them.\n");
}

fn nothing(args: &Args, text: &str, sources: &[Source]) -> Outcome {
    let near = near(text.trim(), sources);
    let help = if near.is_empty() { "`errbook list` lists all errors".to_owned() } else { did_you_mean(&near) };
    // Who pipes a text in may not want to see it in a log.
    let asked = match args.code.as_str() {
        "-" => "the text".to_owned(),
        code => format!("`{}`", shortened(&safe_line(code), ECHOED)),
    };
    terminal::complain(&format!("no error in {} matches {asked}", place(args)), Some(&help));
    Err(Stop::Findings)
}

/// How much of an unknown text is printed, in columns.
const ECHOED: usize = 100;

/// Says what is known about a response without an error of the catalogs. The body may have secrets,
/// so only its code is printed.
fn unidentified(args: &Args, response: &Response, marks: &Marks, sources: &[Source]) -> Outcome {
    let code = marks.code.as_deref();
    let facts = [
        marks.status.map(|status| format!("status {status}")),
        code.map(|code| format!("code `{}`", shortened(&safe_line(code), ECHOED))),
        matches!(response.body, Body::Html).then(|| "an HTML page".to_owned()),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    let mut help = Vec::new();
    match response.body {
        Body::Html => help.push("a proxy or a gateway sends HTML".to_owned()),
        Body::Empty => help.push("the body is empty".to_owned()),
        Body::Other(problem) => help.push(problem.to_owned()),
        Body::Json(_) => {}
    }
    help.extend(response.wait_in("Retry-After").map(|wait| format!("`Retry-After` says {}", duration(wait))));
    let errors = || sources.iter().flat_map(|source| &source.catalog.errors);
    if let Some(status) = marks.status {
        if errors().any(|error| error.statuses.contains(&status)) {
            help.push(format!("`errbook explain {status}` shows the errors with this status"));
        }
        let advice = sources.iter().find_map(|source| unknown(source, status));
        let advice = advice.map(|advice| format!("for unknown errors, the catalog says: {advice}"));
        help.extend(advice.map(|advice| advice.trim_end_matches('.').to_owned()));
    }
    let is_internal = |error: &ErrorDef| {
        let own = error.code.as_ref().map(ToString::to_string);
        !error.is_public() && code.is_some_and(|code| error.name.id == code || own.as_deref() == Some(code))
    };
    if errors().any(is_internal) {
        help.push("an error with this code is internal, and no response should have it".to_owned());
    } else {
        let mut names = code.map(|code| near(code, sources)).unwrap_or_default();
        if let Some(message) = marks.message.as_ref().filter(|_| names.is_empty()) {
            let found = similar(message, sources).0.into_iter().map(|(source, at)| &source.catalog.errors[at]);
            names = found
                .filter(|error| error.is_public())
                .take(SIMILAR)
                .map(|it| format!("`{}`", safe_line(&it.name.id)))
                .collect();
        }
        help.extend((!names.is_empty()).then(|| did_you_mean(&names)));
    }
    if help.is_empty() {
        help.push("`errbook list` lists all errors".to_owned());
    }
    terminal::complain(&format!("no error in {} matches the response{facts}", place(args)), Some(&help.join("; ")));
    Err(Stop::Findings)
}

/// What a catalog says about errors that it does not have.
fn unknown(source: &Source, status: u16) -> Option<String> {
    let of = errbook_catalog::model::Statuses::One(status).among(&source.catalog.unknown, |it| it.statuses)?;
    let words = match &of.retry {
        Retry::Unsaid => return None,
        Retry::Never => return Some("Do not retry.".to_owned()),
        Retry::Always(policy) => words::repeat(policy.as_ref(), false),
        Retry::Idempotent(policy) => words::repeat(policy.as_ref(), true),
    };
    Some(words.plain())
}

/// The most similar names.
fn near(wanted: &str, sources: &[Source]) -> Vec<String> {
    let mut names: Vec<&str> = sources.iter().flat_map(|source| find::names(&source.catalog)).collect();
    names.dedup();
    let mut near = Vec::new();
    while near.len() < SIMILAR
        && let Some(name) = nearest(wanted, names.iter().copied())
    {
        near.push(format!("`{}`", safe_line(name)));
        names.retain(|other| *other != name);
    }
    near
}

fn did_you_mean(names: &[String]) -> String {
    format!("did you mean {}?", names.join(" or "))
}

/// The catalogs that were searched.
fn place(args: &Args) -> String {
    let catalogs: Vec<String> = args.catalogs.iter().map(|path| format!("`{}`", path.display())).collect();
    if catalogs.len() > 3 { format!("{} catalogs", catalogs.len()) } else { catalogs.join(", ") }
}
