//! What keys leave in memory: this process looks for them in its own, so it is a test of its own,
//! without the harness and its threads.
//!
//! The bytes looked for are known here only masked: a second process works them out. Each has to be
//! found while it is in use, so that a search that finds nothing is seen to be broken.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;
    use std::process::Command;
    use std::sync::Arc;

    use base64::Engine as _;
    use caseflow_core::adapters::aes_gcm::AesGcm;
    use caseflow_core::adapters::keyring::{Keyring, Roots};
    use caseflow_core::domain::id::{ClientId, FirmId, InvoiceId, TypedId as _};
    use caseflow_core::domain::time::Timestamp;
    use caseflow_core::domain::vault::{ItemVersion, Part, SecretText};
    use caseflow_core::ports::cipher::{self, BodyCipher as _};
    use caseflow_core::ports::entropy::Entropy;
    use caseflow_core::ports::keys::KeyProvider as _;
    use caseflow_core::testing::block_on;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha512;

    const MASK: u8 = 0xA5;
    const ASKED: &str = "CASEFLOW_RESIDUE";
    const SALT: [u8; 24] = [3; 24];
    const ROOT: [u8; 32] = [9; 32];
    const LENGTH: usize = 100_000;

    type Masked = [u8; 32];

    pub(super) fn main() {
        if std::env::var_os(ASKED).is_some() {
            return tell();
        }
        let [key, object_key, client_key] = ask();
        let secret = masked_secret();
        let version = version();
        let roots = base64::engine::general_purpose::STANDARD.encode(ROOT);
        let roots = Roots::parse(&format!("1:{roots}")).unwrap();
        let keyring = Keyring::new(roots, Arc::new(AesGcm), Arc::new(Counted));

        let (data_key, envelope) = block_on(keyring.generate(&version)).unwrap();
        assert_eq!(copies(&key), 1, "the key of the version, in use");
        assert_eq!(copies(&client_key), 0, "the client's key, after a wrap");
        let context = version.context(Part::Body);
        let content = vec![7; LENGTH];
        let object = cipher::seal(&AesGcm, &data_key, SALT, &context, &content).unwrap();
        assert_eq!(copies(&object_key), 0, "the object's key, after sealing");
        let opening = AesGcm.open(&data_key, object.first_chunk().unwrap(), &context);
        let opening = opening.unwrap();
        assert_eq!(copies(&object_key), 1, "the object's key, in use");
        drop(opening);
        assert_eq!(copies(&object_key), 0, "the object's key, dropped");
        drop(data_key);
        assert_eq!(copies(&key), 0, "the key of the version, dropped");
        let again = block_on(keyring.unwrap(&version, &envelope)).unwrap();
        let opened = cipher::open(&AesGcm, &again, &context, &object).unwrap();
        assert_eq!(&opened[..], content);
        assert_eq!(copies(&key), 1, "the key of the version, unwrapped");
        drop(again);
        for (what, it) in [
            ("version", &key),
            ("object", &object_key),
            ("client", &client_key),
        ] {
            assert_eq!(copies(it), 0, "the {what}'s key, at the end");
        }
        short_secret(&secret);
        println!("no key and no secret is left in memory");
    }

    /// A short secret, typed, sealed and opened.
    fn short_secret(secret: &Masked) {
        let typed = unmasked_secret();
        assert!(copies(secret) >= 1, "the secret, in use");
        drop(typed);
        assert_eq!(copies(secret), 0, "the secret, dropped");
    }

    fn unmasked_secret() -> SecretText {
        let mut text = zeroize::Zeroizing::new(String::with_capacity(32));
        (0..32_u8).for_each(|at| text.push(char::from(secret_byte(at))));
        SecretText::typed(&text).unwrap()
    }

    fn masked_secret() -> Masked {
        std::array::from_fn(|at| secret_byte(u8::try_from(at).unwrap()) ^ MASK)
    }

    const fn secret_byte(at: u8) -> u8 {
        b'!' + at * 2
    }

    /// Bytes of which no copy is anywhere else.
    #[derive(Debug)]
    struct Counted;

    impl Entropy for Counted {
        fn fill(&self, bytes: &mut [u8]) {
            for (at, byte) in (0_u8..).zip(bytes) {
                *byte = at.wrapping_mul(29) ^ 0x5C;
            }
        }
    }

    fn version() -> ItemVersion {
        let at = Timestamp::from_micros(1_764_000_000_000_000);
        let (firm, client) = (
            FirmId::from_parts(at, [1; 10]),
            ClientId::from_parts(at, [2; 10]),
        );
        ItemVersion::new(firm, client, InvoiceId::from_parts(at, [3; 10]), 1)
    }

    /// What the other process answers.
    fn ask() -> [Masked; 3] {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program)
            .env(ASKED, "1")
            .output()
            .unwrap()
            .stdout;
        let keys = output.as_chunks::<32>().0;
        [keys[0], keys[1], keys[2]]
    }

    /// Works the keys out without the adapters, and writes them masked.
    fn tell() {
        let version = version();
        let mut key = [0; 32];
        Counted.fill(&mut key);
        let info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
        let object = hmac(&key, &[info, &SALT, &version.context(Part::Body), &[1]]);
        let context = version.context(Part::Key);
        let label = b"caseflow-vault-client-key-v1\0";
        let client = hmac(&ROOT, &[label, &context[18..50], &[1]]);
        let keys = [key, object, client].concat();
        let masked: Vec<u8> = keys.iter().map(|byte| byte ^ MASK).collect();
        std::io::Write::write_all(&mut std::io::stdout(), &masked).unwrap();
    }

    fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
        parts.iter().for_each(|part| mac.update(part));
        *mac.finalize().into_bytes().first_chunk().unwrap()
    }

    /// How often these bytes are in what this process can write to, but for the search itself.
    fn copies(masked: &Masked) -> usize {
        let memory = File::open("/proc/self/mem").unwrap();
        let mut window = vec![0; 1 << 20];
        let own = window.as_ptr() as u64..window.as_ptr() as u64 + window.len() as u64;
        let mut found = 0;
        for (mut at, end) in writable() {
            while at < end {
                let length = window.len().min(usize::try_from(end - at).unwrap());
                let Ok(read) = memory.read_at(&mut window[..length], at) else {
                    break;
                };
                let places = window[..read].windows(32).enumerate();
                found += places
                    .filter(|(place, bytes)| {
                        !own.contains(&(at + *place as u64)) && is(bytes, masked)
                    })
                    .count();
                // Windows overlap, so that a key across two of them is not missed.
                at += if read == length && at + (read as u64) < end {
                    read as u64 - 31
                } else {
                    end - at
                };
            }
        }
        window.fill(0);
        found
    }

    fn is(bytes: &[u8], masked: &Masked) -> bool {
        bytes
            .iter()
            .zip(masked)
            .all(|(byte, mask)| byte ^ MASK == *mask)
    }

    fn writable() -> Vec<(u64, u64)> {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let lines = maps.lines().filter(|line| line.contains(" rw"));
        let ends = lines.map(|line| line.split_once(' ').unwrap().0.split_once('-').unwrap());
        let number = |digits| u64::from_str_radix(digits, 16).unwrap();
        ends.map(|(start, end)| (number(start), number(end)))
            .collect()
    }
}
