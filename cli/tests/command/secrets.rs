//! No command prints the value of a sensitive field. Only commands for the team print internal
//! errors. The text of a catalog is an exception: its lock, its excerpts in reports, and a dry run.

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
retired: {old_db: {use: CELLAR_db}, older_db: {note: It is gone.}}
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

    let team: [&[&str]; 12] = [
        &["list"],
        &["list", "--format", "json"],
        &["explain", "CELLAR_db"],
        &["explain", "wrong_password"],
        &["explain", "old_db"],
        &["explain", "500"],
        &["diff"],
        &["diff", "old.yaml", "errors.yaml"],
        &["diff", "errors.yaml", "old.yaml"],
        &["diff", "--format", "json"],
        &["diff", "--format", "github"],
        &["audit"],
    ];
    let clients: [&[&str]; 9] = [
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
            // A report quotes the catalog, and the summary of a release names the edited paths.
            let text = if code == Some(0) && args[0] != "release" { format!("{stdout}{stderr}") } else { stdout };
            pairs += search(&args.join(" "), &text, is_for_the_team);
        }
    }
    for file in place.files() {
        if !["errors.yaml", "old.yaml", "errbook.lock"].contains(&file.as_str()) {
            outputs += 1;
            pairs += search(&file, &place.text(&file), file.ends_with("errors.rs"));
        }
    }
    println!("{outputs} outputs, {pairs} pairs of an output and a secret");
    assert!(outputs > 45 && pairs > 1_200, "{outputs} {pairs}");
    assert!(names_of_errors >= 4, "the team sees internal errors: {names_of_errors}");
    assert!(place.text("CHANGELOG.md").contains("broken"), "{}", place.text("CHANGELOG.md"));
}
