//! How the portal's mail leaves this app.

use async_trait::async_trait;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};

/// Prints letters instead of sending them, for a demonstration: your app hands them to whatever sends
/// its other mail.
#[derive(Debug)]
pub struct PrintedMail;

#[async_trait]
impl Mailer for PrintedMail {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        println!("To {}: {}", letter.to, letter.subject);
        Ok(())
    }
}
