//! Rows by key that can take a failed commit back.

use std::collections::BTreeMap;

/// Rows by key, and what they were before the commit that is under way.
#[derive(Debug)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    undo: Vec<(K, Option<V>)>,
}

/// What all tables do at the end of a commit.
pub(super) trait Undo {
    /// The writes since the last call stay.
    fn keep(&mut self);
    /// The writes since the last call never happened.
    fn roll_back(&mut self);
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            undo: Vec::new(),
        }
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.rows.values()
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        let before = self.rows.insert(key.clone(), value);
        self.undo.push((key, before));
    }

    /// Whether there was such a row.
    pub(super) fn remove(&mut self, key: &K) -> bool {
        let before = self.rows.remove(key);
        let found = before.is_some();
        self.undo.push((key.clone(), before));
        found
    }

    /// How many rows went.
    pub(super) fn remove_where(&mut self, gone: impl Fn(&K, &V) -> bool) -> u64 {
        let keys: Vec<K> = self
            .rows
            .iter()
            .filter(|(key, value)| gone(key, value))
            .map(|(key, _)| key.clone())
            .collect();
        keys.iter().map(|key| u64::from(self.remove(key))).sum()
    }
}

impl<K: Ord + Clone, V> Undo for Table<K, V> {
    fn keep(&mut self) {
        self.undo.clear();
    }

    fn roll_back(&mut self) {
        while let Some((key, before)) = self.undo.pop() {
            match before {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_rolled_back_is_as_before() {
        let mut table = Table::default();
        table.put(1, "one");
        table.put(2, "two");
        table.keep();
        table.put(1, "uno");
        table.put(3, "tre");
        table.remove(&2);
        table.put(2, "due");
        table.roll_back();
        let rows: Vec<_> = table.iter().collect();
        assert_eq!(rows, [(&1, &"one"), (&2, &"two")]);
    }
}
