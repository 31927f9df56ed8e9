//! The bundled references beside the pages that they were written from: what those tell is there, and what there is more.
//!
//! `beside/<slug>.txt` lists what an API's own page tells, a line each: the fact, the page of ours, and texts that say it there, with ` ; `
//! between them. `ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test beside` writes `docs/beside-the-originals.md` from it.

#[path = "facts/reading.rs"]
mod reading;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use reading::{files, one_line, read, without_markdown_escapes};
use serde_json::Value;

const BLESS: &str = "ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test beside";

const APIS: [&str; 5] = ["publishing-api", "socia-hive", "social-api", "social-crawl", "social-neuron"];

const INTRODUCTION: &str = "\
<!-- Written from catalog/tests/beside/ and docs-out/: ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test beside -->

# Beside the originals

Each of the five bundled catalogs was written from the error page that its API publishes. This page holds the two against each other: what the
API's page tells, put in few words of our own, and where the generated reference tells it. A test looks for each fact in [docs-out/](../docs-out/), in
the section that is named here, and for what there is more.
";

/// What an API's own page tells.
struct Original {
    slug: &'static str,
    /// How many it has of a kind.
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
                panic!("{slug}: not a fact, a page and texts: {line}")
            };
            let texts = texts.split(" ; ").map(str::to_owned).collect();
            original.sections.last_mut().expect("a section").1.push(Fact { words, page, texts });
        }
    }
    original
}

/// The sections of a page by their headings, as a reader sees them.
fn sections(page: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = vec![(String::new(), String::new())];
    let mut in_fence = false;
    for line in page.lines() {
        in_fence ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !in_fence) {
            // The page's title is no section's name.
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

/// Where a fact stands, `None` where some of its texts do not.
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

/// What the reference of an API has of each kind: the kind's name, what it is, and how many.
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
        ("pages", "errors with a page of their own", errors.len()),
        ("bodies", "response bodies in full", sum(&bodies)),
        ("retry", "errors that say whether to retry", sum(&|error| usize::from(error["kind"] != "symptom"))),
        ("policies", "errors whose waits a program can follow", sum(&|error| usize::from(!error["retry"].is_null()))),
        ("refund", "errors that say what becomes of the charge", sum(&|error| usize::from(!error["refund"].is_null()))),
        ("details", "details, each with its name", sum(&|error| len(&error["details"]))),
        (
            "siblings",
            "errors beside those that look like them",
            pages.iter().filter(|page| page.contains("## Other errors with ")).count(),
        ),
        ("predicates", "questions that programs ask, as code", len(&json["predicates"])),
    ]
}

fn page(originals: &[Original]) -> Result<String, String> {
    let mut page = INTRODUCTION.to_owned();
    let mut missing = String::new();
    let mut summary = "\n| API | facts on its page | told by ours | missing |\n|---|---|---|---|\n".to_owned();
    let mut tables = String::new();
    for Original { slug, counts, sections } in originals {
        let folder = root().join("docs-out").join(slug).join("reference");
        let json: Value = serde_json::from_str(&read(&folder.join("../errors.json"))).expect("JSON");
        let name = json["api"]["name"].as_str().expect("a name");
        let _ = write!(tables, "\n## {name}\n\nOurs begins at [its index](../docs-out/{slug}/reference/index.md).\n");
        let mut facts = 0;
        for (title, of_section) in sections {
            let _ = write!(tables, "\n### {name}: {title}\n\n| the page tells | ours tells it in |\n|---|---|\n");
            for fact in of_section {
                let Some(places) = places(fact, &folder) else {
                    let _ = writeln!(missing, "{slug}: {}", fact.words);
                    continue;
                };
                facts += 1;
                let places: Vec<&str> =
                    places.iter().map(|place| if place.is_empty() { "its top" } else { place }).collect();
                let link = format!("[{0}](../docs-out/{slug}/reference/{0}.md)", fact.page);
                let _ = writeln!(tables, "| {} | {link}: {} |", fact.words, places.join(", "));
            }
        }
        let _ = write!(tables, "\n### {name}: what ours adds\n\n| what | on the page | in ours |\n|---|---|---|\n");
        for (kind, words, ours) in kinds(slug) {
            let theirs = counts.iter().find(|(of, _)| of == kind).map_or(0, |(_, number)| *number);
            if ours < theirs {
                let _ = writeln!(missing, "{slug}: {words}: {theirs}, and ours has {ours}");
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
        "\nThe same facts come as Rust, OpenAPI, JSON and `llms.txt`, which the pages do not have; [the lists of facts](../catalog/tests/facts/) say which of them \
         each must hold.\n",
    );
    page.push_str(&tables);
    if missing.is_empty() { Ok(page) } else { Err(missing) }
}

#[test]
fn ours_tells_all_that_the_originals_tell() {
    let originals = APIS.map(original);
    let page = page(&originals).unwrap_or_else(|missing| panic!("the reference does not tell:\n{missing}"));
    let path = root().join("docs/beside-the-originals.md");
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(&path, &page).expect("writable");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).find(|(written, page)| written != page);
    assert!(written == page, "docs/beside-the-originals.md is stale: {differs:?}\nto mend it, run: {BLESS}");
}

/// A page that lacked everything would be found out.
#[test]
fn a_fact_that_is_nowhere_is_missed() {
    let lost = Fact { words: "x".to_owned(), page: "index".to_owned(), texts: vec!["nowhere to be read".to_owned()] };
    assert_eq!(places(&lost, &root().join("docs-out/social-crawl/reference")), None);
    let facts: usize =
        APIS.map(original).iter().flat_map(|original| &original.sections).map(|(_, facts)| facts.len()).sum();
    assert!(facts > 200, "{facts} facts");
}
