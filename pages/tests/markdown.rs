//! Checks the pages of every catalog as a markdown reader sees them.

use std::collections::BTreeSet;
use std::path::Path;

use errbook_catalog::model::{Catalog, ErrorDef, Flavor, GenerateDocs, SnippetLanguage};
use errbook_clients::snippets::Snippets;
use errbook_pages::markdown::{Page, TemplateError, Templates, emit, originals};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;

fn pages(catalog: &Catalog) -> Vec<Page> {
    let templates = Templates::new(&[]).unwrap_or_else(|error| panic!("{error}"));
    emit(catalog, &templates).unwrap_or_else(|error| panic!("{error}"))
}

fn parse(page: &Page) -> Vec<Event<'_>> {
    Parser::new_ext(&page.text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).collect()
}

/// Runs `check` on each page of each catalog, and names both on failure.
fn for_each_page(check: impl Fn(&Catalog, &[Page], &Page) -> Result<(), String>) {
    for (name, catalog) in catalogs::all() {
        let pages = pages(&catalog);
        for page in &pages {
            if let Err(problem) = check(&catalog, &pages, page) {
                panic!("{name}: {}: {problem}\n\n{}", page.path, page.text);
            }
        }
    }
}

#[test]
fn each_public_error_and_each_retired_id_has_one_page() {
    for (name, catalog) in catalogs::all() {
        let public = catalog.errors.iter().filter(|error| error.is_public()).map(|error| &error.name);
        let retired = catalog.public_retired().map(|retired| &retired.name);
        let mut expected: Vec<String> = public.chain(retired).map(|name| format!("{}.md", name.slug)).collect();
        expected.push("index.md".to_owned());
        expected.sort();
        let mut emitted: Vec<String> = pages(&catalog).into_iter().map(|page| page.path).collect();
        emitted.sort();
        assert_eq!(emitted, expected, "{name}");
    }
}

/// The lint `dead-doc-url` checks the catalog; this test checks the pages.
#[test]
fn a_url_below_the_reference_is_that_of_a_page() {
    let mut addresses = 0;
    for (name, catalog) in catalogs::all() {
        let Some(template) = &catalog.api.doc_url else { continue };
        let base = template.split('{').next().expect("a beginning");
        let pages: BTreeSet<String> = pages(&catalog).into_iter().map(|page| page.path).collect();
        let urls = catalog.errors.iter().filter(|error| error.is_public()).filter_map(|error| error.doc_url.as_deref());
        for rest in urls.filter_map(|url| url.strip_prefix(base)) {
            let page = rest.split(['?', '#']).next().expect("a beginning");
            assert!(pages.contains(&format!("{page}.md")), "{name}: {base}{rest}");
            addresses += 1;
        }
    }
    assert!(addresses >= 13, "{addresses} addresses");
}

#[test]
fn no_table_has_an_empty_column() {
    for_each_page(|_, _, page| {
        for table in tables(&parse(page)) {
            let columns = table[0].len();
            for column in 0..columns {
                if table[0][column].is_empty() {
                    return Err(format!("column {column} has no heading"));
                }
                if table[1..].iter().all(|row| row[column].is_empty()) {
                    return Err(format!("the column `{}` is empty", table[0][column]));
                }
            }
        }
        Ok(())
    });
}

/// Each table as rows of cell texts, starting with the heading row.
fn tables(events: &[Event<'_>]) -> Vec<Vec<Vec<String>>> {
    let mut tables = Vec::new();
    for event in events {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => tables.last_mut().unwrap().push(Vec::new()),
            Event::Start(Tag::TableCell) => last_row(&mut tables).push(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = tables.last_mut().and_then(|table| table.last_mut()).and_then(|row| row.last_mut())
                {
                    cell.push_str(text);
                }
            }
            _ => {}
        }
    }
    tables
}

fn last_row(tables: &mut [Vec<Vec<String>>]) -> &mut Vec<String> {
    tables.last_mut().and_then(|table| table.last_mut()).expect("a cell is in a row")
}

#[test]
fn no_heading_has_nothing_under_it() {
    for_each_page(|_, _, page| {
        let mut open: Option<(usize, String)> = None;
        let mut in_heading = false;
        for event in parse(page) {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    if let Some((above, text)) = open.take().filter(|(above, _)| level as usize <= *above) {
                        return Err(format!("nothing under `{text}` (level {above})"));
                    }
                    open = Some((level as usize, String::new()));
                    in_heading = true;
                }
                Event::End(TagEnd::Heading(_)) => {
                    if open.as_ref().is_some_and(|(_, text)| text.trim().is_empty()) {
                        return Err("a heading without text".to_owned());
                    }
                    in_heading = false;
                }
                Event::Text(text) | Event::Code(text) if in_heading => {
                    open.as_mut().expect("a heading is open").1.push_str(&text);
                }
                // Code that GitHub Pages would evaluate as a template.
                Event::Html(html) if html.starts_with("<pre>") => open = None,
                Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) | Event::Html(_) | Event::Rule => {}
                _ if !in_heading => open = None,
                _ => {}
            }
        }
        open.map_or(Ok(()), |(_, text)| Err(format!("nothing under `{text}`, the last heading")))
    });
}

#[test]
fn every_relative_link_leads_to_a_page() {
    for_each_page(|_, pages, page| {
        let paths: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
        for event in parse(page) {
            if let Event::Start(Tag::Link { dest_url, .. }) = event {
                let absolute = ["https://", "http://", "mailto:"].iter().any(|scheme| dest_url.starts_with(scheme));
                let known =
                    paths.contains(&*dest_url) || absolute || (dest_url.contains('@') && !dest_url.contains('/'));
                if !known {
                    return Err(format!("a link to `{dest_url}`"));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn blank_lines_and_spaces_are_regular() {
    for_each_page(|_, _, page| {
        let (first, rest) = page.text.split_once('\n').expect("more than a line");
        if !(first.starts_with("<!-- Generated by errbook from the catalog of ") && first.ends_with(" -->")) {
            return Err("the first line does not say where the page comes from".to_owned());
        }
        if first[4..first.len() - 3].contains("--") || first[4..first.len() - 3].contains('>') {
            return Err("the comment of the first line could end early".to_owned());
        }
        if !rest.ends_with('\n') || rest.ends_with("\n\n") {
            return Err("not one final newline".to_owned());
        }
        let rest = without_code(rest);
        if rest.contains("\n\n\n") || rest.lines().any(|line| line.ends_with([' ', '\t'])) || rest.contains('\r') {
            return Err("doubled blank lines or trailing spaces".to_owned());
        }
        Ok(())
    });
}

fn without_code(markdown: &str) -> String {
    let mut text = markdown.to_owned();
    let blocks: Vec<_> = Parser::new(markdown).into_offset_iter().collect();
    for (_, range) in blocks.into_iter().rev().filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)))) {
        text.replace_range(range, "code");
    }
    text
}

#[test]
fn the_facts_of_an_error_are_on_its_page() {
    for_each_page(|catalog, _, page| {
        let found = |error: &&ErrorDef| error.is_public() && format!("{}.md", error.name.slug) == page.path;
        let Some(error) = catalog.errors.iter().find(found) else { return Ok(()) };
        let events = parse(page);
        let read = seen(&events);
        let mut facts: Vec<String> = error.statuses.iter().map(u16::to_string).collect();
        facts.extend([squeezed(&error.title), squeezed(&error.name.id)]);
        facts.extend(error.code.as_ref().map(|code| squeezed(&code.to_string())));
        facts.extend(catalog.group_of(error).map(|group| squeezed(&group.title)));
        facts.extend(error.lifecycle.since.clone());
        facts.extend(error.details.iter().map(|detail| detail.name.clone()));
        facts.extend(error.snippets.iter().map(|snippet| squeezed(&snippet.code)));
        for (name, value) in error.examples.iter().flat_map(|example| &example.headers) {
            facts.extend([name.clone(), squeezed(value)]);
        }
        for text in [&error.description, &error.cause, &error.fix, &error.notes].into_iter().flatten() {
            facts.push(squeezed(&read_markdown(text)));
        }
        match facts.iter().find(|fact| !read.contains(*fact)) {
            Some(missing) => Err(format!("nowhere says `{missing}`; it reads\n{read}\n")),
            None => Ok(()),
        }
    });
}

/// The visible text of a page, with single spaces.
fn seen(events: &[Event<'_>]) -> String {
    let mut read = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => read.push_str(text),
            // Text of a catalog, without comments.
            Event::InlineHtml(html) if !html.starts_with("<!--") => read.push_str(html),
            Event::SoftBreak
            | Event::HardBreak
            | Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::CodeBlock(_))
            | Event::End(_) => read.push(' '),
            _ => {}
        }
    }
    squeezed(&read)
}

fn read_markdown(text: &str) -> String {
    seen(&Parser::new_ext(text, Options::ENABLE_TABLES).collect::<Vec<_>>())
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each catalog, as if it asked for snippets in every language.
#[test]
fn generated_snippets_are_on_the_page_as_they_are() {
    let mut count = 0;
    for (name, mut catalog) in catalogs::all() {
        catalog.generate.snippets = SnippetLanguage::ALL.to_vec();
        let snippets = Snippets::new(&catalog);
        let pages = pages(&catalog);
        for error in catalog.errors.iter().filter(|error| error.is_public()) {
            let path = format!("{}.md", error.name.slug);
            let page = pages.iter().find(|page| page.path == path).unwrap_or_else(|| panic!("{name}: no {path}"));
            let text = seen(&parse(page));
            let own: Vec<String> = error.snippets.iter().map(|own| own.lang.to_ascii_lowercase()).collect();
            for (language, code) in snippets.of(error) {
                let is_replaced = own.iter().any(|own| match language {
                    SnippetLanguage::Rust => ["rust", "rs"].contains(&own.as_str()),
                    SnippetLanguage::Typescript => ["typescript", "ts"].contains(&own.as_str()),
                    SnippetLanguage::Python => ["python", "py"].contains(&own.as_str()),
                    SnippetLanguage::Curl => ["curl", "sh", "bash", "shell", "zsh"].contains(&own.as_str()),
                });
                assert_eq!(text.contains(&squeezed(&code)), !is_replaced, "{name}: {path}: {code}\n{}", page.text);
                count += 1;
            }
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn a_snippet_of_the_catalog_replaces_the_one_in_its_language() {
    let text = b"
errbook: 1
api: {name: Shop}
predicates: {is_gone: [SOLD_OUT]}
errors:
  SOLD_OUT: {status: 409, fix: Choose another., snippets: [{lang: py, code: print(1)}, {lang: bash, code: curl x}]}
generate: {typescript: true, python: true, snippets: [python, curl, rust, typescript]}
";
    let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    let pages = pages(&catalog);
    let page = &pages.iter().find(|page| page.path == "sold-out.md").expect("a page").text;
    let labels: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("**")?.strip_suffix("**")).collect();
    assert_eq!(labels, ["Python", "Shell", "Rust", "TypeScript"], "{page}");
    assert!(page.contains("- `is_gone`, `GoneError` in Python, `isGone` in TypeScript\n"), "{page}");
    assert!(pages[0].text.contains("| Predicate | Python | TypeScript | True for |"), "{}", pages[0].text);
}

#[test]
fn internal_errors_are_on_no_page() {
    let (_, catalog) = catalogs::all().into_iter().find(|(name, _)| name.contains("/kinds/")).expect("the case");
    let internal: Vec<&ErrorDef> = catalog.errors.iter().filter(|error| !error.is_public()).collect();
    assert!(!internal.is_empty());
    for page in pages(&catalog) {
        for error in &internal {
            assert!(!page.text.contains(&error.name.id) && !page.text.contains(&error.name.slug), "{}", page.text);
        }
    }
}

#[test]
fn text_never_becomes_html() {
    let (_, catalog) = catalogs::all().into_iter().find(|(name, _)| name.contains("/hostile/")).expect("the case");
    for page in pages(&catalog) {
        for event in parse(&page) {
            if let Event::Html(html) | Event::InlineHtml(html) = &event {
                let is_first_line = html.starts_with("<!-- Generated by errbook");
                // Code that GitHub Pages would evaluate as a template.
                let opens = html.starts_with("<pre><code class=\"language-http\">HTTP/1.1 ");
                let is_tag = ["<code>", "</code>"].contains(&&**html);
                let is_code = opens || is_tag || !html.contains('<') || html.trim_end() == "&#125;</code></pre>";
                assert!(is_first_line || is_code, "{}: {html}", page.path);
            }
            if let Event::Start(Tag::Link { dest_url, .. }) = &event {
                assert!(!dest_url.starts_with("javascript:"), "{}", page.path);
            }
        }
    }
}

#[test]
fn nothing_reads_like_a_missing_value() {
    let minimal =
        catalogs::all().into_iter().filter(|(name, _)| name.contains("/minimal/") || name.contains("/empty/"));
    for (name, catalog) in minimal {
        for page in pages(&catalog) {
            for word in ["None", "null", "undefined"] {
                assert!(!page.text.contains(word), "{name}: {}", page.text);
            }
        }
    }
}

#[test]
fn a_users_template_replaces_one_kind_of_page() {
    let own = [(
        "error.md".to_owned(),
        "---\nid: {{ error.id }}\n---\n{% if glance %}{{ <table table={glance} /> }}{% endif %}".to_owned(),
    )];
    let catalog = catalogs::everything();
    let built_in = pages(&catalog);
    let replaced = emit(&catalog, &Templates::new(&own).expect("a good template")).expect("pages");
    assert_eq!(replaced[0], built_in[0]);
    let first = catalog.errors.iter().find(|error| error.is_public()).expect("an error");
    let page = replaced.iter().find(|page| page.path == format!("{}.md", first.name.slug)).expect("its page");
    assert!(page.text.starts_with(&format!("---\nid: {}\n---\n", first.name.id)), "{}", page.text);
}

#[test]
fn a_template_that_cannot_be_parsed_is_named_with_its_line() {
    let own = [("retired.md".to_owned(), "# {{ title }}\n\n{% if %}\n".to_owned())];
    let Err(TemplateError::Invalid { file, line, report }) = Templates::new(&own).map(|_| ()) else {
        panic!("the template was accepted")
    };
    assert_eq!((file.as_deref(), line), (Some("retired.md"), Some(3)));
    assert!(report.contains("retired.md:3:"), "{report}");
}

#[test]
fn a_template_with_an_unknown_variable_is_named_with_its_line() {
    let own = [("index.md".to_owned(), "# {{ title }}\n{{ titel }}\n".to_owned())];
    let templates = Templates::new(&own).expect("it can be parsed");
    let Err(TemplateError::Invalid { file, line, report }) = emit(&catalogs::everything(), &templates) else {
        panic!("the page was rendered")
    };
    assert_eq!((file.as_deref(), line), (Some("index.md"), Some(2)));
    assert!(report.contains("titel"), "{report}");
}

#[test]
fn an_unknown_template_name_is_rejected_with_the_allowed_ones() {
    let own = [("errors.md".to_owned(), String::new())];
    let error = Templates::new(&own).map(|_| ()).expect_err("no page has it");
    assert_eq!(error, TemplateError::Unknown { name: "errors.md".to_owned() });
    for name in Templates::NAMES {
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn prose_sees_the_catalog() {
    let mut catalog = catalogs::everything();
    let text = "{{ catalog.api.name }}: {% for error in catalog.errors %}{{ error.slug }}/{{ error.code }}/{{ error.statuses | join(sep=\"+\") }} {% endfor %}";
    catalog.prose.after.push(errbook_catalog::model::ProseFile { path: "own.md".into(), text: text.into() });
    let index = &pages(&catalog)[0];
    let first = catalog.errors.iter().find(|error| error.is_public() && error.code.is_some()).expect("an error");
    let statuses: Vec<String> = first.statuses.iter().map(u16::to_string).collect();
    let expected = format!("{}/{}/{} ", first.name.slug, first.code.as_ref().unwrap(), statuses.join("+"));
    assert!(index.text.contains(&expected), "{}", index.text);
}

#[test]
fn prose_that_cannot_be_rendered_is_named() {
    let mut catalog = catalogs::everything();
    let text = "one\ntwo {{ catalog.erors }}\n".to_owned();
    catalog.prose.before = vec![errbook_catalog::model::ProseFile { path: "prose/intro.md".into(), text }];
    let templates = Templates::new(&[]).expect("errbook's own");
    let Err(TemplateError::Invalid { file, line, .. }) = emit(&catalog, &templates) else {
        panic!("the prose was rendered")
    };
    assert_eq!((file.as_deref(), line), (Some("prose/intro.md"), Some(2)));
}

/// The page at `path` of the catalog in `yaml`.
fn page(yaml: &str, path: &str) -> String {
    let loaded = errbook_catalog::load_text("errors.yaml", yaml.as_bytes());
    let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
    pages(&catalog).into_iter().find(|page| page.path == path).unwrap_or_else(|| panic!("no page {path}")).text
}

fn assert_has(text: &str, expected: &str) {
    assert!(text.contains(expected), "not there:\n{expected}\n\nin\n{text}");
}

const SHOP: &str = r#"
errbook: 1
api: {name: Shop, version: "2", support: help@shop.example}
context: {request_id: {type: string, example: r-1, doc: Quote it.}}
envelopes:
  default:
    body: {code: "{code?}", message: "{message}"}
    headers: {X-Request: "{context.request_id}", X-Code: "{code?}", Retry-After: "{details.wait?}"}
retry: {told: {after: Retry-After, backoff: exponential, initial: 1s, max: 30s, attempts: 5}}
groups:
  stock: {title: Stock, summary: What is there., columns: {status: HTTP, code: Name, title: Never, fix: What to do}}
  till: {title: The till, columns: {fix: What to do, refund: Money}}
  empty: {title: Nothing in here}
predicates: {is_gone: [SOLD_OUT, HIDDEN, LATE]}
errors:
  BROKEN: {code: null, status: 500, title: Shop broken, description: It fell over., fix: Call us., refund: true, retryable: false, fault: api}
  SOLD_OUT: {status: 409, retryable: false, group: stock, title: Sold out, description: All gone., fix: "Choose another, or\n\n- wait | hope"}
  LATE: {status: 409, group: stock, description: Too late., fix: Be quick., deprecated: {since: "2", use: SOLD_OUT, note: One is enough.}}
  CARD:
    status: 402
    group: till
    description: The card failed.
    fix: "[Pay](https://pay.example) again."
    retryable: false
    fault: caller
    refund: {when: The bank took it.}
  BUSY:
    status: 429
    group: till
    description: Too many.
    fix: Wait.
    retry: told
    details: {wait: {type: integer, example: 3, doc: In seconds.}}
  HIDDEN: {status: 503, visibility: internal, description: Not to be seen.}
retired: {OLD: {since: "1.5", use: SOLD_OUT, note: It said less.}, OLDER: {use: HIDDEN}}
lints: {doc-url-mismatch: allow}
"#;

#[test]
fn groups_have_their_own_columns_and_the_first_leads_to_the_page() {
    let index = page(SHOP, "index.md");
    assert_has(
        &index,
        "## Stock\n\nWhat is there.\n\n\
         | HTTP | Name | Never | What to do | Retry |\n| --- | --- | --- | --- | --- |\n\
         | [409](sold-out.md) | `SOLD_OUT` | Sold out | Choose another, or • wait \\| hope | No |\n\
         | [409](late.md) (deprecated) | `LATE` | Late | Be quick. |  |\n",
    );
    assert_has(
        &index,
        "## The till\n\n| What to do | Money | Status | Retry |\n| --- | --- | --- | --- |\n\
         | [`CARD`](card.md): [Pay](https://pay.example) again. | Refunded under a condition: The bank took it. | 402 | No |\n\
         | [`BUSY`](busy.md): Wait. |  | 429 | Up to 5 times, after `Retry-After` |\n",
    );
    assert!(!index.contains("Nothing in here"), "{index}");
    assert_has(
        &index,
        "## Other errors\n\n| Status | Title | Meaning | What to do | Retry | Charge |\n\
         | --- | --- | --- | --- | --- | --- |\n\
         | [500](broken.md) | Shop broken | It fell over. | Call us. | No | Refunded |\n",
    );
}

#[test]
fn the_index_gathers_what_errors_have_in_common() {
    let index = page(SHOP, "index.md");
    assert_has(&index, "Version 2 of the API. Support: [help@shop.example](mailto:help@shop.example)\n");
    assert_has(&index, "| `is_gone` | `SOLD_OUT`, `LATE` |\n");
    assert_has(&index, "| `X-Code` | `{code}` | Omitted if there is no value. |\n");
    assert_has(&index, "| `request_id` | string | `r-1` | Quote it. |\n");
    assert_has(&index, "| [`LATE`](late.md) | 2 | `SOLD_OUT` | One is enough. |\n");
    assert_has(&index, "| [`OLD`](old.md) | 1.5 | `SOLD_OUT` | It said less. |\n| [`OLDER`](older.md) |  |  |  |\n");
}

#[test]
fn a_page_says_which_headers_its_error_has() {
    let busy = page(SHOP, "busy.md");
    assert_has(&busy, "| `X-Code` | `{code}` |  |\n| `Retry-After` | `{wait}` | In seconds. |\n");
    assert_has(
        &busy,
        "HTTP/1.1 429 Too Many Requests\nContent-Type: application/json\nX-Request: r-1\nX-Code: BUSY\nRetry-After: 3\n\n{\n",
    );
    let broken = page(SHOP, "broken.md");
    assert!(!broken.contains("X-Code") && !broken.contains("Retry-After"), "{broken}");
}

/// A constant has no description of its own, but the policy says what it is for.
#[test]
fn a_header_that_a_policy_waits_for_is_explained() {
    let yaml = "errbook: 1\napi: {name: Shop}\nretry: {told: {after: retry-after}}\nerrors:\n  \
                CLOSED: {status: 503, retry: told, headers: {Retry-After: '30', X-Shop: main}}\n";
    assert_has(&page(yaml, "closed.md"), "| `Retry-After` | `30` | When to retry. |\n| `X-Shop` | `main` |  |\n");
}

#[test]
fn a_page_answers_at_a_glance() {
    let card = page(SHOP, "card.md");
    assert_has(
        &card,
        "# `CARD`\n\n**Card** · `402 Payment Required` `Refunded under a condition` · The till\n\n\
         | Is it my fault? | May I retry? | Was I charged? |\n| --- | --- | --- |\n\
         | Yes. The cause is on your side. | Do not retry: the same request will fail again. | \
         The charge is refunded under a condition: The bank took it. |\n\n\
         ## What to do\n\n[Pay](https://pay.example) again.\n\n## What happened\n\nThe card failed.\n",
    );
    let broken = page(SHOP, "broken.md");
    assert_has(&broken, "# Shop broken\n\n`500 Internal Server Error` `Refunded` · id `BROKEN`\n");
    assert_has(&broken, "| No. The API failed. |");
}

/// What a client receives is the heading: the code, or else the message.
#[test]
fn the_heading_is_what_readers_paste() {
    let text = r#"
errbook: 1
api: {name: Shop, doc_url: "https://shop.example/{slug}"}
errors:
  SOLD_OUT: {status: 409, title: Nothing left, description: All gone.}
  FULL: {code: null, message: "The disk {disk} is full.", title: No space, cause: It is full., details: {disk: {type: string}}}
  WRONG: {code: null, status: 400, message: "{problem}", title: Wrong input, details: {problem: {type: string}}}
  ODD: {code: null, title: Posts fail, cause: A token.}
"#;
    let start = |path: &str| page(text, path).split("\n\n").skip(1).take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(start("sold-out.md"), "# `SOLD_OUT`\n**Nothing left** · `409 Conflict`",);
    assert_eq!(start("full.md"), "# The disk {disk} is full.\n**No space** · id `FULL` · <https://shop.example/full>",);
    assert_eq!(start("wrong.md"), "# Wrong input\n`400 Bad Request` · id `WRONG`");
    assert!(page(text, "wrong.md").contains("## Message\n\n```text\n{problem}\n```\n"));
    assert_eq!(start("odd.md"), "# Posts fail\nid `ODD` · <https://shop.example/odd>");
    assert!(!page(text, "full.md").contains("## Message"));
}

#[test]
fn a_page_says_what_an_error_replaces_and_what_replaces_it() {
    assert_has(
        &page(SHOP, "sold-out.md"),
        "## History\n\n- Replaces [`OLD`](old.md) since 1.5.\n- Replaces [`LATE`](late.md), deprecated since 2.\n",
    );
    assert!(!page(SHOP, "late.md").contains("## History"));
    assert!(!page(SHOP, "card.md").contains("## History"));
}

/// Text of the catalog can have more links.
#[test]
fn the_index_links_each_error_once_or_twice_after_the_shape_of_a_response() {
    for (name, catalog) in catalogs::all() {
        let index = pages(&catalog).swap_remove(0);
        let mut texts = catalog.errors.iter().flat_map(|error| [&error.description, &error.cause, &error.fix]);
        if texts.any(|text| text.as_ref().is_some_and(|text| text.contains(".md"))) {
            continue;
        }
        for error in catalog.errors.iter().filter(|error| error.is_public()) {
            let links = index.text.matches(&format!("]({}.md)", error.name.slug)).count();
            let expected = 1 + usize::from(error.lifecycle.deprecated.is_some());
            assert_eq!(links, expected, "{name}: {}\n{}", error.name.id, index.text);
        }
        let has_shape = catalog.errors.iter().any(|error| error.is_public() && error.envelope.is_some());
        if has_shape {
            let place = |part: &str| index.text.find(part).unwrap_or_else(|| panic!("{name}: no {part}"));
            assert!(place("\n## Response format\n") < place(".md) |"), "{name}: {}", index.text);
        }
    }
}

#[test]
fn a_page_leads_to_its_neighbours() {
    let late = page(SHOP, "late.md");
    assert_has(&late, "\n> **Deprecated since 2.** Expect [`SOLD_OUT`](sold-out.md) instead. One is enough.\n");
    assert_has(&late, "## See also\n\n- [`SOLD_OUT`](sold-out.md): Sold out\n");
    assert_has(&late, "true for this error:\n\n- `is_gone`\n");
    assert_has(&late, "\nPrevious: [`SOLD_OUT`](sold-out.md) · [All errors](index.md) · Next: [`CARD`](card.md)\n");
    assert!(!page(SHOP, "sold-out.md").contains("Previous"));
    assert!(!page(SHOP, "broken.md").contains("Next"));
}

#[test]
fn a_page_names_the_replacement_of_a_retired_error() {
    let old = page(SHOP, "old.md");
    assert_has(
        &old,
        "# `OLD`\n\n> [!WARNING]\n> **Retired since 1.5.** It is no longer sent, and its id will not be used again. \
         Expect [`SOLD_OUT`](sold-out.md) instead.\n\nIt said less.\n",
    );
    assert!(!page(SHOP, "older.md").contains("HIDDEN"));
}

/// errbook's own templates get only the data that they show.
#[test]
fn ejected_templates_give_the_same_bytes() {
    for flavor in Flavor::ALL {
        let own = Templates::new(&originals(flavor)).unwrap_or_else(|error| panic!("{error}"));
        for (name, mut catalog) in catalogs::all() {
            catalog.generate.docs = Some(GenerateDocs { dir: "docs".to_owned(), flavor, nav: None, templates: None });
            assert_eq!(emit(&catalog, &own).expect("pages"), pages(&catalog), "{name} for {flavor:?}");
        }
    }
}

#[test]
fn the_reference_shows_the_operations() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/tests/merge/errors.yaml");
    let mut catalog = errbook_catalog::load(&path).catalog.expect("accepted");
    let document = "openapi: 3.1.0\npaths:\n  /tea|pot/{id}:\n    get: {x-errors: [SOLD_OUT, RATE_LIMIT, HIDDEN2]}\n    delete: {x-errors: [CLOSED, SOLD_OUT]}\n";
    catalog.operations =
        errbook_schema::openapi::operations(&catalog, &document.replace(", HIDDEN2", "")).expect("operations");
    let hidden = catalog.errors.iter().position(|error| error.name.id == "HIDDEN").expect("an internal error");
    catalog.operations[0].errors.push(hidden);

    let templates = Templates::new(&[]).expect("errbook's own");
    let pages = emit(&catalog, &templates).expect("pages");
    let page = |path: &str| &pages.iter().find(|page| page.path == path).expect("a page").text;
    let section = |page: &str, heading: &str| {
        let (_, rest) = page.split_once(heading).unwrap_or_else(|| panic!("no {heading}:\n{page}"));
        rest.split("\n## ").next().unwrap_or_default().trim().to_owned()
    };
    insta::assert_snapshot!(section(page("index.md"), "## Operations"), @r"
    The errors of each operation, by status:

    | Operation | 409 | 429 |
    | --- | --- | --- |
    | `GET /tea\|pot/{id}` | `SOLD_OUT` | `RATE_LIMIT` |
    | `DELETE /tea\|pot/{id}` | `SOLD_OUT`, `CLOSED` |  |
    ");
    insta::assert_snapshot!(section(page("sold-out.md"), "## Returned by"), @r"
    - `GET /tea|pot/{id}`
    - `DELETE /tea|pot/{id}`
    ");
    assert!(!page("busy.md").contains("Returned by"));
}
