//! Mail by SMTP.

use async_trait::async_trait;
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
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if is_final(&error) => Err(MailerError::Refused(Box::new(error))),
            Err(error) => Err(MailerError::Unavailable(Box::new(error))),
        }
    }
}

fn is_final(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|code| FINAL.contains(&code.to_string().as_str()))
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
        assert!(matches!(sent, Err(MailerError::Refused(_))), "{sent:?}");
        let (sent, _) = send("451 later\r\n").await;
        assert!(matches!(sent, Err(MailerError::Unavailable(_))), "{sent:?}");
        let (sent, _) = send("535 who are you\r\n").await;
        assert!(matches!(sent, Err(MailerError::Unavailable(_))), "{sent:?}");
    }
}
