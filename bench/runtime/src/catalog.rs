//! A catalog as a large API would have it: groups, retry policies, types, details with examples,
//! descriptions with lists and code, causes and fixes. It is formatted, and has no warnings.

use std::fmt::Write as _;

const STATUSES: [u16; 20] =
    [400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 422, 424, 429, 500, 502, 503, 504];

const SUBJECTS: &str = "account address archive article asset balance batch booking bucket campaign card cart channel \
    charge cluster comment contact coupon credit customer dataset deposit device document domain draft";

const EVENTS: &str = "blocked canceled changed closed declined deleted disabled exhausted expired frozen hidden locked \
    malformed missing moved outdated paused pending rejected replaced reserved revoked suspended unsupported";

const HEAD: &str = r#"errbook: 1
api:
  name: Bench
  summary: Every error of a large API. Branch on `error.code`, and show `error.message` to nobody.
  doc_url: https://docs.example.com/errors/{slug}
context:
  request_id: {type: string, example: req-8f14e45f, doc: ID of the request. Quote it when you contact support.}
envelopes:
  default:
    body:
      error:
        code: "{code}"
        message: "{message}"
        doc_url: "{doc_url}"
        details: "{details?}"
      request_id: "{context.request_id}"
    headers: {X-Request-Id: "{context.request_id}"}
retry:
  transient: {backoff: exponential, initial: 500ms, max: 30s, attempts: 5}
  limited: {after: Retry-After, backoff: fixed, initial: 10s}
types:
  Plan:
    values: [free, team, enterprise]
    open: true
    doc: The plan of an account.
  Limit:
    fields:
      window: {type: duration, example: 60, doc: The length of the window.}
      most: {type: integer, example: 100, doc: The most requests in it.}
    doc: A limit of requests.
groups:
"#;

/// A catalog with this many errors. The same number gives the same text.
///
/// ```
/// let loaded = errbook_catalog::load_text("errors.yaml", errbook_bench::catalog::text(100).as_bytes());
/// assert_eq!(loaded.catalog.expect("accepted").errors.len(), 100);
/// assert!(loaded.report.is_empty());
/// ```
pub fn text(errors: usize) -> String {
    let subjects: Vec<&str> = SUBJECTS.split_whitespace().collect();
    let events: Vec<&str> = EVENTS.split_whitespace().collect();
    let mut text = HEAD.to_owned();
    for subject in subjects.iter().take(errors) {
        let _ = writeln!(text, "  {subject}:\n    summary: Errors of the endpoints below `/{subject}s`.");
    }
    text.push_str("errors:\n");
    for number in 0..errors {
        let (subject, rest) = (subjects[number % subjects.len()], number / subjects.len());
        entry(&mut text, number, subject, events[rest % events.len()], rest / events.len());
    }
    text
}

fn entry(text: &mut String, number: usize, subject: &str, event: &str, region: usize) {
    let status = STATUSES[number * 7 % STATUSES.len()];
    let (place, suffix) = match region {
        0 => ("in every region".to_owned(), String::new()),
        region => (format!("in region {region}"), format!("_{region}")),
    };
    let is_limited = matches!(status, 429 | 503);
    let has_details = number % 5 < 2;
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line(&format!("  {}_{}{suffix}:", subject.to_uppercase(), event.to_uppercase()));
    line(&format!("    status: {status}"));
    line(&format!("    title: The {subject} is {event} {place}"));
    if has_details {
        line(&format!("    message: \"The {subject} `{{{subject}_id}}` is {event} {place}: {{reason}}.\""));
    }
    line("    description: |");
    line(&format!("      The {subject} is {event}, so the service did nothing with it. This happens if:"));
    line("");
    line(&format!("      - its owner or *another* member of the team made it {event},"));
    line(&format!("      - `{subject}.state` is `{event}`."));
    line("    cause: >-");
    line(&format!("      Often an old copy of the {subject} is in a cache of the client (known cause {number})."));
    line(&format!("    fix: Read it again with `GET /{subject}s/{{id}}`, then repeat the request."));
    match status {
        429 | 503 => line("    retry: limited"),
        408 | 500.. => line("    retry: transient"),
        409 => {}
        _ => line("    retryable: false"),
    }
    match number % 4 {
        0 => line("    refund: not_charged"),
        1 => line("    refund: {when: The request reached no server of the region.}"),
        _ => {}
    }
    line(if status < 500 { "    fault: caller" } else { "    fault: api" });
    line(&format!("    group: {subject}"));
    match status {
        401 => line("    headers: {WWW-Authenticate: Bearer}"),
        405 => line("    headers: {Allow: GET}"),
        429 | 503 => line("    headers: {Retry-After: \"{details.retry_after}\"}"),
        _ => {}
    }
    if has_details || is_limited {
        line("    details:");
    }
    if is_limited {
        line("      retry_after: {type: duration, example: 30, doc: Seconds until the next attempt.}");
    }
    if has_details {
        line(&format!("      {subject}_id: {{type: string, example: {subject}-{number}, doc: ID of the {subject}.}}"));
        line(&format!("      reason: {{type: string, example: it was {event} by its owner, doc: The reason.}}"));
        if number.is_multiple_of(2) {
            line(&format!("      plan: {{type: Plan, example: team, doc: The plan for {subject}s., optional: true}}"));
        }
        if number.is_multiple_of(9) {
            line("      limits: {type: array<Limit>, doc: The exceeded limits., optional: true}");
        }
    }
    if number.is_multiple_of(10) {
        line("    examples:");
        line(&format!("      - title: The owner of the {subject} changed it"));
        let details = format!("{{{subject}_id: {subject}-{}, reason: its owner changed it on Monday}}", number + 1);
        line(&format!("        details: {details}"));
    }
    if number.is_multiple_of(5) {
        line(&format!("    since: \"1.{}\"", number % 40));
    }
}
