//! Changes documents and files in every way that the mutation test tries, one thing at a time. It knows nothing of what
//! a change means.

pub mod bases;
pub mod expect;
pub mod fields;

use serde_json::{Map, Value, json};

/// What is done to one value of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Taken out of its object or array.
    Dropped,
    /// Replaced by `null`.
    Null,
    /// Replaced by a boolean.
    Bool,
    /// Replaced by a number.
    Number,
    /// Replaced by a string.
    Text,
    /// Replaced by an array.
    List,
    /// Replaced by an object.
    Object,
    /// An empty string, array or object.
    Emptied,
    /// A string in capitals.
    Capitals,
    /// A string without its last character.
    Shortened,
    /// A number one larger.
    Grown,
    /// A number below zero.
    Negative,
    /// A number with a fraction.
    Fraction,
    /// A number above 64 bits.
    Huge,
    /// An array whose last element stands twice.
    Doubled,
    /// An array in the other order.
    Reversed,
    /// An object with a member that nobody knows.
    Unknown,
    /// The member stands twice in its object, with the same value.
    Twice,
    /// The member's name begins with a capital (or a small letter, where it had a capital).
    Cased,
}

/// A changed document.
pub struct Change {
    /// The value that was changed, with `*` for positions in arrays.
    pub pointer: String,
    /// How.
    pub what: What,
    /// The document after it.
    pub bytes: Vec<u8>,
}

/// Stands for the name of a member that is to stand twice.
const AGAIN: &str = "@again@";

/// Every single change to a document.
pub fn changes(document: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    let mut pointers = Vec::new();
    gather(document, String::new(), &mut pointers);
    for pointer in pointers {
        let value = document.pointer(&pointer).unwrap();
        for (what, new) in replaced(value) {
            let mut changed = document.clone();
            *changed.pointer_mut(&pointer).unwrap() = new;
            push(&mut found, &pointer, what, changed.to_string());
        }
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            continue;
        };
        let name = name.replace("~1", "/").replace("~0", "~");
        let mut dropped = document.clone();
        match dropped.pointer_mut(parent).unwrap() {
            Value::Object(members) => {
                members.remove(&name);
                let twice = with_member(document, parent, AGAIN, value);
                let twice = twice.to_string().replace(AGAIN, &escaped(&name));
                push(&mut found, &pointer, What::Twice, twice);
                let mut cased = dropped.clone();
                let other = other_case(&name);
                if other != name {
                    cased = with_member(&cased, parent, &other, value);
                    push(&mut found, &pointer, What::Cased, cased.to_string());
                }
            }
            Value::Array(items) => {
                items.remove(name.parse().unwrap());
            }
            _ => unreachable!("a parent is an object or an array"),
        }
        push(&mut found, &pointer, What::Dropped, dropped.to_string());
    }
    found
}

fn push(found: &mut Vec<Change>, pointer: &str, what: What, text: String) {
    let pointer: Vec<&str> = pointer
        .split('/')
        .map(|part| match part.parse::<usize>() {
            Ok(_) => "*",
            Err(_) => part,
        })
        .collect();
    found.push(Change {
        pointer: pointer.join("/"),
        what,
        bytes: text.into_bytes(),
    });
}

/// Pointers of all values in a document.
fn gather(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                gather(value, format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (position, value) in items.iter().enumerate() {
                gather(value, format!("{pointer}/{position}"), found);
            }
        }
        _ => {}
    }
    found.push(pointer);
}

/// The values that can stand in the place of one.
fn replaced(value: &Value) -> Vec<(What, Value)> {
    let mut new = vec![
        (What::Null, Value::Null),
        (What::Bool, json!(true)),
        (What::Number, json!(7)),
        (What::Text, json!("no such thing")),
        (What::List, json!(["no such thing"])),
        (What::Object, json!({ "com.example": "no such thing" })),
    ];
    match value {
        Value::String(text) => {
            new.push((What::Emptied, json!("")));
            new.push((What::Capitals, json!(text.to_uppercase())));
            let mut shortened = text.clone();
            shortened.pop();
            new.push((What::Shortened, json!(shortened)));
        }
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            new.push((What::Grown, json!(number + 1)));
            new.push((What::Negative, json!(-number)));
            new.push((What::Fraction, json!(number as f64 + 0.5)));
            new.push((What::Huge, json!(u64::MAX)));
        }
        Value::Array(items) => {
            new.push((What::Emptied, json!([])));
            if let Some(last) = items.last() {
                let mut doubled = items.clone();
                doubled.push(last.clone());
                new.push((What::Doubled, json!(doubled)));
            }
            let reversed: Vec<Value> = items.iter().rev().cloned().collect();
            if reversed != *items {
                new.push((What::Reversed, json!(reversed)));
            }
        }
        Value::Object(members) => {
            new.push((What::Emptied, json!({})));
            let mut more = members.clone();
            more.insert("com.example.more".to_string(), json!("new"));
            new.push((What::Unknown, Value::Object(more)));
        }
        Value::Null | Value::Bool(_) => {}
    }
    new.retain(|(_, new)| new != value);
    new
}

fn with_member(document: &Value, parent: &str, name: &str, value: &Value) -> Value {
    let mut document = document.clone();
    let members: &mut Map<String, Value> = document
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    members.insert(name.to_string(), value.clone());
    document
}

fn escaped(name: &str) -> String {
    let quoted = json!(name).to_string();
    quoted[1..quoted.len() - 1].to_string()
}

fn other_case(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(letters).collect(),
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The same document with every object's members the other way round, and spread over lines.
pub fn rewritten(value: &Value) -> String {
    let list = |open: &str, items: Vec<String>, close: &str| {
        format!("{open}\n{}\n{close}", items.join(",\n"))
    };
    match value {
        Value::Object(members) if !members.is_empty() => list(
            "{",
            members
                .iter()
                .rev()
                .map(|(name, value)| format!("\t{} : {}", json!(name), rewritten(value)))
                .collect(),
            "}",
        ),
        Value::Array(items) if !items.is_empty() => {
            list("[", items.iter().map(rewritten).collect(), "]")
        }
        other => other.to_string(),
    }
}
