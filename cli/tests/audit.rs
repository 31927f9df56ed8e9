//! Every rule of `errbook audit` has a crate that breaks it, and the report of that crate. The
//! example service breaks no rule.
//!
//! `audit/<rule>.txt` is the report of `audit/<rule>/`. `ERRBOOK_BLESS=1 cargo test -p errbook-cli
//! --test audit` writes the reports and `docs/audit.md` again; read them before you commit them.

mod folder;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use errbook_catalog::problem::audit::{Rule, page};
use serde_json::Value;

use folder::copy;

const BLESS: &str = "ERRBOOK_BLESS=1 cargo test -p errbook-cli --test audit";

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_errbook"));
    command.arg("audit").args(args).current_dir(folder).env_remove("CLICOLOR_FORCE");
    command.output().expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Every finding as its rule and its place.
fn found(folder: &Path, args: &[&str]) -> Vec<(String, String)> {
    let output = run(folder, &[args, &["--format", "json"]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let place = |problem: &Value| {
        let part = |name: &str| problem[name].to_string().trim_matches('"').to_owned();
        (part("rule"), format!("{}:{}:{}", part("file"), part("line"), part("column")))
    };
    report["problems"].as_array().expect("problems").iter().map(place).collect()
}

/// Compares a file with its expected text, or writes it if `ERRBOOK_BLESS` is set.
fn expect(path: &Path, text: &str) {
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        fs::write(path, text).expect("writable");
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, text, "{} is stale; to update it, run: {BLESS}", path.display());
}

#[test]
fn every_rule_has_its_files_and_every_file_its_rule() {
    let entries = fs::read_dir(here("tests/audit")).expect("the cases");
    let files: BTreeSet<String> =
        entries.map(|entry| entry.expect("a case").file_name().into_string().expect("UTF-8")).collect();
    let expected = Rule::ALL.iter().flat_map(|rule| [rule.name().to_owned(), format!("{}.txt", rule.name())]);
    assert_eq!(files, expected.collect());
}

#[test]
fn every_report_is_as_committed_and_has_only_its_own_rule() {
    for rule in Rule::ALL {
        let case = here("tests/audit").join(rule.name());
        let output = run(&case, &["--deny-warnings"]);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]), "{rule:?}");
        expect(&case.with_extension("txt"), &text(&output.stderr));
        let rules: BTreeSet<String> = found(&case, &[]).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, BTreeSet::from([rule.name().to_owned()]));
        let fails = rule.default_level() == errbook_catalog::problem::Level::Error;
        assert_eq!(run(&case, &[]).status.code(), Some(i32::from(fails)), "{rule:?}");
    }
}

#[test]
fn the_page_of_all_findings_is_as_committed() {
    expect(&here("../docs/audit.md"), &page());
}

/// Replaces a text that occurs once in a file. Returns the place of a part of the new text.
fn change(path: &Path, old: &str, new: &str, part: &str) -> String {
    let text = fs::read_to_string(path).expect("a file");
    assert_eq!(text.matches(old).count(), 1, "{old}");
    let text = text.replace(old, new);
    fs::write(path, &text).expect("writable");
    let (before, _) = text.split_once(part).expect("the part");
    let column = before.rsplit('\n').next().expect("a line").chars().count() + 1;
    format!("{}:{column}", before.matches('\n').count() + 1)
}

#[test]
fn the_example_service_has_no_findings() {
    let output = run(&here(".."), &["examples/axum-service", "--deny-warnings"]);
    assert_eq!(
        (text(&output.stdout), text(&output.stderr)),
        (
            "no findings in 14 Rust files and 2 catalogs: 27 of 27 errors are constructed, in 1 crate\n".to_owned(),
            String::new()
        )
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_removed_construction_and_a_hand_written_code_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&here("../examples/axum-service"), &folder.path().join("examples/axum-service"));
    copy(&here("../catalog/apis"), &folder.path().join("catalog/apis"));
    assert_eq!(found(folder.path(), &["examples/axum-service"]), []);

    let crawl = folder.path().join("examples/axum-service/src/crawl.rs");
    change(
        &crawl,
        "Answer::Failed => Err(Error::upstream_error()),",
        "Answer::Failed => Err(Error::resource_not_found()),",
        "Answer",
    );
    let by_hand = change(
        &crawl,
        "Json(PLATFORMS.into_iter().map(circuit).collect())",
        "Json(json!({\"error\": {\"type\": \"CIRCUITS_UNKNOWN\", \"message\": \"nobody looked\"}}))",
        "\"CIRCUITS_UNKNOWN\"",
    );
    let catalog = fs::read_to_string(here("../catalog/apis/social-crawl.yaml")).expect("the catalog");
    let line = catalog.lines().position(|line| line == "  UPSTREAM_ERROR:").expect("the error") + 1;
    let expected = [
        ("never-constructed".to_owned(), format!("catalog/apis/social-crawl.yaml:{line}:3")),
        ("unknown-code".to_owned(), format!("examples/axum-service/src/crawl.rs:{by_hand}")),
    ];
    assert_eq!(found(folder.path(), &["examples/axum-service"]), expected);
}

#[test]
fn the_other_examples_and_the_whole_workspace() {
    for example in ["build-script", "client", "macro"] {
        assert_eq!(found(&here("../examples"), &[example]), [], "{example}");
    }
    assert_eq!(found(&here(".."), &["."]), []);
}

/// A folder with these files.
fn files(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("writable");
    }
    folder
}

/// A derive that lists variants, or makes them from data, is no use of any of them.
#[test]
fn derives_do_not_construct() {
    let audit = |derives: &str, variants: &str, code: &str| {
        let catalog = "errbook: 1\napi: {name: Shop}\nerrors:\n  SOLD_OUT: {status: 409}\n  CLOSED: {status: 503}\n";
        let code = format!(
            "#[derive({derives}, errbook::CatalogError)]\n#[catalog(\"errors.yaml\")]\npub enum Failure {{ {variants} }}\n{code}"
        );
        let folder = files(&[
            ("Cargo.toml", "[package]\nname = \"shop\"\n"),
            ("errors.yaml", &format!("{catalog}lints: {{missing-description: allow, missing-fix: allow}}\n")),
            ("src/lib.rs", &code),
        ]);
        let report = text(&run(folder.path(), &[]).stderr);
        let lines = report.lines().map(str::trim_start);
        let lines = lines.filter(|line| line.starts_with("warning") || line.contains("help:"));
        lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let sold_out = "fn buy() -> Failure { Failure::SoldOut }";
    let closed = "warning[never-constructed]: no code constructs `CLOSED`";
    let help = |derive| {
        format!("= help: the derive `{derive}` does not count: allow the finding if the code makes the error from data")
    };
    for derive in ["EnumIter", "Deserialize", "strum::EnumString", "FromRepr"] {
        let name = derive.rsplit(':').next().expect("a name");
        let found = audit(&format!("Debug, {derive}"), "SoldOut, Closed", sold_out);
        assert_eq!(found, format!("{closed}\n{}", help(name)), "{derive}");
    }
    let plain = audit("Debug, Clone", "SoldOut, Closed", sold_out);
    assert!(plain.starts_with(closed) && !plain.contains("the derive"), "{plain}");

    // `?` converts to a variant with a field, and a selector constructs its variant.
    assert_eq!(audit("From", "SoldOut, Closed(Night)", sold_out), "");
    assert!(audit("From", "SoldOut, Closed", sold_out).starts_with(closed));
    assert_eq!(audit("Default", "SoldOut, #[default] Closed", sold_out), "");
    let selector = "fn buy() -> Result<(), Failure> { let _ = ClosedSnafu.fail()?; SoldOutSnafu { at: 3 }.fail() }";
    assert_eq!(audit("Snafu", "SoldOut { at: u8 }, Closed", selector), "");
    assert!(audit("Snafu", "SoldOut, Closed", sold_out).starts_with(closed));
    let implicit = "SoldOut, #[snafu(context(false))] Closed { source: Night }";
    assert_eq!(audit("Snafu", implicit, sold_out), "");
}

/// The list of an operation is no use of its errors, and its constructors are.
#[test]
fn an_operation_constructs_what_its_constructors_make() {
    let code = "
        mod errors { errbook::catalog!(\"errors.yaml\"); }
        errbook::operation!(\"errors.yaml\", pub BuyError: crate::errors::Error, [SOLD_OUT, \"CLOSED\"], from(PayError));
        fn buy() -> Result<(), BuyError> { Err(BuyError::sold_out()) }
    ";
    let catalog = "errbook: 1\napi: {name: Shop}\nerrors:\n  SOLD_OUT: {status: 409}\n  CLOSED: {status: 503}\n";
    let folder = files(&[
        ("Cargo.toml", "[package]\nname = \"shop\"\n"),
        ("errors.yaml", &format!("{catalog}lints: {{missing-description: allow, missing-fix: allow}}\n")),
        ("src/lib.rs", code),
    ]);
    assert_eq!(found(folder.path(), &[]), [("never-constructed".to_owned(), "errors.yaml:5:3".to_owned())]);
}

/// A project that has not moved to the catalog: only its helpers send the errors.
/// The service knows the crate of the errors by a name of the workspace.
#[test]
fn a_workspace_can_rename_a_dependency() {
    let workspace = "[workspace]\nmembers = [\"*\"]\n[workspace.dependencies]\n\
                     fails = { package = \"shop-errors\", path = \"errors\" }\n\
                     [workspace.dependencies.codes]\npackage = \"shop-errors\"\npath = \"errors\"\n";
    let catalog = "errbook: 1\napi: {name: Shop}\nerrors:\n  SOLD_OUT: {status: 409}\n  CLOSED: {status: 503}\n  \
                   LOST: {status: 404}\n  GONE: {status: 410}\n";
    let code = "use fails::{self as f, Error as E};\nfn a() -> E { E::SoldOut }\nfn b() -> E { f::Error::Closed }\n\
                fn c() -> E { ::codes::Error::Lost }\n";
    let folder = files(&[
        ("Cargo.toml", workspace),
        ("errors/Cargo.toml", "[package]\nname = \"shop-errors\"\n"),
        ("errors/errors.yaml", catalog),
        ("errors/src/lib.rs", "errbook::catalog!(\"errors.yaml\");\n"),
        (
            "service/Cargo.toml",
            "[package]\nname = \"service\"\n[dependencies]\nfails.workspace = true\ncodes = { workspace = true }\n",
        ),
        ("service/src/main.rs", code),
    ]);
    for (within, path) in [("", "."), ("service", "..")] {
        let report = text(&run(&folder.path().join(within), &[path]).stderr);
        let lines: Vec<&str> = report.lines().filter(|line| line.starts_with(['w', 'e'])).collect();
        assert_eq!(lines, ["warning[never-constructed]: no code constructs `GONE`"], "{report}");
    }
}

#[test]
fn helpers_of_the_project_send_errors() {
    let catalog = |audit: &str| {
        format!(
            "errbook: 1\napi: {{name: Shop}}\nlints: {{missing-description: allow, missing-fix: allow}}\n\
             audit: {{{audit}}}\nerrors:\n  SOLD_OUT: {{status: 409, code: sold_out}}\n  CLOSED: {{status: 503, code: 17}}\n  \
             LOST: {{status: 404, code: lost}}\n"
        )
    };
    let code = "fn a() -> R { Err(ErrorConflict(\"sold_out\")) }\nfn b() -> R { Err(self.fail(17, \"closed\")) }\n\
        fn e() { deny!(status = 404, code = \"lost\") }\n\
        #[test]\nfn c() { ErrorConflict(\"lost\"); }\nfn d() -> R { Err(ErrorConflict(\"gone_away\")) }\n";
    let audit = |settings: &str| {
        let manifest = ("Cargo.toml", "[package]\nname = \"shop\"\n");
        let folder = files(&[manifest, ("errors.yaml", &catalog(settings)), ("src/lib.rs", code)]);
        let report = text(&run(folder.path(), &[]).stderr);
        let lines = report.lines().filter(|line| line.starts_with(['w', 'e']));
        (lines.map(str::to_owned).collect::<Vec<_>>(), report.lines().last().unwrap_or_default().to_owned())
    };
    let (found, _) = audit("legacy: [deny, fail]");
    assert_eq!(
        found,
        [
            "warning[never-constructed]: no code constructs `SOLD_OUT`",
            "warning[hand-written-code]: the catalog's code 17 is written by hand",
            "warning[hand-written-code]: the catalog's code `lost` is written by hand",
        ]
    );
    let (found, last) = audit("legacy: [actix_web::error::ErrorConflict, fail]");
    assert_eq!(
        found,
        [
            "warning[unused-allow]: no call of `actix_web::error::ErrorConflict` has a literal",
            "warning[never-constructed]: no code constructs `SOLD_OUT`",
            "warning[never-constructed]: no code constructs `LOST`",
            "warning[hand-written-code]: the catalog's code 17 is written by hand",
        ]
    );
    assert!(last.ends_with(": 0 of 3 errors are constructed, and 1 more by `audit.legacy`, in 1 crate"), "{last}");
    let (found, _) = audit("legacy: [ErrorConflict, fail]");
    assert_eq!(
        found,
        [
            "warning[never-constructed]: only tests construct `LOST`",
            "warning[hand-written-code]: the catalog's code `sold_out` is written by hand",
            "warning[hand-written-code]: the catalog's code 17 is written by hand",
            "error[unknown-code]: the catalog has no code `gone_away`",
        ]
    );
    let (found, _) = audit(
        "legacy: [ErrorConflict, fail], allow: [{rule: hand-written-code, reason: Later.}, \
         {rule: never-constructed, id: LOST, reason: Later.}, {rule: unknown-code, reason: Later.}]",
    );
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn formats_and_wrong_usage() {
    let case = here("tests/audit/hand-written-response");
    let output = run(&case, &["--format", "github", "--deny-warnings"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
    let first = text(&output.stdout).lines().next().map(str::to_owned).expect("a finding");
    assert!(first.starts_with("::warning file=src/lib.rs,line=19,col=18,"), "{first}");
    assert!(first.contains("title=hand-written-response::"), "{first}");
    let output = run(&case, &["nowhere"]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert!(text(&output.stderr).starts_with("error: nowhere: "), "{}", text(&output.stderr));
    let output = run(&case, &["Cargo.toml"]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert_eq!(found(&case, &["src/lib.rs"]).len(), 2, "a file by itself");
}

#[test]
fn columns_are_counted_in_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&here("tests/audit/hand-written-response"), folder.path());
    let text = "\u{feff}#!/usr/bin/env cargo\n//! Große Kanne 🫖.\nfn a() -> R { let _tee = \"🫖ß\"; (StatusCode::CONFLICT, \"weg\") }\n";
    fs::write(folder.path().join("src/tea.rs"), text).expect("writable");
    let place = |(rule, place): (String, String)| place.starts_with("src/tea.rs").then(|| format!("{rule} {place}"));
    let found: Vec<String> = found(folder.path(), &[]).into_iter().filter_map(place).collect();
    assert_eq!(found, ["hand-written-response src/tea.rs:3:33"]);
}

#[test]
fn deep_expressions_are_rejected_and_long_ones_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writable");
    let many = |part: &str, count: usize| part.repeat(count);
    for (count, suffix) in [(3_900, "long"), (200_000, "endless")] {
        put(&format!("not-{suffix}.rs"), &format!("fn a() -> bool {{ {}true }}", many("!", count)));
        put(&format!("sum-{suffix}.rs"), &format!("fn a() -> u8 {{ 0{} }}", many("+0", count)));
        put(&format!("fields-{suffix}.rs"), &format!("fn a() {{ a{} }}", many(".a", count)));
        put(&format!("else-{suffix}.rs"), &format!("fn a() {{ if a {{}} {} }}", many("else if a {}", count)));
    }
    for word in ["return", "break", "yield", "if", "match", "while", "let", "move ||", "async move", "&mut", "box"] {
        put(
            &format!("{}-endless.rs", word.replace(' ', "-")),
            &format!("fn a() {{ {} b }}", many(&format!("{word} "), 20_000)),
        );
    }
    let nested = |part: &str| format!("{}1{}", (many(part, 3_000) + "(").repeat(20), ")".repeat(20));
    put("nested-endless.rs", &format!("fn a() {{ {} }}", nested("-")));
    put("types-endless.rs", &format!("fn a(b: {} c) {{}}", many("dyn ", 20_000)));
    put("arrows-endless.rs", &format!("fn a(b: {} c) {{}}", many("fn() -> ", 20_000)));
    let files: Vec<String> =
        found(folder.path(), &[]).into_iter().map(|(rule, place)| format!("{rule} {place}")).collect();
    assert_eq!(files.len(), 18, "{files:?}");
    assert!(files.iter().all(|file| file.starts_with("broken-rust ") && file.contains("-endless.rs:")), "{files:?}");
}

#[test]
fn an_audit_without_a_catalog_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("main.rs"), "fn main() {}").expect("writable");
    let output = run(folder.path(), &[]);
    assert_eq!(text(&output.stdout), "");
    assert_eq!(text(&output.stderr), "error: .: no catalog below this path, and no code that names one\n");
    assert_eq!(output.status.code(), Some(2));
}

/// The YAML examples of `docs/audit.md` are valid catalogs.
#[test]
fn the_catalogs_on_the_page_are_valid() {
    let page = page();
    let shown = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut count = 0;
    for text in shown {
        let report = errbook_catalog::load_text("errors.yaml", text.as_bytes()).report;
        assert!(report.is_empty(), "{}", report.render_text(false));
        count += 1;
    }
    assert_eq!(count, 2);
}

#[test]
fn hostile_paths_are_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("writable");
    };
    put("Cargo.toml", "[package]\nname = \"a\"\n");
    put(
        "src/lib.rs",
        "#[path = \"../../../../etc/passwd\"]\nmod a;\nmod b { errbook::catalog!(\"../../../no/such.yaml\"); }\n",
    );
    put("target/broken.rs", "fn (");
    put("build/CACHEDIR.TAG", "");
    put("build/broken.rs", "fn (");
    put(".hidden/broken.rs", "fn (");
    put("tests/cases/one/Cargo.toml", "");
    put("tests/cases/one/src/lib.rs", "fn (");
    put("src/\u{1b}[31m.rs", "fn (");
    std::os::unix::fs::symlink("..", folder.path().join("src/circle")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("src/zero.rs")).expect("a link");
    let output = run(folder.path(), &[]);
    let report = text(&output.stderr);
    assert!(!report.contains('\u{1b}'), "{report}");
    let rules: Vec<String> = found(folder.path(), &[]).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["broken-rust", "broken-catalog"]);
}
