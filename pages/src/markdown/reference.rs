//! Data that pages share: order, labels and links.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::table::Table;
use super::words::{language, template};
use crate::print::printed;
use crate::prose::{Inline, Prose, joined, line};
use errbook_catalog::model::template::{Placeholder, Slot};
use errbook_catalog::model::{
    After, Catalog, Code, DetailType, ErrorDef, Field, Header, Operation, Predicate, Retired, Retry, SnippetLanguage,
    TypeDef, TypeShape,
};
use errbook_clients::snippets::Snippets;
use errbook_codegen::words::{Span, Words, type_of};

/// The catalog, with lookups for its pages.
pub(super) struct Reference<'a> {
    pub(super) catalog: &'a Catalog,
    /// The public errors in the index's order: by group, then those without a group.
    pub(super) order: Vec<usize>,
    labels: HashMap<usize, Inline>,
    by_group: HashMap<Option<usize>, Vec<usize>>,
    /// The retired ids that each error replaces.
    retired_for: HashMap<usize, Vec<&'a Retired>>,
    /// The deprecated public errors that each error replaces.
    deprecated_for: HashMap<usize, Vec<usize>>,
    operations_of: HashMap<usize, Vec<&'a Operation>>,
    predicates_of: Vec<Vec<&'a Predicate>>,
    near: HashMap<usize, Vec<usize>>,
    /// `None` without `generate.snippets`.
    snippets: Option<Snippets>,
    /// The parsed texts.
    texts: RefCell<HashMap<String, Rc<Prose>>>,
}

/// An object type in a table of fields.
#[derive(Debug, Clone)]
pub struct TypeSection {
    /// The type's name, as a code span.
    pub name: Inline,
    /// The anchor of the section.
    pub anchor: String,
    /// The description.
    pub doc: Option<Prose>,
    /// The members.
    pub members: Table,
}

impl<'a> Reference<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        let public = || (0..catalog.errors.len()).filter(|&index| catalog.errors[index].is_public());
        let mut by_group: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        for index in public() {
            by_group.entry(catalog.errors[index].group).or_default().push(index);
        }
        let groups = (0..catalog.groups.len()).map(Some).chain([None]);
        let order: Vec<usize> = groups.filter_map(|group| by_group.get(&group)).flatten().copied().collect();
        let mut retired_for: HashMap<usize, Vec<&Retired>> = HashMap::new();
        for retired in catalog.public_retired() {
            if let Some(index) = retired.replacement {
                retired_for.entry(index).or_default().push(retired);
            }
        }
        let mut deprecated_for: HashMap<usize, Vec<usize>> = HashMap::new();
        for &index in &order {
            let deprecated = catalog.errors[index].lifecycle.deprecated.as_ref();
            if let Some(by) = deprecated.and_then(|deprecated| deprecated.replacement) {
                deprecated_for.entry(by).or_default().push(index);
            }
        }
        let mut operations_of: HashMap<usize, Vec<&Operation>> = HashMap::new();
        for operation in &catalog.operations {
            for &index in &operation.errors {
                operations_of.entry(index).or_default().push(operation);
            }
        }
        let near = near(catalog, &order);
        let labels = labels(catalog, &order);
        let predicates_of = catalog.predicates_by_error();
        let snippets = (!catalog.generate.snippets.is_empty()).then(|| Snippets::new(catalog));
        Reference {
            catalog,
            order,
            labels,
            by_group,
            retired_for,
            deprecated_for,
            operations_of,
            predicates_of,
            near,
            snippets,
            texts: RefCell::default(),
        }
    }

    /// A text of the catalog, parsed once.
    pub(super) fn prose(&self, markdown: &str) -> Rc<Prose> {
        if let Some(prose) = self.texts.borrow().get(markdown) {
            return Rc::clone(prose);
        }
        let prose = Rc::new(Prose::new(markdown));
        self.texts.borrow_mut().insert(markdown.to_owned(), Rc::clone(&prose));
        prose
    }

    /// A text of the catalog, on one line.
    pub(super) fn line(&self, markdown: &str) -> Inline {
        self.prose(markdown).line()
    }

    /// A sentence, on one line.
    pub(super) fn words(&self, words: &Words) -> Inline {
        let span = |span: &Span| match span {
            Span::Text(text) => Inline::spaced(text),
            Span::Strong(text) => Inline::text(text).strong(),
            Span::Code(name) => Inline::code(name),
            Span::Markdown(markdown) => self.line(markdown),
        };
        words.spans().iter().map(span).collect()
    }

    /// A text of the catalog below a heading. Its own headings start at `level`.
    pub(super) fn section(&self, markdown: Option<&str>, level: usize) -> Option<Prose> {
        markdown.map(|markdown| self.prose(markdown).sunk(level)).filter(|prose| !prose.is_empty())
    }

    /// The public errors of a group, or those without a group, in catalog order.
    pub(super) fn in_group(&self, group: Option<usize>) -> &[usize] {
        self.by_group.get(&group).map_or(&[], Vec::as_slice)
    }

    /// The retired ids that an error replaces.
    pub(super) fn retired_for(&self, index: usize) -> &[&'a Retired] {
        self.retired_for.get(&index).map_or(&[], Vec::as_slice)
    }

    /// The deprecated errors that an error replaces, in the index's order.
    pub(super) fn deprecated_for(&self, index: usize) -> &[usize] {
        self.deprecated_for.get(&index).map_or(&[], Vec::as_slice)
    }

    /// The operations that return an error.
    pub(super) fn operations_of(&self, index: usize) -> &[&'a Operation] {
        self.operations_of.get(&index).map_or(&[], Vec::as_slice)
    }

    /// The predicates that are true for an error.
    pub(super) fn predicates_of(&self, index: usize) -> &[&'a Predicate] {
        &self.predicates_of[index]
    }

    /// The generated snippets of an error.
    pub(super) fn snippets(&self, error: &ErrorDef) -> Vec<(SnippetLanguage, String)> {
        self.snippets.as_ref().map(|snippets| snippets.of(error)).unwrap_or_default()
    }

    /// A language and the name of a predicate in its client, for each language of
    /// `generate.snippets` with another name.
    pub(super) fn clients_of(&self, predicate: &str) -> Vec<(String, &str)> {
        let clients = self.snippets.as_ref().map(|snippets| snippets.predicate(predicate)).unwrap_or_default();
        clients.into_iter().map(|(own, name)| (language(own.name()), name)).collect()
    }

    /// The name of a predicate, and those in the clients.
    pub(super) fn predicate(&self, name: &str) -> Inline {
        let clients = self.clients_of(name).into_iter();
        let clients = clients.map(|(language, name)| line![Inline::code(name), " in ", language]);
        joined([Inline::code(name)].into_iter().chain(clients), ", ")
    }

    /// The names of all pages.
    pub(super) fn slugs(&self) -> HashSet<&'a str> {
        let errors = self.order.iter().map(|&index| &self.catalog.errors[index].name);
        let retired = self.catalog.public_retired().filter(|retired| self.has_page(retired));
        errors.chain(retired.map(|retired| &retired.name)).map(|name| name.slug.as_str()).collect()
    }

    /// The errors that the page of an error links to.
    pub(super) fn near(&self, index: usize) -> &[usize] {
        self.near.get(&index).map_or(&[], Vec::as_slice)
    }

    /// A link to an error, labelled with its code, or with its status and title.
    pub(super) fn link(&self, index: usize) -> Inline {
        self.labels[&index].clone().link(&page(&self.catalog.errors[index].name.slug))
    }

    /// Whether a retired id has a page. An existing page would hide the redirect.
    pub(super) fn has_page(&self, retired: &Retired) -> bool {
        self.catalog.generate.docs_redirects.is_none() || self.catalog.redirect_of(retired).is_none()
    }

    /// A retired id, as a link if it has a page.
    pub(super) fn retired(&self, retired: &Retired) -> Inline {
        let id = Inline::code(&retired.name.id);
        if self.has_page(retired) { id.link(&page(&retired.name.slug)) } else { id }
    }

    /// The label of an error.
    pub(super) fn label(&self, index: usize) -> Inline {
        self.labels[&index].clone()
    }

    /// Labels, separated by commas.
    pub(super) fn labels(&self, indexes: impl IntoIterator<Item = usize>) -> Inline {
        joined(indexes.into_iter().map(|index| self.label(index)), ", ")
    }

    /// The label of a replacement, unless it is internal.
    pub(super) fn public_label(&self, index: Option<usize>) -> Option<Inline> {
        index.and_then(|index| self.labels.get(&index).cloned())
    }

    /// The sections of the index with their errors, without empty sections.
    pub(super) fn sections(&self) -> Vec<(Inline, Vec<usize>)> {
        let members = |group: Option<usize>| self.in_group(group).to_vec();
        let groups = self.catalog.groups.iter().enumerate();
        let mut sections: Vec<(Inline, Vec<usize>)> =
            groups.map(|(at, group)| (Inline::text(&group.title), members(Some(at)))).collect();
        sections.retain(|(_, members)| !members.is_empty());
        let rest = members(None);
        if !rest.is_empty() {
            let title = Inline::from(if sections.is_empty() { "Errors" } else { "Other errors" });
            sections.push((title, rest));
        }
        sections
    }

    /// A link to an error, with its title unless the label contains it.
    pub(super) fn entry(&self, index: usize) -> Inline {
        let error = &self.catalog.errors[index];
        match error.code {
            Some(_) => line![self.link(index), ": ", Inline::text(&error.title)],
            None => self.link(index),
        }
    }

    /// The public errors of `indexes`.
    pub(super) fn public(&self, indexes: &[usize]) -> Vec<usize> {
        indexes.iter().copied().filter(|&index| self.catalog.errors[index].is_public()).collect()
    }

    /// The replacement of an error, unless it is internal.
    pub(super) fn replacement(&self, index: Option<usize>) -> Option<Inline> {
        index.filter(|&index| self.catalog.errors[index].is_public()).map(|index| self.link(index))
    }

    /// The replacement as part of a sentence.
    pub(super) fn replacement_span(&self, index: Option<usize>) -> Option<Span> {
        self.replacement(index).map(|link| Span::Markdown(link.to_string()))
    }

    /// Says which catalog the page is generated from.
    pub(super) fn notice(&self, file: Option<&str>) -> String {
        let api = &self.catalog.api.name;
        let file = file.map(|file| format!(", {file}")).unwrap_or_default();
        format!("Generated by errbook from the catalog of {api}{file}. Do not edit: change the catalog.")
    }

    /// A table of details, context fields or members of a type.
    pub(super) fn fields(&self, fields: &[Field], heading: &str) -> Option<Table> {
        let any_optional = fields.iter().any(|field| field.optional);
        let rows = fields.iter().map(|field| self.field(field, any_optional)).collect();
        Table::titled(&[heading, "Type", "Present", "Example", "Meaning"], rows)
    }

    fn field(&self, field: &Field, any_optional: bool) -> Vec<Inline> {
        let Field { name, ident: _, ty, optional, sensitive, doc, example, boxed: _ } = field;
        let present = match (any_optional, optional) {
            (false, _) => "",
            (true, false) => "always",
            (true, true) => "sometimes",
        };
        let example = example.as_ref().filter(|_| !sensitive).map(|example| Inline::code(&example.to_text()));
        let secret = sensitive.then(|| Inline::from("Kept out of logs and examples."));
        let doc = doc.as_deref().or_else(|| self.enum_doc(ty));
        let meaning = doc.map(|doc| self.line(doc)).into_iter().chain(secret);
        vec![
            Inline::code(name),
            self.words(&type_of(self.catalog, ty)),
            present.into(),
            example.unwrap_or_default(),
            joined(meaning, " "),
        ]
    }

    /// The description of an enum. An object type has its own section.
    fn enum_doc(&self, ty: &DetailType) -> Option<&'a str> {
        let DetailType::Named(index) = ty else { return None };
        let TypeDef { name: _, doc, shape } = &self.catalog.types[*index];
        doc.as_deref().filter(|_| matches!(shape, TypeShape::Enum { .. }))
    }

    /// The object types that `fields` use, each once, in order of first use.
    pub(super) fn types(&self, fields: &[Field]) -> Vec<TypeSection> {
        let mut met: Vec<usize> = Vec::new();
        self.meet(fields, &mut met);
        met.into_iter().filter_map(|index| self.type_section(index)).collect()
    }

    fn meet(&self, fields: &[Field], met: &mut Vec<usize>) {
        for field in fields {
            let mut ty = &field.ty;
            while let DetailType::Array(item) | DetailType::Map(item) = ty {
                ty = item;
            }
            if let DetailType::Named(index) = *ty
                && !met.contains(&index)
                && let TypeShape::Object(members) = &self.catalog.types[index].shape
            {
                met.push(index);
                self.meet(members, met);
            }
        }
    }

    fn type_section(&self, index: usize) -> Option<TypeSection> {
        let TypeDef { name, doc, shape } = &self.catalog.types[index];
        let TypeShape::Object(members) = shape else { return None };
        let members = self.fields(members, "Member")?;
        let anchor = anchor("type", name);
        Some(TypeSection { name: Inline::code(name), anchor, doc: self.section(doc.as_deref(), 4), members })
    }

    /// A table of headers and their meaning: those of `error`, or those of all errors.
    pub(super) fn headers(
        &self,
        headers: impl IntoIterator<Item = &'a Header>,
        error: Option<&'a ErrorDef>,
    ) -> Option<Table> {
        let rows = headers.into_iter().filter_map(|header| self.header(header, error)).collect();
        Table::titled(&["Header", "Value", "Meaning"], rows)
    }

    /// `None` if the error never has the value that the header needs.
    fn header(&self, header: &Header, error: Option<&'a ErrorDef>) -> Option<Vec<Inline>> {
        let Header { name, value } = header;
        let presences: Vec<Presence> = value.slots().map(|slot| self.presence(slot, error)).collect();
        if presences.contains(&Presence::Never) {
            return None;
        }
        let docs: Vec<Inline> = value
            .slots()
            .filter_map(|slot| self.field_of(slot, error)?.doc.as_deref())
            .map(|doc| self.line(doc))
            .collect();
        let after = error.and_then(|error| error.retry.policy()?.after.as_ref());
        let is_wait = matches!(after, Some(After::Header(waited)) if waited.eq_ignore_ascii_case(name));
        let wait = (is_wait && docs.is_empty()).then(|| Inline::from("When to retry."));
        let sometimes = presences.contains(&Presence::Sometimes);
        let left_out = sometimes.then(|| Inline::from("Omitted if there is no value."));
        Some(vec![
            Inline::code(name),
            Inline::code(&template(value)),
            joined(docs.into_iter().chain(wait).chain(left_out), " "),
        ])
    }

    fn presence(&self, slot: &Slot, error: Option<&'a ErrorDef>) -> Presence {
        let Slot { placeholder, optional } = slot;
        let Some(error) = error.filter(|_| *optional) else {
            return if *optional { Presence::Sometimes } else { Presence::Always };
        };
        let fixed = |there: bool| if there { Presence::Always } else { Presence::Never };
        match placeholder {
            Placeholder::Id | Placeholder::Slug | Placeholder::Status | Placeholder::Title | Placeholder::Message => {
                Presence::Always
            }
            Placeholder::Retryable => fixed(error.retry != Retry::Unsaid),
            Placeholder::Code => fixed(error.code.is_some()),
            Placeholder::Fix => fixed(error.fix.is_some()),
            Placeholder::DocUrl => fixed(error.doc_url.is_some()),
            Placeholder::Refund => fixed(error.refund.is_some()),
            Placeholder::Group => fixed(error.group.is_some()),
            Placeholder::Details if error.details.is_empty() => Presence::Never,
            Placeholder::Details => Presence::Sometimes,
            Placeholder::Detail(_) | Placeholder::Context(_) => match self.field_of(slot, Some(error)) {
                None => Presence::Never,
                Some(field) if field.optional => Presence::Sometimes,
                Some(_) => Presence::Always,
            },
        }
    }

    /// The detail or context field of a placeholder.
    fn field_of(&self, slot: &Slot, error: Option<&'a ErrorDef>) -> Option<&'a Field> {
        match &slot.placeholder {
            Placeholder::Context(name) => self.catalog.context.iter().find(|field| field.name == *name),
            Placeholder::Detail(name) => error?.details.iter().find(|field| field.name == *name),
            _ => None,
        }
    }
}

/// Whether a placeholder has a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    Sometimes,
    Never,
}

/// The nearest errors in the index's order with the same code, then with the same first status.
///
/// Each error is near to those that are near to it, so a change of its title changes few pages:
/// at most two with its code and four with its status.
fn near(catalog: &Catalog, order: &[usize]) -> HashMap<usize, Vec<usize>> {
    let mut by_code: HashMap<&Code, Vec<usize>> = HashMap::new();
    let mut by_status: HashMap<u16, Vec<usize>> = HashMap::new();
    for &index in order {
        let ErrorDef { code, statuses, .. } = &catalog.errors[index];
        if let Some(code) = code {
            by_code.entry(code).or_default().push(index);
        }
        if let Some(&status) = statuses.first() {
            by_status.entry(status).or_default().push(index);
        }
    }
    let mut near: HashMap<usize, Vec<usize>> = HashMap::new();
    let families = by_code.values().map(|family| (family, 1)).chain(by_status.values().map(|family| (family, 2)));
    for (family, reach) in families {
        for (at, &index) in family.iter().enumerate() {
            let near = near.entry(index).or_default();
            let others = &family[at.saturating_sub(reach)..family.len().min(at + reach + 1)];
            for &other in others.iter().filter(|&&other| other != index) {
                if !near.contains(&other) {
                    near.push(other);
                }
            }
        }
    }
    near
}

/// The labels of the public errors. If two would be equal, the status distinguishes them.
fn labels(catalog: &Catalog, order: &[usize]) -> HashMap<usize, Inline> {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for &index in order {
        *uses.entry(label(&catalog.errors[index]).to_string()).or_default() += 1;
    }
    let distinct = |&index: &usize| {
        let error = &catalog.errors[index];
        let label = label(error);
        let statuses: Vec<String> = error.statuses.iter().map(u16::to_string).collect();
        let shared = uses[&label.to_string()] > 1 && !statuses.is_empty() && error.code.is_some();
        (index, if shared { line![label, format!(" ({})", statuses.join(", "))] } else { label })
    };
    order.iter().map(distinct).collect()
}

fn label(error: &ErrorDef) -> Inline {
    match (&error.code, error.statuses.as_slice()) {
        (Some(wire), _) => Inline::code(&wire.to_string()),
        (None, []) => Inline::text(&error.title),
        (None, [status, ..]) => line![format!("{status} "), Inline::text(&error.title)],
    }
}

printed!(TypeSection { name, anchor, doc, members });

/// An anchor such as `group-auth`. The name is unique within its kind.
pub(super) fn anchor(kind: &str, name: &str) -> String {
    let word = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    format!("{kind}-{}", name.chars().map(word).collect::<String>())
}

/// The file of an error's page.
pub(super) fn page(slug: &str) -> String {
    format!("{slug}.md")
}

/// A link to the index.
pub(super) fn index() -> Inline {
    Inline::from("All errors").link(&page("index"))
}

/// An operation: its method and path.
pub(super) fn operation(operation: &Operation) -> Inline {
    let Operation { method, path, errors: _ } = operation;
    Inline::code(&format!("{method} {path}"))
}
