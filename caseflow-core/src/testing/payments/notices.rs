//! The cases of what a gateway posts, and of its own record of the same.

use std::time::Duration;

use super::{NoticeStyle, Posted, Sandbox, fetched, made_up, order, paid, started, usd};
use crate::domain::gateway::GatewayRef;
use crate::domain::time::Timestamp;
use crate::ports::payments::{
    GatewayError, Notice, PageToken, Snapshot, WebhookNotice, WebhookRefusal, WebhookRequest,
};

/// Catches an adapter that believes anybody, or for too long. Where nothing is signed: one that
/// takes what was posted for true, stumbles over what is no notice, or claims what a stranger names.
pub async fn case_14_a_forged_notice_is_refused_or_says_nothing(sandbox: &dyn Sandbox) {
    paid(sandbox, &order(sandbox, 1, usd("100.00"))).await;
    let posted = sandbox.posted().await;
    assert!(!posted.is_empty());
    for notice in &posted {
        match sandbox.notice_style() {
            NoticeStyle::Signed => signed(sandbox, notice),
            NoticeStyle::Unsigned => unsigned(sandbox, notice).await,
        }
    }
}

fn signed(sandbox: &dyn Sandbox, notice: &Posted) {
    let now = sandbox.now();
    assert_eq!(read(sandbox, notice, now).unwrap().hint, None);
    let mut changed = notice.clone();
    changed.body.push(b' ');
    assert!(read(sandbox, &changed, now).is_err());
    let unsigned = Posted {
        headers: vec![],
        ..notice.clone()
    };
    let refused = read(sandbox, &unsigned, now);
    assert_eq!(refused, Err(WebhookRefusal::Signature));
    let old = now.plus(Duration::from_secs(302));
    assert_eq!(read(sandbox, notice, old), Err(WebhookRefusal::Time));
    let early = now.minus(Duration::from_secs(302));
    assert_eq!(read(sandbox, notice, early), Err(WebhookRefusal::Time));
}

async fn unsigned(sandbox: &dyn Sandbox, notice: &Posted) {
    let now = sandbox.now();
    let open = started(sandbox, &order(sandbox, 2, usd("100.00"))).await;
    let stranger = sandbox.pay_elsewhere(usd("100.00")).await;
    let told = read(sandbox, notice, now).unwrap();
    assert_eq!(told.notices, [], "nobody has signed this");
    let hint = told.hint.unwrap();
    let ours = async || {
        let paid = fetched(sandbox, &hint).await;
        [paid, fetched(sandbox, &open.reference).await]
    };
    let before = ours().await;
    assert_ne!(before[0], before[1], "it leads to what was paid");
    for name in [&open.reference, &stranger, &made_up(&open.reference)] {
        let forged = renamed(notice, &hint, name);
        let told = read(sandbox, &forged, now).unwrap();
        assert_eq!(told.hint.as_ref(), Some(name));
        says_nothing(sandbox, &forged, &before).await;
    }
    for body in no_notices(notice) {
        let headers = notice.headers.clone();
        says_nothing(sandbox, &Posted { headers, body }, &before).await;
    }
    for body in [b"".as_slice(), b"\xff\xfe\0"] {
        let (headers, body) = (notice.headers.clone(), body.to_vec());
        let refused = read(sandbox, &Posted { headers, body }, now);
        assert_eq!(refused, Err(WebhookRefusal::Body));
    }
    assert_eq!(ours().await, before);
}

/// The same notice with another name in it.
fn renamed(notice: &Posted, from: &GatewayRef, to: &GatewayRef) -> Posted {
    let body = str::from_utf8(&notice.body).unwrap();
    assert!(body.contains(from.as_str()), "{body} carries no {from}");
    Posted {
        headers: notice.headers.clone(),
        body: body.replace(from.as_str(), to.as_str()).into_bytes(),
    }
}

/// What anybody may post, up to the most that the portal lets in.
fn no_notices(notice: &Posted) -> Vec<Vec<u8>> {
    let with = |tail: &[u8]| [notice.body.as_slice(), tail].concat();
    let mebibyte = 1024 * 1024;
    vec![
        with(b"&status=paid&amount=1.00"),
        with(b"/../../refunds?x=1#"),
        with(&vec![b'x'; mebibyte]),
        vec![b'='; mebibyte],
        b"id=".to_vec(),
        b"id=&id=&id=%00%ff".to_vec(),
        br#"{"id":7,"status":"paid"}"#.to_vec(),
    ]
}

/// What was posted is refused, or makes us look at something; what is found there is as it was
/// before, or none of ours.
async fn says_nothing(sandbox: &dyn Sandbox, posted: &Posted, before: &[Snapshot]) {
    let Ok(told) = read(sandbox, posted, sandbox.now()) else {
        return;
    };
    assert_eq!(told.notices, [], "nobody has signed this");
    let Some(about) = told.hint else { return };
    match sandbox.gateway().fetch(&about).await {
        Err(GatewayError::NotFound) => {}
        Ok(found) => assert!(found.tag.is_none() || before.contains(&found), "{about}"),
        Err(error) => panic!("{about}: {error:?}"),
    }
}

/// Catches an adapter whose notices name what cannot be looked up.
pub async fn case_15_notices_lead_to_the_checkout(sandbox: &dyn Sandbox) {
    let checkout = paid(sandbox, &order(sandbox, 1, usd("100.00"))).await;
    sandbox.refund_there(&checkout, usd("10.00")).await;
    sandbox.dispute(&checkout, usd("90.00")).await;
    started(sandbox, &order(sandbox, 2, usd("100.00"))).await;
    let mut seen = 0;
    for posted in sandbox.posted().await {
        let told = read(sandbox, &posted, sandbox.now()).unwrap();
        let named = told.notices.into_iter().map(|notice| notice.about);
        for about in named.chain(told.hint) {
            seen += 1;
            assert_eq!(fetched(sandbox, &about).await.reference, checkout);
        }
    }
    assert!(seen >= 3, "{seen} notices of payment, refund and dispute");
}

/// Catches an adapter whose record has gaps, or other names than its notices.
pub async fn case_16_the_record_names_all_that_happened(sandbox: &dyn Sandbox) {
    let start = sandbox.now();
    for n in 1..=9 {
        let order = order(sandbox, n, usd("5.00"));
        paid(sandbox, &order).await;
    }
    let mut names: Vec<Notice> = vec![];
    for posted in sandbox.posted().await {
        names.extend(read(sandbox, &posted, sandbox.now()).unwrap().notices);
    }
    let mut names: Vec<_> = names.into_iter().map(|it| it.event).collect();
    let record = record(sandbox, start.minus(Duration::from_secs(60))).await;
    let mut recorded: Vec<_> = record.into_iter().map(|it| it.event).collect();
    names.sort_unstable();
    recorded.sort_unstable();
    recorded.dedup();
    let missing = names.iter().filter(|name| !recorded.contains(name));
    assert_eq!(missing.count(), 0);
    let later = sandbox.now().plus(Duration::from_secs(60));
    assert_eq!(self::record(sandbox, later).await, []);
}

fn read(
    sandbox: &dyn Sandbox,
    posted: &Posted,
    now: Timestamp,
) -> Result<WebhookNotice, WebhookRefusal> {
    let headers = posted.headers.iter();
    let headers: Vec<(&str, &[u8])> = headers
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let request = WebhookRequest {
        headers: &headers,
        body: &posted.body,
    };
    sandbox.gateway().read_webhook(&request, now)
}

async fn record(sandbox: &dyn Sandbox, since: Timestamp) -> Vec<Notice> {
    let (mut all, mut after): (Vec<Notice>, Option<PageToken>) = (vec![], None);
    loop {
        let gateway = sandbox.gateway();
        let page = gateway.changes(since, after.as_ref()).await.unwrap();
        all.extend(page.notices);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}
