//! Reads the error responses of an `OpenAPI` document. Examples come first: they show the code of
//! each status, which a schema shared by all responses does not.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use errbook_catalog::limits;
use serde_json::{Map, Value as Json, json};

use super::body;
use super::document;
use super::draft::{Body, Code, Draft, Entry, Field, Retry, add_field, literal, reason};
use super::{ImportError, Place};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// The maximum number of alternatives of a schema.
const VARIANTS: usize = 500;
/// The maximum depth of schemas and of reference chains.
const DEPTH: usize = 12;

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Draft, ImportError> {
    let root = document::read(text)?;
    match (root.get("openapi"), root.get("swagger")) {
        (Some(version), _) if shown(version).starts_with("3.") => {}
        (Some(version), _) => {
            return Err(ImportError::new(format!("OpenAPI {} is not supported: use 3.0 or 3.1", shown(version))));
        }
        (None, Some(_)) => return Err(ImportError::new("this is Swagger 2.0: convert it to OpenAPI 3 first")),
        (None, None) => return Err(ImportError::new("not an OpenAPI document: it has no top-level `openapi`")),
    }
    let info = |key: &str| root.get("info").and_then(|info| info.get(key)).map(shown).filter(|text| !text.is_empty());
    let (draft, listed, used) = Default::default();
    let mut reader =
        Reader { root: &root, draft, listed, used, left: Cell::new(0), all_left: limits::ALL_IMPORT_VALUES };
    reader.draft.name = info("title");
    reader.draft.version = info("version");
    reader.draft.summary = info("summary").or_else(|| info("description"));
    reader.paths();
    reader.unused();
    reader.listed_codes();
    Ok(reader.draft)
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

struct Reader<'d> {
    root: &'d Json,
    draft: Draft,
    listed: Vec<Listed>,
    /// The responses that were read, with their statuses.
    used: HashSet<(String, String)>,
    /// The number of values that may still be copied for the response.
    left: Cell<usize>,
    /// The same, for the document.
    all_left: usize,
}

/// A code from a schema's list.
struct Listed {
    code: Code,
    status: Option<u16>,
    entry: Entry,
    place: Place,
}

/// A sample body of a schema.
struct Sample {
    json: Json,
    codes: Vec<Code>,
    title: Option<String>,
    description: Option<String>,
}

impl<'d> Reader<'d> {
    fn paths(&mut self) {
        let root = self.root;
        for (path, item) in members(root.get("paths")) {
            let (item, _) = self.resolve(item, String::new());
            for method in METHODS {
                let responses = item.get(method).and_then(|operation| operation.get("responses"));
                for (status, response) in members(responses) {
                    let is_error = status == "default" || status.starts_with(['4', '5']);
                    if !is_error {
                        continue;
                    }
                    let pointer = format!("/paths/{}/{method}/responses/{}", escaped(path), escaped(status));
                    let (response, pointer) = self.resolve(response, pointer);
                    if self.used.insert((pointer.clone(), status.clone())) {
                        self.response(status, response, &Place::Pointer(pointer));
                    }
                }
            }
        }
    }

    /// Resolves a reference, and returns the target and its pointer.
    fn resolve(&self, mut value: &'d Json, mut pointer: String) -> (&'d Json, String) {
        for _ in 0..DEPTH {
            let Some(target) = value.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix('#'))
            else {
                break;
            };
            let Some(found) = self.root.pointer(target) else { break };
            (value, pointer) = (found, target.to_owned());
        }
        (value, pointer)
    }

    /// Reads a response, as far as the number of its values allows.
    fn response(&mut self, status: &str, response: &'d Json, place: &Place) {
        let limit = limits::IMPORT_VALUES.min(self.all_left);
        self.left.set(limit);
        self.whole_response(status, response, place);
        if self.left.get() == 0 {
            self.draft.left(place, format!("a part of the response {status}"), "its schemas describe too many values");
        }
        self.all_left -= limit - self.left.get();
    }

    fn whole_response(&mut self, status: &str, response: &'d Json, place: &Place) {
        self.draft.report.read += 1;
        if response.get("$ref").is_some() {
            let target = shown(&response["$ref"]);
            self.draft.left(
                place,
                format!("the response {status}"),
                format!("`{target}` does not exist in this document"),
            );
            return;
        }
        let number = status.parse::<u16>().ok().filter(|status| (400..=599).contains(status));
        let mut said = Entry {
            statuses: number.into_iter().collect(),
            description: text_of(response, "description"),
            ..Entry::default()
        };
        self.headers(response, &mut said);
        let media = members(response.get("content"));
        let json = media.iter().find(|(name, _)| is_json(name)).copied();
        if let (None, Some((name, _))) = (json, media.first()) {
            self.draft.left(place, format!("the content of {status}"), format!("`{name}` is not JSON"));
        }
        let mut described = 0;
        if let Some((name, media)) = json {
            let content_type = name.split(';').next().unwrap_or(name).trim();
            let content_type = (content_type != "application/json").then(|| content_type.to_owned());
            described += self.examples(media, &said, content_type.as_ref(), place);
            described += self.schema(media, &said, content_type.as_ref(), place, described > 0);
        }
        if described == 0 {
            if number.is_none() {
                let why = "it has no status and no code";
                self.draft.left(place, format!("the response {status}"), why);
                return;
            }
            self.draft.add(said, place);
        }
        self.draft.report.carried += 1;
    }

    /// Adds the errors of the examples, and returns their number.
    fn examples(&mut self, media: &'d Json, said: &Entry, content_type: Option<&String>, place: &Place) -> usize {
        let schema = media.get("schema").map(|schema| self.resolve(schema, String::new()).0);
        let mut examples: Vec<(Option<String>, Option<String>, &Json)> = Vec::new();
        examples.extend(media.get("example").map(|value| (None, None, value)));
        for (_, example) in members(media.get("examples")) {
            let (example, _) = self.resolve(example, String::new());
            let texts = (text_of(example, "summary"), text_of(example, "description"));
            examples.extend(example.get("value").map(|value| (texts.0, texts.1, value)));
        }
        if examples.is_empty() {
            let own = schema.and_then(|schema| schema.get("example").or_else(|| schema.get("examples")?.get(0)));
            examples.extend(own.map(|value| (None, None, value)));
        }
        let mut described = 0;
        for (title, description, value) in examples {
            let Some(told) = body::entry(value) else {
                self.draft.left(place, "an example", "no member looks like a code or a message");
                continue;
            };
            let statuses = if said.statuses.is_empty() { told.statuses } else { said.statuses.clone() };
            if told.code.is_none() && statuses.is_empty() {
                self.draft.left(place, "an example", "it has no status and no code");
                continue;
            }
            let description = description.or_else(|| said.description.clone());
            let title = title.or(told.title);
            let entry = Entry { code: told.code, statuses, title, description, ..copy(said) };
            let at = self.draft.add(entry, place);
            self.body(value.clone(), Some(at), content_type, place);
            described += 1;
        }
        described
    }

    /// Adds the errors of the schema, and returns their number.
    fn schema(
        &mut self,
        media: &'d Json,
        said: &Entry,
        content_type: Option<&String>,
        place: &Place,
        has_examples: bool,
    ) -> usize {
        let Some(schema) = media.get("schema") else { return 0 };
        let mut described = 0;
        for variant in self.variants(schema, DEPTH) {
            let Some(Sample { json, codes, title, description }) = self.sample_of(&variant, said) else { continue };
            let entry = |code: Option<Code>| Entry {
                code,
                title: title.clone(),
                description: description.clone().or_else(|| said.description.clone()),
                ..copy(said)
            };
            match codes.as_slice() {
                [] if has_examples || said.statuses.is_empty() => {}
                [] => {
                    let at = self.draft.add(entry(None), place);
                    if body::roles(&json).is_some_and(|roles| body::code_path(&roles).is_some()) {
                        let what = format!("the code of {}", self.draft.entries[at].shown());
                        self.draft.left(place, what, "the schema has no enum, const or example of it");
                    }
                    self.body(json, Some(at), content_type, place);
                    described += 1;
                }
                [code] if !has_examples && !said.statuses.is_empty() => {
                    let at = self.draft.add(entry(Some(code.clone())), place);
                    self.body(json, Some(at), content_type, place);
                    described += 1;
                }
                several => {
                    for code in several {
                        let status = said.statuses.first().copied();
                        let entry = entry(Some(code.clone()));
                        self.listed.push(Listed { code: code.clone(), status, entry, place: place.clone() });
                    }
                    if !has_examples {
                        self.body(json, None, content_type, place);
                    }
                    described += 1;
                }
            }
        }
        described
    }

    fn body(&mut self, json: Json, entry: Option<usize>, content_type: Option<&String>, place: &Place) {
        self.draft.bodies.push(Body { json, entry, content_type: content_type.cloned(), place: place.clone() });
    }

    /// Adds the listed codes without an example. A code that only one status lists gets that
    /// status.
    fn listed_codes(&mut self) {
        let listed = std::mem::take(&mut self.listed);
        let mut seen = HashSet::new();
        let mut by_code: HashMap<String, Vec<&Listed>> = HashMap::new();
        for listed in &listed {
            by_code.entry(listed.code.text()).or_default().push(listed);
        }
        for Listed { code, entry, place, .. } in &listed {
            let text = code.text();
            let is_known =
                self.draft.with_code(Some(&text)).any(|at| self.draft.entries[at].code.as_ref() == Some(code));
            if !seen.insert(text.clone()) || is_known {
                continue;
            }
            let listed = || by_code[&text].iter().copied().filter(|other| other.code == *code);
            let mut statuses: Vec<u16> = listed().filter_map(|other| other.status).collect();
            statuses.sort_unstable();
            statuses.dedup();
            let slug = errbook_catalog::model::name::slug(&code.text());
            let named = statuses.iter().copied().find(|status| {
                reason(*status).is_some_and(|reason| errbook_catalog::model::name::slug(reason) == slug)
            });
            let status = match statuses.as_slice() {
                [status] => Some(*status),
                _ => named,
            };
            let of_status = listed().find(|other| other.status == status);
            let (entry, place) = of_status.map_or((entry, place), |other| (&other.entry, &other.place));
            let mut entry = Entry { statuses: status.into_iter().collect(), ..copy(entry) };
            if status.is_none() {
                let why = match statuses.as_slice() {
                    [] => "no response with a status lists the code".to_owned(),
                    several => {
                        let several: Vec<String> = several.iter().map(u16::to_string).collect();
                        format!(
                            "the responses {} all list the code, and no example shows which of them sends it",
                            several.join(", ")
                        )
                    }
                };
                self.draft.left(&place.clone(), format!("the status of `{}`", code.text()), why);
                // The other values of a response may not apply to this code.
                (entry.description, entry.headers) = (None, Vec::new());
            }
            entry.code = Some(code.clone());
            self.draft.add(entry, place);
        }
    }

    fn unused(&mut self) {
        let root = self.root;
        let mut used: HashSet<String> = self.used.iter().map(|(pointer, _)| pointer.clone()).collect();
        targets(root.get("paths"), &mut used);
        for (name, response) in members(root.pointer("/components/responses")) {
            let pointer = format!("/components/responses/{}", escaped(name));
            if used.contains(&pointer) {
                continue;
            }
            // A document without operations may name its responses by their status.
            let status = name.trim_matches(|c: char| !c.is_ascii_digit());
            if matches!(status.parse(), Ok(400..=599_u16)) {
                self.response(status, response, &Place::Pointer(pointer));
            } else {
                let why = "no operation uses it as an error, so its status is unknown";
                self.draft.left(&Place::Pointer(pointer), format!("the response `{name}`"), why);
            }
        }
    }

    fn headers(&mut self, response: &'d Json, said: &mut Entry) {
        for (name, header) in members(response.get("headers")) {
            let (header, _) = self.resolve(header, String::new());
            let schema = header.get("schema").map(|schema| self.resolve(schema, String::new()).0);
            let constant = schema.and_then(|schema| schema.get("const").or_else(|| only(schema.get("enum")?)));
            if let Some(constant) = constant {
                said.header(name, literal(&shown(constant)));
            } else if let Some(context_key) = body::context_name(name) {
                let example = header.get("example").or_else(|| schema?.get("example")).cloned();
                let sample = example.or_else(|| Some(self.sample(schema?, name, None, DEPTH)));
                let sample = sample.filter(|sample| !sample.is_object() && !sample.is_array() && !sample.is_null());
                let mut field = Field::of(context_key.clone(), &sample.unwrap_or(json!("string")));
                field.doc = text_of(header, "description");
                if add_field(&mut self.draft.context, field) {
                    said.header(name, format!("{{context.{context_key}}}"));
                }
            }
            if name.eq_ignore_ascii_case("retry-after") {
                said.retry = Some(Retry::After("Retry-After".to_owned()));
            }
        }
    }

    /// The alternatives of a schema, with references, `allOf` and `oneOf` resolved as far as errors
    /// need it.
    fn variants(&self, schema: &'d Json, depth: usize) -> Vec<Map<String, Json>> {
        let mut done = Vec::new();
        let mut todo = vec![(self.flat(schema, depth), depth)];
        while let Some((mut schema, depth)) = todo.pop() {
            let copied = schema.values().map(size).sum();
            if done.len() >= VARIANTS || (!self.count(copied) && !done.is_empty()) {
                break;
            }
            if let Some(choices) = choices(&schema).filter(|_| depth > 0) {
                schema.remove("oneOf");
                schema.remove("anyOf");
                for choice in choices.iter().rev().take(VARIANTS) {
                    let mut variant = schema.clone();
                    merge(&mut variant, self.flat_owned(choice, depth - 1));
                    todo.push((variant, depth - 1));
                }
                continue;
            }
            // There may be alternatives one level deeper, for example under `error`.
            let properties = schema.get("properties").and_then(Json::as_object).cloned().unwrap_or_default();
            let inner = properties.iter().filter(|(name, _)| !matches!(name.as_str(), "details" | "detail" | "data"));
            let inner = inner.map(|(name, value)| (name, self.flat_owned(value, depth.saturating_sub(1))));
            let mut split = inner.filter_map(|(name, value)| Some((name.clone(), choices(&value)?, value)));
            let objects = |choices: &[Json]| {
                choices.iter().filter(|choice| self.flat_owned(choice, 1).contains_key("properties")).count() > 1
            };
            match split.find(|(_, choices, _)| objects(choices)).filter(|_| depth > 0) {
                None => done.push(schema),
                Some((name, choices, mut shared)) => {
                    shared.remove("oneOf");
                    shared.remove("anyOf");
                    for choice in choices.iter().rev().take(VARIANTS) {
                        let mut inner = shared.clone();
                        merge(&mut inner, self.flat_owned(choice, depth - 1));
                        let mut variant = schema.clone();
                        if let Some(properties) = variant.get_mut("properties").and_then(Json::as_object_mut) {
                            properties.insert(name.clone(), Json::Object(inner));
                        }
                        todo.push((variant, depth - 1));
                    }
                }
            }
        }
        done
    }

    /// Counts copied values. Returns whether the limit allows them.
    fn count(&self, values: usize) -> bool {
        let left = self.left.get().checked_sub(values.max(1));
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    fn flat(&self, schema: &'d Json, depth: usize) -> Map<String, Json> {
        self.flat_owned(schema, depth)
    }

    /// A schema with its reference resolved and its `allOf` merged.
    fn flat_owned(&self, schema: &Json, depth: usize) -> Map<String, Json> {
        let Some(members) = schema.as_object() else { return Map::new() };
        if depth == 0 || !self.count(members.len()) {
            return Map::new();
        }
        let mut flat = Map::new();
        if let Some(target) = members.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix('#'))
            && let Some(found) = self.root.pointer(target)
        {
            flat = self.flat_owned(found, depth - 1);
        }
        for part in members.get("allOf").and_then(Json::as_array).into_iter().flatten() {
            merge(&mut flat, self.flat_owned(part, depth - 1));
        }
        let own = members.iter().filter(|(name, _)| !matches!(name.as_str(), "$ref" | "allOf"));
        let own = own.take_while(|(_, value)| self.count(size(value)));
        merge(&mut flat, own.map(|(name, value)| (name.clone(), value.clone())).collect());
        flat
    }

    /// A body of the schema, and its possible codes; `None` if it is not an error body.
    fn sample_of(&self, schema: &Map<String, Json>, said: &Entry) -> Option<Sample> {
        let schema_json = Json::Object(schema.clone());
        let json = self.sample(&schema_json, "", said.statuses.first().copied(), DEPTH);
        let roles = body::roles(&json)?;
        let mut at = schema_json.clone();
        let mut texts = (text_of(&at, "title"), text_of(&at, "description"));
        let mut codes = Vec::new();
        if let Some(path) = body::code_path(&roles) {
            for name in path {
                let flat = self.flat_owned(&at, DEPTH);
                let next =
                    if name == "0" { flat.get("items") } else { flat.get("properties").and_then(|all| all.get(name)) };
                texts = (text_of(&at, "title").or(texts.0), text_of(&at, "description").or(texts.1));
                at = next.cloned().unwrap_or_default();
            }
            let flat = Json::Object(self.flat_owned(&at, DEPTH));
            let listed = flat.get("enum").and_then(Json::as_array).cloned();
            let single = ["const", "example", "default"].iter().find_map(|key| flat.get(*key));
            let single = flat.get("const").or(if listed.is_none() { single } else { None });
            let values = single.map(|value| vec![value.clone()]).or(listed).unwrap_or_default();
            codes = values.iter().filter_map(code_of).collect();
        }
        // A title such as "Error" names the shape that all errors share.
        let (title, description) =
            if codes.len() == 1 && schema.contains_key("properties") { texts } else { (None, None) };
        let title = title.filter(|title| title.contains(' '));
        Some(Sample { json, codes, title, description })
    }

    /// A sample value of a schema.
    fn sample(&self, schema: &Json, name: &str, status: Option<u16>, depth: usize) -> Json {
        let schema = self.flat_owned(schema, depth);
        for key in ["const", "example", "default"] {
            if let Some(value) = schema.get(key) {
                return value.clone();
            }
        }
        let listed = ["examples", "enum"].iter().find_map(|key| schema.get(*key)?.as_array()?.first());
        if let Some(value) = listed {
            return value.clone();
        }
        if depth == 0 {
            return Json::Null;
        }
        if let Some(first) = choices(&schema).and_then(|choices| choices.into_iter().find(|choice| !is_null(choice))) {
            return self.sample(&first, name, status, depth - 1);
        }
        if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
            let sampled = |(name, value): (&String, &Json)| (name.clone(), self.sample(value, name, status, depth - 1));
            return Json::Object(properties.iter().map(sampled).collect());
        }
        let ty = match schema.get("type") {
            Some(Json::Array(types)) => types.iter().find_map(|ty| ty.as_str().filter(|ty| *ty != "null")),
            ty => ty.and_then(Json::as_str),
        };
        match ty {
            Some("object") => json!({}),
            Some("array") => {
                schema.get("items").map_or(json!([]), |items| json!([self.sample(items, name, status, depth - 1)]))
            }
            Some("integer" | "number") => {
                let is_status = matches!(name, "status" | "statusCode" | "status_code" | "httpStatus" | "http_status");
                status.filter(|_| is_status).map_or(json!(0), |status| json!(status))
            }
            Some("boolean") => json!(false),
            Some("string") => match schema.get("format").and_then(Json::as_str) {
                Some("date-time") => json!("2026-01-01T00:00:00Z"),
                Some("uuid") => json!("00000000-0000-4000-8000-000000000000"),
                Some("uri" | "url") => json!("https://example.com"),
                _ => json!("string"),
            },
            _ => Json::Null,
        }
    }
}

/// Collects the references in a value to parts of the document.
fn targets(value: Option<&Json>, found: &mut HashSet<String>) {
    match value {
        Some(Json::Object(members)) => {
            let target = members.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix('#'));
            found.extend(target.map(str::to_owned));
            members.values().for_each(|value| targets(Some(value), found));
        }
        Some(Json::Array(items)) => items.iter().for_each(|item| targets(Some(item), found)),
        _ => {}
    }
}

/// The number of values in a value.
fn size(value: &Json) -> usize {
    match value {
        Json::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// The members of an object, in order; empty for other values.
fn members(value: Option<&Json>) -> Vec<(&String, &Json)> {
    value.and_then(Json::as_object).map(|members| members.iter().collect()).unwrap_or_default()
}

fn text_of(value: &Json, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn only(list: &Json) -> Option<&Json> {
    match list.as_array()?.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or(media).trim();
    media == "application/json" || media.ends_with("+json") || media == "*/*"
}

fn is_null(schema: &Json) -> bool {
    schema.get("type").is_some_and(|ty| ty == "null")
}

fn choices(schema: &Map<String, Json>) -> Option<Vec<Json>> {
    let choices = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array())?;
    (!choices.is_empty()).then(|| choices.clone())
}

fn code_of(value: &Json) -> Option<Code> {
    match value {
        Json::String(text) if !text.trim().is_empty() => Some(Code::Text(text.clone())),
        Json::Number(number) => number.as_i64().map(Code::Number),
        _ => None,
    }
}

/// Adds the members of `more`, and merges the properties.
fn merge(schema: &mut Map<String, Json>, more: Map<String, Json>) {
    for (name, value) in more {
        match (schema.get_mut(&name), value) {
            (Some(Json::Object(known)), Json::Object(new)) if name == "properties" => {
                for (property, value) in new {
                    match (known.get_mut(&property), value) {
                        // One part's `code: {enum: [...]}` narrows another part's `code: {type:
                        // string}`.
                        (Some(Json::Object(known)), Json::Object(new)) => merge(known, new),
                        (_, value) => {
                            known.insert(property, value);
                        }
                    }
                }
            }
            (_, value) => {
                schema.insert(name, value);
            }
        }
    }
}

/// Escapes a name for a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A copy of the response, for another of its errors.
fn copy(said: &Entry) -> Entry {
    Entry {
        statuses: said.statuses.clone(),
        title: said.title.clone(),
        description: said.description.clone(),
        retry: said.retry.clone(),
        headers: said.headers.clone(),
        ..Entry::default()
    }
}
