//! Recordings of files that are still being written: whatever was added in whatever steps, pictures and nodes are those of
//! a recording that was opened when all of it was there; meanwhile they are those of one that ends earlier.

mod common;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::pictures::{Easel, assert_same, bare, open, rasterisers, view};
use common::random::{Random, f32s, i16s};
use common::scripted::Scripted;
use common::truth::check_truth;
use common::{Gpu, gpu, gpu_masked, scratch};
use galvani::abi::Sample;
use galvani::plan::Fidelity;
use galvani::renderer::Rasteriser;
use galvani::scene::{Scale, Scene};
use galvani::source::{Element, Grown, Info, Memory, Owned, Raw, RawFormat, Source, StoredType};
use galvani::store::{OpenOptions, Recording, Sidecars};
use galvani::view::View;
use galvani::{Error, Result};

const SIZE: [u32; 2] = [300, 80];
const WAIT: Duration = Duration::from_secs(60);

/// Values that a recording comes to have, `[sample, channel]`.
struct Values<T> {
    all: Vec<T>,
    channels: usize,
}

impl<T: Element + Sample> Values<T> {
    /// The first samples.
    fn memory(&self, samples: u64) -> Memory<Vec<T>, T> {
        let values = self.all[..samples as usize * self.channels].to_vec();
        Memory::interleaved(values, self.channels, 1000.0).expect("a source")
    }

    fn samples(&self) -> u64 {
        (self.all.len() / self.channels) as u64
    }
}

fn options() -> OpenOptions<'static> {
    OpenOptions {
        grows: true,
        ..OpenOptions::default()
    }
}

/// A few lanes, on a scale that does not depend on how much was seen when it was opened.
fn lanes(recording: &Recording<'_>, per_unit_px: f64) -> Scene {
    let mut scene = bare(recording);
    let last = recording.info().channels.len() - 1;
    for trace in &mut scene.traces.channels {
        trace.visible = [0, 1, last].contains(&trace.channel);
    }
    scene.traces.scale = Scale::PerUnit(per_unit_px);
    scene
}

/// The whole, the last samples of several zooms, and the middle.
fn views(samples: u64) -> Vec<View> {
    let width = f64::from(SIZE[0]);
    let end = samples as f64;
    let mut views = vec![View::fit(samples, SIZE[0])];
    for spp in [0.25, 2.75, 40.0, 130.0, 700.0] {
        views.push(view((end - 0.9 * width * spp).max(0.0), spp));
    }
    views.push(view(end / 2.0, 1.25));
    views
}

/// Draws until a recording has so many samples.
fn follow(recording: &mut Recording<'_>, samples: u64) {
    let begun = Instant::now();
    while recording.span().end < samples {
        recording.wait(Duration::from_millis(5));
        recording.poll().expect("no error");
        assert!(begun.elapsed() < WAIT, "it stays at {:?}", recording.span());
    }
}

/// Holds a recording to one of the same samples that was opened now.
fn check<T: Element + Sample>(
    gpu: &Gpu,
    easels: &mut [(Rasteriser, Easel)],
    (recording, scene): (&mut Recording<'_>, &Scene),
    values: &Values<T>,
) {
    let samples = recording.span().end;
    let mut fresh = open(gpu.device(), values.memory(samples));
    let source = values.memory(samples);
    let all = Owned::read(&source, 0..samples).expect("samples");
    for (i, view) in views(samples).iter().enumerate() {
        for (kind, easel) in &mut *easels {
            let what = format!("{samples} samples, view {i}, {view:?}, {kind:?}");
            let (report, pixels) = easel.draw(recording, scene, view);
            if *kind == Rasteriser::Compute {
                let seen = easel.renderer.inspect().expect("a frame");
                check_truth(&all.samples(), 0, &seen, report.fidelity, &what);
            }
            let (wanted_report, wanted) = easel.draw(&mut fresh, scene, view);
            assert_eq!(report.fidelity, wanted_report.fidelity, "{what}");
            assert!(report.missing.is_empty(), "{what}");
            assert_same(&pixels, &wanted, SIZE[0], &what);
        }
    }
    build_all(recording);
    assert_eq!(recording.geometry().levels(), fresh.geometry().levels());
    for level in 0..fresh.geometry().levels() {
        let [found, wanted] = [&*recording, &fresh].map(|r| r.read_level(level).expect("a level"));
        assert!(found == wanted, "{samples} samples: level {level}");
    }
    assert!(recording.problems().is_empty(), "{:?}", recording.problems());
}

fn build_all(recording: &mut Recording<'_>) {
    let begun = Instant::now();
    while recording.is_building() {
        recording.poll().expect("no error");
        assert!(begun.elapsed() < WAIT, "{:?}", recording.progress());
        recording.wait(Duration::from_millis(5));
    }
}

/// A file that is written piece by piece.
struct Written {
    path: PathBuf,
    file: File,
    samples: u64,
}

impl Written {
    fn new(name: &str) -> Self {
        let path = scratch(&format!("growing-{name}.raw"));
        let _ = fs::remove_file(&path);
        let file = File::create(&path).expect("a file");
        Self {
            path,
            file,
            samples: 0,
        }
    }

    /// Appends as many samples, and after them a part of one that is not yet whole.
    fn append<T: Element + Sample>(&mut self, values: &Values<T>, samples: u64) {
        let at = |sample: u64| sample as usize * values.channels;
        let next = &values.all[at(self.samples)..at(self.samples + samples)];
        self.file.write_all(bytemuck::cast_slice(next)).expect("written");
        self.samples += samples;
    }
}

fn grow_in_steps<T: Element + Sample>(gpu: &Gpu, values: &Values<T>, stored: StoredType, per_unit_px: f64) {
    let mut easels: Vec<_> = rasterisers(gpu.device())
        .into_iter()
        .map(|kind| (kind, Easel::new(gpu.device(), kind, SIZE)))
        .collect();
    let mut written = Written::new(&format!("steps-{}", values.channels));
    written.append(values, 7);
    let format = RawFormat::new(values.channels, 1000.0, stored);
    let source = Arc::new(Raw::open(&written.path, &format).expect("it opens"));
    let mut recording = Recording::stream(gpu.device(), source.clone(), &options()).expect("a recording");
    let scene = lanes(&recording, per_unit_px);
    check(gpu, &mut easels, (&mut recording, &scene), values);
    let page = recording.geometry().page_samples();
    // To 64, 65, 127, 128, 129, then to two pages but one, to them, past them, some pages, many.
    let mut steps = vec![57, 1, 62, 1, 1, 401];
    steps.extend([
        2 * page - 531,
        1,
        1,
        page - 2,
        1,
        2 * page + 77,
        1,
        9 * page,
        30 * page + 5,
    ]);
    for step in steps {
        let step = step.min(values.samples() - written.samples);
        if step == 0 {
            break;
        }
        written.append(values, step);
        assert_eq!(
            source.refresh().expect("it is there"),
            Grown::Samples(written.samples)
        );
        recording.grow().expect("it grows");
        follow(&mut recording, written.samples);
        check(gpu, &mut easels, (&mut recording, &scene), values);
    }
    assert!(
        written.samples >= 15 * page,
        "{} samples of {page}",
        written.samples
    );
    drop(recording);
    fs::remove_file(&written.path).expect("it is there");
}

#[test]
fn what_is_added_is_seen_as_if_it_had_always_been_there() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let ints = Values {
            all: i16s(3, 300 * 30_000),
            channels: 300,
        };
        grow_in_steps(&gpu, &ints, StoredType::I16_LE, 1e-3);
        let floats = Values {
            all: f32s(4, 20 * 100_000, 700),
            channels: 20,
        };
        grow_in_steps(&gpu, &floats, "<f4".parse().expect("a type"), 8.0);
    }
}

/// Samples in memory of which some can be read.
struct Growing {
    all: Memory<Vec<i16>, i16>,
    info: Info,
    readable: Arc<AtomicU64>,
}

impl Growing {
    fn new(values: &Values<i16>, samples: u64) -> (Self, Arc<AtomicU64>) {
        let readable = Arc::new(AtomicU64::new(samples));
        let source = Self {
            all: values.memory(values.samples()),
            info: values.memory(samples).info().clone(),
            readable: readable.clone(),
        };
        (source, readable)
    }
}

impl Source for Growing {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        if span.end > self.readable() {
            let problem = format!("{span:?} of {}", self.readable());
            return Err(Error::Invalid {
                what: "span",
                problem,
            });
        }
        self.all.read(span, into)
    }

    fn readable(&self) -> u64 {
        self.readable.load(Ordering::Relaxed)
    }
}

fn values(seed: u64) -> Values<i16> {
    Values {
        all: i16s(seed, 300 * 20_000),
        channels: 300,
    }
}

/// Reads end in any order, frames are drawn meanwhile, and it grows: each frame that says it is whole is that of a recording
/// of the samples that it says it has.
fn grow_among_reads(gpu: &Gpu, kind: Rasteriser, seed: u64) {
    let values = values(seed);
    let mut random = Random::new(seed);
    let (source, readable) = Growing::new(&values, 1700);
    let (source, script) = Scripted::new(source);
    let options = OpenOptions {
        threads: 3,
        ..options()
    };
    let mut recording = Recording::stream(gpu.device(), source, &options).expect("a recording");
    script.set_open(false);
    let scene = lanes(&recording, 1e-3);
    let [mut easel, mut other] = [0, 1].map(|_| Easel::new(gpu.device(), kind, SIZE));
    let mut fresh = HashMap::new();
    let (mut whole, mut partial) = (0, 0);
    let begun = Instant::now();
    while recording.span().end < values.samples() {
        assert!(begun.elapsed() < 3 * WAIT, "it stays at {:?}", recording.span());
        // Now and then more comes while some is on its way, but not so much that all comes at once.
        let behind = readable.load(Ordering::Relaxed) - recording.span().end;
        if random.below(3) == 0 && behind < 2000 {
            let more = [1, 63, 64, 500, 513, 3000][random.below(6) as usize];
            let now = (readable.load(Ordering::Relaxed) + more).min(values.samples());
            readable.store(now, Ordering::Relaxed);
            recording.grow().expect("it grows");
        }
        let all = views(recording.span().end);
        let view = all[random.below(all.len() as u64) as usize];
        for _ in 0..1 + random.below(6) {
            let (report, pixels) = easel.draw_now(&mut recording, &scene, &view);
            let samples = recording.span().end;
            let what = format!("seed {seed}, {samples} samples, {view:?}, {kind:?}");
            if matches!(report.fidelity, Fidelity::Partial { .. }) {
                assert!(report.coming, "{what}: {report:?}");
                partial += 1;
            } else {
                let fresh = fresh
                    .entry(samples)
                    .or_insert_with(|| open(gpu.device(), values.memory(samples)));
                let (wanted_report, wanted) = other.draw(fresh, &scene, &view);
                assert_eq!(report.fidelity, wanted_report.fidelity, "{what}");
                assert_same(&pixels, &wanted, SIZE[0], &what);
                whole += 1;
            }
            if script.let_one_go(&mut random) {
                recording.wait(Duration::from_millis(20));
            }
            if random.below(3) == 0 {
                recording.poll().expect("no error");
            }
        }
    }
    let lengths = fresh.len();
    assert!(
        whole > 5 && partial > 5 && lengths > 3,
        "{whole} whole, {partial} partial, {lengths} lengths"
    );
    script.set_open(true);
    let samples = values.samples();
    follow(&mut recording, samples);
    let mut easels = [(kind, easel)];
    check(gpu, &mut easels, (&mut recording, &scene), &values);
}

#[test]
fn frames_drawn_while_it_grows_are_of_some_length() {
    for (mask, seed) in [("", 1), ("hostVisibleDeviceLocal", 20)] {
        let gpu = gpu_masked(mask);
        for (seed, kind) in (seed..).zip(rasterisers(gpu.device())) {
            grow_among_reads(&gpu, kind, seed);
        }
    }
}

#[test]
fn what_the_budget_does_not_hold_is_told() {
    let gpu = gpu();
    let values = values(7);
    let (source, readable) = Growing::new(&values, 1000);
    let options = OpenOptions {
        // Three quarters of it are for nodes.
        budget_device: Some(16 << 20),
        ..options()
    };
    let nodes_of = |samples: u64| samples * 300 * 2 * 8 / 7 / 32;
    let source = Arc::new(source);
    let mut recording = Recording::stream(gpu.device(), source, &options).expect("a recording");
    readable.store(values.samples(), Ordering::Relaxed);
    recording.grow().expect("it grows");
    assert!(nodes_of(values.samples()) < 12 << 20);
    follow(&mut recording, values.samples());
    build_all(&mut recording);
    let memory = recording.memory();
    assert!(memory.levels + memory.pages <= 16 << 20, "{memory:?}");
    // The source says that there is more than it can read, which is never asked for.
    readable.store(1 << 40, Ordering::Relaxed);
    recording.grow().expect("it is no error");
    let problem = recording.problems().first().expect("it was told");
    assert!(problem.contains("larger budget"), "{problem}");
    readable.store((1 << 40) + 1, Ordering::Relaxed);
    recording.grow().expect("it is no error");
    assert_eq!(recording.problems().len(), 1, "it is told once");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let gpu = gpu();
    let values = values(8);
    let stream =
        |options: &OpenOptions<'_>| Recording::stream(gpu.device(), Arc::new(values.memory(900)), options);
    for wrong in [
        OpenOptions {
            span: Some(3..70),
            ..options()
        },
        OpenOptions {
            build_first: true,
            ..options()
        },
    ] {
        assert!(matches!(stream(&wrong), Err(Error::Invalid { .. })));
    }
    let mut still = stream(&OpenOptions::default()).expect("a recording");
    assert!(matches!(still.grow(), Err(Error::Invalid { .. })));
    // A sidecar is not looked for, nor built.
    let with = OpenOptions {
        sidecar: Sidecars::Build,
        ..options()
    };
    let with = stream(&with).expect("a recording");
    assert_eq!(with.sidecar(), galvani::store::SidecarState::Absent);
}
