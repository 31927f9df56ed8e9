//! `openapi!` in a document of utoipa.

use std::collections::BTreeMap;

use errbook::utoipa::NamedSchemas;
use serde_json::{Value, json};
use utoipa::OpenApi as _;

mod errors {
    errbook::catalog!("tests/openapi/shop.yaml");
}
errbook::openapi!("tests/openapi/shop.yaml", errors::Error);

/// The errors of an order: some of the shop's errors, as a local type.
#[expect(dead_code, reason = "only its traits are used")]
enum OrderError {
    SoldOut,
    Closed,
    Hidden,
}
errbook::openapi!("tests/openapi/shop.yaml", OrderError, [SOLD_OUT, "shop.closed", HIDDEN]);

/// The same errors, from the variants of the enum.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/openapi/shop.yaml", module = errors, openapi)]
#[expect(dead_code, reason = "only its traits are used")]
enum DerivedError {
    #[error("..")]
    #[catalog(id = "SOLD_OUT")]
    SoldOut { item: String },
    #[error("..")]
    #[catalog(id = "shop.closed")]
    Closed { why: errors::Reason },
    #[error("..")]
    #[catalog(id = "HIDDEN")]
    Hidden,
}

/// An enum around two types and an error of its own.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/openapi/shop.yaml", module = errors, openapi)]
#[expect(dead_code, reason = "only its traits are used")]
enum CheckoutError {
    #[error(transparent)]
    #[catalog(transparent)]
    Order(Box<DerivedError>),
    #[error(transparent)]
    #[catalog(transparent)]
    Paced(Paced),
    #[error("..")]
    #[catalog(id = "SOLD_OUT")]
    SoldOut { item: String },
}

/// One error as a struct.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/openapi/shop.yaml", module = errors, id = "THROTTLED", openapi)]
#[error("..")]
struct Paced {
    wait: u64,
}

/// An enum around all errors.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/openapi/shop.yaml", module = errors, openapi)]
#[expect(dead_code, reason = "only its traits are used")]
enum AnyError {
    #[error(transparent)]
    #[catalog(transparent)]
    Generated(errors::Error),
    #[error(transparent)]
    #[catalog(transparent)]
    Derived(DerivedError),
}

mod trees {
    errbook::catalog!("tests/openapi/trees.yaml");
}
errbook::openapi!("tests/openapi/trees.yaml", trees::Error, prefix = "Tree");

/// The errors of the bank, without a prefix.
struct Unprefixed;
errbook::openapi!("tests/openapi/bank.yaml", Unprefixed, [SOLD_OUT]);

#[utoipa::path(post, path = "/unprefixed", responses(Unprefixed))]
#[expect(dead_code, reason = "only its description is used")]
fn unprefixed() {}

/// A type with only one error.
struct Throttled;
errbook::openapi!("tests/openapi/shop.yaml", Throttled, [THROTTLED],);

mod bank {
    errbook::catalog!("tests/openapi/bank.yaml");
}
errbook::openapi!("tests/openapi/bank.yaml", bank::Error, prefix = "Bank");

/// Some errors of the bank.
struct Account;
errbook::openapi!("tests/openapi/bank.yaml", Account, [SOLD_OUT], prefix = "Bank",);

#[utoipa::path(post, path = "/payments", responses((status = 201, description = "Paid"), bank::Error))]
#[expect(dead_code, reason = "only its description is used")]
fn pay() {}

/// The errors of two catalogs with the same names.
#[derive(utoipa::OpenApi)]
#[openapi(paths(teas, order, pay), components(schemas(errors::Error, bank::Error)), modifiers(&NamedSchemas))]
struct Both;

#[utoipa::path(get, path = "/teas", responses((status = 200, description = "Every tea"), errors::Error))]
#[expect(dead_code, reason = "only its description is used")]
fn teas() {}

#[utoipa::path(post, path = "/orders", responses((status = 201, description = "Ordered"), OrderError, Throttled))]
#[expect(dead_code, reason = "only its description is used")]
fn order() {}

#[utoipa::path(post, path = "/checkout", responses((status = 201, description = "Paid"), CheckoutError))]
#[expect(dead_code, reason = "only its description is used")]
fn check_out() {}

#[utoipa::path(get, path = "/trees", responses(trees::Error))]
#[expect(dead_code, reason = "only its description is used")]
fn tree() {}

#[utoipa::path(get, path = "/orders", responses((status = 400, description = "Any error", body = OrderError)))]
#[expect(dead_code, reason = "only its description is used")]
fn in_a_body() {}

/// Everything is listed.
#[derive(utoipa::OpenApi)]
#[openapi(paths(teas, order), components(schemas(errors::Error)), modifiers(&NamedSchemas))]
struct Whole;

#[derive(utoipa::OpenApi)]
#[openapi(paths(order), modifiers(&NamedSchemas))]
struct Orders;

/// Nothing is listed.
#[derive(utoipa::OpenApi)]
#[openapi(paths(teas, order, pay, check_out, tree, in_a_body))]
struct Bare;

/// Two catalogs with the same names of schemas, and no prefix.
#[derive(utoipa::OpenApi)]
#[openapi(paths(teas, order, check_out, unprefixed, tree), modifiers(&NamedSchemas))]
struct Clashing;

fn document(api: &utoipa::openapi::OpenApi) -> Value {
    serde_json::from_str(&api.to_json().expect("JSON")).expect("JSON")
}

fn whole() -> Value {
    document(&Whole::openapi())
}

fn media<'a>(document: &'a Value, path: &str, method: &str, status: &str, content_type: &str) -> &'a Value {
    &document["paths"][path][method]["responses"][status]["content"][content_type]
}

#[test]
fn errors_that_share_a_status_are_one_of_their_schemas_with_an_example_each() {
    let document = whole();
    let media = media(&document, "/teas", "get", "409", "application/json");
    let refs = json!([{"$ref": "#/components/schemas/SoldOutError"}, {"$ref": "#/components/schemas/ShopClosedError"}]);
    assert_eq!(media["schema"]["$ref"], "#/components/schemas/Errors409");
    assert_eq!(document["components"]["schemas"]["Errors409"]["oneOf"], refs);
    let examples = media["examples"].as_object().expect("examples");
    assert_eq!(examples.keys().collect::<Vec<_>>(), ["shop-closed", "sold-out"]);
    assert_eq!(examples["sold-out"]["value"]["message"], "Sencha is sold out.");
    let response = &document["paths"]["/teas"]["get"]["responses"]["409"];
    let description = response["description"].as_str().expect("a text");
    assert!(description.starts_with("- Sold out (`SOLD_OUT`)"), "{description}");
    assert!(description.contains("\n- Shop closed (`shop.closed`)"), "{description}");
}

#[test]
fn headers_and_content_types_are_those_of_the_catalog() {
    let document = whole();
    let response = &document["paths"]["/teas"]["get"]["responses"]["429"];
    let header = &response["headers"]["Retry-After"];
    assert_eq!(header["required"], true);
    assert_eq!(header["schema"]["type"], "integer");
    let content: Vec<&String> = response["content"].as_object().expect("content").keys().collect();
    assert_eq!(content, ["application/problem+json"]);
}

#[test]
fn the_responses_to_other_statuses_stay() {
    let document = whole();
    for (path, method, statuses) in
        [("/teas", "get", &["200", "409", "429", "500"][..]), ("/orders", "post", &["201", "409", "429", "500"])]
    {
        let responses = document["paths"][path][method]["responses"].as_object().expect("responses");
        assert_eq!(responses.keys().collect::<Vec<_>>(), statuses, "{path}");
    }
}

/// Every `$ref` of a document.
fn references(json: &Value, found: &mut Vec<String>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        _ => {}
    }
}

#[test]
fn every_reference_resolves_and_every_example_meets_its_schema() {
    let mut checked = 0;
    let bare = Bare::openapi();
    let mut router = Bare::openapi();
    utoipa::Modify::modify(&NamedSchemas, &mut router);
    let documents = [whole(), document(&Orders::openapi()), document(&Both::openapi())];
    let others = [document(&bare), document(&router), document(&Clashing::openapi())];
    for document in documents.into_iter().chain(others) {
        let mut found = Vec::new();
        references(&document, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{reference} is dangling");
        }
        let operations = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
        let responses =
            operations.flat_map(|path| path.values()).filter_map(|operation| operation["responses"].as_object());
        let responses = responses.flat_map(|responses| responses.values());
        for media in
            responses.filter_map(|response| response["content"].as_object()).flat_map(|content| content.values())
        {
            let schema = json!({"allOf": [media["schema"]], "components": document["components"]});
            let validator = jsonschema::draft202012::new(&schema).expect("a schema whose references resolve");
            for (name, example) in media["examples"].as_object().into_iter().flatten() {
                assert!(validator.is_valid(&example["value"]), "{name}: {example} is not {schema}");
                assert!(!validator.is_valid(&json!({"code": "unknown"})), "{name}: {schema}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 66);
}

#[test]
fn schemas_are_in_the_responses_or_have_their_names() {
    let bare = document(&Bare::openapi());
    let media = media(&bare, "/teas", "get", "409", "application/json");
    assert_eq!(media["schema"]["x-errbook"]["component"], "Errors409");
    assert_eq!(media["schema"]["oneOf"][0]["x-errbook"]["component"], "SoldOutError");
    assert_eq!(media["schema"]["oneOf"][0]["properties"]["code"]["enum"], json!(["SOLD_OUT"]));
    // A document that lists every schema, and one that lists none, are the same.
    let named = document(&Orders::openapi());
    let listed = whole();
    assert_eq!(named["paths"]["/orders"], listed["paths"]["/orders"]);
    for (name, schema) in named["components"]["schemas"].as_object().expect("schemas") {
        assert_eq!(*schema, listed["components"]["schemas"][name], "{name}");
    }
    assert!(!named.to_string().contains("\"component\""));
}

#[test]
fn a_schema_of_another_catalog_keeps_its_place() {
    let clashing = document(&Clashing::openapi());
    assert_eq!(clashing["components"]["schemas"]["SoldOutError"]["properties"]["code"]["enum"], json!(["SOLD_OUT"]));
    let media = media(&clashing, "/unprefixed", "post", "409", "application/problem+json");
    assert_eq!(media["schema"]["properties"]["code"]["enum"], json!(["no_money"]));
}

#[test]
fn a_type_that_contains_itself_ends_in_a_response_and_is_whole_as_a_component() {
    let bare = document(&Bare::openapi());
    let mut named = Bare::openapi();
    utoipa::Modify::modify(&NamedSchemas, &mut named);
    let named = document(&named);
    let node = &named["components"]["schemas"]["TreeNode"];
    assert!(node.to_string().contains("#/components/schemas/TreeNode"), "{node}");
    let inline = media(&bare, "/trees", "get", "409", "application/json").to_string();
    assert!(inline.contains(r#""cut":true"#) && !inline.contains("$ref"), "{inline}");
}

#[test]
fn a_transparent_variant_has_the_errors_of_its_type() {
    use utoipa::{IntoResponses, PartialSchema, ToSchema};

    fn shown(schema: &impl serde::Serialize) -> Value {
        serde_json::to_value(schema).expect("JSON")
    }
    let named = |responses: &Value, status: &str, content_type: &str| -> Vec<String> {
        let schema = &responses[status]["content"][content_type]["schema"];
        let choices = schema["anyOf"].as_array().or(schema["oneOf"].as_array()).cloned();
        let choices = choices.unwrap_or_else(|| vec![schema.clone()]);
        choices.iter().map(|choice| choice["x-errbook"]["component"].as_str().expect("a name").to_owned()).collect()
    };
    let checkout = shown(&CheckoutError::responses());
    assert_eq!(checkout.as_object().expect("responses").keys().collect::<Vec<_>>(), ["409", "429", "500"]);
    assert_eq!(named(&checkout, "409", "application/json"), ["SoldOutError", "ShopClosedError"]);
    assert_eq!(named(&checkout, "429", "application/problem+json"), ["ThrottledError"]);
    assert_eq!(checkout["429"], shown(&Paced::responses())["429"]);
    let examples = checkout["409"]["content"]["application/json"]["examples"].as_object().expect("examples");
    assert_eq!(examples.keys().collect::<Vec<_>>(), ["shop-closed", "sold-out"]);
    let schema = shown(&CheckoutError::schema());
    let choices = schema["anyOf"].as_array().expect("a choice");
    let targets: Vec<_> = choices.iter().map(|choice| choice["$ref"].as_str().expect("a reference")).collect();
    let of = |name: &str| format!("#/components/schemas/{name}");
    assert_eq!(targets, ["SoldOutError", "ShopClosedError", "BrokenError", "ThrottledError"].map(of));
    let mut schemas = Vec::new();
    CheckoutError::schemas(&mut schemas);
    for name in ["SoldOutError", "ShopClosedError", "BrokenError", "ThrottledError"] {
        assert!(schemas.iter().any(|(own, _)| own == name), "{name}");
    }

    // All errors are no more than all errors and some of them.
    let any = shown(&AnyError::responses());
    let schema = |responses: &Value| responses["409"]["content"]["application/json"]["schema"].clone();
    assert_eq!(schema(&any), schema(&shown(&errors::Error::responses())));
}

/// The document of aide, with the schemas as components or not.
fn aide_document(extract: bool) -> Value {
    use aide::operation::OperationOutput as _;

    aide::generate::extract_schemas(extract);
    aide::generate::in_context(|context| {
        let operation = &mut aide::openapi::Operation::default();
        let mut responses = CheckoutError::inferred_responses(context, operation);
        responses.extend(trees::Error::inferred_responses(context, operation));
        let responses: Vec<Value> =
            responses.iter().map(|(_, response)| serde_json::to_value(response).expect("JSON")).collect();
        json!({"responses": responses, "components": {"schemas": context.schema.definitions()}})
    })
}

#[test]
fn every_reference_of_aide_resolves_too() {
    for extract in [true, false] {
        let document = aide_document(extract);
        let mut found = Vec::new();
        references(&document, &mut found);
        assert_eq!(!found.is_empty(), extract);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{reference} is dangling");
        }
        let responses = document["responses"].as_array().expect("responses");
        assert_eq!(responses.len(), 4);
    }
    aide::generate::extract_schemas(true);
}

#[test]
fn a_prefix_keeps_the_schemas_of_two_catalogs_apart() {
    use utoipa::ToSchema;

    let document = document(&Both::openapi());
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let of = |name: &str| schemas[name]["properties"]["code"].clone();
    assert_eq!(of("SoldOutError")["enum"], json!(["SOLD_OUT"]));
    assert_eq!(of("BankSoldOutError")["enum"], json!(["no_money"]));
    assert_eq!(schemas["BankErrorCode"]["enum"], json!(["no_money", "frozen"]));
    assert!(schemas.contains_key("BankError") && schemas.contains_key("BankDefaultEnvelope"));
    let payment = &document["paths"]["/payments"]["post"]["responses"]["409"]["content"]["application/problem+json"];
    assert_eq!(payment["schema"]["$ref"], "#/components/schemas/BankErrors409");
    let refs =
        json!([{"$ref": "#/components/schemas/BankSoldOutError"}, {"$ref": "#/components/schemas/BankFrozenError"}]);
    assert_eq!(schemas["BankErrors409"]["oneOf"], refs);
    assert_eq!(Account::name(), "BankAccount");
}

#[test]
fn a_type_of_some_errors_brings_theirs_alone() {
    use utoipa::PartialSchema;

    let document = document(&Orders::openapi());
    let schemas: BTreeMap<&String, &Value> =
        document["components"]["schemas"].as_object().expect("schemas").iter().collect();
    let names: Vec<&str> = schemas.keys().map(|name| name.as_str()).collect();
    // Clients receive the mask of the internal error.
    let expected = [
        "BrokenError",
        "Reason",
        "ShopClosedDetails",
        "ShopClosedError",
        "SoldOutDetails",
        "SoldOutError",
        "ThrottledError",
    ];
    assert_eq!(names, expected);
    let order = serde_json::to_value(OrderError::schema()).expect("JSON");
    assert_eq!(order["oneOf"].as_array().map(Vec::len), Some(3));
    let throttled = serde_json::to_value(Throttled::schema()).expect("JSON");
    assert_eq!(throttled["allOf"], json!([{"$ref": "#/components/schemas/ThrottledError"}]));
}

#[test]
fn the_type_of_all_errors_brings_every_schema() {
    let document = whole();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for name in ["Error", "ErrorCode", "DefaultEnvelope", "ProblemEnvelope", "Reason", "SoldOutError", "ThrottledError"]
    {
        assert!(schemas.contains_key(name), "{name}");
    }
    assert!(!document.to_string().contains("nobody is told"), "an internal error is in the document");
}

#[test]
fn a_derived_enum_describes_the_errors_of_its_variants() {
    use utoipa::{IntoResponses, PartialSchema, ToSchema};

    fn shown(schema: &impl serde::Serialize) -> Value {
        serde_json::to_value(schema).expect("JSON")
    }
    assert_eq!(shown(&DerivedError::schema()), shown(&OrderError::schema()));
    assert_eq!(shown(&DerivedError::responses()), shown(&OrderError::responses()));
    assert_eq!(DerivedError::name(), "DerivedError");
}

#[test]
fn the_docs_name_the_versions_that_these_tests_use() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("readable");
    let lock = read("Cargo.lock");
    for (name, module) in [("utoipa", "runtime/src/utoipa.rs"), ("aide", "runtime/src/aide.rs")] {
        let package = format!("name = \"{name}\"\nversion = \"");
        let (_, rest) = lock.split_once(&package).expect("a locked version");
        let numbers: Vec<&str> = rest.split(['.', '"']).take(2).collect();
        // Before 1.0, the second number is the one that breaks.
        let version = if numbers[0] == "0" { numbers.join(".") } else { numbers[0].to_owned() };
        for page in ["docs/service.md", module] {
            assert!(read(page).contains(&format!("{name} {version}")), "{page} does not name {name} {version}");
        }
    }
}
