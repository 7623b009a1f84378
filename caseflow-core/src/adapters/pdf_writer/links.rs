//! Links: the places on the pages that follow them (ISO 32000-1, 12.5.6.5).

use ::pdf_writer::types::{ActionType, AnnotationFlags, AnnotationType};
use ::pdf_writer::writers::Annotation;
use ::pdf_writer::{Pdf, Rect, Ref, Str, TextStr};

use super::spans::LinkId;
use super::tags::NodeId;
use crate::domain::rich_text::LinkAddress;

/// The links of a document and where they are shown.
#[derive(Default)]
pub(super) struct Links {
    addresses: Vec<LinkAddress>,
    places: Vec<Place>,
}

struct Place {
    link: LinkId,
    node: NodeId,
    page: usize,
    bounds: Rect,
}

impl Links {
    pub(super) fn add(&mut self, address: &LinkAddress) -> LinkId {
        self.addresses.push(address.clone());
        LinkId(self.addresses.len() - 1)
    }

    /// A box on a page that follows the link.
    pub(super) fn place(&mut self, link: LinkId, node: NodeId, page: usize, bounds: Rect) {
        self.places.push(Place {
            link,
            node,
            page,
            bounds,
        });
    }

    /// Writes the places, of which each has its own way back to its structure element, after those
    /// of the pages. Answers element, page and object of each.
    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        next: &mut Ref,
        pages: usize,
    ) -> Vec<(NodeId, usize, Ref)> {
        let mut written = Vec::with_capacity(self.places.len());
        for (place, key) in self.places.iter().zip(pages..) {
            let Some(address) = self.addresses.get(place.link.0) else {
                continue;
            };
            let id = next.bump();
            let mut annotation = pdf.indirect(id).start::<Annotation<'_>>();
            annotation.subtype(AnnotationType::Link);
            annotation.rect(place.bounds);
            annotation.border(0.0, 0.0, 0.0, None);
            annotation.flags(AnnotationFlags::PRINT);
            annotation.contents(TextStr(address.as_str()));
            annotation.struct_parent(i32::try_from(key).unwrap_or(i32::MAX));
            let mut action = annotation.action();
            action.action_type(ActionType::Uri);
            action.uri(Str(address.ascii().as_bytes()));
            drop(action);
            drop(annotation);
            written.push((place.node, place.page, id));
        }
        written
    }
}
