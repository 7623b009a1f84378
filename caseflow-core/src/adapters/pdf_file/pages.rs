//! The tree of a file's pages (ISO 32000-1, 7.7.3).

use std::collections::BTreeSet;

use super::document::Document;
use super::object::{Dict, Object, Ref};
use super::parser::Broken;

/// How deep a page may lie in its tree.
const DEEPEST: usize = 64;

/// A tree that was walked from end to end.
pub(crate) struct Pages {
    /// Where its root stands.
    pub(crate) at: Ref,
    pub(crate) root: Dict,
    /// What the root holds.
    pub(crate) kids: Vec<Object>,
    /// The pages in their order.
    pub(crate) leaves: Vec<Ref>,
}

impl Pages {
    /// Every node has to be there once, to say rightly how many pages it has, and every page to have
    /// the content that it names: else programs would differ in what they show.
    pub(crate) fn read(document: &mut Document<'_>, catalog: &Dict) -> Result<Self, Broken> {
        let at = catalog.reference("Pages").ok_or(Broken)?;
        let root = document.dict(&Object::Ref(at))?;
        if root.get("Kids").is_none() {
            return Err(Broken);
        }
        let mut walk = Walk {
            document,
            seen: BTreeSet::new(),
            leaves: vec![],
        };
        walk.node(at, DEEPEST)?;
        let leaves = walk.leaves;
        let kids = document.array(&root, "Kids")?;
        Ok(Self {
            at,
            root,
            kids,
            leaves,
        })
    }
}

struct Walk<'d, 'a> {
    document: &'d mut Document<'a>,
    seen: BTreeSet<Ref>,
    leaves: Vec<Ref>,
}

impl Walk<'_, '_> {
    fn node(&mut self, at: Ref, depth: usize) -> Result<(), Broken> {
        let depth = depth.checked_sub(1).ok_or(Broken)?;
        if !self.seen.insert(at) {
            return Err(Broken);
        }
        let node = self.document.dict(&Object::Ref(at))?;
        let is = |kind| node.get("Type").is_none_or(|it| it.is_name(kind));
        if node.get("Kids").is_none() {
            self.leaves.push(at);
            return if is("Page") {
                self.page(&node)
            } else {
                Err(Broken)
            };
        }
        let before = self.leaves.len();
        for kid in self.document.array(&node, "Kids")? {
            let Object::Ref(kid) = kid else {
                return Err(Broken);
            };
            self.node(kid, depth)?;
        }
        let said = self.document.value(&node, "Count")?.as_count();
        let right = said == Some(self.leaves.len() - before);
        if right && is("Pages") {
            Ok(())
        } else {
            Err(Broken)
        }
    }

    fn page(&mut self, page: &Dict) -> Result<(), Broken> {
        let Some(contents) = page.get("Contents") else {
            return Ok(());
        };
        match self.document.resolve(contents)? {
            Object::Dict(_) => Ok(()),
            Object::Array(parts) => {
                let mut parts = parts.iter();
                parts.try_for_each(|part| self.document.dict(part).map(drop))
            }
            _ => Err(Broken),
        }
    }
}
