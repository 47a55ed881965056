//! The form of a link: packing, the check, unpacking under a cap. What it carries is not looked at.

use super::{Damage, Sharing};
use crate::bytes::codec::{CodecDefect, inflate};
use crate::bytes::deflate::deflate;
use crate::bytes::digest::{Algorithm, digest_of};
use crate::limits;

/// The only form there is so far.
const FORM: &str = "1";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Characters of the check.
const CHECK: usize = 6;
/// Bits of it that hold the digest; the others hold the length.
const DIGEST_BITS: u32 = 21;

/// What stands behind `#/m/` in the link of these documents. None where they are too large for one.
pub fn link(sharing: &Sharing) -> Option<String> {
    let text = serde_json::to_string(sharing).ok()?;
    if text.len() > limits::SHARED_BYTES {
        return None;
    }
    let payload = written(&deflate(text.as_bytes()));
    if payload.len() > limits::LINK_CHARACTERS {
        return None;
    }
    Some(format!("{FORM}.{}.{payload}", check(&payload)))
}

/// The documents of a link, from what stands behind `#/m/` in it.
pub fn read(part: &str) -> Result<Sharing, Damage> {
    let (form, rest) = part.split_once('.').unwrap_or((part, ""));
    if form != FORM {
        let number = !form.is_empty() && form.bytes().all(|byte| byte.is_ascii_digit());
        return Err(match number {
            true => Damage::Newer {
                form: form.chars().take(9).collect(),
            },
            false => Damage::Stump,
        });
    }
    let (head, rest) = rest.split_once('.').ok_or(Damage::Stump)?;
    let numbers: Vec<u64> = head.bytes().filter_map(value).map(u64::from).collect();
    if head.len() != CHECK || numbers.len() != CHECK {
        return Err(Damage::Changed);
    }
    let bits = numbers.iter().fold(0, |bits, number| bits << 6 | number);
    let of = bits >> DIGEST_BITS;
    // Programs that find links in texts take a bracket or full stop behind one for a part of it.
    let whole = rest.bytes().take_while(|byte| value(*byte).is_some());
    let arrived = whole.count();
    if (arrived as u64) < of {
        return Err(Damage::Cut {
            arrived: arrived as u64,
            of,
        });
    }
    let payload = usize::try_from(of)
        .ok()
        .and_then(|of| rest.get(..of))
        .ok_or(Damage::Changed)?;
    if check(payload) != head {
        return Err(Damage::Changed);
    }
    let packed = bytes(payload).ok_or(Damage::Changed)?;
    let text = inflate(&packed, limits::SHARED_BYTES).map_err(|defect| match defect {
        CodecDefect::ExpansionLimit => Damage::TooLarge,
        _ => Damage::Changed,
    })?;
    let text = String::from_utf8(text).map_err(|_| Damage::Changed)?;
    let sharing: Sharing = serde_json::from_str(&text).map_err(|_| Damage::Changed)?;
    if sharing.files.is_empty() {
        return Err(Damage::Nothing);
    }
    Ok(sharing)
}

/// Length and digest of a payload. It is shorter than 2^15 characters.
fn check(payload: &str) -> String {
    let digest = digest_of(Algorithm::Sha256, payload.as_bytes());
    let first = digest
        .split_once(':')
        .and_then(|(_, hex)| u64::from_str_radix(hex.get(..6)?, 16).ok())
        .unwrap_or(0);
    let length = payload.len() as u64;
    let bits = length << DIGEST_BITS | first >> (24 - DIGEST_BITS);
    (0..CHECK)
        .rev()
        .map(|at| character(bits >> (6 * at)))
        .collect()
}

fn character(bits: u64) -> char {
    let at = usize::try_from(bits & 63).unwrap_or(0);
    ALPHABET
        .get(at)
        .map_or('A', |character| char::from(*character))
}

fn value(character: u8) -> Option<u8> {
    let at = ALPHABET.iter().position(|known| *known == character)?;
    u8::try_from(at).ok()
}

/// Bytes in base64url (RFC 4648, section 5) without padding.
fn written(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().saturating_mul(4) / 3 + 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u64, |bits, at| {
            bits << 8 | u64::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..=three.len() {
            out.push(character(bits >> (18 - 6 * at)));
        }
    }
    out
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0_u8);
    for character in text.bytes() {
        bits = (bits << 6 | u32::from(value(character)?)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            let [low, ..] = (bits >> count).to_le_bytes();
            out.push(low);
        }
    }
    Some(out)
}

/// A link of any text, for tests of what arrives from others.
#[cfg(test)]
pub fn tests_pack(text: &str) -> String {
    let payload = written(&deflate(text.as_bytes()));
    format!("{FORM}.{}.{payload}", check(&payload))
}
