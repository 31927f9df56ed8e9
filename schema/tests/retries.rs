//! The extensions for retries of client generators.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use errbook_catalog::model::{Catalog, OpenapiVersion};
use errbook_schema::openapi::{Document, Note, emit, merge, notes, overlay};
use serde_json::{Value as Json, json};

const SPEAKEASY: &str = "x-speakeasy-retries";
const FERN: &str = "x-fern-retries";

/// A catalog with these errors, and other sections.
fn catalog(retries: &str, errors: &str, more: &str) -> Catalog {
    let generate = format!("generate: {{openapi: {{retries: {retries}}}}}\n");
    let generate = if retries.is_empty() { "" } else { &generate };
    let text = format!(
        "errbook: 1\napi: {{name: Shop}}\nenvelopes: {{default: {{body: {{code: '{{code}}'}}}}}}\nerrors:\n{errors}{more}\
         {generate}"
    );
    let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

/// Errors with a status and keys: `A: 503, retryable: true`.
fn errors(lines: &[&str]) -> String {
    let line = |line: &&str| {
        let (id, status) = line.split_once(": ").expect("an id and a status");
        format!("  {id}: {{status: {status}, fix: Wait., headers: {{Retry-After: '1', X-Reset: '1'}}}}\n")
    };
    lines.iter().map(line).collect()
}

fn read(text: &str) -> Json {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An operation that lists every error of a catalog.
fn document(catalog: &Catalog, method: &str) -> String {
    let ids: Vec<&str> = catalog.errors.iter().map(|error| error.name.id.as_str()).collect();
    let ids = ids.join(", ");
    format!("openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /a:\n    {method}:\n      x-errors: [{ids}]\n")
}

/// The extension of an operation that returns every error of a catalog, and the notes about it.
fn extension(catalog: &Catalog, method: &str, key: &str) -> (Json, Vec<Note>) {
    let document = document(catalog, method);
    let merged = merge(catalog, &document).unwrap_or_else(|error| panic!("{error}\n{document}"));
    assert!(merged.starts_with(&document), "{merged}");
    assert_eq!(merge(catalog, &merged).as_ref(), Ok(&merged), "a second run changes nothing");
    let mut extension = read(&merged)["paths"]["/a"][method][key].take();
    if let Some(members) = extension.as_object_mut() {
        assert_eq!(members.remove("x-errbook"), Some(json!("shop")));
    }
    (extension, Document::alone(&document).notes(catalog).expect("a document"))
}

fn speakeasy(lines: &[&str], method: &str) -> Json {
    extension(&catalog("speakeasy", &errors(lines), ""), method, SPEAKEASY).0
}

#[test]
fn a_status_is_named_only_if_all_of_its_errors_can_be_retried() {
    let named = |lines: &[&str], method: &str| speakeasy(lines, method)["statusCodes"].clone();
    assert_eq!(named(&["A: 503, retryable: true", "B: 429, retryable: true"], "get"), json!(["429", "503"]));
    for other in ["B: 503, retryable: false", "B: 503", "B: '[503, 502]'"] {
        let other = other.replace('\'', "");
        assert_eq!(named(&["A: 503, retryable: true", &other], "get"), Json::Null, "{other}");
    }
    assert_eq!(named(&["A: 503, retryable: true", "B: 500, retryable: false", "C: 404"], "get"), json!(["503"]));
    assert_eq!(named(&["A: [502, 503], retryable: true", "B: 503"], "get"), json!(["502"]));
    assert_eq!(named(&["A: 200, retryable: true", "B: 302, retryable: true"], "get"), Json::Null, "not an error");
}

#[test]
fn an_idempotent_error_is_retried_by_idempotent_methods_alone() {
    let named = |lines: &[&str], method: &str| speakeasy(lines, method)["statusCodes"].clone();
    let error = ["A: 503, retryable: idempotent"];
    for method in ["get", "head", "options", "trace", "put", "delete"] {
        assert_eq!(named(&error, method), json!(["503"]), "{method}");
    }
    for method in ["post", "patch"] {
        assert_eq!(named(&error, method), Json::Null, "{method}");
        let both = catalog("speakeasy", &errors(&[error[0], "B: 503, retryable: true"]), "");
        let (extension, notes) = extension(&both, method, SPEAKEASY);
        assert_eq!(extension, Json::Null);
        assert!(notes[0].message.ends_with("leaves out 503: `A` (errors.yaml:5) needs an idempotent request"));
    }
    let alone = emit(&catalog("speakeasy", &errors(&error), ""), OpenapiVersion::V3_1);
    assert_eq!(alone[SPEAKEASY], Json::Null, "an operation could have any method");
}

#[test]
fn the_waits_are_those_of_the_policies() {
    let backoff = |policies: &[&str]| {
        let lines: Vec<String> =
            policies.iter().enumerate().map(|(index, policy)| format!("E{index}: {}, {policy}", 500 + index)).collect();
        speakeasy(&lines.iter().map(String::as_str).collect::<Vec<_>>(), "get")["backoff"].clone()
    };
    let waits = |initial: u64, max: u64, elapsed: u64, exponent: f64| {
        let exponent =
            if exponent.fract() == 0.0 { json!(exponent.to_string().parse::<u64>().unwrap()) } else { json!(exponent) };
        json!({ "initialInterval": initial, "maxInterval": max, "maxElapsedTime": elapsed, "exponent": exponent })
    };
    let exponential = "retry: {backoff: exponential, initial: 500ms, factor: 1.5, max: 1s, attempts: 4}";
    let fixed = "retry: {initial: 2s, attempts: 2}";
    // 500 + 750 + 1000 + 1000
    assert_eq!(backoff(&[exponential]), waits(500, 1000, 3250, 1.5));
    assert_eq!(backoff(&[fixed]), waits(2000, 2000, 4000, 1.0));
    // Never shorter waits than in one of them, and never a longer time in all.
    assert_eq!(backoff(&[exponential, fixed]), waits(2000, 2000, 3250, 1.5));
    assert_eq!(backoff(&[exponential, "retryable: true"]), waits(500, 1000, 3250, 1.5));
    assert_eq!(
        backoff(&["retry: {initial: 30s, max: 60s, attempts: 2, backoff: fixed}"]),
        waits(30_000, 60_000, 60_000, 1.0)
    );
    assert_eq!(
        backoff(&["retry: {initial: 1h, backoff: exponential, factor: 1000, attempts: 1000, max: 10h}"])["maxInterval"],
        json!(36_000_000)
    );
    // What the catalog does not say is left out.
    assert_eq!(backoff(&["retryable: true"]), Json::Null);
    assert_eq!(backoff(&["retry: {after: Retry-After}"]), Json::Null);
    let endless = "retry: {initial: 1s, max: 4s, backoff: exponential}";
    assert_eq!(backoff(&[endless]), json!({ "initialInterval": 1000, "maxInterval": 4000, "exponent": 2 }));
    // Speakeasy's clients cut `Retry-After` to `maxInterval`.
    let after = |max: &str| {
        backoff(&[&format!("retry: {{after: Retry-After, initial: 1s, max: {max}, backoff: exponential}}")])
    };
    assert_eq!(after("4s"), json!({ "initialInterval": 1000, "exponent": 2 }));
    assert_eq!(after("2m"), json!({ "initialInterval": 1000, "maxInterval": 120_000, "exponent": 2 }));
}

/// Not every reader of JSON has larger numbers.
#[test]
fn enormous_waits_are_numbers() {
    let error = ["A: 503, retry: {backoff: exponential, initial: 1h, factor: 1000000, attempts: 1000}"];
    let backoff = speakeasy(&error, "get")["backoff"].clone();
    assert_eq!(backoff["maxElapsedTime"], json!((1_u64 << 53) - 1));
}

#[test]
fn what_an_extension_cannot_say_is_noted() {
    let mut shown = String::new();
    let mut show = |retries: &str, method: &str, lines: &[&str], more: &str| {
        let catalog = catalog(retries, &errors(lines), more);
        let (_, of_operation) = extension(&catalog, method, SPEAKEASY);
        for (of, notes) in [("operation", of_operation), ("document", notes(&catalog))] {
            for Note { file: _, place, message, help } in notes {
                let place = place.map_or(String::new(), |(line, column)| format!(" at {line}:{column}"));
                let help = help.map_or(String::new(), |help| format!("; {help}"));
                writeln!(shown, "{of}{place}: {message}{help}").expect("a text");
            }
        }
        shown.push('\n');
    };
    show("speakeasy", "post", &["A: 503, retryable: true", "B: 503, retryable: false"], "");
    show("speakeasy", "post", &["A: 503, retryable: true", "B: 503"], "");
    show("speakeasy", "post", &["A: 503, retry: {after: X-Reset}"], "");
    show("speakeasy", "post", &["A: 503, retry: {after: Retry-After, attempts: 2}"], "");
    show("speakeasy", "post", &["A: 503, retry: {initial: 0s, attempts: 2}"], "");
    show("speakeasy", "post", &["A: 503, retry: {initial: 1s, backoff: exponential}"], "");
    show(
        "speakeasy",
        "post",
        &["A: 503, retryable: true"],
        "unknown: {'5XX': {retryable: false}, '404': {retryable: true}}\n",
    );
    show("fern", "post", &["A: 503, retryable: true", "B: 500, retryable: false"], "");
    show("fern", "post", &["A: 503, retryable: false"], "unknown: {'5XX': {retryable: true}}\n");
    // Nothing is lost here.
    show("[speakeasy, fern]", "get", &["A: 404, retryable: false", "B: 503, retryable: idempotent"], "");
    insta::assert_snapshot!(shown);
}

/// Fern's extension can only turn off all retries.
#[test]
fn fern_is_told_only_that_no_request_is_retried() {
    let disabled = |lines: &[&str], method: &str, more: &str| {
        extension(&catalog("fern", &errors(lines), more), method, FERN).0 == json!({ "disabled": true })
    };
    assert!(disabled(&["A: 500, retryable: false", "B: 404"], "get", ""));
    assert!(disabled(&["A: 409, retryable: idempotent"], "post", ""));
    assert!(!disabled(&["A: 409, retryable: idempotent"], "put", ""));
    assert!(!disabled(&["A: 404, retryable: false"], "get", ""), "no client retries this status");
    assert!(!disabled(&["A: 500"], "get", ""), "the catalog does not say it");
    assert!(!disabled(&["A: 500, retryable: false", "B: 503"], "get", ""));
    assert!(!disabled(&["A: 500, retryable: false", "B: 400, retryable: true"], "get", ""));
    assert!(!disabled(&["A: 500, retryable: false"], "get", "unknown: {'5XX': {retryable: true}}\n"));
}

#[test]
fn a_document_of_its_own_has_the_statuses_of_all_operations() {
    let lines = ["A: 503, retry: {initial: 1s, attempts: 2}", "B: 500, retryable: false", "C: 429, retryable: true"];
    let with = catalog("[speakeasy, fern]", &errors(&lines), "");
    let document = emit(&with, OpenapiVersion::V3_1);
    assert_eq!(document[SPEAKEASY]["statusCodes"], json!(["429", "503"]));
    assert_eq!(document[SPEAKEASY]["x-errbook"], Json::Null, "the whole document is errbook's");
    assert_eq!(document[FERN], Json::Null, "an extension of operations");
    let without = emit(&catalog("", &errors(&lines), ""), OpenapiVersion::V3_1);
    assert_eq!(without[SPEAKEASY], Json::Null);
}

/// The styles of a document with two operations.
fn styles() -> BTreeMap<&'static str, String> {
    let block = "\
openapi: 3.1.0
info: {title: a, version: '1'}
paths:
  /a:
    get:
      x-errors: [BUSY] # theirs
      responses:
        '200': {description: ok}
    # the second
    post:
      summary: Posts
      x-errors: [BROKEN]

    put: {x-errors: [BUSY]}
";
    let flow = "{openapi: 3.1.0, paths: {/a: {get: {x-errors: [BUSY], responses: {'200': {description: ok}}}, \
                post: {x-errors: [BROKEN],}}}}\n";
    let json = json!({
        "openapi": "3.0.3",
        "paths": {
            "/a": {
                "get": {"x-errors": ["BUSY"], "responses": {"200": {"description": "ok"}}},
                "post": {"x-errors": ["BROKEN"]},
            },
        },
    });
    let list_at_the_top =
        "openapi: 3.1.0\nx-errors: [BUSY, BROKEN]\npaths:\n  /a:\n    get: {}\n    post:\n      x-fern-ignore: true\n";
    BTreeMap::from([
        ("block", block.to_owned()),
        ("flow", flow.to_owned()),
        ("list at the top", list_at_the_top.to_owned()),
        ("minified", json.to_string()),
        ("pretty", format!("{json:#}\n")),
        ("windows", block.replace('\n', "\r\n")),
    ])
}

fn busy(retries: &str) -> Catalog {
    let lines = ["BUSY: 503, retry: {after: Retry-After, initial: 1s, attempts: 2}", "BROKEN: 500, retryable: false"];
    catalog(retries, &errors(&lines), "")
}

#[test]
fn extensions_are_added_updated_and_removed_in_every_style() {
    let (both, one, none) = (busy("[speakeasy, fern]"), busy("speakeasy"), busy(""));
    for (style, document) in styles() {
        let plain = merge(&none, &document).unwrap_or_else(|error| panic!("{style}: {error}"));
        assert!(!plain.contains("-retries"), "{style}");
        let with = merge(&both, &document).unwrap_or_else(|error| panic!("{style}: {error}"));
        let operations = &read(&with)["paths"]["/a"];
        assert_eq!(operations["get"][SPEAKEASY]["statusCodes"], json!(["503"]), "{style}:\n{with}");
        if style != "list at the top" {
            assert_eq!(operations["get"][FERN], Json::Null, "{style}");
            assert_eq!(operations["post"][SPEAKEASY], Json::Null, "{style}");
            assert_eq!(operations["post"][FERN], json!({"disabled": true, "x-errbook": "shop"}), "{style}:\n{with}");
        }
        assert_eq!(merge(&both, &with).as_ref(), Ok(&with), "{style}: a second run changes nothing");
        // From any state to any other.
        assert_eq!(read(&merge(&both, &plain).expect(style)), read(&with), "{style}");
        let fewer = merge(&one, &with).expect(style);
        assert_eq!(read(&fewer), read(&merge(&one, &document).expect(style)), "{style}:\n{fewer}");
        assert_eq!(read(&merge(&none, &with).expect(style)), read(&plain), "{style}");
        let lists = ["[BUSY, BROKEN]", "[BUSY]", "[BROKEN]", "[\"BUSY\"]", "[\"BROKEN\"]"];
        let lines = ["BUSY", "BROKEN"].map(|id| format!("[\n          \"{id}\"\n        ]"));
        let lists = lists.into_iter().chain(lines.iter().map(String::as_str));
        let empty = lists.fold(with.clone(), |text, list| text.replace(list, "[]"));
        let emptied = merge(&both, &empty).unwrap_or_else(|error| panic!("{style}: {error}\n{empty}"));
        assert!(!emptied.contains("-retries") && !emptied.contains("x-errbook"), "{style}:\n{emptied}");
        let again =
            merge(&both, &emptied.replace("[]", "[\"BUSY\"]")).unwrap_or_else(|error| panic!("{style}: {error}"));
        assert!(read(&again)["paths"]["/a"]["get"][SPEAKEASY].is_object(), "{style}:\n{again}");
        if style == "block" {
            assert_eq!(merge(&none, &with).as_ref(), Ok(&plain), "the same bytes");
            insta::assert_snapshot!(with.split("components:").next().expect("the paths"));
        }
    }
}

#[test]
fn an_outdated_extension_is_replaced() {
    let document = &styles()["block"];
    let with = merge(&busy("speakeasy"), document).expect("merged");
    let edited =
        with.replace("initialInterval: 1000", "initialInterval: 9").replace("exponent: 1}", "exponent: 1} # mine");
    assert_ne!(edited, with);
    assert_eq!(merge(&busy("speakeasy"), &edited), Ok(with));
}

#[test]
fn an_extension_of_the_document_stays_and_is_noted() {
    let catalog = busy("[speakeasy, fern]");
    for own in ["{strategy: backoff, statusCodes: [5XX]}", "{x-errbook: other}", "true", "[]", ""] {
        let document = format!(
            "openapi: 3.1.0\nx-speakeasy-retries: {{strategy: none}}\npaths:\n  /a:\n    get:\n      x-speakeasy-retries: {own}\n      x-errors: {{shop: [BUSY]}}\n    post:\n      x-errors: {{shop: [BROKEN]}}\n"
        );
        let merged = merge(&catalog, &document).unwrap_or_else(|error| panic!("{own}: {error}"));
        assert!(merged.starts_with(&document[..document.find("    post").expect("post")]), "{merged}");
        assert_eq!(read(&merged)["paths"]["/a"]["get"][SPEAKEASY], read(&document)["paths"]["/a"]["get"][SPEAKEASY]);
        assert!(read(&merged)["paths"]["/a"]["post"][FERN].is_object());
        let without = merge(&busy(""), &merged).expect("merged");
        assert_eq!(read(&without)["paths"]["/a"]["get"][SPEAKEASY], read(&document)["paths"]["/a"]["get"][SPEAKEASY]);
        let notes = Document::alone(&merged).notes(&catalog).expect("a document");
        let owner = if own.contains("other") { "of the API `other`" } else { "the document's own" };
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert_eq!(notes[0].place, Some((6, 7)));
        assert_eq!(notes[0].message, format!("`x-speakeasy-retries` of `GET /a` is {owner}, and stays as it is"));
    }
}

/// Clients of the API do not send these requests.
#[test]
fn webhooks_and_callbacks_have_no_extensions() {
    let document = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: []\n      callbacks:\n        done:\n          '{$request.body#/url}':\n            put: {x-errors: [BUSY]}\nwebhooks:\n  sold:\n    put: {x-errors: [BUSY]}\n";
    let merged = merge(&busy("[speakeasy, fern]"), document).expect("merged");
    assert!(merged.contains("SoldErrors503") && !merged.contains("-retries"), "{merged}");
}

#[test]
fn an_operation_in_a_file_has_its_extensions() {
    let document = "openapi: 3.1.0\npaths:\n  /a: {$ref: a.yaml}\n";
    let file = "get:\n  x-errors: [BUSY]\n";
    let read_file =
        |path: &str| if path == "a.yaml" { Ok(file.to_owned()) } else { Err(std::io::ErrorKind::NotFound.into()) };
    let document = Document::read("openapi.yaml", document, read_file).expect("a document");
    let merged = document.merge(&busy("speakeasy")).expect("merged");
    let text = merged.files().next().expect("a file").text.to_owned();
    assert!(text.starts_with(file) && text.contains("\n  x-speakeasy-retries:\n    strategy: backoff\n"), "{text}");
    assert!(!merged.text().contains("-retries"));
    assert_eq!(merged.merge(&busy("speakeasy")).as_ref(), Ok(&merged));
    let without = merged.merge(&busy("")).expect("merged");
    assert!(!without.files().next().expect("a file").text.contains("-retries"));
}

/// An alias repeats the extension of an operation, which can be wrong for its own method.
#[test]
fn an_alias_repeats_only_what_is_true_of_its_method() {
    let always = catalog("speakeasy", &errors(&["A: 503, retryable: true"]), "");
    let idempotent = catalog("speakeasy", &errors(&["A: 503, retryable: idempotent"]), "");
    let document =
        |other: &str| format!("openapi: 3.1.0\npaths:\n  /a:\n    put: &a\n      x-errors: [A]\n    {other}: *a\n");
    assert!(merge(&always, &document("post")).is_ok());
    assert!(merge(&idempotent, &document("delete")).is_ok());
    let error = merge(&idempotent, &document("post")).expect_err("rejected");
    assert!(error.to_string().contains("`POST /a` gets"), "{error}");
    let hidden = "openapi: 3.1.0\nx-base: &base {x-speakeasy-retries: {strategy: none}}\npaths:\n  /a:\n    get:\n      <<: *base\n      x-errors: [A]\n";
    let error = merge(&always, hidden).expect_err("rejected");
    assert!(error.to_string().contains("`paths./a.get` gets members through"), "{error}");
}

#[test]
fn an_overlay_has_the_extensions() {
    let catalog = busy("speakeasy");
    let document = &styles()["block"];
    let update = |document: &str| {
        let overlay = overlay(&catalog, document, "openapi.yaml").expect("an overlay");
        let actions = overlay["actions"].as_array().expect("actions").clone();
        let of_get =
            |action: &&Json| action["target"].as_str().is_some_and(|target| target.starts_with("$.paths['/a'].get"));
        actions.iter().filter(of_get).cloned().collect::<Vec<Json>>()
    };
    let first = update(document);
    assert_eq!(first[0]["update"][SPEAKEASY]["statusCodes"], json!(["503"]), "{first:?}");
    let second = update(&merge(&catalog, document).expect("merged"));
    let removal = json!({"target": "$.paths['/a'].get['x-speakeasy-retries']", "remove": true});
    assert!(second.contains(&removal), "{second:?}");
}
