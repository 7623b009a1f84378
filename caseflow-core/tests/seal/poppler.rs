//! Poppler's programs.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// What `pdfsig` says of a file.
pub(crate) fn pdfsig(bytes: &[u8]) -> String {
    run("pdfsig", bytes, &[])
}

/// The text of a file's pages.
pub(crate) fn text(bytes: &[u8]) -> String {
    run("pdftotext", bytes, &["-"])
}

/// A file's first page as a picture.
pub(crate) fn picture(bytes: &[u8]) -> Vec<u8> {
    let file = File::of(bytes);
    let output = Command::new("pdftoppm")
        .args(["-r", "60"])
        .arg(&file.0)
        .output();
    let output =
        output.unwrap_or_else(|error| panic!("poppler-utils has to be installed: {error}"));
    assert!(output.status.success(), "pdftoppm: {:?}", output.status);
    output.stdout
}

fn run(program: &str, bytes: &[u8], after: &[&str]) -> String {
    let file = File::of(bytes);
    let output = Command::new(program).arg(&file.0).args(after).output();
    let output = output.unwrap_or_else(|error| panic!("{program} has to be installed: {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A file that is gone when it is dropped: `pdfsig` reads no pipe.
struct File(PathBuf);

impl File {
    fn of(bytes: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(format!("seal-{}-{count}.pdf", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}
