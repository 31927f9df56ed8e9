use std::fs;

use super::{Place, SHOP, named};

/// Everything that `--out` writes for `SHOP`.
const LAYOUT: [&str; 8] = [
    "out/shop/.errbook",
    "out/shop/errors.json",
    "out/shop/errors.rs",
    "out/shop/llms.txt",
    "out/shop/openapi.yaml",
    "out/shop/reference/closed.md",
    "out/shop/reference/index.md",
    "out/shop/reference/sold-out.md",
];

#[test]
fn out_has_a_folder_for_each_api() {
    let place = Place::with_shop();
    let ran = place.expect(0, &["generate", "--out", "out"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("out: 8 files written\n", ""));
    assert_eq!(place.files()[1..], LAYOUT);
    assert!(place.text("out/shop/errors.rs").contains("SoldOut"));
    assert!(place.text("out/shop/openapi.yaml").starts_with("openapi: "));
    assert!(place.text("out/shop/errors.json").ends_with("}\n"));
}

#[test]
fn timings_have_a_row_for_each_output() {
    let place = Place::with_shop();
    let ran = place.expect(0, &["generate", "--out", "out", "--timings"]);
    assert_eq!(ran.stdout, "out: 8 files written\n");
    let rows: Vec<Vec<&str>> = ran.stderr.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    let names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let outputs = ["reading", "errors.rs", "openapi.yaml", "errors.json", "llms.txt", "reference", "writing", "all"];
    assert_eq!(names, outputs);
    assert_eq!(rows[1][3..], [place.text("out/shop/errors.rs").len().to_string().as_str(), "1"]);
    assert_eq!((rows[5][4], rows[7][4]), ("3", "7"));
}

#[test]
fn the_catalog_decides_without_out() {
    let place = Place::new();
    place.put("api/errors.yaml", SHOP);
    let ran = place.expect(0, &["generate", "api/errors.yaml"]);
    assert_eq!(ran.stdout, "api: 7 files written\n");
    assert_eq!(
        place.files(),
        [
            "api/docs/errors/.errbook",
            "api/docs/errors/closed.md",
            "api/docs/errors/index.md",
            "api/docs/errors/sold-out.md",
            "api/errors.json",
            "api/errors.yaml",
            "api/openapi.json",
            "api/src/errors.rs",
        ]
    );
    assert!(place.text("api/openapi.json").starts_with('{'));
}

#[test]
fn a_second_run_writes_nothing_and_two_runs_give_the_same_bytes() {
    let place = Place::with_shop();
    place.expect(0, &["generate", "--out", "out"]);
    let ran = place.expect(0, &["generate", "--out", "out"]);
    assert_eq!(ran.stdout, "out: 8 files, all up to date\n");
    place.expect(0, &["generate", "--out", "again"]);
    for path in LAYOUT {
        assert_eq!(place.text(path), place.text(&path.replacen("out", "again", 1)), "{path}");
    }
}

#[test]
fn check_names_what_is_missing_changed_and_left_over_and_writes_nothing() {
    let place = Place::with_shop();
    place.expect(0, &["generate", "--out", "my out"]);
    assert_eq!(place.expect(0, &["generate", "--out", "my out", "--check"]).stdout, "8 files, all up to date\n");

    place.put("errors.yaml", &SHOP.replace("SOLD_OUT", "GONE"));
    place.put("my out/shop/reference/closed.md", "edited\u{1b}[2J\n");
    place.put("my out/shop/foreign.md", "mine\n");
    let before = place.files();
    let ran = place.expect(1, &["generate", "--out", "my out", "--check"]);
    assert_eq!(ran.stderr, "");
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        lines,
        [
            "missing   my out/shop/reference/gone.md",
            "left over my out/shop/reference/sold-out.md",
            "changed   my out/shop/errors.rs",
            "changed   my out/shop/openapi.yaml",
            "changed   my out/shop/errors.json",
            "changed   my out/shop/llms.txt",
            "changed   my out/shop/reference/index.md",
            "changed   my out/shop/reference/closed.md",
            "changed   my out/shop/.errbook",
            "",
            "9 files are not up to date. To update, run:",
        ]
    );
    assert!(ran.stdout.contains("\n    -edited\\u{1b}[2J\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\n    errbook generate errors.yaml --out 'my out'\n"), "{}", ran.stdout);
    assert_eq!(place.files(), before);
    assert_eq!(place.text("my out/shop/reference/closed.md"), "edited\u{1b}[2J\n");

    let ran = place.expect(0, &["generate", "errors.yaml", "--out", "my out"]);
    assert_eq!(ran.stdout, "my out: 8 files written, 1 removed\n");
    place.expect(0, &["generate", "--out", "my out", "--check"]);
    assert_eq!(place.text("my out/shop/foreign.md"), "mine\n");
}

/// As git for Windows checks files out.
#[test]
fn check_names_line_ends_that_a_checkout_changed() {
    let place = Place::with_shop();
    place.expect(0, &["generate", "--out", "generated"]);
    let path = place.path("generated/shop/errors.json");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.replace('\n', "\r\n")).expect("written");
    let ran = place.expect(1, &["generate", "--out", "generated", "--check"]);
    assert!(ran.stdout.contains("line ends generated/shop/errors.json"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n    generated/shop/** text eol=lf\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("@@") && !ran.stdout.contains("changed"), "{}", ran.stdout);
    // Other changes are found with any line ends.
    fs::write(&path, text.replace('\n', "\r\n").replace("SOLD_OUT", "GONE")).expect("written");
    let ran = place.expect(1, &["generate", "--out", "generated", "--check"]);
    assert!(ran.stdout.contains("changed   generated/shop/errors.json"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("gitattributes"), "{}", ran.stdout);
}

#[test]
fn check_creates_no_folder() {
    let place = Place::with_shop();
    place.expect(1, &["generate", "--out", "out", "--check"]);
    assert_eq!(place.files(), ["errors.yaml"]);
    assert!(!place.path("out").exists());
}

#[test]
fn an_invalid_catalog_is_reported_with_all_others_and_nothing_is_written() {
    let place = Place::with_shop();
    place.put("bad.yaml", "errbook: 1\napi: {name: Bad}\nerrors: {A: {statu: 404}, B: {status: 40}}\n");
    place.put("worse.yaml", "errbook: 2\n");
    let ran = place.expect(1, &["generate", "bad.yaml", "errors.yaml", "worse.yaml", "--out", "out"]);
    assert_eq!(ran.stdout, "");
    for rule in ["unknown-key", "invalid-status", "unsupported-version"] {
        assert!(ran.stderr.contains(&format!("error[{rule}]")), "{rule}: {}", ran.stderr);
    }
    assert!(!place.path("out").exists());
}

#[test]
fn an_unreadable_catalog_is_not_a_finding() {
    let place = Place::with_shop();
    let ran = place.expect(2, &["generate", "errors.yaml", "nowhere.yaml", "--out", "out"]);
    assert!(ran.stderr.contains("`nowhere.yaml` cannot be read"), "{}", ran.stderr);
    assert!(!place.path("out").exists());
    let ran = Place::new().expect(2, &["generate"]);
    assert!(ran.stderr.contains("this folder has no `errors.yaml`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("errbook init"), "{}", ran.stderr);
}

#[test]
fn a_catalog_without_outputs_gets_advice() {
    let place = Place::new();
    place.put("my errors.yaml", &named("Shop"));
    let ran = place.expect(2, &["generate", "my errors.yaml"]);
    assert!(ran.stderr.contains("`my errors.yaml` does not say what to generate"), "{}", ran.stderr);
    assert!(ran.stderr.contains("  docs: {dir: docs/errors}\n"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("errbook generate 'my errors.yaml' --out generated\n"), "{}", ran.stderr);
}

#[test]
fn two_catalogs_with_the_same_slug_are_rejected() {
    let place = Place::new();
    place.put("a.yaml", &named("Shop"));
    place.put("b/b.yaml", &named("shop!"));
    let ran = place.expect(2, &["generate", "a.yaml", "b/b.yaml", "--out", "out"]);
    assert!(ran.stderr.contains("`a.yaml` and `b/b.yaml` would both be written to `shop`"), "{}", ran.stderr);
    assert!(!place.path("out").exists());
    // A catalog cannot be given twice either.
    place.expect(2, &["generate", "a.yaml", "./a.yaml", "--out", "out"]);
}

#[test]
fn catalogs_share_a_folder_but_not_a_file() {
    let place = Place::new();
    let with = |name: &str, generate: &str| format!("{}generate: {generate}\n", named(name));
    place.put("a.yaml", &with("A", "{json: a.json, docs: {dir: docs}}"));
    place.put("b.yaml", &with("B", "{json: b.json, docs: {dir: docs/b}}"));
    place.expect(0, &["generate", "a.yaml", "b.yaml"]);
    // One folder is inside the other, but each has its own leftovers.
    let before = place.files();
    place.expect(0, &["generate", "a.yaml"]);
    assert_eq!(place.files(), before);

    place.put("sub/c.yaml", &with("C", "{json: c.json}"));
    place.put("d.yaml", &with("D", "{json: sub/c.json}"));
    let ran = place.expect(2, &["generate", "sub/c.yaml", "d.yaml"]);
    assert!(ran.stderr.contains("would be written twice"), "{}", ran.stderr);
    assert!(!place.path("sub/c.json").exists());
}

#[test]
fn inputs_are_never_overwritten() {
    let place = Place::new();
    let catalog = format!("{}prose: {{before: docs/index.md}}\ngenerate: {{docs: {{dir: docs}}}}\n", named("Shop"));
    place.put("errors.yaml", &catalog);
    place.put("docs/index.md", "by hand\n");
    let ran = place.expect(2, &["generate"]);
    assert!(ran.stderr.contains("docs/index.md` is an input, and would be overwritten"), "{}", ran.stderr);
    assert_eq!(place.text("docs/index.md"), "by hand\n");

    place.put("errors.yaml", &format!("{}generate: {{openapi: {{file: errors.yaml}}}}\n", named("Shop")));
    let before = place.text("errors.yaml");
    place.expect(2, &["generate"]);
    assert_eq!(place.text("errors.yaml"), before);
}

/// An edited file can be a link, but not to another file of the run.
#[cfg(unix)]
#[test]
fn an_edited_link_does_not_lead_to_another_file_of_the_run() {
    let head = "errbook: 1\napi: {name: Shop, doc_url: 'https://x.example/e/{slug}'}\nprose: {before: src/p.md}\ninclude: part.yaml\n\
                retired: {old: {use: a}}\nerrors: {a: {status: 409, description: a., fix: b.}}\n";
    let redirects = "generate: {docs: {dir: docs/d, flavor: mkdocs, redirects: _redirects}}\n";
    let summary = "generate: {docs: {dir: src/e, flavor: mdbook, nav: src/SUMMARY.md}}\n";
    let own_templates = "generate: {docs: {dir: src/e, flavor: mdbook, nav: src/SUMMARY.md, templates: t}}\n";
    let into = "generate: {openapi: {into: both.yml}, docs: {dir: docs/e, flavor: mkdocs, nav: mkdocs.yml}}\n";
    let cases = [
        (redirects, "_redirects", "errors.yaml"),
        (redirects, "_redirects", "part.yaml"),
        (redirects, "_redirects", "src/p.md"),
        (redirects, "_redirects", "errbook.lock"),
        (redirects, "_redirects", "errbook.baseline"),
        (summary, "src/SUMMARY.md", "../errors.yaml"),
        (summary, "src/SUMMARY.md", "p.md"),
        (own_templates, "src/SUMMARY.md", "../t/index.md"),
        (into, "mkdocs.yml", "both.yml"),
    ];
    for (generate, link, target) in cases {
        let place = Place::new();
        for file in ["src/p.md", "errbook.baseline", ".git/config"] {
            place.put(file, "");
        }
        place.put("errors.yaml", &format!("{head}{generate}"));
        place.put("part.yaml", "errors: {b: {status: 404, description: a., fix: b.}}\n");
        place.put("t/index.md", "# Errors\n<!-- errbook: shop -->\n<!-- errbook: end of shop -->\n");
        place.put(
            "both.yml",
            "openapi: 3.1.0\npaths: {}\nnav:\n  - x.md\n  # errbook: shop\n  # errbook: end of shop\n",
        );
        place.put("src/p.md", "<!-- errbook: shop -->\n<!-- errbook: end of shop -->\n");
        place.expect(0, &["release", "1.0.0"]);
        std::os::unix::fs::symlink(target, place.path(link)).expect("a new link");
        let before: Vec<String> = place.files().iter().map(|file| place.text(file)).collect();
        for args in [&["generate"][..], &["generate", "--check"]] {
            let ran = place.run(args);
            assert_ne!(ran.code, Some(0), "{link} -> {target}: {ran:?}");
            assert!(!ran.stdout.contains("written"), "{ran:?}");
            let after: Vec<String> = place.files().iter().map(|file| place.text(file)).collect();
            assert_eq!(after, before, "{link} -> {target}");
        }
    }
}

#[test]
fn files_written_by_a_person_are_never_replaced() {
    let catalog = |name: &str, generate: &str| {
        let api = format!("{{name: {name}, doc_url: 'https://shop.example/errors/{{slug}}'}}");
        format!("{}generate: {generate}\n", named("Shop").replace("{name: Shop}", &api))
    };
    for (generate, path) in [
        ("{rust: src/lib.rs}", "src/lib.rs"),
        ("{json: package.json}", "package.json"),
        ("{llms: robots.txt}", "robots.txt"),
        ("{typescript: client/index.ts}", "client/index.ts"),
        ("{python: setup.py}", "setup.py"),
        ("{openapi: {file: api.yaml}}", "api.yaml"),
        ("{openapi: {file: api.json}}", "api.json"),
        ("{docs: {dir: docs}}", "docs/index.md"),
        ("{docs: {dir: docs, flavor: mkdocs, redirects: mkdocs.yml}}", "mkdocs.yml"),
        ("{docs: {dir: docs, flavor: docusaurus, redirects: package.json}}", "package.json"),
    ] {
        let place = Place::new();
        place.put("errors.yaml", &catalog("Shop", generate));
        place.put(path, "by hand\n");
        let before = place.files();
        for args in [&["generate"][..], &["generate", "--check"]] {
            let ran = place.expect(2, args);
            assert!(ran.stderr.contains(&format!("{path}` exists, and errbook did not")), "{path}: {}", ran.stderr);
        }
        assert_eq!(place.files(), before, "{path}");
        assert_eq!(place.text(path), "by hand\n");

        // A file that errbook generated is replaced, with or without a list.
        std::fs::remove_file(place.path(path)).expect("a file");
        place.expect(0, &["generate"]);
        place.put("errors.yaml", &catalog("Store", generate));
        place.expect(0, &["generate"]);
    }

    let place = Place::with_shop();
    place.put("public/index.html", "by hand\n");
    place.expect(2, &["site", "--out", "public"]);
    assert_eq!(place.text("public/index.html"), "by hand\n");
}

#[test]
fn own_templates_replace_errbooks_and_are_checked() {
    let place = Place::new();
    let catalog = format!("{}generate: {{docs: {{dir: docs, templates: look}}}}\n", named("Shop"));
    place.put("errors.yaml", &catalog);
    let ran = place.expect(2, &["generate"]);
    assert!(ran.stderr.contains("look` cannot be read"), "{}", ran.stderr);
    place.put("look/error.md", "My page\n");
    place.put("look/README.txt", "No template.\n");
    place.expect(0, &["generate"]);
    assert_eq!(place.text("docs/sold-out.md"), "My page\n");
    assert!(place.text("docs/index.md").contains("SOLD_OUT"));
    // `--out` changes only the folder of the outputs, not their content.
    place.expect(0, &["generate", "--out", "out"]);
    assert_eq!(place.text("out/shop/reference/sold-out.md"), "My page\n");

    place.put("look/error.md", "{{ nothing.of.that }}\n");
    for args in [&["generate"][..], &["generate", "--out", "other"], &["check"]] {
        let ran = place.expect(1, args);
        assert!(ran.stderr.contains("error.md"), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(place.text("docs/sold-out.md"), "My page\n");
    place.put("look/erorr.md", "");
    let ran = place.expect(1, &["check"]);
    assert!(ran.stderr.contains("unknown template `erorr.md`"), "{}", ran.stderr);
    // Templates are inputs.
    place.put("errors.yaml", &catalog.replace("dir: docs", "dir: look"));
    fs::remove_file(place.path("look/erorr.md")).expect("a file of ours");
    place.put("look/error.md", "My page\n");
    place.put("look/index.md", "My index\n");
    let ran = place.expect(2, &["generate"]);
    assert!(ran.stderr.contains("look/index.md` is an input, and would be overwritten"), "{}", ran.stderr);
}

#[test]
fn paths_outside_the_folder_are_rejected() {
    for (key, value) in [
        ("api", "{name: Shop, slug: ../../etc}"),
        ("api", "{name: Shop, slug: /etc}"),
        ("api", "{name: Shop, slug: ..}"),
        ("generate", "{json: ../errors.json}"),
        ("generate", "{rust: /tmp/errors.rs}"),
        ("generate", "{docs: {dir: .}}"),
        ("generate", "{docs: {dir: docs/../..}}"),
    ] {
        let place = Place::new();
        let catalog = match key {
            "api" => named("Shop").replace("{name: Shop}", value),
            _ => format!("{}generate: {value}\n", named("Shop")),
        };
        place.put("in/errors.yaml", &catalog);
        place.expect(1, &["generate", "in/errors.yaml"]);
        place.expect(1, &["generate", "in/errors.yaml", "--out", "out"]);
        assert_eq!(place.files(), ["in/errors.yaml"], "{value}");
    }
}

#[test]
fn an_out_that_is_a_file_is_an_error_of_usage() {
    let place = Place::with_shop();
    place.put("out", "mine");
    let ran = place.expect(2, &["generate", "--out", "out"]);
    assert!(ran.stderr.contains("`out` is not a folder"), "{}", ran.stderr);
    assert_eq!(place.text("out"), "mine");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_rejected() {
    let place = Place::with_shop();
    fs::create_dir_all(place.path("out")).expect("a new folder");
    fs::create_dir_all(place.path("elsewhere")).expect("a new folder");
    std::os::unix::fs::symlink(place.path("elsewhere"), place.path("out/shop")).expect("a new link");
    let ran = place.expect(2, &["generate", "--out", "out"]);
    assert!(ran.stderr.contains("is a symbolic link"), "{}", ran.stderr);
    assert_eq!(fs::read_dir(place.path("elsewhere")).expect("the folder").count(), 0);
}

#[test]
fn every_file_ends_in_a_newline_and_has_no_carriage_return() {
    let place = Place::new();
    place.expect(0, &["generate", &super::api("social-crawl.yaml"), &super::api("social-neuron.yaml"), "--out", "out"]);
    let files = place.files();
    assert!(files.len() > 40, "{files:?}");
    for path in files {
        let text = place.text(&path);
        assert!(text.ends_with('\n') && !text.contains('\r'), "{path}");
    }
}

const BOOK: &str = "
errbook: 1
api: {name: Shop}
errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
generate: {docs: {dir: src/errors, flavor: mdbook, nav: src/SUMMARY.md}}
";

#[test]
fn the_pages_are_listed_in_the_summary_of_a_book() {
    let place = Place::new();
    place.put("errors.yaml", BOOK);
    place.put("src/SUMMARY.md", "# Summary\n\n- [Welcome](welcome.md)\n");
    let ran = place.expect(1, &["generate", "--check"]);
    assert!(ran.stdout.contains("changed   src/SUMMARY.md"), "{}", ran.stdout);
    place.expect(0, &["generate"]);
    let summary = "# Summary\n\n- [Welcome](welcome.md)\n\n<!-- errbook: shop -->\n- [Shop errors](errors/index.md)\n\
                   \x20 - [SOLD_OUT](errors/sold-out.md)\n<!-- errbook: end of shop -->\n";
    assert_eq!(place.text("src/SUMMARY.md"), summary);
    place.expect(0, &["generate", "--check"]);
    place.put("src/SUMMARY.md", &summary.replace("Welcome", "Hello").replace("sold-out", "gone"));
    place.expect(0, &["generate"]);
    assert_eq!(place.text("src/SUMMARY.md"), summary.replace("Welcome", "Hello"));
    assert!(!place.text("src/errors/.errbook").contains("SUMMARY"));
}

#[test]
fn two_catalogs_are_listed_in_one_summary() {
    let place = Place::new();
    place.put("shop.yaml", BOOK);
    place.put("till.yaml", &BOOK.replace("Shop", "Till").replace("src/errors", "src/till"));
    place.put("src/SUMMARY.md", "# Summary\n");
    for _ in 0..2 {
        place.expect(0, &["generate", "shop.yaml", "till.yaml"]);
        let summary = place.text("src/SUMMARY.md");
        assert!(
            summary.contains("(errors/sold-out.md)\n<!-- errbook: end of shop -->\n\n<!-- errbook: till -->"),
            "{summary}"
        );
        assert_eq!(summary.matches("<!--").count(), 4, "{summary}");
    }
}

#[test]
fn a_missing_summary_is_wrong_usage() {
    let place = Place::new();
    place.put("errors.yaml", BOOK);
    let ran = place.expect(2, &["generate"]);
    assert!(ran.stderr.contains("src/SUMMARY.md` cannot be read"), "{}", ran.stderr);
    assert!(ran.stderr.contains("must name an existing file"), "{}", ran.stderr);
    assert_eq!(place.files(), ["errors.yaml"]);
}

#[cfg(unix)]
#[test]
fn an_ejected_template_does_not_replace_the_catalog() {
    let place = Place::with_shop();
    place.put("templates/error.md", "");
    std::os::unix::fs::symlink("../errors.yaml", place.path("templates/index.md")).expect("a new link");
    let ran = place.expect(2, &["templates", "eject", "--force"]);
    assert!(ran.stderr.contains("is an input"), "{ran:?}");
    assert_eq!(place.text("errors.yaml"), SHOP);
}

#[test]
fn ejected_templates_change_nothing_until_they_are_changed() {
    let place = Place::new();
    place.put("errors.yaml", &BOOK.replace(", nav: src/SUMMARY.md", ""));
    place.expect(0, &["generate"]);
    let ran = place.expect(0, &["templates", "eject"]);
    assert!(ran.stdout.starts_with("Wrote 5 templates for mdbook to ./templates."), "{}", ran.stdout);
    place.put("errors.yaml", &BOOK.replace("nav: src/SUMMARY.md", "templates: templates"));
    place.expect(0, &["generate", "--check"]);

    let ran = place.expect(2, &["templates", "eject"]);
    assert!(ran.stderr.contains("templates/index.md` already exists; nothing was written"), "{}", ran.stderr);
    place.put("templates/index.md", "# Mine\n");
    place.expect(1, &["generate", "--check"]);
    place.expect(0, &["templates", "eject", "--force"]);
    place.expect(0, &["generate", "--check"]);
    place.expect(0, &["templates", "eject", "--out", "elsewhere"]);
    assert!(place.text("elsewhere/error.md").contains("fix: Option<Prose>"));
}
