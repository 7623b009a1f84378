//! What is owed, paid and sent back.

use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::attempt::{
    Attempt, AttemptState, Checkout, End, NextStep, Order, Trouble,
};
use caseflow_core::domain::gateway::Merchant;
use caseflow_core::domain::gateway_event::{GatewayEvent, Sweep};
use caseflow_core::domain::invoice::{Account, Invoice, InvoiceState, InvoiceTerms, Issue};
use caseflow_core::domain::number::Number;
use caseflow_core::domain::payment::{Charge, Credit, Payment, PaymentState};
use caseflow_core::domain::pricing::{
    Discount, LineItem, LineTotals, PriceMode, Pricing, TaxRate, TaxTotal, Totals,
};
use caseflow_core::domain::refund::{Refund, RefundState};
use caseflow_core::domain::reversal::Reversal;

use super::{fields, variants};

fields! {
    Invoice { id, client, state, terms, totals, account, created_at }
    InvoiceTerms { dated, due, pricing, matter, client_note, internal_note }
    Issue { number, at }
    Account { total, received, credited }
    Pricing { currency, mode, lines, discount }
    LineItem { description, quantity, unit_price, discount, taxes }
    TaxRate { name, percent }
    Totals { lines, subtotal, discount, net, taxes, tax, total }
    LineTotals { gross, discount, net, discount_share, tax }
    TaxTotal { name, percent, base, tax }
    Payment {
        id, invoice, client, amount, received_on, mode, charge, reference, note, receipt, state,
        recorded_at,
    }
    Charge { attempt, merchant, txn }
    Credit { id, invoice, client, amount, given_on, reason, recorded_at }
    Reversal {
        id, payment, invoice, client, kind, amount, merchant, txn, on, number, reason, recorded_at,
    }
    Attempt {
        id, invoice, client, contact, merchant, amount, balance, order, state, next_check, checks,
        trouble, started_at,
    }
    Order { description, email, language, return_url, cancel_url, expires_at }
    Checkout { reference, next }
    Trouble { code, detail }
    Refund {
        id, payment, attempt, invoice, client, merchant, charge, amount, reason, state, next_check,
        checks, asked_at,
    }
    Alert { id, kind, invoice, attempt, detail, raised_at, settled }
    Merchant { gateway, account, mode }
    GatewayEvent { merchant, event, kind, about, received_at }
    Sweep { merchant, read_until, due, compared_at }
}

variants! {
    InvoiceState { 1 => Draft, 2 => Issued(issue), 3 => Cancelled { issue, at } }
    Number { 1 => Next(format), 2 => Taken(number) }
    PriceMode { 1 => TaxExclusive, 2 => TaxInclusive }
    Discount { 1 => Percent(percent), 2 => Fixed(amount) }
    PaymentState { 1 => Recorded, 2 => Voided { at, reason } }
    AttemptState {
        1 => Creating,
        2 => Open(checkout),
        3 => Processing(reference),
        4 => Succeeded { reference, txn, at },
        5 => Held { reference, txn, collected, at },
        6 => Ended { end, reference, at },
    }
    NextStep { 1 => Redirect(address), 2 => Embedded { script, settings } }
    End { 1 => Failed, 2 => Expired, 3 => Cancelled }
    RefundState { 1 => Asked, 2 => Accepted, 3 => Done(txn), 4 => Refused(trouble) }
}
