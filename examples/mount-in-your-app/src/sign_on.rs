//! The app's own sign-on: a session in a cookie, and what the portal is told of it.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::middleware::Next;
use axum::response::Response;
use caseflow_axum::HostIdentity;
use caseflow_core::domain::secret::Secret;

use crate::Host;
use crate::database::on_pool;
use crate::failure::Failure;
use crate::users::{self, User};

/// How long a session lasts.
const LASTS: Duration = Duration::from_secs(8 * 3600);

/// Tells the portal who is signed in. Only an extension can say so, never a header, so that nobody can
/// forge it.
///
/// # Errors
/// When the database fails.
pub async fn identify(
    State(host): State<Host>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if let Some(user) = user(&host, request.headers()).await?
        && let Some(contact) = user.contact
    {
        request.extensions_mut().insert(HostIdentity {
            contact,
            authenticated_at: user.signed_in_at,
        });
    }
    Ok(next.run(request).await)
}

/// Who is signed in.
pub(crate) async fn user(host: &Host, headers: &HeaderMap) -> Result<Option<User>, Failure> {
    match token_hash(headers) {
        Some(hash) => users::of_session(host, &hash).await,
        None => Ok(None),
    }
}

/// Begins a session; answers the cookie.
pub(crate) async fn begin(host: &Host, email: &str) -> Result<String, Failure> {
    let (token, now) = (host.ports.new_secret(), host.ports.now());
    let (hash, ends_at) = (hex(&token), now.plus(LASTS));
    on_pool!(&host.database, pool => {
        let session = sqlx::query("INSERT INTO sessions VALUES ($1, $2, $3, $4)");
        let session = session.bind(hash).bind(email).bind(now.micros());
        session.bind(ends_at.micros()).execute(pool).await?;
    });
    Ok(cookie(&token.reveal(), LASTS))
}

/// Ends the session; answers the cookie that is none.
pub(crate) async fn end(host: &Host, headers: &HeaderMap) -> Result<String, Failure> {
    if let Some(hash) = token_hash(headers) {
        on_pool!(&host.database, pool => {
            let session = sqlx::query("DELETE FROM sessions WHERE token_hash = $1");
            session.bind(hash).execute(pool).await?;
        });
    }
    Ok(cookie("", Duration::ZERO))
}

/// Browsers take a `Secure` cookie by http as well, from the machine itself.
fn cookie(value: &str, lasts: Duration) -> String {
    let seconds = lasts.as_secs();
    format!("app-session={value}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age={seconds}")
}

fn token_hash(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("app-session="))
        .and_then(Secret::parse)
        .map(|token| hex(&token))
}

/// What the table knows a session by: who reads it cannot sign in with that.
fn hex(token: &Secret) -> String {
    token
        .hash()
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
