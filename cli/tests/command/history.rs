//! Ten releases of a bundled catalog in a repository. Each is edited, checked against its version,
//! generated, committed and tagged.

use std::fmt::Write as _;

use super::{Place, api, ran};
use Edit::{Rename, Retire, Text};

/// An edit of the catalog before a release.
enum Edit {
    /// Replaces a text.
    Text(&'static str, &'static str),
    /// Removes an error, and names its replacement.
    Retire(&'static str, &'static str),
    Rename(&'static str, &'static str),
}

/// A release: the edits, the rejected versions, the accepted version, and a text on a page.
type Release = (&'static [Edit], &'static [&'static str], &'static str, (&'static str, &'static [&'static str]));

const TOO_LARGE: &str = "  PAYLOAD_TOO_LARGE:
    status: 413
    title: Request too large
    description: The URL is longer than the gateway takes.
    fix: Ask for fewer handles at once.
    refund: not_charged
    group: codes

  ENDPOINT_NOT_FOUND:
";

const HISTORY: [Release; 10] = [
    (
        &[
            Text("  name: SocialCrawl\n", "  name: SocialCrawl\n  version: 1.0.0\n"),
            Text("lints:\n", "generate:\n  docs: {dir: docs}\n\nlints:\n"),
        ],
        &[],
        "1.0.0",
        ("method-not-allowed", &["Send a GET request."]),
    ),
    (
        &[Text("Send a GET request.", "Send the request as GET.")],
        &["1.0.0"],
        "1.0.1",
        ("method-not-allowed", &["Send the request as GET."]),
    ),
    (&[Text("  ENDPOINT_NOT_FOUND:\n", TOO_LARGE)], &["1.0.2"], "1.1.0", ("payload-too-large", &["413", "1.1.0"])),
    (
        &[Text(
            "    fix: Compare your request with the required parameters of the endpoint.\n",
            "    message: \"{parameter} is not valid.\"\n    details: {parameter: {type: string, example: handle}}\n    fix: Compare your request with the required parameters of the endpoint.\n",
        )],
        &["1.1.0"],
        "1.2.0",
        ("invalid-request", &["parameter", "handle is not valid."]),
    ),
    (
        &[Text(
            "    title: Endpoint not found\n",
            "    title: Endpoint not found\n    deprecated: {use: RESOURCE_NOT_FOUND, note: One 404 is enough.}\n",
        )],
        &["1.2.1"],
        "1.3.0",
        ("endpoint-not-found", &["1.3.0", "One 404 is enough.", "resource-not-found.md"]),
    ),
    (
        &[Text("    title: Idempotency key conflict\n", "    title: Idempotency key conflict\n    retryable: true\n")],
        &["1.3.1"],
        "1.4.0",
        ("idempotency-key-conflict", &["409"]),
    ),
    (
        &[Text(
            "  IDEMPOTENCY_KEY_PAYLOAD_MISMATCH:\n    status: 422\n",
            "  IDEMPOTENCY_KEY_PAYLOAD_MISMATCH:\n    status: 409\n",
        )],
        &["1.4.1", "1.5.0"],
        "2.0.0",
        ("idempotency-key-payload-mismatch", &["409"]),
    ),
    (
        &[Retire("ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND")],
        &["2.1.0"],
        "3.0.0",
        ("endpoint-not-found", &["3.0.0", "resource-not-found.md"]),
    ),
    (
        &[Rename("METHOD_NOT_ALLOWED", "ONLY_GET")],
        &["3.0.1", "3.1.0"],
        "4.0.0",
        ("method-not-allowed", &["4.0.0", "only-get.md"]),
    ),
    (
        &[
            Text("    title: Invalid parameters\n", "    title: Invalid parameter\n"),
            Text("refund: not_charged", "refund: false"),
        ],
        &["4.1.0"],
        "5.0.0",
        ("missing-api-key", &["Missing API key"]),
    ),
];

impl Place {
    fn edit(&self, edit: &Edit) {
        let text = self.text("errors.yaml");
        let edited = match edit {
            Text(from, to) => {
                assert!(text.contains(from), "{from}\nis not in\n{text}");
                text.replacen(from, to, 1)
            }
            Retire(id, replacement) => {
                let (before, rest) = text.split_once(&format!("  {id}:\n")).expect("the error");
                let (_, after) = rest.split_once("\n\n").expect("an error after it");
                format!("{before}{after}\nretired:\n  {id}: {{use: {replacement}}}\n")
            }
            Rename(old, new) => return drop(self.expect(0, &["rename", old, new])),
        };
        self.put("errors.yaml", &edited);
    }

    fn in_git(&self, command: &str) -> String {
        let mut bash = std::process::Command::new("bash");
        let ran = ran(bash.args(["-e", "-c", command]).current_dir(self.path(".")));
        assert_eq!(ran.code, Some(0), "{command}: {ran:#?}");
        ran.stdout
    }
}

#[test]
fn ten_releases_of_a_bundled_catalog() {
    let place = Place::new();
    let text = std::fs::read_to_string(api("social-crawl.yaml")).expect("readable");
    // The first edit asks for other outputs.
    place.put(
        "errors.yaml",
        &text.replace("generate: {typescript: true, python: true, snippets: [typescript, python, rust, curl]}\n\n", ""),
    );
    for prose in ["refunds.md", "debugging.md"] {
        let text = std::fs::read_to_string(api(&format!("social-crawl/{prose}"))).expect("readable");
        place.put(&format!("social-crawl/{prose}"), &text);
    }
    place.in_git("git init --quiet . && git config user.name A && git config user.email a@example.com");
    let mut last: Option<&str> = None;
    let mut report = String::new();
    for (edits, rejected, version, (page, says)) in &HISTORY {
        edits.iter().for_each(|edit| place.edit(edit));
        let _ = writeln!(report, "== {version}");
        for version in *rejected {
            let ran = place.expect(1, &["release", version]);
            let _ = writeln!(report, "{}", ran.stderr.trim_end());
        }
        if let Some(last) = last {
            // The changes are the same, compared with git and with the lock.
            let against = place.expect(0, &["diff", "--against", last, "--format", "json"]);
            let locked = place.expect(0, &["diff", "--format", "json"]);
            let changes =
                |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON")["changes"].clone();
            let brief = |changes: serde_json::Value| -> Vec<String> {
                let of =
                    |change: &serde_json::Value| format!("{} {} {}", change["rating"], change["rule"], change["path"]);
                changes.as_array().expect("changes").iter().map(of).collect()
            };
            let changes = [against.stdout, locked.stdout].map(|text| brief(changes(&text)));
            assert_eq!(changes[0], changes[1]);
            let _ = writeln!(report, "{}", changes[0].join("\n").replace('"', ""));
        }
        let ran = place.expect(0, &["release", version, "--changelog", "CHANGELOG.md"]);
        let _ = writeln!(report, "{}", ran.stderr.trim_end());
        place.expect(0, &["generate"]);
        place.expect(0, &["generate", "--check"]);
        place.in_git(&format!("git add --all && git commit --quiet --message {version} && git tag {version}"));
        if let Some(last) = last {
            // Pages that link to it change too; the tests of the pages check them.
            let changed = place.in_git(&format!("git diff --no-renames --name-status {last} {version} -- 'docs/*.md'"));
            assert!(changed.contains(&format!("docs/{page}.md\n")), "{version}: {changed}");
            let pages: String = changed.split_inclusive('\n').filter(|line| !line.starts_with('M')).collect();
            report.push_str(&pages);
        }
        let text = place.text(&format!("docs/{page}.md"));
        for says in *says {
            assert!(text.contains(says), "{version}: no `{says}` in\n{text}");
        }
        last = Some(version);
    }
    insta::assert_snapshot!("bundled-history", report);
    insta::assert_snapshot!("bundled-history-changelog", place.text("CHANGELOG.md"));
}
