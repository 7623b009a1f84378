//! Every statement, made once an engine.
//!
//! A bound `LIMIT` is cast. An engine may read the value of a bare one while it plans, and then
//! has to plan the statement anew whenever one is bound, which costs more than running it.

use caseflow_core::domain::invoice::InvoiceStatus;

use crate::access_reads::AccessSql;
use crate::conn::{Dialect, Sql};
use crate::contract_reads::ContractSql;
use crate::document_reads::DocumentSql;
use crate::firm_reads::FirmSql;
use crate::library_reads::LibrarySql;
use crate::offer_reads::OfferSql;
use crate::operation::OperationSql;
use crate::portal_reads::PortalSql;
use crate::queue::QueueSql;
use crate::table::Shape;
use crate::vault_reads::VaultSql;
use crate::writes::WriteSql;

/// The statements of one engine.
#[derive(Debug)]
pub(crate) struct Statements {
    pub(crate) portal: PortalSql,
    pub(crate) firm: FirmSql,
    pub(crate) access: AccessSql,
    pub(crate) offers: OfferSql,
    pub(crate) contracts: ContractSql,
    pub(crate) library: LibrarySql,
    pub(crate) documents: DocumentSql,
    pub(crate) vault: VaultSql,
    pub(crate) write: WriteSql,
    pub(crate) queue: QueueSql,
    pub(crate) operation: OperationSql,
    /// All of them, for the test that has each prepared.
    #[cfg(feature = "testing")]
    pub(crate) all: Vec<Sql>,
}

impl Statements {
    pub(crate) fn of(dialect: Dialect) -> &'static Self {
        dialect.statements()
    }

    pub(crate) fn new(dialect: Dialect) -> Self {
        let mut texts = Texts {
            dialect,
            all: vec![],
        };
        Self {
            portal: PortalSql::new(&mut texts),
            firm: FirmSql::new(&mut texts),
            access: AccessSql::new(&mut texts),
            offers: OfferSql::new(&mut texts),
            contracts: ContractSql::new(&mut texts),
            library: LibrarySql::new(&mut texts),
            documents: DocumentSql::new(&mut texts),
            vault: VaultSql::new(&mut texts),
            write: WriteSql::new(&mut texts),
            queue: QueueSql::new(&mut texts),
            operation: OperationSql::new(&mut texts),
            #[cfg(feature = "testing")]
            all: texts.all,
        }
    }
}

/// Turns texts into statements of one engine.
#[derive(Debug)]
pub(crate) struct Texts {
    dialect: Dialect,
    all: Vec<Sql>,
}

impl Texts {
    pub(crate) fn sql(&mut self, text: impl AsRef<str>) -> Sql {
        let sql = Sql::new(self.dialect, text.as_ref());
        self.all.push(sql.clone());
        sql
    }

    /// One statement that answers one part; the order of its rows is the part's own.
    pub(crate) fn one(&mut self, shape: Shape, from: &str) -> Select {
        self.all(&[Part::new(shape, from)])
    }

    /// One statement that answers all parts, each in an order that is not promised.
    pub(crate) fn all(&mut self, parts: &[Part]) -> Select {
        let width = |of: fn(&Part) -> usize| parts.iter().map(of).max().unwrap_or_default();
        let (texts, numbers) = (
            width(|part| part.shape.texts.len()),
            width(|part| part.shape.numbers.len()),
        );
        let parts = parts.iter().enumerate();
        let selects: Vec<String> = parts
            .map(|(number, part)| {
                let columns = part.shape.columns(number, texts, numbers);
                format!("SELECT {columns} {}", part.from)
            })
            .collect();
        Select {
            sql: self.sql(selects.join(" UNION ALL ")),
            texts,
        }
    }

    /// A statement that writes, and answers one part of what it wrote.
    pub(crate) fn returning(&mut self, text: &str, shape: &Shape) -> Select {
        let texts = shape.texts.len();
        let columns = shape.columns(0, texts, shape.numbers.len());
        Select {
            sql: self.sql(format!("{text} RETURNING {columns}")),
            texts,
        }
    }
}

/// A statement that answers parts.
#[derive(Debug)]
pub(crate) struct Select {
    pub(crate) sql: Sql,
    /// How many texts a row has.
    pub(crate) texts: usize,
}

/// One thing among those that a statement reads.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    shape: Shape,
    /// From which table on, in SQL.
    from: String,
}

impl Part {
    pub(crate) fn new(shape: Shape, from: impl Into<String>) -> Self {
        Self {
            shape,
            from: from.into(),
        }
    }
}

/// Of the rows that a whole `SELECT` answers, under this alias.
pub(crate) fn rows_of(shape: Shape, alias: &str, rows: &str) -> Part {
    Part::new(shape, format!("FROM ({rows}) {alias}"))
}

impl Shape {
    /// The columns of part `number`, filled up to so many texts and numbers.
    pub(crate) fn columns(&self, number: usize, texts: usize, numbers: usize) -> String {
        let fill = |with: &str, wanted: usize, given: &[String]| {
            vec![with.to_owned(); wanted.saturating_sub(given.len())]
        };
        let columns = [
            vec![format!("{{number}}{number}{{end number}}")],
            self.texts.clone(),
            fill("{no text}", texts, &self.texts),
            self.numbers.clone(),
            fill("{no number}", numbers, &self.numbers),
        ];
        columns.concat().join(", ")
    }
}

/// Pages of invoices differ by their status filter, each with an index of its own.
#[derive(Debug)]
pub(crate) struct ByStatus<T> {
    any: T,
    draft: T,
    cancelled: T,
    paid: T,
    overdue: T,
    partially_paid: T,
    unpaid: T,
}

impl<T> ByStatus<T> {
    /// Makes a statement for each filter: SQL that says which rows of `caseflow_invoices x` have the
    /// status (R-INV-1), where `today` stands for the firm's day.
    pub(crate) fn new(today: &str, mut make: impl FnMut(&str) -> T) -> Self {
        const OPEN: &str = "AND x.phase = 'issued' AND x.balance > 0";
        Self {
            any: make(""),
            draft: make("AND x.phase = 'draft'"),
            cancelled: make("AND x.phase = 'cancelled'"),
            paid: make("AND x.phase = 'issued' AND x.balance <= 0"),
            overdue: make(&format!("{OPEN} AND x.due < {today}")),
            partially_paid: make(&format!("{OPEN} AND x.due >= {today} AND x.received > 0")),
            unpaid: make(&format!("{OPEN} AND x.due >= {today} AND x.received <= 0")),
        }
    }

    pub(crate) fn of(&self, status: Option<InvoiceStatus>) -> &T {
        match status {
            None => &self.any,
            Some(InvoiceStatus::Draft) => &self.draft,
            Some(InvoiceStatus::Cancelled) => &self.cancelled,
            Some(InvoiceStatus::Paid) => &self.paid,
            Some(InvoiceStatus::Overdue) => &self.overdue,
            Some(InvoiceStatus::PartiallyPaid) => &self.partially_paid,
            Some(InvoiceStatus::Unpaid) => &self.unpaid,
        }
    }
}

/// Whether the filter depends on the day.
pub(crate) fn depends_on_today(status: Option<InvoiceStatus>) -> bool {
    match status {
        None | Some(InvoiceStatus::Draft | InvoiceStatus::Cancelled | InvoiceStatus::Paid) => false,
        Some(InvoiceStatus::Overdue | InvoiceStatus::PartiallyPaid | InvoiceStatus::Unpaid) => true,
    }
}
