use super::{Place, api};

fn ids(place: &Place, args: &[&str]) -> Vec<String> {
    let mut all = vec!["list", "--format", "json"];
    all.extend(args);
    let ran = place.expect(0, &all);
    let errors: Vec<serde_json::Value> = serde_json::from_str(&ran.stdout).expect("JSON");
    errors.iter().map(|error| error["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn a_table() {
    let ran = Place::with_shop().expect(0, &["list"]);
    assert_eq!(
        ran.stdout,
        "\
STATUS  ID        TITLE     RETRY  GROUP
409     SOLD_OUT  Sold out  no     stock
503     CLOSED    Closed    yes    other
"
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_table_of_every_kind_of_entry() {
    insta::assert_snapshot!(Place::new().expect(0, &["list", &api("social-neuron.yaml")]).stdout);
    insta::assert_snapshot!(Place::new().expect(0, &["list", &api("socia-hive.yaml")]).stdout);
}

#[test]
fn errors_must_match_all_filters() {
    let place = Place::with_shop();
    for (args, expected) in [
        (&["--status", "409"][..], &["SOLD_OUT"][..]),
        (&["--status", "4xx"], &["SOLD_OUT"]),
        (&["--status", "4xx,503"], &["SOLD_OUT", "CLOSED"]),
        (&["--status", "200"], &[]),
        (&["--group", "other"], &["CLOSED"]),
        (&["--group", "other", "--status", "4xx"], &[]),
        (&["--retryable"], &["CLOSED"]),
        (&["--retryable", "errors.yaml"], &["CLOSED"]),
        (&["--retryable=no"], &["SOLD_OUT"]),
        (&["--retryable=idempotent"], &[]),
    ] {
        assert_eq!(ids(&place, args), expected, "{args:?}");
    }
}

#[test]
fn each_entry_has_its_place() {
    let ran = Place::with_shop().expect(0, &["list", "--status", "503", "--format", "json"]);
    let errors: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        errors,
        serde_json::json!([{
            "catalog": "errors.yaml", "api": "Shop",
            "id": "CLOSED", "slug": "closed", "kind": "response", "code": "CLOSED", "status": [503],
            "title": "Closed", "group": "other", "retryable": true, "fault": null,
            "visibility": "public",
            "mask": null,
            "owner": null, "origin": {"file": "errors.yaml", "line": 7},
        }])
    );
}

#[test]
fn several_catalogs_have_a_table_each() {
    let place = Place::with_shop();
    place.put(
        "bank.yaml",
        &super::named("Bank")
            .replace("CLOSED", "NIGHT")
            .replace("other: {title", "idle: {title")
            .replace("group: other", "group: idle"),
    );
    let both = ["bank.yaml", "errors.yaml"];
    let list = |args: &[&str]| place.expect(0, &[&["list"], args, &both].concat()).stdout;
    assert_eq!(
        list(&["--status", "503"]),
        "\
Bank
STATUS  ID     TITLE  RETRY  GROUP
503     NIGHT  Night  yes    idle

Shop
STATUS  ID      TITLE   RETRY  GROUP
503     CLOSED  Closed  yes    other
"
    );
    // A catalog without a match, or without the group, has no table.
    assert!(list(&["--group", "idle"]).starts_with("Bank\n") && !list(&["--group", "idle"]).contains("Shop"));
    assert_eq!(ids(&place, &["--status", "503", "bank.yaml", "errors.yaml"]), ["NIGHT", "CLOSED"]);
    let ran = place.expect(0, &["list", "--status", "418", "bank.yaml", "errors.yaml"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", "No error matches.\n"));
    let ran = place.expect(2, &["list", "--group", "none", "bank.yaml", "errors.yaml"]);
    assert_eq!(ran.stderr, "error: unknown group `none`\nhelp: the groups are stock, idle, other\n");
}

#[test]
fn no_match_is_reported_on_stderr() {
    let ran = Place::with_shop().expect(0, &["list", "--status", "418"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", "No error matches.\n"));
}

#[test]
fn wrong_filters_are_errors_of_usage() {
    let place = Place::with_shop();
    for args in [&["--status", "600"][..], &["--status", "4x"], &["--retryable=maybe"], &["--format", "yaml"]] {
        let mut all = vec!["list"];
        all.extend(args);
        let ran = place.expect(2, &all);
        assert_eq!(ran.stdout, "");
    }
    let ran = place.expect(2, &["list", "--group", "stok"]);
    assert_eq!(ran.stderr, "error: unknown group `stok`\nhelp: did you mean `stock`?\n");
}

#[test]
fn a_catalog_cannot_control_the_terminal() {
    let place = Place::new();
    place.put(
        "errors.yaml",
        "errbook: 1\napi: {name: Shop}\nerrors: {A: {status: 400, title: \"x\\e[2Jy\", fix: \"\\e]0;z\\a\", description: d}}\n",
    );
    for args in [["list", "errors.yaml"], ["explain", "A"]] {
        let mut command = place.command(&args);
        // Even if colors are forced.
        command.env("CLICOLOR_FORCE", "1");
        let stdout = super::ran(&mut command).stdout;
        assert!(stdout.contains("x\\u{1b}[2Jy"), "{stdout}");
        assert!(!stdout.contains("\u{1b}[2J") && !stdout.contains('\u{7}'), "{stdout:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_an_error() {
    use std::process::{Command, Stdio};

    let shell = |script: &str| {
        let output = Command::new("sh")
            .args(["-c", script, "sh", env!("CARGO_BIN_EXE_errbook"), &api("social-neuron.yaml")])
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    // `exec true` ends before there is any output. The status goes to stderr, past the pipe.
    for arguments in ["list \"$2\"", "schema", "completions bash", "explain 429 \"$2\"", "check \"$2\""] {
        let script = format!("{{ sleep 0.2; \"$1\" {arguments}; echo \"status $?\" >&2; }} | exec true");
        assert_eq!(shell(&script), "status 0\n", "{arguments}");
    }
}
