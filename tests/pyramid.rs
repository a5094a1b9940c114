//! Both builders of pyramids against `reference::pyramid`, bit for bit.

mod common;

use common::pictures::open_with;
use common::random::{f32s, i16s};
use common::twins::check_levels;
use common::{Gpu, gpu, gpu_masked};
use galvani::abi::{LEAF, Node, Sample};
use galvani::pyramid::{Geometry, host};
use galvani::source::{Block, Element, Layout, Memory, Samples, Source};
use galvani::store::{Builder, OpenOptions, Recording};
use galvani::{Error, reference};
use proptest::prelude::*;

fn twin<T: Sample>(block: &Block<'_, T>, len: usize, top: usize) -> Vec<Vec<Node>> {
    let mut levels = vec![Vec::new(); top + 1];
    for c in 0..block.channels {
        let mut nodes = reference::pyramid::leaves(block, c);
        nodes.truncate(len.div_ceil(LEAF as usize));
        for level in &mut levels {
            level.extend_from_slice(&nodes);
            nodes = reference::pyramid::reduce(&nodes);
        }
    }
    levels
}

fn transposed<T: Copy>(planar: &[T], channels: usize) -> Vec<T> {
    let len = planar.len() / channels;
    (0..planar.len())
        .map(|i| planar[i % channels * len + i / channels])
        .collect()
}

fn of_i16(block: Block<'_, i16>) -> Samples<'_> {
    Samples::I16(block)
}

fn of_f32(block: Block<'_, f32>) -> Samples<'_> {
    Samples::F32(block)
}

fn check<T: Sample>(planar: &[T], channels: usize, closing: usize, wrap: fn(Block<'_, T>) -> Samples<'_>) {
    let len = planar.len() / channels;
    let by_channel = Block {
        data: planar,
        channels,
        len,
        layout: Layout::Planar,
        stride: len,
    };
    let rows = transposed(planar, channels);
    let by_sample = Block {
        data: &rows,
        channels,
        len,
        layout: Layout::Interleaved,
        stride: channels,
    };
    let wanted = twin(&by_channel, len - closing, 2);
    assert_eq!(
        host::build(&wrap(by_channel), len - closing, 2).levels,
        wanted,
        "planar, {channels} × {len}"
    );
    assert_eq!(
        host::build(&wrap(by_sample), len - closing, 2).levels,
        wanted,
        "interleaved, {channels} × {len}"
    );
}

fn hostile(i: u64) -> f32 {
    match i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60 {
        0 => f32::NAN,
        1 => f32::INFINITY,
        2 => f32::NEG_INFINITY,
        3 => -0.0,
        4 => f32::from_bits(7),
        5 => f32::MAX,
        _ => f32::from_bits((i as u32).wrapping_mul(0x2545_f491)),
    }
}

#[test]
fn host_builder_equals_its_twin_at_edges() {
    for channels in [1, 2, 3, 5, 16, 31, 32, 33, 65] {
        for len in [1, 2, 63, 64, 65, 127, 128, 129, 511, 512, 513, 1023] {
            let i16s: Vec<i16> = (0..channels * len)
                .map(|i| (i * 7919 % 65_536) as u16 as i16)
                .collect();
            let f32s: Vec<f32> = (0..channels * len).map(|i| hostile(i as u64)).collect();
            for closing in 0..2.min(len) {
                check(&i16s, channels, closing, of_i16);
                check(&f32s, channels, closing, of_f32);
            }
        }
    }
}

#[test]
fn constants_and_extremes() {
    for value in [i16::MIN, -1, 0, i16::MAX] {
        check(&vec![value; 3 * 200], 3, 1, of_i16);
    }
    for value in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        0.0,
        -0.0,
        f32::MIN_POSITIVE / 2.0,
    ] {
        check(&vec![value; 3 * 200], 3, 1, of_f32);
    }
}

proptest! {
    #[test]
    fn host_builder_equals_its_twin(
        channels in 1_usize..40,
        values in proptest::collection::vec(any::<i16>(), 1..3000),
        closing in 0_usize..2,
    ) {
        let len = values.len() / channels;
        prop_assume!(len > closing);
        check(&values[..len * channels], channels, closing, of_i16);
    }
}

/// A recording in memory through a builder, all of its levels against the twin.
fn check_device<T: Sample + Element>(gpu: &Gpu, planar: &[T], channels: usize, options: &OpenOptions<'_>) {
    let len = planar.len() / channels;
    let block = Block {
        data: planar,
        channels,
        len,
        layout: Layout::Planar,
        stride: len,
    };
    let what = format!("{channels} × {len}, {:?}", options.builder);
    let source = Memory::planar(planar, channels, 1000.0).expect("a source");
    check_levels(&open_with(gpu.device(), source, options), &block, &what);
    if channels > 1 && len < 10_000 {
        let source = Memory::interleaved(transposed(planar, channels), channels, 1000.0).expect("a source");
        let what = format!("{what}, interleaved");
        check_levels(&open_with(gpu.device(), source, options), &block, &what);
    }
}

/// Both builders, which are then equal too.
fn check_builders<T: Sample + Element>(gpu: &Gpu, planar: &[T], channels: usize) {
    for builder in [Builder::Device, Builder::Host] {
        let options = OpenOptions {
            builder,
            ..OpenOptions::default()
        };
        check_device(gpu, planar, channels, &options);
    }
}

fn check_sizes(gpu: &Gpu) {
    for channels in [1, 3, 65] {
        for len in [1, 2, 63, 64, 65, 129, 255, 257, 1023, 1025, 20_011] {
            let count = channels * len;
            check_builders(gpu, &i16s(len as u64, count), channels);
            check_builders(gpu, &f32s(len as u64, count, 20), channels);
        }
    }
    for value in [i16::MIN, -1, 0, i16::MAX] {
        check_builders(gpu, &[value; 3 * 300], 3);
    }
    for value in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        -0.0,
        f32::from_bits(1),
        f32::MIN,
    ] {
        check_builders(gpu, &[value; 3 * 300], 3);
    }
}

#[test]
fn builders_equal_the_twin_by_the_direct_way() {
    check_sizes(&gpu());
}

#[test]
fn builders_equal_the_twin_by_the_staged_way() {
    check_sizes(&gpu_masked("hostVisibleDeviceLocal"));
}

#[test]
fn builders_equal_the_twin_without_texels() {
    check_sizes(&gpu_masked("texels"));
}

#[test]
fn builders_equal_the_twin_with_room_for_few_pages() {
    for mask in ["", "hostVisibleDeviceLocal"] {
        let gpu = gpu_masked(mask);
        let (samples, channels) = (f32s(5, 33 * 50_000, 50), 33);
        let source = Memory::planar(&samples, channels, 1000.0).expect("a source");
        let geometry = Geometry::new(source.info());
        let level_bytes: u64 = (0..geometry.levels()).map(|l| geometry.nodes(l) * 33 * 12).sum();
        let page_bytes = (geometry.page_samples() + 1024) * 33 * 5;
        for pages in 1..4 {
            let options = OpenOptions {
                builder: Builder::Device,
                budget_device: Some(level_bytes + pages * page_bytes),
                ..OpenOptions::default()
            };
            check_device(&gpu, &samples, channels, &options);
        }
    }
}

#[test]
fn builders_equal_the_twin_beyond_2_to_the_24() {
    let samples = i16s(1, (1 << 24) + 12_345);
    for mask in ["", "hostVisibleDeviceLocal"] {
        check_builders(&gpu_masked(mask), &samples, 1);
    }
}

#[test]
fn a_recording_without_samples_is_refused() {
    let gpu = gpu();
    let nothing: [i16; 0] = [];
    let source = Memory::planar(&nothing, 2, 1000.0).expect("a source");
    let error = Recording::open(gpu.device(), Box::new(source), &OpenOptions::default()).err();
    assert!(matches!(error, Some(Error::Invalid { .. })), "{error:?}");
}
