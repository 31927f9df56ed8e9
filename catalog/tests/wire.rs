//! The responses that clients receive, with the body of a catalog.

use errbook_catalog::load_text;
use errbook_catalog::model::Catalog;

fn catalog(envelope: &str, errors: &str) -> Result<Catalog, String> {
    let text = format!(
        "errbook: 1\napi: {{name: Shop, doc_url: 'https://shop.example/{{slug}}'}}\n\
         context: {{request_id: {{type: string, example: r-1}}}}\n\
         envelopes: {{default: {envelope}}}\nerrors: {errors}\n"
    );
    let loaded = load_text("errors.yaml", text.as_bytes());
    loaded.catalog.ok_or_else(|| loaded.report.render_text(false))
}

fn body(envelope: &str, errors: &str) -> String {
    let catalog = catalog(envelope, errors).expect("accepted");
    catalog.errors[0].examples[0].body.as_ref().expect("a body").to_string()
}

const ERRORS: &str = "{SOLD_OUT: {status: 409, details: {item: {type: string, example: tea}}}}";

#[test]
fn a_body_next_to_a_preset_adds_members() {
    assert_eq!(
        body("{preset: rfc9457, body: {code: '{code}', request_id: '{context.request_id}'}}", ERRORS),
        "{\"type\":\"https://shop.example/sold-out\",\"title\":\"Sold out\",\"status\":409,\"detail\":\"Sold out\",\
         \"code\":\"SOLD_OUT\",\"request_id\":\"r-1\",\"item\":\"tea\"}"
    );
    // The body replaces a member of the preset.
    let replaced = body("{preset: rfc9457, body: {type: 'urn:shop:{slug}'}}", ERRORS);
    assert!(replaced.contains("\"type\":\"urn:shop:sold-out\""), "{replaced}");
}

#[test]
fn a_spread_adds_the_details_as_members() {
    let spread = "{body: {error: {code: '{code}', '...': '{details}'}}}";
    assert_eq!(body(spread, ERRORS), "{\"error\":{\"code\":\"SOLD_OUT\",\"item\":\"tea\"}}");
    assert_eq!(body(spread, "{GONE: {status: 410}}"), "{\"error\":{\"code\":\"GONE\"}}");
    let wrong = catalog("{body: {code: '{code}', '...': '{message}'}}", ERRORS).expect_err("rejected");
    assert!(wrong.contains("adds every detail"), "{wrong}");
    let clash = "{SOLD_OUT: {status: 409, details: {code: {type: string, example: tea}}}}";
    for envelope in [spread, "{preset: rfc9457}"] {
        let report = catalog(envelope, clash).expect_err("rejected");
        assert!(report.contains("error[name-clash]"), "{report}");
    }
}

#[test]
fn a_client_can_tell_two_errors_apart() {
    let errors = "{CLOSED: {status: 409}, FULL: {status: 409}}";
    for envelope in [
        "{body: {code: '{code}'}}",
        "{body: {error: ['{code?}']}}",
        "{body: {id: '{id}'}}",
        "{body: {page: '{slug}'}}",
        "{preset: rfc9457}",
    ] {
        assert!(catalog(envelope, errors).is_ok(), "{envelope}");
    }
    // Text around a value does not say where the value ends, and a title may be localized.
    for envelope in ["{body: {error: '{message}'}}", "{body: {code: 'E-{code}'}}", "{body: {title: '{title}'}}"] {
        let report = catalog(envelope, errors).expect_err(envelope);
        assert!(report.contains("a client cannot tell `FULL` from `CLOSED`"), "{report}");
    }
}

#[test]
fn retry_after_is_in_whole_seconds() {
    let error = "{BUSY: {status: 503, headers: {Retry-After: '{details.wait}'}, \
                 details: {wait: {type: duration, example: 1.5}}}}";
    let catalog = catalog("{body: {code: '{code}', wait: '{details.wait}'}}", error).expect("accepted");
    let example = &catalog.errors[0].examples[0];
    assert_eq!(example.headers, [("Retry-After".to_owned(), "2".to_owned())]);
    assert_eq!(example.body.as_ref().expect("a body").to_string(), "{\"code\":\"BUSY\",\"wait\":1.5}");
}

fn load(text: &str) -> Catalog {
    let loaded = load_text("errors.yaml", format!("errbook: 1\n{text}\n").as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

#[test]
fn an_error_without_an_envelope_is_a_problem_with_a_code() {
    let body = |text: &str| load(text).errors[0].examples[0].body.as_ref().map(ToString::to_string);
    // A problem without a page has no `type`, and without a code no `code`.
    assert_eq!(
        body("api: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, message: It is gone.}}").expect("a body"),
        "{\"title\":\"Sold out\",\"status\":409,\"detail\":\"It is gone.\",\"code\":\"SOLD_OUT\"}"
    );
    assert_eq!(
        body("api: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, code: null}}").expect("a body"),
        "{\"title\":\"Sold out\",\"status\":409,\"detail\":\"Sold out\"}"
    );
    let whole = "api: {name: Shop, doc_url: 'https://shop.example/{slug}'}
context: {instance: {type: string, example: /orders/7}}
errors: {SOLD_OUT: {status: 409, code: 17, details: {item: {type: string, example: tea}}}}";
    assert_eq!(
        body(whole).expect("a body"),
        "{\"type\":\"https://shop.example/sold-out\",\"title\":\"Sold out\",\"status\":409,\
         \"detail\":\"Sold out\",\"instance\":\"/orders/7\",\"code\":17,\"item\":\"tea\"}"
    );
    let envelope = &load(whole).envelopes[0];
    assert_eq!((&*envelope.name, &*envelope.content_type), ("default", "application/problem+json"));
}

#[test]
fn a_catalogs_own_envelope_named_default_is_used() {
    let names = |envelopes: &str, errors: &str| {
        let catalog = load(&format!("api: {{name: Shop}}\nenvelopes: {{{envelopes}}}\nerrors: {{{errors}}}"));
        let of = |at: usize| catalog.errors[at].envelope.map(|at| catalog.envelopes[at].name.clone());
        let of_errors: Vec<_> = (0..catalog.errors.len()).map(of).collect();
        (of_errors, catalog.envelopes.iter().map(|envelope| envelope.content_type.clone()).collect::<Vec<_>>())
    };
    let (json, problem) = ("application/json".to_owned(), "application/problem+json".to_owned());
    let default = Some("default".to_owned());
    let own = "default: {body: {code: '{code}'}}";
    let other = "plain: {body: {code: '{code}'}}";
    assert_eq!(names(own, "A: {status: 400}"), (vec![default.clone()], vec![json.clone()]));
    // A catalog that names other envelopes has the predefined one, too.
    let two = "A: {status: 400, envelope: plain}, B: {status: 401}";
    assert_eq!(names(other, two), (vec![Some("plain".to_owned()), default], vec![json.clone(), problem]));
    // It is not there if no response uses it.
    let none = "A: {status: 400, envelope: plain}, B: {status: 401, envelope: none}, C: {message: Text.}";
    assert_eq!(names(other, none), (vec![Some("plain".to_owned()), None, None], vec![json]));
}
