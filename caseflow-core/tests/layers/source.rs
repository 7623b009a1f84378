//! Rust source as text: what ships of it, and where it lies.

use std::fs;
use std::path::{Path, PathBuf};

/// The source without comments and without its unit tests, on the same lines.
pub(crate) fn shipped_code(source: &str) -> String {
    let code = without_comments(source);
    let tests = code.match_indices("#[cfg(test)]").find(|(at, mark)| {
        code.get(at + mark.len()..)
            .is_some_and(|rest| rest.trim_start().starts_with("mod "))
    });
    let end = tests.map_or(code.len(), |(at, _)| at);
    code.get(..end).unwrap_or_default().to_owned()
}

fn without_comments(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let comment = comment_length(rest);
        let length = comment.or(literal_length(rest)).unwrap_or(first.len_utf8());
        let (token, after) = rest.split_at(length);
        if comment.is_some() {
            code.extend(token.chars().filter(|c| *c == '\n'));
        } else {
            code.push_str(token);
        }
        rest = after;
    }
    code
}

fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let mut inside = text.strip_prefix("/*")?;
    let mut depth = 1;
    while depth > 0 && !inside.is_empty() {
        let (change, step) = match inside {
            opening if opening.starts_with("/*") => (1, 2),
            closing if closing.starts_with("*/") => (-1, 2),
            other => (0, other.chars().next().map_or(1, char::len_utf8)),
        };
        depth += change;
        inside = inside.split_at(step).1;
    }
    Some(text.len() - inside.len())
}

/// The length of a string or character literal, inside which `//` and quotes mean nothing.
fn literal_length(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let body = raw.split_at(hashes).1.strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let inner = body.find(&end)?;
        return Some(1 + hashes + 1 + inner + end.len());
    }
    if let Some(body) = text.strip_prefix('\'') {
        let mut letters = body.char_indices();
        let escaped = letters.next()?.1 == '\\';
        let skipped = if escaped { 1 } else { 0 };
        let (at, close) = letters.nth(skipped).filter(|(_, c)| *c == '\'')?;
        return Some(1 + at + close.len_utf8());
    }
    let body = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = body.find(|c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })?;
    Some(1 + end + 1)
}

/// Every Rust file below a folder: its path there, with `/`, and its text.
pub(crate) fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut waiting = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(entries(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            files.push((name_below(folder, &path), text));
        }
    }
    files.sort();
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).into_iter().flatten();
    read.filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect()
}

fn name_below(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}
