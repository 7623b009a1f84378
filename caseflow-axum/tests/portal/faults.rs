//! What people see when something fails that they cannot mend.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use caseflow_axum::{Portal, Settings, mount, router};
use caseflow_core::Ports;
use caseflow_core::domain::password::{Password, PasswordHash};
use caseflow_core::domain::print::Print;
use caseflow_core::ports::passwords::{Passwords, PasswordsError, Verdict};
use caseflow_core::ports::pdf::{Pdf, PdfError, PdfFile};
use caseflow_core::testing::fixtures::PASSWORD;

use crate::world::{Page, Who, World};

/// Passwords that cannot be checked just now, or at all.
#[derive(Debug, Clone, Copy)]
enum Broken {
    Busy,
    Down,
}

impl Broken {
    fn error(self) -> PasswordsError {
        match self {
            Self::Busy => PasswordsError::Busy,
            Self::Down => PasswordsError::Backend("disk 7 at 10.0.0.9 is on fire".into()),
        }
    }
}

#[async_trait]
impl Passwords for Broken {
    async fn hash(&self, _: &Password) -> Result<PasswordHash, PasswordsError> {
        Err(self.error())
    }

    async fn verify(
        &self,
        _: &Password,
        _: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordsError> {
        Err(self.error())
    }
}

async fn sign_in_with(passwords: Broken) -> Page {
    let world = World::new().await;
    let portal = world.portal(Settings::default());
    let portal = Portal {
        ports: Ports {
            passwords: Arc::new(passwords),
            ..portal.ports.clone()
        },
        ..portal
    };
    let email = world.contact(Who::Contact).email.to_string();
    let world = world.behind(mount("/portal", router(portal)));
    world.browser(Who::Contact).sign_in(&email, PASSWORD).await
}

#[tokio::test]
async fn a_busy_portal_says_when_to_come_back() {
    let page = sign_in_with(Broken::Busy).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), "1");
    assert_eq!(page.heading(), "The portal is busy");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_failure_gives_its_reference_away_and_nothing_else() {
    let page = sign_in_with(Broken::Down).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(page.heading(), "Something went wrong");
    assert!(page.body.contains(page.header("x-request-id")));
    for secret in ["fire", "10.0.0.9", "hash", PASSWORD] {
        assert!(!page.body.contains(secret), "{secret}");
    }
}

/// A renderer for which every document is too long.
#[derive(Debug)]
struct Brief;

#[async_trait]
impl Pdf for Brief {
    async fn render(&self, _: Print) -> Result<PdfFile, PdfError> {
        Err(PdfError::TooLong { most: 0 })
    }

    async fn append(&self, _: Vec<u8>, _: Print) -> Result<PdfFile, PdfError> {
        Err(PdfError::TooLong { most: 0 })
    }
}

#[tokio::test]
async fn a_document_that_is_too_long_is_not_taken_for_a_broken_request() {
    let mut world = World::new().await;
    world.ports.pdf = Arc::new(Brief);
    let app = mount("/portal", router(world.portal(Settings::default())));
    let world = world.behind(app);
    let invoice = world.invoice(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/invoices/{invoice}/pdf")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.heading(), "This document is too long");
    let page = browser.get("/payments/statement?from=2026-01-01").await;
    let problem = "Too much happened in these days for one statement. Choose fewer days";
    assert_eq!(page.problem("from"), Some(problem));
}
