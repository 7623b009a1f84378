//! Time stamps (RFC 3161): what an authority is asked, what it answers, and whether that holds.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;
use der::asn1::OctetStringRef;
use der::{Decode as _, Encode as _};

use super::signature::Hash;
use super::structures::{Imprint, StampInfo, StampRequest, StampResponse, algorithm, oids};
use super::{certificate, cms, text};
use crate::ports::sealer::{Fault, SealTime};

/// An authority for time, however it is reached.
///
/// Over HTTP (RFC 3161, section 3.4), an adapter posts [`timestamp_request`] as
/// `application/timestamp-query` and hands the body of the answer to [`timestamp_token`].
#[async_trait]
pub trait TimestampAuthority: fmt::Debug + Send + Sync {
    /// A token for this SHA-256 hash: an encoded `TimeStampToken`.
    async fn token(&self, sha256: [u8; 32]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>>;
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// The answer is not one of RFC 3161.
    #[error("the time stamp authority's answer cannot be read")]
    Unreadable(#[source] Box<dyn StdError + Send + Sync>),
    /// The authority said no.
    #[error("the time stamp authority refused, with status {status}")]
    Refused {
        /// Its `PKIStatus`, such as 2 for a rejection.
        status: u8,
    },
    /// The token is not of what was asked, or its signature does not hold.
    #[error("the time stamp does not hold")]
    Unsound,
    /// It is longer than the room for it in a file.
    #[error("the time stamp is longer than {most} bytes")]
    TooLong {
        /// The most bytes.
        most: usize,
    },
}

impl TimestampError {
    fn unreadable(error: der::Error) -> Self {
        Self::Unreadable(error.into())
    }
}

/// What to ask an authority for a hash: an encoded `TimeStampReq` that wants the authority's
/// certificate in the answer.
///
/// # Errors
/// None that is known.
pub fn timestamp_request(sha256: [u8; 32]) -> Result<Vec<u8>, TimestampError> {
    let request = || {
        let imprint = Imprint {
            algorithm: algorithm(oids::SHA256),
            hash: OctetStringRef::new(&sha256)?,
        };
        let request = StampRequest {
            version: 1,
            imprint,
            with_certificate: true,
        };
        request.to_der()
    };
    request().map_err(TimestampError::unreadable)
}

/// The token in an authority's answer, an encoded `TimeStampResp`. Whether it holds, the sealer
/// checks.
///
/// # Errors
/// When the authority refused, or its answer cannot be read.
pub fn timestamp_token(response: &[u8]) -> Result<Vec<u8>, TimestampError> {
    let unreadable = TimestampError::unreadable;
    let response = StampResponse::from_der(response).map_err(unreadable)?;
    let parts = response.status.list().map_err(unreadable)?;
    let status = parts.first().map(|it| it.decode_as::<u8>());
    match (status, response.token) {
        (Some(Ok(0 | 1)), Some(token)) => token.to_der().map_err(unreadable),
        (Some(Ok(status)), _) => Err(TimestampError::Refused { status }),
        _ => Err(unreadable(der::ErrorKind::Failed.into())),
    }
}

/// Whether a token is one of this message, and what it says.
pub(super) fn verify(token: &[u8], message: &[&[u8]]) -> Result<SealTime, Fault> {
    let opened = cms::open(token)?;
    let content = opened.content.as_deref().unwrap_or_default();
    if opened.content_type != oids::TST_INFO || !opened.names_certificate {
        return Err(Fault::Unsupported);
    }
    if opened.hash.digest(&[content]) != opened.digest {
        return Err(Fault::Content);
    }
    let info = StampInfo::from_der(content).map_err(|_| Fault::Unsupported)?;
    let hash = Hash::of(info.imprint.algorithm.oid)?;
    if hash.digest(message) != info.imprint.hash.as_bytes() {
        return Err(Fault::Content);
    }
    let authority = certificate::read(&opened.certificate).map_err(|_| Fault::Unsupported)?;
    if !certificate::is_for_time(&authority) {
        return Err(Fault::Unsupported);
    }
    Ok(SealTime {
        at: text::date(info.at.value()).ok_or(Fault::Unsupported)?,
        authority: certificate::name(&authority),
        certificate: certificate::fingerprint(&opened.certificate),
    })
}
