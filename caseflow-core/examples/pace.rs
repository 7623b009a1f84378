//! The adapter's side of `scripts/bench-pdf`, which measures it beside other makers of PDF files:
//! `pace data <lines> <variants>` prints invoices as JSON, for the others to lay out;
//! `pace time <lines> <rounds>` prints the milliseconds of each of so many of the same invoices.

use std::error::Error;
use std::time::Instant;

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::domain::print::{LineView, Print, PrintDocument};
use caseflow_core::domain::text::Prose;
use caseflow_core::testing::prints::Desk;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [what, lines, count] = given.as_slice() else {
        return Err("say data or time, how many lines, and how many documents".into());
    };
    let (lines, count): (usize, usize) = (lines.parse()?, count.parse()?);
    match what.as_str() {
        "data" => {
            let invoices = (0..count).map(|variant| invoice(lines, variant));
            let data = invoices.map(|print| Ok(data(&print?)));
            println!("{}", data.collect::<Result<Value, Box<dyn Error>>>()?);
        }
        _ => {
            let renderer = Renderer::new()?;
            for variant in 0..count {
                let print = invoice(lines, variant)?;
                let start = Instant::now();
                let file = renderer.render(&print)?;
                let spent = start.elapsed().as_secs_f64() * 1e3;
                println!("{spent:.4} {}", file.bytes.len());
            }
        }
    }
    Ok(())
}

/// An invoice whose texts and prices are those of no other variant.
fn invoice(lines: usize, variant: usize) -> Result<Print, Box<dyn Error>> {
    let mut desk = Desk::with_lines(lines).paid(&[250]);
    for (item, n) in desk.terms.pricing.lines.iter_mut().zip(variant * 7_919..) {
        let text = format!("{} {n} of file {variant}", item.description);
        item.description = Prose::parse(&text)?;
        item.unit_price = format!("{}.{:02}", n % 4_000 + 10, n % 97).parse()?;
    }
    Ok(desk.invoice())
}

fn data(print: &Print) -> Value {
    let PrintDocument::Invoice(view) = &print.document else {
        return Value::Null;
    };
    let line = |line: &LineView| {
        json!([
            line.description,
            line.quantity,
            line.price,
            line.taxes.join(" "),
            line.net.number
        ])
    };
    let totals = &view.totals;
    let tax = totals
        .taxes
        .iter()
        .map(|tax| json!([tax.label, tax.tax.number]));
    let sums: Vec<Value> = [json!(["Subtotal", totals.subtotal.number])]
        .into_iter()
        .chain(tax)
        .chain([
            json!(["Total", totals.total.text]),
            json!(["Paid", totals.paid.number]),
            json!(["Amount due", totals.due.text]),
        ])
        .collect();
    json!({
        "title": print.title,
        "firm": print.brand.firm.name,
        "firm_address": print.brand.firm.address,
        "client": print.addressee.name,
        "client_address": print.addressee.address,
        "facts": [["Number", view.number], ["Date", view.dated.text], ["Due", view.due.text]],
        "head": ["Description", "Quantity", "Price", "Tax", "Amount (USD)"],
        "lines": view.lines.iter().map(line).collect::<Vec<_>>(),
        "sums": sums,
        "note": view.how_to_pay.as_ref().and_then(|how| how.words.clone()),
    })
}
