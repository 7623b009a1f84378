//! An author's lists, with their markers beside the first line of each item.

use super::canvas::{Align, Canvas, Strip, Style, points};
use super::lines::Reading;
use super::rich::{Place, TEXT};
use super::tags::{NodeId, Role};
use crate::domain::rich_text::{Block, List};
use crate::ports::pdf::PdfError;

/// Between the marker of an item and its text.
const MARKER_GAP: f32 = 5.0;
/// The least room for markers.
const LEAST_INDENT: f32 = 15.0;
/// A marker that stands beside the next line of text.
pub(super) struct Marker {
    text: String,
    node: NodeId,
    strip: Strip,
}

impl Canvas<'_> {
    /// Draws the markers that wait for a line, beside the line that is to be drawn now.
    pub(super) fn beside(&mut self, markers: &mut Vec<Marker>, style: Style, reading: Reading) {
        for marker in markers.drain(..) {
            let lines = self.lines(&marker.text, TEXT, reading, marker.strip.width);
            if lines.iter().any(|line| line.rtl) {
                self.tags.speak(marker.node, &marker.text);
            }
            let baseline = self.y - style.leading * 0.72;
            self.marked(marker.node, |canvas| {
                if let Some(line) = lines.first() {
                    canvas.line(line, marker.strip, Align::End, baseline, TEXT);
                }
            });
        }
    }

    /// Draws the markers that wait on a line of their own: before a table, or for an empty item.
    pub(super) fn stand_alone(
        &mut self,
        markers: &mut Vec<Marker>,
        place: &Place,
    ) -> Result<(), PdfError> {
        if markers.is_empty() {
            return Ok(());
        }
        self.need(TEXT.leading)?;
        self.bars(place, self.y, TEXT.leading);
        self.beside(markers, TEXT, place.reading);
        self.y -= TEXT.leading;
        Ok(())
    }

    pub(super) fn rich_list(
        &mut self,
        list: &List,
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        let role = match list.start {
            Some(_) => Role::Numbers,
            None => Role::Bullets,
        };
        let node = self.tags.add(place.parent, role);
        let texts = marks(list, place.lists);
        let indent = self.indent(&texts, place.reading);
        let gap: f32 = if is_short(list) { 3.0 } else { 6.0 };
        for (index, (item, text)) in list.items.iter().zip(texts).enumerate() {
            if index > 0 {
                self.bars(place, self.y, gap.min(self.room().max(0.0)));
                self.skip(gap);
            }
            self.item(item, text, node, indent, place, markers)?;
        }
        Ok(())
    }

    fn item(
        &mut self,
        item: &[Block],
        text: String,
        list: NodeId,
        indent: f32,
        place: &Place,
        markers: &mut Vec<Marker>,
    ) -> Result<(), PdfError> {
        let node = self.tags.add(list, Role::Item);
        markers.push(Marker {
            text,
            node: self.tags.add(node, Role::Label),
            strip: Strip {
                start: place.strip.start,
                width: indent - MARKER_GAP,
            },
        });
        if !item.is_empty() {
            let inner = Place {
                parent: self.tags.add(node, Role::ItemBody),
                lists: place.lists + 1,
                ..place.moved(indent)
            };
            self.rich_blocks(item, &inner, markers)?;
        }
        self.stand_alone(markers, place)
    }

    /// The room for the markers of a list.
    fn indent(&mut self, texts: &[String], reading: Reading) -> f32 {
        // The others are between these two.
        let ends = [texts.first(), texts.last()];
        let widths = ends.into_iter().flatten().map(|text| {
            let width = self.shaper.width(text, TEXT.weight, reading);
            points(width, TEXT.size)
        });
        widths.fold(LEAST_INDENT - MARKER_GAP, f32::max) + MARKER_GAP + 0.1
    }
}

/// Whether each item of a list is a line or a few, which stand close.
fn is_short(list: &List) -> bool {
    let long = |item: &Vec<Block>| {
        let text = item.iter().filter(|it| !matches!(it, Block::List(_)));
        text.count() > 1
    };
    !list.items.iter().any(long)
}

/// The marker of each item.
fn marks(list: &List, lists: usize) -> Vec<String> {
    let bullet = if lists.is_multiple_of(2) {
        "•"
    } else {
        "–"
    };
    let mark = |index: u32| match list.start {
        Some(start) => format!("{}.", start.saturating_add(index)),
        None => bullet.to_owned(),
    };
    (0..)
        .zip(&list.items)
        .map(|(index, _)| mark(index))
        .collect()
}
