//! How the core's own values stand in JSON.

use std::fmt::Display;
use std::time::Duration;

use caseflow_core::domain::article::Slug;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::domain::id::{AnnouncementId, ClientId, ContactId, InvoiceId, Subject, TypedId};
use caseflow_core::domain::offer::Digest;
use caseflow_core::domain::page::{Cursor, PageSize, SortKey};
use caseflow_core::domain::pricing::{Percent, Quantity, UnitPrice};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::seal::Fingerprint;
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::text::{Colour, Email, LanguageTag, Line, PersonName, Phone, Prose};
use caseflow_core::domain::time::{Timestamp, Zone, parse_day};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::wire::{Flaws, Wire};

/// Text of 1 to so many characters, as the type that checks it says.
macro_rules! texts {
    ($( [$($max:ident)?] $type:ty, $most:expr, $more:tt; )*) => { $(
        impl $(<const $max: usize>)? Wire for $type {
            fn shape() -> Value {
                let mut schema = json!({"type": "string", "minLength": 1, "maxLength": $most});
                extend(&mut schema, json!($more));
                schema
            }

            fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
                let text = text(given, at, flaws)?;
                if text.chars().count() > $most {
                    flaws.note(at, format_args!("is too long: shorten it to {} characters", $most));
                    return None;
                }
                parsed(Self::parse(text), at, flaws)
            }

            fn absent() -> Option<Self> {
                None
            }
        }
    )* };
}

texts! {
    [MAX] Line<MAX>, MAX, {};
    [MAX] Prose<MAX>, MAX, {};
    [] RichText, RichText::MAX, {};
    [] Slug, Slug::MAX, {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "examples": ["vat-2026"]};
    [] PersonName, PersonName::MAX, {};
    [] Email, Email::MAX, {"format": "email", "examples": ["ana@example.com"]};
    [] Phone, Phone::MAX, {"examples": ["+41 44 123 45 67"]};
    [] Colour, 7, {"pattern": "^#[0-9A-Fa-f]{6}$", "examples": ["#1f5f8b"]};
    [] LanguageTag, 11, {"examples": ["en", "pt-BR"]};
    [] PortalUrl, 300, {"format": "uri", "examples": ["https://example.com/portal"]};
    [] Zone, 64, {"description": "An IANA time zone.", "examples": ["Europe/Zurich"]};
    [] Quantity, 32, {"pattern": "^[0-9]+(\\.[0-9]+)?$", "examples": ["1.5"]};
    [] UnitPrice, 32, {"pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["250.00"]};
    [] Percent, 32, {"pattern": "^[0-9]+(\\.[0-9]+)?$", "examples": ["8.1"]};
    [] Timestamp, 40, {"format": "date-time", "examples": ["2026-11-24T09:00:00Z"]};
}

impl Wire for NaiveDate {
    fn shape() -> Value {
        json!({"type": "string", "format": "date", "examples": ["2026-11-24"]})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let text = text(given, at, flaws)?;
        parsed(parse_day(text), at, flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl Wire for Currency {
    fn shape() -> Value {
        json!({"$ref": "#/components/schemas/CurrencyCode"})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let code = text(given, at, flaws)?;
        let found = Self::parse(code).ok().filter(|found| found.code() == code);
        chosen(found, at, "an ISO 4217 code in capitals, like USD", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// The schema that currencies refer to.
pub(crate) fn currency_codes() -> Value {
    let codes: Vec<&str> = Currency::all().map(Currency::code).collect();
    json!({"type": "string", "enum": codes, "description": "A currency of ISO 4217."})
}

impl Wire for bool {
    fn shape() -> Value {
        json!({"type": "boolean"})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        chosen(given.as_bool(), at, "true or false", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// A whole number, never a float: `5.0` is refused.
impl Wire for i64 {
    fn shape() -> Value {
        json!({"type": "integer", "format": "int64", "minimum": Self::MIN, "maximum": Self::MAX})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        chosen(
            given.as_i64(),
            at,
            "a whole number of at most 64 bits",
            flaws,
        )
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// A whole number from `LEAST` to `MOST`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whole<const LEAST: u32, const MOST: u32>(pub(crate) u32);

impl<const LEAST: u32, const MOST: u32> Wire for Whole<LEAST, MOST> {
    fn shape() -> Value {
        json!({"type": "integer", "minimum": LEAST, "maximum": MOST})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let number = given.as_u64().and_then(|number| u32::try_from(number).ok());
        let inside = number.filter(|number| (LEAST..=MOST).contains(number));
        let wanted = format!("a whole number from {LEAST} to {MOST}");
        chosen(inside.map(Self), at, &wanted, flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl<const LEAST: u32, const MOST: u32> Whole<LEAST, MOST> {
    /// So many seconds.
    pub(crate) fn seconds(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

/// A password as it was typed: not trimmed, not judged here.
#[derive(Clone)]
pub(crate) struct Typed(pub(crate) String);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// The most characters of a password that are read at all.
const LONGEST_PASSWORD: usize = 250;

impl Wire for Typed {
    fn shape() -> Value {
        json!({
            "type": "string", "format": "password", "minLength": 1, "maxLength": LONGEST_PASSWORD,
        })
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let typed = text(given, at, flaws)?;
        let count = typed.chars().count();
        let fits = (1..=LONGEST_PASSWORD).contains(&count);
        let typed = fits.then(|| Self(typed.to_owned()));
        chosen(typed, at, "1 to 250 characters", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// The pattern of an id with this prefix.
pub(crate) fn id_pattern(prefix: &str) -> String {
    format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")
}

fn id_schema<T: TypedId>() -> Value {
    json!({"type": "string", "pattern": id_pattern(T::PREFIX)})
}

macro_rules! ids {
    ($( $type:ty ),*) => { $(
        impl Wire for $type {
            fn shape() -> Value {
                id_schema::<Self>()
            }

            fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
                parsed(text(given, at, flaws)?.parse(), at, flaws)
            }

            fn absent() -> Option<Self> {
                None
            }
        }
    )* };
}

ids!(ClientId, ContactId, InvoiceId, AnnouncementId);

/// The hash of a file, in hexadecimal.
impl Wire for Fingerprint {
    fn shape() -> Value {
        json!({"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let found = Self::parse(text(given, at, flaws)?);
        chosen(found, at, "64 hexadecimal digits", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// What was read, in hexadecimal.
impl Wire for Digest {
    fn shape() -> Value {
        json!({"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        parsed(text(given, at, flaws)?.parse(), at, flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// What is looked for in a query; nothing when there is no word in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search(pub(crate) Option<Terms>);

/// The most characters of a search.
const LONGEST_SEARCH: usize = 200;

impl Wire for Search {
    fn shape() -> Value {
        json!({"type": "string", "maxLength": LONGEST_SEARCH, "examples": ["vat rates"]})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let typed = text(given, at, flaws)?;
        if typed.chars().count() > LONGEST_SEARCH {
            let most = format_args!("is too long: shorten it to {LONGEST_SEARCH} characters");
            flaws.note(at, most);
            return None;
        }
        parsed(Terms::parse(typed), at, flaws).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Any record's id.
impl Wire for Subject {
    fn shape() -> Value {
        json!({"type": "string", "pattern": id_pattern("[a-z]+")})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let found = text(given, at, flaws)?.parse().ok();
        chosen(found, at, "the id of a record", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// In a query, where everything is text.
impl Wire for PageSize {
    fn shape() -> Value {
        json!({"type": "integer", "minimum": 1, "maximum": Self::MAX.rows(), "default": 25})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let plain = text(given, at, flaws)?;
        let digits = plain.bytes().all(|byte| byte.is_ascii_digit());
        let rows = plain.parse().ok().filter(|_| digits);
        chosen(
            rows.and_then(Self::new),
            at,
            "a whole number from 1 to 100",
            flaws,
        )
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl<K: SortKey> Wire for Cursor<K> {
    fn shape() -> Value {
        json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{2,3000}$"})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let found = Self::parse(text(given, at, flaws)?);
        chosen(found, at, "what an earlier page called `next`", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

pub(super) fn text<'a>(given: &'a Value, at: &str, flaws: &mut Flaws) -> Option<&'a str> {
    let found = given.as_str();
    if found.is_none() {
        flaws.note(at, "must be a string");
    }
    found
}

pub(super) fn parsed<T, E: Display>(
    result: Result<T, E>,
    at: &str,
    flaws: &mut Flaws,
) -> Option<T> {
    result.map_err(|error| flaws.note(at, error)).ok()
}

pub(super) fn chosen<T>(found: Option<T>, at: &str, wanted: &str, flaws: &mut Flaws) -> Option<T> {
    if found.is_none() {
        flaws.note(at, format_args!("must be {wanted}"));
    }
    found
}

fn extend(schema: &mut Value, more: Value) {
    if let (Some(schema), Value::Object(more)) = (schema.as_object_mut(), more) {
        schema.extend(more);
    }
}
