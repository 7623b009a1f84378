//! What an operator meets: refusals that say what to do, health, metrics, a clean stop.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::server::{MORNING, Site};
use crate::visitor::Browser;

const TOKEN: &str = "pX3vQ8nR5tY1uW7zK2mL9bJ4hG6fD0sA";

#[test]
fn a_start_for_real_firms_names_what_it_needs() {
    let mut site = Site::demonstration();
    site.set("CASEFLOW_DEMO", "0");
    let said = site.refuses(&[]);
    for name in ["CASEFLOW_PUBLIC_URL", "CASEFLOW_MAIL_FROM"] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn weak_secrets_stop_the_start_and_are_not_repeated() {
    for (name, value) in [
        ("CASEFLOW_METRICS_TOKEN", "hunter2hunter2"),
        (
            "CASEFLOW_DATABASE_URL",
            "postgres://caseflow:changeme@127.0.0.1:1/caseflow",
        ),
    ] {
        let mut site = Site::real(None);
        site.set(name, value);
        let said = site.refuses(&[]);
        assert!(said.contains(name), "{said}");
        assert!(
            !said.contains("hunter2") && !said.contains("changeme"),
            "{said}"
        );
    }
}

#[test]
fn an_account_at_stripe_is_whole_and_belongs_to_one_firm() {
    let (key, secret) = (
        ("STRIPE_SECRET_KEY", "rk_test_51NxGqTeq8ZrW0aYb"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_9fKq2LmZ7wXc4RtV1bNd"),
    );
    for (given, missing) in [(key, secret.0), (secret, key.0)] {
        let mut site = Site::real(None);
        site.set(given.0, given.1);
        let said = site.refuses(&[]);
        assert!(said.contains(missing) && !said.contains(given.1), "{said}");
    }
    let mut site = Site::real(None);
    site.set(key.0, key.1);
    site.set(secret.0, secret.1);
    // Nobody is there; Stripe itself is not to be bothered by tests.
    site.set("CASEFLOW_STRIPE_API", "http://127.0.0.1:9");
    let [one, two] = ["one", "two"].map(|path| {
        let url = format!("{}/{path}", site.base);
        site.run(&create(&url, path))
    });
    let said = site.refuses(&[]);
    for text in ["CASEFLOW_STRIPE_FIRM", &one, &two] {
        assert!(said.contains(text), "{text}: {said}");
    }
    site.set("CASEFLOW_STRIPE_FIRM", &two);
    let server = site.start(MORNING);
    let printed = server.printed();
    let paid: Vec<&str> = printed
        .lines()
        .filter(|line| line.starts_with("Payments of"))
        .collect();
    let line = "Payments of two: Stripe, account default, TEST mode: no real money";
    assert_eq!(paid, [line]);
    let said = format!("{printed}{}", server.log());
    assert!(!said.contains(key.1) && !said.contains(secret.1), "{said}");
    server.stop();
}

#[test]
fn a_demonstration_is_never_served_as_real() {
    let demonstration = Site::demonstration();
    demonstration.start(MORNING).stop();
    let mut real = Site::real(None);
    let database = demonstration.data.join("caseflow.db");
    real.set(
        "CASEFLOW_DATABASE_URL",
        &format!("sqlite:{}", database.display()),
    );
    let said = real.refuses(&["serve"]);
    assert!(said.contains("demonstration"), "{said}");
}

#[test]
fn firms_do_not_share_an_address_nor_take_the_servers_own() {
    let site = Site::real(None);
    let [tax, own] = ["tax", "metrics"].map(|path| format!("{}/{path}", site.base));
    assert!(site.run(&create(&tax, "One")).starts_with("firm_"));
    let said = site.refuses(&create(&tax, "Two"));
    assert!(said.contains("One has this address"), "{said}");
    let said = site.refuses(&create(&own, "Three"));
    assert!(said.contains("the server's own"), "{said}");
}

#[test]
fn a_portal_is_there_under_its_own_host_alone_and_soon_after_the_firm() {
    let site = Site::real(None);
    let server = site.start(MORNING);
    assert!(
        server.printed().contains("There is no firm yet"),
        "{}",
        server.printed()
    );
    let portal = format!("{}/tax", site.base);
    site.run(&create(&portal, "One"));
    let login = format!("{portal}/login");
    let status = |host: Option<&str>| {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build();
        let request = ureq::Agent::from(agent).get(&login);
        let request = match host {
            Some(host) => request.header("host", host),
            None => request,
        };
        request.call().unwrap().status().as_u16()
    };
    let served = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        status(None) == 200
    });
    assert!(served, "not served within 10 s");
    assert_eq!(status(Some("evil.example")), 404);
    server.stop();
}

#[test]
fn health_metrics_and_logs_tell_no_secret() {
    let mut site = Site::real(None);
    site.set("CASEFLOW_METRICS_TOKEN", TOKEN);
    site.set("CASEFLOW_LOG", "debug");
    site.set("CASEFLOW_LOG_FORMAT", "json");
    let server = site.start(MORNING);
    let mut browser = Browser::new(&site.base);
    assert_eq!(browser.get(&format!("{}/healthz", site.base)).status, 200);
    let metrics = format!("{}/metrics", site.base);
    assert_eq!(browser.get(&metrics).status, 401);
    let counts = ureq::get(&metrics)
        .header("authorization", format!("Bearer {TOKEN}"))
        .call();
    let counts = counts.unwrap().body_mut().read_to_string().unwrap();
    assert!(
        counts.contains("caseflow_http_answers_total{class=\"2xx\"}"),
        "{counts}"
    );
    browser.get(&format!("{}/set-password/a-secret-of-somebody", site.base));
    let log = server.log();
    assert!(
        log.lines()
            .all(|line| line.starts_with('{') && line.ends_with('}')),
        "{log}"
    );
    assert!(!log.contains("a-secret-of-somebody"), "{log}");
    server.stop();
}

#[test]
fn half_a_request_holds_a_connection_for_a_while_and_no_longer() {
    let site = Site::real(None);
    let server = site.start(MORNING);
    let host = site.base.trim_start_matches("http://").to_owned();
    let half = [
        ("nothing at all", String::new(), "", 10),
        (
            "half a head",
            format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nX-A"),
            "",
            10,
        ),
        (
            "a whole request and silence",
            format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            "HTTP/1.1 200 OK",
            10,
        ),
        (
            "half a body",
            format!(
                "POST /firm/api/v1/clients HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
                 Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 99\r\n\r\n{{",
                key(&site)
            ),
            "HTTP/1.1 408 Request Timeout",
            30,
        ),
    ];
    std::thread::scope(|scope| {
        for (name, sent, answered, seconds) in &half {
            let host = &host;
            scope.spawn(move || {
                let began = Instant::now();
                let mut stream = TcpStream::connect(host).unwrap();
                stream.write_all(sent.as_bytes()).unwrap();
                let patience = Duration::from_secs(seconds + 15);
                stream.set_read_timeout(Some(patience)).unwrap();
                let mut answer = String::new();
                let end = stream.read_to_string(&mut answer);
                assert!(end.is_ok(), "{name}: it is still open: {end:?}");
                assert!(answer.starts_with(answered), "{name}: {answer}");
                let held = began.elapsed();
                assert!(held >= Duration::from_secs(seconds - 1), "{name}: {held:?}");
            });
        }
    });
    server.stop();
}

#[test]
fn a_request_under_way_is_answered_before_the_server_stops() {
    let site = Site::real(None);
    let server = site.start(MORNING);
    let host = site.base.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    let mut idle = TcpStream::connect(&host).unwrap();
    let head = format!(
        "POST /firm/api/v1/clients HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 15\r\n\r\n",
        key(&site)
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server has read the head when it has answered somebody else since.
    let mut other = Browser::new(&site.base);
    assert_eq!(other.get(&format!("{}/healthz", site.base)).status, 200);
    let rest = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(1));
        stream.write_all(b"{\"name\":\"Acme\"}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    std::thread::sleep(Duration::from_millis(200));
    server.stop();
    let answer = rest.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    let mut nothing = String::new();
    assert_eq!(idle.read_to_string(&mut nothing).unwrap(), 0);
}

/// A key of a firm that is there for it.
fn key(site: &Site) -> String {
    let url = format!("{}/tax", site.base);
    let firm = site.run(&create(&url, "One"));
    let key = ["key", "create", "--firm", &firm, "--name", "ERP"];
    site.run(&[&key[..], &["--scope", "write"]].concat())
}

fn create<'a>(url: &'a str, name: &'a str) -> [&'a str; 10] {
    [
        "firm",
        "create",
        "--zone",
        "UTC",
        "--currency",
        "EUR",
        "--name",
        name,
        "--url",
        url,
    ]
}
