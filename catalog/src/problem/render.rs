//! Renders reports: text as in rustc, JSON for programs, and workflow commands for GitHub.
//!
//! The texts of a catalog can be hostile: they can contain escape sequences, changes of the writing
//! direction, or a million characters on one line. Rendering removes them.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Element, Group, Level as Heading, Origin, Patch, Renderer, Snippet};

use crate::model::value::Value;
use crate::problem::{Level, Named, Problem, Report};
use crate::source::{Position, Source, Sources, Span};
use crate::words::counted;

/// The width of lines. It is constant, so that a report does not depend on the terminal.
const WIDTH: usize = 120;
/// Places that are at most this many lines apart are in one excerpt.
const NEAR: u32 = 6;
/// A mark further right than this is not drawn. The report has its line and column.
const MAX_COLUMN: u32 = 4000;
/// The maximum width of a mark.
const MAX_MARK: usize = 200;
/// The maximum width of a line after its last mark.
const MAX_REST: usize = 200;

impl<R: Named> Report<R> {
    /// Every problem in the style of rustc, and a summary line. Without problems, the text is
    /// empty. With `color`, it is styled with ANSI escape sequences.
    ///
    /// ```
    /// let loaded = errbook_catalog::load_text("errors.yaml", b"errbook: 2\n");
    /// assert_eq!(loaded.report.render_text(false), "\
    /// error[unsupported-version]: unsupported format version 2; this errbook reads version 1
    ///  --> errors.yaml:1:10
    ///   |
    /// 1 | errbook: 2
    ///   |          ^
    ///   |
    ///   = help: Write `errbook: 1`, or use a newer errbook.
    ///
    /// 1 error in errors.yaml
    /// ");
    /// ```
    pub fn render_text(&self, color: bool) -> String {
        if self.is_empty() {
            return String::new();
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&renderer.render(&drawing(problem, &self.sources)));
            text.push_str("\n\n");
        }
        text.push_str(&self.count());
        text.push('\n');
        text
    }

    /// The report as a JSON object on one line, for editors and programs.
    ///
    /// ```
    /// let loaded = errbook_catalog::load_text("errors.yaml", b"errbook: 2\n");
    /// let json = loaded.report.render_json();
    /// assert!(json.starts_with(r#"{"errbook":1,"errors":1,"warnings":0,"dropped":0,"dropped_by_rule":{},"known":0,"problems":[{"rule":"unsupported-version","#));
    /// ```
    pub fn render_json(&self) -> String {
        let problems = self.problems.iter().map(|problem| json(problem, &self.sources)).collect();
        let dropped = self.dropped();
        let report = object([
            ("errbook", Value::Integer(1)),
            ("errors", count(self.error_count())),
            ("warnings", count(self.warning_count())),
            ("dropped", count(dropped.values().sum())),
            ("dropped_by_rule", object(dropped.into_iter().map(|(rule, number)| (rule, count(number))))),
            ("known", count(self.known)),
            ("problems", Value::Array(problems)),
        ]);
        format!("{report}\n")
    }

    /// Every problem as a workflow command. GitHub shows it at its line.
    ///
    /// ```
    /// let loaded = errbook_catalog::load_text("errors.yaml", b"errbook: 2\n");
    /// let commands = loaded.report.render_github();
    /// assert!(commands.starts_with("::error file=errors.yaml,line=1,col=10,endLine=1,endColumn=11,title=unsupported-version::"));
    /// ```
    pub fn render_github(&self) -> String {
        let mut commands: String = self.problems.iter().map(|problem| github(problem, &self.sources)).collect();
        if !self.dropped().is_empty() {
            let _ = writeln!(commands, "::notice title=errbook::{}", github_data(&self.count()));
        } else if self.known > 0 {
            let place = self.sources.root().map_or(String::new(), |root| format!(" of {}", clean(&root.name)));
            let known = github_data(&format!("{}{place}", self.known_words()));
            let _ = writeln!(commands, "::notice title=errbook::{known}");
        }
        commands
    }

    /// "2 errors, 1 warning in errors.yaml, and 37 more: 30 unknown-key, 7 missing-key".
    fn count(&self) -> String {
        let some = |count: usize, word: &str| (count > 0).then(|| counted(count, word));
        let counts: Vec<String> =
            [some(self.error_count(), "error"), some(self.warning_count(), "warning")].into_iter().flatten().collect();
        let place = self.about.as_ref().map_or(String::new(), |about| format!(" in {}", clean(about)));
        let mut dropped: Vec<(&str, usize)> = self.dropped().into_iter().collect();
        dropped.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let number: usize = dropped.iter().map(|(_, count)| count).sum();
        let rules: Vec<String> = dropped.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
        let more = if number > 0 { format!(", and {number} more: {}", rules.join(", ")) } else { String::new() };
        let known = if self.known > 0 { format!("; {}", self.known_words()) } else { String::new() };
        format!("{}{place}{more}{known}", counts.join(", "))
    }

    /// "errbook.baseline leaves out 12".
    fn known_words(&self) -> String {
        format!("{} leaves out {}", super::BASELINE, self.known)
    }
}

// ---- text, as in rustc ----

/// A problem in the form of annotate-snippets: the message and the places, then the fix.
fn drawing<'a, R: Named>(problem: &'a Problem<R>, sources: &'a Sources) -> Vec<Group<'a>> {
    let heading = match problem.level {
        Level::Error => Heading::ERROR,
        Level::Warn | Level::Allow => Heading::WARNING,
    };
    let group = heading
        .primary_title(clean(&problem.message))
        .id(problem.rule.name())
        .elements(excerpts(problem, sources).into_iter().map(Excerpt::draw));
    let help = advice(problem);
    if let Some(patch) = problem.suggestion.as_ref().and_then(|(span, text)| patch(*span, text, sources)) {
        vec![group, Heading::HELP.secondary_title(help).element(patch)]
    } else {
        vec![group.element(Heading::HELP.message(help))]
    }
}

/// The help line of the problem, or the remedy of its rule.
fn advice<R: Named>(problem: &Problem<R>) -> String {
    clean(problem.help.as_deref().unwrap_or(problem.rule.remedy()))
}

/// Some lines of a source, with marks on them.
struct Excerpt<'a> {
    source: &'a Source,
    marks: Vec<Mark>,
}

/// A part of one line.
struct Mark {
    line: Line,
    at: Position,
    /// A range of bytes of the source, on one line.
    start: usize,
    end: usize,
    label: Option<String>,
    kind: AnnotationKind,
}

/// The bytes of a line, without its line break.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
}

/// The excerpts with all places of a problem, its own place first.
fn excerpts<'a, R>(problem: &'a Problem<R>, sources: &'a Sources) -> Vec<Excerpt<'a>> {
    let own = problem.span.map(|span| (span, problem.label.as_deref(), AnnotationKind::Primary));
    let related = problem.related.iter().map(|(span, label)| (*span, Some(label.as_str()), AnnotationKind::Context));
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (span, label, kind) in own.into_iter().chain(related) {
        let source = sources.get(span.source);
        let mark = Mark::new(source, span, label, kind);
        let near = excerpts.iter_mut().find(|excerpt| std::ptr::eq(excerpt.source, source) && excerpt.is_near(&mark));
        match near {
            Some(excerpt) => excerpt.marks.push(mark),
            None => excerpts.push(Excerpt { source, marks: vec![mark] }),
        }
    }
    excerpts
}

impl Mark {
    /// Marks the part of a span on its first line. A list can have a thousand lines.
    fn new(source: &Source, span: Span, label: Option<&str>, kind: AnnotationKind) -> Self {
        let line = line_at(source, span.start as usize);
        let start = (span.start as usize).min(line.end);
        let covered = &source.shown()[start..(span.end as usize).clamp(start, line.end)];
        let end = start + first_chars(covered, MAX_MARK).len();
        Mark { line, at: source.position(span.start), start, end, label: label.map(clean), kind }
    }
}

impl<'a> Excerpt<'a> {
    fn is_near(&self, mark: &Mark) -> bool {
        let drawable = |mark: &Mark| mark.at.column <= MAX_COLUMN;
        drawable(mark)
            && self.marks.iter().all(drawable)
            && self.marks.iter().any(|other| other.at.line.abs_diff(mark.at.line) <= NEAR)
    }

    fn draw(self) -> Element<'a> {
        let path = clean(&self.source.name);
        let first = self.marks.iter().min_by_key(|mark| mark.at.line).expect("an excerpt has a mark");
        if first.at.column > MAX_COLUMN {
            let Position { line, column } = first.at;
            return Origin::path(path).line(line as usize).char_column(column as usize).into();
        }
        let last = self.marks.iter().map(|mark| mark.line.end).max().unwrap_or(first.line.end);
        let mut text = String::new();
        let mut annotations = Vec::new();
        let mut line = first.line;
        loop {
            let written = &self.source.shown()[line.start..line.end];
            let marks = || self.marks.iter().filter(|mark| mark.line.start == line.start);
            for mark in marks() {
                let offset = |byte: usize| text.len() + clean_line(&self.source.shown()[line.start..byte]).len();
                annotations.push(mark.kind.span(offset(mark.start)..offset(mark.end)).label(mark.label.clone()));
            }
            let shown = marks().map(|mark| mark.end - line.start).max().unwrap_or(0);
            text.push_str(&clean_line(&written[..shown]));
            text.push_str(&clean_line(first_chars(&written[shown..], MAX_REST)));
            text.push('\n');
            if line.end >= last {
                break;
            }
            line = line_at(self.source, after_break(self.source, line.end));
        }
        Snippet::source(text).path(path).line_start(first.at.line as usize).annotations(annotations).into()
    }
}

/// A suggestion as a diff; `None` if it has several lines.
fn patch<'a>(span: Span, text: &'a str, sources: &'a Sources) -> Option<Snippet<'a, Patch<'a>>> {
    let source = sources.get(span.source);
    let (start, end) = (span.start as usize, span.end as usize);
    let line = line_at(source, start);
    let at = source.position(span.start);
    // The renderer does not shorten the lines of a diff.
    if end > line.end || text.contains('\n') || at.column as usize > WIDTH || end - start > WIDTH {
        return None;
    }
    let before = clean_line(&source.shown()[line.start..start]);
    let replaced = clean_line(&source.shown()[start..end]);
    let rest = &source.shown()[end..line.end];
    let after = first_chars(rest, WIDTH);
    let ellipsis = if after.len() < rest.len() { "..." } else { "" };
    let after = clean_line(after);
    let range = before.len()..before.len() + replaced.len();
    let shown = format!("{before}{replaced}{after}{ellipsis}\n");
    Some(
        Snippet::source(shown)
            .path(clean(&source.name))
            .line_start(at.line as usize)
            .patch(Patch::new(range, clean(text))),
    )
}

/// The line of a byte.
fn line_at(source: &Source, byte: usize) -> Line {
    let start = source.shown()[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = &source.shown()[start..];
    let length = rest.find('\n').unwrap_or(rest.len());
    let length = rest[..length].strip_suffix('\r').map_or(length, str::len);
    Line { start, end: start + length }
}

/// The first byte after the line break at `end`.
fn after_break(source: &Source, end: usize) -> usize {
    source.shown()[end..].find('\n').map_or(source.shown().len(), |newline| end + newline + 1)
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

/// Text without control characters, and without characters that hide or reorder text.
fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// A line of a source, cleaned. Tabs are kept, because the renderer expands them.
fn clean_line(text: &str) -> String {
    text.chars().map(|character| if character == '\t' { '\t' } else { visible(character) }).collect()
}

/// A visible character for an invisible one.
fn visible(character: char) -> char {
    match character {
        // Unicode has a symbol for each ASCII control character.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        // C1 controls (one of them starts escape sequences), line separators, marks of the writing
        // direction, and characters without width that no script needs.
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

// ---- for programs ----

fn json<R: Named>(problem: &Problem<R>, sources: &Sources) -> Value {
    let Problem { rule, level, message, span, label, related, help: _, suggestion } = problem;
    let level = if *level == Level::Error { "error" } else { "warning" };
    let mut members = vec![("rule", text(rule.name())), ("level", text(level)), ("message", text(message))];
    match span {
        Some(span) => members.extend(place(*span, sources)),
        None => members.extend(PLACE.map(|name| (name, Value::Null))),
    }
    members.push(("label", label.as_deref().map_or(Value::Null, text)));
    members.push(("help", text(problem.help.as_deref().unwrap_or(rule.remedy()))));
    members.push((
        "suggestion",
        suggestion.as_ref().map_or(Value::Null, |(span, replacement)| {
            object(place(*span, sources).chain([("text", text(replacement))]))
        }),
    ));
    let related =
        related.iter().map(|(span, message)| object(place(*span, sources).chain([("message", text(message))])));
    members.push(("related", Value::Array(related.collect())));
    object(members)
}

const PLACE: [&str; 5] = ["file", "line", "column", "end_line", "end_column"];

fn place(span: Span, sources: &Sources) -> impl Iterator<Item = (&'static str, Value)> {
    let (source, start) = sources.locate(span);
    let end = source.position(span.end);
    let number = |number: u32| Value::Integer(number.into());
    let values = [text(&source.name), number(start.line), number(start.column), number(end.line), number(end.column)];
    PLACE.into_iter().zip(values)
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn count(count: usize) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

// ---- for GitHub ----

fn github<R: Named>(problem: &Problem<R>, sources: &Sources) -> String {
    let command = if problem.level == Level::Error { "error" } else { "warning" };
    let mut properties = String::new();
    if let Some(span) = problem.span {
        let (source, start) = sources.locate(span);
        let end = source.position(span.end);
        let (file, Position { line, column }) = (github_property(&clean(&source.name)), start);
        let _ = write!(properties, "file={file},line={line},col={column},endLine={}", end.line);
        // GitHub accepts an end column only for a mark on one line.
        if end.line == line {
            let _ = write!(properties, ",endColumn={}", end.column);
        }
        properties.push(',');
    }
    let message = github_data(&format!("{}\n{}", clean(&problem.message), advice(problem)));
    format!("::{command} {properties}title={}::{message}\n", problem.rule.name())
}

fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}
