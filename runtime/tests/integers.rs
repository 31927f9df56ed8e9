//! Integers of a type that the service chooses. The catalog's own numbers, such as examples and
//! constants of bodies, need not fit into it.

use errbook::client::Kind;

macro_rules! integers {
    ($($integer:ident)*) => {$(
        mod $integer {
            use super::*;

            #[allow(missing_docs)]
            mod errors {
                errbook::catalog!("tests/integers.yaml", types(integer = $integer));
            }

            use errors::{
                Context, Error, LimitedBuilder, LimitedLevel, LimitedRequired, LimitedStatus, ReceivedError, Window,
            };

            mod operation {
                errbook::operation!(
                    "tests/integers.yaml",
                    #[allow(missing_docs, dead_code)]
                    pub LimitError: super::errors::Error,
                    [LIMITED],
                    types(integer = $integer),
                );
            }

            fn limited(count: $integer) -> Error {
                let window = Window { days: count.into(), at: Some(count.into()), all: vec![count.into()] };
                LimitedBuilder::new(LimitedRequired { count: count.into(), level: LimitedLevel::_256 })
                    .with_most(count)
                    .with_windows(vec![window])
                    .with_by_day([("monday".to_owned(), count.into())].into())
                    .with_secret(count)
                    .with_status(LimitedStatus::Http503)
                    .build()
            }

            #[test]
            fn a_value_is_sent_and_comes_back() {
                let context = Context::new($integer::MIN, Some(7.into()));
                let response = errbook::http::response(&limited(200), &context);
                let body: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
                assert_eq!((&body["code"], &body["most"], &body["least"]), (&70000.into(), &i64::MAX.into(), &i64::MIN.into()));
                assert_eq!(body["message"], "200 of 200");
                assert_eq!((response.headers()["x-count"].as_bytes(), response.status().as_u16()), (&b"200"[..], 503));
                let received = ReceivedError::parse(503, [], response.body());
                let Kind::Known(error) = received.kind else { panic!("another error") };
                assert_eq!(error, limited(200));
                let _ = operation::LimitError::try_from(error).expect("the error of the operation");
            }

            #[test]
            fn a_number_beyond_the_type_is_not_another_number() {
                for count in ["300", "-1", "9223372036854775807", "9223372036854775808", "1e300", "0.5"] {
                    let body = format!(r#"{{"code":70000,"message":"","details":{{"count":{count},"level":"1"}}}}"#);
                    let received = ReceivedError::parse(429, [], body.as_bytes());
                    let fits = count.parse::<i64>().ok().and_then(|count| $integer::try_from(count).ok());
                    match (received.kind, fits) {
                        (Kind::Known(Error::Limited { count, .. }), Some(sent)) => assert_eq!(*count, sent),
                        (Kind::Partial { detail, .. }, None) => assert_eq!(detail, "count"),
                        (kind, _) => panic!("{body} {kind:?}"),
                    }
                }
            }
        }
    )*};
}

integers!(u8 u32 u64 i64 i128 usize);
