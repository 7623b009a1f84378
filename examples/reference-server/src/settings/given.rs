//! The values as they were given, and where each came from.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Problem, Problems};

/// Every setting, by its key in the file; its variable is `CASEFLOW_` and the key in capitals.
const KEYS: [&str; 36] = [
    "data_dir",
    "database_url",
    "demo",
    "files_folder",
    "largest_upload",
    "listen",
    "log",
    "log_format",
    "mail_folder",
    "mail_from",
    "metrics_token",
    "page_memory",
    "public_url",
    "s3_access_key",
    "s3_bucket",
    "s3_endpoint",
    "s3_region",
    "s3_secret_key",
    "seal_certificate",
    "seal_key",
    "seal_name",
    "seal_retired",
    "seal_timestamp",
    "seal_timestamp_url",
    "smtp_url",
    "stripe_account",
    "stripe_api",
    "stripe_domain",
    "stripe_firm",
    "stripe_methods",
    "stripe_publishable_key",
    "stripe_secret_key",
    "stripe_webhook_secret",
    "trusted_proxies",
    "vault_key_file",
    "vault_keys",
];

/// Settings whose variable has the name that their issuer gives it everywhere.
const AS_ISSUED: [(&str, &str); 3] = [
    ("stripe_publishable_key", "STRIPE_PUBLISHABLE_KEY"),
    ("stripe_secret_key", "STRIPE_SECRET_KEY"),
    ("stripe_webhook_secret", "STRIPE_WEBHOOK_SECRET"),
];

/// The values as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given {
    values: BTreeMap<&'static str, Value>,
    strangers: Vec<String>,
}

#[derive(Clone, PartialEq, Eq)]
struct Value {
    text: String,
    source: String,
}

/// Values may hold passwords.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}(…)", self.source)
    }
}

impl Given {
    /// Reads the file, then the variables over it.
    pub(crate) fn collect(
        variables: impl Iterator<Item = (String, String)>,
        file: Option<&Path>,
    ) -> Result<Self, Problems> {
        let mut given = match file {
            Some(path) => read(path)?,
            None => Self::default(),
        };
        for (name, text) in variables {
            match key_of(&name) {
                Ok(None) => {}
                // A variable set to nothing is how compose files and units say "not set".
                Ok(Some(_)) if text.is_empty() => {}
                Ok(Some(key)) => given.put(key, text, name),
                Err(Stranger) => given.strangers.push(name),
            }
        }
        given.strangers.sort();
        Ok(given)
    }

    /// Sets a value that a flag of the command line gave.
    pub(crate) fn set(&mut self, key: &'static str, flag: &str, text: impl Into<String>) {
        self.put(key, text.into(), flag.to_owned());
    }

    /// The value of a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|value| value.text.as_str())
    }

    /// Variables that look like settings and are none: perhaps a slip of the pen.
    pub(crate) fn strangers(&self) -> &[String] {
        &self.strangers
    }

    /// A problem with a key, named by where the operator wrote it.
    pub(super) fn problem(&self, key: &str, advice: &str) -> Problem {
        let variable = || variable_of(key);
        Problem {
            what: self
                .values
                .get(key)
                .map_or_else(variable, |value| value.source.clone()),
            advice: advice.to_owned(),
        }
    }

    fn put(&mut self, key: &'static str, text: String, source: String) {
        self.values.insert(key, Value { text, source });
    }
}

/// A variable that looks like a setting and is none.
struct Stranger;

/// The key that a variable sets; none when it is not meant for this program.
fn key_of(name: &str) -> Result<Option<&'static str>, Stranger> {
    if let Some((key, _)) = AS_ISSUED.iter().find(|(_, issued)| *issued == name) {
        return Ok(Some(key));
    }
    match name.strip_prefix("CASEFLOW_") {
        None | Some("CONFIG") => Ok(None),
        Some(rest) if rest.starts_with("TEST_") => Ok(None),
        Some(rest) => match known(&rest.to_ascii_lowercase()) {
            Some(key) if variable_of(key) == name => Ok(Some(key)),
            _ => Err(Stranger),
        },
    }
}

fn variable_of(key: &str) -> String {
    let issued = AS_ISSUED.iter().find(|(known, _)| *known == key);
    match issued {
        Some((_, name)) => (*name).to_owned(),
        None => format!("CASEFLOW_{}", key.to_ascii_uppercase()),
    }
}

fn known(key: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|known| *known == key)
}

fn read(path: &Path) -> Result<Given, Problems> {
    let wrong = |advice: String| {
        Problems(vec![Problem {
            what: path.display().to_string(),
            advice,
        }])
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let table: toml::Table =
        toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    let mut given = Given::default();
    for (name, value) in table {
        let key = known(&name).ok_or_else(|| {
            wrong(format!(
                "{name} is no setting: the settings are {}",
                KEYS.join(", ")
            ))
        })?;
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(yes) => yes.to_string(),
            _ => {
                return Err(wrong(format!(
                    "{name} must be a text, a number, true or false"
                )));
            }
        };
        given.put(key, text, format!("{} in {}", name, path.display()));
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_win_over_the_file_and_slips_are_named() {
        let folder = std::env::temp_dir().join(format!("caseflow-given-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("caseflow.toml");
        std::fs::write(
            &path,
            "listen = \"127.0.0.1:1\"\ndemo = false\nlog = \"debug\"\n",
        )
        .unwrap();
        let variables = [
            ("CASEFLOW_LISTEN", "127.0.0.1:2"),
            ("CASEFLOW_SMPT_URL", "x"),
            ("HOME", "/"),
        ];
        let variables = variables.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let given = Given::collect(variables.into_iter(), Some(&path)).unwrap();
        assert_eq!(given.text("listen"), Some("127.0.0.1:2"));
        assert_eq!(given.text("demo"), Some("false"));
        assert_eq!(given.strangers(), ["CASEFLOW_SMPT_URL"]);

        std::fs::write(&path, "smpt_url = \"x\"\n").unwrap();
        let said = Given::collect(std::iter::empty(), Some(&path))
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("smpt_url") && said.contains("smtp_url"),
            "{said}"
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}
