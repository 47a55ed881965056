//! The one reader: asks a source for what a type wants next, in the order of the type's fields. It knows no form of writing.

use super::Unreadable;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

/// Where values come from. What is asked for is taken; `None` where something else is there.
pub(super) trait Source {
    fn flag(&mut self) -> Option<bool>;
    fn unsigned(&mut self) -> Option<u64>;
    fn signed(&mut self) -> Option<i64>;
    fn text(&mut self) -> Option<String>;
    /// Whether there is a value; if so, it comes next.
    fn is_some(&mut self) -> Option<bool>;
    /// Opens a list and says how long it is; its values come next.
    fn list(&mut self) -> Option<usize>;
    /// Opens so many values of different kinds.
    fn tuple(&mut self, length: usize) -> Option<()>;
    /// Opens a map and says how long it is; its keys and values come next, in turns.
    fn map(&mut self) -> Option<usize>;
    /// Opens a structure; the values of these fields come next, in this order.
    fn structure(&mut self, fields: &'static [&'static str]) -> Option<()>;
    /// Opens a choice, and says which of these it is; what it holds, if anything, comes next.
    fn choice(&mut self, of: &'static [&'static str]) -> Option<u32>;
    /// Takes a choice that was opened and holds nothing.
    fn nothing(&mut self) -> Option<()>;
    /// Whether all was taken.
    fn is_empty(&self) -> bool;
}

/// Reads from a source.
pub(super) struct Reader<'s> {
    pub source: &'s mut dyn Source,
}

type Read<T> = Result<T, Unreadable>;

macro_rules! numbers {
    ($($method:ident $take:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.source.$take().ok_or(Unreadable)?)
        }
    )*};
}

macro_rules! never {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
            Err(Unreadable)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = Unreadable;

    numbers! {
        deserialize_bool flag visit_bool;
        deserialize_u8 unsigned visit_u64;
        deserialize_u16 unsigned visit_u64;
        deserialize_u32 unsigned visit_u64;
        deserialize_u64 unsigned visit_u64;
        deserialize_i8 signed visit_i64;
        deserialize_i16 signed visit_i64;
        deserialize_i32 signed visit_i64;
        deserialize_i64 signed visit_i64;
        deserialize_string text visit_string;
        deserialize_str text visit_string;
    }

    // Nothing that travels has these.
    never! {
        deserialize_any deserialize_f32 deserialize_f64 deserialize_char deserialize_bytes deserialize_byte_buf
        deserialize_unit deserialize_ignored_any deserialize_identifier
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.source.is_some().ok_or(Unreadable)? {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Read<V::Value> {
        Err(Unreadable)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.source.list().ok_or(Unreadable)?;
        visitor.visit_seq(Several { reader: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<V::Value> {
        self.source.tuple(length).ok_or(Unreadable)?;
        visitor.visit_seq(Several {
            reader: self,
            left: length,
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.source.map().ok_or(Unreadable)?;
        visitor.visit_map(Several { reader: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.source.structure(fields).ok_or(Unreadable)?;
        visitor.visit_seq(Several {
            reader: self,
            left: fields.len(),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let which = self.source.choice(variants).ok_or(Unreadable)?;
        visitor.visit_enum(Choice {
            reader: self,
            which,
        })
    }
}

/// Values that come one after the other.
struct Several<'r, 's> {
    reader: &'r mut Reader<'s>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Several<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> de::MapAccess<'de> for Several<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        de::SeqAccess::next_element_seed(self, seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

struct Choice<'r, 's> {
    reader: &'r mut Reader<'s>,
    which: u32,
}

impl<'de, 'r, 's> de::EnumAccess<'de> for Choice<'r, 's> {
    type Error = Unreadable;
    type Variant = Held<'r, 's>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Held<'r, 's>)> {
        let which: de::value::U32Deserializer<Unreadable> = self.which.into_deserializer();
        Ok((seed.deserialize(which)?, Held(self.reader)))
    }
}

/// What a choice holds.
struct Held<'r, 's>(&'r mut Reader<'s>);

impl<'de> de::VariantAccess<'de> for Held<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        self.0.source.nothing().ok_or(Unreadable)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<V::Value> {
        de::Deserializer::deserialize_tuple(self.0, length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        de::Deserializer::deserialize_struct(self.0, "", fields, visitor)
    }
}
