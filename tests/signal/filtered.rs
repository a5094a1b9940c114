//! Any span of a filtered recording against all of it at once.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::slice::from_ref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use galvani::reference::signal as plain;
use galvani::signal::{Band, Filter, Filtered, Reference, Settings};
use galvani::source::{Channel, ChannelKind, Dtype, Grown, Info, Layout, Memory, Segment, Source};
use proptest::prelude::*;

use super::{filtered, made, values};

const RATE_HZ: f64 = 1000.0;

/// Planar floats, of which so many samples can be read.
struct Planar {
    info: Info,
    values: Mutex<Vec<Vec<f32>>>,
    readable: AtomicU64,
}

impl Planar {
    fn new(values: Vec<Vec<f32>>) -> Self {
        let samples = values[0].len() as u64;
        Self {
            info: Info {
                format: "test",
                channels: (0..values.len()).map(|c| Channel::new(c.to_string())).collect(),
                samples,
                rate_hz: RATE_HZ,
                stored: "<f4".into(),
                dtype: Dtype::F32,
                layout: Layout::Planar,
                segments: Segment::all(samples),
                warnings: Vec::new(),
            },
            values: Mutex::new(values),
            readable: AtomicU64::new(samples),
        }
    }

    /// Of whole steps.
    fn made(channels: usize, len: usize) -> Self {
        let of = |seed| {
            made(len, seed, 40)
                .into_iter()
                .map(|value| value as f32)
                .collect()
        };
        Self::new((1..=channels as u64).map(of).collect())
    }
}

impl Source for Planar {
    fn info(&self) -> &Info {
        &self.info
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> galvani::Result<()> {
        assert!(span.end <= self.readable(), "{span:?}");
        let span = span.start as usize..span.end as usize;
        let all = self.values.lock().expect("nobody has panicked");
        let bytes = all
            .iter()
            .flat_map(|row| &row[span.clone()])
            .flat_map(|value| value.to_ne_bytes());
        assert_eq!(into.len(), 4 * span.len() * all.len());
        for (into, byte) in into.iter_mut().zip(bytes) {
            into.write(byte);
        }
        Ok(())
    }

    fn readable(&self) -> u64 {
        self.readable.load(Ordering::Relaxed)
    }

    fn refresh(&self) -> galvani::Result<Grown> {
        let len = self.values.lock().expect("nobody has panicked")[0].len() as u64;
        self.readable.store(len, Ordering::Relaxed);
        Ok(Grown::Samples(len))
    }
}

/// A channel filtered as a whole, each of the segments by itself.
fn whole(filter: &Filter, segments: &[Range<usize>], values: &[f64]) -> Vec<f64> {
    let mut all = vec![f64::NAN; values.len()];
    for segment in segments {
        let values = &values[segment.clone()];
        all[segment.clone()].copy_from_slice(&plain::filter(filter.sections(), filter.padding(), values));
    }
    all
}

fn assert_near(ours: &[f64], wanted: &[f64], peak: f64, what: &str) {
    assert_eq!(ours.len(), wanted.len(), "{what}");
    for (t, (ours, wanted)) in ours.iter().zip(wanted).enumerate() {
        assert_eq!(ours.is_nan(), wanted.is_nan(), "{what}, {t}: {ours} for {wanted}");
        // The tolerance, and half a step of `f32`.
        let off = (ours - wanted).abs();
        assert!(
            ours.is_nan() || off <= 1e-6 * peak + wanted.abs() * 6e-8,
            "{what}, {t}: {ours} for {wanted}, off by {off:e}"
        );
    }
}

fn bands() -> impl Strategy<Value = (Vec<Band>, u32)> {
    let edge = || 3.0..400.0_f64;
    let band = prop_oneof![
        edge().prop_map(Band::HighPass),
        edge().prop_map(Band::LowPass),
        (5.0..100.0_f64).prop_map(|low| Band::BandPass(low, 4.0 * low)),
        (40.0..400.0_f64, 1.0..10.0_f64).prop_map(|(hz, q)| Band::Notch { hz, q }),
    ];
    (prop::collection::vec(band, 1..3), 1_u32..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_span_is_that_of_the_whole(
        (bands, order) in bands(),
        channels in 1_usize..20,
        len in 1_usize..40_000,
        cuts in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 4),
        is_planar in any::<bool>(),
    ) {
        let steps: Vec<i16> = made(len * channels, 7, 300).into_iter().map(|value| value as i16).collect();
        let at = |c: usize, t: usize| if is_planar { c * len + t } else { t * channels + c };
        let of = |c: usize| -> Vec<f64> { (0..len).map(|t| f64::from(steps[at(c, t)])).collect() };
        let settings = Settings { bands, order, ..Settings::default() };
        let memory = if is_planar { Memory::<_, i16>::planar } else { Memory::<_, i16>::interleaved };
        let source = filtered(memory(steps.clone(), channels, RATE_HZ).expect("a source"), &settings);
        prop_assert!(source.error() <= 1e-6 && source.info().warnings.is_empty());
        let all: Vec<Vec<f64>> = (0..channels).map(|c| whole(source.filter(), from_ref(&(0..len)), &of(c))).collect();
        for (a, b) in cuts {
            let cut = |share: f64| (share * (len + 1) as f64) as usize;
            let span = cut(a.min(b))..cut(a.max(b));
            let ours = values(&source, span.start as u64..span.end as u64);
            for (c, (ours, all)) in ours.iter().zip(&all).enumerate() {
                assert_near(ours, &all[span.clone()], 1300.0, &format!("channel {c}, {span:?}"));
            }
        }
    }

    #[test]
    fn gaps_and_segments_keep_runs_apart(
        (bands, order) in bands(),
        channels in 1_usize..18,
        gaps in prop::collection::vec((0_usize..18, 0_usize..20_000, 1_usize..300), 0..12),
        ends in prop::collection::btree_set(1_usize..20_000, 0..4),
    ) {
        let mut source = Planar::made(channels, 20_000);
        let rows = source.values.get_mut().expect("nobody has panicked");
        for (channel, start, len) in gaps {
            let row = &mut rows[channel % channels];
            let end = (start + len).min(row.len());
            row[start..end].fill(if len % 2 == 0 { f32::NAN } else { f32::INFINITY });
        }
        let rows = rows.clone();
        // Every third sample before an end is between segments.
        let mut starts: Vec<usize> = ends.iter().copied().collect();
        starts.insert(0, 0);
        let ends = ends.iter().map(|end| end - end % 3).chain([20_000]);
        let segments: Vec<Range<usize>> =
            starts.into_iter().zip(ends).map(|(start, end)| start..end).filter(|run| !run.is_empty()).collect();
        source.info.segments = segments
            .iter()
            .map(|run| Segment { samples: run.start as u64..run.end as u64, start_s: 0.0 })
            .collect();
        let settings = Settings { bands, order, ..Settings::default() };
        let source = filtered(source, &settings);
        for span in [0..20_000_usize, 8000..8400, 11_111..19_999] {
            let ours = values(&source, span.start as u64..span.end as u64);
            for (c, (ours, row)) in ours.iter().zip(&rows).enumerate() {
                let row: Vec<f64> = row.iter().map(|value| f64::from(*value)).collect();
                let all = whole(source.filter(), &segments, &row);
                assert_near(ours, &all[span.clone()], 1100.0, &format!("channel {c}, {span:?}"));
            }
        }
    }

    #[test]
    fn references_are_those_of_the_plain_twin(
        groups in prop::collection::vec(0_u32..3, 1..40),
        is_median in any::<bool>(),
        bad in prop::collection::btree_set(0_usize..40, 0..4),
        holes in prop::collection::vec((0_usize..40, 0_usize..700), 0..60),
        gain in prop_oneof![Just(1.0), Just(0.25)],
    ) {
        let channels = groups.len();
        let mut source = Planar::made(channels, 700);
        for (channel, group) in groups.iter().enumerate() {
            let described = &mut source.info.channels[channel];
            described.group = Some(*group);
            // Unlike others, unless the gain is 1.
            (described.gain, described.offset) = if channel % 2 == 0 { (gain, 3.0 * gain - 3.0) } else { (1.0, 0.0) };
        }
        source.info.channels[0].kind = ChannelKind::Auxiliary;
        let rows = source.values.get_mut().expect("nobody has panicked");
        for (channel, t) in holes {
            rows[channel % channels][t] = f32::NAN;
        }
        let rows = rows.clone();
        let described = source.info.channels.clone();
        let bad: Vec<usize> = bad.into_iter().filter(|bad| *bad < channels).collect();
        let reference = if is_median { Reference::Median } else { Reference::Average };
        let settings = Settings { reference: Some(reference), bad: bad.clone(), ..Settings::default() };
        let source = filtered(source, &settings);
        let ours = values(&source, 0..700);
        let physical = |c: usize, t: usize| described[c].gain * f64::from(rows[c][t]) + described[c].offset;
        for c in 0..channels {
            let counts = |other: &usize| {
                groups[*other] == groups[c] && described[*other].kind == ChannelKind::Neural && !bad.contains(other)
            };
            let members: Vec<usize> = (0..channels).filter(counts).collect();
            let info = &source.info().channels[c];
            for (t, ours) in ours[c].iter().enumerate() {
                let ours = info.gain * ours + info.offset;
                let all: Vec<f64> = members.iter().map(|member| physical(*member, t)).collect();
                let common = match reference {
                    Reference::Average => plain::average(&all),
                    Reference::Median => plain::median(&all),
                };
                let referenced = counts(&c) && members.len() > 1;
                let wanted = physical(c, t) - if referenced { common } else { 0.0 };
                assert_eq!(ours.is_nan(), wanted.is_nan());
                assert!(ours.is_nan() || (ours - wanted).abs() < 1e-3, "channel {c}, {t}: {ours} for {wanted}");
            }
        }
    }
}

#[test]
fn digital_words_pass_and_offsets_go() {
    let mut source = Planar::made(18, 3000);
    source.info.channels[17].kind = ChannelKind::Digital;
    source.info.channels[17].offset = 5.0;
    for channel in &mut source.info.channels[..17] {
        channel.offset = -2.0;
    }
    let rows = source.values.get_mut().expect("nobody has panicked");
    rows[2].iter_mut().for_each(|value| *value += 1e4);
    let words: Vec<f64> = rows[17].iter().map(|value| f64::from(*value)).collect();
    let source = Arc::new(source);
    let with = |settings: &Settings| Filtered::new(source.clone(), settings).expect("a filtered recording");
    let high = with(&Settings {
        bands: vec![Band::HighPass(30.0)],
        ..Settings::default()
    });
    assert_eq!(values(&high, 0..3000)[17], words);
    assert_eq!(high.info().channels[17].offset, 5.0);
    assert_eq!(
        high.info().channels[2].offset,
        0.0,
        "a high-pass leaves nothing of it"
    );
    let low = with(&Settings {
        bands: vec![Band::LowPass(30.0)],
        ..Settings::default()
    });
    assert!((low.info().channels[2].offset + 2.0).abs() < 1e-9);
    let level = with(&Settings {
        remove_offset: true,
        ..Settings::default()
    });
    assert_eq!(level.info().channels[2].offset, 0.0);
    let mut row = values(&level, 0..3000)[2].clone();
    let middle = plain::median(&row);
    assert!(middle.abs() < 30.0, "{middle}");
    row.sort_by(f64::total_cmp);
    assert!(row[0] < -900.0 && row[2999] > 900.0);
    let refused = Filtered::new(
        source,
        &Settings {
            bad: vec![18],
            ..Settings::default()
        },
    );
    assert!(
        refused
            .expect_err("no such channel")
            .to_string()
            .contains("no channel 18")
    );
}

#[test]
fn what_comes_later_is_filtered_with_what_follows() {
    let mut source = Planar::made(2, 30_000);
    source.info.samples = 12_345;
    source.info.segments = Segment::all(12_345);
    let source = Arc::new(source);
    let rows: Vec<Vec<f64>> = {
        let rows = source.values.lock().expect("nobody has panicked");
        rows.iter()
            .map(|row| row.iter().map(|value| f64::from(*value)).collect())
            .collect()
    };
    source.readable.store(12_345, Ordering::Relaxed);
    let settings = Settings {
        bands: vec![Band::BandPass(10.0, 300.0)],
        ..Settings::default()
    };
    let filtered = Filtered::new(source.clone(), &settings).expect("a filtered recording");
    let (filter, reach) = (filtered.filter().clone(), filtered.reach());
    assert_eq!((filtered.readable(), filtered.info().samples), (12_345, 12_345));
    let before = values(&filtered, 0..12_345);
    assert_near(
        &before[1],
        &whole(&filter, from_ref(&(0..12_345)), &rows[1][..12_345]),
        1100.0,
        "what was there",
    );
    assert_eq!(
        filtered.refresh().expect("it can be looked at"),
        Grown::Samples(30_000 - reach)
    );
    let after = values(&filtered, 0..filtered.readable());
    assert_eq!(&after[1][..12_345], before[1].as_slice(), "it stays what it was");
    let all = whole(&filter, from_ref(&(0..30_000)), &rows[1]);
    assert_near(
        &after[1][12_345..],
        &all[12_345..filtered.readable() as usize],
        1100.0,
        "what has come",
    );
}

#[test]
fn a_filter_that_remembers_too_long_says_so() {
    let source = Planar::made(400, 100);
    let settings = Settings {
        bands: vec![Band::HighPass(0.003)],
        order: 1,
        ..Settings::default()
    };
    let source = filtered(source, &settings);
    assert!(source.error() > 1e-6);
    assert!(
        source.info().warnings[0].contains("remembers"),
        "{:?}",
        source.info().warnings
    );
    assert!(source.reach() * 400 <= 16 << 20);
}

#[test]
fn far_along_it_is_the_same() {
    let level = |t: u64| ((t % 97) as f32) * 3.0;
    struct Endless(Info, fn(u64) -> f32);
    impl Source for Endless {
        fn info(&self) -> &Info {
            &self.0
        }
        fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> galvani::Result<()> {
            for (into, t) in into.as_chunks_mut::<4>().0.iter_mut().zip(span) {
                *into = (self.1)(t).to_ne_bytes().map(MaybeUninit::new);
            }
            Ok(())
        }
    }
    let mut info = Planar::made(1, 1).info;
    info.samples = 1 << 40;
    info.segments = Segment::all(1 << 40);
    let settings = Settings {
        bands: vec![Band::HighPass(30.0)],
        ..Settings::default()
    };
    let source = filtered(Endless(info, level), &settings);
    // Of a period of 97 samples, of which both are multiples.
    let (near, far) = (97 * 1000, 97 * (1 << 33));
    let (near, far) = (
        values(&source, near..near + 20_000),
        values(&source, far..far + 20_000),
    );
    assert_near(&near[0], &far[0], 300.0, "a period");
}
