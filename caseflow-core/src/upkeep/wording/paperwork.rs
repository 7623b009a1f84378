//! The words of mails about proposals, estimates and contracts.

use super::Words;
use crate::Ports;
use crate::domain::contract::{Contract, ContractState};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::offer::{Answer, Decider, Decision, Offer, OfferKind};
use crate::ports::store::{ContractFile, MailCard};

/// What a mail is about has to be there; without it there is nothing to say.
pub(super) fn words(ports: &Ports, card: &MailCard, mail: &Mail, link: &str) -> Words {
    let worded = match (&mail.topic, &card.offer, &card.contract) {
        (MailTopic::OfferNotice(_), Some(offer), _) => decided(card, offer),
        (MailTopic::OfferLinked(..), Some(offer), _) => Some(linked(card, offer, link)),
        (_, Some(offer), _) => Some(sent(ports, card, offer)),
        (MailTopic::ContractNotice(_), _, Some(file)) => ended(card, file),
        (MailTopic::ContractSealed(_), _, Some(file)) => {
            Some(sealed(ports, card, &file.contract.value))
        }
        (_, _, Some(file)) => Some(to_sign(ports, card, &file.contract.value)),
        (_, None, None) => None,
    };
    worded.unwrap_or_default()
}

/// What the firm is told it is called: `Proposal PRO-0012`.
fn name(offer: &Offer) -> String {
    let kind = match offer.kind {
        OfferKind::Proposal => "Proposal",
        OfferKind::Estimate => "Estimate",
    };
    let number = offer.number();
    number.map_or(kind.to_owned(), |number| format!("{kind} {number}"))
}

fn subject(card: &MailCard, offer: &Offer) -> String {
    format!("{} from {}", name(offer), card.firm.name)
}

fn facts(offer: &Offer) -> String {
    let terms = &offer.terms;
    format!(
        "\"{}\" over {} is ready for your answer. It is open till {}.",
        terms.title, offer.totals.total, terms.open_till
    )
}

fn sent(ports: &Ports, card: &MailCard, offer: &Offer) -> Words {
    let address = ports.addresses.offer(&card.firm, offer.kind, offer.id);
    Words::new(subject(card, offer))
        .say(facts(offer))
        .say("Read it in your portal, and accept or decline it there.")
        .act("Read and answer", address)
}

fn linked(card: &MailCard, offer: &Offer, link: &str) -> Words {
    Words::new(subject(card, offer))
        .say(facts(offer))
        .say("Read it, and accept or decline it on that page. You need not sign in.")
        .act("Read and answer", link)
        .small(
            "The link is yours alone: whoever has it can answer in your place. Opening it decides \
             nothing.",
        )
}

fn decided(card: &MailCard, offer: &Offer) -> Option<Words> {
    let decision = offer.decision()?;
    let answer = match (decision.answer, offer.kind) {
        (Answer::Accepted, _) => "accepted",
        (Answer::Declined, OfferKind::Proposal) => "declined",
        (Answer::Declined, OfferKind::Estimate) => "rejected",
    };
    let (name, title) = (name(offer), &offer.terms.title);
    let words = Words::new(format!("{name} was {answer}: {title}"))
        .say(format!(
            "{} ({}) has {answer} {name}, \"{title}\", over {}.",
            decider(decision),
            card.client.name,
            offer.totals.total
        ))
        .quote("Reason given", decision.reason.as_ref());
    Some(words)
}

fn decider(decision: &Decision) -> String {
    match &decision.by {
        Decider::Contact { name, .. } => format!("{name}, in the portal,"),
        Decider::LinkHolder { email, name } => format!("{name}, by the link sent to {email},"),
    }
}

fn to_sign(ports: &Ports, card: &MailCard, contract: &Contract) -> Words {
    let (firm, title) = (&card.firm.name, &contract.terms.title);
    let last = contract.terms.sign_by;
    let last = last.map(|last| format!(" Please sign it by {last}."));
    Words::new(format!("Please sign: {title}"))
        .say(format!(
            "{firm} has a contract for you to read and sign: \"{title}\".{}",
            last.unwrap_or_default()
        ))
        .act(
            "Sign in to read it",
            ports.addresses.contract(&card.firm, contract.id),
        )
}

fn sealed(ports: &Ports, card: &MailCard, contract: &Contract) -> Words {
    let title = &contract.terms.title;
    Words::new(format!("Your signed copy: {title}"))
        .say(format!(
            "\"{title}\" is signed, and the sealed copy is in your portal."
        ))
        .act(
            "Open the signed copy",
            ports.addresses.contract(&card.firm, contract.id),
        )
        .see(
            "Anybody can check that a copy is unaltered",
            ports.addresses.verify(&card.firm),
        )
}

fn ended(card: &MailCard, file: &ContractFile) -> Option<Words> {
    let contract = &file.contract.value;
    let (title, client) = (&contract.terms.title, &card.client.name);
    match (&contract.state, &file.signature) {
        (ContractState::Declined { declined, .. }, _) => Some(
            Words::new(format!("A contract was declined: {title}"))
                .say(format!("{} will not sign \"{title}\".", declined.name))
                .quote("Reason given", declined.reason.as_ref())
                .facts([
                    ("Client", client.to_string()),
                    ("Contract", contract.id.to_string()),
                ]),
        ),
        (ContractState::Signed { .. }, Some(signature)) => Some(
            Words::new(format!("A contract was signed: {title}"))
                .say(format!("{} signed \"{title}\".", signature.name()))
                .facts([
                    ("Client", client.to_string()),
                    ("Contract", contract.id.to_string()),
                    ("Signed at", signature.at.to_string()),
                ]),
        ),
        _ => None,
    }
}
