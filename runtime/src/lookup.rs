//! From what stood on the wire to a row of the table, in one hash and one comparison.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde_core::de::{Deserializer, Error, Unexpected, Visitor};

use crate::info::{Envelope, ErrorInfo};

/// The generated table: a row for each `ErrorCode`, and how to find one.
#[derive(Debug)]
pub struct Table {
    /// The API's name in kebab case.
    pub api: &'static str,
    /// In the order of `ErrorCode`.
    pub errors: &'static [ErrorInfo],
    /// By id.
    pub ids: Lookup,
    /// By status and code. A code that is one error's alone is here without a status too.
    pub wire: Lookup,
    /// By the message of an error that has neither a status nor a code.
    pub messages: Lookup,
    /// The envelopes of the catalog; [`Handling::envelope`](crate::Handling::envelope) points into this list.
    pub envelopes: &'static [Envelope],
}

impl Table {
    /// The place of the error with this id.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        self.ids.find(hash_id(self.ids.seed, id)).filter(|&at| self.errors[at].id == id)
    }

    /// The place of the error that a client knows by this status and code.
    pub fn by_wire(&self, status: Option<u16>, code: Option<&str>) -> Option<usize> {
        self.wire.find(hash_wire(self.wire.seed, status, code)).filter(|&at| {
            let row = &self.errors[at];
            let same_code = match (row.code, code) {
                (Some(known), Some(code)) => known.is(code),
                (None, None) => true,
                _ => false,
            };
            same_code && status.is_none_or(|status| row.statuses.contains(&status))
        })
    }

    /// The place of the error that a client knows by this message alone.
    pub fn by_message(&self, message: &str) -> Option<usize> {
        self.messages.find(hash_id(self.messages.seed, message)).filter(|&at| self.errors[at].message == message)
    }
}

/// A perfect hash: every key that it was made from has a slot of its own.
///
/// A key's hash picks a displacement, and the two together pick the slot. What is no key gets some slot too: whoever asks
/// compares.
#[derive(Debug)]
pub struct Lookup {
    /// Where the hashes start.
    pub seed: u64,
    /// One for each bucket of keys.
    pub displacements: &'static [u16],
    /// The place of the row for each slot.
    pub slots: &'static [u16],
}

impl Lookup {
    /// The place in the slot of a key with this hash.
    pub fn find(&self, hash: u64) -> Option<usize> {
        let displacement = self.displacements.get(reduce(hash, self.displacements.len()))?;
        self.slots.get(slot(hash, *displacement, self.slots.len())).map(|&place| usize::from(place))
    }
}

/// 2⁶⁴ over the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Random bits, a prime. It has the byte `ff`, which UTF-8 never has: no text makes a step multiply by 0 under every seed.
const NO_TEXT: u64 = 0x8132_61f5_ff80_d149;

/// The hash of an id or a message.
pub fn hash_id(seed: u64, id: &str) -> u64 {
    hash(start(seed), id.as_bytes())
}

/// The hash of a wire identity: whether there is a status and a code, the status, the code.
pub fn hash_wire(seed: u64, status: Option<u16>, code: Option<&str>) -> u64 {
    let status = status.map_or(0, |status| u64::from(status) + 1);
    let known = (status << 1) | u64::from(code.is_some());
    hash(start(seed) ^ known.wrapping_mul(NO_TEXT), code.unwrap_or("").as_bytes())
}

/// Where a hash with this seed starts.
fn start(seed: u64) -> u64 {
    seed.wrapping_add(1).wrapping_mul(GOLDEN)
}

/// 16 bytes a step. The last step takes the last 16 bytes, even where it had some of them before; of a shorter text, the
/// first 8 and the last 8.
fn hash(start: u64, bytes: &[u8]) -> u64 {
    let mut state = start ^ bytes.len() as u64;
    if let Some(last) = bytes.last_chunk() {
        for block in bytes.as_chunks().0 {
            state = step(state, u128::from_le_bytes(*block));
        }
        step(state, u128::from_le_bytes(*last))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        step(state, u128::from(last) << 64 | u128::from(first))
    } else {
        step(state, bytes.iter().fold(0, |number, &byte| number << 8 | u128::from(byte)))
    }
}

/// The two halves of a product, folded into one: every bit of either factor has its say.
#[allow(clippy::cast_possible_truncation)] // halves
fn step(state: u64, block: u128) -> u64 {
    let (lower, upper) = (block as u64, (block >> 64) as u64);
    let product = u128::from(state ^ lower) * u128::from(NO_TEXT ^ upper);
    (product >> 64) as u64 ^ product as u64
}

fn slot(hash: u64, displacement: u16, slots: usize) -> usize {
    reduce((hash ^ u64::from(displacement).wrapping_mul(GOLDEN)).wrapping_mul(NO_TEXT), slots)
}

/// A number below `len`, in proportion to the upper half of `hash`.
#[allow(clippy::cast_possible_truncation)] // what is below `len` fits
fn reduce(hash: u64, len: usize) -> usize {
    (((hash >> 32) * len as u64) >> 32) as usize
}

/// No error of the catalog has this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownId;

impl fmt::Display for UnknownId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no error of the catalog has this id")
    }
}

impl core::error::Error for UnknownId {}

/// Reads an id for the `Deserialize` of a generated `ErrorCode`.
pub fn deserialize_id<'de, D: Deserializer<'de>, T: FromStr<Err = UnknownId>>(deserializer: D) -> Result<T, D::Error> {
    struct Id<T>(core::marker::PhantomData<T>);

    impl<T: FromStr<Err = UnknownId>> Visitor<'_> for Id<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the id of an error")
        }

        fn visit_str<E: Error>(self, id: &str) -> Result<T, E> {
            id.parse().map_err(|UnknownId| E::invalid_value(Unexpected::Str(id), &self))
        }

        fn visit_string<E: Error>(self, id: String) -> Result<T, E> {
            self.visit_str(&id)
        }
    }

    deserializer.deserialize_str(Id(core::marker::PhantomData))
}
