//! What the documents say of files: handed in as parts of a form, answered whole or in parts.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value by a name makes the member"
)]

use serde_json::{Value, json};

const FORM: &str = "/requestBody/content/multipart~1form-data";
const STREAM: &str = "/responses/200/content/application~1octet-stream";

/// Whether a file is handed in with the operation.
pub(super) fn is_upload(operation: &Value) -> bool {
    operation.pointer(FORM).is_some()
}

/// Whether the operation answers a file of which parts may be asked for.
pub(super) fn is_streamed(operation: &Value) -> bool {
    operation.pointer(STREAM).is_some()
}

/// The handler says what the details are; the file follows them.
pub(super) fn tidy_upload(operation: &mut Value) {
    let Some(form) = operation.pointer_mut(FORM) else {
        return;
    };
    let details = form["schema"].take();
    form["schema"] = json!({
        "type": "object",
        "description": "Two parts, in this order.",
        "required": ["details", "file"],
        "properties": {
            "details": details,
            "file": {
                "type": "string", "format": "binary",
                "description": "The file, under its name. It is read in pieces, up to the size that the host allows.",
            },
        },
    });
    form["encoding"] = json!({
        "details": {"contentType": "application/json"},
        "file": {"contentType": "application/octet-stream"},
    });
}

/// A file of any kind comes under the media type that was found when it came in, and as much of it as
/// was asked for.
pub(super) fn tidy_stream(operation: &mut Value) {
    if !is_streamed(operation) {
        return;
    }
    let content = json!({"*/*": {"schema": {"type": "string", "format": "binary"}}});
    let text = |about: &str| json!({"description": about, "schema": {"type": "string"}});
    let headers = json!({
        "Content-Disposition": text("The file's name (RFC 6266)."),
        "ETag": text("The version of the file, for If-None-Match and If-Range."),
    });
    let mut part = headers.clone();
    part["Content-Range"] = text("Which bytes these are.");
    let responses = &mut operation["responses"];
    responses["200"]["content"] = content.clone();
    responses["200"]["headers"] = headers;
    responses["206"] = json!({
        "description": "The part that was asked for.", "content": content, "headers": part,
    });
    responses["304"] = json!({"description": "The caller has it already."});
    responses["416"] = json!({"description": "Nothing of the file lies in the range."});
}

/// The headers with which a file's parts are asked for: name and description.
pub(super) const STREAM_HEADERS: [(&str, &str); 3] = [
    (
        "Range",
        "One range of bytes (RFC 9110), such as `bytes=0-1023`.",
    ),
    ("If-Range", "The ETag of the file that the range is of."),
    ("If-None-Match", "The ETag of what the caller has already."),
];

/// What the key of a request with a file stands for.
pub(super) const UPLOAD_KEY: &str = "Chosen by the caller, another one for each request. It stands for the \
    details and not for the file's bytes: the same details under the same key are answered as the \
    first time, and the file is not read.";
