//! Signing in and out.

use crate::Ports;
use crate::domain::access::{Actor, Origin, Visitor};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{self, Change, Changes, Versioned};
use crate::domain::client::{Access, Contact};
use crate::domain::id::{FirmId, MailId, Subject};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::password::{Password, PasswordHash};
use crate::domain::secret::Secret;
use crate::domain::session::{Session, SessionPolicy};
use crate::domain::text::Email;
use crate::domain::throttle::{ThrottleKey, ThrottlePolicy};
use crate::error::{Error, Refusal};
use crate::ports::passwords::Verdict;
use crate::ports::store::{SignInCard, Visit};
use crate::write::{self, Attempts, Next};

use super::{Visiting, audit, visitor};

/// What somebody typed into the sign-in form.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The e-mail.
    pub email: Email,
    /// The password.
    pub password: Password,
}

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The secret for the cookie; it is not kept anywhere else.
    pub token: Secret,
    /// The session.
    pub session: Session,
}

/// Signs a contact in with e-mail and password.
///
/// Tries are counted for the account, whether it exists or not, and for the network address.
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
    let guard = Guard::new(
        "sign_in",
        &credentials.email,
        origin,
        ThrottlePolicy::ACCOUNT,
    );
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = guard.load(ports, firm, &credentials.email).await?;
        guard.check(ports, &card)?;
        let person = card.person.as_ref();
        let hash = person.and_then(|(contact, _)| contact.value.password());
        let verdict = ports.passwords.verify(&credentials.password, hash).await?;
        let Some((contact, _)) = person.filter(|_| verdict != Verdict::Wrong) else {
            count_failure(ports, firm, &guard, credentials, card, origin).await?;
            return Err(Refusal::WrongCredentials.into());
        };
        let signed_in = begin_session(ports, contact, card.firm.sessions, origin);
        let about = [contact.value.id.into(), signed_in.session.id.into()];
        let actor = Actor::Contact(contact.value.id);
        let entry = write::audit(ports.now(), actor, origin, AuditAction::SignedIn, about);
        let mut changes = Changes::default()
            .with(Change::Session(signed_in.session.clone()))
            .with(Change::ForgetThrottle(guard.account))
            .audited(entry);
        if verdict == Verdict::RightButOutdated {
            changes = changes.with(rehashed(ports, contact, &credentials.password).await?);
        }
        if let Next::Done(_) = attempts.commit(changes).await? {
            return match verdict {
                // The hash was written with the session, so nobody else has replaced it.
                Verdict::RightButOutdated => Ok(signed_in),
                Verdict::Right | Verdict::Wrong => confirmed(ports, firm, signed_in, hash).await,
            };
        }
    }
}

/// A password that was replaced while it was being checked opens nothing: the session that it began
/// ends again, before anybody has its token (R-SELF-2).
async fn confirmed(
    ports: &Ports,
    firm: FirmId,
    signed_in: SignedIn,
    checked: Option<&PasswordHash>,
) -> Result<SignedIn, Error> {
    let visit = Visit {
        firm,
        visitor: Visitor::Session(signed_in.token.hash()),
        now: ports.now(),
    };
    let guest = ports.store.guest(visit).await?;
    if guest.is_some_and(|guest| guest.contact.password() == checked) {
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

/// Ends the visitor's session. A host that vouches for its contacts ends its own.
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
        let changes = Changes::default()
            .with(Change::EndSessions(changes::Sessions::One(session.id)))
            .audited(audit(ports, visiting, &who, AuditAction::SignedOut, about));
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
    Mail {
        id: ports.new_id::<MailId>(),
        contact: contact.id,
        topic,
        not_before: ports.now(),
    }
}

async fn rehashed(
    ports: &Ports,
    contact: &Versioned<Contact>,
    password: &Password,
) -> Result<Change, Error> {
    let access = Access::On(ports.passwords.hash(password).await?);
    Ok(Change::Contact(contact.update(Contact {
        access,
        ..contact.value.clone()
    })))
}

fn begin_session(
    ports: &Ports,
    contact: &Versioned<Contact>,
    policy: SessionPolicy,
    origin: &Origin,
) -> SignedIn {
    let (token, now) = (ports.new_secret(), ports.now());
    let session = Session {
        id: ports.new_id(),
        contact: contact.value.id,
        token: token.hash(),
        authenticated_at: now,
        seen_at: now,
        idle: policy.idle,
        expires_at: now.plus(policy.absolute),
        origin: origin.clone(),
    };
    SignedIn { token, session }
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

/// The brakes on guessing for one act: a count for the account and one for the address.
struct Guard {
    account: ThrottleKey,
    keys: Vec<ThrottleKey>,
    policies: [ThrottlePolicy; 2],
}

impl Guard {
    fn new(act: &str, email: &Email, origin: &Origin, policy: ThrottlePolicy) -> Self {
        let account = ThrottleKey::account(act, email);
        let address = origin.ip.map(|ip| ThrottleKey::address(act, ip));
        Self {
            account,
            keys: [account].into_iter().chain(address).collect(),
            policies: [policy, ThrottlePolicy::ADDRESS],
        }
    }

    async fn load(&self, ports: &Ports, firm: FirmId, email: &Email) -> Result<SignInCard, Error> {
        ports
            .store
            .sign_in(firm, email, &self.keys)
            .await?
            .ok_or(Error::NotFound)
    }

    fn check(&self, ports: &Ports, card: &SignInCard) -> Result<(), Error> {
        let now = ports.now();
        match card
            .throttles
            .iter()
            .filter_map(|throttle| throttle.wait(now))
            .max()
        {
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
