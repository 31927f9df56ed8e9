//! A change that takes a name from the generated TypeScript or Python, or declares it otherwise, breaks
//! their callers, and the comparison says so. The changes are those of `diff/changes.txt`, in both directions.

#[path = "diff/cases.rs"]
mod cases;

use std::collections::BTreeMap;

use cases::{CHANGES, base, case, cases};
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

/// The names that callers of both modules can use, with those that they are below, and the line that
/// declares each.
fn names(catalog: &Catalog) -> BTreeMap<String, String> {
    let typescript = typescript::emit(catalog);
    let (typescript, _) = typescript.split_once("/** The parts of a response").expect("a runtime");
    let python = python::emit(catalog);
    let mut names = BTreeMap::new();
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
            // The rest are values, whose types are those of every catalog.
            if !["metadata", "texts"].contains(&path[0]) && path.last() != Some(&"codes") {
                names.insert(format!("{language}: {}", path.join(".")), rest.to_owned());
            }
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

/// The names that are gone or have another type.
fn broken(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let is_kept = |name: &str, line: &str| {
        // Readers handle a value that is always there, and a class below that of all errors.
        let always = line.replace("?:", ":").replace(" | None = None", "");
        let is_free = name.starts_with("python: ") && line.ends_with("(ShopError):");
        new.get(name).is_some_and(|new| type_of(new) == type_of(line) || type_of(new) == type_of(&always) || is_free)
    };
    let broken = old.iter().filter(|(name, line)| !is_kept(name, line));
    broken.map(|(name, line)| format!("{name}: {line} -> {:?}", new.get(name))).collect()
}

/// The words of a declaration, of which the order says nothing. An open enum is a string.
fn type_of(line: &str) -> Vec<&str> {
    let line = line.strip_suffix(" = _dataclasses.field(repr=False)").unwrap_or(line);
    if let Some((name, open)) = line.split_once(" = ")
        && ["(string & {})", ", str]"].iter().any(|mark| open.contains(mark))
    {
        return vec![name, "string"];
    }
    let mut words: Vec<&str> = line.split([' ', '|', ';', ',']).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
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
        assert!(before.contains_key(name), "{name} is missing: {before:#?}");
    }
    let mut unsaid = Vec::new();
    let mut count = 0;
    for block in text.split("\n## ").skip(1) {
        let case = case(block);
        let new = catalog(&case.name, &case.apply(&base()));
        let after = names(&new);
        for (old, new, gone) in [(&old, &new, broken(&before, &after)), (&new, &old, broken(&after, &before))] {
            let changes = diff(old, new).changes;
            let is_said = changes.iter().any(|change| change.rating_for(Audience::Sdk) == Some(Rating::Breaking));
            count += usize::from(!gone.is_empty());
            if !gone.is_empty() && !is_said {
                unsaid.push(format!("{}: {gone:#?}", case.name));
            }
        }
    }
    assert!(count > 40, "{count}");
    assert!(unsaid.is_empty(), "{} of {count}:\n{}", unsaid.len(), unsaid.join("\n"));
}

/// A catalog, to be followed by what it generates.
const SHOP: &str = "\
errbook: 1
api: {name: Shop}
predicates:
  is_gone: [SOLD_OUT, LOST]
  is_over: [SOLD_OUT, SECRET]
types:
  Shelf: {values: [high, low]}
  Shade: {values: [dark], open: true}
  Row: {values: [front]}
errors:
  SOLD_OUT:
    status: 409
    fix: Look.
    details:
      item: string
      note: {type: string, optional: true}
      shelf: Shelf
      shade: Shade
      row: Row
  LOST: {status: [404, 410], fix: Look.}
  BUSY: {status: 503, fix: Wait.}
  BROKEN: {status: 500, fix: Wait.}
  SECRET: {status: 500, fix: Wait., visibility: internal}
";

/// What a change is for callers of a client in TypeScript, of one in Python, and of one that is
/// generated from OpenAPI.
#[test]
fn each_change_has_its_rating_for_each_generated_client() {
    const BREAKING: Option<Rating> = Some(Rating::Breaking);
    const ADDITIVE: Option<Rating> = Some(Rating::Additive);
    let busy = "  BUSY: {status: 503, fix: Wait.}\n";
    let new = "  NEW: {status: 507, fix: Wait.}\n";
    let retired = "retired: {BUSY: {use: LOST}}\nerrors:\n";
    let hidden = "  BUSY: {status: 503, fix: Wait., visibility: internal, mask: BROKEN}\n";
    let with_new = format!("{busy}{new}");
    let renamed = [("Row: {", "Rank: {"), ("row: Row", "row: Rank")];
    let other = [("Row: {values: [front]}", "Row: {values: [front]}\n  Rank: {values: [front]}"), renamed[1]];
    for (rule, edits, [typescript, python, openapi]) in [
        (Rule::PredicateRemoved, &[("  is_gone: [SOLD_OUT, LOST]\n", "")][..], [BREAKING, BREAKING, None]),
        (Rule::PredicateAdded, &[("predicates:", "predicates:\n  is_new: [BUSY]")], [ADDITIVE, ADDITIVE, None]),
        (Rule::PredicateChanged, &[("[SOLD_OUT, LOST]", "[SOLD_OUT, LOST, BUSY]")], [BREAKING, BREAKING, None]),
        (Rule::PredicateChanged, &[("[SOLD_OUT, LOST]", "[SOLD_OUT]")], [BREAKING, BREAKING, None]),
        // No client has an internal error.
        (Rule::PredicateChanged, &[("[SOLD_OUT, SECRET]", "[SOLD_OUT]")], [None, None, None]),
        (
            Rule::PredicateExtended,
            &[("[SOLD_OUT, LOST]", "[SOLD_OUT, LOST, NEW]"), (busy, &with_new)],
            [BREAKING, None, None],
        ),
        (Rule::PredicateExtended, &[(", visibility: internal}", "}")], [BREAKING, None, None]),
        (Rule::StatusAdded, &[("[404, 410]", "[404, 410, 400]")], [BREAKING, ADDITIVE, ADDITIVE]),
        (Rule::StatusRemoved, &[("[404, 410]", "404")], [BREAKING, BREAKING, BREAKING]),
        (Rule::ErrorAdded, &[(busy, &with_new)], [ADDITIVE, ADDITIVE, ADDITIVE]),
        (Rule::ErrorHidden, &[(busy, hidden)], [BREAKING, BREAKING, BREAKING]),
        (Rule::ErrorRetired, &[(busy, ""), ("errors:\n", retired)], [BREAKING, BREAKING, BREAKING]),
        (Rule::DetailAdded, &[("item: string", "item: string\n      more: string")], [ADDITIVE, ADDITIVE, ADDITIVE]),
        (Rule::DetailRetyped, &[("item: string", "item: integer")], [BREAKING, BREAKING, BREAKING]),
        (Rule::DetailNarrowed, &[("item: string", "item: Row")], [BREAKING, BREAKING, BREAKING]),
        (
            Rule::DetailMadeOptional,
            &[("item: string", "item: {type: string, optional: true}")],
            [BREAKING, BREAKING, BREAKING],
        ),
        (Rule::DetailMadeRequired, &[(", optional: true}", "}")], [ADDITIVE, ADDITIVE, ADDITIVE]),
        (Rule::EnumOpened, &[("[high, low]}", "[high, low], open: true}")], [BREAKING, BREAKING, BREAKING]),
        (Rule::EnumClosed, &[("[dark], open: true", "[dark]")], [BREAKING, BREAKING, BREAKING]),
        (Rule::TypeListChanged, &renamed, [BREAKING, BREAKING, BREAKING]),
        (Rule::TypeRenamed, &other, [BREAKING, BREAKING, BREAKING]),
        // A client that does not know the rest of the response reads it as before.
        (Rule::RetryStated, &[("503, fix", "503, retryable: true, fix")], [None, None, None]),
    ] {
        for (generate, expected) in [
            ("{typescript: true}", typescript),
            ("{python: true}", python),
            ("{typescript: true, python: true}", typescript.max(python)),
            ("{openapi: {file: openapi.yaml}}", openapi),
        ] {
            let old = format!("{SHOP}generate: {generate}\n");
            let new = edits.iter().fold(old.clone(), |text, (from, to)| {
                assert!(text.contains(from), "{rule}: {from}");
                text.replace(from, to)
            });
            let diff = diff(&catalog(rule.name(), &old), &catalog(rule.name(), &new));
            let own = diff.changes.iter().filter(|change| change.rule == rule);
            let found: Vec<Option<Rating>> = own.map(|change| change.rating_for(Audience::Sdk)).collect();
            assert!(!found.is_empty(), "{rule}: {:#?}", diff.changes);
            assert_eq!(found.into_iter().max().flatten(), expected, "{rule} with {generate}");
            let is_said = diff.other_verdicts().contains("Generated clients: breaking");
            assert_eq!(is_said, expected == BREAKING, "{rule} with {generate}: {}", diff.other_verdicts());
        }
    }
}

/// The page for callers has the ratings of the rules.
#[test]
fn the_table_for_callers_has_our_ratings() {
    let page = std::fs::read_to_string("../docs/releases.md").expect("readable");
    let (_, table) = page.split_once("| Change | All | Generated |").expect("a table");
    let mut met = Vec::new();
    for row in table.lines().take_while(|line| !line.is_empty()).filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let rules: Vec<Rule> = cells[0].split('`').filter_map(Rule::from_name).collect();
        assert!(!rules.is_empty(), "{row}");
        for rule in rules {
            assert_eq!(cells[1..3], [rule.rating().name(), rule.sdk().map_or("–", Rating::name)], "{row}");
            met.push(rule);
        }
    }
    assert!(met.len() > 25, "{met:?}");
}

/// The summary counts what `--audience` lists.
#[test]
fn the_summary_counts_what_breaks_each_audience() {
    let old = catalog("base.yaml", &base());
    for case in cases() {
        let new = catalog(&case.name, &case.apply(&base()));
        for diff in [diff(&old, &new), diff(&new, &old)] {
            let summary = diff.other_verdicts();
            for (audience, name) in [(Audience::Sdk, "Generated clients"), (Audience::Rust, "Rust callers")] {
                let broken = diff.changes.iter().filter(|own| own.rating_for(audience) == Some(Rating::Breaking));
                let said = summary.split_once(&format!("{name}: breaking: ")).map(|(_, rest)| {
                    rest.split(' ').next().and_then(|count| count.parse().ok()).expect("a number of changes")
                });
                assert_eq!(said.unwrap_or(0), broken.count(), "{}: {summary}", case.name);
            }
        }
    }
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
