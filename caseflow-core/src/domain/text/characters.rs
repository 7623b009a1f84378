//! Which characters a text may hold.
//!
//! The invisible ones are Unicode's `Default_Ignorable_Code_Point` and the format characters
//! (Unicode 16, `DerivedCoreProperties.txt` and `UnicodeData.txt`), less the Arabic, Syriac and
//! Kaithi signs that print.

use super::TextError;

/// One line: no control character at all.
pub(super) fn check_line(text: &str) -> Result<(), TextError> {
    check(text, |_| false)
}

/// Many lines: newline and tab are the only control characters.
pub(super) fn check_prose(text: &str) -> Result<(), TextError> {
    check(text, |character| matches!(character, '\n' | '\t'))
}

/// Whether a character shows something and keeps its place, whatever stands beside it.
pub(super) fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~')
        || !(character.is_control() || is_invisible(character) || is_damage(character))
}

fn check(text: &str, also: impl Fn(char) -> bool) -> Result<(), TextError> {
    // Most texts that are read back are all of these, and need no look at each one's neighbours.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    let mut previous = None;
    let mut rest = text.chars();
    let mut position = 0;
    while let Some(character) = rest.next() {
        position += 1;
        let allowed = is_plain(character)
            || also(character)
            || is_at_work(previous, character, rest.clone().next());
        if !allowed {
            return Err(TextError::Forbidden {
                character,
                position,
            });
        }
        previous = Some(character);
    }
    Ok(())
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// What a failed decoding or a lost object leaves behind, and the noncharacters.
fn is_damage(character: char) -> bool {
    matches!(character, '\u{fffc}' | '\u{fffd}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// Whether an invisible character changes how its neighbours look, as its script intends.
fn is_at_work(previous: Option<char>, character: char, next: Option<char>) -> bool {
    let Some(before) = previous else { return false };
    match character {
        '\u{200c}' => joins(before) && next.is_some_and(joins),
        '\u{200d}' => {
            (joins(before) && next.is_some_and(joins))
                || (is_emoji_part(before) && next.is_some_and(is_emoji))
        }
        '\u{fe0e}' | '\u{fe0f}' => is_emoji(before) || next == Some('\u{20e3}'),
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => is_han(before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

/// Letters and marks of scripts whose shapes depend on joiners: Arabic, Syriac, N'Ko, Mandaic,
/// the Indic ones, Tibetan, Myanmar, Khmer, Mongolian and the Arabic presentation forms.
fn joins(character: char) -> bool {
    matches!(
        character,
        '\u{620}'..='\u{65f}'
            | '\u{66e}'..='\u{6ff}'
            | '\u{700}'..='\u{7ff}'
            | '\u{840}'..='\u{dff}'
            | '\u{f00}'..='\u{109f}'
            | '\u{1780}'..='\u{18af}'
            | '\u{fb50}'..='\u{fdcf}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{11000}'..='\u{11fff}'
    ) && is_plain(character)
}

fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{a9}'
            | '\u{ae}'
            | '\u{203c}'
            | '\u{2049}'
            | '\u{2122}'
            | '\u{2139}'
            | '\u{2190}'..='\u{2bff}'
            | '\u{3030}'
            | '\u{303d}'
            | '\u{3297}'
            | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}'
    ) && is_plain(character)
}

fn is_emoji_part(character: char) -> bool {
    is_emoji(character) || character == '\u{fe0f}'
}

fn is_han(character: char) -> bool {
    matches!(
        character,
        '\u{3005}'
            | '\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joiners_stay_where_a_script_needs_them() {
        let kept = [
            "می\u{200c}خواهم",
            "ශ්\u{200d}රී",
            "क्\u{200d}ष",
            "👩\u{200d}⚖\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}城",
        ];
        for text in kept {
            assert_eq!(check_line(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn joiners_elsewhere_are_refused_with_their_place() {
        for (text, position) in [
            ("Jo\u{200d}hn", 3),
            ("张\u{200c}三", 2),
            ("می\u{200c}", 3),
            ("\u{fe0f}", 1),
        ] {
            let refused = check_line(text);
            assert!(
                matches!(refused, Err(TextError::Forbidden { position: at, .. }) if at == position),
                "{text:?}: {refused:?}"
            );
        }
    }

    #[test]
    fn what_hides_or_reorders_is_refused() {
        let hiding = "\u{0}\u{7f}\u{85}\u{ad}\u{34f}\u{61c}\u{115f}\u{200b}\u{200e}\u{200f}\u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{2800}\u{3164}\u{feff}\u{fff9}\u{fffd}\u{ffff}\u{e0041}";
        for character in hiding.chars() {
            let text = format!("a{character}b");
            assert_eq!(
                check_prose(&text),
                Err(TextError::Forbidden {
                    character,
                    position: 2
                })
            );
        }
    }

    #[test]
    fn signs_that_print_stay() {
        for text in [
            "\u{600}١٢",
            "\u{6dd}",
            "naïve – „Straße“",
            "日本語",
            "e\u{301}",
            "🙂",
        ] {
            assert_eq!(check_line(text), Ok(()), "{text:?}");
        }
    }
}
