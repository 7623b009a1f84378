//! Checking a signed copy.

use askama::Template;

use super::forms::Problems;
use super::frame::Frame;

/// The form for a file, and what the last one was found to be.
#[derive(Debug, Template)]
#[template(path = "verify.html")]
pub(crate) struct VerifyPage {
    pub(crate) frame: Frame,
    pub(crate) problems: Problems,
    pub(crate) finding: Option<Finding>,
}

/// What a file was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Sealed here, and as it was then.
    Ours(SealFacts),
    /// Not what was signed, or not to be shown to be.
    Altered {
        why: Why,
        /// Whether a seal of this portal is in it.
        ours: bool,
    },
    /// Somebody else's signature, and as it was then.
    AnotherIssuers(SealFacts),
    NoSignature,
    NotAPdf,
}

/// Why a signed file is not taken for what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Something was put behind what was signed.
    Appended,
    /// What was signed is another text.
    Content,
    /// The signature itself does not hold, or anybody could have made it.
    Signature,
    /// It is of a kind that cannot be checked here.
    Unsupported,
}

/// What a signature that holds says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SealFacts {
    pub(crate) signer: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) reason: Option<String>,
    /// The moment by the firm's clock, with its zone.
    pub(crate) signed_at: Option<String>,
    /// When an authority for time has stamped it, and who that is.
    pub(crate) stamped: Option<String>,
    pub(crate) certificate: Option<String>,
}

impl Finding {
    /// The heading over the finding.
    pub(crate) fn heading(&self) -> &'static str {
        match self {
            Self::Ours(_) => "Genuine and unchanged",
            Self::Altered {
                why: Why::Unsupported,
                ..
            } => "This signature cannot be checked here",
            Self::Altered { .. } => "Not as it was signed",
            Self::AnotherIssuers(_) => "Signed by somebody else",
            Self::NoSignature => "Not signed",
            Self::NotAPdf => "Not a PDF file",
        }
    }

    pub(crate) fn tone(&self) -> &'static str {
        match self {
            Self::Ours(_) => "ok",
            Self::Altered {
                why: Why::Unsupported,
                ..
            }
            | Self::AnotherIssuers(_)
            | Self::NoSignature => "warn",
            Self::Altered { .. } | Self::NotAPdf => "bad",
        }
    }

    /// The outline of the finding's icon on a 24 by 24 grid, as an SVG path.
    pub(crate) fn icon(&self) -> &'static str {
        match self.tone() {
            "ok" => "m5 12.5 4.5 4.5L19 7.5",
            "warn" => "M12 7v6M12 16.5h.01",
            _ => "m7 7 10 10M17 7 7 17",
        }
    }

    /// What was found, in one sentence or two.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Ours(_) => {
                "This file was sealed by this portal when it was signed, and not one byte of it has \
                 changed since."
            }
            Self::Altered {
                why: Why::Appended, ..
            } => {
                "Something was added to this file after it was signed. What it shows may not be what \
                 was signed. Ask for the signed copy anew."
            }
            Self::Altered {
                why: Why::Content, ..
            } => {
                "This file was changed after it was signed. Do not rely on it; ask for the signed \
                 copy anew."
            }
            Self::Altered {
                why: Why::Signature,
                ..
            } => {
                "The signature in this file does not hold: it may have been forged or damaged. Do \
                 not rely on it; ask for the signed copy anew."
            }
            Self::Altered {
                why: Why::Unsupported,
                ..
            } => {
                "It bears a signature of a kind that is not known here. It may be sound, but it is \
                 not one that this portal makes."
            }
            Self::AnotherIssuers(_) => {
                "The file is as it was signed, but not by this portal. Nobody has checked here \
                 whether the signer is who the signature says: anybody can make one in any name."
            }
            Self::NoSignature => {
                "This is a PDF file without a signature. A contract as it was sent to be signed has \
                 none; its signed copy does."
            }
            Self::NotAPdf => "Choose the PDF file that was downloaded from the portal.",
        }
    }

    pub(crate) fn facts(&self) -> Option<&SealFacts> {
        match self {
            Self::Ours(facts) | Self::AnotherIssuers(facts) => Some(facts),
            Self::Altered { .. } | Self::NoSignature | Self::NotAPdf => None,
        }
    }
}
