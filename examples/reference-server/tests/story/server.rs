//! The built server as a process, with a data folder, a clock and a database of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// When every story begins: a Monday morning.
pub(crate) const MORNING: &str = "2026-03-02T09:00:00Z";

static STARTED: AtomicU32 = AtomicU32::new(0);

/// Where a server is and what it runs with. Nothing runs until [`Site::start`].
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) data: PathBuf,
    pub(crate) base: String,
    variables: Vec<(&'static str, String)>,
}

impl Site {
    /// A site without any setting but a free port and a new folder: a demonstration on SQLite.
    pub(crate) fn demonstration() -> Self {
        let count = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("story-{}-{count}", std::process::id());
        let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&data).unwrap();
        let port = free_port();
        let variables = vec![
            ("CASEFLOW_LISTEN", format!("127.0.0.1:{port}")),
            ("CASEFLOW_DATA_DIR", data.display().to_string()),
        ];
        Self {
            data,
            base: format!("http://127.0.0.1:{port}"),
            variables,
        }
    }

    /// A site for real firms, with all that it needs.
    pub(crate) fn real(database_url: Option<String>) -> Self {
        let mut site = Self::demonstration();
        let mails = site.mails().display().to_string();
        site.variables.extend([
            ("CASEFLOW_DEMO", "0".to_owned()),
            ("CASEFLOW_PUBLIC_URL", site.base.clone()),
            ("CASEFLOW_MAIL_FROM", "portal@example.com".to_owned()),
            ("CASEFLOW_MAIL_FOLDER", mails),
        ]);
        let database = database_url.map(|url| ("CASEFLOW_DATABASE_URL", url));
        site.variables.extend(database);
        site
    }

    /// A site for one more server on the same database, with a port and a folder of its own: files and
    /// the key for seals are this one's.
    pub(crate) fn beside(&self) -> Self {
        let mut site = Self::demonstration();
        let shared = [
            ("CASEFLOW_FILES_FOLDER", "files"),
            ("CASEFLOW_SEAL_KEY", "seal/key.pem"),
            ("CASEFLOW_SEAL_CERTIFICATE", "seal/certificate.pem"),
        ];
        let shared = shared.map(|(name, file)| (name, self.data.join(file).display().to_string()));
        let own = std::mem::take(&mut site.variables);
        site.variables = [self.variables.clone(), own, shared.into()].concat();
        site
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.push((name, value.to_owned()));
    }

    pub(crate) fn mails(&self) -> PathBuf {
        self.data.join("mail")
    }

    /// Starts the server with its clock at `clock` and waits until it answers.
    pub(crate) fn start(&self, clock: &str) -> Server<'_> {
        let log = fs::File::create(self.data.join("log")).unwrap();
        let out = fs::File::create(self.data.join("out")).unwrap();
        let clock_file = self.clock_file().display().to_string();
        fs::write(self.clock_file(), clock).unwrap();
        let child = self
            .program(&["--clock", clock, "--clock-file", &clock_file])
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Server { site: self, child };
        server.wait_until_ready();
        server
    }

    /// Runs a subcommand that must succeed; answers what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let done = self.ended(arguments);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {said}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// Runs a subcommand that must fail; answers its complaint.
    pub(crate) fn refuses(&self, arguments: &[&str]) -> String {
        let done = self.ended(arguments);
        assert!(!done.status.success(), "{arguments:?} went through");
        String::from_utf8(done.stderr).unwrap()
    }

    /// Runs a subcommand that may fail; whether it succeeded, and what it printed.
    pub(crate) fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let done = self.ended(arguments);
        let printed = String::from_utf8(done.stdout).unwrap();
        (done.status.success(), printed.trim().to_owned())
    }

    fn ended(&self, arguments: &[&str]) -> Output {
        let mut program = self.program(arguments);
        let child = program
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        for _ in 0..2400 {
            if child.try_wait().unwrap().is_some() {
                return child.wait_with_output().unwrap();
            }
            sleep(Duration::from_millis(50));
        }
        child.kill().unwrap();
        panic!("{arguments:?} did not end within 2 min");
    }

    /// The address in the newest mail to `recipient` that leads to choosing a password.
    pub(crate) fn link(&self, recipient: &str) -> String {
        let to = format!("<{recipient}>");
        let mail = self.mail(|mail| mail.contains(&to) && mail.contains("/set-password/"));
        let mut words = mail.split_whitespace();
        let link = words.find(|word| word.contains("/set-password/"));
        link.unwrap().to_owned()
    }

    /// The newest mail that is the one, once the server has written it.
    pub(crate) fn mail(&self, is_it: impl Fn(&str) -> bool) -> String {
        for _ in 0..200 {
            if let Some(mail) = self.newest_first().into_iter().find(|mail| is_it(mail)) {
                return mail;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("no such mail within 10 s: {:?}", self.newest_first());
    }

    pub(crate) fn newest_first(&self) -> Vec<String> {
        let files = fs::read_dir(self.mails()).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|it| it == "eml"));
        // Ids begin with the time.
        paths.sort();
        let texts = paths.iter().rev();
        texts
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    }

    fn clock_file(&self) -> PathBuf {
        self.data.join("clock")
    }

    /// The program without any setting of the developer's own shell.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_reference-server"));
        let ours = |name: &String| name.starts_with("CASEFLOW_") || name.starts_with("STRIPE_");
        for name in std::env::vars().map(|(name, _)| name).filter(ours) {
            program.env_remove(name);
        }
        program.args(arguments).envs(self.variables.iter().cloned());
        program
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.data);
        }
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server<'a> {
    site: &'a Site,
    child: Child,
}

impl Server<'_> {
    /// Moves the server's clock forward and waits until it follows.
    pub(crate) fn leap(&self, to: &str) {
        let draft = self.site.data.join("clock.new");
        fs::write(&draft, to).unwrap();
        fs::rename(draft, self.site.clock_file()).unwrap();
        let wanted = format!("the clock was set to={to}");
        for _ in 0..100 {
            if self.log().contains(&wanted) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("the clock does not follow:\n{}", self.log());
    }

    /// Where it is.
    pub(crate) fn base(&self) -> &str {
        &self.site.base
    }

    /// What the server logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.site.data.join("log")).unwrap()
    }

    /// What the server printed.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(self.site.data.join("out")).unwrap()
    }

    /// Asks the server to stop, as a service manager does.
    pub(crate) fn stop(mut self) {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(asked.unwrap().success());
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}:\n{}", self.log());
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("still running 10 s after SIGTERM:\n{}", self.log());
    }

    /// Kills it, as the kernel does: SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn wait_until_ready(&mut self) {
        let ready = format!("{}/readyz", self.site.base);
        for _ in 0..600 {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended ({status}):\n{}", self.log());
            }
            if ureq::get(&ready).call().is_ok() {
                return;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("not ready within 60 s:\n{}", self.log());
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").unwrap();
    probe.local_addr().unwrap().port()
}
