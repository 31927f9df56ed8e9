//! Looks up the data of a code, and the code of a text.

/// Enough queries that the branch predictor cannot learn the answers.
const QUERIES: u32 = 4096;

/// Uniformly distributed numbers below `count`.
fn drawn(count: usize) -> Vec<usize> {
    let next = |state: &u64| Some(state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1));
    let states = std::iter::successors(Some(1), next);
    states.map(|state| (state >> 40) as usize % count).take(QUERIES as usize).collect()
}

/// Compares the same errors, generated from a catalog and hand-written.
macro_rules! lookups {
    ($module:ident, $count:literal) => {
        pub(crate) mod $module {
            use std::hint::black_box;
            use std::str::FromStr;

            use super::QUERIES;
            use crate::{pairs, parse};

            mod ours {
                include!(concat!(env!("OUT_DIR"), "/errors_", $count, ".rs"));
            }

            #[allow(clippy::match_same_arms, clippy::unreadable_literal)]
            mod peers {
                include!(concat!(env!("OUT_DIR"), "/peers_", $count, ".rs"));
            }

            use ours::ErrorCode;
            use peers::{CODES, Code, INFOS};

            pub(crate) fn compare() {
                let drawn = super::drawn($count);
                let codes: Vec<ErrorCode> = drawn.iter().map(|&at| ErrorCode::ALL[at]).collect();
                let peers: Vec<Code> = drawn.iter().map(|&at| Code::ALL[at]).collect();
                let ids: Vec<&str> = codes.iter().map(|code| code.id()).collect();
                let statuses: Vec<u16> = peers.iter().map(|code| code.status()).collect();
                // As long as an id, and different only in the last letter.
                let misses: Vec<String> = ids.iter().map(|id| format!("{}_", &id[..id.len() - 1])).collect();
                check(&codes, &peers, &ids, &misses);

                pairs::compare(
                    concat!("code to status and fix, ", $count, " errors"),
                    QUERIES,
                    &mut [
                        ("errbook", &mut || {
                            each(&codes, |code| (code.status(), code.fix()));
                        }),
                        ("matches by hand", &mut || {
                            each(&peers, |code| (code.status(), code.fix()));
                        }),
                        ("strum::EnumProperty", &mut || {
                            use strum::EnumProperty as _;
                            each(&peers, |code| (code.get_int("status"), code.get_str("fix")));
                        }),
                        ("phf::Map by id", &mut || {
                            each(&ids, |id| INFOS.get(id).map(|info| (info.status, info.fix)));
                        }),
                    ],
                );
                pairs::compare(
                    concat!("id to code, ", $count, " errors"),
                    QUERIES,
                    &mut [
                        ("errbook", &mut || each(&ids, |id| ErrorCode::from_id(id))),
                        ("phf::Map", &mut || each(&ids, |id| CODES.get(id).copied())),
                        ("strum::EnumString", &mut || each(&ids, |id| Code::from_str(id).ok())),
                    ],
                );
                pairs::compare(
                    concat!("no id, ", $count, " errors"),
                    QUERIES,
                    &mut [
                        ("errbook", &mut || each(&misses, |id| ErrorCode::from_id(id))),
                        ("phf::Map", &mut || each(&misses, |id| CODES.get(id.as_str()).copied())),
                        ("strum::EnumString", &mut || each(&misses, |id| Code::from_str(id).ok())),
                    ],
                );
                let wire: Vec<(u16, &str)> = statuses.into_iter().zip(ids.iter().copied()).collect();
                pairs::compare(
                    concat!("status and code to code, ", $count, " errors"),
                    QUERIES,
                    &mut [
                        ("errbook", &mut || {
                            each(&wire, |&(status, code)| ErrorCode::from_wire(Some(status), Some(code)));
                        }),
                        ("phf::Map, then the status", &mut || {
                            each(&wire, |&(status, code)| {
                                CODES.get(code).copied().filter(|code| code.status() == status)
                            });
                        }),
                        ("strum::EnumString, then the status", &mut || {
                            each(&wire, |&(status, code)| {
                                Code::from_str(code).ok().filter(|code| code.status() == status)
                            });
                        }),
                    ],
                );
            }

            pub(crate) fn compare_parse() {
                #[derive(serde::Deserialize)]
                struct Received {
                    code: String,
                    message: String,
                }
                let code = ErrorCode::ALL[$count / 2];
                let (id, status) = (code.id(), code.status().expect("a status"));
                let body = format!(r#"{{"code":"{id}","message":"What to do about it."}}"#);
                parse::compare_body(
                    concat!("one of ", $count, " errors"),
                    body.as_bytes(),
                    &|body| assert_eq!(ours::ReceivedError::parse(status, [], body).code(), Some(code)),
                    &|body| {
                        let Received { code, message } = black_box(parse::read(body));
                        assert!(Code::from_str(&code).is_ok() && !message.is_empty());
                    },
                );
            }

            /// Checks that both sides return the same answers.
            fn check(codes: &[ErrorCode], peers: &[Code], ids: &[&str], misses: &[String]) {
                for ((code, peer), id) in codes.iter().zip(peers).zip(ids) {
                    let info = INFOS.get(id).expect("an id");
                    assert_eq!((code.status(), code.fix()), (Some(info.status), Some(info.fix)));
                    assert_eq!((info.status, info.fix), (peer.status(), peer.fix()));
                    assert_eq!(ErrorCode::from_id(id), Some(*code));
                    assert_eq!(ErrorCode::from_wire(Some(info.status), Some(id)), Some(*code));
                    assert_eq!((CODES.get(id), Code::from_str(id)), (Some(peer), Ok(*peer)));
                }
                for miss in misses {
                    assert_eq!((ErrorCode::from_id(miss), CODES.get(miss.as_str())), (None, None));
                }
            }

            fn each<T, R>(queries: &[T], mut answer: impl FnMut(&T) -> R) {
                for query in queries {
                    black_box(answer(black_box(query)));
                }
            }
        }
    };
}

lookups!(of_66, 66);
lookups!(of_1000, 1000);
