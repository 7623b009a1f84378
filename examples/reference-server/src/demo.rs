//! The demonstration: invented firms, written through the same verbs as real ones.
//!
//! What is written depends on the clock alone, and so do its passwords and keys: they are public.

mod act;
mod guide;
mod plan;
mod stand_ins;
mod till;

use anyhow::{Context as _, bail};
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Staff};
use caseflow_core::domain::api_key::{self, Scope};
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::Line;
use caseflow_core::firm;

pub(crate) use guide::{Guide, Pays, STYLE_PATH};
use plan::FirmPlan;
use stand_ins::FixedEntropy;
pub(crate) use till::Till;

/// The password of everybody in the demonstration.
const PASSWORD: &str = "lantern-harbour-42";

/// Fills the demonstration unless it is there, and says what is in it.
pub(crate) async fn prepare(
    ports: &Ports,
    public_url: &PortalUrl,
    pays: Pays,
) -> anyhow::Result<Guide> {
    let mut guide = Guide::new(public_url.clone(), pays);
    let mut books = Vec::new();
    let plans = plan::firms()?;
    for plan in &plans {
        let url = PortalUrl::parse(&format!("{}/{}", public_url.as_str(), plan.slug))?;
        let key = key(ports, plan);
        match ports.store.key_by_token(key.hash()).await? {
            Some((firm, _)) => move_to(ports, firm, &url).await?,
            None => {
                refuse_others(ports, plan).await?;
                let book = act::write(ports, plan, &url).await;
                let book = book.with_context(|| format!("{} cannot be written", plan.name))?;
                books.push((book, plan));
            }
        }
        guide.add(plan, &url, &api_key::reveal(&key));
    }
    for (book, plan) in books {
        book.finish(ports, plan).await?;
    }
    Ok(guide)
}

/// Whether the database holds a demonstration.
pub(crate) async fn is_there(ports: &Ports) -> anyhow::Result<bool> {
    for plan in plan::firms()? {
        if ports
            .store
            .key_by_token(key(ports, &plan).hash())
            .await?
            .is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The firm's API key: the first secret of an entropy of its own.
fn key(ports: &Ports, plan: &FirmPlan) -> Secret {
    with_key_entropy(ports, plan).new_secret()
}

fn with_key_entropy(ports: &Ports, plan: &FirmPlan) -> Ports {
    Ports {
        entropy: FixedEntropy::new(&format!("demonstration key of {}", plan.slug)),
        ..ports.clone()
    }
}

/// The last thing that is written: where it is, everything else is.
async fn make_key(ports: &Ports, plan: &FirmPlan, firm: FirmId) -> anyhow::Result<()> {
    let ports = with_key_entropy(ports, plan);
    let name = Line::parse("Demonstration key")?;
    let staff = staff(firm)?;
    firm::api_keys::create(&ports, &staff, Origin::default(), name, Scope::Vault, None).await?;
    Ok(())
}

/// A demonstration does not mix with firms that are none, nor with one that was cut short.
async fn refuse_others(ports: &Ports, plan: &FirmPlan) -> anyhow::Result<()> {
    let plans = plan::firms()?;
    for firm in crate::firms::all(ports).await? {
        let planned = plans.iter().find(|plan| plan.name == firm.name.as_str());
        match planned {
            Some(other) if other.slug != plan.slug => {}
            Some(_) => bail!("it was cut short before: delete the database and start again"),
            None => bail!(
                "the database holds {}, which is not of the demonstration: serve it with --no-demo",
                firm.name
            ),
        }
    }
    Ok(())
}

/// The demonstration is reached where the server listens this time.
async fn move_to(ports: &Ports, firm: FirmId, url: &PortalUrl) -> anyhow::Result<()> {
    let staff = staff(firm)?;
    let found = firm::settings::read(ports, &staff).await?.value;
    if found.portal_url == *url {
        return Ok(());
    }
    let call = act::call(staff);
    let input = act::settings_of(found, url.clone());
    firm::settings::update(ports, &call, None, input).await?;
    Ok(())
}

fn staff(firm: FirmId) -> anyhow::Result<Staff> {
    Ok(Staff {
        firm,
        name: Line::parse("Demonstration")?,
        key: None,
        vault: true,
    })
}
