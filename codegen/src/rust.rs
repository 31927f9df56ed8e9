//! The Rust code of a catalog: `ErrorCode` over one static table, `Error` with typed details,
//! `Context`, and a body that serializes directly into the envelope.
//!
//! The code goes into one of the user's modules, by `include!`, as a file, or from the macro. It
//! has no inner attributes. It names everything by its full path, because the user and the catalog
//! may have an `Option` of their own. `__errbook` is the part of the runtime that is for it alone. Helpers are in anonymous blocks with their own imports. All
//! items are in one macro of the runtime, which turns off lints and rustfmt. The code is built for
//! compile time: data that is the same in each occurrence is a table row, not a match arm.

mod body;
mod client;
mod code;
mod custom;
mod derived;
mod described;
mod doc;
mod error;
mod fingerprint;
mod headers;
mod masks;
mod operation;
mod printer;
mod table;
mod template;
mod traits;
mod types;

use std::mem;

use errbook_catalog::model::template::Template;
use errbook_catalog::model::{Catalog, ErrorDef, Field};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _, format_ident, quote};

use doc::Doc;
use masks::Masks;
use printer::Printer;

pub use custom::{Types, WrongType};
pub use derived::{Derived, DerivedVariant, Given, Meaning, derived, import};
pub use described::{Description, described};
pub use fingerprint::fingerprint;
pub use operation::{Listed, Operation, operation, operations_file, same_types};

/// Emits one concept of the generated code.
type Part = fn(&Subject<'_>, &mut dyn Sink);

/// Takes the items in file order. Only one part of them is in memory as tokens when a file is
/// printed: the tokens of all errors would be twenty times as large as their text.
trait Sink {
    /// Takes whole items, or whole entries of an open item.
    fn items(&mut self, items: TokenStream);

    /// Takes an item or an entry below its documentation, which is half of a file, and would be
    /// escaped as tokens.
    fn entry(&mut self, doc: &Doc, tokens: TokenStream);

    /// Takes the rows of a table, whose texts are as large, by what is before their brackets.
    fn rows(&mut self, head: TokenStream, rows: &mut dyn ExactSizeIterator<Item = Row>);

    /// Opens an item by what is before its braces. What comes next is in them.
    fn open(&mut self, head: TokenStream);

    /// Closes what was opened last, with a mark after it.
    fn close(&mut self, tail: Option<char>);
}

/// A row of a table: a text and numbers.
struct Row(String, [Literal; 4]);

impl ToTokens for Row {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Row(text, numbers) = self;
        tokens.extend([quote!(Row(#text, #(#numbers),*))]);
    }
}

/// The tokens of a macro. It takes streams whole: the compiler would have to send each token.
struct Tokens {
    stream: TokenStream,
    /// What is before and around the stream.
    open: Vec<TokenStream>,
}

impl Sink for Tokens {
    fn items(&mut self, items: TokenStream) {
        self.stream.extend([items]);
    }

    fn entry(&mut self, doc: &Doc, tokens: TokenStream) {
        doc.to_tokens(&mut self.stream);
        self.stream.extend([tokens]);
    }

    fn rows(&mut self, head: TokenStream, rows: &mut dyn ExactSizeIterator<Item = Row>) {
        self.stream.extend([quote!(#head [#(#rows),*],)]);
    }

    fn open(&mut self, head: TokenStream) {
        self.stream.extend([head]);
        self.open.push(mem::take(&mut self.stream));
    }

    fn close(&mut self, tail: Option<char>) {
        let before = self.open.pop().expect("an open item");
        let inside = mem::replace(&mut self.stream, before);
        self.stream.append(Group::new(Delimiter::Brace, inside));
        self.stream.extend(tail.map(|mark| TokenTree::from(Punct::new(mark, Spacing::Alone))));
    }
}

/// All parts, in file order. The items that users construct come first.
const PARTS: [Part; 7] = [
    error::emit,
    error::methods,
    code::emit,
    types::emit,
    |subject, sink| sink.items(traits::body(subject)),
    table::emit,
    |subject, sink| sink.items(traits::emit(subject)),
];

/// Generates the items of a catalog.
pub fn emit(catalog: &Catalog) -> TokenStream {
    emit_with(catalog, Span::call_site(), &Types::default())
}

/// Generates the same items, with a span for the variants of `Error` and types for details. The
/// compiler hides warnings about code that a macro wrote and shows some about code with the user's
/// span.
pub fn emit_with(catalog: &Catalog, at: Span, types: &Types) -> TokenStream {
    let masks = Masks::new(catalog);
    let subject = Subject { at, ..Subject::generated(catalog, types, &masks) };
    let items = items();
    let blocks = blocks(&subject).into_iter().map(|(allow, parts)| {
        let mut tokens = Tokens { stream: allow, open: Vec::new() };
        for part in parts {
            part(&subject, &mut tokens);
        }
        let inside = tokens.stream;
        quote! { #items { #inside } }
    });
    let (runtime, features) = (runtime(), features(&subject));
    quote! { #runtime #(#blocks)* #features }
}

/// Generates the same items as the text of a file.
///
/// rustfmt skips the file, so you can commit it next to formatted code.
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let file = errbook_codegen::rust::file(&catalog);
/// assert!(file.starts_with("// @generated by errbook"));
/// assert!(file.contains("pub enum ErrorCode {"));
/// ```
pub fn file(catalog: &Catalog) -> String {
    file_with(catalog, &Types::default())
}

/// Generates the same file, with types for details.
pub fn file_with(catalog: &Catalog, types: &Types) -> String {
    /// More bytes than most errors have.
    const PER_ERROR: usize = 3072;
    let masks = Masks::new(catalog);
    let subject = Subject::generated(catalog, types, &masks);
    let mut printer =
        Printer::new("// @generated by errbook from the error catalog. Edit the catalog, then generate again.");
    printer.reserve(catalog.errors.len() * PER_ERROR);
    printer.items(runtime());
    for (allow, parts) in blocks(&subject) {
        printer.open_around(items());
        printer.items(allow);
        for part in parts {
            part(&subject, &mut printer);
        }
        printer.close(None);
    }
    printer.items(features(&subject));
    printer.finish()
}

/// The version of the contract with the runtime that generated code names.
fn runtime() -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use ::errbook::generated::v0 as __errbook;
    }
}

/// The macro around the items, without braces.
fn items() -> TokenStream {
    quote! {
        #[rustfmt::skip]
        ::errbook::generated!
    }
}

/// The parts, grouped by the lints that they allow besides those of the macro. A catalog may have
/// more items than its crate uses. If the catalog asks for warnings, only unused errors warn.
fn blocks(subject: &Subject<'_>) -> Vec<(TokenStream, &'static [Part])> {
    let unused = quote!(#![allow(dead_code, deprecated)]);
    if subject.catalog.audit.warns_of_unused {
        let (errors, others) = PARTS.split_at(1);
        vec![(quote!(#![allow(deprecated)]), errors), (unused, others)]
    } else {
        vec![(unused, &PARTS)]
    }
}

/// Items that depend on features of the runtime. They are outside the macro around the items,
/// because attributes on a nested macro do nothing, and the compiler warns about them.
fn features(subject: &Subject<'_>) -> TokenStream {
    let client = client::emit(subject);
    quote! {
        #client
        ::errbook::integrate! { Error, Context }
    }
}

/// The enum to generate code for, and the names that the code uses.
struct Subject<'a> {
    catalog: &'a Catalog,
    /// The Rust types that the entry point chose.
    types: &'a Types,
    /// The span of the variants of the occurrence enum.
    at: Span,
    /// The occurrence enum.
    error: TokenStream,
    /// The code enum.
    code: TokenStream,
    /// The struct of context fields.
    context: TokenStream,
    /// What is before the names of the catalog's other types: a path and `::`, or nothing.
    path: TokenStream,
    /// The struct that serializes a body.
    body: Ident,
    /// The struct that serializes the details.
    details: Ident,
    asks: Asks,
    /// The struct that displays the message of a hand-written enum for clients. It escapes nothing,
    /// because JSON and headers have their own rules.
    message: Option<Ident>,
    variants: Vec<Variant<'a>>,
    /// What clients receive of each variant, in the same order: the variant, or the mask of an
    /// internal error. The status, headers, body and details for clients come from here.
    sent: Vec<Variant<'a>>,
    forwards: Vec<Forward>,
}

/// How generated code reads the status of an occurrence.
enum Asks {
    /// From its own methods.
    Itself,
    /// From the trait. A hand-written enum may have its own methods.
    Trait,
}

/// A variant that wraps another error of the catalog and delegates to it.
struct Forward {
    /// `None` for a struct.
    ident: Option<Ident>,
    member: Member,
}

impl<'a> Subject<'a> {
    fn generated(catalog: &'a Catalog, types: &'a Types, masks: &'a Masks) -> Self {
        let variants: Vec<_> = catalog.errors.iter().filter_map(Variant::generated).collect();
        Self {
            catalog,
            types,
            at: Span::call_site(),
            error: quote!(Error),
            code: quote!(ErrorCode),
            context: quote!(Context),
            path: TokenStream::new(),
            body: format_ident!("Body"),
            details: format_ident!("Details"),
            asks: Asks::Itself,
            message: None,
            sent: variants.iter().map(|variant| variant.sent(masks)).collect(),
            variants,
            forwards: Vec::new(),
        }
    }

    /// Whether errbook chose the types of details. If so, details of one catalog type have one Rust
    /// type, and every detail in a message implements `Display`. For a hand-written enum, the
    /// compiler checks each field.
    fn types_are_ours(&self) -> bool {
        matches!(self.asks, Asks::Itself)
    }

    /// Returns an expression for the status of an occurrence.
    fn status(&self, error: &TokenStream) -> TokenStream {
        match &self.asks {
            Asks::Itself => quote!(#error.status()),
            Asks::Trait => quote!(__errbook::status_of(#error)),
        }
    }

    /// Returns an expression that displays the message of an occurrence for clients.
    fn message(&self, error: &TokenStream) -> TokenStream {
        match &self.message {
            None => quote!(__errbook::Message::sent(#error)),
            Some(message) => quote!(#message(#error)),
        }
    }

    /// Returns match arms that delegate to the inner error.
    fn forward(&self, enum_name: &TokenStream, ask: &dyn Fn(&Ident) -> TokenStream) -> Vec<TokenStream> {
        let arm = |Forward { ident, member }: &Forward| {
            let inner = Ident::new("inner", at(member));
            let ask = ask(&inner);
            let path = path(enum_name, ident.as_ref());
            quote!(#path { #member: #inner } => #ask,)
        };
        self.forwards.iter().map(arm).collect()
    }

    /// The number of variants of the enum.
    fn count(&self) -> usize {
        self.variants.len() + self.forwards.len()
    }
}

/// A variant for a response or a message. Symptoms have no Rust code.
#[derive(Clone)]
struct Variant<'a> {
    def: &'a ErrorDef,
    ident: Ident,
    /// Whether the type is a struct, and this its only value.
    is_struct: bool,
    message: &'a Template,
    /// The number of fields.
    fields: usize,
    /// The field of each detail.
    members: Vec<Member>,
    status: Status,
}

/// A field of a variant.
#[derive(Clone)]
pub enum Member {
    /// A named field.
    Named(Ident),
    /// A field of a tuple variant, by index.
    Unnamed(u32, Span),
}

impl Member {
    fn span(&self) -> Span {
        match self {
            Member::Named(name) => name.span(),
            Member::Unnamed(_, span) => *span,
        }
    }

    fn is(&self, text: &str) -> bool {
        matches!(self, Member::Named(name) if name == text)
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Member::Named(name) => name.to_tokens(tokens),
            Member::Unnamed(index, span) => {
                let mut index = Literal::u32_unsuffixed(*index);
                index.set_span(*span);
                index.to_tokens(tokens);
            }
        }
    }
}

/// How an occurrence gets its status.
#[derive(Clone)]
pub enum Status {
    /// The error has one status, or none.
    Only,
    /// From this field.
    Field(Member),
    /// Always this one of several.
    Fixed(u16),
}

impl<'a> Variant<'a> {
    fn generated(def: &'a ErrorDef) -> Option<Self> {
        let message = def.message.as_ref()?;
        let has_several = def.statuses.len() > 1;
        Some(Variant {
            def,
            ident: format_ident!("{}", def.name.variant),
            is_struct: false,
            message,
            fields: def.details.len() + usize::from(has_several) + usize::from(def.source),
            members: def.details.iter().map(|field| Member::Named(format_ident!("{}", field.ident))).collect(),
            status: if has_several { Status::Field(Member::Named(format_ident!("status"))) } else { Status::Only },
        })
    }

    /// What clients receive of an occurrence: the variant, or the mask of an internal error,
    /// without details.
    fn sent(&self, masks: &'a Masks) -> Self {
        let Some((def, message)) = masks.of(self.def) else { return self.clone() };
        Variant { def, message, members: Vec::new(), status: Status::Only, ..self.clone() }
    }

    /// Whether each occurrence carries its own status, because the error has several.
    fn carries_status(&self) -> bool {
        matches!(self.status, Status::Field(_))
    }

    /// Returns an occurrence without details, with `reason` as its source. `status` is its status
    /// if it has several, and else the first of the same class.
    fn without_values(&self, subject: &Subject<'_>, status: u16) -> TokenStream {
        let path = self.path(&subject.error);
        let statuses = &self.def.statuses;
        let of_class = || statuses.iter().copied().find(|own| own / 100 == status / 100);
        let sent = statuses.iter().copied().find(|own| *own == status).or_else(of_class);
        let status = sent.filter(|_| self.carries_status()).map(|status| {
            let (ty, case) = (self.status_type(), format_ident!("Http{status}"));
            quote!(status: #ty::#case,)
        });
        let details = self.members.iter().map(|member| quote!(#member: ::core::option::Option::None));
        // A hand-written variant without fields has no source either.
        let has_source = self.def.source && self.fields > 0;
        let source = has_source.then(|| {
            let source = subject.types.source_of(&quote!(reason), quote!(__errbook::BoxError::from(reason)));
            quote!(source: #source,)
        });
        quote!(#path { #status #(#details,)* #source })
    }

    fn status_type(&self) -> Ident {
        format_ident!("{}Status", self.def.name.variant)
    }

    fn detail(&self, name: &str) -> Option<&'a Field> {
        self.def.details.iter().find(|field| field.name == name)
    }

    /// The path of the variant, or of the struct.
    fn path(&self, type_name: &TokenStream) -> TokenStream {
        path(type_name, (!self.is_struct).then_some(&self.ident))
    }

    /// Returns a pattern for any value of the variant: `Self::Variant { .. }`.
    fn any(&self, enum_name: &TokenStream) -> TokenStream {
        let mut pattern = self.path(enum_name);
        pattern.append(Group::new(Delimiter::Brace, quote!(..)));
        pattern
    }

    /// Returns a pattern that binds the given details.
    fn binding(&self, enum_name: &TokenStream, details: &[&str]) -> TokenStream {
        let fields = self.def.details.iter().zip(&self.members);
        let bound: Vec<_> = fields.filter(|(field, _)| details.contains(&field.name.as_str())).collect();
        if bound.is_empty() {
            return self.any(enum_name);
        }
        let path = self.path(enum_name);
        let bindings = bound.iter().map(|(field, member)| {
            let local = self.local(field);
            if member.is(&local.to_string()) { quote!(#local) } else { quote!(#member: #local) }
        });
        let rest = (bound.len() < self.fields).then(|| quote!(, ..));
        quote!(#path { #(#bindings),* #rest })
    }

    /// The local variable for a detail: the detail's own name, or that name with an underscore if
    /// the surrounding code uses it. A detail's own name ends in an underscore only if it would be
    /// a keyword, so the other name is free.
    ///
    /// The variable has the span of the field, so that compile errors point there.
    fn local(&self, field: &Field) -> Ident {
        const TAKEN: &[&str] = &["f", "map", "seq", "headers", "context"];
        let mut fields = self.def.details.iter().zip(&self.members);
        let member = fields.find(|(own, _)| own.name == field.name).map(|(_, member)| member);
        let mut local = if TAKEN.contains(&field.ident.as_str()) {
            format_ident!("{}_", field.ident)
        } else {
            format_ident!("{}", field.ident)
        };
        if let Some(member) = member {
            local.set_span(at(member));
        }
        local
    }

    /// Returns a pattern that binds all details.
    fn bindings(&self, enum_name: &TokenStream) -> TokenStream {
        let names: Vec<_> = self.def.details.iter().map(|field| field.name.as_str()).collect();
        self.binding(enum_name, &names)
    }
}

/// The path of a variant, or that of a struct, which has none.
fn path(type_name: &TokenStream, variant: Option<&Ident>) -> TokenStream {
    variant.map_or_else(|| type_name.clone(), |variant| quote!(#type_name::#variant))
}

/// The place of a field, with call-site hygiene.
fn at(member: &Member) -> Span {
    Span::call_site().located_at(member.span())
}
