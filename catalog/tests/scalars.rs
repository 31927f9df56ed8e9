//! A scalar that parsers read as different values is accepted nowhere without quotes.

use errbook_catalog::load_text;
use errbook_catalog::problem::{Level, Rule};

/// Scalars that YAML 1.1, YAML 1.2 or a common parser reads differently.
const AMBIGUOUS: [&str; 37] = [
    "1_000",
    "1_0.5",
    "1:30",
    "-1:30",
    "12:30:45",
    "0b11",
    "0o17",
    "017",
    "08",
    "0x1F",
    "0x_1F",
    "2026-01-01",
    "2026-01-01T12:00:00Z",
    "2026-1-1 12:00:00",
    "2026-1-1",
    "-.5",
    "+5",
    "+1.5",
    "-0",
    "-0.0",
    "1e3",
    "1.5e3",
    ".inf",
    "-.inf",
    "+.Inf",
    ".nan",
    ".NaN",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "N",
    "=",
    "<<",
    "99999999999999999999",
    "1.0e+999",
];

/// Scalars that every parser reads as null, a boolean or a number.
const NOT_TEXT: [&str; 9] = ["~", "null", "NULL", "true", "False", "5", "-5", "1.20", "1.0e+3"];

/// Places for text, with `@` for the scalar.
const TEXTS: [&str; 18] = [
    "{status: 409, message: @}",
    "{status: 409, title: @}",
    "{status: 409, fix: @}",
    "{status: 409, since: @}",
    "{status: 409, changed: {@: It is new.}}",
    "{status: 409, deprecated: {since: @}}",
    "{status: 409, headers: {Retry-After: @}}",
    "{status: 409, headers: {X-Reason: @}}",
    "{status: 409, examples: [{title: @}]}",
    "{status: 409, details: {it: {type: enum, values: [good, @]}}}",
    "{status: 409, details: {it: {type: string, example: @}}}",
    "{status: 409, details: {it: {type: uri, example: @}}}",
    "{status: 409, details: {it: {type: uuid, example: @}}}",
    "{status: 409, details: {it: {type: date-time, example: @}}}",
    "{status: 409, details: {it: {type: array<string>, example: [@]}}}",
    "{status: 409, details: {it: {type: map<string>, example: {key: @}}}}",
    "{status: 409, details: {it: string}, examples: [{details: {it: @}}]}",
    "{status: 409, details: {it: {type: map<integer>, example: {@: 1}}}}",
];

/// Places for a number.
const NUMBERS: [&str; 6] = [
    "{status: @}",
    "{status: [409, @]}",
    "{status: 409, examples: [{status: @}]}",
    "{status: 503, retry: {initial: 1s, backoff: exponential, factor: @}}",
    "{status: 503, retry: {initial: 1s, attempts: @}}",
    "{status: 503, retry: {initial: @}}",
];

/// Places for any scalar.
const VALUES: [&str; 6] = [
    "{status: 409, code: @}",
    "{status: 409, details: {it: {type: integer, example: @}}}",
    "{status: 409, details: {it: {type: number, example: @}}}",
    "{status: 409, details: {it: {type: duration, example: @}}}",
    "{status: 409, details: {it: {type: boolean, example: @}}}",
    "{status: 409, details: {it: {type: json, example: {a: [@]}}}}",
];

fn catalog_of(error: &str) -> String {
    format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n  SOLD_OUT: {error}\n")
}

/// The errors in a catalog, as text.
fn errors(catalog: &str) -> String {
    let report = load_text("errors.yaml", catalog.as_bytes()).report;
    if report.problems.iter().any(|problem| problem.level == Level::Error) {
        report.render_text(false)
    } else {
        String::new()
    }
}

#[test]
fn an_ambiguous_scalar_is_accepted_nowhere() {
    for place in TEXTS.iter().chain(&NUMBERS).chain(&VALUES) {
        for scalar in AMBIGUOUS {
            let found = errors(&catalog_of(&place.replace('@', scalar)));
            // A merge key has its own message.
            let is_merge = scalar == "<<" && place.contains("{@:");
            assert!(found.contains("wrong-type") || is_merge, "{scalar} in {place}: {found}");
        }
    }
}

#[test]
fn a_text_is_accepted_with_quotes_and_the_report_says_so() {
    for place in TEXTS {
        for scalar in AMBIGUOUS.iter().chain(&NOT_TEXT) {
            if *scalar == "<<" && place.contains("{@:") {
                continue;
            }
            let found = errors(&catalog_of(&place.replace('@', scalar)));
            let is_null = matches!(scalar.to_ascii_lowercase().as_str(), "~" | "null");
            let says_so = found.contains("put it in quotes") || is_null;
            assert!(says_so && !found.is_empty(), "{scalar} in {place}: {found}");
            let quoted = errors(&catalog_of(&place.replace('@', &format!("\"{scalar}\""))));
            // Quotes make it text, which can still be a wrong value.
            let is_text = !quoted.contains("wrong-type") && !quoted.contains("put it in quotes");
            assert!(is_text, "\"{scalar}\" in {place}: {quoted}");
        }
    }
}

#[test]
fn a_number_has_no_advice_to_quote_it() {
    for place in NUMBERS {
        for scalar in AMBIGUOUS {
            let found = errors(&catalog_of(&place.replace('@', scalar)));
            assert!(!found.contains("put it in quotes"), "{scalar} in {place}: {found}");
        }
    }
}

#[test]
fn names_and_versions_need_quotes_too() {
    for catalog in [
        "errbook: 1\napi: {name: @}\nerrors: {}\n",
        "errbook: 1\napi: {name: Shop, version: @}\nerrors: {}\n",
        "errbook: 1\napi: {name: Shop}\nretired: {OLD: {since: @}}\n",
        "errbook: 1\napi: {name: Shop}\ngroups: {@: {}}\nerrors: {}\n",
        "errbook: 1\napi: {name: Shop}\nenvelopes: {default: {body: {code: '{code}', it: [@]}}}\nerrors: {}\n",
        "errbook: 1\napi: {name: Shop}\nenvelopes: {default: {body: {code: '{code}', it: {@: 1}}}}\nerrors: {}\n",
    ] {
        for scalar in AMBIGUOUS.iter().filter(|scalar| **scalar != "<<") {
            let found = errors(&catalog.replace('@', scalar));
            assert!(found.contains("put it in quotes"), "{scalar} in {catalog}: {found}");
        }
    }
}

#[test]
fn an_id_needs_quotes_if_yaml_reads_something_else() {
    for id in ["no", "Yes", "on", "OFF", "y", "N", "null", "True", "FALSE"] {
        for section in ["errors: {@: {status: 409}}", "errors: {}\nretired: {@: {since: '1'}}"] {
            let catalog = format!("errbook: 1\napi: {{name: Shop}}\n{section}\n");
            let found = errors(&catalog.replace('@', id));
            assert!(found.contains(&format!("put it in quotes: \"{id}\"")), "{id} in {section}: {found}");
            assert_eq!(errors(&catalog.replace('@', &format!("'{id}'"))), "", "{id} in {section}");
        }
    }
    // Quotes do not make it valid.
    let found = errors("errbook: 1\napi: {name: Shop}\nerrors: {123: {status: 409}}\n");
    assert!(found.contains("invalid-name") && !found.contains("quotes"), "{found}");
}

#[test]
fn a_line_ends_in_one_place_for_all_parsers() {
    for (letter, escape) in [('\u{85}', "U+0085"), ('\u{2028}', "U+2028"), ('\u{2029}', "U+2029")] {
        for error in [
            // A parser of YAML 1.1 reads the rest as a key.
            "{status: 409} # a comment@    code: x",
            "{status: 409, fix: a@b}",
            "{status: 409, fix: 'a@b'}",
            "{status: 409, fix: \"a@b\"}",
            "\n    status: 409\n    fix: |\n      a@b",
        ] {
            let found = errors(&catalog_of(&error.replace('@', &letter.to_string())));
            assert!(found.contains("unsupported-yaml") && found.contains(escape), "{escape} in {error}: {found}");
            assert!(found.contains(&format!("\\u{}", &escape[2..])), "{found}");
        }
    }
    assert_eq!(errors(&catalog_of(r#"{status: 409, fix: "a\u0085\u2028\u2029\Nb"}"#)), "");
}

#[test]
fn no_code_is_written_as_null() {
    for code in ["", "~", "Null", "NULL"] {
        let report = load_text("errors.yaml", catalog_of(&format!("{{status: 409, code: {code}}}")).as_bytes()).report;
        assert_eq!(report.problems[0].rule, Rule::InvalidValue, "{code:?}");
        assert!(report.render_text(false).contains("write `null` if the API sends no code"), "{code:?}");
    }
    assert_eq!(errors(&catalog_of("{status: 409, code: null}")), "");
}
