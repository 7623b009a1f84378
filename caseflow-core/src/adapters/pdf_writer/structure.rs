//! The structure of another's file, to which that of our pages is added (ISO 32000-1, 14.7).

use super::super::pdf_file::{Broken, Dict, Document, Object, Ref, Update};
use super::graft::Graft;

/// No file has as many pages and objects in its structure.
const HIGHEST_KEY: usize = 1 << 30;

/// A structure that elements can be added to.
pub(super) struct Structure {
    root: Holder,
    /// The one element that holds all others, as most files have it.
    whole: Option<Holder>,
    parents: Parents,
    /// The first key that nothing of the file has.
    next_key: usize,
}

/// What holds elements.
struct Holder {
    at: Ref,
    dict: Dict,
    kids: Vec<Object>,
}

/// The way back from content to elements, as its root holds it: entries, or branches with them.
struct Parents {
    entries: Vec<Object>,
    branches: Vec<Object>,
}

impl Structure {
    /// None of a file that is not tagged, or whose structure has a root that no element can name.
    pub(super) fn read(
        document: &mut Document<'_>,
        catalog: &Dict,
    ) -> Result<Option<Self>, Broken> {
        let Some(at) = catalog.reference("StructTreeRoot") else {
            return Ok(None);
        };
        let root = match document.get(at)? {
            Object::Dict(root) => root,
            Object::Null => return Ok(None),
            _ => return Err(Broken),
        };
        let parents = Parents::read(document, &root)?;
        let said = root.count("ParentTreeNextKey").unwrap_or(0);
        let root = Holder::read(document, at, root)?;
        let whole = root.whole(document)?;
        let next_key = said.max(parents.next_key(document)?);
        if next_key > HIGHEST_KEY {
            return Err(Broken);
        }
        Ok(Some(Self {
            root,
            whole,
            parents,
            next_key,
        }))
    }

    pub(super) fn next_key(&self) -> usize {
        self.next_key
    }

    /// Adds our elements after the file's, in the language of our print.
    pub(super) fn extend(self, graft: &mut Graft<'_>) -> Result<(), Broken> {
        let at = graft.catalog.reference("StructTreeRoot").ok_or(Broken)?;
        let ours = graft.dict(at)?;
        let top = ours.reference("K").ok_or(Broken)?;
        let holder = self.whole.as_ref().unwrap_or(&self.root);
        graft.replace(at, holder.at);
        graft.head(
            top,
            if self.whole.is_some() {
                "Part"
            } else {
                "Document"
            },
        );
        let number = Object::Ref(graft.number(top));
        let keys = ours.count("ParentTreeNextKey").ok_or(Broken)?;
        let entries = self.entries(graft, &ours)?;
        let parents = self.parents.with(entries, &mut graft.update);
        let tree = graft.update.allot();
        graft.update.put(tree, &Object::Dict(parents));
        let (at, mut root) = (self.root.at, self.root.dict.clone());
        match self.whole {
            Some(whole) => graft
                .update
                .put(whole.at, &Object::Dict(whole.with(number))),
            None => root = self.root.with(number),
        }
        let root = root
            .with("ParentTree", Object::Ref(tree))
            .with("ParentTreeNextKey", Object::int(self.next_key + keys));
        graft.update.put(at, &Object::Dict(root));
        Ok(())
    }

    /// Our way back, with keys that follow the file's.
    fn entries(&self, graft: &mut Graft<'_>, ours: &Dict) -> Result<Vec<Object>, Broken> {
        let Some(Object::Dict(tree)) = ours.get("ParentTree") else {
            return Err(Broken);
        };
        let Some(Object::Array(numbers)) = tree.get("Nums") else {
            return Err(Broken);
        };
        let mut entries = Vec::with_capacity(numbers.len());
        for [key, element] in numbers.as_chunks::<2>().0 {
            let key = key.as_count().ok_or(Broken)?;
            entries.push(Object::int(self.next_key + key));
            entries.push(graft.moved(element.clone()));
        }
        Ok(entries)
    }
}

impl Holder {
    fn read(document: &mut Document<'_>, at: Ref, dict: Dict) -> Result<Self, Broken> {
        let kids = match (document.value(&dict, "K")?, dict.get("K")) {
            (Object::Array(kids), _) => kids,
            (_, kid) => kid.cloned().into_iter().collect(),
        };
        Ok(Self { at, dict, kids })
    }

    /// The element within a root that is the document.
    fn whole(&self, document: &mut Document<'_>) -> Result<Option<Self>, Broken> {
        let [Object::Ref(at)] = self.kids.as_slice() else {
            return Ok(None);
        };
        let element = document.dict(&Object::Ref(*at))?;
        if element.get("S").is_some_and(|it| it.is_name("Document")) {
            Self::read(document, *at, element).map(Some)
        } else {
            Ok(None)
        }
    }

    fn with(mut self, kid: Object) -> Dict {
        self.kids.push(kid);
        self.dict.with("K", Object::Array(self.kids))
    }
}

impl Parents {
    fn read(document: &mut Document<'_>, root: &Dict) -> Result<Self, Broken> {
        let tree = match document.value(root, "ParentTree")? {
            Object::Dict(tree) => tree,
            Object::Null => Dict::default(),
            _ => return Err(Broken),
        };
        let entries = document.array(&tree, "Nums")?;
        let branches = document.array(&tree, "Kids")?;
        if !entries.is_empty() && !branches.is_empty() {
            return Err(Broken);
        }
        Ok(Self { entries, branches })
    }

    /// The first key after those that are there.
    fn next_key(&self, document: &mut Document<'_>) -> Result<usize, Broken> {
        let mut keys: Vec<Object> = self.entries.iter().step_by(2).cloned().collect();
        for branch in &self.branches {
            let branch = document.dict(branch)?;
            let limits = document.array(&branch, "Limits")?;
            keys.push(limits.last().cloned().ok_or(Broken)?);
        }
        let mut next = 0;
        for key in keys {
            let key = key.as_count().and_then(|key| key.checked_add(1));
            next = next.max(key.ok_or(Broken)?);
        }
        Ok(next)
    }

    /// The same with entries whose keys follow.
    fn with(mut self, entries: Vec<Object>, update: &mut Update) -> Dict {
        if self.branches.is_empty() {
            self.entries.extend(entries);
            return Dict::default().with("Nums", Object::Array(self.entries));
        }
        let last = entries.len().saturating_sub(2);
        let limits = [entries.first(), entries.get(last)];
        let limits = limits.into_iter().flatten().cloned().collect();
        let branch = update.allot();
        let dict = Dict::default()
            .with("Limits", Object::Array(limits))
            .with("Nums", Object::Array(entries));
        update.put(branch, &Object::Dict(dict));
        self.branches.push(Object::Ref(branch));
        Dict::default().with("Kids", Object::Array(self.branches))
    }
}
