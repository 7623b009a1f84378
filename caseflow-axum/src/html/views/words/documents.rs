//! The words of documents.

use std::fmt;

use caseflow_core::domain::document::MediaType;

use crate::html::views::documents::FileKind;

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            MediaType::Pdf => "PDF",
            MediaType::Png => "PNG image",
            MediaType::Jpeg => "JPEG image",
            MediaType::Webp => "WebP image",
            MediaType::Gif => "GIF image",
            MediaType::Text => "Text",
            MediaType::Csv => "CSV table",
            MediaType::Zip => "ZIP archive",
            MediaType::Docx => "Word document",
            MediaType::Xlsx => "Excel workbook",
            MediaType::Pptx => "PowerPoint presentation",
            MediaType::Odt => "OpenDocument text",
            MediaType::Ods => "OpenDocument spreadsheet",
            MediaType::Other => "File",
        })
    }
}
