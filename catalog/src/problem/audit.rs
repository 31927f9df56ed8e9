//! The rules of `errbook audit`, which compares a catalog with the code that uses it and with its
//! pages and documents. The crate `errbook-audit` reads Rust. The table is here because
//! `audit.allow` in the catalog names its rules.
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
use crate::words::wrapped;

words! {
    /// A rule of the audit.
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
            "Return it where it occurs, retire it, or allow it with a reason.",
            "These count as construction: an expression with a variant of the generated `Error`, a constructor, an `ErrorCode` that is \
             not only compared, or a variant of an enum that derives `CatalogError`. `?` constructs a variant with `#[from]`. Patterns and \
             test code do not count; if only tests construct an error, the finding says so. Nor does a derive that makes variants from \
             data, such as `Deserialize` or `EnumString`, or that lists them, such as `EnumIter`: the finding names it. A call of a \
             helper under `audit.legacy` counts. A catalog without any constructed error belongs to a client, and its errors are not \
             reported.",
        ),
        /// An error that is neither constructed nor covered by a hand-written enum.
        NotCovered = "not-covered" => warn(
            "Add a variant for it, construct the generated error, retire it, or allow it with a reason.",
            "Like `never-constructed`, for a catalog from which enums derive `CatalogError`: none of them has a variant for the error. \
             With `#[catalog(exhaustive)]` the compiler reports it already.",
        ),
        /// A response that contains a hand-written code of the catalog.
        HandWrittenCode = "hand-written-code" => warn(
            "Return the generated error: its status, body and page then come from the catalog.",
            "A string in a response that is a code or id of a catalog that the crate uses: under the key `code`, `error`, `type`, \
             `error_code` or `errorCode` of `json!`, or in a field of that name of a struct expression, or in a call of a helper under \
             `audit.legacy`. Test code and crates without a catalog are not checked.",
        ),
        /// A response with a code that is not in the catalog.
        UnknownCode = "unknown-code" => error(
            "Add it to the catalog and return the generated error; or use a code of the catalog.",
            "A string in the same places that has the form of the catalog's codes (the same case, without spaces) and is in none of the \
             crate's catalogs. The code around it must show an error: the key (such as `error` or `error_code`), an object under \
             `error`, a struct whose name contains `Error`, an error status of the response, or a message in the same object.",
        ),
        /// A hand-written error response.
        HandWrittenResponse = "hand-written-response" => warn(
            "Add it to the catalog and return the generated error.",
            "A tuple of a constant status of 400 or more (`StatusCode::NOT_FOUND`) and a body without a code, in a crate that returns \
             errors of a catalog. A status without a body is not reported.",
        ),
        /// A page of a removed error.
        PageWithoutError = "page-without-error" => error(
            "Generate the pages again, which removes leftovers. Delete this page if it was moved or copied.",
            "A markdown page with errbook's mark near its beginning, for an API whose catalog was read, whose name belongs to no public \
             or retired error. The `.errbook` of its folder does not matter. Pages from your own templates are found if they have the \
             mark. `errbook check` finds links to missing pages in texts and `doc_url`: `dead-doc-url`.",
        ),
        /// A response in an OpenAPI document that belongs to no error of the catalog.
        ResponseWithoutError = "response-without-error" => error(
            "Generate the document again, or add the error to the catalog.",
            "In the documents of `generate.openapi`: a component with `x-errbook` that the catalog no longer generates, and an \
             operation's own response of 400 or more with a status of no public error.",
        ),
        /// Invalid Rust.
        BrokenRust = "broken-rust" => error(
            "Fix the file, or name the folders to read. The rest was read without it.",
            "The file is parsed as rustc does, but macros are not expanded. Every file with the extension `.rs` is read as Rust.",
        ),
        /// An unusable catalog that the code names.
        BrokenCatalog = "broken-catalog" => error(
            "Run `errbook check` on it.",
            "The path in a macro of errbook or in `#[catalog(...)]`, relative to the crate's folder.",
        ),
        /// An allowance without a reason or a valid rule.
        InvalidAllow = "invalid-allow" => error(
            "Write `errbook: allow(rule): the reason`, with a rule of docs/audit.md.",
            "Allowances in comments. `errbook check` checks the allowances in the catalog.",
        ),
        /// An unused allowance, or a helper that no code calls.
        UnusedAllow = "unused-allow" => warn(
            "Remove it.",
            "An entry of `audit.allow`, or a comment, without a matching finding. An entry of `audit.legacy` that no call with a literal \
             matches.",
        ),
    }
}

/// The table's entry for a rule.
struct Facts {
    level: Level,
    remedy: &'static str,
    /// How the audit finds it, and its limits, for the page.
    how: &'static str,
}

const fn error(remedy: &'static str, how: &'static str) -> Facts {
    Facts { level: Level::Error, remedy, how }
}

const fn warn(remedy: &'static str, how: &'static str) -> Facts {
    Facts { level: Level::Warn, remedy, how }
}

impl Rule {
    /// What to do about it, in one or two sentences.
    pub const fn remedy(self) -> &'static str {
        self.facts().remedy
    }

    /// The level of its findings.
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

/// The reference of all rules, in markdown.
///
/// ```
/// let page = errbook_catalog::problem::audit::page();
/// assert!(page.contains("### `never-constructed`"));
/// assert!(page.ends_with('\n'));
/// ```
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("| rule | level | finding |\n|---|---|---|\n");
    for rule in Rule::ALL {
        let (name, level) = (rule.name(), rule.default_level().name());
        let _ = writeln!(page, "| [`{name}`](#{name}) | {level} | {} |", rule.summary());
    }
    for rule in Rule::ALL {
        let name = rule.name();
        let [summary, how, remedy] = [rule.summary(), rule.facts().how, rule.remedy()].map(wrapped);
        let _ = write!(page, "\n### `{name}`\n\n{summary}\n\n{how}\n\n{remedy}\n");
    }
    page
}

const INTRODUCTION: &str = "\
<!-- Generated from the table in catalog/src/problem/audit.rs: change it there. -->
# What an audit finds

`errbook check` checks a catalog by itself. `errbook audit` compares it with the code that returns
its errors.

```sh
errbook audit
errbook audit services/api --deny-warnings
```

It reads every Rust file below the paths, except cargo's output. It also reads the catalogs below
the paths, and those that macros of errbook, `#[catalog(...)]` and build scripts name. It leaves out a
path after a variable, `$SHOP_CATALOG`: the catalog is in another package. Each finding has the name
of its rule, in brackets, and its place:

```text
warning[hand-written-code]: the catalog's code `SOLD_OUT` is written by hand
 --> src/orders.rs:31:52
```

The last line says how many errors of the catalogs the code constructs, and in how many crates. If it
is none, the audit saw no use: the paths lack the service, or the code is that of a client.

No code is compiled. Paths are resolved through modules, `use`, globs, type aliases and the packages
of the workspace, as far as syntax allows. If a path is ambiguous, every candidate counts as
constructed: the audit may miss a finding, but avoids false ones.

The audit does not see:

- the expansion of macros: paths and names of variants in the arguments of macros count, and names of
  constructors if the rules of the macro have `::$name`;
- a code or a status that a function takes from data, or a response whose body is built elsewhere;
- whether code sends an error that is in a table or a list: a list of all errors uses all of them;
- whether `#[cfg(...)]` disables code: all code counts, except code for `test`;
- dependencies outside of the paths.

Test code is code in a `tests`, `benches` or `examples` folder of a package, below `#[cfg(test)]`,
or in a function with `#[test]` or a framework's attribute of that name. An error that only tests
construct does not count as constructed. A package inside another package's `tests` is data, and
is read only if you name it.

## Allow a finding

In the code, write a comment with the reason: on the line of the finding, or above its line,
statement or response.

```rust
// errbook: allow(hand-written-response): the load balancer reads this, and no client
(StatusCode::SERVICE_UNAVAILABLE, \"draining\")
```

In the catalog, allow a finding about an error or a file. `id` and `path` narrow it down; `path` is
relative to the catalog:

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

`reason` is required. An unused allowance is a finding.

## Your own helpers

If your code sends errors by their codes, as in `reply(\"sold_out\").with_status(409)` or actix's
`ErrorConflict(\"sold_out\")`, name the functions, methods and macros under `legacy`:

```yaml
# helpers.yaml
errbook: 1
api: {name: Shop}
errors:
  sold_out: {status: 409, description: The last one is gone., fix: Choose another.}
audit:
  legacy: [reply, \"ApiError::new\", ErrorConflict]
  allow:
    - {rule: hand-written-code, reason: \"We replace the calls of these, crate by crate.\"}
```

A name matches the end of the path of a call. A literal argument that is a code or an id counts as a
use of that error, and is a finding of `hand-written-code`. If no literal is one, and the first has
the form of a code, it is a finding of `unknown-code`. The last line of the report counts the errors
that only helpers send.

## At compile time

With `audit: {unused: warn}` in the catalog, the compiler reports the errors that its crate never
constructs, with its lint `dead_code`: at the variant in the file that a build script writes, or at
the path in `catalog!`. The compiler treats a variant that other crates can reach as used, so the
module of the errors must be private to its crate, as in a program. With errbook's feature `client`,
code that reads responses constructs every error.

## The rules

`errbook audit` exits with 1 on errors, and with `--deny-warnings` also on warnings.

";
