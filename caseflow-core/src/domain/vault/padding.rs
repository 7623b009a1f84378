//! Padding, so that a length says little of a short secret.

/// Padded lengths are multiples of this.
pub const BLOCK: usize = 256;

/// Ends the content (ISO/IEC 7816-4); zeros follow.
const END: u8 = 0x80;

/// Why bytes are not padded as [`pad`] does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the padding is not of this format")]
pub struct PaddingError;

/// The padded length of so many bytes: at least one more, so at least one [`BLOCK`].
pub(super) const fn padded(length: usize) -> usize {
    (length / BLOCK + 1) * BLOCK
}

/// Adds the byte `0x80` and as few zeros as make the length a multiple of [`BLOCK`].
///
/// With room for that the bytes stay where they are, and nothing of them is left elsewhere.
pub fn pad(bytes: &mut Vec<u8>) {
    let length = padded(bytes.len());
    bytes.push(END);
    bytes.resize(length, 0);
}

/// The content of what [`pad`] padded.
///
/// # Errors
/// When the length or the padding is not what [`pad`] makes of any content.
pub fn unpad(bytes: &[u8]) -> Result<&[u8], PaddingError> {
    let end = bytes.iter().rposition(|byte| *byte != 0);
    let (content, rest) = bytes.split_at(end.ok_or(PaddingError)?);
    let canonical = padded(content.len()) == bytes.len() && rest.first() == Some(&END);
    canonical.then_some(content).ok_or(PaddingError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length_is_padded_to_the_next_block_and_back() {
        for length in 0..=1_025 {
            for last in [0, END, 1] {
                let mut bytes = vec![7; length];
                if let Some(byte) = bytes.last_mut() {
                    *byte = last;
                }
                let content = bytes.clone();
                pad(&mut bytes);
                assert_eq!(bytes.len() % BLOCK, 0);
                assert!(bytes.len() > length && bytes.len() <= length + BLOCK);
                assert_eq!(unpad(&bytes), Ok(&content[..]));
            }
        }
    }

    #[test]
    fn padding_that_is_too_long_too_short_or_damaged_is_refused() {
        let mut whole = vec![7; 10];
        pad(&mut whole);
        let longer = [&whole[..], &[0; BLOCK]].concat();
        let mut marked = whole.clone();
        marked[200] = 1;
        for wrong in [
            &longer[..],
            &whole[..255],
            &marked,
            &[0; BLOCK],
            &[7; BLOCK],
            &[],
        ] {
            assert_eq!(unpad(wrong), Err(PaddingError), "{wrong:?}");
        }
    }
}
