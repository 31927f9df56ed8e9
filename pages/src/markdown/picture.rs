//! The decision whether to repeat a request, as a flowchart.

use std::fmt::Write as _;

use errbook_catalog::model::{ErrorDef, Kind, Retry};

use super::escape::{Block, fence};
use super::reference::Reference;
use super::words;

/// A branch names no more errors than this, for a reader to see which ones are meant.
const MOST_NAMES: usize = 6;

/// In [Mermaid](https://mermaid.js.org): from the error to what its client does. Errors with the same advice are one branch.
pub(super) fn of(reference: &Reference) -> Block {
    let errors = reference.order.iter().map(|&index| &reference.catalog.errors[index]);
    let requests: Vec<&ErrorDef> = errors.filter(|error| error.kind() != Kind::Symptom).collect();
    let mut advice: Vec<(&Retry, Vec<&ErrorDef>)> = Vec::new();
    for error in requests {
        match advice.iter_mut().find(|(retry, _)| **retry == error.retry) {
            Some((_, members)) => members.push(error),
            None => advice.push((&error.retry, vec![error])),
        }
    }
    let mut chart = String::from("flowchart LR\n  which{\"Which error?\"}\n  stop[\"Do not retry\"]\n");
    for (at, (retry, members)) in advice.into_iter().enumerate() {
        let label = label(&members);
        let target = match retry {
            Retry::Never => "stop".to_owned(),
            Retry::Always(_) => format!("retry{at}"),
            Retry::Idempotent(_) => format!("safe{at}"),
        };
        let _ = writeln!(chart, "  which -->|\"{label}\"| {target}");
        let again = match retry {
            Retry::Never => continue,
            Retry::Always(policy) | Retry::Idempotent(policy) => words::again(policy.as_ref()),
        };
        if matches!(retry, Retry::Idempotent(_)) {
            let _ = writeln!(chart, "  {target}{{\"Is repeating safe?\"}} -->|yes| retry{at}\n  {target} -->|no| stop");
        }
        let _ = writeln!(chart, "  retry{at}[\"{}\"]", quoted(&again));
    }
    fence("mermaid", &chart)
}

/// The codes of a branch's errors, or how many there are.
fn label(members: &[&ErrorDef]) -> String {
    let name = |error: &&ErrorDef| quoted(&error.code.as_ref().map_or(error.title.clone(), ToString::to_string));
    if members.len() > MOST_NAMES {
        return format!("{} errors", members.len());
    }
    members.iter().map(name).collect::<Vec<_>>().join("<br/>")
}

/// Text between quotes, with an entity of Mermaid's for whatever is no plain word.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || " _-.,:".contains(letter) {
            quoted.push(letter);
        } else {
            let _ = write!(quoted, "#{};", u32::from(letter));
        }
    }
    quoted
}
