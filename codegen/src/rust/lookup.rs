//! Perfect hashes, computed here so that generated code finds an error with one hash and one
//! comparison.
//!
//! The hash functions copy those of the runtime crate, which this crate does not depend on. A test
//! compares them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A hash function over keys, with a seed.
type Hash<'a, K> = &'a dyn Fn(u64, &K) -> u64;

struct Lookup {
    seed: u64,
    displacements: Vec<u16>,
    slots: Vec<u16>,
}

/// A lookup from ids or messages to row indexes.
pub(super) fn ids(keys: &[(&str, usize)]) -> TokenStream {
    tokens(&build(keys, &|seed, key| hash_id(seed, key)))
}

/// The status and code that identify a response.
pub(super) type WireKey = (Option<u16>, Option<String>);

/// A lookup from statuses and codes to row indexes.
pub(super) fn wire(keys: &[(WireKey, usize)]) -> TokenStream {
    tokens(&build(keys, &|seed, (status, code)| hash_wire(seed, *status, code.as_deref())))
}

fn tokens(lookup: &Lookup) -> TokenStream {
    let Lookup { seed, displacements, slots } = lookup;
    let seed = Literal::u64_unsuffixed(*seed);
    let displacements = displacements.iter().map(|value| Literal::u16_unsuffixed(*value));
    let slots = slots.iter().map(|value| Literal::u16_unsuffixed(*value));
    quote! {
        Lookup { seed: #seed, displacements: &[#(#displacements),*], slots: &[#(#slots),*] }
    }
}

/// Tries seeds until one works. The first nearly always does.
fn build<K>(keys: &[(K, usize)], hash: Hash<'_, K>) -> Lookup {
    (0..).find_map(|seed| with_seed(keys, seed, hash)).expect("some seed tells the keys apart")
}

fn with_seed<K>(keys: &[(K, usize)], seed: u64, hash: Hash<'_, K>) -> Option<Lookup> {
    let slot_count = keys.len() + keys.len() / 4;
    let mut buckets: Vec<(usize, Vec<(u64, u16)>)> = (0..keys.len().div_ceil(4)).map(|at| (at, Vec::new())).collect();
    for (key, place) in keys {
        let hash = hash(seed, key);
        let at = reduce(hash, buckets.len());
        buckets[at].1.push((hash, u16::try_from(*place).expect("a catalog has fewer than 65,536 errors")));
    }
    // The fullest buckets first, while there are free slots.
    buckets.sort_by_key(|(at, members)| (std::cmp::Reverse(members.len()), *at));
    let mut displacements = vec![0; buckets.len()];
    let mut slots: Vec<Option<u16>> = vec![None; slot_count];
    for (at, members) in buckets {
        let (displacement, free) = (0..=u16::MAX).find_map(|displacement| {
            let chosen: Vec<usize> = members.iter().map(|(hash, _)| slot(*hash, displacement, slot_count)).collect();
            let apart =
                chosen.iter().enumerate().all(|(i, slot)| slots[*slot].is_none() && !chosen[..i].contains(slot));
            apart.then_some((displacement, chosen))
        })?;
        displacements[at] = displacement;
        for (slot, (_, place)) in free.into_iter().zip(members) {
            slots[slot] = Some(place);
        }
    }
    Some(Lookup { seed, displacements, slots: slots.into_iter().map(Option::unwrap_or_default).collect() })
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
const NO_TEXT: u64 = 0x8132_61f5_ff80_d149;

fn hash_id(seed: u64, id: &str) -> u64 {
    hash(start(seed), id.as_bytes())
}

fn hash_wire(seed: u64, status: Option<u16>, code: Option<&str>) -> u64 {
    let status = status.map_or(0, |status| u64::from(status) + 1);
    let known = (status << 1) | u64::from(code.is_some());
    hash(start(seed) ^ known.wrapping_mul(NO_TEXT), code.unwrap_or("").as_bytes())
}

fn start(seed: u64) -> u64 {
    seed.wrapping_add(1).wrapping_mul(GOLDEN)
}

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

#[allow(clippy::cast_possible_truncation)] // halves
fn step(state: u64, block: u128) -> u64 {
    let (lower, upper) = (block as u64, (block >> 64) as u64);
    let product = u128::from(state ^ lower) * u128::from(NO_TEXT ^ upper);
    (product >> 64) as u64 ^ product as u64
}

fn slot(hash: u64, displacement: u16, slots: usize) -> usize {
    reduce((hash ^ u64::from(displacement).wrapping_mul(GOLDEN)).wrapping_mul(NO_TEXT), slots)
}

#[allow(clippy::cast_possible_truncation)] // what is below `len` fits
fn reduce(hash: u64, len: usize) -> usize {
    (((hash >> 32) * len as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::{build, hash_id, hash_wire};

    #[test]
    fn both_crates_hash_alike() {
        // All lengths: short texts and the ends of blocks take different steps.
        let text = "INSUFFICIENT_CREDITS, said naïvely, and on for a few blocks";
        for text in text.char_indices().map(|(at, _)| &text[..at]) {
            assert_eq!(hash_id(7, text), errbook::hash_id(7, text));
            assert_eq!(hash_wire(7, Some(404), Some(text)), errbook::hash_wire(7, Some(404), Some(text)));
        }
        assert_eq!(hash_wire(0, None, None), errbook::hash_wire(0, None, None));
        assert_ne!(hash_wire(0, None, Some("")), hash_wire(0, None, None));
    }

    #[test]
    fn every_key_finds_its_place() {
        for count in [0, 1, 2, 3, 5, 100, 3000] {
            let names: Vec<String> = (0..count).map(|n| format!("ERROR_{n}")).collect();
            let keys: Vec<(&str, usize)> = names.iter().map(String::as_str).zip(0..).collect();
            let built = build(&keys, &|seed, key| hash_id(seed, key));
            let lookup = errbook::Lookup {
                seed: built.seed,
                displacements: built.displacements.leak(),
                slots: built.slots.leak(),
            };
            for (key, place) in keys {
                assert_eq!(lookup.find(errbook::hash_id(lookup.seed, key)), Some(place));
            }
        }
    }
}
