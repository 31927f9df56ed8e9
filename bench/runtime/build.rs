//! Generates the measured code. The bodies use a bundled catalog and golden cases. The lookups use
//! catalogs with 66 and 1,000 errors, and the same codes with strum and phf.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use errbook_catalog::{Loaded, load, load_text};

const SUBJECTS: &[&str] = &[
    "Account",
    "ApiKey",
    "Attachment",
    "Balance",
    "Booking",
    "Campaign",
    "Card",
    "Cart",
    "Channel",
    "Comment",
    "Contract",
    "Coupon",
    "Currency",
    "Customer",
    "Device",
    "Document",
    "Endpoint",
    "Export",
    "Group",
    "Image",
    "Invoice",
    "Job",
    "Location",
    "Member",
    "Message",
    "Order",
    "Payment",
    "Plan",
    "Post",
    "Price",
    "Product",
    "Profile",
    "Refund",
    "Region",
    "Report",
    "Session",
    "Shipment",
    "Token",
    "Upload",
    "Webhook",
];

const CONDITIONS: &[&str] = &[
    "Archived",
    "Blocked",
    "Closed",
    "Conflict",
    "Corrupted",
    "Delayed",
    "Disabled",
    "Duplicate",
    "Empty",
    "Exhausted",
    "Expired",
    "Forbidden",
    "Incomplete",
    "Invalid",
    "LimitReached",
    "Locked",
    "Malformed",
    "Missing",
    "NotFound",
    "NotSupported",
    "Pending",
    "Rejected",
    "TooLarge",
    "Unavailable",
    "VersionMismatch",
];

const STATUSES: &[u16] = &[400, 401, 402, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 500, 502, 503];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for (name, path) in [
        ("social_crawl", "../../catalog/apis/social-crawl.yaml"),
        ("envelopes", "../../codegen/tests/golden/envelopes/catalog.yaml"),
        ("kinds", "../../codegen/tests/golden/kinds/catalog.yaml"),
        ("types", "../../codegen/tests/golden/types/catalog.yaml"),
    ] {
        write(&format!("{name}.rs"), &rust(load(Path::new(path)))?)?;
    }
    for count in [66, 1000] {
        let entries = entries(count);
        write(&format!("errors_{count}.rs"), &rust(load_text("errors.yaml", catalog(&entries).as_bytes()))?)?;
        write(&format!("peers_{count}.rs"), &peers(&entries)?)?;
    }
    Ok(())
}

fn write(name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let folder = env::var("OUT_DIR")?;
    Ok(fs::write(Path::new(&folder).join(name), text)?)
}

fn rust(loaded: Loaded) -> Result<String, Box<dyn Error>> {
    for input in &loaded.inputs {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    let catalog = loaded.catalog.ok_or_else(|| loaded.report.render_text(false))?;
    Ok(errbook_codegen::rust::file(&catalog))
}

struct Entry {
    variant: String,
    id: String,
    status: u16,
    words: String,
}

/// Selects this many combinations, spread over both lists.
fn entries(count: usize) -> Vec<Entry> {
    let all =
        SUBJECTS.iter().flat_map(|subject| CONDITIONS.iter().map(move |condition| format!("{subject}{condition}")));
    let step = SUBJECTS.len() * CONDITIONS.len() / count;
    let entry = |(at, variant): (usize, String)| {
        let words = variant.chars().fold(String::new(), |mut words, letter| {
            if letter.is_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.push(letter.to_ascii_lowercase());
            words
        });
        let id = words.to_uppercase().replace(' ', "_");
        Entry { variant, id, status: STATUSES[at % STATUSES.len()], words }
    };
    all.step_by(step).take(count).enumerate().map(entry).collect()
}

fn catalog(entries: &[Entry]) -> String {
    let mut text = "errbook: 1\napi: {name: Bench}\n".to_owned();
    text.push_str("envelopes: {default: {body: {code: \"{code}\", message: \"{message}\"}}}\nerrors:\n");
    for Entry { id, status, words, .. } in entries {
        writeln!(text, "  {id}:\n    status: {status}\n    title: \"On {words}\"").unwrap();
        writeln!(text, "    description: What {words} means, in a sentence.\n    fix: {}\n", fix(words)).unwrap();
    }
    text
}

fn fix(words: &str) -> String {
    format!("What to do about {words}.")
}

/// The same codes, hand-written: an enum with strum's derives and matches, and phf maps.
fn peers(entries: &[Entry]) -> Result<String, std::fmt::Error> {
    let mut text = "#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumProperty, strum::EnumString)]\n\
        #[strum(serialize_all = \"SCREAMING_SNAKE_CASE\")]\npub(crate) enum Code {\n"
        .to_owned();
    for Entry { variant, status, words, .. } in entries {
        writeln!(text, "    #[strum(props(status = {status}, fix = {:?}))]\n    {variant},", fix(words))?;
    }
    text.push_str("}\n\nimpl Code {\n    pub(crate) const ALL: &'static [Self] = &[\n");
    for Entry { variant, .. } in entries {
        writeln!(text, "        Self::{variant},")?;
    }
    text.push_str("    ];\n\n    pub(crate) const fn status(self) -> u16 {\n        match self {\n");
    for Entry { variant, status, .. } in entries {
        writeln!(text, "            Self::{variant} => {status},")?;
    }
    text.push_str("        }\n    }\n\n    pub(crate) const fn fix(self) -> &'static str {\n        match self {\n");
    for Entry { variant, words, .. } in entries {
        writeln!(text, "            Self::{variant} => {:?},", fix(words))?;
    }
    text.push_str("        }\n    }\n}\n\n");

    let mut codes = phf_codegen::Map::new();
    let mut infos = phf_codegen::Map::new();
    for Entry { variant, id, status, words } in entries {
        codes.entry(id.as_str(), format!("Code::{variant}"));
        infos.entry(id.as_str(), format!("Info {{ status: {status}, fix: {:?} }}", fix(words)));
    }
    writeln!(text, "pub(crate) struct Info {{ pub(crate) status: u16, pub(crate) fix: &'static str }}")?;
    writeln!(text, "pub(crate) static CODES: phf::Map<&'static str, Code> = {};", codes.build())?;
    writeln!(text, "pub(crate) static INFOS: phf::Map<&'static str, Info> = {};", infos.build())?;
    Ok(text)
}
