//! One finding for many places that all say the same, so that what is harmless does not drown what is not.
//! It judges nothing.

use super::Out;
use crate::place::Locus;
use crate::text::Phrase;

/// Related places of one finding that stands for many.
const SHOWN: usize = 20;

/// One finding at the first place, the next ones beside it, with `{count}` of all. No places, no finding.
pub fn once(out: &mut Out, places: Vec<Locus>, fill: impl FnOnce(Phrase) -> Phrase) {
    let count = places.len() as u64;
    let mut places = places.into_iter();
    if let Some(first) = places.next() {
        out.found_with(first, places.take(SHOWN).collect(), |p| {
            fill(p).count("count", count)
        });
    }
}
