//! Stores of Zarr that are made up here: what no file at hand shows, and what is wrong in them.

use std::fs;
use std::path::{Path, PathBuf};

use galvani::source::zarr::{Options, streams};
use galvani::source::{ChannelKind, Dtype, events, open};
use serde_json::{Value, json};

use crate::{Folder, assert_spans_agree, bits, values};

/// Writes a file of a store, and the folders that it is in.
pub(crate) fn put(store: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = store.join(name);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("writable");
    fs::write(&path, bytes).expect("writable");
    path
}

fn put_json(store: &Path, name: &str, value: &Value) -> PathBuf {
    put(store, name, value.to_string())
}

/// An array of version 2 in one chunk, as it lies.
fn put_array(store: &Path, name: &str, dtype: &str, shape: &[usize], bytes: &[u8], attributes: Value) {
    let filters = match dtype {
        "|O" => json!([{"id": "vlen-utf8"}]),
        _ => Value::Null,
    };
    let described = json!({
        "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": dtype, "compressor": null, "filters": filters,
        "fill_value": 0, "order": "C",
    });
    put_json(store, &format!("{name}/.zarray"), &described);
    put_json(store, &format!("{name}/.zattrs"), &attributes);
    let key = vec!["0"; shape.len()].join(".");
    put(store, &format!("{name}/{key}"), bytes);
}

fn put_group(store: &Path, name: &str, attributes: Value) {
    let below = |file: &str| Path::new(name).join(file).display().to_string();
    put_json(store, &below(".zgroup"), &json!({"zarr_format": 2}));
    put_json(store, &below(".zattrs"), &attributes);
}

fn le16(values: impl IntoIterator<Item = i16>) -> Vec<u8> {
    values.into_iter().flat_map(i16::to_le_bytes).collect()
}

fn le64(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn texts(values: &[&str]) -> Vec<u8> {
    let mut bytes = (values.len() as u32).to_le_bytes().to_vec();
    for value in values {
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(value.as_bytes());
    }
    bytes
}

/// An array of version 3 of 100 samples of 4 channels, the value being 10 · sample + channel, and what is changed in it.
fn described(changed: &[(&str, Value)]) -> Value {
    let mut described = json!({
        "zarr_format": 3, "node_type": "array", "shape": [100, 4], "data_type": "int16", "fill_value": -1,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [40, 4]}},
        "chunk_key_encoding": {"name": "default"},
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "attributes": {"sampling_rate": 1000},
    });
    for (key, value) in changed {
        described[*key] = value.clone();
    }
    described
}

/// The values of a rectangle of it, `[samples, channels]`.
fn rectangle(samples: std::ops::Range<i16>, channels: std::ops::Range<i16>) -> Vec<u8> {
    le16(samples.flat_map(|t| channels.clone().map(move |c| 10 * t + c)))
}

/// The same array in shards of 40 samples of 4 channels, each of eight chunks of 10 samples of 2 channels; the last chunk of
/// the first one is missing.
pub(crate) fn sharded(folder: &Path) -> PathBuf {
    let store = folder.join("sharded.zarr");
    let sharding = json!({
        "chunk_shape": [10, 2], "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    });
    let codecs = json!([{"name": "sharding_indexed", "configuration": sharding}]);
    put_json(&store, "zarr.json", &described(&[("codecs", codecs)]));
    for shard in 0..3 {
        let (mut data, mut index) = (Vec::new(), Vec::new());
        for chunk in 0..8 {
            let (t, c) = (40 * shard + 10 * (chunk / 2), 2 * (chunk % 2));
            if (shard, chunk) == (0, 7) {
                index.extend([0xff; 16]);
                continue;
            }
            let bytes = rectangle(t..t + 10, c..c + 2);
            index.extend((data.len() as u64).to_le_bytes());
            index.extend((bytes.len() as u64).to_le_bytes());
            data.extend(bytes);
        }
        data.extend(index);
        put(&store, &format!("c/{shard}/0"), data);
    }
    store
}

#[test]
fn shards_are_read_chunk_by_chunk() {
    let folder = Folder::new();
    let store = sharded(folder.as_ref());
    let source = open(&store).expect("it opens");
    assert_spans_agree(source.as_ref());
    for channel in 0..4 {
        let expected: Vec<f64> = (0..100)
            .map(|t| match (t, channel) {
                (30..40, 2..) => -1.0,
                _ => f64::from(10 * t + channel),
            })
            .collect();
        assert_eq!(
            values(source.as_ref(), channel as usize, 0..100),
            expected,
            "{channel}"
        );
    }
    // The store, what describes it, and its files.
    assert_eq!(source.files().len(), 5);
    // A shard that is cut fails where it is read, and nowhere else.
    let cut = store.join("c/1/0");
    let bytes = fs::read(&cut).expect("it is there");
    fs::write(&cut, &bytes[..100]).expect("writable");
    let source = open(&store).expect("it opens");
    assert_eq!(bits(source.as_ref(), 80..100).len(), 4);
    let mut into = vec![std::mem::MaybeUninit::uninit(); 8];
    let error = source.read(45..46, &mut into).expect_err("it is cut").to_string();
    assert!(error.contains("c/1/0") && error.contains("index"), "{error}");
    fs::write(&cut, &bytes[bytes.len() - 128..]).expect("writable");
    let error = open(&store).expect("it opens").read(75..76, &mut into);
    let error = error.expect_err("it is cut").to_string();
    assert!(error.contains("beyond the end"), "{error}");
}

#[test]
fn a_frame_of_snappy() {
    let folder = Folder::new();
    let store = folder.as_ref().join("snappy.zarr");
    let blosc = json!({"id": "blosc", "cname": "snappy", "clevel": 5, "shuffle": 1, "blocksize": 0});
    let array = json!({
        "zarr_format": 2, "shape": [20], "chunks": [20], "dtype": "<i2", "compressor": blosc, "filters": null,
        "fill_value": 0, "order": "C",
    });
    put_json(&store, ".zarray", &array);
    // Twenty sevens: twenty low bytes, then as many high ones, each a literal and a match that repeats it.
    let block = [40, 0, 7, 18 << 2 | 2, 1, 0, 0, 0, 18 << 2 | 2, 1, 0];
    let mut frame = vec![2, 1, 0x01 | 0x10 | 2 << 5, 2];
    for number in [40, 40, 16 + 4 + 4 + block.len() as u32, 20, block.len() as u32] {
        frame.extend(number.to_le_bytes());
    }
    frame.extend(block);
    put(&store, "0", frame);
    let source = open(&store).expect("it opens");
    assert_eq!(values(source.as_ref(), 0, 0..20), [7.0; 20]);
}

#[test]
fn nwb() {
    let folder = Folder::new();
    let store = folder.as_ref().join("made.nwb.zarr");
    put_group(
        &store,
        "",
        json!({"nwb_version": "2.7.0", "neurodata_type": "NWBFile"}),
    );
    put_array(
        &store,
        "session_start_time",
        "|O",
        &[1],
        &texts(&["2024-05-06T07:08:09"]),
        json!({}),
    );
    for group in [
        "acquisition",
        "processing",
        "processing/ecephys",
        "general",
        "general/extracellular_ephys",
        "units",
    ] {
        put_group(&store, group, json!({}));
    }
    // Two series; the second one's time stamps are the first one's.
    let series = json!({"neurodata_type": "ElectricalSeries"});
    let link = |path: &str| json!([{"name": "timestamps", "source": ".", "path": path}]);
    put_group(&store, "acquisition/raw", series.clone());
    put_group(
        &store,
        "processing/ecephys/lfp",
        json!({
            "neurodata_type": "ElectricalSeries", "zarr_link": link("/acquisition/raw/timestamps"),
        }),
    );
    let data = le16((0..20).map(|value| value * 3));
    let scale = json!({"conversion": 1e-6, "offset": 0.5, "unit": "volts"});
    for name in ["acquisition/raw", "processing/ecephys/lfp"] {
        put_array(
            &store,
            &format!("{name}/data"),
            "<i2",
            &[10, 2],
            &data,
            scale.clone(),
        );
        put_array(
            &store,
            &format!("{name}/electrodes"),
            "<i8",
            &[2],
            &[[1_u8, 0, 0, 0, 0, 0, 0, 0], [0; 8]].concat(),
            json!({}),
        );
    }
    put_array(
        &store,
        "acquisition/raw/channel_conversion",
        "<f8",
        &[2],
        &le64(&[2.0, 3.0]),
        json!({}),
    );
    // Half a second is missing after the fourth sample.
    let stamps: Vec<f64> = (0..10)
        .map(|t| 1.0 + f64::from(t) * 0.1 + if t < 4 { 0.0 } else { 0.5 })
        .collect();
    put_array(
        &store,
        "acquisition/raw/timestamps",
        "<f8",
        &[10],
        &le64(&stamps),
        json!({}),
    );
    let electrodes = "general/extracellular_ephys/electrodes";
    put_group(&store, electrodes, json!({}));
    put_array(
        &store,
        &format!("{electrodes}/id"),
        "<i8",
        &[2],
        &[0; 16],
        json!({}),
    );
    put_array(
        &store,
        &format!("{electrodes}/label"),
        "|O",
        &[2],
        &texts(&["left", "right"]),
        json!({}),
    );
    put_array(
        &store,
        &format!("{electrodes}/rel_x"),
        "<f8",
        &[2],
        &le64(&[10.0, 20.0]),
        json!({}),
    );
    put_array(
        &store,
        &format!("{electrodes}/rel_y"),
        "<f8",
        &[2],
        &le64(&[-1.0, -2.0]),
        json!({}),
    );
    put_array(
        &store,
        "units/spike_times",
        "<f8",
        &[4],
        &le64(&[1.0, 2.0, 1.5, 9.0]),
        json!({}),
    );
    put_array(&store, "units/spike_times_index", "|u1", &[2], &[3, 4], json!({}));
    // Links round and round, and out of the store.
    put_group(
        &store,
        "analysis",
        json!({"zarr_link": [
            {"name": "loop", "source": ".", "path": "/analysis/loop"},
            {"name": "out", "source": "../other.zarr", "path": "/data"},
            {"name": "up", "source": ".", "path": "/../../made"},
            {"name": "self", "source": ".", "path": "/analysis"},
        ]}),
    );

    let opened = streams(&store, &Options::default()).expect("it opens");
    assert_eq!(
        (opened.format, opened.started.as_deref()),
        ("NWB", Some("2024-05-06T07:08:09"))
    );
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["acquisition/raw", "processing/ecephys/lfp"]);
    for (stream, factor) in opened.list.iter().zip([[2.0, 3.0], [1.0, 1.0]]) {
        let info = stream.source.info();
        assert_eq!(
            (info.samples, info.dtype, info.segments.len()),
            (15, Dtype::F32, 2)
        );
        assert!((info.rate_hz - 10.0).abs() < 1e-9 && info.segments[0].start_s == 1.0);
        let [right, left] = &info.channels[..] else {
            panic!("two channels")
        };
        assert_eq!(
            (right.name.as_str(), right.position_um),
            ("right", Some([20.0, -2.0]))
        );
        assert_eq!(
            (left.name.as_str(), left.unit.as_str(), left.kind),
            ("left", "V", ChannelKind::Neural)
        );
        assert!((left.gain - factor[1] * 1e-6).abs() < 1e-18 && left.offset == 0.5);
        let first = values(stream.source.as_ref(), 0, 0..15);
        assert_eq!(first[..4], [0.0, 6.0, 12.0, 18.0]);
        assert!(first[4..9].iter().all(|value| value.is_nan()));
        assert_eq!(first[9..], [24.0, 30.0, 36.0, 42.0, 48.0, 54.0]);
    }
    let spikes = events(&store).expect("events");
    assert_eq!(
        (&spikes[0].times_s[..], &spikes[0].labels[..]),
        (&[1.0, 1.5, 2.0, 9.0][..], &[0, 0, 0, 1][..])
    );
}

#[test]
fn which_axis_is_time() {
    let folder = Folder::new();
    let wide = |dimensions: Value| {
        let grid = json!({"name": "regular", "configuration": {"chunk_shape": [4, 40]}});
        let changed = [
            ("shape", json!([4, 100])),
            ("chunk_grid", grid),
            ("dimension_names", dimensions),
        ];
        put_json(folder.as_ref(), "zarr.json", &described(&changed));
        let source = open(&folder).expect("it opens");
        (source.info().samples, source.info().warnings.len())
    };
    assert_eq!(wide(json!(["channel", "time"])), (100, 0));
    assert_eq!(wide(json!(["Time", null])), (4, 0));
    assert_eq!(wide(json!(["x", "y"])), (100, 1));
    assert_eq!(wide(Value::Null), (100, 1));
}

fn refused(store: &Path, words: &[&str]) {
    let error = open(store).err().expect("it must be refused").to_string();
    for word in words {
        assert!(error.contains(word), "{error:?} does not say {word:?}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::new();
    let grid = |chunk: Value| json!({"name": "regular", "configuration": {"chunk_shape": chunk}});
    let cases: [(&str, Value, &[&str]); 16] = [
        ("zarr_format", json!(4), &["version 4"]),
        ("shape", json!([100, -4]), &["\"shape\""]),
        ("shape", json!([100, 4, 2]), &["chunks of [40, 4]"]),
        ("shape", json!([0, 4]), &["0 channels"]),
        ("shape", json!([u64::MAX, 4]), &["samples of 4"]),
        ("chunk_grid", grid(json!([0, 4])), &["chunks of [0, 4]"]),
        ("chunk_grid", grid(json!([1_u64 << 40, 4])), &["512 MiB"]),
        ("chunk_grid", grid(json!([u64::MAX, u64::MAX])), &["512 MiB"]),
        ("chunk_grid", json!({"name": "rectilinear"}), &["rectilinear"]),
        ("data_type", json!("int64"), &["no numbers of samples"]),
        ("data_type", json!("complex128"), &["complex128"]),
        ("codecs", json!([{"name": "lzma"}]), &["lzma"]),
        (
            "codecs",
            json!([{"name": "bytes"}, {"name": "transpose", "configuration": {"order": [0, 0]}}]),
            &["transpose"],
        ),
        ("codecs", Value::Null, &["\"codecs\""]),
        ("fill_value", json!("many"), &["fill_value"]),
        ("chunk_key_encoding", json!({"name": "hash"}), &["hash"]),
    ];
    for (key, value, words) in cases {
        put_json(folder.as_ref(), "zarr.json", &described(&[(key, value)]));
        refused(folder.as_ref(), words);
        refused(folder.as_ref(), &["Zarr", "zarr.json"]);
    }
    put(folder.as_ref(), "zarr.json", "{");
    refused(folder.as_ref(), &["zarr.json", "no JSON"]);
    put_json(
        folder.as_ref(),
        "zarr.json",
        &json!({"zarr_format": 3, "node_type": "group"}),
    );
    refused(folder.as_ref(), &["no array"]);
}

#[test]
fn a_damaged_chunk_is_named() {
    let folder = Folder::new();
    let codecs = |name: &str| json!([{"name": "bytes"}, {"name": name}]);
    for codec in ["gzip", "zstd", "blosc", "crc32c", "zlib", "bz2", "lz4"] {
        put_json(
            folder.as_ref(),
            "zarr.json",
            &described(&[("codecs", codecs(codec))]),
        );
        put(folder.as_ref(), "c/1/0", [9; 77]);
        let source = open(&folder).expect("it opens");
        // What is not there is the fill value.
        assert_eq!(values(source.as_ref(), 0, 0..40), [-1.0; 40]);
        let mut into = vec![std::mem::MaybeUninit::uninit(); 100 * 8];
        let error = source
            .read(0..100, &mut into)
            .expect_err("it is damaged")
            .to_string();
        assert!(
            error.contains("c/1/0") && error.contains("chunk [1, 0]"),
            "{error}"
        );
    }
    put_json(folder.as_ref(), "zarr.json", &described(&[]));
    let mut into = vec![std::mem::MaybeUninit::uninit(); 8];
    let error = open(&folder).expect("it opens").read(50..51, &mut into);
    let error = error.expect_err("it is too short").to_string();
    assert!(error.contains("77 bytes, not 320"), "{error}");
}

#[test]
fn a_few_bytes_that_claim_to_be_many() {
    let folder = Folder::new();
    // 2³² zeros in gzip's own way would be 4 MB; a MiB is enough where 320 bytes are expected.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &vec![0; 1 << 20]).expect("memory");
    let codecs = json!([{"name": "bytes"}, {"name": "gzip"}]);
    put_json(folder.as_ref(), "zarr.json", &described(&[("codecs", codecs)]));
    put(folder.as_ref(), "c/0/0", encoder.finish().expect("memory"));
    let mut into = vec![std::mem::MaybeUninit::uninit(); 8];
    let error = open(&folder).expect("it opens").read(0..1, &mut into);
    let error = error.expect_err("it is too much").to_string();
    assert!(error.contains("more than"), "{error}");
}
