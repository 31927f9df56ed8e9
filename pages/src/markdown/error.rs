//! The page of an error.

use super::escape::comment;
use super::front::{FrontMatter, LONGEST_DESCRIPTION};
use super::reference::{self, Reference, TypeSection};
use super::table::Table;
use super::view::{ApiView, ErrorView};
use super::words::{Heading, language, template};
use crate::print::{Print, Printer, map, printed, printed_page};
use crate::prose::{Inline, Prose, is_hidden, line, one_line};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    Changed, Deprecated, Envelope, ErrorDef, Example, Kind, Lifecycle, Snippet, SnippetLanguage,
};
use errbook_codegen::words;
use errbook_schema::facts;

/// The data of `error.md`. Sections without content are absent.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// A comment that names the tool and the catalog's file.
    pub generated: String,
    /// The front matter.
    pub front: FrontMatter,
    /// The heading: what a client receives, which is the code or else the message. For an error
    /// without either, its title.
    pub title: Inline,
    /// The error's title, unless it is the heading.
    pub subtitle: Option<Inline>,
    /// The statuses, and what distinguishes the error from most others.
    pub badges: Vec<Badge>,
    /// The title of the group.
    pub group: Option<Inline>,
    /// The id if it is not the code, and the URL if no example contains it.
    pub about: Vec<Inline>,
    /// The deprecation and the replacement, if the error is deprecated.
    pub deprecated: Option<Inline>,
    /// Quick answers: whose fault it is, whether to retry, and what happens to the charge.
    pub glance: Option<Table>,
    /// Whether the caller has to change something.
    pub fault: Option<Inline>,
    /// The message in a fence. Absent if it is the heading or equals the title.
    pub message: Option<Prose>,
    /// When the error occurs.
    pub meaning: Option<Prose>,
    /// The usual cause.
    pub cause: Option<Prose>,
    /// How to fix it.
    pub fix: Option<Prose>,
    /// Whether and how to retry the request.
    pub retry: Option<Inline>,
    /// What happens to the charge.
    pub refund: Option<Inline>,
    /// The response headers.
    pub headers: Option<Table>,
    /// The details of an occurrence.
    pub details: Option<Table>,
    /// The object types of the details.
    pub types: Vec<TypeSection>,
    /// Example responses.
    pub examples: Vec<ExampleSection>,
    /// Client code.
    pub snippets: Vec<SnippetSection>,
    /// Long text.
    pub notes: Option<Prose>,
    /// The operations that return the error.
    pub operations: Vec<Inline>,
    /// The predicates that are true for the error, with their names in the languages of
    /// `generate.snippets`.
    pub predicates: Vec<Inline>,
    /// Links to at most six errors with the same code or the same status, the nearest in the index.
    pub siblings: Vec<Inline>,
    /// The version that introduced the error, its changes, and its predecessors.
    pub history: Vec<Inline>,
    /// A link to the previous page.
    pub previous: Option<Inline>,
    /// A link to the next page.
    pub next: Option<Inline>,
    /// A link to the index.
    pub index: Inline,
    /// The error as in the catalog, unescaped, for example for front matter.
    pub error: ErrorView,
    /// The API as in the catalog, unescaped.
    pub api: ApiView,
}

/// An example.
#[derive(Debug, Clone)]
pub struct ExampleSection {
    /// Its title, if it differs from the page's.
    pub title: Option<Inline>,
    /// The response or the message, in a fence.
    pub text: Prose,
}

/// A property in one or two words.
#[derive(Debug, Clone)]
pub struct Badge {
    /// The words: letters, digits and spaces.
    pub text: String,
    /// What the badge means to a reader: `good`, `caution`, `bad` or `plain`.
    pub kind: &'static str,
}

/// Client code in one language.
#[derive(Debug, Clone)]
pub struct SnippetSection {
    /// The display name of the language.
    pub label: String,
    /// The code in a fence. In a template, `opening` is the fence's first line.
    pub text: Prose,
}

impl ErrorPage {
    /// Builds the page of the error at `place` in the index's order.
    pub(super) fn new(reference: &Reference, place: usize) -> Self {
        let index = reference.order[place];
        let error = &reference.catalog.errors[index];
        let ErrorDef {
            name: _,
            code: _,
            statuses: _,
            title,
            message: _,
            description,
            cause,
            fix,
            notes,
            retry: _,
            refund,
            fault,
            doc_url: _,
            group: _,
            envelope: _,
            headers: _,
            details,
            examples: _,
            snippets,
            lifecycle: Lifecycle { since: _, changed: _, deprecated },
            visibility: _,
            source: _,
            boxed: _,
            origin,
        } = error;
        let heading = Heading::of(error);
        let section = |markdown: &Option<String>| reference.section(markdown.as_deref(), 3);
        let neighbour = |place: Option<usize>| Some(reference.link(*reference.order.get(place?)?));
        let fault = fault.map(|fault| Inline::from(words::fault(fault)));
        let retry = words::retry(error).map(|retry| reference.words(&retry));
        let refund = refund.as_ref().map(|refund| reference.words(&words::refund(refund)));
        let notice = reference.notice(Some(&origin.file));
        let said = [description, fix, cause].into_iter().flatten().next();
        let said = said.map(|said| reference.prose(said).plain(LONGEST_DESCRIPTION)).filter(|said| !said.is_empty());
        ErrorPage {
            generated: comment(&notice),
            front: FrontMatter::new(&notice, heading.text(), said.as_deref().unwrap_or(title), place + 1)
                .at(&error.name.slug),
            title: heading.line(),
            subtitle: (heading.text() != one_line(title)).then(|| Inline::text(title)),
            badges: badges(error),
            group: reference.catalog.group_of(error).map(|group| Inline::text(&group.title)),
            about: about(error),
            deprecated: deprecated.as_ref().map(|deprecated| self::deprecated(reference, deprecated)),
            glance: glance([&fault, &retry, &refund]),
            fault,
            message: message(error, &heading),
            meaning: section(description),
            cause: section(cause),
            fix: section(fix),
            retry,
            refund,
            headers: reference.headers(reference.catalog.headers(error), Some(error)),
            details: reference.fields(details, "Detail"),
            types: reference.types(details),
            examples: examples(reference, error),
            snippets: self::snippets(reference, error, snippets),
            notes: section(notes),
            operations: reference
                .operations_of(index)
                .iter()
                .map(|operation| reference::operation(operation))
                .collect(),
            predicates: reference.predicates_of(index).iter().map(|own| reference.predicate(&own.name)).collect(),
            siblings: reference.near(index).iter().map(|&other| reference.entry(other)).collect(),
            history: history(reference, index, &error.lifecycle),
            previous: neighbour(place.checked_sub(1)),
            next: neighbour(place.checked_add(1)),
            index: reference::index(),
            error: ErrorView::new(reference.catalog, error),
            api: ApiView::new(&reference.catalog.api),
        }
    }
}

printed_page!(ErrorPage {
    generated,
    front,
    title,
    subtitle,
    badges,
    group,
    about,
    deprecated,
    glance,
    fault,
    message,
    meaning,
    cause,
    fix,
    retry,
    refund,
    headers,
    details,
    types,
    examples,
    snippets,
    notes,
    operations,
    predicates,
    siblings,
    history,
    previous,
    next,
    index,
    error,
    api,
});
printed!(ExampleSection { title, text });
printed!(Badge { text, kind });

impl Print for SnippetSection {
    fn print(&self, printer: &dyn Printer) -> tera::Value {
        let SnippetSection { label, text } = self;
        let text = printer.prose(text);
        let opening = text.lines().next().unwrap_or_default().to_owned();
        map([("label", label.print(printer)), ("opening", opening.into()), ("text", text.into())])
    }
}

fn badges(error: &ErrorDef) -> Vec<Badge> {
    let badge = |text: &str, kind| Badge { text: text.into(), kind };
    let statuses = error.statuses.iter().map(|&status| badge(&words::status(status), "plain"));
    let unusual = words::unusual(error).map(|words::Badge { key: _, text, tone }| badge(text, tone));
    let deprecated = error.lifecycle.deprecated.as_ref().map(|_| badge("Deprecated", "caution"));
    statuses.chain(unusual).chain(deprecated).collect()
}

fn glance(answers: [&Option<Inline>; 3]) -> Option<Table> {
    let row = answers.map(|answer| answer.clone().unwrap_or_default());
    Table::titled(&["Is it my fault?", "May I retry?", "Was I charged?"], vec![row.to_vec()])
}

/// The version that introduced the error, later changes, then the errors that it replaces.
fn history(reference: &Reference, index: usize, lifecycle: &Lifecycle) -> Vec<Inline> {
    let Lifecycle { since, changed, deprecated: _ } = lifecycle;
    let since = since.as_ref().map(|since| line!["Added in ", Inline::text(since), "."]);
    let changed = changed
        .iter()
        .map(|Changed { version, note }| line!["Changed in ", Inline::text(version), ": ", reference.line(note)]);
    let in_version = |since: &Option<String>| since.as_deref().map(|since| line![" since ", Inline::text(since)]);
    let retired = reference
        .retired_for(index)
        .iter()
        .map(|retired| line!["Replaces ", reference.retired(retired), in_version(&retired.since), "."]);
    let replaced = reference.deprecated_for(index).iter().filter_map(|&other| {
        let Deprecated { since, replacement: _, note: _ } =
            reference.catalog.errors[other].lifecycle.deprecated.as_ref()?;
        Some(line!["Replaces ", reference.link(other), ", deprecated", in_version(since), "."])
    });
    since.into_iter().chain(changed).chain(retired).chain(replaced).collect()
}

/// The catalog's own snippets, then those generated in other languages.
fn snippets(reference: &Reference, error: &ErrorDef, own: &[Snippet]) -> Vec<SnippetSection> {
    let mut sections: Vec<SnippetSection> = own.iter().map(snippet).collect();
    for (lang, code) in reference.snippets(error) {
        // The fence names the language of the code.
        let fence = if lang == SnippetLanguage::Curl { "sh" } else { lang.name() };
        let label = language(lang.name());
        if own.iter().all(|own| ![label.as_str(), &language(fence)].contains(&language(&own.lang).as_str())) {
            sections.push(SnippetSection { label, text: Prose::fence(fence, &code) });
        }
    }
    sections
}

fn snippet(Snippet { lang, code }: &Snippet) -> SnippetSection {
    SnippetSection { label: language(lang), text: Prose::fence(lang, code) }
}

fn deprecated(reference: &Reference, deprecated: &Deprecated) -> Inline {
    reference.words(&words::deprecated(deprecated, reference.replacement_span(deprecated.replacement)))
}

/// The id if it is not the code, and the URL if no example contains it.
fn about(error: &ErrorDef) -> Vec<Inline> {
    let id = &error.name.id;
    let is_code = error.code.as_ref().is_some_and(|code| code.to_string() == *id);
    let id = (!is_code).then(|| line!["id ", Inline::code(id)]);
    let mut bodies = error.examples.iter().filter_map(|example| example.body.as_ref());
    let mut is_shown = |url: &str| bodies.any(|body| has_text(body, url));
    let url = error.doc_url.as_deref().filter(|url| !is_shown(url)).map(Inline::contact);
    id.into_iter().chain(url).collect()
}

fn has_text(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value.contains(text),
        Value::Array(items) => items.iter().any(|item| has_text(item, text)),
        Value::Object(members) => members.iter().any(|(_, value)| has_text(value, text)),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number(_) => false,
    }
}

fn message(error: &ErrorDef, heading: &Heading) -> Option<Prose> {
    let message = template(error.message.as_ref()?);
    let is_title = error.kind() != Kind::Message && message == error.title;
    (message != heading.text() && !is_title).then(|| Prose::fence("text", &message))
}

/// A message without parameters is its own example.
fn examples(reference: &Reference, error: &ErrorDef) -> Vec<ExampleSection> {
    let envelope = reference.catalog.envelope_of(error);
    let shown = error.examples.iter().filter(|example| example.status.is_some() || !error.details.is_empty());
    let section = |example: &Example| ExampleSection {
        title: (example.title != error.title).then(|| Inline::text(&example.title)),
        text: response(example, envelope),
    };
    shown.map(section).collect()
}

/// A response: the status line, headers, an empty line and the body.
pub(super) fn response(example: &Example, envelope: Option<&Envelope>) -> Prose {
    let Example { title: _, status, message, headers, body, details: _, context: _ } = example;
    let Some(status) = status else { return Prose::fence("text", message) };
    let mut lines = vec![format!("HTTP/1.1 {}", words::status(*status))];
    let own_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
    let content_type = envelope.filter(|_| body.is_some() && !own_type).map(|envelope| envelope.content_type.as_str());
    lines.extend(content_type.map(|content_type| format!("Content-Type: {content_type}")));
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if let Some(body) = body {
        lines.push(String::new());
        lines.push(json(body));
    }
    Prose::fence("http", &lines.join("\n"))
}

/// Pretty JSON, with JSON escapes for invisible characters.
fn json(body: &Value) -> String {
    let text = format!("{:#}", facts::value(body));
    let is_ascii = text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'));
    if is_ascii || !text.chars().any(|letter| letter != '\n' && is_hidden(letter)) {
        return text;
    }
    let escape = |letter: char| match letter {
        '\n' => letter.to_string(),
        hidden if is_hidden(hidden) => format!("\\u{:04x}", u32::from(hidden)),
        seen => seen.to_string(),
    };
    text.chars().map(escape).collect()
}
