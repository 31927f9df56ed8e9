//! The checks beyond the shape of single values: name clashes, unknown references, templates with
//! absent values. They report every problem at its place, and change nothing.

mod examples;
mod grammar;
mod headers;
mod identity;
mod masks;
mod owners;
mod retry;
mod statuses;
mod templates;
mod types;
mod wire;

pub use examples::{is_date_time, is_uuid};
pub use grammar::{is_uri, is_valid_header};
use identity::words_of;

use std::collections::HashMap;

use crate::limits;
use crate::model::name::{Name, field_ident, is_device, is_id, page_owner, slug};
use crate::model::placeholder::{Piece, pieces};
use crate::model::{Flavor, Kind, RetiredName, SnippetLanguage};
use crate::problem::diff;
use crate::problem::{Level, Problem, Problems, Rule};
use crate::read::path::normalized;
use crate::read::scope::{Scope, kind, wire_code};
use crate::read::syntax::{Allowance, DEFAULT, Document, ErrorEntry, Generate, NONE, PolicyRef, Text};
use crate::source::{Sources, Span, Spanned};

pub(crate) fn check(document: &Document, sources: &Sources, problems: &mut Problems) {
    let checker = &mut Checker { document, scope: Scope::new(document), sources, problems };
    // Ids are valid in Rust, file names and URLs. No two errors have the same id.
    checker.ids();
    // Clients can tell errors apart on the wire.
    checker.codes();
    // Retired ids and codes are not used again.
    checker.retired();
    // An alias of a retired error names an error that Rust has.
    checker.aliases();
    // The API's slug is a valid folder name.
    checker.api();
    // Groups, envelopes and retry policies exist.
    checker.references();
    // Errors are in the files that own their prefix and group.
    checker.owners();
    // No status repeats. Only responses have the keys of a response.
    checker.kinds();
    // Predicates have the names of Rust methods, and list existing errors.
    checker.predicates();
    // A replacement is not deprecated.
    checker.replacements();
    // Clients receive a public error instead of an internal one.
    checker.masks();
    // Each status of a rejected request has an error that can be sent for it.
    checker.rejections();
    // Unknown errors have statuses, and wait for headers only.
    checker.unknown();
    // Types exist, have unique names and have finite values.
    checker.types();
    // Details, context fields and members have existing types and unique Rust names.
    checker.fields();
    // Retry policies are complete and consistent.
    checker.retry();
    // Header names and values are valid in HTTP.
    checker.headers();
    // Each placeholder has a value.
    checker.templates();
    // Responses can be sent, and clients can tell them apart.
    checker.wire();
    // Examples match the types of the details.
    checker.examples();
    // Allowances of the audit name existing errors and relative paths, and its helpers are names.
    checker.audit();
    // Ratings of changes name known changes.
    checker.diff();
    // Generated files are below the catalog's folder.
    checker.generate();
    // Redirects have the URL or the file of each page.
    checker.redirects();
}

/// Sets the levels under `lints`. Runs before any lint is reported.
pub(crate) fn lint_levels(document: &Document, problems: &mut Problems) {
    for (name, level) in &document.lints {
        match Rule::from_name(&name.value) {
            Some(rule) if rule.is_lint() => problems.set_level(rule, *level),
            Some(rule) => {
                let problem = Problem::new(Rule::UnknownLint, name.span, format!("`{rule}` is an error, not a lint"));
                // `error` changes nothing. Any other level would be a false promise.
                if *level != Level::Error {
                    problems.push(problem.help("errors cannot be switched off"));
                }
            }
            None => {
                let lints = || Rule::ALL.iter().filter(|rule| rule.is_lint()).map(|rule| rule.name());
                let near = problems.nearest(&name.value, lints);
                problems.push(
                    Problem::new(Rule::UnknownLint, name.span, format!("unknown lint `{}`", name.value))
                        .did_you_mean(name.span, near),
                );
            }
        }
    }
}

struct Checker<'a, 'p> {
    document: &'a Document,
    scope: Scope<'a>,
    sources: &'a Sources,
    problems: &'p mut Problems,
}

/// Names that the generated Rust reserves.
const RUST_TYPES: &[&str] =
    &["Error", "ErrorCode", "Context", "Body", "Details", "PublicMessage", "ReceivedError", "Self"];
/// The methods of `Error`, and of the types of operations, which have its constructors.
const RUST_ERROR_METHODS: &[&str] = &[
    "code",
    "public_code",
    "status",
    "headers",
    "body",
    "source",
    "fmt",
    "to_string",
    "details",
    "as_error",
    "into_error",
];
const RUST_CODE_METHODS: &[&str] = &[
    "id",
    "code",
    "public_code",
    "status",
    "statuses",
    "title",
    "message",
    "description",
    "cause",
    "fix",
    "doc_url",
    "group",
    "retry",
    "retryable",
    "is_retryable",
    "refund",
    "fault",
    "headers",
    "since",
    "deprecated",
    "is_deprecated",
    "info",
    "all",
    "from_id",
    "from_wire",
    "from_message",
    "from_code",
    "from_str",
    "fmt",
    "origin",
    "slug",
    "notes",
    "details",
    "as_str",
    "clone",
    "eq",
    "cmp",
    "partial_cmp",
    "hash",
    "into",
    "to_string",
    "index",
    "kind",
    "visibility",
    "snippets",
    "meta",
    "content_type",
];

impl Checker<'_, '_> {
    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn ids(&mut self) {
        if let Some(error) = self.document.errors.get(limits::ERRORS) {
            let message = format!("this error exceeds the limit of {} errors", limits::ERRORS);
            self.push(Problem::new(Rule::TooLarge, error.id.span, message));
        }
        let mut ids: HashMap<&str, Span> = HashMap::new();
        let mut names: HashMap<(&str, String), (&str, Span)> = HashMap::new();
        for error in &self.document.errors {
            let id = &error.id;
            if !is_id(&id.value) {
                self.push(invalid_id(id));
                continue;
            }
            if let Some(&first) = ids.get(id.value.as_str()) {
                self.push(
                    Problem::new(Rule::DuplicateId, id.span, format!("two errors have the id `{}`", id.value))
                        .label("the second")
                        .related(first, "the first"),
                );
                continue;
            }
            ids.insert(&id.value, id.span);
            let name = Name::new(&id.value);
            if RUST_ERROR_METHODS.contains(&name.function.as_str()) {
                let message = format!("`{}` conflicts with the generated method `{}`", id.value, name.function);
                self.push(Problem::new(Rule::NameClash, id.span, message));
            }
            if let Some(problem) = reserved_page(id, &name.slug) {
                self.push(problem.help(format!("choose another id; `code: {}` keeps the code", id.value)));
            }
            // One clash implies the others.
            let claims =
                [("the page", name.slug), ("the Rust variant", name.variant), ("the Rust function", name.function)];
            let clash = claims.iter().find_map(|claim| names.get(claim).map(|&(other, at)| (claim.clone(), other, at)));
            if let Some(((what, shared), other, at)) = clash {
                let message = format!("`{}` and `{other}` both generate {what} `{shared}`", id.value);
                self.push(Problem::new(Rule::NameClash, id.span, message).label("the second").related(at, "the first"));
            }
            for claim in claims {
                names.entry(claim).or_insert((&id.value, id.span));
            }
        }
    }

    /// Two errors without a response differ in their code or their message. An internal error, which
    /// no client gets, differs from each error in its code or its status: they are for logs.
    /// `identities` compares the responses that clients get.
    fn codes(&mut self) {
        let mut seen: HashMap<(String, Option<i64>), &ErrorEntry> = HashMap::new();
        for error in &self.document.errors {
            let code = wire_code(error);
            let text = code.as_ref().map(ToString::to_string).unwrap_or_default();
            let identities: Vec<(String, Option<i64>, String)> = match kind(error) {
                Kind::Symptom => continue,
                Kind::Response => {
                    let statuses = error.status.iter().map(|status| Some(status.value));
                    statuses.map(|status| (text.clone(), status, words_of(code.as_ref(), status))).collect()
                }
                Kind::Message if code.is_some() => vec![(text, None, words_of(code.as_ref(), None))],
                Kind::Message => {
                    let message = error.message.as_ref().map_or("", |message| &message.value);
                    // A client sees the values, and not the names of their details.
                    let form = pattern(message);
                    let words = if form.contains('\0') {
                        "a message of the same form and no code".to_owned()
                    } else {
                        format!("the message \"{message}\" and no code")
                    };
                    vec![(format!("\0{form}"), None, words)]
                }
            };
            for (code, status, words) in identities {
                let first = *seen.entry((code, status)).or_insert(error);
                let is_for_clients = status.is_some() && ![first, error].iter().any(|one| self.scope.is_internal(one));
                if first.id != error.id && !is_for_clients {
                    self.has_same_code(error, first, &words);
                    break;
                }
            }
        }
    }

    fn retired(&mut self) {
        let mut retired: HashMap<&str, Span> = HashMap::new();
        let mut slugs: HashMap<String, (&str, Span)> = HashMap::new();
        for entry in &self.document.retired {
            if !is_id(&entry.id.value) {
                self.push(invalid_id(&entry.id));
            } else if let Some(&first) = retired.get(entry.id.value.as_str()) {
                let message = format!("`{}` is retired twice", entry.id.value);
                self.push(Problem::new(Rule::DuplicateId, entry.id.span, message).related(first, "the first"));
            }
            let page = slug(&entry.id.value);
            if let Some(problem) = reserved_page(&entry.id, &page) {
                self.push(problem.help("remove the entry: its page cannot have this name"));
            } else if let Some(&(other, at)) = slugs.get(&page).filter(|(other, _)| *other != entry.id.value) {
                let message = format!("`{}` and `{other}` both generate the page `{page}`", entry.id.value);
                self.push(Problem::new(Rule::NameClash, entry.id.span, message).related(at, "the first"));
            }
            retired.insert(&entry.id.value, entry.id.span);
            slugs.insert(page, (&entry.id.value, entry.id.span));
        }
        for error in &self.document.errors {
            let code = wire_code(error).map(|code| code.to_string());
            if let Some(&at) = retired.get(error.id.value.as_str()) {
                let message = format!("the id `{}` is retired", error.id.value);
                self.push(Problem::new(Rule::RetiredId, error.id.span, message).related(at, "retired here"));
            } else if let Some(&at) = code.as_ref().and_then(|code| retired.get(code.as_str()))
                && !self.keeps_code(error)
            {
                let place = error.code.as_ref().map_or(error.id.span, |code| code.span);
                let message = format!("the code `{}` is retired", code.unwrap_or_default());
                self.push(Problem::new(Rule::RetiredId, place, message).related(at, "retired here"));
            } else if let Some(&(other, at)) = slugs.get(&slug(&error.id.value)) {
                let message = format!("`{}` would replace the page of the retired `{other}`", error.id.value);
                self.push(Problem::new(Rule::NameClash, error.id.span, message).related(at, "retired here"));
            }
        }
    }

    /// Whether the code of an error is its retired id: a renamed error can keep its code.
    fn keeps_code(&self, error: &ErrorEntry) -> bool {
        let code = wire_code(error).map(|code| code.to_string());
        let mut stones = self.document.retired.iter().filter(|entry| Some(&entry.id.value) == code.as_ref());
        stones.all(|entry| entry.replacement.as_ref().is_some_and(|id| id.value == error.id.value))
    }

    /// An alias names an error that Rust has. Its own Rust names are unique.
    fn aliases(&mut self) {
        let document = self.document;
        let names_of = |id: &Text| {
            let Name { variant, function, .. } = Name::new(&id.value);
            [("the Rust variant", variant), ("the Rust function", function)]
        };
        let of_errors = document.errors.iter().filter(|error| kind(error) != Kind::Symptom).map(|error| &error.id);
        let mut taken: HashMap<(&str, String), &Text> = HashMap::new();
        for id in of_errors {
            taken.extend(names_of(id).map(|name| (name, id)));
        }
        for entry in &document.retired {
            let Some(Spanned { value: RetiredName::Alias, span: at }) = entry.rust else { continue };
            let id = &entry.id.value;
            let target = entry.replacement.as_ref().map(|name| self.scope.errors.get(name.value.as_str()));
            match target {
                None => {
                    let message = format!("the alias `{id}` needs `use`, the id of another error");
                    self.push(Problem::new(Rule::MissingKey, at, message));
                }
                Some(Some(&target)) if kind(&document.errors[target]) == Kind::Symptom => {
                    let message = format!("`{id}` cannot be an alias of a symptom: symptoms have no Rust variant");
                    self.push(Problem::new(Rule::MisplacedKey, at, message));
                }
                // `replacements` reports unknown ids.
                Some(_) => {}
            }
            let names = names_of(&entry.id);
            if RUST_ERROR_METHODS.contains(&names[1].1.as_str()) {
                let message = format!("`{id}` conflicts with the generated method `{}`", names[1].1);
                self.push(Problem::new(Rule::NameClash, entry.id.span, message));
            }
            let clash = names.iter().find_map(|name| Some((name, *taken.get(name)?)));
            if let Some(((what, shared), other)) = clash {
                let message = format!("the alias `{id}` and `{}` both generate {what} `{shared}`", other.value);
                self.push(Problem::new(Rule::NameClash, entry.id.span, message).related(other.span, "the other"));
            }
            taken.extend(names.map(|name| (name, &entry.id)));
        }
    }

    fn api(&mut self) {
        let api = &self.document.api;
        if let Some(name) = &api.name
            && api.slug.is_none()
            && slug(&name.value).is_empty()
        {
            let message = format!("cannot derive a folder name from `{}`", name.value);
            self.push(Problem::new(Rule::InvalidName, name.span, message).help("add `slug: my-api`"));
        }
        if let Some(slug) = &api.slug {
            let fits = slug.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && slug.value.starts_with(|first: char| first.is_ascii_alphanumeric());
            if !fits {
                let message = format!("the slug `{}` is not kebab-case", slug.value);
                self.push(
                    Problem::new(Rule::InvalidName, slug.span, message)
                        .help("use lowercase letters, digits and hyphens: the slug names folders"),
                );
            }
        }
        let folder = api.slug.clone().or_else(|| api.name.clone().map(|name| name.map(|name| slug(&name))));
        if let Some(folder) = folder.filter(|folder| is_device(&folder.value)) {
            let message = format!("the slug `{}` cannot be a folder on Windows", folder.value);
            self.push(Problem::new(Rule::InvalidName, folder.span, message).help("add `slug: my-api`"));
        }
    }

    fn audit(&mut self) {
        let document = self.document;
        for helper in &document.audit.legacy {
            let is_name = |part: &str| {
                part.starts_with(|c: char| c == '_' || c.is_alphabetic())
                    && part.chars().all(|c| c == '_' || c.is_alphanumeric())
            };
            if !helper.value.split("::").all(is_name) {
                let message = format!("`{}` is not the name of a function, a method or a macro", helper.value);
                let help =
                    "write the name, or the end of its path, without `!` and parentheses: `reply`, `ApiError::new`";
                self.push(Problem::new(Rule::InvalidName, helper.span, message).help(help));
            }
        }
        for Allowance { rule: _, id, path, reason: _ } in &document.audit.allow {
            if let Some(id) = id {
                self.known_error(id, "allowance");
            }
            // Code may be outside the catalog's folder.
            if let Some(path) = path.as_ref().filter(|path| path.value.starts_with('/')) {
                let message = format!("`{}` is not relative to the catalog's folder", path.value);
                self.push(Problem::new(Rule::InvalidPath, path.span, message));
            }
        }
    }

    fn diff(&mut self) {
        for (name, _) in &self.document.diff.levels {
            if diff::Rule::from_name(&name.value).is_none() {
                let known = || diff::Rule::ALL.iter().map(|rule| rule.name());
                let message = format!("unknown change `{}`", name.value);
                let problem = Problem::new(Rule::InvalidValue, name.span, message);
                let near = self.problems.nearest(&name.value, known);
                self.push(problem.did_you_mean(name.span, near));
            }
        }
    }

    fn generate(&mut self) {
        let document = self.document;
        let Generate {
            docs_dir,
            docs_flavor,
            docs_nav,
            docs_templates,
            docs_redirects,
            openapi,
            openapi_file,
            openapi_into,
            openapi_version: _,
            openapi_open,
            openapi_prefix,
            openapi_retries,
            json,
            llms,
            rust,
            typescript,
            python,
            snippets,
        } = &document.generate;
        for language in snippets {
            let (client, key) = match language.value {
                SnippetLanguage::Typescript => (typescript, "typescript"),
                SnippetLanguage::Python => (python, "python"),
                SnippetLanguage::Rust | SnippetLanguage::Curl => continue,
            };
            if client.is_none() {
                let message = format!("snippets in `{key}` use a client that is not generated");
                let help = format!("add `{key}: true` to `generate`");
                self.push(Problem::new(Rule::MissingKey, language.span, message).help(help));
            }
        }
        let has_settings = openapi_open.is_some() || openapi_prefix.is_some() || openapi_retries.is_some();
        if let (Some(openapi), None, None, false) = (openapi, openapi_file, openapi_into, has_settings) {
            self.push(Problem::new(Rule::MissingKey, *openapi, "`openapi` needs `file` or `into`"));
        }
        if let Some(prefix) = openapi_prefix {
            let is_upper = prefix.value.starts_with(|first: char| first.is_ascii_uppercase());
            if !is_upper || !prefix.value.chars().all(|c| c.is_ascii_alphanumeric()) {
                let message = format!("`{}` cannot begin the name of a component", prefix.value);
                let help = "use ASCII letters and digits, and begin with an upper-case letter, as in `Billing`";
                self.push(Problem::new(Rule::InvalidName, prefix.span, message).help(help));
            }
        }
        if let (Some(llms), None, None) = (llms, docs_dir, &document.api.doc_url) {
            let message = "`llms` links to the page of each error, and the pages have no URL";
            let help = "add `api.doc_url`, or generate the pages with `docs`";
            self.push(Problem::new(Rule::MissingKey, llms.span, message).help(help));
        }
        let paths = [
            docs_dir,
            docs_nav,
            docs_templates,
            docs_redirects,
            openapi_file,
            openapi_into,
            json,
            llms,
            rust,
            typescript,
            python,
        ];
        for path in paths.into_iter().flatten() {
            if normalized(&path.value).is_none() {
                let message = format!("`{}` is not a path below the catalog's folder", path.value);
                self.push(Problem::new(Rule::InvalidPath, path.span, message));
            }
        }
        let inside = |folder: &Text, path: &Text| {
            let (folder, path) = (normalized(&folder.value)?, normalized(&path.value)?);
            path.strip_prefix(&format!("{folder}/")).map(|_| ())
        };
        if let (Some(nav), Some(dir)) = (docs_nav, docs_dir)
            && inside(dir, nav).is_some()
        {
            let message = format!("`{}` is in the folder of the pages, which errbook owns", nav.value);
            self.push(
                Problem::new(Rule::InvalidPath, nav.span, message).help("set `dir` to a subfolder for the pages alone"),
            );
        }
        let of_nav = match docs_flavor {
            Some(Flavor::Mdbook) => Some(&[".md"][..]),
            Some(Flavor::Mkdocs) => Some(&[".yml", ".yaml"][..]),
            _ => None,
        };
        if let (Some(nav), None) = (docs_nav, of_nav) {
            let message = "only mdBook and MkDocs have a navigation file";
            self.push(
                Problem::new(Rule::InvalidPath, nav.span, message)
                    .help("remove `nav`, or set `flavor: mdbook` or `flavor: mkdocs`"),
            );
        }
        let of_nav = (docs_nav, of_nav.unwrap_or(&[""]));
        let of_openapi = &[".yaml", ".yml", ".json"][..];
        let endings = [
            (openapi_file, of_openapi),
            (openapi_into, of_openapi),
            (json, &[".json"]),
            (llms, &[".txt"]),
            (rust, &[".rs"]),
            (typescript, &[".ts", ".mts"]),
            (python, &[".py"]),
            of_nav,
        ];
        for (path, endings) in endings {
            let Some(path) = path else { continue };
            if !endings.iter().any(|ending| path.value.ends_with(ending)) {
                let message = format!("`{}` must end in {}", path.value, endings.join(" or "));
                self.push(Problem::new(Rule::InvalidPath, path.span, message));
            }
        }
    }

    /// Redirects name pages by URL, or for `MkDocs` by file.
    fn redirects(&mut self) {
        let document = self.document;
        let Some(file) = &document.generate.docs_redirects else { return };
        let (folder, name) = file.value.rsplit_once('/').unwrap_or(("", &file.value));
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        if matches!(ending, Some("yml" | "yaml")) {
            let docs = if folder.is_empty() { "docs".to_owned() } else { format!("{folder}/docs") };
            let dir = document.generate.docs_dir.as_ref().and_then(|dir| normalized(&dir.value));
            if let Some(dir) = dir.filter(|dir| *dir != docs && !dir.starts_with(&format!("{docs}/"))) {
                let message = format!("MkDocs reads the pages below `{docs}`, but `dir` is `{dir}`");
                self.push(Problem::new(Rule::InvalidPath, file.span, message));
            }
        } else if name == "_redirects" || ending == Some("json") {
            let template = document.api.doc_url.as_ref().map_or("", |url| url.value.as_str());
            let base = template.split('{').next().unwrap_or_default();
            let is_forgotten = template.contains("{group}") || template.contains("{code}");
            if base == template || is_forgotten || base.contains(['#', '?']) {
                let message = "redirects need a URL with its own path for each page";
                let help = "use `{slug}` or `{id}` in the path of `api.doc_url`";
                self.push(Problem::new(Rule::MissingKey, file.span, message).help(help));
            }
        } else {
            let message = format!("`{}` must be named `_redirects`, or end in .json or .yml", file.value);
            self.push(Problem::new(Rule::InvalidPath, file.span, message));
        }
    }

    fn references(&mut self) {
        let document = self.document;
        let groups = || document.groups.iter().map(|group| group.id.value.as_str());
        let policies = || document.retry.iter().map(|(name, _)| name.value.as_str());
        let envelopes = || document.envelopes.iter().map(|envelope| envelope.name.value.as_str());
        let of_owners = document.owners.iter().map(|owner| &owner.group);
        for name in document.errors.iter().map(|error| &error.group).chain(of_owners) {
            if let Some(name) = name.as_ref().filter(|name| !self.scope.groups.contains_key(name.value.as_str())) {
                self.unknown_name(Rule::UnknownGroup, "group", name, groups);
            }
        }
        let of_errors = document.errors.iter().map(|error| (&error.retry, &error.envelope));
        let of_groups = document.groups.iter().map(|group| (&group.defaults.retry, &group.defaults.envelope));
        let of_all = std::iter::once((&document.defaults.retry, &document.defaults.envelope));
        let of_unknown = document.unknown.iter().map(|entry| (&entry.retry, &None));
        for (retry, envelope) in of_errors.chain(of_groups).chain(of_all).chain(of_unknown) {
            if let Some(PolicyRef::Named(name)) = retry
                && !self.scope.policies.contains_key(name.value.as_str())
            {
                self.unknown_name(Rule::UnknownPolicy, "retry policy", name, policies);
            }
            // Without a response, `envelope: default` names an envelope that is not needed.
            if let Some(name) = envelope
                && !matches!(name.value.as_str(), DEFAULT | NONE)
                && !self.scope.envelopes.contains_key(name.value.as_str())
            {
                self.unknown_name(Rule::UnknownEnvelope, "envelope", name, envelopes);
            }
        }
        for name in document.envelopes.iter().map(|envelope| &envelope.name).filter(|name| name.value == NONE) {
            self.problems.push(
                Problem::new(Rule::NameClash, name.span, "an envelope cannot be named `none`")
                    .help("`envelope: none` is a response without a body."),
            );
        }
    }

    fn unknown_name<'n, N>(&mut self, rule: Rule, what: &str, name: &Text, names: impl FnOnce() -> N)
    where
        N: IntoIterator<Item = &'n str>,
    {
        let near = self.problems.nearest(&name.value, names);
        let message = format!("unknown {what} `{}`", name.value);
        self.push(Problem::new(rule, name.span, message).did_you_mean(name.span, near));
    }

    fn kinds(&mut self) {
        for error in &self.document.errors {
            for (at, status) in error.status.iter().enumerate() {
                if error.status[..at].iter().any(|earlier| earlier.value == status.value) {
                    let message = format!("status {} is listed twice", status.value);
                    self.push(Problem::new(Rule::InvalidStatus, status.span, message));
                }
            }
            let kind = kind(error);
            if kind == Kind::Response {
                continue;
            }
            let only_responses = [
                error.envelope.as_ref().map(|name| (name.span, "envelope")),
                error.headers.first().map(|(name, _)| (name.span, "headers")),
            ];
            for (at, key) in only_responses.into_iter().flatten() {
                self.misplaced(error, at, key, "it has no status, so it is not a response");
            }
            if kind == Kind::Symptom {
                let only_wire = [
                    error.retryable.as_ref().map(|retryable| (retryable.span, "retryable")),
                    error.retry.as_ref().map(|policy| match policy {
                        PolicyRef::Named(name) => (name.span, "retry"),
                        PolicyRef::Inline(policy) => (policy.span, "retry"),
                    }),
                    error.details.first().map(|field| (field.name.span, "details")),
                    error.examples.first().map(|example| (example.span, "examples")),
                ];
                for (at, key) in only_wire.into_iter().flatten() {
                    self.misplaced(error, at, key, "it has neither a status nor a message, so it is a symptom");
                }
            }
        }
    }

    fn misplaced(&mut self, error: &ErrorEntry, at: Span, key: &str, why: &str) {
        let message = format!("`{}` cannot have `{key}`: {why}", error.id.value);
        self.push(Problem::new(Rule::MisplacedKey, at, message));
    }

    fn predicates(&mut self) {
        let document = self.document;
        for (name, members) in &document.predicates {
            let starts_low = name.value.starts_with(|first: char| first.is_ascii_lowercase());
            let is_snake =
                starts_low && name.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if !is_snake || field_ident(&name.value) != name.value {
                let message = format!("`{}` is not a valid Rust method name", name.value);
                self.push(
                    Problem::new(Rule::InvalidName, name.span, message).help("use snake_case, as in `is_auth_error`"),
                );
            } else if RUST_CODE_METHODS.contains(&name.value.as_str()) {
                let message = format!("`{}` is a reserved method name of the generated `ErrorCode`", name.value);
                self.push(Problem::new(Rule::NameClash, name.span, message));
            }
            let mut seen: HashMap<&str, &Text> = HashMap::new();
            for member in members {
                self.known_error(member, "predicate");
                let symptom = self.scope.errors.get(member.value.as_str()).map(|&at| &document.errors[at]);
                if symptom.is_some_and(|error| kind(error) == Kind::Symptom) {
                    let message =
                        format!("`{}` is a symptom: it has no code that a predicate could match", member.value);
                    self.push(Problem::new(Rule::MisplacedKey, member.span, message));
                }
                let earlier = *seen.entry(&member.value).or_insert(member);
                if earlier.span != member.span {
                    let message = format!("`{}` is listed twice", member.value);
                    self.push(
                        Problem::new(Rule::DuplicateId, member.span, message).related(earlier.span, "first here"),
                    );
                }
            }
        }
    }

    /// Reports an unknown id. Returns whether the error exists.
    fn known_error(&mut self, name: &Text, what: &str) -> bool {
        if self.scope.errors.contains_key(name.value.as_str()) {
            return true;
        }
        let ids = || self.document.errors.iter().map(|error| error.id.value.as_str());
        let near = self.problems.nearest(&name.value, ids);
        let message = format!("this {what} names the unknown error `{}`", name.value);
        self.push(Problem::new(Rule::UnknownError, name.span, message).did_you_mean(name.span, near));
        false
    }

    fn replacements(&mut self) {
        let document = self.document;
        let of_errors = document.errors.iter().filter_map(|error| {
            let replacement = error.deprecated.as_ref()?.replacement.as_ref()?;
            Some((&error.id, replacement))
        });
        let of_retired = document.retired.iter().filter_map(|entry| Some((&entry.id, entry.replacement.as_ref()?)));
        for (id, replacement) in of_errors.chain(of_retired) {
            if !self.known_error(replacement, "replacement") {
                continue;
            }
            let target = &document.errors[self.scope.errors[replacement.value.as_str()]];
            if target.deprecated.is_some() {
                let message = format!("`{}` is replaced by `{}`, which is also deprecated", id.value, target.id.value);
                self.push(Problem::new(Rule::ReplacementCycle, replacement.span, message));
            }
        }
    }
}

/// A message without the names of its placeholders.
fn pattern(message: &str) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text,
        Piece::Slot { .. } => "\0".to_owned(),
    };
    pieces(message).unwrap_or_default().into_iter().map(piece).collect()
}

fn reserved_page(id: &Text, page: &str) -> Option<Problem> {
    let owner = page_owner(page)?;
    let message = format!("`{}` generates the page `{page}.md`, {owner}", id.value);
    Some(Problem::new(Rule::NameClash, id.span, message))
}

fn invalid_id(id: &Text) -> Problem {
    Problem::new(Rule::InvalidName, id.span, format!("`{}` is not a valid id", id.value))
        .help("start with a letter, and use only letters, digits, `_`, `-` and `.`")
}

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
