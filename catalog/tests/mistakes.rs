//! What is reported about the catalogs of `mistakes.txt`.

use std::path::Path;

use errbook_catalog::load_text;

/// Silences the lints that small catalogs set off.
const LINTS: &str = "lints: {missing-fix: allow, missing-description: allow, missing-example: allow, \
                     unused-definition: allow, unused-detail: allow, no-retry-time: allow}\n";

/// The text with the report of each catalog. A block is comments, or a catalog without its head.
fn with_reports(text: &str) -> String {
    let block = |block: &str| {
        let yaml: Vec<&str> = block.lines().filter(|line| !line.starts_with("->")).collect();
        if yaml.iter().all(|line| line.starts_with('#')) { yaml.join("\n") } else { with_report(&yaml.join("\n")) }
    };
    text.trim_end().split("\n\n").map(block).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn with_report(yaml: &str) -> String {
    let head = [("errbook:", "errbook: 1\n"), ("api:", "api: {name: Shop}\n"), ("lints:", LINTS)];
    let missing = head.iter().filter(|(key, _)| !yaml.lines().any(|line| line.starts_with(key)));
    let text: String = missing.map(|(_, line)| *line).chain([yaml, "\n"]).collect();
    let report = load_text("errors.yaml", text.as_bytes()).report;
    let mut lines = vec![yaml.to_owned()];
    for problem in &report.problems {
        let at = problem
            .span
            .map_or("", |span| &report.sources.get(span.source).text[span.start as usize..span.end as usize]);
        let at = at.lines().next().unwrap_or_default();
        let help = problem.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
        lines.push(format!("-> {} at `{at}`: {}{help}", problem.rule, problem.message));
    }
    if report.is_empty() {
        lines.push("-> accepted".to_owned());
    }
    lines.join("\n")
}

#[test]
fn every_mistake_is_reported() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes.txt");
    let text = std::fs::read_to_string(&path).expect("the file");
    let found = with_reports(&text);
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(&path, &found).expect("a writable file");
        return;
    }
    for (expected, found) in text.split("\n\n").zip(found.split("\n\n")) {
        assert_eq!(expected.trim_end(), found.trim_end());
    }
    assert_eq!(text, found);
}
