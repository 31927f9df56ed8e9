//! Finds hand-written responses: codes in `json!` and in struct expressions, and statuses with a
//! body.
//!
//! This module finds candidates, and whether the surrounding code makes them an error response. The
//! catalogs decide later whether a candidate is a code.

use std::ops::Range;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprMethodCall, ExprStruct, Item, Lit, LitStr, Macro, Member};

use super::read::{Reader, segments};

/// A candidate.
#[derive(Debug)]
pub(super) struct ByHand {
    pub(super) what: What,
    pub(super) place: Range<usize>,
    /// The beginnings of its statement and of its response: a comment above one of them applies to
    /// it.
    pub(super) begins: [usize; 2],
    pub(super) is_test: bool,
}

#[derive(Debug)]
pub(super) enum What {
    /// A string in the place of a code.
    Code {
        text: String,
        /// The name of the member or field.
        key: String,
        /// Whether the surrounding code makes it an error's code.
        is_of_error: bool,
    },
    /// A number in the place of a code.
    Number(i64),
    /// An error status with a body, which has this range.
    Response(Range<usize>),
}

/// The response that surrounds an expression.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    /// Whether it has an error status.
    has_status: bool,
    begin: Option<usize>,
}

/// Members that contain codes.
const KEYS: &[&str] = &["code", "error_code", "errorCode", "error", "type"];
/// Members that describe an error besides its code.
const MESSAGES: &[&str] = &["message", "msg", "detail", "details", "error_description", "errorMessage", "status"];
/// Members that contain an error object.
const OF_ERROR: &[&str] = &["error", "errors", "problem", "fault"];

impl Reader {
    /// Reads an expression within its response.
    pub(super) fn by_hand(&mut self, expression: &Expr) {
        use syn::spanned::Spanned as _;
        match expression {
            Expr::Tuple(tuple) => {
                let Some(status) = tuple.elems.first().filter(|status| is_error_status(status)) else { return };
                if tuple.elems.len() > 1 {
                    let body: Vec<&Expr> = tuple.elems.iter().skip(1).collect();
                    self.response(status.span(), expression.span(), &body);
                }
            }
            Expr::MethodCall(call) if is_body(call) && has_error_status(&call.receiver) => {
                let body: Vec<&Expr> = call.args.iter().collect();
                self.response(call.method.span(), expression.span(), &body);
            }
            Expr::Struct(structure) => self.structure(structure),
            _ => {}
        }
    }

    fn response(&mut self, at: Span, whole: Span, body: &[&Expr]) {
        let range = self.place(whole);
        self.context = Context { has_status: true, begin: Some(range.start) };
        if body.iter().any(|part| has_text(part)) {
            self.push(What::Response(range), at);
        }
    }

    fn push(&mut self, what: What, at: Span) {
        let (place, is_test, begins) = (self.place(at), self.is_test(), self.begins());
        self.by_hand.push(ByHand { what, place, begins, is_test });
    }

    /// The beginnings of the current statement and of its response.
    pub(super) fn begins(&self) -> [usize; 2] {
        [self.statement, self.context.begin.unwrap_or(self.statement)]
    }

    fn structure(&mut self, structure: &ExprStruct) {
        let name = structure.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let is_error = ["Error", "Problem", "Fault", "Failure"].iter().any(|word| name.contains(word));
        let key = |member: &Member| match member {
            Member::Named(name) => name.to_string().trim_start_matches("r#").trim_end_matches('_').to_owned(),
            Member::Unnamed(_) => String::new(),
        };
        let has_message = structure.fields.iter().any(|field| MESSAGES.contains(&key(&field.member).as_str()));
        for field in &structure.fields {
            let key = key(&field.member);
            if !KEYS.contains(&key.as_str()) {
                continue;
            }
            let is_of_error = is_error || self.context.has_status || (has_message && key != "type");
            match text_of(&field.expr) {
                Some(Lit::Str(text)) => self.push(What::Code { text: text.value(), key, is_of_error }, text.span()),
                Some(Lit::Int(number)) => self.number(number, &key),
                _ => {}
            }
        }
    }

    fn number(&mut self, number: &syn::LitInt, key: &str) {
        if let (Ok(value), true) = (number.base10_parse(), key.to_lowercase().ends_with("code")) {
            self.push(What::Number(value), number.span());
        }
    }

    /// Reads the tokens of `json!`.
    pub(super) fn json(&mut self, tokens: TokenStream) {
        self.members(tokens, false);
    }

    fn members(&mut self, tokens: TokenStream, of_error: bool) {
        for token in tokens {
            let TokenTree::Group(group) = token else { continue };
            match group.delimiter() {
                Delimiter::Brace => self.object(group.stream(), of_error),
                _ => self.members(group.stream(), of_error),
            }
        }
    }

    fn object(&mut self, tokens: TokenStream, of_error: bool) {
        let members = members(tokens);
        let has_message = members.iter().any(|(key, _)| MESSAGES.contains(&key.as_str()));
        for (key, value) in members {
            if let Some(TokenTree::Group(_)) = value.first() {
                let of_error = of_error || OF_ERROR.contains(&key.as_str());
                self.members(value.into_iter().collect(), of_error);
                continue;
            }
            if !KEYS.contains(&key.as_str()) {
                continue;
            }
            let is_of_error = of_error
                || self.context.has_status
                || (has_message && key != "type")
                || key.to_lowercase().starts_with("error");
            let Some(TokenTree::Literal(literal)) = value.first() else { continue };
            match syn::parse2::<Lit>(TokenTree::Literal(literal.clone()).into()) {
                Ok(Lit::Str(text)) => self.push(What::Code { text: text.value(), key, is_of_error }, text.span()),
                Ok(Lit::Int(number)) => self.number(&number, &key),
                _ => {}
            }
        }
    }
}

/// The members of an object with string keys, and the tokens of their values.
fn members(tokens: TokenStream) -> Vec<(String, Vec<TokenTree>)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |token: &TokenTree, what: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == what);
    let members = tokens.split(|token| is(token, ','));
    let member = |member: &[TokenTree]| {
        let [TokenTree::Literal(key), colon, value @ ..] = member else { return None };
        let key = syn::parse2::<LitStr>(TokenTree::Literal(key.clone()).into()).ok()?;
        is(colon, ':').then(|| (key.value(), value.to_vec()))
    };
    members.filter_map(member).collect()
}

/// The literal of an expression, without conversions.
pub(super) fn text_of(expression: &Expr) -> Option<&Lit> {
    match expression {
        Expr::Lit(literal) => Some(&literal.lit),
        Expr::Paren(inner) => text_of(&inner.expr),
        Expr::Reference(inner) => text_of(&inner.expr),
        Expr::MethodCall(call) if call.args.is_empty() => text_of(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(path)
                if path.path.segments.last().is_some_and(|name| WRAPPERS.iter().any(|known| name.ident == known)) =>
            {
                text_of(&call.args[0])
            }
            _ => None,
        },
        _ => None,
    }
}

/// Functions that return their string unchanged.
const WRAPPERS: &[&str] = &["from", "new", "Some", "Borrowed", "Owned"];

/// Statuses below 400, by the names of the `http` crate without underscores.
const NO_ERRORS: &[&str] = &[
    "CONTINUE",
    "SWITCHINGPROTOCOLS",
    "PROCESSING",
    "EARLYHINTS",
    "OK",
    "CREATED",
    "ACCEPTED",
    "NONAUTHORITATIVEINFORMATION",
    "NOCONTENT",
    "RESETCONTENT",
    "PARTIALCONTENT",
    "MULTISTATUS",
    "ALREADYREPORTED",
    "IMUSED",
    "MULTIPLECHOICES",
    "MOVEDPERMANENTLY",
    "FOUND",
    "SEEOTHER",
    "NOTMODIFIED",
    "USEPROXY",
    "TEMPORARYREDIRECT",
    "PERMANENTREDIRECT",
];

/// Whether an expression is an error status such as `StatusCode::NOT_FOUND`.
fn is_error_status(expression: &Expr) -> bool {
    let Expr::Path(path) = expression else { return false };
    let path = segments(&path.path);
    let [.., of, name] = path.as_slice() else { return false };
    let is_constant = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    of == "StatusCode" && is_constant && !NO_ERRORS.contains(&name.replace('_', "").as_str())
}

/// Whether a method sets the body of a response.
fn is_body(call: &ExprMethodCall) -> bool {
    call.args.len() == 1 && ["body", "json", "set_body"].iter().any(|name| call.method == name)
}

/// Whether a method chain begins with `HttpResponse::NotFound()`, or contains
/// `.status(StatusCode::NOT_FOUND)` or `.status(404)`.
fn has_error_status(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(call) => {
            let status = call.args.first().filter(|_| call.method == "status" && call.args.len() == 1);
            let is_number = |status: &Expr| {
                let number = text_of(status);
                matches!(number, Some(Lit::Int(number)) if number.base10_parse().is_ok_and(|status: u16| status >= 400))
            };
            status.is_some_and(|status| is_error_status(status) || is_number(status))
                || has_error_status(&call.receiver)
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return false };
            let path = segments(&path.path);
            let [.., of, name] = path.as_slice() else { return false };
            let is_status = name.starts_with(char::is_uppercase) && !NO_ERRORS.contains(&name.to_uppercase().as_str());
            of == "HttpResponse" && is_status
        }
        _ => false,
    }
}

/// Whether a body is written in place, at least in part. A body from elsewhere may come from the
/// catalog.
fn has_text(body: &Expr) -> bool {
    struct Texts(bool);
    impl<'ast> Visit<'ast> for Texts {
        fn visit_lit_str(&mut self, _: &'ast LitStr) {
            self.0 = true;
        }

        fn visit_macro(&mut self, mac: &'ast Macro) {
            self.0 |= mac.path.segments.last().is_some_and(|name| name.ident == "json" || name.ident == "format");
        }
    }
    let mut texts = Texts(false);
    visit::visit_expr(&mut texts, body);
    texts.0
}

/// The attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
