//! No output contains the value of a sensitive field, anywhere in the catalog. No output for
//! clients contains a part of an internal error.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_catalog::canary::{self, Canary, Planted, Secret};
use errbook_catalog::model::{Catalog, Flavor, GenerateDocs, OpenapiVersion};
use errbook_history::diff::{diff, public_diff};
use errbook_pages::markdown::Templates;
use errbook_pages::{markdown, plan, site};
use errbook_schema::openapi;

/// Each `CANARY` is a secret value; `%` distinguishes two catalogs.
const CATALOG: &str = "
errbook: 1
api: {name: Bank}
generate: {typescript: true, python: true, snippets: [rust, typescript, python, curl]}
context:
  session: {type: string, sensitive: true, example: CANARY%}
  device: {type: Device, example: {id: phone, key: CANARY%}}
types:
  Device:
    fields:
      id: {type: string, example: phone}
      key: {type: string, sensitive: true, example: CANARY%}
  Login:
    fields:
      user: {type: string, example: ada}
      password: {type: string, sensitive: true, example: CANARY%}
      devices: {type: array<Device>, example: [{id: a, key: CANARY%}, {id: b, key: CANARY%}]}
      by_name: {type: map<array<Device>>, example: {home: [{id: c, key: CANARY%}]}}
      before: {type: Login, optional: true, example: {user: eve, password: CANARY%, devices: [], by_name: {}}}
envelopes:
  default:
    headers: {X-Session: '{context.session}'}
    body: {code: '{code}', message: '{message}', details: '{details?}', device: '{context.device}', session: '{context.session}'}
errors:
  wrong_password:
    status: 401
    description: The password is wrong.
    fix: Ask for it again.
    headers: {WWW-Authenticate: Bearer}
    details:
      login:
        type: Login
        example:
          user: ada
          password: CANARY%
          devices: [{id: d, key: CANARY%}]
          by_name: {work: [{id: e, key: CANARY%}]}
          before: {user: eve, password: CANARY%, devices: [{id: f, key: CANARY%}], by_name: {}}
      logins: {type: array<Login>, optional: true, sensitive: true, example: [{user: CANARY%, password: CANARY%, devices: [], by_name: {}}]}
      token: {type: string, sensitive: true, example: CANARY%}
    examples:
      - title: Twice
        details: {token: CANARY%, login: {user: bob, password: CANARY%, devices: [{id: g, key: CANARY%}], by_name: {}}}
        context: {session: CANARY%, device: {id: tablet, key: CANARY%}}
  no_answer:
    message: no answer
    fix: Wait.
    details: {login: {type: Login}, token: {type: string, sensitive: true, example: CANARY%}}
";

fn catalog(version: &str) -> Catalog {
    let mut text = String::new();
    for (at, part) in CATALOG.split("CANARY%").enumerate() {
        if at > 0 {
            write!(text, "CANARY{version}x{at}").expect("a text");
        }
        text.push_str(part);
    }
    let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

#[test]
fn no_output_has_a_sensitive_value() {
    let (old, new) = (catalog("old"), catalog("new"));
    let templates = Templates::new(&[]).expect("errbook's own templates");
    let mut outputs = plan::everything(&new, &templates).expect("every output");
    outputs.extend(site::emit(&[&new]).expect("a site"));
    let mut texts: Vec<(String, String)> = outputs.into_iter().map(|file| (file.path, file.text)).collect();
    texts.push(("the model".to_owned(), format!("{new:?}")));
    texts.push(("the changes".to_owned(), format!("{:?}", diff(&old, &new))));
    let values = CATALOG.matches("CANARY%").count();
    assert!(texts.len() >= 12 && values >= 20, "{} outputs, {values} values", texts.len());
    for (name, text) in texts {
        let leak = text.find("CANARY").map(|at| &text[at..text.len().min(at + 40)]);
        assert_eq!(leak, None, "{name}:\n{text}");
    }
}

/// Every golden case, the bundled catalogs, and a catalog that uses everything.
fn catalogs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let list = |folder: &str| {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    let cases = list("codegen/tests/golden").into_iter().map(|case| case.join("catalog.yaml"));
    let bundled = list("catalog/apis").into_iter().filter(|path| path.is_file());
    cases.chain(bundled).chain([root.join("codegen/tests/catalogs/everything.yaml")]).collect()
}

/// An output, and whether it is the service's own: then it has internal errors.
struct Output {
    name: String,
    text: String,
    is_service: bool,
}

/// Every output of a catalog. The tests of the command and of generated code have the others.
fn outputs(old: &Catalog, catalog: &Catalog) -> Vec<Output> {
    let templates = Templates::new(&[]).expect("errbook's own templates");
    let mut outputs = Vec::new();
    let mut add = |name: String, text: String, is_service| outputs.push(Output { name, text, is_service });
    for file in plan::everything(catalog, &templates).expect("every output") {
        let is_service = Path::new(&file.path).extension().is_some_and(|ending| ending == "rs");
        add(file.path, file.text, is_service);
    }
    for file in site::emit(&[catalog]).expect("a site") {
        add(format!("site/{}", file.path), file.text, false);
    }
    for version in OpenapiVersion::ALL {
        add(format!("OpenAPI {}", version.name()), openapi::json(&openapi::emit(catalog, version)), false);
    }
    let excerpt = openapi::excerpt(catalog, "Error", |_| true);
    add("the excerpt for other OpenAPI crates".to_owned(), format!("{excerpt:?}"), false);
    for flavor in Flavor::ALL {
        let docs = Some(GenerateDocs { dir: "docs".to_owned(), flavor, nav: None, templates: None });
        let mut flavored = catalog.clone();
        flavored.generate.docs = docs;
        for page in markdown::emit(&flavored, &templates).expect("pages") {
            add(format!("{}: {}", flavor.name(), page.path), page.text, false);
        }
    }
    add("the public catalog".to_owned(), format!("{:?}", catalog.public()), false);
    for (old, new) in [(old, catalog), (catalog, old)] {
        add("the changes for clients".to_owned(), format!("{:?}", public_diff(old, new)), false);
        add("all changes".to_owned(), format!("{:?}", diff(old, new)), true);
    }
    add("the model".to_owned(), format!("{catalog:?}"), true);
    outputs
}

#[test]
fn no_output_of_any_catalog_has_a_secret() {
    let (mut tested, mut found, mut secrets) = (0, Vec::new(), [0, 0]);
    for path in catalogs() {
        let name = path.display();
        let old = errbook_catalog::load(&path).catalog.expect("accepted");
        let Planted { loaded, canaries } = canary::load(&path);
        let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        let of = |secret| canaries.iter().filter(|canary| canary.secret == secret).count();
        secrets[0] += of(Secret::Sensitive);
        secrets[1] += of(Secret::Internal);
        for Output { name: output, text, is_service } in outputs(&old, &catalog) {
            tested += canaries.len();
            let is_allowed = |canary: &&Canary| is_service && canary.secret == Secret::Internal;
            for leak in canary::leaks(&canaries, &text).into_iter().filter(|canary| !is_allowed(canary)) {
                found.push(format!("{name}: {output} has {}", leak.path));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    println!("{tested} pairs of an output and a secret: {} sensitive, {} internal", secrets[0], secrets[1]);
    assert!(tested > 2_000 && secrets[0] >= 6 && secrets[1] >= 20, "{tested} {secrets:?}");
}

/// The test sees what is there: Rust has internal errors.
#[test]
fn a_canary_is_found() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden/internal/catalog.yaml");
    let Planted { loaded, canaries } = canary::load(&path);
    let rust = errbook_codegen::rust::file(&loaded.catalog.expect("accepted"));
    let found = canary::leaks(&canaries, &rust);
    assert!(found.len() > 5 && found.iter().all(|canary| canary.secret == Secret::Internal), "{found:?}");
}
