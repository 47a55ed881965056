//! Names of images as Docker's and containerd's programs normalise them: `reference.ParseNormalizedNamed` of
//! distribution's Go package, with its error texts. It looks nothing up.

use crate::spec::reference;

/// A name that is one.
pub(in crate::consumers) struct Named {
    /// With its domain, and `library/` where it needs that.
    pub full: String,
    /// Whether it ends in a tag and has no digest.
    pub tagged: bool,
}

/// How a name with capitals is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::consumers) enum Capitals {
    /// Without saying which name.
    Unnamed,
    /// With the name.
    Named,
}

/// Reads and completes a name, or gives Go's error text.
pub(in crate::consumers) fn normalized(text: &str, capitals: Capitals) -> Result<Named, String> {
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if text.len() == 64 && text.chars().all(hexadecimal) {
        return Err(format!(
            "invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
        ));
    }
    let is_domain = |first: &str| {
        first.contains(['.', ':']) || first == "localhost" || first.chars().any(char::is_uppercase)
    };
    let (domain, rest) = match text.split_once('/') {
        Some((first, rest)) if is_domain(first) => (first, rest.to_string()),
        _ => ("docker.io", text.to_string()),
    };
    let rest = if domain == "docker.io" && !rest.contains('/') {
        format!("library/{rest}")
    } else {
        rest
    };
    let remote = rest.split(':').next().unwrap_or_default();
    if remote.chars().any(char::is_uppercase) {
        return Err(match capitals {
            Capitals::Unnamed => {
                "invalid reference format: repository name must be lowercase".to_string()
            }
            Capitals::Named => {
                format!("invalid reference format: repository name ({remote}) must be lowercase")
            }
        });
    }
    let full = format!("{domain}/{rest}");
    if !reference::is_fully_qualified(&full) {
        return Err("invalid reference format".to_string());
    }
    let tagged = !rest.contains('@') && rest.contains(':');
    Ok(Named { full, tagged })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed() {
        for (text, full, tagged) in [
            ("peer:v1", "docker.io/library/peer:v1", true),
            ("team/peer", "docker.io/team/peer", false),
            ("localhost/peer:v1", "localhost/peer:v1", true),
            ("127.0.0.1:5000/peer", "127.0.0.1:5000/peer", false),
        ] {
            let named = normalized(text, Capitals::Unnamed).unwrap();
            assert_eq!(
                (named.full.as_str(), named.tagged),
                (full, tagged),
                "{text}"
            );
        }
    }

    #[test]
    fn and_refused_as_go_does() {
        let error = |text: &str, capitals| normalized(text, capitals).err().unwrap_or_default();
        assert_eq!(error("", Capitals::Unnamed), "invalid reference format");
        assert_eq!(
            error("Peer:v1", Capitals::Unnamed),
            "invalid reference format: repository name must be lowercase"
        );
        assert_eq!(
            error("Peer:v1", Capitals::Named),
            "invalid reference format: repository name (library/Peer) must be lowercase"
        );
        assert_eq!(error("peer:", Capitals::Named), "invalid reference format");
    }
}
