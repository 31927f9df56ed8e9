//! The test vectors of every catalog, read by the client in Rust. `clients/conformance/clients.sh`
//! reads the same vectors with the clients in TypeScript and Python.
//!
//! To see the count: `cargo test -p errbook-wire --test vectors -- --nocapture`.

#[path = "../../codegen/tests/catalogs/mod.rs"]
mod catalogs;
#[path = "vectors/catalogs.rs"]
mod vectors;

#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)] // generated, in a strict crate
mod generated {
    include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

    pub(crate) fn all() -> &'static [errbook_wire::Receiver] {
        CLIENTS
    }
}

use errbook::Answer;
use errbook::client::Request;
use errbook_wire::{Receipt, Receiver, Response};
use serde_json::Value;

#[test]
fn the_client_in_rust_reads_every_vector() {
    let (mut count, mut problems) = (0, Vec::new());
    for ((name, catalog), client) in vectors::all().iter().zip(generated::all()) {
        // The file as it is published, so that its text is tested too.
        let text = errbook_clients::vectors::text(&errbook_clients::vectors::emit(catalog));
        count += compare(name, &text, *client, &mut problems);
        if name.ends_with("kiosk.yaml") {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../clients/tests/catalogs/kiosk.json");
            let own = std::fs::read_to_string(path).expect("a file");
            count += compare("kiosk.json", &own, *client, &mut problems);
        }
    }
    println!("Rust: {count} vectors, {} problems", problems.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn compare(name: &str, vectors: &str, client: Receiver, problems: &mut Vec<String>) -> usize {
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let vectors = vectors["vectors"].as_array().expect("a list");
    for vector in vectors {
        let response = &vector["response"];
        let pair = |header: &Value| (text(&header[0]), text(&header[1]));
        let headers: Vec<_> = response["headers"].as_array().expect("headers").iter().map(pair).collect();
        let body = text(&response["body"]);
        let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
        let response = Response { status, headers: &headers, body: body.as_bytes() };
        let request = if vector["idempotent"] == true { Request::Idempotent } else { Request::Other };
        let attempt = vector["attempt"].as_u64().and_then(|attempt| u32::try_from(attempt).ok()).expect("an attempt");
        let receipt = client(&response, request, attempt);
        assert_eq!(receipt.status, status, "{name}: {}", vector["name"]);
        if let Err(problem) = check(&receipt, &vector["expected"]) {
            problems.push(format!("{name}: {}: {problem}: {receipt:?}", vector["name"]));
        }
    }
    vectors.len()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn check(receipt: &Receipt, expected: &Value) -> Result<(), String> {
    let Receipt { status: _, id, unknown_code, message, details, predicates, answer } = receipt;
    let is =
        |what: &str, is_right: bool| if is_right { Ok(()) } else { Err(format!("{what} is not {}", expected[what])) };
    is("code", expected["code"].as_str() == *id)?;
    is("wire_code", id.is_some() || expected["wire_code"].as_str() == unknown_code.as_deref())?;
    // For a known error without a message, the client in Rust has the one of the catalog.
    is("message", expected["message"].is_null() && id.is_some() || expected["message"].as_str() == message.as_deref())?;
    if let Some(expected) = expected.get("details") {
        is("details", details.as_ref().map_or(expected.is_null(), |details| is_equal(details, expected)))?;
    }
    if let Some(mismatch) = expected.get("mismatch").filter(|_| id.is_some()) {
        is("mismatch", mismatch.as_str() == details.as_ref().err().copied())?;
    }
    let named: Vec<&str> =
        expected["predicates"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    is("predicates", named == *predicates)?;
    if let Some(advice) = expected.get("advice") {
        let is_same = match answer {
            Answer::Wait(wait) => {
                advice["kind"] == "wait"
                    && advice["seconds"].as_f64().is_some_and(|own| is_near(own, wait.as_secs_f64()))
            }
            Answer::Stop => advice["kind"] == "stop",
            Answer::Unsaid => advice["kind"] == "unsaid",
        };
        is("advice", is_same)?;
    }
    Ok(())
}

/// Equal JSON, without members that are null. 2.0 is 2.
fn is_equal(own: &Value, other: &Value) -> bool {
    match (own, other) {
        (Value::Object(own), Value::Object(other)) => {
            let has_all = |one: &serde_json::Map<String, Value>, two: &serde_json::Map<String, Value>| {
                one.iter().all(|(name, value)| is_equal(value, two.get(name).unwrap_or(&Value::Null)))
            };
            has_all(own, other) && has_all(other, own)
        }
        (Value::Array(own), Value::Array(other)) => {
            own.len() == other.len() && own.iter().zip(other).all(|(own, other)| is_equal(own, other))
        }
        (Value::Number(own), Value::Number(other)) => {
            own == other || matches!((own.as_f64(), other.as_f64()), (Some(own), Some(other)) if is_near(own, other))
        }
        (own, other) => own == other,
    }
}

fn is_near(own: f64, other: f64) -> bool {
    (own - other).abs() <= 1e-9 * own.abs()
}
