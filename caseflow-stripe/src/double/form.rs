//! Reads form-encoded parameters, nested with brackets: `a[b][0][c]=d`.

use std::collections::BTreeMap;

use super::failure::Failure;

/// Name and value pairs that travel with an object.
pub(super) type Metadata = BTreeMap<String, String>;

/// Parameters, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `a=b&c[d]=e`; the members of `f[]=g&f[]=h` are numbered.
    pub(super) fn parse(text: &str) -> Self {
        let mut members: BTreeMap<String, usize> = BTreeMap::new();
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (numbered(&decoded(name), &mut members), decoded(value))
                })
                .collect(),
        )
    }

    /// The parameters of both.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The same parameters in one order, to tell whether a request is the same as another.
    pub(super) fn sorted(&self) -> Self {
        let mut pairs = self.0.clone();
        pairs.sort();
        Self(pairs)
    }

    /// The value of this name; none when it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    fn given(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The same as a string of its own.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Whether anything was given under this name or below it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| {
            known
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        })
    }

    /// The value of a name that has to be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        match self.given(name) {
            Some("") => Err(Failure::invalid(
                "parameter_invalid_empty",
                name,
                format!("You passed an empty string for '{name}'."),
            )),
            Some(value) => Ok(value),
            None => Err(Failure::missing(name)),
        }
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value.parse().map(Some).map_err(|_| {
            Failure::invalid(
                "parameter_invalid_integer",
                name,
                format!("Invalid integer: {value}"),
            )
        })
    }

    /// Yes or no.
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(Failure::refused(name, format!("Invalid boolean: {other}"))),
        }
    }

    /// One of some words.
    pub(super) fn choice(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Failure> {
        let value = self.get(name);
        if let Some(word) = value.filter(|word| !words.contains(word)) {
            let (last, rest) = words.split_last().unwrap_or((&"", &[]));
            let known = format!("{}, or {last}", rest.join(", "));
            return Err(Failure::refused(
                name,
                format!("Invalid {name}: must be one of {known}. You passed {word}."),
            ));
        }
        Ok(value)
    }

    /// The members of a list.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let start = format!("{name}[");
        let members = self.0.iter().filter(|(known, _)| {
            known
                .strip_prefix(&start)
                .and_then(|rest| rest.strip_suffix(']'))
                .is_some_and(is_number)
        });
        members.map(|(_, value)| value.as_str()).collect()
    }

    /// The pairs of a map, at most 50 with names up to 40 and values up to 500 characters.
    pub(super) fn map(&self, name: &str) -> Result<Metadata, Failure> {
        let start = format!("{name}[");
        let mut map = Metadata::new();
        for (known, value) in &self.0 {
            let Some(key) = known.strip_prefix(&start).and_then(|k| k.strip_suffix(']')) else {
                continue;
            };
            if key.chars().count() > 40 || value.chars().count() > 500 {
                return Err(Failure::refused(
                    known,
                    "Metadata keys may have up to 40 characters and values up to 500.".to_owned(),
                ));
            }
            if !value.is_empty() {
                map.insert(key.to_owned(), value.clone());
            }
        }
        if map.len() > 50 {
            let message = "You can specify up to 50 metadata keys.".to_owned();
            return Err(Failure::refused(name, message));
        }
        Ok(map)
    }

    /// Refuses a name that none of these patterns allows. In a pattern `[]` stands for any number
    /// and `[*]` for any word.
    pub(super) fn check(&self, patterns: &[&[&str]]) -> Result<(), Failure> {
        let allowed = |name: &str| {
            let mut all = patterns.iter().flat_map(|some| some.iter());
            all.any(|pattern| fits(name, pattern))
        };
        match self.0.iter().find(|(name, _)| !allowed(name)) {
            Some((name, _)) => Err(Failure::invalid(
                "parameter_unknown",
                name,
                format!("Received unknown parameter: {name}"),
            )),
            None => Ok(()),
        }
    }
}

fn fits(name: &str, pattern: &str) -> bool {
    let (mut given, mut wanted) = (name.split('['), pattern.split('['));
    loop {
        match (given.next(), wanted.next()) {
            (None, None) => return true,
            (Some(_), Some("*]")) => {}
            (Some(word), Some("]")) if word.strip_suffix(']').is_some_and(is_number) => {}
            (Some(word), Some(same)) if word == same => {}
            _ => return false,
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `a[][b]` becomes `a[0][b]`: the next member, when this name was seen already.
fn numbered(name: &str, members: &mut BTreeMap<String, usize>) -> String {
    if !name.contains("[]") {
        return name.to_owned();
    }
    let next = members.entry(name.to_owned()).or_default();
    let numbered = name.replacen("[]", &format!("[{next}]"), 1);
    *next += 1;
    numbered
}

/// Undoes percent-encoding; bytes that are no text are replaced.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                match (ahead.next().and_then(nibble), ahead.next().and_then(nibble)) {
                    (Some(high), Some(low)) => {
                        bytes.push(high << 4 | low);
                        rest = ahead;
                    }
                    _ => bytes.push(byte),
                }
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn nibble(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_are_read_and_checked() {
        let form = Form::parse("a%5Bb%5D[0][c]=d+e%21&types[]=x&types[]=y&metadata[k]=v&bad=%zz");
        assert_eq!(form.get("a[b][0][c]"), Some("d e!"));
        assert_eq!(form.list("types"), ["x", "y"]);
        assert_eq!(form.map("metadata").unwrap()["k"], "v");
        assert_eq!(form.get("bad"), Some("%zz"));
        let known: &[&str] = &["a[b][][c]", "types[]", "metadata[*]", "bad"];
        assert!(form.check(&[known]).is_ok());
        let refusal = form.check(&[&["types[]"]]).unwrap_err();
        assert_eq!(refusal.param.as_deref(), Some("a[b][0][c]"));
    }
}
