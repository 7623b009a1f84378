//! A firm's own colour, made legible and served as a small style sheet of its own.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use caseflow_core::domain::contrast::contrast;
use sha2::{Digest as _, Sha256};

/// A firm's generated style sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Theme {
    /// File name below `/assets/`.
    pub(crate) name: String,
    pub(crate) css: String,
}

impl Theme {
    /// The theme for an accent colour given as red, green and blue.
    pub(crate) fn new(accent: (u8, u8, u8)) -> Self {
        Self {
            name: Self::name_of(accent),
            css: theme_css(accent),
        }
    }

    /// The name of the theme for that colour, which every page writes: it says the colour, and by
    /// which rules the sheet is made, so that it changes with the content and costs nothing.
    pub(crate) fn name_of((red, green, blue): (u8, u8, u8)) -> String {
        let rules = &*RULES;
        format!("theme-{red:02x}{green:02x}{blue:02x}-{rules}.css")
    }

    /// The theme of that exact name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let (colour, _) = name.strip_prefix("theme-")?.split_once('-')?;
        let number = u32::from_str_radix(colour, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self::new((red, green, blue))).filter(|theme| theme.name == name)
    }
}

/// Stands for the way in which style sheets are made: a hash of some that cover all cases.
static RULES: LazyLock<String> = LazyLock::new(|| {
    let corners = (0..8_u8).map(|bits| {
        let channel = |bit: u8| if bits & bit == 0 { 0x20 } else { 0xe0 };
        theme_css((channel(4), channel(2), channel(1)))
    });
    let digest = Sha256::digest(corners.collect::<String>());
    URL_SAFE_NO_PAD.encode(digest.get(..6).unwrap_or_default())
});

/// The style sheet that sets the accent tokens for light and dark.
///
/// The colour is walked toward black (light) or white (dark) only as far as it takes to reach a
/// contrast of 4.5 to 1, so any brand colour stays legible as text, button and focus ring.
pub(crate) fn theme_css(accent: (u8, u8, u8)) -> String {
    let accent = Rgb(accent.0, accent.1, accent.2);
    let (light, dark) = (LIGHT.tokens(accent), DARK.tokens(accent));
    format!(
        "@layer theme{{:root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}}}"
    )
}

/// The contrast that WCAG 2.2 asks of text at level AA.
const LEGIBLE: f64 = 4.5;

/// The accent of a firm that has not chosen one; its dark partner is chosen by hand.
const BUILT_IN: Rgb = Rgb(0x1d, 0x4f, 0xb8);

/// How much of the accent goes into the tint behind the current entry, in percent.
const TINT: u16 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb(u8, u8, u8);

/// One colour scheme: its two grounds, and the end of the walk that darkens or lightens.
struct Scheme {
    surface: Rgb,
    background: Rgb,
    on_accent: Rgb,
    end: Rgb,
    /// What [`BUILT_IN`] looks like in this scheme.
    built_in: Rgb,
}

const LIGHT: Scheme = Scheme {
    surface: Rgb(0xff, 0xff, 0xff),
    background: Rgb(0xf6, 0xf7, 0xf9),
    on_accent: Rgb(0xff, 0xff, 0xff),
    end: Rgb(0, 0, 0),
    built_in: BUILT_IN,
};

const DARK: Scheme = Scheme {
    surface: Rgb(0x17, 0x1c, 0x24),
    background: Rgb(0x0f, 0x13, 0x19),
    on_accent: Rgb(0x0d, 0x15, 0x26),
    end: Rgb(0xff, 0xff, 0xff),
    built_in: Rgb(0x8f, 0xb4, 0xff),
};

impl Scheme {
    fn tokens(&self, brand: Rgb) -> String {
        let brand = if brand == BUILT_IN {
            self.built_in
        } else {
            brand
        };
        let accent = self.walk(brand, &[self.surface]);
        let tint = self.surface.mix(accent, TINT);
        let link = self.walk(accent, &[self.surface, self.background, tint]);
        let on_accent = self.on_accent;
        format!(
            "--accent:{};--on-accent:{};--link:{};--tint:{}",
            accent.hex(),
            on_accent.hex(),
            link.hex(),
            tint.hex()
        )
    }

    fn walk(&self, from: Rgb, grounds: &[Rgb]) -> Rgb {
        (0..=100)
            .map(|percent| from.mix(self.end, percent))
            .find(|colour| {
                grounds
                    .iter()
                    .all(|ground| colour.contrast(*ground) >= LEGIBLE)
            })
            .unwrap_or(self.end)
    }
}

impl Rgb {
    /// This colour with `percent` of another one mixed in.
    fn mix(self, other: Self, percent: u16) -> Self {
        let channel = |a: u8, b: u8| {
            let mixed = (u16::from(a) * (100 - percent) + u16::from(b) * percent + 50) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self(
            channel(self.0, other.0),
            channel(self.1, other.1),
            channel(self.2, other.2),
        )
    }

    fn contrast(self, other: Self) -> f64 {
        let rgb = |Self(red, green, blue): Self| (red, green, blue);
        contrast(rgb(self), rgb(other))
    }

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(tokens: &str, name: &str) -> Rgb {
        let (_, rest) = tokens.split_once(&format!("{name}:#")).unwrap();
        let part = |at: usize| u8::from_str_radix(&rest[at..at + 2], 16).unwrap();
        Rgb(part(0), part(2), part(4))
    }

    fn accent(scheme: &Scheme, brand: Rgb) -> String {
        token(&scheme.tokens(brand), "--accent").hex()
    }

    #[test]
    fn known_brand_colours_are_fitted() {
        let known = [
            (Rgb(0xf2, 0xc2, 0x00), "#8f7200", "#f2c200"),
            (Rgb(0x00, 0xb3, 0x86), "#008665", "#00b386"),
            (Rgb(0xff, 0x5a, 0x1f), "#cf4919", "#ff5a1f"),
            (Rgb(0x7a, 0x1f, 0xa2), "#7a1fa2", "#a96dc3"),
            (Rgb(0xe3, 0x06, 0x13), "#e30613", "#eb4953"),
            (Rgb(0xff, 0xff, 0xff), "#757575", "#ffffff"),
        ];
        for (brand, light, dark) in known {
            assert_eq!(accent(&LIGHT, brand), light);
            assert_eq!(accent(&DARK, brand), dark);
        }
    }

    #[test]
    fn the_built_in_colour_keeps_its_dark_partner() {
        assert_eq!(accent(&LIGHT, BUILT_IN), "#1d4fb8");
        assert_eq!(accent(&DARK, BUILT_IN), "#8fb4ff");
    }

    #[test]
    fn every_colour_ends_legible() {
        let steps: Vec<u8> = (0..=255).step_by(15).collect();
        for scheme in [&LIGHT, &DARK] {
            for red in &steps {
                for green in &steps {
                    for blue in &steps {
                        check(scheme, Rgb(*red, *green, *blue));
                    }
                }
            }
        }
    }

    fn check(scheme: &Scheme, brand: Rgb) {
        let tokens = scheme.tokens(brand);
        let (accent, on_accent) = (token(&tokens, "--accent"), token(&tokens, "--on-accent"));
        let (link, tint) = (token(&tokens, "--link"), token(&tokens, "--tint"));
        assert!(
            accent.contrast(scheme.surface) >= LEGIBLE,
            "{brand:?} on the surface"
        );
        assert!(
            accent.contrast(on_accent) >= LEGIBLE,
            "{brand:?} under a button's text"
        );
        for ground in [scheme.surface, scheme.background, tint] {
            assert!(link.contrast(ground) >= LEGIBLE, "{brand:?} as a link");
        }
    }

    #[test]
    fn the_name_tells_colours_apart() {
        let theme = Theme::new((0, 179, 134));
        assert!(theme.name.starts_with("theme-") && theme.name.ends_with(".css"));
        assert_eq!(theme, Theme::new((0, 179, 134)));
        assert_ne!(theme.name, Theme::new((0, 179, 135)).name);
    }

    #[test]
    fn a_theme_is_found_by_its_exact_name_alone() {
        let theme = Theme::new((0, 179, 134));
        assert_eq!(Theme::find(&theme.name), Some(theme.clone()));
        for other in [
            theme.name.replace("00b386", "0b386"),
            theme.name.replace("00b386", "00B386"),
            theme.name.replace("00b386", "+0b386"),
            theme.name.replace(".css", "x.css"),
            "theme-00b386-.css".to_owned(),
            "theme-.css".to_owned(),
        ] {
            assert_eq!(Theme::find(&other), None, "{other}");
        }
    }
}
