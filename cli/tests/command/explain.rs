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

/// A catalog with secrets, waits, and errors that share a status.
const BANK: &str = r#"
errbook: 1
api: {name: Bank, doc_url: "https://bank.example/errors/{slug}"}
context:
  request_id: {type: string, example: req-1}
  session: {type: string, sensitive: true, optional: true, example: s}
envelopes:
  default:
    body: {error: {code: "{code}", text: "{message}", extra: "{details?}", request: "{context.request_id}", session: "{context.session?}"}}
  problem:
    content_type: application/problem+json
    body: {type: "{doc_url}", status: "{status}", detail: "{message}"}
unknown: {"5XX": {retry: {backoff: fixed, initial: 10s, attempts: 2}}}
types:
  Login: {fields: {user: {type: string, example: ada}, password: {type: string, sensitive: true, example: p}}}
errors:
  QUOTA_EXCEEDED:
    status: 429
    message: "You exceeded the quota of {limit} requests."
    description: Each key has a quota.
    fix: Send fewer requests.
    retry: {after: Retry-After, backoff: exponential, initial: 2s, attempts: 3}
    headers: {Retry-After: "30"}
    details:
      limit: {type: integer, example: 60}
  LOCKED:
    status: 423
    message: "The account of {owner} is locked."
    description: Somebody tried to log in too often.
    fix: Wait.
    retry: {after: until, backoff: fixed, initial: 60s}
    details:
      owner: {type: string, example: Ada}
      until: {type: date-time, example: "2026-01-31T12:00:00Z"}
      token: {type: string, sensitive: true, optional: true, example: t}
      login: {type: Login, optional: true}
  EARLY:
    status: 425
    message: "Too early: wait {wait} seconds."
    description: The account is new.
    fix: Wait.
    retry: {after: Retry-After}
    headers: {Retry-After: "{details.wait}"}
    details:
      wait: {type: duration, example: 1}
      why: {type: enum, values: [new, locked], example: new}
      count: {type: integer, example: 1}
      from: {type: string, optional: true, example: Ada}
  NO_FUNDS: {status: 402, envelope: problem, code: null, message: Too little money., description: Empty., fix: Pay in., retryable: false}
  NO_CARD: {status: 402, envelope: problem, code: null, message: No card., description: None., fix: Order one., retryable: false}
  CELLAR: {status: 500, message: Cellar., description: Inside., fix: Fix it., retryable: false, visibility: internal, mask: BROKEN}
  BROKEN: {status: 500, message: It broke., description: It broke., fix: Report it., retryable: false}
retired: {TOO_MANY: {since: 2.0.0, use: QUOTA_EXCEEDED}}
"#;

fn bank() -> Place {
    let place = Place::new();
    place.put("errors.yaml", BANK);
    place
}

/// `errbook explain -` with a standard input.
fn pasted(place: &Place, input: impl AsRef<[u8]>) -> super::Ran {
    use std::io::Write as _;
    use std::process::Stdio;

    let mut command = place.command(&["explain", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
    // The command reads only the beginning of a long input.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_ref());
    let output = child.wait_with_output().expect("an end");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    super::Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_pasted_response_is_explained() {
    let place = bank();
    let quota =
        r#"{"error": {"code": "QUOTA_EXCEEDED", "text": "Quota: 60.", "extra": {"limit": 60}, "request": "req-7"}}"#;
    let locked = r#"{"error": {"code": "LOCKED", "text": "The account of Ada is locked.", "extra": {"owner": "Ada", "until": "2026-01-31T12:10:00Z", "token": "QUIET", "login": {"user": "ada", "password": "QUIET", "more": "QUIET"}, "other": "QUIET"}, "request": "req-8", "session": "QUIET"}}"#;
    let inputs = [
        ("a body", quota.to_owned()),
        ("Retry-After in seconds", format!("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\r\n{quota}")),
        (
            "Retry-After as a date, in curl -v",
            format!(
                "> GET / HTTP/1.1\n< HTTP/1.1 429 Slow\n< Date: Sat, 31 Jan 2026 12:00:00 GMT\n< Retry-After: Sat, 31 Jan 2026 12:01:30 GMT\n<\n{quota}"
            ),
        ),
        ("a long wait", format!("HTTP/2 429\nretry-after: 3600\n\n{quota}")),
        ("secrets", format!("HTTP/2 423\ndate: Sat, 31 Jan 2026 12:00:00 GMT\n\n{locked}")),
        ("another status", format!("HTTP/2 400\n\n{quota}")),
        (
            "a type",
            r#"{"type": "https://Bank.example/errors/no-card/", "status": 402, "detail": "Keine Karte."}"#.to_owned(),
        ),
        (
            "a message",
            "HTTP/2 402\n\n{\"type\": \"about:blank\", \"status\": 402, \"detail\": \"No card.\"}".to_owned(),
        ),
        ("another envelope", "HTTP/2 429\n\n{\"errors\": [{\"name\": \"quota_exceeded\", \"limit\": 5}]}".to_owned()),
        (
            "another language",
            "HTTP/2 402\n\n{\"type\": \"about:blank\", \"status\": 402, \"detail\": \"Keine Karte.\"}".to_owned(),
        ),
        ("a body that is cut off", format!("HTTP/2 429\n\n{}", &quota[..40])),
        ("a retired code", "HTTP/2 429\n\n{\"error\": {\"code\": \"TOO_MANY\"}}".to_owned()),
        ("a text", "You exceeded the quota of 60 requests.".to_owned()),
    ];
    insta::assert_snapshot!(explained(&place, &inputs));
}

/// What the command prints about each response.
fn explained(place: &Place, inputs: &[(&str, String)]) -> String {
    let mut report = String::new();
    for (name, input) in inputs {
        let ran = pasted(place, input);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{input}\n{ran:#?}");
        assert!(!ran.stdout.contains("QUIET"), "{}", ran.stdout);
        report.extend(["=== ", name, "\n", &ran.stdout, "\n"]);
    }
    report
}

#[test]
fn a_response_is_read_as_clients_read_it() {
    let inputs = [
        (
            "a retired code with the message of what replaced it",
            "HTTP/2 429\n\n{\"error\": {\"code\": \"TOO_MANY\", \"text\": \"You exceeded the quota of 60 requests.\"}}"
                .to_owned(),
        ),
        ("a retired code in a body that is cut off", "HTTP/2 429\n\n{\"error\": {\"code\": \"TOO_MANY\", \"te".to_owned()),
        (
            "a date where the catalog has seconds",
            "HTTP/2 425\nDate: Mon, 30 Nov 2026 19:00:00 GMT\nRetry-After: Mon, 30 Nov 2026 19:00:03 GMT\n\n{\"error\": {\"code\": \"EARLY\", \"text\": \"Too early: wait 3 seconds.\"}}"
                .to_owned(),
        ),
        (
            "values of other types",
            "{\"error\": {\"code\": \"EARLY\", \"text\": \"Too early: wait 3 seconds.\", \"extra\": {\"wait\": 3, \"why\": \"purple\", \"count\": \"many\", \"from\": {\"password\": \"QUIET\"}}}}"
                .to_owned(),
        ),
        (
            "a value in the message alone",
            "{\"error\": {\"code\": \"QUOTA_EXCEEDED\", \"text\": \"You exceeded the quota of 61 requests.\"}}".to_owned(),
        ),
    ];
    insta::assert_snapshot!(explained(&bank(), &inputs));
}

/// A text is never filled with a value of another type.
#[test]
fn the_message_is_as_it_was_sent_if_a_value_has_another_type() {
    let place = Place::new();
    place.put(
        "errors.yaml",
        "
errbook: 1
api: {name: Depot}
errors:
  RATE_LIMITED:
    status: 429
    message: 'Too many requests: wait {wait} seconds'
    retry: {after: Retry-After}
    headers: {Retry-After: '{details.wait}'}
    details: {wait: {type: duration, example: 1}}
",
    );
    let head = "HTTP/1.1 429\nDate: Mon, 30 Nov 2026 19:00:00 GMT\nRetry-After: Mon, 30 Nov 2026 19:00:03 GMT\n\n";
    let sent = r#"{"status": 429, "code": "RATE_LIMITED", "detail": "Too many requests: wait 3 seconds"}"#;
    let ran = pasted(&place, format!("{head}{sent}"));
    let text = ran.stdout.split("\n\n").next().expect("what is of this time");
    assert_eq!(
        text,
        "\
RATE_LIMITED  429 Too Many Requests
Depot · errors.yaml:5
This time   Too many requests: wait 3 seconds
Values      wait: Mon, 30 Nov 2026 19:00:03 GMT
Mismatch    wait: expected seconds
            Generated clients then have no details.
Wait        3 s, as `Retry-After` says."
    );
}

#[test]
fn a_response_that_is_not_in_the_catalog() {
    let place = bank();
    let mut report = String::new();
    for (code, name, input) in [
        (1, "a code", &b"HTTP/1.1 429 Slow\r\nRetry-After: 5\r\n\r\n{\"error\": {\"code\": \"QUOTA_EXEEDED\", \"text\": \"QUIET\"}}"[..]),
        (1, "other words", b"HTTP/1.1 400 Bad\r\n\r\n{\"error\": {\"code\": \"E17\", \"text\": \"Quota of QUIET exceeded\"}}"),
        (1, "an internal code", b"HTTP/1.1 500 Broken\r\n\r\n{\"error\": {\"code\": \"CELLAR\", \"text\": \"QUIET\"}}"),
        (1, "HTML", b"HTTP/1.1 502 Bad Gateway\r\nRetry-After: 9\r\n\r\n<html><h1>QUIET</h1>"),
        (1, "HTML without a status", b"<!DOCTYPE html>QUIET"),
        (1, "no body", b"HTTP/1.1 429 Slow\r\n\r\n"),
        (1, "success", b"HTTP/1.1 200 OK\r\n\r\n{\"token\": \"QUIET\"}"),
        (1, "bytes", b"HTTP/1.1 400 Bad\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\xff"),
        (1, "an object", b"{\"token\": \"QUIET\"}"),
        (1, "a text", b"zzz QUIET\n"),
        (2, "nothing", b""),
        (2, "only spaces", b"\xef\xbb\xbf \r\n"),
    ] {
        let ran = pasted(&place, input);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{name}: {ran:#?}");
        assert!(!ran.stderr.contains("QUIET"), "{}", ran.stderr);
        report.extend(["=== ", name, "\n", &ran.stderr, "\n"]);
    }
    insta::assert_snapshot!(report);
}

#[test]
fn a_long_or_a_deep_input_ends() {
    let place = bank();
    let code = "{\"error\": {\"code\": \"BROKEN\", \"text\": \"";
    let fits = format!("{code}{}\"}}}}", "x".repeat((1 << 20) - code.len() - 3));
    assert_eq!(pasted(&place, &fits).code, Some(0));
    let ran = pasted(&place, format!("{fits}\n"));
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.stderr,
        "error: the standard input has more than 1048576 bytes\nhelp: paste only the response with the error\n"
    );
    for text in [
        "[".repeat(1 << 20),
        "{\"a\":".repeat(200_000),
        "\"".repeat(1 << 20),
        "{\"a\":1".repeat(170_000),
        "9".repeat(1 << 20),
    ] {
        let ran = pasted(&place, &text);
        assert!(matches!(ran.code, Some(0 | 1)), "{ran:#?}");
    }
}

#[test]
fn a_response_can_be_an_argument() {
    let text = explain(&bank(), &["{\"error\": {\"code\": \"BROKEN\", \"text\": \"It broke.\"}}"]);
    assert_eq!(ids(&text), ["BROKEN"]);
}

#[test]
fn typos_and_plurals_are_found_best_first() {
    let place = bank();
    for (asked, expected) in [
        ("You exceded the quota", &["QUOTA_EXCEEDED"][..]),
        ("quotas", &["QUOTA_EXCEEDED"]),
        ("acount locked", &["LOCKED"]),
    ] {
        let ran = place.expect(0, &["explain", asked]);
        assert_eq!(ids(&ran.stdout), expected, "{asked}");
        assert_eq!(ran.stderr, "warning: no error in `errors.yaml` matches exactly; similar ones follow\n");
    }
    // All words, in any order.
    assert_eq!(ids(&explain(&place, &["quota exceeded"])), ["QUOTA_EXCEEDED"]);
}
