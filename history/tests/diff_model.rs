//! A comparison finds a change of any field of the model. The structs are destructured without
//! `..`, so a new field does not compile until it is listed here.

use errbook_catalog::load_text;
use errbook_catalog::model::template::Template;
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{
    After, Api, Backoff, Catalog, Changed, Code, Deprecated, DetailType, EnumValue, Envelope, ErrorDef, Example, Fault,
    Field, Flavor, Generate, GenerateDocs, GenerateOpenapi, Group, Header, Lifecycle, NamedPolicy, OpenapiVersion,
    Owner, Policy, Predicate, Prose, ProseFile, Refund, Retired, RetiredName, Retry, RetryExtension, Snippet,
    SnippetLanguage, TypeDef, TypeShape,
};
use errbook_history::diff::diff;

/// The base catalog, with a value for each optional field.
fn base() -> Catalog {
    let text = std::fs::read("tests/diff/base.yaml").expect("readable");
    let mut catalog = load_text("errors.yaml", &text).catalog.expect("accepted");
    catalog.prose.before.push(ProseFile { path: "before.md".to_owned(), text: "Before.".to_owned() });
    let prefix = Some("SOLD_".to_owned());
    catalog.owners.push(Owner {
        file: "stock.yaml".to_owned(),
        team: "@shop/stock".to_owned(),
        prefix,
        group: Some(0),
    });
    catalog.prose.after.push(ProseFile { path: "after.md".to_owned(), text: "After.".to_owned() });
    catalog
}

/// Applies the change with this number, and returns it as text; `None` past the last.
macro_rules! change {
    ($at:expr; $($change:expr;)+) => {{
        let changes: &mut [(&str, &mut dyn FnMut())] = &mut [$((stringify!($change), &mut || { $change; })),+];
        changes.get_mut($at).map(|(name, change)| {
            change();
            *name
        })
    }};
}

fn api(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Api { name, slug, version, summary, doc_url, support } = &mut catalog.api;
    change! { at;
        name.push('x');
        slug.push('x');
        *version = None;
        *summary = None;
        *doc_url = None;
        *support = None;
    }
}

fn sections(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Catalog {
        api: _,
        context,
        envelopes,
        retry_policies,
        groups,
        predicates,
        rejections,
        unknown,
        types,
        errors,
        retired,
        owners,
        prose: _,
        audit: _,
        diff: _,
        generate: _,
        // Not part of the catalog's meaning.
        operations: _,
    } = catalog;
    change! { at;
        context.pop();
        envelopes.pop();
        retry_policies.pop();
        groups.pop();
        predicates.pop();
        rejections[0].error += 1;
        unknown.pop();
        types.push(TypeDef { name: "More".to_owned(), doc: None, shape: TypeShape::Enum { values: Vec::new(), open: false } });
        errors.pop();
        retired.pop();
        owners.pop();
    }
}

fn error(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let internal = catalog.errors.iter().find(|error| !error.is_public()).expect("an internal error").visibility;
    let ErrorDef {
        name,
        code,
        statuses,
        title,
        message,
        description,
        cause,
        fix,
        notes,
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
        lifecycle,
        visibility,
        source,
        boxed,
        origin: _, // where it is written changes with every line above it
    } = &mut catalog.errors[0];
    change! { at;
        name.id.push('X');
        *code = Some(Code::Integer(7));
        statuses.push(418);
        title.push('x');
        *message = Some(Template::default());
        *description = None;
        *cause = None;
        *fix = None;
        *notes = None;
        *retry = Retry::Always(None);
        *refund = Some(Refund::Kept);
        *fault = Some(Fault::Upstream);
        *doc_url = Some("https://elsewhere.example".to_owned());
        *group = None;
        *envelope = Some(1);
        headers.clear();
        details.clear();
        examples.clear();
        snippets.clear();
        *lifecycle = Lifecycle::default();
        *visibility = internal;
        *source = true;
        *boxed = true;
    }
}

fn lifecycle(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Lifecycle { since: since_when, changed, deprecated } = &mut catalog.errors[1].lifecycle;
    let Deprecated { since, replacement, note } = deprecated.as_mut().expect("a deprecated error");
    change! { at;
        *since_when = Some("0.1.0".to_owned());
        changed.push(Changed { version: "0.2.0".to_owned(), note: "Sent later.".to_owned() });
        *since = None;
        *replacement = None;
        *note = None;
    }
}

fn retries(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Retry::Always(Some(Policy { name, after, backoff, attempts })) = &mut catalog.errors[3].retry else {
        panic!("an error with a policy")
    };
    change! { at;
        *name = None;
        *after = Some(After::Detail("wait".to_owned()));
        *backoff = None;
        *attempts = None;
    }
}

fn backoff(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let NamedPolicy { name, policy: Policy { name: _, after, backoff, attempts } } = &mut catalog.retry_policies[0];
    let Some(Backoff::Exponential { initial_ms, factor, max_ms }) = backoff else { panic!("an exponential backoff") };
    change! { at;
        name.push('x');
        *after = Some(After::Header("X-Wait".to_owned()));
        *attempts = None;
        *initial_ms += 1;
        *factor += 0.5;
        *max_ms = None;
    }
}

fn fixed_backoff(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let backoff = &mut catalog.retry_policies[1].policy.backoff;
    let Some(Backoff::Fixed { initial_ms, max_ms }) = backoff else { panic!("a fixed backoff") };
    change! { at;
        *initial_ms += 1;
        *max_ms = Some(5_000);
    }
}

fn refund(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Some(Refund::Conditional { when }) = &mut catalog.errors[1].refund else { panic!("a condition") };
    change! { at;
        when.push('x');
    }
}

fn field(field: &mut Field, at: usize) -> Option<&'static str> {
    let Field {
        name,
        ident: _, // follows from the name
        ty,
        optional,
        sensitive,
        doc,
        example,
        boxed: _, // follows from the types
    } = field;
    change! { at;
        name.push('x');
        *ty = DetailType::Boolean;
        *optional = !*optional;
        *sensitive = !*sensitive;
        *doc = Some("Else.".to_owned());
        *example = Some(Value::Null);
    }
}

fn fact(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    field(&mut catalog.context[0], at)
}

fn detail(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    field(&mut catalog.errors[0].details[0], at)
}

fn member(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let TypeShape::Object(fields) = &mut catalog.types[1].shape else { panic!("an object") };
    field(&mut fields[0], at)
}

fn types(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let TypeDef { name, doc, shape } = &mut catalog.types[0];
    change! { at;
        name.push('x');
        *doc = None;
        *shape = TypeShape::Object(Vec::new());
    }
}

fn enum_value(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let TypeShape::Enum { values, open } = &mut catalog.types[0].shape else { panic!("an enum") };
    // The variant is derived from the value.
    let EnumValue { value, variant: _ } = &mut values[0];
    change! { at;
        value.push('x');
        *open = true;
    }
}

fn header(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Header { name, value } = &mut catalog.errors[0].headers[0];
    change! { at;
        name.push('x');
        *value = Template::default();
    }
}

fn envelope(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Envelope {
        name,
        type_name: _, // follows from the name
        content_type,
        body,
        headers,
    } = &mut catalog.envelopes[0];
    change! { at;
        name.push('x');
        content_type.push('x');
        body.members.clear();
        headers.clear();
    }
}

fn group(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Group { id, title, summary, columns } = &mut catalog.groups[0];
    change! { at;
        id.push('x');
        title.push('x');
        *summary = None;
        columns.clear();
    }
}

fn predicate(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Predicate { name, members } = &mut catalog.predicates[0];
    change! { at;
        name.push('x');
        members.pop();
    }
}

fn retired(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Retired { name, since, replacement, rust, is_public, note, origin: _ } = &mut catalog.retired[0];
    change! { at;
        name.id.push('X');
        *since = None;
        *replacement = None;
        *rust = Some(RetiredName::Alias);
        *is_public = false;
        *note = None;
    }
}

fn owner(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Owner { file, team, prefix, group } = &mut catalog.owners[0];
    change! { at;
        file.push('x');
        team.push('x');
        *prefix = None;
        *group = None;
    }
}

fn example(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Example {
        title,
        status,
        message: _, // rendered, as are the two below
        headers: _,
        body: _,
        details,
        context,
    } = &mut catalog.errors[0].examples[0];
    change! { at;
        title.push('x');
        *status = None;
        details.clear();
        context.clear();
    }
}

fn snippet(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Snippet { lang, code } = &mut catalog.errors[0].snippets[0];
    change! { at;
        lang.push('x');
        code.push('x');
    }
}

fn prose(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Prose { before, after } = &mut catalog.prose;
    let ProseFile { path, text } = &mut before[0];
    change! { at;
        path.push('x');
        text.push('x');
        after.clear();
    }
}

fn generate(catalog: &mut Catalog, at: usize) -> Option<&'static str> {
    let Generate {
        docs,
        docs_redirects,
        openapi,
        openapi_into,
        openapi_open,
        openapi_prefix,
        openapi_retries,
        json,
        llms,
        rust,
        typescript,
        python,
        snippets,
    } = &mut catalog.generate;
    let GenerateDocs { dir, flavor, nav, templates } = docs.as_mut().expect("docs");
    let GenerateOpenapi { file, version } = openapi.as_mut().expect("OpenAPI");
    change! { at;
        dir.push('x');
        *flavor = Flavor::Mkdocs;
        *nav = Some("mkdocs.yml".to_owned());
        *templates = Some("templates".to_owned());
        file.push('x');
        *version = OpenapiVersion::V3_0;
        *docs_redirects = Some("_redirects".to_owned());
        *openapi_into = Some("api.yaml".to_owned());
        *openapi_open = true;
        *openapi_prefix = Some("Billing".to_owned());
        openapi_retries.insert(RetryExtension::Fern);
        *json = None;
        *llms = Some("llms.txt".to_owned());
        *rust = None;
        *typescript = Some("errors.ts".to_owned());
        *python = Some("errors.py".to_owned());
        snippets.push(SnippetLanguage::Curl);
    }
}

type Changes = fn(&mut Catalog, usize) -> Option<&'static str>;

const ALL: [(&str, Changes); 25] = [
    ("api", api),
    ("catalog", sections),
    ("error", error),
    ("lifecycle", lifecycle),
    ("policy", retries),
    ("named policy", backoff),
    ("fixed backoff", fixed_backoff),
    ("refund", refund),
    ("fact", fact),
    ("detail", detail),
    ("member", member),
    ("type", types),
    ("enum value", enum_value),
    ("header", header),
    ("envelope", envelope),
    ("group", group),
    ("predicate", predicate),
    ("retired", retired),
    ("owner", owner),
    ("example", example),
    ("snippet", snippet),
    ("prose", prose),
    ("generate", generate),
    ("no group", |catalog, at| change! { at; catalog.errors[0].group = None; }),
    ("no envelope", |catalog, at| change! { at; catalog.errors[0].envelope = None; }),
];

#[test]
fn every_field_of_the_model_is_compared() {
    let old = base();
    assert_eq!(diff(&old, &old).changes, []);
    for (what, change) in ALL {
        for at in 0.. {
            let mut new = old.clone();
            let Some(name) = change(&mut new, at) else { break };
            assert_ne!(diff(&old, &new).changes, [], "{what}: {name}");
            assert_ne!(diff(&new, &old).changes, [], "back from {what}: {name}");
        }
    }
}
