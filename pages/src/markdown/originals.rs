//! errbook's own templates, as files that users can edit.

use std::fmt::Write as _;

use errbook_catalog::model::Flavor;

use super::templates::{self, Templates};

/// errbook's templates of a flavor, by name. Each begins with a comment that lists its data. Their
/// output equals that of the built-in templates.
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
            _ => format!("Components for the other templates. `parts.md` has the components for {}.\n", flavor.name()),
        };
        let comment = format!("{{#\n{BEGINNING}\n{sees}#}}\n");
        (name.to_owned(), comment + text)
    };
    Templates::built_in(flavor).into_iter().map(with_comment).collect()
}

const BEGINNING: &str = "\
A Tera template, see https://keats.github.io/tera. Keep only the templates that you change: errbook uses
its own for the others.

Inline is one line of markdown and Prose is paragraphs of markdown, both for the flavor. A String is
unescaped text of the catalog; in `front`, it is quoted. An Option may be absent, and a Vec is a list.
Repeated blank lines are removed.
";

/// The source files of the page data. Authors of templates need their doc comments.
const SOURCES: [&str; 7] = [
    include_str!("error.rs"),
    include_str!("front.rs"),
    include_str!("index.rs"),
    include_str!("reference.rs"),
    include_str!("retired.rs"),
    include_str!("table.rs"),
    include_str!("view.rs"),
];

/// The fields of a page, followed by each type that it uses.
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

/// The public fields of a page data type. Empty for any other type.
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
        let error = reading.errors().next().unwrap();
        let pages: [(&str, &dyn Print); 3] =
            [("IndexPage", &reading.index), ("ErrorPage", &error), ("RetiredPage", &reading.retired[0])];
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
