//! The changes of `changes.txt`, and the catalog that they change.
#![allow(dead_code, reason = "each test that includes this file uses a part of it")]

pub(crate) const CHANGES: &str = "../history/tests/diff/changes.txt";

pub(crate) fn base() -> String {
    std::fs::read_to_string("../history/tests/diff/base.yaml").expect("readable")
}

/// A change of the base catalog.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// Each text with its replacement.
    pub(crate) edits: Vec<(String, String)>,
}

impl Case {
    pub(crate) fn apply(&self, text: &str) -> String {
        self.edits.iter().fold(text.to_owned(), |text, (from, to)| {
            assert!(text.contains(from.as_str()), "{}: the catalog has no\n{from}", self.name);
            text.replace(from, to)
        })
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(CHANGES).expect("readable");
    text.split("\n## ").skip(1).map(case).collect()
}

/// Every replacement of the cases, and its reverse.
pub(crate) fn edits() -> Vec<(String, String)> {
    let edits = cases().into_iter().flat_map(|case| case.edits);
    edits.flat_map(|(from, to)| [(from.clone(), to.clone()), (to, from)]).filter(|(from, _)| !from.is_empty()).collect()
}

pub(crate) fn case(block: &str) -> Case {
    let (name, lines) = block.split_once('\n').expect("a change has lines");
    let mut edits: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for line in lines.lines() {
        let text = line.get(2..).unwrap_or_default();
        match line.chars().next() {
            Some('-') => match edits.last_mut() {
                Some((from, to)) if to.is_empty() => from.push(text),
                _ => edits.push((vec![text], Vec::new())),
            },
            Some('+') => edits.last_mut().expect("a text to replace").1.push(text),
            _ => {}
        }
    }
    let edits = edits.into_iter().map(|(from, to)| (from.join("\n"), to.join("\n"))).collect();
    Case { name: name.to_owned(), edits }
}
