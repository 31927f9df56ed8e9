//! Finds the error of a response, as generated clients do. A person can look at several errors, so
//! whatever fits equally well is found.

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot};
use errbook_catalog::model::{Catalog, Code, Envelope, ErrorDef, Kind};
use serde_json::Value as Json;

use super::find::{is_message, same};
use super::response::{Body, Response};
use crate::load::Source;

/// How a response fits an error, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The code or the id, and the status.
    Named,
    /// The code or the id, with a status that the error does not have.
    NamedElsewhere,
    /// The URL or the slug of the error's page.
    Described,
    /// The message.
    Message,
    /// The code or the id, in a place that the envelope does not have.
    Mentioned,
    /// The status and the members of the envelope.
    Status,
}

/// What the envelopes of the catalogs have in a body.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) status: Option<u16>,
    /// The first code or id.
    pub(super) code: Option<String>,
    /// The first message.
    pub(super) message: Option<String>,
}

/// The errors that a response fits best.
pub(super) fn identify<'a>(response: &Response, sources: &'a [Source]) -> (Marks, Vec<(&'a Source, usize, Fit)>) {
    let mut marks = Marks { status: response.status, ..Marks::default() };
    let mut fits: Vec<(&Source, usize, (Fit, bool))> = Vec::new();
    for source in sources {
        let catalog = &source.catalog;
        let read: Vec<Read> = catalog.envelopes.iter().map(|envelope| Read::new(catalog, envelope, response)).collect();
        for read in &read {
            marks.status = marks.status.or(read.status);
            marks.code = marks.code.take().or_else(|| read.codes.iter().chain(&read.ids).flatten().next().cloned());
            marks.message = marks.message.take().or_else(|| read.message.clone());
        }
        for (index, error) in catalog.errors.iter().enumerate() {
            // Clients receive the mask of an internal error.
            if error.kind() != Kind::Response || !error.is_public() {
                continue;
            }
            let read = error.envelope.map(|at| &read[at]);
            let fit = match read {
                Some(read) => read.fit(error, response),
                // Any body is of someone else.
                None if !has_status(error, response.status) => None,
                None if matches!(response.body, Body::Empty) => response.status.map(|_| Fit::Status),
                None => loosely(error, response),
            };
            // Of two APIs with a code, the one whose envelope this is.
            let differs = read.is_some_and(|read| !read.is_whole);
            fits.extend(fit.map(|fit| (source, index, (fit, differs))));
        }
    }
    let best = fits.iter().map(|(_, _, rank)| *rank).min();
    fits.retain(|(_, _, rank)| Some(*rank) == best);
    (marks, fits.into_iter().map(|(source, index, (fit, _))| (source, index, fit)).collect())
}

/// The identifying values of a body, where an envelope has them.
struct Read {
    status: Option<u16>,
    has_code: bool,
    codes: Vec<Option<String>>,
    ids: Vec<Option<String>>,
    urls: Vec<Option<String>>,
    slugs: Vec<Option<String>>,
    message: Option<String>,
    /// Whether the body has every member that all responses have.
    is_whole: bool,
}

impl Read {
    fn new(catalog: &Catalog, envelope: &Envelope, response: &Response) -> Self {
        let places = catalog.places(envelope);
        let at = |wanted: &Placeholder| -> Vec<Option<String>> {
            let slots = places.slots.iter().filter(|(_, own)| own == wanted);
            slots.filter_map(|(pointer, _)| response.at(pointer)).map(text).collect()
        };
        let status = status_pointer("", &envelope.body).and_then(|pointer| response.at(&pointer)?.as_u64());
        let has_member = |pointer: &String| match &response.body {
            Body::Json(body) => body.pointer(pointer).is_some(),
            _ => false,
        };
        Read {
            status: status.and_then(|status| u16::try_from(status).ok()),
            has_code: places.slots.iter().any(|(_, own)| *own == Placeholder::Code),
            codes: at(&Placeholder::Code),
            ids: at(&Placeholder::Id),
            urls: at(&Placeholder::DocUrl).into_iter().filter(|url| url.as_deref() != Some("about:blank")).collect(),
            slugs: at(&Placeholder::Slug),
            message: at(&Placeholder::Message).into_iter().flatten().next(),
            is_whole: matches!(&response.body, Body::Json(Json::Object(_))) && places.required.iter().all(has_member),
        }
    }

    /// Every identifying value must be the error's, because two errors may share one of them.
    fn fit(&self, error: &ErrorDef, response: &Response) -> Option<Fit> {
        let has_status = has_status(error, response.status.or(self.status));
        let code = error.code.as_ref().map(Code::to_string);
        let named = agree(&self.codes, |sent| code.as_deref() == Some(sent))
            .zip(agree(&self.ids, |sent| error.name.id == sent))
            .map(|(code, id)| code || id);
        let described = agree(&self.urls, |sent| error.doc_url.as_deref().is_some_and(|own| same_url(sent, own)))
            .zip(agree(&self.slugs, |sent| error.name.slug == sent))
            .map(|(url, slug)| url || slug);
        match (named, described) {
            (Some(true), _) => Some(if has_status { Fit::Named } else { Fit::NamedElsewhere }),
            (Some(false), Some(true)) if !self.has_code || code.is_none() => Some(Fit::Described),
            _ if !has_status => None,
            (Some(false), Some(false)) if self.is_whole && (!self.has_code || code.is_none()) => {
                loosely(error, response).or(Some(Fit::Status))
            }
            _ => loosely(error, response),
        }
    }
}

/// Whether an error has a status; a body without one fits any.
fn has_status(error: &ErrorDef, status: Option<u16>) -> bool {
    status.is_none_or(|status| error.statuses.contains(&status))
}

/// How an error fits a body in another form than that of its envelope.
fn loosely(error: &ErrorDef, response: &Response) -> Option<Fit> {
    let code = error.code.as_ref().map(Code::to_string);
    let is_name = |value: &String| same(value, [&error.name.id].into_iter().chain(&code));
    if response.values.iter().any(|value| is_message(value, error)) {
        Some(Fit::Message)
    } else {
        response.values.iter().any(is_name).then_some(Fit::Mentioned)
    }
}

/// Whether there are any values, if all of them are right; `None` if one is wrong.
fn agree(texts: &[Option<String>], is_right: impl Fn(&str) -> bool) -> Option<bool> {
    texts.iter().all(|text| text.as_deref().is_some_and(&is_right)).then_some(!texts.is_empty())
}

/// A string, or an integer in digits. 42.0 is an integer too, because JSON has only one kind of number.
fn text(value: &Json) -> Option<String> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => {
            let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= MOST);
            // No zero has a sign.
            number.as_i64().map(|own| own.to_string()).or_else(|| Some((float()? + 0.0).to_string()))
        }
        _ => None,
    }
}

/// Where the body has the status.
fn status_pointer(pointer: &str, body: &BodyObject) -> Option<String> {
    body.members.iter().find_map(|member| {
        let BodyMember::Field(name, node) = member else { return None };
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        match node {
            BodyNode::Value(Slot { placeholder: Placeholder::Status, .. }) => Some(pointer),
            BodyNode::Object(object) => status_pointer(&pointer, object),
            _ => None,
        }
    })
}

/// Whether two URLs name the same page. The host is case-insensitive, a slash at the end is ignored,
/// and a relative reference is the end of a path.
fn same_url(sent: &str, own: &str) -> bool {
    let (sent, own) = (sent.trim_end_matches('/'), own.trim_end_matches('/'));
    let origin =
        |url: &str| url.find("://").map(|at| url[at + 3..].find(['/', '?', '#']).map_or(url.len(), |end| at + 3 + end));
    match (origin(sent), origin(own)) {
        (Some(sent_at), Some(own_at)) => {
            sent[..sent_at].eq_ignore_ascii_case(&own[..own_at]) && sent[sent_at..] == own[own_at..]
        }
        (None, Some(own_at)) => {
            let relative = sent.trim_start_matches("./").trim_start_matches("../");
            let rest = own[own_at..].strip_suffix(relative);
            !relative.is_empty()
                && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/') || relative.starts_with(['/', '#']))
        }
        (_, None) => sent == own,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::occurrence::occurrence;
    use super::super::response::Response;
    use super::{Fit, Kind, identify};
    use crate::load::Source;

    fn bundled() -> Vec<Source> {
        let folders = ["catalog/apis", "codegen/tests/catalogs"];
        let folders = folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder));
        let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("catalogs"));
        let files = files.map(|entry| entry.expect("an entry").path());
        let mut paths: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "yaml")).collect();
        paths.sort();
        let sources = paths.into_iter().filter_map(|path| {
            let catalog = errbook_catalog::load(&path).catalog?;
            Some(Source { path, catalog, inputs: Vec::new() })
        });
        sources.collect()
    }

    #[test]
    fn a_code_is_a_text_or_a_whole_number() {
        let texts = [
            ("\"a\"", Some("a")),
            ("42", Some("42")),
            ("42.0", Some("42")),
            ("4.2e1", Some("42")),
            ("-0.0", Some("0")),
            ("9223372036854775807", Some("9223372036854775807")),
            ("42.5", None),
            ("18446744073709551615", None),
            ("1e300", None),
            ("null", None),
        ];
        for (json, expected) in texts {
            let value = serde_json::from_str(json).expect("JSON");
            assert_eq!(super::text(&value).as_deref(), expected, "{json}");
        }
    }

    /// The whole response, and its body alone.
    #[test]
    fn each_example_is_of_its_error() {
        let sources = bundled();
        let (mut named, mut examples) = (0, 0);
        for source in &sources {
            let sources = std::slice::from_ref(source);
            for (index, error) in source.catalog.errors.iter().enumerate() {
                if error.kind() != Kind::Response || !error.is_public() {
                    continue;
                }
                for example in &error.examples {
                    let body = example.body.as_ref().map(ToString::to_string).unwrap_or_default();
                    let headers: Vec<String> =
                        example.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                    let headers = headers.concat();
                    let status = example.status.expect("a response");
                    let whole = format!("HTTP/1.1 {status} What\r\n{headers}\r\n{body}\n");
                    let response = Response::parse(&whole).expect("a response");
                    let (marks, found) = identify(&response, sources);
                    let fit = found.iter().find(|(_, at, _)| *at == index).map(|(_, _, fit)| *fit);
                    let name = format!("{} {}: {whole}", source.path.display(), error.name.id);
                    let fit = fit.unwrap_or_else(|| panic!("{name}"));
                    if fit == Fit::Named {
                        assert_eq!(found.len(), 1, "{name}");
                        named += 1;
                        let shown = occurrence(&response, source, index, fit, &marks);
                        assert_eq!(shown.message.as_deref(), Some(example.message.as_str()), "{name}");
                        let (_, found) = identify(&Response::parse(&body).expect("a body"), sources);
                        assert!(found.iter().any(|(_, at, _)| *at == index), "{name}");
                    }
                    examples += 1;
                }
            }
        }
        assert!(examples > 100 && named > 100, "{named} of {examples}");
    }
}
