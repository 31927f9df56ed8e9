//! Reads a tree into a [`Document`]. Each mapping is first checked by its table in `shape.rs`.
//! Reading then ignores invalid values without a report, because the check has reported them.

// Every key that is taken out of a mapping must be used.
#![deny(unused_variables)]

use crate::model::name::is_id;
use crate::model::value::Value;
use crate::model::{Code, Column};
use crate::problem::near::nearest;
use crate::problem::{Problem, Problems, Rule};
use crate::read::keys::{Presence, Shape};
use crate::read::shape::{self, COLUMNS, ERROR, RETIRED, STATUS, STATUSES, Ty};
use crate::read::syntax::{
    Acceptance, Allowance, Api, Audit, Body, Composed, Defaults, Deprecated, Diff, Document, EnumValue, Enumeration,
    Envelope, ErrorEntry, Example, Field, FieldType, Generate, Group, Owner, Policy, PolicyRef, Refund, RefundWord,
    RetiredEntry, Retryable, RetryableWord, Text, TypeDef, TypeShape, UnknownError,
};
use crate::read::yaml::{Entry, Meaning, Node, NodeKind, is_date, meaning};
use crate::source::{Span, Spanned};
use crate::words::Word;

/// Reads the root catalog.
pub(crate) fn root(node: &mut Node, problems: &mut Problems) -> Document {
    if !version_is_known(node, problems) {
        return Document::default();
    }
    indent(node, shape::Catalog::SHAPE, problems);
    conform_shape(node, shape::Catalog::SHAPE, problems);
    let shape::Catalog {
        errbook: _,
        api,
        include,
        defaults,
        context,
        envelopes,
        retry,
        groups,
        predicates,
        rejections,
        unknown,
        types,
        errors,
        retired,
        prose,
        lints,
        audit,
        diff,
        generate,
    } = shape::Catalog::of(node);
    let shape::Prose { before, after } = prose.map(shape::Prose::of).unwrap_or_default();
    let level = |entry: &Entry| Some((entry.key.clone(), word(&entry.value)?));
    Document {
        api: api.map(Api::read).unwrap_or_default(),
        defaults: defaults.map(Defaults::read).unwrap_or_default(),
        context: entries(context).iter().map(Field::read).collect(),
        envelopes: entries(envelopes).iter().map(Envelope::read).collect(),
        retry: entries(retry).iter().map(|entry| (entry.key.clone(), Policy::read(&entry.value))).collect(),
        groups: entries(groups).iter().map(Group::read).collect(),
        predicates: entries(predicates).iter().map(|entry| (entry.key.clone(), texts(Some(&entry.value)))).collect(),
        rejections: templates(rejections),
        unknown: entries(unknown).iter().map(UnknownError::read).collect(),
        types: entries(types).iter().map(TypeDef::read).collect(),
        errors: entries(errors).iter().map(ErrorEntry::read).collect(),
        retired: entries(retired).iter().map(RetiredEntry::read).collect(),
        owners: Vec::new(),
        include: texts(include),
        prose_before: texts(before),
        prose_after: texts(after),
        lints: entries(lints).iter().filter_map(level).collect(),
        audit: audit.map(Audit::read).unwrap_or_default(),
        diff: diff.map(Diff::read).unwrap_or_default(),
        generate: generate.map(Generate::read).unwrap_or_default(),
    }
}

/// Reads an included file into the document.
pub(crate) fn included(node: &mut Node, document: &mut Document, problems: &mut Problems) {
    indent(node, shape::Included::SHAPE, problems);
    conform_shape(node, shape::Included::SHAPE, problems);
    let shape::Included { owner, groups, types, errors, retired } = shape::Included::of(node);
    document.owners.extend(owner.map(Owner::read));
    document.groups.extend(entries(groups).iter().map(Group::read));
    document.types.extend(entries(types).iter().map(TypeDef::read));
    document.errors.extend(entries(errors).iter().map(ErrorEntry::read));
    document.retired.extend(entries(retired).iter().map(RetiredEntry::read));
}

/// Moves the keys of an entry into it, where they have the indentation of its own name. Reports
/// each such entry, so that the mistake has one report.
fn indent(node: &mut Node, shape: &Shape, problems: &mut Problems) {
    let NodeKind::Map(sections) = &mut node.kind else { return };
    for section in sections {
        let ty = shape.keys.iter().find(|key| key.name == section.key.value).map(|key| &key.ty);
        if let (Some(Ty::Map(_, Ty::Shape(shape))), NodeKind::Map(entries)) = (ty, &mut section.value.kind) {
            indent_entries(entries, shape, problems);
        }
    }
}

fn indent_entries(entries: &mut Vec<Entry>, shape: &Shape, problems: &mut Problems) {
    let is_empty = |entry: &Entry| matches!(&entry.value.kind, NodeKind::Plain(text) if text.is_empty());
    let is_key = |entry: &Entry| shape.keys.iter().any(|key| key.name == entry.key.value);
    let mut indented: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut is_open = false;
    for entry in std::mem::take(entries) {
        let is_name = !is_key(&entry);
        match indented.last_mut() {
            Some(last) if is_open && !is_name => {
                if let NodeKind::Map(keys) = &mut last.value.kind {
                    keys.push(entry);
                    continue;
                }
                let message = format!("the keys of `{}` are not indented", last.key.value);
                problems.push(
                    Problem::new(Rule::WrongType, entry.key.span, message)
                        .related(last.key.span, "the entry")
                        .help(format!("Indent them by more spaces than `{}`.", last.key.value)),
                );
                last.value.kind = NodeKind::Map(vec![entry]);
            }
            _ => {
                is_open = is_name && is_empty(&entry);
                indented.push(entry);
            }
        }
    }
    *entries = indented;
}

/// Reports an unsupported version of the format. Its keys differ, and would be reported one by one.
fn version_is_known(node: &Node, problems: &mut Problems) -> bool {
    let shape::Catalog { errbook: Some(version), .. } = shape::Catalog::of(node) else { return true };
    match &version.kind {
        NodeKind::Plain(text) if matches!(meaning(text), Meaning::Integer(number) if number != 1) => {
            let message = format!("unsupported format version {text}; this errbook reads version 1");
            problems.push(Problem::new(Rule::UnsupportedVersion, version.span, message));
            false
        }
        _ => true,
    }
}

// ---- checking a tree by the tables ----

const DURATION_HELP: &str = "write a number and a unit, as in 500ms, 2s, 1m or 1h";

fn conform_shape(node: &Node, shape: &'static Shape, problems: &mut Problems) {
    let NodeKind::Map(entries) = &node.kind else {
        problems.push(wrong_type(node, &format!("{} must be a mapping", article(shape))));
        return;
    };
    report_repeats(entries, problems);
    let mut suggested = Vec::new();
    for entry in entries {
        if let Some(key) = shape.keys.iter().find(|key| key.name == entry.key.value) {
            conform(&entry.value, &key.ty, key.name, problems);
        } else {
            let of_shape = |name: &str| shape.keys.iter().find(|key| key.name == name);
            let near = nearest(&entry.key.value, shape.keys.iter().map(|key| key.name));
            // In a flow mapping, `status:409` is a key without a value.
            if let Some((key, value)) = entry.key.value.split_once(':')
                && let Some(key) = of_shape(key)
                && entry.is_plain
            {
                let message = format!("no space after `{}:`", key.name);
                let spaced = format!("{}: {}", key.name, value.trim_start());
                suggested.push(key.name);
                problems.push(Problem {
                    suggestion: Some((entry.key.span, spaced)),
                    ..Problem::new(Rule::UnknownKey, entry.key.span, message).help("Add a space after the colon.")
                });
                continue;
            }
            suggested.extend(near);
            let problem = Problem::new(
                Rule::UnknownKey,
                entry.key.span,
                format!("{} has no key `{}`", article(shape), entry.key.value),
            );
            problems.push(if near.is_some() {
                problem.did_you_mean(entry.key.span, near)
            } else {
                let names: Vec<_> = shape.keys.iter().map(|key| format!("`{}`", key.name)).collect();
                problem.help(format!("the keys are {}", names.join(", ")))
            });
        }
    }
    for key in shape.keys.iter().filter(|key| key.presence == Presence::Required) {
        if !entries.iter().any(|entry| entry.key.value == key.name) && !suggested.contains(&key.name) {
            let place = entries.first().map_or(node.span, |entry| entry.key.span);
            let message = format!("{} needs the key `{}`", article(shape), key.name);
            let help = match key.name {
                // Its only value.
                "errbook" => "Add `errbook: 1`, the version of the format.".to_owned(),
                name => format!("`{name}`: {}", key.doc),
            };
            problems.push(Problem::new(Rule::MissingKey, place, message).help(help));
        }
    }
}

/// Reports every difference between a node and its type. `name` is the key of the node.
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
            Some(number) => problems.push(Problem::new(
                Rule::InvalidValue,
                node.span,
                format!("`{name}` must be between {low} and {high}, not {}", number.value),
            )),
            None => problems.push(expected(node, ty, name)),
        },
        Ty::Status => match integer(node) {
            Some(number) if (STATUSES.0..=STATUSES.1).contains(&number.value) => {}
            Some(number) => problems.push(
                Problem::new(Rule::InvalidStatus, node.span, format!("{} is not an HTTP status", number.value))
                    .help(format!("use a status from {} to {}", STATUSES.0, STATUSES.1)),
            ),
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
                    .help(DURATION_HELP),
            ),
            None => {
                problems.push(expected(node, ty, name).help(DURATION_HELP));
            }
        },
        Ty::OneOf(words) => match text(node) {
            Some(_) if is_one_of(node, words) => {}
            Some(written) => {
                let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
                let near = nearest(&written.value, words.iter().map(|(word, _)| *word));
                problems.push(
                    Problem::new(
                        Rule::InvalidValue,
                        node.span,
                        format!("`{name}` cannot be `{}`; use {}", written.value, names.join(" or ")),
                    )
                    .did_you_mean(node.span, near),
                );
            }
            None => problems.push(expected(node, ty, name)),
        },
        Ty::Code => {
            if is_unsaid_null(node) {
                problems.push(unsaid_null(node, name));
            } else if code(node).is_none() {
                problems.push(expected(node, ty, name));
            } else if text(node).is_some_and(|text| text.value.is_empty()) {
                problems.push(Problem::new(
                    Rule::InvalidValue,
                    node.span,
                    "a code cannot be empty; write `null` for no code",
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
                problems.push(Problem::new(Rule::InvalidValue, node.span, format!("`{name}` is an empty list")));
            }
            NodeKind::List(items) => items.iter().for_each(|node| conform(node, item, name, problems)),
            _ => conform(node, item, name, problems),
        },
        Ty::Map(what, value) => match &node.kind {
            NodeKind::Map(entries) => {
                // `duplicate-id` reports two errors with one id, in included files too.
                if *what != ERROR {
                    report_repeats(entries, problems);
                }
                for entry in entries {
                    // `invalid-name` reports an id that quotes do not make valid.
                    // A status is the same text for every parser.
                    let is_status = *what == STATUS && entry.key.value.bytes().all(|byte| byte.is_ascii_digit());
                    if !is_status && (!matches!(*what, ERROR | RETIRED) || is_id(&entry.key.value)) {
                        report_ambiguous_key(entry, problems);
                    }
                    conform(&entry.value, value, &entry.key.value, problems);
                }
            }
            _ => problems.push(expected(node, ty, name)),
        },
        Ty::Shape(shape) => conform_shape(node, shape, problems),
        Ty::Either(choices) => match choices.iter().find(|ty| is_of_kind(node, ty)) {
            Some(Ty::OneOf(words)) if !is_one_of(node, words) => {
                let near = text(node).and_then(|text| nearest(&text.value, words.iter().map(|(word, _)| *word)));
                problems.push(expected(node, ty, name).did_you_mean(node.span, near));
            }
            Some(ty) => conform(node, ty, name, problems),
            None => problems.push(expected(node, ty, name)),
        },
    }
}

fn is_one_of(node: &Node, words: &[(&str, &str)]) -> bool {
    text(node).is_some_and(|text| words.iter().any(|(word, _)| *word == text.value))
}

fn report_repeats(entries: &[Entry], problems: &mut Problems) {
    for entry in entries {
        if let Some(earlier) = entry.earlier {
            let message = format!("duplicate key `{}`", entry.key.value);
            problems.push(
                Problem::new(Rule::DuplicateKey, entry.key.span, message)
                    .label("the second")
                    .related(earlier, "the first"),
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
                problems.push(ambiguous(node, text, &Ty::Json));
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| conform_json(item, problems)),
        NodeKind::Map(entries) => {
            report_repeats(entries, problems);
            for entry in entries {
                report_ambiguous_key(entry, problems);
                conform_json(&entry.value, problems);
            }
        }
    }
}

/// Whether a node has the kind of YAML value of a type. The value itself may be invalid.
fn is_of_kind(node: &Node, ty: &Ty) -> bool {
    match ty {
        Ty::Bool => boolean(node).is_some(),
        Ty::Shape(_) | Ty::Map(..) => matches!(node.kind, NodeKind::Map(_)),
        Ty::List(_) => matches!(node.kind, NodeKind::List(_)),
        _ => text(node).is_some(),
    }
}

fn expected(node: &Node, ty: &Ty, name: &str) -> Problem {
    if let (NodeKind::Plain(text), Ty::Either(_), "retry") = (&node.kind, ty, name)
        && let Some(word) = boolean_word(text)
    {
        let message = format!("`retry` must be a policy, not `{text}`");
        return Problem::new(Rule::WrongType, node.span, message).help(format!(
            "Write `retryable: {word}`, or the name of a policy or a mapping: `retry: {{initial: 1s, attempts: 3}}`."
        ));
    }
    if let NodeKind::Plain(text) = &node.kind
        && meaning(text) == Meaning::Ambiguous
        && (accepts_text(ty) || accepts_number(ty) && !text.starts_with(|first: char| first.is_ascii_alphabetic()))
    {
        return ambiguous(node, text, ty);
    }
    wrong_type(node, &format!("`{name}` must be {}", describe(ty)))
}

fn wrong_type(node: &Node, message: &str) -> Problem {
    let found = match &node.kind {
        NodeKind::Text(_) => "this is text",
        NodeKind::Plain(text) => match meaning(text) {
            Meaning::Null if text.is_empty() && node.span.start < node.span.end => "this is a comment",
            Meaning::Null => "no value",
            Meaning::Bool(_) => "YAML reads this as a boolean",
            Meaning::Integer(_) | Meaning::Number(_) => "YAML reads this as a number",
            Meaning::Text => "this is text",
            Meaning::Ambiguous => readings(text),
        },
        NodeKind::List(_) => "this is a list",
        NodeKind::Map(_) => "this is a mapping",
    };
    let problem = Problem::new(Rule::WrongType, node.span, message).label(found);
    if found == "this is a comment" {
        return problem.help("Put a text that begins with `#` in quotes.");
    }
    match &node.kind {
        NodeKind::Plain(text)
            if message.contains("text") && !matches!(meaning(text), Meaning::Null | Meaning::Text) =>
        {
            quoted(problem, node.span, text, "")
        }
        NodeKind::Text(text) if message.contains("integer") && matches!(meaning(text), Meaning::Integer(_)) => {
            without_quotes(problem, node.span, text)
        }
        NodeKind::Text(text) if message.contains("true") && matches!(meaning(text), Meaning::Bool(_)) => {
            without_quotes(problem, node.span, text)
        }
        NodeKind::Plain(text) if message.contains("true") => {
            problem.did_you_mean(node.span, boolean_word(text).filter(|word| word != text))
        }
        NodeKind::Text(_) | NodeKind::Plain(_) if message.ends_with("must be a list") => {
            problem.help("Write a list, also for one item: `[item]`.")
        }
        _ => problem,
    }
}

/// The boolean that YAML 1.1 or 1.2 reads a scalar as.
fn boolean_word(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "no" | "off" | "n" | "false" => Some("false"),
        "yes" | "on" | "y" | "true" => Some("true"),
        _ => None,
    }
}

fn without_quotes(problem: Problem, span: Span, text: &str) -> Problem {
    let mut problem = problem.help(format!("remove the quotes: {text}"));
    problem.suggestion = Some((span, text.to_owned()));
    problem
}

fn ambiguous(node: &Node, text: &str, ty: &Ty) -> Problem {
    const AS_NUMBER: &str = "write a number in decimal digits, without a leading zero, `+` or `_`";
    let problem =
        Problem::new(Rule::WrongType, node.span, format!("`{text}` is ambiguous in YAML")).label(readings(text));
    if accepts_text(ty) { quoted(problem, node.span, text, " if it is text") } else { problem.help(AS_NUMBER) }
}

/// What parsers read an ambiguous scalar as.
fn readings(text: &str) -> &'static str {
    if is_date(text) {
        "text or a date, depending on the parser"
    } else if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        "text or a boolean, depending on the parser"
    } else if text.contains(|c: char| c.is_ascii_alphanumeric()) {
        "text or different numbers, depending on the parser"
    } else {
        "text or a mark of YAML 1.1, depending on the parser"
    }
}

/// Reports a key without quotes that a parser reads as something else than text.
fn report_ambiguous_key(entry: &Entry, problems: &mut Problems) {
    let Spanned { value: key, span } = &entry.key;
    if !entry.is_plain {
        return;
    }
    let read_as = match meaning(key) {
        Meaning::Text => return,
        Meaning::Null => "YAML reads this as null",
        Meaning::Bool(_) => "YAML reads this as a boolean",
        Meaning::Integer(_) | Meaning::Number(_) => "YAML reads this as a number",
        Meaning::Ambiguous => readings(key),
    };
    let problem = Problem::new(Rule::WrongType, *span, format!("the key `{key}` must be text")).label(read_as);
    problems.push(quoted(problem, *span, key, ""));
}

fn quoted(problem: Problem, span: Span, text: &str, condition: &str) -> Problem {
    let quoted = format!("\"{text}\"");
    let mut problem = problem.help(format!("put it in quotes{condition}: {quoted}"));
    problem.suggestion = Some((span, quoted));
    problem
}

/// Whether a value is null without the word `null`: an empty `code:` and `~` look like a forgotten
/// value.
fn is_unsaid_null(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Plain(text) if meaning(text) == Meaning::Null && text != "null")
}

fn unsaid_null(node: &Node, name: &str) -> Problem {
    let problem = Problem::new(Rule::InvalidValue, node.span, format!("`{name}` has no value"))
        .help("write `null` if the API sends no code; remove the key if the code is the id");
    match &node.kind {
        NodeKind::Plain(text) if !text.is_empty() => {
            Problem { suggestion: Some((node.span, "null".into())), ..problem }
        }
        _ => problem,
    }
}

/// Whether any text can be a value of the type.
fn accepts_text(ty: &Ty) -> bool {
    match ty {
        Ty::Text | Ty::Markdown | Ty::Template | Ty::Id | Ty::Code | Ty::Json | Ty::Body => true,
        Ty::OneOrMany(item) => accepts_text(item),
        Ty::Either(choices) => choices.iter().any(accepts_text),
        _ => false,
    }
}

fn accepts_number(ty: &Ty) -> bool {
    match ty {
        Ty::Integer(..) | Ty::Status | Ty::NumberAbove(_) => true,
        Ty::OneOrMany(item) => accepts_number(item),
        _ => false,
    }
}

fn describe(ty: &Ty) -> String {
    let choices = choices(ty);
    let (last, others) = choices.split_last().expect("a type accepts something");
    if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) }
}

fn choices(ty: &Ty) -> Vec<String> {
    let one = match ty {
        Ty::Text | Ty::Markdown | Ty::Template | Ty::Id => "text",
        Ty::Bool => return vec!["true".to_owned(), "false".to_owned()],
        Ty::Integer(..) | Ty::Status => "an integer",
        Ty::NumberAbove(_) => "a number",
        Ty::Duration => "a duration such as `2s`",
        Ty::OneOf(words) => return words.iter().map(|(word, _)| format!("`{word}`")).collect(),
        Ty::Code => return ["text", "an integer", "null"].map(str::to_owned).to_vec(),
        Ty::Json | Ty::Body => "a value",
        Ty::List(_) => "a list",
        Ty::OneOrMany(item) => return choices(item),
        Ty::Map(..) | Ty::Shape(_) => "a mapping",
        Ty::Either(types) => return types.iter().flat_map(choices).collect(),
    };
    vec![one.to_owned()]
}

/// The shapes that occur once. Messages name them by their key.
const BY_THEIR_KEY: [&Shape; 9] = [
    COLUMNS,
    shape::Defaults::SHAPE,
    shape::Api::SHAPE,
    shape::Prose::SHAPE,
    shape::Generate::SHAPE,
    shape::GenerateDocs::SHAPE,
    shape::GenerateOpenapi::SHAPE,
    shape::GenerateTypescript::SHAPE,
    shape::GeneratePython::SHAPE,
];

/// `Error` is "an error", `Catalog` is "the catalog".
fn article(shape: &Shape) -> String {
    let mut words = String::new();
    for (at, letter) in shape.name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    if shape == shape::Catalog::SHAPE {
        "the catalog".to_owned()
    } else if shape == shape::Included::SHAPE {
        "an included file".to_owned()
    } else if BY_THEIR_KEY.contains(&shape) {
        format!("`{}`", words.rsplit(' ').next().unwrap_or_default())
    } else if words.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {words}")
    } else {
        format!("a {words}")
    }
}

// ---- reading what conforms ----

/// The entries of a mapping, or none for another node.
fn entries(node: Option<&Node>) -> &[Entry] {
    node.map_or(&[], Node::entries)
}

/// The items of a list, or the single value.
fn items(node: Option<&Node>) -> &[Node] {
    match node {
        Some(Node { kind: NodeKind::List(items), .. }) => items,
        Some(node) => std::slice::from_ref(node),
        None => &[],
    }
}

fn text(node: &Node) -> Option<Text> {
    match &node.kind {
        NodeKind::Text(text) => Some(Spanned::new(text.clone(), node.span)),
        NodeKind::Plain(text) if meaning(text) == Meaning::Text => Some(Spanned::new(text.clone(), node.span)),
        _ => None,
    }
}

fn texts(node: Option<&Node>) -> Vec<Text> {
    items(node).iter().filter_map(text).collect()
}

fn string(node: &Node) -> Option<String> {
    text(node).map(|text| text.value)
}

/// Markdown, without the line break at the end of a block scalar.
fn markdown(node: &Node) -> Option<String> {
    trimmed(node).map(|text| text.value)
}

fn trimmed(node: &Node) -> Option<Text> {
    text(node).map(|text| text.map(|text| text.trim_end().to_owned()))
}

/// One of the words of an enum.
fn word<W: Word>(node: &Node) -> Option<W> {
    spanned_word(node).map(|word| word.value)
}

fn spanned_word<W: Word>(node: &Node) -> Option<Spanned<W>> {
    let written = text(node)?;
    W::from_word(&written.value).map(|word| Spanned::new(word, written.span))
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
        Some(Meaning::Null) if !is_unsaid_null(node) => None,
        Some(Meaning::Integer(number)) => Some(Code::Integer(number)),
        _ => Some(Code::Text(text(node)?.value)),
    };
    Some(Spanned::new(code, node.span))
}

/// Any value. An ambiguous value is text: the check has reported it.
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

/// Values by their names.
fn values(node: Option<&Node>) -> Vec<(Text, Spanned<Value>)> {
    entries(node).iter().map(|entry| (entry.key.clone(), spanned_json(&entry.value))).collect()
}

fn spanned_json(node: &Node) -> Spanned<Value> {
    Spanned::new(json(node), node.span)
}

/// Texts by their keys: headers, rejections.
fn templates(node: Option<&Node>) -> Vec<(Text, Text)> {
    entries(node).iter().filter_map(|entry| Some((entry.key.clone(), text(&entry.value)?))).collect()
}

/// The place that marks a mapping, which can have many lines.
fn first_key(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |entry| entry.key.span)
}

impl Api {
    fn read(node: &Node) -> Self {
        let shape::Api { name, slug, version, summary, doc_url, support } = shape::Api::of(node);
        Api {
            name: name.and_then(text),
            slug: slug.and_then(text),
            version: version.and_then(string),
            summary: summary.and_then(markdown),
            doc_url: doc_url.and_then(text),
            support: support.and_then(string),
        }
    }
}

impl Defaults {
    fn read(node: &Node) -> Self {
        let shape::Defaults { retryable, retry, refund, fault, envelope, headers, visibility, mask, source, boxed } =
            shape::Defaults::of(node);
        Defaults {
            retryable: retryable.and_then(Retryable::read),
            retry: retry.and_then(PolicyRef::read),
            refund: refund.and_then(Refund::read),
            fault: fault.and_then(word),
            envelope: envelope.and_then(text),
            headers: templates(headers),
            visibility: visibility.and_then(word),
            mask: mask.and_then(text),
            source: source.and_then(boolean),
            boxed: boxed.and_then(boolean),
        }
    }
}

impl UnknownError {
    fn read(entry: &Entry) -> Self {
        let shape::UnknownError { retryable, retry } = shape::UnknownError::of(&entry.value);
        UnknownError {
            status: entry.key.clone(),
            retryable: retryable.and_then(Retryable::read),
            retry: retry.and_then(PolicyRef::read),
        }
    }
}

impl Retryable {
    fn read(node: &Node) -> Option<Spanned<Self>> {
        let value = match boolean(node) {
            Some(true) => Retryable::Yes,
            Some(false) => Retryable::No,
            None => word(node).map(|RetryableWord::Idempotent| Retryable::Idempotent)?,
        };
        Some(Spanned::new(value, node.span))
    }
}

impl PolicyRef {
    fn read(node: &Node) -> Option<Self> {
        match &node.kind {
            NodeKind::Map(_) => Some(PolicyRef::Inline(Policy::read(node))),
            _ => text(node).map(PolicyRef::Named),
        }
    }
}

impl Policy {
    fn read(node: &Node) -> Self {
        let shape::RetryPolicy { after, backoff, initial, factor, max, attempts } = shape::RetryPolicy::of(node);
        let mut policy = Policy {
            span: node.span,
            is_broken: false,
            backoff: backoff.and_then(spanned_word),
            initial_ms: initial.and_then(duration),
            factor: factor.and_then(number),
            max_ms: max.and_then(duration),
            attempts: attempts.and_then(integer).and_then(|number| u32::try_from(number.value).ok()),
            after: after.and_then(text),
        };
        let read = [
            (backoff, policy.backoff.is_some()),
            (initial, policy.initial_ms.is_some()),
            (factor, policy.factor.is_some()),
            (max, policy.max_ms.is_some()),
            (attempts, policy.attempts.is_some_and(|attempts| attempts > 0)),
            (after, policy.after.is_some()),
        ];
        policy.is_broken = read.iter().any(|(written, is_read)| written.is_some() && !is_read);
        policy
    }
}

impl Refund {
    fn read(node: &Node) -> Option<Self> {
        match (boolean(node), &node.kind) {
            (Some(true), _) => Some(Refund::Refunded),
            (Some(false), _) => Some(Refund::Kept),
            (None, NodeKind::Map(_)) => {
                let shape::ConditionalRefund { when } = shape::ConditionalRefund::of(node);
                when.and_then(markdown).map(Refund::When)
            }
            (None, _) => word(node).map(|RefundWord::NotCharged| Refund::NotCharged),
        }
    }
}

impl Field {
    fn read(entry: &Entry) -> Self {
        let shape::Field { r#type: ty, rust, values, open, example, doc, optional, sensitive } =
            shape::Field::of(&entry.value);
        let written = text(&entry.value).or_else(|| ty.and_then(text));
        let is_enum = written.as_ref().is_some_and(|written| written.value == Composed::Enum.name());
        let of_enum = [values.map(|node| (node.span, "values")), open.map(|node| (node.span, "open"))];
        let ty = match (written, values) {
            (Some(written), Some(_)) if written.value == Composed::Enum.name() => {
                Some(FieldType::Enum(Enumeration::read(values, open)))
            }
            (written, _) => written.map(FieldType::Written),
        };
        Field {
            name: entry.key.clone(),
            rust: rust.and_then(text),
            ty,
            misplaced: of_enum.into_iter().flatten().next().filter(|_| !is_enum),
            optional: optional.and_then(boolean).unwrap_or(false),
            sensitive: sensitive.and_then(boolean).unwrap_or(false),
            doc: doc.and_then(markdown),
            example: example.map(spanned_json),
        }
    }
}

impl Enumeration {
    fn read(values: Option<&Node>, open: Option<&Node>) -> Self {
        let values = items(values).iter().filter_map(EnumValue::read).collect();
        Enumeration { values, open: open.and_then(boolean).unwrap_or(false) }
    }
}

impl EnumValue {
    fn read(node: &Node) -> Option<Self> {
        if let Some(value) = text(node) {
            return Some(EnumValue { value, rust: None });
        }
        let shape::EnumValue { value, rust } = shape::EnumValue::of(node);
        Some(EnumValue { value: value.and_then(text)?, rust: rust.and_then(text) })
    }
}

impl TypeDef {
    fn read(entry: &Entry) -> Self {
        let shape::Type { values, open, fields, doc } = shape::Type::of(&entry.value);
        let misplaced_open = open.filter(|_| values.is_none()).map(|node| node.span);
        let shape = match (values, fields) {
            (Some(_), None) => TypeShape::Enum(Enumeration::read(values, open)),
            (None, Some(_)) => TypeShape::Object(entries(fields).iter().map(Field::read).collect()),
            _ => TypeShape::Unknown,
        };
        TypeDef { name: entry.key.clone(), doc: doc.and_then(markdown), misplaced_open, shape }
    }
}

impl Envelope {
    fn read(entry: &Entry) -> Self {
        let shape::Envelope { preset, content_type, body, headers } = shape::Envelope::of(&entry.value);
        Envelope {
            name: entry.key.clone(),
            is_predefined: false,
            content_type: content_type.and_then(text),
            preset: preset.and_then(word),
            has_preset: preset.is_some(),
            body: body.map(Body::members),
            headers: templates(headers),
        }
    }
}

impl Body {
    fn members(node: &Node) -> Vec<(Text, Body)> {
        node.entries().iter().map(|entry| (entry.key.clone(), Body::read(&entry.value))).collect()
    }

    fn read(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Map(_) => Body::Object(Body::members(node)),
            NodeKind::List(items) => Body::Array(items.iter().map(Body::read).collect()),
            NodeKind::Text(_) | NodeKind::Plain(_) => match text(node) {
                Some(text) => Body::Text(text),
                None => Body::Constant(json(node)),
            },
        }
    }
}

impl Group {
    fn read(entry: &Entry) -> Self {
        let shape::Group { title, summary, columns, defaults } = shape::Group::of(&entry.value);
        let column = |entry: &Entry| Some((Column::from_word(&entry.key.value)?, string(&entry.value)?));
        Group {
            id: entry.key.clone(),
            title: title.and_then(string),
            summary: summary.and_then(markdown),
            columns: entries(columns).iter().filter_map(column).collect(),
            defaults: defaults.map(Defaults::read).unwrap_or_default(),
        }
    }
}

impl ErrorEntry {
    fn read(entry: &Entry) -> Self {
        let shape::Error {
            code: wire_code,
            status,
            title,
            message,
            description,
            cause,
            fix,
            retryable,
            retry,
            refund,
            fault,
            doc_url,
            group,
            envelope,
            headers,
            details,
            examples,
            snippets,
            notes,
            since,
            changed,
            deprecated,
            visibility,
            mask,
            source,
            boxed,
        } = shape::Error::of(&entry.value);
        let change = |entry: &Entry| Some((entry.key.value.clone(), markdown(&entry.value)?));
        ErrorEntry {
            id: entry.key.clone(),
            code: wire_code.and_then(code),
            status: items(status).iter().filter_map(integer).collect(),
            has_status: status.is_some(),
            title: title.and_then(text),
            message: message.and_then(trimmed),
            description: description.and_then(trimmed),
            cause: cause.and_then(trimmed),
            fix: fix.and_then(trimmed),
            retryable: retryable.and_then(Retryable::read),
            retry: retry.and_then(PolicyRef::read),
            refund: refund.and_then(Refund::read),
            fault: fault.and_then(word),
            doc_url: doc_url.and_then(text),
            group: group.and_then(text),
            envelope: envelope.and_then(text),
            headers: templates(headers),
            details: entries(details).iter().map(Field::read).collect(),
            examples: items(examples).iter().map(Example::read).collect(),
            snippets: items(snippets).iter().filter_map(snippet).collect(),
            notes: notes.and_then(markdown),
            since: since.and_then(string),
            changed: entries(changed).iter().filter_map(change).collect(),
            deprecated: deprecated.map(Deprecated::read),
            visibility: visibility.and_then(word),
            mask: mask.and_then(text),
            source: source.and_then(boolean),
            boxed: boxed.and_then(boolean),
        }
    }
}

impl Example {
    fn read(node: &Node) -> Self {
        let shape::Example { title, status, details, context } = shape::Example::of(node);
        Example {
            span: first_key(node),
            title: title.and_then(string),
            status: status.and_then(integer),
            details: values(details),
            context: values(context),
        }
    }
}

/// The language and the code.
fn snippet(node: &Node) -> Option<(String, String)> {
    let shape::Snippet { lang, code } = shape::Snippet::of(node);
    Some((lang.and_then(string)?, code.and_then(markdown)?))
}

impl Deprecated {
    fn read(node: &Node) -> Self {
        let shape::Deprecated { since, r#use: replacement, note } = shape::Deprecated::of(node);
        Deprecated {
            since: since.and_then(string),
            replacement: replacement.and_then(text),
            note: note.and_then(markdown),
        }
    }
}

impl RetiredEntry {
    fn read(entry: &Entry) -> Self {
        let shape::Retired { since, r#use: replacement, rust, visibility, note } = shape::Retired::of(&entry.value);
        RetiredEntry {
            id: entry.key.clone(),
            since: since.and_then(string),
            replacement: replacement.and_then(text),
            rust: rust.and_then(spanned_word),
            visibility: visibility.and_then(word),
            note: note.and_then(markdown),
        }
    }
}

impl Owner {
    fn read(node: &Node) -> Self {
        let shape::Owner { team, prefix, group } = shape::Owner::of(node);
        Owner {
            source: node.span.source,
            team: team.and_then(text),
            prefix: prefix.and_then(text),
            group: group.and_then(text),
        }
    }
}

impl Audit {
    fn read(node: &Node) -> Self {
        let shape::Audit { unused, allow, legacy } = shape::Audit::of(node);
        Audit {
            unused: unused.and_then(word),
            allow: items(allow).iter().filter_map(Allowance::read).collect(),
            legacy: texts(legacy),
        }
    }
}

impl Allowance {
    fn read(node: &Node) -> Option<Self> {
        let shape::Allowance { rule, id, path, reason } = shape::Allowance::of(node);
        Some(Allowance {
            rule: rule.and_then(spanned_word)?,
            id: id.and_then(text),
            path: path.and_then(text),
            reason: reason.and_then(string)?,
        })
    }
}

impl Diff {
    fn read(node: &Node) -> Self {
        let shape::Diff { levels, accept } = shape::Diff::of(node);
        let level = |entry: &Entry| Some((entry.key.clone(), word(&entry.value)?));
        Diff {
            levels: entries(levels).iter().filter_map(level).collect(),
            accept: items(accept).iter().filter_map(Acceptance::read).collect(),
        }
    }
}

impl Acceptance {
    fn read(node: &Node) -> Option<Self> {
        let shape::Acceptance { rule, path, reason, until } = shape::Acceptance::of(node);
        Some(Acceptance {
            rule: rule.and_then(spanned_word)?,
            path: path.and_then(string),
            reason: reason.and_then(string)?,
            until: until.and_then(string)?,
        })
    }
}

impl Generate {
    fn read(node: &Node) -> Self {
        let shape::Generate { docs, openapi, json, llms, rust, typescript, python, snippets } =
            shape::Generate::of(node);
        let shape::GenerateDocs { dir, flavor, nav, templates, redirects } =
            docs.map(shape::GenerateDocs::of).unwrap_or_default();
        let shape::GenerateOpenapi { file, into, version, open, prefix, retries } =
            openapi.map(shape::GenerateOpenapi::of).unwrap_or_default();
        Generate {
            docs_dir: dir.and_then(text),
            docs_flavor: flavor.and_then(word),
            docs_nav: nav.and_then(text),
            docs_templates: templates.and_then(text),
            docs_redirects: redirects.and_then(text),
            openapi: openapi.map(first_key),
            openapi_file: file.and_then(text),
            openapi_into: into.and_then(text),
            openapi_version: version.and_then(word),
            openapi_open: open.and_then(boolean),
            openapi_prefix: prefix.and_then(text),
            openapi_retries: retries.map(|retries| items(Some(retries)).iter().filter_map(word).collect()),
            json: json.and_then(text),
            llms: llms.and_then(text),
            rust: rust.and_then(text),
            typescript: typescript.and_then(|node| client(node, shape::GenerateTypescript::of(node).file, "errors.ts")),
            python: python.and_then(|node| client(node, shape::GeneratePython::of(node).file, "errors.py")),
            snippets: items(snippets).iter().filter_map(spanned_word).collect(),
        }
    }
}

/// The path of a client: `file` of a mapping, the text, or the default for `true`.
fn client(node: &Node, file: Option<&Node>, default: &str) -> Option<Text> {
    match boolean(node) {
        Some(true) => Some(Spanned::new(default.to_owned(), node.span)),
        Some(false) => None,
        None => file.map_or_else(|| text(node), text),
    }
}
