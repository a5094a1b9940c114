//! Recordings of which more is known than they say themselves.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;

use super::{Grown, Info, Samples, Source, check_shape};
use crate::{Error, Result};

/// How warnings end of files that say nothing of time.
pub(crate) const ASSUMED: &str = "1 Hz is assumed";

/// The samples of a recording, with other things said of them; the shape stays.
pub(crate) struct Described {
    pub(crate) info: Info,
    pub(crate) source: Box<dyn Source>,
}

/// The same recording at another rate, for files that do not say their own, as tables and arrays often do not.
///
/// # Errors
/// [`Error::Invalid`] for a recording that says its rate, and for a rate that is not positive and finite.
pub fn rated(source: Box<dyn Source>, rate_hz: f64) -> Result<Box<dyn Source>> {
    let mut info = source.info().clone();
    check_shape(info.channels.len(), rate_hz)?;
    let warnings = info.warnings.len();
    info.warnings.retain(|warning| !warning.ends_with(ASSUMED));
    if info.warnings.len() == warnings {
        return Err(Error::Invalid {
            what: "rate",
            problem: format!("{rate_hz} Hz; it says its own rate, {} Hz", info.rate_hz),
        });
    }
    for segment in &mut info.segments {
        segment.start_s *= info.rate_hz / rate_hz;
    }
    info.rate_hz = rate_hz;
    Ok(Box::new(Described { info, source }))
}

impl Source for Described {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        self.source.read(span, into)
    }

    fn files(&self) -> Vec<PathBuf> {
        self.source.files()
    }

    fn borrow(&self, span: Range<u64>) -> Option<Samples<'_>> {
        self.source.borrow(span)
    }

    fn readable(&self) -> u64 {
        self.source.readable()
    }

    fn refresh(&self) -> Result<Grown> {
        self.source.refresh()
    }
}
