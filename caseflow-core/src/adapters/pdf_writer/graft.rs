//! Objects of a file of ours, copied into another under numbers of that one.

use std::collections::BTreeMap;

use super::super::pdf_file::{Broken, Dict, Document, Object, Pages, Ref, Update};

/// Copies what is asked for, and what that needs.
pub(super) struct Graft<'a> {
    from: Document<'a>,
    /// Our file's catalog.
    pub(super) catalog: Dict,
    /// Our file's pages, by their old numbers.
    pub(super) pages: Pages,
    pub(super) update: Update,
    /// What the structure's keys of our pages begin with; without it, the copy has no structure.
    key: Option<usize>,
    numbers: BTreeMap<Ref, Ref>,
    /// What has a new number and is not copied yet.
    open: Vec<Ref>,
    /// The element that holds all of ours, and what it is.
    head: Option<(Ref, &'static str)>,
}

impl<'a> Graft<'a> {
    pub(super) fn new(ours: &'a [u8], update: Update, key: Option<usize>) -> Result<Self, Broken> {
        let mut from = Document::read(ours)?;
        let root = from.xref.trailer.get("Root").cloned().ok_or(Broken)?;
        let catalog = from.dict(&root)?;
        let pages = Pages::read(&mut from, &catalog)?;
        Ok(Self {
            from,
            catalog,
            pages,
            update,
            key,
            numbers: BTreeMap::new(),
            open: vec![],
            head: None,
        })
    }

    /// Lets an object of the other file stand where one of ours stood.
    pub(super) fn replace(&mut self, ours: Ref, theirs: Ref) {
        self.numbers.insert(ours, theirs);
    }

    /// The new number of an object of ours, which is copied if it was not.
    pub(super) fn number(&mut self, ours: Ref) -> Ref {
        if let Some(known) = self.numbers.get(&ours) {
            return *known;
        }
        let new = self.update.allot();
        self.numbers.insert(ours, new);
        self.open.push(ours);
        new
    }

    /// A dictionary of ours.
    pub(super) fn dict(&mut self, ours: Ref) -> Result<Dict, Broken> {
        self.from.dict(&Object::Ref(ours))
    }

    /// Lets the element that holds all of ours be a document beside the other file's, or a part of
    /// it, in the language of our file.
    pub(super) fn head(&mut self, ours: Ref, kind: &'static str) {
        self.head = Some((ours, kind));
    }

    /// An object of ours as it stands in the other file.
    pub(super) fn moved(&mut self, object: Object) -> Object {
        match object {
            Object::Ref(ours) => Object::Ref(self.number(ours)),
            Object::Array(items) => {
                Object::Array(items.into_iter().map(|it| self.moved(it)).collect())
            }
            Object::Dict(dict) => Object::Dict(dict.map(|key, value| self.entry(key, value))),
            other => other,
        }
    }

    fn entry(&mut self, key: &[u8], value: Object) -> Option<Object> {
        match key {
            b"StructParents" | b"StructParent" => {
                let key = self.key?.checked_add(value.as_count()?)?;
                Some(Object::int(key))
            }
            b"Tabs" if self.key.is_none() => None,
            _ => Some(self.moved(value)),
        }
    }

    fn headed(&self, ours: Ref, object: Object) -> Object {
        let Some((_, kind)) = self.head.filter(|(head, _)| *head == ours) else {
            return object;
        };
        match (object, self.catalog.get("Lang")) {
            (Object::Dict(dict), Some(language)) => {
                let dict = dict.with("S", Object::name(kind));
                Object::Dict(dict.with("Lang", language.clone()))
            }
            (object, _) => object,
        }
    }

    /// Copies all that has a number.
    pub(super) fn finish(mut self) -> Result<Update, Broken> {
        while let Some(ours) = self.open.pop() {
            let (object, data) = self.from.whole(ours)?;
            let new = self.number(ours);
            let mut body = Vec::new();
            self.moved(self.headed(ours, object)).write(&mut body);
            if let Some(data) = data {
                body.extend(b"\nstream\n");
                body.extend(data);
                body.extend(b"\nendstream");
            }
            self.update.put_written(new, body);
        }
        Ok(self.update)
    }
}
