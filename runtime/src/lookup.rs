//! From what stood on the wire to a row of the table, in one hash and one comparison.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde_core::de::{Deserializer, Error, Unexpected, Visitor};

use crate::info::ErrorInfo;

/// The generated table: a row for each `ErrorCode`, and how to find one.
#[derive(Debug)]
pub struct Table {
    /// In the order of `ErrorCode`.
    pub errors: &'static [ErrorInfo],
    /// By id.
    pub ids: Lookup,
    /// By status and code. A code that is one error's alone is here without a status too.
    pub wire: Lookup,
    /// By the message of an error that has neither a status nor a code.
    pub messages: Lookup,
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
        if self.slots.is_empty() {
            return None;
        }
        let displacement = self.displacements[bucket(hash, self.displacements.len())];
        Some(usize::from(self.slots[slot(hash, displacement, self.slots.len())]))
    }
}

/// FNV-1a (64 bits) over the bytes, from a start of one's own.
fn fnv(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, &byte| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The start of a hash with this seed.
fn start(seed: u64) -> u64 {
    0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The hash of an id or a message.
pub fn hash_id(seed: u64, id: &str) -> u64 {
    fnv(start(seed), id.as_bytes())
}

/// The hash of a wire identity: whether there is a status and a code, the status, the code.
pub fn hash_wire(seed: u64, status: Option<u16>, code: Option<&str>) -> u64 {
    let has = [u8::from(status.is_some()), u8::from(code.is_some())];
    let state = fnv(fnv(start(seed), &has), &status.unwrap_or(0).to_le_bytes());
    fnv(state, code.unwrap_or("").as_bytes())
}

fn bucket(hash: u64, buckets: usize) -> usize {
    reduce(hash.wrapping_mul(0xd6e8_feb8_6659_fd93), buckets)
}

fn slot(hash: u64, displacement: u16, slots: usize) -> usize {
    let mixed = hash ^ u64::from(displacement).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    reduce((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9), slots)
}

/// A number below `len` from the upper, better mixed half of `hash`.
#[allow(clippy::cast_possible_truncation)] // what is below `len` fits
fn reduce(hash: u64, len: usize) -> usize {
    ((hash >> 32) % len as u64) as usize
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
