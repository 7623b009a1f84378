//! Contracts on paper: as they are read, and their signed copies.

use super::Paper;
use crate::Ports;
use crate::domain::contract::{Contract, ContractBody, SentVersion, SignedCopy};
use crate::domain::file::{FileRef, StoredFile};
use crate::domain::id::FirmId;
use crate::domain::print::{Certified, ContractCopy, Label, PrintLanguage, SignatureFacts};
use crate::domain::rich_text::RichText;
use crate::domain::signature::{AuthMethod, Evidence};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::pdf::PdfError;

/// What stands in a certificate that is only tried out.
const SPECIMEN: &str = "Specimen";

/// Which file of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractCopies {
    /// What is read, and was signed.
    Original,
    /// The sealed copy with the certificate of the signature.
    Signed,
}

/// A file of a contract as it was stored: the same bytes whenever it is asked for (R-SIG-6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// A name for the file that is safe everywhere.
    pub name: String,
    /// What it is called: the contract's title.
    pub title: String,
    /// The file.
    pub file: StoredFile,
}

/// The signature that a certificate tells of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Certifying<'a> {
    /// The hash of what was shown.
    pub(crate) shown: [u8; 32],
    /// When it was signed.
    pub(crate) at: Timestamp,
    /// What else was recorded.
    pub(crate) evidence: &'a Evidence,
}

impl Paper<'_> {
    /// A contract's text as it is read and signed, as its version `number`. It is dated on the day
    /// of the draft, so that the same text on the same letterhead is the same file at any time.
    pub(crate) async fn contract(
        self,
        ports: &Ports,
        contract: &Contract,
        text: &RichText,
        number: u32,
    ) -> Result<StoredFile, Error> {
        let reference = contract.id.to_string();
        let copy = copy(contract, &reference, text, number);
        let made = self.document_at(ports, contract.created_at, |head| Ok(head.contract(&copy)));
        Ok(StoredFile::new(made.await?.file.bytes))
    }

    /// The pages of a signed copy, before they are sealed: those that were shown and the certificate
    /// of the signature.
    ///
    /// A text whose pages are still what they were is printed anew with its certificate. What is a
    /// file from elsewhere, or has another letterhead by now, is kept to the byte and the certificate
    /// appended.
    pub(crate) async fn signed(
        self,
        ports: &Ports,
        contract: &Contract,
        version: &SentVersion,
        certifying: Certifying<'_>,
    ) -> Result<Vec<u8>, Error> {
        if let ContractBody::Text(text) = &contract.terms.body {
            let again = self.contract(ports, contract, text, version.number).await?;
            if again.reference() == version.shown {
                let pages = self.with_certificate(ports, contract, text, version, certifying);
                return pages.await;
            }
        }
        let original = stored(ports, self.firm.id, version.shown).await?;
        let reference = contract.id.to_string();
        let certified = Certified {
            reference: &reference,
            title: contract.terms.title.as_str(),
            version: version.number,
        };
        let facts = self.recorded(ports, certifying);
        self.append(ports, original, certifying.at, &certified, &facts.facts())
            .await
    }

    /// Whether a certificate can be appended to a file: what cannot be signed is refused before
    /// anybody reads it.
    ///
    /// # Errors
    /// A [`Refusal`](crate::error::Refusal) that says what is wrong with the file.
    pub(crate) async fn try_out(
        self,
        ports: &Ports,
        title: &str,
        file: StoredFile,
    ) -> Result<(), Error> {
        let Ok(typed) = PersonName::parse(SPECIMEN) else {
            return Ok(());
        };
        let certified = Certified {
            reference: SPECIMEN,
            title,
            version: 1,
        };
        let facts = SignatureFacts {
            shown: file.reference().sha256,
            typed: &typed,
            contact: SPECIMEN,
            contact_id: SPECIMEN,
            email: SPECIMEN,
            authenticated: None,
            session: None,
            terms: None,
            ip: None,
            user_agent: None,
            time_zone: None,
            sent_at: None,
            viewed_at: None,
            consented_at: None,
            signed_at: ports.now(),
            others: &[],
            verify_at: None,
        };
        let tried = self.append(ports, file, ports.now(), &certified, &facts);
        tried.await.map(drop)
    }

    async fn with_certificate(
        self,
        ports: &Ports,
        contract: &Contract,
        text: &RichText,
        version: &SentVersion,
        certifying: Certifying<'_>,
    ) -> Result<Vec<u8>, Error> {
        let reference = contract.id.to_string();
        let copy = copy(contract, &reference, text, version.number);
        let recorded = self.recorded(ports, certifying);
        let print = self.document_at(ports, certifying.at, |head| {
            Ok(head.signed(&copy, &recorded.facts()))
        });
        Ok(print.await?.file.bytes)
    }

    /// The pages of `original` as they are, and after them those of the certificate.
    async fn append(
        self,
        ports: &Ports,
        original: StoredFile,
        now: Timestamp,
        certified: &Certified<'_>,
        facts: &SignatureFacts<'_>,
    ) -> Result<Vec<u8>, Error> {
        let logo = self.logo(ports).await?;
        let print = |logo| self.head(logo, now).certificate(certified, facts);
        let pdf = &ports.pdf;
        let first = pdf.append(original.bytes().to_vec(), print(logo.as_ref()));
        let made = match first.await {
            Err(PdfError::Logo(_)) => pdf.append(original.into_bytes(), print(None)).await?,
            made => made?,
        };
        Ok(made.bytes)
    }

    fn recorded<'b>(self, ports: &Ports, certifying: Certifying<'b>) -> Recorded<'b> {
        let evidence = certifying.evidence;
        let reader = self.reader.and_then(|reader| reader.language.as_ref());
        let language = PrintLanguage::for_tag(reader.unwrap_or(&self.firm.language));
        let method = match evidence.authenticated.method {
            AuthMethod::Password => Label::ByPassword,
            AuthMethod::Host => Label::ByHost,
        };
        let authenticated = evidence.authenticated.at;
        Recorded {
            certifying,
            contact: evidence.contact.to_string(),
            authenticated: format!("{}, {authenticated}", language.word(method)),
            session: evidence.session.map(|session| session.to_string()),
            ip: evidence.origin.ip.map(|ip| ip.to_string()),
            verify_at: ports.addresses.verify(self.firm),
        }
    }
}

fn copy<'a>(
    contract: &'a Contract,
    reference: &'a str,
    body: &'a RichText,
    version: u32,
) -> ContractCopy<'a> {
    ContractCopy {
        reference,
        title: contract.terms.title.as_str(),
        version,
        body,
        sign_by: contract.terms.sign_by,
    }
}

/// What was recorded of a signature, in words.
struct Recorded<'a> {
    certifying: Certifying<'a>,
    contact: String,
    authenticated: String,
    session: Option<String>,
    ip: Option<String>,
    verify_at: String,
}

impl Recorded<'_> {
    fn facts(&self) -> SignatureFacts<'_> {
        let Certifying {
            shown,
            at,
            evidence,
        } = self.certifying;
        let user_agent = evidence.origin.user_agent.as_ref();
        SignatureFacts {
            shown,
            typed: &evidence.typed,
            contact: evidence.contact_name.as_str(),
            contact_id: &self.contact,
            email: evidence.email.as_str(),
            authenticated: Some(&self.authenticated),
            session: self.session.as_deref(),
            terms: Some(evidence.terms.as_str()),
            ip: self.ip.as_deref(),
            user_agent: user_agent.map(|it| it.as_str()),
            time_zone: evidence.time_zone.as_ref().map(|it| it.as_str()),
            sent_at: Some(evidence.sent_at),
            viewed_at: evidence.viewed_at,
            consented_at: Some(evidence.consented_at),
            signed_at: at,
            others: &[],
            verify_at: Some(&self.verify_at),
        }
    }
}

/// A file of a contract that was sent once.
///
/// # Errors
/// [`Error::NotFound`] when there is no such file: the contract is not signed, or not sealed yet.
pub(crate) async fn kept(
    ports: &Ports,
    firm: FirmId,
    contract: &Contract,
    which: ContractCopies,
) -> Result<KeptFile, Error> {
    let (reference, suffix) = match which {
        ContractCopies::Original => (contract.version().map(|version| version.shown), ""),
        ContractCopies::Signed => match contract.copy() {
            Some(SignedCopy::Sealed { file, .. }) => (Some(*file), "-signed"),
            _ => (None, ""),
        },
    };
    let reference = reference.ok_or(Error::NotFound)?;
    Ok(KeptFile {
        name: format!("contract-{}{suffix}.pdf", contract.id),
        title: format!("{}{suffix}", contract.terms.title),
        file: stored(ports, firm, reference).await?,
    })
}

pub(crate) async fn stored(
    ports: &Ports,
    firm: FirmId,
    reference: FileRef,
) -> Result<StoredFile, Error> {
    let file = ports.store.file(firm, reference.sha256).await?;
    file.ok_or(Error::NotFound)
}
