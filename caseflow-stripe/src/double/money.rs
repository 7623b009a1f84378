//! Which amounts of which currencies Stripe takes.

use super::failure::Failure;

/// The most digits that an amount may have are eight.
const MOST: i64 = 99_999_999;

const CURRENCIES: &str = "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd \
     bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip \
     gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak \
     lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr \
     pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb \
     tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw";

const ZERO_DECIMAL: &str = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
const THREE_DECIMAL: &str = "bhd jod kwd omr tnd";
/// Without decimals, but sent with two that are zero.
const WHOLE: &str = "isk ugx";

/// The least that Stripe documents; for other currencies it is what 0.50 USD are worth, which is
/// only roughly so here.
const LEAST: &[(&str, i64)] = &[
    ("aed", 200),
    ("bgn", 100),
    ("clp", 500),
    ("czk", 1500),
    ("dkk", 250),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("isk", 7000),
    ("krw", 700),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("thb", 1000),
    ("vnd", 13_000),
];

/// The currency, in lower case.
pub(super) fn currency(name: &str, param: &str) -> Result<String, Failure> {
    let lower = name.to_ascii_lowercase();
    if CURRENCIES.split_whitespace().any(|known| known == lower) {
        return Ok(lower);
    }
    let known = CURRENCIES.split_whitespace().collect::<Vec<_>>().join(", ");
    Err(Failure::refused(
        param,
        format!("Invalid currency: {lower}. Stripe currently supports these currencies: {known}"),
    ))
}

/// Whether this much can be collected.
pub(super) fn check(amount: i64, currency: &str, param: &str) -> Result<(), Failure> {
    if amount > MOST {
        let message = format!("Amount must be no more than {}", shown(MOST, currency));
        return Err(Failure::invalid("amount_too_large", param, message));
    }
    if amount < least(currency) {
        let message = format!(
            "The Checkout Session's total amount due must add up to at least {}",
            shown(least(currency), currency)
        );
        return Err(Failure::invalid("amount_too_small", param, message));
    }
    step(amount, currency, param)
}

fn step(amount: i64, currency: &str, param: &str) -> Result<(), Failure> {
    let step = match decimals(currency) {
        3 => 10,
        _ if is_in(WHOLE, currency) => 100,
        _ => 1,
    };
    if amount % step == 0 {
        return Ok(());
    }
    let message = format!("Invalid amount: in {currency} it must be a multiple of {step}.");
    Err(Failure::refused(param, message))
}

fn least(currency: &str) -> i64 {
    let documented = LEAST.iter().find(|(known, _)| *known == currency);
    documented.map_or(
        if decimals(currency) == 3 { 200 } else { 50 },
        |(_, least)| *least,
    )
}

/// The amount as people write it, such as `12.50 USD`.
pub(super) fn shown(amount: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    let name = currency.to_ascii_uppercase();
    if decimals == 0 {
        return format!("{amount} {name}");
    }
    let unit = 10_i64.pow(decimals);
    let width = usize::try_from(decimals).unwrap_or_default();
    format!("{}.{:0width$} {name}", amount / unit, (amount % unit).abs())
}

fn decimals(currency: &str) -> u32 {
    match currency {
        _ if is_in(ZERO_DECIMAL, currency) => 0,
        _ if is_in(THREE_DECIMAL, currency) => 3,
        _ => 2,
    }
}

fn is_in(list: &str, currency: &str) -> bool {
    list.split_whitespace().any(|known| known == currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_taken_as_stripe_takes_them() {
        let code = |amount, name| check(amount, name, "amount").err().map(|why| why.code);
        assert_eq!(code(50, "usd"), None);
        assert_eq!(code(49, "usd"), Some(Some("amount_too_small")));
        assert_eq!(code(99_999_999, "usd"), None);
        assert_eq!(code(100_000_000, "usd"), Some(Some("amount_too_large")));
        assert_eq!(code(5000, "jpy"), None);
        assert_eq!(code(5120, "kwd"), None);
        assert_eq!(code(5124, "kwd"), Some(None));
        assert_eq!(code(70_050, "isk"), Some(None));
        assert!(currency("ZZZ", "currency").is_err());
        assert_eq!(currency("USD", "currency").unwrap(), "usd");
    }

    #[test]
    fn amounts_are_shown_with_their_decimals() {
        assert_eq!(shown(1205, "usd"), "12.05 USD");
        assert_eq!(shown(1205, "jpy"), "1205 JPY");
        assert_eq!(shown(1205, "kwd"), "1.205 KWD");
    }
}
