//! The entropy port.

use std::fmt;

/// Gives random bytes.
///
/// # Contract
/// * Outside tests the bytes come from a cryptographically secure source: ids, session tokens and
///   mailed links are made of them.
/// * The whole buffer is filled. A source that cannot fill it must not return.
///
/// # The smallest one
/// ```
/// use caseflow_core::ports::entropy::Entropy;
///
/// #[derive(Debug)]
/// struct NotRandom; // only ever for a test
///
/// impl Entropy for NotRandom {
///     fn fill(&self, bytes: &mut [u8]) {
///         bytes.fill(4);
///     }
/// }
///
/// let mut bytes = [0; 3];
/// NotRandom.fill(&mut bytes);
/// assert_eq!(bytes, [4, 4, 4]);
/// ```
pub trait Entropy: fmt::Debug + Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
