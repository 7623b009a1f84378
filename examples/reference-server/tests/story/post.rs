//! A mail server outside the server's process. It remembers every mail that it took, as often as it
//! took it: the server's own road into a folder makes one file of two.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

use crate::server::Site;

/// Takes what comes to any of its doors. Each server is given a door of its own.
#[derive(Debug)]
pub(crate) struct Post(Arc<Hall>);

/// A mail that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    /// At which door, and how often whoever comes there had been killed before.
    pub(crate) from: (usize, usize),
}

#[derive(Debug)]
struct Hall {
    /// Where what is taken becomes a file too, so that a story finds it.
    folder: PathBuf,
    taken: Mutex<Vec<Taken>>,
    /// How often the server of each door was killed.
    kills: Mutex<Vec<usize>>,
    closed: AtomicBool,
    /// How long it thinks about a mail, in milliseconds.
    pause: AtomicU64,
}

impl Post {
    /// Opens beside a site, which sends its mail here instead of into its folder.
    pub(crate) fn beside(site: &mut Site) -> Self {
        fs::create_dir_all(site.mails()).unwrap();
        let post = Self(Arc::new(Hall {
            folder: site.mails(),
            taken: Mutex::default(),
            kills: Mutex::default(),
            closed: AtomicBool::default(),
            pause: AtomicU64::default(),
        }));
        post.serve(site);
        post
    }

    /// Has one more site send its mail here, by the next door.
    pub(crate) fn serve(&self, site: &mut Site) {
        let mut kills = self.0.kills.lock().unwrap();
        let door = kills.len();
        kills.push(0);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        site.set("CASEFLOW_MAIL_FOLDER", "");
        site.set("CASEFLOW_SMTP_URL", &format!("smtp://{address}"));
        let hall = self.0.clone();
        spawn(move || {
            for stream in listener.incoming().flatten() {
                let (hall, from) = (hall.clone(), (door, hall.kills.lock().unwrap()[door]));
                // A server that is killed in the middle of a mail has not sent it.
                spawn(move || drop(hall.listen(&stream, from)));
            }
        });
    }

    /// The server that comes to this door was killed: its mails before are told from those of its next
    /// life.
    pub(crate) fn note_kill(&self, door: usize) {
        self.0.kills.lock().unwrap()[door] += 1;
    }

    /// Asks everybody to come back later.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }

    /// Takes mails again, each after a while.
    pub(crate) fn open(&self, pause: Duration) {
        let pause = u64::try_from(pause.as_millis()).unwrap();
        self.0.pause.store(pause, Ordering::SeqCst);
        self.0.closed.store(false, Ordering::SeqCst);
    }

    /// What it took, in order, a mail that came twice twice.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.0.taken.lock().unwrap().clone()
    }

    /// How many mails there are of those to `to` with these words in their subject.
    pub(crate) fn count(&self, to: &str, words: &str) -> usize {
        let taken = self.taken();
        let those = taken
            .iter()
            .filter(|it| it.to == to && it.subject.contains(words));
        those.map(|it| &it.id).collect::<BTreeSet<_>>().len()
    }

    /// How many mails were handed over a second time. That may happen to one alone in each life of a
    /// server: to the last that was taken from it before it was killed, which it could no longer
    /// write down (R-AUD-2: never lost).
    pub(crate) fn repeats(&self) -> usize {
        let taken = self.taken();
        let lasts: BTreeMap<_, _> = taken
            .iter()
            .enumerate()
            .map(|(n, it)| (it.from, n))
            .collect();
        let mut repeats = 0;
        for (n, mail) in taken.iter().enumerate() {
            if taken.iter().skip(n + 1).any(|later| later.id == mail.id) {
                let before = lasts[&mail.from] == n;
                assert!(
                    before,
                    "sent again though nobody was killed at it: {mail:?}"
                );
                repeats += 1;
            }
        }
        repeats
    }
}

impl Hall {
    /// The server's half of RFC 5321, as far as a client needs it that means well.
    fn listen(&self, stream: &TcpStream, from: (usize, usize)) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let answer = |text: &str| {
            let mut stream = stream;
            stream.write_all(text.as_bytes())
        };
        answer("220 post\r\n")?;
        let mut lines = BufReader::new(stream).lines();
        let mut to = String::new();
        while let Some(line) = lines.next().transpose()? {
            match line.get(..4).unwrap_or_default() {
                "RCPT" if self.closed.load(Ordering::SeqCst) => answer("451 come back later\r\n")?,
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    answer("250 ok\r\n")?;
                }
                "DATA" => {
                    answer("354 go on\r\n")?;
                    let mut mail = vec![];
                    for line in lines.by_ref() {
                        match line? {
                            end if end == "." => break,
                            line => mail.push(line),
                        }
                    }
                    sleep(Duration::from_millis(self.pause.load(Ordering::SeqCst)));
                    self.take(&mail, to.clone(), from);
                    answer("250 taken\r\n")?;
                }
                "QUIT" => return answer("221 bye\r\n"),
                _ => answer("250 ok\r\n")?,
            }
        }
        Ok(())
    }

    fn take(&self, mail: &[String], to: String, from: (usize, usize)) {
        let field = |name: &str| {
            let line = mail.iter().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim().to_owned()
        };
        let id = field("Message-ID:");
        let id = id
            .trim_start_matches('<')
            .split('@')
            .next()
            .unwrap()
            .to_owned();
        let file = self.folder.join(format!("{id}.tmp"));
        fs::write(&file, mail.join("\r\n")).unwrap();
        fs::rename(&file, file.with_extension("eml")).unwrap();
        let subject = field("Subject:");
        let taken = Taken {
            id,
            to,
            subject,
            from,
        };
        self.taken.lock().unwrap().push(taken);
    }
}
