//! `llms.txt`: the errors in short, one line each, in the form of <https://llmstxt.org>.

use std::fmt::Write as _;

use errbook_catalog::model::{Api, Catalog, ErrorDef, Retired};

use super::escape::{Inline, address, code, flat, text};
use super::reference::{Reference, page};
use super::words::inline;
use errbook_codegen::words::{self, Advice, Span};

/// The errors in short: a line for each with its code, its statuses, whether to repeat the request, and what to do.
///
/// A line links to the page of its error: to its `doc_url`, else to the file below `reference`, the folder of the pages as seen from this
/// one. Retired ids stand under `Optional`, which says that a reader in haste may leave them out.
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
/// - [`SOLD_OUT`](https://shop.example/errors/sold-out): 409 Conflict. Do not retry. Choose another.
/// "));
/// ```
pub fn llms(catalog: &Catalog, reference: Option<&str>) -> String {
    let shared = Reference::new(catalog);
    let mut file = head(&catalog.api);
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
            let _ = writeln!(file, "- {link}{colon}{words}");
        }
    }
    if !catalog.retired.is_empty() {
        file.push_str("\n## Optional\n\n");
    }
    for retired in &catalog.retired {
        let Retired { name, since, replacement, rust: _, note, origin: _ } = retired;
        let slug = shared.has_page(retired).then_some(name.slug.as_str());
        let link = link(code(&name.id), catalog.retired_url(retired), slug);
        let gone = inline(&words::retired(since.as_deref(), expected(&shared, *replacement)));
        let note = note.as_deref().map(|note| format!(" {}", flat(note))).unwrap_or_default();
        let _ = writeln!(file, "- {link}: {gone}{note}");
    }
    file
}

fn head(api: &Api) -> String {
    let Api { name, slug: _, version, summary, doc_url: _, support } = api;
    let name = text(name);
    let summary = summary.as_deref().map_or_else(|| Inline::words(format!("Every error of {name}.")), flat);
    let version = version.as_deref().map(|version| format!(" Version {} of the API.", text(version)));
    let support = support.as_deref().map(|support| format!(" Support: {}", text(support)));
    format!(
        "# {name} errors\n\n> {summary}\n\n\
         Each line has the code of an error, its HTTP status, whether to send the same request again, and what to do about it.{}{}\n",
        version.unwrap_or_default(),
        support.unwrap_or_default()
    )
}

/// All of it on one line.
fn in_short(reference: &Reference, error: &ErrorDef) -> Inline {
    let statuses = words::statuses(error);
    let status = (!statuses.is_empty()).then(|| format!("{statuses}."));
    let retry = match Advice::of(error) {
        Some(advice @ (Advice::Change | Advice::Report)) => Some(format!("{}.", advice.badge().text)),
        _ => words::retry(error).map(|retry| inline(&retry).to_string()),
    };
    let refund = error.refund.as_ref().map(|refund| inline(&words::refund(refund)).to_string());
    let deprecated = error.lifecycle.deprecated.as_ref().map(|deprecated| {
        inline(&words::deprecated(deprecated, expected(reference, deprecated.replacement))).to_string()
    });
    let fix = error.fix.as_ref().or(error.description.as_ref()).map(|fix| flat(fix).to_string());
    let parts: Vec<String> = [status, retry, refund, deprecated, fix].into_iter().flatten().collect();
    Inline::words(parts.join(" "))
}

/// What to expect instead of an error, without a link.
fn expected(reference: &Reference, replacement: Option<usize>) -> Option<Span> {
    reference.public_label(replacement).map(|label| Span::Markdown(label.to_string()))
}
