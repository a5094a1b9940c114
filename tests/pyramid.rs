//! Both builders of pyramids against `reference::pyramid`, bit for bit.

use galvani::abi::{LEAF, Node, Sample};
use galvani::pyramid::host;
use galvani::reference;
use galvani::source::{Block, Layout, Samples};
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
                check(&i16s, channels, closing, |b| Samples::I16(b));
                check(&f32s, channels, closing, |b| Samples::F32(b));
            }
        }
    }
}

#[test]
fn constants_and_extremes() {
    for value in [i16::MIN, -1, 0, i16::MAX] {
        check(&vec![value; 3 * 200], 3, 1, |b| Samples::I16(b));
    }
    for value in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        0.0,
        -0.0,
        f32::MIN_POSITIVE / 2.0,
    ] {
        check(&vec![value; 3 * 200], 3, 1, |b| Samples::F32(b));
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
        check(&values[..len * channels], channels, closing, |b| Samples::I16(b));
    }
}
