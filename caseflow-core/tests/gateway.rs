//! The gateway in memory passes the kit, so that the kit and the stories that use it agree.

use std::sync::Arc;

use caseflow_core::testing::TestClock;
use caseflow_core::testing::gateway::TestGateway;

caseflow_core::payments_conformance!(TestGateway::new(Arc::new(TestClock::default())));
