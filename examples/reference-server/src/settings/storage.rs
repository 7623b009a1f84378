//! Where records live.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::Given;

/// What stands in an address for this program alone, or nobody else is to see.
const OURS: [&str; 2] = ["password=", "statement-cache-capacity="];

/// Where records live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Storage {
    /// The folder for everything that is a file.
    pub(crate) data: PathBuf,
    /// `sqlite:` with a path, or `postgres:` with a server.
    pub(crate) database_url: String,
}

/// How the database's own tools come to it: a password is in no argument, which everybody on the
/// machine could read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    /// The address without the password.
    pub(crate) url: String,
    /// The password.
    pub(crate) password: Option<String>,
}

impl Given {
    /// Where records live; all that a subcommand needs.
    pub(crate) fn storage(&self) -> Storage {
        let data = PathBuf::from(self.text("data_dir").unwrap_or("caseflow-data"));
        let database_url = match self.text("database_url") {
            Some(url) => url.to_owned(),
            None => format!("sqlite:{}", data.join("caseflow.db").display()),
        };
        Storage { data, database_url }
    }
}

impl Storage {
    /// The database's file; none when it lies on a server.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split('?').next().unwrap_or_default();
        let path = percent_decode_str(path).decode_utf8_lossy();
        Some(Path::new(&*path).to_owned())
    }

    /// The server's address.
    pub(crate) fn server(&self) -> ServerAddress {
        let (base, query) = match self.database_url.split_once('?') {
            Some((base, query)) => (base, query),
            None => (self.database_url.as_str(), ""),
        };
        let (base, in_base) = without_password(base);
        let of_theirs = |part: &&str| !OURS.iter().any(|ours| part.starts_with(ours));
        let kept: Vec<&str> = query.split('&').filter(of_theirs).collect();
        let in_query = query.split('&').find_map(|part| part.strip_prefix(OURS[0]));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let url = match kept.join("&") {
            query if query.is_empty() => base,
            query => format!("{base}?{query}"),
        };
        ServerAddress {
            url,
            password: in_query.or(in_base).map(decoded),
        }
    }
}

/// The address of `user:password@host` without the password, and the password.
fn without_password(base: &str) -> (String, Option<&str>) {
    let parts = base.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (who, host) = authority.rsplit_once('@')?;
        let (user, password) = who.split_once(':')?;
        Some((format!("{scheme}://{user}@{host}{path}"), password))
    });
    match parts {
        Some((url, password)) => (url, Some(password)),
        None => (base.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storage(url: &str) -> Storage {
        let pairs = [("CASEFLOW_DATABASE_URL".to_owned(), url.to_owned())];
        Given::collect(pairs.into_iter(), None).unwrap().storage()
    }

    #[test]
    fn a_file_is_found_however_its_address_is_written() {
        for url in [
            "sqlite:/srv/a b.db",
            "sqlite:///srv/a%20b.db",
            "sqlite:/srv/a%20b.db?mode=rwc",
        ] {
            assert_eq!(storage(url).file(), Some("/srv/a b.db".into()), "{url}");
        }
        assert_eq!(storage("postgres://db/caseflow").file(), None);
        let without = Given::default().storage();
        assert_eq!(without.file(), Some("caseflow-data/caseflow.db".into()));
    }

    #[test]
    fn a_password_leaves_the_address() {
        for (given, url, password) in [
            ("postgres://db/x", "postgres://db/x", None),
            ("postgres://me@db/x", "postgres://me@db/x", None),
            (
                "postgres://me:a%40b:c@db:5432/x?sslmode=require",
                "postgres://me@db:5432/x?sslmode=require",
                Some("a@b:c"),
            ),
            (
                "postgres:///x?host=/run&user=me&password=p%26q&statement-cache-capacity=9",
                "postgres:///x?host=/run&user=me",
                Some("p&q"),
            ),
        ] {
            let server = storage(given).server();
            let found = (server.url.as_str(), server.password.as_deref());
            assert_eq!(found, (url, password));
        }
    }
}
