//! The data of streams, unpacked within limits.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::object::{Dict, Object};
use super::parser::Broken;

/// How much may still be unpacked out of one file.
#[derive(Debug)]
pub(crate) struct Allowance(usize);

impl Allowance {
    /// As much as a million objects need.
    pub(crate) fn new() -> Self {
        Self(32 << 20)
    }
}

/// The data of a stream that starts with `data`: what tables and objects are packed in, which is no
/// filter or `FlateDecode`.
pub(crate) fn unpack(
    dict: &Dict,
    data: &[u8],
    length: Option<usize>,
    allowance: &mut Allowance,
) -> Result<Vec<u8>, Broken> {
    let data = match length {
        Some(length) => data.get(..length).ok_or(Broken)?,
        None => until_end(data),
    };
    let unpacked = match only(dict.get("Filter")) {
        None => data
            .get(..allowance.0.min(data.len()))
            .unwrap_or_default()
            .to_vec(),
        Some(filter) if filter.is_name("FlateDecode") => {
            decompress_to_vec_zlib_with_limit(data, allowance.0).map_err(|_| Broken)?
        }
        Some(_) => return Err(Broken),
    };
    allowance.0 = allowance.0.saturating_sub(unpacked.len());
    let parameters = only(dict.get("DecodeParms"));
    match parameters {
        Some(Object::Dict(parameters)) => predicted(unpacked, parameters),
        _ => Ok(unpacked),
    }
}

/// A filter alone, or alone in an array.
fn only(value: Option<&Object>) -> Option<&Object> {
    match value {
        Some(Object::Array(items)) => match items.as_slice() {
            [] => None,
            [one] => Some(one),
            // More than one is none that is known.
            _ => Some(&Object::Null),
        },
        other => other,
    }
}

fn until_end(data: &[u8]) -> &[u8] {
    const END: &[u8] = b"endstream";
    let end = data.windows(END.len()).position(|it| it == END);
    data.get(..end.unwrap_or(data.len())).unwrap_or_default()
}

/// Rows of bytes that say how they differ from the row above (PNG, clause 9).
fn predicted(data: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, Broken> {
    let predictor = parameters.count("Predictor").unwrap_or(1);
    if predictor == 1 {
        return Ok(data);
    }
    let single = |key, usual| parameters.count(key).unwrap_or(usual) == usual;
    let columns = parameters.count("Columns").unwrap_or(1);
    if predictor < 10 || !single("Colors", 1) || !single("BitsPerComponent", 8) || columns > 64 {
        return Err(Broken);
    }
    let mut above = vec![0; columns];
    let mut all = Vec::with_capacity(data.len());
    for row in data.chunks_exact(columns + 1) {
        let (kind, row) = row.split_first().ok_or(Broken)?;
        above = unfiltered(*kind, row, &above)?;
        all.extend(&above);
    }
    Ok(all)
}

fn unfiltered(kind: u8, row: &[u8], above: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut out: Vec<u8> = Vec::with_capacity(row.len());
    let mut corner = 0;
    for (byte, up) in row.iter().zip(above) {
        let left = out.last().copied().unwrap_or(0);
        let guess = match kind {
            0 => 0,
            1 => left,
            2 => *up,
            3 => left.midpoint(*up),
            4 => paeth(left, *up, corner),
            _ => return Err(Broken),
        };
        corner = *up;
        out.push(byte.wrapping_add(guess));
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |it: u8| (guess - i16::from(it)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}
