//! A JSON value as a source: fields are looked up by their names. It reads no text.

use super::read::Source;
use serde_json::Value;

/// Values that are still to be taken, the next one last; `None` is a field that is not there.
pub(super) struct Values(Vec<Option<Value>>);

impl Values {
    pub fn new(value: Value) -> Values {
        Values(vec![Some(value)])
    }

    fn take(&mut self) -> Option<Value> {
        self.0.pop()?
    }
}

impl Source for Values {
    fn flag(&mut self) -> Option<bool> {
        match self.0.pop()? {
            None => Some(false),
            Some(value) => value.as_bool(),
        }
    }

    fn unsigned(&mut self) -> Option<u64> {
        self.take()?.as_u64()
    }

    fn signed(&mut self) -> Option<i64> {
        self.take()?.as_i64()
    }

    fn text(&mut self) -> Option<String> {
        match self.take()? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn is_some(&mut self) -> Option<bool> {
        let there = !matches!(self.0.last()?, None | Some(Value::Null));
        if !there {
            self.0.pop();
        }
        Some(there)
    }

    fn list(&mut self) -> Option<usize> {
        let items = match self.0.pop()? {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => return None,
        };
        let length = items.len();
        self.0.extend(items.into_iter().rev().map(Some));
        Some(length)
    }

    fn tuple(&mut self, length: usize) -> Option<()> {
        (self.list()? == length).then_some(())
    }

    fn map(&mut self) -> Option<usize> {
        let members = match self.0.pop()? {
            None => return Some(0),
            Some(Value::Object(members)) => members,
            Some(_) => return None,
        };
        let length = members.len();
        for (key, value) in members {
            self.0.push(Some(value));
            self.0.push(Some(Value::String(key)));
        }
        Some(length)
    }

    fn structure(&mut self, fields: &'static [&'static str]) -> Option<()> {
        let Value::Object(mut members) = self.take()? else {
            return None;
        };
        for field in fields.iter().rev() {
            self.0.push(members.remove(*field));
        }
        Some(())
    }

    fn choice(&mut self, of: &'static [&'static str]) -> Option<u32> {
        let name = match self.take()? {
            Value::String(name) => {
                // Whoever wants more than the name finds nothing.
                self.0.push(None);
                name
            }
            Value::Object(members) => {
                let mut members = members.into_iter();
                let (Some((name, held)), None) = (members.next(), members.next()) else {
                    return None;
                };
                self.0.push(Some(held));
                name
            }
            _ => return None,
        };
        u32::try_from(of.iter().position(|known| *known == name)?).ok()
    }

    fn nothing(&mut self) -> Option<()> {
        self.0.pop()?.is_none().then_some(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
