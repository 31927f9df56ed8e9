//! Diagnostics of a catalog: a [`Rule`] for each kind of mistake, and [`Problem`]s with places in
//! the text.
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
pub mod diff;
pub mod near;
mod render;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::read::secrets::Hidden;
use crate::source::{SourceId, Sources, Span};
use crate::words;
use crate::words::wrapped;

/// The file name of a baseline. The summary of a report uses it.
pub(crate) const BASELINE: &str = "errbook.baseline";

words! {
    /// How serious a problem is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Level {
        /// Do not report it.
        Allow = "allow",
        /// Report it.
        Warn = "warn",
        /// Report it, and reject the catalog.
        Error = "error",
    }
}

words! {
    /// The rules for catalogs. Errors always reject the catalog. The level of a lint can be set
    /// under `lints:`.
    ///
    /// ```
    /// use errbook_catalog::problem::Rule;
    /// assert_eq!(Rule::from_name("duplicate-id"), Some(Rule::DuplicateId));
    /// assert_eq!(Rule::from_name("dupe"), None);
    /// assert_eq!(Rule::DuplicateId.summary(), "Two errors with the same id.");
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rule: Facts {
        /// A file cannot be read.
        UnreadableFile = "unreadable-file" => error("Check the path and the permissions. Paths are relative to the root catalog's folder."),
        /// A file is not UTF-8.
        NotUtf8 = "not-utf8" => error("Save the file as UTF-8."),
        /// The YAML syntax is invalid.
        Syntax = "syntax" => error("Fix the YAML syntax here."),
        /// A catalog that exceeds a limit. The limits protect memory and time from hostile
        /// catalogs.
        TooLarge = "too-large" => error("Split the catalog, nest it less, or remove parts of it."),
        /// An anchor, alias, tag or merge key, or a line end of YAML 1.1 alone.
        UnsupportedYaml = "unsupported-yaml" => error("Write the value out. To share definitions, use `types` and `retry`."),
        /// A duplicate key in a mapping.
        DuplicateKey = "duplicate-key" => error("Remove one of the two."),
        /// A key that the format does not have.
        UnknownKey = "unknown-key" => error("Use a key of the format, or remove the key."),
        /// A required key that is missing.
        MissingKey = "missing-key" => error("Add the key."),
        /// A value of the wrong type, such as a bare `no` or `404` for text.
        WrongType = "wrong-type" => error("Write a value of the expected type. Put text in quotes."),
        /// A value of the right type that is not allowed.
        InvalidValue = "invalid-value" => error("Write an allowed value, or remove the key."),
        /// A version of the format that this errbook does not read.
        UnsupportedVersion = "unsupported-version" => error("Write `errbook: 1`, or use a newer errbook."),
        /// An invalid id, Rust name or header name.
        InvalidName = "invalid-name" => error("Use letters, digits and underscores, and start with a letter. Names of types are in PascalCase."),
        /// A status outside 200 to 599, or a repeated status.
        InvalidStatus = "invalid-status" => error("Write each status once, from 200 to 599 (RFC 9110)."),
        /// A path outside the catalog's folder, a wrong file extension, a control character in a
        /// file's name, or a pattern without a match.
        InvalidPath = "invalid-path" => error("Name a file below the root catalog's folder."),
        /// A file that is included twice, or a catalog that includes itself.
        IncludeCycle = "include-cycle" => error("Include each file once, from the root catalog."),
        /// Two errors with the same id.
        DuplicateId = "duplicate-id" => error("Give one of them another id. Errors with different statuses can share a `code`."),
        /// Two names with the same Rust name or page, or a reserved name.
        NameClash = "name-clash" => error("Choose another name."),
        /// Two errors that clients cannot tell apart on the wire.
        DuplicateCode = "duplicate-code" => error("Give one of them another code or status."),
        /// An id or code that is retired.
        RetiredId = "retired-id" => error("Choose a new one. Old clients still know the retired one."),
        /// An error without the prefix or the group that its file owns.
        OutsideOwnership = "outside-ownership" => error("Give it the prefix and the group of its file, or move it to another file."),
        /// An error with a prefix or a group that another file owns.
        OwnedElsewhere = "owned-elsewhere" => error("Move it to that file, or choose another id or group."),
        /// Two files that own the same prefix or group.
        OwnerClash = "owner-clash" => error("Remove the prefix or the group from one of them."),
        /// A group that is not under `groups`.
        UnknownGroup = "unknown-group" => error("Add it under `groups`, or use an existing group."),
        /// A retry policy that is not under `retry`.
        UnknownPolicy = "unknown-policy" => error("Add it under `retry`, or use an existing policy."),
        /// An envelope that is not under `envelopes`.
        UnknownEnvelope = "unknown-envelope" => error("Add it under `envelopes`, or use an existing envelope."),
        /// A predicate or replacement that names an unknown error.
        UnknownError = "unknown-error" => error("Use the id of an error in this catalog."),
        /// A type that is neither built in nor under `types`.
        UnknownType = "unknown-type" => error("Add it under `types`, or use a built-in type."),
        /// A type that contains itself in every value.
        TypeCycle = "type-cycle" => error("Set `optional: true` for a field, or change its type to `array<...>`, `map<...>` or `json`."),
        /// A template with a syntax error, or with a value that cannot be part of a text.
        InvalidTemplate = "invalid-template" => error("Close every brace, write `{{` and `}}` for literal braces, and use only scalars in texts."),
        /// A placeholder with an unknown name.
        UnknownPlaceholder = "unknown-placeholder" => error("Use a placeholder of the format, a detail of this error, or a field under `context`."),
        /// A placeholder whose value can be absent.
        AbsentValue = "absent-value" => error("Write `{name?}` to leave it out, or give every error the value."),
        /// A retry policy that is incomplete, or that contradicts itself or `retryable`.
        RetryConflict = "retry-conflict" => error("Remove the contradiction, or add the missing key."),
        /// An example that does not match its error.
        InvalidExample = "invalid-example" => error("Write values of the right types, for details that the error has."),
        /// An unknown lint, or an error, under `lints`.
        UnknownLint = "unknown-lint" => error("Use the name of a lint. Errors cannot be switched off."),
        /// A header whose value HTTP does not allow, or that only a server or a request can set.
        InvalidHeader = "invalid-header" => error("Use a value that HTTP allows, or remove the header."),
        /// An envelope for a 204, 205 or 304, whose response has no body.
        UnsendableBody = "unsendable-body" => error("Write `envelope: none`, or use another status."),
        /// A retry policy that reads a header or a detail that the response does not have, or that is
        /// not a time.
        UnsentWait = "unsent-wait" => error("Name a header or a detail that is a time and in the response, or remove `after`."),
        /// A key that this kind of entry cannot have.
        MisplacedKey = "misplaced-key" => error("Give the entry a status, or remove the key."),
        /// An internal error without a mask, the public error that clients receive instead.
        MissingMask = "missing-mask" => error("Add `mask`: the id of a public error with one status and no required detail."),
        /// A mask that is internal, does not have one status, or requires a detail.
        InvalidMask = "invalid-mask" => error("Name a public error with one status and no required detail."),
        /// An error under `rejections` that cannot be sent for every rejected request.
        InvalidRejection = "invalid-rejection" => error("Name a public error that has a status of the same class and no required detail."),
        /// A replacement that is deprecated, or that leads back to the entry.
        ReplacementCycle = "replacement-cycle" => error("Name an error that is not deprecated."),

        /// An error without a `fix`.
        MissingFix = "missing-fix" => warn("Say what the reader should do about it."),
        /// An error with neither a `description` nor a `cause`.
        MissingDescription = "missing-description" => warn("Say what the error means, or when it occurs."),
        /// An error that does not say whether it is retryable.
        MissingRetryable = "missing-retryable" => off("Write `retryable` or `retry`, here or in the defaults."),
        /// An error whose `fix` says to retry, and that is not retryable.
        RetryOnlyInFix = "retry-only-in-fix" => warn("Add `retryable: true` or a `retry` policy, or remove the advice."),
        /// A retryable 4xx other than 408, 409, 423, 425 and 429. The same request fails again.
        RetryableClientError = "retryable-client-error" => warn("Remove `retryable`, or allow the lint and say why in a comment."),
        /// A 429 or 503 without a retry time.
        NoRetryTime = "no-retry-time" => warn("Add a `Retry-After` header or a `retry` policy."),
        /// A 401 without `WWW-Authenticate`, which RFC 9110 section 15.5.2 requires.
        MissingWwwAuthenticate = "missing-www-authenticate" => warn("Add the header, with the authentication scheme of the API."),
        /// A 407 without `Proxy-Authenticate`, which RFC 9110 section 15.5.8 requires.
        MissingProxyAuthenticate = "missing-proxy-authenticate" => warn("Add the header, with the authentication scheme of the proxy."),
        /// A 426 without `Upgrade`, which RFC 9110 section 15.5.22 requires.
        MissingUpgrade = "missing-upgrade" => warn("Add the header, with the protocol to use."),
        /// A 405 without `Allow`, which RFC 9110 section 15.5.6 requires.
        MissingAllow = "missing-allow" => warn("Add the header, with the methods of the resource."),
        /// A rejection that gets another status, although an error could answer it with its own.
        RejectionStatus = "rejection-status" => warn("Name the error for this status under `rejections`."),
        /// A message that starts or ends unlike most others.
        MessageStyle = "message-style" => warn("Start and end it like the others."),
        /// A detail that no message, header, body or retry policy uses.
        UnusedDetail = "unused-detail" => warn("Use it, or remove it."),
        /// A `doc_url`, of the API or of an error, that does not end in the name of the generated
        /// page.
        DocUrlMismatch = "doc-url-mismatch" => warn("End it in the name of the page, as `{slug}` does."),
        /// A link to a page that the reference does not have, in a `doc_url` or a text.
        DeadDocUrl = "dead-doc-url" => warn("Link to an existing page: the slug of an error or of a retired id."),
        /// An id whose style differs from most others.
        IdStyle = "id-style" => warn("Write it in the style of the others."),
        /// A detail or context field without an example.
        MissingExample = "missing-example" => warn("Add an `example`, which the reference shows."),
        /// Two messages that are nearly the same.
        SimilarMessages = "similar-messages" => warn("Say how the two differ, or merge them into one error."),
        /// A code or id that looks like another one, or a code with white space at an end, an
        /// invisible character, or a letter that Unicode writes in two ways.
        SimilarCodes = "similar-codes" => warn("Write the code in visible Latin letters, and make it differ by more than case."),
        /// An integer past 2^53 in a code, an example or a body. JavaScript rounds it.
        UnsafeInteger = "unsafe-integer" => warn("Use a smaller integer, or send it as text."),
        /// An unused group, retry policy, envelope or type.
        UnusedDefinition = "unused-definition" => warn("Use it, or remove it."),
        /// A breaking change since the release in `errbook.lock` that `api.version` does not allow.
        BrokenPromise = "broken-promise" => warn("Revert the change, or set `api.version` to a version that allows breaking changes."),
        /// An entry of `diff.accept` that has ended.
        StaleAccept = "stale-accept" => warn("Remove the entry, or give it a later `until`."),
        /// A line of `errbook.baseline` without a finding.
        StaleBaseline = "stale-baseline" => warn("Remove the line, or run `errbook check --write-baseline`."),
    }
}

/// The properties of a rule.
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

/// A lint that a catalog switches on.
const fn off(remedy: &'static str) -> Facts {
    Facts { is_lint: true, level: Level::Allow, remedy }
}

impl Rule {
    /// How to fix it, in a sentence.
    pub const fn remedy(self) -> &'static str {
        self.facts().remedy
    }

    /// The default level.
    pub const fn default_level(self) -> Level {
        self.facts().level
    }

    /// Whether `lints:` may set the level.
    pub const fn is_lint(self) -> bool {
        self.facts().is_lint
    }
}

/// The reference of all rules, in markdown.
///
/// ```
/// let page = errbook_catalog::problem::rules_page();
/// assert!(page.contains("### `duplicate-id`"));
/// assert!(page.ends_with('\n'));
/// ```
pub fn rules_page() -> String {
    let mut page = RULES_INTRODUCTION.to_owned();
    let (errors, lints): (Vec<Rule>, Vec<Rule>) = Rule::ALL.iter().partition(|rule| !rule.is_lint());
    page.push_str("| error | finds |\n|---|---|\n");
    for rule in &errors {
        let _ = writeln!(page, "| [`{rule}`](#{rule}) | {} |", rule.summary());
    }
    rule_sections(&mut page, &errors);
    page.push_str(LINTS_INTRODUCTION);
    page.push_str("| lint | default | finds |\n|---|---|---|\n");
    for rule in &lints {
        let _ = writeln!(page, "| [`{rule}`](#{rule}) | {} | {} |", rule.default_level().name(), rule.summary());
    }
    rule_sections(&mut page, &lints);
    page
}

fn rule_sections(page: &mut String, rules: &[Rule]) {
    for rule in rules {
        let _ = write!(page, "\n### `{rule}`\n\n{}\n\n{}\n", wrapped(rule.summary()), wrapped(rule.remedy()));
    }
}

const RULES_INTRODUCTION: &str = "\
<!-- Generated from the table in catalog/src/problem.rs: change it there. -->
# Rules

A report shows the rule of each problem in brackets:

```text
error[unknown-key]: an error has no key `statsu`
 --> errors.yaml:5:14
```

One run reports all errors of a catalog. If there are none, it reports all findings of lints. A
syntax error ends the run. errbook generates nothing from a catalog with an error.

## Errors

errbook rejects a catalog with an error. Errors cannot be switched off.

";

const LINTS_INTRODUCTION: &str = "
## Lints

Findings of lints do not make a catalog invalid, unless their level is `error`. Set the level of a
lint to `allow`, `warn` or `error`:

```yaml
lints: {missing-fix: error, message-style: allow}
```

";

/// A rule in a report. The rules of `check` and of `audit` have the same form.
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
    /// How to fix it, in a sentence.
    fn remedy(self) -> &'static str;
    /// The default level.
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
    /// The rule.
    pub rule: R,
    /// The level, after `lints:` is applied.
    pub level: Level,
    /// The problem, in one sentence without a full stop: "two errors have the id `NOT_FOUND`".
    pub message: String,
    /// The place; `None` for a problem without a text.
    pub span: Option<Span>,
    /// A label at the place.
    pub label: Option<String>,
    /// Related places, each with a label.
    pub related: Vec<(Span, String)>,
    /// A help line instead of the rule's remedy: "did you mean `auth`?"
    pub help: Option<String>,
    /// A replacement that fixes the problem.
    pub suggestion: Option<(Span, String)>,
}

impl<R: Named> Problem<R> {
    /// A problem of a rule, at its default level.
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

    /// A problem without a place, such as a file that cannot be read.
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

    /// Sets the label at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a related place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Sets the help line.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the help line and the suggestion "did you mean", if there is a similar name.
    #[must_use]
    pub fn did_you_mean(mut self, span: Span, near: Option<&str>) -> Self {
        if let Some(near) = near {
            self.help = Some(format!("did you mean `{near}`?"));
            self.suggestion = Some((span, near.to_owned()));
        }
        self
    }
}

/// The maximum number of problems in a report. Further problems are only counted, so that a broken
/// generator does not fill a terminal.
pub const MAX_PROBLEMS: usize = 200;

/// Collects the problems of all stages. Call [`Problems::gate`] between stages: a stage relies on
/// the checks of the earlier ones.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    /// Warnings past [`MAX_PROBLEMS`]. They are shown if a baseline leaves out others.
    rest: Vec<Problem>,
    dropped: Counts,
    levels: Vec<(Rule, Level)>,
    /// The number of searches for a similar name.
    searches: Cell<usize>,
}

/// The number of problems of each rule.
type Counts = BTreeMap<&'static str, usize>;

/// The catalog was rejected. The next stages do not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl Problems {
    /// Sets the level of a lint for the problems that follow.
    pub fn set_level(&mut self, rule: Rule, level: Level) {
        self.levels.push((rule, level));
    }

    /// The level of a rule.
    pub fn level(&self, rule: Rule) -> Level {
        level(&self.levels, rule)
    }

    /// Adds a problem, at the level of its rule in the catalog.
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
            *self.dropped.entry(problem.rule.name()).or_default() += 1;
        } else {
            self.found.push(problem);
        }
    }

    /// The name that is most similar to `word`: see [`nearest`](near::nearest). Only the first
    /// [`MAX_PROBLEMS`] searches look at the names, so that unknown names need linear time. Later
    /// problems are not shown.
    pub fn nearest<'n, N>(&self, word: &str, names: impl FnOnce() -> N) -> Option<&'n str>
    where
        N: IntoIterator<Item = &'n str>,
    {
        let earlier = self.searches.get();
        if earlier == MAX_PROBLEMS {
            return None;
        }
        self.searches.set(earlier + 1);
        near::nearest(word, names())
    }

    /// Whether there are errors so far.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|problem| problem.level == Level::Error)
    }

    /// Fails if there are errors so far.
    pub fn gate(&self) -> Result<(), Refused> {
        if self.has_errors() { Err(Refused) } else { Ok(()) }
    }

    /// The report of all problems, in the order of the sources.
    pub fn into_report(mut self, sources: Sources) -> Report {
        self.found.sort_by_key(place);
        let Problems { found: problems, rest, dropped, levels, searches: _ } = self;
        let about = sources.root().map(|root| root.name.clone());
        let mut report = Report { sources, about, problems, dropped, known: 0, rest, levels };
        report.hide_secrets();
        report
    }
}

impl Report {
    /// Removes the examples of sensitive fields.
    fn hide_secrets(&mut self) {
        if self.problems.is_empty() {
            return;
        }
        let texts: Vec<&str> = self.sources.iter().map(|(_, source)| source.text.as_str()).collect();
        let hidden = Hidden::of(&texts);
        self.sources.mask(|source, text| hidden.masked(source.index(), text));
        for problem in self.problems.iter_mut().chain(&mut self.rest) {
            let related = problem.related.iter().map(|(span, _)| *span);
            if problem.span.into_iter().chain(related).any(|span| hidden.overlaps(span)) {
                problem.message = hidden.scrubbed(&problem.message);
                let words = [&mut problem.label, &mut problem.help].into_iter().flatten();
                for text in words.chain(problem.related.iter_mut().map(|(_, label)| label)) {
                    *text = hidden.scrubbed(text);
                }
                problem.suggestion = None;
            }
        }
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

/// The problems of a catalog, with the sources that they refer to.
#[derive(Debug)]
pub struct Report<R = Rule> {
    /// The texts that the spans point into.
    pub sources: Sources,
    /// The subject of the summary line: the root catalog.
    pub(crate) about: Option<String>,
    /// The problems, in the order of the sources.
    pub problems: Vec<Problem<R>>,
    /// The number of problems that a [`Baseline`](crate::baseline::Baseline) leaves out.
    pub known: usize,
    /// The warnings past [`MAX_PROBLEMS`].
    rest: Vec<Problem<R>>,
    /// The other problems past [`MAX_PROBLEMS`].
    dropped: Counts,
    levels: Vec<(R, Level)>,
}

impl Report {
    /// Adds a problem from another check, at the level of its rule in the catalog.
    pub fn push(&mut self, mut problem: Problem) {
        problem.level = level(&self.levels, problem.rule);
        if problem.level == Level::Allow {
            return;
        }
        if self.problems.len() >= MAX_PROBLEMS && (problem.level == Level::Warn || self.has_errors()) {
            *self.dropped.entry(problem.rule.name()).or_default() += 1;
            return;
        }
        self.problems.push(problem);
        self.problems.sort_by_key(place);
    }

    /// Every problem, including the hidden warnings.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(&self.rest)
    }

    /// Leaves out known problems. Hidden warnings move up.
    pub(crate) fn leave_out(&mut self, mut is_known: impl FnMut(&Problem) -> bool) {
        let all = std::mem::take(&mut self.problems).into_iter().chain(std::mem::take(&mut self.rest));
        let (known, mut new): (Vec<Problem>, Vec<Problem>) = all.partition(|problem| is_known(problem));
        self.known += known.len();
        new.sort_by_key(|problem| (std::cmp::Reverse(problem.level), place(problem)));
        self.rest = new.split_off(new.len().min(MAX_PROBLEMS));
        new.sort_by_key(place);
        self.problems = new;
    }
}

impl<R: Named> Report<R> {
    /// A report of problems in several files. `about` is the subject of the summary line.
    ///
    /// ```
    /// use errbook_catalog::problem::audit::Rule;
    /// use errbook_catalog::problem::{Problem, Report};
    /// use errbook_catalog::source::{Sources, Span};
    ///
    /// let mut sources = Sources::default();
    /// let source = sources.add("src/lib.rs".into(), "src/lib.rs".into(), "fn (".into());
    /// let problem = Problem::new(Rule::BrokenRust, Span { source, start: 3, end: 4 }, "invalid Rust");
    /// let text = Report::new(sources, vec![problem], "12 files".into()).render_text(false);
    /// assert!(text.starts_with("error[broken-rust]: invalid Rust\n --> src/lib.rs:1:4\n"));
    /// assert!(text.ends_with("\n1 error in 12 files\n"));
    /// ```
    pub fn new(sources: Sources, mut problems: Vec<Problem<R>>, about: String) -> Self {
        // If there are too many, keep the most serious ones.
        problems.sort_by_key(|problem| (std::cmp::Reverse(problem.level), place(problem)));
        let rest = problems.split_off(problems.len().min(MAX_PROBLEMS));
        problems.sort_by_key(place);
        Report { sources, about: Some(about), problems, known: 0, rest, dropped: Counts::new(), levels: Vec::new() }
    }

    /// The number of problems past [`MAX_PROBLEMS`], for each rule that has any.
    ///
    /// ```
    /// let errors: String = (0..230).map(|number| format!("  E{number}: {{status: 400, fix: F.}}\n")).collect();
    /// let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n{errors}");
    /// let report = errbook_catalog::load_text("errors.yaml", text.as_bytes()).report;
    /// assert_eq!(report.dropped().into_iter().collect::<Vec<_>>(), [("missing-description", 30)]);
    /// ```
    pub fn dropped(&self) -> BTreeMap<&'static str, usize> {
        let mut dropped = self.dropped.clone();
        for problem in &self.rest {
            *dropped.entry(problem.rule.name()).or_default() += 1;
        }
        dropped
    }

    /// Whether the catalog is rejected.
    pub fn has_errors(&self) -> bool {
        self.error_count() > 0
    }

    /// Whether there are no problems.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// The subject: the root catalog, or the files that were compared.
    pub fn about(&self) -> &str {
        self.about.as_deref().unwrap_or_default()
    }

    /// The number of errors.
    pub fn error_count(&self) -> usize {
        self.problems.iter().filter(|problem| problem.level == Level::Error).count()
    }

    /// The number of warnings.
    pub fn warning_count(&self) -> usize {
        self.problems.len() - self.error_count()
    }
}
