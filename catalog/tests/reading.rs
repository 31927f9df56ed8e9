//! A catalog reads the same with any line ends and byte order mark, and hostile files end in a
//! report.

use errbook_catalog::problem::Rule;
use errbook_catalog::{Loaded, load_text};

const CATALOG: &str = "# A catalog\nerrbook: 1\napi: {name: Shop}\nerrors:\n  SOLD_OUT:\n    status: 409\n    \
                       description: |\n      It is gone.\n\n      Every last one.\n    fix: >-\n      Choose\n      another.\n";

fn rules(loaded: &Loaded) -> Vec<Rule> {
    loaded.report.problems.iter().map(|problem| problem.rule).collect()
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let unix = load_text("errors.yaml", CATALOG.as_bytes()).catalog.expect("accepted");
    let windows = load_text("errors.yaml", CATALOG.replace('\n', "\r\n").as_bytes()).catalog.expect("accepted");
    let marked = load_text("errors.yaml", format!("\u{feff}{CATALOG}").as_bytes()).catalog.expect("accepted");
    assert_eq!(unix.errors[0].description.as_deref(), Some("It is gone.\n\nEvery last one."));
    for other in [windows, marked] {
        assert_eq!(format!("{unix:?}"), format!("{other:?}"));
    }
}

#[test]
fn oversized_input_is_rejected() {
    let deep_lists = "- ".repeat(50_000);
    let deep_flow = format!("a: {}", "[".repeat(50_000));
    let deep_maps = format!("a: {}", "{a: ".repeat(50_000));
    let long_keys: Vec<String> = (0..1000).map(|at| format!("{}{at}: 1\n", "k".repeat(1000))).collect();
    for text in [deep_lists, deep_flow, deep_maps, long_keys.concat()] {
        let loaded = load_text("errors.yaml", text.as_bytes());
        assert!(loaded.catalog.is_none());
        assert!(loaded.report.problems.len() <= 201);
    }
}

#[test]
fn anchors_and_aliases_are_rejected_before_anything_expands() {
    let levels: Vec<String> = (1..30).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1)).collect();
    let bomb = format!("a0: &a0 [x, x]\n{}", levels.concat());
    let loaded = load_text("errors.yaml", bomb.as_bytes());
    assert!(rules(&loaded).contains(&Rule::UnsupportedYaml));
    assert!(loaded.catalog.is_none());
}

#[test]
fn five_mistakes_are_five_problems_each_at_its_place() {
    let text = "\
errbook: 1
api: {name: Shop}
groups: {auth: {title: Access}}
errors:
  A: {status: 700, fix: x}
  B: {status: 400, group: auht, fix: x}
  C: {statsu: 401, fix: x}
  D: {status: 402, message: 'No {thing}', fix: x}
  B: {status: 403, fix: x}
";
    let loaded = load_text("errors.yaml", text.as_bytes());
    let found: Vec<(Rule, String)> = loaded
        .report
        .problems
        .iter()
        .map(|problem| (problem.rule, loaded.report.sources.locate(problem.span.expect("a place")).1.to_string()))
        .collect();
    assert_eq!(
        found,
        [
            (Rule::InvalidStatus, "5:15".to_owned()),
            (Rule::UnknownGroup, "6:27".to_owned()),
            (Rule::UnknownKey, "7:7".to_owned()),
            (Rule::UnknownPlaceholder, "8:33".to_owned()),
            (Rule::DuplicateId, "9:3".to_owned()),
        ]
    );
    assert!(loaded.catalog.is_none());
}

#[test]
fn a_mistake_in_the_shape_of_one_value_hides_nothing_elsewhere() {
    let loaded = load_text("errors.yaml", b"errbook: 1\napi: [Shop]\nerrors: {A: {status: 400, retry: never}}\n");
    assert_eq!(rules(&loaded), [Rule::WrongType, Rule::UnknownPolicy]);
}

#[test]
fn another_version_of_the_format_is_one_problem() {
    let loaded = load_text("errors.yaml", b"errbook: 2\napis: {}\nfaults: []\n");
    assert_eq!(rules(&loaded), [Rule::UnsupportedVersion]);
}

#[test]
fn more_errors_than_generated_code_can_number_are_rejected() {
    let errors = |count: usize| {
        let entries: Vec<String> = (0..count).map(|at| format!("  E{at}: {{status: 400}}\n")).collect();
        format!(
            "errbook: 1\napi: {{name: Shop}}\nlints: {{missing-fix: allow, missing-description: allow}}\nerrors:\n{}",
            entries.concat()
        )
    };
    assert!(load_text("errors.yaml", errors(65_535).as_bytes()).catalog.is_some());
    let rejected = load_text("errors.yaml", errors(65_536).as_bytes());
    assert_eq!(rules(&rejected), [Rule::TooLarge]);
}

#[test]
fn builds_watch_included_files_and_the_folders_of_patterns() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("writable");
    std::fs::create_dir(folder.path().join("errors")).expect("a folder");
    write(
        "catalog.yaml",
        "errbook: 1\napi: {name: Shop}\ninclude: [errors/*.yaml, more-*.yaml]\nprose: {after: end.md}\n",
    );
    write("errors/a.yaml", "errors: {A: {status: 400, description: It is so., fix: Change it.}}\n");
    write("errors/ignored.txt", "");
    write("more-b.yaml", "errors: {B: {status: 401, description: It is so., fix: Change it.}}\n");
    write("end.md", "The end.\n");
    let loaded = errbook_catalog::load(&folder.path().join("catalog.yaml"));
    assert_eq!(loaded.catalog.expect("accepted").errors.len(), 2);
    let inputs: Vec<&str> = loaded
        .inputs
        .iter()
        .map(|path| path.strip_prefix(folder.path()).expect("below").to_str().expect("UTF-8"))
        .collect();
    assert_eq!(inputs, ["catalog.yaml", "errors", "errors/a.yaml", "more-b.yaml", "end.md"]);
}

#[test]
fn nav_needs_a_generator_with_a_navigation_file() {
    let rejected = [
        ("flavor: mdbook, nav: docs/SUMMARY.md", "`docs/SUMMARY.md` is in the folder of the pages, which errbook owns"),
        ("flavor: mdbook, nav: book.toml", "`book.toml` must end in .md"),
        ("flavor: mkdocs, nav: SUMMARY.md", "`SUMMARY.md` must end in .yml or .yaml"),
        ("flavor: vitepress, nav: SUMMARY.md", "only mdBook and MkDocs have a navigation file"),
        ("nav: SUMMARY.md", "only mdBook and MkDocs have a navigation file"),
        ("flavor: mkdosc", "`flavor` cannot be `mkdosc`; use `plain` or `mdbook`"),
    ];
    for (docs, expected) in rejected {
        let text = format!("errbook: 1\napi: {{name: Shop}}\ngenerate: {{docs: {{dir: docs, {docs}}}}}\n");
        let loaded = load_text("errors.yaml", text.as_bytes());
        let messages: Vec<&str> = loaded.report.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(messages.len() == 1 && messages[0].starts_with(expected), "{docs}: {messages:?}");
    }
    let text = "errbook: 1\napi: {name: Shop}\ngenerate: {docs: {dir: docs, flavor: mkdocs, nav: mkdocs.yml}}\n";
    assert!(load_text("errors.yaml", text.as_bytes()).catalog.is_some());
}

#[test]
fn an_alias_needs_a_rust_error_and_a_free_name() {
    let messages = |retired: &str| -> Vec<String> {
        let text = format!(
            "errbook: 1\napi: {{name: Shop}}\nerrors:\n  SOLD_OUT: {{status: 409, fix: Wait., description: Gone.}}\n  \
             SLOW: {{title: It is slow, cause: Night., fix: Wait.}}\nretired: {retired}\n"
        );
        let report = load_text("errors.yaml", text.as_bytes()).report;
        let told = |problem: &errbook_catalog::problem::Problem| format!("{}: {}", problem.rule, problem.message);
        report.problems.iter().map(told).collect()
    };
    assert!(messages("{OLD: {use: SOLD_OUT, rust: alias}, OLDER: {use: SLOW}}").is_empty());
    for (retired, told) in [
        ("{OLD: {rust: alias}}", "missing-key: the alias `OLD` needs `use`, the id of another error"),
        (
            "{OLD: {use: SLOW, rust: alias}}",
            "misplaced-key: `OLD` cannot be an alias of a symptom: symptoms have no Rust variant",
        ),
        ("{STATUS: {use: SOLD_OUT, rust: alias}}", "name-clash: `STATUS` conflicts with the generated method `status`"),
        (
            "{SoldOut: {use: SOLD_OUT, rust: alias}}",
            "name-clash: the alias `SoldOut` and `SOLD_OUT` both generate the Rust variant `SoldOut`",
        ),
    ] {
        assert!(messages(retired).iter().any(|message| message == told), "{retired}: {:?}", messages(retired));
    }
    assert!(messages("{OLD: {use: SOLD_OUT, rust: constant}}")[0].starts_with("invalid-value:"));
    assert!(messages("{OLD: {use: NOBODY, rust: alias}}")[0].starts_with("unknown-error:"));
}
