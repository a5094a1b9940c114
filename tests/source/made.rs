//! Formats and variants of which there is no recording at hand, written here as their specifications say.

use std::fs;
use std::path::{Path, PathBuf};

use galvani::source::{ChannelKind, Dtype, Lanes, Source, Streams, events, streams};

use crate::{Folder, assert_spans_agree, bits, values};

fn open(path: impl AsRef<Path>) -> Streams {
    let opened = streams(path.as_ref());
    opened.unwrap_or_else(|error| panic!("{error}"))
}

fn one(path: impl AsRef<Path>) -> Box<dyn Source> {
    let source = open(path).main().expect("one stream");
    assert_spans_agree(source.as_ref());
    source
}

fn floats(source: &dyn Source, channel: usize) -> Vec<Option<f64>> {
    let all = values(source, channel, 0..source.info().samples);
    all.into_iter()
        .map(|value| (!value.is_nan()).then_some(value))
        .collect()
}

fn le16(values: impl IntoIterator<Item = i32>) -> Vec<u8> {
    values
        .into_iter()
        .flat_map(|value| (value as i16).to_le_bytes())
        .collect()
}

/// An NPY file of 64-bit values.
fn npy(folder: &Folder, name: &str, descr: &str, shape: &str, data: &[u8]) -> PathBuf {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    folder.write(name, bytes)
}

#[test]
fn phy() {
    let folder = Folder::new();
    folder.write("recording.dat", le16((-1..12).map(|value| value * 100)));
    folder.write(
        "params.py",
        "dat_path = r'recording.dat'\nn_channels_dat = 3\ndtype = 'int16'\noffset = 2\nsample_rate = 2e4\n",
    );
    let le = |values: &[f64]| -> Vec<u8> { values.iter().flat_map(|value| value.to_le_bytes()).collect() };
    npy(&folder, "channel_map.npy", "<f8", "(2,)", &le(&[2.0, 0.0]));
    npy(
        &folder,
        "channel_positions.npy",
        "<f8",
        "(2, 2)",
        &le(&[1.0, 2.0, 3.0, 4.5]),
    );
    npy(&folder, "channel_shanks.npy", "<f8", "(2,)", &le(&[1.0, 0.0]));
    let source = one(&folder);
    let info = source.info();
    assert_eq!((info.samples, info.rate_hz), (4, 20_000.0));
    assert_eq!(values(source.as_ref(), 1, 0..4), [100.0, 400.0, 700.0, 1000.0]);
    let places: Vec<_> = info
        .channels
        .iter()
        .map(|channel| (channel.group, channel.position_um))
        .collect();
    assert_eq!(
        places,
        [
            (Some(0), Some([3.0, 4.5])),
            (None, None),
            (Some(1), Some([1.0, 2.0]))
        ]
    );

    // By its last part where the path is another machine's, and not outside of the folder.
    let params = |path: &str| {
        folder.write(
            "params.py",
            format!("n_channels_dat = 3\nsample_rate = 2.\ndat_path = '{path}'"),
        );
        streams(&folder)
    };
    assert_eq!(
        params("/elsewhere/recording.dat")
            .expect("it is here")
            .warnings
            .len(),
        1
    );
    let other = folder.write("other.dat", [0; 12]);
    let hidden = folder.as_ref().join("hidden");
    fs::create_dir(&hidden).expect("room");
    fs::rename(other, hidden.join("other.dat")).expect("room");
    assert!(params("hidden/other.dat").is_ok());
    let inner = Folder::new();
    inner.write("x.dat", [0; 12]);
    let error = params(&inner.as_ref().join("x.dat").display().to_string())
        .expect_err("it is outside")
        .to_string();
    assert!(
        error.contains("--raw-channels 3") && error.contains("params.py"),
        "{error}"
    );
}

#[test]
fn open_ephys_legacy() {
    let folder = Folder::new();
    let file = |name: &str, channel: &str, factor: i32, stamps: &[i64]| {
        let mut bytes = format!(
            "header.format = 'Open Ephys Data Format'; \n header.version = 0.4; header.header_bytes = 1024;\n\
             header.channel = '{channel}';\nheader.sampleRate = 30000;\nheader.blockLength = 1024;\nheader.bitVolts = 0.195;\n"
        )
        .into_bytes();
        bytes.resize(1024, b' ');
        for (record, stamp) in stamps.iter().enumerate() {
            bytes.extend(stamp.to_le_bytes());
            bytes.extend(1024_u16.to_le_bytes());
            bytes.extend([0; 2]);
            bytes.extend(
                (0..1024).flat_map(|i| (((record as i32 * 1024 + i) * factor % 30_000) as i16).to_be_bytes()),
            );
            bytes.extend([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]);
        }
        folder.write(name, bytes)
    };
    file("100_CH2.continuous", "CH2", 2, &[500, 1524, 2648]);
    file("100_CH10.continuous", "CH10", 10, &[500, 1524, 2648]);
    file("100_ADC1.continuous", "ADC1", 3, &[500, 1524, 2648]);
    let single = file("101_CH1_2.continuous", "CH1", 1, &[0, 1024]);
    let opened = open(&folder);
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["100", "101_2"]);
    let source = opened.list[0].source.as_ref();
    let info = source.info();
    let channels: Vec<&str> = info
        .channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!(channels, ["CH2", "CH10", "ADC1"]);
    assert_eq!(info.channels[2].kind, ChannelKind::Auxiliary);
    assert_eq!(
        (info.samples, info.segments.len(), info.dtype),
        (3 * 1024 + 100, 2, Dtype::F32)
    );
    let ch2 = floats(source, 0);
    assert_eq!(
        (ch2[1025], ch2[2048], ch2[2147], ch2[2148]),
        (Some(2050.0), None, None, Some(4096.0))
    );
    assert_spans_agree(source);
    let source = one(single);
    assert_eq!((source.info().samples, source.info().dtype), (2048, Dtype::I16));
    assert_eq!(values(source.as_ref(), 0, 1500..1502), [1500.0, 1501.0]);
}

#[test]
fn csv() {
    let folder = Folder::new();
    let source = one(folder.write(
        "a.csv",
        "time (ms),a,\"b\"\n10,1,2\n10.5,3,\n11,5,6\n12.5,7,8\n13,9,1e3",
    ));
    let info = source.info();
    let names: Vec<&str> = info
        .channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!((names, info.samples), (vec!["a", "b"], 7));
    assert!((info.rate_hz - 2000.0).abs() < 1e-6 && (info.segments[1].start_s - 0.0125).abs() < 1e-9);
    assert_eq!(
        floats(source.as_ref(), 0),
        [Some(1.0), Some(3.0), Some(5.0), None, None, Some(7.0), Some(9.0)]
    );
    assert_eq!(floats(source.as_ref(), 1)[1], None);

    let source = one(folder.write("b.tsv", "1\t-2\n3\t4\n5\t"));
    assert_eq!((source.info().rate_hz, source.info().warnings.len()), (1.0, 1));
    assert_eq!(floats(source.as_ref(), 1), [Some(-2.0), Some(4.0), None]);
    let source = one(folder.write("c.csv", "x;y\n1,5;2\n2,5;3\n4"));
    assert_eq!(values(source.as_ref(), 0, 0..2), [1.5, 2.5]);
    assert!(
        source.info().warnings[0].contains("left out"),
        "{:?}",
        source.info().warnings
    );
    // Uneven time is said.
    let source = one(folder.write("d.csv", "t,v\n0,1\n1,2\n1.3,3\n9,4\n10,5"));
    assert!(
        source.info().warnings[0].contains("evenly"),
        "{:?}",
        source.info().warnings
    );
    for (text, word) in [
        ("", "no lines"),
        ("a,b\n", "no values"),
        ("a,b\n1,2\n1,x\n3,4\n", "line 2"),
    ] {
        let error = streams(folder.write("e.csv", text))
            .expect_err("it is refused")
            .to_string();
        assert!(error.contains(word) && error.contains("e.csv"), "{error}");
    }
}

/// A header of Intan's of one port; types of signals, with names.
fn intan(rhs: bool, channels: &[(i16, &str)]) -> Vec<u8> {
    let string = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        let mut bytes = (2 * text.len() as u32).to_le_bytes().to_vec();
        bytes.extend(units);
        bytes
    };
    let mut bytes = if rhs { 0xD691_27AC_u32 } else { 0xC691_2702 }
        .to_le_bytes()
        .to_vec();
    bytes.extend(le16(if rhs { [1, 0] } else { [3, 0] }));
    bytes.extend(1000_f32.to_le_bytes());
    bytes.resize(
        bytes.len()
            + if rhs {
                2 + 32 + 2 + 8 + 4 + 12
            } else {
                2 + 24 + 2 + 8
            },
        0,
    );
    (0..3).for_each(|_| bytes.extend(string("note")));
    bytes.extend(le16(if rhs { [1, 0] } else { [0, 0] }));
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend(le16([1]));
    bytes.extend(string("Port A"));
    bytes.extend(string("A"));
    bytes.extend(le16([1, channels.len() as i32, 1]));
    for (kind, name) in channels {
        bytes.extend(string(name));
        bytes.extend(string(""));
        bytes.extend(le16([0, 0, i32::from(*kind), 1]));
        bytes.resize(bytes.len() + if rhs { 6 } else { 4 } + 16, 0);
    }
    bytes
}

#[test]
fn intan_rhs() {
    let folder = Folder::new();
    let mut bytes = intan(
        true,
        &[
            (0, "A-000"),
            (0, "A-001"),
            (3, "ANALOG-IN-1"),
            (5, "DIGITAL-IN-1"),
            (5, "DIGITAL-IN-2"),
        ],
    );
    for block in 0..2_i32 {
        // The clock skips a block between the two.
        bytes.extend((0..128).flat_map(|t| (block * 256 + t).to_le_bytes()));
        let run = |start: i32| le16((0..128).map(|t| start + block * 128 + t));
        for start in [32_768, 100, 512, 512, 0, 1, 32_000, 3] {
            bytes.extend(run(start));
        }
    }
    let opened = open(folder.write("a.rhs", bytes));
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["amplifier", "dc", "stimulation", "adc", "digital-in"]);
    let amplifier = opened.list[0].source.as_ref();
    let info = amplifier.info();
    assert_eq!((info.samples, info.segments.len()), (384, 2));
    let first = &info.channels[0];
    let physical = |sample: u64| values(amplifier, 0, sample..sample + 1)[0] * first.gain + first.offset;
    assert!(physical(0).abs() < 1e-9 && (physical(256) - 0.195 * 128.0).abs() < 1e-9);
    assert!(physical(128).is_nan() && first.unit == "µV");
    let dc = opened.list[1].source.info();
    assert!((dc.channels[0].gain * (512.0 - 32_768.0) + dc.channels[0].offset).abs() < 1e-9);
    assert_eq!(opened.list[4].source.info().channels.len(), 1, "a word");
    assert_eq!(
        opened.list[4].source.info().channels[0].kind,
        ChannelKind::Digital
    );
}

#[test]
fn intan_folders() {
    let header = intan(
        false,
        &[(0, "A-000"), (0, "A-001"), (1, "A-AUX1"), (4, "DIGITAL-IN-01")],
    );
    let together = Folder::new();
    together.write("info.rhd", &header);
    together.write("time.dat", [0; 32]);
    together.write("amplifier.dat", le16(-8..8));
    together.write("auxiliary.dat", le16([5, 6]));
    together.write("digitalin.dat", le16(0..8));
    let opened = open(&together);
    let facts = |at: usize| {
        (
            opened.list[at].source.info().samples,
            opened.list[at].source.info().rate_hz,
        )
    };
    assert_eq!(
        [facts(0), facts(1), facts(2)],
        [(8, 1000.0), (2, 250.0), (8, 1000.0)]
    );
    let amplifier = opened.list[0].source.as_ref();
    assert_eq!(values(amplifier, 1, 0..3), [-7.0, -5.0, -3.0]);
    assert_eq!(amplifier.info().channels[1].offset, 0.0);

    let apart = Folder::new();
    apart.write("info.rhd", &header);
    apart.write("time.dat", [0; 32]);
    apart.write("amp-A-000.dat", le16(0..8));
    apart.write("amp-A-001.dat", le16(10..17));
    let opened = open(&apart);
    let source = opened.list[0].source.as_ref();
    assert_eq!((source.info().samples, source.info().warnings.len()), (7, 1));
    assert_eq!(values(source, 1, 5..7), [15.0, 16.0]);
    assert_spans_agree(source);
}

/// A RIFF file of chunks.
fn riff(magic: &[u8; 4], chunks: &[(&[u8; 4], u32, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = magic.to_vec();
    bytes.extend([0xff; 4]);
    bytes.extend(b"WAVE");
    for (id, size, content) in chunks {
        bytes.extend(*id);
        bytes.extend(size.to_le_bytes());
        bytes.extend(content);
    }
    bytes
}

fn wave_format(tag: u16, channels: u16, width: u16) -> Vec<u8> {
    let mut bytes = le16([i32::from(tag), i32::from(channels)]);
    bytes.extend(8000_u32.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(le16([i32::from(width * channels), i32::from(width * 8)]));
    bytes
}

#[test]
fn wav() {
    let folder = Folder::new();
    let mut extended = wave_format(0xfffe, 1, 3);
    extended.extend(le16([22, 24, 0, 0]));
    extended.extend([1, 0]);
    extended.resize(40, 0);
    let odd = (b"note", 3, vec![0; 4]);
    let file = riff(
        b"RIFF",
        &[
            odd,
            (b"fmt ", 40, extended),
            (b"data", 6, vec![0, 0, 1, 0, 0, 0x80]),
        ],
    );
    let source = one(folder.write("a.wav", file));
    assert_eq!(values(source.as_ref(), 0, 0..2), [65_536.0, -8_388_608.0]);

    let mut large = vec![0; 8];
    large.extend(8_u64.to_le_bytes());
    large.extend([0; 8]);
    let data = (
        b"data",
        u32::MAX,
        [1.5_f32, -2.0, 0.0]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
    );
    let file = riff(
        b"RF64",
        &[
            (b"ds64", 24, large),
            (b"fmt ", 16, wave_format(3, 1, 4)),
            data.clone(),
        ],
    );
    let source = one(folder.write("b.wav", file));
    assert_eq!(values(source.as_ref(), 0, 0..2), [1.5, -2.0]);
    assert_eq!(source.info().samples, 2, "what is behind the samples is none");
    // Cut short, and never closed.
    let file = riff(
        b"RIFF",
        &[
            (b"fmt ", 16, wave_format(3, 1, 4)),
            (b"data", 400, data.2.clone()),
        ],
    );
    let source = one(folder.write("c.wav", file));
    assert_eq!((source.info().samples, source.info().warnings.len()), (3, 1));
    let file = riff(
        b"RIFF",
        &[
            (b"fmt ", 16, wave_format(1, 1, 1)),
            (b"data", 0, vec![128, 255, 0]),
        ],
    );
    let source = one(folder.write("d.wav", file));
    assert_eq!(
        (source.info().samples, source.info().channels[0].offset),
        (3, -128.0)
    );
    let bad = folder.write(
        "e.wav",
        riff(
            b"RIFF",
            &[(b"fmt ", 16, wave_format(85, 1, 1)), (b"data", 0, vec![1])],
        ),
    );
    assert!(streams(bad).expect_err("MP3").to_string().contains("tag 85"));
}

#[test]
fn edf_apart() {
    let mut text = format!(
        "{:<8}{:<80}{:<80}{:<8}{:<8}{:<8}{:<44}",
        "0", "X", "Startdate", "02.03.04", "05.06.07", 768, "EDF+D"
    );
    text += &format!("{:<8}{:<8}{:<4}", -1, 2, 2);
    text += &format!(
        "{:<16}{:<16}{:<160}{:<8}{:<8}",
        "EEG", "EDF Annotations", "", "uV", ""
    );
    for (a, b) in [(-100, -1), (100, 1), (-1000, -32_768), (1000, 32_767)] {
        text += &format!("{a:<8}{b:<8}");
    }
    text += &format!("{:<160}{:<8}{:<8}{:<64}", "", 4, 8, "");
    let mut bytes = text.into_bytes();
    assert_eq!(bytes.len(), 768);
    for (record, onset) in ["+0", "+2", "+7.5"].iter().enumerate() {
        bytes.extend(le16((0..4).map(|i| record as i32 * 4 + i)));
        let mut annotations = format!("{onset}\x14\x14\0").into_bytes();
        annotations.resize(16, 0);
        bytes.extend(annotations);
    }
    let folder = Folder::new();
    let opened = open(folder.write("a.edf", &bytes));
    assert_eq!(opened.started.as_deref(), Some("2004-03-02T05:06:07"));
    let source = opened.main().expect("one stream");
    let info = source.info();
    // Two samples a second; 3.5 s and so seven samples are missing before the last record.
    assert_eq!(
        (info.rate_hz, info.samples, info.channels[0].gain),
        (2.0, 19, 0.1)
    );
    assert_eq!(info.segments[1].start_s, 7.5);
    let all = floats(source.as_ref(), 0);
    assert!((0..8).all(|t| all[t] == Some(t as f64)) && (8..15).all(|t| all[t].is_none()));
    assert_eq!(all[15..], [8.0, 9.0, 10.0, 11.0].map(Some));
    bytes.truncate(bytes.len() - 1);
    assert_eq!(one(folder.write("b.edf", &bytes)).info().samples, 8);
}

/// A header of NSx 3.0.
fn nsx(channels: u32, resolution: u32) -> Vec<u8> {
    let mut bytes = b"BRSMPGRP\x03\x00".to_vec();
    bytes.extend((314 + 66 * channels).to_le_bytes());
    bytes.resize(8 + 2 + 4 + 16 + 256, 0);
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(resolution.to_le_bytes());
    bytes.resize(bytes.len() + 16, 0);
    bytes.extend(channels.to_le_bytes());
    for channel in 1..=channels {
        bytes.extend(b"CC");
        bytes.extend((channel as u16).to_le_bytes());
        let mut name = format!("elec{channel}").into_bytes();
        name.resize(18, 0);
        bytes.extend(name);
        bytes.extend(le16([-1000, 1000, -500, 500]));
        bytes.extend(b"uV");
        bytes.resize(bytes.len() + 34, 0);
    }
    bytes
}

#[test]
fn blackrock_packets() {
    let mut bytes = nsx(2, 1_000_000_000);
    assert_eq!(bytes.len(), 314 + 132);
    let packets = 70_000_u64;
    for packet in 0..packets {
        // The clock drifts, and 100 samples are missing.
        let sample = if packet < 40_000 { packet } else { packet + 100 };
        bytes.push(1);
        bytes.extend(((sample as f64 * 33_333.9).round() as u64).to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(le16([(packet % 1000) as i32, -((packet % 1000) as i32)]));
    }
    let folder = Folder::new();
    let source = one(folder.write("a.ns6", &bytes));
    let info = source.info();
    assert_eq!(
        (info.samples, info.segments.len(), info.rate_hz),
        (70_100, 2, 30_000.0)
    );
    assert_eq!(
        (info.segments[1].samples.start, info.channels[1].gain),
        (40_100, 0.5)
    );
    assert_eq!(
        floats(source.as_ref(), 1)[39_999..40_101]
            .iter()
            .filter(|value| value.is_none())
            .count(),
        100
    );
    assert_eq!(info.channels[0].kind, ChannelKind::Neural);

    // A block that was never closed, behind one that was.
    let mut bytes = nsx(1, 30_000);
    for (stamp, count, values) in [(0_u64, 3_u32, [1, 2, 3]), (3, 0, [4, 5, 6])] {
        bytes.push(1);
        bytes.extend(stamp.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(le16(values));
    }
    let source = one(folder.write("b.ns6", &bytes));
    assert_eq!(bits(source.as_ref(), 0..6), [[1, 2, 3, 4, 5, 6]]);
    assert_eq!(source.info().warnings.len(), 1, "{:?}", source.info().warnings);
}

#[test]
fn a_folder_of_files() {
    let folder = Folder::new();
    folder.write("a.csv", "1\n2");
    folder.write("b.csv", "1\n2\n3");
    folder.write("readme.txt", "nothing");
    folder.write("c.csv", "");
    let opened = open(&folder);
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!((names, opened.warnings.len()), (vec!["a.csv", "b.csv"], 1));
}

#[test]
fn wfdb_packings() {
    let folder = Folder::new();
    let record = |format: &str, bytes: &[u8]| {
        folder.write("r.dat", bytes);
        folder.write(
            "r.hea",
            format!("r 1 100\nr.dat {format} 10(5)/mV 12 0 7 0 0 name of it\n"),
        );
        let source = one(folder.as_ref().join("r.hea"));
        assert_eq!(source.info().channels[0].name, "name of it");
        assert_eq!(source.info().channels[0].offset, -0.5);
        floats(source.as_ref(), 0)
    };
    let some = |values: &[i32]| {
        values
            .iter()
            .map(|value| Some(f64::from(*value)))
            .collect::<Vec<_>>()
    };
    assert_eq!(record("8", &[1, 255, 3]), some(&[8, 7, 10]));
    assert_eq!(record("16", &[1, 0, 0, 128]), [Some(1.0), None]);
    assert_eq!(record("61", &[0, 1, 255, 254]), some(&[1, -2]));
    assert_eq!(record("80", &[129, 127, 0]), [Some(1.0), Some(-1.0), None]);
    assert_eq!(record("160", &[1, 128, 255, 127]), some(&[1, -1]));
    assert_eq!(record("24", &[1, 0, 0, 255, 255, 255]), some(&[1, -1]));
    assert_eq!(record("32+4", &[9, 9, 9, 9, 254, 255, 255, 255]), some(&[-2]));
    assert_eq!(
        record("212", &[1, 0x0f, 255, 0, 8]),
        [Some(-255.0), Some(255.0), None]
    );
    assert_eq!(
        record("311", &((5 | 1023 << 10 | 512 << 20) as u32).to_le_bytes()),
        [Some(5.0), Some(-1.0), None]
    );
}

#[test]
fn spikeinterface() {
    let folder = Folder::new();
    folder.write("traces_cached_seg0.raw", le16(0..6));
    folder.write("traces_cached_seg1.raw", le16(6..14));
    let description = |paths: &str| {
        let text = format!(
            r#"{{"class": "x.BinaryRecordingExtractor", "kwargs": {{"file_paths": {paths}, "sampling_frequency": 1000.0,
                "num_channels": 2, "dtype": "<i2", "channel_ids": ["a", 7], "time_axis": 0, "t_starts": [0.0, 2.5],
                "file_offset": 0, "gain_to_uV": [0.5, 0.25], "offset_to_uV": 0}}}}"#
        );
        folder.write("binary.json", text)
    };
    description(r#"["traces_cached_seg0.raw", "/other/machine/traces_cached_seg1.raw"]"#);
    let opened = open(&folder);
    assert_eq!((opened.format, opened.list.len()), ("SpikeInterface", 2));
    let info = opened.list[1].source.info();
    assert_eq!(
        (info.samples, info.segments[0].start_s, info.channels[1].gain),
        (4, 2.5, 0.25)
    );
    assert_eq!(
        (info.channels[1].name.as_str(), info.channels[0].unit.as_str()),
        ("7", "µV")
    );
    assert_eq!(bits(opened.list[1].source.as_ref(), 1..2), [[8], [9]]);
    let one = description(r#"["../../etc/passwd"]"#);
    assert!(streams(one).is_err());
}

#[test]
fn blackrock_events() {
    let folder = Folder::new();
    let mut bytes = b"NEURALEV\x02\x03\0\0".to_vec();
    for word in [336_u32, 24, 30_000] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.resize(336, 0);
    for (ticks, id, unit, word) in [
        (60_000_u32, 5_u16, 1_u8, 0_u16),
        (30_000, 0, 1, 0x12),
        (45_000, 5, 0, 0),
        (15_000, 0xffff, 0, 0),
    ] {
        let mut packet = ticks.to_le_bytes().to_vec();
        packet.extend(id.to_le_bytes());
        packet.extend([unit, 0]);
        packet.extend(word.to_le_bytes());
        packet.resize(12, 0);
        packet.extend(b"hello\0");
        packet.resize(24, 0);
        bytes.extend(packet);
    }
    let path = folder.write("a.nev", &bytes);
    let found = events(&path).expect("events");
    let shapes: Vec<(&str, Vec<f64>, Vec<String>)> = found
        .iter()
        .map(|events| (events.name.as_str(), events.times_s.clone(), events.names.clone()))
        .collect();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        shapes[0],
        (
            "spikes",
            vec![1.5, 2.0],
            names(&["electrode 5 unsorted", "electrode 5 unit 1"])
        )
    );
    assert_eq!(shapes[1], ("digital", vec![1.0], names(&["0x0012"])));
    assert_eq!(shapes[2], ("comments", vec![0.5], names(&["hello"])));
    assert!(
        streams(&path)
            .expect_err("no samples")
            .to_string()
            .contains("no samples")
    );
    fs::write(&path, &bytes[..340]).expect("room");
    assert!(events(&path).expect("none").is_empty());
}

#[test]
fn bits_of_digital_words() {
    let folder = Folder::new();
    let header = intan(false, &[(4, "DIGITAL-IN-01"), (4, "DIGITAL-IN-02")]);
    folder.write("info.rhd", &header);
    folder.write("time.dat", [0; 16]);
    folder.write("digitalin.dat", le16([0, 1, 0x8002, 0x0003]));
    let word = open(&folder).main().expect("the word");
    let lanes = Lanes::new(word).expect("digital words");
    assert_eq!((lanes.info().channels.len(), lanes.info().samples), (16, 4));
    let set: Vec<Vec<f64>> = [0, 1, 2, 15]
        .iter()
        .map(|bit| values(&lanes, *bit, 0..4))
        .collect();
    assert_eq!(
        set,
        [
            [0.0, 1.0, 0.0, 1.0],
            [0.0, 0.0, 1.0, 1.0],
            [0.0; 4],
            [0.0, 0.0, 1.0, 0.0]
        ]
    );
    assert_spans_agree(&lanes);
    let analogue = one(folder.write("a.csv", "1\n2"));
    assert!(
        Lanes::new(analogue)
            .expect_err("no words")
            .to_string()
            .contains("no digital")
    );
}

#[test]
fn descriptions_that_go_deep() {
    let folder = Folder::new();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(300_000), close.repeat(300_000));
    folder.write(
        "a.xml",
        format!("<parameters>{}</parameters>", deep("<a>", "</a>")),
    );
    folder.write("a.dat", [0; 8]);
    assert!(streams(&folder).is_err());
    let folder = Folder::new();
    folder.write("structure.oebin", deep("[", "]"));
    assert!(
        streams(&folder)
            .expect_err("it is refused")
            .to_string()
            .contains("structure.oebin")
    );
    let folder = Folder::new();
    folder.write("params.py", format!("dat_path = {}", deep("[", "]")));
    assert!(streams(&folder).is_err());
}
