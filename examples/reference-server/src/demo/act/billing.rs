//! Invoices of the past, and what was paid.

use anyhow::Context as _;
use caseflow_core::domain::id::Subject;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::text::Line;
use caseflow_core::firm::invoices::CreditInput;
use caseflow_core::firm::payments::PaymentInput;
use caseflow_core::firm::{invoices, payments};

use super::super::plan::{InvoicePlan, Step};
use super::{Book, Event, inputs, unexpected};

impl Book {
    pub(super) async fn bill(
        &mut self,
        event: &Event<'_>,
        plan: &InvoicePlan,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let client = self.client(event.client)?;
        let today = self.firm.today(ports.now());
        let terms = inputs::terms(plan, today, self.firm.currency)?;
        let made = invoices::draft(ports, call, client, terms).await?;
        let Subject::Invoice(id) = made.id else {
            return Err(unexpected(made));
        };
        self.invoices.insert(event.place, id);
        if !plan.draft {
            invoices::issue(ports, call, id, None).await?;
        }
        Ok(())
    }

    pub(super) async fn go_on_with_invoice(
        &mut self,
        event: &Event<'_>,
        plan: &InvoicePlan,
        step: &Step,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let id = *self.invoices.get(&event.place).context("not begun")?;
        let currency = inputs::currency(plan, self.firm.currency)?;
        let money = |amount: &Option<String>| {
            amount
                .as_ref()
                .map(|text| Money::parse(text, currency))
                .transpose()
        };
        match step {
            Step::Pay {
                amount,
                by,
                reference,
                ..
            } => {
                let input = PaymentInput {
                    amount: money(amount)?,
                    received_on: None,
                    mode: PaymentMode::from_code(by).context("no such mode")?,
                    reference: reference.as_deref().map(Line::parse).transpose()?,
                    note: None,
                };
                let made = payments::record(ports, call, id, None, input).await?;
                let Subject::Payment(payment) = made.id else {
                    return Err(unexpected(made));
                };
                self.last_payment.insert(event.place, payment);
            }
            Step::Void { reason, .. } => {
                let payment = self.last_payment.get(&event.place).context("not paid")?;
                let reason = Some(Line::parse(reason)?);
                payments::void(ports, call, *payment, None, reason).await?;
            }
            Step::Credit { amount, reason, .. } => {
                let input = CreditInput {
                    amount: money(amount)?,
                    given_on: None,
                    reason: Some(Line::parse(reason)?),
                };
                invoices::credit(ports, call, id, None, input).await?;
            }
            Step::Cancel { .. } => {
                invoices::cancel(ports, call, id, None).await?;
            }
        }
        Ok(())
    }
}
