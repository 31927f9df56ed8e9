//! Lists of errors in places where no operation is, so that none is ignored.

use super::MergeProblem;
use super::document::{Item, Part};
use super::operations::{self, LIST};
use super::scan::{self, Entry, Mapping};

/// Keys whose values are data, or names chosen by the author.
const DATA: [&str; 9] =
    ["example", "examples", "default", "value", "enum", "const", "properties", "patternProperties", "$defs"];

/// Reports each list that no operation has, and path items in files that are not read, to which a
/// list at the top of the document would apply.
pub(super) fn check(parts: &[Part], items: &[Item], problems: &mut Vec<MergeProblem>) {
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| part.text.contains(LIST)) {
        let known = match index.checked_sub(1) {
            None => operations::list_places(part),
            Some(file) => operations::list_places_of_file(part, file, items),
        };
        let mut found = Vec::new();
        if let Ok(whole) = scan::scan_to(part.text, scan::WHOLE) {
            lists(&whole, &mut Vec::new(), &mut found);
        }
        for (path, place) in found.into_iter().filter(|(_, place)| !known.contains(place)) {
            let where_ = if path.is_empty() { "this file".to_owned() } else { format!("`{path}`") };
            let message = format!("`{LIST}` has no effect in {where_}, which is not an operation");
            let help = format!("list the errors in an operation, such as `paths./orders.post.{LIST}`");
            problems.push(part.at(place, message).help(help));
        }
    }
    let Some(document) = parts.first() else { return };
    let paths = document.root.entry("paths").and_then(Entry::mapping);
    let paths = paths.filter(|_| document.root.entry(LIST).is_some()).into_iter().flat_map(|paths| &paths.entries);
    for path in paths.filter(|path| !operations::is_extension(&path.key)) {
        let file = path.mapping().and_then(|item| item.text("$ref")).filter(|target| !target.starts_with('#'));
        let is_read = items.iter().any(|item| item.paths.contains(&path.key));
        if let Some(file) = file.filter(|_| !is_read) {
            let message = format!(
                "`{LIST}` at the top applies to `{}`, but its operations are in `{file}`, which errbook cannot edit",
                path.key
            );
            let help = "bundle the document first, or list the errors in each operation instead of at the top";
            problems.push(document.at(path.key_start, message).help(help));
        }
    }
}

/// Every list of a document with the keys that lead to its mapping.
fn lists<'a>(mapping: &'a Mapping, path: &mut Vec<&'a str>, found: &mut Vec<(String, usize)>) {
    for entry in &mapping.entries {
        if entry.key == LIST {
            found.push((path.join("."), entry.key_start));
        } else if let Some(inner) = entry.mapping().filter(|_| !is_data(&entry.key)) {
            path.push(&entry.key);
            lists(inner, path, found);
            path.pop();
        }
    }
}

fn is_data(key: &str) -> bool {
    DATA.contains(&key) || operations::is_extension(key)
}
