//! The double over real connections, webhooks included.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::testing::{SeededEntropy, TestClock};
use caseflow_stripe::double::{Courier, Double, Endpoint, Failing, Fault, Moment, Settings, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::desk::{CHECKOUT, KEY, SECRET};

/// A double on a loopback port, and where it is.
async fn served(hook: String) -> (Arc<Double>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let double = Arc::new(Double::new(Settings {
        secret_key: KEY.to_owned(),
        account: "acct_desk".to_owned(),
        base: base.clone(),
        endpoints: vec![Endpoint {
            url: hook,
            secrets: vec![SECRET.to_owned()],
            events: vec![],
        }],
        clock: Arc::new(TestClock::default()),
        entropy: Arc::new(SeededEntropy::new(1)),
    }));
    tokio::spawn(serve(double.clone(), listener));
    (double, base)
}

/// Takes one request and answers it with 200; gives what came.
async fn one_request(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    while !text.trim_end().ends_with('}') {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream.write_all(answer).await.unwrap();
    text
}

/// Asks over a connection of its own; gives the answer as it came.
async fn ask(base: &str, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    // An answer may come before the request was read to its end.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut bytes = vec![];
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn it_answers_over_http_and_posts_its_notices() {
    let host = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hooks", host.local_addr().unwrap());
    let (double, base) = served(hook).await;
    let answer = ask(&base, "POST /v1/checkout/sessions", CHECKOUT).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    double.pay_elsewhere(500, "usd");
    let courier = Courier::new().unwrap();
    let (arrived, (first, _)) = tokio::join!(double.deliver_due(&courier), async {
        (one_request(&host).await, one_request(&host).await)
    });
    assert_eq!(arrived, 2);
    assert!(first.starts_with("POST /hooks HTTP/1.1"), "{first}");
    assert!(first.contains("stripe-signature: t="), "{first}");
}

#[tokio::test]
async fn nobody_answers_a_notice_that_has_no_host() {
    let (double, _) = served("http://127.0.0.1:1/hooks".to_owned()).await;
    double.pay_elsewhere(500, "usd");
    assert_eq!(double.deliver_due(&Courier::new().unwrap()).await, 0);
    assert!(double.next_due().is_some());
}

#[tokio::test]
async fn a_caller_that_hangs_up_is_forgotten() {
    let (double, base) = served("http://127.0.0.1:1/hooks".to_owned()).await;
    double.fail(Failing {
        matching: "/v1/refunds".to_owned(),
        calls: 1,
        fault: Fault::Hang,
        moment: Moment::BeforeEffect,
    });
    let address = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /v1/refunds HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(stream);
    let answer = ask(&base, "GET /v1/refunds", "").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let large = ask(&base, "POST /v1/refunds", &"a".repeat((1 << 20) + 1)).await;
    assert!(
        large.is_empty() || large.starts_with("HTTP/1.1 413"),
        "{large}"
    );
}
