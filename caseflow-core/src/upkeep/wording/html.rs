//! A letter as HTML for mail programs: one column, inline styles, nothing that is fetched and nothing
//! that runs.
//!
//! Only what has a ground of its own has a colour of its own, so that the letter is legible on a light
//! and on a dark page: the rest is in the reader's colours.

use super::blocks::{Block, Sheet, Side};
use crate::domain::contrast::{Rgb, contrast};

/// Legible as a line on white and on black.
const RULE: &str = "#808080";

/// The HTML face.
pub(super) fn html(sheet: &Sheet<'_>) -> String {
    let (direction, start) = match sheet.side {
        Side::Left => ("ltr", "left"),
        Side::Right => ("rtl", "right"),
    };
    let look = Look::of(sheet.accent);
    let mut blocks = paragraph(&format!("Dear {},", sheet.reader));
    for block in &sheet.words.blocks {
        blocks.push_str(&look.block(block, start));
    }
    blocks.push_str(&paragraph(sheet.firm));
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{subject}</title>\n</head>\n\
         <body style=\"margin:0;padding:0;color-scheme:light dark\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n\
         <tr><td align=\"center\" style=\"padding:16px\">\n\
         <table role=\"presentation\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"width:100%;max-width:600px;text-align:{start};\
         font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5\">\n\
         <tr><td style=\"padding:16px 24px;{ground};font-size:20px;font-weight:bold\">{firm}</td></tr>\n\
         <tr><td style=\"padding:8px 24px\">\n{blocks}</td></tr>\n{small_print}\
         </table>\n</td></tr>\n</table>\n</body>\n</html>\n",
        language = escaped(sheet.language),
        subject = escaped(&sheet.words.subject),
        ground = look.ground,
        firm = escaped(sheet.firm),
        small_print = sheet.disclaimer.map(small_print).unwrap_or_default(),
    )
}

fn small_print(text: &str) -> String {
    format!(
        "<tr><td dir=\"auto\" style=\"padding:16px 24px;border-top:1px solid {RULE};\
         font-size:13px\">{}</td></tr>\n",
        lines(text)
    )
}

/// What the firm's colour makes of a letter.
struct Look {
    /// The firm's colour, and what is legible on it.
    ground: String,
}

impl Look {
    fn of(accent: Rgb) -> Self {
        let (red, green, blue) = accent;
        Self {
            ground: format!(
                "background-color:#{red:02x}{green:02x}{blue:02x};color:{}",
                ink(accent)
            ),
        }
    }

    fn block(&self, block: &Block, start: &str) -> String {
        match block {
            Block::Say(text) => paragraph(text),
            Block::Small(text) => format!(
                "<p style=\"margin:16px 0;font-size:14px\">{}</p>\n",
                lines(text)
            ),
            Block::Act(label, address) => self.button(label, address),
            Block::See(label, address) => paragraph(&format!("{label}:")) + &address_line(address),
            Block::Facts(rows) => {
                let rows: String = rows.iter().map(|row| fact(row, start)).collect();
                format!(
                    "<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
                     style=\"margin:16px 0;width:100%;border-collapse:collapse\">\n{rows}</table>\n"
                )
            }
            Block::Quote(label, text) => format!(
                "{}<blockquote dir=\"auto\" style=\"margin:16px 0;padding:0 16px;\
                 border-left:4px solid {RULE}\">{}</blockquote>\n",
                paragraph(&format!("{label}:")),
                lines(text)
            ),
        }
    }

    fn button(&self, label: &str, address: &str) -> String {
        format!(
            "<p style=\"margin:24px 0 8px\"><a href=\"{}\" style=\"display:inline-block;\
             padding:12px 24px;border:1px solid {RULE};border-radius:4px;{};font-weight:bold;\
             text-decoration:none\">{}</a></p>\n{}",
            escaped(address),
            self.ground,
            escaped(label),
            address_line(address)
        )
    }
}

fn paragraph(text: &str) -> String {
    format!("<p style=\"margin:16px 0\">{}</p>\n", lines(text))
}

/// The address written out, for whoever wants to see where it leads or types it elsewhere.
fn address_line(address: &str) -> String {
    let address = escaped(address);
    format!(
        "<p dir=\"ltr\" style=\"margin:8px 0 24px;font-size:14px;word-break:break-all\">\
         <a href=\"{address}\" style=\"color:inherit\">{address}</a></p>\n"
    )
}

fn fact((name, value): &(&'static str, String), start: &str) -> String {
    format!(
        "<tr><th scope=\"row\" style=\"padding:8px 16px 8px 0;border-top:1px solid {RULE};\
         text-align:{start};vertical-align:top;font-weight:normal;white-space:nowrap\">{}</th>\
         <td dir=\"auto\" style=\"padding:8px 0;border-top:1px solid {RULE};text-align:{start};\
         vertical-align:top;font-weight:bold\">{}</td></tr>\n",
        escaped(name),
        lines(value)
    )
}

/// Text with its line breaks.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    lines.join("<br>\n")
}

/// Text for an element or a quoted attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Black or white, whichever is further from the colour. No colour is near both: the contrast is 4.5
/// to 1 or more (WCAG 2.2, 1.4.3).
fn ink(colour: Rgb) -> &'static str {
    match contrast(colour, (0, 0, 0)) > contrast(colour, (255, 255, 255)) {
        true => "#000000",
        false => "#ffffff",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::blocks::Words;
    use super::super::plain;
    use super::*;

    proptest! {
        #[test]
        fn on_every_colour_what_is_written_is_legible(colour: (u8, u8, u8)) {
            let ratio = match ink(colour) {
                "#000000" => contrast(colour, (0, 0, 0)),
                _ => contrast(colour, (255, 255, 255)),
            };
            prop_assert!(ratio >= 4.5, "{ratio}");
        }

        /// Whatever records hold, the markup of a letter is the same, and its words are those of the
        /// text face.
        #[test]
        fn no_text_becomes_markup_and_both_faces_say_the_same(
            texts in prop::collection::vec("[ -~äא<>&\"']{1,40}", 8),
        ) {
            let plain_texts = vec!["x".to_owned(); texts.len()];
            let (letter, harmless) = (Faces::of(&texts), Faces::of(&plain_texts));
            prop_assert_eq!(tags(&letter.html), tags(&harmless.html));
            let said = words(&letter.html);
            for line in letter.text.lines().map(str::trim).filter(|line| *line != "--") {
                let line: String = line.split_whitespace().collect();
                let (name, value) = line.split_once(':').unwrap_or((&line, ""));
                prop_assert!(said.contains(name) && said.contains(value), "{line} in {said}");
            }
        }
    }

    struct Faces {
        text: String,
        html: String,
    }

    impl Faces {
        fn of(texts: &[String]) -> Self {
            let words = Words::new(&texts[0])
                .say(&texts[1])
                .act(
                    "Do it",
                    format!("https://portal.example/{}", texts[2].replace(' ', "")),
                )
                .facts([("Name", texts[3].clone()), ("Other", texts[4].clone())])
                .quote("Reason given", Some(&texts[5]))
                .see("More", "https://portal.example/more?a=1&b=2")
                .small("Small print.");
            let sheet = Sheet {
                firm: &texts[6],
                accent: (0, 80, 160),
                language: "en",
                side: Side::Left,
                reader: "Ana",
                words: &words,
                disclaimer: Some(&texts[7]),
            };
            Self {
                text: plain::text(&sheet),
                html: html(&sheet),
            }
        }
    }

    /// The tags, with what is quoted in them left out.
    fn tags(html: &str) -> Vec<String> {
        let tags = html.split('<').skip(1);
        tags.map(|rest| {
            let tag = rest.split('>').next().unwrap();
            tag.split('"').step_by(2).collect()
        })
        .collect()
    }

    /// What is between the tags, without spaces, as a reader sees it.
    fn words(html: &str) -> String {
        let between = html.split('>').map(|part| part.split('<').next().unwrap());
        let text: String = between.flat_map(str::split_whitespace).collect();
        [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        .into_iter()
        .fold(text, |text, (entity, character)| {
            text.replace(entity, character)
        })
    }

    #[test]
    fn an_address_is_a_button_and_is_written_out() {
        let letter = Faces::of(&["a", "b", "c", "d", "e", "f", "g", "h"].map(str::to_owned));
        for address in [
            "https://portal.example/c",
            "https://portal.example/more?a=1&amp;b=2",
        ] {
            let shown = format!(">{address}</a>");
            let led = format!("href=\"{address}\"");
            assert!(letter.html.contains(&shown), "{}", letter.html);
            assert!(letter.html.contains(&led), "{}", letter.html);
        }
        assert!(letter.html.contains("Do it</a>"));
    }

    #[test]
    fn a_letter_fetches_nothing_and_runs_nothing() {
        let letter = Faces::of(&["a", "b", "c", "d", "e", "f", "g", "h"].map(str::to_owned));
        for forbidden in [
            "<script", "<img", "<link", "<style", "<form", "url(", "@import", "src=",
        ] {
            assert!(!letter.html.contains(forbidden), "{forbidden}");
        }
    }
}
