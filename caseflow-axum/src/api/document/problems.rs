//! The problems that a request can meet.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value by a name makes the member"
)]

use serde_json::{Value, json};

/// Status, name, description, and whether `Retry-After` comes with it.
pub(super) const ALL: [(&str, &str, &str, bool); 13] = [
    (
        "400",
        "Malformed",
        "The body is not JSON, or a header is missing or malformed.",
        false,
    ),
    (
        "401",
        "SignedOut",
        "Nobody is signed in, or no longer.",
        false,
    ),
    (
        "403",
        "Forbidden",
        "The key may only read, another site sent the request, the vault is locked or closed to the key, or staff only look.",
        false,
    ),
    (
        "404",
        "NotFound",
        "There is no such record, or it is none of the caller's.",
        false,
    ),
    (
        "412",
        "Stale",
        "The record is no longer as the caller has seen it.",
        false,
    ),
    ("413", "TooLarge", "The body is too large.", false),
    (
        "415",
        "WrongMediaType",
        "The body is of another media type.",
        false,
    ),
    (
        "422",
        "Refused",
        "The request has flaws, or a rule forbids it.",
        false,
    ),
    ("428", "VersionRequired", "If-Match is missing.", false),
    ("429", "Throttled", "Too many tries.", true),
    ("500", "Internal", "Only the operator can mend it.", false),
    (
        "502",
        "Gateway",
        "The payment provider failed or did not answer. Nothing was charged: try again in a moment.",
        false,
    ),
    (
        "503",
        "Busy",
        "Too much is going on; try again in a moment.",
        true,
    ),
];

/// The responses that operations refer to.
pub(super) fn responses() -> Value {
    let problems = ALL.iter().map(|(_, name, about, wait)| {
        let mut response = json!({
            "description": about,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
            },
        });
        if *wait {
            response["headers"] = json!({"Retry-After": {
                "description": "Seconds until the next try.",
                "schema": {"type": "integer", "minimum": 1},
            }});
        }
        ((*name).to_owned(), response)
    });
    Value::Object(problems.collect())
}

/// RFC 9457.
pub(super) fn schema() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri", "examples": ["urn:caseflow:problem:refused"]},
            "title": {"type": "string", "examples": ["refused"]},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "The request's id."},
            "errors": {
                "type": "array",
                "description": "Each flaw of the request.",
                "items": {
                    "type": "object",
                    "required": ["pointer", "detail"],
                    "properties": {
                        "pointer": {
                            "type": "string",
                            "description": "A JSON pointer into the body; for a parameter of the \
                                query its name after a slash.",
                            "examples": ["/lines/0/quantity"],
                        },
                        "detail": {"type": "string"},
                    },
                },
            },
        },
    })
}
