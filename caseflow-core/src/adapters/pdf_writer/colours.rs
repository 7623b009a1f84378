//! The firm's colour, and what is legible on it and in it.

use super::ops::Rgb;
use crate::domain::contrast;
use crate::domain::text::Colour;

/// Text.
pub(super) const INK: Rgb = Rgb(0x1b, 0x1f, 0x24);
/// Text that is not read first. 7:1 on white.
pub(super) const QUIET: Rgb = Rgb(0x4f, 0x57, 0x60);
/// Hairlines.
pub(super) const RULE: Rgb = Rgb(0xd3, 0xd7, 0xdc);
/// Behind text that is to be taken letter by letter, and behind the heads of an author's tables.
pub(super) const TINT: Rgb = Rgb(0xf0, 0xf2, 0xf4);
const WHITE: Rgb = Rgb(255, 255, 255);

/// The least contrast of text (WCAG 2.2, 1.4.3, level AA).
const LEAST: f64 = 4.5;

/// The firm's colour at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Palette {
    /// Behind the heads of tables.
    pub(super) accent: Rgb,
    /// Text on that: white, or ink where that stands out more.
    pub(super) on_accent: Rgb,
    /// The colour made dark enough for text on white.
    pub(super) strong: Rgb,
}

impl Palette {
    pub(super) fn new(colour: &Colour) -> Self {
        let (red, green, blue) = colour.rgb();
        let accent = Rgb(red, green, blue);
        let on_accent = if contrast(accent, WHITE) >= contrast(accent, INK) {
            WHITE
        } else {
            INK
        };
        Self {
            accent,
            on_accent,
            strong: darkened(accent),
        }
    }
}

/// The same hue, in as few steps darker as it takes.
fn darkened(colour: Rgb) -> Rgb {
    let Rgb(red, green, blue) = colour;
    let step = |keep: u16| {
        let part = |part: u8| u8::try_from(u16::from(part) * keep / 16).unwrap_or(0);
        Rgb(part(red), part(green), part(blue))
    };
    (1..=16)
        .rev()
        .map(step)
        .find(|it| contrast(*it, WHITE) >= LEAST)
        .unwrap_or(INK)
}

fn contrast(Rgb(r, g, b): Rgb, Rgb(red, green, blue): Rgb) -> f64 {
    contrast::contrast((r, g, b), (red, green, blue))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_colour_is_legible(red: u8, green: u8, blue: u8) {
            let colour = Colour::parse(&format!("#{red:02x}{green:02x}{blue:02x}")).unwrap();
            let palette = Palette::new(&colour);
            prop_assert!(contrast(palette.strong, WHITE) >= LEAST);
            prop_assert!(contrast(palette.accent, palette.on_accent) >= 4.0);
        }
    }

    #[test]
    fn quiet_text_is_legible_too() {
        assert!(contrast(QUIET, WHITE) >= 7.0);
        assert!((contrast(Rgb(0, 0, 0), WHITE) - 21.0).abs() < 0.001);
    }

    #[test]
    fn a_dark_colour_stays_as_it_is() {
        let palette = Palette::new(&Colour::parse("#1f5f8b").unwrap());
        assert_eq!(palette.strong, Rgb(0x1f, 0x5f, 0x8b));
        assert_eq!(palette.on_accent, WHITE);
        let palette = Palette::new(&Colour::parse("#ffe066").unwrap());
        assert_eq!(palette.on_accent, INK);
    }
}
