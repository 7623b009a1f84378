//! Pages of lists.

use std::fmt::Display;

use caseflow_core::domain::page::{Cursor, Page, PageQuery};

use crate::tables::Order;

/// The page of `rows`, which come in any order, that `query` asks for.
pub(super) fn page<T, K: Ord>(
    rows: impl IntoIterator<Item = T>,
    order: Order,
    query: &PageQuery<K>,
    place: impl Fn(&T) -> Cursor<K>,
) -> Page<T, K> {
    let beyond = |row: &T| match (&query.after, order) {
        (None, _) => true,
        (Some(after), Order::SmallestFirst) => place(row) > *after,
        (Some(after), Order::LargestFirst) => place(row) < *after,
    };
    let mut rows: Vec<T> = rows.into_iter().filter(beyond).collect();
    rows.sort_by_cached_key(&place);
    if order == Order::LargestFirst {
        rows.reverse();
    }
    rows.truncate(query.size.rows() + 1);
    Page::cut(rows, query.size, place)
}

/// The place of a row in a list that is in the order of ids.
pub(super) fn by_id(id: impl Display) -> Cursor<()> {
    at((), id)
}

/// The place of a row in a list with a sort key.
pub(super) fn at<K>(key: K, id: impl Display) -> Cursor<K> {
    Cursor {
        key,
        id: id.to_string(),
    }
}
