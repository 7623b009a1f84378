//! How values lie in the file: one after the other, without names or gaps. Numbers are big-endian
//! with the sign turned, so that keys made of numbers, ids, instants and arrays sort as their values.

use std::collections::BTreeMap;

mod access;
mod accounts;
mod kept;
mod papers;
mod people;
#[cfg(test)]
mod tests;
mod values;

/// What is stored cannot be read as what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes of a record are not what {expected} is written as")]
pub(crate) struct Damaged {
    /// The name of what was to be read.
    pub(crate) expected: &'static str,
}

/// A value that can be written down and read again.
pub(crate) trait Codec: Sized {
    /// Writes it at the end of `out`.
    fn put(&self, out: &mut Vec<u8>);

    /// Reads it from the front of `input`, and moves `input` behind it.
    fn take(input: &mut &[u8]) -> Result<Self, Damaged>;
}

/// The bytes of a value.
pub(crate) fn bytes(value: &impl Codec) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// The value of which these are the bytes, all of them.
pub(crate) fn whole<T: Codec>(mut input: &[u8]) -> Result<T, Damaged> {
    let value = T::take(&mut input)?;
    match input.is_empty() {
        true => Ok(value),
        false => Err(damaged::<T>()),
    }
}

/// No `T` is written like this.
pub(crate) fn damaged<T: ?Sized>() -> Damaged {
    Damaged {
        expected: std::any::type_name::<T>(),
    }
}

/// The next `len` bytes.
fn cut<'a>(input: &mut &'a [u8], len: usize) -> Result<&'a [u8], Damaged> {
    let (front, rest) = input.split_at_checked(len).ok_or_else(damaged::<[u8]>)?;
    *input = rest;
    Ok(front)
}

/// Writes the structs with these fields, in this order.
macro_rules! fields {
    ($( $name:ident { $($field:ident),* $(,)? } )*) => {
        $(
            impl $crate::codec::Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    $( $crate::codec::Codec::put(&self.$field, out); )*
                }

                fn take(input: &mut &[u8]) -> Result<Self, $crate::codec::Damaged> {
                    Ok(Self { $( $field: $crate::codec::Codec::take(input)?, )* })
                }
            }
        )*
    };
}
pub(crate) use fields;

/// Writes the enums with these variants, each behind the byte that stands for it.
macro_rules! variants {
    ($( $name:ident { $(
        $tag:literal => $variant:ident
            $( ( $($part:ident),* ) )?
            $( { $($field:ident),* } )?
    ),* $(,)? } )*) => {
        $(
            impl $crate::codec::Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    match self { $(
                        Self::$variant $( ( $($part),* ) )? $( { $($field),* } )? => {
                            out.push($tag);
                            $( $( $crate::codec::Codec::put($part, out); )* )?
                            $( $( $crate::codec::Codec::put($field, out); )* )?
                        }
                    )* }
                }

                fn take(input: &mut &[u8]) -> Result<Self, $crate::codec::Damaged> {
                    Ok(match <u8 as $crate::codec::Codec>::take(input)? {
                        $( $tag => Self::$variant
                            $( ( $( { let $part = $crate::codec::Codec::take(input)?; $part } ),* ) )?
                            $( { $( $field: $crate::codec::Codec::take(input)? ),* } )?, )*
                        _ => return Err($crate::codec::damaged::<Self>()),
                    })
                }
            }
        )*
    };
}
pub(crate) use variants;

macro_rules! unsigned {
    ($($name:ident),*) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    out.extend_from_slice(&self.to_be_bytes());
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    <[u8; size_of::<$name>()]>::take(input).map(Self::from_be_bytes)
                }
            }
        )*
    };
}

macro_rules! signed {
    ($($name:ident as $plain:ident),*) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    (self.cast_unsigned() ^ Self::MIN.cast_unsigned()).put(out);
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    let turned = $plain::take(input)?;
                    Ok((turned ^ Self::MIN.cast_unsigned()).cast_signed())
                }
            }
        )*
    };
}

unsigned!(u8, u16, u32, u64);
signed!(i32 as u32, i64 as u64);

impl<const N: usize> Codec for [u8; N] {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        cut(input, N)?.try_into().map_err(|_| damaged::<Self>())
    }
}

impl Codec for () {
    fn put(&self, _: &mut Vec<u8>) {}

    fn take(_: &mut &[u8]) -> Result<Self, Damaged> {
        Ok(())
    }
}

impl Codec for bool {
    fn put(&self, out: &mut Vec<u8>) {
        u8::from(*self).put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        match u8::take(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(damaged::<Self>()),
        }
    }
}

impl Codec for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        take_text(input).map(str::to_owned)
    }
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    put_bytes(text.as_bytes(), out);
}

fn take_text<'a>(input: &mut &'a [u8]) -> Result<&'a str, Damaged> {
    str::from_utf8(take_bytes(input)?).map_err(|_| damaged::<str>())
}

/// Writes how many bytes, and they.
fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_len(bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn take_bytes<'a>(input: &mut &'a [u8]) -> Result<&'a [u8], Damaged> {
    let len = take_len(input)?;
    cut(input, len)
}

fn put_len(len: usize, out: &mut Vec<u8>) {
    // What is longer would not have fitted into a record.
    u32::try_from(len).unwrap_or(u32::MAX).put(out);
}

fn take_len(input: &mut &[u8]) -> Result<usize, Damaged> {
    usize::try_from(u32::take(input)?).map_err(|_| damaged::<usize>())
}

impl<T: Codec> Codec for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        bool::take(input)?.then(|| T::take(input)).transpose()
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_len(self.len(), out);
        for value in self {
            value.put(out);
        }
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        (0..take_len(input)?).map(|_| T::take(input)).collect()
    }
}

impl<K: Codec + Ord, V: Codec> Codec for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        put_len(self.len(), out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        (0..take_len(input)?).map(|_| Codec::take(input)).collect()
    }
}

impl<T: Codec> Codec for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_ref().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        T::take(input).map(Self::new)
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Ok((A::take(input)?, B::take(input)?))
    }
}
