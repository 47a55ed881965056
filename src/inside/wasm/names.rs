//! Reads the names out of the sections of a WebAssembly module or component. None means that the bytes make no sense.

use super::{Names, WasmFacts};

/// Takes a number in LEB128 of at most 64 bits.
pub fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (byte, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*byte)
}

/// Takes a name.
pub fn string(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(number(bytes)?).ok()?;
    let (name, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// Makes the count of names what the section says, where not all could be read.
fn counted(names: &mut Names, before: u64, said: u64) {
    names.count = names.count.max(before.saturating_add(said));
}

/// The import section of a module.
pub fn imports(mut bytes: &[u8], into: &mut Names) -> Option<()> {
    let said = number(&mut bytes)?;
    let before = into.count;
    let read = (0..said).try_for_each(|_| {
        let module = string(&mut bytes)?;
        let name = string(&mut bytes)?;
        let kind = byte(&mut bytes)?;
        match kind {
            0 => drop(number(&mut bytes)?),
            1 => {
                value_type(&mut bytes)?;
                bounds(&mut bytes)?;
            }
            2 => bounds(&mut bytes)?,
            3 => {
                value_type(&mut bytes)?;
                byte(&mut bytes)?;
            }
            4 => {
                byte(&mut bytes)?;
                number(&mut bytes)?;
            }
            _ => return None,
        }
        into.add(&module, &name, core_kind(kind)?);
        Some(())
    });
    counted(into, before, said);
    read
}

/// The export section of a module.
pub fn exports(mut bytes: &[u8], facts: &mut WasmFacts) -> Option<()> {
    let said = number(&mut bytes)?;
    let before = facts.exports.count;
    let read = (0..said).try_for_each(|_| {
        let name = string(&mut bytes)?;
        let kind = byte(&mut bytes)?;
        number(&mut bytes)?;
        if let Some(version) = name.strip_prefix("proxy_abi_version_") {
            facts.proxy_abi = Some(
                version
                    .chars()
                    .take(40)
                    .collect::<String>()
                    .replace('_', "."),
            );
        }
        facts.exports.add("", &name, core_kind(kind)?);
        Some(())
    });
    counted(&mut facts.exports, before, said);
    read
}

fn core_kind(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "func",
        1 => "table",
        2 => "memory",
        3 => "global",
        4 => "tag",
        _ => return None,
    })
}

/// A type of a value or reference: one byte, or a reference to a type that follows.
fn value_type(bytes: &mut &[u8]) -> Option<()> {
    if matches!(byte(bytes)?, 0x63 | 0x64) {
        number(bytes)?;
    }
    Some(())
}

/// The bounds of a table or memory.
fn bounds(bytes: &mut &[u8]) -> Option<()> {
    let flags = byte(bytes)?;
    number(bytes)?;
    if flags & 1 != 0 {
        number(bytes)?;
    }
    // Pages of a size of its own.
    if flags & 8 != 0 {
        number(bytes)?;
    }
    Some(())
}

/// The import section of a component.
pub fn component_imports(mut bytes: &[u8], into: &mut Names) -> Option<()> {
    let said = number(&mut bytes)?;
    let before = into.count;
    let read = (0..said).try_for_each(|_| {
        let name = component_name(&mut bytes)?;
        let kind = described(&mut bytes)?;
        into.add("", &name, kind);
        Some(())
    });
    counted(into, before, said);
    read
}

/// The export section of a component.
pub fn component_exports(mut bytes: &[u8], into: &mut Names) -> Option<()> {
    let said = number(&mut bytes)?;
    let before = into.count;
    let read = (0..said).try_for_each(|_| {
        let name = component_name(&mut bytes)?;
        let kind = sort(&mut bytes)?;
        number(&mut bytes)?;
        if byte(&mut bytes)? == 1 {
            described(&mut bytes)?;
        }
        into.add("", &name, kind);
        Some(())
    });
    counted(into, before, said);
    read
}

/// A name of the component model: plain, of an interface, or with a suffix for its version.
fn component_name(bytes: &mut &[u8]) -> Option<String> {
    let form = byte(bytes)?;
    let name = string(bytes)?;
    if form == 2 {
        string(bytes)?;
    }
    (form <= 2).then_some(name)
}

/// The sort of an export.
fn sort(bytes: &mut &[u8]) -> Option<&'static str> {
    Some(match byte(bytes)? {
        0 => match byte(bytes)? {
            0x11 => "module",
            _ => "core",
        },
        1 => "func",
        2 => "value",
        3 => "type",
        4 => "component",
        5 => "instance",
        _ => return None,
    })
}

/// What an import is, or an export is said to be.
fn described(bytes: &mut &[u8]) -> Option<&'static str> {
    Some(match byte(bytes)? {
        0 => {
            byte(bytes)?;
            number(bytes)?;
            "module"
        }
        1 => {
            number(bytes)?;
            "func"
        }
        2 => {
            // Equal to an index, or of a type: either is a number.
            byte(bytes)?;
            number(bytes)?;
            "value"
        }
        3 => {
            // Equal to an index, or a resource of its own, which has nothing more.
            if byte(bytes)? == 0 {
                number(bytes)?;
            }
            "type"
        }
        4 => {
            number(bytes)?;
            "component"
        }
        5 => {
            number(bytes)?;
            "instance"
        }
        _ => return None,
    })
}
