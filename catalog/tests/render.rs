//! Reports for people, programs and GitHub.

use std::fmt::Write as _;

use errbook_catalog::load_text;
use errbook_catalog::problem::{Report, Rule};

/// A key with a near name, a place related to another far above it, a value that needs quotes, and
/// a mistake that has only its rule's remedy.
const CATALOG: &str = "\
errbook: 1
api: {name: Shop}
lints: {missing-description: allow}
errors:
  SOLD_OUT:
    statsu: 409
    fix: Choose another.
  UNAVAILABLE: {status: [503, 503], fix: 'Wait, or ask: 100 % works.'}
  # A comment.
  # A comment.
  # A comment.
  # A comment.
  # A comment.
  # A comment.
  # A comment.
  SOLD_OUT: {title: no, fix: Choose another.}
";

fn report(text: &str) -> Report {
    load_text("errors.yaml", text.as_bytes()).report
}

#[test]
fn people_see_the_line_and_the_mark() {
    insta::assert_snapshot!(report(CATALOG).render_text(false));
}

#[test]
fn programs_get_one_object() {
    let json = report(CATALOG).render_json();
    assert_eq!(json.lines().count(), 1);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn github_gets_a_command_for_each() {
    insta::assert_snapshot!(report(CATALOG).render_github());
}

#[test]
fn colour_changes_nothing_but_the_style() {
    let report = report(CATALOG);
    let coloured = report.render_text(true);
    assert!(coloured.contains("\u{1b}["));
    let mut plain = String::new();
    for (at, piece) in coloured.split("\u{1b}[").enumerate() {
        plain.push_str(if at == 0 { piece } else { piece.split_once('m').unwrap().1 });
    }
    assert_eq!(plain, report.render_text(false));
}

#[test]
fn a_catalog_without_problems_has_an_empty_report() {
    let report = report("errbook: 1\napi: {name: Shop}\n");
    assert_eq!(report.render_text(false), "");
    assert_eq!(report.render_github(), "");
    assert_eq!(
        report.render_json(),
        "{\"errbook\":1,\"errors\":0,\"warnings\":0,\"dropped\":0,\"dropped_by_rule\":{},\"known\":0,\"problems\":[]}\n"
    );
}

#[test]
fn problems_beyond_the_limit_are_counted() {
    let mut catalog = "errbook: 1\napi: {name: Shop}\nerrors:\n".to_owned();
    for number in 0..237 {
        writeln!(catalog, "  KEY_{number}: {{nonsense: 1}}").unwrap();
    }
    let report = report(&catalog);
    assert_eq!((report.problems.len(), report.dropped()["unknown-key"]), (200, 37));
    assert!(report.render_text(false).ends_with("\n200 errors in errors.yaml, and 37 more: 37 unknown-key\n"));
    assert!(report.render_json().contains("\"dropped\":37,\"dropped_by_rule\":{\"unknown-key\":37}"));
    assert!(
        report
            .render_github()
            .ends_with("::notice title=errbook::200 errors in errors.yaml, and 37 more: 37 unknown-key\n")
    );
}

/// Characters that a terminal must never get from a catalog.
fn assert_harmless(text: &str) {
    let bad = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let found: Vec<char> = text.chars().filter(|c| bad(*c)).collect();
    assert!(found.is_empty(), "{found:?} in {text}");
}

#[test]
fn hostile_text_is_made_visible() {
    let catalogs = [
        // A mark behind a byte order mark, CRLF, tabs, wide characters and an override of the
        // direction.
        "\u{feff}errbook: 1\r\napi: {name: Shop}\r\nerrors:\r\n  A: {title: \t日本\u{202e}, fixx: x}\r\n",
        // An escape sequence in a value that a message quotes.
        "errbook: 1\napi: {name: Shop, \"\\e[31m\\nkey\": 1}\n",
        // The same, and its one-character form, in places where YAML allows neither.
        "errbook: 1\napi: {name: \u{1b}[2J}\n",
        "errbook: 1\napi: {name: \u{9b}2J}\n",
        "errbook: 1\napi: {name: \u{7f}, nam: \u{85}\u{2028}\u{200b}x}\n",
    ];
    let mut drawn = String::new();
    // A name with control characters is rejected before the file is read.
    let names = [vec!["evil,name:100%.yaml"; catalogs.len()], vec!["evil\u{1b}[2J,name:100%.yaml"]].concat();
    for (name, catalog) in names.into_iter().zip(catalogs.into_iter().chain([catalogs[0]])) {
        let report = load_text(name, catalog.as_bytes()).report;
        assert!(report.has_errors(), "{catalog:?}");
        let text = report.render_text(false);
        let commands = report.render_github();
        assert_harmless(&text);
        assert_harmless(&commands);
        drawn.push_str(&text);
        drawn.push_str(&commands);
    }
    insta::assert_snapshot!(drawn);
}

#[test]
fn a_long_line_is_cut_around_its_mark() {
    let long = "x".repeat(3_000);
    let text = report(&format!("errbook: 1\napi: {{name: {long}, nam: {long}}}\n")).render_text(false);
    assert!(text.contains("errors.yaml:2:3015"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 140), "{text}");
    let mark = text.lines().find(|line| line.contains('^')).unwrap();
    let column = mark.find('^').unwrap();
    let drawn = text.lines().find(|line| line.contains("nam:")).unwrap();
    assert_eq!(&drawn[column..column + 3], "nam", "{text}");
}

#[test]
fn a_mark_too_far_right_is_named() {
    let long = "x".repeat(1_000_000);
    let text = report(&format!("errbook: 1\napi: {{name: {long}, nam: {long}}}\n")).render_text(false);
    assert!(text.contains("--> errors.yaml:2:1000015"), "{text}");
    assert!(text.len() < 1_000, "{text}");
}

#[test]
fn the_end_of_a_file_can_be_marked() {
    for text in ["errbook: 1\napi: {name: Shop}\nerrors:\n  A: {status: 1", "errbook: [\n", "", "\n", "\r\n"] {
        let report = report(text);
        assert!(report.has_errors());
        assert_harmless(&report.render_text(false));
    }
    let unreadable = errbook_catalog::load(std::path::Path::new("/nonexistent/errors.yaml")).report;
    assert_eq!(unreadable.problems[0].rule, Rule::UnreadableFile);
    assert!(unreadable.render_text(false).ends_with("\n1 error\n"));
    assert!(unreadable.render_json().contains("\"file\":null,\"line\":null"));
}
