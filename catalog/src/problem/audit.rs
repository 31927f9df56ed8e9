//! What `errbook audit` finds between a catalog, the code that answers with its errors, and the pages and documents that tell of
//! them: one [`Rule`] for each finding. What reads Rust is in `errbook-codegen`; the table is here, for the catalog's `audit.allow`
//! names its rules.
//!
//! ```
//! use errbook_catalog::problem::audit::Rule;
//! use errbook_catalog::problem::Level;
//!
//! let rule = Rule::from_name("never-constructed").expect("a rule");
//! assert_eq!(rule, Rule::NeverConstructed);
//! assert_eq!(rule.default_level(), Level::Warn);
//! ```

use std::fmt::Write as _;

use crate::problem::{Level, Named};
use crate::words;

words! {
    /// Everything that an audit finds, one variant for each.
    ///
    /// ```
    /// use errbook_catalog::problem::audit::Rule;
    /// assert_eq!(Rule::from_name("unused-allow"), Some(Rule::UnusedAllow));
    /// assert_eq!(Rule::from_name("unused"), None);
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rule: Facts {
        /// An error that no code constructs.
        NeverConstructed = "never-constructed" => warn(
            "Answer with it where it happens, retire it, or allow it with the reason.",
            "Every variant of a generated `Error`, every constructor, every `ErrorCode` that is more than compared, and every variant of an \
             enum that derives `CatalogError` counts, wherever an expression names it; a variant with `#[from]` is constructed by `?`. Patterns \
             do not count, nor does code of tests: where only tests construct an error, the finding says so. A catalog none of whose \
             errors is constructed belongs to a client, and nothing is said of its errors.",
        ),
        /// An error that neither an enum written by hand has a variant for, nor generated code constructs.
        NotCovered = "not-covered" => warn(
            "Add a variant for it, construct the generated error, retire it, or allow it with the reason.",
            "The same where enums derive `CatalogError` from the catalog, and none has a variant for the error. With \
             `#[catalog(exhaustive)]` the compiler says it already.",
        ),
        /// A code of the catalog, written by hand in a response.
        HandWrittenCode = "hand-written-code" => warn(
            "Answer with the generated error: the catalog then says its status, its body and its page.",
            "A text that is a code or an id of a catalog that the crate uses, where a response is built: under the key `code`, `error`, `type`, \
             `error_code` or `errorCode` of `json!`, or in a field of such a name of a struct expression. Code of tests is not looked at, nor is \
             a crate that uses no catalog.",
        ),
        /// A code in a response that the catalog does not have.
        UnknownCode = "unknown-code" => error(
            "Add it to the catalog and answer with the generated error; or write the code that the catalog has.",
            "A text at such a place that reads like the codes of the catalog (in the same case, without spaces) and that none of the \
             crate's catalogs has. It must be an error's: the key says so, as \
             `error` and `error_code` do, the object stands under `error`, the struct's name ends in `Error`, the response has an error's \
             status, or a message stands beside it.",
        ),
        /// An error response put together by hand.
        HandWrittenResponse = "hand-written-response" => warn(
            "Add it to the catalog and answer with the generated error.",
            "A tuple of a constant status of 400 or more (`StatusCode::NOT_FOUND`) and a body, in a crate that answers with errors of a catalog, and in which no \
             code is found. A status without a body is not reported.",
        ),
        /// A page whose error is gone.
        PageWithoutError = "page-without-error" => error(
            "Generate the pages again, which removes those that are left over; delete this one where it was moved or copied.",
            "A markdown page that says in its beginning that errbook wrote it, for an API whose catalog was read, and that has the name of no public and of no \
             retired error of it; whether the `.errbook` of its folder lists it or not. Pages from templates of your own are found where they say so too. An address in \
             a text or a `doc_url` that leads to no page is found by `errbook check`: `dead-doc-url`.",
        ),
        /// A response of an OpenAPI document that no error of the catalog has.
        ResponseWithoutError = "response-without-error" => error(
            "Generate the document again, or add the error to the catalog.",
            "In the documents of `generate.openapi`: a component that `x-errbook` marks and that the catalog no longer makes, and a \
             response of 400 or more that an operation describes itself, with a status that no public error has.",
        ),
        /// A Rust file that is no Rust.
        BrokenRust = "broken-rust" => error(
            "Mend it, or name the folders to be read; the rest was read without it.",
            "The file is read as rustc would, except that macros are not expanded. Files whose names end in `.rs` and that are in \
             another language's format cannot be told apart.",
        ),
        /// A catalog that the code names and that cannot be used.
        BrokenCatalog = "broken-catalog" => error(
            "`errbook check` shows what is wrong with it.",
            "The path in `catalog!`, `#[catalog(...)]` and `openapi!`, relative to the crate's folder.",
        ),
        /// An allowance without a reason, or for no rule.
        InvalidAllow = "invalid-allow" => error(
            "Write `errbook: allow(rule): the reason`, with a rule of docs/audit.md.",
            "In comments. Those in the catalog are held against the format by `errbook check`.",
        ),
        /// An allowance that allows nothing.
        UnusedAllow = "unused-allow" => warn(
            "Remove it: what it allowed is gone.",
            "An entry of `audit.allow`, or a comment, for which nothing was found.",
        ),
    }
}

/// What the table says of a rule.
struct Facts {
    level: Level,
    remedy: &'static str,
    /// How it is found, and what is not: for the page.
    how: &'static str,
}

const fn error(remedy: &'static str, how: &'static str) -> Facts {
    Facts { level: Level::Error, remedy, how }
}

const fn warn(remedy: &'static str, how: &'static str) -> Facts {
    Facts { level: Level::Warn, remedy, how }
}

impl Rule {
    /// What to do about it, in a sentence.
    pub const fn remedy(self) -> &'static str {
        self.facts().remedy
    }

    /// The level at which it is reported.
    pub const fn default_level(self) -> Level {
        self.facts().level
    }
}

impl Named for Rule {
    fn name(self) -> &'static str {
        Rule::name(self)
    }

    fn remedy(self) -> &'static str {
        Rule::remedy(self)
    }

    fn default_level(self) -> Level {
        Rule::default_level(self)
    }
}

/// The reference of all findings, in markdown.
///
/// ```
/// let page = errbook_catalog::problem::audit::page();
/// assert!(page.contains("### `never-constructed`"));
/// assert!(page.ends_with('\n'));
/// ```
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("| rule | level | what it finds |\n|---|---|---|\n");
    for rule in Rule::ALL {
        let (name, level) = (rule.name(), rule.default_level().name());
        let _ = writeln!(page, "| [`{name}`](#{name}) | {level} | {} |", rule.summary());
    }
    for rule in Rule::ALL {
        let (name, summary, how, remedy) = (rule.name(), rule.summary(), rule.facts().how, rule.remedy());
        let _ = write!(page, "\n### `{name}`\n\n{summary}\n\n{how}\n\n{remedy}\n");
    }
    page
}

const INTRODUCTION: &str = "\
<!-- Generated from the table in catalog/src/audit.rs: change it there. -->
# What an audit finds

`errbook check` holds a catalog against itself; `errbook audit` holds it against the code that answers with its errors.

```sh
errbook audit
errbook audit services/api --deny-warnings
```

It reads every Rust file below the paths, without what cargo writes there, and the catalogs that `catalog!`, `#[catalog(...)]`, `openapi!` and
build scripts name or that lie beside the code. Each finding has the name of its rule, in brackets, and its place:

```text
warning[hand-written-code]: `SOLD_OUT` is a code of the catalog, written by hand
 --> src/orders.rs:31:52
```

Nothing is compiled. A path is followed through modules, `use`, globs, type aliases and the packages of the workspace, as far as syntax tells;
where it cannot be told what a path stands for, whatever it may be counts as constructed. An audit would rather miss a finding than
make one up.

What it cannot see:

- what macros of other crates expand to, and what a macro of your own makes of its arguments (paths that stand in it count);
- a code or a status that a function takes from data, or a response whose body is put together elsewhere;
- what `#[cfg(...)]` switches off: all of it counts, except what asks for `test`;
- dependencies that lie outside of the paths.

Code of tests is what stands in a `tests`, `benches` or `examples` folder of a package, below `#[cfg(test)]`, or in a function with `#[test]`
or a framework's attribute of that name. What only tests construct is not constructed. A package inside of another one's `tests` is data, and is
not read unless it is named.

## To allow a finding

In the code, with the reason; on the line, or above the statement, the response or the line that it is about:

```rust
// errbook: allow(hand-written-response): the load balancer reads this, and no client
(StatusCode::SERVICE_UNAVAILABLE, \"draining\")
```

In the catalog, for what is about an error or a file; `id` and `path` narrow it down, and `path` is relative to the catalog:

```yaml
# allowed.yaml
errbook: 1
api: {name: Shop}
errors:
  out_of_stock: {status: 409, description: The last one is gone., fix: Choose another.}
  moved: {status: 410, description: The shop moved., fix: Follow the link.}
audit:
  allow:
    - {rule: never-constructed, id: moved, reason: The old shop still answers with it.}
```

An allowance without a reason is refused, and one that allows nothing is a finding.

## At compile time

`audit: {unused: warn}` in the catalog has the compiler say which errors its crate never constructs, with its own lint `dead_code`: at the
variant in the file that a build script writes, or at the path in `catalog!`. A variant that other crates can reach is used as far as the
compiler knows: it speaks where the module of the errors is private to its crate, as in a program. With errbook's feature `client` every error is
constructed, from a response.

## The rules

Errors end `errbook audit` with 1; so do warnings with `--deny-warnings`.

";
