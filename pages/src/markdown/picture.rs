//! The retry decision as a flowchart.

use std::fmt::Write as _;

use errbook_catalog::model::{ErrorDef, Retry};
use errbook_codegen::words::{self, Advice};

use super::reference::Reference;
use crate::prose::Prose;

/// The maximum number of errors that a branch names.
const MOST_NAMES: usize = 6;

/// A [Mermaid](https://mermaid.js.org) flowchart from the error to the client's reaction. Errors
/// with the same advice share a branch.
pub(super) fn of(reference: &Reference) -> Prose {
    let mut branches: Vec<(Advice, &Retry, Vec<&ErrorDef>)> = Vec::new();
    for error in reference.order.iter().map(|&index| &reference.catalog.errors[index]) {
        let Some(advice) = Advice::of(error) else { continue };
        match branches.iter_mut().find(|(_, retry, _)| **retry == error.retry) {
            Some((_, _, members)) => members.push(error),
            None => branches.push((advice, &error.retry, vec![error])),
        }
    }
    let stop = Advice::Stop.badge().text;
    let mut chart = format!("flowchart LR\n  which{{\"Which error?\"}}\n  stop[\"{stop}\"]\n");
    for (at, (advice, retry, members)) in branches.into_iter().enumerate() {
        let again = quoted(&words::repeat(retry.policy(), false).plain());
        let target = match advice {
            Advice::Retry => format!("retry{at}[\"{again}\"]"),
            Advice::RetryIfSafe => format!("safe{at}{{\"Is it safe to repeat the request?\"}}"),
            Advice::Stop | Advice::Change | Advice::Report => "stop".to_owned(),
        };
        let _ = writeln!(chart, "  which -->|\"{}\"| {target}", label(&members));
        if advice == Advice::RetryIfSafe {
            let _ = writeln!(chart, "  safe{at} -->|yes| retry{at}[\"{again}\"]\n  safe{at} -->|no| stop");
        }
    }
    Prose::fence("mermaid", &chart)
}

/// The codes of a branch's errors, or their number.
fn label(members: &[&ErrorDef]) -> String {
    let name = |error: &&ErrorDef| quoted(&error.code.as_ref().map_or(error.title.clone(), ToString::to_string));
    if members.len() > MOST_NAMES {
        return format!("{} errors", members.len());
    }
    members.iter().map(name).collect::<Vec<_>>().join("<br/>")
}

/// Quoted text, with Mermaid entities for special characters.
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
