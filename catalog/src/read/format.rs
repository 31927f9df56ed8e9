//! The reference page of the format, generated from the tables of the parser.

use std::collections::VecDeque;
use std::fmt::Write as _;

use crate::problem::diff;
use crate::read::keys::{Presence, Shape};
use crate::read::shape::{Catalog, ConditionalRefund, Included, STATUSES, Ty};
use crate::read::syntax::BuiltIn;
use crate::words::Word;

/// `docs/format.md`: every key of a catalog, with its type and its meaning.
///
/// ```
/// let page = errbook_catalog::format::page();
/// assert!(page.contains("### `errors.<error>`"));
/// ```
pub fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n## Keys\n");
    // Breadth first. A shape that occurs several times has its section at the first place.
    let mut waiting: VecDeque<(String, &'static Shape)> =
        VecDeque::from([(String::new(), Catalog::SHAPE), (String::new(), Included::SHAPE)]);
    let mut sections: Vec<(Vec<String>, &Shape)> = Vec::new();
    while let Some((path, shape)) = waiting.pop_front() {
        if let Some((paths, _)) = sections.iter_mut().find(|(_, explained)| *explained == shape) {
            if !paths.contains(&path) {
                paths.push(path);
            }
            continue;
        }
        sections.push((vec![path.clone()], shape));
        for key in shape.keys {
            let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            shapes_in(&key.ty, path, &mut waiting);
        }
    }
    for (paths, shape) in &sections {
        section(&mut page, paths, shape);
    }
    page.push_str("\n## Types\n\n| type | meaning |\n|---|---|\n");
    for (name, doc) in BuiltIn::WORDS {
        let _ = writeln!(page, "| `{name}` | {doc} |");
    }
    page.push_str(COMPOSED_TYPES);
    page.push_str(MARKDOWN);
    page
}

fn section(page: &mut String, paths: &[String], shape: &Shape) {
    let heading = if shape == Catalog::SHAPE {
        "The catalog".to_owned()
    } else if shape == Included::SHAPE {
        "An included file".to_owned()
    } else {
        paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(page, "\n### {heading}\n\n| key | value | meaning |\n|---|---|---|");
    for key in shape.keys {
        let required = if key.presence == Presence::Required { " Required." } else { "" };
        let _ = writeln!(page, "| `{}` | {} | {}{required} |", key.name, value(&key.ty), key.doc.replace('|', "\\|"));
    }
}

/// The mappings with fixed keys in a type, each with its path.
fn shapes_in(ty: &'static Ty, path: String, found: &mut VecDeque<(String, &'static Shape)>) {
    match ty {
        Ty::Shape(shape) => found.push_back((path, shape)),
        Ty::Map(key, inner) => shapes_in(inner, format!("{path}.<{key}>"), found),
        Ty::List(inner) | Ty::OneOrMany(inner) => shapes_in(inner, format!("{path}[]"), found),
        Ty::Either(choices) => choices.iter().for_each(|ty| shapes_in(ty, path.clone(), found)),
        _ => {}
    }
}

fn value(ty: &Ty) -> String {
    match ty {
        Ty::Text => "text".to_owned(),
        Ty::Markdown => "markdown".to_owned(),
        Ty::Template => "text with placeholders".to_owned(),
        Ty::Id => "an id".to_owned(),
        Ty::Bool => "`true` or `false`".to_owned(),
        Ty::Integer(low, high) if low == high => format!("`{low}`"),
        Ty::Integer(low, high) => format!("{low} to {high}"),
        Ty::Status => format!("{} to {}", STATUSES.0, STATUSES.1),
        Ty::NumberAbove(bound) => format!("a number above {bound}"),
        Ty::Duration => "`500ms`, `2s`, `1m`, `1h`".to_owned(),
        Ty::OneOf(words) if *words == diff::Rule::WORDS => "the name of a [change](diff.md)".to_owned(),
        Ty::OneOf(words) => words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Ty::Code => "text, an integer or `null`".to_owned(),
        Ty::Json => "any value".to_owned(),
        Ty::Body => "any value, with placeholders in its texts".to_owned(),
        Ty::List(item) => format!("a list: {}", value(item)),
        Ty::OneOrMany(item) => format!("{}, or a list", value(item)),
        Ty::Map(key, inner) => format!("by {key}: {}", value(inner)),
        Ty::Shape(shape) if *shape == ConditionalRefund::SHAPE => "`{when: markdown}`".to_owned(),
        Ty::Shape(_) => "a mapping".to_owned(),
        Ty::Either(choices) => choices.iter().map(value).collect::<Vec<_>>().join(", or "),
    }
}

const INTRODUCTION: &str = "\
<!-- Generated from the tables in catalog/src/read/shape.rs. To update it, run:
     ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test pages -->
# The format of a catalog, version 1

A catalog is one YAML file, and the files that it includes. An error usually has a status, a
description and a fix; `errbook check` warns if one is missing. Everything else is optional. An
unknown key is an error, and the report suggests a similar key.

```yaml
errbook: 1
api: {name: Shop}
errors:
  out_of_stock: {status: 409, description: The last one is gone., fix: Choose another.}
```

Every output keeps the order of the file. An id starts with a letter and contains letters, digits,
`_`, `-` and `.`. The names of the Rust variant, the page and the schema come from the id.

## Three kinds of entries

The keys of an entry decide its kind.

- A *response* has a `status`. It gives a Rust variant, a schema, a page and an example.
- A *message* has a `message` or a `code`, and no status. It is an error that people see as text. It
  gives a Rust variant and a page.
- A *symptom* has no status, message or code. It has a title, a cause and a fix, for readers only.

Clients identify a response by its code and status, or by its status if the API sends no code. They
identify a message by its code, or by its text if it has no code. Two errors cannot have the same
identity.

## Templates

`{name}` is a placeholder for a value. Write `{{` and `}}` for literal braces. A text that is one
placeholder keeps the type of the value: `\"{status}\"` is the number 402. `{name?}` leaves out the
member or the header if the value is absent.

| placeholder | value |
|---|---|
| `{id}`, `{slug}`, `{title}`, `{message}` | text |
| `{code}` | text or an integer; absent for `code: null` |
| `{status}` | the status of the response |
| `{fix}`, `{doc_url}`, `{group}` | text; absent if not set. A `fix` is sent as it is written |
| `{retryable}` | `true`, `false` or `\"idempotent\"`; absent if not set |
| `{refund}` | `\"refunded\"`, `\"kept\"`, `\"not_charged\"` or `\"conditional\"`; absent if not set |
| `{details}` | an object of the details that are present |
| `{details.NAME}` | one detail |
| `{context.NAME}` | one context field |

In a `message`, `{NAME}` means `{details.NAME}`, and other placeholders are invalid. A `doc_url` can
use `{slug}`, `{id}`, `{code}` and `{group}`.
";

const MARKDOWN: &str = "
## Texts

A value of the kind *markdown* is CommonMark with tables. HTML in it is shown as text, since a
catalog can come from the pull request of a stranger. A link to `other-error.md` leads to the page of
that error in every output.
";

const COMPOSED_TYPES: &str = "
`array<T>` is a list. `map<T>` is an object with any member names. `{type: enum, values: [...]}` is
one of several texts. Define your own types under `types`: an enum by its `values`, an object by its
`fields`.
";
