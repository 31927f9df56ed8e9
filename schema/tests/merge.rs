//! Merges errors into users' OpenAPI documents.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use errbook_catalog::model::Catalog;
use errbook_schema::openapi::{MergeError, merge, operations};
use serde_json::{Map, Value as Json};

fn catalog() -> Catalog {
    let loaded = errbook_catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/merge/errors.yaml"));
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

/// JSON is YAML.
fn read(text: &str) -> Json {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A document without errbook's parts.
fn foreign(document: &Json) -> Json {
    fn is_ours(value: &Json) -> bool {
        value["x-errbook"] == "shop"
            || value["$ref"].as_str().is_some_and(|target| {
                target.starts_with("#/components/responses/Status")
                    || target.rsplit_once("Errors").is_some_and(|(_, status)| status.parse::<u16>().is_ok())
                    || ["SoldOut", "Closed", "RateLimit", "Unauthorized"]
                        .iter()
                        .any(|name| target == format!("#/components/responses/{name}"))
            })
    }
    fn strip(value: &mut Json) {
        match value {
            Json::Object(members) => {
                members.retain(|_, member| !is_ours(member));
                members.values_mut().for_each(strip);
                members.retain(|name, member| {
                    let may_go = ["components", "schemas", "responses", "headers", "examples"].contains(&name.as_str());
                    !(may_go && (member.as_object().is_some_and(Map::is_empty) || member.is_null()))
                });
            }
            Json::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut stripped = document.clone();
    strip(&mut stripped);
    stripped
}

/// Merges, and checks the properties of every merge.
fn merged(document: &str) -> String {
    let text = changed(document);
    let components = &read(&text)["components"];
    assert_eq!(components["schemas"]["SoldOutError"]["x-errbook"], "shop", "{text}");
    let responses = components["responses"].as_object().expect("responses");
    assert!(responses.values().any(|response| response["x-errbook"] == "shop"), "{text}");
    text
}

/// The same, even if the document uses no component of the catalog.
fn changed(document: &str) -> String {
    let catalog = catalog();
    let text = merge(&catalog, document).unwrap_or_else(|error| panic!("{error}\n{document}"));
    assert_eq!(foreign(&read(&text)), foreign(&read(document)), "only errbook's changes:\n{text}");
    assert_eq!(merge(&catalog, &text).as_deref(), Ok(text.as_str()), "a second run changes nothing:\n{text}");
    text
}

fn problems(document: &str) -> Vec<String> {
    let MergeError { problems } = merge(&catalog(), document).expect_err("rejected");
    let text = |help: Option<&String>| help.map_or_else(String::new, |help| format!("; {help}"));
    problems.iter().map(|p| format!("{}:{}: {}{}", p.line, p.column, p.message, text(p.help.as_ref()))).collect()
}

#[test]
fn every_document_of_the_folder_matches_its_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/merge/documents");
    let mut names: Vec<_> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    names.sort();
    assert!(names.len() >= 8, "{names:?}");
    for path in names {
        let document = fs::read_to_string(&path).expect("readable");
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("merge/merged");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, merged(&document)));
    }
}

/// A document whose operations name no errors gets the components of every public response.
#[test]
fn a_document_that_names_no_error_gets_all_of_them() {
    let text = merged("openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n");
    let names = |section: &str| -> String {
        let members = read(&text)["components"][section].as_object().cloned().unwrap_or_default();
        members.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names("schemas"),
        "ErrorCode AnyError Errors401 Errors409 Errors429 DefaultEnvelope \
         SoldOutError ClosedError RateLimitError BusyError TiredError UnauthorizedError",
    );
    assert_eq!(names("responses"), "SoldOut Closed RateLimit Busy Tired Unauthorized Status401 Status409 Status429");
    assert_eq!(names("headers"), "X-Request-Id Retry-After Retry-After-busy WWW-Authenticate Retry-After-status-429");
    assert_eq!(names("examples"), "sold-out closed rate-limit busy tired unauthorized");
}

/// Errbook 0.1 wrote components in block style.
#[test]
fn a_component_in_another_layout_is_written_again() {
    let document = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT, CLOSED]\n";
    let text = merged(document);
    let older = errbook_schema::openapi::yaml_in_blocks(&read(&text)).replace("description", "\"description\"");
    let (before, after) = (older.lines().count(), text.lines().count());
    assert!(before > after + 20, "{before} {after}\n{older}");
    let again = merge(&catalog(), &older).expect("merged");
    let components = |text: &str| text[text.find("components:").expect("components")..].to_owned();
    assert_eq!(components(&again), components(&text));
    assert_eq!(read(&again), read(&text));
}

#[test]
fn lines_end_as_they_did() {
    let document = "openapi: 3.1.0\r\ninfo: {title: a, version: '1'}\r\npaths: {}\r\n";
    let text = merged(document);
    assert!(text.starts_with(document));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

/// Documents in various YAML and JSON styles, by name. The conformance scripts read them too.
fn styles() -> Vec<(String, String)> {
    let styles: Map<String, Json> = serde_json::from_str(include_str!("merge/styles.json")).expect("JSON");
    styles.into_iter().map(|(name, text)| (name, text.as_str().expect("a text").to_owned())).collect()
}

/// Another parser can read each result, the result differs only in errbook's parts, and a second
/// run does not change it. Without the errors, the document is as it was. Otherwise, the document is
/// not changed.
#[test]
fn a_document_in_any_style_is_proved_or_rejected() {
    let mut outcomes = String::new();
    for (name, document) in styles() {
        for (line_end, ending) in [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")] {
            let document = document.replace('\n', line_end);
            let outcome = match merge(&catalog(), &document) {
                // libyaml follows YAML 1.1, and does not read everything that 1.2 allows.
                Ok(merged) if serde_yaml::from_str::<Json>(&document).is_err() => {
                    assert_eq!(merge(&catalog(), &merged).as_ref(), Ok(&merged), "{merged}");
                    "merged, and libyaml does not read the document".to_owned()
                }
                Ok(_) => {
                    let merged = changed(&document);
                    let without = |text: &str| {
                        let lists = [r"[SOLD_OUT]", r"['SOLD_OUT']", r#"["SOLD_OUT"]"#];
                        lists.iter().fold(text.to_owned(), |text, list| text.replace(list, "[]"))
                    };
                    if without(&merged) != merged {
                        let removed = changed(&without(&merged));
                        assert_eq!(foreign(&read(&removed)), foreign(&read(&without(&document))), "{removed}");
                        assert!(!removed.contains("x-errbook"), "{removed}");
                    }
                    "merged".to_owned()
                }
                Err(error) => error.to_string(),
            };
            writeln!(outcomes, "{name}, {ending}: {outcome}").expect("a text");
        }
    }
    insta::assert_snapshot!(outcomes);
}

#[test]
fn parts_of_an_earlier_catalog_are_removed() {
    let document = "openapi: 3.1.0\ncomponents:\n  schemas:\n    OldError: {x-errbook: shop}\n    Own: {}\n  \
                    headers:\n    # theirs\n    Old: {x-errbook: shop}\npaths:\n  /:\n    get:\n      responses:\n        \
                    '409': {$ref: '#/components/responses/Old'}\n";
    let text = merged(document);
    assert!(!text.contains("OldError"), "{text}");
    let document =
        "{\"openapi\": \"3.0.3\", \"components\": {\"links\": {}, \"examples\": {\"x\": {\"x-errbook\": \"shop\"}}}}";
    assert!(read(&merged(document))["components"]["examples"]["x"].is_null());
}

/// In flow style, errbook's sections can be the last of `components`, with the user's before them.
#[test]
fn neighboring_sections_of_a_flow_document_are_removed() {
    for components in [r#"{"schemas": {"T": {"type": "object"}}}"#, r#"{"securitySchemes": {}, "tags": {}}"#, "{}"] {
        let document = |list: &str| {
            format!(
                r#"{{"openapi": "3.1.0", "info": {{"title": "T", "version": "1"}}, "x-errors": [], "paths": {{"/a": {{"get": {{"x-errors": {list}, "responses": {{"204": {{"description": "Done"}}}}}}}}}}, "components": {components}}}"#
            )
        };
        let with = merged(&document(r#"["SOLD_OUT"]"#));
        let without = changed(&with.replacen(r#"["SOLD_OUT"]"#, "[]", 1));
        let (got, expected): (Json, Json) =
            (serde_json::from_str(&without).expect("JSON"), serde_json::from_str(&document("[]")).expect("JSON"));
        assert_eq!(got["paths"], expected["paths"], "{without}");
        for (section, value) in expected["components"].as_object().expect("components") {
            assert_eq!(&got["components"][section], value, "{without}");
        }
        assert!(!without.contains("x-errbook"), "{without}");
    }
}

#[test]
fn an_operation_without_errors_loses_errbooks_responses() {
    let with = "openapi: 3.1.0\npaths:\n  /:\n    get:\n      x-errors: [SOLD_OUT]\n      responses:\n        '200': {description: ok}\n";
    let text = merged(with);
    assert_eq!(read(&text)["paths"]["/"]["get"]["responses"]["409"]["$ref"], "#/components/responses/GetErrors409");
    assert!(!text.contains("    ClosedError:"), "nothing refers to it:\n{text}");
    assert_eq!(changed(&text.replace("[SOLD_OUT]", "[]")), with.replace("[SOLD_OUT]", "[]"));
}

/// YAML allows a comma after the last entry in braces.
#[test]
fn a_comma_after_the_last_entry_comes_back() {
    for document in [
        "openapi: 3.1.0\npaths: {/a: {get: {responses: {'201': {description: ok}, }, x-errors: [SOLD_OUT]}}}\n",
        "openapi: 3.1.0\npaths: {/a: {get: {x-errors: [SOLD_OUT], tags: [a], }, }, }\ncomponents: {schemas: {A: {},}, }\n",
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      responses: {\n        '201': {}, # theirs\n      }\ncomponents:\n  schemas: {\n    A: {type: object,}\n    ,\n  }\n",
        "{openapi: 3.1.0, paths: {/a: {get: {x-errors: [SOLD_OUT], responses: {'201': , }}}}, components: {links: {}, }, }\n",
        "{openapi: 3.1.0, paths: {/a: {get: {x-errors: [SOLD_OUT]}}}, }\n",
    ] {
        let text = changed(document);
        assert_eq!(changed(&text.replace("[SOLD_OUT]", "[]")), document.replace("[SOLD_OUT]", "[]"), "{text}");
    }
}

#[test]
fn references_of_an_operation_without_a_list_are_the_documents_own() {
    let document = "openapi: 3.1.0\npaths:\n  /:\n    get:\n      responses:\n        '409': {$ref: '#/components/responses/Closed'}\n";
    assert!(merged(document).starts_with(document));
}

#[test]
fn components_that_the_document_refers_to_are_added() {
    let document = "openapi: 3.1.0\nx-errors: [SOLD_OUT]\npaths:\n  /:\n    get:\n      responses:\n        default: {$ref: '#/components/responses/Closed'}\n";
    let components = &read(&merged(document))["components"];
    assert!(read(&merged(document))["paths"]["/"]["get"]["responses"]["default"].is_object());
    assert_eq!(components["responses"].as_object().map(Map::len), Some(2), "{components:#}");
    assert_eq!(components["schemas"]["ClosedError"]["x-errbook"], "shop");
    assert_eq!(components["headers"].as_object().map(Map::len), Some(1));
}

#[test]
fn lists_add_and_remove_errors_groups_and_predicates() {
    let document = "openapi: 3.1.0\nx-errors: [UNAUTHORIZED, '@passes']\npaths:\n  /a:\n    get: {}\n    post: {x-errors: ['@orders', '!UNAUTHORIZED']}\n    put: {x-errors: ['!@passes']}\n    parameters: []\n";
    let text = read(&merged(document));
    let statuses = |method: &str| -> Vec<String> {
        text["paths"]["/a"][method]["responses"].as_object().expect("responses").keys().cloned().collect()
    };
    assert_eq!(statuses("get"), ["401", "429"]);
    assert_eq!(statuses("post"), ["409", "429"]);
    assert_eq!(statuses("put"), ["401"]);
    let both = &text["paths"]["/a"]["post"]["responses"]["409"];
    assert_eq!(both["$ref"], "#/components/responses/PostAErrors409");
}

#[test]
fn what_is_in_the_way_is_named_with_its_place() {
    insta::assert_debug_snapshot!(problems(
        "openapi: 3.1.0
x-errors: [UNATHORIZED, '@auht', HIDDEN, NO_PRINTER]
paths:
  /orders:
    get:
      x-errors: SOLD_OUT
    post:
      x-errors: [SOLD_OUT]
      responses:
        '409': {description: our own}
components:
  schemas:
    SoldOutError: {type: object}
    ErrorCode: {x-errbook: other}
  responses: [a]
"
    ));
}

/// A reference replaces the members beside it.
#[test]
fn nothing_is_added_beside_a_reference() {
    let path = |members: &str| format!("paths: {{/a: {{post: {{{members}}}}}}}\n");
    let listed = path("x-errors: [SOLD_OUT]");
    let of = |name: &str, verb: &str| {
        let what = format!("the {name} of `POST /a` {verb} elsewhere, and errbook cannot add errors there");
        format!("{what}; write the {name} here, instead of a `$ref`")
    };
    let of_components = |name: &str| {
        let what = format!("`{name}` is elsewhere, and errbook cannot add the components of errors there");
        format!("{what}; write `{name}` here, instead of a `$ref`")
    };
    for (document, problem) in [
        (path("x-errors: [SOLD_OUT], responses: {$ref: r.yaml}"), of("responses", "are")),
        (path("x-errors: [SOLD_OUT], responses: {'409': {x-errbook: shop}, $ref: r.yaml}"), of("responses", "are")),
        (path("x-errors: [SOLD_OUT], $ref: o.yaml"), of("operation", "is")),
        (path("$ref: o.yaml") + "x-errors: [SOLD_OUT]\n", of("operation", "is")),
        (
            "x-errors: [SOLD_OUT]\npaths: {$ref: p.yaml}\n".to_owned(),
            "the paths are elsewhere, and `x-errors` at the top has no effect there; write the paths here; each of them can \
             have a `$ref`"
                .to_owned(),
        ),
        (listed.clone() + "components: {$ref: c.yaml}\n", of_components("components")),
        (listed.clone() + "components: {responses: {$ref: c.yaml}}\n", of_components("components.responses")),
        (
            listed.clone() + "components:\n  schemas:\n    A: {}\n    $ref: c.yaml\n",
            of_components("components.schemas"),
        ),
    ] {
        let document = format!("openapi: 3.1.0\n{document}");
        let (above, _) = document.split_once("$ref").expect("a reference");
        let place = format!("{}:{}", above.lines().count(), above.lines().last().map_or(0, str::len) + 1);
        assert_eq!(problems(&document), [format!("{place}: {problem}")], "{document}");
        // Without errors, nothing is in the way.
        let without = document.replace("[SOLD_OUT]", "[]");
        changed(&without);
    }
    let parameters = listed + "components: {parameters: {$ref: p.yaml}}\n";
    assert!(merged(&format!("openapi: 3.1.0\n{parameters}")).contains("parameters: {$ref: p.yaml}"));
}

/// A response is errbook's if the component that it refers to has errbook's mark. The name alone
/// does not show who wrote it.
#[test]
fn a_component_with_a_generated_name_stays_the_documents_own() {
    for own in [
        "  responses: {SoldOut: {description: our own, x-mine: true}}\n",
        "  responses: {SoldOut: {description: our own, x-errbook: other}}\n",
        "  responses: {<<: &base {SoldOut: {description: our own}}}\n",
    ] {
        let document = format!(
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: {{shop: [SOLD_OUT]}}\n      responses:\n        \
             '409': {{$ref: '#/components/responses/SoldOut'}}\ncomponents:\n{own}"
        );
        let problems = problems(&document);
        assert!(problems[0].contains("7:9: `GET /a` has its own response for 409"), "{own}: {problems:?}");
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
    // A reference of errbook's to which the author has added something.
    let text = merged("openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n");
    let reference = "          $ref: \"#/components/responses/GetAErrors409\"\n";
    assert!(text.contains(reference), "{text}");
    let problems = problems(&text.replace(reference, &format!("{reference}          description: our own\n")));
    assert!(problems[0].contains("`GET /a` has its own response for 409"), "{problems:?}");

    let listed = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: [UNAUTHORIZED]\n      responses:\n        \
                  '409': {$ref: '#/components/responses/SoldOut'}\ncomponents:\n  responses: {SoldOut: {description: a}}\n";
    let responses = &read(&merge(&catalog(), listed).unwrap())["paths"]["/a"]["get"]["responses"];
    assert_eq!(responses["409"]["$ref"], "#/components/responses/SoldOut");
    let operations = operations(&catalog(), listed).unwrap();
    assert_eq!(operations[0].errors.len(), 1, "the document's own response is not the error");
}

#[test]
fn extensions_of_paths_are_not_operations() {
    let document = "openapi: 3.1.0
x-errors: [SOLD_OUT]
paths:
  x-ext: {get: {}}
  /a: {get: {callbacks: {done: {x-ext: {post: {}}}}}}
webhooks:
  x-done: {post: {x-errors: [CLOSED]}}
";
    let text = read(&merge(&catalog(), document).unwrap());
    assert_eq!(text["paths"]["x-ext"]["get"], Json::Object(Map::new()));
    assert!(text["paths"]["/a"]["get"]["responses"]["409"].is_object());
    assert!(text["webhooks"]["x-done"]["post"]["responses"]["409"].is_object(), "a webhook can have any name");
}

#[test]
fn a_status_in_another_spelling_is_named() {
    for key in ["0x199", "409.0", "0o631", "0631", "+409", "4_09", "4.09e2", "\" 409\""] {
        let document = format!(
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      responses:\n        \
             {key}: {{description: a}}\n"
        );
        let shown = key.trim_matches('"');
        let expected = format!("7:9: `GET /a` has a response `{shown}`, which can mean 409; write `\"409\"`");
        assert_eq!(problems(&document), [expected]);
    }
}

/// Responses of webhooks and callbacks come from clients, so a list for every operation of the API
/// is not for them.
#[test]
fn every_operation_can_have_a_list() {
    let document = "openapi: 3.1.0
x-errors: [UNAUTHORIZED]
paths:
  /a:
    post:
      operationId: create-a
      callbacks:
        done:
          '{$request.body#/url}':
            post: {x-errors: [SOLD_OUT]}
            put: {}
webhooks:
  sold:
    post: {x-errors: [CLOSED]}
    put: {}
components:
  pathItems:
    Shared:
      get: {x-errors: [SOLD_OUT]}
  callbacks:
    later:
      '{$request.body#/other}':
        get: {x-errors: [BUSY]}
";
    let text = read(&merged(document));
    let create = &text["paths"]["/a"]["post"];
    assert_eq!(create["responses"]["401"]["$ref"], "#/components/responses/CreateAErrors401");
    let callback = &create["callbacks"]["done"]["{$request.body#/url}"];
    let responses = callback["post"]["responses"].as_object().expect("responses");
    assert!(responses.keys().eq(["409"]), "{responses:?}");
    assert_eq!(callback["put"]["responses"], Json::Null);
    assert_eq!(
        text["webhooks"]["sold"]["post"]["responses"]["409"]["$ref"],
        "#/components/responses/PostSoldErrors409"
    );
    assert_eq!(text["webhooks"]["sold"]["put"]["responses"], Json::Null);
    assert!(text["components"]["pathItems"]["Shared"]["get"]["responses"]["409"].is_object());
    assert!(text["components"]["callbacks"]["later"]["{$request.body#/other}"]["get"]["responses"]["429"].is_object());
}

#[test]
fn a_list_without_an_operation_is_an_error() {
    insta::assert_debug_snapshot!(problems(
        "openapi: 3.1.0
x-errors: [UNAUTHORIZED]
paths:
  /a:
    x-errors: [SOLD_OUT]
    get: {responses: {'200': {x-errors: [SOLD_OUT]}}}
  /b: {$ref: 'paths/b.yaml'}
components:
  schemas:
    A: {x-errors: [SOLD_OUT], properties: {x-errors: {type: array}}, example: {x-errors: []}}
"
    ));
}

/// The schemas of all codes and of any error are for clients, whichever operations there are.
#[test]
fn a_merged_document_has_the_union_of_its_errors() {
    let document =
        "openapi: 3.1.0\npaths:\n  /:\n    get: {x-errors: [SOLD_OUT, BUSY]}\n    put: {x-errors: [SOLD_OUT]}\n";
    let schemas = read(&merged(document))["components"]["schemas"].clone();
    let names = |union: &str| -> Vec<String> {
        let schema = &schemas[union];
        let members = schema["oneOf"].as_array().or(schema["allOf"].as_array()).expect("a union").iter();
        members.filter_map(|member| Some(member["$ref"].as_str()?.rsplit('/').next()?.to_owned())).collect()
    };
    assert_eq!(names("AnyError"), ["SoldOutError", "BusyError"]);
    assert_eq!(names("GetErrors409"), ["SoldOutError"]);
    assert_eq!(names("PutErrors409"), ["SoldOutError"]);
    assert_eq!(schemas["ErrorCode"]["enum"].as_array().map(Vec::len), Some(6));
    assert_eq!(schemas["ClosedError"], Json::Null);
}

fn billing(prefix: &str) -> Catalog {
    let text = format!(
        "errbook: 1\napi: {{name: Billing}}\nenvelopes: {{default: {{body: {{code: '{{code}}', message: '{{message}}'}}, \
         headers: {{X-Request-Id: '1'}}}}}}\nerrors: {{SOLD_OUT: {{status: 402, fix: Pay.}}}}\n{prefix}"
    );
    let loaded = errbook_catalog::load_text("billing.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

#[test]
fn two_catalogs_share_a_document() {
    let document = "openapi: 3.1.0
paths:
  /a:
    get: {x-errors: {shop: [SOLD_OUT], billing: [SOLD_OUT]}}
    put: {x-errors: {billing: [SOLD_OUT]}}
    post: {x-errors: {shop: [CLOSED]}}
";
    let shop = merge(&catalog(), document).expect("the first");
    let clash = merge(&billing(""), &shop).expect_err("the same names");
    let help = clash.problems[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("generate: {openapi: {prefix: Name}}"), "{help}");

    let billing = billing("generate: {openapi: {prefix: Billing}}\n");
    let both = merge(&billing, &shop).expect("both");
    assert_eq!(merge(&catalog(), &both).as_deref(), Ok(both.as_str()), "the first again:\n{both}");
    assert_eq!(merge(&billing, &both).as_deref(), Ok(both.as_str()), "the second again:\n{both}");
    let read = read(&both);
    let get = &read["paths"]["/a"]["get"]["responses"];
    assert_eq!(get["402"]["$ref"], "#/components/responses/BillingGetAErrors402");
    assert_eq!(get["409"]["$ref"], "#/components/responses/GetAErrors409");
    for (section, components) in read["components"].as_object().expect("components") {
        for (name, component) in components.as_object().expect("a section") {
            let is_billing = component["x-errbook"] == "billing";
            assert_eq!(name.starts_with("Billing"), is_billing, "{section}: {name}");
        }
    }

    let plain = both.replace("put: {x-errors: {billing: [SOLD_OUT]}", "put: {x-errors: [SOLD_OUT]");
    let problem = merge(&billing, &plain).expect_err("whose errors?").problems.remove(0);
    assert!(problem.message.contains("must name the API"), "{problem:?}");
    let slip = merge(&billing, &document.replace("put: {x-errors: {billing", "put: {x-errors: {biling"));
    assert!(slip.expect_err("a slip").problems[0].message.contains("did you mean `billing`?"));
}

#[test]
fn documents_other_than_openapi_3_are_rejected() {
    for (document, message) in [
        ("", "1:1: the OpenAPI document is empty"),
        ("- a", "1:1: an OpenAPI document must be a mapping"),
        ("info: {}", "1:1: this is not an OpenAPI document: it has no `openapi`"),
        ("swagger: '2.0'", "1:1: Swagger 2.0 is not supported"),
        ("openapi: 4.0.0", "1:10: unsupported OpenAPI version"),
        ("openapi: 3.1.0\n---\na: b", "3:1: a file can have only one document"),
    ] {
        assert!(problems(document)[0].starts_with(message), "{:?}", problems(document));
    }
    assert!(problems("openapi: 3.1.0\npaths: {")[0].starts_with("2:"), "{:?}", problems("openapi: 3.1.0\npaths: {"));
}

#[test]
fn operations_return_listed_and_referenced_errors() {
    let document = "openapi: 3.1.0
paths:
  /listed:
    get: {x-errors: ['@orders']}
  /referred:
    post:
      responses:
        '401': {$ref: '#/components/responses/Unauthorized'}
        '429': {content: {application/json: {schema: {oneOf: [{$ref: '#/components/schemas/BusyError'}]}}}}
    put:
      responses: {'409': {$ref: '#/components/responses/Status409'}}
    get: {responses: {'200': {description: ok}}}
webhooks:
  sold: {post: {x-errors: [SOLD_OUT]}}
";
    let catalog = catalog();
    let operations = operations(&catalog, document).expect("operations");
    let shown: Vec<String> = operations
        .iter()
        .map(|operation| {
            let ids: Vec<&str> = operation.errors.iter().map(|&index| catalog.errors[index].name.id.as_str()).collect();
            format!("{} {}: {}", operation.method, operation.path, ids.join(", "))
        })
        .collect();
    assert_eq!(
        shown,
        ["GET /listed: SOLD_OUT, CLOSED", "POST /referred: BUSY, UNAUTHORIZED", "PUT /referred: SOLD_OUT, CLOSED"]
    );
    assert_eq!(
        operations_or_words(&catalog, "openapi: 3.1.0\nx-errors: [NOTHING]\n"),
        Err("2:12: the catalog has no error `NOTHING`".to_owned())
    );
}

fn operations_or_words(catalog: &Catalog, document: &str) -> Result<usize, String> {
    operations(catalog, document).map(|operations| operations.len()).map_err(|error| error.to_string())
}

#[test]
fn the_export_has_the_operations() {
    let mut catalog = catalog();
    let document = "openapi: 3.1.0\npaths:\n  /tea|pot/{id}:\n    get: {x-errors: [SOLD_OUT, RATE_LIMIT, HIDDEN2]}\n    delete: {x-errors: [CLOSED, SOLD_OUT]}\n";
    catalog.operations = operations(&catalog, &document.replace(", HIDDEN2", "")).expect("operations");
    let hidden = catalog.errors.iter().position(|error| error.name.id == "HIDDEN").expect("an internal error");
    catalog.operations[0].errors.push(hidden);

    let export = errbook_schema::json::emit(&catalog);
    let validator = jsonschema::validator_for(&errbook_schema::json::schema()).expect("a schema");
    assert!(validator.is_valid(&export));
    assert_eq!(
        export["operations"][0],
        serde_json::json!({
            "method": "GET", "path": "/tea|pot/{id}", "errors": ["SOLD_OUT", "RATE_LIMIT"]
        })
    );
}

/// Documents whose parts come through aliases and merge keys, with the problem, or none if the
/// merge is as it should be.
#[test]
fn aliases_and_merge_keys_hide_and_repeat_nothing() {
    let own = "{'200': {description: ok}}";
    let gets =
        "gets `x-errors` or `responses` through an alias or a merge key (`<<`), and errbook cannot add its responses";
    let hides = "gets members through an alias or a merge key (`<<`), and errbook's part would change or hide them";
    for (document, problem) in [
        // `responses` would hide those of the merge key.
        (
            format!("x-c: &c {{responses: {own}}}\npaths:\n  /a:\n    get:\n      <<: *c\n      x-errors: [SOLD_OUT]\n"),
            format!("6:7: `paths./a.get` {hides}"),
        ),
        (
            "x-c: &c {responses: {a: {description: a}}}\ncomponents:\n  <<: *c\n  schemas: {}\npaths: {}\n".to_owned(),
            format!("4:3: `components` {hides}"),
        ),
        (
            "x-s: &s {SoldOutError: {type: object}}\ncomponents:\n  schemas:\n    <<: *s\n    A: {}\npaths: {}\n".to_owned(),
            format!("5:5: `components.schemas` {hides}"),
        ),
        (
            "x-c: &c\n  components: {schemas: {A: {}}}\n<<: *c\npaths: {}\n".to_owned(),
            format!("4:1: `components` {hides}"),
        ),
        (
            format!("x-r: &r {{'409': {{description: own}}}}\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      responses:\n        <<: *r\n        <<: {own}\n"),
            "9:9: duplicate key `<<`, first in line 8".to_owned(),
        ),
        (
            "x-r: &r {'409': {description: own}}\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      responses:\n        <<: *r\n        '200': {description: ok}\n".to_owned(),
            format!("8:9: `paths./a.get.responses` {hides}"),
        ),
        (
            "x-r: &r {responses: {'200': {description: ok}}}\npaths:\n  /a: {get: {<<: *r, x-errors: [SOLD_OUT]}}\n".to_owned(),
            format!("4:14: `paths./a.get` {hides}"),
        ),
        (
            "paths:\n  /a:\n    get:\n      <<: {responses: {'200': {description: ok}}}\n      x-errors: [SOLD_OUT]\n".to_owned(),
            format!("5:7: `paths./a.get` {hides}"),
        ),
        // `x-errors` comes from elsewhere.
        (
            "x-c: &c {x-errors: [SOLD_OUT]}\nx-d: &d {summary: a}\npaths:\n  /a:\n    get:\n      <<: [*c, *d]\n      tags: [a]\n".to_owned(),
            format!("7:7: `GET /a` {gets}"),
        ),
        (
            "x-op: &op {x-errors: [SOLD_OUT]}\npaths:\n  /a: {get: *op}\n".to_owned(),
            format!("4:8: `GET /a` {gets}"),
        ),
        (
            "x-item: &item {get: {x-errors: [SOLD_OUT]}}\npaths:\n  /a: *item\n".to_owned(),
            format!("4:3: `GET /a` {gets}"),
        ),
        (
            "x-item: &item {get: {x-errors: [SOLD_OUT]}}\npaths:\n  /a:\n    <<: *item\n    put: {}\n".to_owned(),
            format!("5:5: `GET /a` {gets}"),
        ),
        (
            "x-c: &c {x-errors: [SOLD_OUT]}\n<<: *c\npaths: {/a: {get: {}}}\n".to_owned(),
            format!("4:14: `GET /a` {gets}"),
        ),
        (
            "x-c: &c {x-errors: [NOTHING]}\npaths: {/a: {get: {<<: *c}}}\n".to_owned(),
            "3:20: `GET /a` has an invalid `x-errors`: the catalog has no error `NOTHING`".to_owned(),
        ),
        (
            "x-c: &c SOLD_OUT\npaths: {/a: {get: {x-errors: [*c, CLOSED]}}}\n".to_owned(),
            "3:31: an item of `x-errors` must be text".to_owned(),
        ),
        (
            "paths: {/a: {get: {x-errors: [[SOLD_OUT]]}}}\n".to_owned(),
            "2:31: an item of `x-errors` must be text".to_owned(),
        ),
        (
            "x-c: &c [SOLD_OUT]\npaths: {/a: {get: {x-errors: *c}}}\n".to_owned(),
            "3:30: `x-errors` must be a list".to_owned(),
        ),
        (
            format!("paths:\n  /a:\n    get: &get\n      x-errors: [SOLD_OUT]\n    put:\n      <<: *get\n      responses: {own}\n"),
            format!("7:7: `PUT /a` {gets}"),
        ),
        // Keys that are aliases or have tags.
        (
            "x-k: &k responses\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      *k : {'200': {description: ok}}\n".to_owned(),
            format!("5:5: `paths./a.get.responses` {hides}").replace(".responses`", "`"),
        ),
        (
            "x-k: &k x-errors\npaths:\n  /a:\n    get:\n      *k : [SOLD_OUT]\n      tags: [a]\n".to_owned(),
            format!("5:5: `GET /a` {gets}"),
        ),
        (
            "paths:\n  /a:\n    get:\n      !!merge '<<': {responses: {'200': {description: ok}}}\n      x-errors: [SOLD_OUT]\n".to_owned(),
            format!("5:15: `paths./a.get` {hides}"),
        ),
        // A list where none is read.
        (
            "paths:\n  /a:\n    x-errors: [SOLD_OUT]\n    get: {}\n".to_owned(),
            "4:5: `x-errors` has no effect in `paths./a`".to_owned(),
        ),
        // An alias repeats errbook's part.
        (
            format!("paths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      responses: &r {own}\n    put:\n      responses: *r\n"),
            format!("8:7: `paths./a.put.responses` {hides}"),
        ),
        (
            "components:\n  schemas: &s {A: {type: object}}\nx-copy: *s\npaths: {}\n".to_owned(),
            format!("4:1: `x-copy` {hides}"),
        ),
        // These stay as they are, or are repeated with their lists.
        (format!("paths:\n  /a:\n    get: &get\n      x-errors: [SOLD_OUT]\n      responses: {own}\n    put: *get\n"), String::new()),
        (format!("paths:\n  /a: &a\n    get:\n      x-errors: [SOLD_OUT]\n      responses: {own}\n  /b: *a\n"), String::new()),
        (format!("paths:\n  /a:\n    get: &get\n      x-errors: [SOLD_OUT]\n      responses: {own}\n    put:\n      <<: *get\n      summary: b\n"), String::new()),
        (format!("x-ok: &ok {own}\npaths:\n  /a:\n    get:\n      x-errors: [SOLD_OUT]\n      responses:\n        <<: *ok\n"), String::new()),
        ("x-c: &c {tags: [a]}\npaths:\n  /a:\n    get:\n      <<: *c\n      x-errors: [SOLD_OUT]\n".to_owned(), String::new()),
        ("x-s: &s {A: {type: object}}\ncomponents:\n  schemas:\n    <<: *s\npaths: {/a: {get: {x-errors: [SOLD_OUT]}}}\n".to_owned(), String::new()),
        ("x-c: &c {tags: [a]}\npaths:\n  /a:\n    get:\n      '<<': {responses: {}}\n      x-errors: [SOLD_OUT]\n    put: *c\n".to_owned(), String::new()),
    ] {
        let document = format!("openapi: 3.1.0\n{document}");
        if problem.is_empty() {
            let text = merge(&catalog(), &document).unwrap_or_else(|error| panic!("{error}\n{document}"));
            assert!(text.contains("#/components/responses/GetAErrors409"), "{text}");
            assert_eq!(merge(&catalog(), &text).as_deref(), Ok(text.as_str()), "a second run changes nothing:\n{text}");
        } else {
            let found = problems(&document);
            assert!(found[0].starts_with(&problem), "{found:?}\nis not {problem}\n{document}");
        }
    }
}

#[test]
fn operations_behind_aliases_and_merge_keys_are_known() {
    let document = "openapi: 3.1.0\nx-c: &c {x-errors: [SOLD_OUT]}\npaths:\n  /a:\n    get: {<<: *c}\n    put: *c\n";
    let catalog = catalog();
    let operations = operations(&catalog, document).expect("operations");
    let shown: Vec<String> = operations.iter().map(|found| format!("{} {}", found.method, found.path)).collect();
    assert_eq!(shown, ["GET /a", "PUT /a"]);
    let overlay = errbook_schema::openapi::overlay(&catalog, document, "openapi.yaml").expect_err("rejected");
    assert_eq!(overlay.problems.len(), 2, "{overlay}");
}

#[test]
fn aliases_that_multiply_are_rejected() {
    let mut document = "openapi: 3.1.0\nx-0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..9 {
        let below = level - 1;
        let items = vec![format!("*x{below}"); 10].join(", ");
        writeln!(document, "x-{level}: &x{level} [{items}]").expect("a text");
    }
    document.push_str("paths: {}\n");
    assert!(
        problems(&document)[0].contains("with its aliases, the document has more than"),
        "{:?}",
        problems(&document)
    );
}

mod mutated {
    use proptest::prelude::*;

    use super::{Json, Path, catalog, foreign, fs, merge};

    fn documents() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/merge/documents");
        let mut paths: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        paths.iter().map(|path| fs::read_to_string(path).expect("readable")).collect()
    }

    /// Removes, doubles or indents lines, or inserts a stray character.
    fn mutate(text: &str, changes: &[(usize, u8, char)]) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for &(at, kind, stray) in changes {
            if lines.is_empty() {
                break;
            }
            let at = at % lines.len();
            match kind % 5 {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[at].clone()),
                2 => lines[at].insert(0, ' '),
                3 => lines[at].push(stray),
                _ => lines.insert(at, stray.to_string()),
            }
        }
        lines.join("\n") + "\n"
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(13), ..ProptestConfig::default() })]

        /// An accepted document keeps everything that is not errbook's. A rejected one has an error
        /// message.
        #[test]
        fn documents_keep_their_own_parts(
            document in 0..documents().len(),
            changes in prop::collection::vec((any::<usize>(), any::<u8>(), prop::sample::select(vec!['{', '}', '[', ':', ',', '#', '"', '\'', '|', '&', '*', '-', '\t', 'é', '\r'])), 1..6),
        ) {
            let catalog = catalog();
            let text = mutate(&documents()[document], &changes);
            let before = serde_yaml::from_str::<Json>(&text);
            if let (Ok(merged), Ok(before)) = (merge(&catalog, &text), before) {
                let after: Json = match serde_yaml::from_str(&merged) {
                    Ok(after) => after,
                    Err(error) => panic!("{error}\n{text}\n---\n{merged}"),
                };
                prop_assert_eq!(foreign(&after), foreign(&before), "{}\n---\n{}", &text, &merged);
                let again = merge(&catalog, &merged);
                prop_assert_eq!(again.as_deref().ok(), Some(merged.as_str()));
            }
        }
    }
}
