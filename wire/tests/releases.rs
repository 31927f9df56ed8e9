//! Clients of an old catalog read every example of a newer one. Where they lose something, the
//! comparison of the two catalogs says that the change is breaking for that error.
//!
//! The old catalogs are the base of the diff cases and each case; their clients are compiled once.
//! The new catalogs are rendered: each case, the way back, and random edits of each case. To see
//! the counts: `cargo test -p errbook-wire --test releases -- --nocapture`. `ERRBOOK_EDITS` is the
//! number of random edits of each case.

#[path = "../../history/tests/diff/cases.rs"]
mod cases;

#[allow(missing_docs, unreachable_pub)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/clients.rs"));

    pub(crate) fn all() -> &'static [errbook_wire::Client] {
        CLIENTS
    }
}

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use errbook::{Answer, Json, Retry};
use errbook_catalog::load_text;
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{self, Backoff, Catalog, ErrorDef, Example, Field};
use errbook_history::diff::{Audience, Change, Diff, Rating, Rule, diff};
use errbook_wire::{Client, Names, Reading};

fn load(text: &str) -> Option<Catalog> {
    load_text("errors.yaml", text.as_bytes()).catalog
}

/// What the client of an old catalog gets of an example.
fn read(client: Client, example: &Example, names: &Names) -> Reading {
    let body = example.body.as_ref().map(ToString::to_string).unwrap_or_default();
    client(example.status.expect("a response"), &example.headers, &body, names)
}

/// What an old client loses of an error, and whom that affects.
type Losses = BTreeSet<(Audience, String)>;

/// What an old client loses of an error. In what the message says, a detail is text.
fn losses(client: Client, old: &Catalog, old_error: &ErrorDef, error: &ErrorDef) -> Losses {
    let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect();
    let names = Names { facts: names(&old.context), details: names(&old_error.details) };
    let before: Vec<(&Example, Reading)> =
        old_error.examples.iter().map(|example| (example, read(client, example, &names))).collect();
    let had_code = before.iter().all(|(_, reading)| reading.id == Some(&*old_error.name.id));
    let had_details = before.iter().all(|(_, reading)| reading.details.is_ok());
    let had_message = before.iter().all(|(example, reading)| reading.message.as_deref() == Some(&example.message));
    let had_detail = |name: &str| {
        before.iter().any(|(_, reading)| reading.details.as_ref().is_ok_and(|details| details.get(name).is_some()))
    };
    let mut losses = BTreeSet::new();
    for example in &error.examples {
        let reading = read(client, example, &names);
        if had_code && reading.id != Some(&*old_error.name.id) {
            losses.insert((Audience::Branching, format!("its code: the client reads {:?}", reading.id)));
            continue;
        }
        let mut lose = |what: String| _ = losses.insert((Audience::Reading, what));
        match &reading.details {
            // The typed error has one of the statuses that the old catalog knows.
            Err("status") if example.details.iter().all(|(name, _)| reading.untyped.contains_key(name)) => {}
            Err(detail) if had_details => lose(format!("its details, for `{detail}`")),
            Err(_) => {}
            Ok(details) => {
                for (name, sent) in example.details.iter().filter(|(name, _)| had_detail(name)) {
                    if details.get(name).is_none_or(|read| !is_part(read, sent)) {
                        lose(format!("the detail `{name}`: {:?}, and not {sent}", details.get(name)));
                    }
                }
            }
        }
        if had_message && reading.message.as_deref() != Some(&example.message) {
            lose(format!("its message: {:?}, and not {:?}", reading.message, example.message));
        }
        for (name, value) in &example.context {
            let had_it = before.iter().any(|(_, reading)| reading.facts.contains_key(name));
            if had_it && reading.facts.get(name) != Some(&json(value)) {
                lose(format!("the context field `{name}`: {:?}, and not {value}", reading.facts.get(name)));
            }
        }
        let advice = before.first().and_then(|(_, before)| advice(before, &reading, example, error));
        losses.extend(advice.map(|what| (Audience::Retrying, what)));
    }
    losses
}

/// Whether a value is what was sent, without the members that an old client does not know.
fn is_part(read: &serde_json::Value, sent: &Value) -> bool {
    match (read, sent) {
        (serde_json::Value::Array(read), Value::Array(sent)) => {
            read.len() == sent.len() && read.iter().zip(sent).all(|(read, sent)| is_part(read, sent))
        }
        (serde_json::Value::Object(read), Value::Object(_)) => {
            read.iter().all(|(name, read)| sent.get(name).is_some_and(|sent| is_part(read, sent)))
        }
        _ => number(&read.to_string()) == number(&sent.to_string()),
    }
}

/// 2.0 is 2.
fn number(text: &str) -> &str {
    text.strip_suffix(".0").unwrap_or(text)
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Number(value) => Json::from(*value),
        Value::String(value) => Json::from(value.as_str()),
        Value::Array(items) => Json::Array(items.iter().map(json).collect()),
        Value::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), json(value))).collect())
        }
    }
}

/// What is wrong with what an old client does about an error.
fn advice(before: &Reading, now: &Reading, example: &Example, error: &ErrorDef) -> Option<String> {
    let may = match &error.retry {
        model::Retry::Always(_) => [true, true],
        model::Retry::Idempotent(_) => [true, false],
        model::Retry::Never | model::Retry::Unsaid => [false, false],
    };
    for ((before, now), may) in before.answers.iter().zip(now.answers).zip(may) {
        match (before, now) {
            (Answer::Wait(_), Answer::Stop | Answer::Unsaid) => {
                return Some(format!("the retry: {before:?}, now {now:?}"));
            }
            (_, Answer::Wait(_)) if !may => return Some("the retry: it repeats what fails again".to_owned()),
            _ => {}
        }
    }
    let (Answer::Wait(wait), Some(policy)) = (now.answers[0], error.retry.policy()) else { return None };
    // A client without a policy of its own was promised none.
    let (Retry::Always(Some(own)) | Retry::Idempotent(Some(own))) = now.retry else { return None };
    let header = policy.after.as_ref().and_then(|after| match after {
        model::After::Header(name) => example.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)),
        model::After::Detail(_) => None,
    });
    let asked = match (header, &policy.backoff) {
        (Some((_, seconds)), _) => seconds.parse().ok().map(Duration::from_secs),
        (None, Some(Backoff::Fixed { initial_ms, .. } | Backoff::Exponential { initial_ms, .. })) => {
            own.backoff.is_some().then(|| Duration::from_millis(*initial_ms))
        }
        (None, None) => None,
    };
    if let Some(asked) = asked.filter(|asked| *asked > wait) {
        return Some(format!("the wait: {wait:?}, and not {asked:?}"));
    }
    let too_often = own.attempts.zip(policy.attempts).filter(|(own, new)| own > new);
    too_often.map(|(own, new)| format!("the attempts: {own}, and not {new}"))
}

/// Errors that are responses which clients receive.
fn responses(catalog: &Catalog) -> impl Iterator<Item = &ErrorDef> {
    catalog.errors.iter().filter(|error| error.is_public() && !error.statuses.is_empty())
}

/// The numbers of a run.
#[derive(Default)]
struct Counts {
    releases: usize,
    examples: usize,
    /// What old clients lose, and the comparison says so.
    told: usize,
    faults: BTreeMap<String, Vec<String>>,
}

impl Counts {
    fn with(mut self, other: Self) -> Self {
        let Counts { releases, examples, told, faults } = other;
        self.releases += releases;
        self.examples += examples;
        self.told += told;
        for (fault, places) in faults {
            self.faults.entry(fault).or_default().extend(places);
        }
        self
    }

    /// Compares what the old client loses with what the comparison says.
    fn add(&mut self, client: Client, old: &Catalog, new: &Catalog, name: &str) {
        let diff = diff(old, new);
        self.releases += 1;
        for error in responses(new) {
            self.examples += error.examples.len();
            let renamed = diff
                .changes
                .iter()
                .find(|change| change.rule == Rule::ErrorRenamed && change.errors.contains(&error.name.id));
            let mut old_id = renamed.and_then(|change| change.before.clone()).unwrap_or_else(|| error.name.id.clone());
            let mut losses = match responses(old).find(|old| old.name.id == old_id) {
                Some(old_error) => losses(client, old, old_error, error),
                None => Losses::new(),
            };
            if let Some(other) = mistaken(client, &old_id, error) {
                losses.insert((Audience::Branching, format!("its identity: the client reads {other}")));
                other.clone_into(&mut old_id);
            }
            for (audience, loss) in losses {
                if is_told(&diff, &[&error.name.id, &old_id], audience) {
                    self.told += 1;
                } else {
                    let change =
                        |change: &Change| format!("{} {} {}", change.rating.name(), change.rule, change.fact());
                    let story: Vec<String> = diff.changes.iter().map(change).collect();
                    let places = self.faults.entry(format!("{} loses {loss}", error.name.id)).or_default();
                    places.push(format!("{name}: {}", story.join("; ")));
                }
            }
        }
    }
}

/// Another error than that with the old id, which a client reads.
fn mistaken(client: Client, old_id: &str, error: &ErrorDef) -> Option<&'static str> {
    let ids = error.examples.iter().filter_map(|example| read(client, example, &Names::default()).id);
    ids.into_iter().find(|id| *id != old_id)
}

/// Whether the comparison says that a change of one of these errors breaks such clients. Who cannot
/// read a response does not find the code in it.
fn is_told(diff: &Diff, ids: &[&String], audience: Audience) -> bool {
    diff.changes.iter().any(|change| {
        let reaches = |audience| change.audiences.contains(&audience);
        change.rating == Rating::Breaking
            && change.errors.iter().any(|id| ids.contains(&id))
            && (reaches(audience) || (audience == Audience::Branching && reaches(Audience::Reading)))
    })
}

/// Random numbers from a fixed seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 32).expect("32 bits") % end
    }
}

/// An accepted catalog that some edits make of a text.
fn edited(text: &str, edits: &[(String, String)], random: &mut Random) -> Catalog {
    loop {
        let mut text = text.to_owned();
        let mut left = 1 + random.below(4);
        while left > 0 {
            let (from, to) = &edits[random.below(edits.len())];
            if text.contains(from.as_str()) {
                text = text.replacen(from.as_str(), to, 1);
                left -= 1;
            }
        }
        if let Some(catalog) = load(&text) {
            return catalog;
        }
    }
}

#[test]
fn what_an_old_client_loses_is_called_breaking() {
    let number = std::env::var("ERRBOOK_EDITS").map_or(10, |number| number.parse().expect("a number"));
    let cases = cases::cases();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let counts = std::thread::scope(|scope| {
        let cases = &cases;
        let part = |thread| scope.spawn(move || compare(cases, number, |at| at % threads == thread));
        let parts: Vec<_> = (0..threads).map(part).collect();
        parts.into_iter().map(|part| part.join().expect("no panic")).fold(Counts::default(), Counts::with)
    });
    let Counts { releases, examples, told, faults } = counts;
    println!(
        "{} clients, {releases} releases, {examples} examples, {told} losses that are called breaking",
        cases.len() + 1
    );
    let shown = faults.iter().map(|(fault, places)| format!("{fault} ({} times)\n  {}", places.len(), places[0]));
    assert!(faults.is_empty(), "{}", shown.collect::<Vec<_>>().join("\n"));
    assert!(releases >= 300 && told >= 80, "{releases} releases, {told} losses");
}

/// Compares the catalogs of some cases, each with its base, both ways, and with random edits.
fn compare(cases: &[cases::Case], number: usize, is_mine: impl Fn(usize) -> bool) -> Counts {
    let base = cases::base();
    let old = load(&base).expect("accepted");
    let [of_base, clients @ ..] = generated::all() else { panic!("no clients") };
    let edits = cases::edits();
    let mut counts = Counts::default();
    for (at, (case, client)) in cases.iter().zip(clients).enumerate().filter(|(at, _)| is_mine(*at)) {
        let mut random = Random(at as u64);
        let text = case.apply(&base);
        let new = load(&text).expect("accepted");
        counts.add(*of_base, &old, &new, &case.name);
        counts.add(*client, &new, &old, &format!("{}, back", case.name));
        for _ in 0..number {
            let catalog = edited(&text, &edits, &mut random);
            counts.add(*of_base, &old, &catalog, &format!("{}, and edits", case.name));
            counts.add(*client, &new, &catalog, &format!("edits of {}", case.name));
        }
    }
    counts
}
