//! Finds errors by a search text.

use errbook_catalog::model::template::{Part, Template};
use errbook_catalog::model::{Catalog, Code, ErrorDef};

use crate::load::Source;

/// A match in a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// An index into the errors of the catalog.
    Error(usize),
    /// An index into the retired ids of the catalog.
    Retired(usize),
}

/// All matches of the first kind that occurs in any catalog: names, statuses, whole messages, or
/// words.
pub(super) fn find<'a>(wanted: &str, sources: &'a [Source]) -> Vec<(&'a Source, Found)> {
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Vec::new();
    }
    let kinds: [fn(&str, &ErrorDef) -> bool; 4] = [has_name, has_status, has_message, has_words];
    for (kind, fits) in kinds.into_iter().enumerate() {
        let mut found = Vec::new();
        for source in sources {
            let errors = source.catalog.errors.iter().enumerate();
            found.extend(errors.filter(|(_, it)| fits(wanted, it)).map(|(index, _)| (source, Found::Error(index))));
            let retired = source.catalog.retired.iter().enumerate();
            let is_named =
                |name: &errbook_catalog::model::name::Name| kind == 0 && same(wanted, [&name.id, &name.slug]);
            found
                .extend(retired.filter(|(_, it)| is_named(&it.name)).map(|(index, _)| (source, Found::Retired(index))));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The names of errors, for "did you mean".
pub(super) fn names(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let errors = catalog.errors.iter().flat_map(|error| {
        let code = match &error.code {
            Some(Code::Text(text)) if *text != error.name.id => Some(text.as_str()),
            _ => None,
        };
        std::iter::once(error.name.id.as_str()).chain(code)
    });
    errors.chain(catalog.retired.iter().map(|retired| retired.name.id.as_str()))
}

fn has_name(wanted: &str, error: &ErrorDef) -> bool {
    let code = error.code.as_ref().map(ToString::to_string);
    let names = [&error.name.id, &error.name.slug, &error.name.variant];
    same(wanted, names.into_iter().chain(&code))
}

fn same<'a>(wanted: &str, names: impl IntoIterator<Item = &'a String>) -> bool {
    names.into_iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

fn has_status(wanted: &str, error: &ErrorDef) -> bool {
    wanted.parse().is_ok_and(|status: u16| error.statuses.contains(&status))
}

fn has_message(wanted: &str, error: &ErrorDef) -> bool {
    error.message.as_ref().is_some_and(|template| is_rendered(wanted, template))
}

/// Whether a text can be a rendered template. A template that is mostly placeholders would match
/// any text.
fn is_rendered(text: &str, template: &Template) -> bool {
    const ENOUGH: usize = 8;
    let texts = template.parts.iter().map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Slot(_) => None,
    });
    if texts.clone().flatten().map(|text| text.trim().len()).sum::<usize>() < ENOUGH {
        return false;
    }
    let last = template.parts.len() - 1;
    let mut rest = Some(text);
    for (index, part) in texts.enumerate() {
        // The first and the last text are at the ends, the others anywhere between. A value can be
        // any text.
        rest = rest.and_then(|rest| match part {
            None if index == last => Some(""),
            None => Some(rest),
            Some(part) if index == 0 => rest.strip_prefix(part),
            Some(part) if index == last => rest.ends_with(part).then_some(""),
            Some(part) => rest.split_once(part).map(|(_, after)| after),
        });
    }
    rest == Some("")
}

fn has_words(wanted: &str, error: &ErrorDef) -> bool {
    let ErrorDef { title, message, description, cause, .. } = error;
    let message = message.as_ref().map(Template::to_message_source);
    let texts = [Some(title), message.as_ref(), description.as_ref(), cause.as_ref()];
    let wanted = wanted.to_lowercase();
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
}

#[cfg(test)]
mod tests {
    use super::{Found, find};
    use crate::load::Source;

    fn source(text: &str) -> Source {
        let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
        let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        Source { path: "errors.yaml".into(), catalog, inputs: Vec::new() }
    }

    #[test]
    fn names_come_before_statuses_and_these_before_words() {
        let sources = [source(
            "
errbook: 1
api: {name: Shop}
errors:
  SOLD_OUT: {status: 409, code: gone_409, message: 'Only {left} are left; you asked for {asked}.', details: {left: integer, asked: integer}}
  TAKEN: {status: 409, cause: Somebody was QUICKER.}
  FOUR: {status: 400, code: 429}
  SLOW: {status: 429, title: Too many requests}
  FREE: {status: 418, message: '{text}', details: {text: string}}
retired: {OLD_ONE: {use: TAKEN}}
",
        )];
        let found = |wanted: &str| {
            let ids = find(wanted, &sources).into_iter().map(|(source, found)| match found {
                Found::Error(index) => source.catalog.errors[index].name.id.clone(),
                Found::Retired(index) => source.catalog.retired[index].name.id.clone(),
            });
            ids.collect::<Vec<_>>().join(" ")
        };
        for (wanted, expected) in [
            ("SOLD_OUT", "SOLD_OUT"),
            ("sold-out", "SOLD_OUT"),
            (" SoldOut ", "SOLD_OUT"),
            ("GONE_409", "SOLD_OUT"),
            ("409", "SOLD_OUT TAKEN"),
            ("429", "FOUR"),
            ("old_one", "OLD_ONE"),
            ("Only 2 are left; you asked for 3.", "SOLD_OUT"),
            ("Only 2 are left", ""),
            ("quicker", "TAKEN"),
            ("too many", "SLOW"),
            ("anything at all", ""),
            ("", ""),
            ("99999", ""),
        ] {
            assert_eq!(found(wanted), expected, "{wanted}");
        }
    }
}
