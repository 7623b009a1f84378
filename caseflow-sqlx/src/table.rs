//! The statements that every table has, made of its columns.

/// A table of records that belong to a firm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The primary key beside `firm_id`.
    pub(crate) key: &'static [&'static str],
    /// Every other column but `version`.
    pub(crate) columns: &'static [&'static str],
    /// Whether it has a column `version`.
    pub(crate) versioned: bool,
}

impl Table {
    /// Values: the firm, the key, the columns.
    pub(crate) fn insert(&self) -> String {
        let columns: Vec<&str> = ["firm_id"].iter().chain(self.named()).copied().collect();
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let (version, first) = match self.versioned {
            true => (", version", ", 1"),
            false => ("", ""),
        };
        format!(
            "INSERT INTO {} ({}{version}) VALUES ({}{first})",
            self.name,
            columns.join(", "),
            places.join(", "),
        )
    }

    /// Values: the firm, the key, the columns, the version that was read.
    pub(crate) fn update(&self) -> String {
        let first = self.key.len() + 2;
        let set: Vec<String> = (first..)
            .zip(self.columns)
            .map(|(n, column)| format!("{column} = ${n}"))
            .collect();
        let key: String = (2..)
            .zip(self.key)
            .map(|(n, column)| format!(" AND {column} = ${n}"))
            .collect();
        format!(
            "UPDATE {} SET version = version + 1, {} WHERE firm_id = $1{key} AND version = ${}",
            self.name,
            set.join(", "),
            first + self.columns.len(),
        )
    }

    /// The record as a JSON object whose names are the columns, and after them `more` pairs.
    pub(crate) fn object_with(&self, alias: &str, more: &str) -> String {
        let version = self.versioned.then_some(&"version");
        let firm = self.key.is_empty().then_some(&"firm_id");
        let names = version.into_iter().chain(firm).chain(self.named());
        let pairs: Vec<String> = names
            .map(|column| format!("'{column}', {alias}.{column}"))
            .collect();
        format!("{{object}}({}{more})", pairs.join(", "))
    }

    pub(crate) fn object(&self, alias: &str) -> String {
        self.object_with(alias, "")
    }

    fn named(&self) -> impl Iterator<Item = &&'static str> {
        self.key.iter().chain(self.columns)
    }
}

/// A JSON object of some columns.
pub(crate) fn object(alias: &str, columns: &[&str]) -> String {
    let pairs: Vec<String> = columns
        .iter()
        .map(|column| format!("'{column}', {alias}.{column}"))
        .collect();
    format!("{{object}}({})", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Table = Table {
        name: "t",
        key: &["id"],
        columns: &["a", "b"],
        versioned: true,
    };

    #[test]
    fn statements_number_their_values_in_one_order() {
        assert_eq!(
            T.insert(),
            "INSERT INTO t (firm_id, id, a, b, version) VALUES ($1, $2, $3, $4, 1)"
        );
        assert_eq!(
            T.update(),
            "UPDATE t SET version = version + 1, a = $3, b = $4 \
             WHERE firm_id = $1 AND id = $2 AND version = $5"
        );
        assert_eq!(
            T.object("x"),
            "{object}('version', x.version, 'id', x.id, 'a', x.a, 'b', x.b)"
        );
    }
}
