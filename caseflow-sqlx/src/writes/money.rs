//! Changes that have to do with money.

use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::changes::{CounterDelta, Write};
use caseflow_core::domain::gateway::{EventRef, Merchant};
use caseflow_core::domain::gateway_event::{EventOutcome, GatewayEvent, Sweep};
use caseflow_core::domain::invoice::{Invoice, InvoiceState};
use caseflow_core::domain::number::Series;
use caseflow_core::domain::payment::{Credit, Payment};
use caseflow_core::domain::refund::Refund;
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use super::{Done, Work};
use crate::records::{
    alert as alert_record, attempt as attempt_record, gateway_event, invoice as invoice_record,
    payment as payment_record, refund as refund_record, reversal as reversal_record,
};
use crate::value::text;

impl Work<'_> {
    pub(super) async fn invoice(&mut self, write: &Write<Invoice>) -> Done {
        let number = match &write.value().state {
            InvoiceState::Draft => None,
            InvoiceState::Issued(issue) | InvoiceState::Cancelled { issue, .. } => {
                Some(self.number(Series::Invoice, &issue.number).await?)
            }
        };
        let values = invoice_record::values(write.value(), number.as_deref());
        let values = values.map_err(StoreError::Backend)?;
        self.record(&self.sql.write.invoice, write, values).await
    }

    pub(super) async fn payment(&mut self, write: &Write<Payment>) -> Done {
        let payment = write.value();
        let receipt = self.number(Series::Receipt, &payment.receipt).await?;
        let values = payment_record::payment_values(payment, &receipt);
        self.record(&self.sql.write.payment, write, values).await
    }

    pub(super) async fn credit(&mut self, credit: &Credit) -> Done {
        let values = payment_record::credit_values(credit);
        self.add(&self.sql.write.credit, values).await
    }

    pub(super) async fn reversal(&mut self, reversal: &Reversal) -> Done {
        let number = self.number(Series::Refund, &reversal.number).await?;
        let values = reversal_record::values(reversal, &number);
        self.add(&self.sql.write.reversal, values).await
    }

    pub(super) async fn attempt(&mut self, write: &Write<Attempt>) -> Done {
        let values = attempt_record::values(write.value());
        let values = values.map_err(StoreError::Backend)?;
        self.record(&self.sql.write.attempt, write, values).await
    }

    pub(super) async fn refund(&mut self, write: &Write<Refund>) -> Done {
        let values = refund_record::values(write.value());
        self.record(&self.sql.write.refund, write, values).await
    }

    pub(super) async fn alert(&mut self, write: &Write<Alert>) -> Done {
        let values = alert_record::values(write.value());
        self.record(&self.sql.write.alert, write, values).await
    }

    pub(super) async fn sweep(&mut self, write: &Write<Sweep>) -> Done {
        let values = gateway_event::sweep_values(write.value());
        self.record(&self.sql.write.sweep, write, values).await
    }

    pub(super) async fn event(&mut self, event: &GatewayEvent) -> Done {
        let values = gateway_event::values(event);
        self.add(&self.sql.write.event, values).await
    }

    pub(super) async fn event_seen(
        &mut self,
        merchant: &Merchant,
        event: &EventRef,
        outcome: EventOutcome,
        at: Timestamp,
    ) -> Done {
        let due = match outcome {
            EventOutcome::Done | EventOutcome::Dead => None,
            EventOutcome::Again(at) => Some(at),
        };
        let values = vec![text(merchant), text(event), due.into(), at.into()];
        self.add(&self.sql.write.event_seen, values).await
    }

    pub(super) async fn count(&mut self, delta: &CounterDelta) -> Done {
        let code = text(delta.counter.code());
        let values = vec![text(delta.client), code, delta.delta.into()];
        self.add(&self.sql.write.count, values).await
    }
}
