//! A private PostgreSQL server, and databases on it.

#![expect(clippy::panic, reason = "as in the module above")]

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use sqlx::{Connection as _, PgConnection};
use tokio::sync::OnceCell;

use super::{Kind, TestDatabase, unique};
use crate::{Options, SqlxStore};

/// Where the tests' server is, when there is one.
const GIVEN: &str = "CASEFLOW_TEST_POSTGRES_URL";

/// An empty PostgreSQL database with all tables, and a store on it.
///
/// # Panics
/// When there is no server and none can be started.
pub async fn postgres() -> (Arc<SqlxStore>, TestDatabase) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(migrated_database).await;
    let database = create(&format!("TEMPLATE {template} STRATEGY FILE_COPY")).await;
    (database.open(Options::default()).await, database)
}

/// A PostgreSQL database without any table.
///
/// # Panics
/// When there is no server and none can be started.
pub async fn postgres_url() -> TestDatabase {
    create("").await
}

async fn migrated_database() -> String {
    let database = create("").await;
    let store = database.open(Options::default()).await;
    store.migrate().await.unwrap();
    store.close().await;
    let Kind::OnServer { name, .. } = &database.kind else {
        panic!("a database is on a server");
    };
    let name = name.clone();
    // As long as the process lives, it is the template of others.
    std::mem::forget(database);
    name
}

async fn create(how: &str) -> TestDatabase {
    let server = server().await;
    let name = format!("caseflow_test_{}", unique());
    run(server, &format!("CREATE DATABASE {name} {how}")).await;
    let (address, _) = server.rsplit_once('/').unwrap();
    TestDatabase {
        url: format!("{address}/{name}"),
        kind: Kind::OnServer {
            server: server.to_owned(),
            name,
        },
    }
}

async fn run(server: &str, statement: &str) {
    let mut conn = PgConnection::connect(server).await.unwrap();
    let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()));
    statement.execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// Drops a database from a thread of its own, for a test's runtime may be going down.
pub(super) fn drop_database(server: &str, name: &str) {
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    let server = server.to_owned();
    let dropping = std::thread::spawn(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(run(&server, &statement));
    });
    dropping.join().unwrap_or_default();
}

/// The address of the tests' server.
async fn server() -> &'static str {
    static PRIVATE: OnceCell<(String, Server)> = OnceCell::const_new();
    static SERVER: OnceCell<String> = OnceCell::const_new();
    SERVER
        .get_or_init(|| async {
            if let Ok(given) = std::env::var(GIVEN) {
                return given;
            }
            let start = || async {
                let server = Server::start();
                (server.url(), server)
            };
            PRIVATE.get_or_init(start).await.0.clone()
        })
        .await
}

/// A PostgreSQL server of this process alone, on a free port of the loopback. It stops and its
/// folder goes when this is dropped or the process ends, in whatever way.
#[derive(Debug)]
struct Server {
    port: u16,
    /// Stops the server when its standard input is closed, which the end of this process does.
    watch: Child,
}

impl Server {
    fn start() -> Self {
        let bin = newest_postgres();
        let folder = std::env::temp_dir().join(format!("caseflow-postgres-{}", unique()));
        std::fs::create_dir_all(&folder).unwrap();
        own(&folder);
        let data = folder.join("data");
        let mut initdb = as_server(&bin.join("initdb"), &folder);
        let initdb = initdb.arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        succeed(initdb, &folder);
        let port = free_port();
        let settings = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
             -c synchronous_commit=off -c max_connections=300",
            folder.display()
        );
        let mut start = as_server(&bin.join("pg_ctl"), &folder);
        let start = start.arg("-D").arg(&data).arg("-w").arg("-o").arg(settings);
        succeed(
            start.arg("-l").arg(folder.join("log")).arg("start"),
            &folder,
        );
        let watch = watch(&bin, &folder, &data);
        Self { port, watch }
    }

    /// The address of its database `postgres`, as superuser.
    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        self.watch.wait().map(drop).unwrap_or_default();
    }
}

fn newest_postgres() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let versions = versions.into_iter().flatten().flatten();
    let bins = versions.map(|version| version.path().join("bin"));
    let number = |bin: &PathBuf| {
        let version = bin.parent().and_then(Path::file_name)?;
        version.to_str()?.parse::<u32>().ok()
    };
    let bins = bins.filter(|bin| bin.join("initdb").exists());
    bins.max_by_key(number).unwrap_or_else(|| {
        panic!("no PostgreSQL under /usr/lib/postgresql: install it, or set {GIVEN}")
    })
}

/// The server refuses to run as root, and then runs as the user `postgres`.
fn as_server(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        let user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
        command.args(user).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

fn own(folder: &Path) {
    if !is_root() {
        return;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find(|line| line.starts_with("postgres:"));
    let user = user.expect("there is a user `postgres`");
    let mut ids = user.split(':').skip(2).map(|id| id.parse::<u32>().unwrap());
    chown(folder, ids.next(), ids.next()).unwrap();
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn succeed(command: &mut Command, folder: &Path) {
    let output = std::fs::File::create(folder.join("output")).unwrap();
    let command = command.stdin(Stdio::null());
    let command = command.stdout(output.try_clone().unwrap()).stderr(output);
    let status = command.status().unwrap();
    if !status.success() {
        let said = ["output", "log"].map(|it| std::fs::read_to_string(folder.join(it)));
        let said: String = said.into_iter().flatten().collect();
        panic!("{command:?} failed: {said}");
    }
}

fn watch(bin: &Path, folder: &Path, data: &Path) -> Child {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        cat >/dev/null
        "$1" -D "$2" -m immediate -w stop >/dev/null 2>&1
        rm -rf "$3"
    "#;
    let mut command = as_server(Path::new("/bin/sh"), folder);
    let command = command.args(["-c", SCRIPT, "watch"]);
    let command = command.arg(bin.join("pg_ctl")).arg(data).arg(folder);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::null());
    command.stderr(Stdio::null()).spawn().unwrap()
}
