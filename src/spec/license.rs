//! The grammar of SPDX license expressions (SPDX specification, annex D). It knows no list of licenses: a name that is
//! well formed counts as one.

/// Whether a text is a license expression by its grammar: `MIT`, `Apache-2.0 AND (MIT OR GPL-2.0-only WITH
/// Classpath-exception-2.0)`, `LicenseRef-mine`. Operators may be all capitals or all small letters.
pub fn is_expression(text: &str) -> bool {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut open = 0usize;
    let mut last = Last::Nothing;
    for token in spaced.split_whitespace() {
        let operator = matches!(token, "AND" | "OR" | "and" | "or");
        let with = matches!(token, "WITH" | "with");
        last = match (last, token) {
            (Last::Nothing | Last::Operator, "(") => {
                open += 1;
                Last::Nothing
            }
            (Last::License | Last::Closed, ")") if open > 0 => {
                open -= 1;
                Last::Closed
            }
            (Last::License | Last::Closed, _) if operator => Last::Operator,
            (Last::License, _) if with => Last::With,
            (Last::Nothing | Last::Operator, _) if !operator && !with && is_license(token) => {
                Last::License
            }
            (Last::With, _) if is_name(token) => Last::Closed,
            _ => return false,
        };
    }
    open == 0 && matches!(last, Last::License | Last::Closed)
}

/// What was read last.
#[derive(Clone, Copy)]
enum Last {
    Nothing,
    License,
    /// A closing bracket, or an exception: no `WITH` may follow.
    Closed,
    Operator,
    With,
}

fn is_license(token: &str) -> bool {
    let token = match token.split_once(':') {
        Some((document, license)) => {
            let right = document.starts_with("DocumentRef-") && license.starts_with("LicenseRef-");
            if !right || !is_name(document) {
                return false;
            }
            license
        }
        None => token.strip_suffix('+').unwrap_or(token),
    };
    is_name(token)
}

fn is_name(token: &str) -> bool {
    !token.is_empty()
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_prose() {
        for good in [
            "MIT",
            "Apache-2.0",
            "GPL-2.0+",
            "Apache-2.0 AND MIT",
            "(MIT OR Apache-2.0)",
            "(MIT OR Apache-2.0) AND BSD-3-Clause",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "mit or apache-2.0",
            "LicenseRef-mine",
            "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2",
            "NOASSERTION",
        ] {
            assert!(is_expression(good), "{good}");
        }
        for bad in [
            "",
            "Apache 2",
            "Apache License, Version 2.0",
            "MIT, Apache-2.0",
            "MIT/Apache-2.0",
            "MIT AND",
            "AND MIT",
            "(MIT",
            "MIT)",
            "()",
            "MIT WITH",
            "(MIT) WITH x",
            "https://example.com/license",
        ] {
            assert!(!is_expression(bad), "{bad}");
        }
    }
}
