//! What files in an archive are called.

use std::collections::BTreeMap;
use std::fmt;

use super::characters::is_plain;

/// The place of a file in an archive, such as `invoices/INV-0042.pdf`: folders and a name with `/`
/// between them, each of which every file system takes as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchivePath(Box<str>);

impl ArchivePath {
    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The paths of one archive, no two of which are the same file anywhere: not where upper and lower
/// case are one either.
///
/// Of what a folder or a file is said to be called, what separates paths and what some file system
/// refuses becomes a dash; characters that hide, reorder or break text go; a name that Windows keeps
/// for a device gets a line behind it; a long one is cut before its ending. The second of a name gets
/// ` (2)`.
///
/// ```
/// use caseflow_core::domain::text::ArchivePaths;
///
/// let mut paths = ArchivePaths::default();
/// let mut take = |folder, name| paths.take(&["documents", folder], name).to_string();
/// assert_eq!(take("Smith v. Jones", "Deed.pdf"), "documents/Smith v. Jones/Deed.pdf");
/// assert_eq!(take("SMITH V. JONES", "deed.PDF"), "documents/SMITH V. JONES/deed (2).PDF");
/// assert_eq!(take("..", "../../etc/passwd"), "documents/unnamed/etc-passwd");
/// assert_eq!(take("CON", "nul.txt"), "documents/CON_/nul_.txt");
/// ```
#[derive(Debug, Clone, Default)]
pub struct ArchivePaths(BTreeMap<String, u32>);

/// The most bytes of a folder's or a file's name: less than any file system's limit, with room for
/// the number of the like.
const MOST: usize = 160;
/// The longest ending that is kept when a name is cut, with its dot.
const ENDING: usize = 16;
/// What is called so that nothing of it can be kept.
const NAMELESS: &str = "unnamed";
/// What Windows takes for a device, whatever follows a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
/// What it takes for one with a digit behind it.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

impl ArchivePaths {
    /// A path that was not taken before, for a file that is said to be called `name`.
    pub fn take(&mut self, folders: &[&str], name: &str) -> ArchivePath {
        let folder: String = folders
            .iter()
            .map(|folder| format!("{}/", kept(folder)))
            .collect();
        let name = kept(name);
        let first = format!("{folder}{name}");
        let (stem, ending) = split(&name);
        let mut path = first.clone();
        while self.0.contains_key(&path.to_lowercase()) {
            let like = self.0.entry(first.to_lowercase()).or_default();
            *like += 1;
            path = format!("{folder}{stem} ({like}){ending}");
        }
        self.0.insert(path.to_lowercase(), 1);
        ArchivePath(path.into())
    }
}

/// What may be kept of one name.
fn kept(said: &str) -> String {
    let words = said.split(char::is_whitespace).map(|word| {
        let plain = word.chars().filter(|sign| is_plain(*sign));
        plain
            .map(|sign| if is_refused(sign) { '-' } else { sign })
            .collect::<String>()
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    let name = name.trim_start_matches(['.', ' ', '-', '~']);
    match cut(name.trim_end_matches(['.', ' '])).as_str() {
        "" => NAMELESS.to_owned(),
        name => no_device(name),
    }
}

/// What separates parts of a path, or is refused by Windows.
fn is_refused(sign: char) -> bool {
    matches!(sign, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// The name before its last dot, and the rest.
fn split(name: &str) -> (&str, &str) {
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= ENDING);
    name.split_at(dot.unwrap_or(name.len()))
}

/// The name in [`MOST`] bytes.
fn cut(name: &str) -> String {
    if name.len() <= MOST {
        return name.to_owned();
    }
    let (_, ending) = split(name);
    let start = name.floor_char_boundary(MOST - ending.len());
    let start = name.get(..start).unwrap_or_default();
    format!("{}{ending}", start.trim_end_matches(['.', ' ']))
}

fn no_device(name: &str) -> String {
    let (stem, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
    let plain = stem.trim_end().to_lowercase();
    let numbered = NUMBERED_DEVICES
        .iter()
        .filter_map(|device| plain.strip_prefix(device))
        .any(|digit| {
            matches!(
                digit,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        });
    match numbered || DEVICES.contains(&plain.as_str()) {
        true => format!("{stem}_{rest}"),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(folders: &[&str], name: &str) -> String {
        ArchivePaths::default().take(folders, name).to_string()
    }

    #[test]
    fn e22_a_name_leads_nowhere_else() {
        for (said, kept) in [
            ("../../../etc/passwd", "x/etc-passwd"),
            ("..\\..\\boot.ini", "x/boot.ini"),
            ("C:\\Windows\\x.dll", "x/C--Windows-x.dll"),
            ("/root", "x/root"),
            ("..", "x/unnamed"),
            ("", "x/unnamed"),
            ("\u{202e}fdp.exe", "x/fdp.exe"),
            ("a\r\nb\0c.pdf", "x/a bc.pdf"),
            ("dots...", "x/dots"),
            ("~root", "x/root"),
            ("-rf", "x/rf"),
            (
                "What? Why: \"that\" <1|2>*.md",
                "x/What- Why- -that- -1-2--.md",
            ),
            ("con", "x/con_"),
            ("Aux.tar.gz", "x/Aux_.tar.gz"),
            ("COM1.pdf", "x/COM1_.pdf"),
            ("lpt².pdf", "x/lpt²_.pdf"),
            ("company.pdf", "x/company.pdf"),
            ("COM10.pdf", "x/COM10.pdf"),
            ("حساب ٢٠٢٦.pdf", "x/حساب ٢٠٢٦.pdf"),
        ] {
            assert_eq!(path(&["x"], said), kept, "{said:?}");
        }
        assert_eq!(path(&["../up", "a/b"], "c"), "up/a-b/c");
    }

    #[test]
    fn the_second_of_a_name_is_told_from_the_first() {
        let mut paths = ArchivePaths::default();
        let mut take = |name| paths.take(&["x"], name).to_string();
        let names = ["a.pdf", "A.PDF", "a (2).pdf", "a.pdf", "a", "a", ".a"];
        let taken = names.map(&mut take);
        let expected = [
            "x/a.pdf",
            "x/A (2).PDF",
            "x/a (2) (2).pdf",
            "x/a (3).pdf",
            "x/a",
            "x/a (2)",
            "x/a (3)",
        ];
        assert_eq!(taken, expected);
        assert_eq!(path(&["y"], "a.pdf"), "y/a.pdf");
    }

    #[test]
    fn a_long_name_is_cut_between_characters_before_its_ending() {
        let long = path(&["x"], &format!("{}.pdf", "ä€".repeat(100)));
        assert!(long.len() <= MOST + 2 && long.ends_with(".pdf"), "{long}");
        assert!(long.len() > MOST - 4, "{long}");
    }

    proptest::proptest! {
        #[test]
        fn every_path_is_one_file_in_its_folder(
            said in proptest::collection::vec("\\PC{0,40}|[./\\\\a-cA-C \\t\\r\\n:]{0,8}", 1..20)
        ) {
            let mut paths = ArchivePaths::default();
            let mut seen = std::collections::BTreeSet::new();
            for name in said {
                let path = paths.take(&["folder"], &name).to_string();
                let (folder, name) = path.split_once('/').unwrap();
                proptest::prop_assert_eq!(folder, "folder");
                proptest::prop_assert!(!name.is_empty() && !name.contains(is_refused), "{}", path);
                proptest::prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']), "{}", path);
                proptest::prop_assert!(!name.contains(char::is_control));
                proptest::prop_assert!(seen.insert(path.to_lowercase()), "twice: {}", path);
            }
        }
    }
}
