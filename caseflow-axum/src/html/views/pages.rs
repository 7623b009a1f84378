//! Every template, rendered from the samples and held to what all pages promise.

use super::frame::Direction;
use super::samples::Samples;
use crate::assets::{STYLESHEET, all};
use crate::theme::Theme;

const PLAIN: Samples = Samples {
    base: "/portal",
    mark: "",
    direction: Direction::Ltr,
    theme: None,
};

#[test]
fn every_page_has_one_heading_and_one_main() {
    for (name, html) in PLAIN.pages() {
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        assert_eq!(
            html.matches("<main id=\"main\" tabindex=\"-1\"").count(),
            1,
            "{name}"
        );
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert!(html.contains("<a class=\"skip\" href=\"#main\">"), "{name}");
    }
}

#[test]
fn stored_text_never_becomes_markup() {
    let hostile = Samples {
        mark: "\"'><script>alert(1)</script>",
        ..PLAIN
    };
    for ((name, html), (_, clean)) in hostile.pages().iter().zip(PLAIN.pages()) {
        assert!(!html.contains("<script>"), "{name}");
        assert_eq!(
            html.matches('<').count(),
            clean.matches('<').count(),
            "{name}"
        );
        assert_eq!(
            html.matches('"').count(),
            clean.matches('"').count(),
            "{name}"
        );
    }
}

#[test]
fn every_address_is_below_the_mount() {
    for base in ["/portal", ""] {
        for (name, html) in (Samples { base, ..PLAIN }).pages() {
            for address in addresses(&html) {
                let inside = address.starts_with(&format!("{base}/"));
                let elsewhere = ["#", "mailto:"]
                    .iter()
                    .any(|start| address.starts_with(start));
                assert!(inside || elsewhere, "{name} links to {address}");
                assert!(!address.starts_with("//"), "{name} links to {address}");
            }
        }
    }
}

#[test]
fn nothing_is_inline_so_that_the_content_policy_may_be_strict() {
    for (name, html) in PLAIN.pages() {
        for forbidden in [
            " style=",
            "<style",
            " onclick=",
            " onsubmit=",
            "javascript:",
        ] {
            assert!(!html.contains(forbidden), "{name} holds {forbidden}");
        }
        let own = ["id=\"autograph\"", "id=\"shown\""];
        let has_own = name == "checkout" || own.iter().any(|id| html.contains(id));
        let scripts = if has_own { 2 } else { 1 };
        assert_eq!(html.matches("<script").count(), scripts, "{name}");
    }
}

#[test]
fn ids_are_unique_and_referred_to() {
    for (name, html) in PLAIN.pages() {
        let ids = values(&html, " id=\"");
        for id in &ids {
            assert_eq!(
                ids.iter().filter(|other| *other == id).count(),
                1,
                "{name}: {id}"
            );
        }
        for attribute in [
            " aria-labelledby=\"",
            " aria-describedby=\"",
            " for=\"",
            " href=\"#",
        ] {
            for id in values(&html, attribute)
                .iter()
                .flat_map(|value| value.split(' '))
            {
                assert!(ids.contains(&id), "{name}: nothing has the id {id}");
            }
        }
    }
}

#[test]
fn a_form_with_problems_says_so_everywhere() {
    for (name, html) in PLAIN.pages() {
        let wrong = name.ends_with("-error");
        assert_eq!(
            html.contains("<title>Error: "),
            wrong || ["-wait", "-refused"].iter().any(|end| name.ends_with(end)),
            "{name}"
        );
        assert_eq!(html.contains("aria-invalid=\"true\""), wrong, "{name}");
    }
}

#[test]
fn passwords_are_never_filled_in() {
    for (name, html) in PLAIN.pages() {
        for (_, rest) in html
            .match_indices("type=\"password\"")
            .map(|(at, _)| html.split_at(at))
        {
            let tag = rest.split('>').next().unwrap();
            assert!(!tag.contains("value="), "{name}");
        }
    }
}

#[test]
fn the_document_says_its_direction() {
    for (name, html) in (Samples {
        direction: Direction::Rtl,
        ..PLAIN
    })
    .pages()
    {
        assert!(html.contains("<html lang=\"en\" dir=\"rtl\">"), "{name}");
    }
}

#[test]
fn r_inv_2_a_part_paid_overdue_invoice_shows_what_was_paid() {
    let pages = PLAIN.pages();
    let page = |name| &pages.iter().find(|page| page.0 == name).unwrap().1;
    let invoice = page("invoice");
    assert!(invoice.contains("Overdue, was due") && invoice.contains("Paid so far"));
    assert!(page("invoices-overdue").contains("USD 1,000.00</bdi> paid"));
    assert!(!page("invoice-cancelled").contains("Amount due"));
}

/// Writes the samples where `CASEFLOW_SAMPLES` points, to be looked at in a browser.
#[test]
fn samples_can_be_looked_at() {
    let theme = Theme::new((0x00, 0xb3, 0x86));
    let looks = [
        ("ltr", PLAIN),
        (
            "rtl",
            Samples {
                direction: Direction::Rtl,
                base: "/rtl",
                ..PLAIN
            },
        ),
        (
            "green",
            Samples {
                theme: Some(theme.clone()),
                base: "/green",
                ..PLAIN
            },
        ),
    ];
    for (folder, look) in looks {
        let pages = look.pages();
        assert!(
            pages
                .iter()
                .all(|(_, html)| html.contains(&STYLESHEET.name))
        );
        if let Some(root) = std::env::var_os("CASEFLOW_SAMPLES") {
            write(
                &std::path::Path::new(&root).join(folder.replace("ltr", "portal")),
                &pages,
                &theme,
            );
        }
    }
}

fn write(folder: &std::path::Path, pages: &[(&str, String)], theme: &Theme) {
    let assets = folder.join("assets");
    std::fs::create_dir_all(&assets).unwrap();
    for asset in all() {
        std::fs::write(assets.join(&asset.name), asset.bytes).unwrap();
    }
    std::fs::write(assets.join(&theme.name), &theme.css).unwrap();
    for (name, html) in pages {
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

fn addresses(html: &str) -> Vec<&str> {
    [" href=\"", " src=\"", " action=\""]
        .iter()
        .flat_map(|start| values(html, start))
        .collect()
}

/// The values of an attribute, given with its opening quote.
fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    let ends = html.split(attribute).skip(1);
    ends.filter_map(|rest| rest.split('"').next()).collect()
}
