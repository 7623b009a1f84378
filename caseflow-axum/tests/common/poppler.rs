//! Reading a PDF file back with poppler.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The text as it stands on the pages, a row a line, in plain numbers: without groups of digits.
pub(crate) fn rows(bytes: &[u8]) -> Vec<String> {
    assert!(bytes.starts_with(b"%PDF-"), "not a PDF file");
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("pdftotext has to be installed (poppler-utils): {error}"));
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(plain).collect()
}

/// The last number of the one row that begins with these words.
pub(crate) fn after(rows: &[String], words: &str) -> String {
    let begins = |row: &&String| {
        let rest = row.strip_prefix(words);
        rest.is_some_and(|rest| rest.starts_with("  ") || rest.starts_with(" -"))
    };
    let found: Vec<&String> = rows.iter().filter(begins).collect();
    let [row] = found.as_slice() else {
        panic!("{words:?} is not there once: {rows:#?}");
    };
    let word = row.split_whitespace().last().unwrap_or_default();
    word.trim_matches(|c: char| !c.is_ascii_digit() && c != '-')
        .to_owned()
}

fn plain(row: &str) -> String {
    let row = row.trim().replace('\u{a0}', " ").replace(',', "");
    row.replace('\u{2212}', "-")
}
