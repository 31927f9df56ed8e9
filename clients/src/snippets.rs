//! Short code that handles one error, in each language of `generate.snippets`.
//!
//! Names are those of the generated clients. A snippet has no imports and does not say how to send a
//! request: it shows how to recognize the error, which details it has, and how to repeat the request
//! if the catalog permits that.

use std::collections::HashMap;

use errbook_catalog::model::template::Placeholder;
use errbook_catalog::model::{After, Backoff, Catalog, ErrorDef, Field, Places, Retry, SnippetLanguage};

use crate::hidden::is_hidden;
use crate::python::{self, field_names};
use crate::surface::Surface;
use crate::typescript;
use crate::typescript::text::{literal, optional_member};

/// The number of details that a snippet prints.
const MOST_DETAILS: usize = 3;

/// The snippets of a catalog.
pub struct Snippets {
    surface: Surface,
    /// The places of each envelope.
    places: Vec<Places>,
    /// The class in TypeScript.
    class: String,
    /// The class in Python of each error with a status, by its id.
    classes: HashMap<String, String>,
    /// The guard in TypeScript and the class in Python of each predicate, by its name.
    predicates: HashMap<String, (String, String)>,
}

impl Snippets {
    /// Finds the names of the clients.
    pub fn new(catalog: &Catalog) -> Self {
        let surface = Surface::new(catalog);
        let places = surface.catalog.envelopes.iter().map(|envelope| surface.catalog.places(envelope)).collect();
        let typescript::Named { class, predicates: guards, .. } = typescript::Named::new(&surface);
        let python::Client { classes: own, predicates: bases, .. } = python::Client::new(&surface);
        let classes = surface.responses().map(|error| error.name.id.clone());
        let classes = classes.zip(own.into_iter().map(|class| class.name)).collect();
        let predicates = surface.predicates().map(|(predicate, _)| predicate.name.clone());
        let predicates = predicates.zip(guards.into_iter().zip(bases.into_iter().map(|(class, _)| class))).collect();
        Snippets { surface, places, class, classes, predicates }
    }
}

impl Snippets {
    /// The snippets of a public error, in the order of `generate.snippets`. Empty for an error without
    /// a status, which no response is.
    ///
    /// ```
    /// let text = b"errbook: 1
    /// api: {name: Shop}
    /// errors: {SOLD_OUT: {status: 409, fix: Choose another., details: {item: string}}}
    /// generate: {typescript: true, snippets: [typescript, rust]}
    /// ";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// let snippets = errbook_clients::snippets::Snippets::new(&catalog).of(&catalog.errors[0]);
    /// assert_eq!(
    ///     snippets[0].1,
    ///     "const error = await fromResponse(response);
    /// if (error.code === \"SOLD_OUT\") {
    ///   console.error(error.details?.item);
    /// }"
    /// );
    /// ```
    pub fn of(&self, error: &ErrorDef) -> Vec<(SnippetLanguage, String)> {
        let Some(class) = self.classes.get(&error.name.id) else { return Vec::new() };
        let snippet = |language: &SnippetLanguage| {
            let code = match language {
                SnippetLanguage::Rust => rust(error),
                SnippetLanguage::Typescript => self.typescript(error),
                SnippetLanguage::Python => python(error, class),
                SnippetLanguage::Curl => self.curl(error)?,
            };
            Some((*language, code))
        };
        self.surface.catalog.generate.snippets.iter().filter_map(snippet).collect()
    }

    /// The names of a predicate in the clients of `generate.snippets`: the guard in TypeScript, and the
    /// class in Python. The Rust method has the name of the predicate.
    pub fn predicate(&self, name: &str) -> Vec<(SnippetLanguage, &str)> {
        let Some((guard, class)) = self.predicates.get(name) else { return Vec::new() };
        let own = |language: &SnippetLanguage| match language {
            SnippetLanguage::Typescript => Some((*language, guard.as_str())),
            SnippetLanguage::Python => Some((*language, class.as_str())),
            SnippetLanguage::Rust | SnippetLanguage::Curl => None,
        };
        self.surface.catalog.generate.snippets.iter().filter_map(own).collect()
    }

    fn typescript(&self, error: &ErrorDef) -> String {
        let values: Vec<String> =
            shown(error).map(|detail| format!("error.details{}", optional_member(&detail.name))).collect();
        let values = if values.is_empty() { "error.message".to_owned() } else { values.join(", ") };
        let is_own = format!("error.code === {}", literal(&error.name.id));
        match repeats(error) {
            None => {
                format!("const error = await fromResponse(response);\nif ({is_own}) {{\n  console.error({values});\n}}")
            }
            Some(idempotent) => format!(
                "// `send` throws `await fromResponse(response)` if the response is an error.\ntry {{\n  \
                 await withRetry(send, {{ idempotent: {idempotent} }});\n}} catch (error) {{\n  \
                 if (error instanceof {} && {is_own}) {{\n    console.error({values});\n  }} else {{\n    throw error;\n  }}\n}}",
                self.class
            ),
        }
    }

    /// `None` for a code that a shell cannot write visibly.
    fn curl(&self, error: &ErrorDef) -> Option<String> {
        let places = error.envelope.and_then(|at| self.places.get(at));
        let at = |wanted: &Placeholder| {
            let (pointer, _) = places?.slots.iter().find(|(_, slot)| slot == wanted)?;
            Some(path(pointer))
        };
        let identity = [
            (Placeholder::Code, error.code.as_ref().map(ToString::to_string)),
            (Placeholder::Id, Some(error.name.id.clone())),
            (Placeholder::DocUrl, error.doc_url.clone()),
            (Placeholder::Slug, Some(error.name.slug.clone())),
        ];
        let identity = identity.into_iter().find_map(|(slot, value)| Some((at(&slot)?, value?)));
        if identity.as_ref().is_some_and(|(_, value)| value.chars().any(is_hidden)) {
            return None;
        }
        let detail = |detail: &Field| {
            let own = at(&Placeholder::Detail(detail.name.clone()));
            own.or_else(|| {
                let (pointer, _) = places?.slots.iter().find(|(_, slot)| *slot == Placeholder::Details)?;
                Some(path(&format!("{pointer}/{}", detail.name.replace('~', "~0").replace('/', "~1"))))
            })
        };
        let details: Vec<String> = shown(error).filter_map(detail).collect();
        let show = match (details.as_slice(), at(&Placeholder::Message), places) {
            (_, _, None) => "echo \"$status\"".to_owned(),
            ([], None, Some(_)) => "cat body.json".to_owned(),
            ([], Some(message), Some(_)) => format!("jq -r {} body.json", quoted(&message)),
            (details, ..) => format!("jq {} body.json", quoted(&details.join(", "))),
        };
        let wait = repeats(error).and_then(|_| wait(error.retry.policy()?));
        let headers = matches!(wait, Some(Wait::Header(_)));
        let wait = wait.map(|wait| match wait {
            Wait::Header(name) => {
                format!("\n    grep -i {} headers.txt # how long to wait", quoted(&format!("^{name}:")))
            }
            Wait::Seconds(seconds) => format!("\n    sleep {seconds} # then send the request again"),
        });
        let (found, value) = match &identity {
            Some((path, value)) => (format!(" $(jq -r {} body.json)", quoted(path)), format!(" {value}")),
            None => Default::default(),
        };
        let patterns = error.statuses.iter().map(|status| quoted(&format!("{status}{value}")));
        Some(format!(
            "status=$(curl -sS {}-o body.json -w '%{{http_code}}' \"$url\")\n\
             case \"$status{found}\" in\n  {})\n    {show}{}\n    ;;\nesac",
            if headers { "-D headers.txt " } else { "" },
            patterns.collect::<Vec<_>>().join(" | "),
            wait.unwrap_or_default(),
        ))
    }
}

fn rust(error: &ErrorDef) -> String {
    const OWN: [&str; 3] = ["received", "repeats", "wait"];
    let fields: Vec<&str> =
        shown(error).map(|detail| detail.ident.as_str()).filter(|ident| !OWN.contains(ident)).collect();
    let pattern: String = fields.iter().flat_map(|ident| [ident, ", "]).collect();
    let show = if fields.is_empty() {
        "\"{received}\"".to_owned()
    } else {
        format!("\"{}\"", fields.iter().map(|ident| format!("{{{ident}:?}}")).collect::<Vec<_>>().join(", "))
    };
    let repeat = repeats(error).map(|is_safe| {
        let request = if is_safe { "Idempotent" } else { "Other" };
        format!(
            "\n    if let Answer::Wait(wait) = received.answer(Request::{request}, repeats) {{\n        \
             std::thread::sleep(wait); // then send the request again\n    }}"
        )
    });
    format!(
        "let received = ReceivedError::parse(status, headers, &body);\n\
         if let Kind::Known(Error::{} {{ {pattern}.. }}) = &received.kind {{\n    eprintln!({show});{}\n}}",
        error.name.variant,
        repeat.unwrap_or_default(),
    )
}

fn python(error: &ErrorDef, class: &str) -> String {
    let names = error.details.iter().map(|detail| detail.name.as_str()).zip(field_names(&error.details));
    let names: HashMap<&str, String> = names.collect();
    let values: Vec<String> =
        shown(error).map(|detail| format!("error.details.{}", names[detail.name.as_str()])).collect();
    let values = values.join(", ");
    let attempt = match repeats(error) {
        Some(true) => "# `send` calls `raise_for(response)`.\ntry:\n    with_retry(send, idempotent=True)",
        Some(false) => "# `send` calls `raise_for(response)`.\ntry:\n    with_retry(send, idempotent=False)",
        None if error.statuses.iter().any(|status| *status >= 400) => "try:\n    raise_for(response)",
        // `raise_for` raises for no other status.
        None => {
            let (more, value) = if values.is_empty() { ("", "error") } else { (" and error.details", values.as_str()) };
            return format!("error = from_http(response)\nif isinstance(error, {class}){more}:\n    print({value})");
        }
    };
    if values.is_empty() {
        format!("{attempt}\nexcept {class} as error:\n    print(error)")
    } else {
        format!("{attempt}\nexcept {class} as error:\n    if error.details:\n        print({values})")
    }
}

/// The details that a snippet prints: the first ones that may be in a log.
fn shown(error: &ErrorDef) -> impl Iterator<Item = &Field> {
    error.details.iter().filter(|detail| !detail.sensitive).take(MOST_DETAILS)
}

/// Whether a snippet repeats the request as one that is idempotent; `None` if it does not repeat it.
fn repeats(error: &ErrorDef) -> Option<bool> {
    match error.retry {
        Retry::Unsaid | Retry::Never => None,
        Retry::Always(_) => Some(false),
        Retry::Idempotent(_) => Some(true),
    }
}

/// What a shell can do before it repeats a request.
enum Wait<'a> {
    Header(&'a str),
    Seconds(String),
}

fn wait(policy: &errbook_catalog::model::Policy) -> Option<Wait<'_>> {
    match (&policy.after, &policy.backoff) {
        (Some(After::Header(name)), _) => Some(Wait::Header(name)),
        // It is among the details.
        (Some(After::Detail(_)), _) | (None, None) => None,
        (None, Some(Backoff::Fixed { initial_ms, .. } | Backoff::Exponential { initial_ms, .. })) =>
        {
            #[expect(clippy::cast_precision_loss, reason = "a wait of this length is never used")]
            Some(Wait::Seconds((*initial_ms as f64 / 1000.0).to_string()))
        }
    }
}

/// The path of jq to the value at a JSON pointer (RFC 6901).
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if is_name {
            path.push('.');
            path.push_str(&name);
        } else if !name.is_empty() && name.chars().all(|digit| digit.is_ascii_digit()) {
            path = format!("{}[{name}]", if path.is_empty() { "." } else { &path });
        } else {
            // A literal of JavaScript is one of JSON, too.
            path = format!("{}[{}]", if path.is_empty() { "." } else { &path }, literal(&name));
        }
    }
    path
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
