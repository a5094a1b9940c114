//! FLAC of every kind of frame and subframe.

use galvani::source::{Dtype, Source, streams};

use crate::flac_writer::{Kind, Sub, file, frame};
use crate::{Folder, assert_spans_agree, values};

/// A file of 40 frames of two channels.
pub(crate) fn some() -> Vec<u8> {
    let frames: Vec<Vec<u8>> = (0..40)
        .map(|number| {
            let (one, other) = (wave(64, number), wave(64, number + 1));
            let subs: [Sub<'_>; 2] = [
                (&one, 0, 0, Kind::Linear(&[2047, -512], 10)),
                (&other, 0, 0, Kind::Fixed(2, None, 2)),
            ];
            frame(number as u64, false, 1, 16, &subs)
        })
        .collect();
    file(64, 2, 16, 40 * 64, &frames)
}

fn open(folder: &Folder, bytes: &[u8]) -> Box<dyn Source> {
    let path = folder.write("made.flac", bytes);
    let opened = streams(path).unwrap_or_else(|error| panic!("{error}"));
    let source = opened.main().expect("one stream");
    assert_eq!(source.info().format, "FLAC");
    source
}

/// A wave with some noise on it.
fn wave(len: usize, seed: i64) -> Vec<i64> {
    (0..len as i64)
        .map(|t| {
            let noise = (t * 7919 + seed * 104_729) % 101;
            (t * 37 % 2000 - 1000) / 4 + noise - 50
        })
        .collect()
}

fn as_floats(samples: &[i64]) -> Vec<f64> {
    samples.iter().map(|sample| *sample as f64).collect()
}

#[test]
fn every_kind_of_subframe() {
    let folder = Folder::new();
    let quarter: Vec<i64> = wave(96, 3).iter().map(|sample| sample & !3).collect();
    let plain = wave(96, 1);
    let still = vec![-5; 96];
    let line: &[i64] = &[2047, -512];
    let all: Vec<(&[i64], u32, Kind)> = vec![
        (&plain, 0, Kind::Verbatim),
        (&still, 0, Kind::Constant),
        (&plain, 0, Kind::Fixed(0, None, 0)),
        (&plain, 0, Kind::Fixed(1, None, 3)),
        (&plain, 0, Kind::Fixed(2, Some(14), 0)),
        (&plain, 0, Kind::Fixed(3, None, 2)),
        (&plain, 0, Kind::Fixed(4, None, 4)),
        (&quarter, 2, Kind::Fixed(1, None, 1)),
        (&quarter, 1, Kind::Verbatim),
        (&still, 0, Kind::Fixed(0, Some(0), 0)),
        (&plain, 0, Kind::Linear(line, 10)),
        (&quarter, 2, Kind::Linear(&[1; 32], 5)),
    ];
    let (mut frames, mut expected) = (Vec::new(), Vec::new());
    for (number, (samples, wasted, kind)) in all.into_iter().enumerate() {
        // What cannot be said in no bits is left as it is.
        let samples: &[i64] = if matches!(kind, Kind::Fixed(0, Some(0), _)) {
            &[0; 96]
        } else {
            samples
        };
        frames.push(frame(number as u64, false, 0, 16, &[(samples, 0, wasted, kind)]));
        expected.extend(as_floats(samples));
    }
    let source = open(&folder, &file(96, 1, 16, expected.len() as u64, &frames));
    let info = source.info();
    assert_eq!(
        (info.rate_hz, info.dtype, info.stored.as_str()),
        (25_000.0, Dtype::I16, "<i2")
    );
    assert_eq!(info.warnings, Vec::<String>::new());
    assert_eq!(values(source.as_ref(), 0, 0..info.samples), expected);
    assert_spans_agree(source.as_ref());
}

#[test]
fn two_channels_of_24_bits_that_are_alike() {
    let folder = Folder::new();
    let left: Vec<i64> = wave(200, 1).iter().map(|sample| sample * 4001).collect();
    let right: Vec<i64> = left
        .iter()
        .zip(wave(200, 9))
        .map(|(left, off)| left - 3 * off)
        .collect();
    let pairs = || left.iter().zip(&right);
    let side: Vec<i64> = pairs().map(|(left, right)| left - right).collect();
    let mid: Vec<i64> = pairs().map(|(left, right)| (left + right) >> 1).collect();
    let code = Kind::Verbatim;
    let frames = [
        frame(0, true, 1, 24, &[(&left, 0, 0, code), (&right, 0, 0, code)]),
        frame(200, true, 8, 24, &[(&left, 0, 0, code), (&side, 1, 0, code)]),
        frame(400, true, 9, 24, &[(&side, 1, 0, code), (&right, 0, 0, code)]),
        frame(600, true, 10, 24, &[(&mid, 0, 0, code), (&side, 1, 0, code)]),
    ];
    let source = open(&folder, &file(4096, 2, 24, 800, &frames));
    assert_eq!(
        (source.info().dtype, source.info().stored.as_str()),
        (Dtype::F32, "<i3")
    );
    for (channel, samples) in [&left, &right].into_iter().enumerate() {
        assert_eq!(
            values(source.as_ref(), channel, 0..800),
            as_floats(samples).repeat(4)
        );
    }
    assert_spans_agree(source.as_ref());
}

#[test]
fn any_place_of_a_long_file() {
    let folder = Folder::new();
    for variable in [false, true] {
        // Sizes of frames in bytes differ widely, and in samples too where they may.
        let (mut frames, mut expected, mut at) = (Vec::new(), Vec::new(), 0);
        for number in 0..500_u64 {
            let len = if variable {
                100 + number as usize % 7 * 90
            } else {
                512
            };
            let samples = wave(len, number as i64);
            let samples = if number % 5 == 0 { vec![7; len] } else { samples };
            let kind = if number % 5 == 0 {
                Kind::Constant
            } else {
                Kind::Verbatim
            };
            let first = if variable { at } else { number };
            frames.push(frame(first, variable, 0, 16, &[(&samples, 0, 0, kind)]));
            expected.extend(as_floats(&samples));
            at += len as u64;
        }
        let bytes = file(512, 1, 16, at, &frames);
        let source = open(&folder, &bytes);
        for start in [at - 10, 3, at / 2, at / 3, at / 3 + 1000, at - 30_000] {
            let span = start..(start + 700).min(at);
            let wanted = &expected[span.start as usize..span.end as usize];
            assert_eq!(values(source.as_ref(), 0, span), wanted, "from {start}");
        }
        assert_eq!(values(source.as_ref(), 0, 0..at), expected);

        // The writer did not know, or the file was cut.
        let unknown = open(&folder, &file(512, 1, 16, 0, &frames));
        assert_eq!((unknown.info().samples, unknown.info().warnings.len()), (at, 0));
        let cut = open(&folder, &bytes[..bytes.len() - 5]);
        let last = if variable { 100 + 499 % 7 * 90 } else { 512 };
        assert_eq!((cut.info().samples, cut.info().warnings.len()), (at - last, 1));
        assert_eq!(values(cut.as_ref(), 0, at - last - 5..at - last).len(), 5);

        // What is damaged is told where it is met, and what is not can be read.
        let mut damaged = bytes.clone();
        damaged[bytes.len() / 2..][..2000].fill(0x55);
        let path = folder.write("damaged.flac", &damaged);
        let source = streams(path).and_then(|opened| opened.main()).expect("it opens");
        let mut into = vec![std::mem::MaybeUninit::uninit(); at as usize * 2];
        let error = source
            .read(0..at, &mut into)
            .expect_err("it is damaged")
            .to_string();
        assert!(
            error.contains("no frame of sample") && error.contains("damaged.flac"),
            "{error}"
        );
    }
}

#[test]
fn no_flac() {
    let folder = Folder::new();
    let frames = [frame(0, false, 0, 16, &[(&wave(16, 1), 0, 0, Kind::Verbatim)])];
    let good = file(16, 1, 16, 16, &frames);
    for (bytes, word) in [
        (good[..30].to_vec(), "header ends"),
        (good[..good.len() - 3].to_vec(), "no whole frame"),
        ([&good[..4], &[1], &good[5..]].concat(), "metadata"),
        ([&good[..43], &[1], &good[44..]].concat(), "metadata"),
    ] {
        let error = streams(folder.write("bad.flac", bytes))
            .expect_err(word)
            .to_string();
        assert!(error.contains(word) && error.contains("bad.flac"), "{error}");
    }
}

#[test]
fn wfdb_signals_in_flac() {
    let folder = Folder::new();
    // Two signals, of two samples in a frame; 3 steps of the stream come before the record.
    let mut first = wave(43, 1);
    first[6] = -32_768;
    let second = wave(43, 2);
    let frames = [frame(
        0,
        false,
        1,
        16,
        &[
            (&first, 0, 0, Kind::Verbatim),
            (&second, 0, 0, Kind::Fixed(2, None, 0)),
        ],
    )];
    folder.write("r.flac", file(43, 2, 16, 43, &frames));
    let header = folder.write(
        "r.hea",
        "r 2 100 20\nr.flac 516x2+3 10(5)/mV 16 0 0 0 0 a\nr.flac 516x2+3 1 16 0 0 0 0 b\n",
    );
    let source = streams(&header)
        .and_then(|opened| opened.main())
        .expect("a record");
    let info = source.info();
    assert_eq!(
        (info.samples, info.rate_hz, info.channels[0].gain),
        (40, 200.0, 0.1)
    );
    let read = values(source.as_ref(), 0, 0..40);
    assert!(read[3].is_nan());
    assert_eq!(read[4..], as_floats(&first[7..]));
    assert_eq!(values(source.as_ref(), 1, 0..40), as_floats(&second[3..]));
    assert_spans_agree(source.as_ref());
    for (line, word) in [("508x2", "16 bits"), ("524", "several rates")] {
        let text = format!("r 2 100 20\nr.flac {line} 1 16 0 0 0 0 a\nr.flac 508x2 1 16 0 0 0 0 b\n");
        let error = streams(folder.write("r.hea", text)).expect_err(word).to_string();
        assert!(error.contains(word), "{error}");
    }
}
