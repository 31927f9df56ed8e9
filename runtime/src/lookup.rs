//! Finds the row of an error from its status and wire code, with one hash and one comparison.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde_core::de::{Deserializer, Error, Unexpected, Visitor};

use crate::info::{Envelope, ErrorInfo, Retry};

/// The generated table: a row for each `ErrorCode`, and indexes to find a row.
#[derive(Debug)]
pub struct Table {
    /// The API's name in kebab case.
    pub api: &'static str,
    /// The rows, in the order of `ErrorCode`.
    pub errors: &'static [ErrorInfo],
    /// The index by id.
    pub ids: Lookup,
    /// The index by status and code, if they belong to one error only. A code that belongs to one
    /// error only also has an entry without a status.
    pub wire: Lookup,
    /// The index by message, for errors with neither a status nor a code.
    pub messages: Lookup,
    /// The envelopes of the catalog, indexed by [`Handling::envelope`](crate::Handling::envelope).
    pub envelopes: &'static [Envelope],
    /// What clients do about errors that are not in the catalog: the lowest and the highest status,
    /// and the advice. The first match counts.
    pub unknown: &'static [(u16, u16, Retry)],
}

impl Table {
    /// Returns the row index of the error with this id.
    pub fn by_id(&self, id: &str) -> Option<usize> {
        self.ids.find(hash_id(self.ids.seed, id)).filter(|&at| self.errors[at].id == id)
    }

    /// Whether a client can retry a request after an error with this status that is not in the
    /// catalog.
    pub fn unknown(&self, status: u16) -> Retry {
        let matching = self.unknown.iter().find(|(first, last, _)| (*first..=*last).contains(&status));
        matching.map_or(Retry::Unsaid, |(_, _, retry)| *retry)
    }

    /// Returns the row index of the only error with this status and code.
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

    /// Returns the row index of the error with this message.
    pub fn by_message(&self, message: &str) -> Option<usize> {
        self.messages.find(hash_id(self.messages.seed, message)).filter(|&at| self.errors[at].message == message)
    }
}

/// A perfect hash: each of its keys has its own slot.
///
/// The hash of a key selects a displacement, and both select the slot. An unknown key also gets a
/// slot, so the caller must compare the key.
#[derive(Debug)]
pub struct Lookup {
    /// The seed of the hashes.
    pub seed: u64,
    /// The displacement of each bucket of keys.
    pub displacements: &'static [u16],
    /// The row index in each slot.
    pub slots: &'static [u16],
}

impl Lookup {
    /// Returns the row index in the slot of a key with this hash.
    pub fn find(&self, hash: u64) -> Option<usize> {
        let displacement = self.displacements.get(reduce(hash, self.displacements.len()))?;
        self.slots.get(slot(hash, *displacement, self.slots.len())).map(|&place| usize::from(place))
    }
}

/// 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A random prime. It contains the byte `ff`, which UTF-8 never contains, so no text makes a step
/// multiply by 0 with every seed.
const NO_TEXT: u64 = 0x8132_61f5_ff80_d149;

/// Hashes an id or a message.
pub fn hash_id(seed: u64, id: &str) -> u64 {
    hash(start(seed), id.as_bytes())
}

/// Hashes a status and a code, including whether each is present.
pub fn hash_wire(seed: u64, status: Option<u16>, code: Option<&str>) -> u64 {
    let status = status.map_or(0, |status| u64::from(status) + 1);
    let known = (status << 1) | u64::from(code.is_some());
    hash(start(seed) ^ known.wrapping_mul(NO_TEXT), code.unwrap_or("").as_bytes())
}

/// The start of a hash with this seed.
fn start(seed: u64) -> u64 {
    seed.wrapping_add(1).wrapping_mul(GOLDEN)
}

/// Takes 16 bytes per step. The last step takes the last 16 bytes, even if they overlap earlier
/// ones. For a shorter text, it takes the first 8 and the last 8.
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

/// Folds both halves of a product into one, so that every bit of each factor counts.
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

/// The error of parsing an id: no error of the catalog has this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownId;

impl fmt::Display for UnknownId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the catalog has no error with this id")
    }
}

impl core::error::Error for UnknownId {}

/// Reads an id, for the `Deserialize` of a generated `ErrorCode`.
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
