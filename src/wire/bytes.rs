//! The compact form: values one after the other, without names. Whole numbers take seven bits a byte, the lowest first;
//! texts, lists and maps begin with their length, a choice with its number, what may be absent with 0 or 1.

use super::Unreadable;
use super::read::Source;
use serde::ser::{self, Serialize};

/// Bytes as a source.
pub(super) struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    pub fn new(bytes: &'b [u8]) -> Bytes<'b> {
        Bytes(bytes)
    }
}

impl Source for Bytes<'_> {
    fn flag(&mut self) -> Option<bool> {
        match self.unsigned()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn text(&mut self) -> Option<String> {
        let length = self.list()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn is_some(&mut self) -> Option<bool> {
        self.flag()
    }

    fn list(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok()
    }

    fn tuple(&mut self, _: usize) -> Option<()> {
        Some(())
    }

    fn map(&mut self) -> Option<usize> {
        self.list()
    }

    fn structure(&mut self, _: &'static [&'static str]) -> Option<()> {
        Some(())
    }

    fn choice(&mut self, _: &'static [&'static str]) -> Option<u32> {
        u32::try_from(self.unsigned()?).ok()
    }

    fn nothing(&mut self) -> Option<()> {
        Some(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes the compact form.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

type Written = Result<(), Unreadable>;

impl Writer {
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn number(&mut self, mut value: u64) -> Written {
        while value > 0x7f {
            // The lowest seven bits.
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        Ok(())
    }

    fn length(&mut self, value: Option<usize>) -> Written {
        self.number(value.ok_or(Unreadable)? as u64)
    }
}

macro_rules! numbers {
    ($($method:ident $kind:ty),*) => {$(
        fn $method(self, value: $kind) -> Written {
            self.number(u64::from(value))
        }
    )*};
}

macro_rules! signed {
    ($($method:ident $kind:ty),*) => {$(
        fn $method(self, value: $kind) -> Written {
            let value = i64::from(value);
            self.number(((value << 1) ^ (value >> 63)).cast_unsigned())
        }
    )*};
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Unreadable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers!(serialize_bool bool, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64);
    signed!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64);

    fn serialize_str(self, text: &str) -> Written {
        self.length(Some(text.len()))?;
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.number(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.number(1)?;
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, which: u32, _: &'static str) -> Written {
        self.number(u64::from(which))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        which: u32,
        _: &'static str,
        value: &T,
    ) -> Written {
        self.number(u64::from(which))?;
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unreadable> {
        self.length(length)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        which: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unreadable> {
        self.number(u64::from(which))?;
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Unreadable> {
        self.length(length)?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        which: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unreadable> {
        self.number(u64::from(which))?;
        Ok(self)
    }

    // Nothing that travels has these.
    fn serialize_f32(self, _: f32) -> Written {
        Err(Unreadable)
    }
    fn serialize_f64(self, _: f64) -> Written {
        Err(Unreadable)
    }
    fn serialize_char(self, _: char) -> Written {
        Err(Unreadable)
    }
    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(Unreadable)
    }
    fn serialize_unit(self) -> Written {
        Err(Unreadable)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Err(Unreadable)
    }
}

macro_rules! parts {
    ($($kind:ident $method:ident),*) => {$(
        impl ser::$kind for &mut Writer {
            type Ok = ();
            type Error = Unreadable;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                value.serialize(&mut **self)
            }
            fn end(self) -> Written {
                Ok(())
            }
        }
    )*};
}
parts!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Unreadable;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }
    fn end(self) -> Written {
        Ok(())
    }
}

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl ser::$kind for &mut Writer {
            type Ok = ();
            type Error = Unreadable;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Written {
                value.serialize(&mut **self)
            }
            /// Fields are left out where they are `None`, empty or false; all of these are written as 0.
            fn skip_field(&mut self, _: &'static str) -> Written {
                self.number(0)
            }
            fn end(self) -> Written {
                Ok(())
            }
        }
    )*};
}
fields!(SerializeStruct, SerializeStructVariant);
