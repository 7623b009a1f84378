//! The names of Stripe's objects.

use caseflow_core::domain::gateway::GatewayRef;
use caseflow_core::domain::gateway::TxnRef;

/// The name of an object, which is safe in a path, with its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectId {
    pub(crate) kind: Kind,
    text: String,
}

/// What kind of object it is, as the beginning of its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Session,
    Intent,
    Charge,
    Refund,
    Dispute,
}

impl ObjectId {
    /// Small letters, an underscore, then letters, digits and underscores.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (prefix, rest) = text.split_once('_')?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if rest.is_empty() || !rest.bytes().all(plain) {
            return None;
        }
        let kind = match prefix {
            "cs" => Kind::Session,
            "pi" => Kind::Intent,
            "ch" | "py" => Kind::Charge,
            "re" | "pyr" => Kind::Refund,
            "dp" | "du" => Kind::Dispute,
            _ => return None,
        };
        Some(Self {
            kind,
            text: text.to_owned(),
        })
    }

    pub(crate) fn of(reference: &GatewayRef) -> Option<Self> {
        Self::parse(reference.as_str())
    }

    pub(crate) fn of_txn(txn: &TxnRef) -> Option<Self> {
        Self::parse(txn.as_str())
    }

    /// The name, when it is of this kind.
    pub(crate) fn into_text(self, kind: Kind) -> Option<String> {
        (self.kind == kind).then_some(self.text)
    }

    pub(crate) fn into_any_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_their_beginning() {
        for (text, kind) in [
            ("cs_test_a1B2", Kind::Session),
            ("pi_3P", Kind::Intent),
            ("ch_3P", Kind::Charge),
            ("py_3P", Kind::Charge),
            ("re_3P", Kind::Refund),
            ("pyr_1P", Kind::Refund),
            ("dp_1P", Kind::Dispute),
            ("du_1P", Kind::Dispute),
        ] {
            assert_eq!(
                ObjectId::parse(text).map(|id| id.kind),
                Some(kind),
                "{text}"
            );
        }
    }

    #[test]
    fn what_would_lead_elsewhere_in_a_path_is_no_name() {
        for text in [
            "", "cs", "cs_", "_cs", "CS_x", "evt_1", "cs_x/y", "cs_x?y", "cs_x%2Fy", "cs_x#",
            "cs_é", "cs_x.y", "../cs_x", "cs_x\n",
        ] {
            assert_eq!(ObjectId::parse(text), None, "{text:?}");
        }
    }
}
