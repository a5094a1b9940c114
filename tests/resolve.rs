//! Columns against `reference::resolve`, bit for bit, and against the samples, by brute force.

mod common;

use std::cell::RefCell;

use common::gpu;
use common::pictures::{Easel, bare, open, open_with, view};
use common::random::{Random, f32s, i16s};
use common::truth::check_truth;
use common::twins::{Around, check_columns, same};
use galvani::abi::{FLAG_ABSENT, MODE_NODES, MODE_RAW, TILE};
use galvani::plan::Fidelity;
use galvani::pyramid::Geometry;
use galvani::renderer::{Inspection, Loading, Picture, Rasteriser};
use galvani::scene::{Scale, Scene};
use galvani::source::{Memory, Owned, Source, Synthetic};
use galvani::store::{OpenOptions, Recording};
use galvani::view::View;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Draws, and holds the columns to twin and truth; how close the frame said that it was.
fn check(
    easel: &mut Easel,
    recording: &mut Recording<'_>,
    scene: &Scene,
    view: &View,
    source: &dyn Source,
) -> Fidelity {
    let (report, _) = easel.draw(recording, scene, view);
    let seen = easel.renderer.inspect().expect("a frame");
    let what = format!("{:?}, {:?} of {:?}", view, recording.geometry(), recording.span());
    let absent = seen.plan.mode == MODE_RAW && report.fidelity != Fidelity::Exact;
    check_columns(source, recording.span(), &seen, absent, &what);
    if easel.renderer.device().caps().host_visible_device_local {
        check_host(
            easel,
            recording,
            &Picture::new(scene, view),
            (&seen, absent),
            &what,
        );
    }
    if let Some(around) = Around::new(source, recording.span(), &seen) {
        // The twin's samples may start late for the truth, whose edges may be moved to either side.
        let from = around.first.saturating_sub(1 << 16).max(recording.span().start);
        let to = (around.first + around.len() as u64 + (1 << 16)).min(recording.span().end);
        let samples = Owned::read(source, from..to).expect("samples");
        check_truth(&samples.samples(), from as i64, &seen, report.fidelity, &what);
    }
    if let Fidelity::Snapped { max_px } = report.fidelity
        && seen.plan.mode == MODE_NODES
    {
        assert!(max_px <= 1.0 / 16.0, "{what}: moved by {max_px} px");
    }
    report.fidelity
}

/// The host's columns against the device's, bit for bit.
fn check_host(
    easel: &mut Easel,
    recording: &mut Recording<'_>,
    picture: &Picture<'_>,
    (seen, absent): (&Inspection, bool),
    what: &str,
) {
    let size = easel.size();
    let (_, host) = easel.renderer.columns(recording, picture, size).expect("columns");
    assert_eq!(
        (&host.plan, &host.lanes),
        (&seen.plan, &seen.lanes),
        "{what}: the plan"
    );
    let each = seen.plan.tiles * TILE;
    for lane in 0..seen.lanes.len() as u32 {
        for c in seen.plan.data.start * TILE..seen.plan.data.end * TILE {
            let (found, wanted) = (host.columns[(lane * each + c) as usize], seen.column(lane, c));
            // The device keeps columns of frames for which the samples were there.
            let kept = found.flags & FLAG_ABSENT != 0 && wanted.flags & FLAG_ABSENT == 0;
            assert!(
                same(found, wanted) || absent && kept,
                "{what}: the host's lane {lane}, column {c}: {found:?}, not {wanted:?}"
            );
        }
    }
}

/// A view of some zoom: from 0.01 samples to a column to `beyond` recordings across, its start inside or near.
fn some_view(samples: u64, width: u32, zoom: f64, start: f64) -> View {
    let most = (3.0 * samples as f64 / f64::from(width)).max(0.02);
    let spp = 0.01 * (most / 0.01).powf(zoom);
    let across = spp * f64::from(width);
    view((samples as f64 + across) * start - across, spp)
}

#[test]
fn random_recordings_from_random_views() {
    let gpu = gpu();
    let easel = RefCell::new(Easel::new(gpu.device(), Rasteriser::Compute, [160, 40]));
    let mut runner = TestRunner::new(Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    });
    let views = proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 6);
    let lengths = prop_oneof![1..400_usize, 400..30_000_usize];
    let recordings = (
        any::<bool>(),
        1..4_usize,
        lengths,
        0..60_u64,
        any::<bool>(),
        0..1000_u64,
    );
    let result = runner.run(
        &(recordings, 1..200_u32, views),
        |((float, channels, samples, rarity, without_samples, seed), width, views)| {
            let easel = &mut *easel.borrow_mut();
            easel.resize([width, 40]);
            let count = channels * samples;
            let source: Box<dyn Source> = if float {
                let values = f32s(seed, count, rarity);
                Box::new(Memory::planar(values, channels, 1000.0).expect("a source"))
            } else {
                Box::new(Memory::interleaved(i16s(seed, count), channels, 1000.0).expect("a source"))
            };
            let options = OpenOptions {
                without_samples: without_samples && seed % 4 == 0,
                ..OpenOptions::default()
            };
            let mut recording = open_with(gpu.device(), Ref(source.as_ref()), &options);
            let scene = bare(&recording);
            for (zoom, start) in views {
                let view = some_view(samples as u64, width, zoom, start);
                check(easel, &mut recording, &scene, &view, source.as_ref());
            }
            Ok(())
        },
    );
    result.expect("every case holds");
}

/// A source that another owns.
struct Ref<'a>(&'a dyn Source);

impl Source for Ref<'_> {
    fn info(&self) -> &galvani::source::Info {
        self.0.info()
    }
    fn read(
        &self,
        span: std::ops::Range<u64>,
        into: &mut [std::mem::MaybeUninit<u8>],
    ) -> galvani::Result<()> {
        self.0.read(span, into)
    }
}

/// 65 channels, so that few samples make several pages; two of them are shown.
fn of_several_pages() -> Memory<Vec<i16>, i16> {
    Memory::interleaved(i16s(3, 65 * 100_000), 65, 1000.0).expect("a source")
}

fn two_lanes(recording: &Recording<'_>) -> Scene {
    let mut scene = bare(recording);
    for trace in &mut scene.traces.channels {
        trace.visible = [7, 64].contains(&trace.channel);
    }
    scene
}

#[test]
fn columns_that_cross_pages() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [300, 60]);
    let source = of_several_pages();
    let mut recording = open(gpu.device(), Ref(&source));
    let geometry = *recording.geometry();
    assert!(geometry.pages() >= 4, "{geometry:?}");
    let scene = two_lanes(&recording);
    let mut random = Random::new(11);
    for page in 1..geometry.pages() {
        let boundary = (page << geometry.page_shift) as f64;
        for spp in [0.3, 1.0, 17.7, 64.0, 130.0, 511.0, 512.0] {
            let start = boundary - 300.0 * spp * random.unit();
            let fidelity = check(&mut easel, &mut recording, &scene, &view(start, spp), &source);
            assert!(
                spp >= 512.0 || fidelity == Fidelity::Exact,
                "{fidelity:?} at {spp}"
            );
        }
    }
}

/// Three blocks of leaves.
#[test]
fn columns_that_cross_blocks() {
    let gpu = gpu();
    let source = Memory::interleaved(i16s(8, 300 * 70_000), 300, 1000.0).expect("a source");
    let mut recording = open(gpu.device(), Ref(&source));
    let geometry = *recording.geometry();
    let block = 64_u64 << geometry.block_shift();
    assert!(geometry.samples > 2 * block, "{geometry:?}");
    let scene = two_lanes(&recording);
    let mut random = Random::new(12);
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [60, 30]);
    for boundary in [block as f64, 2.0 * block as f64] {
        for spp in [64.5, 511.0, 512.0, 1500.0] {
            let start = boundary - 60.0 * spp * random.unit();
            check(&mut easel, &mut recording, &scene, &view(start, spp), &source);
        }
    }
}

#[test]
fn leaves_stand_in_where_the_budget_is_small() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [300, 60]);
    let source = of_several_pages();
    let geometry = Geometry::new(source.info());
    let levels: u64 = (0..geometry.levels()).map(|l| geometry.nodes(l) * 65 * 4).sum();
    let page = geometry.page_samples() * 65 * 3;
    let options = OpenOptions {
        budget_device: Some(levels + page),
        ..OpenOptions::default()
    };
    let mut recording = open_with(gpu.device(), Ref(&source), &options);
    let scene = two_lanes(&recording);
    let (mut exact, mut snapped) = (0, 0);
    for page in [1, 2, 1, 3] {
        let (boundary, samples) = (
            (page << geometry.page_shift) as f64,
            geometry.page_samples() as f64,
        );
        for spp in [0.5, samples / 2000.0, samples / 1000.0, samples / 200.0] {
            for start in [boundary + 0.2 * samples, boundary - 100.0 * spp] {
                match check(&mut easel, &mut recording, &scene, &view(start, spp), &source) {
                    Fidelity::Exact => exact += 1,
                    _ => snapped += 1,
                }
            }
        }
    }
    assert!(exact >= 8 && snapped >= 8, "{exact} exact, {snapped} snapped");
}

#[test]
fn what_is_on_its_way_is_said_to_be() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [300, 60]);
    let source = of_several_pages();
    let mut recording = open(gpu.device(), Ref(&source));
    let geometry = *recording.geometry();
    let scene = two_lanes(&recording);
    let view = view((2 << geometry.page_shift) as f64 - 15_000.0, 100.0);
    let mut missing = 2.0;
    loop {
        let picture = Picture {
            loading: Loading::UpTo(if missing > 1.0 { 0 } else { 1 }),
            ..Picture::new(&scene, &view)
        };
        let (report, _) = easel.draw_picture(&mut recording, &picture);
        let seen = easel.renderer.inspect().expect("a frame");
        check_columns(&source, recording.span(), &seen, true, "partial");
        let columns = seen.plan.data.start * TILE..seen.plan.data.end * TILE;
        let absent = columns
            .filter(|&c| seen.column(0, c).flags & FLAG_ABSENT != 0)
            .count();
        match report.fidelity {
            Fidelity::Partial { missing: now } => {
                assert!(
                    now < missing && absent > 0,
                    "{now} after {missing}, {absent} columns absent"
                );
                missing = now;
            }
            fidelity => {
                assert_eq!((fidelity, absent), (Fidelity::Exact, 0));
                break;
            }
        }
    }
    assert!(missing < 1.0, "pages came one by one");
}

#[test]
fn an_edge_that_is_snapped_to_the_end_counts_as_moved() {
    let gpu = gpu();
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, [4, 20]);
    let source = Memory::planar(i16s(1, 1020), 1, 1000.0).expect("a source");
    let mut recording = open(gpu.device(), Ref(&source));
    let scene = bare(&recording);
    // The only edge inside lies less than half a leaf before the end.
    let fidelity = check(&mut easel, &mut recording, &scene, &view(0.0, 1017.0), &source);
    assert_eq!(fidelity, Fidelity::Snapped { max_px: 2.0 / 1017.0 });
}

#[test]
fn far_from_the_start_is_as_sharp() {
    let gpu = gpu();
    let size = [256, 64];
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, size);
    for bits in [32, 40] {
        let source = Synthetic::new(1, 2, 1 << 42, 30_000.0).expect("a source");
        let span = (1_u64 << bits) - 65_536..(1 << bits) + 131_072;
        let options = OpenOptions {
            span: Some(span.clone()),
            ..OpenOptions::default()
        };
        let mut far = open_with(gpu.device(), source.clone(), &options);
        let samples = Owned::read(&source, span.clone()).expect("samples");
        let galvani::source::Samples::I16(block) = samples.samples() else {
            panic!("synthetic recordings are i16");
        };
        let mut near = open(
            gpu.device(),
            Memory::planar(block.data, 2, 30_000.0)
                .expect("a source")
                .scaled(0.195, "µV"),
        );
        // One scale for both, since each has its own from its samples.
        let mut scene = bare(&near);
        scene.traces.scale = Scale::PerUnit(0.1);
        // Powers of two, so that the grids of both lie alike.
        for spp in [0.03125, 0.25, 1.0, 2.0, 16.0, 256.0, 512.0] {
            let offset = 65_536 - 64 * 2;
            let start = galvani::view::Position::new(span.start as i64 + offset, 0.0);
            let there = View::new(start, spp);
            check(&mut easel, &mut far, &scene, &there, &source);
            let (_, far_pixels) = easel.draw(&mut far, &scene, &there);
            let (_, near_pixels) = easel.draw(&mut near, &scene, &view(offset as f64, spp));
            common::pictures::assert_same(&far_pixels, &near_pixels, size[0], &format!("2^{bits} at {spp}"));
        }
    }
}

#[test]
fn a_spike_of_one_sample_in_1e8_is_lit() {
    const SAMPLES: usize = 100_000_000;
    let gpu = gpu();
    let size = [1000, 50];
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, size);
    let mut samples: Vec<i16> = (0..SAMPLES).map(|i| (i % 7) as i16 - 3).collect();
    let page = {
        let source = Memory::planar(&samples, 1, 30_000.0).expect("a source");
        Geometry::new(source.info()).page_samples() as usize
    };
    let places = [
        0,
        1,
        page - 1,
        page,
        50 * page + 1,
        64 * 12_345 + 63,
        77_777_777,
        SAMPLES - 2,
        SAMPLES - 1,
    ];
    for place in places {
        let before = std::mem::replace(&mut samples[place], 30_000);
        let mut recording = open(
            gpu.device(),
            Memory::planar(&samples, 1, 30_000.0).expect("a source"),
        );
        let scene = bare(&recording);
        let view = View::fit(SAMPLES as u64, size[0]);
        let (_, pixels) = easel.draw(&mut recording, &scene, &view);
        let seen = easel.renderer.inspect().expect("a frame");
        let background = scene.style.background;
        let background = [background.r, background.g, background.b, 255];
        // The lane's top row, which nothing but the spike reaches.
        let lit: Vec<u32> = (0..size[0])
            .filter(|&x| pixels[x as usize] != background)
            .collect();
        let columns: Vec<u32> = (0..size[0])
            .filter(|x| seen.column(0, x + seen.plan.skip).hi == 30_000.0)
            .collect();
        assert_eq!(lit, columns, "sample {place}");
        let column = (place as f64 / view.samples_per_px()) as u32;
        let near = lit.iter().all(|x| x.abs_diff(column) <= 1);
        assert!(
            (1..=2).contains(&lit.len()) && near,
            "sample {place}: {lit:?}, not {column}"
        );
        drop(recording);
        samples[place] = before;
    }
}
