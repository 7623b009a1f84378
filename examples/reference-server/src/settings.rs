//! What the operator has decided: environment variables, over an optional TOML file, over defaults.

mod files;
mod given;
mod seals;
mod secret;
mod storage;
mod stripe;
mod vault;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use caseflow_axum::{LargestUpload, PageMemory, TrustedProxies};
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::domain::text::Email;

pub(crate) use files::{BucketSettings, FileStorage};
pub(crate) use given::Given;
pub(crate) use seals::{Need, SealKey, SealSettings, TimestampSettings};
pub(crate) use secret::MetricsToken;
pub(crate) use storage::{ServerAddress, Storage};
pub(crate) use stripe::StripeAccount;
pub(crate) use vault::{Absent, VaultKeys};

/// How much memory the pages kept between requests take when nobody says. A page takes 10 to 20 KB, so
/// that some thirty thousand contacts who come again find theirs.
const PAGE_MEMORY_MIB: usize = 512;
const MIB: usize = 1 << 20;

/// How mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailSettings {
    /// The address in `From`.
    pub(crate) from: Email,
    /// The road it takes.
    pub(crate) road: MailRoad,
}

/// The road that mail takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MailRoad {
    /// Each mail becomes an `.eml` file in this folder.
    Folder(PathBuf),
    /// An SMTP server by its URL, which may hold a password.
    Smtp(String),
}

/// Whom the server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Looking around: invented firms, passwords that are printed.
    Demo,
    /// Real firms.
    Real,
}

/// Everything that serving needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Serving {
    pub(crate) mode: Mode,
    pub(crate) listen: SocketAddr,
    /// None in a demonstration that nobody gave one: it is where it listens.
    pub(crate) public_url: Option<PortalUrl>,
    pub(crate) mail: MailSettings,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) metrics_token: Option<MetricsToken>,
    pub(crate) stripe: Option<StripeAccount>,
    pub(crate) seals: SealSettings,
    pub(crate) files: FileStorage,
    pub(crate) vault_keys: VaultKeys,
    pub(crate) page_memory: PageMemory,
    pub(crate) largest_upload: LargestUpload,
}

/// Something that the operator has to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where the value came from, or the variable that is missing.
    pub(crate) what: String,
    /// What is wrong and what to do.
    pub(crate) advice: String,
}

/// Everything that the operator has to mend, so that it is mended in one go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings need attention:{}", lines(.0))]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// A single one.
    pub(crate) fn one(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("\n  {}: {}", problem.what, problem.advice))
        .collect()
}

impl Given {
    /// Whether this is a demonstration: yes, unless somebody says no.
    pub(crate) fn mode(&self) -> Result<Mode, Problems> {
        match self.text("demo") {
            None | Some("1" | "true") => Ok(Mode::Demo),
            Some("0" | "false") => Ok(Mode::Real),
            Some(_) => Err(Problems(vec![self.problem("demo", "write 1 or 0")])),
        }
    }

    /// The portal's base address, when it was given and is one.
    pub(crate) fn public_url(&self) -> Option<PortalUrl> {
        self.text("public_url")
            .and_then(|text| PortalUrl::parse(text).ok())
    }

    /// Everything that serving needs, or all that is wrong with it.
    pub(crate) fn serving(&self) -> Result<Serving, Problems> {
        let mode = self.mode()?;
        let data = self.storage().data;
        let mut problems = Vec::new();
        problems.extend(self.weak_database_password(mode));
        let read = (
            keep(&mut problems, self.listen()),
            keep(&mut problems, self.checked_public_url(mode)),
            keep(&mut problems, self.mail(mode, &data)),
            keep(&mut problems, self.trusted_proxies()),
            keep(&mut problems, self.metrics_token()),
            keep(&mut problems, self.stripe(mode)),
            keep(&mut problems, self.seals(mode, &data)),
            keep(&mut problems, self.file_storage(&data)),
            keep(&mut problems, self.vault_keys(mode, &data)),
            keep(&mut problems, self.page_memory()),
            keep(&mut problems, self.largest_upload()),
        );
        match read {
            (
                Some(listen),
                Some(public_url),
                Some(mail),
                Some(trusted_proxies),
                Some(metrics_token),
                Some(stripe),
                Some(seals),
                Some(files),
                Some(vault_keys),
                Some(page_memory),
                Some(largest_upload),
            ) if problems.is_empty() => Ok(Serving {
                mode,
                listen,
                public_url,
                mail,
                trusted_proxies,
                metrics_token,
                stripe,
                seals,
                files,
                vault_keys,
                page_memory,
                largest_upload,
            }),
            _ => Err(Problems(problems)),
        }
    }

    fn listen(&self) -> Result<SocketAddr, Problem> {
        let text = self.text("listen").unwrap_or("127.0.0.1:8080");
        text.parse()
            .map_err(|_| self.problem("listen", "write an address and a port, like 127.0.0.1:8080"))
    }

    fn checked_public_url(&self, mode: Mode) -> Result<Option<PortalUrl>, Problem> {
        let wanted =
            "the address under which browsers reach this server, like https://portal.example.com";
        let Some(text) = self.text("public_url") else {
            return match mode {
                Mode::Demo => Ok(None),
                Mode::Real => {
                    Err(self.problem("public_url", &format!("is not set: write {wanted}")))
                }
            };
        };
        let url = PortalUrl::parse(text)
            .map_err(|_| self.problem("public_url", &format!("write {wanted}")))?;
        if mode == Mode::Real && url.as_str().starts_with("http://") && !is_local(url.origin()) {
            return Err(self.problem(
                "public_url",
                "starts with http:// and sign-ins would travel readable: serve it by TLS and write https://",
            ));
        }
        Ok(Some(url))
    }

    fn mail(&self, mode: Mode, data: &Path) -> Result<MailSettings, Problem> {
        let from = match (self.text("mail_from"), mode) {
            (Some(text), _) => Email::parse(text).map_err(|_| {
                self.problem("mail_from", "write an address like portal@example.com")
            })?,
            (None, Mode::Demo) => demo_sender(self)?,
            (None, Mode::Real) => {
                return Err(self.problem(
                    "mail_from",
                    "is not set: write the address that mails come from, like portal@example.com",
                ));
            }
        };
        let road = self.mail_road(mode, data)?;
        Ok(MailSettings { from, road })
    }

    fn mail_road(&self, mode: Mode, data: &Path) -> Result<MailRoad, Problem> {
        match (self.text("smtp_url"), self.text("mail_folder"), mode) {
            (Some(_), Some(_), _) => {
                Err(self.problem("mail_folder", "and CASEFLOW_SMTP_URL are both set: remove one"))
            }
            (Some(url), None, _) => {
                secret::check_smtp(url).map_err(|advice| self.problem("smtp_url", &advice))?;
                Ok(MailRoad::Smtp(url.to_owned()))
            }
            (None, Some(folder), _) => Ok(MailRoad::Folder(folder.into())),
            (None, None, Mode::Demo) => Ok(MailRoad::Folder(data.join("mail"))),
            (None, None, Mode::Real) => Err(self.problem(
                "smtp_url",
                "is not set: write smtps://user:password@mail.example.com (or set CASEFLOW_MAIL_FOLDER \
                 to have mails written as files)",
            )),
        }
    }

    fn trusted_proxies(&self) -> Result<TrustedProxies, Problem> {
        let text = self.text("trusted_proxies").unwrap_or_default();
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let networks: Result<_, _> = parts.map(str::parse).collect();
        networks.map(TrustedProxies).map_err(|_| {
            self.problem(
                "trusted_proxies",
                "write addresses or networks with commas between, like 127.0.0.1,10.0.0.0/8",
            )
        })
    }

    fn metrics_token(&self) -> Result<Option<MetricsToken>, Problem> {
        let Some(text) = self.text("metrics_token") else {
            return Ok(None);
        };
        MetricsToken::parse(text)
            .map(Some)
            .map_err(|advice| self.problem("metrics_token", &advice))
    }

    fn page_memory(&self) -> Result<PageMemory, Problem> {
        let Some(text) = self.text("page_memory") else {
            return Ok(PageMemory(PAGE_MEMORY_MIB * MIB));
        };
        let bytes = text
            .parse()
            .ok()
            .and_then(|mib: usize| mib.checked_mul(MIB));
        bytes.map(PageMemory).ok_or_else(|| {
            let advice = "write a number of MiB, like 512, or 0 to make every page anew";
            self.problem("page_memory", advice)
        })
    }

    fn weak_database_password(&self, mode: Mode) -> Option<Problem> {
        let url = self.text("database_url").filter(|_| mode == Mode::Real)?;
        let advice = secret::check_password_in(url).err()?;
        Some(self.problem("database_url", &advice))
    }
}

fn keep<T>(problems: &mut Vec<Problem>, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn demo_sender(given: &Given) -> Result<Email, Problem> {
    Email::parse("portal@caseflow.example").map_err(|_| given.problem("mail_from", "is not set"))
}

/// Whether a browser calls this origin its own machine, for which no TLS is needed.
fn is_local(origin: &str) -> bool {
    let host = origin.trim_start_matches("http://");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Given {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        Given::collect(pairs, None).unwrap()
    }

    const REAL: [(&str, &str); 4] = [
        ("CASEFLOW_DEMO", "0"),
        ("CASEFLOW_PUBLIC_URL", "https://portal.example.com"),
        ("CASEFLOW_MAIL_FROM", "portal@example.com"),
        (
            "CASEFLOW_SMTP_URL",
            "smtps://portal:vYq3-72nf-Pa9d@mail.example.com",
        ),
    ];

    fn refused(extra: (&str, &str)) -> String {
        let mut pairs = REAL.to_vec();
        pairs.retain(|(name, _)| *name != extra.0);
        pairs.push(extra);
        given(&pairs).serving().unwrap_err().to_string()
    }

    #[test]
    fn nothing_given_is_a_demonstration_on_this_machine() {
        let serving = given(&[]).serving().unwrap();
        assert_eq!(serving.mode, Mode::Demo);
        assert_eq!(serving.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(
            serving.mail.road,
            MailRoad::Folder("caseflow-data/mail".into())
        );
        assert_eq!(
            given(&[]).storage().database_url,
            "sqlite:caseflow-data/caseflow.db"
        );
    }

    #[test]
    fn pages_are_kept_in_as_much_memory_as_was_said() {
        let memory = |pairs: &[_]| given(pairs).serving().unwrap().page_memory;
        assert_eq!(memory(&[]), PageMemory(512 << 20));
        assert_eq!(
            memory(&[("CASEFLOW_PAGE_MEMORY", "64")]),
            PageMemory(64 << 20)
        );
        assert_eq!(memory(&[("CASEFLOW_PAGE_MEMORY", "0")]), PageMemory::OFF);
    }

    #[test]
    fn a_real_start_without_settings_names_all_that_it_needs() {
        let said = given(&[("CASEFLOW_DEMO", "0")])
            .serving()
            .unwrap_err()
            .to_string();
        for name in ["CASEFLOW_PUBLIC_URL", "CASEFLOW_MAIL_FROM"] {
            assert!(said.contains(name), "{said}");
        }
        assert!(given(&REAL).serving().is_ok());
    }

    #[test]
    fn weak_secrets_plain_roads_and_slips_are_refused() {
        for (extra, word) in [
            (
                ("CASEFLOW_PUBLIC_URL", "http://portal.example.com"),
                "https://",
            ),
            (
                (
                    "CASEFLOW_SMTP_URL",
                    "smtp://a:vYq3-72nf-Pa9d@mail.example.com",
                ),
                "tls=required",
            ),
            (
                ("CASEFLOW_SMTP_URL", "smtps://a:changeme@mail.example.com"),
                "password",
            ),
            (
                (
                    "CASEFLOW_DATABASE_URL",
                    "postgres://caseflow:postgres@db/caseflow",
                ),
                "password",
            ),
            (("CASEFLOW_PAGE_MEMORY", "64 MiB"), "number"),
            (("CASEFLOW_PAGE_MEMORY", "17592186044416"), "number"),
            (("CASEFLOW_METRICS_TOKEN", "secret"), "32"),
            (
                (
                    "CASEFLOW_METRICS_TOKEN",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                ),
                "random",
            ),
            (("CASEFLOW_TRUSTED_PROXIES", "proxy"), "127.0.0.1"),
        ] {
            let said = refused(extra);
            assert!(said.contains(extra.0) && said.contains(word), "{said}");
            assert!(
                !said.contains("changeme"),
                "a secret is not repeated: {said}"
            );
        }
    }
}
