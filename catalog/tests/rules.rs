//! Every rule has a catalog that breaks it, and the report of that catalog.
//!
//! `rules/<rule>.txt` is the report of `rules/<rule>.yaml`, or of `rules/<rule>/catalog.yaml` if it
//! needs more files. `ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test rules` writes the
//! reports again; read them before you commit them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use errbook_catalog::baseline::{self, Baseline};
use errbook_catalog::problem::{Level, Problem, Report, Rule, rules_page};
use errbook_catalog::{Loaded, load};
use errbook_history::diff::check_expired;
use errbook_history::lock::{self, Lock};

const BLESS: &str = "ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test rules";

/// Additional catalogs, besides those of the rules.
const OTHERS: [&str; 4] = ["ambiguous-mask", "five-mistakes", "type-depth", "example-size"];

/// Relative to the crate's folder, where tests run, because the reports contain this path.
fn catalog(name: &str) -> PathBuf {
    let file = Path::new("tests/rules").join(format!("{name}.yaml"));
    if file.exists() { file } else { Path::new("tests/rules").join(name).join("catalog.yaml") }
}

/// Compares a catalog with the baseline and the lock in its folder, if there are any.
fn compared(mut loaded: Loaded, path: &Path) -> Loaded {
    if let Ok(text) = std::fs::read_to_string(path.with_file_name(baseline::NAME)) {
        Baseline::parse(&text).apply(baseline::NAME, &mut loaded);
    }
    check_expired(&mut loaded, "2026-11-30");
    if let Ok(text) = std::fs::read_to_string(path.with_file_name(lock::NAME)) {
        let lock = Lock::parse(&text).unwrap();
        lock.check(&lock.load().catalog.unwrap(), &mut loaded);
    }
    loaded
}

fn report(name: &str) -> Report {
    let path = catalog(name);
    let Loaded { catalog, report, inputs: _ } = compared(load(&path), &path);
    assert_eq!(catalog.is_none(), report.has_errors(), "{name}");
    report
}

fn names() -> impl Iterator<Item = &'static str> {
    Rule::ALL.iter().map(|rule| rule.name()).chain(OTHERS)
}

/// Compares a file with its expected text, or writes it if `ERRBOOK_BLESS` is set.
fn expect(path: &Path, text: &str) -> Result<(), String> {
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(path, text).unwrap();
    }
    match std::fs::read_to_string(path) {
        Ok(written) if written == text => Ok(()),
        Ok(written) => Err(format!("{} is stale in {}", path.display(), first_difference(&written, text))),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// The first line in which two texts differ.
fn first_difference(old: &str, new: &str) -> String {
    let differs = old.lines().zip(new.lines()).position(|(old, new)| old != new);
    let at = differs.unwrap_or_else(|| old.lines().count().min(new.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
    format!("line {}:\n- {}\n+ {}\n", at + 1, line(old), line(new))
}

fn assert_all(found: Vec<Result<(), String>>) {
    let stale: Vec<String> = found.into_iter().filter_map(Result::err).collect();
    assert!(stale.is_empty(), "{}\nto update it, run: {BLESS}", stale.join("\n"));
}

#[test]
fn every_rule_has_its_files_and_every_file_its_rule() {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir("tests/rules").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        files.insert(name);
    }
    let mut expected = BTreeSet::new();
    for name in names() {
        let is_folder = Path::new("tests/rules").join(name).is_dir();
        expected.insert(if is_folder { name.to_owned() } else { format!("{name}.yaml") });
        expected.insert(format!("{name}.txt"));
    }
    assert_eq!(files, expected);
}

#[test]
fn every_report_is_as_committed() {
    let compare =
        |name| expect(&Path::new("tests/rules").join(format!("{name}.txt")), &report(name).render_text(false));
    assert_all(names().map(compare).collect());
}

#[test]
fn every_catalog_breaks_only_its_own_rule() {
    for rule in Rule::ALL {
        let report = report(rule.name());
        let broken: BTreeSet<Rule> = report.problems.iter().map(|problem| problem.rule).collect();
        assert_eq!(broken, BTreeSet::from([rule]), "{}", report.render_text(false));
        // A lint that is off by default is switched on.
        let level = rule.default_level().max(Level::Warn);
        assert!(report.problems.iter().all(|problem| problem.level == level));
    }
}

#[test]
fn every_lint_can_be_silenced_and_sharpened() {
    for &rule in Rule::ALL.iter().filter(|rule| rule.is_lint()) {
        let path = catalog(rule.name());
        let text = std::fs::read_to_string(&path).unwrap();
        let with_level = |level: &str| {
            let text = text.replacen(&format!("lints: {{{rule}: warn}}"), "lints: {}", 1);
            let text = match text.replacen("lints: {", &format!("lints: {{{rule}: {level}, "), 1) {
                changed if changed != text => changed,
                _ => format!("{text}lints: {{{rule}: {level}}}\n"),
            };
            let name = path.file_name().unwrap().to_str().unwrap();
            compared(errbook_catalog::load_text(name, text.as_bytes()), &path)
        };
        assert!(with_level("allow").report.is_empty(), "{rule}");
        let sharpened = with_level("error");
        assert!(sharpened.catalog.is_none(), "{rule}");
        assert!(sharpened.report.problems.iter().all(|problem| problem.level == Level::Error), "{rule}");
    }
}

#[test]
fn five_mistakes_are_reported_in_one_run() {
    let report = report("five-mistakes");
    let place = |problem: &Problem| report.sources.locate(problem.span.unwrap()).1.to_string();
    let found: Vec<_> = report.problems.iter().map(|problem| (problem.rule, place(problem))).collect();
    let expected = [
        (Rule::InvalidStatus, "5:13"),
        (Rule::UnknownGroup, "6:12"),
        (Rule::NameClash, "8:3"),
        (Rule::UnknownKey, "9:5"),
        (Rule::UnknownPlaceholder, "10:15"),
    ];
    assert_eq!(found, expected.map(|(rule, place)| (rule, place.to_owned())));
}

#[test]
fn the_page_of_all_rules_is_as_committed() {
    assert_all(vec![expect(Path::new("../docs/rules.md"), &rules_page())]);
}

#[test]
fn rules_are_named_alike() {
    let mut seen = BTreeSet::new();
    for rule in Rule::ALL {
        let name = rule.name();
        assert!(seen.insert(name), "{name} is listed twice");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        for sentence in [rule.summary(), rule.remedy()] {
            assert!(
                sentence.ends_with('.') && sentence.starts_with(|first: char| first.is_uppercase() || first == '`'),
                "{name}: {sentence}"
            );
        }
    }
    assert!(Rule::ALL.is_sorted_by_key(|rule| rule.is_lint()), "errors come first");
}
