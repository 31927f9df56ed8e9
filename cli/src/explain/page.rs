//! An error on a terminal.

use std::fmt::Write as _;

use anstyle::Style;
use errbook_catalog::model::template::Template;
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    Catalog, Changed, Code, Column, DetailType, ErrorDef, Example, Field, Kind, Lifecycle, Retired, Snippet, TypeShape,
    Visibility,
};
use errbook_codegen::words::{self, Span};
use errbook_pages::prose;

use super::occurrence::Occurrence;
use crate::load::Source;
use crate::terminal::{BOLD, CYAN, DIM, RED, YELLOW, padded, safe, safe_line, styled, width, wrapped};

/// The width of the labels in columns. Texts begin after them.
const LABEL: usize = 12;

/// All that the catalog says about an error, below what a response says about one occurrence.
pub(super) fn error(source: &Source, index: usize, occurrence: Option<&Occurrence>, columns: usize) -> String {
    let catalog = &source.catalog;
    let error = &catalog.errors[index];
    let ErrorDef {
        name,
        code,
        statuses: _,
        title,
        message,
        description,
        cause,
        fix,
        notes,
        retry: _,
        refund,
        fault,
        doc_url,
        group: _,
        envelope: _,
        headers: _,
        details,
        examples,
        snippets,
        lifecycle: Lifecycle { since, changed, deprecated },
        visibility,
        source: _,
        boxed: _,
        origin: _,
    } = error;
    let mut page = Page { text: String::new(), columns };
    page.heading(error);
    page.origin(source, &error.origin.to_string());
    if let Some(occurrence) = occurrence {
        page.occurrence(occurrence);
    }
    let owner = catalog.owner_of(&error.origin);
    let group = catalog.group_of(error);
    // The catalog's own words for what an error means and what to do about it.
    let heading = |column: Column, default: &str| {
        let own = group.and_then(|group| group.columns.iter().find(|(of, _)| *of == column));
        own.map(|(_, heading)| heading.as_str())
            .filter(|heading| width(heading) < LABEL)
            .map_or(default.to_owned(), str::to_owned)
    };
    page.fact("Title", Some(title.as_str()));
    page.fact("Code", code.as_ref().filter(|code| code.to_string() != name.id).map(code_words));
    if code.is_none() && error.kind() == Kind::Response {
        page.fact("Code", Some("none: known by its status"));
    }
    page.fact("Message", message.as_ref().map(Template::to_message_source));
    page.prose(&heading(Column::Description, "Meaning"), description.as_deref());
    page.prose(&heading(Column::Cause, "Cause"), cause.as_deref());
    page.prose(&heading(Column::Fix, "Fix"), fix.as_deref());
    page.fact("Retry", words::retry(error).map(|retry| retry.plain()));
    page.fact("Refund", refund.as_ref().map(|refund| words::refund(refund).plain()));
    page.fact("Fault", fault.map(words::fault));
    page.fact("Group", group.map(|group| group.title.as_str()));
    let predicates: Vec<_> = catalog.predicates_of(index).map(|predicate| predicate.name.as_str()).collect();
    page.fact("Predicates", (!predicates.is_empty()).then(|| predicates.join(", ")));
    page.fact("Page", doc_url.as_deref().filter(|_| error.is_public()));
    page.fact("Since", since.as_deref());
    let changed = changed.iter().map(|Changed { version, note }| format!("{version}: {note}"));
    page.fact("Changed", Some(changed.collect::<Vec<_>>().join("\n")).filter(|changed| !changed.is_empty()));
    let replacement = |index: usize| Span::Code(catalog.errors[index].name.id.clone());
    let deprecated = deprecated.as_ref();
    let deprecated = deprecated.map(|it| words::deprecated(it, it.replacement.map(replacement)).plain());
    page.fact("Lifecycle", deprecated);
    page.fact("Owner", owner.map(|owner| owner.team.as_str()));
    page.fact(
        "Visibility",
        match visibility {
            Visibility::Public => None,
            Visibility::Internal(mask) => {
                Some(format!("internal: clients receive {}", catalog.errors[mask.index()].name.id))
            }
        },
    );
    let headers =
        catalog.headers(error).into_iter().map(|header| format!("{}: {}", header.name, header.value.to_source()));
    page.fact("Headers", Some(headers.collect::<Vec<_>>().join("\n")).filter(|headers| !headers.is_empty()));
    page.details(catalog, details);
    page.prose("Notes", notes.as_deref());
    for example in examples {
        page.example(example);
    }
    for snippet in snippets {
        page.snippet(snippet);
    }
    page.text
}

/// What became of an id.
pub(super) fn retired(source: &Source, index: usize, columns: usize) -> String {
    let Retired { name, since, replacement, rust: _, is_public, note, origin } = &source.catalog.retired[index];
    let mut page = Page { text: String::new(), columns };
    let _ = writeln!(page.text, "{}  {}", styled(BOLD, &safe_line(&name.id)), styled(YELLOW, "retired"));
    page.origin(source, &origin.to_string());
    page.fact("Since", since.as_deref());
    page.fact("Replaced by", replacement.map(|index| source.catalog.errors[index].name.id.as_str()));
    page.fact("Visibility", (!is_public).then_some("internal"));
    page.prose("Note", note.as_deref());
    page.fact("Owner", source.catalog.owner_of(origin).map(|owner| owner.team.as_str()));
    page.text
}

struct Page {
    text: String,
    columns: usize,
}

impl Page {
    fn heading(&mut self, error: &ErrorDef) {
        let id = styled(BOLD, &safe_line(&error.name.id));
        let kind = match error.kind() {
            Kind::Response => styled(colour_of(error), &words::statuses(error)),
            Kind::Message => styled(DIM, "message"),
            Kind::Symptom => styled(DIM, "symptom"),
        };
        let _ = writeln!(self.text, "{id}  {kind}");
    }

    /// Where the catalog says so: a path that an editor opens.
    fn origin(&mut self, source: &Source, origin: &str) {
        let folder = source.path.parent().map(|folder| folder.display().to_string()).filter(|it| !it.is_empty());
        let path = folder.map_or(origin.to_owned(), |folder| format!("{folder}/{origin}"));
        let line = format!("{} · {}", safe_line(&source.catalog.api.name), safe_line(&path));
        let _ = writeln!(self.text, "{}", styled(DIM, &line));
    }

    fn occurrence(&mut self, occurrence: &Occurrence) {
        let Occurrence { matched, message, details, mismatch, context, wait } = occurrence;
        self.fact("Matched", matched.as_deref());
        self.fact("This time", message.as_deref());
        self.fact("Values", Some(details).filter(|details| !details.is_empty()));
        self.fact("Mismatch", mismatch.as_deref());
        self.fact("Context", Some(context).filter(|context| !context.is_empty()));
        self.fact("Wait", wait.as_deref());
        self.text.push('\n');
    }

    /// A label and what it says, wrapped.
    fn fact(&mut self, label: &str, text: Option<impl AsRef<str>>) {
        let Some(text) = text else { return };
        self.labelled(label, &wrapped(&safe(text.as_ref()), self.columns - LABEL));
    }

    /// A label and a text of the catalog, wrapped. Code stays as it is.
    fn prose(&mut self, label: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        let mut lines = Vec::new();
        for (line, is_code) in prose::lines(text.trim_end()) {
            let line = safe(line);
            if is_code || line.trim().is_empty() {
                lines.push(line);
            } else {
                lines.extend(wrapped(&line, self.columns - LABEL));
            }
        }
        self.labelled(label, &lines);
    }

    fn labelled(&mut self, label: &str, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { styled(CYAN, &padded(&safe_line(label), LABEL)) } else { " ".repeat(LABEL) };
            let _ = writeln!(self.text, "{}", format!("{label}{line}").trim_end());
        }
    }

    fn details(&mut self, catalog: &Catalog, details: &[Field]) {
        let lines: Vec<String> = details.iter().map(|detail| detail_words(catalog, detail)).collect();
        self.fact("Details", (!lines.is_empty()).then(|| lines.join("\n")));
    }

    fn example(&mut self, example: &Example) {
        let Example { title, status, message, headers, body, details: _, context: _ } = example;
        // A title may say the status by itself.
        let status = status.map(|status| format!("{status} ")).filter(|status| !title.starts_with(status.as_str()));
        let title = format!("Example: {}{}", status.unwrap_or_default(), safe_line(title));
        let _ = writeln!(self.text, "\n{}", styled(BOLD, &title));
        for (name, value) in headers {
            let _ = writeln!(self.text, "    {}: {}", safe_line(name), safe_line(value));
        }
        match body {
            Some(body) => {
                if !headers.is_empty() {
                    self.text.push('\n');
                }
                self.block(&pretty(body));
            }
            None => self.block(message),
        }
    }

    fn snippet(&mut self, snippet: &Snippet) {
        let Snippet { lang, code } = snippet;
        let _ = writeln!(self.text, "\n{}", styled(BOLD, &safe_line(lang)));
        self.block(code);
    }

    /// Lines as they are, indented.
    fn block(&mut self, text: &str) {
        for line in safe(text).lines() {
            let _ = writeln!(self.text, "{}", format!("    {line}").trim_end());
        }
    }
}

fn colour_of(error: &ErrorDef) -> Style {
    if error.statuses.iter().any(|status| *status >= 500) { RED } else { YELLOW }
}

fn code_words(code: &Code) -> String {
    match code {
        Code::Text(text) => text.clone(),
        Code::Integer(number) => format!("{number} (a number)"),
    }
}

/// `balance: integer, optional. Credits left. Say 0.`
fn detail_words(catalog: &Catalog, detail: &Field) -> String {
    let Field { name, ident: _, ty, optional, sensitive, doc, example, boxed: _ } = detail;
    let mut words = format!("{name}: {}", words::type_of(catalog, ty).plain());
    if let Some(members) = members(catalog, ty) {
        let _ = write!(words, " {{{members}}}");
    }
    for (holds, word) in [(*optional, ", optional"), (*sensitive, ", sensitive")] {
        if holds {
            words.push_str(word);
        }
    }
    if let Some(doc) = doc {
        let _ = write!(words, ". {}", doc.trim().trim_end_matches('.'));
    }
    if let Some(example) = example.as_ref().filter(|_| !sensitive) {
        let _ = write!(words, " (example: {})", example.to_text());
    }
    words
}

/// The members of the object that a type is, or lists.
fn members(catalog: &Catalog, ty: &DetailType) -> Option<String> {
    match ty {
        DetailType::Array(item) | DetailType::Map(item) => members(catalog, item),
        DetailType::Named(index) => match &catalog.types[*index].shape {
            TypeShape::Object(fields) => {
                Some(fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", "))
            }
            TypeShape::Enum { .. } => None,
        },
        _ => None,
    }
}

/// Indented JSON.
fn pretty(value: &Value) -> String {
    let compact = value.to_string();
    // `Value` prints JSON. If serde_json cannot parse it, print it unchanged.
    serde_json::from_str::<serde_json::Value>(&compact).map_or(compact, |json| format!("{json:#}"))
}
