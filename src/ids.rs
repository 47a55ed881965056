//! Ids that were given another name, so that links, commands and reports that hold the old one still lead to the thing.
//! Every id that was ever published stands in `tests/published/`; one that is renamed gets a line here and keeps its line
//! there. It knows no thing itself, only names.

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rule.
    Rule,
    /// A consumer.
    Consumer,
    /// A known error.
    Error,
    /// An example of the gallery. Those of a rule follow the rule.
    Example,
    /// A media type.
    MediaType,
}

/// An id that was renamed: what it is of, the old one, the present one. An old id is never used for another thing.
pub type Renamed = (Kind, &'static str, &'static str);

/// Every id that was renamed. None was so far.
pub const RENAMED: &[Renamed] = &[];

/// The present id of a thing, by any that it ever had. An id that never was one stays as it is.
pub fn present(kind: Kind, id: &str) -> &str {
    follow(RENAMED, kind, id)
}

/// The same by a table. What was renamed several times is followed to the end; a table that turns in a circle is left
/// after as many steps as it has lines.
fn follow<'i>(table: &[Renamed], kind: Kind, id: &'i str) -> &'i str {
    let mut now = id;
    for _ in table {
        let next = table.iter().find(|(of, old, _)| *of == kind && *old == now);
        match next {
            Some((_, _, new)) => now = new,
            None => break,
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_id_leads_to_the_present_one() {
        let table = [
            (Kind::Rule, "first", "second"),
            (Kind::Rule, "second", "third"),
            (Kind::Error, "first", "other"),
        ];
        assert_eq!(follow(&table, Kind::Rule, "first"), "third");
        assert_eq!(follow(&table, Kind::Rule, "second"), "third");
        assert_eq!(follow(&table, Kind::Error, "first"), "other");
        assert_eq!(follow(&table, Kind::Consumer, "first"), "first");
        assert_eq!(follow(&table, Kind::Rule, "none"), "none");
    }

    #[test]
    fn a_circle_ends() {
        let table = [(Kind::Rule, "a", "b"), (Kind::Rule, "b", "a")];
        assert_eq!(follow(&table, Kind::Rule, "a"), "a");
    }
}
