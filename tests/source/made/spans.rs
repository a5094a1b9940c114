//! Recordings that are longer than what a thread reads at a time: every span of them, and every value.

use galvani::source::{Layout, Source};

use super::{blackrock, one};
use crate::{Folder, bits, values};

/// A value that neither its channel nor its time alone gives.
fn value(channel: usize, t: u64) -> i16 {
    ((channel as u64 * 7919 + t * 31 + t / 251) % 4000) as i16 - 2000
}

/// Holds a recording to [`value`], whole and in spans that start and end anywhere; `scale` is of 16-bit integers.
fn hold(source: &dyn Source, what: &str) {
    let (channels, samples) = (source.info().channels.len(), source.info().samples);
    for channel in 0..channels {
        let read = values(source, channel, 0..samples);
        for (t, read) in (0..).zip(read) {
            assert_eq!(
                read,
                f64::from(value(channel, t)),
                "{what}: channel {channel} at {t}"
            );
        }
    }
    let whole = bits(source, 0..samples);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one_thread = one_thread.expect("a thread");
    let spans = [
        (0, 1),
        (1, 2),
        (samples - 1, samples),
        (samples, samples),
        (0, samples),
    ];
    let odd = (0..40).map(|i: u64| {
        let start = i * 104_729 % samples;
        (
            start,
            (start + [1, 7, 127, 1025, 33_333][i as usize % 5]).min(samples),
        )
    });
    for (start, end) in spans.into_iter().chain(odd) {
        let part = bits(source, start..end);
        assert_eq!(one_thread.install(|| bits(source, start..end)), part, "{what}");
        for (whole, part) in whole.iter().zip(&part) {
            assert_eq!(
                &whole[start as usize..end as usize],
                part,
                "{what}: {start}..{end}"
            );
        }
    }
}

/// EDF of signals with so many values in each of some records, 16 bits or 24.
fn edf(of_signal: &[usize], records: usize, width: usize) -> Vec<u8> {
    let count = of_signal.len();
    let mut text = format!("{:<7}{:<80}{:<80}{:<8}{:<8}", "", "X", "", "02.03.04", "05.06.07");
    text += &format!(
        "{:<8}{:<44}{:<8}{:<8}{count:<4}",
        256 * (count + 1),
        "",
        records,
        1
    );
    let mut each = |width: usize, text_of: &dyn Fn(usize) -> String| {
        (0..count).for_each(|signal| text += &format!("{:<width$}", text_of(signal)));
    };
    each(16, &|signal| format!("EEG {signal}"));
    each(80, &|_| String::new());
    for limit in ["uV", "-32768", "32767", "-32768", "32767"] {
        each(8, &|_| limit.to_owned());
    }
    each(80, &|_| String::new());
    each(8, &|signal| of_signal[signal].to_string());
    each(32, &|_| String::new());
    let mut bytes = if width == 2 {
        b"0".to_vec()
    } else {
        b"\xff".to_vec()
    };
    bytes.extend(text.into_bytes());
    if width == 3 {
        bytes[1..8].copy_from_slice(b"BIOSEMI");
    }
    let mut of_rate = std::collections::BTreeMap::<usize, usize>::new();
    let numbers: Vec<usize> = of_signal
        .iter()
        .map(|len| {
            let number = of_rate.entry(*len).or_default();
            *number += 1;
            *number - 1
        })
        .collect();
    for record in 0..records {
        for (number, len) in numbers.iter().zip(of_signal) {
            for t in record * len..(record + 1) * len {
                let value = i32::from(value(*number, t as u64)).to_le_bytes();
                bytes.extend(&value[..width]);
            }
        }
    }
    bytes
}

#[test]
fn records() {
    let folder = Folder::new();
    // Short runs, runs that are read on their own, records larger than a batch, and one value a record.
    let cases: [(&[usize], usize); 4] = [
        (&[7, 7, 7], 9001),
        (&[9000, 9000], 9),
        (&[5000; 40], 3),
        (&[1, 1, 100, 100], 3001),
    ];
    for (of_signal, records) in cases {
        for width in [2, 3] {
            let path = folder.write("a.edf", edf(of_signal, records, width));
            let opened = super::open(path);
            for stream in &opened.list {
                hold(stream.source.as_ref(), &format!("{of_signal:?} of {width} bytes"));
            }
        }
    }
}

#[test]
fn packets() {
    let folder = Folder::new();
    let source = one(folder.write(
        "a.ns6",
        blackrock::packets_of(3, 20_011, |channel, t| value(channel, t as u64)),
    ));
    assert_eq!(source.info().layout, Layout::Interleaved);
    hold(source.as_ref(), "packets");
}

/// As two signals of 16 bits, in one file or two, of one sample a frame or three, and late or not.
#[test]
fn wfdb() {
    let folder = Folder::new();
    let samples = 100_001_u64;
    let bytes = |channels: &[usize], order: fn(i16) -> [u8; 2]| -> Vec<u8> {
        (0..samples)
            .flat_map(|t| channels.iter().map(move |channel| (t, *channel)))
            .flat_map(|(t, channel)| order(value(channel, t)))
            .collect()
    };
    folder.write("both.dat", bytes(&[0, 1], i16::to_le_bytes));
    folder.write("first.dat", bytes(&[0], i16::to_be_bytes));
    folder.write("second.dat", bytes(&[1], i16::to_le_bytes));
    let mut late = vec![0; 2 * 70];
    late.extend(bytes(&[1], i16::to_le_bytes));
    folder.write("late.dat", late);
    let cases = [
        ("both", ["both.dat 16", "both.dat 16"]),
        ("apart", ["first.dat 61", "second.dat 16"]),
        ("behind", ["first.dat 61", "late.dat 16+140"]),
    ];
    for (name, [a, b]) in cases {
        let header = format!("{name} 2 1000 {samples}\n{a} 1/uV 16 0 0 0 0 a\n{b} 1/uV 16 0 0 0 0 b\n");
        hold(one(folder.write(&format!("{name}.hea"), header)).as_ref(), name);
    }
    // The last samples of what is late lie behind the record's end.
    let header =
        format!("late 2 1000 {samples}\nfirst.dat 61 1/uV 16 0 0 0 0 a\nlate.dat 16:70 1/uV 16 0 0 0 0 b\n");
    let source = one(folder.write("late.hea", header));
    let read = values(source.as_ref(), 1, 0..samples);
    let (known, missing) = read.split_at(samples as usize - 70);
    assert!((0..).zip(known).all(|(t, read)| *read == f64::from(value(1, t))));
    assert!(missing.iter().all(|value| value.is_nan()));
    assert_eq!(
        values(source.as_ref(), 0, samples - 1..samples),
        [f64::from(value(0, samples - 1))]
    );

    let header = format!("three 1 500 {}\nsecond.dat 16x3 1 16 0 0 0 0 b\n", samples / 3);
    let source = one(folder.write("three.hea", header));
    assert_eq!(
        (source.info().samples, source.info().rate_hz),
        (samples / 3 * 3, 1500.0)
    );
    assert_eq!(
        values(source.as_ref(), 0, 70_000..70_001),
        [f64::from(value(1, 70_000))]
    );
}

/// Twelve and ten bits, whose groups lie across the ends of what is read at a time.
#[test]
fn wfdb_groups() {
    let folder = Folder::new();
    let of = |at: u64, bits: u32| (value(0, at) as i32) << (32 - bits) >> (32 - bits);
    let count = 200_003_u64;
    let twelve: Vec<u8> = (0..count.div_ceil(2))
        .flat_map(|pair| {
            let [a, b] = [of(2 * pair, 12), of(2 * pair + 1, 12)].map(|value| value as u32);
            [a as u8, (a >> 8 & 15 | (b >> 8 & 15) << 4) as u8, b as u8]
        })
        .collect();
    let ten: Vec<u8> = (0..count.div_ceil(3))
        .flat_map(|group| {
            let of = |i: u64| of(3 * group + i, 10) as u32 & 0x3ff;
            let low = (of(0) << 1 | (of(2) & 31) << 11) as u16;
            let high = (of(1) << 1 | (of(2) >> 5) << 11) as u16;
            [low.to_le_bytes(), high.to_le_bytes()].concat()
        })
        .collect();
    let packed: Vec<u8> = (0..count.div_ceil(3))
        .flat_map(|group| {
            let of = |i: u64| of(3 * group + i, 10) as u32 & 0x3ff;
            (of(0) | of(1) << 10 | of(2) << 20).to_le_bytes()
        })
        .collect();
    for (format, bits, bytes, invalid) in [
        (212, 12, twelve, -2048),
        (310, 10, ten, -512),
        (311, 10, packed, -512),
    ] {
        folder.write("a.dat", bytes);
        let signals = format!("a.dat {format} 1 12 0 0 0 0 s\n").repeat(7);
        let samples = count / 7;
        let source = one(folder.write("a.hea", format!("a 7 100 {samples}\n{signals}")));
        for channel in 0..7 {
            let read = values(source.as_ref(), channel, 0..samples);
            for (t, read) in (0..).zip(read) {
                let wanted = of(t * 7 + channel as u64, bits);
                let agrees = if wanted == invalid {
                    read.is_nan()
                } else {
                    read == f64::from(wanted)
                };
                assert!(agrees, "{format}: channel {channel} at {t}: {read} for {wanted}");
            }
        }
    }
}
