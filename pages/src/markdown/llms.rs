//! `llms.txt`: one line for each error, in the format of <https://llmstxt.org>.

use std::fmt::Write as _;

use errbook_catalog::model::{Api, Catalog, ErrorDef, Retired};

use super::escape::address;
use super::reference::{Reference, page};
use crate::prose::{Inline, joined, line};
use errbook_codegen::words::{self, Advice, Span};

/// Writes a line for each error with its code, its statuses, whether to retry, and what to do.
///
/// A line links to the error's `doc_url`, or else to its page in `reference`, the folder of the
/// pages relative to this file. Retired ids are under `Optional`, which readers may skip.
///
/// ```
/// use errbook_pages::markdown::llms;
/// let text = b"errbook: 1
/// api: {name: Shop, doc_url: 'https://shop.example/errors/{slug}'}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.unwrap();
/// assert!(llms(&catalog, None).ends_with("\
/// ## Errors
///
/// - [`SOLD_OUT`](https://shop.example/errors/sold-out): 409 Conflict. Choose another.
/// "));
/// ```
pub fn llms(catalog: &Catalog, reference: Option<&str>) -> String {
    let shared = Reference::new(catalog);
    let mut file = head(&shared);
    let link = |label: Inline, url: Option<String>, slug: Option<&str>| {
        let below = |(folder, slug): (&str, &str)| match folder {
            "" => page(slug),
            _ => format!("{folder}/{}", page(slug)),
        };
        match url.or_else(|| reference.zip(slug).map(below)) {
            Some(target) => label.link(&address(&target)),
            None => label,
        }
    };
    for (title, members) in shared.sections() {
        let _ = writeln!(file, "\n## {title}\n");
        for index in members {
            let error = &catalog.errors[index];
            let link = link(shared.label(index), error.doc_url.clone(), Some(&error.name.slug));
            let words = in_short(&shared, error);
            let colon = if words.is_empty() { "" } else { ": " };
            let _ = writeln!(file, "- {}", line![link, colon, words]);
        }
    }
    if catalog.public_retired().next().is_some() {
        file.push_str("\n## Optional\n\n");
    }
    for retired in catalog.public_retired() {
        let Retired { name, since, replacement, rust: _, is_public: _, note, origin: _ } = retired;
        let slug = shared.has_page(retired).then_some(name.slug.as_str());
        let link = link(Inline::code(&name.id), catalog.retired_url(retired), slug);
        let gone = shared.words(&words::retired(since.as_deref(), expected(&shared, *replacement)));
        let note = note.as_deref().map(|note| line![" ", shared.line(note)]);
        let _ = writeln!(file, "- {}", line![link, ": ", gone, note]);
    }
    file
}

fn head(reference: &Reference) -> String {
    let Api { name, slug: _, version, summary, doc_url: _, support } = &reference.catalog.api;
    let name = Inline::text(name);
    let every = || line!["Every error of ", &name, "."];
    let summary = summary.as_deref().map_or_else(every, |summary| reference.line(summary));
    let version = version.as_deref().map(|version| line![" Version ", Inline::text(version), " of the API."]);
    let support = support.as_deref().map(|support| line![" Support: ", Inline::text(support)]);
    let about = "Each line has an error's code, its HTTP status, whether to retry the request, if the API says so, \
                 and what to do.";
    format!("# {}\n\n> {summary}\n\n{}\n", line![&name, " errors"], line![about, version, support])
}

/// The error's text on one line.
fn in_short(reference: &Reference, error: &ErrorDef) -> Inline {
    let statuses = words::statuses(error);
    let status = (!statuses.is_empty()).then(|| format!("{statuses}.").into());
    let retry = match Advice::of(error) {
        Some(advice) if !advice.is_retry() => Some(format!("{}.", advice.badge().text).into()),
        _ => words::retry(error).map(|retry| reference.words(&retry)),
    };
    let refund = error.refund.as_ref().map(|refund| reference.words(&words::refund(refund)));
    let deprecated =
        error.lifecycle.deprecated.as_ref().map(|deprecated| {
            reference.words(&words::deprecated(deprecated, expected(reference, deprecated.replacement)))
        });
    let fix = error.fix.as_ref().or(error.description.as_ref()).map(|fix| reference.line(fix));
    joined([status, retry, refund, deprecated, fix].into_iter().flatten(), " ")
}

/// The error to expect instead, without a link.
fn expected(reference: &Reference, replacement: Option<usize>) -> Option<Span> {
    reference.public_label(replacement).map(|label| Span::Markdown(label.to_string()))
}
