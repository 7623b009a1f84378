//! The key that seals signed copies, as an operator meets it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::server::{MORNING, Site};

/// The folder of the key that the server makes.
fn folder(site: &Site) -> PathBuf {
    site.data.join("seal")
}

/// What a start says of the certificate: two lines.
fn said(printed: &str) -> Vec<String> {
    let lines = printed.lines().map(str::to_owned);
    let mut lines = lines.skip_while(|line| !line.starts_with("Signed copies are sealed"));
    [lines.next().unwrap(), lines.next().unwrap()].into()
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn the_first_start_makes_a_key_and_later_ones_and_subcommands_keep_it() {
    let site = Site::real(None);
    let server = site.start(MORNING);
    let first = said(&server.printed());
    assert!(first[0].ends_with("/seal/certificate.pem"), "{first:?}");
    assert!(
        server.log().contains("made a key and a certificate"),
        "{}",
        server.log()
    );
    server.stop();
    let key = fs::read(folder(&site).join("key.pem")).unwrap();
    site.run(&["firm", "list"]);
    let server = site.start("2026-03-02T09:05:00Z");
    assert_eq!(said(&server.printed()), first);
    assert!(!server.log().contains("made a key"), "{}", server.log());
    server.stop();
    assert_eq!(fs::read(folder(&site).join("key.pem")).unwrap(), key);
}

#[test]
fn half_a_key_stops_the_start_and_is_not_written_over() {
    let site = Site::real(None);
    site.start(MORNING).stop();
    let certificate = folder(&site).join("certificate.pem");
    let whole = fs::read(&certificate).unwrap();
    let half = &whole[..whole.len() / 2];
    fs::write(&certificate, half).unwrap();
    for arguments in [&["serve"][..], &["firm", "list"]] {
        let said = site.refuses(arguments);
        assert!(
            said.contains("certificate.pem") && said.contains("backup"),
            "{said}"
        );
    }
    assert_eq!(fs::read(&certificate).unwrap(), half);
}

#[test]
fn a_key_of_the_operators_takes_the_place_of_the_made_one() {
    let (theirs, mut site) = (Site::real(None), Site::real(None));
    theirs.start(MORNING).stop();
    let [key, certificate] =
        ["key.pem", "certificate.pem"].map(|it| path(&folder(&theirs).join(it)));
    site.set("CASEFLOW_SEAL_KEY", &key);
    let missing = site.refuses(&["serve"]);
    assert!(missing.contains("CASEFLOW_SEAL_CERTIFICATE"), "{missing}");
    site.set("CASEFLOW_SEAL_CERTIFICATE", &certificate);
    let server = site.start(MORNING);
    assert!(
        said(&server.printed())[0].ends_with(&certificate),
        "{}",
        server.printed()
    );
    server.stop();
    assert!(
        !folder(&site).exists(),
        "no key is made beside one that was given"
    );
    let retired = path(&site.data.join("none.pem"));
    site.set("CASEFLOW_SEAL_RETIRED", &retired);
    let missing = site.refuses(&["serve"]);
    assert!(
        missing.contains("CASEFLOW_SEAL_RETIRED") && missing.contains(&retired),
        "{missing}"
    );
}
