//! Mail by SMTP.

use std::error::Error as _;
use std::io;

use async_trait::async_trait;
use caseflow_core::domain::setback::MailReply;
use caseflow_core::domain::text::Email;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::message::message;

/// Replies that speak of this letter or its recipient, and will not change (RFC 5321, 4.2.2). All
/// others may be a fault of the server or of its settings, and are tried again.
const FINAL: [&str; 4] = ["550", "551", "553", "556"];

/// Hands letters to an SMTP server over pooled connections.
#[derive(Debug)]
pub(super) struct SmtpMailer {
    from: Email,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// Reads `smtps://user:password@host`, or `smtp://…?tls=required`.
    pub(super) fn new(from: Email, url: &str) -> Result<Self, Error> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build();
        Ok(Self { from, transport })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        let message = message(&self.from, letter)?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(failure)
    }
}

fn failure(error: Error) -> MailerError {
    let code = error.status().map(|code| code.to_string());
    let reply = code.as_ref().and_then(|code| reply(code, &error));
    match (code, reply) {
        (Some(code), reply) if FINAL.contains(&code.as_str()) => {
            MailerError::Refused(reply, Box::new(error))
        }
        (_, Some(reply)) => MailerError::Deferred(reply, Box::new(error)),
        (_, None) if is_insecure(&error) => MailerError::Insecure(Box::new(error)),
        (_, None) => MailerError::Unavailable(Box::new(error)),
    }
}

/// What the server replied; its text is the error's cause.
fn reply(code: &str, error: &Error) -> Option<MailReply> {
    let text = error.source().map(ToString::to_string);
    MailReply::parse(code, &text.unwrap_or_default())
}

/// Whether the server offers no TLS though the settings ask for it, or TLS failed: nobody vouches for
/// the server's certificate, or it is another server's.
fn is_insecure(error: &Error) -> bool {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let by_tls = causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>()?.get_ref())
        .any(|inner| inner.is::<rustls::Error>());
    let no_tls = error.is_client() && error.to_string().contains("STARTTLS");
    by_tls || no_tls || error.is_tls()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    use super::super::message::tests::{letter, sender};
    use super::*;

    /// A server that answers the recipient like this, and tells what it was sent.
    async fn serve(listener: TcpListener, recipient: &'static str) -> String {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut heard = String::new();
        let mut in_data = false;
        stream.write_all(b"220 here\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
            heard.push_str(&line);
            let answer = match line.get(..4).unwrap_or_default() {
                _ if in_data && line != ".\r\n" => "",
                "RCPT" => recipient,
                "DATA" => "354 go on\r\n",
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            };
            in_data = line == "DATA\r\n" || (in_data && line != ".\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            line.clear();
            if heard.ends_with("\r\n.\r\n") || heard.ends_with("QUIT\r\n") {
                break;
            }
        }
        heard
    }

    async fn send(recipient: &'static str) -> (Result<(), MailerError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(serve(listener, recipient));
        let mailer = SmtpMailer::new(sender(), &url).unwrap();
        let sent = mailer.send(&letter()).await;
        drop(mailer);
        (sent, server.await.unwrap())
    }

    #[tokio::test]
    async fn a_letter_is_delivered_refused_or_kept_for_later() {
        let (sent, heard) = send("250 ok\r\n").await;
        sent.unwrap();
        assert!(heard.contains("RCPT TO:<ana@client.example>"), "{heard}");
        assert!(heard.contains("Subject: Invoice INV-00001"), "{heard}");
        let (sent, _) = send("550 no such mailbox\r\n").await;
        assert!(
            matches!(sent, Err(MailerError::Refused(Some(_), _))),
            "{sent:?}"
        );
        let (sent, _) = send("451 later\r\n").await;
        assert!(matches!(sent, Err(MailerError::Deferred(..))), "{sent:?}");
        let (sent, _) = send("535 who are you\r\n").await;
        assert!(matches!(sent, Err(MailerError::Deferred(..))), "{sent:?}");
    }
}
