//! Every other format, as independent readers decode it.

use galvani::source::{Source, Streams, streams};
use serde_json::Value;

use crate::reference::{assert_near, data, float, hash, references};
use crate::{assert_spans_agree, values};

/// What a reference does not hold us to.
#[derive(Default)]
pub(crate) struct But {
    /// It gives stored counts, we know better.
    pub(crate) stored_only: bool,
    /// It rounds to 32-bit floats on the way.
    pub(crate) rounded: bool,
    /// It has another rate.
    pub(crate) rate: bool,
    /// It leaves the last sample out, which is in the file.
    pub(crate) last: bool,
}

/// Stored values of a channel, without gaps, of one source after another.
fn stored(sources: &[&dyn Source], channel: usize) -> Vec<f64> {
    let of = |source: &&dyn Source| {
        let segments = source.info().segments.clone();
        let all = segments
            .into_iter()
            .flat_map(|segment| values(*source, channel, segment.samples));
        all.collect::<Vec<f64>>()
    };
    sources.iter().flat_map(of).collect()
}

/// Holds the sources, one after another, to a stream of a reference.
pub(crate) fn hold(sources: &[&dyn Source], stream: &Value, but: &But) {
    let name = stream["name"].as_str().unwrap_or_default();
    let info = sources[0].info();
    assert_eq!(stream["channels"], info.channels.len(), "{name}");
    let lengths: Vec<u64> = sources
        .iter()
        .flat_map(|source| source.info().segments.iter())
        .map(|segment| segment.samples.end - segment.samples.start)
        .collect();
    let samples = lengths.iter().sum::<u64>() - u64::from(but.last);
    assert_eq!(stream["samples"], samples, "{name}");
    if let (Some(segments), false) = (stream["samples_by_segment"].as_array(), but.last) {
        assert_eq!(
            *segments,
            lengths.iter().map(|n| Value::from(*n)).collect::<Vec<_>>(),
            "{name}"
        );
    }
    if let Some(starts) = stream["start_s_by_segment"].as_array() {
        let segments = sources.iter().flat_map(|source| source.info().segments.iter());
        for (segment, start) in segments.zip(starts) {
            assert!(
                (segment.start_s - float(start)).abs() < 1e-4,
                "{name}: {} for {start}",
                segment.start_s
            );
        }
    }
    if !but.rate {
        // Some headers hold rates as 32-bit floats.
        assert_near(info.rate_hz, float(&stream["rate_hz"]), 1e-7, name);
    }
    for (channel, facts) in stream["per_channel"].as_object().expect("channels") {
        let index: usize = channel.parse().expect("a channel's number");
        hold_channel(sources, index, facts, but, &format!("{name} channel {index}"));
    }
    sources.iter().for_each(|source| assert_spans_agree(*source));
}

pub(crate) fn hold_channel(sources: &[&dyn Source], index: usize, facts: &Value, but: &But, what: &str) {
    let mut stored = stored(sources, index);
    stored.truncate(stored.len() - usize::from(but.last));
    let channel = &sources[0].info().channels[index];
    let (gain, offset) = if but.stored_only {
        (1.0, 0.0)
    } else {
        (channel.gain, channel.offset)
    };
    if let Some(name) = facts["name"].as_str() {
        assert_eq!(channel.name, name, "{what}");
    }
    if let (Some(unit), false) = (facts["units"].as_str(), but.stored_only) {
        assert_eq!(channel.unit, unit.replace("uV", "µV"), "{what}");
    }
    let physical: Vec<f64> = stored.iter().map(|value| value * gain + offset).collect();
    assert_eq!(facts["n"], physical.len(), "{what}");
    let known: Vec<f64> = physical
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    assert_eq!(facts["not_finite"], physical.len() - known.len(), "{what}");
    let (min, max) = known
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(*value), max.max(*value))
        });
    let scale = min.abs().max(max.abs()).max(offset.abs()).max(1e-12);
    let tolerance = if but.rounded { 1e-6 } else { 1e-9 } * scale;
    let near = |ours: f64, theirs: &Value, of: &str| {
        assert!(
            (ours - float(theirs)).abs() <= tolerance,
            "{what}: {of} {ours}, not {theirs}"
        );
    };
    near(min, &facts["min"], "min");
    near(max, &facts["max"], "max");
    near(
        known.iter().sum::<f64>() / known.len() as f64,
        &facts["mean"],
        "mean",
    );
    for point in facts["points"].as_array().expect("points") {
        let at = point[0].as_u64().expect("an index") as usize;
        if !point[1].is_null() {
            near(physical[at], &point[1], "a point is");
        }
    }
    // Stored as they were, before any shift into 16 bits.
    let shift = if facts["stored_dtype"] == "u2" {
        32768.0
    } else {
        0.0
    };
    let bytes: Vec<u8> = match facts["stored_dtype"].as_str() {
        Some("i2") => stored
            .iter()
            .flat_map(|value| (*value as i16).to_le_bytes())
            .collect(),
        Some("u2") => stored
            .iter()
            .flat_map(|value| ((*value + shift) as u16).to_le_bytes())
            .collect(),
        Some("i4") => stored
            .iter()
            .flat_map(|value| (*value as i32).to_le_bytes())
            .collect(),
        Some("f4") => stored
            .iter()
            .flat_map(|value| (*value as f32).to_le_bytes())
            .collect(),
        // What is read has been rounded, and so have physical values that are hashed.
        Some("f8") if (gain, offset) == (1.0, 0.0) => {
            let bytes = stored.iter().flat_map(|value| (*value as f32).to_le_bytes());
            assert_eq!(facts["physical_f32_sha256"], hash(bytes), "{what}");
            return;
        }
        _ => return,
    };
    assert_eq!(facts["stored_sha256"], hash(bytes), "{what}");
}

#[test]
fn open_ephys_binary() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "openephys") {
        let opened = streams(&path).expect("it opens");
        assert_eq!(opened.format, "Open Ephys");
        for stream in reference["streams"].as_array().expect("streams") {
            let name = stream["name"].as_str().expect("a name");
            let name = name.rsplit('#').next().expect("the last part");
            let ending = format!("/{name}");
            let of_name = opened.list.iter().filter(|stream| stream.name.ends_with(&ending));
            let sources: Vec<&dyn Source> = of_name.map(|stream| stream.source.as_ref()).collect();
            let mut stream = stream.clone();
            if name.starts_with("NI-DAQ") {
                // Volts: 10 V in 32767 steps. The reference says µV where the format is silent.
                assert_eq!(sources[0].info().channels[0].unit, "V");
                for facts in stream["per_channel"]
                    .as_object_mut()
                    .expect("channels")
                    .values_mut()
                {
                    facts["units"] = "V".into();
                }
            }
            hold(&sources, &stream, &But::default());
        }
    }
    let file = "Record Node 101/experiment3/recording1/continuous/Neuropix-PXI-100.ProbeC/continuous.dat";
    let file = data.join("openephys/v0.6.x_multiexp_multistream").join(file);
    let one = streams(&file).expect("one stream by its data");
    assert_eq!(
        (one.list.len(), one.list[0].source.info().channels.len()),
        (1, 384)
    );
}

#[test]
fn neuroscope() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "neuroscope") {
        let opened = streams(path.parent().expect("a folder")).expect("it opens");
        for stream in reference["streams"].as_array().expect("streams") {
            let name = stream["name"].as_str().expect("a name");
            let found = opened.list.iter().find(|stream| stream.name == name).expect(name);
            // Field potentials have a rate of their own in the .xml, which the reference does not look at.
            let field = !name.ends_with(".dat");
            if field {
                assert_eq!(found.source.info().rate_hz, 1250.0);
            }
            let but = But {
                rate: field,
                ..But::default()
            };
            hold(&[found.source.as_ref()], stream, &but);
        }
        let groups = reference["groups"].as_array().expect("groups");
        for (number, group) in (0..).zip(groups) {
            for channel in group.as_array().expect("a group") {
                let channel = channel.as_u64().expect("a channel") as usize;
                assert_eq!(opened.list[0].source.info().channels[channel].group, Some(number));
            }
        }
    }
}

#[test]
fn mtscomp() {
    let Some(data) = data() else { return };
    let folder = streams(data.join("mtscomp/np1_space_diff")).expect("it opens");
    assert_eq!(folder.list.len(), 1, "by its .cbin and its .ch");
    for (path, reference) in references(&data, "mtscomp") {
        let opened = streams(&path).expect("it opens");
        let source = opened.list[0].source.as_ref();
        assert_eq!(source.info().channels[0].unit, "µV", "by the .meta beside it");
        let but = But {
            stored_only: true,
            ..But::default()
        };
        hold(&[source], &reference["streams"][0], &but);
    }
}

#[test]
fn intan() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "rhd") {
        let opened = streams(&path).expect("it opens");
        for stream in reference["streams"].as_array().expect("streams") {
            let name = stream["name"].as_str().expect("a name");
            let ours = name.split(' ').nth(1).expect("the second word");
            let found = opened.list.iter().find(|stream| stream.name == ours).expect(name);
            hold(&[found.source.as_ref()], stream, &But::default());
        }
        assert_eq!(
            opened.main().expect("the amplifiers").info().channels[0].name,
            "A-000"
        );
    }
}

#[test]
fn blackrock() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "nsx") {
        let source = streams(&path).expect("it opens").main().expect("one stream");
        // 43 692 bytes of samples of 12 bytes are 3641 samples; the reference takes one away in this version.
        let last = path.ends_with("l101210-001.ns2");
        assert!(!last || source.info().samples == 3641);
        let but = But {
            last,
            ..But::default()
        };
        hold(&[source.as_ref()], &reference["streams"][0], &but);
    }
}

/// The sources of signals that each have a rate of their own, as many as the reference has.
fn sources<'a>(opened: &'a Streams, stream: &Value) -> Vec<&'a dyn Source> {
    let sources: Vec<&dyn Source> = opened.list.iter().map(|stream| stream.source.as_ref()).collect();
    let channels = sources.iter().map(|source| source.info().channels.len());
    assert_eq!(stream["channels"], channels.sum::<usize>());
    sources
}

/// The channel that the reference names, and its source.
fn signal<'a>(sources: &[&'a dyn Source], facts: &Value) -> (&'a dyn Source, usize) {
    let found = sources.iter().find_map(|source| {
        let mut channels = source.info().channels.iter();
        let index = channels.position(|channel| facts["name"] == channel.name.as_str())?;
        Some((*source, index))
    });
    found.expect("the signal")
}

#[test]
fn edf() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "edf") {
        let opened = streams(&path).expect("it opens");
        let stream = &reference["streams"][0];
        let sources = sources(&opened, stream);
        for (channel, facts) in stream["per_channel"].as_object().expect("channels") {
            let (source, index) = signal(&sources, facts);
            if let Some(rate) = facts["rate_hz"].as_f64() {
                assert_near(source.info().rate_hz, rate, 1e-12, "rate");
            }
            hold_channel(
                &[source],
                index,
                facts,
                &But::default(),
                &format!("{} {channel}", path.display()),
            );
            assert_spans_agree(source);
        }
        if let Some(start) = reference["start"].as_str() {
            assert_eq!(opened.started.expect("a date"), start.replace(' ', "T")[..19]);
        }
    }
}

#[test]
fn wav() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "wav") {
        let source = streams(&path).expect("it opens").main().expect("one stream");
        hold(&[source.as_ref()], &reference["streams"][0], &But::default());
    }
}

#[test]
fn abf() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "abf") {
        let source = streams(&path).expect("it opens").main().expect("one stream");
        let mut stream = reference["streams"][0].clone();
        // The reference cuts the rate to a whole number, its second reader does not.
        stream["rate_hz"] = reference["neo"]["rate_hz"].clone();
        stream["name"] = path.display().to_string().into();
        let but = But {
            rounded: true,
            ..But::default()
        };
        hold(&[source.as_ref()], &stream, &but);
        assert_eq!(
            source.info().segments.len() as u64,
            reference["sweeps"].as_u64().expect("a count")
        );
        let units = stream["units"].as_array().expect("units");
        for (channel, unit) in source.info().channels.iter().zip(units) {
            assert_eq!(channel.unit.replace('µ', "u"), unit.as_str().expect("a unit"));
        }
    }
}

#[test]
fn wfdb() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "wfdb") {
        let opened = streams(&path).expect("it opens");
        let stream = &reference["streams"][0];
        let sources = sources(&opened, stream);
        for (channel, facts) in stream["per_channel"].as_object().expect("channels") {
            let (source, index) = signal(&sources, facts);
            let what = format!("{} {channel}", path.display());
            assert_spans_agree(source);
            // The reference gives the mean of a frame, to whole steps, of a record of segments.
            let mean_of = if reference["kind"] == "MultiRecord" {
                source.info().samples / 2000
            } else {
                1
            };
            if mean_of == 1 {
                let mut facts = facts.clone();
                if facts["not_finite"] != 0 {
                    // What is not there has a number of the reference's own.
                    facts["stored_dtype"] = Value::Null;
                }
                hold_channel(&[source], index, &facts, &But::default(), &what);
                continue;
            }
            let gain = source.info().channels[index].gain;
            let all = values(source, index, 0..source.info().samples);
            for point in facts["points"].as_array().expect("points") {
                let at = (point[0].as_u64().expect("an index") * mean_of) as usize;
                let mean = all[at..at + mean_of as usize].iter().sum::<f64>() / mean_of as f64;
                assert!(
                    (mean * gain - float(&point[1])).abs() <= gain,
                    "{what}: {mean} for {point}"
                );
            }
        }
    }
}

#[cfg(feature = "zarr")]
#[test]
fn zarr() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "zarr") {
        let opened = streams(&path).expect("it opens");
        let described = reference["streams"].as_array().expect("streams");
        assert_eq!((opened.format, opened.list.len()), ("Zarr", described.len()));
        for stream in described {
            let name = stream["name"].as_str().expect("a name");
            let found = opened.list.iter().find(|stream| stream.name == name).expect(name);
            let rate = stream["rate_hz"].is_null();
            assert!(!rate || found.source.info().warnings[0].contains("1 Hz is assumed"));
            let but = But {
                rate,
                rounded: stream["dtype"] == "float64",
                ..But::default()
            };
            hold(&[found.source.as_ref()], stream, &but);
        }
        let main = opened.main().expect("one has a rate");
        assert_eq!(
            (main.info().channels[3].unit.as_str(), main.info().stored.as_str()),
            ("µV", "<i2")
        );
        assert_eq!(main.info().dtype, galvani::source::Dtype::I16);
        // By a file of it, and an array in a group.
        let inside = if path.join("traces").is_dir() {
            "traces/.zarray"
        } else {
            ""
        };
        assert_eq!(
            streams(path.join(inside))
                .expect("it opens")
                .main()
                .expect("one")
                .info(),
            main.info()
        );
    }
}

#[cfg(any(feature = "nwb", feature = "zarr"))]
#[test]
fn nwb() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "nwb") {
        let (zarr, hdf5) = (cfg!(feature = "zarr"), cfg!(feature = "nwb"));
        let read = if path.is_dir() { zarr } else { hdf5 };
        if !read || reference["n_series"] == 0 {
            continue;
        }
        let opened = streams(&path).expect("it opens");
        assert_eq!(reference["n_series"], opened.list.len());
        for stream in reference["streams"].as_array().expect("streams") {
            let name = stream["name"].as_str().expect("a name");
            let found = opened.list.iter().find(|stream| stream.name == name).expect(name);
            let start_s = found.source.info().segments[0].start_s;
            assert!((start_s - float(&stream["starting_time_s"])).abs() < 1e-9);
            let but = But {
                rounded: stream["dtype"] == "float64",
                ..But::default()
            };
            hold(&[found.source.as_ref()], stream, &but);
        }
    }
}
