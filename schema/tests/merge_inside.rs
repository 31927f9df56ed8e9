//! Errors inside responses that a document describes itself: "200 with an error inside".

use std::fmt::Write as _;

use errbook_catalog::model::Catalog;
use errbook_schema::openapi::{merge, operations, overlay};
use serde_json::Value as Json;

const CATALOG: &str = "\
errbook: 1
api: {name: Chat}
envelopes:
  default: {body: {ok: false, error: '{code}'}}
  problem: {content_type: application/problem+json, body: {code: '{code}'}}
errors:
  NOT_IN_CHANNEL: {status: 200, code: not_in_channel, fix: Join the channel.}
  TOO_LONG: {status: 200, code: too_long, fix: Shorten the text.}
  PARTIAL: {status: 200, code: partial, fix: Try again., envelope: problem}
  ACCEPTED_LATE: {status: 202, code: late, fix: Wait.}
  RATE_LIMITED: {status: 429, code: ratelimited, fix: Wait.}
";

fn catalog() -> Catalog {
    named("Chat")
}

fn named(name: &str) -> Catalog {
    let prefix = if name == "Chat" { "" } else { "generate: {openapi: {prefix: Other}}\n" };
    let text = CATALOG.replace("{name: Chat}", &format!("{{name: {name}}}")) + prefix;
    let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

fn read(text: &str) -> Json {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn merged(document: &str) -> String {
    let text = merge(&catalog(), document).unwrap_or_else(|error| panic!("{error}\n{document}"));
    assert_eq!(merge(&catalog(), &text).as_deref(), Ok(text.as_str()), "a second run changes nothing:\n{text}");
    text
}

/// The merged document without its components.
fn paths_of(document: &str) -> String {
    merged(document).split("components:\n").next().unwrap_or_default().to_owned()
}

fn problems(document: &str) -> String {
    let error = merge(&catalog(), document).expect_err("rejected");
    let mut shown = String::new();
    for problem in error.problems {
        let help = problem.help.map_or_else(String::new, |help| format!("; {help}"));
        let _ = writeln!(shown, "{}:{}: {}{help}", problem.line, problem.column, problem.message);
    }
    shown
}

/// An operation that posts a message, with a schema of its response.
fn document(content: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Chat, version: '1'}}
paths:
  /post:
    post:
      operationId: postMessage
      x-errors: [NOT_IN_CHANNEL, RATE_LIMITED]
      responses:
        '200':
          description: Posted, or not.
          content:
{content}# the end
"
    )
}

#[test]
fn a_response_gets_a_branch() {
    insta::assert_snapshot!(paths_of(&document(
        "            application/json:
              # theirs
              schema: # the message
                type: object
                description: |
                  A message

                    of two lines.
                properties:
                  ok: {type: boolean} # always true

                  text:
                    type: string
              examples:
                posted: {value: {ok: true, text: Hello}}
"
    )));
}

#[test]
fn a_content_type_that_a_response_does_not_have_is_added() {
    let text =
        document("            application/json:\n              schema: {$ref: '#/components/schemas/Message'}\n");
    insta::assert_snapshot!(paths_of(&text.replace("[NOT_IN_CHANNEL", "[NOT_IN_CHANNEL, TOO_LONG, PARTIAL")));
}

/// Schemas in many styles. Each has its own bytes again as soon as no error is listed. Only an
/// unusual indentation becomes that of the document.
#[test]
fn a_removed_error_leaves_the_schema_as_it_was() {
    let yaml = [
        "            application/json:\n              schema:\n                $ref: '#/components/schemas/Message'\n",
        "            application/json:\n              schema: {$ref: '#/components/schemas/Message'} # theirs\n",
        "            application/json:\n              schema:\n                type: object\n                description: >\n                  Folded\n\n                title: |2\n                   a\n",
        "            application/json:\n              schema:\n                anyOf:\n                  - type: object\n                    # a comment\n                  - type: \"string\n                      of two lines\"\n              example: {}\n",
        "            application/json:\n              schema: true\n",
        "            application/json:\n              schema: {type: object,\n                properties: {a: {type: string},\n                  b: {}}}\n",
        "            application/json; charset=utf-8:\n              schema:\n                type: object\n",
        "            application/*:\n              schema:\n                type: object\n            '*/*':\n              schema: {type: string}\n",
        "            application/json: {schema: {type: object}}\n",
        "            application/json: {schema: {type: object}, example: {ok: true}}\n",
        "            text/plain:\n              schema: {type: string}\n",
    ]
    .map(document);
    let pretty = serde_json::to_string_pretty(&read(&yaml[4])).expect("JSON") + "\n";
    let tabs = pretty.replace("  ", "\t");
    let minified = serde_json::to_string(&read(&yaml[4])).expect("JSON");
    let crlf = yaml[2].replace('\n', "\r\n");
    let documents = yaml.into_iter().chain([pretty, tabs, minified, crlf]).map(|document| (document, true));
    let others = [
        "            application/json:\n              schema:\n                      type: object\n                      title: |\n                       a\n",
        "            application/json:\n              schema:\n               oneOf:\n               - type: object\n               - {type: string}\n",
        "            application/json:\n              schema:\n                {type: object,\n                title: a}\n",
    ];
    for (document, is_same) in documents.chain(others.map(|content| (document(content), false))) {
        let text = merged(&document);
        let content = &read(&text)["paths"]["/post"]["post"]["responses"]["200"]["content"];
        assert!(content.to_string().contains("\"#/components/schemas/PostMessageErrors200\""), "{text}");
        let without = |text: &str| text.replace("NOT_IN_CHANNEL", "RATE_LIMITED");
        let left = merged(&without(&text));
        let expected = merged(&without(&document));
        assert_eq!(read(&left), read(&expected), "from:\n{text}");
        assert!(!is_same || left == expected, "{left}\nfrom:\n{text}");
        // A formatter can move the lines.
        let formatted = serde_json::to_string_pretty(&read(&without(&text))).expect("JSON");
        assert_eq!(read(&merged(&formatted)), read(&expected));
    }
}

#[test]
fn a_document_without_any_list_has_no_branches() {
    let document = document("            application/json:\n              schema: {type: object}\n");
    let text = merged(&document);
    let list = "      x-errors: [NOT_IN_CHANNEL, RATE_LIMITED]\n";
    let paths = |text: &str| read(text)["paths"].clone();
    assert_eq!(paths(&merged(&text.replace(list, ""))), paths(&document.replace(list, "")));
}

#[test]
fn a_renamed_operation_has_the_new_name() {
    let text = merged(&document("            application/json:\n              schema: {type: object}\n"));
    let renamed = merged(&text.replace("postMessage", "sendMessage"));
    assert!(!renamed.contains("PostMessage"), "{renamed}");
    assert_eq!(renamed, text.replace("postMessage", "sendMessage").replace("PostMessage", "SendMessage"));
}

/// A branch of the user could otherwise be lost.
#[test]
fn a_choice_that_was_changed_by_hand_is_rejected() {
    let text =
        merged(&document("            application/json:\n              schema:\n                type: object\n"));
    let ours = "                  - $ref: \"#/components/schemas/PostMessageErrors200\"\n";
    let changes = [
        text.replace("                  - type: object\n", ""),
        text.replace(ours, ""),
        text.replace(ours, &format!("{ours}                  - $ref: '#/components/schemas/Other'\n")),
        text.replace(ours, &format!("{ours}                title: Mine\n")),
        text.replace(ours, &format!("{ours}                  - type: string\n")).replace("NOT_IN_CHANNEL", "TOO_LONG"),
    ];
    for text in changes {
        let problem = "13:15: `x-errbook` marks this schema, and errbook did not write it like this; restore its two members, or remove `x-errbook` if the schema is yours\n";
        assert_eq!(problems(&text), problem, "{text}");
    }
}

#[test]
fn two_catalogs_share_a_schema() {
    let document = document("            application/json:\n              schema:\n                type: object\n")
        .replace("[NOT_IN_CHANNEL, RATE_LIMITED]", "{chat: [NOT_IN_CHANNEL], other: [TOO_LONG]}");
    let other = named("Other");
    let text = merge(&other, &merged(&document)).expect("both");
    assert_eq!(merged(&text), text, "the first again");
    assert_eq!(merge(&other, &text).as_deref(), Ok(text.as_str()), "the second again");
    let schema = &read(&text)["paths"]["/post"]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(schema["anyOf"][0]["x-errbook"], "chat", "{schema:#}");
    let first = text.replace("chat: [NOT_IN_CHANNEL]", "chat: []");
    let only = merged(&first);
    assert_eq!(only, merge(&other, &document.replace("chat: [NOT_IN_CHANNEL]", "chat: []")).expect("one"));
}

#[test]
fn callbacks_and_several_statuses_have_branches() {
    let text = merged(
        "openapi: 3.0.3
paths:
  /a:
    post:
      x-errors: [TOO_LONG, ACCEPTED_LATE]
      responses:
        '200': {description: a, content: {application/json: {schema: {type: object}}}}
        '202': {description: b, content: {application/json: {schema: {type: string}}}}
        '204': {description: c}
      callbacks:
        done:
          '{$request.body#/url}':
            post:
              x-errors: [TOO_LONG]
              responses:
                '200': {description: d}
",
    );
    let post = &read(&text)["paths"]["/a"]["post"];
    let branch = |responses: &Json, status: &str| {
        let media = responses[status]["content"]["application/json"]["schema"].clone();
        media["anyOf"][1]["$ref"].as_str().or(media["$ref"].as_str()).unwrap_or_default().to_owned()
    };
    assert_eq!(branch(&post["responses"], "200"), "#/components/schemas/PostAErrors200");
    assert_eq!(branch(&post["responses"], "202"), "#/components/schemas/PostAErrors202");
    let callback = &post["callbacks"]["done"]["{$request.body#/url}"]["post"]["responses"];
    assert_eq!(branch(callback, "200"), "#/components/schemas/PostRequestBodyUrlErrors200");
    let responses = read(&text)["components"]["responses"].clone();
    assert_eq!(responses, Json::Null, "no response is needed:\n{text}");
}

#[test]
fn what_cannot_have_a_branch_is_named_with_its_place() {
    let cases = [
        "            application/json:\n              example: {}\n",
        "            application/json:\n              schema:\n",
        "            application/json:\n              schema: &s {type: object}\n            a/b: {schema: *s}\n",
        "            application/json:\n              schema: &s\n                type: object\n            a/b: {schema: *s}\n",
        "            application/json: [a]\n",
    ];
    let mut shown: String = cases.iter().map(|content| problems(&document(content))).collect();
    for response in [
        "{$ref: '#/components/responses/Posted'}",
        "*r",
        "{description: a, content: *r}",
        "{description: a, content: {$ref: content.yaml}}",
    ] {
        let text = format!(
            "openapi: 3.1.0\nx-r: &r {{description: a}}\npaths:\n  /a: {{get: {{x-errors: [TOO_LONG], responses: {{'200': {response}}}}}}}\n"
        );
        shown += &problems(&text);
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn aliases_of_operations_share_the_branch() {
    let text = merged(
        "openapi: 3.1.0
x-s: &s {type: object}
paths:
  /a:
    get: &get
      x-errors: [TOO_LONG]
      responses:
        '200':
          description: a
          content:
            application/json: {schema: *s}
    put: *get
",
    );
    assert!(text.contains("[*s, "), "{text}");
}

#[test]
fn an_overlay_cannot_move_a_schema() {
    let text = document("            application/json:\n              schema: {type: object}\n");
    let error = overlay(&catalog(), &text, "openapi.yaml").expect_err("rejected");
    assert_eq!(error.to_string(), "5:5: an overlay cannot put errors into the schema of a response of `POST /post`");
    let done = overlay(&catalog(), &merged(&text), "openapi.yaml").expect("nothing moves");
    assert!(done["actions"].to_string().contains("PostMessageErrors429"), "{done:#}");
    let added = text.replace("NOT_IN_CHANNEL", "PARTIAL");
    let added = overlay(&catalog(), &added, "openapi.yaml").expect("a media type").to_string();
    assert!(added.contains("\"target\":\"$.paths['/post'].post.responses['200']\""), "{added}");
    assert_eq!(operations(&catalog(), &merged(&text)).expect("operations").len(), 1);
}

mod mutated {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::Map;

    use super::{Json, catalog, document, merge, merged};

    static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let contents = [
            "            application/json:\n              schema:\n                type: object\n                description: |\n                  a\n\n                   b\n                properties: {a: {type: string},\n                  b: {}}\n",
            "            application/json:\n              schema: {$ref: '#/components/schemas/Message'} # theirs\n              example: {a: 1}\n",
            "            '*/*':\n              schema: # theirs\n                anyOf:\n                - type: object\n                - {type: string}\n",
            "            text/plain: {schema: {type: string}}\n",
        ];
        let plain = contents.map(document);
        let done: Vec<String> = plain.iter().map(|text| merged(text)).collect();
        let pretty = done.iter().map(|text| format!("{:#}", super::read(text)));
        let pretty: Vec<String> = pretty.collect();
        plain.into_iter().chain(done).chain(pretty).collect()
    });

    /// A document without errbook's parts.
    fn foreign(value: &Json) -> Json {
        let is_marked = |value: &Json| value["x-errbook"] == "chat";
        let is_ours = |value: &Json| {
            let target = value["$ref"].as_str().and_then(|target| target.strip_prefix("#/components/responses/"));
            let is_name =
                |name: &str| name.rsplit_once("Errors").is_some_and(|(_, status)| status.parse::<u16>().is_ok());
            is_marked(value) && value["anyOf"].as_array().is_none_or(|all| all.len() < 2)
                || is_marked(value) && value.as_object().is_some_and(|members| members.len() != 2)
                || target.is_some_and(is_name)
        };
        match value {
            Json::Object(members) if is_marked(value) && members.len() == 2 => foreign(&value["anyOf"][0]),
            Json::Object(members) => {
                let kept = members.iter().filter(|(_, member)| !is_ours(member));
                let mut kept: Map<String, Json> = kept.map(|(key, member)| (key.clone(), foreign(member))).collect();
                kept.retain(|key, member| {
                    let may_go = ["components", "schemas", "responses", "examples", "content"].contains(&key.as_str());
                    !(may_go && (member.as_object().is_some_and(Map::is_empty) || member.is_null()))
                });
                Json::Object(kept)
            }
            Json::Array(items) => items.iter().map(foreign).collect(),
            scalar => scalar.clone(),
        }
    }

    /// Removes, doubles, indents or outdents lines, or adds a character.
    fn mutate(text: &str, changes: &[(usize, u8, char)]) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for &(at, kind, stray) in changes {
            if lines.is_empty() {
                break;
            }
            // Below the components, everything is replaced.
            let at = at % lines.len().min(24);
            match kind % 6 {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[at].clone()),
                2 => lines[at].insert(0, ' '),
                3 => lines[at].push(stray),
                4 => lines[at] = lines[at].replace("NOT_IN_CHANNEL", "PARTIAL"),
                _ => drop(lines[at].starts_with(' ').then(|| lines[at].remove(0))),
            }
        }
        lines.join("\n") + "\n"
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(16), ..ProptestConfig::default() })]

        /// An accepted document keeps everything that is not errbook's, and a second run does not
        /// change it.
        #[test]
        fn documents_keep_their_own_schemas(
            document in 0..12usize,
            changes in prop::collection::vec((any::<usize>(), any::<u8>(), prop::sample::select(vec!['{', '}', '[', ':', ',', '#', '"', '\'', '|', '&', '*', '-', '\t', 'é', '\r'])), 1..5),
        ) {
            let text = mutate(&DOCUMENTS[document], &changes);
            let before = serde_yaml::from_str::<Json>(&text);
            if let (Ok(merged), Ok(before)) = (merge(&catalog(), &text), before) {
                let after: Json = match serde_yaml::from_str(&merged) {
                    Ok(after) => after,
                    Err(error) => panic!("{error}\n{text}\n---\n{merged}"),
                };
                prop_assert_eq!(foreign(&after), foreign(&before), "{}\n---\n{}", &text, &merged);
                let again = merge(&catalog(), &merged);
                prop_assert_eq!(again.as_deref().ok(), Some(merged.as_str()));
            }
        }
    }
}
