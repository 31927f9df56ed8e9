//! The client in TypeScript: one ES module without dependencies.

mod tables;
pub(crate) mod text;
mod types;

use std::fmt::Write as _;

use errbook_catalog::model::{Catalog, ErrorDef, TypeDef};
use errbook_codegen::words::{self, Span};

use self::text::{doc, inside, key, literal};
use crate::names::{self, Names, Wanted};
use crate::surface::{Surface, one_line};

/// The name of the file.
pub const FILE: &str = "errors.ts";

const RUNTIME: &str = include_str!("typescript/runtime.ts");
const CLASS: &str = include_str!("typescript/class.ts");

/// The name of the class in the texts above.
const CLASS_NAME: &str = "CatalogError";

/// Names that the module exports or declares, and names of the language and of browsers.
const RESERVED: &[&str] = &[
    "Advice",
    "Attempt",
    "AbortSignalLike",
    "ContextFields",
    "DetailsOf",
    "ErrorCode",
    "ErrorMetadata",
    "ErrorOf",
    "ErrorTexts",
    "RawResponse",
    "ResponseLike",
    "ResponseParts",
    "RetryOptions",
    "StatusOf",
    "fromResponse",
    "metadata",
    "parseError",
    "retryAdvice",
    "texts",
    "withRetry",
    // Of the language.
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "Atomics",
    "Awaited",
    "BigInt",
    "Boolean",
    "Capitalize",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "Exclude",
    "Extract",
    "Function",
    "Infinity",
    "InstanceType",
    "Int8Array",
    "Intl",
    "Iterable",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "NoInfer",
    "NonNullable",
    "Number",
    "Object",
    "Omit",
    "Parameters",
    "Partial",
    "Pick",
    "Promise",
    "PromiseLike",
    "Proxy",
    "RangeError",
    "Readonly",
    "ReadonlyArray",
    "ReadonlyMap",
    "ReadonlySet",
    "Record",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Required",
    "ReturnType",
    "Set",
    "String",
    "Symbol",
    "SyntaxError",
    "TypeError",
    "URIError",
    "Uint8Array",
    "WeakMap",
    "WeakRef",
    "WeakSet",
    "AbortSignal",
    "Headers",
    "Request",
    "Response",
    "TextDecoder",
    "URL",
    "clearTimeout",
    "console",
    "fetch",
    "globalThis",
    "setTimeout",
    "structuredClone",
    "undefined",
    "window",
    // Keywords, and words that cannot name a type or a function of a module.
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "implements",
    "import",
    "in",
    "infer",
    "instanceof",
    "interface",
    "is",
    "keyof",
    "let",
    "module",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "package",
    "private",
    "protected",
    "public",
    "readonly",
    "require",
    "return",
    "satisfies",
    "set",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unique",
    "unknown",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
    // Members of the class and of every object.
    "cause",
    "code",
    "constructor",
    "context",
    "details",
    "hasOwnProperty",
    "isPrototypeOf",
    "message",
    "mismatch",
    "name",
    "propertyIsEnumerable",
    "prototype",
    "response",
    "retryAfterMs",
    "retryable",
    "sentDetails",
    "serverMessage",
    "stack",
    "status",
    "then",
    "toJSON",
    "toLocaleString",
    "toString",
    "valueOf",
    "wireCode",
];

/// Returns the module.
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another., details: {item: string}}}
/// predicates: {is_sold_out: [SOLD_OUT]}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let module = errbook_clients::typescript::emit(&catalog);
/// assert!(module.contains("export type ErrorCode =\n  | \"SOLD_OUT\";"));
/// assert!(module.contains("export class ShopError<"));
/// assert!(module.contains("export function isSoldOut(error: unknown): error is ErrorOf<\"SOLD_OUT\">"));
/// ```
pub fn emit(catalog: &Catalog) -> String {
    let surface = &Surface::new(catalog);
    let Named { class, types, predicates } = Named::new(surface);
    let predicates = Predicates::new(surface, &class, &predicates);
    let client = Client { surface, types };
    let mut module = head(surface);
    module.push_str(&client.codes());
    module.push_str(&client.named_types());
    module.push_str(&client.details());
    module.push_str(&client.statuses());
    module.push_str(&client.context());
    // Only errbook's own text is searched for placeholders.
    let (before, after) = CLASS.split_once("PREDICATES").unwrap_or((CLASS, ""));
    let for_api = |text: &str| text.replace(CLASS_NAME, &class);
    let api = inside(&one_line(&surface.catalog.api.name));
    module.push_str(&for_api(before).replace("CATALOG_NAME", &api));
    module.push_str(&predicates.getters);
    module.push_str(&for_api(after));
    module.push('\n');
    module.push_str(&predicates.guards);
    module.push_str(&client.texts());
    module.push_str(&client.metadata());
    module.push_str(&for_api(RUNTIME));
    module.push_str(&client.tables());
    module
}

/// The names of the module that follow from the catalog.
pub(crate) struct Named {
    pub(crate) class: String,
    /// The name of each type.
    pub(crate) types: Vec<String>,
    /// The getter and the type guard of each predicate.
    pub(crate) predicates: Vec<String>,
}

impl Named {
    pub(crate) fn new(surface: &Surface) -> Self {
        let mut names = Names::reserving(RESERVED.iter().copied());
        let api = names::pascal(&surface.catalog.api.slug);
        let class = names.take(&[names::error(&api), format!("{api}ApiError")]);
        let wanted = |def: &TypeDef| vec![names::pascal(&def.name), format!("{}Type", def.name)];
        let types: Vec<_> = surface.types().map(|def| Wanted::new(&def.name, wanted(def))).collect();
        let types = names.take_all(&types);
        let predicates: Vec<_> = surface
            .predicates()
            .map(|(predicate, _)| Wanted::new(&predicate.name, vec![names::camel(&predicate.name)]))
            .collect();
        let predicates = names.take_all(&predicates);
        Named { class, types, predicates }
    }
}

fn head(surface: &Surface) -> String {
    let version = surface.catalog.api.version.as_ref().map(|version| format!(" Version {version} of the API."));
    let name = one_line(&surface.catalog.api.name);
    let line = format!("The errors of {name}, as a client receives them.{}", version.unwrap_or_default());
    format!(
        "// @generated by errbook from the error catalog. Edit the catalog, then generate again.\n\n{}\n",
        doc("", &[line], &["module".to_owned()])
    )
}

struct Client<'a> {
    surface: &'a Surface,
    /// The name of each type.
    types: Vec<String>,
}

/// The predicates, as getters of the class and as type guards.
struct Predicates {
    getters: String,
    guards: String,
}

impl Predicates {
    fn new(surface: &Surface, class: &str, names: &[String]) -> Self {
        let (mut getters, mut guards) = (String::new(), String::new());
        for ((_, members), name) in surface.predicates().zip(names) {
            let ids: Vec<String> = members.iter().map(|error| literal(&error.name.id)).collect();
            let listed = members.iter().map(|error| format!("`{}`", error.name.id)).collect::<Vec<_>>().join(", ");
            let about =
                if members.is_empty() { "Never true.".to_owned() } else { format!("Whether it is one of {listed}.") };
            let union = if ids.is_empty() { "never".to_owned() } else { ids.join(" | ") };
            let _ = write!(
                getters,
                "\n{}  get {name}(): boolean {{\n    return {name}(this);\n  }}\n",
                doc("  ", std::slice::from_ref(&about), &[])
            );
            let _ = write!(
                guards,
                "{}export function {name}(error: unknown): error is ErrorOf<{union}> {{\n  \
                 const codes: readonly (ErrorCode | undefined)[] = [{}];\n  \
                 return error instanceof {class} && codes.includes(error.code);\n}}\n\n",
                doc("", &[about], &[]),
                ids.join(", "),
            );
        }
        Predicates { getters, guards }
    }
}

impl Client<'_> {
    fn codes(&self) -> String {
        let ids: Vec<String> =
            self.surface.responses().map(|error| format!("\n  | {}", literal(&error.name.id))).collect();
        let ids = if ids.is_empty() { " never".to_owned() } else { ids.concat() };
        let about = "The ids of all errors. An id is the code on the wire, unless the catalog has another code.";
        format!("{}export type ErrorCode ={ids};\n\n", doc("", &[about.to_owned()], &[]))
    }

    fn details(&self) -> String {
        let mut text = doc("", &["The details of each error.".to_owned()], &[]) + "export interface DetailsOf {\n";
        for error in self.surface.responses() {
            text.push_str(&doc("  ", &about(error), &self.deprecation(error)));
            let _ = writeln!(text, "  readonly {}: {};", key(&error.name.id), self.fields("  ", &error.details));
        }
        text + "}\n\n"
    }

    fn statuses(&self) -> String {
        let mut text = doc("", &["The HTTP statuses of each error.".to_owned()], &[]) + "export interface StatusOf {\n";
        for error in self.surface.responses() {
            let statuses: Vec<String> = error.statuses.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "  readonly {}: {};", key(&error.name.id), statuses.join(" | "));
        }
        text + "}\n\n"
    }

    fn context(&self) -> String {
        let about = "Values of the request that a response carries. They are not checked.".to_owned();
        let mut fields = String::new();
        for field in &self.surface.catalog.context {
            fields.push_str(&doc("  ", field.doc.as_slice(), &[]));
            let _ = writeln!(fields, "  readonly {}?: unknown;", key(&field.name));
        }
        let about = doc("", &[about], &[]);
        if fields.is_empty() {
            format!("{about}export type ContextFields = Readonly<Record<string, never>>;\n\n")
        } else {
            format!("{about}export interface ContextFields {{\n{fields}}}\n\n")
        }
    }

    fn deprecation(&self, error: &ErrorDef) -> Vec<String> {
        let deprecated = error.lifecycle.deprecated.as_ref();
        let id = |at: usize| Span::Code(self.surface.catalog.errors[at].name.id.clone());
        let words = deprecated.map(|own| words::deprecated(own, own.replacement.map(id)).markdown());
        words.map(|words| format!("deprecated {words}")).into_iter().collect()
    }
}

/// What hovering over an error shows.
fn about(error: &ErrorDef) -> Vec<String> {
    let code = error.code.as_ref().map_or_else(
        || "without a code".to_owned(),
        |code| format!("code {}", errbook_codegen::commonmark::code_span(&code.to_string())),
    );
    let mut paragraphs =
        vec![errbook_codegen::commonmark::plain(&error.title), format!("HTTP {}, {code}.", words::statuses(error))];
    paragraphs.extend(error.description.clone());
    paragraphs.extend(error.fix.as_ref().map(|fix| format!("**Fix:** {fix}")));
    paragraphs.extend(words::retry_and_refund(error).map(|words| words.markdown()));
    paragraphs.extend(error.doc_url.as_ref().map(|url| format!("<{}>", url.replace(['<', '>', ' ', '\n'], ""))));
    paragraphs
}
