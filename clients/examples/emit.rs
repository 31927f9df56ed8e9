//! Writes the clients, the test vectors and the snippets of catalogs: `emit FOLDER CATALOG...`
//!
//! The snippets are in one module for each language, as functions, and a script for each error.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_catalog::model::{Catalog, SnippetLanguage};
use errbook_clients::{python, snippets::Snippets, typescript, vectors};

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().expect("a folder");
    for path in arguments {
        let loaded = errbook_catalog::load(&path);
        let mut catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        let folder = folder.join(&catalog.api.slug);
        std::fs::create_dir_all(folder.join("snippets")).expect("a folder");
        write(&folder.join(typescript::FILE), &typescript::emit(&catalog));
        write(&folder.join(python::FILE), &python::emit(&catalog));
        write(&folder.join(vectors::FILE), &vectors::text(&vectors::emit(&catalog)));
        catalog.generate.snippets = SnippetLanguage::ALL.to_vec();
        write_snippets(&folder, &catalog);
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a writable folder");
}

fn write_snippets(folder: &Path, catalog: &Catalog) {
    let snippets = Snippets::new(catalog);
    let (mut of_typescript, mut of_python) = (String::new(), String::new());
    for (number, error) in catalog.errors.iter().filter(|error| error.is_public()).enumerate() {
        for (language, code) in snippets.of(error) {
            let indented = code.lines().flat_map(|line| ["    ", line, "\n"]).collect::<String>();
            let _ = match language {
                SnippetLanguage::Rust => Ok(()),
                SnippetLanguage::Typescript => {
                    write!(of_typescript, "\nexport async function snippet{number}(): Promise<void> {{\n{indented}}}\n")
                }
                SnippetLanguage::Python => {
                    write!(of_python, "\n\ndef snippet_{number}(response: ResponseLike) -> None:\n{indented}")
                }
                SnippetLanguage::Curl => {
                    write(&folder.join(format!("snippets/{number}.sh")), &format!("#!/bin/sh\nurl=$1\n{code}\n"));
                    Ok(())
                }
            };
        }
    }
    let imports = |text: &str, names: &mut dyn Iterator<Item = &str>| {
        let used = |name: &&str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *name);
        names.filter(used).collect::<Vec<_>>().join(", ")
    };
    let declared = |module: &str, before: &str| -> Vec<String> {
        let names = module.lines().filter_map(|line| line.strip_prefix(before));
        names
            .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
            .map(str::to_owned)
            .collect()
    };
    let (client, names) = (typescript::emit(catalog), ["fromResponse", "withRetry"]);
    let classes = declared(&client, "export class ");
    let used = imports(&of_typescript, &mut names.into_iter().chain(classes.iter().map(String::as_str)));
    write(
        &folder.join("snippets.ts"),
        &format!(
            "import {{ {used} }} from \"./errors.ts\";\n\ndeclare const console: {{ error(...values: unknown[]): void }};\n\
             export declare const response: {{ status: number; headers: object; text(): Promise<string> }};\n\
             export declare const send: () => Promise<string>;\n{of_typescript}"
        ),
    );
    let (client, names) = (python::emit(catalog), ["from_http", "raise_for", "with_retry", "ResponseLike"]);
    let classes = declared(&client, "class ");
    let used = imports(
        &of_python,
        &mut names.into_iter().chain(classes.iter().map(String::as_str).filter(|name| *name != "ResponseLike")),
    );
    let import = if used.is_empty() { String::new() } else { format!("from errors import ({used})\n") };
    write(
        &folder.join("snippets.py"),
        &format!(
            "# ruff: noqa: I001\nfrom __future__ import annotations\n\n{import}\n\n\
             def send() -> str:\n    return \"\"\n{of_python}"
        ),
    );
}
