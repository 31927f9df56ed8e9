//! Span tree to [`Document`]: every mapping is held against its table in `shape.rs`, then read. Reading is silent about
//! what the tables refuse, for that was reported.

use crate::model::value::Value;
use crate::model::{Code, Column, Flavor, OpenapiVersion, Visibility};
use crate::problem::audit;
use crate::problem::near::nearest;
use crate::problem::{Level, Problem, Problems, Rule};
use crate::read::shape::{CATALOG, INCLUDED, Shape, Ty};
use crate::read::syntax::{
    Allowance, Api, Audit, BackoffKind, Body, Defaults, Deprecated, Document, Envelope, ErrorEntry, Example, Field,
    FieldType, Generate, Group, Owner, Policy, PolicyRef, Refund, RetiredEntry, Retryable, Text, TypeDef, TypeShape,
};
use crate::read::yaml::{Entry, Meaning, Node, NodeKind, meaning};
use crate::source::{Span, Spanned};

/// Reads the root catalog.
pub(crate) fn root(node: &Node, problems: &mut Problems) -> Document {
    let mut document = Document::default();
    if !version_is_known(node, problems) {
        return document;
    }
    conform_shape(node, &CATALOG, problems);
    let root = Map::of(node);
    document.api = root.get("api").map(api).unwrap_or_default();
    document.include = root.texts("include");
    document.defaults = root.get("defaults").map(defaults).unwrap_or_default();
    document.context = root.get("context").map(fields).unwrap_or_default();
    document.envelopes = root.entries("envelopes").map(envelope).collect();
    document.retry = root.entries("retry").map(|entry| (entry.key.clone(), policy(&entry.value))).collect();
    document.predicates = root.entries("predicates").map(|entry| (entry.key.clone(), texts(&entry.value))).collect();
    document.lints =
        root.entries("lints").filter_map(|entry| Some((entry.key.clone(), level(&entry.value)?))).collect();
    if let Some(prose) = root.get("prose").map(Map::of) {
        document.prose_before = prose.texts("before");
        document.prose_after = prose.texts("after");
    }
    document.audit = root.get("audit").map(audit).unwrap_or_default();
    document.generate = root.get("generate").map(generate).unwrap_or_default();
    shared(&root, &mut document);
    document
}

/// Reads an included file into the document.
pub(crate) fn included(node: &Node, document: &mut Document, problems: &mut Problems) {
    conform_shape(node, &INCLUDED, problems);
    let root = Map::of(node);
    document.owners.extend(root.get("owner").map(owner));
    shared(&root, document);
}

/// The sections that a root catalog and an included file share.
fn shared(root: &Map<'_>, document: &mut Document) {
    document.groups.extend(root.entries("groups").map(group));
    document.types.extend(root.entries("types").map(type_def));
    document.errors.extend(root.entries("errors").map(error));
    document.retired.extend(root.entries("retired").map(retired));
}

/// A catalog of another version has other keys: one problem, not a hundred.
fn version_is_known(node: &Node, problems: &mut Problems) -> bool {
    let Some(version) = Map::of(node).get("errbook") else { return true };
    match &version.kind {
        NodeKind::Plain(text) if matches!(meaning(text), Meaning::Integer(number) if number != 1) => {
            let message = format!("this errbook reads version 1 of the format, and the catalog is version {text}");
            problems.push(Problem::new(Rule::UnsupportedVersion, version.span, message));
            false
        }
        _ => true,
    }
}

// ---- holding a tree against the tables ----

fn conform_shape(node: &Node, shape: &'static Shape, problems: &mut Problems) {
    let NodeKind::Map(entries) = &node.kind else {
        problems.push(wrong_type(node, &format!("{} must be a mapping", article(shape.name))));
        return;
    };
    refuse_repeats(entries, problems);
    for entry in entries {
        if let Some(key) = shape.keys.iter().find(|key| key.name == entry.key.value) {
            conform(&entry.value, &key.ty, key.name, problems);
        } else {
            let near = nearest(&entry.key.value, shape.keys.iter().map(|key| key.name));
            let problem = Problem::new(
                Rule::UnknownKey,
                entry.key.span,
                format!("{} has no key `{}`", article(shape.name), entry.key.value),
            );
            problems.push(if near.is_some() {
                problem.did_you_mean(entry.key.span, near)
            } else {
                let names: Vec<_> = shape.keys.iter().map(|key| format!("`{}`", key.name)).collect();
                problem.help(format!("the keys are {}", names.join(", ")))
            });
        }
    }
    for key in shape.keys.iter().filter(|key| key.required) {
        if !entries.iter().any(|entry| entry.key.value == key.name) {
            let place = entries.first().map_or(node.span, |entry| entry.key.span);
            let message = format!("{} needs the key `{}`", article(shape.name), key.name);
            problems.push(Problem::new(Rule::MissingKey, place, message).help(format!("`{}`: {}", key.name, key.doc)));
        }
    }
}

/// Reports all in which `node` is not what the tables ask for. `name` is the key that it stands under.
fn conform(node: &Node, ty: &'static Ty, name: &str, problems: &mut Problems) {
    match ty {
        Ty::Text | Ty::Markdown | Ty::Template | Ty::Id => conform_text(node, ty, name, problems),
        Ty::Bool => {
            if boolean(node).is_none() {
                problems.push(expected(node, ty, name));
            }
        }
        Ty::Integer(low, high) => match integer(node) {
            Some(number) if (*low..=*high).contains(&number.value) => {}
            Some(number) if name == "status" => problems.push(
                Problem::new(Rule::InvalidStatus, node.span, format!("{} is not an HTTP status", number.value))
                    .help("a status is a number from 100 to 599"),
            ),
            Some(number) => problems.push(Problem::new(
                Rule::InvalidValue,
                node.span,
                format!("`{name}` must lie between {low} and {high}, not be {}", number.value),
            )),
            None => problems.push(expected(node, ty, name)),
        },
        Ty::NumberAbove(bound) => match number(node) {
            Some(number) if number.value > *bound => {}
            Some(_) => {
                problems.push(Problem::new(Rule::InvalidValue, node.span, format!("`{name}` must be above {bound}")));
            }
            None => problems.push(expected(node, ty, name)),
        },
        Ty::Duration => match text(node) {
            Some(written) if duration_ms(&written.value).is_some() => {}
            Some(written) => problems.push(
                Problem::new(Rule::InvalidValue, node.span, format!("`{}` is not a duration", written.value))
                    .help("a duration is a number with its unit: 500ms, 2s, 1m, 1h"),
            ),
            None => problems.push(expected(node, ty, name).help("a duration has its unit: 500ms, 2s, 1m, 1h")),
        },
        Ty::OneOf(words) => match text(node) {
            Some(written) if words.iter().any(|(word, _)| *word == written.value) => {}
            Some(written) => {
                let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
                let near = nearest(&written.value, words.iter().map(|(word, _)| *word));
                problems.push(
                    Problem::new(
                        Rule::InvalidValue,
                        node.span,
                        format!("`{name}` cannot be `{}`; it is {}", written.value, names.join(" or ")),
                    )
                    .did_you_mean(node.span, near),
                );
            }
            None => problems.push(expected(node, ty, name)),
        },
        Ty::Code => {
            if code(node).is_none() {
                problems.push(expected(node, ty, name));
            } else if text(node).is_some_and(|text| text.value.is_empty()) {
                problems.push(Problem::new(
                    Rule::InvalidValue,
                    node.span,
                    "a code cannot be empty; write null for none",
                ));
            }
        }
        Ty::Json | Ty::Body => conform_json(node, problems),
        Ty::List(item) => match &node.kind {
            NodeKind::List(items) => items.iter().for_each(|node| conform(node, item, name, problems)),
            _ => problems.push(expected(node, ty, name)),
        },
        Ty::OneOrMany(item) => match &node.kind {
            NodeKind::List(items) if items.is_empty() => {
                problems.push(Problem::new(Rule::InvalidValue, node.span, format!("`{name}` has an empty list")));
            }
            NodeKind::List(items) => items.iter().for_each(|node| conform(node, item, name, problems)),
            _ => conform(node, item, name, problems),
        },
        Ty::Map(what, value) => match &node.kind {
            NodeKind::Map(entries) => {
                // Two errors with one id have a rule of their own, which knows about included files too.
                if *what != "error" {
                    refuse_repeats(entries, problems);
                }
                for entry in entries {
                    conform(&entry.value, value, &entry.key.value, problems);
                }
            }
            _ => problems.push(expected(node, ty, name)),
        },
        Ty::Shape(shape) => conform_shape(node, shape, problems),
        Ty::Either(choices) => match choices.iter().find(|ty| is_of_kind(node, ty)) {
            Some(ty) => conform(node, ty, name, problems),
            None => problems.push(expected(node, ty, name)),
        },
    }
}

fn refuse_repeats(entries: &[Entry], problems: &mut Problems) {
    for entry in entries {
        if let Some(earlier) = entry.earlier {
            let message = format!("the key `{}` is here twice", entry.key.value);
            problems.push(
                Problem::new(Rule::DuplicateKey, entry.key.span, message)
                    .label("again here")
                    .related(earlier, "first here"),
            );
        }
    }
}

fn conform_text(node: &Node, ty: &'static Ty, name: &str, problems: &mut Problems) {
    match text(node) {
        None => problems.push(expected(node, ty, name)),
        Some(written) if written.value.trim().is_empty() => {
            problems.push(Problem::new(Rule::InvalidValue, node.span, format!("`{name}` is empty")));
        }
        Some(_) => {}
    }
}

fn conform_json(node: &Node, problems: &mut Problems) {
    match &node.kind {
        NodeKind::Text(_) => {}
        NodeKind::Plain(text) => {
            if meaning(text) == Meaning::Ambiguous {
                problems.push(ambiguous(node, text));
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| conform_json(item, problems)),
        NodeKind::Map(entries) => {
            refuse_repeats(entries, problems);
            for entry in entries {
                conform_json(&entry.value, problems);
            }
        }
    }
}

/// Whether a node is of the kind that a type asks for; what it says is another question.
fn is_of_kind(node: &Node, ty: &Ty) -> bool {
    match ty {
        Ty::Bool => boolean(node).is_some(),
        Ty::Shape(_) | Ty::Map(..) => matches!(node.kind, NodeKind::Map(_)),
        Ty::List(_) => matches!(node.kind, NodeKind::List(_)),
        _ => text(node).is_some(),
    }
}

fn expected(node: &Node, ty: &Ty, name: &str) -> Problem {
    if let NodeKind::Plain(text) = &node.kind
        && meaning(text) == Meaning::Ambiguous
    {
        return ambiguous(node, text);
    }
    wrong_type(node, &format!("`{name}` must be {}", describe(ty)))
}

fn wrong_type(node: &Node, message: &str) -> Problem {
    let found = match &node.kind {
        NodeKind::Text(_) => "this is text",
        NodeKind::Plain(text) => match meaning(text) {
            Meaning::Null => "nothing is written here",
            Meaning::Bool(_) => "YAML reads this as a boolean",
            Meaning::Integer(_) | Meaning::Number(_) => "YAML reads this as a number",
            Meaning::Text | Meaning::Ambiguous => "this is text",
        },
        NodeKind::List(_) => "this is a list",
        NodeKind::Map(_) => "this is a mapping",
    };
    let problem = Problem::new(Rule::WrongType, node.span, message).label(found);
    match &node.kind {
        NodeKind::Plain(text)
            if message.contains("text") && !matches!(meaning(text), Meaning::Null | Meaning::Text) =>
        {
            let quoted = format!("\"{text}\"");
            let mut problem = problem.help(format!("put it in quotes: {quoted}"));
            problem.suggestion = Some((node.span, quoted));
            problem
        }
        _ => problem,
    }
}

fn ambiguous(node: &Node, text: &str) -> Problem {
    let quoted = format!("\"{text}\"");
    let mut problem = Problem::new(Rule::WrongType, node.span, format!("YAML readers disagree on what `{text}` is"))
        .label("text, a boolean or a number, depending on the reader")
        .help(format!("put it in quotes if it is text: {quoted}"));
    problem.suggestion = Some((node.span, quoted));
    problem
}

fn describe(ty: &Ty) -> String {
    match ty {
        Ty::Text | Ty::Markdown | Ty::Template | Ty::Id => "text".to_owned(),
        Ty::Bool => "true or false".to_owned(),
        Ty::Integer(..) => "a whole number".to_owned(),
        Ty::NumberAbove(_) => "a number".to_owned(),
        Ty::Duration => "a duration as `2s`".to_owned(),
        Ty::OneOf(words) => words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Ty::Code => "text, a whole number or null".to_owned(),
        Ty::Json | Ty::Body => "a value".to_owned(),
        Ty::List(_) => "a list".to_owned(),
        Ty::OneOrMany(item) => describe(item),
        Ty::Map(..) | Ty::Shape(_) => "a mapping".to_owned(),
        Ty::Either(choices) => choices.iter().map(describe).collect::<Vec<_>>().join(" or "),
    }
}

/// `Error` is "an error", `Catalog` is "a catalog".
fn article(shape: &str) -> String {
    let mut words = String::new();
    for (at, letter) in shape.char_indices() {
        if letter.is_uppercase() && at > 0 {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match shape {
        "Catalog" => "the catalog".to_owned(),
        "Included" => "an included file".to_owned(),
        "Columns" | "Defaults" | "Api" | "Prose" | "Generate" | "GenerateDocs" | "GenerateOpenapi" => {
            format!("`{}`", words.rsplit(' ').next().unwrap_or_default())
        }
        _ => format!("{article} {words}"),
    }
}

// ---- reading what conforms ----

/// A mapping's entries; none where the node is no mapping.
struct Map<'a>(&'a [Entry]);

impl<'a> Map<'a> {
    fn of(node: &'a Node) -> Self {
        match &node.kind {
            NodeKind::Map(entries) => Map(entries),
            _ => Map(&[]),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.0.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    fn entries(&self, key: &str) -> std::slice::Iter<'a, Entry> {
        self.get(key).map_or([].iter(), |node| Map::of(node).0.iter())
    }

    fn text(&self, key: &str) -> Option<Text> {
        self.get(key).and_then(text)
    }

    fn string(&self, key: &str) -> Option<String> {
        self.text(key).map(|text| text.value)
    }

    /// Markdown loses the line break that a block scalar ends in.
    fn markdown(&self, key: &str) -> Option<String> {
        self.string(key).map(|text| text.trim_end().to_owned())
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(boolean)
    }

    fn texts(&self, key: &str) -> Vec<Text> {
        self.get(key).map(texts).unwrap_or_default()
    }

    /// The items of a list, or the one value that stands in its place.
    fn items(&self, key: &str) -> &'a [Node] {
        match self.get(key) {
            Some(Node { kind: NodeKind::List(items), .. }) => items,
            Some(node) => std::slice::from_ref(node),
            None => &[],
        }
    }
}

fn text(node: &Node) -> Option<Text> {
    match &node.kind {
        NodeKind::Text(text) => Some(Spanned::new(text.clone(), node.span)),
        NodeKind::Plain(text) if meaning(text) == Meaning::Text => Some(Spanned::new(text.clone(), node.span)),
        _ => None,
    }
}

fn texts(node: &Node) -> Vec<Text> {
    match &node.kind {
        NodeKind::List(items) => items.iter().filter_map(text).collect(),
        _ => text(node).into_iter().collect(),
    }
}

fn plain(node: &Node) -> Option<Meaning> {
    match &node.kind {
        NodeKind::Plain(text) => Some(meaning(text)),
        _ => None,
    }
}

fn boolean(node: &Node) -> Option<bool> {
    match plain(node)? {
        Meaning::Bool(value) => Some(value),
        _ => None,
    }
}

fn integer(node: &Node) -> Option<Spanned<i64>> {
    match plain(node)? {
        Meaning::Integer(value) => Some(Spanned::new(value, node.span)),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a factor is small")]
fn number(node: &Node) -> Option<Spanned<f64>> {
    match plain(node)? {
        Meaning::Integer(value) => Some(Spanned::new(value as f64, node.span)),
        Meaning::Number(value) => Some(Spanned::new(value, node.span)),
        _ => None,
    }
}

/// Milliseconds of `2s`, `500ms`, `1m`, `1h`.
pub(crate) fn duration_ms(text: &str) -> Option<u64> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let scale = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(scale)
}

fn duration(node: &Node) -> Option<Spanned<u64>> {
    let written = text(node)?;
    duration_ms(&written.value).map(|ms| Spanned::new(ms, node.span))
}

fn code(node: &Node) -> Option<Spanned<Option<Code>>> {
    let code = match plain(node) {
        Some(Meaning::Null) => None,
        Some(Meaning::Integer(number)) => Some(Code::Integer(number)),
        _ => Some(Code::Text(text(node)?.value)),
    };
    Some(Spanned::new(code, node.span))
}

/// Any value; what is ambiguous was refused and reads as text.
pub(crate) fn json(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Text(text) => Value::String(text.clone()),
        NodeKind::Plain(text) => match meaning(text) {
            Meaning::Null => Value::Null,
            Meaning::Bool(value) => Value::Bool(value),
            Meaning::Integer(value) => Value::Integer(value),
            Meaning::Number(value) => Value::Number(value),
            Meaning::Text | Meaning::Ambiguous => Value::String(text.clone()),
        },
        NodeKind::List(items) => Value::Array(items.iter().map(json).collect()),
        NodeKind::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.value.clone(), json(&entry.value))).collect())
        }
    }
}

fn values(entries: std::slice::Iter<'_, Entry>) -> Vec<(Text, Spanned<Value>)> {
    entries.map(|entry| (entry.key.clone(), Spanned::new(json(&entry.value), entry.value.span))).collect()
}

fn api(node: &Node) -> Api {
    let map = Map::of(node);
    Api {
        name: map.text("name"),
        slug: map.text("slug"),
        version: map.string("version"),
        summary: map.markdown("summary"),
        doc_url: map.text("doc_url"),
        support: map.string("support"),
    }
}

fn defaults(node: &Node) -> Defaults {
    let map = Map::of(node);
    Defaults {
        retryable: map.get("retryable").and_then(retryable),
        retry: map.get("retry").and_then(policy_ref),
        refund: map.get("refund").and_then(refund),
        envelope: map.text("envelope"),
        headers: headers(&map),
        visibility: visibility(&map),
        source: map.flag("source"),
    }
}

fn retryable(node: &Node) -> Option<Spanned<Retryable>> {
    let value = match boolean(node) {
        Some(true) => Retryable::Yes,
        Some(false) => Retryable::No,
        None => text(node).filter(|word| word.value == "idempotent").map(|_| Retryable::Idempotent)?,
    };
    Some(Spanned::new(value, node.span))
}

fn policy_ref(node: &Node) -> Option<PolicyRef> {
    match &node.kind {
        NodeKind::Map(_) => Some(PolicyRef::Inline(policy(node))),
        _ => text(node).map(PolicyRef::Named),
    }
}

fn policy(node: &Node) -> Policy {
    let map = Map::of(node);
    let backoff = map.text("backoff").and_then(|word| {
        let kind = match word.value.as_str() {
            "fixed" => BackoffKind::Fixed,
            "exponential" => BackoffKind::Exponential,
            _ => return None,
        };
        Some(Spanned::new(kind, word.span))
    });
    let initial_ms = map.get("initial").and_then(duration);
    let factor = map.get("factor").and_then(number);
    let max_ms = map.get("max").and_then(duration);
    let attempts = map.get("attempts").and_then(integer).and_then(|number| u32::try_from(number.value).ok());
    let after = map.text("after");
    let read = [
        ("backoff", backoff.is_some()),
        ("initial", initial_ms.is_some()),
        ("factor", factor.is_some()),
        ("max", max_ms.is_some()),
        ("attempts", attempts.is_some_and(|attempts| attempts > 0)),
        ("after", after.is_some()),
    ];
    let is_broken = read.iter().any(|(key, is_read)| map.get(key).is_some() && !is_read);
    Policy { span: node.span, is_broken, backoff, initial_ms, factor, max_ms, attempts, after }
}

fn refund(node: &Node) -> Option<Refund> {
    match boolean(node) {
        Some(true) => Some(Refund::Refunded),
        Some(false) => Some(Refund::Kept),
        None => match &node.kind {
            NodeKind::Map(_) => Map::of(node).markdown("when").map(Refund::When),
            _ => text(node).filter(|word| word.value == "not_charged").map(|_| Refund::NotCharged),
        },
    }
}

fn headers(map: &Map<'_>) -> Vec<(Text, Text)> {
    map.entries("headers").filter_map(|entry| Some((entry.key.clone(), text(&entry.value)?))).collect()
}

fn visibility(map: &Map<'_>) -> Option<Visibility> {
    match map.string("visibility")?.as_str() {
        "public" => Some(Visibility::Public),
        "internal" => Some(Visibility::Internal),
        _ => None,
    }
}

fn fields(node: &Node) -> Vec<Field> {
    Map::of(node).0.iter().map(field).collect()
}

fn field(entry: &Entry) -> Field {
    let map = Map::of(&entry.value);
    let written = text(&entry.value).or_else(|| map.text("type"));
    let ty = match (written, map.get("values")) {
        (Some(written), Some(values)) if written.value == "enum" => Some(FieldType::Enum(texts(values))),
        (written, _) => written.map(FieldType::Written),
    };
    Field {
        name: entry.key.clone(),
        ty,
        optional: map.flag("optional").unwrap_or(false),
        sensitive: map.flag("sensitive").unwrap_or(false),
        doc: map.markdown("doc"),
        example: map.get("example").map(|node| Spanned::new(json(node), node.span)),
    }
}

fn type_def(entry: &Entry) -> TypeDef {
    let map = Map::of(&entry.value);
    let shape = match (map.get("values"), map.get("fields")) {
        (Some(values), None) => TypeShape::Enum(texts(values)),
        (None, Some(node)) => TypeShape::Object(fields(node)),
        _ => TypeShape::Unknown,
    };
    TypeDef { name: entry.key.clone(), doc: map.markdown("doc"), shape }
}

fn envelope(entry: &Entry) -> Envelope {
    let map = Map::of(&entry.value);
    Envelope {
        name: entry.key.clone(),
        content_type: map.string("content_type"),
        preset: map.get("preset").is_some(),
        body: map.get("body").map(body_members),
        headers: headers(&map),
    }
}

fn body_members(node: &Node) -> Vec<(Text, Body)> {
    Map::of(node).0.iter().map(|entry| (entry.key.clone(), body(&entry.value))).collect()
}

fn body(node: &Node) -> Body {
    match &node.kind {
        NodeKind::Map(_) => Body::Object(body_members(node)),
        NodeKind::List(items) => Body::Array(items.iter().map(body).collect()),
        NodeKind::Text(_) | NodeKind::Plain(_) => match text(node) {
            Some(text) => Body::Text(text),
            None => Body::Constant(json(node)),
        },
    }
}

fn group(entry: &Entry) -> Group {
    let map = Map::of(&entry.value);
    let columns = map
        .entries("columns")
        .filter_map(|column| {
            let kind = match column.key.value.as_str() {
                "id" => Column::Id,
                "code" => Column::Code,
                "status" => Column::Status,
                "title" => Column::Title,
                "message" => Column::Message,
                "description" => Column::Description,
                "cause" => Column::Cause,
                "fix" => Column::Fix,
                "retry" => Column::Retry,
                "refund" => Column::Refund,
                _ => return None,
            };
            Some((kind, text(&column.value)?.value))
        })
        .collect();
    Group {
        id: entry.key.clone(),
        title: map.string("title"),
        summary: map.markdown("summary"),
        columns,
        defaults: map.get("defaults").map(defaults).unwrap_or_default(),
    }
}

fn error(entry: &Entry) -> ErrorEntry {
    let map = Map::of(&entry.value);
    let trimmed = |key| map.text(key).map(|text| text.map(|text| text.trim_end().to_owned()));
    ErrorEntry {
        id: entry.key.clone(),
        code: map.get("code").and_then(code),
        status: map.items("status").iter().filter_map(integer).collect(),
        has_status: map.get("status").is_some(),
        title: map.text("title"),
        message: trimmed("message"),
        description: trimmed("description"),
        cause: trimmed("cause"),
        fix: trimmed("fix"),
        retryable: map.get("retryable").and_then(retryable),
        retry: map.get("retry").and_then(policy_ref),
        refund: map.get("refund").and_then(refund),
        doc_url: map.text("doc_url"),
        group: map.text("group"),
        envelope: map.text("envelope"),
        headers: headers(&map),
        details: map.get("details").map(fields).unwrap_or_default(),
        examples: map.items("examples").iter().map(example).collect(),
        snippets: map
            .items("snippets")
            .iter()
            .filter_map(|node| {
                let snippet = Map::of(node);
                Some((snippet.string("lang")?, snippet.markdown("code")?))
            })
            .collect(),
        notes: map.markdown("notes"),
        since: map.string("since"),
        changed: map
            .entries("changed")
            .filter_map(|entry| Some((entry.key.value.clone(), text(&entry.value)?.value.trim_end().to_owned())))
            .collect(),
        deprecated: map.get("deprecated").map(|node| {
            let map = Map::of(node);
            Deprecated { since: map.string("since"), replacement: map.text("use"), note: map.markdown("note") }
        }),
        visibility: visibility(&map),
        source: map.flag("source"),
    }
}

fn example(node: &Node) -> Example {
    let map = Map::of(node);
    Example {
        span: first_key(node),
        title: map.string("title"),
        status: map.get("status").and_then(integer),
        details: values(map.entries("details")),
        context: values(map.entries("context")),
    }
}

/// Where a mapping is best marked: all of it may run over many lines.
fn first_key(node: &Node) -> Span {
    Map::of(node).0.first().map_or(node.span, |entry| entry.key.span)
}

fn retired(entry: &Entry) -> RetiredEntry {
    let map = Map::of(&entry.value);
    RetiredEntry {
        id: entry.key.clone(),
        since: map.string("since"),
        replacement: map.text("use"),
        alias: map.text("rust").filter(|rust| rust.value == "alias").map(|rust| rust.span),
        note: map.markdown("note"),
    }
}

fn owner(node: &Node) -> Owner {
    let map = Map::of(node);
    Owner { source: node.span.source, team: map.text("team"), prefix: map.text("prefix"), group: map.text("group") }
}

fn level(node: &Node) -> Option<Level> {
    let name = text(node)?;
    Some(Level::NAMES.iter().find(|(level, _)| *level == name.value)?.1)
}

fn audit(node: &Node) -> Audit {
    let map = Map::of(node);
    Audit {
        unused: map.get("unused").and_then(level),
        allow: map.items("allow").iter().filter_map(allowance).collect(),
    }
}

fn allowance(node: &Node) -> Option<Allowance> {
    let map = Map::of(node);
    let rule = map.text("rule")?;
    Some(Allowance {
        rule: Spanned::new(audit::Rule::from_name(&rule.value)?, rule.span),
        id: map.text("id"),
        path: map.text("path"),
        reason: map.string("reason")?,
    })
}

fn generate(node: &Node) -> Generate {
    let map = Map::of(node);
    let docs = map.get("docs").map_or(Map(&[]), Map::of);
    let openapi = map.get("openapi").map_or(Map(&[]), Map::of);
    Generate {
        docs_dir: docs.text("dir"),
        docs_flavor: docs
            .string("flavor")
            .and_then(|name| Flavor::ALL.into_iter().find(|flavor| flavor.name() == name)),
        docs_nav: docs.text("nav"),
        docs_templates: docs.text("templates"),
        docs_redirects: docs.text("redirects"),
        openapi: map.get("openapi").map(first_key),
        openapi_file: openapi.text("file"),
        openapi_into: openapi.text("into"),
        openapi_version: openapi.string("version").and_then(|version| match version.as_str() {
            "3.0" => Some(OpenapiVersion::V3_0),
            "3.1" => Some(OpenapiVersion::V3_1),
            "3.2" => Some(OpenapiVersion::V3_2),
            _ => None,
        }),
        json: map.text("json"),
        llms: map.text("llms"),
        rust: map.text("rust"),
    }
}
