//! Through PgBouncer 1.18 (Debian 12), which knows nothing of prepared statements.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use caseflow_core::domain::changes::{Change, Changes, Counter, CounterDelta, Write};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::currency::Currency;
use caseflow_core::ports::store::{Committed, FirmReads as _, PortalReads as _, Writes as _};
use caseflow_core::testing::fixtures::{Office, contact};
use caseflow_core::testing::join_all;
use caseflow_sqlx::testing::postgres;
use caseflow_sqlx::{Options, Pooling, SqlxStore};

/// Two connections to the server, whoever asks.
struct PgBouncer {
    process: Child,
    folder: PathBuf,
    url: String,
}

impl PgBouncer {
    /// `mode` is `session` or `transaction`; `database` the address behind it.
    async fn start(mode: &str, database: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let folder = std::env::temp_dir().join(format!("caseflow-pgbouncer-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        let (server, name) = database.rsplit_once('/').unwrap();
        let (_, server) = server.rsplit_once('@').unwrap();
        let (host, server_port) = server.rsplit_once(':').unwrap();
        let settings = format!(
            "[databases]\n* = host={host} port={server_port} user=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n\
             pool_mode = {mode}\ndefault_pool_size = 2\nmax_client_conn = 100\n\
             ignore_startup_parameters = extra_float_digits\nunix_socket_dir =\n{}",
            as_user()
        );
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new("/usr/sbin/pgbouncer");
        let command = command.arg("-q").arg(&file).stdin(Stdio::null());
        let process = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn();
        let process = process.expect("PgBouncer is installed");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Self {
            process,
            folder,
            url: format!("postgres://postgres@127.0.0.1:{port}/{name}"),
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.process.kill().unwrap_or_default();
        self.process.wait().map(drop).unwrap_or_default();
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

/// PgBouncer refuses to stay root.
fn as_user() -> &'static str {
    let id = Command::new("id").arg("-u").output().unwrap();
    match id.stdout.as_slice() {
        b"0\n" => "user = postgres\n",
        _ => "",
    }
}

/// With the two that the office has.
const PEOPLE: u64 = 16;
const ROUNDS: i64 = 20;

/// Everybody reads their own page again and again, and counts; nobody ever sees another's.
async fn everybody_reads_their_own(store: &SqlxStore, office: &Office, people: &[Contact]) {
    let busy = people.iter().map(|person| async move {
        for _ in 0..ROUNDS {
            let visit = office.visit(person);
            let (guest, _) = store.dashboard(visit).await.unwrap().unwrap();
            assert_eq!(guest.contact.id, person.id);
            let file = store.client_of(office.firm.id, person.id).await.unwrap();
            assert_eq!(file.unwrap().client.value.id, person.client);
            let counted = store.commit(office.firm.id, one_more(office)).await;
            assert!(matches!(counted, Ok(Committed::Applied)), "{counted:?}");
        }
    });
    join_all(busy).await;
}

const COUNTER: Counter = Counter::Received {
    year: 2026,
    currency: Currency::USD,
};

fn one_more(office: &Office) -> Changes {
    Changes::default().with(Change::Count(CounterDelta {
        client: office.client.id,
        counter: COUNTER,
        delta: 1,
    }))
}

async fn through(mode: &str, pooling: Pooling, connections: u32) {
    let (direct, database) = postgres().await;
    let office = Office::open(&*direct, 1).await;
    let mut people = vec![office.contact.clone(), office.stranger.clone()];
    for n in 0..PEOPLE {
        let client = [office.client.id, office.neighbour.id][usize::from(n % 2 == 0)];
        let person = contact(900 + n, client);
        let add = Changes::default().with(Change::Contact(Write::Insert(person.clone())));
        direct.commit(office.firm.id, add).await.unwrap();
        people.push(person);
    }
    let bouncer = PgBouncer::start(mode, database.url()).await;
    let options = Options {
        connections,
        pooling,
        ..Options::default()
    };
    let store = SqlxStore::connect_with(&bouncer.url, options)
        .await
        .unwrap();
    store.migrate().await.unwrap();
    everybody_reads_their_own(&store, &office, &people).await;
    let counted = direct.counter(office.firm.id, office.client.id, COUNTER);
    assert_eq!(counted.await.unwrap(), ROUNDS * 18);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_transaction_mode_nobody_sees_anothers_rows() {
    through("transaction", Pooling::Transaction, 10).await;
}

/// Each of our connections has one of the server's, so that there are no more of them than that.
#[tokio::test(flavor = "multi_thread")]
async fn in_session_mode_statements_may_stay_prepared() {
    through("session", Pooling::Session, 2).await;
}
