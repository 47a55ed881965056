//! A row of a document in pieces that look the same: what stands there, and what is said of it.

use super::Listing;
use super::rows::is_numbered;
use crate::bytes::json::tokens::Kind;
use crate::order;
use std::ops::Range;

/// A part of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes.
    pub range: Range<usize>,
    /// What stands there; None for brackets, commas, space, and where the text is no JSON.
    pub kind: Option<Kind>,
    /// All of the token, of which this may be a part.
    pub token: Range<usize>,
    /// The ranges that were given and hold this piece, by their place in the list.
    pub within: Vec<usize>,
    /// Whether it is one character that is shown by its number.
    pub numbered: bool,
}

/// A row in pieces; the ranges may overlap.
pub fn pieces(listing: &Listing, row: &Range<usize>, ranges: &[Range<usize>]) -> Vec<Piece> {
    let bytes = listing.bytes();
    let mut cuts = vec![row.start, row.end];
    let inside = |at: usize| at > row.start && at < row.end;
    for range in ranges {
        cuts.extend(
            [range.start, range.end]
                .into_iter()
                .filter(|at| inside(*at)),
        );
    }
    let mut tokens: Vec<(Kind, Range<usize>, Range<usize>)> = Vec::new();
    for token in listing.structure().tokens(bytes, row.start, row.end) {
        if token.from >= row.end {
            break;
        }
        let part = token.from.max(row.start)..token.to.min(row.end);
        if matches!(
            token.kind,
            Kind::Key | Kind::Text | Kind::Number | Kind::Word
        ) {
            cuts.extend([part.start, part.end]);
            // Only what the row cuts has its end elsewhere.
            let end = match token.to >= row.end {
                true => whole_end(listing, &token),
                false => token.to,
            };
            tokens.push((token.kind, part, token.start..end));
        }
    }
    let mut numbered = Vec::new();
    let mut at = row.start;
    for chunk in bytes.get(row.clone()).unwrap_or_default().utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_numbered(character) {
                numbered.push(at);
                cuts.extend([at, at + character.len_utf8()]);
            }
            at += character.len_utf8();
        }
        at += chunk.invalid().len();
    }
    order::own(&mut cuts);
    cuts.dedup();
    let mut next = tokens.iter().peekable();
    cuts.iter()
        .zip(cuts.iter().skip(1))
        .map(|(from, to)| {
            while next.next_if(|(_, part, _)| part.end <= *from).is_some() {}
            let token = next.peek().filter(|(_, part, _)| part.start <= *from);
            Piece {
                range: *from..*to,
                kind: token.map(|(kind, _, _)| *kind),
                token: token.map_or(*from..*to, |(_, _, whole)| whole.clone()),
                within: (0..)
                    .zip(ranges)
                    .filter(|(_, range)| range.start <= *from && range.end >= *to)
                    .map(|(at, _)| at)
                    .collect(),
                numbered: numbered.binary_search(from).is_ok(),
            }
        })
        .collect()
}

/// Where a token ends that may go on behind its row. Strings that are longer than anything that is linked are not followed.
fn whole_end(listing: &Listing, token: &crate::bytes::json::tokens::Token) -> usize {
    if !matches!(token.kind, Kind::Key | Kind::Text) {
        return token.to;
    }
    let reach = token.start.saturating_add(512);
    let mut rest = listing
        .structure()
        .tokens(listing.bytes(), token.start, reach);
    rest.find(|one| one.start == token.start && one.to >= token.to.min(reach))
        .map_or(token.to, |one| one.to)
}
