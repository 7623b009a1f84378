//! The static files, compiled in and addressed by content: a name never changes its bytes.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use caseflow_core::domain::firm::{LogoRef, LogoType};
use sha2::{Digest, Sha256};

/// One static file.
#[derive(Debug)]
pub(crate) struct Asset {
    /// File name with a hash of the content, such as `app-x1Y2z3A4.css`.
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

pub(crate) const CSS: &str = "text/css; charset=utf-8";
/// One file for the browser; the order decides between rules of one layer.
const SHEETS: &str = concat!(
    include_str!("../static/base.css"),
    include_str!("../static/parts.css"),
    include_str!("../static/frame.css"),
    include_str!("../static/pages.css"),
    include_str!("../static/rich.css"),
    include_str!("../static/offers.css"),
    include_str!("../static/library.css"),
    include_str!("../static/documents.css"),
    include_str!("../static/media.css"),
);

const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

pub(crate) static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| asset("app", "css", CSS, SHEETS.as_bytes()));

pub(crate) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("app", "js", JS, include_bytes!("../static/app.js")));

/// Shows a payment provider's form: the one thing that does not work without a script.
pub(crate) static CHECKOUT_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../static/checkout.js");
    asset("checkout", "js", JS, bytes)
});

/// Shows a name in the script face while it is typed, and says the browser's time zone.
pub(crate) static SIGNING_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("sign", "js", JS, include_bytes!("../static/sign.js")));

/// Copies a secret that is shown, and hides it again.
pub(crate) static VAULT_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("vault", "js", JS, include_bytes!("../static/vault.js")));

/// The script face, apart: only pages with a signature load it. The font files lie beside the sheet.
pub(crate) static SIGNING_STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = include_str!("../static/sign.css")
        .replace("caveat-latin.woff2", &SCRIPT_FACE.name)
        .replace("caveat-latin-ext.woff2", &SCRIPT_FACE_MORE.name);
    asset("sign", "css", CSS, sheet.leak().as_bytes())
});

const WOFF2: &str = "font/woff2";

static SCRIPT_FACE: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../static/fonts/caveat-latin.woff2");
    asset("caveat-latin", "woff2", WOFF2, bytes)
});

static SCRIPT_FACE_MORE: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../static/fonts/caveat-latin-ext.woff2");
    asset("caveat-latin-ext", "woff2", WOFF2, bytes)
});

pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| asset("icon", "svg", SVG, include_bytes!("../static/icon.svg")));

/// Every file.
pub(crate) fn all() -> [&'static LazyLock<Asset>; 9] {
    [
        &STYLESHEET,
        &SCRIPT,
        &CHECKOUT_SCRIPT,
        &SIGNING_STYLESHEET,
        &SIGNING_SCRIPT,
        &VAULT_SCRIPT,
        &SCRIPT_FACE,
        &SCRIPT_FACE_MORE,
        &ICON,
    ]
}

/// The file of that exact name: content type and bytes. Any other name has no file.
pub(crate) fn find(name: &str) -> Option<(&'static str, &'static [u8])> {
    all()
        .into_iter()
        .find(|asset| asset.name == name)
        .map(|asset| (asset.content_type, asset.bytes))
}

/// The file name of a firm's logo: `logo-<SHA-256>.png`.
pub(crate) fn logo_name(logo: &LogoRef) -> String {
    let extension = match logo.kind {
        LogoType::Png => "png",
        LogoType::Jpeg => "jpg",
    };
    let hash = URL_SAFE_NO_PAD.encode(logo.sha256);
    format!("{LOGO}{hash}.{extension}")
}

/// The hash in a name that [`logo_name`] made.
pub(crate) fn logo_hash(name: &str) -> Option<[u8; 32]> {
    let (hash, _) = name.strip_prefix(LOGO)?.split_once('.')?;
    URL_SAFE_NO_PAD.decode(hash).ok()?.try_into().ok()
}

const LOGO: &str = "logo-";

/// `stem-<hash>.extension`, where the hash is the first six bytes of the content's SHA-256.
pub(crate) fn hashed_name(stem: &str, extension: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let head = digest.get(..6).unwrap_or_default();
    format!("{stem}-{}.{extension}", URL_SAFE_NO_PAD.encode(head))
}

fn asset(stem: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    Asset {
        name: hashed_name(stem, extension, bytes),
        content_type,
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_hashed_name_alone() {
        let (content_type, bytes) = find(&STYLESHEET.name).unwrap();
        assert_eq!(content_type, CSS);
        assert_eq!(bytes, STYLESHEET.bytes);
        assert!(find("app.css").is_none());
        assert!(find("../Cargo.toml").is_none());
    }

    #[test]
    fn the_name_follows_the_content() {
        assert_ne!(hashed_name("a", "css", b"x"), hashed_name("a", "css", b"y"));
        assert_eq!(hashed_name("a", "css", b""), "a-47DEQpj8.css");
    }

    #[test]
    fn the_script_face_is_found_where_its_sheet_says() {
        let sheet = std::str::from_utf8(SIGNING_STYLESHEET.bytes).unwrap();
        let named: Vec<&str> = sheet.split("url(\"").skip(1).collect();
        assert_eq!(named.len(), 2);
        for rest in named {
            let (name, _) = rest.split_once('"').unwrap();
            assert_eq!(find(name).unwrap().0, WOFF2, "{name}");
        }
    }

    #[test]
    fn the_script_stays_a_nicety() {
        assert!(SCRIPT.bytes.len() < 1024);
    }
}
