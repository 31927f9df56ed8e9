//! Parses responses. Each gives the right error, and never a wrong one.

use std::time::Duration;

use errbook::client::{Kind, Request};
use errbook::{Answer, Json, Retry};
use errors::{
    Context, Error, ErrorCode, Field, Level, ReceivedError, TypedBuilder, TypedRequired, UpstreamRequired,
    UpstreamStatus,
};
use proptest::prelude::*;
use serde_json::{Value, json};

mod errors {
    errbook::catalog!("tests/client.yaml");
}

fn parse(status: u16, body: &Value) -> ReceivedError {
    parse_with(status, &[], body)
}

fn parse_with(status: u16, headers: &[(&str, &str)], body: &Value) -> ReceivedError {
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    ReceivedError::parse(status, headers, body.to_string().as_bytes())
}

/// The body of the default envelope.
fn body(code: impl Into<Value>) -> Value {
    json!({"error": {"code": code.into(), "message": "words"}, "request_id": "req-9"})
}

#[test]
fn headers_may_live_longer_than_the_body() {
    let headers: Vec<(&'static str, &'static [u8])> = vec![("retry-after", b"7")];
    let body = body("unauthorized").to_string();
    assert_eq!(ReceivedError::parse(401, headers, body.as_bytes()).code(), Some(ErrorCode::Unauthorized));
}

#[test]
fn the_code_and_the_status_identify_an_error() {
    for (status, code, expected) in [
        (401, json!("unauthorized"), Some(ErrorCode::Unauthorized)),
        (403, json!("unauthorized"), Some(ErrorCode::OtherKey)),
        // Two errors have this code, but neither has this status.
        (400, json!("unauthorized"), None),
        (400, json!(1001), Some(ErrorCode::Numbered)),
        (400, json!(10010), Some(ErrorCode::NumberedLike)),
        (400, json!(1), None),
        (400, json!("01001"), None),
        // The code belongs to one error only, and the catalog does not list the status.
        (409, json!(1001), Some(ErrorCode::Numbered)),
        (502, json!("upstream"), Some(ErrorCode::Upstream)),
        (503, json!("upstream"), Some(ErrorCode::Upstream)),
        // An id is not a code.
        (403, json!("other_key"), None),
        // An error that is not a response.
        (500, json!("offline"), None),
        (500, json!(null), Some(ErrorCode::Broken)),
        (500, json!("new"), None),
        (500, json!(["broken"]), None),
    ] {
        assert_eq!(parse(status, &body(code.clone())).code(), expected, "{status} {code}");
    }
}

#[test]
fn the_envelope_identifies_an_error_without_a_code() {
    let without = json!({"error": {"message": "It broke."}, "request_id": "req-9", "a/b~c": 1});
    assert_eq!(parse(500, &without).code(), Some(ErrorCode::Broken));
    // A 500 of another server, without the constant parts of the catalog's responses.
    for other in [json!({"message": "Internal Server Error"}), json!("It broke."), json!(null), json!({"error": {}})] {
        assert_eq!(parse(500, &other).code(), None, "{other}");
    }
    assert_eq!(ReceivedError::parse(500, [], b"").code(), None);
    assert_eq!(parse(418, &json!({"error": "It is a teapot."})).code(), Some(ErrorCode::Teapot));
    assert_eq!(parse(418, &json!({"eror": "It is a teapot."})).code(), None);

    let problem = |kind: &str, title: &str| json!({"type": kind, "title": title, "status": 410, "detail": "words"});
    for (kind, title, expected) in [
        ("https://example.com/errors/gone", "Gone", Some(ErrorCode::Gone)),
        ("https://example.com/errors/lost", "Lost", Some(ErrorCode::Lost)),
        // A title may be localized, or changed.
        ("https://example.com/errors/lost", "Gone", Some(ErrorCode::Lost)),
        ("https://example.com/errors/lost", "Verloren", Some(ErrorCode::Lost)),
        ("/errors/lost", "Lost", Some(ErrorCode::Lost)),
        ("https://example.com/errors/lost/", "Lost", Some(ErrorCode::Lost)),
        ("HTTPS://Example.COM/errors/lost", "Lost", Some(ErrorCode::Lost)),
        ("https://example.com/errors/new", "Lost", None),
        ("about:blank", "Gone", None),
    ] {
        assert_eq!(parse(410, &problem(kind, title)).code(), expected, "{kind} {title}");
    }
    // The only problem with a status needs no type, and `about:blank` says the same.
    let locked = |kind: Value| parse(423, &json!({"type": kind, "title": "Alone", "status": 423, "detail": "words"}));
    assert_eq!(locked(json!("about:blank")).code(), Some(ErrorCode::Alone));
    assert_eq!(locked(json!("https://example.com/errors/new")).code(), None);
    let bare = parse(410, &json!({"detail": "words"}));
    assert_eq!(bare.code(), None, "both match");
    assert_eq!(bare.message(), Some("words"));
}

#[test]
fn a_body_of_someone_else_is_no_error_without_a_body() {
    for (status, body, expected) in [
        (412, "", Some(ErrorCode::Quiet)),
        (412, "\r\n", Some(ErrorCode::Quiet)),
        (412, "null", Some(ErrorCode::Quiet)),
        (412, r#"{"error": {"code": "heard", "message": "words"}, "request_id": "r"}"#, Some(ErrorCode::Heard)),
        // A proxy, and an error of a newer server.
        (412, "<h1>Precondition failed</h1>", None),
        (412, r#"{"error": {"code": "new", "message": "words"}, "request_id": "r"}"#, None),
        (412, "{}", None),
        // Any object is a body in which everything is optional, and nothing else is.
        (406, "{}", Some(ErrorCode::Vague)),
        (406, r#"{"wait": 1}"#, Some(ErrorCode::Vague)),
        (406, "<h1>Not acceptable</h1>", None),
        (406, "", None),
        (406, "[]", None),
    ] {
        assert_eq!(ReceivedError::parse(status, [], body.as_bytes()).code(), expected, "{status} {body}");
    }
}

#[test]
fn details_come_back_with_their_types() {
    let details = json!({
        "fields": [{"name": "tea", "level": "low"}, {"name": "cup", "level": "high", "note": "new"}],
        "token": "s3cret", "share": 1, "any": {"a": [1, null, 2.5]}, "left": {"a": 1.5, "b": 2},
    });
    let sent = json!({"error": {"code": "typed", "message": "It is wrong.", "details": details}, "request_id": "r"});
    let received = parse(422, &sent);
    assert!(!format!("{received:?}").contains("s3cret"));
    let Kind::Known(Error::Typed { fields, level, token, share, any, left }) = received.kind else {
        panic!("{received:?}")
    };
    let field = |name: &str, level, note: Option<&str>| Field { name: name.into(), level, note: note.map(Into::into) };
    assert_eq!(fields, [field("tea", Level::Low, None), field("cup", Level::High, Some("new"))]);
    assert_eq!((level, token.expose().as_str()), (None, "s3cret"));
    assert!((share - 1.0).abs() < f64::EPSILON);
    assert_eq!(any, Json::Object(vec![("a".into(), Json::Array(vec![1.into(), Json::Null, 2.5.into()]))]));
    assert_eq!(left["b"].as_secs(), 2);

    // In each case, one detail does not match this catalog.
    for (name, value) in [
        ("fields", json!([{"name": "tea", "level": "middle"}])),
        ("fields", json!([{"name": "tea"}])),
        ("fields", json!({})),
        ("level", json!("middle")),
        ("token", json!(7)),
        ("share", json!("half")),
        ("left", json!({"a": -1})),
        ("left", json!({"a": 1e300})),
    ] {
        let mut changed = sent.clone();
        changed["error"]["details"][name] = value.clone();
        let received = parse(422, &changed);
        let Kind::Partial { code, detail } = received.kind else { panic!("{value} {received:?}") };
        assert_eq!((code, detail), (ErrorCode::Typed, name), "{value}");
    }
    // An unknown value does not affect other details.
    let mut newer = sent.clone();
    newer["error"]["details"]["level"] = json!("middle");
    let received = parse(422, &newer);
    assert_eq!(received.detail("share"), Some(&Json::from(1)));
    assert_eq!(received.detail("level"), Some(&Json::from("middle")));
    let mut missing = sent;
    missing["error"]["details"].as_object_mut().unwrap().remove("any");
    assert!(matches!(parse(422, &missing).kind, Kind::Partial { detail: "any", .. }));
}

#[test]
fn details_that_only_the_message_or_a_header_has_are_read_there() {
    let message = |text: &str| json!({"error": {"code": "upstream", "message": text}, "request_id": "r"});
    let received = parse(504, &message("The Chirper did not answer in 30 s"));
    let Kind::Known(Error::Upstream { status, platform, seconds, source }) = &received.kind else {
        panic!("{received:?}")
    };
    assert_eq!((*status, platform.as_str(), *seconds), (UpstreamStatus::Http504, "The Chirper", 30));
    assert!(source.is::<errbook::client::ServerSide>());

    let detail = |received: ReceivedError| match received.kind {
        Kind::Partial { detail, .. } => detail,
        other => panic!("{other:?}"),
    };
    assert_eq!(detail(parse(502, &message("Chirper did not answer in time"))), "platform");
    assert_eq!(detail(parse(502, &message("Chirper did not answer in ten s"))), "seconds");
    assert_eq!(detail(parse(502, &message("A did not answer in B did not answer in 7 s"))), "platform");
    assert_eq!(detail(parse(500, &message("Chirper did not answer in 30 s"))), "status");

    let limited = parse_with(429, &[("x-wait", " 20 ")], &body("limited"));
    assert!(matches!(limited.kind, Kind::Known(Error::Limited { wait }) if wait.as_secs() == 20));
    // The body overrides the headers.
    let mut both = body("limited");
    both["a/b~c"] = json!(1.5);
    let both = parse_with(429, &[("X-Wait", "20")], &both);
    assert!(matches!(both.kind, Kind::Known(Error::Limited { wait }) if wait.as_secs() == 1));
}

#[test]
fn an_unknown_error_is_kept_whole() {
    let sent = json!({"error": {"code": "brand_new", "message": "Words."}, "request_id": "r", "more": [1]});
    let received = parse(400, &sent);
    assert_eq!(received.to_string(), "unknown error brand_new (400): Words.");
    assert_eq!(received.answer(Request::Idempotent, 0), Answer::Unsaid);
    let Kind::Unknown { code, message, raw } = &received.kind else { panic!("{received:?}") };
    assert_eq!((code.as_deref(), message.as_deref()), (Some("brand_new"), Some("Words.")));
    assert_eq!(serde_json::from_slice::<Value>(raw).unwrap(), sent);

    let page = ReceivedError::parse(502, [("x-request-id", b"id=r2".as_slice())], b"<h1>\xff</h1>");
    assert_eq!(page.to_string(), "unknown error (502)");
    // A server must not control the terminal or forge log lines.
    let hostile = json!({"error": {"code": "x\u{1b}[2J", "message": "a\nERROR all is lost\u{202e} \"quoted\" é"}});
    let shown = ReceivedError::parse(400, [], hostile.to_string().as_bytes()).to_string();
    assert_eq!(shown, "unknown error x\\u{1b}[2J (400): a\\nERROR all is lost\\u{202e} \"quoted\" é");
    assert_eq!(page.raw(), b"<h1>\xff</h1>");
    assert_eq!(page.fact("request_id"), Some(&Json::from("r2")));
}

#[test]
fn an_odd_byte_does_not_cost_the_error() {
    let sent = |message: &str| format!(r#"{{"error": {{"code": "unauthorized", "message": "{message}"}}}}"#);
    let deep = format!(r#"{{"more": {}{}, "error": {{"code": "unauthorized"}}}}"#, "[".repeat(140), "]".repeat(140));
    let twice = r#"{"error": {"code": "broken"}, "error": {"code": "unauthorized"}}"#;
    let bodies = [
        format!("\u{feff}{}", sent("words")).into_bytes(),
        sent(r"half a \ud800 pair").into_bytes(),
        [sent("words").as_bytes(), b"\0\0"].concat(),
        [b"\n\xef\xbb\xbf", sent("words").as_bytes(), b"\0\n"].concat(),
        sent("caf#").into_bytes().into_iter().map(|byte| if byte == b'#' { 0xe9 } else { byte }).collect(),
        deep.into_bytes(),
        twice.as_bytes().to_vec(),
    ];
    for body in bodies {
        let received = ReceivedError::parse(401, [], &body);
        assert_eq!(received.code(), Some(ErrorCode::Unauthorized), "{}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn context_fields_are_read_from_the_body_and_the_headers() {
    let headers = [("X-Request-Id", "id=other"), ("X-Credits", "12")];
    for (status, code) in [(401, "unauthorized"), (401, "brand_new")] {
        let received = parse_with(status, &headers, &body(code));
        assert_eq!(received.fact("request_id"), Some(&Json::from("req-9")), "{code}");
        assert_eq!(received.fact("credits"), Some(&Json::from("12")), "{code}");
        assert_eq!(received.fact("nothing"), None);
    }
}

#[test]
fn the_message_is_the_one_that_was_sent() {
    assert_eq!(parse(401, &body("unauthorized")).message(), Some("words"));
    let without = json!({"error": {"code": "unauthorized"}});
    assert_eq!(parse(401, &without).message(), Some("Who are you?"));
}

/// Whether the message is a part of the body or a copy.
#[test]
fn a_message_is_what_was_sent() {
    let body = |message: &[u8]| [br#"{"error":{"code":"unauthorized","message":""#, message, br#""}}"#].concat();
    for (sent, message) in [
        (&b"words"[..], "words"),
        (b"", ""),
        ("n\u{f6} \u{1f600}".as_bytes(), "n\u{f6} \u{1f600}"),
        (br#"a \"b\" \u00e9"#, "a \"b\" \u{e9}"),
        (b"caf\xe9", "caf\u{fffd}"),
    ] {
        for body in [body(sent), [b"\xef\xbb\xbf \n", &*body(sent), b"\0\n"].concat()] {
            let received = ReceivedError::parse(401, [], &body);
            assert_eq!((received.message(), received.raw()), (Some(message), &*body));
            assert_eq!(received.to_string(), format!("unauthorized (401): {message}"));
        }
    }
}

#[test]
fn a_request_is_repeated_as_the_catalog_says() {
    let broken = parse(500, &body(json!(null)));
    assert_eq!(broken.answer(Request::Idempotent, 0), Answer::Wait(Retry::DEFAULT_DELAY));
    assert_eq!(broken.answer(Request::Idempotent, Retry::DEFAULT_REPEATS), Answer::Stop);
    assert_eq!(broken.answer(Request::Other, 0), Answer::Stop);

    let upstream = parse(502, &body("upstream"));
    assert!(matches!(upstream.kind, Kind::Partial { .. }), "the policy needs no details");
    let three = Answer::Wait(Duration::from_secs(3));
    let answers = [0, 1, 2].map(|repeats| upstream.answer(Request::Other, repeats));
    assert_eq!(answers, [three, three, Answer::Stop]);

    assert_eq!(parse(401, &body("unauthorized")).answer(Request::Idempotent, 0), Answer::Stop);
}

#[test]
fn an_unknown_error_has_the_advice_of_its_status() {
    let answers = |status, headers: &[(&str, &str)]| {
        let page = parse_with(status, headers, &json!("<h1>No</h1>"));
        assert!(matches!(page.kind, Kind::Unknown { .. }), "{page:?}");
        [(Request::Idempotent, 0), (Request::Other, 0), (Request::Other, 1)]
            .map(|(request, repeats)| page.answer(request, repeats))
    };
    let wait = |seconds| Answer::Wait(Duration::from_secs(seconds));
    assert_eq!(answers(507, &[]), [wait(2), wait(2), Answer::Stop]);
    assert_eq!(answers(507, &[("X-Wait", "1")]), [wait(1), wait(1), Answer::Stop]);
    assert_eq!(answers(511, &[]), [wait(1), Answer::Stop, Answer::Stop]);
    assert_eq!(answers(451, &[]), [Answer::Stop; 3]);
    assert_eq!(answers(503, &[]), [Answer::Unsaid; 3]);
    // A code of the catalog comes before its status.
    assert_eq!(parse(403, &body("unauthorized")).answer(Request::Other, 0), Answer::Unsaid);
}

#[test]
fn an_absent_retryable_is_unsaid() {
    let silent = parse(403, &body("unauthorized"));
    assert_eq!((silent.retry(), silent.answer(Request::Idempotent, 0)), (Retry::Unsaid, Answer::Unsaid));
    // The caller can still read the server's wait.
    let rejected = ReceivedError::parse(503, [("retry-after", b"7".as_slice())], b"<h1>Busy</h1>");
    assert_eq!(rejected.answer(Request::Idempotent, 0), Answer::Unsaid);
    assert_eq!(rejected.retry_after(), Some(Duration::from_secs(7)));
}

#[test]
fn a_wait_that_is_too_long_stops_and_is_shown() {
    let limited = parse_with(429, &[("X-Wait", "301")], &body("limited"));
    assert_eq!(limited.answer(Request::Idempotent, 0), Answer::Stop);
    assert_eq!(limited.retry_after(), Some(Duration::from_secs(301)));
    let endless = parse_with(429, &[("X-Wait", &"9".repeat(400))], &body("limited"));
    assert_eq!(endless.answer(Request::Idempotent, 0), Answer::Stop);
    assert_eq!(endless.retry_after(), Some(Duration::MAX));
    // A wait of zero does not cause a busy loop either.
    let at_once = parse_with(429, &[("X-Wait", "0")], &body("limited"));
    assert_eq!(at_once.answer(Request::Idempotent, 0), Answer::Wait(Retry::SHORTEST_WAIT));
}

#[test]
fn the_wait_is_read_where_the_policy_says() {
    let wait = |received: &ReceivedError| received.retry_after().map(|wait| wait.as_secs());
    assert_eq!(wait(&parse_with(429, &[("X-Wait", "20"), ("Retry-After", "5")], &body("limited"))), Some(20));
    assert_eq!(wait(&parse_with(429, &[("Retry-After", "5")], &body("limited"))), Some(5));
    let mut paused = body("paused");
    paused["error"]["details"] = json!({"retry_after": 40});
    assert_eq!(wait(&parse_with(429, &[("Retry-After", "5")], &paused)), Some(40));
    let date = ("Date", "Sun, 06 Nov 1994 08:49:07 GMT");
    paused["error"]["details"] = json!({"retry_after": "1994-11-06T09:49:37+01:00"});
    assert_eq!(wait(&parse_with(429, &[date, ("Retry-After", "5")], &paused)), Some(30));
    paused["error"]["details"] = json!({"retry_after": "soon"});
    assert_eq!(wait(&parse_with(429, &[("Retry-After", "5")], &paused)), Some(5));

    for (header, expected) in [
        ("30", Some(30)),
        ("0", Some(0)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
        ("1994-11-06T08:49:37Z", Some(30)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Some(30)),
        ("Sun Nov  6 08:49:37 1994", Some(30)),
        // Read as a Unix time, the first would be a wait of 24 years. The second is a moment later.
        ("784111777", Some(784_111_777)),
        ("1000000000", Some(1_000_000_000 - 784_111_747)),
        ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("NaN", None),
        // More than a duration can hold.
        ("inf", Some(u64::MAX)),
        ("1e300", Some(u64::MAX)),
        ("99999999999999999999999999", Some(u64::MAX)),
        // In milliseconds.
        ("784111777000", Some(30)),
        // The longest of several values.
        ("120, 60", Some(120)),
        ("60, Sun, 06 Nov 1994 08:49:37 GMT", Some(60)),
        ("5, Sun, 06 Nov 1994 08:49:37 GMT, 7", Some(30)),
        ("5, soon,, 7,", Some(7)),
    ] {
        let received = parse_with(503, &[date, ("retry-after", header)], &json!({}));
        assert_eq!(wait(&received), expected, "{header}");
    }
    // Without a date in the response, the wait starts now.
    let far = parse_with(503, &[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], &json!({}));
    assert!(wait(&far) > Some(1_000_000_000));
    assert_eq!(wait(&parse_with(503, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], &json!({}))), Some(0));
}

/// Bodies that a server sends.
fn sent() -> Vec<(u16, Value)> {
    let context = Context::new("req-1", Some(7));
    let errors = [
        Error::unauthorized(),
        Error::other_key(),
        Error::numbered(),
        Error::broken(),
        Error::upstream(UpstreamRequired { platform: "Chirper".to_owned(), seconds: 3 }, "beneath"),
        Error::limited(Duration::from_secs(2)),
        Error::paused(4),
        Error::gone(),
        Error::lost(),
        Error::teapot(),
        TypedBuilder::new(TypedRequired {
            fields: vec![Field { name: "tea".into(), level: Level::Low, note: None }],
            token: errbook::Sensitive::new("s3cret".to_owned()),
            share: 0.5,
            any: Json::Null,
            left: std::collections::BTreeMap::new(),
        })
        .with_level(Level::High)
        .build(),
    ];
    let body = |error: &Error| serde_json::to_value(error.body(&context)).unwrap();
    errors.iter().map(|error| (error.status().unwrap(), body(error))).collect()
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("unauthorized".to_owned()),
        Just("upstream".to_owned()),
        Just("https://example.com/errors/gone".to_owned()),
        ".{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let name = prop::sample::select(vec!["error", "code", "message", "details", "type", "title", "retry_after", "x"]);
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..4)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// All methods work for any response, and the raw body is kept.
fn holds(status: u16, headers: &[(&str, &[u8])], body: &[u8]) {
    let received = ReceivedError::parse(status, headers.iter().copied(), body);
    assert_eq!(received.raw(), body);
    assert_eq!(received.code().is_none(), matches!(received.kind, Kind::Unknown { .. }));
    let _ = (received.to_string(), format!("{received:?}"), received.fact("request_id"));
    for repeats in [0, 1, u32::MAX] {
        let _ = received.answer_with_jitter(Request::Idempotent, repeats, 0.5);
    }
}

proptest! {
    #[test]
    fn bytes_are_taken(
        status in any::<u16>(),
        name in prop::sample::select(vec!["retry-after", "x-wait", "date", "x-request-id"]),
        value in prop::collection::vec(any::<u8>(), 0..40),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        holds(status, &[(name, &value)], &body);
    }

    #[test]
    fn json_is_taken(status in prop::sample::select(vec![400, 401, 410, 418, 429, 500, 502]), value in any_json()) {
        holds(status, &[], value.to_string().as_bytes());
    }

    #[test]
    fn what_was_sent_and_damaged_is_taken(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let sent = sent();
        let (status, body) = which.get(&sent);
        let mut body = body.to_string().into_bytes();
        let (at, cut) = (at.index(body.len()), cut.index(body.len()));
        holds(*status, &[], &body[..cut]);
        body[at] = byte;
        holds(*status, &[], &body);
    }

    /// An unknown code never matches a known error.
    #[test]
    fn another_code_is_another_error(
        status in prop::sample::select(vec![400, 401, 403, 429, 500, 502]),
        code in "[a-z_0-9]{0,12}",
    ) {
        let is_known = ErrorCode::ALL.iter().any(|known| known.code().is_some_and(|known| known.is(&code)));
        prop_assume!(!is_known);
        prop_assert_eq!(parse(status, &body(code)).code(), None);
    }
}

#[test]
fn every_error_comes_back() {
    for (status, body) in sent() {
        let received = parse_with(status, &[("X-Wait", "2")], &body);
        assert!(matches!(received.kind, Kind::Known(_)), "{received:?} {body}");
    }
}

#[test]
fn a_deep_body_is_unknown() {
    for open in ["[", "{\"a\":", "{\"error\":"] {
        let deep = open.repeat(100_000);
        let received = ReceivedError::parse(500, [], deep.as_bytes());
        assert!(matches!(received.kind, Kind::Unknown { .. }));
    }
}
