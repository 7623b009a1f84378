//! The firm's logo as a picture of the file.

use std::io::Cursor;

use ::pdf_writer::{Chunk, Filter, Finish, Ref};
use png::{ColorType, Decoder, Limits, Transformations};

use super::file::Packer;
use crate::domain::firm::{self, LogoType};

/// The most pixels of a logo: what 256 KiB unfold to has to have an end.
const MOST_PIXELS: u64 = 4_000_000;

/// A logo, ready to be written into any number of files.
#[derive(Debug)]
pub(super) struct Logo {
    width: u32,
    height: u32,
    samples: Samples,
    data: Vec<u8>,
    filter: Filter,
    /// Opacity, a byte a pixel, compressed.
    alpha: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Samples {
    Gray,
    Rgb,
}

/// Why a logo cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogoError {
    #[error("the logo has too many pixels: the most is {MOST_PIXELS}")]
    TooManyPixels,
    #[error("the logo is a JPEG that is neither grey nor of three colours")]
    Colours,
    #[error("the logo is cut off or damaged")]
    Damaged,
    #[error("the logo is no PNG that can be read")]
    Png(#[from] png::DecodingError),
}

impl Logo {
    pub(super) fn read(logo: &firm::Logo) -> Result<Self, LogoError> {
        match logo.kind() {
            LogoType::Png => png(logo.bytes()),
            LogoType::Jpeg => jpeg(logo.bytes()),
        }
    }

    /// Width and height in points, as large as the box allows and no pixel larger than a point.
    pub(super) fn fit(&self, (width, height): (f32, f32)) -> (f32, f32) {
        #[expect(clippy::cast_precision_loss, reason = "at most some thousand pixels")]
        let (across, down) = (self.width as f32, self.height as f32);
        let scale = (width / across).min(height / down).min(1.0);
        (across * scale, down * scale)
    }

    pub(super) fn write(&self, chunk: &mut Chunk, id: Ref, next: &mut Ref) {
        let mask = self.alpha.as_ref().map(|alpha| (next.bump(), alpha));
        let (width, height) = (side(self.width), side(self.height));
        let mut image = chunk.image_xobject(id, &self.data);
        image.filter(self.filter);
        image.width(width).height(height).bits_per_component(8);
        match self.samples {
            Samples::Gray => image.color_space().device_gray(),
            Samples::Rgb => image.color_space().device_rgb(),
        }
        if let Some((mask, _)) = mask {
            image.s_mask(mask);
        }
        image.finish();
        if let Some((id, alpha)) = mask {
            let mut image = chunk.image_xobject(id, alpha);
            image.filter(Filter::FlateDecode);
            image.width(width).height(height).bits_per_component(8);
            image.color_space().device_gray();
        }
    }
}

fn side(pixels: u32) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}

fn check_size(width: u32, height: u32) -> Result<(), LogoError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(LogoError::Damaged),
        pixels if pixels > MOST_PIXELS => Err(LogoError::TooManyPixels),
        _ => Ok(()),
    }
}

fn png(bytes: &[u8]) -> Result<Logo, LogoError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 64 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let (width, height) = reader.info().size();
    check_size(width, height)?;
    let mut pixels = vec![
        0;
        reader
            .output_buffer_size()
            .ok_or(LogoError::TooManyPixels)?
    ];
    let frame = reader.next_frame(&mut pixels)?;
    pixels.truncate(frame.buffer_size());
    let (samples, colours) = match frame.color_type {
        ColorType::Grayscale | ColorType::GrayscaleAlpha => (Samples::Gray, 1),
        ColorType::Rgb | ColorType::Rgba | ColorType::Indexed => (Samples::Rgb, 3),
    };
    let mut packer = Packer::new();
    let transparent = matches!(
        frame.color_type,
        ColorType::GrayscaleAlpha | ColorType::Rgba
    );
    let (data, alpha) = if transparent {
        let (data, alpha) = split(&pixels, colours);
        (data, Some(packer.pack(&alpha)))
    } else {
        (pixels, None)
    };
    Ok(Logo {
        width,
        height,
        samples,
        data: packer.pack(&data),
        filter: Filter::FlateDecode,
        alpha,
    })
}

/// Tells the colours of each pixel from its opacity, which comes after them.
fn split(pixels: &[u8], colours: usize) -> (Vec<u8>, Vec<u8>) {
    let mut data = Vec::with_capacity(pixels.len());
    let mut alpha = Vec::with_capacity(pixels.len() / (colours + 1));
    for pixel in pixels.chunks_exact(colours + 1) {
        let (colour, opacity) = pixel.split_at(colours);
        data.extend_from_slice(colour);
        alpha.extend_from_slice(opacity);
    }
    (data, alpha)
}

fn jpeg(bytes: &[u8]) -> Result<Logo, LogoError> {
    let frame = jpeg_frame(bytes).ok_or(LogoError::Damaged)?;
    let &[8, h1, h2, w1, w2, components, ..] = frame else {
        return Err(LogoError::Damaged);
    };
    let width = u16::from_be_bytes([w1, w2]).into();
    let height = u16::from_be_bytes([h1, h2]).into();
    check_size(width, height)?;
    if !bytes.ends_with(&[0xff, 0xd9]) {
        return Err(LogoError::Damaged);
    }
    let samples = match components {
        1 => Samples::Gray,
        3 => Samples::Rgb,
        _ => return Err(LogoError::Colours),
    };
    Ok(Logo {
        width,
        height,
        samples,
        data: bytes.to_vec(),
        filter: Filter::DctDecode,
        alpha: None,
    })
}

/// What the frame header of a JPEG says (ISO/IEC 10918-1, B.2.2), from the precision on.
fn jpeg_frame(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let &[0xff, marker, l1, l2, ..] = rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([l1, l2]));
        let segment = rest.get(4..2 + length)?;
        // SOF0 to SOF15 but for DHT, JPG and DAC.
        if (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some(segment);
        }
        rest = rest.get(2 + length..)?;
    }
}
