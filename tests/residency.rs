//! Streamed recordings: whatever comes when, no picture says that it is more than it is, and the last one is the complete
//! one, byte for byte. What is no longer wanted is not read; what cannot be read is told.

mod common;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::pictures::{Easel, assert_same, bare, open, rasterisers, view};
use common::random::{Random, f32s};
use common::scripted::{Script, Scripted};
use common::stored::{SAMPLES, SIZE, Stored, ints, lanes, views};
use common::{Gpu, gpu, gpu_masked};
use galvani::abi::TILE;
use galvani::plan::Fidelity;
use galvani::renderer::{Inspection, Loading, Picture, Rasteriser, Report};
use galvani::scene::{Scene, Style};
use galvani::source::{Memory, Source};
use galvani::store::{OpenOptions, Recording};
use galvani::view::View;

const WAIT: Duration = Duration::from_secs(60);

fn floats(seed: u64) -> Memory<Vec<f32>, f32> {
    Memory::planar(f32s(seed, 3 * 400_000, 500), 3, 1000.0).expect("a source")
}

fn stream(gpu: &Gpu, source: Arc<dyn Source>, options: &OpenOptions<'_>) -> Recording<'static> {
    Recording::stream(gpu.device(), source, options).expect("a recording")
}

/// A complete picture, and the columns that it is made of.
struct Whole {
    pixels: Vec<[u8; 4]>,
    fidelity: Fidelity,
    seen: Inspection,
}

fn whole(easel: &mut Easel, recording: &mut Recording<'_>, scene: &Scene, view: &View) -> Whole {
    let (report, pixels) = easel.draw(recording, scene, view);
    Whole {
        pixels,
        fidelity: report.fidelity,
        seen: easel.renderer.inspect().expect("a frame"),
    }
}

/// Holds a frame to the complete one: the same where it says that nothing is missing, else nothing that is not there.
/// `seen`: what the device has drawn it from, where it did.
fn check(seen: Option<&Inspection>, whole: &Whole, report: &Report, pixels: &[[u8; 4]], what: &str) -> bool {
    let Fidelity::Partial { missing } = report.fidelity else {
        assert_eq!(report.fidelity, whole.fidelity, "{what}");
        assert!(report.missing.is_empty(), "{what}");
        assert_same(pixels, &whole.pixels, SIZE[0], what);
        return true;
    };
    assert!(missing > 0.0 && missing <= 1.0, "{what}: {missing}");
    assert!(
        report.missing.len() <= SIZE[0] as usize + 3 * TILE as usize,
        "{what}"
    );
    let Some(seen) = seen else { return false };
    // Where leaves stand in for samples, edges lie elsewhere.
    let exact = seen.plan.mode == galvani::abi::MODE_NODES;
    for lane in 0..seen.lanes.len() as u32 {
        for c in seen.plan.data.start * TILE..seen.plan.data.end * TILE {
            let (now, then) = (seen.column(lane, c), whole.seen.column(lane, c));
            let inside = now.lo > now.hi || (then.lo <= now.lo && now.hi <= then.hi);
            assert!(
                inside || (!exact && now.flags & galvani::abi::FLAG_ABSENT != 0),
                "{what}: lane {lane}, column {c}: {now:?}, of {then:?}"
            );
        }
    }
    false
}

/// Draws until nothing is missing, letting one read after the other go.
fn finish(
    easel: &mut Easel,
    recording: &mut Recording<'_>,
    scene: &Scene,
    view: &View,
    script: &Script,
    random: &mut Random,
) -> (Report, Vec<[u8; 4]>) {
    let begun = Instant::now();
    loop {
        let (report, pixels) = easel.draw_now(recording, scene, view);
        let unfinished = matches!(report.fidelity, Fidelity::Partial { .. }) && report.coming;
        if !unfinished {
            return (report, pixels);
        }
        assert!(begun.elapsed() < WAIT, "nothing comes: {report:?}");
        script.let_one_go(random);
        recording.wait(Duration::from_millis(5));
    }
}

fn check_random(
    gpu: &Gpu,
    kind: Rasteriser,
    source: impl Source + Clone + 'static,
    samples: usize,
    seed: u64,
) {
    // What is done is the same in each run. Which read goes on depends on how many wait, and so on the threads.
    let [mut doing, mut random] = [seed, seed + 100].map(Random::new);
    let mut complete = open(gpu.device(), source.clone());
    let scene = lanes(&complete);
    let mut wanted = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let [mut easel, mut same] = [0, 1].map(|_| Easel::new(gpu.device(), kind, SIZE));
    let seen = |easel: &Easel| (kind != Rasteriser::Host).then(|| easel.renderer.inspect().expect("a frame"));
    let (source, script) = Scripted::new(source);
    let options = OpenOptions {
        threads: 3,
        ..OpenOptions::default()
    };
    let mut recording = stream(gpu, source, &options);
    script.set_open(false);
    let (mut partial, mut ended) = (0, 0);
    for (i, view) in views(samples, 12, seed).iter().enumerate() {
        let mut whole = whole(&mut wanted, &mut complete, &scene, view);
        // Of lines, rasterisers differ in the last place.
        whole.pixels = same.draw(&mut complete, &scene, view).1;
        let what = format!("seed {seed}, view {i}, {view:?}, {kind:?}");
        // Some views are left before they are complete.
        for _ in 0..doing.below(8) {
            let (report, pixels) = easel.draw_now(&mut recording, &scene, view);
            partial += u32::from(!check(seen(&easel).as_ref(), &whole, &report, &pixels, &what));
            if script.let_one_go(&mut random) {
                recording.wait(Duration::from_millis(20));
            }
            if doing.below(3) == 0 {
                recording.poll().expect("no error");
            }
        }
        if doing.below(3) > 0 {
            let (report, pixels) = finish(&mut easel, &mut recording, &scene, view, &script, &mut random);
            assert!(
                check(seen(&easel).as_ref(), &whole, &report, &pixels, &what),
                "{what}: {report:?}"
            );
            ended += 1;
        }
    }
    assert!(partial > 3 && ended > 3, "{partial} partial, {ended} complete");
    // In the end the pyramid is the one that is built at once.
    script.set_open(true);
    build_all(&mut recording);
    for level in 0..recording.geometry().levels() {
        let [found, wanted] = [&recording, &complete].map(|r| r.read_level(level).expect("a level"));
        assert!(found == wanted, "seed {seed}: level {level}");
    }
    assert!(recording.problems().is_empty(), "{:?}", recording.problems());
}

/// Waits until the background has built the pyramid; nothing is drawn meanwhile.
fn build_all(recording: &mut Recording<'_>) {
    let begun = Instant::now();
    loop {
        recording.poll().expect("no error");
        let (done, of) = recording.progress();
        if done == of {
            return;
        }
        assert!(begun.elapsed() < WAIT, "{done} of {of}");
        recording.wait(Duration::from_millis(20));
    }
}

#[test]
fn pictures_come_to_be_the_complete_ones() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        for (seed, kind) in (0..).zip(rasterisers(gpu.device())) {
            check_random(&gpu, kind, ints(seed), SAMPLES, seed);
            check_random(&gpu, kind, floats(seed), 400_000, seed + 10);
        }
    }
}

/// Guards: blocks that frames in flight read are written behind them (`Pen::put`). A frame is recorded of nothing, and held;
/// then all of it arrives, and is seen by the next frame alone.
#[test]
fn what_arrives_is_seen_by_later_frames_alone() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let source = ints(5);
        let view = View::fit(SAMPLES as u64, SIZE[0]);
        let mut complete = open(gpu.device(), source.clone());
        let scene = lanes(&complete);
        let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
        let (_, wanted) = easel.draw(&mut complete, &scene, &view);
        let (source, script) = Scripted::new(source);
        let mut recording = stream(&gpu, source, &OpenOptions::default());
        script.set_open(false);
        let (_, nothing) = easel.draw_now(&mut recording, &scene, &view);
        let image = common::flying::target(&gpu, SIZE);
        let mut renderer = galvani::renderer::Renderer::new(gpu.device(), Rasteriser::Compute).expect("one");
        let mut held = Some(common::flying::hold(&gpu));
        let mut fly = |recording: &mut Recording<'_>| {
            let picture = Picture {
                loading: Loading::UpTo(0),
                ..Picture::new(&scene, &view)
            };
            common::flying::fly(&gpu, &mut renderer, recording, &picture, &image, SIZE)
        };
        let first = fly(&mut recording);
        script.set_open(true);
        let mut flying = Vec::new();
        let begun = Instant::now();
        loop {
            recording.wait(Duration::from_millis(20));
            let next = fly(&mut recording);
            let done = !matches!(next.report.fidelity, Fidelity::Partial { .. });
            flying.push(next);
            if done {
                break;
            }
            assert!(begun.elapsed() < WAIT, "nothing arrives");
            // The ring does not hold all of it: some comes once frames are complete.
            if flying.len() == 20 {
                held = None;
            }
        }
        drop(held);
        assert_same(&first.read(&gpu), &nothing, SIZE[0], "before anything arrived");
        let last = flying.last().expect("a frame");
        assert_same(&last.read(&gpu), &wanted, SIZE[0], "once all has arrived");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_stays_missing() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let source = ints(3);
    let mut complete = open(gpu.device(), source.clone());
    let scene = lanes(&complete);
    let (source, script) = Scripted::new(source);
    let mut recording = stream(&gpu, source, &OpenOptions::default());
    let geometry = *recording.geometry();
    let broken = 20_000..20_001_u64;
    script.break_at(broken.clone());
    // The page that closes with the first of these samples, too, were it one.
    let page = broken.start >> geometry.page_shift;
    let [start, end] = [page, page + 1].map(|page| page << geometry.page_shift);
    // All of it; near it; away from it.
    for (view, hurt) in [
        (View::fit(SAMPLES as u64, SIZE[0]), true),
        (view(start as f64 - 40.0, 0.5), true),
        (view(end as f64 + 5000.0, 3.0), false),
    ] {
        let (report, pixels) = easel.draw(&mut recording, &scene, &view);
        if !hurt {
            let (_, wanted) = easel.draw(&mut complete, &scene, &view);
            assert_same(&pixels, &wanted, SIZE[0], "away from it");
            assert!(report.missing.is_empty());
            continue;
        }
        assert!(matches!(report.fidelity, Fidelity::Partial { .. }), "{report:?}");
        assert!(!report.coming && report.problems == 1);
        let gone: Range<u64> = start..end;
        assert_eq!(report.missing, [gone]);
    }
    assert!(
        recording.problems()[0].contains("it is broken here"),
        "{:?}",
        recording.problems()
    );
}

#[test]
fn what_is_missing_is_hatched() {
    let gpu = gpu();
    let source = ints(4);
    let (source, script) = Scripted::new(source);
    let mut recording = stream(&gpu, source, &OpenOptions::default());
    script.set_open(false);
    let mut scene = bare(&recording);
    // Nothing but the hatch.
    scene.traces.channels.clear();
    let view = view(0.0, 100.0);
    for kind in [Rasteriser::Compute, Rasteriser::Draw] {
        let mut easel = Easel::new(gpu.device(), kind, SIZE);
        let (report, pixels) = easel.draw_now(&mut recording, &scene, &view);
        let background = Style::dark().background;
        let background = [background.r, background.g, background.b, 255];
        let columns = report.missing[0].end as f64 / 100.0;
        assert!(columns >= f64::from(SIZE[0]), "all of the plot is missing");
        for (i, pixel) in (0..).zip(&pixels) {
            let (x, y) = (i % SIZE[0], i / SIZE[0]);
            let on = (x + y) % 12 < 2;
            assert_eq!(*pixel != background, on, "({x}, {y}) of {kind:?}: {pixel:?}");
        }
    }
    script.set_open(true);
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let (_, pixels) = easel.draw(&mut recording, &scene, &view);
    assert!(pixels.iter().all(|pixel| *pixel == pixels[0]), "no hatch is left");
}

#[test]
fn what_is_no_longer_wanted_is_not_read() {
    let gpu = gpu();
    let source = ints(6);
    let complete = open(gpu.device(), source.clone());
    let (scene, store) = (lanes(&complete), Arc::new(Stored::new(&complete)));
    let (source, script) = Scripted::new(source);
    // With stored nodes nothing but views asks for samples.
    let options = OpenOptions {
        nodes: Some(store),
        threads: 2,
        ..OpenOptions::default()
    };
    let mut recording = stream(&gpu, source, &options);
    script.set_open(false);
    script.begun();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let there = view(100.0, 60.0);
    let pages = easel.draw_now(&mut recording, &scene, &there);
    assert!(matches!(pages.0.fidelity, Fidelity::Partial { .. }));
    let begun = Instant::now();
    while script.waiting() < 2 {
        assert!(begun.elapsed() < WAIT, "nothing is read");
        std::thread::sleep(Duration::from_millis(1));
    }
    // Nobody looks there any more.
    let here = view(60_000.0, 1.0);
    easel.draw_now(&mut recording, &scene, &here);
    script.set_open(true);
    let (report, _) = easel.draw(&mut recording, &scene, &here);
    assert_eq!(report.fidelity, Fidelity::Exact);
    let begun = script.begun();
    let for_there = begun.iter().filter(|span| span.start < 20_000).count();
    assert_eq!(for_there, 2, "what had begun, no more: {begun:?}");
}

#[test]
fn what_lies_ahead_is_read_before_it_is_seen() {
    let gpu = gpu();
    let source = ints(12);
    let complete = open(gpu.device(), source.clone());
    let (scene, store) = (lanes(&complete), Arc::new(Stored::new(&complete)));
    let (source, script) = Scripted::new(source);
    let options = OpenOptions {
        nodes: Some(store),
        ..OpenOptions::default()
    };
    let mut recording = stream(&gpu, source, &options);
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let spp = 2.0;
    for start in [9000.0, 9010.0] {
        easel.draw(&mut recording, &scene, &view(start, spp));
    }
    let begun = Instant::now();
    let page = recording.geometry().page_samples() as f64;
    loop {
        recording.wait(Duration::from_millis(5));
        recording.poll().expect("no error");
        let (report, _) = easel.draw_now(&mut recording, &scene, &view(9010.0, spp));
        assert_eq!(report.fidelity, Fidelity::Exact);
        let first = 9010.0 + f64::from(SIZE[0]) * spp + page;
        if script.begun().iter().any(|span| span.start as f64 > first) {
            break;
        }
        assert!(begun.elapsed() < WAIT, "nothing is read ahead");
    }
}

#[test]
fn the_reading_threads_say_when_there_is_news() {
    let gpu = gpu();
    let source = ints(11);
    let said = Arc::new(AtomicU64::new(0));
    let counter = said.clone();
    let options = OpenOptions {
        notify: Some(Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        })),
        ..OpenOptions::default()
    };
    let mut recording = stream(&gpu, Arc::new(source), &options);
    recording.poll().expect("no error");
    let (mut heard, begun) = (0, Instant::now());
    // Polled when told, and never otherwise, all of it comes.
    while recording.progress().0 < recording.progress().1 {
        assert!(begun.elapsed() < WAIT, "{:?}", recording.progress());
        let now = said.load(Ordering::Relaxed);
        if now > heard {
            heard = now;
            recording.poll().expect("no error");
        } else {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    assert!(heard > 0);
}
