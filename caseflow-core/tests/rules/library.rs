//! Articles and their words: found by how words begin, in one order, at one address.

use std::collections::BTreeSet;
use std::time::Duration;

use caseflow_core::domain::article::{Article, ArticleStage, ArticleState, Slug};
use caseflow_core::domain::page::Cursor;
use caseflow_core::domain::search::{Terms, words};
use caseflow_core::domain::text::TextError;
use caseflow_core::testing::fixtures::{self, NOW};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A word of one of many scripts, in which each letter has at most one other case.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-ZäÖüÉñçåØ0-9]{1,40}",
        "[α-ωΑ-ΡΣ-Ω]{1,12}",
        "[а-яА-Я]{1,12}",
        "[א-ת]{1,12}",
        "[ء-غف-ي]{1,12}",
        "[अ-ह]{1,12}",
    ]
}

/// Words with what may stand between them.
fn texts() -> impl Strategy<Value = (Vec<String>, String)> {
    let between = select(&[" ", ", ", "\n\n", "-", "’", "/", "_", "%", " (", ". "][..]);
    prop::collection::vec((word(), between), 1..30).prop_map(|pairs| {
        let text = pairs.iter().flat_map(|(word, sign)| [word.as_str(), sign]);
        let text = text.collect();
        (pairs.into_iter().map(|(word, _)| word).collect(), text)
    })
}

fn terms(typed: &str) -> Terms {
    Terms::parse(typed).unwrap().unwrap()
}

proptest! {
    #[test]
    fn the_beginning_of_any_word_finds_it_in_either_case(
        (all, text) in texts(), one: Index, length: Index,
    ) {
        let word: Vec<char> = one.get(&all).chars().collect();
        let typed: String = word[..=length.index(word.len())].iter().collect();
        let words = words(&text);
        for typed in [typed.to_uppercase(), typed.to_lowercase(), typed] {
            prop_assert!(terms(&typed).match_all(&words), "{typed:?} in {words:?}");
        }
    }

    #[test]
    fn a_word_is_not_found_by_what_does_not_begin_it(
        ends in prop::collection::vec("[a-m]{1,5}", 1..20), typed in "[a-m]{1,3}",
    ) {
        let text: Vec<String> = ends.iter().map(|end| format!("z{end}")).collect();
        let words = words(&text.join(" "));
        prop_assert!(!terms(&typed).match_all(&words));
        let found = ends.iter().any(|end| end.starts_with(&typed));
        prop_assert_eq!(terms(&format!("z{typed}")).match_all(&words), found);
    }

    #[test]
    fn of_several_terms_each_has_to_be_found(
        (_, text) in texts(), typed in prop::collection::btree_set("[a-zα-ωа-я]{1,2}", 2..=8),
    ) {
        let words = words(&text);
        let each = typed.iter().all(|term| terms(term).match_all(&words));
        let typed: Vec<String> = typed.into_iter().collect();
        prop_assert_eq!(terms(&typed.join(" ")).match_all(&words), each);
    }

    #[test]
    fn words_are_what_they_are_looked_up_as(text: String) {
        let found = words(&text);
        prop_assert!(found.iter().all(|word| (1..=32).contains(&word.chars().count())));
        let again: Vec<&str> = found.iter().map(String::as_str).collect();
        prop_assert_eq!(words(&again.join(" ")), found);
    }

    #[test]
    fn the_library_is_in_one_order_whatever_the_case(group in "[a-z~ ]{1,9}", title in "[a-z~é]{1,9}") {
        let place = |group: &str, title: &str| placed(&format!("x{group}"), title).place();
        let (upper, lower) = (group.to_uppercase(), title.to_uppercase());
        prop_assert_eq!(place(&group, &title), place(&upper, &lower));
        let longer = format!("{}a", group.trim_end());
        prop_assert!(place(&group, &title) < place(&longer, "a"));
        let cursor = Cursor { key: place(&group, &title), id: "atc_1".to_owned() };
        prop_assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }

    #[test]
    fn a_slug_is_plain_words_and_dashes(parts in prop::collection::vec("[a-z0-9]{1,9}", 1..=8)) {
        let text = parts.join("-");
        let slug = Slug::parse(&text).unwrap();
        prop_assert_eq!(slug.as_str(), &text);
        for wrong in [
            format!("-{text}"), format!("{text}-"), format!("{text}--x"), format!("{text} x"),
            format!("{text}é"), format!("{text}X"), format!("{text}/x"), format!(" {text}"),
            format!("{text}.."), "a".repeat(81),
        ] {
            prop_assert!(Slug::parse(&wrong).is_err(), "{wrong:?}");
        }
    }
}

fn placed(group: &str, title: &str) -> Article {
    let mut article = fixtures::article(1);
    article.content.group = fixtures::line(group);
    article.content.title = fixtures::line(title);
    article
}

#[test]
fn letters_of_scripts_without_spaces_are_words() {
    let letters = |text: &str| text.chars().map(String::from).collect::<BTreeSet<_>>();
    assert_eq!(words("会社の設立"), letters("会社の設立"));
    assert_eq!(words("VAT会社2026"), {
        let mut words = letters("会社");
        words.extend(["vat".to_owned(), "2026".to_owned()]);
        words
    });
    assert_eq!(words("…—!? \u{200b}"), BTreeSet::new());
}

#[test]
fn a_letter_is_the_same_wherever_it_stands() {
    for (typed, text) in [
        ("ΟΔΟΣ", "οδοσημα"),
        ("οδος", "ΟΔΟΣΗΜΑ"),
        ("istanbul", "İSTANBUL"),
        ("İstan", "istanbul"),
        ("ΑΣ", "ας"),
    ] {
        assert!(terms(typed).match_all(&words(text)), "{typed} in {text}");
    }
}

#[test]
fn long_words_are_told_apart_by_their_first_32_letters() {
    let long = "a".repeat(32);
    assert_eq!(words(&format!("{long}b")), BTreeSet::from([long.clone()]));
    assert!(terms(&format!("{long}c")).match_all(&words(&format!("{long}b"))));
}

#[test]
fn a_search_has_at_most_eight_different_terms() {
    assert_eq!(Terms::parse(" -- ?! "), Ok(None));
    let eight = "a b c d e f g h";
    assert_eq!(terms(eight).as_slice().len(), Terms::MOST);
    let repeated = format!("{eight} A B a b c {eight}");
    assert_eq!(terms(&repeated), terms(eight));
    let late = terms("a a a a a a a a a a b");
    assert_eq!(late.as_slice(), ["a", "b"]);
    let refused = Terms::parse(&format!("{eight} i"));
    assert!(matches!(refused, Err(TextError::Malformed { .. })));
}

#[test]
fn an_article_is_found_by_title_group_summary_and_text() {
    let article = fixtures::article(7);
    let words = article.words();
    for said in ["article 7", "taxes", "changes this year", "rates rise"] {
        assert!(terms(said).match_all(&words), "{said}");
    }
    assert!(!words.contains("#") && !words.contains("draft"));
}

#[test]
fn what_is_published_keeps_its_day_until_it_is_taken_back() {
    let later = |minutes: u64| NOW.plus(Duration::from_secs(60 * minutes));
    let article = fixtures::article(1);
    let again = article.clone().at(ArticleStage::Published, later(1));
    assert_eq!(again.state.since(), Some(NOW));
    for stage in [ArticleStage::Draft, ArticleStage::Internal] {
        let kept = article.clone().at(stage, later(1));
        assert_eq!((kept.state.stage(), kept.state.since()), (stage, None));
        let anew = kept.at(ArticleStage::Published, later(2));
        assert_eq!(anew.state, ArticleState::Published { since: later(2) });
    }
    for stage in ArticleStage::ALL {
        assert_eq!(ArticleStage::from_code(stage.code()), Some(stage));
    }
}
