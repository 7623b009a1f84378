//! The port that seals PDF files against alteration, and checks such seals (R-SIG-5, R-SIG-6).

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;

pub use crate::domain::seal::{Fingerprint, SealLevel};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

/// Seals finished PDF files, and says of any file whether it is one of them, to the byte.
///
/// What is claimed by a seal is a simple electronic signature made tamper-evident, nothing higher
/// (R-SIG-7): it says that this file left the firm's portal like this.
///
/// # Contract
/// * Sealing adds no mark to a page and changes nothing that a page shows or a reader reads out.
/// * [`Sealed::sha256`] is the hash of [`Sealed::bytes`], which are to be stored and never made
///   again. A file that is sealed is checked as [`Verdict::Ours`] by the sealer that made it, and
///   by one that replaced it and knows the certificate of its predecessor.
/// * The same request makes the same bytes, unless a time stamp or a key that signs at random is
///   part of them. The time is the request's; a sealer has no clock.
/// * What cannot be sealed whole is refused: a file that is encrypted, signed already, a dynamic
///   (XFA) form, or one whose structure cannot be read. Nothing is repaired.
/// * A time stamp that was configured and could not be had is an error, or, where the host chose
///   so, [`SealLevel::TimestampMissed`]; it is never left out in silence.
/// * Any number of files may be sealed at once; each is its own. Too much at once answers
///   [`SealError::Busy`] without queueing without end, and no call blocks its caller's thread while
///   it reads a file. Files are handed over for that, so that another thread can own them.
/// * [`check`](Sealer::check) answers with a verdict whatever it is handed: a file that is cut off,
///   huge, nested without end, full of cycles or of data that unpacks without end. It takes time in
///   proportion to the file's length, follows no number in a file beyond its bounds, and fetches
///   nothing. Its only errors are [`SealError::Busy`] and [`SealError::Backend`].
/// * [`Verdict::Ours`] and [`Verdict::AnotherIssuers`] mean that every byte of the file but the
///   signature's own is covered by one signature that holds. One byte changed, removed or put at
///   the end, by whatever program, is [`Verdict::Altered`].
///
/// `caseflow_core::sealer_conformance!` (feature `testing`) proves an adapter.
///
/// # The smallest one
/// ```
/// use async_trait::async_trait;
/// use caseflow_core::ports::sealer::{
///     Fault, Seal, SealError, SealLevel, SealRequest, Sealed, Sealer, Verdict,
/// };
/// use sha2::{Digest, Sha256};
///
/// /// Writes a hash behind the file, which stops accidents and nobody else.
/// #[derive(Debug)]
/// struct Checksum;
///
/// const MARK: &[u8] = b"\n%checksum ";
///
/// #[async_trait]
/// impl Sealer for Checksum {
///     async fn seal(&self, request: SealRequest) -> Result<Sealed, SealError> {
///         if !request.pdf.starts_with(b"%PDF-") {
///             return Err(SealError::NotAPdf);
///         }
///         let sum = Sha256::digest(&request.pdf);
///         let bytes = [&request.pdf, MARK, &sum[..]].concat();
///         let sha256 = Sha256::digest(&bytes).into();
///         Ok(Sealed { bytes, sha256, level: SealLevel::Unsigned, certificate: None })
///     }
///
///     async fn check(&self, file: Vec<u8>) -> Result<Verdict, SealError> {
///         if !file.starts_with(b"%PDF-") {
///             return Ok(Verdict::NotAPdf);
///         }
///         let Some(at) = file.windows(MARK.len()).rposition(|it| it == MARK) else {
///             return Ok(Verdict::NoSignature);
///         };
///         let (body, sum) = (&file[..at], &file[at + MARK.len()..]);
///         Ok(if sum == &Sha256::digest(body)[..] {
///             Verdict::Ours(Seal::default())
///         } else {
///             Verdict::Altered { fault: Fault::Content, ours: true }
///         })
///     }
/// }
/// # use caseflow_core::domain::text::Line;
/// # use caseflow_core::domain::time::Timestamp;
/// # futures_executor::block_on(async {
/// # let request = SealRequest {
/// #     pdf: b"%PDF-1.7 and so on".to_vec(),
/// #     document: Line::parse("C-0012")?,
/// #     reason: Line::parse("Signed copy of contract C-0012")?,
/// #     signed_at: Timestamp::from_micros(0),
/// # };
///
/// let mut file = Checksum.seal(request).await?.bytes;
/// assert_eq!(Checksum.check(file.clone()).await?, Verdict::Ours(Seal::default()));
/// file[6] = b'2';
/// assert_eq!(
///     Checksum.check(file).await?,
///     Verdict::Altered { fault: Fault::Content, ours: true },
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[async_trait]
pub trait Sealer: fmt::Debug + Send + Sync {
    /// Seals a file.
    async fn seal(&self, request: SealRequest) -> Result<Sealed, SealError>;

    /// Says what a file is, whoever made it.
    async fn check(&self, file: Vec<u8>) -> Result<Verdict, SealError>;
}

/// A file to seal.
#[derive(Clone, PartialEq, Eq)]
pub struct SealRequest {
    /// The finished file.
    pub pdf: Vec<u8>,
    /// Which document it is, in the portal's own terms, such as a contract's id. It is in the seal.
    pub document: Line<100>,
    /// What the seal says it was made for, such as `Signed copy of contract C-0012`.
    pub reason: Line<200>,
    /// When the document was signed; to the second in the seal.
    pub signed_at: Timestamp,
}

impl fmt::Debug for SealRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealRequest")
            .field("pdf", &self.pdf.len())
            .field("document", &self.document)
            .field("reason", &self.reason)
            .field("signed_at", &self.signed_at)
            .finish()
    }
}

/// A sealed file.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The SHA-256 hash of the whole file.
    pub sha256: [u8; 32],
    /// What kind of signature it bears.
    pub level: SealLevel,
    /// The certificate it is signed with; none when it is [`SealLevel::Unsigned`].
    pub certificate: Option<Fingerprint>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("bytes", &self.bytes.len())
            .field("level", &self.level)
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

/// What a file is: the five answers of R-SIG-6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Sealed by us, and every byte is as it was then.
    Ours(Seal),
    /// It bears a signature, and is not what was signed, or cannot be shown to be.
    Altered {
        /// What was found.
        fault: Fault,
        /// Whether a signature of ours is in it that holds for itself: some file was sealed by us,
        /// this one is not it. False says nothing.
        ours: bool,
    },
    /// Signed with a certificate that is not ours, and every byte is as it was then. Nobody has
    /// looked whether that issuer is who it says: anybody can make a certificate in any name.
    AnotherIssuers(Seal),
    /// A PDF file that nobody signed.
    NoSignature,
    /// Something else.
    NotAPdf,
}

/// What is wrong with a signed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Something was put behind what was signed.
    Appended,
    /// What was signed has another hash.
    Content,
    /// The signature was not made with its certificate's key, or names another certificate.
    Signature,
    /// The signature does not cover the file but for itself.
    Coverage,
    /// The signature uses a hash or a key with which anybody can forge (MD5, SHA-1, a short key).
    Weak,
    /// The signature is of a kind that is not known here. It may be sound.
    Unsupported,
    /// There are traces of a signature, and none that can be read.
    Unreadable,
}

/// What a signature that holds says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seal {
    /// The name in the certificate.
    pub signer: Option<Line<200>>,
    /// The certificate.
    pub certificate: Option<Fingerprint>,
    /// When it was signed, by the signer's word.
    pub signed_at: Option<Timestamp>,
    /// Which document it is: [`SealRequest::document`]. None in what others sealed.
    pub document: Option<Line<100>>,
    /// What it was signed for.
    pub reason: Option<Line<200>>,
    /// A time stamp in it that holds.
    pub timestamp: Option<SealTime>,
}

/// What a time stamp says. Anybody can put one into a signature later, from an authority of any
/// name: it shows that the signature existed then only to who trusts that authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealTime {
    /// When, by the authority's clock.
    pub at: Timestamp,
    /// The authority's name in its certificate.
    pub authority: Option<Line<200>>,
    /// The authority's certificate.
    pub certificate: Fingerprint,
}

/// Why a file was not sealed or not checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// It is not a PDF file.
    #[error("the file is not a PDF")]
    NotAPdf,
    /// Its structure is damaged, or of a kind that is not known here.
    #[error("the file's structure cannot be read: print it to a new PDF")]
    Unreadable,
    /// It is encrypted.
    #[error("the file is encrypted: remove its password first")]
    Encrypted,
    /// It is signed or sealed already.
    #[error("the file is signed already")]
    AlreadySigned,
    /// It is a dynamic form (XFA), which a program fills in when it is opened.
    #[error("the file is a dynamic form: print it to a new PDF")]
    DynamicForm,
    /// It is larger than what is sealed.
    #[error("the file is too large: at most {most} bytes are sealed")]
    TooLarge {
        /// The most bytes.
        most: usize,
    },
    /// Too many files are being sealed or checked already; try again in a second.
    #[error("too many files are being sealed at once")]
    Busy,
    /// The key could not sign, or is not the certificate's.
    #[error("the sealing key failed")]
    Key(#[source] Box<dyn StdError + Send + Sync>),
    /// The time stamp could not be had, or does not hold.
    #[error("the time stamp could not be had")]
    Timestamp(#[source] Box<dyn StdError + Send + Sync>),
    /// The sealer itself failed.
    #[error("the sealer failed")]
    Backend(#[source] Box<dyn StdError + Send + Sync>),
}
