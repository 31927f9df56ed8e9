//! `openapi!` in a document of utoipa.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::OpenApi as _;

mod errors {
    errbook::catalog!("tests/openapi/shop.yaml");
}
errbook::openapi!("tests/openapi/shop.yaml", errors::Error);

/// The errors of an order: some of the shop's errors, as a local type.
#[allow(dead_code, reason = "only its traits are used")]
enum OrderError {
    SoldOut,
    Closed,
    Hidden,
}
errbook::openapi!("tests/openapi/shop.yaml", OrderError, [SOLD_OUT, "shop.closed", HIDDEN]);

/// The same errors, from the variants of the enum.
#[derive(Debug, thiserror::Error, errbook::CatalogError)]
#[catalog("tests/openapi/shop.yaml", module = errors, openapi)]
#[allow(dead_code, reason = "only its traits are used")]
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

/// A type with only one error.
struct Throttled;
errbook::openapi!("tests/openapi/shop.yaml", Throttled, [THROTTLED],);

mod bank {
    errbook::catalog!("tests/openapi/bank.yaml");
}
errbook::openapi!("tests/openapi/bank.yaml", bank::Error, prefix = "Bank");

/// Some errors of the bank.
#[allow(dead_code, reason = "only its traits are used")]
struct Account;
errbook::openapi!("tests/openapi/bank.yaml", Account, [SOLD_OUT], prefix = "Bank",);

#[utoipa::path(post, path = "/payments", responses((status = 201, description = "Paid"), bank::Error))]
#[allow(dead_code, reason = "only its description is used")]
fn pay() {}

/// The errors of two catalogs with the same names.
#[derive(utoipa::OpenApi)]
#[openapi(paths(teas, order, pay), components(schemas(errors::Error, bank::Error)))]
struct Both;

#[utoipa::path(get, path = "/teas", responses((status = 200, description = "Every tea"), errors::Error))]
#[allow(dead_code, reason = "only its description is used")]
fn teas() {}

#[utoipa::path(post, path = "/orders", responses((status = 201, description = "Ordered"), OrderError, Throttled))]
#[allow(dead_code, reason = "only its description is used")]
fn order() {}

#[derive(utoipa::OpenApi)]
#[openapi(paths(teas, order), components(schemas(errors::Error)))]
struct Whole;

#[derive(utoipa::OpenApi)]
#[openapi(paths(order), components(schemas(OrderError, Throttled)))]
struct Orders;

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

#[test]
fn every_reference_resolves_and_every_example_meets_its_schema() {
    let mut checked = 0;
    for document in [whole(), document(&Orders::openapi()), document(&Both::openapi())] {
        let operations = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
        let responses =
            operations.flat_map(|path| path.values()).filter_map(|operation| operation["responses"].as_object());
        let responses = responses.flat_map(|responses| responses.values());
        for media in
            responses.filter_map(|response| response["content"].as_object()).flat_map(|content| content.values())
        {
            let schema = json!({"allOf": [media["schema"]], "components": document["components"]});
            let validator = jsonschema::draft202012::new(&schema).expect("a schema whose references resolve");
            for (name, example) in media["examples"].as_object().expect("examples") {
                assert!(validator.is_valid(&example["value"]), "{name}: {example} is not {schema}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 22);
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
    let document = document(&Orders::openapi());
    let schemas: BTreeMap<&String, &Value> =
        document["components"]["schemas"].as_object().expect("schemas").iter().collect();
    let names: Vec<&str> = schemas.keys().map(|name| name.as_str()).collect();
    // Clients receive the mask of the internal error.
    let expected = [
        "BrokenError",
        "Errors409",
        "Errors429",
        "Errors500",
        "OrderError",
        "Reason",
        "ShopClosedDetails",
        "ShopClosedError",
        "SoldOutDetails",
        "SoldOutError",
        "Throttled",
        "ThrottledError",
    ];
    assert_eq!(names, expected);
    assert_eq!(schemas[&"OrderError".to_owned()]["oneOf"].as_array().map(Vec::len), Some(3));
    let refs = json!([{"$ref": "#/components/schemas/ThrottledError"}]);
    assert_eq!(schemas[&"Throttled".to_owned()]["allOf"], refs);
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
