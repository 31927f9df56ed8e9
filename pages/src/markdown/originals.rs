//! errbook's own templates as files to begin one's own with.

use std::fmt::Write as _;

use errbook_catalog::model::Flavor;

use super::templates::{self, Templates};

/// errbook's own templates of a flavor, by name, each with a comment that says what it sees. They lay out the same pages as those that
/// errbook has built in.
///
/// ```
/// use errbook_catalog::model::Flavor;
/// use errbook_pages::markdown::originals;
/// let files = originals(Flavor::Mkdocs);
/// let (name, text) = &files[1];
/// assert_eq!(name, "error.md");
/// assert!(text.contains("fix: Option<Prose>"));
/// ```
pub fn originals(flavor: Flavor) -> Vec<(String, String)> {
    let with_comment = |(name, text): (&str, &str)| {
        let sees = match name {
            templates::INDEX => documented("IndexPage"),
            templates::ERROR => documented("ErrorPage"),
            templates::RETIRED => documented("RetiredPage"),
            _ => format!(
                "Components, for the other templates; of these, `parts.md` has what {} reads in its own way.\n",
                flavor.name()
            ),
        };
        let comment = format!("{{#\n{BEGINNING}\n{sees}#}}\n");
        (name.to_owned(), comment + text)
    };
    Templates::built_in(flavor).into_iter().map(with_comment).collect()
}

const BEGINNING: &str = "\
A template in the syntax of Tera, https://keats.github.io/tera. Keep the ones that you change: errbook has the others.

Inline is markdown of one line, Prose of paragraphs, as the flavor reads it; a String is as the catalog has it, and that of
`front` is quoted. An Option may be absent, a Vec is a list. Blank lines need no care.
";

/// The files that have the types of the page data, whose comments a template's writer needs as well.
const SOURCES: [&str; 7] = [
    include_str!("error.rs"),
    include_str!("front.rs"),
    include_str!("index.rs"),
    include_str!("reference.rs"),
    include_str!("retired.rs"),
    include_str!("table.rs"),
    include_str!("view.rs"),
];

/// What a page holds, and after it each type that it leads to, once.
fn documented(page: &'static str) -> String {
    let mut names = vec![page];
    let mut text = String::new();
    let mut at = 0;
    while let Some(&name) = names.get(at) {
        if at > 0 {
            let _ = writeln!(text, "\n{name}:");
        }
        for Field { name, ty, doc } in fields(name) {
            let _ = writeln!(text, "  {name}: {ty}\n      {doc}");
            let types = ty.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !fields(word).is_empty());
            let new: Vec<&str> = types.filter(|word| !names.contains(word)).collect();
            names.extend(new);
        }
        at += 1;
    }
    text
}

struct Field {
    name: &'static str,
    ty: &'static str,
    doc: String,
}

/// The public fields of a type of the page data; none where there is no such type.
fn fields(name: &str) -> Vec<Field> {
    let opening = format!("\npub struct {name} {{\n");
    let body = SOURCES.iter().find_map(|source| source.split_once(&opening)?.1.split_once("\n}"));
    let mut doc: Vec<&str> = Vec::new();
    let mut fields = Vec::new();
    for line in body.map_or("", |(body, _)| body).lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            doc.push(words);
        } else if let Some((name, ty)) = line.strip_prefix("pub ").and_then(|field| field.split_once(": ")) {
            fields.push(Field { name, ty: ty.trim_end_matches(','), doc: doc.join(" ") });
            doc.clear();
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::dialect::COMMONMARK;
    use super::super::reading;
    use super::{fields, originals};
    use crate::print::Print;
    use errbook_catalog::model::Flavor;

    #[test]
    fn every_key_of_a_page_is_documented() {
        let text = b"errbook: 1\napi: {name: Shop}\nerrors: {A: {status: 409}}\nretired: {B: {use: A}}\n";
        let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.unwrap();
        let reading = reading(&catalog).unwrap();
        let pages: [(&str, &dyn Print); 3] =
            [("IndexPage", &reading.index), ("ErrorPage", &reading.errors[0]), ("RetiredPage", &reading.retired[0])];
        for (page, data) in pages {
            let members = data.print(&COMMONMARK).into_map().expect("a page has fields");
            let keys: BTreeSet<String> = members.keys().map(ToString::to_string).collect();
            let documented: BTreeSet<String> = fields(page).iter().map(|field| field.name.to_owned()).collect();
            assert_eq!(documented, keys, "{page}");
            assert!(fields(page).iter().all(|field| !field.doc.is_empty()), "{page}");
        }
    }

    #[test]
    fn a_type_that_a_page_leads_to_is_documented_too() {
        let files = originals(Flavor::Plain);
        for name in ["GroupSection:", "Table:", "FrontMatter:", "CatalogView:", "RetiredView:"] {
            assert!(files[0].1.contains(&format!("\n{name}\n")), "{name}: {}", files[0].1);
        }
        for (name, text) in files {
            assert_eq!(text.matches("#}").count(), 1 + usize::from(text.contains("{#-")), "{name}");
        }
    }
}
