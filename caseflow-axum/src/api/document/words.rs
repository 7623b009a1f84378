//! What the documents say in words.

use serde_json::{Value, json};

use super::Side;

pub(super) fn info(side: Side) -> Value {
    let (title, description) = match side {
        Side::Portal => ("CaseFlow client API", PORTAL),
        Side::Firm => ("CaseFlow firm API", FIRM),
    };
    json!({
        "title": title,
        "version": "1",
        "description": format!("{description}\n\n{DIALECT}"),
        "license": {
            "name": "MIT OR Apache-2.0",
            "identifier": "MIT OR Apache-2.0",
        },
    })
}

const PORTAL: &str = "What a client's contact sees in the portal. The session's token, answered by \
    `POST /api/v1/session`, is sent as a bearer token; the portal's own pages may send the cookie \
    of their session instead, and then every request that changes something must come from the \
    portal's own origin. What is not the contact's own answers 404.";

const FIRM: &str = "What staff do, for the firm's own software. A key speaks for one firm; a key \
    with the scope `read` may only read. Every POST that writes needs an `Idempotency-Key`: the \
    same request with the same key is done once within 24 hours, and answered again with \
    `Idempotent-Replayed: true`. Where a file is handed in, the key stands for the details and not \
    for the file's bytes; where something goes into a vault, it stands for the client and the \
    contacts, and for nothing that is sealed. PATCH, PUT and DELETE need the ETag that was read in `If-Match`; \
    on a POST it may be sent.";

const DIALECT: &str = "Amounts are whole numbers of minor units with their currency, other \
    decimals are text. Times are RFC 3339 in UTC, days are ISO 8601 in the firm's time zone. Lists \
    answer `next`, to be sent as `after`. PATCH is a merge patch (RFC 7396): what is left out \
    stays, null takes away. Members that are not described are refused in requests; in answers, \
    more may appear. Errors are problems (RFC 9457), whose `errors` name every flaw by its JSON \
    pointer.";

pub(super) fn tags(side: Side) -> Value {
    let names: &[(&str, &str)] = match side {
        Side::Portal => &[
            ("Session", "Signing in and out, here and elsewhere."),
            ("Profile", "The contact's own data."),
            ("Dashboard", "What waits for the contact."),
            ("Invoices", "The client's invoices, and paying them online."),
            ("Payments", "The client's payment history."),
            (
                "Proposals and estimates",
                "What the firm offers, and what the contact decides.",
            ),
            (
                "Contracts",
                "What the client is to sign, what it has signed, and checking signed copies.",
            ),
            ("Documents", "Files that the firm shares with the contact."),
            ("Vault", "What is sealed for the client, and who opened it."),
            ("Library", "What the firm has published for its clients."),
        ],
        Side::Firm => &[
            ("Firm", "The firm's settings."),
            ("Clients", "Whom the firm serves."),
            ("Contacts", "The people who sign in."),
            ("Invoices", "What is owed."),
            ("Payments", "What was received, and what went back of it."),
            (
                "Online payments",
                "Where money comes in online, who tried to pay, and what staff should look at.",
            ),
            (
                "Proposals and estimates",
                "What the firm offers, and what became of it.",
            ),
            (
                "Contracts",
                "What clients are to sign, and what they have signed.",
            ),
            ("Documents", "Files that are shared with clients."),
            (
                "Vault",
                "What is sealed for clients; for keys of the scope `vault`.",
            ),
            ("Library", "Articles for clients and for staff."),
            ("Announcements", "Texts on the clients' dashboards."),
            ("API keys", "Keys of this API."),
            ("Audit", "What was done, by whom."),
        ],
    };
    let tags = names.iter();
    tags.map(|(name, about)| json!({"name": name, "description": about}))
        .collect()
}

pub(super) fn scheme(side: Side) -> Value {
    let description = match side {
        Side::Portal => "The token of a session: 43 characters.",
        Side::Firm => "A key of the firm: `cf_live_` and 43 characters.",
    };
    json!({"type": "http", "scheme": "bearer", "description": description})
}
