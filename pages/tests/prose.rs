//! A text of the catalog reads the same in every output as in plain markdown.

use std::path::Path;

use errbook_catalog::model::{Catalog, ErrorDef, Flavor, GenerateDocs};
use errbook_pages::markdown::{self, Templates, llms};
use errbook_pages::site;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

fn catalog() -> Catalog {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden/prose/catalog.yaml");
    let loaded = errbook_catalog::load(&path);
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

fn parse(markdown: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    Parser::new_ext(markdown, options | Options::ENABLE_GFM).collect()
}

/// The blocks with their visible text. Heading levels are ignored, because outputs lower them.
fn outline(events: &[Event<'_>]) -> Vec<String> {
    let mut outline: Vec<String> = Vec::new();
    let mut text = String::new();
    for event in events {
        let block = match event {
            Event::Text(part) | Event::Code(part) => {
                text.push_str(part);
                continue;
            }
            Event::InlineHtml(html) if ["<br", "<!--", "<code", "</code"].iter().any(|tag| html.starts_with(tag)) => {
                continue;
            }
            Event::InlineHtml(html) => {
                text.push_str(html);
                continue;
            }
            Event::SoftBreak | Event::HardBreak => {
                text.push(' ');
                continue;
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => continue,
            Event::Start(Tag::CodeBlock(_)) => "code".to_owned(),
            Event::Start(Tag::Heading { .. }) => "heading".to_owned(),
            Event::End(TagEnd::Heading(_)) => "end of heading".to_owned(),
            other => format!("{other:?}"),
        };
        // Code must be identical.
        let is_code = *event == Event::End(TagEnd::CodeBlock);
        let read =
            if is_code { text.trim_end().to_owned() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") };
        text.clear();
        outline.extend((!read.is_empty()).then_some(read));
        outline.push(block);
    }
    outline
}

/// The content below a heading of the second level, which may have an anchor.
fn section<'a, 'b>(page: &'a [Event<'b>], title: &str) -> &'a [Event<'b>] {
    let is_top = |event: &Event<'_>| match event {
        Event::Start(Tag::Heading { level, .. }) => *level <= HeadingLevel::H2,
        _ => *event == Event::Rule,
    };
    let starts = |at: &usize| {
        is_top(&page[*at]) && matches!(page.get(at + 1), Some(Event::Text(text)) if text.starts_with(title))
    };
    let start = (0..page.len()).find(starts).unwrap_or_else(|| panic!("no {title}"));
    let end_of_heading = |event: &Event<'_>| matches!(event, Event::End(TagEnd::Heading(_)));
    let body = &page[start..];
    let body = &body[body.iter().position(end_of_heading).expect("an end") + 1..];
    // A thematic break of the text itself is at its beginning.
    let end = body.iter().skip(1).position(is_top).map_or(body.len(), |at| at + 1);
    &body[..end]
}

fn texts(error: &ErrorDef) -> Vec<(&'static str, &str)> {
    let texts = [("What happened", &error.description), ("Cause", &error.cause), ("What to do", &error.fix)];
    texts.into_iter().filter_map(|(title, text)| Some((title, text.as_deref()?))).collect()
}

#[test]
fn a_text_has_the_same_blocks_in_every_flavor() {
    let mut catalog = catalog();
    for flavor in Flavor::ALL {
        catalog.generate.docs = Some(GenerateDocs { dir: "docs".to_owned(), flavor, nav: None, templates: None });
        let pages = markdown::emit(&catalog, &Templates::new(&[]).expect("errbook's own")).expect("pages");
        for error in &catalog.errors {
            let path = format!("{}.md", error.name.slug);
            let page = &pages.iter().find(|page| page.path == path).expect("its page").text;
            let front = page.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
            let events = parse(front.map_or(page, |(_, body)| body));
            for (title, text) in texts(error) {
                let (mut own, mut expected) = (outline(section(&events, title)), outline(&parse(text)));
                if flavor == Flavor::Mkdocs {
                    // Python-Markdown needs a blank line before a block, which turns an item's text
                    // into paragraphs.
                    let is_block = |block: &String| !block.ends_with("(Paragraph)");
                    own.retain(is_block);
                    expected.retain(is_block);
                }
                assert_eq!(own, expected, "{flavor:?}: {path}: {title}\n{page}");
            }
            let levels = events.iter().filter_map(|event| match event {
                Event::Start(Tag::Heading { level, .. }) => Some(*level as usize),
                _ => None,
            });
            let has_title = flavor != Flavor::Starlight;
            assert_eq!(levels.filter(|level| *level == 1).count(), usize::from(has_title), "{flavor:?}: {page}");
        }
    }
}

#[test]
fn a_cell_of_the_index_has_a_text_on_one_line() {
    let pages = markdown::emit(&catalog(), &Templates::new(&[]).expect("errbook's own")).expect("pages");
    let index = &pages[0].text;
    for cell in [
        "| Use: `# shell comment curl x` |",
        "| 1. Look: `curl -i x` 2. Wait. |",
        "| Do: `# run` |",
        "| Big title text |",
        "| Plan: Free, Limit: 60; Plan: `pro\\|max`, Limit: 600 |",
        "| • One `# in the first item` • Two 1. Deeper: `# in the second ## list` |",
        "| Look: `# no heading key: [a, b]` |",
        "| • The server said: Wait, *then* ask again. `# exactly so` • It says no more. |",
    ] {
        assert!(index.contains(cell), "{cell} is not in\n{index}");
    }
}

#[test]
fn llms_has_a_text_on_one_line() {
    let file = llms(&catalog(), None);
    for line in [
        "> Big summary Every text of it.\n",
        "1. Look: `curl -i x` 2. Wait.\n",
        "Do: `# run`\n",
        "Steps Ask for access.\n",
        "Plan: Free, Limit: 60; Plan: `pro|max`, Limit: 600\n",
    ] {
        assert!(file.contains(line), "{line} is not in\n{file}");
    }
}

#[test]
fn the_site_has_the_blocks_and_one_first_heading() {
    let catalog = catalog();
    let files = site::emit(&[&catalog]).expect("files");
    let page = |path: &str| &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}")).text;
    for file in files.iter().filter(|file| Path::new(&file.path).extension().is_some_and(|ending| ending == "html")) {
        assert_eq!(file.text.matches("<h1").count(), 1, "{}: {}", file.path, file.text);
    }
    for (path, html) in [
        ("indented-code.html", "<p>Use:\n<pre tabindex=0><code># shell comment\ncurl x</code></pre>"),
        (
            "code-in-a-list.html",
            "<ol>\n<li>\n<p>Look:\n<pre tabindex=0><code class=\"language-sh\">curl -i x\n</code></pre>\n<li>\n<p>Wait.\n</ol>",
        ),
        (
            "code-in-a-quote.html",
            "<p>Do:\n<blockquote>\n<pre tabindex=0><code class=\"language-sh\"># run\n</code></pre>\n</blockquote>",
        ),
        ("underlined-title.html", "<h2 id=meaning>What happened</h2>\n<h3>Big title</h3>\n<p>text"),
        ("underlined-title.html", "<h2 id=fix>What to do</h2>\n<h3>Steps</h3>\n<p>Ask for access."),
        ("table-of-limits.html", "<td><code>pro|max</code></td><td style=\"text-align: right\">600</td>"),
        ("code-in-nested-lists.html", "<pre tabindex=0><code># in the second\n\n\n## list\n</code></pre>"),
        ("index.html", "<h2>Big summary</h2>\n<p>Every text of it."),
        ("index.html", "<h3>Group title</h3>\n<p>Texts with blocks."),
        ("index.html", "<dd><h4>Steps</h4>\n<p>Ask for access."),
    ] {
        assert!(page(path).contains(html), "{html} is not in {path}\n{}", page(path));
    }
}

/// The docs of the variants in the Rust file, each as markdown.
fn docs(file: &str) -> Vec<String> {
    let mut docs = vec![String::new()];
    for line in file.lines().map(str::trim) {
        match line.strip_prefix("///") {
            Some(doc) => docs.last_mut().expect("one").extend([doc.strip_prefix(' ').unwrap_or(doc), "\n"]),
            None if docs.last().is_some_and(|doc| !doc.is_empty()) => docs.push(String::new()),
            None => {}
        }
    }
    docs
}

#[test]
fn rustdoc_has_the_blocks_and_no_test() {
    let catalog = catalog();
    let docs = docs(&errbook_codegen::rust::file(&catalog));
    for error in &catalog.errors {
        let code = format!("code `{}`.", error.name.id);
        let doc = docs.iter().find(|doc| doc.contains(&code)).expect("its docs");
        for event in parse(doc) {
            if let Event::Start(Tag::CodeBlock(kind)) = &event {
                assert!(matches!(kind, pulldown_cmark::CodeBlockKind::Fenced(info) if &**info == "text"), "{doc}");
            }
        }
        let own = outline(&parse(doc));
        for (_, text) in texts(error) {
            let mut blocks = outline(&parse(text));
            // A label may precede the first words.
            let starts_with_words = blocks[0] == "Start(Paragraph)";
            blocks.drain(..usize::from(starts_with_words));
            let is_there = own.windows(blocks.len()).any(|window| {
                let mut pairs = window.iter().zip(&blocks);
                pairs.next().is_some_and(|(own, block)| own.ends_with(block.as_str()))
                    && pairs.all(|(own, block)| own == block)
            });
            assert!(is_there, "{blocks:#?}\nis not in\n{own:#?}\n{doc}");
        }
    }
}
