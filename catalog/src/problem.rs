//! What can be wrong with a catalog: one [`Rule`] per mistake, [`Problem`]s that point into the text, and the sink that
//! collects them.
//!
//! ```
//! use errbook_catalog::problem::{Level, Rule};
//!
//! let report = errbook_catalog::load_text("errors.yaml", b"errbook: 1\napi: {name: Shop}\nerrors: {A: {status: 4040}}\n").report;
//! let problem = &report.problems[0];
//! assert_eq!((problem.rule, problem.level), (Rule::InvalidStatus, Level::Error));
//! assert_eq!(problem.message, "4040 is not an HTTP status");
//! assert_eq!(report.sources.locate(problem.span.expect("a place")).1.to_string(), "3:22");
//! ```

pub mod audit;
pub mod near;
mod render;

use std::fmt::Write as _;

use crate::source::{SourceId, Sources, Span};
use crate::words;

/// The name of a baseline's file, which a report's summary names.
pub(crate) const BASELINE: &str = "errbook.baseline";

words! {
    /// How serious a problem is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Level {
        /// Say nothing.
        Allow = "allow",
        /// Report it.
        Warn = "warn",
        /// Report it and refuse the catalog.
        Error = "error",
    }
}

words! {
    /// Everything errbook finds wrong, one variant per mistake. Errors always refuse the catalog; a lint's level can be
    /// set under `lints:`.
    ///
    /// ```
    /// use errbook_catalog::problem::Rule;
    /// assert_eq!(Rule::from_name("duplicate-id"), Some(Rule::DuplicateId));
    /// assert_eq!(Rule::from_name("dupe"), None);
    /// assert_eq!(Rule::DuplicateId.summary(), "Two errors with one id.");
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rule: Facts {
        /// A file cannot be read.
        UnreadableFile = "unreadable-file" => error("Check the path and its permissions; paths are relative to the root catalog's folder."),
        /// A file is not UTF-8.
        NotUtf8 = "not-utf8" => error("Save the file as UTF-8."),
        /// The text is not YAML.
        Syntax = "syntax" => error("Mend the YAML at the marked place."),
        /// The text goes past a limit that keeps a hostile catalog from exhausting memory or time.
        TooLarge = "too-large" => error("Split the catalog, or nest it less."),
        /// An anchor, alias, tag or merge key, which a catalog has no use for.
        UnsupportedYaml = "unsupported-yaml" => error("Write the value out; share types under `types` and policies under `retry`."),
        /// One key twice in a mapping.
        DuplicateKey = "duplicate-key" => error("Keep one of the two."),
        /// A key that the format does not know.
        UnknownKey = "unknown-key" => error("Use one of the keys that the format has, or remove it."),
        /// A key that must be there is missing.
        MissingKey = "missing-key" => error("Add the key."),
        /// A value of the wrong type, as a bare `no` or `404` where text is meant.
        WrongType = "wrong-type" => error("Write a value of the type asked for; quote what is meant as text."),
        /// A value of the right type that is not one of those allowed.
        InvalidValue = "invalid-value" => error("Write a value that is allowed there, or remove the key."),
        /// The catalog is written in a version of the format that this errbook does not read.
        UnsupportedVersion = "unsupported-version" => error("Write `errbook: 1`, or use a newer errbook."),
        /// A name that cannot become what it must: an id, a Rust name, a header's field name.
        InvalidName = "invalid-name" => error("Use letters, digits and underscores, beginning with a letter."),
        /// A status outside 100 to 599, or the same one twice.
        InvalidStatus = "invalid-status" => error("Use a status of RFC 9110, from 100 to 599."),
        /// A path that leaves the catalog's folder or has the wrong ending, or a pattern that matches nothing.
        InvalidPath = "invalid-path" => error("Name a file below the root catalog's folder."),
        /// A file that is included twice, or a catalog that includes itself.
        IncludeCycle = "include-cycle" => error("Include each file once, from the root catalog."),
        /// Two errors with one id.
        DuplicateId = "duplicate-id" => error("Give one of them another id; `code` may repeat where the statuses differ."),
        /// Two names that give one Rust name, page or schema, or one that errbook has for itself.
        NameClash = "name-clash" => error("Choose another name for one of them."),
        /// Two errors that a client could not tell apart on the wire.
        DuplicateCode = "duplicate-code" => error("Give one of them another code, or another status."),
        /// An id or code that was retired.
        RetiredId = "retired-id" => error("A retired id means something to old clients: choose a new one."),
        /// An error outside of the prefix or the group that its own file has.
        OutsideOwnership = "outside-ownership" => error("Give it the prefix and the group of its file, or move it to another file."),
        /// An error inside the prefix or the group that another file has for itself.
        OwnedElsewhere = "owned-elsewhere" => error("Move it to the file that has them, or choose another id or group."),
        /// Two files that have one prefix or one group for themselves.
        OwnerClash = "owner-clash" => error("Leave it to one of them: each error has one owner."),
        /// A group that is not under `groups`.
        UnknownGroup = "unknown-group" => error("Add it under `groups`, or use one that is there."),
        /// A retry policy that is not under `retry`.
        UnknownPolicy = "unknown-policy" => error("Add it under `retry`, or use one that is there."),
        /// An envelope that is not under `envelopes`.
        UnknownEnvelope = "unknown-envelope" => error("Add it under `envelopes`, or use one that is there."),
        /// A predicate or replacement that names no error.
        UnknownError = "unknown-error" => error("Use the id of an error in this catalog."),
        /// A type that is neither built in nor under `types`.
        UnknownType = "unknown-type" => error("Add it under `types`, or use a built-in type."),
        /// Types that hold themselves without end.
        TypeCycle = "type-cycle" => error("Break the cycle with `array<...>`, `map<...>` or `json`."),
        /// A template that does not parse, or that puts into a text what cannot stand there.
        InvalidTemplate = "invalid-template" => error("Close every brace, write `{{` and `}}` for literal ones, and put only single values inside a text."),
        /// A placeholder that names nothing.
        UnknownPlaceholder = "unknown-placeholder" => error("Use a placeholder that the format has, a detail of this error, or a fact under `context`."),
        /// A placeholder whose value some error lacks.
        AbsentValue = "absent-value" => error("Write `{name?}` to drop the member, or give every error the value."),
        /// A retry policy that contradicts itself or `retryable`, or that lacks what it needs.
        RetryConflict = "retry-conflict" => error("Drop what contradicts the rest, or add what the policy needs."),
        /// An example that does not fit its error.
        InvalidExample = "invalid-example" => error("Give values of the details' types, for details that the error has."),
        /// A rule under `lints` that does not exist or cannot be set.
        UnknownLint = "unknown-lint" => error("Use the name of a lint; errors cannot be switched off."),
        /// An entry with something only a response, or only what has a code or message, can have.
        MisplacedKey = "misplaced-key" => error("Give the entry a status, or remove the key."),
        /// A deprecated or retired entry whose replacement leads back to itself, or to an entry that is deprecated too.
        ReplacementCycle = "replacement-cycle" => error("Name an error that is there to stay."),

        /// An error without a `fix`.
        MissingFix = "missing-fix" => warn("Say what the reader does about it."),
        /// An error without a `description` or `cause`.
        MissingDescription = "missing-description" => warn("Say what it means, or when it fires."),
        /// A retryable 4xx other than 408, 409, 423, 425 and 429: the same request will fail the same way.
        RetryableClientError = "retryable-client-error" => warn("Drop `retryable`, or allow the lint with the reason in a comment."),
        /// A 429 or 503 without a way to know when to try again.
        NoRetryTime = "no-retry-time" => warn("Add a `Retry-After` header or a `retry` policy."),
        /// A 401 without `WWW-Authenticate`, which RFC 9110 section 15.5.2 requires.
        MissingWwwAuthenticate = "missing-www-authenticate" => warn("Add the header, with the scheme that the API takes."),
        /// A 405 without `Allow`, which RFC 9110 section 15.5.6 requires.
        MissingAllow = "missing-allow" => warn("Add the header, with the methods that the resource takes."),
        /// A message that begins or ends unlike most of the others.
        MessageStyle = "message-style" => warn("Begin and end it as the others do."),
        /// A detail that no message, header, body or retry policy uses.
        UnusedDetail = "unused-detail" => warn("Use it, or remove it."),
        /// An `api.doc_url`, or where there is none an error's own, that does not end in the name of the generated page.
        DocUrlMismatch = "doc-url-mismatch" => warn("End it in the page's name, as `{slug}` does."),
        /// An address below that of the reference, in a `doc_url` or in a text of an error, where no page is generated.
        DeadDocUrl = "dead-doc-url" => warn("Name a page that there is: the slug of an error or of a retired id."),
        /// An id whose style differs from most of the others.
        IdStyle = "id-style" => warn("Write it as the others are written."),
        /// A detail, or fact of the request, without an example.
        MissingExample = "missing-example" => warn("Give it an `example`: the reference shows it."),
        /// Two messages that are nearly the same.
        SimilarMessages = "similar-messages" => warn("Say what tells the two apart, or make them one error."),
        /// Something under `groups`, `retry`, `envelopes` or `types` that nothing uses.
        UnusedDefinition = "unused-definition" => warn("Use it, or remove it."),
        /// A change since the release in `errbook.lock` that breaks clients, while `api.version` does not say so.
        BrokenPromise = "broken-promise" => warn("Take the change back, or set `api.version` to a version that may break clients."),
        /// A line of `errbook.baseline` that no finding answers to.
        StaleBaseline = "stale-baseline" => warn("Remove the line, or have `errbook check --write-baseline` do it."),
    }
}

/// What the table says of a rule.
struct Facts {
    is_lint: bool,
    level: Level,
    remedy: &'static str,
}

const fn error(remedy: &'static str) -> Facts {
    Facts { is_lint: false, level: Level::Error, remedy }
}

const fn warn(remedy: &'static str) -> Facts {
    Facts { is_lint: true, level: Level::Warn, remedy }
}

impl Rule {
    /// What to do about it, in a sentence.
    pub const fn remedy(self) -> &'static str {
        self.facts().remedy
    }

    /// The level where the catalog sets none.
    pub const fn default_level(self) -> Level {
        self.facts().level
    }

    /// Whether `lints:` may set the level.
    pub const fn is_lint(self) -> bool {
        self.facts().is_lint
    }
}

/// The reference of all rules, in markdown: what each finds and what to do about it.
///
/// ```
/// let page = errbook_catalog::problem::rules_page();
/// assert!(page.contains("### `duplicate-id`"));
/// assert!(page.ends_with('\n'));
/// ```
pub fn rules_page() -> String {
    let mut page = RULES_INTRODUCTION.to_owned();
    let (errors, lints): (Vec<Rule>, Vec<Rule>) = Rule::ALL.iter().partition(|rule| !rule.is_lint());
    page.push_str("| error | what it finds |\n|---|---|\n");
    for rule in &errors {
        let _ = writeln!(page, "| [`{rule}`](#{rule}) | {} |", rule.summary());
    }
    rule_sections(&mut page, &errors);
    page.push_str(LINTS_INTRODUCTION);
    page.push_str("| lint | default | what it finds |\n|---|---|---|\n");
    for rule in &lints {
        let _ = writeln!(page, "| [`{rule}`](#{rule}) | {} | {} |", rule.default_level().name(), rule.summary());
    }
    rule_sections(&mut page, &lints);
    page
}

fn rule_sections(page: &mut String, rules: &[Rule]) {
    for rule in rules {
        let _ = write!(page, "\n### `{rule}`\n\n{}\n\n{}\n", rule.summary(), rule.remedy());
    }
}

const RULES_INTRODUCTION: &str = "\
<!-- Generated from the table in catalog/src/problem.rs: change it there. -->
# What errbook finds wrong

Every problem that `errbook` reports carries the name of its rule, in brackets:

```text
error[unknown-key]: an error has no key `statsu`
 --> errors.yaml:5:14
```

All problems of a catalog are reported in one run, and nothing is written where one of them is an error.

## Errors

A catalog with one of these is refused. They cannot be switched off.

";

const LINTS_INTRODUCTION: &str = "
## Lints

A catalog with these is accepted. Each has a level that the catalog can set, to `allow`, `warn` or `error`:

```yaml
lints: {missing-fix: error, message-style: allow}
```

";

/// An entry of a table of rules: what a report shows of it. The tables of `check` and of `audit` are reported alike.
///
/// ```
/// use errbook_catalog::problem::{Named, Rule};
///
/// fn heading<R: Named>(rule: R) -> String {
///     format!("{}[{}]", rule.default_level().name(), rule.name())
/// }
/// assert_eq!(heading(Rule::DuplicateId), "error[duplicate-id]");
/// assert_eq!(heading(errbook_catalog::problem::audit::Rule::NeverConstructed), "warn[never-constructed]");
/// ```
pub trait Named: Copy {
    /// The stable name.
    fn name(self) -> &'static str;
    /// What to do about it, in a sentence.
    fn remedy(self) -> &'static str;
    /// The level where nobody sets another one.
    fn default_level(self) -> Level;
}

impl Named for Rule {
    fn name(self) -> &'static str {
        Rule::name(self)
    }

    fn remedy(self) -> &'static str {
        Rule::remedy(self)
    }

    fn default_level(self) -> Level {
        Rule::default_level(self)
    }
}

/// One mistake at one place.
#[derive(Debug, Clone)]
pub struct Problem<R = Rule> {
    /// Which mistake.
    pub rule: R,
    /// How serious, after `lints:` had its say.
    pub level: Level,
    /// What is wrong here, in one sentence without a full stop: "two errors have the id `NOT_FOUND`".
    pub message: String,
    /// Where; `None` where no text could be read.
    pub span: Option<Span>,
    /// A word at the marked place.
    pub label: Option<String>,
    /// Other places that matter, each with its word.
    pub related: Vec<(Span, String)>,
    /// What to do, where there is more to say than the rule's remedy: "did you mean `auth`?"
    pub help: Option<String>,
    /// A text that would mend it.
    pub suggestion: Option<(Span, String)>,
}

impl<R: Named> Problem<R> {
    /// A problem of that rule, at its default level.
    pub fn new(rule: R, span: Span, message: impl Into<String>) -> Self {
        Problem {
            rule,
            level: rule.default_level(),
            message: message.into(),
            span: Some(span),
            label: None,
            related: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    /// A problem with something that has no text, as a file that cannot be read.
    pub fn without_place(rule: R, message: impl Into<String>) -> Self {
        Problem {
            rule,
            level: rule.default_level(),
            message: message.into(),
            span: None,
            label: None,
            related: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    /// With a word at the marked place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With "did you mean", where `near` found a name.
    #[must_use]
    pub fn did_you_mean(mut self, span: Span, near: Option<&str>) -> Self {
        if let Some(near) = near {
            self.help = Some(format!("did you mean `{near}`?"));
            self.suggestion = Some((span, near.to_owned()));
        }
        self
    }
}

/// After this many problems the rest is counted, not kept: a broken generator must not fill a terminal.
pub const MAX_PROBLEMS: usize = 200;

/// Where the stages put what they find. It has to be asked ([`Problems::gate`]) between stages: a stage may rely on all
/// that an earlier one refused.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    /// Warnings past [`MAX_PROBLEMS`]: they are shown where others are left out.
    rest: Vec<Problem>,
    dropped: usize,
    levels: Vec<(Rule, Level)>,
}

/// Something was refused; the stages stop here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl Problems {
    /// Sets a lint's level for what is pushed from now on.
    pub fn set_level(&mut self, rule: Rule, level: Level) {
        self.levels.push((rule, level));
    }

    /// The level at which a rule is reported.
    pub fn level(&self, rule: Rule) -> Level {
        level(&self.levels, rule)
    }

    /// Takes a problem, at the level that the catalog gives its rule.
    pub fn push(&mut self, mut problem: Problem) {
        problem.level = self.level(problem.rule);
        if problem.level == Level::Allow {
            return;
        }
        if self.found.len() < MAX_PROBLEMS {
            self.found.push(problem);
        } else if problem.level == Level::Warn {
            self.rest.push(problem);
        } else if self.has_errors() {
            self.dropped += 1;
        } else {
            self.found.push(problem);
        }
    }

    /// Whether anything was refused so far.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|problem| problem.level == Level::Error)
    }

    /// Goes on only where nothing was refused.
    pub fn gate(&self) -> Result<(), Refused> {
        if self.has_errors() { Err(Refused) } else { Ok(()) }
    }

    /// Everything found, in the order of the sources.
    pub fn into_report(mut self, sources: Sources) -> Report {
        self.found.sort_by_key(place);
        let dropped = self.dropped + self.rest.len();
        let about = sources.root().map(|root| root.name.clone());
        Report { sources, about, problems: self.found, dropped, known: 0, rest: self.rest, levels: self.levels }
    }
}

fn level(levels: &[(Rule, Level)], rule: Rule) -> Level {
    let set = levels.iter().rev().find(|(of, _)| *of == rule);
    set.map_or(rule.default_level(), |(_, level)| *level)
}

/// Problems are reported in the order of the sources.
fn place<R>(problem: &Problem<R>) -> Option<(SourceId, u32)> {
    problem.span.map(|span| (span.source, span.start))
}

/// Every problem found in a catalog, with the sources to draw them on.
#[derive(Debug)]
pub struct Report<R = Rule> {
    /// The texts that the spans point into.
    pub sources: Sources,
    /// What was read, for the line that counts the problems: the root catalog.
    pub(crate) about: Option<String>,
    /// In the order of the sources.
    pub problems: Vec<Problem<R>>,
    /// How many more there were past [`MAX_PROBLEMS`].
    pub dropped: usize,
    /// How many a [`Baseline`](crate::baseline::Baseline) left out.
    pub known: usize,
    /// The warnings among those past [`MAX_PROBLEMS`].
    rest: Vec<Problem<R>>,
    levels: Vec<(R, Level)>,
}

impl Report {
    /// Takes a problem that was found elsewhere, at the level that the catalog gives its rule.
    pub fn push(&mut self, mut problem: Problem) {
        problem.level = level(&self.levels, problem.rule);
        if problem.level == Level::Allow {
            return;
        }
        if self.problems.len() >= MAX_PROBLEMS && (problem.level == Level::Warn || self.has_errors()) {
            self.dropped += 1;
            return;
        }
        self.problems.push(problem);
        self.problems.sort_by_key(place);
    }

    /// Every problem that was kept, also where it is not shown.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(&self.rest)
    }

    /// Leaves out what is known; others take its place where there were too many.
    pub(crate) fn leave_out(&mut self, mut is_known: impl FnMut(&Problem) -> bool) {
        self.dropped -= self.rest.len();
        let all = std::mem::take(&mut self.problems).into_iter().chain(std::mem::take(&mut self.rest));
        let (known, mut new): (Vec<Problem>, Vec<Problem>) = all.partition(|problem| is_known(problem));
        self.known += known.len();
        new.sort_by_key(|problem| (std::cmp::Reverse(problem.level), place(problem)));
        self.rest = new.split_off(new.len().min(MAX_PROBLEMS));
        self.dropped += self.rest.len();
        new.sort_by_key(place);
        self.problems = new;
    }
}

impl<R: Named> Report<R> {
    /// A report of problems that were found in several files; `about` says what was read.
    ///
    /// ```
    /// use errbook_catalog::problem::audit::Rule;
    /// use errbook_catalog::problem::{Problem, Report};
    /// use errbook_catalog::source::{Sources, Span};
    ///
    /// let mut sources = Sources::default();
    /// let source = sources.add("src/lib.rs".into(), "src/lib.rs".into(), "fn (".into());
    /// let problem = Problem::new(Rule::BrokenRust, Span { source, start: 3, end: 4 }, "this is no Rust");
    /// let text = Report::new(sources, vec![problem], "12 files".into()).render_text(false);
    /// assert!(text.starts_with("error[broken-rust]: this is no Rust\n --> src/lib.rs:1:4\n"));
    /// assert!(text.ends_with("\n1 error in 12 files\n"));
    /// ```
    pub fn new(sources: Sources, mut problems: Vec<Problem<R>>, about: String) -> Self {
        // The worst are kept where there are too many.
        problems.sort_by_key(|problem| (std::cmp::Reverse(problem.level), place(problem)));
        let dropped = problems.len().saturating_sub(MAX_PROBLEMS);
        problems.truncate(MAX_PROBLEMS);
        problems.sort_by_key(place);
        Report { sources, about: Some(about), problems, dropped, known: 0, rest: Vec::new(), levels: Vec::new() }
    }

    /// Whether the catalog was refused.
    pub fn has_errors(&self) -> bool {
        self.error_count() > 0
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many problems refuse the catalog.
    pub fn error_count(&self) -> usize {
        self.problems.iter().filter(|problem| problem.level == Level::Error).count()
    }

    /// How many do not.
    pub fn warning_count(&self) -> usize {
        self.problems.len() - self.error_count()
    }
}
