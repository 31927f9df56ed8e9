//! Catalogs that are accepted, made from bytes. Each byte decides one thing; when no byte is left,
//! the simplest choice is taken. Catalogs of one file: prose and included files are missing.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// A catalog as JSON, which is YAML. The same bytes always give the same catalog.
///
/// ```
/// let text = errbook_fuzz::catalog(&[7; 100]);
/// assert!(errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.is_some());
/// ```
pub fn catalog(bytes: &[u8]) -> String {
    Generator::new(bytes).catalog().to_string()
}

/// The choices that the bytes make.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Choices(bytes.iter())
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % limit
    }

    /// True for one byte of `of`.
    pub(crate) fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == of - 1
    }

    pub(crate) fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// The type of a value.
#[derive(Clone)]
enum Type {
    BuiltIn(&'static str),
    Enum(&'static [&'static str]),
    Array(Box<Type>),
    Map(Box<Type>),
    /// A type of the catalog, by its place.
    Named(usize),
}

/// A detail, a context field or the member of a type.
#[derive(Clone)]
struct Field {
    name: &'static str,
    ty: Type,
    optional: bool,
    sensitive: bool,
}

/// The shape of a type of the catalog.
enum Shape {
    Enum(&'static [&'static str]),
    Object(Vec<Field>),
}

struct Generator<'a> {
    choices: Choices<'a>,
    types: Vec<Shape>,
    context: Vec<Field>,
    groups: usize,
    envelopes: Vec<&'static str>,
    /// Whether an envelope has details beside its own members.
    spreads: bool,
}

const BUILT_INS: &[&str] = &["string", "integer", "number", "boolean", "date-time", "duration", "uuid", "uri", "json"];
const ENUMS: &[&[&str]] =
    &[&["low", "high"], &["eu-west", "us-east", "per_day"], &["Kind", "super", "Self"], &["a b", "c/d", "it's"]];
const TYPES: &[&str] = &["Window", "Limit", "FieldFault", "Tree"];
const FIELDS: &[&str] = &["item", "left", "limit", "until", "final", "match", "self", "maxItems", "due-date", "url"];
const CONTEXT: &[&str] = &["request_id", "tenant", "region"];
const GROUPS: &[&str] = &["stock", "payment-methods", "other"];
const IDS: &[&str] =
    &["sold_out", "NOT_FOUND", "type", "rate-limit", "match", "card.declined", "a", "Item2Gone", "self"];
const STATUSES: &[u16] = &[409, 503, 400, 401, 405, 410, 418, 429, 502, 402, 403, 404, 422, 500, 200, 299, 599];

/// Texts of one line.
const LINES: &[&str] = &[
    "The last one is gone",
    "x",
    "`code` and *emphasis* with {braces}",
    "<b>HTML</b> &amp; <!-- comment -->",
    "Größe 👩‍👩‍👧 \u{202e}left",
    "# Not a heading",
    "- dash: yes, 'single' \"double\" \\ back",
    "| a | b | [link](https://shop.example/a?b=c) */ ${x} {{y}} {% z %}",
    "null",
    "1e3",
];

/// Texts of several lines.
const TEXTS: &[&str] = &[
    "One sentence.",
    "First.\n\n## Heading\n\n- a\n  - b\n\n    deep",
    "```sh\ncurl -i https://shop.example\n```",
    "1. Look:\n\n   ```json\n   {\"a\": [1]}\n   ```\n2. Wait.",
    "| a | b |\n|---|---|\n| `c` | **d** |",
    "> quote\n> > deeper\n\n[a]: https://shop.example/a\n\nSee [a].",
    "Line one  \nline two\r\nline three",
    "<details>\n<summary>More</summary>\n\nHidden.\n\n</details>",
];

const STRINGS: &[&str] =
    &["text", "", " ", "a\nb", "\u{1b}[31m\u{7}", "\"quoted\" \\", "</script>", "Ünï 🦀", "{braces}", "0", "true"];

impl<'a> Generator<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let choices = Choices(bytes.iter());
        let (types, context, envelopes) = Default::default();
        Generator { choices, types, context, groups: 0, envelopes, spreads: false }
    }

    fn catalog(mut self) -> Value {
        let mut catalog = json!({ "errbook": 1, "api": self.api() });
        let mut set = |key: &str, value: Value| {
            if value.as_object().is_some_and(|members| !members.is_empty()) {
                catalog[key] = value;
            }
        };
        set("types", self.types());
        self.context = self.fields(CONTEXT, TYPES.len());
        set("context", self.fields_text(&self.context.clone()));
        set("envelopes", self.envelopes());
        set("retry", json!({ "soon": self.policy(None) }));
        set("groups", self.groups());
        let (errors, retired, predicates) = self.errors();
        set("errors", errors);
        set("retired", retired);
        set("predicates", predicates);
        set("generate", self.generate());
        catalog
    }

    fn api(&mut self) -> Value {
        let mut api = json!({ "name": self.choices.of(&["Shop", "Ünï & <Co>", "A: 'B' \"C\""]), "slug": "shop" });
        let urls = ["https://shop.example/errors/{slug}", "https://shop.example/{id}#{slug}"];
        match self.choices.below(4) {
            0 | 1 => api["doc_url"] = self.choices.of(&urls).into(),
            2 => api["support"] = self.line().into(),
            _ => {}
        }
        if self.choices.one_in(2) {
            api["version"] = self.choices.of(&["1.2.3", "2024-01-01"]).into();
            api["summary"] = self.text().into();
        }
        api
    }

    /// Types that contain each other only where a value can end.
    fn types(&mut self) -> Value {
        let mut types = Map::new();
        let count = self.choices.below(TYPES.len() + 1);
        // The members of a type can refer to each type.
        self.types = (0..count).map(|_| Shape::Enum(ENUMS[0])).collect();
        for at in 0..count {
            self.types[at] = if self.choices.one_in(3) {
                Shape::Enum(self.choices.of(ENUMS))
            } else {
                Shape::Object(self.fields(FIELDS, at))
            };
        }
        for (at, name) in TYPES.iter().enumerate().take(count) {
            let text = match &self.types[at] {
                Shape::Enum(values) => json!({ "values": values, "doc": self.text() }),
                Shape::Object(fields) => json!({ "fields": self.fields_text(&fields.clone()) }),
            };
            types.insert((*name).to_owned(), text);
        }
        types.into()
    }

    /// Fields with names of a list. A required field can directly have the types before `finite`.
    fn fields(&mut self, names: &[&'static str], finite: usize) -> Vec<Field> {
        let count = self.choices.below(5).min(names.len());
        let first = self.choices.below(names.len());
        let field = |at: usize| {
            let name = names[(first + at) % names.len()];
            let optional = self.choices.one_in(3);
            let ty = self.ty(if optional { TYPES.len() } else { finite }, 0);
            Field { name, ty, optional, sensitive: self.choices.one_in(8) }
        };
        (0..count).map(field).collect()
    }

    fn ty(&mut self, finite: usize, depth: usize) -> Type {
        match self.choices.below(8) {
            0 if depth < 3 => Type::Array(Box::new(self.ty(TYPES.len(), depth + 1))),
            1 if depth < 3 => Type::Map(Box::new(self.ty(TYPES.len(), depth + 1))),
            2 | 3 if finite.min(self.types.len()) > 0 => Type::Named(self.choices.below(finite.min(self.types.len()))),
            // An enum has a name of its own only as the type of a field.
            4 if depth == 0 => Type::Enum(self.choices.of(ENUMS)),
            _ => Type::BuiltIn(self.choices.of(BUILT_INS)),
        }
    }

    fn fields_text(&mut self, fields: &[Field]) -> Value {
        let mut texts = Map::new();
        for Field { name, ty, optional, sensitive } in fields {
            let mut text = Map::new();
            let written = if let Type::Enum(values) = ty {
                text.insert("values".to_owned(), json!(values));
                "enum".to_owned()
            } else {
                written(ty)
            };
            let is_short = text.is_empty() && !optional && !sensitive && self.choices.one_in(3);
            text.insert("type".to_owned(), written.clone().into());
            for (key, is_set) in [("optional", *optional), ("sensitive", *sensitive)] {
                if is_set {
                    text.insert(key.to_owned(), true.into());
                }
            }
            if self.choices.one_in(2) {
                text.insert("example".to_owned(), self.value(ty, 0));
            }
            if self.choices.one_in(4) {
                text.insert("doc".to_owned(), self.text().into());
            }
            texts.insert((*name).to_owned(), if is_short { written.into() } else { text.into() });
        }
        texts.into()
    }

    fn value(&mut self, ty: &Type, depth: usize) -> Value {
        let count = if depth < 3 { self.choices.below(3) } else { 0 };
        match ty {
            Type::BuiltIn(name) => self.built_in(name),
            Type::Enum(values) => self.choices.of(values).into(),
            Type::Array(item) => (0..count).map(|_| self.value(item, depth + 1)).collect(),
            Type::Map(item) => {
                (0..count).map(|at| (STRINGS[at].to_owned(), self.value(item, depth + 1))).collect::<Map<_, _>>().into()
            }
            Type::Named(at) => match &self.types[*at] {
                Shape::Enum(values) => self.choices.of(values).into(),
                Shape::Object(fields) => {
                    let mut members = Map::new();
                    for field in fields.clone() {
                        if !field.optional || (depth < 3 && self.choices.one_in(2)) {
                            members.insert(field.name.to_owned(), self.value(&field.ty, depth + 1));
                        }
                    }
                    members.into()
                }
            },
        }
    }

    fn built_in(&mut self, name: &str) -> Value {
        match name {
            "string" => self.choices.of(STRINGS).into(),
            "integer" => self.choices.of(&[0, -7, 42, 1 << 53, i64::MIN, i64::MAX]).into(),
            "number" => self.choices.of(&[0.0, 2.5, -1.0, 1.5e21, 2.5e-7, 0.1]).into(),
            "boolean" => self.choices.one_in(2).into(),
            "date-time" => self.choices.of(&["2026-02-01T12:00:00Z", "2024-02-29T23:59:59.999+01:00"]).into(),
            "duration" => self.choices.of(&[0.0, 1.5, 30.0, 86_400.0]).into(),
            "uuid" => "01890a5d-ac96-774b-bcce-b302099a8057".into(),
            "uri" => self.choices.of(&["https://shop.example/a?b=c", "/requests/7", "urn:a:b"]).into(),
            _ => match self.choices.below(4) {
                0 => json!({ "a": [1, null, true, "x"], "b": {} }),
                1 => json!([[], "", 1.5]),
                2 => self.choices.of(STRINGS).into(),
                _ => 7.into(),
            },
        }
    }

    fn envelopes(&mut self) -> Value {
        let mut envelopes = Map::new();
        for name in ["default", "problem", "nested"].into_iter().take(self.choices.below(4)) {
            let mut envelope = match self.choices.below(7) {
                0 => json!({ "body": { "code": "{code}", "message": "{message}", "details": "{details?}" } }),
                1 => json!({ "preset": "rfc9457", "body": { "code": "{code}" } }),
                2 => {
                    json!({ "body": { "error": { "code": "{code}", "text": "{id}: {title}", "url": "{doc_url?}" } } })
                }
                3 => {
                    json!({ "preset": "rfc9457", "body": { "code": "{code}", "retry": "{retryable?}", "refund": "{refund?}" } })
                }
                4 => {
                    json!({ "body": { "errors": [{ "code": "{code}", "status": "{status}" }], "ok": false, "n": [1, 2.5, null] } })
                }
                5 => json!({ "body": { "code": "{code}", "...": "{details}" } }),
                _ => {
                    json!({ "body": { "id": "{id}", "slug": "{slug}", "group": "{group?}", "note": "{title} {{x}}" } })
                }
            };
            self.spreads |= envelope["preset"].is_string() || envelope["body"]["..."].is_string();
            if envelope["body"].is_object() {
                for field in self.context.clone() {
                    if self.choices.one_in(2) {
                        envelope["body"][format!("of_{}", field.name)] = placeholder("context.", &field).into();
                    }
                }
                if self.choices.one_in(4) {
                    envelope["content_type"] = "application/vnd.shop+json; charset=utf-8".into();
                }
            }
            if let Some(field) = self.context.iter().find(|field| is_scalar(&field.ty) && !field.sensitive) {
                envelope["headers"] = json!({ "X-Context": placeholder("context.", field) });
            }
            envelopes.insert(name.to_owned(), envelope);
            self.envelopes.push(name);
        }
        envelopes.into()
    }

    /// A retry policy, with the header that it reads.
    fn policy(&mut self, after: Option<&str>) -> Value {
        let mut policy = match self.choices.below(3) {
            0 => json!({ "backoff": "fixed", "initial": "2s" }),
            1 => json!({ "backoff": "exponential", "initial": "500ms", "factor": 1.5, "max": "1h", "attempts": 5 }),
            _ => json!({ "attempts": 1000 }),
        };
        if let Some(after) = after {
            policy["after"] = after.into();
        }
        policy
    }

    fn groups(&mut self) -> Value {
        let mut groups = Map::new();
        self.groups = self.choices.below(GROUPS.len() + 1);
        for name in &GROUPS[..self.groups] {
            let mut group = json!({ "title": self.line() });
            match self.choices.below(4) {
                0 => group["summary"] = self.text().into(),
                1 => group["columns"] = json!({ "code": "Code", "fix": self.line(), "status": "HTTP" }),
                2 => group["defaults"] = json!({ "retryable": "idempotent", "fault": "upstream" }),
                _ => group["defaults"] = json!({ "headers": { "X-Group": name }, "refund": "not_charged" }),
            }
            groups.insert((*name).to_owned(), group);
        }
        groups.into()
    }

    /// The errors, the retired ones, and the predicates.
    fn errors(&mut self) -> (Value, Value, Value) {
        let mut errors = Map::new();
        // The mask of the internal errors.
        let server_error =
            json!({ "status": 500, "description": self.text(), "fix": "Report it.", "retryable": false });
        errors.insert("server_error".to_owned(), server_error);
        let count = self.choices.below(IDS.len() + 1);
        let first = self.choices.below(IDS.len());
        for number in 0..count {
            let id = IDS[(first + number) % IDS.len()];
            let mut error = match self.choices.below(8) {
                0 => json!({ "message": format!("{} {number}", escaped(self.line())) }),
                1 => json!({ "title": format!("{} {number}", self.line()), "cause": self.text() }),
                _ => self.response(number),
            };
            self.describe(&mut error, &errors);
            errors.insert(id.to_owned(), error);
        }
        let (mut retired, mut predicates) = (json!({}), json!({}));
        if self.choices.one_in(3) {
            retired["gone_for_good"] = json!({ "since": "1.1.0", "note": self.text() });
            retired["renamed"] = json!({ "use": "server_error", "rust": "alias" });
        }
        if self.choices.one_in(3) {
            predicates["is_known"] =
                errors.iter().filter(|(_, error)| error["status"].is_number()).map(|(id, _)| id.as_str()).collect();
        }
        (errors.into(), retired, predicates)
    }

    fn response(&mut self, number: usize) -> Value {
        // Without a body, only the status tells a client which error it is.
        let is_bare = self.envelopes.is_empty();
        let status = if is_bare { STATUSES[number] } else { self.choices.of(STATUSES) };
        let mut error = json!({ "status": status });
        let is_several = !is_bare && self.choices.one_in(6);
        if is_several {
            error["status"] = json!([423, 424, 451]);
        }
        match self.choices.below(6) {
            0 => error["code"] = format!("E-{number}").into(),
            1 => error["code"] = (1000 + number).into(),
            2 => error["code"] = format!("{number} \"é\" <b>`|\\").into(),
            _ => {}
        }
        if let [_, rest @ ..] = self.envelopes.as_slice()
            && let Some(name) = rest.get(self.choices.below(3))
        {
            error["envelope"] = (*name).into();
        }
        let details = self.fields(FIELDS, TYPES.len());
        if !details.is_empty() {
            error["details"] = self.fields_text(&details);
        }
        let scalars: Vec<&Field> = details.iter().filter(|detail| is_scalar(&detail.ty) && !detail.sensitive).collect();
        if self.choices.one_in(2) {
            let mut message = escaped(self.line());
            for detail in &scalars {
                let _ = write!(message, " {}", placeholder("", detail));
            }
            error["message"] = message.into();
        }
        let mut headers = Map::new();
        if let Some(detail) = scalars.first().filter(|_| self.choices.one_in(3)) {
            headers.insert("X-Detail".to_owned(), placeholder("details.", detail).into());
        }
        match self.choices.below(6) {
            0 => drop(headers.insert("WWW-Authenticate".to_owned(), "Bearer realm=\"shop\"".into())),
            1 => drop(headers.insert("Allow".to_owned(), "GET, HEAD".into())),
            2 => drop(headers.insert("Link".to_owned(), "<https://shop.example/{slug}>; rel=\"help\"".into())),
            _ => {}
        }
        match self.choices.below(6) {
            0 => error["retry"] = "soon".into(),
            1 => {
                headers.insert("Retry-After".to_owned(), self.choices.of(&["30", "0"]).into());
                error["retry"] = self.policy(Some("Retry-After"));
            }
            2 => error["retryable"] = self.choices.one_in(2).into(),
            3 => error["retryable"] = "idempotent".into(),
            _ => {}
        }
        if !headers.is_empty() {
            error["headers"] = headers.into();
        }
        if self.choices.one_in(3) {
            error["examples"] = (0..=self.choices.below(2)).map(|at| self.example(at, &details, is_several)).collect();
        }
        if self.choices.one_in(6) {
            error["visibility"] = "internal".into();
            error["mask"] = "server_error".into();
        }
        if self.choices.one_in(6) {
            error["source"] = true.into();
        }
        error
    }

    fn example(&mut self, at: usize, details: &[Field], is_several: bool) -> Value {
        let mut example = json!({ "title": format!("{} {at}", self.line()) });
        if is_several {
            example["status"] = self.choices.of(&[423, 424, 451]).into();
        }
        for (key, fields) in [("details", details.to_vec()), ("context", self.context.clone())] {
            let mut values = Map::new();
            for Field { name, ty, optional, sensitive: _ } in &fields {
                match self.choices.below(3) {
                    0 => {}
                    1 if *optional => drop(values.insert((*name).to_owned(), Value::Null)),
                    _ => drop(values.insert((*name).to_owned(), self.value(ty, 0))),
                }
            }
            if !values.is_empty() {
                example[key] = values.into();
            }
        }
        example
    }

    /// Adds what readers see.
    fn describe(&mut self, error: &mut Value, earlier: &Map<String, Value>) {
        error["fix"] = self.text().into();
        if error["cause"].is_null() && self.choices.one_in(2) {
            error["description"] = self.text().into();
        }
        if self.choices.one_in(4) {
            error["notes"] = format!("{}\n\n{}", self.text(), self.text()).into();
            error["snippets"] = json!([{ "lang": "rust", "code": self.text() }]);
        }
        if self.groups > 0 && self.choices.one_in(2) {
            error["group"] = self.choices.of(&GROUPS[..self.groups]).into();
        }
        match self.choices.below(5) {
            0 => error["refund"] = json!({ "when": self.text() }),
            1 => error["refund"] = self.choices.one_in(2).into(),
            2 => error["fault"] = self.choices.of(&["caller", "api", "upstream"]).into(),
            _ => {}
        }
        match self.choices.below(6) {
            0 => error["since"] = "1.0.0".into(),
            1 => error["changed"] = json!({ "1.1.0": self.text(), "1.2.0": self.line() }),
            2 => {
                error["deprecated"] = json!({ "since": "1.2.0", "note": self.text() });
                if let Some(last) = earlier.iter().rfind(|(_, error)| error["deprecated"].is_null()) {
                    error["deprecated"]["use"] = last.0.as_str().into();
                }
            }
            _ => {}
        }
    }

    fn generate(&mut self) -> Value {
        let flavor = self.choices.of(&["plain", "mdbook", "docusaurus", "mkdocs", "starlight", "vitepress"]);
        let version = self.choices.of(&["3.1", "3.0", "3.2"]);
        json!({
            "docs": { "dir": "reference", "flavor": flavor },
            "openapi": { "file": "openapi.yaml", "version": version },
            "json": "errors.json",
            "llms": "llms.txt",
            "rust": "errors.rs",
        })
    }

    fn line(&mut self) -> &'static str {
        self.choices.of(LINES)
    }

    fn text(&mut self) -> String {
        if self.choices.one_in(2) { self.choices.of(TEXTS).to_owned() } else { format!("{}.", self.line()) }
    }
}

fn written(ty: &Type) -> String {
    match ty {
        Type::BuiltIn(name) => (*name).to_owned(),
        Type::Enum(_) => "enum".to_owned(),
        Type::Array(item) => format!("array<{}>", written(item)),
        Type::Map(item) => format!("map<{}>", written(item)),
        Type::Named(at) => TYPES[*at].to_owned(),
    }
}

/// Whether a value can be part of a text.
fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::BuiltIn(name) if *name != "json") || matches!(ty, Type::Enum(_))
}

fn placeholder(of: &str, field: &Field) -> String {
    format!("{{{of}{}{}}}", field.name, if field.optional { "?" } else { "" })
}

/// A text as a template without placeholders.
fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
