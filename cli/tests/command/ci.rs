//! Runs the workflow and the hooks of docs/ci.md as GitHub and git would.

use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

use super::{Place, Ran, SHOP, ran};

/// A file on the page, by the name on its first line.
fn shown(name: &str) -> Value {
    let page = std::fs::read_to_string(root().join("docs/ci.md")).expect("the page");
    let (_, file) = page.split_once(&format!("```yaml\n# {name}\n")).expect("the file");
    let (file, _) = file.split_once("\n```").expect("the end of it");
    serde_yaml::from_str(file).expect("YAML")
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).map(|value| value.as_str().expect("a text"))
}

#[derive(Debug, Clone, Copy)]
enum Event {
    /// Into `main`.
    PullRequest,
    Push,
    Tag(&'static str),
}

impl Event {
    fn fits(self, condition: Option<&str>) -> bool {
        match condition {
            None => true,
            Some("github.event_name == 'pull_request'") => matches!(self, Event::PullRequest),
            Some("startsWith(github.ref, 'refs/tags/v')") => matches!(self, Event::Tag(_)),
            Some(other) => panic!("no test knows when `{other}` is true"),
        }
    }
}

/// Runs the job as GitHub does: each step in a shell that exits at the first error. Returns the
/// name of the failed step, and the output.
fn job(place: &Place, event: Event) -> (Option<String>, String) {
    let workflow = shown(".github/workflows/errors.yml");
    let steps = workflow["jobs"]["errors"]["steps"].as_sequence().expect("steps").clone();
    let mut printed = String::new();
    for step in steps {
        let Some(run) = text(&step, "run").filter(|run| !run.starts_with("cargo install ")) else { continue };
        let name = text(&step, "name").expect("a name");
        if !event.fits(text(&step, "if")) {
            continue;
        }
        let Ran { code, stdout, stderr } = ran(&mut shell(place, run, &workflow["env"], event));
        printed.push_str(&stdout);
        printed.push_str(&stderr);
        if code != Some(0) {
            return (Some(name.to_owned()), printed);
        }
    }
    (None, printed)
}

fn shell(place: &Place, run: &str, env: &Value, event: Event) -> Command {
    let mut command = place.shell(&["-e", "-c", run]);
    for (name, value) in env.as_mapping().expect("variables") {
        command.env(name.as_str().expect("a name"), value.as_str().expect("a value"));
    }
    command.env("GITHUB_STEP_SUMMARY", place.path(".git/summary.md"));
    match event {
        Event::PullRequest => command.env("GITHUB_BASE_REF", "main"),
        Event::Push => &mut command,
        Event::Tag(tag) => command.env("GITHUB_REF_NAME", tag),
    };
    command
}

impl Place {
    /// A shell that finds the command.
    fn shell(&self, arguments: &[&str]) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_errbook")).parent().expect("a folder").display().to_string();
        let mut command = Command::new("bash");
        command.args(arguments).current_dir(self.path("."));
        command.env("PATH", format!("{binary}:{}", std::env::var("PATH").expect("PATH")));
        command
    }

    /// The shop with all its outputs on the branch `main`, as GitHub checks it out.
    fn repository() -> Self {
        let place = Place::with_shop();
        place.expect(0, &["generate"]);
        place.git("git init --quiet --initial-branch main .");
        place.commit_all();
        place.git("git update-ref refs/remotes/origin/main HEAD");
        place
    }

    fn git(&self, command: &str) {
        let ran = ran(&mut self.shell(&["-e", "-c", command]));
        assert_eq!(ran.code, Some(0), "{command}: {ran:#?}");
    }

    fn commit_all(&self) {
        self.git("git add --all && git -c user.name=A -c user.email=a@example.com commit --quiet --message changed");
    }

    fn summary(&self) -> String {
        std::fs::read_to_string(self.path(".git/summary.md")).unwrap_or_default()
    }
}

#[test]
fn a_pull_request_that_changes_nothing_passes() {
    let place = Place::repository();
    let (failed, printed) = job(&place, Event::PullRequest);
    assert_eq!(failed, None, "{printed}");
    assert!(place.summary().ends_with("Nothing changed for clients.\n"), "{}", place.summary());
    assert_eq!(job(&place, Event::Push).0, None);
}

#[test]
fn a_pull_request_shows_breaking_changes_and_the_lock_rejects_them() {
    let place = Place::repository();
    let breaking = SHOP.replace("status: 409", "status: 410");
    place.put("errors.yaml", &breaking);
    place.expect(0, &["generate"]);
    place.commit_all();
    let (failed, printed) = job(&place, Event::PullRequest);
    assert_eq!(failed, None, "{printed}");
    let annotation = "::error file=errors.yaml,line=6,title=status-changed::errors.SOLD_OUT.status: 409 -> 410%0A";
    assert!(printed.contains(annotation), "{printed}");
    let line = "- **Breaking:** `errors.SOLD_OUT.status`: `409` is now `410`. ";
    assert!(place.summary().contains(line), "{}", place.summary());

    place.put("errors.yaml", SHOP);
    place.expect(0, &["release", "1.0.0"]);
    place.put("errors.yaml", &breaking);
    place.commit_all();
    let (failed, printed) = job(&place, Event::PullRequest);
    assert_eq!(failed.as_deref(), Some("Check the catalog"));
    assert!(printed.contains("title=broken-promise::since 1.0.0"), "{printed}");
}

#[test]
fn each_step_fails_on_its_problem() {
    let unordered = SHOP.replace("{status: 409, message: Sold out.,", "{message: Sold out., status: 409,");
    for (catalog, step, said) in [
        (SHOP.replace("status: 409", "statsu: 409"), "Check the catalog", "::error file=errors.yaml,line=6,"),
        (unordered, "Check the format", "errors.yaml"),
        (
            SHOP.replace("Come back.", "Come again."),
            "Check the generated files",
            "To update, run:
    errbook generate errors.yaml
",
        ),
    ] {
        let place = Place::repository();
        place.put("errors.yaml", &catalog);
        place.commit_all();
        let (failed, printed) = job(&place, Event::PullRequest);
        assert_eq!(failed.as_deref(), Some(step), "{printed}");
        assert!(printed.contains(said), "{printed}");
    }
}

#[test]
fn a_code_written_by_hand_is_shown_at_its_line() {
    let place = Place::repository();
    place.put(
        "src/lib.rs",
        "pub fn body() -> Value {\n    json!({\"code\": \"SOLD_OUT\", \"message\": \"Sold out.\"})\n}\n",
    );
    let (failed, printed) = job(&place, Event::Push);
    assert_eq!(failed.as_deref(), Some("Compare the code with the catalog"), "{printed}");
    assert!(printed.contains("::warning file=src/lib.rs,line=2,"), "{printed}");
}

#[test]
fn the_pull_request_that_adds_the_catalog_has_no_comparison() {
    let place = Place::with_shop();
    place.expect(0, &["generate"]);
    place.git("git init --quiet --initial-branch main .");
    place.git("git -c user.name=A -c user.email=a@example.com commit --quiet --allow-empty --message empty");
    place.git("git update-ref refs/remotes/origin/main HEAD");
    place.commit_all();
    let (failed, printed) = job(&place, Event::PullRequest);
    assert_eq!(failed, None, "{printed}");
    assert_eq!(place.summary(), "");
}

#[test]
fn a_tag_is_a_release() {
    let place = Place::repository();
    assert_eq!(job(&place, Event::Tag("v1.0.0")).0.as_deref(), Some("Check the release"));
    place.expect(0, &["release", "1.0.0"]);
    place.commit_all();
    let (failed, printed) = job(&place, Event::Tag("v1.0.0"));
    assert_eq!(failed, None, "{printed}");
    assert_eq!(job(&place, Event::Tag("v1.1.0")).0.as_deref(), Some("Check the release"));
    // A commit after the release.
    place.put("errors.yaml", &SHOP.replace("Come back.", "Come again."));
    place.expect(0, &["generate"]);
    let (failed, printed) = job(&place, Event::Tag("v1.0.0"));
    assert_eq!(failed.as_deref(), Some("Check the release"));
    assert!(printed.contains("errors.CLOSED.fix: Come back. -> Come again."), "{printed}");
}

#[test]
fn the_workflow_installs_this_version() {
    let workflow = shown(".github/workflows/errors.yml");
    let steps = workflow["jobs"]["errors"]["steps"].as_sequence().expect("steps");
    let installs: Vec<&str> =
        steps.iter().filter_map(|step| text(step, "run")).filter(|run| run.starts_with("cargo install ")).collect();
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    assert_eq!(installs, [format!("cargo install {name} --version {version} --locked")]);
}

/// The keys that define a hook.
fn does(hook: &Value) -> [&Value; 5] {
    ["id", "name", "entry", "language", "pass_filenames"].map(|key| hook.get(key).expect(key))
}

#[test]
fn the_hooks_of_the_page_are_those_of_the_repository() {
    let file = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: Vec<Value> = serde_yaml::from_str(&file).expect("YAML");
    let config = shown(".pre-commit-config.yaml");
    let of_page = config["repos"][0]["hooks"].as_sequence().expect("hooks");
    assert_eq!(hooks.iter().map(does).collect::<Vec<_>>(), of_page.iter().map(does).collect::<Vec<_>>());
}

#[test]
fn each_hook_fails_on_its_problem() {
    let config = shown(".pre-commit-config.yaml");
    let unordered = SHOP.replace("{status: 409, message: Sold out.,", "{message: Sold out., status: 409,");
    let mistaken = SHOP.replace("status: 409", "status: 4090");
    for hook in config["repos"][0]["hooks"].as_sequence().expect("hooks") {
        let place = Place::repository();
        let entry = text(hook, "entry").expect("a command");
        let run = || ran(&mut place.shell(&["-c", entry]));
        assert_eq!(run().code, Some(0), "{entry}");
        assert_eq!(place.text("errors.yaml"), SHOP);
        place.put("errors.yaml", &mistaken);
        assert_eq!(run().code, Some(1), "{entry}");
        place.put("errors.yaml", &unordered);
        // pre-commit fails if a hook changes a file.
        let fails = run().code == Some(1) || place.text("errors.yaml") != unordered;
        assert_eq!(fails, text(hook, "id") == Some("errbook-fmt"), "{entry}");
        place.put("errors.yaml", &SHOP.replace("Come back.", "Come again."));
        assert_eq!(run().code == Some(1), text(hook, "id") == Some("errbook-generate"), "{entry}");
    }
}
