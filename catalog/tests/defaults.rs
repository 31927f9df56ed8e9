//! Errors inherit defaults: their own keys come first, then the group's defaults, then the
//! catalog's.

use errbook_catalog::load_text;
use errbook_catalog::model::{After, Catalog, ErrorDef, Fault, Refund, Retry};

/// Each error sets one layer less than the one before.
const CATALOG: &str = "
errbook: 1
api: {name: Bank}
envelopes:
  default: {body: {code: '{code}'}}
  of_catalog: {body: {code: '{code}', from: catalog}}
  of_group: {body: {code: '{code}', from: group}}
  of_error: {body: {code: '{code}', from: error}}
retry: {slow: {attempts: 1}, fast: {attempts: 9}}
defaults:
  retry: slow
  refund: true
  fault: api
  visibility: public
  source: false
  envelope: of_catalog
  headers: {X-From: catalog, X-Catalog: here}
groups:
  payments:
    title: Payments
    defaults:
      retry: fast
      refund: false
      fault: upstream
      visibility: internal
      source: true
      envelope: of_group
      headers: {x-from: group, X-Group: here}
errors:
  OWN:
    status: 400
    group: payments
    retryable: false
    refund: not_charged
    fault: caller
    visibility: public
    source: false
    envelope: of_error
    headers: {X-FROM: error}
  OF_GROUP: {status: 400, group: payments, mask: OWN}
  OF_CATALOG: {status: 400}
";

fn load(text: &str) -> Catalog {
    let loaded = load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

fn attempts(error: &ErrorDef) -> Option<u32> {
    error.retry.policy().and_then(|policy| policy.attempts)
}

#[test]
fn the_nearest_layer_decides() {
    let catalog = load(CATALOG);
    let [own, of_group, of_catalog] = catalog.errors.as_slice() else { panic!("three errors") };
    assert_eq!((&own.retry, attempts(of_group), attempts(of_catalog)), (&Retry::Never, Some(9), Some(1)));
    let refunds = catalog.errors.iter().map(|error| error.refund.clone().expect("a refund"));
    assert_eq!(refunds.collect::<Vec<_>>(), [Refund::NotCharged, Refund::Kept, Refund::Refunded]);
    let faults = catalog.errors.iter().map(|error| error.fault.expect("a fault"));
    assert_eq!(faults.collect::<Vec<_>>(), [Fault::Caller, Fault::Upstream, Fault::Api]);
    assert_eq!(catalog.errors.iter().map(ErrorDef::is_public).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(catalog.errors.iter().map(|error| error.source).collect::<Vec<_>>(), [false, true, false]);
    let envelopes = catalog.errors.iter().map(|error| catalog.envelope_of(error).expect("an envelope").name.as_str());
    assert_eq!(envelopes.collect::<Vec<_>>(), ["of_error", "of_group", "of_catalog"]);
}

#[test]
fn a_header_is_overridden_whatever_its_case() {
    let catalog = load(CATALOG);
    let headers = |error: &ErrorDef| -> Vec<String> {
        let line = |header: &errbook_catalog::model::Header| format!("{}: {}", header.name, header.value.to_source());
        error.headers.iter().map(line).collect()
    };
    let headers: Vec<Vec<String>> = catalog.errors.iter().map(headers).collect();
    assert_eq!(headers[0], ["X-FROM: error", "X-Group: here", "X-Catalog: here"]);
    assert_eq!(headers[1], ["x-from: group", "X-Group: here", "X-Catalog: here"]);
    assert_eq!(headers[2], ["X-From: catalog", "X-Catalog: here"]);
}

#[test]
fn after_names_a_detail_or_a_header() {
    let after = |after: &str, rest: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: Bank}}\nretry: {{told: {{after: {after}}}}}\n\
             errors: {{BUSY: {{status: 503, retry: told, {rest}}}}}\n"
        );
        load(&text).errors[0].retry.policy().and_then(|policy| policy.after.clone())
    };
    let detail = |name: &str| format!("message: '{{{name}}}', details: {{{name}: {{type: duration, example: 30}}}}");
    // Each name would also be valid for the other kind.
    assert_eq!(after("wait", &detail("wait")), Some(After::Detail("wait".to_owned())));
    assert_eq!(after("wait", "headers: {wait: '30'}"), Some(After::Header("wait".to_owned())));
    assert_eq!(after("retry_after", &detail("retry_after")), Some(After::Detail("retry_after".to_owned())));
    assert_eq!(after("Retry-After", "headers: {Retry-After: '30'}"), Some(After::Header("Retry-After".to_owned())));
}
