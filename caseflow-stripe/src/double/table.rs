//! Objects in the order in which they came to be, found by their id.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::form::Form;

/// An object that lists can hold.
pub(super) trait Row: Clone {
    /// What the object is called in refusals.
    const NOUN: &'static str;

    /// Its id.
    fn id(&self) -> &str;

    /// When it came to be, in seconds.
    fn created(&self) -> i64;
}

/// All objects of a kind.
#[derive(Debug)]
pub(super) struct Table<T> {
    rows: Vec<T>,
    places: BTreeMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: vec![],
            places: BTreeMap::new(),
        }
    }
}

impl<T: Row> Table<T> {
    pub(super) fn push(&mut self, row: T) {
        self.places.insert(row.id().to_owned(), self.rows.len());
        self.rows.push(row);
    }

    pub(super) fn find(&self, id: &str) -> Option<&T> {
        self.places.get(id).and_then(|place| self.rows.get(*place))
    }

    pub(super) fn change(&mut self, id: &str, change: impl FnOnce(&mut T)) {
        let place = self.places.get(id);
        if let Some(row) = place.and_then(|place| self.rows.get_mut(*place)) {
            change(row);
        }
    }

    /// A copy of the one of this id, which came in `param`.
    pub(super) fn need(&self, id: &str, param: &str) -> Result<T, Failure> {
        let found = self.find(id).cloned();
        found.ok_or_else(|| Failure::no_such(T::NOUN, id, param))
    }

    /// From the oldest to the newest.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.iter()
    }
}

/// The parameters that every list takes.
pub(super) const LIST: &[&str] = &[
    "limit",
    "starting_after",
    "ending_before",
    "expand[]",
    "created",
    "created[gt]",
    "created[gte]",
    "created[lt]",
    "created[lte]",
];

/// A part of a list.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// Its objects, newest first.
    pub(super) rows: Vec<T>,
    /// Whether more follow.
    pub(super) has_more: bool,
}

/// The part of a table that a request asks for.
pub(super) fn page<T: Row>(
    table: &Table<T>,
    form: &Form,
    wanted: impl Fn(&T) -> bool,
) -> Result<Page<T>, Failure> {
    let limit = limit(form)?;
    let spans = spans(form)?;
    let kept = |row: &T| wanted(row) && spans.iter().all(|(is, at)| is(&row.created(), at));
    let older: Vec<T> = table
        .iter()
        .rev()
        .filter(|row| kept(row))
        .cloned()
        .collect();
    match (form.get("starting_after"), form.get("ending_before")) {
        (Some(_), Some(_)) => Err(Failure::refused(
            "starting_after",
            "You cannot parameterize both starting_after and ending_before.".to_owned(),
        )),
        (Some(id), None) => Ok(cut(after(table, older, id, "starting_after")?, limit)),
        (None, Some(id)) => {
            let newer = older.into_iter().rev().collect();
            let mut page = cut(after(table, newer, id, "ending_before")?, limit);
            page.rows.reverse();
            Ok(page)
        }
        (None, None) => Ok(cut(older, limit)),
    }
}

fn limit(form: &Form) -> Result<usize, Failure> {
    let limit = form.integer("limit")?.unwrap_or(10);
    match usize::try_from(limit) {
        Ok(some @ 1..=100) => Ok(some),
        _ => Err(Failure::refused(
            "limit",
            format!("Invalid limit: {limit}. It must be between 1 and 100."),
        )),
    }
}

type Is = fn(&i64, &i64) -> bool;

fn spans(form: &Form) -> Result<Vec<(Is, i64)>, Failure> {
    let known: [(&str, Is); 5] = [
        ("created", i64::eq),
        ("created[gt]", i64::gt),
        ("created[gte]", i64::ge),
        ("created[lt]", i64::lt),
        ("created[lte]", i64::le),
    ];
    let mut spans = vec![];
    for (name, is) in known {
        if let Some(at) = form.integer(name)? {
            spans.push((is, at));
        }
    }
    Ok(spans)
}

/// What follows the object of this id, whether or not that one is in the list itself.
fn after<T: Row>(table: &Table<T>, rows: Vec<T>, id: &str, param: &str) -> Result<Vec<T>, Failure> {
    let place = |id: &str| table.places.get(id).copied();
    let Some(start) = place(id) else {
        let failure = Failure::no_such(T::NOUN, id, param);
        return Err(Failure {
            status: 400,
            ..failure
        });
    };
    let newer = param == "ending_before";
    let follows = |row: &T| place(row.id()).is_some_and(|at| (at > start) == newer && at != start);
    Ok(rows.into_iter().filter(follows).collect())
}

fn cut<T>(mut rows: Vec<T>, limit: usize) -> Page<T> {
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Page { rows, has_more }
}
