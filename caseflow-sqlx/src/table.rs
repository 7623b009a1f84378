//! The statements that every table has, made of its columns.

/// A table of records that belong to a firm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The primary key beside `firm_id`, a text.
    pub(crate) key: &'static [&'static str],
    /// Every other column that holds a text.
    pub(crate) texts: &'static [&'static str],
    /// Every other column that holds a number, but `version`.
    pub(crate) numbers: &'static [&'static str],
    /// Whether it has a column `version`.
    pub(crate) versioned: bool,
}

impl Table {
    /// Values: the firm, the key, the texts, the numbers.
    pub(crate) fn insert(&self) -> String {
        match self.versioned {
            true => self.insert_with("version", "1"),
            false => self.insert_columns(&self.all_columns(), &[]),
        }
    }

    /// As [`insert`](Self::insert), with one column more that is no value of the record.
    pub(crate) fn insert_with(&self, column: &str, expression: &str) -> String {
        let columns = [self.all_columns().as_slice(), &[column]].concat();
        self.insert_columns(&columns, &[expression.to_owned()])
    }

    fn insert_columns(&self, columns: &[&str], expressions: &[String]) -> String {
        let values = columns.len().saturating_sub(expressions.len());
        let places: Vec<String> = (1..=values).map(|n| format!("${n}")).collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.name,
            columns.join(", "),
            [places.as_slice(), expressions].concat().join(", "),
        )
    }

    fn all_columns(&self) -> Vec<&str> {
        let key = self.key.iter().copied();
        std::iter::once("firm_id")
            .chain(key)
            .chain(self.columns())
            .collect()
    }

    /// Values: the firm, the key, the texts, the numbers, the version that was read.
    pub(crate) fn update(&self) -> String {
        let first = self.key.len() + 2;
        let set: Vec<String> = (first..)
            .zip(self.columns())
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
            first + set.len(),
        )
    }

    /// What is read of a record: the key (of a firm, itself) and the texts; the version and the
    /// numbers.
    pub(crate) fn shape(&self, alias: &str) -> Shape {
        let firm = self.key.is_empty().then_some("firm_id");
        let version = self.versioned.then_some("version");
        let texts = firm.iter().chain(self.key).chain(self.texts);
        let numbers = version.iter().chain(self.numbers);
        Shape {
            texts: texts.map(|column| format!("{alias}.{column}")).collect(),
            numbers: numbers.map(|column| format!("{alias}.{column}")).collect(),
        }
    }

    fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.texts.iter().chain(self.numbers).copied()
    }
}

/// What is read of a record: expressions that are texts, and others that are whole numbers. A row
/// holds the texts first, so that records of different kinds can come in one answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    pub(crate) texts: Vec<String>,
    pub(crate) numbers: Vec<String>,
}

impl Shape {
    pub(crate) fn of(alias: &str, texts: &[&str], numbers: &[&str]) -> Self {
        let of_alias = |columns: &[&str]| {
            let columns = columns.iter();
            columns.map(|column| format!("{alias}.{column}")).collect()
        };
        Self {
            texts: of_alias(texts),
            numbers: of_alias(numbers),
        }
    }

    /// Another record's texts and numbers after these.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.texts.extend(other.texts);
        self.numbers.extend(other.numbers);
        self
    }

    /// One text more.
    pub(crate) fn text(mut self, expression: impl Into<String>) -> Self {
        self.texts.push(expression.into());
        self
    }

    /// One number more.
    pub(crate) fn number(mut self, expression: impl Into<String>) -> Self {
        self.numbers.push(expression.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Table = Table {
        name: "t",
        key: &["id"],
        texts: &["a"],
        numbers: &["b"],
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
        let shape = T.shape("x");
        assert_eq!(shape.texts, ["x.id", "x.a"]);
        assert_eq!(shape.numbers, ["x.version", "x.b"]);
    }
}
