//! A number for the contract of a catalog with its clients.
//!
//! Code of `derive(CatalogError)` comes from the catalog and uses a generated module. Both must be
//! of the same catalog. They are if their numbers are equal, which the compiler compares.

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{Catalog, Code, DetailType, Envelope, ErrorDef, Field, Header, TypeDef, TypeShape};

/// The fingerprint of a catalog, in this version of errbook.
///
/// It depends on all that is in derived code: the ids, names, codes, statuses, messages, details,
/// headers and bodies of errors, their masks, the context fields, types and rejections. It does not
/// depend on what derived code reads from the generated module, such as titles, descriptions and
/// fixes, nor on comments, files or the order of errors. It is the same on every machine.
///
/// ```
/// use errbook_codegen::rust::fingerprint;
///
/// let of = |error: &str| {
///     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{SOLD_OUT: {{{error}}}}}\n");
///     fingerprint(&errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted"))
/// };
/// let sold_out = of("status: 409, message: Sold out., fix: Choose another.");
/// assert_eq!(sold_out, of("status: 409, message: Sold out., fix: Come back tomorrow."));
/// assert_ne!(sold_out, of("status: 410, message: Sold out., fix: Choose another."));
/// ```
pub fn fingerprint(catalog: &Catalog) -> u64 {
    let Catalog { context, types, errors, rejections, .. } = catalog;
    let mut all = Hash::default();
    all.each(context, |hash, field| hash.field(catalog, field));
    all.each(rejections, |hash, rejection| {
        hash.text(&rejection.statuses.to_string());
        hash.text(&errors[rejection.error].name.id);
    });
    // The order of errors and of types means nothing.
    let types = types.iter().map(|ty| Hash::of(|hash| hash.type_def(catalog, ty)));
    let errors = errors.iter().map(|error| Hash::of(|hash| hash.error(catalog, error)));
    all.number(types.fold(0, u64::wrapping_add));
    all.number(errors.fold(0, u64::wrapping_add));
    all.0
}

/// FNV-1a of 64 bits. The hashes of `std` may change with the compiler.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Hash(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn of(write: impl FnOnce(&mut Hash)) -> u64 {
        let mut hash = Hash::default();
        write(&mut hash);
        hash.0
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// The length comes first, so that two texts are not another two.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.bytes(&[u8::from(flag)]);
    }

    fn each<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    fn error(&mut self, catalog: &Catalog, error: &ErrorDef) {
        let ErrorDef {
            name,
            code,
            statuses,
            message,
            envelope: _,
            headers: _,
            details,
            visibility: _,
            source,
            // Derived code reads these from the module, or not at all.
            title: _,
            description: _,
            cause: _,
            fix: _,
            notes: _,
            retry: _,
            refund: _,
            fault: _,
            doc_url: _,
            group: _,
            examples: _,
            snippets: _,
            lifecycle: _,
            origin: _,
            // How the generated `Error` holds its details.
            boxed: _,
        } = error;
        self.text(&name.id);
        self.text(&name.variant);
        self.text(match code {
            None => "",
            Some(Code::Text(_)) => "text",
            Some(Code::Integer(_)) => "integer",
        });
        self.text(&code.as_ref().map_or_else(String::new, ToString::to_string));
        self.each(statuses, |hash, status| hash.number(u64::from(*status)));
        self.each(message.as_slice(), Hash::template);
        self.each(catalog.envelope_of(error).map_or(&[][..], std::slice::from_ref), Hash::envelope);
        self.each(&catalog.headers(error), |hash, header| {
            let Header { name, value } = header;
            hash.text(name);
            hash.template(value);
        });
        self.each(details, |hash, field| hash.field(catalog, field));
        self.text(error.mask().map_or("", |mask| &catalog.errors[mask.index()].name.id));
        self.flag(*source);
    }

    fn envelope(&mut self, envelope: &Envelope) {
        // Headers are those of the errors.
        let Envelope { name: _, type_name: _, content_type, body, headers: _ } = envelope;
        self.text(content_type);
        self.object(body);
    }

    fn object(&mut self, object: &BodyObject) {
        self.each(&object.members, |hash, member| match member {
            BodyMember::Field(name, node) => {
                hash.text(name);
                hash.node(node);
            }
            BodyMember::DetailsSpread => hash.text("..."),
        });
    }

    fn node(&mut self, node: &BodyNode) {
        match node {
            BodyNode::Constant(value) => {
                self.text("constant");
                self.value(value);
            }
            BodyNode::Value(slot) => {
                self.text("value");
                self.slot(slot);
            }
            BodyNode::Text(template) => {
                self.text("text");
                self.template(template);
            }
            BodyNode::Array(items) => {
                self.text("array");
                self.each(items, Hash::node);
            }
            BodyNode::Object(object) => {
                self.text("object");
                self.object(object);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Number(number) => self.number(number.to_bits()),
            other => self.text(&other.to_string()),
        }
    }

    fn template(&mut self, template: &Template) {
        self.each(&template.parts, |hash, part| match part {
            Part::Text(text) => {
                hash.text("text");
                hash.text(text);
            }
            Part::Slot(slot) => hash.slot(slot),
        });
    }

    fn slot(&mut self, slot: &Slot) {
        let (kind, name) = match &slot.placeholder {
            Placeholder::Id => ("id", ""),
            Placeholder::Code => ("code", ""),
            Placeholder::Slug => ("slug", ""),
            Placeholder::Status => ("status", ""),
            Placeholder::Title => ("title", ""),
            Placeholder::Message => ("message", ""),
            Placeholder::Fix => ("fix", ""),
            Placeholder::DocUrl => ("doc_url", ""),
            Placeholder::Retryable => ("retryable", ""),
            Placeholder::Refund => ("refund", ""),
            Placeholder::Group => ("group", ""),
            Placeholder::Details => ("details", ""),
            Placeholder::Detail(name) => ("detail", name.as_str()),
            Placeholder::Context(name) => ("context", name.as_str()),
        };
        self.text(kind);
        self.text(name);
        self.flag(slot.optional);
    }

    fn field(&mut self, catalog: &Catalog, field: &Field) {
        // `boxed` follows from the types.
        let Field { name, ident, ty, optional, sensitive, boxed: _, doc: _, example: _ } = field;
        self.text(name);
        self.text(ident);
        self.ty(catalog, ty);
        self.flag(*optional);
        self.flag(*sensitive);
    }

    fn ty(&mut self, catalog: &Catalog, ty: &DetailType) {
        match ty {
            DetailType::String => self.text("string"),
            DetailType::Integer => self.text("integer"),
            DetailType::Number => self.text("number"),
            DetailType::Boolean => self.text("boolean"),
            DetailType::DateTime => self.text("date-time"),
            DetailType::Duration => self.text("duration"),
            DetailType::Uuid => self.text("uuid"),
            DetailType::Uri => self.text("uri"),
            DetailType::Json => self.text("json"),
            DetailType::Array(item) => {
                self.text("array");
                self.ty(catalog, item);
            }
            DetailType::Map(item) => {
                self.text("map");
                self.ty(catalog, item);
            }
            DetailType::Named(at) => {
                self.text("named");
                self.text(&catalog.types[*at].name);
            }
        }
    }

    fn type_def(&mut self, catalog: &Catalog, ty: &TypeDef) {
        let TypeDef { name, doc: _, shape } = ty;
        self.text(name);
        match shape {
            TypeShape::Enum { values, open } => {
                self.flag(*open);
                self.each(values, |hash, value| {
                    hash.text(&value.value);
                    hash.text(&value.variant);
                });
            }
            TypeShape::Object(fields) => self.each(fields, |hash, field| hash.field(catalog, field)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    const SHOP: &str = "
errbook: 1
api: {name: Shop}
context: {request_id: {type: string, optional: true, example: req-7}}
envelopes:
  default: {body: {code: '{code}', kind: shop, message: '{message}', details: '{details?}'}, headers: {X-Shop: tea}}
rejections: {4XX: SOLD_OUT, 5XX: BROKEN}
types: {Reason: {values: [late, early]}, Kind: {values: [a]}}
errors:
  SOLD_OUT: {status: 409, title: Sold out, message: It is sold out., fix: Choose another.}
  TEAPOT: {status: 418, message: '{why}!', fix: Get a pot., details: {why: {type: Reason, example: late}}}
  BROKEN: {status: 500, message: Broken., fix: Wait., source: true}
  LOST: {status: 503, visibility: internal, fix: Restart it., description: The store is gone.}
";

    fn of(text: &str) -> u64 {
        let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
        fingerprint(&loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false))))
    }

    fn changed(edits: &[(&str, &str)]) -> u64 {
        let text = edits.iter().fold(SHOP.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        of(&text)
    }

    /// Another number breaks the check of files that this version wrote: bump it on purpose only.
    #[test]
    fn the_number_is_the_same_on_every_machine() {
        assert_eq!(of(SHOP), 9_637_039_049_869_754_691);
    }

    #[test]
    fn texts_for_readers_do_not_matter() {
        for (from, to) in [
            ("title: Sold out", "title: Out of stock"),
            ("fix: Choose another.", "fix: Come back tomorrow."),
            ("The store is gone.", "The store is elsewhere."),
            ("api: {name: Shop}", "api: {name: The shop, version: 2.0.0}"),
            ("example: req-7", "example: req-8"),
            ("errors:\n", "errors: # of the shop\n"),
            ("source: true", "source: true, retryable: true, refund: true, fault: api"),
            (
                "types: {Reason: {values: [late, early]}, Kind: {values: [a]}}",
                "types: {Kind: {values: [a]}, Reason: {values: [late, early]}}",
            ),
        ] {
            assert_eq!(changed(&[(from, to)]), of(SHOP), "{to}");
        }
        let [teapot, broken] = [
            "  TEAPOT: {status: 418, message: '{why}!', fix: Get a pot., details: {why: {type: Reason, example: late}}}\n",
            "  BROKEN: {status: 500, message: Broken., fix: Wait., source: true}\n",
        ];
        let both = format!("{teapot}{broken}");
        assert_eq!(changed(&[(&both, &format!("{broken}{teapot}"))]), of(SHOP), "another order");
    }

    #[test]
    fn the_contract_matters() {
        let mut seen = std::collections::BTreeSet::from([of(SHOP)]);
        for edits in [
            &[("status: 409", "status: 410")][..],
            &[("status: 409", "status: [409, 410]")],
            &[("status: 409", "status: 409, code: gone")],
            &[("SOLD_OUT", "OUT_OF_STOCK")],
            &[("It is sold out.", "It is gone.")],
            &[("'{why}!'", "'{why}?'")],
            &[("why", "reason")],
            &[("type: Reason, example: late", "type: Kind, example: a")],
            &[("type: Reason, example: late", "type: string, example: late")],
            &[("[late, early]", "[early, late]")],
            &[("[late, early]", "[late, early, never]")],
            &[("example: late}", "example: late}, more: {type: integer, optional: true, example: 1}")],
            &[("'{why}!'", "So it is."), ("example: late}", "example: late, optional: true}")],
            &[("'{why}!'", "So it is."), ("example: late}", "example: late, sensitive: true}")],
            &[("'{why}!'", "So it is.")],
            &[("kind: shop", "kind: tea")],
            &[("kind: shop", "kind: '{title}'")],
            &[("kind: shop", "kind: [shop]")],
            &[("{code: '{code}', kind: shop", "{kind: shop, code: '{code}'")],
            &[("X-Shop: tea", "X-Shop: coffee")],
            &[("fix: Choose another.", "fix: Choose another., headers: {X-More: tea}")],
            &[(", source: true", "")],
            &[("4XX: SOLD_OUT", "404: SOLD_OUT, 4XX: SOLD_OUT")],
            &[("request_id", "trace_id")],
            &[("type: string, optional: true, example: req-7", "type: string, example: req-7")],
            &[("visibility: internal, ", "")],
        ] {
            assert!(seen.insert(changed(edits)), "{edits:?}");
        }
    }
}
