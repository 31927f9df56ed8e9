use super::{Place, api};

fn explain(place: &Place, args: &[&str]) -> String {
    let mut all = vec!["explain"];
    all.extend(args);
    let ran = place.expect(0, &all);
    assert_eq!(ran.stderr, "");
    ran.stdout
}

/// The ids that the explanation opens with, one for each error.
fn ids(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).filter(|pair| pair[1].contains(" · ")).filter_map(|pair| pair[0].split("  ").next()).collect()
}

#[test]
fn everything_that_the_catalog_says() {
    let place = Place::new();
    place.put(
        "errors.yaml",
        r#"
errbook: 1
api: {name: Shop, doc_url: "https://shop.example/{slug}"}
context: {request_id: {type: string, example: req-1}}
envelopes:
  default:
    body: {code: "{code}", message: "{message}", details: "{details?}", request_id: "{context.request_id}"}
    headers: {X-Request-Id: "{context.request_id}"}
groups: {stock: {title: Stock, columns: {description: Reason, fix: Remedy}}}
predicates: {is_temporary: [FEW_LEFT]}
types: {Size: {values: [small, large]}}
errors:
  FEW_LEFT:
    status: [409, 503]
    code: 1042
    title: Few are left
    message: "Only {left} of size {size} are left."
    description: The order is larger than the stock, and it will be for as long as nobody brings more of what was asked for.
    cause: Somebody was quicker.
    fix: |-
      Order less:

      - half of it, say
      - or wait
    retry: {after: Retry-After, backoff: exponential, initial: 500ms, factor: 2, max: 90s, attempts: 5}
    refund: {when: If it was charged.}
    group: stock
    headers: {Retry-After: "{details.wait?}"}
    details:
      left: {type: integer, example: 2, doc: How many there are.}
      size: {type: Size, example: small}
      wait: {type: integer, example: 30, optional: true}
    snippets: [{lang: sh, code: "curl -sS https://shop.example\n"}]
    notes: Restocked on Mondays.
    since: 1.1.0
    deprecated: {since: 2.0.0, use: NONE_LEFT, note: Says less.}
    visibility: internal
    mask: NONE_LEFT
  NONE_LEFT: {status: 410, title: None left, description: None., fix: None.}
retired: {OUT: {since: 1.0.0, use: NONE_LEFT, note: It said nothing.}}
"#,
    );
    insta::assert_snapshot!(explain(&place, &["few-left"]));
    insta::assert_snapshot!(explain(&place, &["OUT"]));
}

#[test]
fn a_status_explains_each_of_its_errors() {
    let place = Place::new();
    let text = explain(&place, &["402", &api("publishing-api.yaml"), &api("social-crawl.yaml")]);
    assert_eq!(ids(&text), ["INSUFFICIENT_CREDITS", "INSUFFICIENT_CREDITS"], "{text}");
}

#[test]
fn many_are_listed() {
    let apis = ["social-crawl", "social-neuron", "socia-hive", "publishing-api", "social-api"];
    let paths = apis.map(|name| api(&format!("{name}.yaml")));
    let mut args = vec!["error"];
    args.extend(paths.iter().map(String::as_str));
    let text = explain(&Place::new(), &args);
    assert!(text.contains("\nSTATUS"), "{text}");
    assert!(text.ends_with("\n`errbook explain ID` shows everything about one of them.\n"), "{text}");
}

#[test]
fn a_message_is_found_as_it_was_received() {
    let place = Place::with_shop();
    assert_eq!(ids(&explain(&place, &["Closed until 11:30."])), ["CLOSED"]);
    assert_eq!(ids(&explain(&place, &["is GONE"])), ["SOLD_OUT"]);
    let symptom = explain(&Place::new(), &["on one platform", &api("social-neuron.yaml")]);
    assert!(!ids(&symptom).is_empty(), "{symptom}");
}

#[test]
fn near_names_are_offered() {
    let place = Place::with_shop();
    let ran = place.expect(1, &["explain", "SOLDUOT"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr, "error: no error in `errors.yaml` matches `SOLDUOT`\nhelp: did you mean `SOLD_OUT`?\n");
    let ran = place.expect(1, &["explain", "unheard-of"]);
    assert!(ran.stderr.ends_with("help: `errbook list` lists all errors\n"), "{}", ran.stderr);
    place.expect(1, &["explain", ""]);
    place.expect(2, &["explain", "SOLD_OUT", "nowhere.yaml"]);
    place.expect(2, &["explain"]);
}

/// Prose is wrapped; code and blank lines stay.
#[test]
fn code_in_a_text_stays_as_it_is() {
    let place = Place::new();
    let (words, code) = ("word ".repeat(40), "x  ".repeat(60));
    let text = format!(
        "errbook: 1\napi: {{name: Shop}}\nerrors:\n  A:\n    status: 400\n    description: \"{words}\\n\\n    # a\\n    {code}y\"\n    fix: \"1. Look:\\n\\n   ```sh\\n   {code}y\\n   ```\\n2. Wait.\"\n"
    );
    place.put("errors.yaml", &text);
    let page = explain(&place, &["A"]);
    for expected in [
        format!("word\n\n{:16}# a\n{:16}{code}y\n", "", ""),
        format!("Fix         1. Look:\n\n{:15}```sh\n{:15}{code}y\n{:15}```\n            2. Wait.\n", "", "", ""),
    ] {
        assert!(page.contains(&expected), "{expected}\nis not in\n{page}");
    }
}
