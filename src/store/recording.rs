//! A recording on the device.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::budget::Budget;
use super::build::{self, Builder, Job};
use super::levels::Levels;
use super::pages::{Came, Loader, Pages, Wanted, memory_of, page_bytes};
use crate::abi::{self, Address};
use crate::gpu::{Device, Memory, ReadView, Ring};
use crate::passes::PyramidPass;
use crate::plan::Plan;
use crate::pyramid::Geometry;
use crate::scene::{Scene, Style};
use crate::source::{Info, Robust, Source, robust};
use crate::units::MIB;
use crate::{Error, Result};

/// How a recording is opened.
#[derive(Default)]
pub struct OpenOptions<'a> {
    /// The samples to open; all where `None`. Only these are read and can be seen.
    pub span: Option<Range<u64>>,
    /// Who builds the pyramid.
    pub builder: Builder,
    /// Bytes of device memory for this recording; half of the device's where `None`.
    pub budget: Option<u64>,
    /// Whether the raw samples stay out, so that only the pyramid is used.
    pub without_samples: bool,
    /// Called with the samples of each channel that are done, and how many there are; may come from any thread.
    pub progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
}

/// What opening did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loaded {
    /// Who built the pyramid.
    pub builder: Builder,
    /// Seconds that building it took, reading included.
    pub pyramid_s: f64,
    /// Seconds that the device's own passes took of that; `None` on the host, and without a clock.
    pub device_s: Option<f64>,
    /// Bytes of samples reduced.
    pub bytes: u64,
}

/// A recording whose pyramid is on the device, and whose raw samples come and go with the view.
pub struct Recording<'s> {
    source: Box<dyn Source + 's>,
    geometry: Geometry,
    start: u64,
    levels: Levels,
    pages: Pages,
    ring: Option<Ring>,
    robust: Vec<Robust>,
    loaded: Loaded,
    without_samples: bool,
    generation: u64,
    id: u64,
}

/// Memory of a recording, to be read by the host.
pub(crate) struct Resident<'a> {
    /// A level and the one above, `[channels, nodes]`; `None` where there is none.
    pub(crate) levels: [Option<ReadView<'a>>; 2],
    /// Pages; `None` where absent.
    pub(crate) pages: Vec<Option<ReadView<'a>>>,
}

/// Recordings opened so far by this process.
static OPENED: AtomicU64 = AtomicU64::new(0);

impl<'s> Recording<'s> {
    /// Reads and reduces a recording. Costs one pass over its samples and 3.6 % of their size on the device.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the span is empty or leaves the recording; [`Error::OutOfBudget`] if the pyramid does not
    /// fit; whatever reading gives.
    pub fn open(device: &Device, source: Box<dyn Source + 's>, options: &OpenOptions<'_>) -> Result<Self> {
        let info = source.info();
        let span = options.span.clone().unwrap_or(0..info.samples);
        if span.is_empty() || span.end > info.samples {
            let problem = format!("samples {span:?} of a recording of {}", info.samples);
            return Err(Error::Invalid {
                what: "the span to open",
                problem,
            });
        }
        let mut geometry = Geometry::new(info);
        geometry.samples = span.end - span.start;
        let budget = Budget::new(device.caps(), &geometry, page_bytes(&geometry), options.budget)?;
        let levels = Levels::new(device, geometry)?;
        let mut pages = Pages::new(device, geometry, span.start, budget.pages);
        let ring = match memory_of(device) {
            Memory::Mapped => None,
            _ => Some(Ring::new(device, (4 * page_bytes(&geometry)).max(32 * MIB))?),
        };
        let clock = std::time::Instant::now();
        let builder = match options.builder {
            Builder::Auto if device.caps().software || device.is_host() => Builder::Host,
            Builder::Auto => Builder::Device,
            chosen => chosen,
        };
        if builder == Builder::Device && device.is_host() {
            let problem = "nothing can be submitted on an embedder's device; take `Builder::Host`".into();
            return Err(Error::Invalid {
                what: "the device's builder",
                problem,
            });
        }
        let job = Job {
            device,
            source: source.as_ref(),
            geometry,
            levels: &levels,
            ring: ring.as_ref(),
            progress: options.progress.unwrap_or(&|_, _| ()),
        };
        let device_s = match builder {
            Builder::Device => {
                build::on_device(&job, &mut pages, &PyramidPass::new(device, geometry.dtype)?)?
            }
            _ => {
                build::on_host(&job, &pages)?;
                None
            }
        };
        let bytes = geometry.samples * (geometry.channels * geometry.dtype.bytes()) as u64;
        let loaded = Loaded {
            builder,
            pyramid_s: clock.elapsed().as_secs_f64(),
            device_s,
            bytes,
        };
        // Of the whole recording, so that a span of it has the gain that it has in the whole.
        let robust = robust(source.as_ref(), 0..source.info().samples)?;
        Ok(Self {
            source,
            geometry,
            start: span.start,
            levels,
            pages,
            ring,
            robust,
            loaded,
            without_samples: options.without_samples,
            generation: 0,
            id: OPENED.fetch_add(1, Ordering::Relaxed) + 1,
        })
    }

    /// What is known of it besides its samples.
    #[must_use]
    pub fn info(&self) -> &Info {
        self.source.info()
    }

    /// The samples that are open, of the source's.
    #[must_use]
    pub fn span(&self) -> Range<u64> {
        self.start..self.start + self.geometry.samples
    }

    /// What opening did.
    #[must_use]
    pub fn loaded(&self) -> Loaded {
        self.loaded
    }

    /// Of each channel, the middle and the usual range of stored values.
    #[must_use]
    pub fn robust(&self) -> &[Robust] {
        &self.robust
    }

    /// How it is cut.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// A number that no other recording of this process has.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// All channels in the colours of `style`, each centred in its lane.
    #[must_use]
    pub fn scene(&self, style: Style) -> Scene {
        let mut scene = Scene::new(self.info(), style);
        let centres: Vec<f32> = self.robust.iter().map(|r| r.centre).collect();
        scene.traces.center(self.info(), &centres);
        scene
    }

    /// Reads a level back, `[channels, nodes]` of [`NODE_WORDS`](abi::NODE_WORDS) words each. Waits for the device.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a level that does not exist, and on an embedder's device; [`Error::DeviceLost`].
    pub fn read_level(&self, level: usize) -> Result<Vec<u32>> {
        self.levels.read(level)
    }

    /// Counts up whenever what is resident changes, so that columns made before may be out of date.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// See [`Pages::want`].
    pub(crate) fn want(
        &mut self,
        plan: &Plan,
        wanted: Wanted,
        commands: &mut crate::gpu::Commands,
        busy: u64,
    ) -> Result<Came> {
        let absent = plan.pages.end - plan.pages.start;
        if self.without_samples || absent == 0 {
            return Ok(Came {
                absent,
                ..Came::default()
            });
        }
        let mut loader = Loader {
            commands,
            ring: self.ring.as_ref(),
        };
        let came = self.pages.want(
            self.source.as_ref(),
            plan.pages.clone(),
            wanted,
            &mut loader,
            busy,
        )?;
        self.generation += u64::from(came.bytes > 0);
        Ok(came)
    }

    /// What of the plan's levels and pages the host may read.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they are not in mapped memory.
    pub(crate) fn resident(&self, plan: &Plan) -> Result<Resident<'_>> {
        let pages = plan.pages.clone().map(|page| self.pages.reread(page));
        Ok(Resident {
            levels: [
                self.levels.reread(plan.level)?,
                self.levels.reread(plan.level + 1)?,
            ],
            pages: pages.collect::<Result<_>>()?,
        })
    }

    /// Forgets which raw samples are resident, after copies of some were recorded and not submitted.
    pub(crate) fn forget_pages(&mut self) {
        self.pages.forget();
        self.generation += 1;
    }

    /// Addresses of the plan's pages; nowhere where absent.
    pub(crate) fn page_table(&self, plan: &Plan) -> Vec<Address> {
        plan.pages.clone().map(|page| self.pages.address(page)).collect()
    }

    /// See [`Pages::stride`].
    pub(crate) fn page_stride(&self) -> u32 {
        self.pages.stride()
    }

    /// See [`Pages::runs`].
    pub(crate) fn page_runs(&self) -> u32 {
        self.pages.runs()
    }

    /// See [`Levels::level`].
    pub(crate) fn level(&self, level: usize, origin: u64) -> abi::Level {
        self.levels.level(level, origin)
    }
}
