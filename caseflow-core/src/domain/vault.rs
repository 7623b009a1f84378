//! The vault's formats, as pure rules (R-VLT): what a sealed object is bound to, the envelope that
//! holds its wrapped key, the arithmetic of its chunks, and what is sealed beside a file.
//!
//! Each version of an item has a [`DataKey`] of its own. With it up to two objects are sealed: the
//! [`Details`] (name, description, what kind of item it is, short secrets) and, for a file, its
//! body. The key itself lies in an [`Envelope`], wrapped by one that the host holds. Both objects
//! have the format Cobblestone-256 of C2SP's `chunked-encryption`, whose sizes [`Layout`] knows;
//! how it is sealed is the business of the [cipher port](crate::ports::cipher), how keys are
//! wrapped that of the [key port](crate::ports::keys).
//!
//! Everything that is read here may have been written by whoever holds the disk. It is refused, or
//! it is exactly what was written: there is one encoding of each value, one suite, no negotiation
//! and no older mode.

mod body;
mod context;
mod details;
mod envelope;
mod fault;
mod item;
mod padding;
mod wiped;

pub use body::{CHUNK, HEADER, Layout, LengthError, Place, SALT, SEALED_CHUNK, Span, TAG};
pub use context::{ItemVersion, Part};
pub use details::{Content, Details, DetailsError, FileFacts, SignIn};
pub use envelope::{Envelope, EnvelopeError, KeyId, KeyName, SUITE, WrapKind};
pub use fault::{Fault, Unopened};
pub use item::{Sealed, SealedBody, VaultItem};
pub use padding::{BLOCK, PaddingError, pad, unpad};
pub use wiped::{DataKey, Plain, SecretText};
