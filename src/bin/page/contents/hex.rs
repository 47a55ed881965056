//! Bytes as people look at them: sixteen a line as numbers and letters, or as text. Pure.

/// The bytes in lines of sixteen: place, numbers, letters.
pub fn dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (line, part) in bytes.chunks(16).enumerate() {
        out.push_str(&format!("{:04x}  ", line * 16));
        for place in 0..16 {
            match part.get(place) {
                Some(byte) => out.push_str(&format!("{byte:02x} ")),
                None => out.push_str("   "),
            }
            if place == 7 {
                out.push(' ');
            }
        }
        out.push(' ');
        out.extend(part.iter().map(|byte| match byte {
            0x20..=0x7E => char::from(*byte),
            _ => '.',
        }));
        out.push('\n');
    }
    out
}

/// The bytes as text, if they are; where more would follow, the last character may be cut.
pub fn text(bytes: &[u8], cut: bool) -> Option<String> {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    // What steers the direction of writing, or erases, must not play with what is read.
    Some(
        valid
            .chars()
            .map(|c| if plays(c) { '\u{fffd}' } else { c })
            .collect(),
    )
}

fn plays(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}
