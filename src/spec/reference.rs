//! Names of images as the grammar of distribution's reference package has them, and the names that entries of a layout
//! may have. It never looks anything up.

/// Whether a text may be the name of an entry of a layout (annotations.md, `org.opencontainers.image.ref.name`): words
/// of letters and digits, parted by one of `-._:@+` or by `--`, and parts of such words parted by `/`.
pub fn is_entry_name(text: &str) -> bool {
    let component = |part: &str| {
        let alnum = |b: u8| b.is_ascii_alphanumeric();
        let bytes = part.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.iter().all(|b| b.copied().is_some_and(alnum))
            && part
                .split(|c: char| c.is_ascii_alphanumeric())
                .all(|gap| matches!(gap, "" | "-" | "." | "_" | ":" | "@" | "+" | "--"))
    };
    text.split('/').all(component)
}

/// Whether a text may be a tag in a registry: a letter, digit or `_`, then up to 127 of these and `.` and `-`.
pub fn is_tag(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|b| word(b) || matches!(b, b'.' | b'-'))
}

/// Whether a text is `domain/name`, with a tag, a digest, both or neither: a name for which no registry has to be
/// assumed.
pub fn is_fully_qualified(text: &str) -> bool {
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    if digest.is_some_and(|d| super::digest(d).is_none()) {
        return false;
    }
    let name = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => {
            if !is_tag(tag) {
                return false;
            }
            name
        }
        _ => name,
    };
    match name.split_once('/') {
        Some((first, rest)) => {
            (first.contains(['.', ':']) || first == "localhost")
                && is_domain(first)
                && rest.split('/').all(is_path_component)
        }
        None => false,
    }
}

/// Whether a text is `[domain/]name:tag` as the grammar of distribution's reference package has it.
pub fn is_tagged(text: &str) -> bool {
    let Some((name, tag)) = text.rsplit_once(':') else {
        return false;
    };
    if !is_tag(tag) || name.is_empty() || name.len() > 255 {
        return false;
    }
    let path = match name.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
            if !is_domain(first) {
                return false;
            }
            rest
        }
        _ => name,
    };
    path.split('/').all(is_path_component)
}

/// `host[:port]`, the host a name, an IPv4 address or an IPv6 address in brackets.
fn is_domain(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let good_port = port.is_none_or(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return good_port && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
    }
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    good_port && host.split('.').all(label)
}

/// Lower-case letters and digits, parted by one `.`, one or two `_`, or any number of `-`.
fn is_path_component(text: &str) -> bool {
    let alnum = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    if !bytes.first().copied().is_some_and(alnum) || !bytes.last().copied().is_some_and(alnum) {
        return false;
    }
    text.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        .all(|gap| matches!(gap, "" | "." | "_" | "__") || gap.bytes().all(|b| b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_apart() {
        for good in [
            "a:1",
            "example/name:v1.0",
            "localhost/x:1",
            "localhost:5000/x:1",
            "r.example.com/a/b:1",
            "[2001:db8::1]:5000/a:1",
            "a--b:1",
            "a__b:1",
            "A.example/x:1",
            "x:V1_.-",
        ] {
            assert!(is_tagged(good), "{good}");
        }
        for bad in [
            "",
            "Name",
            "name",
            "a:b:c",
            "UPPER/x:1",
            "a/:1",
            "/a:1",
            "a..b:1",
            "a:-x",
            "a:",
            ":1",
            "a_:1",
            "a___b:1",
            "r.example.com:x/a:1",
            "a@sha256:abc",
            "-a.example/x:1",
        ] {
            assert!(!is_tagged(bad), "{bad}");
        }
    }

    #[test]
    fn full_names_are_told_from_short_ones() {
        for good in [
            "docker.io/library/alpine:3",
            "localhost:5000/a",
            "localhost/a:1",
            "r.example.com/a/b@sha256:abc",
            "r.example.com/a/b:1@sha256:abc",
        ] {
            assert!(is_fully_qualified(good), "{good}");
        }
        for bad in [
            "alpine:3",
            "library/alpine",
            "",
            "a.example/x:",
            "a.example/X",
            "a.example/x@latest",
            "sha256:abc",
            "localhost:5000",
        ] {
            assert!(!is_fully_qualified(bad), "{bad}");
        }
    }

    #[test]
    fn entry_names_are_told_apart() {
        for good in ["v1", "a/b:c", "docker.io/library/a:1", "a--b", "a@b+c_d.e"] {
            assert!(is_entry_name(good), "{good}");
        }
        for bad in [
            "", "a/", "/a", "-x", "x-", "a++b", "a---b", "a b", "a//b", "\u{e9}",
        ] {
            assert!(!is_entry_name(bad), "{bad}");
        }
    }
}
