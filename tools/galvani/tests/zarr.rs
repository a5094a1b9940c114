//! Zarr between zarr-python and us, both ways; it needs no Vulkan.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::python::python;
use common::{fails, folder, json, program, stderr, stdout, succeeds, text};
use galvani::source::{EventKind, Owned, Samples, Source, SpikeGlx, events, open, streams};

/// Runs a script of this folder.
fn run(python: &Path, script: &str, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script);
    let output = Command::new(python)
        .arg(script)
        .args(arguments)
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// A span's stored values, instant by instant: the bits of each.
fn bits(source: &dyn Source, first: u64, end: u64) -> Vec<u32> {
    let owned = Owned::read(source, first..end).expect("the span lies within the recording");
    let (channels, len) = (source.info().channels.len(), (end - first) as usize);
    let each = (0..len).flat_map(|t| (0..channels).map(move |c| (c, t)));
    match owned.samples() {
        Samples::I16(block) => each.map(|(c, t)| block.at(c, t) as u16 as u32).collect(),
        Samples::F32(block) => each.map(|(c, t)| block.at(c, t).to_bits()).collect(),
    }
}

/// Holds a recording to an .npy file, as a whole and in parts.
fn hold(ours: &dyn Source, npy: &Path) {
    let name = npy.display();
    let theirs = open(npy).unwrap_or_else(|error| panic!("{error}"));
    let samples = theirs.info().samples;
    assert_eq!(ours.info().samples, samples, "{name}");
    assert_eq!(ours.info().dtype, theirs.info().dtype, "{name}");
    let (all, channels) = (bits(theirs.as_ref(), 0, samples), ours.info().channels.len());
    for (first, end) in [
        (0, samples),
        (1, samples - 1),
        (samples / 3, samples / 2),
        (samples.min(101) - 2, samples.min(101)),
        (samples, samples),
    ] {
        let part = &all[first as usize * channels..end as usize * channels];
        assert!(bits(ours, first, end) == part, "{name}: {first}..{end}");
    }
}

#[test]
fn what_zarr_for_python_writes_is_read() {
    let Some(python) = python() else { return };
    let folder = folder("zarr-writes");
    run(&python, "zarr_writes.py", &[text(&folder)]);
    let names = fs::read_dir(&folder)
        .expect("its own folder")
        .map(|entry| entry.expect("an entry").path());
    let npys: Vec<PathBuf> = names
        .filter(|path| path.with_extension("zarr").is_dir() && path.extension() == Some("npy".as_ref()))
        .collect();
    assert!(npys.len() > 100, "{} stores", npys.len());
    for npy in npys {
        let opened = streams(npy.with_extension("zarr")).unwrap_or_else(|error| panic!("{error}"));
        let source = opened.main().expect("one");
        let info = source.info();
        assert_eq!(info.rate_hz, 25_000.0);
        let shift = if info.stored.ends_with("u2") {
            32_768.0 * 0.5
        } else {
            0.0
        };
        let first = &info.channels[0];
        assert_eq!(
            (first.unit.as_str(), first.gain, first.offset),
            ("µV", 0.5, shift),
            "{}",
            npy.display()
        );
        let guessed = npy
            .file_name()
            .is_some_and(|name| name == "v2_planar.npy" || name == "v3_planar.npy");
        assert_eq!(
            info.warnings.len(),
            usize::from(guessed),
            "{}: {:?}",
            npy.display(),
            info.warnings
        );
        hold(source.as_ref(), &npy);
    }
    for version in ["2", "3"] {
        let opened =
            streams(folder.join(format!("recording{version}.si"))).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((opened.format, opened.list.len()), ("SpikeInterface", 2));
        for (segment, stream) in opened.list.iter().enumerate() {
            assert_eq!(stream.name, format!("segment{segment}"));
            let info = stream.source.info();
            assert_eq!(
                (info.rate_hz, info.segments[0].start_s),
                (30_000.0, [0.5, 0.0][segment])
            );
            let channel = &info.channels[3];
            assert_eq!(
                (
                    channel.name.as_str(),
                    channel.unit.as_str(),
                    channel.gain,
                    channel.offset
                ),
                ("AP3", "µV", 2.34, 1.0)
            );
            assert_eq!((channel.group, channel.position_um), (Some(10), Some([6.0, 7.0])));
            hold(
                stream.source.as_ref(),
                &folder.join(format!("recording{version}.si.{segment}.npy")),
            );
        }
        let spikes =
            events(folder.join(format!("sorting{version}.si"))).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (spikes[0].kind, spikes[0].names.join(" ")),
            (EventKind::Spikes, "a b".into())
        );
        assert_eq!(
            (&spikes[0].times_s[..], &spikes[0].labels[..]),
            (&[0.01, 0.5, 0.501, 90.0][..], &[0, 1, 1, 0][..])
        );
    }
    let group = streams(folder.join("group.zarr")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((group.list.len(), group.list[0].name.as_str()), (1, "probe/lfp"));
    assert!(
        group.warnings[0].contains("texts is left out"),
        "{:?}",
        group.warnings
    );
    let info = group.list[0].source.info();
    assert_eq!(
        (
            info.rate_hz,
            info.channels[0].unit.as_str(),
            info.channels[0].gain
        ),
        (1000.0, "mV", 0.25)
    );
}

#[test]
fn what_is_converted_opens_in_both() {
    let folder = folder("zarr-convert");
    let made = folder.join("made");
    succeeds(&[
        "synth",
        text(&made),
        "--channels",
        "5",
        "--seconds",
        "30",
        "--rate",
        "20000",
    ]);
    let bin = made.with_extension("bin");
    let whole = SpikeGlx::open(&bin).expect("what synth writes opens");
    let out = folder.join("out.zarr");
    let span = ["--start", "0.5", "--duration", "28", "--channels", "3,0,1"];
    // Twice: the second replaces the first.
    for _ in 0..2 {
        succeeds(&[&["convert", text(&bin), "-o", text(&out)][..], &span].concat());
    }
    let again = open(&out).expect("what convert writes opens");
    let (ours, theirs) = (again.info(), whole.info());
    assert_eq!(
        (ours.samples, ours.rate_hz, ours.segments[0].start_s),
        (560_000, 20_000.0, 0.5)
    );
    for (ours, theirs) in ours
        .channels
        .iter()
        .zip([3, 0, 1].map(|channel| &theirs.channels[channel]))
    {
        assert_eq!(
            (&ours.name, &ours.unit, ours.gain, ours.offset),
            (&theirs.name, &theirs.unit, theirs.gain, theirs.offset)
        );
    }
    let all = bits(&whole, 10_000, 570_000);
    let chosen: Vec<u32> = all
        .chunks_exact(whole.info().channels.len())
        .flat_map(|row| [row[3], row[0], row[1]])
        .collect();
    assert!(bits(again.as_ref(), 0, 560_000) == chosen);
    let info = json(&["info", text(&out)]);
    assert_eq!(info["streams"][0]["rate_hz"], 20_000.0);
    // What is no array of ours stays.
    let kept = folder.join("kept.zarr");
    fs::create_dir_all(&kept).expect("writable");
    assert!(fails(&mut program(&["convert", text(&bin), "-o", text(&kept)])).contains("remove it first"));
    let Some(python) = python() else { return };
    let npy = folder.join("out.npy");
    succeeds(&[&["convert", text(&bin), "-o", text(&npy)][..], &span].concat());
    let said = run(&python, "zarr_equals.py", &[text(&out), text(&npy)]);
    assert_eq!(said.trim(), "equal");
}

#[test]
fn a_rate_is_given_where_none_is_said() {
    let folder = folder("zarr-rate");
    let store = folder.join("plain.zarr");
    fs::create_dir_all(&store).expect("writable");
    let described = |attributes: &str| {
        let array = r#"{"zarr_format": 2, "shape": [9], "chunks": [9], "dtype": "<i2", "compressor": null,
            "fill_value": 3, "filters": null, "order": "C"}"#;
        fs::write(store.join(".zarray"), array).expect("writable");
        fs::write(store.join(".zattrs"), attributes).expect("writable");
    };
    described("{}");
    assert_eq!(json(&["info", text(&store)])["rate_hz"], 1.0);
    assert_eq!(json(&["info", text(&store), "--rate", "500"])["rate_hz"], 500.0);
    described(r#"{"sampling_rate": 100}"#);
    let refused = fails(&mut program(&["info", text(&store), "--rate", "500"]));
    assert!(refused.contains("its own rate, 100 Hz"), "{refused}");
}
