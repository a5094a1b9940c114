//! Budgets of device and host memory hold; one that is too small says what it needs. Nodes that are stored elsewhere are loaded
//! and dropped within them.

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use common::pictures::{Easel, assert_same, open, open_with, view};
use common::random::i16s;
use common::stored::{CHANNELS, SAMPLES, SIZE, Stored, ints, lanes, views};
use common::{Gpu, gpu, gpu_masked};
use galvani::Error;
use galvani::plan::Fidelity;
use galvani::renderer::{Picture, Rasteriser};
use galvani::source::{Memory, Source};
use galvani::store::{OpenOptions, Recording};
use galvani::units::MIB;
use galvani::view::View;

fn stream(gpu: &Gpu, source: Arc<dyn Source>, options: &OpenOptions<'_>) -> Recording<'static> {
    Recording::stream(gpu.device(), source, options).expect("a recording")
}

#[test]
fn stored_nodes_are_loaded_and_dropped_within_the_budget() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let source = ints(7);
        let mut complete = open(gpu.device(), source.clone());
        let scene = lanes(&complete);
        let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
        let mut store = Stored::new(&complete);
        store.without = 1..2;
        let store = Arc::new(store);
        // Of three blocks of leaves there is room for two.
        let geometry = *complete.geometry();
        let block = (4 * CHANNELS as u64) << geometry.block_shift();
        let small: u64 = (1..geometry.levels())
            .map(|level| geometry.nodes(level) * 4 * CHANNELS as u64)
            .sum();
        let page = geometry.page_samples() * CHANNELS as u64 * 9 / 4 + 8192;
        for streamed in [true, false] {
            let options = OpenOptions {
                nodes: Some(store.clone()),
                budget_device: Some(small + 3 * block + 20 * page),
                budget_host: Some(96 * MIB),
                ..OpenOptions::default()
            };
            let mut recording = match streamed {
                true => stream(&gpu, Arc::new(source.clone()), &options),
                false => open_with(gpu.device(), source.clone(), &options),
            };
            let budget = recording.budget();
            for (i, view) in views(SAMPLES, 24, 8).iter().enumerate() {
                let (report, found) = easel.draw(&mut recording, &scene, view);
                let (complete, wanted) = easel.draw(&mut complete, &scene, view);
                let what = format!("view {i}, {view:?}, streamed {streamed}");
                // Raw samples that do not fit are told.
                if report.fidelity == complete.fidelity {
                    assert_same(&found, &wanted, SIZE[0], &what);
                } else {
                    assert!(
                        matches!(report.fidelity, Fidelity::Snapped { .. }),
                        "{what}: {report:?}"
                    );
                }
                let held = recording.memory();
                assert!(
                    held.levels <= budget.levels && held.pages <= budget.pages,
                    "{what}: {held:?}"
                );
                assert!(
                    held.ring <= budget.ring && held.buffers <= budget.buffers,
                    "{what}: {held:?}"
                );
                let host = held.ring + held.buffers + held.tables;
                assert!(host <= 96 * MIB, "{what}: {held:?}");
            }
            assert!(recording.problems().is_empty(), "{:?}", recording.problems());
        }
        assert!(store.reads.load(Ordering::Relaxed) > 4);
    }
}

#[test]
fn a_budget_that_is_too_small_says_what_it_needs() {
    let gpu = gpu();
    let source = ints(9);
    let complete = open(gpu.device(), source.clone());
    let geometry = *complete.geometry();
    let refused = |options: &OpenOptions<'_>| -> (u64, u64) {
        match Recording::stream(gpu.device(), Arc::new(source.clone()), options).err() {
            Some(Error::OutOfBudget { needs, has, .. }) => (needs, has),
            error => panic!("{error:?}"),
        }
    };
    // What it says that it needs is enough.
    for host in [false, true] {
        let mut options = OpenOptions::default();
        let set = |options: &mut OpenOptions<'_>, bytes| match host {
            true => options.budget_host = Some(bytes),
            false => options.budget_device = Some(bytes),
        };
        set(&mut options, 1000);
        let (needs, has) = refused(&options);
        assert!(needs > has && has == 1000);
        set(&mut options, needs);
        let opened = Recording::stream(gpu.device(), Arc::new(source.clone()), &options);
        assert!(
            opened.is_ok(),
            "{needs} bytes are not enough, host {host}: {:?}",
            opened.err()
        );
    }
    assert!(geometry.levels() > 2);
}

/// Six blocks of leaves, of which a view may need more than fit.
#[test]
fn a_view_that_does_not_fit_is_an_error() {
    let gpu = gpu();
    let samples = i16s(2, 300 * 190_000);
    let source = Memory::interleaved(samples, 300, 1000.0).expect("a source");
    let complete = open(gpu.device(), source.clone());
    let store = Arc::new(Stored::new(&complete));
    let geometry = *complete.geometry();
    let block = (4 * 300_u64) << geometry.block_shift();
    let options = OpenOptions {
        nodes: Some(store),
        budget_device: Some(9 * block),
        ..OpenOptions::default()
    };
    let mut recording = stream(&gpu, Arc::new(source), &options);
    let scene = lanes(&recording);
    let mut renderer = galvani::renderer::Renderer::new(gpu.device(), Rasteriser::Compute).expect("one");
    let mut target = galvani::target::Offscreen::new(gpu.device(), [350, 40]).expect("a target");
    let mut draw = |view: &View| renderer.render(&mut recording, &Picture::new(&scene, view), &mut target);
    let error = draw(&view(0.0, 520.0)).err();
    match error {
        Some(Error::OutOfBudget { needs, has, what, .. }) => {
            assert!(needs > has && what.contains("view"), "{what}: {needs}, {has}");
        }
        error => panic!("{error:?}"),
    }
    // Others do, before and after.
    let (report, _) = draw(&view(0.0, 100.0)).expect("a frame");
    assert!(!matches!(report.fidelity, Fidelity::Partial { .. }));
}
