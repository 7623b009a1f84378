//! The OpenAPI 3.1 documents.
//!
//! Addresses, bodies and answers come from the handlers. What follows from the dialect that all of
//! them speak is added here, by rule, so that no handler can forget it: parameters in the path,
//! conditional headers, idempotency keys, and the problems that each kind of request can meet.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value by a name makes the member"
)]

mod files;
mod problems;
mod words;

use axum::Json;
use axum::extract::Request;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::article::Slug;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr, Required};

use super::values::id_pattern;
use super::wire::Wire;
use crate::urls::Urls;

/// Where the document is served, when it is.
pub(crate) const PATH: &str = "/api/openapi.json";

/// Which of the two APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Portal,
    Firm,
}

/// A JSON schema as utoipa's own type.
pub(crate) fn typed(shape: Value) -> RefOr<Schema> {
    serde_json::from_value(shape).unwrap_or_default()
}

/// The members of a query as parameters.
pub(crate) fn query_parameters<T: Wire>() -> Vec<Parameter> {
    let shape = T::shape();
    let members = shape.get("properties").and_then(Value::as_object);
    let members = members.into_iter().flatten();
    members
        .map(|(name, shape)| {
            let mut shape = shape.clone();
            let about = described(&mut shape);
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .description(about)
                .required(Required::False)
                .schema(Some(typed(not_null(shape))))
                .build()
        })
        .collect()
}

/// Takes the description out of a schema: a parameter has one of its own.
fn described(shape: &mut Value) -> Option<String> {
    let about = shape.as_object_mut()?.remove("description")?;
    about.as_str().map(ToOwned::to_owned)
}

/// What is absent from a query is absent, never null.
fn not_null(mut shape: Value) -> Value {
    if let Some(kind) = shape.get("type").and_then(|kinds| kinds.get(0)).cloned() {
        shape["type"] = kind;
    }
    if let Some(Value::Array(values)) = shape.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    shape
}

/// The whole document of one API.
pub(crate) fn finished(described: OpenApi, side: Side) -> Value {
    let mut document = serde_json::to_value(described).unwrap_or_default();
    document["info"] = words::info(side);
    document["servers"] = json!([{"url": "/", "description": "Where the host mounts the router."}]);
    document["security"] = json!([{"bearer": []}]);
    document["tags"] = words::tags(side);
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, operations) in paths {
            for (verb, operation) in operations.as_object_mut().into_iter().flatten() {
                complete(side, path, verb, operation);
            }
        }
    }
    loosen_patches(&mut document);
    document["components"]["securitySchemes"] = json!({"bearer": words::scheme(side)});
    document["components"]["responses"] = problems::responses();
    document["components"]["schemas"]["Problem"] = problems::schema();
    document["components"]["schemas"]["CurrencyCode"] = super::values::currency_codes();
    document
}

/// The document as one mount of the router serves it.
pub(crate) fn served(mut document: Value, urls: &Urls) -> Response {
    document["servers"][0]["url"] = urls.under("/").into();
    Json(document).into_response()
}

/// Says how to identify oneself, on every 401.
pub(crate) async fn challenge(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        let bearer = HeaderValue::from_static("Bearer realm=\"caseflow\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
    }
    response
}

/// Adds what the dialect says of an operation.
fn complete(side: Side, path: &str, verb: &str, operation: &mut Value) {
    let traits = Traits::of(side, path, verb, operation);
    tidy_body(operation);
    tidy_files(operation);
    files::tidy_upload(operation);
    files::tidy_stream(operation);
    let added = parameters(path, &traits);
    if !added.is_empty() {
        let known = operation["parameters"].take();
        let mut all = added;
        all.extend(known.as_array().cloned().unwrap_or_default());
        operation["parameters"] = all.into();
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        add_responses(&traits, responses);
    }
}

/// A body that may be left out is never null, and a picture is its bytes.
fn tidy_body(operation: &mut Value) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    body["required"] = true.into();
    let Some(content) = body["content"].as_object_mut() else {
        return;
    };
    let mut required = true;
    for (kind, content) in content {
        let schema = &mut content["schema"];
        if let Some(given) = schema.pointer("/oneOf/0").cloned() {
            *schema = given;
            required = false;
        }
        if kind.starts_with("image/") || kind == "application/pdf" {
            *schema = json!({"type": "string", "format": "binary"});
        }
    }
    body["required"] = required.into();
}

/// A file is its bytes, under a name.
fn tidy_files(operation: &mut Value) {
    let responses = operation["responses"].as_object_mut();
    for (_, response) in responses.into_iter().flatten() {
        let file = ["application/pdf", "application/zip"]
            .into_iter()
            .find(|kind| response["content"].get(kind).is_some());
        let Some(kind) = file else { continue };
        response["content"][kind]["schema"] = json!({"type": "string", "format": "binary"});
        response["headers"] = json!({"Content-Disposition": {
            "description": "The file's name (RFC 6266).",
            "schema": {"type": "string"},
        }});
    }
}

/// Whether an operation answers a file.
fn is_file(operation: &Value) -> bool {
    let place = "/responses/200/content/application~1pdf";
    operation.pointer(place).is_some()
}

/// The body of a PATCH is that of the record with nothing required, and may be called by its name.
fn loosen_patches(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let mut named = vec![];
    for operations in paths.values_mut() {
        let content = operations.pointer_mut("/patch/requestBody/content");
        let Some(content) = content else { continue };
        let schema = &mut content["application/json"]["schema"]["$ref"];
        let body = schema.as_str().unwrap_or_default();
        let changes = body.replace("Body", "Changes");
        named.push((tail(body), tail(&changes)));
        *schema = changes.into();
        content["application/merge-patch+json"] = content["application/json"].clone();
    }
    let schemas = &mut document["components"]["schemas"];
    for (body, changes) in named {
        let mut loose = schemas[&body].clone();
        if let Some(loose) = loose.as_object_mut() {
            loose.remove("required");
        }
        schemas[changes] = loose;
    }
}

/// The name at the end of a reference.
fn tail(reference: &str) -> String {
    reference.rsplit('/').next().unwrap_or_default().to_owned()
}

/// What decides which headers and problems an operation has.
#[derive(Debug, Clone, Copy)]
struct Traits {
    reads_one: bool,
    writes: bool,
    keyed: bool,
    shows_once: bool,
    versioned: bool,
    may_match: bool,
    has_query: bool,
    has_body: bool,
    prints: bool,
    open: bool,
    braked: bool,
    asks_gateway: bool,
    takes_file: bool,
    streams: bool,
    of_vault: bool,
}

impl Traits {
    fn of(side: Side, path: &str, verb: &str, operation: &Value) -> Self {
        let firm = side == Side::Firm;
        let names_record = path.contains('{');
        // What is shown this once cannot be shown again.
        let shows_once = firm
            && verb == "post"
            && (path.ends_with("/api-keys") || path.ends_with("/contacts/{id}/preview"));
        let single = path.ends_with("/{id}") || path.ends_with("/firm");
        Self {
            reads_one: verb == "get" && single,
            writes: verb != "get",
            keyed: firm && verb == "post" && !shows_once,
            shows_once,
            versioned: firm && matches!(verb, "patch" | "put" | "delete"),
            may_match: firm
                && verb == "post"
                && names_record
                && !path.ends_with("/contacts")
                && !shows_once,
            has_query: operation.get("parameters").is_some(),
            has_body: operation.get("requestBody").is_some(),
            prints: is_file(operation),
            takes_file: files::is_upload(operation),
            streams: files::is_streamed(operation),
            of_vault: path.contains("/vault"),
            open: operation.get("security").is_some(),
            asks_gateway: may_ask_gateway(side, path, verb),
            braked: !firm && verb != "delete" && BRAKED.iter().any(|end| path.ends_with(end)),
        }
    }
}

/// Where somebody could try passwords or addresses one after the other, or have mails sent.
const BRAKED: [&str; 5] = [
    "password",
    "/session",
    "/profile",
    "/take-out",
    "/vault/unlock",
];

/// Whether the payment provider may have to be asked before the request can be answered: when a
/// checkout is opened, or has to be closed before what is due changes.
fn may_ask_gateway(side: Side, path: &str, verb: &str) -> bool {
    match side {
        Side::Portal => path.ends_with("/pay"),
        Side::Firm => {
            let reprices = verb == "patch" && path.ends_with("/invoices/{id}");
            reprices || path.ends_with("/invoices/{id}/cancel")
        }
    }
}

fn parameters(path: &str, traits: &Traits) -> Vec<Value> {
    let mut parameters = vec![];
    if let Some(pattern) = record_in(path) {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "description": "The record's id.",
            "schema": {"type": "string", "pattern": pattern},
        }));
    }
    if path.ends_with("/{slug}") {
        parameters.push(json!({
            "name": "slug", "in": "path", "required": true,
            "description": "The last part of the article's address.", "schema": Slug::shape(),
        }));
    }
    if path.contains("/links/{link}") {
        parameters.push(json!({
            "name": "link", "in": "path", "required": true, "description": "The link's id.",
            "schema": {"type": "string", "pattern": id_pattern("olk")},
        }));
    }
    if path.contains("/versions/{number}") {
        parameters.push(json!({
            "name": "number", "in": "path", "required": true,
            "description": "The version's place, from 1.",
            "schema": {"type": "integer", "minimum": 1},
        }));
    }
    let mut header = |name: &str, required: bool, about: &str, schema: Value| {
        parameters.push(json!({
            "name": name, "in": "header", "required": required, "description": about,
            "schema": schema,
        }));
    };
    if traits.keyed {
        let about = match traits.takes_file {
            true => files::UPLOAD_KEY,
            false => "Chosen by the caller, another one for each request.",
        };
        let schema = json!({"type": "string", "pattern": "^[!-~]{1,255}$"});
        header("Idempotency-Key", true, about, schema);
    }
    let etag = json!({"type": "string", "pattern": "^(\\*|\"[0-9]{1,18}(-[a-z0-9_-]+)?\")$"});
    if traits.versioned {
        header("If-Match", true, "The ETag that was read, or `*`.", etag);
    } else if traits.may_match {
        header("If-Match", false, "The ETag that was read, or `*`.", etag);
    } else if traits.reads_one {
        let about = "The ETag of what the caller has already.";
        header("If-None-Match", false, about, json!({"type": "string"}));
    }
    if traits.streams {
        for (name, about) in files::STREAM_HEADERS {
            header(name, false, about, json!({"type": "string"}));
        }
    }
    parameters
}

/// The pattern of the id in a path, which follows from the collection it stands in.
fn record_in(path: &str) -> Option<String> {
    let (before, _) = path.split_once("/{id}")?;
    let prefix = match before.rsplit('/').next()? {
        "clients" => "cli",
        "contacts" => "con",
        "invoices" => "inv",
        "payments" => "pay",
        "attempts" => "att",
        "reversals" => "rev",
        "alerts" => "alr",
        "mails" => "mail",
        "proposals" | "estimates" | "offers" => "off",
        "contracts" => "ctr",
        "documents" => "doc",
        "vault" => "vit",
        "articles" => "atc",
        "sessions" => "ses",
        "announcements" => "ann",
        "api-keys" => "key",
        _ => return None,
    };
    Some(id_pattern(prefix))
}

fn add_responses(traits: &Traits, responses: &mut Map<String, Value>) {
    let etag = json!({"ETag": {
        "description": "The version, for If-Match and If-None-Match.",
        "schema": {"type": "string"},
    }});
    let wrote = traits.keyed || traits.versioned;
    if traits.reads_one || wrote {
        for (_, response) in responses.iter_mut() {
            response["headers"] = etag.clone();
        }
    }
    if traits.reads_one {
        let unchanged = json!({"description": "The caller has it already.", "headers": etag});
        responses.insert("304".to_owned(), unchanged);
    }
    for (status, name, _, _) in problems::ALL {
        if traits.may_meet(name) {
            let place = format!("#/components/responses/{name}");
            responses.insert((*status).to_owned(), json!({"$ref": place}));
        }
    }
}

impl Traits {
    fn may_meet(&self, problem: &str) -> bool {
        match problem {
            "Malformed" => self.has_body || self.keyed,
            "SignedOut" => !self.open,
            "Forbidden" => self.writes || self.of_vault,
            "TooLarge" | "WrongMediaType" => self.has_body,
            "Stale" => self.versioned || self.may_match,
            "Refused" => {
                self.has_body || self.has_query || self.versioned || self.prints || self.shows_once
            }
            "VersionRequired" => self.versioned,
            "Throttled" => self.braked,
            "Gateway" => self.asks_gateway,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_documents_are_those_of_the_routers() {
        for (name, document) in [
            ("portal.json", crate::api::portal::openapi()),
            ("firm.json", crate::api::firm::openapi()),
        ] {
            let path = format!("{}/openapi/{name}", env!("CARGO_MANIFEST_DIR"));
            let now = serde_json::to_string_pretty(&document).unwrap() + "\n";
            if std::env::var_os("CASEFLOW_WRITE_OPENAPI").is_some() {
                std::fs::write(&path, &now).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == now,
                "{name} is out of date: run CASEFLOW_WRITE_OPENAPI=1 cargo test -p caseflow-axum --lib document"
            );
        }
    }
}
