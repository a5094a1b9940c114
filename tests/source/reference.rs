//! Real recordings, as independent readers decode them.

use std::path::{Path, PathBuf};

use galvani::source::npy::{self, Options};
use galvani::source::spikeglx::Meta;
use galvani::source::{ChannelKind, Npy, Raw, RawFormat, Source, open, streams};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{assert_spans_agree, bits, values};

/// The folder of recordings, unless it is not there.
pub(crate) fn data() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("GALVANI_TEST_DATA").map_or_else(default, PathBuf::from);
    if data.join("reference").is_dir() {
        return Some(data);
    }
    eprintln!(
        "skipped: no recordings in {} (set GALVANI_TEST_DATA)",
        data.display()
    );
    None
}

/// Each reference of a format: its path below the data folder, and what it says.
pub(crate) fn references(data: &Path, format: &str) -> Vec<(PathBuf, Value)> {
    let entries = std::fs::read_dir(data.join("reference")).expect("the references can be listed");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let of_format = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(&format!("{format}__")))
    };
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(path).expect("a reference is readable");
        let value: Value = serde_json::from_str(&text).expect("a reference is JSON");
        (data.join(value["path"].as_str().expect("a path")), value)
    };
    paths.into_iter().filter(of_format).map(read).collect()
}

pub(crate) fn hash(bytes: impl IntoIterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.into_iter().collect();
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn float(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

pub(crate) fn assert_near(ours: f64, theirs: f64, relative: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= relative * theirs.abs().max(1e-12),
        "{what}: {ours}, not {theirs}"
    );
}

/// Holds every channel that the reference describes to it. `exact` where stored values are exact as read.
fn assert_channels(source: &dyn Source, stream: &Value, exact: bool) {
    let info = source.info();
    let tolerance = if exact { 1e-12 } else { 1e-7 };
    let channels = stream["per_channel"].as_object().expect("channels");
    for (channel, facts) in channels {
        let index: usize = channel.parse().expect("a channel's number");
        let stored = values(source, index, 0..info.samples);
        let channel = &info.channels[index];
        let physical: Vec<f64> = stored
            .iter()
            .map(|value| value * channel.gain + channel.offset)
            .collect();
        let what = format!("{} channel {index}", stream["name"]);
        assert_eq!(facts["n"], physical.len(), "{what}");
        if let Some(name) = facts["name"].as_str() {
            assert_eq!(channel.name, name, "{what}");
        }
        if let Some(gain) = facts["gain"].as_f64() {
            assert_eq!(channel.gain, gain, "{what}");
        }
        let min = physical.iter().copied().fold(f64::INFINITY, f64::min);
        let max = physical.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_near(min, float(&facts["min"]), tolerance, &what);
        assert_near(max, float(&facts["max"]), tolerance, &what);
        let mean = physical.iter().sum::<f64>() / physical.len() as f64;
        let scale = min.abs().max(max.abs()).max(1e-12);
        assert!(
            (mean - float(&facts["mean"])).abs() <= 1e-7 * scale,
            "{what}: mean {mean}"
        );
        for point in facts["points"].as_array().expect("points") {
            let at = point[0].as_u64().expect("an index") as usize;
            assert_near(physical[at], float(&point[1]), tolerance, &what);
        }
        if exact {
            let bytes = physical.iter().flat_map(|value| (*value as f32).to_le_bytes());
            assert_eq!(facts["physical_f32_sha256"], hash(bytes), "{what}");
        }
        if facts["stored_dtype"] == "i2" {
            let bytes = stored.iter().flat_map(|value| (*value as i16).to_le_bytes());
            assert_eq!(facts["stored_sha256"], hash(bytes), "{what}");
        }
    }
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found)
        } else {
            found.push(path)
        }
    }
}

#[test]
fn spikeglx() {
    let Some(data) = data() else { return };
    let mut streams = 0;
    for (path, reference) in references(&data, "spikeglx") {
        if path.ends_with("meta_only_ibl") {
            continue;
        }
        let mut files = vec![path.clone()];
        if path.is_dir() {
            files.clear();
            files_below(&path, &mut files);
        }
        for stream in reference["streams"].as_array().expect("streams") {
            let name = stream["name"].as_str().expect("a name");
            let bin = files
                .iter()
                .find(|file| file.ends_with(name))
                .expect("the stream's file");
            let source = open(bin).expect("it opens");
            let info = source.info();
            assert_eq!(info.format, "SpikeGLX");
            assert_eq!(stream["channels"], info.channels.len(), "{name}");
            assert_eq!(stream["samples"], info.samples, "{name}");
            // The parser of JSON may be off by one in a float's last bit.
            assert_near(info.rate_hz, float(&stream["rate_hz"]), 1e-15, name);
            let mut gains: Vec<f64> = info.channels.iter().map(|channel| channel.gain).collect();
            gains.sort_by(f64::total_cmp);
            gains.dedup();
            assert_eq!(stream["gain"], Value::from(gains), "{name}");
            let unit = stream["units"][0].as_str().expect("a unit").replace('u', "µ");
            for (index, channel) in info.channels.iter().enumerate() {
                let digital = stream["digital_channels"]
                    .as_array()
                    .expect("a list")
                    .contains(&Value::from(index));
                assert_eq!(channel.kind == ChannelKind::Digital, digital, "{name} {index}");
                assert!(
                    digital || channel.unit == unit,
                    "{name} {index}: {}",
                    channel.unit
                );
            }
            let stale = stream["meta_fileSizeBytes"] != stream["bin_size_bytes"];
            assert_eq!(
                info.warnings.len(),
                usize::from(stale),
                "{name}: {:?}",
                info.warnings
            );
            assert_channels(source.as_ref(), stream, true);
            assert_spans_agree(source.as_ref());
            streams += 1;
        }
    }
    assert!(streams >= 13, "{streams} streams were found");
}

#[test]
fn spikeglx_folder_and_meta_open_the_same_stream() {
    let Some(data) = data() else { return };
    let folder = data.join("spikeglx/long_nhp_stubbed");
    let from_folder = open(&folder).expect("the one stream of a folder");
    let meta = folder.join("snippet_g0/snippet_g0_imec0/snippet_g0_t0.imec0.lf.meta");
    let from_meta = open(&meta).expect("the stream of a .meta");
    assert_eq!(from_folder.info(), from_meta.info());

    // The neural one of two.
    let several = data.join("spikeglx/Noise4Sam_g0");
    assert_eq!(open(&several).expect("the probe").info().rate_hz, 30_000.0);
    let nidq = streams(&several).expect("two streams").take("nidq");
    assert_eq!(nidq.expect("by its name").info().channels.len(), 9);
}

/// As the makers of the probes draw them.
#[test]
fn spikeglx_electrodes() {
    let Some(data) = data() else { return };
    let place = |name: &str, channel: usize| {
        let meta = Meta::open(data.join("spikeglx").join(name)).expect(name);
        (meta.channels[channel].group, meta.channels[channel].position_um)
    };
    let second = "spikewrap_run-001_first1500/run-001_g0_t0.imec0.ap.meta";
    assert_eq!(place(second, 1), (Some(2), Some([559.0, 720.0])));
    assert_eq!(place(second, 384), (None, None), "no electrode");
    let drawn = [[27.0, 0.0], [59.0, 0.0], [11.0, 20.0], [43.0, 20.0]].map(Some);
    for name in [
        "sample3B_version202304.ap.meta",
        "sample3B_g0_t0.imec1.ap.meta",
        "sample3A_g0_t0.imec.ap.meta",
    ] {
        for (channel, drawn) in drawn.iter().enumerate() {
            assert_eq!(
                place(&format!("meta_only_ibl/{name}"), channel),
                (Some(0), *drawn),
                "{name}"
            );
        }
    }
}

/// Two triggers of two probes; each second trigger starts one sample before the first ends.
#[test]
fn spikeglx_run() {
    let Some(data) = data() else { return };
    let folder = data.join("spikeglx/CI0_g0_two_probes_two_triggers");
    let all = streams(&folder).expect("it opens");
    let names: Vec<&str> = all.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["imec0.ap", "imec0.lf", "imec1.ap", "imec1.lf"]);
    let error = open(&folder).err().expect("two probes").to_string();
    assert!(error.contains("imec1.ap"), "{error}");
    for (stream, samples, overlap) in [(0, 599, 1), (1, 51, 1), (2, 598, 0), (3, 51, 1)] {
        let source = all.list[stream].source.as_ref();
        let info = source.info();
        assert_eq!((info.samples, info.segments.len()), (samples, 2), "{info:?}");
        let overlaps = info
            .warnings
            .iter()
            .filter(|warning| warning.contains("left out"));
        assert_eq!(overlaps.count(), overlap, "{:?}", info.warnings);
        assert_spans_agree(source);
    }
    let file = folder.join("5-19-2022-CI0_g0_imec0/5-19-2022-CI0_g0_t1.imec0.ap.bin");
    let second = open(file).expect("one trigger alone");
    let joined = bits(all.list[0].source.as_ref(), 300..599);
    assert_eq!(joined, bits(second.as_ref(), 1..300));
}

#[test]
fn spikeglx_meta_alone() {
    let Some(data) = data() else { return };
    let references = references(&data, "spikeglx");
    let found = references
        .iter()
        .find(|(path, _)| path.ends_with("meta_only_ibl"));
    let (path, reference) = found.expect("the reference of .meta files");
    for stream in reference["streams"].as_array().expect("streams") {
        let name = stream["name"].as_str().expect("a name");
        let meta = Meta::open(path.join(name)).expect(name);
        assert_eq!(stream["channels"], meta.channels.len(), "{name}");
        assert_near(meta.rate_hz, float(&stream["rate_hz"]), 1e-15, name);
        assert_eq!(stream["fileSizeBytes"], meta.file_bytes.unwrap_or(0), "{name}");
        let gains = meta
            .channels
            .iter()
            .flat_map(|channel| channel.gain.to_le_bytes());
        assert_eq!(stream["gain_sha256_f64"], hash(gains), "{name}");
    }
}

#[test]
fn raw() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "raw") {
        let stream = &reference["streams"][0];
        let channels = stream["channels"].as_u64().expect("a count") as usize;
        let dtype = stream["dtype"]
            .as_str()
            .expect("a type")
            .parse()
            .expect("a type that is known");
        let format = RawFormat {
            gain: float(&stream["gain"][0]),
            ..RawFormat::new(channels, float(&stream["rate_hz"]), dtype)
        };
        let source = Raw::open(&path, &format).expect("it opens");
        assert_eq!(stream["samples"], source.info().samples, "{}", path.display());
        assert_channels(&source, stream, stream["dtype"] == "<i2");
        assert_spans_agree(&source);
    }
}

#[test]
fn npy() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "npy") {
        let stream = &reference["streams"][0];
        let (header, all) = npy::read_values(&path).expect("it reads");
        assert_eq!(
            stream["shape"],
            Value::from(header.shape.clone()),
            "{}",
            path.display()
        );
        assert_eq!(
            stream["fortran_order"],
            header.fortran_order,
            "{}",
            path.display()
        );
        let bytes: Vec<u8> = match header.descr.as_str() {
            "<f4" => all
                .iter()
                .flat_map(|value| (*value as f32).to_le_bytes())
                .collect(),
            "<f8" => all.iter().flat_map(|value| value.to_le_bytes()).collect(),
            other => panic!("{other} is not expected"),
        };
        assert_eq!(stream["stored_sha256_c_order"], hash(bytes), "{}", path.display());

        let opened = Npy::open(
            &path,
            Options {
                rate_hz: Some(1000.0),
                ..Options::default()
            },
        );
        if header.shape.len() > 2 {
            let error = opened.expect_err("three axes are no recording").to_string();
            assert!(error.contains("[788, 3, 32]"), "{error}");
            continue;
        }
        let source = opened.expect("it opens");
        assert_eq!(stream["rows"], source.info().samples);
        assert_eq!(stream["columns"], source.info().channels.len());
        // As f32 the bits must be theirs; the statistics are of f64.
        assert_channels(&source, stream, false);
        let bytes = values(&source, 0, 0..source.info().samples);
        let bytes = bytes.iter().flat_map(|value| (*value as f32).to_le_bytes());
        assert_eq!(stream["per_channel"]["0"]["physical_f32_sha256"], hash(bytes));
        assert_spans_agree(&source);
    }
}
