//! The page of an error.

use super::escape::comment;
use super::front::{FrontMatter, LONGEST_DESCRIPTION};
use super::reference::{self, Reference, TypeSection};
use super::table::Table;
use super::view::{ApiView, ErrorView};
use super::words::{language, template};
use crate::print::{Print, Printer, map, printed};
use crate::prose::{Inline, Prose, is_hidden, line};
use errbook_catalog::model::{Changed, Deprecated, Envelope, ErrorDef, Example, Kind, Lifecycle, Predicate, Snippet};
use errbook_codegen::words::{self, Advice};
use errbook_schema::facts;
use tera::Value;

/// The data of `error.md`. Sections without content are absent.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// A comment that names the tool and the catalog's file.
    pub generated: String,
    /// The front matter.
    pub front: FrontMatter,
    /// The heading: the error's title.
    pub title: Inline,
    /// The wire code.
    pub code: Option<Inline>,
    /// The status, retry advice and charge, as badges.
    pub badges: Vec<Badge>,
    /// The deprecation and the replacement, if the error is deprecated.
    pub deprecated: Option<Inline>,
    /// Quick answers: whose fault it is, whether to retry, and what happens to the charge.
    pub glance: Option<Table>,
    /// The status, code, group and other short properties.
    pub facts: Option<Table>,
    /// Whether the caller has to change something.
    pub fault: Option<Inline>,
    /// The message in a fence. Absent if it equals the title.
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
    /// The predicates that are true for the error.
    pub predicates: Vec<Inline>,
    /// Other errors with the same status or code.
    pub siblings: Vec<SiblingSection>,
    /// The version that introduced the error, its changes, and its predecessors and replacement.
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

/// The errors with the same status or code.
#[derive(Debug, Clone)]
pub struct SiblingSection {
    /// The shared property: `status 404 Not Found`, or ``code `unauthorized` ``.
    pub shared: Inline,
    /// The heading.
    pub title: Inline,
    /// The anchor of the section.
    pub anchor: String,
    /// Links to the errors.
    pub errors: Vec<Inline>,
    /// The number of errors that only the index lists.
    pub more: usize,
}

/// The maximum number of siblings on a page. The index lists all.
const MOST_SIBLINGS: usize = 20;

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
            origin,
        } = error;
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
            front: FrontMatter::new(&notice, title, said.as_deref().unwrap_or(title), place + 1).at(&error.name.slug),
            title: Inline::text(title),
            code: error.code.as_ref().map(|wire| Inline::code(&wire.to_string())),
            badges: badges(error),
            deprecated: deprecated.as_ref().map(|deprecated| self::deprecated(reference, deprecated)),
            glance: glance([&fault, &retry, &refund]),
            facts: facts_table(reference, error),
            fault,
            message: message(error),
            meaning: section(description),
            cause: section(cause),
            fix: section(fix),
            retry,
            refund,
            headers: reference.headers(reference.catalog.headers(error), Some(error)),
            details: reference.fields(details, "Detail"),
            types: reference.types(details),
            examples: examples(reference, error),
            snippets: snippets.iter().map(snippet).collect(),
            notes: section(notes),
            operations: reference
                .operations_of(index)
                .iter()
                .map(|operation| reference::operation(operation))
                .collect(),
            predicates: reference.predicates_of(index).iter().map(|asked| predicate(reference, asked, index)).collect(),
            siblings: siblings(reference, index, error),
            history: history(reference, index, error),
            previous: neighbour(place.checked_sub(1)),
            next: neighbour(place.checked_add(1)),
            index: reference::index(),
            error: ErrorView::new(reference.catalog, error),
            api: ApiView::new(&reference.catalog.api),
        }
    }
}

printed!(ErrorPage {
    generated,
    front,
    title,
    code,
    badges,
    deprecated,
    glance,
    facts,
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
printed!(SiblingSection { shared, title, anchor, errors, more });

impl Print for SnippetSection {
    fn print(&self, printer: &dyn Printer) -> Value {
        let SnippetSection { label, text } = self;
        let text = printer.prose(text);
        let opening = text.lines().next().unwrap_or_default().to_owned();
        map([("label", label.print(printer)), ("opening", opening.into()), ("text", text.into())])
    }
}

fn badges(error: &ErrorDef) -> Vec<Badge> {
    let badge = |text: &str, kind| Badge { text: text.into(), kind };
    let statuses = error.statuses.iter().map(|&status| badge(&words::status(status), "plain"));
    let retry = Advice::of(error).map(Advice::badge);
    let answers = retry.into_iter().chain(error.refund.as_ref().map(words::refund_badge));
    let answers = answers.map(|words::Badge { key: _, text, tone }| badge(text, tone));
    let deprecated = error.lifecycle.deprecated.as_ref().map(|_| badge("Deprecated", "caution"));
    statuses.chain(answers).chain(deprecated).collect()
}

fn glance(answers: [&Option<Inline>; 3]) -> Option<Table> {
    let row = answers.map(|answer| answer.clone().unwrap_or_default());
    Table::titled(&["Is it my fault?", "May I retry?", "Was I charged?"], vec![row.to_vec()])
}

/// The version that introduced the error, later changes, the errors that it replaces, then its own
/// replacement.
fn history(reference: &Reference, index: usize, error: &ErrorDef) -> Vec<Inline> {
    let Lifecycle { since, changed, deprecated } = &error.lifecycle;
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
    let deprecated = deprecated.as_ref().map(|Deprecated { since, replacement, note: _ }| {
        let replacement = reference.replacement(*replacement).map(|link| line![", replaced by ", link]);
        line!["Deprecated", in_version(since), replacement, "."]
    });
    since.into_iter().chain(changed).chain(retired).chain(replaced).chain(deprecated).collect()
}

fn snippet(Snippet { lang, code }: &Snippet) -> SnippetSection {
    SnippetSection { label: language(lang), text: Prose::fence(lang, code) }
}

fn deprecated(reference: &Reference, deprecated: &Deprecated) -> Inline {
    reference.words(&words::deprecated(deprecated, reference.replacement_span(deprecated.replacement)))
}

/// The properties table: a row for each property that the catalog declares.
fn facts_table(reference: &Reference, error: &ErrorDef) -> Option<Table> {
    let status = words::statuses(error);
    let facts = [
        ("Status", (!status.is_empty()).then(|| Inline::from(status))),
        ("Code", error.code.as_ref().map(|wire| Inline::code(&wire.to_string()))),
        (
            "Id",
            Some(Inline::code(&error.name.id))
                .filter(|_| error.code.as_ref().is_none_or(|wire| wire.to_string() != error.name.id)),
        ),
        ("Group", reference.catalog.group_of(error).map(|group| Inline::text(&group.title))),
        ("URL", error.doc_url.as_deref().map(Inline::contact)),
    ];
    let row = |(name, value): (&str, Option<Inline>)| Some(vec![name.into(), value?]);
    Table::titled(&["Fact", "Value"], facts.into_iter().filter_map(row).collect())
}

fn message(error: &ErrorDef) -> Option<Prose> {
    let message = template(error.message.as_ref()?);
    (error.kind() == Kind::Message || message != error.title).then(|| Prose::fence("text", &message))
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
fn json(body: &errbook_catalog::model::value::Value) -> String {
    let text = format!("{:#}", facts::value(body));
    let escape = |letter: char| match letter {
        '\n' => letter.to_string(),
        hidden if is_hidden(hidden) => format!("\\u{:04x}", u32::from(hidden)),
        seen => seen.to_string(),
    };
    text.chars().map(escape).collect()
}

/// A predicate, with the other errors for which it is true.
fn predicate(reference: &Reference, predicate: &Predicate, index: usize) -> Inline {
    let Predicate { name, members } = predicate;
    let public = |member: &usize| *member != index && reference.catalog.errors[*member].is_public();
    let mut others: Vec<usize> = members.iter().copied().filter(public).take(MOST_SIBLINGS + 1).collect();
    let more = if others.len() > MOST_SIBLINGS { " and others" } else { "" };
    others.truncate(MOST_SIBLINGS);
    let links = reference.links(&others);
    let others = (!links.is_empty()).then(|| line![" (also true for ", links, more, ")"]);
    line![Inline::code(name), others]
}

fn siblings(reference: &Reference, index: usize, error: &ErrorDef) -> Vec<SiblingSection> {
    let with_code = error.code.as_ref().map(|wire| {
        let shared = line!["code ", Inline::code(&wire.to_string())];
        sibling_section(reference, shared, "same-code".to_owned(), reference.with_code(wire), index)
    });
    let with_status = error.statuses.iter().map(|&status| {
        let shared = line!["status ", words::status(status)];
        sibling_section(reference, shared, format!("same-status-{status}"), reference.under(status), index)
    });
    with_code.into_iter().chain(with_status).flatten().collect()
}

/// A section with the other members of `family`, which contains the error at `index`.
fn sibling_section(
    reference: &Reference,
    shared: Inline,
    anchor: String,
    family: &[usize],
    index: usize,
) -> Option<SiblingSection> {
    let others = family.iter().copied().filter(|&other| other != index);
    let errors: Vec<Inline> = others.take(MOST_SIBLINGS).map(|other| reference.entry(other)).collect();
    let more = family.len() - 1 - errors.len();
    let title = line!["Other errors with ", &shared];
    (!errors.is_empty()).then_some(SiblingSection { shared, title, anchor, errors, more })
}
