//! What the operator has decided about the seal of signed copies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Uri;
use caseflow_core::domain::text::Line;

use super::{Given, Mode, Problem};

/// The folder, in the data folder, of the key that the server makes for itself.
const FOLDER: &str = "seal";
/// The past of a demonstration is sealed too.
const BEFORE_A_DEMONSTRATION: Duration = Duration::from_secs(2 * 365 * 24 * 3600);
/// Clocks differ.
const BEFORE: Duration = Duration::from_secs(24 * 3600);

/// With what signed copies are sealed, and which seals are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealSettings {
    /// The key.
    pub(crate) key: SealKey,
    /// Whose time stamps are in the seals, if anybody's.
    pub(crate) timestamps: Option<TimestampSettings>,
    /// Files with certificates whose seals count as ours too.
    pub(crate) retired: Vec<PathBuf>,
}

/// Where the key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SealKey {
    /// In two files of the operator's.
    Given {
        /// The private key.
        key: PathBuf,
        /// Its certificate, and those of its issuers.
        certificate: PathBuf,
        /// Where the server would have kept its own, whose seals stay ours.
        made_before: PathBuf,
    },
    /// In a folder, made at the first start.
    Made {
        /// The folder.
        folder: PathBuf,
        /// The name that its certificate bears.
        name: Line<64>,
        /// How long before it is made the certificate begins to be good.
        backdated: Duration,
    },
}

/// An authority for time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimestampSettings {
    /// Its address.
    pub(crate) url: Uri,
    /// What is done when it does not answer.
    pub(crate) need: Need,
}

/// Whether a seal waits for its time stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It does, for as long as it takes.
    Required,
    /// It is made without, and says so.
    Preferred,
}

impl Given {
    /// What was decided about seals; without a word, a key of the server's own.
    pub(crate) fn seals(&self, mode: Mode, data: &Path) -> Result<SealSettings, Problem> {
        Ok(SealSettings {
            key: self.seal_key(mode, data)?,
            timestamps: self.seal_timestamps()?,
            retired: self.seal_retired(),
        })
    }

    fn seal_key(&self, mode: Mode, data: &Path) -> Result<SealKey, Problem> {
        let folder = data.join(FOLDER);
        let (key, certificate) = ("seal_key", "seal_certificate");
        match (self.text(key), self.text(certificate)) {
            (Some(key), Some(certificate)) => match self.text("seal_name") {
                None => Ok(SealKey::Given {
                    key: key.into(),
                    certificate: certificate.into(),
                    made_before: folder,
                }),
                Some(_) => Err(self.problem(
                    "seal_name",
                    "is for a certificate that the server makes, and CASEFLOW_SEAL_CERTIFICATE is \
                     set: remove one",
                )),
            },
            (Some(_), None) => Err(self.problem(
                certificate,
                "is not set, though CASEFLOW_SEAL_KEY is: write the path of the key's certificate",
            )),
            (None, Some(_)) => Err(self.problem(
                key,
                "is not set, though CASEFLOW_SEAL_CERTIFICATE is: write the path of its private key",
            )),
            (None, None) => Ok(SealKey::Made {
                folder,
                name: self.seal_name(mode)?,
                backdated: match mode {
                    Mode::Demo => BEFORE_A_DEMONSTRATION,
                    Mode::Real => BEFORE,
                },
            }),
        }
    }

    fn seal_name(&self, mode: Mode) -> Result<Line<64>, Problem> {
        let without = match mode {
            Mode::Demo => "CaseFlow demonstration seal",
            Mode::Real => "CaseFlow document seal",
        };
        let name = Line::parse(self.text("seal_name").unwrap_or(without));
        name.map_err(|error| {
            let advice = format!("{error}: write a name of at most 64 characters");
            self.problem("seal_name", &advice)
        })
    }

    fn seal_timestamps(&self) -> Result<Option<TimestampSettings>, Problem> {
        let (url, need) = ("seal_timestamp_url", "seal_timestamp");
        let Some(text) = self.text(url) else {
            return match self.text(need) {
                None => Ok(None),
                Some(_) => {
                    Err(self.problem(need, "is set, but CASEFLOW_SEAL_TIMESTAMP_URL is not"))
                }
            };
        };
        let address = authority(text).ok_or_else(|| {
            let advice = "write the address of a time stamp authority (RFC 3161), like \
                          http://timestamp.example.com/tsr, without user or password";
            self.problem(url, advice)
        })?;
        Ok(Some(TimestampSettings {
            url: address,
            need: match self.text(need) {
                None | Some("required") => Need::Required,
                Some("preferred") => Need::Preferred,
                Some(_) => {
                    let advice = "write required, or preferred to seal without a time stamp when none \
                                  can be had";
                    return Err(self.problem(need, advice));
                }
            },
        }))
    }

    fn seal_retired(&self) -> Vec<PathBuf> {
        let paths = self.text("seal_retired").unwrap_or_default().split(',');
        let paths = paths.map(str::trim).filter(|path| !path.is_empty());
        paths.map(PathBuf::from).collect()
    }
}

fn authority(text: &str) -> Option<Uri> {
    let url: Uri = text.parse().ok()?;
    let known = matches!(url.scheme_str(), Some("http" | "https"));
    let host = url.authority().filter(|it| !it.as_str().contains('@'))?;
    (known && !host.host().is_empty()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = ("CASEFLOW_SEAL_KEY", "/etc/caseflow/seal.key");
    const CERTIFICATE: (&str, &str) = ("CASEFLOW_SEAL_CERTIFICATE", "/etc/caseflow/seal.pem");
    const URL: (&str, &str) = (
        "CASEFLOW_SEAL_TIMESTAMP_URL",
        "http://timestamp.example/tsr",
    );

    fn read(pairs: &[(&str, &str)]) -> Result<SealSettings, String> {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let given = Given::collect(pairs, None).unwrap();
        let read = given.seals(Mode::Real, Path::new("data"));
        read.map_err(|Problem { what, advice }| format!("{what}: {advice}"))
    }

    #[test]
    fn without_a_word_the_server_keeps_a_key_of_its_own_and_no_time_stamps() {
        let seals = read(&[]).unwrap();
        let SealKey::Made { folder, name, .. } = seals.key else {
            panic!("{:?}", seals.key);
        };
        assert_eq!(folder, Path::new("data/seal"));
        assert_eq!(name.as_str(), "CaseFlow document seal");
        assert_eq!(seals.timestamps, None);
        assert_eq!(seals.retired, Vec::<PathBuf>::new());
    }

    #[test]
    fn what_was_given_is_taken() {
        let retired = ("CASEFLOW_SEAL_RETIRED", "/a.pem, /b.pem,");
        let need = ("CASEFLOW_SEAL_TIMESTAMP", "preferred");
        let seals = read(&[KEY, CERTIFICATE, URL, need, retired]).unwrap();
        assert_eq!(
            seals.key,
            SealKey::Given {
                key: KEY.1.into(),
                certificate: CERTIFICATE.1.into(),
                made_before: "data/seal".into(),
            }
        );
        let timestamps = seals.timestamps.unwrap();
        assert_eq!(timestamps.url.to_string(), URL.1);
        assert_eq!(timestamps.need, Need::Preferred);
        assert_eq!(seals.retired, [Path::new("/a.pem"), Path::new("/b.pem")]);
        let required = read(&[URL]).unwrap().timestamps.unwrap();
        assert_eq!(required.need, Need::Required);
    }

    #[test]
    fn a_mistake_is_named_with_what_to_do() {
        let long = "x".repeat(65);
        for (pairs, name, word) in [
            (vec![KEY], "CASEFLOW_SEAL_CERTIFICATE", "path"),
            (vec![CERTIFICATE], "CASEFLOW_SEAL_KEY", "path"),
            (
                vec![KEY, CERTIFICATE, ("CASEFLOW_SEAL_NAME", "Muster")],
                "CASEFLOW_SEAL_NAME",
                "remove",
            ),
            (
                vec![("CASEFLOW_SEAL_NAME", long.as_str())],
                "CASEFLOW_SEAL_NAME",
                "64",
            ),
            (
                vec![("CASEFLOW_SEAL_TIMESTAMP", "required")],
                "CASEFLOW_SEAL_TIMESTAMP",
                "CASEFLOW_SEAL_TIMESTAMP_URL",
            ),
            (
                vec![URL, ("CASEFLOW_SEAL_TIMESTAMP", "maybe")],
                "CASEFLOW_SEAL_TIMESTAMP",
                "preferred",
            ),
            (
                vec![("CASEFLOW_SEAL_TIMESTAMP_URL", "timestamp.example")],
                "CASEFLOW_SEAL_TIMESTAMP_URL",
                "RFC 3161",
            ),
            (
                vec![("CASEFLOW_SEAL_TIMESTAMP_URL", "https://a:b@tsa.example/")],
                "CASEFLOW_SEAL_TIMESTAMP_URL",
                "password",
            ),
        ] {
            let said = read(&pairs).unwrap_err();
            assert!(said.starts_with(name) && said.contains(word), "{said}");
        }
    }
}
