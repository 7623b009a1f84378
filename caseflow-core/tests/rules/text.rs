//! Text: what is kept, what is refused and why.

use caseflow_core::domain::text::{
    Colour, Direction, Email, LanguageTag, Line, PersonName, Phone, Prose, TextError,
};
use proptest::prelude::*;

#[test]
fn c21_names_are_trimmed_and_nothing_hides_in_them() {
    for text in ["", "   ", "\u{a0}\u{3000}", "\n\t"] {
        assert_eq!(PersonName::parse(text), Err(TextError::Empty), "{text:?}");
    }
    for hidden in [
        '\u{200b}', '\u{202e}', '\u{2066}', '\0', '\n', '\u{feff}', '\u{ad}', '\u{200d}',
    ] {
        let refused = Err(TextError::Forbidden {
            character: hidden,
            position: 3,
        });
        assert_eq!(
            PersonName::parse(&format!("Jo{hidden}e")),
            refused,
            "{hidden:?}"
        );
        assert!(
            PersonName::parse(&format!("{hidden}\u{200b}")).is_err(),
            "{hidden:?}"
        );
    }
    let lone_surrogate = String::from_utf8_lossy(b"Jo\xed\xa0\x80e");
    assert!(matches!(
        PersonName::parse(&lone_surrogate),
        Err(TextError::Forbidden { .. })
    ));
    assert_eq!(
        PersonName::parse("  Documenso User  ").unwrap().as_str(),
        "Documenso User"
    );
    for name in [
        "Døcumensø Üser",
        "O",
        "李",
        "محمد علي",
        "Anne-Marie d’Arc",
        "🙂 Smith",
        &"ø".repeat(100),
    ] {
        assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
    }
    assert_eq!(
        PersonName::parse(&"a".repeat(101)),
        Err(TextError::TooLong { max: 100 })
    );
}

#[test]
fn a_line_is_one_line_within_its_length() {
    assert_eq!(Line::<3>::parse(" äöü ").unwrap().as_str(), "äöü");
    assert_eq!(Line::<3>::parse("äöüß"), Err(TextError::TooLong { max: 3 }));
    for text in ["a\nb", "a\tb", "a\r\nb", "a\u{2028}b", "a\u{85}b"] {
        assert!(matches!(
            Line::<9>::parse(text),
            Err(TextError::Forbidden { position: 2, .. })
        ));
    }
}

#[test]
fn prose_keeps_lines_and_tabs_with_one_kind_of_line_end() {
    let text = "\r\n  One\r\n\tTwo\rThree\u{2029}Four \n\n";
    assert_eq!(
        Prose::<99>::parse(text).unwrap().as_str(),
        "  One\n\tTwo\nThree\nFour"
    );
    assert_eq!(Prose::<99>::parse(" \r\n\t "), Err(TextError::Empty));
    let refused = Prose::<99>::parse("a\nb\u{202e}");
    assert_eq!(
        refused,
        Err(TextError::Forbidden {
            character: '\u{202e}',
            position: 4
        })
    );
    assert_eq!(Prose::<3>::parse("a\r\nb").unwrap().as_str(), "a\nb");
}

#[test]
fn refusals_say_what_to_do() {
    let message = PersonName::parse("Jo\u{200b}e").unwrap_err().to_string();
    assert_eq!(
        message,
        "character U+200B at position 3 is not allowed: remove it"
    );
    let message = Email::parse("ann").unwrap_err().to_string();
    assert_eq!(
        message,
        "the text does not have the right form: write an e-mail address like ann@example.com"
    );
}

#[test]
fn e_mail_addresses_are_sane_and_safe_in_headers() {
    let kept = [
        "a@b.co",
        "ann.lee+tag@example.com",
        "o'neil@example.ie",
        "a@xn--mller-kva.de",
        "a@müller.de",
        "user@例え.テスト",
        "a@उदाहरण.परीक्षा",
        "x@1.2.example",
        "UPPER@example.com",
    ];
    for text in kept {
        assert_eq!(Email::parse(text).unwrap().as_str(), text);
    }
    let refused = [
        "",
        "ann",
        "@b.co",
        "a@",
        "a@b",
        "a@@b.co",
        "a@b@c.co",
        "a b@c.co",
        "a@b .co",
        ".a@b.co",
        "a.@b.co",
        "a..b@c.co",
        "a@.co",
        "a@b.",
        "a@-b.co",
        "a@b-.co",
        "a@b..co",
        "a@1.2.3.4",
        "\"a b\"@c.co",
        "a@[1.2.3.4]",
        "Ann <a@b.co>",
        "a@b.co,c@d.co",
        "a@b.co\r\nBcc: x@y.z",
        "a\0@b.co",
        "a@b。co",
        "ä@b.co",
        "a@b_c.co",
        "a@b\u{200b}.co",
    ];
    for text in refused {
        assert!(Email::parse(text).is_err(), "{text:?}");
    }
    let long = |labels: usize| {
        format!(
            "{}@{}",
            "l".repeat(64),
            vec!["d".repeat(62); labels].join(".")
        )
    };
    assert_eq!(Email::parse(&long(3)).unwrap().as_str().len(), 253);
    assert_eq!(
        Email::parse(&(long(3) + ".de")),
        Err(TextError::TooLong { max: 254 })
    );
}

#[test]
fn e_mail_addresses_compare_by_key_without_case() {
    let email = Email::parse(" Ann.Lee@Example.COM ").unwrap();
    assert_eq!(email.as_str(), "Ann.Lee@example.com");
    assert_eq!(email.key(), "ann.lee@example.com");
    assert_eq!(
        email.key(),
        Email::parse("ANN.lee@EXAMPLE.com").unwrap().key()
    );
}

#[test]
fn telephone_numbers_are_kept_as_written() {
    for text in [
        "+49 30 1234567",
        "(020) 7946-0958",
        "555.123.4567 x12",
        "112",
        "030/12345",
    ] {
        assert_eq!(Phone::parse(text).unwrap().as_str(), text);
    }
    for text in [
        "",
        "12",
        "((((",
        "call me",
        "+49 30 1234567;",
        "٣٣٣",
        &"1".repeat(33),
    ] {
        assert!(Phone::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn language_tags_get_their_usual_case_and_a_direction() {
    use Direction::{Ltr, Rtl};
    let cases = [
        ("EN", "en", Ltr),
        ("pt-br", "pt-BR", Ltr),
        ("ZH-hant-tw", "zh-Hant-TW", Ltr),
        ("es-419", "es-419", Ltr),
        ("ar", "ar", Rtl),
        ("he-IL", "he-IL", Rtl),
        ("fa-af", "fa-AF", Rtl),
        ("ks-arab", "ks-Arab", Rtl),
        ("ar-latn", "ar-Latn", Ltr),
        ("ckb", "ckb", Rtl),
    ];
    for (text, tag, direction) in cases {
        let language = LanguageTag::parse(text).unwrap();
        assert_eq!((language.as_str(), language.direction()), (tag, direction));
    }
    for text in [
        "",
        "e",
        "engl",
        "en_GB",
        "en-",
        "en-GB-x",
        "en-GB-Latn",
        "1n",
        "en-4199",
        "en-u-co",
    ] {
        assert!(LanguageTag::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn directions_and_colours_read_back() {
    for direction in [Direction::Auto, Direction::Ltr, Direction::Rtl] {
        assert_eq!(direction.as_str().parse(), Ok(direction));
    }
    assert!(Direction::parse("left").is_err());
    let colour = Colour::parse(" #1A2b3C ").unwrap();
    assert_eq!(
        (colour.as_str(), colour.rgb()),
        ("#1a2b3c", (0x1a, 0x2b, 0x3c))
    );
    for text in [
        "",
        "#12345",
        "#1234567",
        "1a2b3c",
        "#1a2b3g",
        "#1a2b3\u{e9}",
        "red",
    ] {
        assert!(Colour::parse(text).is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn checked_text_is_stable(text in any::<String>()) {
        if let Ok(line) = Line::<40>::parse(&text) {
            prop_assert_eq!(line.as_str(), text.trim());
            prop_assert_eq!(Line::parse(line.as_str()), Ok(line.clone()));
            prop_assert!(!line.as_str().chars().any(char::is_control));
        }
        if let Ok(prose) = Prose::<40>::parse(&text) {
            prop_assert_eq!(Prose::parse(prose.as_str()), Ok(prose.clone()));
        }
    }

    #[test]
    fn e_mail_never_breaks_a_header(text in "[a-zA-Z0-9.@\\-+\r\n ,;<>\"ä]{1,20}") {
        if let Ok(email) = Email::parse(&text) {
            let plain = |c: char| c.is_alphanumeric() || "@.-+".contains(c);
            prop_assert!(email.as_str().chars().all(plain));
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert_eq!(email.key(), Email::parse(&email.key()).unwrap().key());
        }
    }
}
