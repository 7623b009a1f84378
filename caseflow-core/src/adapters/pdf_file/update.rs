//! An incremental update: objects put behind a file, whose own bytes stay as they are
//! (ISO 32000-1, 7.5.6).

use std::collections::BTreeMap;

use super::document::Document;
use super::object::{Dict, Object, Ref};
use super::parser::Broken;
use super::xref::{Place, Style};

/// Objects that are new, or that take the place of older ones.
pub(crate) struct Update {
    objects: BTreeMap<u32, (u16, Vec<u8>)>,
    next: u32,
    trailer: Dict,
    style: Style,
    previous: usize,
}

impl Update {
    /// With numbers for so many new objects.
    pub(crate) fn of(document: &Document<'_>, objects: u32) -> Result<Self, Broken> {
        Ok(Self {
            objects: BTreeMap::new(),
            // One more is for the table, where it is an object.
            next: document.xref.next_number(objects.saturating_add(1))?,
            trailer: document.xref.trailer.clone(),
            style: document.xref.style,
            previous: document.xref.start,
        })
    }

    /// A number for a new object.
    pub(crate) fn allot(&mut self) -> Ref {
        let number = self.next;
        self.next += 1;
        Ref {
            number,
            generation: 0,
        }
    }

    pub(crate) fn put(&mut self, reference: Ref, object: &Object) {
        let mut body = Vec::new();
        object.write(&mut body);
        self.put_written(reference, body);
    }

    pub(crate) fn put_written(&mut self, reference: Ref, body: Vec<u8>) {
        self.objects
            .insert(reference.number, (reference.generation, body));
    }

    /// Puts the update behind the file; answers where the body of each object starts.
    pub(crate) fn append(mut self, file: &mut Vec<u8>, id: [u8; 16]) -> BTreeMap<u32, usize> {
        if !matches!(file.last(), Some(b'\n' | b'\r')) {
            file.push(b'\n');
        }
        let mut places = BTreeMap::new();
        let mut bodies = BTreeMap::new();
        for (number, (generation, body)) in &self.objects {
            let (offset, generation) = (file.len(), *generation);
            places.insert(*number, Place::At { offset, generation });
            file.extend(format!("{number} {generation} obj\n").bytes());
            bodies.insert(*number, file.len());
            file.extend(body);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        match self.style {
            Style::Table => self.table(file, &places, id),
            Style::Stream => self.stream(file, places, id),
        }
        file.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
        bodies
    }

    fn table(&self, file: &mut Vec<u8>, places: &BTreeMap<u32, Place>, id: [u8; 16]) {
        file.extend(b"xref\n");
        for (first, run) in runs(places) {
            file.extend(format!("{first} {}\n", run.len()).bytes());
            for place in run {
                let (offset, generation) = offset_of(place);
                file.extend(format!("{offset:010} {generation:05} n \n").bytes());
            }
        }
        file.extend(b"trailer\n");
        self.trailer_dict(id).write(file);
        file.push(b'\n');
    }

    fn stream(&mut self, file: &mut Vec<u8>, mut places: BTreeMap<u32, Place>, id: [u8; 16]) {
        let own = self.allot();
        let (offset, generation) = (file.len(), 0);
        places.insert(own.number, Place::At { offset, generation });
        let mut rows = Vec::new();
        let mut index = Vec::new();
        for (first, run) in runs(&places) {
            index.extend([first as usize, run.len()].map(Object::int));
            for place in run {
                let (offset, generation) = offset_of(place);
                rows.push(1);
                // Five bytes reach a tebibyte.
                rows.extend((offset as u64).to_be_bytes().iter().skip(3));
                rows.extend(generation.to_be_bytes());
            }
        }
        let dict = self
            .trailer_dict(id)
            .with("Type", Object::name("XRef"))
            .with("W", Object::Array([1, 5, 2].map(Object::int).to_vec()))
            .with("Index", Object::Array(index))
            .with("Length", Object::int(rows.len()));
        file.extend(format!("{} 0 obj\n", own.number).bytes());
        dict.write(file);
        file.extend(b"\nstream\n");
        file.extend(rows);
        file.extend(b"\nendstream\nendobj\n");
    }

    fn trailer_dict(&self, id: [u8; 16]) -> Dict {
        let mut dict = Dict::default();
        for key in ["Root", "Info"] {
            if let Some(value) = self.trailer.get(key) {
                dict.set(key, value.clone());
            }
        }
        let new = Object::String(id.to_vec());
        let first = match self.trailer.get("ID") {
            Some(Object::Array(ids)) => ids.first().cloned(),
            _ => None,
        };
        let ids = vec![first.unwrap_or_else(|| new.clone()), new];
        dict.with("ID", Object::Array(ids))
            .with("Size", Object::int(self.next as usize))
            .with("Prev", Object::int(self.previous))
    }
}

/// Objects whose numbers follow each other.
fn runs(places: &BTreeMap<u32, Place>) -> Vec<(u32, Vec<Place>)> {
    let mut runs: Vec<(u32, Vec<Place>)> = Vec::new();
    for (number, place) in places {
        match runs.last_mut() {
            Some((first, run)) if *first as usize + run.len() == *number as usize => {
                run.push(*place)
            }
            _ => runs.push((*number, vec![*place])),
        }
    }
    runs
}

fn offset_of(place: Place) -> (usize, u16) {
    match place {
        Place::At { offset, generation } => (offset, generation),
        Place::Free | Place::Packed { .. } => (0, 0),
    }
}
