//! The reference as a static site: HTML, one style sheet and one script. Pages send no other
//! requests.
//!
//! The site uses the page data of the markdown reference. One catalog is the whole site. Several
//! catalogs have a folder each, and a front page lists them. Pages are readable without the script,
//! which only searches, filters, copies and stores settings. The design is fixed; for another
//! design, use the markdown pages with a site generator.

mod html;
mod view;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use errbook_catalog::model::{Catalog, Column, ErrorDef, template};
use errbook_catalog::words::counted;
use serde::Serialize;
use serde_json::{Value as Json, json};
use tera::{Context, Kwargs, Map, State, Tera, Value};

use self::html::{Anchors, Html};
use self::view::{ApiCard, Card, ErrorPageView, Fact, Frame, Group, GroupLink, IndexView, Part, Status, Word};
use crate::markdown::words::Heading;
use crate::markdown::{self, ErrorPage, LONGEST_DESCRIPTION, Reading, RetiredPage, TemplateError};
use crate::print::{Print, Printer};
use crate::prose::{Inline, Prose, one_line, shown};
use crate::redirects;
use errbook_codegen::words::{self, Advice};
use errbook_files::GeneratedFile;
use errbook_schema::json as export;

/// The content security policy: pages load the style sheet and the script next to them and nothing
/// else.
pub const POLICY: &str = "default-src 'none';style-src 'self';script-src 'self';form-action 'none'";

const TEMPLATES: [(&str, &str); 7] = [
    ("base.html", include_str!("../site/base.html")),
    ("index.html", include_str!("../site/index.html")),
    ("error.html", include_str!("../site/error.html")),
    ("retired.html", include_str!("../site/retired.html")),
    ("missing.html", include_str!("../site/missing.html")),
    ("front.html", include_str!("../site/front.html")),
    ("notice.html", include_str!("../site/notice.html")),
];

/// The maximum number of errors that the index shows at once. Above it, groups are folded.
const MOST_OPEN: usize = 200;

/// The maximum number of errors in a folded part of a group.
const MOST_IN_PART: usize = 100;

/// The index's own anchors. Groups and prose have others.
const OWN_ANCHORS: [&str; 11] =
    ["main", "find", "errors", "operations", "predicates", "format", "facts", "deprecated", "retired", "q", "section"];

/// Returns all files of the site.
///
/// # Errors
///
/// If a prose file cannot be rendered.
///
/// ```
/// let text = b"errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let files = errbook_pages::site::emit(&[&catalog])?;
/// let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
/// assert_eq!(paths, ["style.css", "site.js", "index.html", "sold-out.html", "404.html", "errors.json"]);
/// assert!(files[3].text.contains("<h1><code>SOLD_OUT</code></h1>"));
/// # Ok::<(), errbook_pages::markdown::TemplateError>(())
/// ```
pub fn emit(catalogs: &[&Catalog]) -> Result<Vec<GeneratedFile>, TemplateError> {
    let file = |path: &str, text: &str| GeneratedFile { path: path.to_owned(), text: text.to_owned() };
    let catalogs: Vec<Cow<'_, Catalog>> = catalogs.iter().map(|catalog| redirects::none(catalog)).collect();
    let mut files = vec![
        file("style.css", &(include_str!("../site/style.css").replace('\n', "") + "\n")),
        file("site.js", &script()),
    ];
    if let [catalog] = catalogs.as_slice() {
        files.extend(Site::new(catalog, "")?.files(|_, _| ())?.0);
        return Ok(files);
    }
    let sites: Vec<Site> = catalogs.iter().map(|catalog| Site::new(catalog, "../")).collect::<Result<_, _>>()?;
    files.push(front(&catalogs)?);
    let (mut pages, mut errors) = (Vec::new(), Vec::new());
    for (index, site) in sites.iter().enumerate() {
        let folder = &site.catalog.api.slug;
        let below = |file: GeneratedFile| GeneratedFile { path: format!("{folder}/{}", file.path), ..file };
        let (files, rows) = site.files(|error, page| searched(index, error, page))?;
        pages.extend(files.into_iter().map(below));
        errors.extend(rows);
    }
    files.push(file(SEARCHED, &search(&sites, &errors)));
    files.push(missing(&templates()?, Frame::of_no_api(MISSING[0].to_owned(), MISSING[1].to_owned(), ""))?);
    files.append(&mut pages);
    Ok(files)
}

/// The file with what the front page searches. It is a script, because a page from the disk can
/// load no other data, and is loaded with the first search.
const SEARCHED: &str = "search.js";

/// The APIs, their errors and their retired ids, one on each line. The script of the site reads them.
fn search(sites: &[Site], errors: &[Json]) -> String {
    let lines = |values: &[Json]| values.iter().map(view::in_script).collect::<Vec<_>>().join(",\n");
    let api = |site: &Site| json!([site.catalog.api.slug, one_line(&site.catalog.api.name)]);
    let retired = (0..).zip(sites).flat_map(|(api, site)| {
        let of = move |page: &RetiredPage| json!([api, page.slug, page.id, page.gone.plain()]);
        site.reading.retired.iter().map(of)
    });
    let (apis, errors) = (lines(&sites.iter().map(api).collect::<Vec<_>>()), lines(errors));
    let retired = lines(&retired.collect::<Vec<_>>());
    format!("globalThis.errbook = {{apis: [\n{apis}\n], errors: [\n{errors}\n], retired: [\n{retired}\n]}};\n")
}

/// An error for the search over all APIs, with the words of its card.
fn searched(api: usize, error: &ErrorDef, page: &ErrorPage) -> Json {
    let heading = Heading::of(error);
    let title = page.subtitle.as_ref().map(Inline::plain).unwrap_or_default();
    let says = [&page.meaning, &page.cause, &page.fix].into_iter().flatten().map(Prose::line);
    let answers = [&page.retry, &page.refund].into_iter().flatten().cloned();
    let words: Vec<String> = says.chain(answers).map(|line| line.plain()).collect();
    let is_code = matches!(heading, Heading::Code(_));
    let facts = json!([api, error.name.slug, heading.text(), is_code, title, error.statuses, words.join(" ")]);
    let Json::Array(facts) = facts else { return facts };
    facts.into_iter().chain(message(error).map(Json::from)).collect()
}

/// A message that a search can recognize, with a star for each value; `None` if it is mostly values,
/// or if the heading or the title says the same.
fn message(error: &ErrorDef) -> Option<String> {
    const ENOUGH: usize = 8;
    let parts = &error.message.as_ref()?.parts;
    let texts = parts.iter().map(|part| match part {
        template::Part::Text(text) => Some(text.as_str()),
        template::Part::Slot(_) => None,
    });
    let known: usize = texts.clone().flatten().map(|text| text.trim().len()).sum();
    let message = one_line(&texts.map(|text| text.unwrap_or("*")).collect::<String>());
    (known >= ENOUGH && message != error.title && message != Heading::of(error).text()).then_some(message)
}

/// The front page with the list of APIs.
fn front(catalogs: &[Cow<'_, Catalog>]) -> Result<GeneratedFile, TemplateError> {
    #[derive(Serialize)]
    struct FrontView {
        frame: Frame,
        apis: Vec<ApiCard>,
    }
    let heading = "API errors".to_owned();
    let names: Vec<&str> = catalogs.iter().map(|catalog| catalog.api.name.as_str()).collect();
    let description = match names.as_slice() {
        [] => "There are no catalogs.".to_owned(),
        [first @ .., last] => format!("The errors of {} and {last}, and how to fix them.", first.join(", ")),
    };
    let html = Html::new([]);
    let apis = catalogs.iter().map(|catalog| {
        let number = catalog.errors.iter().filter(|error| error.is_public()).count();
        ApiCard {
            slug: catalog.api.slug.clone(),
            name: catalog.api.name.clone(),
            version: catalog.api.version.clone(),
            summary: catalog.api.summary.as_deref().map(|summary| html.prose(&Prose::new(summary).sunk(3))),
            count: counted(number, "error"),
        }
    });
    let view = FrontView { frame: Frame::of_no_api(heading, description, ""), apis: apis.collect() };
    let tera = templates()?;
    render(&tera, "front.html", "index.html", &view)
}

/// The heading and the text of the page for an unknown address.
const MISSING: [&str; 2] = ["Page not found", "There is no page at this address."];

/// The page that hosts show for an unknown address. No id begins with a digit, so no error has it.
fn missing(tera: &Tera, frame: Frame) -> Result<GeneratedFile, TemplateError> {
    #[derive(Serialize)]
    struct MissingView {
        frame: Frame,
    }
    render(tera, "missing.html", "404.html", &MissingView { frame })
}

/// A page in the site's design, for a server that has no page to show. Its style sheet is at the
/// root. Texts are not markup.
///
/// ```
/// let page = errbook_pages::site::notice("Not found", "There is no such page.", "")?;
/// assert!(page.contains("<h1>Not found</h1>"));
/// # Ok::<(), errbook_pages::markdown::TemplateError>(())
/// ```
pub fn notice(heading: &str, text: &str, report: &str) -> Result<String, TemplateError> {
    #[derive(Serialize)]
    struct NoticeView<'a> {
        frame: Frame,
        report: &'a str,
    }
    let view = NoticeView { frame: Frame::of_no_api(heading.to_owned(), text.to_owned(), "/"), report };
    let tera = templates()?;
    render(&tera, "notice.html", "", &view).map(|file| file.text)
}

/// The pages of one API during generation.
struct Site<'a> {
    catalog: &'a Catalog,
    assets: &'static str,
    reading: Reading<'a>,
    html: Html,
    tera: Tera,
}

impl<'a> Site<'a> {
    fn new(catalog: &'a Catalog, assets: &'static str) -> Result<Self, TemplateError> {
        let reading = markdown::reading(catalog)?;
        let pages = reading.slugs().into_iter().chain(["index"]);
        let html = Html::new(pages.map(str::to_owned));
        let tera = templates()?;
        Ok(Site { catalog, assets, reading, html, tera })
    }

    /// The files, and what `each` returns for each error.
    fn files<T>(
        &self,
        each: impl Fn(&ErrorDef, &ErrorPage) -> T,
    ) -> Result<(Vec<GeneratedFile>, Vec<T>), TemplateError> {
        let mut taken = Anchors::new(OWN_ANCHORS);
        let anchors: HashMap<&str, String> = self
            .catalog
            .groups
            .iter()
            .map(|group| (group.id.as_str(), taken.distinct(&html::anchor(&group.id))))
            .collect();
        let (mut pages, mut cards, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (error, page) in self.errors().zip(self.reading.errors()) {
            let card = self.card(error, &page);
            pages.push(self.error(error, &page, &card, &anchors)?);
            others.push(each(error, &page));
            cards.push(card);
        }
        let mut files = vec![self.index(&cards, &anchors, &mut taken)?];
        drop(cards);
        files.append(&mut pages);
        for page in &self.reading.retired {
            files.push(self.retired(page)?);
        }
        let [heading, text] = MISSING.map(str::to_owned);
        let linked_data = view::linked_data(&[("@type", Some(json!("WebPage"))), ("name", Some(json!(heading)))]);
        let title = format!("{heading} · {}", self.catalog.api.name);
        files.push(missing(&self.tera, self.frame(title, heading, text, false, None, linked_data))?);
        // Minified, because only programs read it.
        files.push(GeneratedFile { path: "errors.json".to_owned(), text: export::line(self.catalog) });
        Ok((files, others))
    }

    /// The errors of the pages, in their order.
    fn errors(&self) -> impl Iterator<Item = &'a ErrorDef> {
        self.reading.order().iter().map(|&index| &self.catalog.errors[index])
    }

    fn index(
        &self,
        cards: &[Card],
        anchors: &HashMap<&str, String>,
        taken: &mut Anchors,
    ) -> Result<GeneratedFile, TemplateError> {
        let page = &self.reading.index;
        let api = &self.catalog.api;
        let heading = format!("{} errors", api.name);
        let summary = page.summary.as_ref().map(|summary| summary.plain(LONGEST_DESCRIPTION));
        let description = summary.unwrap_or_else(|| format!("The errors of {}, and what to do about each.", api.name));
        let linked_data =
            view::linked_data(&[("@type", Some(json!("DefinedTermSet"))), ("name", Some(json!(heading)))]);
        let groups = self.groups(cards, anchors, taken);
        let mut prose = |texts: &[Prose]| texts.iter().map(|text| self.html.file(text, taken)).collect();
        let view = IndexView {
            frame: self.frame(heading.clone(), heading, description, true, None, linked_data),
            page: page.print(&self.html),
            more: page.request_facts.is_some() || page.responses.iter().any(|response| response.headers.is_some()),
            before: prose(&page.before),
            after: prose(&page.after),
            statuses: status_options(cards),
            group_options: options(
                groups.iter().map(|group| Some(Word { key: group.anchor.clone(), text: group.title.clone() })),
            ),
            retries: options(cards.iter().map(|card| card.retry.clone())),
            refunds: options(cards.iter().map(|card| card.refund.clone())),
            lives: options(self.errors().map(|error| Some(life(error)))),
            groups,
        };
        render(&self.tera, "index.html", "index.html", &view)
    }

    /// The groups of the index, then the errors without a group.
    fn groups(&self, cards: &[Card], anchors: &HashMap<&str, String>, taken: &mut Anchors) -> Vec<Group> {
        let mut by_group: HashMap<Option<usize>, Vec<Card>> = HashMap::new();
        for (error, card) in self.errors().zip(cards) {
            by_group.entry(error.group).or_default().push(card.clone());
        }
        let mut members = |index: Option<usize>| by_group.remove(&index).unwrap_or_default();
        let is_folded = cards.len() > MOST_OPEN;
        let named = self.catalog.groups.iter().enumerate().map(|(index, group)| Group {
            anchor: anchors[group.id.as_str()].clone(),
            title: group.title.clone(),
            summary: group.summary.as_deref().map(|summary| self.html.prose(&Prose::new(summary).sunk(3))),
            parts: parts(members(Some(index)), is_folded),
        });
        let mut groups: Vec<Group> = named.filter(|group| !group.parts.is_empty()).collect();
        let others = members(None);
        if !others.is_empty() {
            let title = if groups.is_empty() { "Errors" } else { "Other errors" };
            let anchor = taken.distinct(&html::anchor(title));
            groups.push(Group { anchor, title: title.to_owned(), summary: None, parts: parts(others, is_folded) });
        }
        groups
    }

    fn error(
        &self,
        error: &ErrorDef,
        page: &ErrorPage,
        card: &Card,
        anchors: &HashMap<&str, String>,
    ) -> Result<GeneratedFile, TemplateError> {
        let says = [&page.meaning, &page.cause, &page.fix];
        let description = says.into_iter().flatten().map(|text| text.plain(LONGEST_DESCRIPTION)).next();
        let description = description.unwrap_or_else(|| error.title.clone());
        let linked_data = view::linked_data(&[
            ("@type", Some(json!("DefinedTerm"))),
            ("name", Some(json!(error.title))),
            ("termCode", error.code.as_ref().map(|code| Json::from(code.to_string()))),
            ("inDefinedTermSet", Some(json!("."))),
        ]);
        let heading = Heading::of(error);
        let label = match &page.subtitle {
            Some(title) => format!("{}: {}", heading.text(), title.plain()),
            None => heading.text().to_owned(),
        };
        let title = format!("{label} · {}", self.catalog.api.name);
        let view = ErrorPageView {
            frame: self.frame(title, label, description, false, error.doc_url.as_deref(), linked_data),
            page: page.print(&self.html),
            card,
            group: self
                .catalog
                .group_of(error)
                .map(|group| GroupLink { anchor: anchors[group.id.as_str()].clone(), title: group.title.clone() }),
            received: match heading {
                Heading::Code(_) => Some("code"),
                Heading::Message(_) => Some("message"),
                Heading::Title(_) => None,
            },
        };
        render(&self.tera, "error.html", &format!("{}.html", page.error.slug), &view)
    }

    fn retired(&self, page: &RetiredPage) -> Result<GeneratedFile, TemplateError> {
        #[derive(Serialize)]
        struct RetiredView {
            frame: Frame,
            page: Value,
        }
        let linked_data = view::linked_data(&[
            ("@type", Some(json!("DefinedTerm"))),
            ("name", Some(json!(page.id))),
            ("inDefinedTermSet", Some(json!("."))),
        ]);
        let title = format!("{} · {}", page.id, self.catalog.api.name);
        let description = format!("{}: {}", page.id, page.gone.plain());
        let frame = self.frame(title, page.id.clone(), description, false, None, linked_data);
        render(
            &self.tera,
            "retired.html",
            &format!("{}.html", page.slug),
            &RetiredView { frame, page: page.print(&self.html) },
        )
    }

    fn frame(
        &self,
        title: String,
        heading: String,
        description: String,
        is_index: bool,
        url: Option<&str>,
        linked_data: String,
    ) -> Frame {
        let name = &self.catalog.api.name;
        Frame {
            policy: POLICY,
            title,
            heading,
            description,
            brand: format!("{name} errors"),
            canonical: view::canonical(url),
            assets: self.assets,
            export: is_index,
            made_from: is_index.then(|| name.clone()),
            linked_data,
        }
    }

    /// An error in a list. Its texts have the names of the group's columns.
    fn card(&self, error: &ErrorDef, page: &ErrorPage) -> Card {
        let columns = self.catalog.group_of(error).map_or(&[][..], |group| &group.columns);
        let name = |column: Column, default: &str| {
            let heading = columns.iter().find(|(named, _)| *named == column).map(|(_, heading)| heading.as_str());
            heading.unwrap_or(default).to_owned()
        };
        // An error in a list has a heading of level 3.
        let block = |text: &Option<Prose>| text.as_ref().map(|text| self.html.brief(&text.sunk(4)));
        let says = [
            (name(Column::Description, "Meaning"), block(&page.meaning)),
            (name(Column::Cause, "Cause"), block(&page.cause)),
            (name(Column::Fix, "What to do"), block(&page.fix)),
        ];
        let answers = [page.retry.as_ref(), page.refund.as_ref()];
        let statuses: Vec<Status> = error.statuses.iter().copied().map(status).collect();
        Card {
            slug: error.name.slug.clone(),
            name: Heading::of(error).text().to_owned(),
            heading: self.html.line(&page.title),
            title: page.subtitle.as_ref().map(|title| self.html.line(title)),
            statuses,
            retry: Advice::of(error).map(|advice| badge(advice.badge())),
            refund: error.refund.as_ref().map(|refund| badge(words::refund_badge(refund))),
            message: message(error),
            unusual: words::unusual(error).map(badge).collect(),
            deprecated: error.lifecycle.deprecated.is_some(),
            says: says.into_iter().filter_map(|(name, text)| Some(Fact { name, text: text? })).collect(),
            answers: answers.into_iter().flatten().map(|answer| self.html.line(answer)).collect(),
        }
    }
}

/// The errors of a group: all, or in parts that are folded.
fn parts(errors: Vec<Card>, is_folded: bool) -> Vec<Part> {
    if errors.is_empty() || !is_folded {
        let whole = (!errors.is_empty()).then_some(Part { label: None, errors });
        return whole.into_iter().collect();
    }
    let part = |errors: &[Card]| {
        let label = match errors {
            [first, .., last] => format!("{} to {}: {}", first.name, last.name, counted(errors.len(), "error")),
            _ => errors[0].name.clone(),
        };
        Part { label: Some(label), errors: errors.to_vec() }
    };
    errors.chunks(MOST_IN_PART).map(part).collect()
}

fn status(status: u16) -> Status {
    Status { number: status, class: status / 100, text: words::status(status) }
}

fn badge(words::Badge { key, text, tone: _ }: words::Badge) -> Word {
    word(key, text)
}

fn life(error: &ErrorDef) -> Word {
    if error.lifecycle.deprecated.is_some() { word("deprecated", "deprecated") } else { word("current", "current") }
}

fn word(key: &str, text: &str) -> Word {
    Word { key: key.to_owned(), text: text.to_owned() }
}

/// The options of the status filter: each class with several statuses, and each status.
fn status_options(cards: &[Card]) -> Vec<Word> {
    let statuses: BTreeMap<u16, &Status> =
        cards.iter().flat_map(|card| &card.statuses).map(|status| (status.number, status)).collect();
    let mut options: Vec<Word> = Vec::new();
    for status in statuses.values() {
        let class = format!("{}xx", status.class);
        let siblings = statuses.values().filter(|other| other.class == status.class).count();
        if siblings > 1 && !options.iter().any(|option| option.key == class) {
            options.push(word(&class, &class));
        }
        options.push(word(&status.number.to_string(), &status.text));
    }
    options
}

/// The distinct words, in order of first use. Empty if all errors share the word: a filter by it
/// would narrow nothing.
fn options(words: impl Iterator<Item = Option<Word>>) -> Vec<Word> {
    let mut known = HashSet::new();
    let distinct: Vec<Option<Word>> = words.filter(|word| known.insert(word.clone())).collect();
    if distinct.len() > 1 { distinct.into_iter().flatten().collect() } else { Vec::new() }
}

/// errbook's HTML templates. Everything is escaped, except HTML from page data, which is marked as
/// safe.
fn templates() -> Result<Tera, TemplateError> {
    let mut tera = Tera::new();
    tera.register_filter("table", |table: &Map, _: Kwargs, _: &State| {
        Value::safe_string(&Html::table(list(table, "headings"), list(table, "rows")))
    });
    // Characters that change the text direction become visible.
    tera.set_escape_fn(|text, output| tera::escape_html(&shown(text), output));
    tera.add_raw_templates(TEMPLATES).map_err(|error| TemplateError::of(&error))?;
    Ok(tera)
}

/// A list in the page data.
fn list<'a>(table: &'a Map, name: &'static str) -> &'a [Value] {
    table.get(&name.into()).and_then(Value::as_array).unwrap_or_default()
}

fn render(tera: &Tera, template: &str, path: &str, view: &impl Serialize) -> Result<GeneratedFile, TemplateError> {
    let text = Context::from_serialize(view).and_then(|context| tera.render(template, &context));
    let text = text.map_err(|error| TemplateError::of(&error))?;
    Ok(GeneratedFile { path: path.to_owned(), text: tidy(&text) })
}

/// The script without comments and indentation.
fn script() -> String {
    let lines = include_str!("../site/site.js").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).flat_map(|line| [line, "\n"]).collect()
}

/// The page without indentation and blank lines, except in `pre`.
fn tidy(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let mut is_code = false;
    for line in page.lines() {
        let (opened, closed) = (line.rfind("<pre"), line.rfind("</pre>"));
        let trimmed = match opened {
            _ if is_code => line,
            Some(_) => line.trim_start(),
            None => line.trim(),
        };
        if trimmed.is_empty() && !is_code {
            continue;
        }
        text.push_str(trimmed);
        text.push('\n');
        // Only errbook's own markup opens or closes code: `<` in a catalog's text is escaped.
        is_code = match (opened, closed) {
            (None, None) => is_code,
            (opened, closed) => opened > closed,
        };
    }
    text
}
