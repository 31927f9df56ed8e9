//! A baseline identifies findings by rule and key path, drops fixed findings, and adds findings
//! only on request.

use std::fmt::Write as _;

use errbook_catalog::baseline::{Baseline, NAME, Update};
use errbook_catalog::problem::{MAX_PROBLEMS, Rule};
use errbook_catalog::{Loaded, load, load_text};

fn catalog(errors: &str) -> Loaded {
    load_text("errors.yaml", format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n{errors}").as_bytes())
}

/// The first baseline of a catalog.
fn first(loaded: &Loaded) -> Baseline {
    Baseline::default().updated(&loaded.report, Update::Shrink)
}

/// The findings of each catalog, without the header.
fn lines(baseline: &Baseline) -> Vec<String> {
    let text = baseline.to_text();
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.trim().to_owned()).collect()
}

/// The number of known findings, and the findings that are still reported.
fn applied(baseline: &Baseline, mut loaded: Loaded) -> (usize, Vec<String>) {
    baseline.apply(NAME, &mut loaded);
    let report = &loaded.report;
    (report.known, report.problems.iter().map(|problem| format!("{}: {}", problem.rule, problem.message)).collect())
}

const OLD: &str = "  A: {status: 400, description: It is so.}\n  B: {status: 404, fix: Look., details: {x: string}}\n";

#[test]
fn a_finding_is_a_rule_and_a_place_among_the_keys() {
    let baseline = first(&catalog(OLD));
    assert_eq!(
        lines(&baseline),
        [
            "file errors.yaml",
            "missing-fix errors.A",
            "missing-description errors.B",
            "missing-example errors.B.details.x"
        ]
    );
    assert_eq!(applied(&baseline, catalog(OLD)), (3, vec![]));
    assert_eq!(Baseline::parse(&baseline.to_text()), baseline);
    assert_eq!(baseline.count("errors.yaml"), 3);
}

#[test]
fn a_rename_changes_the_lines_of_one_error() {
    let baseline = Baseline::parse(
        "file errors.yaml\n  missing-fix errors.A\n  missing-fix errors.AB\n  missing-example errors.A.details.x\nfile other.yaml\n  missing-fix errors.A\n",
    );
    assert_eq!(
        lines(&baseline.renamed("errors.yaml", "A", "LOST")),
        [
            "file errors.yaml",
            "missing-fix errors.AB",
            "missing-fix errors.LOST",
            "missing-example errors.LOST.details.x",
            "file other.yaml",
            "missing-fix errors.A",
        ]
    );
}

#[test]
fn lines_can_move_and_files_can_be_split() {
    let baseline = first(&catalog(OLD));
    let moved = "\n# A comment.\n  B:\n    details:\n      x: string\n    fix: Look.\n    status: 404\n\n  A: {description: So., status: 400}\n";
    assert_eq!(applied(&baseline, catalog(moved)), (3, vec![]));

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let (a, b) = OLD.split_once('\n').unwrap();
    write("errors.yaml", &format!("errbook: 1\napi: {{name: Shop}}\ninclude: [more.yaml]\nerrors:\n{a}\n"));
    write("more.yaml", &format!("errors:\n{b}"));
    assert_eq!(applied(&baseline, load(&folder.path().join("errors.yaml"))), (3, vec![]));
}

#[test]
fn new_and_fixed_findings_are_reported() {
    let baseline = first(&catalog(OLD));
    let new = OLD.replace("description: It is so.", "fix: Ask again.") + "  C: {status: 404, description: So.}\n";
    let (known, reported) = applied(&baseline, catalog(&new));
    assert_eq!(known, 2);
    assert_eq!(
        reported,
        [
            "missing-description: `A` has neither a `description` nor a `cause`",
            "missing-fix: `C` has no `fix`",
            "stale-baseline: the catalog has no warning `missing-fix errors.A`"
        ]
    );
}

#[test]
fn a_baseline_shrinks_unless_it_may_grow() {
    let baseline = first(&catalog(OLD));
    let new = catalog(
        &(OLD.replace("description: It is so.", "fix: Ask., description: So.") + "  C: {status: 404, fix: Go.}\n"),
    );
    let shrunk = baseline.updated(&new.report, Update::Shrink);
    assert_eq!(lines(&shrunk)[1..], lines(&baseline)[2..]);
    assert_eq!(shrunk.updated(&new.report, Update::Shrink), shrunk);
    let grown = shrunk.updated(&new.report, Update::Grow);
    assert!(lines(&grown).contains(&"missing-description errors.C".to_owned()));
    // An empty baseline stays empty.
    let fixed = catalog("  A: {status: 400, description: So., fix: Ask.}\n");
    let empty = baseline.updated(&fixed.report, Update::Shrink);
    assert_eq!(lines(&empty), ["file errors.yaml"]);
    assert_eq!(empty.updated(&catalog(OLD).report, Update::Shrink), empty);
}

#[test]
fn two_findings_of_a_rule_at_one_place_have_a_line_each() {
    let mut errors = String::new();
    for number in 0..6 {
        writeln!(
            errors,
            "  E{number}: {{status: 400, message: It was no {number} of them., description: D., fix: F.}}"
        )
        .unwrap();
    }
    let twice = format!("{errors}  X: {{status: 400, message: it was another, description: D., fix: F.}}\n");
    let baseline = first(&catalog(&twice));
    assert_eq!(lines(&baseline)[1..], ["message-style errors.X.message"; 2]);
    let once = twice.replace("it was another", "It was another");
    let (known, reported) = applied(&baseline, catalog(&once));
    assert_eq!((known, reported.len()), (1, 1), "{reported:?}");
    assert_eq!(lines(&baseline.updated(&catalog(&once).report, Update::Shrink)).len(), 2);
}

#[test]
fn an_invalid_catalog_keeps_its_lines() {
    let baseline = first(&catalog(OLD));
    let mistaken = || catalog(&OLD.replace("status: 400", "statsu: 400"));
    let (known, reported) = applied(&baseline, mistaken());
    assert_eq!((known, reported.len()), (0, 1), "{reported:?}");
    assert_eq!(baseline.updated(&mistaken().report, Update::Grow), baseline);
}

#[test]
fn a_lint_with_the_level_error_stays_an_error() {
    let strict = || catalog(&format!("{OLD}lints: {{missing-fix: error}}\n"));
    let baseline = first(&strict());
    assert_eq!(baseline.count("errors.yaml"), 2);
    let mut loaded = strict();
    baseline.apply(NAME, &mut loaded);
    assert!(loaded.catalog.is_none());
    assert_eq!(loaded.report.problems.iter().map(|problem| problem.rule).collect::<Vec<_>>(), [Rule::MissingFix]);
}

#[test]
fn findings_beyond_the_limit_of_a_report_are_known() {
    let errors = |count: usize| -> String {
        (0..count).fold(String::new(), |errors, number| errors + &format!("  E{number}: {{status: 400, fix: F.}}\n"))
    };
    let many = catalog(&errors(700));
    assert_eq!((many.report.problems.len(), many.report.dropped()["missing-description"]), (MAX_PROBLEMS, 500));
    let baseline = first(&many);
    assert_eq!(baseline.count("errors.yaml"), 700);
    let mut more = catalog(&errors(703));
    baseline.apply(NAME, &mut more);
    let report = &more.report;
    assert_eq!((report.known, report.problems.len(), report.dropped().len()), (700, 3, 0));
    assert!(report.render_text(false).ends_with("\n3 warnings in errors.yaml; errbook.baseline leaves out 700\n"));
    // New findings above the limit of a report are counted, as without a baseline.
    let mut most = catalog(&errors(1000));
    baseline.apply(NAME, &mut most);
    assert_eq!(
        (most.report.known, most.report.problems.len(), most.report.dropped()["missing-description"]),
        (700, MAX_PROBLEMS, 100)
    );
}

#[test]
fn each_catalog_of_a_folder_has_lines_of_its_own() {
    let text = b"errbook: 1\napi: {name: Other}\nerrors: {Z: {status: 400, fix: F.}}\n";
    let both = first(&catalog(OLD)).updated(&load_text("other.yaml", text).report, Update::Shrink);
    assert_eq!((both.count("errors.yaml"), both.count("other.yaml")), (3, 1));
    assert_eq!(applied(&both, catalog(OLD)), (3, vec![]));
    assert_eq!(applied(&both, load_text("other.yaml", text)), (1, vec![]));
    // A catalog that is not in the baseline has no known findings, and the other lines are not
    // reported.
    assert_eq!(applied(&both, load_text("third.yaml", text)).0, 0);
}

#[test]
fn an_invalid_line_is_reported_at_its_place() {
    let text = "<<<<<<< HEAD\r\nfile errors.yaml\r\n  missing-fix errors.A\r\n\r\n  what is this\n  unknown-rule errors.B\nfile other.yaml\n  missing-fix errors.Z\n";
    let mut loaded = catalog("  A: {status: 400, description: It is so.}\n");
    Baseline::parse(text).apply("api/errbook.baseline", &mut loaded);
    assert_eq!(loaded.report.known, 1);
    let places: Vec<String> = loaded
        .report
        .problems
        .iter()
        .map(|problem| {
            let (source, position) = loaded.report.sources.locate(problem.span.unwrap());
            format!("{}:{position} {}", source.name, problem.message)
        })
        .collect();
    let gone = |finding: &str| format!("the catalog has no warning `{finding}`");
    assert_eq!(
        places,
        [
            format!("api/errbook.baseline:1:1 {}", gone("<<<<<<< HEAD")),
            format!("api/errbook.baseline:5:3 {}", gone("what is this")),
            format!("api/errbook.baseline:6:3 {}", gone("unknown-rule errors.B")),
        ]
    );
}

/// An editor can add one.
#[test]
fn a_byte_order_mark_is_no_line() {
    let text = first(&catalog(OLD)).to_text();
    let marked = format!("\u{feff}{text}");
    assert!(Baseline::is_baseline(&marked));
    let (known, problems) = applied(&Baseline::parse(&marked), catalog(OLD));
    assert!(known > 0 && problems.is_empty(), "{problems:?}");
}

#[test]
fn a_key_cannot_end_its_line() {
    let text = "errbook: 1\napi: {name: Shop}\nenvelopes: {\"a\\nfile x\": {body: {code: '{code}'}}}\nerrors: {A: {status: 400, description: D., fix: F.}}\n";
    let loaded = || load_text("errors.yaml", text.as_bytes());
    let baseline = first(&loaded());
    assert!(baseline.to_text().lines().all(|line| line != "file x"), "{}", baseline.to_text());
    let (_, reported) = applied(&baseline, loaded());
    assert!(reported.iter().all(|line| !line.starts_with("stale")), "{reported:?}");
}

/// Lines are sorted by their places, including spaces.
#[test]
fn a_key_may_have_spaces() {
    let text = "errbook: 1\napi: {name: Shop}\ngroups: {z a: {title: Z}}\nerrors: {A: {status: 400}}\n";
    let loaded = || load_text("errors.yaml", text.as_bytes());
    let baseline = first(&loaded());
    let expected =
        ["file errors.yaml", "missing-description errors.A", "missing-fix errors.A", "unused-definition groups.z a"];
    assert_eq!(lines(&baseline), expected);
    assert_eq!(applied(&baseline, loaded()), (3, vec![]));
}

#[test]
fn json_and_github_have_the_number_of_known_findings() {
    let mut loaded = catalog(OLD);
    first(&catalog(OLD)).apply(NAME, &mut loaded);
    assert!(loaded.report.is_empty());
    assert!(loaded.report.render_json().contains("\"dropped\":0,\"dropped_by_rule\":{},\"known\":3,\"problems\":[]"));
    let notice = "::notice title=errbook::errbook.baseline leaves out 3 of errors.yaml\n";
    assert_eq!(loaded.report.render_github(), notice);
    assert_eq!(loaded.report.render_text(false), "");
}
