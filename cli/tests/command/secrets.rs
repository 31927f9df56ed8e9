//! No command prints the value of a sensitive field. Only commands for the team print internal
//! errors. The lock of a catalog is an exception: it has the text of the catalog.

use super::{Place, Ran};

/// `QUIET` and `CELLAR` mark secrets; `%` differs between two releases. Each key of an error
/// that can have a text is there.
const BANK: &str = "\
errbook: 1
api: {name: Bank, version: 1.%.0, doc_url: 'https://bank.example/{slug}'}
context: {session: {type: string, sensitive: true, optional: true, example: QUIET%a}}
envelopes:
  default:
    body: {code: '{code}', message: '{message}', details: '{details?}', session: '{context.session?}'}
  inner: {body: {CELLAR_member%: '{message}'}}
retry: {CELLAR_policy: {backoff: fixed, initial: %s, attempts: 3}}
groups:
  money: {title: Money}
  cellar: {title: CELLAR_group%, defaults: {visibility: internal, envelope: inner}}
types:
  Login: {fields: {user: {type: string, example: ada}, password: {type: string, sensitive: true, example: QUIET%b}}}
  Node: {fields: {host: {type: string, example: CELLAR_host%}}, doc: CELLAR_type%}
predicates: {is_down: [broken, CELLAR_db], is_cellar: [CELLAR_db]}
errors:
  broken: {status: 500, message: It broke., description: It broke %., fix: Report it., group: money}
  wrong_password:
    status: 403
    group: money
    description: The password is wrong.
    fix: Ask again.
    details:
      login: {type: Login, example: {user: ada, password: QUIET%c}}
      token: {type: string, sensitive: true, example: QUIET%d}
    examples:
      - {title: Twice, details: {token: QUIET%e, login: {user: bob, password: QUIET%f}}, context: {session: QUIET%g}}
  CELLAR_db:
    code: CELLAR_code%
    status: 503
    group: cellar
    title: CELLAR_title%
    message: 'CELLAR_message% {host}'
    description: CELLAR_description%
    cause: CELLAR_cause%
    fix: CELLAR_fix%
    notes: CELLAR_notes%
    retry: CELLAR_policy
    since: 1.0.0
    snippets: [{lang: sh, code: CELLAR_code%}]
    headers: {X-Host: 'CELLAR_header%'}
    details:
      host: {type: string, example: CELLAR_example%, doc: CELLAR_doc%}
      key: {type: string, sensitive: true, example: QUIET%h}
      node: {type: Node}
  CELLAR_old: {status: 597, group: cellar, fix: CELLAR_fix%, deprecated: {use: broken, note: CELLAR_note%}}
  NEXT
retired: {old_db: {use: CELLAR_db}, older_db: {note: It is gone.}, CELLAR_was: {use: CELLAR_db, visibility: internal, note: CELLAR_note%}}
lints: {id-style: allow, unused-detail: allow}
generate:
  docs: {dir: docs, redirects: _redirects}
  openapi: {file: openapi.yaml}
  json: errors.json
  llms: llms.txt
  rust: src/errors.rs
";

fn bank(version: &str, next: &str) -> String {
    BANK.replace('%', version).replace("NEXT", next)
}

/// Searches a text for secrets. Returns the number of secrets.
#[track_caller]
fn search(name: &str, text: &str, is_for_the_team: bool) -> usize {
    let secrets = ["QUIET", "CELLAR"];
    let forbidden = if is_for_the_team { &secrets[..1] } else { &secrets[..] };
    for secret in forbidden {
        let at = text.to_uppercase().find(secret);
        assert_eq!(at.and_then(|at| text.get(at..(at + 30).min(text.len()))), None, "{name}:\n{text}");
    }
    forbidden.iter().map(|secret| BANK.matches(secret).count()).sum()
}

#[test]
fn no_command_prints_a_secret() {
    let place = Place::new();
    let added = "CELLAR_new: {status: 599, group: cellar, message: CELLAR_new, details: {key: {type: string, sensitive: true, example: QUIET}}}";
    place.put("old.yaml", &bank("1", "CELLAR_gone: {status: 598, group: cellar, fix: CELLAR_fix}"));
    place.put("errors.yaml", &bank("1", "CELLAR_gone: {status: 598, group: cellar, fix: CELLAR_fix}"));
    place.expect(0, &["release", "1.1.0"]);
    place.put("errors.yaml", &bank("2", added));

    place.put("renamed.yaml", &bank("1", added));
    place.expect(0, &["rename", "CELLAR_db", "CELLAR_store", "renamed.yaml"]);
    assert!(place.text("renamed.yaml").contains("CELLAR_db: {use: CELLAR_store, visibility: internal}"));

    let team: [&[&str]; 14] = [
        &["list"],
        &["list", "--format", "json"],
        &["explain", "CELLAR_db"],
        &["explain", "wrong_password"],
        &["explain", "old_db"],
        &["explain", "CELLAR_was"],
        &["diff", "old.yaml", "renamed.yaml"],
        &["explain", "500"],
        &["diff"],
        &["diff", "old.yaml", "errors.yaml"],
        &["diff", "errors.yaml", "old.yaml"],
        &["diff", "--format", "json"],
        &["diff", "--format", "github"],
        &["audit"],
    ];
    let clients: [&[&str]; 12] = [
        &["diff", "old.yaml", "renamed.yaml", "--format", "markdown"],
        &["generate", "renamed.yaml", "--out", "renamed"],
        &["site", "renamed.yaml", "--out", "renamed/site"],
        &["diff", "--format", "markdown"],
        &["diff", "old.yaml", "errors.yaml", "--format", "markdown"],
        &["diff", "errors.yaml", "old.yaml", "--format", "markdown"],
        &["openapi"],
        &["generate"],
        &["generate", "--out", "all"],
        &["site", "--out", "site"],
        &["release", "1.2.0", "--changelog", "CHANGELOG.md"],
        &["owners"],
    ];
    let (mut outputs, mut pairs, mut names_of_errors) = (0, 0, 0);
    for (is_for_the_team, commands) in [(true, &team[..]), (false, &clients[..])] {
        for args in commands {
            let Ran { code, stdout, stderr } = place.run(args);
            assert!(matches!(code, Some(0 | 1)), "{args:?}: {stderr}");
            outputs += 1;
            names_of_errors += usize::from(stdout.contains("CELLAR_db"));
            // A report quotes internal errors, and the summary of a release names the edited paths.
            let text = if code == Some(0) && args[0] != "release" { format!("{stdout}{stderr}") } else { stdout };
            search(&args.join(" "), &stderr, true);
            pairs += search(&args.join(" "), &text, is_for_the_team);
        }
    }
    for file in place.files() {
        if !["errors.yaml", "old.yaml", "renamed.yaml", "errbook.lock"].contains(&file.as_str()) {
            outputs += 1;
            pairs += search(&file, &place.text(&file), file.ends_with("errors.rs"));
        }
    }
    println!("{outputs} outputs, {pairs} pairs of an output and a secret");
    assert!(outputs > 45 && pairs > 1_200, "{outputs} {pairs}");
    assert!(names_of_errors >= 4, "the team sees internal errors: {names_of_errors}");
    assert!(place.text("CHANGELOG.md").contains("broken"), "{}", place.text("CHANGELOG.md"));
}

/// Catalogs with a mistake in or next to the example of a sensitive field.
#[test]
fn no_report_of_an_invalid_catalog_has_a_secret() {
    let head = "errbook: 1\napi: {name: Bank}\ntypes: {Login: {fields: {user: string, pin: {type: integer, sensitive: true}}}}\n";
    let detail = |detail: &str| format!("errors: {{a: {{status: 403, fix: Wait., details: {{{detail}}}}}}}\n");
    let cases = [
        detail("token: {type: uuid, sensitive: true, example: QUIET}"),
        detail("token: {type: integer, sensitive: true, example: QUIET-1}"),
        detail("token: {type: string, sensitive: true, example: 71349261}"),
        detail("token: {type: string, sensitive: true, example: 7134.9261e+3}"),
        detail("token: {type: integer, sensitive: true, example: 7134926171349261}, other: {type: integer, example: x}"),
        detail("token: {type: string, sensitive: yes, example: QUIET}"),
        detail("token: {type: string, sensitive: true, exmaple: x, example: QUIET}"),
        detail("token: {type: strin, sensitive: true, example: QUIET}"),
        detail("token: {type: json, sensitive: true, example: {QUIET: 1, QUIET: 2}}"),
        detail("token: {type: Login, sensitive: true, example: {QUIET: 1}}"),
        detail("login: {type: Login, example: {user: ada, pin: QUIET}}"),
        detail("login: {type: Login, example: {user: ada, pin: 71349261}, doc: [x]}"),
        detail("logins: {type: array<Login>, example: [{user: 1, pin: QUIET}]}"),
        detail("login: {type: string, example: {user: ada, pin: QUIET}}"),
        detail("token: {type: string, sensitive: true, example: \"QUIET}"),
        detail("token: {type: string, sensitive: true, example: QUIET: x}"),
        detail("token: {type: string, sensitive: true, example: QUIET\n"),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        type: string\n         example: QUIET\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        example: a QUIET: b\n        type: string\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        type: uuid\n        example: |\n          x\n          QUIET\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details: {token: {type: uuid, sensitive: true}}\n    examples: [{details: {token: QUIET}}]\n".to_owned(),
        detail("token: {type: string, sensitive: true, example: !QUIET}"),
        detail("token: {type: string, sensitive: true, example: !QUIET !QUIET}"),
        detail("token: {type: string, sensitive: true, example: &QUIET}, other: {type: strin}"),
        detail("token: {type: string, sensitive: true, example: *QUIET}"),
        detail("token: {type: string, sensitive: true, example: [!QUIET, &QUIET a]}"),
        detail("token: {type: string, sensitive: true, example: %QUIET}"),
        detail("token: {type: string, sensitive: true, example: @QUIET}"),
        detail("token: {type: string, sensitive: true, example: `QUIET}"),
        detail("token: {type: string, sensitive: true, example: {QUIET}"),
        detail("login: {type: Login, example: {user: &pw QUIET, pin: *pw}}"),
        detail("login: {type: Login, example: {user: ada, pin: !QUIET}}"),
        "errors:\n  a:\n    status: 403\n    fix: b\n    details:\n      password: {type: string, sensitive: true, example: !QUIET}\n      token:\n        type: string\n        sensitive: true\n        example: &QUIET!x\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        ? example\n        : !QUIET\n        type: strin\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        example:\n          - a\n          - !QUIET\n        type: strin\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        example:\n          !QUIET\n          &QUIET\n        type: strin\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        example: !QUIET |  # c\n          QUIET\n        type: strin\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details:\n      token:\n        sensitive: true\n        example: 'QUIET' QUIET\n        type: strin\n".to_owned(),
        "errors:\n  a:\n    status: 403\n    details: {token: {type: uuid, sensitive: true}}\n    examples: [{status: 404, details: {token: QUIET, tokn: QUIET}}]\n".to_owned(),
    ];
    for case in cases {
        let place = Place::new();
        place.put("errors.yaml", &format!("{head}{case}"));
        for args in [
            &["check"][..],
            &["check", "--format", "json"],
            &["check", "--format", "github"],
            &["generate", "--out", "out"],
            &["fmt", "--check"],
            &["list"],
        ] {
            let Ran { code, stdout, stderr } = place.run(args);
            assert!(code == Some(1) || code == Some(0), "{args:?}: {stderr}");
            let text = format!("{stdout}{stderr}");
            for secret in ["QUIET", "71349261", "7134926.1", "7134.9261", "7134926171349261"] {
                assert!(!text.contains(secret), "{args:?} of\n{case}\n{text}");
            }
        }
    }
}

#[test]
fn no_diff_of_a_catalog_has_a_secret() {
    let place = Place::new();
    place.put("errors.yaml", "errbook: 1\napi: {name: Bank, version: 1.0.0}\nerrors:\n    a: {status:   403, fix: Wait., details: {token: {type: string,   sensitive: true, example: QUIET}}}\n");
    let ran = place.expect(1, &["fmt", "--check"]);
    assert!(ran.stdout.contains("sensitive: true") && !ran.stdout.contains("QUIET"), "{}", ran.stdout);
    let ran = place.expect(0, &["release", "1.0.1", "--dry-run"]);
    assert!(ran.stdout.contains("errbook.lock") && !ran.stdout.contains("QUIET"), "{}", ran.stdout);
}
