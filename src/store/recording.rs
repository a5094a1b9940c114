//! A recording on the device.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::budget::{self, Asked, Budget, LevelBytes};
use super::build::{self, Builder, Job};
use super::io::{Io, Notify};
#[cfg(feature = "sidecar")]
use super::kept::{Keeper, Sidecars};
use super::levels::{Levels, Table};
use super::pages::Pages;
use super::pool::memory_of;
use super::residency::Residency;
use super::staged::Staged;
use super::tail::Tail;
use super::tasks::{NodeStore, Reader};
use super::words::empty_words;
use crate::abi::Address;
use crate::gpu::{Device, Memory, ReadView, Ring};
use crate::passes::PyramidPass;
use crate::plan::Plan;
use crate::pyramid::Geometry;
use crate::scene::{Scene, Style};
use crate::source::{Info, Robust, Source, robust};
use crate::{Error, Result};

/// How a recording is opened.
#[derive(Default)]
pub struct OpenOptions<'a> {
    /// The samples to open; all where `None`. Only these are read and can be seen.
    pub span: Option<Range<u64>>,
    /// Who builds the pyramid. What is streamed is always reduced on the host, as it is read.
    pub builder: Builder,
    /// Bytes of device memory for this recording; half of the device's where `None`.
    pub budget_device: Option<u64>,
    /// Bytes of host memory for this recording; a quarter of the machine's, 1 GiB at most, where `None`.
    pub budget_host: Option<u64>,
    /// Whether the raw samples stay out, so that only the pyramid is used.
    pub without_samples: bool,
    /// Nodes that can be had without the samples. Nothing is built ahead then: blocks are loaded as views need them, and
    /// dropped past the budget; what the store has not is built from the samples.
    pub nodes: Option<Arc<dyn NodeStore>>,
    /// Whether [`Recording::stream`] reduces all samples before it returns, as [`Recording::open`] does, and then only
    /// reads what views need in the background: for samples that are in memory already.
    pub build_first: bool,
    /// What is done about the recording's sidecar, from which nodes are had as from `nodes`.
    #[cfg(feature = "sidecar")]
    pub sidecar: Sidecars,
    /// Whether [`Recording::stream`] opens a file that is still being written, so that [`Recording::grow`] takes in what has
    /// been added. All of it is opened then, and its sidecar left alone. The device's memory for nodes is
    /// set aside for as long as the budgets allow, and taken as they come.
    pub grows: bool,
    /// Threads that read a streamed recording; two where 0.
    pub threads: usize,
    /// Called by those threads when there is something for [`Recording::poll`], or a frame, to take in. It is not called
    /// again until that is taken. Must not block.
    pub notify: Option<Notify>,
    /// Called with the samples of each channel that are done, and how many there are, while [`Recording::open`] builds;
    /// may come from any thread.
    pub progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
}

/// What opening did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loaded {
    /// Who built the pyramid, or builds it.
    pub builder: Builder,
    /// Seconds that building it took, reading included; 0 where it is built later.
    pub pyramid_s: f64,
    /// Seconds that the device's own passes took of that; `None` on the host, and without a clock.
    pub device_s: Option<f64>,
    /// Bytes of samples reduced.
    pub bytes: u64,
}

/// Bytes that a recording has taken, by what they hold. Frames' own arrays are their renderer's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemoryHeld {
    /// On the device: the pyramid.
    pub levels: u64,
    /// On the device: raw pages.
    pub pages: u64,
    /// On the host: the staging ring.
    pub ring: u64,
    /// On the host: what was read and is not yet taken in.
    pub buffers: u64,
    /// On the host: tables, and the nodes above the pages'.
    pub tables: u64,
}

/// A recording whose pyramid is on the device, as far as it is read, and whose raw samples come and go with the view.
pub struct Recording<'s> {
    // First, since its threads read what the others own.
    pub(super) io: Option<Io>,
    #[cfg(feature = "sidecar")]
    pub(super) keeper: Option<Keeper>,
    pub(super) device: Device,
    pub(super) reader: Reader<'s>,
    /// How it is cut, of the samples that there are.
    pub(super) geometry: Geometry,
    /// Where it may grow.
    pub(super) tail: Option<Tail>,
    pub(super) levels: Levels,
    pub(super) pages: Pages,
    pub(super) ring: Option<Ring>,
    pub(super) residency: Residency,
    pub(super) budget: Budget,
    robust: Vec<Robust>,
    loaded: Loaded,
    pub(super) without_samples: bool,
    id: u64,
}

/// Memory of a recording, to be read by the host.
pub(crate) struct Resident<'a> {
    /// Of a plan's level and of the one above: how its blocks lie.
    pub(crate) tables: [Table; 2],
    /// Their blocks; `None` where absent.
    pub(crate) blocks: [Vec<Option<ReadView<'a>>>; 2],
    /// Pages; `None` where absent.
    pub(crate) pages: Vec<Option<ReadView<'a>>>,
}

/// What is at work behind a recording, and what there is instead of its samples.
#[derive(Default)]
pub(super) struct Behind {
    /// Threads that read.
    threads: usize,
    pub(super) store: Option<Arc<dyn NodeStore>>,
    /// Bytes of the host's memory that building a sidecar takes.
    pub(super) building: u64,
}

/// Recordings opened so far by this process.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// Threads that read, where nothing else is said: one reads while the other reduces.
const THREADS: usize = 2;

impl<'s> Recording<'s> {
    /// Reads and reduces a recording. Costs one pass over its samples and 3.6 % of their size on the device; with
    /// [`OpenOptions::nodes`] nothing yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the span is empty or leaves the recording; [`Error::OutOfBudget`] if the pyramid does not
    /// fit; whatever reading gives.
    pub fn open(device: &Device, source: Box<dyn Source + 's>, options: &OpenOptions<'_>) -> Result<Self> {
        let clock = std::time::Instant::now();
        let store = match &options.nodes {
            None => Self::sidecar_of(source.as_ref(), options)?,
            given => given.clone(),
        };
        let stored = store.is_some();
        let mut recording = Self::new(
            device,
            Arc::from(source),
            options,
            Behind {
                store,
                ..Behind::default()
            },
        )?;
        if stored {
            recording.clear_small()?;
        } else {
            recording.build(options, clock)?;
        }
        recording.robust = recording.look()?;
        Ok(recording)
    }

    fn new(
        device: &Device,
        source: Arc<dyn Source + 's>,
        options: &OpenOptions<'_>,
        behind: Behind,
    ) -> Result<Self> {
        let threads = behind.threads;
        let grows = options.grows && threads > 0;
        let span = span_to_open(source.as_ref(), options, grows)?;
        let mut geometry = Geometry::new(source.info());
        geometry.samples = span.end - span.start;
        let asked = Asked {
            device: options.budget_device,
            host: options.budget_host,
            evictable: behind.store.is_some(),
            threads,
            building: behind.building,
        };
        let cut = match grows {
            true => budget::longest(device, &geometry, &asked),
            false => geometry,
        };
        geometry.page_shift = cut.page_shift;
        let budget = Budget::new(device, &cut, &asked)?;
        let bytes = LevelBytes::new(&cut).within(budget.levels);
        // Mapped memory is written directly, but where frames in flight use it.
        let later = threads > 0 && !options.build_first;
        let staged = memory_of(device) != Memory::Mapped || later || asked.evictable;
        let ring = match staged {
            true => Some(Ring::new(device, budget.ring)?),
            false => None,
        };
        let reader = Reader {
            source,
            store: behind.store,
            cut,
            start: span.start,
        };
        let mut levels = Levels::new(device, cut, &bytes)?;
        levels.set_samples(geometry.samples);
        Ok(Self {
            io: None,
            #[cfg(feature = "sidecar")]
            keeper: None,
            device: device.clone(),
            levels,
            pages: Pages::new(device, geometry, span.start, budget.pages),
            ring,
            residency: Residency::new(&cut),
            tail: grows.then(|| Tail::new(&geometry)),
            geometry,
            reader,
            budget,
            robust: Vec::new(),
            loaded: Loaded {
                builder: Builder::Host,
                pyramid_s: 0.0,
                device_s: None,
                bytes: 0,
            },
            without_samples: options.without_samples,
            id: OPENED.fetch_add(1, Ordering::Relaxed) + 1,
        })
    }

    #[cfg(not(feature = "sidecar"))]
    fn sidecar_of(_: &dyn Source, _: &OpenOptions<'_>) -> Result<Option<Arc<dyn NodeStore>>> {
        Ok(None)
    }

    /// Builds all levels at once, in a time that counts from `clock`.
    fn build(&mut self, options: &OpenOptions<'_>, clock: std::time::Instant) -> Result<()> {
        let geometry = self.geometry;
        self.loaded.builder = match options.builder {
            Builder::Auto if self.device.caps().software || self.device.is_host() => Builder::Host,
            Builder::Auto => Builder::Device,
            chosen => chosen,
        };
        if self.loaded.builder == Builder::Device && self.device.is_host() {
            let problem = "nothing can be submitted on an embedder's device; take `Builder::Host`".into();
            return Err(Error::Invalid {
                what: "the device's builder",
                problem,
            });
        }
        self.levels.take_all()?;
        let job = Job {
            device: &self.device,
            source: self.reader.source.as_ref(),
            geometry,
            levels: &self.levels,
            ring: self.ring.as_ref(),
            progress: options.progress.unwrap_or(&|_, _| ()),
        };
        self.loaded.device_s = match self.loaded.builder {
            Builder::Device => {
                let pass = PyramidPass::new(&self.device, geometry.dtype, self.pages.are_texels())?;
                build::on_device(&job, &mut self.pages, &pass)?
            }
            _ => {
                build::on_host(&job, &self.pages)?;
                None
            }
        };
        for level in 0..geometry.levels() {
            self.levels.set_built(level, 0..geometry.pages(), true);
        }
        let row = geometry.channels * geometry.dtype.bytes();
        self.loaded.bytes = geometry.samples * row as u64;
        self.loaded.pyramid_s = clock.elapsed().as_secs_f64();
        Ok(())
    }

    /// Fills the levels that stay with nodes of nothing.
    fn clear_small(&self) -> Result<()> {
        let small = self.levels.small();
        let dtype = self.geometry.dtype;
        let count = small.size() as usize / 4;
        let mut words = empty_words(dtype, count.div_ceil(super::words::node_words(dtype)));
        words.truncate(count);
        let bytes = bytemuck::cast_slice(&words);
        match (memory_of(&self.device), &self.ring) {
            (Memory::Device, Some(ring)) => {
                let mut staged = Staged::new(&self.device, ring);
                staged.write(small, 0, bytes)?;
                staged.submit()
            }
            _ => small.write(0, bytes),
        }
    }

    /// Of the whole recording, so that a span of it has the gain that it has in the whole: from where its nodes are kept,
    /// else from samples.
    fn look(&self) -> Result<Vec<Robust>> {
        let kept = self.reader.store.as_ref().and_then(|store| store.robust());
        if let Some(robust) = kept.filter(|robust| robust.len() == self.geometry.channels) {
            return Ok(robust);
        }
        let source = self.reader.source.as_ref();
        let samples = match self.tail {
            Some(_) => self.geometry.samples,
            None => source.info().samples,
        };
        robust(source, 0..samples)
    }

    /// What is known of it besides its samples.
    #[must_use]
    pub fn info(&self) -> &Info {
        self.reader.source.info()
    }

    /// Where its samples are read from.
    pub(crate) fn source(&self) -> &dyn Source {
        self.reader.source.as_ref()
    }

    /// The samples that are open, of the source's; of a recording that grows those that frames show by now, while
    /// [`Recording::info`] tells how many there were when its file was opened.
    #[must_use]
    pub fn span(&self) -> Range<u64> {
        self.reader.start..self.reader.start + self.geometry.samples
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

    /// Has lanes scaled by other ranges than those that opening found: those of a recording that has grown since, say.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there is one for each channel.
    pub fn set_robust(&mut self, robust: Vec<Robust>) -> Result<()> {
        if robust.len() != self.geometry.channels {
            let problem = format!("{} for {} channels", robust.len(), self.geometry.channels);
            return Err(Error::Invalid {
                what: "usual ranges",
                problem,
            });
        }
        self.robust = robust;
        Ok(())
    }

    /// How it is cut.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// How much memory it may take.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// How much memory it has taken. What threads are reading at this moment is not counted, at most
    /// [`Budget::unit`] each.
    #[must_use]
    pub fn memory(&self) -> MemoryHeld {
        let waiting = self.io.as_ref().map_or(0, Io::held);
        MemoryHeld {
            levels: self.levels.bytes(),
            pages: self.pages.bytes(),
            ring: self.ring.as_ref().map_or(0, Ring::size),
            buffers: waiting + self.residency.held() + self.tail.as_ref().map_or(0, Tail::held),
            tables: self.levels.host_bytes() + self.residency.bytes(),
        }
    }

    /// What could not be read so far, a line each, the first few of them. It stays missing until [`Recording::retry`].
    #[must_use]
    pub fn problems(&self) -> &[String] {
        self.residency.problems()
    }

    /// Samples of each channel whose nodes are there, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let geometry = &self.geometry;
        let pages = self.levels.built(0).count(0..geometry.pages());
        let samples = (pages << geometry.page_shift).min(geometry.samples);
        (samples, geometry.samples)
    }

    /// Waits until something has been read, or nothing is being read, or the time is up.
    pub fn wait(&self, timeout: Duration) {
        if let Some(io) = &self.io {
            io.wait(timeout);
        }
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

    /// Reads a level back, `[channels, nodes]` of [`NODE_WORDS`](crate::abi::NODE_WORDS) words each; nodes that are not there are empty. Waits for
    /// the device.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a level that does not exist, and on an embedder's device; [`Error::DeviceLost`].
    pub fn read_level(&self, level: usize) -> Result<Vec<u32>> {
        self.levels.read(level)
    }

    /// Counts up whenever what is resident changes, so that columns made before may be out of date.
    pub(crate) fn generation(&self) -> u64 {
        self.residency.generation()
    }

    /// Addresses of the plan's pages; nowhere where absent.
    pub(crate) fn page_table(&self, plan: &Plan) -> Vec<Address> {
        let address = |page| match self.shows(page) {
            true => self.pages.address(page),
            false => [0; 2],
        };
        plan.pages.clone().map(address).collect()
    }

    /// Whether the frame for which [`Recording::want`] was called may read a page. Where not all that the view needs fit,
    /// none is read: those that happen to be there are not held for it, and it would look finer in places.
    pub(super) fn shows(&self, page: u64) -> bool {
        let needs = self.residency.needs.as_ref();
        needs.is_some_and(|needs| needs.raw.contains(&page)) && self.pages.has(page)
    }

    /// See [`Pages::stride`].
    pub(crate) fn page_stride(&self) -> u32 {
        self.pages.stride()
    }

    /// See [`Pages::runs`].
    pub(crate) fn page_runs(&self) -> u32 {
        self.pages.runs()
    }

    /// What of the plan's levels and pages the host may read.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they are not in mapped memory.
    pub(crate) fn resident(&self, plan: &Plan) -> Result<Resident<'_>> {
        let pages = plan.pages.clone().map(|page| match self.shows(page) {
            true => self.pages.reread(page),
            false => Ok(None),
        });
        let tables = self.block_tables(plan);
        let (fine, coarse) = (plan.level, plan.level + 1);
        Ok(Resident {
            blocks: [
                self.levels.reread(fine, plan.origin, &tables[0])?,
                self.levels.reread(coarse, plan.coarse_origin(), &tables[1])?,
            ],
            tables,
            pages: pages.collect::<Result<_>>()?,
        })
    }

    /// The plan's level, and the one above, as shaders see them.
    pub(crate) fn block_tables(&self, plan: &Plan) -> [Table; 2] {
        let [fine, coarse] = [false, true].map(|coarse| plan.last_node(coarse));
        [
            self.levels.table(plan.level, plan.origin, fine),
            self.levels.table(plan.level + 1, plan.coarse_origin(), coarse),
        ]
    }
}

/// The samples of a source that are asked for.
fn span_to_open(source: &dyn Source, options: &OpenOptions<'_>, grows: bool) -> Result<Range<u64>> {
    if grows && (options.span.is_some() || options.nodes.is_some() || options.build_first) {
        let problem =
            "a recording that grows is opened whole, and its nodes are made of its samples as they come"
                .into();
        return Err(Error::Invalid {
            what: "how to open it",
            problem,
        });
    }
    let samples = match grows {
        true => source.readable(),
        false => source.info().samples,
    };
    let span = options.span.clone().unwrap_or(0..samples);
    if span.is_empty() || span.end > samples {
        let problem = format!("samples {span:?} of a recording of {samples}");
        return Err(Error::Invalid {
            what: "the span to open",
            problem,
        });
    }
    Ok(span)
}

impl Recording<'static> {
    /// Opens a recording at once, with nothing in it: what frames need is read in the background, and then the rest, from
    /// which the pyramid is built. A frame never waits for that: it draws what is there, and says what is missing.
    ///
    /// Costs a look at up to 48 MiB of samples, for the amplitudes. Dropped, it waits for what is being read.
    ///
    /// A file that is still being written ([`OpenOptions::grows`]) is as long as it was when it was opened until
    /// [`Recording::grow`] is called. What has been added is then read in the background, and comes into sight at once as
    /// soon as its first part is there: until then frames show the recording as long as it was, and exactly so.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the span is empty or leaves the recording, or other options do not go with
    /// [`OpenOptions::grows`]; [`Error::OutOfBudget`] if the pyramid, or what
    /// reading takes, does not fit.
    pub fn stream(device: &Device, source: Arc<dyn Source>, options: &OpenOptions<'_>) -> Result<Self> {
        let threads = if options.threads == 0 {
            THREADS
        } else {
            options.threads
        };
        let clock = std::time::Instant::now();
        let behind = Behind {
            threads,
            store: options.nodes.clone(),
            building: 0,
        };
        #[cfg(feature = "sidecar")]
        let (keeper, behind) = Self::keeper_of(&source, options, behind)?;
        let mut recording = Self::new(device, source.clone(), options, behind)?;
        match options.build_first {
            true => recording.build(options, clock)?,
            false => recording.clear_small()?,
        }
        recording.robust = match recording.look() {
            Ok(robust) => robust,
            Err(error) => {
                recording.residency.tell(&error);
                let nothing = Robust {
                    centre: 0.0,
                    amplitude: 0.0,
                };
                vec![nothing; recording.geometry.channels]
            }
        };
        let reader = Reader {
            source,
            store: recording.reader.store.clone(),
            cut: recording.reader.cut,
            start: recording.reader.start,
        };
        let most_held = recording.budget.buffers / 3;
        recording.io = Some(Io::new(reader, threads, most_held, options.notify.clone()));
        #[cfg(feature = "sidecar")]
        {
            recording.keeper = keeper;
        }
        Ok(recording)
    }
}
