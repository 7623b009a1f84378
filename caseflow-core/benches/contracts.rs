//! How many contracts are signed, printed with their certificates and sealed in a second, and how
//! many signed copies are checked, through the verbs on a store in memory: what the core itself can
//! do, without a disk or a network.
//!
//! `cargo bench -p caseflow-core --features pades,pdf-writer,testing --bench contracts`

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot be set up should stop"
)]

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::adapters::pades::{LocalKey, NewCertificate, Pades, PrivateKey, Timestamps};
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::contract::SignedCopy;
use caseflow_core::domain::id::{ContractId, Subject};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::PersonName;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::Call;
use caseflow_core::firm::contracts::{self, BodyInput, ContractInput};
use caseflow_core::portal::Visiting;
use caseflow_core::portal::contracts::{Signing, file, read, sign};
use caseflow_core::portal::verify::verify;
use caseflow_core::ports::sealer::Verdict;
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_core::testing::{Doubles, SeededEntropy, block_on};
use caseflow_core::{ContractCopies, Ports};

/// How many contracts each round signs.
const CONTRACTS: usize = 200;
/// How many contacts sign at once.
const AT_ONCE: [usize; 2] = [1, 4];
/// Threads of the renderer and of the sealer.
const THREADS: usize = 2;

const CLAUSE: &str = "## Scope\n\nWe advise you on the lease, review its annexes, negotiate with the \
                      landlord and file what has to be filed with the authority.\n\n";

fn main() {
    println!("at once   signed and sealed/s   checked/s");
    for at_once in AT_ONCE {
        let bench = Bench::open();
        let ids: Vec<ContractId> = (0..CONTRACTS).map(|_| block_on(bench.sent())).collect();
        let signed = rate(&ids, at_once, |id| block_on(bench.sign(id)));
        let checked = rate(&ids, at_once, |id| block_on(bench.check(id)));
        println!("{at_once:>7} {signed:>21.0} {checked:>11.0}");
    }
}

/// How many of these are done in a second by so many threads.
fn rate(ids: &[ContractId], at_once: usize, work: impl Fn(ContractId) + Sync) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for part in ids.chunks(ids.len().div_ceil(at_once)) {
            scope.spawn(|| part.iter().for_each(|id| work(*id)));
        }
    });
    f64::from(u32::try_from(ids.len()).unwrap()) / start.elapsed().as_secs_f64()
}

struct Bench {
    ports: Ports,
    office: Office,
}

impl Bench {
    fn open() -> Self {
        let doubles = Doubles::new();
        let ports = Ports {
            pdf: Arc::new(PdfWriter::new(THREADS).unwrap()),
            sealer: Arc::new(pades()),
            ..doubles.ports(Arc::new(MemoryStore::new()))
        };
        let office = block_on(Office::open(&*ports.store, 1));
        Self { ports, office }
    }

    /// A contract of about two pages that waits for a signature.
    async fn sent(&self) -> ContractId {
        let call = Call {
            staff: self.office.staff(),
            origin: Origin::default(),
            idempotency: None,
        };
        let input = ContractInput {
            title: fixtures::line("Engagement letter"),
            sign_by: None,
            matter: None,
            internal_note: None,
        };
        let body = BodyInput::Text(RichText::parse(&CLAUSE.repeat(12)).unwrap());
        let client = self.office.client.id;
        let drafted = contracts::draft(&self.ports, &call, client, input, body).await;
        let Subject::Contract(id) = drafted.unwrap().id else {
            panic!("not a contract");
        };
        contracts::send(&self.ports, &call, id, None).await.unwrap();
        id
    }

    async fn sign(&self, id: ContractId) {
        let contact = self.contact();
        let shown = read(&self.ports, &contact, id).await.unwrap().page.contract;
        let signing = Signing {
            shown: shown.value.version().unwrap().shown.sha256,
            typed: PersonName::parse("Ana Keller").unwrap(),
            accepts: Some(fixtures::line(SIGNING_TERMS)),
            time_zone: None,
        };
        let signed = sign(&self.ports, &contact, id, &signing).await.unwrap();
        let copy = signed.page.contract.value.copy().copied();
        assert!(matches!(copy, Some(SignedCopy::Sealed { .. })), "{copy:?}");
    }

    async fn check(&self, id: ContractId) {
        let which = ContractCopies::Signed;
        let copy = file(&self.ports, &self.contact(), id, which).await.unwrap();
        let firm = self.office.firm.id;
        let checked = verify(&self.ports, firm, copy.file.into_bytes()).await;
        assert!(matches!(checked.unwrap().verdict, Verdict::Ours(_)));
    }

    fn contact(&self) -> Visiting {
        let visit = self.office.visit(&self.office.contact);
        Visiting {
            firm: visit.firm,
            visitor: visit.visitor,
            origin: Origin::default(),
        }
    }
}

fn pades() -> Pades {
    let at = |text| Timestamp::parse(text).unwrap();
    let key = PrivateKey::generate(&SeededEntropy::new(1)).unwrap();
    let certificate = NewCertificate {
        name: "Document seal".parse().unwrap(),
        organization: None,
        from: at("2026-01-01T00:00:00Z"),
        until: at("2036-01-01T00:00:00Z"),
        serial: [9; 16],
    };
    let chain = certificate.sign(&key).unwrap();
    let local = Arc::new(LocalKey::new(key, chain).unwrap());
    Pades::new(THREADS, local, Timestamps::None, &[]).unwrap()
}
