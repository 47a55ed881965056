//! Reads the records of a pax header by the rules of Go's `archive/tar` (`mergePAX`, `parsePAXRecord`,
//! `validPAXRecord`). It notes keys by name and never keeps their values beyond the few that change an entry.

use crate::limits;

/// What pax records change, and what they say beside that.
#[derive(Clone, Debug, Default)]
pub(super) struct Pax {
    pub path: Option<Vec<u8>>,
    pub link: Option<Vec<u8>>,
    pub size: Option<i64>,
    pub uid: Option<i64>,
    pub gid: Option<i64>,
    pub mtime: Option<i64>,
    pub sparse: bool,
    /// The first attribute that overlayfs reads.
    pub overlay: Option<String>,
    /// There is a file capability.
    pub capability: bool,
    /// The first key that nobody applies.
    pub unknown: Option<String>,
}

/// Why pax records cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A length, separator, key or number that is none.
    Malformed,
    /// A NUL where a name or a key stands.
    Nul,
}

/// Reads records of the form `LENGTH KEY=VALUE\n`.
pub(super) fn parse(mut data: &[u8]) -> Result<Pax, Unreadable> {
    let mut pax = Pax::default();
    while !data.is_empty() {
        let (key, value, rest) = record(data).ok_or(Unreadable::Malformed)?;
        data = rest;
        let named = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
        if if named { value } else { key }.contains(&0) {
            return Err(Unreadable::Nul);
        }
        apply(&mut pax, key, value).ok_or(Unreadable::Malformed)?;
    }
    Ok(pax)
}

/// Key and value of the first record, and the bytes after it.
fn record(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = data.iter().position(|byte| *byte == b' ')?;
    let length = usize::try_from(decimal(data.get(..space)?)?).ok()?;
    if length < 5 {
        return None;
    }
    let record = data.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    let key = record.get(..equals).filter(|key| !key.is_empty())?;
    Some((key, record.get(equals + 1..)?, data.get(length..)?))
}

fn apply(pax: &mut Pax, key: &[u8], value: &[u8]) -> Option<()> {
    // An empty value takes back an earlier one and leaves the header's own.
    let filled = !value.is_empty();
    let bytes = || filled.then(|| value.to_vec());
    let number = |text: &[u8]| {
        if filled {
            decimal(text).map(Some)
        } else {
            Some(None)
        }
    };
    match key {
        b"path" | b"GNU.sparse.name" => pax.path = bytes(),
        b"linkpath" => pax.link = bytes(),
        b"size" => pax.size = number(value)?,
        b"uid" => pax.uid = number(value)?,
        b"gid" => pax.gid = number(value)?,
        b"mtime" => {
            let seconds = value.split(|byte| *byte == b'.').next().unwrap_or(value);
            pax.mtime = number(seconds)?;
        }
        _ => {}
    }
    if key.starts_with(b"GNU.sparse.") {
        pax.sparse = true;
    } else if let Some(attribute) = key.strip_prefix(b"SCHILY.xattr.") {
        let overlay =
            attribute.starts_with(b"trusted.overlay.") || attribute.starts_with(b"user.overlay.");
        if overlay && pax.overlay.is_none() {
            pax.overlay = Some(name(attribute));
        }
        pax.capability |= attribute == b"security.capability";
    } else if !is_applied(key) && pax.unknown.is_none() {
        pax.unknown = Some(name(key));
    }
    Some(())
}

/// Keys that some consumer applies, and those of POSIX that describe the header itself. `MSWINDOWS.*` is what Windows
/// layers carry their attributes in.
fn is_applied(key: &[u8]) -> bool {
    matches!(
        key,
        b"path"
            | b"linkpath"
            | b"size"
            | b"uid"
            | b"gid"
            | b"uname"
            | b"gname"
            | b"mtime"
            | b"atime"
            | b"ctime"
            | b"comment"
            | b"charset"
            | b"hdrcharset"
    ) || key.starts_with(b"MSWINDOWS.")
}

/// A key short enough to keep.
fn name(key: &[u8]) -> String {
    let kept = key.get(..limits::PAX_KEY_BYTES).unwrap_or(key);
    String::from_utf8_lossy(kept).into_owned()
}

fn decimal(bytes: &[u8]) -> Option<i64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_go_reads_them() {
        let pax = parse(b"12 path=a/b\n").unwrap();
        assert_eq!(pax.path.as_deref(), Some(&b"a/b"[..]));
        let pax = parse(b"22 mtime=1350244992.5\n14 uid=123456\n13 GNU.a=b=c\n").unwrap();
        assert_eq!((pax.mtime, pax.uid), (Some(1_350_244_992), Some(123_456)));
        assert_eq!(pax.unknown.as_deref(), Some("GNU.a"));
        assert!(parse(b"22 GNU.sparse.major=1\n").is_ok_and(|pax| pax.sparse));
        assert!(parse(b"10 path=a\n8 path=\n").is_ok_and(|pax| pax.path.is_none()));
        for bad in [
            &b"99 a=b\n"[..],
            b"6 a=b\n\n",
            b"6 a=bc",
            b"a=b\n",
            b"5 =b\n",
            b"7 aabc\n",
            b"10 size=x\n",
            b"28 size=99999999999999999999\n",
            b"-6 a=b\n",
            b"99999999999999999999 a=b\n",
            b"\0\0",
        ] {
            assert_eq!(
                parse(bad).err(),
                Some(Unreadable::Malformed),
                "{}",
                String::from_utf8_lossy(bad)
            );
        }
        assert_eq!(parse(b"11 path=a\0\n").err(), Some(Unreadable::Nul));
        let key = b"22 SCHILY.xattr.a\0b=c\n";
        assert_eq!(parse(key).err(), Some(Unreadable::Nul));
        assert!(
            parse(b"6 a=\0\n").is_ok(),
            "values of other keys may hold it"
        );
    }

    #[test]
    fn attributes_are_told_apart() {
        let pax = parse(b"41 SCHILY.xattr.trusted.overlay.opaque=y\n").unwrap();
        assert_eq!(pax.overlay.as_deref(), Some("trusted.overlay.opaque"));
        assert_eq!((pax.capability, pax.unknown), (false, None));
        let pax = parse(b"37 SCHILY.xattr.security.capability=\n").unwrap();
        assert!(pax.capability);
        let pax = parse(b"29 LIBARCHIVE.creationtime=1\n12 comment=\n").unwrap();
        assert_eq!(pax.unknown.as_deref(), Some("LIBARCHIVE.creationtime"));
    }
}
