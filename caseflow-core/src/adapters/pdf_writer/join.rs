//! Pages of ours behind those of another's file: an incremental update, which brings the objects of
//! our pages and hangs them into the file's tree of pages. The file's own bytes stay as they are.

use sha2::{Digest as _, Sha256};

use super::super::pdf_file::{Broken, Dict, Object, Open, Pages, Unfit, Update};
use super::canvas::MOST_PAGES;
use super::graft::Graft;
use super::structure::Structure;
use crate::ports::pdf::{PdfError, PdfFile};

/// The largest file that pages are put behind.
pub(super) const LARGEST: usize = 128 << 20;
/// How many numbers for objects a file has to have left: more than the longest print takes.
const MOST_OBJECTS: u32 = MOST_PAGES * 1_000;

/// A file that pages can be put behind.
pub(super) struct Join {
    pages: Pages,
    /// The file's own structure, if it is tagged.
    structure: Option<Structure>,
    update: Update,
}

impl Join {
    pub(super) fn read(file: &[u8]) -> Result<Self, Unfit> {
        let mut open = Open::read(file, LARGEST)?;
        let pages = Pages::read(&mut open.document, &open.catalog)?;
        let structure = Structure::read(&mut open.document, &open.catalog)?;
        let update = Update::of(&open.document, MOST_OBJECTS)?;
        Ok(Self {
            pages,
            structure,
            update,
        })
    }

    /// The same file with a file of ours behind it.
    pub(super) fn append(self, mut file: Vec<u8>, ours: &PdfFile) -> Result<PdfFile, Broken> {
        let key = self.structure.as_ref().map(Structure::next_key);
        let mut graft = Graft::new(&ours.bytes, self.update, key)?;
        let count = self.pages.leaves.len() + graft.pages.leaves.len();
        hang(&mut graft, self.pages, count)?;
        if let Some(structure) = self.structure {
            structure.extend(&mut graft)?;
        }
        let update = graft.finish()?;
        let id = file_id(file.len(), &ours.bytes);
        update.append(&mut file, id);
        Ok(PdfFile {
            bytes: file,
            pages: u32::try_from(count).map_err(|_| Broken)?,
        })
    }
}

/// Our pages are a branch of their own at the end of the tree. What the tree's root hands down to its
/// pages, they say themselves.
fn hang(graft: &mut Graft<'_>, pages: Pages, count: usize) -> Result<(), Broken> {
    let branch = graft.update.allot();
    graft.replace(graft.pages.at, branch);
    let leaves = graft.pages.leaves.clone();
    let first = graft.dict(*leaves.first().ok_or(Broken)?)?;
    let sheet = first.get("MediaBox").cloned().ok_or(Broken)?;
    let leaves = leaves
        .into_iter()
        .map(|leaf| Object::Ref(graft.number(leaf)));
    let leaves: Vec<Object> = leaves.collect();
    let dict = Dict::default()
        .with("Type", Object::name("Pages"))
        .with("Parent", Object::Ref(pages.at))
        .with("Count", Object::int(leaves.len()))
        .with("Kids", Object::Array(leaves))
        .with("CropBox", sheet)
        .with("Rotate", Object::int(0));
    graft.update.put(branch, &Object::Dict(dict));
    let mut kids = pages.kids;
    kids.push(Object::Ref(branch));
    let root = pages
        .root
        .with("Kids", Object::Array(kids))
        .with("Count", Object::int(count));
    graft.update.put(pages.at, &Object::Dict(root));
    Ok(())
}

/// The second half of a file's id changes with each update.
fn file_id(length: usize, ours: &[u8]) -> [u8; 16] {
    let hash = Sha256::new()
        .chain_update(length.to_be_bytes())
        .chain_update(ours)
        .finalize();
    hash.first_chunk().copied().unwrap_or_default()
}

impl From<Unfit> for PdfError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::NotAPdf => Self::NotAPdf,
            Unfit::Unreadable => Self::Unreadable,
            Unfit::Encrypted => Self::Encrypted,
            Unfit::AlreadySigned => Self::AlreadySigned,
            Unfit::DynamicForm => Self::DynamicForm,
            Unfit::TooLarge { most } => Self::TooLarge { most },
        }
    }
}
