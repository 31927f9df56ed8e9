//! Lints: rules for valid catalogs. The catalog can set the level of each lint.
//!
//! Lints run after all checks have passed. They read the model, and the document only for places.

pub mod baseline;
mod codes;
mod links;
mod retry;
mod similar;
mod style;
mod usage;

use crate::model::{Catalog, DetailType, ErrorDef, Field, Retry, Statuses, TypeShape};
use crate::problem::{Problem, Problems, Rule};
use crate::read::syntax::{self, Document, ErrorEntry, PolicyRef, Retryable};
use crate::source::Span;

pub(crate) fn lint(document: &Document, catalog: &Catalog, problems: &mut Problems) {
    let linter = &mut Linter { document, catalog, problems };
    // Errors have a fix, and a description or a cause.
    linter.missing_texts();
    // Retryable errors can succeed on a retry.
    linter.retryable_client_errors();
    // Every error says whether to retry, not only in its `fix`.
    linter.unsaid_retry();
    // Errors that ask the client to wait say how long.
    linter.retry_times();
    // Errors have the headers that RFC 9110 requires for their status.
    linter.required_headers();
    // Rejections keep their status.
    linter.rejection_statuses();
    // Messages have one style.
    linter.message_style();
    // Details are used.
    linter.unused_details();
    // The `doc_url` of an error is the URL of its generated page.
    linter.doc_urls();
    // Links to the reference lead to existing pages.
    linter.dead_doc_urls();
    linter.dead_links();
    // Ids have one style.
    linter.id_style();
    // Fields have examples, which the reference shows.
    linter.missing_examples();
    // Different errors have different messages.
    linter.similar_messages();
    // Codes and ids do not look alike.
    linter.similar_codes();
    // JavaScript reads every integer as it is written.
    linter.unsafe_integers();
    // Definitions are used.
    linter.unused_definitions();
}

struct Linter<'a, 'p> {
    document: &'a Document,
    catalog: &'a Catalog,
    problems: &'p mut Problems,
}

impl<'a> Linter<'a, '_> {
    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Every error: its entry in the document, and its definition in the model.
    fn errors(&self) -> impl Iterator<Item = (&'a ErrorEntry, &'a ErrorDef)> + use<'a> {
        self.document.errors.iter().zip(&self.catalog.errors)
    }

    /// The errors that have a page. Internal errors have none.
    fn public_errors(&self) -> impl Iterator<Item = (&'a ErrorEntry, &'a ErrorDef)> + use<'a> {
        self.errors().filter(|(_, error)| error.is_public())
    }

    fn missing_texts(&mut self) {
        for (entry, error) in self.public_errors() {
            let id = &error.name.id;
            if error.fix.is_none() {
                self.push(Problem::new(Rule::MissingFix, entry.id.span, format!("`{id}` has no `fix`")));
            }
            if error.description.is_none() && error.cause.is_none() {
                let message = format!("`{id}` has neither a `description` nor a `cause`");
                self.push(Problem::new(Rule::MissingDescription, entry.id.span, message));
            }
        }
    }

    fn retryable_client_errors(&mut self) {
        // Timeout, conflict, lock, too early and too many requests can pass with time.
        const MAY_PASS: [u16; 5] = [408, 409, 423, 425, 429];
        for (entry, error) in self.errors() {
            let lasting =
                error.statuses.iter().find(|status| (400..500).contains(*status) && !MAY_PASS.contains(*status));
            if let (Some(status), Retry::Always(_) | Retry::Idempotent(_)) = (lasting, &error.retry) {
                let message = format!(
                    "`{}` is retryable, but status {status} is an error that a retry does not fix",
                    error.name.id
                );
                let problem = Problem::new(Rule::RetryableClientError, entry.id.span, message);
                self.push(match retryable_span(entry) {
                    Some(at) => problem.related(at, "retryable here"),
                    None => problem.help("the error inherits `retryable` or `retry`; write `retryable: false` here"),
                });
            }
        }
    }

    fn retry_times(&mut self) {
        for (entry, error) in self.errors() {
            let Some(status) = error.statuses.iter().find(|status| matches!(**status, 429 | 503)) else { continue };
            // A limit can last for a month: `retryable: false` is a deliberate choice.
            let lasts = entry.retryable.as_ref().is_some_and(|said| said.value == Retryable::No);
            let waits = error.retry.policy().is_some_and(|policy| policy.after.is_some() || policy.backoff.is_some());
            let has_header = self.catalog.headers(error).iter().any(|header| {
                let name = header.name.to_ascii_lowercase();
                name == "retry-after" || name.ends_with("-reset")
            });
            if !lasts && !waits && !has_header {
                let message = format!("`{}` has status {status} and no retry time", error.name.id);
                self.push(Problem::new(Rule::NoRetryTime, status_span(entry, *status), message));
            }
        }
    }

    fn required_headers(&mut self) {
        const REQUIRED: [(u16, &str, Rule); 4] = [
            (401, "WWW-Authenticate", Rule::MissingWwwAuthenticate),
            (405, "Allow", Rule::MissingAllow),
            (407, "Proxy-Authenticate", Rule::MissingProxyAuthenticate),
            (426, "Upgrade", Rule::MissingUpgrade),
        ];
        for (entry, error) in self.errors() {
            for (status, name, rule) in REQUIRED {
                let has_header =
                    || self.catalog.headers(error).iter().any(|header| header.name.eq_ignore_ascii_case(name));
                // The layer keeps the framework's `Allow` in the answer to a rejection.
                let is_answer = || {
                    let mut answers = self.catalog.rejections.iter().map(|rejection| rejection.error);
                    rule == Rule::MissingAllow && answers.any(|at| self.catalog.errors[at].name.id == error.name.id)
                };
                if error.statuses.contains(&status) && !has_header() && !is_answer() {
                    let message = format!("`{}` has status {status} without the header `{name}`", error.name.id);
                    self.push(Problem::new(rule, status_span(entry, status), message));
                }
            }
        }
    }

    fn rejection_statuses(&mut self) {
        // What frameworks and their layers send. Any other status is of a handler.
        const SENT: [u16; 17] = [401, 403, 404, 405, 406, 408, 411, 413, 414, 415, 417, 422, 429, 431, 501, 503, 504];
        let (document, catalog) = (self.document, self.catalog);
        for status in SENT {
            let asked = Statuses::One(status);
            let Some(rejection) = asked.among(&catalog.rejections, |rejection| rejection.statuses) else { continue };
            let answer = &catalog.errors[rejection.error];
            // Its own key is deliberate.
            if rejection.statuses == asked || answer.statuses.contains(&status) {
                continue;
            }
            let could = |error: &&ErrorDef| {
                error.is_public()
                    && error.statuses.contains(&status)
                    && error.details.iter().all(|detail| detail.optional)
            };
            let others: Vec<String> =
                catalog.errors.iter().filter(could).map(|error| format!("`{}`", error.name.id)).collect();
            let key = rejection.statuses.to_string();
            let Some((_, id)) = document.rejections.iter().find(|(known, _)| known.value == key) else { continue };
            let others = match others.as_slice() {
                [one] => format!("{one} has it"),
                [one, other] => format!("{one} and {other} have it"),
                [one, rest @ ..] => format!("{one} and {} others have it", rest.len()),
                [] => continue,
            };
            let message = format!(
                "`{}` answers a rejection with the status {status}, which it does not have; {others}",
                answer.name.id
            );
            self.push(Problem::new(Rule::RejectionStatus, id.span, message));
        }
    }

    fn doc_urls(&mut self) {
        let of_all = self.document.api.doc_url.as_ref();
        let mut of_all_is_wrong = false;
        for (entry, error) in self.public_errors() {
            let Some(url) = error.doc_url.as_deref().filter(|url| !names_page(url, &error.name.slug)) else { continue };
            let message =
                format!("`{url}` does not end in `{}`, the page name of `{}`", error.name.slug, error.name.id);
            match (&entry.doc_url, of_all) {
                (Some(own), None) => self.push(Problem::new(Rule::DocUrlMismatch, own.span, message)),
                // A URL without placeholders is the URL of the whole reference. A wrong template is
                // reported once.
                (None, Some(of_all)) if of_all.value.contains('{') && !of_all_is_wrong => {
                    of_all_is_wrong = true;
                    self.push(Problem::new(Rule::DocUrlMismatch, of_all.span, message));
                }
                _ => {}
            }
        }
    }

    fn missing_examples(&mut self) {
        let (document, catalog) = (self.document, self.catalog);
        self.fields_without_example(&document.context, &catalog.context, "the context field", &[]);
        for (entry, error) in self.public_errors() {
            self.fields_without_example(&entry.details, &error.details, "the detail", &entry.examples);
        }
        for (entry, def) in document.types.iter().zip(&catalog.types) {
            if let (syntax::TypeShape::Object(entries), TypeShape::Object(fields)) = (&entry.shape, &def.shape) {
                self.fields_without_example(entries, fields, "the member", &[]);
            }
        }
    }

    fn fields_without_example(
        &mut self,
        entries: &[syntax::Field],
        fields: &[Field],
        what: &str,
        examples: &[syntax::Example],
    ) {
        for (entry, field) in entries.iter().zip(fields) {
            let name = &field.name;
            let shown = || examples.iter().any(|example| example.details.iter().any(|(known, _)| known.value == *name));
            // The reference does not show examples of sensitive fields.
            if field.example.is_none() && !field.sensitive && needs_example(&field.ty) && !shown() {
                let message = format!("{what} `{name}` has no `example`");
                self.push(Problem::new(Rule::MissingExample, entry.name.span, message));
            }
        }
    }
}

/// Whether the reference would show a made-up value. `true` is a good example of a boolean, the
/// first value is one of an enum, and the members of an object have their own examples.
fn needs_example(ty: &DetailType) -> bool {
    match ty {
        DetailType::Boolean | DetailType::Named(_) => false,
        DetailType::Array(item) | DetailType::Map(item) => needs_example(item),
        DetailType::String
        | DetailType::Integer
        | DetailType::Number
        | DetailType::DateTime
        | DetailType::Duration
        | DetailType::Uuid
        | DetailType::Uri
        | DetailType::Json => true,
    }
}

/// The place where an entry makes itself retryable.
fn retryable_span(entry: &ErrorEntry) -> Option<Span> {
    let policy = entry.retry.as_ref().map(|policy| match policy {
        PolicyRef::Named(name) => name.span,
        PolicyRef::Inline(policy) => policy.span,
    });
    entry.retryable.as_ref().map(|said| said.span).or(policy)
}

/// The place of a status.
fn status_span(entry: &ErrorEntry, status: u16) -> Span {
    let written = entry.status.iter().find(|written| written.value == i64::from(status));
    written.map_or(entry.id.span, |written| written.span)
}

/// Whether a URL ends in the name of a page: as the last segment of its path, with or without a
/// file extension, or as its fragment.
fn names_page(url: &str, slug: &str) -> bool {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let path = url.split('?').next().unwrap_or_default().trim_end_matches('/');
    let page = path.rsplit('/').next().unwrap_or_default();
    let page = [".html", ".htm", ".md"].iter().find_map(|ending| page.strip_suffix(ending)).unwrap_or(page);
    // A single-page app has its path in the fragment.
    let section = fragment.rsplit(['/', '#']).next().unwrap_or_default();
    section == slug || page == slug
}

#[cfg(test)]
mod tests {
    use super::names_page;
    use crate::problem::Rule;

    /// RFC 9110, RFC 4918, RFC 6585 and RFC 8470: the client errors that can pass with time.
    #[test]
    fn a_retryable_client_error_is_suspicious_unless_it_can_pass() {
        let is_reported = |status: u16| {
            let text = format!("errbook: 1\napi: {{name: A}}\nerrors: {{X: {{status: {status}, retryable: true}}}}\n");
            let loaded = crate::load_text("errors.yaml", text.as_bytes());
            assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
            loaded.report.problems.iter().any(|problem| problem.rule == Rule::RetryableClientError)
        };
        let can_pass: Vec<u16> = (400..500).filter(|status| !is_reported(*status)).collect();
        assert_eq!(can_pass, [408, 409, 423, 425, 429]);
        assert!(![301, 399, 500, 599].into_iter().any(is_reported));
    }

    #[test]
    fn a_page_is_named_by_the_end_of_its_url() {
        for url in [
            "https://example.com/errors/not-found",
            "https://example.com/errors/not-found/",
            "https://example.com/errors/not-found.html?lang=en",
            "https://example.com/errors#not-found",
            "https://example.com/#/errors/not-found",
            "not-found",
        ] {
            assert!(names_page(url, "not-found"), "{url}");
        }
        for url in ["https://example.com/errors", "https://example.com/errors/NOT_FOUND", "https://not-found.com/x", ""]
        {
            assert!(!names_page(url, "not-found"), "{url}");
        }
    }
}
