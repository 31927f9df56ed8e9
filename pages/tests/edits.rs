//! Edits of files that others write: a mark or a heading counts only where its format reads one,
//! nothing else changes, and a second edit changes nothing.

use errbook_catalog::model::Catalog;
use errbook_pages::changelog::{ChangelogError, with_entry};
use errbook_pages::markdown::listed;
use errbook_pages::redirects;

fn catalog(docs: &str) -> Catalog {
    let yaml = format!(
        "errbook: 1\napi: {{name: Shop, doc_url: 'https://shop.example/errors/{{slug}}'}}\n\
         errors: {{SOLD_OUT: {{status: 409}}}}\nretired: {{GONE: {{use: SOLD_OUT}}}}\n\
         generate: {{docs: {{{docs}}}}}\n"
    );
    let loaded = errbook_catalog::load_text("errors.yaml", yaml.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

const OPENS: &str = "# errbook: shop\n";
const CLOSES: &str = "# errbook: end of shop\n";

/// The two marks of a `mkdocs.yml`, indented.
fn marks(indent: &str) -> String {
    format!("{indent}{OPENS}{indent}{CLOSES}")
}

/// The file with the pages, if it can list them, and the message otherwise.
fn edited(catalog: &Catalog, file: &str) -> Result<String, String> {
    let edited = listed(catalog, file).map_err(|error| error.message)?;
    assert_eq!(listed(catalog, &edited).as_ref(), Ok(&edited), "a second run changes nothing");
    Ok(edited)
}

#[test]
fn marks_in_a_mkdocs_yml_are_comments_in_the_list() {
    let catalog = catalog("dir: docs/errors, flavor: mkdocs, nav: mkdocs.yml");
    let two = &marks("  ");
    let unproved = |line: usize| {
        format!("`mkdocs.yml` cannot list the pages in line {line} without changing other parts of the file")
    };
    let no_comment = |line: usize| format!("the mark in line {line} of `mkdocs.yml` is not a comment of its own");
    for (file, expected) in [
        // Marks in a text.
        (format!("nav:\n  - a.md\nnotes: |\n{two}"), no_comment(4)),
        (format!("notes: |\n{two}nav:\n  - a.md\n"), no_comment(2)),
        (format!("notes: >-\n  a\n{two}"), no_comment(3)),
        (format!("notes: \"a\n{two}  b\"\n"), no_comment(2)),
        (format!("notes: 'a\n\n{two}  b'\n"), no_comment(3)),
        // A list in brackets, a mapping, and lists elsewhere.
        (format!("nav: [\n  a.md,\n{two}]\n"), unproved(4)),
        (format!("nav:\n  A: a.md\n{two}"), unproved(4)),
        (format!("nav: {{\n{two}}}\n"), unproved(3)),
        (format!("nav: a.md\n{two}"), unproved(3)),
        (format!("plugins:\n  - search\n{two}nav:\n  - a.md\n"), unproved(4)),
        (format!("nav:\n  - a.md\nplugins:\n{two}  - search\n"), unproved(5)),
        (format!("{}nav:\n  - a.md\n", marks("")), unproved(2)),
        (format!("nav:\n  - a.md\n{}", marks("    ")), unproved(4)),
        (format!("nav:\n  - a.md\n{}  - b.md\n", marks("")), unproved(4)),
        (format!("nav:\n- a.md\n{two}"), unproved(4)),
        (format!("nav: ~\n{two}"), unproved(3)),
        (format!("nav: !list\n  - a.md\nx: 1\n{two}"), unproved(5)),
        // Another key would hide the pages.
        (format!("nav:\n  - a.md\n{two}nav: []\n"), unproved(4)),
        (format!("nav:\n  - a.md\n{two}? nav\n"), unproved(4)),
        // An alias would repeat the pages.
        (format!("nav: &nav\n  - a.md\n{two}other: *nav\n"), unproved(4)),
        (format!("list: &nav\n  - a.md\n{two}nav: *nav\n"), unproved(4)),
        // Between the marks is something that is no item of the list.
        (format!("nav:\n  - a.md\n  {OPENS}theme: x\n  {CLOSES}"), unproved(4)),
        // The two marks are at different levels.
        (format!("nav:\n  - A:\n      - a.md\n      {OPENS}  - b.md\n  {CLOSES}"), unproved(5)),
        (format!("nav:\n  - A:\n      - a.md\n      {OPENS}  {CLOSES}  - b.md\n"), unproved(5)),
        (format!("nav:\n  - A:\n  {OPENS}      - a.md\n      {CLOSES}  - b.md\n"), unproved(4)),
        // Marks without the other.
        (
            format!("nav:\n  - a.md\n  {CLOSES}  {OPENS}"),
            format!(
                "`mkdocs.yml` must have exactly one line `{}`, followed by one `{}`: see line 3",
                OPENS.trim(),
                CLOSES.trim()
            ),
        ),
        (
            format!("nav:\n  - a.md\n{two}  {OPENS}"),
            format!(
                "`mkdocs.yml` must have exactly one line `{}`, followed by one `{}`: see line 5",
                OPENS.trim(),
                CLOSES.trim()
            ),
        ),
        (
            format!("nav:\n  - a.md {two}"),
            format!(
                "`mkdocs.yml` must have exactly one line `{}`, followed by one `{}`: see line 3",
                OPENS.trim(),
                CLOSES.trim()
            ),
        ),
        ("nav:\n  - a.md\n".to_owned(), "`mkdocs.yml` has no marks for the pages".to_owned()),
        (format!("nav: [a\n{two}"), "`mkdocs.yml` is not a valid YAML document".to_owned()),
        (format!("nav:\n  - a.md\n{two}---\nnav: []\n"), "`mkdocs.yml` is not a valid YAML document".to_owned()),
    ] {
        assert_eq!(edited(&catalog, &file), Err(expected), "{file}");
    }
}

#[test]
fn pages_are_listed_in_any_style_of_a_mkdocs_yml() {
    let catalog = catalog("dir: docs/errors, flavor: mkdocs, nav: mkdocs.yml");
    let two = &marks("  ");
    for file in [
        format!("nav:\n{two}"),
        format!("nav: # pages\n{two}theme: x\n"),
        format!("nav:\n  - a.md\n{two}  - b.md\n"),
        format!("nav:\n{two}  - b.md\n"),
        format!("nav:\n- a.md\n{}- b.md\n", marks("")),
        format!("nav:\n  - A:\n      - a.md\n{}      - b.md\n  - c.md\n", marks("      ")),
        format!("nav:\n  - A:\n{}", marks("    ")),
        format!("---\nnav:\n  - a.md\n{two}...\n"),
        format!("notes: |\n  {OPENS}nav:\n  - a.md\n{two}"),
        format!(
            "nav:\n  - a.md\n  # one\n{two}  # two\nx: !!python/name:a.b ''\ny: !ENV [A, b]\nz: &z {{a: 1}}\nw: *z\n"
        ),
        format!("\"nav\":\n  - 'a': \"a.md\"\n{two}"),
        format!("nav:\n  - a.md\n  {OPENS}  - old: old.md\n  - older:\n      - o.md\n  {CLOSES}  - b.md\n"),
        format!("# errbook: other\n# errbook: end of other\nnav:\n  - a.md\n{two}"),
    ] {
        for line_break in ["\n", "\r\n", "\r"] {
            let file = file.replace('\n', line_break);
            let edited = edited(&catalog, &file).unwrap_or_else(|error| panic!("{error}\n{file}"));
            let (above, rest) = edited.split_once("# errbook: shop").expect("a mark");
            assert!(file.starts_with(above), "{edited}");
            let (new, below) = rest.split_once("# errbook: end of shop").expect("a mark");
            assert!(file.ends_with(below), "{edited}");
            assert_eq!(new.replace(line_break, "").find(['\r', '\n']), None, "{edited:?}");
        }
    }
}

#[test]
fn marks_in_a_summary_are_comments() {
    let catalog = catalog("dir: src/errors, flavor: mdbook, nav: src/SUMMARY.md");
    let (opens, closes) = ("<!-- errbook: shop -->\n", "<!-- errbook: end of shop -->\n");
    let two = &format!("{opens}{closes}");
    let no_comment =
        |line: usize| Err(format!("the mark in line {line} of `src/SUMMARY.md` is not a comment of its own"));
    let unproved = |line: usize| {
        Err(format!("`src/SUMMARY.md` cannot list the pages in line {line} without changing other parts of the file"))
    };
    let unpaired = |line: usize| {
        let (opens, closes) = (opens.trim(), closes.trim());
        Err(format!(
            "`src/SUMMARY.md` must have exactly one line `{opens}`, followed by one `{closes}`: see line {line}"
        ))
    };
    for (file, expected) in [
        (format!("```\n{two}```\n"), no_comment(2)),
        (format!("~~~ html\n{two}"), no_comment(2)),
        (format!("<!--\n{two}-->\n"), unpaired(3)),
        (format!("<div>\n{two}</div>\n"), no_comment(2)),
        (format!("<pre>\n\n{two}</pre>\n"), no_comment(3)),
        (format!("    <!-- errbook: shop -->\n    {closes}"), no_comment(1)),
        (format!("- a\n\n      {opens}      {closes}"), no_comment(3)),
        (format!("> {opens}> {closes}"), Ok(())),
        (format!("> a\n{opens}> b\n{closes}"), Ok(())),
        (format!("- a\n  {opens}- b\n  {closes}"), unpaired(2)),
        (format!("{closes}{opens}"), unpaired(1)),
        // The pages would be in code or in a comment.
        ("- [a](a.md)\n\n```\nb\n".to_owned(), unproved(5)),
        ("- [a](a.md)\n\n<!-- b\n".to_owned(), unproved(4)),
        ("<script>\n".to_owned(), unproved(2)),
        // These have marks, or get them at the end.
        (format!("```\n{two}```\n\n{two}"), Ok(())),
        (format!("# S\n\n- [a](a.md)\n{two}- [b](b.md)\n"), Ok(())),
        (format!("# S\n\n- [a](a.md)\n  {opens}  {closes}- [b](b.md)\n"), Ok(())),
        (format!("# S\n\n{opens}old\n\n- older\n{closes}\n[a](a.md)"), Ok(())),
        ("# S\n\n- [a](a.md)\n  - [b](b.md)".to_owned(), Ok(())),
        ("# S\n\n<!-- a -->\n".to_owned(), Ok(())),
        ("# S\n\n> a".to_owned(), Ok(())),
    ] {
        for line_break in ["\n", "\r\n", "\r"] {
            let file = file.replace('\n', line_break);
            let edited = edited(&catalog, &file);
            assert_eq!(edited.clone().map(|_| ()), expected, "{file:?}: {edited:?}");
            let Ok(edited) = edited else { continue };
            let new = edited.split_once("<!-- errbook: shop -->").expect("a mark").1;
            assert!(new.contains("[Shop errors](errors/index.md)"), "{edited}");
            assert_eq!(edited.replace(line_break, "").find(['\r', '\n']), None, "{edited:?}");
        }
    }
}

/// The part of one API would replace that of the other.
#[test]
fn marks_of_two_apis_are_not_inside_each_other() {
    for (docs, name, comment) in [
        ("dir: src/errors, flavor: mdbook, nav: src/SUMMARY.md", "src/SUMMARY.md", ["<!-- ", " -->"]),
        ("dir: docs/errors, flavor: mkdocs, nav: mkdocs.yml", "mkdocs.yml", ["  # ", ""]),
    ] {
        let catalog = catalog(docs);
        let [before, after] = comment;
        let mark = |text: &str| format!("{before}errbook: {text}{after}");
        let lines = |marks: [&str; 4]| marks.map(|text| mark(text) + "\n").concat();
        let edited = |marks: [&str; 4]| edited(&catalog, &format!("nav:\n{}", lines(marks)));
        let (opens, closes) = (mark("shop"), mark("end of shop"));
        let of_other = |line: usize| {
            let (opens, closes) = (opens.trim(), closes.trim());
            Err(format!("the mark in line {line} of `{name}` is of another API, between `{opens}` and `{closes}`"))
        };
        assert_eq!(edited(["shop", "billing", "end of billing", "end of shop"]), of_other(3));
        assert_eq!(edited(["shop", "billing", "end of shop", "end of billing"]), of_other(3));
        assert_eq!(edited(["billing", "shop", "end of billing", "end of shop"]), of_other(4));
        assert!(edited(["shop", "end of shop", "billing", "end of billing"]).is_ok());
        assert!(edited(["billing", "end of billing", "shop", "end of shop"]).is_ok());
    }
    let catalog = catalog("dir: docs/errors, redirects: _redirects");
    let file = format!("{OPENS}# errbook: billing\n# errbook: end of billing\n{CLOSES}");
    let error = redirects::file(&catalog, "_redirects", &file).map_err(|error| error.to_string());
    assert_eq!(error, Err("line 2 has no matching `# errbook: end of shop`".to_owned()));
}

#[test]
fn marks_of_redirects_come_once() {
    let catalog = catalog("dir: docs/errors, redirects: _redirects");
    let edited = |file: &str| redirects::file(&catalog, "_redirects", file).map_err(|error| error.to_string());
    let block = format!("{OPENS}/errors/gone /errors/sold-out 301\n{CLOSES}");
    for line_break in ["\n", "\r\n", "\r"] {
        let with = |text: &str| text.replace('\n', line_break);
        let file = with(&format!("/a /b\n{OPENS}/old /new\n{CLOSES}/* /c 200\n"));
        let expected = with(&format!("/a /b\n{block}/* /c 200\n"));
        assert_eq!(edited(&file), Ok(expected.clone()));
        assert_eq!(edited(&expected), Ok(expected));
        assert_eq!(edited(&with("/a /b\n")), Ok(with(&format!("{block}/a /b\n"))));
    }
    for (file, message) in [
        (format!("{block}{block}"), "line 4 has no matching `# errbook: end of shop`"),
        (format!("{OPENS}{OPENS}{CLOSES}"), "line 2 has no matching `# errbook: end of shop`"),
        (format!("{OPENS}{CLOSES}{CLOSES}"), "line 3 has no matching `# errbook: shop`"),
        (format!("{CLOSES}{OPENS}"), "line 1 has no matching `# errbook: shop`"),
    ] {
        assert_eq!(edited(&file), Err(message.to_owned()), "{file}");
    }
}

const ENTRY: &str = "## 2.0.0\n\nNews.\n";

#[test]
fn an_entry_goes_above_the_newest_release() {
    for (before, after) in [
        ("", "# Changelog\n\n## 2.0.0\n\nNews.\n"),
        ("# Log\n\nWords.", "# Log\n\nWords.\n\n## 2.0.0\n\nNews.\n"),
        ("# Log\n\nWords.  \n\n\n", "# Log\n\nWords.  \n\n\n## 2.0.0\n\nNews.\n"),
        ("# Log\n\n## 1.0.0\n\nOld.\n", "# Log\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n\nOld.\n"),
        ("## [Unreleased]\n\nx\n\n## 1.0.0\n", "## [Unreleased]\n\nx\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("Unreleased\n---\n\n1.0.0\n-----\n", "Unreleased\n---\n\n## 2.0.0\n\nNews.\n\n1.0.0\n-----\n"),
        ("1.0.0\n=====\n\nOld.\n", "## 2.0.0\n\nNews.\n\n1.0.0\n=====\n\nOld.\n"),
        ("# Log\n   ## 1.0.0 ##\n", "# Log\n## 2.0.0\n\nNews.\n\n   ## 1.0.0 ##\n"),
        ("# 1.0.0\n", "## 2.0.0\n\nNews.\n\n# 1.0.0\n"),
        ("# Log of 1.0\n\n### 1.0.0\n", "# Log of 1.0\n\n## 2.0.0\n\nNews.\n\n### 1.0.0\n"),
        ("# Log\n\n## 12.0.0\n", "# Log\n\n## 2.0.0\n\nNews.\n\n## 12.0.0\n"),
        ("# Log\n\n## 2.0.0-rc.1\n", "# Log\n\n## 2.0.0\n\nNews.\n\n## 2.0.0-rc.1\n"),
        // Headings in comments, code, quotes, lists and front matter do not count.
        ("<!--\n## 2.0.0\n-->\n\n## 1.0.0\n", "<!--\n## 2.0.0\n-->\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("```\n## 1.5.0\n```\n\n## 1.0.0\n", "```\n## 1.5.0\n```\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("    ## 1.5.0\n\n## 1.0.0\n", "    ## 1.5.0\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("- ## 1.5.0\n\n> ## 2.0.0\n\n## 1.0.0\n", "- ## 1.5.0\n\n> ## 2.0.0\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("---\ntitle: Log\n---\n\n## 1.0.0\n", "---\ntitle: Log\n---\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("---\n\n## 1.0.0\n\n---\n\nx\n", "---\n\n## 2.0.0\n\nNews.\n\n## 1.0.0\n\n---\n\nx\n"),
        ("+++\na = 1\n+++\n\nWords.\n", "+++\na = 1\n+++\n\nWords.\n\n## 2.0.0\n\nNews.\n"),
        ("\u{feff}## 1.0.0\n", "\u{feff}## 2.0.0\n\nNews.\n\n## 1.0.0\n"),
        ("[a]: x\n\n## [1.0.0]\n\n[1.0.0]: y\n", "[a]: x\n\n## 2.0.0\n\nNews.\n\n## [1.0.0]\n\n[1.0.0]: y\n"),
    ] {
        for line_break in ["\n", "\r\n", "\r"] {
            let (before, mut after) = (before.replace('\n', line_break), after.replace('\n', line_break));
            // An empty text has no line breaks of its own.
            if before.is_empty() {
                after = after.replace(line_break, "\n");
            }
            let added = with_entry(&before, "2.0.0", ENTRY);
            assert_eq!(added.as_ref(), Ok(&after), "{before:?}");
            assert!(matches!(with_entry(&after, "2.0.0", ENTRY), Err(ChangelogError::Exists { .. })), "{after:?}");
        }
    }
}

#[test]
fn an_entry_is_not_lost() {
    for (changelog, line) in [
        ("# Log\n\n## 2.0.0\n\nBy hand.\n", 3),
        ("## [2.0.0] - 2026-01-01\n", 1),
        ("## v2.0.0\n", 1),
        ("## Version 2.0.0:\n", 1),
        ("## [2.0.0](https://shop.example)\n", 1),
        ("## shop@2.0.0\n", 1),
        ("# Log\n\n## 3.0.0\n\n# 2.0.0\n", 5),
        ("2.0.0\n-----\n", 1),
        ("Log\n===\n\n**2.0.0** (May)\n---\n", 4),
        ("### `2.0.0`\n", 1),
    ] {
        assert_eq!(with_entry(changelog, "2.0.0", ENTRY), Err(ChangelogError::Exists { line }), "{changelog}");
    }
    for (changelog, line) in
        [("# Log\n\n```\ncode\n", 5), ("# Log\n\n<!-- later\n", 4), ("# Log\n\n<pre>\n\na\n", 6), ("<script>", 2)]
    {
        assert_eq!(with_entry(changelog, "2.0.0", ENTRY), Err(ChangelogError::Unsafe { line }), "{changelog}");
    }
}
