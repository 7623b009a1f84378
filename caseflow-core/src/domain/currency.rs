//! The currencies of the world.

use std::fmt;
use std::str::FromStr;

/// Why a text is not a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a currency in use: write its three-letter ISO 4217 code, like USD")]
pub struct UnknownCurrency;

/// A currency in use and the number of decimals its amounts have.
///
/// The codes are those of ISO 4217 list one (kept by SIX for ISO) as of January 2026: BGN went
/// with Bulgaria's euro; XCG, SLE and ZWG stand for ANG, SLL and ZWL. Left out is what no invoice
/// is written in: fund codes and indexed units (BOV, CHE, CHW, CLF, COU, MXV, USN, UYI,
/// UYW), metals, bond market units, accounting units (XAD, XDR, XSU, XUA), XTS and XXX. A code in
/// here stays when ISO withdraws it, since documents are written in it.
///
/// ```
/// use caseflow_core::domain::currency::Currency;
///
/// assert_eq!(Currency::parse("jpy")?, Currency::JPY);
/// assert_eq!(Currency::KWD.decimals(), 3);
/// # Ok::<(), caseflow_core::domain::currency::UnknownCurrency>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(Code);

impl Currency {
    /// The US dollar, 2 decimals.
    pub const USD: Self = Self(Code::USD);
    /// The euro, 2 decimals.
    pub const EUR: Self = Self(Code::EUR);
    /// The pound sterling, 2 decimals.
    pub const GBP: Self = Self(Code::GBP);
    /// The Japanese yen, no decimals.
    pub const JPY: Self = Self(Code::JPY);
    /// The Kuwaiti dinar, 3 decimals.
    pub const KWD: Self = Self(Code::KWD);
    /// The Bahraini dinar, 3 decimals.
    pub const BHD: Self = Self(Code::BHD);
    /// The Swiss franc, 2 decimals.
    pub const CHF: Self = Self(Code::CHF);
    /// The Canadian dollar, 2 decimals.
    pub const CAD: Self = Self(Code::CAD);

    /// Reads a three-letter code in either case; no spaces.
    pub fn parse(text: &str) -> Result<Self, UnknownCurrency> {
        let mut code = [0; 3];
        if text.len() != code.len() {
            return Err(UnknownCurrency);
        }
        code.copy_from_slice(text.as_bytes());
        code.make_ascii_uppercase();
        ALL.binary_search_by(|currency| currency.code().as_bytes().cmp(&code))
            .ok()
            .and_then(|index| ALL.get(index).copied())
            .ok_or(UnknownCurrency)
    }

    /// The three capital letters, like `USD`.
    pub fn code(self) -> &'static str {
        self.0.letters()
    }

    /// The sign that stands for this currency and no other, like `€`. The dollars, the crowns and
    /// others that share theirs have none.
    pub fn sign(self) -> Option<&'static str> {
        Some(match self.code() {
            "EUR" => "€",
            "GBP" => "£",
            "INR" => "₹",
            "ILS" => "₪",
            "KRW" => "₩",
            "PHP" => "₱",
            "TRY" => "₺",
            "UAH" => "₴",
            "VND" => "₫",
            _ => return None,
        })
    }

    /// How many decimals an amount has: 0, 2 or 3.
    pub fn decimals(self) -> u32 {
        self.0.decimals()
    }

    /// Every currency, in the order of the codes.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator {
        ALL.iter().copied()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        Self::parse(text)
    }
}

/// One table for the codes, their order and their decimals.
macro_rules! codes {
    ($($code:ident $decimals:literal,)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::upper_case_acronyms, reason = "the codes as ISO writes them")]
        enum Code { $($code,)* }

        impl Code {
            fn letters(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            fn decimals(self) -> u32 {
                match self { $(Self::$code => $decimals,)* }
            }
        }

        const ALL: &[Currency] = &[$(Currency(Code::$code),)*];
    };
}

codes! {
    AED 2, AFN 2, ALL 2, AMD 2, AOA 2, ARS 2, AUD 2, AWG 2, AZN 2, BAM 2, BBD 2, BDT 2, BHD 3,
    BIF 0, BMD 2, BND 2, BOB 2, BRL 2, BSD 2, BTN 2, BWP 2, BYN 2, BZD 2, CAD 2, CDF 2, CHF 2,
    CLP 0, CNY 2, COP 2, CRC 2, CUP 2, CVE 2, CZK 2, DJF 0, DKK 2, DOP 2, DZD 2, EGP 2, ERN 2,
    ETB 2, EUR 2, FJD 2, FKP 2, GBP 2, GEL 2, GHS 2, GIP 2, GMD 2, GNF 0, GTQ 2, GYD 2, HKD 2,
    HNL 2, HTG 2, HUF 2, IDR 2, ILS 2, INR 2, IQD 3, IRR 2, ISK 0, JMD 2, JOD 3, JPY 0, KES 2,
    KGS 2, KHR 2, KMF 0, KPW 2, KRW 0, KWD 3, KYD 2, KZT 2, LAK 2, LBP 2, LKR 2, LRD 2, LSL 2,
    LYD 3, MAD 2, MDL 2, MGA 2, MKD 2, MMK 2, MNT 2, MOP 2, MRU 2, MUR 2, MVR 2, MWK 2, MXN 2,
    MYR 2, MZN 2, NAD 2, NGN 2, NIO 2, NOK 2, NPR 2, NZD 2, OMR 3, PAB 2, PEN 2, PGK 2, PHP 2,
    PKR 2, PLN 2, PYG 0, QAR 2, RON 2, RSD 2, RUB 2, RWF 0, SAR 2, SBD 2, SCR 2, SDG 2, SEK 2,
    SGD 2, SHP 2, SLE 2, SOS 2, SRD 2, SSP 2, STN 2, SVC 2, SYP 2, SZL 2, THB 2, TJS 2, TMT 2,
    TND 3, TOP 2, TRY 2, TTD 2, TWD 2, TZS 2, UAH 2, UGX 0, USD 2, UYU 2, UZS 2, VED 2, VES 2,
    VND 0, VUV 0, WST 2, XAF 0, XCD 2, XCG 2, XOF 0, XPF 0, YER 2, ZAR 2, ZMW 2, ZWG 2,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_decimals(decimals: u32) -> Vec<&'static str> {
        Currency::all()
            .filter(|c| c.decimals() == decimals)
            .map(Currency::code)
            .collect()
    }

    #[test]
    fn the_table_is_in_order_for_the_search() {
        assert!(ALL.is_sorted());
        assert!(ALL.is_sorted_by_key(|currency| currency.code()));
        assert_eq!(Currency::all().len(), 155);
    }

    #[test]
    fn decimals_other_than_two_are_as_published() {
        let none = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
        assert_eq!(with_decimals(0).join(" "), none);
        assert_eq!(with_decimals(3).join(" "), "BHD IQD JOD KWD LYD OMR TND");
        assert_eq!(with_decimals(2).len(), 155 - 16 - 7);
    }

    #[test]
    fn withdrawn_codes_funds_and_metals_are_unknown() {
        let gone =
            "BGN ANG SLL ZWL HRK CUC BYR MRO STD LTL XAU XAG XDR XTS XXX CLF UYI CHE USN XAD";
        for code in gone.split(' ') {
            assert_eq!(Currency::parse(code), Err(UnknownCurrency), "{code}");
        }
    }

    #[test]
    fn newest_and_supranational_codes_are_known() {
        for code in "XCG SLE ZWG VED VES MRU STN XAF XOF XPF XCD EUR".split(' ') {
            assert_eq!(Currency::parse(code).map(Currency::code), Ok(code));
            assert_eq!(
                Currency::parse(&code.to_lowercase()).map(Currency::code),
                Ok(code)
            );
        }
    }

    #[test]
    fn near_misses_are_unknown() {
        for text in ["", " ", "US", "USDD", " USD", "USD ", "\u{ff35}SD", "ıSK"] {
            assert_eq!(Currency::parse(text), Err(UnknownCurrency), "{text:?}");
        }
    }
}
