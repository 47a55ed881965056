//! Values on their way: between the workers as bytes, out of a saved report as JSON. It knows no value by itself.
//!
//! What `serde` derives for a format with names, such as JSON, is several times the code of what it derives for one where
//! fields stand in their order; for the report and the measurements that was a tenth of the program. So both ways are read
//! by one reader that hands fields over in their order, whatever the source: [`bytes`] has them in that order anyway, and
//! [`json`] looks each up by its name first.

mod bytes;
mod json;
mod read;

use read::{Reader, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// A value as bytes, for another worker of the same build. There is nothing in them that a later build could go by.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = bytes::Writer::default();
    // Only values of the kinds that `bytes` names travel; a test sends one of each.
    let _ = value.serialize(&mut out);
    out.into_bytes()
}

/// The value of some bytes, all of them.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    read(&mut bytes::Bytes::new(bytes))
}

/// The value that a JSON value stands for, as `serde_json` writes it. Fields that are not there are read as nothing, false
/// or none, and only where that is a value of their kind; fields that are not known are passed over.
pub fn from_json<T: DeserializeOwned>(value: serde_json::Value) -> Option<T> {
    read(&mut json::Values::new(value))
}

fn read<T: DeserializeOwned>(source: &mut dyn Source) -> Option<T> {
    let value = T::deserialize(&mut Reader { source }).ok()?;
    source.is_empty().then_some(value)
}

/// That a value could not be read. What is wrong with it concerns nobody: both ends are ours.
#[derive(Debug)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Unreadable {
        Unreadable
    }
    // The words that these would make are never shown; without them they are no code.
    fn invalid_type(_: serde::de::Unexpected, _: &dyn serde::de::Expected) -> Unreadable {
        Unreadable
    }
    fn invalid_value(_: serde::de::Unexpected, _: &dyn serde::de::Expected) -> Unreadable {
        Unreadable
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Unreadable {
        Unreadable
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Unreadable {
        Unreadable
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Unreadable {
        Unreadable
    }
    fn missing_field(_: &'static str) -> Unreadable {
        Unreadable
    }
    fn duplicate_field(_: &'static str) -> Unreadable {
        Unreadable
    }
}

impl serde::ser::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Unreadable {
        Unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct All {
        flag: bool,
        small: u8,
        large: u64,
        signed: i64,
        text: String,
        borrowed: Cow<'static, str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        perhaps: Option<Box<All>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        list: Vec<Kind>,
        pairs: Vec<(String, u64)>,
        map: BTreeMap<String, u32>,
        outcome: Option<Result<u8, Kind>>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Plain,
        OneValue(String),
        TwoValues(u64, bool),
        Fields {
            count: u64,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            name: Option<String>,
        },
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Plain),
            any::<String>().prop_map(Kind::OneValue),
            any::<(u64, bool)>().prop_map(|(count, flag)| Kind::TwoValues(count, flag)),
            any::<(u64, Option<String>)>().prop_map(|(count, name)| Kind::Fields { count, name }),
        ]
    }

    fn all() -> impl Strategy<Value = All> {
        let lists = (
            proptest::collection::vec(kinds(), 0..5),
            any::<Vec<(String, u64)>>(),
            any::<BTreeMap<String, u32>>(),
            proptest::option::of(prop_oneof![any::<u8>().prop_map(Ok), kinds().prop_map(Err)]),
        );
        let simple = any::<(bool, u8, u64, i64, String, String, bool)>();
        (simple, lists).prop_map(|(simple, (list, pairs, map, outcome))| {
            let (flag, small, large, signed, text, other, nested) = simple;
            All {
                flag,
                small,
                large,
                signed,
                text,
                borrowed: Cow::Owned(other),
                perhaps: nested.then(Box::default),
                list,
                pairs,
                map,
                outcome,
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_sent_arrives(value in all()) {
            let bytes = to_bytes(&value);
            prop_assert_eq!(from_bytes::<All>(&bytes), Some(value.clone()));
            let json = serde_json::to_value(&value).unwrap();
            prop_assert_eq!(from_json::<All>(json), Some(value.clone()));
            // What was cut, or goes on, is nothing.
            prop_assert_eq!(from_bytes::<All>(&bytes[..bytes.len() - 1]), None);
            let longer = [bytes, vec![0]].concat();
            prop_assert_eq!(from_bytes::<All>(&longer), None);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
            let _ = from_bytes::<Vec<All>>(&bytes);
        }
    }

    #[test]
    fn names_decide_in_json_and_not_the_order() {
        let of = |text: &str| from_json::<Kind>(serde_json::from_str(text).unwrap());
        let fields = Kind::Fields {
            count: 3,
            name: Some("n".to_string()),
        };
        assert_eq!(
            of(r#"{"fields":{"name":"n","later":[1],"count":3}}"#),
            Some(fields)
        );
        assert_eq!(of(r#"{"fields":{"name":"n"}}"#), None);
        assert_eq!(of(r#"{"fields":{"count":-1}}"#), None);
        assert_eq!(of(r#""plain""#), Some(Kind::Plain));
        assert_eq!(of(r#""one-value""#), None);
        assert_eq!(of(r#""of-a-later-version""#), None);
        assert_eq!(
            of(r#"{"two-values":[1,true]}"#),
            Some(Kind::TwoValues(1, true))
        );
        assert_eq!(of(r#"{"two-values":[1,true,2]}"#), None);
        assert_eq!(of(r#"{"plain":1,"one-value":""}"#), None);
    }
}
