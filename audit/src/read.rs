//! Reads a Rust file: the names that it defines and imports, the paths in its expressions, the
//! catalogs that its macros read, and its hand-written responses.

use std::collections::HashSet;
use std::ops::Range;

use errbook_catalog::model::Code;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, Ident, Item, ItemEnum, Lit, LitStr, Macro, Meta, Stmt, Token, UseTree};

use super::comments::{self, Comment};
use super::response::{self, ByHand, Context};

/// The maximum nesting of brackets, which limits the parser's recursion.
const MAX_NESTING: usize = 200;

/// The maximum number of operators in one expression and those around it, or of branches in one
/// `if`: the parser nests them and recurses.
const MAX_OPERATORS: usize = 4000;

/// Keywords that an expression, a pattern or a type can follow, so that the parser recurses as for an
/// operator: `return return 1`.
const NESTING_WORDS: [&str; 21] = [
    "as", "async", "become", "box", "break", "const", "dyn", "fn", "for", "if", "impl", "in", "let", "match", "move",
    "mut", "ref", "return", "unsafe", "while", "yield",
];

/// The segments of a path, without generic arguments.
pub(super) type Path = Vec<String>;

/// The content of a file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) text: String,
    /// The place and message of a syntax error, which leaves the rest empty.
    pub(super) broken: Option<(Range<usize>, String)>,
    /// The module of the file, then its inline modules.
    pub(super) modules: Vec<Module>,
    pub(super) mentions: Vec<Mention>,
    pub(super) by_hand: Vec<ByHand>,
    /// Calls with literals, which `audit.legacy` may name.
    pub(super) calls: Vec<Call>,
    pub(super) comments: Vec<Comment>,
    /// The catalogs that `openapi!` and `operation!` name, with their places.
    pub(super) catalogs: Vec<(String, Range<usize>)>,
    /// Every string literal of the file, for build scripts.
    pub(super) texts: Vec<String>,
    /// The macros that complete a path with an argument: `Error::$name`.
    pub(super) completing: Vec<String>,
}

/// The part of a module that this file defines.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The path from the file's module.
    pub(super) path: Path,
    pub(super) is_test: bool,
    pub(super) items: Vec<(String, Named)>,
    pub(super) uses: Vec<(String, Path)>,
    pub(super) globs: Vec<Path>,
    pub(super) entry_points: Vec<EntryPoint>,
    /// Modules in separate files.
    pub(super) files: Vec<ModuleFile>,
}

/// `mod name;`
#[derive(Debug)]
pub(super) struct ModuleFile {
    pub(super) name: String,
    pub(super) is_test: bool,
    /// `#[path = "..."]`
    pub(super) path: Option<String>,
}

/// The definition of a name.
#[derive(Debug, Clone)]
pub(super) enum Named {
    Module,
    Alias(Path),
    Derived(Derived),
    Other,
}

/// A hand-written enum whose variants are errors of a catalog.
#[derive(Debug, Clone)]
pub(super) struct Derived {
    /// The catalog's path, relative to the crate's folder, and its place.
    pub(super) catalog: String,
    pub(super) place: Range<usize>,
    pub(super) is_test: bool,
    pub(super) variants: Vec<DerivedVariant>,
    /// A derive that makes any variant from data, such as `Deserialize`. It is no use of a variant.
    pub(super) from_data: Option<String>,
}

/// A variant for an error.
#[derive(Debug, Clone)]
pub(super) struct DerivedVariant {
    pub(super) name: String,
    pub(super) id: Option<String>,
    /// Whether `?`, another conversion of a value, or `Default` may construct it.
    pub(super) is_converted: bool,
    /// Its context selector, if the enum derives `Snafu`.
    pub(super) selector: Option<String>,
}

/// An entry point of generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EntryPoint {
    /// `include!(concat!(env!("OUT_DIR"), "/errors.rs"))`: the file's name.
    OutDir(String),
    /// `include!("errors.rs")`: the path, relative to the file.
    Included(String),
    /// `catalog!("errors.yaml")`: the path, relative to the crate's folder, and its place.
    Macro(String, Range<usize>),
}

/// A path in an expression.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) module: usize,
    pub(super) path: Path,
    pub(super) place: Range<usize>,
    pub(super) is_test: bool,
    /// Whether it is an argument of a macro, which can complete it: `deny!(NotFound)`.
    pub(super) in_macro: bool,
    /// The macro that has to complete it to make it a path: `deny!(not_found)`.
    pub(super) completed_by: Option<String>,
}

/// A call of a function, a method or a macro with literals.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) path: Path,
    /// The literals among its arguments.
    pub(super) literals: Vec<(Code, Range<usize>)>,
    pub(super) is_test: bool,
    /// The beginnings of its statement and of its response.
    pub(super) begins: [usize; 2],
}

pub(super) fn file(text: String) -> File {
    let mut file = File { text, ..File::default() };
    let skipped = before_rust(&file.text);
    let parsed = parse(&file.text[skipped..]);
    match parsed {
        Ok((tokens, syntax)) => {
            let mut reader = Reader::new(skipped);
            reader.file(&syntax);
            let Reader { modules, mentions, by_hand, calls, catalogs, texts, completing, .. } = reader;
            file.comments = comments::of(&file.text, skipped, &tokens);
            file = File { modules, mentions, by_hand, calls, catalogs, texts, completing, ..file };
        }
        Err((place, message)) => file.broken = Some((place.start + skipped..place.end + skipped, message)),
    }
    // The parser keeps every text that it read, to resolve spans.
    proc_macro2::extra::invalidate_current_thread_spans();
    file
}

/// The length of the byte order mark and the shebang line.
fn before_rust(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &text[mark..];
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        return mark + rest.find('\n').unwrap_or(rest.len());
    }
    mark
}

fn parse(text: &str) -> Result<(TokenStream, syn::File), (Range<usize>, String)> {
    let place = |error: &syn::Error| error.span().byte_range();
    let tokens: TokenStream =
        text.parse().map_err(|error: proc_macro2::LexError| (error.span().byte_range(), "invalid token".to_owned()))?;
    if let Some(rejected) = too_deep(tokens.clone()) {
        return Err(rejected);
    }
    let syntax = syn::parse2(tokens.clone()).map_err(|error| (place(&error), error.to_string()))?;
    Ok((tokens, syntax))
}

/// The place of too deeply nested brackets or too many operators, with a message.
fn too_deep(tokens: TokenStream) -> Option<(Range<usize>, String)> {
    // The open brackets: the rest of their tokens, and the operators so far, here and around them.
    let mut open = vec![(tokens.into_iter().peekable(), 0, 0)];
    while let Some(depth) = open.len().checked_sub(1) {
        let (tokens, operators, around) = &mut open[depth];
        let Some(token) = tokens.next() else {
            open.pop();
            continue;
        };
        match &token {
            TokenTree::Punct(punct) if matches!(punct.as_char(), ';' | ',') => *operators = 0,
            TokenTree::Punct(_) => *operators += 1,
            TokenTree::Ident(word) if NESTING_WORDS.iter().any(|nesting| word == nesting) => *operators += 1,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let goes_on = matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "else");
                *operators = if goes_on { *operators } else { 0 };
            }
            _ => {}
        }
        let all = *operators + *around;
        if all > MAX_OPERATORS {
            let message = format!("more than {MAX_OPERATORS} operators in one expression");
            return Some((token.span().byte_range(), message));
        }
        if let TokenTree::Group(group) = token {
            if depth + 1 >= MAX_NESTING {
                let message = format!("brackets nested more than {MAX_NESTING} deep");
                return Some((group.span_open().byte_range(), message));
            }
            open.push((group.stream().into_iter().peekable(), 0, all));
        }
    }
    None
}

/// Visits a file, and tracks the current module.
pub(super) struct Reader {
    /// The number of bytes that were skipped before parsing.
    skipped: usize,
    modules: Vec<Module>,
    mentions: Vec<Mention>,
    pub(super) by_hand: Vec<ByHand>,
    calls: Vec<Call>,
    catalogs: Vec<(String, Range<usize>)>,
    texts: Vec<String>,
    completing: Vec<String>,
    module: usize,
    tests: usize,
    /// The names of the macros around.
    macros: Vec<String>,
    self_type: Vec<Option<Path>>,
    /// The beginning of the current statement.
    pub(super) statement: usize,
    /// The response that the code builds, as far as it is known.
    pub(super) context: Context,
}

impl Reader {
    fn new(skipped: usize) -> Self {
        Reader {
            skipped,
            modules: vec![Module::default()],
            mentions: Vec::new(),
            by_hand: Vec::new(),
            calls: Vec::new(),
            catalogs: Vec::new(),
            texts: Vec::new(),
            completing: Vec::new(),
            module: 0,
            tests: 0,
            macros: Vec::new(),
            self_type: Vec::new(),
            statement: 0,
            context: Context::default(),
        }
    }

    fn file(&mut self, file: &syn::File) {
        if is_test(&file.attrs) {
            self.modules[0].is_test = true;
            self.tests += 1;
        }
        for item in &file.items {
            self.visit_item(item);
        }
    }

    /// The byte range of a span in the file.
    pub(super) fn place(&self, span: proc_macro2::Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.skipped..range.end + self.skipped
    }

    pub(super) fn is_test(&self) -> bool {
        self.tests > 0
    }

    fn here(&mut self) -> &mut Module {
        &mut self.modules[self.module]
    }

    fn define(&mut self, name: &Ident, what: Named) {
        let name = name.unraw().to_string();
        self.here().items.push((name, what));
    }

    /// Reads the content of an item with these attributes.
    fn within(&mut self, attributes: &[Attribute], read: impl FnOnce(&mut Self)) {
        let is_test = usize::from(is_test(attributes));
        self.tests += is_test;
        read(self);
        self.tests -= is_test;
    }

    /// Reads a path: `Error::NotFound`, or `<Error>::NotFound`.
    fn mention(&mut self, of: Option<&syn::QSelf>, path: &syn::Path) {
        let path_of = |of: &syn::QSelf| match &*of.ty {
            syn::Type::Path(ty) if ty.qself.is_none() && of.position == 0 => {
                let names = path.segments.iter().map(|segment| segment.ident.unraw().to_string());
                Some(self.segments(&ty.path)?.into_iter().chain(names).collect())
            }
            _ => None,
        };
        if let Some(segments) = of.map_or_else(|| self.segments(path), path_of) {
            self.mention_segments(segments, path.span());
        }
    }

    /// The segments of a path, with the type of the `impl` for `Self`.
    fn segments(&self, path: &syn::Path) -> Option<Path> {
        let mut segments = segments(path);
        if segments[0] == "Self" {
            segments.splice(..1, self.self_type.last()?.as_ref()?.iter().cloned());
        }
        Some(segments)
    }

    /// Reads a call with literals.
    fn call<'e>(&mut self, path: Option<Path>, arguments: impl IntoIterator<Item = &'e Expr>) {
        let Some(path) = path else { return };
        let literal = |argument: &Expr| {
            // `fail!(code = "sold_out")`
            let argument = if let Expr::Assign(named) = argument { &named.right } else { argument };
            let literal = response::text_of(argument)?;
            let code = match literal {
                Lit::Str(text) => Code::Text(text.value()),
                Lit::Int(number) => Code::Integer(number.base10_parse().ok()?),
                _ => return None,
            };
            // A code is a word, and sentences are many.
            let is_sentence = matches!(&code, Code::Text(text) if text.contains(char::is_whitespace));
            (!is_sentence).then(|| (code, self.place(literal.span())))
        };
        let literals: Vec<(Code, Range<usize>)> = arguments.into_iter().filter_map(literal).collect();
        if !literals.is_empty() {
            let (is_test, begins) = (self.is_test(), self.begins());
            self.calls.push(Call { path, literals, is_test, begins });
        }
    }

    fn mention_segments(&mut self, path: Path, span: proc_macro2::Span) {
        // A single name can be an imported variant if it is capitalized.
        let is_variable = path.len() == 1 && !path[0].starts_with(char::is_uppercase);
        if is_variable {
            self.mention_to_complete(path, span);
        } else {
            let (place, is_test, in_macro) = (self.place(span), self.is_test(), !self.macros.is_empty());
            let module = self.module;
            self.mentions.push(Mention { module, path, place, is_test, in_macro, completed_by: None });
        }
    }

    /// Reads a name that is part of a path only if the macro around it makes one of it.
    fn mention_to_complete(&mut self, path: Path, span: proc_macro2::Span) {
        if let Some(name) = self.macros.last() {
            let (completed_by, place, is_test) = (Some(name.clone()), self.place(span), self.is_test());
            let module = self.module;
            self.mentions.push(Mention { module, path, place, is_test, in_macro: true, completed_by });
        }
    }

    fn import(&mut self, tree: &UseTree, prefix: &mut Path) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.unraw().to_string());
                self.import(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Name(name) => self.imported(&name.ident, &name.ident, prefix),
            UseTree::Rename(rename) => self.imported(&rename.ident, &rename.rename, prefix),
            UseTree::Glob(_) => {
                let path = prefix.clone();
                self.here().globs.push(path);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, prefix)),
        }
    }

    fn imported(&mut self, name: &Ident, local: &Ident, prefix: &Path) {
        let (name, local) = (name.unraw().to_string(), local.unraw().to_string());
        let mut path = prefix.clone();
        let mut local = local;
        if name == "self" {
            if local == "self" {
                let Some(last) = prefix.last() else { return };
                local.clone_from(last);
            }
        } else {
            path.push(name);
        }
        self.here().uses.push((local, path));
    }

    /// Reads `include!`, `catalog!`, `openapi!` and `operation!`. Returns whether the macro is one of them.
    fn entry_point(&mut self, mac: &Macro) -> bool {
        let Some(name) = mac.path.segments.last().map(|segment| segment.ident.to_string()) else { return false };
        match name.as_str() {
            "catalog" => {
                let Ok(path) = syn::parse2::<LitStr>(mac.tokens.clone()) else { return false };
                let entry_point = EntryPoint::Macro(path.value(), self.place(path.span()));
                self.here().entry_points.push(entry_point);
                true
            }
            "openapi" => {
                if let Some(TokenTree::Literal(literal)) = mac.tokens.clone().into_iter().next()
                    && let Ok(path) = syn::parse2::<LitStr>(TokenTree::Literal(literal.clone()).into())
                {
                    let place = self.place(literal.span());
                    self.catalogs.push((path.value(), place));
                }
                // It contains ids, but constructs no errors.
                true
            }
            "operation" => {
                let Ok(Operation { catalog, name, error }) = syn::parse2(mac.tokens.clone()) else { return false };
                let place = self.place(catalog.span());
                self.catalogs.push((catalog.value(), place));
                // Its constructors are those of the error. The list constructs nothing.
                self.define(&name, Named::Alias(segments(&error)));
                true
            }
            "include" => {
                if let Ok(path) = syn::parse2::<LitStr>(mac.tokens.clone()) {
                    self.here().entry_points.push(EntryPoint::Included(path.value()));
                } else if let Some(name) = out_dir_file(mac) {
                    self.here().entry_points.push(EntryPoint::OutDir(name));
                }
                true
            }
            _ => false,
        }
    }

    /// Reads the content of a macro as expressions if it parses as such, else as paths between
    /// other tokens.
    fn tokens(&mut self, mac: &Macro) {
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = expressions.parse2(mac.tokens.clone()) {
            self.call(self.segments(&mac.path), &arguments);
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        } else if let Ok(statements) = syn::Block::parse_within.parse2(mac.tokens.clone()) {
            for statement in &statements {
                self.visit_stmt(statement);
            }
        } else {
            self.paths_in(mac.tokens.clone());
        }
    }

    /// Reads every path in tokens that are not an expression. A path before `=>` is a pattern.
    fn paths_in(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let punct =
            |at: usize, what: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == what);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => self.paths_in(group.stream()),
                TokenTree::Ident(first) => {
                    let mut path = vec![first.unraw().to_string()];
                    while punct(at, ':') && punct(at + 1, ':') {
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else { break };
                        path.push(next.unraw().to_string());
                        at += 3;
                    }
                    let end = at + usize::from(matches!(tokens.get(at), Some(TokenTree::Group(_))));
                    let is_pattern = punct(end, '=') && punct(end + 1, '>');
                    match path.len() {
                        1 => self.mention_to_complete(path, first.span()),
                        _ if is_pattern => {}
                        _ => self.mention_segments(path, first.span()),
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn enumeration(&mut self, item: &ItemEnum) {
        let name = &item.ident;
        let what = derived(item, self).map_or(Named::Other, Named::Derived);
        self.define(name, what);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let start = self.place(item.span()).start;
        let before = std::mem::replace(&mut self.statement, start);
        self.within(response::attributes(item), |reader| reader.item(item));
        self.statement = before;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(&item.attrs, |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let start = self.place(statement.span()).start;
        let before = std::mem::replace(&mut self.statement, start);
        visit::visit_stmt(self, statement);
        self.statement = before;
    }

    /// A pattern does not construct a value.
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    /// A type does not construct a value, nor does an attribute.
    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_expr(&mut self, expression: &'ast Expr) {
        let before = self.context;
        self.by_hand(expression);
        match expression {
            Expr::Binary(binary) if matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)) => {
                for side in [&*binary.left, &*binary.right] {
                    if !matches!(side, Expr::Path(_)) {
                        self.visit_expr(side);
                    }
                }
            }
            Expr::Path(path) => self.mention(path.qself.as_ref(), &path.path),
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func {
                    self.call(self.segments(&path.path), &call.args);
                }
                visit::visit_expr_call(self, call);
            }
            Expr::MethodCall(call) => {
                self.call(Some(vec![call.method.unraw().to_string()]), &call.args);
                visit::visit_expr_method_call(self, call);
            }
            Expr::Struct(structure) => {
                self.mention(structure.qself.as_ref(), &structure.path);
                visit::visit_expr_struct(self, structure);
            }
            other => visit::visit_expr(self, other),
        }
        self.context = before;
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.texts.push(text.value());
    }

    fn visit_path(&mut self, _: &'ast syn::Path) {}

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if self.entry_point(mac) {
            return;
        }
        let Some(name) = mac.path.segments.last().map(|segment| segment.ident.to_string()) else { return };
        match name.as_str() {
            // The compared value itself does not count as constructed; its arguments do.
            "matches" | "assert" | "assert_eq" | "assert_ne" | "assert_matches" | "debug_assert"
            | "debug_assert_eq" | "debug_assert_ne" => {
                let arguments = arguments(mac);
                let compared =
                    if name.ends_with("matches") { &arguments[..arguments.len().min(1)] } else { &arguments };
                for argument in compared.iter().filter(|argument| !matches!(argument, Expr::Path(_))) {
                    self.visit_expr(argument);
                }
            }
            "json" => {
                self.json(mac.tokens.clone());
                self.paths_in(mac.tokens.clone());
            }
            "format" => {
                for argument in &arguments(mac) {
                    self.visit_expr(argument);
                }
            }
            _ => {
                self.macros.push(name);
                self.tokens(mac);
                self.macros.pop();
            }
        }
    }
}

impl Reader {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Mod(module) => self.module(module),
            Item::Use(import) => {
                let mut prefix = Vec::new();
                if import.leading_colon.is_some() {
                    prefix.push(String::new());
                }
                self.import(&import.tree, &mut prefix);
            }
            Item::Type(alias) => {
                let what = match &*alias.ty {
                    syn::Type::Path(path) if path.qself.is_none() => Named::Alias(segments(&path.path)),
                    _ => Named::Other,
                };
                self.define(&alias.ident, what);
            }
            Item::Enum(item) => self.enumeration(item),
            Item::Struct(item) => {
                let what = derived_struct(item, self).map_or(Named::Other, Named::Derived);
                self.define(&item.ident, what);
            }
            Item::Union(item) => self.define(&item.ident, Named::Other),
            Item::Trait(item) => {
                self.define(&item.ident, Named::Other);
                self.self_type.push(None);
                visit::visit_item_trait(self, item);
                self.self_type.pop();
            }
            Item::Impl(item) => {
                let own = match &*item.self_ty {
                    syn::Type::Path(path) if path.qself.is_none() => Some(segments(&path.path)),
                    _ => None,
                };
                self.self_type.push(own);
                visit::visit_item_impl(self, item);
                self.self_type.pop();
            }
            Item::Macro(item) => {
                let name = item.ident.as_ref().filter(|_| completes_a_path(item.mac.tokens.clone()));
                self.completing.extend(name.map(|name| name.unraw().to_string()));
                self.visit_macro(&item.mac);
            }
            other => visit::visit_item(self, other),
        }
    }

    fn module(&mut self, module: &syn::ItemMod) {
        self.define(&module.ident, Named::Module);
        let name = module.ident.unraw().to_string();
        let is_test = self.is_test();
        let Some((_, items)) = &module.content else {
            let path = module.attrs.iter().find_map(path_attribute);
            self.here().files.push(ModuleFile { name, is_test, path });
            return;
        };
        let mut path = self.here().path.clone();
        path.push(name);
        let outer = std::mem::replace(&mut self.module, self.modules.len());
        self.modules.push(Module { path, is_test, ..Module::default() });
        for item in items {
            self.visit_item(item);
        }
        self.module = outer;
    }
}

/// The arguments of a macro that takes expressions; of `matches!`, the arguments before the
/// pattern.
fn arguments(mac: &Macro) -> Vec<Expr> {
    let parse = |input: syn::parse::ParseStream<'_>| {
        let mut arguments = Vec::new();
        while !input.is_empty() {
            let Ok(argument) = input.parse() else { break };
            arguments.push(argument);
            if input.parse::<Token![,]>().is_err() {
                break;
            }
        }
        // A pattern is not an expression.
        input.parse::<TokenStream>()?;
        Ok(arguments)
    };
    parse.parse2(mac.tokens.clone()).unwrap_or_default()
}

pub(super) fn segments(path: &syn::Path) -> Path {
    let mut segments: Path = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    if path.leading_colon.is_some() {
        segments.insert(0, String::new());
    }
    segments
}

/// Whether an attribute is `#[test]`, `#[tokio::test]`, `#[cfg(test)]` or another that requires
/// `test`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.segments.last().is_some_and(|name| name.ident == "test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            list.parse_args().is_ok_and(|condition| asks_for_test(&condition))
        }
        Meta::List(list) => list.path.segments.last().is_some_and(|name| name.ident == "test"),
        Meta::NameValue(_) => false,
    })
}

/// Whether a condition of `cfg` is never true without `test`.
fn asks_for_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else { return condition.path().is_ident("test") };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
    match list.path.get_ident() {
        Some(name) if name == "all" => parts.iter().any(asks_for_test),
        Some(name) if name == "any" => !parts.is_empty() && parts.iter().all(asks_for_test),
        _ => false,
    }
}

/// Whether the tokens of a macro's rules have `::$name`.
fn completes_a_path(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |token: &TokenTree, what: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == what);
    tokens.windows(3).any(|three| is(&three[0], ':') && is(&three[1], ':') && is(&three[2], '$'))
        || tokens.into_iter().any(|token| matches!(token, TokenTree::Group(group) if completes_a_path(group.stream())))
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(literal) = &pair.value else { return None };
    match &literal.lit {
        syn::Lit::Str(path) if pair.path.is_ident("path") => Some(path.value()),
        _ => None,
    }
}

/// The file name in `concat!(env!("OUT_DIR"), "/errors.rs")`.
fn out_dir_file(mac: &Macro) -> Option<String> {
    let mut texts = Vec::new();
    texts_in(mac.tokens.clone(), &mut texts);
    let is_out_dir = texts.iter().any(|text| text == "OUT_DIR");
    let file = texts.into_iter().filter(|text| text != "OUT_DIR").collect::<String>();
    is_out_dir.then(|| file.trim_start_matches('/').to_owned()).filter(|file| !file.is_empty())
}

fn texts_in(tokens: TokenStream, texts: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => texts_in(group.stream(), texts),
            TokenTree::Literal(_) => {
                texts.extend(syn::parse2::<LitStr>(token.into()).ok().map(|text| text.value()));
            }
            _ => {}
        }
    }
}

/// Derives that make any variant from data, or all of them. Without the data, none is constructed.
const FROM_DATA: &[&str] = &[
    "Deserialize",
    "EnumString",
    "FromStr",
    "FromRepr",
    "TryFrom",
    "TryFromPrimitive",
    "FromPrimitive",
    "EnumIter",
    "VariantArray",
    "Sequence",
    "ValueEnum",
    "Arbitrary",
];

/// The errors of an enum that derives `CatalogError`.
fn derived(item: &ItemEnum, reader: &Reader) -> Option<Derived> {
    let derives = derives(&item.attrs);
    if !derives.contains("CatalogError") {
        return None;
    }
    let from_data = FROM_DATA.iter().find(|name| derives.contains(**name)).map(ToString::to_string);
    let (is_from, is_snafu) = (derives.contains("From"), derives.contains("Snafu"));
    let catalog = catalog_of(&item.attrs)?;
    let variants = item.variants.iter().filter_map(|variant| {
        if is_transparent(&variant.attrs) {
            return None;
        }
        let id = id_of(&variant.attrs);
        let from = |field: &syn::Field| field.attrs.iter().any(|attribute| attribute.path().is_ident("from"));
        // These can remove or rename the selector.
        let is_changed = is_snafu && ["context", "transparent"].iter().any(|word| lists(&variant.attrs, "snafu", word));
        let is_default = variant.attrs.iter().any(|attribute| attribute.path().is_ident("default"));
        let has_fields = !variant.fields.is_empty();
        let is_converted = variant.fields.iter().any(from) || (is_from && has_fields) || is_default || is_changed;
        let name = variant.ident.unraw().to_string();
        let selector = is_snafu.then(|| format!("{}Snafu", name.strip_suffix("Error").unwrap_or(&name)));
        Some(DerivedVariant { name, id, is_converted, selector })
    });
    Some(Derived {
        catalog: catalog.value(),
        place: reader.place(catalog.span()),
        is_test: reader.is_test(),
        variants: variants.collect(),
        from_data,
    })
}

/// The error of a struct that derives `CatalogError`. It counts as constructed: a struct has no path
/// of a variant that could be followed.
fn derived_struct(item: &syn::ItemStruct, reader: &Reader) -> Option<Derived> {
    if !derives(&item.attrs).contains("CatalogError") {
        return None;
    }
    let catalog = catalog_of(&item.attrs)?;
    let variant = (!is_transparent(&item.attrs)).then(|| DerivedVariant {
        name: item.ident.unraw().to_string(),
        id: id_of(&item.attrs),
        is_converted: true,
        selector: None,
    });
    Some(Derived {
        catalog: catalog.value(),
        place: reader.place(catalog.span()),
        is_test: reader.is_test(),
        variants: variant.into_iter().collect(),
        from_data: None,
    })
}

/// The path of the catalog of a derive.
fn catalog_of(attributes: &[Attribute]) -> Option<LitStr> {
    let first = |tokens: TokenStream| tokens.into_iter().next();
    let literals = catalog_attributes(attributes).into_iter().filter_map(first);
    literals.filter_map(|literal| syn::parse2(literal.into()).ok()).last()
}

/// Whether an error of a derive is the one in its field.
fn is_transparent(attributes: &[Attribute]) -> bool {
    lists(attributes, "catalog", "transparent")
}

/// The id of an error of a derive, if it is written.
fn id_of(attributes: &[Attribute]) -> Option<String> {
    let keys: Vec<TokenTree> = catalog_attributes(attributes).into_iter().flatten().collect();
    let is_id = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "id");
    let id = keys.windows(3).find(|window| is_id(&window[0]))?;
    Some(syn::parse2::<LitStr>(id[2].clone().into()).ok()?.value())
}

/// Whether an attribute of that name lists a word: `#[snafu(context(false))]`.
fn lists(attributes: &[Attribute], name: &str, word: &str) -> bool {
    let is_word = |token: TokenTree| matches!(token, TokenTree::Ident(ident) if ident == word);
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident(name) && list.tokens.clone().into_iter().any(is_word),
        _ => false,
    })
}

fn derives(attributes: &[Attribute]) -> HashSet<String> {
    let mut names = HashSet::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let parsed = attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        let last = |path: &syn::Path| path.segments.last().map(|segment| segment.ident.to_string());
        names.extend(parsed.iter().flatten().filter_map(last));
    }
    names
}

/// The tokens in each `#[catalog(...)]`.
fn catalog_attributes(attributes: &[Attribute]) -> Vec<TokenStream> {
    let list = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("catalog") => Some(list.tokens.clone()),
        _ => None,
    };
    attributes.iter().filter_map(list).collect()
}

/// The first arguments of `operation!`.
struct Operation {
    catalog: LitStr,
    /// The new type.
    name: Ident,
    /// The generated error in it.
    error: syn::Path,
}

impl Parse for Operation {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let catalog = input.parse()?;
        input.parse::<Token![,]>()?;
        input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let error = input.call(syn::Path::parse_mod_style)?;
        input.parse::<Token![,]>()?;
        input.parse::<TokenStream>()?;
        Ok(Operation { catalog, name, error })
    }
}
