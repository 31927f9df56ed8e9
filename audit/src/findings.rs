//! Compares the code with the catalogs, and reports the findings.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use errbook_catalog::disk::{Root, in_real_folder};
use errbook_catalog::model::name::Name;
use errbook_catalog::model::{Allowance, Catalog, Code, ErrorDef, Helper, Kind};
use errbook_catalog::problem::audit::Rule;
use errbook_catalog::problem::near::nearest;
use errbook_catalog::problem::{Problem, Report};
use errbook_catalog::source::{Sources, Span};
use errbook_catalog::words::counted;

use super::find::{PAGE, Package};
use super::names::{Names, Target};
use super::read::Call;
use super::response::{ByHand, What};
use super::{CatalogFile, Other, OtherFile, RustFile, World};
use errbook_schema::openapi::{self, Document};

/// The text that contains a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    /// A catalog's file: the index of the catalog, and the name of the file in its sources.
    Catalog(usize, String),
    /// A Rust file, by its index.
    Rust(usize),
    /// A page or document, by its index.
    Other(usize),
}

/// A range of bytes in a text.
pub(super) type At = (Of, Range<usize>);

/// A finding at a place.
#[derive(Debug)]
pub(super) struct Finding {
    rule: Rule,
    message: String,
    at: At,
    label: Option<String>,
    related: Vec<(At, String)>,
    help: Option<String>,
    /// The catalogs that may allow it, and the error that it concerns.
    catalogs: BTreeSet<usize>,
    id: Option<String>,
    /// Other places in a Rust file that an allowing comment may precede.
    begins: Vec<usize>,
}

impl Finding {
    pub(super) fn new(rule: Rule, at: At, message: String) -> Self {
        Finding {
            rule,
            message,
            at,
            label: None,
            related: Vec::new(),
            help: None,
            catalogs: BTreeSet::new(),
            id: None,
            begins: Vec::new(),
        }
    }
}

pub(super) fn findings(world: &World, packages: &[Package], names: &Names<'_>) -> Report<Rule> {
    let mut comparison = Comparison::new(world, packages, names);
    comparison.broken();
    comparison.constructed();
    comparison.helpers();
    comparison.never_constructed();
    comparison.by_hand();
    comparison.others();
    comparison.comments();
    comparison.allowances();
    comparison.report()
}

/// The places that construct an error.
#[derive(Debug, Default)]
struct Uses<'a> {
    in_code: bool,
    /// Whether an unresolved path may construct it.
    perhaps: bool,
    in_tests: Option<At>,
    /// Whether a hand-written enum has a variant for it.
    is_covered: bool,
    /// A derive of that enum that makes the variant from data.
    from_data: Option<&'a str>,
    /// Whether a call of a helper under `audit.legacy` sends it.
    by_helper: bool,
}

impl Uses<'_> {
    fn is_used(&self) -> bool {
        self.in_code || self.by_helper
    }
}

struct Comparison<'a> {
    world: &'a World,
    packages: &'a [Package],
    names: &'a Names<'a>,
    /// The uses of each error of each catalog.
    uses: Vec<Vec<Uses<'a>>>,
    /// The catalogs whose errors a package constructs.
    answering: HashSet<(usize, usize)>,
    findings: Vec<Finding>,
    /// The comments and allowances that matched a finding.
    used_comments: HashSet<(usize, usize)>,
    used_allowances: HashSet<(usize, usize)>,
    /// The helpers of each catalog that the code calls.
    called: HashSet<(usize, usize)>,
}

impl<'a> Comparison<'a> {
    fn new(world: &'a World, packages: &'a [Package], names: &'a Names<'a>) -> Self {
        let uses = |catalog: &CatalogFile| catalog.catalog.errors.iter().map(|_| Uses::default()).collect();
        Comparison {
            world,
            packages,
            names,
            uses: world.catalogs.iter().map(uses).collect(),
            answering: HashSet::new(),
            findings: Vec::new(),
            used_comments: HashSet::new(),
            used_allowances: HashSet::new(),
            called: HashSet::new(),
        }
    }

    /// Reports unreadable files and catalogs.
    fn broken(&mut self) {
        for (index, file) in self.world.files.iter().enumerate() {
            if let Some((place, message)) = &file.file.broken {
                let at = (Of::Rust(index), place.clone());
                self.findings.push(Finding::new(Rule::BrokenRust, at, format!("invalid Rust: {message}")));
            }
        }
        // Tests name missing catalogs on purpose.
        for (index, place, message) in self.world.broken.iter().filter(|(index, ..)| !self.world.files[*index].is_test)
        {
            let at = (Of::Rust(*index), place.clone());
            self.findings.push(Finding::new(Rule::BrokenCatalog, at, message.clone()));
        }
    }

    // ---- constructed errors ----

    /// Marks every error that an expression names, or that implicit code constructs.
    fn constructed(&mut self) {
        let (world, names) = (self.world, self.names);
        for (file, derived) in &names.derived {
            for variant in &derived.variants {
                let at = (Of::Rust(*file), derived.place.clone());
                for (catalog, error) in self.errors_of(*file, &derived.catalog, &variant.name, variant.id.as_deref()) {
                    self.uses[catalog][error].is_covered = true;
                    self.uses[catalog][error].from_data = derived.from_data.as_deref();
                    if variant.is_converted {
                        self.mark(*file, catalog, error, &at, derived.is_test);
                    }
                }
            }
        }
        let (known, selectors) = (self.known_names(), self.selectors());
        let completing: HashSet<&str> =
            world.files.iter().flat_map(|file| &file.file.completing).map(String::as_str).collect();
        for (index, file) in world.files.iter().enumerate() {
            for mention in &file.file.mentions {
                let Some((name, of)) = mention.path.split_last() else { continue };
                let at = (Of::Rust(index), mention.place.clone());
                for (catalog, error) in selectors.get(name.as_str()).into_iter().flatten() {
                    self.mark(index, *catalog, *error, &at, mention.is_test);
                }
                if let Some(by) = &mention.completed_by {
                    if known.contains(name.as_str()) && completing.contains(by.as_str()) && !mention.is_test {
                        for (catalog, error) in self.meant(&Target::Unknown, name) {
                            self.uses[catalog][error].perhaps = true;
                        }
                    }
                    continue;
                }
                let module = file.modules[mention.module];
                // The builder of an error: `OutOfStockBuilder::new`.
                let built = of.last().filter(|_| name == "new").and_then(|name| name.strip_suffix("Builder"));
                let (name, targets) = match of.split_last() {
                    Some((builder, _)) if built.is_some_and(|error| known.contains(error)) => {
                        (builder, names.resolve(module, of))
                    }
                    _ if !known.contains(name.as_str()) => continue,
                    None => (name, names.resolve(module, &mention.path)),
                    Some(_) => (name, names.resolve(module, of)),
                };
                for target in targets {
                    let (of, name) = match target {
                        Target::Variant(of, name) => (*of, name),
                        other => (other, name.clone()),
                    };
                    for (catalog, error) in self.meant(&of, &name) {
                        if of == Target::Unknown {
                            self.uses[catalog][error].perhaps |= mention.path.len() > 1 || mention.in_macro;
                        } else {
                            self.mark(index, catalog, error, &at, mention.is_test);
                        }
                    }
                }
            }
        }
    }

    /// Every name that could construct an error.
    fn known_names(&self) -> HashSet<&'a str> {
        let names = |catalog: &'a CatalogFile| {
            let Catalog { errors, retired, .. } = &catalog.catalog;
            errors.iter().map(|error| &error.name).chain(retired.iter().map(|retired| &retired.name))
        };
        let generated = self.world.catalogs.iter().flat_map(names);
        let generated = generated.flat_map(|name| [name.variant.as_str(), name.function.as_str()]);
        let derived = self.names.derived.iter().flat_map(|(_, derived)| &derived.variants);
        generated.chain(derived.map(|variant| variant.name.as_str())).collect()
    }

    /// The context selectors of enums that derive `Snafu`, by their names.
    fn selectors(&self) -> HashMap<&'a str, Vec<(usize, usize)>> {
        let mut selectors: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
        for (file, derived) in &self.names.derived {
            for variant in &derived.variants {
                if let Some(selector) = &variant.selector {
                    let errors = self.errors_of(*file, &derived.catalog, &variant.name, variant.id.as_deref());
                    selectors.entry(selector).or_default().extend(errors);
                }
            }
        }
        selectors
    }

    /// The errors that a variant or constructor constructs.
    fn meant(&self, of: &Target, name: &str) -> Vec<(usize, usize)> {
        let in_catalog = |catalog: usize| {
            let Catalog { errors, retired, .. } = &self.world.catalogs[catalog].catalog;
            let is = |of: &Name| of.variant == name || of.function == name;
            let error = errors.iter().position(|error| is(&error.name));
            // The Rust alias of a retired error constructs its replacement.
            let alias = || retired.iter().find(|retired| retired.rust.is_some() && is(&retired.name))?.replacement;
            error.or_else(alias).map(|error| (catalog, error))
        };
        match of {
            Target::Generated(catalog) => in_catalog(*catalog).into_iter().collect(),
            Target::Derived(index) => {
                let (file, derived) = &self.names.derived[*index];
                let variant = derived.variants.iter().find(|variant| variant.name == name);
                let errors = |variant: &super::read::DerivedVariant| {
                    self.errors_of(*file, &derived.catalog, &variant.name, variant.id.as_deref())
                };
                variant.map(errors).unwrap_or_default()
            }
            // Unresolved: every candidate counts, to avoid a false finding.
            Target::Unknown => {
                let derived = (0..self.names.derived.len()).map(Target::Derived);
                let catalogs = (0..self.world.catalogs.len()).filter_map(in_catalog);
                catalogs.chain(derived.flat_map(|of| self.meant(&of, name))).collect()
            }
            Target::Module(_) | Target::Variant(..) | Target::Elsewhere => Vec::new(),
        }
    }

    /// The catalog error of a hand-written variant.
    fn errors_of(&self, file: usize, catalog: &str, variant: &str, id: Option<&str>) -> Vec<(usize, usize)> {
        let file = &self.world.files[file];
        let path = super::find::tidy(&self.packages[file.package].folder.join(catalog));
        let mut catalogs = file.names.iter().copied().filter(|index| self.world.catalogs[*index].path == path);
        // The same catalog may have two paths if a link leads to it.
        let catalog = catalogs.next().or_else(|| file.names.iter().copied().next().filter(|_| file.names.len() == 1));
        let Some(catalog) = catalog else { return Vec::new() };
        let errors = &self.world.catalogs[catalog].catalog.errors;
        let is = |error: &ErrorDef| id.map_or(error.name.variant == variant, |id| error.name.id == id);
        errors.iter().position(is).map(|error| (catalog, error)).into_iter().collect()
    }

    fn mark(&mut self, file: usize, catalog: usize, error: usize, at: &At, is_test: bool) {
        let uses = &mut self.uses[catalog][error];
        if is_test || self.world.files[file].is_test {
            uses.in_tests.get_or_insert_with(|| at.clone());
        } else {
            uses.in_code = true;
            self.answering.insert((self.world.files[file].package, catalog));
        }
    }

    /// Marks the errors whose codes the code gives to the helpers under `audit.legacy`.
    fn helpers(&mut self) {
        let (world, called) = (self.world, self.legacy_calls());
        for (file, call, catalogs) in called {
            for catalog in catalogs {
                let CatalogFile { catalog: Catalog { errors, audit, .. }, .. } = &world.catalogs[catalog];
                let is_called =
                    |(at, helper): (usize, &Helper)| is_call_of(&call.path, helper).then_some((catalog, at));
                self.called.extend(audit.legacy.iter().enumerate().filter_map(is_called));
                for (error, _) in errors.iter().enumerate().filter(|(_, error)| sends(error, call)) {
                    let uses = &mut self.uses[catalog][error];
                    if call.is_test || world.files[file].is_test {
                        let at = || (Of::Rust(file), call.literals[0].1.clone());
                        uses.in_tests.get_or_insert_with(at);
                    } else {
                        uses.by_helper = true;
                        self.answering.insert((world.files[file].package, catalog));
                    }
                }
            }
        }
    }

    /// The calls of helpers: the file, the call, and the catalogs that name the helper. A package
    /// without a catalog may use any of them.
    fn legacy_calls(&self) -> Vec<(usize, &'a Call, BTreeSet<usize>)> {
        let world = self.world;
        let all: BTreeSet<usize> = (0..world.catalogs.len()).collect();
        let mut calls = Vec::new();
        if world.catalogs.iter().all(|file| file.catalog.audit.legacy.is_empty()) {
            return calls;
        }
        for (index, file) in world.files.iter().enumerate() {
            let own = self.catalogs_of(file.package);
            let catalogs = if own.is_empty() { &all } else { &own };
            for call in &file.file.calls {
                let names = |catalog: &&usize| {
                    let legacy = &world.catalogs[**catalog].catalog.audit.legacy;
                    legacy.iter().any(|helper| is_call_of(&call.path, helper))
                };
                let naming: BTreeSet<usize> = catalogs.iter().filter(names).copied().collect();
                if !naming.is_empty() {
                    calls.push((index, call, naming));
                }
            }
        }
        calls
    }

    fn never_constructed(&mut self) {
        for (index, file) in self.world.catalogs.iter().enumerate() {
            let uses = &self.uses[index];
            // A catalog without any constructed error belongs to a client.
            if !uses.iter().any(Uses::is_used) {
                continue;
            }
            let has_enums = uses.iter().any(|uses| uses.is_covered);
            let rejections: BTreeSet<usize> = file.catalog.rejections.iter().map(|rejection| rejection.error).collect();
            for ((at, error), uses) in file.catalog.errors.iter().enumerate().zip(uses) {
                // Generated code constructs the errors under `rejections`.
                let is_constructed = uses.is_used() || rejections.contains(&at);
                if is_constructed || uses.perhaps || error.kind() == Kind::Symptom {
                    continue;
                }
                let id = &error.name.id;
                let (rule, mut message) = if has_enums && !uses.is_covered {
                    let message = format!("no enum has a variant for `{id}`, and no code constructs the generated one");
                    (Rule::NotCovered, message)
                } else {
                    (Rule::NeverConstructed, format!("no code constructs `{id}`"))
                };
                if uses.in_tests.is_some() {
                    message = format!("only tests construct `{id}`");
                }
                let mut finding = Finding::new(rule, place_of(index, file, error), message);
                finding.related.extend(uses.in_tests.clone().map(|at| (at, "here, in a test".to_owned())));
                finding.help = uses.from_data.map(|derive| {
                    format!(
                        "the derive `{derive}` does not count: allow the finding if the code makes the error from data"
                    )
                });
                finding.catalogs.insert(index);
                finding.id = Some(id.clone());
                self.findings.push(finding);
            }
        }
    }

    // ---- hand-written responses ----

    fn by_hand(&mut self) {
        let mut calls: HashMap<usize, Vec<&Call>> = HashMap::new();
        for (file, call, _) in self.legacy_calls() {
            calls.entry(file).or_default().push(call);
        }
        let of_packages: Vec<BTreeSet<usize>> =
            (0..self.packages.len()).map(|package| self.catalogs_of(package)).collect();
        let codes: Vec<Codes> = of_packages.iter().map(|catalogs| Codes::of(self.world, catalogs)).collect();
        for (index, file) in self.world.files.iter().enumerate() {
            let (catalogs, codes) = (&of_packages[file.package], &codes[file.package]);
            if file.is_test || catalogs.is_empty() {
                continue;
            }
            let answers = self.answering.iter().any(|(package, _)| *package == file.package);
            let first = self.findings.len();
            let by_hand = file.file.by_hand.iter().filter(|by_hand| !by_hand.is_test);
            let by_hand =
                by_hand.map(|by_hand| (codes.rule_of(&by_hand.what, answers), &by_hand.place, by_hand.begins));
            let calls = calls.get(&index).into_iter().flatten().filter(|call| !call.is_test);
            let calls = calls.map(|call| {
                let (verdict, place) = codes.rule_of_call(call);
                (verdict, place, call.begins)
            });
            for (verdict, place, begins) in by_hand.chain(calls) {
                let Some((rule, message, id, help)) = verdict else { continue };
                let at = (Of::Rust(index), place.clone());
                // A call of a helper can be in a field that is read as a code itself.
                if self.findings[first..].iter().any(|finding| finding.at == at) {
                    continue;
                }
                let mut finding = Finding::new(rule, at, message);
                finding.catalogs.clone_from(catalogs);
                finding.begins = begins.to_vec();
                if let Some((catalog, error)) = id {
                    let file = &self.world.catalogs[catalog];
                    let error = &file.catalog.errors[error];
                    finding.id = Some(error.name.id.clone());
                    finding.related.push((place_of(catalog, file, error), "defined here".to_owned()));
                }
                finding.help = help;
                self.findings.push(finding);
            }
            // A response with a reported code is not reported again.
            let found: Vec<Range<usize>> = self.findings[first..]
                .iter()
                .filter(|finding| finding.rule != Rule::HandWrittenResponse)
                .map(|finding| finding.at.1.clone())
                .collect();
            let is_told = |by_hand: &ByHand| match &by_hand.what {
                What::Response(range) => found.iter().any(|code| range.contains(&code.start)),
                _ => false,
            };
            let told: Vec<&Range<usize>> =
                file.file.by_hand.iter().filter(|by_hand| is_told(by_hand)).map(|by_hand| &by_hand.place).collect();
            let mut at = 0;
            self.findings.retain(|finding| {
                at += 1;
                at <= first || finding.rule != Rule::HandWrittenResponse || !told.contains(&&finding.at.1)
            });
        }
    }

    /// The catalogs that a package uses: its own, and those of its dependencies.
    fn catalogs_of(&self, package: usize) -> BTreeSet<usize> {
        let mut catalogs = BTreeSet::new();
        for file in &self.world.files {
            let other = file.package;
            if !file.names.is_empty() && (other == package || self.packages[package].depends_on(&self.packages[other]))
            {
                catalogs.extend(&file.names);
            }
        }
        catalogs.extend(self.answering.iter().filter(|(of, _)| *of == package).map(|(_, catalog)| *catalog));
        catalogs
    }

    // ---- pages and documents ----

    fn others(&mut self) {
        let world = self.world;
        for (index, file) in world.others.iter().enumerate() {
            match file.what {
                Other::Page => self.page(index, file),
                Other::Document(catalog, is_own) => {
                    for (place, message) in openapi::strays(&world.catalogs[catalog].catalog, &document(file), is_own) {
                        let at = (Of::Other(index), place);
                        let mut finding = Finding::new(Rule::ResponseWithoutError, at, message);
                        finding.catalogs.insert(catalog);
                        self.findings.push(finding);
                    }
                }
            }
        }
    }

    /// Reports a page that belongs to no error of the catalogs with its API's name.
    fn page(&mut self, index: usize, file: &OtherFile) {
        let Some(at) = file.text.find(PAGE) else { return };
        let rest = &file.text[at + PAGE.len()..];
        let is_of = |catalog: &CatalogFile| {
            let after = rest.strip_prefix(catalog.catalog.api.name.as_str());
            after.is_some_and(|after| after.starts_with([',', '.']))
        };
        let catalogs = self.world.catalogs.iter().enumerate().filter(|(_, catalog)| is_of(catalog));
        let catalogs: BTreeSet<usize> = catalogs.map(|(index, _)| index).collect();
        let name = file.path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let has_page = |catalog: &usize| {
            let catalog = &self.world.catalogs[*catalog].catalog;
            let mut public = catalog.errors.iter().filter(|error| error.is_public());
            name == "index"
                || public.any(|error| error.name.slug == name)
                || catalog.retired.iter().any(|retired| retired.name.slug == name)
        };
        if catalogs.is_empty() || catalogs.iter().any(has_page) {
            return;
        }
        let end = file.text[at..].find('\n').map_or(file.text.len(), |end| at + end);
        let api = &self.world.catalogs[*catalogs.first().expect("one of them")].catalog.api.name;
        let message = format!("page `{name}` belongs to no public error of {api}");
        let mut finding = Finding::new(Rule::PageWithoutError, (Of::Other(index), at..end), message);
        finding.catalogs = catalogs;
        self.findings.push(finding);
    }

    // ---- allowances ----

    /// Removes the findings that a comment allows, and reports invalid and unused comments.
    fn comments(&mut self) {
        let world = self.world;
        let mut used = HashSet::new();
        self.findings.retain(|finding| {
            let Of::Rust(index) = &finding.at.0 else { return true };
            let RustFile { file, .. } = &world.files[*index];
            let line = |at: usize| file.text[..at.min(file.text.len())].matches('\n').count();
            let lines: Vec<usize> = finding.begins.iter().chain([&finding.at.1.start]).map(|at| line(*at)).collect();
            let speaks = |comment: &super::comments::Comment| {
                !comment.reason.is_empty()
                    && comment.rules.iter().any(|rule| rule == finding.rule.name())
                    && lines.contains(&line(comment.line))
            };
            let comment = file.comments.iter().position(speaks);
            used.extend(comment.map(|comment| (*index, comment)));
            comment.is_none() || finding.begins.is_empty()
        });
        self.used_comments = used;
        for (index, file) in world.files.iter().enumerate() {
            for (at, comment) in file.file.comments.iter().enumerate() {
                let place = (Of::Rust(index), comment.place.clone());
                let unknown = comment.rules.iter().find(|rule| Rule::from_name(rule).is_none());
                let mut finding = if let Some(unknown) = unknown {
                    let message = format!("unknown rule `{unknown}`");
                    let mut finding = Finding::new(Rule::InvalidAllow, place, message);
                    let near = nearest(unknown, Rule::ALL.iter().map(|rule| rule.name()));
                    finding.help = near.map(|near| format!("did you mean `{near}`?"));
                    finding
                } else if comment.rules.is_empty() {
                    Finding::new(Rule::InvalidAllow, place, "the allowance names no rule".to_owned())
                } else if comment.reason.is_empty() {
                    Finding::new(Rule::InvalidAllow, place, "the allowance has no reason".to_owned())
                } else if !self.used_comments.contains(&(index, at)) {
                    let message = format!("no finding of `{}` here", comment.rules.join("` or `"));
                    Finding::new(Rule::UnusedAllow, place, message)
                } else {
                    continue;
                };
                finding.catalogs.extend(&file.names);
                self.findings.push(finding);
            }
        }
    }

    /// Removes the findings that a catalog allows, and reports unused entries.
    fn allowances(&mut self) {
        let world = self.world;
        let mut used = HashSet::new();
        self.findings.retain(|finding| {
            let mut is_allowed = false;
            for catalog in &finding.catalogs {
                for (at, allowance) in world.catalogs[*catalog].catalog.audit.allow.iter().enumerate() {
                    if world.is_allowed(finding, *catalog, allowance) {
                        used.insert((*catalog, at));
                        is_allowed = true;
                    }
                }
            }
            !is_allowed
        });
        self.used_allowances = used;
        for (index, file) in world.catalogs.iter().enumerate() {
            for (at, allowance) in file.catalog.audit.allow.iter().enumerate() {
                if self.used_allowances.contains(&(index, at)) || !self.was_looked_for(index, allowance) {
                    continue;
                }
                let rule = allowance.rule.name();
                let of = allowance.id.as_ref().map(|id| format!(" for `{id}`")).unwrap_or_default();
                let message = format!("no finding of `{rule}`{of} here");
                let span = file.sources.find(&allowance.origin.file, allowance.origin.line, rule);
                let at = (Of::Catalog(index, allowance.origin.file.clone()), span.map_or(0..0, range));
                self.findings.push(Finding::new(Rule::UnusedAllow, at, message));
            }
            for (at, Helper { path, origin }) in file.catalog.audit.legacy.iter().enumerate() {
                if self.called.contains(&(index, at)) || !self.uses[index].iter().any(Uses::is_used) {
                    continue;
                }
                let message = format!("no call of `{path}` has a literal");
                let span = file.sources.find(&origin.file, origin.line, path);
                let at = (Of::Catalog(index, origin.file.clone()), span.map_or(0..0, range));
                let mut finding = Finding::new(Rule::UnusedAllow, at, message);
                finding.help = Some("remove it, or write its path as the calls do".to_owned());
                self.findings.push(finding);
            }
        }
    }

    /// Whether this run checks what an entry allows.
    fn was_looked_for(&self, catalog: usize, allowance: &Allowance) -> bool {
        let files = || self.world.files.iter().filter(|file| !file.is_test);
        match allowance.rule {
            Rule::NeverConstructed | Rule::NotCovered => self.uses[catalog].iter().any(Uses::is_used),
            Rule::HandWrittenCode | Rule::UnknownCode | Rule::HandWrittenResponse => match &allowance.path {
                Some(path) => {
                    let path = super::find::tidy(&self.world.catalogs[catalog].folder().join(path));
                    files().any(|file| file.path == path)
                }
                None => self.answering.iter().any(|(_, of)| *of == catalog),
            },
            Rule::PageWithoutError => match &allowance.path {
                Some(path) => {
                    let path = super::find::tidy(&self.world.catalogs[catalog].folder().join(path));
                    self.world.others.iter().any(|file| file.path == path)
                }
                None => self.world.others.iter().any(|file| matches!(file.what, Other::Page)),
            },
            _ => true,
        }
    }

    // ---- the report ----

    /// How much of the catalogs the code uses: a report without findings can also mean that the
    /// audit saw no use.
    fn extent(&self) -> String {
        let (mut constructed, mut by_helpers, mut all) = (0, 0, 0);
        for (file, uses) in self.world.catalogs.iter().zip(&self.uses) {
            let rejections: BTreeSet<usize> = file.catalog.rejections.iter().map(|rejection| rejection.error).collect();
            let is_used = uses.iter().any(Uses::is_used);
            for (at, (error, uses)) in file.catalog.errors.iter().zip(uses).enumerate() {
                if error.kind() == Kind::Symptom {
                    continue;
                }
                all += 1;
                let is_constructed = uses.in_code || uses.perhaps || (is_used && rejections.contains(&at));
                constructed += usize::from(is_constructed);
                by_helpers += usize::from(uses.by_helper && !is_constructed);
            }
        }
        let crates: BTreeSet<usize> = self.answering.iter().map(|(package, _)| *package).collect();
        let of = counted(all, "error");
        let verb = if constructed == 1 || all == 1 { "is" } else { "are" };
        let helpers = match by_helpers {
            0 => String::new(),
            count => format!(", and {count} more by `audit.legacy`"),
        };
        match constructed + by_helpers {
            _ if all == 0 => String::new(),
            0 => format!(": 0 of {of} {verb} constructed"),
            _ => format!(": {constructed} of {of} {verb} constructed{helpers}, in {}", counted(crates.len(), "crate")),
        }
    }

    fn report(self) -> Report<Rule> {
        let extent = self.extent();
        let Comparison { world, findings, .. } = self;
        let mut of: BTreeSet<(String, &Of)> = BTreeSet::new();
        for finding in &findings {
            for (place, _) in finding.related.iter().map(|(at, _)| at).chain([&finding.at]) {
                of.insert((world.name(place), place));
            }
        }
        let mut sources = Sources::default();
        let mut ids = HashMap::new();
        for (name, place) in of {
            let text = world.text(place).to_owned();
            ids.insert(place.clone(), sources.add(name.clone(), name, text));
        }
        let span = |(of, range): &At| {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            Span { source: ids[of], start: offset(range.start), end: offset(range.end) }
        };
        let problem = |finding: &Finding| {
            let mut problem = Problem::new(finding.rule, span(&finding.at), finding.message.clone());
            problem.label.clone_from(&finding.label);
            problem.help.clone_from(&finding.help);
            problem.related = finding.related.iter().map(|(at, label)| (span(at), label.clone())).collect();
            problem
        };
        let problems = findings.iter().map(problem).collect();
        Report::new(sources, problems, subject(world) + &extent)
    }
}

impl World {
    /// Whether an entry of a catalog matches a finding.
    fn is_allowed(&self, finding: &Finding, catalog: usize, allowance: &Allowance) -> bool {
        let Allowance { rule, id, path, reason: _, origin: _ } = allowance;
        let is_of_error = id.is_none() || *id == finding.id;
        let folder = self.catalogs[catalog].folder();
        let is_in_file = path.as_ref().is_none_or(|path| {
            let path = super::find::tidy(&folder.join(path));
            path.display().to_string() == self.name(&finding.at.0)
        });
        *rule == finding.rule && is_of_error && is_in_file
    }

    /// The name of a text in reports.
    fn name(&self, of: &Of) -> String {
        match of {
            Of::Catalog(index, relative) => {
                let source = self.catalogs[*index].sources.iter().find(|(_, source)| source.relative == *relative);
                source.map_or_else(|| relative.clone(), |(_, source)| source.name.clone())
            }
            Of::Rust(index) => self.files[*index].path.display().to_string(),
            Of::Other(index) => self.others[*index].path.display().to_string(),
        }
    }

    fn text(&self, of: &Of) -> &str {
        match of {
            Of::Catalog(index, relative) => {
                let source = self.catalogs[*index].sources.iter().find(|(_, source)| source.relative == *relative);
                source.map_or("", |(_, source)| &source.text)
            }
            Of::Rust(index) => &self.files[*index].file.text,
            Of::Other(index) => &self.others[*index].text,
        }
    }
}

/// The place of an error's id in its catalog.
fn place_of(index: usize, file: &CatalogFile, error: &ErrorDef) -> At {
    let span = file.sources.find(&error.origin.file, error.origin.line, &error.name.id);
    (Of::Catalog(index, error.origin.file.clone()), span.map_or(0..0, range))
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

// ---- codes ----

/// The case and separators of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Style {
    Screaming,
    Snake,
    Kebab,
    Dotted,
    Pascal,
    Camel,
    /// Only lowercase letters: a word, which may be part of any other style.
    Word,
}

fn style(code: &str) -> Option<Style> {
    let mut characters = code.chars();
    let first = characters.next().filter(char::is_ascii_alphabetic)?;
    let rest: Vec<char> = characters.collect();
    let only = |extra: &[char]| rest.iter().all(|c| c.is_ascii_alphanumeric() || extra.contains(c));
    let has_upper = rest.iter().any(char::is_ascii_uppercase);
    let has_lower = rest.iter().any(char::is_ascii_lowercase);
    let has = |c| rest.contains(&c);
    if code.len() < 3 || code.len() > 64 || code.ends_with(['_', '-', '.']) {
        return None;
    }
    if first.is_ascii_uppercase() && !has_lower && only(&['_']) {
        Some(Style::Screaming)
    } else if first.is_ascii_uppercase() && has_lower && has_upper && only(&[]) {
        Some(Style::Pascal)
    } else if first.is_ascii_uppercase() {
        None
    } else if has_upper {
        only(&[]).then_some(Style::Camel)
    } else if only(&[]) {
        Some(Style::Word)
    } else if only(&['_']) {
        Some(Style::Snake)
    } else if only(&['-']) {
        Some(Style::Kebab)
    } else if only(&['.', '_', '-']) && has('.') {
        Some(Style::Dotted)
    } else {
        None
    }
}

/// The codes of a package's catalogs.
#[derive(Debug, Default)]
struct Codes {
    /// Codes and ids, each with its error.
    texts: BTreeMap<String, (usize, usize)>,
    numbers: HashMap<i64, (usize, usize)>,
    retired: HashMap<String, Option<String>>,
    styles: HashSet<Style>,
}

/// The rule, message, error and help of a finding.
type Verdict = (Rule, String, Option<(usize, usize)>, Option<String>);

impl Codes {
    fn of(world: &World, catalogs: &BTreeSet<usize>) -> Self {
        let mut codes = Codes::default();
        for index in catalogs {
            let catalog = &world.catalogs[*index].catalog;
            for (at, error) in catalog.errors.iter().enumerate().filter(|(_, error)| error.kind() != Kind::Symptom) {
                match &error.code {
                    Some(Code::Text(text)) => {
                        codes.styles.extend(style(text));
                        codes.texts.insert(text.clone(), (*index, at));
                    }
                    Some(Code::Integer(number)) => drop(codes.numbers.insert(*number, (*index, at))),
                    None => {}
                }
                codes.texts.entry(error.name.id.clone()).or_insert((*index, at));
            }
            for retired in &catalog.retired {
                let replacement = retired.replacement.map(|error| catalog.errors[error].name.id.clone());
                codes.retired.insert(retired.name.id.clone(), replacement);
            }
        }
        codes
    }

    fn rule_of(&self, what: &What, answers: bool) -> Option<Verdict> {
        match what {
            What::Code { text, key, is_of_error } => {
                if let Some(error) = self.texts.get(text) {
                    let message = format!("the catalog's code `{text}` is written by hand");
                    return Some((Rule::HandWrittenCode, message, Some(*error), None));
                }
                if !is_of_error || !self.is_like_a_code(text, key) {
                    return None;
                }
                if let Some(replacement) = self.retired.get(text) {
                    let help = replacement.as_ref().map(|id| format!("use `{id}`, which replaces it"));
                    return Some((Rule::UnknownCode, format!("`{text}` is retired"), None, help));
                }
                let near = nearest(text, self.texts.keys().map(String::as_str));
                let help = near.map(|near| format!("did you mean `{near}`? Return the generated error"));
                Some((Rule::UnknownCode, format!("the catalog has no code `{text}`"), None, help))
            }
            What::Number(number) => {
                let error = self.numbers.get(number)?;
                let message = format!("the catalog's code {number} is written by hand");
                Some((Rule::HandWrittenCode, message, Some(*error), None))
            }
            What::Response(_) => answers.then(|| {
                let message = "this error response is built by hand".to_owned();
                (Rule::HandWrittenResponse, message, None, None)
            }),
        }
    }

    /// The verdict on a call of a helper, and the place of the code: the literal that is one, else
    /// the first literal.
    fn rule_of_call<'c>(&self, call: &'c Call) -> (Option<Verdict>, &'c Range<usize>) {
        let verdict = |(code, place): &'c (Code, Range<usize>)| {
            let what = match code {
                Code::Text(text) => What::Code { text: text.clone(), key: "code".to_owned(), is_of_error: true },
                Code::Integer(number) => What::Number(*number),
            };
            (self.rule_of(&what, true), place)
        };
        let known =
            call.literals.iter().map(verdict).find(|(verdict, _)| matches!(verdict, Some((Rule::HandWrittenCode, ..))));
        known.unwrap_or_else(|| verdict(&call.literals[0]))
    }

    fn is_like_a_code(&self, text: &str, key: &str) -> bool {
        match style(text) {
            // A word can be anything, except as the value of a code key.
            Some(Style::Word) => {
                let words = [Style::Word, Style::Snake, Style::Kebab, Style::Dotted];
                key.to_lowercase().ends_with("code") && words.iter().any(|style| self.styles.contains(style))
            }
            Some(style) => self.styles.contains(&style),
            None => false,
        }
    }
}

/// Whether a path ends in the path of a helper.
fn is_call_of(path: &[String], helper: &Helper) -> bool {
    let mut of_call = path.iter().rev();
    helper.path.rsplit("::").all(|name| of_call.next().is_some_and(|of_call| of_call == name))
}

/// Whether a call of a helper has the code or the id of an error.
fn sends(error: &ErrorDef, call: &Call) -> bool {
    let is_of_error =
        |code: &Code| error.code.as_ref() == Some(code) || matches!(code, Code::Text(text) if *text == error.name.id);
    error.kind() != Kind::Symptom && call.literals.iter().any(|(code, _)| is_of_error(code))
}

/// The files that the audit compared: "12 Rust files and 1 catalog".
fn subject(world: &World) -> String {
    let files = counted(world.files.len(), "Rust file");
    if world.files.iter().all(|file| file.names.is_empty()) {
        format!("{files} without a catalog")
    } else {
        format!("{files} and {}", counted(world.catalogs.len(), "catalog"))
    }
}

/// A document with the files of its path items. Files that cannot be read are left out.
fn document(OtherFile { path, text, what: _ }: &OtherFile) -> Document {
    let folder = path.parent().unwrap_or(Path::new(""));
    let root = Root::of(folder);
    let place = in_real_folder(path).to_string_lossy().replace('\\', "/");
    let read = Document::read(&place, text, |file| root.text(&folder.join(file)));
    read.unwrap_or_else(|_| Document::alone(text))
}
