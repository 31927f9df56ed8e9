//! Lists of errors in places where no operation is, so that none is ignored.

use super::operations::{self, LIST};
use super::scan::{self, Entry, Mapping};
use super::{MergeError, MergeProblem};

/// Keys whose values are data, or names chosen by the author.
const DATA: [&str; 9] =
    ["example", "examples", "default", "value", "enum", "const", "properties", "patternProperties", "$defs"];

/// Reports each list that no operation has, and operations in other files that a list at the top of
/// the document would apply to.
pub(super) fn check(document: &str, root: &Mapping, problems: &mut Vec<MergeProblem>) {
    if !document.contains(LIST) {
        return;
    }
    let known = operations::list_places(root);
    let mut found = Vec::new();
    if let Ok(whole) = scan::scan_to(document, scan::WHOLE) {
        lists(&whole, &mut Vec::new(), &mut found);
    }
    for (path, place) in found.into_iter().filter(|(_, place)| !known.contains(place)) {
        let message = format!("`{LIST}` has no effect in `{path}`, which is not an operation");
        let help = format!("list the errors in an operation, such as `paths./orders.post.{LIST}`");
        problems.push(MergeProblem::at(document, place, message).help(help));
    }
    let paths = root.entry("paths").and_then(Entry::mapping).filter(|_| root.entry(LIST).is_some());
    for path in paths.into_iter().flat_map(|paths| &paths.entries) {
        if let Some(file) = path.mapping().and_then(|item| item.text("$ref")).filter(|target| !target.starts_with('#'))
        {
            let message = format!(
                "`{LIST}` at the top applies to `{}`, but its operations are in `{file}`, which errbook does not edit",
                path.key
            );
            let help = "bundle the document first, or list the errors in each operation instead of at the top";
            problems.push(MergeProblem::at(document, path.key_start, message).help(help));
        }
    }
}

/// Reports lists in the files of operations that a document refers to, because a merge edits only
/// the document. `read` gives the text of a file that the document names, or nothing.
///
/// ```
/// use errbook_schema::openapi::lists_elsewhere;
/// let document = "openapi: 3.1.0\npaths:\n  /orders: {$ref: orders.yaml}\n";
/// let read = |file: &str| (file == "orders.yaml").then(|| "post: {x-errors: [SOLD_OUT]}".to_owned());
/// let error = lists_elsewhere(document, read).unwrap_err();
/// assert_eq!(error.problems[0].line, 3);
/// assert_eq!(error.problems[0].message, "`x-errors` in `orders.yaml` has no effect: errbook edits only this document");
/// ```
///
/// # Errors
///
/// If a file has the key `x-errors`, or if the text cannot be parsed.
pub fn lists_elsewhere(document: &str, read: impl Fn(&str) -> Option<String>) -> Result<(), MergeError> {
    let root = scan::scan(document)?;
    let components = root.entry("components").and_then(Entry::mapping);
    let items = components.and_then(|components| components.entry("pathItems"));
    let sections = ["paths", "webhooks"].into_iter().filter_map(|name| root.entry(name)).chain(items);
    let mut problems = Vec::new();
    for path in sections.filter_map(Entry::mapping).flat_map(|section| &section.entries) {
        let target = path.mapping().and_then(|item| item.text("$ref")).filter(|target| !target.contains("://"));
        let Some(file) = target.and_then(|target| target.split('#').next()).filter(|file| !file.is_empty()) else {
            continue;
        };
        if read(file).is_some_and(|text| text.contains(LIST)) {
            let message = format!("`{LIST}` in `{file}` has no effect: errbook edits only this document");
            let help = "bundle the document first, or write the operations in this document";
            problems.push(MergeProblem::at(document, path.key_start, message).help(help));
        }
    }
    MergeError::unless_empty(problems)
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
    DATA.contains(&key) || key.starts_with("x-")
}
