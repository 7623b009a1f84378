//! Serves the double of Stripe on a loopback port, for demonstrations and for other programs to try
//! it: `cargo run -p caseflow-stripe --features double --example double`.
//!
//! Settings come from the environment: `PORT` (any free one by default), `SECRET_KEY`
//! (`sk_test_double`), `WEBHOOK_URL` (no webhooks by default), `WEBHOOK_SECRET` (`whsec_double`).
//! The first line that it prints is its address. On its standard input it takes what a payer's bank or
//! the dashboard would do, a command a line: `refund PAYMENT_INTENT`, `dispute PAYMENT_INTENT`,
//! `win DISPUTE`, `settle SESSION`; and it prints a line for each.
#![expect(clippy::print_stdout, reason = "it talks to whoever started it")]

use std::env;
use std::error::Error;
use std::io::BufRead;
use std::sync::Arc;

use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_stripe::double::{
    Complaint, Courier, Double, Endpoint, Impossible, Pace, Settings, Settlement, Verdict, serve,
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = setting("PORT", "0").parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let double = Arc::new(Double::new(Settings {
        secret_key: setting("SECRET_KEY", "sk_test_double"),
        account: "acct_1Double".to_owned(),
        base: base.clone(),
        endpoints: endpoints(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    }));
    println!("{base}");
    let commands = double.clone();
    std::thread::spawn(move || obey(&commands));
    let (courier, posting) = (Courier::new()?, double.clone());
    tokio::spawn(async move { posting.keep_delivering(&courier).await });
    Ok(serve(double, listener).await?)
}

fn setting(name: &str, otherwise: &str) -> String {
    env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

fn endpoints() -> Vec<Endpoint> {
    let url = env::var("WEBHOOK_URL").ok();
    let endpoint = url.map(|url| Endpoint {
        url,
        secrets: vec![setting("WEBHOOK_SECRET", "whsec_double")],
        events: vec![],
    });
    endpoint.into_iter().collect()
}

fn obey(double: &Double) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match command(double, &line) {
            Ok(done) => println!("{done}"),
            Err(error) => println!("error: {error}"),
        }
    }
}

fn command(double: &Double, line: &str) -> Result<String, Impossible> {
    let done = "done".to_owned();
    match line.split_once(' ') {
        Some(("refund", intent)) => double.refund(intent, None, Pace::AtOnce),
        Some(("dispute", intent)) => double.open_dispute(intent, None, Complaint::Chargeback),
        Some(("win", dispute)) => double.close_dispute(dispute, Verdict::Won).map(|()| done),
        Some(("settle", session)) => double
            .settle_debit(session, Settlement::Arrived)
            .map(|()| done),
        _ => Ok("unknown command".to_owned()),
    }
}
