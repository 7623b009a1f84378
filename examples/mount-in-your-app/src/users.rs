//! The app's own users.

use caseflow_core::Ports;
use caseflow_core::domain::id::ContactId;
use caseflow_core::domain::password::{Password, PasswordHash};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::passwords::Verdict;

use crate::Host;
use crate::database::on_pool;
use crate::failure::Failure;

/// A user who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who it is.
    pub name: String,
    /// Whether it is one of the firm's own people.
    pub is_staff: bool,
    /// Who it is in the portal, if it is anybody there.
    pub contact: Option<ContactId>,
    /// When it last gave its password.
    pub signed_in_at: Timestamp,
}

const OF_SESSION: &str = "SELECT u.name, u.is_staff, u.contact, s.signed_in_at FROM sessions s \
                          JOIN users u ON u.email = s.email \
                          WHERE s.token_hash = $1 AND s.ends_at > $2";

/// The user behind a session, while that lasts.
pub(crate) async fn of_session(host: &Host, token_hash: &str) -> Result<Option<User>, Failure> {
    type Row = (String, i64, Option<String>, i64);
    let now = host.ports.now().micros();
    let found = on_pool!(&host.database, pool => {
        let found = sqlx::query_as::<_, Row>(OF_SESSION).bind(token_hash).bind(now);
        found.fetch_optional(pool).await?
    });
    let user = found.map(|(name, is_staff, contact, signed_in_at)| User {
        name,
        is_staff: is_staff != 0,
        contact: contact.and_then(|id| id.parse().ok()),
        signed_in_at: Timestamp::from_micros(signed_in_at),
    });
    Ok(user)
}

/// Whether the password is this user's. It takes as long when there is no such user.
pub(crate) async fn check(host: &Host, email: &str, password: &str) -> Result<bool, Failure> {
    let known = on_pool!(&host.database, pool => {
        sqlx::query_scalar::<_, String>("SELECT password_hash FROM users WHERE email = $1")
            .bind(email)
            .fetch_optional(pool)
            .await?
    });
    let known = known.map(PasswordHash::from_phc);
    let password = Password::typed(password);
    let verdict = host.ports.passwords.verify(&password, known.as_ref());
    Ok(verdict.await? != Verdict::Wrong)
}

/// The hash that stands in the table.
pub(crate) async fn hash(ports: &Ports, password: &str) -> anyhow::Result<String> {
    let hash = ports.passwords.hash(&Password::typed(password)).await?;
    Ok(hash.as_phc().to_owned())
}
