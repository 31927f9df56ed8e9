//! The limits of a catalog: files outside its repository, and sizes. A catalog at a limit is
//! accepted. One above it has one problem that names the limit.

use std::fmt::Write as _;
use std::path::Path;

use errbook_catalog::model::value::Value;
use errbook_catalog::problem::{MAX_PROBLEMS, Problems, Report, Rule};
use errbook_catalog::{Loaded, limits, load, load_text};

const HEAD: &str = "errbook: 1\napi: {name: Shop}\nlints: {missing-fix: allow, missing-description: allow, unused-definition: allow, missing-example: allow}\n";

fn text(rest: &str) -> Loaded {
    load_text("errors.yaml", format!("{HEAD}{rest}").as_bytes())
}

fn rules(report: &Report) -> Vec<Rule> {
    report.problems.iter().map(|problem| problem.rule).collect()
}

fn is_accepted(rest: &str) {
    let loaded = text(rest);
    assert!(loaded.catalog.is_some(), "{}", loaded.report.render_text(false));
}

fn is_too_large(rest: &str, message: &str) {
    let loaded = text(rest);
    assert_eq!(rules(&loaded.report), [Rule::TooLarge], "{}", loaded.report.render_text(false));
    assert!(loaded.report.problems[0].message.contains(message), "{}", loaded.report.problems[0].message);
}

/// `count` lines, each with its number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Each search looks at every name, and a catalog can have as many unknown names as names.
#[test]
fn only_problems_that_are_shown_have_suggestions() {
    let (problems, mut searches) = (Problems::default(), 0);
    for _ in 0..3 * MAX_PROBLEMS {
        let names = || {
            searches += 1;
            ["CONFLICT", "NOT_FOUND"]
        };
        problems.nearest("NOT_FUOND", names);
    }
    assert_eq!(searches, MAX_PROBLEMS);
    let members: String = lines(MAX_PROBLEMS + 1, |number| format!("A_LONG_NAEM_{number}, "));
    let errors = lines(MAX_PROBLEMS + 1, |number| format!("  A_LONG_NAME_{number}: {{status: 500}}\n"));
    let report = text(&format!("predicates: {{p: [{members}]}}\nerrors:\n{errors}")).report;
    assert_eq!(report.problems.len(), MAX_PROBLEMS);
    assert!(report.problems.iter().all(|problem| problem.suggestion.is_some()));
}

/// `docs/limits.md` has each number.
#[test]
fn the_limits_page_is_correct() {
    let page = include_str!("../../docs/limits.md");
    let limits = [
        limits::BYTES,
        limits::IMPORT_BYTES,
        limits::RESPONSE_BYTES,
        limits::FILES,
        limits::YAML_DEPTH,
        limits::YAML_NODES,
        limits::ERRORS,
        limits::FIELDS,
        limits::HEADERS,
        limits::TYPE_DEPTH,
        limits::WRITTEN_DEPTH,
        limits::EXAMPLE_NODES,
        limits::ALL_EXAMPLE_NODES,
        limits::MARKDOWN_DEPTH,
        limits::HEADER_BYTES,
        limits::RUST_TEXT_BYTES,
        limits::RENDER_BYTES,
        limits::RENDER_SECONDS,
        limits::IMPORT_VALUES,
        limits::ALL_IMPORT_VALUES,
        MAX_PROBLEMS,
    ];
    let told =
        page.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once("| ")?.1.replace(',', "").parse().ok());
    assert_eq!(told.collect::<Vec<usize>>(), limits);
}

#[test]
fn errors() {
    let errors = |count| format!("errors:\n{}", lines(count, |at| format!("  E{at}: {{status: 400}}\n")));
    is_accepted(&errors(limits::ERRORS));
    is_too_large(&errors(limits::ERRORS + 1), "the limit of 65535 entries");
}

#[test]
fn errors_of_several_files() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("errors.yaml", &format!("{HEAD}include: [a.yaml, b.yaml, c.yaml]\n"));
    let half = limits::ERRORS / 2 + 1;
    for name in ["a", "b"] {
        put(
            &format!("{name}.yaml"),
            &format!("errors:\n{}", lines(half, |at| format!("  {name}{at}: {{status: 400}}\n"))),
        );
    }
    // It is no longer read.
    put("c.yaml", "errors: [broken\n");
    let report = load(&folder.path().join("errors.yaml")).report;
    assert_eq!(rules(&report), [Rule::TooLarge], "{}", report.render_text(false));
}

#[test]
fn entries_of_a_list() {
    let list = |count| format!("context: {{a: {{type: json, example: [{}]}}}}\n", "1, ".repeat(count));
    is_accepted(&list(limits::ERRORS));
    is_too_large(&list(limits::ERRORS + 1), "the limit of 65535 entries");
}

#[test]
fn fields() {
    let fields = |count| lines(count, |at| format!("f{at}: string, "));
    let details = |count| format!("errors: {{A: {{status: 400, details: {{{}}}}}}}\n", fields(count));
    let context = |count| format!("context: {{{}}}\nerrors: {{A: {{status: 400}}}}\n", fields(count));
    let of_type = |count| {
        let details = "details: {t: {type: T, optional: true}}";
        format!("types: {{T: {{fields: {{{}}}}}}}\nerrors: {{A: {{status: 400, {details}}}}}\n", fields(count))
    };
    for document in [&details as &dyn Fn(usize) -> String, &context, &of_type] {
        is_accepted(&document(limits::FIELDS));
        is_too_large(&document(limits::FIELDS + 1), "the limit of 1000 fields");
    }
}

#[test]
fn headers() {
    let headers = |count| lines(count, |at| format!("X-H{at}: a, "));
    let of_error = |count| format!("errors: {{A: {{status: 400, headers: {{{}}}}}}}\n", headers(count));
    let of_defaults =
        |count| format!("defaults: {{headers: {{{}}}}}\nerrors: {{A: {{status: 400}}}}\n", headers(count));
    let of_envelope = |count| {
        let body = "body: {code: '{code}'}";
        format!("envelopes: {{default: {{{body}, headers: {{{}}}}}}}\nerrors: {{A: {{status: 400}}}}\n", headers(count))
    };
    for document in [&of_error as &dyn Fn(usize) -> String, &of_defaults, &of_envelope] {
        is_accepted(&document(limits::HEADERS));
        is_too_large(&document(limits::HEADERS + 1), "the limit of 100 headers");
    }
}

/// Below an unknown key, so that nothing else reads the four million nodes.
#[test]
fn nodes() {
    let rows = |count: usize| format!("surplus:\n{}", format!("- [{}]\n", "0,".repeat(9_999)).repeat(count));
    let accepted = text(&rows(limits::YAML_NODES / 10_000 - 1)).report;
    assert_eq!(rules(&accepted), [Rule::UnknownKey], "{}", accepted.render_text(false));
    is_too_large(&rows(limits::YAML_NODES / 10_000 + 1), "keys, values and items");
}

#[test]
fn bytes_of_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("errors.yaml", &format!("{HEAD}prose: {{before: [a.md, b.md]}}\n"));
    let half = limits::BYTES / 2;
    put("a.md", &"a".repeat(half - 1_000));
    put("b.md", &"b".repeat(half));
    let path = folder.path().join("errors.yaml");
    assert!(load(&path).catalog.is_some());
    put("b.md", &"b".repeat(half + 1_000));
    let report = load(&path).report;
    assert_eq!(rules(&report), [Rule::TooLarge], "{}", report.render_text(false));
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str| std::fs::write(folder.path().join(name), "{}\n").unwrap();
    std::fs::write(folder.path().join("errors.yaml"), format!("{HEAD}include: 'a*.yaml'\n")).unwrap();
    (0..limits::FILES).for_each(|at| put(&format!("a{at}.yaml")));
    let path = folder.path().join("errors.yaml");
    assert!(load(&path).catalog.is_some(), "{}", load(&path).report.render_text(false));
    put("a.yaml");
    assert_eq!(rules(&load(&path).report), [Rule::TooLarge]);
}

/// A chain of types, each of which contains the next one.
fn chain(count: usize, field: &str) -> String {
    let next = |at: usize| field.replace('T', &format!("T{}", at + 1));
    let types = lines(count - 1, |at| format!("  T{at}: {{fields: {{{}}}}}\n", next(at)));
    format!("types:\n{types}  T{}: {{values: [end]}}\nerrors: {{A: {{status: 400, details: {{a: T0}}}}}}\n", count - 1)
}

#[test]
fn levels_of_types() {
    for (field, levels) in
        [("a: T", 1), ("a: array<T>", 2), ("a: map<array<T>>", 3), ("a: {type: T, optional: true}", 1)]
    {
        is_accepted(&chain((limits::TYPE_DEPTH - 1) / levels + 1, field));
        is_too_large(&chain(limits::TYPE_DEPTH / levels + 2, field), "levels of nested types");
    }
    // A ring, and a chain that no recursion could follow.
    let ring = lines(40, |at| format!("  T{at}: {{fields: {{a: array<T{}>}}}}\n", (at + 1) % 40));
    is_too_large(&format!("types:\n{ring}"), "levels of nested types");
    is_too_large(&chain(20_000, "a: T"), &format!("has {} levels of nested types", limits::TYPE_DEPTH + 1));
}

#[test]
fn sizes_of_examples() {
    // 2^n - 1 objects and 2^n texts.
    is_accepted(&chain(10, "a: T, b: T"));
    is_too_large(&chain(12, "a: T, b: T"), "members and items; the limit");
    is_too_large(&chain(30, "a: T, b: T"), "members and items; the limit");
    let fields = lines(999, |at| format!("a{at}: json, "));
    let wide = format!("types: {{T: {{fields: {{a: U, b: U, c: U}}}}, U: {{fields: {{{fields}}}}}}}\n");
    is_too_large(&wide, "members and items; the limit");
    let large_example = format!("types: {{T: {{fields: {{a: {{type: json, example: [{}]}}}}}}}}\n", "1,".repeat(2_000));
    is_too_large(&large_example, "members and items; the limit");
}

/// Many lists that could each have items: the example stays within the limit.
#[test]
fn values_beyond_the_limit_are_empty() {
    let loaded = text(&chain(16, "a: array<T>, b: array<T>"));
    let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
    let example = &catalog.errors[0].examples[0].details[0].1;
    let nodes = count(example);
    assert!((1_000..=limits::EXAMPLE_NODES).contains(&nodes), "{nodes}");
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.iter().map(|(_, value)| count(value)).sum::<usize>(),
        _ => 1,
    }
}

#[test]
fn sizes_of_all_examples() {
    let errors = |count| {
        let mut text = chain(10, "a: T, b: T").replace("errors: {A: {status: 400, details: {a: T0}}}\n", "errors:\n");
        for at in 0..count {
            writeln!(text, "  E{at}: {{status: 400, details: {{a: T0, b: T0}}}}").unwrap();
        }
        text
    };
    is_accepted(&errors(100));
    is_too_large(&errors(3_000), "the examples up to `E");
    let envelope = format!(
        "envelopes: {{default: {{body: {{{}}}}}}}\n",
        lines(500, |at| format!("a{at}: '{{details}}', ")) + "code: '{code}'"
    );
    is_too_large(&format!("{envelope}{}", errors(20)), "the examples up to `E");
    let constants =
        format!("envelopes: {{default: {{body: {{code: '{{code}}', a: {{b: [{}]}}}}}}}}\n", "1, ".repeat(2_400));
    let many = |count| format!("errors:\n{}", lines(count, |at| format!("  E{at}: {{status: 400}}\n")));
    is_too_large(&format!("{constants}{}", many(2_000)), "the examples up to `E");
    let long = format!("envelopes: {{default: {{body: {{code: '{{code}}', a: '{}'}}}}}}\n", "x".repeat(1 << 20));
    is_too_large(&format!("{long}{}", many(2_000)), "the examples up to `E");
}

/// Two names of a million letters would be compared letter by letter.
#[test]
fn long_names_have_no_suggestions() {
    let long = "a".repeat(1_000_000);
    let report = text(&format!("errors:\n  ? {long}\n  : {{status: 400}}\npredicates: {{is_it: [{long}b]}}\n")).report;
    assert_eq!(rules(&report), [Rule::UnknownError]);
}

#[cfg(unix)]
mod special {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    struct Repository(tempfile::TempDir);

    impl Repository {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(folder.path().join("repository/.git")).unwrap();
            std::fs::create_dir_all(folder.path().join("repository/api/parts")).unwrap();
            std::fs::write(folder.path().join("secret.yaml"), "password: hunter2\n").unwrap();
            Repository(folder)
        }

        fn path(&self, path: &str) -> std::path::PathBuf {
            self.0.path().join("repository").join(path)
        }

        fn put(&self, path: &str, text: &str) {
            std::fs::write(self.path(path), text).unwrap();
        }

        fn link(&self, target: impl AsRef<Path>, path: &str) {
            symlink(target, self.path(path)).unwrap();
        }

        fn pipe(&self, path: &str) {
            assert!(Command::new("mkfifo").arg(self.path(path)).status().unwrap().success());
        }

        fn report(&self) -> String {
            let report = load(&self.path("api/errors.yaml")).report;
            report.render_text(false)
        }
    }

    const INCLUDES: &str = "errbook: 1\napi: {name: Shop}\ninclude: [parts/part.yaml]\n";
    const PROSE: &str = "errbook: 1\napi: {name: Shop}\nprose: {after: parts/part.yaml}\n";

    #[test]
    fn only_regular_files_are_read() {
        for catalog in [INCLUDES, PROSE] {
            let place = Repository::new();
            place.put("api/errors.yaml", catalog);
            place.pipe("api/parts/part.yaml");
            let report = place.report();
            assert!(report.contains("not a regular file"), "{report}");
        }
        let place = Repository::new();
        place.pipe("api/errors.yaml");
        assert!(place.report().contains("not a regular file"));
    }

    #[test]
    fn links_out_of_the_repository_are_rejected() {
        // A report does not show whether a file exists.
        let targets = ["/dev/zero", "/proc/self/environ", "/etc/passwd", "../../../secret.yaml", "../../../no.yaml"];
        for target in targets {
            for catalog in [INCLUDES, PROSE] {
                let place = Repository::new();
                place.put("api/errors.yaml", catalog);
                place.link(target, "api/parts/part.yaml");
                let report = place.report();
                assert!(report.contains("cannot be read: it leads out of the repository"), "{target}: {report}");
                assert!(!report.contains("hunter2") && !report.contains("root:"), "{report}");
            }
            let place = Repository::new();
            place.link(if target.starts_with('.') { "../../secret.yaml" } else { target }, "api/errors.yaml");
            let report = place.report();
            assert!(report.contains("cannot be read: it leads out of the repository"), "{target}: {report}");
            // A folder can be a link, too.
            let place = Repository::new();
            place.put("api/errors.yaml", "errbook: 1\napi: {name: Shop}\ninclude: ['out/*.yaml']\n");
            place.link("../..", "api/out");
            let report = place.report();
            assert!(report.contains("it leads out of the repository") && !report.contains("hunter2"), "{report}");
        }
    }

    /// A line break in a name would add a line to CODEOWNERS, to a lock, and to other files.
    #[test]
    fn names_of_files_have_no_control_characters() {
        for name in ["a\n*\t@evil\n#.yaml", "a\tb.yaml", "a\rb.yaml", "a\u{1b}[2J.yaml", "a\u{85}b.yaml", "b\n/c.yaml"]
        {
            let place = Repository::new();
            place.put("api/errors.yaml", "errbook: 1\napi: {name: Shop}\ninclude: ['p*/*.yaml', 'p*/*/*.yaml']\n");
            let folder = format!("api/parts/{name}");
            let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
            std::fs::create_dir_all(place.path(folder)).unwrap();
            place.put(&format!("api/parts/{name}"), "errors: {A: {status: 409, description: a., fix: b.}}\n");
            let report = place.report();
            assert!(report.contains("has a control character"), "{name:?}: {report}");
        }
        let place = Repository::new();
        place.put("api/a\nb.md", "");
        place.put("api/errors.yaml", "errbook: 1\napi: {name: Shop}\nprose: {before: \"a\\nb.md\"}\n");
        assert!(place.report().contains("has a control character"), "{}", place.report());
    }

    /// A checkout in a workflow may keep a token there.
    #[test]
    fn files_in_git_are_not_read() {
        for catalog in [INCLUDES, PROSE] {
            let place = Repository::new();
            place.put("api/errors.yaml", catalog);
            place.put(".git/config", "hunter2: true\n");
            place.link("../../.git/config", "api/parts/part.yaml");
            let report = place.report();
            assert!(report.contains("it leads into `.git`") && !report.contains("hunter2"), "{report}");
        }
    }

    #[test]
    fn links_inside_the_repository_are_followed() {
        let place = Repository::new();
        place.put("shared.yaml", "errors: {A: {status: 409, description: a., fix: b.}}\n");
        place.put("api/real.yaml", INCLUDES);
        place.link("real.yaml", "api/errors.yaml");
        place.link("../../shared.yaml", "api/parts/part.yaml");
        assert_eq!(place.report(), "");
    }

    #[test]
    fn without_a_repository_the_folder_is_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("api")).unwrap();
        std::fs::write(folder.path().join("part.yaml"), "{}\n").unwrap();
        std::fs::write(folder.path().join("api/errors.yaml"), "errbook: 1\napi: {name: Shop}\ninclude: [part.yaml]\n")
            .unwrap();
        symlink("../part.yaml", folder.path().join("api/part.yaml")).unwrap();
        let report = load(&folder.path().join("api/errors.yaml")).report.render_text(false);
        assert!(report.contains("cannot be read: it leads out of its folder"), "{report}");
        // A link to the whole folder changes nothing.
        std::fs::remove_file(folder.path().join("api/part.yaml")).unwrap();
        std::fs::write(folder.path().join("api/part.yaml"), "{}\n").unwrap();
        symlink("api", folder.path().join("link")).unwrap();
        assert_eq!(load(&folder.path().join("link/errors.yaml")).report.render_text(false), "");
    }
}
