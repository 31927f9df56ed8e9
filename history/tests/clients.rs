//! A change that takes a name from the generated TypeScript or Python breaks their callers, and the
//! comparison says so. The changes are those of `diff/changes.txt`, in both directions.

#[path = "diff/cases.rs"]
mod cases;

use std::collections::BTreeSet;

use cases::{CHANGES, base, case};
use errbook_catalog::load_text;
use errbook_catalog::model::Catalog;
use errbook_clients::{python, typescript};
use errbook_history::diff::{Audience, Rating, Rule, diff};

fn catalog(name: &str, text: &str) -> Catalog {
    let loaded = load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{name}: {}", loaded.report.render_text(false)))
}

/// Attributes of classes in Python that the base class has too.
const INHERITED: [&str; 6] = ["code", "title", "retryable", "fix", "doc_url", "details"];

/// The names that callers of both modules can use, with those that they are below.
fn names(catalog: &Catalog) -> BTreeSet<String> {
    let typescript = typescript::emit(catalog);
    let (typescript, _) = typescript.split_once("/** The parts of a response").expect("a runtime");
    let python = python::emit(catalog);
    let mut names = BTreeSet::new();
    for (language, text) in [("typescript", typescript), ("python", python.as_str())] {
        // The indentation of each name, and the name.
        let mut above: Vec<(usize, &str)> = Vec::new();
        let mut in_doc = false;
        for line in text.lines() {
            let rest = line.trim_start();
            if rest.starts_with("\"\"\"") || in_doc {
                in_doc ^= rest.matches("\"\"\"").count() == 1;
                continue;
            }
            let indent = line.len() - rest.len();
            let Some(name) = declared(rest).filter(|name| !INHERITED.contains(name)) else { continue };
            above.retain(|(outer, _)| *outer < indent);
            if name.starts_with('_') || above.iter().any(|(_, outer)| outer.starts_with('_')) {
                above.push((indent, "_"));
                continue;
            }
            above.push((indent, name));
            let path: Vec<&str> = above.iter().map(|(_, name)| *name).collect();
            names.insert(format!("{language}: {}", path.join(".")));
        }
    }
    names
}

/// The name that a line declares.
fn declared(line: &str) -> Option<&str> {
    let words = ["export ", "declare ", "async ", "override ", "readonly ", "static "];
    let mut line = line;
    while let Some(rest) = words.iter().find_map(|word| line.strip_prefix(word)) {
        line = rest;
    }
    if let Some(value) = line.strip_prefix("| ") {
        return Some(value.trim_end_matches(';'));
    }
    let kinds = ["type ", "interface ", "class ", "function ", "const ", "get ", "def "];
    let named = kinds.iter().find_map(|kind| line.strip_prefix(kind));
    let (rest, is_member) = named.map_or((line, true), |rest| (rest, false));
    let end = rest.find(|c: char| !c.is_alphanumeric() && !"_\"@-".contains(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let is_declared = !is_member || [":", "?:", " = "].iter().any(|mark| after.starts_with(mark));
    (is_declared && !name.is_empty()).then_some(name)
}

#[test]
fn a_name_that_goes_breaks_callers_of_generated_clients() {
    let text = std::fs::read_to_string(CHANGES).expect("readable");
    let old = catalog("base.yaml", &base());
    let before = names(&old);
    for name in [
        "typescript: ErrorCode.\"SOLD_OUT\"",
        "typescript: DetailsOf.SOLD_OUT.item",
        "typescript: ShopError.isGone",
        "typescript: isGone",
        "typescript: Shelf",
        "python: Code.SOLD_OUT",
        "python: SoldOutError",
        "python: SoldOutDetails.item",
        "python: Shelf.HIGH",
        "python: GoneError",
    ] {
        assert!(before.contains(name), "{name} is missing: {before:#?}");
    }
    let mut unsaid = Vec::new();
    let mut count = 0;
    for block in text.split("\n## ").skip(1) {
        let case = case(block);
        let new = catalog(&case.name, &case.apply(&base()));
        let after = names(&new);
        for (old, new, gone) in [
            (&old, &new, before.difference(&after).collect::<Vec<_>>()),
            (&new, &old, after.difference(&before).collect::<Vec<_>>()),
        ] {
            let changes = diff(old, new).changes;
            let is_said = changes.iter().any(|change| change.rating_for(Audience::Sdk) == Some(Rating::Breaking));
            count += usize::from(!gone.is_empty());
            if !gone.is_empty() && !is_said {
                unsaid.push(format!("{}: {gone:?}", case.name));
            }
        }
    }
    assert!(count > 40, "{count}");
    assert!(unsaid.is_empty(), "{} of {count}:\n{}", unsaid.len(), unsaid.join("\n"));
}

/// The slug is that of the name, unless the catalog has its own.
#[test]
fn a_new_name_of_the_api_renames_the_class_of_errors() {
    let shop = |name: &str, more: &str| {
        let text = format!("errbook: 1\napi: {{name: {name}}}\nerrors: {{GONE: {{status: 410, fix: Look.}}}}\n{more}");
        catalog(name, &text)
    };
    for (more, expected) in [
        ("generate: {typescript: true}", Some(Rating::Breaking)),
        ("generate: {python: true}", Some(Rating::Breaking)),
        ("", None),
    ] {
        let changes = diff(&shop("Shop", more), &shop("Store", more)).changes;
        let rating = changes.iter().filter_map(|change| change.rating_for(Audience::Sdk)).max();
        assert_eq!(rating, expected, "{more}");
        // Responses are the same.
        assert!(changes.iter().all(|change| change.rating < Rating::Breaking), "{more}");
    }
}

/// The changes of generated names, as `path: old -> new`.
fn renamed(old: &str, new: &str) -> Vec<String> {
    let shop = |text: &str| {
        let text = format!("errbook: 1\napi: {{name: Shop}}\n{text}");
        catalog(&text, &text)
    };
    let changes = diff(&shop(old), &shop(new)).changes;
    let renamed = changes.iter().filter(|change| change.rule == Rule::ClientRenamed);
    renamed
        .map(|change| {
            assert_eq!(change.rating_for(Audience::Sdk), Some(Rating::Breaking));
            change.fact()
        })
        .collect()
}

/// A new thing can take the name that another one has.
#[test]
fn a_name_that_goes_to_something_else_is_a_renamed_one() {
    let sold = "SOLD_OUT: {status: 409, fix: Look.}";
    for (old, new, expected) in [
        (
            format!("errors: {{{sold}, LOST: {{status: 404, fix: Look.}}}}\ngenerate: {{python: true, typescript: true}}"),
            format!(
                "errors: {{{sold}, LOST: {{status: 404, fix: Look.}}}}\npredicates: {{sold_out: [SOLD_OUT, LOST]}}\n\
                 generate: {{python: true, typescript: true}}"
            ),
            vec!["errors.SOLD_OUT.python: SoldOutError -> SoldOutErrorOnly"],
        ),
        (
            "errors: {LOST: {status: 409, fix: Look., details: {soLong: {type: string, rust: long}}}}\n\
             generate: {python: true}"
                .to_owned(),
            "errors: {LOST_ERROR: {status: 400, fix: Look.}, LOST: {status: 409, fix: Look., details: {\
             so_long: {type: string, optional: true}, soLong: {type: string, rust: long}}}}\n\
             generate: {python: true}"
                .to_owned(),
            vec![
                "errors.LOST.python: LostError -> LostErrorOnly",
                "errors.LOST.details.soLong.python: so_long -> so_long_",
            ],
        ),
        (
            "errors: {LOST_ERROR: {status: 400, fix: Look.}}\ngenerate: {python: true}".to_owned(),
            "errors: {LOST: {status: 409, fix: Look.}, LOST_ERROR: {status: 400, fix: Look.}}\n\
             generate: {python: true}"
                .to_owned(),
            vec![],
        ),
        (
            "types: {Record: {values: [low]}}\nerrors: {LOST: {status: 404, fix: Look., details: {kind: Record}}}\n\
             generate: {typescript: true}"
                .to_owned(),
            "types: {Record: {values: [low]}, RecordType: {values: [high]}}\n\
             errors: {LOST: {status: 404, fix: Look., details: {kind: Record, other: {type: RecordType, optional: true}}}}\n\
             generate: {typescript: true}"
                .to_owned(),
            vec!["types.Record.typescript: RecordType -> RecordType_"],
        ),
        (
            "types: {Kind: {values: [lowKey]}}\nerrors: {LOST: {status: 404, fix: Look., details: {kind: Kind}}}\n\
             generate: {python: true}"
                .to_owned(),
            "types: {Kind: {values: [{value: lowKey, rust: Silent}]}}\n\
             errors: {LOST: {status: 404, fix: Look., details: {kind: Kind}}}\ngenerate: {python: true}"
                .to_owned(),
            vec!["types.Kind.values.lowKey.python: LOW_KEY -> SILENT"],
        ),
    ] {
        assert_eq!(renamed(&old, &new), expected, "{new}");
        assert!(renamed(&old, &old).is_empty());
    }
}

/// Only the languages of both releases have names to keep.
#[test]
fn a_language_that_is_not_generated_has_no_names() {
    let text = |generate: &str, more: &str| {
        let errors = "errors: {SOLD_OUT: {status: 409, fix: Look.}, LOST: {status: 404, fix: Look.}}";
        format!("{errors}\n{more}generate: {generate}")
    };
    let predicate = "predicates: {sold_out: [SOLD_OUT, LOST]}\n";
    for (old, new) in [
        ("{typescript: true}", "{typescript: true}"),
        ("{json: errors.json}", "{python: true}"),
        ("{json: errors.json}", "{json: errors.json}"),
    ] {
        assert!(renamed(&text(old, ""), &text(new, predicate)).is_empty(), "{old} -> {new}");
    }
    assert_eq!(renamed(&text("{python: true}", ""), &text("{python: client/errors.py}", predicate)).len(), 1);
}

#[test]
fn the_order_of_a_catalog_renames_nothing() {
    let text = |errors: &str, predicates: &str, details: &str| {
        format!(
            "errors: {{{errors}, B: {{status: 402, fix: Look., details: {{{details}}}}}}}\npredicates: {{{predicates}}}\n\
             generate: {{python: true, typescript: true}}"
        )
    };
    let [one, two] = ["FOO: {status: 400, fix: Look.}", "FOO_ERROR: {status: 401, fix: Look.}"];
    let old = text(&format!("{one}, {two}"), "x_1: [B], x1: [FOO, B]", "aB: {type: string, rust: a}, a_b: string");
    let new = text(&format!("{two}, {one}"), "x1: [FOO, B], x_1: [B]", "a_b: string, aB: {type: string, rust: a}");
    assert_eq!(renamed(&old, &new), [""; 0]);
}

/// Callers lose all names of a client that is no longer generated.
#[test]
fn a_client_that_is_no_longer_generated_breaks_its_callers() {
    let shop = |generate: &str| {
        let text =
            format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{GONE: {{status: 410, fix: Look.}}}}\n{generate}");
        catalog(generate, &text)
    };
    for (old, new, expected) in [
        ("generate: {python: true}", "", vec!["generate.python: errors.py -> (none)"]),
        (
            "generate: {typescript: true, python: true}",
            "generate: {python: true}",
            vec!["generate.typescript: errors.ts -> (none)"],
        ),
        ("generate: {python: true}", "generate: {python: client/errors.py}", vec![]),
        ("", "generate: {python: true}", vec![]),
    ] {
        let changes = diff(&shop(old), &shop(new)).changes;
        let removed = changes.iter().filter(|change| change.rule == Rule::ClientRemoved);
        let facts: Vec<String> = removed
            .map(|change| {
                assert_eq!(change.rating_for(Audience::Sdk), Some(Rating::Breaking));
                assert!(change.rating < Rating::Breaking, "responses are the same");
                change.fact()
            })
            .collect();
        assert_eq!(facts, expected, "{old} -> {new}");
        assert!(changes.iter().any(|change| change.path.starts_with("generate.")));
    }
}

#[test]
fn a_first_detail_breaks_no_caller_of_generated_clients() {
    let shop = |details: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: Shop}}\nerrors: {{GONE: {{status: 410, fix: Look.{details}}}}}\ngenerate: {{python: true}}"
        );
        catalog(details, &text)
    };
    let changes = diff(&shop(""), &shop(", details: {a: string}")).changes;
    let ratings: Vec<_> = changes.iter().filter_map(|change| change.rating_for(Audience::Sdk)).collect();
    assert_eq!(ratings, [Rating::Additive]);
}

/// Callers make details in their tests, and compare values with others.
#[test]
fn callers_that_make_details_or_compare_them_are_told() {
    let shop = |details: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: Shop}}\ntypes: {{Kind: {{values: [low, high]}}, Box: {{fields: {{a: string{details}}}}}}}\n\
             errors: {{GONE: {{status: 410, fix: Look., details: {{a: string, kind: {{type: Kind, optional: true}}, \
             box: {{type: Box, optional: true}}{details}}}}}}}\ngenerate: {{typescript: true, python: true}}"
        );
        catalog(details, &text)
    };
    for (old, new, expected) in [
        ("", ", b: string", Rating::Breaking),
        ("", ", b: {type: string, optional: true}", Rating::Additive),
        (", b: {type: string, optional: true}", ", b: string", Rating::Breaking),
        (", b: string", ", b: Kind", Rating::Breaking),
        (", b: number", ", b: integer", Rating::Breaking),
        (", b: json", ", b: string", Rating::Breaking),
        (", b: string", ", b: date-time", Rating::Additive),
        (", b: \"array<number>\"", ", b: \"array<duration>\"", Rating::Additive),
        (", b: \"map<string>\"", ", b: \"map<Kind>\"", Rating::Breaking),
    ] {
        let changes = diff(&shop(old), &shop(new)).changes;
        let ratings: Vec<_> = changes.iter().filter_map(|change| change.rating_for(Audience::Sdk)).collect();
        assert_eq!(ratings, [expected; 2], "{old} -> {new}: {changes:#?}");
        // Responses say nothing that an old client does not read.
        assert!(changes.iter().all(|change| change.rating < Rating::Breaking), "{old} -> {new}");
    }
}
