//! Details of types that the service chooses.

use axum::response::IntoResponse as _;
use errbook::client::Kind;
use errbook::client::Read as _;
use errbook::http::response;
use errbook::{Custom, Json, Sensitive, format};
use errors::{
    Context, Error, FullBuilder, MovedBuilder, MovedRequired, OverdrawnBuilder, OverdrawnRequired, ReceivedError,
    Transfer,
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

#[allow(missing_docs)]
mod errors {
    errbook::catalog!(
        "tests/types.yaml",
        types(uuid = uuid::Uuid, date_time = jiff::Timestamp, price = rust_decimal::Decimal, balance = u64, pin = u32),
    );
}

const ID: Uuid = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);

fn overdrawn(balance: u64) -> Error {
    let until: Timestamp = "2026-02-01T12:00:00.5Z".parse().expect("a date");
    let required =
        OverdrawnRequired { price: Decimal::new(1250, 2).into(), balance: balance.into(), until: until.into() };
    let transfer = Transfer { id: ID.into(), sent: Some(until.into()), parts: vec![ID.into()] };
    OverdrawnBuilder::new(required).with_key(ID).with_transfer(transfer).build()
}

#[test]
fn values_are_sent_as_the_catalog_says_and_come_back() {
    let response = response(&overdrawn(7), &Context::new(Some(ID.into())));
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(response.headers()["x-until"], "2026-02-01T12:00:00.5Z");
    assert_eq!(response.headers()["x-key"], id);
    assert_eq!(response.headers()["x-trace"], id);
    let body: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
    let until = "2026-02-01T12:00:00.5Z";
    assert_eq!(
        body,
        serde_json::json!({
            "code": "OVERDRAWN",
            "message": "12.5 is more than 7; ask again after 2026-02-01T12:00:00.5Z.",
            "balance": 7,
            "details": {
                "price": 12.5, "balance": 7, "until": until, "key": id,
                "transfer": {"id": id, "sent": until, "parts": [id]},
            },
            "trace": id,
        })
    );

    let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let received = ReceivedError::parse(409, headers, response.body());
    let Kind::Known(error) = received.kind else { panic!("another error") };
    assert_eq!(error, overdrawn(7));
    assert_ne!(error, overdrawn(8));
    let Error::Overdrawn { until: read, balance, .. } = error else { panic!("another error") };
    assert_eq!((read.as_second(), *balance), (1_769_947_200, 7));
}

#[test]
fn a_value_that_the_catalog_does_not_allow_is_not_sent() {
    let response = response(&overdrawn(u64::MAX), &Context::new(None));
    assert_eq!((response.status().as_u16(), &response.body()[..16]), (500, &br#"{"code":"BROKEN""#[..]));
    assert_eq!(overdrawn(u64::MAX).into_response().status(), 500);
    assert_eq!(overdrawn(u64::MAX).to_string(), "12.5 is more than [invalid]; ask again after 2026-02-01T12:00:00.5Z.");
}

/// Beyond the integers of `Json`, the nearest number.
#[test]
fn json_of_serde_is_json_of_a_detail() {
    let text = r#"{"b":[null,true,-1,18446744073709551615,0.5,"tea"],"a":{}}"#;
    let expected = Json::Object(vec![
        (
            "b".to_owned(),
            Json::Array(vec![
                Json::Null,
                Json::Bool(true),
                Json::Integer(-1),
                Json::Number(18_446_744_073_709_551_615.0),
                Json::Number(0.5),
                Json::String("tea".to_owned()),
            ]),
        ),
        ("a".to_owned(), Json::Object(Vec::new())),
    ]);
    assert_eq!(serde_json::from_str::<Json>(text).expect("JSON"), expected);
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    // serde_json sorts the members of its own values.
    assert_eq!(serde_json::to_value(Json::from(value.clone())).expect("JSON")["a"], value["a"]);
    assert_eq!(serde_json::to_value(Json::from(value.clone())).expect("JSON")["b"][5], value["b"][5]);
}

/// A catalog whose errors are `Clone`, with sources, secrets, boxed errors and chosen types.
#[allow(missing_docs)]
mod cloned {
    errbook::catalog!("tests/types.yaml", clone, types(uuid = uuid::Uuid, balance = u64));
}

errbook::operation!("tests/types.yaml", CheckError: cloned::Error, [BROKEN, FULL], types(uuid = uuid::Uuid, balance = u64));

#[test]
fn errors_are_clone_by_choice() {
    use core::error::Error as _;

    let full: CheckError = cloned::FullBuilder::new(3).with_slots(9).into();
    let broken = cloned::Error::broken(std::io::Error::other("disk"));
    let locked = cloned::Error::locked(1);
    let required = cloned::OverdrawnRequired { price: 12.5, balance: 7.into(), until: "2026-02-01T12:00:00Z".into() };
    let parts = vec![ID.into()];
    let transfer = cloned::Transfer { id: ID.into(), sent: None, parts };
    let overdrawn = cloned::OverdrawnBuilder::new(required.clone()).with_transfer(transfer);
    let overdrawn = overdrawn.clone().build();
    let required =
        cloned::MovedRequired { name: "tea".into(), place: "here".into(), secret: "x".to_owned().into(), left: 1 };
    let moved = cloned::MovedBuilder::new(required).build();
    for error in [full.as_error(), &broken, &locked, &overdrawn, &moved] {
        let copy = error.clone();
        assert_eq!(copy, *error);
        assert_eq!(format!("{copy:?} {copy}"), format!("{error:?} {error}"));
    }
    assert_eq!(full.clone(), full);
    let source = broken.clone();
    assert!(source.source().expect("the source").is::<std::io::Error>());
    // Both are one source.
    assert!(core::ptr::addr_eq(source.source().expect("a source"), broken.source().expect("a source")));
}

#[test]
fn a_source_of_errors_that_are_clone_comes_from_each_place() {
    use core::error::Error as _;
    use errbook::OrError as _;

    fn read() -> Result<(), cloned::Error> {
        Ok(Err(std::io::Error::other("disk")).or_internal()?)
    }
    let converted = read().expect_err("no disk");
    assert_eq!(converted.source().expect("the source").to_string(), "disk");
    let body = br#"{"code":"BROKEN","message":"Broken."}"#;
    let Kind::Known(received) = cloned::ReceivedError::parse(500, [], body).kind else { panic!("another error") };
    assert!(received.clone().source().is_some());
}

/// The body has the value in no member.
#[test]
fn a_value_in_a_message_is_what_the_catalog_says() {
    for (balance, status) in [(7, 409), (u64::MAX, 500)] {
        assert_eq!(response(&Error::low(balance), &Context::new(None)).status(), status);
    }
}

#[test]
fn a_value_of_another_type_is_not_read() {
    for (id, until) in [("x", "2026-02-01T12:00:00Z"), ("01890a5d-ac96-774b-bcce-b302099a8057", "yesterday")] {
        let details = serde_json::json!({"price": 1, "balance": 2, "until": until, "key": id});
        let body = serde_json::json!({"code": "OVERDRAWN", "message": "no", "details": details}).to_string();
        let received = ReceivedError::parse(409, [], body.as_bytes());
        assert!(!matches!(received.kind, Kind::Known(_)), "{body}");
    }
    let negative =
        br#"{"code":"OVERDRAWN","message":"","details":{"price":1,"balance":-2,"until":"2026-02-01T12:00:00Z"}}"#;
    assert!(!matches!(ReceivedError::parse(409, [], negative).kind, Kind::Known(_)));
}

#[test]
fn integers_of_other_types_are_arguments() {
    let seats = [1, 2, 3];
    let error = FullBuilder::new(seats.len()).with_slots(9_u32).build();
    assert_eq!(error.to_string(), "3 of 9 are full.");
    let maybe = |slots: Option<u32>| FullBuilder::new(3).maybe_slots(slots).build();
    assert_eq!((&maybe(Some(9)), maybe(None)), (&error, FullBuilder::new(3).build()));
    assert_eq!(error, FullBuilder::new(3).with_slots(9).build());
}

/// Newtypes and enums, as serde derives them.
#[test]
fn a_value_of_a_derived_type_is_read() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Name(String);
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    enum Size {
        Small,
    }
    fn comes_back<T, F>(value: T)
    where
        T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
        F: errbook::generated::v0::Format,
    {
        let own = Custom::<T, F>::new(value);
        let sent: serde_json::Value = serde_json::to_value(&own).expect("a value of the catalog");
        let json = match sent {
            serde_json::Value::String(text) => Json::from(text.as_str()),
            number => Json::from(number.as_i64().expect("an integer")),
        };
        assert_eq!(Custom::<T, F>::read(&json), Some(own));
    }
    comes_back::<_, format::Text>(Name("tea".to_owned()));
    comes_back::<_, format::Text>(Size::Small);
    comes_back::<_, format::Text>(Some(Name("tea".to_owned())));
    comes_back::<_, format::Integer>(Some(7_u8));
}

#[test]
fn a_text_without_the_form_of_its_type_is_not_sent() {
    fn is_sent<F: errbook::generated::v0::Format>(text: &str) -> bool {
        serde_json::to_string(&Custom::<_, F>::new(text)).is_ok()
    }
    for (text, expected) in [
        ("2026-02-01T12:00:00Z", true),
        ("2026-02-01T12:00:00.123456789-05:30", true),
        ("2026-02-01T12:00:00.Z", false),
        ("2026-02-01T12:00:00.+00:00", false),
        ("2026-02-01T12:00:00", false),
        ("2026-02-01 12:00:00Z", false),
    ] {
        assert_eq!(is_sent::<format::DateTime>(text), expected, "{text}");
    }
    for (text, expected) in
        [("https://a.example/%20b?c#d", true), ("a%2", false), ("%zz", false), ("%%20", false), ("a b", false)]
    {
        assert_eq!(is_sent::<format::Uri>(text), expected, "{text}");
    }
}

/// As `serde_json` writes it.
#[test]
fn a_short_float_has_its_own_digits() {
    for number in [0.1_f32, -1.0e-7, f32::MAX, f32::MIN_POSITIVE, 2.5] {
        let custom = Custom::<_, format::Number>::new(number);
        let sent = serde_json::to_string(&custom).expect("a number");
        assert_eq!(sent, serde_json::to_string(&number).expect("a number"));
        assert_eq!(Custom::read(&Json::Number(sent.parse().expect("a number"))), Some(custom));
    }
    assert!(serde_json::to_string(&Custom::<_, format::Number>::new(f32::NAN)).is_err());
}

#[test]
fn the_details_of_a_boxed_error_are_behind_pointers() {
    let required =
        MovedRequired { name: "tea".to_owned(), place: "Leeds".to_owned(), secret: "k-1".to_owned().into(), left: 3 };
    let error = MovedBuilder::new(required).with_at(Timestamp::UNIX_EPOCH).build();
    assert_eq!(error.to_string(), "tea moved to Leeds.");
    assert_eq!(error, error);
    let Error::Moved { name, secret, left, .. } = &error else { panic!("another error") };
    let (boxed, hidden): (Box<String>, Sensitive<Box<String>>) = (name.clone(), secret.clone());
    assert_eq!((boxed.as_str(), hidden.expose().as_str(), *left), ("tea", "k-1", 3));
    let response = response(&error, &Context::new(None));
    let received = ReceivedError::parse(410, [], response.body());
    assert!(matches!(received.kind, Kind::Known(read) if read == error));
}

#[test]
fn logs_show_the_value_and_no_secret() {
    let text = format!("{:?}", overdrawn(7));
    assert!(
        text.starts_with(r#"OVERDRAWN { price: 12.5, balance: 7, until: "2026-02-01T12:00:00.5Z", key: "01890a"#),
        "{text}"
    );
    assert_eq!(format!("{:?}", Error::locked(Custom::new(1234))), "LOCKED { pin: [redacted] }");
}
