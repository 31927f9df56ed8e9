//! Checks the sites of every catalog as a browser sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use errbook_catalog::model::{Catalog, ErrorDef};
use errbook_files::GeneratedFile;
use errbook_pages::site;
use html5gum::{DefaultEmitter, Token, Tokenizer};

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

fn files(catalogs: &[&Catalog]) -> Vec<GeneratedFile> {
    site::emit(catalogs).unwrap_or_else(|error| panic!("{error}"))
}

/// The elements and the text of a page.
struct Page {
    path: String,
    /// The elements with their attributes.
    elements: Vec<(String, BTreeMap<String, String>)>,
    /// The visible text, with single spaces.
    text: String,
    /// The content of a `script` element.
    data: String,
}

fn read(file: &GeneratedFile) -> Page {
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let mut page = Page { path: file.path.clone(), elements: Vec::new(), text: String::new(), data: String::new() };
    let mut in_script = false;
    let mut emitter: DefaultEmitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(&file.text, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = utf8(&tag.name);
                in_script = name == "script";
                // Inline markup does not end a word.
                if !["a", "b", "code", "em", "i", "strong"].contains(&name.as_str()) {
                    page.text.push(' ');
                }
                let attributes = tag.attributes.iter().map(|(name, value)| (utf8(name), utf8(value)));
                page.elements.push((name, attributes.collect()));
            }
            Token::EndTag(_) => in_script = false,
            Token::String(text) if in_script => page.data.push_str(&utf8(&text)),
            Token::String(text) => page.text.push_str(&utf8(&text)),
            Token::Doctype(_) => {}
            Token::Comment(comment) => panic!("{}: a comment: {comment:?}", file.path),
            Token::Error(error) => panic!("{}: {error:?}\n{}", file.path, file.text),
        }
    }
    page.text = squeezed(&page.text);
    page
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_page(file: &GeneratedFile) -> bool {
    Path::new(&file.path).extension().is_some_and(|ending| ending == "html")
}

/// Runs `check` on each page of each catalog, with all pages of its site, and names both on
/// failure.
fn for_each_page(check: impl Fn(&Catalog, &[Page], &Page) -> Result<(), String>) {
    for (name, catalog) in catalogs::all() {
        let pages: Vec<Page> = files(&[&catalog]).iter().filter(|file| is_page(file)).map(read).collect();
        for page in &pages {
            if let Err(problem) = check(&catalog, &pages, page) {
                panic!("{name}: {}: {problem}", page.path);
            }
        }
    }
}

/// The allowed elements of a page: none from a catalog's text, and none that loads anything.
#[test]
fn no_text_of_a_catalog_becomes_markup() {
    const ELEMENTS: &str = "a article b blockquote br code dd del details div dl dt em footer form h1 h2 h3 h4 h5 h6 header hr html input \
        label li link main meta nav ol option p pre script section select small span strong summary table tbody td th thead title tr ul";
    const ATTRIBUTES: &str = "aria-label autocomplete charset class content data-message data-refund data-retry data-what hidden href http-equiv id lang name placeholder property \
        rel role spellcheck src start style tabindex title type value";
    for_each_page(|_, _, page| {
        for (name, attributes) in &page.elements {
            if !ELEMENTS.split_whitespace().any(|known| known == name) {
                return Err(format!("<{name}>"));
            }
            for (attribute, value) in attributes {
                let aligns = attribute == "style"
                    && ["text-align: left", "text-align: right", "text-align: center"].contains(&value.as_str());
                if !ATTRIBUTES.split_whitespace().any(|known| known == attribute) || (attribute == "style" && !aligns) {
                    return Err(format!("<{name} {attribute}={value:?}>"));
                }
            }
        }
        let scripts: Vec<_> = page.elements.iter().filter(|(name, _)| name == "script").collect();
        match scripts.as_slice() {
            [(_, ours), (_, data)] if ours["src"] == "site.js" && data["type"] == "application/ld+json" => Ok(()),
            others => Err(format!("{others:?}")),
        }
    });
}

#[test]
fn links_lead_to_a_place_on_the_site_to_the_web_or_to_an_address() {
    for_each_page(|_, pages, page| {
        let anchors = |path: &str| -> Option<BTreeSet<&str>> {
            let page = pages.iter().find(|page| page.path == path)?;
            Some(page.elements.iter().filter_map(|(_, attributes)| attributes.get("id")).map(String::as_str).collect())
        };
        let links = page.elements.iter().filter_map(|(_, attributes)| attributes.get("href").or(attributes.get("src")));
        for link in links {
            if ["https://", "http://", "mailto:"].iter().any(|start| link.starts_with(start)) {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = path.split('?').next().unwrap_or_default();
            let path = if path.is_empty() { &page.path } else { path };
            if ["style.css", "site.js", "errors.json"].contains(&path) {
                continue;
            }
            let Some(anchors) = anchors(path) else { return Err(format!("`{link}` leads nowhere")) };
            if !anchor.is_empty() && !anchors.contains(anchor) {
                return Err(format!("`{link}` names no part of {path}: {anchors:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn each_anchor_is_there_once() {
    for_each_page(|_, _, page| {
        let mut seen = BTreeSet::new();
        let mut ids = page.elements.iter().filter_map(|(_, attributes)| attributes.get("id"));
        ids.try_for_each(|id| if seen.insert(id) { Ok(()) } else { Err(format!("`{id}` twice")) })
    });
}

#[test]
fn every_page_says_who_may_load_what_and_what_it_is() {
    for_each_page(|catalog, _, page| {
        let meta = |key: &str, name: &str| {
            let named =
                page.elements.iter().find(|(_, attributes)| attributes.get(key).is_some_and(|value| value == name));
            named.and_then(|(_, attributes)| attributes.get("content")).cloned().unwrap_or_default()
        };
        if meta("http-equiv", "Content-Security-Policy") != site::POLICY {
            return Err("no policy".to_owned());
        }
        for name in ["og:title", "og:description"] {
            if meta("property", name).is_empty() {
                return Err(format!("no {name}"));
            }
        }
        let data: serde_json::Value = serde_json::from_str(&page.data).map_err(|error| error.to_string())?;
        let error = catalog.errors.iter().find(|error| format!("{}.html", error.name.slug) == page.path);
        let expected = match (&error, page.path.as_str()) {
            (_, "index.html") => format!("{} errors", catalog.api.name),
            (Some(error), _) => error.title.clone(),
            (None, _) => return Ok(()),
        };
        if data["name"] == expected { Ok(()) } else { Err(format!("it is about {data}")) }
    });
}

#[test]
fn the_facts_of_an_error_are_on_its_page() {
    for_each_page(|catalog, _, page| {
        let found = |error: &&ErrorDef| error.is_public() && format!("{}.html", error.name.slug) == page.path;
        let Some(error) = catalog.errors.iter().find(found) else { return Ok(()) };
        let mut facts: Vec<String> = error.statuses.iter().map(u16::to_string).collect();
        facts.extend([squeezed(&error.title), squeezed(&error.name.id)]);
        facts.extend(error.code.as_ref().map(|code| squeezed(&code.to_string())));
        facts.extend(catalog.group_of(error).map(|group| squeezed(&group.title)));
        facts.extend(error.lifecycle.since.clone());
        facts.extend(error.details.iter().map(|detail| detail.name.clone()));
        facts.extend(error.snippets.iter().map(|snippet| squeezed(&snippet.code)));
        for (name, value) in error.examples.iter().flat_map(|example| &example.headers) {
            facts.extend([name.clone(), squeezed(value)]);
        }
        match facts.iter().find(|fact| !page.text.contains(*fact)) {
            Some(missing) => Err(format!("nowhere says `{missing}`; it reads\n{}\n", page.text)),
            None => Ok(()),
        }
    });
}

/// The front page, and each site in its own folder with the shared files one level up.
#[test]
fn several_catalogs_have_a_folder_each() {
    let bundled: Vec<Catalog> =
        catalogs::all().into_iter().filter(|(name, _)| name.contains("/apis/")).map(|(_, catalog)| catalog).collect();
    let files = files(&bundled.iter().collect::<Vec<_>>());
    let front = read(files.iter().find(|file| file.path == "index.html").expect("a front page"));
    for catalog in &bundled {
        let index = format!("{}/index.html", catalog.api.slug);
        let page = read(files.iter().find(|file| file.path == index).expect("an index"));
        let links = |page: &Page, link: &str| {
            page.elements.iter().any(|(_, attributes)| attributes.get("href").is_some_and(|href| href == link))
        };
        assert!(links(&front, &index));
        assert!(links(&page, "../style.css") && links(&page, "../index.html"));
        for name in ["errors.json", "404.html"] {
            assert!(files.iter().any(|file| file.path == format!("{}/{name}", catalog.api.slug)), "{name}");
        }
    }
}

/// The front page searches the errors of all APIs, with the words that the index of each shows.
#[test]
fn the_front_page_can_search_every_error() {
    let all: Vec<Catalog> = catalogs::all().into_iter().map(|(_, catalog)| catalog).collect();
    let mut by_slug: BTreeMap<&str, &Catalog> = BTreeMap::new();
    for catalog in &all {
        by_slug.entry(&catalog.api.slug).or_insert(catalog);
    }
    let catalogs: Vec<&Catalog> = by_slug.into_values().collect();
    let files = files(&catalogs);
    let file = |path: &str| files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    let front = read(file("index.html"));
    assert!(
        front.elements.iter().any(|(_, attributes)| attributes.get("data-index").is_some_and(|at| at == "search.js"))
    );
    let text = &file("search.js").text;
    assert!(!text.contains(['<', '>', '&', '\u{202e}']), "an error can end no element");
    let json =
        text.strip_prefix("globalThis.errbook = ").and_then(|text| text.strip_suffix(";\n")).expect("one object");
    let json = json.replacen("{apis:", "{\"apis\":", 1).replacen("], errors:", "], \"errors\":", 1).replacen(
        "], retired:",
        "], \"retired\":",
        1,
    );
    let data: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let mut errors = data["errors"].as_array().expect("a list").iter();
    for (index, catalog) in catalogs.iter().enumerate() {
        let slug = &catalog.api.slug;
        assert_eq!(data["apis"][index][0], slug.as_str());
        let cards = &read(file(&format!("{slug}/index.html"))).text;
        for _ in catalog.errors.iter().filter(|error| error.is_public()) {
            let error = errors.next().expect("an error");
            assert_eq!(error[0], index);
            let page = read(file(&format!("{slug}/{}.html", error[1].as_str().expect("a slug"))));
            let heading = error[2].as_str().expect("a heading");
            assert!(page.text.contains(heading), "{slug}: {heading}");
            let words = error[6].as_str().expect("words").split(|letter: char| !letter.is_alphanumeric());
            for word in words {
                assert!(cards.contains(word), "{slug}: {heading}: {word}");
            }
        }
    }
    assert!(errors.next().is_none());
    let retired: usize = catalogs.iter().map(|catalog| catalog.public_retired().count()).sum();
    let listed = data["retired"].as_array().expect("a list");
    assert!(retired > 0 && listed.len() == retired);
    for entry in listed {
        let slug = &catalogs[usize::try_from(entry[0].as_u64().expect("an API")).expect("small")].api.slug;
        let page = read(file(&format!("{slug}/{}.html", entry[1].as_str().expect("a slug"))));
        assert!(page.text.contains(entry[3].as_str().expect("what became of it")), "{entry}");
    }
}

#[test]
fn two_runs_give_the_same_bytes_and_all_end_in_one_line_break() {
    for (name, catalog) in catalogs::all() {
        assert_eq!(files(&[&catalog]), files(&[&catalog]), "{name}");
        for file in files(&[&catalog]) {
            assert!(file.text.ends_with('\n') && !file.text.ends_with("\n\n"), "{name}: {}", file.path);
            assert!(!file.text.contains('\r'), "{name}: {}", file.path);
        }
    }
}

/// The uncompressed size of the folder. The number may change, for a good reason.
#[test]
fn the_largest_bundled_catalog_is_a_small_site() {
    let sizes = catalogs::all().into_iter().filter(|(name, _)| name.contains("/apis/")).map(|(name, catalog)| {
        let size: usize = files(&[&catalog]).iter().map(|file| file.text.len()).sum();
        (size, name)
    });
    let (size, name) = sizes.max().expect("bundled catalogs");
    assert!(name.ends_with("social-neuron.yaml"), "{name}");
    // About 8,000 bytes are snippets in four languages, and 2,200 read messages, retired codes and the
    // lines that clients print.
    assert!(size < 118_000, "{size} bytes");
}

/// The answer comes from what the catalog says, not from a status.
#[test]
fn an_error_with_mixed_statuses_has_one_answer() {
    let text = b"
errbook: 1
api: {name: Mixed}
errors:
  AGAIN: {title: Again, status: [409, 503], retryable: true}
  WITH_CARE: {title: With care, status: [429, 500], retryable: idempotent, fault: caller}
  STOP: {title: Stop, status: [408, 503], retryable: false, refund: true}
  UNSAID: {title: Unsaid, status: [429, 503]}
";
    let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    let index = files(&[&catalog]).into_iter().find(|file| file.path == "index.html").expect("an index");
    let text = read(&index).text;
    for (error, answer) in [
        ("AGAIN", "Retry: the same request may succeed. WITH_CARE"),
        ("WITH_CARE", "Retry only if it is safe to repeat the request. STOP"),
        ("STOP", "Do not retry: the same request will fail again. The charge is refunded. UNSAID"),
    ] {
        let (_, card) = text.split_once(&format!("{error} ")).expect("a card");
        assert!(card.contains(answer), "{error}: {card}");
    }
    let (_, unsaid) = text.split_once("UNSAID ").expect("a card");
    assert!(!unsaid.to_lowercase().contains("retry"), "{unsaid}");
}

/// Every part has the same elements, so a browser and the script find all errors.
#[test]
fn an_index_above_200_errors_is_folded() {
    for (number, folded) in [(200, 0), (201, 3), (450, 6)] {
        let mut text = "errbook: 1\napi: {name: Large}\ngroups: {a: {title: A}}\nerrors:\n".to_owned();
        for index in 0..number {
            let group = if index % 2 == 0 { ", group: a" } else { "" };
            let _ = writeln!(text, "  E{index}: {{status: 400, fix: Wait.{group}}}");
        }
        let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
        let index = files(&[&catalog]).into_iter().find(|file| file.path == "index.html").expect("an index");
        let page = read(&index);
        let (_, list) = index.text.split_once("<div id=errors>").expect("a list");
        assert_eq!(list.matches("<details>").count(), folded, "{number}");
        assert_eq!(page.elements.iter().filter(|(name, _)| name == "li").count(), number);
        if number == 201 {
            assert!(list.contains("<summary>E0 to E198: 100 errors</summary>"), "{list}");
            assert!(list.contains("<summary>E200</summary>"), "{list}");
        }
    }
}

#[test]
fn pages_match_their_snapshots() {
    let hostile = catalogs::all().into_iter().find(|(name, _)| name.contains("/hostile/")).expect("the hostile one").1;
    let lifecycle = catalogs::all().into_iter().find(|(name, _)| name.contains("/lifecycle/")).expect("lifecycle").1;
    for (catalog, path) in [(&hostile, "index.html"), (&hostile, "type.html"), (&lifecycle, "index.html")] {
        let file = files(&[catalog]).into_iter().find(|file| file.path == path).expect("the page");
        insta::assert_snapshot!(format!("{}-{path}", catalog.api.slug), file.text);
    }
    let both = files(&[&hostile, &lifecycle]);
    for path in ["index.html", "search.js"] {
        let file = both.iter().find(|file| file.path == path).expect("the file");
        insta::assert_snapshot!(format!("front-{path}"), file.text);
    }
}
