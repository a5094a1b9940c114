//! The recording that needs no file.

use galvani::source::{Owned, Samples, Source, Synthetic};

use crate::{assert_spans_agree, bits, values};

const RATE: f64 = 30_000.0;

fn recording(channels: usize, samples: u64) -> Synthetic {
    Synthetic::new(7, channels, samples, RATE).expect("a recording")
}

#[test]
fn any_span_is_the_same_in_a_larger_one() {
    for channels in [1, 3, 8] {
        for intracellular in [false, true] {
            for samples in [1, 63, 64, 65, 150_001] {
                let source = recording(channels, samples).with_intracellular(intracellular);
                assert_spans_agree(&source);
                assert_spans_agree(&source.as_f32());
            }
        }
    }
    for rate_hz in [0.5, 250.0, 1e6] {
        assert_spans_agree(&Synthetic::new(3, 5, 9973, rate_hz).expect("a recording"));
    }
}

#[test]
fn seeds_differ_and_repeat() {
    let bits_of = |seed| {
        bits(
            &Synthetic::new(seed, 2, 1 << 41, RATE).expect("a recording"),
            5000..9000,
        )
    };
    assert_eq!(bits_of(1), bits_of(1));
    assert_ne!(bits_of(1), bits_of(2));
    assert_ne!(bits_of(1)[0], bits_of(1)[1]);
}

/// Sums of some values of one recording, so that all stay the same between machines and versions.
#[test]
fn values_are_fixed() {
    let at = (1u64 << 40) + 12_345;
    let source = recording(4, 1 << 41).with_intracellular(true);
    let sum = |channel| values(&source, channel, at..at + 1000).iter().sum::<f64>();
    assert_eq!([sum(0), sum(3)], FIXED);
}

const FIXED: [f64; 2] = [-109_719.0, -6_452_881.0];

#[test]
fn floats_are_the_same_values() {
    let source = recording(3, 100_000).with_intracellular(true);
    let floats = source.clone().as_f32();
    for channel in 0..3 {
        assert_eq!(
            values(&source, channel, 0..100_000),
            values(&floats, channel, 0..100_000)
        );
    }
}

#[test]
fn far_samples_are_as_lively_as_the_first() {
    let samples = 1u64 << 52;
    let source = recording(2, samples);
    for first in [0, 1 << 24, (1 << 32) - 500, (1 << 40) + 1, samples - 30_000] {
        let values = values(&source, 0, first..first + 30_000);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt();
        let microvolts = deviation * source.info().channels[0].gain;
        assert!(
            (10.0..200.0).contains(&microvolts),
            "{microvolts} µV from {first}"
        );
    }
}

#[test]
fn noise_is_eight_microvolts() {
    let source = recording(1, 1 << 30);
    let values = values(&source, 0, 0..300_000);
    // Third differences take the field away, and multiply white noise's variance by 20.
    let differences: Vec<f64> = values
        .windows(4)
        .map(|w| w[3] - 3.0 * w[2] + 3.0 * w[1] - w[0])
        .collect();
    let mut squares: Vec<f64> = differences.iter().map(|d| d * d).collect();
    squares.sort_by(f64::total_cmp);
    // The median of a squared normal is 0.455 of its variance; spikes do not move a median.
    let noise = (squares[squares.len() / 2] / 0.455 / 20.0).sqrt() * source.info().channels[0].gain;
    assert!((7.0..9.0).contains(&noise), "{noise} µV");
}

#[test]
fn true_spikes_can_be_seen() {
    let source = recording(16, 1 << 42).with_intracellular(true);
    let span = (1 << 41)..(1 << 41) + 600_000;
    let owned = Owned::read(&source, span.clone()).expect("a span");
    let Samples::I16(block) = owned.samples() else {
        panic!("it is of 16-bit integers")
    };
    let spikes = source.spikes(span.clone());
    assert!(
        spikes.is_sorted() && spikes.len() > 100,
        "{} spikes in 20 s",
        spikes.len()
    );
    let units: std::collections::BTreeSet<u32> = spikes.iter().map(|spike| spike.unit).collect();
    assert_eq!(
        units.len(),
        5,
        "15 channels have 4 units, and the last is inside a cell"
    );
    let mut clear = 0;
    for spike in &spikes {
        assert!(span.contains(&spike.sample));
        let channel = spike.channel as usize;
        let at = (spike.sample - span.start) as usize;
        let Some(before) = at.checked_sub(90) else {
            continue;
        };
        let value = |t| f64::from(block.at(channel, t)) * source.info().channels[channel].gain;
        if channel == 15 {
            assert!((20.0..40.0).contains(&value(at)), "{} mV", value(at));
            assert!(
                (-75.0..-55.0).contains(&value(before)) || at < 200,
                "{} mV",
                value(before)
            );
            clear += 1;
        } else {
            clear += usize::from(value(at) - value(before) < -35.0);
        }
    }
    assert!(
        clear * 100 > spikes.len() * 95,
        "{clear} of {} spikes are clear",
        spikes.len()
    );

    // Parts of the list are the list's parts.
    let middle = span.start + 123_457;
    let mut parts = source.spikes(span.start..middle);
    parts.extend(source.spikes(middle..span.end));
    assert_eq!(parts, spikes);
    assert!(source.spikes(5..5).is_empty() && source.spikes(1 << 43..1 << 44).is_empty());
}

#[test]
fn one_artefact_strikes_all_channels() {
    let source = recording(6, 3_000_000);
    let owned = Owned::read(&source, 0..3_000_000).expect("all of it");
    let Samples::I16(block) = owned.samples() else {
        panic!("it is of 16-bit integers")
    };
    for channel in 0..6 {
        let large: Vec<usize> = (0..block.len)
            .filter(|t| block.at(channel, *t).unsigned_abs() > 5000)
            .collect();
        let (first, last) = (
            large.first().copied().expect("it is there"),
            large[large.len() - 1],
        );
        assert!(first >= 1_110_000 && last < 1_110_600, "{first}..={last}");
    }
}
