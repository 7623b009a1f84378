use caseflow_core::domain::access::Origin;

use crate::read::{Cells, Stored, Unreadable};
use crate::value::{self, Value};

/// Two texts: `ip`, `user_agent`.
pub(super) fn values(origin: Option<&Origin>) -> [Value; 2] {
    [
        value::maybe(origin.and_then(|it| it.ip.as_ref())),
        value::maybe(origin.and_then(|it| it.user_agent.as_ref())),
    ]
}

impl Stored for Origin {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            ip: cells.maybe()?,
            user_agent: cells.maybe()?,
        })
    }
}
