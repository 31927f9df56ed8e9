//! Path items in files that a document refers to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Error, ErrorKind};

use errbook_catalog::model::Catalog;
use errbook_schema::openapi::{Document, MergeError};

fn catalog() -> Catalog {
    let text = "errbook: 1
api: {name: Shop}
envelopes: {default: {body: {code: '{code}'}}}
errors:
  SOLD_OUT: {status: 409, fix: Choose another.}
  CLOSED: {status: 409, fix: Come back.}
  PARTLY: {status: 200, fix: Order the rest.}
  UNAUTHORIZED: {status: 401, fix: Sign in.}
";
    errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("valid")
}

type Files<'a> = BTreeMap<&'a str, &'a str>;

/// The document `api/openapi.yaml` with files below `api` or beside it.
fn document(files: &Files) -> Result<Document, MergeError> {
    let read = |path: &str| match path {
        "secret.yaml" => Err(Error::new(ErrorKind::InvalidInput, "it leads out of the repository")),
        _ => files.get(path).map(|text| (*text).to_owned()).ok_or_else(|| ErrorKind::NotFound.into()),
    };
    Document::read("/repository/api/openapi.yaml", files["openapi.yaml"], read)
}

/// Merges, and checks that a second run changes nothing.
fn merged(files: &Files) -> BTreeMap<String, String> {
    let merge = |files: &Files| -> BTreeMap<String, String> {
        let document = document(files).unwrap_or_else(|error| panic!("{error}"));
        let merged = document.merge(&catalog()).unwrap_or_else(|error| panic!("{error}"));
        let others = merged.files().map(|file| (file.path.to_owned(), file.text.to_owned()));
        others.chain([("openapi.yaml".to_owned(), merged.text().to_owned())]).collect()
    };
    let first = merge(files);
    let mut all = files.clone();
    all.extend(first.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    assert_eq!(merge(&all), first, "a second run changes nothing");
    first
}

fn problems(files: &Files) -> String {
    let error = document(files).and_then(|document| document.merge(&catalog())).expect_err("rejected");
    let mut shown = String::new();
    for problem in error.problems {
        let file = problem.file.as_deref().unwrap_or("openapi.yaml");
        let help = problem.help.map_or_else(String::new, |help| format!("; {help}"));
        let _ = writeln!(shown, "{file}:{}:{}: {}{help}", problem.line, problem.column, problem.message);
    }
    shown
}

const SPLIT: [(&str, &str); 6] = [
    (
        "openapi.yaml",
        "openapi: 3.1.0
info: {title: Shop, version: '1'}
x-errors: [UNAUTHORIZED]
paths:
  /orders: {$ref: './paths/orders.yaml'} # theirs
  /orders/{id}:
    $ref: paths/all.yaml#/items/~1orders~1%7Bid%7D
  /old: {$ref: ../shared/old.yaml}
webhooks:
  sold: {$ref: ../shared/sold%20out.yaml}
",
    ),
    (
        "paths/orders.yaml",
        "# The orders.
post:
  x-errors: [SOLD_OUT, PARTLY]
  responses:
    '200': # theirs
      description: Ordered
      content:
        application/json:
          schema:
            $ref: ../schemas.yaml#/Order
get:
  responses:
    '200': {description: ok}
",
    ),
    (
        "paths/all.yaml",
        "items:\n  '/orders/{id}':\n    get: {x-errors: ['!UNAUTHORIZED', CLOSED]}\n  /other: {get: {}}\n",
    ),
    ("../shared/old.yaml", "$ref: ../api/paths/older.yaml\n"),
    ("paths/older.yaml", "$ref: ../../shared/old.yaml\nget: {operationId: readOld}\n"),
    (
        "../shared/sold out.yaml",
        "{\"post\": {\"x-errors\": [\"SOLD_OUT\"], \"responses\": {\"204\": {\"description\": \"ok\"}}}}",
    ),
];

#[test]
fn the_files_of_path_items_are_edited() {
    let files = merged(&SPLIT.into());
    let mut shown = String::new();
    for (path, text) in &files {
        let text = text.split_once("components:\n").map_or(text.as_str(), |(before, _)| before);
        let _ = writeln!(shown, "--- {path}\n{text}");
    }
    insta::assert_snapshot!(shown);
    let components = &files["openapi.yaml"];
    for name in ["PostOrdersErrors409", "PostOrdersErrors200", "GetOrdersIdErrors409", "ReadOldErrors401"] {
        assert!(components.contains(&format!("\n    {name}:\n")), "{name}: {components}");
    }
}

#[test]
fn the_operations_of_files_return_errors() {
    let split = Files::from(SPLIT);
    let mut files = split.clone();
    let text = files["openapi.yaml"].replace("  /old:", "  /also: {$ref: paths/orders.yaml}\n  /old:");
    files.insert("openapi.yaml", &text);
    let operations = document(&files).and_then(|document| document.operations(&catalog())).expect("operations");
    let shown: Vec<String> = operations.iter().map(|found| format!("{} {}", found.method, found.path)).collect();
    assert_eq!(shown, ["POST /orders", "POST /also", "GET /orders", "GET /also", "GET /orders/{id}", "GET /old"]);
    let twice = merged(&files);
    assert_eq!(twice["paths/orders.yaml"], merged(&split)["paths/orders.yaml"], "one item has one set of responses");
}

#[test]
fn files_without_lists_are_as_before() {
    let before = Files::from(SPLIT);
    let after = merged(&before);
    let lists = [
        ("x-errors: [UNAUTHORIZED]\n", ""),
        ("  x-errors: [SOLD_OUT, PARTLY]\n", ""),
        ("{x-errors: ['!UNAUTHORIZED', CLOSED], ", "{"),
        ("{x-errors: ['!UNAUTHORIZED', CLOSED]", "{"),
        ("\"x-errors\": [\"SOLD_OUT\"], ", ""),
    ];
    let without = |text: &str| lists.iter().fold(text.to_owned(), |text, (list, to)| text.replace(list, to));
    let unlisted: BTreeMap<String, String> = before
        .iter()
        .map(|(path, text)| ((*path).to_owned(), without(after.get(*path).map_or(text, String::as_str))))
        .collect();
    let unlisted = merged(&unlisted.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect());
    for (path, text) in before.iter().filter(|(path, _)| **path != "openapi.yaml") {
        let read = |text: &str| -> serde_json::Value { serde_yaml::from_str(text).expect("YAML") };
        assert_eq!(read(&unlisted[*path]), read(&without(text)), "{path}");
    }
    assert_eq!(unlisted["paths/orders.yaml"], without(before["paths/orders.yaml"]));
}

/// Operations with a list and without responses, each the end of the callbacks of the one before,
/// as lines from some indentation.
fn nested(levels: usize, indent: usize) -> String {
    let mut text = String::new();
    for level in 0..levels {
        let at = " ".repeat(indent + 8 * level);
        let _ = writeln!(text, "{at}post:\n{at}  x-errors: [SOLD_OUT]\n{at}  operationId: level{level}");
        if level + 1 < levels {
            let _ = writeln!(text, "{at}  callbacks:\n{at}    done:\n{at}      '{{$url}}':");
        }
    }
    text
}

/// The responses of nested operations begin at the same place of the text.
#[test]
fn operations_that_end_together_get_their_own_responses() {
    let document = |paths: &str| format!("openapi: 3.1.0\nx-errors: []\npaths:\n  /a:\n{paths}");
    for levels in 1..=3 {
        let inside = (document(&nested(levels, 4)), String::new());
        let below = (document("    $ref: a.yaml\n"), nested(levels, 0));
        for (document, file) in [inside, below] {
            for (line_break, is_ended) in [("\n", true), ("\n", false), ("\r\n", true), ("\r", false)] {
                let written = |text: &str| {
                    let text = if is_ended { text } else { text.trim_end() };
                    text.replace('\n', line_break)
                };
                let (document, file) = (written(&document), written(&file));
                let merged = merged(&[("openapi.yaml", document.as_str()), ("a.yaml", &file)].into());
                let part = if document.contains("$ref") { &merged["a.yaml"] } else { &merged["openapi.yaml"] };
                let part: serde_json::Value = serde_yaml::from_str(part).expect("YAML");
                let mut item = part.pointer("/paths/~1a").unwrap_or(&part);
                for level in 0..levels {
                    let target = item["post"]["responses"]["409"]["$ref"].as_str().unwrap_or_default();
                    assert!(target.ends_with(&format!("#/components/responses/Level{level}Errors409")), "{part:#}");
                    item = &item["post"]["callbacks"]["done"]["{$url}"];
                }
                for (path, text) in &merged {
                    let text = text.replace(line_break, "\n");
                    let (above, _) = text.split_once("components:\n").unwrap_or((&text, ""));
                    assert!(!above.contains("\n\n"), "no blank lines in {path}: {text}");
                }
                // Without the errors, all is as it was.
                let without: BTreeMap<String, String> =
                    merged.iter().map(|(path, text)| (path.clone(), text.replace("[SOLD_OUT]", "[]"))).collect();
                let removed =
                    self::merged(&without.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect());
                for (path, before) in [("openapi.yaml", document), ("a.yaml", file)] {
                    let after = removed.get(path).map_or("", String::as_str).trim_end();
                    assert_eq!(after, before.replace("[SOLD_OUT]", "[]").trim_end(), "{path}");
                }
            }
        }
    }
}

/// A name, the paths of the document, and the files.
type Case<'a> = (&'a str, String, &'a [(&'a str, &'a str)]);

#[test]
fn what_cannot_be_edited_is_named_with_its_file_and_place() {
    let root = "openapi: 3.1.0\npaths:\n";
    let list = "get: {x-errors: [SOLD_OUT]}\n";
    let path = "  /a: {$ref: a.yaml}\n";
    let cases: [Case; 13] = [
        ("an unknown error", path.to_owned(), &[("a.yaml", "\nget:\n  x-errors: [SOLDOUT]\n")]),
        ("an own response", path.to_owned(), &[("a.yaml", "get: {x-errors: [CLOSED], responses: {'409': {}}}\n")]),
        ("no operation", path.to_owned(), &[("a.yaml", "x-errors: [SOLD_OUT]\nget: {}\n")]),
        (
            "an item that is not used",
            "  /a: {$ref: 'a.yaml#/a'}\n".to_owned(),
            &[("a.yaml", "a: {}\nb: {get: {x-errors: [SOLD_OUT]}}\n")],
        ),
        ("aliases", path.to_owned(), &[("a.yaml", "get: &a {x-errors: [SOLD_OUT]}\nput: *a\n")]),
        ("bad YAML", path.to_owned(), &[("a.yaml", "x-errors: {\n")]),
        ("out of the repository", "  /a: {$ref: secret.yaml}\n".to_owned(), &[]),
        ("further up than is known", "  /a: {$ref: ../../../a.yaml}\n".to_owned(), &[("../../../a.yaml", list)]),
        ("all paths", "  $ref: paths.yaml\n".to_owned(), &[("paths.yaml", "/a: {get: {x-errors: [SOLD_OUT]}}\n")]),
        (
            "a callback, at a depth",
            path.to_owned(),
            &[
                ("a.yaml", "get: {callbacks: {done: {$ref: 'b/b.yaml#/b'}}}\n"),
                ("b/b.yaml", "b:\n  '{$url}':\n    \"$ref\": ../c.yaml\n"),
                ("c.yaml", list),
            ],
        ),
        (
            "a path and a webhook",
            format!("{path}webhooks: {{a: {{$ref: a.yaml}}}}\nx-errors: [SOLD_OUT]\n"),
            &[("a.yaml", "get: {}\n")],
        ),
        ("a file that does not exist", format!("{path}x-errors: [SOLD_OUT]\n"), &[]),
        ("a flow without a place", path.to_owned(), &[("a.yaml", "? get\n: x-errors: [SOLD_OUT]\n  responses: [a]\n")]),
    ];
    let mut shown = String::new();
    for (name, paths, others) in cases {
        let document = format!("{root}{paths}");
        let files = [("openapi.yaml", document.as_str())].into_iter().chain(others.iter().copied()).collect();
        let _ = write!(shown, "{name}\n{}\n", problems(&files));
    }
    insta::assert_snapshot!(shown);
}

/// Files that errbook cannot read or does not need do not matter.
#[test]
fn other_references_are_left_alone() {
    let files = Files::from([
        (
            "openapi.yaml",
            "openapi: 3.1.0
paths:
  /web: {$ref: 'https://example.com/a.yaml'}
  /gone: {$ref: gone.yaml}
  /own: {$ref: '#/components/pathItems/A'}
  /self: {$ref: '../api/openapi.yaml#/components/pathItems/A'}
  /broken: {$ref: broken.yaml}
  /alias: {$ref: alias.yaml}
  /list: {$ref: 'alias.yaml#/get/tags'}
  /other: {$ref: 'other.yaml#/paths/~1a'}
components:
  pathItems: {A: {get: {x-errors: [SOLD_OUT]}}}
",
        ),
        ("broken.yaml", "a: {\n"),
        // A run of its own edits it.
        ("other.yaml", "openapi: 3.1.0\npaths: {/a: {get: {x-errors: [OTHER]}}}\n"),
        ("alias.yaml", "get: &a {tags: [a]}\nput: *a\n"),
    ]);
    let merged = merged(&files);
    assert_eq!(merged["alias.yaml"], files["alias.yaml"]);
    assert!(merged["openapi.yaml"].contains("GetAErrors409"), "{}", merged["openapi.yaml"]);
}

#[test]
fn an_overlay_is_for_the_document_alone() {
    let document = document(&SPLIT.into()).expect("read");
    let error = document.overlay(&catalog(), "openapi.yaml").expect_err("rejected").to_string();
    assert!(
        error.contains(
            "paths/orders.yaml:2:1: `POST /orders` is in another file, and an overlay changes only the document"
        ),
        "{error}"
    );
}
