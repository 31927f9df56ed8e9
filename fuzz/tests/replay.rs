//! Replays the seeds of every target, and each seed with random changes. The random numbers are the
//! same in every run. `ERRBOOK_FUZZ=1000` makes 1,000 changed inputs of each seed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use errbook_fuzz::{Numbers, TARGETS, Target, seeds};

/// The changed inputs of each target, unless `ERRBOOK_FUZZ` says how many each seed has.
const CHANGED: usize = 300;

/// Texts with a meaning in one of the languages.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "\n",
    "\r",
    "\t",
    "  ",
    "- ",
    "#",
    "&a ",
    "*a",
    "!!int ",
    "? ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "\\",
    "\\u0000",
    "\u{feff}",
    "\u{2028}",
    "\0",
    "é",
    "👩‍👩‍👧",
    "null",
    "true",
    "1e999",
    "-0",
    "0x1F",
    "{{",
    "}}",
    "{%",
    "%}",
    "`",
    "```\n",
    "~~~",
    "<",
    ">",
    "</",
    "<!--",
    "&#0;",
    "$ref",
    "x-errors",
    "errors",
    "details",
    "{message}",
    "array<",
    "map<",
    ">",
];

fn changed(seed: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(24)).min(bytes.len());
        match numbers.below(6) {
            0 => drop(bytes.splice(at..end, [])),
            1 => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
            2 => drop(bytes.splice(at..end, PIECES[numbers.below(PIECES.len())].bytes())),
            3 => {
                let copy = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            4 => {
                let from = numbers.below(other.len() + 1);
                let until = (from + numbers.below(200)).min(other.len());
                bytes.splice(at..end, other[from..until].iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
        }
    }
    bytes
}

fn run(target: &Target, bytes: &[u8]) {
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    assert!(result.is_ok(), "{}: {:?}", target.name, String::from_utf8_lossy(bytes));
}

#[test]
fn no_input_breaks_a_target() {
    let seeds = seeds();
    let wanted: Option<usize> = std::env::var("ERRBOOK_FUZZ").ok().map(|wanted| wanted.parse().expect("a number"));
    std::thread::scope(|scope| {
        // `generated.rs` tests generated catalogs.
        for target in TARGETS.iter().filter(|target| target.name != "generated") {
            let seeds: Vec<&[u8]> =
                seeds.iter().filter(|seed| seed.target == target.name).map(|seed| &*seed.bytes).collect();
            assert!(!seeds.is_empty(), "{} has no seed", target.name);
            scope.spawn(move || {
                let mut numbers = Numbers::new(7);
                let rounds = wanted.unwrap_or(CHANGED / seeds.len());
                for seed in &seeds {
                    run(target, seed);
                    for _ in 0..rounds {
                        let other = seeds[numbers.below(seeds.len())];
                        run(target, &changed(seed, other, &mut numbers));
                    }
                }
                println!("{}: {} inputs", target.name, seeds.len() * (rounds + 1));
            });
        }
    });
}
