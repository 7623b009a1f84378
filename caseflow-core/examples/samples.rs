//! Writes every sample document into a folder, for validators and eyes:
//! `cargo run -p caseflow-core --example samples --features pdf-writer,testing -- <folder>`

use std::error::Error;
use std::path::PathBuf;

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::testing::prints::samples;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name a folder")?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    let renderer = Renderer::new()?;
    let samples = samples();
    for (name, print) in &samples {
        let file = renderer.render(print)?;
        std::fs::write(folder.join(format!("{name}.pdf")), &file.bytes)?;
    }
    println!("{} files", samples.len());
    Ok(())
}
