//! No output contains the value of a sensitive field, anywhere in the catalog.

use std::fmt::Write as _;

use errbook_catalog::model::Catalog;
use errbook_history::diff::diff;
use errbook_pages::markdown::Templates;
use errbook_pages::{plan, site};

/// Each `CANARY` is a secret value; `%` distinguishes two catalogs.
const CATALOG: &str = "
errbook: 1
api: {name: Bank}
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
