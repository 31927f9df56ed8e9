//! The part of `openapi!` in this crate. Its features choose the traits, because the macro's crate
//! can have other features when Cargo builds both twice.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

/// A type that describes its errors. `openapi!` and the key `openapi` of a derive implement it.
#[diagnostic::on_unimplemented(
    message = "the errors of `{Self}` are not described",
    label = "this type has no OpenAPI responses",
    note = "add `openapi` to its `#[catalog(..)]`, or write `errbook::openapi!(\"errors.yaml\", {Self});`"
)]
pub trait Described {
    /// Adds the description of this type, and those of the types that it wraps.
    fn describe(description: &mut Description);
}

impl<T: Described> Described for Box<T> {
    fn describe(description: &mut Description) {
        T::describe(description);
    }
}

/// The errors of a type as OpenAPI 3.1: one part for the type itself, and one for each type that a
/// transparent variant wraps.
#[derive(Default)]
pub struct Description {
    parts: Vec<Part>,
}

struct Part {
    #[cfg_attr(not(feature = "utoipa"), expect(dead_code, reason = "only utoipa has a schema of any error"))]
    schema: Value,
    schemas: Map<String, Value>,
    responses: BTreeMap<String, Value>,
}

impl Description {
    /// The description of a type.
    pub(crate) fn of<T: Described>() -> Self {
        let mut description = Description::default();
        T::describe(&mut description);
        description
    }

    /// Adds a part. The arguments are JSON that errbook generated: the schema of any of the errors,
    /// the components, and a response for each status.
    ///
    /// # Panics
    ///
    /// If an argument is not such JSON.
    pub fn add(&mut self, schema: &str, schemas: &str, responses: &str) {
        self.parts.push(Part {
            schema: serde_json::from_str(schema).expect("a schema that errbook generated"),
            schemas: serde_json::from_str(schemas).expect("schemas that errbook generated"),
            responses: serde_json::from_str(responses).expect("responses that errbook generated"),
        });
    }

    /// The components that the schema and the responses refer to.
    pub(crate) fn schemas(&self) -> Map<String, Value> {
        self.parts.iter().flat_map(|part| part.schemas.clone()).collect()
    }

    /// The schema of any of the errors.
    #[cfg(feature = "utoipa")]
    pub(crate) fn schema(&self) -> Value {
        // A type that only wraps others has no error of its own.
        let with_errors = self.parts.iter().filter(|part| self.parts.len() == 1 || !part.responses.is_empty());
        self.any(&with_errors.map(|part| &part.schema).collect::<Vec<_>>(), "Any of these errors.")
    }

    /// A response for each status.
    pub(crate) fn responses(&self) -> BTreeMap<String, Value> {
        let mut by_status: BTreeMap<&String, Vec<&Value>> = BTreeMap::new();
        for (status, response) in self.parts.iter().flat_map(|part| &part.responses) {
            by_status.entry(status).or_default().push(response);
        }
        by_status.into_iter().map(|(status, responses)| (status.clone(), self.merged(status, &responses))).collect()
    }

    /// One response for those of several parts.
    fn merged(&self, status: &str, responses: &[&Value]) -> Value {
        let [first, others @ ..] = responses else { return Value::Null };
        if others.iter().all(|other| other == first) {
            return (*first).clone();
        }
        let mut descriptions: Vec<&str> = Vec::new();
        for description in responses.iter().filter_map(|response| response["description"].as_str()) {
            if !descriptions.contains(&description) {
                descriptions.push(description);
            }
        }
        let mut merged = json!({ "description": descriptions.join("\n\n") });
        let members = |of: &str| -> BTreeMap<String, Vec<&Value>> {
            let mut members: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
            for (name, member) in responses.iter().filter_map(|response| response[of].as_object()).flatten() {
                members.entry(name.clone()).or_default().push(member);
            }
            members
        };
        for (name, headers) in members("headers") {
            let mut header = headers[0].clone();
            if headers.len() < responses.len() || headers.iter().any(|header| header["required"] != true) {
                header.as_object_mut().map(|header| header.remove("required"));
            }
            merged["headers"][name] = header;
        }
        for (content_type, media) in members("content") {
            let schemas: Vec<&Value> = media.iter().map(|media| &media["schema"]).collect();
            let schema = self.any(&schemas, &format!("Any error with the status {status}."));
            let examples = media.iter().filter_map(|media| media["examples"].as_object());
            let examples: Map<String, Value> = examples.flat_map(Clone::clone).collect();
            merged["content"][content_type] = json!({ "schema": schema, "examples": examples });
        }
        merged
    }

    /// A schema that accepts what any of these accepts. It is one of them if that is enough.
    fn any(&self, schemas: &[&Value], description: &str) -> Value {
        let components = self.schemas();
        let choices: Vec<Vec<Value>> = schemas.iter().map(|schema| choices(schema, &components)).collect();
        let mut all: Vec<Value> = Vec::new();
        for choice in choices.iter().flatten() {
            if !all.contains(choice) {
                all.push(choice.clone());
            }
        }
        let whole = choices.iter().position(|choices| all.iter().all(|choice| choices.contains(choice)));
        match whole.and_then(|at| schemas.get(at)) {
            Some(schema) => (*schema).clone(),
            // An error can be of two parts, which `oneOf` would reject.
            None => json!({ "description": description, "anyOf": all }),
        }
    }
}

/// The schemas between which a schema chooses.
fn choices(schema: &Value, components: &Map<String, Value>) -> Vec<Value> {
    let target = schema["$ref"].as_str().and_then(|target| components.get(target.strip_prefix(SCHEMAS)?));
    let of = |schema: &Value| {
        let keyword = ["oneOf", "anyOf", "allOf"].into_iter().find_map(|keyword| schema[keyword].as_array());
        let only_refs = |list: &&Vec<Value>| list.iter().all(|choice| choice["$ref"].is_string());
        keyword.filter(only_refs).cloned()
    };
    of(target.unwrap_or(schema)).unwrap_or_else(|| alloc::vec![schema.clone()])
}

/// Replaces each reference to a component with the component itself. `mark` adds what the caller
/// wants to know about a copy: the name of the component, and whether the copy is cut off because
/// the component contains itself.
pub(crate) fn inline(
    schema: &mut Value,
    components: &Map<String, Value>,
    mark: fn(&mut Value, &str, bool),
    within: &mut Vec<String>,
) {
    let Value::Object(members) = schema else { return };
    let target = members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix(SCHEMAS));
    let Some(name) = target.map(ToOwned::to_owned) else {
        return each_part(schema, &mut |part| inline(part, components, mark, within));
    };
    let is_cut = within.contains(&name);
    let mut copy = if is_cut { json!({}) } else { components.get(&name).cloned().unwrap_or_else(|| json!({})) };
    within.push(name);
    inline(&mut copy, components, mark, within);
    let name = within.pop().unwrap_or_default();
    mark(&mut copy, &name, is_cut);
    members.remove("$ref");
    if members.is_empty() {
        *schema = copy;
    } else {
        members.insert("allOf".to_owned(), json!([copy]));
    }
}

/// Calls a function for each schema inside a schema.
pub(crate) fn each_part(schema: &mut Value, with: &mut dyn FnMut(&mut Value)) {
    for (keyword, value) in schema.as_object_mut().into_iter().flatten() {
        match (keyword.as_str(), value) {
            ("items" | "additionalProperties", schema) => with(schema),
            ("properties", Value::Object(schemas)) => schemas.values_mut().for_each(&mut *with),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => schemas.iter_mut().for_each(&mut *with),
            _ => {}
        }
    }
}

/// Implements the traits of all enabled crates. The arguments are a type and, as text, its name,
/// its schema, the schema components and its responses. The last one lists the types that it wraps.
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_openapi {
    (
        $type:ty, $name:literal, $schema:literal, $schemas:literal, $responses:literal,
        [$($wrapped:ty),* $(,)?] $(,)?
    ) => {
        #[automatically_derived]
        impl $crate::generated::v0::Described for $type {
            fn describe(description: &mut $crate::generated::v0::Description) {
                description.add($schema, $schemas, $responses);
                $(<$wrapped as $crate::generated::v0::Described>::describe(description);)*
            }
        }
        $crate::integrate_utoipa! { $type, $name }
        $crate::integrate_aide! { $type }
    };
}

#[cfg(feature = "utoipa")]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_utoipa {
    ($type:ty, $name:literal) => {
        #[automatically_derived]
        impl $crate::utoipa::PartialSchema for $type {
            fn schema() -> $crate::utoipa::RefOr<$crate::utoipa::Schema> {
                $crate::utoipa::schema::<Self>()
            }
        }
        #[automatically_derived]
        impl $crate::utoipa::ToSchema for $type {
            fn name() -> $crate::alloc::borrow::Cow<'static, ::core::primitive::str> {
                $crate::alloc::borrow::Cow::Borrowed($name)
            }
            fn schemas(
                schemas: &mut $crate::alloc::vec::Vec<(
                    $crate::alloc::string::String,
                    $crate::utoipa::RefOr<$crate::utoipa::Schema>,
                )>,
            ) {
                schemas.extend($crate::utoipa::schemas::<Self>());
            }
        }
        #[automatically_derived]
        impl $crate::utoipa::IntoResponses for $type {
            fn responses() -> $crate::alloc::collections::BTreeMap<
                $crate::alloc::string::String,
                $crate::utoipa::RefOr<$crate::utoipa::Response>,
            > {
                $crate::utoipa::responses::<Self>()
            }
        }
    };
}

#[cfg(not(feature = "utoipa"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_utoipa {
    ($($ignored:tt)*) => {};
}

#[cfg(feature = "aide")]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_aide {
    ($type:ty) => {
        #[automatically_derived]
        impl $crate::aide::OperationOutput for $type {
            type Inner = Self;
            fn inferred_responses(
                context: &mut $crate::aide::GenContext,
                _: &mut $crate::aide::Operation,
            ) -> $crate::alloc::vec::Vec<(::core::option::Option<::core::primitive::u16>, $crate::aide::Response)> {
                $crate::aide::responses::<Self>(context)
            }
        }
    };
}

#[cfg(not(feature = "aide"))]
#[doc(hidden)]
#[macro_export]
macro_rules! integrate_aide {
    ($($ignored:tt)*) => {};
}
