//! The generated Rust is compiled and run: every error of every catalog, built from its example's
//! details, must show the example's message, send its headers and serialize to its body. It keeps
//! secrets: no log has a sensitive value, and no client gets a detail of an internal error. A
//! generated file has the same tokens as the macro, rustfmt does not change it, and comments in the
//! catalog do not affect it.

mod catalogs;
#[path = "catalogs/expressions.rs"]
mod expressions;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use errbook_catalog::example::example_value;
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{Catalog, DetailType, ErrorDef, Example, Field, TypeShape};
use expressions::{context_expression, context_member, error_expression, member};
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

#[test]
fn examples_come_out_of_generated_code_in_both_editions() {
    let mut program = String::from(PROGRAM);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-rust");
    let sources = folder.join("src");
    std::fs::create_dir_all(&sources).expect("a writable target folder");
    let mut calls = String::new();
    let mut secrets = 0;
    let all = catalogs::all().into_iter().map(|(_, catalog)| catalog).chain([names()]);
    for (at, catalog) in all.enumerate() {
        let catalog = &catalog;
        write(&sources.join(format!("catalog_{at}.rs")), &errbook_codegen::rust::file(catalog));
        // Names in scope around the include must not matter.
        writeln!(program, "mod catalog_{at} {{\n{SHADOWS}    include!(\"catalog_{at}.rs\");\n").expect("text");
        program.push_str(
            "    #[allow(clippy::all, clippy::pedantic, deprecated)] // the test's, not the generated code\n",
        );
        program.push_str("    pub(crate) fn check() {\n");
        for error in &catalog.errors {
            for example in &error.examples {
                program.push_str(&check(catalog, error, example));
            }
            if let Some(example) = error.examples.first() {
                let statements = keeps_secrets(catalog, error, example);
                secrets += statements.matches(SENSITIVE).count() + statements.matches(INTERNAL).count();
                program.push_str(&statements);
            }
        }
        program.push_str(&lookups(catalog));
        program.push_str("    }\n}\n");
        writeln!(calls, "    catalog_{at}::check();").expect("text");
    }
    writeln!(program, "fn main() {{\n{calls}}}").expect("text");
    println!("{secrets} secrets, each in {LOGS} texts for logs and {RESPONSES} for clients");
    assert!(secrets >= 15, "{secrets}");
    write(&sources.join("main.rs"), &program);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
    for (edition, features) in [("2021", &[][..]), ("2024", &["--features", "client"])] {
        write(
            &folder.join("Cargo.toml"),
            &MANIFEST.replace("EDITION", edition).replace("ROOT", &root.display().to_string()),
        );
        for subcommand in ["run", "clippy"] {
            let mut arguments = vec![subcommand, "--quiet", "--offline"];
            arguments.extend(features);
            cargo(&folder, &arguments);
        }
    }
}

/// A catalog whose details have the names of what surrounds them in generated code.
fn names() -> Catalog {
    const NAMES: &str = "self f new with build context headers map seq value at error info message code body ok \
        none some err option string type super crate required field place builder serializer s e t inner reason \
        internal details detail fmt display debug count name key id core alloc errbook i64 str u16 bool async gen dyn \
        union macro_rules default raw catalog catalog_module all write panic matches";
    let mut text = "errbook: 1\napi: {name: Names}\ncontext:\n".to_owned();
    let names = || NAMES.split_whitespace();
    let fields = |text: &mut String, ty: &str, optional: bool| {
        for name in names() {
            writeln!(text, "      {name}: {{type: {ty}, optional: {optional}}}").expect("text");
        }
    };
    fields(&mut text, "string", true);
    let body = "{code: '{code}', message: '{message}', details: '{details?}'}";
    writeln!(text, "envelopes: {{default: {{body: {body}}}}}").expect("text");
    text.push_str("types:\n  Required:\n    fields:\n");
    fields(&mut text, "string", false);
    text.push_str("  Optional:\n    fields:\n");
    fields(&mut text, "integer", true);
    text.push_str("errors:\n  ALL:\n    status: [409, 410]\n    source: true\n    details:\n");
    fields(&mut text, "string", false);
    text.push_str("      all_of_them: Required\n  ANY:\n    status: 411\n    details:\n");
    fields(&mut text, "integer", true);
    text.push_str("      all_of_them: {type: Optional, optional: true}\n");
    for name in names() {
        let details = format!("details: {{{name}: {{type: string, example: x}}}}");
        writeln!(text, "  ONE_{name}: {{status: 418, source: true, message: \"{{{name}}}\", {details}}}")
            .expect("text");
        let details = format!("details: {{{name}: {{type: uuid, optional: true, sensitive: true}}, other: integer}}");
        writeln!(text, "  TWO_{name}: {{status: [419, 420], message: \"{{other}}\", {details}}}").expect("text");
    }
    let loaded = errbook_catalog::load_text("names.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

fn cargo(folder: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a writable target folder");
}

const MANIFEST: &str = r#"[workspace]

[package]
name = "generated-rust"
version = "0.0.0"
edition = "EDITION"

[dependencies]
errbook = { path = "ROOT/runtime", default-features = false }
# Otherwise the comparison itself changes numbers.
serde_json = { version = "1", features = ["float_roundtrip"] }

[features]
client = ["errbook/client"]
"#;

const PROGRAM: &str = r#"//! Generated catalogs in a strict crate.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]

/// Equal numbers are equal JSON: 2.0 is 2.
fn normal(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => serde_json::json!(number.as_f64()),
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, normal(value))).collect(),
        other => other,
    }
}

fn same_json(body: &impl errbook::serde::Serialize, expected: &str) {
    let body = serde_json::to_value(body).unwrap();
    assert_eq!(normal(body), normal(serde_json::from_str(expected).unwrap()));
}

/// The error has secrets in its details, and the context has one in each sensitive field.
fn keeps_secrets<E: errbook::CatalogError>(error: &E, context: &E::Context, is_internal: bool, debug: &str)
where
    E::Context: std::fmt::Debug,
{
    let result: Result<(), &E> = [Err(error)].into_iter().collect();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| result.unwrap())).unwrap_err();
    let panic = panic.downcast_ref::<String>().expect("a message");
    let logs = [debug, &format!("{error}"), &format!("{error:?}"), &format!("{error:#?}"), &format!("{context:?}"), panic];
    for log in logs {
        assert!(!log.contains("sens1tive"), "{log}");
    }
    assert!(!logs[1].contains(char::is_control), "{:?}", logs[1]);
    let body = serde_json::to_string(&error.body(context)).unwrap();
    let details = serde_json::to_string(&error.details()).unwrap();
    let responses = [body, details, format!("{:?}", error.headers(context)), error.message().to_string()];
    for response in responses.iter().filter(|_| is_internal) {
        assert!(!response.contains("1nternal"), "{response}");
    }
}

/// A client that receives an error gets the same error with all details that were sent.
#[cfg(feature = "client")]
fn comes_back<E: errbook::client::Receive>(error: &E, context: &E::Context) {
    use errbook::client::{Kind, Received};

    let Some(status) = error.status() else { return };
    let body = serde_json::to_string(&error.body(context)).unwrap();
    let headers = error.headers(context);
    let bytes = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let received = Received::<E>::parse(status, bytes, body.as_bytes());
    let details = serde_json::to_value(error.details()).unwrap();
    // A short value, or that of two details, can be there for another reason.
    let is_sent = |name: &str| {
        let value = details[name].to_string();
        let owners = details.as_object().unwrap().values().filter(|other| **other == details[name]).count();
        let value = value.trim_matches('"');
        owners == 1 && value.len() > 5 && (body.contains(value) || headers.iter().any(|(_, text)| text.contains(value)))
    };
    assert_eq!(received.code(), Some(error.public_code()), "{received:?} {body}");
    match &received.kind {
        Kind::Known(same) => {
            assert_eq!(same.status(), Some(status));
            assert_eq!(received.message(), Some(&*error.message().to_string()));
            assert_eq!(same.headers(context), headers);
            same_json(&same.body(context), &body);
            let got = serde_json::to_value(same.details()).unwrap();
            for (name, value) in details.as_object().unwrap() {
                match got.get(name) {
                    Some(got) => same_json(got, &value.to_string()),
                    None => assert!(!is_sent(name), "{name} in {body}"),
                }
            }
        }
        Kind::Partial { detail, .. } => assert!(!is_sent(detail), "{detail} in {body}"),
        Kind::Unknown { .. } => unreachable!("it has a code"),
    }
}
"#;

const SHADOWS: &str = "    #[expect(dead_code)]
    mod shadows {
        pub(crate) struct Option;
        pub(crate) struct Result;
        pub(crate) struct String;
        pub(crate) struct Vec;
        pub(crate) struct Box;
        pub(crate) trait Into {}
        pub(crate) trait Default {}
    }
    #[allow(unused_imports)]
    use shadows::*;
";

/// Statements that build one example and compare it with the catalog's rendering.
fn check(catalog: &Catalog, error: &ErrorDef, example: &Example) -> String {
    let Example { title: _, status, message, headers, body, details: _, context: _ } = example;
    let body = body.as_ref().map_or("null".to_owned(), ToString::to_string);
    format!(
        r#"        {{
            #[allow(deprecated)]
            let error = {expression};
            let context = {facts};
            assert_eq!(error.to_string(), errbook::OneLine({message:?}).to_string());
            assert_eq!(error.status(), {status:?});
            assert_eq!(error.code().id(), {id:?});
            assert_eq!(error.public_code().id(), {public_id:?});
            let headers = error.headers(&context);
            let headers: std::vec::Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
            assert_eq!(headers, {headers:?} as [(&str, &str); {header_count}]);
            crate::same_json(&error.body(&context), {body:?});
            #[cfg(feature = "client")]
            crate::comes_back(&error, &context);
            assert!({source}std::error::Error::source(&error).is_some());
        }}
"#,
        expression = error_expression(catalog, error, example),
        facts = context_expression(catalog, example),
        id = error.name.id,
        public_id = catalog.sent(error).name.id,
        header_count = headers.len(),
        source = if error.source { "" } else { "!" },
    )
}

/// The marks of secrets. A sensitive detail of an internal error has both.
const SENSITIVE: &str = "sens1tive";
const INTERNAL: &str = "1nternal";

/// The number of texts that `keeps_secrets` in the program searches.
const LOGS: usize = 6;
const RESPONSES: usize = 4;

/// Statements that build an error with secrets, and search its outputs.
fn keeps_secrets(catalog: &Catalog, error: &ErrorDef, example: &Example) -> String {
    type Expression = fn(&Catalog, &Field, &[(String, Value)]) -> String;
    let planted =
        |fields: &[Field], values: &[(String, Value)], is_internal: bool, member: Expression| -> Vec<String> {
            let with_secret = |field: &Field| {
                let given = values.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
                let mut value = given.unwrap_or_else(|| example_value(catalog, field));
                plant(catalog, &field.ty, &mut value, field.sensitive, is_internal);
                member(catalog, field, &[(field.name.clone(), value)])
            };
            fields.iter().map(with_secret).collect()
        };
    let mut fields = planted(&error.details, &example.details, !error.is_public(), member);
    if let Some(first) = error.statuses.first().filter(|_| error.statuses.len() > 1) {
        fields.push(format!("status: {}Status::Http{first}", error.name.variant));
    }
    if error.source {
        fields.push(format!("source: \"{INTERNAL}\".into()"));
    }
    format!(
        r#"        {{
            let error = Error::{variant} {{ {fields} }};
            let context = Context {{ {context} }};
            crate::keeps_secrets(&error, &context, {is_internal}, &format!("{{:?}}", error.body(&context)));
        }}
"#,
        variant = error.name.variant,
        fields = fields.join(", "),
        context = planted(&catalog.context, &example.context, false, context_member).join(", "),
        is_internal = !error.is_public() || error.source,
    )
}

/// Puts marks into the texts of a value.
fn plant(catalog: &Catalog, ty: &DetailType, value: &mut Value, is_sensitive: bool, is_internal: bool) {
    match (ty, value) {
        (DetailType::Array(ty), Value::Array(items)) => {
            for item in items {
                plant(catalog, ty, item, is_sensitive, is_internal);
            }
        }
        (DetailType::Map(ty), Value::Object(members)) => {
            for (_, item) in members {
                plant(catalog, ty, item, is_sensitive, is_internal);
            }
        }
        (DetailType::Named(at), Value::Object(members)) => {
            let TypeShape::Object(fields) = &catalog.types[*at].shape else { return };
            for (name, item) in members {
                let field = fields.iter().find(|field| field.name == *name).expect("a member");
                plant(catalog, &field.ty, item, is_sensitive || field.sensitive, is_internal);
            }
        }
        (DetailType::String, Value::String(text)) => {
            text.push_str(if is_internal { INTERNAL } else { "" });
            text.push_str(if is_sensitive { SENSITIVE } else { "" });
            text.push_str("\n\u{1b}[2J");
        }
        _ => {}
    }
}

/// Statements that find each code by all its keys, and by no other key.
fn lookups(catalog: &Catalog) -> String {
    if catalog.errors.iter().all(|error| error.message.is_none()) {
        return "        assert!(ErrorCode::ALL.is_empty() && ErrorCode::from_id(\"\").is_none());\n".to_owned();
    }
    let mut text = String::from(
        "        assert!(ErrorCode::from_id(\"\").is_none());
        assert!(ErrorCode::from_wire(Some(199), Some(\"nowhere\")).is_none());
        for &code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_id(code.id()), Some(code));
            assert_eq!(code.id().parse(), Ok(code));
            let id = serde_json::to_value(code).unwrap();
            assert_eq!(serde_json::from_value::<ErrorCode>(id).unwrap(), code);
            let wire = code.code().map(|code| code.to_string());
            for &status in code.statuses() {
                let same = |other: &&ErrorCode| other.code() == code.code() && other.statuses().contains(&status);
                let is_only = ErrorCode::ALL.iter().filter(same).count() == 1;
                assert_eq!(ErrorCode::from_wire(Some(status), wire.as_deref()), is_only.then_some(code));
            }
        }
",
    );
    for error in catalog.errors.iter().filter(|error| error.statuses.is_empty()) {
        let variant = &error.name.variant;
        match (&error.code, error.message.as_ref().and_then(|message| message.as_constant())) {
            (Some(code), _) => {
                let code = code.to_string();
                writeln!(
                    text,
                    "        assert_eq!(ErrorCode::from_wire(None, Some({code:?})), Some(ErrorCode::{variant}));"
                )
            }
            (None, Some(message)) => {
                writeln!(text, "        assert_eq!(ErrorCode::from_message({message:?}), Some(ErrorCode::{variant}));")
            }
            (None, None) => Ok(()),
        }
        .expect("text");
    }
    for predicate in &catalog.predicates {
        let method = &predicate.name;
        for (at, error) in catalog.errors.iter().enumerate().filter(|(_, error)| error.message.is_some()) {
            let (variant, not) = (&error.name.variant, if predicate.members.contains(&at) { "" } else { "!" });
            writeln!(text, "        let code = ErrorCode::{variant};").expect("text");
            writeln!(text, "        assert!({not}code.{method}());").expect("text");
        }
    }
    text
}

#[test]
fn one_catalog_gives_one_text() {
    let text = errbook_codegen::rust::file(&catalogs::everything());
    assert_eq!(text, errbook_codegen::rust::file(&catalogs::everything()));
    assert!(text.ends_with("}\n"));
    assert!(!text.contains('\r'));
}

/// Rustdoc counts in minutes and hours from two minutes on, and the code in seconds.
#[test]
fn durations_above_a_minute_are_the_same_in_docs_and_in_code() {
    for (initial, max, words, [first, most]) in [
        ("59s", "60s", "Wait 59 s, doubling up to 60 s.", ["59, 0", "60, 0"]),
        ("61s", "90s", "Wait 61 s, doubling up to 90 s.", ["61, 0", "90, 0"]),
        ("120s", "3m", "Wait 120 s, doubling up to 3 min.", ["120, 0", "180, 0"]),
        ("150s", "1h", "Wait 150 s, doubling up to 1 h.", ["150, 0", "3600, 0"]),
        ("62500ms", "90m", "Wait 62.5 s, doubling up to 90 min.", ["62, 500000000", "5400, 0"]),
    ] {
        let text = format!(
            "errbook: 1\napi: {{name: A}}\nerrors:\n  BUSY: {{status: 503, \
             retry: {{backoff: exponential, initial: {initial}, max: {max}}}}}\n"
        );
        let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
        let file = errbook_codegen::rust::file(&catalog);
        let squeezed = file.replace("///", "").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.contains(words), "{words}:\n{file}");
        let code = format!("initial: Duration::new({first}), factor: 2.0, max: Some(Duration::new({most}))");
        assert!(squeezed.contains(&code), "{code}:\n{file}");
    }
}

#[test]
fn a_file_has_the_tokens_of_the_macro() {
    for (name, catalog) in catalogs::all() {
        let file: TokenStream = errbook_codegen::rust::file(&catalog).parse().expect("tokens");
        let (mut printed, mut emitted) = (Vec::new(), Vec::new());
        tokens(file, &mut printed);
        tokens(errbook_codegen::rust::emit(&catalog), &mut emitted);
        let differs = printed.iter().zip(&emitted).position(|(printed, emitted)| printed != emitted);
        let around = |tokens: &[String], at: usize| {
            tokens[at.saturating_sub(8)..].iter().take(16).cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(differs.map(|at| (around(&printed, at), around(&emitted, at))), None, "{name}");
        assert_eq!(printed.len(), emitted.len(), "{name}");
    }
}

/// Every token as text, normalized: doc comments equal their attributes, a trailing comma is
/// optional, and spacing between operators does not matter.
fn tokens(stream: TokenStream, all: &mut Vec<String>) {
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                all.push(open.to_owned());
                tokens(group.stream(), all);
                // The comma of a tuple with one element is significant.
                if all.ends_with(&[",".to_owned()]) {
                    all.pop();
                }
                all.push(close.to_owned());
            }
            TokenTree::Literal(literal) => all.push(normal(&literal)),
            other => all.push(other.to_string()),
        }
    }
}

/// A string by its value, because a comment has no escapes.
fn normal(literal: &Literal) -> String {
    let text = literal.to_string();
    syn::parse_str::<syn::LitStr>(&text).map_or(text, |string| format!("{:?}", string.value()))
}

/// Otherwise `cargo fmt` changes a committed file, and the next check that it is up to date fails.
#[test]
fn rustfmt_leaves_a_file_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let write_file = |(at, (_, catalog)): (usize, (String, Catalog))| {
        let path = folder.path().join(format!("catalog_{at}.rs"));
        write(&path, &errbook_codegen::rust::file(&catalog));
        path
    };
    let files: Vec<PathBuf> = catalogs::all().into_iter().enumerate().map(write_file).collect();
    for settings in ["max_width=100", "max_width=60", "hard_tabs=true,use_small_heuristics=Max,reorder_imports=false"] {
        let output = Command::new("rustfmt")
            .args(["--check", "--edition", "2024", "--config", settings])
            .args(&files)
            .output()
            .expect("rustfmt runs");
        let changes = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{settings}: {changes}{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The file contains no line numbers of the catalog, because each inserted line would change it.
#[test]
fn comments_and_blank_lines_change_no_byte() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for case in std::fs::read_dir(golden).expect("cases") {
        let case = case.expect("a case").path();
        let folder = tempfile::tempdir().expect("a folder");
        copy_with_comments(&case, folder.path());
        let file = |folder: &Path| {
            let loaded = errbook_catalog::load(&folder.join("catalog.yaml"));
            let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
            errbook_codegen::rust::file(&catalog)
        };
        assert_eq!(file(folder.path()), file(&case), "{}", case.display());
    }
}

/// Copies a case, with a comment and an empty line above each key and error and below the last.
fn copy_with_comments(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let copy = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            std::fs::create_dir(&copy).expect("a writable folder");
            copy_with_comments(&path, &copy);
            continue;
        }
        let mut text = std::fs::read_to_string(&path).expect("text");
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let mut is_in_errors = false;
            let lines = text.lines().map(|line| {
                let is_key = line.starts_with(|first| !matches!(first, ' ' | '#'));
                let is_error = is_in_errors && line.strip_prefix("  ").is_some_and(|rest| !rest.starts_with(' '));
                is_in_errors = line == "errors:" || is_in_errors && !is_key;
                if is_key || is_error { format!("\n  # A comment.\n{line}\n") } else { format!("{line}\n") }
            });
            text = lines.chain(["\n# The end.\n".to_owned()]).collect();
        }
        write(&copy, &text);
    }
}

#[test]
fn examples_and_responses_cut_headers_at_the_same_length() {
    assert_eq!(errbook::HEADER_BYTES, errbook_catalog::limits::HEADER_BYTES);
}
