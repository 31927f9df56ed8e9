//! Checks the rating of every change, in both directions.
//!
//! `diff/changes.txt` has the changes and their verdicts, and `diff/base.yaml` the catalog that
//! they change.

#[path = "diff/cases.rs"]
mod cases;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use cases::{CHANGES, base, case, cases};
use errbook_catalog::model::Catalog;
use errbook_catalog::{load_from, load_text};
use errbook_history::diff::{Audience, Bump, Diff, Rating, Rule, diff, rules_page};
use errbook_history::version::Version;

const BLESS: &str = "ERRBOOK_BLESS=1 cargo test -p errbook-history --test diff";

fn catalog(name: &str, text: &str) -> Catalog {
    let loaded = load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{name}: {}", loaded.report.render_text(false)))
}

/// The verdict in the form of the file: one line for each change. `(rust)` and `(sdk)` say whom the
/// change breaks besides.
fn verdict(mark: char, diff: &Diff) -> String {
    let mut lines = String::new();
    for change in &diff.changes {
        let others = [(change.sdk, " (sdk)"), (change.rust, " (rust)")];
        let broken = others.iter().filter(|(rating, _)| *rating == Some(Rating::Breaking));
        let broken: String = broken.map(|(_, word)| *word).collect();
        writeln!(lines, "{mark} {}{broken} {} {}", change.rating.name(), change.rule, change.fact()).expect("text");
    }
    if diff.changes.is_empty() {
        writeln!(lines, "{mark} nothing").expect("text");
    }
    lines
}

fn expect(path: &str, text: &str) {
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(path, text).expect("writable");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let differs = written.lines().zip(text.lines()).find(|(written, text)| written != text);
    assert!(written == text, "{path} is stale: {differs:?}\nto fix it, run: {BLESS}");
}

#[test]
fn every_change_has_its_verdict_in_both_directions() {
    let text = std::fs::read_to_string(CHANGES).expect("readable");
    let mut blocks = text.split("\n## ");
    let mut expected = blocks.next().expect("an introduction").to_owned();
    let old = catalog("base.yaml", &base());
    for block in blocks {
        let case = case(block);
        let new = catalog(&case.name, &case.apply(&base()));
        let edits = block.lines().take_while(|line| !line.starts_with(['>', '<'])).collect::<Vec<_>>().join("\n");
        let (forward, backward) = (verdict('>', &diff(&old, &new)), verdict('<', &diff(&new, &old)));
        write!(expected, "\n## {}\n{forward}{backward}", edits.trim_end()).expect("text");
    }
    expect(CHANGES, &expected);
}

/// The responses of the base catalog have envelopes, so this needs other catalogs.
#[test]
fn a_response_gets_a_body() {
    let (none, first) = envelopes();
    assert_eq!(
        verdict('>', &diff(&none, &first)),
        "\
> additive envelope-renamed envelopes: (none) -> default
> additive body-added errors.GONE.envelope: (none) -> default
"
    );
    assert_eq!(
        verdict('<', &diff(&first, &none)),
        "\
< breaking body-removed errors.GONE.envelope: default -> (none)
< additive (sdk) envelope-renamed envelopes: default -> (none)
"
    );
}

/// One error, without and with an envelope.
fn envelopes() -> (Catalog, Catalog) {
    let none = "errbook: 1\napi: {name: Shop}\nerrors: {GONE: {status: 410, fix: Look., envelope: none}}\n";
    let first = none.replace(", envelope: none", "") + "envelopes: {default: {body: {code: '{code}'}}}\n";
    (catalog("none", none), catalog("first", &first))
}

/// A response is the same, whether a header is that of the envelope or of the error.
#[test]
fn a_header_moves_between_an_envelope_and_its_errors() {
    let shop = |envelope: &str, gone: &str, lost: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: Shop}}\nenvelopes: {{default: {{body: {{code: '{{code}}'}}{envelope}}}}}\n\
             errors: {{GONE: {{status: 410, fix: Look.{gone}}}, LOST: {{status: 404, fix: Look.{lost}}}}}\n"
        );
        catalog("shop", &text)
    };
    let header = ", headers: {X-Shop: pots}";
    let (shared, own) = (shop(header, "", ""), shop("", header, header));
    assert_eq!(diff(&shared, &own).changes, []);
    assert_eq!(diff(&own, &shared).changes, []);
    assert_eq!(diff(&shop(header, header, header), &own).changes, []);
    // One error keeps it.
    let one = diff(&shared, &shop("", header, "")).changes;
    assert_eq!((one.len(), one[0].rule, one[0].errors.as_slice()), (1, Rule::HeaderRemoved, &["LOST".to_owned()][..]));
}

/// A pattern such as `Error::SoldOut { .. }` has no alias.
#[test]
fn an_alias_breaks_patterns() {
    let renamed = |fields: &str| {
        let shop = |id: &str, more: &str| {
            catalog(
                "shop",
                &format!(
                    "errbook: 1\napi: {{name: Shop}}\nerrors: {{{id}: {{code: gone, fix: Look., {fields}}}}}\n{more}"
                ),
            )
        };
        let changes = diff(&shop("GONE", ""), &shop("AWAY", "retired: {GONE: {use: AWAY, rust: alias}}\n")).changes;
        changes.iter().find(|change| change.rule == Rule::ErrorRenamed).and_then(|change| change.rust)
    };
    for fields in [
        "status: 410",
        "status: [404, 410]",
        "status: 410, source: true",
        "status: 410, details: {item: {type: string, example: x}}",
    ] {
        assert_eq!(renamed(fields), Some(Rating::Breaking), "{fields}");
    }
}

/// Constructors take the required details only, and patterns end in `..`.
#[test]
fn an_optional_detail_a_status_and_an_order_break_no_rust_caller() {
    let shop = |fields: &str| {
        let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{A: {{{fields}, fix: Look.}}}}\n");
        catalog("shop", &text)
    };
    let a = "a: {type: string, example: x}";
    let b = "b: {type: string, example: x}";
    for (old, new, expected) in [
        ("status: 400", "status: [400, 409]", Rating::Additive),
        ("status: [400, 409]", "status: [400, 409, 422]", Rating::Additive),
        ("status: 400", "status: [409, 400]", Rating::Breaking),
        ("status: [400, 409]", "status: [409, 400]", Rating::Breaking),
        ("status: [400, 409]", "status: 400", Rating::Breaking),
        ("status: 400", "status: 400, details: {c: {type: string, optional: true}}", Rating::Additive),
        ("status: 400", &format!("status: 400, details: {{{a}}}"), Rating::Breaking),
        ("cause: Rain.", &format!("cause: Rain., status: 400, details: {{{a}}}"), Rating::Additive),
        (
            &format!("status: 400, details: {{{a}, {b}}}"),
            &format!("status: 400, details: {{{b}, {a}}}"),
            Rating::Additive,
        ),
    ] {
        let rust = diff(&shop(old), &shop(new)).changes.iter().filter_map(|change| change.rust).max();
        assert_eq!(rust, Some(expected), "{old} -> {new}");
    }
}

#[test]
fn an_internal_id_that_comes_back_breaks_nobody() {
    let (without, with) =
        ("GONE: {status: 410, fix: Look.}", "GONE: {status: 410, fix: Look.}, LOST: {status: 404, fix: Look.}");
    let shop = |errors: &str, retired: &str| {
        catalog("shop", &format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{{errors}}}\nretired: {{{retired}}}\n"))
    };
    let rating = |retired: &str| diff(&shop(without, retired), &shop(with, "")).rating();
    assert_eq!(rating("LOST: {use: GONE, visibility: internal}"), Some(Rating::Additive));
    assert_eq!(rating("LOST: {use: GONE}"), Some(Rating::Breaking));
}

/// A code, a status and an error are in the schemas of generated clients.
#[test]
fn generated_clients_have_codes_and_statuses() {
    let shop = |error: &str| {
        let text =
            format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{BROKEN: {{status: 500, fix: Wait.}}, {error}}}\n");
        catalog("shop", &text)
    };
    let old = shop("GONE: {code: gone, status: 410, fix: Look.}");
    for (new, rule) in [
        ("GONE: {code: away, status: 410, fix: Look.}", Rule::CodeChanged),
        ("GONE: {code: null, status: 410, fix: Look.}", Rule::CodeRemoved),
        ("GONE: {code: gone, status: 404, fix: Look.}", Rule::StatusChanged),
        ("GONE: {code: gone, status: 410, fix: Look., visibility: internal}", Rule::ErrorHidden),
    ] {
        let changes = diff(&old, &shop(new)).changes;
        let change = changes.iter().find(|change| change.rule == rule).unwrap_or_else(|| panic!("{new}: {changes:#?}"));
        assert_eq!(change.rating_for(Audience::Sdk), Some(Rating::Breaking), "{new}");
    }
}

/// An optional member of the envelope is absent if the error has no such value.
#[test]
fn a_member_that_no_response_has_breaks_nobody() {
    let shop = |member: &str, gone: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: Shop}}\nenvelopes: {{default: {{body: {{code: '{{code}}'{member}}}}}}}\n\
             errors: {{GONE: {{status: 410, fix: Look.{gone}}}, LOST: {{status: 404, fix: Look.}}}}\n"
        );
        catalog("shop", &text)
    };
    for (member, gone) in [
        (", x: '{details?}'", ", details: {item: {type: string, example: pot}}"),
        (", '...': '{details}'", ", details: {item: {type: string, example: pot}}"),
        (", x: '{doc_url?}'", ", doc_url: https://shop.example/gone"),
        (", x: '{refund?}'", ", refund: true"),
        (", x: '{retryable?}'", ", retryable: true"),
    ] {
        assert_eq!(diff(&shop(member, ""), &shop("", "")).rating(), Some(Rating::Internal), "{member}");
        assert_eq!(diff(&shop("", ""), &shop(member, "")).rating(), Some(Rating::Internal), "{member}");
        let removed = diff(&shop(member, gone), &shop("", gone)).changes;
        let change = removed.iter().find(|change| change.rule == Rule::BodyMemberRemoved).expect("a removed member");
        assert_eq!((change.rating, change.errors.as_slice()), (Rating::Breaking, &["GONE".to_owned()][..]), "{member}");
    }
}

/// Only an included file has an owner, and the base catalog is one file.
#[test]
fn a_file_gets_another_owner() {
    let (old, new) = owners();
    assert_eq!(
        verdict('>', &diff(&old, &new)),
        "\
> internal owner-changed owner.cards.yaml: @shop/cards (CARD_) -> (none)
> internal owner-changed owner.stock.yaml: @shop/stock (group stock) -> @shop/stock @ann (STOCK_, group stock)
> internal owner-changed owner.bills.yaml: (none) -> @shop/bills
"
    );
    assert_eq!(diff(&old, &new).changes.len(), diff(&new, &old).changes.len());
}

/// A catalog of files before and after their owners changed.
fn owners() -> (Catalog, Catalog) {
    struct Files([(&'static str, &'static str); 4]);

    impl errbook_catalog::Files for Files {
        fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
            let found = self.0.iter().find(|(name, _)| Path::new(name) == path);
            found.map(|(_, text)| text.as_bytes().to_vec()).ok_or(std::io::ErrorKind::NotFound.into())
        }

        fn list(&self, _folder: &Path) -> Vec<String> {
            Vec::new()
        }
    }

    let root = "errbook: 1\napi: {name: Shop}\ninclude: [cards.yaml, stock.yaml, bills.yaml]\n";
    let load = |cards, stock, bills| {
        let files = Files([("errors.yaml", root), ("cards.yaml", cards), ("stock.yaml", stock), ("bills.yaml", bills)]);
        let loaded = load_from(Path::new("errors.yaml"), &files);
        loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
    };
    let (owned, free) = (
        "owner: {team: '@shop/cards', prefix: CARD_}\nerrors: {CARD_LOST: {status: 402, fix: Look.}}",
        "errors: {CARD_LOST: {status: 402, fix: Look.}}",
    );
    let stock = "groups: {stock: {}}\nerrors: {STOCK_GONE: {status: 409, group: stock, fix: Wait.}}\n";
    let stock = |owner: &str| -> &'static str { format!("owner: {owner}\n{stock}").leak() };
    (
        load(owned, stock("{team: '@shop/stock', group: stock}"), "types: {}"),
        load(free, stock("{team: '@shop/stock  @ann', prefix: STOCK_, group: stock}"), "owner: {team: '@shop/bills'}"),
    )
}

#[test]
fn the_cases_meet_every_rule() {
    let old = catalog("base.yaml", &base());
    let cases = cases();
    assert!(cases.len() >= 80, "{} cases", cases.len());
    let (none, first) = envelopes();
    let (owned, given) = owners();
    let mut met: BTreeSet<Rule> = BTreeSet::new();
    met.extend(diff(&owned, &given).changes.iter().map(|change| change.rule));
    met.extend(diff(&none, &first).changes.iter().chain(&diff(&first, &none).changes).map(|change| change.rule));
    for case in cases {
        let new = catalog(&case.name, &case.apply(&base()));
        met.extend(diff(&old, &new).changes.iter().chain(&diff(&new, &old).changes).map(|change| change.rule));
    }
    let missed: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !met.contains(rule)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn rules_are_named_alike() {
    let mut seen = BTreeSet::new();
    for rule in Rule::ALL {
        let name = rule.name();
        assert!(seen.insert(name), "{name} is listed twice");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        assert_eq!(Rule::from_name(name), Some(rule));
        for sentence in [rule.summary(), rule.why(), rule.remedy()] {
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{name}: {sentence}");
        }
    }
}

#[test]
fn the_page_of_all_changes_is_as_committed() {
    expect("../docs/diff.md", &rules_page());
}

#[test]
fn a_version_says_what_happened() {
    let with = |version: &str, error: &str| {
        let error = format!("{{{error}, fix: Look., envelope: none}}");
        let text = format!("errbook: 1\napi: {{name: Shop, version: {version}}}\nerrors: {{GONE: {error}}}\n");
        catalog(version, &text)
    };
    let bump = |old: &str, new: &str, error: &str| {
        let diff = diff(&with(old, "status: 410, title: Gone"), &with(new, error));
        (diff.bump(), diff.next_version(), diff.is_version_too_low())
    };
    let next = Version::parse;
    let (same, text) = ("status: 410, title: Gone", "status: 410, title: Away");
    let (additive, breaking) = ("status: [410, 404], title: Gone", "status: 404, title: Gone");
    assert_eq!(bump("1.4.2", "1.4.2", same), (Bump::None, next("1.4.2"), Some(false)));
    assert_eq!(bump("1.4.2", "1.4.2", text), (Bump::Patch, next("1.4.3"), Some(true)));
    assert_eq!(bump("1.4.2", "1.5.0", additive), (Bump::Minor, next("1.5.0"), Some(false)));
    assert_eq!(bump("1.4.2", "1.9.0", breaking), (Bump::Major, next("2.0.0"), Some(true)));
    assert_eq!(bump("1.4.2", "3.0.0", breaking), (Bump::Major, next("2.0.0"), Some(false)));
    assert_eq!(bump("0.4.2", "0.5.0", breaking), (Bump::Minor, next("0.5.0"), Some(false)));
    assert_eq!(bump("1.4.2", "2.0.0-rc.1", breaking), (Bump::Major, next("2.0.0"), Some(false)));
    assert_eq!(bump("2.0.0-rc.1", "2.0.0-rc.2", breaking), (Bump::Major, next("2.0.0"), Some(false)));
    assert_eq!(bump("v1.4.2", "v1.9.0", breaking), (Bump::Major, next("2.0.0"), Some(true)));
    assert_eq!(bump("\"2026-02\"", "\"2026-11\"", breaking), (Bump::Major, None, Some(false)));
    assert_eq!(bump("\"2026-02\"", "\"2026-02\"", breaking), (Bump::Major, None, Some(true)));
    // Text that is not a version, and numbers that are too large.
    assert_eq!(bump("next", "2.0.0", breaking), (Bump::Major, None, None));
    assert_eq!(bump("1.4.18446744073709551616", "2.0.0", breaking), (Bump::Major, None, None));
    assert_eq!(bump("18446744073709551615.0.0", "2.0.0", breaking), (Bump::Major, None, Some(true)));
}

#[test]
fn every_audience_has_a_rule() {
    let reached = |audience: &Audience| Rule::ALL.iter().any(|rule| rule.audiences().contains(audience));
    assert!(Audience::ALL.iter().all(reached));
    assert!(Rating::ALL.iter().all(|rating| Rule::ALL.iter().any(|rule| rule.rating() == *rating)));
}

#[test]
fn an_audience_with_its_own_rating_is_listed() {
    for rule in Rule::ALL {
        let has = |audience| rule.audiences().contains(&audience);
        assert_eq!(has(Audience::Rust), rule.rust().is_some(), "{rule}");
        assert_eq!(has(Audience::Sdk), rule.sdk().is_some(), "{rule}");
        let is_of_clients = [Audience::Branching, Audience::Retrying, Audience::Reading, Audience::Billing].map(has);
        assert!(rule.rating() > Rating::Internal || is_of_clients == [false; 4], "{rule}");
    }
}

#[test]
fn a_header_with_the_wait_affects_clients_that_retry() {
    let old = catalog("base.yaml", &base());
    let new = base().replace("    headers: {Retry-After: \"1\"}\n", "").replace("after: Retry-After, ", "");
    let changes = diff(&old, &catalog("new", &new)).changes;
    let removed = changes.iter().find(|change| change.path.contains("headers")).expect("a header less");
    assert_eq!(removed.audiences, [Audience::Reading, Audience::Retrying]);
}

#[test]
fn a_change_of_something_shared_names_the_errors_that_have_it() {
    let old = catalog("base.yaml", &base());
    let new = catalog("new", &base().replace("success: false", "success: true"));
    let changes = diff(&old, &new).changes;
    assert_eq!(changes[0].errors, ["SOLD_OUT", "DISCONTINUED", "TOO_MANY", "BUSY", "BROKEN", "SECRET"]);
    assert_eq!(changes[0].origin(), Some(&old.errors[0].origin));
}

#[test]
fn a_change_of_only_the_type_of_a_code_is_visible() {
    let with = |code: &str| {
        let text =
            format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{GONE: {{code: {code}, status: 410, fix: Look.}}}}\n");
        catalog(code, &text)
    };
    let fact = |old, new| diff(&with(old), &with(new)).changes[0].fact();
    assert_eq!(fact("17", "'17'"), "errors.GONE.code: 17 -> \"17\"");
    assert_eq!(fact("17", "18"), "errors.GONE.code: 17 -> 18");
    assert_eq!(fact("gone", "away"), "errors.GONE.code: gone -> away");
}

#[test]
fn a_long_text_is_cut_around_its_change() {
    let long = "The warehouse has no more of it. ".repeat(9);
    let with = |end: &str| {
        let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{GONE: {{status: 410, fix: {long}{end}}}}}\n");
        catalog(end, &text)
    };
    let changes = diff(&with("Wait for it."), &with("Look elsewhere.")).changes;
    assert_eq!(
        changes[0].values(40),
        [
            Some("…arehouse has no more of it. Wait for it.".to_owned()),
            Some("…house has no more of it. Look elsewhere.".to_owned())
        ]
    );
}

#[test]
fn a_policy_for_unknown_errors_is_a_promise() {
    let with = |initial: &str, policy: &str| {
        let text = format!(
            "errbook: 1\napi: {{name: Shop}}\nretry: {{slow: {{initial: {initial}}}, other: {{initial: 1s}}}}\n\
             unknown: {{502: {{retry: {policy}}}}}\nerrors: {{GONE: {{status: 410, fix: Look.}}}}\n"
        );
        catalog(initial, &text)
    };
    assert_eq!(
        verdict('>', &diff(&with("1s", "slow"), &with("9s", "slow"))),
        "> breaking backoff-lengthened retry.slow.backoff: 1s each time -> 9s each time\n"
    );
    assert_eq!(
        verdict('>', &diff(&with("1s", "slow"), &with("9s", "other"))),
        "\
> additive policy-renamed unknown.502.retry: slow -> other
> internal backoff-lengthened retry.slow.backoff: 1s each time -> 9s each time
"
    );
}

#[test]
fn the_comparison_with_others_has_our_ratings() {
    let page = std::fs::read_to_string("../docs/diff-compared.md").expect("readable");
    let mut compared = 0;
    for row in page.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (name, rest) = row.split_once("` | ").expect("a row");
        let rule = Rule::from_name(name).unwrap_or_else(|| panic!("there is no rule {name}"));
        assert!(rest.starts_with(&format!("{} | ", rule.rating().name())), "{row}");
        compared += 1;
    }
    assert!(compared > 20, "{compared} rows");
}

/// The API never sends a symptom, and no generated code has it.
#[test]
fn only_readers_see_a_symptom() {
    let text = |entry: &str| format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{GONE: {{status: 410}}{entry}}}\n");
    let with = |entry: &str| catalog("a symptom", &text(entry));
    let (none, late) = (with(""), with(", LATE: {code: null, cause: The queue is long.}"));
    let renamed = catalog(
        "renamed",
        &(text(", SLOW: {code: null, cause: The queue is long.}") + "retired: {LATE: {use: SLOW}}\n"),
    );
    for (old, new, rule) in
        [(&none, &late, Rule::ErrorAdded), (&late, &none, Rule::ErrorRemoved), (&late, &renamed, Rule::ErrorRenamed)]
    {
        let diff = diff(old, new);
        let change = diff.changes.iter().find(|change| change.rule == rule).expect("the change");
        assert_eq!((change.rating, change.sdk, change.rust), (Rating::Text, None, None), "{rule:?}");
        assert_eq!(change.audiences, [Audience::Docs], "{rule:?}");
    }
}

/// A member often becomes sensitive after its example was published.
#[test]
fn an_example_is_not_shown_if_one_version_calls_it_sensitive() {
    let version = |member: &str, example: &str| {
        let types = format!("types: {{Login: {{fields: {{password: {member}}}}}, Two: {{fields: {{login: Login}}}}}}");
        let details = format!("{{two: {{type: array<Two>, example: [{{login: {{password: {example}}}}}]}}}}");
        catalog(
            "a login",
            &format!("errbook: 1\napi: {{name: Shop}}\n{types}\nerrors: {{A: {{status: 401, details: {details}}}}}\n"),
        )
    };
    let [shown, hidden] = [version("string", "hunter2"), version("{type: string, sensitive: true}", "changed")];
    for (old, new) in [(&shown, &hidden), (&hidden, &shown)] {
        let diff = diff(old, new);
        assert!(diff.changes.iter().any(|change| change.rule == Rule::ExampleChanged));
        assert!(!format!("{:?}", diff.changes).contains("hunter2"), "{:?}", diff.changes);
    }
}

/// Two catalogs in which everything changed. Code that compares each part with all others does not
/// finish, so the test needs no clock.
#[test]
fn a_large_catalog_is_compared_part_by_part() {
    const COUNT: usize = 5_000;
    let all = |line: &dyn Fn(usize) -> String| (0..COUNT).map(line).collect::<String>();
    let text = |suffix: &str, shift: usize, wait: &str| {
        let sections = [
            "errbook: 1\napi: {name: Shop}\ngenerate: {typescript: errors.ts}\nretry:\n".to_owned(),
            all(&|at| format!("  p{at}: {{initial: {}{wait}}}\n", at + 1)),
            "predicates:\n".to_owned(),
            all(&|at| format!("  is_{at}: [E{}]\n", (at + shift) % COUNT)),
            "errors:\n".to_owned(),
            all(&|at| format!("  E{at}: {{status: 503, code: {suffix}{at}, fix: Wait., retry: p{at}}}\n")),
            all(&|at| format!("  {suffix}_{at}: {{status: 404, fix: Look.}}\n")),
            all(&|at| {
                format!("  M_{suffix}_{at}: {{code: null, message: No. {at} is broken., cause: Age., fix: Mend it.}}\n")
            }),
            "retired:\n".to_owned(),
            all(&|at| format!("  gone_{suffix}_{at}: {{}}\n")),
            "diff:\n  accept:\n".to_owned(),
            all(&|at| {
                format!("    - {{rule: code-changed, path: errors.E{at}.code, reason: Nobody has it., until: 9.0.0}}\n")
            }),
        ];
        sections.concat()
    };
    let diff = diff(&catalog("old", &text("was", 0, "s")), &catalog("new", &text("is", 1, "m")));
    let count = |rule: Rule| diff.changes.iter().filter(|change| change.rule == rule).count();
    let rules = [Rule::CodeChanged, Rule::ErrorRemoved, Rule::ErrorRenamed, Rule::TombstoneRemoved];
    assert_eq!(rules.map(count), [COUNT; 4]);
    assert_eq!(count(Rule::PredicateChanged), 2 * COUNT);
    let is_accepted =
        |change: &&errbook_history::diff::Change| change.rule == Rule::CodeChanged && change.accepted.is_some();
    assert_eq!(diff.changes.iter().filter(is_accepted).count(), COUNT);
    assert!(diff.stale.is_empty());
    // Beyond a million pairs, nobody renamed anything.
    assert_eq!(diff.likely_renames().len(), 204);
}
