//! Sorting, and maps out of sequences, in little code. The standard library's sorts and its `collect` into a tree are made
//! anew for every type and every comparison, 2 to 15 KB each; together they were a sixteenth of what a visitor downloads.
//! Here only the comparison and the exchange of two values are made anew. It never decides what comes before what.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts by a comparison. What compares equal keeps its order.
pub fn by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut sources = merged(items.len(), &mut |left, right| match (
        items.get(left),
        items.get(right),
    ) {
        (Some(left), Some(right)) => compare(left, right) == Ordering::Greater,
        _ => false,
    });
    exchange(&mut sources, &mut |to, from| items.swap(to, from));
}

/// Sorts by a key. What has equal keys keeps its order.
pub fn by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    by(items, |left, right| key(left).cmp(&key(right)));
}

/// Sorts by the values' own order.
pub fn own<T: Ord>(items: &mut [T]) {
    by(items, T::cmp);
}

/// The map of some pairs; of two with the same key the later one stays.
pub fn map_of<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// The set of some values.
pub fn set_of<T: Ord>(values: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(values);
    set
}

/// Where each value of a sorted list comes from: a merge sort of places, given whether what stands at the first place
/// belongs behind what stands at the second, which is further back.
fn merged(length: usize, behind: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut runs: Vec<usize> = (0..length).collect();
    let mut width = 1;
    while width < length {
        let mut next = Vec::with_capacity(length);
        for pair in runs.chunks(width * 2) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
                if behind(*first, *second) {
                    next.push(*second);
                    right = right_rest;
                } else {
                    next.push(*first);
                    left = left_rest;
                }
            }
            next.extend_from_slice(left);
            next.extend_from_slice(right);
        }
        runs = next;
        width *= 2;
    }
    runs
}

/// Brings values from their sources to their places by exchanging two at a time, one circle after another.
fn exchange(sources: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..sources.len() {
        let mut to = start;
        while let Some(slot) = sources.get_mut(to) {
            let from = std::mem::replace(slot, to);
            if from == start {
                break;
            }
            swap(to, from);
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(values in proptest::collection::vec((0_u8..20, any::<u16>()), 0..200)) {
            let mut expected = values.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut sorted = values.clone();
            by_key(&mut sorted, |(key, _)| *key);
            prop_assert_eq!(sorted, expected);
            let mut expected = values.clone();
            expected.sort();
            let mut sorted = values.clone();
            own(&mut sorted);
            prop_assert_eq!(sorted, expected);
            prop_assert_eq!(map_of(values.clone()), values.iter().copied().collect::<BTreeMap<_, _>>());
            prop_assert_eq!(set_of(values.clone()), values.iter().copied().collect::<BTreeSet<_>>());
        }
    }
}
