//! Poppler's programs.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The text of each page in the order of its content.
pub(crate) fn pages(bytes: &[u8]) -> Vec<String> {
    let text = text("pdftotext", &["-raw", "-enc", "UTF-8", "-", "-"], bytes);
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    assert_eq!(
        pages.pop().as_deref(),
        Some(""),
        "the last page ends with a form feed"
    );
    pages
}

/// The text as it stands on the page, a row a line.
pub(crate) fn rows(bytes: &[u8]) -> Vec<String> {
    let text = text("pdftotext", &["-layout", "-enc", "UTF-8", "-", "-"], bytes);
    text.lines().map(str::to_owned).collect()
}

/// The structure with its text, as a screen reader finds it.
pub(crate) fn structure(bytes: &[u8]) -> String {
    text("pdfinfo", &["-struct-text", "-"], bytes)
}

/// Title, pages and the like.
pub(crate) fn info(bytes: &[u8]) -> String {
    text("pdfinfo", &["-"], bytes)
}

/// The fonts, a line each after two lines of heads.
pub(crate) fn fonts(bytes: &[u8]) -> String {
    text("pdffonts", &["-"], bytes)
}

/// A picture of each page.
pub(crate) fn pictures(bytes: &[u8]) -> Vec<Vec<u8>> {
    const HEAD: &[u8] = b"P6\n";
    let all = run("pdftoppm", &["-cropbox", "-r", "40", "-"], bytes);
    let mut pictures: Vec<Vec<u8>> = Vec::new();
    let mut rest = all.as_slice();
    while let Some(picture) = rest.strip_prefix(HEAD) {
        // Width and height on a line, the greatest value on the next, three bytes for each dot.
        let lines: Vec<&[u8]> = picture.splitn(3, |byte| *byte == b'\n').collect();
        let [size, _, content] = lines.as_slice() else {
            panic!("a picture has a head of three lines");
        };
        let size = std::str::from_utf8(size).unwrap().split(' ');
        let dots: usize = size.map(|it| it.parse::<usize>().unwrap()).product();
        let length = picture.len() - content.len() + dots * 3;
        let (picture, behind) = picture.split_at(length);
        pictures.push(picture.to_vec());
        rest = behind;
    }
    assert!(rest.is_empty(), "pdftoppm ends with a picture");
    pictures
}

fn text(program: &str, arguments: &[&str], bytes: &[u8]) -> String {
    String::from_utf8(run(program, arguments, bytes)).unwrap()
}

fn run(program: &str, arguments: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} has to be installed (poppler-utils): {error}"));
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && errors.is_empty(),
        "{program}: {errors}"
    );
    output.stdout
}

/// The size of a page, in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) number: usize,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// Where a word stands, in points from the upper left corner.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

impl Place {
    /// Whether the two share more than a point across and a third of their height.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        let height = (self.bottom - self.top).min(other.bottom - other.top);
        across > 1.0 && down > height / 3.0
    }
}

/// Where each word stands.
pub(crate) fn words(bytes: &[u8]) -> Vec<(Page, Place)> {
    // Its head holds the title in another encoding than the rest.
    let text = run("pdftotext", &["-bbox", "-enc", "UTF-8", "-", "-"], bytes);
    let text = String::from_utf8_lossy(&text);
    let mut page = Page {
        number: 0,
        width: 0.0,
        height: 0.0,
    };
    let mut words = Vec::new();
    for line in text.lines().map(str::trim) {
        let number = |name: &str| {
            let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        if line.starts_with("<page ") {
            page = Page {
                number: page.number + 1,
                width: number("width"),
                height: number("height"),
            };
        } else if line.starts_with("<word ") {
            words.push((
                page,
                Place {
                    left: number("xMin"),
                    right: number("xMax"),
                    top: number("yMin"),
                    bottom: number("yMax"),
                },
            ));
        }
    }
    words
}
