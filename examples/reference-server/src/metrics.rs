//! What an operator watches, in Prometheus' text format 0.0.4.

use std::fmt::{Display, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::upkeep::Round;
use caseflow_sqlx::Backlog;

/// The upper ends of the histogram's classes, in microseconds.
const CLASSES: [u64; 7] = [
    1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000,
];

/// What is done without anybody asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Payments, refunds and what the payment provider tells of them.
    Money,
    /// Signed copies that could not be sealed at once.
    Seals,
    /// Files to which nothing refers any more.
    Files,
    /// Keys of vaults that are to be wrapped anew.
    Keys,
    /// Mail, and forgetting what has no more use.
    Mail,
}

impl Work {
    pub(crate) const ALL: [Self; 5] = [
        Self::Money,
        Self::Seals,
        Self::Files,
        Self::Keys,
        Self::Mail,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Seals => "seals",
            Self::Files => "files",
            Self::Keys => "keys",
            Self::Mail => "mail",
        }
    }
}

/// What has been counted since the start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// By the first digit of the status: 1xx is never sent by a handler.
    answers: [AtomicU64; 4],
    /// Those that took at most as long as the class says and longer than the one before; then those
    /// that took longer than all.
    took: [AtomicU64; CLASSES.len() + 1],
    micros: AtomicU64,
    rounds: [AtomicU64; Work::ALL.len()],
    failures: [AtomicU64; Work::ALL.len()],
    sent: AtomicU64,
    dropped: AtomicU64,
    postponed: AtomicU64,
    dead: AtomicU64,
    money: AtomicU64,
    sealed: AtomicU64,
    unsealed: AtomicU64,
    swept: AtomicU64,
    rewrapped: AtomicU64,
}

impl Counts {
    /// Notes a round of upkeep.
    pub(crate) fn round(&self, work: Work, round: Round) {
        let counted = &self.0;
        one_more(&counted.rounds, work as usize);
        for (count, done) in [
            (&counted.sent, round.sent.into()),
            (&counted.dropped, round.dropped.into()),
            (&counted.postponed, round.postponed.into()),
            (&counted.dead, round.dead.into()),
            (&counted.money, round.money.into()),
            (&counted.sealed, round.sealed.into()),
            (&counted.unsealed, round.unsealed.into()),
            (&counted.swept, round.swept.into()),
            (&counted.rewrapped, round.rewrapped),
        ] {
            count.fetch_add(done, Ordering::Relaxed);
        }
    }

    /// Notes a round of upkeep that failed.
    pub(crate) fn failed_round(&self, work: Work) {
        one_more(&self.0.failures, work as usize);
    }

    /// Notes an answer.
    pub(crate) fn answer(&self, status: StatusCode, took: Duration) {
        let counted = &self.0;
        one_more(
            &counted.answers,
            usize::from(status.as_u16() / 100).saturating_sub(2),
        );
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        one_more(&counted.took, CLASSES.partition_point(|end| *end < micros));
        counted.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// All that is to be watched. Without a database nobody knows what waits.
    pub(crate) fn text(&self, now: Timestamp, backlog: Option<Backlog>) -> String {
        let mut text = Text::default();
        text.family("caseflow_build_info", "gauge", "The program's version.");
        text.sample("", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        self.write_answers(&mut text);
        self.write_upkeep(&mut text);
        self.write_outcomes(&mut text);
        text.family(
            "caseflow_database_up",
            "gauge",
            "1 while the database answers.",
        );
        text.sample("", &[], u8::from(backlog.is_some()));
        if let Some(backlog) = backlog {
            write_backlog(&mut text, now, &backlog);
        }
        text.0
    }

    fn write_answers(&self, text: &mut Text) {
        let counted = &self.0;
        text.family(
            "caseflow_http_answers_total",
            "counter",
            "Answers, by the first digit of their status.",
        );
        for (count, class) in counted.answers.iter().zip(["2xx", "3xx", "4xx", "5xx"]) {
            text.sample("", &[("class", class)], of(count));
        }
        text.family(
            "caseflow_http_seconds",
            "histogram",
            "How long answers took until their first byte.",
        );
        let mut total = 0;
        let ends = CLASSES.iter().map(|micros| seconds(*micros));
        for (count, end) in counted.took.iter().zip(ends.chain(["+Inf".to_owned()])) {
            total += of(count);
            text.sample("_bucket", &[("le", &end)], total);
        }
        text.sample("_sum", &[], seconds(of(&counted.micros)));
        text.sample("_count", &[], total);
    }

    fn write_upkeep(&self, text: &mut Text) {
        let counted = &self.0;
        for (name, help, counts) in [
            (
                "rounds",
                "Rounds of upkeep that went through.",
                &counted.rounds,
            ),
            (
                "failures",
                "Rounds of upkeep that failed.",
                &counted.failures,
            ),
        ] {
            text.family(&format!("caseflow_upkeep_{name}_total"), "counter", help);
            for (count, work) in counts.iter().zip(Work::ALL) {
                text.sample("", &[("work", work.name())], of(count));
            }
        }
        for (name, help, count) in [
            (
                "money_tasks",
                "Notices, attempts and refunds that were looked at.",
                &counted.money,
            ),
            (
                "swept_files",
                "Files that were deleted because no record refers to them.",
                &counted.swept,
            ),
            (
                "rewrapped_vault_keys",
                "Keys of vaults that were wrapped anew.",
                &counted.rewrapped,
            ),
        ] {
            text.family(&format!("caseflow_{name}_total"), "counter", help);
            text.sample("", &[], of(count));
        }
    }

    fn write_outcomes(&self, text: &mut Text) {
        let counted = &self.0;
        let mails = [
            ("sent", &counted.sent),
            ("dropped", &counted.dropped),
            ("postponed", &counted.postponed),
            ("dead", &counted.dead),
        ];
        let seals = [
            ("sealed", &counted.sealed),
            ("postponed", &counted.unsealed),
        ];
        for (name, help, outcomes) in [
            ("mail", "Mails, by what became of them.", &mails[..]),
            (
                "repaired_seals",
                "Signed copies that could not be sealed at once, by what became of them.",
                &seals,
            ),
        ] {
            text.family(&format!("caseflow_{name}_total"), "counter", help);
            for (outcome, count) in outcomes {
                text.sample("", &[("outcome", outcome)], of(count));
            }
        }
    }
}

fn write_backlog(text: &mut Text, now: Timestamp, backlog: &Backlog) {
    let age = |since: Option<Timestamp>| since.map_or(0, |since| now.micros() - since.micros());
    let age = |since| seconds(u64::try_from(age(since)).unwrap_or_default());
    for (name, help, value) in [
        (
            "mail_waiting",
            "Mails that could have left by now.",
            backlog.mails.to_string(),
        ),
        (
            "mail_waiting_seconds",
            "How long the oldest of them has waited.",
            age(backlog.oldest_mail),
        ),
        (
            "mail_dead_letters",
            "Mails that were given up, until staff have them tried again.",
            backlog.dead_letters.to_string(),
        ),
        (
            "seals_waiting",
            "Signed copies that are not sealed yet.",
            backlog.seals.to_string(),
        ),
        (
            "seals_waiting_seconds",
            "How long ago the oldest of them was signed.",
            age(backlog.oldest_seal),
        ),
    ] {
        text.family(&format!("caseflow_{name}"), "gauge", help);
        text.sample("", &[], value);
    }
}

fn one_more(counts: &[AtomicU64], which: usize) {
    if let Some(count) = counts.get(which) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn of(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The text format: a family's name is said once.
#[derive(Default)]
struct Text(String, String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        name.clone_into(&mut self.1);
    }

    fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        let labels = match labels.join(",") {
            labels if labels.is_empty() => labels,
            labels => format!("{{{labels}}}"),
        };
        let _ = writeln!(self.0, "{}{suffix}{labels} {value}", self.1);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The samples of a page in the text format 0.0.4, which has to keep its rules.
    fn parsed(text: &str) -> BTreeMap<String, f64> {
        let is_name = |name: &str| {
            let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !name.is_empty()
                && !name.starts_with(|it: char| it.is_ascii_digit())
                && name.bytes().all(good)
        };
        let (mut samples, mut kinds) = (BTreeMap::new(), BTreeMap::new());
        let (mut helped, mut family) = (String::new(), String::new());
        assert!(text.ends_with('\n') && !text.contains("\n\n"));
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').unwrap();
                assert!(is_name(name) && !words.contains('\\'), "{line}");
                name.clone_into(&mut helped);
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert_eq!(name, helped, "a TYPE comes after its HELP");
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert_eq!(
                    kinds.insert(name.to_owned(), kind.to_owned()),
                    None,
                    "{line}"
                );
                name.clone_into(&mut family);
            } else {
                let (sample, value) = line.rsplit_once(' ').unwrap();
                let (name, labels) = sample.split_once('{').unwrap_or((sample, "}"));
                let of_histogram = ["_bucket", "_sum", "_count"].map(|it| format!("{family}{it}"));
                let is_one =
                    kinds[&family] == "histogram" && of_histogram.iter().any(|it| it == name);
                assert!(name == family || is_one, "{line} is not of {family}");
                assert_eq!(
                    kinds[&family] == "counter",
                    name.ends_with("_total"),
                    "{line}"
                );
                let labels = labels.strip_suffix('}').unwrap();
                for label in labels.split(',').filter(|it| !it.is_empty()) {
                    let (name, value) = label.split_once("=\"").unwrap();
                    let value = value.strip_suffix('"').unwrap();
                    assert!(is_name(name) && !value.contains(['"', '\\']), "{line}");
                }
                let value = value.parse().unwrap();
                assert_eq!(samples.insert(sample.to_owned(), value), None, "{line}");
            }
        }
        samples
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn answers_rounds_and_what_waits_are_told_in_the_text_format() {
        let counts = Counts::default();
        counts.answer(StatusCode::OK, Duration::from_micros(400));
        counts.answer(StatusCode::NOT_FOUND, Duration::from_millis(25));
        counts.answer(StatusCode::INTERNAL_SERVER_ERROR, Duration::from_secs(60));
        let round = Round {
            sent: 3,
            dropped: 2,
            sealed: 4,
            ..Round::default()
        };
        counts.round(Work::Mail, round);
        counts.failed_round(Work::Keys);
        let backlog = Backlog {
            mails: 2,
            oldest_mail: Some(at(100)),
            dead_letters: 1,
            ..Backlog::default()
        };
        let samples = parsed(&counts.text(at(190), Some(backlog)));
        for (sample, value) in [
            ("caseflow_http_answers_total{class=\"2xx\"}", 1.0),
            ("caseflow_http_answers_total{class=\"3xx\"}", 0.0),
            ("caseflow_http_answers_total{class=\"5xx\"}", 1.0),
            ("caseflow_http_seconds_bucket{le=\"0.001\"}", 1.0),
            ("caseflow_http_seconds_bucket{le=\"0.005\"}", 1.0),
            ("caseflow_http_seconds_bucket{le=\"0.025\"}", 2.0),
            ("caseflow_http_seconds_bucket{le=\"10\"}", 2.0),
            ("caseflow_http_seconds_bucket{le=\"+Inf\"}", 3.0),
            ("caseflow_http_seconds_sum", 60.0254),
            ("caseflow_http_seconds_count", 3.0),
            ("caseflow_upkeep_rounds_total{work=\"mail\"}", 1.0),
            ("caseflow_upkeep_rounds_total{work=\"money\"}", 0.0),
            ("caseflow_upkeep_failures_total{work=\"keys\"}", 1.0),
            ("caseflow_mail_total{outcome=\"sent\"}", 3.0),
            ("caseflow_mail_total{outcome=\"dropped\"}", 2.0),
            ("caseflow_repaired_seals_total{outcome=\"sealed\"}", 4.0),
            ("caseflow_database_up", 1.0),
            ("caseflow_mail_waiting", 2.0),
            ("caseflow_mail_waiting_seconds", 90.0),
            ("caseflow_mail_dead_letters", 1.0),
            ("caseflow_seals_waiting_seconds", 0.0),
        ] {
            assert_eq!(samples.get(sample), Some(&value), "{sample}");
        }
    }

    #[test]
    fn without_a_database_nothing_is_said_of_what_waits() {
        let samples = parsed(&Counts::default().text(at(0), None));
        assert_eq!(samples.get("caseflow_database_up"), Some(&0.0));
        assert!(!samples.keys().any(|name| name.contains("waiting")));
    }
}
