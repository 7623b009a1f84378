//! Bundled adapters, the only place in this crate that names a vendor: one file or folder each, and
//! one feature each but for [`memory`] and [`no_keys`], which need nothing.

#[cfg(feature = "aes-gcm")]
pub mod aes_gcm;
#[cfg(feature = "argon2")]
pub mod argon2;
#[cfg(feature = "aws-lc-rs")]
pub mod aws_lc_rs;
#[cfg(any(feature = "aes-gcm", feature = "aws-lc-rs"))]
mod cobblestone;
#[cfg(any(feature = "aes-gcm", feature = "aws-lc-rs"))]
pub mod keyring;
pub mod memory;
pub mod no_keys;
#[cfg(feature = "object-store")]
pub mod object_store;
#[cfg(feature = "pades")]
pub mod pades;
#[cfg(any(feature = "pades", feature = "pdf-writer"))]
#[cfg_attr(
    not(all(feature = "pades", feature = "pdf-writer")),
    expect(
        dead_code,
        unused_imports,
        reason = "each of the two uses a part of it"
    )
)]
mod pdf_file;
#[cfg(feature = "pdf-writer")]
pub mod pdf_writer;
#[cfg(feature = "system")]
pub mod system;
#[cfg(any(feature = "argon2", feature = "pades", feature = "pdf-writer"))]
mod threads;
