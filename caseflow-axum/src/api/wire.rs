//! Reading the JSON of a request into what the core takes, with every flaw noted and not only the
//! first.
//!
//! [`body!`] declares a body once: from that come the struct, its reader and its schema in the
//! OpenAPI document, so that none of them can lack a member. A member that no body declares is
//! refused.

use std::collections::HashSet;
use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::error::{Failure, Flaw};

/// Something that a request carries as JSON.
pub(crate) trait Wire: Sized {
    /// Its JSON schema.
    fn shape() -> Value;

    /// Reads it. `at` is the JSON pointer to where it stands; flaws are noted there.
    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self>;

    /// What it means that the member is not there; `None` when it must be there.
    fn absent() -> Option<Self>;
}

/// A body or a query: an object with named members.
pub(crate) trait Object: Wire {
    /// The names of its members.
    const MEMBERS: &'static [&'static str];
}

/// What is wrong with a request.
#[derive(Debug, Default)]
pub(crate) struct Flaws(Vec<Flaw>);

/// So many flaws are told, so that an answer stays small whatever was sent.
const MOST_FLAWS: usize = 100;

impl Flaws {
    pub(crate) fn note(&mut self, at: &str, detail: impl Display) {
        if self.0.len() < MOST_FLAWS {
            self.0.push(Flaw {
                pointer: at.to_owned(),
                detail: detail.to_string(),
            });
        }
    }

    /// One flaw by itself.
    pub(crate) fn one(at: &str, detail: impl Display) -> Failure {
        let mut flaws = Self::default();
        flaws.note(at, detail);
        Failure::Invalid(flaws.0)
    }
}

/// Reads a whole body.
pub(crate) fn read_whole<T: Wire>(given: &Value) -> Result<T, Failure> {
    let mut flaws = Flaws::default();
    match T::read(given, "", &mut flaws) {
        Some(whole) if flaws.0.is_empty() => Ok(whole),
        _ => Err(Failure::Invalid(flaws.0)),
    }
}

/// The members of an object, taken out one by one.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    object: &'a Map<String, Value>,
    at: &'a str,
}

impl<'a> Members<'a> {
    /// Opens an object.
    pub(crate) fn open(given: &'a Value, at: &'a str, flaws: &mut Flaws) -> Option<Self> {
        let Value::Object(object) = given else {
            flaws.note(at, "must be an object");
            return None;
        };
        Some(Self { object, at })
    }

    pub(crate) fn take<T: Wire>(&self, name: &str, flaws: &mut Flaws) -> Option<T> {
        let at = below(self.at, name);
        match self.object.get(name) {
            Some(given) => T::read(given, &at, flaws),
            None => T::absent().or_else(|| {
                flaws.note(&at, "is missing");
                None
            }),
        }
    }

    /// Refuses what is neither of these.
    pub(crate) fn refuse_others(&self, known: &[&str], flaws: &mut Flaws) {
        let names = self.object.keys();
        for name in names.filter(|name| !known.contains(&name.as_str())) {
            flaws.note(&below(self.at, name), "there is no such member: remove it");
        }
    }
}

fn below(at: &str, name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("{at}/{name}")
}

/// A member that may be absent or null.
impl<T: Wire> Wire for Option<T> {
    fn shape() -> Value {
        nullable(T::shape())
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        match given {
            Value::Null => Some(None),
            given => T::read(given, at, flaws).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn shape() -> Value {
        json!({"type": "array", "items": T::shape()})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let Value::Array(items) = given else {
            flaws.note(at, "must be an array");
            return None;
        };
        // Each item is read even after a bad one, so that all flaws are told.
        let read: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| T::read(item, &format!("{at}/{index}"), flaws))
            .collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// Items of which none comes twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distinct<T>(pub(crate) Vec<T>);

impl<T: Wire> Wire for Distinct<T> {
    fn shape() -> Value {
        json!({"type": "array", "items": T::shape(), "uniqueItems": true})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let items = Vec::read(given, at, flaws)?;
        let mut seen = HashSet::new();
        for (index, item) in given.as_array().into_iter().flatten().enumerate() {
            if !seen.insert(item) {
                flaws.note(&format!("{at}/{index}"), "is there twice: remove one");
                return None;
            }
        }
        Some(Self(items))
    }

    fn absent() -> Option<Self> {
        None
    }
}

fn nullable(schema: Value) -> Value {
    let Value::Object(mut schema) = schema else {
        return schema;
    };
    if let Some(Value::Array(alternatives)) = schema.get_mut("oneOf") {
        alternatives.push(json!({"type": "null"}));
    }
    if let Some(kind) = schema.remove("type") {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    schema.into()
}

/// One member of an object's schema.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) schema: Value,
    pub(crate) required: bool,
}

/// The schema of an object with these members and no others.
pub(crate) fn object_schema(about: &str, members: Vec<Member>) -> Value {
    let required: Vec<&str> = members
        .iter()
        .filter(|member| member.required)
        .map(|member| member.name)
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": about.trim(),
        "additionalProperties": false,
    });
    let properties = members.into_iter().map(|member| {
        (
            member.name.to_owned(),
            described(member.schema, member.about),
        )
    });
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("properties".to_owned(), Value::Object(properties.collect()));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
    }
    schema
}

fn described(mut schema: Value, about: &str) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), about.trim().into());
    }
    schema
}

/// Declares a body: the struct with what its members are read into, the reader, the schema.
macro_rules! body {
    (
        $(#[doc = $about:literal])*
        $name:ident {
            $( $(#[doc = $doc:literal])* $member:ident: $type:ty, )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug)]
        pub(crate) struct $name {
            $( $(#[doc = $doc])* pub(crate) $member: $type, )*
        }

        impl $crate::api::wire::Object for $name {
            const MEMBERS: &'static [&'static str] = &[$( stringify!($member), )*];
        }

        impl $crate::api::wire::Wire for $name {
            fn shape() -> serde_json::Value {
                $crate::api::wire::object_schema(concat!($($about),*), vec![$(
                    $crate::api::wire::Member {
                        name: stringify!($member),
                        about: concat!($($doc),*),
                        schema: <$type as $crate::api::wire::Wire>::shape(),
                        required: <$type as $crate::api::wire::Wire>::absent().is_none(),
                    },
                )*])
            }

            fn read(
                given: &serde_json::Value,
                at: &str,
                flaws: &mut $crate::api::wire::Flaws,
            ) -> Option<Self> {
                use $crate::api::wire::{Members, Object};
                let members = Members::open(given, at, flaws)?;
                $( let $member = members.take(stringify!($member), flaws); )*
                members.refuse_others(<Self as Object>::MEMBERS, flaws);
                Some(Self { $( $member: $member?, )* })
            }

            fn absent() -> Option<Self> {
                None
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::api::document::typed(<Self as $crate::api::wire::Wire>::shape())
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                $crate::api::document::query_parameters::<Self>()
            }
        }
    };
}
pub(crate) use body;

#[cfg(test)]
mod tests {
    use super::*;
    use caseflow_core::domain::text::Line;

    body! {
        /// A pair.
        Pair {
            /// The one.
            one: Line<3>,
            /// The other.
            other: Option<Line<3>>,
        }
    }

    fn flaws(given: &Value) -> Vec<(String, String)> {
        match read_whole::<Pair>(given) {
            Err(Failure::Invalid(flaws)) => flaws
                .into_iter()
                .map(|flaw| (flaw.pointer, flaw.detail))
                .collect(),
            _ => vec![],
        }
    }

    #[test]
    fn every_flaw_is_told_at_its_place() {
        let told = flaws(&json!({"other": 5, "a/b~": 1}));
        let places: Vec<&str> = told.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(places, ["/one", "/other", "/a~1b~0"]);
        assert_eq!(
            flaws(&json!([])),
            [(String::new(), "must be an object".into())]
        );
    }

    #[test]
    fn null_and_nothing_mean_the_same_for_what_may_be_absent() {
        for given in [json!({"one": "a"}), json!({"one": "a", "other": null})] {
            let pair = read_whole::<Pair>(&given).unwrap();
            assert!(pair.one.as_str() == "a" && pair.other.is_none());
        }
        assert_eq!(flaws(&json!({"one": null})).len(), 1);
    }

    #[test]
    fn the_schema_says_what_the_reader_wants() {
        let schema = Pair::shape();
        assert_eq!(schema["required"], json!(["one"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(
            schema["properties"]["other"]["type"],
            json!(["string", "null"])
        );
    }
}
