//! The key: the operator's own, or one that the server makes at its first start and keeps.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use caseflow_core::adapters::pades::{
    CertificateChain, KeyError, LocalKey, NewCertificate, PrivateKey,
};
use caseflow_core::adapters::system::SystemEntropy;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::entropy::Entropy as _;

/// The private key's file in the folder.
pub(crate) const KEY: &str = "key.pem";
/// The certificate's file in the folder, which may be given to anybody.
pub(crate) const CERTIFICATE: &str = "certificate.pem";
/// How long a certificate that the server makes is good.
const GOOD_FOR: Duration = Duration::from_secs(20 * 365 * 24 * 3600);

/// What to do with a key that cannot be read.
const PKCS8: &str = "it has to be a P-256 key in PKCS #8 without a password (BEGIN PRIVATE KEY): \
                     openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem";

/// The operator's own key.
pub(super) fn given(key: &Path, certificate: &Path) -> anyhow::Result<LocalKey> {
    let named = |name: &str, path: &Path| format!("{name}: {}", path.display());
    let in_key = || named("CASEFLOW_SEAL_KEY", key);
    let text = fs::read_to_string(key).with_context(in_key)?;
    let private = PrivateKey::from_pem(&text).context(PKCS8);
    let private = private.with_context(in_key)?;
    let in_chain = || named("CASEFLOW_SEAL_CERTIFICATE", certificate);
    let text = fs::read_to_string(certificate).with_context(in_chain)?;
    let chain = CertificateChain::from_pem(&text).with_context(in_chain)?;
    LocalKey::new(private, chain)
        .context("it has to begin with the certificate of the key in CASEFLOW_SEAL_KEY")
        .with_context(in_chain)
}

/// The key in the folder. When there is no such folder, a key is made, with a certificate that is
/// good from then on.
pub(super) fn kept(
    folder: &Path,
    name: &Line<64>,
    from: Timestamp,
    now: Timestamp,
) -> anyhow::Result<LocalKey> {
    if !folder.exists() {
        let until = now.plus(GOOD_FOR);
        let made = make(folder, name, from, until);
        let made = made
            .with_context(|| format!("a key for seals cannot be made in {}", folder.display()))?;
        if made {
            tracing::info!(
                folder = %folder.display(),
                "made a key and a certificate for the seals of signed copies: keep a backup, and \
                 give them to every server on the same database"
            );
        }
    }
    whole(folder).with_context(|| {
        format!(
            "the key for seals in {folder} is not whole. Put {KEY} and {CERTIFICATE} back from a \
             backup. Only if nothing was ever sealed with it, delete the folder: the next start \
             makes a new one",
            folder = folder.display()
        )
    })
}

fn whole(folder: &Path) -> anyhow::Result<LocalKey> {
    let text = |name: &'static str| fs::read_to_string(folder.join(name)).context(name);
    let key = PrivateKey::from_pem(&text(KEY)?).context(KEY)?;
    let chain = CertificateChain::from_pem(&text(CERTIFICATE)?).context(CERTIFICATE)?;
    Ok(LocalKey::new(key, chain)?)
}

/// Makes the folder with both files in it at once: it is there whole or not at all, and one that is
/// there stays. Answers whether it was this one.
fn make(folder: &Path, name: &Line<64>, from: Timestamp, until: Timestamp) -> anyhow::Result<bool> {
    let (key, chain, serial) = new_key(name, from, until)?;
    let parent = folder.parent().filter(|it| !it.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let hidden = parent.join(format!(".seal-{:032x}", u128::from_be_bytes(serial)));
    DirBuilder::new().mode(0o700).create(&hidden)?;
    write(&hidden.join(KEY), key.to_pem()?.as_ref())?;
    write(&hidden.join(CERTIFICATE), &chain.to_pem()?)?;
    File::open(&hidden)?.sync_all()?;
    let made = match fs::rename(&hidden, folder) {
        Ok(()) => true,
        Err(_) if folder.exists() => {
            fs::remove_dir_all(&hidden)?;
            false
        }
        Err(error) => return Err(error.into()),
    };
    File::open(parent)?.sync_all()?;
    Ok(made)
}

fn new_key(
    name: &Line<64>,
    from: Timestamp,
    until: Timestamp,
) -> Result<(PrivateKey, CertificateChain, [u8; 16]), KeyError> {
    let key = PrivateKey::generate(&SystemEntropy)?;
    let mut serial = [0; 16];
    SystemEntropy.fill(&mut serial);
    let certificate = NewCertificate {
        name: name.clone(),
        organization: None,
        from,
        until,
        serial,
    };
    let chain = certificate.sign(&key)?;
    Ok((key, chain, serial))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let mut file = file?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use caseflow_core::adapters::pades::SigningKey as _;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("caseflow-seal-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn seal(&self) -> PathBuf {
            self.0.join("seal")
        }

        fn open(&self) -> anyhow::Result<LocalKey> {
            let now = Timestamp::parse("2026-11-27T09:00:00Z").unwrap();
            kept(&self.seal(), &Line::parse("A seal").unwrap(), now, now)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn it_is_made_once_for_its_owner_alone_and_stays() {
        let folder = Folder::new("once");
        let first = folder.open().unwrap().chain().fingerprint();
        assert_eq!(folder.open().unwrap().chain().fingerprint(), first);
        for (name, mode) in [("", 0o700), (KEY, 0o600), (CERTIFICATE, 0o600)] {
            let found = fs::metadata(folder.seal().join(name)).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, mode, "{name}");
        }
        let left: Vec<_> = fs::read_dir(&folder.0).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn of_many_servers_that_start_at_once_all_have_the_same() {
        let folder = Folder::new("race");
        let prints = std::thread::scope(|scope| {
            let one = || folder.open().unwrap().chain().fingerprint();
            let started: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
            let prints = started.into_iter().map(|it| it.join().unwrap());
            prints.collect::<std::collections::BTreeSet<_>>()
        });
        assert_eq!(prints.len(), 1);
    }

    #[test]
    fn half_a_key_is_named_and_never_written_over() {
        let folder = Folder::new("half");
        drop(folder.open().unwrap());
        let path = folder.seal().join(KEY);
        let whole = fs::read_to_string(&path).unwrap();
        let half = &whole[..whole.len() / 2];
        fs::write(&path, half).unwrap();
        let said = format!("{:#}", folder.open().unwrap_err());
        assert!(said.contains("backup") && said.contains(KEY), "{said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), half);
        fs::remove_file(&path).unwrap();
        let said = format!("{:#}", folder.open().unwrap_err());
        assert!(said.contains("backup") && said.contains(KEY), "{said}");
        assert!(!path.exists());
    }

    #[test]
    fn a_given_key_is_told_what_is_wrong_with_it() {
        let (ours, theirs) = (Folder::new("given"), Folder::new("other"));
        let print = ours.open().unwrap().chain().fingerprint();
        drop(theirs.open().unwrap());
        let (key, certificate) = (ours.seal().join(KEY), ours.seal().join(CERTIFICATE));
        assert_eq!(
            given(&key, &certificate).unwrap().chain().fingerprint(),
            print
        );
        let said =
            |key: &Path, certificate: &Path| format!("{:#}", given(key, certificate).unwrap_err());
        let missing = said(&ours.0.join("none"), &certificate);
        assert!(missing.starts_with("CASEFLOW_SEAL_KEY"), "{missing}");
        let swapped = said(&certificate, &key);
        assert!(
            swapped.starts_with("CASEFLOW_SEAL_KEY") && swapped.contains("openssl"),
            "{swapped}"
        );
        let foreign = said(&key, &theirs.seal().join(CERTIFICATE));
        assert!(
            foreign.starts_with("CASEFLOW_SEAL_CERTIFICATE"),
            "{foreign}"
        );
        assert!(foreign.contains("begin with the certificate"), "{foreign}");
    }
}
