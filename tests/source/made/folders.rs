//! Folders: of sorted recordings, of Open Ephys' older files, of SpikeInterface.

use std::fs;

use galvani::source::{ChannelKind, Dtype, events, streams};

use super::{floats, le16, npy, one, open};
use crate::{Folder, assert_spans_agree, bits, channel_names, values};

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

/// Three channels with a gap, and one of another experiment.
pub(crate) fn legacy() -> Folder {
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
    file("101_CH1_2.continuous", "CH1", 1, &[0, 1024]);
    folder
}

#[test]
fn open_ephys_legacy() {
    let folder = legacy();
    let opened = open(&folder);
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["100", "101_2"]);
    let source = opened.list[0].source.as_ref();
    let info = source.info();
    let channels = channel_names(info);
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
    let source = one(folder.as_ref().join("101_CH1_2.continuous"));
    assert_eq!((source.info().samples, source.info().dtype), (2048, Dtype::I16));
    assert_eq!(values(source.as_ref(), 0, 1500..1502), [1500.0, 1501.0]);
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

/// Two sessions in one folder, each with spikes.
#[test]
fn neuroscope_sessions() {
    let folder = Folder::new();
    for (name, rate) in [("a", 20_000), ("b", 10_000)] {
        let xml = format!(
            "<parameters><acquisitionSystem><nBits>16</nBits><nChannels>1</nChannels><samplingRate>{rate}</samplingRate>\
             </acquisitionSystem></parameters>"
        );
        folder.write(&format!("{name}.xml"), xml);
        folder.write(&format!("{name}.dat"), le16(0..4));
        folder.write(&format!("{name}.res.1"), "10000\n");
        folder.write(&format!("{name}.clu.1"), "1\n2\n");
    }
    let times = |path: &std::path::Path| -> Vec<f64> {
        let found = events(path).expect("spikes");
        found.into_iter().flat_map(|events| events.times_s).collect()
    };
    assert_eq!(times(&folder.as_ref().join("b.dat")), [1.0]);
    assert_eq!(times(&folder.as_ref().join("a.xml")), [0.5]);
    assert_eq!(times(folder.as_ref()), [0.5, 1.0]);
}

/// Of two recordings, the description of one is damaged.
#[test]
fn open_ephys_of_which_one_is_damaged() {
    let folder = Folder::new();
    for (recording, structure) in [
        (
            "recording1",
            r#"{"continuous": [{"folder_name": "A/", "sample_rate": 100, "channels": [{"channel_name": "CH1"}]}]}"#,
        ),
        ("recording2", "{"),
    ] {
        let stream = folder.as_ref().join(recording).join("continuous/A");
        fs::create_dir_all(&stream).expect("room");
        fs::write(stream.join("continuous.dat"), le16(0..4)).expect("room");
        folder.write(&format!("{recording}/structure.oebin"), structure);
    }
    let opened = open(&folder);
    assert_eq!(opened.list.len(), 1);
    assert!(
        opened
            .warnings
            .iter()
            .any(|warning| warning.contains("recording2")),
        "{:?}",
        opened.warnings
    );
}
