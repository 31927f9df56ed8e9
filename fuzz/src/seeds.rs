//! Inputs to begin with: the catalogs, documents, pages and responses of the tests.

use std::fs;
use std::path::{Path, PathBuf};

use errbook_catalog::load_text;
use errbook_history::lock::Lock;
use errbook_history::version::Version;

use crate::SEPARATOR;

/// A catalog for the targets that need one.
pub(crate) const SHOP: &str = include_str!("../errors.yaml");

/// An input of a target.
pub struct Seed {
    /// The name of the target.
    pub target: &'static str,
    /// The input.
    pub bytes: Vec<u8>,
}

/// All seeds, in a fixed order: those of the tests, and the inputs in `corpus/`, each of which
/// failed once.
///
/// # Panics
///
/// If a file of the repository cannot be read.
pub fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |target, bytes: &[u8]| seeds.push(Seed { target, bytes: bytes.to_vec() });
    let mut catalogs = below("codegen/tests/golden", &["yaml"]);
    catalogs.extend(below("catalog/tests/rules", &["yaml"]));
    catalogs.extend(below("catalog/apis", &["yaml"]));
    catalogs.push(SHOP.as_bytes().to_vec());
    for catalog in &catalogs {
        for target in ["load", "pipeline", "fmt"] {
            add(target, catalog);
        }
        let pair = [catalog, SEPARATOR.as_bytes(), SHOP.as_bytes()].concat();
        add("diff", &pair);
        let loaded = load_text("errors.yaml", catalog);
        if loaded.catalog.is_some() {
            let version = Version::parse("1.2.3").expect("a version");
            add("lock", Lock::of(version, &loaded.report.sources).to_text().as_bytes());
        }
    }
    for seed in 0..8 {
        add("generated", &Numbers::new(seed).bytes());
        add("documents", &Numbers::new(seed).bytes());
    }
    for text in TEXTS {
        add("texts", text.as_bytes());
        add("template", text.as_bytes());
    }
    for document in below("schema/tests/merge/documents", &["yaml", "json"]) {
        add("merge", &document);
        add("import", &document);
    }
    let styles = fs::read(root().join("schema/tests/merge/styles.json")).expect("readable");
    let styles: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&styles).expect("JSON");
    for document in styles.values().filter_map(serde_json::Value::as_str) {
        add("merge", document.as_bytes());
    }
    for page in below("import/tests", &["md", "html", "txt", "yaml", "json"]) {
        add("import", &page);
    }
    for response in RESPONSES {
        add("client", response.as_bytes());
    }
    for target in crate::TARGETS {
        for bytes in below(&format!("fuzz/corpus/{}", target.name), &["txt"]) {
            add(target.name, &bytes);
        }
    }
    seeds
}

/// A sequence of numbers that look random: Vigna's splitmix64.
pub struct Numbers(u64);

impl Numbers {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Numbers(seed)
    }

    /// The next number, below a limit.
    ///
    /// # Panics
    ///
    /// Never.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % limit.max(1) as u64).expect("below the limit")
    }

    /// Bytes for [`catalog`](crate::catalog).
    pub fn bytes(&mut self) -> Vec<u8> {
        (0..1_000).map(|_| u8::try_from(self.below(256)).unwrap_or_default()).collect()
    }
}

/// Texts with a meaning in markdown, HTML, templates and YAML.
const TEXTS: &[&str] = &[
    "",
    "Plain words.",
    "1. Look:\n\n   ```sh\n   curl -i x\n   ```\n2. Wait.",
    "> ```sh\n> # run\n> ```",
    "Big title\n=========\n\n| a | b |\n|---|---|\n| `c` | [d](e.md) |",
    "<script>a</script> <b>&amp; \u{202e} \u{1b}[0m {{ x }} {% y %} {details.n} {s?} {{s}}",
    "*a* _b_ **c** ~~d~~ `e` ![f](g) [h][i]\n\n[i]: https://x.y",
    "- a\n  - b\n    - c\n\n      d\n* e",
    "{% for a in b %}{{ a | upper }}{% endfor %}",
    "{n} of {s?}",
];

/// A status, a header, and a body.
const RESPONSES: &[&str] = &[
    "409\n\n{\"code\":\"SOLD_OUT\",\"message\":\"Sold out.\",\"details\":{\"item\":\"a\",\"left\":0}}",
    "429\n120, 60\n{\"code\":\"RATE_LIMIT\",\"message\":\"\\ud800\"}",
    "503\nWed, 21 Oct 2015 07:28:00 GMT\n\u{feff}{\"code\":\"CLOSED\",\"code\":1,\"details\":{\"opens\":1e400}}",
    "502\n1760000000000\n<html>502</html>",
    "404\n-1\n{\"type\":\"https://shop.example/errors/not-found/\",\"title\":\"x\",\"code\":null}",
    "500\n0.4\n[[[[{\"a\":[{}]}]]]]",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files with these extensions in a folder and its folders, in the order of their paths.
fn below(folder: &str, extensions: &[&str]) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            match path.is_dir() {
                true => folders.push(path),
                false if extensions.contains(&extension) => files.push(path),
                false => {}
            }
        }
    }
    files.sort();
    files.into_iter().map(|path| fs::read(path).expect("readable")).filter(|bytes| bytes.len() < 100_000).collect()
}
