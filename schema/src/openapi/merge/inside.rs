//! Errors with the status of a response that the document describes itself, such as a 200 with an
//! error inside.
//!
//! The response stays, and the schema of its body becomes a choice between the document's own schema
//! and the errors:
//!
//! ```yaml
//! schema:
//!   x-errbook: shop
//!   anyOf:
//!     - $ref: "#/components/schemas/Order"
//!     - $ref: "#/components/schemas/CreateOrderErrors200"
//! ```
//!
//! The choice is `anyOf`, because a body with an error can match the document's schema too. If the
//! response does not have the content type of the errors, it gets a media type with the mark.

use serde_json::{Map, Value as Json};

use super::document::Part;
use super::edit::Edits;
use super::operations::{SUFFIX, rebased};
use super::proof::Owned;
use super::scan::{Entry, Mapping, Value};
use super::{MARK, MergeProblem, is_marked};
use crate::openapi::names::{Group, Media};
use crate::openapi::responses::media_type;
use crate::openapi::schemas::Schemas;

/// The key of the schemas to choose from. The document's own schema is the first.
pub(super) const CHOICE: &str = "anyOf";

/// Whether a status is that of a success, so that a response can be a result or an error.
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// A response of the document that contains errors, or did after an earlier run.
pub(super) struct Inside<'d> {
    /// The keys that lead to it.
    pub(super) place: Vec<&'d str>,
    response: &'d Mapping,
    slug: String,
    schemas: Vec<Schema<'d>>,
    /// The media types of errors that the document does not describe.
    pub(super) media: Map<String, Json>,
}

/// The schema of a media type.
struct Schema<'d> {
    content_type: &'d str,
    /// The media type.
    above: &'d Mapping,
    entry: &'d Entry,
    /// The choice from an earlier run.
    earlier: Option<Choice<'d>>,
    /// The references to the errors.
    wanted: Vec<String>,
}

/// A choice that errbook wrote.
struct Choice<'d> {
    mapping: &'d Mapping,
    /// The document's own schema.
    theirs: &'d Value,
    /// The references to the errors.
    ours: Vec<(&'d str, &'d Value)>,
}

impl<'d> Choice<'d> {
    /// The choice of an API in a response, which can be inside that of another one.
    fn of(schema: &'d Value, slug: &str, status: &str) -> Option<Self> {
        let mapping = schema.mapping().filter(|mapping| mapping.entries.len() == 2)?;
        let mark = mapping.text(MARK)?;
        let Value::List { items, .. } = &mapping.entry(CHOICE)?.value else { return None };
        let (theirs, ours) = items.split_first()?;
        if mark != slug {
            return Choice::of(theirs, slug, status);
        }
        let reference = |item: &'d Value| {
            let own = item.mapping().filter(|own| own.entries.len() == 1)?;
            let target = own.text("$ref").filter(|target| target.contains(&format!("{SUFFIX}{status}")))?;
            Some((target, item))
        };
        let ours: Vec<_> = ours.iter().map(reference).collect::<Option<_>>()?;
        (!ours.is_empty()).then_some(Choice { mapping, theirs, ours })
    }
}

impl<'d> Inside<'d> {
    /// Plans the errors of a group, or none, in a response.
    pub(super) fn plan(
        schemas: &Schemas,
        part: &Part,
        place: Vec<&'d str>,
        entry: &'d Entry,
        group: Option<&Group>,
        problems: &mut Vec<MergeProblem>,
    ) -> Option<Self> {
        let slug = &schemas.catalog.api.slug;
        let base = part.base;
        let mut reject = |at: usize, message: String, help: &str| {
            problems.push(part.at(at, message).help(help));
        };
        let status = &entry.key;
        let name = || format!("the errors with the status {status}");
        let Some(response) = entry.mapping().filter(|response| response.entry("$ref").is_none()) else {
            if group.is_some() {
                let message = format!("this response is elsewhere, and errbook cannot add {} to it", name());
                reject(entry.key_start, message, "write the response here, instead of a `$ref` or an alias");
            }
            return None;
        };
        let content = response.entry("content").filter(|content| !content.value.is_null());
        let is_here = |content: &&Mapping| group.is_none() || content.entry("$ref").is_none();
        let media = |content: &'d Entry| content.mapping().filter(is_here).map(|content| &content.entries[..]);
        let Some(known) = content.map_or(Some(&[][..]), media) else {
            if group.is_some() {
                let place = content.map_or(entry.key_start, |content| content.value.span().0);
                let message = "`content` must be a mapping, and not an alias or a `$ref`".to_owned();
                reject(place, message, "write it out");
            }
            return None;
        };
        let known: Vec<&Entry> = known.iter().filter(|media| !is_own_media(media, slug)).collect();
        let mut wanted: Vec<Vec<String>> = vec![Vec::new(); known.len()];
        let mut new = Map::new();
        for Media { content_type, errors, union } in group.into_iter().flat_map(|group| &group.media) {
            if let Some(index) = covering(&known, content_type) {
                wanted[index].push(format!("{base}#/components/schemas/{union}"));
                continue;
            }
            let status = group.map_or(0, |group| group.status);
            let mut media = Json::from(media_type(schemas, union, errors, status));
            rebased(&mut media, base);
            if let Some(members) = media.as_object_mut() {
                members.insert(MARK.to_owned(), Json::String(slug.clone()));
            }
            new.insert(content_type.clone(), media);
        }
        let mut found = Vec::new();
        for (media, wanted) in known.into_iter().zip(wanted) {
            let schema = media.mapping().and_then(|above| Some((above, above.entry("schema")?)));
            let schema = schema.filter(|(_, entry)| match &entry.value {
                Value::Scalar { text, .. } => text == "true" || text == "false",
                Value::Mapping(_) | Value::Alias { .. } => true,
                Value::List { .. } | Value::Other { .. } => false,
            });
            let Some((above, entry)) = schema else {
                if !wanted.is_empty() {
                    let message =
                        format!("`{}` has no schema here, and errbook cannot add {} to it", media.key, name());
                    reject(media.key_start, message, "describe the body of a success with `schema`");
                }
                continue;
            };
            let earlier = Choice::of(&entry.value, slug, status);
            if earlier.is_none() && is_marked(entry, slug) {
                let message = format!("`{MARK}` marks this schema, and errbook did not write it like this");
                let help = format!("restore its two members, or remove `{MARK}` if the schema is yours");
                reject(entry.key_start, message, &help);
                continue;
            }
            if earlier.is_some() || !wanted.is_empty() {
                found.push(Schema { content_type: &media.key, above, entry, earlier, wanted });
            }
        }
        Some(Inside { place, response, slug: slug.clone(), schemas: found, media: new })
    }

    /// Whether a choice of an earlier run has other errors. It is removed before the new one is
    /// added.
    pub(super) fn is_outdated(&self) -> bool {
        self.schemas.iter().any(Schema::is_outdated)
    }

    /// Whether a run changes a schema of the document.
    pub(super) fn changes_schemas(&self) -> bool {
        self.schemas.iter().any(|schema| !schema.is_done())
    }

    /// Removes the choices with other errors.
    pub(super) fn renew(&self, edits: &mut Edits) {
        for schema in self.schemas.iter().filter(|schema| schema.is_outdated()) {
            schema.remove(edits);
        }
    }

    pub(super) fn put(&self, part: &Part, edits: &mut Edits, problems: &mut Vec<MergeProblem>) {
        for schema in self.schemas.iter().filter(|schema| !schema.is_done()) {
            if schema.wanted.is_empty() {
                schema.remove(edits);
            } else if let Err(place) = edits.wrap(schema.above, schema.entry, (MARK, &self.slug), &schema.wanted) {
                let help = "write this schema on lines of its own, without an anchor or a tag";
                problems.push(part.at(place, "errbook cannot add errors to this schema").help(help));
            }
        }
        let is_ours = |entry: &Entry| is_own_media(entry, &self.slug);
        if let Err(place) = edits.section(self.response, "content", &is_ours, &self.media) {
            problems.push(part.at(place, "`content` must be a mapping, and not an alias"));
        }
    }

    /// The media types of errbook in the document.
    pub(super) fn media(&self) -> impl Iterator<Item = &'d Entry> {
        let content = self.response.entry("content").and_then(Entry::mapping);
        let entries = content.into_iter().flat_map(|content| &content.entries);
        entries.filter(|entry| is_own_media(entry, &self.slug))
    }

    /// The byte ranges that an earlier run wrote.
    pub(super) fn owned_places(&self) -> impl Iterator<Item = (usize, usize)> {
        let choices = self.schemas.iter().filter_map(|schema| schema.earlier.as_ref());
        let references = choices.flat_map(|choice| choice.ours.iter().map(|(_, item)| item.span()));
        references.chain(self.media().map(|entry| (entry.key_start, entry.end())))
    }

    /// The references that a run writes.
    pub(super) fn references(&self) -> impl Iterator<Item = String> {
        let schemas = self.schemas.iter().flat_map(|schema| &schema.wanted).map(|target| format!("\"{target}\""));
        schemas.chain(self.media.values().map(Json::to_string))
    }

    pub(super) fn own(&self, owned: &mut Owned<'d>) {
        let below = |keys: &[&'d str]| [self.place.as_slice(), keys].concat();
        let choices = self.schemas.iter().filter(|schema| schema.earlier.is_some());
        owned.choices.extend(choices.map(|schema| below(&["content", schema.content_type, "schema"])));
        owned.entries.extend(self.media().map(|entry| below(&["content", &entry.key])));
        owned.around.push(below(&["content"]));
    }
}

impl Schema<'_> {
    fn is_done(&self) -> bool {
        match &self.earlier {
            Some(choice) => choice.ours.iter().map(|(target, _)| *target).eq(self.wanted.iter().map(String::as_str)),
            None => self.wanted.is_empty(),
        }
    }

    fn is_outdated(&self) -> bool {
        self.earlier.is_some() && !self.wanted.is_empty() && !self.is_done()
    }

    fn remove(&self, edits: &mut Edits) {
        if let Some(Choice { mapping, theirs, ours: _ }) = &self.earlier {
            edits.unwrap(mapping, theirs);
        }
    }
}

/// Whether errbook wrote a media type. A marked choice in the same place is not one.
fn is_own_media(entry: &Entry, slug: &str) -> bool {
    let schema = entry.mapping().and_then(|media| media.entry("schema")?.mapping());
    is_marked(entry, slug) && schema.is_some_and(|schema| schema.entries.len() == 1 && schema.entry("$ref").is_some())
}

/// The media type that describes bodies with a content type: the same, with other parameters, or a
/// range such as `application/*`.
fn covering(known: &[&Entry], content_type: &str) -> Option<usize> {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let wanted = essence(content_type);
    let of_kind = wanted.split('/').next().map(|kind| format!("{kind}/*")).unwrap_or_default();
    let position = |is_same: &dyn Fn(&str) -> bool| known.iter().position(|media| is_same(&media.key));
    position(&|key| key == content_type)
        .or_else(|| position(&|key| essence(key) == wanted))
        .or_else(|| position(&|key| essence(key) == of_kind))
        .or_else(|| position(&|key| essence(key) == "*/*"))
}
