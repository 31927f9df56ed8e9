//! The reference page of the format, written from the tables that the parser uses.

use std::collections::VecDeque;
use std::fmt::Write as _;

use crate::read::keys::Shape;
use crate::read::shape::{Catalog, ConditionalRefund, Included, STATUSES, Ty};
use crate::read::syntax::BuiltIn;
use crate::words::Word;

/// `docs/format.md`: every key of a catalog, with what may be written there.
///
/// ```
/// let page = errbook_catalog::format::page();
/// assert!(page.contains("### `errors.<error>`"));
/// ```
pub fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n## Keys\n");
    // Breadth first: what the root holds comes before what that holds. A shape is explained where it is met first.
    let mut waiting: VecDeque<(String, &'static Shape)> =
        VecDeque::from([(String::new(), Catalog::SHAPE), (String::new(), Included::SHAPE)]);
    let mut explained: Vec<&Shape> = Vec::new();
    while let Some((path, shape)) = waiting.pop_front() {
        if explained.contains(&shape) {
            continue;
        }
        explained.push(shape);
        section(&mut page, &path, shape);
        for key in shape.keys {
            let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            shapes_in(&key.ty, path, &mut waiting);
        }
    }
    page.push_str("\n## Types\n\n| type | what it is |\n|---|---|\n");
    for (name, doc) in BuiltIn::WORDS {
        let _ = writeln!(page, "| `{name}` | {doc} |");
    }
    page.push_str(COMPOSED_TYPES);
    page
}

fn section(page: &mut String, path: &str, shape: &Shape) {
    let heading = if shape == Catalog::SHAPE {
        "The catalog".to_owned()
    } else if shape == Included::SHAPE {
        "An included file".to_owned()
    } else {
        format!("`{path}`")
    };
    let _ = writeln!(page, "\n### {heading}\n\n| key | value | meaning |\n|---|---|---|");
    for key in shape.keys {
        let required = if key.required { " Required." } else { "" };
        let _ = writeln!(page, "| `{}` | {} | {}{required} |", key.name, value(&key.ty), key.doc.replace('|', "\\|"));
    }
}

/// The mappings with fixed keys that a type holds, each with its path.
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
<!-- Written from the tables in catalog/src/shape.rs: ERRBOOK_BLESS=1 cargo test -p errbook-catalog --test pages -->

# The format of a catalog, version 1

A catalog is one YAML file, and the files that it includes. The short form is the normal form: an error needs a status, a description and
a fix, and everything else is optional. A key that the format does not know is an error, with the name that was probably meant.

```yaml
errbook: 1
api: {name: Shop}
errors:
  out_of_stock: {status: 409, description: The last one is gone., fix: Choose another.}
```

Order in the file is order in every output. An id begins with a letter and has letters, digits, `_`, `-` and `.`; it names the Rust variant,
the page and the schema.

## Three kinds of entry

What an entry has decides what it is.

- With a `status` it is a *response*: a Rust variant, a schema, a page, an example.
- With a `message` or a `code` and no status it is a *message*, an error that people see as text: a Rust variant and a page.
- With none of them it is a *symptom*: a title, a cause and a fix, for readers alone.

A client knows a response by its code together with its status (where it sends no code, by the status), and a message by its code (where it has
none, by its text). No two errors may look the same.

## Templates

`{name}` stands for a value, `{{` and `}}` for braces. A text that is one placeholder keeps the value's type: `\"{status}\"` is the number
402. `{name?}` drops the member or the header where there is no value.

| placeholder | value |
|---|---|
| `{id}`, `{slug}`, `{title}`, `{message}` | text |
| `{code}` | text or an integer; absent for `code: null` |
| `{status}` | the status of the response |
| `{doc_url}`, `{group}` | text; absent where there is none |
| `{retryable}` | `true`, `false` or `\"idempotent\"` |
| `{refund}` | `\"refunded\"`, `\"kept\"`, `\"not_charged\"` or `\"conditional\"`; absent where the catalog does not say |
| `{details}` | an object of the details that are present |
| `{details.NAME}` | one detail |
| `{context.NAME}` | one fact of the request |

In a `message`, `{NAME}` means `{details.NAME}`, and nothing else can stand there. A `doc_url` can hold `{slug}`, `{id}`, `{code}` and
`{group}`.
";

const COMPOSED_TYPES: &str = "
`array<T>` is a list, `map<T>` an object with free names, and `{type: enum, values: [...]}` one of some texts. Types of your own stand under
`types`: an enum by its `values`, an object by its `fields`.
";
