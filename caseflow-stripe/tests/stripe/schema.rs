//! Holds a request against the description of requests that Stripe publishes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::server::Seen;
use crate::support::data;

/// What a request has that the description, which is of 2023, does not know: the names of fields.
pub(crate) fn unknown_fields(seen: &Seen) -> Vec<String> {
    let described = data("requests-2023-08-16.json");
    let operation = operation(&described, seen);
    let schema = if seen.method == "GET" {
        query_schema(operation)
    } else {
        operation["body"].clone()
    };
    let mut faults = vec![];
    check(&tree(&seen.fields()), &schema, "", &mut faults);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for name in required.iter().filter_map(Value::as_str) {
        // Success pages are no longer required, since forms can be embedded.
        assert!(
            name == "success_url" || seen.field(name).is_some(),
            "{name} is missing"
        );
    }
    faults
}

fn operation<'a>(described: &'a Value, seen: &Seen) -> &'a Value {
    let fits = |template: &str| {
        let (ours, theirs) = (seen.path.split('/'), template.split('/'));
        ours.clone().count() == theirs.clone().count()
            && ours
                .zip(theirs)
                .all(|(our, their)| our == their || their.starts_with('{'))
    };
    let method = seen.method.to_lowercase();
    let found = described
        .as_object()
        .unwrap()
        .iter()
        .find(|(name, _)| name.strip_prefix(&format!("{method} ")).is_some_and(fits));
    found
        .unwrap_or_else(|| panic!("{method} {} is not described", seen.path))
        .1
}

fn query_schema(operation: &Value) -> Value {
    let params = operation["params"].as_array().unwrap();
    let query = params.iter().filter(|param| param["in"] == "query");
    let properties: Map<String, Value> = query
        .map(|param| {
            (
                param["name"].as_str().unwrap().to_owned(),
                param["schema"].clone(),
            )
        })
        .collect();
    serde_json::json!({"type": "object", "additionalProperties": false, "properties": properties})
}

enum Tree {
    Leaf(String),
    Node(BTreeMap<String, Tree>),
}

/// `a[b][0]=c` as a tree.
fn tree(fields: &[(String, String)]) -> Tree {
    let mut root = BTreeMap::new();
    for (name, value) in fields {
        let path: Vec<&str> = name
            .split('[')
            .map(|part| part.trim_end_matches(']'))
            .collect();
        insert(&mut root, &path, value);
    }
    Tree::Node(root)
}

fn insert(node: &mut BTreeMap<String, Tree>, path: &[&str], value: &str) {
    let (first, rest) = path.split_first().unwrap();
    if rest.is_empty() {
        let name = if first.is_empty() {
            node.len().to_string()
        } else {
            (*first).to_owned()
        };
        assert!(
            node.insert(name, Tree::Leaf(value.to_owned())).is_none(),
            "{first} is sent twice"
        );
        return;
    }
    let child = node
        .entry((*first).to_owned())
        .or_insert_with(|| Tree::Node(BTreeMap::new()));
    let Tree::Node(child) = child else {
        panic!("{first} is a value and a group")
    };
    insert(child, rest, value);
}

fn check(tree: &Tree, schema: &Value, path: &str, faults: &mut Vec<String>) {
    if let Some(options) = schema["anyOf"].as_array() {
        let tried = options.iter().map(|option| {
            let mut found = vec![];
            check(tree, option, path, &mut found);
            found
        });
        faults.extend(tried.min_by_key(Vec::len).unwrap());
        return;
    }
    let fits = match tree {
        Tree::Leaf(text) => leaf_fits(text, schema),
        Tree::Node(children) => {
            for (name, child) in children {
                let below = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                match below_schema(schema, name) {
                    Some(schema) => check(child, &schema, &below, faults),
                    None => faults.push(below),
                }
            }
            schema["type"] == "object" || schema["type"] == "array"
        }
    };
    if !fits {
        faults.push(format!("{path} has another shape"));
    }
}

fn leaf_fits(text: &str, schema: &Value) -> bool {
    let listed = schema["enum"]
        .as_array()
        .is_none_or(|values| values.iter().any(|value| value == text));
    let short = schema["maxLength"]
        .as_u64()
        .is_none_or(|most| text.len() as u64 <= most);
    let shaped = match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().is_ok(),
        Some("boolean") => text == "true" || text == "false",
        Some("string") => true,
        _ => false,
    };
    listed && short && shaped
}

fn below_schema(schema: &Value, name: &str) -> Option<Value> {
    if schema["type"] == "array" {
        return Some(schema["items"].clone());
    }
    let known = schema["properties"].get(name);
    known
        .or_else(|| {
            schema
                .get("additionalProperties")
                .filter(|more| more.is_object())
        })
        .cloned()
}
