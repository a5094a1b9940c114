//! NPY, NumPy's file of one array.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>, versions 1.0 to 3.0.

use std::path::Path;

use super::described::ASSUMED;
use super::file::DataFile;
use super::flat::Flat;
use super::plain::{Plain, by_plain};
use super::reader::{Reader, failed, no_events};
use super::stored::StoredType;
use super::streams::Streams;
use super::{Info, Layout, Segment, check_shape, numbered_channels};
use crate::{Error, Result};

const FORMAT: &str = "NPY";
pub(crate) const READER: Reader = Reader {
    name: FORMAT,
    takes: ".npy",
    knows: |probe| probe.head.starts_with(MAGIC),
    open: |path| {
        Ok(Streams::one(
            path,
            "",
            Box::new(Npy::open(path, Options::default())?),
        ))
    },
    events: no_events,
};
const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// Headers are a line of text of some hundred bytes; a longer one is damage.
const MAX_HEADER: u64 = 1 << 20;
/// More channels than any device has; a larger count is the time axis mistaken for them.
const MAX_CHANNELS: usize = 1 << 20;

/// What an NPY file says of its array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The type of an element as it is written, `<i2`.
    pub descr: String,
    /// The array's extents; empty for a scalar.
    pub shape: Vec<u64>,
    /// Whether the first axis runs fastest, and not the last.
    pub fortran_order: bool,
    /// Bytes before the first element.
    pub data_offset: u64,
}

impl Header {
    /// Number of elements, or `None` if it is beyond 2⁶⁴.
    #[must_use]
    pub fn elements(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1u64, |product, extent| product.checked_mul(*extent))
    }
}

/// Which axis of a two-dimensional array is time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeAxis {
    /// The longer; the first if they are equal.
    #[default]
    Longer,
    /// The first: `[samples, channels]`.
    First,
    /// The last: `[channels, samples]`.
    Last,
}

/// What an NPY file does not say of itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Samples a second of each channel; without it 1, and a warning.
    pub rate_hz: Option<f64>,
    /// Which axis is time.
    pub time: TimeAxis,
}

/// An open NPY file of a recording: shape `[samples]`, `[samples, channels]` or `[channels, samples]`.
///
/// Samples are read in the order in which they lie in the file.
#[derive(Debug)]
pub struct Npy {
    plain: Plain,
}

impl Npy {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Error::Open`] or [`Error::Read`] if it cannot be read; [`Error::Format`] if it is no NPY file, has no samples,
    /// three or more axes, a type that is no sample's, or less data than its shape takes.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self> {
        let file = DataFile::open(path.as_ref())?;
        let header = parse(&file)?;
        let failed = |problem: String| failed(FORMAT, file.path(), header.data_offset, problem);
        let (samples, channels, layout) = orient(&header, options.time).map_err(failed)?;
        let stored: StoredType = header
            .descr
            .parse()
            .map_err(|error: Error| failed(error.to_string()))?;

        let mut warnings = Vec::new();
        if options.rate_hz.is_none() {
            warnings.push(format!(
                "an NPY file has no sampling rate, and none was given: {ASSUMED}"
            ));
        }
        let rate_hz = options.rate_hz.unwrap_or(1.0);
        let held = (file.len() - header.data_offset) / stored.bytes() as u64;
        let channel_count = usize::try_from(channels)
            .ok()
            .filter(|count| *count <= MAX_CHANNELS);
        let channel_count =
            channel_count.ok_or_else(|| failed(format!("{channels} channels are beyond {MAX_CHANNELS}")))?;
        check_shape(channel_count, rate_hz)?;
        let (samples, cut) = held_samples(&header, held, (samples, channels), layout).map_err(failed)?;
        warnings.extend(cut);
        let mut channels = numbered_channels(channel_count);
        for channel in &mut channels {
            channel.offset = stored.shift();
        }
        let info = Info {
            format: FORMAT,
            channels,
            samples,
            rate_hz,
            stored: stored.to_string(),
            dtype: stored.dtype(),
            layout,
            segments: Segment::all(samples),
            warnings,
        };
        let flat = Flat {
            file: file.into(),
            offset: header.data_offset,
            stored,
            channels: channel_count,
            samples,
            layout,
        };
        let plain = Plain::new(info, flat, false)?;
        Ok(Self { plain })
    }
}

by_plain!(Npy);

/// Reads a file's header, of whatever shape and type.
///
/// # Errors
/// [`Error::Open`] or [`Error::Read`] if the file cannot be read, [`Error::Format`] if it is no NPY file.
pub fn header(path: impl AsRef<Path>) -> Result<Header> {
    parse(&DataFile::open(path.as_ref())?)
}

/// Reads a whole array of numbers, of whatever shape, as `f64` in C order (the last axis fastest).
///
/// For tables beside a recording: it takes 8 bytes a value, twice that in Fortran order. 64-bit integers beyond 2⁵³ round.
///
/// # Errors
/// Those of [`header`], and [`Error::Format`] if elements are not numbers or the file is cut short.
pub fn read_values(path: impl AsRef<Path>) -> Result<(Header, Vec<f64>)> {
    let file = DataFile::open(path.as_ref())?;
    let header = parse(&file)?;
    let failed = |problem: String| failed(FORMAT, file.path(), header.data_offset, problem);
    let (width, number) = number(&header.descr)
        .ok_or_else(|| failed(format!("elements of type {:?} are not numbers", header.descr)))?;
    let held = file.len() - header.data_offset;
    let bytes = header
        .elements()
        .and_then(|elements| elements.checked_mul(width as u64));
    let bytes = bytes
        .filter(|bytes| *bytes <= held)
        .and_then(|bytes| usize::try_from(bytes).ok());
    let bytes = bytes.ok_or_else(|| {
        failed(format!(
            "the shape {:?} takes more than the {held} bytes that follow",
            header.shape
        ))
    })?;
    let stored = file.read_vec(header.data_offset, bytes)?;
    let values: Vec<f64> = stored.chunks_exact(width).map(number).collect();
    let values = if header.fortran_order {
        c_order(&values, &header.shape)
    } else {
        values
    };
    Ok((header, values))
}

/// Makes a number of an element's bytes.
type Number = Box<dyn Fn(&[u8]) -> f64>;

/// Bytes of an element of type `descr`, and what makes a number of them.
fn number(descr: &str) -> Option<(usize, Number)> {
    let big = descr.starts_with('>');
    let kind = descr.trim_start_matches(['<', '>', '|', '=']).to_owned();
    let width: usize = kind.get(1..)?.parse().ok()?;
    let known = matches!(
        (&kind[..1], width),
        ("i" | "u", 1 | 2 | 4 | 8) | ("f", 4 | 8) | ("b", 1)
    );
    let value = move |bytes: &[u8]| {
        // The value's bytes in the lowest place, least significant first.
        let mut little = [0; 8];
        little[..width].copy_from_slice(bytes);
        if big {
            little[..width].reverse();
        }
        let bits = u64::from_le_bytes(little);
        let unused = 64 - 8 * width as u32;
        match (kind.as_bytes()[0], width) {
            (b'i', _) => ((bits << unused) as i64 >> unused) as f64,
            (b'f', 4) => f64::from(f32::from_bits(bits as u32)),
            (b'f', _) => f64::from_bits(bits),
            _ => bits as f64,
        }
    };
    known.then(|| (width, Box::new(value) as Number))
}

/// Values with the first axis fastest to values with the last axis fastest.
fn c_order(values: &[f64], shape: &[u64]) -> Vec<f64> {
    let shape: Vec<usize> = shape.iter().map(|extent| *extent as usize).collect();
    let mut index = vec![0; shape.len()];
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        let from = index
            .iter()
            .zip(&shape)
            .rev()
            .fold(0, |from, (i, extent)| from * extent + i);
        ordered.push(values[from]);
        for (i, extent) in index.iter_mut().zip(&shape).rev() {
            *i += 1;
            if *i < *extent {
                break;
            }
            *i = 0;
        }
    }
    ordered
}

/// Samples, channels and the order in which they lie, or what is wrong with the shape.
fn orient(header: &Header, time: TimeAxis) -> std::result::Result<(u64, u64, Layout), String> {
    let (samples, channels, time_is_first) = match (header.shape.as_slice(), time) {
        (&[samples], _) => (samples, 1, true),
        (&[first, last], TimeAxis::Longer) if last > first => (last, first, false),
        (&[samples, channels], TimeAxis::First | TimeAxis::Longer) => (samples, channels, true),
        (&[channels, samples], TimeAxis::Last) => (samples, channels, false),
        (shape, _) => {
            return Err(format!(
                "an array of shape {shape:?} is no recording; it takes one axis or two"
            ));
        }
    };
    if samples == 0 || channels == 0 {
        return Err(format!("the array is empty: its shape is {:?}", header.shape));
    }
    // The axis that runs fastest lies side by side.
    let layout = if time_is_first == header.fortran_order && channels > 1 {
        Layout::Planar
    } else {
        Layout::Interleaved
    };
    Ok((samples, channels, layout))
}

/// How many of the shape's samples are among the `held` values, and a warning if some are not; or why none can be read.
fn held_samples(
    header: &Header,
    held: u64,
    (samples, channels): (u64, u64),
    layout: Layout,
) -> std::result::Result<(u64, Option<String>), String> {
    let whole = held / channels;
    if samples <= whole {
        return Ok((samples, None));
    }
    // Planar, the last channels would be missing altogether.
    if layout == Layout::Interleaved && whole > 0 {
        let warning = format!("the file is cut short: {whole} of {samples} samples are there");
        return Ok((whole, Some(warning)));
    }
    Err(format!(
        "the shape {:?} takes {} values, the file holds {held}; it is cut short",
        header.shape,
        u128::from(samples) * u128::from(channels)
    ))
}

/// Reads the magic, the version, the header's length and the header.
fn parse(file: &DataFile) -> Result<Header> {
    let failed = |offset, problem: &str| failed(FORMAT, file.path(), offset, problem);
    if file.len() < 10 {
        return Err(failed(0, "the file is too short to be one"));
    }
    let start = file.read_vec(0, 10)?;
    if &start[..6] != MAGIC {
        return Err(failed(0, "it does not begin with \\x93NUMPY"));
    }
    let (length, text_offset) = match start[6] {
        1 => (u64::from(u16::from_le_bytes([start[8], start[9]])), 10),
        2 | 3 if file.len() >= 12 => {
            let more = file.read_vec(10, 2)?;
            (
                u64::from(u32::from_le_bytes([start[8], start[9], more[0], more[1]])),
                12,
            )
        }
        version => return Err(failed(6, &format!("version {version} is not known (1 to 3 are)"))),
    };
    let data_offset = text_offset + length;
    if length > MAX_HEADER || data_offset > file.len() {
        return Err(failed(
            8,
            &format!("a header of {length} bytes does not fit in the file"),
        ));
    }
    let text = file.read_vec(text_offset, length as usize)?;
    let text = String::from_utf8(text).map_err(|_| failed(text_offset, "the header is not text"))?;
    parse_dictionary(&text, data_offset).map_err(|problem| failed(text_offset, &problem))
}

/// Parses the header's Python dictionary, of which three keys are known and nothing is executed.
fn parse_dictionary(text: &str, data_offset: u64) -> std::result::Result<Header, String> {
    let after = |key: &str| {
        let found = [format!("'{key}'"), format!("\"{key}\"")]
            .into_iter()
            .find_map(|quoted| {
                let rest = &text[text.find(&quoted)? + quoted.len()..];
                rest.trim_start().strip_prefix(':').map(str::trim_start)
            });
        found.ok_or_else(|| format!("the header has no '{key}'"))
    };
    let descr = after("descr")?;
    let quote = descr.chars().next().filter(|quote| matches!(quote, '\'' | '"'));
    let descr = quote.and_then(|quote| descr[1..].split_once(quote));
    let (descr, _) = descr.ok_or("the type 'descr' is not a plain one (records are not read)")?;

    let order = after("fortran_order")?;
    let fortran_order = match (order.starts_with("True"), order.starts_with("False")) {
        (true, _) => true,
        (_, true) => false,
        _ => return Err("'fortran_order' is neither True nor False".into()),
    };

    let shape = after("shape")?
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'));
    let (shape, _) = shape.ok_or("'shape' is not a tuple")?;
    let extents = shape
        .split(',')
        .map(str::trim)
        .filter(|extent| !extent.is_empty());
    // Python 2 wrote long integers as 10L.
    let extents = extents.map(|extent| extent.trim_end_matches('L').parse::<u64>());
    let shape: Vec<u64> = extents
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| format!("'shape' is ({shape}), which is not a tuple of extents"))?;
    Ok(Header {
        descr: descr.to_owned(),
        shape,
        fortran_order,
        data_offset,
    })
}
