//! How well one colour can be read on another (WCAG 2.2, 1.4.3), for everything that is shown in a
//! firm's colour: pages, documents, mails.

/// Red, green and blue, each 0 to 255, as [`Colour::rgb`](super::text::Colour::rgb) answers them.
pub type Rgb = (u8, u8, u8);

/// The contrast ratio of two colours, 1 to 21. Text needs 4.5.
///
/// ```
/// use caseflow_core::domain::contrast::contrast;
///
/// assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, 0 to 1.
fn luminance((red, green, blue): Rgb) -> f64 {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}
