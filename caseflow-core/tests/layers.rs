//! The arrows of the house, read from the source: a broken one fails here, with file and line.
//!
//! Only shipped code counts: comments (so doctests too) and unit tests are left out.

#[path = "layers/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use source::{shipped_code, sources};

/// Which parts of the core the code of a part may name. `shared` is what lies beside `lib.rs`.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("ports", &["domain", "ports"]),
    ("shared", &["domain", "ports", "shared"]),
    ("portal", &["domain", "ports", "shared", "portal"]),
    ("firm", &["domain", "ports", "shared", "firm"]),
    ("upkeep", &["domain", "ports", "shared", "upkeep"]),
    ("adapters", &["domain", "ports", "adapters"]),
    ("testing", &["domain", "ports", "testing"]),
];

/// What a rule without waiting, clock or build choice has no word for.
const NOT_IN_DOMAIN: &[&str] = &[
    "async",
    "await",
    "async_trait",
    "Clock",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "feature =",
];

/// Names that a vendor's adapter alone may speak.
const VENDORS: &[&str] = &[
    "sqlx",
    "axum",
    "stripe",
    "sqlite",
    "postgres",
    "argon2",
    "tokio",
    "pdf_writer",
    "harfrust",
    "subsetter",
    "p256",
    "pades",
    "aes_gcm",
    "aws_lc",
    "object_store",
];

/// The engines' names, which one seam of the SQL adapter keeps to itself.
const ENGINES: &[&str] = &["sqlite", "postgres"];

#[test]
fn the_core_keeps_its_arrows() {
    let files = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let parts: BTreeSet<_> = files.iter().map(|(path, _)| part_of(path)).collect();
    for part in [
        "domain", "ports", "shared", "portal", "firm", "upkeep", "adapters",
    ] {
        assert!(parts.contains(part), "no source was read for {part}");
    }
    assert_eq!(faults(&files, core_faults), Vec::<String>::new());
}

#[test]
fn the_sql_adapter_names_its_engines_in_one_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../caseflow-sqlx/src");
    if !folder.exists() {
        return; // a published core is tested without its siblings
    }
    let files = sources(&folder);
    assert!(!files.is_empty());
    assert_eq!(faults(&files, engine_faults), Vec::<String>::new());
}

#[test]
fn a_broken_arrow_is_found() {
    for (path, source, wanted) in [
        (
            "domain/invoice.rs",
            "use crate::ports::Store;",
            "domain names ports",
        ),
        (
            "domain/invoice.rs",
            "fn f(c: &super::super::error::Error) {}",
            "domain names shared",
        ),
        (
            "domain/text/address.rs",
            "use super::super::super::ports::X;",
            "domain names ports",
        ),
        (
            "ports/store/mod.rs",
            "fn f() { crate::portal::sign_in() }",
            "ports names portal",
        ),
        ("ports/clock.rs", "use crate::Error;", "ports names shared"),
        (
            "portal/invoices.rs",
            "use crate::{domain::{id, money}, firm::X};",
            "portal names firm",
        ),
        (
            "firm/mod.rs",
            "use super::adapters::memory::Memory;",
            "firm names adapters",
        ),
        (
            "upkeep/outbox.rs",
            "use crate::testing::fixtures;",
            "upkeep names testing",
        ),
        (
            "write.rs",
            "use crate::{\n    ports::Store,\n    portal,\n};",
            "shared names portal",
        ),
        (
            "testing/store.rs",
            "macro_rules! m { () => { $crate::adapters::memory::new() } }",
            "testing names adapters",
        ),
        (
            "adapters/memory.rs",
            "use crate::portal::X;",
            "adapters names portal",
        ),
    ] {
        let found = core_faults(path, source);
        assert!(
            found.iter().any(|fault| fault.contains(wanted)),
            "{path}: {source}: {found:?}"
        );
    }
}

#[test]
fn a_word_out_of_place_is_found() {
    for (path, source) in [
        ("domain/invoice.rs", "async fn f() {}"),
        ("domain/invoice.rs", "fn f(c: &dyn Clock) {}"),
        ("domain/invoice.rs", "#[cfg(feature = \"x\")] mod x;"),
        ("portal/invoices.rs", "fn f() { tokio::spawn(x) }"),
        ("ports/store/mod.rs", "pub struct SqliteError;"),
        ("firm/payments.rs", "const NAME: &str = \"stripe\";"),
    ] {
        assert_eq!(core_faults(path, source).len(), 1, "{path}: {source}");
    }
    assert_eq!(
        engine_faults("invoice.rs", "if engine == \"postgres\" {}").len(),
        1
    );
    assert_eq!(
        engine_faults("invoice.rs", "\n\nuse sqlx::Sqlite;"),
        ["3: says sqlite"]
    );
}

#[test]
fn sound_code_passes() {
    for (path, source) in [
        (
            "lib.rs",
            "pub mod adapters;\npub use adapters::memory::Memory;",
        ),
        (
            "domain/invoice.rs",
            "use super::money::Money;\nuse crate::domain::id::InvoiceId;",
        ),
        ("domain/text/address.rs", "use super::super::id::ClientId;"),
        (
            "domain/session.rs",
            "/// A PHC string (`$argon2id$`).\npub struct Hash;",
        ),
        (
            "domain/time.rs",
            "/* tokio /* nested */ sqlx */ fn clockwise() {}",
        ),
        (
            "portal/mod.rs",
            "use crate::{Ports, error::Error, domain::id};",
        ),
        (
            "ports/mod.rs",
            "//! let m = caseflow_core::adapters::memory();\nuse crate::domain::id;",
        ),
        (
            "portal/x.rs",
            "fn f() {}\n#[cfg(test)]\nmod tests { use crate::adapters::memory; }",
        ),
        (
            "adapters/argon2.rs",
            "use argon2::Argon2;\nuse crate::ports::PasswordHasher;",
        ),
        (
            "firm/x.rs",
            "const A: char = '\"'; // tokio\nconst B: &str = r#\"// \" \"#; // axum",
        ),
    ] {
        assert_eq!(
            core_faults(path, source),
            Vec::<String>::new(),
            "{path}: {source}"
        );
    }
    for path in ["conn.rs", "migrations.rs", "migrations/mod.rs", "lib.rs"] {
        assert_eq!(
            engine_faults(path, "const NAME: &str = \"sqlite\";"),
            Vec::<String>::new()
        );
    }
    assert_eq!(
        engine_faults("invoice.rs", "// sqlite differs here"),
        Vec::<String>::new()
    );
}

fn faults(files: &[(String, String)], check: fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let of_file = |(path, source): &(String, String)| {
        check(path, source)
            .into_iter()
            .map(|fault| format!("{path}:{fault}"))
            .collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

/// What is wrong in a file of the core: `line: fault`.
fn core_faults(path: &str, source: &str) -> Vec<String> {
    let code = shipped_code(source);
    let part = part_of(path);
    let mut faults = arrow_faults(path, &code);
    if part == "domain" {
        faults.extend(word_faults(&code, NOT_IN_DOMAIN, |line, word| {
            has_word(line, word)
        }));
    }
    if part != "adapters" {
        faults.extend(word_faults(&code, VENDORS, names));
    }
    faults
}

fn engine_faults(path: &str, source: &str) -> Vec<String> {
    let first = path.split(['/', '.']).next().unwrap_or_default();
    // What makes a database for a test has to say which one; no store is in `testing`.
    if ["conn", "migrations", "testing", "lib"].contains(&first) {
        return Vec::new();
    }
    word_faults(&shipped_code(source), ENGINES, names)
}

fn arrow_faults(path: &str, code: &str) -> Vec<String> {
    let part = part_of(path);
    let allowed = ARROWS
        .iter()
        .find(|(name, _)| *name == part)
        .map(|(_, parts)| *parts);
    let Some(allowed) = allowed else {
        return Vec::new(); // lib.rs lists every part
    };
    let depth = module_depth(path);
    let broken = |(at, segment): (usize, &str)| {
        let named = part_named(segment);
        let line = code.get(..at).unwrap_or_default().lines().count().max(1);
        (!allowed.contains(&named)).then(|| format!("{line}: {part} names {named} ({segment})"))
    };
    let from_root = paths_after(code, "crate::", 1);
    let from_parents = paths_after(code, "super::", depth);
    from_root
        .into_iter()
        .chain(from_parents)
        .filter_map(broken)
        .collect()
}

/// The first segments that stand after `times` repetitions of `step`, with where they stand.
fn paths_after<'a>(code: &'a str, step: &str, times: usize) -> Vec<(usize, &'a str)> {
    let climb = step.repeat(times);
    let starts = code.match_indices(&climb).filter(|(at, _)| {
        let before = code.get(..*at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    });
    let ends = starts.map(|(at, _)| at + climb.len());
    ends.flat_map(|end| {
        let segments = first_segments(code.get(end..).unwrap_or_default());
        segments.into_iter().map(move |segment| (end, segment))
    })
    .collect()
}

/// `a::b` begins with `a`; `{a::{x, y}, b}` with `a` and `b`.
fn first_segments(path: &str) -> Vec<&str> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![identifier(path)];
    };
    let mut depth = 0_u32;
    let mut segments = vec![identifier(group.trim_start())];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                segments.push(identifier(
                    group.get(at + 1..).unwrap_or_default().trim_start(),
                ));
            }
            _ => {}
        }
    }
    segments.retain(|segment| !segment.is_empty());
    segments
}

fn identifier(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
}

/// The part a file belongs to, by its place under `src`.
fn part_of(path: &str) -> &'static str {
    let first = path.split(['/', '.']).next().unwrap_or_default();
    if path == "lib.rs" {
        "lib"
    } else {
        part_named(first)
    }
}

fn part_named(segment: &str) -> &'static str {
    if segment == "Ports" {
        return "ports"; // re-exported at the root
    }
    if segment.starts_with("__store_case")
        || segment.starts_with("__pdf_case")
        || segment.starts_with("__payments_case")
        || segment.starts_with("__sealer_case")
        || segment.starts_with("__cipher_case")
        || segment.starts_with("__keys_case")
        || segment.starts_with("__blobs_case")
        || segment.ends_with("_conformance")
    {
        return "testing"; // exported macros stand at the root, whatever file they are in
    }
    ARROWS
        .iter()
        .map(|(name, _)| *name)
        .find(|name| *name == segment)
        .unwrap_or("shared")
}

/// How many `super::` lead from a file's module to the crate's root.
fn module_depth(path: &str) -> usize {
    let depth = path.split('/').count();
    if path.ends_with("/mod.rs") {
        depth - 1
    } else {
        depth
    }
}

fn word_faults(code: &str, words: &[&str], says: fn(&str, &str) -> bool) -> Vec<String> {
    let lines = code.lines().enumerate();
    lines
        .flat_map(|(at, line)| {
            let said = words.iter().filter(move |word| says(line, word));
            said.map(move |word| format!("{}: says {word}", at + 1))
        })
        .collect()
}

/// Whole words, as written.
fn has_word(line: &str, word: &str) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !in_word(before) && !in_word(after)
    })
}

/// Part of a word counts, in any case: `SqliteError` names sqlite.
fn names(line: &str, vendor: &str) -> bool {
    line.to_lowercase().contains(vendor)
}
