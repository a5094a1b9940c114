//! Damaged files: whatever is in them, opening and reading come to an end, with samples or with an error that names a file.
//!
//! `GALVANI_FUZZ_CASES` sets how many cases each format gets.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use galvani::Error;
use galvani::source::{Owned, Source, events, streams};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::Folder;
use crate::reference::data;

const CASES: u32 = 1000;
/// A case takes milliseconds; the machine may be busy.
const LONGEST: Duration = Duration::from_secs(20);
/// Samples that are read of a recording at most, of all channels together, at its start, in its middle and at its end.
const READ: u64 = 1 << 14;

/// What is done to a file.
#[derive(Debug, Clone)]
enum Damage {
    Set(u8),
    Flip(u8),
    /// A whole number of 1, 2, 4 or 8 bytes, as extreme as it may be.
    Word(usize, u64),
    /// A digit of text.
    Digit(u8),
    Insert(Vec<u8>),
    Remove(usize),
    Cut,
}

/// Where: in which file, and how far in; most often near the start.
type Mutation = (prop::sample::Index, bool, prop::sample::Index, Damage);

fn mutation() -> impl Strategy<Value = Mutation> {
    let extreme = prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX / 2),
        Just(1 << 31),
        Just(0x7fff),
        any::<u64>()
    ];
    let damage = prop_oneof![
        any::<u8>().prop_map(Damage::Set),
        any::<u8>().prop_map(Damage::Flip),
        (0..4_usize, extreme).prop_map(|(size, word)| Damage::Word(1 << size, word)),
        (b'0'..=b'9').prop_map(Damage::Digit),
        prop::collection::vec(any::<u8>(), 1..20).prop_map(Damage::Insert),
        (1..200_usize).prop_map(Damage::Remove),
        Just(Damage::Cut),
    ];
    let start = prop::bool::weighted(0.8);
    (
        any::<prop::sample::Index>(),
        start,
        any::<prop::sample::Index>(),
        damage,
    )
}

fn damaged(bytes: &mut Vec<u8>, at_start: bool, at: prop::sample::Index, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let within = if at_start {
        bytes.len().min(1024)
    } else {
        bytes.len()
    };
    let at = at.index(within);
    match damage {
        Damage::Set(value) => bytes[at] = *value,
        Damage::Flip(bits) => bytes[at] ^= bits,
        Damage::Word(size, word) => {
            let end = (at + size).min(bytes.len());
            let word = word.to_le_bytes();
            bytes[at..end].copy_from_slice(&word[..end - at]);
        }
        Damage::Digit(digit) => {
            if let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
                bytes[at + found] = *digit;
            }
        }
        Damage::Insert(more) => drop(bytes.splice(at..at, more.iter().copied())),
        Damage::Remove(count) => drop(bytes.drain(at..(at + count).min(bytes.len()))),
        Damage::Cut => bytes.truncate(at),
    }
}

/// All files below a folder.
fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found)
        } else {
            found.push(path)
        }
    }
}

/// Copies a file, to `most` bytes, or a folder.
fn copy(from: &Path, to: &Path, most: usize) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("room");
        for entry in fs::read_dir(from).expect("a folder is readable") {
            let path = entry.expect("an entry").path();
            copy(&path, &to.join(path.file_name().expect("a name")), most);
        }
    } else {
        let bytes = fs::read(from).expect("a file is readable");
        fs::write(to, &bytes[..bytes.len().min(most)]).expect("room");
    }
}

/// Reads some of a recording, if it lets itself be read.
fn read_some(source: &dyn Source) {
    let info = source.info();
    assert!(!info.channels.is_empty() && info.samples > 0 && info.rate_hz > 0.0);
    let len = (READ / info.channels.len() as u64).clamp(1, info.samples);
    for start in [0, (info.samples - len) / 2, info.samples - len] {
        // Reads may fail where a file lies; they may not panic.
        let _ = Owned::read(source, start..start + len);
    }
}

fn assert_names_a_file(error: &Error, folder: &Path) {
    match error {
        Error::Open { path, .. } | Error::Read { path, .. } | Error::Format { path, .. } => {
            assert!(path.starts_with(folder), "{error}");
        }
        other => panic!("no file is named: {other}"),
    }
}

/// Opens `open` within `folder` after each of many kinds of damage to the files in it.
fn fuzz(folder: &Folder, open: &str) {
    let root = folder.as_ref();
    let path = root.join(open);
    let mut files = Vec::new();
    files_below(root, &mut files);
    files.sort();
    let whole: Vec<Vec<u8>> = files
        .iter()
        .map(|file| fs::read(file).expect("it was written"))
        .collect();
    assert!(streams(&path).is_ok(), "{}", streams(&path).expect_err("why not"));
    let cases = std::env::var("GALVANI_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let mut runner = TestRunner::new(Config {
        cases: cases.unwrap_or(CASES),
        failure_persistence: None,
        ..Config::default()
    });
    let strategy = prop::collection::vec(mutation(), 1..5);
    let outcome = runner.run(&strategy, |mutations| {
        let mut touched = Vec::new();
        for (file, at_start, at, damage) in &mutations {
            let file = file.index(files.len());
            touched.push(file);
            let mut bytes = fs::read(&files[file]).expect("it was written");
            damaged(&mut bytes, *at_start, *at, damage);
            fs::write(&files[file], bytes).expect("room");
        }
        let clock = Instant::now();
        let outcome = std::panic::catch_unwind(|| match streams(&path) {
            Ok(streams) => streams
                .list
                .iter()
                .for_each(|stream| read_some(stream.source.as_ref())),
            Err(error) => assert_names_a_file(&error, root),
        });
        let outcome = outcome.and_then(|()| {
            std::panic::catch_unwind(|| {
                if let Err(error) = events(&path) {
                    assert_names_a_file(&error, root);
                }
            })
        });
        let took = clock.elapsed();
        for file in touched {
            fs::write(&files[file], &whole[file]).expect("room");
        }
        prop_assert!(outcome.is_ok(), "it panics");
        prop_assert!(took < LONGEST, "it takes {took:?}");
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{open}: {error}");
    }
}

/// The same for real recordings, `items` of a format, each to `most` bytes a file.
fn fuzz_real(items: &[&str], most: usize) {
    let Some(data) = data() else { return };
    for item in items {
        let folder = Folder::new();
        let from = data.join(item);
        let name = from.file_name().expect("a name").to_string_lossy().into_owned();
        copy(&from, &folder.as_ref().join(&name), most);
        fuzz(&folder, &name);
    }
}

#[test]
fn abf() {
    let items = [
        "abf/17o05027_ic_ramp/17o05027_ic_ramp.abf",
        "abf/130618-1-12/130618-1-12.abf",
    ];
    fuzz_real(&items, 90_000);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_and_arrow() {
    for (name, bytes) in crate::batches::FILES {
        let folder = Folder::new();
        folder.write(name, bytes);
        fuzz(&folder, name);
    }
}

#[test]
fn blackrock() {
    fuzz_real(
        &["nsx/l101210-001", "nsx/mne_BRSMPGRP", "nsx/pause_correct"],
        300_000,
    );
}

#[test]
fn csv() {
    let folder = Folder::new();
    let lines: String = (0..60)
        .map(|t| format!("{},{t},{}e-1\n", f64::from(t) * 0.01, t % 7))
        .collect();
    folder.write("made.csv", format!("time,a,b\n{lines}"));
    fuzz(&folder, "made.csv");
}

#[test]
fn edf() {
    fuzz_real(
        &[
            "edf/subsecond_starttime/subsecond_starttime.edf",
            "edf/short_psg/short_psg.edf",
        ],
        100_000,
    );
}

#[test]
fn flac() {
    let folder = Folder::new();
    folder.write("made.flac", crate::flac::some());
    fuzz(&folder, "made.flac");
    folder.write(
        "made.hea",
        "made 2 100\nmade.flac 516x2 1 16 0 0 0 0 a\nmade.flac 516x2 1 16 0 0 0 0 b\n",
    );
    fuzz(&folder, "made.hea");
}

#[test]
fn intan() {
    fuzz_real(&["rhd/IntanToNWB_v2.0/example_intan_file.rhd"], 60_000);
}

#[test]
fn mat() {
    for big in [false, true] {
        let order = crate::mat::Order { big };
        let folder = Folder::new();
        let arrays = crate::mat::some(order);
        folder.write("plain.mat", order.file(&arrays));
        fuzz(&folder, "plain.mat");
        let folder = Folder::new();
        let packed: Vec<Vec<u8>> = arrays.iter().map(|array| order.packed(array)).collect();
        folder.write("packed.mat", order.file(&packed));
        fuzz(&folder, "packed.mat");
    }
    let Some(data) = data() else { return };
    let folder = Folder::new();
    copy(
        &data.join("wfdb/a103l/a103l.mat"),
        &folder.as_ref().join("four.mat"),
        20_000,
    );
    // Cut short as it is, it may be read to where it ends.
    fuzz(&folder, "four.mat");
}

#[test]
fn mtscomp() {
    fuzz_real(&["mtscomp/np1_space_diff"], 200_000);
}

#[test]
fn neuroscope() {
    fuzz_real(&["neuroscope/test1", "neuroscope/YutaMouse42-151117"], 200_000);
}

#[test]
fn npy() {
    fuzz_real(&["npy/neurodsp_sample_data_1/sample_data_1.npy"], 200_000);
}

#[cfg(feature = "nwb")]
#[test]
fn nwb() {
    let series = "nwb/derived_ElectricalSeries_int16/ecephys_int16.nwb";
    let units = "nwb/anm00239123_units/sub_anm00239123_ses_20170627T093549_ecephys_and_ogen.nwb";
    let Some(data) = data() else { return };
    fuzz_real(&[series], 1 << 20);
    // It has events and no samples, so that opening it fails as it is.
    let folder = Folder::new();
    copy(&data.join(units), &folder.as_ref().join("units.nwb"), 1 << 20);
    copy(&data.join(series), &folder.as_ref().join("series.nwb"), 1 << 20);
    fuzz(&folder, "");
}

#[test]
fn open_ephys() {
    fuzz_real(
        &["openephys/v0.6.x_multiexp_multistream/Record Node 101/experiment1"],
        300_000,
    );
}

#[test]
fn probes() {
    let folder = Folder::new();
    let recording = folder.as_ref().join("experiment1/recording1");
    let data = recording.join("continuous/P-100.A");
    fs::create_dir_all(&data).expect("room");
    fs::write(data.join("continuous.dat"), [1; 400]).expect("room");
    let structure = r#"{"continuous": [{"folder_name": "P-100.A/", "sample_rate": 30000, "source_processor_id": 100,
        "stream_name": "A", "channels": [{"channel_name": "CH1"}, {"channel_name": "CH2"}]}]}"#;
    fs::write(recording.join("structure.oebin"), structure).expect("room");
    let settings = r#"<SETTINGS><PROCESSOR nodeId="100"><STREAM name="A"/><NP_PROBE><CHANNELS CH0="0:0" CH1="0:1"/>
        <ELECTRODE_XPOS CH0="1" CH1="2"/><ELECTRODE_YPOS CH0="3" CH1="4"/></NP_PROBE></PROCESSOR></SETTINGS>"#;
    folder.write("settings.xml", settings);
    fuzz(&folder, "");
}

#[test]
fn spikeinterface() {
    let folder = Folder::new();
    let described = r#"{"kwargs": {"file_paths": ["traces.raw"], "sampling_frequency": 100.0, "dtype": "int16",
        "num_channels": 3, "gain_to_uV": [1, 2, 3], "t_starts": [0.5]}}"#;
    folder.write("binary.json", described);
    folder.write("traces.raw", [7; 600]);
    let probe = r#"{"specification": "probeinterface", "probes": [{"si_units": "mm", "contact_positions": [[0, 1], [2, 3]],
        "shank_ids": ["0", "1"], "device_channel_indices": [2, 0]}]}"#;
    folder.write("probe.json", probe);
    fuzz(&folder, "");
}

#[test]
fn spikeglx() {
    fuzz_real(
        &["spikeglx/CI0_g0_two_probes_two_triggers/5-19-2022-CI0_g0_imec0"],
        100_000,
    );
}

#[test]
fn phy() {
    let Some(data) = data() else { return };
    let folder = Folder::new();
    copy(&data.join("phy/phy_example_0"), folder.as_ref(), 10_000);
    folder.write("temp_wh.dat", [7; 6400]);
    fuzz(&folder, "");
}

#[test]
fn wav() {
    fuzz_real(&["wav/SC4001E0-PSG/SC4001E0-PSG.wav"], 50_000);
}

#[test]
fn wfdb() {
    let Some(data) = data() else { return };
    for (from, header) in [
        ("310derive", "310derive.hea"),
        ("041s_multi_segment/multi-segment/041s", "041s.hea"),
    ] {
        let folder = Folder::new();
        copy(&data.join("wfdb").join(from), folder.as_ref(), 50_000);
        fuzz(&folder, header);
    }
}

#[cfg(feature = "zarr")]
#[test]
fn zarr() {
    let folder = Folder::new();
    crate::zarr::sharded(folder.as_ref());
    fuzz(&folder, "sharded.zarr");
    let items = [
        "zarr/v2_blosc_zstd/v2_blosc_zstd.zarr",
        "zarr/v2_gzip_nested/v2_gzip_nested.zarr",
        "zarr/v3_zstd/v3_zstd.zarr",
    ];
    fuzz_real(&items, 200_000);
}

#[cfg(feature = "zarr")]
#[test]
fn nwb_in_zarr() {
    let Some(data) = data() else { return };
    let folder = Folder::new();
    let from = data.join("nwb/derived_zarr_ST50_C/AB_277_ST50_C.nwb.zarr");
    for name in [".zgroup", ".zattrs", "session_start_time", "acquisition"] {
        copy(&from.join(name), &folder.as_ref().join(name), 20_000);
    }
    fuzz(&folder, "");
}
