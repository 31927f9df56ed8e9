//! Follows the remedies of breaking changes: what they advise is not itself breaking.

use errbook_catalog::Loaded;
use errbook_catalog::edit::load_files;
use errbook_catalog::load_text;
use errbook_history::diff::{Rating, Rule, diff};
use errbook_history::rename::{Options, rename};

const BASE: &str = "\
errbook: 1
api: {name: Shop, version: 1.0.0}
envelopes:
  default: {body: {code: '{code}', message: '{message}', details: '{details?}'}}
  short: {body: {code: '{code}', message: '{message}'}}
retry: {slow: {backoff: fixed, initial: 1s, attempts: 5}}
errors:
  SOLD_OUT:
    status: 409
    message: It is sold out.
    fix: Choose another.
    refund: {when: It was paid.}
    details:
      item: {type: string, example: pot}
      kind: {type: enum, values: [pot, pan], example: pot}
  BUSY: {status: 503, message: It is busy., fix: Wait., retry: slow}
  JAMMED:
    status: 500
    message: 'It is jammed: {why}'
    fix: Look.
    envelope: short
    details: {why: {type: string, example: paper}}
  OFFLINE: {code: null, message: It is offline., fix: Look.}
";

fn load(text: &str) -> Loaded {
    let loaded = load_text("errors.yaml", text.as_bytes());
    assert!(loaded.catalog.is_some(), "{}\n{text}", loaded.report.render_text(false));
    loaded
}

/// The worst rating of the changes between two texts, and whether a rule is among them.
fn compare(old: &str, new: &str, rule: Rule) -> (Rating, bool) {
    let [old, new] = [old, new].map(|text| load(text).catalog.expect("accepted"));
    let diff = diff(&old, &new);
    (diff.rating().expect("a change"), diff.changes.iter().any(|change| change.rule == rule))
}

fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// A change, and the steps that its remedy advises.
struct Remedy {
    rule: Rule,
    change: &'static [(&'static str, &'static str)],
    steps: &'static [&'static [(&'static str, &'static str)]],
}

const REMEDIES: &[Remedy] = &[
    Remedy {
        rule: Rule::ErrorRemoved,
        change: &[("  OFFLINE: {code: null, message: It is offline., fix: Look.}\n", "")],
        steps: &[&[(
            "message: It is offline., fix: Look.",
            "message: It is offline., fix: Look., deprecated: {use: BUSY}",
        )]],
    },
    Remedy {
        rule: Rule::ErrorRetired,
        change: &[
            ("  OFFLINE: {code: null, message: It is offline., fix: Look.}\n", ""),
            ("errors:", "retired: {OFFLINE: {use: BUSY}}\nerrors:"),
        ],
        steps: &[&[(
            "message: It is offline., fix: Look.",
            "message: It is offline., fix: Look., deprecated: {use: BUSY}",
        )]],
    },
    Remedy {
        rule: Rule::StatusChanged,
        change: &[("status: 409", "status: 410")],
        steps: &[&[("status: 409", "status: [409, 410]")]],
    },
    Remedy {
        rule: Rule::MessageWithDetailsChanged,
        change: &[("It is jammed: {why}", "Jammed by {why}")],
        // The detail is in the body first, and then the message changes.
        steps: &[&[("    envelope: short\n", "")], &[("It is jammed: {why}", "Jammed by {why}")]],
    },
    Remedy {
        rule: Rule::MessageIdentityChanged,
        change: &[("It is offline.", "There is no network.")],
        steps: &[&[("code: null", "code: offline")], &[("It is offline.", "There is no network.")]],
    },
    Remedy {
        rule: Rule::WaitSourceChanged,
        change: &[("slow: {", "slow: {after: X-Wait, "), ("retry: slow", "retry: slow, headers: {X-Wait: '1'}")],
        steps: &[&[("retry: slow", "retry: slow, headers: {X-Wait: '1'}")]],
    },
    Remedy {
        rule: Rule::BackoffLengthened,
        change: &[("initial: 1s", "initial: 9s")],
        steps: &[&[
            ("slow: {", "slow: {after: Retry-After, "),
            ("retry: slow", "retry: slow, headers: {Retry-After: '9'}"),
        ]],
    },
    Remedy {
        rule: Rule::AttemptsLowered,
        change: &[("attempts: 5", "attempts: 2")],
        steps: &[&[(
            "  OFFLINE",
            "  TOO_OFTEN: {status: 429, message: Too often., fix: Stop., retryable: false}\n  OFFLINE",
        )]],
    },
    Remedy {
        rule: Rule::RetryWithdrawn,
        change: &[("retry: slow", "retryable: false")],
        steps: &[&[(
            "  OFFLINE",
            "  BROKEN_FOR_GOOD: {status: 500, message: Broken., fix: Stop., retryable: false}\n  OFFLINE",
        )]],
    },
    Remedy {
        rule: Rule::RefundConditionChanged,
        change: &[("when: It was paid.", "when: You paid.")],
        steps: &[&[
            ("when: It was paid.", "when: You paid."),
            (
                "errors:",
                "diff: {accept: [{rule: refund-condition-changed, until: 2.0.0, reason: Only the wording.}]}\nerrors:",
            ),
        ]],
    },
    Remedy {
        rule: Rule::DetailRemoved,
        change: &[("      item: {type: string, example: pot}\n", "")],
        steps: &[&[("item: {type: string, example: pot}", "item: {type: string, example: pot, doc: Use kind.}")]],
    },
    Remedy {
        rule: Rule::DetailRetyped,
        change: &[("item: {type: string, example: pot}", "item: {type: integer, example: 7}")],
        steps: &[&[("      item:", "      number: {type: integer, example: 7}\n      item:")]],
    },
    Remedy {
        rule: Rule::EnumValueAdded,
        change: &[("values: [pot, pan]", "values: [pot, pan, lid]")],
        steps: &[
            &[("  OFFLINE", "  NO_LID: {status: 409, message: No lid., fix: Look.}\n  OFFLINE")],
            &[
                ("values: [pot, pan]", "values: [pot, pan, lid]"),
                ("errors:", "diff: {levels: {enum-value-added: additive}}\nerrors:"),
            ],
        ],
    },
];

#[test]
fn each_remedy_can_be_followed() {
    for Remedy { rule, change, steps } in REMEDIES {
        if *rule != Rule::WaitSourceChanged {
            assert_eq!(compare(BASE, &edited(BASE, change), *rule), (Rating::Breaking, true), "{rule}");
        }
        let mut text = BASE.to_owned();
        for step in *steps {
            let next = edited(&text, step);
            assert!(compare(&text, &next, *rule).0 < Rating::Breaking, "{rule}: {step:?}");
            text = next;
        }
    }
}

/// The remedy of `code-changed` and of `error-renamed`.
#[test]
fn an_id_changes_and_the_code_stays() {
    let loaded = load(BASE);
    let options = Options { keep_code: true, ..Options::default() };
    let files = rename(&loaded, "SOLD_OUT", "OUT_OF_STOCK", options).expect("renamed");
    let renamed = load_files("errors.yaml", &files).catalog.expect("accepted");
    let changes = diff(&loaded.catalog.expect("accepted"), &renamed).changes;
    assert!(changes.iter().all(|change| change.rating < Rating::Breaking), "{changes:#?}");
    let rename = changes.iter().find(|change| change.rule == Rule::ErrorRenamed).expect("a rename");
    assert_eq!((rename.rating, rename.rust), (Rating::Additive, Some(Rating::Breaking)));
}
