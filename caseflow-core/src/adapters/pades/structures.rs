//! The structures of CMS (RFC 5652), X.509 (RFC 5280), ESS (RFC 5035) and time stamps (RFC 3161) as
//! far as they are written or read here. They borrow from what is read, and what is a list of any
//! length stays unread until somebody asks for it.

use der::asn1::{AnyRef, BitStringRef, OctetStringRef};
use der::oid::ObjectIdentifier;
use der::{
    Decode as _, DecodeValue, Encode as _, EncodeValue, FixedTag, Header, Length, Reader, Sequence,
    SliceReader, Tag, Writer,
};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

/// Object identifiers.
pub(super) mod oids {
    use der::oid::ObjectIdentifier;

    const fn oid(text: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(text)
    }

    pub(crate) const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
    pub(crate) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
    pub(crate) const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");

    pub(crate) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
    pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
    pub(crate) const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
    pub(crate) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
    pub(crate) const TIMESTAMP_TOKEN: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.14");

    pub(crate) const MD5: ObjectIdentifier = oid("1.2.840.113549.2.5");
    pub(crate) const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
    pub(crate) const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
    pub(crate) const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
    pub(crate) const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

    pub(crate) const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
    pub(crate) const RSA_MD5: ObjectIdentifier = oid("1.2.840.113549.1.1.4");
    pub(crate) const RSA_SHA1: ObjectIdentifier = oid("1.2.840.113549.1.1.5");
    pub(crate) const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
    pub(crate) const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
    pub(crate) const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
    pub(crate) const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
    pub(crate) const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
    pub(crate) const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
    pub(crate) const P384: ObjectIdentifier = oid("1.3.132.0.34");
    pub(crate) const ECDSA_SHA1: ObjectIdentifier = oid("1.2.840.10045.4.1");
    pub(crate) const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
    pub(crate) const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
    pub(crate) const ED25519: ObjectIdentifier = oid("1.3.101.112");

    pub(crate) const ORGANIZATION: ObjectIdentifier = oid("2.5.4.10");
    pub(crate) const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");

    pub(crate) const KEY_ID: ObjectIdentifier = oid("2.5.29.14");
    pub(crate) const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
    pub(crate) const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
    pub(crate) const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
    pub(crate) const DOCUMENT_SIGNING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.36");
    pub(crate) const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
}

/// The most members of a list that are looked at: no honest signature has so many.
const MOST: usize = 256;

macro_rules! list {
    ($(#[$doc:meta])* $name:ident, $tag:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name<'a>(pub(super) &'a [u8]);

        impl<'a> $name<'a> {
            pub(super) fn list(self) -> der::Result<Vec<AnyRef<'a>>> {
                members(self.0)
            }
        }

        impl FixedTag for $name<'_> {
            const TAG: Tag = $tag;
        }

        impl<'a> DecodeValue<'a> for $name<'a> {
            type Error = der::Error;

            fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
                reader.read_slice(header.length()).map(Self)
            }
        }

        impl EncodeValue for $name<'_> {
            fn value_len(&self) -> der::Result<Length> {
                Length::try_from(self.0.len())
            }

            fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
                writer.write(self.0)
            }
        }
    };
}

list! {
    /// The members of a set, as encoded one after the other.
    SetOf, Tag::Set
}
list! {
    /// The members of a sequence, as encoded one after the other.
    SequenceOf, Tag::Sequence
}

fn members(encoded: &[u8]) -> der::Result<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(encoded)?;
    let mut all = Vec::new();
    while !reader.is_finished() {
        if all.len() == MOST {
            return Err(der::ErrorKind::Overlength.into());
        }
        all.push(AnyRef::decode(&mut reader)?);
    }
    Ok(all)
}

/// Encodings in the order that DER wants of a set.
pub(super) fn set_of(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    members.concat()
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: AnyRef<'a>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct SignedData<'a> {
    pub(super) version: u8,
    pub(super) digest_algorithms: SetOf<'a>,
    pub(super) content: Encapsulated<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) certificates: Option<SetOf<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) revocations: Option<SetOf<'a>>,
    pub(super) signers: SetOf<'a>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct Encapsulated<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) content: Option<&'a OctetStringRef>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct SignerInfo<'a> {
    pub(super) version: u8,
    /// [`IssuerAndSerial`], or a key's id.
    pub(super) signer: AnyRef<'a>,
    pub(super) digest_algorithm: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) signed: Option<SetOf<'a>>,
    pub(super) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) signature: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) unsigned: Option<SetOf<'a>>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct IssuerAndSerial<'a> {
    pub(super) issuer: SequenceOf<'a>,
    pub(super) serial: AnyRef<'a>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct Attribute<'a> {
    pub(super) kind: ObjectIdentifier,
    pub(super) values: SetOf<'a>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct SigningCertificates<'a> {
    /// Each of them an [`EssCertificate`], the signer's first.
    pub(super) certificates: SequenceOf<'a>,
    #[asn1(optional = "true")]
    pub(super) policies: Option<SequenceOf<'a>>,
}

/// `ESSCertIDv2`; without an algorithm it is SHA-256, and in the first version it is SHA-1.
#[derive(Debug, Clone, Sequence)]
pub(super) struct EssCertificate<'a> {
    #[asn1(optional = "true")]
    pub(super) algorithm: Option<AlgorithmIdentifierRef<'a>>,
    pub(super) hash: &'a OctetStringRef,
    #[asn1(optional = "true")]
    pub(super) issuer: Option<SequenceOf<'a>>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct Certificate<'a> {
    pub(super) body: CertificateBody<'a>,
    pub(super) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) signature: BitStringRef<'a>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct CertificateBody<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) version: Option<u8>,
    pub(super) serial: AnyRef<'a>,
    pub(super) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) issuer: SequenceOf<'a>,
    pub(super) validity: SequenceOf<'a>,
    pub(super) subject: SequenceOf<'a>,
    pub(super) key: SubjectPublicKeyInfoRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) issuer_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) subject_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) extensions: Option<SequenceOf<'a>>,
}

/// Part of a name, such as an organisation's.
#[derive(Debug, Clone, Sequence)]
pub(super) struct NamePart<'a> {
    pub(super) kind: ObjectIdentifier,
    pub(super) value: AnyRef<'a>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct Extension<'a> {
    pub(super) kind: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    pub(super) critical: bool,
    pub(super) value: &'a OctetStringRef,
}

/// `RSASSA-PSS-params` (RFC 4055).
#[derive(Debug, Clone, Sequence)]
pub(super) struct PssParameters<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) hash: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) mask: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) salt: Option<u16>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) trailer: Option<u8>,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct StampRequest<'a> {
    pub(super) version: u8,
    pub(super) imprint: Imprint<'a>,
    pub(super) with_certificate: bool,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct Imprint<'a> {
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) hash: &'a OctetStringRef,
}

#[derive(Debug, Clone, Sequence)]
pub(super) struct StampResponse<'a> {
    /// Its first member is 0 when the token was granted, 1 when it was granted with changes.
    pub(super) status: SequenceOf<'a>,
    #[asn1(optional = "true")]
    pub(super) token: Option<AnyRef<'a>>,
}

/// `TSTInfo`: what a token says.
#[derive(Debug, Clone, Sequence)]
pub(super) struct StampInfo<'a> {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) imprint: Imprint<'a>,
    pub(super) serial: AnyRef<'a>,
    /// `GeneralizedTime`, with fractions of a second as an authority likes.
    pub(super) at: AnyRef<'a>,
    #[asn1(optional = "true")]
    pub(super) accuracy: Option<SequenceOf<'a>>,
    #[asn1(default = "Default::default")]
    pub(super) ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<der::asn1::IntRef<'a>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) authority: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) extensions: Option<SetOf<'a>>,
}

/// A hash's or a key's algorithm that takes no parameters.
pub(super) fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef {
        oid,
        parameters: None,
    }
}

/// An attribute of one value, encoded.
pub(super) fn attribute(kind: ObjectIdentifier, value: &[u8]) -> der::Result<Vec<u8>> {
    let values = SetOf(value);
    Attribute { kind, values }.to_der()
}
