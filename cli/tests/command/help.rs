use super::Place;

const COMMANDS: [&str; 18] = [
    "generate",
    "site",
    "serve",
    "check",
    "audit",
    "list",
    "openapi",
    "explain",
    "owners",
    "diff",
    "release",
    "rename",
    "fmt",
    "init",
    "import",
    "templates",
    "schema",
    "completions",
];

#[test]
fn help_teaches() {
    for command in [""].into_iter().chain(COMMANDS) {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|arg| !arg.is_empty()).collect();
        let ran = Place::new().expect(0, &args);
        assert_eq!(ran.stderr, "");
        assert!(ran.stdout.contains("Examples:\n"), "{command}");
        let name = if command.is_empty() { "errbook" } else { command };
        insta::assert_snapshot!(format!("help-{name}"), ran.stdout);
    }
}

#[test]
fn help_is_a_subcommand_too() {
    let place = Place::new();
    assert_eq!(place.expect(0, &["help", "generate"]).stdout, place.expect(0, &["generate", "--help"]).stdout);
}

#[test]
fn wrong_usage_ends_with_2_on_stderr() {
    for args in [&[][..], &["frobnicate"], &["generate", "--outt", "x"], &["completions"]] {
        let ran = Place::new().expect(2, args);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains("Usage: errbook"), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_version() {
    let ran = Place::new().expect(0, &["--version"]);
    assert_eq!(ran.stdout, format!("errbook {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn schemas_are_valid_and_accept_the_outputs() {
    let place = Place::with_shop();
    let schema = |args: &[&str]| -> serde_json::Value {
        let ran = place.expect(0, args);
        assert!(ran.stdout.ends_with("}\n"));
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let catalog = schema(&["schema"]);
    jsonschema::meta::validate(&catalog).expect("a JSON Schema");
    assert_eq!(catalog["title"], "errbook catalog");
    let export = jsonschema::validator_for(&schema(&["schema", "--export"])).expect("a JSON Schema");
    place.expect(0, &["generate"]);
    let generated = serde_json::from_str(&place.text("errors.json")).expect("JSON");
    let errors: Vec<String> = export.iter_errors(&generated).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let vectors = jsonschema::validator_for(&schema(&["schema", "--vectors"])).expect("a JSON Schema");
    place.put(
        "shop.yaml",
        "errbook: 1\napi: {name: Shop}\nerrors: {GONE: {status: 410, fix: Look.}}\ngenerate: {python: true}\n",
    );
    place.expect(0, &["generate", "shop.yaml", "--out", "out"]);
    let generated = serde_json::from_str(&place.text("out/shop/vectors.json")).expect("JSON");
    assert!(vectors.is_valid(&generated));
    assert!(place.text("out/shop/errors.py").contains("class GoneError(ShopError):"));
    assert!(!place.files().contains(&"out/shop/errors.ts".to_owned()));
}

#[test]
fn completions_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Place::new().expect(0, &["completions", shell]);
        for command in COMMANDS {
            assert!(ran.stdout.contains(command), "{shell}: {command}");
        }
    }
}
