//! Compares the bundled references with the APIs' own error pages: our references contain every
//! fact of those pages.
//!
//! `beside/<slug>.txt` lists the facts of an API's page. Each line has the fact, the page in our
//! reference, and the texts on that page that state the fact, separated by ` ; `.
//! `ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test beside` writes
//! `docs/beside-the-originals.md` from these files.

#[path = "facts/reading.rs"]
mod reading;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use reading::{files, one_line, read, without_markdown_escapes};
use serde_json::Value;

const BLESS: &str = "ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test beside";

const APIS: [&str; 5] = ["publishing-api", "socia-hive", "social-api", "social-crawl", "social-neuron"];

const INTRODUCTION: &str = "\
<!-- Generated from catalog/tests/beside/ and docs-out/ by:
ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test beside -->

# Comparison with the original pages

Each of the five bundled catalogs is based on the error page that its API publishes. This page
compares the two. It lists each fact of the original page, in our own words, and the section of the
generated reference that states it. A test finds each fact in [docs-out/](../docs-out/), and counts
what the generated reference adds.
";

/// An API's own error page.
struct Original {
    slug: &'static str,
    /// The number of items of each kind.
    counts: Vec<(String, usize)>,
    sections: Vec<(String, Vec<Fact>)>,
}

struct Fact {
    words: String,
    page: String,
    texts: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn original(slug: &'static str) -> Original {
    let mut original = Original { slug, counts: Vec::new(), sections: Vec::new() };
    let text = read(&root().join(format!("catalog/tests/beside/{slug}.txt")));
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some(title) = line.strip_prefix("## ") {
            original.sections.push((title.to_owned(), Vec::new()));
        } else if let Some(count) = line.strip_prefix("= ") {
            let (kind, number) = count.split_once(" | ").expect("a kind and a number");
            original.counts.push((kind.to_owned(), number.parse().expect("a number")));
        } else {
            let mut parts = line.splitn(3, " | ").map(str::to_owned);
            let [Some(words), Some(page), Some(texts)] = [parts.next(), parts.next(), parts.next()] else {
                panic!("{slug}: expected a fact, a page and texts: {line}")
            };
            let texts = texts.split(" ; ").map(str::to_owned).collect();
            original.sections.last_mut().expect("a section").1.push(Fact { words, page, texts });
        }
    }
    original
}

/// The headings and texts of a page, as a reader sees them.
fn sections(page: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = vec![(String::new(), String::new())];
    let mut in_fence = false;
    for line in page.lines() {
        in_fence ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !in_fence) {
            // The page's title is not the name of a section.
            let name = heading.strip_prefix('#').map_or("", |heading| heading.trim_start_matches('#').trim());
            sections.push((without_markdown_escapes(name).replace('`', ""), format!("{heading}\n")));
        } else {
            let text = &mut sections.last_mut().expect("a section").1;
            text.push_str(line);
            text.push('\n');
        }
    }
    for (_, text) in &mut sections {
        *text = one_line(&without_markdown_escapes(text));
    }
    sections
}

/// The sections that state a fact, or `None` if a text is missing.
fn places(fact: &Fact, folder: &Path) -> Option<Vec<String>> {
    let sections = sections(&read(&folder.join(format!("{}.md", fact.page))));
    let mut places: Vec<String> = Vec::new();
    for text in &fact.texts {
        let (heading, _) = sections.iter().find(|(_, section)| section.contains(text.as_str()))?;
        if !places.contains(heading) {
            places.push(heading.clone());
        }
    }
    Some(places)
}

/// The items of each kind in the reference of an API: the name of the kind, its description, and
/// the number of items.
fn kinds(slug: &str) -> Vec<(&'static str, &'static str, usize)> {
    let folder = root().join("docs-out").join(slug);
    let json: Value = serde_json::from_str(&read(&folder.join("errors.json"))).expect("JSON");
    let errors = json["errors"].as_array().expect("a list");
    let sum = |count: &dyn Fn(&Value) -> usize| errors.iter().map(count).sum::<usize>();
    let len = |value: &Value| match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    let bodies = |error: &Value| {
        error["examples"].as_array().expect("a list").iter().filter(|one| !one["body"].is_null()).count()
    };
    let pages: Vec<String> = files(&folder.join("reference")).iter().map(|page| read(page)).collect();
    vec![
        ("pages", "errors with their own page", errors.len()),
        ("bodies", "complete response bodies", sum(&bodies)),
        ("retry", "errors with retry advice", sum(&|error| usize::from(error["kind"] != "symptom"))),
        (
            "policies",
            "errors with a machine-readable retry policy",
            sum(&|error| usize::from(!error["retry"].is_null())),
        ),
        ("refund", "errors with a refund rule", sum(&|error| usize::from(!error["refund"].is_null()))),
        ("details", "named details", sum(&|error| len(&error["details"]))),
        (
            "siblings",
            "errors with links to similar errors",
            pages.iter().filter(|page| page.contains("\n## See also\n")).count(),
        ),
        ("predicates", "predicates", len(&json["predicates"])),
    ]
}

fn page(originals: &[Original]) -> Result<String, String> {
    let mut page = INTRODUCTION.to_owned();
    let mut missing = String::new();
    let mut summary = "\n| API | Facts on its page | In our reference | Missing |\n|---|---|---|---|\n".to_owned();
    let mut tables = String::new();
    for Original { slug, counts, sections } in originals {
        let folder = root().join("docs-out").join(slug).join("reference");
        let json: Value = serde_json::from_str(&read(&folder.join("../errors.json"))).expect("JSON");
        let name = json["api"]["name"].as_str().expect("a name");
        let _ = write!(tables, "\n## {name}\n\nSee [our reference](../docs-out/{slug}/reference/index.md).\n");
        let mut facts = 0;
        for (title, of_section) in sections {
            let _ = write!(tables, "\n### {name}: {title}\n\n| Fact | In our reference |\n|---|---|\n");
            for fact in of_section {
                let Some(places) = places(fact, &folder) else {
                    let _ = writeln!(missing, "{slug}: {}", fact.words);
                    continue;
                };
                facts += 1;
                let places: Vec<&str> =
                    places.iter().map(|place| if place.is_empty() { "introduction" } else { place }).collect();
                let link = format!("[{0}](../docs-out/{slug}/reference/{0}.md)", fact.page);
                let _ = writeln!(tables, "| {} | {link}: {} |", fact.words, places.join(", "));
            }
        }
        let _ = write!(tables, "\n### {name}: additions\n\n| Items | Original page | Our reference |\n|---|---|---|\n");
        for (kind, words, ours) in kinds(slug) {
            let theirs = counts.iter().find(|(of, _)| of == kind).map_or(0, |(_, number)| *number);
            if ours < theirs {
                let _ = writeln!(missing, "{slug}: {words}: {ours} instead of {theirs}");
            }
            if ours > 0 {
                let _ = writeln!(tables, "| {words} | {theirs} | {ours} |");
            }
        }
        let _ =
            writeln!(summary, "| [{name}](#{}) | {facts} | {facts} | none |", name.to_lowercase().replace(' ', "-"));
    }
    page.push_str(&summary);
    page.push_str(
        "\nThe Rust, OpenAPI and JSON outputs contain the facts too. The [lists of\nfacts](../catalog/tests/facts/) \
         name the outputs that must contain each fact.\n",
    );
    page.push_str(&tables);
    if missing.is_empty() { Ok(page) } else { Err(missing) }
}

#[test]
fn our_references_contain_every_fact_of_the_originals() {
    let originals = APIS.map(original);
    let page = page(&originals).unwrap_or_else(|missing| panic!("missing in the reference:\n{missing}"));
    let path = root().join("docs/beside-the-originals.md");
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(&path, &page).expect("writable");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).find(|(written, page)| written != page);
    assert!(written == page, "docs/beside-the-originals.md is stale: {differs:?}\nrun: {BLESS}");
}

#[test]
fn a_missing_fact_is_found() {
    let missing = Fact { words: "x".to_owned(), page: "index".to_owned(), texts: vec!["on no page".to_owned()] };
    assert_eq!(places(&missing, &root().join("docs-out/social-crawl/reference")), None);
    let facts: usize =
        APIS.map(original).iter().flat_map(|original| &original.sections).map(|(_, facts)| facts.len()).sum();
    assert!(facts > 200, "{facts} facts");
}
