//! The index page.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::error::response;
use super::escape::comment;
use super::front::{FrontMatter, LONGEST_DESCRIPTION};
use super::reference::{self, Reference, TypeSection, anchor, page};
use super::table::Table;
use super::view::CatalogView;
use super::words::template;
use crate::print::{printed, printed_page};
use crate::prose::{Inline, Prose, line};
use errbook_catalog::model::{
    Api, Catalog, Column, Deprecated, Envelope, ErrorDef, Group, Kind, Operation, Predicate, Refund, Retired,
};
use errbook_codegen::words;

/// The data of `index.md`. Sections without content are absent.
#[derive(Debug, Clone)]
pub struct IndexPage {
    /// A comment that names the tool and the catalog.
    pub generated: String,
    /// The front matter.
    pub front: FrontMatter,
    /// The heading.
    pub title: Inline,
    /// The API's version.
    pub version: Option<Inline>,
    /// The support contact.
    pub support: Option<Inline>,
    /// The API's summary.
    pub summary: Option<Prose>,
    /// Prose before the tables of errors.
    pub before: Vec<Prose>,
    /// The public errors by group, then those without a group. Only these tables link to each page.
    pub groups: Vec<GroupSection>,
    /// The errors that each operation returns, with a column for each status.
    pub operations: Option<Table>,
    /// The predicates, with the errors for which each is true.
    pub predicates: Option<Table>,
    /// The response formats, that of most errors first.
    pub responses: Vec<ResponseSection>,
    /// The context fields of responses.
    pub request_facts: Option<Table>,
    /// The object types of the context fields.
    pub types: Vec<TypeSection>,
    /// The deprecated errors.
    pub deprecated: Option<Table>,
    /// The retired ids.
    pub retired: Option<Table>,
    /// Prose after the tables.
    pub after: Vec<Prose>,
    /// The catalog's data, unescaped. Prose files get the same.
    pub catalog: CatalogView,
}

/// A group with its errors.
#[derive(Debug, Clone)]
pub struct GroupSection {
    /// The heading.
    pub title: Inline,
    /// The anchor of the section.
    pub anchor: String,
    /// The text below the heading.
    pub summary: Option<Prose>,
    /// A row for each error. The first cell links to its page.
    pub table: Table,
}

/// A response format.
#[derive(Debug, Clone)]
pub struct ResponseSection {
    /// Its name, if there are several.
    pub title: Option<Inline>,
    /// The anchor of the section.
    pub anchor: String,
    /// The errors with this format, if there are several.
    pub errors: Option<Inline>,
    /// The media type.
    pub content_type: Inline,
    /// An example response.
    pub example: Prose,
    /// The headers of all responses with this format.
    pub headers: Option<Table>,
}

impl IndexPage {
    pub(super) fn new(reference: &Reference, before: Vec<Prose>, after: Vec<Prose>) -> Self {
        let Catalog {
            api: Api { name, slug: _, version, summary, doc_url: _, support },
            context,
            envelopes: _,
            retry_policies: _,
            groups: _,
            predicates,
            rejections: _, // for the service
            unknown: _,    // for generated clients
            types: _,
            errors: _,
            retired: _,
            // Only for authors of the catalog.
            owners: _,
            prose: _,
            audit: _,
            diff: _,
            generate: _,
            operations,
        } = reference.catalog;
        let notice = reference.notice(None);
        let said = summary.as_deref().map(|summary| reference.prose(summary).plain(LONGEST_DESCRIPTION));
        let said = said.unwrap_or_else(|| format!("Every error of the {name} API, and what to do about it."));
        IndexPage {
            generated: comment(&notice),
            front: FrontMatter::new(&notice, &format!("{name} errors"), &said, 0),
            title: line![Inline::text(name), " errors"],
            version: version.as_deref().map(Inline::text),
            support: support.as_deref().map(Inline::contact),
            summary: reference.section(summary.as_deref(), 2),
            before,
            groups: groups(reference),
            operations: self::operations(reference, operations),
            predicates: self::predicates(reference, predicates),
            responses: responses(reference),
            request_facts: reference.fields(context, "Field"),
            types: reference.types(context),
            deprecated: deprecated(reference),
            retired: self::retired(reference),
            after,
            catalog: CatalogView::new(reference.catalog),
        }
    }
}

printed_page!(IndexPage {
    generated,
    front,
    title,
    version,
    support,
    summary,
    before,
    groups,
    operations,
    predicates,
    responses,
    request_facts,
    types,
    deprecated,
    retired,
    after,
    catalog,
});
printed!(GroupSection { title, anchor, summary, table });
printed!(ResponseSection { title, anchor, errors, content_type, example, headers });

fn groups(reference: &Reference) -> Vec<GroupSection> {
    let catalog = reference.catalog;
    let mut sections: Vec<GroupSection> = Vec::new();
    for (index, group) in catalog.groups.iter().enumerate() {
        let Group { id, title, summary, columns } = group;
        let summary = reference.section(summary.as_deref(), 3);
        let table = group_table(reference, reference.in_group(Some(index)), columns);
        sections.extend(table.map(|table| GroupSection {
            title: Inline::text(title),
            anchor: anchor("group", id),
            summary,
            table,
        }));
    }
    let title = Inline::from(if sections.is_empty() { "Errors" } else { "Other errors" });
    let table = group_table(reference, reference.in_group(None), &[]);
    sections.extend(table.map(|table| GroupSection { title, anchor: "errors".to_owned(), summary: None, table }));
    sections
}

/// The columns of the group, or the default columns. The answers to a client's questions are always
/// among them.
fn group_table(reference: &Reference, members: &[usize], columns: &[(Column, String)]) -> Option<Table> {
    let errors: Vec<&ErrorDef> = members.iter().map(|&index| &reference.catalog.errors[index]).collect();
    let is_filled = |column: Column| errors.iter().any(|error| !cell(reference, column, error).is_empty());
    let named: Vec<(Column, Inline)> = columns
        .iter()
        .filter(|(column, _)| is_filled(*column))
        .map(|(column, heading)| (*column, Inline::text(heading)))
        .collect();
    let mut columns = if named.is_empty() { default_columns(reference, &errors) } else { named };
    for (column, heading) in [(Column::Status, "Status"), (Column::Retry, "Retry"), (Column::Refund, "Charge")] {
        if columns.iter().all(|(named, _)| *named != column) {
            columns.push((column, heading.into()));
        }
    }
    let row = |&index: &usize| {
        let error = &reference.catalog.errors[index];
        let cells = columns.iter().enumerate().map(|(at, (column, _))| match at {
            0 => first_cell(reference, *column, index),
            _ => cell(reference, *column, error),
        });
        cells.collect()
    };
    let rows = members.iter().map(row).collect();
    Table::new(columns.iter().map(|(_, heading)| heading.clone()).collect(), rows)
}

fn default_columns(reference: &Reference, errors: &[&ErrorDef]) -> Vec<(Column, Inline)> {
    let has_code = errors.iter().any(|error| error.code.is_some());
    let own_title = errors.iter().any(|error| error.title != error.name.words());
    let is_message = errors.iter().any(|error| error.kind() == Kind::Message);
    let candidates = [
        (Column::Code, "Code", has_code),
        (Column::Status, "Status", true),
        (Column::Title, "Title", own_title || !has_code),
        (Column::Message, "Message", is_message),
        (Column::Description, "Meaning", true),
        (Column::Cause, "Cause", true),
        (Column::Fix, "What to do", true),
    ];
    candidates
        .into_iter()
        .filter(|(column, _, wanted)| *wanted && errors.iter().any(|error| !cell(reference, *column, error).is_empty()))
        .map(|(column, heading, _)| (column, heading.into()))
        .collect()
}

/// The first column, as a link to the error's page.
fn first_cell(reference: &Reference, column: Column, index: usize) -> Inline {
    let error = &reference.catalog.errors[index];
    let cell = cell(reference, column, error);
    let link = match column {
        _ if cell.is_empty() => reference.link(index),
        Column::Id | Column::Code | Column::Status | Column::Title | Column::Message => {
            cell.link(&page(&error.name.slug))
        }
        // Markdown can contain links, and links do not nest.
        Column::Description | Column::Cause | Column::Fix | Column::Retry | Column::Refund => {
            line![reference.link(index), ": ", cell]
        }
    };
    let deprecated = if error.lifecycle.deprecated.is_some() { " (deprecated)" } else { "" };
    line![link, deprecated]
}

fn cell(reference: &Reference, column: Column, error: &ErrorDef) -> Inline {
    let markdown = |text: &Option<String>| text.as_deref().map(|text| reference.line(text)).unwrap_or_default();
    match column {
        Column::Id => Inline::code(&error.name.id),
        Column::Code => error.code.as_ref().map(|wire| Inline::code(&wire.to_string())).unwrap_or_default(),
        Column::Status => error.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ").into(),
        Column::Title => Inline::text(&error.title),
        Column::Message => error.message.as_ref().map(|message| Inline::text(&template(message))).unwrap_or_default(),
        Column::Description => markdown(&error.description),
        Column::Cause => markdown(&error.cause),
        Column::Fix => markdown(&error.fix),
        Column::Retry => words::retry_in_short(error).map(|retry| reference.words(&retry)).unwrap_or_default(),
        Column::Refund => error.refund.as_ref().map(|refund| self::refund(reference, refund)).unwrap_or_default(),
    }
}

fn refund(reference: &Reference, refund: &Refund) -> Inline {
    let badge = words::refund_badge(refund).text;
    match refund {
        Refund::Conditional { when } => line![badge, ": ", reference.line(when)],
        Refund::Refunded | Refund::Kept | Refund::NotCharged => badge.into(),
    }
}

/// A row for each operation, with its errors in the column of their status.
fn operations(reference: &Reference, operations: &[Operation]) -> Option<Table> {
    let errors = &reference.catalog.errors;
    let returned: Vec<(&Operation, Vec<usize>)> =
        operations.iter().map(|operation| (operation, reference.public(&operation.errors))).collect();
    let indexes = returned.iter().flat_map(|(_, indexes)| indexes);
    let statuses: BTreeSet<u16> = indexes.flat_map(|&index| errors[index].statuses.iter().copied()).collect();
    let row = |(operation, indexes): &(&Operation, Vec<usize>)| {
        let with = |status: &u16| -> Vec<usize> {
            indexes.iter().copied().filter(|&index| errors[index].statuses.contains(status)).collect()
        };
        let cells = statuses.iter().map(|status| reference.labels(with(status)));
        (!indexes.is_empty()).then(|| std::iter::once(reference::operation(operation)).chain(cells).collect())
    };
    let headings = statuses.iter().map(|status| Inline::from(status.to_string()));
    let headings = std::iter::once(Inline::from("Operation")).chain(headings).collect();
    Table::new(headings, returned.iter().filter_map(row).collect())
}

fn predicates(reference: &Reference, predicates: &[Predicate]) -> Option<Table> {
    let row = |Predicate { name, members }: &Predicate| {
        let labels = reference.labels(reference.public(members));
        let clients = reference.clients_of(name).into_iter().map(|(_, name)| Inline::code(name));
        (!labels.is_empty()).then(|| [Inline::code(name)].into_iter().chain(clients).chain([labels]).collect())
    };
    let clients = predicates.first().map(|first| reference.clients_of(&first.name)).unwrap_or_default();
    let languages = clients.into_iter().map(|(language, _)| Inline::from(language));
    let headings = [Inline::from("Predicate")].into_iter().chain(languages).chain(["True for".into()]).collect();
    Table::new(headings, predicates.iter().filter_map(row).collect())
}

/// One section for each envelope of a public error.
fn responses(reference: &Reference) -> Vec<ResponseSection> {
    let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
    for &index in &reference.order {
        if let Some(envelope) = reference.catalog.errors[index].envelope {
            members.entry(envelope).or_default().push(index);
        }
    }
    let mut used: Vec<(&Envelope, Vec<usize>)> = reference
        .catalog
        .envelopes
        .iter()
        .enumerate()
        .filter_map(|(index, envelope)| Some((envelope, members.remove(&index)?)))
        .collect();
    used.sort_by_key(|(_, members)| Reverse(members.len()));
    let several = used.len() > 1;
    let errors = |at: usize, members: &[usize]| match at {
        0 => "all responses except those below".into(),
        _ => reference.labels(members.iter().copied()),
    };
    let section = |(at, (envelope, members)): (usize, &(&Envelope, Vec<usize>))| {
        response_section(reference, envelope, members, several.then(|| errors(at, members)))
    };
    used.iter().enumerate().filter_map(section).collect()
}

/// The example is the one with the longest body.
fn response_section(
    reference: &Reference,
    envelope: &Envelope,
    members: &[usize],
    errors: Option<Inline>,
) -> Option<ResponseSection> {
    let Envelope { name, type_name: _, content_type, body: _, headers } = envelope;
    let examples = members.iter().flat_map(|&index| &reference.catalog.errors[index].examples);
    let size =
        |body: &Option<errbook_catalog::model::value::Value>| body.as_ref().map_or(0, |body| body.to_string().len());
    let example = examples.rev().max_by_key(|example| size(&example.body))?;
    Some(ResponseSection {
        title: errors.is_some().then(|| Inline::code(name)),
        anchor: anchor("response", name),
        errors,
        content_type: Inline::code(content_type),
        example: response(example, Some(envelope)),
        headers: reference.headers(headers, None),
    })
}

fn deprecated(reference: &Reference) -> Option<Table> {
    let row = |&index: &usize| {
        let Deprecated { since, replacement, note } = reference.catalog.errors[index].lifecycle.deprecated.as_ref()?;
        Some(vec![
            reference.link(index),
            since.as_deref().map(Inline::text).unwrap_or_default(),
            reference.public_label(*replacement).unwrap_or_default(),
            note.as_deref().map(|note| reference.line(note)).unwrap_or_default(),
        ])
    };
    Table::titled(&["Error", "Since", "Expect instead", "Why"], reference.order.iter().filter_map(row).collect())
}

fn retired(reference: &Reference) -> Option<Table> {
    let row = |retired: &Retired| {
        let Retired { name: _, since, replacement, rust: _, is_public: _, note, origin: _ } = retired;
        vec![
            reference.retired(retired),
            since.as_deref().map(Inline::text).unwrap_or_default(),
            reference.public_label(*replacement).unwrap_or_default(),
            note.as_deref().map(|note| reference.line(note)).unwrap_or_default(),
        ]
    };
    Table::titled(&["Error", "Since", "Expect instead", "Why"], reference.catalog.public_retired().map(row).collect())
}
