//! Which firm takes money online, and into which account.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use caseflow_core::Ports;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::gateway::Mode as Money;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::payments::{FixedGateways, PaymentGateway};
use caseflow_core::upkeep::payments::{Comparison, compare as compared};
use caseflow_stripe::Stripe;

use crate::firms;
use crate::settings::{Given, Mode, Problems, StripeAccount};

/// How far back payments are compared when nobody says.
const SPAN: Duration = Duration::from_secs(35 * 24 * 3600);

/// The account of the settings for the firm that it belongs to. In a demonstration it takes play
/// money for every firm; real money of one firm never goes to the account of another.
pub(crate) async fn by_stripe(
    ports: &Ports,
    mode: Mode,
    account: StripeAccount,
) -> anyhow::Result<FixedGateways> {
    let firms = firms::all(ports).await?;
    let firms = match mode {
        Mode::Demo => firms.iter().map(|firm| firm.id).collect(),
        Mode::Real => owner(&firms, account.firm)?.into_iter().collect(),
    };
    let stripe = Stripe::new(account.settings, Arc::clone(&ports.clock));
    let stripe = stripe.context("payments through Stripe cannot be set up")?;
    Ok(shared(
        firms,
        &(Arc::new(stripe) as Arc<dyn PaymentGateway>),
    ))
}

/// One gateway for these firms.
pub(crate) fn shared(firms: Vec<FirmId>, gateway: &Arc<dyn PaymentGateway>) -> FixedGateways {
    let firms = firms.into_iter();
    FixedGateways(
        firms
            .map(|firm| (firm, vec![Arc::clone(gateway)]))
            .collect::<BTreeMap<_, _>>(),
    )
}

/// The firm whose account it is: the one that was named, or else the only one.
fn owner(firms: &[Firm], named: Option<FirmId>) -> anyhow::Result<Option<FirmId>> {
    match (named, firms) {
        (Some(id), _) if firms.iter().any(|firm| firm.id == id) => Ok(Some(id)),
        (Some(id), _) => bail!("CASEFLOW_STRIPE_FIRM: there is no firm {id}: see firm list"),
        (None, [only]) => Ok(Some(only.id)),
        (None, []) => Ok(None),
        (None, several) => {
            let name = |firm: &Firm| format!("\n  {} is {}", firm.id, firm.name);
            let names: String = several.iter().map(name).collect();
            bail!("set CASEFLOW_STRIPE_FIRM to the firm whose account at Stripe it is:{names}")
        }
    }
}

/// Says into which accounts money is taken: one line for each.
pub(crate) fn announce(firms: &[Firm], gateways: &FixedGateways) -> Vec<String> {
    let line = |(id, gateways): (&FirmId, &Vec<Arc<dyn PaymentGateway>>)| {
        let firm = firms.iter().find(|firm| firm.id == *id);
        let name = firm.map_or_else(|| id.to_string(), |firm| firm.name.to_string());
        let all = gateways.iter().map(move |gateway| {
            let profile = gateway.profile();
            let (provider, merchant) = (&profile.display_name, &profile.merchant);
            let mode = in_capitals(merchant.mode);
            format!(
                "Payments of {name}: {provider}, account {}, {mode}",
                merchant.account
            )
        });
        all.collect::<Vec<_>>()
    };
    gateways.0.iter().flat_map(line).collect()
}

const fn in_capitals(mode: Money) -> &'static str {
    match mode {
        Money::Test => "TEST mode: no real money",
        Money::Live => "LIVE mode",
    }
}

/// Compares what the provider collected with the record, and prints the five figures.
pub(crate) async fn compare(
    ports: Ports,
    given: &Given,
    since: Option<Timestamp>,
) -> anyhow::Result<()> {
    let mode = given.mode()?;
    let account = given.stripe(mode).map_err(Problems::one)?;
    let account = account.context(
        "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are not set: there is nothing to compare with",
    )?;
    let gateways = by_stripe(&ports, mode, account).await?;
    let since = since.unwrap_or_else(|| ports.now().minus(SPAN));
    let mut differ = 0;
    for (firm, gateways) in &gateways.0 {
        for gateway in gateways {
            let found = compared(&ports, *firm, &**gateway, since).await?;
            println!(
                "{firm}\t{}\t{}",
                gateway.profile().merchant,
                figures(&found)
            );
            differ += found.mismatched + found.missing + found.duplicate + found.conflicting;
        }
    }
    ensure!(differ == 0, "{differ} payments differ from the record");
    Ok(())
}

fn figures(found: &Comparison) -> String {
    let Comparison {
        matched,
        mismatched,
        missing,
        duplicate,
        conflicting,
    } = found;
    format!(
        "match {matched}, mismatch {mismatched}, missing {missing}, duplicate {duplicate}, \
         conflicting {conflicting}"
    )
}
