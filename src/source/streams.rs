//! What one path holds: one stream or several, of different rates, by name.

use std::path::{Path, PathBuf};

use super::reader::failed;
use super::{ChannelKind, Source};
use crate::{Error, Result};

/// How many streams a message lists.
const MAX_LISTED: usize = 24;

/// A stream: what one device acquired at one rate.
pub struct Stream {
    /// The format's name of it: `imec0.ap`, `experiment1/recording1/Rhythm_FPGA-100.0`; alone in its file, perhaps empty.
    pub name: String,
    /// Its samples.
    pub source: Box<dyn Source>,
}

/// All that a file or a folder holds, opened: headers are read, samples are not.
pub struct Streams {
    /// The format, for people.
    pub format: &'static str,
    /// What was opened.
    pub path: PathBuf,
    /// When the recording started, ISO 8601 as far as the file says; in the time zone of the recording.
    pub started: Option<String>,
    /// The streams, in the order in which they are listed; never empty.
    pub list: Vec<Stream>,
    /// What was odd but not fatal about the whole, as a stream that could not be opened.
    pub warnings: Vec<String>,
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.list.iter().map(|stream| stream.name.as_str()).collect();
        f.debug_struct("Streams")
            .field("format", &self.format)
            .field("path", &self.path)
            .field("names", &names)
            .finish_non_exhaustive()
    }
}

impl Streams {
    /// A path that holds `list`.
    pub(crate) fn new(format: &'static str, path: &Path, list: Vec<Stream>) -> Self {
        Self {
            format,
            path: path.to_path_buf(),
            started: None,
            list,
            warnings: Vec::new(),
        }
    }

    /// A path that holds one stream.
    #[must_use]
    pub fn one(path: &Path, name: impl Into<String>, source: Box<dyn Source>) -> Self {
        let format = source.info().format;
        let name = name.into();
        Self::new(format, path, vec![Stream { name, source }])
    }

    /// The streams of a path that can be opened, and a warning for each that cannot; `None` if there are none at all.
    ///
    /// # Errors
    /// The first stream's if none can be opened.
    pub(crate) fn gather(
        format: &'static str,
        path: &Path,
        opened: impl IntoIterator<Item = (String, Result<Box<dyn Source>>)>,
    ) -> Result<Option<Self>> {
        let mut streams = Self::new(format, path, Vec::new());
        let mut first = None;
        for (name, source) in opened {
            match source {
                Ok(source) => streams.list.push(Stream { name, source }),
                Err(error) => {
                    streams.warnings.push(format!("{name} is left out: {error}"));
                    first.get_or_insert(error);
                }
            }
        }
        match first {
            Some(error) if streams.list.is_empty() => Err(error),
            _ => Ok(Some(streams).filter(|streams| !streams.list.is_empty())),
        }
    }

    /// The stream of a name, or of the only name that ends so.
    ///
    /// # Errors
    /// [`Error::Format`] if there is none or more than one, with a list of what there is.
    pub fn take(mut self, name: &str) -> Result<Box<dyn Source>> {
        let exact = self.list.iter().position(|stream| stream.name == name);
        let mut ending = (0..self.list.len()).filter(|at| self.list[*at].name.ends_with(name));
        let found = match (exact, ending.next(), ending.next()) {
            (Some(at), _, _) | (None, Some(at), None) => at,
            _ => return Err(self.choose(&format!("no one stream is called {name:?}"))),
        };
        Ok(self.list.swap_remove(found).source)
    }

    /// The stream that people mean when they name none: the only one, or of several the neural one of about the highest
    /// rate.
    ///
    /// # Errors
    /// [`Error::Format`] if that leaves none or more than one, with a list of what there is.
    pub fn main(mut self) -> Result<Box<dyn Source>> {
        let main = self.main_index()?;
        Ok(self.list.swap_remove(main).source)
    }

    /// Where in the list [`Streams::main`] is.
    ///
    /// # Errors
    /// As of [`Streams::main`].
    pub fn main_index(&self) -> Result<usize> {
        let neural_rate = |stream: &Stream| {
            let info = stream.source.info();
            let neural = info
                .channels
                .iter()
                .any(|channel| channel.kind == ChannelKind::Neural);
            if neural { info.rate_hz } else { 0.0 }
        };
        let rates: Vec<f64> = self.list.iter().map(neural_rate).collect();
        let highest = rates.iter().copied().fold(0.0, f64::max);
        // Two probes' calibrated rates differ a little.
        let mut best = (0..rates.len()).filter(|at| rates[*at] > 0.9 * highest);
        match (rates.len(), best.next(), best.next()) {
            (1, _, _) => Ok(0),
            (_, Some(at), None) => Ok(at),
            (count, _, _) => Err(self.choose(&format!("{count} streams are here"))),
        }
    }

    fn choose(&self, problem: &str) -> Error {
        let line = |stream: &Stream| {
            let info = stream.source.info();
            format!(
                "\n  {}: {} channels at {} Hz",
                stream.name,
                info.channels.len(),
                info.rate_hz
            )
        };
        let listed: String = self.list.iter().take(MAX_LISTED).map(line).collect();
        let more = match self.list.len().saturating_sub(MAX_LISTED) {
            0 => String::new(),
            more => format!("\n  and {more} more"),
        };
        failed(
            self.format,
            &self.path,
            0,
            format!("{problem}; choose one by its name (the program's --stream) of{listed}{more}\n"),
        )
    }
}
