//! Baselines: the known findings of lints, one line each in `errbook.baseline`.
//!
//! Known findings are not reported. New findings are, and so are lines without a finding: the file
//! only shrinks.
//!
//! ```
//! use errbook_catalog::baseline::{Baseline, Update};
//!
//! let load = |errors: &str| {
//!     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n{errors}");
//!     errbook_catalog::load_text("errors.yaml", text.as_bytes())
//! };
//! let old = load("  SOLD_OUT: {status: 409, description: It is gone.}\n");
//! let baseline = Baseline::default().updated(&old.report, Update::Grow);
//! assert!(baseline.to_text().ends_with("file errors.yaml\n  missing-fix errors.SOLD_OUT\n"));
//!
//! let mut new = load("  LOST: {status: 404, description: It is lost.}\n  SOLD_OUT: {status: 409, description: It is gone.}\n");
//! baseline.apply("errbook.baseline", &mut new);
//! assert_eq!(new.report.known, 1);
//! assert_eq!(new.report.problems[0].message, "`LOST` has no `fix`");
//! ```
//!
//! A line names a rule and a path of keys. It stays valid if the lines of the catalog move, or if
//! the catalog is split into several files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::edit::Draft;
use crate::load::Loaded;
use crate::problem::{BASELINE, Level, Problem, Report, Rule};
use crate::read::yaml::{Node, NodeKind};
use crate::source::{SourceId, Sources, Span};

/// The file name of a baseline, in the folder of its catalogs.
pub const NAME: &str = BASELINE;

/// A byte order mark, which an editor can add.
const MARK: char = '\u{feff}';
const HEADER: &str = "\
# The known findings of lints. `errbook check` does not report them. This file only shrinks:
# `errbook check --write-baseline` removes the fixed findings.
";
const INDENT: &str = "  ";

/// The known findings of one or more catalogs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The text of the file, for diagnostics.
    text: String,
    /// The lines above the first catalog. They are invalid.
    strays: Vec<Line>,
    /// The findings of each catalog, by its file. A catalog without lines has no known findings.
    catalogs: BTreeMap<String, Vec<Line>>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// The rule and the place: `missing-fix errors.SOLD_OUT`.
    finding: String,
    /// The byte offset in the text.
    start: usize,
}

/// How to update an existing baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Remove the lines without a finding.
    Shrink,
    /// Remove the lines without a finding, and add new findings.
    Grow,
}

impl Baseline {
    /// Whether [`Baseline::to_text`] wrote a file, or the file has no text to lose.
    pub fn is_baseline(text: &str) -> bool {
        let (first, text) = (HEADER.lines().next(), text.trim_start_matches(MARK));
        text.trim().is_empty() || text.lines().next() == first
    }

    /// Parses the text of [`Baseline::to_text`]. [`Baseline::apply`] reports an invalid line like a
    /// line without a finding.
    pub fn parse(text: &str) -> Self {
        let mut baseline = Baseline { text: text.to_owned(), ..Baseline::default() };
        let mut lines = &mut baseline.strays;
        let lines_of = text.trim_start_matches(MARK);
        let mut at = text.len() - lines_of.len();
        for line in lines_of.split_inclusive('\n') {
            let finding = line.trim();
            let start = at + line.find(finding).unwrap_or(0);
            at += line.len();
            if let Some(path) = line.strip_prefix("file ") {
                lines = baseline.catalogs.entry(path.trim().to_owned()).or_default();
            } else if !finding.is_empty() && !line.starts_with('#') {
                lines.push(Line { finding: finding.to_owned(), start });
            }
        }
        baseline
    }

    /// The text of `errbook.baseline`.
    pub fn to_text(&self) -> String {
        let mut text = HEADER.to_owned();
        for (catalog, lines) in &self.catalogs {
            // Findings at one place are listed together.
            let mut findings: Vec<&str> = lines.iter().map(|line| line.finding.as_str()).collect();
            findings.sort_by_key(|finding| finding.split_once(' ').map(|(rule, place)| (place, rule)));
            let _ = writeln!(text, "file {catalog}");
            text.extend(findings.into_iter().flat_map(|finding| [INDENT, finding, "\n"]));
        }
        text
    }

    /// Removes the known findings from a report, and reports the lines without a finding. `name` is
    /// the name of the baseline in diagnostics.
    pub fn apply(&self, name: &str, loaded: &mut Loaded) {
        if !is_linted(&loaded.report) {
            return;
        }
        let sources = loaded.report.sources.clone();
        let mut left = Left::of(self.catalogs.get(root(&sources)));
        let mut places = Places::new(&sources);
        loaded.report.leave_out(|problem| places.finding(problem).is_some_and(|finding| left.take(&finding)));
        let stale: Vec<&Line> = left.0.into_values().flatten().chain(&self.strays).collect();
        if stale.is_empty() {
            return;
        }
        let source = loaded.report.sources.add(name.to_owned(), NAME.to_owned(), self.text.clone());
        for Line { finding, start } in stale {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { source, start: offset(*start), end: offset(start + finding.len()) };
            let message = format!("the catalog has no warning `{finding}`");
            loaded.report.push(Problem::new(Rule::StaleBaseline, span, message));
        }
        if loaded.report.has_errors() {
            loaded.catalog = None;
        }
    }

    /// Updates the findings of a catalog from its report, before [`Baseline::apply`].
    ///
    /// All findings of a new catalog are added. A catalog with errors keeps its lines, because no
    /// lint has checked it.
    #[must_use]
    pub fn updated(&self, report: &Report, update: Update) -> Self {
        if !is_linted(report) {
            return self.clone();
        }
        let catalog = root(&report.sources);
        let mut places = Places::new(&report.sources);
        let mut found: Vec<String> = report.all().filter_map(|problem| places.finding(problem)).collect();
        if let (Update::Shrink, Some(known)) = (update, self.catalogs.get(catalog)) {
            let mut left = Left::of(Some(known));
            found.retain(|finding| left.take(finding));
        }
        let mut catalogs = self.catalogs.clone();
        catalogs.insert(catalog.to_owned(), found.into_iter().map(|finding| Line { finding, start: 0 }).collect());
        let written = Baseline { catalogs, ..Baseline::default() };
        Baseline::parse(&written.to_text())
    }

    /// The findings of a catalog, by its file, after the rename of an error.
    ///
    /// ```
    /// use errbook_catalog::baseline::Baseline;
    /// let baseline = Baseline::parse("file errors.yaml\n  missing-fix errors.A\n  missing-fix errors.AB\n");
    /// let renamed = baseline.renamed("errors.yaml", "A", "LOST");
    /// assert!(renamed.to_text().ends_with("  missing-fix errors.AB\n  missing-fix errors.LOST\n"));
    /// ```
    #[must_use]
    pub fn renamed(&self, catalog: &str, old: &str, new: &str) -> Self {
        let mut renamed = self.clone();
        for line in renamed.catalogs.get_mut(catalog).into_iter().flatten() {
            let place =
                line.finding.split_once(" errors.").and_then(|(rule, path)| Some((rule, path.strip_prefix(old)?)));
            if let Some((rule, below)) = place.filter(|(_, below)| below.is_empty() || below.starts_with('.')) {
                line.finding = format!("{rule} errors.{new}{below}");
            }
        }
        if renamed == *self { renamed } else { Baseline::parse(&renamed.to_text()) }
    }

    /// The number of known findings of a catalog, by its file.
    pub fn count(&self, catalog: &str) -> usize {
        self.catalogs.get(catalog).map_or(0, Vec::len)
    }
}

/// The lines without a finding so far. Two findings of a rule at one place have two lines.
struct Left<'a>(BTreeMap<&'a str, Vec<&'a Line>>);

impl<'a> Left<'a> {
    fn of(lines: Option<&'a Vec<Line>>) -> Self {
        let mut left: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        for line in lines.into_iter().flatten() {
            left.entry(&line.finding).or_default().push(line);
        }
        Left(left)
    }

    fn take(&mut self, finding: &str) -> bool {
        self.0.get_mut(finding).and_then(Vec::pop).is_some()
    }
}

/// Whether lints ran: they check only valid catalogs.
fn is_linted(report: &Report) -> bool {
    report.problems.iter().all(|problem| problem.rule.is_lint())
}

fn root(sources: &Sources) -> &str {
    sources.root().map_or("", |root| root.relative.as_str())
}

/// Finds the path of keys of a problem.
struct Places<'a> {
    sources: &'a Sources,
    trees: BTreeMap<SourceId, Option<Node>>,
}

impl<'a> Places<'a> {
    fn new(sources: &'a Sources) -> Self {
        Places { sources, trees: BTreeMap::new() }
    }

    /// The line of a problem. Errors, broken promises and ended acceptances cannot be known findings.
    fn finding(&mut self, problem: &Problem) -> Option<String> {
        let Problem { rule, level, span, .. } = problem;
        if *level != Level::Warn || matches!(rule, Rule::BrokenPromise | Rule::StaleAccept | Rule::StaleBaseline) {
            return None;
        }
        let span = (*span)?;
        let sources = self.sources;
        let tree = self.trees.entry(span.source);
        let tree = tree.or_insert_with(|| Draft::new(sources, span.source).map(|draft| draft.root));
        let mut keys = Vec::new();
        keys_to(tree.as_ref()?, span.start, &mut keys);
        let place: String = keys.join(".").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Some(format!("{rule} {place}"))
    }
}

/// The keys that lead to a byte. Items of a list have no part in it, because their indexes change
/// when other items are added.
fn keys_to<'a>(node: &'a Node, at: u32, keys: &mut Vec<&'a str>) {
    match &node.kind {
        NodeKind::Map(entries) => {
            let after = entries.partition_point(|entry| entry.key.span.start <= at);
            if let Some(entry) = after.checked_sub(1).and_then(|last| entries.get(last)) {
                keys.push(&entry.key.value);
                keys_to(&entry.value, at, keys);
            }
        }
        NodeKind::List(items) => {
            let after = items.partition_point(|item| item.span.start <= at);
            if let Some(item) = after.checked_sub(1).and_then(|last| items.get(last)) {
                keys_to(item, at, keys);
            }
        }
        NodeKind::Text(_) | NodeKind::Plain(_) => {}
    }
}
