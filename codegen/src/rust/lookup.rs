//! Perfect hashes, worked out here so that generated code finds an error with one hash and one comparison.
//!
//! The functions are those of the runtime crate, of which this crate knows nothing; a test holds the two together.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A hash function over keys, with a seed.
type Hash<'a, K> = &'a dyn Fn(u64, &K) -> u64;

struct Lookup {
    seed: u64,
    displacements: Vec<u16>,
    slots: Vec<u16>,
}

/// A lookup from ids or messages to places.
pub(super) fn ids(keys: &[(&str, usize)]) -> TokenStream {
    tokens(&build(keys, &|seed, key| hash_id(seed, key)))
}

/// What a client knows a response by.
pub(super) type WireKey = (Option<u16>, Option<String>);

/// A lookup from wire identities to places.
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

/// Tries seeds until one works: nearly always the first.
fn build<K>(keys: &[(K, usize)], hash: Hash<'_, K>) -> Lookup {
    (0..).find_map(|seed| with_seed(keys, seed, hash)).expect("some seed tells the keys apart")
}

fn with_seed<K>(keys: &[(K, usize)], seed: u64, hash: Hash<'_, K>) -> Option<Lookup> {
    let slot_count = keys.len() + keys.len() / 4;
    let mut buckets: Vec<(usize, Vec<(u64, u16)>)> = (0..keys.len().div_ceil(4)).map(|at| (at, Vec::new())).collect();
    for (key, place) in keys {
        let hash = hash(seed, key);
        let at = bucket(hash, buckets.len());
        buckets[at].1.push((hash, u16::try_from(*place).expect("a catalog has fewer than 65,536 errors")));
    }
    // The fullest first, while there is room.
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

fn fnv(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, &byte| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn start(seed: u64) -> u64 {
    0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn hash_id(seed: u64, id: &str) -> u64 {
    fnv(start(seed), id.as_bytes())
}

fn hash_wire(seed: u64, status: Option<u16>, code: Option<&str>) -> u64 {
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

#[allow(clippy::cast_possible_truncation)] // what is below `len` fits
fn reduce(hash: u64, len: usize) -> usize {
    ((hash >> 32) % len as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::{build, hash_id, hash_wire};

    #[test]
    fn both_crates_hash_alike() {
        for text in ["", "A", "INSUFFICIENT_CREDITS", "naïve"] {
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
