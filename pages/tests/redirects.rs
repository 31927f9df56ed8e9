//! Redirects next to lines of the user, and their targets.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

use errbook_catalog::model::{Catalog, GenerateDocs};
use errbook_pages::markdown::{Templates, emit};
use errbook_pages::plan;
use errbook_pages::redirects::{NotMerged, file};

fn catalog(retired: &str) -> Catalog {
    let text = format!(
        "
errbook: 1
api: {{name: Shop, doc_url: 'https://shop.example/docs/errors/{{slug}}'}}
errors:
  OUT_OF_STOCK: {{status: 409, fix: Choose another., doc_url: 'https://elsewhere.example/stock'}}
  SECRET: {{status: 500, visibility: internal, mask: OUT_OF_STOCK}}
retired: {retired}
generate: {{docs: {{dir: site/docs/errors, redirects: site/_redirects}}}}
"
    );
    let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

const RETIRED: &str = "{SOLD_OUT: {since: 2.0.0, use: OUT_OF_STOCK}, EMPTY: {use: OUT_OF_STOCK, note: It was vague.}, \
                       BROKEN: {use: SECRET}, GONE: {}}";

#[test]
fn each_format_has_the_ids_that_were_only_renamed() {
    let catalog = catalog(RETIRED);
    let write = |path| file(&catalog, path, "").expect("nothing to merge with");
    assert_eq!(
        write("site/_redirects"),
        "# errbook: shop\n/docs/errors/sold-out /docs/errors/out-of-stock 301\n# errbook: end of shop\n"
    );
    let json: serde_json::Value = serde_json::from_str(&write("site/redirects.json")).expect("JSON");
    assert_eq!(json, serde_json::json!([{"from": "/docs/errors/sold-out", "to": "/docs/errors/out-of-stock"}]));
    let yaml: serde_json::Value = serde_yaml::from_str(&write("site/redirects.yml")).expect("YAML");
    assert_eq!(
        yaml,
        serde_json::json!({"plugins": {"redirects": {"redirect_maps": {"errors/sold-out.md": "errors/out-of-stock.md"}}}})
    );
}

#[test]
fn without_renames_there_are_no_redirects() {
    let catalog = catalog("{GONE: {}}");
    assert_eq!(file(&catalog, "_redirects", "").as_deref(), Ok(""));
    assert_eq!(file(&catalog, "redirects.json", "").as_deref(), Ok("[]\n"));
    let yaml = file(&catalog, "redirects.yml", "").expect("nothing to merge with");
    let yaml: serde_json::Value = serde_yaml::from_str(&yaml).expect("YAML");
    assert_eq!(yaml["plugins"]["redirects"]["redirect_maps"], serde_json::json!({}));
}

#[test]
fn lines_of_the_user_stay_and_a_second_run_changes_nothing() {
    let (some, none) = (catalog(RETIRED), catalog("{}"));
    for theirs in ["", "/a /b\n", "# mine\r\n/*  /index.html  200\r\n", "/last /line/without/end"] {
        let merged = file(&some, "_redirects", theirs).expect("merged");
        assert!(merged.starts_with("# errbook: shop") && merged.ends_with(theirs), "{merged:?}");
        assert_eq!(merged.contains('\r'), theirs.contains('\r'), "{merged:?}");
        assert_eq!(file(&some, "_redirects", &merged).as_deref(), Ok(merged.as_str()));
        assert_eq!(file(&none, "_redirects", &merged).as_deref(), Ok(theirs));
    }
    // The lines keep their place, and lines of another catalog are unchanged.
    let theirs = "/a /b\n# errbook: shop\n/old /older 301\n# errbook: end of shop\n# errbook: shop-admin\n# errbook: end of shop-admin\n";
    assert_eq!(
        file(&some, "_redirects", theirs).expect("merged"),
        theirs.replace("/old /older 301", "/docs/errors/sold-out /docs/errors/out-of-stock 301")
    );
}

#[test]
fn an_incomplete_block_is_rejected() {
    let catalog = catalog(RETIRED);
    for (theirs, line, expected) in [
        ("/a /b\n# errbook: shop\n", 2, "# errbook: end of shop"),
        ("# errbook: end of shop\n", 1, "# errbook: shop"),
        ("# errbook: end of shop\n# errbook: shop\n", 1, "# errbook: shop"),
    ] {
        let expected = expected.to_owned();
        assert_eq!(file(&catalog, "_redirects", theirs), Err(NotMerged { line, expected }));
    }
}

/// An existing page hides a redirect, so an id has one or the other.
#[test]
fn each_retired_id_has_a_page_or_a_redirect() {
    let templates = Templates::new(&[]).expect("errbook's own");
    let catalog = catalog(RETIRED);
    let pages = emit(&catalog, &templates).expect("errbook's own");
    let names: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(names, ["index.md", "out-of-stock.md", "empty.md", "broken.md", "gone.md"]);
    assert!(pages[0].text.contains("| `SOLD_OUT` | 2.0.0 | `OUT_OF_STOCK` |"), "{}", pages[0].text);
    // There are no redirects in a plain output folder.
    let everything = plan::everything(&catalog, &templates).expect("errbook's own");
    assert!(everything.iter().any(|file| file.path == "shop/reference/sold-out.md"));
    let site = errbook_pages::site::emit(&[&catalog]).expect("errbook's own");
    assert!(site.iter().any(|file| file.path == "sold-out.html"));
}

#[test]
fn every_catalog_has_a_line_for_each_id_that_was_only_renamed() {
    let mut all = catalogs::all();
    all.push(("everything".to_owned(), catalogs::everything()));
    let mut lines = 0;
    for (name, mut catalog) in all {
        catalog.api.doc_url = Some("/errors/{slug}.html".to_owned());
        let docs = catalog.generate.docs.take();
        catalog.generate.docs = docs.map(|docs| GenerateDocs { dir: "docs".to_owned(), ..docs });
        let led = catalog.retired.iter().filter(|retired| catalog.redirect_of(retired).is_some()).count();
        let written = file(&catalog, "_redirects", "").expect("nothing to merge with");
        assert_eq!(written.lines().filter(|line| line.ends_with(".html 301")).count(), led, "{name}");
        let written = file(&catalog, "redirects.yml", "").expect("nothing to merge with");
        assert_eq!(written.lines().filter(|line| line.starts_with("      \"")).count(), led, "{name}");
        lines += led;
    }
    assert!(lines > 0, "no catalog has an id that was only renamed");
}
