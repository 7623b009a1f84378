//! The gateways in memory pass the kit, so that the kit and the stories that use them agree; and the
//! kit finds a gateway that is wrong in one respect.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use std::sync::Arc;

use caseflow_core::testing::TestClock;
use caseflow_core::testing::gateway::TestGateway;

mod broken;

caseflow_core::payments_conformance!(TestGateway::new(Arc::new(TestClock::default())));

mod unsigned {
    use super::{Arc, TestClock, TestGateway};

    caseflow_core::payments_conformance!(TestGateway::unsigned(Arc::new(TestClock::default())));
}
