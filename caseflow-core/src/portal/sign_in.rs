//! Signing in and out.

use crate::Ports;
use crate::domain::access::{Actor, Origin, Visitor};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{self, Change, Changes, Versioned};
use crate::domain::client::{Access, Contact};
use crate::domain::device::KnownDevice;
use crate::domain::firm::Firm;
use crate::domain::id::{ContactId, FirmId, Subject};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::password::{Password, PasswordHash};
use crate::domain::secret::Secret;
use crate::domain::session::Session;
use crate::domain::text::Email;
use crate::domain::throttle::{Throttle, ThrottleKey, ThrottlePolicy};
use crate::domain::time::Timestamp;
use crate::error::{Error, Refusal};
use crate::ports::passwords::Verdict;
use crate::ports::store::{SignInCard, Visit};
use crate::tell;
use crate::write::{self, Attempts, Next};

use super::{Visiting, visitor};

/// What somebody typed into the sign-in form.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The e-mail.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// The mark that an earlier sign-in left in the browser, if one came with the form.
    pub device: Option<KnownDevice>,
}

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The secret for the cookie; it is not kept anywhere else.
    pub token: Secret,
    /// The session.
    pub session: Session,
    /// The mark to leave in the browser.
    pub device: KnownDevice,
}

/// Signs a contact in with e-mail and password.
///
/// Tries are counted for the account, whether it exists or not, and for the network address. While
/// the account has to wait, a device in which the contact has signed in before need not: tries with
/// its mark are counted by themselves, so that nobody can lock somebody else out.
///
/// # Errors
/// [`Refusal::WrongCredentials`] whatever exactly was wrong; [`Error::Throttled`] after too many
/// tries, with the right password too.
pub async fn sign_in(
    ports: &Ports,
    firm: FirmId,
    credentials: &Credentials,
    origin: &Origin,
) -> Result<SignedIn, Error> {
    let guard = Guard {
        device: credentials.device.clone(),
        ..Guard::new(SIGN_IN, &credentials.email, origin, ThrottlePolicy::ACCOUNT)
    };
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = guard.load(ports, firm, &credentials.email).await?;
        guard.check(ports, &card)?;
        let person = card.person.as_ref();
        let hash = person.and_then(|(contact, _)| contact.value.password());
        let verdict = ports.passwords.verify(&credentials.password, hash).await?;
        let (Some((contact, _)), Some(hash)) = (person.filter(|_| verdict != Verdict::Wrong), hash)
        else {
            count_failure(ports, firm, &guard, credentials, card, origin).await?;
            return Err(Refusal::WrongCredentials.into());
        };
        let renewed = match verdict {
            Verdict::RightButOutdated => Some(ports.passwords.hash(&credentials.password).await?),
            Verdict::Right | Verdict::Wrong => None,
        };
        let known_by = renewed.as_ref().unwrap_or(hash);
        let signed_in = begin_session(ports, &card.firm, contact.value.id, known_by, origin);
        let mut changes = welcome(ports, &guard, &card, &signed_in);
        if let Some(hash) = renewed.clone() {
            changes = changes.with(rehashed(contact, hash));
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return match renewed {
                // The hash was written with the session, so nobody else has replaced it.
                Some(_) => Ok(signed_in),
                None => confirmed(ports, firm, signed_in, hash).await,
            };
        }
    }
}

const SIGN_IN: &str = "sign_in";

/// What is written when somebody has signed in.
fn welcome(ports: &Ports, guard: &Guard, card: &SignInCard, signed_in: &SignedIn) -> Changes {
    let session = &signed_in.session;
    let about = [session.contact.into(), session.id.into()];
    let actor = Actor::Contact(session.contact);
    let action = AuditAction::SignedIn;
    let entry = write::audit(ports.now(), actor, &session.origin, action, about);
    Changes::default()
        .with(Change::Session(session.clone()))
        .with(Change::ForgetThrottle(guard.counted_for(card)))
        .audited(entry)
}

/// A password that was replaced while it was being checked opens nothing: the session that it began
/// ends again, before anybody has its token (R-SELF-2).
async fn confirmed(
    ports: &Ports,
    firm: FirmId,
    signed_in: SignedIn,
    checked: &PasswordHash,
) -> Result<SignedIn, Error> {
    let visit = Visit {
        firm,
        visitor: Visitor::Session(signed_in.token.hash()),
        now: ports.now(),
    };
    let guest = ports.store.guest(visit).await?;
    if guest.is_some_and(|guest| guest.contact.password() == Some(checked)) {
        return Ok(signed_in);
    }
    let session = &signed_in.session;
    let about = [session.contact.into(), session.id.into()];
    let action = AuditAction::SignInFailed;
    let entry = write::audit(
        ports.now(),
        Actor::Anonymous,
        &session.origin,
        action,
        about,
    );
    let changes = Changes::default()
        .with(Change::EndSessions(changes::Sessions::One(session.id)))
        .audited(entry);
    Attempts::new(ports, firm).commit(changes).await?;
    Err(Refusal::WrongCredentials.into())
}

/// Ends the visitor's session, or the preview of staff who look. A host that vouches for its contacts ends its own.
///
/// # Errors
/// [`Error::SignedOut`] when nobody is signed in.
pub async fn sign_out(ports: &Ports, visiting: &Visiting) -> Result<(), Error> {
    let who = visitor(ports, visiting).await?;
    let Some(session) = who.session() else {
        return Ok(());
    };
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let about = [who.contact().id.into(), session.id.into()];
        let action = match who.preview() {
            None => AuditAction::SignedOut,
            Some(_) => AuditAction::PreviewEnded,
        };
        let entry = write::audit(ports.now(), who.actor(), &visiting.origin, action, about);
        let changes = Changes::default()
            .with(Change::EndSessions(changes::Sessions::One(session.id)))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// Mails a link to set another password, if the account exists and has portal access. The answer is
/// the same either way.
///
/// # Errors
/// [`Error::Throttled`] after too many tries for one e-mail or from one address.
pub async fn forgot_password(
    ports: &Ports,
    firm: FirmId,
    email: &Email,
    origin: &Origin,
) -> Result<(), Error> {
    let guard = Guard::new("forgot_password", email, origin, ThrottlePolicy::MAIL);
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = guard.load(ports, firm, email).await?;
        guard.check(ports, &card)?;
        let known = card
            .person
            .as_ref()
            .filter(|(contact, _)| contact.value.may_sign_in());
        let about: Vec<Subject> = known
            .iter()
            .map(|(contact, _)| contact.value.id.into())
            .collect();
        let action = AuditAction::PasswordForgotten;
        let entry = write::audit(ports.now(), Actor::Anonymous, origin, action, about);
        let mut changes = guard.counted(ports, &card, Changes::default().audited(entry));
        if let Some((contact, _)) = known {
            changes = changes.mailed(reset_mail(ports, &contact.value));
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

fn reset_mail(ports: &Ports, contact: &Contact) -> Mail {
    // Somebody who was invited and never set a password gets the 48-hour link again.
    let topic = match contact.access {
        Access::On(_) => MailTopic::ResetPassword,
        Access::Invited | Access::Off => MailTopic::SetPassword,
    };
    tell::mail(ports, contact.id, topic)
}

fn rehashed(contact: &Versioned<Contact>, hash: PasswordHash) -> Change {
    Change::Contact(contact.update(Contact {
        access: Access::On(hash),
        ..contact.value.clone()
    }))
}

fn begin_session(
    ports: &Ports,
    firm: &Firm,
    contact: ContactId,
    hash: &PasswordHash,
    origin: &Origin,
) -> SignedIn {
    let (token, now) = (ports.new_secret(), ports.now());
    let session = Session {
        id: ports.new_id(),
        contact,
        token: token.hash(),
        authenticated_at: now,
        proved_at: None,
        seen_at: now,
        idle: firm.sessions.idle,
        expires_at: now.plus(firm.sessions.absolute),
        origin: origin.clone(),
        preview: None,
    };
    let mut nonce = [0; 16];
    ports.entropy.fill(&mut nonce);
    SignedIn {
        token,
        session,
        device: KnownDevice::new(nonce, firm.id, contact, hash, now),
    }
}

/// Counts a failure, whatever others count at the same time.
async fn count_failure(
    ports: &Ports,
    firm: FirmId,
    guard: &Guard,
    credentials: &Credentials,
    mut card: SignInCard,
    origin: &Origin,
) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let person = card.person.iter();
        let about: Vec<Subject> = person.map(|(contact, _)| contact.value.id.into()).collect();
        let action = AuditAction::SignInFailed;
        let entry = write::audit(ports.now(), Actor::Anonymous, origin, action, about);
        let changes = guard.counted(ports, &card, Changes::default().audited(entry));
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
        card = guard.load(ports, firm, &credentials.email).await?;
    }
}

/// The brakes on guessing for one act: a count for the account and one for the address. A device
/// that the account knows has a count of its own, for as long as the account has to wait.
struct Guard {
    act: &'static str,
    account: ThrottleKey,
    keys: Vec<ThrottleKey>,
    policies: [ThrottlePolicy; 2],
    device: Option<KnownDevice>,
}

impl Guard {
    fn new(act: &'static str, email: &Email, origin: &Origin, policy: ThrottlePolicy) -> Self {
        let account = ThrottleKey::account(act, email);
        let address = origin.ip.map(|ip| ThrottleKey::address(act, ip));
        Self {
            act,
            account,
            keys: [account].into_iter().chain(address).collect(),
            policies: [policy, ThrottlePolicy::ADDRESS],
            device: None,
        }
    }

    async fn load(&self, ports: &Ports, firm: FirmId, email: &Email) -> Result<SignInCard, Error> {
        let found = ports.store.sign_in(firm, email, &self.keys).await?;
        let mut card = found.ok_or(Error::NotFound)?;
        let device = self.device_let_through(&card, ports.now());
        if let (Some(key), Some(first)) = (device, card.throttles.first_mut()) {
            let counts = ports.store.throttles(firm, &[key]).await?;
            *first = counts.first().copied().unwrap_or(Throttle::new(key));
        }
        Ok(card)
    }

    /// The count that stands in for the account's, which has to wait.
    fn device_let_through(&self, card: &SignInCard, now: Timestamp) -> Option<ThrottleKey> {
        let device = self.device.as_ref()?;
        let (contact, _) = card.person.as_ref()?;
        card.throttles.first()?.wait(now)?;
        let known = device.is_of(card.firm.id, &contact.value, now);
        known.then(|| ThrottleKey::device(self.act, device.nonce()))
    }

    /// Whose tries are counted beside the address's.
    fn counted_for(&self, card: &SignInCard) -> ThrottleKey {
        let first = card.throttles.first();
        first.map_or(self.account, |count| count.key)
    }

    fn check(&self, ports: &Ports, card: &SignInCard) -> Result<(), Error> {
        let now = ports.now();
        let waits = card.throttles.iter().filter_map(|count| count.wait(now));
        match waits.max() {
            Some(wait) => Err(Error::Throttled(wait)),
            None => Ok(()),
        }
    }

    fn counted(&self, ports: &Ports, card: &SignInCard, changes: Changes) -> Changes {
        let now = ports.now();
        let counted = card
            .throttles
            .iter()
            .zip(self.policies)
            .map(|(throttle, policy)| Change::Throttle {
                read: throttle.tries,
                now: throttle.count(policy, now),
            });
        counted.fold(changes, Changes::with)
    }
}
