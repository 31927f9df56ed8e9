//! Reading any bytes returns a catalog, or errors that can be rendered.

use errbook_catalog::problem::{MAX_PROBLEMS, Report};
use errbook_catalog::source::Span;
use errbook_catalog::{Loaded, load_text};
use proptest::prelude::*;

/// Checks the properties of every text.
fn check(bytes: &[u8]) -> Result<(), String> {
    let Loaded { catalog, report, inputs: _ } = load_text("errors.yaml", bytes);
    if catalog.is_none() != report.has_errors() {
        return Err(format!("catalog: {}, errors: {}", catalog.is_some(), report.error_count()));
    }
    // One error may come after the warnings have filled the report.
    if report.problems.len() > MAX_PROBLEMS + 1 {
        return Err(format!("{} problems are kept", report.problems.len()));
    }
    for problem in &report.problems {
        let related = problem.related.iter().map(|(span, _)| *span);
        let suggested = problem.suggestion.iter().map(|(span, _)| *span);
        for span in problem.span.into_iter().chain(related).chain(suggested) {
            in_range(span, &report)?;
        }
        if problem.message.is_empty() {
            return Err(format!("{} says nothing", problem.rule));
        }
    }
    let text = report.render_text(false);
    if let Some(bad) = text.chars().find(|c| c.is_control() && *c != '\n') {
        return Err(format!("{bad:?} reaches the terminal"));
    }
    // The size of a report depends on the number of problems, not on the length of a line.
    let limit = (report.problems.len() + 1) * 8_000;
    let whole: usize = report.problems.iter().map(|problem| problem.message.len()).sum();
    if text.len() > limit + 4 * whole {
        return Err(format!("{} bytes are drawn for {} problems", text.len(), report.problems.len()));
    }
    report.render_text(true);
    report.render_github();
    serde_json::from_str::<serde_json::Value>(&report.render_json()).map_err(|error| error.to_string())?;
    Ok(())
}

fn in_range(span: Span, report: &Report) -> Result<(), String> {
    let text = &report.sources.get(span.source).text;
    match text.get(span.start as usize..span.end as usize) {
        Some(_) => Ok(()),
        None => Err(format!("{span:?} is not a part of {} bytes", text.len())),
    }
}

/// A catalog with a little of everything.
const EVERYTHING: &str = r#"
errbook: 1
api: {name: Shop, slug: shop, version: "1", doc_url: "https://shop.example/errors/{slug}", support: shop@example.com}
defaults: {retryable: false, envelope: default, headers: {X-Shop: one}}
context:
  request_id: {type: string, example: req-1, doc: Quote it.}
envelopes:
  default:
    body: {error: {code: "{code}", message: "{message}", details: "{details?}"}, id: "{context.request_id}", list: [1, "{status}"]}
    headers: {X-Request-Id: "{context.request_id}"}
  problem: {preset: rfc9457}
retry:
  later: {after: Retry-After, backoff: exponential, initial: 500ms, factor: 1.5, max: 1m, attempts: 5}
groups:
  stock: {title: Stock, summary: What is left., columns: {code: Code, fix: How to mend it}, defaults: {retry: later}}
predicates:
  is_gone: [SOLD_OUT, DISCONTINUED]
types:
  Item: {fields: {name: {type: string, example: teapot}, shelf: Shelf, more: {type: array<Item>, optional: true, example: []}}}
  Shelf: {values: [high, low]}
errors:
  SOLD_OUT:
    code: sold_out
    status: [409, 410]
    title: Sold out
    message: "{count} of {kind} are {{gone}}."
    description: |
      It is gone.
    cause: Someone else was quicker.
    fix: >-
      Choose
      another.
    retryable: idempotent
    refund: {when: It was paid.}
    group: stock
    headers: {Retry-After: "{details.wait?}", X-Shop: two}
    details:
      count: {type: integer, example: 3}
      kind: {type: enum, values: [pot, pan]}
      items: {type: array<Item>}
      wait: {type: duration, optional: true, example: 30}
      secret: {type: string, sensitive: true}
    examples:
      - {title: One, status: 409, details: {count: 1}, context: {request_id: req-2}}
    snippets: [{lang: sh, code: curl}]
    notes: '# More'
    since: 1.2.0
    deprecated: {since: "2", use: DISCONTINUED, note: Say which.}
    source: true
  DISCONTINUED: {code: 17, status: 410, envelope: problem, refund: not_charged, visibility: internal, mask: BROKEN}
  BROKEN: {status: 500, envelope: problem, fix: Try again.}
  OFFLINE: {message: The shop cannot be reached., fix: Look at the cable.}
  SLOW: {title: Pages are slow, cause: Too many ask., fix: Wait.}
retired:
  NO_STOCK: {since: "2", use: DISCONTINUED, note: It was vague.}
lints: {missing-fix: error, id-style: allow}
generate: {docs: {dir: docs}, openapi: {file: openapi.yaml, version: "3.0"}, json: errors.json, rust: src/errors.rs}
"#;

#[test]
fn the_catalog_to_be_mutated_is_good() {
    let loaded = load_text("errors.yaml", EVERYTHING.as_bytes());
    assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
}

/// Characters to insert into a catalog: those with a meaning in YAML, templates or a terminal, and
/// some without any.
const PIECES: &[&str] = &[
    "\u{0}",
    "\u{1b}[31m",
    "\t",
    "\r",
    "\r\n",
    "\n",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "é",
    "日本",
    "👩‍👩‍👧",
    " ",
    "  ",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    " #",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "|",
    "|+\n",
    ">-\n",
    "'",
    "\"",
    "\\",
    "%",
    "@",
    "`",
    "~",
    "null",
    "no",
    "0404",
    "1e999",
    "-1",
    "99999999999999999999",
    ".nan",
    "{message}",
    "{{",
    "}}",
    "{x",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "status: 409\n",
    "errors:\n",
    "  SOLD_OUT:\n",
    "include: \"*\"\n",
    "include: ../x\n",
    "array<",
    "map<map<map<",
    "2s",
];

#[derive(Debug, Clone)]
enum Mutation {
    DeleteLine(usize),
    DuplicateLine(usize),
    SwapLines(usize, usize),
    Insert(usize, usize),
    DeleteChars(usize, usize),
    Cut(usize),
    InsertByte(usize, u8),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = || 0..100_000_usize;
    prop_oneof![
        2 => place().prop_map(Mutation::DeleteLine),
        2 => place().prop_map(Mutation::DuplicateLine),
        2 => (place(), place()).prop_map(|(a, b)| Mutation::SwapLines(a, b)),
        6 => (place(), place()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        4 => (place(), 1..12_usize).prop_map(|(at, count)| Mutation::DeleteChars(at, count)),
        1 => place().prop_map(Mutation::Cut),
        1 => (place(), any::<u8>()).prop_map(|(at, byte)| Mutation::InsertByte(at, byte)),
    ]
}

fn mutate(bytes: Vec<u8>, mutation: &Mutation) -> Vec<u8> {
    let Ok(text) = String::from_utf8(bytes.clone()) else { return bytes };
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return bytes;
    }
    match *mutation {
        Mutation::DeleteLine(at) => {
            lines.remove(at % lines.len());
            lines.concat().into_bytes()
        }
        Mutation::DuplicateLine(at) => {
            let line = lines[at % lines.len()];
            lines.insert(at % lines.len(), line);
            lines.concat().into_bytes()
        }
        Mutation::SwapLines(a, b) => {
            let count = lines.len();
            lines.swap(a % count, b % count);
            lines.concat().into_bytes()
        }
        Mutation::Insert(at, piece) => {
            let at = at % (characters.len() + 1);
            characters.splice(at..at, PIECES[piece % PIECES.len()].chars());
            characters.into_iter().collect::<String>().into_bytes()
        }
        Mutation::DeleteChars(at, count) => {
            let at = at % characters.len();
            characters.drain(at..(at + count).min(characters.len()));
            characters.into_iter().collect::<String>().into_bytes()
        }
        Mutation::Cut(at) => {
            characters.truncate(at % characters.len());
            characters.into_iter().collect::<String>().into_bytes()
        }
        Mutation::InsertByte(at, byte) => {
            let mut bytes = bytes;
            bytes.insert(at % bytes.len(), byte);
            bytes
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_pieces_of_yaml(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        check(text.as_bytes()).map_err(TestCaseError::fail)?;
        check(format!("errbook: 1\napi: {{name: Shop}}\n{text}").as_bytes()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn a_damaged_catalog(mutations in prop::collection::vec(mutation(), 1..6), crlf in any::<bool>()) {
        let text = if crlf { EVERYTHING.replace('\n', "\r\n") } else { EVERYTHING.to_owned() };
        let bytes = mutations.iter().fold(text.into_bytes(), mutate);
        check(&bytes).map_err(|error| {
            TestCaseError::fail(format!("{error} in {}", String::from_utf8_lossy(&bytes)))
        })?;
    }
}

/// Texts that are known to break YAML parsers, or that take long in non-linear code.
#[test]
fn bombs_go_off_harmlessly() {
    let head = "errbook: 1\napi: {name: Shop}\n";
    let repeated = |of: &dyn Fn(usize) -> String, count: usize| (0..count).map(of).collect::<Vec<_>>().concat();
    let aliases = |level: usize| format!("a{}: &a{} [*a{level}, *a{level}, *a{level}]\n", level + 1, level + 1);
    let indented = |depth: usize| format!("{}a:\n", " ".repeat(depth));
    let members = repeated(&|at| format!("a{at}: {at}, "), 20_000);
    let similar = |at: usize| format!("  ERROR_{at}: {{status: 400, message: No value was sent for field {at}}}\n");
    let bombs = [
        "- ".repeat(50_000),
        "[".repeat(50_000),
        "{a: ".repeat(50_000),
        "? ".repeat(50_000),
        "!!map ".repeat(50_000),
        format!("{head}context: {}", "[".repeat(50_000)),
        format!("{head}errors:\n{}", repeated(&indented, 5_000)),
        format!("{head}a0: &a0 [x, x, x]\n{}", repeated(&aliases, 30)),
        format!("{head}context: {{{members}}}\n"),
        format!("{head}errors: {{{members}}}\n"),
        format!("{head}errors:\n{}", repeated(&similar, 10_000)),
        format!("{head}errors:\n  A: {{title: \"{}\"}}\n", "\\u263a".repeat(100_000)),
        format!("{head}errors:\n  A: {{message: \"{}\"}}\n", "{x}".repeat(20_000)),
        format!("{head}errors:\n  A: {{message: \"\\\"{}\"}}\n", "{x}".repeat(20_000)),
        format!("{head}errors:\n  A: {{message: \"{}\"}}\n", "{".repeat(100_001)),
        format!("{head}errors:\n  {}: {{status: 1}}\n", "A".repeat(100_000)),
        format!("{head}{}: 1\n", "é".repeat(100_000)),
        format!("{head}errors:\n  A: {{details: {{a: {}string}}}}\n", "array<".repeat(50_000)),
        "\u{feff}".repeat(1_000),
        "\0".repeat(1_000),
        "#".repeat(1_000_000),
        "\n".repeat(200_000),
        format!("\u{feff}{head}"),
    ];
    // Code that takes more than linear time does not finish, so the test needs no clock.
    for bomb in bombs {
        let result = check(bomb.as_bytes());
        let shown: String = bomb.chars().take(60).collect();
        assert_eq!(result, Ok(()), "{shown:?}");
    }
}

/// A catalog can be one line of JSON. Every error has a place in it.
#[test]
fn a_long_line_goes_off_harmlessly() {
    let error = |at: usize| format!("\"ERROR_{at}\": {{\"status\": 409, \"title\": \"№ {at} of a long line\"}}");
    let errors = (0..60_000).map(error).collect::<Vec<_>>().join(", ");
    let text = format!("{{\"errbook\": 1, \"api\": {{\"name\": \"Shop\"}}, \"errors\": {{{errors}}}}}\n");
    assert_eq!(check(text.as_bytes()), Ok(()));
}
