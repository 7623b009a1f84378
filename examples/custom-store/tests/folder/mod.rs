//! A folder that goes with the test.

use std::path::PathBuf;

#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A folder of this name and process, with nothing in it.
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("custom-store-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("portal.redb")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}
