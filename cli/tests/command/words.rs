use super::Place;

/// One policy, and each kind of refund.
const CATALOG: &str = "
errbook: 1
api: {name: Bank}
retry: {patiently: {after: Retry-After, backoff: exponential, initial: 2500ms, max: 3m, attempts: 3}}
envelopes: {default: {body: {code: '{code}'}}}
defaults: {retry: patiently, headers: {Retry-After: '30'}}
errors:
  BACK: {status: 503, refund: true}
  GONE: {status: 503, refund: false}
  FREE: {status: 503, refund: not_charged}
  ASKED: {status: 503, refund: {when: The *bank* failed.}}
";

/// The visible text: on one line, without markup.
fn seen(text: &str) -> String {
    let text = text.replace("///", "").replace("<code>", "").replace("</code>", "").replace("<em>", "");
    text.replace("</em>", "").replace(['`', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_output_says_the_same_of_a_retry_and_of_a_refund() {
    let place = Place::new();
    place.put("errors.yaml", CATALOG);
    place.expect(0, &["generate", "errors.yaml", "--out", "out"]);
    place.expect(0, &["site", "errors.yaml", "--out", "site"]);
    let retry = "Retry up to 3 times. Wait for the time in the Retry-After header or, without it, 2.5 s, \
                 doubling up to 3 min.";
    let refunds = [
        ("BACK", "The charge is refunded."),
        ("GONE", "The charge is not refunded."),
        ("FREE", "You are not charged."),
        ("ASKED", "The charge is refunded under a condition: The bank failed."),
    ];
    for (id, refund) in refunds {
        let slug = id.to_lowercase();
        let file = |path: &str| (path.to_owned(), place.text(path));
        let outputs = [
            file(&format!("out/bank/reference/{slug}.md")),
            file("out/bank/errors.rs"),
            file("out/bank/openapi.yaml"),
            file("out/bank/llms.txt"),
            file(&format!("site/{slug}.html")),
            ("explain".to_owned(), place.expect(0, &["explain", id, "errors.yaml"]).stdout),
        ];
        for (output, text) in outputs {
            for words in [retry, refund] {
                assert!(seen(&text).contains(words), "{output} does not say {words:?} of {id}:\n{text}");
            }
        }
    }
}
