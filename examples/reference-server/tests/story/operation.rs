//! What an operator meets: refusals that say what to do, health, metrics, a clean stop.

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
