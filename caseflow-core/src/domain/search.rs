//! Words for looking things up by what they say, alike in every store.

use std::collections::BTreeSet;

use super::text::TextError;

/// How many characters of a word count; what goes on after them is not told apart.
const LONGEST: usize = 32;
/// How many words of a text count at most.
const MOST_WORDS: usize = 20_000;

/// The words of a text, each once, as they are looked up: in lower case, without signs. Scripts that
/// put no space between words (Chinese, Japanese, Thai …) count by the letter. A letter is the same
/// one wherever in a word it stands: a Greek sigma, the `I` of İstanbul.
///
/// ```
/// use caseflow_core::domain::search::words;
/// let words: Vec<String> = words("VAT: the new rates (2026), in Zürich").into_iter().collect();
/// assert_eq!(words, ["2026", "in", "new", "rates", "the", "vat", "zürich"]);
/// ```
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    split(text).take(MOST_WORDS).collect()
}

/// What somebody looks for: each term has to be the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Vec<String>);

impl Terms {
    /// The most terms.
    pub const MOST: usize = 8;

    /// Reads what was typed; none when there is no word in it.
    ///
    /// # Errors
    /// When there are more than [`MOST`](Self::MOST) different words.
    pub fn parse(typed: &str) -> Result<Option<Self>, TextError> {
        let mut terms = BTreeSet::new();
        for term in split(typed) {
            terms.insert(term);
            if terms.len() > Self::MOST {
                return Err(TOO_MANY);
            }
        }
        Ok((!terms.is_empty()).then(|| Self(terms.into_iter().collect())))
    }

    /// The terms, each once.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether each term begins one of the words.
    #[must_use]
    pub fn match_all(&self, words: &BTreeSet<String>) -> bool {
        let begins = |term: &String| {
            let mut from = words.range::<String, _>(term..);
            from.next()
                .is_some_and(|word| word.starts_with(term.as_str()))
        };
        self.0.iter().all(begins)
    }
}

const TOO_MANY: TextError = TextError::Malformed {
    expected: "at most eight words",
};

fn split(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(|sign: char| !sign.is_alphanumeric());
    runs.flat_map(pieces)
}

/// A run of letters and digits as words: whole, or by the letter where no spaces stand between words.
fn pieces(run: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for sign in run.chars() {
        if is_unspaced(sign) {
            words.extend(finished(&mut word));
            words.push(sign.to_string());
        } else {
            word.push(sign);
        }
    }
    words.extend(finished(&mut word));
    words
}

fn finished(word: &mut String) -> Option<String> {
    let whole = std::mem::take(word);
    let short: String = whole.chars().flat_map(folded).take(LONGEST).collect();
    (!short.is_empty()).then_some(short)
}

/// A letter in lower case, whatever stands beside it: the beginning of a word has to begin it.
fn folded(letter: char) -> impl Iterator<Item = char> {
    let small = letter.to_lowercase().filter(|sign| sign.is_alphanumeric());
    small.map(|sign| if sign == 'ς' { 'σ' } else { sign })
}

/// Thai to Khmer, kana, and the Chinese characters of every plane.
const fn is_unspaced(sign: char) -> bool {
    matches!(sign,
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}
