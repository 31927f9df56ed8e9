//! Formatting keeps the catalog and its comments, and formatting again changes nothing.

#[path = "../../history/tests/diff/cases.rs"]
mod cases;

use std::path::PathBuf;

use cases::{base, cases};
use errbook_catalog::edit::File;
use errbook_catalog::edit::tidy::{Refusal, load_tidied, tidy};
use errbook_catalog::{Loaded, load, load_text};
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn real_catalogs() -> Vec<PathBuf> {
    let folders = ["apis", "../codegen/tests/golden", "tests/rules"];
    let entries = folders.map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let paths = entries.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let catalogs = paths.map(|path| if path.is_dir() { path.join("catalog.yaml") } else { path });
    let mut catalogs: Vec<PathBuf> =
        catalogs.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect();
    catalogs.push(PathBuf::from("../history/tests/diff/base.yaml"));
    catalogs.retain(|path| load(path).catalog.is_some());
    assert!(catalogs.len() > 20, "{catalogs:?}");
    catalogs
}

fn accepted(text: &str) -> Loaded {
    let loaded = load_text("errors.yaml", text.as_bytes());
    assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
    loaded
}

/// Formats one file.
fn tidied(text: &str) -> String {
    match tidy(&accepted(text)).expect("in good order").as_slice() {
        [] => text.to_owned(),
        [file] => file.text.clone(),
        _ => panic!("one file"),
    }
}

/// Every comment and every word, sorted.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "{}[],:".contains(c)).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words
}

const UNTIDY: &str = "

# The errors of the shop.
errbook:   1
api: { name: Shop , slug: shop }   

retry:
  late: {max: 30s,initial: 2s, backoff: exponential}
types:
  Item:
    doc: What is sold.
    fields:
      name: {example: pot,type: string}
predicates: {is_gone: [ SOLD_OUT,LOST ]}



groups:
  stock: {columns: {fix: How to mend it, code: Code}, title: Stock}
errors:
  # All of it.
  SOLD_OUT:
    notes: |
      A heading:

      # Sold   out


      1.  So it is.
    fix:   Wait, 'or'   # or not
    # It was 410 once.
    # It is not.
    status:    409
    group: stock

    # Apart.

    details:
      item: { optional: true, type:   string, example: \"a,b: {c}\" }
    examples:
      - { details: { item: pot } , title: 'A  pot'}
      -   details: {item: pan}
          title: A pan
    message: >-
      Sold   out
      it is.   
  LOST: {fix: Look., # everywhere
    status: 404}
  SHUT:
    source: true
    status:
      - 500   
      - 503
    fix: |
      Wait.";

/// A list or a mapping in brackets can end with a comma.
#[test]
fn a_last_comma_has_no_space() {
    let text = "errbook: 1\napi: {name: Shop , }\nerrors:\n  A: {status: [404,410 , ],fix: Look.,}\n  B: {status: 500,\n    fix: Wait.,  }\n";
    let expected = "errbook: 1\napi: {name: Shop,}\nerrors:\n  A: {status: [404, 410,], fix: Look.,}\n  B: {status: 500,\n    fix: Wait.,}\n";
    assert_eq!(tidied(text), expected);
    assert_eq!(tidied(expected), expected);
}

#[test]
fn a_catalog_is_put_in_order() {
    insta::assert_snapshot!(tidied(UNTIDY));
}

#[test]
fn no_word_is_lost() {
    let text = tidied(UNTIDY);
    assert_eq!(words(&text), words(UNTIDY));
    for path in real_catalogs() {
        let loaded = load(&path);
        for File { path, text } in tidy(&loaded).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", path.display())) {
            let (_, source) = loaded.report.sources.iter().find(|(_, source)| source.relative == path).expect("read");
            assert_eq!(words(&text), words(&source.text), "{path}");
        }
    }
}

#[test]
fn a_formatted_catalog_stays() {
    let text = tidied(UNTIDY);
    assert_eq!(tidied(&text), text);
    for path in real_catalogs() {
        let loaded = load(&path);
        let tidy_files = tidy(&loaded).expect("in good order");
        assert_eq!(load_tidied(&path).1.as_ref(), Ok(&tidy_files), "{}", path.display());
        if let [file] = tidy_files.as_slice()
            && loaded.report.sources.iter().count() == 1
        {
            assert_eq!(tidied(&file.text), file.text, "{}", path.display());
        }
    }
}

#[test]
fn any_changed_catalog_can_be_formatted() {
    let mut accepted = 0;
    for case in cases() {
        let loaded = load_text("errors.yaml", case.apply(&base()).as_bytes());
        if loaded.catalog.is_some() {
            accepted += 1;
            for file in tidy(&loaded).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", case.name)) {
                assert_eq!(tidied(&file.text), file.text, "{}", case.name);
            }
        }
    }
    assert!(accepted > 50, "{accepted}");
}

#[test]
fn line_breaks_are_kept() {
    let windows = UNTIDY.replace('\n', "\r\n");
    assert_eq!(tidied(&windows), tidied(UNTIDY).replace('\n', "\r\n"));
}

#[test]
fn a_comment_at_the_end_of_a_list_moves_with_the_list() {
    let text = "\
errbook: 1
api: {name: Shop}
errors:
  A:
    source: true
    status:
      - 500
      - 503

      # The list ends.
    # The advice.
    fix: |
      Wait.
";
    let expected = "\
errbook: 1
api: {name: Shop}
errors:
  A:
    status:
      - 500
      - 503

      # The list ends.
    # The advice.
    fix: |
      Wait.
    source: true
";
    assert_eq!(tidied(text), expected);
}

/// An entry whose example has another example above or below it.
fn with_example(example: &str, is_first: bool) -> String {
    let (above, below) =
        if is_first { (example, "        type: string\n") } else { ("        type: string\n", example) };
    format!(
        "errbook: 1\napi: {{name: Shop}}\nerrors:\n  A:\n    status: 404\n    message: '{{item}}'\n    details:\n      item:\n{above}{below}"
    )
}

/// Every value, by another parser.
fn values(text: &str) -> serde_json::Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_text_keeps_the_spaces_and_blank_lines_at_its_end() {
    for example in [
        "|+\n          x\n\n\n",
        "|+\n          x\n",
        "|+\n          x\n          \n            \n",
        "|\n          x  \n",
        "|\n          x\n            \n",
        "|\n          x\n\n\n",
        "|-\n          x  \n",
        "|-\n          x\n             \n\n",
        ">+\n          x\n          y\n\n\n",
        ">\n          x  \n\n\n",
        ">-\n          x\n            y \n\n            \n",
        "|2+\n            x\n\n",
        "|+2\n            x\n\n",
        "|+ # of it\n          x\n\n",
        "|\n          a\n\n          #  b  \n\n\n          c: d\n",
        "|\n\n          x\n",
        "|\n",
        "|\n\n\n",
        ">-\n\n",
        "|\n            \n",
        "\"x  \\n  \"\n",
        "'x\n\n\n          y  '\n",
        "x\n\n          y\n",
    ] {
        let example = &format!("        example: {example}");
        for is_first in [true, false] {
            for below in ["", "\n\nlints: {}\n", "# the end\n", "\n\n\n# the end\n\n"] {
                for line_break in ["\n", "\r\n", "\r"] {
                    let text = format!("{}{below}", with_example(example, is_first)).replace('\n', line_break);
                    let loaded = load_text("errors.yaml", text.as_bytes());
                    assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
                    match tidy(&loaded) {
                        Ok(files) => {
                            let tidy_text = files.first().map_or(&text, |file| &file.text);
                            assert_eq!(values(tidy_text), values(&text), "{text:?}\n{tidy_text:?}");
                            assert_eq!(tidied(tidy_text), *tidy_text, "{text:?}");
                        }
                        Err(refusal) => panic!("{refusal:?}: {text:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn a_catalog_whose_meaning_would_change_stays() {
    // Blank lines alone, at the end of the file.
    let text = with_example("        example: |+\n\n\n", false);
    let path = "errors.A.details.item.example".to_owned();
    let refusal = Refusal::WouldChange { file: "errors.yaml".to_owned(), path };
    assert_eq!(tidy(&accepted(&text)).expect_err("a change"), refusal);
    assert_eq!(tidy(&load_text("errors.yaml", b"errbook: 2\n")).expect_err("mistakes"), Refusal::Mistakes);
}

/// A text with a comment, or an empty line, above or next to some of its lines.
fn sprinkled(text: &str, drops: &[(Index, Drop)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, drop) in drops {
        let at = at.index(lines.len());
        let indent = lines[at].len() - lines[at].trim_start().len();
        match drop {
            Drop::Above => lines.insert(at, format!("{}# above", " ".repeat(indent))),
            Drop::Left => lines.insert(at, "# left".to_owned()),
            Drop::Beside => lines[at].push_str("  # beside"),
            Drop::Blank => lines.insert(at, " ".repeat(indent)),
            Drop::Space => lines[at] = lines[at].replace(": ", ":  ").replace(", ", " ,"),
        }
    }
    lines.join("\n") + "\n"
}

#[derive(Debug, Clone, Copy)]
enum Drop {
    Above,
    Left,
    Beside,
    Blank,
    Space,
}

fn drops() -> impl Strategy<Value = Vec<(Index, Drop)>> {
    let drop = select(vec![Drop::Above, Drop::Left, Drop::Beside, Drop::Blank, Drop::Space]);
    prop::collection::vec((any::<Index>(), drop), 0..12)
}

proptest! {
    /// Comments in any place are kept, and formatting again changes nothing.
    #[test]
    fn comments_are_kept(drops in drops(), from_base in any::<bool>()) {
        let text = sprinkled(&if from_base { base() } else { UNTIDY.to_owned() }, &drops);
        let loaded = load_text("errors.yaml", text.as_bytes());
        if loaded.catalog.is_some() {
            let files = tidy(&loaded).unwrap_or_else(|refusal| panic!("{refusal:?}: {text}"));
            let once = files.first().map_or(text.as_str(), |file| file.text.as_str());
            prop_assert_eq!(words(once), words(&text));
            prop_assert_eq!(tidied(once), once);
        }
    }
}
