//! What is accepted and would be better otherwise. Each lint is a rule whose level the catalog can set; they run over a
//! catalog in which nothing was refused, so each may rely on the checked facts and needs the document for places alone.

pub mod baseline;
mod links;
mod similar;
mod style;
mod usage;

use crate::model::{Catalog, DetailType, ErrorDef, Field, Retry, TypeShape};
use crate::problem::{Problem, Problems, Rule};
use crate::read::syntax::{self, Document, ErrorEntry, PolicyRef, Retryable};
use crate::source::Span;

pub(crate) fn lint(document: &Document, catalog: &Catalog, problems: &mut Problems) {
    let linter = &mut Linter { document, catalog, problems };
    // Every error says what to do about it, and what it means or where it comes from.
    linter.missing_texts();
    // A client is told to repeat only what can succeed the second time.
    linter.retryable_client_errors();
    // Who has to wait is told how long.
    linter.retry_times();
    // What RFC 9110 requires beside a status is there.
    linter.required_headers();
    // Messages begin and end alike.
    linter.message_style();
    // Every detail reaches someone.
    linter.unused_details();
    // The `doc_url` of all errors leads to the pages that are generated.
    linter.doc_urls();
    // Below the address of the reference is only what it has.
    linter.dead_doc_urls();
    // Ids are written alike.
    linter.id_style();
    // Every value that the reference describes is shown.
    linter.missing_examples();
    // Two errors that differ do not read the same.
    linter.similar_messages();
    // What is defined is used.
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

    /// Every error, as it was written and as it was understood.
    fn errors(&self) -> impl Iterator<Item = (&'a ErrorEntry, &'a ErrorDef)> + use<'a> {
        self.document.errors.iter().zip(&self.catalog.errors)
    }

    /// Those with a page: nobody reads the documentation of an internal error.
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
        // Timeout, conflict, lock, too early, too many: there the client is not to blame, or is early.
        const MAY_PASS: [u16; 5] = [408, 409, 423, 425, 429];
        for (entry, error) in self.errors() {
            let lasting =
                error.statuses.iter().find(|status| (400..500).contains(*status) && !MAY_PASS.contains(*status));
            if let (Some(status), Retry::Always(_) | Retry::Idempotent(_)) = (lasting, &error.retry) {
                let message =
                    format!("`{}` is retryable, and {status} says that the request itself is at fault", error.name.id);
                let problem = Problem::new(Rule::RetryableClientError, entry.id.span, message);
                self.push(match says_retryable(entry) {
                    Some(at) => problem.related(at, "retryable here"),
                    None => problem.help("it inherits `retryable` or `retry`: write `retryable: false` here"),
                });
            }
        }
    }

    fn retry_times(&mut self) {
        for (entry, error) in self.errors() {
            let Some(status) = error.statuses.iter().find(|status| matches!(**status, 429 | 503)) else { continue };
            // Some limits end no sooner than the month does: who writes `retryable: false` has thought of it.
            let lasts = entry.retryable.as_ref().is_some_and(|said| said.value == Retryable::No);
            let waits = error.retry.policy().is_some_and(|policy| policy.after.is_some() || policy.backoff.is_some());
            let has_header = self.catalog.headers(error).iter().any(|header| {
                let name = header.name.to_ascii_lowercase();
                name == "retry-after" || name.ends_with("-reset")
            });
            if !lasts && !waits && !has_header {
                let message = format!("`{}` has the status {status} and does not say when to try again", error.name.id);
                self.push(Problem::new(Rule::NoRetryTime, status_span(entry, *status), message));
            }
        }
    }

    fn required_headers(&mut self) {
        const REQUIRED: [(u16, &str, Rule); 2] =
            [(401, "WWW-Authenticate", Rule::MissingWwwAuthenticate), (405, "Allow", Rule::MissingAllow)];
        for (entry, error) in self.errors() {
            for (status, name, rule) in REQUIRED {
                let has_header =
                    || self.catalog.headers(error).iter().any(|header| header.name.eq_ignore_ascii_case(name));
                if error.statuses.contains(&status) && !has_header() {
                    let message = format!("`{}` has the status {status} without the header `{name}`", error.name.id);
                    self.push(Problem::new(rule, status_span(entry, status), message));
                }
            }
        }
    }

    fn doc_urls(&mut self) {
        let of_all = self.document.api.doc_url.as_ref();
        let mut of_all_is_wrong = false;
        for (entry, error) in self.public_errors() {
            let Some(url) = error.doc_url.as_deref().filter(|url| !names_page(url, &error.name.slug)) else { continue };
            let message = format!("`{url}` does not end in `{}`, the page of `{}`", error.name.slug, error.name.id);
            match (&entry.doc_url, of_all) {
                (Some(own), None) => self.push(Problem::new(Rule::DocUrlMismatch, own.span, message)),
                // One address for all errors is that of the reference as a whole; one wrong template is one mistake.
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
        self.fields_without_example(&document.context, &catalog.context, "the fact", &[]);
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
            // An example of what is sensitive would not be shown.
            if field.example.is_none() && !field.sensitive && needs_example(&field.ty) && !shown() {
                let message = format!("{what} `{name}` has no `example`");
                self.push(Problem::new(Rule::MissingExample, entry.name.span, message));
            }
        }
    }
}

/// Whether the reference would have to show a value that nobody chose. A boolean has no better example than `true`, an
/// enum shows its first value, and an object's members are asked for examples of their own.
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

/// Where an error itself says that repeating helps.
fn says_retryable(entry: &ErrorEntry) -> Option<Span> {
    let policy = entry.retry.as_ref().map(|policy| match policy {
        PolicyRef::Named(name) => name.span,
        PolicyRef::Inline(policy) => policy.span,
    });
    entry.retryable.as_ref().map(|said| said.span).or(policy)
}

/// Where a status is written.
fn status_span(entry: &ErrorEntry, status: u16) -> Span {
    let written = entry.status.iter().find(|written| written.value == i64::from(status));
    written.map_or(entry.id.span, |written| written.span)
}

/// Whether a URL ends in a page's name: as the last segment of its path, with or without an ending, or as its fragment.
fn names_page(url: &str, slug: &str) -> bool {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let path = url.split('?').next().unwrap_or_default().trim_end_matches('/');
    let page = path.rsplit('/').next().unwrap_or_default();
    let page = [".html", ".htm", ".md"].iter().find_map(|ending| page.strip_suffix(ending)).unwrap_or(page);
    // A page that draws itself in the browser may have its path there.
    let section = fragment.rsplit(['/', '#']).next().unwrap_or_default();
    section == slug || page == slug
}

#[cfg(test)]
mod tests {
    use super::names_page;

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
