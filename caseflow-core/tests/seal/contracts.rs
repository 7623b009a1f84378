//! Contracts signed through the verbs, with the real printer and the real seal.

use std::sync::Arc;

use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::adapters::pades::{CertificateChain, LocalKey, Pades, Timestamps};
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::contract::SignedCopy;
use caseflow_core::domain::id::{ContractId, Subject};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::seal::SealLevel;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::PersonName;
use caseflow_core::firm::contracts::{self, BodyInput, ContractInput};
use caseflow_core::firm::{Call, clients};
use caseflow_core::portal::Visiting;
use caseflow_core::portal::contracts::{Signing, file, read, sign};
use caseflow_core::portal::verify::verify;
use caseflow_core::ports::sealer::Verdict;
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_core::testing::sealer::paper;
use caseflow_core::testing::{Doubles, block_on};
use caseflow_core::{ContractCopies, Ports};

use crate::desk::{self, pades};
use crate::poppler;

struct Firm {
    ports: Ports,
    office: Office,
}

impl Firm {
    async fn open() -> Self {
        let doubles = Doubles::new();
        let ports = Ports {
            pdf: Arc::new(PdfWriter::new(1).unwrap()),
            sealer: pades(1),
            ..doubles.ports(Arc::new(MemoryStore::new()))
        };
        let office = Office::open(&*ports.store, 1).await;
        Self { ports, office }
    }

    fn call(&self) -> Call {
        Call {
            staff: self.office.staff(),
            origin: Origin::default(),
            idempotency: None,
        }
    }

    fn contact(&self) -> Visiting {
        let visit = self.office.visit(&self.office.contact);
        Visiting {
            firm: visit.firm,
            visitor: visit.visitor,
            origin: Origin::default(),
        }
    }

    async fn sent(&self, title: &str, body: BodyInput) -> ContractId {
        let input = ContractInput {
            title: fixtures::line(title),
            sign_by: None,
            matter: None,
            internal_note: None,
        };
        let (call, client) = (self.call(), self.office.client.id);
        let drafted = contracts::draft(&self.ports, &call, client, input, body).await;
        let Subject::Contract(id) = drafted.unwrap().id else {
            panic!("not a contract");
        };
        contracts::send(&self.ports, &call, id, None).await.unwrap();
        id
    }

    /// Signs it with this name and answers what was shown and the sealed copy.
    async fn signed(&self, id: ContractId, name: &str) -> (Vec<u8>, Vec<u8>) {
        let (ports, contact) = (&self.ports, self.contact());
        let shown = read(ports, &contact, id).await.unwrap().page.contract;
        let signing = Signing {
            shown: shown.value.version().unwrap().shown.sha256,
            typed: PersonName::parse(name).unwrap(),
            accepts: Some(fixtures::line(SIGNING_TERMS)),
            time_zone: Some(fixtures::line("Europe/Zurich")),
        };
        let signed = sign(ports, &contact, id, &signing).await.unwrap();
        let copy = signed.page.contract.value.copy().copied();
        let Some(SignedCopy::Sealed { level, .. }) = copy else {
            panic!("{copy:?}");
        };
        assert_eq!(level, SealLevel::Baseline);
        let original = file(ports, &contact, id, ContractCopies::Original).await;
        let copy = file(ports, &contact, id, ContractCopies::Signed).await;
        (
            original.unwrap().file.into_bytes(),
            copy.unwrap().file.into_bytes(),
        )
    }

    async fn verdict(&self, file: Vec<u8>) -> Verdict {
        let checked = verify(&self.ports, self.office.firm.id, file).await;
        checked.unwrap().verdict
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What holds for every signed copy, whatever was signed.
async fn holds(firm: &Firm, id: ContractId, shown: &[u8], copy: &[u8]) {
    let verdict = firm.verdict(copy.to_vec()).await;
    let Verdict::Ours(seal) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(seal.document.unwrap().as_str(), id.to_string());
    assert_eq!(firm.verdict(shown.to_vec()).await, Verdict::NoSignature);
    let said = poppler::pdfsig(copy);
    for wanted in ["Signature is Valid", "Total document signed"] {
        assert!(said.contains(wanted), "{wanted} is not in {said}");
    }
    let text = poppler::text(copy);
    let pages = |text: &str| text.matches('\u{c}').count();
    let original = poppler::text(shown);
    assert_eq!(pages(&text), pages(&original) + 1, "{text}");
    for line in original
        .lines()
        .map(str::trim)
        .filter(|line| line.len() > 20)
    {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let mut altered = copy.to_vec();
    *altered.get_mut(shown.len() / 2).unwrap() ^= 1;
    assert!(matches!(
        firm.verdict(altered).await,
        Verdict::Altered { .. }
    ));
}

#[test]
fn c28_d03_d20_a_text_is_signed_sealed_and_valid_for_others_too() {
    block_on(async {
        let firm = Firm::open().await;
        let long = "A title of a hundred characters ".repeat(4);
        for (title, name) in [
            ("Engagement letter", "Ana Keller"),
            (&long[..100], "محمد بن سلمان"),
            ("Mandat", "Zoë Müller-O’Brien"),
        ] {
            let text = "# Scope\n\nWe review the accounts of the year and report on them.\n\n\
                        # Fees\n\nA fixed fee of 4,200.00 is due on signature.";
            let body = BodyInput::Text(RichText::parse(text).unwrap());
            let id = firm.sent(title.trim(), body).await;
            let (shown, copy) = firm.signed(id, name).await;
            holds(&firm, id, &shown, &copy).await;
            let text = poppler::text(&copy);
            let reference = caseflow_core::domain::file::StoredFile::new(shown).reference();
            assert!(text.contains(&hex(&reference.sha256)), "{text}");
            assert!(
                text.contains("not recorded"),
                "no address was known: {text}"
            );
        }
    });
}

#[test]
fn c28_d02_an_uploaded_file_is_signed_as_it_is() {
    block_on(async {
        let firm = Firm::open().await;
        let upload = paper(2, "Lease of the whole building at the lake");
        let id = firm.sent("Lease", BodyInput::Upload(upload.clone())).await;
        let (shown, copy) = firm.signed(id, "Ana Keller").await;
        assert_eq!(shown, upload);
        assert!(copy.starts_with(&upload));
        holds(&firm, id, &shown, &copy).await;
    });
}

#[test]
fn a_text_whose_client_was_renamed_since_is_signed_as_it_was_shown() {
    block_on(async {
        let firm = Firm::open().await;
        let body = BodyInput::Text(RichText::parse("We advise you on the merger.").unwrap());
        let id = firm.sent("Engagement letter", body).await;
        let client = &firm.office.client;
        let renamed = clients::ClientInput {
            name: fixtures::line("Another Name Ltd"),
            address: None,
            tax_id: None,
            reference: None,
        };
        let call = firm.call();
        let changed = clients::update(&firm.ports, &call, client.id, None, renamed).await;
        changed.unwrap();
        let (shown, copy) = firm.signed(id, "Ana Keller").await;
        assert!(copy.starts_with(&shown));
        holds(&firm, id, &shown, &copy).await;
    });
}

/// What a certificate's issuer and a foreign reader look for in the file itself.
#[test]
fn d12_the_seal_is_a_detached_cades_signature_by_sha_256_with_its_whole_chain() {
    block_on(async {
        let (key, leaf) = desk::key(1);
        let issuer = desk::key(2).1;
        let chain = [leaf.certificates(), issuer.certificates()].concat();
        let whole = CertificateChain::from_der(chain.clone()).unwrap();
        let signer = Arc::new(LocalKey::new(key, whole).unwrap());
        let mut firm = Firm::open().await;
        firm.ports.sealer = Arc::new(Pades::new(1, signer, Timestamps::None, &[]).unwrap());
        let body = BodyInput::Text(RichText::parse("We advise you on the merger.").unwrap());
        let id = firm.sent("Engagement letter", body).await;
        let (_, copy) = firm.signed(id, "Ana Keller").await;
        let said = poppler::pdfsig(&copy);
        for wanted in ["ETSI.CAdES.detached", "Hash Algorithm: SHA-256"] {
            assert!(said.contains(wanted), "{wanted} is not in {said}");
        }
        let cms = contents(&copy);
        // RFC 5652, section 5.2: of the type id-data, and without the content.
        let detached = [0x30, 0x0b, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 1];
        assert!(holds_bytes(&cms, &detached));
        for certificate in chain {
            assert!(holds_bytes(&cms, &certificate));
        }
    });
}

/// The signature's own bytes.
fn contents(pdf: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let (_, after) = text.rsplit_once("/Contents<").unwrap();
    let digits = after.split('>').next().unwrap();
    let pairs = (0..digits.len()).step_by(2);
    let byte = |at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

fn holds_bytes(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}
