//! Values of arguments: sizes, channels, parts.

use std::fmt;
use std::str::FromStr;

use galvani::scene::Rgba8;
use galvani::sidecar::Cut;

/// See [`Cut`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuildCut(pub(crate) Cut);

impl FromStr for BuildCut {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let cut = text
            .split_once('/')
            .and_then(|(block_shift, top)| Some((block_shift.parse().ok()?, top.parse().ok()?)));
        cut.map(|(block_shift, top)| Self(Cut { block_shift, top }))
            .ok_or_else(|| "give two numbers, for example 3/1".into())
    }
}

/// Part `.0` of `.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part(pub(crate) u32, pub(crate) u32);

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        part.filter(|(i, n)| *n > 0 && i <= n)
            .map(|(i, n)| Self(i, n))
            .ok_or_else(|| "give the part and their number, for example 2/8".into())
    }
}

/// A number of bytes, given as such or in K, M, G or T of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text
            .trim()
            .trim_end_matches(['B', 'b'])
            .trim_end_matches(['i', 'I']);
        let (number, shift) = match plain.char_indices().last() {
            Some((at, 'k' | 'K')) => (&plain[..at], 10),
            Some((at, 'm' | 'M')) => (&plain[..at], 20),
            Some((at, 'g' | 'G')) => (&plain[..at], 30),
            Some((at, 't' | 'T')) => (&plain[..at], 40),
            _ => (plain, 0),
        };
        let bytes = number.trim().parse::<f64>().map(|n| n * f64::powi(2.0, shift));
        match bytes {
            Ok(bytes) if (1.0..=1e18).contains(&bytes) => Ok(Self(bytes as u64)),
            _ => Err("give a size in bytes, or in K, M, G: for example 512M or 2G".into()),
        }
    }
}

/// `[width, height]` in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) [u32; 2]);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text
            .split_once(['x', 'X'])
            .and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
        sides
            .filter(|sides| !sides.contains(&0))
            .map(Self)
            .ok_or_else(|| "give WIDTHxHEIGHT in pixels, for example 1920x1080".into())
    }
}

/// Channels by their numbers, from 0, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channels(pub(crate) Vec<usize>);

/// More channels than any device records.
const MOST_CHANNELS: usize = 1 << 20;

impl FromStr for Channels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n < MOST_CHANNELS);
            let (Some(first), Some(last)) = (number(first), number(last)) else {
                return Err(format!(
                    "{part:?} is no channel or range; give numbers from 0, for example 0-31,40"
                ));
            };
            if first <= last {
                numbers.extend(first..=last);
            } else {
                numbers.extend((last..=first).rev());
            }
        }
        Ok(Self(numbers))
    }
}

impl fmt::Display for Channels {
    /// The same list again, in ranges where there are three or more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(numbers) = self;
        let (mut at, mut comma) = (0, "");
        while at < numbers.len() {
            let run = run(&numbers[at..]);
            let (first, last) = (numbers[at], numbers[at + run - 1]);
            match run {
                1 | 2 => write!(f, "{comma}{first}")?,
                _ => write!(f, "{comma}{first}-{last}")?,
            }
            at += if run < 3 { 1 } else { run };
            comma = ",";
        }
        Ok(())
    }
}

/// How many of the first numbers count up, or down, one by one.
fn run(numbers: &[usize]) -> usize {
    let steps = |by: isize| {
        let pairs = numbers.windows(2);
        1 + pairs
            .take_while(|pair| pair[0].checked_add_signed(by) == Some(pair[1]))
            .count()
    };
    steps(1).max(steps(-1))
}

/// A value for each of some channels.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PerChannel(pub(crate) Vec<(usize, f64)>);

impl FromStr for PerChannel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Vec::new();
        for part in text.split(',') {
            let both = part.rsplit_once(':').and_then(|(channels, value)| {
                let value = value.trim().parse::<f64>().ok().filter(|value| value.is_finite());
                Some((channels.parse::<Channels>().ok()?, value?))
            });
            let (Channels(channels), value) = both.ok_or_else(|| {
                format!("{part:?} is no channel with a value; give for example 0-3:2,7:0.5")
            })?;
            all.extend(channels.into_iter().map(|channel| (channel, value)));
        }
        Ok(Self(all))
    }
}

impl fmt::Display for PerChannel {
    /// The same list again, in ranges where neighbours have the same value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self
            .0
            .chunk_by(|a, b| a.0.checked_add(1) == Some(b.0) && a.1 == b.1);
        for (i, part) in parts.enumerate() {
            let comma = if i > 0 { "," } else { "" };
            let (first, value) = part[0];
            match part.last() {
                Some((last, _)) if *last > first => write!(f, "{comma}{first}-{last}:{value}")?,
                _ => write!(f, "{comma}{first}:{value}")?,
            }
        }
        Ok(())
    }
}

/// The colour of what has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedColor {
    pub(crate) name: String,
    pub(crate) color: Rgba8,
}

impl FromStr for NamedColor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = text.rsplit_once("=#").and_then(|(name, digits)| {
            let plain = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let rgb = plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
            let (name, color) = (name.to_owned(), Rgba8::opaque(rgb));
            Some(Self { name, color })
        });
        found.ok_or_else(|| "give a name and a colour, for example spikes=#ff8800".into())
    }
}

impl fmt::Display for NamedColor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rgba8 { r, g, b, .. } = self.color;
        write!(f, "{}=#{r:02x}{g:02x}{b:02x}", self.name)
    }
}

/// A whole number, also in the form 1e8.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    if let Ok(number) = plain.parse() {
        return Ok(number);
    }
    match plain.parse::<f64>() {
        Ok(number) if (0.0..=1e18).contains(&number) && number.fract() == 0.0 => Ok(number as u64),
        _ => Err("give a whole number, for example 100000000 or 1e8".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_memory() {
        for (text, bytes) in [
            ("512M", 512 << 20),
            ("2G", 2 << 30),
            ("1.5KiB", 1536),
            ("4096", 4096),
            ("3 gb", 3 << 30),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for bad in ["", "M", "-1G", "1X", "nan", "1e30", "0"] {
            assert!(bad.parse::<Bytes>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!("640x480".parse(), Ok(Size([640, 480])));
        for bad in ["", "640", "640x", "0x480", "640x-1", "axb"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }

    #[test]
    fn parts() {
        assert_eq!("2/8".parse(), Ok(Part(2, 8)));
        for bad in ["", "2", "/", "3/2", "0/0", "-1/2", "1/2/3"] {
            assert!(bad.parse::<Part>().is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_of_channels() {
        assert_eq!("0-2,7".parse(), Ok(Channels(vec![0, 1, 2, 7])));
        assert_eq!("3-1".parse(), Ok(Channels(vec![3, 2, 1])));
        for bad in ["", "a", "1-", "-1", "1,,2", "0-99999999999"] {
            assert!(bad.parse::<Channels>().is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_are_told_as_they_were() {
        for text in ["0", "0-2,7", "3-1", "5,4,9", "383-0", "0,1,9", "0,2-4,3-1"] {
            let list: Channels = text.parse().expect(text);
            assert_eq!(list.to_string(), text);
        }
        for text in ["0:1", "0-3:2,7:-0.5", "1:0.1,2:0.2"] {
            let list: PerChannel = text.parse().expect(text);
            assert_eq!(list.to_string(), text);
        }
        for bad in ["", "0", "0:", ":1", "0:x", "0:1,,1:1", "0:nan"] {
            assert!(bad.parse::<PerChannel>().is_err(), "{bad}");
        }
    }

    #[test]
    fn colors_by_name() {
        for text in ["spikes=#ff8800", "a=#b=#000001", "=#0a0b0c"] {
            let color: NamedColor = text.parse().expect("a colour");
            assert_eq!(color.to_string(), text);
        }
        for wrong in ["spikes", "spikes=red", "spikes=#12345", "a=#+12345", "a=#1234567"] {
            assert!(wrong.parse::<NamedColor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(whole("1e8"), Ok(100_000_000));
        assert_eq!(whole("12_000"), Ok(12_000));
        for bad in ["", "-1", "1.5", "1e30", "nan"] {
            assert!(whole(bad).is_err(), "{bad}");
        }
    }
}
