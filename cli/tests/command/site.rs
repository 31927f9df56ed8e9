use super::{Place, SHOP, named};

const LAYOUT: [&str; 8] = [
    "out/.errbook",
    "out/404.html",
    "out/closed.html",
    "out/errors.json",
    "out/index.html",
    "out/site.js",
    "out/sold-out.html",
    "out/style.css",
];

#[test]
fn one_catalog_is_the_whole_site() {
    let place = Place::with_shop();
    let ran = place.expect(0, &["site", "--out", "out"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("out: 8 files written\n", ""));
    assert_eq!(place.files()[1..], LAYOUT);
    assert_eq!(place.expect(0, &["site", "--out", "out"]).stdout, "out: 8 files, all up to date\n");
}

#[test]
fn several_catalogs_have_a_folder_each_and_a_front_page() {
    let place = Place::new();
    place.put("a.yaml", &named("A"));
    place.put("b.yaml", &named("B"));
    place.expect(0, &["site", "a.yaml", "b.yaml", "--out", "out"]);
    let files = place.files();
    for file in ["out/index.html", "out/style.css", "out/a/index.html", "out/b/sold-out.html"] {
        assert!(files.iter().any(|found| found == file), "{files:?}");
    }
    assert!(place.text("out/index.html").contains("<a href=\"b/index.html\">B</a>"));

    let ran = place.expect(2, &["site", "a.yaml", "a.yaml", "--out", "out"]);
    assert!(ran.stderr.contains("would both be written to `a`"), "{}", ran.stderr);
}

#[test]
fn leftovers_are_removed_and_other_files_stay() {
    let place = Place::with_shop();
    place.expect(0, &["site", "--out", "out"]);
    place.put("out/CNAME", "errors.shop.example\n");
    place.put("errors.yaml", &SHOP.replace("SOLD_OUT", "GONE"));
    let before = place.files();
    let ran = place.expect(1, &["site", "--out", "out", "--check"]);
    assert!(ran.stdout.contains("missing   out/gone.html\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("left over out/sold-out.html\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("errbook site errors.yaml --out out\n"), "{}", ran.stdout);
    assert_eq!(place.files(), before);
    place.expect(0, &["site", "--out", "out"]);
    let files = place.files();
    assert!(files.iter().any(|file| file == "out/CNAME") && !files.iter().any(|file| file == "out/sold-out.html"));
    assert_eq!(place.expect(0, &["site", "--out", "out", "--check"]).stdout, "8 files, all up to date\n");
}

#[test]
fn nothing_is_written_if_a_catalog_is_invalid() {
    let place = Place::new();
    place.put("errors.yaml", &SHOP.replace("status: 409", "status: 9"));
    let ran = place.expect(1, &["site", "--out", "out"]);
    assert!(ran.stderr.contains("invalid-status"), "{}", ran.stderr);
    assert_eq!(place.files(), ["errors.yaml"]);
}

#[test]
fn the_catalog_itself_is_not_written_over() {
    let place = Place::new();
    place.put("style.css", &named("A"));
    let ran = place.expect(2, &["site", "style.css", "--out", "."]);
    assert!(ran.stderr.contains("would be overwritten"), "{}", ran.stderr);
}

#[test]
fn a_mistake_in_prose_is_a_finding() {
    let place = Place::new();
    place.put("errors.yaml", &format!("{}prose: {{before: about.md}}\n", named("A")));
    place.put("about.md", "{{ catalog.nothing.there }}\n");
    let ran = place.expect(1, &["site", "--out", "out"]);
    assert!(ran.stderr.contains("about.md"), "{}", ran.stderr);
}
